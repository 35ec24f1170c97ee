//! What kind of code modules are, by small projects.

use auditlint_facts::{Facts, SourceText};
use auditlint_source::FilePath;

use super::Modules;

/// The rows of a relation, each as its first columns; where a module runs is told only of those that are not unknown.
fn rows(files: &[(&str, &str)], relation: &str) -> Vec<String> {
    let files: Vec<(FilePath, &str)> = files.iter().map(|(path, text)| (FilePath::new(path), *text)).collect();
    let sources: Vec<SourceText<'_>> =
        files.iter().map(|(path, text)| SourceText { path, text: text.as_bytes() }).collect();
    let facts = Facts::of(&sources, &[&Modules]);
    let rows = facts.relation(relation).into_iter().flat_map(|relation| relation.rows.clone());
    rows.map(|row| {
        let lines = match (row.values.get(4), row.values.get(5)) {
            (Some(first), Some(last)) if relation == "module.kind" && !first.to_string().is_empty() => {
                format!(" {first}-{last}")
            }
            _ => String::new(),
        };
        format!("{} {}{lines}", row.values[0].text(), row.values[1].text())
    })
    .filter(|row| !row.ends_with(" unknown"))
    .collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(rows(files, "module.kind"), expected, "{files:?}");
}

#[test]
fn modules_show_where_they_run() {
    check(&[("a.ts", "import express from 'express';")], &["a.ts server"]);
    check(&[("a.ts", "import type { Request } from 'express';")], &[]);
    check(&[("a.ts", "document.querySelector('a');"), ("b.ts", "const a = 1;")], &["a.ts browser"]);
    check(&[("a.ts", "import fs from 'node:fs';\nwindow.addEventListener('x', f);")], &["a.ts both"]);
    check(&[("a.tsx", "'use client';\nimport fs from 'fs';")], &["a.tsx browser"]);
    check(&[("a.ts", "#!/usr/bin/env node\nimport fs from 'fs';")], &["a.ts cli"]);
    check(&[("a.ts", "import { Command } from 'commander';\nimport fs from 'fs';")], &["a.ts cli"]);
    check(&[("a.ts", "import { View } from 'react-native';")], &["a.ts mobile"]);
    check(&[("a.worker.ts", "export const a = 1;")], &["a.worker.ts worker"]);
    check(&[("a.rs", "use axum::Router;"), ("b.rs", "// axum::Router\n")], &["a.rs server"]);
}

#[test]
fn kinds_pass_along_imports() {
    let page = ("page.ts", "import { a } from './a';\ndocument.body.append(a);");
    let server = ("server.ts", "import express from 'express';\nimport { a } from './a';");
    let a = ("a.ts", "import { b } from './b';\nexport const a = b;");
    let b = ("b.ts", "export const b = 1;");
    check(&[page, a, b], &["a.ts browser", "b.ts browser", "page.ts browser"]);
    check(&[server, a, b], &["a.ts server", "b.ts server", "server.ts server"]);
    check(&[page, server, a], &["a.ts both", "page.ts browser", "server.ts server"]);
    // What tests and types take says nothing, and circles end.
    check(&[("a.test.ts", "import { b } from './b';\ndocument.body.append(b);"), b], &["a.test.ts browser"]);
    check(&[("page.ts", "import type { B } from './b';\ndocument.body.append();"), b], &["page.ts browser"]);
    check(&[("a.ts", "import './b';"), ("b.ts", "import './a';")], &[]);
    check(
        &[
            ("tsconfig.json", "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"./src/*\"]}}}"),
            ("src/page.ts", "import { b } from '@/b';\ndocument.body.append(b);"),
            ("src/b.ts", "export const b = 1;"),
        ],
        &["src/b.ts browser", "src/page.ts browser"],
    );
}

#[test]
fn packages_say_what_modules_do_not() {
    let a = ("src/a.ts", "export const a = 1;");
    for (manifest, kind) in [
        ("{\"dependencies\": {\"express\": \"1\"}}", "server"),
        ("{\"devDependencies\": {\"vite\": \"1\"}}", "browser"),
        ("{\"name\": \"a\", \"bin\": \"dist/a.js\"}", "cli"),
        ("{\"name\": \"a\", \"version\": \"1.0.0\", \"main\": \"dist/a.js\"}", "library"),
        ("{\"dependencies\": {\"expo\": \"1\"}}", "mobile"),
    ] {
        check(&[("package.json", manifest), a], &[&format!("src/a.ts {kind}")]);
    }
    // A page and its server in one package, and a package that says nothing below one that does.
    check(&[("package.json", "{\"dependencies\": {\"express\": \"1\", \"vite\": \"1\"}}"), a], &[]);
    check(&[("package.json", "{\"devDependencies\": {\"vite\": \"1\"}}"), ("src/package.json", "{}"), a], &[]);
    check(&[("wrangler.toml", ""), a], &["src/a.ts worker"]);
    let lib = ("src/lib.rs", "pub fn a() {}");
    check(&[("Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\naxum = \"1\""), lib], &["src/lib.rs server"]);
    check(&[("Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nclap = \"1\""), lib], &["src/lib.rs cli"]);
}

#[test]
fn configuration_is_a_module_or_a_part() {
    check(&[("a.ts", "export const env = schema.parse(process.env);")], &["a.ts configuration"]);
    check(&[("a.ts", "const data = JSON.parse(process.env.DATA);")], &[]);
    check(&[("config.ts", "export const port = process.env.PORT;")], &["config.ts configuration"]);
    check(&[("mail.ts", "export const from = process.env.FROM;")], &[]);
    check(
        &[("config.ts", "export const port = process.env.PORT;\nexport function run() {}\nexport class Queue {}")],
        &[],
    );
    check(
        &[("a.ts", "const a = 1;\nexport const settings = {\n  url: process.env.URL,\n  key: process.env.KEY,\n};\n")],
        &["a.ts configuration 2-5"],
    );
    // What another exported value holds, and functions that answer from what is read.
    check(
        &[(
            "flags.ts",
            "const flags = {\n  a: flag(process.env.A),\n  b: flag(process.env.B, false),\n};\nexport const options = { flags };\n",
        )],
        &["flags.ts configuration 1-4"],
    );
    check(
        &[(
            "flags.ts",
            "const flags = { a: flag(process.env.A), b: flag(process.env.B) };\nexport const client = connect(flags);\nexport const run = () => flags;",
        )],
        &[],
    );
    check(
        &[(
            "config/env.ts",
            "const branch = process.env.BRANCH;\nexport function info() { return branch ?? ''; }\nexport const name = () => info(branch);",
        )],
        &["config/env.ts configuration"],
    );
    check(&[("a.ts", "import convict from 'convict';\nexport const c = convict({});")], &["a.ts configuration"]);
    let builds = "pub fn load() -> Settings {\n    Settings { key: std::env::var(\"KEY\").unwrap() }\n}\nfn other() -> String { std::env::var(\"X\").unwrap() }\n";
    check(&[("a.rs", builds)], &["a.rs configuration 1-3"]);
}

#[test]
fn clients_are_used_by_two_modules() {
    let api = ("api.ts", "export async function api(path, init) {\n  return fetch(path, { ...init, signal });\n}\n");
    let (a, b) = (("a.ts", "import { api } from './api';"), ("b.ts", "import { api } from './api';\nfetch('/x');"));
    check(&[api, a, b], &["api.ts client 1-3"]);
    check(&[api, b], &[]);
    assert_eq!(rows(&[api, a, b], "module.client"), ["api.ts ."]);
    assert_eq!(rows(&[api, a, b], "module.request"), ["b.ts ."]);
}
