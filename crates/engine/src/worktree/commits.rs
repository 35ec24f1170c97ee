//! The commits of a repository: a line of them from one state to another, and what is asked of each.
//!
//! A line follows first parents, so a merge is one step of it, as it was for those who worked on the branch that it was merged into.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use gix::ObjectId;
use gix::bstr::ByteSlice as _;

use super::Repository;
use super::git_files::{GitFiles, SHALLOW, TreeCache, find_commit};
use crate::Date;

/// How many commits a line may have.
const MOST_COMMITS: usize = 200_000;
/// How long the first line of a message may be, in characters.
const LONGEST_SUBJECT: usize = 200;

/// The name of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(ObjectId);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a commit says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitNote {
    /// The first line of its message.
    pub subject: String,
    /// The day on which it was made, in the committer's own time zone.
    pub day: Option<Date>,
    /// Who wrote the change.
    pub author: String,
    /// When the author wrote it, in the author's own time zone.
    pub authored: String,
}

/// The commits from one to another, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitLine {
    /// The first one is the state before all changes.
    pub commits: Vec<CommitId>,
    /// Where it begins.
    pub start: LineStart,
}

/// Where a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStart {
    /// At the commit that was named.
    Named,
    /// At the last commit that both ends have in common, because the commit that was named is not an ancestor of the end.
    Parted,
    /// At the commit that was named, on a branch that was merged later.
    Merged,
}

/// The commits of a repository, opened for reading.
pub struct Commits {
    repository: gix::ThreadSafeRepository,
    below: auditlint_source::FilePath,
    /// The oldest commits that a shallow clone holds.
    oldest: BTreeSet<ObjectId>,
    trees: TreeCache,
}

impl Repository {
    /// Its commits, for a run whose root is this folder.
    ///
    /// # Errors
    /// Why they cannot be read, as a sentence.
    pub fn commits(&self, root: &Path) -> Result<Commits, String> {
        let repository = self.open()?;
        let below = self.below(root)?;
        let shallow =
            repository.shallow_commits().map_err(|_| "what the shallow clone holds cannot be read".to_owned())?;
        let oldest = shallow.iter().flat_map(|commits| commits.iter().copied()).collect();
        Ok(Commits { repository: repository.into_sync(), below, oldest, trees: TreeCache::default() })
    }
}

impl Commits {
    /// The commit that git names so: `main`, `HEAD~3`, `v1.2`, a hash.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
    pub fn find(&self, revision: &str) -> Result<CommitId, String> {
        let repository = self.repository.to_thread_local();
        find_commit(&repository, revision).map(|commit| CommitId(commit.id))
    }

    /// The files of a commit.
    ///
    /// # Errors
    /// Why they cannot be read, as a sentence.
    pub fn files(&self, commit: CommitId) -> Result<GitFiles, String> {
        GitFiles::of_commit(&self.repository, commit.0, &self.below, &self.trees)
    }

    /// The parents of a commit, none where a shallow clone does not hold them.
    ///
    /// # Errors
    /// Why the commit cannot be read, as a sentence.
    pub fn parents(&self, commit: CommitId) -> Result<Vec<CommitId>, String> {
        self.parents_in(&self.repository.to_thread_local(), commit)
    }

    fn parents_in(&self, repository: &gix::Repository, commit: CommitId) -> Result<Vec<CommitId>, String> {
        if self.oldest.contains(&commit.0) {
            return Ok(Vec::new());
        }
        let read = repository.find_commit(commit.0).map_err(|_| self.missing(commit))?;
        Ok(read.parent_ids().map(|parent| CommitId(parent.detach())).collect())
    }

    /// What a commit says of itself.
    ///
    /// # Errors
    /// Why the commit cannot be read, as a sentence.
    pub fn note(&self, commit: CommitId) -> Result<CommitNote, String> {
        let repository = self.repository.to_thread_local();
        let read = repository.find_commit(commit.0).map_err(|_| self.missing(commit))?;
        let subject = read.message_raw_sloppy().lines().next().unwrap_or_default().to_str_lossy().into_owned();
        let day = read.time().ok().and_then(|time| time.format(gix::date::time::format::SHORT).ok());
        let (author, authored) = match read.author() {
            Ok(author) => {
                let time =
                    author.time().ok().and_then(|time| time.format(gix::date::time::format::ISO8601_STRICT).ok());
                (author.name.to_str_lossy().into_owned(), time.unwrap_or_default())
            }
            Err(_) => (String::new(), String::new()),
        };
        Ok(CommitNote {
            subject: subject.chars().take(LONGEST_SUBJECT).collect(),
            day: day.and_then(|day| Date::parse(&day)),
            author,
            authored,
        })
    }

    /// The first parents from a commit back to another one, which stands first; back to the very first one where none is named. Where
    /// the other one was made on a branch, the line follows the branch from it up to the merge.
    ///
    /// # Errors
    /// Why there is no such line, as a sentence.
    pub fn line(&self, since: Option<CommitId>, until: CommitId) -> Result<CommitLine, String> {
        let repository = self.repository.to_thread_local();
        let first = self.first_parents(&repository, since, until)?;
        let Some(since) = since.filter(|since| first.first() != Some(since)) else {
            return Ok(CommitLine { commits: first, start: LineStart::Named });
        };
        let Some(base) = common(&repository, since, until) else {
            let shallow = if self.oldest.is_empty() { "" } else { SHALLOW };
            return Err(format!("{} and {} have no commit in common{shallow}", short(since), short(until)));
        };
        // From the end to the beginning, a piece for each branch.
        let (mut pieces, mut piece) = (Vec::new(), first);
        while piece.first() != Some(&base) {
            let merge = first_with(&repository, base, &piece);
            piece.drain(..merge);
            let brought = self.parents_in(&repository, piece[0])?.into_iter().skip(1);
            let Some(other) = brought.into_iter().find(|other| has(&repository, base, *other)) else { break };
            pieces.push(std::mem::replace(&mut piece, self.first_parents(&repository, Some(base), other)?));
            if pieces.iter().map(Vec::len).sum::<usize>() > MOST_COMMITS {
                return Err(too_long(until));
            }
        }
        pieces.push(piece);
        let start = match pieces.len() {
            _ if base != since => LineStart::Parted,
            0 | 1 => LineStart::Named,
            _ => LineStart::Merged,
        };
        Ok(CommitLine { commits: pieces.into_iter().rev().flatten().collect(), start })
    }

    /// The first parents from a commit back to another one, or to the very first one where they do not lead there; the oldest first.
    fn first_parents(
        &self,
        repository: &gix::Repository,
        since: Option<CommitId>,
        until: CommitId,
    ) -> Result<Vec<CommitId>, String> {
        let mut commits = vec![until];
        let mut known = BTreeSet::from([until]);
        let mut last = until;
        while Some(last) != since {
            let Some(parent) = self.parents_in(repository, last)?.first().copied() else { break };
            // A graph that was tampered with may lead in a circle.
            if commits.len() >= MOST_COMMITS || !known.insert(parent) {
                return Err(too_long(until));
            }
            commits.push(parent);
            last = parent;
        }
        commits.reverse();
        Ok(commits)
    }

    /// The commits that a merge brought by one of its parents, back to what the line that it was merged into had already, which stands
    /// first.
    ///
    /// # Errors
    /// Why they cannot be read, as a sentence.
    pub fn brought(&self, into: CommitId, by: CommitId) -> Result<Vec<CommitId>, String> {
        self.line(Some(into), by).map(|line| line.commits)
    }

    /// The tags of commits, by commit, those of each in order.
    ///
    /// # Errors
    /// Why they cannot be read, as a sentence.
    pub fn tags(&self) -> Result<BTreeMap<CommitId, Vec<String>>, String> {
        let repository = self.repository.to_thread_local();
        let unread = || "the tags cannot be read".to_owned();
        let references = repository.references().map_err(|_| unread())?;
        let mut tags: BTreeMap<CommitId, Vec<String>> = BTreeMap::new();
        for mut tag in references.tags().map_err(|_| unread())?.flatten() {
            let name = tag.name().shorten().to_str_lossy().into_owned();
            // A tag may be of anything, and of something that is not here.
            let commit = tag.peel_to_id().ok().and_then(|id| id.object().ok()?.try_into_commit().ok());
            if let Some(commit) = commit {
                tags.entry(CommitId(commit.id)).or_default().push(name);
            }
        }
        tags.values_mut().for_each(|names| names.sort());
        Ok(tags)
    }

    /// Whether the repository is a shallow clone, and this is one of the oldest commits that it holds.
    #[must_use]
    pub fn is_cut_off(&self, commit: CommitId) -> bool {
        self.oldest.contains(&commit.0)
    }

    fn missing(&self, commit: CommitId) -> String {
        let shallow = if self.oldest.is_empty() { "" } else { SHALLOW };
        format!("the commit {} is not in the repository{shallow}", short(commit))
    }
}

/// The last commit that two others have in common.
fn common(repository: &gix::Repository, one: CommitId, other: CommitId) -> Option<CommitId> {
    repository.merge_base(one.0, other.0).ok().flatten().map(|base| CommitId(base.detach()))
}

/// Whether a commit is another one or has it as an ancestor.
fn has(repository: &gix::Repository, ancestor: CommitId, commit: CommitId) -> bool {
    commit == ancestor || common(repository, ancestor, commit) == Some(ancestor)
}

/// The number of the first commit of a line that has another one as an ancestor, which the last one has. Each holds all that the ones
/// before it hold, so it is found by halving.
fn first_with(repository: &gix::Repository, ancestor: CommitId, line: &[CommitId]) -> usize {
    let (mut from, mut to) = (0, line.len() - 1);
    while from < to {
        let middle = from.midpoint(to);
        if has(repository, ancestor, line[middle]) { to = middle } else { from = middle + 1 }
    }
    from
}

fn too_long(until: CommitId) -> String {
    format!("the history of {} is longer than {MOST_COMMITS} commits", short(until))
}

/// The name of a commit as people read it.
fn short(commit: CommitId) -> String {
    commit.0.to_hex_with_len(12).to_string()
}
