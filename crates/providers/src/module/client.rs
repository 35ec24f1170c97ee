//! The parts of a module that HTTP requests go through, and requests that go past such parts.

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_source::{LineIndex, ModuleKind, Span};
use auditlint_syntax::{NodeId, Skim};
use memchr::memmem;

use super::configuration::lines_of;
use super::fact::{Facts, KindFact};
use crate::http::{AddressBase, Reach, direct_requests};
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
        if let Some(kept) = is_builder.then(|| keeper(&code, call)).flatten() {
            let options = code.arguments(call).next();
            let base = options.into_iter().flat_map(|options| code.pairs(options)).find_map(|(key, value)| {
                matches!(code.key(key), "baseURL" | "prefixUrl" | "prefix").then(|| AddressBase::of(&code, value))
            });
            let reach = base.map_or(Reach::Any, Reach::Below);
            let evidence = format!("it keeps what `{}` builds", code.words(function));
            part(source, code.tree.span(kept), &evidence, Some(reach), out);
        }
    }
}

/// What keeps the value of a call for as long as the module lives: a constant of the module, its default export, a
/// field of a class. What wraps the value on the way may stand between.
fn keeper(code: &View<'_>, call: NodeId) -> Option<NodeId> {
    let is_between = |above: NodeId| {
        matches!(
            code.kind(above),
            "arguments"
                | "call_expression"
                | "await_expression"
                | "as_expression"
                | "satisfies_expression"
                | "non_null_expression"
                | "parenthesized_expression"
        )
    };
    let kept = code.tree.ancestors(call).find(|above| !is_between(*above))?;
    let is_of_module = || {
        let mut around = code.tree.ancestors(kept);
        around.all(|above| !matches!(code.kind(above), "statement_block" | "arrow_function" | "method_definition"))
    };
    match code.kind(kept) {
        "public_field_definition" => Some(kept),
        "variable_declarator" | "export_statement" => is_of_module().then_some(kept),
        _ => None,
    }
}

fn part(source: &Source<'_, '_>, span: Span, evidence: &str, client: Option<Reach>, out: &mut Facts) {
    let (kind, lines, evidence) = (ModuleKind::Client, Some(lines_of(source.lines(), span)), evidence.into());
    out.say(span, KindFact::Part { kind, lines, evidence, only_if_shared: true, client });
}

/// Functions of Rust that make a request without a client, by their package.
const REQUESTS: [(&str, &[&str]); 3] = [
    ("reqwest", &["get"]),
    ("reqwest::blocking", &["get"]),
    ("ureq", &["get", "post", "put", "patch", "delete", "head", "request"]),
];
/// Types of clients.
const CLIENTS: [&str; 4] =
    ["reqwest::Client", "reqwest::blocking::Client", "reqwest_middleware::ClientWithMiddleware", "ureq::Agent"];

/// The same for Rust, by its text: a static or a field that other modules can reach and that holds a client keeps it.
pub(super) fn rust(lines: &LineIndex, text: &[u8], skim: &Skim, out: &mut Facts) {
    for (package, functions) in REQUESTS {
        let start = format!("{package}::");
        for at in words(text, &start, skim) {
            let behind = &text[at + start.len()..];
            let end = behind.iter().position(|byte| !is_of_name(*byte)).unwrap_or(behind.len());
            let is_called = behind[end..].trim_ascii_start().starts_with(b"(");
            let name = str::from_utf8(&behind[..end]).unwrap_or_default();
            if is_called && functions.contains(&name) {
                let span = Span::new(at as u32, (at + start.len() + end) as u32);
                let function = format!("{start}{name}").into();
                out.say(span, KindFact::Request { function, base: AddressBase::Unknown });
            }
        }
    }
    for client in CLIENTS {
        let declared = words(text, client, skim).find(|at| {
            let behind = &text[at + client.len()..];
            let is_type = behind.first().is_none_or(|byte| !is_of_name(*byte) && *byte != b':');
            is_type && is_kept(text, *at, skim)
        });
        if let Some(at) = declared {
            let span = Span::new(at as u32, (at + client.len()) as u32);
            let evidence = format!("it keeps a `{client}`").into();
            let (kind, lines, client) = (ModuleKind::Client, Some(lines_of(lines, span)), Some(Reach::Any));
            out.say(span, KindFact::Part { kind, lines, evidence, only_if_shared: false, client });
            return;
        }
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where a path stands in code as a whole: `my_reqwest::get` is another.
fn words<'t>(text: &'t [u8], path: &'t str, skim: &'t Skim) -> impl Iterator<Item = usize> + 't {
    memmem::find_iter(text, path).filter(move |at| {
        let before = text[..*at].last();
        before.is_none_or(|byte| !is_of_name(*byte)) && !skim.in_comment(*at as u32)
    })
}

/// How far before a type is looked for what it is the type of.
const REACH: usize = 400;

/// Whether a type stands in a static, or in a field that is not private to its module: `pub http: reqwest::Client`.
/// What is a parameter, a local variable or a result belongs to nobody.
fn is_kept(text: &[u8], at: usize, skim: &Skim) -> bool {
    let start = at.saturating_sub(REACH);
    let before = &text[start..at];
    // Back to the name: over what wraps the type (`Arc<Mutex<`).
    let is_inner = |byte: u8| is_of_name(byte) || matches!(byte, b'<' | b':' | b' ' | b'&');
    let begin = before.iter().rposition(|byte| !is_inner(*byte)).map_or(0, |at| at + 1);
    let declaration = before[begin..].trim_ascii();
    let is_single = |colon: usize| {
        declaration.get(colon + 1) != Some(&b':') && colon.checked_sub(1).is_none_or(|at| declaration[at] != b':')
    };
    let has_name = memchr::memchr_iter(b':', declaration).any(is_single);
    let words: Vec<&[u8]> = declaration.split(|byte| !is_of_name(*byte)).filter(|word| !word.is_empty()).collect();
    if !has_name || words.contains(&&b"let"[..]) || words.contains(&&b"use"[..]) {
        return false;
    }
    if words.contains(&&b"static"[..]) {
        return true;
    }
    let end = start + begin;
    let is_public = words.first() == Some(&&b"pub"[..])
        // `pub(crate) http: …`
        || (text[start..end].last() == Some(&b')') && memchr::memrchr(b'(', &text[start..end]).is_some_and(|open| {
            text[start..start + open].ends_with(b"pub")
        }));
    is_public && opened_by(text, end, skim) == Some(b'{')
}

/// The bracket that is open at a place: a field of a struct stands in braces, a parameter in parentheses.
fn opened_by(text: &[u8], at: usize, skim: &Skim) -> Option<u8> {
    let start = at.saturating_sub(8 * REACH);
    let mut depth = 0_usize;
    for place in (start..at).rev().filter(|place| !skim.in_comment(*place as u32)) {
        match text[place] {
            b')' | b'}' | b']' => depth += 1,
            open @ (b'(' | b'{' | b'[') => {
                if depth == 0 {
                    return Some(open);
                }
                depth -= 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::Language;

    use super::*;

    /// The requests and clients of a text of Rust.
    fn found(text: &str) -> Vec<String> {
        let mut out = Facts::default();
        rust(&LineIndex::new(text.as_bytes()), text.as_bytes(), &Skim::of(Language::Rust, text.as_bytes()), &mut out);
        let show = |said: &auditlint_facts::Said<KindFact>| match &said.fact {
            KindFact::Request { function, .. } => Some(function.to_string()),
            KindFact::Part { client: Some(_), .. } => Some("client".to_owned()),
            _ => None,
        };
        out.facts.iter().filter_map(show).collect()
    }

    #[test]
    fn clients_of_rust_are_kept_where_others_reach_them() {
        for text in [
            "pub struct State {\n    pub http: reqwest::Client,\n}",
            "pub struct State { name: String, pub(crate) http: Arc<reqwest::Client> }",
            "static HTTP: LazyLock<reqwest::Client> = LazyLock::new(reqwest::Client::new);",
            "pub struct State {\n    // of all requests\n    pub http: Option<ureq::Agent>,\n}",
        ] {
            assert_eq!(found(text), ["client"], "{text}");
        }
        for text in [
            "async fn page(\n    client: reqwest::Client,\n    url: &str,\n) {}",
            "pub fn page(\n    url: &str,\n    client: &reqwest::Client) {}",
            "struct Client {\n    inner: Arc<Mutex<reqwest::Client>>,\n}",
            "let client: reqwest::Client = make();",
            "use reqwest::Client;",
            "pub struct State { pub http: reqwest::ClientBuilder }",
            "pub struct State { pub http: my_reqwest::Client }",
            "// pub http: reqwest::Client,\n",
            "fn make() -> reqwest::Client { todo!() }",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn requests_of_rust_are_whole_words() {
        assert_eq!(found("ureq::patch(url); ureq::head (url); ureq::request(\"GET\", url);").len(), 3);
        assert_eq!(
            found("reqwest::get(url); reqwest::blocking::get(url);"),
            ["reqwest::get", "reqwest::blocking::get"]
        );
        assert_eq!(found("my_ureq::get(url); ureq::getter(url); ureq::get; // ureq::get(url)"), [""; 0]);
    }
}
