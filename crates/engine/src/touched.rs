//! The strict form of what a change brings: only what stands on lines that it added or touched.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, Files};

use crate::changed_lines::{ChangedLines, similarity};
use crate::{FindingState, Report};

/// The largest file whose lines are compared, in bytes; every line of a larger one counts as touched.
const MAX_COMPARED: u64 = 16 << 20;
/// How many files that are gone are read to find the one that a new file was.
const MOST_COMPARED: usize = 200;
/// From how many per cent of common lines on a file is another one renamed.
const RENAMED: usize = 50;

/// Takes out of a report what counts and stands on lines that a change did not touch. What a finding rests on counts as its place
/// does. `before` is the state before the change; `None` where there was none.
pub fn leave_touched(report: &mut Report, files: &dyn Files, before: Option<&dyn Files>) {
    let mut touched = Touched { files, before, gone: None, known: BTreeMap::new() };
    let count = report.findings.len();
    report.findings.retain(|finding| {
        let mut places = std::iter::once((&finding.path, finding.start, finding.end))
            .chain(finding.related.iter().map(|place| (&place.path, place.start, place.end)));
        finding.state != FindingState::New || places.any(|(path, start, end)| touched.has(path, start.line, end.line))
    });
    let left_out = count - report.findings.len();
    report.settle();
    // Verdicts are about all findings, and name them by number.
    (report.partial, report.verdicts) = (true, None);
    report.only.push(match left_out {
        0 => "lines that the change touched".to_owned(),
        1 => "lines that the change touched (1 finding on another line is left out)".to_owned(),
        _ => format!("lines that the change touched ({left_out} findings on other lines are left out)"),
    });
}

/// The lines that a change touched, by file.
struct Touched<'f> {
    files: &'f dyn Files,
    before: Option<&'f dyn Files>,
    /// The files that are gone, once a new one was met.
    gone: Option<Vec<FilePath>>,
    known: BTreeMap<FilePath, ChangedLines>,
}

impl Touched<'_> {
    fn has(&mut self, path: &FilePath, first: u32, last: u32) -> bool {
        if let Some(lines) = self.known.get(path) {
            return lines.touches(first, last);
        }
        let lines = self.lines(path);
        let has = lines.touches(first, last);
        self.known.insert(path.clone(), lines);
        has
    }

    fn lines(&mut self, path: &FilePath) -> ChangedLines {
        let Some(before) = self.before else { return ChangedLines::all() };
        let Ok(new) = self.files.read(path, MAX_COMPARED) else { return ChangedLines::all() };
        let old = match before.read(path, MAX_COMPARED) {
            Ok(old) => Some(old),
            Err(_) => self.renamed(before, path, &new),
        };
        old.map_or_else(ChangedLines::all, |old| ChangedLines::between(&old, &new))
    }

    /// What a file that was not there is most like, among those of its kind that are gone.
    fn renamed(&mut self, before: &dyn Files, path: &FilePath, new: &[u8]) -> Option<Vec<u8>> {
        let files = self.files;
        let gone = self.gone.get_or_insert_with(|| {
            let tracked = before.tracked().unwrap_or_default();
            tracked.iter().filter(|path| files.kind(path).is_none()).cloned().collect()
        });
        let extension = |path: &FilePath| path.name().rsplit_once('.').map(|(_, extension)| extension.to_owned());
        let asked = extension(path);
        let mut candidates: Vec<&FilePath> = gone.iter().filter(|old| extension(old) == asked).collect();
        // One of the same name first, where there are too many.
        candidates.sort_by_key(|old| old.name() != path.name());
        let texts = candidates.into_iter().take(MOST_COMPARED).filter_map(|old| before.read(old, MAX_COMPARED).ok());
        let rated = texts.map(|old| (similarity(&old, new), old)).filter(|(alike, _)| *alike >= RENAMED);
        rated.max_by_key(|(alike, _)| *alike).map(|(_, old)| old)
    }
}
