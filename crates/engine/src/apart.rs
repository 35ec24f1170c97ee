//! What a walk meets that is not a regular file, and what it means for rules over facts.
//!
//! A link is not followed by the walk: the source that it leads to is analysed under its own path. But a file of data may count
//! for the place where the link stands (`lefthook.yml -> ci/hooks.yml`), so such a file is read under that path too. What
//! cannot be read there is told to the providers that would have read it: it may hold what somebody is accused of lacking.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{AnyProvider, Offence, ProjectScope, Relation};
use auditlint_providers::{describes_its_folder, missed_by};
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, ReadError, Span};
use auditlint_syntax::may_hold_code;

use crate::discovery::{Discovered, Ignored};
use crate::entries::DANGLING;
use crate::limits::{MAX_BEHIND_LINKS, MAX_LINKED};

/// The files that links lead to, as rules over facts see them.
#[derive(Default)]
pub(crate) struct Linked {
    /// By the path under which it is read: the path that the walk found it under, if it did.
    targets: BTreeMap<FilePath, Option<FilePath>>,
    /// The same the other way round.
    links: BTreeMap<FilePath, Vec<FilePath>>,
    /// What is not read, and why.
    unread: Vec<UnreadEntry>,
}

/// Something that is not read.
pub(crate) struct UnreadEntry {
    /// Where it stands.
    pub(crate) path: FilePath,
    /// What is said about it.
    pub(crate) message: String,
    /// Whether it may hold anything, whatever its name.
    is_any: bool,
}

impl UnreadEntry {
    /// The file that a provider may miss; nothing where it misses none.
    pub(crate) fn missed_by(&self, provider: &dyn AnyProvider) -> Option<FilePath> {
        missed_by(provider, &self.path).or_else(|| self.is_any.then(|| self.path.clone()))
    }
}

/// What is said of a link, or of what is not a file; nothing where it leads to a file or folder of the repository.
fn fault(files: &dyn Files, path: &FilePath, kind: EntryKind) -> Option<String> {
    match (kind, if kind == EntryKind::Link { files.kind(path) } else { Some(kind) }) {
        (_, Some(EntryKind::File | EntryKind::Folder)) => None,
        (_, Some(EntryKind::Link)) => Some(format!("the file cannot be read: {}", ReadError::Outside)),
        (_, Some(EntryKind::Other)) => Some(format!("the file cannot be read: {}", ReadError::NotAFile)),
        (_, None) => Some(format!("the file cannot be read: {DANGLING}")),
    }
}

/// A problem about something that is not read.
pub(crate) fn problem_of(path: &FilePath, message: &str) -> Problem {
    let problem = Problem::warning(ProblemKind::File, message).in_file(path);
    problem.help("replace it with a regular file, or list it under `exclude`")
}

/// Says which sources in the report scope are not regular files of the repository, so that nobody analyses them.
pub(crate) fn unread_sources(
    files: &dyn Files,
    discovered: &Discovered,
    is_asked: impl Fn(&FilePath) -> bool,
) -> Vec<Problem> {
    let sources = discovered.apart.iter().filter(|(path, _)| may_hold_code(path) && is_asked(path));
    // A link that leads nowhere holds nothing that could be wrong.
    let is_there = |path: &FilePath| files.kind(path).is_some();
    sources
        .filter_map(|(path, kind)| Some((path, fault(files, path, *kind)?)))
        .filter(|(path, _)| is_there(path))
        .map(|(path, message)| problem_of(path, &message))
        .collect()
}

/// The task files at links that `is_task` asks for, unless what they lead to is asked for as well or left out of the project;
/// and what is said of those that cannot be read.
pub(crate) fn linked_tasks(
    files: &dyn Files,
    discovered: &Discovered,
    is_task: impl Fn(&FilePath) -> bool,
    ignored: &mut Ignored<'_>,
) -> (Vec<FilePath>, Vec<Problem>) {
    let known = ProjectScope::new(&discovered.files, &|_| false);
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (path, kind) in discovered.apart.iter().filter(|(path, _)| is_task(path)) {
        let target = files.target(path);
        if let Some(message) = fault(files, path, *kind) {
            problems.push(problem_of(path, &message));
        } else if files.kind(path) == Some(EntryKind::File)
            && !target
                .is_some_and(|target| ignored.ignores(&target, false) || (known.has_file(&target) && is_task(&target)))
        {
            found.push(path.clone());
        }
    }
    (found, problems)
}

impl Linked {
    /// Looks at what the walk met for the sake of some providers.
    pub(crate) fn of(
        files: &dyn Files,
        discovered: &Discovered,
        wanted: &[&dyn AnyProvider],
        ignored: &mut Ignored<'_>,
        max_file_size: u64,
    ) -> Self {
        let mut linked = Self::default();
        let known = ProjectScope::new(&discovered.files, &|_| false);
        let is_read = |path: &FilePath| wanted.iter().any(|provider| provider.reads(path));
        let (mut bytes_left, mut looks_left) = (MAX_LINKED, MAX_BEHIND_LINKS);
        for (path, kind) in &discovered.apart {
            if let Some(message) = fault(files, path, *kind) {
                if wanted.iter().any(|provider| missed_by(*provider, path).is_some()) {
                    linked.lacks(path, &message, false);
                }
                continue;
            }
            let (target, is_folder) = (files.target(path), files.kind(path) == Some(EntryKind::Folder));
            let is_ignored = target.as_ref().is_some_and(|target| ignored.ignores(target, is_folder));
            if is_folder {
                let Some(target) = target.filter(|target| !is_ignored && known.has_folder(target)) else {
                    if wanted.iter().any(|provider| missed_by(*provider, path).is_some()) {
                        linked.lacks(path, "the folder that the link points to is not read", false);
                    }
                    continue;
                };
                // A folder inside itself would have each file once more.
                if path.is_under(&target) {
                    continue;
                }
                for file in known.below(&target) {
                    if looks_left == 0 {
                        linked.lacks(path, "links point to more files than are looked at", true);
                        break;
                    }
                    looks_left -= 1;
                    let below = &file.as_str()[if target.is_root() { 0 } else { target.as_str().len() + 1 }..];
                    let place = path.child(below);
                    let counts_here = |provider: &&dyn AnyProvider| {
                        provider.reads(&place) && (!provider.reads(file) || !describes_its_folder(file))
                    };
                    if !may_hold_code(file) && wanted.iter().any(counts_here) && !ignored.ignores(&place, false) {
                        linked.add(files, place, Some(file.clone()), max_file_size, &mut bytes_left);
                    }
                }
            } else if may_hold_code(path) {
                let is_analysed = |target: &FilePath| known.has_file(target) && may_hold_code(target);
                if is_read(path) && !is_ignored && !target.as_ref().is_some_and(is_analysed) {
                    linked.lacks(path, "the file that the link points to is not analysed", false);
                }
            } else if is_read(path) {
                if is_ignored {
                    linked.lacks(
                        path,
                        "the file cannot be read: the link points to a file that is left out of the project",
                        false,
                    );
                } else {
                    let walked = target.filter(|target| known.has_file(target));
                    linked.add(files, path.clone(), walked, max_file_size, &mut bytes_left);
                }
            }
        }
        linked
    }

    fn lacks(&mut self, path: &FilePath, message: &str, is_any: bool) {
        self.unread.push(UnreadEntry { path: path.clone(), message: message.to_owned(), is_any });
    }

    /// Adds a file unless links lead to too much: a few links to one large file would otherwise be a large project.
    fn add(&mut self, files: &dyn Files, path: FilePath, target: Option<FilePath>, limit: u64, bytes_left: &mut u64) {
        // One that cannot be read says so where it is.
        let size = files.read(&path, limit).map_or(0, |bytes| bytes.len() as u64);
        if size > *bytes_left {
            *bytes_left = 0;
            let message = format!("the file is not read: links point to more than {} MiB", MAX_LINKED >> 20);
            self.lacks(&path, &message, false);
            return;
        }
        *bytes_left -= size;
        if let Some(target) = &target {
            self.links.entry(target.clone()).or_default().push(path.clone());
        }
        self.targets.insert(path, target);
    }

    /// All of it, in words by which it can be told whether it is the same.
    pub(crate) fn described(&self) -> String {
        let unread = self.unread.iter().map(|entry| format!("{}\0{}\0{}\0", entry.path, entry.message, entry.is_any));
        format!("{:?}{:?}{}", self.targets, self.links, unread.collect::<String>())
    }

    /// The paths under which files are read besides those that the walk found.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &FilePath> {
        self.targets.keys()
    }

    /// The path that the walk found a file under that is read under this one.
    pub(crate) fn target(&self, path: &FilePath) -> Option<&FilePath> {
        self.targets.get(path)?.as_ref()
    }

    /// What is not read.
    pub(crate) fn unread(&self) -> &[UnreadEntry] {
        &self.unread
    }

    /// Leaves of the offences in a file with several paths those that it commits under each of them, once.
    pub(crate) fn agreed(&self, offences: Vec<Offence>, each: Option<&Relation>) -> Vec<Offence> {
        if self.links.is_empty() {
            return offences;
        }
        let Some(each) = each else { return offences };
        let is_one_of_several = |path: &&FilePath| self.target(path).is_some() || self.links.contains_key(*path);
        let with_rows: BTreeSet<&FilePath> = each.rows.iter().map(|row| &row.path).filter(is_one_of_several).collect();
        let accused: BTreeSet<(FilePath, Span)> = offences
            .iter()
            .filter_map(|offence| offence.place.clone())
            .filter(|(path, _)| is_one_of_several(&path))
            .collect();
        let stays = |offence: &Offence| {
            let Some((path, span)) = offence.place.as_ref().filter(|(path, _)| is_one_of_several(&path)) else {
                return true;
            };
            let target = self.target(path).unwrap_or(path);
            let links = self.links.get(target).into_iter().flatten();
            let mut paths = std::iter::once(target).chain(links).filter(|path| with_rows.contains(path));
            // Once a file is accused under each path, the first of them says so.
            paths.next() == Some(path) && paths.all(|path| accused.contains(&(path.clone(), *span)))
        };
        offences.into_iter().filter(stays).collect()
    }
}
