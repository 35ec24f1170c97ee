//! The baseline of a snapshot: where it stands, which findings of a run it knows, and which of its lines are stale.

use std::collections::BTreeSet;

use auditlint_rules::RuleId;
use auditlint_source::{FilePath, Position, Problem, ProblemKind, ProblemLevel, Span};

use crate::baseline::{
    BaselineFile, BaselineLine, GrowthNote, Held, KnownFindings, ProjectState, Revision, first_baseline, revise,
};
use crate::builtin::Builtin;
use crate::config::{Config, config_problem};
use crate::snapshot::Snapshot;
use crate::{Finding, FindingState, Report};

/// How many stale lines are told one by one.
const TOLD: usize = 20;

/// What a revision of the baseline does beside taking lines out.
pub struct RevisionPlan<'p> {
    /// Why the new findings are taken in; none where they are not.
    pub grow: Option<&'p dyn Fn(u32) -> GrowthNote>,
    /// Whether the lines of rules that are not on, and so were not looked for, are taken out.
    pub drops_unused_rules: bool,
}

/// Why a line has no finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleReason {
    /// Its rule is not on, or there is none of that id.
    RuleOff,
    /// Its file is not there.
    FileGone,
    /// A comment or the configuration silences it now.
    Suppressed,
    /// The rule finds it no more.
    FindingGone,
}

impl Snapshot<'_> {
    /// The findings that the baseline of a project knows, which is given by its number; none where it has no baseline, or the run
    /// was told not to look.
    ///
    /// # Errors
    /// Why the file cannot be read.
    pub fn known_findings(&self, project: usize) -> Result<Option<&KnownFindings>, &Problem> {
        match self.baselines.get_or_init(|| self.read_baselines()).get(project) {
            Some(BaselineFile::Known(known)) => Ok(Some(known)),
            Some(BaselineFile::Broken(problem)) => Err(problem),
            Some(BaselineFile::None) | None => Ok(None),
        }
    }

    fn read_baselines(&self) -> Vec<BaselineFile> {
        if self.options.isolated || self.options.ignore_baseline {
            return Vec::new();
        }
        let read = |config: &Config| BaselineFile::read(self.files, &config.baseline.1, &config.folder);
        self.projects().iter().map(read).collect()
    }

    /// Marks the findings of a project that its baseline knows. `findings` come in their order.
    fn mark_known_of(&self, project: usize, findings: &mut [Finding]) -> Option<Held> {
        let known = self.known_findings(project).ok().flatten()?;
        let held = self.hold(known, findings);
        for (finding, _) in findings.iter_mut().zip(&held.line_of).filter(|(_, line)| line.is_some()) {
            finding.state = FindingState::Known;
        }
        Some(held)
    }

    /// Marks the findings of one file that the baseline of its project knows. `findings` come in their order.
    pub(crate) fn mark_known(&self, findings: &mut [Finding]) {
        if let Some(first) = findings.first() {
            let project = self.projects().number_of(&first.path);
            self.mark_known_of(project, findings);
        }
    }

    /// Holds the findings of a run against the baselines of their projects, and says which of their lines are stale where the run
    /// looked at all.
    pub(crate) fn hold_baselines(&self, report: &mut Report) {
        report.findings.sort_by(|a, b| a.order().cmp(&b.order()));
        let projects = self.projects();
        if !projects.are_nested() {
            let mut findings = std::mem::take(&mut report.findings);
            self.hold_baseline(0, &mut findings, report);
            report.findings = findings;
            return;
        }
        let mut by_project: Vec<Vec<Finding>> = projects.iter().map(|_| Vec::new()).collect();
        for finding in std::mem::take(&mut report.findings) {
            by_project[projects.number_of(&finding.path)].push(finding);
        }
        for (project, mut findings) in by_project.into_iter().enumerate() {
            self.hold_baseline(project, &mut findings, report);
            report.findings.append(&mut findings);
        }
        report.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    }

    fn hold_baseline(&self, project: usize, findings: &mut [Finding], report: &mut Report) {
        if let Err(problem) = self.known_findings(project) {
            report.problems.push(problem.clone());
        }
        let Some(config) = self.projects().iter().nth(project) else { return };
        let Some(held) = self.mark_known_of(project, findings) else {
            self.say_no_baseline(project, config, report);
            return;
        };
        report.baseline.get_or_insert_with(|| config.baseline.1.clone());
        report.summary.baseline_steps += held.steps;
        if !report.partial && config.folder.is_under(&self.options.within) {
            self.say_stale(project, &held, findings, report);
        }
    }

    /// A baseline that the configuration names should be there.
    fn say_no_baseline(&self, project: usize, config: &Config, report: &mut Report) {
        let (span, path) = &config.baseline;
        let is_here = config.folder.is_under(&self.options.within);
        let is_named = is_here && !span.is_empty() && !self.options.isolated && !self.options.ignore_baseline;
        if is_named && !report.partial && matches!(self.known_findings(project), Ok(None)) {
            let problem = Problem::warning(ProblemKind::Unmatched, format!("there is no baseline `{path}`"))
                .help("`auditlint baseline create` writes it");
            report.problems.push(config_problem(config, *span, problem));
        }
    }

    /// Marks the findings that another state of the project has too as known, so that what counts is what the change between the
    /// two brought.
    pub fn leave_new(&self, report: &mut Report, before: &Report) {
        let known = KnownFindings::new(first_baseline(&before.findings, &|_| true).baseline);
        let held = self.hold(&known, &report.findings);
        for (finding, line) in report.findings.iter_mut().zip(&held.line_of) {
            if line.is_some() && finding.state == FindingState::New {
                finding.state = FindingState::Known;
            }
        }
        report.settle();
    }

    fn hold(&self, known: &KnownFindings, findings: &[Finding]) -> Held {
        let state = ProjectState {
            is_gone: &|path| self.files.kind(path).is_none(),
            is_said_once: &|rule| self.is_said_once(rule),
        };
        known.hold(findings, &state)
    }

    /// Which findings of a project and which lines of its baseline belong together; none where there is no baseline. `findings` are
    /// those of a report that belong to the project.
    #[must_use]
    pub fn held(&self, project: usize, findings: &[Finding]) -> Option<Held> {
        Some(self.hold(self.known_findings(project).ok().flatten()?, findings))
    }

    /// Whether a rule says what several places have in common at the first of them.
    fn is_said_once(&self, rule: &RuleId) -> bool {
        let set = &self.catalogue().set;
        let index = set.index_of(rule);
        index.is_some_and(|index| set.rule(index).checks().iter().any(|check| !check.once.is_empty()))
    }

    /// Why the line has no finding in this run.
    #[must_use]
    pub fn stale_reason(&self, line: &BaselineLine, findings: &[Finding]) -> StaleReason {
        let is_it = |finding: &Finding| {
            (&finding.rule.id, &finding.path, finding.fingerprint) == (&line.rule, &line.path, line.fingerprint)
        };
        if self.is_off(&line.rule, &line.path) {
            StaleReason::RuleOff
        } else if self.files.kind(&line.path).is_none() {
            StaleReason::FileGone
        } else if findings.iter().any(|finding| finding.state == FindingState::Suppressed && is_it(finding)) {
            StaleReason::Suppressed
        } else {
            StaleReason::FindingGone
        }
    }

    fn is_off(&self, rule: &RuleId, path: &FilePath) -> bool {
        self.catalogue().set.index_for(rule, path).is_none()
    }

    fn say_stale(&self, project: usize, held: &Held, findings: &[Finding], report: &mut Report) {
        let Ok(Some(known)) = self.known_findings(project) else { return };
        let Some(config) = self.projects().iter().nth(project) else { return };
        let lines = known.baseline().lines();
        let doubt = Doubt::of(report);
        let without = held.finding_of.iter().enumerate().filter(|(_, finding)| finding.is_none());
        let stale: Vec<usize> = without.map(|(line, _)| line).filter(|line| !doubt.covers(&lines[*line])).collect();
        report.summary.stale += stale.len() as u64;
        let path = &config.baseline.1;
        let told: Vec<Problem> = stale
            .iter()
            .take(TOLD)
            .map(|index| {
                let line = &lines[*index];
                let (rule, file) = (&line.rule, &line.path);
                let (what, help) = match self.stale_reason(line, findings) {
                    StaleReason::RuleOff => {
                        (format!("rule `{rule}` is not on"), "`auditlint baseline prune` takes such lines out")
                    }
                    StaleReason::FileGone => {
                        (format!("`{file}` is gone, and with it this finding of `{rule}`"), UPDATE)
                    }
                    StaleReason::Suppressed => {
                        (format!("this finding of `{rule}` in `{file}` is suppressed now"), UPDATE)
                    }
                    StaleReason::FindingGone => (format!("this finding of `{rule}` in `{file}` is gone"), UPDATE),
                };
                let problem = Problem::warning(ProblemKind::Unmatched, format!("stale line: {what}")).in_file(path);
                let problem = problem.help(help);
                match known.baseline().start(*index) {
                    None => problem,
                    Some(start) => {
                        let number = known.baseline().number(*index);
                        let position = Position { line: number, column: 1, utf16_column: 1, byte: start };
                        problem.placed(Span::new(start, start + known.baseline().text_of(line).len() as u32), position)
                    }
                }
            })
            .collect();
        report.problems.extend(told);
        if let Some(more) = stale.len().checked_sub(TOLD).filter(|more| *more > 0) {
            let message = format!("{more} more lines of the baseline are stale");
            report.problems.push(Problem::warning(ProblemKind::Unmatched, message).in_file(path).help(UPDATE));
        }
    }

    /// Whether a finding may stand in a baseline. What is wrong with a suppression is put right, not kept.
    #[must_use]
    pub fn may_be_known(finding: &Finding) -> bool {
        !Builtin::is_builtin(finding.rule.id.as_str())
    }

    /// The baseline of a project that has none, from its findings in a run that was not held against one.
    #[must_use]
    pub fn first_baseline(&self, project: usize, findings: &[Finding]) -> Revision {
        let mut revision = first_baseline(findings, &Self::may_be_known);
        if let Some(config) = self.projects().iter().nth(project) {
            revision.baseline = revision.baseline.of_project(&config.folder);
        }
        revision
    }

    /// The baseline of a project as this run leaves it; `findings` are those of the report that belong to the project. A line whose finding was not looked for, or could not be, stays; none where there is
    /// no baseline.
    #[must_use]
    pub fn revised_baseline(
        &self,
        project: usize,
        findings: &[Finding],
        report: &Report,
        plan: &RevisionPlan<'_>,
    ) -> Option<Revision> {
        let known = self.known_findings(project).ok().flatten()?;
        let held = self.hold(known, findings);
        let doubt = Doubt::of(report);
        let rules: BTreeSet<&str> = self.options.rules.iter().map(String::as_str).collect();
        let keeps = |line: &BaselineLine| {
            let is_asked = rules.is_empty() || rules.contains(line.rule.as_str());
            let paths = &self.options.paths;
            let is_in_scope = paths.is_empty() || paths.iter().any(|path| line.path.is_under(path));
            let is_looked_for =
                is_asked && is_in_scope && (plan.drops_unused_rules || !self.is_off(&line.rule, &line.path));
            !is_looked_for || doubt.covers(line)
        };
        Some(revise(known.baseline(), findings, &held, &keeps, plan.grow, &Self::may_be_known))
    }
}

const UPDATE: &str = "`auditlint baseline update` takes it out";

/// The files of which a run cannot say that a finding is gone: they were not read, or not understood everywhere.
struct Doubt<'r> {
    everywhere: bool,
    files: BTreeSet<&'r FilePath>,
    rules: &'r BTreeSet<RuleId>,
}

impl<'r> Doubt<'r> {
    fn of(report: &'r Report) -> Self {
        let is_about_a_file =
            |problem: &&Problem| matches!(problem.kind, ProblemKind::File | ProblemKind::Region | ProblemKind::Bug);
        let files = report.problems.iter().filter(is_about_a_file).filter_map(|problem| problem.path.as_ref());
        Self {
            everywhere: report.problems.iter().any(|problem| problem.level == ProblemLevel::Error),
            files: files.collect(),
            rules: &report.incomplete_rules,
        }
    }

    fn covers(&self, line: &BaselineLine) -> bool {
        self.everywhere || self.files.contains(&line.path) || self.rules.contains(&line.rule)
    }
}
