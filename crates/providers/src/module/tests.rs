//! What kind of code modules are, by small projects.

use std::collections::BTreeSet;

use auditlint_facts::{DerivedFacts, Row, SourceText};
use auditlint_source::{FilePath, ModuleKind};

use super::{AskedKinds, Modules};

/// The rows of a relation, each as its first columns; where a module runs is told only of those that are not unknown.
fn rows(files: &[(&str, &str)], relation: &str) -> Vec<String> {
    let files: Vec<(FilePath, &str)> = files.iter().map(|(path, text)| (FilePath::new(path), *text)).collect();
    let sources: Vec<SourceText<'_>> =
        files.iter().map(|(path, text)| SourceText { path, text: text.as_bytes() }).collect();
    let facts = DerivedFacts::of(&sources, &[&Modules]);
    hold_against_asked(&sources, &facts);
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

/// What is found out where one module alone is asked about is what is known of it where all are.
fn hold_against_asked(sources: &[SourceText<'_>], facts: &DerivedFacts) {
    let kinds: BTreeSet<ModuleKind> =
        ModuleKind::WORDS.map(|(_, kind)| kind).into_iter().filter(|kind| *kind != ModuleKind::Client).collect();
    let of = |path: &FilePath, row: &&Row| row.path == *path && row.values[1].text() != ModuleKind::Client.name();
    for path in sources.iter().map(|source| source.path) {
        let asked = AskedKinds::new([(path.clone(), kinds.clone())].into());
        let found = DerivedFacts::of(sources, &asked.providers());
        let found = found.relations().flat_map(|relation| &relation.rows).filter(|row| of(path, row));
        let mut found: Vec<&Row> = found.collect();
        found.sort_by(|a, b| (a.span, &a.values).cmp(&(b.span, &b.values)));
        let all = facts.relation("module.kind").into_iter().flat_map(|relation| &relation.rows);
        assert_eq!(found, all.filter(|row| of(path, row)).collect::<Vec<_>>(), "{path}");
    }
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
fn what_builds_a_site_is_a_tool() {
    let reads = "import { promises as fs } from 'node:fs';";
    let package = ("docs/package.json", "{ \"name\": \"docs\" }");
    let config = ("docs/astro.config.mjs", "export default { output: 'static' };");
    let served = ("docs/astro.config.mjs", "export default { output: 'server' };");
    check(&[package, config, ("docs/src/a.ts", reads)], &["docs/src/a.ts cli"]);
    check(&[package, served, ("docs/src/a.ts", reads)], &["docs/src/a.ts server"]);
    check(&[package, config, ("api/package.json", "{}"), ("api/a.ts", reads)], &["api/a.ts server"]);
    let answers = "import express from 'express';";
    check(&[package, config, ("docs/src/a.ts", answers)], &["docs/src/a.ts server"]);
    check(&[package, ("docs/.vitepress/config.ts", ""), ("docs/src/a.ts", reads)], &["docs/src/a.ts cli"]);
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
    // A page that renders on a server takes along what its bundler leaves out of the browser: that needs a database.
    let shown = ("shown.tsx", "import fs from 'fs';\nimport { useState } from 'react';\nimport { all } from './all';");
    let all = ("all.ts", "import { rows } from './rows';\nimport { b } from './b';\nexport const all = rows;");
    let rows = ("rows.ts", "import { Pool } from 'pg';\nexport const rows = new Pool();");
    check(&[shown, all, rows, b], &["all.ts server", "b.ts server", "rows.ts server", "shown.tsx both"]);
    // What a component imports itself, and what a framework replaces by a call, can be loaded anywhere.
    check(
        &[page, server, ("a.ts", "import { rows } from './rows';\nexport const a = rows;"), rows],
        &["a.ts both", "page.ts browser", "rows.ts server", "server.ts server"],
    );
    let action = ("action.ts", "'use server';\nexport async function act() {}");
    let calls = ("all.ts", "import { act } from './action';\nexport const all = act;");
    check(&[shown, calls, action], &["action.ts server", "all.ts both", "shown.tsx both"]);
    // An interface brings nothing along.
    check(
        &[page, server, ("a.ts", "import { b } from './b';\nexport interface a { b: typeof b }"), b],
        &["a.ts both", "page.ts browser", "server.ts server"],
    );
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
    let speaks = "[package]\nname = \"a\"\n[dependencies]\nclap = \"1\"\nhyper = \"1\"";
    check(&[("Cargo.toml", speaks), lib], &[]);
}

#[test]
fn configuration_is_a_module_or_a_part() {
    check(&[("a.ts", "export const env = schema.parse(process.env);")], &["a.ts configuration"]);
    check(&[("a.ts", "const data = JSON.parse(process.env.DATA);")], &[]);
    check(&[("config.ts", "export const port = process.env.PORT;")], &["config.ts configuration"]);
    check(&[("mail.ts", "export const from = process.env.FROM;")], &[]);
    // A function that reads what it is told to: for others, or as the only reader of its module.
    let told = "const a = 1;\nfunction setting(name) {\n  return process.env[name];\n}\n";
    check(&[("smoke.js", told)], &["smoke.js configuration 2-4"]);
    check(&[("smoke.js", &format!("{told}const port = process.env.PORT;\n"))], &[]);
    check(
        &[("a.ts", "export const of = (name: string) => process.env[name];\nconst port = process.env.PORT;")],
        &["a.ts configuration 1-1"],
    );
    check(
        &[("a.ts", "export const of = (name: string) => Deno.env.get(name);\nconst port = Deno.env.get('PORT');")],
        &["a.ts configuration 1-1"],
    );
    check(&[("a.ts", "export const all = (names: string[]) => names.map((name) => process.env[name]);")], &[]);
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
fn configuration_with_what_helps_it() {
    let environment = "export const seconds = (text?: string) => Number(text);\nexport default class Values {\n  timeout = seconds(process.env.TIMEOUT);\n}\n";
    check(&[("src/env/Values.ts", environment)], &["src/env/Values.ts configuration"]);
    let other = "export const send = (text?: string) => mail(text);\nexport default class Values {\n  timeout = Number(process.env.TIMEOUT);\n}\n";
    check(&[("src/env/Values.ts", other)], &[]);
    let parsed = "const parse = () => Schema.parse(withoutEmpty(process.env));\nexport const env = process.env.BUILD ? process.env : parse();\n";
    check(&[("src/values.ts", parsed)], &["src/values.ts configuration"]);
    let one = "const port = Schema.parse(text(process.env.PORT));\nexport const run = () => port;\n";
    check(&[("src/values.ts", one)], &[]);
}

#[test]
fn configuration_of_rust() {
    for (path, text, is_configuration) in [
        (
            "crates/settings/src/origin.rs",
            "fn port() -> u16 {\n    std::env::var(\"PORT\").ok().and_then(|v| v.parse().ok()).unwrap_or(80)\n}\n\n#[derive(Deserialize)]\n#[serde(default)]\npub struct Origin {\n    port: u16,\n}\n",
            true,
        ),
        (
            "crates/mail/src/origin.rs",
            "fn port() -> Option<String> {\n    std::env::var(\"PORT\").ok()\n}\n#[derive(Deserialize)]\npub struct Origin;\n",
            false,
        ),
        (
            "crates/settings/src/send.rs",
            "fn port() -> Option<String> {\n    std::env::var(\"PORT\").ok()\n}\npub struct Origin;\n#[derive(Deserialize)]\npub enum Kind {}\n",
            false,
        ),
        (
            "src/env.rs",
            "fn optional(key: &str) -> Option<String> {\n    std::env::var(key).ok()\n}\npub fn number(key: &str) -> Option<u32> {\n    optional(key)?.parse().ok()\n}\n",
            true,
        ),
        (
            "src/tools.rs",
            "fn optional(key: &str) -> Option<String> {\n    std::env::var(key).ok()\n}\npub fn debug() -> bool {\n    optional(\"DEBUG\").is_some()\n}\n",
            false,
        ),
        (
            "src/cli.rs",
            "impl Options {\n    pub fn figment(&self) -> Figment {\n        Figment::new().merge(std::env::var(\"APP_CONFIG\").unwrap_or_default())\n    }\n}\n",
            true,
        ),
        (
            "src/node.rs",
            "impl NodeConfig {\n    async fn load(text: &str) -> Result<Self> {\n        let variables = std::env::vars().collect();\n        load_node_config_with(text, &variables).await\n    }\n}\n",
            true,
        ),
        (
            "src/node.rs",
            "impl NodeConfig {\n    fn send(text: &str) -> Result<Mail> {\n        let from = std::env::var(\"FROM\")?;\n        load_config(from)\n    }\n}\n",
            false,
        ),
    ] {
        let kinds = rows(&[(path, text)], "module.kind");
        let found = kinds.iter().any(|row| row.contains(" configuration"));
        assert_eq!(found, is_configuration, "{path}: {text}");
    }
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

/// The classes and functions of `a.ts` of which the process keeps an instance, made as another module says.
#[track_caller]
fn check_instances(class: &str, other: &str, expected: &[&str]) {
    let found = rows(&[("a.ts", class), ("b.ts", other)], "module.kind");
    assert_eq!(found, expected, "{class}\n{other}");
}

#[test]
fn classes_of_which_the_process_keeps_an_instance() {
    let class = "export class A {\n  held = new Map();\n}";
    let kept = &["a.ts singleton 1-3"];
    for other in [
        "import { A } from './a';\nexport const a = new A();",
        "import { A } from './a';\nexport const all = {\n  a: new A(),\n};",
        "import { A } from './a';\nuse(new A());",
        "import { A } from './a';\nlet a: A;\nexport function get() {\n  if (!a) a = new A();\n  return a;\n}",
        "import { A } from './a';\nasync function main() {\n  const a = new A();\n}",
        "import { A } from './a';\nexport const createA = (db: Db): A => {\n  return new A(db);\n};\nconst a = createA(db);",
        "import { A } from './a';\nclass B {\n  private a = new A();\n}\nexport const b = new B();",
        "import { A } from './a';\nclass B {\n  constructor(private db: Db) {\n    this.a = new A(db);\n  }\n}\nexport const b = new B();",
        "import { A } from './a';\n@Injectable()\nexport class B {\n  private a = new A();\n}",
        "import { A } from './a';\n@injectable()\nexport class B {\n  private a = new A();\n}",
        "import { A } from './a';\n@Provide()\nexport class B {\n  private a = new A();\n}",
        "import { A } from './a';\nclass B {\n  static a = new A();\n}",
        "import { A } from './a';\nclass B {\n  private all = {\n    a: new A('a'),\n  };\n}\nexport const b = new B();",
        "import { A } from './a';\ncontainer.registerSingleton('A', A);",
        "import { A } from './a';\ncontainer.register({ a: asClass(A).singleton() });",
        "import { A } from './a';\ncontainer.bind(TYPES.A).to(A).inSingletonScope();",
    ] {
        check_instances(class, other, kept);
    }
    for other in [
        "import { A } from './a';\nexport const get = (id: string) => new A(id);",
        "import { A } from './a';\nexport function handle(request: Request) {\n  const a = new A();\n}",
        "import { A } from './a';\napp.get('/', () => {\n  new A();\n});",
        "import { A } from './a';\nfunction main() {\n  app.get('/', (request) => {\n    const a = new A();\n  });\n}",
        "import { A } from './a';\nclass B {\n  run() {\n    const a = new A();\n  }\n}\nexport const b = new B();",
        "import { A } from './a';\nclass B {\n  private a = new A();\n}\nexport const make = () => new B();",
        "import { A } from './a';\nclass B {\n  private all = {\n    a: () => new A('a'),\n  };\n}\nexport const b = new B();",
        "import { A } from './a';\n@Injectable({ scope: Scope.REQUEST })\nexport class B {\n  private a = new A();\n}",
        "import { A } from './a';\nexport const createA = () => new A();\nexport const on = (id: string) => createA();",
        "import { A } from './a';\ncontainer.register({ a: asClass(A).scoped() });",
        "import { A } from './other';\nexport const a = new A();",
        "import { A } from './a';\nexport class FakeB {\n  a = new A();\n}\nconst b = new FakeB();",
        "// import { A } from './a'; new A();\nexport const b = 1;",
    ] {
        check_instances(class, other, &[]);
    }
    let limiter = "export function createLimiter(most: number) {\n  const hits = new Map();\n  return { hits };\n}";
    check_instances(
        limiter,
        "import { createLimiter } from './a';\nexport const limit = createLimiter(10);",
        &["a.ts singleton 1-4"],
    );
    check_instances(
        limiter,
        "import { createLimiter } from './a';\nexport const on = (n: number) => createLimiter(n);",
        &[],
    );
    // A class without a collection keeps nothing that counts, and what a test makes does not last.
    check_instances("export class A {\n  id = 1;\n}", "import { A } from './a';\nexport const a = new A();", &[]);
    let test = ("b.test.ts", "import { A } from './a';\nconst a = new A();");
    check(&[("a.ts", class), test], &[]);
}

/// Which modules of `files` besides two that import `client.ts` make a request that goes past it.
#[track_caller]
fn goes_past(client: &str, files: &[(&str, &str)], expected: &[&str]) {
    let users = [("u1.ts", "import { a } from './client';"), ("u2.ts", "import { a } from './client';")];
    let all: Vec<_> = [("client.ts", client)].into_iter().chain(users).chain(files.iter().copied()).collect();
    let texts: Vec<(FilePath, &str)> = all.iter().map(|(path, text)| (FilePath::new(path), *text)).collect();
    let sources: Vec<SourceText<'_>> =
        texts.iter().map(|(path, text)| SourceText { path, text: text.as_bytes() }).collect();
    let facts = DerivedFacts::of(&sources, &[&Modules]);
    let requests = facts.relation("module.request").unwrap().rows.iter();
    let past =
        requests.filter(|row| row.values[4].to_string() == "client.ts").map(|row| row.values[0].text().to_owned());
    assert_eq!(past.collect::<Vec<_>>(), expected, "{client}");
}

#[test]
fn what_a_module_calls_while_it_loads_makes_what_lasts() {
    let made = |call: &str| {
        let mut found = rows(
            &[
                ("a.ts", "export class A {\n  held = new Map();\n}"),
                ("b.ts", "import { A } from './a';\nexport function mount(queues) {\n  return new A(queues);\n}"),
                ("c.ts", &format!("import {{ mount }} from './b';\n{call}")),
            ],
            "module.kind",
        );
        found.retain(|row| row.contains("singleton"));
        found
    };
    for call in [
        "app.route('/jobs', mount([mails]));",
        "const jobs = mount({\n  queues,\n});",
        "function initializeJobs() {\n  app.route('/jobs', mount(queues));\n}\ninitializeJobs();",
    ] {
        assert_eq!(made(call), ["a.ts singleton 1-3"], "{call}");
    }
    for call in [
        "function initializeJobs() {\n  app.route('/jobs', mount(queues));\n}",
        "export const jobs = (queues) => mount(queues);",
        "app.get('/jobs', () => mount([mails]));",
        "api.mount(queues);",
        "// mount(queues);",
        "use(mount);",
    ] {
        assert_eq!(made(call), [""; 0], "{call}");
    }
}

#[test]
fn a_lock_may_stand_around_the_whole() {
    let keeps = "pub struct Kept {\n    sessions: HashMap<String, Session>,\n}\n";
    let state = "use axum::extract::State;\nasync fn get(State(app): State<Arc<App>>) {}\n";
    for (app, is_kept) in [
        ("struct App { kept: Arc<Mutex<Kept>> }", true),
        ("struct App { kept: RwLock<Option<app::Kept>> }", true),
        ("struct App { kept: Kept }", false),
        ("struct App { kept: Arc<Kept>, names: Mutex<Vec<Kept>> }", false),
        ("struct App { kept: Kept } // Mutex<Kept>", false),
        ("struct App { name: String }\nstruct Job { kept: Mutex<Kept> }", false),
    ] {
        let mut found = rows(&[("kept.rs", keeps), ("main.rs", &format!("{state}{app}"))], "module.kind");
        found.retain(|row| row.contains("kept.rs singleton"));
        assert_eq!(found, if is_kept { vec!["kept.rs singleton 1-3"] } else { vec![] }, "{app}");
    }
}

#[test]
fn a_server_keeps_its_state_and_what_that_holds() {
    let keeps = "struct Kept {\n    sessions: Mutex<HashMap<String, Session>>,\n}\n";
    let state = "use axum::extract::State;\nasync fn get(State(app): State<Arc<App>>) {}\n";
    let rows = |texts: &[(&str, &str)]| {
        let mut found = rows(texts, "module.kind");
        found.retain(|row| row.contains("singleton"));
        found
    };
    #[track_caller]
    fn check(found: Vec<String>, is_kept: bool) {
        let expected = if is_kept { vec!["kept.rs singleton 1-3"] } else { vec![] };
        assert_eq!(found, expected);
    }
    for (app, is_kept) in [
        ("struct App { kept: Arc<Kept> }", true),
        ("struct App(Kept);", true),
        ("type App = Kept;", true),
        ("struct App { inner: Inner }\nstruct Inner { kept: Kept }", true),
        ("struct App { keeper: Box<dyn Keeper> }\ntrait Keeper { fn keep(&self); }\nimpl Keeper for Kept {}", true),
        ("enum App { Memory(Kept), Redis(Redis) }", true),
        ("struct App { name: String }\nfn f() { let kept = Kept::new(); }", false),
        ("struct App { name: String }\n// Kept\nstruct Job { kept: Kept }", false),
        ("struct App { name: String } // Kept", false),
        // Services of other frameworks.
        ("use hyper::server::conn;\nstruct Own { kept: Kept }\nimpl Service<Request> for Own {}", true),
        ("struct Own { kept: Kept }\n#[tonic::async_trait]\nimpl Greeter for Own {}", true),
        ("struct Own { kept: Kept }\nimpl Service<Request> for Own {}", false),
        ("struct Own { kept: Kept }\n#[async_trait]\nimpl Greeter for Own {}", false),
        // A daemon on the machine of whoever uses it.
        (
            "use tokio::net::UnixListener;\nstruct Own { kept: Kept }\n#[tonic::async_trait]\nimpl Greeter for Own {}",
            false,
        ),
    ] {
        check(rows(&[("kept.rs", keeps), ("main.rs", &format!("{state}{app}"))]), is_kept);
    }
    check(rows(&[("kept.rs", keeps), ("main.rs", "static KEPT: LazyLock<Kept> = LazyLock::new(Kept::new);")]), true);
    check(rows(&[("kept.rs", keeps), ("main.rs", "trait Keeps: 'static {\n    fn kept(&self) -> Kept;\n}")]), false);
    // `State` of something that answers no requests, and two structs of one name.
    check(rows(&[("kept.rs", keeps), ("main.rs", "fn f(state: State<Kept>) {}")]), false);
    let twins =
        [("a/kept.rs", keeps), ("b/kept.rs", keeps), ("main.rs", &format!("{state}struct App {{ kept: Kept }}"))];
    check(rows(&twins), false);
    // Nothing can be added through a shared reference.
    check(
        rows(&[
            ("kept.rs", "struct Kept {\n    sessions: HashMap<String, Session>,\n}\n"),
            ("main.rs", &format!("{state}struct App {{ kept: Kept }}")),
        ]),
        false,
    );
}

#[test]
fn a_client_makes_any_request_for_any_caller() {
    let other = [("x.ts", "fetch('/x');")];
    for client in [
        "export async function a(url, init) { return fetch(url, { ...init, signal }); }",
        "export async function a(url, init) { const r = await fetch(url, init); if (!r.ok) throw r; return r.json(); }",
        "export const a = async (url, { timeout, ...rest }) => { let r; r = await fetch(url, rest); return parse(r); };",
        "export const a = (url, init) => retry(() => fetch(url, { ...init }));",
        "class Api { async send(url, init) { return (await fetch(url, init)).text(); } }\nexport const a = new Api();",
        "export class Api { private async send(url, init) { return fetch(url, init); }\n get(url) { return this.send(url, {}); } }",
        "export function create() { const send = (url, init) => fetch(url, init); return { send }; }",
        "import axios from 'axios';\nexport const a = axios.create({ timeout: 5 });",
    ] {
        goes_past(client, &other, &["x.ts"]);
    }
    for no_client in [
        // One address of its own, no options, a part of the answer, a hook, a component, a store, what nobody else can call.
        "export async function a(base = 'https://a.example', init) { const r = await fetch(`${base}/meta.json`, init); if (!r.ok) throw r; return r.json(); }",
        "export async function a(url) { const r = await fetch(url); if (!r.ok) throw r; return r.json(); }",
        "export async function a(url, init) { const r = await fetch(url, init); const data = await r.json(); return data.response.url; }",
        "export const useA = () => { const a = async (url, init) => fetch(url, init); return { a }; };",
        "export function Provider() { const a = async (url, init) => fetch(url, init); return { a }; }",
        "export const useStore = create((set) => ({ a: async (url, init) => fetch(url, init) }));",
        "export const store = create((set) => ({ a: async (url, init) => fetch(url, init) }));",
        "export class Api { private async send(url, init) { return fetch(url, init); }\n users() { return this.send('/users', {}); } }",
        "async function a(url, init) { return fetch(url, init); }\na('/a', {}); a('/b', {}); export const b = 1;",
        // An instance of one call, what makes instances, and what a library is given.
        "import ky from 'ky';\nexport const a = (token) => ky.create({ headers: { token } });",
        "import axios from 'axios';\nexport function a() { const again = axios.create({}); return again.get('/a'); }",
        "import ky from 'ky';\nexport const a = async () => ky.extend({ retry: 2 }).get('/a');",
        "export const a = async (url, init) => fetch(url, init);\nexport const api = create({ links: [link({ fetch: a })] });",
    ] {
        goes_past(no_client, &other, &[]);
    }
}

#[test]
fn a_request_to_another_host_goes_past_nothing() {
    let requests = [
        ("own.ts", "fetch('/x');"),
        ("same.ts", "fetch('https://api.example.com/x');"),
        ("other.ts", "fetch('https://rates.example.com/x');"),
        ("named.ts", "fetch(`${BASE}/x`);"),
        ("unknown.ts", "export const f = (url) => fetch(url);"),
    ];
    let client = |base: &str| format!("export const a = (path, init) => fetch({base} + path, {{ ...init }});");
    goes_past(&client("'https://api.example.com'"), &requests, &["same.ts"]);
    goes_past(&client("BASE"), &requests, &["named.ts"]);
    goes_past(
        "export const a = (url, init) => fetch(url, { ...init });",
        &requests,
        &["named.ts", "other.ts", "own.ts", "same.ts", "unknown.ts"],
    );
    goes_past(
        "import axios from 'axios';\nexport const a = axios.create({ baseURL: 'https://api.example.com' });",
        &requests,
        &["same.ts"],
    );
}

#[test]
fn what_cannot_use_a_client_goes_past_nothing() {
    let client = "export const a = (url, init) => fetch(url, { ...init });\ndocument.body.append(a);";
    goes_past(
        client,
        &[
            ("page.ts", "document.body.append(1);\nfetch('/x');"),
            ("server.ts", "import express from 'express';\nfetch('/x');"),
            (
                "wrapper.ts",
                "export async function safe(input, options = {}) { const { most, ...rest } = options; return fetch(check(input), { ...rest }); }",
            ),
            ("web/package.json", "{ \"name\": \"web\" }"),
            ("web/a.ts", "fetch('/x');"),
            ("web/b.ts", "import { a } from '../client';"),
        ],
        &["page.ts"],
    );
}

#[test]
fn a_client_that_is_imported_beside_it_alone_is_that_of_its_folder() {
    let client = ("src/dns/http.ts", "export const send = (url, init) => fetch(url, { ...init, signal });");
    let (near, far) = (("src/dns/c.ts", "fetch('/x');"), ("src/mail.ts", "fetch('/x');"));
    let past = |users: [&str; 2]| {
        let importing = |user: &str| {
            if user.contains("dns") { "import { send } from './http';" } else { "import { send } from './dns/http';" }
        };
        let files = [client, near, far].into_iter().chain(users.iter().map(|user| (*user, importing(user))));
        let texts: Vec<(FilePath, &str)> = files.map(|(path, text)| (FilePath::new(path), text)).collect();
        let sources: Vec<SourceText<'_>> =
            texts.iter().map(|(path, text)| SourceText { path, text: text.as_bytes() }).collect();
        let facts = DerivedFacts::of(&sources, &[&Modules]);
        let rows = facts.relation("module.request").unwrap().rows.iter();
        let found = rows.filter(|row| !row.values[4].to_string().is_empty()).map(|row| row.values[0].text().to_owned());
        found.collect::<Vec<_>>()
    };
    assert_eq!(past(["src/dns/a.ts", "src/dns/b.ts"]), ["src/dns/c.ts"]);
    assert_eq!(past(["src/a.ts", "src/b.ts"]), ["src/dns/c.ts", "src/mail.ts"]);
}

#[test]
fn a_client_that_few_use_is_for_a_purpose_of_its_own() {
    let client = "export async function a(url, init) { return fetch(url, { ...init, signal }); }";
    let few = ["m", "n", "o", "p", "q", "r"].map(|name| (format!("{name}.ts"), "fetch('/x');"));
    let few: Vec<(&str, &str)> = few.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    goes_past(client, &few, &["m.ts", "n.ts", "o.ts", "p.ts", "q.ts", "r.ts"]);
    let many: Vec<_> = few.into_iter().chain([("s.ts", "fetch('/s');")]).collect();
    goes_past(client, &many, &[]);
}
