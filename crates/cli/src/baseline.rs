//! `auditlint baseline`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{
    Baseline, BaselineLine, Engine, Finding, FindingState, GrowthNote, MAX_BASELINE, Report, Revision, RevisionCounts,
    RevisionPlan, RunOptions, Snapshot, StaleReason,
};
use auditlint_report::{RenderOptions, shown_path, write_findings};
use auditlint_source::{FilePath, Problem, ProblemLevel};

use crate::args::{BaselineArgs, BaselineCommand, ProjectArgs};
use crate::context::{CommandContext, counted};
use crate::day::Day;
use crate::exit::{self, Exit};
use crate::output_args::ColorChoice;
use crate::say::say_problems;
use crate::task_args::DayArgs;
use crate::{baseline_merge, out, progress};

/// Runs the command.
pub(crate) fn run(args: &BaselineArgs) -> Result<Exit> {
    match &args.command {
        BaselineCommand::Create { day, project } => create(project, day),
        BaselineCommand::Update { paths, project, rules, grow, reason, day } => {
            let reason = if *grow { Some(growth_reason(reason.as_deref())?) } else { None };
            update(project, day, &Update { paths, rules, reason, drops_unused_rules: false })
        }
        BaselineCommand::Prune { day, project } => {
            update(project, day, &Update { drops_unused_rules: true, ..Update::default() })
        }
        BaselineCommand::Explain { line, day, project } => explain(line, project, day),
        BaselineCommand::Merge { base, ours, theirs } => baseline_merge::run(base, ours, theirs),
    }
}

/// What `update` and `prune` are asked to do.
#[derive(Default)]
struct Update<'a> {
    paths: &'a [PathBuf],
    rules: &'a [String],
    reason: Option<String>,
    drops_unused_rules: bool,
}

/// The projects that a command is about, with what their rules find: that of the working folder, and those below it.
struct BaselineProjects {
    context: CommandContext,
    engine: Engine,
}

impl BaselineProjects {
    fn open(args: &ProjectArgs, limit: impl FnOnce(&CommandContext, &mut RunOptions) -> Result<()>) -> Result<Self> {
        let context = CommandContext::find(args)?;
        if args.isolated {
            bail!("--isolated reads no baseline; leave it out");
        }
        let (config, problems) = context.config()?;
        let mut options = context.options();
        limit(&context, &mut options)?;
        context.limit_to_project(&mut options);
        let engine = Engine::load(context.files(), config, options, problems);
        Ok(Self { context, engine })
    }

    /// The number of the project of the working folder.
    fn own(&self) -> usize {
        self.engine.projects.number_of(&self.context.project)
    }

    /// The numbers of all projects that the command is about, that of the working folder first.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        let all = self.engine.projects.iter().enumerate();
        all.filter(|(_, config)| config.folder.is_under(&self.context.project)).map(|(number, _)| number)
    }

    /// Where the baseline of a project stands.
    fn path(&self, number: usize) -> &FilePath {
        let projects = &self.engine.projects;
        &projects.iter().nth(number).unwrap_or(projects.root()).baseline.1
    }

    /// The same, as it is seen from the working folder.
    fn shown(&self, number: usize) -> String {
        self.sees(self.path(number))
    }

    /// A path as it is seen from the working folder.
    fn sees(&self, path: &FilePath) -> String {
        shown_path(&self.context.working().sees(path))
    }

    fn has_baseline(&self, number: usize) -> bool {
        self.context.files().kind(self.path(number)).is_some()
    }

    fn bytes(&self, number: usize) -> Result<Vec<u8>> {
        let path = self.path(number);
        self.context.files().read(path, MAX_BASELINE).with_context(|| format!("{} cannot be read", self.shown(number)))
    }

    /// The findings of a report that belong to a project.
    fn findings(&self, number: usize, report: &Report) -> Vec<Finding> {
        self.engine.projects.findings_of(number, &report.findings)
    }

    /// What the rules find. Where that cannot be relied on, nothing must be written.
    fn check(&self, snapshot: &Snapshot<'_>, day: &Day<'_>) -> Result<Option<Report>> {
        let mut report = progress::check(snapshot, &|| day.today());
        report.problems.extend(day.problem());
        // What is stale is what the command is about to take out.
        let baselines: Vec<&FilePath> = self.numbers().map(|number| self.path(number)).collect();
        let is_listed = |problem: &&Problem| problem.path.as_ref().is_none_or(|path| !baselines.contains(&path));
        let listed: Vec<Problem> = report.problems.iter().filter(is_listed).cloned().collect();
        let broken = self.numbers().filter_map(|number| snapshot.known_findings(number).err().cloned());
        say_problems(self.context.working(), snapshot.files, &listed.into_iter().chain(broken).collect::<Vec<_>>())?;
        let is_fatal = report.problems.iter().any(|problem| problem.level == ProblemLevel::Error);
        if is_fatal {
            let baseline = self.shown(self.own());
            writeln!(out::stderr(), "{baseline} was left as it is: the run is not reliable.")?;
        }
        Ok((!is_fatal).then_some(report))
    }
}

fn create(args: &ProjectArgs, day: &DayArgs) -> Result<Exit> {
    let project = BaselineProjects::open(args, |_, options| {
        options.ignore_baseline = true;
        Ok(())
    })?;
    let context = &project.context;
    let own = project.own();
    if project.numbers().all(|number| project.has_baseline(number)) {
        let path = project.shown(own);
        bail!(
            "{path} already exists; `auditlint baseline update` takes out what is fixed, and with --grow --reason takes in what is new"
        );
    }
    let snapshot = project.engine.snapshot(context.files());
    let Some(report) = project.check(&snapshot, &Day::of(day.as_of.as_deref(), context)?)? else {
        return Ok(Exit::Unusable);
    };
    let mut left_out = 0;
    for number in project.numbers().filter(|number| !project.has_baseline(*number)) {
        let path = project.path(number);
        let findings = project.findings(number, &report);
        let Revision { baseline, counts } = snapshot.first_baseline(number, &findings);
        left_out += findings.iter().filter(|finding| finding.state == FindingState::New).count() - counts.added;
        if counts.added == 0 && number != own {
            continue;
        }
        context.worktree.create(path, baseline.to_text().as_bytes()).with_context(|| project.sees(path))?;
        let rules: BTreeSet<_> = baseline.lines().iter().map(|line| &line.rule).collect();
        let files: BTreeSet<_> = baseline.lines().iter().map(|line| &line.path).collect();
        let (findings, rules, files) =
            (counted(counts.added, "finding"), counted(rules.len(), "rule"), counted(files.len(), "file"));
        writeln!(out::stderr(), "Wrote {}: {findings} of {rules} in {files}.", project.sees(path))?;
    }
    let mut err = out::stderr();
    if left_out > 0 {
        let what = counted(left_out, "finding");
        writeln!(err, "Not in it: {what} about suppression comments or tasks, which have to be put right.")?;
    }
    writeln!(err, "Commit it; from now on `auditlint check` fails on what is new.")?;
    Ok(exit::of_problems(&report.problems, false))
}

fn update(args: &ProjectArgs, day: &DayArgs, asked: &Update<'_>) -> Result<Exit> {
    let project = BaselineProjects::open(args, |context, options| {
        options.rules = asked.rules.to_vec();
        options.paths = asked.paths.iter().map(|path| context.relative(path)).collect::<Result<_>>()?;
        Ok(())
    })?;
    let context = &project.context;
    let numbers: Vec<usize> = project.numbers().filter(|number| project.has_baseline(*number)).collect();
    if numbers.is_empty() {
        let path = project.shown(project.own());
        bail!("there is no baseline {path}; `auditlint baseline create` writes it");
    }
    let old: Vec<Vec<u8>> = numbers.iter().map(|number| project.bytes(*number)).collect::<Result<_>>()?;
    let day = Day::of(day.as_of.as_deref(), context)?;
    let snapshot = project.engine.snapshot(context.files());
    let Some(report) = project.check(&snapshot, &day)? else { return Ok(Exit::Unusable) };
    let note = |reason: &String| {
        let (day, reason) = (day.today(), reason.clone());
        move |lines| GrowthNote { day, lines, reason: reason.clone() }
    };
    let grow = asked.reason.as_ref().map(note);
    let plan = RevisionPlan {
        grow: grow.as_ref().map(|grow| grow as &dyn Fn(u32) -> GrowthNote),
        drops_unused_rules: asked.drops_unused_rules,
    };
    for (number, old) in numbers.into_iter().zip(old) {
        let path = project.path(number);
        let findings = project.findings(number, &report);
        let Some(Revision { baseline, counts }) = snapshot.revised_baseline(number, &findings, &report, &plan) else {
            bail!("there is no baseline {}; `auditlint baseline create` writes it", project.sees(path));
        };
        let new = baseline.to_text();
        if new.as_bytes() != old {
            context.worktree.replace(path, &old, new.as_bytes()).with_context(|| project.sees(path))?;
        }
        say_counts(&project.sees(path), &baseline, counts)?;
    }
    Ok(exit::of_problems(&report.problems, false))
}

/// Says what became of the lines.
fn say_counts(path: &str, baseline: &Baseline, counts: RevisionCounts) -> Result<()> {
    let mut err = out::stderr();
    let done: Vec<String> = [
        (counts.removed, "taken out"),
        (counts.moved, "moved to another file"),
        (counts.added, "taken in"),
        (counts.unjudged, "not looked at and kept"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let done = if done.is_empty() { "nothing to change".to_owned() } else { done.join(", ") };
    writeln!(err, "{path}: {}; {done}.", counted(baseline.lines().len(), "known finding"))?;
    if counts.left_out > 0 {
        let what = counted(counts.left_out, "new finding");
        writeln!(err, "Not in it: {what}; fix what is new, or take it in with --grow --reason.")?;
    }
    Ok(())
}

fn explain(asked: &str, args: &ProjectArgs, day: &DayArgs) -> Result<Exit> {
    let project = BaselineProjects::open(args, |_, _| Ok(()))?;
    let own = project.own();
    let (context, path) = (&project.context, project.shown(own));
    let snapshot = project.engine.snapshot(context.files());
    let known = match snapshot.known_findings(own) {
        Ok(Some(known)) => known,
        Ok(None) => bail!("there is no baseline {path}; `auditlint baseline create` writes it"),
        Err(problem) => {
            say_problems(context.working(), context.files(), std::slice::from_ref(problem))?;
            return Ok(Exit::Unusable);
        }
    };
    let baseline = known.baseline();
    let index = index_of(asked, baseline, &path)?;
    let Some(report) = project.check(&snapshot, &Day::of(day.as_of.as_deref(), context)?)? else {
        return Ok(Exit::Unusable);
    };
    let findings = project.findings(own, &report);
    let held = snapshot.held(own, &findings).unwrap_or_default();
    let line = &baseline.lines()[index];
    let found = held.finding_of.get(index).copied().flatten().map(|finding| &findings[finding]);
    let mut out = out::stdout();
    let (number, rule, file) = (baseline.number(index), &line.rule, project.sees(&line.path));
    writeln!(out, "{path}:{number}: {rule} in {file}{}", among(line, baseline))?;
    writeln!(out, "{}\n", standing(&project, line, found, &snapshot, &findings))?;
    if let Some(found) = found {
        let color = out::color(ColorChoice::Auto, false);
        let options =
            RenderOptions { color, width: out::width(), working: context.working(), ..RenderOptions::default() };
        write_findings(&[found], context.files(), &options, &mut out)?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// The line that is asked for by its number or its text. A diff puts a sign before the text.
fn index_of(asked: &str, baseline: &Baseline, path: &str) -> Result<usize> {
    let lines = baseline.lines();
    if lines.is_empty() {
        bail!("{path} holds no finding");
    }
    if let Ok(number) = asked.parse() {
        return baseline.index_of(number).with_context(|| {
            let (first, last) = (baseline.number(0), baseline.number(lines.len() - 1));
            format!("line {number} of {path} is not a finding; those are in lines {first} to {last}")
        });
    }
    let text = asked.trim_end_matches(['\r', '\n']);
    let texts = [Some(text), text.strip_prefix(['+', '-', ' '])];
    let asked: Vec<BaselineLine> = texts.into_iter().flatten().filter_map(BaselineLine::read).collect();
    if asked.is_empty() {
        bail!("LINE is a number, or a line of the baseline as it stands there, with its tabs");
    }
    lines
        .iter()
        .position(|line| asked.iter().any(|asked| asked.to_string() == baseline.text_of(line)))
        .with_context(|| format!("{path} does not hold this line"))
}

/// Which of several findings that are alike a line stands for.
fn among(line: &BaselineLine, baseline: &Baseline) -> String {
    let key = |line: &BaselineLine| (line.rule.clone(), line.path.clone(), line.fingerprint);
    match baseline.lines().iter().filter(|one| key(one) == key(line)).count() {
        1 => String::new(),
        all => format!(", number {} of {all} that are alike", line.ordinal),
    }
}

/// Whether the finding is still there, and what to do where it is not.
fn standing(
    project: &BaselineProjects,
    line: &BaselineLine,
    found: Option<&Finding>,
    snapshot: &Snapshot<'_>,
    findings: &[Finding],
) -> String {
    let file = project.sees(&line.path);
    match found {
        Some(found) if found.path != line.path => {
            let (path, start) = (project.sees(&found.path), found.start);
            format!(
                "The file was renamed: the finding is at {path}:{}:{}. `auditlint baseline update` follows it.",
                start.line, start.column
            )
        }
        Some(found) => format!("The finding is at {file}:{}:{}.", found.start.line, found.start.column),
        None => match snapshot.stale_reason(line, findings) {
            StaleReason::RuleOff => {
                "The line is stale: its rule is not on. `auditlint baseline prune` takes it out.".to_owned()
            }
            StaleReason::FileGone => {
                "The line is stale: its file is gone. `auditlint baseline update` takes it out.".to_owned()
            }
            StaleReason::Suppressed => {
                "The line is stale: the finding is suppressed now. `auditlint baseline update` takes it out.".to_owned()
            }
            StaleReason::FindingGone => {
                "The line is stale: the finding is gone. `auditlint baseline update` takes it out.".to_owned()
            }
        },
    }
}

/// The reason as it is written into the file: one line of plain text.
fn growth_reason(given: Option<&str>) -> Result<String> {
    let reason = given.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        bail!("--reason must say why the baseline grows");
    }
    if reason.contains(char::is_control) {
        bail!("--reason contains a control character; it is written into the baseline and must be plain text");
    }
    Ok(reason)
}
