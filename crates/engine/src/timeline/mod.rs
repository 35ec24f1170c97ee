//! How the findings of tasks went from commit to commit: what a run on each says, and what follows from it.

mod course;
mod forecast;
mod standing;

pub use course::{TaskCourse, Turn, TurnKind, courses};
pub use forecast::{Forecast, forecast};
pub use standing::{CommitState, TaskStanding, TaskTitles};
