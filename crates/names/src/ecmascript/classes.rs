//! Classes: their names, their fields, and what `this` is in them.

use auditlint_syntax::NodeId;

use super::bind::{EcmascriptBinder, FieldNote, FieldOf};
use super::kinds::EcmascriptMeaning;
use crate::binding::{BindingKind, BindingValue, Spaces};
use crate::builder::Declaration;

impl EcmascriptBinder<'_> {
    pub(crate) fn method(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let in_class = tree.parent(node).is_some_and(|parent| Some(tree.kind(parent)) == self.kinds.class_body);
        let value = match self.this_of_member(node) {
            Some(value) if in_class => value,
            _ => BindingValue::Unknown,
        };
        let scope = self.enter(node, true);
        self.bind_this(scope, node, value);
    }

    /// What `this` is in a member of the class around it.
    pub(crate) fn this_of_member(&mut self, node: NodeId) -> Option<BindingValue> {
        let scope = self.builder.scope();
        let id = self.builder.bound_in(scope, self.this, Spaces::VALUE)?;
        match self.builder.bindings[id.0 as usize].value {
            BindingValue::Class { class, .. } => {
                Some(BindingValue::Class { class, is_static: self.has_word(node, "static") })
            }
            _ => None,
        }
    }

    pub(crate) fn class(&mut self, node: NodeId, class: EcmascriptMeaning) {
        let exported = self.is_exported(node);
        let name = self.child(node, self.kinds.name);
        if let (EcmascriptMeaning::ClassDeclaration, Some(name)) = (class, name) {
            let scope = self.builder.scope();
            self.own(scope, name, BindingKind::Class, Spaces::BOTH, exported);
        }
        let scope = self.enter(node, false);
        if let (EcmascriptMeaning::ClassExpression, Some(name)) = (class, name) {
            self.own(scope, name, BindingKind::Class, Spaces::BOTH, false);
        }
        let class = self.classes;
        self.classes += 1;
        // In a static block and in the value of a static field it is the class; both open scopes of their own.
        self.bind_this(scope, node, BindingValue::Class { class, is_static: true });
    }

    pub(crate) fn field_definition(&mut self, node: NodeId) {
        let name = self.child(node, self.kinds.name).or_else(|| self.child(node, self.kinds.property));
        let this = self.this_of_member(node);
        let scope = self.enter(node, true);
        if let Some(BindingValue::Class { class, is_static }) = this {
            self.bind_this(scope, node, BindingValue::Class { class, is_static });
            let value = self.child(node, self.kinds.value);
            if let Some(name) = name {
                self.fields.push(FieldNote { of: FieldOf::Class { class, is_static }, name, value });
            }
        }
    }

    pub(crate) fn bind_this(&mut self, scope: u32, node: NodeId, value: BindingValue) {
        let declaration =
            Declaration { kind: BindingKind::This, spaces: Spaces::VALUE, value, default: None, exported: false };
        self.builder.declare_symbol(scope, self.this, node, &[], declaration);
    }
}
