//! Token columns in the arguments of queries: Prisma, and what is written in the same way.

use std::collections::HashMap;

use auditlint_syntax::NodeId;

use super::super::sealed::Sealed;
use super::super::token_names::{is_plaintext_token, says_sealed};
use super::super::view::View;

/// Methods that only an object-relational mapper has, whatever they are called on.
const QUERY_METHODS: &[&str] = &[
    "findFirst",
    "findFirstOrThrow",
    "findUnique",
    "findUniqueOrThrow",
    "findMany",
    "findOne",
    "findOneOrFail",
    "findOneBy",
    "findAll",
    "createMany",
    "createManyAndReturn",
    "updateMany",
    "updateManyAndReturn",
    "upsert",
    "deleteMany",
    "groupBy",
    "aggregate",
];

/// Methods that count where they are called on what is named like a database.
const COMMON_METHODS: &[&str] = &["create", "update", "delete", "count", "find", "save"];

/// Keys whose object has columns as keys.
const COLUMN_KEYS: &[&str] = &[
    "select",
    "where",
    "data",
    "create",
    "update",
    "columns",
    "cursor",
    "connect",
    "set",
    "AND",
    "OR",
    "NOT",
    "is",
    "isNot",
    "some",
    "every",
    "none",
    "createMany",
    "updateMany",
    "connectOrCreate",
    "upsert",
];

/// Keys that stand for a condition on a column, not for another table.
const OPERATORS: &[&str] = &[
    "equals",
    "not",
    "in",
    "notIn",
    "contains",
    "startsWith",
    "endsWith",
    "mode",
    "set",
    "lt",
    "lte",
    "gt",
    "gte",
    "search",
];

/// Reports the keys of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId)) {
    let sealed = Sealed::new(view);
    let mut paths = KeyPaths { view, known: HashMap::new() };
    for property in view.nodes(&["pair", "shorthand_property_identifier"]) {
        let key = if view.kind(property) == "pair" { view.field(property, "key") } else { Some(property) };
        let Some(key) =
            key.filter(|key| view.is(*key, &["property_identifier", "string", "shorthand_property_identifier"]))
        else {
            continue;
        };
        if !is_plaintext_token(view.key_text(key)) {
            continue;
        }
        if paths.above(property).is_query() && holds_token(view, property, &sealed) {
            emit(key);
        }
    }
}

/// The keys from a place in an object up to the call that gets the object: the one around it, or those that a constant hands it
/// to.
#[derive(Clone, Copy, Default)]
struct ObjectPath<'a> {
    /// The first key.
    nearest: Option<&'a str>,
    /// The last key.
    outermost: Option<&'a str>,
    omits: bool,
    /// Whether one of the calls asks a database.
    asks: bool,
}

impl ObjectPath<'_> {
    fn is_query(self) -> bool {
        let (Some(nearest), Some(outermost)) = (self.nearest, self.outermost) else { return false };
        self.asks && !self.omits && (COLUMN_KEYS.contains(&nearest) || outermost == "where")
    }
}

/// The paths of the places that were asked for and of all places around them.
struct KeyPaths<'a> {
    view: View<'a>,
    known: HashMap<NodeId, ObjectPath<'a>>,
}

impl<'a> KeyPaths<'a> {
    fn above(&mut self, place: NodeId) -> ObjectPath<'a> {
        let view = self.view;
        let mut passed = Vec::new();
        let mut at = place;
        let mut path = loop {
            if let Some(known) = self.known.get(&at) {
                break *known;
            }
            passed.push(at);
            let Some(above) = view.parent(at) else { break ObjectPath::default() };
            match view.kind(above) {
                "arguments" => break self.ends(call_with(view, above)),
                "variable_declarator" => {
                    let uses = view.field(above, "name").map(|name| view.uses(name)).unwrap_or_default();
                    break self.ends(uses.into_iter().filter_map(|used| call_with(view, view.parent(used)?)));
                }
                "pair"
                | "object"
                | "array"
                | "parenthesized_expression"
                | "as_expression"
                | "satisfies_expression"
                | "spread_element"
                | "ternary_expression"
                | "binary_expression" => at = above,
                _ => break ObjectPath::default(),
            }
        };
        for at in passed.into_iter().rev() {
            let pair = view.parent(at).filter(|above| view.kind(*above) == "pair");
            if let Some(key) = pair.and_then(|pair| view.field(pair, "key")) {
                let key = view.key_text(key);
                path.nearest = Some(key);
                path.outermost = path.outermost.or(Some(key));
                path.omits |= key == "omit";
            }
            self.known.insert(at, path);
        }
        path
    }

    /// The path without keys to some calls.
    fn ends(&self, calls: impl IntoIterator<Item = NodeId>) -> ObjectPath<'a> {
        ObjectPath { asks: calls.into_iter().any(|call| asks_database(self.view, call)), ..ObjectPath::default() }
    }
}

fn asks_database(view: View<'_>, call: NodeId) -> bool {
    let Some(callee) = view.field(call, "function").filter(|callee| view.kind(*callee) == "member_expression") else {
        return false;
    };
    let (Some(object), Some(method)) = (view.field(callee, "object"), view.field(callee, "property")) else {
        return false;
    };
    let method = view.text(method);
    QUERY_METHODS.contains(&method) || {
        let is_database = |object: NodeId| is_database(view.text(object));
        COMMON_METHODS.contains(&method) && view.origins(object).into_iter().any(is_database)
    }
}

/// The call that has these arguments.
fn call_with(view: View<'_>, arguments: NodeId) -> Option<NodeId> {
    let is_list = view.kind(arguments) == "arguments";
    view.parent(arguments).filter(|call| is_list && view.kind(*call) == "call_expression")
}

/// `prisma.account`, `this.db.account`, `tx.account`, `accountRepository`.
fn is_database(object: &str) -> bool {
    let mut parts = object.split('.').map(|part| part.trim().trim_end_matches(['?', '!']));
    let last = object.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    last.ends_with("repository")
        || last.ends_with("repo")
        || last.ends_with("model")
        || parts.any(|part| {
            let part = part.trim_start_matches('$').to_ascii_lowercase();
            matches!(part.as_str(), "db" | "tx" | "trx" | "orm" | "database" | "transaction" | "query")
                || part.contains("prisma")
        })
}

/// Whether the value reads, compares or writes the token as it is.
fn holds_token(view: View<'_>, property: NodeId, sealed: &Sealed<'_>) -> bool {
    if view.kind(property) != "pair" {
        return true;
    }
    let Some(value) = view.field(property, "value").map(|value| view.unwrapped(value)) else { return false };
    match view.kind(value) {
        "false" | "null" | "undefined" => false,
        "identifier" => view.text(value) != "undefined" && !says_sealed(view.text(value)),
        "member_expression" => !says_sealed(view.text(value)),
        "object" => view.named(value).all(|pair| {
            view.field(pair, "key").is_some_and(|key| OPERATORS.contains(&view.key_text(key)))
                && view
                    .field(pair, "value")
                    .is_some_and(|value| !sealed.is_said_in(value) && view.text(value) != "null")
        }),
        "arrow_function" | "function_expression" => false,
        _ => !sealed.is_done_in(value),
    }
}
