//! Variables that are read, documented and set.

use auditlint_facts::{FactStore, Source, SourceText};
use auditlint_source::{Decoded, FilePath};
use auditlint_syntax::{ParseLimits, Parser};

use crate::{facts_of, providers, testing};

#[track_caller]
fn check(path: &str, text: &str, relation: &str, expected: &[&str]) {
    let path = FilePath::new(path);
    let facts = facts_of(&[SourceText { path: &path, text: text.as_bytes() }], providers());
    let rows = &facts.relation(relation).unwrap().rows;
    let show = |row: &auditlint_facts::Row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(rows.iter().map(show).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn reads() {
    for (code, expected) in [
        (
            "process.env.A; process.env['B']; globalThis.process.env.C",
            ["A false false", "B false false", "C false false"].as_slice(),
        ),
        (
            "const { A, B: b = 1, ...rest } = process.env; const { env } = process; env.C.length",
            &["A false false", "B false false", "C false false"],
        ),
        ("process.env.A = 'x'; process.env.D ??= 'y'; delete process.env.B; process.env[C]; process.env", &[]),
        (
            "process.env.HOME; process.env.npm_config_x; import.meta.env.VITE_A",
            &["HOME true false", "VITE_A false false"],
        ),
        ("function f(process) { process.env.A } const a = process.env.A; a; f(a)", &["A false false"]),
        ("import { env as e } from 'node:process'; if (e.A ?? e.B) {}", &["A false false", "B false false"]),
    ] {
        check("a.ts", code, "env.read", expected);
    }
    let code = "use std::env; fn f() { env::var(\"A\"); std::env::var_os(\"RUST_LOG\"); env::var(name); println!(\"{}\", env::var(\"B\")); my::var(\"C\"); }";
    check("a.rs", code, "env.read", &["A false false", "RUST_LOG true false", "B false false"]);
}

#[test]
fn an_example_file_counts_below_its_folder() {
    let files = [("web/.env.example", "A=1"), ("web/src/a.ts", "process.env.B"), ("api/b.ts", "process.env.B")];
    let facts = testing::facts(&files);
    let rows = facts.relation("env.read").unwrap().rows.iter();
    assert_eq!(
        rows.map(|row| format!("{} {}", row.path, row.values[2])).collect::<Vec<_>>(),
        ["api/b.ts false", "web/src/a.ts true"]
    );
}

#[test]
fn what_is_documented() {
    let text = "# The service\nA=1\n  # B=2\nexport C = x=y\n\n# see http://x?y=z\nnot a line\n1D=2\n";
    check("config/.env.example", text, "env.documented", &["A", "B", "C"]);
    check("web/.env.development", "A=1", "env.documented", &["A"]);
    check("env.ts", "A=1", "env.documented", &[]);
}

#[test]
fn what_is_set() {
    check(
        "docker-compose.dev.yml",
        "services:\n  a:\n    environment:\n      A: 1\n  b:\n    environment:\n      - B=2\n      - C\n",
        "env.set",
        &["A compose", "B compose", "C compose"],
    );
    check(
        ".github/workflows/ci.yml",
        "env:\n  A: 1\njobs:\n  x:\n    env: { B: 2 }\n    steps:\n      - run: x\n        env:\n          C: 3\n",
        "env.set",
        &["A workflow", "B workflow", "C workflow"],
    );
    check("other.yml", "env:\n  A: 1\n", "env.set", &[]);
}

#[test]
fn minified_code_is_not_read() {
    let read = "process.env.A;";
    for (between, expected, gaps) in
        [("", 0, &["the file is minified, so no facts are read from it"][..]), ("\n", 1, &[])]
    {
        let text = format!("{read}{between}").repeat((256 << 10) / read.len() + 1);
        let facts = testing::facts(&[("a.js", &text)]);
        let reads = facts.relation("env.read").unwrap().rows.len();
        assert_eq!(reads.min(1), expected);
        let told: Vec<&str> =
            facts.relation("env.set").unwrap().gaps.iter().map(|(_, gap)| gap.message.as_str()).collect();
        assert_eq!(told, gaps);
    }
}

#[test]
fn a_source_that_the_parser_gives_up_is_a_gap() {
    let limits = ParseLimits { memory: 0, memory_per_byte: 0, ..ParseLimits::default() };
    let (path, mut parser) = (FilePath::new("a.ts"), Parser::new(limits));
    let decoded = Decoded::new(b"process.env.A");
    let code = auditlint_syntax::Code::of(&path, decoded.text().as_bytes());
    let source = Source::new(&path, &decoded, code.as_ref(), &mut parser);
    let provider = providers().iter().find(|provider| provider.name() == "env").unwrap();
    let raw = FactStore::default().facts_of(*provider, &source).unwrap();
    let facts = raw.typed::<super::fact::EnvFact>().unwrap();
    assert_eq!((facts.facts.len(), facts.gaps.len()), (0, 1));
}
