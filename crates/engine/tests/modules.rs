//! Rules over one file that ask what kind of module they look in.

use auditlint_engine::{CONFIG_NAME, Config, Engine, RunOptions};
use auditlint_source::{FilePath, MemoryFiles};

const CONFIG: &str = "packs = []\nrule-dirs = ['lint']\n";

/// The findings as `path:line`, with what stands beside them, and how many sources facts were read from.
fn run(rule: &str, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>, u64) {
    let rule = format!("id: calls\nlanguage: TypeScript\nmessage: a call\n{rule}\nrule: {{ pattern: call($A) }}\n");
    let all = files.iter().copied().chain([(CONFIG_NAME, CONFIG), ("lint/r.yml", rule.as_str())]);
    let files = MemoryFiles::new(all);
    let (config, problems) = Config::read(&FilePath::new(CONFIG_NAME), CONFIG);
    let engine = Engine::load(&files, config, RunOptions::default(), problems);
    let report = engine.snapshot(&files).check(&|| None, &|_| {});
    let found = report.findings.iter().map(|finding| {
        let related: String = finding.related.iter().map(|one| format!(" [{}: {}]", one.path, one.message)).collect();
        format!("{}:{}{related}", finding.path, finding.start.line)
    });
    let told = report.problems.iter().map(|problem| problem.message.clone());
    (found.collect(), told.collect(), engine.extracted())
}

const PAGE: (&str, &str) = ("page.ts", "import './shared';\ndocument.body.append();\ncall(1);\n");
const SERVER: (&str, &str) = ("server.ts", "import express from 'express';\ncall(1);\n");
const SHARED: (&str, &str) = ("shared.ts", "call(1);\n");
const PLAIN: (&str, &str) = ("plain.ts", "call(1);\n");

#[track_caller]
fn check(rule: &str, expected: &[&str]) {
    let (found, problems, _) = run(rule, &[PAGE, SERVER, SHARED, PLAIN]);
    assert_eq!((found, problems), (expected.iter().map(|one| (*one).to_owned()).collect(), Vec::new()), "{rule}");
}

#[test]
fn a_rule_looks_in_the_modules_that_it_names() {
    check("", &["page.ts:3", "plain.ts:1", "server.ts:2", "shared.ts:1"]);
    check("in-module: server", &["server.ts:2 [server.ts: this is server code: it imports `express`]"]);
    check("not-in-module: [browser]", &["plain.ts:1", "server.ts:2"]);
    check(
        "in-module: [browser]",
        &[
            "page.ts:3 [page.ts: this is browser code: it uses what only a browser gives]",
            "shared.ts:1 [page.ts: this is browser code: page.ts imports it, which shows where it runs]",
        ],
    );
    let option = "options: { all: { about: a, default: false } }\nnot-in-module: [{ kind: browser, option: { all: ";
    check(&format!("{option}false }} }}]"), &["plain.ts:1", "server.ts:2"]);
    check(&format!("{option}true }} }}]"), &["page.ts:3", "plain.ts:1", "server.ts:2", "shared.ts:1"]);
}

#[test]
fn kinds_are_worked_out_only_where_something_hangs_on_them() {
    let silent = ("a.ts", "import express from 'express';\n");
    assert_eq!(run("in-module: server", &[silent]).2, 0);
    assert_eq!(run("", &[SERVER]).2, 0);
    assert!(run("in-module: server", &[SERVER, silent]).2 >= 2);
}

#[test]
fn what_a_module_says_of_itself_is_read_of_those_alone_that_are_asked_about() {
    let settings = ("settings.ts", "export const settings = schema.parse(process.env);\ncall(1);\n");
    let other = ("other.ts", "export const settings = schema.parse(process.env);\n");
    let option =
        "options: { all: { about: a, default: false } }\nnot-in-module: [{ kind: configuration, option: { all: ";
    let (found, _, extracted) = run("not-in-module: configuration", &[settings, other, SERVER]);
    assert_eq!((found, extracted), (vec!["server.ts:2".to_owned()], 2));
    assert_eq!(run(&format!("{option}true }} }}]"), &[settings, other, SERVER]).2, 0);
    // Where a module runs hangs on the others.
    let (found, _, extracted) = run("not-in-module: [configuration, server]", &[settings, other, SERVER]);
    assert_eq!((found, extracted), (Vec::new(), 2 + 3));
}

#[test]
fn mistakes_are_said() {
    let told = |rule: &str| run(rule, &[]).1;
    assert!(told("in-module: sever").iter().any(|one| one == "unknown kind of module `sever`"));
    assert!(told("not-in-module: [{ kind: client, option: { x: 1 } }]").iter().any(|one| one == "unknown option `x`"));
}
