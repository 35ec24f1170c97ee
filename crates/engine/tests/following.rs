//! `resolves-to` and `from` across files: what is followed, what is not, what it costs, and what a change makes anew.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use auditlint_engine::{CONFIG_NAME, Config, Engine, Report, RunOptions};
use auditlint_source::{ContentId, Entry, EntryKind, FilePath, Files, MemoryFiles, ReadError};

const CONFIG: &str = "packs = []\nrule-dirs = ['lint']\n";
/// A member of the environment is read.
const ENVIRONMENT: &str = "id: environment\nlanguage: [TypeScript, JavaScript]\nmessage: read\n\
                           rule: { kind: member_expression, has: { field: object, resolves-to: process.env } }\n";
/// A function of a package is called.
const CLIENT: &str = "id: client\nlanguage: [TypeScript, JavaScript]\nmessage: call\n\
                      rule: { kind: call_expression, has: { field: function, resolves-to: ['axios#default.get', 'pg#Client', fetch] } }\n";
/// What a request gives is parsed.
const PARSED: &str = "id: parsed\nlanguage: [TypeScript, JavaScript]\nmessage: parsed\n\
                      rule: { pattern: parse($A), has: { field: arguments, has: { from: { pattern: request($$$) } } } }\n";

fn load(files: &dyn Files) -> Engine {
    let (config, problems) = Config::read(&FilePath::new(CONFIG_NAME), CONFIG);
    let options = RunOptions { timings: true, ..RunOptions::default() };
    Engine::load(files, config, options, problems)
}

/// The files without marks, and the places of the marks as `path:line`.
fn unmarked(rule: &str, files: &[(&str, &str)]) -> (MemoryFiles, Vec<String>) {
    let mut marks = Vec::new();
    for (path, text) in files {
        let lines = text.lines().zip(1..);
        marks.extend(
            lines.flat_map(|(line, number)| std::iter::repeat_n(format!("{path}:{number}"), line.matches('«').count())),
        );
    }
    marks.sort();
    let plain = files.iter().map(|(path, text)| ((*path).to_owned(), text.replace(['«', '»'], "")));
    let others = [(CONFIG_NAME, CONFIG), ("lint/r.yml", rule)].map(|(path, text)| (path.to_owned(), text.to_owned()));
    (MemoryFiles::new(plain.chain(others)), marks)
}

fn places(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| format!("{}:{}", finding.path, finding.start.line)).collect()
}

/// What is marked is found, by a run on everything and by one on each file alone.
#[track_caller]
fn check(rule: &str, files: &[(&str, &str)]) {
    let (memory, marks) = unmarked(rule, files);
    let engine = load(&memory);
    let report = engine.snapshot(&memory).check(&|| None, &|_| {});
    let problems: Vec<&str> = report.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!((places(&report), problems), (marks, Vec::new()), "{files:#?}");
    for (path, _) in files.iter().filter(|(path, _)| !path.ends_with(".json")) {
        let alone = engine.snapshot_of(&memory, vec![FilePath::new(path)]).check(&|| None, &|_| {});
        let same = report.findings.iter().filter(|finding| finding.path.as_str() == *path);
        assert_eq!(alone.findings, same.cloned().collect::<Vec<_>>(), "{path} alone");
    }
}

const EXPORT: (&str, &str) = ("env.ts", "export const env = process.env;\nexport const other = 1;\n");

#[test]
fn a_name_is_followed_to_the_module_that_exports_it() {
    for importer in [
        "import { env } from './env';\n«env.A»;\n",
        "import { env as e } from './env.js';\n«e.A»;\nfunction f(e) { e.A; }\n",
        "import * as all from './env';\n«all.env.A»;\nall.other.A;\n",
        "import * as all from './env';\n«all['env'].A»;\n",
        "const { env } = require('./env');\n«env.A»;\n",
        "const env = require('./env').env;\n«env.A»;\n",
        "const { env } = await import('./env');\n«env.A»;\n",
        "import { env } from './env';\nconst mine = env;\n«mine.A»;\n",
        "import { env } from './env';\nclass A { env = env; b() { return «this.env.A»; } }\n",
        "import { other } from './env';\nother.A;\nenv.A;\n",
        "import { env } from './none';\nenv.A;\n",
        "import { env } from 'env';\nenv.A;\n",
        "import { env } from './env?raw';\nenv.A;\n",
        "import { env } from './env';\n{ const env = {}; env.A; }\n",
        "import type { env } from './env';\ntype A = typeof env.A;\n",
    ] {
        check(ENVIRONMENT, &[EXPORT, ("a.ts", importer)]);
    }
}

#[test]
fn whatever_way_it_is_exported() {
    for (export, importer) in [
        ("const env = process.env;\nexport { env };\n", "import { env } from './m';\n«env.A»;\n"),
        ("const env = process.env;\nexport { env as default };\n", "import e from './m';\n«e.A»;\n"),
        ("export default process.env;\n", "import e from './m';\n«e.A»;\n"),
        ("const e = process.env;\nexport default e;\n", "import { default as e } from './m';\n«e.A»;\n"),
        ("export const { env } = process;\n", "import { env } from './m';\n«env.A»;\n"),
        (
            "export const { env: variables } = globalThis.process;\n",
            "import { variables } from './m';\n«variables.A»;\n",
        ),
        ("export { env } from 'node:process';\n", "import { env } from './m';\n«env.A»;\n"),
        ("export * from 'process';\n", "import { env } from './m';\nenv.A;\n"),
        ("export const proc = process;\n", "import { proc } from './m';\n«proc.env.A»;\nproc.argv.A;\n"),
        ("export const a = 1, env = process.env as any;\n", "import { env } from './m';\n«env.A»;\n"),
        ("export let env = process.env;\n", "import { env } from './m';\n«env.A»;\n"),
        ("module.exports = process.env;\n", "const e = require('./m');\n«e.A»;\n"),
        ("module.exports = { env: process.env };\n", "const { env } = require('./m');\n«env.A»;\n"),
        ("const env = process.env;\nmodule.exports = { env };\n", "import m from './m';\n«m.env.A»;\n"),
        ("exports.env = process.env;\n", "const m = require('./m');\n«m.env.A»;\n"),
        // What is something else.
        ("export const env = parse(process.env);\n", "import { env } from './m';\nenv.A;\n"),
        ("export const env = { ...process.env };\n", "import { env } from './m';\nenv.A;\n"),
        ("export const env = process.env ?? {};\n", "import { env } from './m';\nenv.A;\n"),
        ("export let env = process.env;\nenv = {};\n", "import { env } from './m';\nenv.A;\n"),
        ("export function env() { return process.env; }\n", "import { env } from './m';\nenv.A;\n"),
        ("export type env = typeof process.env;\n", "import { env } from './m';\nenv.A;\n"),
        ("const process = fake();\nexport const env = process.env;\n", "import { env } from './m';\nenv.A;\n"),
        ("if (a) { module.exports = process.env; }\n", "const e = require('./m');\ne.A;\n"),
        ("module.exports = process.env;\nmodule.exports = {};\n", "const e = require('./m');\ne.A;\n"),
    ] {
        for name in ["m.ts", "m.js"]
            .into_iter()
            .filter(|name| name.ends_with(".ts") || !export.contains(" as any") && !export.contains("type "))
        {
            check(ENVIRONMENT, &[(name, export), ("a.ts", importer)]);
        }
    }
}

#[test]
fn through_modules_that_pass_it_on() {
    let importer = ("a.ts", "import { env } from './index';\n«env.A»;\n");
    for files in [
        vec![("index.ts", "export { env } from './env';\n"), importer],
        vec![("index.ts", "export * from './env';\n"), importer],
        vec![("index.ts", "import { env as e } from './env';\nexport const env = e;\n"), importer],
        vec![
            ("index.ts", "export * as vars from './env';\n"),
            ("a.ts", "import { vars } from './index';\n«vars.env.A»;\n"),
        ],
        vec![
            ("index.ts", "import * as e from './env';\nexport { e };\n"),
            ("a.ts", "import { e } from '.';\n«e.env.A»;\n"),
        ],
        vec![("index.ts", "export { env as default } from './env';\n"), ("a.ts", "import e from './index';\n«e.A»;\n")],
        // Four steps, and a cycle of two.
        vec![
            ("one.ts", "export * from './env';\nexport * from './two';\n"),
            ("two.ts", "export * from './one';\nexport const two = 2;\n"),
            ("three.ts", "export { env as renamed } from './two';\n"),
            ("index.ts", "export { renamed as env } from './three';\n"),
            importer,
        ],
        // A name of its own hides the one that is passed on, and `default` is not.
        vec![
            ("index.ts", "export * from './env';\nexport const env = {};\n"),
            ("a.ts", "import { env } from './index';\nenv.A;\n"),
        ],
        vec![
            ("d.ts", "export default process.env;\n"),
            ("index.ts", "export * from './d';\n"),
            ("a.ts", "import e from './index';\ne.A;\n"),
        ],
        // It passes on itself.
        vec![
            ("index.ts", "export * from './index';\nexport * as self from './index';\nexport { env } from './env';\n"),
            importer,
        ],
    ] {
        let files: Vec<(&str, &str)> = [EXPORT].into_iter().chain(files).collect();
        check(ENVIRONMENT, &files);
    }
}

#[test]
fn through_aliases_and_packages_of_the_workspace() {
    let paths = ("tsconfig.json", "{\"compilerOptions\":{\"baseUrl\":\".\",\"paths\":{\"@/*\":[\"src/*\"]}}}");
    let env = ("src/env.ts", "export const env = process.env;\n");
    check(ENVIRONMENT, &[paths, env, ("src/deep/a.ts", "import { env } from '@/env';\n«env.A»;\n")]);
    check(ENVIRONMENT, &[paths, env, ("src/deep/a.ts", "import { env } from '@/none';\nenv.A;\n")]);
    let workspace = [
        ("package.json", "{\"workspaces\":[\"packages/*\"]}"),
        ("packages/config/package.json", "{\"name\":\"@a/config\",\"main\":\"src/index.ts\"}"),
        ("packages/config/src/index.ts", "export const env = process.env;\n"),
        ("packages/app/package.json", "{\"name\":\"app\",\"dependencies\":{\"@a/config\":\"*\"}}"),
        ("packages/app/a.ts", "import { env } from '@a/config';\n«env.A»;\n"),
    ];
    check(ENVIRONMENT, &workspace);
    check(ENVIRONMENT, &[EXPORT, ("A.vue", "<script setup>\nimport { env } from './env';\n«env.A»;\n</script>\n")]);
}

#[test]
fn clients_that_are_exported_again() {
    for (export, importer) in [
        ("export { default as http } from 'axios';\n", "import { http } from './m';\n«http.get(a)»;\nhttp.post(a);\n"),
        ("import axios from 'axios';\nexport const http = axios;\n", "import { http } from './m';\n«http.get(a)»;\n"),
        ("import axios from 'axios';\nexport default axios;\n", "import http from './m';\n«http.get(a)»;\n"),
        ("export * from 'pg';\n", "import { Client, Pool } from './m';\n«Client()»;\nPool();\n"),
        ("export * from 'pg';\nexport const Client = 1;\n", "import { Client } from './m';\nClient();\n"),
        ("export * from 'pg';\nexport * from 'other';\n", "import { Client } from './m';\nClient();\n"),
        ("export * as pg from 'pg';\n", "import { pg } from './m';\n«pg.Client()»;\n"),
        ("export const get = fetch;\n", "import { get } from './m';\n«get(a)»;\n"),
        ("export const get = fetch.bind(globalThis);\n", "import { get } from './m';\n«get(a)»;\n"),
        // A wrapper is the place where the rest belongs.
        ("export const get = (url) => «fetch(url)»;\n", "import { get } from './m';\nget(a);\n"),
        (
            "import axios from 'axios';\nexport const http = axios.create();\n",
            "import { http } from './m';\nhttp.get(a);\n",
        ),
    ] {
        check(CLIENT, &[("m.ts", export), ("a.ts", importer)]);
    }
}

#[test]
fn origins_of_values_are_followed_too() {
    for (export, importer) in [
        ("export const data = await request(a);\n", "import { data } from './m';\n«parse(data)»;\n"),
        (
            "export const load = (a) => request(a);\n",
            "import { load } from './m';\nconst d = await load(1);\n«parse(d)»;\nparse(load);\n",
        ),
        (
            "export async function load(a) {\n  return request(a);\n}\n",
            "import { load } from './m';\n«parse(load(1))»;\n",
        ),
        ("const data = request(a);\nexport default data;\n", "import d from './m';\n«parse(d)»;\n"),
        (
            "export async function load(a) {\n  log(a);\n  return request(a);\n}\n",
            "import { load } from './m';\nparse(load(1));\n",
        ),
        ("export const data = other(request);\n", "import { data } from './m';\nparse(data);\n"),
        ("export const load = (a) => () => request(a);\n", "import { load } from './m';\nparse(load(1));\n"),
    ] {
        check(PARSED, &[("m.ts", export), ("a.ts", importer)]);
        let again = [("m.ts", export), ("index.ts", "export * from './m';\nexport { default } from './m';\n")];
        let importer = importer.replace("./m", "./index");
        check(PARSED, &[again[0], again[1], ("a.ts", &importer)]);
    }
    // What is bound there has no value here, so it is not followed.
    let bound = PARSED.replace("request($$$)", "request($B)");
    check(
        &bound,
        &[("m.ts", "export const data = request(a);\n"), ("a.ts", "import { data } from './m';\nparse(data);\n")],
    );
}

#[test]
fn evidence_names_the_place_where_it_is_exported() {
    let files = [
        ("src/env.ts", "\nexport const env = process.env;\n"),
        ("src/index.ts", "export * from './env';\n"),
        ("src/a.ts", "import { env } from './index';\nenv.A;\n"),
    ];
    let (memory, _) = unmarked(ENVIRONMENT, &files);
    let report = load(&memory).snapshot(&memory).check(&|| None, &|_| {});
    let related: Vec<String> = report.findings[0]
        .related
        .iter()
        .map(|one| format!("{}:{}:{} {}", one.path, one.start.line, one.start.column, one.message))
        .collect();
    assert_eq!(related, ["src/env.ts:2:14 `env` is `process.env`, exported here"]);
}

/// Files that count how often their texts are read.
struct CountedFiles {
    files: MemoryFiles,
    reads: AtomicU64,
}

impl Files for CountedFiles {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        self.files.list(folder)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        self.files.kind(path)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        if path.extension() == Some("ts") {
            self.reads.fetch_add(1, Ordering::Relaxed);
        }
        self.files.read(path, limit)
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        self.files.content_id(path)
    }
}

/// What a run on a hundred sources reads and parses, and how many exports it looks at.
fn cost(more: &[(&str, &str)]) -> (u64, u64, u64) {
    let plain = (0..100).map(|index| {
        let text =
            format!("import {{ a }} from './b{index}';\nexport const env{index} = a.env;\nexport function f() {{}}\n");
        (format!("src/f{index}.ts"), text)
    });
    let more = more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let others = [(CONFIG_NAME, CONFIG), ("lint/r.yml", ENVIRONMENT)];
    let others = others.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let files = MemoryFiles::new(plain.chain(more).chain(others));
    let files = CountedFiles { files, reads: AtomicU64::new(0) };
    let report = load(&files).snapshot(&files).check(&|| None, &|_| {});
    let exporting = report.timings.map_or(0, |timings| timings.names.exporting);
    (files.reads.into_inner(), report.summary.files_parsed, exporting)
}

#[test]
fn nothing_more_is_read_or_parsed_where_no_module_exports_such_a_name() {
    assert_eq!(cost(&[]), (100, 0, 0));
    // It reads the environment and exports something else.
    assert_eq!(cost(&[("src/a.ts", "export const port = () => process.env.PORT;\n")]), (101, 1, 0));
    // What a comment says is not code.
    assert_eq!(cost(&[("src/a.ts", "// in this process\nexport { a } from './b';\n")]), (101, 0, 0));
    // It could export it, and does not.
    assert_eq!(cost(&[("src/a.ts", "run(process);\nexport { a } from './b';\n")]), (101, 1, 1));
    // It passes on another module, of which nothing is known.
    assert_eq!(cost(&[("src/a.ts", "run(process);\nexport * from './b';\n")]), (101, 1, 1));
    // One exports it and nobody imports it: the imports of all are looked for, and none is parsed.
    assert_eq!(cost(&[("src/a.ts", "export const env = process.env;\n")]), (101 + 101, 1, 1));
    // One exports it and one imports it: that one is read for what it exports on, and again for the rules.
    let importing = ("src/b.ts", "import { env } from './a';\nenv.A;\n");
    assert_eq!(cost(&[("src/a.ts", "export const env = process.env;\n"), importing]), (102 + 102 + 2, 2, 1));
    // One that takes something else from it is not parsed.
    let other = ("src/b.ts", "import { other } from './a';\nother.A;\n");
    assert_eq!(cost(&[("src/a.ts", "export const env = process.env;\n"), other]), (102 + 102 + 2, 1, 1));
}

#[test]
fn a_change_makes_anew_what_sees_it() {
    let mut project: BTreeMap<String, String> = (0..50)
        .map(|index| (format!("src/f{index}.ts"), format!("import {{ env }} from './g';\nenv.process.A{index};\n")))
        .collect();
    project.insert(CONFIG_NAME.to_owned(), CONFIG.to_owned());
    project.insert("lint/r.yml".to_owned(), ENVIRONMENT.to_owned());
    project.insert("src/env.ts".to_owned(), "export const env = {};\n// process\n".to_owned());
    for index in 0..3 {
        let text = format!("import {{ env }} from './env';\nenv.A{index};\n");
        project.insert(format!("src/importer{index}.ts"), text);
    }
    let engine = load(&MemoryFiles::new(project.iter())).keeping();
    let run = |project: &BTreeMap<String, String>| {
        let files = MemoryFiles::new(project.iter());
        let report = engine.snapshot(&files).check(&|| None, &|_| {});
        let fresh = load(&files).snapshot(&files).check(&|| None, &|_| {});
        assert_eq!(report.findings, fresh.findings);
        (report.findings.len(), report.summary.files_parsed)
    };
    // The fifty spell both words, and are parsed once.
    assert_eq!(run(&project), (0, 50));
    assert_eq!(run(&project), (0, 0));
    project.insert("src/env.ts".to_owned(), "export const env = process.env;\n".to_owned());
    assert_eq!(run(&project), (3, 4));
    assert_eq!(run(&project), (3, 0));
    // The same from another line: the module is parsed again, and those that import it are not.
    project.insert("src/env.ts".to_owned(), "\nexport const env = process.env;\n".to_owned());
    assert_eq!(run(&project), (3, 1));
    project.insert("src/env.ts".to_owned(), "export const env = {};\n".to_owned());
    assert_eq!(run(&project), (0, 0));
}
