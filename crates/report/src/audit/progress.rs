//! The state of a report as a line of a history, and the history in the report.

use super::burn_down::BurnDown;
use super::history::{HISTORY_VERSION, History, HistoryCounts, HistoryLine, HistoryTask};
use super::model::AuditReport;

impl HistoryLine {
    /// The state that a report is about; none where its day is not known, or it gives no verdicts.
    #[must_use]
    pub fn of(report: &AuditReport) -> Option<Self> {
        let date = report.day.clone().filter(|_| report.summary.judged)?;
        let findings = report.summary.findings;
        let checked = report.tasks.iter().filter(|task| !task.rules.is_empty());
        Some(Self {
            schema: HISTORY_VERSION,
            date,
            commit: report.commit.clone(),
            findings: HistoryCounts { new: findings.new, known: findings.known, suppressed: findings.suppressed },
            verdicts: report.summary.verdicts.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect(),
            tasks: checked
                .map(|task| {
                    let verdict = task.verdict.name().to_owned();
                    (task.id.clone(), HistoryTask { verdict, left: task.counts.left() })
                })
                .collect(),
        })
    }
}

impl AuditReport {
    /// Takes a history in, so that the report shows how the audit went.
    pub fn draw(&mut self, history: &History) {
        let now = HistoryLine::of(self);
        self.burn_down = Some(BurnDown::of(history, now.as_ref()));
    }
}
