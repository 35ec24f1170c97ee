//! Ids of a tracker outside the repository.
//!
//! Nothing is fetched: what such an id looks like and where it is found stands in the configuration, and its status in
//! a file that somebody exported: JSON or YAML (a list of tables, or a table from id to status or to a table), or
//! comma- or tab-separated lines with a header. Columns are `id` or `key`, `status` or `state`, `title` or `summary`.

use std::collections::BTreeMap;

use auditlint_source::document::{DocumentKey, DocumentNode, DocumentValue, parse_json, parse_yaml};
use auditlint_source::{FilePath, Files, Problem, Span};

use crate::config::{ExternalIds, IdUrl, TaskSource};
use crate::csv;
use crate::draft::{TaskOrigin, unknown_status};
use crate::field_item::FieldItem;
use crate::file::TaskFile;
use crate::{Status, TaskId, TaskPlace};

/// A task that stands in a tracker outside the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalTask {
    /// Its id, with the prefix of its source where there is one.
    pub id: TaskId,
    /// Its address, where the configuration says how to write it.
    pub url: Option<String>,
    /// Its title, where the exported status file holds one.
    pub title: Option<String>,
    /// Its status, where the exported status file holds one that is known.
    pub status: Option<Status>,
    /// Where the exported status file names it.
    pub place: Option<TaskPlace>,
}

/// A tracker as one `[[tasks]]` table describes it.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    pattern: ExternalIds,
    url: Option<IdUrl>,
    prefix: Option<String>,
    exported: Vec<ExternalTask>,
    /// By id: the first of them.
    by_id: BTreeMap<TaskId, usize>,
}

impl Tracker {
    /// The tracker of a source that has one, with what its status file says.
    pub(crate) fn of(source: &TaskSource, files: &dyn Files, problems: &mut Vec<Problem>) -> Option<Self> {
        let pattern = source.external.clone()?;
        let mut tracker = Self {
            pattern,
            url: source.url.clone(),
            prefix: source.prefix.clone(),
            exported: Vec::new(),
            by_id: BTreeMap::new(),
        };
        if let Some(path) = &source.status
            && let Ok(file) = TaskFile::open(&FilePath::new(path), files, problems)
        {
            tracker.read(&file, problems);
        }
        Some(tracker)
    }

    /// The task of that id, where it looks like one of this tracker.
    pub(crate) fn task(&self, id: &str) -> Option<ExternalTask> {
        let local = match &self.prefix {
            Some(prefix) => id.strip_prefix(prefix.as_str()).and_then(|id| id.strip_prefix(':')).unwrap_or(id),
            None => id,
        };
        if !self.pattern.is_match(local) {
            return None;
        }
        let task = self.bare(local);
        Some(self.by_id.get(&task.id).map(|at| self.exported[*at].clone()).unwrap_or(task))
    }

    pub(crate) fn exported(&self) -> impl Iterator<Item = &ExternalTask> {
        self.exported.iter()
    }

    fn bare(&self, local: &str) -> ExternalTask {
        let origin = TaskOrigin { source: 0, prefix: self.prefix.as_deref() };
        ExternalTask {
            id: TaskId::new(&origin.qualify(local)),
            url: self.url.as_ref().map(|url| url.of(local)),
            title: None,
            status: None,
            place: None,
        }
    }

    fn read(&mut self, file: &TaskFile, problems: &mut Vec<Problem>) {
        let before = self.exported.len();
        match file.path.extension() {
            Some("json") => match parse_json(&file.text) {
                Ok(document) => self.read_document(file, &document, problems),
                Err(error) => problems.push(file.warning(error.span, error.message)),
            },
            Some("yaml" | "yml") => match parse_yaml(&file.text) {
                Ok(documents) => documents.iter().for_each(|document| self.read_document(file, document, problems)),
                Err(error) => problems.push(file.warning(error.span, error.message)),
            },
            _ => {
                let rows = csv::read(file, problems);
                self.read_document(file, &csv::list(rows), problems);
            }
        }
        if self.exported.len() == before {
            problems.push(
                file.warning(Span::default(), "this file contains no status of the tracker")
                    .help("it needs columns or keys `id` and `status`, and ids that `external` matches"),
            );
        }
    }

    fn read_document(&mut self, file: &TaskFile, document: &DocumentNode, problems: &mut Vec<Problem>) {
        let text = |node: &DocumentNode| node.scalar().map(|text| FieldItem::new(node.span, text));
        let get = |row: &'_ DocumentNode, name: &str| -> Option<DocumentNode> {
            let entries = row.as_map()?;
            let same = |(key, _): &&(DocumentKey, DocumentNode)| key.name.trim().eq_ignore_ascii_case(name);
            entries.iter().find(same).map(|(_, node)| node.clone())
        };
        let column =
            |row: &DocumentNode, names: &[&str]| names.iter().find_map(|name| get(row, name)).as_ref().and_then(text);
        let rows = document.get("issues").or_else(|| document.get("tasks")).unwrap_or(document);
        match &rows.value {
            DocumentValue::List(rows) => {
                for row in rows {
                    if let Some(id) = column(row, &["id", "key"]) {
                        let status = column(row, &["status", "state"]);
                        self.add(file, &id, status, column(row, &["title", "summary"]), problems);
                    }
                }
            }
            DocumentValue::Map(entries) => {
                for (key, row) in entries {
                    let id = FieldItem::new(key.span, key.name.clone());
                    let status = text(row).or_else(|| column(row, &["status", "state"]));
                    self.add(file, &id, status, column(row, &["title", "summary"]), problems);
                }
            }
            _ => {}
        }
    }

    fn add(
        &mut self,
        file: &TaskFile,
        id: &FieldItem,
        status: Option<FieldItem>,
        title: Option<FieldItem>,
        problems: &mut Vec<Problem>,
    ) {
        if !self.pattern.is_match(&id.text) {
            return;
        }
        let known = status.as_ref().and_then(|status| Status::of_words(&status.text));
        if let (Some(status), None) = (&status, known) {
            problems.push(unknown_status(file, status));
        }
        let task = ExternalTask {
            title: title.map(|title| title.text),
            status: known,
            place: Some(file.place(id.span)),
            ..self.bare(&id.text)
        };
        self.by_id.entry(task.id.clone()).or_insert(self.exported.len());
        self.exported.push(task);
    }
}
