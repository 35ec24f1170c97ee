//! Whether a value can be reached from elsewhere: from another file, or through what it was handed to.

use auditlint_syntax::{Family, NodeId, Tree};

use crate::binding::{Access, BindingId};
use crate::table::Names;

/// What a place does with the value that stands there.
enum EscapeSite {
    /// It only looks at the value, or calls it.
    Looks,
    /// Its own value is the same.
    Passes,
    /// It is a declaration of another name for the value.
    Names(NodeId),
    /// It hands the value on.
    HandsOn,
}

impl Names {
    /// Whether the value of a binding may be reached from elsewhere: it is exported, or some use hands it on, as an argument,
    /// a result, an element, what is assigned. Members taken from it, calls of it and of its methods, comparisons and
    /// conditions do not; another name for it is looked at in its turn. `true` where that cannot be known.
    #[must_use]
    pub fn escapes(&self, tree: &Tree, id: BindingId) -> bool {
        let mut seen = vec![id];
        let mut at = 0;
        while let Some(id) = seen.get(at).copied() {
            at += 1;
            if self.binding(id).exported {
                return true;
            }
            for used in self.references(id) {
                match used.access {
                    Access::Type | Access::Write => continue,
                    Access::Mention => return true,
                    Access::Read | Access::ReadWrite => {}
                }
                match self.place_of(tree, used.node) {
                    EscapeSite::Looks | EscapeSite::Passes => {}
                    EscapeSite::HandsOn => return true,
                    EscapeSite::Names(name) => match self.binding_of(name) {
                        Some(alias) if seen.contains(&alias) => {}
                        Some(alias) if !self.is_reassigned(alias) => seen.push(alias),
                        _ => return true,
                    },
                }
            }
        }
        false
    }

    fn place_of(&self, tree: &Tree, used: NodeId) -> EscapeSite {
        let mut node = used;
        while let Some(parent) = tree.parent(node) {
            let is =
                |field: &str| tree.language().field(field).is_some_and(|field| tree.node(node).field() == Some(field));
            let place = match tree.language().family() {
                Family::Rust => rust_place(tree, parent, &is),
                Family::Ecmascript => ecmascript_place(tree, parent, &is),
                Family::Python => python_place(tree, parent, &is),
                Family::Shell => EscapeSite::HandsOn,
            };
            match place {
                EscapeSite::Passes => node = parent,
                place => return place,
            }
        }
        EscapeSite::HandsOn
    }
}

fn named(tree: &Tree, declaration: NodeId, field: &str) -> EscapeSite {
    let name = tree.language().field(field).and_then(|field| tree.child_by_field(declaration, field));
    match name.filter(|name| tree.kind_name(*name) == "identifier") {
        Some(name) => EscapeSite::Names(name),
        None => EscapeSite::HandsOn,
    }
}

fn ecmascript_place(tree: &Tree, parent: NodeId, is: &dyn Fn(&str) -> bool) -> EscapeSite {
    match tree.kind_name(parent) {
        "member_expression" | "subscript_expression" if is("object") => EscapeSite::Looks,
        "call_expression" if is("function") => EscapeSite::Looks,
        "new_expression" if is("constructor") => EscapeSite::Looks,
        "binary_expression" => {
            let operator = tree.language().field("operator").and_then(|field| tree.child_by_field(parent, field));
            match operator.map(|operator| tree.kind_name(operator)) {
                Some("&&" | "||" | "??") => EscapeSite::Passes,
                _ => EscapeSite::Looks,
            }
        }
        "unary_expression"
        | "update_expression"
        | "template_substitution"
        | "expression_statement"
        | "if_statement"
        | "while_statement"
        | "do_statement"
        | "switch_statement" => EscapeSite::Looks,
        "for_in_statement" if is("right") => EscapeSite::Looks,
        "ternary_expression" if is("condition") => EscapeSite::Looks,
        "ternary_expression"
        | "parenthesized_expression"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "type_assertion"
        | "await_expression" => EscapeSite::Passes,
        "variable_declarator" if is("value") => named(tree, parent, "name"),
        _ => EscapeSite::HandsOn,
    }
}

fn python_place(tree: &Tree, parent: NodeId, is: &dyn Fn(&str) -> bool) -> EscapeSite {
    match tree.kind_name(parent) {
        "attribute" if is("object") => EscapeSite::Looks,
        "subscript" if is("value") => EscapeSite::Looks,
        "call" if is("function") => EscapeSite::Looks,
        "for_statement" | "for_in_clause" if is("right") => EscapeSite::Looks,
        "if_statement" | "elif_clause" | "while_statement" if is("condition") => EscapeSite::Looks,
        "comparison_operator"
        | "binary_operator"
        | "unary_operator"
        | "not_operator"
        | "expression_statement"
        | "interpolation"
        | "assert_statement"
        | "delete_statement"
        | "if_clause" => EscapeSite::Looks,
        "augmented_assignment" if is("left") => EscapeSite::Looks,
        "boolean_operator" | "conditional_expression" | "parenthesized_expression" | "await" => EscapeSite::Passes,
        "assignment" if is("right") => named(tree, parent, "left"),
        _ => EscapeSite::HandsOn,
    }
}

fn rust_place(tree: &Tree, parent: NodeId, is: &dyn Fn(&str) -> bool) -> EscapeSite {
    match tree.kind_name(parent) {
        "field_expression" if is("value") => EscapeSite::Looks,
        "call_expression" | "generic_function" if is("function") => EscapeSite::Looks,
        "index_expression" | "binary_expression" | "unary_expression" | "expression_statement" => EscapeSite::Looks,
        "compound_assignment_expr" if is("left") => EscapeSite::Looks,
        "match_expression" | "for_expression" if is("value") => EscapeSite::Looks,
        "if_expression" | "while_expression" if is("condition") => EscapeSite::Looks,
        "parenthesized_expression" | "reference_expression" | "await_expression" | "try_expression" => {
            EscapeSite::Passes
        }
        "let_declaration" if is("value") => named(tree, parent, "pattern"),
        _ => EscapeSite::HandsOn,
    }
}
