//! The words of commands, with what variables and substitutions are known to say.

use std::cell::Cell;

use auditlint_facts::folder::folder_of;
use auditlint_syntax::{NodeId, Tree};
use rustc_hash::FxHashMap;

use super::word::{ANY, HIGHEST, PROJECT, START, Word, WordContext};

/// How deep substitutions stand in each other at most: `$(cd "$(dirname "$0")" && pwd)` has two.
const DEEPEST: usize = 6;
/// How many values a variable has at most.
const MOST_VALUES: usize = 64;
/// How long a word is at most: a variable that doubles itself grows fast.
const LONGEST: usize = 1024;

/// Folders that a system of continuous integration puts into the environment.
pub(crate) const PROJECT_FOLDERS: &[&str] =
    &["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY", "BITBUCKET_CLONE_DIR", "TRAVIS_BUILD_DIR"];

pub(super) struct WordReader<'t> {
    tree: &'t Tree,
    text: &'t str,
    setting: &'t WordContext,
    /// What variables hold; several where nobody can say which.
    variables: FxHashMap<&'t str, Vec<String>>,
    /// The folder in which commands run now.
    pub(super) folder: Option<String>,
    /// Which of its values a variable with several has now.
    choice: Option<(&'t str, usize)>,
    /// A variable with several values that was met, and how many it has.
    open: Cell<Option<(&'t str, usize)>>,
    /// How many bytes may still be put in the place of variables.
    left: Cell<usize>,
}

/// How much longer than the text the values are that stand in the place of its variables, and how long they are in a short one.
const MOST_GROWTH: usize = 8;
const LEAST_GROWTH: usize = 1 << 16;

impl<'t> WordReader<'t> {
    pub(super) fn new(tree: &'t Tree, text: &'t str, setting: &'t WordContext) -> Self {
        let folder = Some(String::new());
        Self {
            tree,
            text,
            setting,
            variables: FxHashMap::default(),
            folder,
            choice: None,
            open: Cell::new(None),
            left: Cell::new(MOST_GROWTH * text.len() + LEAST_GROWTH),
        }
    }

    fn text(&self, node: NodeId) -> &'t str {
        let span = self.tree.span(node);
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The words of a command, once for each value of a variable with several.
    pub(super) fn readings(&mut self, command: NodeId) -> Vec<Vec<Word>> {
        self.open.set(None);
        let words = self.words(command);
        let Some((name, count)) = self.open.take() else { return vec![words] };
        let mut readings = Vec::with_capacity(count);
        for index in 0..count {
            self.choice = Some((name, index));
            readings.push(self.words(command));
        }
        self.choice = None;
        self.open.set(None);
        readings
    }

    fn words(&self, command: NodeId) -> Vec<Word> {
        let parts = self.tree.named_children(command).filter(|part| {
            !matches!(
                self.tree.kind_name(*part),
                "variable_assignment" | "file_redirect" | "herestring_redirect" | "heredoc_redirect" | "comment"
            )
        });
        parts.map(|part| self.word(part)).collect()
    }

    fn word(&self, node: NodeId) -> Word {
        Word { text: self.value(node, 0), span: self.tree.span(node) }
    }

    /// Remembers what is assigned, and gives it.
    pub(super) fn assign(&mut self, node: NodeId) -> Vec<Word> {
        let mut parts = self.tree.named_children(node);
        let Some(name) = parts.next().map(|name| self.text(name)) else { return Vec::new() };
        let Some(value) = parts.next() else { return Vec::new() };
        let words = self.several(value);
        let values: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let is_sure = !self.tree.ancestors(node).take(HIGHEST).any(|above| {
            matches!(
                self.tree.kind_name(above),
                "if_statement"
                    | "case_statement"
                    | "for_statement"
                    | "while_statement"
                    | "function_definition"
                    | "list"
            )
        });
        let appends = self.text(node).get(name.len()..).is_some_and(|rest| rest.starts_with("+="));
        match self.variables.get_mut(name) {
            Some(known) if !is_sure || appends => {
                for value in values {
                    if known.len() < MOST_VALUES && !known.contains(&value) {
                        known.push(value);
                    }
                }
            }
            _ => drop(self.variables.insert(name, values)),
        }
        words
    }

    pub(super) fn begin_loop(&mut self, node: NodeId) {
        let mut parts = self.tree.named_children(node);
        let Some(name) = parts.next().map(|name| self.text(name)) else { return };
        let mut values = Vec::new();
        for part in parts.filter(|part| !matches!(self.tree.kind_name(*part), "do_group" | "compound_statement")) {
            values.extend(self.several(part).into_iter().map(|word| word.text));
        }
        values.truncate(MOST_VALUES);
        self.variables.insert(name, values);
    }

    /// The file that a redirection writes.
    pub(super) fn written(&self, node: NodeId) -> Option<Word> {
        let writes = self.tree.children(node).any(|part| self.tree.kind_name(part).starts_with('>'));
        let target = self.tree.named_children(node).last().filter(|_| writes)?;
        Some(self.word(target))
    }

    /// The words that an array, or `"${ARRAY[@]}"`, stands for.
    fn several(&self, node: NodeId) -> Vec<Word> {
        if self.tree.kind_name(node) == "array" {
            return self.tree.named_children(node).take(MOST_VALUES).map(|part| self.word(part)).collect();
        }
        let text = self.text(node).trim_matches('"');
        let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix("[@]}")).or(text.strip_prefix('$'));
        if let Some(values) = name.and_then(|name| self.variables.get(name)).filter(|values| values.len() > 1) {
            return values.iter().map(|text| Word { text: text.clone(), span: self.tree.span(node) }).collect();
        }
        vec![self.word(node)]
    }

    fn value(&self, node: NodeId, depth: usize) -> String {
        let text = self.text(node);
        let value = match self.tree.kind_name(node) {
            "word" | "test_operator" => text.replace("\\\n", "").replace('\\', ""),
            "number" | "variable_name" => text.to_owned(),
            "raw_string" => text.trim_matches('\'').to_owned(),
            "string" => self.pieces(node, text.strip_prefix('"').map_or(0, |_| 1), depth).replace("\\\"", "\""),
            "command_name" => {
                let inner = self.tree.named_children(node).next();
                inner.map_or_else(|| text.to_owned(), |inner| self.value(inner, depth))
            }
            "concatenation" => self.pieces(node, 0, depth),
            "simple_expansion" => self.variable(text.trim_start_matches('$')),
            "expansion" => self.expansion(text),
            "command_substitution" if depth < DEEPEST => self.substitution(node, depth + 1),
            _ => ANY.to_string(),
        };
        if value.len() > LONGEST.max(text.len()) { ANY.to_string() } else { value }
    }

    /// The parts of a node and what stands between them, without quotes around the whole.
    fn pieces(&self, node: NodeId, quote: u32, depth: usize) -> String {
        if depth >= DEEPEST {
            return ANY.to_string();
        }
        let span = self.tree.span(node);
        let (mut at, end) = (span.start + quote, span.end.saturating_sub(quote));
        let mut value = String::new();
        let literal = |value: &mut String, from: u32, to: u32| {
            value.push_str(self.text.get(from as usize..to.max(from) as usize).unwrap_or_default());
        };
        for part in self.tree.named_children(node) {
            let inner = self.tree.span(part);
            if self.tree.kind_name(part) == "string_content" {
                continue;
            }
            literal(&mut value, at, inner.start);
            value.push_str(&self.value(part, depth + 1));
            at = inner.end;
            if value.len() > LONGEST.max((end - span.start) as usize) {
                break;
            }
        }
        literal(&mut value, at, end);
        value
    }

    fn variable(&self, name: &str) -> String {
        let value = self.value_of(name);
        match self.left.get().checked_sub(value.len()) {
            Some(left) => {
                self.left.set(left);
                value
            }
            None => ANY.to_string(),
        }
    }

    fn value_of(&self, name: &str) -> String {
        if let Some((found, values)) = self.variables.get_key_value(name) {
            let chosen = self.choice.filter(|(choice, _)| choice == found).map_or(0, |(_, index)| index);
            if values.len() > 1 && self.choice.is_none_or(|(choice, _)| choice != *found) {
                self.open.set(Some((found, values.len())));
                return ANY.to_string();
            }
            return values.get(chosen).cloned().unwrap_or_else(|| ANY.to_string());
        }
        match name {
            "PWD" => self.here(),
            "0" | "BASH_SOURCE" => self.itself(),
            _ if PROJECT_FOLDERS.contains(&name) => PROJECT.to_string(),
            _ => self.setting.variables.get(name).map_or_else(|| ANY.to_string(), str::to_owned),
        }
    }

    /// `${NAME}`, `${NAME:-value}`, `${BASH_SOURCE[0]}`, `${0%/*}`.
    fn expansion(&self, text: &str) -> String {
        let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let (name, operation) = inner.split_at(end);
        let operation = operation.strip_prefix("[0]").unwrap_or(operation);
        let operation = operation.strip_prefix("[@]").unwrap_or(operation);
        let value = self.variable(name);
        match operation {
            "" => value,
            "%/*" => parent_of(&value),
            _ if !value.contains(ANY) && operation.starts_with([':', '-', '=']) => value,
            _ => {
                let default =
                    operation.strip_prefix(":-").or(operation.strip_prefix(":=")).or(operation.strip_prefix('-'));
                let plain = default.filter(|default| !default.contains(['$', '`']));
                plain.map_or_else(|| ANY.to_string(), |plain| plain.trim_matches(['"', '\'']).to_owned())
            }
        }
    }

    /// `$(pwd)`, `$(dirname "$0")`, `$(cd … && pwd)`, `$(git rev-parse --show-toplevel)`.
    fn substitution(&self, node: NodeId, depth: usize) -> String {
        let mut commands: Vec<NodeId> = Vec::new();
        let mut open: Vec<NodeId> = self.tree.named_children(node).collect();
        while let Some(part) = open.pop() {
            match self.tree.kind_name(part) {
                "command" => commands.push(part),
                "list" | "redirected_statement" if commands.len() < 3 => open.extend(self.tree.named_children(part)),
                "file_redirect" => {}
                _ => return ANY.to_string(),
            }
        }
        commands.reverse();
        let words: Vec<Vec<String>> = commands
            .iter()
            .map(|command| {
                let parts = self.tree.named_children(*command);
                parts.take(4).map(|part| self.value(part, depth)).filter(|word| word != "--" && word != "-P").collect()
            })
            .collect();
        let words: Vec<Vec<&str>> = words.iter().map(|words| words.iter().map(String::as_str).collect()).collect();
        let words: Vec<&[&str]> = words.iter().map(Vec::as_slice).collect();
        match words[..] {
            [["pwd"]] => self.here(),
            [["dirname", path]] => parent_of(path),
            [["cd", path], ["pwd"]] | [["realpath" | "readlink", path] | ["readlink", "-f" | "-e" | "-m", path]] => {
                self.absolute(path)
            }
            [["git", "rev-parse", "--show-toplevel"]] => PROJECT.to_string(),
            [["echo", word]] => (*word).to_owned(),
            _ => ANY.to_string(),
        }
    }

    /// The folder in which commands run, in a form that holds in other folders as well.
    fn here(&self) -> String {
        match self.folder.as_deref() {
            None => ANY.to_string(),
            Some("") => START.to_string(),
            Some(folder) if folder.starts_with([PROJECT, START]) => folder.to_owned(),
            Some(folder) => format!("{START}/{folder}"),
        }
    }

    fn absolute(&self, path: &str) -> String {
        if path.starts_with([PROJECT, START, '/', ANY]) { path.to_owned() } else { format!("{}/{path}", self.here()) }
    }

    fn itself(&self) -> String {
        self.setting.file.as_ref().map_or_else(|| ANY.to_string(), |file| format!("{PROJECT}/{file}"))
    }
}

/// The folder of a path.
fn parent_of(path: &str) -> String {
    match path.strip_prefix(PROJECT).filter(|rest| !rest.contains(ANY)) {
        Some(rest) => {
            let folder = folder_of(&auditlint_source::FilePath::new(rest));
            if folder.is_root() { PROJECT.to_string() } else { format!("{PROJECT}/{folder}") }
        }
        None => match path.rfind('/') {
            Some(slash) => path[..slash].to_owned(),
            None if path.contains([ANY, START]) => ANY.to_string(),
            None => ".".to_owned(),
        },
    }
}
