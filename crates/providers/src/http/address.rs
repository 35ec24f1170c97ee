//! To whom a request goes, as far as its address says.

use auditlint_syntax::NodeId;
use serde::{Deserialize, Serialize};

use super::wrapper::{declaration, origins};
use crate::view::View;

/// How many names and parts of an address are followed.
const STEPS: usize = 8;

/// What an address begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AddressBase {
    /// Only whoever calls knows it.
    Unknown,
    /// The host that the code itself came from.
    Own,
    /// A host that is spelled.
    Host(String),
    /// What a variable of that name holds.
    Named(String),
}

impl AddressBase {
    /// What the address of a request begins with.
    pub(crate) fn of(code: &View<'_>, address: NodeId) -> Self {
        let mut at = address;
        for _ in 0..STEPS {
            at = code.unwrapped(at);
            match code.kind(at) {
                "string" => return Self::of_text(code.key(at)),
                "template_string" => {
                    let text = code.words(at).trim_matches('`');
                    let before = text.split("${").next().unwrap_or_default();
                    if !before.is_empty() || before.len() == text.len() {
                        return Self::of_text(before);
                    }
                    let first = code.named(at).find(|part| code.kind(*part) == "template_substitution");
                    let Some(inner) = first.and_then(|first| code.named(first).next()) else { return Self::Unknown };
                    at = inner;
                }
                "binary_expression" => {
                    let Some(left) = code.field(at, "left") else { return Self::Unknown };
                    at = left;
                }
                "new_expression" => {
                    let mut parts = code.field(at, "arguments").into_iter().flat_map(|parts| code.named(parts));
                    let (Some(first), second) = (parts.next(), parts.next()) else { return Self::Unknown };
                    // An address with a host of its own needs no base.
                    let is_whole = matches!(code.kind(first), "string" | "template_string")
                        && code.words(first).get(1..).is_some_and(|text| text.starts_with("http"));
                    at = second.filter(|_| !is_whole).unwrap_or(first);
                }
                "identifier" | "member_expression" | "subscript_expression" => {
                    let from = origins(code, at).into_iter().map(|origin| code.unwrapped(origin));
                    let known: Vec<NodeId> = from.filter(|origin| *origin != at).take(STEPS).collect();
                    match known[..] {
                        // What is set where the code runs is known by its name.
                        [] => return Self::of_name(code, at),
                        _ => {
                            let named = known.iter().find(|origin| code.kind(**origin) == "member_expression");
                            at = *named.unwrap_or(&known[0]);
                        }
                    }
                }
                _ => return Self::Unknown,
            }
        }
        Self::Unknown
    }

    fn of_name(code: &View<'_>, name: NodeId) -> Self {
        let is_parameter = declaration(code, name).is_some_and(|declared| {
            code.tree.ancestors(declared).take(3).any(|above| code.kind(above).ends_with("parameters"))
                || code.tree.parent(declared).is_some_and(|above| code.field(above, "parameter") == Some(declared))
        });
        match code.last_name(name).filter(|_| !is_parameter) {
            Some(name) => Self::Named(name.to_owned()),
            None => Self::Unknown,
        }
    }

    fn of_text(text: &str) -> Self {
        let Some((scheme, rest)) = text.split_once("://") else { return Self::Own };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        match scheme {
            "http" | "https" if !host.is_empty() => Self::Host(host.to_ascii_lowercase()),
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_texts_begin_with() {
        for (text, expected) in [
            ("/users", AddressBase::Own),
            ("users", AddressBase::Own),
            ("https://API.example.com/users", AddressBase::Host("api.example.com".into())),
            ("http://localhost:80?x", AddressBase::Host("localhost:80".into())),
            ("https://", AddressBase::Unknown),
            ("ws://a.example", AddressBase::Unknown),
        ] {
            assert_eq!(AddressBase::of_text(text), expected, "{text}");
        }
    }
}
