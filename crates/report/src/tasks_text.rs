//! Verdicts as a person reads them.

use std::borrow::Cow;
use std::io::{self, Write as _};

use auditlint_engine::{Finding, FindingState, Report, TaskVerdict};
use auditlint_tasks::{Status, Verdict};

use crate::plain::{line_start, one_line, shown_path};
use crate::style::TextStyle;
use crate::wording::rule_name;
use crate::{EscapeWriter, Passing, WorkingFolder};

/// How many findings of one task are listed where several tasks are.
const MOST_LISTED: usize = 20;

/// Writes verdicts of a report as text.
pub struct TaskText<'r> {
    report: &'r Report,
    working: WorkingFolder,
    color: bool,
}

impl<'r> TaskText<'r> {
    /// With paths as they are seen from the working folder, and with colours where `color` says so.
    #[must_use]
    pub fn new(report: &'r Report, working: WorkingFolder, color: bool) -> Self {
        Self { report, working, color }
    }

    /// Answers whether a task is done, in one sentence.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn answer(&self, task: &TaskVerdict, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = self.writer(out);
        let id = one_line(&task.id);
        let (style, said) = match task.verdict {
            Verdict::Verified => (TextStyle::Bold, format!("Yes: {id} is done, and its rules hold.")),
            Verdict::ReadyToClose => (
                TextStyle::Bold,
                format!("Yes: the rules of {id} find nothing any more; `auditlint tasks close {id}` writes it down."),
            ),
            Verdict::Open => (TextStyle::Warning, format!("No: {id} is not done.")),
            Verdict::Regressed => (TextStyle::Error, format!("No: {id} is declared done and is not.")),
            Verdict::Vacuous => (
                TextStyle::Warning,
                format!("Nobody can tell whether {id} is done: its rules may not have seen it all."),
            ),
            Verdict::Unverified | Verdict::Untracked => (TextStyle::Warning, format!("Nothing checks {id}.")),
            Verdict::Attested => (TextStyle::Bold, format!("Nothing checks {id}; somebody answers for it.")),
            Verdict::Accepted if task.status == Some(Status::Accepted) => {
                (TextStyle::Bold, format!("{id} is accepted as it is."))
            }
            Verdict::Accepted => (TextStyle::Bold, format!("{id} will not be done.")),
        };
        writeln!(out, "{}", style.paint(self.color, said))?;
        out.flush()
    }

    /// Writes the verdict on a task with its reasons and the first places that are left.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn verdict(&self, task: &TaskVerdict, out: &mut dyn io::Write) -> io::Result<()> {
        self.block(task, MOST_LISTED, out)
    }

    /// Writes everything that is known about a task.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn everything(&self, task: &TaskVerdict, declared: &[String], out: &mut dyn io::Write) -> io::Result<()> {
        self.block(task, usize::MAX, out)?;
        let mut out = self.writer(out);
        let mut fields: Vec<(&str, String)> = Vec::new();
        let mut field = |name: &'static str, value: Option<&str>| {
            fields.extend(value.filter(|value| !value.is_empty()).map(|value| (name, one_line(value).into_owned())));
        };
        let place =
            task.place.as_ref().map(|place| format!("{}:{}", shown_path(&self.working.sees(&place.path)), place.line));
        field("place", place.as_deref());
        field("status", Some(task.status.map_or("none", Status::name)));
        declared.iter().for_each(|declared| field("declared", Some(declared)));
        field("priority", task.priority.as_deref());
        field("owner", task.owner.as_deref());
        field("phase", task.phase.as_deref());
        field("address", task.url.as_deref());
        field("depends on", Some(&task.depends_on.join(", ")));
        for (name, value) in fields {
            writeln!(out, "  {name:<11}{value}")?;
        }
        for rule in &task.rules {
            let files = if rule.files.is_empty() { String::new() } else { format!(" in {}", rule.files.join(", ")) };
            let what = match (rule.is_on, rule.has_looked, rule.counts.left()) {
                (false, ..) => "off".to_owned(),
                (_, false, 0) => "looked at nothing".to_owned(),
                (.., 0) => "holds".to_owned(),
                (.., left) => format!("{left} left"),
            };
            let suppressed = match rule.counts.suppressed {
                0 => String::new(),
                count => format!(", {count} suppressed"),
            };
            let linked = format!("{}{files} (linked by the {}): {what}{suppressed}", rule.id, rule.by.name());
            writeln!(out, "  rule       {}", one_line(&linked))?;
        }
        for criterion in &task.criteria {
            let mark = match criterion.status {
                Some(Status::Done) => "[x] ",
                Some(_) => "[ ] ",
                None => "",
            };
            let rules =
                if criterion.rules.is_empty() { "no rule of its own".to_owned() } else { criterion.rules.join(", ") };
            writeln!(out, "  criterion  {mark}{} ({})", one_line(&criterion.text), one_line(&rules))?;
        }
        out.flush()
    }

    fn block(&self, task: &TaskVerdict, most: usize, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = self.writer(out);
        let style = match task.verdict {
            Verdict::Regressed => TextStyle::Error,
            Verdict::Open | Verdict::Vacuous | Verdict::Unverified => TextStyle::Warning,
            _ => TextStyle::Bold,
        };
        let title = if task.title.is_empty() { String::new() } else { format!(" {}", one_line(&task.title)) };
        let id = one_line(&task.id).into_owned();
        let id = line_start(&id).into_owned();
        writeln!(
            out,
            "{}{title}: {}",
            TextStyle::Bold.paint(self.color, &id),
            style.paint(self.color, task.verdict.name())
        )?;
        for reason in &task.reasons {
            writeln!(out, "  {}", one_line(reason))?;
        }
        let places = task.findings.iter().map(|number| &self.report.findings[*number]);
        let listed = places.take(most);
        let mut shown = 0;
        for finding in listed {
            writeln!(out, "  {}", self.place(finding))?;
            shown += 1;
        }
        let all = task.counts.left() + task.counts.suppressed;
        if all > shown {
            writeln!(
                out,
                "  and {} more; `auditlint check --task {id}` lists them",
                all - shown,
                id = one_line(&task.id)
            )?;
        }
        out.flush()
    }

    fn place(&self, finding: &Finding) -> String {
        let (path, start) = (shown_path(&self.working.sees(&finding.path)), finding.start);
        let state = match finding.state {
            FindingState::New => Cow::Borrowed(""),
            state => {
                let reason =
                    finding.reason.as_deref().map(|reason| format!(": {}", one_line(reason))).unwrap_or_default();
                Cow::Owned(format!(" ({}{reason})", state.name()))
            }
        };
        format!("{path}:{}:{} {}: {}{state}", start.line, start.column, rule_name(finding), one_line(&finding.message))
    }

    fn writer<'o>(&self, out: &'o mut dyn io::Write) -> EscapeWriter<&'o mut dyn io::Write> {
        EscapeWriter::new(out, Passing::of_color(self.color))
    }
}

/// "63 tasks: 1 regressed, 2 open, 60 untracked".
#[must_use]
pub fn verdict_counts<'v>(verdicts: impl Iterator<Item = &'v TaskVerdict> + Clone) -> String {
    let by_verdict = Verdict::ALL.into_iter().filter_map(|verdict| {
        let count = verdicts.clone().filter(|task| task.verdict == verdict).count();
        (count > 0).then(|| format!("{count} {verdict}"))
    });
    let parts: Vec<String> = by_verdict.collect();
    let all = crate::plain::count(verdicts.count() as u64, "task");
    if parts.is_empty() { all } else { format!("{all}: {}", parts.join(", ")) }
}
