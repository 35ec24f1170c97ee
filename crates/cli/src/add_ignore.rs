//! `check --add-ignore`.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use auditlint_engine::{Finding, Report, State, add_ignores};
use auditlint_source::{FilePath, Files, Problem, ProblemKind, Span};
use auditlint_syntax::Language;

use crate::check::{say_problems, write_source};
use crate::context::{Context, counted};
use crate::exit::{self, Exit};
use crate::out;

/// Writes a comment above every finding that is reported.
pub(crate) fn run(context: &Context, report: &Report, reason: &str) -> Result<Exit> {
    let mut by_file: BTreeMap<&FilePath, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.state == State::New) {
        by_file.entry(&finding.path).or_default().push(finding);
    }
    let (mut added, mut files) = (0, 0);
    let mut problems = report.problems.clone();
    for (path, findings) in by_file {
        let Some(language) = Language::of_path(path) else { continue };
        let text = context.files.read(path, u64::MAX)?;
        let new = add_ignores(language, &text, findings, reason);
        problems.extend(new.left.iter().map(|start| {
            let message = "no comment can stand where it would silence this finding";
            let problem = Problem::warning(ProblemKind::File, message).in_file(path);
            problem
                .at(Span::new(*start, *start), &text)
                .help("silence it with an `[[ignore]]` table in auditlint.toml, or put the expression into a constant")
        }));
        if new.added > 0 {
            match write_source(context, path, &text, &new.text) {
                Ok(()) => {
                    added += new.added;
                    files += 1;
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    say_problems(context, &problems)?;
    writeln!(out::stderr(), "{} suppressed in {}", counted(added, "finding"), counted(files, "file"))?;
    Ok(exit::of_problems(&problems, false))
}
