//! A rule by its id.

use anyhow::{Context as _, Result};
use auditlint_engine::Catalogue;
use auditlint_rules::CompiledRule;

/// The rule with that id, on or off.
pub(crate) fn find<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c CompiledRule> {
    catalogue.find(id).with_context(|| {
        let near = catalogue.nearest(id).map(|near| format!("; did you mean `{near}`?"));
        format!("there is no rule `{id}`{}", near.unwrap_or_default())
    })
}
