//! `migration_lock.toml`, which Prisma writes into its folder of migrations.

use auditlint_facts::{Raw, Value};
use auditlint_source::Span;
use auditlint_source::document::{Node, parse_toml};

pub(crate) const LOCK: &str = "migration_lock.toml";

/// Adds which database it says the migrations are for, as a row of a relation.
pub(crate) fn extract_lock(text: &str, relation: u8, out: &mut Raw) {
    match parse_toml(text) {
        Ok(table) => {
            let provider = table.get("provider").and_then(Node::scalar);
            out.push(relation, Span::default(), [Value::from(provider.as_deref())]);
        }
        Err(errors) => {
            let span = errors.first().map_or(Span::default(), |error| error.span);
            out.gap(span, format!("this `{LOCK}` is no TOML"));
        }
    }
}
