//! Helpers for YAML of pipelines: merge keys, texts that are lists, expressions.

use std::rc::Rc;

use auditlint_facts::folder::folder_of;
use auditlint_source::document::{DocumentKey, DocumentNode, DocumentValue};
use auditlint_source::{FilePath, Span};

use super::Runs;
use crate::read::shell::{ANY, PROJECT, PROJECT_FOLDERS, Variables};
use crate::read::yaml::documents;

/// Keys under which commands stand.
pub(super) const COMMANDS: &[&str] = &[
    "run",
    "command",
    "commands",
    "script",
    "scripts",
    "bash",
    "before_install",
    "install",
    "before_script",
    "after_script",
    "after_success",
    "after-script",
    "before_build",
    "build_script",
    "test_script",
    "args",
];

/// Keys, besides those of commands, whose value decides what runs.
const DECISIVE: [&str; 8] =
    ["uses", "extends", "include", "trigger", "working-directory", "working_directory", "workingDirectory", "shell"];

/// The table that a file holds; a gap where it holds none.
pub(super) fn table(text: &str, runs: &mut Runs) -> Option<DocumentNode> {
    let matters = |key: &str| DECISIVE.contains(&key) || COMMANDS.contains(&key);
    let documents = documents(text, "the file", matters, &mut |gap| runs.gaps.push(gap))?;
    // A file of comments runs nothing.
    documents.into_iter().find(|document| document.as_map().is_some())
}

/// The text values of a table of variables over those that hold around it.
pub(super) fn variables(around: &Rc<Variables>, node: Option<&DocumentNode>) -> Variables {
    let mut variables = Variables::within(around);
    for (key, value) in node.and_then(DocumentNode::as_map).unwrap_or_default() {
        let text = value.scalar().or_else(|| value.get("value").and_then(DocumentNode::scalar)).unwrap_or_default();
        let text = plain(&text, &variables, None);
        let text = expanded(&text, &variables);
        variables.insert(key.name.clone(), text);
    }
    variables
}

/// A value with what it takes from other variables.
fn expanded(text: &str, variables: &Variables) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$').filter(|_| value.len() < LONGEST_VALUE) {
        value.push_str(&rest[..at]);
        let behind = rest[at + 1..].strip_prefix('{').unwrap_or(&rest[at + 1..]);
        let end = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(behind.len());
        match (&behind[..end], variables.get(&behind[..end])) {
            (name, _) if PROJECT_FOLDERS.contains(&name) => value.push(PROJECT),
            (_, Some(known)) => value.push_str(known),
            _ => value.push(ANY),
        }
        rest = behind[end..].strip_prefix('}').unwrap_or(&behind[end..]);
    }
    if value.len() + rest.len() < LONGEST_VALUE { value + rest } else { ANY.to_string() }
}

/// How long the value of a variable is at most, so that its text stands in commands: variables may double each other, and a long one
/// may stand in every command.
pub(super) const LONGEST_VALUE: usize = 1024;

/// A folder or shell, for which nothing can be said where it is too long: it is repeated for every command.
pub(super) fn short(text: String) -> String {
    if text.len() < LONGEST_VALUE { text } else { ANY.to_string() }
}

/// Whether a name is short enough to be repeated for every command of what it names; a gap where it is not.
pub(super) fn is_name(name: &str, span: Span, runs: &mut Runs) -> bool {
    let is_short = name.len() < LONGEST_VALUE;
    if !is_short {
        runs.gap(span, "what has a name of this length is not read");
    }
    is_short
}

/// How long a text may become before nobody can say any more what its variables hold.
pub(super) fn most_grown(text: &str) -> usize {
    const MOST_GROWTH: usize = 8;
    MOST_GROWTH * text.len() + LONGEST_VALUE
}

/// A text with the values of its expressions, as far as they are known.
pub(super) fn plain(text: &str, variables: &Variables, action: Option<&FilePath>) -> String {
    let mut plain = String::with_capacity(text.len());
    let most = most_grown(text);
    let mut rest = text;
    while let Some(open) = rest.find("${{") {
        plain.push_str(&rest[..open]);
        let Some(length) = rest[open..].find("}}") else { break };
        let expression = rest[open + 3..open + length].trim();
        match (expression, expression.strip_prefix("env.")) {
            ("github.workspace", _) => plain.push(PROJECT),
            ("github.action_path", _) if action.is_some() => {
                plain.push_str(&action.map_or_else(String::new, |path| project(folder_of(path).as_str())));
            }
            (_, Some(name)) if plain.len() < most => match variables.get(name) {
                Some(value) => plain.push_str(value),
                None => plain.push(ANY),
            },
            _ => plain.push(ANY),
        }
        rest = &rest[open + length + 2..];
    }
    plain + rest
}

/// A path from the root of the project.
pub(super) fn project(path: &str) -> String {
    let path = path.trim_start_matches("./");
    if path.starts_with(PROJECT) || path.is_empty() || path == "." {
        return if path.starts_with(PROJECT) { path.to_owned() } else { PROJECT.to_string() };
    }
    format!("{PROJECT}/{path}")
}

/// The entries of a table, those behind a merge key included.
pub(super) fn entries(node: &DocumentNode) -> impl Iterator<Item = (&DocumentKey, &DocumentNode)> {
    let own = node.as_map().unwrap_or_default();
    let merged = own.iter().filter(|(key, _)| key.name == "<<").flat_map(|(_, value)| match &value.value {
        DocumentValue::List(items) => items.iter().collect(),
        _ => vec![value],
    });
    let merged = merged.flat_map(|node| node.as_map().unwrap_or_default());
    own.iter().filter(|(key, _)| key.name != "<<").chain(merged).map(|(key, value)| (key, value))
}

/// The value under a key, also behind a merge key.
pub(super) fn get<'n>(node: &'n DocumentNode, key: &str) -> Option<&'n DocumentNode> {
    entries(node).find(|(name, _)| name.name == key).map(|(_, value)| value)
}

/// The words under a key.
pub(super) fn text(node: &DocumentNode, key: &str) -> Option<String> {
    get(node, key)?.scalar()
}
