//! Lines of Markdown that give the status of tasks which stand elsewhere.
//!
//! `- [x] P1-T1`, `- ✅ 08a_worker.yaml **NEW**`, `☐ TD-7 Title`: a box or sign, then an id, the name of a task's file
//! or a link to it.

use std::collections::BTreeSet;

use auditlint_source::{Problem, Span};

use crate::draft::{TaskOrigin, declare};
use crate::file::{TaskFile, span_in};
use crate::prose::{list_marker, prose_lines};
use crate::set::{MOST_MEANT, TaskSet};
use crate::status::leading_sign;
use crate::unread::UnreadParts;
use crate::{DeclaredBy, Status, reading};

/// A line that says how far something is.
pub(crate) struct ChecklistMark<'t> {
    /// What it says.
    pub(crate) status: Status,
    /// The box or sign.
    pub(crate) span: Span,
    /// The word behind it: an id, perhaps.
    pub(crate) word: &'t str,
    /// Whether the word is set apart from what follows, or nothing does.
    is_apart: bool,
}

/// Every line of a Markdown text that starts with a box or sign and goes on with a word.
pub(crate) fn marks(file: &TaskFile) -> impl Iterator<Item = ChecklistMark<'_>> {
    prose_lines(file).filter_map(|(_, line)| {
        let text = line.trim_start();
        let text = &text[list_marker(text).unwrap_or(0)..];
        let (status, length) = leading_sign(text)?;
        let word = word(&text[length..])?;
        let start = span_in(&file.text, text).start;
        let behind = &text[span_in(text, word).end as usize..];
        let is_marked = text[length..].trim_start().starts_with(['`', '*', '[', '~', '"']);
        let is_apart = is_marked || behind.trim().is_empty() || is_separated(behind);
        Some(ChecklistMark { status, span: Span::new(start, start + length as u32), word, is_apart })
    })
}

/// Whether a sign sets the word in front apart: `A-1: Title`, `A-1 — Title`, `a.yaml **NEW**`, `A-1 (later)`.
fn is_separated(behind: &str) -> bool {
    behind.starts_with([':', '.', ',', ')', '`', '|'])
        || behind.trim_start().starts_with(['–', '—', '-', '|', '(', '*', '`', '[', ':', '#'])
}

impl ChecklistMark<'_> {
    /// The tasks that the line is about. A word that may be one of a sentence (`3 more tests`, `index the docs`) names none,
    /// unless it is the whole id or set apart from what follows.
    pub(crate) fn tasks(&self, origin: TaskOrigin<'_>, set: &TaskSet) -> Vec<usize> {
        let is_number = self.word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let has_digit = self.word.contains(|c: char| c.is_ascii_digit());
        let is_word = is_number || !has_digit && !self.word.contains(['_', '.']);
        if is_word && !self.is_apart {
            return Vec::new();
        }
        let found = set.resolve(origin, self.word);
        // A short id without a separator (`08x` for `08x_003`) may be a word, too.
        let is_short = !self.word.contains(['-', '_', '.', ':']) && !self.is_apart;
        let is_whole = |at: &&usize| set.tasks()[**at].local_id().eq_ignore_ascii_case(self.word);
        found.iter().filter(|at| !is_short || is_whole(at)).take(MOST_MEANT + 1).copied().collect()
    }
}

/// The first word: without marks of emphasis, links and code, and of a path its last part.
fn word(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '\t', '`', '*', '[', '~', '"']);
    let end = text.find(|c: char| c.is_whitespace() || "`*]~,;)|\"".contains(c)).unwrap_or(text.len());
    let word = text[..end].trim_end_matches([':', '.']);
    let word = word.rsplit('/').next().unwrap_or_default();
    (!word.is_empty()).then_some(word)
}

/// Which lines of a file must name a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Every line with an id: the file is configured as a checklist.
    Every,
    /// At least one: a Markdown file that holds no task.
    Some,
    /// None: other lines of a Markdown file may be about anything.
    Any,
}

/// Adds what the checklist says to the tasks that it names. A line that names a YAML file is always meant as one.
pub(crate) fn apply(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    wanted: Wanted,
    boxes: &mut BTreeSet<u32>,
    set: &mut TaskSet,
    unread: &UnreadParts,
    problems: &mut Vec<Problem>,
) {
    let before = problems.len();
    let mut named = 0;
    let mut used = Vec::new();
    for mark in marks(file).filter(|mark| !boxes.contains(&mark.span.start)) {
        let found = mark.tasks(origin, set);
        if found.is_empty() {
            let names_file = mark.word.ends_with(".yaml") || mark.word.ends_with(".yml");
            let is_id = mark.word.contains(|c: char| c.is_ascii_digit()) && mark.word.contains(['-', '_']);
            if names_file || matches!(wanted, Wanted::Every) && is_id {
                let span = span_in(&file.text, mark.word);
                problems.push(
                    file.warning(span, format!("unknown task `{}`", mark.word))
                        .help("correct the id, or add the files that hold the task to `[[tasks]]`"),
                );
            }
        }
        if found.len() > MOST_MEANT {
            let message = format!("`{}` is the id of more than {MOST_MEANT} tasks, so this line is ignored", mark.word);
            problems.push(file.warning(mark.span, message).help("give each task an id of its own"));
            continue;
        }
        if !found.is_empty() {
            used.push(mark.span.start);
        }
        for index in found {
            named += 1;
            declare(&mut set.tasks_mut()[index], file, mark.status, DeclaredBy::Checklist, mark.span);
        }
    }
    boxes.extend(used);
    if named > 0 || problems.len() > before {
        return;
    }
    match wanted {
        Wanted::Every => problems.push(
            file.warning(Span::default(), "no line of this checklist names a task")
                .help("write lines such as `- [x] ID`, where ID is a task of another file"),
        ),
        Wanted::Some => {
            problems.push(reading::nothing(
                file,
                "no section or checklist line of this file is about a task",
                &unread.list(file, boxes),
            ));
        }
        Wanted::Any => {}
    }
}
