//! `auditlint hook`: the commit hook of plain git, without a framework.

mod script;

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use auditlint_engine::{HookEntry, HooksFolder, HooksOrigin};
use auditlint_report::shown_path;

use self::script::{HOOK, HookText, KEPT, script};
use crate::args::{HookArgs, HookCommand};
use crate::context::CommandContext;
use crate::exit::Exit;
use crate::{environment, out};

/// Runs the command.
pub(crate) fn run(args: &HookArgs) -> Result<Exit> {
    let (HookCommand::Install { project } | HookCommand::Uninstall { project } | HookCommand::Status { project }) =
        &args.command;
    let context = CommandContext::find(project)?;
    let root = context.root.display();
    let repository =
        context.repository().ok_or_else(|| anyhow!("a hook needs a git repository with a worktree around {root}"))?;
    let hooks = repository.hooks().map_err(|error| anyhow!("where git looks for hooks is not known: {error}"))?;
    let wanted = script(context.config_below_repository().as_deref());
    match &args.command {
        HookCommand::Install { .. } => install(&context, &hooks, &wanted),
        HookCommand::Uninstall { .. } => uninstall(&context, &hooks),
        HookCommand::Status { .. } => status(&context, &hooks, &wanted),
    }
}

fn install(context: &CommandContext, hooks: &HooksFolder, wanted: &str) -> Result<Exit> {
    let folder = shown(context, hooks);
    if hooks.origin == HooksOrigin::Outside {
        bail!(
            "`core.hooksPath` leads to {folder}, whose hooks may run in other repositories too; nothing was written. \
             Add the line `auditlint check --staged` to {folder}/{HOOK}, or take `core.hooksPath` away"
        );
    }
    if is_of_husky(hooks.path()) {
        bail!(
            "the hooks in {folder} are those of husky, which writes them anew; nothing was written. \
             Add the line `auditlint check --staged` to .husky/{HOOK}"
        );
    }
    let mut kept = false;
    match hooks.hook(HOOK) {
        HookEntry::None => {}
        HookEntry::Unreadable(why) => {
            bail!("{folder}/{HOOK} is not a hook that could be kept: {why}; nothing was written")
        }
        HookEntry::Text { bytes, is_executable } => match HookText::of(&bytes) {
            HookText::Ours if bytes == wanted.as_bytes() && is_executable => {
                return say(Exit::Clean, &format!("The hook is installed already: {folder}/{HOOK}"));
            }
            HookText::Ours => {}
            HookText::Edited => bail!(
                "{folder}/{HOOK} was written by auditlint and changed by hand since; nothing was written. \
                 Keep it as it is, or delete it and install it again"
            ),
            HookText::Calls => {
                return say(Exit::Clean, &format!("{folder}/{HOOK} calls auditlint already; nothing was written"));
            }
            HookText::Managed(instead) => bail!("{folder}/{HOOK} is there already, and {instead}"),
            HookText::Other if hooks.has(KEPT) => bail!(
                "{folder} holds both {HOOK} and {KEPT}, and only one can be kept; nothing was written. \
                 Make one of the two, delete the other, and install again"
            ),
            HookText::Other => {
                hooks.rename(HOOK, KEPT).with_context(|| format!("{folder}/{HOOK} cannot be renamed"))?;
                kept = true;
            }
        },
    }
    if let Err(error) = hooks.write(HOOK, wanted) {
        if kept {
            hooks.rename(KEPT, HOOK).with_context(|| format!("{folder}/{KEPT} is the hook that was there"))?;
        }
        return Err(error).with_context(|| format!("{folder}/{HOOK} cannot be written"));
    }
    let mut text = format!("Installed {folder}/{HOOK}: a commit is refused where what is staged has an error.");
    if hooks.has(KEPT) {
        text.push_str(&format!("\nThe hook that was there is kept as {KEPT} and runs first."));
    }
    if hooks.origin == HooksOrigin::Configured {
        text.push_str("\n`core.hooksPath` names this folder; where it is committed, commit the hook too.");
    }
    if environment::program("auditlint").is_none() {
        text.push_str("\nauditlint is not on the PATH yet, and until it is, the hook refuses every commit.");
    }
    say(Exit::Clean, &text)
}

fn uninstall(context: &CommandContext, hooks: &HooksFolder) -> Result<Exit> {
    let folder = shown(context, hooks);
    let is_ours = match hooks.hook(HOOK) {
        HookEntry::Text { bytes, .. } => match HookText::of(&bytes) {
            HookText::Ours => true,
            HookText::Edited => bail!(
                "{folder}/{HOOK} was written by auditlint and changed by hand since; nothing was taken away. \
                 Delete it yourself{}",
                if hooks.has(KEPT) { format!(", and rename {KEPT} to {HOOK}") } else { String::new() }
            ),
            HookText::Calls | HookText::Managed(_) | HookText::Other => false,
        },
        HookEntry::None | HookEntry::Unreadable(_) => false,
    };
    if !is_ours {
        return say(Exit::Clean, &format!("No hook of auditlint is installed in {folder}"));
    }
    if hooks.has(KEPT) {
        hooks.rename(KEPT, HOOK).with_context(|| format!("{folder}/{KEPT} cannot be renamed"))?;
        return say(Exit::Clean, &format!("Took the hook away; {folder}/{HOOK} is the one that was there before"));
    }
    hooks.remove(HOOK).with_context(|| format!("{folder}/{HOOK} cannot be taken away"))?;
    say(Exit::Clean, &format!("Took {folder}/{HOOK} away"))
}

/// Says what is installed; the program ends with 1 where a commit would not be checked by the present hook.
fn status(context: &CommandContext, hooks: &HooksFolder, wanted: &str) -> Result<Exit> {
    let folder = shown(context, hooks);
    let why = match hooks.origin {
        HooksOrigin::Repository => "",
        HooksOrigin::Configured => ", which `core.hooksPath` names",
        HooksOrigin::Outside => ", which `core.hooksPath` names, outside this repository",
    };
    let (mut end, said) = match hooks.hook(HOOK) {
        HookEntry::None => (Exit::Findings, "not installed; `auditlint hook install` writes it".to_owned()),
        HookEntry::Unreadable(why) => (Exit::Findings, format!("not installed: {why}")),
        HookEntry::Text { bytes, is_executable } => match HookText::of(&bytes) {
            HookText::Ours | HookText::Edited | HookText::Calls if !is_executable => {
                (Exit::Findings, format!("not executable, so git passes it over; `chmod +x {folder}/{HOOK}`"))
            }
            HookText::Ours if bytes == wanted.as_bytes() => (Exit::Clean, "installed, current".to_owned()),
            HookText::Ours => (
                Exit::Findings,
                "installed, of another version or project; `auditlint hook install` renews it".to_owned(),
            ),
            HookText::Edited => (Exit::Clean, "installed, changed by hand since".to_owned()),
            HookText::Calls => (Exit::Clean, "a hook that calls auditlint by itself".to_owned()),
            HookText::Managed(instead) => (Exit::Findings, format!("not auditlint's: {instead}")),
            HookText::Other => {
                (Exit::Findings, "another hook; `auditlint hook install` keeps it and runs it first".to_owned())
            }
        },
    };
    let mut text = format!("hooks: {folder}{why}\n{HOOK}: {said}");
    if hooks.has(KEPT) {
        text.push_str(&format!("\n{KEPT}: the hook that was there before, which runs first"));
    }
    match environment::program("auditlint") {
        Some(path) => text.push_str(&format!("\nauditlint: {}", path.display())),
        None => {
            end = Exit::Findings;
            text.push_str("\nauditlint: not on the PATH, so the hook refuses every commit");
        }
    }
    say(end, &text)
}

/// The folder of the hooks as it is seen from the working folder, where it lies in the project.
fn shown(context: &CommandContext, hooks: &HooksFolder) -> String {
    match context.worktree.relative(hooks.path()) {
        Some(path) => shown_path(&context.working().sees(&path)),
        None => hooks.path().display().to_string(),
    }
}

/// Whether a folder is the one that husky writes: `_` in a folder that holds its hooks.
fn is_of_husky(folder: &Path) -> bool {
    folder.ends_with("_") && folder.parent().is_some_and(|parent| parent.ends_with(".husky"))
}

fn say(end: Exit, text: &str) -> Result<Exit> {
    let mut out = out::stdout();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(end)
}
