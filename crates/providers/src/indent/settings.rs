//! The files that say how lines are to be indented, and their facts.

use auditlint_facts::Source;
use auditlint_source::{FilePath, Span};

use super::fact::{Facts, IndentFact};
use crate::read::indentation::{biome, editor};

/// Whether a file says how lines are indented.
pub(super) fn is_settings(path: &FilePath) -> bool {
    matches!(path.name(), "biome.json" | "biome.jsonc" | ".editorconfig")
}

/// A path as it is seen from a folder above it.
pub(super) fn below<'p>(path: &'p FilePath, folder: &FilePath) -> &'p str {
    let text = path.as_str();
    if *folder == FilePath::root() {
        return text;
    }
    text.strip_prefix(folder.as_str()).map_or(text, |rest| rest.trim_start_matches('/'))
}

/// The facts of such a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let whole = Span::new(0, 0);
    if source.path.name() == ".editorconfig" {
        out.say(whole, IndentFact::Editor(editor(source.text())));
        return;
    }
    match biome(source.text()) {
        Ok(biome) => out.say(whole, IndentFact::Biome(biome)),
        Err(error) => {
            out.gap(error.span, "this is not an object of JSON, so nobody knows how lines are to be indented");
        }
    }
}
