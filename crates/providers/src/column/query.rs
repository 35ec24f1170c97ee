//! Keys of objects that are handed to queries, and what they say there: which table, and whether they are written.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::fact::ColumnMapper;
use super::origin::{FUNCTIONS, name_of};
use super::view::ColumnView;

/// Methods that only a mapper has, whatever they are called on; their keys are named below `where`, `data` and the like.
const QUERY_METHODS: &[&str] = &[
    "findFirst",
    "findFirstOrThrow",
    "findUnique",
    "findUniqueOrThrow",
    "findMany",
    "findOne",
    "findOneOrFail",
    "findAll",
    "findOrBuild",
    "findOrCreate",
    "createMany",
    "createManyAndReturn",
    "updateMany",
    "updateManyAndReturn",
    "upsert",
    "deleteMany",
    "groupBy",
    "aggregate",
];

/// Methods whose first argument has columns as keys, whatever they are called on.
const READING_METHODS: &[&str] =
    &["deleteOne", "findBy", "findOne", "findOneAndDelete", "findOneBy", "findOneByOrFail", "findOneOrFail"];

/// Methods of which an argument has columns as keys, whatever they are called on.
const WRITING_METHODS: &[&str] =
    &["bulkBuild", "bulkCreate", "insertAndFetch", "insertGraph", "insertMany", "insertOne", "patchAndFetch"];

/// Methods with operators as keys: `$set`.
const MONGO_METHODS: &[&str] = &[
    "findByIdAndUpdate",
    "findOneAndReplace",
    "findOneAndUpdate",
    "replaceOne",
    "updateOne",
    "updateMany",
    "bulkWrite",
    "onConflictDoUpdate",
];

/// Those of them whose update may be written without operators: Mongoose adds `$set`.
const UPDATES: &[&str] =
    &["findByIdAndUpdate", "findOneAndReplace", "findOneAndUpdate", "replaceOne", "updateOne", "updateMany"];

/// Methods that count where they are called on what is named like a database, or on a table that it gave.
const COMMON_METHODS: &[&str] = &["create", "update", "delete", "count", "find", "save", "insert"];

/// The same of builders of queries: the argument has columns as keys.
const BUILDERS: &[&str] =
    &["values", "set", "insert", "update", "patch", "doUpdateSet", "merge", "where", "create", "save", "upsert"];

/// Calls that name the table of the builder that they give: `db.insert(accounts)`, `knex("accounts")`.
const TABLE_CALLS: &[&str] =
    &["collection", "from", "getRepository", "insert", "insertInto", "into", "model", "table", "update", "updateTable"];

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
    "defaults",
    "$set",
    "$setOnInsert",
];

/// Those of them in which columns are written.
const WRITING_KEYS: &[&str] =
    &["data", "create", "update", "set", "createMany", "updateMany", "upsert", "defaults", "$set", "$setOnInsert"];

/// Those of them in which columns are compared, also where they stand inside of one that writes.
const COMPARING_KEYS: &[&str] = &["where", "select", "connect", "cursor", "AND", "OR", "NOT"];

/// At most this many constants are followed, each a part of the next.
const MOST_CONSTANTS: usize = 4;

/// At most this many calls of one function are looked at.
const MOST_CALLS: usize = 16;

/// What a constant can be a part of.
const OBJECTS: &[&str] = &["object", "pair", "spread_element", "array"];

/// A call that asks a database.
#[derive(Clone, Debug)]
pub(super) struct Ask<'a> {
    pub(super) mapper: ColumnMapper,
    /// The name of the table as it is spelled: a text, or the last name of what stands for it.
    pub(super) table: Option<&'a str>,
    /// Whether keys of the argument itself are columns, and written.
    direct: Option<bool>,
    /// Whether it does for sure.
    is_sure: bool,
}

/// A key of an object that reaches a query.
pub(super) struct QueryKey<'a> {
    /// What is named: the key.
    pub(super) key: NodeId,
    pub(super) name: &'a str,
    /// The value; the key itself where it is a shorthand.
    pub(super) value: NodeId,
    pub(super) mapper: ColumnMapper,
    pub(super) table: Option<&'a str>,
    pub(super) is_written: bool,
    /// Whether a database is asked for sure: a method of that name may be one of anything, and a key one of a document in a column.
    pub(super) is_sure: bool,
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
    /// Whether the nearest key that decides about it writes.
    writes: Option<bool>,
    /// The key of a relation in which rows are nested.
    relation: Option<&'a str>,
    /// Which call asks a database, by its number.
    ask: Option<usize>,
}

/// The keys of one file that reach queries, where their names are wanted.
pub(super) fn keys<'a>(view: ColumnView<'a>, is_wanted: &dyn Fn(&str) -> bool) -> Vec<QueryKey<'a>> {
    let mut paths = KeyPaths { view, known: FxHashMap::default(), asks: Vec::new() };
    let mut found = Vec::new();
    // A server of mocks keeps its rows in memory.
    if view.has("msw") {
        return found;
    }
    for property in view.nodes(&["pair", "shorthand_property_identifier"]) {
        let (key, value) = match view.kind(property) {
            "pair" => (view.field(property, "key"), view.field(property, "value")),
            _ => (Some(property), Some(property)),
        };
        let (Some(key), Some(value)) = (key, value) else { continue };
        let is_named = view.is(key, &["property_identifier", "string", "shorthand_property_identifier"]);
        // `"invite.token"` is a key of a document in a document.
        let (document, name) = match view.key_text(key).rsplit_once('.') {
            Some((documents, name)) => (documents.rsplit('.').find(|part| !is_place(part)), name),
            None => (None, view.key_text(key)),
        };
        if !is_named || !is_wanted(name) {
            continue;
        }
        let path = paths.above(property);
        if let Some((ask, is_written)) = paths.asked(&path) {
            let table = document.or(path.relation).or(ask.table);
            found.push(QueryKey { key, name, value, mapper: ask.mapper, table, is_written, is_sure: ask.is_sure });
        }
    }
    found
}

/// The columns that are set on an object before a query gets it, where their names are wanted: `const changes = {}; changes.token = …;
/// update(accounts).set(changes)`. The key of each is the assignment.
pub(super) fn parts<'a>(view: ColumnView<'a>, is_wanted: &dyn Fn(&str) -> bool) -> Vec<QueryKey<'a>> {
    let mut paths = KeyPaths { view, known: FxHashMap::default(), asks: Vec::new() };
    let mut found = Vec::new();
    for key in view.nodes(&["assignment_expression"]) {
        let member = view.field(key, "left").and_then(|left| view.member(left));
        let (Some((object, name)), Some(value)) = (member, view.field(key, "right")) else { continue };
        if view.kind(object) != "identifier" || !is_wanted(name) {
            continue;
        }
        let mut made = view.origins(object).into_iter().map(|origin| view.unwrapped(origin));
        let Some(made) = made.rfind(|origin| view.kind(*origin) == "object") else { continue };
        let path = paths.above(made);
        if let Some((ask, is_written)) = paths.asked(&path).filter(|(_, is_written)| *is_written) {
            let (mapper, table, is_sure) = (ask.mapper, path.relation.or(ask.table), ask.is_sure);
            found.push(QueryKey { key, name, value, mapper, table, is_written, is_sure });
        }
    }
    found
}

/// Whether a part of a path names a place in a list: `accounts.$.token`, `accounts.0.token`.
fn is_place(part: &str) -> bool {
    part.starts_with('$') || part.bytes().all(|byte| byte.is_ascii_digit())
}

/// The paths of the places that were asked for and of all places around them.
struct KeyPaths<'a> {
    view: ColumnView<'a>,
    known: FxHashMap<NodeId, ObjectPath<'a>>,
    asks: Vec<Ask<'a>>,
}

impl<'a> KeyPaths<'a> {
    /// The call that a place reaches with whether it is written there; `None` where it names no column.
    fn asked(&self, path: &ObjectPath<'a>) -> Option<(Ask<'a>, bool)> {
        let ask = self.asks.get(path.ask?)?.clone();
        if path.omits {
            return None;
        }
        match (path.nearest, path.outermost) {
            (None, _) => ask.direct.map(|writes| (ask, writes)),
            (Some(nearest), Some(outermost)) => match ask.direct {
                _ if COLUMN_KEYS.contains(&nearest) || outermost == "where" => {
                    let is_written = path.writes.unwrap_or(false);
                    (ask.is_sure || is_written).then_some((ask, is_written))
                }
                // `apiKeys: [{ key }]`: documents in a document.
                Some(writes) => {
                    let writes = path.writes.unwrap_or(writes);
                    let ask =
                        Ask { mapper: ColumnMapper::Some, table: Some(nearest), direct: Some(writes), is_sure: false };
                    Some((ask, writes))
                }
                None => None,
            },
            _ => None,
        }
    }

    fn above(&mut self, place: NodeId) -> ObjectPath<'a> {
        let view = self.view;
        // Each with the key of the object that a constant is put into.
        let mut passed: Vec<(NodeId, Option<&str>)> = Vec::new();
        let mut constants = 0;
        let mut at = place;
        let mut path = loop {
            if let Some(known) = self.known.get(&at) {
                break *known;
            }
            passed.push((at, None));
            let Some(above) = view.parent(at) else { break ObjectPath::default() };
            match view.kind(above) {
                "arguments" => break self.ends([at]),
                "variable_declarator" => {
                    let uses = view.field(above, "name").map(|name| view.uses(name)).unwrap_or_default();
                    let path = self.ends(uses.iter().copied());
                    let part = uses.into_iter().find(|used| view.parent(*used).is_some_and(|of| view.is(of, OBJECTS)));
                    constants += 1;
                    match part.filter(|_| path.ask.is_none() && constants <= MOST_CONSTANTS) {
                        // `const data = { … }; update({ data })`
                        Some(used) if view.is(used, &["shorthand_property_identifier"]) => {
                            if let Some((_, key)) = passed.last_mut() {
                                *key = Some(view.words(used));
                            }
                            at = view.parent(used).unwrap_or(used);
                        }
                        Some(used) => at = used,
                        None => break path,
                    }
                }
                "return_statement" | "arrow_function" => {
                    constants += 1;
                    match self.calls_that_give(above, at) {
                        Some(calls) if constants <= MOST_CONSTANTS => {
                            let path = self.ends(calls.iter().copied());
                            match calls.first() {
                                Some(call) if path.ask.is_none() => at = *call,
                                _ => break path,
                            }
                        }
                        _ => break ObjectPath::default(),
                    }
                }
                "pair"
                | "object"
                | "array"
                | "await_expression"
                | "parenthesized_expression"
                | "as_expression"
                | "satisfies_expression"
                | "spread_element"
                | "ternary_expression"
                | "binary_expression" => at = above,
                _ => break ObjectPath::default(),
            }
        };
        for (at, put) in passed.into_iter().rev() {
            if let Some(key) = put {
                path = path.below(key);
            }
            let pair = view.parent(at).filter(|above| view.kind(*above) == "pair");
            if let Some(key) = pair.and_then(|pair| view.field(pair, "key")) {
                path = path.below(view.key_text(key));
            }
            self.known.insert(at, path);
        }
        path
    }

    /// The calls that give what a function returns: those of its name, or the one that goes through a list with it.
    fn calls_that_give(&self, returned: NodeId, value: NodeId) -> Option<Vec<NodeId>> {
        let view = self.view;
        let function = match view.kind(returned) {
            "arrow_function" if view.field(returned, "body") == Some(value) => returned,
            "return_statement" => view.ancestors(returned).find(|above| view.is(*above, FUNCTIONS))?,
            _ => return None,
        };
        let list = view.parent(function).filter(|above| view.kind(*above) == "arguments");
        if let Some(call) = list.and_then(|arguments| view.parent(arguments)) {
            let (_, method) = view.method(call)?;
            return matches!(method, "map" | "flatMap").then(|| vec![call]);
        }
        let calls = view.uses(name_of(view, function)?).into_iter().filter_map(|used| {
            view.parent(used)
                .filter(|call| view.kind(*call) == "call_expression" && view.field(*call, "function") == Some(used))
        });
        Some(calls.take(MOST_CALLS).collect())
    }

    /// The path without keys to the first call that asks a database among those that get a value.
    fn ends(&mut self, values: impl IntoIterator<Item = NodeId>) -> ObjectPath<'a> {
        let ask = values.into_iter().find_map(|value| self.ask(value));
        let ask = ask.map(|ask| {
            self.asks.push(ask);
            self.asks.len() - 1
        });
        ObjectPath { ask, ..ObjectPath::default() }
    }

    /// What a call asks whose argument a value is.
    fn ask(&self, value: NodeId) -> Option<Ask<'a>> {
        let view = self.view;
        let arguments = view.parent(value).filter(|above| view.kind(*above) == "arguments")?;
        let call = view.parent(arguments)?;
        let (object, method) = view.method(call)?;
        let place = view.named(arguments).position(|argument| argument == value)?;
        if view.is(object, &["this"]) && overrides(view, object, method) {
            return None;
        }
        let QueryReceiver { mapper, table, is_builder } = self.receiver(object);
        // `manager.save(Account, { … })`
        let class = view.named(arguments).next().filter(|first| place > 0 && view.is(*first, &["identifier"]));
        let class = class.map(|class| view.words(class)).filter(|name| name.starts_with(char::is_uppercase));
        let table = class.or(table);
        let is_database = || is_builder || view.origins(object).into_iter().any(|from| is_database(view.shown(from)));
        let direct = match method {
            // `update(filter, changes)`, but `update(changes, { where })`
            "update" if class.is_none() && self.compares(arguments, place) => Some(false),
            _ if place == 1 && UPDATES.contains(&method) => Some(true),
            _ if MONGO_METHODS.contains(&method) => (place == 0).then_some(false),
            _ if READING_METHODS.contains(&method) => (place == 0).then_some(false),
            _ if WRITING_METHODS.contains(&method) => (place == 0).then_some(true),
            "upsert" => Some(true),
            _ if QUERY_METHODS.contains(&method) => None,
            "where" if is_database() => Some(false),
            _ if BUILDERS.contains(&method) && is_builder => Some(true),
            "create" | "save" | "insert" | "update" if class.is_some() || is_database() => Some(true),
            _ if COMMON_METHODS.contains(&method) && is_database() => None,
            // Sequelize, Mongoose and Objection write by methods of a model, or of a row.
            "create" | "save" | "insert" | "update" | "patch" | "build" | "set" => {
                return Some(Ask { mapper, table, direct: Some(true), is_sure: false });
            }
            _ => return None,
        };
        Some(Ask { mapper, table, direct, is_sure: true })
    }

    /// Whether an argument says which rows are meant: the next one holds their new values.
    fn compares(&self, arguments: NodeId, place: usize) -> bool {
        let view = self.view;
        let next = view.named(arguments).nth(place + 1).map(|next| view.unwrapped(next));
        let is_changes = |next: NodeId| view.kind(next) == "object" && view.property(next, "where").is_none();
        next.is_some_and(is_changes)
    }

    /// What a method is called on.
    fn receiver(&self, object: NodeId) -> QueryReceiver<'a> {
        let view = self.view;
        let mut at = object;
        // A chain of calls, up to the one that names a table.
        while view.kind(at) == "call_expression" {
            let named = view.arguments(at).next();
            let named = named.and_then(|first| view.string(first).or_else(|| view.last_name(first)));
            match view.method(at) {
                Some((_, name)) if TABLE_CALLS.contains(&name) && named.is_some() => {
                    let is_text = view.arguments(at).next().is_some_and(|first| view.string(first).is_some());
                    let mapper = match name {
                        "collection" => ColumnMapper::Mongo,
                        "insertInto" | "updateTable" => ColumnMapper::Kysely,
                        "from" | "into" | "table" if is_text => ColumnMapper::Knex,
                        "insert" | "update" => ColumnMapper::Drizzle,
                        _ => ColumnMapper::Some,
                    };
                    return QueryReceiver { mapper, table: named, is_builder: true };
                }
                Some((object, _)) => at = object,
                None => {
                    let function = view.field(at, "function").and_then(|function| view.last_name(function));
                    let is_table =
                        function.is_some_and(|name| matches!(name, "getRepository" | "knex") || is_database(name));
                    return QueryReceiver {
                        mapper: ColumnMapper::Some,
                        table: named.filter(|_| is_table),
                        is_builder: is_table,
                    };
                }
            }
        }
        if view.is(at, &["this", "super"]) {
            // `class AccountRepository { … this.update({ … }) }`
            let class = view.ancestors(at).find(|above| view.is(*above, &["class_declaration", "class"]));
            let entity = class.and_then(|class| entity_of(view, class));
            if entity.is_some() {
                return QueryReceiver { mapper: ColumnMapper::Some, table: entity, is_builder: false };
            }
            let name = class.and_then(|class| view.field(class, "name")).map(|name| view.words(name));
            let is_builder = name.is_some_and(is_database);
            return QueryReceiver { mapper: ColumnMapper::Some, table: name, is_builder };
        }
        QueryReceiver { mapper: ColumnMapper::Some, table: view.last_name(at), is_builder: false }
    }
}

/// What a method of a query is called on.
struct QueryReceiver<'a> {
    /// `Some` where the mapper does not show.
    mapper: ColumnMapper,
    table: Option<&'a str>,
    /// Whether it is a builder of a query.
    is_builder: bool,
}

/// Whether the class around a `this` that keeps an entity has a method of its own by that name, which does with it what it likes.
fn overrides(view: ColumnView<'_>, this: NodeId, method: &str) -> bool {
    let class = view.ancestors(this).find(|above| view.is(*above, &["class_declaration", "class"]));
    let Some(class) = class.filter(|class| entity_of(view, *class).is_some()) else { return false };
    let body = view.field(class, "body").into_iter().flat_map(|body| view.named(body));
    body.filter_map(|member| view.field(member, "name")).any(|name| view.key_text(name) == method)
}

/// The entity whose rows a class keeps by what it extends: `class TokenService extends BaseService<RefreshToken>`, or
/// `extends BaseService(RefreshToken, …)`.
fn entity_of<'a>(view: ColumnView<'a>, class: NodeId) -> Option<&'a str> {
    let heritage = view.named(class).find(|part| view.kind(*part) == "class_heritage")?;
    let extended = view.named(heritage).find(|part| view.kind(*part) != "implements_clause")?;
    let arguments = view.nodes_in(extended, &["type_arguments", "arguments"]).next()?;
    let first = view.named(arguments).next().filter(|first| view.is(*first, &["type_identifier", "identifier"]))?;
    Some(view.words(first)).filter(|name| name.starts_with(char::is_uppercase))
}

impl<'a> ObjectPath<'a> {
    /// The path of what stands in the value of a key.
    fn below(mut self, key: &'a str) -> Self {
        if COMPARING_KEYS.contains(&key) {
            self.writes = Some(false);
        } else if key == "connectOrCreate" {
            self.relation = self.nearest.filter(|above| !COLUMN_KEYS.contains(above)).or(self.relation);
        } else if WRITING_KEYS.contains(&key) {
            self.writes = Some(true);
            // `accounts: { create: { … } }`
            self.relation = self.nearest.filter(|above| !COLUMN_KEYS.contains(above)).or(self.relation);
        }
        self.nearest = Some(key);
        self.outermost = self.outermost.or(Some(key));
        self.omits |= key == "omit";
        self
    }
}

/// `prisma.account`, `this.db.account`, `tx.account`, `accountRepository`.
pub(super) fn is_database(object: &str) -> bool {
    let parts = object.split('.').map(|part| part.trim().trim_end_matches(['?', '!']));
    let last = object.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    last.ends_with("repository")
        || last.ends_with("repo")
        || last.ends_with("model")
        || parts.enumerate().any(|(place, part)| {
            let part = part.trim_start_matches('$').to_ascii_lowercase();
            matches!(part.as_str(), "db" | "tx" | "trx" | "orm" | "database" | "transaction")
                || part.contains("prisma")
                // `drizzle.query.accounts`; what is named so itself may be a module of the project.
                || (part == "query" && place > 0)
        })
}
