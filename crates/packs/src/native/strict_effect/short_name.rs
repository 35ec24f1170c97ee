//! `short-name`: parameters and fields whose names say too little.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// the name is too short
///
/// ## Why
///
/// A reader meets a parameter or a field far from where it was named. `ctx`, `cb` and `e` have to be looked up each time, and mean
/// something else in the next function.
///
/// ## Instead
///
/// Write the word: `context`, `callback`, `error`.
///
/// ## Note
///
/// Found: names of at most `length` letters (3) that are declared here: parameters of functions, methods, types of functions and `catch`, also those that a pattern renames or takes from an array; fields of classes,
/// interfaces, types of objects and `Struct({ … })` of a schema. A `_`, `$` or `#` before the name does not count; `_` alone says that nothing is
/// used. Not found: words that the option `allowed` lists, by default words and standard terms of that length (`key`, `url`, `id`); aliases of imports (`Schema as S`), variables, type parameters, properties of other objects, and
/// names that a pattern only takes over (`({ req }) => …`), which are those of somebody else. `allowed` of a configuration takes the place of the list.
///
/// ## Bad
///
/// ```ts
/// const load = («cb»: Callback, «ctx»?: Context) => items.map(«i» => i.id);
/// function read([«k», value]: Entry, { request: «req» }: Options) {
///   try { open(); } catch («e») { report(e); }
/// }
/// ```
///
/// ```ts
/// interface Row { readonly «ns»: string; name: string }
/// class Store { private «db» = open(); #«fn» = 1; constructor(readonly «tx»: Transaction) {} }
/// const Item = Schema.Struct({ «ts»: Schema.Number, name: Schema.String });
/// ```
///
/// ```js
/// export default function («err», ...«xs») { return («a», «b» = 1) => a; }
/// ```
///
/// ```ts {length: 1, allowed: [x]}
/// const read = («a»: number, x: number, cb: Callback) => cb(a, x);
/// ```
///
/// ## Good
///
/// ```ts
/// import { Schema as S, Array as A } from "effect";
/// const load = (_: unknown, id: string, url: URL, { ctx }: Options) => A.map(ids, (item) => item.ts);
/// const ms = 10;
/// const table = { db: open(), fn: () => ms };
/// interface Row { readonly id: string; key: string }
/// type Pair<A, B> = readonly [A, B];
/// ```
///
/// ```js
/// const { cb, fs: files } = options;
/// for (const k of keys) use(k);
/// ```
#[derive(Rule)]
#[rule(
    id = "short-name",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(name = "length", about = "A name of up to so many letters is too short.", at_least = 1, default = 3),
    option(
        name = "allowed",
        about = "Names that are allowed though they are short.",
        default(
            "act", "add", "age", "all", "alt", "and", "any", "api", "app", "ask", "aud", "bar", "bid", "bin", "bit",
            "box", "bug", "bus", "buy", "by", "can", "cap", "car", "cat", "col", "cpu", "css", "csv", "cut", "day",
            "dir", "dns", "do", "dom", "dot", "dry", "due", "end", "env", "eof", "eq", "era", "fee", "few", "fit",
            "fix", "fly", "for", "gap", "get", "go", "gpu", "gt", "gte", "has", "hex", "hit", "hot", "how", "hub",
            "hue", "iat", "id", "ids", "if", "in", "ip", "is", "iss", "its", "job", "jti", "jwt", "key", "law", "let",
            "lib", "lid", "log", "lot", "low", "lt", "lte", "mac", "man", "map", "max", "may", "mfa", "min", "mix",
            "nbf", "net", "new", "nil", "no", "nor", "not", "now", "of", "off", "ok", "old", "on", "one", "or", "org",
            "os", "out", "own", "pad", "pay", "pdf", "per", "pin", "png", "pop", "put", "qr", "raw", "red", "ref",
            "rel", "rgb", "row", "rpc", "run", "sdk", "see", "set", "sha", "six", "sku", "sky", "sms", "sql", "src",
            "ssl", "sub", "sum", "svg", "tab", "tag", "tax", "tcp", "ten", "the", "tip", "tls", "to", "top", "try",
            "ttl", "two", "udp", "ui", "up", "uri", "url", "use", "utc", "uv", "via", "way", "web", "who", "why",
            "win", "x", "xml", "y", "yes", "z", "zip"
        )
    ),
    since = "0.1.0"
)]
pub(super) struct ShortName;

impl NativeRule for ShortName {
    fn kinds(&self) -> &'static [&'static str] {
        &[
            "formal_parameters",
            "arrow_function",
            "catch_clause",
            "property_signature",
            "public_field_definition",
            "field_definition",
            "call_expression",
        ]
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let mut names = Vec::new();
        match view.kind(node) {
            "formal_parameters" => view.named(node).for_each(|parameter| bound(view, parameter, &mut names)),
            "arrow_function" | "catch_clause" => {
                view.field(node, "parameter").into_iter().for_each(|parameter| bound(view, parameter, &mut names));
            }
            "call_expression" => fields_of_schema(view, node, &mut names),
            _ => names.extend(view.field(node, "name").or_else(|| view.field(node, "property"))),
        }
        names.retain(|name| view.is(*name, &["identifier", "property_identifier", "private_property_identifier"]));
        if names.is_empty() {
            return;
        }
        let (length, allowed) = (options.number("length"), options.texts("allowed"));
        for name in names {
            let text = view.text(name);
            let word = text.trim_start_matches(['_', '$', '#']);
            let letters = word.chars().count() as u64;
            let is_allowed = |known: &String| known.eq_ignore_ascii_case(word) || known == text;
            if letters == 0 || letters > length || allowed.iter().any(is_allowed) {
                continue;
            }
            let message = match letters {
                1 => format!("`{text}` is a name of one letter"),
                letters => format!("`{text}` is a name of {letters} letters"),
            };
            let mut found = NativeMatch { message: Some(message), ..NativeMatch::of(analysis, name) };
            found.span.start += (text.len() - text.trim_start_matches('#').len()) as u32;
            emit(found);
        }
    }
}

/// The names that a parameter introduces under a spelling of its own.
fn bound(view: RuleView<'_>, parameter: NodeId, names: &mut Vec<NodeId>) {
    let mut open = vec![parameter];
    while let Some(at) = open.pop() {
        match view.kind(at) {
            "identifier" => names.push(at),
            "required_parameter" | "optional_parameter" => open.extend(view.field(at, "pattern")),
            "assignment_pattern" => open.extend(view.field(at, "left")),
            "pair_pattern" => open.extend(view.field(at, "value")),
            "object_pattern" | "array_pattern" | "rest_pattern" => open.extend(view.named(at)),
            _ => {}
        }
    }
    names.sort_unstable();
}

/// The keys of a `Struct({ … })`, which are the fields of a schema.
fn fields_of_schema(view: RuleView<'_>, call: NodeId, names: &mut Vec<NodeId>) {
    let is_struct = view
        .field(call, "function")
        .is_some_and(|function| matches!(view.text(function).rsplit('.').next(), Some("Struct" | "TaggedStruct")));
    if !is_struct {
        return;
    }
    let Some(arguments) = view.field(call, "arguments") else { return };
    let objects = view.named(arguments).filter(|argument| view.kind(*argument) == "object");
    let pairs = objects.flat_map(|object| view.named(object)).filter(|entry| view.kind(*entry) == "pair");
    names.extend(pairs.filter_map(|pair| view.field(pair, "key")));
}
