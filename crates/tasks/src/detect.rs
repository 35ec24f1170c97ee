//! Where a repository seems to keep its tasks, for `init`.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, Files};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::file::TaskFile;
use crate::reading::{self, FileReading, FileTasks, Reading};
use crate::set::TaskSet;
use crate::{FieldPaths, ItemIds, Task, TaskFormat, TaskGlob, TaskPlace, checklist, layout, marker};

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
    /// What was found and what shows that these are tasks, for the comment above the table.
    pub what: String,
}

/// What was found in a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detection {
    /// The places that seem to hold tasks.
    pub places: Vec<Detected>,
    /// How many checklist items carry no id, in all Markdown files, and in how many of them.
    pub without_id: (usize, usize),
    /// The first of them in the file with the most.
    pub first_without_id: Option<TaskPlace>,
}

impl Detection {
    /// What is to be said about items without an id, where there are some.
    #[must_use]
    pub fn without_id(&self) -> Option<String> {
        let (items, files) = self.without_id;
        let first = self.first_without_id.as_ref()?;
        let items = if items == 1 {
            "1 checklist item carries no id and is not a task".to_owned()
        } else {
            format!("{items} checklist items carry no id and are not tasks")
        };
        let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        Some(format!("{items} ({files}, first {}:{}); `ids = \"heading\"` gives them ids", first.path, first.line))
    }
}

/// A list that holds fewer tasks is not proposed: one item with an id may be chance.
const LEAST: usize = 2;

const NOWHERE: TaskOrigin<'static> = TaskOrigin { source: 0, prefix: None };

/// Finds the places where tasks live among `paths`: folders of YAML tasks, exports of trackers, Markdown plans, then checklists
/// and markers that speak of these tasks; each kind in the order of paths. Reads only files whose names can be of task files.
#[must_use]
pub fn detect(paths: &[FilePath], files: &dyn Files) -> Vec<Detected> {
    survey(paths, files).places
}

/// The same, with what looks like a task and carries no id.
#[must_use]
pub fn survey(paths: &[FilePath], files: &dyn Files) -> Detection {
    let mut paths: Vec<&FilePath> = paths.iter().collect();
    paths.sort();
    let mut found = Detection::default();
    let mut tasks: Vec<TaskDraft> = Vec::new();
    folders_of_yaml(&paths, files, &mut found.places, &mut tasks);
    exports(&paths, files, &mut found.places, &mut tasks);
    let read: Vec<(TaskFile, FileTasks)> = paths
        .iter()
        .filter(|path| matches!(path.extension(), Some("md" | "markdown" | "mdx")) && !is_template(path))
        .filter_map(|path| {
            let file = TaskFile::open(path, files, &mut Vec::new()).ok()?;
            let found = read(&file, Reading::Markdown);
            Some((file, found))
        })
        .collect();
    let known = TaskSet::new(tasks.iter().map(|draft| draft.task.clone()).collect(), Vec::new());
    count_without_id(&read, &known, &mut found);
    let (plans, lists): (Vec<_>, Vec<_>) = read.into_iter().partition(|(file, found)| {
        found.drafts.iter().any(|draft| !draft.is_listed) || layout::of(&file.path).is_some()
    });
    markdown(plans, &paths, &mut found.places, &mut tasks);
    let described = TaskSet::new(tasks.iter().map(|draft| draft.task.clone()).collect(), Vec::new());
    // Lists whose ids stand elsewhere give a status; others are plans of their own.
    let (checklists, lists): (Vec<_>, Vec<_>) = lists.into_iter().partition(|(file, found)| {
        let named = checklist::marks(file).filter(|mark| !mark.tasks(NOWHERE, &described).is_empty()).count();
        named >= LEAST && named * 2 >= found.drafts.len()
    });
    markdown(lists, &paths, &mut found.places, &mut tasks);
    for (file, _) in checklists {
        let named = checklist::marks(&file).filter(|mark| !mark.tasks(NOWHERE, &described).is_empty()).count();
        let what = format!("a checklist that gives the status of {named} tasks");
        found.places.push(place(TaskGlob::literal(&file.path), 1, named, what));
    }
    let set = TaskSet::new(tasks.into_iter().map(|draft| draft.task).collect(), Vec::new());
    if !set.tasks().is_empty() {
        folders_of_markers(&paths, &set, &mut found.places);
    }
    found
}

/// Templates hold what tasks look like, and none.
fn is_template(path: &FilePath) -> bool {
    let path = path.as_str();
    path.split('/').any(|part| part.eq_ignore_ascii_case("templates") || part.eq_ignore_ascii_case("ISSUE_TEMPLATE"))
        || path.contains("-template.")
        || path.contains("_template.")
}

fn read(file: &TaskFile, reading: Reading) -> FileTasks {
    let paths = FieldPaths::default();
    reading::read(file, NOWHERE, FileReading { reading, paths: &paths, ids: ItemIds::Written }, &mut Vec::new())
}

fn place(glob: String, files: usize, tasks: usize, what: String) -> Detected {
    Detected { glob, format: TaskFormat::Auto, files, tasks, what }
}

/// Folders in which at least half of the YAML files are tasks; one is enough.
fn folders_of_yaml(paths: &[&FilePath], files: &dyn Files, found: &mut Vec<Detected>, tasks: &mut Vec<TaskDraft>) {
    let mut folders: BTreeMap<(FilePath, &str), Vec<&FilePath>> = BTreeMap::new();
    for path in paths {
        if let (Some(folder), Some(extension @ ("yaml" | "yml"))) = (path.parent(), path.extension()) {
            folders.entry((folder, extension)).or_default().push(path);
        }
    }
    for ((folder, extension), paths) in folders {
        let mut drafts = Vec::new();
        let mut holding = Vec::new();
        for path in &paths {
            let Ok(file) = TaskFile::open(path, files, &mut Vec::new()) else { continue };
            let mut read = read(&file, Reading::Yaml).drafts;
            // Many documents have an id: a task also has a title, and says when it is done, where, or how far it is.
            let telling = read.iter().take_while(|draft| is_telling(&draft.task)).count();
            read.truncate(telling);
            if !read.is_empty() {
                holding.push(*path);
            }
            drafts.append(&mut read);
        }
        let Some(first) = drafts.first() else { continue };
        // A file alone must have its id within: what is called by the name of its file may be anything.
        let is_certain = paths.len() >= LEAST && holding.len() >= LEAST || !first.task.place.span.is_empty();
        if !is_certain {
            continue;
        }
        let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let verb = if holding.len() == 1 { "holds" } else { "hold" };
        let what = format!(
            "{} that {verb} {}, such as `{}`: an id, a title, and criteria, files or a status",
            count(holding.len(), "YAML file"),
            count(drafts.len(), "task"),
            first.task.id
        );
        if holding.len() * 2 >= paths.len() {
            found.push(place(glob(&folder, extension), paths.len(), drafts.len(), what));
        } else {
            for path in &holding {
                found.push(place(
                    TaskGlob::literal(path),
                    1,
                    drafts.iter().filter(|draft| draft.task.place.path == **path).count(),
                    what.clone(),
                ));
            }
        }
        tasks.append(&mut drafts);
    }
}

fn is_telling(task: &Task) -> bool {
    !task.title.is_empty() && (!task.acceptance.is_empty() || !task.files.is_empty() || !task.declarations.is_empty())
}

/// How many bytes of files of no telling name are read in all, and of each at most, to see whether they are exports.
const MOST_READ: usize = 16 << 20;
const LONGEST_READ: usize = 1 << 20;

/// Whether what a file holds begins as exports do: with tables of keys that say an id, a title and how far something is. A file whose name
/// does not tell is not read further than that.
fn looks_like_export(text: &str, reading: Reading) -> bool {
    const HEAD: usize = 4096;
    const IDS: [&str; 7] = ["number", "key", "iid", "uuid", "identifier", "issue key", "issue id"];
    // Data of any kind has an `id`, a title and a status; that of trackers says more.
    const PLAIN_IDS: [&str; 1] = ["id"];
    const MORE: [&str; 12] = [
        "priority",
        "assignee",
        "assignees",
        "labels",
        "milestone",
        "due",
        "due date",
        "project",
        "reporter",
        "creator",
        "urgency",
        "estimate",
    ];
    const TITLES: [&str; 5] = ["title", "summary", "description", "subject", "content"];
    const STATES: [&str; 3] = ["state", "status", "resolution"];
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    let has = |names: &[&str]| match reading {
        Reading::Csv => {
            let header = head.lines().next().unwrap_or_default();
            let mut cells = header.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"'));
            cells.any(|cell| names.contains(&cell))
        }
        _ => names.iter().any(|name| head.contains(&format!("\"{name}\":")) || head.contains(&format!("\"{name}\" :"))),
    };
    let begins = reading == Reading::Csv || head.starts_with(['[', '{']);
    begins && has(&TITLES) && has(&STATES) && (has(&IDS) || has(&PLAIN_IDS) && has(&MORE))
}

/// Exports of trackers, and files of tools: by their names, others by what they hold.
fn exports(paths: &[&FilePath], files: &dyn Files, found: &mut Vec<Detected>, tasks: &mut Vec<TaskDraft>) {
    const WORDS: &[&str] =
        &["task", "todo", "issue", "backlog", "ticket", "story", "stories", "jira", "linear", "gitlab"];
    /// Folders of data that tests and examples are about.
    const SAMPLES: &[&str] = &[
        "fixtures",
        "__fixtures__",
        "testdata",
        "test",
        "tests",
        "__tests__",
        "mocks",
        "__mocks__",
        "examples",
        "seeds",
    ];
    let mut left = MOST_READ;
    for path in paths {
        let reading = match path.extension() {
            Some("json") => Reading::Json,
            Some("jsonl" | "ndjson") => Reading::JsonLines,
            Some("csv" | "tsv") => Reading::Csv,
            Some("txt") if matches!(path.stem(), "todo" | "done") => Reading::TodoTxt,
            _ => continue,
        };
        let name = path.stem().to_ascii_lowercase();
        let is_sample =
            || path.as_str().split('/').any(|part| SAMPLES.iter().any(|name| name.eq_ignore_ascii_case(part)));
        let is_named = WORDS.iter().any(|word| name.contains(word)) || reading == Reading::TodoTxt;
        if !is_named && is_sample() {
            continue;
        }
        let file = if is_named {
            TaskFile::open(path, files, &mut Vec::new()).ok()
        } else {
            // Where nothing but the content tells, a file that is too long for one more look is left.
            files.read(path, LONGEST_READ.min(left) as u64).ok().and_then(|bytes| {
                left -= bytes.len();
                let file = TaskFile::new(path, bytes, &mut Vec::new()).ok()?;
                looks_like_export(&file.text, reading).then_some(file)
            })
        };
        let Some(file) = file else { continue };
        let mut drafts = read(&file, reading).drafts;
        let telling = drafts.iter().filter(|draft| is_telling(&draft.task)).count();
        let is_too_few = drafts.len() < LEAST && (reading == Reading::TodoTxt || !is_named);
        if is_too_few || telling == 0 || telling * 2 < drafts.len() {
            continue;
        }
        let what = described(&drafts);
        found.push(place(TaskGlob::literal(path), 1, drafts.len(), what));
        tasks.append(&mut drafts);
    }
}

/// Plans: files of a feature and files with front matter by their folder, others each for itself.
fn markdown(
    read: Vec<(TaskFile, FileTasks)>,
    paths: &[&FilePath],
    found: &mut Vec<Detected>,
    tasks: &mut Vec<TaskDraft>,
) {
    let mut groups: BTreeMap<String, (usize, Vec<TaskDraft>)> = BTreeMap::new();
    for (file, FileTasks { drafts, .. }) in read {
        let has_matter = drafts.len() == 1 && drafts[0].why.starts_with("front matter");
        if has_matter && (drafts[0].task.place.span.is_empty() || !is_telling(&drafts[0].task)) {
            continue;
        }
        let is_feature = layout::of(&file.path).is_some();
        let least = if is_feature || has_matter { 1 } else { LEAST };
        if drafts.len() < least {
            continue;
        }
        let folder = file.path.parent().unwrap_or_else(|| FilePath::new(""));
        let pattern = if is_feature {
            let above = folder.parent().unwrap_or_else(|| FilePath::new(""));
            format!("{}/*/tasks.md", TaskGlob::literal(&above))
        } else if has_matter {
            glob(&folder, file.path.extension().unwrap_or("md"))
        } else {
            TaskGlob::literal(&file.path)
        };
        let (files, group) = groups.entry(pattern).or_default();
        *files += 1;
        group.extend(drafts);
    }
    for (pattern, (files, mut drafts)) in groups {
        let matched = TaskGlob::new(&pattern, auditlint_source::Span::default())
            .map_or(files, |glob| paths.iter().filter(|path| glob.is_match(path.as_str())).count());
        // A folder in which only some files have front matter of tasks may hold anything.
        if matched > files * 2 {
            let mut by_file: BTreeMap<FilePath, Vec<TaskDraft>> = BTreeMap::new();
            for draft in drafts {
                by_file.entry(draft.task.place.path.clone()).or_default().push(draft);
            }
            for (path, mut drafts) in by_file {
                found.push(place(TaskGlob::literal(&path), 1, drafts.len(), described(&drafts)));
                tasks.append(&mut drafts);
            }
            continue;
        }
        found.push(place(pattern, matched, drafts.len(), described(&drafts)));
        tasks.append(&mut drafts);
    }
}

/// "12 tasks, such as `TD-1` in line 3: fields of a task follow".
pub(crate) fn described(drafts: &[TaskDraft]) -> String {
    let mut reasons: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        reasons.entry(draft.why).or_insert((0, at)).0 += 1;
    }
    let most = reasons.iter().max_by_key(|(_, (count, at))| (*count, std::cmp::Reverse(*at)));
    let Some((why, (_, at))) = most else { return String::new() };
    let task = &drafts[*at].task;
    let tasks = if drafts.len() == 1 { "1 task".to_owned() } else { format!("{} tasks", drafts.len()) };
    format!("{tasks}, such as `{}` in line {}: {why}", task.local_id(), task.place.line)
}

/// Counts items that would be tasks if they had ids.
fn count_without_id(read: &[(TaskFile, FileTasks)], known: &TaskSet, found: &mut Detection) {
    let mut most = 0;
    for (file, tasks) in read {
        // A line that names the file of a task needs no id.
        let named = checklist::marks(file).filter(|mark| !mark.tasks(NOWHERE, known).is_empty());
        let list = tasks.unread.list(file, &named.map(|mark| mark.span.start).collect());
        let Some(unread) = list.iter().find(|unread| unread.reason == crate::evidence::NO_ID) else { continue };
        found.without_id.0 += unread.count;
        found.without_id.1 += 1;
        if unread.count > most {
            most = unread.count;
            found.first_without_id = Some(unread.place.clone());
        }
    }
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
    let folder = TaskGlob::literal(folder);
    if folder.is_empty() { format!("*.{extension}") } else { format!("{folder}/*.{extension}") }
}
