//! The history of an audit: a line of JSON for each state that was written down, so that a report can show how it went.

use std::collections::BTreeMap;

use auditlint_engine::Date;
use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{FilePath, Problem, ProblemKind, Span};
use auditlint_tasks::Verdict;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

/// The version of a line. Keys may be added within one version; none changes its meaning or is removed.
pub(super) const HISTORY_VERSION: u32 = 1;

/// Names of commits are not longer.
const MAX_COMMIT: usize = 64;

/// A state of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "a line of the history of an audit")]
pub struct HistoryLine {
    /// The version of this shape: 1.
    #[schemars(extend("const" = 1))]
    pub(super) schema: u32,
    /// The day of the state: `YYYY-MM-DD`.
    pub(super) date: String,
    /// The checked-out commit; null outside a repository.
    pub(super) commit: Option<String>,
    /// The findings of the code.
    pub(super) findings: HistoryCounts,
    /// How many tasks have each verdict.
    pub(super) verdicts: BTreeMap<String, u64>,
    /// The tasks that a rule checks, by their ids.
    pub(super) tasks: BTreeMap<String, HistoryTask>,
}

/// How many findings there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct HistoryCounts {
    /// Those that nobody knew of.
    pub(super) new: u64,
    /// Those that were in the baseline.
    pub(super) known: u64,
    /// Those that were suppressed.
    pub(super) suppressed: u64,
}

/// How far a task was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct HistoryTask {
    /// What the run proved.
    pub(super) verdict: String,
    /// How many of its findings were left.
    pub(super) left: u64,
}

impl HistoryLine {
    /// Reads a line; else what is wrong with it.
    fn read(text: &str) -> Result<Self, String> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Versioned {
            schema: u32,
        }
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| text.starts_with(mark)) {
            return Err("this is the marker of a conflict".to_owned());
        }
        if let Ok(Versioned { schema }) = serde_json::from_str(text)
            && schema != HISTORY_VERSION
        {
            return Err(format!("this line is of version {schema}, and only version {HISTORY_VERSION} is known"));
        }
        let line: Self =
            serde_json::from_str(text).map_err(|error| format!("this is not a line of a history: {error}"))?;
        if Date::parse(&line.date).is_none() {
            return Err(format!("`{}` is not a day of the calendar", line.date));
        }
        let is_commit = |commit: &String| {
            commit.len() <= MAX_COMMIT && !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if let Some(commit) = line.commit.as_ref().filter(|commit| !is_commit(commit)) {
            return Err(format!("`{commit}` is not the name of a commit"));
        }
        let mut verdicts = line.verdicts.keys().chain(line.tasks.values().map(|task| &task.verdict));
        match verdicts.find(|name| verdict_of(name).is_none()) {
            Some(name) => Err(format!("`{name}` is not a verdict")),
            None => Ok(line),
        }
    }

    /// The day of the state.
    pub(super) fn date(&self) -> &str {
        &self.date
    }

    pub(super) fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// How many findings were left.
    pub(super) fn left(&self) -> u64 {
        self.findings.new.saturating_add(self.findings.known)
    }

    pub(super) fn suppressed(&self) -> u64 {
        self.findings.suppressed
    }

    /// How many tasks had a verdict.
    pub(super) fn tasks_that_are(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(verdict.name()).copied().unwrap_or_default()
    }

    /// The tasks with what was proved of them, and how many findings each had left.
    pub(super) fn tasks(&self) -> impl Iterator<Item = (&str, Verdict, u64)> {
        self.tasks.iter().filter_map(|(id, task)| Some((id.as_str(), verdict_of(&task.verdict)?, task.left)))
    }

    /// What was proved of a task, and how many findings it had left.
    pub(super) fn task(&self, id: &str) -> Option<(Verdict, u64)> {
        let task = self.tasks.get(id)?;
        Some((verdict_of(&task.verdict)?, task.left))
    }

    /// Whether both are about one state: the same commit on the same day.
    fn is_of_state(&self, other: &Self) -> bool {
        self.date == other.date && self.commit == other.commit
    }

    fn to_text(&self) -> String {
        // Numbers and texts under texts are always written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn verdict_of(name: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)
}

/// A line with the bytes of the file that hold it.
struct PlacedLine {
    span: Span,
    line: HistoryLine,
}

/// The lines of a file.
#[derive(Default)]
pub struct History {
    bytes: Vec<u8>,
    lines: Vec<PlacedLine>,
}

impl History {
    /// Reads a file. What is not a line of a history is left out, and said: with the path, where the file belongs to the project.
    pub fn read(bytes: Vec<u8>, path: Option<&FilePath>, problems: &mut Vec<Problem>) -> Self {
        let mut lines = Vec::new();
        let mut mistakes = 0_usize;
        let mut start = 0;
        for (number, piece) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let (from, end) = (start, start + piece.trim_ascii_end().len());
            start += piece.len();
            let text = &bytes[from..end];
            let text = if from == 0 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
            if text.trim_ascii().is_empty() {
                continue;
            }
            let span = Span::new(from as u32, end as u32);
            let read = std::str::from_utf8(text).map_err(|_| "this line is not UTF-8".to_owned());
            match read.and_then(HistoryLine::read) {
                Ok(line) => lines.push(PlacedLine { span, line }),
                Err(mistake) => {
                    mistakes += 1;
                    if mistakes <= MAX_MISTAKES {
                        problems.push(left_out(&mistake, number + 1, span, &bytes, path));
                    }
                }
            }
        }
        if mistakes > MAX_MISTAKES {
            let message = format!("{} more lines of the history were left out", mistakes - MAX_MISTAKES);
            problems.push(in_file(Problem::warning(ProblemKind::File, message), path));
        }
        Self { bytes, lines }
    }

    /// The file with a line for a state more, or in place of the one about the same commit on the same day; every other byte stays.
    #[must_use]
    pub fn with(&self, line: &HistoryLine) -> Vec<u8> {
        let text = line.to_text();
        let mut bytes = self.bytes.clone();
        if let Some(old) = self.lines.iter().rfind(|old| old.line.is_of_state(line)) {
            let mark = usize::from(old.span.start == 0 && bytes.starts_with(b"\xef\xbb\xbf")) * 3;
            bytes.splice(old.span.start as usize + mark..old.span.end as usize, text.into_bytes());
        } else {
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend(text.bytes());
            bytes.push(b'\n');
        }
        bytes
    }

    /// The states in the order of their days, with the last one of each day; `now` is one of them, and hides what is later.
    pub(super) fn states<'h>(&'h self, now: Option<&'h HistoryLine>) -> Vec<&'h HistoryLine> {
        let mut days: BTreeMap<&str, &HistoryLine> = BTreeMap::new();
        for PlacedLine { line, .. } in &self.lines {
            if now.is_none_or(|now| line.date <= now.date) {
                days.insert(&line.date, line);
            }
        }
        days.extend(now.map(|now| (now.date.as_str(), now)));
        days.into_values().collect()
    }

    /// How many lines are about days behind that of a state.
    pub(super) fn later_than(&self, now: Option<&HistoryLine>) -> u64 {
        let later = self.lines.iter().filter(|old| now.is_some_and(|now| old.line.date > now.date));
        later.count() as u64
    }
}

fn left_out(mistake: &str, number: usize, span: Span, bytes: &[u8], path: Option<&FilePath>) -> Problem {
    let problem = Problem::warning(ProblemKind::File, format!("line {number} of the history was left out: {mistake}"))
        .help("`auditlint schema history` describes a line; in a conflict keep the lines of both sides");
    match path {
        Some(path) => problem.in_file(path).at(Span::new(span.start, span.start), bytes),
        None => problem,
    }
}

fn in_file(problem: Problem, path: Option<&FilePath>) -> Problem {
    match path {
        Some(path) => problem.in_file(path),
        None => problem,
    }
}

/// The JSON Schema (draft 2020-12) of a line of the history.
#[must_use]
pub fn history_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<HistoryLine>().to_value()
}
