//! What tests ask of endpoints.

use auditlint_syntax::NodeId;

use super::fact::{Facts, HandlerFact};
use crate::view::View;

/// A path that is told apart has at most this many parts.
const MOST_PARTS: usize = 8;

/// Says which endpoints a test asks: calls of a method with a path, and paths beside them.
pub(super) fn extract(code: View<'_>, out: &mut Facts) {
    for call in (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "call_expression") {
        let Some(callee) = code.field(call, "function") else { continue };
        let name = code.last_name(callee).unwrap_or_default();
        let method = match name {
            "get" | "post" | "put" | "patch" | "delete" | "head" | "options" => name.to_ascii_uppercase(),
            "del" => "DELETE".to_owned(),
            "fetch" | "request" | "goto" | "visit" | "inject" | "intercept" | "api" | "createMocks" | "call" => {
                String::new()
            }
            _ => continue,
        };
        for argument in code.arguments(call).take(2) {
            let path = path_of(code, argument);
            let said = path.map(|path| (method.clone(), path)).or_else(|| of_options(code, argument));
            if let Some((method, path)) = said {
                out.say(
                    code.tree.span(call),
                    HandlerFact::Asks { method: method.as_str().into(), path: path.as_str().into() },
                );
            }
        }
    }
}

/// `{ method: "POST", url: "/users" }`
fn of_options(code: View<'_>, options: NodeId) -> Option<(String, String)> {
    let find =
        |wanted: &[&str]| code.pairs(options).find(|(key, _)| wanted.contains(&code.key(*key))).map(|(_, value)| value);
    let path = path_of(code, find(&["url", "path"])?)?;
    let method = find(&["method"]).and_then(|method| code.string(method)).unwrap_or("GET");
    Some((method.to_ascii_uppercase(), path))
}

/// A path in a text or template, what is computed in it as `*`.
fn path_of(code: View<'_>, node: NodeId) -> Option<String> {
    let text = match code.kind(node) {
        "string" => code.string(node)?.to_owned(),
        "template_string" => code
            .named(node)
            .map(|part| if code.kind(part) == "template_substitution" { "*" } else { code.words(part) })
            .collect(),
        "binary_expression" => {
            let (left, right) = (code.field(node, "left")?, code.field(node, "right")?);
            let part = |node: NodeId| code.string(node).map_or_else(|| "*".to_owned(), str::to_owned);
            part(left) + &part(right)
        }
        _ => return None,
    };
    // The address of the server, however it is written.
    let behind = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => text.strip_prefix('*').filter(|rest| rest.starts_with('/')).unwrap_or(&text),
    };
    let path = behind.split(['?', '#']).next()?;
    path.starts_with('/').then(|| path.trim_end_matches('/').to_owned())
}

/// The ways in which a list of routes may write a path that a test asks for: each part as it is, or as a parameter.
pub(super) fn spellings(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return vec!["/".to_owned()];
    }
    if parts.len() > MOST_PARTS {
        return Vec::new();
    }
    let mut found = vec![String::new()];
    for part in parts {
        let starred = part.contains('*');
        let both = |before: &String| {
            let literal = (!starred).then(|| format!("{before}/{part}"));
            literal.into_iter().chain([format!("{before}/*")])
        };
        found = found.iter().flat_map(both).collect();
    }
    found
}
