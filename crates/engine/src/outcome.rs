//! What comes out of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use auditlint_rules::{ProjectFolders, RuleId, Severity};
use auditlint_source::{FilePath, Problem};

use crate::{ContentHash, Finding, FindingState, FixLevel, KeptCounts, TaskVerdict};

/// The outcome of one run, in a fixed order.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Findings in [`Finding::order`], known and suppressed ones among them.
    pub findings: Vec<Finding>,
    /// What could not be read, understood or linked: by path (none first), place, message.
    pub problems: Vec<Problem>,
    /// Figures.
    pub summary: Summary,
    /// The folders of the projects below that of the root.
    pub projects: Arc<ProjectFolders>,
    /// How long the parts took, where it was asked for.
    pub timings: Option<Timings>,
    /// Whether only a part of the project was reported on (paths, a rule, a task, standard input). Such a run says nothing
    /// about what it did not look at.
    pub partial: bool,
    /// What it was limited to, as a person says it: `src/a.ts`, rule `x`. Empty unless it is partial.
    pub only: Vec<String>,
    /// The tasks whose findings alone were asked for. A run on one task gives no verdict on it.
    pub only_tasks: Vec<String>,
    /// Whether the project has tasks.
    pub has_tasks: bool,
    /// What the run proves about each task, in the order of the task files; `None` where it gives no verdict, because it is
    /// partial.
    pub verdicts: Option<Vec<TaskVerdict>>,
    /// The commit whose findings are known, where the run is about what came since.
    pub since: Option<String>,
    /// The baseline that the findings were held against, where there is one.
    pub baseline: Option<FilePath>,
    /// The rules over facts that left places unjudged, because facts may be missing.
    pub incomplete_rules: BTreeSet<RuleId>,
    /// What was analysed, by file, where something was found: an edit fits no other text.
    pub contents: BTreeMap<FilePath, ContentHash>,
}

/// Figures of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sources in the report scope.
    pub files: u64,
    /// Of these, how many were parsed; the others hold nothing that a rule needs.
    pub files_parsed: u64,
    /// Bytes of the sources in the report scope.
    pub bytes: u64,
    /// How many rules were on.
    pub rules: u64,
    /// Findings that count, by severity.
    pub errors: u64,
    /// See `errors`.
    pub warnings: u64,
    /// See `errors`.
    pub infos: u64,
    /// See `errors`.
    pub hints: u64,
    /// Findings that are in the baseline.
    pub known: u64,
    /// Lines of the baseline whose finding is gone; always 0 where only a part of the project was looked at.
    pub stale: u64,
    /// Findings that a comment or the configuration silences.
    pub suppressed: u64,
    /// Findings that count and whose fix is safe.
    pub fixable: u64,
    /// Findings that count and whose fix somebody has to look at.
    pub fixable_unsafe: u64,
    /// Entries that were passed over, by reason (`ignored`, `excluded`, `generated`, `node_modules`, `link`, `not a file`, `submodule`).
    pub skipped: BTreeMap<&'static str, u64>,
    /// Files that git tracks although its ignore files cover them, and that are read therefore.
    pub tracked_though_ignored: u64,
    /// Files with a region that was not understood.
    pub regions_files: u64,
    /// Regions that were not understood.
    pub regions: u64,
    /// Bytes in them.
    pub regions_bytes: u64,
    /// Findings, lines and files that were looked at to hold findings against the baseline.
    pub baseline_steps: u64,
    /// Nodes that were looked at.
    pub nodes_visited: u64,
    /// How often a rule was tried on a node.
    pub rule_attempts: u64,
    /// How many links, findings and files were looked at for verdicts.
    pub verdict_steps: u64,
}

/// How long the parts of a run took.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    /// The phases in order: name and wall time.
    pub phases: Vec<(&'static str, Duration)>,
    /// Rules by time spent, slowest first, with the number of attempts.
    pub rules: Vec<(String, Duration, u64)>,
    /// Files by time spent, slowest first.
    pub files: Vec<(FilePath, Duration)>,
    /// What was asked about names.
    pub names: NameCounts,
    /// What kept results spared, where results are kept.
    pub kept: Option<KeptCounts>,
}

/// How often it was asked what a name refers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameCounts {
    /// Sources whose names were bound.
    pub files_bound: u64,
    /// How often a rule asked for a name.
    pub lookups: u64,
    /// How many of these ended where nobody can know.
    pub opaque: u64,
    /// Sources that were looked at for what they export to others.
    pub exporting: u64,
}

impl Report {
    /// The folder of the project that a file belongs to, where that is one below the root.
    #[must_use]
    pub fn project_of(&self, path: &FilePath) -> Option<&FilePath> {
        let place = self.projects.of(path).checked_sub(1)?;
        self.projects.nested().get(place as usize)
    }

    /// Findings that count.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.state == FindingState::New)
    }

    /// That a whole file is not read is said once, whoever found it out, with all that follows from it.
    fn join_problems(&mut self) {
        let mut known: BTreeMap<(FilePath, String), usize> = BTreeMap::new();
        for (index, problem) in self.problems.iter().enumerate().filter(|(_, problem)| problem.span.is_none()) {
            known.extend(problem.path.clone().map(|path| ((path, problem.message.clone()), index)));
        }
        let mut gone = vec![false; self.problems.len()];
        for (index, gone) in gone.iter_mut().enumerate() {
            let problem = &mut self.problems[index];
            let Some(path) = problem.path.clone().filter(|_| problem.span.is_some()) else { continue };
            let Some(whole) = known.get(&(path, problem.message.clone())).copied() else { continue };
            *gone = true;
            let more = problem.help.take();
            let whole = &mut self.problems[whole];
            whole.help = match (whole.help.take(), more) {
                (Some(help), Some(more)) => Some(format!("{help}; {more}")),
                (help, more) => help.or(more),
            };
        }
        let mut gone = gone.into_iter();
        self.problems.retain(|_| !gone.next().unwrap_or_default());
    }

    /// Puts findings and problems into their order and counts them.
    pub fn settle(&mut self) {
        self.findings.sort_by(|a, b| a.order().cmp(&b.order()));
        self.problems.sort_by(|a, b| (&a.path, a.span, a.kind, &a.message).cmp(&(&b.path, b.span, b.kind, &b.message)));
        self.problems.dedup();
        self.join_problems();
        let summary = &mut self.summary;
        (summary.errors, summary.warnings, summary.infos, summary.hints) = (0, 0, 0, 0);
        (summary.known, summary.suppressed) = (0, 0);
        (summary.fixable, summary.fixable_unsafe) = (0, 0);
        for finding in &self.findings {
            match finding.state {
                FindingState::New => {}
                FindingState::Known => {
                    summary.known += 1;
                    continue;
                }
                FindingState::Suppressed => {
                    summary.suppressed += 1;
                    continue;
                }
            }
            if FixLevel::Safe.covers(finding) {
                summary.fixable += 1;
            } else {
                summary.fixable_unsafe += u64::from(finding.fix.is_some());
            }
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
                Severity::Hint => summary.hints += 1,
            }
        }
    }
}
