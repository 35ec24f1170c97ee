//! A compiled matcher.

use std::collections::BTreeSet;

use auditlint_source::document::DocumentError;
use auditlint_syntax::{KindId, Language, NodeId};
use serde::{Deserialize, Serialize};

use crate::compile::Compiler;
use crate::op::{Constraint, LazyRegex, Op, OpId, OpList, Util};
use crate::pattern::{PatternStore, Shape};
use crate::run::Run;
use crate::{Analysis, Entry, Literals, Match, MatcherDocument, Scratch, SharedUtils};

/// A matcher compiled for one language: flat arrays that refer to each other by index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    pub(crate) language: Language,
    pub(crate) root: OpId,
    pub(crate) ops: Vec<Op>,
    pub(crate) lists: Vec<OpId>,
    pub(crate) patterns: PatternStore,
    pub(crate) regexes: Vec<LazyRegex>,
    pub(crate) kind_sets: Vec<Vec<KindId>>,
    pub(crate) utils: Vec<Util>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) names: Names,
    pub(crate) kinds: Option<Vec<KindId>>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) literals: Literals,
}

/// Metavariables that a match can bind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names {
    /// `$A`
    pub(crate) ones: BTreeSet<String>,
    /// `$$$A`
    pub(crate) lists: BTreeSet<String>,
}

impl Program {
    /// Compiles a document for one language.
    ///
    /// # Errors
    /// Everything in the document that cannot be compiled for this language, each with its place. What is wrong in a
    /// shared util is reported at the place that uses it.
    pub fn compile(
        document: &MatcherDocument,
        language: Language,
        shared: &SharedUtils,
    ) -> Result<Self, Vec<DocumentError>> {
        Compiler::new(language, shared).run(document)
    }

    pub(crate) fn empty(language: Language) -> Self {
        Self {
            language,
            root: OpId(0),
            ops: Vec::new(),
            lists: Vec::new(),
            patterns: PatternStore::default(),
            regexes: Vec::new(),
            kind_sets: Vec::new(),
            utils: Vec::new(),
            constraints: Vec::new(),
            names: Names::default(),
            kinds: None,
            entries: Vec::new(),
            literals: Literals::default(),
        }
    }

    /// The names that a message may use after `$`.
    pub fn defined_names(&self) -> impl Iterator<Item = &str> {
        self.names.ones.iter().chain(&self.names.lists).map(String::as_str)
    }

    /// The language that it was compiled for.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Kinds of the nodes that can match, sorted; `None` where any node can.
    #[must_use]
    pub fn kinds(&self) -> Option<&[KindId]> {
        self.kinds.as_deref()
    }

    /// The same, refined by keys. Empty where `kinds` is `None` or empty.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What a file must contain for this to match in it.
    #[must_use]
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// Tries one node.
    pub fn match_at<'p>(&'p self, analysis: &Analysis<'_>, node: NodeId, scratch: &mut Scratch) -> Option<Match<'p>> {
        if self.kinds.as_ref().is_some_and(|kinds| !contains(kinds, analysis.tree().kind(node))) {
            return None;
        }
        let captures = scratch.captures(self);
        let mut run = Run::new(self, analysis, captures);
        let matched = run.matches(node).then(|| Match::new(self, node, analysis, run.captures()));
        scratch.finish();
        matched
    }

    pub(crate) fn op(&self, op: OpId) -> &Op {
        &self.ops[op.0 as usize]
    }

    pub(crate) fn list(&self, list: OpList) -> &[OpId] {
        &self.lists[list.start as usize..list.end as usize]
    }

    /// Notes the metavariables of a pattern as names that a match can bind.
    pub(crate) fn note_names(&mut self, root: u32) {
        let end = self.patterns.nodes[root as usize].end;
        for node in &self.patterns.nodes[root as usize..end as usize] {
            match node.shape {
                Shape::One { slot: Some(slot), .. } => {
                    self.names.ones.insert(self.patterns.ones[usize::from(slot)].clone());
                }
                Shape::Many { slot: Some(slot) } => {
                    self.names.lists.insert(self.patterns.lists[usize::from(slot)].clone());
                }
                _ => {}
            }
        }
    }
}

/// Whether a sorted set holds a kind. Sets are short as a rule.
pub(crate) fn contains(kinds: &[KindId], kind: KindId) -> bool {
    if kinds.len() <= 8 { kinds.contains(&kind) } else { kinds.binary_search(&kind).is_ok() }
}
