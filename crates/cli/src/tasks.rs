//! `auditlint tasks`: the list, and its sub-commands.

mod assign_ids;
mod change_status;
mod import;
pub(crate) mod judged;
mod list;
mod next;
mod show;
mod table;
mod verify;

use anyhow::Result;

use self::change_status::StatusChange;
use crate::args::{TasksArgs, TasksCommand};
use crate::exit::Exit;

/// Runs the command.
pub(crate) fn run(args: &TasksArgs) -> Result<Exit> {
    match &args.command {
        Some(TasksCommand::Import { from, project }) => import::run(from, project),
        Some(TasksCommand::AssignIds { dry_run, project }) => assign_ids::run(*dry_run, project),
        Some(TasksCommand::Show(args)) => show::run(args),
        Some(TasksCommand::Verify(args)) => verify::run(args),
        Some(TasksCommand::Next(args)) => next::run(args),
        Some(TasksCommand::Close(args)) => change_status::run(StatusChange::Close, args),
        Some(TasksCommand::Reopen(args)) => change_status::run(StatusChange::Reopen, args),
        None => list::run(args),
    }
}
