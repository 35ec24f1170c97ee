//! The course of each task over a line of commits, and where it turned.

use std::sync::Arc;

use super::standing::{CommitState, TaskStanding, TaskTitles};

/// What happened to a task at a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnKind {
    /// Its rules found nothing more.
    Clean,
    /// They found something again.
    Broken,
}

/// A state of a line at which a task turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What happened.
    pub kind: TurnKind,
    /// The number of the state.
    pub at: usize,
    /// Whether nothing was known of the task before.
    pub is_first: bool,
}

/// How a task went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskCourse {
    /// Its id.
    pub id: Arc<str>,
    /// How it stood in each state.
    pub standings: Vec<TaskStanding>,
    /// Where it turned, in order.
    pub turns: Vec<Turn>,
}

impl TaskCourse {
    /// How it stands at last.
    #[must_use]
    pub fn last(&self) -> TaskStanding {
        self.standings.last().copied().unwrap_or_default()
    }
}

/// The courses of tasks over some states, in the order of their ids.
#[must_use]
pub fn courses(states: &[&CommitState], titles: &TaskTitles) -> Vec<TaskCourse> {
    let course = |id: &Arc<str>| {
        let standings: Vec<TaskStanding> = states.iter().map(|state| state.task(id)).collect();
        TaskCourse { id: Arc::clone(id), turns: turns(&standings), standings }
    };
    titles.ids().map(course).filter(|course| course.standings.iter().any(|one| *one != TaskStanding::Missing)).collect()
}

/// Where a task turned. A state in which nobody can tell is not a turn, and hides none.
fn turns(standings: &[TaskStanding]) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut clean = None;
    for (at, standing) in standings.iter().enumerate() {
        let is_clean = match standing {
            TaskStanding::Missing | TaskStanding::Unjudged => continue,
            TaskStanding::Clean => true,
            TaskStanding::Left(_) => false,
        };
        let kind = match (clean, is_clean) {
            (None | Some(false), true) => Some(TurnKind::Clean),
            (Some(true), false) => Some(TurnKind::Broken),
            (None | Some(false), false) | (Some(true), true) => None,
        };
        turns.extend(kind.map(|kind| Turn { kind, at, is_first: clean.is_none() }));
        clean = Some(is_clean);
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A letter for each state: `-` not there, `?` unjudged, a digit for findings.
    #[track_caller]
    fn check(course: &str, expected: &[(TurnKind, usize, bool)]) {
        let standings: Vec<TaskStanding> = course
            .chars()
            .map(|letter| match letter {
                '-' => TaskStanding::Missing,
                '?' => TaskStanding::Unjudged,
                '0' => TaskStanding::Clean,
                digit => TaskStanding::Left(u64::from(digit.to_digit(10).unwrap())),
            })
            .collect();
        let found: Vec<_> = turns(&standings).into_iter().map(|turn| (turn.kind, turn.at, turn.is_first)).collect();
        assert_eq!(found, expected, "{course}");
    }

    #[test]
    fn where_a_task_turns() {
        use TurnKind::{Broken, Clean};
        check("", &[]);
        check("321", &[]);
        check("320", &[(Clean, 2, false)]);
        check("-000", &[(Clean, 1, true)]);
        check("1001", &[(Clean, 1, false), (Broken, 3, false)]);
        check("-1?0-02", &[(Clean, 3, false), (Broken, 6, false)]);
        check("?0", &[(Clean, 1, true)]);
        check("20120", &[(Clean, 1, false), (Broken, 2, false), (Clean, 4, false)]);
    }
}
