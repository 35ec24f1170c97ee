//! The traceability matrix: which criterion of which task is checked by which rule, and what the rule finds.

use std::collections::HashMap;

use auditlint_engine::{Finding, TaskVerdict};

use super::model::TraceRow;

/// How many places a row names.
const MOST_PLACES: usize = 20;

/// The rows, in the order of the tasks: criteria first, then what checks a task as a whole. A criterion or a task that nothing
/// checks has a row without a rule.
pub(super) fn trace_rows(verdicts: &[TaskVerdict], findings: &[Finding]) -> Vec<TraceRow> {
    let mut rows = Vec::new();
    for (task, verdict) in verdicts.iter().enumerate() {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for number in &verdict.findings {
            let of_rule = places.entry(findings[*number].rule.id.as_str()).or_default();
            if of_rule.len() < MOST_PLACES {
                of_rule.push(*number);
            }
        }
        let row = |criterion: Option<usize>, rule: Option<&str>| {
            let linked = rule.and_then(|id| verdict.rules.iter().find(|linked| linked.id == id));
            TraceRow {
                task,
                criterion,
                rule: rule.map(str::to_owned),
                by: linked.map(|linked| linked.by.name()),
                counts: linked.map(|linked| linked.counts.into()).unwrap_or_default(),
                places: rule.and_then(|id| places.get(id)).cloned().unwrap_or_default(),
            }
        };
        let before = rows.len();
        for (number, criterion) in verdict.criteria.iter().enumerate() {
            rows.extend(criterion.rules.iter().map(|rule| row(Some(number), Some(rule))));
            if criterion.rules.is_empty() {
                rows.push(row(Some(number), None));
            }
        }
        let is_of_a_criterion = |id: &String| verdict.criteria.iter().any(|criterion| criterion.rules.contains(id));
        let whole = verdict.rules.iter().filter(|rule| !is_of_a_criterion(&rule.id));
        rows.extend(whole.map(|rule| row(None, Some(&rule.id))));
        if rows.len() == before {
            rows.push(row(None, None));
        }
    }
    rows
}
