//! Imports in TypeScript and JavaScript, and what a file gives a meaning to besides: ambient modules, aliases of bundlers.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::NodeId;

use super::fact::{Facts, How, ModuleFact};
use super::reader::Reader;
use super::{exports, imported, mentions};
use crate::kinds::Kinds;

static KINDS: Kinds = Kinds::new(&["import_statement", "export_statement", "call_expression", "module"]);
/// What may name a file without importing it.
static TEXTS: Kinds = Kinds::new(&["string", "template_string"]);
/// Where types of JavaScript are declared.
static COMMENTS: Kinds = Kinds::new(&["comment"]);
/// Where aliases stand in the configuration of bundlers and test runners.
static ALIASES: Kinds = Kinds::new(&["pair"]);

/// The facts of a source; `is_config` where it may configure a bundler.
pub(super) fn extract(analysis: &Analysis<'_>, path: &FilePath, is_config: bool, out: &mut Facts) {
    let tree = analysis.tree();
    let reader = Reader { analysis, tree };
    let language = tree.language();
    let (kinds, texts, aliases) = (KINDS.of(language), TEXTS.of(language), ALIASES.of(language));
    let comments = COMMENTS.of(language);
    let mut loads_anything = false;
    for node in (0..tree.len()).map(NodeId) {
        let kind = tree.kind(node);
        if kinds.contains(kind) {
            let is_computed = reader.import(node, out).is_err();
            loads_anything |= is_computed;
            if is_computed && let Some(folder) = imported::folder_of_all(&reader, node) {
                out.say(tree.span(node), ModuleFact::Folder(folder.into()));
            }
        } else if comments.contains(kind) {
            mentions::comment(&reader, node, out);
        } else if texts.contains(kind) {
            mentions::text(&reader, node, out);
        } else if is_config && aliases.contains(kind) {
            reader.alias(node, out);
        }
    }
    if loads_anything {
        imported::members(&reader, out);
    }
    exports::extract(&reader, path, out);
    if !tree.not_understood().is_empty() {
        out.say(Span::new(0, 0), ModuleFact::Open);
        mentions::scan(analysis.text(), out);
    }
}

/// What the scripts of a page import. What a page gives to others is not in its scripts alone.
pub(super) fn extract_imports(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let reader = Reader { analysis, tree };
    let kinds = KINDS.of(tree.language());
    for node in (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        // What is computed was found without a grammar.
        let _ = reader.import(node, out);
    }
}

/// A specifier that is computed.
struct Computed;

impl Reader<'_> {
    /// The facts of a node that may import; an error where it imports what nobody can tell.
    fn import(&self, node: NodeId, out: &mut Facts) -> Result<(), Computed> {
        let is_type = |node| self.child(node, "type").is_some();
        let found = match self.tree.kind_name(node) {
            "import_statement" => {
                let clause = self.child(node, "import_require_clause");
                let source = self
                    .tree
                    .child_by_field_name(node, "source")
                    .or_else(|| self.tree.child_by_field_name(clause?, "source"));
                source.map(|source| (source, if is_type(node) { How::Type } else { How::Import }))
            }
            "export_statement" => self
                .tree
                .child_by_field_name(node, "source")
                .map(|source| (source, if is_type(node) { How::Type } else { How::Import })),
            "module" => {
                if let Some(name) = self.tree.child_by_field_name(node, "name").and_then(|name| self.string(name)) {
                    out.say(self.tree.span(node), ModuleFact::Ambient(name.into()));
                }
                None
            }
            _ => self.call(node),
        };
        let Some((source, how)) = found else { return Ok(()) };
        let Some(specifier) = self.string(source) else { return Err(Computed) };
        let is_optional = matches!(how, How::Require | How::Dynamic) && self.may_fail(node);
        let specifier: Arc<str> = specifier.into();
        out.say(self.tree.span(source), ModuleFact::Import { specifier: Arc::clone(&specifier), how, is_optional });
        imported::names(self, node, &specifier, how, out);
        Ok(())
    }

    /// `require("a")`, `await import("a")`, `import("a").T`
    fn call(&self, node: NodeId) -> Option<(NodeId, How)> {
        let function = self.tree.child_by_field_name(node, "function")?;
        let how = match self.tree.kind_name(function) {
            "import" if self.in_type(node) => How::Type,
            "import" => How::Dynamic,
            "identifier" if self.analysis.words(function) == "require" => {
                self.analysis.names().binding_of(function).is_none().then_some(How::Require)?
            }
            _ => return None,
        };
        let arguments = self.tree.child_by_field_name(node, "arguments")?;
        Some((self.tree.named_children(arguments).next()?, how))
    }

    fn in_type(&self, node: NodeId) -> bool {
        self.tree.ancestors(node).any(|above| {
            matches!(
                self.tree.kind_name(above),
                "type_annotation" | "type_alias_declaration" | "type_arguments" | "interface_declaration"
            )
        })
    }

    /// Whether somebody is ready for the module not to be there.
    fn may_fail(&self, node: NodeId) -> bool {
        self.tree.ancestors(node).any(|above| match self.tree.kind_name(above) {
            "try_statement" => true,
            // `typeof exports === "object" ? require("a") : …`, for several kinds of loaders.
            "if_statement" | "ternary_expression" => self
                .tree
                .child_by_field_name(above, "condition")
                .is_some_and(|condition| self.analysis.words(condition).contains("typeof ")),
            "call_expression" => {
                let method = self
                    .tree
                    .child_by_field_name(above, "function")
                    .and_then(|function| self.tree.child_by_field_name(function, "property"));
                method.is_some_and(|method| self.analysis.words(method) == "catch")
            }
            _ => false,
        })
    }

    /// The key of a table of aliases, or the value of `find`.
    fn alias(&self, pair: NodeId, out: &mut Facts) {
        let Some(key) = self.tree.child_by_field_name(pair, "key") else { return };
        let name = self.analysis.words(key).trim_matches(['"', '\'']);
        let value = self.tree.child_by_field_name(pair, "value");
        let found =
            value.filter(|_| name == "find").map(|value| self.analysis.words(value).trim_matches(['"', '\'', '/']));
        out.say(self.tree.span(pair), ModuleFact::Alias(found.unwrap_or(name).into()));
    }
}
