//! What the sources of a project say, as rows of named relations, and checks that hold rows of one relation against another.
//!
//! A [`Provider`] has two stages. [`Provider::extract`] reads one source and gives facts in its own types; they depend on the content of
//! that source alone, so they can be kept as long as the content stays. [`Provider::derive`] takes the facts of all sources and
//! gives the relations that checks and people read. A relation part of whose sources could not be read is incomplete, and says
//! so: a [`Check`] accuses nobody because of what an incomplete relation lacks.
#![forbid(unsafe_code)]

mod check;
mod content;
mod derived;
mod extract;
mod fact;
pub mod folder;
mod gap;
mod kept_facts;
pub mod limits;
mod minified;
mod provider;
mod relation;
mod scope;
mod severity;
mod source;
mod value;

pub use check::{Check, Condition, Judgement, Must, Offence, Order, Other, Reachability, See, TextPattern, Unjudged};
pub use derived::DerivedStore;
pub use extract::{DerivedFacts, FactStore, SourceNotes, Sources, extract_all};
pub use fact::{AnyFacts, Fact, Said, SourceFacts};
pub use gap::{Gap, Hides};
pub use kept_facts::kept_facts;
pub use minified::is_minified;
pub use provider::{AnyProvider, Provider, Stage, gaps_of};
pub use relation::{Column, KnownRelations, Relation, RelationInfo, Row, column, detail, provider_of, relation};
pub use scope::{ProjectScope, RequiredCommand};
pub use severity::Severity;
pub use source::{Configured, Source, SourceText};
pub use value::Value;
