//! `check --fix` and `check --diff`.

use std::collections::BTreeMap;

use anyhow::Result;
use auditlint_engine::{Date, Finding, FindingState, FixLevel, Report, Snapshot};
use auditlint_source::{FilePath, Problem};

use crate::target::FixTarget;

/// What became of the fixes.
#[derive(Default)]
pub(crate) struct FixOutcome {
    /// How many findings were put right.
    pub(crate) applied: usize,
    /// The files that changed.
    pub(crate) written: Vec<FilePath>,
    pub(crate) problems: Vec<Problem>,
}

/// Fixes file by file until nothing is left to fix, and hands each file that changed over once.
pub(crate) fn run(
    snapshot: &Snapshot<'_>,
    report: &Report,
    level: FixLevel,
    today: &(dyn Fn() -> Option<Date> + Sync),
    target: &mut FixTarget<'_>,
) -> Result<FixOutcome> {
    let mut outcome = FixOutcome::default();
    let mut by_file: BTreeMap<&FilePath, Vec<&Finding>> = BTreeMap::new();
    let counts = |finding: &&Finding| level.covers(finding) && finding.state == FindingState::New;
    for finding in report.findings.iter().filter(counts) {
        by_file.entry(&finding.path).or_default().push(finding);
    }
    for (path, findings) in by_file {
        let old = match target.analysed(snapshot, report, path) {
            Ok(Some(text)) => text,
            Ok(None) => continue,
            // The other files are fixed all the same.
            Err(problem) => {
                outcome.problems.push(problem);
                continue;
            }
        };
        let fixed = snapshot.fix(path, &old, findings.into_iter().cloned().collect(), level, today);
        outcome.problems.extend(fixed.problems);
        if fixed.text == old {
            continue;
        }
        match target.put(path, &old, fixed.text)? {
            Ok(()) => {
                outcome.applied += fixed.applied;
                outcome.written.push(path.clone());
            }
            Err(problem) => outcome.problems.push(problem),
        }
    }
    Ok(outcome)
}
