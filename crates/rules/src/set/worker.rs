//! What one thread keeps from source to source.

use std::time::Duration;

use auditlint_matcher::{Memory, Scratch};
use auditlint_source::Span;
use auditlint_syntax::NodeId;
use serde::{Deserialize, Serialize};

use super::Selection;
use crate::Room;

/// Figures of a run, for tests and for `--timings`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Sources that rules were selected for.
    pub files: u64,
    /// Of these, how many were parsed.
    pub files_parsed: u64,
    /// Nodes that were looked at.
    pub nodes_visited: u64,
    /// How often a rule was tried on a node.
    pub rule_attempts: u64,
    /// Sources whose names were bound, because a rule asked for one.
    pub files_bound: u64,
    /// How often a rule asked what a name refers to.
    pub lookups: u64,
    /// How many of these ended where nobody can know, and so reported nothing.
    pub opaque_lookups: u64,
    /// How many steps the rules took to try nodes, see [`Memory::steps`].
    pub steps: u64,
    /// Sources whose exports were looked at, because they may be what a rule asks for.
    pub files_exporting: u64,
}

impl Counters {
    /// Adds the figures of another thread.
    pub fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.files_parsed += other.files_parsed;
        self.nodes_visited += other.nodes_visited;
        self.rule_attempts += other.rule_attempts;
        self.files_bound += other.files_bound;
        self.lookups += other.lookups;
        self.opaque_lookups += other.opaque_lookups;
        self.steps += other.steps;
        self.files_exporting += other.files_exporting;
    }
}

/// What one rule cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleCost {
    /// How often it was tried.
    pub attempts: u64,
    /// How long the attempts took together.
    pub time: Duration,
}

/// Memory and figures of one thread.
#[derive(Debug, Default)]
pub struct Worker {
    /// The rules selected for the present source.
    pub selection: Selection,
    /// Figures so far.
    pub counters: Counters,
    /// What each rule cost, by its index in the set; filled only with a clock.
    pub costs: Vec<RuleCost>,
    pub(crate) clock: Option<fn() -> Duration>,
    /// What the matches of the present source take.
    pub room: Room,
    pub(crate) scratch: Scratch,
    /// What each rule found out about the present source, by its index in the set; empty where everything is asked anew.
    pub(crate) memories: Vec<Memory>,
    /// For each rule one more than the last node that it was tried on.
    pub(crate) tried: Vec<u32>,
    /// Matches of `require` rules in the present source.
    pub(crate) required: Vec<(u32, NodeId, Span)>,
}

impl Worker {
    /// A worker that measures each rule with `clock`, which gives the time since any fixed moment.
    #[must_use]
    pub fn timed(clock: fn() -> Duration) -> Self {
        Self { clock: Some(clock), ..Self::default() }
    }
}
