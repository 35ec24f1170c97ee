//! `rules show ID --explain FILE:LINE`.

use crate::project::Project;

fn project() -> Project {
    Project::new(&[
        ("src/a.ts", "const p = process;\nf(p.env.A);\nlet q = process;\nq = f();\nq.env;\n"),
        ("test/a.ts", "process.env\n"),
        ("src/a.rs", "fn f() {}\n"),
        ("src/b.ts", "f();\n"),
        ("src/env.ts", "export const env = process.env;\n"),
        ("src/c.ts", "import { env } from './env';\nenv.A;\n"),
    ])
}

#[track_caller]
fn check(place: &str, words: &[&str]) {
    let run = project().run(&["rules", "show", "process-env", "--explain", place]);
    assert_eq!(run.code, 0, "{run:?}");
    for words in words {
        assert!(run.out.contains(words), "{words:?} is not in {}", run.out);
    }
}

#[test]
fn tells_why_a_place_is_found() {
    check(
        "src/a.ts:2",
        &[
            "found: `p.env` at 2:3",
            "`p` at 1:7: is declared here",
            "`process` at 1:11: is not declared in this file",
            "so it is `process.env`",
        ],
    );
}

#[test]
fn tells_what_another_file_says() {
    check("src/c.ts:1", &["found: `env` at 1:10", "`./env` exports `process.env` as `env`", "so it is `process.env`"]);
}

#[test]
fn tells_why_a_place_is_not_found() {
    check("src/a.ts:5", &["not found: `q.env` at 5:1", "`q` at 3:5: is reassigned", "it cannot be known what it is"]);
    check("src/a.ts:1", &["no node that the rule looks at begins at src/a.ts:1", "it looks at  call_expression,"]);
    check(
        "test/a.ts:1",
        &["process-env looks at files of the role source, and test/a.ts is test", "found: `process.env`"],
    );
    check("src/a.rs:1", &["process-env reads TypeScript, Tsx, JavaScript, and src/a.rs is Rust"]);
    check(
        "src/b.ts:1",
        &["no `Deno` and no `bun` and no `process`, so the rule skips it", "The file contains no `env`"],
    );
}

#[test]
fn a_place_that_is_none_is_said() {
    for (place, words) in [
        ("src/a.ts", "write FILE:LINE"),
        ("src/a.ts:9", "has only 6 lines"),
        ("src/none.ts:1", "cannot be read"),
        ("../../a.ts:1", "outside"),
    ] {
        let run = project().run(&["rules", "show", "process-env", "--explain", place]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(words), "{words:?} is not in {}", run.err);
    }
}

/// What could not be loaded may be why a rule finds nothing, or is not there.
#[test]
fn what_is_wrong_with_the_rules_is_said_beside_the_explanation() {
    let project = project();
    project.write("auditlint.toml", b"rule-dirs = [\"lint\"]\npakcs = []\n");
    project.write("lint/broken.yml", b"id: broken\nlanguage: TypeScript\nmessage: m\nrule: { patern: f() }\n");
    for (args, part) in [
        (&["rules", "show", "process-env", "--explain", "src/a.ts:2"][..], "found: `p.env` at 2:3"),
        (&["explain", "process-env", "--explain", "src/a.ts:2"], "found: `p.env` at 2:3"),
        (&["rules", "show", "broken", "--explain", "src/a.ts:2"], "there is no rule `broken`"),
        (&["rules", "show", "broken"], "there is no rule `broken`"),
        (&["rules", "test", "broken"], "there is no rule `broken`"),
    ] {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        let said = format!("{}{}", run.out, run.err);
        for part in [part, "unknown key `patern`", "unknown key `pakcs`"] {
            assert!(said.contains(part), "{part} is not in what {args:?} says: {said}");
        }
    }
}
