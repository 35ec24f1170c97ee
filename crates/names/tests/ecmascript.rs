//! What names of TypeScript and JavaScript refer to. Marked expressions, and beside them what they are.

mod support;

use auditlint_syntax::Language;
use support::{escaping, targets};

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (code, expected) in cases {
        assert_eq!(targets(Language::TypeScript, code), *expected, "{code}");
    }
}

#[track_caller]
fn check_js(cases: &[(&str, &[&str])]) {
    for (code, expected) in cases {
        assert_eq!(targets(Language::JavaScript, code), *expected, "{code}");
    }
}

#[test]
fn globals() {
    check(&[
        ("«process.env»", &["process.env"]),
        ("«process.env.HOME»", &["process.env.HOME"]),
        ("«process?.env»?.A", &["process.env"]),
        ("«process!.env»", &["process.env"]),
        ("«process['env']»", &["process.env"]),
        ("«process[`env`]»", &["process.env"]),
        ("«process[key]»", &["opaque"]),
        ("«(process as any).env»", &["process.env"]),
        ("«(process satisfies P).env»", &["process.env"]),
        ("«(<any>process).env»", &["process.env"]),
        ("«(0, fetch)»(u)", &["fetch"]),
        ("«globalThis.process.env»", &["process.env"]),
        ("«window.self.fetch»(u)", &["fetch"]),
        ("«global['process']».env", &["process"]),
        ("«Reflect.get(process, 'env')»", &["process.env"]),
        ("«fetch.bind(window)»", &["fetch"]),
        ("«fetch.call»(null)", &["fetch.call"]),
        ("«make().env»", &["opaque"]),
        ("«'a'.env»", &["opaque"]),
        ("«globalThis»", &["globalThis"]),
    ]);
}

#[test]
fn constants_and_aliases() {
    check(&[
        ("const p = process; «p.env»", &["process.env"]),
        ("const p = process, q = p; const r = q; «r.env»", &["process.env"]),
        ("let p = process; «p.env»", &["process.env"]),
        ("let p = process; p = other; «p.env»", &["opaque"]),
        ("let p = process; p += 1; «p»", &["opaque"]),
        ("let p = process; [p] = list; «p»", &["opaque"]),
        ("let p = process; ({ p } = o); «p»", &["opaque"]),
        ("let p = process; for (p of l) {} «p»", &["opaque"]),
        ("let p; p = process; «p.env»", &["opaque"]),
        ("var p = process; var p = other; «p»", &["opaque"]),
        ("var p = process; var p; «p»", &["process"]),
        ("const k = 'env'; «process[k]»", &["process.env"]),
        ("const j = 'env', k = j; «process[k]»", &["process.env"]),
        ("const k = `en${'v'}`; «process[k]»", &["opaque"]),
        ("let k = 'env'; k = 'x'; «process[k]»", &["opaque"]),
        ("const a = b, b = a; «a»", &["opaque"]),
        ("const a = a; «a.x»", &["opaque"]),
        ("const o = { env: 1 }; «o»; «o.env»", &["local", "opaque"]),
        ("const x = f(); «x»; «x.y»", &["opaque", "opaque"]),
        ("const g = globalThis; «g.process.env»", &["process.env"]),
        ("const f = (p = process); «f.env»", &["process.env"]),
        ("const f = fetch.bind(globalThis); «f»(u)", &["fetch"]),
    ]);
}

#[test]
fn destructuring() {
    check(&[
        ("const { «env» } = process; «env.A»", &["process.env", "process.env.A"]),
        ("const { «env: e» } = process; «e.A»", &["process.env", "process.env.A"]),
        ("const { «'env': e» } = process; «e»", &["process.env", "process.env"]),
        ("const { «['env']: e» } = process; «e»", &["process.env", "process.env"]),
        ("const k = 'env'; const { «[k]: e» } = process; «e»", &["process.env", "process.env"]),
        ("const { [k()]: e } = process; «e»", &["opaque"]),
        ("const { «env = {}» } = process; «env»", &["nothing", "process.env"]),
        ("const { «env» = {} } = process", &["process.env"]),
        ("const { env: e = {} } = process; «e»", &["process.env"]),
        ("const { process: { «env» } } = globalThis; «env»", &["process.env", "process.env"]),
        ("const { «process: { env }» } = globalThis", &["process"]),
        ("const { ...rest } = process; «rest.env»", &["process.env"]),
        ("const [p] = [process]; «p»", &["opaque"]),
        ("const { env } = make(); «env»", &["opaque"]),
        ("({ «env» } = process)", &["process.env"]),
        ("function f({ «env» } = process) { «env» }", &["process.env", "process.env"]),
        ("function f({ fetch = globalThis.fetch }) { «fetch»(u) }", &["fetch"]),
        ("function f({ fetch }) { «fetch»(u) }", &["opaque"]),
        ("for (const { env } of [process]) { «env» }", &["opaque"]),
        ("try {} catch ({ env }) { «env» }", &["opaque"]),
    ]);
}

#[test]
fn modules() {
    check(&[
        ("import { «env» } from 'node:process'; «env.A»", &["process.env", "process.env.A"]),
        ("import { «env as e» } from 'process'; «e»", &["process.env", "process.env"]),
        ("import «p» from 'process'; «p.env»", &["process", "process.env"]),
        ("import { «default as p» } from 'process'; «p.env»", &["process", "process.env"]),
        ("import «* as p» from 'node:process'; «p.env»; «p.default.env»", &["process", "process.env", "process.env"]),
        ("import { readFile } from 'fs'; «readFile»(f)", &["node:fs#readFile"]),
        ("import fs from 'fs'; «fs.readFile»(f)", &["node:fs#readFile"]),
        ("import * as fs from 'node:fs/promises'; «fs.readFile»", &["node:fs/promises#readFile"]),
        ("import x from 'lodash'; «x.map»", &["lodash#default.map"]),
        ("import { Boolean as B } from 'effect'; «B.match»", &["effect#Boolean.match"]),
        ("import * as B from 'effect/Boolean'; «B.match»; «B»", &["effect/Boolean#match", "effect/Boolean#"]),
        ("import p = require('process'); «p.env»", &["process.env"]),
        ("import e = process.env; «e.A»", &["process.env.A"]),
        ("const { env } = require('process'); «env»", &["process.env"]),
        ("const p = require('process'); «p.env»", &["process.env"]),
        ("«require('fs').readFile»", &["node:fs#readFile"]),
        ("«require(name).readFile»", &["opaque"]),
        ("function f(require) { «require('fs')» }", &["opaque"]),
        ("const { env } = await import('node:process'); «env»", &["process.env"]),
        ("«(await import('process')).env»", &["process.env"]),
        (
            "import { createRequire } from 'module'; const r = createRequire(import.meta.url); «r('process').env»",
            &["process.env"],
        ),
        ("import m from 'node:module'; const r = m.createRequire(u); «r('fs').open»", &["node:fs#open"]),
        ("export { «env» } from 'node:process'", &["process.env"]),
        ("export { «env as e» } from 'node:process'", &["process.env"]),
        ("const e = process.env; export { «e as f» }", &["process.env"]),
        ("import { setTimeout as s } from 'timers'; «s»(f)", &["setTimeout"]),
        ("import { Buffer } from 'buffer'; «Buffer.from»(x)", &["Buffer.from"]),
        ("import type { Env } from 'x'; let a: «Env»", &["nothing"]),
        ("import { console } from './log'; «console.log»()", &["./log#console.log"]),
    ]);
}

#[test]
fn what_shadows() {
    check(&[
        ("function f(fetch) { return «fetch»(u) } «fetch»(v)", &["opaque", "fetch"]),
        ("const fetch = make(); «fetch»(u)", &["opaque"]),
        ("function fetch() {} «fetch»(u)", &["local"]),
        ("«fetch»(u); function fetch() {}", &["local"]),
        ("{ function fetch() {} } export {}; «fetch»(u)", &["fetch"]),
        ("{ const fetch = 1; «fetch» } «fetch»", &["local", "fetch"]),
        ("«fetch»; { var fetch = 1 }", &["local"]),
        ("function f() { «fetch»; if (a) { var fetch = g } } «fetch»", &["g", "fetch"]),
        ("try {} catch (fetch) { «fetch» } «fetch»", &["opaque", "fetch"]),
        ("for (let fetch = 0;;) { «fetch» } «fetch»", &["local", "fetch"]),
        ("for (const fetch of l) «fetch»; «fetch»", &["opaque", "fetch"]),
        ("switch (a) { case 1: let fetch = 1; «fetch» } «fetch»", &["local", "fetch"]),
        ("class fetch {} «fetch»", &["local"]),
        ("const C = class fetch { m() { «fetch» } }; «fetch»", &["local", "fetch"]),
        ("const f = function fetch() { «fetch» }; «fetch»", &["local", "fetch"]),
        ("enum fetch { A } «fetch»", &["local"]),
        ("enum E { fetch, B = «fetch» } «fetch»", &["local", "fetch"]),
        ("namespace fetch { export const a = 1 } «fetch»", &["local"]),
        ("namespace N { const fetch = 1; «fetch» } «fetch»", &["local", "fetch"]),
        ("namespace N { export const fetch = 1 } namespace N { «fetch» }", &["opaque"]),
        ("interface fetch {} type process = 1; «fetch»; «process.env»", &["fetch", "process.env"]),
        ("fetch: while (1) { «fetch»(u); break fetch }", &["fetch"]),
        ("const o = { fetch: 1, fetch() { «fetch» } }; «fetch»", &["fetch", "fetch"]),
        ("class C { fetch = 1; m() { «fetch» } }", &["fetch"]),
        ("function f<fetch>() { «fetch» }", &["fetch"]),
        ("import { fetch } from 'undici'; «fetch»(u)", &["undici#fetch"]),
        ("import { type fetch } from 'x'; let a: «fetch»", &["nothing"]),
        ("function f(a = «fetch», fetch) {}", &["opaque"]),
        ("function f(a = «fetch») { var fetch = 1 }", &["fetch"]),
        ("(fetch => «fetch»(u)); «fetch»", &["opaque", "fetch"]),
        ("const f = async (...fetch) => «fetch»", &["opaque"]),
        ("class C { static { var fetch = 1; «fetch» } } «fetch»", &["local", "fetch"]),
        ("function f(p) { var p; return «p» }", &["opaque"]),
    ]);
    check_js(&[
        ("{ function fetch() {} } «fetch»(u)", &["opaque"]),
        ("with (o) { «fetch» } «fetch»", &["opaque", "fetch"]),
    ]);
}

#[test]
fn what_describes_a_global() {
    check(&[
        ("declare const fetch: any; «fetch»(u)", &["fetch"]),
        ("export {}; declare function fetch(u: string): void; «fetch»(u)", &["fetch"]),
        ("declare global { var fetch: any; } «fetch»(u); export {}", &["fetch"]),
        ("declare namespace process { const env: any } «process.env»", &["process.env"]),
        ("declare class Foo {} new «Foo»()", &["Foo"]),
    ]);
}

#[test]
fn fields_and_this() {
    check(&[
        ("class A { env = process.env; m() { return «this.env.HOME» } }", &["process.env.HOME"]),
        ("class A { #f = fetch; m() { «this.#f»(u) } }", &["fetch"]),
        ("class A { f = fetch; m() { this.f = g; «this.f»(u) } }", &["opaque"]),
        ("class A { f; constructor() { this.f = fetch } m() { «this.f»(u) } }", &["fetch"]),
        ("class A { static f = fetch; static m() { «this.f» } m() { «this.f» } }", &["fetch", "opaque"]),
        ("class A { f = fetch; m() { const self = this; return () => «self.f»(u) } }", &["fetch"]),
        ("class A { f = fetch; m() { return function () { «this.f» } } }", &["opaque"]),
        ("class A { f = fetch; m() { return () => «this.f» } }", &["fetch"]),
        ("class A { f = fetch; g = () => «this.f»(u) }", &["fetch"]),
        ("class A { constructor(private env = process.env) {} m() { «this.env» } }", &["process.env"]),
        ("class A { constructor(private env: E) {} m() { «this.env» } }", &["opaque"]),
        ("class A { a = this.b; b = this.a; m() { «this.a» } }", &["opaque"]),
        ("«this.env»", &["opaque"]),
    ]);
}

#[test]
fn defaults_of_parameters() {
    check(&[
        ("(f = fetch) => «f»(u)", &["fetch"]),
        ("function g(env = process.env) { «env.A» }", &["process.env.A"]),
        ("function g(env = process.env) { env = {}; «env.A» }", &["opaque"]),
        ("function g({ env = process.env } = {}) { «env.A» }", &["process.env.A"]),
    ]);
    check_js(&[
        ("using p = process; «p.env»", &["process.env"]),
        ("(f = fetch) => «f»(u)", &["fetch"]),
        ("function g({ «env» } = process) { «env» }", &["process.env", "process.env"]),
    ]);
}

#[test]
fn eval_and_with_hide_everything() {
    check_js(&[
        ("function f() { eval(s); return «fetch» } «fetch»", &["opaque", "fetch"]),
        ("function f() { const g = fetch; eval(s); return «g» }", &["opaque"]),
        ("eval(s); «fetch»", &["opaque"]),
        ("with (process) { «env» }", &["opaque"]),
    ]);
}

#[test]
fn eval_of_strict_code_declares_nothing() {
    check(&[
        ("import 'a'; function f() { eval(s); return «fetch» }", &["fetch"]),
        ("import { g } from 'a'; function f() { eval(s); return «g» }", &["a#g"]),
        ("export const f = () => { const g = fetch; eval(s); return «g» }", &["fetch"]),
        ("class A { f() { eval(s); return «fetch» } }", &["fetch"]),
        ("function f() { 'use strict'; eval(s); return «fetch» }", &["fetch"]),
        ("function f() { g(); 'use strict'; eval(s); return «fetch» }", &["opaque"]),
    ]);
}

#[test]
fn eval_writes_what_it_sees() {
    check(&[
        ("export const f = () => { let g = fetch; eval(s); return «g» }", &["opaque"]),
        ("let g = fetch; export function f() { eval(s) } «g»", &["opaque"]),
        ("let g = fetch; function f() { eval(s) } «g»", &["opaque"]),
        ("export function f() { let g = fetch; return «g» } eval(s);", &["fetch"]),
        ("let g = fetch; export function f() { (0, eval)(s); eval?.(s) } «g»", &["fetch"]),
    ]);
}

#[test]
fn types_are_no_values() {
    check(&[
        ("let a: typeof «fetch»", &["nothing"]),
        ("let a: «fetch»", &["nothing"]),
        ("type A = typeof «process.env»", &["nothing"]),
        ("function f(x): x is «fetch» {}", &["nothing"]),
        ("class A extends «fetch»<T> {}", &["fetch"]),
        ("f<typeof «process»>(1)", &["nothing"]),
    ]);
}

#[test]
fn elements_of_jsx() {
    let code = "const a = <«Comp» x={«fetch»}><div/><«N.M»></N.M></Comp>";
    assert_eq!(targets(Language::Tsx, code), ["Comp", "fetch", "N.M"]);
    assert_eq!(targets(Language::Tsx, "<«div»/>"), ["nothing"]);
}

/// The names that a text declares and nothing in it mentions, those that are exported aside.
#[track_caller]
fn check_unused(cases: &[(&str, &[&str])]) {
    for (code, expected) in cases {
        assert_eq!(support::unused(Language::TypeScript, code), *expected, "{code}");
    }
}

#[test]
fn what_nothing_mentions() {
    check_unused(&[
        ("const a = 1, b = a; export const c = b;", &[]),
        ("import a, { b as c, type D } from 'x'; import * as e from 'y'; c; let f: D;", &["a", "e", "f"]),
        ("import { A } from 'x'; let b: N.A;", &["A", "b"]),
        ("import type * as N from 'x'; export type A = N.B;", &[]),
        ("function f(a, { b, c: d }, [e], ...g) { return d; } f();", &["a", "b", "e", "g"]),
        ("type A<T, U> = T extends (x: infer R) => any ? R : never;", &["A", "U", "x"]),
        ("type A<T> = [a: T, ...b: T[], c?: T];", &["A"]),
        ("type A = { [key: string]: { [K in keyof B]: K } };", &["A", "key"]),
        ("function f(value): value is string { return true } f();", &[]),
        ("const f = (rows) => sql<Row>`a ${rows}`.pipe(g);", &["f"]),
        ("class A { constructor(private a, b) { this.a } } new A();", &["b"]),
        ("const a = 1; export { a }; const b = 2; export default b; export = c;", &[]),
        ("declare namespace N { interface A {} function f(x): void } declare const b: N.A;", &[]),
        ("function f() {} namespace f { export const a = 1 } f.a;", &[]),
        ("enum E { A, B = A } const x: E = E.B;", &["x"]),
        ("let a: typeof b, b = 1, c; c = 2;", &["a"]),
        ("const a = 1; const o = { a }; const { b = a } = o;", &["b"]),
        ("try {} catch (e) {} try {} catch {}", &["e"]),
        ("const C = () => <number>1; label: for (const x of y) break label;", &["C", "x"]),
    ]);
}

#[test]
fn what_can_be_reached_from_elsewhere() {
    for (code, expected) in [
        ("const a = 1, b = 1, c = 1; f(a); b.c(); c[0]; b === c; if (b) {} `${c}`; new b();", ["a"].as_slice()),
        ("const a = {}; const b = a; b.c(); const d = {}; const e = d as X; f(e);", &["d", "e"]),
        ("const a = {}, b = {}, c = {}; x = a; y.z = [b]; const d = () => c;", &["a", "b", "c"]),
        ("export const a = 1; const b = 1; const c = 1; export { c };", &["a", "c"]),
        ("const a = 1, b = 1, c = 1; f(a ? b : c); f(a && b); typeof c; for (const x of c) {}", &["a", "b", "c"]),
        ("const a = {}; const b = a; const c = b; c.d; let e = {}; let g = e; g = h;", &["e"]),
        ("const a = 1; with (x) { a.b }", &["a"]),
        ("type A = {}; const a: A = {}; type B = typeof a;", &[]),
    ] {
        assert_eq!(escaping(Language::TypeScript, code), expected, "{code}");
    }
}
