//! Tasks that are sections of a Markdown file.
//!
//! A section is a task if its heading starts with an id (`## TD-7 Title`, `### P1-T1: Title`, `### [ ] P1-T1: Title`)
//! and it has a field that tasks have (`- **Status:** todo`, `**Files:** …`, `#### Acceptance criteria`), or if several
//! headings of the same level have ids of one family. A line that is all bold counts as a heading. A phase of a plan
//! (`**Phase 1 — Correctness**`) is a task, with the id `Phase-1`, if it says when it is done.

use std::collections::BTreeMap;

use auditlint_source::{Problem, Span};

use crate::draft::{FieldItem, TaskDraft, TaskOrigin, declare};
use crate::fields::{TaskField, field};
use crate::file::{TaskFile, lines_of, span_in};
use crate::id::leading;
use crate::status::leading_sign;
use crate::{DeclaredBy, StatusForm};

/// What a section must look like to be a task.
pub(crate) const SHAPE: &str = "a section is a task if its heading starts with an id, as in `## TD-7 Title`, and fields such as `**Status:**` follow";

/// The lines of a Markdown text outside code blocks and comments, with their offsets.
pub(crate) fn prose_lines(file: &TaskFile) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut comment = false;
    let mut indented = Indented::default();
    file.lines().filter(move |(_, line)| {
        let text = line.trim_start();
        if let Some(open) = fence {
            if text.starts_with(open) && text.trim_start_matches(&open[..1]).trim().is_empty() {
                fence = None;
            }
            return false;
        }
        if comment {
            comment = !text.contains("-->");
            return false;
        }
        if indented.is_code(line) {
            return false;
        }
        if text.starts_with("```") || text.starts_with("~~~") {
            let length = text.len() - text.trim_start_matches(&text[..1]).len();
            fence = Some(&text[..length]);
            return false;
        }
        if text.starts_with("<!--") {
            comment = !text.contains("-->");
            return false;
        }
        true
    })
}

/// Tells code that is code because it is indented: four columns deeper than the list item that it stands in, behind an empty line.
struct Indented {
    /// Where the text of each open list item begins.
    items: Vec<usize>,
    /// Whether no paragraph is open that the line could go on with.
    is_fresh: bool,
}

impl Default for Indented {
    fn default() -> Self {
        Self { items: Vec::new(), is_fresh: true }
    }
}

impl Indented {
    fn is_code(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        if text.trim_end().is_empty() {
            self.is_fresh = true;
            return false;
        }
        let blank = &line[..line.len() - text.len()];
        let indent = blank.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 });
        let marker = list_marker(text);
        if self.is_fresh || marker.is_some() {
            while self.items.last().is_some_and(|begin| indent < *begin) {
                self.items.pop();
            }
        }
        if self.is_fresh && indent >= self.items.last().copied().unwrap_or(0) + 4 {
            return true;
        }
        if let Some(length) = marker {
            self.items.push(indent + length);
        }
        // A heading ends what stands before it.
        self.is_fresh = text.starts_with('#');
        false
    }
}

/// The length of a list marker (`- `, `* `, `12. `) with the spaces behind it.
pub(crate) fn list_marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=4).contains(&digits) => digits + 1,
        _ => return None,
    };
    let rest = &text[length..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    (spaces > 0 || rest.is_empty()).then_some(length + spaces)
}

/// A heading, and where it stands among the lines.
struct Heading<'t> {
    line: usize,
    /// 1 to 6, 7 for a line that is all bold.
    level: usize,
    sign: Option<(crate::Status, Span)>,
    id: Option<HeadingId<'t>>,
}

/// The id with which a heading starts.
struct HeadingId<'t> {
    id: String,
    written: &'t str,
    title: &'t str,
    shape: HeadingShape,
}

/// How much an id of a heading looks like one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HeadingShape {
    /// Letters, digits and a separator: `TD-7`, `08x_003_store`.
    Strong,
    /// Letters and digits: `C1`, `v1.2`.
    Weak,
    /// `Phase 1`.
    Phase,
}

/// Reads the tasks of one file and says how many there are.
pub(crate) fn read(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    drafts: &mut Vec<TaskDraft>,
    problems: &mut Vec<Problem>,
) -> usize {
    let before = drafts.len();
    let body = front_matter(file, origin, drafts, problems);
    let lines: Vec<(usize, &str)> = prose_lines(file).filter(|(start, _)| *start >= body).collect();
    let headings: Vec<Heading<'_>> =
        lines.iter().enumerate().filter_map(|(at, (_, line))| heading(&file.text, at, line)).collect();
    let families = families(&headings);
    let accepted: Vec<bool> = (0..headings.len()).map(|at| is_task(file, &lines, &headings, &families, at)).collect();
    for (at, heading) in headings.iter().enumerate() {
        let Some(id) = heading.id.as_ref().filter(|_| accepted[at]) else { continue };
        let end = headings
            .iter()
            .zip(&accepted)
            .skip(at + 1)
            .find(|(next, accepted)| **accepted || next.level <= heading.level)
            .map_or(lines.len(), |(next, _)| next.line);
        let mut draft =
            TaskDraft::new(file, origin, &id.id, span_in(&file.text, id.written), id.title, StatusForm::Word);
        if let Some((status, span)) = heading.sign {
            declare(&mut draft.task, file, status, DeclaredBy::Task, span);
        }
        for part in parts(file, &lines[heading.line + 1..end]) {
            match part {
                SectionPart::Field(field, items) => draft.take(file, field, items, problems),
                SectionPart::Text(text) => draft.take_text(file, text),
            }
        }
        drafts.push(draft);
    }
    drafts.len() - before
}

/// Reads a task from the YAML between `---` lines at the top, and gives the offset behind it.
fn front_matter(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    drafts: &mut Vec<TaskDraft>,
    problems: &mut Vec<Problem>,
) -> usize {
    let start = file.start();
    let mut lines = lines_of(&file.text, start, file.text.len());
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return start;
    }
    let Some((end, _)) = lines.find(|(_, line)| line.trim_end() == "---") else { return start };
    // The reader by lines keeps offsets, and front matter is of its shape: keys, and items below them.
    let matter = &file.text[..end];
    for node in crate::lenient::read(matter, start) {
        if node.get("id").is_some() {
            drafts.extend(crate::yaml::draft(file, origin, &node, true, problems));
        }
    }
    end + 3
}

fn heading<'t>(text: &'t str, line: usize, content: &'t str) -> Option<Heading<'t>> {
    let trimmed = content.trim_end();
    let hashes = trimmed.bytes().take_while(|byte| *byte == b'#').count();
    let (level, title) = if (1..=6).contains(&hashes) && trimmed[hashes..].starts_with([' ', '\t']) {
        (hashes, trimmed[hashes..].trim_end_matches('#'))
    } else {
        let inner = trimmed.strip_prefix("**")?.strip_suffix("**")?;
        if inner.contains("**") || inner.ends_with(':') {
            return None;
        }
        (7, inner)
    };
    let mut title = title.trim();
    let mut sign = None;
    if let Some((status, length)) = leading_sign(title) {
        let start = span_in(text, title).start;
        sign = Some((status, Span::new(start, start + length as u32)));
        title = title[length..].trim_start();
    }
    Some(Heading { line, level, sign, id: heading_id(title) })
}

fn heading_id(title: &str) -> Option<HeadingId<'_>> {
    let separators = |rest: &'_ str| -> usize {
        rest.len() - rest.trim_start_matches(['*', '`', ']', ':', '.', ' ', '\t', '-', '–', '—', '|']).len()
    };
    let words = title.split_once(' ').filter(|(word, _)| word.eq_ignore_ascii_case("phase"));
    if let Some((word, rest)) = words {
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
        let number = rest[..length].trim_end_matches('.');
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let behind = &rest[number.len()..];
        let written = &title[..word.len() + 1 + number.len()];
        let title = behind[separators(behind)..].trim();
        return Some(HeadingId { id: format!("{word}-{number}"), written, title, shape: HeadingShape::Phase });
    }
    let id = leading(title).filter(|id| id.contains(|c: char| c.is_ascii_digit()))?;
    let start = id.as_ptr() as usize - title.as_ptr() as usize;
    let behind = &title[start + id.len()..];
    let shape = if id.contains(['-', '_']) { HeadingShape::Strong } else { HeadingShape::Weak };
    Some(HeadingId { id: id.to_owned(), written: id, title: behind[separators(behind)..].trim(), shape })
}

/// The first id of each level and family, and whether another one follows.
type Families<'h> = BTreeMap<(usize, &'h str), (&'h str, bool)>;

fn families<'h>(headings: &'h [Heading<'_>]) -> Families<'h> {
    let mut families = Families::new();
    for heading in headings {
        if let Some(id) = heading.id.as_ref().filter(|id| id.shape == HeadingShape::Strong) {
            let (first, others) = families.entry((heading.level, stem(&id.id))).or_insert((&id.id, false));
            *others |= *first != id.id;
        }
    }
    families
}

/// Whether the heading is the heading of a task.
fn is_task(
    file: &TaskFile,
    lines: &[(usize, &str)],
    headings: &[Heading<'_>],
    families: &Families<'_>,
    at: usize,
) -> bool {
    let heading = &headings[at];
    let Some(id) = &heading.id else { return false };
    let end = headings[at + 1..]
        .iter()
        .find(|next| next.level <= heading.level || next.id.is_some())
        .map_or(lines.len(), |next| next.line);
    let fields: Vec<TaskField> = parts(file, &lines[heading.line + 1..end])
        .into_iter()
        .filter_map(|part| match part {
            SectionPart::Field(field, _) => Some(field),
            SectionPart::Text(_) => None,
        })
        .collect();
    let telling = |field: &TaskField| !matches!(field, TaskField::Owner | TaskField::Text);
    match id.shape {
        HeadingShape::Phase => fields.contains(&TaskField::Acceptance),
        HeadingShape::Weak => heading.sign.is_some() || fields.iter().any(telling),
        HeadingShape::Strong => {
            let has_family = families.get(&(heading.level, stem(&id.id))).is_some_and(|(_, others)| *others);
            heading.sign.is_some() || !fields.is_empty() || has_family
        }
    }
}

/// What ids of one family share: the letters in front.
fn stem(id: &str) -> &str {
    let end = id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
    &id[..end]
}

/// A piece of a section.
enum SectionPart<'t> {
    Field(TaskField, Vec<FieldItem>),
    Text(&'t str),
}

/// A field that is being read, and up to where lines belong to it.
struct OpenField {
    /// `None` for a label that names no field.
    field: Option<TaskField>,
    items: Vec<FieldItem>,
    /// The indent of the bullet that holds the label; lines further in belong to it. Without a bullet all lines do.
    bullet: Option<usize>,
    /// The indent of its first item.
    items_at: Option<usize>,
}

/// Takes the lines of a section apart.
fn parts<'t>(file: &'t TaskFile, lines: &[(usize, &'t str)]) -> Vec<SectionPart<'t>> {
    let mut parts = Vec::new();
    let mut open: Option<OpenField> = None;
    let mut blank = false;
    for (_, line) in lines {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        if content.is_empty() {
            blank = true;
            continue;
        }
        let was_blank = std::mem::take(&mut blank);
        let marker = list_marker(content).filter(|_| !content.starts_with("**"));
        let text = content[marker.unwrap_or(0)..].trim_end();
        let inside = open.as_ref().is_some_and(|open| open.bullet.is_none_or(|bullet| indent > bullet));
        // Below `**Scope:**` a bullet such as `- Status: is never null` is one of its items.
        let is_listed = marker.is_some() && open.as_ref().is_some_and(|open| open.bullet.is_none());
        let label = label(text)
            .filter(|label| label.bold || !is_listed)
            .filter(|label| label.field.is_some() || !(inside && indent > 0));
        let is_heading = content.starts_with('#') && heading(&file.text, 0, content).is_some();
        if is_heading || label.is_some() && !(inside && marker.is_some() && indent > 0) {
            close(&mut parts, open.take());
            let (field, value) = match label {
                Some(label) => (label.field, label.value),
                None => (field(content.trim_matches(['#', ' ', ':'])), ""),
            };
            let items = item(&file.text, value).into_iter().collect();
            let bullet = marker.map(|_| indent);
            // A label without a field still stands for itself: its value is prose.
            if field.is_none() && !value.is_empty() {
                parts.push(SectionPart::Text(value));
            }
            open = Some(OpenField { field, items, bullet, items_at: None });
            continue;
        }
        let rule = matches!(content.trim_end(), "---" | "***" | "___");
        // A paragraph after an empty line no longer belongs to the field before it.
        if rule || open.is_some() && (!inside || was_blank && marker.is_none() && indent == 0) {
            close(&mut parts, open.take());
        }
        if rule {
            continue;
        }
        match &mut open {
            Some(open) => open.push(&file.text, indent, marker.is_some(), text),
            None => parts.push(SectionPart::Text(text)),
        }
    }
    close(&mut parts, open);
    parts
}

fn close(parts: &mut Vec<SectionPart<'_>>, open: Option<OpenField>) {
    if let Some(OpenField { field: Some(field), items, .. }) = open {
        parts.push(SectionPart::Field(field, items));
    }
}

impl OpenField {
    /// Adds a line: a bullet is an item, a bullet further in or a line without one goes on with the item before it.
    fn push(&mut self, file: &str, indent: usize, is_bullet: bool, text: &str) {
        let Some(new) = item(file, text) else { return };
        let nested = self.items_at.is_some_and(|at| indent > at);
        match self.items.last_mut() {
            Some(last) if nested && self.field == Some(TaskField::Acceptance) && is_verify(text) => {
                let value = label(text).map_or("", |label| label.value);
                last.verify.extend(item(file, value));
            }
            Some(last) if !is_bullet || nested => {
                last.text.push(if is_bullet { '\n' } else { ' ' });
                last.text.push_str(&new.text);
                last.span = last.span.union(new.span);
            }
            _ => {
                if is_bullet {
                    self.items_at.get_or_insert(indent);
                }
                self.items.push(new);
            }
        }
    }
}

/// `**Verify:** rule-id` below a criterion.
fn is_verify(text: &str) -> bool {
    label(text).is_some_and(|label| label.field == Some(TaskField::Verify))
}

fn item(file: &str, text: &str) -> Option<FieldItem> {
    let text = text.trim();
    (!text.is_empty()).then(|| FieldItem::new(span_in(file, text), text))
}

/// `**Name:** value`, `**Name**: value`, `Name: value`.
struct LabelledLine<'t> {
    field: Option<TaskField>,
    bold: bool,
    value: &'t str,
}

fn label(text: &str) -> Option<LabelledLine<'_>> {
    if let Some(inner) = text.strip_prefix("**").or_else(|| text.strip_prefix("__")) {
        let (name, rest) = inner.split_once(&text[..2])?;
        let (name, value) = match (name.strip_suffix(':'), rest.trim_start().strip_prefix(':')) {
            (Some(name), _) => (name, rest),
            (None, Some(value)) => (name, value),
            (None, None) => return None,
        };
        return Some(LabelledLine { field: field(name), bold: true, value: value.trim() });
    }
    let (name, value) = text.split_once(':')?;
    let field = field(name)?;
    Some(LabelledLine { field: Some(field), bold: false, value: value.trim() })
}
