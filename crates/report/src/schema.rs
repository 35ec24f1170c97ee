//! The published schema of the JSON output.

use schemars::generate::SchemaSettings;

use crate::json::Document;

/// The JSON Schema (draft 2020-12) of `--format json`. A line of `--format jsonl` is `#/$defs/Finding` of it.
#[must_use]
pub fn findings_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document<'_>>().to_value()
}
