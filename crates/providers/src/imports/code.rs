//! Imports in TypeScript and JavaScript, and what a file gives a meaning to besides: ambient modules, aliases of bundlers.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::NodeId;

use super::fact::{Facts, ImportKind, ModuleFact};
use super::reader::ImportReader;
use super::{exports, imported, mentions};
use crate::kinds::Kinds;
use crate::read::alias::{spelled_path, without_rest};
use crate::read::build_config;

static KINDS: Kinds = Kinds::new(&["import_statement", "export_statement", "call_expression", "module"]);
/// What may name a file without importing it.
static TEXTS: Kinds = Kinds::new(&["string", "template_string"]);
/// Where types of JavaScript are declared.
static COMMENTS: Kinds = Kinds::new(&["comment"]);
/// Where aliases stand in the configuration of bundlers and test runners.
static ALIASES: Kinds = Kinds::new(&["pair", "assignment_expression"]);

/// What stands in the names of keys, variables and functions around a table of names that a bundler or test runner replaces.
const REPLACING: [&str; 12] = [
    "alias",
    "extern",
    "extranodemodules",
    "fallback",
    "globals",
    "importmap",
    "imports",
    "modulemap",
    "modulenamemapper",
    "paths",
    "replace",
    "virtual",
];

/// Tools whose configuration gives no specifier a meaning, by the names of their files.
const NO_BUNDLERS: [&str; 8] =
    ["commitlint", "drizzle", "eslint", "postcss", "prettier", "stylelint", "tailwind", "lint-staged"];

/// How far up a table of aliases is looked for.
const HIGHEST: usize = 64;

/// The facts of a source; `is_config` where it may configure a bundler.
pub(super) fn extract(analysis: &Analysis<'_>, path: &FilePath, is_config: bool, out: &mut Facts) {
    let tree = analysis.tree();
    let reader = ImportReader { analysis, tree };
    let language = tree.language();
    let (kinds, texts, aliases) = (KINDS.of(language), TEXTS.of(language), ALIASES.of(language));
    let comments = COMMENTS.of(language);
    let is_config = is_config && !NO_BUNDLERS.iter().any(|tool| path.name().contains(tool));
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
            reader.alias(node, path.name().contains("alias"), out);
        }
    }
    if loads_anything {
        imported::members(&reader, out);
    }
    if is_config {
        for (span, entry) in build_config::entries(analysis) {
            out.say(span, ModuleFact::BuildEntry(entry.into()));
        }
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
    let reader = ImportReader { analysis, tree };
    let kinds = KINDS.of(tree.language());
    for node in (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        // What is computed was found without a grammar.
        let _ = reader.import(node, out);
    }
}

/// A specifier that is computed.
struct Computed;

impl ImportReader<'_> {
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
                source.map(|source| (source, if is_type(node) { ImportKind::Type } else { ImportKind::Import }))
            }
            "export_statement" => self
                .tree
                .child_by_field_name(node, "source")
                .map(|source| (source, if is_type(node) { ImportKind::Type } else { ImportKind::Import })),
            "module" => {
                if let Some(name) = self.tree.child_by_field_name(node, "name").and_then(|name| self.string(name)) {
                    // A pattern adds to no module that there is.
                    let fact = match self.is_in_module() && !name.contains('*') {
                        true => ModuleFact::Augmented(name.into()),
                        false => ModuleFact::Ambient(name.into()),
                    };
                    out.say(self.tree.span(node), fact);
                }
                None
            }
            _ => self.call(node),
        };
        let Some((source, how)) = found else { return Ok(()) };
        let Some(specifier) = self.string(source) else { return Err(Computed) };
        let is_optional = matches!(how, ImportKind::Require | ImportKind::Dynamic) && self.may_fail(node);
        let specifier: Arc<str> = specifier.into();
        out.say(
            self.tree.span(source),
            ModuleFact::Import { specifier: Arc::clone(&specifier), how, is_optional, is_run: self.is_run(node, how) },
        );
        imported::names(self, node, &specifier, how, out);
        Ok(())
    }

    /// Whether the file is a module: one of its statements imports or exports.
    fn is_in_module(&self) -> bool {
        let mut statements = self.tree.named_children(self.tree.root());
        statements.any(|statement| matches!(self.tree.kind_name(statement), "import_statement" | "export_statement"))
    }

    /// `require("a")`, `await import("a")`, `import("a").T`
    fn call(&self, node: NodeId) -> Option<(NodeId, ImportKind)> {
        let function = self.tree.child_by_field_name(node, "function")?;
        let how = match self.tree.kind_name(function) {
            "import" if self.in_type(node) => ImportKind::Type,
            "import" => ImportKind::Dynamic,
            "identifier" if self.analysis.words(function) == "require" => {
                self.analysis.names().binding_of(function).is_none().then_some(ImportKind::Require)?
            }
            _ => return None,
        };
        let arguments = self.tree.child_by_field_name(node, "arguments")?;
        Some((self.tree.named_children(arguments).next()?, how))
    }

    /// Whether an import is sure to load its module: the compiler leaves out one of which only types are used.
    fn is_run(&self, node: NodeId, how: ImportKind) -> bool {
        if how != ImportKind::Import || self.tree.kind_name(node) != "import_statement" {
            return matches!(how, ImportKind::Require | ImportKind::Dynamic);
        }
        let Some(clause) = self.child(node, "import_clause") else {
            return self.child(node, "import_require_clause").is_none();
        };
        let names = self.analysis.names();
        let identifiers = self.tree.subtree(clause).filter(|part| self.tree.kind_name(*part) == "identifier");
        let mut bindings = identifiers.filter_map(|identifier| names.binding_of(identifier));
        bindings.any(|binding| names.references(binding).any(|reference| self.is_value(reference.node)))
    }

    /// Whether a name stands where only a value can stand.
    fn is_value(&self, node: NodeId) -> bool {
        const OF_TYPES: [&str; 7] = [
            "export_specifier",
            "extends_type_clause",
            "implements_clause",
            "nested_type_identifier",
            "type_annotation",
            "type_arguments",
            "type_query",
        ];
        matches!(self.tree.kind_name(node), "identifier" | "shorthand_property_identifier")
            && !self.tree.ancestors(node).take(4).any(|above| OF_TYPES.contains(&self.tree.kind_name(above)))
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

    /// The key of a table of aliases, or the value of `find`; `is_table` where the whole file is one.
    fn alias(&self, node: NodeId, is_table: bool, out: &mut Facts) {
        let field = |name| self.tree.child_by_field_name(node, name);
        let plain = |node: NodeId| self.analysis.words(node).trim_matches(['"', '\'']);
        let (name, value) = if self.tree.kind_name(node) == "pair" {
            let (Some(key), Some(value)) = (field("key"), field("value")) else { return };
            (plain(key), value)
        } else {
            // `config.resolve.alias["@"] = "./src"`
            let (Some(left), Some(value)) = (field("left"), field("right")) else { return };
            let part = |name| self.tree.child_by_field_name(left, name);
            let Some(key) = part("index").or_else(|| part("property")) else { return };
            if !part("object").is_some_and(|object| is_replacing(self.analysis.words(object))) {
                return;
            }
            (plain(key), value)
        };
        let span = self.tree.span(node);
        let found = (name == "find").then(|| self.analysis.words(value).trim_matches(['"', '\'', '/']));
        if found.is_none() && self.tree.kind_name(node) == "pair" && !is_table && !self.is_in_table(node) {
            return;
        }
        let target = match found {
            Some(_) => self.sibling(node, "replacement"),
            None => Some(value),
        };
        let pattern: Arc<str> = found.unwrap_or(name).into();
        if let Some(target) = target.and_then(|target| self.folder_of_alias(target)) {
            out.say(span, ModuleFact::AliasTarget { pattern: Arc::clone(&pattern), target: target.into() });
        }
        out.say(span, ModuleFact::Alias(pattern));
    }

    /// The value of another key of the same object.
    fn sibling(&self, pair: NodeId, name: &str) -> Option<NodeId> {
        let mut pairs = self.tree.named_children(self.tree.parent(pair)?);
        let has_name = |pair: &NodeId| {
            let key = self.tree.child_by_field_name(*pair, "key");
            key.is_some_and(|key| self.analysis.words(key).trim_matches(['"', '\'']) == name)
        };
        pairs.find(has_name).and_then(|pair| self.tree.child_by_field_name(pair, "value"))
    }

    /// Whether what stands around a key says that it is one of names that are replaced.
    fn is_in_table(&self, pair: NodeId) -> bool {
        self.tree.ancestors(pair).take(HIGHEST).any(|above| {
            let name = match self.tree.kind_name(above) {
                "pair" => "key",
                "variable_declarator" | "function_declaration" | "method_definition" => "name",
                "assignment_expression" => "left",
                "call_expression" => "function",
                _ => return false,
            };
            self.tree.child_by_field_name(above, name).is_some_and(|name| is_replacing(self.analysis.words(name)))
        })
    }

    /// The path that an alias leads to, where it is written out: `"./src"`, `path.resolve(__dirname, "src")`, `"<rootDir>/src/$1"`.
    fn folder_of_alias(&self, value: NodeId) -> Option<String> {
        let path = spelled_path(self.analysis.words(value))?;
        let path = path.strip_prefix("<rootDir>/").or_else(|| path.starts_with('.').then_some(path.as_str())).or_else(
            // A plain word may be the name of a package.
            || (self.tree.kind_name(value) != "string" && !path.starts_with('/')).then_some(path.as_str()),
        )?;
        without_rest(path).map(str::to_owned)
    }
}

/// Whether a name says that what stands below it replaces specifiers.
fn is_replacing(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    REPLACING.iter().any(|word| name.contains(word))
}
