//! Files that are endpoints by their place: `app/api/users/route.ts` of Next.js.

use auditlint_source::FilePath;
use auditlint_syntax::NodeId;

use super::fact::{Facts, RouteFact, method};
use crate::view::View;

/// Whether a path is that of a file which answers requests.
pub(super) fn is_route(path: &FilePath) -> bool {
    let stem = path.name().split('.').next().unwrap_or_default();
    stem == "route" && folders(path).any(|folder| folder == "app")
}

fn folders(path: &FilePath) -> impl Iterator<Item = &str> {
    let text = path.as_str();
    text[..text.rfind('/').unwrap_or(0)].split('/')
}

/// The path that requests name: what lies below `app`, without groups in parentheses.
pub(super) fn path_of(path: &FilePath) -> String {
    let below: Vec<&str> = folders(path).collect();
    let start = below.iter().position(|folder| *folder == "app").map_or(0, |at| at + 1);
    let mut out = String::new();
    for folder in below[start..].iter().filter(|folder| !folder.starts_with(['(', '@'])) {
        out.push('/');
        match folder.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => {
                out.push(':');
                out.push_str(name.trim_matches(['[', ']']).trim_start_matches("..."));
            }
            None => out.push_str(folder),
        }
    }
    out
}

/// The methods that such a file exports: `export async function GET`, `export const POST =`, `export { handler as PUT }`.
pub(super) fn extract(code: View<'_>, out: &mut Facts) {
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "export_statement") {
        for child in code.named(node) {
            let names: Vec<NodeId> = match code.kind(child) {
                "function_declaration" => code.field(child, "name").into_iter().collect(),
                "lexical_declaration" => code
                    .named(child)
                    .filter_map(|declarator| code.field(declarator, "name"))
                    .flat_map(|name| names_in(code, name))
                    .collect(),
                "export_clause" => code
                    .named(child)
                    .filter_map(|part| code.field(part, "alias").or_else(|| code.field(part, "name")))
                    .collect(),
                _ => continue,
            };
            for name in names {
                let word = code.words(name);
                if word == word.to_uppercase() && method(&word.to_lowercase()).is_some_and(|known| known == word) {
                    out.say(code.tree.span(name), RouteFact::File { method: word.into() });
                }
            }
        }
    }
}

/// `GET`, and the names of `{ GET, POST }`.
fn names_in(code: View<'_>, name: NodeId) -> Vec<NodeId> {
    match code.kind(name) {
        "object_pattern" => code.named(name).collect(),
        _ => vec![name],
    }
}
