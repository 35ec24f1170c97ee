//! Tasks that are items of a Markdown checklist: `- [ ] **SEC-1** Title`, with what must hold for them below.

use auditlint_source::{Problem, Span};

use crate::draft::{TaskDraft, TaskOrigin, declare};
use crate::evidence::{Crowd, item_id, numbers_count};
use crate::field_item::FieldItem;
use crate::fields::TaskField;
use crate::file::{TaskFile, span_in};
use crate::label::label;
use crate::parts::item;
use crate::paths::named_in;
use crate::prose::{indent_of, list_marker};
use crate::status::{StatusToken, leading_sign};
use crate::written_id::{IdMark, IdShape, WrittenId, candidate, is_struck};
use crate::{DeclaredBy, Status, StatusForm, layout};

/// A line with a box or sign.
pub(crate) struct ChecklistItem<'t> {
    /// Its line among those of the file, and the first one that is not below it.
    pub(crate) line: usize,
    pub(crate) end: usize,
    /// Where the line starts.
    pub(crate) start: usize,
    indent: usize,
    status: Status,
    /// The box or sign.
    pub(crate) sign: Span,
    /// What stands behind it.
    pub(crate) text: &'t str,
    pub(crate) id: Option<WrittenId<'t>>,
}

/// Every item with a box or sign.
pub(crate) fn find<'t>(file: &'t TaskFile, lines: &[(usize, &'t str)]) -> Vec<ChecklistItem<'t>> {
    let mut items: Vec<ChecklistItem<'t>> = Vec::new();
    // Those whose end is not known yet, by their index.
    let mut open: Vec<usize> = Vec::new();
    for (at, (start, line)) in lines.iter().enumerate() {
        let content = line.trim_start();
        if content.is_empty() {
            continue;
        }
        let indent = indent_of(line);
        while let Some(last) = open.last().filter(|last| items[**last].indent >= indent) {
            items[*last].end = at;
            open.pop();
        }
        let text = &content[list_marker(content).unwrap_or(0)..];
        let Some((status, length)) = leading_sign(text) else { continue };
        let behind = text[length..].trim();
        if behind.is_empty() {
            continue;
        }
        let from = span_in(&file.text, text).start;
        let sign = Span::new(from, from + length as u32);
        open.push(items.len());
        items.push(ChecklistItem {
            line: at,
            end: lines.len(),
            start: *start,
            indent,
            status: layout::boxed(&file.path, status),
            sign,
            text: behind,
            id: candidate(behind),
        });
    }
    items
}

/// For each item whether its id is the id of a task, or why not; `None` for one without.
pub(crate) fn judged(items: &[ChecklistItem<'_>], counts: bool) -> (Vec<Option<Result<(), String>>>, bool) {
    let ids = || items.iter().filter_map(|item| item.id.as_ref());
    let counts = counts || numbers_count(items.iter().map(|item| item.id.as_ref()));
    let crowd = Crowd::of(ids());
    let judge = |item: &ChecklistItem<'_>| item.id.as_ref().map(|id| item_id(id, &crowd, counts));
    (items.iter().map(judge).collect(), counts)
}

/// The task of an item. `lines` are those below it that belong to no other task.
pub(crate) fn draft<'t>(
    file: &'t TaskFile,
    origin: TaskOrigin<'_>,
    entry: &ChecklistItem<'t>,
    id: &WrittenId<'t>,
    lines: &[(usize, &'t str)],
    problems: &mut Vec<Problem>,
) -> TaskDraft {
    let title = without_tags(&id.title);
    let mut draft = TaskDraft::new(file, origin, &id.id, span_in(&file.text, id.written), title, StatusForm::Word);
    draft.is_listed = true;
    draft.counts = id.mark != IdMark::Hidden && matches!(id.shape, IdShape::Dotted | IdShape::Counted);
    draft.take_written(id);
    draft.take_rules_of_title(file, span_in(&file.text, entry.text));
    declare(&mut draft.task, file, entry.status, DeclaredBy::Task, entry.sign);
    // What is struck out is dropped, whatever its box says; its box does not change that.
    if entry.status != Status::Done && is_struck(entry.text, id) {
        for declaration in &mut draft.task.declarations {
            (declaration.status, declaration.form) = (Status::WontDo, StatusForm::Derived);
        }
    }
    draft.name_files(file, span_in(&file.text, entry.text), named_in(title), false);
    let mut criteria: Vec<FieldItem> = Vec::new();
    let mut field: Option<(TaskField, usize, Vec<FieldItem>)> = None;
    let mut items_at = None;
    for (_, line) in lines {
        let content = line.trim_start();
        if content.is_empty() {
            continue;
        }
        let indent = indent_of(line);
        let marker = list_marker(content).filter(|_| !content.starts_with("**"));
        let text = content[marker.unwrap_or(0)..].trim_end();
        if let Some((_, at, items)) = &mut field
            && indent > *at
        {
            items.extend(item(&file.text, text));
            continue;
        }
        if let Some((field, _, items)) = field.take() {
            draft.take(file, field, items, problems);
        }
        let told =
            label(text).and_then(|label| Some((label.field.filter(|field| is_field(*field, &label))?, label.value)));
        let is_nested = items_at.is_some_and(|at| indent > at);
        match told {
            Some((TaskField::Verify, value)) if is_nested && !criteria.is_empty() => {
                if let Some(last) = criteria.last_mut() {
                    last.verify.extend(item(&file.text, value));
                }
            }
            Some((named, value)) => field = Some((named, indent, item(&file.text, value).into_iter().collect())),
            None => {
                let Some(new) = item(&file.text, text) else { continue };
                match criteria.last_mut() {
                    Some(last) if is_nested || marker.is_none() => {
                        last.text.push(if marker.is_some() { '\n' } else { ' ' });
                        last.text.push_str(&new.text);
                        last.span = last.span.union(new.span);
                    }
                    // `_Requirements: 1.1_` is a remark.
                    _ if marker.is_some() && !(text.starts_with('_') && text.ends_with('_')) => {
                        items_at.get_or_insert(indent);
                        criteria.push(new);
                    }
                    _ => draft.take_text(file, text),
                }
            }
        }
    }
    if let Some((field, _, items)) = field {
        draft.take(file, field, items, problems);
    }
    draft.take(file, TaskField::Acceptance, criteria, problems);
    draft
}

/// Whether a label below an item is one of a field: `Status: is never null` is a sentence.
fn is_field(field: TaskField, label: &crate::label::LabelledLine<'_>) -> bool {
    label.bold || field != TaskField::Status || StatusToken::of(label.value).is_some()
}

/// A title without the tags of spec-kit in front: `[P]`, `[US1]`.
fn without_tags(title: &str) -> &str {
    let mut title = title;
    while let Some((tag, rest)) = title.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        let is_story = tag.strip_prefix("US").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        if tag != "P" && !is_story || rest.starts_with('(') {
            break;
        }
        title = rest.trim_start();
    }
    title
}
