//! What is said about an id that stands for no task, or for several.

use auditlint_source::{Problem, ProblemKind};
use auditlint_tasks::Task;

/// How many of the tasks that a short id may mean are listed.
const MOST_LISTED: usize = 20;

/// The id that a person gave belongs to no task.
#[must_use]
pub fn unknown_task(id: &str, nearest: Option<&str>) -> Problem {
    Problem::error(ProblemKind::Usage, format!("there is no task `{id}`")).help(nearest_task(nearest))
}

/// What is wrong with an id that is short for several tasks.
#[must_use]
pub fn ambiguous_task(id: &str) -> String {
    format!("the task id `{id}` is ambiguous: it matches several tasks")
}

/// What to do about it.
#[must_use]
pub fn write_in_full(candidates: &[&Task]) -> String {
    let ids: Vec<&str> = candidates.iter().take(MOST_LISTED).map(|task| task.id.as_str()).collect();
    let more = match candidates.len().saturating_sub(MOST_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("write one of them in full: {}{more}", ids.join(", "))
}

/// What to do about an id that is not known.
pub(crate) fn nearest_task(nearest: Option<&str>) -> String {
    match nearest {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`auditlint tasks` lists the tasks that are known".to_owned(),
    }
}
