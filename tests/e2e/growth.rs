//! Inputs with very many of one thing: what the program does with each is bounded, so that all together take time in proportion.
//! Where each was compared with all others, or the whole file was read for each, one of these takes minutes.

use crate::project::Project;

const ALL: &str = "packs = [\"recommended\", \"strict-rust\", \"strict-typescript\"]\n";

/// Checks a source with all packs for sources; gives how many findings count.
fn findings(path: &str, code: &str) -> usize {
    let project = Project::new(&[("auditlint.toml", ALL), (path, code)]);
    let run = project.run(&["check", "--format", "concise"]);
    assert!(run.code < 2, "{}", run.err);
    run.out.lines().count()
}

#[test]
fn many_findings_inside_of_one_another() {
    let n = 30_000;
    assert_eq!(findings("a.ts", &format!("a{};\n", " as any".repeat(n))), n);
    // Of nested blocks each holds the next.
    assert_eq!(findings("a.ts", &format!("{}a;{}\n", "for (;;) {".repeat(n), "}".repeat(n))), n);
}

#[test]
fn many_findings_on_one_line_that_is_not_ascii() {
    let n = 20_000;
    assert_eq!(findings("a.ts", &format!("/*é*/{}\n", "f(process.env.A);".repeat(n))), n);
    let ignored = "/* auditlint-ignore process-env: known */ f(process.env.A);".repeat(n);
    assert_eq!(findings("a.ts", &format!("/*é*/{ignored}\n")), 0);
}

#[test]
fn many_items_under_attributes() {
    let n = 20_000;
    assert_eq!(findings("a.rs", &"#[inline]\nfn f() { a.unwrap(); }\n".repeat(n)), n);
    assert_eq!(findings("a.rs", &"static mut A: u8 = 1;\n".repeat(n)), n);
    assert_eq!(findings("a.rs", &format!("fn f() {{ a{}; }}\n", ".unwrap()".repeat(n))), n);
}

#[test]
fn many_statements_that_a_rule_compares() {
    let n = 20_000;
    assert_eq!(findings("a.ts", &"export const a = 1;\n".repeat(n)), n);
    assert_eq!(findings("a.ts", &"export * from \"a\";\n".repeat(n)), 1);
    assert_eq!(findings("a.ts", &format!("function f() {{ {} g(a); }}\n", "var a = 1; g(a);".repeat(n))), n);
    let stores = |n: usize| -> String {
        (0..n)
            .map(|i| format!("const sessionCache{i} = new Map();\nfunction f{i}() {{ sessionCache{i}.set(a, b); }}\n"))
            .collect()
    };
    assert_eq!(findings("a.ts", &stores(10_000)), 10_000);
}

#[test]
fn a_token_that_never_ends_is_given_up() {
    let project = Project::new(&[("a.rs", &format!("fn f() {{ a.unwrap(); {} }}\n", "r#\"".repeat(100_000)))]);
    project.write("auditlint.toml", ALL.as_bytes());
    let run = project.run(&["check", "--format", "concise", "a.rs"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.contains("the parser gave up"), "{run:?}");
}

#[test]
fn a_rule_that_takes_too_many_steps_says_so() {
    let rule = "id: loop\nlanguage: ts\nmessage: m\nutils: {u: {any: [{kind: regex}, {has: {stopBy: end, matches: u}}]}}\n\
                rule: {kind: call_expression, matches: u}\n";
    let nested = format!("{}a{};\n", "f(".repeat(200), ")".repeat(200));
    let project = Project::new(&[
        ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n"),
        ("rules/loop.yml", rule),
        ("a.ts", &nested),
        ("b.ts", "f(/a/);\n"),
    ]);
    let run = project.run(&["check", "--format", "concise"]);
    assert!(run.out.contains("a.ts:1:1: warning: rule `loop` gave up"), "{run:?}");
    // Other files are not concerned.
    assert_eq!(project.places(&[]), ["b.ts:1:1 loop"]);
    assert_eq!(project.run(&["check", "a.ts"]).code, 2);
}

#[test]
fn many_tables_in_the_configuration() {
    let tables: String = (0..20_000).map(|i| format!("[rules.r{i}]\nseverity = \"off\"\n")).collect();
    let project = Project::new(&[("auditlint.toml", &tables), ("a.ts", "f();\n")]);
    let (_, report) = project.json(&[]);
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 101);
    assert!(report["problems"].to_string().contains("19900 more"), "{}", problems[100]);
    let ignores: String = (0..3_000)
        .map(|i| {
            format!(
                "[[ignore]]\nrule = \"process-env\"\npath = \"p{i}/**\"\nreason = \"r\"\n\
                 [[overrides]]\nfiles = \"o{i}/**\"\nrules.process-env.severity = \"off\"\n"
            )
        })
        .collect();
    let project = Project::new(&[("auditlint.toml", &ignores), ("a.ts", &"f(process.env.A);\n".repeat(3_000))]);
    assert_eq!(project.places(&[]).len(), 3_000);
}

#[test]
fn many_comments_are_added_at_once() {
    let n = 10_000;
    for code in ["f(process.env.A);\n".repeat(n), format!("g({});\n", "process.env.A, ".repeat(n))] {
        let project = Project::new(&[("a.ts", &code)]);
        let run = project.run(&["check", "--add-ignore", "--yes", "--reason", "known"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.err.contains("10000 findings suppressed"), "{}", run.err);
    }
}

#[test]
fn many_links_to_many_tasks() {
    let (n, links) = (15_000, 900);
    let tasks: Vec<(String, String)> = (0..3)
        .map(|file| {
            let tasks = (0..n / 3).map(|i| {
                format!(
                    "  - id: P1-T{file}x{i}-store\n    findings: [F1]\n    depends_on: [P1, P1-T{file}x{}]\n",
                    (i + 1) % (n / 3)
                )
            });
            (format!("tasks/{file}.yaml"), format!("tasks:\n{}", tasks.collect::<String>()))
        })
        .collect();
    // Short for every task, the finding of every task, and known to nobody.
    for written in ["P1", "F1", "Q{}-none"] {
        let ids: Vec<String> = (0..links).map(|i| format!("\"{}\"", written.replace("{}", &i.to_string()))).collect();
        let config = format!(
            "[[tasks]]\nfiles = \"tasks/*.yaml\"\n[rules.process-env]\ntasks = [{0}]\n[rules.raw-fetch]\ntasks = [{0}]\n",
            ids.join(", ")
        );
        let mut files: Vec<(&str, &str)> = tasks.iter().map(|(path, text)| (&**path, &**text)).collect();
        files.extend([("auditlint.toml", config.as_str()), ("a.ts", "f(process.env.A);\n")]);
        let project = Project::new(&files);
        let run = project.run(&["check", "--format", "concise"]);
        assert!(run.out.contains("process-env"), "{written}: {}", run.err);
        assert!(run.out.len() < 4 << 20, "{written}: {} bytes", run.out.len());
        let run = project.run(&["tasks"]);
        assert!(run.out.contains("15000 tasks"), "{written}: {}", run.err);
    }
}
