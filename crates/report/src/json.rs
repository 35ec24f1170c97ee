//! The JSON formats, and the structs that their published schema is derived from.
//!
//! The report is written as it is walked: one finding at a time is turned into these structs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use auditlint_engine::{FileEdit, Finding, FindingState, FindingTask, Related, Report};
use auditlint_source::{FilePath, Files, Position, Problem, ProblemLevel};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::placed_edit::{PlacedEdit, placed_edits};
use crate::severity_name::SeverityName;
use crate::source_cache::SourceCache;
use crate::statistics::{RuleCount, Statistics};
use crate::{Render, RenderOptions};

/// The version of the shape. Keys may be added within one version; none changes its meaning or is removed.
const SCHEMA_VERSION: u32 = 1;

pub(crate) struct Json {
    options: RenderOptions,
}

impl Json {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Json {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let sources = RefCell::new(SourceCache::new(files));
        let document = Document {
            schema: SCHEMA_VERSION,
            root: self.options.working.root(),
            findings: Findings { report, sources: &sources },
            problems: Problems { report, sources: &sources },
            summary: SummaryJson::of(report),
            statistics: self.options.statistics.then(|| Statistics::of(report).rules),
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

pub(crate) struct JsonLines;

impl Render for JsonLines {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let mut sources = SourceCache::new(files);
        for finding in &report.findings {
            serde_json::to_writer(&mut *out, &FindingJson::new(finding, report, &mut sources))?;
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The outcome of one run of `auditlint check`.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "auditlint findings")]
pub(crate) struct Document<'a> {
    /// The version of this shape: 1.
    #[schemars(extend("const" = 1))]
    schema: u32,
    /// The root of the run, seen from the working folder: all paths count from there.
    root: String,
    /// Findings in order of path, start, end, rule and message; known and silenced ones are among them.
    #[schemars(with = "Vec<FindingJson<'a>>")]
    findings: Findings<'a>,
    /// What could not be read, understood or linked.
    #[schemars(with = "Vec<ProblemJson<'a>>")]
    problems: Problems<'a>,
    /// Figures of the run.
    summary: SummaryJson<'a>,
    /// Findings by rule, with `--statistics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Vec<RuleCount>>,
}

pub(crate) struct Findings<'a> {
    report: &'a Report,
    sources: &'a RefCell<SourceCache<'a>>,
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sources = self.sources.borrow_mut();
        serializer.collect_seq(
            self.report.findings.iter().map(|finding| FindingJson::new(finding, self.report, &mut sources)),
        )
    }
}

pub(crate) struct Problems<'a> {
    report: &'a Report,
    sources: &'a RefCell<SourceCache<'a>>,
}

impl Serialize for Problems<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sources = self.sources.borrow_mut();
        serializer.collect_seq(self.report.problems.iter().map(|problem| ProblemJson::new(problem, &mut sources)))
    }
}

/// A place in a file.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "Position")]
struct PositionJson {
    /// 1-based line. Lines end at `\n`, `\r\n` or a lone `\r`.
    #[schemars(range(min = 1))]
    line: u32,
    /// 1-based column in UTF-8 bytes.
    #[schemars(range(min = 1))]
    column: u32,
    /// 1-based column in UTF-16 code units.
    #[schemars(range(min = 1))]
    utf16_column: u32,
    /// Bytes from the start of the file.
    byte: u32,
}

impl From<Position> for PositionJson {
    fn from(position: Position) -> Self {
        let Position { line, column, utf16_column, byte } = position;
        Self { line, column, utf16_column, byte }
    }
}

/// Whether a finding counts.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "State")]
enum StateName {
    /// It counts.
    New,
    /// It is in the baseline.
    Known,
    /// A comment or the configuration silences it.
    Suppressed,
}

/// One place where a rule holds.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(crate) struct FindingJson<'a> {
    /// The rule's id.
    rule: &'a str,
    /// Its severity.
    severity: SeverityName,
    /// How sure its rule is: `high` or `medium`.
    confidence: &'static str,
    /// What is wrong here.
    message: &'a str,
    /// The file, relative to the root of the run, with forward slashes.
    path: &'a str,
    /// The folder of the project that the file belongs to, where that is one below the root; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    /// Where it starts.
    start: PositionJson,
    /// Where it ends (exclusive).
    end: PositionJson,
    /// The tasks that it belongs to.
    tasks: Vec<TaskJson<'a>>,
    /// Stays the same when the code moves. Equal findings of one file share it.
    fingerprint: String,
    /// Whether it counts.
    state: StateName,
    /// Why it does not count, if it is silenced.
    reason: Option<&'a str>,
    /// Why the rule exists.
    why: Option<&'a str>,
    /// What to write instead.
    instead: Option<&'a str>,
    /// Where to read more.
    url: Option<&'a str>,
    /// How `--fix` fixes it; null if it cannot, or if JSON cannot carry the fix: see `fix_left_out`.
    fix: Option<FixJson<'a>>,
    /// Why `fix` is null although `--fix` would change the file; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_left_out: Option<&'static str>,
    /// Why somebody has to look at what the fix wrote, so that only `--fix=unsafe` applies it; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_unsafe: Option<&'a str>,
    /// Other places that explain it.
    related: Vec<RelatedJson<'a>>,
}

impl<'a> FindingJson<'a> {
    fn new(finding: &'a Finding, report: &'a Report, sources: &mut SourceCache<'_>) -> Self {
        let (fix, fix_left_out) = match &finding.fix {
            None => (None, None),
            Some(edits) => match FixJson::new(finding, edits, sources) {
                Ok(fix) => (Some(fix), None),
                Err(why) => (None, Some(why)),
            },
        };
        Self {
            rule: finding.rule.id.as_str(),
            severity: finding.severity.into(),
            confidence: finding.rule.confidence.name(),
            message: &finding.message,
            path: finding.path.as_str(),
            project: report.project_of(&finding.path).map(FilePath::as_str),
            start: finding.start.into(),
            end: finding.end.into(),
            tasks: finding.tasks.iter().map(TaskJson::new).collect(),
            fingerprint: finding.fingerprint.to_string(),
            state: match finding.state {
                FindingState::New => StateName::New,
                FindingState::Known => StateName::Known,
                FindingState::Suppressed => StateName::Suppressed,
            },
            reason: finding.reason.as_deref(),
            why: finding.rule.why.as_deref(),
            instead: finding.rule.instead.as_deref(),
            url: finding.rule.url.as_deref(),
            fix,
            fix_left_out,
            fix_unsafe: finding.rule.unsafe_fix.as_deref().filter(|_| finding.fix.is_some()),
            related: finding.related.iter().map(RelatedJson::new).collect(),
        }
    }
}

/// A task that a finding belongs to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Task")]
struct TaskJson<'a> {
    /// Its id.
    id: &'a str,
    /// Its title; null where no task file has it.
    title: Option<&'a str>,
    /// `todo`, `in-progress`, `done`, `wont-do` or `accepted`; null where none is declared.
    status: Option<&'a str>,
    /// The file in which it stands.
    path: Option<&'a str>,
    /// The 1-based line of its id in that file.
    line: Option<u32>,
}

impl<'a> TaskJson<'a> {
    fn new(task: &'a FindingTask) -> Self {
        Self {
            id: &task.id,
            title: task.title.as_deref(),
            status: task.status,
            path: task.path.as_ref().map(FilePath::as_str),
            line: task.line,
        }
    }
}

/// Edits that fix a finding. They belong together and do not overlap.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixJson<'a> {
    /// The changes.
    edits: Vec<EditJson<'a>>,
}

/// One change.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditJson<'a> {
    /// The file.
    path: &'a str,
    /// Where the text to replace starts.
    start: PositionJson,
    /// Where it ends (exclusive).
    end: PositionJson,
    /// What to put there.
    text: &'a str,
}

impl<'a> FixJson<'a> {
    fn new(finding: &'a Finding, edits: &'a [FileEdit], sources: &mut SourceCache<'_>) -> Result<Self, &'static str> {
        let edit = |edit: PlacedEdit<'a>| EditJson {
            path: finding.path.as_str(),
            start: edit.start.into(),
            end: edit.end.into(),
            text: edit.text,
        };
        Ok(Self { edits: placed_edits(finding, edits, sources)?.into_iter().map(edit).collect() })
    }
}

/// Another place that explains a finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Related")]
struct RelatedJson<'a> {
    /// The file.
    path: &'a str,
    /// Where it starts.
    start: PositionJson,
    /// Where it ends (exclusive).
    end: PositionJson,
    /// What it shows.
    message: &'a str,
}

impl<'a> RelatedJson<'a> {
    fn new(related: &'a Related) -> Self {
        Self {
            path: related.path.as_str(),
            start: related.start.into(),
            end: related.end.into(),
            message: &related.message,
        }
    }
}

/// The level of a problem.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Level")]
enum LevelName {
    /// The run is not reliable: exit code 2.
    Error,
    /// An error with `--strict`.
    Warning,
    /// For information.
    Note,
}

/// A problem with the input of the run.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemJson<'a> {
    /// What it is about: `usage`, `config`, `rule`, `task`, `link`, `file`, `region`, `unmatched` or `bug`.
    kind: &'a str,
    /// Its severity.
    level: LevelName,
    /// What is wrong.
    message: &'a str,
    /// The file, where there is one.
    path: Option<&'a str>,
    /// Where it starts, where that is known.
    start: Option<PositionJson>,
    /// Where it ends (exclusive), where that is known.
    end: Option<PositionJson>,
    /// What to do about it.
    help: Option<&'a str>,
}

impl<'a> ProblemJson<'a> {
    fn new(problem: &'a Problem, sources: &mut SourceCache<'_>) -> Self {
        let source = problem.span.and(problem.path.as_ref()).and_then(|path| sources.get(path));
        let place = problem.span.zip(source).filter(|(span, source)| {
            source.agrees(*span, problem.position.unwrap_or_else(|| source.position(span.start)))
        });
        Self {
            kind: problem.kind.name(),
            level: match problem.level {
                ProblemLevel::Error => LevelName::Error,
                ProblemLevel::Warning => LevelName::Warning,
                ProblemLevel::Note => LevelName::Note,
            },
            message: &problem.message,
            path: problem.path.as_ref().map(FilePath::as_str),
            start: match &place {
                Some((span, source)) => Some(source.position(span.start).into()),
                None => problem.position.map(Into::into),
            },
            end: place.map(|(span, source)| source.position(span.end).into()),
            help: problem.help.as_deref(),
        }
    }
}

/// Figures of one run.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct SummaryJson<'a> {
    /// Whether the run reported on only part of the project.
    partial: bool,
    /// Files that were checked.
    files: u64,
    /// Of these, how many were parsed; the others contain nothing that any rule needs.
    files_parsed: u64,
    /// Bytes of the files that were checked.
    bytes: u64,
    /// How many rules were on.
    rules: u64,
    /// Findings that count, by severity.
    errors: u64,
    /// See `errors`.
    warnings: u64,
    /// See `errors`.
    infos: u64,
    /// See `errors`.
    hints: u64,
    /// The baseline that the findings were held against, relative to the root of the run; null where there is none.
    baseline: Option<&'a str>,
    /// Findings that are in the baseline.
    known: u64,
    /// Lines of the baseline whose finding is gone; always 0 in a partial run.
    stale: u64,
    /// Findings that are silenced.
    suppressed: u64,
    /// Findings that count and that `--fix` fixes.
    fixable: u64,
    /// Findings that count and that only `--fix=unsafe` fixes.
    fixable_unsafe: u64,
    /// Files and folders that were skipped, by reason.
    skipped: &'a BTreeMap<&'static str, u64>,
    /// Files that are read although an ignore file of git covers them, because git tracks them.
    tracked_though_ignored: u64,
    /// Parts of files that were not understood.
    not_understood: RegionsJson,
    /// Syntax nodes that were visited.
    nodes_visited: u64,
    /// How often a rule was tried on a node.
    rule_attempts: u64,
}

/// Parts of files that were not understood.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Regions")]
struct RegionsJson {
    /// Files with such a part.
    files: u64,
    /// How many parts there are.
    regions: u64,
    /// Bytes in them.
    bytes: u64,
}

impl<'a> SummaryJson<'a> {
    fn of(report: &'a Report) -> Self {
        let summary = &report.summary;
        Self {
            partial: report.partial,
            files: summary.files,
            files_parsed: summary.files_parsed,
            bytes: summary.bytes,
            rules: summary.rules,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            hints: summary.hints,
            baseline: report.baseline.as_ref().map(FilePath::as_str),
            known: summary.known,
            stale: summary.stale,
            suppressed: summary.suppressed,
            fixable: summary.fixable,
            fixable_unsafe: summary.fixable_unsafe,
            skipped: &summary.skipped,
            tracked_though_ignored: summary.tracked_though_ignored,
            not_understood: RegionsJson {
                files: summary.regions_files,
                regions: summary.regions,
                bytes: summary.regions_bytes,
            },
            nodes_visited: summary.nodes_visited,
            rule_attempts: summary.rule_attempts,
        }
    }
}
