//! Which functions make requests and try again.

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::fact::{Facts, ResilienceFact};
use crate::http::{HTTP_PACKAGES, direct_requests};
use crate::identifier::words;
use crate::view::View;
use crate::words::Words;

const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function_declaration",
];
const LOOPS: &[&str] = &["for_statement", "while_statement", "do_statement", "for_in_statement"];

/// Packages whose function is given another one, and calls it until it succeeds.
const RETRIERS: &[&str] = &[
    "p-retry",
    "async-retry",
    "retry",
    "ts-retry",
    "ts-retry-promise",
    "exponential-backoff",
    "attempt",
    "@lifeomic/attempt",
];

/// Packages that make a client try again.
const WRAPPERS: &[&str] = &["axios-retry", "fetch-retry", "retry-axios", "@vercel/fetch-retry", "node-fetch-retry"];

static REQUESTS: Words = Words::new(&["fetch", "http", "axios", "got", "ky", "undici", "superagent", "request"]);

/// Whether a text can make a request.
pub(super) fn may_request(text: &[u8]) -> bool {
    REQUESTS.any_in(text)
}

pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let code = View::of(analysis);
    let mut seen: Vec<NodeId> = Vec::new();
    for request in direct_requests(analysis, &|client| HTTP_PACKAGES.contains(&client)) {
        if let Some((function, how)) = retrying(&code, request.node)
            && !seen.contains(&function)
        {
            seen.push(function);
            say(&code, function, how, reads(&code, request.node), out);
        }
    }
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "call_expression") {
        let Some(how) = client(&code, node) else { continue };
        let place = code.tree.span(node);
        let name = holder(&code, node).map_or("", |name| code.words(name));
        out.say(place, ResilienceFact::Retries { client: name.into(), how: how.into(), reads: true });
    }
}

fn say(code: &View<'_>, function: NodeId, how: &'static str, reads: bool, out: &mut Facts) {
    let name = code.field(function, "name").or_else(|| holder(code, function));
    let place = name.map_or_else(
        || {
            let span = code.tree.span(function);
            Span::new(span.start, span.start + 1)
        },
        |name| code.tree.span(name),
    );
    let client = name.map_or("", |name| code.words(name)).into();
    out.say(place, ResilienceFact::Retries { client, how: how.into(), reads });
}

/// The name that holds a value.
fn holder(code: &View<'_>, value: NodeId) -> Option<NodeId> {
    let around = code.tree.parent(value)?;
    match code.kind(around) {
        "variable_declarator" | "public_field_definition" => code.field(around, "name"),
        "pair" => code.field(around, "key"),
        _ => None,
    }
}

/// The outermost function around a request that makes it again where it fails, and what says so.
fn retrying(code: &View<'_>, request: NodeId) -> Option<(NodeId, &'static str)> {
    let (mut in_loop, mut handed) = (false, false);
    let mut at = request;
    while let Some(around) = code.tree.parent(at) {
        let kind = code.kind(around);
        // A loop over rows makes other requests, not the same one again.
        in_loop |= LOOPS.contains(&kind) && (kind != "for_in_statement") && counts_attempts(code, around);
        if kind == "arguments" && FUNCTIONS.contains(&code.kind(at)) {
            handed |= code.tree.parent(around).is_some_and(|call| is_retrier(code, call));
        }
        if FUNCTIONS.contains(&kind) {
            if in_loop {
                return Some((around, "a loop counts attempts"));
            }
            if calls_itself(code, around) && counts_attempts(code, around) {
                return Some((around, "it calls itself and counts attempts"));
            }
        }
        at = around;
        if handed
            && FUNCTIONS.contains(&kind)
            && code.tree.parent(around).is_some_and(|up| code.kind(up) != "arguments")
        {
            return Some((around, "a function that retries is given the request"));
        }
    }
    None
}

/// Whether names inside of a node count attempts, or say that one waits longer each time.
fn counts_attempts(code: &View<'_>, node: NodeId) -> bool {
    let names = code.tree.subtree(node).filter(|name| {
        matches!(code.kind(*name), "identifier" | "property_identifier" | "shorthand_property_identifier")
    });
    names.into_iter().any(|name| {
        let words = words(code.words(name));
        let is_sign = |word: &String| {
            matches!(word.as_str(), "attempt" | "attempts" | "retry" | "retries" | "tries" | "backoff" | "retrying")
        };
        // What a server says of when to come back (`retryAfter`) is handed on as well: it counts where it is waited for.
        let is_hint = words.windows(2).any(|pair| pair[0] == "retry" && pair[1] == "after");
        words.iter().any(is_sign) && (!is_hint || is_awaited(code, name, node))
    })
}

/// Whether a name stands in something that is waited for inside of a node.
fn is_awaited(code: &View<'_>, name: NodeId, within: NodeId) -> bool {
    let mut at = name;
    while let Some(around) = code.tree.parent(at).filter(|around| *around != within) {
        if code.kind(around) == "await_expression" {
            return true;
        }
        at = around;
    }
    false
}

fn calls_itself(code: &View<'_>, function: NodeId) -> bool {
    let name = code.field(function, "name").or_else(|| holder(code, function));
    let Some(name) = name.map(|name| code.words(name)) else { return false };
    code.tree.subtree(function).any(|call| {
        code.kind(call) == "call_expression"
            && code.field(call, "function").is_some_and(|callee| code.last_name(callee) == Some(name))
    })
}

/// Whether a call is one of a package that tries again.
fn is_retrier(code: &View<'_>, call: NodeId) -> bool {
    let path = code.field(call, "function").and_then(|callee| code.exported(callee));
    path.is_some_and(|path| RETRIERS.contains(&&*path.module))
}

/// What says that a call gives a client, or makes one, that tries again.
fn client(code: &View<'_>, call: NodeId) -> Option<&'static str> {
    let callee = code.field(call, "function")?;
    let path = code.exported(callee)?;
    if WRAPPERS.contains(&&*path.module) {
        // Others of its exports ask what an error is: `isNetworkError(error)`.
        return matches!(&*path.name, "" | "default" | "attach").then_some("a package makes it try again");
    }
    let is_built = matches!(&*path.module, "got" | "ky") && matches!(code.last_name(callee), Some("extend" | "create"));
    let options = code.arguments(call).next().filter(|_| is_built)?;
    let retry = code.pairs(options).find(|(key, _)| code.key(*key) == "retry")?;
    // `retry: 0` turns it off.
    (code.words(retry.1) != "0").then_some("its option `retry` is set")
}

/// Whether a request may be one that reads: nothing spells another method.
fn reads(code: &View<'_>, request: NodeId) -> bool {
    let callee = code.field(request, "function").and_then(|callee| code.last_name(callee)).unwrap_or_default();
    if matches!(callee, "post" | "put" | "patch" | "delete" | "del") {
        return false;
    }
    let mut options = code.arguments(request).flat_map(|argument| code.pairs(code.unwrapped(argument)));
    let method = options.find(|(key, _)| code.key(*key) == "method").and_then(|(_, value)| code.string(value));
    method.is_none_or(|method| method.eq_ignore_ascii_case("get"))
}
