//! Which files a run looks at: one parallel walk, with the ignore rules applied the same way to every [`Files`].
//!
//! `ignore::Walk` reads the file system itself, so it cannot serve the git index or an editor; its matcher of one ignore
//! file can, and is used here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use auditlint_source::{Decoded, Entry, EntryKind, FilePath, Files, NotText, Problem, ProblemKind, ReadError};

use crate::config::Config;
use crate::entries::{CONFIG_NAME, DANGLING, is_listed};
use crate::ignore_patterns::{IgnorePatterns, PatternsBuilder, Refused};
use crate::limits::{IGNORE_FILE, MAX_PATTERN, MAX_PATTERN_BYTES, MAX_PATTERNS};
use crate::projects::{NestedProjects, Projects};
use crate::tracked::Tracked;
use crate::worktree::is_kept_file;

/// What one walk found.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// Every file that is not ignored, sorted.
    pub files: Vec<FilePath>,
    /// Links, devices, pipes and the like that are not ignored, sorted.
    pub(crate) apart: Vec<(FilePath, EntryKind)>,
    /// Entries that were passed over, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Folders and ignore files that could not be read.
    pub problems: Vec<Problem>,
    /// The folders among them, with what is said about each.
    pub(crate) unread: Vec<(FilePath, String)>,
    /// The files among them that git tracks although its ignore files cover them, sorted.
    pub tracked: Vec<FilePath>,
}

impl Discovered {
    /// Whether a link or the like stands at a path or above it, wherever it leads.
    pub(crate) fn is_at_or_below_apart(&self, path: &FilePath) -> bool {
        let is_apart = |path: FilePath| self.apart.binary_search_by(|(known, _)| known.cmp(&path)).is_ok();
        !self.apart.is_empty() && std::iter::successors(Some(path.clone()), FilePath::parent).any(is_apart)
    }
}

/// The name of a file with attributes of paths.
pub(crate) const ATTRIBUTES_NAME: &str = ".gitattributes";

const GIT_IGNORE: &str = ".gitignore";
const IGNORE_NAMES: [&str; 3] = [GIT_IGNORE, ".ignore", ".auditlintignore"];
/// The ignore file of a repository that is not among its files.
const EXCLUDE: &str = ".git/info/exclude";
const REPOSITORIES: [&str; 4] = [".git", ".hg", ".svn", ".jj"];

struct FolderWalk<'f> {
    files: &'f dyn Files,
    /// Which folders are projects; nothing where all that lies below the start belongs to one, of which nothing is excluded.
    projects: Option<&'f NestedProjects<'f>>,
    tracked: Tracked<'f>,
    found: Mutex<Discovered>,
}

/// What holds in a folder that is walked.
#[derive(Clone, Default)]
struct Holding {
    rules: Option<Arc<Rules>>,
    /// Whether git ignores the folder, so that only what it tracks counts.
    is_ignored: bool,
    /// What is configured in its project.
    config: Option<Arc<Config>>,
}

impl Holding {
    /// Whether the walk passes over what lies in the folder.
    fn verdict(&self, tracked: &Tracked<'_>, path: &FilePath, is_folder: bool) -> ReadDecision {
        let ignores = |by: By| self.rules.as_ref().is_some_and(|rules| rules.ignores(path, is_folder, by));
        if !self.is_ignored && !ignores(By::All) {
            return ReadDecision::Read;
        }
        let is_left = !tracked.has(path, is_folder) || ignores(By::OthersThanGit);
        if is_left { ReadDecision::Ignored } else { ReadDecision::Tracked }
    }

    /// What holds in a folder below, before its own ignore files.
    fn below(&self, verdict: ReadDecision) -> Self {
        Self { is_ignored: verdict == ReadDecision::Tracked, ..self.clone() }
    }
}

/// Whether a file or folder is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadDecision {
    Read,
    /// It is ignored, and git tracks it all the same.
    Tracked,
    Ignored,
}

/// Whose ignore files are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    All,
    /// Those that are not git's: they hold for what git tracks, too.
    OthersThanGit,
}

/// Answers for single paths what the walk would have done with them.
pub(crate) struct Ignored<'f> {
    files: &'f dyn Files,
    projects: &'f Projects,
    tracked: Tracked<'f>,
    root: Holding,
    /// By folder, what holds in it; nothing where the walk passes over it.
    folders: BTreeMap<FilePath, Option<Holding>>,
}

impl<'f> Ignored<'f> {
    /// Reads the ignore files above and in the root.
    pub(crate) fn new(files: &'f dyn Files, projects: &'f Projects, below_repository: &FilePath) -> Self {
        let mut unread = Vec::new();
        let above = rules_above(files, below_repository, &mut unread);
        let rules = rules_in(files, PatternFolder::below(FilePath::root()), above, true, &mut unread);
        let root = Holding { rules, ..Holding::default() };
        Self { files, projects, tracked: Tracked::of(files), root, folders: BTreeMap::new() }
    }

    /// Whether the walk would pass over `path`, for itself or for a folder that it stands in.
    pub(crate) fn ignores(&mut self, path: &FilePath, is_folder: bool) -> bool {
        self.reason(path, is_folder).is_some()
    }

    /// Why it would, in the words of [`Discovered::skipped`].
    pub(crate) fn reason(&mut self, path: &FilePath, is_folder: bool) -> Option<&'static str> {
        match self.projects.excludes(path) {
            true => Some("excluded"),
            false => (self.verdict(path, is_folder) == ReadDecision::Ignored).then_some("ignored"),
        }
    }

    /// Whether git ignores a folder, of which it tracks some files.
    pub(crate) fn is_tracked_in_part(&mut self, folder: &FilePath) -> bool {
        self.verdict(folder, true) == ReadDecision::Tracked
    }

    fn verdict(&mut self, path: &FilePath, is_folder: bool) -> ReadDecision {
        let mut above: Vec<FilePath> = std::iter::successors(path.parent(), FilePath::parent).collect();
        above.pop();
        let mut holding = self.root.clone();
        for folder in above.into_iter().rev() {
            let known = match self.folders.get(&folder) {
                Some(known) => known.clone(),
                None => {
                    let found = self.enter(&folder, &holding);
                    self.folders.insert(folder, found.clone());
                    found
                }
            };
            match known {
                Some(inner) => holding = inner,
                None => return ReadDecision::Ignored,
            }
        }
        holding.verdict(&self.tracked, path, is_folder)
    }

    /// What holds in a folder below one where `outer` holds; nothing where the walk passes over it.
    fn enter(&self, folder: &FilePath, outer: &Holding) -> Option<Holding> {
        if folder.name() == "node_modules" || REPOSITORIES.contains(&folder.name()) {
            return None;
        }
        let verdict = outer.verdict(&self.tracked, folder, true);
        let is_skipped = verdict == ReadDecision::Ignored || self.files.kind(&folder.join(".git")).is_some();
        if is_skipped {
            return None;
        }
        let below = outer.below(verdict);
        let rules = rules_in(self.files, PatternFolder::below(folder.clone()), below.rules, false, &mut Vec::new());
        Some(Holding { rules, ..below })
    }
}

/// A folder whose patterns count for what lies below it.
pub(crate) struct PatternFolder {
    /// Where it stands for this run; `..` leads out of the root.
    pub(crate) path: FilePath,
    /// Where the root of the run lies below it, if it is one of the folders above the root.
    root: Option<FilePath>,
}

impl PatternFolder {
    /// The root of the run or a folder below it.
    pub(crate) fn below(path: FilePath) -> Self {
        Self { path, root: None }
    }

    /// The folders from the root of the repository down to the root of the run, that one left out.
    pub(crate) fn above(below_repository: &FilePath) -> Vec<Self> {
        let names: Vec<&str> = below_repository.as_str().split('/').filter(|name| !name.is_empty()).collect();
        let folder = |level: usize| Self {
            path: FilePath::new(&vec![".."; names.len() - level].join("/")),
            root: Some(FilePath::new(&names[level..].join("/"))),
        };
        (0..names.len()).map(folder).collect()
    }

    /// Whether it lies above the root of the run.
    pub(crate) fn is_above(&self) -> bool {
        self.root.is_some()
    }

    /// What patterns of this folder count from.
    pub(crate) fn base(&self) -> &str {
        if self.root.is_some() { "" } else { self.path.as_str() }
    }

    /// A path of the run as patterns of this folder see it.
    pub(crate) fn seen<'p>(&self, path: &'p FilePath) -> Cow<'p, FilePath> {
        self.root.as_ref().map_or(Cow::Borrowed(path), |root| Cow::Owned(root.join(path.as_str())))
    }
}

/// The ignore rules of the folders above the root.
fn rules_above(files: &dyn Files, below_repository: &FilePath, problems: &mut Vec<Problem>) -> Option<Arc<Rules>> {
    let folders = PatternFolder::above(below_repository).into_iter().enumerate();
    folders.fold(None, |rules, (level, folder)| rules_in(files, folder, rules, level == 0, problems))
}

/// The ignore rules that hold in a folder: its own files before those of the folders above.
fn rules_in(
    files: &dyn Files,
    folder: PatternFolder,
    above: Option<Arc<Rules>>,
    is_repository: bool,
    problems: &mut Vec<Problem>,
) -> Option<Arc<Rules>> {
    let mut here = Vec::new();
    let bytes_above = above.as_ref().map_or(0, |rules| rules.bytes);
    let exclude = is_repository.then_some(EXCLUDE);
    for name in IGNORE_NAMES.into_iter().rev().chain(exclude) {
        read_ignore_file(files, &folder, name, bytes_above, &mut here, problems);
    }
    if here.is_empty() {
        return above;
    }
    let bytes = bytes_above + here.iter().map(|(_, patterns)| patterns.bytes()).sum::<usize>();
    Some(Arc::new(Rules { folder, here, above, bytes }))
}

/// The ignore files of a folder and of the folders above it, nearest first.
struct Rules {
    folder: PatternFolder,
    /// Each with whether it is git's own.
    here: Vec<(bool, IgnorePatterns)>,
    above: Option<Arc<Rules>>,
    /// How many bytes of patterns hold here.
    bytes: usize,
}

impl Rules {
    fn ignores(&self, path: &FilePath, is_folder: bool, by: By) -> bool {
        let mut at = Some(self);
        while let Some(rules) = at {
            let path = rules.folder.seen(path);
            for (_, patterns) in rules.here.iter().filter(|(is_git, _)| by == By::All || !is_git) {
                if let Some(found) = patterns.matched(path.as_str(), is_folder) {
                    return found;
                }
            }
            at = rules.above.as_deref();
        }
        false
    }
}

/// Walks everything below the root, which lies `below_repository`: the ignore files of the folders in between count too.
#[must_use]
pub(crate) fn discover(files: &dyn Files, projects: &NestedProjects<'_>, below_repository: &FilePath) -> Discovered {
    let mut problems = Vec::new();
    let rules = rules_above(files, below_repository, &mut problems);
    let found = Mutex::new(Discovered { problems, ..Discovered::default() });
    let walk = FolderWalk { files, projects: Some(projects), tracked: Tracked::of(files), found };
    walk.all_of(FilePath::root(), Holding { rules, is_ignored: false, config: Some(projects.root()) })
}

/// Walks below a folder that is itself ignored but was named; the ignore rules inside it hold.
#[must_use]
pub(crate) fn discover_below(files: &dyn Files, folder: &FilePath) -> Discovered {
    let walk = FolderWalk { files, projects: None, tracked: Tracked::of(files), found: Mutex::default() };
    walk.all_of(folder.clone(), Holding::default())
}

impl FolderWalk<'_> {
    /// What lies in and below a folder.
    fn all_of(self, folder: FilePath, holding: Holding) -> Discovered {
        rayon::scope(|scope| self.enter(scope, folder, holding, true));
        let problem = self.tracked.problem();
        let mut found = self.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.files.sort_unstable();
        found.apart.sort_unstable();
        found.unread.sort_unstable();
        found.tracked.sort_unstable();
        found.problems.extend(problem);
        found
    }

    /// Reads one folder; `start` says that the walk begins here, so nothing about it can make it be passed over.
    fn enter<'s>(&'s self, scope: &rayon::Scope<'s>, folder: FilePath, above: Holding, start: bool) {
        let entries = match self.files.list(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("the folder cannot be read: {error}");
                let problem = Problem::warning(ProblemKind::File, message.as_str())
                    .in_file(&folder)
                    .help("give auditlint permission to read it, or list it under `exclude`");
                let mut all = self.lock();
                all.problems.push(problem);
                all.unread.push((folder, message));
                return;
            }
        };
        let has = |name: &str| entries.iter().any(|entry| entry.name == name);
        if !start && has(".git") {
            *self.lock().skipped.entry("submodule").or_default() += 1;
            return;
        }
        let config = match (self.projects, above.config) {
            (Some(projects), Some(config)) if !start && has(CONFIG_NAME) => Some(projects.enter(&folder, &config)),
            (_, config) => config,
        };
        let holding = if has(".git") || IGNORE_NAMES.iter().any(|name| has(name)) {
            let mut problems = Vec::new();
            let rules =
                rules_in(self.files, PatternFolder::below(folder.clone()), above.rules, has(".git"), &mut problems);
            self.lock().problems.append(&mut problems);
            Holding { rules, is_ignored: above.is_ignored, config }
        } else {
            Holding { rules: above.rules, is_ignored: above.is_ignored, config }
        };
        let exclude = holding.config.as_ref().map(|config| &config.exclude);
        self.say_dangling(&folder, &entries);
        let mut skipped: BTreeMap<&'static str, u64> = BTreeMap::new();
        let (mut found, mut apart, mut tracked) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let path = folder.child(&entry.name);
            let is_folder = entry.kind == EntryKind::Folder;
            let is_ours = !is_folder && is_kept_file(folder.as_str(), &entry.name);
            if is_ours || is_folder && REPOSITORIES.contains(&entry.name.as_str()) {
                continue;
            }
            let verdict = holding.verdict(&self.tracked, &path, is_folder);
            let reason = if verdict == ReadDecision::Ignored {
                Some("ignored")
            } else if exclude.is_some_and(|exclude| exclude.matched(path.as_str(), is_folder) == Some(true)) {
                Some("excluded")
            } else if is_folder && entry.name == "node_modules" {
                Some("node_modules")
            } else {
                let reason = match entry.kind {
                    EntryKind::File | EntryKind::Folder => None,
                    EntryKind::Link => Some("link"),
                    EntryKind::Other => Some("not a file"),
                };
                if entry.name == ATTRIBUTES_NAME && is_folder {
                    apart.push((path.clone(), entry.kind));
                }
                if reason.is_some() && !is_never_looked_at(&entry.name) {
                    apart.push((path.clone(), entry.kind));
                }
                reason
            };
            match reason {
                Some(reason) => *skipped.entry(reason).or_default() += 1,
                None if is_folder => {
                    let holding = holding.below(verdict);
                    scope.spawn(move |scope| self.enter(scope, path, holding, false));
                }
                None => {
                    tracked.extend((verdict == ReadDecision::Tracked).then(|| path.clone()));
                    found.push(path);
                }
            }
        }
        let mut all = self.lock();
        all.files.append(&mut found);
        all.apart.append(&mut apart);
        all.tracked.append(&mut tracked);
        for (reason, count) in skipped {
            *all.skipped.entry(reason).or_default() += count;
        }
    }

    /// Says which files that decide about others are links that lead nowhere: to those that read them they are not there.
    fn say_dangling(&self, folder: &FilePath, entries: &[Entry]) {
        let links = entries.iter().filter(|entry| entry.kind == EntryKind::Link);
        for entry in links.filter(|entry| IGNORE_NAMES.contains(&entry.name.as_str()) || entry.name == ATTRIBUTES_NAME)
        {
            let path = folder.child(&entry.name);
            if self.files.kind(&path).is_none() {
                let what = if entry.name == ATTRIBUTES_NAME { "the attributes file" } else { "the ignore file" };
                let message = format!("{what} cannot be read: {DANGLING}");
                self.lock().problems.push(Problem::warning(ProblemKind::File, message).in_file(&path));
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Discovered> {
        self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Whether a link of that name is nothing of the project: packages that lie elsewhere, and the locks of an editor.
fn is_never_looked_at(name: &str) -> bool {
    name == "node_modules" || name.starts_with(".#")
}

fn read_ignore_file(
    files: &dyn Files,
    folder: &PatternFolder,
    name: &str,
    bytes_above: usize,
    into: &mut Vec<(bool, IgnorePatterns)>,
    problems: &mut Vec<Problem>,
) {
    let path = folder.path.join(name);
    let warning = |message: String| Problem::warning(ProblemKind::File, message).in_file(&path);
    // Of the folders that are walked the entries are known.
    let may_dangle = name == EXCLUDE || folder.is_above();
    let bytes = match files.read(&path, IGNORE_FILE) {
        Ok(bytes) => bytes,
        Err(ReadError::NotFound) if !may_dangle || !is_listed(files, &path) => return,
        Err(ReadError::NotFound) => {
            return problems.push(warning(format!("the ignore file cannot be read: {DANGLING}")));
        }
        // `.git` is a file in a linked worktree.
        Err(_) if name == EXCLUDE && files.kind(&folder.path.join(".git")) != Some(EntryKind::Folder) => return,
        Err(error) => return problems.push(warning(format!("the ignore file cannot be read: {error}"))),
    };
    if let Some(reason) = NotText::of(&bytes) {
        return problems.push(warning(format!("the ignore file cannot be used: {reason}")));
    }
    let bytes_before = into.iter().map(|(_, patterns)| patterns.bytes()).sum::<usize>();
    let mut builder = PatternsBuilder::new(folder.base(), bytes_above + bytes_before);
    let decoded = Decoded::new(&bytes);
    let lines = decoded.text().lines().enumerate().map(|(index, line)| (index + 1, line));
    add_patterns(&mut builder, lines, &mut |message| problems.push(warning(message)));
    let (patterns, broken) = builder.build();
    if let Some(error) = broken {
        problems.push(warning(format!("part of the ignore file cannot be used: {error}")));
    }
    if !patterns.is_empty() {
        into.push((matches!(name, GIT_IGNORE | EXCLUDE), patterns));
    }
}

/// How many lines that are not patterns are told of one file.
const TOLD_LINES: usize = 20;

/// Adds lines with their numbers, and tells what does not count.
pub(crate) fn add_patterns<'l>(
    builder: &mut PatternsBuilder,
    lines: impl Iterator<Item = (usize, &'l str)>,
    tell: &mut dyn FnMut(String),
) {
    let mut untold = 0_usize;
    let mut told = 0;
    for (number, line) in lines {
        let message = match builder.add(line) {
            Ok(()) => continue,
            Err(Refused::Full) => {
                tell(format!(
                    "the patterns from line {number} on do not count: more than {MAX_PATTERNS}, or than {} KiB with \
                     those of the folders above",
                    MAX_PATTERN_BYTES >> 10
                ));
                break;
            }
            Err(Refused::Invalid(error)) => format!("line {number} is not a valid ignore pattern: {error}"),
            Err(Refused::Long) => {
                format!("line {number} is not a valid ignore pattern: it is longer than {MAX_PATTERN} bytes")
            }
        };
        if told == TOLD_LINES {
            untold += 1;
        } else {
            told += 1;
            tell(message);
        }
    }
    if untold > 0 {
        tell(format!("{untold} more lines are not valid ignore patterns"));
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::MemoryFiles;

    use super::*;

    /// A project that excludes what these patterns match.
    fn excluding(patterns: &[&str]) -> Projects {
        let text = format!("exclude = {patterns:?}\n");
        Projects::of_root(Config::read(&FilePath::new(CONFIG_NAME), &text).0)
    }

    fn found(files: &[(&str, &str)], exclude: &[&str]) -> (Vec<String>, BTreeMap<&'static str, u64>) {
        let files = MemoryFiles::new(files.iter().copied());
        let projects = excluding(exclude);
        let discovered = discover(&files, &NestedProjects::Known(&projects), &FilePath::root());
        assert_eq!(discovered.problems, []);
        (discovered.files.iter().map(ToString::to_string).collect(), discovered.skipped)
    }

    #[test]
    fn applies_ignore_files_from_the_nearest_folder_up() {
        let (files, skipped) = found(
            &[
                (".gitignore", "*.log\n/dist/\nb/*.ts\n"),
                ("a/.gitignore", "!keep.log\n"),
                ("a/keep.log", ""),
                ("a/drop.log", ""),
                ("a/dist/x.ts", ""),
                ("dist/x.ts", ""),
                ("b/x.ts", ""),
                ("b/c/x.ts", ""),
                ("node_modules/x/index.ts", ""),
            ],
            &[],
        );
        assert_eq!(files, [".gitignore", "a/.gitignore", "a/dist/x.ts", "a/keep.log", "b/c/x.ts"]);
        assert_eq!(skipped.get("ignored"), Some(&3));
        assert_eq!(skipped.get("node_modules"), Some(&1));
    }

    #[test]
    fn patterns_above_the_root_count_from_their_folder() {
        let files = MemoryFiles::new([
            ("../../.gitignore", "/dist\n/packages/app/out\n*.log\n"),
            ("../.gitignore", "/app/tmp\n!keep.log\n"),
            ("dist/x.ts", ""),
            ("out/x.ts", ""),
            ("tmp/x.ts", ""),
            ("a.log", ""),
            ("keep.log", ""),
        ]);
        let below = FilePath::new("packages/app");
        let projects = excluding(&[]);
        let discovered = discover(&files, &NestedProjects::Known(&projects), &below);
        let found: Vec<&str> = discovered.files.iter().map(FilePath::as_str).collect();
        assert_eq!(found[2..], ["dist/x.ts", "keep.log"], "{found:?}");
        let mut ignored = Ignored::new(&files, &projects, &below);
        for (path, expected) in [("dist/x.ts", false), ("out/x.ts", true), ("a.log", true), ("keep.log", false)] {
            assert_eq!(ignored.ignores(&FilePath::new(path), false), expected, "{path}");
        }
    }

    #[test]
    fn skips_submodules_and_excluded_paths_and_enters_projects() {
        let (files, skipped) = found(
            &[
                ("a/auditlint.toml", ""),
                ("a/x.ts", ""),
                ("b/.git", "gitdir: elsewhere"),
                ("b/x.ts", ""),
                ("vendor/x.ts", ""),
                ("c/vendor/x.ts", ""),
                ("x.ts", ""),
            ],
            &["/vendor/"],
        );
        assert_eq!(files, ["a/auditlint.toml", "a/x.ts", "c/vendor/x.ts", "x.ts"]);
        assert_eq!(skipped, BTreeMap::from([("excluded", 1), ("submodule", 1)]));
    }
}
