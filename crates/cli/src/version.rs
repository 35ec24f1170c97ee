//! `auditlint version`.

use std::env::consts::{ARCH, OS};
use std::io::Write;

use anyhow::Result;
use auditlint_packs::packs;
use auditlint_report::shown_name;
use auditlint_syntax::Language;

use crate::args::VersionArgs;
use crate::context::CommandContext;
use crate::exit::Exit;
use crate::out;

/// Prints the version, and what else matters in a report of a bug.
pub(crate) fn run(args: &VersionArgs) -> Result<Exit> {
    let mut out = out::stdout();
    writeln!(out, "auditlint {}", env!("CARGO_PKG_VERSION"))?;
    if args.verbose {
        let build = if cfg!(debug_assertions) { "debug: slow, and checks itself" } else { "release" };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let packs = packs().iter().map(|pack| format!("{} ({} rules)", pack.name, pack.rules().len()));
        let languages = Language::ALL.into_iter().map(Language::name);
        let context = CommandContext::find(&args.project)?;
        for (name, value) in [
            ("system", format!("{OS} {ARCH}, {cores} cores")),
            ("build", build.to_owned()),
            ("languages", languages.collect::<Vec<_>>().join(", ")),
            ("packs", packs.collect::<Vec<_>>().join(", ")),
            ("root", context.root.display().to_string()),
            ("configuration", context.config_path().map_or("none", |path| path.as_str()).to_owned()),
        ] {
            writeln!(out, "{:<15}{}", format!("{name}:"), shown_name(&value))?;
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}
