//! The text format: for a person who has to understand and act.
//!
//! What is the same for all findings of a rule (what to do, why, note, where to read more) is said once per run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use auditlint_engine::{Finding, FindingState, FindingTask, Report};
use auditlint_source::{Files, Problem, ProblemKind, ProblemLevel};

use crate::excerpt::Excerpt;
use crate::frame::MessageFrame;
use crate::source_cache::SourceCache;
use crate::statistics::Statistics;
use crate::style::TextStyle;
use crate::wording::{is_listed, level_word, rule_name};
use crate::{EscapeWriter, Passing, Render, RenderOptions, plain, summary_text};

/// A rule with more places than this is grouped, where grouping is on.
const GROUP_ABOVE: usize = 5;
/// How many places of a grouped rule are quoted.
const GROUP_FRAMES: usize = 3;
/// How many problems that are alike are told one by one.
const ALIKE: usize = 3;
/// How many further places are listed.
const LISTED: usize = 20;

pub(crate) struct Text {
    options: RenderOptions,
}

impl Text {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Text {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = TextPage::new(files, &self.options, out);
        if !self.options.statistics {
            page.findings_by_rule(report)?;
            if self.options.show_known {
                page.known(report)?;
            }
            if self.options.show_suppressed {
                page.suppressed(report)?;
            }
        }
        page.problems(&report.problems)?;
        if self.options.statistics {
            let statistics = Statistics::of(report);
            if !statistics.is_empty() {
                statistics.table().write_text(self.options.color, page.out)?;
                writeln!(page.out)?;
            }
        }
        page.out.write_all(summary_text(report, &self.options).as_bytes())
    }
}

/// Writes findings as text, each with its code, whatever their state, and without a summary.
///
/// # Errors
/// Whatever the writer says.
pub fn write_findings(
    findings: &[&Finding],
    files: &dyn Files,
    options: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = EscapeWriter::new(out, Passing::of_color(options.color));
    let mut page = TextPage::new(files, options, &mut out);
    for finding in findings {
        page.finding(finding)?;
    }
    out.flush()
}

/// Writes the problems of a report as text, for standard error beside a format that does not carry them.
///
/// # Errors
/// Whatever the writer says.
pub fn write_problems(
    report: &Report,
    files: &dyn Files,
    options: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = EscapeWriter::new(out, Passing::of_color(options.color));
    TextPage::new(files, options, &mut out).problems(&report.problems)?;
    out.flush()
}

/// One run's output while it is written.
struct TextPage<'r, 'w> {
    sources: SourceCache<'r>,
    options: &'r RenderOptions,
    out: &'w mut dyn io::Write,
    /// Rules of which a finding was quoted.
    explained: BTreeSet<String>,
    buffer: String,
}

impl<'r, 'w> TextPage<'r, 'w> {
    fn new(files: &'r dyn Files, options: &'r RenderOptions, out: &'w mut dyn io::Write) -> Self {
        Self { sources: SourceCache::new(files), options, out, explained: BTreeSet::new(), buffer: String::new() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    /// Rules by severity, then by their first finding.
    fn findings_by_rule(&mut self, report: &Report) -> io::Result<()> {
        let mut groups: Vec<Vec<&Finding>> = Vec::new();
        let mut group_of = BTreeMap::new();
        for finding in report.active() {
            let group = *group_of.entry((finding.severity, finding.rule.id.as_str())).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(finding);
        }
        groups.sort_by_key(|group| group[0].severity);
        let mut left = self.options.max_findings;
        for group in &groups {
            let quoted = if group.len() > GROUP_ABOVE { GROUP_FRAMES } else { group.len() }.min(left);
            left -= quoted;
            for finding in &group[..quoted] {
                self.finding(finding)?;
            }
            let rest = &group[quoted..];
            if !rest.is_empty() {
                let first = group[0];
                let rule = TextStyle::of(first.severity).paint(self.options.color, rule_name(first)).to_string();
                let more = if quoted == 0 { "place" } else { "more place" };
                self.buffer.push_str(&format!("  {rule} in {}:\n", plain::count(rest.len() as u64, more)));
                self.list(rest);
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Places in one line each, and an empty line.
    fn list(&mut self, findings: &[&Finding]) {
        let shown = if self.options.verbose || findings.len() == LISTED + 1 { findings.len() } else { LISTED };
        for finding in findings.iter().take(shown) {
            self.buffer.push_str(&format!("    {}\n", place(finding, self.options)));
        }
        if let Some(more) = findings.len().checked_sub(shown).filter(|more| *more > 0) {
            self.buffer.push_str(&format!("    … and {more} more, see --statistics or --format concise\n"));
        }
        self.buffer.push('\n');
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let source = self.sources.get(&finding.path).filter(|source| source.agrees(finding.span, finding.start));
        // Places of other files are named below the frame, and so are those that lie too far away to be in it.
        let near: Vec<_> = finding
            .related
            .iter()
            .filter(|related| related.path == finding.path)
            .map(|related| (related.span, related.message.as_str()))
            .collect();
        let (excerpt, mut marked) = match &source {
            Some(source) => {
                let (excerpt, marked) =
                    Excerpt::new(source, &self.options.working.sees(&finding.path), finding.span, finding.start, &near);
                (Some(excerpt), marked.into_iter())
            }
            None => (None, Vec::new().into_iter()),
        };

        let color = self.options.color;
        let style = TextStyle::of(finding.severity);
        let headline = format!("{}: {}", rule_name(finding), plain::lines(&finding.message));
        let frame = MessageFrame {
            word: finding.severity.name(),
            style,
            headline: &headline,
            excerpt: excerpt.as_ref(),
            help: None,
        };
        frame.draw(color, self.options.width, &mut self.buffer);
        if excerpt.is_none() {
            self.detail("at", &place(finding, self.options));
        }
        for related in &finding.related {
            let is_marked = related.path == finding.path && marked.next().unwrap_or(false);
            if !is_marked {
                let path = self.options.shown(&related.path);
                let (line, column) = (related.start.line, related.start.column);
                self.detail("see", &format!("{path}:{line}:{column} {}", related.message));
            }
        }
        let is_first = self.explained.insert(finding.rule.id.as_str().to_owned());
        if let Some(instead) = finding.rule.instead.as_ref().filter(|_| is_first) {
            self.detail("help", instead);
        }
        for task in finding.tasks.iter() {
            self.detail("task", &task_text(task, self.options));
        }
        if is_first {
            let rule = &finding.rule;
            // The note of a shipped rule tells its limits; who wants them asks.
            let note = rule.note.as_ref().filter(|_| rule.pack.is_none() || self.options.verbose);
            for (name, text) in [("why", rule.why.as_ref()), ("note", note), ("more", rule.url.as_ref())] {
                if let Some(text) = text {
                    self.detail(name, text);
                }
            }
        }
        self.buffer.push('\n');
        self.flush()
    }

    /// A line below a frame: `  help: …`, wrapped.
    fn detail(&mut self, name: &str, text: &str) {
        let first = format!("  {} ", TextStyle::Help.paint(self.options.color, format_args!("{name}:")));
        plain::wrap(&mut self.buffer, &first, name.len() + 4, text, self.options.width);
    }

    fn known(&mut self, report: &Report) -> io::Result<()> {
        let mut known = report.findings.iter().filter(|finding| finding.state == FindingState::Known).peekable();
        if known.peek().is_none() {
            return Ok(());
        }
        self.buffer.push_str("  Known:\n");
        for finding in known {
            let (rule, message) = (rule_name(finding), plain::one_line(&finding.message));
            self.buffer.push_str(&format!(
                "    {} {} {rule}: {message}\n",
                place(finding, self.options),
                finding.severity.name()
            ));
        }
        self.buffer.push('\n');
        self.flush()
    }

    fn suppressed(&mut self, report: &Report) -> io::Result<()> {
        let mut is_first = true;
        for finding in report.findings.iter().filter(|finding| finding.state == FindingState::Suppressed) {
            if is_first {
                self.buffer.push_str("  Suppressed:\n");
                is_first = false;
            }
            let reason = finding.reason.as_deref().unwrap_or("no reason given");
            let (rule, reason) = (rule_name(finding), plain::one_line(reason));
            self.buffer.push_str(&format!("    {} {rule}: {reason}\n", place(finding, self.options)));
        }
        if !is_first {
            self.buffer.push('\n');
        }
        self.flush()
    }

    fn problems(&mut self, problems: &[Problem]) -> io::Result<()> {
        let listed: Vec<&Problem> = problems.iter().filter(|problem| is_listed(problem, self.options)).collect();
        let mut alike: BTreeMap<Likeness<'_>, Vec<&Problem>> = BTreeMap::new();
        for problem in &listed {
            alike.entry(likeness(problem)).or_default().push(problem);
        }
        for problem in &listed {
            let same = &alike[&likeness(problem)];
            let together = !self.options.verbose && problem.help.is_some() && same.len() > ALIKE;
            if !together {
                self.problem(problem)?;
            } else if std::ptr::eq(same[0], *problem) {
                self.problem(problem)?;
                self.alike(&same[1..])?;
            }
        }
        Ok(())
    }

    /// Lists the places of problems that are like the one just told.
    fn alike(&mut self, problems: &[&Problem]) -> io::Result<()> {
        self.buffer.push_str(&format!("  the same in {} more places:\n", problems.len()));
        for problem in problems.iter().take(LISTED) {
            let path = problem.path.as_ref().map(|path| self.options.shown(path)).unwrap_or_default();
            let place = problem.position.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
            self.buffer.push_str(&format!("    {path}{place}\n"));
        }
        if problems.len() > LISTED {
            let more = problems.len() - LISTED;
            self.buffer.push_str(&format!("    … and {more} more; `--verbose` shows all\n"));
        }
        self.buffer.push('\n');
        self.flush()
    }

    fn problem(&mut self, problem: &Problem) -> io::Result<()> {
        let excerpt = problem.path.as_ref().zip(problem.span).and_then(|(path, span)| {
            let source = self.sources.get(path)?;
            let start = problem.position.unwrap_or_else(|| source.position(span.start));
            source
                .agrees(span, start)
                .then(|| Excerpt::new(&source, &self.options.working.sees(path), span, start, &[]).0)
        });
        let word = level_word(problem.level, self.options);
        let style = match word {
            "error" => TextStyle::Error,
            "warning" => TextStyle::Warning,
            _ => TextStyle::Advice,
        };
        let word = format!("{word}:");
        let message = plain::lines(&problem.message);
        let frame = MessageFrame { word: &word, style, headline: &message, excerpt: excerpt.as_ref(), help: None };
        frame.draw(self.options.color, self.options.width, &mut self.buffer);
        if let Some(path) = problem.path.as_ref().filter(|_| excerpt.is_none()) {
            let path = self.options.shown(path);
            match problem.position {
                Some(position) => self.detail("at", &format!("{path}:{}:{}", position.line, position.column)),
                None => self.detail("at", &path),
            }
        }
        if let Some(help) = &problem.help {
            self.detail("help", help);
        }
        self.buffer.push('\n');
        self.flush()
    }
}

/// What problems that are told together have in common: the help, the kind and the first words of the message.
type Likeness<'p> = (Option<&'p str>, ProblemKind, ProblemLevel, &'p str);

fn likeness(problem: &Problem) -> Likeness<'_> {
    let words = problem.message.split([':', '`']).next().unwrap_or_default();
    (problem.help.as_deref().filter(|_| problem.path.is_some()), problem.kind, problem.level, words)
}

/// `path:line:column`, which terminals and editors turn into a link.
fn place(finding: &Finding, options: &RenderOptions) -> String {
    let path = options.shown(&finding.path);
    format!("{path}:{}:{}", finding.start.line, finding.start.column)
}

/// `08x_003 Idempotency store (todo) codex/TASKS/08x_003.yaml:1`.
fn task_text(task: &FindingTask, options: &RenderOptions) -> String {
    let mut text = plain::shown_name(&task.id).into_owned();
    if let Some(title) = task.title.as_deref().filter(|title| !title.is_empty()) {
        text.push(' ');
        text.push_str(&plain::one_line(title));
    }
    if let Some(status) = task.status {
        text.push_str(&format!(" ({status})"));
    }
    match (&task.path, task.line) {
        (Some(path), Some(line)) => text.push_str(&format!(" {}:{line}", options.shown(path))),
        (Some(path), None) => text.push_str(&format!(" {}", options.shown(path))),
        (None, _) => text.push_str(" (in no task file)"),
    }
    text
}
