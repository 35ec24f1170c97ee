//! Ids for checklist items that carry none, to be written beside them.

use auditlint_source::{FilePath, Files};

use crate::draft::TaskOrigin;
use crate::file::TaskFile;
use crate::load::covered;
use crate::reading::{self, FileReading, Reading};
use crate::slug::Slugs;
use crate::{Task, TaskPlace, TaskSource};

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

/// The ids of all items without one in the files of sources with `ids = "heading"`, by path and place. None is that of another task.
#[must_use]
pub fn assign_ids(sources: &[TaskSource], paths: &[FilePath], files: &dyn Files) -> Vec<AssignedId> {
    let mut sorted: Vec<&FilePath> = paths.iter().collect();
    sorted.sort();
    let mut taken = Slugs::default();
    let mut without: Vec<Task> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let origin = TaskOrigin { source: index, prefix: source.prefix.as_deref() };
        for path in covered(source, &sorted) {
            let Some(reading) = Reading::of(source.format, path) else { continue };
            let Ok(file) = TaskFile::open(path, files, &mut Vec::new()) else { continue };
            let how = FileReading { reading, paths: &source.fields, ids: source.ids };
            for draft in reading::read(&file, origin, how, &mut Vec::new()).drafts {
                if draft.id_goes_to.is_none() {
                    taken.learn(draft.task.id.as_str());
                } else if reading == Reading::Markdown {
                    without.push(draft.task);
                }
            }
        }
    }
    without.sort_by(|a, b| a.place.cmp(&b.place));
    without.dedup_by(|a, b| a.place == b.place);
    let mut assign = |task: Task| {
        // Sources with other prefixes are free to use the same words.
        let prefix = task.id.as_str().len() - task.local_id().len();
        AssignedId { id: taken.free(task.id.as_str())[prefix..].to_owned(), place: task.place }
    };
    without.into_iter().map(&mut assign).collect()
}
