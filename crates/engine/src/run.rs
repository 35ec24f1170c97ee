//! A run from loading to report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use auditlint_rules::{CompiledRule, Counters, Role, RuleCost, Severity, SourceInfo};
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind};
use auditlint_syntax::Language;
use auditlint_tasks::TaskSet;
use rayon::prelude::*;

use crate::analyse::{Analyser, FileOutcome, Worker};
use crate::attributes::{self, Attributes};
use crate::catalogue::{Catalogue, Origin};
use crate::config::{Config, config_problem};
use crate::date::Date;
use crate::discovery::{Discovered, Folder, Ignored, discover};
use crate::links::Links;
use crate::roles::Roles;
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
    /// Whether to measure times.
    pub timings: bool,
}

impl RunOptions {
    /// Whether less than the whole project is reported on.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !(self.paths.is_empty() && self.rules.is_empty() && self.tasks.is_empty() && self.severity.is_none())
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
    roles: Roles,
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
        let (discovered, scope) = discover_scope(files, &config, &options, &mut problems);
        clock.lap("list files");
        let (catalogue, (tasks, task_problems)) = {
            let catalogue = Catalogue::load(&config, files, &options.rules, &mut problems);
            clock.lap("load rules");
            (catalogue, auditlint_tasks::load(&config.tasks, &discovered.files, files))
        };
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
        let links = Links::resolve(&self.catalogue, &self.tasks, &self.config, &mut report.problems);
        let analyser = Analyser {
            files: self.files,
            config: &self.config,
            catalogue: &self.catalogue,
            links: &links,
            roles: &self.roles,
            today,
            complete: self.options.rules.is_empty(),
            timed: self.options.timings,
        };
        let done = AtomicU64::new(0);
        let outcomes: Vec<FileOutcome> = self
            .scope
            .par_iter()
            .map_init(
                || Worker::new(self.options.timings),
                |worker, (path, named)| {
                    let outcome = analyser.run(worker, path, *named);
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
        report.findings.reserve_exact(outcomes.iter().map(|outcome| outcome.findings.len()).sum());
        report.problems.reserve_exact(outcomes.iter().map(|outcome| outcome.problems.len()).sum());
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
            report.findings.extend(outcome.findings);
            report.problems.extend(outcome.problems);
        }
        summary.nodes_visited = counters.nodes_visited;
        summary.rule_attempts = counters.rule_attempts;
        self.narrow(&mut report);
        if !report.partial {
            self.unmatched(&used_ignores, &mut report.problems);
        }
        // Where a named path is at fault, that says it all.
        let at_fault = report.problems.iter().any(|problem| problem.kind == ProblemKind::Usage);
        if self.scope.is_empty() && !at_fault {
            report.problems.push(no_source(&self.options));
        }
        report.settle();
        clock.lap("join");
        if self.options.timings {
            times.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            times.truncate(LISTED);
            report.timings = Some(Timings { phases: clock.phases, rules: self.slowest(&costs), files: times });
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

    /// Says what the repository's own configuration and rules name that is not there.
    fn unmatched(&self, used_ignores: &BTreeSet<usize>, problems: &mut Vec<Problem>) {
        let sources: Vec<SourceInfo<'_>> = self
            .scope
            .iter()
            .filter_map(|(path, _)| {
                let language = Language::of_path(path)?;
                Some(SourceInfo { path, language, role: self.roles.of_path(path).0 })
            })
            .collect();
        for (index, compiled) in self.catalogue.set.rules().iter().enumerate() {
            let rule = &compiled.rule;
            let settings = self.config.rules.iter().find(|settings| settings.id == rule.id);
            let configured = settings.filter(|settings| settings.files.is_some() || settings.roles.is_some());
            if self.catalogue.origins[index] == Origin::Shipped && configured.is_none() {
                continue;
            }
            if sources.iter().any(|source| self.catalogue.set.in_scope(index as u32, *source)) {
                continue;
            }
            let message = format!("rule `{}` ran on no file", rule.id.as_str());
            let problem = Problem::warning(ProblemKind::Unmatched, message)
                .help("look at its `files`, `ignores`, `in` and `language`; `auditlint check --show-files` lists the files with their roles");
            problems.push(match configured {
                Some(settings) => config_problem(&self.config, settings.span, problem),
                None => problem.in_file(&rule.place.0).at(rule.place.1, rule.text.as_bytes()),
            });
        }
        for (index, ignore) in self.config.ignores.iter().enumerate() {
            let known = self.catalogue.known.contains_key(&ignore.rule);
            if known && !used_ignores.contains(&index) {
                let message = format!(
                    "this ignores nothing: rule `{}` finds nothing in `{}`",
                    ignore.rule.as_str(),
                    ignore.pattern.pattern
                );
                let problem = Problem::warning(ProblemKind::Unmatched, message).help("remove the table");
                problems.push(config_problem(&self.config, ignore.span, problem));
            }
        }
        for change in &self.config.overrides {
            if !self.discovered.files.iter().any(|path| change.covers(path)) {
                let message = "this override covers no file".to_owned();
                problems.push(config_problem(
                    &self.config,
                    change.span,
                    Problem::warning(ProblemKind::Unmatched, message),
                ));
            }
        }
        for (role, glob) in &self.config.roles {
            let matcher = glob.glob().compile_matcher();
            if !self.discovered.files.iter().any(|path| matcher.is_match(path.as_str())) {
                let message = format!("`{}` gives no file the role `{role}`", glob.pattern);
                problems.push(config_problem(
                    &self.config,
                    glob.span,
                    Problem::warning(ProblemKind::Unmatched, message),
                ));
            }
        }
    }

    /// The findings of one source after it was changed in `files`.
    #[must_use]
    pub fn check_again(&self, files: &dyn Files, path: &FilePath) -> Vec<Finding> {
        let links = Links::resolve(&self.catalogue, &self.tasks, &self.config, &mut Vec::new());
        let analyser = Analyser {
            files,
            config: &self.config,
            catalogue: &self.catalogue,
            links: &links,
            roles: &self.roles,
            today: &|| None,
            complete: false,
            timed: false,
        };
        let mut report =
            Report { findings: analyser.run(&mut Worker::new(false), path, false).findings, ..Report::default() };
        self.narrow(&mut report);
        report.settle();
        report.findings
    }
}

fn count(summary: &mut Summary, outcome: &FileOutcome) {
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

/// The folders whose attributes count, from the root of the repository downwards.
fn attribute_folders(options: &RunOptions, discovered: &Discovered, scope: &[(FilePath, bool)]) -> Vec<Folder> {
    let mut below: BTreeSet<FilePath> =
        discovered.files.iter().filter(|path| path.name() == attributes::NAME).filter_map(FilePath::parent).collect();
    for (path, _) in scope.iter().filter(|(_, named)| *named) {
        below.extend(std::iter::successors(path.parent(), FilePath::parent));
    }
    let mut folders = Folder::above(&options.below_repository);
    folders.extend(below.into_iter().map(Folder::below));
    folders
}

fn no_source(options: &RunOptions) -> Problem {
    let languages: BTreeMap<&str, ()> = Language::ALL
        .iter()
        .flat_map(|language| language.extensions().iter().map(|extension| (*extension, ())))
        .collect();
    let extensions: Vec<&str> = languages.into_keys().collect();
    let message = if options.paths.is_empty() {
        "there is no source to check"
    } else {
        "no source to check among the paths that were named"
    };
    let problem = Problem::warning(ProblemKind::Unmatched, message);
    problem.help(format!("auditlint reads files that end in .{}", extensions.join(", .")))
}

/// The files that the run reads and the sources that it reports on.
fn discover_scope(
    files: &dyn Files,
    config: &Config,
    options: &RunOptions,
    problems: &mut Vec<Problem>,
) -> (Discovered, Vec<(FilePath, bool)>) {
    // A hook that names its files needs the walk only to find the task files.
    let only_files =
        !options.paths.is_empty() && options.paths.iter().all(|path| files.kind(path) != Some(EntryKind::Folder));
    let mut discovered = if only_files && config.tasks.is_empty() {
        Discovered::default()
    } else {
        discover(files, &config.exclude, &options.below_repository)
    };
    problems.append(&mut discovered.problems);
    let is_source = |path: &FilePath| Language::of_path(path).is_some();
    if options.paths.is_empty() {
        let scope = discovered.files.iter().filter(|path| is_source(path)).map(|path| (path.clone(), false)).collect();
        return (discovered, scope);
    }
    let mut scope: BTreeMap<FilePath, bool> = BTreeMap::new();
    let mut ignored = Ignored::new(files, &config.exclude, &options.below_repository);
    for path in &options.paths {
        match files.kind(path) {
            None => problems.push(
                Problem::error(ProblemKind::Usage, "there is no such file or folder")
                    .in_file(path)
                    .help("paths are relative to the working folder"),
            ),
            Some(EntryKind::Folder) => {
                if options.force_exclude && ignored.ignores(path, true) {
                    continue;
                }
                let walked: Vec<&FilePath> = discovered.files.iter().filter(|file| file.is_under(path)).collect();
                if walked.is_empty() && !path.is_root() {
                    // Named although it is ignored: look inside all the same.
                    let below = crate::discovery::discover_below(files, path);
                    scope.extend(below.files.into_iter().filter(is_source).map(|file| (file, false)));
                    problems.extend(below.problems);
                    continue;
                }
                scope.extend(walked.into_iter().filter(|file| is_source(file)).map(|file| (file.clone(), false)));
            }
            Some(_) if options.force_exclude && ignored.ignores(path, false) => {
                *discovered.skipped.entry("excluded").or_default() += 1;
            }
            Some(_) if !is_source(path) => {
                let problem = Problem::warning(ProblemKind::Unmatched, "no rule reads this kind of file").in_file(path);
                problems.push(problem);
            }
            Some(_) => {
                scope.insert(path.clone(), true);
            }
        }
    }
    (discovered, scope.into_iter().collect())
}
