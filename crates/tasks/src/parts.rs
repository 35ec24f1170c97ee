//! What stands below the heading of a Markdown task: its fields, and prose.

use crate::field_item::FieldItem;
use crate::field_table;
use crate::fields::{TaskField, field};
use crate::file::{TaskFile, span_in};
use crate::label::label;
use crate::prose::{is_heading, list_marker, without_comments};
use crate::setext::{underline, underlined};
use crate::status::leading_sign;

/// A piece of a section.
pub(crate) enum SectionPart<'t> {
    /// A field under its label.
    Field(TaskField, Vec<FieldItem>),
    /// A heading further in. Where it names no field, what follows is said of a part.
    Heading(&'t str),
    /// A field that is the cell of a table.
    Cell(TaskField, FieldItem),
    /// Lines with boxes that stand under no label: what must hold for the task to be done.
    Boxes(Vec<FieldItem>),
    Text(&'t str),
}

/// A section taken apart.
#[derive(Default)]
pub(crate) struct Section<'t> {
    pub(crate) parts: Vec<SectionPart<'t>>,
    /// Where the lines start that belong to a field with a label.
    pub(crate) in_fields: Vec<usize>,
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
    /// Whether a label opened it, or boxes did.
    is_labelled: bool,
    /// Whether a value stands behind the label.
    has_value: bool,
}

/// Takes the lines of a section apart.
pub(crate) fn section<'t>(file: &'t TaskFile, lines: &[(usize, &'t str)]) -> Section<'t> {
    let mut section = Section::default();
    let mut open: Option<OpenField> = None;
    let mut blank = false;
    let mut behind_table = 0;
    for (at, (start, line)) in lines.iter().enumerate() {
        if at < behind_table {
            continue;
        }
        if let Some(table) = field_table::at(&lines[at..]) {
            section.close(open.take());
            behind_table = at + table.lines;
            section.in_fields.extend(lines[at..behind_table].iter().map(|(start, _)| *start));
            let cell = |(field, cell)| SectionPart::Cell(field, FieldItem::new(span_in(&file.text, cell), cell));
            section.parts.extend(table.cells.into_iter().map(cell));
            continue;
        }
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
        let is_underlined = underlined(lines, at).is_some();
        let is_heading = content.starts_with('#') && is_heading(content) || is_underlined;
        if !is_heading
            && is_verify(text)
            && let Some(criteria) = open.as_mut().filter(|open| open.has_criterion_above(indent))
        {
            if criteria.is_labelled {
                section.in_fields.push(*start);
            }
            criteria.push(&file.text, indent, marker.is_some(), text);
            continue;
        }
        if is_heading || label.is_some() && !(inside && marker.is_some() && indent > 0) {
            section.close(open.take());
            let is_labelled = label.is_some();
            let (field, value) = match label {
                Some(label) => (label.field, label.value),
                None => (field(content.trim_matches(['#', ' ', ':'])), ""),
            };
            let mut items: Vec<FieldItem> = item(&file.text, value).into_iter().collect();
            // A status that says nothing has a place all the same.
            if items.is_empty() && field == Some(TaskField::Status) && is_labelled {
                items.push(FieldItem::new(span_in(&file.text, &text[text.len()..]), ""));
            }
            let bullet = marker.map(|_| indent);
            let has_value = !value.is_empty();
            // A label without a field still stands for itself: the line is prose.
            if field.is_none() && !value.is_empty() {
                section.parts.push(SectionPart::Text(text));
            }
            if field.is_some() {
                section.in_fields.push(*start);
            }
            if is_heading {
                section.parts.push(SectionPart::Heading(content));
            }
            open = Some(OpenField { field, items, bullet, items_at: None, is_labelled: true, has_value });
            continue;
        }
        let is_underline =
            underline(line).is_some() && at.checked_sub(1).is_some_and(|at| underlined(lines, at).is_some());
        if is_underline {
            continue;
        }
        let rule = matches!(content.trim_end(), "---" | "***" | "___");
        // A paragraph after an empty line no longer belongs to the field before it.
        if rule || open.is_some() && (!inside || was_blank && marker.is_none() && indent == 0) {
            section.close(open.take());
        }
        if rule {
            continue;
        }
        let is_box = marker.is_some() && leading_sign(text).is_some();
        // Boxes below a line that says all of its field are not part of that field.
        if is_box && open.as_ref().is_some_and(OpenField::is_complete) {
            section.close(open.take());
        }
        // Below a heading of its own a list may be about anything.
        if is_box && open.is_none() {
            let field = Some(TaskField::Acceptance);
            let (items, bullet, items_at) = (Vec::new(), None, None);
            open = Some(OpenField { field, items, bullet, items_at, is_labelled: false, has_value: false });
        }
        match &mut open {
            Some(open)
                if !open.is_labelled && marker.is_some() && !is_box && open.items_at.is_none_or(|at| indent <= at) =>
            {
                section.parts.push(SectionPart::Text(text));
            }
            Some(open) => {
                if open.is_labelled && open.field.is_some() {
                    section.in_fields.push(*start);
                }
                open.push(&file.text, indent, marker.is_some(), text);
            }
            None => section.parts.push(SectionPart::Text(text)),
        }
    }
    section.close(open);
    section
}

impl Section<'_> {
    fn close(&mut self, open: Option<OpenField>) {
        if let Some(OpenField { field: Some(field), items, is_labelled, .. }) = open {
            self.parts.push(if is_labelled { SectionPart::Field(field, items) } else { SectionPart::Boxes(items) });
        }
    }
}

impl OpenField {
    /// Whether a line so far in belongs to a criterion.
    fn has_criterion_above(&self, indent: usize) -> bool {
        self.field == Some(TaskField::Acceptance) && self.items_at.is_some_and(|at| indent > at)
    }

    /// Whether its value stands behind its label, and more of it would not stand in boxes below.
    fn is_complete(&self) -> bool {
        let is_of_one_line = matches!(
            self.field,
            Some(TaskField::Status | TaskField::Priority | TaskField::Owner | TaskField::Phase | TaskField::Verify)
        );
        self.bullet.is_none() && self.has_value && is_of_one_line
    }

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
pub(crate) fn is_verify(text: &str) -> bool {
    label(text).is_some_and(|label| label.field == Some(TaskField::Verify))
}

pub(crate) fn item(file: &str, text: &str) -> Option<FieldItem> {
    let text = text.trim();
    let said = without_comments(text);
    (!said.trim().is_empty()).then(|| FieldItem::new(span_in(file, text), said.trim()))
}
