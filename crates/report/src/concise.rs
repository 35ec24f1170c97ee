//! One line per finding and problem, for editors and `grep`. The errorformat of Vim reads it as `%f:%l:%c: %m`.

use std::io;

use auditlint_engine::{FindingState, Report};
use auditlint_source::Files;

use crate::plain::{one_line, shown_name};
use crate::source_cache::SourceCache;
use crate::statistics::Statistics;
use crate::wording::{is_listed, level_word, rule_name};
use crate::{Render, RenderOptions};

pub(crate) struct Concise {
    options: RenderOptions,
}

impl Concise {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Concise {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        if self.options.statistics {
            Statistics::of(report).table().write_text(false, out)?;
        } else {
            self.findings(report, out)?;
        }
        // A problem has no rule in brackets, which tells it from a finding.
        let mut sources = SourceCache::new(files);
        for problem in report.problems.iter().filter(|problem| is_listed(problem, &self.options)) {
            match &problem.path {
                Some(path) => {
                    // Without a place it is put on the first line, where an editor can open it.
                    let (line, column) = problem
                        .position
                        .or_else(|| Some(sources.get(path)?.position(problem.span?.start)))
                        .map_or((1, 1), |position| (position.line, position.column));
                    write!(out, "{}:{line}:{column}: ", self.options.shown(path))?;
                }
                None => write!(out, "auditlint: ")?,
            }
            write!(out, "{}: {}", level_word(problem.level, &self.options), one_line(&problem.message))?;
            if let Some(help) = &problem.help {
                write!(out, " ({})", one_line(help))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

impl Concise {
    fn findings(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in &report.findings {
            let word = match finding.state {
                FindingState::New => finding.severity.name(),
                FindingState::Known if self.options.show_known => "known",
                FindingState::Known => continue,
                FindingState::Suppressed if self.options.show_suppressed => "suppressed",
                FindingState::Suppressed => continue,
            };
            let path = self.options.shown(&finding.path);
            let (start, rule, message) = (finding.start, rule_name(finding), one_line(&finding.message));
            write!(out, "{path}:{}:{}: {word}[{rule}] {message}", start.line, start.column)?;
            if !finding.tasks.is_empty() {
                let tasks: Vec<_> = finding.tasks.iter().map(|task| shown_name(&task.id)).collect();
                write!(out, " [{}]", tasks.join(", "))?;
            }
            if let Some(reason) = &finding.reason {
                write!(out, " ({})", one_line(reason))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}
