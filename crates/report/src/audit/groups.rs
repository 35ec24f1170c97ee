//! What the formats for people put together: tasks of a phase, places of a rule.

use std::collections::{BTreeMap, HashMap};

use super::model::{AuditFinding, AuditReport, AuditRule, AuditTask};

/// How many places of one rule are listed for a task; the rest is counted.
const MOST_LISTED: usize = 50;
/// How many of these are shown with their code.
const MOST_WITH_CODE: usize = 10;

/// The places that one rule finds.
pub(super) struct RuleGroup<'r> {
    pub(super) rule: &'r str,
    /// What is known of the rule; `None` for what no rule finds.
    pub(super) info: Option<&'r AuditRule>,
    places: Vec<&'r AuditFinding>,
}

impl<'r> RuleGroup<'r> {
    /// How many there are that are not suppressed.
    pub(super) fn left(&self) -> usize {
        self.places.iter().filter(|place| place.state != "suppressed").count()
    }

    /// The places that are listed, and whether each is shown with its code.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&'r AuditFinding, bool)> + '_ {
        self.places.iter().take(MOST_LISTED).enumerate().map(|(at, place)| (*place, at < MOST_WITH_CODE))
    }

    /// How many are not.
    pub(super) fn unlisted(&self) -> usize {
        self.places.len().saturating_sub(MOST_LISTED)
    }
}

/// A phase, and its tasks with their numbers.
pub(super) type PhaseTasks<'r> = (Option<&'r str>, Vec<(usize, &'r AuditTask)>);

impl AuditReport {
    /// The findings with these numbers by rule, in the order of the rules' ids.
    pub(super) fn by_rule(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<RuleGroup<'_>> {
        let mut groups: BTreeMap<&str, Vec<&AuditFinding>> = BTreeMap::new();
        for finding in numbers.into_iter().filter_map(|number| self.findings.get(number)) {
            groups.entry(&finding.rule).or_default().push(finding);
        }
        groups.into_iter().map(|(rule, places)| RuleGroup { rule, info: self.rule(rule), places }).collect()
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
