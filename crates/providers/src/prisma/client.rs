//! Calls of the Prisma client in TypeScript and JavaScript: `prisma.user.findMany({ where: { … } })`.
//!
//! The client may be named anything and come from anywhere; that a call is one of Prisma is decided where the schema is
//! known, by the model, the method and the keys of its argument.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::{NodeId, Tree};

use super::fact::{self, ArgumentKey, CodeName, Facts, KeyName, PrismaFact};
use super::origin::Origins;
use crate::kinds::Kinds;
use crate::words::Words;

/// The methods of a model whose argument names fields.
pub(super) const METHODS: &[&str] = &[
    "aggregate",
    "count",
    "create",
    "createMany",
    "createManyAndReturn",
    "delete",
    "deleteMany",
    "findFirst",
    "findFirstOrThrow",
    "findMany",
    "findUnique",
    "findUniqueOrThrow",
    "groupBy",
    "update",
    "updateMany",
    "updateManyAndReturn",
    "upsert",
];

/// What a text with a call or an extension holds. Names of methods that begin with another one are found by that.
pub(super) static WORDS: Words = Words::new(&[
    "$extends",
    ".aggregate",
    ".count",
    ".create",
    ".delete",
    ".findFirst",
    ".findMany",
    ".findUnique",
    ".groupBy",
    ".update",
    ".upsert",
    "extends Prisma",
    "new PrismaClient",
]);

static CALLS: Kinds = Kinds::new(&["call_expression"]);

/// What is in the names of things that are built like a client and are not clients.
const ANOTHER: &[&str] = &["api", "axios", "factory", "fetch", "http", "mock", "msw", "rest", "rpc", "sdk", "service"];

/// Those among them with which what is called after Prisma is not a client either.
const NEVER: &[&str] = &["factory", "mock", "msw"];

/// Published extensions that add no fields.
const EXTENSIONS: &[&str] = &[
    "fieldEncryptionExtension",
    "kyselyExtension",
    "pagination",
    "readReplicas",
    "withAccelerate",
    "withOptimize",
    "withPulse",
];

/// No key of a query holds it.
const SEPARATOR: char = '/';
/// At most this many letters of an expression say which client it is.
const LONGEST_CLIENT: usize = 200;
/// Keys of deeper objects and of longer arguments are not read.
const DEEPEST: usize = 24;
const MOST: usize = 4096;

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let reader = ClientReader { analysis, tree: analysis.tree() };
    let kinds = CALLS.of(reader.tree.language());
    let origins = Origins::of(analysis);
    origins.said(out);
    let mut calls = 0;
    for node in (0..reader.tree.main_end()).map(NodeId).filter(|node| kinds.contains(reader.tree.kind(*node))) {
        if let Some(call) = reader.call(node) {
            let class = origins.class_of(call.client);
            let is_doubtful = reader.is_another_api(call.client);
            if class.is_none() && (is_doubtful || reader.is_spelled_out(call.client)) {
                continue;
            }
            reader.say(calls, &call, (class, is_doubtful), out);
            calls += 1;
        } else if reader.extends(node) {
            out.say(reader.tree.span(node), PrismaFact::Extends);
        }
    }
}

struct OpenCall {
    client: NodeId,
    model: NodeId,
    method: NodeId,
    argument: Option<NodeId>,
}

struct ClientReader<'a> {
    analysis: &'a Analysis<'a>,
    tree: &'a Tree,
}

impl ClientReader<'_> {
    fn member(&self, node: NodeId) -> Option<(NodeId, NodeId)> {
        let node = self.unwrapped(node);
        (self.tree.kind_name(node) == "member_expression").then_some(())?;
        Some((self.tree.child_by_field_name(node, "object")?, self.tree.child_by_field_name(node, "property")?))
    }

    fn call(&self, node: NodeId) -> Option<OpenCall> {
        let (object, method) = self.member(self.tree.child_by_field_name(node, "function")?)?;
        METHODS.contains(&self.analysis.words(method)).then_some(())?;
        let (client, model) = self.member(object)?;
        let arguments = self.tree.child_by_field_name(node, "arguments")?;
        let argument = self.tree.named_children(arguments).find(|child| !self.tree.node(*child).is_extra());
        Some(OpenCall { client, model, method, argument })
    }

    /// Whether something seems to be no client though it is built alike: a field of the class itself, an interface of another
    /// service, a database of tests.
    fn is_another_api(&self, client: NodeId) -> bool {
        let client = self.unwrapped(client);
        let name = match self.member(client) {
            Some((_, name)) => self.analysis.words(name),
            None => self.analysis.words(client),
        };
        let name = name.get(..LONGEST_CLIENT).unwrap_or(name).to_ascii_lowercase();
        // `prismaService` is the client that a container injects.
        let others = if name.contains("prisma") { NEVER } else { ANOTHER };
        self.tree.kind_name(client) == "this" || others.iter().any(|other| name.contains(other))
    }

    /// Whether what is called is an object that the file spells out, with all that it has: what stands in for a client in a test.
    fn is_spelled_out(&self, client: NodeId) -> bool {
        let origins = self.analysis.names().origins(self.tree, self.analysis.text(), client);
        origins.into_iter().any(|origin| {
            self.tree.kind_name(origin) == "object"
                && !self.tree.named_children(origin).any(|part| self.tree.kind_name(part) == "spread_element")
        })
    }

    /// Whether a client is extended in a way that may give models more fields.
    fn extends(&self, node: NodeId) -> bool {
        let is_extends = self
            .tree
            .child_by_field_name(node, "function")
            .and_then(|function| self.member(function))
            .is_some_and(|(_, method)| self.analysis.words(method) == "$extends");
        let argument = self
            .tree
            .child_by_field_name(node, "arguments")
            .and_then(|arguments| self.tree.named_children(arguments).next());
        is_extends && !argument.is_some_and(|argument| self.leaves_fields(argument))
    }

    /// Whether an extension is sure to add no fields: a published one that is known, or a literal of queries and methods.
    fn leaves_fields(&self, extension: NodeId) -> bool {
        match self.tree.kind_name(extension) {
            "call_expression" => {
                let name =
                    self.tree.child_by_field_name(extension, "function").map(|function| self.analysis.words(function));
                name.is_some_and(|name| EXTENSIONS.contains(&name))
            }
            "object" => {
                self.tree.named_children(extension).filter(|part| !self.tree.node(*part).is_extra()).all(|part| {
                    let key = self.tree.child_by_field_name(part, "key").map(|key| self.analysis.words(key));
                    key.is_some_and(|key| matches!(key, "name" | "query" | "client" | "model"))
                })
            }
            _ => false,
        }
    }

    /// The expression under parentheses, `as`, `satisfies` and `!`.
    fn unwrapped(&self, node: NodeId) -> NodeId {
        let mut at = node;
        while matches!(
            self.tree.kind_name(at),
            "parenthesized_expression" | "as_expression" | "satisfies_expression" | "non_null_expression"
        ) {
            let Some(inner) = self.tree.named_children(at).find(|child| !self.tree.node(*child).is_extra()) else {
                break;
            };
            at = inner;
        }
        at
    }

    fn say(&self, number: u32, call: &OpenCall, (class, is_doubtful): (Option<CodeName>, bool), out: &mut Facts) {
        let (target, text) = (self.analysis.target(call.client), self.analysis.text());
        let spelled = || match target.path(text, ".") {
            Some(path) => path.to_string(),
            // A chain of calls holds all that stands before it.
            None => self.analysis.words(call.client).chars().take(LONGEST_CLIENT).collect(),
        };
        let client = target.exported(text).map_or_else(|| CodeName::Spelled(spelled().into()), CodeName::Export);
        let (model, method) = (self.analysis.words(call.model).into(), self.analysis.words(call.method).into());
        let said = fact::Call { number, model, method, client, class, is_doubtful };
        out.say(self.tree.span(call.model), PrismaFact::Call(Box::new(said)));
        let mut argument = CallArgument { call: number, keys: 0, open: Vec::new(), out };
        argument.open.extend(call.argument.map(|argument| OpenValue {
            node: argument,
            under: Under::default(),
            depth: 0,
        }));
        let mut budget = MOST;
        while let Some(OpenValue { node, under, depth }) = argument.open.pop() {
            if depth > DEEPEST || budget == 0 {
                argument.key(self.tree.span(node), under, KeyName::Unread);
                continue;
            }
            budget -= 1;
            for value in self.objects(node) {
                match self.tree.kind_name(value) {
                    "object" => self.object(value, under, depth, &mut argument),
                    "array" => {
                        let elements = self.tree.named_children(value);
                        argument.open.extend(elements.map(|node| OpenValue { node, under, depth: depth + 1 }));
                    }
                    "string" if under.names_fields => {
                        let text = self.analysis.words(value).trim_matches(['"', '\'', '`']);
                        argument.key(self.tree.span(value), under, KeyName::Text(text.into()));
                    }
                    "string" if under.is_written && !self.analysis.words(value).contains('\\') => {
                        let text = self.analysis.words(value);
                        let text = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
                        argument.value(self.tree.span(value), under, text, None);
                    }
                    // `Role.ADMIN`, which is a value where the schema has the enum.
                    "member_expression" if under.is_written => {
                        let Some((object, member)) = self.member(value) else { continue };
                        let name = self.analysis.words(object).rsplit('.').next().unwrap_or_default();
                        argument.value(self.tree.span(value), under, self.analysis.words(member), Some(name));
                    }
                    _ => {}
                }
            }
        }
    }

    /// The literals that a value can come from: itself, or constants of this file.
    fn objects(&self, node: NodeId) -> Vec<NodeId> {
        let node = self.unwrapped(node);
        match self.tree.kind_name(node) {
            "object" | "array" | "string" | "member_expression" => vec![node],
            "identifier" | "shorthand_property_identifier" | "ternary_expression" | "binary_expression" => {
                let origins = self.analysis.names().origins(self.tree, self.analysis.text(), node);
                let origins = origins.into_iter().map(|origin| self.unwrapped(origin));
                let is_literal = |origin: &NodeId| {
                    matches!(self.tree.kind_name(*origin), "object" | "array" | "string" | "member_expression")
                };
                let mut literals: Vec<NodeId> = origins.filter(is_literal).collect();
                literals.sort();
                literals.dedup();
                literals
            }
            _ => Vec::new(),
        }
    }

    fn object(&self, object: NodeId, under: Under, depth: usize, argument: &mut CallArgument<'_>) {
        for part in self.tree.named_children(object) {
            let (key, value) = match self.tree.kind_name(part) {
                "pair" => (self.tree.child_by_field_name(part, "key"), self.tree.child_by_field_name(part, "value")),
                "shorthand_property_identifier" => (Some(part), Some(part)),
                "spread_element" => {
                    // What is spread stands in this object.
                    let inner = self.tree.named_children(part);
                    argument.open.extend(inner.map(|node| OpenValue { node, under, depth: depth + 1 }));
                    continue;
                }
                _ => continue,
            };
            let Some(key) = key else { continue };
            let name = match self.tree.kind_name(key) {
                "property_identifier" | "shorthand_property_identifier" => self.analysis.words(key),
                "string" => self.analysis.words(key).trim_matches(['"', '\'']),
                // What is computed is unknown.
                _ => continue,
            };
            // Prisma never sees what is `undefined`.
            let is_left_out =
                value.is_some_and(|value| matches!(self.analysis.words(value), "undefined" | "Prisma.skip"));
            if name.contains(SEPARATOR) || is_left_out {
                continue;
            }
            let number = argument.key(self.tree.span(key), under, KeyName::Key(name.into()));
            let under = under.key(number, name);
            argument.open.extend(value.map(|node| OpenValue { node, under, depth: depth + 1 }));
        }
    }
}

/// A value of the argument that is still to be read.
struct OpenValue {
    node: NodeId,
    under: Under,
    depth: usize,
}

/// The key whose value something is, and what its place says of it.
#[derive(Clone, Copy, Default)]
struct Under {
    key: Option<u32>,
    /// Whether texts are names of fields.
    names_fields: bool,
    /// Whether it is written.
    is_written: bool,
}

impl Under {
    /// The value of a key in this one.
    fn key(self, number: u32, name: &str) -> Self {
        Self {
            key: Some(number),
            names_fields: matches!(name, "distinct" | "by"),
            is_written: match self.key {
                Some(_) => self.is_written,
                None => matches!(name, "data" | "create" | "update"),
            },
        }
    }
}

/// The argument of a call while it is read.
struct CallArgument<'o> {
    call: u32,
    keys: u32,
    open: Vec<OpenValue>,
    out: &'o mut Facts,
}

impl CallArgument<'_> {
    fn key(&mut self, span: Span, under: Under, name: KeyName) -> u32 {
        let number = self.keys;
        self.keys += 1;
        self.out.say(span, PrismaFact::Key(ArgumentKey { call: self.call, number, under: under.key, name }));
        number
    }

    fn value(&mut self, span: Span, under: Under, text: &str, of: Option<&str>) {
        let value = fact::WrittenText { call: self.call, under: under.key, text: text.into(), of: of.map(Arc::from) };
        self.out.say(span, PrismaFact::Value(Box::new(value)));
    }
}

/// Whether a model is a place that a program which writes code fills in: `prisma.DELEGATE`. The client of Prisma gives each
/// model a name that begins with a small letter.
pub(super) fn is_placeholder(model: &str) -> bool {
    model.len() > 2 && model.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
