//! Endpoints of `HttpApi`: groups are chains of calls, and so is the API that takes them in.

use std::sync::Arc;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::fact::{ApiFact, Facts, RouteFact, joined, method};
use crate::view::View;

/// What a chain of calls begins with.
enum Base<'a> {
    Api,
    Group,
    Endpoint {
        method: &'a str,
        path: Option<String>,
    },
    /// Something that has a name: `Group.prefix("/a")`.
    Named(&'a str),
}

/// The facts of a file.
pub(super) fn extract(code: View<'_>, out: &mut Facts) {
    for node in (0..code.tree.main_end()).map(NodeId) {
        if code.kind(node) == "call_expression" {
            router(code, node, out);
            if is_whole(code, node) {
                chain(code, node, out);
            }
        }
    }
}

/// `HttpRouter.get("/a", …)`, wherever it stands.
fn router(code: View<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let callee = code.field(call, "function").filter(|callee| code.kind(*callee) == "member_expression")?;
    let verb = method(code.last_name(callee)?)?;
    let of = code.field(callee, "object").filter(|of| code.last_name(*of) == Some("HttpRouter"))?;
    let first = code.arguments(call).next()?;
    match text(code, first) {
        Some(path) if path.is_empty() || path.starts_with(['/', '*', ':']) => {
            let of = code.words(of).into();
            let (method, path) = (verb.into(), path.into());
            out.say(code.tree.span(first), RouteFact::Api(ApiFact::Endpoint { of, method, path }));
        }
        _ => out.gap(code.tree.span(first), "the path of an endpoint is computed"),
    }
    Some(())
}

/// Whether a call is the last of its chain.
fn is_whole(code: View<'_>, call: NodeId) -> bool {
    let Some(above) = code.tree.parent(call) else { return true };
    let is_object = code.kind(above) == "member_expression" && code.field(above, "object") == Some(call);
    let is_called = code.kind(above) == "call_expression" && code.field(above, "function") == Some(call);
    !is_object && !is_called
}

/// What one chain says: which router it makes, and what it takes in.
fn chain(code: View<'_>, last: NodeId, out: &mut Facts) -> Option<()> {
    let (mut prefixes, mut children) = (Vec::new(), Vec::new());
    let mut at = last;
    let base = loop {
        if let Some(base) = base(code, at) {
            break base;
        }
        let callee = code.field(at, "function")?;
        // `HttpApiEndpoint.get("a")` is called once more with the template of its path.
        if code.kind(callee) != "member_expression" {
            return None;
        }
        match code.last_name(callee)? {
            "prefix" => {
                let first = code.arguments(at).next()?;
                match text(code, first) {
                    Some(prefix) => prefixes.push(prefix),
                    None => out.gap(code.tree.span(first), "a prefix of endpoints is computed"),
                }
            }
            "add" | "addHttpApi" => children.extend(code.arguments(at)),
            _ => {}
        }
        at = code.field(callee, "object").map(|object| code.unwrapped(object))?;
        if code.kind(at) == "identifier" {
            break Base::Named(code.words(at));
        }
        (code.kind(at) == "call_expression").then_some(())?;
    };
    if matches!(base, Base::Named(_)) && children.is_empty() && prefixes.is_empty() {
        return None;
    }
    // Those that stand last in the text come first in a path.
    let prefix = prefixes.iter().fold(String::new(), |path, prefix| joined(&path, prefix));
    let name: Arc<str> = name_of(code, last).into();
    let span = code.tree.span(at);
    if let Base::Endpoint { method, path } = &base {
        let Some(path) = path else {
            out.gap(code.tree.span(at), "the path of an endpoint is computed");
            return None;
        };
        let (method, path) = ((*method).into(), joined(&prefix, path).into());
        out.say(span, RouteFact::Api(ApiFact::Endpoint { of: name, method, path }));
        return Some(());
    }
    out.say(span, RouteFact::Api(ApiFact::Router { name: Arc::clone(&name), prefix: prefix.into() }));
    if let Base::Named(child) = base {
        out.say(span, mount(&name, child));
    }
    for child in children {
        let child = code.unwrapped(child);
        match code.kind(child) {
            "identifier" => out.say(code.tree.span(child), mount(&name, code.words(child))),
            "call_expression" => {
                let child_name = named_alone(code, child).map_or_else(|| anonymous(code, child), str::to_owned);
                out.say(code.tree.span(child), mount(&name, &child_name));
            }
            _ => out.gap(code.tree.span(child), "what is added to an API is computed"),
        }
    }
    Some(())
}

/// The name that a chain begins with, where the chain changes nothing of its paths: `Group.annotate(…)`.
fn named_alone<'a>(code: View<'a>, chain: NodeId) -> Option<&'a str> {
    let mut at = chain;
    while code.kind(at) == "call_expression" {
        let callee = code.field(at, "function").filter(|callee| code.kind(*callee) == "member_expression")?;
        if matches!(code.last_name(callee)?, "prefix" | "add" | "addHttpApi") {
            return None;
        }
        at = code.unwrapped(code.field(callee, "object")?);
    }
    let name = (code.kind(at) == "identifier").then(|| code.words(at))?;
    (!matches!(name, "HttpApi" | "HttpApiGroup" | "HttpApiEndpoint")).then_some(name)
}

fn mount(parent: &Arc<str>, child: &str) -> RouteFact {
    RouteFact::Api(ApiFact::Mount { parent: Arc::clone(parent), child: child.into() })
}

/// What a chain is known by: its constant, the class that extends it, else its place.
fn name_of(code: View<'_>, chain: NodeId) -> String {
    let mut at = chain;
    while let Some(above) = code.tree.parent(at) {
        match code.kind(above) {
            "variable_declarator" => {
                return code.field(above, "name").map_or_else(String::new, |name| code.words(name).to_owned());
            }
            "class_declaration" => {
                return code.field(above, "name").map_or_else(String::new, |name| code.words(name).to_owned());
            }
            "extends_clause"
            | "class_heritage"
            | "as_expression"
            | "satisfies_expression"
            | "parenthesized_expression" => at = above,
            _ => break,
        }
    }
    anonymous(code, chain)
}

/// A chain without a name is known by where it begins.
fn anonymous(code: View<'_>, chain: NodeId) -> String {
    format!("#{}", code.tree.span(chain).start)
}

fn base<'a>(code: View<'a>, call: NodeId) -> Option<Base<'a>> {
    let mut callee = code.field(call, "function")?;
    let mut template = None;
    if code.field(call, "arguments").is_some_and(|arguments| code.kind(arguments) == "template_string") {
        template = code.field(call, "arguments");
        // HttpApiEndpoint.get("a")`/users/${id}`
        callee = match code.kind(callee) {
            "call_expression" => code.field(callee, "function")?,
            _ => return None,
        };
    }
    let named = code.last_name(callee)?;
    let of = code.field(callee, "object").and_then(|object| code.last_name(object))?;
    Some(match (of, named) {
        ("HttpApi", "make" | "empty") => Base::Api,
        ("HttpApiGroup", "make") => Base::Group,
        ("HttpApiEndpoint", name) => {
            let path = match template {
                Some(template) => text(code, template),
                None => code.arguments(call).nth(1).and_then(|path| text(code, path)),
            };
            Base::Endpoint { method: method(name)?, path }
        }
        _ => return None,
    })
}

/// A text that is written out, a constant of the file as well; what stands in a template is a parameter.
pub(super) fn text(code: View<'_>, node: NodeId) -> Option<String> {
    let node = code.unwrapped(node);
    match code.kind(node) {
        "string" => code.string(node).map(str::to_owned),
        "template_string" => {
            let span = code.tree.span(node);
            let mut out = String::new();
            let mut from = span.start + 1;
            for part in code.named(node).filter(|part| code.kind(*part) == "template_substitution") {
                let hole = code.tree.span(part);
                out += str::from_utf8(Span::new(from, hole.start).of(code.text)).ok()?;
                out.push(':');
                out += code.named(part).next().map_or("", |name| code.last_name(name).unwrap_or("parameter"));
                from = hole.end;
            }
            out += str::from_utf8(Span::new(from, span.end.saturating_sub(1)).of(code.text)).ok()?;
            Some(out)
        }
        "identifier" => {
            let names = code.analysis.names();
            let binding = names.binding_of(node).filter(|binding| !names.is_reassigned(*binding))?;
            let declarator = code.tree.parent(names.binding(binding).node)?;
            let value = code.field(declarator, "value").filter(|_| code.kind(declarator) == "variable_declarator")?;
            code.string(code.unwrapped(value)).map(str::to_owned)
        }
        _ => None,
    }
}
