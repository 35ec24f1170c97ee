//! What schemas are made of.

use serde_json::{Map, Value, json};

pub(super) fn options() -> Value {
    let value = || json!({ "type": ["boolean", "integer", "string"] });
    json!({ "type": "object", "minProperties": 1, "additionalProperties": one_or_list(value()) })
}

pub(super) fn properties(keys: &[(&str, &str, Value)]) -> Value {
    let described = keys.iter().map(|(key, says, schema)| {
        let mut schema = schema.clone();
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), json!(says));
        }
        ((*key).to_owned(), schema)
    });
    Value::Object(described.collect::<Map<String, Value>>())
}

pub(super) fn object(required: &[&str], keys: &[(&str, &str, Value)]) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties(keys) })
}

pub(super) fn one_or_list(item: Value) -> Value {
    json!({ "anyOf": [item, list(item.clone())] })
}

pub(super) fn list(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

pub(super) fn matchers() -> Value {
    by_name(reference("matcher"))
}

pub(super) fn by_name(value: Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

pub(super) fn words(words: &[&str]) -> Value {
    json!({ "enum": words })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}
