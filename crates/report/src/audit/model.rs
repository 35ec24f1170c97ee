//! What an audit report says: plain data, the same for every format. Its serialised form is the JSON format, and the published schema is
//! derived from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_engine::{FindingState, RuleTests};
use auditlint_tasks::Verdict;
use schemars::JsonSchema;
use serde::Serialize;

use super::burn_down::BurnDown;
use crate::severity_name::SeverityName;
use crate::verdict_json::{AttestationJson, CountsJson, CriterionJson};

/// The version of the shape. Keys may be added within one version; none changes its meaning or is removed.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The state of an audit: what is proven done, what is claimed, what is left and where.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "auditlint report")]
pub struct AuditReport {
    /// The version of this shape: 1.
    #[schemars(extend("const" = 1))]
    pub(crate) schema: u32,
    /// The title of the report.
    pub(crate) title: String,
    /// The checked-out commit, where the project stands in a repository.
    pub(crate) commit: Option<String>,
    /// The day of the report: that of the commit, or the one that was given.
    pub(crate) day: Option<String>,
    /// What it amounts to.
    pub(crate) summary: AuditSummary,
    /// Every task, in the order of the task files.
    pub(crate) tasks: Vec<AuditTask>,
    /// What is left to do, in the order in which to do it.
    pub(crate) next: Vec<NextStep>,
    /// The audit's own findings, as the tasks name them, with the tasks that put them right.
    pub(crate) audit_findings: Vec<AuditItem>,
    /// From the audit's findings over tasks, criteria and rules to places.
    pub(crate) matrix: Vec<TraceRow>,
    /// What one side has and the other lacks.
    pub(crate) orphans: Orphans,
    /// Every rule that is on, or linked to a task.
    pub(crate) rules: Vec<AuditRule>,
    /// Every finding, in the order of path and place.
    pub(crate) findings: Vec<AuditFinding>,
    /// The findings about the task files themselves (pack `plan`), by their numbers.
    pub(crate) plan: Vec<usize>,
    /// Figures of groups of tasks.
    pub(crate) metrics: Metrics,
    /// How the audit went; null where no history was given.
    pub(crate) burn_down: Option<BurnDown>,
    /// What could not be read, understood or linked.
    pub(crate) problems: Vec<AuditProblem>,
}

/// What a report amounts to.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ReportSummary")]
pub(crate) struct AuditSummary {
    /// Whether the run gives verdicts.
    pub(crate) judged: bool,
    /// How many tasks there are.
    pub(crate) tasks: u64,
    /// How many of them have each verdict.
    pub(crate) verdicts: BTreeMap<&'static str, u64>,
    /// How many are declared done.
    pub(crate) declared_done: u64,
    /// How many acceptance criteria there are.
    pub(crate) criteria: u64,
    /// For how many of these there is a rule.
    pub(crate) criteria_with_rule: u64,
    /// The findings of the code, by state.
    pub(crate) findings: CountsJson,
    /// How many files those that are left stand in.
    pub(crate) files_with_findings: u64,
    /// Those that are left, by severity.
    pub(crate) severities: BTreeMap<&'static str, u64>,
    /// Those that are left and belong to no task.
    pub(crate) without_task: u64,
    /// Files that were checked.
    pub(crate) files: u64,
    /// How many rules were on.
    pub(crate) rules: u64,
    /// How many parts of files were not understood.
    pub(crate) not_understood: u64,
    /// Files and folders that were skipped, by reason.
    pub(crate) skipped: BTreeMap<&'static str, u64>,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub(crate) struct AuditPlace {
    /// The file, relative to the root.
    pub(crate) path: String,
    /// The 1-based line.
    pub(crate) line: u32,
    /// Its address, where one is known.
    pub(crate) url: Option<String>,
}

/// A task and what the run proves about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Task")]
pub(crate) struct AuditTask {
    /// Its full id.
    pub(crate) id: String,
    /// Its title; empty where it has none.
    pub(crate) title: String,
    /// What the team declares: `todo`, `in-progress`, `done`, `wont-do`, `accepted`.
    pub(crate) status: Option<&'static str>,
    /// What the run proves.
    #[serde(serialize_with = "verdict_name")]
    #[schemars(with = "String", extend("enum" = Verdict::ALL.map(Verdict::name)))]
    pub(crate) verdict: Verdict,
    /// Its priority, as it is written.
    pub(crate) priority: Option<String>,
    /// Who does it.
    pub(crate) owner: Option<String>,
    /// The phase that it belongs to.
    pub(crate) phase: Option<String>,
    /// Where its id stands.
    pub(crate) place: Option<AuditPlace>,
    /// Its address in a tracker.
    pub(crate) url: Option<String>,
    /// The tasks that must be done before it.
    pub(crate) depends_on: Vec<String>,
    /// The ids that the audit gives to what it puts right.
    pub(crate) audit_findings: Vec<String>,
    /// The rules that check it.
    pub(crate) rules: Vec<String>,
    /// What must hold for it to be done.
    pub(crate) criteria: Vec<CriterionJson>,
    /// For how many of these there is a rule.
    pub(crate) criteria_with_rule: u64,
    /// How many findings it has.
    pub(crate) counts: CountsJson,
    /// These findings, by their numbers; 1,000 of them at most, of which each rule has its share.
    pub(crate) findings: Vec<usize>,
    /// What the verdict rests on and what weakens it, a sentence each.
    pub(crate) reasons: Vec<String>,
    /// Why it is accepted or will not be done.
    pub(crate) because: Option<String>,
    /// Who answers for it.
    pub(crate) attestation: Option<AttestationJson>,
}

fn verdict_name<S: serde::Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.name())
}

/// A task that is left.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "NextStep")]
pub(crate) struct NextStep {
    /// The task, by its number in `tasks`.
    pub(crate) task: usize,
    /// The ids of the tasks that come before it and are left too.
    pub(crate) after: Vec<String>,
    /// How many places are left to put right; null where nothing tells.
    pub(crate) left: Option<u64>,
}

/// A finding of the audit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditItem")]
pub(crate) struct AuditItem {
    /// The id that the audit gives to it.
    pub(crate) id: String,
    /// The tasks that name it, by their numbers in `tasks`.
    pub(crate) tasks: Vec<usize>,
}

/// A row of the traceability matrix: a task, one of its criteria, and a rule that checks it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TraceRow")]
pub(crate) struct TraceRow {
    /// The task, by its number in `tasks`.
    pub(crate) task: usize,
    /// The criterion, by its number in the task's `criteria`; null for what checks the task as a whole.
    pub(crate) criterion: Option<usize>,
    /// The rule; null where none checks it.
    pub(crate) rule: Option<String>,
    /// What links the rule to the task: `rule`, `configuration` or `task`.
    pub(crate) by: Option<&'static str>,
    /// What the rule finds for the task.
    pub(crate) counts: CountsJson,
    /// The first of these places, as numbers of findings.
    pub(crate) places: Vec<usize>,
}

/// What one side has and the other lacks.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "Orphans")]
pub(crate) struct Orphans {
    /// Rules that are on and belong to no task.
    pub(crate) rules_without_task: Vec<String>,
    /// Tasks that no rule checks, by their numbers in `tasks`.
    pub(crate) tasks_without_rule: Vec<usize>,
    /// Links from rules to tasks or findings of the audit that nobody knows.
    pub(crate) unknown_links: Vec<UnknownLink>,
    /// Findings of the audit that no task puts right, as numbers of the findings of pack `plan` that say so.
    pub(crate) audit_findings_without_task: Vec<usize>,
}

/// A link from a rule to what nobody knows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "UnknownLink")]
pub(crate) struct UnknownLink {
    /// The rule.
    pub(crate) rule: String,
    /// The id that it names.
    pub(crate) id: String,
}

/// A rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Rule")]
pub(crate) struct AuditRule {
    /// Its id.
    pub(crate) id: String,
    /// The pack that it ships in; null for a rule of the repository itself.
    pub(crate) pack: Option<String>,
    /// Whether it is on.
    pub(crate) on: bool,
    /// Why it is there.
    pub(crate) why: Option<String>,
    /// What to write instead.
    pub(crate) instead: Option<String>,
    /// Where to read more.
    pub(crate) url: Option<String>,
    /// The tasks that it checks, by their numbers in `tasks`.
    pub(crate) tasks: Vec<usize>,
    /// What it finds.
    pub(crate) counts: CountsJson,
    /// Its own tests; null where they were not run, because no task rests on them.
    pub(crate) tests: Option<TestsJson>,
}

/// The examples that a rule carries to be tried on.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RuleTests")]
pub(crate) struct TestsJson {
    /// Examples in which it must find something.
    pub(crate) bad: u64,
    /// Examples in which it must find nothing.
    pub(crate) good: u64,
    /// How many of them it fails.
    pub(crate) failed: u64,
}

impl From<RuleTests> for TestsJson {
    fn from(tests: RuleTests) -> Self {
        let RuleTests { bad, good, failed } = tests;
        Self { bad: bad as u64, good: good as u64, failed: failed as u64 }
    }
}

/// A finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(crate) struct AuditFinding {
    /// The rule.
    pub(crate) rule: String,
    /// How serious it is.
    pub(crate) severity: SeverityName,
    /// Whether it counts: `new`, `known`, `suppressed`.
    #[serde(serialize_with = "state_name")]
    #[schemars(with = "String")]
    pub(crate) state: FindingState,
    /// What is wrong there.
    pub(crate) message: Arc<str>,
    /// Where.
    pub(crate) place: AuditPlace,
    /// 1-based column in UTF-8 bytes.
    pub(crate) column: u32,
    /// The ids of the tasks that it belongs to.
    pub(crate) tasks: Vec<String>,
    /// Why it does not count, where it is suppressed.
    pub(crate) reason: Option<Arc<str>>,
    /// The lines around it; empty where the file has changed since.
    pub(crate) code: Vec<CodeLine>,
    /// Other places that explain it.
    pub(crate) evidence: Vec<Evidence>,
}

fn state_name<S: serde::Serializer>(state: &FindingState, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.name())
}

/// A line of code.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CodeLine")]
pub(crate) struct CodeLine {
    /// Its 1-based number.
    pub(crate) line: u32,
    /// Its text; of a long line the part around the finding.
    pub(crate) text: String,
    /// Whether the finding reaches into it.
    pub(crate) marked: bool,
}

/// A place that explains a finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Evidence")]
pub(crate) struct Evidence {
    /// Where.
    pub(crate) place: AuditPlace,
    /// What there is to see.
    pub(crate) message: String,
}

/// Figures of groups of tasks.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "Metrics")]
pub(crate) struct Metrics {
    /// By phase, in the order of the task files.
    pub(crate) phases: Vec<GroupFigures>,
    /// By owner.
    pub(crate) owners: Vec<GroupFigures>,
    /// By priority, the most urgent first.
    pub(crate) priorities: Vec<GroupFigures>,
}

/// Figures of some tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "GroupFigures")]
pub(crate) struct GroupFigures {
    /// The phase, owner or priority; null for the tasks without.
    pub(crate) name: Option<String>,
    /// How many tasks.
    pub(crate) tasks: u64,
    /// How many are declared done.
    pub(crate) declared_done: u64,
    /// How many are verified.
    pub(crate) verified: u64,
    /// How many have regressed.
    pub(crate) regressed: u64,
    /// How many findings are left, each task's own.
    pub(crate) left: u64,
}

/// Something that could not be read, understood or linked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct AuditProblem {
    /// `error`, `warning` or `note`.
    pub(crate) level: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// Where.
    pub(crate) place: Option<AuditPlace>,
    /// What to do.
    pub(crate) help: Option<String>,
}
