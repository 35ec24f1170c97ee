//! The link from a rule to a task.

use std::sync::OnceLock;

use auditlint_source::document::{
    DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, KeyShape, Setting, Table, TableShape,
    ValueShape, unplaced,
};
use auditlint_source::{FilePath, Span};
use serde::{Deserialize, Serialize};

use crate::limits::MAX_TASK_LINKS;
use crate::{FileGlob, FileGlobs};

/// A task that a rule belongs to, for all its places or for some files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TaskLink {
    /// The task's id, or an audit's own finding id, as it is written.
    pub id: String,
    /// The files that the link applies to; empty for all.
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

    fn read_one(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        if !matches!(node.value, DocumentValue::Map(_)) {
            let id = node.scalar();
            if id.is_none() {
                errors.borrow_mut().push(DocumentError::expected("a task id or {id, files}", node));
            }
            return Some(Self::new(&id?, Vec::new(), node.span));
        }
        let mut table = Table::new(node, errors);
        let place = node.get("id").map_or(node.span, |id| id.span);
        let id = table.take_text("id");
        let files = table.setting_or("files", Vec::new);
        if node.get("id").is_none() {
            table.error(DocumentError::new(node.span, "a link to a task needs `id`"));
        }
        table.finish();
        Some(Self::new(&id?, files, place))
    }

    /// Has the globs of links count from the folder of the file that they are written in.
    pub fn count_from(links: &mut [Self], folder: &FilePath) {
        links.iter_mut().for_each(|link| {
            FileGlob::count_from(&mut link.files, folder);
            link.matcher = OnceLock::new();
        });
    }

    /// Whether the link holds for a file.
    #[must_use]
    pub fn covers(&self, path: &FilePath) -> bool {
        self.files.is_empty() || self.matcher.get_or_init(|| FileGlobs::new(&self.files)).covers(path)
    }
}

impl Setting for TaskLink {
    const MOST: usize = MAX_TASK_LINKS;
    const SEVERAL: &'static str = "links to tasks";

    fn shape() -> ValueShape {
        let id = ValueShape::Scalar { what: "the id of a task" };
        let keys = vec![
            KeyShape {
                name: "id",
                about: "The id of the task.",
                example: "id = \"P3-T1\"",
                shape: id.clone(),
                required: true,
                default: DocumentValue::Null,
            },
            KeyShape {
                name: "files",
                about: "The files that the link applies to.",
                example: "files = [\"**/audit.ts\"]",
                shape: Vec::<FileGlob>::shape(),
                required: false,
                default: DocumentValue::List(Vec::new()),
            },
        ];
        let table = TableShape { name: "a link to a task", keys, one_of: &[], needs: &[], short: None };
        ValueShape::AnyOf(vec![id, ValueShape::Table(Box::new(table))])
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        Self::read_one(node, errors)
    }

    fn value(&self) -> DocumentValue {
        let id = DocumentValue::Text(self.id.clone());
        if self.files.is_empty() {
            return id;
        }
        let keys = [("id", id), ("files", self.files.value())];
        DocumentValue::Map(
            keys.map(|(name, value)| (DocumentKey { span: Span::default(), name: name.to_owned() }, unplaced(value)))
                .into(),
        )
    }
}

impl PartialEq for TaskLink {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.files, self.span) == (&other.id, &other.files, other.span)
    }
}
