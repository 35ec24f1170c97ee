//! Matchers that ask what a name refers to.

use auditlint_syntax::Language::{JavaScript, Rust, TypeScript};
use proptest::prelude::*;

use crate::support::{check, check_error};

#[test]
fn resolves_to_a_path_however_it_is_spelled() {
    for code in [
        "«process.env».A",
        "const p = globalThis.process; «p['env']».A",
        "import p from 'node:process'; «p?.env»",
        "import { «env as e» } from 'process'; «e».A",
        "const { «env: e» } = process; «e».A",
        "function f(process) { process.env }",
        "let p = process; p = other; p.env",
        "const s = 'process.env'; // process.env",
        "type A = typeof process.env",
        "f((«process.env»))",
    ] {
        check(TypeScript, "rule: { resolves-to: process.env }", code);
    }
}

#[test]
fn resolves_to_one_of_several_and_to_anything_below() {
    check(
        JavaScript,
        "rule: { resolves-to: [process.env.*, console.log] }",
        "«process.env.A»; process.env; «console.log»; console.warn",
    );
    check(
        JavaScript,
        "rule: { resolves-to: console.** }",
        "««console».log»; «console»; process; «««console».log».name»",
    );
    check(
        TypeScript,
        "rule: { resolves-to: 'effect#Boolean.match' }",
        "import { Boolean as B } from 'effect'; «B.match»; Boolean.match",
    );
    check(
        TypeScript,
        "rule: { resolves-to: 'lodash#**' }",
        "import «l» from 'lodash'; import { «map» } from 'lodash'; ««l».each»(«map»)",
    );
}

#[test]
fn resolves_to_looks_through_parentheses_where_a_node_is_asked_for_by_another() {
    let rule = "{rule: {pattern: $F($$$)}, constraints: {F: {resolves-to: fetch}}}";
    check(TypeScript, rule, "«fetch(u)»; «(0, fetch)(u)»; «(fetch as any)(u)»; const g = fetch; «g(u)»; load(u)");
    check(
        TypeScript,
        "{rule: {kind: call_expression, has: {field: function, resolves-to: fetch}}}",
        "«(fetch)(u)»; x.fetch(u)",
    );
}

#[test]
fn from_follows_values() {
    let rule = "{rule: {pattern: send($A)}, constraints: {A: {from: {resolves-to: process.env.KEY}}}}";
    for code in [
        "«send(process.env.KEY)»",
        "const k = process.env.KEY; «send(k)»",
        "const k = process.env.KEY ?? 'none'; «send(k)»",
        "const k = on ? 'none' : process.env.KEY; «send(k)»",
        "const read = () => process.env.KEY; «send(read())»",
        "const read = () => { return process.env.KEY }; «send(read())»",
        "const read = () => process.env.KEY; send(read()); read()",
        "let k = process.env.KEY; k = 'x'; send(k)",
        "send(process.env.OTHER)",
        "send(f(process.env.KEY))",
    ] {
        check(TypeScript, rule, code);
    }
}

#[test]
fn from_follows_values_of_rust() {
    let rule = "{rule: {pattern: send($A)}, constraints: {A: {from: {pattern: secret()}}}}";
    for code in [
        "fn f() { «send(secret())»; send(other()); }",
        "fn f() { let k = secret(); «send(k)»; «send(&k)»; let mut m = secret(); send(m); }",
        "const K: &str = secret(); fn f() { «send((K))» }",
        "fn f() { let k = if on { \"\" } else if other { { unsafe { secret() } } } else { x }; «send(k)» }",
        "fn f() { let k = match on { 1 => x, _ => { log(); secret() } }; «send(k)»; send(match on { _ => { secret(); } }) }",
        "fn f() { let read = || secret(); «send(read())»; let two = || secret(); send(two()); two(); }",
        "fn f(k: K) { send(k); send(g(secret())) }",
    ] {
        check(Rust, rule, code);
    }
}

#[test]
fn what_is_so_about_a_binding() {
    let declarator = |what: &str| format!("rule: {{ kind: variable_declarator, {what} }}");
    check(TypeScript, &declarator("reassigned: false"), "let «a = 1»; let b = 1; b = 2; let c = 1; c++; const «d = 1»");
    check(TypeScript, &declarator("reassigned: true"), "let a = 1; let «b = 1»; b = 2; [b] = l");
    check(TypeScript, &declarator("exported: true"), "export const «a = 1»; const «b = 1»; export { b }; const c = 1");
    check(TypeScript, &declarator("exported: false"), "export const a = 1; const «c = 1»; export default a");
    check(
        TypeScript,
        &declarator("references: { min: 1, max: 1 }"),
        "const «a = 1»; f(a); const b = 1; f(b, b); const c = 1",
    );
    check(TypeScript, &declarator("references: { max: 0 }"), "const a = 1; f(a); const «c = 1»");
    check(
        TypeScript,
        "rule: { kind: function_declaration, references: { max: 0 } }",
        "«function f() {}» function g() { g() }",
    );
}

#[test]
fn mistakes_are_told() {
    for (rule, place, message) in [
        ("rule: { resolves-to: '' }", "''", "the path is empty"),
        ("rule: { resolves-to: [] }", "[]", "expected a path such as `process.env`, found a list"),
        ("rule: { resolves-to: process..env }", "process..env", "the path has an empty segment"),
        ("rule: { resolves-to: '**.env' }", "'**.env'", "`**` is only allowed at the end of a path"),
        ("rule: { resolves-to: 'a b' }", "'a b'", "`a b` is not a valid name"),
        ("rule: { kind: identifier, references: {} }", "{}", "`references` needs `min`, `max` or both"),
        ("rule: { kind: identifier, reassigned: maybe }", "maybe", "expected true or false, found text"),
    ] {
        check_error(TypeScript, rule, place, message);
    }
}

/// One way to go on from an expression that is `process` or `globalThis`: what to write before, and the expression then.
#[derive(Clone, Debug)]
enum Way {
    Wrap(&'static str),
    Alias(&'static str),
}

/// Ways from an expression to the same thing; `$` is the expression, `@` a new name.
const SAME: &[Way] = &[
    Way::Wrap("($)"),
    Way::Wrap("($ as any)"),
    Way::Wrap("$!"),
    Way::Wrap("(0, $)"),
    Way::Wrap("($ satisfies object)"),
    Way::Alias("const @ = $;"),
    Way::Alias("let @ = $;"),
    Way::Alias("var @ = $ as any;"),
    Way::Alias("const [, @ = $] = [];"),
    Way::Alias("const { none: @ = $ } = unknown();"),
];

/// Expressions that are `process`, and what must stand before.
const HEADS: &[(&str, &str)] = &[
    ("", "process"),
    ("", "globalThis.process"),
    ("", "window['process']"),
    ("", "global[`process`]"),
    ("const word = 'process';", "globalThis[word]"),
    ("", "Reflect.get(globalThis, 'process')"),
    ("const { process: own } = globalThis;", "own"),
    ("const { self: { process: own } } = window;", "own"),
    ("import own from 'process';", "own"),
    ("import * as own from 'node:process';", "own"),
    ("import { default as own } from 'process';", "own"),
    ("import own = require('node:process');", "own"),
    ("", "require('process')"),
    ("", "(await import('node:process'))"),
    ("import { createRequire } from 'module'; const load = createRequire(u);", "load('process')"),
];

/// Steps from `$` to its member `env`.
const MEMBERS: &[Way] = &[
    Way::Wrap("$.env"),
    Way::Wrap("$?.env"),
    Way::Wrap("$['env']"),
    Way::Wrap("$?.[`env`]"),
    Way::Wrap("Reflect.get($, 'env')"),
    Way::Alias("const { env: @ } = $;"),
    Way::Alias("const { ['env']: @ } = $;"),
    Way::Alias("const { 'env': @ = {} } = $;"),
    Way::Alias("let key@ = 'env', @ = $[key@];"),
];

proptest! {
    #[test]
    fn no_spelling_is_lost_to_the_prefilter(
        head in prop::sample::select(HEADS),
        before in prop::collection::vec(prop::sample::select(SAME), 0..4),
        member in prop::sample::select(MEMBERS),
        after in prop::collection::vec(prop::sample::select(SAME), 0..4),
    ) {
        let (mut code, mut expression) = (head.0.to_owned(), head.1.to_owned());
        for (index, way) in before.iter().chain([&member]).chain(&after).enumerate() {
            let name = format!("n{index}");
            match way {
                Way::Wrap(form) => expression = form.replace('$', &expression),
                Way::Alias(form) => {
                    code.push_str(&form.replace('$', &expression).replace('@', &name));
                    expression = name;
                }
            }
        }
        let rule = "{rule: {pattern: use($A)}, constraints: {A: {resolves-to: process.env}}}";
        check(TypeScript, rule, &format!("{code} «use({expression})»;"));
    }
}

/// Items, and what `std::mem::take` is called behind them.
const RUST_HEADS: &[(&str, &str)] = &[
    ("", "std::mem::take"),
    ("", "::core::mem::take"),
    ("", "r#std::r#mem::r#take"),
    ("use std::mem;", "mem::take"),
    ("use ::core::mem;", "mem::take"),
    ("use { core::{mem::{self as m}} };", "m::take"),
    ("use std::{io, mem::take as t};", "t"),
    ("use std as s; use s::mem as m;", "m::take"),
    ("extern crate core as c;", "c::mem::take"),
    ("#[cfg(a)] use std::mem; #[cfg(not(a))] use core::mem;", "mem::take"),
    ("cfg_std! { use std::mem; }", "mem::take"),
    ("const T: F = std::mem::take;", "T"),
];

/// What may stand around the use of a name that is in sight: `$` is the name.
const RUST_PLACES: &[&str] = &[
    "fn f() { «apply($)»; }",
    "mod inner { use super::*; fn f() { «apply($)»; } }",
    "impl A { fn f(&self) { if let Some(x) = y { «apply($)»; } } }",
    "fn f() { vec![«apply($)»]; }",
    "fn f() { let a = $; let b = a; «apply(b)»; }",
    "fn f(mem: u8) { «apply($)»; }",
    "use crate::all::*; fn f() { «apply($)»; }",
    "fn f() { other! { «apply($)» } }",
];

proptest! {
    #[test]
    fn no_spelling_of_rust_is_lost_to_the_prefilter(
        head in prop::sample::select(RUST_HEADS),
        place in prop::sample::select(RUST_PLACES),
        asked in prop::sample::select(&["std::mem::take", "core::mem::take", "std::mem::*", "std::**"][..]),
    ) {
        let rule = format!("{{rule: {{pattern: apply($A)}}, constraints: {{A: {{resolves-to: '{asked}'}}}}}}");
        check(Rust, &rule, &format!("{} {}", head.0, place.replace('$', head.1)));
    }
}
