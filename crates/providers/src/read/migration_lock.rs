//! `migration_lock.toml`, which Prisma writes into its folder of migrations.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_source::Span;
use auditlint_source::document::{DocumentNode, parse_toml};

pub(crate) const LOCK: &str = "migration_lock.toml";

/// Says which database the migrations are for.
pub(crate) fn extract_lock<F: Fact>(text: &str, fact: fn(Option<Arc<str>>) -> F, out: &mut SourceFacts<F>) {
    match parse_toml(text) {
        Ok(table) => {
            let provider = table.get("provider").and_then(DocumentNode::scalar);
            out.say(Span::default(), fact(provider.map(Arc::from)));
        }
        Err(errors) => {
            let span = errors.first().map_or(Span::default(), |error| error.span);
            out.gap(span, format!("this `{LOCK}` is not valid TOML"));
        }
    }
}
