//! `transform`: new names made from the text of metavariables.

use std::borrow::Cow;

use auditlint_source::Span;
use auditlint_source::document::{
    DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, Table, parse_yaml,
};
use serde::{Deserialize, Serialize};

use crate::Spanned;
use crate::bounded::Bounded;
use crate::case::{Case, Separator};
use crate::clause::read_text;
use crate::limits::MAX_TEXT;
use crate::regexes::LazyRegex;
use crate::variable::{self, Variable};

/// One entry of `transform` as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TransformDocument {
    /// The name that it defines.
    pub(crate) name: Spanned<String>,
    pub(crate) source: Spanned<TransformSource>,
    pub(crate) change: Change,
}

/// What a transform starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TransformSource {
    pub(crate) name: String,
    /// `$$$A` and not `$A`.
    pub(crate) list: bool,
}

/// What a transform does to a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Change {
    Replace { regex: Spanned<String>, by: String },
    Substring { start: Option<i64>, end: Option<i64> },
    Convert { case: Case, separators: Option<Vec<Separator>> },
    Rewrite { rewriters: Vec<Spanned<String>>, join_by: Option<String> },
}

impl TransformDocument {
    /// The length of the longest text that it holds.
    pub(crate) fn longest_text(&self) -> usize {
        match &self.change {
            Change::Replace { regex, by } => regex.value.len().max(by.len()),
            Change::Rewrite { join_by, .. } => join_by.as_ref().map_or(0, String::len),
            Change::Substring { .. } | Change::Convert { .. } => 0,
        }
    }
}

/// A compiled transform.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transform {
    pub(crate) name: String,
    pub(crate) source: TransformSource,
    change: Change,
    regex: Option<LazyRegex>,
    /// Indices of the rewriters of the rule.
    rewriters: Vec<u32>,
}

impl Transform {
    /// Compiles a transform. `rewriters` are the ids of those of the rule.
    pub(crate) fn compile(document: &TransformDocument, rewriters: &[&str]) -> Result<Self, DocumentError> {
        let regex = match &document.change {
            Change::Replace { regex, .. } => Some(LazyRegex::compile(regex)?),
            Change::Substring { .. } | Change::Convert { .. } | Change::Rewrite { .. } => None,
        };
        let named = match &document.change {
            Change::Rewrite { rewriters, .. } => rewriters.as_slice(),
            Change::Replace { .. } | Change::Substring { .. } | Change::Convert { .. } => &[],
        };
        let mut indices = Vec::with_capacity(named.len());
        for name in named {
            match rewriters.iter().position(|known| *known == name.value) {
                Some(index) => indices.push(index as u32),
                None => return Err(DocumentError::unknown(name.span, "rewriter", &name.value, rewriters)),
            }
        }
        let (name, source) = (document.name.value.clone(), document.source.value.clone());
        Ok(Self { name, source, change: document.change.clone(), regex, rewriters: indices })
    }

    /// The rewriters that it applies and what stands between the texts that they make, where it applies any.
    pub(crate) fn rewriters(&self) -> Option<(&[u32], Option<&str>)> {
        match &self.change {
            Change::Rewrite { join_by, .. } => Some((&self.rewriters, join_by.as_deref())),
            Change::Replace { .. } | Change::Substring { .. } | Change::Convert { .. } => None,
        }
    }

    pub(crate) fn regex(&self) -> Option<&LazyRegex> {
        self.regex.as_ref()
    }

    /// Makes the new text. It is no longer than the old one or [`MAX_TEXT`], whichever is longer. Characters can be counted and
    /// converted only in UTF-8: where the text is not, the second value is `false`, and the text is made as if each byte of no
    /// character were U+FFFD.
    pub(crate) fn apply(&self, text: &[u8]) -> (Bounded, bool) {
        let mut made = Bounded::new(MAX_TEXT.max(text.len()));
        let by_characters = |change: &dyn Fn(&str) -> String| {
            let characters = String::from_utf8_lossy(text);
            (change(&characters), matches!(characters, Cow::Borrowed(_)))
        };
        let (changed, is_exact) = match &self.change {
            Change::Replace { by, .. } => {
                match self.regex.as_ref().and_then(LazyRegex::get) {
                    Some(regex) => replace(regex, text, by.as_bytes(), &mut made),
                    None => made.push(text),
                }
                return (made, true);
            }
            Change::Substring { start, end } => by_characters(&|text| {
                let count = text.chars().count() as i64;
                let place = |at: i64| if at < 0 { (count + at).max(0) } else { at.min(count) };
                let start = place(start.unwrap_or(0));
                let length = place(end.unwrap_or(count)) - start;
                text.chars().skip(start as usize).take(length.max(0) as usize).collect()
            }),
            Change::Convert { case, separators } => by_characters(&|text| case.apply(text, separators.as_deref())),
            // Rewriters need the tree: see `Rewriting`. A text that another transform made has none, and nothing is left of it.
            Change::Rewrite { .. } => return (made, true),
        };
        made.push(changed.as_bytes());
        (made, is_exact)
    }
}

/// Puts `by` in the place of every match; `$1` and `${name}` in it are what groups have matched.
fn replace(regex: &regex::bytes::Regex, text: &[u8], by: &[u8], made: &mut Bounded) {
    let mut from = 0;
    for found in regex.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        made.push(&text[from..whole.start()]);
        from = whole.end();
        // One reference at a time, since each may be as long as the text.
        let mut rest = by;
        while !rest.is_empty() && !made.is_over() {
            let reference = usize::from(rest[0] == b'$') + usize::from(rest.starts_with(b"$$"));
            let end = memchr::memchr(b'$', &rest[reference..]).map_or(rest.len(), |next| reference + next);
            let mut piece = Vec::new();
            found.expand(&rest[..end], &mut piece);
            made.push(&piece);
            rest = &rest[end..];
        }
        if made.is_over() {
            return;
        }
    }
    made.push(&text[from..]);
}

/// Reads the table under `transform`.
pub(crate) fn read(node: &DocumentNode, errors: &DocumentErrors) -> Vec<TransformDocument> {
    let DocumentValue::Map(entries) = &node.value else {
        errors.borrow_mut().push(DocumentError::expected("a table of transforms by name", node));
        return Vec::new();
    };
    entries.iter().filter_map(|(key, node)| read_one(key, node, errors)).collect()
}

fn read_one(key: &DocumentKey, node: &DocumentNode, errors: &DocumentErrors) -> Option<TransformDocument> {
    let name = Spanned { span: key.span, value: key.name.clone() };
    if !key.name.starts_with(variable::starts_name) || !key.name.chars().all(variable::continues_name) {
        errors.borrow_mut().push(
            DocumentError::new(key.span, format!("`{}` cannot be used after `$`", key.name))
                .help("a name consists of capital letters, digits and `_`, and does not start with a digit"),
        );
    }
    let written;
    let node = match &node.value {
        DocumentValue::Text(text) => {
            written = match from_text(text, node.span) {
                Ok(node) => node,
                Err(error) => {
                    errors.borrow_mut().push(error);
                    return None;
                }
            };
            &written
        }
        _ => node,
    };
    let mut table = Table::new(node, errors);
    let mut found = None;
    for (kind, key) in ["replace", "substring", "convert", "rewrite"].into_iter().enumerate() {
        if let Some((name, body)) = table.take_entry(key) {
            if found.is_some() {
                table.error(DocumentError::new(
                    name.span,
                    "a transform does one thing; give the other one its own name",
                ));
            }
            found = Some((kind, body));
        }
    }
    table.finish();
    let Some((kind, body)) = found else {
        if node.as_map().is_some_and(<[_]>::is_empty) {
            errors.borrow_mut().push(DocumentError::new(
                node.span,
                "a transform needs `replace`, `substring`, `convert` or `rewrite`",
            ));
        }
        return None;
    };
    let mut table = Table::new(body, errors);
    let source = required(&mut table, "source", body.span).and_then(|node| read_source(node, errors));
    let change = match kind {
        0 => {
            let regex = required(&mut table, "replace", body.span).and_then(|node| read_text(node, errors));
            let by = required(&mut table, "by", body.span).and_then(|node| read_text(node, errors));
            regex.zip(by).map(|(regex, by)| Change::Replace { regex, by: by.value })
        }
        1 => {
            let (start, end) = (take_integer(&mut table, "startChar"), take_integer(&mut table, "endChar"));
            Some(Change::Substring { start, end })
        }
        3 => {
            let names = table.take_texts("rewriters");
            if names.as_ref().is_none_or(Vec::is_empty) {
                table.error(DocumentError::new(body.span, "`rewrite` needs `rewriters`: the ids of those to apply"));
            }
            let rewriters =
                names.unwrap_or_default().into_iter().map(|(span, value)| Spanned { span, value }).collect();
            Some(Change::Rewrite { rewriters, join_by: table.take_text("joinBy") })
        }
        _ => {
            let case =
                required(&mut table, "toCase", body.span).and_then(|node| word(node, "case", &Case::WORDS, errors));
            let separators = table.take("separatedBy").map(|node| {
                let items = node.as_list().unwrap_or(std::slice::from_ref(node));
                items.iter().filter_map(|item| word(item, "separator", &Separator::WORDS, errors)).collect()
            });
            case.map(|case| Change::Convert { case, separators })
        }
    };
    table.finish_passable();
    Some(TransformDocument { name, source: source?, change: change? })
}

fn required<'n>(table: &mut Table<'n, '_>, key: &'static str, span: Span) -> Option<&'n DocumentNode> {
    let node = table.take(key);
    if node.is_none() {
        table.error(DocumentError::new(span, format!("the transform needs `{key}`")));
    }
    node
}

fn take_integer(table: &mut Table<'_, '_>, key: &'static str) -> Option<i64> {
    let node = table.take(key)?;
    match node.value {
        DocumentValue::Integer(number) => Some(number),
        _ => {
            table.error(DocumentError::expected("a whole number", node));
            None
        }
    }
}

fn word<T: Copy>(node: &DocumentNode, what: &str, words: &[(&'static str, T)], errors: &DocumentErrors) -> Option<T> {
    let text = read_text(node, errors)?.value;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let valid: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        errors.borrow_mut().push(DocumentError::unknown(node.span, what, &text, &valid));
    }
    found
}

fn read_source(node: &DocumentNode, errors: &DocumentErrors) -> Option<Spanned<TransformSource>> {
    let text = read_text(node, errors)?.value;
    let source = match variable::parse(&text, '$') {
        Some(Variable::One { name: Some(name), .. }) => TransformSource { name: name.to_owned(), list: false },
        Some(Variable::Many { name: Some(name) }) => TransformSource { name: name.to_owned(), list: true },
        _ => {
            errors.borrow_mut().push(
                DocumentError::new(node.span, format!("`{text}` is not a metavariable")).help("write `$A` or `$$$A`"),
            );
            return None;
        }
    };
    Some(Spanned { span: node.span, value: source })
}

/// Brings `replace($A, replace=a, by='b')` into the form of a table. Every value has the span of the whole text.
fn from_text(text: &str, span: Span) -> Result<DocumentNode, DocumentError> {
    let error = || {
        DocumentError::new(span, format!("`{text}` is not a valid transform"))
            .help("write `replace($A, replace=REGEX, by=TEXT)`, `substring($A, startChar=1)`, `convert($A, toCase=upperCase)` or `rewrite($A, rewriters=[ID])`")
    };
    let (function, rest) = text.trim().split_once('(').ok_or_else(error)?;
    let (source, mut rest) = rest.trim_end_matches(')').split_once(',').ok_or_else(error)?;
    let text_node = |value: &str| DocumentNode { span, value: DocumentValue::Text(value.trim().to_owned()) };
    let key = |name: &str| DocumentKey { span, name: name.trim().to_owned() };
    let mut entries = vec![(key("source"), text_node(source))];
    rest = rest.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or_else(error)?;
        let after = after.trim_start();
        let end = match after.chars().next() {
            Some(open @ ('\'' | '"' | '[')) => {
                let close = if open == '[' { ']' } else { open };
                after[1..].find(close).ok_or_else(error)? + 2
            }
            _ => after.find(',').unwrap_or(after.len()),
        };
        let value = parse_yaml(&after[..end]).ok().and_then(|mut documents| documents.pop()).ok_or_else(error)?;
        entries.push((key(name), at(value, span)));
        rest = after[end..].trim_start().trim_start_matches(',').trim();
    }
    Ok(DocumentNode {
        span,
        value: DocumentValue::Map(vec![(key(function), DocumentNode { span, value: DocumentValue::Map(entries) })]),
    })
}

/// A value with the span of the text that it was found in.
fn at(node: DocumentNode, span: Span) -> DocumentNode {
    let value = match node.value {
        DocumentValue::List(items) => DocumentValue::List(items.into_iter().map(|item| at(item, span)).collect()),
        other => other,
    };
    DocumentNode { span, value }
}
