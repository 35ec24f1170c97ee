//! `auditlint tasks close` and `auditlint tasks reopen`: the status of a task, changed where it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Arc;

use anyhow::{Result, bail};
use auditlint_engine::{Overlay, TaskVerdict};
use auditlint_report::shown_path;
use auditlint_source::{FilePath, Problem, ProblemKind};
use auditlint_tasks::{
    CannotRewrite, DeclaredBy, SIZE_LIMIT, Status, StatusEdit, StatusWords, Task, Verdict, declare_status,
    replace_unknown, rewrite,
};

use super::judged::{Judged, JudgedProject};
use crate::context::counted;
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;
use crate::target::{write_diff, write_source};
use crate::task_args::ChangeStatusArgs;

/// Which way the status goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusChange {
    Close,
    Reopen,
}

impl StatusChange {
    fn to(self) -> Status {
        match self {
            Self::Close => Status::Done,
            Self::Reopen => Status::Todo,
        }
    }

    /// Whether a status says it already.
    fn is_said(self, status: Option<Status>) -> bool {
        match self {
            Self::Close => status == Some(Status::Done),
            Self::Reopen => matches!(status, Some(Status::Todo | Status::InProgress) | None),
        }
    }

    fn is_allowed(self, verdict: Verdict) -> bool {
        match self {
            Self::Close => verdict == Verdict::ReadyToClose,
            Self::Reopen => verdict == Verdict::Regressed,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Reopen => "reopen",
        }
    }

    fn past(self) -> &'static str {
        match self {
            Self::Close => "Closed",
            Self::Reopen => "Reopened",
        }
    }
}

/// Runs the command.
pub(super) fn run(change: StatusChange, args: &ChangeStatusArgs) -> Result<Exit> {
    if args.reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        bail!("--reason is empty; say why the verdict is overruled");
    }
    let project = JudgedProject::find(&args.project)?;
    let judged = project.judge(&args.day)?;
    let end = exit::of_problems(&judged.report.problems, false);
    // A rule that could not be read may be one that finds something. Who overrules the verdict does not rest on it.
    if end != Exit::Clean && !args.force {
        say_problems(judged.context.working(), judged.context.files(), &judged.report.problems)?;
        writeln!(out::stderr(), "No status was changed: the run is not reliable.")?;
        return Ok(end);
    }
    let mut problems = Vec::new();
    let asked = judged.asked(&args.ids, true, &mut problems);
    let mut out = if args.diff { out::difference_stdout() } else { out::stdout() };
    let mut changed: Vec<(&TaskVerdict, &Task)> = Vec::new();
    for verdict in asked {
        let Some(task) = judged.task(verdict) else {
            problems.extend((!args.ids.is_empty()).then(|| in_tracker(verdict)));
            continue;
        };
        if args.ids.is_empty() && !change.is_allowed(verdict.verdict) {
            continue;
        }
        if change.is_said(verdict.status) {
            if !args.diff {
                writeln!(
                    out,
                    "{}: its status is {} already.",
                    verdict.id,
                    verdict.status.map_or("none", Status::name)
                )?;
            }
        } else if change.is_allowed(verdict.verdict) || args.force {
            changed.push((verdict, task));
        } else {
            problems.push(refused(change, verdict));
        }
    }
    let edits = edits(change, &judged, &changed, &mut problems);
    let (written, count) = apply(change, &judged, edits, args.diff, &mut out, &mut problems)?;
    if !args.diff {
        for (verdict, places) in &written {
            let forced = match (&args.reason, change.is_allowed(verdict.verdict)) {
                (Some(reason), false) => format!(" although it is {}: {}", verdict.verdict, reason.trim()),
                _ => String::new(),
            };
            writeln!(out, "{} {} in {}{forced}.", change.past(), verdict.id, places.join(", "))?;
        }
        if written.is_empty() && args.ids.is_empty() && problems.is_empty() {
            let what = if change == StatusChange::Close { "ready to close" } else { "regressed" };
            writeln!(out, "No task is {what}.")?;
        } else if written.len() > 1 {
            writeln!(out, "{} {} in {}.", change.past(), counted(written.len(), "task"), counted(count, "file"))?;
        }
    }
    out.flush()?;
    let problems = judged.problems(problems);
    say_problems(judged.context.working(), judged.context.files(), &problems)?;
    let end = if args.diff && !written.is_empty() { Exit::Findings } else { Exit::Clean };
    Ok(end.max(exit::of_problems(&problems, false)))
}

fn in_tracker(verdict: &TaskVerdict) -> Problem {
    let message = format!("`{}` stands in a tracker outside the repository, so its status is not changed", verdict.id);
    Problem::error(ProblemKind::Usage, message).help("change it in the tracker, and export its statuses again")
}

fn refused(change: StatusChange, verdict: &TaskVerdict) -> Problem {
    let reasons = match verdict.reasons.is_empty() {
        true => String::new(),
        false => format!(": {}", verdict.reasons.join("; ")),
    };
    let (id, word) = (&verdict.id, change.word());
    let message = format!("`{id}` is {}, so it is not {}{reasons}", verdict.verdict, change.past().to_lowercase());
    let help = format!(
        "`auditlint tasks show {id}` says more; `tasks {word} {id} --force --reason TEXT` does it all the same"
    );
    Problem::error(ProblemKind::Usage, message).help(help)
}

/// What is changed for one task.
struct TaskEdits<'v> {
    verdict: &'v TaskVerdict,
    edits: Vec<StatusEdit>,
}

/// The edits of each task: every place that says how far it is, where that is something else.
fn edits<'v>(
    change: StatusChange,
    judged: &Judged<'_>,
    changed: &[(&'v TaskVerdict, &Task)],
    problems: &mut Vec<Problem>,
) -> Vec<TaskEdits<'v>> {
    let mut texts: BTreeMap<FilePath, Arc<[u8]>> = BTreeMap::new();
    let files = judged.context.files();
    let read = |path: &FilePath| files.read(path, SIZE_LIMIT).ok();
    let words = match changed.is_empty() {
        true => StatusWords::default(),
        false => StatusWords::learn(judged.snapshot.tasks.tasks(), read),
    };
    let mut text = |path: &FilePath| {
        Arc::clone(texts.entry(path.clone()).or_insert_with(|| read(path).unwrap_or_default().into()))
    };
    let mut all = Vec::new();
    for (verdict, task) in changed {
        let mut edits = Vec::new();
        for (number, declaration) in task.declarations.iter().enumerate() {
            if change.is_said(Some(declaration.status)) {
                continue;
            }
            match rewrite(declaration, &text(&declaration.place.path), change.to(), &words) {
                Ok(edit) => edits.push(edit),
                // What does not hold may stay; it is said that it disagrees.
                Err(cannot) => problems.push(cannot_rewrite(verdict, declaration.by, &cannot, number == 0)),
            }
        }
        if task.declarations.is_empty() {
            let text = text(&task.place.path);
            let edit = match &task.unknown_status {
                Some(unknown) => replace_unknown(unknown, &text, change.to(), &words),
                None => declare_status(task, &text, change.to()),
            };
            match edit {
                Ok(edit) => edits.push(edit),
                Err(cannot) => problems.push(cannot_rewrite(verdict, DeclaredBy::Task, &cannot, true)),
            }
        }
        // Without the place that holds, the others would change nothing.
        let holds = task.declarations.first().is_none_or(|first| {
            change.is_said(Some(first.status)) || edits.iter().any(|edit| edit.path == first.place.path)
        });
        if holds && !edits.is_empty() {
            all.push(TaskEdits { verdict, edits });
        }
    }
    all
}

fn cannot_rewrite(verdict: &TaskVerdict, by: DeclaredBy, cannot: &CannotRewrite, holds: bool) -> Problem {
    let id = &verdict.id;
    let (place, message, help) = match cannot {
        CannotRewrite::FileName(place) => (
            place,
            format!("the name of this file says how far `{id}` is, and names of files are not changed"),
            "remove or rename the file",
        ),
        CannotRewrite::Derived(place) => (
            place,
            format!("the status of `{id}` is not written as a word here, so it is not changed"),
            "change it by hand, or in the program that wrote the file",
        ),
        CannotRewrite::Undeclared(place) => (
            place,
            format!("nothing says how far `{id}` is, and this file does not show where that would stand"),
            "write a status into the file once; from then on it can be changed",
        ),
        CannotRewrite::Text(place) => (
            place,
            format!(
                "what stands here as the status of `{id}` is a longer text that names no known status, so it is not changed"
            ),
            "write a status in its place once; from then on it can be changed",
        ),
        CannotRewrite::Changed(place) => {
            (place, format!("the status of `{id}` does not stand here any more"), "run auditlint again")
        }
    };
    let is_fatal = holds && by != DeclaredBy::Tracker;
    let problem = if is_fatal {
        Problem::error(ProblemKind::Task, message)
    } else {
        Problem::warning(ProblemKind::Task, message)
    };
    problem.in_file(&place.path).help(help)
}

/// The tasks that were changed, each with its places, and the number of files.
type ChangedTasks<'v> = (Vec<(&'v TaskVerdict, Vec<String>)>, usize);

/// Writes the edits, file by file. A file of which the tasks would then be read in another way stays as it is.
fn apply<'v>(
    change: StatusChange,
    judged: &Judged<'_>,
    all: Vec<TaskEdits<'v>>,
    is_diff: bool,
    out: &mut impl Write,
    problems: &mut Vec<Problem>,
) -> Result<ChangedTasks<'v>> {
    let mut by_file: BTreeMap<&FilePath, Vec<&StatusEdit>> = BTreeMap::new();
    for edit in all.iter().flat_map(|task| &task.edits) {
        by_file.entry(&edit.path).or_default().push(edit);
    }
    let mut contents: BTreeMap<FilePath, (Vec<u8>, Vec<u8>)> = BTreeMap::new();
    for (path, mut edits) in by_file {
        let old = judged.context.files().read(path, SIZE_LIMIT)?;
        edits.sort_by_key(|edit| (edit.span, edit.text.as_str()));
        edits.dedup();
        let mut new = Vec::with_capacity(old.len() + 16 * edits.len());
        let mut from = 0;
        for edit in edits {
            new.extend_from_slice(old.get(from..edit.span.start as usize).unwrap_or_default());
            new.extend_from_slice(edit.text.as_bytes());
            from = edit.span.end as usize;
        }
        new.extend_from_slice(old.get(from..).unwrap_or_default());
        contents.insert(path.clone(), (old, new));
    }
    let misread = misread(change, judged, &all, &contents);
    let working = judged.context.working();
    let mut done: BTreeSet<&FilePath> = BTreeSet::new();
    for (path, (old, new)) in contents.iter().filter(|(path, (old, new))| !misread.contains_key(*path) && old != new) {
        if is_diff {
            write_diff(out, &working.sees(path), old, new)?;
        } else if let Err(problem) = write_source(judged.context, path, old, new) {
            problems.push(problem);
            continue;
        }
        done.insert(path);
    }
    for (path, id) in &misread {
        let message =
            format!("with `{id}` changed here, its tasks would be read in another way, so the file stays as it is");
        problems.push(Problem::error(ProblemKind::Task, message).in_file(path).help("change the status by hand"));
    }
    let mut written = Vec::new();
    for task in &all {
        let mut places: Vec<String> = task
            .edits
            .iter()
            .filter(|edit| done.contains(&edit.path))
            .map(|edit| shown_path(&working.sees(&edit.path)))
            .collect();
        places.sort();
        places.dedup();
        if !places.is_empty() {
            written.push((task.verdict, places));
        }
    }
    Ok((written, done.len()))
}

/// The files after whose change a task is not read as it should be, with the task.
fn misread(
    change: StatusChange,
    judged: &Judged<'_>,
    all: &[TaskEdits<'_>],
    contents: &BTreeMap<FilePath, (Vec<u8>, Vec<u8>)>,
) -> BTreeMap<FilePath, String> {
    if all.is_empty() {
        return BTreeMap::new();
    }
    let changed = contents.iter().map(|(path, (_, new))| (path.clone(), new.clone()));
    let overlay = Overlay::new(judged.context.files(), changed);
    let before = judged.snapshot.tasks.tasks();
    let (after, _) = auditlint_tasks::load(judged.snapshot.task_sources(), &judged.snapshot.discovered.files, &overlay);
    let wanted: BTreeMap<usize, &TaskEdits<'_>> =
        all.iter().filter_map(|edits| Some((edits.verdict.task?, edits))).collect();
    let mut misread = BTreeMap::new();
    let mut refuse = |paths: &mut dyn Iterator<Item = &FilePath>, id: &str| {
        paths.for_each(|path| {
            misread.insert(path.clone(), id.to_owned());
        });
    };
    if after.tasks().len() != before.len() {
        refuse(&mut contents.keys(), &all[0].verdict.id);
        return misread;
    }
    for (number, (old, new)) in before.iter().zip(after.tasks()).enumerate() {
        let is_right = match wanted.get(&number) {
            Some(_) => old.id == new.id && change.is_said(new.status) && new.status.is_some(),
            None => old.id == new.id && old.status == new.status,
        };
        if !is_right {
            match wanted.get(&number) {
                Some(edits) => refuse(&mut edits.edits.iter().map(|edit| &edit.path), &edits.verdict.id),
                None => refuse(&mut contents.keys(), old.id.as_str()),
            }
        }
    }
    misread
}
