//! A progress bar for people who wait.

use std::time::Duration;

use auditlint_engine::{Date, Report, Snapshot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::out;

/// A run shorter than this shows no progress.
const PATIENCE: Duration = Duration::from_millis(700);

/// Analyses with a progress bar, if standard error is a terminal and it takes long enough.
pub(crate) fn check(snapshot: &Snapshot<'_>, today: &(dyn Fn() -> Option<Date> + Sync)) -> Report {
    let bar = progress(snapshot.scope.len() as u64);
    let report = snapshot.check(today, &|done| {
        if let Some(bar) = &bar {
            bar.set_position(done);
        }
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    report
}

fn progress(total: u64) -> Option<ProgressBar> {
    if !deserves_progress(out::stderr_is_terminal(), total) {
        return None;
    }
    bar(total, "files")
}

fn bar(total: u64, what: &str) -> Option<ProgressBar> {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {what}")).ok()?;
    bar.set_style(style);
    let shown = bar.clone();
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if !shown.is_finished() {
            shown.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    });
    Some(bar)
}

/// The progress of something that is done one by one.
pub(crate) struct Steps(Option<ProgressBar>);

/// A progress bar over commits, if standard error is a terminal and it takes long enough.
pub(crate) fn commits(total: u64) -> Steps {
    let is_worth_it = out::stderr_is_terminal() && total >= 20;
    Steps(is_worth_it.then(|| bar(total, "commits")).flatten())
}

impl Steps {
    /// One more is done.
    pub(crate) fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// All are done.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Whether a run over so many files may take long enough for somebody to wait for it.
fn deserves_progress(is_terminal: bool, files: u64) -> bool {
    is_terminal && files >= 200
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_for_people_who_wait() {
        for (is_terminal, files, expected) in [(true, 200, true), (true, 199, false), (false, 100_000, false)] {
            assert_eq!(deserves_progress(is_terminal, files), expected, "{is_terminal} {files}");
        }
    }
}
