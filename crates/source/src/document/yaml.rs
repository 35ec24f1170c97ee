//! YAML through `serde-saphyr`.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use serde_saphyr::options::DuplicateKeyPolicy;

use super::yaml_message::message;
use super::{DocumentError, DocumentKey, DocumentNode, DocumentValue};
use crate::Span;
use crate::limits::{MAX_YAML_ANCHORS, MAX_YAML_DEPTH, MAX_YAML_GROWTH, MAX_YAML_NODES, MAX_YAML_TEXT};

/// Reads every document of a YAML file.
///
/// Aliases are expanded within a budget, duplicate keys are errors, and only `true` and `false` are booleans.
///
/// # Errors
/// What the parser finds wrong, with its place. One error at most: YAML gives no safe point to go on from.
pub fn parse_yaml(text: &str) -> Result<Vec<DocumentNode>, DocumentError> {
    parse(text, DuplicateKeyPolicy::Error)
}

/// The same where a key may stand twice in a table, as most readers of YAML allow: of tables and lists every part counts, of other
/// values the last one. With the keys that stand there again, in their order.
///
/// # Errors
/// As [`parse_yaml`].
pub fn parse_yaml_with_duplicates(text: &str) -> Result<(Vec<DocumentNode>, Vec<DuplicateKey>), DocumentError> {
    // Both are kept, since a visitor gets every entry.
    let mut documents = parse(text, DuplicateKeyPolicy::LastWins)?;
    let mut found = Vec::new();
    let mut open: Vec<&mut DocumentNode> = documents.iter_mut().collect();
    while let Some(node) = open.pop() {
        if let DocumentValue::Map(entries) = &mut node.value {
            join_duplicates(entries, &mut found);
        }
        match &mut node.value {
            DocumentValue::Map(entries) => open.extend(entries.iter_mut().map(|(_, value)| value)),
            DocumentValue::List(items) => open.extend(items),
            _ => {}
        }
    }
    // What an alias repeats has the place of the alias.
    found.retain(|key| key.span != key.first);
    found.sort_unstable_by_key(|key| key.span);
    Ok((documents, found))
}

/// A key that stands in its table again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// Where it stands again.
    pub span: Span,
    /// Where it stands first.
    pub first: Span,
    /// What it is.
    pub name: String,
    /// Whether another value than the last is left out.
    pub is_value_lost: bool,
}

fn join_duplicates(entries: &mut Vec<(DocumentKey, DocumentNode)>, found: &mut Vec<DuplicateKey>) {
    let mut names = HashSet::with_capacity(entries.len());
    if entries.iter().all(|(key, _)| names.insert(key.name.as_str())) {
        return;
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut joined: Vec<(DocumentKey, DocumentNode)> = Vec::with_capacity(entries.len());
    for (key, node) in entries.drain(..) {
        let Some(at) = places.get(&key.name) else {
            places.insert(key.name.clone(), joined.len());
            joined.push((key, node));
            continue;
        };
        let (first, known) = &mut joined[*at];
        let (first, name) = (first.span, key.name);
        let mut is_value_lost = false;
        match (&mut known.value, node.value) {
            (DocumentValue::Map(known), DocumentValue::Map(more)) => known.extend(more),
            (DocumentValue::List(known), DocumentValue::List(more)) => known.extend(more),
            (old, new) => {
                is_value_lost = *old != new;
                *known = DocumentNode { span: node.span, value: new };
            }
        }
        found.push(DuplicateKey { span: key.span, first, name, is_value_lost });
    }
    *entries = joined;
}

fn parse(text: &str, duplicate_keys: DuplicateKeyPolicy) -> Result<Vec<DocumentNode>, DocumentError> {
    ROOM.set(YamlRoom { values: MAX_YAML_NODES, bytes: MAX_YAML_TEXT.max(text.len().saturating_mul(MAX_YAML_GROWTH)) });
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        duplicate_keys: duplicate_keys,
        budget: serde_saphyr::budget! {
            max_nodes: MAX_YAML_NODES,
            max_depth: MAX_YAML_DEPTH,
            max_anchors: MAX_YAML_ANCHORS,
        },
    };
    let documents: Vec<Spanned<RawYaml>> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
            let place = error.location().map_or(Span::default(), |at| error_place(text, &at));
            DocumentError::new(place, message(&error))
        })?;
    Ok(documents.into_iter().map(|document| node(text, document)).collect())
}

fn place(location: &serde_saphyr::Location) -> Span {
    let span = location.span();
    match (span.byte_offset(), span.byte_len()) {
        (Some(start), Some(len)) => Span::new(start as u32, (start + len) as u32),
        _ => Span::default(),
    }
}

/// Errors of the scanner come without byte offsets: count from line and column (1-based, in characters).
fn error_place(text: &str, location: &serde_saphyr::Location) -> Span {
    let line = text.split_inclusive('\n').nth(location.line().saturating_sub(1) as usize).unwrap_or_default();
    let line_start = if line.is_empty() { text.len() } else { line.as_ptr() as usize - text.as_ptr() as usize };
    let in_line: usize = line.chars().take(location.column().saturating_sub(1) as usize).map(char::len_utf8).sum();
    let start = (line_start + in_line).min(text.len()) as u32;
    Span::new(start, start)
}

/// The parser gives a block collection an empty span where it starts, and a flow collection its opening bracket: the
/// end follows from the parts. `None` for scalars, and where the parts stand elsewhere (an alias).
fn end_of_parts(text: &str, span: Span, value: &DocumentValue) -> Option<u32> {
    let (last, close) = match value {
        DocumentValue::List(items) => (items.last(), ']'),
        DocumentValue::Map(entries) => (entries.last().map(|(_, node)| node), '}'),
        _ => return None,
    };
    let end = last.map_or(span.end, |last| last.span.end);
    if end < span.end {
        return None;
    }
    if span.is_empty() {
        return Some(end);
    }
    let rest = text.get(end as usize..)?;
    let between = rest.find(|c: char| !c.is_whitespace() && c != ',')?;
    rest[between..].starts_with(close).then(|| end + between as u32 + 1)
}

fn node(text: &str, raw: Spanned<RawYaml>) -> DocumentNode {
    let mut span = place(&raw.referenced);
    let value = match raw.value {
        RawYaml::Null => DocumentValue::Null,
        RawYaml::Bool(flag) => DocumentValue::Bool(flag),
        RawYaml::Integer(number) => DocumentValue::Integer(number),
        RawYaml::Float(number) => DocumentValue::Float(number),
        RawYaml::Text(text) => DocumentValue::Text(text),
        RawYaml::List(items) => DocumentValue::List(items.into_iter().map(|item| node(text, item)).collect()),
        RawYaml::Map(entries) => DocumentValue::Map(
            entries
                .into_iter()
                .map(|(key, value)| {
                    let span = place(&key.referenced);
                    let name = node(text, key).scalar().unwrap_or_default();
                    (DocumentKey { span, name }, node(text, value))
                })
                .collect(),
        ),
    };
    if let Some(end) = end_of_parts(text, span, &value) {
        span.end = end;
    }
    DocumentNode { span, value }
}

/// What the values of one file may still take. The budget of the library counts what stands in the file; this counts what
/// aliases make of it.
#[derive(Clone, Copy, Default)]
struct YamlRoom {
    values: usize,
    bytes: usize,
}

thread_local! {
    /// A visitor has no state of its own, and a file is read by one thread.
    // auditlint-ignore static-mutable-state: the visitor of the YAML library is built anew for each value
    static ROOM: Cell<YamlRoom> = const { Cell::new(YamlRoom { values: 0, bytes: 0 }) };
}

/// Takes room for one value with so much text.
fn take_room<E: serde::de::Error>(bytes: usize) -> Result<(), E> {
    let room = ROOM.get();
    match (room.values.checked_sub(1), room.bytes.checked_sub(bytes)) {
        (Some(values), Some(bytes)) => {
            ROOM.set(YamlRoom { values, bytes });
            Ok(())
        }
        _ => Err(E::custom("the file, or what its aliases expand to, is too large")),
    }
}

enum RawYaml {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Spanned<RawYaml>>),
    Map(Vec<(Spanned<RawYaml>, Spanned<RawYaml>)>),
}

impl<'de> Deserialize<'de> for RawYaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;
        impl<'de> Visitor<'de> for RawVisitor {
            type Value = RawYaml;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a YAML value")
            }
            fn visit_bool<E>(self, flag: bool) -> Result<RawYaml, E> {
                Ok(RawYaml::Bool(flag))
            }
            fn visit_i64<E>(self, number: i64) -> Result<RawYaml, E> {
                Ok(RawYaml::Integer(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<RawYaml, E> {
                Ok(i64::try_from(number).map_or(RawYaml::Float(number as f64), RawYaml::Integer))
            }
            fn visit_f64<E>(self, number: f64) -> Result<RawYaml, E> {
                Ok(RawYaml::Float(number))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawYaml, E> {
                take_room(text.len())?;
                Ok(RawYaml::Text(text.to_owned()))
            }
            fn visit_unit<E>(self) -> Result<RawYaml, E> {
                Ok(RawYaml::Null)
            }
            fn visit_none<E>(self) -> Result<RawYaml, E> {
                Ok(RawYaml::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawYaml, D::Error> {
                RawYaml::deserialize(deserializer)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawYaml, A::Error> {
                take_room(0)?;
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(RawYaml::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawYaml, A::Error> {
                take_room(0)?;
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawYaml::Map(entries))
            }
        }
        deserializer.deserialize_any(RawVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_places() {
        let text =
            "id: é\nrule:\n  pattern: foo($A)\nlist: [no, 012, 1.10, true, 3, ~]\n---\nid: b\ntext: |\n  one\n  two\n";
        let documents = parse_yaml(text).unwrap();
        assert_eq!(documents.len(), 2);
        let pattern = documents[0].get("rule").and_then(|rule| rule.get("pattern")).unwrap();
        assert_eq!(pattern.span.of(text.as_bytes()), b"foo($A)");
        let (key, _) = &documents[1].as_map().unwrap()[0];
        assert_eq!(key.span.start as usize, text.rfind("id: b").unwrap());
        let list = documents[0].get("list").and_then(DocumentNode::as_list).unwrap();
        let values: Vec<&DocumentValue> = list.iter().map(|item| &item.value).collect();
        assert_eq!(values[0], &DocumentValue::Text("no".into()));
        assert_eq!(values[3..], [&DocumentValue::Bool(true), &DocumentValue::Integer(3), &DocumentValue::Null]);
        assert_eq!(documents[1].get("text").and_then(DocumentNode::as_text), Some("one\ntwo\n"));
        let text = "\u{feff}rule:\r\n  a: 1\r\n  b:\r\n    - x\r\n    - {c: [y, é]}\r\nlast: 1\r\n";
        let documents = parse_yaml(text).unwrap();
        let of = |node: &DocumentNode| std::str::from_utf8(node.span.of(text.as_bytes())).unwrap().to_owned();
        let rule = documents[0].get("rule").unwrap();
        assert_eq!(of(rule), "a: 1\r\n  b:\r\n    - x\r\n    - {c: [y, é]}");
        let list = rule.get("b").unwrap();
        assert_eq!(of(list), "- x\r\n    - {c: [y, é]}");
        assert_eq!(of(&list.as_list().unwrap()[1]), "{c: [y, é]}");
    }

    #[test]
    fn says_where() {
        let error = parse_yaml("a: 1\nb: - c: d: e\n").unwrap_err();
        assert!(error.span.start >= 5, "{error:?}");
        let error = parse_yaml("a: 1\na: 2\n").unwrap_err();
        assert!(error.message.contains("duplicate"), "{error:?}");
        assert_eq!(parse_yaml("").unwrap().len(), 0);
    }

    #[test]
    fn keys_may_stand_twice() {
        let text = "a: 1\nb: {x: [1], y: 2, x: [3]}\na: 4\nb: {z: 5, y: 2}\nc: &c {k: 1, k: 1}\nd: *c\ne: x\ne: [y]\n";
        let (documents, duplicates) = parse_yaml_with_duplicates(text).unwrap();
        let told: Vec<String> = duplicates
            .iter()
            .map(|key| {
                let line = |span: Span| text[..span.start as usize].matches('\n').count() + 1;
                format!("{} {} {} {}", key.name, line(key.first), line(key.span), key.is_value_lost)
            })
            .collect();
        assert_eq!(told, ["x 2 2 false", "a 1 3 true", "b 2 4 false", "y 2 4 false", "k 5 5 false", "e 7 8 true"]);
        let b = documents[0].get("b").unwrap();
        let names: Vec<&str> = b.as_map().unwrap().iter().map(|(key, _)| key.name.as_str()).collect();
        assert_eq!(names, ["x", "y", "z"]);
        assert_eq!(b.get("x").and_then(DocumentNode::as_list).map(<[DocumentNode]>::len), Some(2));
        assert_eq!(documents[0].get("a").unwrap().value, DocumentValue::Integer(4));
        assert_eq!(documents[0].as_map().unwrap().len(), 5);
        assert!(parse_yaml_with_duplicates("a: [").is_err());
    }

    #[test]
    fn says_that_there_is_too_much() {
        let anchors: String = (0..300).map(|at| format!("- &a{at} b\n")).collect();
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        let check = move || {
            assert!(parse_yaml(&nested(MAX_YAML_DEPTH)).is_ok());
            for text in ["- a\n".repeat(MAX_YAML_NODES), nested(MAX_YAML_DEPTH + 1), anchors] {
                let error = parse_yaml(&text).unwrap_err();
                assert!(error.message.starts_with("this YAML is too large"), "{error:?}");
            }
        };
        // Without optimisation the library takes 50 KB for each level, and a thread of a test has 2 MB.
        std::thread::Builder::new().stack_size(8 << 20).spawn(check).unwrap().join().unwrap();
    }

    #[test]
    fn stops_an_alias_bomb() {
        let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (name, of) in [('b', 'a'), ('c', 'b'), ('d', 'c'), ('e', 'd'), ('f', 'e'), ('g', 'f')] {
            let aliases = vec![format!("*{of}"); 10].join(", ");
            text.push_str(&format!("{name}: &{name} [{aliases}]\n"));
        }
        assert!(parse_yaml(&text).is_err());
        // A few values can be aliases of one long text.
        let long = |aliases: usize| format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(aliases));
        assert!(parse_yaml(&long(5)).is_ok());
        let error = parse_yaml(&long(20)).unwrap_err();
        assert!(error.message.contains("aliases"), "{error:?}");
    }
}
