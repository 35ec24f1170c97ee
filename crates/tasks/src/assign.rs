//! Ids for checklist items that carry none, to be written beside them.

use auditlint_source::{FilePath, Files};

use crate::draft::TaskOrigin;
use crate::file::TaskFile;
use crate::load::covered;
use crate::reading::{self, FileReading, Reading};
use crate::{ItemIds, TaskPlace, TaskSource};

/// An id that an item of a checklist gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedId {
    /// The id.
    pub id: String,
    /// The item. The comment with the id goes to the end of its span.
    pub place: TaskPlace,
}

impl AssignedId {
    /// What is to be written behind the item.
    #[must_use]
    pub fn comment(&self) -> String {
        format!(" <!-- id: {} -->", self.id)
    }
}

/// The ids of all items without one in the files of sources with `ids = "heading"`, by path and place.
#[must_use]
pub fn assign_ids(sources: &[TaskSource], paths: &[FilePath], files: &dyn Files) -> Vec<AssignedId> {
    let mut sorted: Vec<&FilePath> = paths.iter().collect();
    sorted.sort();
    let mut assigned = Vec::new();
    for source in sources.iter().filter(|source| source.ids == ItemIds::Heading) {
        for path in covered(source, &sorted) {
            let Some(reading @ Reading::Markdown) = Reading::of(source.format, path) else { continue };
            let Some(file) = TaskFile::open(path, files, &mut Vec::new()) else { continue };
            let how = FileReading { reading, paths: &source.fields, ids: source.ids };
            let found = reading::read(&file, TaskOrigin { source: 0, prefix: None }, how, &mut Vec::new());
            for draft in found.drafts.iter().filter(|draft| draft.id_goes_to.is_some()) {
                assigned.push(AssignedId { id: draft.task.local_id().to_owned(), place: draft.task.place.clone() });
            }
        }
    }
    assigned.sort_by(|a, b| a.place.cmp(&b.place));
    assigned.dedup_by(|a, b| a.place == b.place);
    assigned
}
