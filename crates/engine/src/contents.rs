//! What sources hold: known without reading them where that is possible, and read where it is not.

use auditlint_source::{ContentId, FilePath, Files, ReadError};

use crate::kept::{Kept, id_of_text};

/// The files of a run and what is kept of them.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'f> {
    pub(crate) files: &'f dyn Files,
    pub(crate) kept: Option<&'f Kept>,
}

impl Contents<'_> {
    /// The id of what a source holds, where it is known without reading it.
    pub(crate) fn id(&self, path: &FilePath) -> Option<ContentId> {
        let name = self.files.content_id(path);
        let Some(kept) = self.kept else { return name };
        match name {
            Some(name) => kept.id_of_name(&name),
            None => kept.id_of_path(path, &self.files.stamp(path)?),
        }
    }

    /// What a source holds, with its id where it has one.
    pub(crate) fn read(&self, path: &FilePath, limit: u64) -> Result<(Vec<u8>, Option<ContentId>), ReadError> {
        let Some(kept) = self.kept else {
            return Ok((self.files.read(path, limit)?, self.files.content_id(path)));
        };
        let (text, stamp) = self.files.read_stamped(path, limit)?;
        kept.count_read();
        let id = id_of_text(&text);
        if let Some(stamp) = stamp {
            kept.note_path(path, stamp, &id);
        } else if let Some(name) = self.files.content_id(path) {
            kept.note_name(&name, &id);
        }
        Ok((text, Some(id)))
    }
}
