//! `print-call`: what a service prints.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::program::PythonProgram;

/// `print` writes to standard output
///
/// ## Why
///
/// The line has no level, no time and no logger, cannot be turned off, and in a service stands among the output of everything
/// else. What is printed while a search for a bug goes on tends to stay, often with data in it that does not belong into a log.
///
/// ## Instead
///
/// Use a logger (`logging.getLogger(__name__)`) with a level and fields.
///
/// ## Note
///
/// Recognized by what it refers to: a function `print` of the file is something else, `builtins.print` and another name for it
/// are not. `pprint` counts too. A call that writes to a file that it names (`file=report`) is not reported; one to `sys.stdout`
/// or `sys.stderr` is.
///
/// Not reported is what talks to whoever started it: what runs under `if __name__ == "__main__":`, commands of click, typer and
/// Django (`BaseCommand`), functions and classes of the file that only these use, and a file that ends the program (`sys.exit`)
/// behind all its definitions, so that nobody can import it. Whether another file imports such a function as well is not asked. Nor are scripts and
/// migrations reported.
///
/// ## Bad
///
/// ```python
/// def start(port):
///     «print("listening on", port)»
/// ```
///
/// ```python
/// import sys
///
/// «print("a", file=None)»
/// «print("a", file=sys.stdout)»
/// «print("a", file=sys.stderr, end="")»
/// ```
///
/// ```python
/// import builtins
/// from pprint import pprint as show
///
/// def report(rows):
///     «builtins.print(rows)»
///     «show(rows)»
///     say = print
///     «say(rows)»
/// ```
///
/// ```python
/// import sys
/// from app import router
///
/// if sys.version_info < (3, 9):
///     «print("too old")»
///     sys.exit(1)
///
/// def load(path):
///     «print("loading", path)»
///
/// def never_used():
///     «print("never")»
///
/// @router.get("/items")
/// def items():
///     load("items")
///
/// def main():
///     load("all")
///
/// if __name__ == "__main__":
///     main()
/// ```
///
/// ```python
/// __all__ = ["show"]
///
/// def show(rows):
///     «print(rows)»
///
/// if __name__ == "__main__":
///     show([])
/// ```
///
/// ## Good
///
/// ```python
/// import logging
///
/// log = logging.getLogger(__name__)
/// log.info("listening on %s", port)
/// ```
///
/// ```python
/// import tempfile
///
/// with tempfile.NamedTemporaryFile("w") as report:
///     print("total", file=report)
/// ```
///
/// ```python
/// def print(text):
///     log.info(text)
///
/// print("a")
/// ```
///
/// ```python
/// if __name__ == "__main__":
///     print(main())
/// ```
///
/// ```python
/// @app.command()
/// def show(name: str):
///     print(name)
///     table(name)
///
/// def table(name):
///     print("-" * len(name))
/// ```
///
/// ```python
/// class Command(BaseCommand):
///     def handle(self, *args, **options):
///         print("done")
/// ```
///
/// ```python
/// import sys
///
/// class Report:
///     def show(self):
///         print("all of it")
///
/// def diagnose(name):
///     print(f"looking at {name}")
///     if name.endswith("/"):
///         diagnose(name[:-1])
///
/// def main():
///     diagnose(sys.argv[1])
///     Report().show()
///
/// if __name__ == "__main__":
///     raise SystemExit(main())
/// ```
///
/// ```python
/// import os
/// import sys
///
/// def heading(text):
///     print("==", text)
///
/// heading("translations")
/// missing = [name for name in os.listdir(".") if name.endswith(".json")]
/// if missing:
///     print("missing:", missing)
///     sys.exit(1)
/// print("complete")
/// ```
///
/// ```python
/// from alembic import op
///
/// def upgrade():
///     print("adding the column")
/// ```
///
/// ```python
/// # print("debug")
/// text = "print(1)"
/// ```
#[derive(Rule)]
#[rule(
    id = "print-call",
    languages(Python),
    severity = "warning",
    url = "https://docs.python.org/3/howto/logging.html#when-to-use-logging",
    since = "0.1.0"
)]
pub(super) struct PrintCall;

/// Functions that print, by their paths.
const PRINTS: &[&str] = &["print", "builtins.print", "pprint.pprint", "pprint.pp"];

/// What a call may name as the file that it writes to, and is reported all the same.
const STREAMS: &[&str] = &["sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"];

/// What a migration of Alembic or Django takes.
const MIGRATIONS: &[&str] = &["from alembic import", "import alembic", "migrations.Migration"];

impl NativeRule for PrintCall {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["print"]]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        if MIGRATIONS.iter().any(|word| view.source().contains(word)) {
            return;
        }
        let mut program = None;
        for call in view.nodes(&["call"]) {
            let prints = view.field(call, "function").and_then(|function| view.global(function));
            if !prints.is_some_and(|path| PRINTS.contains(&path.as_str())) || names_a_file(view, call) {
                continue;
            }
            if !program.get_or_insert_with(|| PythonProgram::of(view)).talks_at(call) {
                emit(NativeMatch::of(analysis, call));
            }
        }
    }
}

/// Whether a call says which file it writes to.
fn names_a_file(view: RuleView<'_>, call: NodeId) -> bool {
    let arguments = view.field(call, "arguments").into_iter().flat_map(|arguments| view.named(arguments));
    arguments.filter(|argument| view.kind(*argument) == "keyword_argument").any(|argument| {
        let name = view.field(argument, "name").map(|name| view.text(name));
        let is_stream = |value: NodeId| {
            view.kind(value) == "none" || view.global(value).is_some_and(|path| STREAMS.contains(&path.as_str()))
        };
        matches!(name, Some("file" | "stream")) && view.field(argument, "value").is_some_and(|value| !is_stream(value))
    })
}
