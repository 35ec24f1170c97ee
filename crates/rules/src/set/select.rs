//! Which rules may match in a source, found out without parsing it.

use std::sync::Arc;

use auditlint_names::ImportedNames;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Language, Page, Skim};

use super::{IslandMode, RuleSet};
use crate::automaton::{Bits, FoundLiteral};
use crate::{Role, RuleBody, SourceImports};

/// What is known of a source before it is parsed.
#[derive(Clone, Copy, Debug)]
pub struct SourceInfo<'p> {
    /// Its path.
    pub path: &'p FilePath,
    /// Its language.
    pub language: Language,
    /// Its role.
    pub role: Role,
}

/// The rules that may match in one source. Made once per thread and filled anew for every source, so that no memory is
/// asked for after the first few.
#[derive(Debug, Default)]
pub struct Selection {
    pub(crate) language: Option<Language>,
    /// Rules to try at the nodes.
    pub(crate) rules: Bits,
    /// `require` rules of which it is known without a tree that nothing matches.
    pub(crate) absent: Vec<u32>,
    pub(crate) found: FoundLiteral,
    /// Where the literals of the selected rules start, sorted; for islands.
    pub(crate) places: Vec<u32>,
    /// Whether an island may hold a match without holding a literal.
    pub(crate) every_island: bool,
    /// Rules of which a literal occurs in the text, be it in a comment.
    plausible: Vec<u32>,
    skim: Skim,
    suppression: bool,
    needs_tree: bool,
    pub(super) may_export: bool,
    imported: Option<Arc<ImportedNames>>,
    pub(crate) globs: Vec<usize>,
    in_files: Bits,
    in_ignores: Bits,
}

impl Selection {
    /// Whether no rule may match and the source need not be parsed for rules. `require` rules may still report it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.needs_tree
    }

    /// The rules to try at the nodes, by index.
    pub fn rules(&self) -> impl Iterator<Item = u32> + '_ {
        self.rules.iter()
    }

    /// The `require` rules of which it is known without a tree that nothing matches, by index.
    #[must_use]
    pub fn absent(&self) -> &[u32] {
        &self.absent
    }

    /// Whether the source holds the marker of a suppression comment.
    #[must_use]
    pub fn has_suppression(&self) -> bool {
        self.suppression
    }

    /// Says that a suppression comment stands beside the code that was looked at.
    pub fn add_suppression(&mut self) {
        self.suppression = true;
    }

    /// What the source imports from others of the project.
    pub(super) fn imported(&self) -> Option<&Arc<ImportedNames>> {
        self.imported.as_ref()
    }

    /// Whether an island is worth parsing: a literal of a selected rule lies inside.
    #[must_use]
    pub fn wants(&self, island: Span) -> bool {
        if self.every_island {
            return true;
        }
        let first = self.places.partition_point(|place| *place < island.start);
        self.places.get(first).is_some_and(|place| *place < island.end)
    }
}

impl RuleSet {
    /// Finds out by role, path and text which rules may match in a source. One scan of the text serves all rules; where it
    /// leaves only rules that comments could have called up, a skim of the text tells.
    pub fn select(&self, source: SourceInfo<'_>, text: &[u8], selection: &mut Selection) {
        self.select_importing(source, text, None, selection);
    }

    /// The same for a source that imports what others of the project export: what an import gives need not be spelled.
    pub fn select_importing(
        &self,
        source: SourceInfo<'_>,
        text: &[u8],
        imports: Option<&SourceImports>,
        selection: &mut Selection,
    ) {
        self.automaton.scan(text, &mut selection.found);
        selection.imported = imports.map(|imports| Arc::clone(&imports.names));
        let (given, answered) = imports.map(|imports| self.exports.given(&imports.names, text)).unwrap_or_default();
        selection.found.give(&given);
        selection.language = Some(source.language);
        selection.suppression = selection.found.suppression();
        selection.rules.clear(self.rules.len());
        selection.absent.clear();
        selection.plausible.clear();
        self.match_globs(source.path, selection);
        let mut escaped = source.language.descriptor().has_escapes && selection.found.escape();
        let mut certain = false;
        let project = self.folders.of(source.path);
        for rule in self.candidates[source.language.index()][source.role as usize].iter().copied() {
            if !self.rule(rule).territory.holds(project) {
                continue;
            }
            let scope = &self.scopes[rule as usize];
            if (scope.has_files && !selection.in_files.contains(rule)) || selection.in_ignores.contains(rule) {
                continue;
            }
            let is_answered = answered.contains(&rule);
            let present = is_answered || selection.found.satisfies(&scope.clauses[source.language.index()]);
            if escaped || present {
                selection.plausible.push(rule);
                certain |= present && !scope.skim_tells[source.language.index()];
            } else if !scope.allows_none {
                selection.absent.push(rule);
            }
        }
        let mut skimmed = false;
        if !certain && !selection.plausible.is_empty() {
            skimmed = true;
            selection.skim.read(source.language, text);
            self.automaton.drop_comments(&selection.skim, &mut selection.found);
            selection.found.give(&given);
            escaped = escaped && selection.skim.may_hold_escape(text);
        }
        for rule in selection.plausible.iter().copied() {
            let scope = &self.scopes[rule as usize];
            let may_match = !skimmed
                || escaped
                || answered.contains(&rule)
                || (selection.found.satisfies(&scope.clauses[source.language.index()])
                    && self.native_may_match(rule, source.language, text, &selection.skim));
            if may_match {
                selection.rules.insert(rule);
            } else if !scope.allows_none {
                selection.absent.push(rule);
            }
        }
        selection.needs_tree = !selection.rules.is_empty();
        let is_page = Page::of_path(source.path).is_some();
        selection.may_export =
            !is_page && self.exports.may_hold(source.language, &selection.found, imports.is_some(), text);
        self.find_places(source.language, selection);
        // What comments say is no reason to parse a source for its exports alone.
        if selection.may_export && !selection.needs_tree && !skimmed {
            selection.skim.read(source.language, text);
            self.automaton.drop_comments(&selection.skim, &mut selection.found);
            selection.may_export = self.exports.may_hold(source.language, &selection.found, imports.is_some(), text);
        }
    }

    fn native_may_match(&self, rule: u32, language: Language, text: &[u8], skim: &Skim) -> bool {
        match &self.rule(rule).body {
            RuleBody::Native(native) => native.may_match(&self.rule(rule).options, language, text, skim),
            RuleBody::Match(_) | RuleBody::Require { .. } | RuleBody::Check(_) => true,
        }
    }

    fn match_globs(&self, path: &FilePath, selection: &mut Selection) {
        let Selection { globs, in_files, in_ignores, .. } = selection;
        for (owned, bits) in [(&self.files, in_files), (&self.ignores, in_ignores)] {
            bits.clear(self.rules.len());
            if owned.set.is_empty() {
                continue;
            }
            owned.set.matches_into(path, globs);
            owned.open.iter().for_each(|rule| {
                bits.insert(*rule);
            });
            let owners = || globs.iter().map(|glob| owned.owners[*glob]);
            owners().filter(|owner| !owner.takes_out).for_each(|owner| {
                bits.insert(owner.rule);
            });
            owners().filter(|owner| owner.takes_out).for_each(|owner| bits.remove(owner.rule));
        }
    }

    /// Keeps the places of the literals that an island must hold for a selected rule to match there.
    fn find_places(&self, language: Language, selection: &mut Selection) {
        selection.places.clear();
        selection.every_island = false;
        if !language.descriptor().has_islands || !selection.needs_tree {
            return;
        }
        let mut wanted = Bits::default();
        wanted.clear(self.automaton.len());
        for rule in (0..self.rules.len() as u32).filter(|rule| selection.rules.contains(*rule)) {
            match &self.scopes[rule as usize].islands {
                IslandMode::None => {}
                IslandMode::All => selection.every_island = true,
                IslandMode::Holding(literals) => literals.iter().for_each(|literal| {
                    wanted.insert(*literal);
                }),
            }
        }
        let places = selection.found.places().iter().filter(|(literal, _)| wanted.contains(*literal));
        selection.places.extend(places.map(|(_, place)| *place));
        selection.places.sort_unstable();
    }
}
