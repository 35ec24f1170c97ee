//! Classes of which the process keeps an instance: where instances are made, told from the text without a parse.
//!
//! An instance that a module makes while it loads lives as long as the process. So does one that a function makes which runs at
//! the start, or the constructor of a class that is itself kept so. What a request makes is not one of these.

use std::sync::Arc;

use auditlint_facts::{Gap, Row, Source, Value};
use auditlint_source::{FilePath, ModuleKind, Role, Span};
use auditlint_syntax::Skim;
use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{Facts, KindFact, When};
use super::graph::ModuleGraph;
use crate::words::WordPlaces;

/// How many places of one file are read.
const MOST: usize = 300;
/// How far from a place the function around it, or the body of what is declared there, is looked for, in bytes.
const LONGEST: usize = 20_000;

/// How often the places that make something of one name are held against the modules that import one that declares it.
const MOST_QUESTIONS: usize = 20_000;

/// Classes of the language, of which an instance is data.
const BUILT_IN: &[&str] = &[
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "Date",
    "URL",
    "Promise",
    "RegExp",
    "Array",
    "Error",
    "TypeError",
    "RangeError",
    "Proxy",
    "Request",
    "Response",
    "Headers",
    "FormData",
    "Blob",
    "URLSearchParams",
    "AbortController",
    "TextEncoder",
    "TextDecoder",
    "Uint8Array",
    "Function",
    "Number",
    "String",
    "Object",
    "ReadableStream",
    "TransformStream",
];

/// How functions that make something are named.
const FACTORIES: &[&str] =
    &["create", "make", "build", "init", "initialize", "setup", "start", "bootstrap", "provide", "configure"];

/// Functions that a program starts with.
const ROOTS: &[&str] = &[
    "main",
    "start",
    "run",
    "bootstrap",
    "serve",
    "createApp",
    "createServer",
    "buildApp",
    "buildServer",
    "initServer",
    "startServer",
    "startApp",
    "initApp",
    "setupServer",
    "setupApp",
    "bootstrapApp",
];

/// How many results of one function are looked at.
const MOST_RETURNS: usize = 32;

/// Methods by which an instance is made ready once.
const STARTING: &[&[u8]] = &[
    b"init",
    b"initialize",
    b"setup",
    b"start",
    b"boot",
    b"bootstrap",
    b"connect",
    b"onModuleInit",
    b"onApplicationBootstrap",
];

/// Decorators of classes of which a container keeps an instance.
pub const KEEPING_DECORATORS: &[&str] = &[
    "@Injectable",
    "@Service",
    "@Singleton",
    "@singleton",
    "@Controller",
    "@injectable",
    "@Provide",
    "@WebSocketGateway",
    "@Resolver",
    "@Processor",
];

/// What hands a container of dependencies the only instance of a class.
const GIVEN: &[&str] = &["toConstantValue(", "asValue(", "useValue:"];

/// A value begins at most this many bytes behind such a word.
const MOST_GIVEN: usize = 200;

/// How a collection is made in a class; a class without one is of no interest.
const COLLECTIONS: &[&str] =
    &["new Map", "new Set", "= {}", "= []", "Object.create(null)", "Cache(", "Cache<", "LRU(", "LRU<"];

/// How an empty collection is made, beside `new Map()` and its like.
const EMPTY: &[&str] = &["= {}", "= []", "Object.create(null)"];

/// Where empty objects and lists are made.
pub(super) fn made_empty<'p>(text: &'p [u8], places: &'p WordPlaces) -> impl Iterator<Item = usize> + 'p {
    // `entries: Entry[] = []`: what stands in two of the words is found as the first.
    let typed = places
        .of("] = ")
        .map(|at| at + 2)
        .filter(|at| text[*at..].starts_with(b"= []") || text[*at..].starts_with(b"= {}"));
    EMPTY.iter().flat_map(|made| places.of(made)).chain(typed)
}

/// Says which classes of a module hold collections, and what it makes when.
pub(super) fn extract(source: &Source<'_, '_>, text: &[u8], skim: &Skim, places: &WordPlaces, out: &mut Facts) {
    classes(source, text, skim, places, out);
    factories(source, text, skim, places, out);
    // Those of the module itself that are not classes.
    let own = out.facts.iter().filter_map(|said| match &said.fact {
        KindFact::Class { name, .. } => Some(Arc::clone(name)),
        _ => None,
    });
    let own: Vec<Arc<str>> = own.filter(|name| !is_factory(name.as_bytes())).collect();
    let own: Vec<&[u8]> = own.iter().map(|name| name.as_bytes()).collect();
    let mut count = 0;
    for at in places.of("new ").filter(|at| begins_word(text, *at)) {
        let name = word(text, at + "new ".len());
        // `static get instance() { return (this.#instance ??= new this()); }`
        let name = if name == b"this" { class_around(text, skim, at).unwrap_or(name) } else { name };
        if name.first().is_some_and(u8::is_ascii_uppercase) && !is_built_in(name) {
            made(source, text, skim, at, name, &mut count, out);
        }
    }
    for prefix in FACTORIES {
        // `this.createStore()` and `app.createStore()` run the same function.
        for at in places.of(prefix).filter(|at| text[..*at].last().is_none_or(|byte| !is_word(*byte))) {
            let name = word(text, at);
            let is_call =
                text.get(at + name.len()) == Some(&b'(') && !text[..at].trim_ascii_end().ends_with(b"function");
            if is_call && name.get(prefix.len()).is_none_or(u8::is_ascii_uppercase) {
                made(source, text, skim, at, name, &mut count, out);
            }
        }
    }
    imported(source, text, skim, &own, &mut count, out);
    chosen(source, text, skim, &mut count, out);
    kept(source, text, skim, places, out);
}

/// Functions of other modules, and its own that hold something, that are called while this one loads: `app.route("/jobs", workbench(queues))`.
fn imported(source: &Source<'_, '_>, text: &[u8], skim: &Skim, own: &[&[u8]], count: &mut usize, out: &mut Facts) {
    let mut names: FxHashSet<&[u8]> = imported_functions(text, skim);
    names.extend(own.iter().copied());
    for open in memchr::memchr_iter(b'(', text).filter(|_| !names.is_empty()) {
        let start = text[..open].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
        if names.contains(&text[start..open])
            && begins_word(text, start)
            && ![b"new".as_slice(), b"function", b"@"].iter().any(|word| text[..start].trim_ascii_end().ends_with(word))
            && match when(text, skim, start) {
                Some(When::Loading) => true,
                Some(When::Function(around)) => ROOTS.contains(&&*around) || is_factory(around.as_bytes()),
                _ => false,
            }
        {
            made(source, text, skim, start, &text[start..open], count, out);
        }
    }
}

/// Functions and classes of other modules that keep in memory what others keep elsewhere, and that a table hands on: which of them
/// runs is chosen where the program starts. `{ [MEMORY]: createMemoryDriver, [REDIS]: createRedisDriver }`
fn chosen(source: &Source<'_, '_>, text: &[u8], skim: &Skim, count: &mut usize, out: &mut Facts) {
    let names = imported_functions(text, skim);
    for name in names.into_iter().filter(|name| memmem::find(name, b"Memory").is_some() && !stands_in(name)) {
        let is_given = |at: &usize| {
            let ends = text[at + name.len()..].trim_ascii_start().first().is_none_or(|next| b",}]".contains(next));
            let begins = text[..*at].trim_ascii_end().last().is_some_and(|before| b":,[".contains(before));
            ends && begins && begins_word(text, *at) && skim.depth(*at as u32).is_some_and(|depth| depth > 0)
        };
        // The clause of the import is a list as well.
        let mut places = memmem::find_iter(text, name).filter(is_given).filter(|at| !is_in_import(text, *at));
        if let Some(at) = places.next().filter(|at| *count < MOST && !skim.in_comment(*at as u32)) {
            *count += 1;
            let span = Span::new(at as u32, at as u32 + 1);
            out.say(span, KindFact::Made { what: shared(name), when: When::Loading, line: line(source, at) });
        }
    }
}

/// Whether a place stands in the clause of an import.
fn is_in_import(text: &[u8], at: usize) -> bool {
    let start = statement_start(text, at);
    text[start..].starts_with(b"import ") && !text[start..at].contains(&b';')
}

/// Whether a function is named as those that make something.
fn is_factory(name: &[u8]) -> bool {
    FACTORIES.iter().any(|prefix| {
        name.strip_prefix(prefix.as_bytes()).and_then(|rest| rest.first()).is_some_and(u8::is_ascii_uppercase)
    })
}

/// The names in the clauses of imports that can be those of functions.
pub(super) fn imported_functions<'t>(text: &'t [u8], skim: &Skim) -> FxHashSet<&'t [u8]> {
    let mut names = FxHashSet::default();
    for at in memmem::find_iter(text, "import ").filter(|at| begins_word(text, *at)) {
        if skim.in_comment(at as u32) || skim.depth(at as u32) != Some(0) {
            continue;
        }
        let clause = &text[at + "import ".len()..];
        let end = clause.iter().position(|byte| matches!(byte, b'"' | b'\'' | b';' | b'(')).unwrap_or_default();
        let words = clause[..end].split(|byte| !is_word(*byte));
        names.extend(words.filter(|word| is_imported_name(word)));
    }
    // `const { createStore } = require("./store")`
    for at in memmem::find_iter(text, "= require(").filter(|at| skim.depth(*at as u32) == Some(0)) {
        let clause = &text[statement_start(text, at)..at];
        let words = clause.split(|byte| !is_word(*byte));
        names.extend(words.filter(|word| is_imported_name(word)));
    }
    names
}

/// Whether a word in the clause of an import is a name.
fn is_imported_name(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphabetic)
        && !matches!(word, b"type" | b"as" | b"from" | b"const" | b"let" | b"var")
}

fn is_built_in(name: &[u8]) -> bool {
    BUILT_IN.iter().any(|known| known.as_bytes() == name)
}

/// Whether a name says that the thing stands in for another where that is not wanted: in tests.
fn stands_in(name: &[u8]) -> bool {
    ["Fake", "Mock", "Stub", "fake", "mock", "stub"].iter().any(|word| memmem::find(name, word.as_bytes()).is_some())
}

fn begins_word(text: &[u8], at: usize) -> bool {
    text[..at].last().is_none_or(|byte| !is_word(*byte) && *byte != b'.')
}

/// Whether a byte can stand in a name of TypeScript or JavaScript.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

pub(super) fn word(text: &[u8], at: usize) -> &[u8] {
    let rest = &text[at.min(text.len())..];
    &rest[..rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len())]
}

pub(super) fn shared(name: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(name).into()
}

fn line(source: &Source<'_, '_>, at: usize) -> u32 {
    source.lines().line(at as u32)
}

/// Where a byte stands next, at most [`LONGEST`] bytes behind.
fn next(text: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, &text[from..text.len().min(from + LONGEST)]).map(|at| from + at)
}

/// The body that begins at a brace, and whether a collection is made in it. What stands before the same brace has the same body.
fn body(text: &[u8], skim: &Skim, open: usize, last: &mut Option<(usize, Option<Span>)>) -> Option<Span> {
    if let Some((_, known)) = last.filter(|(of, _)| *of == open) {
        return known;
    }
    let holds_collection =
        |body: &Span| COLLECTIONS.iter().any(|made| memmem::find(body.of(text), made.as_bytes()).is_some());
    let found = skim.around(open as u32 + 1)[0].filter(holds_collection);
    *last = Some((open, found));
    found
}

/// The classes of the module itself that hold a collection.
fn classes(source: &Source<'_, '_>, text: &[u8], skim: &Skim, places: &WordPlaces, out: &mut Facts) {
    let mut last = None;
    for at in places.of("class ").filter(|at| begins_word(text, *at)) {
        if skim.in_comment(at as u32) || skim.depth(at as u32) != Some(0) {
            continue;
        }
        let Some(open) = next(text, at, b'{') else { continue };
        let name = word(text, at + "class ".len());
        // Who makes one makes what it extends.
        if let Some(base) = base_of(&text[at..open]).filter(|base| !name.is_empty() && !is_built_in(base)) {
            let when = When::Class(shared(name));
            out.say(
                Span::new(at as u32, at as u32 + 1),
                KindFact::Made { what: shared(base), when, line: line(source, at) },
            );
        }
        if let Some(body) = body(text, skim, open, &mut last).filter(|_| !name.is_empty()) {
            let lines = (line(source, at), line(source, body.end as usize));
            out.say(Span::new(at as u32, body.end), KindFact::Class { name: shared(name), lines });
        }
    }
}

/// The class that another one extends, from what stands before its body.
fn base_of(head: &[u8]) -> Option<&[u8]> {
    let at = memmem::find(head, b" extends ")? + " extends ".len();
    // `class A<T extends B>` says nothing of what it extends.
    let is_parameter = head[..at].iter().filter(|byte| **byte == b'<').count()
        > head[..at].iter().filter(|byte| **byte == b'>').count();
    let base = word(head, at);
    (!is_parameter && base.first().is_some_and(u8::is_ascii_uppercase)).then_some(base)
}

/// The functions of the module itself that make something and hold a collection, which lasts as long as what they make.
fn factories(source: &Source<'_, '_>, text: &[u8], skim: &Skim, places: &WordPlaces, out: &mut Facts) {
    let mut last = None;
    let mut made: Vec<usize> = places.of("new ").chain(made_empty(text, places)).collect();
    if made.is_empty() {
        return;
    }
    made.sort_unstable();
    for at in ["function ", "const "]
        .iter()
        .flat_map(|word| places.of(word).filter(|at| begins_word(text, *at)).map(|at| at + word.len()))
    {
        let name = word(text, at);
        if name.is_empty() || skim.in_comment(at as u32) || skim.depth(at as u32) != Some(0) {
            continue;
        }
        let Some(open) = next(text, at, b'(').map(|open| open + 1) else { continue };
        let parameters_end = skim.around(open as u32)[0].map_or(open, |parameters| parameters.end as usize);
        let Some(brace) = next(text, parameters_end, b'{') else { continue };
        // What lies between is a value, and another statement.
        if made.partition_point(|made| *made < brace) == made.len()
            || memchr::memchr2(b'=', b';', &text[parameters_end..brace])
                .is_some_and(|sign| !text[parameters_end + sign..].starts_with(b"=>"))
        {
            continue;
        }
        let Some(body) = body(text, skim, brace, &mut last) else { continue };
        // `MemoryStorage()` makes one too, and so does what hands out functions that share what it holds.
        let makes = is_factory(name) || memmem::find(name, b"Memory").is_some();
        if makes || is_constructor(name, body.of(text)) || hands_out(body.of(text)) {
            let lines = (line(source, at), line(source, body.end as usize));
            out.say(Span::new(at as u32, body.end), KindFact::Class { name: shared(name), lines });
        }
    }
}

/// Whether a function is one that `new` is for: `function Store() { this.entries = {}; }`.
fn is_constructor(name: &[u8], body: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_uppercase) && memmem::find(body, b"this.").is_some()
}

/// Whether the body of a function declares another one of that name: `const handler = async (request) => { … }`.
fn is_function_of(body: &[u8], name: &[u8]) -> bool {
    if name.is_empty() {
        return false;
    }
    let declared = [b"function ", name, b"("].concat();
    memmem::find(body, &declared).is_some()
        || memmem::find(body, &[b"const ", name].concat()).is_some_and(|at| {
            let line = &body[at..at + memchr::memchr(b'\n', &body[at..]).unwrap_or(body.len() - at)];
            memmem::find(line, b"=>").is_some() || memmem::find(line, b"= function").is_some()
        })
}

/// Whether a function gives functions, or an object of them: `return (request, response) => { … }`.
fn hands_out(body: &[u8]) -> bool {
    memmem::find_iter(body, b"return ").take(MOST_RETURNS).any(|at| {
        let value = &body[at + "return ".len()..];
        let value = value.strip_prefix(b"async ").unwrap_or(value);
        let head = &value[..memchr::memchr(b'\n', value).unwrap_or(value.len())];
        value.starts_with(b"{")
            || value.starts_with(b"function")
            || memmem::find(head, b"=> ").is_some()
            || is_function_of(body, word(value, 0))
    })
}

/// Says what is made at a place, where it is known when.
fn made(source: &Source<'_, '_>, text: &[u8], skim: &Skim, at: usize, name: &[u8], count: &mut usize, out: &mut Facts) {
    if *count >= MOST || skim.in_comment(at as u32) || stands_in(name) {
        return;
    }
    *count += 1;
    if let Some(when) = when(text, skim, at) {
        let span = Span::new(at as u32, at as u32 + 1);
        out.say(span, KindFact::Made { what: shared(name), when, line: line(source, at) });
    }
}

/// Classes of which a container keeps an instance: by a decorator, or where they are registered.
fn kept(source: &Source<'_, '_>, text: &[u8], skim: &Skim, places: &WordPlaces, out: &mut Facts) {
    let mut say = |at: usize, name: &[u8]| {
        if !skim.in_comment(at as u32) && name.first().is_some_and(u8::is_ascii_uppercase) {
            let span = Span::new(at as u32, at as u32 + 1);
            out.say(span, KindFact::Made { what: shared(name), when: When::Loading, line: line(source, at) });
        }
    };
    for decorator in KEEPING_DECORATORS {
        let is_called = |at: &usize| text.get(at + decorator.len()) == Some(&b'(');
        for at in places.of(decorator).filter(is_called) {
            let behind = &text[at..text.len().min(at + 1_000)];
            let Some(class) = memmem::find(behind, b"class ") else { continue };
            let arguments = &behind[..class];
            let is_short = ["REQUEST", "TRANSIENT", "transient"]
                .iter()
                .any(|scope| memmem::find(arguments, scope.as_bytes()).is_some());
            if !is_short {
                say(at, word(behind, class + "class ".len()));
            }
        }
    }
    // `bind(TYPES.Cache).toConstantValue(new MemoryCache(timer))`, `asValue(new MemoryCache())`, `useValue: new MemoryCache()`
    for given in GIVEN {
        for at in places.of(given) {
            let behind = &text[at + given.len()..text.len().min(at + MOST_GIVEN)];
            if let Some(of) = behind.trim_ascii_start().strip_prefix(b"new ") {
                say(at, word(of, 0));
            }
        }
    }
    for at in places.of("asClass(") {
        let behind = &text[at..text.len().min(at + 200)];
        if memmem::find(behind, b".singleton(").is_some_and(|end| !behind[..end].contains(&b',')) {
            say(at, word(text, at + "asClass(".len()));
        }
    }
    for at in places.of("registerSingleton(") {
        let behind = &text[at + "registerSingleton(".len()..];
        let arguments = &behind[..memchr::memchr(b')', behind).unwrap_or_default()];
        let last = arguments.rsplit(|byte| *byte == b',').find(|part| !part.trim_ascii().is_empty());
        say(at, last.map(|last| word(last.trim_ascii(), 0)).unwrap_or_default());
    }
    for at in places.of(".inSingletonScope(") {
        // `bind(X).toSelf().inSingletonScope()`, `bind(TYPES.X).to(X).inSingletonScope()`
        let before = text[..at].trim_ascii_end();
        let before = before.strip_suffix(b".toSelf()").unwrap_or(before);
        let open = before.strip_suffix(b")").and_then(|before| memchr::memrchr(b'(', before));
        say(at, open.map(|open| word(text, open + 1)).unwrap_or_default());
    }
}

/// When what stands at a place runs; `None` where it cannot be told.
fn when(text: &[u8], skim: &Skim, at: usize) -> Option<When> {
    skim.depth(at as u32)?;
    if let Some(variable) = assigned(text, at)
        && is_of_module(text, skim, variable)
    {
        return Some(When::Loading);
    }
    let [outer, inner] = skim.around(at as u32);
    let Some(outer) = outer else { return at_top(text, at) };
    let (open, start) = (outer.start as usize - 1, outer.start as usize);
    let statement = &text[statement_start(text, open)..open];
    let mut words = statement.split(|byte| !is_word(*byte)).filter(|word| !word.is_empty());
    let kind = words.find(|word| !matches!(*word, b"export" | b"default" | b"async" | b"abstract" | b"declare"));
    let name = words.next().unwrap_or_default();
    let is_block = text[open] == b'{';
    // `module.exports = class Store {`
    if is_block && kind != Some(b"class") && memmem::find(statement, b"= class ").is_some() {
        let class = class_around(text, skim, at).unwrap_or_default();
        return of_class(text, skim, at, start, inner, class);
    }
    match kind {
        Some(b"class") if is_block => of_class(text, skim, at, start, inner, name),
        Some(b"function") => {
            (at - start <= LONGEST && !in_closure(text, start, at)).then(|| When::Function(shared(name)))
        }
        Some(b"const" | b"let" | b"var")
            if statement.trim_ascii_end().ends_with(b"=>") || memmem::find(statement, b"function").is_some() =>
        {
            (at - start <= LONGEST && !in_closure(text, start, at)).then(|| When::Function(shared(name)))
        }
        None | Some(b"void" | b"await") if text[open] == b'(' && is_called_at_once(text, start) => {
            let body = inner.filter(|inner| text[inner.start as usize - 1] == b'{')?.start as usize;
            (at - start <= LONGEST && !in_closure(text, body, at)).then_some(When::Loading)
        }
        _ => {
            // `f(new X())`, `{ a: new X() }`, `if (…) { x = new X(); }`
            let before = &text[start..at];
            let is_closure = memmem::find(statement, b"=>").is_some()
                || before.len() > LONGEST
                || memmem::find(before, b"=>").is_some()
                || memmem::find(before, b"function").is_some()
                || (is_block && inner.is_some_and(|inner| is_body(text, inner)));
            (!is_closure).then_some(When::Loading)
        }
    }
}

/// Whether a function begins behind a parenthesis that stands for itself: `(async () => { … })()`.
fn is_called_at_once(text: &[u8], start: usize) -> bool {
    let inside = text[start..].trim_ascii_start();
    let inside = inside.strip_prefix(b"async").unwrap_or(inside).trim_ascii_start();
    inside.starts_with(b"()") || inside.starts_with(b"function")
}

/// The name of the class of the module that a place stands in.
fn class_around<'t>(text: &'t [u8], skim: &Skim, at: usize) -> Option<&'t [u8]> {
    let open = skim.around(at as u32)[0]?.start as usize - 1;
    let statement = &text[statement_start(text, open)..open];
    let mut words = statement.split(|byte| !is_word(*byte)).skip_while(|word| *word != b"class");
    words.nth(1)
}

/// The word with which a text ends.
fn last_word(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    &text[text.iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1)..]
}

/// Whether brackets are the body of a method.
fn is_body(text: &[u8], inside: Span) -> bool {
    let open = inside.start as usize - 1;
    text[open] == b'{' && text[..open].trim_ascii_end().ends_with(b")")
}

/// `const create = () => new X()`, or a value of the module.
fn at_top(text: &[u8], at: usize) -> Option<When> {
    let statement = &text[statement_start(text, at)..at];
    if memmem::find(statement, b"=>").is_none() {
        return Some(When::Loading);
    }
    let mut words = statement.split(|byte| !is_word(*byte)).filter(|word| !word.is_empty());
    words.find(|word| matches!(*word, b"const" | b"let" | b"var"))?;
    Some(When::Function(shared(words.next()?)))
}

/// Inside a class: a static field lives as long as the module, a field and what a constructor makes as long as the instance.
fn of_class(text: &[u8], skim: &Skim, at: usize, start: usize, inner: Option<Span>, class: &[u8]) -> Option<When> {
    let Some(inner) = inner else {
        let line_start = memchr::memrchr(b'\n', &text[start..at]).map_or(start, |found| start + found + 1);
        let before = &text[line_start..at];
        if memmem::find(before, b"=>").is_some() {
            return None;
        }
        let is_static = memmem::find(before, b"static ").is_some();
        return Some(if is_static { When::Loading } else { When::Class(shared(class)) });
    };
    let open = inner.start as usize - 1;
    let before = text[..open].trim_ascii_end();
    let parameters = if text[open] == b'{' && before.ends_with(b")") {
        let last = before.len() - 2;
        let inside = skim.around(last as u32)[1].map(|parameters| parameters.start as usize - 1);
        if before[last] == b'(' { Some(last) } else { inside }
    } else {
        Some(open)
    };
    // `caches = { users: new X() }`
    if before.ends_with(b"=") && !in_closure(text, inner.start as usize, at) {
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |found| found + 1);
        let is_static = memmem::find(&before[line_start..], b"static ").is_some();
        return Some(if is_static { When::Loading } else { When::Class(shared(class)) });
    }
    let is_constructor = parameters.is_some_and(|open| text[..open].trim_ascii_end().ends_with(b"constructor"));
    let is_made_once = is_made_once(text, inner.start as usize, at);
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |found| found + 1);
    if is_made_once && memmem::find(&before[line_start..], b"static ").is_some() {
        return Some(When::Loading);
    }
    // What a program calls once after it made the instance.
    let is_start = || parameters.is_some_and(|open| STARTING.contains(&last_word(&text[..open])));
    let lasts = is_constructor || is_made_once || is_start();
    (lasts && !in_closure(text, inner.start as usize, at)).then(|| When::Class(shared(class)))
}

/// Whether a method makes something unless its instance has it already: `if (!this.client) { this.client = new X(); }`.
fn is_made_once(text: &[u8], start: usize, at: usize) -> bool {
    let Some(before) = text[..at].trim_ascii_end().strip_suffix(b"=") else { return false };
    let is_filled = before.strip_suffix(b"??").or_else(|| before.strip_suffix(b"||"));
    let before = is_filled.unwrap_or(before).trim_ascii_end();
    let field = before.iter().rposition(|byte| !is_word(*byte) && !matches!(byte, b'.' | b'#')).map_or(0, |at| at + 1);
    let field = &before[field..];
    if !field.starts_with(b"this.") {
        return false;
    }
    let asked = [b"!".as_slice(), field].concat();
    is_filled.is_some() || memmem::find(&text[start.max(at.saturating_sub(LONGEST))..at], &asked).is_some()
}

/// Whether a function stands around a place, within what begins at `start`.
fn in_closure(text: &[u8], start: usize, at: usize) -> bool {
    let from = start.max(at.saturating_sub(LONGEST));
    if text[from..at].trim_ascii_end().ends_with(b"=>") {
        return true;
    }
    let mut closed = 0_u32;
    for (offset, byte) in text[from..at].iter().enumerate().rev() {
        match byte {
            b'}' => closed += 1,
            b'{' if closed > 0 => closed -= 1,
            b'{' => {
                let before = text[from..from + offset].trim_ascii_end();
                if before.ends_with(b"=>") || is_function_head(before) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a block behind a text is the body of a `function`.
fn is_function_head(before: &[u8]) -> bool {
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    memmem::find(&before[line_start..], b"function").is_some()
}

/// The variable or static member that an expression at a place is kept in.
fn assigned(text: &[u8], at: usize) -> Option<&[u8]> {
    let before = text[..at].trim_ascii_end().strip_suffix(b"=")?;
    let before = before.strip_suffix(b"??").or_else(|| before.strip_suffix(b"||")).unwrap_or(before).trim_ascii_end();
    let start = before.iter().rposition(|byte| !is_word(*byte) && *byte != b'.').map_or(0, |found| found + 1);
    let is_declared =
        [b"const".as_slice(), b"let", b"var"].iter().any(|word| before[..start].trim_ascii_end().ends_with(word));
    let target = &before[start..];
    (!is_declared && !target.is_empty()).then_some(target)
}

/// Whether a variable is declared by the module itself, or a member is that of a class or the global object.
fn is_of_module(text: &[u8], skim: &Skim, variable: &[u8]) -> bool {
    if let Some((object, member)) = variable.iter().position(|byte| *byte == b'.').map(|dot| variable.split_at(dot)) {
        return matches!(object, b"globalThis" | b"global")
            || (object.first().is_some_and(u8::is_ascii_uppercase) && !member[1..].contains(&b'.'));
    }
    ["let ", "var "].iter().any(|word| {
        let declared = [word.as_bytes(), variable].concat();
        memmem::find_iter(text, &declared).any(|at| {
            skim.depth(at as u32) == Some(0) && text.get(at + declared.len()).is_none_or(|byte| !is_word(*byte))
        })
    })
}

/// Where the statement of the module begins that holds a place: the last line before that is not indented.
pub(super) fn statement_start(text: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |found| found + 1);
        let is_start = text.get(start).is_some_and(|byte| is_word(*byte) || matches!(byte, b'(' | b'@' | b'/'));
        if start == 0 || is_start || at - start > LONGEST {
            return start;
        }
        end = start - 1;
    }
}

/// Where something is made: by the number of the file, with the line.
#[derive(Clone, Copy)]
struct InstanceSite<'f> {
    file: usize,
    what: &'f str,
    when: &'f When,
    line: u32,
}

/// The rows that say of which classes the process keeps an instance, and the classes of which it cannot be told.
pub(super) fn rows(sources: &[(FilePath, &Facts)], graph: &ModuleGraph) -> (Vec<Row>, Vec<(FilePath, Gap)>) {
    let mut sites: Vec<InstanceSite<'_>> = Vec::new();
    for (file, (path, said)) in sources.iter().enumerate() {
        if Role::by_default(path) == Role::Test {
            continue;
        }
        sites.extend(said.facts.iter().filter_map(|said| match &said.fact {
            KindFact::Made { what, when, line } => Some(InstanceSite { file, what, when, line: *line }),
            _ => None,
        }));
    }
    let kept = spread(&sites);
    let mut by_class: FxHashMap<&str, Vec<InstanceSite<'_>>> = FxHashMap::default();
    for site in sites.iter().filter(|site| is_kept(site, &kept)) {
        by_class.entry(site.what).or_default().push(*site);
    }
    let (mut rows, mut gaps) = (Vec::new(), Vec::new());
    for (path, said) in sources {
        let direct = graph.importers.get(path).map_or(&[][..], Vec::as_slice);
        for said in &said.facts {
            let KindFact::Class { name, lines } = &said.fact else { continue };
            let makers = by_class.get(&**name).map_or(&[][..], Vec::as_slice);
            let mut questions = 0;
            let found = makers.iter().find(|site| {
                questions += 1 + direct.len();
                questions > MOST_QUESTIONS
                    || sources[site.file].0 == *path
                    || imports(sources, graph, site.file, direct)
            });
            let Some(site) = found else { continue };
            if questions > MOST_QUESTIONS {
                let message = format!("more places make a `{name}` than are held against what imports this module");
                gaps.push((path.clone(), Gap::new(said.span, message).hiding("path", path.as_str().into())));
                continue;
            }
            let by = &sources[site.file].0;
            let evidence = format!("the process keeps what `{name}` makes in line {} of {by}", site.line);
            let values = vec![
                path.as_str().into(),
                ModuleKind::Singleton.name().into(),
                evidence.as_str().into(),
                by.as_str().into(),
                Value::Number(lines.0.into()),
                Value::Number(lines.1.into()),
            ];
            let span = if by == path { said.span } else { Span::default() };
            rows.push(Row { path: path.clone(), span, values });
        }
    }
    (rows, gaps)
}

/// Whether one module is among those that import another, or imports one of them, which hands it on.
pub(super) fn imports(sources: &[(FilePath, &Facts)], graph: &ModuleGraph, from: usize, direct: &[usize]) -> bool {
    direct.iter().any(|importer| {
        let above = || graph.importers.get(&sources[*importer].0);
        *importer == from || above().is_some_and(|above| above.binary_search(&from).is_ok())
    })
}

/// The functions and classes that run or are made at the start: each is reached at most once.
fn spread<'f>(sites: &[InstanceSite<'f>]) -> FxHashSet<&'f str> {
    let mut within: FxHashMap<&str, Vec<&'f str>> = FxHashMap::default();
    let mut open: Vec<&'f str> = Vec::new();
    for site in sites {
        match site.when {
            When::Loading => open.push(site.what),
            When::Function(name) if ROOTS.contains(&&**name) => open.push(site.what),
            When::Function(name) | When::Class(name) => within.entry(name).or_default().push(site.what),
        }
    }
    let mut kept = FxHashSet::default();
    while let Some(name) = open.pop() {
        if kept.insert(name) {
            open.extend(within.remove(name).into_iter().flatten());
        }
    }
    kept
}

fn is_kept(site: &InstanceSite<'_>, kept: &FxHashSet<&str>) -> bool {
    match site.when {
        When::Loading => true,
        When::Function(name) => ROOTS.contains(&&**name) || kept.contains(&**name),
        When::Class(name) => kept.contains(&**name),
    }
}
