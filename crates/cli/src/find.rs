//! A rule by its id.

use anyhow::{Context as _, Result};
use auditlint_engine::Catalogue;
use auditlint_rules::{CompiledRule, RuleId};

/// The rule with that id, on or off.
pub(crate) fn find<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c CompiledRule> {
    catalogue.find(id).with_context(|| {
        // A known rule that is not there was skipped.
        if catalogue.known.contains_key(&RuleId::new(id)) {
            return format!("the rule `{id}` is for a language that auditlint does not read");
        }
        let near = catalogue.nearest(id).map(|near| format!("; did you mean `{near}`?"));
        format!("there is no rule `{id}`{}", near.unwrap_or_default())
    })
}
