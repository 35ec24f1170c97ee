//! What instructions depend on besides the node that they test.
//!
//! A search (`inside`, `has`, …) that is asked at many nodes of one source goes over the same nodes again and again. What
//! it found out about a node holds for the next question too, where the answer depends on that node alone.

use crate::limits::MAX_DEPTH;
use crate::op::{NameContext, Op, OpId, Stop};
use crate::pattern::NodeShape;
use crate::program::Program;

/// More metavariables than this in one program are not told apart: nothing is shared then.
const MAX_SLOTS: usize = u128::BITS as usize;

/// What is known of an instruction and all below it.
#[derive(Clone, Copy, Default)]
struct KnownContexts {
    /// The metavariables that its patterns name.
    slots: u128,
    /// How many pairs of a pattern and a metavariable in it there are.
    mentions: u64,
    /// Whether it calls a local util, which sees what its caller has bound.
    calls_local: bool,
    /// Whether what is bound before can only make it fail, and whatever it binds, it binds at the same nodes then.
    narrows: Narrows,
}

/// What becomes of an instruction's answer where metavariables that it names are bound already.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Narrows {
    /// It may match where it would not with nothing bound.
    #[default]
    No,
    /// It matches at most where it would with nothing bound, but may then bind other nodes: another alternative, say.
    Alone,
    /// It matches at most where it would with nothing bound, and binds the same nodes.
    Exactly,
}

/// The context of each instruction of a program; empty where nothing may be shared, because a util leads back to itself or
/// tests may nest deeper than [`MAX_DEPTH`]: what is shared would not count its depth.
pub(crate) fn of(program: &Program) -> Vec<NameContext> {
    if program.patterns.ones.len() + program.patterns.lists.len() > MAX_SLOTS || !stays_shallow(program) {
        return Vec::new();
    }
    let mut known: Vec<KnownContexts> = Vec::with_capacity(program.ops.len());
    let mut uses = [0_u64; MAX_SLOTS];
    for op in &program.ops {
        let mut all = KnownContexts::default();
        match *op {
            Op::Pattern(pattern) => {
                all.slots = pattern_slots(program, pattern.root);
                all.mentions = u64::from(all.slots.count_ones());
                slots(all.slots).for_each(|slot| uses[slot] += 1);
                if pattern_narrows(program, pattern.root) {
                    all.narrows = Narrows::Exactly;
                }
            }
            Op::Call(util) => {
                let util = &program.utils[util as usize];
                all.calls_local = util.shared.is_none() || util.own.is_some();
            }
            _ => {}
        }
        // What ends a search sees nothing that is bound, and forgets what it binds.
        for operand in operands(program, op) {
            let below = known[operand.0 as usize];
            all.slots |= below.slots;
            all.mentions += below.mentions;
            all.calls_local |= below.calls_local;
        }
        if all.slots == 0 {
            all.narrows = Narrows::Exactly;
        } else {
            match *op {
                Op::All { ops, .. } => all.narrows = all_narrow(program.list(ops), &known),
                Op::Any { ops, .. } => {
                    let every = program.list(ops).iter().all(|op| known[op.0 as usize].narrows != Narrows::No);
                    all.narrows = if every { Narrows::Alone } else { Narrows::No };
                }
                _ => {}
            }
        }
        known.push(all);
    }
    let locals_bind = program.utils.iter().any(|util| util.shared.is_none() && known[util.body.0 as usize].slots != 0);
    let context = |known: &KnownContexts| {
        if known.calls_local && locals_bind {
            NameContext::Bound
        } else if known.slots == 0 {
            NameContext::Free
        } else if !locals_bind && slots(known.slots).map(|slot| uses[slot]).sum::<u64>() == known.mentions {
            NameContext::Binds
        } else if known.narrows != Narrows::No {
            NameContext::Narrowed
        } else {
            NameContext::Bound
        }
    };
    known.iter().map(context).collect()
}

fn slots(set: u128) -> impl Iterator<Item = usize> {
    (0..MAX_SLOTS).filter(move |slot| set >> slot & 1 == 1)
}

/// Of tests that must all hold: each must bind the same nodes for the next, and none compare with what another has bound.
fn all_narrow(ops: &[OpId], known: &[KnownContexts]) -> Narrows {
    let mut bound = 0_u128;
    for op in ops {
        let below = known[op.0 as usize];
        if below.narrows != Narrows::Exactly || below.slots & bound != 0 {
            return Narrows::No;
        }
        bound |= below.slots;
    }
    Narrows::Exactly
}

/// Whether what a metavariable of a pattern is bound to can only make the pattern fail. Not where it stands behind a list,
/// which goes on up to the first node that it can match; nor where it stands twice: two nodes can each be the same code as a
/// third without being that of each other.
fn pattern_narrows(program: &Program, root: u32) -> bool {
    let nodes = &program.patterns.nodes;
    let end = nodes[root as usize].end;
    let (mut ones, mut lists) = (0_u128, 0_u128);
    // Where the nodes end that stand beside a list and behind it.
    let mut behind_list = root;
    for (at, node) in (root..).zip(&nodes[root as usize..end as usize]) {
        let (seen, slot) = match node.shape {
            NodeShape::One { slot, .. } => (&mut ones, slot),
            NodeShape::Many { slot } => (&mut lists, slot),
            NodeShape::Leaf { .. } | NodeShape::Inner => continue,
        };
        if let Some(slot) = slot {
            if at < behind_list || *seen >> slot & 1 == 1 {
                return false;
            }
            *seen |= 1 << slot;
        }
        if matches!(node.shape, NodeShape::Many { .. }) {
            behind_list = behind_list.max(parent_end(program, (root, end), at));
        }
    }
    true
}

/// Where the node of a pattern ends that holds the one at `at`.
fn parent_end(program: &Program, (root, end): (u32, u32), at: u32) -> u32 {
    let nodes = &program.patterns.nodes;
    let mut holder = end;
    let mut next = root;
    while next < at {
        let node = &nodes[next as usize];
        if node.end > at {
            holder = node.end;
            next += 1;
        } else {
            next = node.end;
        }
    }
    holder
}

fn pattern_slots(program: &Program, root: u32) -> u128 {
    let patterns = &program.patterns;
    let end = patterns.nodes[root as usize].end;
    let named = patterns.nodes[root as usize..end as usize].iter().filter_map(|node| match node.shape {
        NodeShape::One { slot, .. } => slot.map(usize::from),
        NodeShape::Many { slot } => slot.map(|slot| patterns.ones.len() + usize::from(slot)),
        NodeShape::Leaf { .. } | NodeShape::Inner => None,
    });
    named.fold(0, |set, slot| set | 1 << slot)
}

/// The instructions that one asks with what is bound in view. They stand before it.
fn operands<'p>(program: &'p Program, op: &'p Op) -> impl Iterator<Item = OpId> + 'p {
    let (one, list): (Option<OpId>, &[OpId]) = match op {
        Op::All { ops, .. } | Op::Any { ops, .. } => (None, program.list(*ops)),
        Op::Not(op) | Op::From(op) | Op::Relational { op, .. } => (Some(*op), &[]),
        Op::NthChild { of, .. } => (*of, &[]),
        Op::Pattern(_)
        | Op::Kind(_)
        | Op::Regex(_)
        | Op::Range(_)
        | Op::Call(_)
        | Op::ResolvesTo { .. }
        | Op::Reassigned(_)
        | Op::Exported(_)
        | Op::References(_)
        | Op::Option(_) => (None, &[]),
    };
    one.into_iter().chain(list.iter().copied())
}

/// Whether no util leads back to itself, be it through a relation, and tests nest less deep than the limit.
fn stays_shallow(program: &Program) -> bool {
    let count = program.utils.len();
    // For each util the instructions of which it consists, those that are asked before those that ask them.
    let bodies: Vec<Vec<OpId>> = program
        .utils
        .iter()
        .map(|util| {
            let constraints = util.shared.iter().flatten().map(|constraint| constraint.op);
            subtree(program, constraints.chain([util.body]).collect())
        })
        .collect();
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open = vec![0_usize; count];
    for (caller, body) in bodies.iter().enumerate() {
        for op in body {
            if let Op::Call(util) = program.op(*op) {
                callers[*util as usize].push(caller);
                open[caller] += 1;
            }
        }
    }
    let mut heights = vec![0_u32; program.ops.len()];
    let mut util_heights = vec![0_u32; count];
    let mut measure = |ops: &[OpId], util_heights: &[u32]| {
        let mut highest = 0;
        for op in ops {
            let instruction = program.op(*op);
            let mut below = match instruction {
                Op::Call(util) => util_heights[*util as usize],
                Op::Relational { stop: Stop::Rule(stop), .. } => heights[stop.0 as usize],
                _ => 0,
            };
            for operand in operands(program, instruction) {
                below = below.max(heights[operand.0 as usize]);
            }
            heights[op.0 as usize] = below + 1;
            highest = highest.max(below + 1);
        }
        highest
    };
    let mut ready: Vec<usize> = (0..count).filter(|util| open[*util] == 0).collect();
    let mut done = 0;
    while let Some(util) = ready.pop() {
        done += 1;
        util_heights[util] = measure(&bodies[util], &util_heights);
        for caller in &callers[util] {
            open[*caller] -= 1;
            if open[*caller] == 0 {
                ready.push(*caller);
            }
        }
    }
    let all: Vec<OpId> = (0..program.ops.len() as u32).map(OpId).collect();
    done == count && measure(&all, &util_heights) <= MAX_DEPTH
}

/// Some instructions and all that they ask, utils left out, in the order of the program.
fn subtree(program: &Program, mut open: Vec<OpId>) -> Vec<OpId> {
    let mut found = Vec::new();
    while let Some(op) = open.pop() {
        found.push(op);
        let instruction = program.op(op);
        open.extend(operands(program, instruction));
        if let Op::Relational { stop: Stop::Rule(stop), .. } = instruction {
            open.push(*stop);
        }
    }
    found.sort_unstable_by_key(|op| op.0);
    found
}
