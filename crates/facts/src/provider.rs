//! Providers: what reads sources and gives relations.

use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;

use crate::{AnyFacts, Fact, Gap, ProjectScope, Relation, RelationInfo, Source, SourceFacts};

/// What of several sources was not understood.
#[must_use]
pub fn gaps_of<F>(sources: &[(FilePath, &SourceFacts<F>)]) -> Vec<(FilePath, Gap)> {
    sources.iter().flat_map(|(path, source)| source.gaps.iter().map(|gap| (path.clone(), gap.clone()))).collect()
}

/// When a source is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Before anything is known of the project.
    First,
    /// After the sources of the first stage, if they hold what makes this one worth it.
    Second,
}

/// Reads some kind of source.
pub trait Provider: Sync {
    /// What it says of a source, in its own type. Nothing of it depends on another source, nor on where this one lies.
    type Fact: Fact;

    /// Its name, the part of its relations' names before the dot.
    fn name(&self) -> &str;

    /// What it reads, and what it leaves out; a paragraph for the documentation.
    fn about(&self) -> &str;

    /// The relations that it gives.
    fn relations(&self) -> &[RelationInfo];

    /// Another number where the same content gives other facts: it is what a rule file says.
    fn version(&self) -> u64 {
        0
    }

    /// Whether it reads files of that path.
    fn reads(&self, path: &FilePath) -> bool;

    /// Whether a file of that path can only make judgements certain, so that nothing is hidden where it is not read.
    fn only_adds(&self, _path: &FilePath) -> bool {
        false
    }

    /// Whether bytes that are not text hide only the facts that they touch in files of that path, because its reader says itself what it
    /// does not understand around them.
    fn says_what_bytes_hide(&self, path: &FilePath) -> bool {
        Language::of_path(path).is_some()
    }

    /// Whether a file with that text can hold a fact. Cheap: nothing is parsed.
    fn may_hold(&self, _path: &FilePath, _text: &[u8]) -> bool {
        true
    }

    /// The same where it depends on the configuration too.
    fn may_hold_facts(&self, source: &Source<'_, '_>) -> bool {
        self.may_hold(source.path, source.text().as_bytes())
    }

    /// Whether what it found makes sources worth a look that it would else pass over; see [`Provider::may_hold_more`].
    fn asks_for_more(&self, _sources: &[(FilePath, &SourceFacts<Self::Fact>)], _token_columns: &[String]) -> bool {
        false
    }

    /// Whether a source that [`Provider::may_hold_facts`] passed over is read after all, where the provider asks for more. Cheap too.
    fn may_hold_more(&self, _source: &Source<'_, '_>) -> bool {
        false
    }

    /// The facts of one source. Depends on its text and its path alone, never on another source.
    fn extract(&self, source: &Source<'_, '_>) -> SourceFacts<Self::Fact>;

    /// The relations, in the order of [`Provider::relations`], from the facts of all sources in the order of their paths.
    fn derive(&self, sources: &[(FilePath, &SourceFacts<Self::Fact>)], scope: &ProjectScope<'_>) -> Vec<Relation>;
}

/// A [`Provider`] whose type of facts only it knows, so that providers can stand in one list.
pub trait AnyProvider: Sync {
    /// Its name, as [`Provider::name`].
    fn name(&self) -> &str;

    /// A paragraph for the documentation.
    fn about(&self) -> &str;

    /// The relations that it gives.
    fn relations(&self) -> &[RelationInfo];

    /// Another number where the same content gives other facts.
    fn version(&self) -> u64;

    /// Whether it reads files of that path.
    fn reads(&self, path: &FilePath) -> bool;
    /// [`Provider::only_adds`]
    fn only_adds(&self, path: &FilePath) -> bool;

    /// Whether it can find a fact in a source, or something that may hide one.
    fn may_hold(&self, source: &Source<'_, '_>, stage: Stage) -> bool;

    /// Whether what it found in a project makes it look at sources of [`Stage::Second`].
    fn asks_for_more(&self, sources: &[(FilePath, AnyFacts)], token_columns: &[String]) -> bool;

    /// The facts of one source, with places as they are in the file.
    fn extract(&self, source: &Source<'_, '_>) -> AnyFacts;

    /// Facts that it extracted, from [`AnyFacts::encode`]; `None` where they are none of its own.
    fn decode(&self, bytes: &[u8]) -> Option<AnyFacts>;

    /// No facts, because of something that may hide any.
    fn none_because_of(&self, gap: Gap) -> AnyFacts;

    /// The relations from the facts of all sources, which the provider itself extracted.
    fn derive(&self, sources: &[(FilePath, AnyFacts)], scope: &ProjectScope<'_>) -> Vec<Relation>;
}

impl<P: Provider> AnyProvider for P {
    fn name(&self) -> &str {
        Provider::name(self)
    }

    fn about(&self) -> &str {
        Provider::about(self)
    }

    fn relations(&self) -> &[RelationInfo] {
        Provider::relations(self)
    }

    fn version(&self) -> u64 {
        Provider::version(self)
    }

    fn only_adds(&self, path: &FilePath) -> bool {
        Provider::only_adds(self, path)
    }

    fn reads(&self, path: &FilePath) -> bool {
        Provider::reads(self, path)
    }

    fn may_hold(&self, source: &Source<'_, '_>, stage: Stage) -> bool {
        let may_hold = || match stage {
            Stage::First => Provider::may_hold_facts(self, source),
            Stage::Second => Provider::may_hold_more(self, source),
        };
        Provider::reads(self, source.path) && (source.decoded.not_text().is_some() || may_hold())
    }

    fn asks_for_more(&self, sources: &[(FilePath, AnyFacts)], token_columns: &[String]) -> bool {
        let typed = sources.iter().filter_map(|(path, facts)| Some((path.clone(), facts.typed::<P::Fact>()?)));
        Provider::asks_for_more(self, &typed.collect::<Vec<_>>(), token_columns)
    }

    fn extract(&self, source: &Source<'_, '_>) -> AnyFacts {
        AnyFacts::new(extract(self, source))
    }

    fn decode(&self, bytes: &[u8]) -> Option<AnyFacts> {
        AnyFacts::decode::<P::Fact>(bytes)
    }

    fn none_because_of(&self, gap: Gap) -> AnyFacts {
        let mut facts = SourceFacts::<P::Fact>::default();
        facts.push_gap(gap);
        AnyFacts::new(facts)
    }

    fn derive(&self, sources: &[(FilePath, AnyFacts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let typed = sources.iter().map_while(|source| Some((source.0.clone(), source.1.typed::<P::Fact>()?)));
        let typed: Vec<_> = typed.collect();
        debug_assert_eq!(typed.len(), sources.len(), "`{}` gets facts of its own", Provider::name(self));
        Provider::derive(self, &typed, scope)
    }
}

/// What a provider finds in a source, with places as they are in the file. What stands at bytes that are not UTF-8 is not a fact, and a gap
/// says so.
fn extract<P: Provider>(provider: &P, source: &Source<'_, '_>) -> SourceFacts<P::Fact> {
    let mut found = SourceFacts::default();
    match source.decoded.not_text() {
        Some(reason) => {
            found.gap(Span::default(), reason.to_string());
            return found;
        }
        None => found = provider.extract(source),
    }
    if let Some(first) = source.decoded.replaced().first() {
        let before = found.facts.len();
        found.facts.retain(|said| !source.decoded.is_replaced(said.span));
        // Of code it is known which part is not understood.
        if found.facts.len() < before || !provider.says_what_bytes_hide(source.path) {
            // It may be why other things are not understood.
            found.gaps.insert(0, Gap::new(*first, "this is not UTF-8, so what stands here may be read wrongly"));
        }
    }
    found.shift(source.decoded.mark());
    if let Some(reason) = source.is_given_up().filter(|_| found.gaps.is_empty()) {
        found.gap(Span::default(), reason);
    }
    found
}
