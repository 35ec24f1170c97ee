//! `check --fix` and `check --diff`.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use auditlint_engine::{Finding, Overlay, Project, Report, State, apply, keeps_syntax};
use auditlint_report::shown_name;
use auditlint_source::{FilePath, Files, Problem, ProblemKind};
use auditlint_syntax::Language;

use crate::check::write_source;
use crate::context::Context;
use crate::exit::Exit;
use crate::out;

/// How often a file is fixed and looked at again: a fix may make room for another.
const ROUNDS: usize = 10;

/// What became of the fixes.
pub(crate) struct Outcome {
    pub(crate) applied: usize,
    pub(crate) problems: Vec<Problem>,
    pub(crate) exit: Exit,
}

/// Fixes file by file until nothing is left to fix; writes the files, or with `diff` prints what would change.
pub(crate) fn run(context: &Context, project: &Project<'_>, report: &Report, diff: bool) -> Result<Outcome> {
    let mut outcome = Outcome { applied: 0, problems: Vec::new(), exit: Exit::Clean };
    let mut by_file: BTreeMap<&FilePath, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.fix.is_some() && finding.state == State::New) {
        by_file.entry(&finding.path).or_default().push(finding);
    }
    let mut out = out::stdout();
    for (path, findings) in by_file {
        let Some(language) = Language::of_path(path) else { continue };
        let old = context.files.read(path, project.config.max_file_size)?;
        let mut text = old.clone();
        let mut findings: Vec<Finding> = findings.into_iter().cloned().collect();
        let mut applied = 0;
        for round in 0..ROUNDS {
            let fixed = apply(&text, &findings);
            if fixed.applied == 0 || fixed.text == text {
                break;
            }
            if !keeps_syntax(language, &text, &fixed.text) {
                let rules: Vec<&str> =
                    findings.iter().filter(|f| f.fix.is_some()).map(|f| f.rule.id.as_str()).collect();
                let problem =
                    Problem::warning(ProblemKind::File, "a fix would break the syntax of the file and was not applied");
                outcome.problems.push(problem.in_file(path).help(format!("look at the fix of {}", rules.join(", "))));
                break;
            }
            applied += fixed.applied;
            text = fixed.text;
            if round + 1 == ROUNDS {
                let problem =
                    Problem::warning(ProblemKind::File, format!("fixes still make new findings after {ROUNDS} rounds"));
                outcome.problems.push(problem.in_file(path));
            }
            let overlay = Overlay::new(&context.files, path.clone(), text.clone());
            findings = project.check_again(&overlay, path);
        }
        if text == old {
            continue;
        }
        outcome.applied += applied;
        if diff {
            write_diff(&mut out, path, &old, &text)?;
            outcome.exit = Exit::Findings;
        } else if let Err(problem) = write_source(context, path, &old, &text) {
            // The other files are fixed all the same.
            outcome.applied -= applied;
            outcome.problems.push(problem);
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn write_diff(out: &mut dyn Write, path: &FilePath, old: &[u8], new: &[u8]) -> Result<()> {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = similar::TextDiff::from_lines(old.as_ref(), new.as_ref());
    let path = path.to_string();
    let path = shown_name(&path);
    write!(out, "{}", diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")))?;
    Ok(())
}
