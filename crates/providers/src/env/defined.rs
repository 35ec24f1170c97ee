//! Variables that a bundler replaces by a value when it builds: `define` of Vite, esbuild and webpack, `env` of Next.js.

use auditlint_matcher::Analysis;
use auditlint_source::FilePath;
use auditlint_syntax::NodeId;

use super::fact::{Facts, Setter};
use super::note::set;
use crate::kinds::Kinds;
use crate::view::View;

static PAIRS: Kinds = Kinds::new(&["pair"]);

/// The objects whose members are variables, as keys of `define` name them.
const ENVIRONMENTS: [&str; 2] = ["import.meta.env", "process.env"];

/// Notes the variables that get a value.
pub(super) fn extract(analysis: &Analysis<'_>, path: &FilePath, out: &mut Facts) {
    let code = View::of(analysis);
    let kinds = PAIRS.of(code.tree.language());
    let is_next = path.name().starts_with("next.config.");
    for pair in (0..code.tree.len()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        let (Some(key), Some(value)) = (code.field(pair, "key"), code.field(pair, "value")) else { continue };
        let name = code.key(key);
        if let Some(variable) = ENVIRONMENTS.iter().find_map(|start| name.strip_prefix(start)?.strip_prefix('.')) {
            give(&code, key, variable, value, out);
        } else if ENVIRONMENTS.contains(&name) || (is_next && name == "env") {
            for (key, value) in code.pairs(code.unwrapped(value)) {
                give(&code, key, code.key(key), value, out);
            }
        }
    }
}

/// What hands on the variable of that very name gives it no value.
fn give(code: &View<'_>, key: NodeId, variable: &str, value: NodeId, out: &mut Facts) {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !code.words(value).split(|letter| !is_letter(letter)).any(|word| word == variable) {
        set(variable, code.tree.span(key), Setter::Code, out);
    }
}
