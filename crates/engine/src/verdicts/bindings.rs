//! Which rules check which tasks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use auditlint_rules::Rule;
use auditlint_tasks::{ExternalTask, Task, TaskId, TaskLookup};

use crate::limits::MAX_BINDINGS;
use crate::snapshot::Snapshot;
use crate::verdict::LinkOrigin;

/// What verdicts are about: the tasks of the repository, then those of trackers.
pub(super) struct Subjects<'s> {
    pub(super) tasks: &'s [Task],
    pub(super) external: Vec<ExternalTask>,
    by_task: HashMap<*const Task, usize>,
    by_external: BTreeMap<TaskId, usize>,
}

impl<'s> Subjects<'s> {
    pub(super) fn of(snapshot: &'s Snapshot<'_>) -> Self {
        let tasks = snapshot.tasks.tasks();
        let by_task = tasks.iter().enumerate().map(|(index, task)| (std::ptr::from_ref(task), index)).collect();
        let mut subjects = Self { tasks, external: Vec::new(), by_task, by_external: BTreeMap::new() };
        for task in snapshot.tasks.external() {
            subjects.add_external(task.clone());
        }
        subjects
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len() + self.external.len()
    }

    fn add_external(&mut self, task: ExternalTask) -> usize {
        let next = self.len();
        let number = *self.by_external.entry(task.id.clone()).or_insert(next);
        if number == next {
            self.external.push(task);
        }
        number
    }

    /// What an id of a link stands for; nothing where nobody knows it, or it is short for several.
    pub(super) fn find(&mut self, snapshot: &Snapshot<'_>, id: &str) -> Vec<usize> {
        let number = |subjects: &Self, task: &Task| subjects.by_task.get(&std::ptr::from_ref(task)).copied();
        match snapshot.tasks.find(id) {
            Some(TaskLookup::One(task)) => number(self, task).into_iter().collect(),
            Some(TaskLookup::ByFinding(found)) => found.into_iter().filter_map(|task| number(self, task)).collect(),
            Some(TaskLookup::External(task)) => vec![self.add_external(task)],
            Some(TaskLookup::Ambiguous(_) | TaskLookup::Unknown { .. }) | None => Vec::new(),
        }
    }
}

/// A rule that checks a task.
#[derive(Debug)]
pub(super) struct RuleBinding {
    pub(super) subject: usize,
    /// Its number in [`RuleNumbers`].
    pub(super) rule: usize,
    /// The links of the rule that say so, as numbers in `tasks` of the rule; none where the rule counts in every file.
    pub(super) links: Vec<usize>,
    pub(super) by: LinkOrigin,
    /// Whether the task names the rule and lists files: the rule must have looked at one of them.
    pub(super) is_listing: bool,
    /// Whether the rule counts in these files only.
    pub(super) is_limited: bool,
}

/// The rules that are on, by their index in the set, then those that are off.
#[derive(Clone, Copy)]
pub(super) struct RuleNumbers<'s> {
    snapshot: &'s Snapshot<'s>,
}

impl<'s> RuleNumbers<'s> {
    pub(super) fn of(snapshot: &'s Snapshot<'s>) -> Self {
        Self { snapshot }
    }

    fn on(self) -> usize {
        self.snapshot.catalogue().set.rules().len()
    }

    /// The index in the set; `None` of a rule that is off.
    pub(super) fn index(self, rule: usize) -> Option<u32> {
        (rule < self.on()).then_some(rule as u32)
    }

    pub(super) fn rule(self, rule: usize) -> &'s Rule {
        let catalogue = self.snapshot.catalogue();
        match self.index(rule) {
            Some(index) => catalogue.set.rule(index),
            None => &catalogue.off[rule - self.on()].rule,
        }
    }

    fn all(self) -> impl Iterator<Item = (usize, &'s Rule)> {
        let catalogue = self.snapshot.catalogue();
        catalogue.set.rules().iter().chain(&catalogue.off).map(|compiled| &compiled.rule).enumerate()
    }
}

/// Every rule of every task, in the order of tasks and rules; `None` where there are too many.
pub(super) fn bindings(snapshot: &Snapshot<'_>, subjects: &mut Subjects<'_>) -> Option<Vec<RuleBinding>> {
    let rules = RuleNumbers::of(snapshot);
    let mut found: BTreeMap<(usize, usize), RuleBinding> = BTreeMap::new();
    let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (rule, document) in rules.all() {
        let by = match snapshot.projects().linking(document).is_some() {
            true => LinkOrigin::Configuration,
            false => LinkOrigin::Rule,
        };
        let mut everywhere: BTreeSet<usize> = BTreeSet::new();
        for (number, link) in document.tasks.iter().enumerate() {
            let linked = known.entry(&link.id).or_insert_with(|| subjects.find(snapshot, &link.id));
            for subject in linked.iter().copied() {
                let fresh =
                    || RuleBinding { subject, rule, links: Vec::new(), by, is_listing: false, is_limited: false };
                found.entry((subject, rule)).or_insert_with(fresh).links.push(number);
                if link.files.is_empty() {
                    everywhere.insert(subject);
                }
            }
            if found.len() > MAX_BINDINGS {
                return None;
            }
        }
        for subject in everywhere {
            found.entry((subject, rule)).and_modify(|binding| binding.links.clear());
        }
    }
    let mut numbers: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, rule) in rules.all() {
        numbers.entry(rule.id.as_str()).or_default().push(number);
    }
    let naming = subjects.tasks.iter().enumerate().filter(|(_, task)| task.named_rules().next().is_some());
    for (subject, task) in naming {
        let is_listing = task.listed_files().next().is_some();
        let is_limited = is_listing && snapshot.limits_rules(task);
        let named = task.named_rules().filter_map(|rule| numbers.get(rule.id.as_str())).flatten().copied();
        for rule in named.filter(|rule| snapshot.may_check(task, rules.rule(*rule))) {
            let fresh =
                || RuleBinding { subject, rule, links: Vec::new(), by: LinkOrigin::Task, is_listing, is_limited };
            found.entry((subject, rule)).or_insert_with(fresh);
        }
        if found.len() > MAX_BINDINGS {
            return None;
        }
    }
    Some(found.into_values().collect())
}
