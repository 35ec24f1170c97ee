//! From a run to what its report says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use auditlint_engine::{
    Catalogue, Date, Finding, FindingState, PLAN_PACK, Report, RuleTests, Snapshot, TaskVerdict, UNCOVERED_FINDINGS,
    remaining_steps,
};
use auditlint_rules::RuleId;
use auditlint_source::{FilePath, Problem, ProblemLevel};
use auditlint_tasks::{Status, Task};

use super::PlaceUrl;
use super::code::code_lines;
use super::matrix::trace_rows;
use super::metrics::metrics;
use super::model::{
    AuditFinding, AuditItem, AuditPlace, AuditProblem, AuditReport, AuditRule, AuditSummary, AuditTask, Evidence,
    NextStep, Orphans, SCHEMA_VERSION, UnknownLink,
};
use crate::source_cache::SourceCache;
use crate::verdict_json::CountsJson;

/// What a report is made of.
pub struct AuditInput<'a> {
    /// The state of the project.
    pub snapshot: &'a Snapshot<'a>,
    /// What a run on all of it found.
    pub report: &'a Report,
    /// What came of the tests of the rules that tasks rest on.
    pub tests: &'a BTreeMap<String, RuleTests>,
    /// The title.
    pub title: String,
    /// The checked-out commit.
    pub commit: Option<String>,
    /// The day of the report.
    pub day: Option<Date>,
    /// Where places can be looked at.
    pub urls: Option<PlaceUrl>,
}

impl AuditReport {
    /// What the report of a run says. The same run gives the same report.
    #[must_use]
    pub fn of(input: AuditInput<'_>) -> Self {
        let AuditInput { snapshot, report, tests, title, commit, day, urls } = input;
        let places = PlaceAddresses { urls };
        let verdicts = report.verdicts.as_deref().unwrap_or_default();
        let set = snapshot.tasks.tasks();
        let tasks: Vec<AuditTask> =
            verdicts.iter().map(|verdict| places.task(verdict, verdict.task.and_then(|at| set.get(at)))).collect();
        let findings = places.findings(snapshot, report);
        let rules = rules(snapshot.catalogue(), report, verdicts, tests);
        let plan: Vec<usize> = numbers(report, |finding| finding.rule.pack.as_deref() == Some(PLAN_PACK));
        let orphans = orphans(snapshot, report, &rules, verdicts);
        let steps = remaining_steps(verdicts).into_iter().map(|step| NextStep {
            task: step.task,
            after: step.after.iter().map(|before| verdicts[*before].id.clone()).collect(),
            left: step.left,
        });
        let next = steps.collect();
        Self {
            schema: SCHEMA_VERSION,
            title,
            commit,
            day: day.map(|day| day.to_string()),
            summary: summary(report, verdicts),
            next,
            audit_findings: audit_findings(&tasks),
            matrix: trace_rows(verdicts, &report.findings),
            orphans,
            rules,
            findings,
            plan,
            metrics: metrics(verdicts),
            burn_down: None,
            problems: report.problems.iter().map(|problem| places.problem(problem)).collect(),
            tasks,
        }
    }
}

fn numbers(report: &Report, takes: impl Fn(&Finding) -> bool) -> Vec<usize> {
    report.findings.iter().enumerate().filter(|(_, finding)| takes(finding)).map(|(number, _)| number).collect()
}

/// Gives places their addresses.
struct PlaceAddresses {
    urls: Option<PlaceUrl>,
}

impl PlaceAddresses {
    fn place(&self, path: &FilePath, line: u32) -> AuditPlace {
        AuditPlace { path: path.to_string(), line, url: self.urls.as_ref().map(|urls| urls.of(path, line)) }
    }

    fn task(&self, verdict: &TaskVerdict, task: Option<&Task>) -> AuditTask {
        AuditTask {
            id: verdict.id.clone(),
            title: verdict.title.clone(),
            status: verdict.status.map(Status::name),
            verdict: verdict.verdict,
            priority: verdict.priority.clone(),
            owner: verdict.owner.clone(),
            phase: verdict.phase.clone(),
            place: verdict.place.as_ref().map(|place| self.place(&place.path, place.line)),
            url: verdict.url.clone(),
            depends_on: verdict.depends_on.clone(),
            audit_findings: task.map(|task| task.findings.clone()).unwrap_or_default(),
            rules: verdict.rules.iter().map(|rule| rule.id.clone()).collect(),
            criteria: verdict.criteria.iter().map(Into::into).collect(),
            criteria_with_rule: verdict.criteria_with_rule as u64,
            counts: verdict.counts.into(),
            findings: verdict.findings.clone(),
            reasons: verdict.reasons.clone(),
            because: verdict.because.clone(),
            attestation: verdict.attestation.as_ref().map(Into::into),
        }
    }

    fn findings(&self, snapshot: &Snapshot<'_>, report: &Report) -> Vec<AuditFinding> {
        let mut sources = SourceCache::new(snapshot.files);
        let finding = |finding: &Finding| AuditFinding {
            rule: finding.rule.id.to_string(),
            severity: finding.severity.into(),
            state: finding.state,
            message: finding.message.clone(),
            place: self.place(&finding.path, finding.start.line),
            column: finding.start.column,
            tasks: finding.tasks.iter().map(|task| task.id.clone()).collect(),
            reason: finding.reason.clone(),
            code: code_lines(finding, &mut sources),
            evidence: finding
                .related
                .iter()
                .map(|related| Evidence {
                    place: self.place(&related.path, related.start.line),
                    message: related.message.clone(),
                })
                .collect(),
        };
        report.findings.iter().map(finding).collect()
    }

    fn problem(&self, problem: &Problem) -> AuditProblem {
        AuditProblem {
            level: match problem.level {
                ProblemLevel::Error => "error",
                ProblemLevel::Warning => "warning",
                ProblemLevel::Note => "note",
            },
            message: problem.message.clone(),
            place: problem
                .path
                .as_ref()
                .map(|path| self.place(path, problem.position.map_or(1, |position| position.line))),
            help: problem.help.clone(),
        }
    }
}

/// Whether a finding is about the code, and not about how the plan is written.
fn is_of_code(finding: &Finding) -> bool {
    finding.rule.pack.as_deref() != Some(PLAN_PACK) && !auditlint_engine::is_regression(finding)
}

fn summary(report: &Report, verdicts: &[TaskVerdict]) -> AuditSummary {
    let mut summary = AuditSummary {
        judged: report.verdicts.is_some(),
        tasks: verdicts.len() as u64,
        declared_done: verdicts.iter().filter(|task| task.status == Some(Status::Done)).count() as u64,
        criteria: verdicts.iter().map(|task| task.criteria.len() as u64).sum(),
        criteria_with_rule: verdicts.iter().map(|task| task.criteria_with_rule as u64).sum(),
        files: report.summary.files,
        rules: report.summary.rules,
        not_understood: report.summary.regions,
        skipped: report.summary.skipped.clone(),
        ..AuditSummary::default()
    };
    for task in verdicts {
        *summary.verdicts.entry(task.verdict.name()).or_default() += 1;
    }
    let mut files = BTreeSet::new();
    for finding in report.findings.iter().filter(|finding| is_of_code(finding)) {
        summary.findings.add(finding.state);
        if finding.state == FindingState::Suppressed {
            continue;
        }
        files.insert(&finding.path);
        *summary.severities.entry(crate::severity_name::SeverityName::from(finding.severity).name()).or_default() += 1;
        summary.without_task += u64::from(finding.tasks.is_empty());
    }
    summary.files_with_findings = files.len() as u64;
    summary
}

fn rules(
    catalogue: &Catalogue,
    report: &Report,
    verdicts: &[TaskVerdict],
    tests: &BTreeMap<String, RuleTests>,
) -> Vec<AuditRule> {
    let mut tasks: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, task) in verdicts.iter().enumerate() {
        for rule in &task.rules {
            tasks.entry(&rule.id).or_default().push(number);
        }
    }
    let mut counts: HashMap<&str, CountsJson> = HashMap::new();
    for finding in &report.findings {
        counts.entry(finding.rule.id.as_str()).or_default().add(finding.state);
    }
    let on = catalogue.set.rules().iter().map(|compiled| (&compiled.rule, true));
    let off = catalogue.off.iter().map(|compiled| (&compiled.rule, false));
    let mut rules: Vec<AuditRule> = on
        .chain(off)
        .filter(|(rule, is_on)| *is_on || tasks.contains_key(rule.id.as_str()))
        .map(|(rule, is_on)| AuditRule {
            id: rule.id.to_string(),
            pack: rule.pack.clone(),
            on: is_on,
            why: rule.why.clone(),
            instead: rule.instead.clone(),
            url: rule.url.clone(),
            tasks: tasks.get(rule.id.as_str()).cloned().unwrap_or_default(),
            counts: counts.get(rule.id.as_str()).copied().unwrap_or_default(),
            tests: tests.get(rule.id.as_str()).map(|tests| (*tests).into()),
        })
        .collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules
}

/// The findings of the audit that tasks name, in the order in which they do.
fn audit_findings(tasks: &[AuditTask]) -> Vec<AuditItem> {
    let mut items: Vec<AuditItem> = Vec::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, task) in tasks.iter().enumerate() {
        for id in &task.audit_findings {
            let at = *numbers.entry(id).or_insert(items.len());
            if at == items.len() {
                items.push(AuditItem { id: id.clone(), tasks: Vec::new() });
            }
            if items[at].tasks.last() != Some(&number) {
                items[at].tasks.push(number);
            }
        }
    }
    items
}

fn orphans(snapshot: &Snapshot<'_>, report: &Report, rules: &[AuditRule], verdicts: &[TaskVerdict]) -> Orphans {
    let catalogue = snapshot.catalogue();
    let is_about_the_plan = |rule: &&AuditRule| rule.pack.as_deref() == Some(PLAN_PACK);
    let without_task = rules.iter().filter(|rule| rule.on && rule.tasks.is_empty() && !is_about_the_plan(rule));
    let mut orphans = Orphans {
        rules_without_task: without_task.map(|rule| rule.id.clone()).collect(),
        tasks_without_rule: (0..verdicts.len()).filter(|number| verdicts[*number].rules.is_empty()).collect(),
        ..Orphans::default()
    };
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for compiled in catalogue.set.rules() {
        for link in &compiled.rule.tasks {
            let is_known = *known.entry(&link.id).or_insert_with(|| snapshot.tasks.find(&link.id).is_some());
            if !is_known {
                orphans.unknown_links.push(UnknownLink { rule: compiled.rule.id.to_string(), id: link.id.clone() });
            }
        }
    }
    let about_findings: BTreeSet<&RuleId> = catalogue
        .set
        .rules()
        .iter()
        .map(|compiled| &compiled.rule)
        .filter(|rule| rule.pack.as_deref() == Some(PLAN_PACK))
        .filter(|rule| rule.checks().iter().any(|check| check.each == UNCOVERED_FINDINGS))
        .map(|rule| &rule.id)
        .collect();
    orphans.audit_findings_without_task = numbers(report, |finding| about_findings.contains(&finding.rule.id));
    orphans
}
