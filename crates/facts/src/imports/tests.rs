//! Imports, and the packages that they name.

use auditlint_source::FilePath;

use crate::{Facts, SourceText};

fn facts(files: &[(&str, &str)]) -> Facts {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let sources: Vec<SourceText<'_>> =
        paths.iter().zip(files).map(|(path, (_, text))| SourceText { path, text: text.as_bytes() }).collect();
    Facts::of(&sources)
}

fn rows(facts: &Facts, relation: &str) -> Vec<String> {
    let rows = &facts.relation(relation).unwrap().rows;
    rows.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")).collect()
}

/// The rows without the file that an import leads to.
fn without_file(facts: &Facts) -> Vec<String> {
    let rows = rows(facts, "import.import");
    rows.iter().map(|row| row.splitn(6, " | ").take(5).collect::<Vec<_>>().join(" | ")).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(without_file(&facts(files)), expected, "{files:?}");
}

const PACKAGE: (&str, &str) = ("package.json", "{}");

#[test]
fn every_form_of_import() {
    let code = "import a, { type B } from \"x\"; import type T from \"@s/y/z\"; export * from 'z'; const q = require(\"r\"); await import(\"s\");\n\
                import w = require(\"t\"); type I = import(\"u\").V; import \"v\"; import './w'; import 'node:fs'; require(name); import(`x`);";
    check(
        &[PACKAGE, ("src/a.ts", code)],
        &[
            ". | x | x | import | false",
            ". | @s/y/z | @s/y | type | false",
            ". | z | z | import | false",
            ". | r | r | require | false",
            ". | s | s | dynamic | false",
            ". | t | t | import | false",
            ". | u | u | type | false",
            ". | v | v | import | false",
            ". | ./w |  | import | false",
            ". | node:fs |  | import | false",
        ],
    );
}

#[test]
fn what_may_be_missing() {
    let code = "typeof exports === 'object' ? f(require('u')) : g(); try { require('a') } catch {} import('b').catch(f); function f(require) { require('c') }";
    check(
        &[PACKAGE, ("main.js", code)],
        &[". | u | u | require | true", ". | a | a | require | true", ". | b | b | dynamic | true"],
    );
}

#[test]
fn aliases_name_no_package() {
    let code = "import 'app/x'; import 'lib'; import 'svg'; import 'mapped/a'; import 'found'; import 'real'; import 'src/a'; import 'mod'; import 'styles/a.css';";
    check(
        &[
            PACKAGE,
            ("a.ts", code),
            (
                "tsconfig.base.json",
                "{ // comment\n \"compilerOptions\": { \"baseUrl\": \"./code\", \"paths\": { \"app/*\": [\"x\"], }, } }",
            ),
            ("code/src/b.ts", "export {}"),
            ("types.d.ts", "declare module 'svg'; declare module \"mod\" {}"),
            (
                "vite.config.ts",
                "export default { resolve: { alias: { lib: '/x', } } , other: [{ find: 'found', replacement: 'y' }] }",
            ),
            ("web/package.json", "{\"jest\": {\"moduleNameMapper\": {\"^mapped/(.*)$\": \"x\"}}}"),
        ],
        &[
            ". | app/x |  | import | false",
            ". | lib |  | import | false",
            ". | svg |  | import | false",
            ". | mapped/a |  | import | false",
            ". | found |  | import | false",
            ". | real | real | import | false",
            ". | src/a |  | import | false",
            ". | mod |  | import | false",
            ". | styles/a.css |  | import | false",
        ],
    );
}

#[test]
fn folders_of_the_package_name_no_package() {
    let files = [
        PACKAGE,
        ("src/components/a.ts", "import 'components/b'; import 'store'; import 'react'"),
        ("src/store.ts", "export {}"),
        ("docs/package.json", r#"{"dependencies": {"@docusaurus/core": "3"}}"#),
        ("docs/b.ts", "import '@site/src/c'; import '@theme/layout'"),
    ];
    check(
        &files,
        &[
            "docs | @site/src/c |  | import | false",
            "docs | @theme/layout |  | import | false",
            ". | components/b |  | import | false",
            ". | store |  | import | false",
            ". | react | react | import | false",
        ],
    );
}

#[test]
fn what_a_package_may_import() {
    let files = [
        ("package.json", r#"{"name": "root", "devDependencies": {"tsx": "1", "@types/node": "1"}}"#),
        (
            "web/package.json",
            r#"{"name": "web", "dependencies": {"next": "1"}, "peerDependencies": {"react": "1"}, "optionalDependencies": {"@types/a__b": "1"}}"#,
        ),
    ];
    assert_eq!(
        rows(&facts(&files), "import.available"),
        [
            ". | @types/node",
            ". | node",
            ". | root",
            ". | tsx",
            "web | @a/b",
            "web | @types/a__b",
            "web | @types/node",
            "web | client-only",
            "web | next",
            "web | node",
            "web | react",
            "web | server-only",
            "web | tsx",
            "web | web",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_a_gap() {
    let facts = facts(&[("package.json", "{"), ("a.ts", "import 'x'")]);
    assert_eq!(facts.relation("import.available").unwrap().gaps.len(), 1);
    assert!(facts.relation("import.import").unwrap().gaps.is_empty());
}
