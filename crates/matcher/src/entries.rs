//! At which nodes a program can match at all: kinds, refined by the text of one child.

use auditlint_syntax::KindId;

use crate::clause::Strictness;
use crate::entry::{EntryKey, KeyPath, ProgramEntry};
use crate::op::{Op, OpId};
use crate::pattern::{NodeShape, Pattern};
use crate::program::Program;

/// Beyond this many entries a program is listed by kind alone.
const MAX_ENTRIES: usize = 256;

/// Works out the entries of a program, and the kinds outside of which its `all` and `any` cannot match.
pub(crate) fn fill(program: &mut Program) {
    let mut finder = EntryFinder { program, utils: vec![KnownEntries::Unasked; program.utils.len()] };
    let root = finder.op(program.root);
    let mut sets = Vec::new();
    for index in 0..program.ops.len() as u32 {
        if matches!(program.ops[index as usize], Op::All { .. } | Op::Any { .. }) {
            sets.push((index, finder.op(OpId(index))));
        }
    }
    for (index, entries) in sets {
        let Some(entries) = entries else { continue };
        let set = program.kind_sets.len() as u32;
        program.kind_sets.push(kinds(&entries));
        if let Op::All { kinds, .. } | Op::Any { kinds, .. } = &mut program.ops[index as usize] {
            *kinds = Some(set);
        }
    }
    if let Some(entries) = root {
        program.kinds = Some(kinds(&entries));
        program.entries = entries;
    }
}

fn kinds(entries: &[ProgramEntry]) -> Vec<KindId> {
    let mut kinds: Vec<KindId> = entries.iter().map(|entry| entry.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[derive(Clone)]
enum KnownEntries {
    Unasked,
    /// Being worked out: it leads to itself through `ofRule` or a relation, so nothing is known.
    Asked,
    Told(Option<Vec<ProgramEntry>>),
}

struct EntryFinder<'p> {
    program: &'p Program,
    utils: Vec<KnownEntries>,
}

impl EntryFinder<'_> {
    /// The entries of an instruction; `None` where it can match nodes of any kind.
    fn op(&mut self, op: OpId) -> Option<Vec<ProgramEntry>> {
        match *self.program.op(op) {
            Op::Pattern(pattern) => pattern_entry(self.program, &pattern).map(|entry| vec![entry]),
            Op::Kind(kind) => Some(vec![ProgramEntry { kind, key: None }]),
            Op::NthChild { of, .. } => self.op(of?),
            Op::All { ops, .. } => {
                let program = self.program;
                let known: Vec<Vec<ProgramEntry>> = program.list(ops).iter().filter_map(|op| self.op(*op)).collect();
                known.into_iter().reduce(both)
            }
            Op::Any { ops, .. } => {
                let mut either = Vec::new();
                let program = self.program;
                for op in program.list(ops) {
                    either.append(&mut self.op(*op)?);
                }
                Some(tidy(either))
            }
            Op::Call(util) => {
                match &self.utils[util as usize] {
                    KnownEntries::Told(entries) => return entries.clone(),
                    KnownEntries::Asked => return None,
                    KnownEntries::Unasked => {}
                }
                self.utils[util as usize] = KnownEntries::Asked;
                let entries = self.op(self.program.utils[util as usize].body);
                self.utils[util as usize] = KnownEntries::Told(entries.clone());
                entries
            }
            Op::ResolvesTo { wrapped, .. } => {
                let kinds = auditlint_names::name_kinds(self.program.language, wrapped);
                Some(kinds.iter().map(|kind| ProgramEntry { kind: *kind, key: None }).collect())
            }
            Op::Regex(_)
            | Op::Range(_)
            | Op::Not(_)
            | Op::From(_)
            | Op::Reassigned(_)
            | Op::Exported(_)
            | Op::References(_)
            | Op::Option(_)
            | Op::Relational { .. } => None,
        }
    }
}

/// Entries of a node that must fit both lists: the kinds that both have, with the keys of the one that has keys.
fn both(left: Vec<ProgramEntry>, right: Vec<ProgramEntry>) -> Vec<ProgramEntry> {
    let mut entries = Vec::new();
    for kind in kinds(&left) {
        let of_kind = |list: &[ProgramEntry]| -> Vec<ProgramEntry> {
            list.iter().filter(|entry| entry.kind == kind).cloned().collect()
        };
        let (lefts, rights) = (of_kind(&left), of_kind(&right));
        if rights.is_empty() {
            continue;
        }
        let open = lefts.iter().any(|entry| entry.key.is_none());
        entries.extend(if open { rights } else { lefts });
    }
    tidy(entries)
}

/// Sorts, and drops keys where the same kind is listed without one.
fn tidy(mut entries: Vec<ProgramEntry>) -> Vec<ProgramEntry> {
    entries.sort();
    entries.dedup();
    if entries.len() > MAX_ENTRIES {
        for entry in &mut entries {
            entry.key = None;
        }
        entries.dedup();
    }
    // An entry without a key sorts before those of its kind that have one.
    let mut open = None;
    entries.retain(|entry| {
        if entry.key.is_none() {
            open = Some(entry.kind);
        }
        entry.key.is_none() || open != Some(entry.kind)
    });
    entries
}

fn pattern_entry(program: &Program, pattern: &Pattern) -> Option<ProgramEntry> {
    if pattern.strictness == Strictness::Template {
        return None;
    }
    let root = &program.patterns.nodes[pattern.root as usize];
    if let NodeShape::One { .. } = root.shape {
        return pattern.selected.map(|kind| ProgramEntry { kind, key: None });
    }
    let counts_children = matches!(pattern.strictness, Strictness::Smart | Strictness::Relaxed);
    let key = if counts_children { find_key(program, pattern.root, KeyPath::default()) } else { None };
    Some(ProgramEntry { kind: root.kind, key })
}

/// The name that says most about a pattern node: the last identifier of its first child that has any.
///
/// Under `smart` and `relaxed` the first named nodes of a pattern stand for the first named nodes of the code in the
/// same order, comments aside, up to the first `$$$` (any number) or `$$A` (may be a token).
fn find_key(program: &Program, node: u32, path: KeyPath) -> Option<EntryKey> {
    let patterns = &program.patterns;
    let goal = &patterns.nodes[node as usize];
    match goal.shape {
        NodeShape::Leaf { named: true, start, end } => {
            let text = std::str::from_utf8(patterns.text(start, end)).ok()?;
            let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            (is_name && !text.is_empty()).then(|| EntryKey { path, text: text.into() })
        }
        NodeShape::Inner => {
            let mut step = 0;
            let mut at = node + 1;
            let mut keys = Vec::new();
            while at < goal.end {
                let child = &patterns.nodes[at as usize];
                let comment = program.language.kind_name(child.kind).is_some_and(|name| name.contains("comment"));
                match child.shape {
                    NodeShape::Many { .. } | NodeShape::One { named: false, .. } => break,
                    _ if comment => break,
                    NodeShape::Leaf { named: false, .. } => {}
                    NodeShape::Leaf { .. } | NodeShape::Inner | NodeShape::One { .. } => {
                        keys.push(path.down(step).and_then(|path| find_key(program, at, path)));
                        step += 1;
                    }
                }
                at = child.end;
            }
            if path.len == 0 {
                return keys.into_iter().flatten().next();
            }
            keys.into_iter().flatten().next_back()
        }
        NodeShape::Leaf { .. } | NodeShape::One { .. } | NodeShape::Many { .. } => None,
    }
}
