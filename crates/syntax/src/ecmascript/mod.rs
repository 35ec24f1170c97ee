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
