//! Functions of TypeScript and JavaScript that read the variable whose name they are given.

use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, NodeId};

use crate::view::View;

/// How many levels above a parameter its function is looked for.
const LEVELS: usize = 8;

/// The functions that read what they are told to: those that the module exports, and the others where the module reads nothing besides.
pub(super) fn readers(code: &View<'_>, reads: &[NodeId]) -> Vec<NodeId> {
    let told: Vec<Option<NodeId>> = reads.iter().map(|read| reader_around(code, *read)).collect();
    let is_all = told.iter().all(Option::is_some);
    let mut readers: Vec<NodeId> =
        told.into_iter().flatten().filter(|function| is_all || is_exported(code, *function)).collect();
    readers.dedup();
    readers
}

/// The named function around a read whose key is a parameter of it: `process.env[name]`, `Deno.env.get(name)`.
fn reader_around(code: &View<'_>, read: NodeId) -> Option<NodeId> {
    let above = code.tree.parent(read)?;
    let key = match code.kind(above) {
        "subscript_expression" if code.field(above, "object") == Some(read) => code.field(above, "index")?,
        "member_expression" if code.last_name(above) == Some("get") => {
            let call = code.tree.parent(above).filter(|call| code.field(*call, "function") == Some(above))?;
            code.arguments(call).next()?
        }
        _ => return None,
    };
    let key = code.unwrapped(key);
    let names = code.analysis.names();
    let declared = names.binding(names.binding_of(key).filter(|_| code.kind(key) == "identifier")?).node;
    let mut below = declared;
    let function = code.tree.ancestors(declared).take(LEVELS).find(|above| {
        let is_function = FUNCTIONS.contains(&code.kind(*above));
        if !is_function {
            below = *above;
        }
        is_function
    })?;
    let is_parameter = ["parameters", "parameter"].iter().any(|field| {
        code.field(function, field).is_some_and(|parameters| parameters == declared || parameters == below)
    });
    (is_parameter && name_of(code, function).is_some()).then_some(function)
}

/// The name of a function; none where it is an argument or a value of something else.
fn name_of(code: &View<'_>, function: NodeId) -> Option<NodeId> {
    code.field(function, "name").or_else(|| {
        let declarator = code.tree.parent(function).filter(|above| code.kind(*above) == "variable_declarator")?;
        code.field(declarator, "name")
    })
}

fn is_exported(code: &View<'_>, function: NodeId) -> bool {
    let names = code.analysis.names();
    let id = name_of(code, function).and_then(|name| names.binding_of(name));
    id.is_some_and(|id| {
        names.binding(id).exported
            || names.references(id).any(|used| {
                let mut around = code.tree.ancestors(used.node).take(LEVELS);
                around.any(|above| {
                    code.kind(above) == "assignment_expression"
                        && code.field(above, "left").is_some_and(|left| {
                            code.words(left).starts_with("module.exports") || code.words(left).starts_with("exports.")
                        })
                })
            })
    })
}
