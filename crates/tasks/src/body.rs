//! The text of an exported issue: Markdown in a value of JSON, YAML or CSV, with boxes for what must hold.

use auditlint_source::Span;

use crate::field_item::FieldItem;
use crate::fields::{TaskField, field};
use crate::file::TaskFile;
use crate::parts::{SectionPart, section};
use crate::prose::{is_heading, prose_lines};
use crate::setext::underlined;
use crate::status::leading_sign;

/// What a text says of its task, at the places of its lines in the file: what must hold for it to be done, what checks it, and
/// which files it is about. `within` is where the text stands.
pub(crate) fn read(file: &TaskFile, within: Span, text: &str) -> Vec<(TaskField, Vec<FieldItem>)> {
    let Ok(body) = TaskFile::new(&file.path, text.as_bytes().to_vec(), &mut Vec::new()) else { return Vec::new() };
    let lines: Vec<(usize, &str)> = prose_lines(&body).collect();
    let mut places = BodyLines { written: file.slice(within), from: within.start, at: Some(0), whole: within };
    let mut found = Vec::new();
    for part in chunks(&lines).flat_map(|chunk| section(&body, chunk).parts) {
        let (field, mut items) = match part {
            SectionPart::Field(field @ (TaskField::Acceptance | TaskField::Verify | TaskField::Files), items) => {
                (field, items)
            }
            SectionPart::Cell(field @ (TaskField::Acceptance | TaskField::Verify | TaskField::Files), cell) => {
                (field, vec![cell])
            }
            SectionPart::Boxes(items) => (TaskField::Acceptance, items),
            SectionPart::Field(TaskField::Text, mut items) => {
                items.retain(|item| leading_sign(&item.text).is_some());
                (TaskField::Acceptance, items)
            }
            SectionPart::Field(..) | SectionPart::Cell(..) | SectionPart::Text(_) | SectionPart::Heading(_) => continue,
        };
        items.retain(|item| !is_about_the_writer(&item.text));
        for item in &mut items {
            item.span = places.of(body.slice(item.span));
            for item in &mut item.verify {
                item.span = places.of(body.slice(item.span));
            }
        }
        if !items.is_empty() {
            found.push((field, items));
        }
    }
    found
}

/// The lines below each heading, with it where it names a field that is read. Below any other, a box is one of the issue as below none.
fn chunks<'l, 't>(lines: &'l [(usize, &'t str)]) -> impl Iterator<Item = &'l [(usize, &'t str)]> {
    let is_start = |at: usize| is_heading(lines[at].1.trim_start()) || underlined(lines, at).is_some();
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = lines.get(from)?.1;
        let end = (from + 1..lines.len()).find(|at| is_start(*at)).unwrap_or(lines.len());
        let names_field = matches!(
            field(first.trim().trim_matches(['#', ' ', ':'])),
            Some(TaskField::Acceptance | TaskField::Verify | TaskField::Files)
        );
        let skipped = match () {
            () if names_field || !is_start(from) => 0,
            () => 1 + usize::from(underlined(lines, from).is_some()),
        };
        let chunk = &lines[from + skipped..end.max(from + skipped)];
        from = end.max(from + skipped);
        Some(chunk)
    })
}

/// Finds lines of a text in the file that holds it, one after the other.
struct BodyLines<'f> {
    /// The value as it is written, with its escapes.
    written: &'f str,
    from: u32,
    /// Up to where it was looked at; `None` once a line was not found, since what follows was not looked for in order.
    at: Option<usize>,
    whole: Span,
}

impl BodyLines<'_> {
    /// The span of a piece of the text: as far as it is written without escapes. The whole value where it is not found.
    fn of(&mut self, piece: &str) -> Span {
        let is_escaped = |c: char| matches!(c, '"' | '\\' | '/') || c.is_control() || !c.is_ascii();
        let plain = &piece[..piece.find(is_escaped).unwrap_or(piece.len())];
        let Some(from) = self.at.filter(|_| !plain.trim().is_empty()) else { return self.whole };
        let Some(found) = self.written[from..].find(plain) else {
            self.at = None;
            return self.whole;
        };
        let start = from + found;
        self.at = Some(start + plain.len());
        Span::new(self.from + start as u32, self.from + (start + plain.len()) as u32)
    }
}

/// Forms for new issues ask those who write them for boxes about themselves: "I have searched the existing issues".
fn is_about_the_writer(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "have",
        "am",
        "agree",
        "understand",
        "confirm",
        "searched",
        "checked",
        "read",
        "will",
        "acknowledge",
        "accept",
        "verified",
    ];
    let text = leading_sign(text).map_or(text, |(_, length)| &text[length..]);
    let mut words = text.split_whitespace().map(|word| word.trim_matches(['*', '_', ',']));
    match words.next() {
        Some("I've" | "I'm" | "I'll" | "I\u{2019}ve" | "I\u{2019}m" | "I\u{2019}ll") => true,
        Some("I") => words.next().is_some_and(|word| WORDS.contains(&word)),
        _ => false,
    }
}
