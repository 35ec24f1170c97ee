//! The file that holds the history of an audit, wherever it stands.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::Worktree;
use auditlint_report::{AuditReport, History, HistoryLine};
use auditlint_source::{FilePath, Files, Problem, ReadError};

use crate::args::ReportArgs;
use crate::context::CommandContext;
use crate::named_place::NamedPlace;

/// The largest history that is read, in bytes: some ten thousand states of a hundred tasks.
const MAX_HISTORY: u64 = 64 << 20;

/// The history that a report is asked to draw.
pub(crate) struct StoredHistory {
    path: PathBuf,
    folder: Worktree,
    name: FilePath,
    history: History,
    /// What the file held; nothing where there was none.
    old: Option<Vec<u8>>,
    appends: bool,
}

impl StoredHistory {
    /// Reads the file that the command line names.
    ///
    /// # Errors
    /// Where it cannot be read; one to append to may be missing.
    pub(crate) fn open(
        args: &ReportArgs,
        context: &CommandContext,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<Self>> {
        let appends = args.append_history.is_some();
        let Some(path) = args.append_history.as_ref().or(args.history.as_ref()) else { return Ok(None) };
        let cannot = || format!("the history {} cannot be read", path.display());
        let NamedPlace { folder, name } = NamedPlace::find(path)?;
        let old = match folder.read(&name, MAX_HISTORY) {
            Ok(bytes) => Some(bytes),
            Err(ReadError::NotFound) if appends => None,
            Err(error) => return Err(error).with_context(cannot),
        };
        let shown = context.relative(path).ok();
        let history = History::read(old.clone().unwrap_or_default(), shown.as_ref(), problems);
        Ok(Some(Self { path: path.clone(), folder, name, history, old, appends }))
    }

    /// Draws the history in a report, and writes the state of the report into the file where that was asked for.
    ///
    /// # Errors
    /// Where the state has no day, or the file was not written.
    pub(crate) fn draw(&self, report: &mut AuditReport, is_usable: bool) -> Result<()> {
        report.draw(&self.history);
        // What a run says whose configuration is broken is not a state of the audit.
        if !self.appends || !is_usable {
            return Ok(());
        }
        let Some(line) = HistoryLine::of(report) else {
            bail!("the state has no day, and was not written into {}; give it with --as-of", self.path.display())
        };
        let new = self.history.with(&line);
        let written = match &self.old {
            Some(old) if *old == new => Ok(()),
            Some(old) => self.folder.replace(&self.name, old, &new),
            None => self.folder.create(&self.name, &new),
        };
        written.with_context(|| format!("the history {} was not written", self.path.display()))
    }
}
