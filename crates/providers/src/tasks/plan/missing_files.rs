//! Files that tasks name and that are not there.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{Gap, Hides, ProjectScope, Relation};
use auditlint_source::FilePath;
use auditlint_source::limits::MAX_GLOB;
use auditlint_tasks::{NamedFile, Status, Task, TaskPlace, TaskSet, says_going};
use globset::GlobBuilder;
use rustc_hash::FxHashMap;

use super::rows::{RELATIONS, id_of, relation_with, row_at};
use crate::limits::{MAX_GLOB_TRIES, MAX_SAME_NAMES};

/// The paths and globs of tasks under which nothing lies. A path counts from any folder: tasks of a package leave out the folder of the
/// package.
pub(crate) fn missing_files(set: &TaskSet, scope: &ProjectScope<'_>) -> Relation {
    let mut project = ProjectFiles::of(set, scope);
    let mut missing_of: Vec<(&Task, &NamedFile)> = Vec::new();
    // The folders of the root that are not there, with what tasks name below them: whether any of it is known, and the paths.
    let mut absent: BTreeMap<&str, (bool, BTreeSet<&str>)> = BTreeMap::new();
    for task in set.tasks().iter().filter(|task| task.status == Some(Status::Done)) {
        if says_going(&task.title) {
            continue;
        }
        let mut missing: Vec<&NamedFile> = Vec::new();
        for file in task.named_files.iter().filter(|file| !file.may_be_absent) {
            let is_missing = project.lacks(file);
            if let Some(top) = project.absent_top(&file.path) {
                let (is_known, paths) = absent.entry(top).or_default();
                *is_known |= !is_missing;
                paths.insert(&file.path);
            }
            if is_missing {
                missing.push(file);
            }
        }
        if missing.is_empty() {
            continue;
        }
        let going = texts_of_going(task);
        missing_of.extend(missing.into_iter().filter(|file| !is_told_to_go(file, &going)).map(|file| (task, file)));
    }
    absent.retain(|_, (is_known, paths)| !*is_known && paths.len() >= LEAST_ELSEWHERE);
    let mut rows = Vec::new();
    let mut elsewhere: BTreeMap<&str, (&TaskPlace, BTreeSet<&str>)> = BTreeMap::new();
    for (task, file) in missing_of {
        match project.absent_top(&file.path).filter(|top| absent.contains_key(top)) {
            Some(top) => _ = elsewhere.entry(top).or_insert((&file.place, BTreeSet::new())).1.insert(&file.path),
            None => {
                let status = task.status.map(Status::name);
                rows.push(row_at(&file.place, vec![id_of(task), status.into(), file.path.as_str().into()]));
            }
        }
    }
    let mut relation = relation_with(&RELATIONS[5], rows);
    relation.gaps = elsewhere
        .into_iter()
        .map(|(top, (place, paths))| {
            let message = format!(
                "{} files that tasks which are done name below `{top}/` were not judged: there is no such folder here, so it may be one of another repository",
                paths.len()
            );
            (place.path.clone(), Gap { span: place.span, message, hides: Hides::Nothing })
        })
        .collect();
    relation
}

/// So many files below a folder of the root that is not there were hardly forgotten all: the folder is another repository's.
const LEAST_ELSEWHERE: usize = 5;

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
struct ProjectFiles<'p> {
    scope: &'p ProjectScope<'p>,
    by_name: FxHashMap<&'p str, BTreeSet<&'p str>>,
    /// What the folder is called that the repository itself lies in: paths of tasks may begin with it.
    own_names: BTreeSet<&'p str>,
    /// How often a glob may still be tried on a path.
    tries_left: u64,
}

impl<'p> ProjectFiles<'p> {
    fn of(set: &'p TaskSet, scope: &'p ProjectScope<'p>) -> Self {
        let mut by_name: FxHashMap<&str, BTreeSet<&str>> = FxHashMap::default();
        for file in scope.files() {
            let path = file.as_str();
            let mut next = Some(path);
            // The folders above one that is known are known too.
            while let Some(path) = next.filter(|path| by_name.entry(name_of(path)).or_default().insert(*path)) {
                next = path.rsplit_once('/').map(|(folder, _)| folder);
            }
        }
        let mut project = Self { scope, by_name, own_names: BTreeSet::new(), tries_left: MAX_GLOB_TRIES };
        // A file of a folder shows it; a name such as `README.md` stands below any.
        let named = set.tasks().iter().flat_map(|task| &task.named_files);
        let own = named.filter_map(|file| {
            let top = project.absent_top(&file.path)?;
            let rest = &file.path[top.len() + 1..];
            (rest.contains('/') && scope.has_file(&FilePath::new(rest))).then_some(top)
        });
        project.own_names = own.collect();
        project
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
        let own = self.absent_top(path).filter(|top| self.own_names.contains(top));
        if own.is_some_and(|top| self.holds(&path[top.len() + 1..])) {
            return false;
        }
        if is_pattern { self.lacks_pattern(path) } else { !self.holds(path) }
    }

    /// The first folder of a path, where the project has none of that name in its root.
    fn absent_top<'f>(&self, path: &'f str) -> Option<&'f str> {
        let (top, rest) = path.split_once('/')?;
        let is_name = !rest.is_empty() && !top.contains(['*', '?', '{', '}', '[']) && !matches!(top, "" | "." | "..");
        (is_name && !self.scope.has_folder(&FilePath::new(top))).then_some(top)
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

/// The folders before the first sign of a pattern; all of a path that is not one.
fn literal_part(path: &str) -> &str {
    match path.find(['*', '?', '{', '}']) {
        Some(at) => path[..at].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    }
}
