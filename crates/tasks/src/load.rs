//! From task files to a task set.

use std::borrow::Cow;
use std::collections::BTreeSet;

use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind};

use crate::checklist::Wanted;
use crate::config::TaskGlob;
use crate::dependency::shape;
use crate::draft::{Mention, TaskDraft, TaskOrigin};
use crate::external::Tracker;
use crate::file::{TaskFile, Unopened};
use crate::limits::{MAX_BYTES, MAX_FILES, MAX_TASKS};
use crate::merge::merge;
use crate::reading::{self, FileReading, Reading};
use crate::unread::UnreadParts;
use crate::{TaskDependency, TaskId, TaskSet, TaskSource, checklist, marker};

/// A Markdown file whose lines may give the status of tasks that stand elsewhere.
struct Checklist<'s> {
    file: TaskFile,
    source: usize,
    prefix: Option<&'s str>,
    /// What stands in front of ids that count within the file only.
    scope: Option<String>,
    wanted: Wanted,
    /// Where the boxes stand that were read already.
    boxes: BTreeSet<u32>,
    unread: UnreadParts,
}

/// Reads every task of `sources`. `paths` are the files of the project scope; each source takes those that its globs
/// match and that no source before it has read in the same way. The status file of a tracker is read by its name.
///
/// Where several places say how far a task is, the first of this order holds, and all are kept: the task's own status,
/// a checklist, a marker file; among equals the first by path and place.
///
/// A problem that is about a source itself (a glob that matches nothing) has a span in the configuration and no path.
/// All problems are warnings: a task file can be wrong without making the findings of a run wrong.
#[must_use]
pub fn load(sources: &[TaskSource], paths: &[FilePath], files: &dyn Files) -> (TaskSet, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut drafts: Vec<TaskDraft> = Vec::new();
    let mut checklists: Vec<Checklist<'_>> = Vec::new();
    let mut unread_entries = Vec::new();
    let mut markers: Vec<(&FilePath, TaskOrigin<'_>)> = Vec::new();
    let mut trackers = Vec::new();
    let mut unreadable = Vec::new();
    let mut seen: BTreeSet<(&FilePath, Reading)> = BTreeSet::new();
    let (mut files_read, mut bytes_read, mut unread) = (0, 0, 0);
    let mut sorted: Vec<&FilePath> = paths.iter().collect();
    sorted.sort();
    for (index, source) in sources.iter().enumerate() {
        let origin = TaskOrigin { source: index, prefix: source.prefix.as_deref() };
        trackers.extend(Tracker::of(source, files, &mut problems));
        problems.extend(unmatched(source, &sorted, files));
        for path in covered(source, &sorted) {
            let Some(reading) = Reading::of(source.format, path) else {
                problems.push(
                    Problem::warning(
                        ProblemKind::Task,
                        "the name of this file does not tell how its tasks are written",
                    )
                    .in_file(path)
                    .help("set `format` in its `[[tasks]]` table to yaml, markdown, checklist or markers"),
                );
                continue;
            };
            if !seen.insert((path, reading)) {
                continue;
            }
            if reading == Reading::Marker {
                markers.push((path, origin));
                continue;
            }
            if files_read == MAX_FILES || bytes_read > MAX_BYTES || drafts.len() > MAX_TASKS {
                unread += 1;
                unreadable.push(path.clone());
                continue;
            }
            let file = match TaskFile::open(path, files, &mut problems) {
                Ok(file) => file,
                Err(unopened) => {
                    // An empty file holds no task that nobody knows of.
                    unreadable.extend((unopened == Unopened::Unreadable).then(|| path.clone()));
                    continue;
                }
            };
            files_read += 1;
            bytes_read += file.text.len();
            let told = problems.len();
            let how = FileReading { reading, paths: &source.fields, ids: source.ids };
            let found = reading::read(&file, origin, how, &mut problems);
            let is_empty = found.drafts.is_empty();
            drafts.extend(found.drafts);
            if matches!(reading, Reading::Markdown | Reading::Checklist) {
                let wanted = match reading {
                    Reading::Checklist => Wanted::Every,
                    _ if is_empty => Wanted::Some,
                    _ => Wanted::Any,
                };
                let (source, prefix, scope) = (index, source.prefix.as_deref(), found.scope);
                let (boxes, unread) = (found.boxes, found.unread);
                checklists.push(Checklist { file, source, prefix, scope, wanted, boxes, unread });
            } else {
                let unread = found.unread.list(&file, &BTreeSet::new());
                if is_empty && matches!(reading, Reading::Sections | Reading::TodoTxt) {
                    let entry = if reading == Reading::TodoTxt { "line" } else { "section" };
                    problems.push(reading::nothing(&file, &format!("no {entry} of this file is a task"), &unread));
                }
                unread_entries.extend(unread);
            }
            shorten(&mut problems, told, path);
        }
    }
    if unread > 0 || drafts.len() > MAX_TASKS {
        let message = format!(
            "too many task files (the limit is {MAX_FILES} files, {} MiB, {MAX_TASKS} tasks): {unread} files were not read",
            MAX_BYTES >> 20
        );
        problems.push(Problem::warning(ProblemKind::Task, message).help("name fewer files in `[[tasks]]`"));
    }
    drafts.truncate(MAX_TASKS);
    drafts.sort_by(|a, b| a.task.place.cmp(&b.task.place));
    let mut drafts = merge(drafts, &mut problems);
    let depends: Vec<_> = drafts.iter_mut().map(|draft| std::mem::take(&mut draft.depends)).collect();
    let tasks = drafts
        .into_iter()
        .map(|mut draft| {
            draft.task.priority = draft.task.priority.or(draft.noted_priority);
            draft.task
        })
        .collect();
    let mut set = TaskSet::new(tasks, trackers);
    link(&mut set, &depends, &mut problems);
    for list in &mut checklists {
        let told = problems.len();
        let origin = TaskOrigin { source: list.source, prefix: list.scope.as_deref().or(list.prefix) };
        checklist::apply(&list.file, origin, list.wanted, &mut list.boxes, &mut set, &list.unread, &mut problems);
        unread_entries.extend(list.unread.list(&list.file, &list.boxes));
        shorten(&mut problems, told, &list.file.path);
    }
    set.leave_out(unread_entries, unreadable);
    for (path, origin) in markers {
        marker::apply(path, origin, &mut set, &mut problems);
    }
    for task in set.tasks_mut() {
        task.declarations.sort_by(|a, b| (a.by, &a.place).cmp(&(b.by, &b.place)));
        task.status = task.declarations.first().map(|declaration| declaration.status);
    }
    (set, problems)
}

/// Gives each task what must be done before it.
fn link(set: &mut TaskSet, depends: &[Vec<Mention>], problems: &mut Vec<Problem>) {
    let shapes = set.shapes();
    for (index, said) in depends.iter().enumerate() {
        let task = &set.tasks()[index];
        let prefix = task.prefix.clone();
        let origin = TaskOrigin { source: task.source, prefix: prefix.as_deref() };
        let mut before: Vec<TaskId> = Vec::new();
        let mut dependencies: Vec<TaskDependency> = Vec::new();
        let mut known: BTreeSet<usize> = BTreeSet::new();
        let mut listed: BTreeSet<usize> = BTreeSet::new();
        for mention in said {
            let text = mention.item.text.as_str();
            for entry in &mention.entries {
                let found = resolve(set, origin, &entry.id);
                // An id of the audit, of a part of a task or of a tracker is known, and so is one that several tasks have.
                let is_unknown = found.is_empty() && shapes.contains(&shape(&entry.id)) && !set.knows(&entry.id);
                if is_unknown || one_id(set, &found).is_some_and(|one| listed.insert(one)) {
                    dependencies.push(TaskDependency {
                        written: entry.id.clone(),
                        on: found.first().map(|one| set.tasks()[*one].id.clone()),
                        is_entry: true,
                        place: entry.place.clone(),
                    });
                }
            }
            for word in ids_in(text) {
                let found = resolve(set, origin, word);
                // A word of a sentence may be anything; a whole entry with a digit in it is meant as an id.
                if found.is_empty() && word == text.trim() && word.contains(|c: char| c.is_ascii_digit()) {
                    let mut problem =
                        Problem::warning(ProblemKind::Task, format!("depends on the unknown task `{word}`"))
                            .in_file(&task.place.path);
                    problem.span = Some(mention.item.span);
                    problem.position = Some(mention.position);
                    problems.push(problem);
                }
                if let Some(one) = one_id(set, &found)
                    && known.insert(one)
                {
                    let on = set.tasks()[one].id.clone();
                    if !listed.contains(&one) {
                        dependencies.push(TaskDependency {
                            written: word.to_owned(),
                            on: Some(on.clone()),
                            is_entry: false,
                            place: mention.place.clone(),
                        });
                    }
                    before.push(on);
                }
            }
        }
        let task = &mut set.tasks_mut()[index];
        task.depends_on = before;
        task.dependencies = dependencies;
    }
}

/// The tasks that a written id means, with or without its sign.
fn resolve<'s>(set: &'s TaskSet, origin: TaskOrigin<'_>, word: &str) -> Cow<'s, [usize]> {
    let found = set.resolve(origin, word);
    if found.is_empty() { set.resolve(origin, word.trim_start_matches('#')) } else { found }
}

/// The first of the tasks that are meant, where all have the same id: to wait for an id is to wait for whoever has it.
fn one_id(set: &TaskSet, found: &[usize]) -> Option<usize> {
    let id = |number: &usize| &set.tasks()[*number].id;
    let (first, others) = found.split_first()?;
    others.iter().all(|other| id(other) == id(first)).then_some(*first)
}

/// Leaves the first of the problems of one file, from the `told`th on, and says how many more there are.
fn shorten(problems: &mut Vec<Problem>, told: usize, path: &FilePath) {
    let most = told + MAX_MISTAKES;
    if problems.len() > most {
        let message = format!("{} more mistakes in this file", problems.len() - most);
        problems.truncate(most);
        problems.push(Problem::warning(ProblemKind::Task, message).in_file(path));
    }
}

/// The words of a sentence that may be ids of tasks: those with a digit.
fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '#')))
        .map(|word| word.trim_matches(['.', ':', '-', '_']))
        .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// The files that a source takes, in their order.
pub(crate) fn covered<'p>(source: &TaskSource, sorted: &[&'p FilePath]) -> Vec<&'p FilePath> {
    let found: BTreeSet<&FilePath> = source.files.iter().flat_map(|glob| matched(glob, sorted)).collect();
    found.into_iter().collect()
}

/// The files that a glob matches: they begin with what stands before its first sign.
fn matched<'p>(glob: &TaskGlob, sorted: &[&'p FilePath]) -> impl Iterator<Item = &'p FilePath> {
    let from = sorted.partition_point(|path| path.as_str() < glob.start());
    let starting = sorted[from..].iter().take_while(|path| path.as_str().starts_with(glob.start()));
    starting.filter(|path| glob.is_match(path.as_str())).copied()
}

fn unmatched(source: &TaskSource, sorted: &[&FilePath], files: &dyn Files) -> Vec<Problem> {
    let missing = source.files.iter().filter(|glob| matched(glob, sorted).next().is_none());
    missing
        .map(|glob| {
            let message = format!("no file matches `{}`", glob.pattern);
            let mut problem = Problem::warning(ProblemKind::Unmatched, message).help(why_unmatched(glob, files));
            problem.span = Some(glob.span);
            problem
        })
        .collect()
}

/// What stands in the way of a glob that matches none of the files that are read.
fn why_unmatched(glob: &TaskGlob, files: &dyn Files) -> &'static str {
    let start = FilePath::new(glob.start());
    if glob.is_match(start.as_str()) && files.kind(&start) == Some(EntryKind::Folder) {
        return "this is a folder: write `/` behind it to read every file below it";
    }
    let folder = start.parent().filter(|_| !glob.start().ends_with('/')).unwrap_or(start);
    let is_left_out = files.list(&folder).unwrap_or_default().iter().any(|entry| {
        let path = folder.child(&entry.name);
        entry.kind == EntryKind::File && glob.is_match(path.as_str())
    });
    if is_left_out {
        "there are such files, but an ignore file or `exclude` leaves them out, so they are not read"
    } else {
        "globs of task files are relative to the root; `*` does not cross folders, `**` does"
    }
}
