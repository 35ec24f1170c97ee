//! Providers: what reads sources and gives relations.

use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};

use crate::{AnyFacts, Fact, ProjectScope, Relation, RelationInfo, Source, SourceFacts, Value};

/// Something in a source that was not understood, so that rows may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// What, for a person: "the model `User` was not understood".
    pub message: String,
    /// What the rows that may be missing hold in a column; nothing where they may be any.
    pub hides: Option<(String, Value)>,
}

impl Gap {
    /// A gap that may hide any row.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hides: None }
    }

    /// A gap of the same place that hides only rows with that value in a column.
    #[must_use]
    pub fn hiding(&self, column: &str, value: Value) -> Self {
        Self { hides: Some((column.to_owned(), value)), ..self.clone() }
    }
}

/// What of several sources was not understood.
#[must_use]
pub fn gaps_of<F>(sources: &[(FilePath, &SourceFacts<F>)]) -> Vec<(FilePath, Gap)> {
    sources.iter().flat_map(|(path, source)| source.gaps.iter().map(|gap| (path.clone(), gap.clone()))).collect()
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

    /// Whether bytes that are not text hide only the facts that they touch in files of that path, because its reader says itself what it
    /// does not understand around them.
    fn says_what_bytes_hide(&self, path: &FilePath) -> bool {
        Language::of_path(path).is_some()
    }

    /// Whether a file with that text can hold a fact. Cheap: nothing is parsed.
    fn may_hold(&self, _path: &FilePath, _text: &[u8]) -> bool {
        true
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

    /// Whether a file with that text can hold a fact.
    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool;

    /// The facts of one source, with places as they are in the file.
    fn extract(&self, source: &Source<'_, '_>) -> AnyFacts;

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

    fn reads(&self, path: &FilePath) -> bool {
        Provider::reads(self, path)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        Provider::may_hold(self, path, text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> AnyFacts {
        AnyFacts::new(source.extract(self))
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
