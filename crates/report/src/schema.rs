//! The published schema of the JSON output.

/// The JSON Schema of `--format json`.
#[must_use]
pub fn findings_schema() -> serde_json::Value {
    serde_json::Value::Null
}
