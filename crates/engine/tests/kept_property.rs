//! Kept results against fresh ones, over any rules and sources.

use auditlint_engine::{CONFIG_NAME, Config, Engine, Report, RunOptions, Summary};
use auditlint_source::{FilePath, MemoryFiles};
use proptest::prelude::*;

/// Rules of all kinds: with literals and without, over comments, macros, whole files, with globs and roles.
const RULES: [&str; 11] = [
    "id: no-old\nlanguage: TypeScript\nmessage: no $A\nrule: { pattern: old($A) }\nfix: new_($A)\n",
    "id: no-old\nlanguage: TypeScript\nmessage: another message\nrule: { pattern: old($A) }\n",
    "id: noted\nlanguage: TypeScript\nrule: { kind: comment, regex: TODO }\n",
    "id: any-call\nlanguage: TypeScript\nrule: { kind: call_expression }\n",
    "id: header\nlanguage: TypeScript\nrequire: { pattern: header() }\n",
    "id: header\nlanguage: TypeScript\nrequire: { pattern: header() }\ncount: { max: 1 }\n",
    "id: globbed\nlanguage: TypeScript\nfiles: ['src/a*']\nrule: { pattern: old($A) }\n",
    "id: in-tests\nlanguage: TypeScript\nin: [test]\nrule: { pattern: old($A) }\n",
    "id: unwrapped\nlanguage: Rust\nrule: { pattern: $A.unwrap() }\n",
    "id: called\nlanguage: Rust\nrule: { pattern: old($A) }\n",
    "id: environment\nlanguage: TypeScript\nrule: { resolves-to: process.env }\n",
];

const SCRIPT: [&str; 15] = [
    "old(1);\n",
    "// old(1); TODO\n",
    "header();\n",
    "// header()\n",
    "\\u006fld(1);\n",
    "// auditlint-ignore no-old: why\n",
    "// auditlint-ignore-file any-call: why\n",
    "const { env } = process;\nenv.A;\n",
    "f(/old/, `${old(2)}`);\n",
    "f(; ??\n",
    "// @generated\n",
    "if (a) {\n  old(\n    3,\n  );\n}\n",
    "export const variables = process.env;\n",
    "import { variables as other } from './a';\nother.A;\nexport { other as variables };\n",
    "export * from './b';\n",
];

const RUST: [&str; 6] = [
    "fn f() { a.unwrap(); }\n",
    "fn g() { m!(a.unwrap(), old(1)); }\n",
    "fn h() { m!(n!(b.unwrap())); }\n",
    "// a.unwrap()\n",
    "// auditlint-ignore unwrapped: why\n",
    "fn i() { m!(old(2) ??? a); }\n",
];

const PATHS: [&str; 5] = ["src/a.ts", "src/b.ts", "src/a.test.ts", "src/c.rs", "src/d.rs"];

/// The rules that are there, and for each source its parts.
type State = (Vec<bool>, Vec<Vec<usize>>);

fn state() -> impl Strategy<Value = State> {
    let source = proptest::collection::vec(0..SCRIPT.len(), 0..4);
    (proptest::collection::vec(any::<bool>(), RULES.len()), proptest::collection::vec(source, PATHS.len()))
}

fn files((rules, sources): &State) -> MemoryFiles {
    let rules = rules.iter().zip(RULES).enumerate().filter(|(_, (on, _))| **on);
    let rules = rules.map(|(index, (_, text))| (format!("lint/{index}.yml"), text.to_owned()));
    let text = |path: &str, parts: &Vec<usize>| match path.ends_with(".rs") {
        true => parts.iter().map(|part| RUST[part % RUST.len()]).collect::<String>(),
        false => parts.iter().map(|part| SCRIPT[*part]).collect(),
    };
    let sources = PATHS.iter().zip(sources).map(|(path, parts)| ((*path).to_owned(), text(path, parts)));
    MemoryFiles::new(rules.chain(sources).chain([("lint/readme.md".to_owned(), String::new())]))
}

fn config() -> Config {
    Config::read(&FilePath::new(CONFIG_NAME), "packs = []\nrule-dirs = ['lint']\n").0
}

fn check(engine: &Engine, files: &MemoryFiles) -> Report {
    engine.snapshot(files).check(&|| None, &|_| {})
}

#[test]
fn every_rule_finds_something() {
    for (rule, text) in RULES.into_iter().enumerate() {
        let on: Vec<bool> = (0..RULES.len()).map(|index| index == rule).collect();
        // A file that a rule requires something of holds too little of it, or too much.
        let found = [vec![0, 1, 7], vec![2, 2]].into_iter().flat_map(|parts| {
            let files = files(&(on.clone(), vec![parts; PATHS.len()]));
            let engine = Engine::load(&files, config(), RunOptions::default(), Vec::new());
            assert_eq!(engine.snapshot(&files).problems(), [], "{text}");
            check(&engine, &files).findings
        });
        assert!(found.count() > 0, "{text}");
    }
}

proptest! {
    #[test]
    fn nobody_can_tell_kept_results_from_fresh_ones(states in proptest::collection::vec(state(), 2..5)) {
        let mut kept = Engine::load(&files(&states[0]), config(), RunOptions::default(), Vec::new()).keeping();
        for state in &states {
            let files = files(state);
            kept.reload(&files, config(), Vec::new());
            let fresh = Engine::load(&files, config(), RunOptions::default(), Vec::new());
            let (kept, fresh) = (check(&kept, &files), check(&fresh, &files));
            prop_assert_eq!(kept.findings, fresh.findings);
            prop_assert_eq!(kept.problems, fresh.problems);
            prop_assert_eq!(kept.contents, fresh.contents);
            let figures = |summary: &Summary| (summary.files, summary.regions, summary.regions_bytes);
            prop_assert_eq!(figures(&kept.summary), figures(&fresh.summary));
        }
    }
}
