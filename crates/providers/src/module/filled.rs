//! Collections that other modules add entries to: where they are declared, and where others add, told from the text without a parse.
//!
//! A collection that a module exports is found by its name in what imports it. A member (`this.sessions`, `client.sessions`) is found
//! by its name where the module that adds and the one that declares it import one another, since a text tells no types.

use auditlint_facts::{Row, Source, Value};
use auditlint_source::{FilePath, ModuleKind, Role, Span};
use auditlint_syntax::Skim;
use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{Facts, KindFact};
use super::graph::ModuleGraph;
use super::instances::{imports, is_word, made_empty, shared, statement_start, word};
use super::states::crate_of;
use crate::lifetime::{fills, is_bound_name, is_of_somebody};
use crate::words::WordPlaces;

/// What adds an entry.
pub(super) const ADDS: &[&str] = &[".set(", ".add(", ".put(", ".push(", ".unshift(", "] = "];

/// Classes that keep entries.
const COLLECTIONS: &[&str] = &["Map", "Set", "Collection", "LRUCache", "LRU", "NodeCache", "TTLCache", "QuickLRU"];

/// Words before the name of a field.
const MODIFIERS: &[&str] = &["private", "public", "protected", "readonly", "static", "declare", "override", "accessor"];

/// At most this many bytes of what is added are looked at.
const LONGEST_VALUE: usize = 300;

/// How many collections, and how many places that add, are told of one file.
const MOST: usize = 64;

/// How many modules that add are held against one that declares.
const MOST_ADDING: usize = 256;

/// Says which empty collections a module declares, and to which of others it adds.
pub(super) fn extract(source: &Source<'_, '_>, text: &[u8], skim: &Skim, places: &WordPlaces, out: &mut Facts) {
    let mut known: FxHashSet<(&[u8], bool)> = FxHashSet::default();
    let made = places.of("new ").filter(|at| COLLECTIONS.iter().any(|class| class.as_bytes() == word(text, at + 4)));
    let empty = made_empty(text, places).filter(|at| is_empty(text, *at));
    for at in made.chain(empty).filter(|at| !skim.in_comment(*at as u32)) {
        if let Some((name, is_member)) = declared(text, skim, at)
            && known.len() < MOST
            && known.insert((name, is_member))
        {
            let line = source.lines().line(at as u32);
            let span = Span::new(at as u32, at as u32 + 1);
            out.say(span, KindFact::Holds { name: shared(name), is_member, line });
        }
    }
    let mut imported = None;
    let mut told: FxHashSet<(&[u8], bool)> = FxHashSet::default();
    for (adds, at) in ADDS.iter().flat_map(|adds| places.of(adds).map(move |at| (*adds, at))) {
        let Some((name, is_member)) = target(text, adds, at) else { continue };
        let mut is_own = || !imported.get_or_insert_with(|| imported_names(text, skim)).contains(name);
        if told.len() < MOST
            && !told.contains(&(name, is_member))
            && !known.contains(&(name, is_member))
            && (is_member || !is_own())
            && !skim.in_comment(at as u32)
            && skim.depth(at as u32).is_none_or(|depth| depth > 0)
            && is_data(text, adds, at)
            && keeps(text, name, key(text, adds, at), at)
        {
            told.insert((name, is_member));
            let line = source.lines().line(at as u32);
            out.say(Span::new(at as u32, at as u32 + 1), KindFact::Adds { name: shared(name), is_member, line });
        }
    }
}

/// Whether nothing stands in the brackets of a literal.
fn is_empty(text: &[u8], at: usize) -> bool {
    let behind = text.get(at + "= {}".len()..).unwrap_or_default();
    !text[..at].ends_with(b"=") && behind.trim_ascii_start().first().is_none_or(|next| *next != b'=')
}

/// The name under which a module keeps what is made at a place, and whether that is a member of something.
fn declared<'t>(text: &'t [u8], skim: &Skim, at: usize) -> Option<(&'t [u8], bool)> {
    let before = if text[at] == b'=' { &text[..=at] } else { text[..at].trim_ascii_end() };
    let depth = skim.depth(at as u32)?;
    let start = memchr::memrchr2(b'\n', b';', before).map_or(0, |found| found + 1);
    let Some(left) = before[start..].strip_suffix(b"=") else {
        // `{ sessions: new Map() }`
        let key = before[start..].trim_ascii().strip_suffix(b":")?;
        let name = word(key, 0);
        return (depth > 0 && !name.is_empty() && name.len() == key.len()).then_some((name, true));
    };
    let mut left = left.trim_ascii_end();
    left = left.strip_suffix(b"??").or_else(|| left.strip_suffix(b"||")).unwrap_or(left).trim_ascii();
    if let Some(member) = left.strip_prefix(b"this.") {
        let name = word(member.strip_prefix(b"#").unwrap_or(member), 0);
        return (member.trim_ascii_end().ends_with(name) && !name.is_empty()).then_some((name, true));
    }
    let (mut is_binding, mut is_field) = (false, false);
    loop {
        let first = word(left, 0);
        let rest = left.get(first.len()..).unwrap_or_default().trim_ascii_start();
        match first {
            b"export" => {}
            b"const" | b"let" | b"var" => is_binding = true,
            _ if std::str::from_utf8(first).is_ok_and(|first| MODIFIERS.contains(&first)) && !rest.is_empty() => {
                is_field = true;
            }
            _ => break,
        }
        left = rest;
    }
    left = left.strip_prefix(b"#").unwrap_or(left);
    let name = word(left, 0);
    let rest = left.get(name.len()..).unwrap_or_default();
    if let Some(member) = rest.strip_prefix(b".") {
        // `client.sessions = new Map()`
        let member_name = word(member, 0);
        return (!member_name.is_empty() && member_name.len() == member.len()).then_some((member_name, true));
    }
    let ends = rest.trim_ascii_start().first().is_none_or(|next| matches!(next, b':' | b'!' | b'?'));
    if name.is_empty() || !ends || (is_binding && depth > 0) {
        return None;
    }
    (is_binding || is_field || depth == 1).then_some((name, !is_binding))
}

/// What entries are added to, by its last name, and whether that is a member of something.
fn target<'t>(text: &'t [u8], adds: &str, at: usize) -> Option<(&'t [u8], bool)> {
    let end = if adds == "] = " { opening(text, at)? } else { at };
    let end = if text[..end].ends_with(b"?") || text[..end].ends_with(b"!") { end - 1 } else { end };
    let start = text[..end].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
    let name = &text[start..end];
    let is_member = text[..start].last().is_some_and(|before| matches!(before, b'.' | b'#'));
    (name.first().is_some_and(|first| !first.is_ascii_digit())).then_some((name, is_member))
}

/// Where the bracket opens that closes at a place.
fn opening(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(LONGEST_VALUE);
    let mut closed = 0_u32;
    for (offset, byte) in text[from..at].iter().enumerate().rev() {
        match byte {
            b']' => closed += 1,
            b'[' if closed == 0 => return Some(from + offset),
            b'[' => closed -= 1,
            b'\n' | b';' => return None,
            _ => {}
        }
    }
    None
}

/// Whether what is added could be kept elsewhere too, and comes under a key that nobody wrote down.
fn is_data(text: &[u8], adds: &str, at: usize) -> bool {
    let behind = &text[at + adds.len()..text.len().min(at + adds.len() + LONGEST_VALUE)];
    let value = if adds == "] = " {
        &behind[..memchr::memchr2(b';', b'\n', behind).unwrap_or(behind.len())]
    } else {
        &behind[..closing(behind)]
    };
    let value = value.trim_ascii();
    let has = |part: &str| memmem::find(value, part.as_bytes()).is_some();
    let last = value.rsplit(|byte| *byte == b',').map(<[u8]>::trim_ascii).find(|part| !part.is_empty());
    let last = last.unwrap_or(value);
    let is_bound = std::str::from_utf8(last).is_ok_and(|last| {
        let made = last.strip_prefix("new ").map(|made| made.split('(').next().unwrap_or_default());
        let is_name = last.bytes().all(|byte| is_word(byte) || byte == b'.');
        made.or(is_name.then_some(last)).is_some_and(is_bound_name)
    });
    // `{ resolve, reject, timer }`
    let holds_bound = || {
        let mut names = value.split(|byte| !is_word(*byte)).filter_map(|name| std::str::from_utf8(name).ok());
        memchr::memchr(b'{', value).is_some()
            && names.any(|name| matches!(name, "resolve" | "reject") || is_bound_name(name))
    };
    let is_constant = |part: &[u8]| part.first().is_some_and(|first| matches!(first, b'"' | b'\''));
    let key = if adds == "] = " {
        opening(text, at).map(|open| &text[open + 1..at])
    } else if matches!(adds, ".set(" | ".put(" | ".add(") {
        Some(value)
    } else {
        None
    };
    !value.is_empty()
        && !["=>", "function", "new Promise", "setTimeout(", "setInterval(", "Promise."].iter().any(|part| has(part))
        && !is_bound
        && !holds_bound()
        && !key.is_some_and(is_constant)
}

/// Under what an entry is added.
fn key<'t>(text: &'t [u8], adds: &str, at: usize) -> &'t str {
    let key = if adds == "] = " {
        opening(text, at).map_or(&[][..], |open| &text[open + 1..at])
    } else {
        let behind = &text[at + adds.len()..text.len().min(at + adds.len() + LONGEST_VALUE)];
        &behind[..memchr::memchr2(b',', b')', behind).unwrap_or_default()]
    };
    std::str::from_utf8(key).unwrap_or_default().trim()
}

/// Where the parenthesis closes that opens before a text, or its end.
fn closing(text: &[u8]) -> usize {
    let mut open = 0_u32;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' if open == 0 => return at,
            b')' => open -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether the function around a place leaves there what it adds, and is not one that fills what a program knows.
fn keeps(text: &[u8], name: &[u8], key: &str, at: usize) -> bool {
    let start = statement_start(text, at);
    let mut words = text[start..at].split(|byte| !is_word(*byte)).filter(|word| !word.is_empty());
    let function = words.find(|word| {
        !matches!(*word, b"export" | b"default" | b"async" | b"function" | b"const" | b"let" | b"var" | b"class")
    });
    let removed = [name, b".delete("].concat();
    let is_filling = |function: &str| fills(function) && !(function.starts_with("add") && is_of_somebody(key));
    !function.is_some_and(|name| std::str::from_utf8(name).is_ok_and(is_filling))
        && memmem::find(&text[start..text.len().min(at + LONGEST_BODY)], &removed).is_none()
}

/// How far behind a place it is looked for whether the entry is taken away again.
const LONGEST_BODY: usize = 2_000;

/// The names that a module gives to what it imports.
fn imported_names<'t>(text: &'t [u8], skim: &Skim) -> FxHashSet<&'t [u8]> {
    super::instances::imported_functions(text, skim)
}

/// Where entries are added: by the number of the file.
struct Adding {
    file: usize,
    line: u32,
}

/// The rows that say which collections other modules add entries to.
pub(super) fn rows(sources: &[(FilePath, &Facts)], graph: &ModuleGraph) -> Vec<Row> {
    let mut adding: FxHashMap<(&str, bool), Vec<Adding>> = FxHashMap::default();
    for (file, (path, said)) in sources.iter().enumerate() {
        if Role::by_default(path) == Role::Test {
            continue;
        }
        for said in &said.facts {
            if let KindFact::Adds { name, is_member, line } = &said.fact {
                adding.entry((&**name, *is_member)).or_default().push(Adding { file, line: *line });
            }
        }
    }
    // By crate: how many fields of a name hold collections.
    let mut declared: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for (path, said) in sources.iter().filter(|(path, _)| is_rust(path)) {
        for said in &said.facts {
            if let KindFact::Holds { name, .. } = &said.fact {
                *declared.entry((crate_of(path), &**name)).or_default() += 1;
            }
        }
    }
    let mut rows = Vec::new();
    for (file, (path, said)) in sources.iter().enumerate() {
        let direct = graph.importers.get(path).map_or(&[][..], Vec::as_slice);
        for said in &said.facts {
            let KindFact::Holds { name, is_member, line } = &said.fact else { continue };
            let of = |is_member: bool| adding.get(&(&**name, is_member)).into_iter().flatten().take(MOST_ADDING);
            // `stores.sessions.set(…)` adds to what the module exports.
            let found = of(*is_member).chain(of(true).filter(|_| !*is_member)).find(|adding| {
                if is_rust(path) {
                    let (own, by) = (crate_of(path), &sources[adding.file].0);
                    return adding.file != file
                        && is_rust(by)
                        && crate_of(by) == own
                        && declared.get(&(own, &**name)) == Some(&1);
                }
                adding.file != file
                    && (imports(sources, graph, adding.file, direct)
                        || (*is_member && is_imported_by(graph, &sources[adding.file].0, file)))
            });
            let Some(found) = found else { continue };
            let by = &sources[found.file].0;
            let evidence = format!("line {} of {by} adds entries to `{name}`", found.line);
            let values = vec![
                path.as_str().into(),
                ModuleKind::Filled.name().into(),
                evidence.as_str().into(),
                by.as_str().into(),
                Value::Number((*line).into()),
                Value::Number((*line).into()),
            ];
            rows.push(Row { path: path.clone(), span: Span::default(), values });
        }
    }
    rows
}

fn is_rust(path: &FilePath) -> bool {
    path.extension() == Some("rs")
}

/// Whether a module is imported by another: the methods of a class may stand in modules of their own.
fn is_imported_by(graph: &ModuleGraph, path: &FilePath, importer: usize) -> bool {
    graph.importers.get(path).is_some_and(|importers| importers.binary_search(&importer).is_ok())
}
