//! Where a repository seems to keep its tasks, for `init`.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, Files};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::file::TaskFile;
use crate::set::TaskSet;
use crate::{Task, TaskFormat, checklist, markdown, marker, yaml};

/// A place that seems to hold tasks, and what to write into the configuration for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The glob for `files`.
    pub glob: String,
    /// The format, `auto` where the names of the files say it.
    pub format: TaskFormat,
    /// How many files it matches.
    pub files: usize,
    /// How many tasks stand there (for checklists and markers: how many tasks they speak of).
    pub tasks: usize,
    /// What was found, for the comment above the table: "63 YAML files, one task each".
    pub what: String,
}

/// A folder or file that holds fewer tasks is not proposed.
const LEAST: usize = 2;

const NOWHERE: TaskOrigin<'static> = TaskOrigin { source: 0, prefix: None };

/// Finds the places where tasks live among `paths`: folders of YAML tasks, Markdown plans, then checklists and markers
/// that speak of these tasks; each kind in the order of paths. Reads only files whose names can be of task files.
#[must_use]
pub fn detect(paths: &[FilePath], files: &dyn Files) -> Vec<Detected> {
    let mut paths: Vec<&FilePath> = paths.iter().collect();
    paths.sort();
    let mut found = Vec::new();
    let mut tasks: Vec<TaskDraft> = Vec::new();
    folders_of_yaml(&paths, files, &mut found, &mut tasks);
    let open: Vec<TaskFile> = paths
        .iter()
        .filter(|path| matches!(path.extension(), Some("md" | "markdown" | "mdx")))
        .filter_map(|path| TaskFile::open(path, files, &mut Vec::new()))
        .collect();
    let mut rest = Vec::new();
    for file in &open {
        let mut drafts = Vec::new();
        if markdown::read(file, NOWHERE, &mut drafts, &mut Vec::new()) >= LEAST {
            let what = format!("a plan with {} tasks", drafts.len());
            found.push(place(literal(&file.path), 1, drafts.len(), what));
            tasks.append(&mut drafts);
        } else {
            rest.push(file);
        }
    }
    let tasks: Vec<Task> = tasks.into_iter().map(|draft| draft.task).collect();
    let set = TaskSet::new(tasks, Vec::new());
    if set.tasks().is_empty() {
        return found;
    }
    for file in rest {
        let named = checklist::marks(file).filter(|mark| !set.resolve(NOWHERE, mark.word).is_empty()).count();
        if named >= LEAST {
            let what = format!("a checklist that gives the status of {named} tasks");
            found.push(place(literal(&file.path), 1, named, what));
        }
    }
    folders_of_markers(&paths, &set, &mut found);
    found
}

fn place(glob: String, files: usize, tasks: usize, what: String) -> Detected {
    Detected { glob, format: TaskFormat::Auto, files, tasks, what }
}

/// Folders in which at least two YAML files, and at least half of them, are tasks.
fn folders_of_yaml(paths: &[&FilePath], files: &dyn Files, found: &mut Vec<Detected>, tasks: &mut Vec<TaskDraft>) {
    let mut folders: BTreeMap<(FilePath, &str), Vec<&FilePath>> = BTreeMap::new();
    for path in paths {
        if let (Some(folder), Some(extension @ ("yaml" | "yml"))) = (path.parent(), path.extension()) {
            folders.entry((folder, extension)).or_default().push(path);
        }
    }
    for ((folder, extension), paths) in folders.into_iter().filter(|(_, paths)| paths.len() >= LEAST) {
        let mut drafts = Vec::new();
        let mut holding = 0;
        for path in &paths {
            let Some(file) = TaskFile::open(path, files, &mut Vec::new()) else { continue };
            let before = drafts.len();
            yaml::read(&file, NOWHERE, &mut drafts, &mut Vec::new());
            // Many documents have an id: a task also has a title, and says when it is done, where, or how far it is.
            drafts.truncate(before + drafts[before..].iter().take_while(|draft| is_telling(&draft.task)).count());
            holding += usize::from(drafts.len() > before);
        }
        if holding >= LEAST && holding * 2 >= paths.len() {
            let what = format!("{holding} YAML files that hold {} tasks", drafts.len());
            found.push(place(glob(&folder, extension), paths.len(), drafts.len(), what));
            tasks.append(&mut drafts);
        }
    }
}

fn is_telling(task: &Task) -> bool {
    !task.title.is_empty()
        && (!task.acceptance.is_empty()
            || !task.files.is_empty()
            || task.status.is_some()
            || !task.declarations.is_empty())
}

/// Folders in which at least two files with a status for an extension name tasks.
fn folders_of_markers(paths: &[&FilePath], set: &TaskSet, found: &mut Vec<Detected>) {
    let mut folders: BTreeMap<(FilePath, &str), (usize, usize)> = BTreeMap::new();
    for path in paths {
        if let (Some(folder), Some(extension), Some(_)) = (path.parent(), path.extension(), marker::status(path)) {
            let (files, named) = folders.entry((folder, extension)).or_default();
            *files += 1;
            *named += usize::from(!marker::tasks(path.stem(), NOWHERE, set).is_empty());
        }
    }
    for ((folder, extension), (files, named)) in folders {
        if named >= LEAST && named * 2 >= files {
            let what = format!("marker files that give the status of {named} tasks");
            found.push(place(glob(&folder, extension), files, named, what));
        }
    }
}

fn glob(folder: &FilePath, extension: &str) -> String {
    let folder = literal(folder);
    if folder.is_empty() { format!("*.{extension}") } else { format!("{folder}/*.{extension}") }
}

/// A glob that matches this path alone.
fn literal(path: &FilePath) -> String {
    globset::escape(path.as_str()).replace('\\', "[\\]")
}
