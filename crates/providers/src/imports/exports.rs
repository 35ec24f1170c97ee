//! The names that a module exports.

use auditlint_names::{BindingId, BindingKind};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Language, NodeId};

use super::fact::{ExportKind, Facts, ModuleFact};
use super::reader::ImportReader;
use crate::kinds::Kinds;

/// How much of a file its header may be.
const HEADER: usize = 1_000;

/// What makes code worth a test: it takes one way or another.
static BRANCHES: Kinds = Kinds::new(&[
    "if_statement",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "switch_statement",
    "ternary_expression",
    "catch_clause",
]);

/// The facts of what a module exports.
pub(super) fn extract(reader: &ImportReader<'_>, path: &FilePath, out: &mut Facts) {
    let tree = reader.tree;
    let holds_jsx = matches!(path.extension(), Some("tsx" | "jsx"));
    let mut exports = Exports { reader, out, code: None, holds_jsx };
    let mut is_module = false;
    for statement in tree.named_children(tree.root()) {
        match tree.kind_name(statement) {
            "export_statement" => {
                is_module = true;
                exports.statement(statement);
            }
            "import_statement" => is_module = true,
            _ => {}
        }
    }
    let code = exports.code;
    // What is not a module, or one of CommonJS, may give names that nobody can list; comments of JavaScript may declare types.
    let text = reader.analysis.text();
    let has_types = tree.language() == Language::JavaScript
        && [&b"@typedef"[..], b"@callback", b"@enum"].iter().any(|tag| memchr::memmem::find(text, tag).is_some());
    if !is_module || has_types || has_exports_object(text) {
        out.say(Span::new(0, 0), ModuleFact::Open);
    }
    if let Some(span) = code {
        let branches = BRANCHES.of(tree.language());
        let decides = (0..tree.len()).any(|node| branches.contains(tree.kind(NodeId(node))));
        let tests_itself = memchr::memmem::find(text, b"import.meta.vitest").is_some();
        let is_generated = memchr::memmem::find(&text[..text.len().min(HEADER)], b"@generated").is_some();
        out.say(span, ModuleFact::Code { decides: decides && !tests_itself && !is_generated });
    }
}

/// Whether a text speaks of `exports` or `module.exports`.
fn has_exports_object(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"exports").any(|at| {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$';
        let starts = at == 0 || !is_name(text[at - 1]);
        let behind = text.get(at + b"exports".len()).copied().unwrap_or_default();
        starts && (matches!(behind, b'.' | b'[' | b',' | b')') || text[..at].ends_with(b"module."))
    })
}

struct Exports<'a, 'o> {
    reader: &'a ImportReader<'a>,
    out: &'o mut Facts,
    /// The first function or class with a body.
    code: Option<Span>,
    holds_jsx: bool,
}

impl Exports<'_, '_> {
    fn push(&mut self, at: NodeId, name: &str, kind: ExportKind, used: bool) {
        let span = self.reader.tree.span(at);
        // What is written as an element is not called.
        let is_component = kind == ExportKind::Function
            && self.holds_jsx
            && name.starts_with(|first: char| first.is_ascii_uppercase());
        let kind = if is_component { ExportKind::Component } else { kind };
        if matches!(kind, ExportKind::Function | ExportKind::Component | ExportKind::Class) {
            self.code.get_or_insert(span);
        }
        self.out.say(span, ModuleFact::Export { name: name.into(), kind, is_used: used });
    }

    fn statement(&mut self, node: NodeId) {
        let (reader, tree) = (self.reader, self.reader.tree);
        if reader.child(node, "=").is_some() {
            self.out.say(tree.span(node), ModuleFact::Open);
        } else if reader.child(node, "default").is_some() {
            let is_code = |value: &NodeId| {
                let kind = tree.kind_name(*value);
                kind.starts_with("function_") || kind.starts_with("class") || kind.starts_with("arrow")
            };
            if let Some(value) = tree.named_children(node).find(is_code) {
                self.code.get_or_insert(tree.span(value));
            }
            self.push(node, "default", ExportKind::Default, true);
        } else if let Some(clause) = reader.child(node, "export_clause") {
            let is_own = reader.tree.child_by_field_name(node, "source").is_none();
            for specifier in tree.named_children(clause) {
                let Some(local) = reader.tree.child_by_field_name(specifier, "name") else { continue };
                let name = reader.tree.child_by_field_name(specifier, "alias").unwrap_or(local);
                let text = reader.analysis.words(name).trim_matches(['"', '\'']);
                let (kind, used) = if is_own { self.local(local) } else { (ExportKind::Export, true) };
                self.push(name, text, kind, used);
            }
        } else if let Some(namespace) = reader.child(node, "namespace_export") {
            if let Some(name) = tree.named_children(namespace).next() {
                self.push(name, reader.analysis.words(name).trim_matches(['"', '\'']), ExportKind::Export, true);
            }
        } else if let Some(declaration) = reader.tree.child_by_field_name(node, "declaration") {
            self.declaration(declaration);
        }
    }

    /// What `export { name }` exports, and whether the file uses it besides.
    fn local(&self, name: NodeId) -> (ExportKind, bool) {
        let (reader, tree) = (self.reader, self.reader.tree);
        let names = reader.analysis.names();
        let Some(id) = names.binding_of(name) else { return (ExportKind::List, true) };
        let binding = names.binding(id);
        let declaration = tree.parent(binding.node).unwrap_or(binding.node);
        let kind = match binding.kind {
            BindingKind::Function => ExportKind::Function,
            BindingKind::Class => ExportKind::Class,
            BindingKind::Const if self.is_function(declaration) => ExportKind::Function,
            _ => return (ExportKind::List, true),
        };
        let others = names.references(id).filter(|reference| reference.node != name);
        (kind, others.into_iter().any(|reference| !tree.is_within(reference.node, declaration)))
    }

    fn is_function(&self, declarator: NodeId) -> bool {
        let value = self.reader.tree.child_by_field_name(declarator, "value");
        let is_code = |value| {
            matches!(self.reader.tree.kind_name(value), "arrow_function" | "function_expression" | "generator_function")
        };
        value.is_some_and(is_code)
    }

    fn declaration(&mut self, declaration: NodeId) {
        let (reader, tree) = (self.reader, self.reader.tree);
        let name = || reader.tree.child_by_field_name(declaration, "name");
        let simple = match tree.kind_name(declaration) {
            "function_declaration" | "generator_function_declaration" => {
                if let Some(name) = name() {
                    let used = self.is_used(name, declaration);
                    self.push(name, reader.analysis.words(name), ExportKind::Function, used);
                }
                return;
            }
            "lexical_declaration" | "variable_declaration" => {
                for declarator in tree.named_children(declaration) {
                    self.variable(declarator);
                }
                return;
            }
            "ambient_declaration" => {
                for inner in tree.named_children(declaration) {
                    // `declare` stands in front of declarations only, never of another `declare`.
                    if tree.kind_name(inner) != "ambient_declaration" {
                        self.declaration(inner);
                    }
                }
                return;
            }
            "function_signature" => ExportKind::Signature,
            "class_declaration" | "abstract_class_declaration" => ExportKind::Class,
            "enum_declaration" => ExportKind::Enum,
            "interface_declaration" => ExportKind::Interface,
            "type_alias_declaration" => ExportKind::Type,
            "internal_module" | "module" => ExportKind::Namespace,
            "import_alias" => ExportKind::List,
            _ => return,
        };
        let Some(name) = name().or_else(|| tree.named_children(declaration).next()) else { return };
        // `namespace A.B` exports `A`.
        let inner = tree.subtree(name).find(|part| tree.kind_name(*part) != "nested_identifier");
        let name = inner.unwrap_or(name);
        // A decorator hands a class to whatever it belongs to.
        let is_decorated = || {
            let statement = tree.parent(declaration).into_iter();
            statement.chain([declaration]).any(|node| reader.child(node, "decorator").is_some())
        };
        let used = simple != ExportKind::Class || is_decorated() || self.is_used(name, declaration);
        self.push(name, reader.analysis.words(name), simple, used);
    }

    fn variable(&mut self, declarator: NodeId) {
        let (reader, tree) = (self.reader, self.reader.tree);
        let Some(name) = reader.tree.child_by_field_name(declarator, "name") else { return };
        if tree.kind_name(name) == "identifier" {
            let is_function = self.is_function(declarator);
            let used = !is_function || self.is_used(name, declarator);
            self.push(
                name,
                reader.analysis.words(name),
                if is_function { ExportKind::Function } else { ExportKind::Variable },
                used,
            );
            return;
        }
        let names = reader.analysis.names();
        for part in tree.subtree(name) {
            let introduces = |id: BindingId| names.binding(id).node == part;
            if names.binding_of(part).is_some_and(introduces) {
                self.push(part, reader.analysis.words(part), ExportKind::Variable, true);
            }
        }
    }

    /// Whether the file uses a name outside of its declaration.
    fn is_used(&self, name: NodeId, declaration: NodeId) -> bool {
        let names = self.reader.analysis.names();
        let Some(id) = names.binding_of(name) else { return true };
        names.references(id).any(|reference| !self.reader.tree.is_within(reference.node, declaration))
    }
}
