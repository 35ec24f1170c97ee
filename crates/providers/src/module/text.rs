//! What the text of a module of TypeScript or JavaScript shows of where it runs, without a parse.

use auditlint_facts::Source;
use auditlint_source::{FilePath, ModuleKind, Span};
use auditlint_syntax::{Language, Skim};
use memchr::memmem;

use super::fact::{Facts, KindFact, Weight};
use super::instances::is_word;
use super::{filled, instances, packages};
use crate::imports::{ImportKind, ModuleFact};
use crate::words::{WordPlaces, Words};

/// The longest clause between `import` and its specifier that is read, in bytes.
const LONGEST: usize = 4_000;
/// How many imports of one module are read.
const MOST: usize = 1_000;

/// Names that only a browser gives, by what stands behind them.
const OF_BROWSER: &[(&str, &[&str])] = &[
    (
        "document.",
        &[
            "getElement",
            "querySelector",
            "createElement",
            "createRange",
            "body",
            "head",
            "cookie",
            "addEventListener",
            "removeEventListener",
            "documentElement",
            "hidden",
            "visibilityState",
            "activeElement",
            "location",
        ],
    ),
    (
        "window.",
        &[
            "location",
            "addEventListener",
            "removeEventListener",
            "document",
            "localStorage",
            "sessionStorage",
            "innerWidth",
            "innerHeight",
            "matchMedia",
            "open(",
            "history",
            "navigator",
            "requestAnimationFrame",
            "scroll",
            "getSelection",
            "postMessage",
        ],
    ),
    ("localStorage.", &["getItem", "setItem", "removeItem", "clear"]),
    ("sessionStorage.", &["getItem", "setItem", "removeItem", "clear"]),
];

/// Hooks that only run where a component is shown.
const HOOKS: &[&str] = &["useState", "useEffect", "useLayoutEffect", "useRef", "useReducer"];

/// Packages that drive a browser from outside; some go on behind a hyphen.
const DRIVERS: &[&str] = &["puppeteer", "playwright", "selenium-webdriver"];

/// What is looked for, all in one pass. What begins with one of them is told by what stands behind it.
static WORDS: Words = Words::new(&[
    "import",
    "export",
    "require",
    "document.",
    "window.",
    "localStorage.",
    "sessionStorage.",
    "Bun.serve(",
    "Deno.serve(",
    "defineEventHandler(",
    "eventHandler(",
    ".listen(process.env",
    "parentPort",
    "self.onmessage",
    "addEventListener(\"fetch\"",
    "new ",
    "class ",
    "function ",
    "const ",
    "create",
    "make",
    "build",
    "initialize",
    "init",
    "setup",
    "start",
    "bootstrap",
    "provide",
    "configure",
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
    "asClass(",
    "asValue(",
    "toConstantValue(",
    "useValue:",
    "registerSingleton(",
    ".inSingletonScope(",
    "= {}",
    "= []",
    "Object.create(null)",
    ".set(",
    ".add(",
    ".put(",
    ".push(",
    ".unshift(",
    "] = ",
]);

/// Says what a text shows.
pub(super) fn extract(source: &Source<'_, '_>, language: Language, text: &[u8], skim: &Skim, out: &mut Facts) {
    let path = source.path;
    directive(text, out);
    by_name(path, out);
    let places = WORDS.places(text);
    imports(text, skim, &places, out);
    instances::extract(source, text, skim, &places, out);
    filled::extract(source, text, skim, &places, out);
    if exports_types_alone(text, skim) {
        out.say(Span::new(0, 1), KindFact::OnlyTypes);
    }
    if let Some(at) = browser_global(text, skim, &places).filter(|_| !drives_browser(text)) {
        shows(ModuleKind::Browser, Weight::Plain, at, "it uses what only a browser gives", out);
    }
    let has_elements = language == Language::Tsx || path.extension().is_some_and(|extension| extension.ends_with('x'));
    if has_elements && let Some(at) = first_element(text, skim) {
        shows(ModuleKind::Browser, Weight::Light, at, "it holds JSX", out);
    }
    let of = |word: &'static str, whole: &'static str| {
        places.of(word).find(|at| text[*at..].starts_with(whole.as_bytes()) && !skim.in_comment(*at as u32))
    };
    let first = |words: &[(&'static str, &'static str)]| words.iter().filter_map(|(word, whole)| of(word, whole)).min();
    let servers = ["Bun.serve(", "Deno.serve(", "defineEventHandler(", "eventHandler(", ".listen(process.env"]
        .map(|word| (word, word));
    if let Some(at) = first(&[&servers[..], &[("create", "createServer(")]].concat()) {
        shows(ModuleKind::Server, Weight::Plain, at, "it starts a server, or answers its requests", out);
    }
    let workers = ["parentPort", "self.onmessage", "addEventListener(\"fetch\""].map(|word| (word, word));
    if let Some(at) = first(&[&workers[..], &[("import", "importScripts(")]].concat()) {
        shows(ModuleKind::Worker, Weight::Plain, at, "it talks as a worker does", out);
    }
}

fn shows(kind: ModuleKind, weight: Weight, at: usize, evidence: &str, out: &mut Facts) {
    out.say(Span::new(at as u32, at as u32 + 1), KindFact::Shows { kind, weight, evidence: evidence.into() });
}

/// `"use client"` and its like, above all else, and the line that makes a file a program.
fn directive(text: &[u8], out: &mut Facts) {
    if text.starts_with(b"#!") {
        shows(ModuleKind::Cli, Weight::Plain, 0, "its first line makes it a program", out);
    }
    let head = &text[..text.len().min(1_024)];
    for line in head.split(|byte| *byte == b'\n') {
        let word = line.trim_ascii().strip_suffix(b";").unwrap_or(line.trim_ascii());
        let at = || memmem::find(head, word).unwrap_or_default();
        match word {
            b"\"use client\"" | b"'use client'" => {
                return shows(ModuleKind::Browser, Weight::Declared, at(), "it says `use client`", out);
            }
            b"\"use server\"" | b"'use server'" => {
                return shows(ModuleKind::Server, Weight::Declared, at(), "it says `use server`", out);
            }
            _ => {}
        }
        let is_before = word.is_empty() || word.starts_with(b"//") || word.starts_with(b"/*") || word.starts_with(b"*");
        if !is_before && !word.starts_with(b"\"use ") && !word.starts_with(b"'use ") && !word.starts_with(b"#!") {
            return;
        }
    }
}

/// What frameworks go by in the name of a file.
fn by_name(path: &FilePath, out: &mut Facts) {
    let name = path.name();
    let has = |part: &str| name.contains(part);
    let (folder, is_route) = (path.as_str(), matches!(name.split('.').next(), Some("route" | "+server")));
    let said =
        if (is_route && (folder.contains("app/") || name.starts_with("+server"))) || folder.contains("pages/api/") {
            (ModuleKind::Server, Weight::Plain, "its name makes it a route")
        } else if has(".server.") || name.starts_with("+page.server") {
            (ModuleKind::Server, Weight::Declared, "its name says `server`")
        } else if folder.contains("/lib/server/") || folder.starts_with("lib/server/") {
            (ModuleKind::Server, Weight::Plain, "its folder is `lib/server`, which a bundler keeps from browsers")
        } else if is_server_folder(folder) {
            (ModuleKind::Server, Weight::Plain, "its folder is one from which a framework takes what answers requests")
        } else if has(".client.") {
            (ModuleKind::Browser, Weight::Declared, "its name says `client`")
        } else if has(".worker.") || name.starts_with("service-worker.") || is_worker(name) {
            (ModuleKind::Worker, Weight::Plain, "its name says `worker`")
        } else if matches!(path.extension(), Some("vue" | "svelte")) {
            (ModuleKind::Browser, Weight::Light, "it is a component")
        } else {
            return;
        };
    shows(said.0, said.1, 0, said.2, out);
}

/// Whether a file is named `worker`: `worker.db-queue.ts` is one of many parts of a program that works off jobs.
fn is_worker(name: &str) -> bool {
    name.starts_with("worker.") && name.split('.').count() == 2
}

/// Folders from which a framework, or a host, takes what answers requests.
const SERVER_FOLDERS: &[&str] = &[
    "server/api/",
    "server/routes/",
    "server/middleware/",
    "server/plugins/",
    "server/utils/",
    "netlify/functions/",
    "supabase/functions/",
    "src/pages/api/",
];

fn is_server_folder(path: &str) -> bool {
    SERVER_FOLDERS
        .iter()
        .any(|folder| path.match_indices(folder).any(|(at, _)| at == 0 || path.as_bytes()[at - 1] == b'/'))
}

/// Where an element of JSX first ends outside of comments.
fn first_element(text: &[u8], skim: &Skim) -> Option<usize> {
    let ends = ["</", "/>"].iter();
    ends.filter_map(|end| memmem::find_iter(text, *end).find(|at| !skim.in_comment(*at as u32))).min()
}

fn browser_global(text: &[u8], skim: &Skim, places: &WordPlaces) -> Option<usize> {
    let found = OF_BROWSER.iter().filter_map(|(name, members)| {
        places.of(name).find(|at| {
            let is_own =
                text[..*at].last().is_none_or(|byte| !is_word(*byte) && !matches!(byte, b'.' | b'"' | b'\'' | b'`'));
            let behind = &text[at + name.len()..];
            is_own && members.iter().any(|member| behind.starts_with(member.as_bytes())) && !skim.in_comment(*at as u32)
        })
    });
    found.min()
}

/// Whether types are all that a module exports: nothing of it is there when the program runs, and nothing that it imports.
fn exports_types_alone(text: &[u8], skim: &Skim) -> bool {
    let mut exports = memmem::find_iter(text, b"export").filter(|at| {
        text[..*at].last().is_none_or(|byte| !is_word(*byte) && *byte != b'.')
            && text.get(at + "export".len()).is_some_and(|byte| !is_word(*byte) && *byte != b's')
            && skim.depth(*at as u32) == Some(0)
            && !skim.in_comment(*at as u32)
    });
    let is_type = |at: usize| {
        let behind = text[at + "export".len()..].trim_ascii_start();
        let behind = behind.strip_prefix(b"default ").unwrap_or(behind).trim_ascii_start();
        [b"interface ".as_slice(), b"type "].iter().any(|word| behind.starts_with(word))
    };
    let is_known = |text: &[u8]| text.is_empty() || skim.depth(text.len() as u32 - 1).is_some();
    exports.next().is_some_and(is_type)
        && exports.all(is_type)
        && is_known(text)
        && memmem::find(text, b"module.exports").is_none()
        && memmem::find(text, b"import \"").is_none()
        && memmem::find(text, b"import '").is_none()
}

/// Whether a module drives a browser from outside: what it says of a page then runs there, and the module does not.
fn drives_browser(text: &[u8]) -> bool {
    DRIVERS.iter().any(|package| {
        memmem::find_iter(text, *package).any(|at| {
            let quote = text[..at].last().copied().filter(|quote| matches!(quote, b'"' | b'\'' | b'`'));
            quote.is_some()
                && matches!(text.get(at + package.len()), end if end.copied() == quote || end == Some(&b'-'))
        })
    })
}

/// The imports of a module that bring more than types, and what they say.
fn imports(text: &[u8], skim: &Skim, places: &WordPlaces, out: &mut Facts) {
    let mut count = 0;
    for word in ["import", "export", "require"] {
        for at in places.of(word) {
            let behind = at + word.len();
            let is_word_of_code = text[..at].last().is_none_or(|byte| !is_word(*byte) && *byte != b'.')
                && text.get(behind).is_none_or(|byte| !is_word(*byte))
                && !skim.in_comment(at as u32);
            let Some(specifier) = is_word_of_code.then(|| specifier(text, behind, word)).flatten() else { continue };
            count += 1;
            if count > MOST {
                return out.gap(Span::new(at as u32, behind as u32), "there are more imports than are read");
            }
            let span = Span::new(at as u32, behind as u32);
            if let Some((kind, weight)) = packages::of_import(specifier) {
                let is_shown = HOOKS.iter().any(|hook| {
                    kind == ModuleKind::Browser
                        && memmem::find(&text[at..text.len().min(at + LONGEST)], hook.as_bytes()).is_some()
                });
                let weight = if is_shown && weight == Weight::Light { Weight::Plain } else { weight };
                out.say(span, KindFact::Shows { kind, weight, evidence: format!("it imports `{specifier}`").into() });
            } else if !specifier.is_empty() {
                let (specifier, how) = (specifier.into(), ImportKind::Import);
                let fact = ModuleFact::Import { specifier, how, is_optional: false, is_run: false };
                out.say(span, KindFact::Module(fact));
            }
        }
    }
}

/// The specifier behind `import`, `export` or `require`; nothing for types alone.
fn specifier<'t>(text: &'t [u8], behind: usize, word: &str) -> Option<&'t str> {
    let rest = &text[behind..text.len().min(behind + LONGEST)];
    let trimmed = rest.trim_ascii_start();
    let is_called = trimmed.first() == Some(&b'(');
    let from = match word {
        "require" if !is_called => return None,
        _ if is_called => &trimmed[1..],
        _ => {
            let only_types = trimmed.strip_prefix(b"type").is_some_and(|rest| {
                let rest = rest.trim_ascii_start();
                rest.len() < trimmed.len() - 4 && !rest.starts_with(b"from") && !rest.starts_with(b",")
            });
            if only_types || (word == "export" && !trimmed.starts_with(b"{") && !trimmed.starts_with(b"*")) {
                return None;
            }
            match trimmed.first()? {
                b'"' | b'\'' => trimmed,
                _ => {
                    let clause_end =
                        trimmed.iter().position(|byte| matches!(byte, b'"' | b'\'' | b';' | b'(' | b'='))?;
                    let clause = trimmed[..clause_end].trim_ascii_end();
                    if !clause.ends_with(b"from") {
                        return None;
                    }
                    &trimmed[clause_end..]
                }
            }
        }
    };
    let from = from.trim_ascii_start();
    let quote = *from.first().filter(|quote| matches!(quote, b'"' | b'\'' | b'`'))?;
    let end = from[1..].iter().position(|byte| *byte == quote || *byte == b'\n')?;
    str::from_utf8(&from[1..=end]).ok().filter(|specifier| !specifier.contains("${"))
}

#[cfg(test)]
mod tests {
    use auditlint_source::Decoded;
    use auditlint_syntax::Parser;

    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let path = FilePath::new(path);
        let mut out = Facts::default();
        let (decoded, mut parser) = (Decoded::new(text.as_bytes()), Parser::default());
        let source = Source::new(&path, &decoded, None, &mut parser);
        let language = Language::of_path(&path).unwrap();
        extract(&source, language, text.as_bytes(), &Skim::of(language, text.as_bytes()), &mut out);
        let shown = out.facts.iter().map(|said| match &said.fact {
            KindFact::Shows { kind, weight, .. } => format!("{kind} {weight:?}"),
            KindFact::Module(ModuleFact::Import { specifier, .. }) => format!("-> {specifier}"),
            other => format!("{other:?}"),
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn signs_of_a_module() {
        check("a.ts", "\"use client\";\nimport { a } from \"./a\";", &["browser Declared", "-> ./a"]);
        check("a.ts", "// \"use client\"\nconst a = 1;", &[]);
        check("a.ts", "import type { A } from \"express\";", &[]);
        check("a.ts", "import { type A, b } from \"express\";", &["server Plain"]);
        check("a.ts", "import type from \"./type\";", &["-> ./type"]);
        check(
            "a.ts",
            "export { a } from './a';\nexport * from \"./b\";\nexport const from = \"./c\";",
            &["-> ./a", "-> ./b"],
        );
        check("a.ts", "const a = await import(\"./a\");\nconst b = require('./b');", &["-> ./a", "-> ./b"]);
        check("a.ts", "// import { a } from \"./a\"\nconst text = 1;", &[]);
        let a_type = "import { B } from './b';\nexport interface A { b: B }";
        check("a.ts", a_type, &["-> ./b", "OnlyTypes"]);
        check("a.ts", &format!("{a_type}\nexport default 1;"), &["-> ./b"]);
        check("a.ts", &format!("import './c';\n{a_type}"), &["-> ./c", "-> ./b"]);
        check("a.ts", "document.querySelector(\"a\");", &["browser Plain"]);
        check("a.ts", "const document = await find();\ndocument.title = \"a\";", &[]);
        check("a.ts", "page.document.body;", &[]);
        check(
            "a.ts",
            "import puppeteer from 'puppeteer-core';\nawait page.evaluate(() => document.body.innerHTML);",
            &["-> puppeteer-core"],
        );
        check("a.ts", "// like puppeteer\ndocument.body.append(a);", &["browser Plain"]);
        check("a.tsx", "export const A = () => <div />;", &["browser Light"]);
        check("a.ts", "const a = b < c;\n// <div />", &[]);
        check("a.tsx", "import { useState } from \"react\";", &["browser Plain"]);
        check("app/items/route.ts", "export const GET = 1;", &["server Plain"]);
        check("src/a.server.ts", "", &["server Declared"]);
        check("src/lib/server/a.ts", "", &["server Plain"]);
        check("src/lib/servers/a.ts", "", &[]);
        check("server/api/vote.post.ts", "", &["server Plain"]);
        check("apps/web/server/utils/votes.ts", "", &["server Plain"]);
        check("src/observer/api/a.ts", "", &[]);
        check("a.ts", "export default defineEventHandler(() => 1);", &["server Plain"]);
        check("a.js", "#!/usr/bin/env node\n", &["cli Plain"]);
    }
}
