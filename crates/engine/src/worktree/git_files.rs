//! Files as git's objects hold them: those of the index, which a commit will take, or those of a commit.
//!
//! Nothing of the checked-out files is read, and git itself is not run, so what a repository configures for it (filters, hooks,
//! replacements) does nothing. A file is what git stores: line ends as they are kept, a pointer where Git LFS keeps the content.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use auditlint_source::{ContentId, Entry, EntryKind, FilePath, Files, ReadError};
use gix::ObjectId;
use gix::bstr::ByteSlice as _;

use super::Repository;
use super::index;
use super::index_entry::IndexEntry;

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
    /// By path from the root of the repository.
    files: BTreeMap<FilePath, GitFile>,
    /// The entries of each folder, by path from the root of the repository.
    folders: BTreeMap<FilePath, BTreeMap<String, EntryKind>>,
    /// Where the root of the run lies below the repository.
    below: FilePath,
    /// The files below the root of the run.
    tracked: Vec<FilePath>,
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
    /// The checked-out commit; `None` before the first one.
    pub head: Option<GitFiles>,
}

impl Repository {
    /// What is staged: `index_file` is the index that git told a hook to use, and else the repository's own.
    ///
    /// # Errors
    /// Why it cannot be read, as a sentence.
    pub fn staged(&self, root: &Path, index_file: Option<&Path>) -> Result<Staged, String> {
        let repository = self.open()?;
        let below = self.below(root)?;
        let mut files = BTreeMap::new();
        let mut unmerged = None;
        let mut folders = Vec::new();
        let object = repository.object_hash().len_in_bytes();
        index::read_entries(self.folder(), index_file, object, &mut |entry: &IndexEntry<'_>| {
            let Some(path) = index::path_of(entry.path) else { return };
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
                Some(kind) => drop(files.insert(path, GitFile { id, kind })),
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
        let mut head = repository.head().map_err(|_| "HEAD cannot be read".to_owned())?;
        let head = if head.is_unborn() {
            None
        } else {
            let commit = head.peel_to_commit().map_err(|_| "the commit of HEAD cannot be read".to_owned())?;
            Some(files_of_commit(&repository, &commit, &trees)?)
        };
        let (mut changed, mut submodules) = (Vec::new(), 0);
        let none = BTreeMap::new();
        let old = head.as_ref().unwrap_or(&none);
        for (path, file) in &files {
            match file.kind {
                _ if old.get(path) == Some(file) => {}
                EntryKind::File => changed.extend(below_root(path, &below)),
                EntryKind::Other => submodules += 1,
                EntryKind::Link | EntryKind::Folder => {}
            }
        }
        let has_removed = old.keys().any(|path| !files.contains_key(path));
        let shared = repository.into_sync();
        Ok(Staged {
            head: head.map(|files| GitFiles::new(shared.clone(), files, below.clone())),
            files: GitFiles::new(shared, files, below),
            changed,
            has_removed,
            submodules,
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
    object.peel_to_commit().map_err(|_| format!("`{revision}` is no commit"))
}

fn files_of_commit(
    repository: &gix::Repository,
    commit: &gix::Commit<'_>,
    trees: &TreeCache,
) -> Result<BTreeMap<FilePath, GitFile>, String> {
    let tree = commit.tree_id().map_err(|_| format!("the commit {} cannot be read", commit.id))?;
    let mut files = BTreeMap::new();
    add_tree(repository, FilePath::root(), tree.detach(), trees, &mut files)?;
    Ok(files)
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
        let tree = repository.find_tree(id).ok()?;
        let mut entries = Vec::new();
        for entry in tree.iter() {
            let entry = entry.ok()?;
            let Some(name) = index::path_of(entry.filename()) else { continue };
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
        let entries: Arc<[TreeEntry]> = entries.into();
        let mut known = known();
        if known.len() < MOST_TREES {
            known.insert(id, Arc::clone(&entries));
        }
        Some(entries)
    }
}

/// Adds the files below a folder.
fn add_tree(
    repository: &gix::Repository,
    folder: FilePath,
    id: ObjectId,
    trees: &TreeCache,
    files: &mut BTreeMap<FilePath, GitFile>,
) -> Result<(), String> {
    let mut open = vec![(folder, id, 0)];
    while let Some((folder, id, depth)) = open.pop() {
        let unread = || format!("the folder `{folder}` cannot be read from git's objects");
        if depth > DEEPEST || files.len() > MOST_FILES {
            return Err(unread());
        }
        for entry in trees.entries(repository, id).ok_or_else(unread)?.iter() {
            let path = folder.join(entry.name.as_str());
            match entry.kind {
                None => open.push((path, entry.id, depth + 1)),
                Some(kind) => drop(files.insert(path, GitFile { id: entry.id, kind })),
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
        let commit = repository.find_commit(commit).map_err(|_| unread())?;
        let files = files_of_commit(&repository, &commit, trees)?;
        Ok(Self::new(shared.clone(), files, below.clone()))
    }

    fn new(repository: gix::ThreadSafeRepository, files: BTreeMap<FilePath, GitFile>, below: FilePath) -> Self {
        let mut folders: BTreeMap<FilePath, BTreeMap<String, EntryKind>> = BTreeMap::new();
        folders.entry(FilePath::root()).or_default();
        for (path, file) in &files {
            let (mut child, mut kind) = (path.clone(), file.kind);
            while let Some(parent) = child.parent() {
                let is_new = !folders.contains_key(&parent);
                folders.entry(parent.clone()).or_default().insert(child.name().to_owned(), kind);
                // The folders above a known one are known.
                if !is_new || parent.is_root() {
                    break;
                }
                (child, kind) = (parent, EntryKind::Folder);
            }
        }
        let is_file = |file: &GitFile| file.kind == EntryKind::File;
        let tracked = files.iter().filter(|(_, file)| is_file(file)).filter_map(|(path, _)| below_root(path, &below));
        Self { repository, tracked: tracked.collect(), files, folders, below }
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
    fn resolve(&self, path: FilePath) -> Result<Resolved<'_>, ReadError> {
        let mut at = path;
        for _ in 0..MOST_LINKS {
            if self.folders.contains_key(&at) {
                return Ok(Resolved::Folder(at));
            }
            let file = self.files.get(&at).ok_or(ReadError::NotFound)?;
            if file.kind != EntryKind::Link {
                return Ok(Resolved::File(file));
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

enum Resolved<'f> {
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
        let Resolved::Folder(folder) = self.resolve(folder)? else { return Err(ReadError::NotFound) };
        let entries = self.folders.get(&folder).ok_or(ReadError::NotFound)?;
        Ok(entries.iter().map(|(name, kind)| Entry { name: name.clone(), kind: *kind }).collect())
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let file = match self.resolve(self.inside(path).ok_or(ReadError::Outside)?)? {
            Resolved::Folder(_) => return Err(ReadError::IsFolder),
            Resolved::File(file) if file.kind == EntryKind::File => file,
            Resolved::File(_) => return Err(ReadError::NotAFile),
        };
        let bytes = self.blob(file, limit)?;
        if bytes.len() <= LONGEST_POINTER && bytes.starts_with(LFS) {
            return Err(ReadError::Other("is kept by Git LFS: git has a pointer in its place".to_owned()));
        }
        Ok(bytes)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        match self.resolve(self.inside(path)?) {
            Ok(Resolved::Folder(_)) => Some(EntryKind::Folder),
            Ok(Resolved::File(file)) => Some(file.kind),
            Err(ReadError::Outside) => Some(EntryKind::Link),
            Err(_) => None,
        }
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        let file = self.files.get(&self.inside(path)?).filter(|file| file.kind == EntryKind::File)?;
        Some(ContentId(file.id.to_string()))
    }

    fn all(&self) -> Option<&[FilePath]> {
        Some(&self.tracked)
    }

    fn tracked(&self) -> Result<&[FilePath], String> {
        Ok(&self.tracked)
    }
}
