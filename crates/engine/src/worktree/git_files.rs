//! Files as git's objects hold them: those of the index, which a commit will take, or those of a commit.
//!
//! Nothing of the checked-out files is read, and git itself is not run, so what a repository configures for it (filters, hooks,
//! replacements) does nothing. A file is what git stores: line ends as they are kept, a pointer where Git LFS keeps the content.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use auditlint_source::{ContentId, Entry, EntryKind, FilePath, Files, ReadError};
use gix::ObjectId;
use gix::bstr::ByteSlice as _;

use super::Repository;
use super::cache_tree::CachedTrees;
use super::index;
use super::index_entry::{IndexEntry, path_of};

/// How deep folders may lie in each other.
const DEEPEST: usize = 512;
/// How many files a commit or an index may have.
const MOST_FILES: usize = 2_000_000;
/// How many links lead to one another at most.
const MOST_LINKS: usize = 16;
/// How many folders are kept that were read.
const MOST_TREES: usize = 200_000;
/// What helps where a clone does not reach far enough back.
pub(super) const SHALLOW: &str =
    "; the clone is shallow, and `git fetch --unshallow` or `git fetch --depth=N` brings more";
/// How a pointer of Git LFS begins.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";
/// Such a pointer is a few lines long.
const LONGEST_POINTER: usize = 1024;

/// The files of an index or of a commit below one folder of the repository.
pub struct GitFiles {
    repository: gix::ThreadSafeRepository,
    /// By path from the root of the repository, sorted.
    files: Vec<(FilePath, GitFile)>,
    /// Where the root of the run lies below the repository.
    below: FilePath,
    /// The files below the root of the run, once they are asked for.
    tracked: OnceLock<Vec<FilePath>>,
}

/// One file of git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GitFile {
    id: ObjectId,
    kind: EntryKind,
}

/// The index of a repository.
pub struct Staged {
    /// What it holds.
    pub files: GitFiles,
    /// The files that differ from the checked-out commit or are not in it, from the root of the run.
    pub changed: Vec<FilePath>,
    /// Where a path of the checked-out commit is gone.
    pub has_removed: bool,
    /// How many submodules are staged at another commit than before.
    pub submodules: u64,
    head: Option<StagedHead>,
}

/// The checked-out commit, whose files are listed where they are asked for.
struct StagedHead {
    repository: gix::ThreadSafeRepository,
    tree: ObjectId,
    below: FilePath,
    files: OnceLock<Result<GitFiles, String>>,
}

impl Staged {
    /// The files of the checked-out commit; `None` before the first one.
    ///
    /// # Errors
    /// Why they cannot be read, as a sentence.
    pub fn head(&self) -> Result<Option<&GitFiles>, String> {
        let Some(head) = &self.head else { return Ok(None) };
        let read = || GitFiles::of_tree(&head.repository, head.tree, &head.below, &TreeCache::default());
        head.files.get_or_init(read).as_ref().map(Some).map_err(String::clone)
    }
}

impl Repository {
    /// What is staged: `index_file` is the index that git told a hook to use, and else the repository's own.
    ///
    /// # Errors
    /// Why it cannot be read, as a sentence.
    pub fn staged(&self, root: &Path, index_file: Option<&Path>) -> Result<Staged, String> {
        let repository = self.open()?;
        let below = self.below(root)?;
        let mut files = Vec::new();
        let mut unmerged = None;
        let mut folders = Vec::new();
        let object = repository.object_hash().len_in_bytes();
        let cached = index::read_entries(self.folder(), index_file, object, &mut |entry: &IndexEntry<'_>| {
            let Some(path) = path_of(entry.path) else { return };
            if entry.stage > 0 {
                unmerged.get_or_insert(path);
                return;
            }
            let Ok(id) = ObjectId::try_from(entry.id) else { return };
            // What is only announced is not part of the next commit.
            if entry.is_announced {
                return;
            }
            match kind_of_mode(entry.mode) {
                Some(kind) => files.push((path, GitFile { id, kind })),
                None => folders.push((path, id)),
            }
        })?;
        if let Some(path) = unmerged {
            return Err(format!("`{path}` is not merged yet: resolve it and stage it with `git add`"));
        }
        let trees = TreeCache::default();
        // Folders that are not checked out may stand there for their files.
        for (folder, id) in folders {
            add_tree(&repository, folder, id, &trees, &mut files)?;
        }
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut head = repository.head().map_err(|_| "HEAD cannot be read".to_owned())?;
        let tree = if head.is_unborn() {
            None
        } else {
            let unread = || "the commit of HEAD cannot be read".to_owned();
            let commit = head.peel_to_commit().map_err(|_| unread())?;
            Some(commit.tree_id().map_err(|_| unread())?.detach())
        };
        let change = staged_change(&repository, tree, &cached, &files)?;
        let changed: Vec<FilePath> = change.files.iter().filter_map(|path| below_root(path, &below)).collect();
        drop(head);
        let shared = repository.into_sync();
        Ok(Staged {
            head: tree.map(|tree| StagedHead {
                repository: shared.clone(),
                tree,
                below: below.clone(),
                files: OnceLock::new(),
            }),
            files: GitFiles::new(shared, files, below),
            changed,
            has_removed: change.has_removed,
            submodules: change.submodules,
        })
    }

    /// The files of a commit, which is named as git names it: `main`, `HEAD~3`, `v1.2`, a hash.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
    pub fn commit_files(&self, root: &Path, revision: &str) -> Result<GitFiles, String> {
        let repository = self.open()?;
        let below = self.below(root)?;
        let commit = find_commit(&repository, revision)?.id;
        GitFiles::of_commit(&repository.into_sync(), commit, &below, &TreeCache::default())
    }

    /// Where the root of a run lies below the repository.
    pub(super) fn below(&self, root: &Path) -> Result<FilePath, String> {
        let below = root.strip_prefix(self.folder());
        below.map(FilePath::from_path).map_err(|_| "the root is not inside the repository".to_owned())
    }
}

/// What an entry of an index is; `None` for a folder.
fn kind_of_mode(mode: u32) -> Option<EntryKind> {
    match mode & 0o170_000 {
        0o040_000 => None,
        0o100_000 => Some(EntryKind::File),
        0o120_000 => Some(EntryKind::Link),
        _ => Some(EntryKind::Other),
    }
}

/// A commit, which is named as git names it.
pub(super) fn find_commit<'r>(repository: &'r gix::Repository, revision: &str) -> Result<gix::Commit<'r>, String> {
    let unknown = || {
        let shallow = if repository.is_shallow().unwrap_or(false) { SHALLOW } else { "" };
        format!("there is no commit `{revision}`{shallow}")
    };
    let id = repository.rev_parse_single(revision.as_bytes().as_bstr()).map_err(|_| unknown())?;
    let object = id.object().map_err(|_| unknown())?;
    object.peel_to_commit().map_err(|_| format!("`{revision}` is not a commit"))
}

/// How an index differs from a commit.
#[derive(Default)]
struct StagedChange {
    /// The files that are new or others, sorted.
    files: Vec<FilePath>,
    has_removed: bool,
    submodules: u64,
}

/// Compares the files of an index with the tree of a commit. Folders of which git notes that they stand in the index as they do there
/// are passed over, so this takes as long as the change is large.
fn staged_change(
    repository: &gix::Repository,
    tree: Option<ObjectId>,
    cached: &CachedTrees,
    files: &[(FilePath, GitFile)],
) -> Result<StagedChange, String> {
    let mut change = StagedChange::default();
    let mut open: Vec<(FilePath, ObjectId, usize)> = tree.map(|tree| (FilePath::root(), tree, 0)).into_iter().collect();
    let mut old: Vec<(FilePath, GitFile)> = Vec::new();
    let mut same: Vec<FilePath> = Vec::new();
    while let Some((folder, id, depth)) = open.pop() {
        if cached.get(&folder).is_some_and(|known| known == id.as_slice()) {
            same.push(folder);
            continue;
        }
        let unread = || format!("the folder `{folder}` cannot be read from git's objects");
        if depth > DEEPEST || old.len() > MOST_FILES {
            return Err(unread());
        }
        for entry in read_tree(repository, id).ok_or_else(unread)? {
            let path = folder.child(entry.name.as_str());
            match entry.kind {
                None => open.push((path, entry.id, depth + 1)),
                Some(kind) => old.push((path, GitFile { id: entry.id, kind })),
            }
        }
    }
    old.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    change.has_removed = old.iter().any(|(path, _)| find(files, path).is_none());
    let mut same: Vec<Range<usize>> = same.iter().map(|folder| below(files, folder)).collect();
    same.sort_unstable_by_key(|range| range.start);
    let mut at = 0;
    for range in same.into_iter().chain(std::iter::once(files.len()..files.len())) {
        for (path, file) in files.get(at..range.start).unwrap_or_default() {
            match file.kind {
                _ if find(&old, path) == Some(file) => {}
                EntryKind::File => change.files.push(path.clone()),
                EntryKind::Other => change.submodules += 1,
                EntryKind::Link | EntryKind::Folder => {}
            }
        }
        at = range.end;
    }
    Ok(change)
}

/// The file at a path of a sorted list.
fn find<'f>(files: &'f [(FilePath, GitFile)], path: &FilePath) -> Option<&'f GitFile> {
    files.binary_search_by(|(known, _)| known.cmp(path)).ok().map(|at| &files[at].1)
}

/// The files below a folder, as a range of a sorted list.
fn below(files: &[(FilePath, GitFile)], folder: &FilePath) -> Range<usize> {
    if folder.is_root() {
        return 0..files.len();
    }
    let folder = folder.as_str().as_bytes();
    // Before what begins with the name of the folder and `last`.
    let is_before = |path: &FilePath, last: u8| {
        let path = path.as_str().as_bytes();
        let order = path[..path.len().min(folder.len())].cmp(folder);
        order.then_with(|| path.get(folder.len()).map_or(Ordering::Less, |byte| byte.cmp(&last))).is_lt()
    };
    // The byte behind `/` is `0`.
    let start = files.partition_point(|(path, _)| is_before(path, b'/'));
    start..start + files[start..].partition_point(|(path, _)| is_before(path, b'0'))
}

/// The folders that were read, by the names of their objects: from commit to commit nearly all stay the same.
#[derive(Default)]
pub(super) struct TreeCache {
    trees: Mutex<HashMap<ObjectId, Arc<[TreeEntry]>>>,
}

/// One entry of a folder.
struct TreeEntry {
    name: FilePath,
    id: ObjectId,
    /// `None` for a folder.
    kind: Option<EntryKind>,
}

impl TreeCache {
    fn entries(&self, repository: &gix::Repository, id: ObjectId) -> Option<Arc<[TreeEntry]>> {
        let known = || self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = known().get(&id) {
            return Some(Arc::clone(entries));
        }
        let entries: Arc<[TreeEntry]> = read_tree(repository, id)?.into();
        let mut known = known();
        if known.len() < MOST_TREES {
            known.insert(id, Arc::clone(&entries));
        }
        Some(entries)
    }
}

/// The entries of a folder; `None` where it cannot be read.
fn read_tree(repository: &gix::Repository, id: ObjectId) -> Option<Vec<TreeEntry>> {
    let tree = repository.find_tree(id).ok()?;
    let mut entries = Vec::new();
    for entry in tree.iter() {
        let entry = entry.ok()?;
        let Some(name) = path_of(entry.filename()) else { continue };
        let mode = entry.mode();
        let kind = if mode.is_tree() {
            None
        } else if mode.is_link() {
            Some(EntryKind::Link)
        } else if mode.is_blob() {
            Some(EntryKind::File)
        } else {
            Some(EntryKind::Other)
        };
        entries.push(TreeEntry { name, id: entry.object_id(), kind });
    }
    Some(entries)
}

/// Adds the files below a folder.
fn add_tree(
    repository: &gix::Repository,
    folder: FilePath,
    id: ObjectId,
    trees: &TreeCache,
    files: &mut Vec<(FilePath, GitFile)>,
) -> Result<(), String> {
    let mut open = vec![(folder, id, 0)];
    while let Some((folder, id, depth)) = open.pop() {
        let unread = || format!("the folder `{folder}` cannot be read from git's objects");
        if depth > DEEPEST || files.len() > MOST_FILES {
            return Err(unread());
        }
        for entry in trees.entries(repository, id).ok_or_else(unread)?.iter() {
            let path = folder.child(entry.name.as_str());
            match entry.kind {
                None => open.push((path, entry.id, depth + 1)),
                Some(kind) => files.push((path, GitFile { id: entry.id, kind })),
            }
        }
    }
    Ok(())
}

/// A path of the repository as one of the run; `None` where it lies elsewhere.
fn below_root(path: &FilePath, below: &FilePath) -> Option<FilePath> {
    if below.is_root() {
        return Some(path.clone());
    }
    path.as_str().strip_prefix(below.as_str())?.strip_prefix('/').map(FilePath::new)
}

impl GitFiles {
    /// The files of a commit.
    pub(super) fn of_commit(
        shared: &gix::ThreadSafeRepository,
        commit: ObjectId,
        below: &FilePath,
        trees: &TreeCache,
    ) -> Result<Self, String> {
        let repository = shared.to_thread_local();
        let unread = || format!("the commit {commit} cannot be read");
        let read = repository.find_commit(commit).map_err(|_| unread())?;
        let tree = read.tree_id().map_err(|_| unread())?.detach();
        Self::of_tree(shared, tree, below, trees)
    }

    /// The files of a tree.
    fn of_tree(
        shared: &gix::ThreadSafeRepository,
        tree: ObjectId,
        below: &FilePath,
        trees: &TreeCache,
    ) -> Result<Self, String> {
        let mut files = Vec::new();
        add_tree(&shared.to_thread_local(), FilePath::root(), tree, trees, &mut files)?;
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(Self::new(shared.clone(), files, below.clone()))
    }

    fn new(repository: gix::ThreadSafeRepository, files: Vec<(FilePath, GitFile)>, below: FilePath) -> Self {
        Self { repository, files, below, tracked: OnceLock::new() }
    }

    /// The files below the root of the run.
    fn listed(&self) -> &[FilePath] {
        let is_file = |file: &GitFile| file.kind == EntryKind::File;
        let files = self.files.iter().filter(|(_, file)| is_file(file));
        self.tracked.get_or_init(|| files.filter_map(|(path, _)| below_root(path, &self.below)).collect())
    }

    /// The file at a path of the repository.
    fn file(&self, path: &FilePath) -> Option<&GitFile> {
        find(&self.files, path)
    }

    /// Whether files lie below a path of the repository. The root is a folder, whatever it holds.
    fn has_folder(&self, path: &FilePath) -> bool {
        path.is_root() || !below(&self.files, path).is_empty()
    }

    /// A path of the run as one of the repository; `None` where it leads out of it.
    fn inside(&self, path: &FilePath) -> Option<FilePath> {
        let mut base = self.below.clone();
        let mut rest = path.as_str();
        while let Some(after) = rest.strip_prefix("..").filter(|after| after.is_empty() || after.starts_with('/')) {
            if base.is_root() {
                return None;
            }
            base = base.parent().unwrap_or_default();
            rest = after.trim_start_matches('/');
        }
        Some(if rest.is_empty() { base } else { base.join(rest) })
    }

    /// What stands at a path of the repository, links followed: a file, or a folder.
    fn resolve(&self, path: FilePath) -> Result<ResolvedEntry<'_>, ReadError> {
        let mut at = path;
        for _ in 0..MOST_LINKS {
            let Some(file) = self.file(&at) else {
                return if self.has_folder(&at) { Ok(ResolvedEntry::Folder(at)) } else { Err(ReadError::NotFound) };
            };
            if file.kind != EntryKind::Link {
                return Ok(ResolvedEntry::File(file));
            }
            let target = self.blob(file, LONGEST_POINTER as u64)?;
            let target = String::from_utf8_lossy(&target).into_owned();
            if target.starts_with('/') {
                return Err(ReadError::Outside);
            }
            at = follow(&at.parent().unwrap_or_default(), &target).ok_or(ReadError::Outside)?;
        }
        Err(ReadError::Outside)
    }

    fn blob(&self, file: &GitFile, limit: u64) -> Result<Vec<u8>, ReadError> {
        let repository = self.repository.to_thread_local();
        let unread = || ReadError::Other("it cannot be read from git's objects".to_owned());
        let size = repository.find_header(file.id).map_err(|_| unread())?.size();
        if size > limit {
            return Err(ReadError::TooLarge { size, limit });
        }
        let mut object = repository.find_object(file.id).map_err(|_| unread())?;
        Ok(std::mem::take(&mut object.data))
    }
}

enum ResolvedEntry<'f> {
    File(&'f GitFile),
    Folder(FilePath),
}

/// A relative target, seen from a folder of the repository.
fn follow(folder: &FilePath, target: &str) -> Option<FilePath> {
    let mut at = folder.clone();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if at.is_root() => return None,
            ".." => at = at.parent().unwrap_or_default(),
            name => at = at.child(name),
        }
    }
    Some(at)
}

impl Files for GitFiles {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let folder = self.inside(folder).ok_or(ReadError::Outside)?;
        let ResolvedEntry::Folder(folder) = self.resolve(folder)? else { return Err(ReadError::NotFound) };
        let mut files = &self.files[below(&self.files, &folder)];
        let cut = if folder.is_root() { 0 } else { folder.as_str().len() + 1 };
        let mut entries = Vec::new();
        while let Some(((path, file), rest)) = files.split_first() {
            let inside = path.as_str().get(cut..).unwrap_or_default();
            let Some((name, _)) = inside.split_once('/') else {
                entries.push(Entry { name: inside.to_owned(), kind: file.kind });
                files = rest;
                continue;
            };
            entries.push(Entry { name: name.to_owned(), kind: EntryKind::Folder });
            files = &files[below(files, &folder.child(name)).end.max(1)..];
        }
        Ok(entries)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let file = match self.resolve(self.inside(path).ok_or(ReadError::Outside)?)? {
            ResolvedEntry::Folder(_) => return Err(ReadError::IsFolder),
            ResolvedEntry::File(file) if file.kind == EntryKind::File => file,
            ResolvedEntry::File(_) => return Err(ReadError::NotAFile),
        };
        let bytes = self.blob(file, limit)?;
        if bytes.len() <= LONGEST_POINTER && bytes.starts_with(LFS) {
            return Err(ReadError::Other("is kept by Git LFS: git has a pointer in its place".to_owned()));
        }
        Ok(bytes)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        match self.resolve(self.inside(path)?) {
            Ok(ResolvedEntry::Folder(_)) => Some(EntryKind::Folder),
            Ok(ResolvedEntry::File(file)) => Some(file.kind),
            Err(ReadError::Outside) => Some(EntryKind::Link),
            Err(_) => None,
        }
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        let file = self.file(&self.inside(path)?).filter(|file| file.kind == EntryKind::File)?;
        Some(ContentId(file.id.to_string()))
    }

    fn all(&self) -> Option<&[FilePath]> {
        Some(self.listed())
    }

    fn tracked(&self) -> Result<&[FilePath], String> {
        Ok(self.listed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_folder() {
        let names = ["a", "a-b/c", "a.ts", "a/b", "a/b.ts", "a0", "b/a/c", "b/a/d", "b/a0", "b/b"];
        let mut files: Vec<(FilePath, GitFile)> = names
            .iter()
            .map(|name| {
                (FilePath::new(name), GitFile { id: ObjectId::null(gix::hash::Kind::Sha1), kind: EntryKind::File })
            })
            .collect();
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for folder in ["", "a", "a-b", "b", "b/a", "c", "a/b", "b/a0", "0", "zz"] {
            let folder = FilePath::new(folder);
            let found: Vec<&str> = files[below(&files, &folder)].iter().map(|(path, _)| path.as_str()).collect();
            let expected = |path: &FilePath| path.is_under(&folder) && *path != folder;
            let expected: Vec<&str> =
                files.iter().filter(|(path, _)| expected(path)).map(|(path, _)| path.as_str()).collect();
            assert_eq!(found, expected, "{folder}");
        }
    }
}
