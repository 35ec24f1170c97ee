//! Structs of Rust of which a server keeps an instance: what handlers ask for as their state, what stands in a static, and what
//! those hold, told from the text without a parse.
//!
//! A trait stands for every struct that implements it, since which of them runs is chosen where the program starts.

use auditlint_source::{FilePath, LineIndex, ModuleKind, Role, Span};
use auditlint_syntax::Skim;
use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

use auditlint_facts::folder::folder_of;
use auditlint_facts::{Row, Value};

use super::fact::{Facts, KindFact};
use super::filled_rust;
use super::graph::ModuleGraph;
use super::rust_text::{begins_word, is_word, shared, word_at};

/// Crates whose handlers ask for their state by its type.
const FRAMEWORKS: &[&str] = &["axum", "actix_web", "rocket", "poem", "salvo", "warp", "tide", "ntex"];

/// Types by which they ask for it.
const EXTRACTORS: &[&str] = &["State<", "Data<", "Extension<", "Depot<"];

/// What collects entries that can be added through a shared reference; a struct without one is of no interest by itself.
const COLLECTIONS: &[&str] = &[
    "HashMap", "BTreeMap", "IndexMap", "HashSet", "BTreeSet", "DashMap", "DashSet", "SkipMap", "LruCache", "Cache<",
    "VecDeque", "Vec<",
];

/// What keeps entries by key, and needs a lock around it or around what holds it.
const KEYED: &[&str] = &["HashMap<", "BTreeMap<", "IndexMap<", "HashSet<", "BTreeSet<", "IndexSet<", "VecDeque<"];

/// Names of the standard library and of nearly every program, which lead nowhere.
const EVERYWHERE: &[&str] = &[
    "Arc",
    "Rc",
    "Box",
    "Option",
    "Result",
    "Vec",
    "VecDeque",
    "String",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "Mutex",
    "RwLock",
    "OnceCell",
    "OnceLock",
    "LazyLock",
    "Lazy",
    "Cow",
    "Duration",
    "Instant",
    "PathBuf",
    "Self",
    "Send",
    "Sync",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "From",
    "Into",
    "Iterator",
    "Fn",
    "FnMut",
    "FnOnce",
    "Future",
    "Stream",
    "Drop",
    "Deref",
    "AsRef",
    "Error",
    "Hash",
    "Eq",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "Serialize",
    "Deserialize",
    "Sized",
    "Any",
    "Phantom",
    "PhantomData",
    "Pin",
    "State",
    "Data",
    "Extension",
];

/// How many names of one struct are read.
const MOST_NAMES: usize = 64;
/// How many items of one file are read.
const MOST: usize = 2_000;

/// Says which structs a module declares, what they hold, and which of them its handlers ask for.
pub(super) fn extract(lines: &LineIndex, text: &[u8], skim: &Skim, out: &mut Facts) {
    let (mut count, mut fields) = (0, 0);
    let aliases = writable_aliases(text, skim);
    let plain = aliases_of(text, skim, KEYED);
    for (word, is_struct) in [("struct", true), ("enum", false), ("trait", false)] {
        for at in items(text, skim, word) {
            let name = word_at(text, at + word.len() + 1);
            count += 1;
            if name.is_empty() || count > MOST {
                continue;
            }
            let Some(end) = body_end(text, skim, at) else { continue };
            let body = &text[at + word.len() + 1 + name.len()..end];
            // What a trait asks of a type is not what is held.
            let parts = if word == "trait" { Vec::new() } else { names_in(body, name) };
            let holds_one_of = |known: &[&[u8]]| parts.iter().any(|part| known.contains(part));
            // `type Cache = HashMap<…>;` and `RwLock<Cache>`
            let is_locked = || has_any(body, &["Mutex<", "RwLock<"]) && holds_one_of(&plain);
            let is_open = is_struct && (is_writable(body) || holds_one_of(&aliases) || is_locked());
            let needs_lock = is_struct && !is_open && has_any(body, KEYED);
            let holds = is_open || needs_lock;
            if is_struct {
                let body = Span::new((at + word.len() + 1 + name.len()) as u32, end as u32);
                filled_rust::fields(lines, text, body, &mut fields, out);
            }
            let body_lines = holds.then(|| (lines.line(at as u32), lines.line(end as u32)));
            if holds || !parts.is_empty() || word == "trait" {
                let span = Span::new(at as u32, end as u32);
                out.say(
                    span,
                    KindFact::Struct { name: shared(name), parts: joined(&parts), lines: body_lines, needs_lock },
                );
            }
        }
    }
    for at in items(text, skim, "type") {
        let name = word_at(text, at + "type ".len());
        let end = memchr::memchr(b';', &text[at..]).map_or(text.len(), |end| at + end);
        // `type Storage = other::Storage<Kind>;` leads to another item of that name.
        let parts = names_in(&text[at + "type ".len() + name.len()..end], b"");
        count += 1;
        if !name.is_empty() && (!parts.is_empty() || is_writable(&text[at..end])) && count <= MOST {
            let span = Span::new(at as u32, end as u32);
            // `type Db = Arc<Mutex<HashMap<…>>>;` is what handlers ask for, and no struct stands around it.
            let is_kept = is_writable(&text[at..end]);
            let lines = is_kept.then(|| (lines.line(at as u32), lines.line(end as u32)));
            let fact = KindFact::Struct { name: shared(name), parts: joined(&parts), lines, needs_lock: false };
            out.say(span, fact);
        }
    }
    for at in items(text, skim, "impl") {
        let Some(open) = memchr::memchr(b'{', &text[at..]).map(|open| at + open) else { continue };
        let head = &text[at..open];
        let Some(of) = memmem::find(head, b" for ") else { continue };
        let what = word_at(head, of + " for ".len() + usize::from(head[of + " for ".len()..].starts_with(b"&")));
        let last = head[..of].rsplit(|byte| *byte == b' ').next().unwrap_or_default();
        let path = last.split(|byte| *byte == b'<').next().unwrap_or_default();
        let name = path.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        count += 1;
        if is_type(name) && is_type(what) && count <= MOST {
            let span = Span::new(at as u32, open as u32);
            if answers_requests(text, at, name) {
                out.say(span, KindFact::State { names: shared(what), line: lines.line(at as u32), is_service: true });
            }
            out.say(span, KindFact::Implements { name: shared(name), what: shared(what) });
        }
    }
    states(lines, text, skim, out);
    started(lines, text, skim, out);
    filled_rust::adds(lines, text, skim, out);
    locked(text, skim, out);
    if let Some(at) = memmem::find_iter(text, "UnixListener").find(|at| !skim.in_comment(*at as u32)) {
        out.say(Span::new(at as u32, at as u32 + 1), KindFact::Local);
    }
}

/// Whether an implementation makes its type answer requests: a service of `tonic`, `tower` or `hyper`.
fn answers_requests(text: &[u8], at: usize, implemented: &[u8]) -> bool {
    let before = text[..at].trim_ascii_end();
    let attribute = &before[memchr::memrchr(b'\n', before).map_or(0, |found| found + 1)..];
    memmem::find(attribute, b"tonic::async_trait").is_some()
        || (implemented == b"Service" && has_any(text, &["tower::", "tower_service::", "hyper::"]))
}

/// Says which types stand behind a lock: `Mutex<Sessions>`, `RwLock<Option<Sessions>>`.
fn locked(text: &[u8], skim: &Skim, out: &mut Facts) {
    let mut names: Vec<&[u8]> = Vec::new();
    let mut first = None;
    for lock in ["Mutex<", "RwLock<"] {
        for at in memmem::find_iter(text, lock) {
            let inner = &text[at + lock.len()..];
            let inner = inner.strip_prefix(b"Option<").unwrap_or(inner);
            let length = inner.iter().position(|byte| !is_word(*byte) && *byte != b':').unwrap_or(inner.len());
            let name = inner[..length].rsplit(|byte| *byte == b':').next().unwrap_or_default();
            if names.len() < MOST_NAMES && is_type(name) && !names.contains(&name) && !skim.in_comment(at as u32) {
                names.push(name);
                first.get_or_insert(at);
            }
        }
    }
    if let Some(at) = first {
        out.say(Span::new(at as u32, at as u32 + 1), KindFact::Locked { names: joined(&names) });
    }
}

/// The types that handlers ask for, and those of statics.
fn states(lines: &LineIndex, text: &[u8], skim: &Skim, out: &mut Facts) {
    let mut known: FxHashSet<Vec<u8>> = FxHashSet::default();
    let mut say = |at: usize, part: &[u8]| {
        let names = joined(&names_in(part, b""));
        if !names.is_empty() && known.len() < MOST && known.insert(names.as_bytes().to_vec()) {
            out.say(
                Span::new(at as u32, at as u32 + 1),
                KindFact::State { names, line: lines.line(at as u32), is_service: false },
            );
        }
    };
    let names_framework = FRAMEWORKS.iter().any(|name| memmem::find(text, name.as_bytes()).is_some());
    for extractor in EXTRACTORS.iter().filter(|_| names_framework) {
        for at in memmem::find_iter(text, *extractor).filter(|at| begins_word(text, *at)) {
            if !skim.in_comment(at as u32) {
                say(at, within(&text[at + extractor.len()..]));
            }
        }
    }
    for at in items(text, skim, "static") {
        let end = memchr::memchr2(b'=', b';', &text[at..]).map_or(text.len(), |end| at + end);
        say(at, &text[at..end]);
    }
}

/// Functions that a program starts with.
const ROOTS: &[&str] = &[
    "main",
    "run",
    "start",
    "serve",
    "launch",
    "run_server",
    "start_server",
    "serve_http",
    "run_app",
    "start_app",
    "build_app",
    "create_app",
    "bootstrap",
];

/// So long the body of such a function is at the most, in bytes.
const LONGEST_ROOT: usize = 20_000;

/// Says what is made by a function with which a program starts: it lasts as long as that, unless a loop makes it anew.
fn started(lines: &LineIndex, text: &[u8], skim: &Skim, out: &mut Facts) {
    for at in items(text, skim, "fn").filter(|at| ROOTS.iter().any(|root| root.as_bytes() == word_at(text, at + 3))) {
        let Some(end) = body_end(text, skim, at) else { continue };
        let body = &text[at..end.min(at + LONGEST_ROOT)];
        let mut looped = 0;
        let mut names: Vec<&[u8]> = Vec::new();
        for call in memmem::find_iter(body, b"::") {
            if let Some(found) =
                ["loop {", "while ", "for "].iter().find_map(|word| memmem::find(&body[looped..call], word.as_bytes()))
            {
                // What stands behind a loop may stand in it: nothing more is known of the rest.
                let open = looped + found;
                match memchr::memchr(b'{', &body[open..]).and_then(|brace| closing(body, open + brace)) {
                    Some(close) if close > call => continue,
                    Some(close) => looped = close,
                    None => break,
                }
            }
            let start = body[..call].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
            let name = &body[start..call];
            let method = word_at(body, call + 2);
            let is_called = body.get(call + 2 + method.len()) == Some(&b'(');
            if is_called && is_type(name) && !names.contains(&name) && names.len() < MOST_NAMES {
                names.push(name);
            }
        }
        let names = joined(&names);
        if !names.is_empty() {
            out.say(Span::new(at as u32, at as u32 + 1), KindFact::Starts { names, line: lines.line(at as u32) });
        }
    }
}

/// Where the brace closes that opens at a place.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in text.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Items of the module itself that begin so.
fn items<'t>(text: &'t [u8], skim: &'t Skim, word: &'t str) -> impl Iterator<Item = usize> + 't {
    memmem::find_iter(text, word).filter(move |at| {
        begins_word(text, *at)
            // `'static` is a lifetime.
            && (*at == 0 || text[at - 1] != b'\'')
            && matches!(text.get(at + word.len()), Some(b' ' | b'<'))
            && skim.depth(*at as u32) == Some(0)
            && !skim.in_comment(*at as u32)
    })
}

/// Where the item at `at` ends: behind its braces, or at its semicolon.
fn body_end(text: &[u8], skim: &Skim, at: usize) -> Option<usize> {
    let mut from = at;
    loop {
        let found = from + memchr::memchr3(b'{', b'(', b';', &text[from..])?;
        if text[found] == b';' {
            return Some(found);
        }
        let is_empty = matches!(text.get(found + 1), Some(b'}' | b')'));
        let end = if is_empty { found + 1 } else { skim.around(found as u32 + 1)[0]?.end as usize };
        if text[found] == b'{' {
            return Some(end);
        }
        // `struct A(B);`
        from = end + 1;
    }
}

/// Whether fields let entries be added through a shared reference.
fn is_writable(body: &[u8]) -> bool {
    has_any(body, COLLECTIONS)
        && has_any(body, &["Mutex", "RwLock", "DashMap", "DashSet", "SkipMap", "Cache<", "scc::", "papaya::"])
}

fn has_any(text: &[u8], parts: &[&str]) -> bool {
    parts.iter().any(|part| memmem::find(text, part.as_bytes()).is_some())
}

/// The types that the module declares for what lets entries be added.
fn writable_aliases<'t>(text: &'t [u8], skim: &'t Skim) -> Vec<&'t [u8]> {
    aliases_of(text, skim, &["Mutex<", "RwLock<", "DashMap<", "Cache<"])
}

/// The types that the module declares for what is written with one of some words.
fn aliases_of<'t>(text: &'t [u8], skim: &'t Skim, of: &[&str]) -> Vec<&'t [u8]> {
    let aliases = items(text, skim, "type").filter(|at| {
        let end = memchr::memchr(b';', &text[*at..]).map_or(text.len(), |end| at + end);
        has_any(&text[*at..end], of)
    });
    aliases.map(|at| word_at(text, at + "type ".len())).take(MOST_NAMES).collect()
}

/// The text up to the `>` that closes what stands before.
fn within(text: &[u8]) -> &[u8] {
    let mut depth = 1_u32;
    for (at, byte) in text.iter().enumerate().take(400) {
        match byte {
            b'<' => depth += 1,
            b'>' if at > 0 && text[at - 1] == b'-' => {}
            b'>' => depth -= 1,
            b';' | b'{' => return &[],
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    &[]
}

/// The names of types in a text, each once.
fn names_in<'t>(text: &'t [u8], own: &[u8]) -> Vec<&'t [u8]> {
    let mut names: Vec<&[u8]> = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let code = memmem::find(line, b"//").map_or(line, |comment| &line[..comment]);
        for name in code.split(|byte| !is_word(*byte)).filter(|name| is_type(name) && *name != own) {
            if names.len() < MOST_NAMES && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Whether a word is the name of a type that leads somewhere.
fn is_type(name: &[u8]) -> bool {
    let is_constant = name.iter().all(|byte| !byte.is_ascii_lowercase());
    name.first().is_some_and(u8::is_ascii_uppercase)
        && !is_constant
        && !EVERYWHERE.iter().any(|known| known.as_bytes() == name)
}

fn joined(names: &[&[u8]]) -> Arc<str> {
    String::from_utf8_lossy(&names.join(&b' ')).into()
}

/// A struct, an enum, a trait or an alias: by the number of the file, with the names of what it holds.
struct RustItem<'f> {
    file: usize,
    parts: &'f str,
}

/// The items of a project by their names, and what implements what.
struct Items<'f> {
    sources: &'f [(FilePath, &'f Facts)],
    declared: FxHashMap<&'f str, Vec<RustItem<'f>>>,
    implementing: FxHashMap<&'f str, Vec<(usize, &'f str)>>,
}

impl<'f> Items<'f> {
    fn of(sources: &'f [(FilePath, &'f Facts)]) -> Self {
        let (mut declared, mut implementing) = (FxHashMap::default(), FxHashMap::default());
        for (file, (_, said)) in shipped(sources) {
            for said in &said.facts {
                match &said.fact {
                    KindFact::Struct { name, parts, .. } => {
                        let of: &mut Vec<RustItem<'f>> = declared.entry(&**name).or_default();
                        of.push(RustItem { file, parts });
                    }
                    KindFact::Implements { name, what } => {
                        let of: &mut Vec<(usize, &str)> = implementing.entry(&**name).or_default();
                        of.push((file, what));
                    }
                    _ => {}
                }
            }
        }
        Self { sources, declared, implementing }
    }

    /// The item that a name in a file stands for: one of the file, else the only one of its folder or of the project.
    fn resolve(&self, from: usize, name: &str) -> Option<&RustItem<'f>> {
        let all = self.declared.get(name)?;
        if let Some(own) = all.iter().find(|item| item.file == from) {
            return Some(own);
        }
        if let [only] = all.as_slice() {
            return Some(only);
        }
        let folder = folder_of(&self.sources[from].0);
        let mut near = all.iter().take(MOST_NAMES).filter(|item| self.sources[item.file].0.is_under(&folder));
        near.next().filter(|_| near.next().is_none())
    }
}

/// The folder of the crate that a source belongs to, by the way crates are laid out.
pub(super) fn crate_of(path: &FilePath) -> &str {
    let text = path.as_str();
    text.rfind("/src/").map_or("", |at| &text[..at])
}

fn shipped<'f>(sources: &'f [(FilePath, &'f Facts)]) -> impl Iterator<Item = (usize, &'f (FilePath, &'f Facts))> {
    let is_rust = |path: &FilePath| path.extension() == Some("rs");
    let sources = sources.iter().enumerate();
    sources.filter(move |(_, (path, _))| is_rust(path) && Role::by_default(path) != Role::Test)
}

/// The rows that say of which structs the server keeps an instance: each is reached at most once.
pub(super) fn rows(sources: &[(FilePath, &Facts)], graph: &ModuleGraph) -> Vec<Row> {
    let items = Items::of(sources);
    // What is kept, with the first place that says so.
    let mut kept: FxHashMap<(usize, &str), (usize, u32)> = FxHashMap::default();
    let mut open: Vec<(usize, &str, (usize, u32))> = Vec::new();
    // What a daemon keeps for the one who runs it is not a matter of several instances.
    let local: FxHashSet<&str> = shipped(sources)
        .filter(|(_, (_, said))| said.facts.iter().any(|said| said.fact == KindFact::Local))
        .map(|(_, (path, _))| crate_of(path))
        .collect();
    for (file, (path, said)) in shipped(sources) {
        for said in &said.facts {
            if let KindFact::State { names, line, is_service } = &said.fact
                && !(*is_service && local.contains(crate_of(path)))
            {
                open.extend(names.split(' ').map(|name| (file, name, (file, *line))));
            }
            let is_server = || graph.places.get(path).is_some_and(|place| place.kind == ModuleKind::Server);
            if let KindFact::Starts { names, line } = &said.fact
                && !local.contains(crate_of(path))
                && is_server()
            {
                open.extend(names.split(' ').map(|name| (file, name, (file, *line))));
            }
        }
    }
    // The first place of the project is the one that is told.
    open.reverse();
    let mut traits: FxHashSet<&str> = FxHashSet::default();
    while let Some((from, name, by)) = open.pop() {
        if let Some(implementing) = items.implementing.get(name)
            && items.resolve(from, name).is_some_and(|item| item.parts.is_empty())
            && traits.insert(name)
        {
            open.extend(implementing.iter().map(|(file, what)| (*file, *what, by)));
        }
        let Some(item) = items.resolve(from, name) else { continue };
        let (file, parts) = (item.file, item.parts);
        if let std::collections::hash_map::Entry::Vacant(entry) = kept.entry((file, name)) {
            entry.insert(by);
            open.extend(parts.split(' ').filter(|part| !part.is_empty()).map(|part| (file, part, by)));
            if parts.split(' ').any(|part| part == name) {
                let near = crate_of(&sources[file].0);
                let others = items.declared.get(name).into_iter().flatten().take(MOST_NAMES);
                let is_meant = |other: &&RustItem<'_>| other.file != file && crate_of(&sources[other.file].0) == near;
                open.extend(others.filter(is_meant).map(|other| (other.file, name, by)));
            }
        }
    }
    let locked: FxHashSet<&str> = shipped(sources)
        .flat_map(|(_, (_, said))| &said.facts)
        .filter_map(|said| if let KindFact::Locked { names } = &said.fact { Some(names.split(' ')) } else { None })
        .flatten()
        .collect();
    let mut rows = Vec::new();
    for (file, (path, said)) in shipped(sources) {
        for said in &said.facts {
            let KindFact::Struct { name, lines: Some((first, last)), needs_lock, .. } = &said.fact else { continue };
            if *needs_lock && !locked.contains(&**name) {
                continue;
            }
            let Some((by, line)) = kept.get(&(file, &**name)) else { continue };
            let by = &sources[*by].0;
            let evidence = format!("the process keeps `{name}` by line {line} of {by}");
            let values = vec![
                path.as_str().into(),
                ModuleKind::Singleton.name().into(),
                evidence.as_str().into(),
                by.as_str().into(),
                Value::Number((*first).into()),
                Value::Number((*last).into()),
            ];
            let span = if by == path { said.span } else { Span::default() };
            rows.push(Row { path: path.clone(), span, values });
        }
    }
    rows
}
