//! One place where a rule holds.

use std::sync::Arc;

use auditlint_matcher::{CannotCarry, Edit, Label};
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::{ModuleKind, Severity};

/// One place where a rule of a set holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMatch {
    /// Index of the rule in [`RuleSet::rules`](crate::RuleSet::rules).
    pub rule: u32,
    /// The node; `None` where the whole file is meant.
    pub node: Option<NodeId>,
    /// The bytes; empty and at the start where a file lacks something.
    pub span: Span,
    /// What is wrong, metavariables replaced. A message without metavariables is shared by all matches.
    pub message: Arc<str>,
    /// How to put it right; empty where the rule does not know.
    pub edits: Vec<Edit>,
    /// Why there are none although the rule knows how.
    pub cannot_fix: Option<CannotCarry>,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// How serious it is, where that differs from the rule.
    pub severity: Option<Severity>,
    /// What kinds of code the place must be besides, each of them.
    pub kinds: &'static [ModuleKind],
    /// The imported names that it goes back to; see [`SourceImports::place`](crate::SourceImports::place).
    pub via: Box<[u32]>,
}

impl RuleMatch {
    pub(crate) fn order(&self) -> (Span, u32, Option<NodeId>, &str) {
        (self.span, self.rule, self.node, &self.message)
    }
}
