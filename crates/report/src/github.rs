//! Workflow commands that GitHub shows as annotations.
//!
//! GitHub keeps ten annotations of each kind per step and drops the others in silence, so the most severe come first and a
//! last notice says how many are missing. Everything that comes from a repository stands inside a command, with its
//! line breaks escaped, so no text of it can begin a command of its own.
//!
//! Source: "Workflow commands for GitHub Actions" in GitHub's documentation, and the escapes of its toolkit.

use std::fmt::Write as _;
use std::io;

use auditlint_engine::{Finding, Report};
use auditlint_rules::Severity;
use auditlint_source::{FilePath, Files, Problem, ProblemLevel};

use crate::plain;
use crate::wording::{is_listed, level_word};
use crate::{Render, RenderOptions};

/// Annotations of one kind that GitHub shows per step.
const LIMIT: usize = 10;

pub(crate) struct Github {
    options: RenderOptions,
}

impl Github {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }

    fn file(&self, path: &FilePath) -> String {
        property(&self.options.in_repository(path))
    }

    fn problem(&self, problem: &Problem, line: &mut String) {
        let mut properties = Vec::new();
        if let Some(path) = &problem.path {
            properties.push(format!("file={}", self.file(path)));
            if let Some(position) = problem.position {
                properties.push(format!("line={},col={}", position.line, position.utf16_column));
            }
        }
        properties.push(format!("title=auditlint {}", problem.kind.name()));
        let mut message = problem.message.clone();
        if let Some(help) = &problem.help {
            let _ = write!(message, "\n{help}");
        }
        let _ = write!(line, "{}::{}", properties.join(","), data(&message));
    }

    fn finding(&self, finding: &Finding, line: &mut String) {
        let (start, end) = (finding.start, finding.end);
        let _ = write!(line, "file={},line={},endLine={}", self.file(&finding.path), start.line, end.line);
        // With columns GitHub does not show an annotation that spans lines.
        if start.line == end.line {
            let _ = write!(line, ",col={},endColumn={}", start.utf16_column, end.utf16_column);
        }
        let mut message = finding.message.to_string();
        if let Some(instead) = &finding.rule.instead {
            let _ = write!(message, "\n{instead}");
        }
        for task in finding.tasks.iter() {
            let title = task.title.as_deref().unwrap_or_default();
            let _ = write!(message, "\nTask {} {title}", task.id);
        }
        let _ = write!(line, ",title={}::{}", property(finding.rule.id.as_str()), data(message.trim_end()));
    }
}

/// One thing to annotate.
enum Annotation<'r> {
    Problem(&'r Problem),
    Finding(&'r Finding),
}

const KINDS: [&str; 3] = ["error", "warning", "notice"];

impl Render for Github {
    fn render(&self, report: &Report, _files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let mut kinds: [Vec<Annotation<'_>>; 3] = [Vec::new(), Vec::new(), Vec::new()];
        for problem in report.problems.iter().filter(|problem| is_listed(problem, &self.options)) {
            let kind = match (problem.level, level_word(problem.level, &self.options)) {
                (_, "error") => 0,
                (ProblemLevel::Warning, _) => 1,
                _ => 2,
            };
            kinds[kind].push(Annotation::Problem(problem));
        }
        let mut findings: Vec<&Finding> = report.active().collect();
        // Info before hint; the sort is stable.
        findings.sort_by_key(|finding| finding.severity);
        for finding in findings {
            let kind = match finding.severity {
                Severity::Error => 0,
                Severity::Warning => 1,
                Severity::Info | Severity::Hint => 2,
            };
            kinds[kind].push(Annotation::Finding(finding));
        }

        let has_rest = kinds.iter().any(|items| items.len() > LIMIT);
        let mut rest = Vec::new();
        let mut line = String::new();
        for (index, items) in kinds.iter().enumerate() {
            // The notice that says how many are missing takes a place itself.
            let shown = if has_rest && index == 2 { LIMIT - 1 } else { LIMIT };
            for item in items.iter().take(shown) {
                line.clear();
                let _ = write!(line, "::{} ", KINDS[index]);
                match item {
                    Annotation::Problem(problem) => self.problem(problem, &mut line),
                    Annotation::Finding(finding) => self.finding(finding, &mut line),
                }
                writeln!(out, "{line}")?;
            }
            if let Some(more) = items.len().checked_sub(shown).filter(|more| *more > 0) {
                rest.push(plain::count(more as u64, KINDS[index]));
            }
        }
        if !rest.is_empty() {
            let rest = rest.join(", ");
            writeln!(
                out,
                "::notice title=auditlint::Not shown: {rest}. GitHub keeps ten of each kind per step; `auditlint check` lists them all."
            )?;
        }
        Ok(())
    }
}

/// Escapes the message of a command.
fn data(text: &str) -> String {
    plain::lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            ':' => escaped.push_str("%3A"),
            ',' => escaped.push_str("%2C"),
            other => plain::push(&mut escaped, other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes() {
        assert_eq!(data("50%\r\nof: a, b"), "50%25%0Aof: a, b");
        assert_eq!(property("a:b,c%d\r\ne\u{1b}"), "a%3Ab%2Cc%25d%0D%0Ae\\u{1b}");
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_command(text in any::<String>()) {
            prop_assert!(!data(&text).contains(['\n', '\r']));
            prop_assert!(!property(&text).contains(['\n', '\r', ':', ',']));
        }
    }
}
