//! Patterns: which of their identifiers bind.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::bind::RustBinder;
use super::kinds::RustMeaning;
use crate::binding::{BindingId, BindingKind, BindingValue, Spaces};
use crate::builder::Declaration;
use crate::symbols::Symbol;

fn declaration(kind: BindingKind, value: BindingValue) -> Declaration {
    Declaration { kind, spaces: Spaces::VALUE, value, default: None, exported: false }
}

impl RustBinder<'_> {
    /// Declares the names of a pattern in the innermost scope.
    pub(crate) fn bind_pattern(&mut self, pattern: Option<NodeId>, kind: BindingKind) {
        let Some(pattern) = pattern else { return };
        let scope = self.builder.scope();
        for name in self.names_of(pattern) {
            self.builder.declare(scope, name, &[], declaration(kind, BindingValue::Unknown));
        }
    }

    /// Declares the names of a pattern that hold later; with `is_conditional` a `cfg` may take them away.
    pub(crate) fn late_pattern(&mut self, pattern: NodeId, value: BindingValue, is_conditional: bool) {
        let names = self.names_of(pattern);
        let mut known: FxHashMap<Symbol, BindingId> = FxHashMap::default();
        let is_alone = names.len() == 1;
        for name in names {
            let symbol = self.builder.symbol_of(name);
            // The alternatives of a pattern bind the same names.
            if let Some(id) = known.get(&symbol) {
                self.builder.share(name, *id);
                continue;
            }
            let id = self.builder.declare_late(name, &[], declaration(BindingKind::Let, value));
            if !is_alone {
                known.insert(symbol, id);
            }
            if is_conditional {
                self.builder.set_conditional(id);
            }
        }
    }

    /// The identifiers of a pattern that bind. One with a capital letter and nothing around it names a constant or a variant,
    /// by the convention that the compiler warns about.
    fn names_of(&mut self, pattern: NodeId) -> Vec<NodeId> {
        let tree = self.builder.tree;
        let mut names = Vec::new();
        let (mut at, end) = (pattern.0, tree.subtree_end(pattern));
        let mut binds_any_case = 0;
        while at < end {
            self.builder.step();
            let node = NodeId(at);
            at += 1;
            match self.meaning(node) {
                RustMeaning::MutPattern => binds_any_case = tree.subtree_end(node),
                RustMeaning::Identifier => {
                    let begins_large = tree.text(node, self.builder.text).first().is_some_and(u8::is_ascii_uppercase);
                    let is_type = tree.node(node).field() == self.kinds.type_field;
                    if !is_type && (!begins_large || node.0 < binds_any_case) {
                        names.push(node);
                    }
                }
                RustMeaning::ShorthandField => names.push(node),
                RustMeaning::Path
                | RustMeaning::Constant
                | RustMeaning::MacroInvocation
                | RustMeaning::TokenTree
                | RustMeaning::GenericType
                | RustMeaning::Attribute
                | RustMeaning::NoNames => at = tree.subtree_end(node),
                _ => {}
            }
        }
        names
    }
}
