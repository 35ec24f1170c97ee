//! A run from loading to report.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use auditlint_facts::FactStore;
use auditlint_rules::{CompiledRule, Counters, Role, RuleCost, Severity};
use auditlint_source::{FilePath, Files, Problem, ProblemKind};
use auditlint_tasks::TaskSet;
use rayon::prelude::*;

use crate::analyse::{Analyser, FileOutcome, Worker};
use crate::attributes::Attributes;
use crate::catalogue::Catalogue;
use crate::config::{Config, config_problem};
use crate::date::Date;
use crate::discovery::Discovered;
use crate::facts::{FactMatches, facts_readers};
use crate::kept::Kept;
use crate::links::Links;
use crate::roles::Roles;
use crate::scope::{attribute_folders, discover_scope, no_source};
use crate::turns::Turns;
use crate::{Finding, Report, Summary, Timings};

/// How many of the slowest rules and files are listed.
const LISTED: usize = 10;

/// What a run reports on, and how.
#[derive(Clone, Default)]
pub struct RunOptions {
    /// Files and folders to report on; empty means the whole project.
    pub paths: Vec<FilePath>,
    /// Whether named paths obey ignore rules and excludes.
    pub force_exclude: bool,
    /// The only rules to run; empty means all that are on.
    pub rules: Vec<String>,
    /// The only tasks whose findings are reported; empty means all.
    pub tasks: Vec<String>,
    /// The least grave severity that is reported.
    pub severity: Option<Severity>,
    /// Where the root of the run lies below the root of the repository; the root where both are the same.
    pub below_repository: FilePath,
    /// Whether `sgconfig.yml` is left unread.
    pub isolated: bool,
    /// Whether to measure times.
    pub timings: bool,
    /// Facts that were extracted in earlier runs of the same engine; nothing is extracted again from a file that stayed the same.
    pub facts: Arc<FactStore>,
}

impl RunOptions {
    /// Whether less than the whole project is reported on.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !(self.paths.is_empty() && self.rules.is_empty() && self.tasks.is_empty() && self.severity.is_none())
    }

    /// What the run is limited to, as a person says it; empty where it is about the whole project.
    fn limits(&self) -> Vec<String> {
        /// How many of one kind are named.
        const NAMED: usize = 3;
        let mut limits = Vec::new();
        let mut list = |one: &str, many: &str, names: Vec<&str>| match names.len() {
            0 => {}
            count if count > NAMED => limits.push(format!("{count} {many}")),
            _ => limits
                .extend(names.iter().map(|name| if name.is_empty() { ".".into() } else { format!("{one}{name}") })),
        };
        list("", "paths", self.paths.iter().map(FilePath::as_str).collect());
        list("rule ", "rules", self.rules.iter().map(String::as_str).collect());
        list("task ", "tasks", self.tasks.iter().map(String::as_str).collect());
        limits.extend(self.severity.map(|severity| format!("findings of severity {} or graver", severity.name())));
        limits
    }
}

/// Everything that is read before sources are: configuration, rules, tasks, the list of files.
pub struct Project<'f> {
    /// Where everything comes from.
    pub files: &'f dyn Files,
    /// What is configured.
    pub config: Config,
    /// The rules.
    pub catalogue: Catalogue,
    /// The tasks.
    pub tasks: TaskSet,
    /// The files that the walk found.
    pub discovered: Discovered,
    /// The sources in the report scope, each with whether it was named itself.
    pub scope: Vec<(FilePath, bool)>,
    pub(crate) roles: Roles,
    options: RunOptions,
    problems: Vec<Problem>,
    phases: Vec<(&'static str, Duration)>,
}

/// Times phases when asked to.
struct Clock {
    on: bool,
    last: Option<Instant>,
    phases: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn new(on: bool) -> Self {
        Self { on, last: on.then(Instant::now), phases: Vec::new() }
    }

    fn lap(&mut self, phase: &'static str) {
        if self.on {
            let now = Instant::now();
            let begin = self.last.replace(now).unwrap_or(now);
            self.phases.push((phase, now - begin));
        }
    }
}

impl<'f> Project<'f> {
    /// Reads what a run needs before it reads sources. `problems` are those of reading the configuration.
    #[must_use]
    pub fn load(files: &'f dyn Files, config: Config, options: RunOptions, mut problems: Vec<Problem>) -> Self {
        let mut clock = Clock::new(options.timings);
        let catalogue = Catalogue::load(&config, files, &options, &mut problems);
        clock.lap("load rules");
        let readers = facts_readers(&catalogue);
        let feeds_facts = |path: &FilePath| readers.iter().any(|reader| reader.reads(path));
        let (discovered, scope) = discover_scope(files, &config, &options, &feeds_facts, &mut problems);
        clock.lap("list files");
        let (tasks, task_problems) = auditlint_tasks::load(&config.tasks, &discovered.files, files);
        // A run on a part says nothing about task files that are untidy: a hook would say it at every commit.
        if !options.is_partial() {
            // A glob of the configuration has its place there.
            problems.extend(task_problems.into_iter().map(|problem| match (problem.span, &problem.path) {
                (Some(span), None) => config_problem(&config, span, problem),
                _ => problem,
            }));
        }
        clock.lap("load tasks");
        let attributes = Attributes::read(files, attribute_folders(&options, &discovered, &scope), &mut problems);
        let roles = Roles::new(&config.roles, attributes);
        Self { files, config, catalogue, tasks, discovered, scope, roles, options, problems, phases: clock.phases }
    }

    pub(crate) fn options(&self) -> &RunOptions {
        &self.options
    }

    /// Problems of loading.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The role of a source.
    #[must_use]
    pub fn role(&self, path: &FilePath) -> Role {
        let text = self.files.read(path, self.config.max_file_size).unwrap_or_default();
        self.roles.of(path, &text)
    }

    /// Analyses the sources in scope. `today` answers which day `until` is compared with; `progress` is told how many sources
    /// are done.
    #[must_use]
    pub fn check(&self, today: &(dyn Fn() -> Option<Date> + Sync), progress: &(dyn Fn(u64) + Sync)) -> Report {
        let mut clock = Clock::new(self.options.timings);
        clock.phases.clone_from(&self.phases);
        let mut report =
            Report { problems: self.problems.clone(), partial: self.options.is_partial(), ..Report::default() };
        report.only = self.options.limits();
        let links = Links::resolve(&self.catalogue, &self.tasks, &self.config, &mut report.problems);
        let facts = self.check_facts(&mut report.problems);
        clock.lap("facts");
        let turns = Turns::new();
        let analyser = Analyser {
            files: self.files,
            config: &self.config,
            catalogue: &self.catalogue,
            links: &links,
            roles: &self.roles,
            facts: &facts,
            today,
            complete: !self.options.is_partial(),
            timed: self.options.timings,
            turns: &turns,
        };
        let kept = Kept::default();
        let done = AtomicU64::new(0);
        let outcomes: Vec<FileOutcome> = self
            .scope
            .par_iter()
            .enumerate()
            .map_init(
                || Worker::new(self.options.timings),
                |worker, (index, (path, named))| {
                    let mut outcome = analyser.run(worker, path, *named);
                    kept.add(index, std::mem::take(&mut outcome.findings));
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                    outcome
                },
            )
            .collect();
        clock.lap("analyse");
        let mut counters = Counters::default();
        let mut costs = vec![RuleCost::default(); self.catalogue.set.rules().len()];
        let mut used_ignores = BTreeSet::new();
        let mut times = Vec::new();
        let summary = &mut report.summary;
        summary.skipped.clone_from(&self.discovered.skipped);
        summary.rules = self.catalogue.set.rules().len() as u64;
        report.problems.reserve_exact(outcomes.iter().map(|outcome| outcome.problems.len()).sum());
        let holds_code = outcomes.iter().any(|outcome| !outcome.holds_no_code);
        for (outcome, (path, _)) in outcomes.into_iter().zip(&self.scope) {
            count(summary, &outcome);
            counters.add(&outcome.counters);
            for (sum, cost) in costs.iter_mut().zip(&outcome.costs) {
                sum.attempts += cost.attempts;
                sum.time += cost.time;
            }
            used_ignores.extend(outcome.used_ignores);
            if self.options.timings {
                times.push((path.clone(), outcome.time));
            }
            report.contents.extend(outcome.content.map(|content| (path.clone(), content)));
            report.problems.extend(outcome.problems);
        }
        let is_source = |path: &FilePath| self.scope.binary_search_by(|(known, _)| known.cmp(path)).is_ok();
        let data_files = facts.iter().filter(|(path, _)| !is_source(path));
        for (index, (path, matches)) in data_files.enumerate() {
            let outcome = analyser.data_file(path, matches);
            used_ignores.extend(outcome.used_ignores);
            report.contents.extend(outcome.content.map(|content| (path.clone(), content)));
            kept.add(self.scope.len() + index, outcome.findings);
            report.problems.extend(outcome.problems);
        }
        let (findings, left_out) = kept.finish();
        report.findings = findings;
        if left_out > 0 {
            let message = format!("{left_out} findings of the last files were left out: there are too many");
            let help = "turn off the rule that finds most, or look at a part of the project";
            report.problems.push(Problem::error(ProblemKind::File, message).help(help));
        }
        let summary = &mut report.summary;
        summary.nodes_visited = counters.nodes_visited;
        summary.rule_attempts = counters.rule_attempts;
        self.narrow(&mut report);
        if !report.partial {
            self.unmatched(&used_ignores, &mut report.problems);
        }
        // Where a named path is at fault, that says it all.
        let at_fault = report.problems.iter().any(|problem| problem.kind == ProblemKind::Usage);
        let readers = facts_readers(&self.catalogue);
        let looked_at = if self.options.paths.is_empty() { &self.discovered.files } else { &self.options.paths };
        let is_read = looked_at.iter().any(|path| readers.iter().any(|reader| reader.reads(path)));
        if !holds_code && !at_fault && !is_read {
            report.problems.push(no_source(&self.options));
        }
        report.settle();
        clock.lap("join");
        if self.options.timings {
            times.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            times.truncate(LISTED);
            report.timings = Some(Timings {
                phases: clock.phases,
                rules: self.slowest(&costs),
                files: times,
                names: (counters.files_bound, counters.lookups, counters.opaque_lookups),
            });
        }
        report
    }

    /// The rules that cost most, slowest first.
    fn slowest(&self, costs: &[RuleCost]) -> Vec<(String, Duration, u64)> {
        let rules = self.catalogue.set.rules().iter().zip(costs);
        let mut rules: Vec<(String, Duration, u64)> =
            rules.map(|(compiled, cost)| (compiled.rule.id.to_string(), cost.time, cost.attempts)).collect();
        rules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        rules.truncate(LISTED);
        rules
    }

    /// Leaves only what `--task` and `--severity` ask for.
    fn narrow(&self, report: &mut Report) {
        let wanted: Vec<String> = self
            .options
            .tasks
            .iter()
            .flat_map(|id| match self.tasks.lookup(id) {
                auditlint_tasks::Lookup::One(task) => vec![task.id.as_str().to_owned()],
                auditlint_tasks::Lookup::ByFinding(tasks) => {
                    tasks.iter().map(|task| task.id.as_str().to_owned()).collect()
                }
                auditlint_tasks::Lookup::External(task) => vec![task.id.as_str().to_owned()],
                auditlint_tasks::Lookup::Ambiguous(tasks) => {
                    let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
                    let problem =
                        Problem::error(ProblemKind::Usage, format!("the task id `{id}` is short for several tasks"));
                    report.problems.push(problem.help(format!("write one of them in full: {}", ids.join(", "))));
                    Vec::new()
                }
                auditlint_tasks::Lookup::Unknown { nearest } => {
                    // A rule may name a task that no file holds.
                    let by_rule = |compiled: &CompiledRule| compiled.rule.tasks.iter().any(|link| link.id == *id);
                    if !self.catalogue.set.rules().iter().any(by_rule) {
                        let problem = Problem::error(ProblemKind::Usage, format!("there is no task `{id}`"));
                        report.problems.push(problem.help(match nearest {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => "`auditlint tasks` lists the tasks that are known".to_owned(),
                        }));
                    }
                    vec![id.clone()]
                }
            })
            .collect();
        let keep = |finding: &Finding| {
            (self.options.tasks.is_empty() || finding.tasks.iter().any(|task| wanted.contains(&task.id)))
                && self.options.severity.is_none_or(|least| finding.severity <= least)
        };
        report.findings.retain(keep);
    }

    /// The findings of one source after it was changed in `files`, without those of rules over several files.
    pub(crate) fn check_again(
        &self,
        files: &dyn Files,
        path: &FilePath,
        today: &(dyn Fn() -> Option<Date> + Sync),
    ) -> Vec<Finding> {
        let links = Links::resolve(&self.catalogue, &self.tasks, &self.config, &mut Vec::new());
        let turns = Turns::new();
        let analyser = Analyser {
            files,
            config: &self.config,
            catalogue: &self.catalogue,
            links: &links,
            roles: &self.roles,
            facts: &FactMatches::new(),
            today,
            complete: false,
            timed: false,
            turns: &turns,
        };
        let mut report =
            Report { findings: analyser.run(&mut Worker::new(false), path, false).findings, ..Report::default() };
        self.narrow(&mut report);
        report.settle();
        report.findings
    }
}

fn count(summary: &mut Summary, outcome: &FileOutcome) {
    if outcome.holds_no_code {
        return;
    }
    if outcome.generated {
        *summary.skipped.entry("generated").or_default() += 1;
    } else {
        summary.files += 1;
    }
    summary.files_parsed += u64::from(outcome.parsed);
    summary.bytes += outcome.bytes;
    summary.regions += outcome.regions;
    summary.regions_files += u64::from(outcome.regions > 0);
    summary.regions_bytes += outcome.region_bytes;
}
