//! `auditlint tasks assign-ids`.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Result, bail};
use auditlint_engine::Engine;
use auditlint_source::{FilePath, Problem};
use auditlint_tasks::{AssignedId, ItemIds, SIZE_LIMIT, assign_ids};

use crate::args::ProjectArgs;
use crate::context::{CommandContext, counted};
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;
use crate::target::write_source;

/// Runs the command.
pub(super) fn run(dry_run: bool, project: &ProjectArgs) -> Result<Exit> {
    let context = CommandContext::find(project)?;
    let (config, problems) = context.config()?;
    let engine = Engine::load(context.files(), config, context.options(), problems);
    let snapshot = engine.snapshot(context.files());
    if !snapshot.task_sources().iter().any(|source| source.ids == ItemIds::Heading) {
        bail!("no `[[tasks]]` table of auditlint.toml has `ids = \"heading\"`, so no item gets an id");
    }
    let mut problems: Vec<Problem> = snapshot.problems().to_vec();
    // No id is given twice, so nothing is written where there may be other task files than those that were read.
    let end = exit::of_problems(&problems, false);
    if end != Exit::Clean {
        say_problems(context.working(), context.files(), &problems)?;
        writeln!(out::stderr(), "No id was written: the project is not read completely.")?;
        return Ok(end);
    }
    let assigned = assign_ids(snapshot.task_sources(), &snapshot.discovered.files, context.files());
    let mut by_file: BTreeMap<&FilePath, Vec<&AssignedId>> = BTreeMap::new();
    for id in &assigned {
        by_file.entry(&id.place.path).or_default().push(id);
    }
    let working = context.working();
    let mut out = out::stdout();
    let mut written = 0;
    for (path, ids) in &by_file {
        if dry_run {
            for id in ids {
                writeln!(out, "{}:{} {}", working.sees(path), id.place.line, id.id)?;
            }
            continue;
        }
        let old = context.files().read(path, SIZE_LIMIT)?;
        let mut new = Vec::with_capacity(old.len() + ids.len() * 64);
        let mut from = 0;
        for id in ids {
            let at = id.place.span.end as usize;
            new.extend_from_slice(old.get(from..at).unwrap_or_default());
            new.extend_from_slice(id.comment().as_bytes());
            from = at;
        }
        new.extend_from_slice(old.get(from..).unwrap_or_default());
        match write_source(&context, path, &old, &new) {
            Ok(()) => written += ids.len(),
            Err(problem) => problems.push(problem),
        }
    }
    let files = counted(by_file.len(), "file");
    if dry_run {
        writeln!(out, "{} would be written into {files}.", counted(assigned.len(), "id"))?;
    } else {
        writeln!(out, "Wrote {} into {files}.", counted(written, "id"))?;
    }
    out.flush()?;
    say_problems(context.working(), context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}
