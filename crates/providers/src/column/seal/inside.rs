//! Whether code seals what goes through it: a transformer, a setter, a decorator, a type of columns.

use auditlint_names::BindingKind;
use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnValue, Facts, Passed, Sealed, ValueFlow};
use super::super::view::ColumnView;
use super::says_sealed;

/// The key of what is known about everything that a function does, and not about what it gives.
const WHOLE: &str = "*";

/// At most this many of the functions that code calls are asked.
const MOST: usize = 8;

/// The call in some code that seals.
pub(super) fn sealing_call<'a>(view: ColumnView<'a>, code: NodeId) -> Option<&'a str> {
    let calls = view.nodes_in(code, &["call_expression", "new_expression"]);
    let named = calls.filter_map(|call| view.field(call, "function").or_else(|| view.field(call, "constructor")));
    let mut names = named.filter_map(|callee| view.last_name(callee));
    names.find(|name| says_sealed(name))
}

/// Whether what an expression names or holds seals: a transformer, a setter, a call of an own type.
pub(in super::super) fn beside(view: ColumnView<'_>, expression: NodeId) -> ColumnValue {
    if says_sealed(view.words(expression)) {
        return ColumnValue::of(Sealed::Yes, view.shown(expression));
    }
    let mut value = ColumnValue { own: None, how: view.shown(expression).into(), from: Vec::new(), is_named: false };
    for name in view.nodes_in(expression, &["identifier", "shorthand_property_identifier"]).take(MOST) {
        if let Some(said) = of_name(view, name) {
            value = match said.own {
                Some(Sealed::Yes) => return said,
                _ => value.beside(said),
            };
        }
    }
    if value.from.is_empty() {
        value.own = Some(Sealed::No);
    }
    value
}

/// Whether what an identifier names seals: what this file makes, or what it imports.
pub(super) fn of_name(view: ColumnView<'_>, name: NodeId) -> Option<ColumnValue> {
    let names = view.analysis.names();
    let binding = names.binding(names.binding_of(name)?);
    match binding.kind {
        BindingKind::Import => {
            let exported = view.exported(name)?;
            let module = &*exported.module;
            let function = if matches!(&*exported.name, "" | "default") { view.words(name) } else { &exported.name };
            // Every file of the project that seals is read.
            let is_own = module.starts_with(['.', '~', '#']) || module.starts_with("@/");
            let taken = match () {
                () if says_sealed(function) => Sealed::Yes,
                () if is_own => Sealed::No,
                () => Sealed::Unknown,
            };
            let flow = ValueFlow {
                function: function.into(),
                module: Some(module.into()),
                argument: None,
                key: Some(WHOLE.into()),
                taken,
            };
            Some(ColumnValue { own: None, how: view.words(name).into(), from: vec![flow], is_named: false })
        }
        BindingKind::Parameter | BindingKind::Type | BindingKind::TypeParameter => None,
        _ => {
            let declaration = view.parent(binding.node)?;
            let how = sealing_call(view, declaration)?;
            Some(ColumnValue::of(Sealed::Yes, how))
        }
    }
}

/// Says which of what a file exports seals inside.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    let names = view.analysis.names();
    for (_, binding) in names.bindings().filter(|(_, binding)| binding.exported) {
        let Some(declaration) = view.parent(binding.node) else { continue };
        let kinds = ["function_declaration", "class_declaration", "abstract_class_declaration", "variable_declarator"];
        if !view.is(declaration, &kinds) {
            continue;
        }
        let function = view.words(binding.node);
        if let Some(how) = sealing_call(view, declaration) {
            let value = ColumnValue::of(Sealed::Yes, how);
            let passed = Passed { function: function.into(), argument: None, key: Some(WHOLE.into()), value };
            out.say(view.span(binding.node), ColumnFact::Passed(Box::new(passed)));
        }
    }
}
