//! `auditlint bisect`: which commit verified a task, or broke it.

use std::io::Write;

use anyhow::{Context as _, Result, anyhow, bail};
use auditlint_engine::{CommitId, TaskStanding, TurnKind};
use auditlint_report::BisectAnswer;

use crate::args::{BisectArgs, BisectFormat};
use crate::exit::{self, Exit};
use crate::history::{PastScan, Turning, find_turning, has_turned, short, shown_turn};
use crate::out;
use crate::say::say_problems;

/// Runs the command.
pub(crate) fn run(args: &BisectArgs) -> Result<Exit> {
    let mut scan = PastScan::open(&args.project, "bisect")?;
    let find = |revision: &Option<String>, flag: &str| -> Result<Option<CommitId>> {
        revision.as_deref().map(|revision| scan.find(revision).context(flag.to_owned())).transpose()
    };
    let (good, bad) = (find(&args.good, "--good")?, find(&args.bad, "--bad")?);
    let head = scan.find("HEAD")?;
    let task = task_id(&scan, &[Some(head), bad, good], &args.task)?;
    let answer = match (good, bad) {
        (None, None) => last_turn(args, &mut scan, &task, head)?,
        _ => between(args, &mut scan, &task, good.unwrap_or(head), bad.unwrap_or(head))?,
    };
    let mut out = out::stdout();
    match args.format {
        BisectFormat::Text => answer.write_text(&mut out)?,
        BisectFormat::Json => answer.write_json(&mut out)?,
    }
    out.flush()?;
    let problems = scan.problems();
    say_problems(scan.context.working(), scan.context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

/// The full id of the task, as the first of these commits that knows it has it.
fn task_id(scan: &PastScan, commits: &[Option<CommitId>], asked: &str) -> Result<String> {
    let mut failed = None;
    for commit in commits.iter().flatten() {
        match scan.task_ids(*commit, asked) {
            Ok(ids) => match <[String; 1]>::try_from(ids) {
                Ok([id]) => return Ok(id),
                Err(ids) => bail!("`{asked}` means {}; name one of them", ids.join(" and ")),
            },
            Err(error) => drop(failed.get_or_insert(error)),
        }
    }
    Err(failed.unwrap_or_else(|| anyhow!("there is no task `{asked}`")))
}

/// The turn between a commit at which the rules of a task find nothing, and one at which they find something.
fn between(args: &BisectArgs, scan: &mut PastScan, task: &str, good: CommitId, bad: CommitId) -> Result<BisectAnswer> {
    for (commit, kind, flag, given) in
        [(good, TurnKind::Clean, "--good", &args.good), (bad, TurnKind::Broken, "--bad", &args.bad)]
    {
        let standing = scan.state(commit)?.task(task);
        if !has_turned(kind, standing) {
            match given {
                Some(given) => bail!("{flag}: at {given} {}", shown(task, standing)),
                None => bail!("give {flag} too: at HEAD, which stands for it, {}", shown(task, standing)),
            }
        }
    }
    // Whichever is the ancestor stands first.
    let line = |from, to| scan.commits.line(Some(from), to).ok().filter(|line| line.commits[0] == from);
    let (line, kind) = match (line(good, bad), line(bad, good)) {
        (Some(line), _) => (line.commits, TurnKind::Broken),
        (None, Some(line)) => (line.commits, TurnKind::Clean),
        (None, None) => bail!(
            "neither of {} and {} comes before the other by first parents; name two commits of one branch",
            short(good),
            short(bad)
        ),
    };
    let turning = find_turning(scan, task, kind, &line)?;
    answer(args, scan, task, kind, turning, true)
}

/// The last turn before a commit.
fn last_turn(args: &BisectArgs, scan: &mut PastScan, task: &str, head: CommitId) -> Result<BisectAnswer> {
    let now = scan.state(head)?.task(task);
    let kind = match now {
        TaskStanding::Clean => TurnKind::Clean,
        TaskStanding::Left(_) => TurnKind::Broken,
        TaskStanding::Missing | TaskStanding::Unjudged => {
            bail!("at HEAD {}; name two commits with --good and --bad", shown(task, now))
        }
    };
    let line = scan.commits.line(None, head).map_err(|error| anyhow!("{error}"))?.commits;
    // The first commit that stands as HEAD does, of all since the last one that does not.
    let (mut first, mut other) = (line.len() - 1, None);
    for at in (0..line.len() - 1).rev() {
        let standing = scan.state(line[at])?.task(task);
        if has_turned(kind, standing) {
            first = at;
        } else if standing.left().is_some() {
            other = Some(at);
            break;
        }
    }
    if other.is_some() {
        let turning = find_turning(scan, task, kind, &line[first - 1..=first])?;
        return answer(args, scan, task, kind, turning, false);
    }
    let title = scan.titles().title(task).to_owned();
    let reach = match scan.commits.is_cut_off(line[0]) {
        true => " that the shallow clone holds; `git fetch --unshallow` brings the others",
        false => " of the branch, by first parents",
    };
    let since = line[first].to_string();
    Ok(BisectAnswer { looked_at: line.len() as u64, reach, ..BisectAnswer::none(task, title, kind, since) })
}

fn answer(
    args: &BisectArgs,
    scan: &mut PastScan,
    task: &str,
    kind: TurnKind,
    turning: Turning,
    assumes_one_turn: bool,
) -> Result<BisectAnswer> {
    let parent = scan.commits.parents(turning.commit).map_err(|error| anyhow!("{error}"))?.first().copied();
    let before = match parent {
        Some(parent) => scan.state(parent)?.task(task),
        None => TaskStanding::Missing,
    };
    let after = scan.state(turning.commit)?.task(task);
    let turn = shown_turn(args.authors, scan, kind, turning, false)?;
    let title = scan.titles().title(task).to_owned();
    Ok(BisectAnswer::of(task, title, turn, (before, after), assumes_one_turn))
}

/// How a task stands, as a clause.
fn shown(task: &str, standing: TaskStanding) -> String {
    match standing {
        TaskStanding::Missing => format!("no rule checks the task `{task}`, or it is not there"),
        TaskStanding::Unjudged => {
            format!("nobody can tell whether `{task}` is done: its rules saw nothing, or are off")
        }
        TaskStanding::Clean => format!("the rules of `{task}` find nothing"),
        TaskStanding::Left(1) => format!("the rules of `{task}` find 1 place"),
        TaskStanding::Left(left) => format!("the rules of `{task}` find {left} places"),
    }
}
