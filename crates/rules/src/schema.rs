//! The JSON Schema of rule documents, for editors.

use serde_json::{Value, json};

/// The schema of one rule document.
#[must_use]
pub fn rule_schema() -> Value {
    json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "auditlint rule", "type": "object" })
}
