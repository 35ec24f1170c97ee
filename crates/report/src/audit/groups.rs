//! What the formats for people put together: tasks of a phase, places of a rule.

use std::collections::{BTreeMap, HashMap};

use super::model::{AuditFinding, AuditReport, AuditRule, AuditTask};
use crate::verdict_json::CountsJson;

/// How many places of one rule are listed for a task; the rest is counted.
const MOST_LISTED: usize = 50;
/// How many of these are shown with their code.
const MOST_WITH_CODE: usize = 10;

/// The places that one rule finds.
pub(super) struct RuleGroup<'r> {
    pub(super) rule: &'r str,
    /// What is known of the rule; `None` for what no rule finds.
    pub(super) info: Option<&'r AuditRule>,
    /// How many there are: of a task there may be more than its list of findings holds.
    counts: CountsJson,
    places: Vec<&'r AuditFinding>,
}

impl<'r> RuleGroup<'r> {
    /// How many there are that are not suppressed.
    pub(super) fn left(&self) -> u64 {
        self.counts.left()
    }

    /// The places that are listed, and whether each is shown with its code.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&'r AuditFinding, bool)> + '_ {
        self.places.iter().take(MOST_LISTED).enumerate().map(|(at, place)| (*place, at < MOST_WITH_CODE))
    }

    /// How many are not.
    pub(super) fn unlisted(&self) -> u64 {
        let listed = self.places.len().min(MOST_LISTED) as u64;
        (self.counts.left() + self.counts.suppressed).saturating_sub(listed)
    }
}

/// A phase, and its tasks with their numbers.
pub(super) type PhaseTasks<'r> = (Option<&'r str>, Vec<(usize, &'r AuditTask)>);

impl AuditReport {
    /// The findings with these numbers by rule, in the order of the rules' ids.
    pub(super) fn by_rule(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<RuleGroup<'_>> {
        let mut groups: BTreeMap<&str, RuleGroup<'_>> = BTreeMap::new();
        for finding in numbers.into_iter().filter_map(|number| self.findings.get(number)) {
            let group = groups.entry(&finding.rule).or_insert_with(|| self.group(&finding.rule));
            group.counts.add(finding.state);
            group.places.push(finding);
        }
        groups.into_values().collect()
    }

    /// The findings of the task with this number by rule. What is counted is all that the task has, whatever its list holds.
    pub(super) fn by_rule_of(&self, task: usize) -> Vec<RuleGroup<'_>> {
        let mut groups: BTreeMap<&str, RuleGroup<'_>> = BTreeMap::new();
        for finding in self.tasks[task].findings.iter().filter_map(|number| self.findings.get(*number)) {
            groups.entry(&finding.rule).or_insert_with(|| self.group(&finding.rule)).places.push(finding);
        }
        // The rows stand in the order of the tasks. A rule of several criteria has several, which all count the same.
        let from = self.matrix.partition_point(|row| row.task < task);
        for row in self.matrix[from..].iter().take_while(|row| row.task == task) {
            let Some(rule) = row.rule.as_deref().filter(|_| row.counts != CountsJson::default()) else { continue };
            groups.entry(rule).or_insert_with(|| self.group(rule)).counts = row.counts;
        }
        groups.into_values().collect()
    }

    fn group<'r>(&'r self, rule: &'r str) -> RuleGroup<'r> {
        RuleGroup { rule, info: self.rule(rule), counts: CountsJson::default(), places: Vec::new() }
    }

    /// A rule by its id.
    pub(super) fn rule(&self, id: &str) -> Option<&AuditRule> {
        self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok().map(|at| &self.rules[at])
    }

    /// The tasks by phase in the order in which the task files name them, those without a phase last.
    pub(super) fn phases(&self) -> Vec<PhaseTasks<'_>> {
        let mut phases: Vec<PhaseTasks<'_>> = Vec::new();
        let mut numbers: HashMap<Option<&str>, usize> = HashMap::new();
        for (number, task) in self.tasks.iter().enumerate() {
            let at = *numbers.entry(task.phase.as_deref()).or_insert(phases.len());
            if at == phases.len() {
                phases.push((task.phase.as_deref(), Vec::new()));
            }
            phases[at].1.push((number, task));
        }
        phases.sort_by_key(|(name, _)| name.is_none());
        phases
    }

    /// The findings of the code that belong to no task.
    pub(super) fn without_task(&self) -> Vec<usize> {
        let is_of_plan = |number: &usize| self.plan.binary_search(number).is_ok();
        (0..self.findings.len())
            .filter(|number| self.findings[*number].tasks.is_empty() && !is_of_plan(number))
            .collect()
    }
}
