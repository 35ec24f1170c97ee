//! Fields of structs of Rust that functions of other files add entries to, told from the text without a parse.
//!
//! A text tells no types, so a field is found by its name, where one struct of its crate alone has a collection of that name.

use auditlint_source::{LineIndex, Span};
use auditlint_syntax::Skim;
use memchr::memmem;
use rustc_hash::FxHashSet;

use super::fact::{Facts, KindFact};
use super::rust_text::{begins_word, is_word, shared, word_at};
use crate::lifetime::fills;

/// What adds an entry.
const ADDS: &[&str] =
    &[".insert(", ".entry(", ".push(", ".push_back(", ".push_front(", ".put(", ".insert_async(", ".upsert("];

/// Types that keep entries.
const COLLECTIONS: &[&str] = &[
    "HashMap<",
    "BTreeMap<",
    "IndexMap<",
    "HashSet<",
    "BTreeSet<",
    "DashMap<",
    "DashSet<",
    "SkipMap<",
    "LruCache<",
    "VecDeque<",
    "Vec<",
];

/// Methods between a field and what adds to it.
const BETWEEN: &[&str] = &[
    "lock",
    "write",
    "read",
    "unwrap",
    "expect",
    "borrow_mut",
    "borrow",
    "get_mut",
    "pin",
    "as_mut",
    "as_ref",
    "clone",
    "unwrap_or_else",
    "blocking_lock",
    "blocking_write",
];

/// First words of functions that make a value, and fill it with what it begins with.
const MAKING: &[&str] = &["new", "default", "build", "create", "from", "try"];

/// How many fields, and how many places that add, are told of one file.
const MOST: usize = 64;
/// How far back the expression, the variable or the function that belongs to a place is looked for, in bytes.
const LONGEST: usize = 4_000;

/// Says to which fields a module adds entries.
pub(super) fn adds(lines: &LineIndex, text: &[u8], skim: &Skim, out: &mut Facts) {
    let tests = memmem::find(text, b"#[cfg(test)]").unwrap_or(text.len());
    let mut known: FxHashSet<&[u8]> = FxHashSet::default();
    for at in ADDS.iter().flat_map(|adds| memmem::find_iter(text, *adds)).filter(|at| *at < tests) {
        if known.len() >= MOST || skim.in_comment(at as u32) {
            continue;
        }
        let Some(name) = field_before(text, at).or_else(|| field_of_variable(text, at)) else { continue };
        if !known.contains(name) && !is_making(text, at) {
            known.insert(name);
            let line = lines.line(at as u32);
            let fact = KindFact::Adds { name: shared(name), is_member: true, line };
            out.say(Span::new(at as u32, at as u32 + 1), fact);
        }
    }
}

/// Says which fields of a struct, whose body is given, hold collections.
pub(super) fn fields(lines: &LineIndex, text: &[u8], body: Span, count: &mut usize, out: &mut Facts) {
    let mut start = body.start as usize;
    for line in body.of(text).split_inclusive(|byte| *byte == b'\n') {
        let place = start;
        start += line.len();
        let code = memmem::find(line, b"//").map_or(line, |comment| &line[..comment]);
        let Some(colon) = memchr::memchr(b':', code) else { continue };
        let holds = COLLECTIONS.iter().any(|known| memmem::find(code, known.as_bytes()).is_some());
        let name = code[..colon].rsplit(|byte| !is_word(*byte)).next().unwrap_or_default();
        if holds && !name.is_empty() && code.get(colon + 1) != Some(&b':') && *count < MOST {
            *count += 1;
            let (name, line) = (shared(name), lines.line(place as u32));
            out.say(Span::new(place as u32, place as u32 + 1), KindFact::Holds { name, is_member: true, line });
        }
    }
}

/// The field at the head of the chain of calls that ends at a place: `state.sessions.lock().unwrap()`.
fn field_before(text: &[u8], end: usize) -> Option<&[u8]> {
    let (name, is_member) = head(text, end)?;
    is_member.then_some(name)
}

/// The same of the variable that stands there: `let mut sessions = state.sessions.lock().unwrap(); sessions`.
fn field_of_variable(text: &[u8], end: usize) -> Option<&[u8]> {
    let (name, is_member) = head(text, end)?;
    if is_member {
        return None;
    }
    let from = end.saturating_sub(LONGEST);
    let declared = ["let mut ", "let "].iter().find_map(|word| {
        let declared = [word.as_bytes(), name, b" = "].concat();
        memmem::rfind(&text[from..end], &declared).map(|at| from + at + declared.len())
    })?;
    let length = memchr::memchr(b';', &text[declared..end])?;
    field_before(text, declared + length)
}

/// The name at the head of a chain of calls that ends at a place, and whether it is that of a field.
fn head(text: &[u8], end: usize) -> Option<(&[u8], bool)> {
    let mut end = end;
    loop {
        let before = text[..end].trim_ascii_end();
        let before = before.strip_suffix(b"?").unwrap_or(before).trim_ascii_end();
        let before = before.strip_suffix(b".await").unwrap_or(before).trim_ascii_end();
        if !before.ends_with(b")") {
            let start = before.iter().rposition(|byte| !is_word(*byte)).map_or(0, |at| at + 1);
            let name = &before[start..];
            let is_named = name.first().is_some_and(|first| first.is_ascii_lowercase() || *first == b'_');
            return is_named.then_some((name, before[..start].ends_with(b".")));
        }
        let open = opening(before)?;
        let start = before[..open].iter().rposition(|byte| !is_word(*byte)).map_or(0, |at| at + 1);
        let method = std::str::from_utf8(&before[start..open]).ok()?;
        if !BETWEEN.contains(&method) || !before[..start].ends_with(b".") {
            return None;
        }
        end = start - 1;
    }
}

/// Where the parenthesis opens with which a text ends.
fn opening(text: &[u8]) -> Option<usize> {
    let mut closed = 0_u32;
    let from = text.len().saturating_sub(LONGEST);
    for (offset, byte) in text[from..].iter().enumerate().rev() {
        match byte {
            b')' => closed += 1,
            b'(' if closed == 1 => return Some(from + offset),
            b'(' => closed = closed.saturating_sub(1),
            b';' => return None,
            _ => {}
        }
    }
    None
}

/// Whether the function around a place makes what it adds to, or fills what a program knows.
fn is_making(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST);
    let Some(function) = memmem::rfind(&text[from..at], b"fn ").map(|found| from + found) else { return false };
    if !begins_word(text, function) {
        return false;
    }
    let name = word_at(text, function + "fn ".len());
    let first = name.split(|byte| *byte == b'_').next().unwrap_or_default();
    std::str::from_utf8(first).is_ok_and(|first| MAKING.contains(&first))
        || std::str::from_utf8(name).is_ok_and(|name| fills(name) && !name.starts_with("add"))
}
