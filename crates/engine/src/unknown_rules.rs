//! Rules that tasks name and that are not there.

use std::collections::{BTreeMap, HashSet};

use auditlint_tasks::{TaskRule, TaskSet, VerifyNote};

use crate::catalogue::Catalogue;

/// Up to how much unknown words are compared with the ids of all rules, to say which one may have been meant: bytes of words times
/// rules. It is enough for some hundred words that differ.
const MOST_COMPARED: usize = 1 << 20;

/// A word that a task gives for a rule, and that is not one.
#[derive(Debug)]
pub(crate) struct UnknownRule {
    pub(crate) rule: TaskRule,
    /// The rule that is nearly called so.
    pub(crate) near: Option<String>,
    /// Whether its author believes that a rule checks the task here: one is nearly called so, or the task names other rules that are
    /// there. Else it may be the name of a script or of a test.
    pub(crate) is_believed: bool,
}

/// A rule that a task names among other words, so that it does not check the task.
#[derive(Debug)]
pub(crate) struct UnreadRule {
    pub(crate) id: String,
    pub(crate) note: VerifyNote,
}

/// The unknown rules of each task, by the number of the task.
#[derive(Debug, Default)]
pub(crate) struct UnknownRules {
    by_task: BTreeMap<usize, Vec<UnknownRule>>,
    unread: BTreeMap<usize, Vec<UnreadRule>>,
}

impl UnknownRules {
    /// Looks up what tasks name. A word without a `-` may be a command (`make`), so it is a mistake only where a rule is nearly called so.
    pub(crate) fn of(catalogue: &Catalogue, tasks: &TaskSet) -> Self {
        // A rule of a pack that is off is known, and finds nothing.
        let compiled = catalogue.set.rules().iter().chain(&catalogue.off);
        let known: HashSet<&str> = compiled.map(|compiled| compiled.rule.id.as_str()).collect();
        let mut nearest: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        let mut left = MOST_COMPARED;
        let mut near = |word: &str| {
            let cost = (word.len() + 1).saturating_mul(catalogue.known.len());
            left = left.checked_sub(cost)?;
            catalogue.nearest(word)
        };
        let mut by_task: BTreeMap<usize, Vec<UnknownRule>> = BTreeMap::new();
        for (number, task) in tasks.tasks().iter().enumerate() {
            let names_rules = || task.named_rules().any(|rule| known.contains(rule.id.as_str()));
            let mut names_other = None;
            for rule in task.named_rules().filter(|rule| !known.contains(rule.id.as_str())) {
                let near = *nearest.entry(&rule.id).or_insert_with(|| near(&rule.id));
                if near.is_none() && !(rule.is_alone && rule.id.contains('-')) {
                    continue;
                }
                let is_believed = near.is_some() || *names_other.get_or_insert_with(names_rules);
                let unknown = UnknownRule { rule: rule.clone(), near: near.map(str::to_owned), is_believed };
                by_task.entry(number).or_default().push(unknown);
            }
        }
        let mut unread: BTreeMap<usize, Vec<UnreadRule>> = BTreeMap::new();
        for (number, task) in tasks.tasks().iter().enumerate() {
            let named: HashSet<&str> = task.named_rules().map(|rule| rule.id.as_str()).collect();
            for note in &task.verify_notes {
                let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
                let mut words = note.text.split(|c| !is_inner(c));
                // A rule that is called by one word may be that word.
                let found = words.find(|word| word.contains('-') && known.contains(word) && !named.contains(word));
                if let Some(id) = found {
                    let unread = unread.entry(number).or_default();
                    unread.push(UnreadRule { id: id.to_owned(), note: note.clone() });
                }
            }
        }
        Self { by_task, unread }
    }

    /// The rules that a task names among other words.
    pub(crate) fn unread_of_task(&self, number: usize) -> &[UnreadRule] {
        self.unread.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Those of a task.
    pub(crate) fn of_task(&self, number: usize) -> &[UnknownRule] {
        self.by_task.get(&number).map_or(&[], Vec::as_slice)
    }
}
