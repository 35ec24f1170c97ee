//! The exports of a module, of ECMAScript or of CommonJS.

use std::collections::BTreeSet;

use auditlint_syntax::{NodeId, Tree};

use super::follow::Ecmascript;
use super::kinds::{EcmascriptKinds, EcmascriptMeaning};
use crate::binding::{BindingSlot, Referent};
use crate::evaluate::{Follow, FollowRules, NameLookup, Tail};
use crate::exported::{ExportedName, ModuleExports};
use crate::path::Segment;
use crate::{Names, QualifiedPath, Target};

/// What a module exports; see [`Names::exports`].
pub(crate) fn exports(names: &Names, tree: &Tree, text: &[u8]) -> ModuleExports {
    let kinds = EcmascriptKinds::of(tree.language());
    let mut reader = ExportReader { names, tree, text, kinds, out: ModuleExports::default() };
    let mut is_module = false;
    for statement in tree.named_children(tree.root()) {
        match reader.meaning(statement) {
            EcmascriptMeaning::Export => {
                is_module = true;
                reader.statement(statement);
            }
            EcmascriptMeaning::Import => is_module = true,
            _ => {}
        }
    }
    if !is_module {
        reader.commonjs();
        reader.out.is_common = true;
    }
    reader.out
}

/// The object that a file of CommonJS exports, or a member of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CommonExport {
    Whole,
    Member(NodeId),
}

struct ExportReader<'n> {
    names: &'n Names,
    tree: &'n Tree,
    text: &'n [u8],
    kinds: &'n EcmascriptKinds,
    out: ModuleExports,
}

impl ExportReader<'_> {
    fn meaning(&self, node: NodeId) -> EcmascriptMeaning {
        self.kinds.meaning(self.tree.kind(node))
    }

    fn field(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.tree.child_by_field_name(node, name)
    }

    /// Whether a word stands among the parts of a statement or specifier.
    fn has_word(&self, node: NodeId, word: &str) -> bool {
        self.tree.children(node).any(|child| !self.tree.node(child).is_named() && self.tree.kind_name(child) == word)
    }

    fn words(&self, node: NodeId) -> Box<str> {
        String::from_utf8_lossy(self.tree.text(node, self.text)).trim_matches(['"', '\'']).into()
    }

    fn target(&self, start: Follow, tail: Tail) -> Target {
        let mut lookup = NameLookup { names: self.names, tree: self.tree, text: self.text, tell: &mut |_, _| {} };
        self.names.across(|| lookup.evaluate::<Ecmascript>(start, tail))
    }

    fn push(&mut self, name: Option<Box<str>>, at: NodeId, value: NodeId, target: &Target) {
        let path = QualifiedPath::of(target, self.text);
        let via = self.names.via.get().filter(|_| path.is_some());
        let (span, returned, imported) = (self.tree.span(at), self.returned(value), self.names.exact.get());
        self.out.names.push(ExportedName { name, span, value, returned, path, via, imported });
    }

    fn expression(&mut self, name: Option<Box<str>>, at: NodeId, value: NodeId) {
        let target = self.target(Follow::Node(value), Tail::new());
        self.push(name, at, value, &target);
    }

    fn statement(&mut self, node: NodeId) {
        let tree = self.tree;
        if self.has_word(node, "type") {
            return;
        }
        if self.has_word(node, "=") {
            if let Some(value) = tree.named_children(node).find(|child| !tree.node(*child).is_extra()) {
                self.expression(None, value, value);
            }
        } else if self.has_word(node, "default") {
            let value = self.field(node, "value").or_else(|| self.field(node, "declaration"));
            if let Some(value) = value {
                let at = self.field(value, "name").unwrap_or(value);
                self.expression(Some("default".into()), at, value);
            }
        } else if let Some(declaration) = self.field(node, "declaration") {
            self.declaration(declaration);
        } else {
            let source = self.field(node, "source");
            let lookup = NameLookup { names: self.names, tree, text: self.text, tell: &mut |_, _| {} };
            let module = source.map(|source| (source, Ecmascript::module(&lookup, source)));
            for clause in tree.named_children(node) {
                match tree.kind_name(clause) {
                    "export_clause" => self.list(clause, module.as_ref().map(|(_, module)| module)),
                    "namespace_export" => {
                        let name = tree.named_children(clause).next();
                        if let (Some(name), Some((_, Some(module)))) = (name, &module) {
                            let target = self.target(Follow::module(module.clone()), Tail::new());
                            self.push(Some(self.words(name)), name, name, &target);
                        }
                    }
                    _ => {}
                }
            }
            if let (Some((source, _)), true) = (module, self.is_star(node)) {
                self.out.stars.push((self.words(source), tree.span(node)));
            }
        }
    }

    /// Whether a statement is `export * from …`.
    fn is_star(&self, node: NodeId) -> bool {
        self.has_word(node, "*")
            && !self.tree.named_children(node).any(|child| self.tree.kind_name(child) == "namespace_export")
    }

    /// `{ a, b as c }`, of the file itself or of a module, which may be one that nobody can name.
    fn list(&mut self, clause: NodeId, module: Option<&Option<Segment>>) {
        let tree = self.tree;
        for specifier in tree.named_children(clause) {
            let Some(local) = self.field(specifier, "name").filter(|_| !self.has_word(specifier, "type")) else {
                continue;
            };
            let at = self.field(specifier, "alias").unwrap_or(local);
            let target = match module {
                None => self.target(Follow::Node(local), Tail::new()),
                Some(Some(module)) => {
                    let mut tail = Tail::new();
                    tail.push(Segment::Imported((&*self.words(local)).into()));
                    self.target(Follow::module(module.clone()), tail)
                }
                Some(None) => Target::Opaque,
            };
            self.push(Some(self.words(at)), at, if module.is_none() { local } else { specifier }, &target);
        }
    }

    fn declaration(&mut self, declaration: NodeId) {
        let tree = self.tree;
        let introduced = match tree.kind_name(declaration) {
            "lexical_declaration" | "variable_declaration" => {
                let patterns = tree.named_children(declaration).filter_map(|declarator| self.field(declarator, "name"));
                patterns.flat_map(|pattern| tree.subtree(pattern)).collect::<Vec<_>>()
            }
            _ => self.field(declaration, "name").into_iter().collect(),
        };
        for part in introduced {
            let BindingSlot::Binding(id) = self.names.slot(part) else { continue };
            if self.names.binding(id).node == part {
                let target = self.target(Follow::Binding(id), Tail::new());
                self.push(Some(self.words(part)), part, part, &target);
            }
        }
    }

    /// What an exported function gives back, if it does nothing but return.
    fn returned(&self, value: NodeId) -> Option<NodeId> {
        super::origins::only_returned(self.names, self.tree, self.kinds, value)
    }

    /// `module.exports = …` and `exports.a = …` at the top of a file. Where one stands elsewhere, nobody can say what is exported.
    fn commonjs(&mut self) {
        let tree = self.tree;
        let mut found: Vec<(CommonExport, NodeId, NodeId)> = Vec::new();
        let assignments =
            (0..tree.len()).map(NodeId).filter(|node| self.meaning(*node) == EcmascriptMeaning::Assignment);
        for assignment in assignments {
            let (Some(left), Some(right)) = (self.field(assignment, "left"), self.field(assignment, "right")) else {
                continue;
            };
            let Some(export) = self.common_export(left) else { continue };
            // `exports = module.exports = value`
            let is_chained = |node: &NodeId| self.meaning(*node) == EcmascriptMeaning::Assignment;
            let mut value = right;
            while let Some(next) = Some(value).filter(is_chained).and_then(|value| self.field(value, "right")) {
                value = next;
            }
            let around = tree.ancestors(assignment).find(|above| !is_chained(above));
            let is_at_top = around.is_some_and(|statement| {
                tree.kind_name(statement) == "expression_statement" && tree.parent(statement) == Some(tree.root())
            });
            if !is_at_top {
                return;
            }
            found.push((export, left, value));
        }
        let wholes = found.iter().filter(|(export, left, _)| {
            *export == CommonExport::Whole && self.meaning(*left) == EcmascriptMeaning::Member
        });
        if wholes.count() > 1 {
            return;
        }
        for (export, left, value) in found {
            match export {
                CommonExport::Member(name) => self.expression(Some(self.words(name)), name, value),
                CommonExport::Whole if tree.kind_name(value) == "object" => self.members(value),
                CommonExport::Whole if self.meaning(left) == EcmascriptMeaning::Member => {
                    self.expression(None, value, value);
                }
                CommonExport::Whole => {}
            }
        }
        let mut seen = BTreeSet::new();
        let twice: BTreeSet<Option<Box<str>>> =
            self.out.names.iter().filter(|one| !seen.insert(one.name.clone())).map(|one| one.name.clone()).collect();
        self.out.names.retain(|one| !twice.contains(&one.name));
    }

    /// The members of the object that a file of CommonJS exports.
    fn members(&mut self, object: NodeId) {
        for member in self.tree.named_children(object) {
            match self.tree.kind_name(member) {
                "shorthand_property_identifier" => self.expression(Some(self.words(member)), member, member),
                "pair" => {
                    let (Some(key), Some(value)) = (self.field(member, "key"), self.field(member, "value")) else {
                        continue;
                    };
                    if self.tree.kind_name(key) != "computed_property_name" {
                        self.expression(Some(self.words(key)), key, value);
                    }
                }
                _ => {}
            }
        }
    }

    /// `module.exports`, `exports` itself, `exports.a`, `module.exports.a`
    fn common_export(&self, node: NodeId) -> Option<CommonExport> {
        if self.is_free(node, b"exports") {
            return Some(CommonExport::Whole);
        }
        let (object, property) = (self.field(node, "object")?, self.field(node, "property")?);
        if self.is_free(object, b"module") && self.tree.text(property, self.text) == b"exports" {
            return Some(CommonExport::Whole);
        }
        match self.common_export_object(object) {
            true => Some(CommonExport::Member(property)),
            false => None,
        }
    }

    fn common_export_object(&self, node: NodeId) -> bool {
        self.is_free(node, b"exports")
            || self.field(node, "object").is_some_and(|object| self.is_free(object, b"module"))
                && self.field(node, "property").is_some_and(|name| self.tree.text(name, self.text) == b"exports")
    }

    fn is_free(&self, node: NodeId, name: &[u8]) -> bool {
        self.tree.text(node, self.text) == name
            && self.names.reference_at(node).is_some_and(|reference| reference.to == Referent::Free)
    }
}
