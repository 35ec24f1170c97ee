//! What a change brings: `check --staged` and `check --since`.

use anyhow::{Context as _, Result, anyhow};
use auditlint_engine::{
    Config, Engine, Finding, FindingState, FixLevel, GitFiles, Overlay, Report, RunOptions, Snapshot, Staged,
    leave_touched,
};
use auditlint_report::shown_path;
use auditlint_source::{FilePath, Files, Problem, ProblemKind};
use auditlint_syntax::may_hold_code;

use crate::context::CommandContext;
use crate::day::Day;
use crate::fix::FixOutcome;
use crate::target::{FixTarget, WrittenFiles};
use crate::{environment, fix, progress};

/// What is staged, from the index that git tells a hook to use.
pub(crate) fn staged(context: &CommandContext) -> Result<Staged> {
    let repository = context
        .repository()
        .ok_or_else(|| anyhow!("--staged needs a git repository with a worktree around {}", context.root.display()))?;
    repository.staged(&context.root, environment::index_file().as_deref()).map_err(|error| anyhow!("{error}"))
}

/// The files of the commit that a run is compared with.
pub(crate) fn commit(context: &CommandContext, revision: &str) -> Result<GitFiles> {
    let root = context.root.display();
    let repository =
        context.repository().ok_or_else(|| anyhow!("--since needs a git repository with a worktree around {root}"))?;
    repository.commit_files(&context.root, revision).map_err(|error| anyhow!("{error}")).context("--since")
}

/// A check of what is staged.
pub(crate) struct StagedCheck<'a> {
    pub(crate) context: &'a CommandContext,
    pub(crate) staged: &'a Staged,
    pub(crate) config: &'a Config,
    pub(crate) options: &'a RunOptions,
    pub(crate) changed_lines: bool,
    pub(crate) day: &'a Day<'a>,
}

impl StagedCheck<'_> {
    /// Checks the staged files, as `files` has them. Rules over facts see all that is staged; what they find in other files counts
    /// where the checked-out commit does not have it.
    pub(crate) fn run(&self, files: &dyn Files, problems: Vec<Problem>) -> Result<Report> {
        let Self { staged, config, options, day, .. } = *self;
        let mut engine = self.engine(files, problems);
        let asked = self.asked();
        let paths = sources_among(&engine, &asked);
        let over_facts: Vec<String> = {
            let rules = engine.catalogue.set.rules().iter().map(|compiled| &compiled.rule);
            rules.filter(|rule| !rule.checks().is_empty()).map(|rule| rule.id.to_string()).collect()
        };
        let mut report = if paths.is_empty() {
            // No source is staged; what is wrong with the configuration or a rule may be all that is.
            Report { problems: engine.problems().to_vec(), ..Report::default() }
        } else {
            progress::check(&engine.snapshot_of(files, paths), &|| day.today())
        };
        if !over_facts.is_empty() && (staged.has_removed || !asked.is_empty()) {
            let rules = RunOptions { rules: over_facts, paths: Vec::new(), ..options.clone() };
            engine = Engine::load(files, config.clone(), rules, Vec::new());
            let is_elsewhere = |path: &FilePath| asked.binary_search(path).is_err() && self.is_asked(path);
            let counts = |one: &Finding| one.state == FindingState::New && is_elsewhere(&one.path);
            let mut after = facts_alone(&engine, files, day);
            // The commit is looked at where there is something that it may have too.
            if after.findings.iter().any(counts)
                && let Some(head) = self.head()?
            {
                engine.snapshot(files).leave_new(&mut after, &facts_alone(&engine, head, day));
            }
            report.findings.extend(after.findings.into_iter().filter(counts));
        }
        if staged.submodules > 0 {
            *report.summary.skipped.entry("submodule").or_default() += staged.submodules;
        }
        report.settle();
        report.partial = true;
        report.only = vec!["what is staged".to_owned()];
        if self.changed_lines {
            leave_touched(&mut report, files, self.head()?);
        }
        Ok(report)
    }

    /// Fixes the staged files in the worktree, and checks them as they are then. A file of which the worktree has something else is
    /// left alone: its fix would stage the rest of it, or be lost.
    pub(crate) fn fix(&self, level: FixLevel, problems: Vec<Problem>) -> Result<Report> {
        let files: &dyn Files = &self.staged.files;
        let engine = self.engine(files, Vec::new());
        let paths = sources_among(&engine, &self.asked());
        let mut outcome = FixOutcome::default();
        if !paths.is_empty() {
            let snapshot = engine.snapshot_of(files, paths);
            let report = progress::check(&snapshot, &|| self.day.today());
            let mut target = FixTarget::Files(WrittenFiles::of_staged(self.context));
            outcome = fix::run(&snapshot, &report, level, &|| self.day.today(), &mut target)?;
        }
        let written = outcome.written.iter().map(|path| {
            let text = self.context.worktree.read(path, self.config.max_file_size);
            text.map(|text| (path.clone(), text)).with_context(|| path.to_string())
        });
        let fixed = Overlay::new(files, written.collect::<Result<Vec<_>>>()?);
        let mut report = self.run(&fixed, problems)?;
        report.problems.extend(outcome.problems);
        report.problems.extend(self.to_be_staged(&outcome.written));
        Ok(report)
    }

    /// Says which files were fixed and have to be staged again.
    fn to_be_staged(&self, written: &[FilePath]) -> Option<Problem> {
        let (first, working) = (written.first()?, self.context.working());
        let names: Vec<String> = written.iter().map(|path| shown_path(&working.sees(path))).collect();
        let message = match written.len() {
            1 => "a staged file was fixed in the worktree, and the fix is not staged".to_owned(),
            count => format!("{count} staged files were fixed in the worktree, and the fixes are not staged"),
        };
        let problem = Problem::warning(ProblemKind::File, message).in_file(first);
        Some(problem.help(format!("look at what changed, then stage it: git add -- {}", names.join(" "))))
    }

    /// The engine for the staged files. Nobody has named them: what is excluded stays so.
    fn engine(&self, files: &dyn Files, problems: Vec<Problem>) -> Engine {
        let force_exclude = self.options.force_exclude || self.options.paths.is_empty();
        let all = RunOptions { paths: Vec::new(), force_exclude, ..self.options.clone() };
        Engine::load(files, self.config.clone(), all, problems)
    }

    fn asked(&self) -> Vec<FilePath> {
        self.staged.changed.iter().filter(|path| self.is_asked(path)).cloned().collect()
    }

    fn is_asked(&self, path: &FilePath) -> bool {
        self.options.paths.is_empty() || self.options.paths.iter().any(|named| path.is_under(named))
    }

    fn head(&self) -> Result<Option<&dyn Files>> {
        let head = self.staged.head().map_err(|error| anyhow!("{error}"))?;
        Ok(head.map(|head| head as &dyn Files))
    }
}

/// The files that rules read.
fn sources_among(engine: &Engine, paths: &[FilePath]) -> Vec<FilePath> {
    let feeds_facts = engine.fact_reader();
    paths.iter().filter(|path| may_hold_code(path) || feeds_facts(path)).cloned().collect()
}

/// What rules over facts find in a state of the files.
fn facts_alone(engine: &Engine, files: &dyn Files, day: &Day<'_>) -> Report {
    progress::reading_facts(|| engine.snapshot(files).check_facts_alone(&|| day.today()))
}

/// Leaves as new what came since a commit.
pub(crate) fn check_since(
    snapshot: &Snapshot<'_>,
    before: &GitFiles,
    revision: &str,
    changed_lines: bool,
    day: &Day<'_>,
) -> Report {
    let mut report = progress::check(snapshot, &|| day.today());
    snapshot.leave_new(&mut report, &progress::check(&snapshot.engine.snapshot(before), &|| day.today()));
    if changed_lines {
        leave_touched(&mut report, snapshot.files, Some(before));
    }
    report.since = Some(revision.to_owned());
    report
}
