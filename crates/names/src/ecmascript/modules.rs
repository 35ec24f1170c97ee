//! What a file takes from other modules, gives to them, and its namespaces.

use auditlint_syntax::NodeId;

use super::bind::EcmascriptBinder;
use super::kinds::EcmascriptMeaning;
use crate::binding::{Access, AccessStep, BindingKind, BindingValue, Spaces};
use crate::builder::{Declaration, ScopeLeak};

impl EcmascriptBinder<'_> {
    pub(crate) fn namespace(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let Some(name) = self.child(node, self.kinds.name) else { return };
        let first = tree.subtree(name).find(|part| self.meaning(*part) == EcmascriptMeaning::Identifier);
        for part in tree.subtree(name) {
            self.builder.skip(part);
        }
        let exported = self.is_exported(node);
        let mut merges = false;
        if let Some(first) = first {
            let scope = self.builder.scope();
            let symbol = self.builder.symbol_of(first);
            merges = !self.namespaces.insert((scope, symbol));
            self.own(scope, first, BindingKind::Namespace, Spaces::BOTH, exported);
        }
        let scope = self.enter(node, true);
        if merges {
            // What the other part exports is in scope here too.
            self.builder.scopes[scope as usize].hides = ScopeLeak::Free;
        }
    }

    pub(crate) fn import(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let kinds = self.kinds;
        let scope = self.builder.scope();
        for clause in tree.named_children(node) {
            let is_require = Some(tree.kind(clause)) == kinds.require_clause;
            if is_require {
                let source = self.child(clause, kinds.source);
                let name =
                    tree.named_children(clause).find(|child| self.meaning(*child) == EcmascriptMeaning::Identifier);
                self.import_name(scope, name, source, &[]);
                continue;
            }
            if self.meaning(clause) != EcmascriptMeaning::ImportClause {
                continue;
            }
            let source = self.child(node, kinds.source);
            for child in tree.named_children(clause) {
                match self.meaning(child) {
                    EcmascriptMeaning::Identifier => {
                        self.import_name(scope, Some(child), source, &[AccessStep::Default]);
                    }
                    EcmascriptMeaning::NamespaceImport => {
                        let name = tree.named_children(child).next();
                        self.import_name(scope, name, source, &[]);
                    }
                    _ => {
                        for specifier in tree.named_children(child) {
                            let Some(name) = self.child(specifier, kinds.name) else { continue };
                            let local = self.child(specifier, kinds.alias);
                            if local.is_some() {
                                self.builder.skip(name);
                            }
                            self.import_name(scope, Some(local.unwrap_or(name)), source, &[AccessStep::Named(name)]);
                        }
                    }
                }
            }
        }
    }

    pub(crate) fn import_name(
        &mut self,
        scope: u32,
        name: Option<NodeId>,
        source: Option<NodeId>,
        steps: &[AccessStep],
    ) {
        let Some(name) = name.filter(|name| self.meaning(*name) == EcmascriptMeaning::Identifier) else { return };
        let value = source.map_or(BindingValue::Unknown, BindingValue::Module);
        let declaration =
            Declaration { kind: BindingKind::Import, spaces: Spaces::BOTH, value, default: None, exported: false };
        self.declare(scope, name, steps, declaration);
    }

    pub(crate) fn import_alias(&mut self, node: NodeId) {
        let mut children = self.builder.tree.named_children(node);
        let (Some(name), value) = (children.next(), children.next()) else { return };
        let declaration = Declaration {
            kind: BindingKind::Import,
            spaces: Spaces::BOTH,
            value: value.map_or(BindingValue::Unknown, BindingValue::Expression),
            default: None,
            exported: self.is_exported(node),
        };
        let scope = self.builder.scope();
        self.declare(scope, name, &[], declaration);
    }

    pub(crate) fn export(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let from_elsewhere = self.child(node, self.kinds.source).is_some();
        if let Some(value) = self.child(node, self.kinds.value) {
            self.exports.push(value);
        }
        let kinds = self.kinds;
        let is_specifier =
            |specifier: &NodeId| kinds.meaning(tree.kind(*specifier)) == EcmascriptMeaning::ExportSpecifier;
        let clauses = tree.named_children(node);
        for specifier in clauses.flat_map(|clause| tree.named_children(clause)).filter(is_specifier) {
            if let Some(alias) = self.child(specifier, kinds.alias) {
                self.builder.skip(alias);
            }
            match self.child(specifier, kinds.name) {
                Some(name) if from_elsewhere => self.builder.skip(name),
                Some(name) => {
                    self.exports.push(name);
                    self.builder.refer(name, Access::Read, Spaces::BOTH);
                }
                None => {}
            }
        }
        if from_elsewhere {
            // `export * as name from "m"` introduces nothing.
            for clause in tree.named_children(node) {
                if tree.kind_name(clause) == "namespace_export" {
                    for part in tree.subtree(clause) {
                        self.builder.skip(part);
                    }
                }
            }
        }
    }
}
