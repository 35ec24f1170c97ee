//! TypeScript, TSX and JavaScript: where the grammar's tree is not the one the language means, and how it is mended.

mod descriptor;
mod lacking;
mod operator;
mod order;
mod regroup;
pub(crate) mod skim;

pub(crate) use descriptor::{JAVASCRIPT, TSX, TYPESCRIPT};
pub(crate) use lacking::masks;
pub(crate) use operator::is_doubtful;
pub(crate) use regroup::regroup;

/// What a function of TypeScript and JavaScript is to the grammar.
pub const ECMASCRIPT_FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function",
    "generator_function_declaration",
];
