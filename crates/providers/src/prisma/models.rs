//! What queries can name: the models of all schemas, with their fields and compound keys.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{BlockKind, Facts, PrismaFact};

/// What queries can name.
#[derive(Default)]
pub(super) struct PrismaSchema<'r> {
    /// From the name that the client gives a model to its own; `None` where two models have the same.
    pub(super) models: BTreeMap<String, Option<String>>,
    /// Their own names.
    pub(super) names: FxHashSet<String>,
    /// By model and field: the types that some schema gives it. Two schemas may know a model of one name.
    pub(super) fields: FxHashMap<(&'r str, &'r str), BTreeSet<&'r str>>,
    /// By model and name: the fields of its compound keys.
    pub(super) uniques: FxHashMap<(&'r str, &'r str), BTreeSet<&'r str>>,
}

impl<'r> PrismaSchema<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &Facts)]) -> Self {
        let mut schema = Self::default();
        for said in sources.iter().flat_map(|(_, source)| &source.facts) {
            match &said.fact {
                PrismaFact::Block(block) if block.kind != BlockKind::Type => {
                    let mut letters = block.name.chars();
                    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
                    let known = schema.models.entry(first + letters.as_str());
                    let known = known.or_insert_with(|| Some(block.name.to_string()));
                    if known.as_deref() != Some(&*block.name) {
                        *known = None;
                    }
                }
                PrismaFact::Field(field) => {
                    schema.fields.entry((&field.model, &field.name)).or_default().insert(&field.kind);
                }
                PrismaFact::Unique { model, name, fields } => {
                    let unique = schema.uniques.entry((model, name)).or_default();
                    unique.extend(fields.iter().map(|field| &**field));
                }
                _ => {}
            }
        }
        schema.names = schema.models.values().flatten().cloned().collect();
        schema
    }
}
