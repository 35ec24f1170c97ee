//! The JSON form of verdicts, and the structs that its published schema is derived from.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use auditlint_engine::{Finding, LinkedRule, Report, TaskVerdict};
use auditlint_tasks::{Status, Verdict};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::severity_name::SeverityName;
use crate::verdict_json::{AttestationJson, CountsJson, CriterionJson};
use crate::{EscapeWriter, Passing};

/// The version of the shape. Keys may be added within one version; none changes its meaning or is removed.
const SCHEMA_VERSION: u32 = 1;

/// The verdicts on tasks.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "auditlint tasks")]
struct TasksDocument<'a> {
    /// The version of this shape: 1.
    #[schemars(extend("const" = 1))]
    schema: u32,
    /// The tasks that were asked for, in the order of their files.
    tasks: Vec<JudgedTaskJson<'a>>,
    /// How many of them have each verdict.
    summary: BTreeMap<&'static str, u64>,
}

/// A task and what the run proves about it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Task")]
struct JudgedTaskJson<'a> {
    /// Its full id.
    id: &'a str,
    /// Its title.
    title: Option<&'a str>,
    /// What the team declares: `todo`, `in-progress`, `done`, `wont-do`, `accepted`.
    status: Option<&'static str>,
    /// What the run proves.
    #[schemars(extend("enum" = Verdict::ALL.map(Verdict::name)))]
    verdict: &'static str,
    /// Its priority, as it is written.
    priority: Option<&'a str>,
    /// Who does it.
    owner: Option<&'a str>,
    /// The phase that it belongs to.
    phase: Option<&'a str>,
    /// The file in which its id stands, relative to the root.
    path: Option<String>,
    /// The 1-based line of its id.
    line: Option<u32>,
    /// Its address in a tracker.
    url: Option<&'a str>,
    /// The tasks that must be done before it.
    depends_on: &'a [String],
    /// The rules that check it.
    rules: Vec<&'a str>,
    /// How each of these is linked, and what it finds.
    links: Vec<LinkJson<'a>>,
    /// What must hold for it to be done.
    criteria: Vec<CriterionJson>,
    /// For how many of these there is a rule.
    criteria_with_rule: u64,
    /// How many findings it has.
    counts: CountsJson,
    /// These findings; 1,000 of them at most, of which each rule has its share.
    findings: Vec<TaskFindingJson<'a>>,
    /// What the verdict rests on and what weakens it, a sentence each.
    reasons: &'a [String],
    /// Who answers for it.
    attestation: Option<AttestationJson>,
}

/// A rule that checks a task.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Link")]
struct LinkJson<'a> {
    /// The rule.
    rule: &'a str,
    /// What links it: `rule` (its own `tasks`), `configuration`, or `task` (`verify`).
    by: &'static str,
    /// The globs of the files in which it counts; empty for all.
    files: &'a [String],
    /// Whether the rule is on.
    on: bool,
    /// Whether it looked at any file that counts.
    looked: bool,
    /// What it finds.
    counts: CountsJson,
}

impl<'a> LinkJson<'a> {
    fn of(rule: &'a LinkedRule) -> Self {
        let LinkedRule { id, by, files, is_on, has_looked, counts } = rule;
        Self { rule: id, by: by.name(), files, on: *is_on, looked: *has_looked, counts: (*counts).into() }
    }
}

/// A finding of a task.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TaskFinding")]
struct TaskFindingJson<'a> {
    /// The rule.
    rule: &'a str,
    /// The file, relative to the root.
    path: String,
    /// 1-based line.
    line: u32,
    /// 1-based column in UTF-8 bytes.
    column: u32,
    /// How serious it is.
    severity: SeverityName,
    /// Whether it counts: `new`, `known`, `suppressed`.
    state: &'static str,
    /// What is wrong there.
    message: &'a str,
}

impl<'a> TaskFindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.id.as_str(),
            path: finding.path.to_string(),
            line: finding.start.line,
            column: finding.start.column,
            severity: finding.severity.into(),
            state: finding.state.name(),
            message: &finding.message,
        }
    }
}

impl<'a> JudgedTaskJson<'a> {
    fn of(verdict: &'a TaskVerdict, report: &'a Report) -> Self {
        Self {
            id: &verdict.id,
            title: Some(verdict.title.as_str()).filter(|title| !title.is_empty()),
            status: verdict.status.map(Status::name),
            verdict: verdict.verdict.name(),
            priority: verdict.priority.as_deref(),
            owner: verdict.owner.as_deref(),
            phase: verdict.phase.as_deref(),
            path: verdict.place.as_ref().map(|place| place.path.to_string()),
            line: verdict.place.as_ref().map(|place| place.line),
            url: verdict.url.as_deref(),
            depends_on: &verdict.depends_on,
            rules: verdict.rules.iter().map(|rule| rule.id.as_str()).collect(),
            links: verdict.rules.iter().map(LinkJson::of).collect(),
            criteria: verdict.criteria.iter().map(Into::into).collect(),
            criteria_with_rule: verdict.criteria_with_rule as u64,
            counts: verdict.counts.into(),
            findings: verdict.findings.iter().map(|number| TaskFindingJson::of(&report.findings[*number])).collect(),
            reasons: &verdict.reasons,
            attestation: verdict.attestation.as_ref().map(Into::into),
        }
    }
}

/// Writes verdicts of a report as JSON.
///
/// # Errors
/// Whatever the writer says.
pub fn write_tasks_json(verdicts: &[&TaskVerdict], report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut summary: BTreeMap<&'static str, u64> = BTreeMap::new();
    for verdict in verdicts {
        *summary.entry(verdict.verdict.name()).or_default() += 1;
    }
    let tasks = verdicts.iter().map(|verdict| JudgedTaskJson::of(verdict, report)).collect();
    let document = TasksDocument { schema: SCHEMA_VERSION, tasks, summary };
    let mut out = EscapeWriter::new(out, Passing::Json);
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)?;
    out.flush()
}

/// The JSON Schema (draft 2020-12) of `auditlint tasks --format json`.
#[must_use]
pub fn tasks_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<TasksDocument<'_>>()
        .to_value()
}
