//! What the sources of a project say, as rows of named relations, and checks that hold rows of one relation against another.
//!
//! A [`Provider`] has two stages. [`Provider::extract`] reads one source and gives raw rows; they depend on the content of that
//! source alone, so they can be kept as long as the content stays. [`Provider::derive`] takes the raw rows of all sources and
//! gives the relations that checks and people read. A relation part of whose sources could not be read is incomplete, and says
//! so: a [`Check`] accuses nobody because of what an incomplete relation lacks.
#![forbid(unsafe_code)]

mod cargo;
mod check;
mod ci;
mod commands;
mod env;
mod extract;
mod folder;
mod imports;
mod json;
mod kinds;
pub mod limits;
mod npm;
mod prisma;
mod provider;
mod relation;
mod repo;
mod scope;
mod shell;
mod source;
mod sql;
mod tasks;
#[cfg(test)]
mod testing;
mod value;
mod words;

pub use check::{Check, Judgement, Must, Offence, Unjudged};
pub use extract::{FactStore, Facts, Sources, extract_all};
pub use provider::{Gap, Provider, Raw, RawRow, gaps_of, providers};
pub use relation::{KnownRelations, Relation, RelationInfo, Row, is_shipped, provider_of};
pub use scope::{ProjectScope, RequiredCommand};
pub use source::{Source, SourceText};
pub use tasks::{TASKS, relations_of as relations_of_tasks};
pub use value::Value;
