//! The parts of a module that HTTP requests go through, and requests that go past such parts.

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_source::{ModuleKind, Span};
use auditlint_syntax::{NodeId, Skim};
use memchr::memmem;

use super::configuration::lines_of;
use super::fact::{Facts, KindFact};
use crate::http::{Base, Reach, direct_requests};
use crate::kinds::Kinds;
use crate::view::View;
use crate::words::Words;

/// What a text with a request or a client holds.
static WORDS: Words = Words::new(&[
    "fetch",
    "http",
    "axios",
    "\"got\"",
    "'got'",
    "\"ky\"",
    "'ky'",
    "undici",
    "superagent",
    "\"request\"",
    "'request'",
]);

static CALLS: Kinds = Kinds::new(&["call_expression"]);

/// Functions that build a client of a package.
const BUILDERS: [&str; 6] = [
    "axios#default.create",
    "axios#create",
    "ky#default.create",
    "ky#default.extend",
    "got#default.extend",
    "got#got.extend",
];

/// Whether a text can hold such a part or a request.
pub(super) fn may_hold(text: &[u8]) -> bool {
    WORDS.any_in(text)
}

/// Says which parts of a module of TypeScript or JavaScript are clients, and which requests go past any.
pub(super) fn ecmascript(source: &Source<'_, '_>, analysis: &Analysis<'_>, out: &mut Facts) {
    let code = View::of(analysis);
    for request in direct_requests(analysis, &|_| true) {
        let span = code.tree.span(request.node);
        match request.wrapper {
            Some(wrapper) => {
                let evidence = format!("requests of others go through it to `{}`", request.function);
                part(source, code.tree.span(wrapper), &evidence, request.client, out);
            }
            None if request.is_value || request.is_passing => {}
            None => out.say(span, KindFact::Request { function: request.function.into(), base: request.base }),
        }
    }
    let kinds = CALLS.of(code.tree.language());
    for call in (0..code.tree.len()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        let Some(function) = code
            .field(call, "function")
            .filter(|function| matches!(code.last_name(*function), Some("create" | "extend")))
        else {
            continue;
        };
        let is_builder = code.path(function).is_some_and(|path| BUILDERS.contains(&path.as_str()));
        let kept = code.tree.ancestors(call).find(|above| {
            matches!(code.kind(*above), "variable_declarator" | "export_statement" | "public_field_definition")
        });
        if let Some(kept) = kept.filter(|_| is_builder) {
            let options = code.arguments(call).next();
            let base = options.into_iter().flat_map(|options| code.pairs(options)).find_map(|(key, value)| {
                matches!(code.key(key), "baseURL" | "prefixUrl" | "prefix").then(|| Base::of(&code, value))
            });
            let reach = base.map_or(Reach::Any, Reach::Below);
            let evidence = format!("it keeps what `{}` builds", code.words(function));
            part(source, code.tree.span(kept), &evidence, Some(reach), out);
        }
    }
}

fn part(source: &Source<'_, '_>, span: Span, evidence: &str, client: Option<Reach>, out: &mut Facts) {
    let (kind, lines, evidence) = (ModuleKind::Client, Some(lines_of(source, span)), evidence.into());
    out.say(span, KindFact::Part { kind, lines, evidence, only_if_shared: true, client });
}

/// Functions of Rust that make a request without a client.
const REQUESTS: [&str; 6] =
    ["reqwest::get(", "reqwest::blocking::get(", "ureq::get(", "ureq::post(", "ureq::put(", "ureq::delete("];
/// Types of clients.
const CLIENTS: [&str; 4] =
    ["reqwest::Client", "reqwest::blocking::Client", "reqwest_middleware::ClientWithMiddleware", "ureq::Agent"];

/// The same for Rust, by its text: a static or a field that holds a client keeps it.
pub(super) fn rust(source: &Source<'_, '_>, text: &[u8], skim: &Skim, out: &mut Facts) {
    for request in REQUESTS {
        for at in memmem::find_iter(text, request).filter(|at| !skim.in_comment(*at as u32)) {
            let function = request.trim_end_matches('(');
            let (function_end, base) = ((at + function.len()) as u32, Base::Unknown);
            out.say(Span::new(at as u32, function_end), KindFact::Request { function: function.into(), base });
        }
    }
    for client in CLIENTS {
        for at in memmem::find_iter(text, client).filter(|at| !skim.in_comment(*at as u32)) {
            let line_start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |at| at + 1);
            let before = text[line_start..at].trim_ascii();
            let behind = &text[at + client.len()..];
            let is_type = !behind.starts_with(b"::") && !behind.starts_with(b"Builder");
            let is_field = before.ends_with(b":") || before.ends_with(b"<");
            let declares =
                !before.starts_with(b"let ") && !before.starts_with(b"use ") && memmem::find(before, b"fn ").is_none();
            if is_type && is_field && declares {
                let span = Span::new(at as u32, (at + client.len()) as u32);
                let evidence = format!("it keeps a `{client}`").into();
                let (kind, lines, client) = (ModuleKind::Client, Some(lines_of(source, span)), Some(Reach::Any));
                out.say(span, KindFact::Part { kind, lines, evidence, only_if_shared: false, client });
                return;
            }
        }
    }
}
