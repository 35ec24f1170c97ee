//! The configuration has one description: every key of it is read, printed and in the schema, and the schema agrees with the reader.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::fmt::Write as _;

use auditlint_engine::{Config, Settings, config_schema};
use auditlint_source::FilePath;
use auditlint_source::document::{
    DocumentValue as Written, KeyShape, SettingTable, TableShape, ValueShape, parse_toml,
};
use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    jsonschema::draft202012::new(&config_schema()).unwrap()
}

fn read(text: &str) -> (Config, Vec<String>) {
    let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), text);
    (config, problems.into_iter().map(|problem| problem.message).collect())
}

/// A TOML text as JSON, as an editor hands it to a schema.
fn json(text: &str) -> Value {
    fn value(of: &Written) -> Value {
        match of {
            Written::Null => Value::Null,
            Written::Bool(flag) => (*flag).into(),
            Written::Integer(number) => (*number).into(),
            Written::Float(number) => (*number).into(),
            Written::Text(text) => text.as_str().into(),
            Written::List(items) => items.iter().map(|item| value(&item.value)).collect(),
            Written::Map(entries) => entries.iter().map(|(key, node)| (key.name.clone(), value(&node.value))).collect(),
        }
    }
    value(&parse_toml(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}")).value)
}

/// Every key with what stands above its table's keys, and its table.
fn all_keys() -> Vec<(String, KeyShape, TableShape)> {
    fn add(heading: &str, table: TableShape, all: &mut Vec<(String, KeyShape, TableShape)>) {
        for key in &table.keys {
            all.push((heading.to_owned(), key.clone(), table.clone()));
            if let Some((heading, inner)) = below(heading, key) {
                add(&heading, inner, all);
            }
        }
    }
    let mut all = Vec::new();
    add("", Settings::table(), &mut all);
    all
}

/// The table under a key, and the lines that open it.
fn below(heading: &str, key: &KeyShape) -> Option<(String, TableShape)> {
    let (name, table) = (key.name, |shape: &ValueShape| match shape {
        ValueShape::Table(table) => Some((**table).clone()),
        _ => None,
    });
    match &key.shape {
        ValueShape::Map { value, .. } if heading.is_empty() => Some((format!("[{name}.a]\n"), table(value)?)),
        ValueShape::Map { value, .. } => {
            let outer = heading.trim().trim_start_matches('[').trim_end_matches(']');
            Some((format!("[[{outer}]]\nfiles = \"a\"\n[{outer}.{name}.a]\n"), table(value)?))
        }
        ValueShape::OneOrMany { item, .. } => Some((format!("[[{name}]]\n"), table(item)?)),
        shape if heading.is_empty() => Some((format!("[{name}]\n"), table(shape)?)),
        shape => {
            let outer = heading.trim().trim_start_matches('[').trim_end_matches(']');
            Some((format!("[[{outer}]]\nfiles = \"a\"\n[{outer}.{name}]\n"), table(shape)?))
        }
    }
}

/// A text with one key, and beside it what must be there.
fn with_key(heading: &str, key: &KeyShape, table: &TableShape, written: &str) -> String {
    let mut text = format!("{heading}{written}\n");
    let needed: Vec<&str> = table.needs.iter().filter(|(name, _)| *name == key.name).map(|(_, other)| *other).collect();
    let one = table.one_of.first().filter(|_| needed.is_empty() && !table.one_of.contains(&key.name));
    for other in table.keys.iter().filter(|other| other.name != key.name) {
        if other.required || needed.contains(&other.name) || one == Some(&other.name) {
            let _ = writeln!(text, "{}", other.example);
        }
    }
    text
}

/// Whether a key stands anywhere in a value.
fn holds(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(entries) => entries.iter().any(|(name, value)| name == key || holds(value, key)),
        Value::Array(items) => items.iter().any(|item| holds(item, key)),
        _ => false,
    }
}

#[test]
fn every_key_is_read_printed_and_in_the_schema() {
    let validator = validator();
    let keys = all_keys();
    assert!(keys.len() > 25, "{}", keys.len());
    for (heading, key, table) in keys {
        let text = with_key(&heading, &key, &table, key.example);
        let (config, problems) = read(&text);
        assert_eq!(problems, [""; 0], "{text}");
        let errors: Vec<String> = validator.iter_errors(&json(&text)).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{text}");
        let printed = config.to_toml();
        assert!(holds(&json(&printed), key.name), "{printed}");
        let (again, problems) = read(&printed);
        assert_eq!((again.to_toml(), problems), (printed, Vec::new()), "{text}");
    }
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    const VALUES: [&str; 14] = [
        "1",
        "-1",
        "1.5",
        "true",
        "\"a\"",
        "\"off\"",
        "\"yaml\"",
        "\"2027-01-31\"",
        "[]",
        "[1]",
        "[\"a\", \"source\"]",
        "{}",
        "{ a = 1 }",
        "[{ id = 1, files = \"a\" }, { glob = \"a\", caseInsensitive = true }]",
    ];
    let validator = validator();
    let mut counts = [0, 0];
    for (heading, key, table) in all_keys() {
        for value in VALUES {
            let text = with_key(&heading, &key, &table, &format!("{} = {value}", key.name));
            let problems = read(&text).1;
            assert_eq!(validator.is_valid(&json(&text)), problems.is_empty(), "{text}\n{problems:?}");
            counts[usize::from(problems.is_empty())] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let validator = validator();
    let long = |bytes: usize| "x".repeat(bytes);
    let many = |count: usize| vec!["\"a\""; count].join(", ");
    for text in [
        "pakcs = []",
        "packs = [\"strict\"]",
        "max-file-size = 67108865",
        "[rules.a]\nseverty = \"off\"",
        "[rules.a]\nseverity = \"eror\"",
        "[rules.a]\nin = \"tests\"",
        "[rules.a]\ntasks = [{ files = \"a\" }]",
        "[rules.a]\nfiles = [{ caseInsensitive = true }]",
        "[rules]\na = \"of\"",
        "[rules]\na = []",
        "[[tasks]]",
        "[[tasks]]\nfile = \"a\"",
        "[[tasks]]\nfiles = \"a\"\nurl = \"https://t.example/{id}\"",
        "[[tasks]]\nexternal = \"A-1\"\nurl = \"https://t.example/\"",
        "[roles]\ntests = []",
        "[[overrides]]\nrules.a.severity = \"off\"",
        "[[overrides]]\nfiles = \"a\"\nrules.a = {}",
        "[[overrides]]\nfiles = \"a\"\nrules.a.in = []",
        "[[ignore]]\nrule = \"a\"\npath = \"b\"",
        "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \" \"",
        "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \"c\"\nuntil = \"2027-13-01\"",
        &format!("[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \"{}\"", long(1_025)),
        &format!("exclude = [\"{}\"]", long(100_000)),
        &format!("[rules.a]\nfiles = [\"{}\"]", long(1_025)),
        &format!("[rules.a]\nfiles = [{}]", many(1_001)),
        &format!("[rules.a]\ntasks = [{}]", many(1_001)),
    ] {
        assert_ne!(read(text).1, [""; 0], "{text}");
        assert!(!validator.is_valid(&json(text)), "{text}");
    }
}

/// What a schema cannot know: the reader alone says it.
#[test]
fn the_reader_knows_more_than_a_schema() {
    let validator = validator();
    for text in [
        "exclude = [\"b\\\\\"]",
        "[rules.a]\nfiles = \"a[\"",
        "[[tasks]]\nexternal = \"(\"",
        "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \"c\"\nuntil = \"2027-02-30\"",
    ] {
        assert_ne!(read(text).1, [""; 0], "{text}");
        assert!(validator.is_valid(&json(text)), "{text}");
    }
}
