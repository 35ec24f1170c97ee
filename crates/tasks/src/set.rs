//! All tasks of a run, and how they are found by what people write for them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::{FilePath, nearest};

use crate::dependency::shape;
use crate::draft::TaskOrigin;
use crate::external::Tracker;
use crate::id::fold;
use crate::{ExternalTask, Task, UnreadTask};

/// Every task that was read, in the order of path and line.
#[derive(Clone, Debug, Default)]
pub struct TaskSet {
    tasks: Vec<Task>,
    /// Ids with their prefixes.
    ids: BTreeMap<String, Vec<usize>>,
    /// Ids without prefixes, and names of files that hold one task.
    names: BTreeMap<String, Vec<usize>>,
    /// All of these folded.
    folded: BTreeMap<String, Vec<usize>>,
    /// Folded ids of the audit and of subtasks.
    findings: BTreeMap<String, Vec<usize>>,
    trackers: Vec<Tracker>,
    unread: Vec<UnreadTask>,
    unreadable: Vec<FilePath>,
}

/// How many tasks of one id a line may be about: what says something about more of them says it about none.
pub(crate) const MOST_MEANT: usize = 64;

/// What a written task id stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskLookup<'t> {
    /// One task.
    One(&'t Task),
    /// A short form or id that several tasks share; they are listed.
    Ambiguous(Vec<&'t Task>),
    /// An id of the audit itself, or of a subtask: it stands for the tasks that list it.
    ByFinding(Vec<&'t Task>),
    /// An id of a tracker outside the repository.
    External(ExternalTask),
    /// Nobody knows it.
    Unknown {
        /// The id, short id or finding id that is nearest in spelling.
        nearest: Option<&'t str>,
    },
}

impl TaskSet {
    /// Indexes tasks.
    pub(crate) fn new(tasks: Vec<Task>, trackers: Vec<Tracker>) -> Self {
        let mut set = Self { trackers, ..Self::default() };
        for (index, task) in tasks.iter().enumerate() {
            let local = task.local_id();
            let aliases = task.aliases.iter().map(String::as_str).filter(|alias| *alias != local);
            add(&mut set.ids, task.id.as_str().to_owned(), index);
            for name in std::iter::once(local).chain(aliases) {
                let origin = TaskOrigin { source: task.source, prefix: task.prefix.as_deref() };
                let qualified = origin.qualify(name);
                add(&mut set.names, name.to_owned(), index);
                add(&mut set.names, qualified.clone(), index);
                add(&mut set.folded, fold(name), index);
                add(&mut set.folded, fold(&qualified), index);
            }
            for finding in task.findings.iter().chain(task.subtasks.iter().map(|subtask| &subtask.id)) {
                add(&mut set.findings, fold(finding), index);
                if let Some(prefix) = &task.prefix {
                    add(&mut set.findings, fold(&format!("{prefix}:{finding}")), index);
                }
            }
        }
        set.tasks = tasks;
        set
    }

    /// Every task, in the order of path and line.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Has the files that tasks name count from a folder: that of the project which keeps tasks there, by the number of their source.
    /// What names the folder itself counts from the root already.
    pub fn count_files_from(&mut self, folder_of: &dyn Fn(usize) -> FilePath) {
        for task in &mut self.tasks {
            let folder = folder_of(task.source);
            if folder.is_root() {
                continue;
            }
            let counted = |written: &String| match FilePath::new(written).is_under(&folder) {
                true => written.clone(),
                false => format!("{folder}/{}", written.trim_start_matches("./")),
            };
            task.files.iter_mut().for_each(|file| *file = counted(file));
            for named in task.named_files.iter_mut().filter(|named| !named.is_outside) {
                named.path = counted(&named.path);
            }
        }
    }

    /// How the ids of the tasks are made, whole and up to each sign between their parts.
    pub(crate) fn shapes(&self) -> BTreeSet<String> {
        let mut shapes = BTreeSet::new();
        for task in &self.tasks {
            let whole = shape(task.local_id());
            let parts = whole
                .match_indices('-')
                .map(|(at, _)| &whole[..at])
                .filter(|part| part.contains('9') && part.contains('-'));
            shapes.extend(parts.map(str::to_owned));
            shapes.insert(whole);
        }
        shapes
    }

    pub(crate) fn tasks_mut(&mut self) -> &mut [Task] {
        &mut self.tasks
    }

    /// What looks like a task and was not read as one, in the order of the files.
    #[must_use]
    pub fn unread(&self) -> &[UnreadTask] {
        &self.unread
    }

    /// The task files that could not be read, or that are too many.
    #[must_use]
    pub fn unreadable(&self) -> &[FilePath] {
        &self.unreadable
    }

    pub(crate) fn leave_out(&mut self, unread: Vec<UnreadTask>, unreadable: Vec<FilePath>) {
        self.unread = unread;
        self.unreadable = unreadable;
    }

    /// The tasks of trackers that an exported status file names, in the order of the files.
    pub fn external(&self) -> impl Iterator<Item = &ExternalTask> {
        self.trackers.iter().flat_map(Tracker::exported)
    }

    /// Whether there is neither a task nor a tracker.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.trackers.is_empty()
    }

    /// What `id` stands for. Tried in this order: a full id with its prefix; an id without prefix or the name of a file
    /// that holds one task (`.yaml` may follow); an id of the audit or of a subtask; an id of a tracker; the same in
    /// another case and with `-` for `_`; a short id, that is the beginning of an id up to a `-` or `_`, with a
    /// digit in it.
    #[must_use]
    pub fn lookup(&self, id: &str) -> TaskLookup<'_> {
        self.find(id).unwrap_or_else(|| {
            let id = self.without_extension(id.trim());
            TaskLookup::Unknown { nearest: self.nearest(id, &fold(id)) }
        })
    }

    /// The same; nothing where nobody knows it. It is not compared with every id that is known.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<TaskLookup<'_>> {
        let id = self.without_extension(id.trim());
        for map in [&self.ids, &self.names] {
            if let Some(found) = map.get(id) {
                return Some(self.one_or_more(found));
            }
        }
        let folded = fold(id);
        if let Some(found) = self.findings.get(&folded) {
            return Some(TaskLookup::ByFinding(found.iter().map(|index| &self.tasks[*index]).collect()));
        }
        if let Some(task) = self.trackers.iter().find_map(|tracker| tracker.task(id)) {
            return Some(TaskLookup::External(task));
        }
        if let Some(found) = self.folded.get(&folded) {
            return Some(self.one_or_more(found));
        }
        let found = self.short(&folded, usize::MAX);
        (!found.is_empty()).then(|| self.one_or_more(&found))
    }

    /// Whether an id stands for anything: tasks, ids of the audit, parts of tasks, a task of a tracker.
    #[must_use]
    pub fn knows(&self, id: &str) -> bool {
        let id = self.without_extension(id.trim());
        let folded = fold(id);
        [&self.ids, &self.names].iter().any(|map| map.contains_key(id))
            || [&self.findings, &self.folded].iter().any(|map| map.contains_key(&folded))
            || self.trackers.iter().any(|tracker| tracker.task(id).is_some())
            || !self.short(&folded, 1).is_empty()
    }

    /// The tasks that a word of a task file means, in the scope of that file's source: all that have this id, or the
    /// one that has this short id.
    pub(crate) fn resolve(&self, origin: TaskOrigin<'_>, word: &str) -> Cow<'_, [usize]> {
        let word = self.without_extension(word);
        let qualified = origin.prefix.map(|_| origin.qualify(word));
        for word in qualified.as_deref().into_iter().chain([word]) {
            let exact = self.ids.get(word).or_else(|| self.names.get(word));
            if let Some(found) = exact.or_else(|| self.folded.get(&fold(word))) {
                return Cow::Borrowed(found);
            }
            if let [one] = self.short(&fold(word), 2)[..] {
                return Cow::Owned(vec![one]);
            }
        }
        Cow::Borrowed(&[])
    }

    /// The tasks whose id, folded, begins with `short` and goes on with `-`; at most `limit`.
    fn short(&self, short: &str, limit: usize) -> Vec<usize> {
        if !short.contains(|c: char| c.is_ascii_digit()) {
            return Vec::new();
        }
        let from = format!("{short}-");
        let mut found = BTreeSet::new();
        for (_, tasks) in self.folded.range(from.clone()..).take_while(|(name, _)| name.starts_with(&from)) {
            found.extend(tasks.iter().take(limit));
            if found.len() >= limit {
                break;
            }
        }
        found.into_iter().collect()
    }

    /// The id without the extension of a file, unless it is one with it.
    fn without_extension<'i>(&self, id: &'i str) -> &'i str {
        if self.ids.contains_key(id) || self.names.contains_key(id) {
            return id;
        }
        [".yaml", ".yml", ".json", ".md"].iter().find_map(|extension| id.strip_suffix(extension)).unwrap_or(id)
    }

    fn one_or_more(&self, found: &[usize]) -> TaskLookup<'_> {
        match found {
            [one] => TaskLookup::One(&self.tasks[*one]),
            more => TaskLookup::Ambiguous(more.iter().map(|index| &self.tasks[*index]).collect()),
        }
    }

    /// The nearest id; else the nearest short id of as many parts as the written one has.
    fn nearest(&self, id: &str, folded: &str) -> Option<&str> {
        let ids = self.tasks.iter().map(|task| if id.contains(':') { task.id.as_str() } else { task.local_id() });
        let findings = self.tasks.iter().flat_map(|task| task.findings.iter().map(String::as_str));
        nearest(id, ids.chain(findings)).or_else(|| {
            let parts = folded.split('-').count();
            let beginnings = || self.tasks.iter().filter_map(|task| Some((beginning(task.local_id(), parts)?, task)));
            // A beginning without a digit is short for nothing.
            match beginnings().find(|(beginning, _)| fold(beginning) == folded) {
                Some((_, task)) => Some(task.local_id()),
                None => nearest(id, beginnings().map(|(beginning, _)| beginning)),
            }
        })
    }
}

fn add(map: &mut BTreeMap<String, Vec<usize>>, key: String, index: usize) {
    let tasks = map.entry(key).or_default();
    if tasks.last() != Some(&index) {
        tasks.push(index);
    }
}

/// The first `parts` parts of an id, if it has more.
fn beginning(id: &str, parts: usize) -> Option<&str> {
    let (at, _) = id.match_indices(['-', '_']).nth(parts.checked_sub(1)?)?;
    Some(&id[..at])
}
