//! Tasks that are tables of YAML, JSON or CSV: what stands under which key.
//!
//! The usual keys are known, and those of what trackers export: Jira (`key`, `fields.summary`, `fields.status.name`), GitHub
//! (`number`, `title`, `state`), GitLab (`iid`), Linear (`identifier`), Taskwarrior (`uuid`, `description`) and Task Master. For
//! others the configuration says where a field stands.

use auditlint_source::document::{DocumentNode, DocumentValue};
use auditlint_source::{Problem, Span};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::field_item::FieldItem;
use crate::fields::{TaskField, field};
use crate::file::{TaskFile, span_in};
use crate::status::flag_of;
use crate::{FieldPaths, Status, StatusForm, TaskId, body};

/// A table that may be a task.
pub(crate) struct TaskRow<'n> {
    pub(crate) node: &'n DocumentNode,
    /// The key that it stands under, where that is its id: `SEC-1: {title: …}`.
    key: Option<(&'n str, Span)>,
    /// The list that it stands in, of a file with several: the tag of Task Master.
    pub(crate) list: Option<&'n str>,
    /// The group that it stands in.
    phase: Option<&'n DocumentNode>,
}

impl<'n> TaskRow<'n> {
    /// A table that stands for itself.
    pub(crate) fn of(node: &'n DocumentNode) -> Self {
        Self { node, key: None, list: None, phase: None }
    }
}

/// Keys that lists of tasks stand under.
const LISTS: &[&str] =
    &["tasks", "issues", "items", "nodes", "stories", "tickets", "values", "results", "todos", "data"];

/// The tables of a document that may be tasks: itself, the items of a list, or of lists under keys.
pub(crate) fn rows(document: &DocumentNode) -> Vec<TaskRow<'_>> {
    /// Lists stand at most so deep: `data.issues.nodes`.
    const DEEPEST: usize = 4;
    let mut rows = Vec::new();
    let mut open = vec![(document, None, None, 0)];
    while let Some((node, list, phase, depth)) = open.pop() {
        match &node.value {
            DocumentValue::List(items) => {
                rows.extend(items.iter().filter(|item| item.as_map().is_some()).map(|node| TaskRow {
                    list,
                    phase,
                    ..TaskRow::of(node)
                }));
            }
            DocumentValue::Map(entries) => {
                let has =
                    |keys: &[&str]| keys.iter().any(|key| node.get(key).is_some_and(|node| node.scalar().is_some()));
                let is_row = has(&["id", "task_id", "key", "iid", "number", "identifier", "uuid"])
                    || has(&["title", "summary"]) && !entries.iter().any(|(key, node)| is_list(LISTS, &key.name, node));
                // A plan with groups of tasks may have an id and a title itself.
                let groups: Vec<&DocumentNode> =
                    entries.iter().rev().flat_map(|(key, node)| groups_of(&key.name, node)).collect();
                if is_row && depth == 0 && groups.is_empty() {
                    rows.push(TaskRow { list, ..TaskRow::of(node) });
                    continue;
                }
                if depth < DEEPEST {
                    open.extend(groups.into_iter().rev().map(|group| (group, list, Some(group), depth + 1)));
                }
                for (key, inner) in entries.iter().rev() {
                    let is_id = crate::written_id::shape(&key.name).is_some() && is_row_of_key(inner);
                    if is_list(LISTS, &key.name, inner)
                        || LISTS.contains(&key.name.as_str()) && inner.as_map().is_some()
                    {
                        open.push((inner, list, phase, depth + 1));
                    } else if is_id && depth < 2 {
                        rows.push(TaskRow { node: inner, key: Some((&key.name, key.span)), list, phase });
                    } else if inner.as_map().is_some() && depth < DEEPEST && list.is_none() {
                        let holds = |name: &&str| inner.get(name).is_some_and(|node| node.as_list().is_some());
                        if LISTS.iter().any(holds) {
                            open.push((inner, Some(key.name.as_str()), phase, depth + 1));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    rows
}

/// Whether a table under a key that looks like an id may be a task, and is no list under a name: Task Master has tags like `phase-1`.
fn is_row_of_key(node: &DocumentNode) -> bool {
    let Some(entries) = node.as_map() else { return false };
    let holds_tasks = entries.iter().any(|(key, inner)| is_list(LISTS, &key.name, inner));
    let says_itself = || entries.iter().any(|(key, _)| TITLES.contains(&key.name.as_str()) || key.name == "status");
    !holds_tasks || says_itself()
}

/// The groups in a list of them: tables that hold tasks themselves.
fn groups_of<'n>(key: &str, node: &'n DocumentNode) -> impl Iterator<Item = &'n DocumentNode> + use<'n> {
    let items = node.as_list().filter(|_| is_group_key(key)).unwrap_or_default();
    items.iter().filter(|group| {
        let entries = group.as_map().unwrap_or_default();
        entries.iter().any(|(key, inner)| {
            is_list(LISTS, &key.name, inner) || is_group_key(&key.name) && inner.as_list().is_some()
        })
    })
}

fn is_group_key(key: &str) -> bool {
    GROUPS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

fn is_list(names: &[&str], name: &str, node: &DocumentNode) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
        && node.as_list().is_some_and(|items| items.iter().any(|item| item.as_map().is_some()))
}

/// Keys that may hold the id, the best first, with what stands in front of a number that is one.
const IDS: &[(&str, &str)] = &[
    ("task_id", ""),
    ("issue key", ""),
    ("key", ""),
    ("identifier", ""),
    ("iid", "#"),
    ("number", "#"),
    // The numbers of Taskwarrior change whenever a task is done.
    ("uuid", ""),
    ("id", ""),
    ("issue id", "#"),
];

/// Keys that may hold the title, the best first.
const TITLES: &[&str] = &["title", "summary", "name", "subject", DESCRIPTION, "content", "task", "text"];

/// The key of a longer text, of which the first line stands for a title.
const DESCRIPTION: &str = "description";

/// Lists of groups of tasks, each with lists of its own and the name of a phase.
const GROUPS: &[&str] =
    &["phases", "milestones", "sprints", "iterations", "stages", "waves", "epics", "groups", "sections"];

/// How the rows of one file are read.
#[derive(Clone, Copy)]
pub(crate) struct RowReading<'f> {
    pub(crate) paths: &'f FieldPaths,
    pub(crate) form: StatusForm,
    /// Whether the file holds this row alone, so that its name stands for it too.
    pub(crate) alone: bool,
}

/// The task of a row, where it is one.
pub(crate) fn draft(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    row: &TaskRow<'_>,
    reading: RowReading<'_>,
    problems: &mut Vec<Problem>,
) -> Option<TaskDraft> {
    let node = row.node;
    let entries = entries(node)?;
    let paths = reading.paths;
    let id = match &paths.id {
        Some(path) => at(node, path).map(|node| (node, "")),
        None => IDS.iter().find_map(|(key, sign)| {
            let node = named(&entries, key).filter(|node| !raw(file, node).is_empty() && !is_zero(node))?;
            Some((node, *sign))
        }),
    };
    let title = match &paths.title {
        Some(path) => at(node, path),
        None => TITLES.iter().find_map(|key| named(&entries, key)),
    };
    let key_of = |wanted: Option<&DocumentNode>, path: &Option<String>| {
        let key = entries.iter().find(|(_, node)| wanted.is_some_and(|wanted| std::ptr::eq(*node, wanted)));
        path.clone().or_else(|| key.map(|(key, node)| path_of(row.node, key, node)))
    };
    let understood: Vec<(&'static str, String)> =
        [("id", key_of(id.map(|(node, _)| node), &paths.id)), ("title", key_of(title, &paths.title))]
            .into_iter()
            .filter_map(|(name, key)| Some((name, key?)))
            .collect();
    let title_text = title.map(said).unwrap_or_default();
    let is_text = paths.title.is_none()
        && [DESCRIPTION, "content", "task", "text"]
            .iter()
            .filter_map(|key| named(&entries, key))
            .any(|node| title.is_some_and(|title| std::ptr::eq(title, node)));
    let title_text = if is_text { title_text.lines().next().unwrap_or_default() } else { &title_text };
    let says_more = || {
        entries.iter().any(|(key, node)| {
            matches!(field(key), Some(field) if !matches!(field, TaskField::Text | TaskField::Owner | TaskField::Priority))
                && !matches!(node.value, DocumentValue::Null)
        })
    };
    let mut draft = match (id, row.key) {
        (Some((id, sign)), _) => {
            let written = raw(file, id);
            let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
            let id_text = match is_number && !sign.is_empty() {
                _ if written.is_empty() => return None,
                true => format!("{sign}{written}"),
                false if is_uuid(&written) => written[..8].to_owned(),
                false => written.clone(),
            };
            let mut draft = TaskDraft::new(file, origin, &id_text, id.span, title_text, reading.form);
            if id_text != written {
                draft.task.aliases.push(written);
            }
            draft
        }
        (None, Some((key, span))) if !title_text.is_empty() || says_more() => {
            TaskDraft::new(file, origin, key, span, title_text, reading.form)
        }
        // Without an id of its own the name of the file is one.
        (None, _) if reading.alone && !title_text.is_empty() && says_more() => {
            TaskDraft::new(file, origin, file.path.stem(), Span::default(), title_text, reading.form)
        }
        _ => return None,
    };
    // The numbers of Task Master count within a tag.
    if let Some(tag) = row.list.map(str::trim).filter(|tag| !matches!(*tag, "" | "master")) {
        let prefix = origin.qualify(tag);
        draft.task.id = TaskId::new(&format!("{prefix}:{}", draft.task.local_id()));
        draft.task.prefix = Some(prefix);
    }
    if reading.alone {
        draft.task.aliases.push(file.path.stem().to_owned());
    }
    draft.why = match reading.form {
        StatusForm::Json => "an object with an id",
        StatusForm::CsvCell => "a line with an id below a header",
        _ => "a table with an id",
    };
    draft.understood = understood;
    let mapped = mapped(paths);
    let mut bodies: Vec<&DocumentNode> = Vec::new();
    for (field, path) in &mapped {
        if let Some(node) = at(node, path) {
            draft.understood.push((field.name(), (*path).to_owned()));
            take(file, &mut draft, *field, node, problems);
        }
    }
    for (key, node) in &entries {
        let is_title = title.is_some_and(|title| std::ptr::eq(title, *node));
        let Some(field) = field(key).filter(|field| !mapped.iter().any(|(known, _)| known == field)) else {
            let is_flag =
                ["done", "completed", "complete", "isdone"].iter().any(|known| known.eq_ignore_ascii_case(key));
            // `completed: 2024-01-01` is not an answer.
            let answers = match &node.value {
                DocumentValue::Bool(_) => true,
                DocumentValue::Text(text) => text.trim().is_empty() || flag_of(text).is_some(),
                _ => false,
            };
            if is_flag && answers && draft.task.declarations.is_empty() {
                draft.take_flag(file, node.span, problems);
            }
            continue;
        };
        if !is_title && matches!(key.to_ascii_lowercase().as_str(), "body" | DESCRIPTION) {
            bodies.push(*node);
        }
        if field == TaskField::Status && matches!(node.value, DocumentValue::Null) {
            let span = place_of_nothing(file, row.node, node);
            draft.take(file, field, span.map(|span| FieldItem::new(span, "")).into_iter().collect(), problems);
        }
        if !is_title && !matches!(node.value, DocumentValue::Null) {
            draft.understood.push((field.name(), path_of(row.node, key, node)));
            take(file, &mut draft, field, node, problems);
        }
    }
    // What an export says in a field of its own comes first.
    let has_criteria = !draft.task.acceptance.is_empty();
    for node in bodies {
        let text = node.as_text().unwrap_or_default();
        for (field, items) in body::read(file, node.span, text) {
            if field != TaskField::Acceptance || !has_criteria {
                draft.take(file, field, items, problems);
            }
        }
    }
    if draft.task.phase.is_none()
        && let Some(name) =
            row.phase.and_then(|phase| ["title", "name", "phase", "id"].into_iter().find_map(|key| phase.get(key)))
    {
        draft.task.phase = Some(raw(file, name)).filter(|name| !name.is_empty());
    }
    // GitHub closes what it will not do.
    let reason = ["stateReason", "state reason"].into_iter().find_map(|key| named(&entries, key)).map(said);
    if reason.is_some_and(|reason| Status::of_words(&reason) == Some(Status::WontDo)) {
        let closed = draft.task.declarations.iter_mut().filter(|declaration| declaration.status == Status::Done);
        closed.for_each(|declaration| declaration.status = Status::WontDo);
    }
    Some(draft)
}

/// Where the value of a key would stand that has none: `status:`, `status: ~`, `"status": null`.
fn place_of_nothing(file: &TaskFile, row: &DocumentNode, node: &DocumentNode) -> Option<Span> {
    let is_nothing = |text: &str| matches!(text, "~") || text.eq_ignore_ascii_case("null");
    if is_nothing(file.slice(node.span)) {
        return Some(node.span);
    }
    let maps = [Some(row), row.get("fields")].into_iter().flatten().filter_map(DocumentNode::as_map);
    let (key, _) = maps.flatten().find(|(_, known)| std::ptr::eq(known, node))?;
    let rest = file.text.get(key.span.end as usize..)?;
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let value = line.trim_start_matches(['"', '\'', ' ']).strip_prefix(':')?;
    let value = &value[..value.find([',', '}', '#']).unwrap_or(value.len())];
    let said = value.trim();
    let from = span_in(&file.text, value).start;
    match said {
        // Behind one space.
        "" => {
            let at = from + u32::from(value.starts_with(' '));
            Some(Span::new(at, at))
        }
        said => is_nothing(said).then(|| span_in(&file.text, said)),
    }
}

fn take(file: &TaskFile, draft: &mut TaskDraft, field: TaskField, node: &DocumentNode, problems: &mut Vec<Problem>) {
    // Parts that are tables say what must hold, each with a status of its own.
    let field = match (field, &node.value) {
        (TaskField::Subtasks, DocumentValue::List(parts)) if parts.iter().any(|part| part.as_map().is_some()) => {
            for part in parts.iter().filter_map(|part| part.get("id")) {
                draft.task.aliases.push(format!("{}.{}", draft.task.local_id(), raw(file, part)));
            }
            TaskField::Acceptance
        }
        (field, _) => field,
    };
    let items = if field == TaskField::Verify { checks(file, node) } else { items(file, node) };
    draft.take(file, field, items, problems);
}

/// What checks a task: words, or tables that name a rule, `{rule: rule-id}`.
fn checks(file: &TaskFile, node: &DocumentNode) -> Vec<FieldItem> {
    let named = |node: &DocumentNode| {
        ["rule", "rules", "id"].into_iter().find_map(|key| node.get(key)).map(|rule| items(file, rule))
    };
    match &node.value {
        DocumentValue::List(entries) => {
            entries.iter().flat_map(|entry| named(entry).unwrap_or_else(|| items(file, entry))).collect()
        }
        _ => named(node).unwrap_or_else(|| items(file, node)),
    }
}

/// How a field is reached from its row: `fields.status.name`.
fn path_of(row: &DocumentNode, key: &str, node: &DocumentNode) -> String {
    const NAMES: &[&str] = &["name", "value", "displayName", "login", "username", "title"];
    let is_own = row.get(key).is_some_and(|own| std::ptr::eq(own, node));
    let path = if is_own { key.to_owned() } else { format!("fields.{key}") };
    match NAMES.iter().find(|name| node.get(name).is_some_and(|node| node.scalar().is_some())) {
        Some(name) => format!("{path}.{name}"),
        None => path,
    }
}

fn mapped(paths: &FieldPaths) -> Vec<(TaskField, &str)> {
    [
        (TaskField::Status, &paths.status),
        (TaskField::Priority, &paths.priority),
        (TaskField::Owner, &paths.owner),
        (TaskField::Phase, &paths.phase),
        (TaskField::Files, &paths.files),
        (TaskField::Findings, &paths.findings),
        (TaskField::Acceptance, &paths.acceptance),
        (TaskField::DependsOn, &paths.depends_on),
        (TaskField::Verify, &paths.verify),
    ]
    .into_iter()
    .filter_map(|(field, path)| Some((field, path.as_deref()?)))
    .collect()
}

/// The entries of a row, and those of the table `fields` in it, as Jira has them.
fn entries(node: &DocumentNode) -> Option<Vec<(&str, &DocumentNode)>> {
    let own = node.as_map()?;
    let inner = node.get("fields").and_then(DocumentNode::as_map).unwrap_or_default();
    Some(own.iter().chain(inner).map(|(key, node)| (key.name.as_str(), node)).collect())
}

/// The entry of that name, whatever its case and whether `_`, `-` or a space stands between its words.
fn named<'n>(entries: &[(&str, &'n DocumentNode)], name: &str) -> Option<&'n DocumentNode> {
    let same = |key: &str| {
        key.len() == name.len()
            && key.bytes().zip(name.bytes()).all(|(byte, known)| {
                let fold = |byte: u8| if matches!(byte, b'_' | b'-') { b' ' } else { byte.to_ascii_lowercase() };
                fold(byte) == fold(known)
            })
    };
    entries.iter().find(|(key, node)| same(key) && !matches!(node.value, DocumentValue::Null)).map(|(_, node)| *node)
}

/// What stands under a path; of a list the first that has it. A key may hold dots itself.
pub(crate) fn at<'n>(node: &'n DocumentNode, path: &str) -> Option<&'n DocumentNode> {
    if let Some(node) = node.get(path) {
        return Some(node);
    }
    let mut node = node;
    for key in path.split('.') {
        node = match &node.value {
            DocumentValue::List(items) => items.iter().find_map(|item| item.get(key))?,
            _ => node.get(key)?,
        };
    }
    Some(node)
}

fn is_zero(node: &DocumentNode) -> bool {
    matches!(node.value, DocumentValue::Integer(0))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// The words of a value: of a table its name.
fn said(node: &DocumentNode) -> String {
    named_value(node).and_then(DocumentNode::scalar).unwrap_or_default()
}

/// The scalar that stands for a value: itself, or the name of a table such as `{"name": "Done"}`.
fn named_value(node: &DocumentNode) -> Option<&DocumentNode> {
    const NAMES: &[&str] = &["name", "value", "displayName", "login", "username", "title", "text", "key", "identifier"];
    match &node.value {
        DocumentValue::Map(_) => NAMES.iter().find_map(|name| node.get(name).filter(|node| node.scalar().is_some())),
        DocumentValue::List(_) | DocumentValue::Null => None,
        _ => Some(node),
    }
}

/// A scalar as it is written, so that `012` and `1.10` stay ids.
pub(crate) fn raw(file: &TaskFile, node: &DocumentNode) -> String {
    match &node.value {
        DocumentValue::Text(text) => text.trim().to_owned(),
        DocumentValue::Integer(_) | DocumentValue::Float(_) | DocumentValue::Bool(_) => {
            let slice = file.slice(node.span).trim();
            if slice.is_empty() { node.scalar().unwrap_or_default() } else { slice.to_owned() }
        }
        DocumentValue::Null | DocumentValue::List(_) | DocumentValue::Map(_) => String::new(),
    }
}

/// What a value says, one item each. Text of several lines is a list if all its lines are; a table that was meant as
/// text (`- Redis: works`) is taken as it is written.
fn items(file: &TaskFile, node: &DocumentNode) -> Vec<FieldItem> {
    match &node.value {
        DocumentValue::List(items) => items.iter().filter_map(|node| item(file, node)).collect(),
        DocumentValue::Text(text) if text.trim().contains('\n') => {
            let bulleted = |line: &str| line.starts_with("- ") || line.starts_with("* ");
            let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
            if lines().all(bulleted) {
                lines().map(|line| FieldItem::new(node.span, line[2..].trim())).collect()
            } else {
                item(file, node).into_iter().collect()
            }
        }
        _ => item(file, node).into_iter().collect(),
    }
}

fn item(file: &TaskFile, node: &DocumentNode) -> Option<FieldItem> {
    match &node.value {
        DocumentValue::Null => None,
        DocumentValue::List(_) | DocumentValue::Map(_) => {
            if let Some(item) = told_criterion(file, node) {
                return Some(item);
            }
            if let Some(named) = named_value(node) {
                return Some(FieldItem::new(named.span, raw(file, named)));
            }
            let lines: Vec<&str> = file.slice(node.span).lines().map(str::trim).collect();
            Some(FieldItem::new(node.span, lines.join("\n").trim()))
        }
        _ => Some(FieldItem::new(node.span, raw(file, node))),
    }
}

/// A criterion that is a table: `{text: …, done: true, verify: [rule-id]}`. `None` for a table of any other shape.
fn told_criterion(file: &TaskFile, node: &DocumentNode) -> Option<FieldItem> {
    let text = ["text", "criterion", "title", "description"].into_iter().find_map(|key| node.get(key))?.as_text()?;
    let has = |keys: &[&str]| keys.iter().any(|key| node.get(key).is_some());
    if !has(&["verify", "done", "status", "met", "completed", "dependencies"]) && !has(&["text", "criterion"]) {
        return None;
    }
    let mut item = FieldItem::new(node.span, text.trim());
    item.verify = node.get("verify").map(|verify| checks(file, verify)).unwrap_or_default();
    item.status = node.get("status").map(|status| Box::new(FieldItem::new(status.span, raw(file, status))));
    Some(item)
}
