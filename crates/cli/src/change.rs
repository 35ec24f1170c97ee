//! What a change brings: `check --staged` and `check --since`.

use anyhow::{Context as _, Result, anyhow};
use auditlint_engine::{Config, Engine, FindingState, GitFiles, Report, RunOptions, Snapshot, Staged, leave_touched};
use auditlint_source::{FilePath, Files, Problem};
use auditlint_syntax::may_hold_code;

use crate::context::CommandContext;
use crate::day::Day;
use crate::{environment, progress};

/// What is staged, from the index that git tells a hook to use.
pub(crate) fn staged(context: &CommandContext) -> Result<Staged> {
    let repository = context
        .repository()
        .ok_or_else(|| anyhow!("--staged needs a git repository around {}", context.root.display()))?;
    repository.staged(&context.root, environment::index_file().as_deref()).map_err(|error| anyhow!("{error}"))
}

/// The files of the commit that a run is compared with.
pub(crate) fn commit(context: &CommandContext, revision: &str) -> Result<GitFiles> {
    let root = context.root.display();
    let repository = context.repository().ok_or_else(|| anyhow!("--since needs a git repository around {root}"))?;
    repository.commit_files(&context.root, revision).map_err(|error| anyhow!("{error}")).context("--since")
}

/// Checks the staged files. Rules over facts see all that is staged; what they find in other files counts where the checked-out
/// commit does not have it.
pub(crate) fn check_staged(
    staged: &Staged,
    config: &Config,
    options: &RunOptions,
    changed_lines: bool,
    problems: Vec<Problem>,
    day: &Day<'_>,
) -> Result<Report> {
    let files: &dyn Files = &staged.files;
    let head = || -> Result<Option<&dyn Files>> {
        let head = staged.head().map_err(|error| anyhow!("{error}"))?;
        Ok(head.map(|head| head as &dyn Files))
    };
    let is_asked =
        |path: &&FilePath| options.paths.is_empty() || options.paths.iter().any(|named| path.is_under(named));
    let asked: Vec<FilePath> = staged.changed.iter().filter(is_asked).cloned().collect();
    // Nobody has named these files: what is excluded stays so.
    let force_exclude = options.force_exclude || options.paths.is_empty();
    let all = RunOptions { paths: Vec::new(), force_exclude, ..options.clone() };
    let mut engine = Engine::load(files, config.clone(), all, problems);
    let paths: Vec<FilePath> = {
        let feeds_facts = engine.fact_reader();
        asked.iter().filter(|path| may_hold_code(path) || feeds_facts(path)).cloned().collect()
    };
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
        let after = new_since(&engine.snapshot(files), head()?, day);
        let is_elsewhere =
            |path: &FilePath| asked.binary_search(path).is_err() && (options.paths.is_empty() || is_asked(&path));
        let counts = |state| state == FindingState::New;
        report.findings.extend(after.findings.into_iter().filter(|one| counts(one.state) && is_elsewhere(&one.path)));
    }
    if staged.submodules > 0 {
        *report.summary.skipped.entry("submodule").or_default() += staged.submodules;
    }
    report.settle();
    report.partial = true;
    report.only = vec!["what is staged".to_owned()];
    if changed_lines {
        leave_touched(&mut report, files, head()?);
    }
    Ok(report)
}

/// What a snapshot has and another state of the files has not.
fn new_since(snapshot: &Snapshot<'_>, before: Option<&dyn Files>, day: &Day<'_>) -> Report {
    let mut report = progress::check(snapshot, &|| day.today());
    if let Some(before) = before {
        let before = progress::check(&snapshot.engine.snapshot(before), &|| day.today());
        snapshot.leave_new(&mut report, &before);
    }
    report
}

/// Leaves as new what came since a commit.
pub(crate) fn check_since(
    snapshot: &Snapshot<'_>,
    before: &GitFiles,
    revision: &str,
    changed_lines: bool,
    day: &Day<'_>,
) -> Report {
    let mut report = new_since(snapshot, Some(before), day);
    if changed_lines {
        leave_touched(&mut report, snapshot.files, Some(before));
    }
    report.since = Some(revision.to_owned());
    report
}
