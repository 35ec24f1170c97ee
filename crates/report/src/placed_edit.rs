//! The edits of a fix with the lines and columns that they change.

use auditlint_engine::{FileEdit, Finding};
use auditlint_source::Position;

use crate::source_cache::SourceCache;

/// One change of the finding's file.
pub(crate) struct PlacedEdit<'a> {
    pub(crate) start: Position,
    /// Exclusive.
    pub(crate) end: Position,
    pub(crate) text: &'a str,
}

/// The edits; or why a format of text cannot hold them: where the file is gone or was changed since, they would not fit it, and
/// text that is not UTF-8 would be another text.
pub(crate) fn placed_edits<'a>(
    finding: &Finding,
    edits: &'a [FileEdit],
    sources: &mut SourceCache<'_>,
) -> Result<Vec<PlacedEdit<'a>>, &'static str> {
    let source = sources.get(&finding.path).filter(|source| source.agrees(finding.span, finding.start));
    let source = source.ok_or("the file was changed since it was analysed")?;
    let placed = |edit: &'a FileEdit| {
        Ok(PlacedEdit {
            start: source.position(edit.span.start),
            end: source.position(edit.span.end),
            text: str::from_utf8(&edit.text).map_err(|_| "the new text is not UTF-8")?,
        })
    };
    edits.iter().map(placed).collect()
}
