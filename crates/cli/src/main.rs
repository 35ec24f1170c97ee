//! auditlint on the command line: arguments in, output streams and an exit code out.

mod add_ignore;
mod args;
mod check;
mod context;
mod exit;
mod fix;
mod init;
mod rules;
mod tasks;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{Cli, Command, SchemaKind};
use crate::exit::Exit;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lets the C code of tree-sitter use the same allocator as the rest; a global allocator of Rust does not reach it.
#[expect(unsafe_code, reason = "the allocator of a C library can only be set through C functions")]
fn use_allocator_for_trees() {
    let mimalloc = tree_sitter::Allocator {
        malloc: libmimalloc_sys::mi_malloc,
        calloc: libmimalloc_sys::mi_calloc,
        realloc: libmimalloc_sys::mi_realloc,
        free: libmimalloc_sys::mi_free,
    };
    // SAFETY: the four functions belong to one allocator and follow the contracts of malloc, calloc, realloc and free, and
    // this runs before anything else of tree-sitter and before there is a second thread.
    unsafe { tree_sitter::set_allocator(Some(mimalloc)) }
}

fn main() -> ExitCode {
    use_allocator_for_trees();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, everything else is wrong usage.
            let code = if error.use_stderr() { Exit::Unusable } else { Exit::Clean };
            let _ = error.print();
            return code.into();
        }
    };
    let result = match cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Tasks(args)) => tasks::run(&args),
        Some(Command::Rules(args)) => rules::run(&args),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Completions(args)) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "auditlint", &mut script);
            print(&script)
        }
        Some(Command::Schema(args)) => {
            let schema = match args.of {
                SchemaKind::Findings => auditlint_report::findings_schema(),
                SchemaKind::Rule => auditlint_rules::schema::rule_schema(),
            };
            print(format!("{schema:#}\n").as_bytes())
        }
    };
    exit::code(result).into()
}

/// Writes to standard output.
fn print(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(Exit::Clean)
}
