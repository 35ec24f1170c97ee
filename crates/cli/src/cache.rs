//! `auditlint cache`.

use std::io::Write;

use anyhow::{Context as _, Result};
use auditlint_engine::{CacheFolder, Refusal, cache_fault};
use auditlint_report::shown_name;

use crate::args::{CacheCommand, ProjectArgs};
use crate::context::CommandContext;
use crate::exit::Exit;
use crate::{kept, out};

/// Runs the command.
pub(crate) fn run(command: &CacheCommand) -> Result<Exit> {
    match command {
        CacheCommand::Status { project } => status(project),
        CacheCommand::Clean { project } => clean(project),
    }
}

fn status(args: &ProjectArgs) -> Result<Exit> {
    let context = CommandContext::find(args)?;
    let folder = kept::folder(&context.kept_project(), &args.cache);
    let state = match context.kept() {
        Err(reason) => format!("nothing is kept: {reason}"),
        Ok(kept) => match kept.size() {
            Ok((entries, bytes)) => format!("{entries} entries, {}", size(bytes)),
            Err(Refusal::Missing) => "nothing is kept yet".to_owned(),
            Err(Refusal::NoTable) => "what stands there is not a cache, and the next run replaces it".to_owned(),
            Err(Refusal::OtherBuild) => "another build of auditlint kept it, and the next run replaces it".to_owned(),
            Err(Refusal::NoProof) => {
                "it is damaged or was kept with the key of somebody else, and the next run replaces it".to_owned()
            }
        },
    };
    let mut out = out::stdout();
    writeln!(out, "{:<8}{}", "folder:", shown_folder(&folder))?;
    writeln!(out, "{:<8}{}", "kept:", shown_name(&state))?;
    out.flush()?;
    Ok(Exit::Clean)
}

fn clean(args: &ProjectArgs) -> Result<Exit> {
    let context = CommandContext::find(args)?;
    let folder = kept::folder(&context.kept_project(), &args.cache);
    let bytes = folder
        .clean()
        .map_err(|error| anyhow::anyhow!("{}", cache_fault(&error)))
        .with_context(|| format!("what is kept in {} cannot be taken away", folder.path().display()))?;
    let mut out = out::stdout();
    match bytes {
        0 => writeln!(out, "Nothing was kept in {}", shown_folder(&folder))?,
        _ => writeln!(out, "Took away {} from {}", size(bytes), shown_folder(&folder))?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// A folder as people know it: below the root where it lies there.
fn shown_folder(folder: &CacheFolder) -> String {
    shown_name(&folder.below_root().unwrap_or_else(|| folder.path().display().to_string())).into_owned()
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..0x400 => format!("{bytes} bytes"),
        0x400..0x10_0000 => format!("{} KiB", bytes >> 10),
        _ => format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
    }
}
