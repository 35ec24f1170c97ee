//! Code before and after each fix.

use auditlint_matcher::{Analysis, Edit};
use auditlint_rules::NativeFix;
use auditlint_syntax::{Language, NodeId, Parser};

/// Applies the fix to every node of some kinds, from the end of the file on.
#[track_caller]
fn check(rule: &str, kinds: &[&str], before: &str, after: &str) {
    let fix: NativeFix = super::of(rule).unwrap();
    let language = if before.starts_with("// js") { Language::JavaScript } else { Language::TypeScript };
    let tree = Parser::default().parse(language, before.as_bytes()).unwrap();
    let analysis = Analysis::new(tree, before.as_bytes());
    let tree = analysis.tree();
    let places = (0..tree.len()).map(NodeId).filter(|node| kinds.contains(&tree.kind_name(*node)));
    let mut edits: Vec<Edit> = places.flat_map(|node| fix(&analysis, node)).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut fixed = before.as_bytes().to_vec();
    for edit in edits.iter().rev() {
        fixed.splice(edit.span.start as usize..edit.span.end as usize, edit.text.iter().copied());
    }
    assert_eq!(String::from_utf8(fixed).unwrap(), after, "{rule}");
}

#[test]
fn var_becomes_const_or_let() {
    for (before, after) in [
        ("function f() { var a = 1; return a; }", "function f() { const a = 1; return a; }"),
        ("function f() { var a = 1; a += 1; }", "function f() { let a = 1; a += 1; }"),
        ("function f() { var a; a = 1; }", "function f() { let a; a = 1; }"),
        ("import x from 'x';\nvar { a, b: [c] } = x;\n", "import x from 'x';\nconst { a, b: [c] } = x;\n"),
        ("export var a = 1;\nfunction f() { return a; }", "export const a = 1;\nfunction f() { return a; }"),
        ("function f() { for (var i = 0; i < 9; i++) go(i); }", "function f() { for (let i = 0; i < 9; i++) go(i); }"),
        ("for (var x of xs) go(x);", "for (const x of xs) go(x);"),
        ("for (var x of xs) { x = 1; go(x); }", "for (let x of xs) { x = 1; go(x); }"),
        ("function f() { var a = 1, b = 2; b++; }", "function f() { let a = 1, b = 2; b++; }"),
        ("while (go()) { var a = 1; use(a); }", "while (go()) { const a = 1; use(a); }"),
    ] {
        check("var-declaration", &["variable_declaration", "identifier"], before, after);
    }
    for same in [
        // A script shares its names with others.
        "var a = 1;",
        // Used before, outside, declared twice, of the loop's turns.
        "function f() { use(a); var a = 1; }",
        "function f() { if (go()) { var a = 1; } return a; }",
        "function f() { var a = 1; var a = 2; }",
        "function f() { var a; var a; }",
        "function f(a) { var a = 1; }",
        "function f() { var a = a || 1; }",
        "while (go()) { var a; use(a); a = 1; }",
        "while (go()) { var a = 1; later(() => a); }",
        "for (var x of xs) later(() => x);",
        "for (var x of x.all) go(x);",
        "try { go(); } catch (e) { var e = 1; }",
        "function f() { run(); var a = 1; function run() { return a; } }",
        "function f(x) { switch (x) { case 1: var a = 1; use(a); } }",
        "function f() { if (go()) var a = 1; }",
        "function f() { for (var i = 0; i < 9; i++) later(() => i); }",
    ] {
        check("var-declaration", &["variable_declaration", "identifier"], same, same);
    }
}

#[test]
fn exports_come_into_one_list() {
    for (before, after) in [
        (
            "/** One. */\nexport const a = 1, { b, c: [d] } = x;\nexport type T = 1;\nexport async function f() {}\n",
            "/** One. */\nconst a = 1, { b, c: [d] } = x;\ntype T = 1;\nasync function f() {}\n\nexport { a, b, d, type T, f };\n",
        ),
        (
            "export interface A {}\nconst b = 1;\nexport { b };\nexport class C {}\n",
            "interface A {}\nconst b = 1;\nexport { b, type A, C };\nclass C {}\n",
        ),
        (
            "export function f(a: 1): 1;\nexport function f(a: any) {}\nexport type X = 1;\nexport const X = 1;",
            "function f(a: 1): 1;\nfunction f(a: any) {}\ntype X = 1;\nconst X = 1;\n\nexport { f, X };",
        ),
        ("export const a = 1\nexport function f() {}\n", "const a = 1\nfunction f() {}\n\nexport { a, f }\n"),
        ("// js\nexport let a;\r\n", "// js\nlet a;\r\n\r\nexport { a };\r\n"),
        (
            "export const a = 1;\nexport { b } from './b';\n",
            "const a = 1;\nexport { b } from './b';\n\nexport { a };\n",
        ),
    ] {
        check("inline-export", &["export_statement"], before, after);
    }
    for same in [
        "export default function main() {}\n",
        "export namespace N { export const a = 1; }\n",
        "export const a = 1;\nexport declare const b: 1;\n",
    ] {
        check("inline-export", &["export_statement"], same, same);
    }
}

#[test]
fn an_alias_gives_way_to_the_name() {
    let before = "import { Function as F, pipe } from 'effect';\nconst run = { F, f: F.flow };\n";
    let after = "import { Function, pipe } from 'effect';\nconst run = { F: Function, f: Function.flow };\n";
    check("import-alias", &["import_specifier"], before, after);
    for same in [
        "import { Function as F } from 'effect';\nconst call = (run: Function) => F.apply(run);\n",
        "import { Function as F } from 'effect';\nexport { F };\n",
        "import { Function as F } from 'effect';\nconst of = (Function: string) => F.apply(Function);\n",
    ] {
        check("import-alias", &["import_specifier"], same, same);
    }
}

#[test]
fn frozen_values_become_constants() {
    for (before, after) in [
        (
            "export const limits = Object.freeze({ items: 10, names: ['a', \"b\"], /* no */ least: -1 });",
            "export const limits = { items: 10, names: ['a', \"b\"], /* no */ least: -1 } as const;",
        ),
        ("const all = Object.freeze(['a', 'b',]);", "const all = ['a', 'b',] as const;"),
    ] {
        check("object-freeze", &["call_expression"], before, after);
    }
    for same in [
        "// js\nconst limits = Object.freeze({ items: 10 });",
        "const limits: Limits = Object.freeze({ items: 10 });",
        "const limits = Object.freeze<Limits>({ items: 10 });",
        "const limits = Object.freeze({ items: count });",
        "const limits = Object.freeze({ ...others });",
        "use(Object.freeze({ items: 10 }));",
        "const limits = Object.freeze(items);",
    ] {
        check("object-freeze", &["call_expression"], same, same);
    }
}
