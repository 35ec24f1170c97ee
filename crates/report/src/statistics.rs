//! Findings counted by rule.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_engine::{FindingState, Report};
use auditlint_rules::Severity;
use schemars::JsonSchema;
use serde::Serialize;

use crate::severity_name::SeverityName;
use crate::{Cell, OutputTable};

/// What one rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct RuleCount {
    /// The rule.
    pub(crate) rule: String,
    /// Its severity.
    pub(crate) severity: SeverityName,
    /// Findings that count.
    pub(crate) findings: u64,
    /// Files with such findings.
    pub(crate) files: u64,
    /// Of the findings, how many can be fixed.
    pub(crate) fixable: u64,
    /// Findings that are in the baseline.
    pub(crate) known: u64,
    /// Findings that are silenced.
    pub(crate) suppressed: u64,
}

/// Rules with at least one finding, those with most first.
pub(crate) struct Statistics {
    pub(crate) rules: Vec<RuleCount>,
}

impl Statistics {
    pub(crate) fn of(report: &Report) -> Self {
        let mut counts: BTreeMap<(Severity, &str), (RuleCount, BTreeSet<&str>)> = BTreeMap::new();
        for finding in &report.findings {
            let rule = finding.rule.id.as_str();
            let (count, files) = counts.entry((finding.severity, rule)).or_insert_with(|| {
                let count = RuleCount {
                    rule: rule.to_owned(),
                    severity: finding.severity.into(),
                    findings: 0,
                    files: 0,
                    fixable: 0,
                    known: 0,
                    suppressed: 0,
                };
                (count, BTreeSet::new())
            });
            match finding.state {
                FindingState::Known => count.known += 1,
                FindingState::Suppressed => count.suppressed += 1,
                FindingState::New => {
                    count.findings += 1;
                    count.fixable += u64::from(finding.fix.is_some());
                    files.insert(finding.path.as_str());
                }
            }
        }
        let mut rules: Vec<RuleCount> =
            counts.into_values().map(|(count, files)| RuleCount { files: files.len() as u64, ..count }).collect();
        // The sort is stable: equal counts stay in order of severity and name.
        rules.sort_by_key(|count| std::cmp::Reverse(count.findings));
        Self { rules }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(crate) fn table(&self) -> OutputTable {
        // Most projects have no baseline, and a column of noughts says nothing.
        let has_known = self.rules.iter().any(|count| count.known > 0);
        let known_head = has_known.then_some("known");
        let heads = ["rule", "severity", "findings", "files", "fixable"].into_iter();
        let mut table = OutputTable::new(heads.chain(known_head).chain(["suppressed"]));
        for count in &self.rules {
            let cells = [
                Cell::Text(count.rule.clone()),
                Cell::Text(count.severity.name().to_owned()),
                Cell::Number(count.findings),
                Cell::Number(count.files),
                Cell::Number(count.fixable),
            ];
            let known = has_known.then_some(Cell::Number(count.known));
            table.push(cells.into_iter().chain(known).chain([Cell::Number(count.suppressed)]));
        }
        table
    }
}
