//! `auditlint man`.

use std::io::Write;

use anyhow::{Result, bail};
use auditlint_source::nearest;
use clap::{Command, CommandFactory};

use crate::args::{Cli, ManArgs};
use crate::exit::Exit;
use crate::out;

/// Prints the manual page of the program or of a command.
pub(crate) fn run(args: &ManArgs) -> Result<Exit> {
    let mut page = Vec::new();
    clap_mangen::Man::new(find(&args.command)?).render(&mut page)?;
    let mut out = out::unescaped_stdout();
    out.write_all(&page)?;
    out.flush()?;
    Ok(Exit::Clean)
}

fn find(names: &[String]) -> Result<Command> {
    let mut all = Cli::command();
    all.build();
    let mut command = &all;
    for name in names {
        let Some(inner) = command.find_subcommand(name) else {
            let near = nearest(name, command.get_subcommands().map(Command::get_name));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            bail!("`{}` has no command `{name}`{near}", command.get_name());
        };
        command = inner;
    }
    Ok(command.clone())
}
