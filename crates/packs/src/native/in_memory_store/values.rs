//! Values that live in one process alone, so that no store could hold them.

use std::cell::OnceCell;
use std::collections::HashSet;

use auditlint_providers::{identifier_words as words, is_bound_name};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::live::LIVE;

/// Constructors of the language and its hosts for such values.
const BUILT: &[&str] = &[
    "Promise",
    "RegExp",
    "WebSocket",
    "EventSource",
    "AbortController",
    "Worker",
    "BroadcastChannel",
    "MessageChannel",
    "Function",
    "Proxy",
    "WeakRef",
];

/// Functions whose results every process works out alike: modules, files, compiled texts.
const SAME_EVERYWHERE: &[&str] = &["import", "require", "readFile", "readFileSync", "compile", "createElement"];

/// How far the classes that a module makes itself are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Instances {
    /// An instance of a class can be data.
    Data,
    /// An instance of a class from elsewhere keeps its state there.
    Foreign,
    /// No instance of a class is data.
    None,
}

/// The types that a module declares itself and whose values are bound to their process, told when first asked for.
pub(super) struct BoundTypes<'a> {
    view: RuleView<'a>,
    own: OnceCell<HashSet<&'a str>>,
    /// Members of things on which the file calls what only something open or running has: `entry.transport.close()`.
    live: OnceCell<HashSet<&'a str>>,
}

/// Names of members that hold such a thing, where nothing gives them another type.
const LIVE_NAMES: &[&str] = &["transport", "socket", "websocket", "ws", "eventSource", "abortController"];

impl<'a> BoundTypes<'a> {
    pub(super) fn of(view: RuleView<'a>) -> Self {
        Self { view, own: OnceCell::new(), live: OnceCell::new() }
    }

    /// Whether the type of a value says that it is bound to its process.
    pub(super) fn hold(&self, written: &str) -> bool {
        let written = written.trim().trim_start_matches("readonly ").trim();
        let is_under_way = written.contains("Promise<") && !is_kept_for_a_time(written);
        if written.contains("=>") || is_under_way || written.contains("NodeJS.Timeout") {
            return true;
        }
        let name = written.split(['<', '|', '[', '&']).next().unwrap_or_default().trim();
        if !name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.')) || name.is_empty()
        {
            return false;
        }
        name.starts_with("Intl.")
            || is_bound_name(name)
            || self.own.get_or_init(|| self.declared().collect()).contains(name)
    }

    /// Whether a member of entries is one that the file closes, ends or sends something through.
    fn is_live(&self, member: &str) -> bool {
        self.live.get_or_init(|| self.live_members().collect()).contains(member)
    }

    fn live_members(&self) -> impl Iterator<Item = &'a str> {
        let view = self.view;
        view.nodes(&["call_expression"]).filter_map(move |call| {
            let callee = view.field(call, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
            view.field(callee, "property").filter(|method| LIVE.contains(&view.text(*method)))?;
            let of = view
                .field(callee, "object")
                .map(|of| view.unwrapped(of))
                .filter(|of| view.kind(*of) == "member_expression")?;
            let is_own = view.field(of, "object").is_some_and(|owner| view.kind(owner) == "this");
            view.field(of, "property").filter(|_| !is_own).map(|member| view.text(member))
        })
    }

    fn declared(&self) -> impl Iterator<Item = &'a str> {
        let view = self.view;
        view.named(view.root())
            .map(move |statement| view.field(statement, "declaration").unwrap_or(statement))
            .filter(move |it| view.is(*it, &["type_alias_declaration", "interface_declaration"]))
            .filter(move |it| {
                let body = view.field(*it, "value").or_else(|| view.field(*it, "body"));
                body.is_some_and(|body| {
                    view.nodes_in(body, &["function_type"]).next().is_some() || view.text(body).starts_with("Promise<")
                })
            })
            .filter_map(move |it| Some(view.text(view.field(it, "name")?)))
    }
}

/// Whether the members of an object say until when it is good: a promise among them stays there when it has settled.
fn is_kept_for_a_time(written: &str) -> bool {
    let members = written.strip_prefix('{').into_iter().flat_map(|members| members.split([';', ',', '{', '}']));
    members.filter_map(|member| member.split_once(':')).any(|(name, _)| is_of_time(name.trim().trim_end_matches('?')))
}

fn is_of_time(name: &str) -> bool {
    words(name).iter().any(|word| {
        matches!(word.as_str(), "expiry" | "expires" | "expire" | "expiration" | "ttl" | "timestamp" | "until")
    })
}

/// Whether an object holds a promise, and until when it is good.
fn says_until(view: RuleView<'_>, object: NodeId) -> bool {
    let keys = view.named(object).filter_map(|part| match view.kind(part) {
        "pair" => view.field(part, "key"),
        "shorthand_property_identifier" => Some(part),
        _ => None,
    });
    let (mut timed, mut promised) = (false, false);
    for key in keys {
        let key = view.key_text(key);
        timed |= is_of_time(key);
        promised |= words(key).iter().any(|word| word == "promise");
    }
    timed && promised
}

/// Whether an expression gives a value that is bound to its process.
pub(super) fn is_bound(view: RuleView<'_>, types: &BoundTypes<'_>, value: NodeId, instances: Instances) -> bool {
    let origins = view.origins(value);
    let awaited = origins.iter().any(|origin| view.kind(*origin) == "await_expression");
    origins.into_iter().any(|origin| match view.kind(origin) {
        "arrow_function" | "function_expression" | "function_declaration" | "regex" | "class" => true,
        "new_expression" => view.field(origin, "constructor").is_some_and(|made| is_bound_class(view, made, instances)),
        "call_expression" => gives_bound(view, origin, awaited),
        // A promise that is kept with the time until when it is good stays there when it has settled.
        "object" if says_until(view, origin) => false,
        "object" => view.named(origin).any(|pair| match view.kind(pair) {
            "pair" => view.field(pair, "value").is_some_and(|part| {
                let is_text = view.is(part, &["string", "template_string", "number", "true", "false", "null"]);
                let is_live = || view.field(pair, "key").is_some_and(|key| types.is_live(view.key_text(key)));
                is_bound_part(view, types, part, instances) || (!is_text && is_live())
            }),
            "shorthand_property_identifier" => {
                is_bound_part(view, types, pair, instances)
                    || types.is_live(view.text(pair))
                    || (LIVE_NAMES.contains(&view.text(pair)) && !has_type(view, pair))
            }
            "method_definition" => true,
            _ => false,
        }),
        "identifier" | "shorthand_property_identifier" => is_declared_bound(view, types, origin),
        _ => false,
    })
}

/// The same for a part of an object, which is followed no further than its declaration.
fn is_bound_part(view: RuleView<'_>, types: &BoundTypes<'_>, part: NodeId, instances: Instances) -> bool {
    match view.kind(part) {
        // A date or a list is data, and a limiter counts where it is told to.
        "new_expression" if instances == Instances::Foreign => {
            view.field(part, "constructor").is_some_and(|made| is_bound_class(view, made, instances))
        }
        "arrow_function" | "function_expression" => true,
        "identifier" | "shorthand_property_identifier" => is_declared_bound(view, types, part),
        "call_expression" => gives_bound(view, part, false),
        _ => false,
    }
}

fn is_bound_class(view: RuleView<'_>, made: NodeId, instances: Instances) -> bool {
    if let Some(global) = view.global(made) {
        return BUILT.contains(&global.as_str()) || global.starts_with("Intl.");
    }
    // A limiter in memory is itself reported.
    match instances {
        Instances::None => !is_of_data(view.text(made)),
        Instances::Foreign => view.exported(made).is_some() || is_bound_name(view.text(made)),
        Instances::Data => is_bound_name(view.text(made)),
    }
}

fn gives_bound(view: RuleView<'_>, call: NodeId, awaited: bool) -> bool {
    let Some(callee) = view.field(call, "function") else { return false };
    let name = view.field(callee, "property").unwrap_or(callee);
    let name = view.text(name);
    if SAME_EVERYWHERE.contains(&name) {
        return true;
    }
    let global = view.global(callee);
    let global = global.as_deref().unwrap_or_default();
    matches!(global, "setTimeout" | "setInterval" | "setImmediate")
        || (!awaited
            && (matches!(name, "then" | "catch" | "finally")
                || global.starts_with("Promise.")
                || view.declared_function(callee).is_some_and(|made| view.is_async(made))))
}

/// Whether the place that declares a name gives it a type.
fn has_type(view: RuleView<'_>, name: NodeId) -> bool {
    let around = view.declaration(name).and_then(|declared| view.parent(declared));
    around.is_some_and(|around| view.field(around, "type").is_some())
}

/// Whether the place that declares a name gives it such a type, or makes it the function that settles a promise.
fn is_declared_bound(view: RuleView<'_>, types: &BoundTypes<'_>, name: NodeId) -> bool {
    let Some(declared) = view.declaration(name) else { return false };
    let Some(around) = view.parent(declared) else { return false };
    if let Some(annotation) = view.field(around, "type") {
        return types.hold(view.text(annotation).trim_start_matches(':'));
    }
    // `new Promise((resolve, reject) => …)`
    let parameters = if view.kind(around) == "formal_parameters" { Some(around) } else { view.parent(around) };
    parameters
        .and_then(|parameters| view.parent(parameters))
        .filter(|function| view.is(*function, &["arrow_function", "function_expression"]))
        .and_then(|function| view.parent(function))
        .and_then(|arguments| view.parent(arguments))
        .filter(|made| view.kind(*made) == "new_expression")
        .and_then(|made| view.field(made, "constructor"))
        .is_some_and(|made| view.text(made) == "Promise")
}

/// The type of the values of a collection: `V` of `Map<K, V>`, `Record<K, V>`, `{ [key: K]: V }` and `V[]`, and the keys.
pub(super) fn key_and_value(written: &str) -> (Option<&str>, &str) {
    let written = written.trim().trim_start_matches(':').trim();
    if let Some(element) = written.strip_suffix("[]") {
        return (None, element.trim_start_matches('(').trim_end_matches(')'));
    }
    if written.starts_with('{')
        && let Some((_, value)) = written.split_once("]:")
    {
        return (None, value.trim().trim_end_matches('}').trim().trim_end_matches(';'));
    }
    let Some(open) = written.find('<') else { return (None, "") };
    let inner = written[open + 1..].trim_end().trim_end_matches('>');
    let mut depth = 0_i32;
    let mut before = ' ';
    for (at, letter) in inner.char_indices() {
        match letter {
            '<' | '(' | '{' | '[' => depth += 1,
            '>' if before != '=' => depth -= 1,
            ')' | '}' | ']' => depth -= 1,
            ',' if depth == 0 => return (Some(inner[..at].trim()), inner[at + 1..].trim()),
            _ => {}
        }
        before = letter;
    }
    (None, inner.trim())
}

/// Last words of types that only say what data looks like.
const DATA: &[&str] =
    &["data", "dto", "entry", "info", "interface", "item", "model", "record", "response", "result", "row", "shape"];

/// Whether the name of a type says that its values are data.
pub(super) fn is_of_data(name: &str) -> bool {
    words(name).last().is_some_and(|last| DATA.contains(&last.as_str()))
}

/// Whether keys of that type are parts of the program: classes, functions, symbols.
pub(super) fn is_of_program(key: &str) -> bool {
    let key = key.trim_end_matches("| null").trim_end_matches("| undefined").trim_end();
    let last = words(key).pop().unwrap_or_default();
    key.contains("=>") || matches!(last.as_str(), "constructor" | "class" | "function" | "symbol" | "newable" | "type")
}

/// Whether keys are one of a few that the type spells out.
pub(super) fn is_few(key: &str) -> bool {
    !key.is_empty()
        && key.split('|').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
            part.starts_with(['"', '\'']) || part.bytes().all(|byte| byte.is_ascii_digit()) || part == "boolean"
        })
}

#[cfg(test)]
mod tests {
    use auditlint_matcher::Analysis;
    use auditlint_syntax::{Language, Parser};

    use super::*;

    #[test]
    fn many_types_of_a_module_are_read_once() {
        // Reading all declarations for each question would ask four hundred million nodes for their fields.
        let many = 20_000;
        let mut text: String = (0..many).map(|at| format!("type T{at} = {{ a: number }};\n")).collect();
        text.push_str("export type Undo = (id: string) => void;\ninterface Page { open(): void; close: () => void }\n");
        let tree = Parser::default().parse(Language::TypeScript, text.as_bytes()).unwrap();
        let analysis = Analysis::new(tree, text.as_bytes());
        let types = BoundTypes::of(RuleView::new(&analysis));
        assert!((0..many).all(|at| !types.hold(&format!("T{at}"))));
        assert!(types.hold("Undo") && types.hold("readonly Page[]") && !types.hold("Undone"));
    }

    #[test]
    fn takes_types_of_collections_apart() {
        for (written, key, value) in [
            ("Map<string, Promise<A>>", Some("string"), "Promise<A"),
            ("<string, (a: B, c: D) => void>", Some("string"), "(a: B, c: D) => void"),
            (": Record<string, Callback>", Some("string"), "Callback"),
            ("{ [key: string]: Socket }", None, "Socket"),
            ("Session[]", None, "Session"),
            ("Set<string>", None, "string"),
        ] {
            assert_eq!(key_and_value(written), (key, value), "{written}");
        }
        assert!(is_of_program("Function | null") && is_of_program("ModelClass") && !is_of_program("string | null"));
        assert!(is_few("'1' | \"2\"") && is_few("1 | 2") && !is_few("string") && !is_few("'a' | string"));
    }
}
