//! `auditlint tasks`: the list, and its sub-commands.

mod assign_ids;
mod import;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::Result;
use auditlint_engine::{Engine, Snapshot, unknown_task};
use auditlint_report::{Cell, OutputTable};
use auditlint_tasks::{Status, Task, TaskLookup, UnreadTask};

use crate::args::{TasksArgs, TasksCommand, TasksFormat};
use crate::context::{CommandContext, counted};
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;

/// Runs the command.
pub(crate) fn run(args: &TasksArgs) -> Result<Exit> {
    match &args.command {
        Some(TasksCommand::Import { from, project }) => import::run(from, project),
        Some(TasksCommand::AssignIds { dry_run, project }) => assign_ids::run(*dry_run, project),
        None => list(args),
    }
}

fn list(args: &TasksArgs) -> Result<Exit> {
    let context = CommandContext::find(&args.project)?;
    let (config, problems) = context.config()?;
    let configured = !config.tasks.is_empty();
    let engine = Engine::load(context.files(), config, context.options(), problems);
    let snapshot = engine.snapshot(context.files());
    let mut problems: Vec<_> = snapshot.problems().to_vec();
    let mut tasks: Vec<&Task> = Vec::new();
    if args.ids.is_empty() {
        tasks.extend(snapshot.tasks.tasks());
    }
    for id in &args.ids {
        match snapshot.tasks.lookup(id) {
            TaskLookup::One(task) => tasks.push(task),
            TaskLookup::ByFinding(found) | TaskLookup::Ambiguous(found) => tasks.extend(found),
            TaskLookup::External(_) => {}
            TaskLookup::Unknown { nearest } => problems.push(unknown_task(id, nearest)),
        }
    }
    let by_task = rules_by_task(&snapshot);
    let mut table = OutputTable::new(COLUMNS);
    for task in &tasks {
        table.push(row(task, by_task.get(task.id.as_str()).cloned().unwrap_or_default()));
    }
    let (mut out, color) = out::table_stdout();
    if args.json || args.format == TasksFormat::Json {
        table.write_json(&mut out)?;
    } else if table.is_empty() && configured {
        writeln!(out, "The files that `[[tasks]]` names contain no tasks.")?;
    } else if table.is_empty() {
        writeln!(out, "No task files are configured.")?;
        let found = auditlint_tasks::survey(&snapshot.discovered.files, context.files());
        for place in &found.places {
            writeln!(out, "  {} ({})", place.glob, place.what)?;
        }
        if let Some(said) = found.without_id() {
            writeln!(out, "{said}")?;
        }
        writeln!(out, "`auditlint init` writes what it finds into auditlint.toml.")?;
    } else {
        table.write_text(color, &mut out)?;
        writeln!(out, "{}", counts(&tasks))?;
    }
    if args.ids.is_empty() && !args.json && args.format == TasksFormat::Table {
        say_unread(snapshot.tasks.unread(), &mut out)?;
    }
    out.flush()?;
    say_problems(context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

const COLUMNS: [&str; 7] = ["id", "status", "priority", "title", "path", "line", "rules"];

/// The cells of a task.
fn row(task: &Task, rules: Vec<String>) -> [Cell; 7] {
    let text = |text: Option<&str>| {
        text.filter(|text| !text.is_empty()).map_or(Cell::Missing, |text| Cell::Text(text.to_owned()))
    };
    [
        Cell::Text(task.id.as_str().to_owned()),
        text(task.status.map(Status::name)),
        text(task.priority.as_deref()),
        text(Some(&task.title)),
        Cell::Text(task.place.path.to_string()),
        Cell::Number(u64::from(task.place.line)),
        Cell::List(rules),
    ]
}

/// Says what looks like a task and was not read, with the line and the reason.
fn say_unread(unread: &[UnreadTask], out: &mut impl Write) -> Result<()> {
    /// More are counted.
    const SHOWN: usize = 10;
    if unread.is_empty() {
        return Ok(());
    }
    writeln!(out, "Not read as tasks:")?;
    for entry in unread.iter().take(SHOWN) {
        let more = if entry.count > 1 { format!(", and {} more like it", entry.count - 1) } else { String::new() };
        writeln!(out, "  {}:{} \"{}\"{more}: {}", entry.place.path, entry.place.line, entry.text, entry.reason)?;
    }
    if unread.len() > SHOWN {
        writeln!(
            out,
            "  {} more reasons; `auditlint tasks import --from FILE` lists those of one file",
            unread.len() - SHOWN
        )?;
    }
    Ok(())
}

/// The rules that are linked to each task, by its id.
fn rules_by_task<'s>(snapshot: &'s Snapshot<'_>) -> BTreeMap<&'s str, Vec<String>> {
    let mut linked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for compiled in snapshot.catalogue().set.rules() {
        let ids: BTreeSet<&str> = compiled.rule.tasks.iter().map(|link| link.id.as_str()).collect();
        let found = ids.into_iter().flat_map(|id| match snapshot.tasks.find(id) {
            Some(TaskLookup::One(task)) => vec![task],
            Some(TaskLookup::ByFinding(tasks)) => tasks,
            _ => Vec::new(),
        });
        let tasks: BTreeSet<&str> = found.map(|task| task.id.as_str()).collect();
        for task in tasks {
            linked.entry(task).or_default().push(compiled.rule.id.to_string());
        }
    }
    for task in snapshot.tasks.tasks() {
        for rule in task.named_rules().filter(|rule| snapshot.catalogue().find(&rule.id).is_some()) {
            let rules = linked.entry(task.id.as_str()).or_default();
            if !rules.contains(&rule.id) {
                rules.push(rule.id.clone());
            }
        }
    }
    linked
}

/// "63 tasks: 40 done, 20 todo, 3 without a status".
fn counts(tasks: &[&Task]) -> String {
    let mut parts = Vec::new();
    for status in [Status::Done, Status::InProgress, Status::Todo, Status::WontDo, Status::Accepted] {
        let count = tasks.iter().filter(|task| task.status == Some(status)).count();
        if count > 0 {
            parts.push(format!("{count} {status}"));
        }
    }
    let without = tasks.iter().filter(|task| task.status.is_none()).count();
    if without > 0 {
        parts.push(format!("{without} without a status"));
    }
    format!("{}: {}", counted(tasks.len(), "task"), parts.join(", "))
}
