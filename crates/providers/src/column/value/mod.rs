//! Whether a value is sealed, as far as one file shows it: followed by names through constants, parameters, functions of the file,
//! and up to what other files give or are given.

mod ecmascript;
mod fold;
mod functions;
mod names;
mod resealed;
mod rust;

pub(super) use self::ecmascript::FileValues;
pub(super) use self::functions::extract as functions;
pub(super) use self::names::{generates, reads_rows, says_generated, says_plain};
pub(super) use self::rust::{functions as functions_of_rust, value as of_rust};
