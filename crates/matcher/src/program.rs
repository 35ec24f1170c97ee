//! A compiled matcher.

use std::collections::BTreeSet;

use auditlint_names::PathPattern;
use auditlint_source::Span;
use auditlint_source::document::DocumentError;
use auditlint_syntax::{KindId, Language};
use serde::{Deserialize, Serialize};

use crate::OptionCondition;
use crate::entry::ProgramEntry;
use crate::fix::Fix;
use crate::flow::FlowQuestion;
use crate::label::LabelDocument;
use crate::literal::{Literal, Literals};
use crate::mistakes::{too_long, undefined};
use crate::op::{Constraint, NameContext, Op, OpId, OpList, Util};
use crate::option::OptionTest;
use crate::pattern::{NodeShape, PatternStore};
use crate::regexes::LazyRegex;
use crate::template::{TemplatePiece, pieces};
use crate::transform::Transform;

/// A matcher compiled for one language: flat arrays that refer to each other by index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    pub(crate) language: Language,
    pub(crate) root: OpId,
    pub(crate) ops: Vec<Op>,
    pub(crate) lists: Vec<OpId>,
    pub(crate) patterns: PatternStore,
    pub(crate) regexes: Vec<LazyRegex>,
    pub(crate) paths: Vec<Vec<PathPattern>>,
    pub(crate) kind_sets: Vec<Vec<KindId>>,
    pub(crate) utils: Vec<Util>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) transforms: Vec<Transform>,
    pub(crate) fixes: Vec<Fix>,
    pub(crate) labels: Vec<LabelDocument>,
    pub(crate) options: Vec<OptionTest>,
    pub(crate) rewriters: Vec<Rewriter>,
    pub(crate) names: CaptureNames,
    pub(crate) kinds: Option<Vec<KindId>>,
    pub(crate) entries: Vec<ProgramEntry>,
    pub(crate) literals: Literals,
    /// By instruction; empty where nothing that was found out at one node may be used at another.
    pub(crate) contexts: Vec<NameContext>,
    /// What it asks of values that other sources export, and by what that is known.
    pub(crate) flows: Vec<FlowQuestion>,
    pub(crate) flow_key: u64,
}

/// A compiled rewriter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rewriter {
    pub(crate) program: Program,
    /// For each `$A` of the rule its slot there and here.
    pub(crate) ones: Vec<(u16, u16)>,
    /// For each `$$$A` of the rule its slot there and here.
    pub(crate) lists: Vec<(u16, u16)>,
}

/// Metavariables that a match can bind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaptureNames {
    /// `$A`
    pub(crate) ones: BTreeSet<String>,
    /// `$$$A`
    pub(crate) lists: BTreeSet<String>,
}

impl Program {
    pub(crate) fn empty(language: Language) -> Self {
        Self {
            language,
            root: OpId(0),
            ops: Vec::new(),
            lists: Vec::new(),
            patterns: PatternStore::default(),
            regexes: Vec::new(),
            paths: Vec::new(),
            kind_sets: Vec::new(),
            utils: Vec::new(),
            constraints: Vec::new(),
            transforms: Vec::new(),
            fixes: Vec::new(),
            labels: Vec::new(),
            options: Vec::new(),
            rewriters: Vec::new(),
            names: CaptureNames::default(),
            kinds: None,
            entries: Vec::new(),
            literals: Literals::default(),
            contexts: Vec::new(),
            flows: Vec::new(),
            flow_key: 0,
        }
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
    pub fn entries(&self) -> &[ProgramEntry] {
        &self.entries
    }

    /// What a file must contain for this to match in it.
    #[must_use]
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// The paths that its `resolves-to` name.
    pub fn paths(&self) -> impl Iterator<Item = &PathPattern> {
        self.paths.iter().flatten()
    }

    /// Says by what its questions to other sources are known: the same for all programs of one rule.
    pub fn set_flow_key(&mut self, key: u64) {
        self.flow_key = key;
    }

    /// By the key of each question to other sources: what must stand in one of which the answer is yes.
    pub fn flow_questions(&self) -> impl Iterator<Item = (u64, &[Vec<Literal>])> {
        self.flows.iter().map(|flow| (self.key_of(flow), flow.clauses.as_slice()))
    }

    pub(crate) fn key_of(&self, flow: &FlowQuestion) -> u64 {
        self.flow_key.wrapping_add(u64::from(flow.number))
    }

    /// The conditions on options of the rule, in the order of the document.
    pub fn option_conditions(&self) -> impl Iterator<Item = &OptionCondition> {
        self.options.iter().flat_map(|test| &test.conditions)
    }

    /// The names that messages and fixes may use after `$`: metavariables and transforms.
    pub fn defined_names(&self) -> impl Iterator<Item = &str> {
        let metavariables = self.names.ones.iter().chain(&self.names.lists).map(String::as_str);
        metavariables.chain(self.transforms.iter().map(|transform| transform.name.as_str()))
    }

    /// Whether messages and fixes may use `$name`.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.names.ones.contains(name)
            || self.names.lists.contains(name)
            || self.transforms.iter().any(|transform| transform.name == name)
    }

    /// An error for each name in a message or fix that this program does not define; `span` is where the text stands.
    #[must_use]
    pub fn check_template(&self, template: &str, span: Span) -> Vec<DocumentError> {
        if let Some(error) = too_long(span, template.len()) {
            return vec![error];
        }
        let names = pieces(template).into_iter().filter_map(|piece| match piece {
            TemplatePiece::Name { name, .. } if !self.defines(name) => Some(name),
            TemplatePiece::Name { .. } | TemplatePiece::Text(_) => None,
        });
        let valid: Vec<&str> = self.defined_names().collect();
        names.map(|name| undefined(span, name, &valid)).collect()
    }

    /// What it takes of memory, roughly, with its regular expressions compiled; for a limit on all rules together.
    #[must_use]
    pub fn weight(&self) -> usize {
        let regexes = self.regexes.iter().chain(self.transforms.iter().filter_map(Transform::regex));
        let fixed = size_of_val(&*self.ops) + size_of_val(&*self.lists) + size_of_val(&*self.patterns.nodes);
        let kinds: usize = self.kind_sets.iter().map(|kinds| size_of_val(&**kinds)).sum();
        let rewriters: usize = self.rewriters.iter().map(|rewriter| rewriter.program.weight()).sum();
        fixed + kinds + self.patterns.texts.len() + regexes.map(LazyRegex::weight).sum::<usize>() + rewriters
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
                NodeShape::One { slot: Some(slot), .. } => {
                    self.names.ones.insert(self.patterns.ones[usize::from(slot)].clone());
                }
                NodeShape::Many { slot: Some(slot) } => {
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
