//! Tasks of a Markdown file: its front matter, sections, checklist items and table rows.
//!
//! A section is a task if its heading has an id and something shows that it is one: a field that tasks have
//! (`- **Status:** todo`, `#### Acceptance criteria`), a box, or other headings with ids of one family. A line that is all
//! bold counts as a heading. A phase of a plan (`**Phase 1 — Correctness**`) is a task, with the id `Phase-1`, if it says when
//! it is done.

use std::collections::BTreeSet;

use auditlint_source::{Problem, Span};

use crate::draft::{TaskDraft, TaskOrigin, declare};
use crate::evidence::{Crowd, HeadingEvidence, NO_ID, heading_id};
use crate::fields::{TaskField, field};
use crate::file::{TaskFile, span_in};
use crate::items::{self, ChecklistItem};
use crate::parts::{SectionPart, section};
use crate::prose::{is_heading, list_marker, prose_lines};
use crate::setext::underlined;
use crate::status::{StatusToken, leading_sign, trailing_sign};
use crate::unread::UnreadParts;
use crate::written_id::{IdMark, IdShape, WrittenId, is_struck, of_heading};
use crate::{DeclaredBy, FieldPaths, Status, StatusDeclaration, StatusForm, front_matter, slug, tables};

/// What a section must look like to be a task.
pub(crate) const SHAPE: &str = "a section is a task if its heading starts with an id, as in `## TD-7 Title`, and fields such as `**Status:**` follow; a checklist item is one if it carries an id, as in `- [ ] **TD-7** Title`";

/// Why a section that says what tasks say is not one.
const NO_HEADING_ID: &str = "fields of a task follow, but the heading carries no id, as `## SEC-1 Title` does";

/// Why a section of a file that is a task is not one.
const IN_MATTER: &str = "the file is the task of its front matter, and what stands below belongs to that task";

/// How a Markdown file is to be read.
#[derive(Clone, Copy)]
pub(crate) struct MarkdownReading<'p> {
    /// Where the front matter has its fields.
    pub(crate) paths: &'p FieldPaths,
    /// Items without an id get one from their heading.
    pub(crate) assigns_ids: bool,
    /// Numbers are ids here, as the place of the file says.
    pub(crate) counts: bool,
    /// Sections only: items and tables are about tasks that stand elsewhere.
    pub(crate) only_sections: bool,
}

/// What was found in a Markdown file.
#[derive(Default)]
pub(crate) struct MarkdownTasks {
    pub(crate) drafts: Vec<TaskDraft>,
    pub(crate) unread: UnreadParts,
    /// Where the boxes stand whose items are tasks.
    pub(crate) boxes: BTreeSet<u32>,
}

/// A heading, and where it stands among the lines.
struct Heading<'t> {
    line: usize,
    /// The first line that is not part of it.
    below: usize,
    /// 1 to 6, 7 for a line that is all bold.
    level: usize,
    sign: Option<(Status, Span)>,
    /// The sign behind the title: it says how far the task is, and nothing about whether it is one.
    end_sign: Option<(Status, Span)>,
    title: &'t str,
    id: Option<WrittenId<'t>>,
}

/// Reads the tasks of one file.
pub(crate) fn read(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    reading: MarkdownReading<'_>,
    problems: &mut Vec<Problem>,
) -> MarkdownTasks {
    let mut found = MarkdownTasks::default();
    let body = front_matter::read(file, origin, reading.paths, &mut found.drafts, problems);
    let lines: Vec<(usize, &str)> = prose_lines(file).filter(|(start, _)| *start >= body).collect();
    let headings: Vec<Heading<'_>> = (0..lines.len()).filter_map(|at| heading(&file.text, &lines, at)).collect();
    let has_matter = !found.drafts.is_empty();
    let judged = judge_headings(file, &lines, &headings);
    // A file with the front matter of a task is that task, whatever its headings are called.
    let accepted: Vec<bool> = judged.iter().map(|judged| !has_matter && matches!(judged.id, Some(Ok(_)))).collect();
    let entries = items::find(file, &lines);
    let (verdicts, counts) = items::judged(&entries, reading.counts);
    // The lines of fields belong to the task that they stand in, whatever ids they begin with. Sections of tasks do not overlap.
    let mut sections: Vec<(usize, usize)> = vec![(0, 0); headings.len()];
    let mut in_section = vec![false; lines.len()];
    let mut in_fields: BTreeSet<usize> = BTreeSet::new();
    for at in (0..headings.len()).filter(|at| accepted[*at]) {
        let (from, to) = (headings[at].below, section_end(&headings, &accepted, at, lines.len()));
        in_fields.extend(section(file, &lines[from..to]).in_fields);
        in_section[from..to].fill(true);
        sections[at] = (from, to);
    }
    let is_loose =
        |entry: &ChecklistItem<'_>| !has_matter && !reading.only_sections && !in_fields.contains(&entry.start);
    let phases = HeadingPhases::of(&headings);
    let mut chosen: Vec<Option<WrittenId<'_>>> = vec![None; entries.len()];
    let listed = if reading.only_sections || has_matter {
        Vec::new()
    } else {
        tables::read(file, origin, &lines, problems, &mut found.unread)
    };
    let mut slugs = slug::Slugs::default();
    if reading.assigns_ids {
        // An id that the file holds already is given to nothing else, wherever it stands.
        let of_headings = headings.iter().zip(&accepted).filter(|(_, accepted)| **accepted);
        let of_headings = of_headings.filter_map(|(heading, _)| heading.id.as_ref());
        let of_items = entries.iter().zip(&verdicts).filter(|(_, verdict)| matches!(verdict, Some(Ok(()))));
        let of_items = of_items.filter_map(|(entry, _)| entry.id.as_ref());
        of_headings.chain(of_items).for_each(|id| slugs.learn(&id.id));
        listed.iter().for_each(|draft| slugs.learn(draft.task.local_id()));
    }
    let mut assigned = BTreeSet::new();
    let mut within = 0;
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| is_loose(entry)) {
        let is_task = matches!(verdicts[at], Some(Ok(())));
        // What stands below an item without an id is part of it.
        let is_nested = entry.line < within;
        if is_task {
            chosen[at].clone_from(&entry.id);
        } else if reading.assigns_ids && !is_nested && !in_section[entry.line] {
            let above = above(&headings, entry.line).map_or("", |at| headings[at].title);
            chosen[at] = Some(slugs.id(above, entry.text));
            assigned.insert(at);
        }
        if chosen[at].is_some() && !is_nested {
            within = entry.end;
        }
    }
    // Lines of items that are tasks belong to no section.
    let mut owner: Vec<Option<usize>> = vec![None; lines.len()];
    for (at, entry) in entries.iter().enumerate() {
        if chosen[at].is_some() {
            owner[entry.line..entry.end].fill(Some(at));
        }
    }
    for (at, heading) in headings.iter().enumerate() {
        let Some(id) = heading.id.as_ref().filter(|_| accepted[at]) else { continue };
        let (from, end) = sections[at];
        let mut draft =
            TaskDraft::new(file, origin, &id.id, span_in(&file.text, id.written), &id.title, StatusForm::Word);
        draft.counts = id.shape == IdShape::Counted && id.mark != IdMark::Hidden;
        draft.why = judged[at].id.as_ref().and_then(|judged| judged.as_ref().ok()).copied().unwrap_or_default();
        if let Some((status, span)) = heading.sign.or(heading.end_sign) {
            declare(&mut draft.task, file, status, DeclaredBy::Task, span);
        }
        draft.take_written(id);
        draft.take_rules_of_title(file, span_in(&file.text, heading.title));
        draft.task.phase = phases.around(at);
        let own: Vec<(usize, &str)> =
            (from..end).filter(|line| owner[*line].is_none()).map(|line| lines[line]).collect();
        take_section(file, &mut draft, &own, problems);
        if draft.task.declarations.is_empty() && is_struck(heading.title, id) {
            let (status, by, form) = (Status::WontDo, DeclaredBy::Task, StatusForm::Derived);
            let place = file.place(span_in(&file.text, heading.title));
            draft.task.declarations.push(StatusDeclaration { status, by, form, place });
        }
        found.drafts.push(draft);
    }
    for (at, entry) in entries.iter().enumerate() {
        let Some(id) = &chosen[at] else { continue };
        let below: Vec<(usize, &str)> =
            (entry.line + 1..entry.end).filter(|line| owner[*line] == Some(at)).map(|line| lines[line]).collect();
        let mut draft = items::draft(file, origin, entry, id, &below, problems);
        draft.counts |= counts && id.shape == IdShape::Dotted;
        draft.why = "a checklist item with an id";
        draft.id_goes_to = assigned.contains(&at).then(|| span_in(&file.text, entry.text).end);
        draft.task.phase = draft.task.phase.take().or_else(|| phases.at(above(&headings, entry.line)));
        found.boxes.insert(entry.sign.start);
        found.drafts.push(draft);
    }
    found.drafts.extend(listed);
    if has_matter {
        // Criteria are numbered within their task: `- [ ] #1` is about no other.
        found.boxes.extend(entries.iter().map(|entry| entry.sign.start));
    }
    if has_matter && let [draft] = &mut found.drafts[..] {
        take_section(file, draft, &lines, problems);
    }
    let matter = found.drafts.first().filter(|_| has_matter);
    say_unread_headings(file, &headings, &judged, matter, &mut found.unread);
    for (at, entry) in entries.iter().enumerate() {
        if chosen[at].is_none() && is_loose(entry) && owner[entry.line].is_none() && !in_section[entry.line] {
            let reason = match &verdicts[at] {
                Some(Err(reason)) => reason,
                _ => NO_ID,
            };
            found.unread.push(file, entry.sign, entry.text, reason);
        }
    }
    found
}

/// The index of the heading above a line.
fn above(headings: &[Heading<'_>], line: usize) -> Option<usize> {
    headings.partition_point(|heading| heading.line < line).checked_sub(1)
}

/// The phases that headings stand in.
struct HeadingPhases {
    /// For each heading the phase around it, and the one that holds below it.
    of: Vec<(Option<String>, Option<String>)>,
}

impl HeadingPhases {
    fn of(headings: &[Heading<'_>]) -> Self {
        const WORDS: &[&str] = &["phase", "milestone", "sprint", "stage", "wave", "iteration"];
        // The phase of each level that is open, if its heading is one.
        let mut open: [Option<&str>; 8] = [None; 8];
        let of = headings.iter().map(|heading| {
            open[heading.level..].fill(None);
            let around = open.iter().rev().find_map(|phase| *phase).map(str::to_owned);
            let first =
                heading.title.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
            if WORDS.iter().any(|word| first.eq_ignore_ascii_case(word)) {
                open[heading.level] = Some(heading.title.trim_matches('*'));
            }
            (around, open.iter().rev().find_map(|phase| *phase).map(str::to_owned))
        });
        Self { of: of.collect() }
    }

    fn around(&self, heading: usize) -> Option<String> {
        self.of[heading].0.clone()
    }

    /// The one below a heading.
    fn at(&self, heading: Option<usize>) -> Option<String> {
        self.of[heading?].1.clone()
    }
}

/// Gives a task what stands in its section.
fn take_section(file: &TaskFile, draft: &mut TaskDraft, lines: &[(usize, &str)], problems: &mut Vec<Problem>) {
    draft.form = StatusForm::Word;
    let mut is_of_part = false;
    for part in section(file, lines).parts {
        match part {
            SectionPart::Heading(title) => is_of_part = !is_about_all(title),
            SectionPart::Field(TaskField::Status | TaskField::Priority | TaskField::Owner, _) if is_of_part => {}
            SectionPart::Field(field, items) => draft.take(file, field, items, problems),
            SectionPart::Cell(TaskField::Status | TaskField::Priority | TaskField::Owner, _) if is_of_part => {}
            SectionPart::Cell(field, cell) => {
                draft.form = StatusForm::TableCell;
                draft.take(file, field, vec![cell], problems);
                draft.form = StatusForm::Word;
            }
            SectionPart::Boxes(items) => draft.take(file, TaskField::Acceptance, items, problems),
            SectionPart::Text(text) => draft.take_text(file, text),
        }
    }
}

/// Whether a heading below that of a task is about the whole task: `### Details`.
fn is_about_all(title: &str) -> bool {
    const WORDS: [&str; 9] =
        ["details", "metadata", "meta", "info", "information", "properties", "fields", "tracking", "progress"];
    let title = title.trim_matches(['#', ' ', ':', '*']);
    field(title).is_some() || title.split(' ').any(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// The line on which the section of a heading ends: at the next task, or heading of its level.
fn section_end(headings: &[Heading<'_>], accepted: &[bool], at: usize, last: usize) -> usize {
    headings
        .iter()
        .zip(accepted)
        .skip(at + 1)
        .find(|(next, accepted)| **accepted || next.level <= headings[at].level)
        .map_or(last, |(next, _)| next.line)
}

fn heading<'t>(text: &'t str, lines: &[(usize, &'t str)], line: usize) -> Option<Heading<'t>> {
    let trimmed = lines[line].1.trim_end();
    let underlined = underlined(lines, line);
    let mut end_sign = None;
    let (level, title) = if let Some(level) = underlined {
        let title = trimmed.trim_start();
        (level, title.strip_prefix("**").and_then(|title| title.strip_suffix("**")).unwrap_or(title))
    } else if is_heading(trimmed) {
        let hashes = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        (hashes, trimmed[hashes..].trim_end_matches('#'))
    } else {
        // `**Phase 1 — Correctness** ✅`: the sign stands behind what is bold.
        let (bold, token) = match trailing_sign(trimmed) {
            Some((bold, token)) if trimmed.starts_with("**") && bold.ends_with("**") => (bold, Some(token)),
            _ => (trimmed, None),
        };
        let inner = bold.strip_prefix("**")?.strip_suffix("**")?;
        end_sign = token.map(|token| (token.status, span_in(text, token.written)));
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
    if let Some((before, token)) = trailing_sign(title) {
        end_sign = Some((token.status, span_in(text, token.written)));
        title = before;
    }
    let below = line + 1 + usize::from(underlined.is_some());
    Some(Heading { line, below, level, sign, end_sign, title, id: of_heading(title) })
}

/// What is to be thought of a heading.
struct JudgedHeading {
    /// Why it is the heading of a task, or why it is not one; `None` for one without an id.
    id: Option<Result<&'static str, String>>,
    evidence: HeadingEvidence,
}

fn judge_headings(file: &TaskFile, lines: &[(usize, &str)], headings: &[Heading<'_>]) -> Vec<JudgedHeading> {
    let in_changelog = headings.iter().any(|heading| is_version(heading.title));
    let crowds: Vec<Crowd<'_>> = (0..=7)
        .map(|level| {
            Crowd::of(
                headings.iter().filter(|heading| heading.level == level).filter_map(|heading| heading.id.as_ref()),
            )
        })
        .collect();
    // Numbers of sections nest, and are looked at by nobody.
    fn own_id<'h, 't>(heading: &'h Heading<'t>) -> Option<&'h WrittenId<'t>> {
        heading.id.as_ref().filter(|id| id.shape != IdShape::Dotted)
    }
    let judge = |at: usize| {
        let heading = &headings[at];
        let id = own_id(heading);
        let ends = |next: &&Heading<'_>| {
            // What stands under a heading without an id is its own up to the next one that names no field.
            next.level <= heading.level || own_id(next).is_some() || id.is_none() && field(next.title).is_none()
        };
        let end = headings[at + 1..].iter().find(ends).map_or(lines.len(), |next| next.line);
        let mut evidence = HeadingEvidence {
            has_sign: heading.sign.is_some(),
            names_file: id
                .is_some_and(|id| file.path.stem().to_ascii_lowercase().starts_with(&id.id.to_ascii_lowercase())),
            is_decision: is_decision(&lines[heading.below..end]),
            after_word: id.is_some_and(|id| id.shape == IdShape::Number)
                && heading.title.split('#').next().is_some_and(|before| before.contains(char::is_alphabetic)),
            in_changelog,
            ..HeadingEvidence::default()
        };
        let mut told: BTreeSet<TaskField> = BTreeSet::new();
        let mut is_of_part = false;
        for part in section(file, &lines[heading.below..end]).parts {
            match part {
                SectionPart::Heading(title) => is_of_part = !is_about_all(title),
                SectionPart::Field(..) | SectionPart::Cell(..) => {
                    let (field, items) = match part {
                        SectionPart::Field(field, items) => (field, items),
                        SectionPart::Cell(field, cell) => (field, vec![cell]),
                        _ => continue,
                    };
                    evidence.has_field = true;
                    let is_telling = match field {
                        TaskField::Owner | TaskField::Text => false,
                        // `**Status**: Non-Compliant` is said of anything.
                        TaskField::Status => items.iter().any(|item| StatusToken::of(&item.text).is_some()),
                        _ => true,
                    };
                    evidence.says_status |= is_telling && field == TaskField::Status && !is_of_part;
                    evidence.has_acceptance |= field == TaskField::Acceptance;
                    told.extend(is_telling.then_some(field));
                }
                SectionPart::Boxes(_) => evidence.has_boxes = true,
                SectionPart::Text(_) => {}
            }
        }
        evidence.has_telling_field = !told.is_empty();
        evidence.telling_fields = told.len() as u32;
        JudgedHeading { id: id.map(|id| heading_id(id, &crowds[heading.level], evidence)), evidence }
    };
    (0..headings.len()).map(judge).collect()
}

/// Says which headings look like those of tasks and are not read as such.
fn say_unread_headings(
    file: &TaskFile,
    headings: &[Heading<'_>],
    judged: &[JudgedHeading],
    matter: Option<&TaskDraft>,
    unread: &mut UnreadParts,
) {
    // The title of a page says how far the page is.
    let titles = headings.iter().filter(|heading| heading.level == 1).count();
    for (heading, JudgedHeading { id, evidence }) in headings.iter().zip(judged) {
        let is_like_task =
            (evidence.says_status || evidence.telling_fields > 1) && !evidence.is_decision && !evidence.in_changelog;
        let is_title = heading.level == 1 && titles == 1;
        let written = heading.id.as_ref();
        let reason = match id {
            Some(Ok(_)) => match matter {
                Some(matter) if evidence.says_status && written.is_some_and(|id| id.id != matter.task.local_id()) => {
                    IN_MATTER
                }
                _ => continue,
            },
            _ if matter.is_some() => continue,
            // A numbered section or a phase is not a task that somebody misses, unless it says how far it is.
            Some(Err(reason)) if reason == NO_ID => continue,
            Some(Err(reason)) if written.is_some_and(|id| id.shape != IdShape::Phase) || is_like_task => reason,
            None if is_like_task && !is_title && field(heading.title).is_none() => NO_HEADING_ID,
            _ => continue,
        };
        unread.push(file, span_in(&file.text, heading.title), heading.title, reason);
    }
}

/// `[1.2.3] - 2025-01-01`, `v1.2.3`.
fn is_version(title: &str) -> bool {
    let word = title.trim_start_matches('[').split([' ', ']', '(']).next().unwrap_or_default();
    let parts: Vec<&str> = word.trim_start_matches(['v', 'V']).split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a section has the parts of a record of decisions: what was decided, and why or what follows.
fn is_decision(lines: &[(usize, &str)]) -> bool {
    let (mut decision, mut around) = (false, false);
    for (_, line) in lines {
        let content = line.trim_start();
        let content = &content[list_marker(content).filter(|_| !content.starts_with("**")).unwrap_or(0)..];
        if !content.starts_with('#') && !content.starts_with("**") {
            continue;
        }
        let name = content.trim_start_matches(['#', '*', ' ']);
        let name = name.split([':', '*']).next().unwrap_or_default().trim().to_ascii_lowercase();
        decision |= name == "decision";
        around |= matches!(
            name.as_str(),
            "context" | "consequences" | "rationale" | "alternatives" | "alternatives considered"
        );
    }
    decision && around
}
