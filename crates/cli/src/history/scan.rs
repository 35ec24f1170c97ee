//! Runs on past commits. What is known of a content is kept, so a commit costs what it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use auditlint_engine::{CommitId, CommitNote, CommitState, Commits, Engine, RunOptions, TaskTitles, unknown_task};
use auditlint_source::{Problem, ProblemKind, ProblemLevel};
use auditlint_tasks::TaskLookup;

use crate::args::ProjectArgs;
use crate::context::CommandContext;

/// How many kinds of problems are told.
const MOST_TOLD: usize = 20;

/// The commits of a project, each with what a run with the present rules says of it.
pub(crate) struct PastScan {
    pub(crate) context: CommandContext,
    pub(crate) commits: Commits,
    pub(crate) titles: TaskTitles,
    engine: Engine,
    states: BTreeMap<CommitId, Arc<CommitState>>,
    /// What could not be read or judged, with the commits in which it was.
    unread: BTreeMap<(ProblemLevel, String), BTreeSet<CommitId>>,
}

impl PastScan {
    /// The project around the working folder; `command` is for whom.
    pub(crate) fn open(args: &ProjectArgs, command: &str) -> Result<Self> {
        let context = CommandContext::find(args)?;
        let root = context.root.display();
        let repository = context
            .repository()
            .ok_or_else(|| anyhow!("`auditlint {command}` needs a git repository around {root}; a bare one is none"))?;
        let commits = repository.commits(&context.root).map_err(|error| anyhow!("{error}"))?;
        let (config, problems) = context.config()?;
        if config.is_unreadable {
            crate::say::say_problems(context.working(), context.files(), &problems)?;
            bail!("nothing was judged: the configuration cannot be read");
        }
        let options = RunOptions { for_verdicts: true, ..context.options() };
        let engine = Engine::load(context.files(), config, options, problems).keeping();
        let (titles, states, unread) = (TaskTitles::default(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { context, commits, titles, engine, states, unread })
    }

    /// The commit of this name.
    pub(crate) fn find(&self, revision: &str) -> Result<CommitId> {
        self.commits.find(revision).map_err(|error| anyhow!("{error}"))
    }

    /// What a commit says of itself.
    pub(crate) fn note(&self, commit: CommitId) -> Result<CommitNote> {
        self.commits.note(commit).map_err(|error| anyhow!("{error}"))
    }

    /// What a run on a commit says.
    pub(crate) fn state(&mut self, commit: CommitId) -> Result<Arc<CommitState>> {
        if let Some(state) = self.states.get(&commit) {
            return Ok(Arc::clone(state));
        }
        let files = self.commits.files(commit).map_err(|error| anyhow!("{error}"))?;
        let day = self.note(commit)?.day;
        let report = self.engine.snapshot(&files).check(&|| day, &|_| ());
        let of_engine = self.engine.problems();
        for problem in &report.problems {
            let is_told = matches!(problem.kind, ProblemKind::File | ProblemKind::Bug) && !of_engine.contains(problem);
            if is_told && problem.level != ProblemLevel::Note {
                let place = problem.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
                let what = (problem.level, format!("{place}{}", problem.message));
                self.unread.entry(what).or_default().insert(commit);
            }
        }
        let state = Arc::new(CommitState::of(&report, &mut self.titles));
        self.states.insert(commit, Arc::clone(&state));
        Ok(state)
    }

    /// The full ids of the tasks that somebody asks for, as the task files of a commit have them.
    pub(crate) fn task_ids(&self, commit: CommitId, asked: &str) -> Result<Vec<String>> {
        let files = self.commits.files(commit).map_err(|error| anyhow!("{error}"))?;
        let snapshot = self.engine.snapshot(&files);
        Ok(match snapshot.tasks.lookup(asked) {
            TaskLookup::One(task) => vec![task.id.as_str().to_owned()],
            TaskLookup::ByFinding(tasks) | TaskLookup::Ambiguous(tasks) => {
                tasks.iter().map(|task| task.id.as_str().to_owned()).collect()
            }
            TaskLookup::External(task) => vec![task.id.as_str().to_owned()],
            TaskLookup::Unknown { nearest } => {
                let problem = unknown_task(asked, nearest);
                let help = problem.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
                return Err(anyhow!("{}{help}", problem.message)).context(format!("at {}", short(commit)));
            }
        })
    }

    /// What is wrong with the rules, and what could not be read in the commits.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = self.engine.problems().to_vec();
        for ((level, what), commits) in self.unread.iter().take(MOST_TOLD) {
            let places = match commits.len() {
                1 => commits.iter().map(|commit| format!("in {}", short(*commit))).collect(),
                count => format!("in {count} commits"),
            };
            problems.push(Problem::new(ProblemKind::File, *level, format!("{places}: {what}")));
        }
        if let Some(more) = self.unread.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            let message = format!("{more} more such problems in past commits");
            problems.push(Problem::warning(ProblemKind::File, message));
        }
        problems
    }
}

/// The name of a commit as people read it.
pub(crate) fn short(commit: CommitId) -> String {
    commit.to_string().chars().take(12).collect()
}
