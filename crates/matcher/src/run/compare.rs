//! Comparing a pattern with code.
//!
//! A pattern is walked over its own depth, which is bounded, never over the depth of the code. The rules of what may
//! be passed over are those of ast-grep: see [`Strictness`].

use auditlint_syntax::{NodeId, Tree};

use super::Run;
use crate::captures::Siblings;
use crate::clause::Strictness;
use crate::pattern::{NodeShape, Pattern, PatternNode};
use crate::same::{same_list, same_node};

/// What comparing one node of a pattern with one node of the code says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PatternStep {
    Matched,
    /// The pattern's node may be absent from the code.
    SkipGoal,
    /// The code's node may be absent from the pattern.
    SkipCandidate,
    SkipBoth,
    Differs,
}

impl Strictness {
    fn skips_comments(self) -> bool {
        !matches!(self, Self::Cst | Self::Ast)
    }

    /// Whether code may have this node behind everything that the pattern lists.
    fn skips_trailing(self, tree: &Tree, node: NodeId) -> bool {
        let node = tree.node(node);
        match self {
            Self::Cst => false,
            Self::Smart => true,
            Self::Ast => !node.is_named(),
            Self::Relaxed | Self::Signature => !node.is_named() || node.is_extra(),
            Self::Template => node.is_extra(),
        }
    }

    /// Whether a pattern may have this node behind everything that the code has.
    fn skips_goal(self, goal: &PatternNode) -> bool {
        match (self, goal.shape) {
            (Self::Cst, _) | (_, NodeShape::Inner) => false,
            (_, NodeShape::Many { .. }) => true,
            (Self::Smart | Self::Template, _) => false,
            (_, NodeShape::One { named, .. } | NodeShape::Leaf { named, .. }) => !named,
        }
    }
}

impl Run<'_, '_> {
    /// Whether a pattern matches a node. Where it does not, the bindings are as they were before.
    pub(crate) fn pattern(&mut self, pattern: &Pattern, node: NodeId) -> bool {
        if pattern.selected.is_some_and(|kind| kind != self.tree.kind(node)) {
            return false;
        }
        let mark = self.captures.mark();
        let matched = match self.program.patterns.nodes[pattern.root as usize].shape {
            // Comments are passed over inside patterns; `$A` alone is the node itself, a comment too.
            NodeShape::One { slot, named } if pattern.strictness == Strictness::Smart => {
                self.bind_one(slot, named, node)
            }
            _ => self.node(pattern.strictness, pattern.root, node) == PatternStep::Matched,
        };
        if !matched {
            self.captures.roll_back(mark);
        }
        matched
    }

    fn node(&mut self, strictness: Strictness, goal: u32, candidate: NodeId) -> PatternStep {
        if !self.pays(1) {
            return PatternStep::Differs;
        }
        let node = &self.program.patterns.nodes[goal as usize];
        match node.shape {
            NodeShape::Leaf { named, start, end } => self.leaf(strictness, node, named, (start, end), candidate),
            NodeShape::One { slot, named } => {
                if strictness.skips_comments() && self.tree.node(candidate).is_extra() {
                    PatternStep::SkipCandidate
                } else {
                    matched(self.bind_one(slot, named, candidate))
                }
            }
            // Reached only behind a token of the pattern that was passed over: then it stands for one node.
            NodeShape::Many { slot } => {
                if strictness.skips_comments() && self.tree.node(candidate).is_extra() {
                    PatternStep::SkipCandidate
                } else {
                    matched(self.bind_list(slot, candidate.0, self.tree.subtree_end(candidate), 0))
                }
            }
            NodeShape::Inner => {
                let kind = strictness == Strictness::Template || node.kind == self.tree.kind(candidate);
                let end = node.end;
                matched(kind && self.children(strictness, (goal + 1, end), candidate))
            }
        }
    }

    fn leaf(
        &self,
        strictness: Strictness,
        goal: &PatternNode,
        goal_named: bool,
        text: (u32, u32),
        candidate: NodeId,
    ) -> PatternStep {
        let node = self.tree.node(candidate);
        let same_kind = goal.kind == node.kind;
        let same_text =
            || self.program.patterns.text(text.0, text.1) == self.tree.text(candidate, self.analysis.text());
        // The text of a token follows from its kind, and some grammars give tokens wrong spans.
        if same_kind && (!goal_named || same_text()) {
            return PatternStep::Matched;
        }
        if strictness.skips_comments() && node.is_extra() {
            return PatternStep::SkipCandidate;
        }
        let (skip_goal, skip_candidate) = match strictness {
            Strictness::Cst => (false, false),
            Strictness::Smart => (false, !node.is_named()),
            Strictness::Ast | Strictness::Relaxed => (!goal_named, !node.is_named()),
            Strictness::Signature if same_kind => return PatternStep::Matched,
            Strictness::Signature => (!goal_named, !node.is_named()),
            Strictness::Template if same_text() => return PatternStep::Matched,
            Strictness::Template => (false, !node.is_named()),
        };
        match (skip_goal, skip_candidate) {
            (true, true) => PatternStep::SkipBoth,
            (true, false) => PatternStep::SkipGoal,
            (false, true) => PatternStep::SkipCandidate,
            (false, false) => PatternStep::Differs,
        }
    }

    /// Compares the children of a node of the pattern, `goals`, with those of `parent`.
    fn children(&mut self, strictness: Strictness, goals: (u32, u32), parent: NodeId) -> bool {
        let (program, tree) = (self.program, self.tree);
        let nodes = &program.patterns.nodes;
        let (mut goal, goals_end) = goals;
        let (mut at, end) = (parent.0 + 1, tree.subtree_end(parent));
        let next = |at: u32| tree.subtree_end(NodeId(at));
        if at >= end {
            return false;
        }
        loop {
            if goal >= goals_end {
                return true;
            }
            if let NodeShape::Many { slot } = nodes[goal as usize].shape {
                match self.many(strictness, slot, (&mut goal, goals_end), (&mut at, end)) {
                    Many::Failed => return false,
                    Many::Done => return true,
                    Many::Again => continue,
                    Many::NextMatches => {}
                    Many::NextMatched => {
                        goal = nodes[goal as usize].end;
                        at = next(at);
                        if goal >= goals_end {
                            return self.only_trailing(strictness, at, end);
                        }
                        if at >= end {
                            return false;
                        }
                        continue;
                    }
                }
            }
            loop {
                if at >= end {
                    if !self.only_skippable_goals(strictness, goal, goals_end) {
                        return false;
                    }
                    goal = goals_end;
                    break;
                }
                match self.node(strictness, goal, NodeId(at)) {
                    PatternStep::Matched => break,
                    PatternStep::SkipGoal => goal = nodes[goal as usize].end,
                    PatternStep::SkipBoth => {
                        at = next(at);
                        goal = nodes[goal as usize].end;
                    }
                    PatternStep::SkipCandidate => {
                        at = next(at);
                        continue;
                    }
                    PatternStep::Differs => return false,
                }
                if goal >= goals_end {
                    break;
                }
            }
            if goal < goals_end {
                goal = nodes[goal as usize].end;
                at = next(at);
            }
            if goal >= goals_end {
                return self.only_trailing(strictness, at, end);
            }
            if at >= end {
                return false;
            }
        }
    }

    /// Lets `$$$` take as few nodes as possible: up to the first that the goal behind it matches.
    fn many(
        &mut self,
        strictness: Strictness,
        slot: Option<u16>,
        (goal, goals_end): (&mut u32, u32),
        (at, end): (&mut u32, u32),
    ) -> Many {
        let (program, tree) = (self.program, self.tree);
        let nodes = &program.patterns.nodes;
        let start = *at;
        *goal = nodes[*goal as usize].end;
        // Tokens of the pattern between the list and the next real goal (a comma) are what the list takes too much.
        let mut tokens = 0;
        while *goal < goals_end && matches!(nodes[*goal as usize].shape, NodeShape::Leaf { named: false, .. }) {
            *goal = nodes[*goal as usize].end;
            tokens += 1;
        }
        if *goal >= goals_end {
            return if self.bind_list(slot, start, end, tokens) { Many::Done } else { Many::Failed };
        }
        if matches!(nodes[*goal as usize].shape, NodeShape::Many { .. }) {
            // Of two lists in a row the first takes one node.
            *at = tree.subtree_end(NodeId(*at));
            let bound = *at < end && self.bind_list(slot, start, *at, tokens);
            return if bound { Many::Again } else { Many::Failed };
        }
        loop {
            let mark = self.captures.mark();
            if self.node(strictness, *goal, NodeId(*at)) == PatternStep::Matched {
                let free = slot.is_none_or(|slot| self.captures.list(slot).is_none());
                if !free {
                    // What the list is compared with must not come from behind it.
                    self.captures.roll_back(mark);
                }
                let bound = self.bind_list(slot, start, *at, tokens);
                return match (bound, free) {
                    (false, _) => Many::Failed,
                    (true, true) => Many::NextMatched,
                    (true, false) => Many::NextMatches,
                };
            }
            self.captures.roll_back(mark);
            *at = tree.subtree_end(NodeId(*at));
            if *at >= end {
                return Many::Failed;
            }
        }
    }

    fn only_trailing(&mut self, strictness: Strictness, mut at: u32, end: u32) -> bool {
        while at < end {
            if !strictness.skips_trailing(self.tree, NodeId(at)) {
                return false;
            }
            at = self.tree.subtree_end(NodeId(at));
            self.steps += 1;
        }
        true
    }

    fn only_skippable_goals(&self, strictness: Strictness, mut goal: u32, end: u32) -> bool {
        while goal < end {
            let node = &self.program.patterns.nodes[goal as usize];
            if !strictness.skips_goal(node) {
                return false;
            }
            goal = node.end;
        }
        true
    }

    fn bind_one(&mut self, slot: Option<u16>, named: bool, node: NodeId) -> bool {
        if named && !self.tree.node(node).is_named() {
            return false;
        }
        let Some(slot) = slot else {
            return true;
        };
        if let Some(bound) = self.captures.one(slot)
            && !same_node(self.tree, self.analysis.text(), bound, node, &mut self.steps)
        {
            return false;
        }
        self.captures.set_one(slot, Some(node));
        true
    }

    /// Binds the siblings from `start` to `end` but the last `surplus` ones.
    fn bind_list(&mut self, slot: Option<u16>, start: u32, end: u32, surplus: usize) -> bool {
        let Some(slot) = slot else {
            return true;
        };
        let mut list = Siblings { start, end };
        if surplus > 0 {
            let count = crate::same::siblings(self.tree, list).count();
            self.steps += count as u64;
            let kept = crate::same::siblings(self.tree, list).take(count.saturating_sub(surplus)).last();
            list.end = kept.map_or(start, |last| self.tree.subtree_end(last));
        }
        if let Some(bound) = self.captures.list(slot)
            && !same_list(self.tree, self.analysis.text(), bound, list, &mut self.steps)
        {
            return false;
        }
        self.captures.set_list(slot, Some(list));
        true
    }
}

/// What became of a `$$$`.
enum Many {
    Failed,
    /// It was the last goal.
    Done,
    /// The next goal is a list as well.
    Again,
    /// The next goal matches at the place reached, and is still to be matched.
    NextMatches,
    /// The next goal is matched already.
    NextMatched,
}

fn matched(yes: bool) -> PatternStep {
    if yes { PatternStep::Matched } else { PatternStep::Differs }
}
