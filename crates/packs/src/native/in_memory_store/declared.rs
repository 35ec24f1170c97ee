//! Whether a text declares what may be a store, told without parsing it.

use auditlint_providers::KEEPING_DECORATORS;
use auditlint_syntax::{Family, Language, Skim};

use super::defaults::PACKAGES;
use super::names::{SPELLINGS, is_cache, is_generic, is_store, says_memory};
use super::python;
use super::rust_limiters::{LIMITER_CRATE, MAKING};

/// How a collection is made in TypeScript and JavaScript; one of these stands in every declaration of one.
pub(super) const MADE: &[&str] =
    &["new Map", "new Set", "new Weak", "= {}", "={}", "Object.create(null)", "= []", "=[]", "new Array"];

/// How functions begin that make something which lasts.
const FACTORIES: &[&str] =
    &["function create", "function make", "function build", "const create", "const make", "const build"];

/// How functions give functions, or objects of them; what is kept beside lasts as long as those.
const HANDING_OUT: &[&str] =
    &["return (", "return {", "return function", "return async", "return handler", "return middleware"];

/// Texts of which one stands in every file that holds a store.
pub(super) const LITERALS: &[&str] = &{
    let mut all = [""; SPELLINGS.len() + 12 + NEUTRAL_FIELDS.len() + PYTHON_ROUTES.len()];
    let mut at = 0;
    while at < SPELLINGS.len() {
        all[at] = SPELLINGS[at];
        at += 1;
    }
    all[at] = "new Map";
    all[at + 1] = "new Set";
    all[at + 2] = "Record<";
    all[at + 3] = "]:";
    all[at + 4] = LIMITER_CRATE;
    all[at + 5] = "unstorage";
    all[at + 6] = ".shift(";
    all[at + 7] = ".splice(";
    all[at + 8] = "= {}";
    all[at + 9] = "= []";
    all[at + 10] = "keyv";
    all[at + 11] = "new Collection";
    let mut field = 0;
    while field < NEUTRAL_FIELDS.len() {
        all[at + 12 + field] = NEUTRAL_FIELDS[field];
        field += 1;
    }
    let mut route = 0;
    while route < PYTHON_ROUTES.len() {
        all[at + 12 + NEUTRAL_FIELDS.len() + route] = PYTHON_ROUTES[route];
        route += 1;
    }
    all
};

/// What stands where Python answers requests, beside a collection under a name that tells nothing.
const PYTHON_ROUTES: &[&str] = &[
    "@app.",
    "@router.",
    "_router.",
    "@bp.",
    "_bp.",
    "@api.",
    "@blueprint.",
    "(request",
    "self, request",
    "self.request",
    "@api_view",
    "dict(",
    "Dict(",
];

/// How fields of Rust are declared that may be stores under a name that tells nothing.
const NEUTRAL_FIELDS: &[&str] = &[
    "Mutex<Hash",
    "RwLock<Hash",
    "Mutex<BTree",
    "RwLock<BTree",
    "Mutex<Index",
    "RwLock<Index",
    "DashMap<",
    "DashSet<",
    "::HashMap<",
    ": HashMap<",
    ": BTreeMap<",
    ": HashSet<",
    ": BTreeSet<",
    "(HashMap<",
    "emory",
];

/// Packages whose classes are collections; a text that names one is parsed.
const COLLECTIONS: &[&str] = &["lru", "cache\"", "cache'", "mnemonist", "new Collection"];

/// Names of the global object.
const GLOBAL: &[&str] = &["global", "window", "self"];

/// Whether a store may be declared in a text.
pub(super) fn may_declare(language: Language, text: &[u8], skim: &Skim) -> bool {
    match language.family() {
        Family::Rust => {
            let is_limiter = memchr::memmem::find(text, LIMITER_CRATE.as_bytes()).is_some();
            let makes_limiter =
                || is_limiter && MAKING.iter().any(|made| memchr::memmem::find(text, made.as_bytes()).is_some());
            places(text, skim, "static").any(|at| is_limiter || names_store(text, at))
                || makes_limiter()
                || may_hold_field(text)
        }
        Family::Ecmascript => makes_one(language, text, skim),
        Family::Python => python::may_declare(text),
        Family::Shell => false,
    }
}

/// Whether a struct of Rust may hold a collection that is written to through a shared reference.
fn may_hold_field(text: &[u8]) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| memchr::memmem::find(text, part.as_bytes()).is_some());
    let is_locked =
        has(LOCKS) && has(&["HashMap", "HashSet", "BTree", "Dash", "LruCache", "IndexMap", "Cache<", "Vec"]);
    (has(&["struct "]) && (is_locked || may_be_locked(text))) || (has(&["type "]) && has(&["Arc<"]) && is_locked)
}

/// Whether a lock may stand around a whole struct, maybe in another file: its fields are written to through a reference that is
/// the only one.
pub(super) fn may_be_locked(text: &[u8]) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| memchr::memmem::find(text, part.as_bytes()).is_some());
    has(PLAIN) && (has(&["&mut self"]) || has(LOCKS)) && has(&[".insert(", ".entry("])
}

/// How fields are declared that need a lock around what holds them.
const PLAIN: &[&str] = &[
    ": HashMap<",
    ": BTreeMap<",
    ": HashSet<",
    ": BTreeSet<",
    ": IndexMap<",
    ": AHashMap<",
    ": FxHashMap<",
    "(HashMap<",
    "(IndexMap<",
];

/// How types are written through which a field of Rust can be written to.
const LOCKS: &[&str] = &[
    "Mutex<",
    "RwLock<",
    "RefCell<",
    "DashMap<",
    "DashSet<",
    "SkipMap<",
    "moka::",
    "quick_cache::",
    "scc::",
    "papaya::",
];

/// Whether a text of TypeScript or JavaScript makes one.
fn makes_one(language: Language, text: &[u8], skim: &Skim) -> bool {
    // Static members stand in the braces of their class.
    let has_static = places(text, skim, "static").any(|at| skim.depth(at as u32).is_none_or(|depth| depth == 1));
    let names_package = |known: &[&str]| known.iter().any(|name| memchr::memmem::find(text, name.as_bytes()).is_some());
    if names_package(PACKAGES) || names_package(COLLECTIONS) {
        return true;
    }
    // An instance that the module makes stands outside of all braces.
    let has_instance = may_be_kept(text)
        || places(text, skim, "new ").any(|at| {
            let is_outside = match skim.depth(at as u32) {
                None | Some(0) => true,
                Some(1) => text[..at].trim_ascii_end().ends_with(b"("),
                Some(_) => false,
            };
            let class = text[at + "new ".len()..].split(|byte| !byte.is_ascii_alphanumeric()).next();
            is_outside && !matches!(class, Some(b"Map" | b"Set" | b"WeakMap" | b"WeakSet" | b"RegExp" | b"Error"))
        });
    let is_used_elsewhere = memchr::memmem::find(text, b"export").is_some();
    // A function may be what `new` is for.
    let has_prototype = memchr::memmem::find(text, b".prototype.").is_some();
    let has_class = has_prototype || places(text, skim, "class ").next().is_some();
    let hands_out = HANDING_OUT.iter().any(|given| memchr::memmem::find(text, given.as_bytes()).is_some());
    let has_factory = hands_out
        || FACTORIES.iter().any(|name| places(text, skim, name).next().is_some())
        || memchr::memmem::find(text, b"Memory").is_some();
    let has_any = |parts: &[&str]| parts.iter().any(|part| memchr::memmem::find(text, part.as_bytes()).is_some());
    let adds = has_any(&[".set", ".add", ".put"]);
    // JavaScript has no types that could tell that an object is one.
    let has_index = has_any(&["Record<", "]:"]) || (language == Language::JavaScript && has_any(&["] = "]));
    let drains = has_any(&[".shift(", ".splice(", ".filter(", ".slice(", "= []"]) && has_any(&[".push(", ".unshift("]);
    let writes = adds || has_any(&[".push", ".unshift", ".splice", "]"]);
    if may_keep_one(text, skim) || may_be_member(text, skim) {
        return true;
    }
    MADE.iter().any(|made| {
        // Up to here is known what a declaration holds that goes on from here.
        let mut nameless = 0;
        places(text, skim, made).any(|at| {
            let depth = skim.depth(at as u32);
            // A name that tells nothing may be that of a store as well, if entries are added.
            let is_map = matches!(*made, "new Map" | "new Set");
            let is_list = made.contains('[');
            let may_be_neutral = (is_map && adds)
                || (!is_map && has_index && !is_list)
                || (is_list && drains && (is_typed(text, at) || (has_class && is_member(text, at))));
            // Other modules may add to it.
            let is_left = is_used_elsewhere && !is_list && may_be_empty(text, at + made.len());
            match depth {
                Some(0) if may_be_neutral || (is_left && (is_map || language == Language::JavaScript)) => true,
                Some(1 | 2) if has_class && is_left && is_field(text, at) && (is_map || is_assigned(text, at)) => true,
                Some(1) if is_map && is_left && follows_one_of(text, at, &[":"]) => true,
                Some(1) if is_map && adds && follows_one_of(text, at, &[":", "??=", "||=", "??", "||"]) => true,
                Some(1..=4) if is_map && adds && has_factory => true,
                Some(1 | 2) if has_class && may_be_neutral && (is_field(text, at) || is_member(text, at)) => true,
                Some(1..=4) if writes && (has_class || has_factory) => {
                    is_named(text, skim, at, &mut nameless) || may_hold(text, skim, at, has_static)
                }
                Some(1) if has_static => may_hold(text, skim, at, has_static),
                Some(1..=4) if has_instance => is_named(text, skim, at, &mut nameless),
                Some(0) => is_named(text, skim, at, &mut nameless),
                _ => may_hold(text, skim, at, has_static),
            }
        })
    })
}

/// Whether a variable of the module may keep one entry of a cache for a time.
fn may_keep_one(text: &[u8], skim: &Skim) -> bool {
    let has_clock = ["Date.now", "new Date"].iter().any(|clock| memchr::memmem::find(text, clock.as_bytes()).is_some());
    has_clock
        && places(text, skim, "let ").any(|at| {
            let name = &text[at + "let ".len()..];
            let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(name.len());
            skim.depth(at as u32) == Some(0) && std::str::from_utf8(&name[..end]).is_ok_and(is_cache)
        })
}

/// Whether a member of an object of the module may be a store: `module.exports = { sessions: {}, … }`.
fn may_be_member(text: &[u8], skim: &Skim) -> bool {
    memchr::memmem::find(text, b"this.").is_some()
        && [": {},", ": [],"].iter().any(|made| {
            places(text, skim, made).any(|at| {
                let before = &text[..at];
                let start = before.iter().rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
                let name = &before[start.map_or(0, |start| start + 1)..];
                skim.depth(at as u32) == Some(1) && std::str::from_utf8(name).is_ok_and(is_store)
            })
        })
}

/// Whether one of some signs stands before a place.
fn follows_one_of(text: &[u8], at: usize, signs: &[&str]) -> bool {
    signs.iter().any(|sign| text[..at].trim_ascii_end().ends_with(sign.as_bytes()))
}

/// Whether what is made may begin empty: nothing stands in the parentheses behind.
fn may_be_empty(text: &[u8], behind: usize) -> bool {
    text[behind..].trim_ascii_start().strip_prefix(b"(").is_none_or(|given| given.trim_ascii_start().starts_with(b")"))
}

/// Whether an empty object is a field or a member, and not what a parameter is without an argument.
fn is_assigned(text: &[u8], at: usize) -> bool {
    let line = &text[memchr::memrchr(b'\n', &text[..at]).map_or(0, |found| found + 1)..at];
    memchr::memchr(b'(', line).is_none() || memchr::memmem::find(line, b"this.").is_some()
}

/// Whether what is made at `at` may be that of a field: no word of a declaration stands before it.
fn is_field(text: &[u8], at: usize) -> bool {
    let line = &text[memchr::memrchr2(b'\n', b';', &text[..at]).map_or(0, |found| found + 1)..at];
    !line.split(|byte| !byte.is_ascii_alphanumeric()).any(|word| matches!(word, b"const" | b"let" | b"var" | b"return"))
}

/// Whether what is made at `at` is given to a member: the field may be declared with a type elsewhere.
fn is_member(text: &[u8], at: usize) -> bool {
    let line = &text[memchr::memrchr(b'\n', &text[..at]).map_or(0, |found| found + 1)..at];
    memchr::memmem::find(line, b"this.").is_some()
}

/// Whether the list that is made at `at` has a type: `const queue: Entry[] = []`.
fn is_typed(text: &[u8], at: usize) -> bool {
    text[..at].trim_ascii_end().ends_with(b"[]") || text[..at].trim_ascii_end().ends_with(b">")
}

/// Whether a function of that name makes something that lasts.
pub(super) fn may_make(name: &str) -> bool {
    FACTORIES.iter().any(|known| {
        let prefix = known.rsplit(' ').next().unwrap_or_default();
        name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(char::is_uppercase))
    }) || says_memory(name)
}

/// Whether a text names what keeps an instance of a class, or the global object.
pub(super) fn may_be_kept(text: &[u8]) -> bool {
    GLOBAL.iter().chain(KEEPING_DECORATORS).any(|name| memchr::memmem::find(text, name.as_bytes()).is_some())
}

/// Whether the declaration that makes a collection at `at` holds a name that may be that of a store. Asked from left to right:
/// at `nameless` the answer was no.
fn is_named(text: &[u8], skim: &Skim, at: usize, nameless: &mut usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80;
    let mut end = at;
    let known = std::mem::replace(nameless, at);
    loop {
        if end <= known {
            return false;
        }
        let Some(last) = text[..end].iter().rposition(|byte| is_word(*byte)) else { return true };
        let start = text[..last].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
        end = start;
        if skim.in_comment(start as u32) {
            continue;
        }
        match &text[start..=last] {
            b"const" | b"let" | b"var" if skim.depth(start as u32) == Some(0) => return false,
            word => match std::str::from_utf8(word) {
                Ok(name) if !is_store(name) && !is_generic(name) => {}
                _ => return true,
            },
        }
    }
}

/// Whether a collection that is made at `at` may belong to the module or be a static member.
pub(super) fn may_hold(text: &[u8], skim: &Skim, at: usize, has_static: bool) -> bool {
    match skim.depth(at as u32) {
        None | Some(0) => true,
        Some(1) => has_static || text[..at].trim_ascii_end().ends_with(b"("),
        Some(_) => false,
    }
}

/// Where a text stands outside comments.
fn places<'t>(text: &'t [u8], skim: &'t Skim, wanted: &'t str) -> impl Iterator<Item = usize> + 't {
    memchr::memmem::find_iter(text, wanted).filter(|at| !skim.in_comment(*at as u32))
}

/// Whether the `static` at `at` is an item with the name of a store.
fn names_store(text: &[u8], at: usize) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = text[..at].last();
    let mut rest = &text[at + "static".len()..];
    if before.is_some_and(|byte| *byte == b'\'' || is_word(byte)) || !rest.first().is_some_and(u8::is_ascii_whitespace)
    {
        return false;
    }
    loop {
        rest = rest.trim_ascii_start();
        let length = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        match word {
            b"mut" | b"ref" => rest = after,
            // A comment or a letter beyond ASCII: only the parser knows.
            _ if after.first().is_some_and(|byte| *byte >= 0x80 || *byte == b'/') => return true,
            _ => return std::str::from_utf8(word).is_ok_and(is_store),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_declarations_from_what_looks_like_one() {
        for (language, text, expected) in [
            (Language::TypeScript, "const store = new Map();", true),
            (Language::TypeScript, "export const cache: Record<string, A> = {};", true),
            (Language::TypeScript, "const cache = (new Map() as Cache);", true),
            (Language::TypeScript, "class A { private static tokens = new Map(); }", true),
            (Language::TypeScript, "class A { private tokens = new Map(); }", false),
            (Language::TypeScript, "class A { private tokens = new Map(); } export const a = new A();", true),
            (Language::TypeScript, "class A { private jobs = new Map(); } const a = new B();", false),
            (
                Language::TypeScript,
                "class A { constructor() { this.tokens = new Map(); } } export default new A();",
                true,
            ),
            (Language::TypeScript, "const sessions = [];", true),
            (Language::TypeScript, "const jobs = [];", false),
            (Language::TypeScript, "globalThis.sessions ??= new Map();", true),
            (Language::TypeScript, "import session from 'express-session';", true),
            (Language::TypeScript, "function f() { const store = new Map(); }", false),
            (Language::TypeScript, "// const store = new Map();", false),
            (Language::TypeScript, "const jobs: Map<A, B> = new Map();", false),
            (Language::TypeScript, "const jobs = new Map(), entries = new Map();", true),
            (Language::TypeScript, "const store = 1; const /* the store */ jobs = new Map();", false),
            (Language::TypeScript, "static store = new Map();", true),
            (Language::TypeScript, "const open = 'a\n'; function f() { const store = new Map(); }", true),
            (Language::Rust, "static STORE: Mutex<HashMap<u8, u8>> = x;", true),
            (Language::Rust, "lazy_static! { static ref TOKEN_CACHE: DashMap<A, B> = x; }", true),
            (Language::Rust, "static mut SESSIONS: Option<HashMap<A, B>> = None;", true),
            (Language::Rust, "static /* the */ STORE: A = x;", true),
            (Language::Rust, "static JOBS: Mutex<HashMap<u8, u8>> = x;", false),
            (Language::Rust, "struct A { jobs: Mutex<HashMap<u8, u8>> }", true),
            (Language::Rust, "struct A { jobs: RefCell<HashMap<u8, u8>> }", true),
            (Language::Rust, "struct A { jobs: HashMap<u8, u8> }", false),
            (Language::Rust, "struct A { jobs: Mutex<u8> }", false),
            (Language::Rust, "fn f(store: &'static HashMap<u8, u8>) {}", false),
            (Language::Rust, "/// static STORE: A\nfn f() {}", false),
        ] {
            let skim = Skim::of(language, text.as_bytes());
            assert_eq!(may_declare(language, text.as_bytes(), &skim), expected, "{text}");
        }
    }
}
