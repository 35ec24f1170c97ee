//! Which rules are tried at a node, by its kind and by a text in it.

use std::collections::{BTreeMap, HashMap};

use auditlint_matcher::{Analysis, KeyPath, Program, ProgramEntry};
use auditlint_syntax::{KindId, Language, NodeId};

/// The rules of one language, by kind.
#[derive(Debug, Default)]
pub(crate) struct Dispatch {
    /// One slot for each kind of the grammar, and a last one for ERROR nodes.
    slots: Vec<DispatchSlot>,
    /// Rules that any node can match.
    everywhere: Vec<u32>,
    /// Rules written in Rust that look at the whole tree at once.
    pub(crate) whole: Vec<u32>,
}

type RulesByText = HashMap<Box<[u8]>, Vec<u32>>;

/// The rules of one kind.
#[derive(Debug, Default)]
struct DispatchSlot {
    /// Tried at every node of the kind.
    plain: Vec<u32>,
    /// Tried where the text at the end of a path is the one that the rule needs.
    keyed: Vec<(KeyPath, RulesByText)>,
}

impl Dispatch {
    pub(crate) fn new(language: Language) -> Self {
        let slots = std::iter::repeat_with(DispatchSlot::default).take(language.kind_count() + 1).collect();
        Self { slots, everywhere: Vec::new(), whole: Vec::new() }
    }

    /// Registers a rule by the entries of its program.
    pub(crate) fn add(&mut self, rule: u32, program: &Program) {
        let Some(kinds) = program.kinds() else {
            self.everywhere.push(rule);
            return;
        };
        let mut by_kind: BTreeMap<KindId, Vec<&ProgramEntry>> = BTreeMap::new();
        for entry in program.entries() {
            by_kind.entry(entry.kind).or_default().push(entry);
        }
        for kind in kinds {
            match by_kind.get(kind).filter(|entries| entries.iter().all(|entry| entry.key.is_some())) {
                Some(entries) => entries.iter().for_each(|entry| self.slot(*kind).add(rule, entry)),
                None => self.add_kind(rule, *kind),
            }
        }
    }

    /// Registers a rule at every node of a kind.
    pub(crate) fn add_kind(&mut self, rule: u32, kind: KindId) {
        let plain = &mut self.slot(kind).plain;
        if plain.last() != Some(&rule) {
            plain.push(rule);
        }
    }

    fn slot(&mut self, kind: KindId) -> &mut DispatchSlot {
        let last = self.slots.len() - 1;
        &mut self.slots[usize::from(kind.0).min(last)]
    }

    /// Calls `attempt` with every rule that is worth trying at a node. A rule may come twice.
    pub(crate) fn at(&self, analysis: &Analysis<'_>, node: NodeId, kind: KindId, mut attempt: impl FnMut(u32)) {
        self.everywhere.iter().for_each(|rule| attempt(*rule));
        let last = self.slots.len() - 1;
        let slot = &self.slots[usize::from(kind.0).min(last)];
        slot.plain.iter().for_each(|rule| attempt(*rule));
        for (path, rules) in &slot.keyed {
            let Some(text) = path.text_at(analysis.tree(), analysis.text(), node) else { continue };
            if let Some(rules) = rules.get(text) {
                rules.iter().for_each(|rule| attempt(*rule));
            }
        }
    }
}

impl DispatchSlot {
    fn add(&mut self, rule: u32, entry: &ProgramEntry) {
        let Some(key) = &entry.key else { return };
        let index = self.keyed.iter().position(|(path, _)| *path == key.path).unwrap_or_else(|| {
            self.keyed.push((key.path, HashMap::new()));
            self.keyed.len() - 1
        });
        let rules = self.keyed[index].1.entry(key.text.as_bytes().into()).or_default();
        if rules.last() != Some(&rule) {
            rules.push(rule);
        }
    }
}
