//! Suppression comments and `--add-ignore` from end to end.

use crate::project::Project;

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const RULE: (&str, &str) = (
    "rules/forbidden.yml",
    "id: forbidden\nlanguage: [TypeScript, Tsx, Rust]\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$)\n",
);

fn project(path: &str, code: &str) -> Project {
    Project::new(&[CONFIG, RULE, (path, code)])
}

/// The findings that count, in a file with this code.
#[track_caller]
fn check(path: &str, code: &str, expected: &[&str]) {
    let found = project(path, code).places(&[]);
    let expected: Vec<String> = expected.iter().map(|place| format!("{path}:{place}")).collect();
    assert_eq!(found, expected, "{code}");
}

#[test]
fn a_comment_silences_its_line_the_next_and_a_whole_statement() {
    check("src/a.ts", "forbidden(); // auditlint-ignore forbidden: known\n", &[]);
    check("src/a.ts", "// auditlint-ignore forbidden (T-1): known\nforbidden();\nforbidden();\n", &["3:1 forbidden"]);
    check("src/a.ts", "// auditlint-ignore forbidden: known\nconst a = [\n  forbidden(),\n  forbidden(),\n];\n", &[]);
    check("src/a.ts", "const a = [ // auditlint-ignore forbidden: known\n  forbidden(),\n];\n", &[]);
    // A block is not part of the statement that it belongs to.
    check(
        "src/a.ts",
        "// auditlint-ignore forbidden: known\nfunction f() {\n  forbidden();\n}\n",
        &["1:21 unused-suppression", "3:3 forbidden"],
    );
    check("src/a.ts", "// auditlint-ignore-file forbidden: a script\nforbidden();\n\nforbidden();\n", &[]);
    check("src/a.tsx", "const a = <p>\n  {/* auditlint-ignore forbidden: known */}\n  {forbidden()}\n</p>;\n", &[]);
    check("src/a.rs", "fn f() {\n    forbidden(); // auditlint-ignore forbidden: known\n}\n", &[]);
}

#[test]
fn a_comment_leads_through_attributes_and_into_elements() {
    let known = "// auditlint-ignore forbidden: known\n";
    check(
        "src/a.rs",
        &format!("fn f() {{\n{known}    #[a]\n    let b = forbidden();\n    forbidden();\n}}\n"),
        &["5:5 forbidden"],
    );
    check(
        "src/a.rs",
        &format!(
            "fn f() {{\n    match a {{\n{known}        #[b]\n        1 => forbidden(),\n        _ => forbidden(),\n    }}\n}}\n"
        ),
        &["6:14 forbidden"],
    );
    check(
        "src/a.tsx",
        "const a = (\n  <p>\n    {/* auditlint-ignore forbidden: known */}\n    <b\n      c={forbidden()}\n    />\n    <b c={forbidden()} />\n  </p>\n);\n",
        &["7:11 forbidden"],
    );
    check(
        "src/a.ts",
        &format!("f({{\n{known}  a: [\n    forbidden(),\n  ],\n  b: forbidden(),\n}});\n"),
        &["6:6 forbidden"],
    );
    check(
        "src/a.ts",
        &format!("f(\n{known}  () => {{\n    forbidden();\n  }},\n);\n"),
        &["2:21 unused-suppression", "4:5 forbidden"],
    );
    check(
        "src/a.ts",
        "/*\n * auditlint-ignore forbidden: known\n */\nforbidden();\nforbidden();\n",
        &["5:1 forbidden"],
    );
}

#[test]
fn comments_for_ast_grep_stand_behind_statements_and_are_held_to_it() {
    let check = |code: &str, expected: &[&str]| {
        let rule = (
            "ast/forbidden.yml",
            "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$)\n",
        );
        let files =
            [("auditlint.toml", "packs = []\n"), ("sgconfig.yml", "ruleDirs: [ast]\n"), rule, ("src/a.ts", code)];
        assert_eq!(Project::new(&files).places(&[]), expected, "{code}");
    };
    check("forbidden(\n  1,\n); // ast-grep-ignore\n", &[]);
    check("forbidden(\n  1,\n); // ast-grep-ignore: forbidden\nforbidden();\n", &["src/a.ts:4:1 forbidden"]);
    check("allowed(); // ast-grep-ignore\n", &["src/a.ts:1:15 unused-suppression"]);
    check("allowed(); // ast-grep-ignore: forbidden, other\n", &["src/a.ts:1:15 unused-suppression"]);
}

#[test]
fn what_is_wrong_with_a_suppression_is_a_finding() {
    check("src/a.ts", "forbidden(); // auditlint-ignore forbidden\n", &["1:1 forbidden", "1:17 malformed-suppression"]);
    check("src/a.ts", "forbidden(); // auditlint-ignore forbiden: x\n", &["1:1 forbidden", "1:34 unknown-suppression"]);
    check("src/a.ts", "allowed(); // auditlint-ignore forbidden: x\n", &["1:32 unused-suppression"]);
    check("src/a.ts", "allowed(); // auditlint-ignore process-env: x\n", &["1:32 unused-suppression"]);
}

#[test]
fn a_run_on_one_rule_calls_no_suppression_unused() {
    let project = project("src/a.ts", "allowed(); // auditlint-ignore process-env: x\n");
    assert_eq!(project.places(&["--rule", "forbidden"]), Vec::<String>::new());
}

#[test]
fn until_is_compared_with_the_day_of_the_commit() {
    let project = project("src/a.ts", "forbidden(); // auditlint-ignore forbidden until 2026-03-01: soon\n");
    let expired = ["src/a.ts:1:1 forbidden", "src/a.ts:1:17 expired-suppression"];
    assert_eq!(project.places(&["--as-of", "2026-02-28"]), Vec::<String>::new());
    assert_eq!(project.places(&["--as-of", "2026-03-01"]), expired);
    assert_eq!(project.places(&[]), Vec::<String>::new(), "outside of a repository there is no day");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    for (date, places) in [("2026-02-27T12:00:00Z", 0), ("2026-03-02T12:00:00Z", 2)] {
        project.git_at(date, &["commit", "-q", "--allow-empty", "-m", "x"]);
        assert_eq!(project.places(&[]).len(), places, "{date}");
    }
    assert_eq!(project.run(&["--as-of", "soon"]).code, 2);
}

#[test]
fn added_comments_silence_what_they_stand_above() {
    let code = "export const f = () => {\n  if (a) return forbidden();\n  const b = [\n    forbidden(),\n    forbidden(),\n  ];\n};\n";
    let project = project("src/a.ts", code);
    project.write("src/b.tsx", b"const a = <p>\r\n  {forbidden()}\r\n</p>;\r\n");
    let run = project.run(&["check", "--add-ignore", "--reason", "goes with the move"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("4 findings suppressed in 2 files"), "{run:?}");
    assert_eq!(project.places(&[]), Vec::<String>::new());
    let text = project.read("src/a.ts");
    assert_eq!(text.matches("// auditlint-ignore forbidden: goes with the move\n").count(), 2, "{text}");
    assert_eq!(project.read("src/b.tsx").matches("\r\n").count(), 4);
    let again = project.run(&["check", "--add-ignore", "--reason", "again"]);
    assert!(again.err.contains("0 findings suppressed"), "{again:?}");
    assert_eq!(project.read("src/a.ts"), text);
    assert_eq!(project.run(&["check", "--add-ignore"]).code, 2, "a reason is required");
}

#[test]
fn an_unsaved_buffer_is_read_from_standard_input() {
    let project = project("src/a.ts", "allowed();\n");
    let args = ["check", "--format", "concise", "--stdin-filename", "src/a.ts"];
    let run = project.run_with_input(&args, "\n  forbidden();\n");
    assert_eq!((run.code, run.out.as_str()), (1, "src/a.ts:2:3: error[forbidden] no\n"), "{run:?}");
    let new =
        project.run_with_input(&["check", "--format", "concise", "--stdin-filename", "src/new.ts"], "forbidden()");
    assert_eq!(new.out, "src/new.ts:1:1: error[forbidden] no\n");
}

#[test]
fn a_comment_is_about_the_code_behind_the_comments_that_follow_it() {
    let ignore = "// auditlint-ignore forbidden: known\n";
    check("src/a.ts", &format!("{ignore}/**\n * Text.\n */\nforbidden();\n"), &[]);
    check("src/a.ts", &format!("{ignore}/* a */ forbidden();\n"), &[]);
    check("src/a.ts", &format!("{ignore}/* a\n b */ forbidden();\n"), &[]);
    check("src/a.ts", &format!("\u{feff}{ignore}forbidden();\n"), &[]);
    check("src/a.ts", &format!("{ignore}// one\n/* two */ // three\nforbidden();\n"), &[]);
    check("src/a.ts", &format!("{ignore}\nforbidden();\n"), &["1:21 unused-suppression", "3:1 forbidden"]);
    // The id of a task may hold a colon.
    check("src/a.ts", "// auditlint-ignore forbidden (api:P1-T1): known: yes (really)\nforbidden();\n", &[]);
}

#[test]
fn what_is_found_in_a_comment_is_silenced_among_its_neighbours() {
    let rule = "id: note\nlanguage: [TypeScript, Rust]\nmessage: note\nrule: {kind: comment, regex: NOTE}\n";
    let check = |code: &str, expected: &[&str]| {
        let project = project("a.ts", code);
        project.write("rules/note.yml", rule.replace("[TypeScript, Rust]", "TypeScript").as_bytes());
        assert_eq!(project.places(&[]), expected, "{code}");
    };
    check("// NOTE\nf();\n", &["a.ts:1:1 note"]);
    check("// auditlint-ignore note: known\n// NOTE\nf();\n", &[]);
    check("// NOTE\n// auditlint-ignore note: known\nf();\n", &[]);
    check("// NOTE\n\n// auditlint-ignore note: known\nf();\n", &["a.ts:1:1 note", "a.ts:3:21 unused-suppression"]);
}

#[test]
fn suppressions_are_read_in_files_of_data() {
    let check = |path: &str, text: &str, expected: &[&str]| {
        let project = Project::new(&[("auditlint.toml", "packs = [\"consistency\"]\n"), (path, text)]);
        let expected: Vec<String> = expected.iter().map(|place| format!("{path}:{place}")).collect();
        assert_eq!(project.places(&[]), expected, "{text}");
    };
    let ignore = "auditlint-ignore missing-file-ref: known";
    check("a.md", "[x](./gone.md)\n", &["1:5 missing-file-ref"]);
    check("a.md", &format!("<!-- {ignore} -->\n[x](./gone.md)\n"), &[]);
    check("a.md", &format!("[x](./gone.md) <!-- {ignore} -->\n"), &[]);
    check("a.md", &format!("# A\n\n<!-- {ignore}\n  over lines -->\n[x](./gone.md)\n"), &[]);
    check(
        "a.md",
        &format!("---\na: b\n---\n<!-- {} -->\n\n# A\n\n[x](./gone.md)\n", ignore.replace("ignore ", "ignore-file ")),
        &[],
    );
    // What only shows a comment is not one.
    check("a.md", &format!("`<!-- {ignore} -->`\n[x](./gone.md)\n"), &["2:5 missing-file-ref"]);
    check("a.md", &format!("```html\n<!-- {ignore} -->\n```\n[x](./gone.md)\n"), &["4:5 missing-file-ref"]);
    // What is wrong with one is a finding, also where nothing else is found.
    check("a.md", &format!("<!-- {ignore} -->\n"), &["1:23 unused-suppression"]);
    check("a.md", "<!-- auditlint-ignore missing-file-reff: known -->\n", &["1:23 unknown-suppression"]);
    check(
        "a.md",
        "[x](./gone.md) <!-- auditlint-ignore missing-file-ref -->\n",
        &["1:5 missing-file-ref", "1:21 malformed-suppression"],
    );
    let workflow = |comment: &str, line: &str| {
        format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{comment}      - run: {line}\n")
    };
    let path = ".github/workflows/a.yml";
    let ignore = "auditlint-ignore missing-file-ref: known";
    check(path, &workflow("", "./scripts/gone.sh"), &["6:14 missing-file-ref"]);
    check(path, &workflow(&format!("      # {ignore}\n"), "./scripts/gone.sh"), &[]);
    check(path, &workflow("", &format!("./scripts/gone.sh # {ignore}")), &[]);
    check(path, &workflow(&format!("      # {ignore}\n"), "|\n          echo\n          ./scripts/gone.sh"), &[]);
    check(path, &workflow("", &format!("|\n          echo\n          # {ignore}\n          ./scripts/gone.sh")), &[]);
}

#[test]
fn a_rule_may_not_take_the_name_of_a_finding_about_suppressions() {
    for id in ["unknown-suppression", "malformed-suppression", "unused-suppression", "expired-suppression"] {
        let project = project("a.ts", "forbidden();\n");
        let rule = format!("id: {id}\nlanguage: TypeScript\nmessage: no\nrule:\n  pattern: forbidden()\n");
        project.write("rules/own.yml", rule.as_bytes());
        let run = project.run(&["check", "--format", "json"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.out.contains("has the id of a finding about suppressions"), "{run:?}");
        assert!(run.out.contains("\"path\": \"rules/own.yml\""), "{run:?}");
        assert_eq!(project.places(&[]), ["a.ts:1:1 forbidden"]);
        assert_eq!(project.run(&["rules", "new", id]).code, 2);
    }
}
