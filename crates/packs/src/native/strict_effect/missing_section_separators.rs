//! `missing-section-separators`: declarations under no section.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::separator::{marker_of, separators};

/// the file has no section separators
///
/// ## Why
///
/// Where every file is divided in the same way, a reader finds the schema, the errors and the exports of a module without reading it. A
/// file without separators has to be read from the top.
///
/// ## Instead
///
/// Put a separator above each group of declarations: `// --- [SCHEMA] ---…`, up to column 80.
///
/// ## Note
///
/// Reported once for a file, at the first declaration of its top level that stands above the first separator. Imports, a directive and comments
/// may stand there. A file with fewer declarations than the option `least` needs no separators, but where it has one, all
/// declarations stand below it. A separator is a comment of the top level that begins with the option `marker`. Whether what stands in a section belongs there is not asked;
/// `section-order` looks at the order.
///
/// ## Bad
///
/// ```ts
/// import { Schema } from "effect";
///
/// «const Item = Schema.Struct({ id: Schema.String });»
/// const limit = 10;
/// export { Item, limit };
/// ```
///
/// ```ts
/// «const limit = 10;»
///
/// // --- [EXPORT] ----------------------------------------------------------------
///
/// export { limit };
/// ```
///
/// ```ts {marker: "// ====", least: 1}
/// // --- [CONSTANTS] -------------------------------------------------------------
/// «const limit = 10;»
/// ```
///
/// ## Good
///
/// ```ts
/// import { Schema } from "effect";
///
/// // --- [SCHEMA] ----------------------------------------------------------------
///
/// const Item = Schema.Struct({ id: Schema.String });
///
/// // --- [EXPORT] ----------------------------------------------------------------
///
/// export { Item };
/// ```
///
/// ```ts
/// "use client";
/// import { limit } from "./limit";
/// export const twice = limit * 2;
/// ```
///
/// ```ts {marker: "// ====", least: 1}
/// // ==== Constants ====
/// const limit = 10;
/// ```
#[derive(Rule)]
#[rule(
    id = "missing-section-separators",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(name = "marker", about = "What a comment begins with that separates sections.", default = "// --- ["),
    option(
        name = "least",
        about = "From how many declarations of the top level on a file needs separators.",
        default = 3
    ),
    since = "0.1.0"
)]
pub(super) struct MissingSectionSeparators;

impl NativeRule for MissingSectionSeparators {
    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let Some(marker) = marker_of(options) else { return };
        let declarations: Vec<NodeId> = view.named(root).filter(|child| is_declaration(view, *child)).collect();
        let Some(first) = declarations.first() else { return };
        match separators(view, &marker).first() {
            None if (declarations.len() as u64) < options.number("least") => {}
            None => emit(NativeMatch::of(analysis, *first)),
            Some(separator) if separator.comment.0 > first.0 => {
                let message = format!("this stands above the first section, `{}`", separator.label);
                emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, *first) });
            }
            Some(_) => {}
        }
    }
}

/// Whether what stands on the top level of a file belongs into a section.
fn is_declaration(view: RuleView<'_>, node: NodeId) -> bool {
    match view.kind(node) {
        "import_statement" | "import_alias" | "empty_statement" | "hash_bang_line" => false,
        "expression_statement" => view.named(node).next().is_none_or(|inner| view.kind(inner) != "string"),
        _ => true,
    }
}
