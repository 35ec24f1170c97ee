//! Runs on past commits. What is known of a content is kept, so a commit costs what it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use auditlint_engine::{
    CommitId, CommitNote, CommitState, Commits, Engine, Report, RunOptions, TaskTitles, unknown_task,
};
use auditlint_source::{Problem, ProblemKind, ProblemLevel};
use auditlint_tasks::TaskLookup;

use crate::args::ProjectArgs;
use crate::context::CommandContext;

/// Into how many pieces a line is cut at most, and how many commits one has at the least.
const MOST_PIECES: usize = 4;
const FEWEST_IN_PIECE: usize = 16;
/// How many kinds of problems are told.
const MOST_TOLD: usize = 20;

/// The commits of a project, each with what a run with the present rules says of it.
pub(crate) struct PastScan {
    pub(crate) context: CommandContext,
    pub(crate) commits: Commits,
    engine: Engine,
    known: KnownPast,
}

/// What the runs said.
#[derive(Default)]
struct KnownPast {
    titles: TaskTitles,
    states: BTreeMap<CommitId, Arc<CommitState>>,
    /// What could not be read or judged, with the commits in which it was.
    unread: BTreeMap<(ProblemLevel, String), BTreeSet<CommitId>>,
}

impl KnownPast {
    /// Keeps what a run said; `of_engine` is told whatever the commit is.
    fn keep(&mut self, commit: CommitId, report: &Report, of_engine: &[Problem]) -> Arc<CommitState> {
        for problem in &report.problems {
            let is_told = matches!(problem.kind, ProblemKind::File | ProblemKind::Bug) && !of_engine.contains(problem);
            if is_told && problem.level != ProblemLevel::Note {
                let place = problem.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
                let what = (problem.level, format!("{place}{}", problem.message));
                self.unread.entry(what).or_default().insert(commit);
            }
        }
        let state = Arc::new(CommitState::of(report, &mut self.titles));
        self.states.insert(commit, Arc::clone(&state));
        state
    }
}

impl KnownPast {
    /// Takes over what runs on later commits said.
    fn extend(&mut self, later: Self) {
        self.titles.extend(&later.titles);
        self.states.extend(later.states);
        for (what, commits) in later.unread {
            self.unread.entry(what).or_default().extend(commits);
        }
    }
}

impl PastScan {
    /// The project around the working folder; `command` is for whom.
    pub(crate) fn open(args: &ProjectArgs, command: &str) -> Result<Self> {
        let context = CommandContext::find(args)?;
        let root = context.root.display();
        let repository = context
            .repository()
            .ok_or_else(|| anyhow!("`auditlint {command}` needs a git repository with a worktree around {root}"))?;
        let commits = repository.commits(&context.root).map_err(|error| anyhow!("{error}"))?;
        let engine = engine(&context)?;
        Ok(Self { context, commits, engine, known: KnownPast::default() })
    }

    /// The tasks that were met, with their titles.
    pub(crate) fn titles(&self) -> &TaskTitles {
        &self.known.titles
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
        if let Some(state) = self.known.states.get(&commit) {
            return Ok(Arc::clone(state));
        }
        let report = check(&self.commits, &self.engine, commit)?;
        Ok(self.known.keep(commit, &report, self.engine.problems()))
    }

    /// What runs on many commits say, in their order. Where there are many, pieces of the line are gone through side by side once the
    /// first commit is known: what they have in common with it is read once.
    pub(crate) fn states(&mut self, commits: &[CommitId], done: &(dyn Fn() + Sync)) -> Result<Vec<Arc<CommitState>>> {
        let Some((first, others)) = commits.split_first() else { return Ok(Vec::new()) };
        let pieces = rayon::current_num_threads().min(MOST_PIECES).min(commits.len() / FEWEST_IN_PIECE).max(1);
        let each = others.len().div_ceil(pieces).max(1);
        let (line, engine) = (&self.commits, &self.engine);
        let scan_piece = |piece: &[CommitId]| -> Result<KnownPast> {
            let mut known = KnownPast::default();
            for commit in piece {
                known.keep(*commit, &check(line, engine, *commit)?, engine.problems());
                done();
            }
            Ok(known)
        };
        let scan_piece = &scan_piece;
        self.known.extend(scan_piece(std::slice::from_ref(first))?);
        let found = std::thread::scope(|scope| {
            let mut pieces = others.chunks(each);
            let own = pieces.next().unwrap_or_default();
            let running: Vec<_> = pieces.map(|piece| scope.spawn(move || scan_piece(piece))).collect();
            let own = scan_piece(own);
            let joined = running
                .into_iter()
                .map(|piece| piece.join().unwrap_or_else(|_| Err(anyhow!("a run on a past commit failed"))));
            std::iter::once(own).chain(joined).collect::<Result<Vec<_>>>()
        });
        found?.into_iter().for_each(|piece| self.known.extend(piece));
        commits.iter().map(|commit| self.state(*commit)).collect()
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
        for ((level, what), commits) in self.known.unread.iter().take(MOST_TOLD) {
            let places = match commits.len() {
                1 => commits.iter().map(|commit| format!("in {}", short(*commit))).collect(),
                count => format!("in {count} commits"),
            };
            problems.push(Problem::new(ProblemKind::File, *level, format!("{places}: {what}")));
        }
        if let Some(more) = self.known.unread.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            let message = format!("{more} more such problems in past commits");
            problems.push(Problem::warning(ProblemKind::File, message));
        }
        problems
    }
}

/// The present rules and configuration, ready for any number of commits.
fn engine(context: &CommandContext) -> Result<Engine> {
    let (config, problems) = context.config()?;
    if config.is_unreadable {
        crate::say::say_problems(context.working(), context.files(), &problems)?;
        bail!("nothing was judged: the configuration cannot be read");
    }
    let options = RunOptions { for_verdicts: true, ..context.options() };
    Ok(Engine::load(context.files(), config, options, problems).keeping_states(MOST_PIECES))
}

/// A run on a commit, on its own day.
fn check(commits: &Commits, engine: &Engine, commit: CommitId) -> Result<Report> {
    let files = commits.files(commit).map_err(|error| anyhow!("{error}"))?;
    let day = commits.note(commit).map_err(|error| anyhow!("{error}"))?.day;
    Ok(engine.snapshot(&files).check(&|| day, &|_| ()))
}

/// The name of a commit as people read it.
pub(crate) fn short(commit: CommitId) -> String {
    commit.to_string().chars().take(12).collect()
}
