//! Trying a program at one node.

mod compare;
mod elsewhere;
mod search;

use auditlint_names::{BindingId, Names, PathPattern};
use auditlint_syntax::{NodeId, Tree};

use crate::captures::{Captures, HiddenBinding};
use crate::limits::MAX_DEPTH;
use crate::memory::{FEW, SearchPlace};
use crate::op::{Constraint, NameContext, Op, OpId};
use crate::program::{Program, contains};
use crate::same::{same_list, same_node};
use crate::{Analysis, Memory};

pub(crate) use search::Search;

/// How many bytes a regular expression reads in the time of one test, roughly.
const BYTES_FOR_ONE: u64 = 16;

/// One test that was made of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traced {
    pub(crate) depth: u32,
    pub(crate) node: NodeId,
    pub(crate) op: OpId,
    pub(crate) holds: bool,
}

/// One attempt.
pub(crate) struct Run<'r, 'a> {
    pub(crate) program: &'r Program,
    pub(crate) analysis: &'r Analysis<'a>,
    pub(crate) tree: &'r Tree,
    pub(crate) captures: &'r mut Captures,
    depth: u32,
    /// Whether a limit was passed: from then on nothing matches.
    pub(crate) exceeded: bool,
    pub(crate) steps: u64,
    /// The imported names that what holds so far goes back to.
    pub(crate) via: Vec<u32>,
    /// How many steps may be taken.
    pub(crate) limit: u64,
    /// What was found out at other nodes; `None` where everything is to be asked anew.
    pub(crate) memory: Option<&'r mut Memory>,
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
            steps: 0,
            via: Vec::new(),
            limit: u64::MAX,
            memory: None,
            trace: None,
        }
    }

    /// The same with what was found out at other nodes of the source, and within its limit.
    pub(crate) fn remembering(
        program: &'r Program,
        analysis: &'r Analysis<'a>,
        captures: &'r mut Captures,
        memory: &'r mut Memory,
    ) -> Self {
        memory.begin(analysis.tree(), program.ops.len());
        let (steps, limit) = (memory.steps, memory.limit);
        Self { steps, limit, memory: Some(memory), ..Self::new(program, analysis, captures) }
    }

    pub(crate) fn captures(&self) -> &Captures {
        self.captures
    }

    /// Whether the whole program matches. Beyond the limits nothing matches, a negation neither.
    pub(crate) fn matches(&mut self, node: NodeId) -> bool {
        let program = self.program;
        let matched = self.test(program.root, node) && self.constraints_hold(&program.constraints) && !self.exceeded;
        self.note_steps();
        matched
    }

    /// Keeps how many steps were taken.
    pub(crate) fn note_steps(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.steps = self.steps;
        }
    }

    /// Counts steps; `false` where they are more than may be taken.
    pub(crate) fn pays(&mut self, steps: u64) -> bool {
        self.steps += steps;
        self.exceeded |= self.steps > self.limit;
        !self.exceeded
    }

    /// Runs one instruction. Where it fails, the bindings are as they were before.
    pub(crate) fn test(&mut self, id: OpId, node: NodeId) -> bool {
        self.exceeded |= self.depth >= MAX_DEPTH || !self.pays(1);
        if self.exceeded {
            return false;
        }
        let traced = self.trace.as_mut().map(|trace| {
            trace.push(Traced { depth: self.depth, node, op: id, holds: false });
            trace.len() - 1
        });
        self.depth += 1;
        let via = self.via.len();
        let matched = match *self.program.op(id) {
            Op::Kind(kind) => self.tree.kind(node) == kind,
            Op::Pattern(pattern) => self.pattern(&pattern, node),
            Op::Regex(regex) => {
                let text = self.tree.text(node, self.analysis.text());
                let regex = &self.program.regexes[regex as usize];
                self.pays(regex.cost(text) / BYTES_FOR_ONE) && regex.get().is_some_and(|regex| regex.is_match(text))
            }
            Op::NthChild { places, reverse, of } => {
                self.place(id, node, reverse, of).is_some_and(|place| places.contains(place))
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
            Op::Relational { direction, op: goal, stop, field } => {
                self.search(id, Search { direction, op: goal, stop, field }, node).is_some()
            }
            Op::Call(util) => self.call(util, node),
            Op::ResolvesTo { paths, wrapped } => self.resolves_to(paths, wrapped, node),
            Op::From(op) => {
                let origins = self.analysis.names().origins(self.tree, self.analysis.text(), node);
                self.steps += origins.len() as u64;
                origins.iter().any(|origin| self.test(op, *origin)) || self.comes_from_elsewhere(id, &origins)
            }
            Op::Reassigned(wanted) => self.binding(node, |names, id| names.is_reassigned(id) == wanted),
            Op::Exported(wanted) => self.binding(node, |names, id| names.binding(id).exported == wanted),
            Op::References(count) => self.binding(node, |names, id| {
                (count.min as usize..=count.max as usize).contains(&names.references(id).len())
            }),
            Op::Option(test) => self.program.options[test as usize].holds,
        };
        self.depth -= 1;
        if !matched {
            self.via.truncate(via);
        }
        if let (Some(trace), Some(traced)) = (&mut self.trace, traced) {
            trace[traced].holds = matched;
        }
        matched
    }

    fn resolves_to(&mut self, paths: u32, wrapped: bool, node: NodeId) -> bool {
        let (tree, text) = (self.tree, self.analysis.text());
        let kinds = auditlint_names::name_kinds(tree.language(), wrapped);
        let paths = &self.program.paths[paths as usize];
        // Most names end otherwise, and need no lookup to know it. A field of a class can have another name than its value.
        let names = self.analysis.names();
        let ends_otherwise = |path: &PathPattern| {
            path.last_name().is_some_and(|last| auditlint_names::ends_otherwise(tree, text, node, last))
        };
        if !contains(kinds, tree.kind(node)) || (!names.renames_members() && paths.iter().all(ends_otherwise)) {
            return false;
        }
        let before = names.steps();
        let target = names.target_across(tree, text, node);
        self.steps += names.steps() - before;
        let resolves = paths.iter().any(|path| path.matches(&target, text));
        self.via.extend(names.via().filter(|_| resolves));
        resolves
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
    pub(crate) fn probe_alone(&mut self, op: OpId, node: NodeId) -> bool {
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
        let hidden = self.captures.mark();
        let matched = self.test(util.body, node) && self.constraints_hold(constraints);
        let Some(own) = util.own.as_ref().filter(|_| matched) else {
            self.captures.roll_back(mark);
            return matched;
        };
        own.ones.iter().for_each(|slot| self.captures.set_one(*slot, None));
        own.lists.iter().for_each(|slot| self.captures.set_list(*slot, None));
        // What is bound under the same name before and in the util must be the same code.
        let agrees = self.captures.hidden_between(mark, hidden).into_iter().all(|before| self.agrees(before));
        if !agrees {
            self.captures.roll_back(mark);
        }
        agrees
    }

    /// Binds again what was hidden while a util was tried; `false` where the util bound other code under the same name.
    fn agrees(&mut self, before: HiddenBinding) -> bool {
        let (tree, text) = (self.tree, self.analysis.text());
        match before {
            HiddenBinding::One(slot, node) => {
                let same = self.captures.one(slot).is_none_or(|now| same_node(tree, text, node, now, &mut self.steps));
                self.captures.set_one(slot, Some(node));
                same
            }
            HiddenBinding::List(slot, list) => {
                let same = self.captures.list(slot).is_none_or(|now| same_list(tree, text, list, now, &mut self.steps));
                self.captures.set_list(slot, Some(list));
                same
            }
        }
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
    fn place(&mut self, id: OpId, node: NodeId, reverse: bool, of: Option<OpId>) -> Option<u32> {
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
        let context = self.program.contexts.get(of.0 as usize).copied().unwrap_or(NameContext::Bound);
        let known = match &self.memory {
            Some(memory) if context.is_of_node_alone() => memory.places.get(&(id, parent)).copied(),
            _ => None,
        };
        let counted = match known.filter(|known| known.node <= node) {
            Some(known) => known,
            None => {
                let mut siblings = tree.named_children(parent).filter(|sibling| self.probe(of, *sibling));
                let first = siblings.next()?;
                SearchPlace { node: first, place: 1, count: 1 + siblings.count() as u32 }
            }
        };
        let mut place = counted.place;
        let mut at = counted.node;
        while at != node {
            at = tree.next_sibling(at)?;
            place += u32::from(tree.node(at).is_named() && self.probe(of, at));
        }
        if let Some(memory) = &mut self.memory
            && counted.count > FEW
            && context.is_of_node_alone()
            && !self.exceeded
        {
            memory.places.insert((id, parent), SearchPlace { node, place, ..counted });
        }
        Some(if reverse { counted.count - place + 1 } else { place })
    }
}
