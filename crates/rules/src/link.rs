//! The link from a rule to a task.

use std::cell::RefCell;
use std::sync::OnceLock;

use auditlint_source::document::{DocumentError, Node, Table, Value};
use auditlint_source::{FilePath, Span};
use serde::{Deserialize, Serialize};

use crate::limits::MAX_TASK_LINKS;
use crate::{FileGlob, FileGlobs};

/// A task that a rule belongs to, for all its places or for some files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TaskLink {
    /// The task's id, or an audit's own finding id, as it is written.
    pub id: String,
    /// The files for which the link holds; empty for all.
    pub files: Vec<FileGlob>,
    /// Bytes of the id in its document.
    pub span: Span,
    #[serde(skip)]
    matcher: OnceLock<FileGlobs>,
}

impl TaskLink {
    /// A link for all files.
    #[must_use]
    pub fn new(id: &str, files: Vec<FileGlob>, span: Span) -> Self {
        Self { id: id.to_owned(), files, span, matcher: OnceLock::new() }
    }

    /// Reads a list of links, each an id or `{id, files}`. Mistakes go to `errors`.
    #[must_use]
    pub fn read_list(nodes: &[&Node], errors: &RefCell<Vec<DocumentError>>) -> Vec<Self> {
        if let Some(node) = nodes.get(MAX_TASK_LINKS) {
            let message = format!("a rule is linked to {MAX_TASK_LINKS} tasks at most");
            errors.borrow_mut().push(DocumentError::new(node.span, message));
        }
        nodes.iter().take(MAX_TASK_LINKS).filter_map(|node| Self::read(node, errors)).collect()
    }

    fn read(node: &Node, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        if !matches!(node.value, Value::Map(_)) {
            let id = node.scalar();
            if id.is_none() {
                errors.borrow_mut().push(DocumentError::expected("a task id or {id, files}", node));
            }
            return Some(Self::new(&id?, Vec::new(), node.span));
        }
        let mut table = Table::new(node, errors);
        let place = node.get("id").map_or(node.span, |id| id.span);
        let id = table.take_text("id");
        let files = table.take_list("files").map(|nodes| FileGlob::read_list(&nodes, errors)).unwrap_or_default();
        if node.get("id").is_none() {
            table.error(DocumentError::new(node.span, "`id` of the task is missing"));
        }
        table.finish();
        Some(Self::new(&id?, files, place))
    }

    /// Whether the link holds for a file.
    #[must_use]
    pub fn covers(&self, path: &FilePath) -> bool {
        self.files.is_empty() || self.matcher.get_or_init(|| FileGlobs::new(&self.files)).is_match(path)
    }
}

impl PartialEq for TaskLink {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.files, self.span) == (&other.id, &other.files, other.span)
    }
}
