//! Trying a program at one node.

use auditlint_names::{BindingId, Names, PathPattern};
use auditlint_syntax::{FieldId, NodeId, Tree};

use crate::Analysis;
use crate::captures::Captures;
use crate::clause::Direction;
use crate::explain::Traced;
use crate::op::{Constraint, Op, OpId, Stop};
use crate::program::{Program, contains};

/// How deep tests may nest while one node is tried. Rules nest a few levels; a util that comes back to itself through
/// a relation follows the tree, whose depth has no bound.
const MAX_DEPTH: u32 = 800;

/// How many bytes a regular expression reads in the time of one test, roughly.
const BYTES_FOR_ONE: u64 = 32;

/// One attempt.
pub(crate) struct Run<'r, 'a> {
    pub(crate) program: &'r Program,
    pub(crate) analysis: &'r Analysis<'a>,
    pub(crate) tree: &'r Tree,
    pub(crate) captures: &'r mut Captures,
    depth: u32,
    exceeded: bool,
    /// How many more tests may be made.
    pub(crate) fuel: u64,
    /// Every test that was made, where somebody wants to know.
    pub(crate) trace: Option<Vec<Traced>>,
}

impl<'r, 'a> Run<'r, 'a> {
    pub(crate) fn new(program: &'r Program, analysis: &'r Analysis<'a>, captures: &'r mut Captures) -> Self {
        Self {
            program,
            analysis,
            tree: analysis.tree(),
            captures,
            depth: 0,
            exceeded: false,
            fuel: u64::MAX,
            trace: None,
        }
    }

    pub(crate) fn captures(&self) -> &Captures {
        self.captures
    }

    /// Whether the whole program matches. Beyond the depth limit nothing matches, a negation neither.
    pub(crate) fn matches(&mut self, node: NodeId) -> bool {
        let program = self.program;
        self.test(program.root, node) && self.constraints_hold(&program.constraints) && !self.exceeded
    }

    /// Takes `fuel` off what is left; `false` where there is not enough.
    pub(crate) fn pays(&mut self, fuel: u64) -> bool {
        let left = self.fuel.checked_sub(fuel);
        self.fuel = left.unwrap_or(0);
        self.exceeded |= left.is_none();
        left.is_some()
    }

    /// Runs one instruction. Where it fails, the bindings are as they were before.
    pub(crate) fn test(&mut self, op: OpId, node: NodeId) -> bool {
        self.exceeded |= self.depth >= MAX_DEPTH || !self.pays(1);
        if self.exceeded {
            return false;
        }
        let traced = self.trace.as_mut().map(|trace| {
            trace.push(Traced { depth: self.depth, node, op, holds: false });
            trace.len() - 1
        });
        self.depth += 1;
        let matched = match *self.program.op(op) {
            Op::Kind(kind) => self.tree.kind(node) == kind,
            Op::Pattern(pattern) => self.pattern(&pattern, node),
            Op::Regex(regex) => {
                let text = self.tree.text(node, self.analysis.text());
                self.pays(text.len() as u64 / BYTES_FOR_ONE)
                    && self.program.regexes[regex as usize].get().is_some_and(|regex| regex.is_match(text))
            }
            Op::NthChild { places, reverse, of } => {
                self.place(node, reverse, of).is_some_and(|place| places.contains(place))
                    && of.is_none_or(|of| self.test(of, node))
            }
            Op::Range(range) => self.range(&range, node),
            Op::All { ops, kinds } => {
                self.may_have(kinds, node) && {
                    let mark = self.captures.mark();
                    let program = self.program;
                    let all = program.list(ops).iter().all(|op| self.test(*op, node));
                    if !all {
                        self.captures.roll_back(mark);
                    }
                    all
                }
            }
            Op::Any { ops, kinds } => {
                let program = self.program;
                self.may_have(kinds, node) && program.list(ops).iter().any(|op| self.test(*op, node))
            }
            Op::Not(op) => !self.probe(op, node),
            Op::Relation { direction, op, stop, field } => self.relation(direction, op, stop, field, node),
            Op::Call(util) => self.call(util, node),
            Op::ResolvesTo { paths, wrapped } => self.resolves_to(paths, wrapped, node),
            Op::From(op) => {
                let origins = self.analysis.names().origins(self.tree, self.analysis.text(), node);
                origins.into_iter().any(|origin| self.test(op, origin))
            }
            Op::Reassigned(wanted) => self.binding(node, |names, id| names.is_reassigned(id) == wanted),
            Op::Exported(wanted) => self.binding(node, |names, id| names.binding(id).exported == wanted),
            Op::References(count) => self.binding(node, |names, id| {
                (count.min as usize..=count.max as usize).contains(&names.references(id).len())
            }),
        };
        self.depth -= 1;
        if let (Some(trace), Some(traced)) = (&mut self.trace, traced) {
            trace[traced].holds = matched;
        }
        matched
    }

    fn resolves_to(&self, paths: u32, wrapped: bool, node: NodeId) -> bool {
        let (tree, text) = (self.tree, self.analysis.text());
        let kinds = auditlint_names::name_kinds(tree.language(), wrapped);
        let paths = &self.program.paths[paths as usize];
        // Most names end otherwise, and need no lookup to know it. A field of a class can have another name than its value.
        let names = self.analysis.names();
        let ends_otherwise = |path: &PathPattern| {
            path.last_name().is_some_and(|last| auditlint_names::ends_otherwise(tree, text, node, last))
        };
        if !contains(kinds, tree.kind(node)) || (!names.has_fields() && paths.iter().all(ends_otherwise)) {
            return false;
        }
        let target = self.analysis.target(node);
        paths.iter().any(|path| path.matches(&target, text))
    }

    /// Whether a node is about a binding of which something holds.
    fn binding(&self, node: NodeId, holds: impl FnOnce(&Names, BindingId) -> bool) -> bool {
        let names = self.analysis.names();
        names.binding_at(self.tree, node).is_some_and(|id| holds(names, id))
    }

    fn may_have(&self, kinds: Option<u32>, node: NodeId) -> bool {
        kinds.is_none_or(|set| contains(&self.program.kind_sets[set as usize], self.tree.kind(node)))
    }

    /// Runs an instruction and forgets what it bound.
    fn probe(&mut self, op: OpId, node: NodeId) -> bool {
        let mark = self.captures.mark();
        let matched = self.test(op, node);
        self.captures.roll_back(mark);
        matched
    }

    /// Runs an instruction that neither sees nor sets what is bound.
    fn probe_alone(&mut self, op: OpId, node: NodeId) -> bool {
        let mark = self.captures.mark();
        self.captures.hide_all();
        let matched = self.test(op, node);
        self.captures.roll_back(mark);
        matched
    }

    fn call(&mut self, util: u32, node: NodeId) -> bool {
        let program = self.program;
        let util = &program.utils[util as usize];
        let Some(constraints) = &util.shared else {
            return self.test(util.body, node);
        };
        let mark = self.captures.mark();
        self.captures.hide_all();
        let matched = self.test(util.body, node) && self.constraints_hold(constraints);
        self.captures.roll_back(mark);
        matched
    }

    /// Asks of each metavariable that the rule itself has bound what the constraints say. What a constraint binds is
    /// bound from then on, but has no constraint of its own.
    fn constraints_hold(&mut self, constraints: &[Constraint]) -> bool {
        let mut unbound = 0_u64;
        for (index, constraint) in constraints.iter().enumerate() {
            if index < 64 && self.captures.one(constraint.slot).is_none() {
                unbound |= 1 << index;
            }
        }
        constraints.iter().enumerate().all(|(index, constraint)| {
            if index < 64 && unbound >> index & 1 == 1 {
                return true;
            }
            self.captures.one(constraint.slot).is_none_or(|node| self.test(constraint.op, node))
        })
    }

    fn range(&self, range: &crate::clause::Range, node: NodeId) -> bool {
        let span = self.tree.span(node);
        [(range.start, span.start), (range.end, span.end)].into_iter().all(|(point, offset)| {
            let (line, column) = self.analysis.line_and_column(offset);
            line == point.line && point.column.is_none_or(|wanted| wanted == column)
        })
    }

    /// The 1-based place of a node among its named siblings, or among those that match `of`.
    fn place(&mut self, node: NodeId, reverse: bool, of: Option<OpId>) -> Option<u32> {
        let tree = self.tree;
        let parent = tree.parent(node)?;
        if !tree.node(node).is_named() || !tree.is_within(node, parent) {
            return None;
        }
        let Some(of) = of else {
            let (place, count) = self.analysis.place_among_named(parent, node);
            return Some(if reverse { count - place + 1 } else { place });
        };
        if !self.probe(of, node) {
            return None;
        }
        let mut place = 1;
        for sibling in tree.named_children(parent) {
            if sibling == node {
                if reverse {
                    place = 1;
                    continue;
                }
                return Some(place);
            }
            if self.probe(of, sibling) {
                place += 1;
            }
        }
        Some(place)
    }

    fn relation(&mut self, direction: Direction, op: OpId, stop: Stop, field: Option<FieldId>, node: NodeId) -> bool {
        match direction {
            Direction::Inside => self.inside(op, stop, field, node),
            Direction::Has => self.has(op, stop, field, node),
            Direction::Precedes | Direction::Follows => self.beside(direction, op, stop, node).is_some(),
        }
    }

    /// Looks up, from islands into their hosts. With a field every step must lead out of that field.
    fn inside(&mut self, op: OpId, stop: Stop, field: Option<FieldId>, node: NodeId) -> bool {
        let tree = self.tree;
        let mut below = node;
        while let Some(at) = tree.parent(below) {
            let fits = field.is_none_or(|field| tree.child_by_field(at, field) == Some(below));
            if fits && self.test(op, at) {
                return true;
            }
            match stop {
                Stop::Neighbor => return false,
                Stop::Rule(stop) if self.probe_alone(stop, at) => return false,
                Stop::End | Stop::Rule(_) => below = at,
            }
        }
        false
    }

    /// Looks down, in the order of the file. With a field the search begins at, and includes, the child under it.
    fn has(&mut self, op: OpId, stop: Stop, field: Option<FieldId>, node: NodeId) -> bool {
        let tree = self.tree;
        let (mut at, end) = match field {
            None => (node.0 + 1, tree.subtree_end(node)),
            Some(field) => match tree.child_by_field(node, field) {
                Some(child) if stop == Stop::Neighbor => return self.test(op, child),
                Some(child) => (child.0, tree.subtree_end(child)),
                None => return false,
            },
        };
        while at < end {
            let candidate = NodeId(at);
            if self.test(op, candidate) {
                return true;
            }
            at = match stop {
                Stop::End => at + 1,
                Stop::Neighbor => tree.subtree_end(candidate),
                Stop::Rule(stop) if self.probe_alone(stop, candidate) => tree.subtree_end(candidate),
                Stop::Rule(_) => at + 1,
            };
        }
        false
    }

    /// Looks along the siblings, away from the node, and gives the one that matched.
    pub(crate) fn beside(&mut self, direction: Direction, op: OpId, stop: Stop, node: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let mut at = node;
        loop {
            at = match direction {
                Direction::Follows => tree.prev_sibling(at)?,
                _ => tree.next_sibling(at)?,
            };
            if self.test(op, at) {
                return Some(at);
            }
            match stop {
                Stop::Neighbor => return None,
                Stop::Rule(stop) if self.probe_alone(stop, at) => return None,
                Stop::End | Stop::Rule(_) => {}
            }
        }
    }
}
