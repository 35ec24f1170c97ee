//! Making a new list: the first one, and one that follows the code.

use std::collections::HashMap;

use auditlint_rules::RuleId;
use auditlint_source::FilePath;

use super::hold::Held;
use super::line::{BaselineLine, GrowthNote};
use super::list::Baseline;
use crate::{Finding, FindingState, Fingerprint};

/// A new list, and how it differs from the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// The new list.
    pub baseline: Baseline,
    /// How it differs.
    pub counts: RevisionCounts,
}

/// How a new list differs from the old one, in lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RevisionCounts {
    /// Those whose finding is where it was.
    pub kept: usize,
    /// Those whose finding was not looked for, or could not be.
    pub unjudged: usize,
    /// Those that have another path.
    pub moved: usize,
    /// Those whose finding is gone.
    pub removed: usize,
    /// Those of new findings.
    pub added: usize,
    /// New findings for which there is no line.
    pub left_out: usize,
}

/// What findings share of which only the ordinal differs.
type FindingKey = (RuleId, FilePath, Fingerprint);

fn key(finding: &Finding) -> FindingKey {
    (finding.rule.id.clone(), finding.path.clone(), finding.fingerprint)
}

/// The list of all findings that count and that a list may hold.
#[must_use]
pub(crate) fn first_baseline(findings: &[Finding], may_hold: &dyn Fn(&Finding) -> bool) -> Revision {
    let held = Held { line_of: vec![None; findings.len()], ..Held::default() };
    let grow = |added| GrowthNote { day: None, lines: added, reason: String::new() };
    let mut revision = revise(&Baseline::default(), findings, &held, &|_| false, Some(&grow), may_hold);
    revision.baseline = Baseline::new(revision.baseline.lines().to_vec(), Vec::new());
    revision
}

/// The list without the lines whose finding is gone, where `keeps` does not say otherwise, and with the paths of files that
/// were renamed; with `grow`, which is told by how many lines, also with the new findings that `may_hold` lets in.
#[must_use]
pub(crate) fn revise(
    baseline: &Baseline,
    findings: &[Finding],
    held: &Held,
    keeps: &dyn Fn(&BaselineLine) -> bool,
    grow: Option<&dyn Fn(u32) -> GrowthNote>,
    may_hold: &dyn Fn(&Finding) -> bool,
) -> Revision {
    let mut counts = RevisionCounts::default();
    let mut lines: Vec<BaselineLine> = Vec::with_capacity(baseline.lines().len());
    let mut moved = Vec::new();
    for (index, line) in baseline.lines().iter().enumerate() {
        match held.finding_of.get(index).copied().flatten() {
            Some(finding) if findings[finding].path == line.path => {
                counts.kept += 1;
                lines.push(line.clone());
            }
            Some(finding) => {
                counts.moved += 1;
                moved.push(key(&findings[finding]));
            }
            None if keeps(line) => {
                counts.unjudged += 1;
                lines.push(line.clone());
            }
            None => counts.removed += 1,
        }
    }
    let counting = findings
        .iter()
        .zip(&held.line_of)
        .filter(|(finding, line)| line.is_none() && finding.state != FindingState::Suppressed && may_hold(finding));
    let fresh: Vec<FindingKey> = counting.map(|(finding, _)| key(finding)).collect();
    if grow.is_some() {
        counts.added = fresh.len();
    } else {
        counts.left_out = fresh.len();
    }
    let mut last: HashMap<FindingKey, u32> = HashMap::new();
    let added = if grow.is_some() { fresh } else { Vec::new() };
    if !(moved.is_empty() && added.is_empty()) {
        for line in &lines {
            let last = last.entry((line.rule.clone(), line.path.clone(), line.fingerprint)).or_default();
            *last = line.ordinal.max(*last);
        }
    }
    for key in moved.into_iter().chain(added) {
        let last = last.entry(key.clone()).or_default();
        *last = last.saturating_add(1);
        let (rule, path, fingerprint) = key;
        lines.push(BaselineLine { rule, path, fingerprint, ordinal: *last });
    }
    let mut growth = baseline.growth().to_vec();
    growth.extend(grow.filter(|_| counts.added > 0).map(|grow| grow(counts.added as u32)));
    Revision { baseline: Baseline::new(lines, growth).of_project(baseline.folder()), counts }
}
