//! `auditlint history`: how the findings of tasks went from commit to commit.

mod scan;
mod turns;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use auditlint_engine::{CommitId, CommitState, LineStart, TaskCourse, TaskStanding, TurnKind, courses, forecast};
use auditlint_report::{Timeline, TimelineCommit, TimelineFormat, TimelineTask, TimelineTurn, TurnAuthor};

pub(crate) use self::scan::{PastScan, short};
pub(crate) use self::turns::{Turning, find_turning, has_turned};
use crate::args::{HistoryArgs, HistoryFormat};
use crate::exit::{self, Exit};
use crate::say::say_problems;
use crate::{out, progress};

/// Runs the command.
pub(crate) fn run(args: &HistoryArgs) -> Result<Exit> {
    let mut scan = PastScan::open(&args.project, "history")?;
    let since = scan.find(&args.since).context("--since")?;
    let until = scan.find(&args.until).context("--until")?;
    let line = scan.commits.line(Some(since), until).map_err(|error| anyhow!("--since: {error}"))?;
    let mut notes = start_note(args, line.commits[0], line.start);
    let picked = picked(args, &scan, &line.commits)?;
    let bar = progress::commits(picked.len() as u64);
    let looked_at: Vec<CommitId> = picked.iter().map(|at| line.commits[*at]).collect();
    let states = scan.states(&looked_at, &|| bar.step())?;
    let asked: BTreeSet<String> = {
        let ids = args.tasks.iter().map(|task| scan.task_ids(until, task));
        ids.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect()
    };
    let shown: Vec<&CommitState> = states.iter().map(Arc::as_ref).collect();
    let mut courses = courses(&shown, scan.titles());
    courses.retain(|course| asked.is_empty() || asked.contains(&*course.id));
    if let Some(missing) = asked.iter().find(|id| !courses.iter().any(|course| *course.id == **id)) {
        notes.push(format!("no rule checks the task `{missing}`, so nothing is known of it"));
    }
    let timeline = timeline(args, &mut scan, &line.commits, &picked, &states, &courses, notes)?;
    bar.finish();
    write(args, &scan, &timeline)?;
    let problems = scan.problems();
    say_problems(scan.context.working(), scan.context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

/// Where the line begins elsewhere than was asked for.
fn start_note(args: &HistoryArgs, begin: CommitId, start: LineStart) -> Vec<String> {
    let (since, begin) = (&args.since, short(begin));
    match start {
        LineStart::Named => Vec::new(),
        LineStart::Parted => {
            vec![format!(
                "`{since}` is not an ancestor of `{}`; the history begins at {begin}, where they part",
                args.until
            )]
        }
        LineStart::Merged => {
            vec![format!("`{since}` was made on a branch; the history follows that branch up to the merge")]
        }
    }
}

/// The numbers of the commits that are looked at; the first and the last one always are.
fn picked(args: &HistoryArgs, scan: &PastScan, line: &[CommitId]) -> Result<Vec<usize>> {
    let last = line.len() - 1;
    let is_picked: Box<dyn Fn(usize) -> bool> = match args.every {
        Some(every) => Box::new(move |at| (last - at).is_multiple_of(every.get())),
        None if args.tags => {
            let tags = scan.commits.tags().map_err(|error| anyhow!("{error}"))?;
            if !line.iter().any(|commit| tags.contains_key(commit)) {
                bail!("--tags: no commit between `{}` and `{}` has a tag", args.since, args.until);
            }
            Box::new(move |at| tags.contains_key(&line[at]))
        }
        None => Box::new(|_| true),
    };
    Ok((0..=last).filter(|at| *at == 0 || *at == last || is_picked(*at)).collect())
}

fn timeline(
    args: &HistoryArgs,
    scan: &mut PastScan,
    line: &[CommitId],
    picked: &[usize],
    states: &[Arc<CommitState>],
    courses: &[TaskCourse],
    notes: Vec<String>,
) -> Result<Timeline> {
    let tags = scan.commits.tags().map_err(|error| anyhow!("{error}"))?;
    let mut commits = Vec::with_capacity(picked.len());
    let mut days = Vec::with_capacity(picked.len());
    for (number, (at, state)) in picked.iter().zip(states).enumerate() {
        let note = scan.note(line[*at])?;
        days.push(note.day);
        let of =
            |is: fn(TaskStanding) -> bool| courses.iter().filter(|course| is(course.standings[number])).count() as u64;
        commits.push(TimelineCommit {
            commit: line[*at].to_string(),
            day: note.day.map(|day| day.to_string()),
            tags: tags.get(&line[*at]).cloned().unwrap_or_default(),
            findings: state.left,
            suppressed: state.suppressed,
            findings_of_tasks: courses.iter().filter_map(|course| course.standings[number].left()).sum(),
            clean: of(|standing| standing == TaskStanding::Clean),
            with_findings: of(TaskStanding::has_findings),
            unjudged: of(|standing| standing == TaskStanding::Unjudged),
        });
    }
    let forecast_of = |left: &dyn Fn(usize) -> Option<u64>| {
        let known = days.iter().enumerate().filter_map(|(at, day)| Some(((*day)?, left(at)?)));
        forecast(&known.collect::<Vec<_>>())
    };
    let mut tasks = Vec::with_capacity(courses.len());
    for course in courses {
        let mut turns = Vec::with_capacity(course.turns.len());
        for turn in &course.turns {
            let turning = match turn.at.checked_sub(1) {
                None => Turning { commit: line[0], merge: None },
                Some(before) => find_turning(scan, &course.id, turn.kind, &line[picked[before]..=picked[turn.at]])?,
            };
            turns.push(shown_turn(args.authors, scan, turn.kind, turning, turn.is_first)?);
        }
        let unjudged_last = course.last().left().is_none();
        tasks.push(TimelineTask {
            id: course.id.to_string(),
            title: scan.titles().title(&course.id).to_owned(),
            standings: course.standings.clone(),
            turns,
            forecast: if unjudged_last { None } else { Some(forecast_of(&|at| course.standings[at].left())) },
        });
    }
    let has_tasks = !courses.is_empty();
    let total = |at: usize| Some(if has_tasks { commits[at].findings_of_tasks } else { commits[at].findings });
    let (forecast, unchecked) = (forecast_of(&total), states.last().map_or(0, |state| state.unchecked));
    Ok(Timeline { looked_at: line.len() as u64, commits, tasks, unchecked, forecast, notes })
}

/// A turn as it is written.
pub(crate) fn shown_turn(
    authors: bool,
    scan: &PastScan,
    kind: TurnKind,
    turning: Turning,
    is_first: bool,
) -> Result<TimelineTurn> {
    let note = scan.note(turning.commit)?;
    Ok(TimelineTurn {
        kind,
        commit: turning.commit.to_string(),
        subject: note.subject,
        merge: turning.merge.map(|merge| merge.to_string()),
        is_first,
        author: authors.then_some(TurnAuthor { name: note.author, time: note.authored }),
    })
}

fn write(args: &HistoryArgs, scan: &PastScan, timeline: &Timeline) -> Result<()> {
    let format = match args.format {
        HistoryFormat::Table => TimelineFormat::Table,
        HistoryFormat::Json => TimelineFormat::Json,
        HistoryFormat::Csv => TimelineFormat::Csv,
        HistoryFormat::Html => TimelineFormat::Html,
    };
    if let Some(path) = &args.output_file {
        let mut bytes = Vec::new();
        timeline.write(format, &mut bytes)?;
        return scan.context.worktree.write_output(path, &bytes).with_context(|| path.display().to_string());
    }
    let mut out = out::unescaped_stdout();
    timeline.write(format, &mut out)?;
    Ok(out.flush()?)
}
