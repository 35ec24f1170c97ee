//! What a client is by its type, or by what it was made from.
//!
//! `private readonly db: PrismaService`, `tx: Prisma.TransactionClient`, `const db = new PrismaClient()`, the parameter of what
//! `$transaction` calls. The name of the class is kept; whether it is a client is known where all classes are.

use std::cell::RefCell;
use std::rc::Rc;

use auditlint_matcher::Analysis;
use auditlint_syntax::{NodeId, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{CodeName, Facts, PrismaFact};
use crate::kinds::Kinds;

/// The class of a client.
const CLIENT: &str = "PrismaClient";
/// At most this many steps lead from a client to what it was made from.
const LONGEST: usize = 16;
/// At most this many nodes of a type are looked at.
const WIDEST: usize = 32;

/// Statements that give a module names.
static DECLARING: Kinds = Kinds::new(&["class_declaration", "class", "abstract_class_declaration"]);

/// The declarations of the fields of a class, by name.
type Members<'a> = Rc<FxHashMap<&'a str, NodeId>>;

/// A source with what its names stand for.
pub(super) struct Origins<'a> {
    analysis: &'a Analysis<'a>,
    tree: &'a Tree,
    /// Of each class that was asked for.
    members: RefCell<FxHashMap<NodeId, Members<'a>>>,
}

impl<'a> Origins<'a> {
    pub(super) fn of(analysis: &'a Analysis<'a>) -> Self {
        Self { analysis, tree: analysis.tree(), members: RefCell::default() }
    }

    fn is(&self, node: NodeId, kinds: &[&str]) -> bool {
        kinds.contains(&self.tree.kind_name(node))
    }

    fn field(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.tree.child_by_field_name(node, name)
    }

    fn named(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        let tree = self.tree;
        tree.named_children(node).filter(move |child| !tree.node(*child).is_extra())
    }

    /// The class of a client, as the file names it: `@prisma/client#PrismaClient`, `PrismaService`.
    pub(super) fn class_of(&self, client: NodeId) -> Option<CodeName> {
        let mut at = client;
        for _ in 0..LONGEST {
            at = match self.tree.kind_name(at) {
                "parenthesized_expression" | "non_null_expression" | "await_expression" => self.named(at).next()?,
                "as_expression" | "satisfies_expression" => {
                    if let Some(class) = self.named(at).nth(1).and_then(|kind| self.class_of_type(kind)) {
                        return Some(class);
                    }
                    self.named(at).next()?
                }
                "new_expression" => return self.class_named(self.field(at, "constructor")?),
                // `client.$extends(…)` is one as the client is.
                "call_expression" => {
                    let function = self.field(at, "function")?;
                    let is_extended = self.is(function, &["member_expression"])
                        && self.field(function, "property").is_some_and(|name| self.analysis.words(name) == "$extends");
                    is_extended.then(|| self.field(function, "object"))??
                }
                "this" => return self.base(self.class_around(at)?),
                "member_expression" => {
                    let (object, name) = (self.field(at, "object")?, self.field(at, "property")?);
                    if !self.is(object, &["this"]) {
                        return None;
                    }
                    match self.member(self.class_around(at)?, self.analysis.words(name))? {
                        DeclaredValue::Class(class) => return Some(class),
                        DeclaredValue::Value(value) => value,
                    }
                }
                "identifier" => match self.declared(at)? {
                    DeclaredValue::Class(class) => return Some(class),
                    DeclaredValue::Value(value) => value,
                },
                // `globalThis.prisma ?? new PrismaClient()`
                "binary_expression" => self.field(at, "right")?,
                "ternary_expression" => self.field(at, "alternative")?,
                _ => return None,
            };
        }
        None
    }

    /// What the declaration of a name says.
    fn declared(&self, name: NodeId) -> Option<DeclaredValue> {
        let names = self.analysis.names();
        let declared = names.binding(names.binding_of(name)?).node;
        let parent = self.tree.parent(declared)?;
        match self.tree.kind_name(parent) {
            "required_parameter" | "optional_parameter" => self.typed(parent).or_else(|| {
                self.is_of_transaction(parent).then(|| DeclaredValue::Class(CodeName::Spelled(CLIENT.into())))
            }),
            "arrow_function" => {
                self.is_of_transaction(declared).then(|| DeclaredValue::Class(CodeName::Spelled(CLIENT.into())))
            }
            "formal_parameters" => {
                self.is_of_transaction(declared).then(|| DeclaredValue::Class(CodeName::Spelled(CLIENT.into())))
            }
            "variable_declarator" => {
                self.typed(parent).or_else(|| self.field(parent, "value").map(DeclaredValue::Value))
            }
            _ => None,
        }
    }

    /// Whether a parameter is the first of a function that `$transaction` calls.
    fn is_of_transaction(&self, parameter: NodeId) -> bool {
        let function =
            self.tree.ancestors(parameter).find(|above| self.is(*above, &["arrow_function", "function_expression"]));
        let is_first = function.is_some_and(|function| {
            let first =
                self.field(function, "parameter").or_else(|| self.named(self.field(function, "parameters")?).next());
            first == Some(parameter)
        });
        let call = function.and_then(|function| self.tree.parent(self.tree.parent(function)?));
        let called = call.and_then(|call| self.field(self.field(call, "function")?, "property"));
        is_first && called.is_some_and(|name| self.analysis.words(name) == "$transaction")
    }

    fn typed(&self, declaration: NodeId) -> Option<DeclaredValue> {
        Some(DeclaredValue::Class(self.class_of_type(self.field(declaration, "type")?)?))
    }

    /// The first class that a type names: that of `Omit<PrismaClient, …>` and of `PrismaClient | Prisma.TransactionClient` too.
    fn class_of_type(&self, kind: NodeId) -> Option<CodeName> {
        let is_wrapper = |name: &str| matches!(name, "Omit" | "Pick" | "Partial" | "Readonly" | "Extended");
        let named = self.tree.subtree(kind).take(WIDEST).find(|node| match self.tree.kind_name(*node) {
            "nested_type_identifier" => true,
            "type_identifier" => !is_wrapper(self.analysis.words(*node)),
            _ => false,
        });
        // `PrismaClient[]`, `Promise<PrismaClient>` and `() => PrismaClient` are not clients.
        let is_another = |node: NodeId| {
            self.is(node, &["array_type", "function_type", "object_type", "tuple_type"])
                || (self.is(node, &["generic_type"])
                    && self.field(node, "name").is_some_and(|name| !is_wrapper(self.analysis.words(name))))
        };
        let named = named?;
        let is_inside = self.tree.subtree(kind).take_while(|node| *node != named).any(is_another);
        (!is_inside).then(|| self.class_named(named))?
    }

    /// A class as the file names it.
    fn class_named(&self, name: NodeId) -> Option<CodeName> {
        if self.is(name, &["nested_type_identifier"]) {
            return Some(CodeName::Spelled(self.analysis.words(name).into()));
        }
        let (target, text) = (self.analysis.target(name), self.analysis.text());
        let spelled = || match target.path(text, ".") {
            Some(path) => path.to_string().into(),
            None => self.analysis.words(name).into(),
        };
        Some(target.exported(text).map_or_else(|| CodeName::Spelled(spelled()), CodeName::Export))
    }

    fn class_around(&self, node: NodeId) -> Option<NodeId> {
        let kinds = DECLARING.of(self.tree.language());
        self.tree.ancestors(node).find(|above| kinds.contains(self.tree.kind(*above)))
    }

    /// What a class extends.
    fn base(&self, class: NodeId) -> Option<CodeName> {
        let heritage = self.named(class).find(|part| self.is(*part, &["class_heritage"]))?;
        let clause = self.named(heritage).find(|part| self.is(*part, &["extends_clause"]));
        // In JavaScript the heritage is the value itself.
        let value = clause.and_then(|clause| self.field(clause, "value")).or_else(|| self.named(heritage).next())?;
        self.class_named(value)
    }

    /// A field of a class, or a parameter of its constructor that is one.
    fn member(&self, class: NodeId, name: &str) -> Option<DeclaredValue> {
        let known = self.members.borrow().get(&class).cloned();
        let members = known.unwrap_or_else(|| {
            let members = Rc::new(self.members_of(class));
            self.members.borrow_mut().insert(class, Rc::clone(&members));
            members
        });
        let declaration = *members.get(name)?;
        self.typed(declaration).or_else(|| self.field(declaration, "value").map(DeclaredValue::Value))
    }

    fn members_of(&self, class: NodeId) -> FxHashMap<&'a str, NodeId> {
        let mut members = FxHashMap::default();
        for part in self.field(class, "body").into_iter().flat_map(|body| self.named(body)) {
            if self.is(part, &["public_field_definition", "field_definition"]) {
                let name = self.field(part, "name").or_else(|| self.field(part, "property"));
                members.extend(name.map(|name| (self.analysis.words(name), part)));
                continue;
            }
            let is_constructor = self.is(part, &["method_definition"])
                && self.field(part, "name").is_some_and(|name| self.analysis.words(name) == "constructor");
            let parameters = self.field(part, "parameters").filter(|_| is_constructor);
            for parameter in parameters.into_iter().flat_map(|list| self.named(list)) {
                let name = self.field(parameter, "pattern");
                members.extend(name.map(|name| (self.analysis.words(name), parameter)));
            }
        }
        members
    }

    /// Says which classes extend others, and which names the file gives others for clients that it makes.
    pub(super) fn said(&self, out: &mut Facts) {
        let kinds = DECLARING.of(self.tree.language());
        for class in (0..self.tree.main_end()).map(NodeId).filter(|node| kinds.contains(self.tree.kind(*node))) {
            if let (Some(name), Some(base)) = (self.field(class, "name"), self.base(class)) {
                let name = self.analysis.words(name).into();
                out.say(self.tree.span(class), PrismaFact::Class { name, base });
            }
        }
        if memchr::memmem::find(self.analysis.text(), b"new PrismaClient").is_some() {
            self.exported(out);
        }
    }

    fn exported(&self, out: &mut Facts) {
        // Names whose values hold a client: variables, and functions that make one.
        let mut made: FxHashSet<&str> = FxHashSet::default();
        for statement in self.named(self.tree.root()) {
            let is_exported = self.is(statement, &["export_statement"]);
            let declaration = self.field(statement, "declaration").filter(|_| is_exported).unwrap_or(statement);
            let declarators: Vec<NodeId> = match self.tree.kind_name(declaration) {
                "lexical_declaration" | "variable_declaration" => self.named(declaration).collect(),
                "function_declaration" => vec![declaration],
                _ => Vec::new(),
            };
            for declarator in declarators {
                let Some(name) = self.field(declarator, "name").filter(|_| self.holds_client(declarator, &made)) else {
                    continue;
                };
                made.insert(self.analysis.words(name));
                if is_exported && self.is(declarator, &["variable_declarator"]) {
                    self.export(name, self.analysis.words(name), out);
                }
            }
            if !is_exported || self.field(statement, "source").is_some() {
                continue;
            }
            if let Some(value) = self.field(statement, "value").filter(|value| self.holds_client(*value, &made)) {
                self.export(value, "default", out);
            }
            let clauses = self.named(statement).filter(|part| self.is(*part, &["export_clause"]));
            for specifier in clauses.flat_map(|clause| self.named(clause)) {
                let Some(local) = self.field(specifier, "name") else { continue };
                if made.contains(self.analysis.words(local)) {
                    let name = self.field(specifier, "alias").unwrap_or(local);
                    self.export(name, self.analysis.words(name), out);
                }
            }
        }
    }

    fn holds_client(&self, node: NodeId, made: &FxHashSet<&str>) -> bool {
        self.tree.subtree(node).any(|part| match self.tree.kind_name(part) {
            "new_expression" => {
                self.field(part, "constructor").is_some_and(|class| self.analysis.words(class) == CLIENT)
            }
            "identifier" => made.contains(self.analysis.words(part)),
            _ => false,
        })
    }

    fn export(&self, at: NodeId, name: &str, out: &mut Facts) {
        out.say(self.tree.span(at), PrismaFact::Exported(name.into()));
    }
}

/// What a declaration says of a value.
enum DeclaredValue {
    Class(CodeName),
    /// The value that it starts with.
    Value(NodeId),
}
