//! What one schema says about the columns of its tables.

use std::sync::Arc;

use auditlint_facts::Gap;
use auditlint_source::Span;
use rustc_hash::FxHashMap;

use super::fact::{BlockKind, Facts, PrismaFact};
use super::schema;

/// A field as the database has it.
pub(crate) struct StoredField {
    pub(crate) model: Arc<str>,
    pub(crate) table: Arc<str>,
    pub(crate) property: Arc<str>,
    pub(crate) column: Arc<str>,
    pub(crate) kind: Arc<str>,
    pub(crate) is_list: bool,
    pub(crate) is_optional: bool,
}

/// The columns of a schema.
pub(crate) struct StoredSchema {
    pub(crate) fields: Vec<(Span, StoredField)>,
    pub(crate) gaps: Vec<Gap>,
}

/// Reads the fields of the models of a schema.
pub(crate) fn schema_of(text: &str) -> StoredSchema {
    let mut out = Facts::default();
    schema::extract(text, &mut out);
    let blocks = out.facts.iter().filter_map(|said| match &said.fact {
        PrismaFact::Block(block) if block.kind == BlockKind::Model => Some((&block.name, &block.table)),
        _ => None,
    });
    let tables: FxHashMap<&Arc<str>, &Option<Arc<str>>> = blocks.collect();
    let fields = out.facts.iter().filter_map(|said| match &said.fact {
        PrismaFact::Field(field) => {
            let table = tables.get(&field.model)?.as_ref().unwrap_or(&field.model);
            let stored = StoredField {
                model: Arc::clone(&field.model),
                table: Arc::clone(table),
                property: Arc::clone(&field.name),
                column: Arc::clone(field.column()),
                kind: Arc::clone(&field.kind),
                is_list: field.is_list,
                is_optional: field.is_optional,
            };
            Some((said.span, stored))
        }
        _ => None,
    });
    StoredSchema { fields: fields.collect(), gaps: out.gaps }
}
