//! The streams that the program writes to. All that is printed goes through them: text of a repository that reaches one
//! cannot act on a terminal or a CI runner. `tests/architecture.rs` sees to it that no other module opens them.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::env;
use std::io::{self, BufWriter, IsTerminal, StderrLock, StdoutLock, Write};
use std::panic;

use auditlint_report::{EscapeWriter, Passing};
use console::Term;

use crate::environment;
use crate::output_args::ColorChoice;
use crate::pipe_writer::PipeWriter;

/// Standard output. The end of what is written must be flushed.
pub(crate) fn stdout() -> EscapeWriter<BufWriter<PipeWriter<StdoutLock<'static>>>> {
    EscapeWriter::new(unescaped_stdout(), Passing::Nothing)
}

/// Standard output for a difference. A program that applies it gets bytes that are not characters as they are.
pub(crate) fn difference_stdout() -> EscapeWriter<BufWriter<PipeWriter<StdoutLock<'static>>>> {
    let passing = if stdout_is_terminal() { Passing::Nothing } else { Passing::Bytes };
    EscapeWriter::new(unescaped_stdout(), passing)
}

/// Standard output for a table, and whether it is coloured.
pub(crate) fn table_stdout() -> (EscapeWriter<BufWriter<PipeWriter<StdoutLock<'static>>>>, bool) {
    let color = color(ColorChoice::Auto, false);
    (EscapeWriter::new(unescaped_stdout(), Passing::of_color(color)), color)
}

/// Empties the screen of a terminal, so that what comes next begins at its top; does nothing to anything else.
pub(crate) fn clear_screen() -> io::Result<()> {
    if !stdout_is_terminal() {
        return Ok(());
    }
    Term::stdout().clear_screen()
}

/// Standard output for what holds no text of a repository, and for renderers, which see to it themselves.
pub(crate) fn unescaped_stdout() -> BufWriter<PipeWriter<StdoutLock<'static>>> {
    BufWriter::new(PipeWriter::new(io::stdout().lock()))
}

/// Standard error.
pub(crate) fn stderr() -> EscapeWriter<PipeWriter<StderrLock<'static>>> {
    EscapeWriter::new(PipeWriter::new(io::stderr().lock()), Passing::Nothing)
}

/// Standard error for renderers.
pub(crate) fn unescaped_stderr() -> BufWriter<PipeWriter<StderrLock<'static>>> {
    BufWriter::new(PipeWriter::new(io::stderr().lock()))
}

/// Whether standard output is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Prints what the parser of the command line has to say, which quotes arguments.
pub(crate) fn print_usage(message: &clap::Error) -> io::Result<()> {
    if !message.use_stderr() {
        message.print()?;
        return io::stdout().flush();
    }
    // An argument with a style of its own must not be taken for one of the message's.
    let is_styled = env::args_os().any(|argument| argument.as_encoded_bytes().contains(&b'\x1b'));
    let color = !is_styled && environment::asks_for_color(stderr_is_terminal());
    let text = message.render();
    let mut err = EscapeWriter::new(io::stderr().lock(), Passing::of_color(color));
    if color {
        write!(err, "{}", text.ansi())?;
    } else {
        write!(err, "{text}")?;
    }
    err.flush()
}

/// Has panics told through [`stderr`]: their message may quote a source.
pub(crate) fn escape_panics() {
    panic::set_hook(Box::new(|panic| {
        let mut err = stderr();
        let backtrace = Backtrace::capture();
        let told = match backtrace.status() {
            BacktraceStatus::Captured => writeln!(err, "{panic}\n{backtrace}"),
            _ => writeln!(err, "{panic}"),
        };
        // Where standard error is gone, nobody is there to be told.
        let _ = told.and_then(|()| err.flush());
    }));
}

/// Whether to colour what goes to standard output (or to a file, with `to_file`).
pub(crate) fn color(choice: ColorChoice, to_file: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => environment::asks_for_color(!to_file && stdout_is_terminal()),
    }
}

/// How wide text may be: the columns of the terminal, within reason.
pub(crate) fn width() -> usize {
    let asked = environment::columns();
    let columns = asked.or_else(|| stdout_is_terminal().then(|| usize::from(Term::stdout().size().1)));
    columns.unwrap_or(100).clamp(40, 120)
}
