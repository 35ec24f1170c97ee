//! Task files to tasks.
//!
//! A task is a unit of remediation that the user's repository keeps somewhere: a YAML file each, sections of a
//! Markdown plan, lines of a checklist, marker files, or a tracker outside. [`load`] reads them all into one
//! [`TaskSet`]; nothing that can be recognised as a task is dropped because its file is untidy.
//! Files come through [`auditlint_source::Files`] only.
#![forbid(unsafe_code)]

mod assign;
mod body;
mod checklist;
mod components;
mod config;
mod csv;
mod dependency;
mod detect;
mod draft;
mod evidence;
mod external;
mod field_item;
mod field_table;
mod fields;
mod file;
mod front_matter;
mod id;
mod import;
mod items;
mod json_lines;
mod label;
mod layout;
mod lenient;
pub mod limits;
mod load;
mod markdown;
mod marker;
mod merge;
mod named_file;
mod next;
mod parts;
mod paths;
mod place;
mod prose;
mod reading;
mod rewrite;
mod rows;
mod set;
mod setext;
mod slug;
mod standards;
mod status;
mod tables;
mod task;
mod task_files;
mod todo_txt;
mod unread;
mod verdict;
mod verify;
mod written_id;
mod yaml;

pub use assign::{AssignedId, assign_ids};
pub use components::Components;
pub use config::{ExternalIds, FieldPaths, IdUrl, ItemIds, TaskFormat, TaskGlob, TaskSource};
pub use dependency::TaskDependency;
pub use detect::{Detected, Detection, detect, survey};
pub use external::ExternalTask;
pub use id::TaskId;
pub use import::{Understood, format_of, understand};
pub use limits::SIZE_LIMIT;
pub use load::load;
pub use named_file::{NamedFile, says_going};
pub use next::{RemainingTask, next_order, priority_rank};
pub use place::TaskPlace;
pub use rewrite::{CannotRewrite, StatusEdit, StatusWords, declare_status, replace_unknown, rewrite};
pub use set::{TaskLookup, TaskSet};
pub use status::{DeclaredBy, Status, StatusDeclaration, StatusForm};
pub use task::{AcceptanceCriterion, Subtask, Task, TaskRule, TaskStep, UnknownStatus, VerifyNote};
pub use task_files::TaskFiles;
pub use unread::UnreadTask;
pub use verdict::{FindingCounts, Verdict, VerdictBasis};
