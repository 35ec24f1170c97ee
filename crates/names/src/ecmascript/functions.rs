//! Functions: their names, scopes and parameters.

use auditlint_syntax::NodeId;

use super::bind::{EcmascriptBinder, FieldNote, FieldOf, parameter_of};
use super::kinds::EcmascriptMeaning;
use super::purpose::Purpose;
use crate::binding::{BindingKind, BindingValue, Spaces};
use crate::builder::Declaration;

impl EcmascriptBinder<'_> {
    /// Where an arrow function ends. The grammar takes `(a) => f<T>`text`` for a template that is tagged with a function; what stands in the
    /// template belongs to the body.
    pub(crate) fn end_of_arrow(&self, node: NodeId) -> u32 {
        let tree = self.builder.tree;
        let end = self.end(node);
        let body = self.child(node, self.kinds.body).map(|body| tree.kind_name(body));
        let call = tree.parent(node).filter(|call| self.meaning(*call) == EcmascriptMeaning::Call);
        let template = call.and_then(|call| self.child(call, self.kinds.arguments));
        match template.filter(|template| self.meaning(*template) == EcmascriptMeaning::Template) {
            Some(template) if body == Some("instantiation_expression") => self.end(template),
            _ => end,
        }
    }

    pub(crate) fn function_name(&mut self, node: NodeId) {
        let Some(name) = self.child(node, self.kinds.name) else { return };
        let (scope, exported) = (self.builder.scope(), self.is_exported(node));
        self.own(scope, name, BindingKind::Function, Spaces::VALUE, exported);
        let outer = self.builder.var_scope();
        if !self.is_module && outer != scope && name.0 >= self.ambient_end {
            // In sloppy scripts a function of a block is also a variable of the function around it.
            let declaration = Declaration { kind: BindingKind::Var, ..parameter_of(BindingValue::Unknown, None) };
            let symbol = self.builder.symbol_of(name);
            if self.builder.bound_in(outer, symbol, Spaces::VALUE).is_none() {
                let slot = self.builder.take_slot(name);
                self.builder.declare_symbol(outer, symbol, name, &[], declaration);
                self.builder.put_slot(name, slot);
            }
        }
    }

    pub(crate) fn function_declaration(&mut self, node: NodeId) {
        self.function_name(node);
        self.function(node);
    }

    /// Opens the scope of a function that has a `this` of its own.
    pub(crate) fn function(&mut self, node: NodeId) {
        let scope = self.enter(node, true);
        self.bind_this(scope, node, BindingValue::Unknown);
    }

    pub(crate) fn parameters(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let kinds = self.kinds;
        let scope = self.builder.scope();
        for child in tree.named_children(node) {
            let is_typed = [kinds.required_parameter, kinds.optional_parameter].contains(&Some(tree.kind(child)));
            let (pattern, default) = match self.meaning(child) {
                _ if is_typed => (self.child(child, kinds.pattern), self.child(child, kinds.value)),
                EcmascriptMeaning::AssignmentPattern => (self.child(child, kinds.left), self.child(child, kinds.right)),
                _ => (Some(child), None),
            };
            let Some(pattern) = pattern else { continue };
            let declaration = match default {
                // The parts of a default are those of the parameter where it is left out.
                Some(value) if self.meaning(pattern) != EcmascriptMeaning::Identifier => {
                    parameter_of(BindingValue::Expression(value), None)
                }
                default => parameter_of(BindingValue::Unknown, default),
            };
            let makes_field = tree.children(child).any(|word| {
                matches!(tree.kind_name(word), "accessibility_modifier" | "readonly" | "override_modifier")
            });
            // A field is there for others.
            let declaration = Declaration { exported: makes_field, ..declaration };
            self.pattern(pattern, Purpose::Declare { scope, declaration });
            if makes_field {
                let class_scope = self.builder.parent_of(scope).unwrap_or(0);
                let this = self.builder.bound_in(class_scope, self.this, Spaces::VALUE);
                if let Some(BindingValue::Class { class, .. }) =
                    this.map(|id| self.builder.bindings[id.0 as usize].value)
                {
                    let of = FieldOf::Class { class, is_static: false };
                    self.fields.push(FieldNote { of, name: pattern, value: Some(pattern) });
                }
            }
        }
    }
}
