//! Where changed sources go: into the files, into a difference, or back to whoever gave them on standard input.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;
use auditlint_engine::{ContentHash, Report, Snapshot, WriteError};
use auditlint_report::{WorkingFolder, shown_name};
use auditlint_source::{FilePath, Files, Problem, ProblemKind};

use crate::buffer::Buffer;
use crate::context::CommandContext;

/// Where changed sources go.
pub(crate) enum FixTarget<'t> {
    /// Into their files.
    Files(WrittenFiles<'t>),
    /// Onto a stream, as a difference.
    Diff(&'t mut dyn Write, WorkingFolder),
    /// Into the text that came from standard input.
    Buffer(&'t mut Vec<u8>),
}

/// The files that a run has written.
pub(crate) struct WrittenFiles<'t> {
    context: &'t CommandContext,
    /// From which content to which. A file with two names is analysed under both and written once: under the second name it
    /// already holds what it was brought to under the first.
    changes: BTreeSet<(ContentHash, ContentHash)>,
    /// Whether what was analysed is what is staged, which the files may not hold.
    of_staged: bool,
}

impl<'t> WrittenFiles<'t> {
    pub(crate) fn new(context: &'t CommandContext) -> Self {
        Self { context, changes: BTreeSet::new(), of_staged: false }
    }

    /// For changes to what is staged, which go into the files of the worktree.
    pub(crate) fn of_staged(context: &'t CommandContext) -> Self {
        Self { of_staged: true, ..Self::new(context) }
    }
}

impl<'t> FixTarget<'t> {
    /// The files, or the text that came from standard input.
    pub(crate) fn of(context: &'t CommandContext, buffer: Option<&'t mut Buffer>) -> Self {
        match buffer {
            Some(buffer) => Self::Buffer(&mut buffer.text),
            None => Self::Files(WrittenFiles::new(context)),
        }
    }

    /// The text of a file as it was analysed; `None` where the file was written already, under another name.
    ///
    /// # Errors
    /// Where the file is another one by now: no edit fits it.
    pub(crate) fn analysed(
        &self,
        snapshot: &Snapshot<'_>,
        report: &Report,
        path: &FilePath,
    ) -> Result<Option<Vec<u8>>, Problem> {
        let text = snapshot.files.read(path, snapshot.config_of(path).max_file_size).map_err(|error| {
            let problem = Problem::error(ProblemKind::File, format!("the file cannot be read again: {error}"));
            problem.in_file(path).help("check what else writes the file while auditlint runs")
        })?;
        let (analysed, now) = (report.contents.get(path), ContentHash::of(&text));
        if analysed == Some(&now) {
            return Ok(Some(text));
        }
        match (self, analysed) {
            (Self::Files(written), Some(analysed)) if written.changes.contains(&(*analysed, now)) => Ok(None),
            _ => Err(changed_meanwhile(path)),
        }
    }

    /// Hands a changed file over. The inner error is about this file alone.
    pub(crate) fn put(&mut self, path: &FilePath, old: &[u8], new: Vec<u8>) -> Result<Result<(), Problem>> {
        match self {
            Self::Files(written) => {
                let change = (ContentHash::of(old), ContentHash::of(&new));
                let worktree = &written.context.worktree;
                let holds = |text: &[u8]| worktree.read(path, text.len() as u64).is_ok_and(|bytes| bytes == text);
                if written.changes.contains(&change) && holds(&new) {
                    return Ok(Ok(()));
                }
                if written.of_staged && !holds(old) {
                    return Ok(Err(staged_in_part(path)));
                }
                if let Err(problem) = write_source(written.context, path, old, &new) {
                    return Ok(Err(problem));
                }
                written.changes.insert(change);
            }
            Self::Diff(out, working) => write_diff(*out, &working.sees(path), old, &new)?,
            Self::Buffer(text) => **text = new,
        }
        Ok(Ok(()))
    }
}

/// Says that a file of the worktree is not what is staged.
fn staged_in_part(path: &FilePath) -> Problem {
    let message = "the worktree has other content than what is staged, so the file was not fixed";
    Problem::error(ProblemKind::File, message)
        .in_file(path)
        .help("stage the rest of the file, or fix it without --staged")
}

/// Says that somebody else has written a file since it was analysed.
pub(crate) fn changed_meanwhile(path: &FilePath) -> Problem {
    let message = "the file changed while auditlint was running, and was left as it is";
    Problem::error(ProblemKind::File, message).in_file(path).help("run auditlint again")
}

/// Writes a changed source back, provided that it still holds what was analysed.
///
/// # Errors
/// The problem that names the file, where it stays as it is.
pub(crate) fn write_source(
    context: &CommandContext,
    path: &FilePath,
    analysed: &[u8],
    new: &[u8],
) -> Result<(), Problem> {
    context.worktree.replace(path, analysed, new).map_err(|error| {
        let help = match error {
            WriteError::Changed => return changed_meanwhile(path),
            WriteError::Outside => "name the file by its real path",
            _ => "give auditlint permission to write the file and its folder, or leave the file out",
        };
        Problem::error(ProblemKind::File, error.to_string()).in_file(path).help(help)
    })
}

/// Writes a unified difference, byte for byte. Lines end at `\n` alone, as in every program that applies one.
pub(crate) fn write_diff(out: &mut dyn Write, path: &FilePath, old: &[u8], new: &[u8]) -> Result<()> {
    let old: Vec<&[u8]> = old.split_inclusive(|byte| *byte == b'\n').collect();
    let new: Vec<&[u8]> = new.split_inclusive(|byte| *byte == b'\n').collect();
    let diff = similar::TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let path = path.to_string();
    let path = shown_name(&path);
    for (index, hunk) in diff.unified_diff().iter_hunks().enumerate() {
        if index == 0 {
            write!(out, "--- a/{path}\n+++ b/{path}\n")?;
        }
        hunk.to_writer(&mut *out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use auditlint_engine::{Config, Engine};

    use super::*;
    use crate::exit::{Exit, of_problems};
    use crate::{add_ignore, fix};

    fn check(old: &[u8], new: &[u8], expected: &[u8]) {
        let mut out = Vec::new();
        write_diff(&mut out, &FilePath::new("a.ts"), old, new).unwrap();
        assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(expected));
        assert_eq!(out, expected);
    }

    const RULE: &str = "id: old\nlanguage: TypeScript\nmessage: m\nrule: {pattern: old($A)}\nfix: new_($A)\n";

    /// What is written where somebody writes `meanwhile` into the second of two files between the analysis and the writing:
    /// that file stays as it is and is named, and the other is written.
    fn check_meanwhile(add_ignore: bool, meanwhile: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("rules")).unwrap();
        std::fs::write(path("rules/r.yml"), RULE).unwrap();
        std::fs::write(path("a.ts"), "old(1);\n").unwrap();
        std::fs::write(path("b.ts"), "old(2);\n").unwrap();
        let context = CommandContext::at(folder.path());
        let config = Config::read(&FilePath::new("auditlint.toml"), "rule-dirs = [\"rules\"]\n").0;
        let engine = Engine::load(context.files(), config, context.options(), Vec::new());
        let snapshot = engine.snapshot(context.files());
        let report = snapshot.check(&|| None, &|_| {});
        std::fs::write(path("b.ts"), meanwhile).unwrap();
        let mut target = FixTarget::Files(WrittenFiles::new(&context));
        let problems = if add_ignore {
            add_ignore::run(&snapshot, &report, "later", &|| None, &mut target).unwrap().problems
        } else {
            fix::run(&snapshot, &report, auditlint_engine::FixLevel::Safe, &|| None, &mut target).unwrap().problems
        };
        let said: Vec<_> =
            problems.iter().map(|problem| (problem.path.as_ref().unwrap().as_str(), &*problem.message)).collect();
        assert_eq!(said, [("b.ts", "the file changed while auditlint was running, and was left as it is")]);
        assert_eq!(of_problems(&problems, false), Exit::Unusable);
        assert_eq!(std::fs::read(path("b.ts")).unwrap(), meanwhile);
        assert_ne!(std::fs::read(path("a.ts")).unwrap(), b"old(1);\n");
    }

    #[test]
    fn a_file_that_somebody_else_wrote_is_left_alone() {
        for add_ignore in [false, true] {
            check_meanwhile(add_ignore, b"abc(10);\nold(2);\n");
            check_meanwhile(add_ignore, b"");
            check_meanwhile(add_ignore, b"old(3);\n");
        }
    }

    /// The last look is taken by the function that writes.
    #[test]
    fn a_file_is_written_only_over_what_was_analysed() {
        let folder = tempfile::tempdir().unwrap();
        let (context, path) = (CommandContext::at(folder.path()), FilePath::new("a.ts"));
        std::fs::write(folder.path().join("a.ts"), "b").unwrap();
        assert_eq!(write_source(&context, &path, b"a", b"c"), Err(changed_meanwhile(&path)));
        assert_eq!(std::fs::read(folder.path().join("a.ts")).unwrap(), b"b");
        assert_eq!(write_source(&context, &path, b"b", b"c"), Ok(()));
        assert_eq!(std::fs::read(folder.path().join("a.ts")).unwrap(), b"c");
    }

    #[test]
    fn a_difference_loses_no_byte() {
        check(b"a\nb\n", b"a\nc\n", b"--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        check(b"\xe9\nb\n", b"\xe9\n\xff\n", b"--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n \xe9\n-b\n+\xff\n");
        check(b"a\r\nb\rc\r\n", b"a\r\nb\rd\r\n", b"--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n a\r\n-b\rc\r\n+b\rd\r\n");
        check(
            b"a",
            b"b",
            b"--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
        );
        check(b"a\n", b"a\n", b"");
    }
}
