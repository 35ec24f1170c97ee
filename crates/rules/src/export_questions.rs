//! What rules ask of the exports of other sources, and from which texts it can be told that there are none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use auditlint_matcher::Literal;
use auditlint_names::{ImportedNames, PathPattern, QualifiedPath};
use auditlint_syntax::Language;

use crate::CompiledRule;
use crate::automaton::{Clauses, FoundLiteral, Interner};

/// What the rules of a set ask of the exports of other sources.
#[derive(Debug, Default)]
pub(crate) struct ExportQuestions {
    /// The paths of `resolves-to`, each once.
    pub(crate) paths: Vec<PathPattern>,
    /// The first names of those paths, one of which a source that exports something on the way to one spells.
    heads: Vec<u32>,
    /// By key of a question about the origins of values: its rule.
    flows: HashMap<u64, u32>,
    /// By language: what must stand in a source where the answer to one of those questions is yes.
    clauses: [Vec<Clauses>; Language::ALL.len()],
    /// Literals by their texts, for what an import gives without the source spelling it.
    by_text: BTreeMap<Box<[u8]>, Vec<u32>>,
}

impl ExportQuestions {
    pub(crate) fn of(rules: &[CompiledRule], literals: &mut Interner) -> Self {
        let mut asked = Self::default();
        let (mut paths, mut heads) = (BTreeSet::new(), BTreeSet::new());
        for (index, compiled) in rules.iter().enumerate() {
            let programs = compiled.programs().iter().filter(|program| program.language().is_ecmascript());
            for program in programs {
                asked.paths.extend(program.paths().filter(|path| paths.insert(path.to_string())).cloned());
                heads.extend(program.heads_of_paths().map(|head| literals.number(head)));
                for (key, clauses) in program.flow_questions() {
                    asked.flows.insert(key, index as u32);
                    let numbers = |clause: &Vec<Literal>| {
                        clause.iter().map(|literal| literals.number(literal.clone())).collect::<Vec<u32>>()
                    };
                    let clauses: Clauses = clauses.iter().map(numbers).collect();
                    asked.clauses[program.language().index()].push(clauses);
                }
            }
        }
        asked.heads = heads.into_iter().collect();
        asked
    }

    /// Takes in which numbers the literals have.
    pub(crate) fn number<'l>(&mut self, literals: impl Iterator<Item = &'l Literal>) {
        if self.is_empty() {
            return;
        }
        for (literal, number) in literals.zip(0..) {
            self.by_text.entry(literal.text.clone()).or_default().push(number);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.flows.is_empty()
    }

    /// Whether a source may export what a rule asks for; `imports` says that it imports such things.
    pub(crate) fn may_hold(&self, language: Language, found: &FoundLiteral, imports: bool, text: &[u8]) -> bool {
        let leads = || imports || self.heads.iter().any(|head| found.holds(*head));
        let answers = || self.clauses[language.index()].iter().any(|clauses| found.satisfies(clauses));
        if self.is_empty() || !language.is_ecmascript() {
            return false;
        }
        (leads() && hands_on(text)) || (answers() && memchr::memmem::find(text, b"export").is_some())
    }

    /// The literals that a source need not spell because an import gives what they stand for, and the rules that something in it
    /// answers a question of.
    pub(crate) fn given(&self, imported: &ImportedNames, text: &[u8]) -> (Vec<u32>, Vec<u32>) {
        let (mut literals, mut rules) = (BTreeSet::new(), BTreeSet::new());
        let is_spelled = |name: &Arc<str>| &**name == "default" || spells(text, name.as_bytes());
        for name in imported.names().iter().filter(|name| name.names.iter().all(is_spelled)) {
            for word in name.path.iter().flat_map(QualifiedPath::words) {
                let bare = word.strip_prefix("node:").unwrap_or(word);
                literals.extend(self.by_text.get(bare.as_bytes()).into_iter().flatten());
            }
            let keys = name.values.iter().chain(&name.returns);
            rules.extend(keys.filter_map(|key| self.flows.get(key)));
        }
        (literals.into_iter().collect(), rules.into_iter().collect())
    }
}

/// Whether a module may hand something on under a name of its own: `export { a }`, `export *`, and exports whose value is a path.
fn hands_on(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"export").any(|at| {
        let before = text[..at].last().copied().unwrap_or(b'\n');
        let rest = &text[at + b"export".len()..];
        if before.is_ascii_alphanumeric() || matches!(before, b'_' | b'$') {
            return false;
        }
        match rest {
            // `exports.a = b`, `module.exports = b`
            [b's', rest @ ..] => is_assigned_path(rest),
            [next, ..] if next.is_ascii_alphanumeric() || *next == b'_' || *next == b'$' => false,
            rest => {
                let rest = rest.trim_ascii_start();
                let keyword = |word: &str| rest.strip_prefix(word.as_bytes()).filter(|rest| starts_apart(rest));
                if let Some(value) = keyword("default") {
                    return is_path(value.trim_ascii_start());
                }
                match ["const", "let", "var"].into_iter().find_map(keyword) {
                    Some(declared) => declares_path(declared.trim_ascii_start()),
                    None => matches!(rest.first(), Some(b'{' | b'*' | b'=')),
                }
            }
        }
    })
}

/// Whether a text has a word elsewhere than at the end of a path in quotes.
fn spells(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find_iter(text, word).any(|at| {
        let (before, behind) = (text[..at].last(), &text[at + word.len()..]);
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        let extension = behind.strip_prefix(b".").map(|behind| behind.iter().position(|byte| !is_part(byte)));
        let end = extension.map_or(behind, |length| behind.get(1 + length.unwrap_or_default()..).unwrap_or_default());
        let ends_path = before == Some(&b'/') && matches!(end.first(), Some(b'"' | b'\'' | b'`'));
        !ends_path && !before.is_some_and(is_part) && !behind.first().is_some_and(is_part)
    })
}

fn starts_apart(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'$'))
}

/// How far into a declaration its value is looked for.
const DECLARED_WITHIN: usize = 400;

/// Whether a value that a declaration gives is a path, or is taken apart: `a: T = b.c`, `{ a } = b`.
fn declares_path(declared: &[u8]) -> bool {
    if declared.first() == Some(&b'{') {
        return true;
    }
    let head = &declared[..declared.len().min(DECLARED_WITHIN)];
    // `=>` stands in types.
    let equals = memchr::memchr_iter(b'=', head).find(|at| head.get(at + 1) != Some(&b'>'));
    let line = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
    let gives_path_further_on = memchr::memchr_iter(b',', line).any(|at| {
        let next = declared[at + 1..].trim_ascii_start();
        let name = next.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'$'));
        let value = name.and_then(|end| next[end..].trim_ascii_start().strip_prefix(b"="));
        value.is_some_and(|value| is_path(value.trim_ascii_start()))
    });
    equals.is_none_or(|equals| is_path(declared[equals + 1..].trim_ascii_start())) || gives_path_further_on
}

/// Whether what follows `exports` is an assignment of a path or of an object.
fn is_assigned_path(rest: &[u8]) -> bool {
    let head = &rest[..rest.len().min(DECLARED_WITHIN)];
    let Some(equals) = memchr::memchr(b'=', head) else { return false };
    let value = rest[equals + 1..].trim_ascii_start();
    value.first() == Some(&b'{') || is_path(value)
}

/// How long the text of a path may be before it counts as one unread.
const LONGEST_PATH: usize = 300;

/// Whether a value may be a path: names with dots and brackets, a module that is loaded, what `bind` gives, up to the end of the statement.
fn is_path(value: &[u8]) -> bool {
    const MADE: [&[u8]; 5] = [b"async", b"class", b"function", b"new", b"typeof"];
    if MADE.iter().any(|word| value.strip_prefix(*word).is_some_and(starts_apart)) {
        return false;
    }
    let head = &value[..value.len().min(LONGEST_PATH)];
    let end = head.iter().position(|byte| matches!(byte, b';' | b'\n' | b'{'));
    let line = head[..end.unwrap_or(head.len())].trim_ascii_end();
    let opens = matches!(line.first(), Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'(' | b'<') || !byte.is_ascii());
    // What goes on in the next line may be anything.
    let is_at_line_end = end.is_none_or(|end| head[end] == b'\n');
    let goes_on = is_at_line_end && matches!(line.last(), None | Some(b'.' | b'(' | b'=' | b','));
    let calls = memchr::memchr_iter(b'(', line).all(|at| {
        let callee = line[..at].trim_ascii_end();
        let known: [&[u8]; 6] = [b"bind", b"require", b"import", b"get", b"createRequire", b"await"];
        callee.is_empty() || callee.ends_with(b"(") || known.iter().any(|known| callee.ends_with(known))
    });
    goes_on || (opens && calls && memchr::memmem::find(line, b"=>").is_none())
}

#[cfg(test)]
mod tests {
    use super::{hands_on, spells};

    #[test]
    fn words_that_only_name_a_module() {
        for (text, expected) in [
            ("import { env } from './env';", true),
            ("import { one } from './env';", false),
            ("import { one } from './env.js';", false),
            ("import * as all from './env'; all.env", true),
            ("const a = b/env;", true),
            ("import { environment } from './a';", false),
            ("all['env']", true),
        ] {
            assert_eq!(spells(text.as_bytes(), b"env"), expected, "{text}");
        }
    }

    #[track_caller]
    fn check(expected: bool, texts: &[&str]) {
        for text in texts {
            assert_eq!(hands_on(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn exports_of_names_that_stand_for_others() {
        check(
            true,
            &[
                "export { a } from './a'",
                "export {a}",
                "export * from './a'",
                "export * as a from './a';",
                "export const env = process.env;",
                "export const env: NodeJS.ProcessEnv = process.env",
                "export const env =\n  process.env;",
                "export const { env } = process;",
                "export let f = fetch.bind(globalThis);",
                "export const f = (globalThis as any).fetch;",
                "export const f = <any>fetch;",
                "export const fs = require('fs');",
                "export const fs = await import('fs');",
                "export default process.env",
                "export default axios;",
                "export = process.env;",
                "export const a = 1, b = process.env;",
                "module.exports = process.env;",
                "module.exports = { env };",
                "exports.env = process.env",
                "const a = b;\nexport const c = a",
            ],
        );
        check(
            false,
            &[
                "const a = process.env;",
                "export function f() { return process.env; }",
                "export async function f() {}",
                "export class A {}",
                "export default class {}",
                "export default function () {}",
                "export const f = () => fetch(a);",
                "export const f = async (a) => fetch(a);",
                "export const schema = z.object({ a: z.string() });",
                "export const a = 1;",
                "export const a = 'b';",
                "export const a = { b: 1 };",
                "export const a = new Map();",
                "export interface A { b: string }",
                "export type A = typeof process.env;",
                "const reexported = exported",
            ],
        );
    }
}
