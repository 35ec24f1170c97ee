//! Files that tasks name and that are not there.

use std::collections::BTreeSet;

use auditlint_facts::{ProjectScope, Relation};
use auditlint_source::FilePath;
use auditlint_source::limits::MAX_GLOB;
use auditlint_tasks::{NamedFile, Status, Task, TaskSet, says_going};
use globset::GlobBuilder;
use rustc_hash::FxHashMap;

use super::rows::{RELATIONS, id_of, relation_with, row_at};
use crate::limits::{MAX_GLOB_TRIES, MAX_SAME_NAMES};

/// The paths and globs of tasks under which nothing lies. A path counts from any folder: tasks of a package leave out the folder of the
/// package.
pub(crate) fn missing_files(set: &TaskSet, scope: &ProjectScope<'_>) -> Relation {
    let mut project = Project::of(scope);
    let mut rows = Vec::new();
    for task in set.tasks().iter().filter(|task| task.status == Some(Status::Done)) {
        if says_going(&task.title) {
            continue;
        }
        let staying = task.named_files.iter().filter(|file| !file.may_be_absent);
        let missing: Vec<&NamedFile> = staying.filter(|file| project.lacks(file)).collect();
        if missing.is_empty() {
            continue;
        }
        let going = texts_of_going(task);
        for file in missing.into_iter().filter(|file| !is_told_to_go(file, &going)) {
            let status = task.status.map(Status::name);
            rows.push(row_at(&file.place, vec![id_of(task), status.into(), file.path.as_str().into()]));
        }
    }
    relation_with(&RELATIONS[5], rows)
}

/// What a task says about files that go.
fn texts_of_going(task: &Task) -> String {
    let steps = task.steps.iter().map(|step| step.text.as_str());
    let texts = steps.chain(task.acceptance.iter().map(|criterion| criterion.text.as_str()));
    texts.filter(|text| says_going(text)).collect::<Vec<_>>().join("\n")
}

/// Whether that is said of a file.
fn is_told_to_go(file: &NamedFile, going: &str) -> bool {
    let name = file.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let word = if stem.len() > 2 { stem } else { name };
    going.contains(word)
}

/// The files and folders of a project by their names.
struct Project<'p> {
    scope: &'p ProjectScope<'p>,
    by_name: FxHashMap<&'p str, BTreeSet<&'p str>>,
    /// How often a glob may still be tried on a path.
    tries_left: u64,
}

impl<'p> Project<'p> {
    fn of(scope: &'p ProjectScope<'p>) -> Self {
        let mut by_name: FxHashMap<&str, BTreeSet<&str>> = FxHashMap::default();
        for file in scope.files() {
            let path = file.as_str();
            let mut next = Some(path);
            // The folders above one that is known are known too.
            while let Some(path) = next.filter(|path| by_name.entry(name_of(path)).or_default().insert(*path)) {
                next = path.rsplit_once('/').map(|(folder, _)| folder);
            }
        }
        Self { scope, by_name, tries_left: MAX_GLOB_TRIES }
    }

    /// Whether nothing lies under a path or glob, for certain.
    fn lacks(&mut self, file: &NamedFile) -> bool {
        let path = file.path.trim_end_matches('/');
        if file.is_outside && !self.has_top(path) || path.split('/').any(|part| part == ".." || part.contains("...")) {
            return false;
        }
        let is_pattern = !file.is_plain();
        let known = FilePath::new(literal_part(path));
        if self.scope.is_out_of_sight(&known) || self.scope.unread().iter().any(|(folder, _)| known.is_under(folder)) {
            return false;
        }
        if is_pattern { self.lacks_pattern(path) } else { !self.holds(path) }
    }

    fn has_top(&self, path: &str) -> bool {
        let top = path.split('/').next().unwrap_or_default();
        path.contains('/') && self.scope.has_folder(&FilePath::new(top))
    }

    /// Whether a file or folder lies there, or at a path that ends like that; also where there are too many of its name to say.
    fn holds(&self, path: &str) -> bool {
        let Some(paths) = self.by_name.get(name_of(path)) else { return false };
        let ends = |known: &&&str| **known == path || known.strip_suffix(path).is_some_and(|rest| rest.ends_with('/'));
        paths.contains(path) || paths.len() > MAX_SAME_NAMES || paths.iter().any(|known| ends(&known))
    }

    /// Whether a pattern that begins with a folder matches nothing below it. One whose folder is nowhere matches nothing either.
    fn lacks_pattern(&mut self, pattern: &str) -> bool {
        let folder = literal_part(pattern);
        // `{name}` stands for a name that the text leaves open.
        let is_open = pattern.split('{').skip(1).any(|part| !part.split('}').next().unwrap_or_default().contains(','));
        if folder.is_empty() || is_open {
            return false;
        }
        let at = FilePath::new(folder);
        if !self.scope.has_folder(&at) {
            return !self.holds(folder);
        }
        let name = pattern.replace('[', "\u{0}").replace(']', "[]]").replace('\u{0}', "[[]");
        let glob = Some(name).filter(|name| name.len() <= MAX_GLOB);
        let Some(glob) = glob.and_then(|name| GlobBuilder::new(&name).build().ok()) else { return false };
        let glob = glob.compile_matcher();
        for file in self.scope.below(&at) {
            if self.tries_left == 0 || glob.is_match(file.as_str()) {
                return false;
            }
            self.tries_left -= 1;
        }
        true
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folders before the first sign of a pattern; all of a path that is none.
fn literal_part(path: &str) -> &str {
    match path.find(['*', '?', '{', '}']) {
        Some(at) => path[..at].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    }
}
