//! What people who wait are told: that facts are read, then how many files are done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use auditlint_engine::{Date, Report, Snapshot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::out;

/// What is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// How often a line that has nothing to count shows that it is alive.
const TICK: Duration = Duration::from_millis(120);

/// What stands in the line until the first file is done.
const FACTS: &str = "{spinner} reading facts of the repository ({elapsed})";

/// How many files are done.
const FILES: &str = "{bar:30} {pos}/{len} files";

/// Analyses with a progress line, if standard error is a terminal and it takes long enough.
pub(crate) fn check(snapshot: &Snapshot<'_>, today: &(dyn Fn() -> Option<Date> + Sync)) -> Report {
    let line = ProgressLine::new(out::stderr_is_terminal(), snapshot.scope.len() as u64);
    snapshot.check(today, &|done| {
        if let Some(line) = &line {
            line.show_files(done);
        }
    })
}

/// Does something that reads facts, with a line that says so in the same cases.
pub(crate) fn reading_facts<T>(work: impl FnOnce() -> T) -> T {
    let _line = ProgressLine::new(out::stderr_is_terminal(), 0);
    work()
}

/// A line on standard error that is gone when this is.
struct ProgressLine {
    bar: ProgressBar,
    files: u64,
    has_files: AtomicBool,
}

impl ProgressLine {
    fn new(is_terminal: bool, files: u64) -> Option<Self> {
        if !is_terminal {
            return None;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::with_template(FACTS).ok()?);
        show_after_a_while(&bar, Some(TICK));
        Some(Self { bar, files, has_files: AtomicBool::new(false) })
    }

    fn show_files(&self, done: u64) {
        if !self.has_files.swap(true, Ordering::Relaxed) {
            self.bar.disable_steady_tick();
            if !deserves_progress(true, self.files) {
                self.bar.finish_and_clear();
                return;
            }
            self.bar.set_length(self.files);
            self.bar.set_style(files_style());
        }
        self.bar.set_position(done);
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn files_style() -> ProgressStyle {
    ProgressStyle::with_template(FILES).unwrap_or_else(|_| ProgressStyle::default_bar())
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

fn bar(total: u64, what: &str) -> Option<ProgressBar> {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {what}")).ok()?;
    bar.set_style(style);
    show_after_a_while(&bar, None);
    Some(bar)
}

/// Shows a line where somebody waits for it by then.
fn show_after_a_while(bar: &ProgressBar, tick: Option<Duration>) {
    let shown = bar.clone();
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if !shown.is_finished() {
            shown.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            if let Some(tick) = tick.filter(|_| shown.length().is_none()) {
                shown.enable_steady_tick(tick);
            }
        }
    });
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

    #[test]
    fn the_line_speaks_of_facts_until_the_first_file_is_done() {
        assert!(ProgressLine::new(false, 1_000).is_none());
        for (files, is_gone) in [(1_000, false), (3, true)] {
            let line = ProgressLine::new(true, files).unwrap();
            assert_eq!((line.bar.length(), line.bar.is_finished()), (None, false), "{files}");
            line.show_files(1);
            assert_eq!(line.bar.is_finished(), is_gone, "{files}");
            line.show_files(2);
            assert_eq!(line.bar.length(), (!is_gone).then_some(files), "{files}");
        }
    }
}
