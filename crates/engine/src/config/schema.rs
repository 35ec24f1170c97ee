//! The JSON Schema of `auditlint.toml`, for editors and for `auditlint schema config`.

use auditlint_packs::{Pack, packs};
use auditlint_rules::schema::option_schema;
use auditlint_source::document::{
    DocumentNode, DocumentValue as Written, KeyShape, SettingTable, TableShape, ValueShape, parse_toml,
};
use serde_json::{Map, Value, json};

use super::Settings;

/// The schema of the configuration.
#[must_use]
pub fn config_schema() -> Value {
    let mut schema = table(&Settings::table());
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("auditlint configuration"));
    describe_options(&mut schema);
    Value::Object(schema)
}

/// Gives the tables of shipped rules the options that these have.
fn describe_options(schema: &mut Map<String, Value>) {
    let Some(rules) = schema.get_mut("properties").and_then(|keys| keys.get_mut("rules")) else { return };
    let Some(any) = rules.get("additionalProperties").cloned() else { return };
    let shipped = packs().iter().flat_map(Pack::rules).map(|compiled| compiled.rule);
    let described = shipped.filter(|rule| !rule.options.is_empty()).map(|rule| {
        let mut of_rule = any.clone();
        let options = rule.options.iter().map(|option| (option.name.clone(), option_schema(option)));
        let written_out = &mut of_rule["anyOf"][0]["properties"]["options"];
        written_out["properties"] = options.collect::<Map<_, _>>().into();
        written_out["additionalProperties"] = json!(false);
        (rule.id.to_string(), of_rule)
    });
    rules["properties"] = described.collect::<Map<_, _>>().into();
}

fn table(table: &TableShape) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("additionalProperties".to_owned(), json!(false));
    let properties = table.keys.iter().map(|key| (key.name.to_owned(), Value::Object(property(key))));
    schema.insert("properties".to_owned(), properties.collect::<Map<_, _>>().into());
    let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if !table.one_of.is_empty() {
        let one: Vec<Value> = table.one_of.iter().map(|key| json!({ "required": [key] })).collect();
        schema.insert("anyOf".to_owned(), json!(one));
    }
    if !table.needs.is_empty() {
        let needs = table.needs.iter().map(|(key, other)| ((*key).to_owned(), json!([other])));
        schema.insert("dependentRequired".to_owned(), needs.collect::<Map<_, _>>().into());
    }
    schema
}

fn property(key: &KeyShape) -> Map<String, Value> {
    let mut schema = shape(&key.shape);
    schema.insert("description".to_owned(), json!(plain(key.about)));
    if !key.shape.is_section() && key.default != Written::Null {
        schema.insert("default".to_owned(), json_of(&key.default));
    }
    let example = parse_toml(key.example).ok();
    if let Some(example) = example.as_ref().and_then(|example| example.get(key.name)) {
        schema.insert("examples".to_owned(), json!([json_of(&example.value)]));
    }
    schema
}

fn shape(of: &ValueShape) -> Map<String, Value> {
    let schema = match of {
        ValueShape::Text { pattern, longest, .. } => {
            let mut schema = json!({ "type": "string" });
            if let Some(pattern) = pattern {
                schema["pattern"] = json!(pattern);
            }
            if let Some(longest) = longest {
                schema["maxLength"] = json!(longest);
            }
            schema
        }
        ValueShape::Scalar { .. } => json!({ "type": ["string", "number", "boolean"] }),
        ValueShape::Boolean => json!({ "type": "boolean" }),
        ValueShape::Count { most: None } => json!({ "type": "integer", "minimum": 0 }),
        ValueShape::Count { most: Some(most) } => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        ValueShape::Word(words) => json!({ "enum": words }),
        ValueShape::OneOrMany { item, most } => {
            let item = Value::Object(shape(item));
            let mut list = json!({ "type": "array", "items": item });
            if *most < usize::MAX {
                list["maxItems"] = json!(most);
            }
            json!({ "anyOf": [list, item] })
        }
        ValueShape::AnyOf(shapes) => json!({ "anyOf": shapes.iter().map(shape).collect::<Vec<_>>() }),
        ValueShape::Table(of) => match of.keys.iter().find(|key| of.short == Some(key.name)) {
            Some(key) => json!({ "anyOf": [table(of), shape(&key.shape)] }),
            None => Value::Object(table(of)),
        },
        ValueShape::Map { value, .. } => json!({ "type": "object", "additionalProperties": shape(value) }),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// Paragraphs of Markdown for a tooltip: each on one line, without the addresses of links.
fn plain(about: &str) -> String {
    let mut text = about.replace("\n\n", "\u{1}").replace('\n', " ").replace('\u{1}', "\n\n");
    while let Some((open, close)) = text.find("](").and_then(|open| Some((open, open + text[open..].find(')')?))) {
        let Some(start) = text[..open].rfind('[') else { break };
        text.replace_range(open..=close, "");
        text.remove(start);
    }
    text
}

/// A value of a document as JSON.
fn json_of(value: &Written) -> Value {
    match value {
        Written::Null => Value::Null,
        Written::Bool(flag) => json!(flag),
        Written::Integer(number) => json!(number),
        Written::Float(number) => json!(number),
        Written::Text(text) => json!(text),
        Written::List(items) => items.iter().map(|item| json_of(&item.value)).collect(),
        Written::Map(entries) => {
            let of = |node: &DocumentNode| json_of(&node.value);
            Value::Object(entries.iter().map(|(key, node)| (key.name.clone(), of(node))).collect())
        }
    }
}
