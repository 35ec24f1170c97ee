//! Routes in Rust: axum, actix-web and rocket.

mod reader;
mod steps;

use auditlint_facts::folder::folder_of;
use auditlint_facts::{ProjectScope, Source};
use auditlint_source::FilePath;
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use self::reader::RustRouteReader;
use super::fact::Facts;
use crate::kinds::Kinds;
use crate::view::View;
use crate::words::Words;

static WORDS: Words = Words::new(&[
    "Router",
    "App::new",
    "ServiceConfig",
    "web::",
    "#[get",
    "#[post",
    "#[put",
    "#[delete",
    "#[patch",
    "routes!",
    ".mount(",
    "utoipa::path",
]);

static FRAMEWORKS: Words = Words::new(&["axum", "actix_web", "rocket"]);

static NODES: Kinds = Kinds::new(&["call_expression", "function_item", "use_declaration"]);

/// Whether a file can declare routes, by its text.
pub(super) fn may_hold(text: &[u8]) -> bool {
    FRAMEWORKS.any_in(text) && WORDS.any_in(text)
}

/// Whether a file gives on what others say.
pub(super) fn may_hold_more(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"pub use ").is_some()
}

/// The facts of a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let Some(analysis) = source.analysis() else { return };
    let code = View::of(analysis);
    let mut reader = RustRouteReader::new(code, source.lines());
    let kinds = NODES.of(code.tree.language());
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        reader.node(node);
    }
    reader.finish(out);
}

/// The file of a module, as a path in a file names it: `crate::a::b`, `super::a`, `a`. The last name may be that of a type in it.
pub(super) fn module_file(
    path: &FilePath,
    module: &str,
    scope: &ProjectScope<'_>,
    crates: &FxHashMap<String, Option<FilePath>>,
) -> Option<FilePath> {
    let folder = folder_of(path);
    let stem = path.name().trim_end_matches(".rs");
    // The folder in which the modules below a file lie.
    let own = if matches!(stem, "mod" | "main" | "lib") { folder.clone() } else { folder.child(stem) };
    let mut names: Vec<&str> = module.split("::").filter(|name| !name.is_empty()).collect();
    let mut at = match names.first()? {
        &"crate" => {
            names.remove(0);
            let has_root =
                |folder: &FilePath| ["main.rs", "lib.rs"].iter().any(|name| scope.has_file(&folder.child(name)));
            auditlint_facts::folder::above(folder).find(has_root)?
        }
        // A module of this file hides a package of that name.
        name => match crates.get(*name) {
            Some(Some(folder)) if !scope.has_file(&own.child(&format!("{name}.rs"))) => {
                names.remove(0);
                folder.child("src")
            }
            _ => own,
        },
    };
    while let Some(name) = names.first().filter(|name| matches!(**name, "self" | "super")) {
        if *name == "super" {
            at = at.parent()?;
        }
        names.remove(0);
    }
    let root =
        || ["mod.rs", "lib.rs", "main.rs"].map(|name| at.child(name)).into_iter().find(|file| scope.has_file(file));
    let beside = || Some(FilePath::new(&format!("{}.rs", at.as_str()))).filter(|file| scope.has_file(file));
    if names.is_empty() {
        return root().or_else(beside);
    }
    let find = |names: &[&str]| {
        let mut folder = at.clone();
        for name in names {
            folder = folder.child(name);
        }
        let file = FilePath::new(&format!("{}.rs", folder.as_str()));
        [file, folder.child("mod.rs")].into_iter().find(|file| scope.has_file(file))
    };
    find(&names).or_else(|| match names.split_last()? {
        (last, []) if last.starts_with(char::is_uppercase) => root().or_else(beside),
        (last, rest) if last.starts_with(char::is_uppercase) => find(rest),
        _ => None,
    })
}
