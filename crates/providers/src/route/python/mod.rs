//! Routes in Python: FastAPI, Flask, Starlette and Django.

mod packages;
mod reader;
mod steps;

use auditlint_facts::folder::{above, folder_of};
use auditlint_facts::{ProjectScope, Source};
use auditlint_source::FilePath;
use auditlint_syntax::NodeId;

use self::reader::PythonRouteReader;
use super::fact::Facts;
use crate::kinds::Kinds;
use crate::view::View;
use crate::words::Words;

/// Words of which a file that declares routes, or holds what answers them, has one.
static WORDS: Words = Words::new(&[
    "urlpatterns",
    "FastAPI",
    "APIRouter",
    "Flask(",
    "Blueprint",
    "Starlette",
    ".route(",
    "@router.",
    "@app.",
    "include_router",
    "add_url_rule",
    "Mount(",
    "Route(",
    "MIDDLEWARE",
    "(request",
    "APIView",
    "ViewSet",
    "View)",
    "before_request",
    "Depends(",
    "add_resource",
]);

static FRAMEWORKS: Words = Words::new(&["fastapi", "flask", "django", "starlette", "rest_framework", "quart"]);

static NODES: Kinds = Kinds::new(&[
    "call",
    "decorated_definition",
    "for_statement",
    "assignment",
    "augmented_assignment",
    "import_from_statement",
    "function_definition",
    "class_definition",
]);

/// Whether a file can say something of routes, by its text.
pub(super) fn may_hold(text: &[u8]) -> bool {
    FRAMEWORKS.any_in(text) && WORDS.any_in(text)
}

/// Whether a file gives on what others say.
pub(super) fn may_hold_more(path: &FilePath, text: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    (path.name() == "__init__.py" && has(b"import"))
        || has(b".include_router(")
        || has(b".register_blueprint(")
        || has(b"BaseSettings")
        || has(b"app = ")
        || has(b"import router")
        || declares(text)
}

/// Whether a decorator may give a function to a router that another file makes: `@bp.route(…)`, `@v1.get(…)`.
fn declares(text: &[u8]) -> bool {
    memchr::memchr_iter(b'@', text).any(|at| {
        let line = &text[at + 1..];
        let is_name = |letter: &u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'.');
        let end = line.iter().position(|letter| !is_name(letter)).unwrap_or(line.len());
        let (name, rest) = line.split_at(end);
        let verb = name.rsplit(|letter| *letter == b'.').next().unwrap_or_default();
        verb.len() < name.len()
            && str::from_utf8(verb).is_ok_and(steps::is_declaring)
            && rest.first().is_none_or(|letter| matches!(letter, b'(' | b'\n' | b'\r'))
    })
}

/// The facts of a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let Some(analysis) = source.analysis() else { return };
    let code = View::of(analysis);
    let mut reader = PythonRouteReader::new(code, source.lines());
    let kinds = NODES.of(code.tree.language());
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        reader.node(node);
    }
    reader.finish(out);
}

/// The file of a module: seen from the folder of the file for dots, else from each folder above it.
pub(super) fn module_file(path: &FilePath, module: &str, scope: &ProjectScope<'_>) -> Option<FilePath> {
    let folder = folder_of(path);
    let within = |folder: &FilePath, names: &str| {
        let mut at = folder.clone();
        for name in names.split('.').filter(|name| !name.is_empty()) {
            at = at.child(name);
        }
        let file = FilePath::new(&format!("{}.py", at.as_str()));
        let package = at.child("__init__.py");
        let found = if names.is_empty() { None } else { Some(file).filter(|file| scope.has_file(file)) };
        found.or_else(|| Some(package).filter(|package| scope.has_file(package)))
    };
    let dots = module.len() - module.trim_start_matches('.').len();
    if dots > 0 {
        let from = above(folder).nth(dots - 1)?;
        return within(&from, &module[dots..]);
    }
    let found = above(folder).find_map(|folder| within(&folder, module));
    found.or_else(|| within(&FilePath::new("src"), module))
}
