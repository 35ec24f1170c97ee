//! A task while it is being read: fields in, typed values out.

use std::collections::BTreeSet;

use auditlint_source::{Position, Problem, Span, nearest};

use crate::dependency::{self, WrittenEntry};
use crate::field_item::FieldItem;
use crate::fields::{TaskField, is_nothing};
use crate::file::{TaskFile, lines_of, span_in};
use crate::layout;
use crate::named_file::named_files;
use crate::paths::{paths_in, split_list};
use crate::status::{StatusToken, flag_of, leading_sign};
use crate::verify::{is_prose, rules_in, split_rules};
use crate::written_id::WrittenId;
use crate::{
    AcceptanceCriterion, DeclaredBy, Status, StatusDeclaration, StatusForm, Subtask, Task, TaskId, TaskPlace, TaskRule,
    TaskStep, UnknownStatus, VerifyNote,
};

/// What of a source matters to a task that is read from it.
#[derive(Clone, Copy)]
pub(crate) struct TaskOrigin<'s> {
    pub(crate) source: usize,
    pub(crate) prefix: Option<&'s str>,
}

impl TaskOrigin<'_> {
    /// An id of this source as it is known in the set.
    pub(crate) fn qualify(&self, id: &str) -> String {
        match self.prefix {
            Some(prefix) => format!("{prefix}:{id}"),
            None => id.to_owned(),
        }
    }
}

/// A task of which only the links to other tasks are still text.
pub(crate) struct TaskDraft {
    pub(crate) task: Task,
    /// How its fields are written.
    pub(crate) form: StatusForm,
    /// Whether it is a line of a list or table: where the task stands elsewhere, the line only says how far it is.
    pub(crate) is_listed: bool,
    /// Whether its id is a number that counts within its file.
    pub(crate) counts: bool,
    /// Line and column of its id.
    pub(crate) position: Position,
    /// Which key of a table said what: `("title", "fields.summary")`.
    pub(crate) understood: Vec<(&'static str, String)>,
    /// Where its id is to be written, for an item that carries none.
    pub(crate) id_goes_to: Option<u32>,
    /// What shows that it is a task.
    pub(crate) why: &'static str,
    /// What is said about tasks that come before it.
    pub(crate) depends: Vec<Mention>,
    /// The priority that a line of its prose names; a field of that name wins.
    pub(crate) noted_priority: Option<String>,
}

/// Text that names other tasks.
pub(crate) struct Mention {
    pub(crate) item: FieldItem,
    pub(crate) position: Position,
    pub(crate) place: TaskPlace,
    /// Its parts that are nothing but ids.
    pub(crate) entries: Vec<WrittenEntry>,
}

impl TaskDraft {
    pub(crate) fn new(
        file: &TaskFile,
        origin: TaskOrigin<'_>,
        id: &str,
        span: Span,
        title: &str,
        form: StatusForm,
    ) -> Self {
        Self {
            task: Task {
                id: TaskId::new(&origin.qualify(id)),
                prefix: origin.prefix.map(str::to_owned),
                aliases: Vec::new(),
                title: title.trim().to_owned(),
                place: file.place(span),
                status: None,
                declarations: Vec::new(),
                unknown_status: None,
                priority: None,
                owner: None,
                phase: None,
                files: Vec::new(),
                named_files: Vec::new(),
                findings: Vec::new(),
                depends_on: Vec::new(),
                dependencies: Vec::new(),
                acceptance: Vec::new(),
                verify: Vec::new(),
                rules: Vec::new(),
                verify_notes: Vec::new(),
                subtasks: Vec::new(),
                text: String::new(),
                steps: Vec::new(),
                source: origin.source,
            },
            form,
            is_listed: false,
            counts: false,
            position: file.position(span),
            understood: Vec::new(),
            id_goes_to: None,
            why: "",
            depends: Vec::new(),
            noted_priority: None,
        }
    }

    /// Takes what stands beside an id: a priority, further ids.
    pub(crate) fn take_written(&mut self, id: &WrittenId<'_>) {
        self.noted_priority = id.priority.map(str::to_owned);
        self.task.aliases.extend(id.also.iter().cloned());
    }

    /// Takes what a field says.
    pub(crate) fn take(
        &mut self,
        file: &TaskFile,
        field: TaskField,
        items: Vec<FieldItem>,
        problems: &mut Vec<Problem>,
    ) {
        let task = &mut self.task;
        match field {
            TaskField::Status => {
                let said = items.iter().find(|item| !is_nothing(&item.text));
                match said.map(|item| (item, StatusToken::of(&item.text))) {
                    Some((item, Some(token))) => task.declarations.push(declaration(file, item, &token, self.form)),
                    Some((item, None)) => {
                        problems.push(unknown_status(file, item));
                        self.keep_unknown(file, item);
                    }
                    None => items.first().into_iter().for_each(|item| self.keep_unknown(file, item)),
                }
            }
            TaskField::Priority => {
                // More is a sentence about what comes first.
                let word = first(&items).filter(|word| word.chars().count() <= LONGEST_PRIORITY);
                task.priority = task.priority.take().or(word);
            }
            TaskField::Owner => task.owner = task.owner.take().or_else(|| first(&items)),
            TaskField::Phase => task.phase = task.phase.take().or_else(|| first(&items)),
            TaskField::Id => {}
            TaskField::Title => {
                if task.title.is_empty() {
                    task.title = first(&items).unwrap_or_default();
                }
            }
            TaskField::Files => {
                for item in &items {
                    self.name_files(file, item.span, paths_in(&item.text), true);
                }
            }
            TaskField::Findings => {
                for item in items.iter().filter(|item| !is_nothing(&item.text)) {
                    let ids: Vec<&str> = split_list(&item.text).into_iter().filter_map(finding_id).collect();
                    if ids.is_empty() {
                        problems.push(
                            file.warning(item.span, "no finding id recognised here")
                                .help("write ids such as `C1, H10 (jobs side)`, with commas between them"),
                        );
                    }
                    task.findings.extend(ids.into_iter().map(str::to_owned));
                }
                keep_first(&mut task.findings);
            }
            TaskField::Acceptance => {
                let form = self.form;
                let criteria: Vec<AcceptanceCriterion> =
                    items.iter().filter_map(|item| criterion(file, item, form, task)).collect();
                task.acceptance.extend(criteria);
            }
            TaskField::Verify => {
                for item in &items {
                    let rules = checking(file, item, &mut task.verify_notes);
                    task.rules.extend(rules);
                }
                task.verify.extend(items.into_iter().filter(|item| !is_nothing(&item.text)).map(|item| {
                    let text = item.text.trim();
                    let length = leading_sign(text).map_or(0, |(_, length)| length);
                    text[length..].trim().to_owned()
                }));
            }
            TaskField::DependsOn => {
                self.depends.extend(items.into_iter().filter(|item| !is_nothing(&item.text)).map(|item| Mention {
                    position: file.position(item.span),
                    place: file.place(item.span),
                    entries: dependency::entries(file, &item),
                    item,
                }));
            }
            TaskField::Subtasks => {
                for item in items {
                    match subtask(file, &item) {
                        Some(subtask) => task.subtasks.push(subtask),
                        None => push_text(&mut task.text, &item.text),
                    }
                }
            }
            TaskField::Text => {
                for item in &items {
                    push_text(&mut task.text, &item.text);
                    push_steps(&mut task.steps, file, item.span);
                    if self.noted_priority.is_none() {
                        self.noted_priority = item.text.lines().find_map(noted_priority).map(str::to_owned);
                    }
                }
            }
        }
    }

    /// Takes the rules that the title names at its end: `SEC-1 Title (verify: rule-id)`.
    pub(crate) fn take_rules_of_title(&mut self, file: &TaskFile, span: Span) {
        let title = std::mem::take(&mut self.task.title);
        let split = split_rules(file, &FieldItem::new(span, &*title), &title);
        self.task.verify_notes.extend(split.unread.and_then(|span| note(file, span)));
        self.task.rules.extend(split.rules);
        self.task.title = split.said.to_owned();
    }

    /// Keeps where a value stands that is not a status, so that one can be put in its place.
    fn keep_unknown(&mut self, file: &TaskFile, item: &FieldItem) {
        let written = file.slice(item.span);
        let value = written.trim();
        // A remark behind the words stays: `Frob (since May)`.
        let end = value.find(['(', ';', ',']).unwrap_or(value.len());
        let start = item.span.start + (written.len() - written.trim_start().len()) as u32;
        let span = Span::new(start, start + value[..end].trim_end().len() as u32);
        let place = file.place(span);
        self.task.unknown_status.get_or_insert(UnknownStatus { place, form: self.form });
    }

    /// Takes what answers whether the task is done: `yes`, `true`, an empty cell.
    pub(crate) fn take_flag(&mut self, file: &TaskFile, span: Span, problems: &mut Vec<Problem>) {
        let written = file.slice(span);
        if let Some(status) = flag_of(written) {
            let (by, form) = (DeclaredBy::Task, StatusForm::Flag);
            self.task.declarations.push(StatusDeclaration { status, by, form, place: file.place(span) });
        } else if written.trim().is_empty() {
            let place = file.place(span);
            self.task.unknown_status.get_or_insert(UnknownStatus { place, form: StatusForm::Flag });
        } else {
            self.take(file, TaskField::Status, vec![FieldItem::new(span, written)], problems);
        }
    }

    /// Takes the paths that a text of the task names.
    pub(crate) fn name_files(&mut self, file: &TaskFile, span: Span, paths: Vec<String>, is_listed: bool) {
        self.task.named_files.extend(named_files(file, span, &paths, is_listed));
        self.task.files.extend(paths);
        keep_first(&mut self.task.files);
    }

    /// Takes prose that stands under no field.
    pub(crate) fn take_text(&mut self, file: &TaskFile, text: &str) {
        push_text(&mut self.task.text, text);
        push_steps(&mut self.task.steps, file, span_in(&file.text, text));
    }
}

/// Adds a declaration of the task's status by a box or sign.
pub(crate) fn declare(task: &mut Task, file: &TaskFile, status: Status, by: DeclaredBy, span: Span) {
    task.declarations.push(declared_by_sign(file, status, by, span));
}

/// What a box or sign says.
pub(crate) fn declared_by_sign(file: &TaskFile, status: Status, by: DeclaredBy, span: Span) -> StatusDeclaration {
    let form = if file.slice(span).starts_with('[') { StatusForm::Box } else { StatusForm::Sign };
    StatusDeclaration { status, by, form, place: file.place(span) }
}

/// What the value of a field says, at its word; where the value stands in the file as it is read. A value that is escaped,
/// folded or no text is `Derived`: nobody can change it without knowing how.
pub(crate) fn declaration(
    file: &TaskFile,
    item: &FieldItem,
    token: &StatusToken<'_>,
    form: StatusForm,
) -> StatusDeclaration {
    let by = DeclaredBy::Task;
    match file.slice(item.span).find(token.written) {
        Some(at) => {
            let start = item.span.start + at as u32;
            let span = Span::new(start, start + token.written.len() as u32);
            // A value may be a sign alone, wherever it stands.
            let form = match form {
                StatusForm::Word if token.written.starts_with('[') => StatusForm::Box,
                StatusForm::Word if !token.written.contains(char::is_alphabetic) => StatusForm::Sign,
                form => form,
            };
            StatusDeclaration { status: token.status, by, form, place: file.place(span) }
        }
        None => StatusDeclaration { status: token.status, by, form: StatusForm::Derived, place: file.place(item.span) },
    }
}

/// The rules that an entry names; what is neither such a rule nor a command is noted.
fn checking(file: &TaskFile, item: &FieldItem, notes: &mut Vec<VerifyNote>) -> Vec<TaskRule> {
    let rules = rules_in(file, item);
    if rules.is_empty() {
        notes.extend(note(file, item.span));
    }
    rules
}

fn note(file: &TaskFile, span: Span) -> Option<VerifyNote> {
    let text = file.slice(span).trim();
    let note = || VerifyNote { text: text.to_owned(), place: file.place(span), position: file.position(span) };
    (!is_nothing(text) && is_prose(text)).then(note)
}

/// A criterion: its box, its text, and the rules that it names as `(verify: rule-id)` or below it. `None` where it says nothing;
/// rules without a criterion are those of the task.
fn criterion(file: &TaskFile, item: &FieldItem, form: StatusForm, task: &mut Task) -> Option<AcceptanceCriterion> {
    let text = item.text.trim();
    let sign = leading_sign(text);
    let behind = text[sign.map_or(0, |(_, length)| length)..].trim();
    let split = split_rules(file, item, behind);
    task.verify_notes.extend(split.unread.and_then(|span| note(file, span)));
    let (said, mut rules) = (split.said, split.rules);
    // Backlog.md numbers its criteria.
    let number = said.strip_prefix('#').map_or("", |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let said = if number.starts_with(' ') { number.trim_start() } else { said };
    for item in &item.verify {
        rules.extend(checking(file, item, &mut task.verify_notes));
    }
    if is_nothing(said) {
        task.rules.extend(rules);
        return None;
    }
    let declaration = sign.and_then(|(status, length)| {
        let status = layout::boxed(&file.path, status);
        let at = file.slice(item.span).find(&text[..length])? as u32;
        let span = Span::new(item.span.start + at, item.span.start + at + length as u32);
        Some(declared_by_sign(file, status, DeclaredBy::Task, span))
    });
    let declaration = declaration.or_else(|| {
        let status = item.status.as_deref()?;
        Some(self::declaration(file, status, &StatusToken::of(&status.text)?, form))
    });
    Some(AcceptanceCriterion { text: said.to_owned(), place: file.place(item.span), declaration, rules })
}

/// The warning at a status word that nobody knows.
pub(crate) fn unknown_status(file: &TaskFile, item: &FieldItem) -> Problem {
    /// Longer ones are prose, and not repeated in full.
    const SHOWN: usize = 60;
    let word: String = item.text.trim().lines().next().unwrap_or_default().chars().take(SHOWN).collect();
    let problem = file.warning(item.span, format!("unknown status `{word}`; the task counts as having no status"));
    let known = "known statuses are todo, in progress, done, won't do, accepted and common words for them";
    match nearest(&word, Status::known_words()) {
        Some(near) => problem.help(format!("did you mean `{near}`? {known}")),
        None => problem.help(known),
    }
}

fn first(items: &[FieldItem]) -> Option<String> {
    let item = items.iter().find(|item| !is_nothing(&item.text))?;
    Some(item.text.trim().trim_matches(['*', '`']).trim_end_matches('.').to_owned())
}

/// Drops what stands further in front already.
fn keep_first(list: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    list.retain(|item| seen.insert(item.clone()));
}

fn push_text(text: &mut String, more: &str) {
    let more = more.trim();
    if !more.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(more);
    }
}

fn push_steps(steps: &mut Vec<TaskStep>, file: &TaskFile, span: Span) {
    for (_, line) in lines_of(&file.text, span.start as usize, span.end as usize) {
        let text = line.trim();
        if !text.is_empty() {
            steps.push(TaskStep { text: text.to_owned(), place: file.place(span_in(&file.text, text)) });
        }
    }
}

/// `Critical (security)`; no longer.
const LONGEST_PRIORITY: usize = 32;

/// The priority of a line such as `Priority: CRITICAL - must run first`: the label starts the line, and what follows
/// is a word for a priority, so that "a strict priority:" in a sentence is not one.
fn noted_priority(line: &str) -> Option<&str> {
    const WORDS: [&str; 9] = ["critical", "blocker", "urgent", "high", "medium", "normal", "low", "major", "minor"];
    let (label, value) = line.split_once(':')?;
    let label = label.trim().trim_start_matches(['-', '*', ' ']);
    let value = value.trim().trim_start_matches('*').trim_start();
    let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
    let word = &value[..end];
    let is_level = word.len() == 2 && word.starts_with(['P', 'p']) && word.ends_with(|c: char| c.is_ascii_digit());
    let known = is_level || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    (label.eq_ignore_ascii_case("priority") && known).then_some(word)
}

/// The id in `C1`, `` `H3` (jobs side) ``, `A1: remove the alias`: letters, then digits, with `-` and `_` between.
fn finding_id(part: &str) -> Option<&str> {
    let part = part.trim().trim_start_matches(['`', '*', '[', '"', '\'', '#']);
    let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(part.len());
    let id = part[..end].trim_end_matches(['-', '_']);
    let rest = part[end..].trim_start_matches(['`', '*', ']', '"', '\'']);
    let ends = rest.is_empty() || rest.starts_with([' ', ':', '(', '.', '\t']);
    (ends && id.starts_with(|c: char| c.is_ascii_alphabetic()) && id.contains(|c: char| c.is_ascii_digit()))
        .then_some(id)
}

/// `[ ] CODX-311 — Write the migration`.
fn subtask(file: &TaskFile, item: &FieldItem) -> Option<Subtask> {
    let (status, length) = leading_sign(&item.text)?;
    let rest = item.text[length..].trim_start();
    let id = crate::id::leading(rest).filter(|id| id.contains(|c: char| c.is_ascii_digit()))?;
    let behind = rest.find(id)? + id.len();
    let title = rest[behind..].trim_start_matches(['*', '`', ']', ':', ' ', '-', '–', '—']);
    let offset = file.slice(item.span).find(id).unwrap_or(0) as u32;
    let start = item.span.start + offset;
    let span = Span::new(start, start + id.len() as u32);
    Some(Subtask {
        id: id.to_owned(),
        title: title.trim().to_owned(),
        done: status == Status::Done,
        place: file.place(span),
    })
}

#[cfg(test)]
mod tests {
    use super::{finding_id, noted_priority};

    #[test]
    fn takes_a_priority_out_of_prose_only_where_it_is_certain() {
        for (line, expected) in [
            ("Priority: CRITICAL - must run first", Some("CRITICAL")),
            ("- **Priority**: P1", None),
            ("Priority: P1", Some("P1")),
            ("Map tracks with a strict priority:", None),
            ("Priority: by the number of users", None),
        ] {
            assert_eq!(noted_priority(line), expected, "{line}");
        }
    }

    #[test]
    fn takes_finding_ids() {
        for (part, expected) in [
            ("C1", Some("C1")),
            (" H3 (jobs side)", Some("H3")),
            ("`SEC-014`", Some("SEC-014")),
            ("A1: remove the alias", Some("A1")),
            ("see the report", None),
            ("2 of them", None),
        ] {
            assert_eq!(finding_id(part), expected, "{part}");
        }
    }
}
