//! Files whose name says how far a task is: `tasklog_03c_token_encryption_1762393669.log.done`.

use auditlint_source::{FilePath, Problem, ProblemKind, Span};

use crate::draft::TaskOrigin;
use crate::set::{MOST_MEANT, TaskSet};
use crate::{DeclaredBy, Status, StatusDeclaration, StatusForm, TaskPlace};

/// The status that the last extension of a file names (`.done`, `.todo`).
pub(crate) fn status(path: &FilePath) -> Option<Status> {
    Status::of_words(path.extension()?)
}

/// The tasks whose id stands in the name of a marker file: the longest one that begins and ends at a word boundary.
pub(crate) fn tasks(name: &str, origin: TaskOrigin<'_>, set: &TaskSet) -> Vec<usize> {
    /// Names of more words are read up to here.
    const WORDS: usize = 48;
    let words: Vec<(usize, usize)> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let start = word.as_ptr() as usize - name.as_ptr() as usize;
            (start, start + word.len())
        })
        .take(WORDS)
        .collect();
    for length in (1..=words.len()).rev() {
        for window in words.windows(length) {
            let candidate = &name[window[0].0..window[length - 1].1];
            // A bare number in a name is a time or a count.
            if candidate.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let found = set.resolve(origin, candidate);
            if !found.is_empty() {
                return found.iter().take(MOST_MEANT + 1).copied().collect();
            }
        }
    }
    Vec::new()
}

/// Adds what a marker file says to the task that it names.
pub(crate) fn apply(path: &FilePath, origin: TaskOrigin<'_>, set: &mut TaskSet, problems: &mut Vec<Problem>) {
    let status = status(path).unwrap_or(Status::Done);
    let found = tasks(path.stem(), origin, set);
    if found.is_empty() {
        problems.push(
            Problem::warning(ProblemKind::Task, "the name of this marker file contains no known task id")
                .in_file(path)
                .help("the name must spell the id as the task does, between `_`, `-` or `.`"),
        );
    }
    if found.len() > MOST_MEANT {
        let message = format!("the name of this marker file contains the id of more than {MOST_MEANT} tasks");
        let problem = Problem::warning(ProblemKind::Task, message).in_file(path);
        problems.push(problem.help("give each task an id of its own"));
        return;
    }
    for index in found {
        let form = StatusForm::FileName;
        let place = TaskPlace { path: path.clone(), span: Span::default(), line: 1 };
        set.tasks_mut()[index].declarations.push(StatusDeclaration { status, by: DeclaredBy::Marker, form, place });
    }
}
