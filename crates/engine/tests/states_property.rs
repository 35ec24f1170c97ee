//! One engine over many states of a project, in any order and side by side, against a fresh run on each: rules over facts, kinds of
//! modules and imports, whose relations are kept from state to state.

use auditlint_engine::{CONFIG_NAME, Config, Engine, Report, RunOptions};
use auditlint_source::{ContentId, Entry, EntryKind, FilePath, Files, MemoryFiles, ReadError};
use proptest::prelude::*;

const CONFIG: &str = "packs = ['recommended', 'consistency']\n[[tasks]]\nfiles = 'tasks/*.yaml'\n";

/// Files, each with what it may hold; each may be missing too.
const FILES: [(&str, &[&str]); 14] = [
    (
        "db/schema.prisma",
        &["model User {\n  id Int @id\n}\n", "model User {\n  id Int @id\n  name String\n  accessToken String\n}\n"],
    ),
    ("src/query.ts", &["db.user.findMany({ where: { name: 1 } });\n", "db.user.findMany({ where: { id: 1 } });\n"]),
    (
        "src/page.tsx",
        &["import { read } from './read';\nexport const Page = () => <a onClick={() => read(window.name)} />;\n"],
    ),
    (
        "src/read.ts",
        &[
            "export const read = (name: string) => fetch(`/a/${name}`).then((answer) => process.env.KEY + answer);\n",
            "import { missing } from './gone';\nexport const read = (name: string) => missing(process.env.OTHER, name);\n",
        ],
    ),
    (
        "src/server.ts",
        &["import http from 'node:http';\nimport { read } from './read';\nhttp.createServer(() => read('a'));\n"],
    ),
    ("src/config.ts", &["export const config = { key: process.env.KEY, other: process.env.OTHER };\n"]),
    ("src/gone.ts", &["export const missing = (key?: string, name?: string) => new Map([[key, name]]);\n"]),
    ("src/again.ts", &["export const variables = process.env;\n", "export { config as variables } from './config';\n"]),
    ("src/user.ts", &["import { variables } from './again';\nexport const a = variables.KEY;\n"]),
    (
        "package.json",
        &[
            "{\"name\": \"a\", \"scripts\": {\"test\": \"node src/gone.js\"}}\n",
            "{\"name\": \"a\", \"dependencies\": {\"axios\": \"1\"}}\n",
        ],
    ),
    (".env.example", &["KEY=\n", "OTHER=1\nKEY=2\n"]),
    (".gitignore", &["src/gone.ts\n", "db/\n"]),
    ("docs/page.md", &["# A\n\n[gone](../src/gone.ts) and [none](./none.md)\n", "# B\n"]),
    (
        "tasks/a.yaml",
        &["id: T-1\ntitle: one\nstatus: done\nverify: [process-env]\n", "id: T-1\ntitle: one\nverify: [raw-fetch]\n"],
    ),
];

/// For each file which of its contents it holds; one more than there are where it is missing.
type State = Vec<usize>;

fn state() -> impl Strategy<Value = State> {
    FILES.iter().map(|(_, contents)| 0..=contents.len()).collect::<Vec<_>>()
}

/// Files whose contents have names, as those of git have.
struct Named(MemoryFiles);

impl Files for Named {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        self.0.list(folder)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.0.read(path, limit)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        self.0.kind(path)
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        let text = self.0.read(path, u64::MAX).ok()?;
        Some(ContentId(String::from_utf8_lossy(&text).into_owned()))
    }
}

fn files(state: &State) -> Named {
    let there = FILES.iter().zip(state).filter_map(|((path, contents), at)| Some((*path, *contents.get(*at)?)));
    Named(MemoryFiles::new(there))
}

fn load() -> Engine {
    let config = Config::read(&FilePath::new(CONFIG_NAME), CONFIG).0;
    Engine::load(&MemoryFiles::default(), config, RunOptions::default(), Vec::new())
}

fn check(engine: &Engine, state: &State) -> Report {
    engine.snapshot(&files(state)).check(&|| None, &|_| {})
}

/// All that a report says, but for what it cost.
fn said(report: &Report) -> String {
    let Report { findings, problems, verdicts, contents, incomplete_rules, .. } = report;
    format!("{findings:#?}\n{problems:#?}\n{verdicts:#?}\n{contents:#?}\n{incomplete_rules:#?}")
}

#[test]
fn the_files_have_something_to_say() {
    let found = check(&load(), &vec![0; FILES.len()]).findings;
    let rules: std::collections::BTreeSet<&str> = found.iter().map(|finding| finding.rule.id.as_str()).collect();
    assert!(rules.len() > 5, "{rules:?}");
    assert!(rules.iter().any(|rule| rule.contains("prisma")), "{rules:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn each_state_is_judged_as_if_it_were_the_only_one(
        states in proptest::collection::vec(state(), 2..4),
        order in proptest::collection::vec(any::<proptest::sample::Index>(), 2..8),
        width in 1_usize..4,
    ) {
        let fresh: Vec<String> = states.iter().map(|state| said(&check(&load(), state))).collect();
        let engine = load().keeping_states(width);
        for at in order.iter().map(|index| index.index(states.len())) {
            prop_assert_eq!(&said(&check(&engine, &states[at])), &fresh[at], "{:?}", states[at]);
        }
        let side_by_side: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> =
                states.iter().map(|state| scope.spawn(|| said(&check(&engine, state)))).collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        prop_assert_eq!(side_by_side, fresh);
    }
}
