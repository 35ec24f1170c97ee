//! The Prisma schema: models, views, composite types and enums.
//!
//! A parser of our own: that of Prisma is not published, and the published tree-sitter grammar gives up on valid schemas
//! (`@@map` in an enum). Source: the Prisma schema reference. What is not understood is a gap, never a guess.

use std::sync::Arc;

use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashSet;

use super::fact::{Block, BlockKind, Facts, Field, PrismaFact};
use crate::limits::MAX_SCHEMA;

/// Whether a file is a schema.
pub(super) fn is_schema(path: &FilePath) -> bool {
    path.extension() == Some("prisma")
}

/// A token, with its bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SchemaToken<'t> {
    Word(&'t str),
    /// Without its quotes.
    Text(&'t str),
    Sign(u8),
    /// The end of a line outside of brackets.
    Line,
}

struct SchemaLexer<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
}

impl<'t> Iterator for SchemaLexer<'t> {
    type Item = (SchemaToken<'t>, Span);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let start = self.at;
            self.at += 1;
            let span = |end: usize| Span::new(start as u32, end as u32);
            match byte {
                b'\n' if self.depth == 0 => return Some((SchemaToken::Line, span(self.at))),
                b'/' if bytes.get(self.at) == Some(&b'/') => {
                    self.at = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |end| start + end);
                }
                b'/' if bytes.get(self.at) == Some(&b'*') => {
                    let end = memchr::memmem::find(&bytes[start..], b"*/");
                    self.at = end.map_or(bytes.len(), |end| start + end + 2);
                }
                b'"' => {
                    while let Some(byte) = bytes.get(self.at) {
                        self.at += 1;
                        match byte {
                            b'\\' => self.at = (self.at + 1).min(bytes.len()),
                            b'"' | b'\n' => break,
                            _ => {}
                        }
                    }
                    let end = if bytes[self.at - 1] == b'"' && self.at - 1 > start { self.at - 1 } else { self.at };
                    let inside = self.text.get(start + 1..end).unwrap_or_default();
                    return Some((SchemaToken::Text(inside), span(self.at)));
                }
                byte if is_word(byte) => {
                    while bytes.get(self.at).is_some_and(|byte| is_word(*byte)) {
                        self.at += 1;
                    }
                    let word = self.text.get(start..self.at).unwrap_or_default();
                    return Some((SchemaToken::Word(word), span(self.at)));
                }
                byte if byte.is_ascii_whitespace() => {}
                byte => {
                    match byte {
                        b'(' | b'[' => self.depth += 1,
                        b')' | b']' => self.depth = self.depth.saturating_sub(1),
                        // Brackets that are left open end with their block.
                        b'{' | b'}' => self.depth = 0,
                        _ => {}
                    }
                    return Some((SchemaToken::Sign(byte), span(self.at)));
                }
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

type SchemaTokens<'t> = [(SchemaToken<'t>, Span)];

/// The facts of a schema.
pub(super) fn extract(text: &str, out: &mut Facts) {
    let tokens: Vec<(SchemaToken<'_>, Span)> = SchemaLexer { text, at: 0, depth: 0 }.take(MAX_SCHEMA).collect();
    if let Some((_, last)) = tokens.get(MAX_SCHEMA - 1) {
        out.gap(*last, "the schema is too long: from here on it is not read");
    }
    let mut known = FxHashSet::default();
    let mut at = 0;
    while at < tokens.len() {
        let (token, span) = tokens[at];
        match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (SchemaToken::Line, ..) => at += 1,
            (SchemaToken::Word(kind), Some((SchemaToken::Word(name), place)), Some((SchemaToken::Sign(b'{'), _))) => {
                let body = &tokens[at + 3..];
                let end = body.iter().position(|(token, _)| *token == SchemaToken::Sign(b'}'));
                if end.is_none() {
                    // What follows was read as a part of it.
                    out.gap(*place, format!("the {kind} `{name}` has no end"));
                }
                if !matches!(kind, "datasource" | "generator") && !known.insert(name) {
                    out.gap_hiding("model", *name, *place, format!("`{name}` is declared twice in this schema"));
                }
                let body = &body[..end.unwrap_or(body.len())];
                block(kind, name, *place, body, out);
                at += 3 + body.len() + 1;
            }
            _ => {
                let line = tokens[at..].iter().position(|(token, _)| *token == SchemaToken::Line);
                out.gap(span, "this line of the schema is not understood");
                at += line.unwrap_or(tokens.len() - at);
            }
        }
    }
}

fn block(kind: &str, name: &str, place: Span, body: &SchemaTokens<'_>, out: &mut Facts) {
    let lines = body.split(|(token, _)| *token == SchemaToken::Line).filter(|line| !line.is_empty());
    match kind {
        "model" | "view" | "type" => {
            let (mut table, mut schema) = (None, None);
            let kind_of = match kind {
                "model" => BlockKind::Model,
                "view" => BlockKind::View,
                _ => BlockKind::Type,
            };
            for line in lines {
                match line {
                    [
                        (SchemaToken::Sign(b'@'), _),
                        (SchemaToken::Sign(b'@'), _),
                        (SchemaToken::Word(attribute), span),
                        rest @ ..,
                    ] => match *attribute {
                        "map" => table = first_text(rest).map(Arc::from),
                        "schema" => schema = first_text(rest).map(Arc::from),
                        "unique" | "id" => unique(name, *span, rest, out),
                        "index" => index(name, *span, rest, out),
                        _ => {}
                    },
                    [(SchemaToken::Word(field), span), rest @ ..]
                        if self::field(name, field, *span, rest, out).is_some() => {}
                    [(_, span), ..] => {
                        let message = format!("a line of the {kind} `{name}` is not understood");
                        out.gap_hiding("model", name, *span, message);
                    }
                    [] => {}
                }
            }
            out.say(place, PrismaFact::Block(Box::new(Block { name: name.into(), kind: kind_of, table, schema })));
        }
        "enum" => {
            for line in lines {
                match line {
                    [(SchemaToken::Word(value), span), rest @ ..] => {
                        let column = attribute(rest, "map").and_then(first_text);
                        let (of, value, column) = (name.into(), (*value).into(), column.map(Arc::from));
                        out.say(*span, PrismaFact::EnumValue { of, value, column });
                    }
                    [(SchemaToken::Sign(b'@'), _), (SchemaToken::Sign(b'@'), _), ..] => {}
                    [(_, span), ..] => {
                        out.gap_hiding("enum", name, *span, format!("a line of the enum `{name}` is not understood"));
                    }
                    [] => {}
                }
            }
        }
        "datasource" => {
            let provider = lines.into_iter().find_map(|line| match line {
                [
                    (SchemaToken::Word("provider"), _),
                    (SchemaToken::Sign(b'='), _),
                    (SchemaToken::Text(provider), _),
                ] => Some(*provider),
                _ => None,
            });
            out.say(place, PrismaFact::Datasource(provider.map(Arc::from)));
        }
        "generator" => {}
        _ => out.gap(place, format!("`{kind}` is not a block of a Prisma schema")),
    }
}

/// `name Type? @attributes`; `None` where it is not one.
fn field(model: &str, name: &str, place: Span, rest: &SchemaTokens<'_>, out: &mut Facts) -> Option<()> {
    let (SchemaToken::Word(kind), _) = rest.first()? else { return None };
    let mut rest = &rest[1..];
    // `Unsupported("circle")`
    if let Some((SchemaToken::Sign(b'('), _)) = rest.first() {
        rest = &rest[rest.iter().position(|(token, _)| *token == SchemaToken::Sign(b')'))? + 1..];
    }
    let is_list = matches!(rest, [(SchemaToken::Sign(b'['), _), (SchemaToken::Sign(b']'), _), ..]);
    rest = if is_list { &rest[2..] } else { rest };
    let is_optional = matches!(rest, [(SchemaToken::Sign(b'?'), _), ..]);
    rest = if is_optional { &rest[1..] } else { rest };
    if !matches!(rest, [] | [(SchemaToken::Sign(b'@'), _), ..]) {
        return None;
    }
    let column = attribute(rest, "map").and_then(first_text);
    let is_unique = attribute(rest, "unique").is_some() || attribute(rest, "id").is_some();
    if let Some(foreign) = attribute(rest, "relation").and_then(listed_fields) {
        for field in foreign.into_iter().take(1) {
            out.say(place, PrismaFact::Foreign { model: model.into(), field: field.into() });
        }
    }
    if is_unique {
        out.say(place, PrismaFact::Index { model: model.into(), field: name.into() });
    }
    let field = Field {
        model: model.into(),
        name: name.into(),
        kind: (*kind).into(),
        is_list,
        is_optional,
        column: column.map(Arc::from),
        is_unique,
    };
    out.say(place, PrismaFact::Field(Box::new(field)));
    Some(())
}

/// The fields in the first brackets of some arguments: `[a, b(sort: Desc)]`.
fn listed_fields<'t>(arguments: &SchemaTokens<'t>) -> Option<Vec<&'t str>> {
    let open = arguments.iter().position(|(token, _)| *token == SchemaToken::Sign(b'['))?;
    let close = arguments.iter().position(|(token, _)| *token == SchemaToken::Sign(b']'))?;
    let mut fields = Vec::new();
    let mut depth = 0;
    for (token, _) in arguments.get(open + 1..close).unwrap_or_default() {
        match token {
            SchemaToken::Sign(b'(') => depth += 1,
            SchemaToken::Sign(b')') => depth -= 1,
            SchemaToken::Word(word) if depth == 0 => fields.push(*word),
            _ => {}
        }
    }
    Some(fields)
}

/// `@@index([a, b])`: rows are found by its first field.
fn index(model: &str, place: Span, arguments: &SchemaTokens<'_>, out: &mut Facts) {
    let Some(fields) = listed_fields(arguments) else {
        return out.gap_hiding("model", model, place, format!("an index of `{model}` is not understood"));
    };
    for field in fields.into_iter().take(1) {
        out.say(place, PrismaFact::Index { model: model.into(), field: field.into() });
    }
}

/// `@@unique([a, b], name: "key")`: under which name queries know it.
fn unique(model: &str, place: Span, arguments: &SchemaTokens<'_>, out: &mut Facts) {
    let Some(fields) = listed_fields(arguments) else {
        return out.gap_hiding("model", model, place, format!("a compound key of `{model}` is not understood"));
    };
    for field in fields.iter().take(1) {
        out.say(place, PrismaFact::Index { model: model.into(), field: (*field).into() });
    }
    let name = arguments.windows(3).find_map(|window| match window {
        [(SchemaToken::Word("name"), _), (SchemaToken::Sign(b':'), _), (SchemaToken::Text(name), _)] => {
            Some((*name).to_owned())
        }
        _ => None,
    });
    let name = name.unwrap_or_else(|| fields.join("_"));
    let fields = fields.into_iter().map(Arc::from).collect();
    out.say(place, PrismaFact::Unique { model: model.into(), name: name.into(), fields });
}

/// What stands behind `@name` among the attributes of a field.
fn attribute<'a, 't>(attributes: &'a SchemaTokens<'t>, name: &str) -> Option<&'a SchemaTokens<'t>> {
    let at = attributes.windows(2).position(
        |window| matches!(window, [(SchemaToken::Sign(b'@'), _), (SchemaToken::Word(word), _)] if *word == name),
    )?;
    Some(&attributes[at + 2..])
}

/// The first string in the arguments right behind an attribute.
fn first_text<'t>(behind: &SchemaTokens<'t>) -> Option<&'t str> {
    let [(SchemaToken::Sign(b'('), _), rest @ ..] = behind else { return None };
    let end = rest.iter().position(|(token, _)| *token == SchemaToken::Sign(b')')).unwrap_or(rest.len());
    rest[..end].iter().find_map(|(token, _)| match token {
        SchemaToken::Text(text) => Some(*text),
        _ => None,
    })
}
