//! What rules of other linters report, tried on ours: each kind of place that their own suites ask for, and the near misses of them.
//! Where a rule differs on purpose, the page on other linters says why.

use crate::project::Project;

/// Holds a rule against pieces of code: `«` stands before each place that it reports, and lines begin anew with each piece.
#[track_caller]
fn check(rule: &str, extension: &str, pieces: &[&str]) {
    let config = format!("packs = []\n[rules.{rule}]\n");
    let mut files = vec![("auditlint.toml".to_owned(), config)];
    let mut expected = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let path = format!("src/piece_{number:03}.{extension}");
        for (line, text) in piece.lines().enumerate() {
            expected.extend(text.matches('«').map(|_| format!("{path}:{} {piece}", line + 1)));
        }
        files.push((path, piece.replace('«', "")));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (_, report) = Project::new(&files).json(&[]);
    let findings = report["findings"].as_array().unwrap().iter().map(|found| {
        let path = found["path"].as_str().unwrap();
        let number: usize = path.split(['_', '.']).nth(1).unwrap().parse().unwrap();
        format!("{path}:{} {}", found["start"]["line"], pieces[number])
    });
    let mut found: Vec<String> = findings.collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{rule}");
}

#[test]
fn variables_of_functions() {
    check(
        "var-declaration",
        "ts",
        &[
            "«var total = 1;",
            "for («var at = 0; at < 2; at++) {}",
            "for («var item of items) use(item);",
            "for («var key in table) use(key);",
            "async function f() { for await («var item of items) use(item); }",
            "«var { a, b: [c] } = made;",
            "function g() { «var x, y = 1; return y; }",
            "switch (x) { case 1: «var y = 2; }",
            "try {} catch (e) { «var e = 1; }",
            "export «var open = 1;",
            "class A { static { «var inner = 1; } }",
            "let a = 1; const b = 2;",
            "declare var known: number;",
            "declare namespace ns { var known: string }",
            "const o = { var: 1 }; o.var;",
        ],
    );
}

#[test]
fn default_exports() {
    check(
        "default-export",
        "ts",
        &[
            "«export default function f() {}",
            "«export default class {}",
            "«export default { a: 1 };",
            "const a = 1; export { «a as default };",
            "export { «a as \"default\" } from \"./a\";",
            "export { «default } from \"./a\";",
            "«export * as default from \"./a\";",
            "const a = 1, b = 2; export { a, «b as default };",
            "export const a = 1;",
            "export { default as a } from \"./a\";",
            "export * from \"./a\";",
            "export * as a from \"./a\";",
            "import a from \"./a\"; import { default as b } from \"./b\";",
        ],
    );
}

#[test]
fn any_that_is_written_out() {
    check(
        "explicit-any",
        "ts",
        &[
            "const a: «any = 1;",
            "function f(x: «any, ...rest: «any[]): «any {}",
            "let a: Array<«any>;",
            "type A = { [key: string]: «any };",
            "type A = string | «any;",
            "type A = Record<string, Map<string, «any>>;",
            "interface A { (x: «any): void; new (x: «any): A; m?: «any }",
            "class A<T = «any> extends B<«any> implements C<«any> {}",
            "function f<T extends «any>(x: T) {}",
            "const a = x as «any;",
            "const a = <«any>x;",
            "type A = (x: «any) => x is «any;",
            "type A = T extends «any ? 1 : 2;",
            "abstract class A { abstract m(x: «any): void }",
            "const any = 1; f(any);",
            "type A = { any: string };",
            "const a: unknown = b;",
        ],
    );
}

#[test]
fn the_environment_of_the_process() {
    check(
        "process-env",
        "ts",
        &[
            "use(«process.env);",
            "use(«process[\"env\"]);",
            "use(«process.env.A, «process.env[\"B\"]);",
            "const { «env } = process;",
            "const { «env: e } = process;",
            "use(«process?.env?.A);",
            "use(«globalThis.process.env.A);",
            "use(Process.env);",
            "use(process[env]);",
            "process.nextTick(f); use(process.execArgv);",
            "function f(process: P) { return process.env; }",
        ],
    );
}

#[test]
fn comments_that_switch_the_compiler_off() {
    check(
        "ts-nocheck",
        "ts",
        &[
            "«// @ts-nocheck",
            "«// @ts-nocheck: the types are old\nuse(1);",
            "«//    @ts-nocheck",
            "«/// @ts-nocheck",
            "// the compiler knows @ts-nocheck",
            "/* @ts-nocheck */",
            "// @ts-check",
            "if (a) {\n  // @ts-nocheck\n  use(1);\n}",
            "// @ts-expect-error: the type is wrong\nuse(1);",
        ],
    );
}

#[test]
fn statements_where_an_expression_would_do() {
    check(
        "let-declaration",
        "ts",
        &["«let a;", "function f() { «let b = 1; }", "const c = 1;", "for (let d of e) f(d);"],
    );
    check(
        "loop-statement",
        "ts",
        &[
            "«for (let i = 0; i < 2; i++) {}",
            "«for (const a of b) {}",
            "«for (const a in b) {}",
            "«while (a) {}",
            "«do {} while (a);",
            "a.forEach((b) => use(b));",
            "const m = { for: 1 };",
        ],
    );
    check(
        "if-statement",
        "ts",
        &[
            "«if (a) { b(); }",
            "«if (a) b(); else if (c) d(); else e();",
            "function f() { «if (a) return 1; return 2; }",
            "const a = b ? 1 : 2;",
            "switch (a) { case 1: b(); }",
        ],
    );
    check(
        "try-catch",
        "ts",
        &[
            "«try { a(); } catch {}",
            "«try { a(); } catch (e) {} finally {}",
            "try { a(); } finally { b(); }",
            "a().catch(b);",
        ],
    );
}

#[test]
fn panics_of_rust() {
    check(
        "unwrap",
        "rs",
        &[
            "fn f(a: Option<u8>) -> u8 { «a.unwrap() }",
            "fn f(a: Result<u8, E>) -> u8 { «Result::unwrap(a) }",
            "fn f(a: Vec<Option<u8>>) -> Vec<u8> { a.into_iter().map(«Option::unwrap).collect() }",
            "#[allow(clippy::unwrap_used)]\nfn f(a: Option<u8>) -> u8 { a.unwrap() }",
            "#[test]\nfn t() { Some(1).unwrap(); }",
            "#[cfg(test)]\nmod tests { fn help() { Some(1).unwrap(); } }",
            "const A: u8 = Some(1).unwrap();",
            "fn f(a: Option<u8>) -> u8 { a.unwrap_or_default() }",
            "fn f(a: Result<u8, E>) -> E { a.unwrap_err() }",
        ],
    );
    check(
        "panic",
        "rs",
        &[
            "fn f() { «panic!(\"no\") }",
            "fn f(a: u8) { if a > 1 { «std::panic!() } }",
            "#[expect(clippy::panic)]\nfn f() { panic!() }",
            "fn f() { assert!(true); }",
            "#[test]\nfn t() { panic!() }",
        ],
    );
    check(
        "unsafe-without-safety-comment",
        "rs",
        &[
            "fn f() { «unsafe { g() } }",
            "fn f() {\n    // SAFETY: g may be called here\n    unsafe { g() }\n}",
            "fn f() {\n    // SAFETY: g may be called here\n    let a = unsafe { g() };\n}",
            "fn f() {\n    // a remark\n    «unsafe { g() }\n}",
            "fn f() {\n    /* SAFETY: g may be called here */\n    unsafe { g() }\n}",
        ],
    );
}
