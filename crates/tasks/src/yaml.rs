//! Tasks that are YAML documents, valid or not.

use auditlint_source::document::{DocumentError, Node, Value, parse_yaml};
use auditlint_source::{Problem, Span};

use crate::StatusForm;
use crate::draft::{FieldItem, TaskDraft, TaskOrigin};
use crate::fields::{TaskField, field};
use crate::file::TaskFile;
use crate::lenient;

/// Reads the tasks of one file: a table each, a list of tables, or a list of tables under `tasks`.
pub(crate) fn read(file: &TaskFile, origin: TaskOrigin<'_>, drafts: &mut Vec<TaskDraft>, problems: &mut Vec<Problem>) {
    let documents = match parse_yaml(&file.text) {
        Ok(documents) => documents,
        Err(error) => {
            problems.push(invalid(file, &error));
            lenient::read(&file.text, file.start())
        }
    };
    let nodes: Vec<&Node> = documents.iter().flat_map(tables).collect();
    let before = drafts.len();
    for node in &nodes {
        drafts.extend(draft(file, origin, node, nodes.len() == 1, problems));
    }
    if drafts.len() == before {
        problems.push(
            file.warning(Span::default(), "this file contains no tasks")
                .help("a task has an `id`, or a `title` and another field of tasks, such as `acceptance`"),
        );
    }
}

fn invalid(file: &TaskFile, error: &DocumentError) -> Problem {
    file.warning(error.span, format!("this is not valid YAML and was read line by line: {}", error.message))
        .help("text that holds `: ` or starts with a backtick, `*` or `@` needs quotes around it")
}

/// The tables of a document that may be tasks.
fn tables(document: &Node) -> Vec<&Node> {
    match &document.value {
        Value::List(items) => items.iter().filter(|item| item.as_map().is_some()).collect(),
        Value::Map(_) => match document.get("tasks").and_then(Node::as_list) {
            Some(items) if document.get("id").is_none() => {
                items.iter().filter(|item| item.as_map().is_some()).collect()
            }
            _ => vec![document],
        },
        _ => Vec::new(),
    }
}

/// One task. `alone` says that it is the only one of its file, whose name then stands for it too.
pub(crate) fn draft(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    node: &Node,
    alone: bool,
    problems: &mut Vec<Problem>,
) -> Option<TaskDraft> {
    let written = ["id", "task_id"].into_iter().find_map(|key| node.get(key)).filter(|id| !raw(file, id).is_empty());
    let title = ["title", "name"].into_iter().find_map(|key| node.get(key)).and_then(Node::scalar).unwrap_or_default();
    let entries = node.as_map()?;
    let says_more = || {
        entries.iter().any(|(key, _)| {
            matches!(field(&key.name), Some(field) if !matches!(field, TaskField::Text | TaskField::Owner | TaskField::Priority))
        })
    };
    let mut draft = match written {
        Some(id) => TaskDraft::new(file, origin, &raw(file, id), id.span, &title, StatusForm::Yaml),
        // Without an id of its own the name of the file is one.
        None if alone && !title.is_empty() && says_more() => {
            TaskDraft::new(file, origin, file.path.stem(), Span::default(), &title, StatusForm::Yaml)
        }
        None => return None,
    };
    if alone {
        draft.task.aliases.push(file.path.stem().to_owned());
    }
    for (key, value) in entries {
        if let Some(field) = field(&key.name) {
            draft.take(file, field, items(file, value), problems);
        }
    }
    Some(draft)
}

/// A scalar as it is written, so that `012` and `1.10` stay ids.
fn raw(file: &TaskFile, node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.trim().to_owned(),
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) => {
            let slice = file.slice(node.span).trim();
            if slice.is_empty() { node.scalar().unwrap_or_default() } else { slice.to_owned() }
        }
        Value::Null | Value::List(_) | Value::Map(_) => String::new(),
    }
}

/// What a value says, one item each. Text of several lines is a list if all its lines are; a table that was meant as
/// text (`- Redis: works`) is taken as it is written.
fn items(file: &TaskFile, node: &Node) -> Vec<FieldItem> {
    let one = |node: &Node| match &node.value {
        Value::Null => None,
        Value::Map(_) if let Some(item) = told_criterion(file, node) => Some(item),
        Value::List(_) | Value::Map(_) => {
            let lines: Vec<&str> = file.slice(node.span).lines().map(str::trim).collect();
            Some(FieldItem::new(node.span, lines.join("\n").trim()))
        }
        _ => Some(FieldItem::new(node.span, raw(file, node))),
    };
    match &node.value {
        Value::List(items) => items.iter().filter_map(one).collect(),
        Value::Text(text) if text.trim().contains('\n') => {
            let bulleted = |line: &str| line.starts_with("- ") || line.starts_with("* ");
            let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
            if lines().all(bulleted) {
                lines().map(|line| FieldItem::new(node.span, line[2..].trim())).collect()
            } else {
                one(node).into_iter().collect()
            }
        }
        _ => one(node).into_iter().collect(),
    }
}

/// A criterion that is a table: `{text: …, done: true, verify: [rule-id]}`. `None` for a table of any other shape.
fn told_criterion(file: &TaskFile, node: &Node) -> Option<FieldItem> {
    let entries = node.as_map()?;
    let text = ["text", "criterion", "description", "title"].into_iter().find_map(|key| node.get(key))?.as_text()?;
    let is_known = |name: &str| {
        matches!(name, "text" | "criterion" | "description" | "title" | "verify" | "done" | "status" | "id" | "met")
    };
    if !entries.iter().all(|(key, _)| is_known(&key.name)) {
        return None;
    }
    let mut item = FieldItem::new(node.span, text.trim());
    item.verify = node.get("verify").map(|verify| items(file, verify)).unwrap_or_default();
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::FilePath;

    fn read_text(text: &str) -> (Vec<TaskDraft>, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut drafts = Vec::new();
        let file = TaskFile::new(&FilePath::new("tasks/t_01.yaml"), text.as_bytes().to_vec(), &mut problems).unwrap();
        read(&file, TaskOrigin { source: 0, prefix: None }, &mut drafts, &mut problems);
        (drafts, problems)
    }

    #[test]
    fn keeps_ids_as_they_are_written() {
        for (written, expected) in [("012", "012"), ("1.10", "1.10"), ("\"x 1\"", "x 1"), ("0x10", "0x10")] {
            let (drafts, problems) = read_text(&format!("id: {written}\ntitle: T\n"));
            assert_eq!(drafts[0].task.id.as_str(), expected);
            assert!(problems.is_empty(), "{problems:?}");
        }
    }

    #[test]
    fn takes_a_table_that_was_meant_as_text() {
        let (drafts, problems) =
            read_text("id: a1\nacceptance:\n  - Redis: entries expire\n      after a day\n  - second\n");
        let texts: Vec<&str> = drafts[0].task.acceptance.iter().map(|criterion| criterion.text.as_str()).collect();
        assert_eq!(texts, ["Redis: entries expire\nafter a day", "second"]);
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn takes_the_name_of_the_file_where_there_is_no_id() {
        let (drafts, _) = read_text("title: T\nacceptance: [a]\n");
        assert_eq!((drafts[0].task.id.as_str(), drafts[0].task.place.line), ("t_01", 1));
        let (drafts, problems) = read_text("title: T\nbranch: x\n");
        assert!(drafts.is_empty());
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn reads_several_tasks_of_one_file() {
        for text in [
            "- {id: a1, title: A}\n- {id: b1, title: B}\n",
            "tasks:\n  - id: a1\n  - id: b1\n",
            "id: a1\n---\nid: b1\n",
            "{\"tasks\": [{\"id\": \"a1\"}, {\"id\": \"b1\"}]}",
        ] {
            let (drafts, problems) = read_text(text);
            let ids: Vec<&str> = drafts.iter().map(|draft| draft.task.id.as_str()).collect();
            assert_eq!(ids, ["a1", "b1"], "{problems:?}");
        }
    }

    #[test]
    fn warns_at_a_status_that_nobody_knows() {
        let (drafts, problems) = read_text("id: a1\nstatus: doen\n");
        assert!(drafts[0].task.declarations.is_empty());
        assert_eq!(problems[0].position.map(|at| (at.line, at.column)), Some((2, 9)));
        assert!(problems[0].help.as_deref().unwrap_or_default().contains("`done`"), "{problems:?}");
    }
}
