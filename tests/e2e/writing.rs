//! What auditlint writes into sources: whole files, with the rights and line breaks that they had, and nothing that it was
//! not asked to write.

use crate::project::Project;

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const RULES: (&str, &str) = (
    "rules/all.yml",
    "id: old\nlanguage: [TypeScript, Rust]\nseverity: warning\nmessage: old\nrule:\n  pattern: old($A)\nfix: new_($A)\n\
     ---\nid: inner\nlanguage: [TypeScript, Rust]\nseverity: warning\nmessage: inner\nrule:\n  pattern: inner()\nfix: done()\n",
);

fn project(files: &[(&str, &str)]) -> Project {
    let mut all = vec![CONFIG, RULES];
    all.extend(files);
    Project::new(&all)
}

/// `check --fix` turns one text into the other, says so with exit code 0, and has nothing to do the second time.
#[track_caller]
fn fixes(path: &str, before: &str, after: &str) {
    let project = project(&[(path, before)]);
    let run = project.run(&["check", "--fix"]);
    assert_eq!((project.read(path).as_str(), run.code), (after, 0), "{run:?}");
    let again = project.run(&["check", "--fix", "--format", "concise"]);
    assert_eq!((project.read(path).as_str(), again.out.as_str()), (after, ""), "{again:?}");
}

#[test]
fn a_fix_changes_what_it_is_about_and_no_byte_more() {
    fixes("a.ts", "old(1);\n", "new_(1);\n");
    fixes("a.ts", "\u{feff}old(1);\r\n\r\n  old( 2 ) // kept\r\n", "\u{feff}new_(1);\r\n\r\n  new_(2) // kept\r\n");
    fixes("a.ts", "old(1); old(2); old(3)", "new_(1); new_(2); new_(3)");
    fixes("a.rs", "fn f() { assert!(old(1)); }\n", "fn f() { assert!(new_(1)); }\n");
    // What one fix covers comes in a later round.
    fixes("a.ts", "old(inner());\n", "new_(done());\n");
    fixes("a.ts", "old(old(old(1)));\n", "new_(new_(new_(1)));\n");
}

#[test]
fn a_fix_that_would_break_the_file_is_not_applied() {
    let project = project(&[("a.ts", "bad(1);\nold(2);\n")]);
    project.write(
        "rules/bad.yml",
        b"id: bad\nlanguage: TypeScript\nmessage: bad\nrule: {pattern: bad($A)}\nfix: 'bad('\n",
    );
    let run = project.run(&["check", "--fix"]);
    // It blocks itself alone.
    assert_eq!(project.read("a.ts"), "bad(1);\nnew_(2);\n");
    assert!(run.out.contains("would break the syntax"), "{run:?}");
    assert!(run.out.contains("`bad` at line 1"), "{run:?}");
    project.write("a.ts", b"old(1);\nbad(old(2));\nold(bad(3));\nold(4);\n");
    let run = project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.ts"), "new_(1);\nbad(new_(2));\nnew_(bad(3));\nnew_(4);\n");
    assert!(run.out.contains("`bad` at line 2") && run.out.contains("`bad` at line 3"), "{run:?}");
}

/// `check --fix` with the rules of a file turns one text into the other.
#[track_caller]
fn fixes_by(rules: &str, before: &str, after: &str) {
    let project = project(&[("rules/all.yml", rules), ("a.ts", before)]);
    let run = project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.ts"), after, "{run:?}");
}

#[test]
fn a_fix_that_needs_a_look_is_applied_only_where_that_is_meant() {
    let project = project(&[("a.ts", "trace(1);\nold(2);\n")]);
    project.write(
        "rules/trace.yml",
        b"id: trace\nlanguage: TypeScript\nmessage: trace\nrule: {pattern: trace($A)}\n\
          fix: {template: '', expandEnd: {regex: ^;$}, unsafe: what its arguments do is lost}\n",
    );
    let run = project.run(&["check"]);
    assert!(run.out.contains("1 can be fixed with --fix · 1 more with --fix=unsafe, which needs a look"), "{run:?}");
    let run = project.run(&["check", "--format", "json"]);
    assert!(run.out.contains(r#""fix_unsafe": "what its arguments do is lost""#), "{run:?}");
    let run = project.run(&["check", "--diff"]);
    assert!(run.out.contains("+new_(2)") && !run.out.contains("-trace(1)"), "{run:?}");
    let run = project.run(&["check", "--diff=unsafe"]);
    assert!(run.out.contains("+new_(2)") && run.out.contains("-trace(1)"), "{run:?}");
    project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.ts"), "trace(1);\nnew_(2);\n");
    project.run(&["check", "--fix=unsafe"]);
    assert_eq!(project.read("a.ts"), "\nnew_(2);\n");
    let run = project.run(&["check", "--fix=all"]);
    assert!(run.code == 2 && run.err.contains("safe, unsafe"), "{run:?}");
    project.write(
        "rules/trace.yml",
        b"id: trace\nlanguage: TypeScript\nmessage: trace\nrule: {pattern: trace($A)}\nfix: {template: '', unsafe: ' '}\n",
    );
    let run = project.run(&["check"]);
    assert!(run.code == 2 && run.out.contains("`unsafe` needs the reason"), "{run:?}");
}

#[test]
fn a_rule_does_not_fix_what_it_wrote_itself() {
    let wrap = "id: wrap\nlanguage: ts\nmessage: m\nrule: {pattern: 'get($A)'}\nfix: 'again(() => get($A))'\n";
    fixes_by(wrap, "get(1); get(2);\n", "again(() => get(1)); again(() => get(2));\n");
    // What it carried along is put right once, also where it is indented anew.
    fixes_by(wrap, "get(get(1));\n", "again(() => get(again(() => get(1))));\n");
    fixes_by(
        wrap,
        "if (a) {\n    get({\n        b: get({\n            c: 1,\n        }),\n    });\n}\n",
        "if (a) {\n    again(() => get({\n        b: again(() => get({\n            c: 1,\n        })),\n    }));\n}\n",
    );
    // What it takes off is taken off as often as it is there.
    let bare = "id: bare\nlanguage: ts\nmessage: m\nrule: {pattern: '!!$A'}\nfix: $A\n";
    fixes_by(bare, "f(!!!!!!a, !!b);\n", "f(a, b);\n");
    // Two rules that lead to each other end.
    let other = "id: other\nlanguage: ts\nmessage: m\nrule: {pattern: 'again($A)'}\nfix: 'get(again($A))'\n";
    fixes_by(&format!("{wrap}---\n{other}"), "get(1);\n", "get(again(() => get(1)));\n");
}

#[test]
fn of_fixes_that_begin_at_one_place_the_outer_one_wins() {
    let rules = "id: outer\nlanguage: ts\nmessage: m\nrule: {pattern: 'a($X)($Y)'}\nfix: 'both($X, $Y)'\n---\nid: inner\nlanguage: ts\nmessage: m\nrule: {pattern: 'a($X)'}\nfix: 'one($X)'\n";
    fixes_by(rules, "a(1)(2); a(3); a(a(4))(a(5)(6));\n", "both(1, 2); one(3); both(one(4), both(5, 6));\n");
    // Where the outer one would break the file, the inner one has its turn.
    let broken = rules.replace("both($X, $Y)", "both($X, $Y");
    fixes_by(&broken, "a(1)(2); a(3);\n", "one(1)(2); one(3);\n");
}

#[test]
fn a_fix_carries_every_byte_or_is_refused() {
    let project = project(&[]);
    project.write(
        "rules/loud.yml",
        b"id: loud\nlanguage: TypeScript\nmessage: loud\nrule: {pattern: loud($A)}\n\
          transform: {UP: 'convert($A, toCase=upperCase)'}\nfix: LOUD($UP)\n",
    );
    let code = b"old(\"caf\xe9\");\nloud('\xe9');\nloud('e');\n// \xff\xfe\n";
    project.write("a.ts", code);
    let (_, json) = project.json(&["a.ts"]);
    let fix = |index: usize| (&json["findings"][index]["fix"], &json["findings"][index]["fix_left_out"]);
    assert_eq!(fix(0), (&serde_json::Value::Null, &serde_json::json!("the new text is not UTF-8")), "{json:#}");
    assert_eq!(fix(1), (&serde_json::Value::Null, &serde_json::Value::Null), "{json:#}");
    assert_eq!(json["findings"][2]["fix"]["edits"][0]["text"], "LOUD('E')");
    let difference = project.bytes(&["check", "--diff"]);
    let line = b"+new_(\"caf\xe9\");\n";
    assert!(difference.windows(line.len()).any(|bytes| bytes == line), "{}", String::from_utf8_lossy(&difference));
    let run = project.run(&["check", "--fix"]);
    let after = b"new_(\"caf\xe9\");\nloud('\xe9');\nLOUD('E')\n// \xff\xfe\n";
    let after = String::from_utf8_lossy(after).replace("LOUD('E')", "LOUD('E');");
    let now = std::fs::read(project.path("a.ts")).unwrap();
    assert_eq!(String::from_utf8_lossy(&now), after, "{run:?}");
    assert!(now.windows(4).any(|bytes| bytes == b"caf\xe9") && now.ends_with(b"// \xff\xfe\n"));
    assert!(run.out.contains("the fix of `loud` cannot be made") && run.out.contains("not valid UTF-8"), "{run:?}");
}

#[test]
fn standard_input_is_fixed_on_standard_output() {
    let project = project(&[("a.ts", "abc(10);\nold(11);\nxyz(12);\n")]);
    let input = "old(10);\nold(inner());\nold(12);\n";
    let stdin = ["check", "--stdin-filename", "a.ts"];
    let with = |args: &[&str]| project.run_with_input(&[&stdin[..], args].concat(), input);
    let diff = with(&["--diff"]);
    for line in ["-old(10);\n", "-old(inner());\n", "-old(12);\n", "+new_(done());\n"] {
        assert!(diff.out.contains(line), "{diff:?}");
    }
    assert_eq!(diff.code, 1);
    let fixed = with(&["--fix", "--format", "concise"]);
    assert_eq!((fixed.out.as_str(), fixed.code), ("new_(10);\nnew_(done());\nnew_(12);\n", 0), "{fixed:?}");
    let silenced = with(&["--add-ignore", "--reason", "later"]);
    let expected = "// auditlint-ignore old: later\nold(10);\n// auditlint-ignore inner: later\n// auditlint-ignore old: later\n\
                    old(inner());\n// auditlint-ignore old: later\nold(12);\n";
    assert_eq!((silenced.out.as_str(), silenced.code), (expected, 0), "{silenced:?}");
    // What has nothing to change comes back as it went in.
    let same = project.run_with_input(&[&stdin[..], &["--fix"]].concat(), "fine()");
    assert_eq!((same.out.as_str(), same.code), ("fine()", 0), "{same:?}");
    let other = project.run_with_input(&["check", "--fix", "--stdin-filename", "a.txt"], "old(1)");
    assert_eq!(other.out, "old(1)", "{other:?}");
    assert_eq!(project.read("a.ts"), "abc(10);\nold(11);\nxyz(12);\n", "the file is not touched");
}

/// Two names of one file: it is written once, and nobody is said to have changed it.
#[cfg(unix)]
#[test]
fn a_file_with_two_names_is_written_once() {
    use std::fs;
    use std::os::unix::fs::symlink;
    for args in [&["check", "--fix"][..], &["check", "--add-ignore", "--reason", "later"]] {
        let project = project(&[("a.ts", "old(1);\n"), ("src/b.ts", "old(2);\n")]);
        fs::hard_link(project.path("a.ts"), project.path("c.ts")).unwrap();
        symlink("src", project.path("link")).unwrap();
        let run = project.run(&[args, &[".", "link", "link/b.ts", "src/b.ts"]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(project.read("a.ts").matches("old").count(), project.read("c.ts").matches("old").count());
        assert_eq!(project.places(&[]), Vec::<String>::new(), "{run:?}");
        for path in ["a.ts", "src/b.ts"] {
            assert!(project.read(path).matches("auditlint-ignore").count() <= 1, "{run:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_gives_what_its_target_gives() {
    let project = project(&[("src/deep/a.ts", "old(1);\n")]);
    std::os::unix::fs::symlink("src/deep", project.path("link")).unwrap();
    for path in ["link", "link/a.ts", "src/deep", "src/../link", "link/./a.ts"] {
        assert_eq!(project.places(&[path]), ["src/deep/a.ts:1:1 old"], "{path}");
    }
    let run = project.run(&["check", "link", "src", "--format", "concise"]);
    assert_eq!(run.out.lines().count(), 1, "{run:?}");
}

#[cfg(unix)]
#[test]
fn rights_and_links_stay_as_they_are() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = project(&[("run.ts", "old(1);\n"), ("real/a.ts", "old(1);\n")]);
    fs::set_permissions(project.path("run.ts"), Permissions::from_mode(0o755)).unwrap();
    symlink("real/a.ts", project.path("link.ts")).unwrap();
    assert_eq!(project.run(&["check", "--fix", "run.ts", "link.ts"]).code, 0);
    assert_eq!(fs::metadata(project.path("run.ts")).unwrap().permissions().mode() & 0o777, 0o755);
    assert!(fs::symlink_metadata(project.path("link.ts")).unwrap().file_type().is_symlink());
    assert_eq!((project.read("run.ts"), project.read("real/a.ts")), ("new_(1);\n".into(), "new_(1);\n".into()));
}

#[test]
fn a_read_only_file_is_named_and_the_others_are_fixed() {
    for args in [&["check", "--fix"][..], &["check", "--add-ignore", "--reason", "later"]] {
        let project = project(&[("a.ts", "old(1);\n"), ("b.ts", "old(2);\n"), ("c.ts", "old(3);\n")]);
        let mut permissions = std::fs::metadata(project.path("b.ts")).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(project.path("b.ts"), permissions).unwrap();
        let run = project.run(args);
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(said.contains("b.ts") && said.contains("read-only"), "{run:?}");
        assert_eq!(project.read("b.ts"), "old(2);\n");
        assert!(project.read("a.ts") != "old(1);\n" && project.read("c.ts") != "old(3);\n", "{run:?}");
    }
}

/// `check --add-ignore` turns one text into the other, after which nothing is found.
#[track_caller]
fn silences(path: &str, before: &str, after: &str) {
    let project = project(&[(path, before)]);
    let run = project.run(&["check", "--add-ignore", "--reason", "later"]);
    assert_eq!((project.read(path).as_str(), run.code), (after, 0), "{run:?}");
    assert_eq!(project.places(&[]), Vec::<String>::new(), "{after}");
}

#[test]
fn an_added_comment_stands_where_it_is_one() {
    silences("a.ts", "old(1);\n", "// auditlint-ignore old: later\nold(1);\n");
    silences("a.ts", "\u{feff}old(1);\n", "\u{feff}// auditlint-ignore old: later\nold(1);\n");
    silences(
        "a.ts",
        "\told(inner());\r\n",
        "\t// auditlint-ignore inner: later\r\n\t// auditlint-ignore old: later\r\n\told(inner());\r\n",
    );
    silences("a.rs", "fn f() {\n    old(1);\n}\n", "fn f() {\n    // auditlint-ignore old: later\n    old(1);\n}\n");
    silences(
        "a.rs",
        "fn f() {\n    assert!(\n        old(1)\n    );\n}\n",
        "fn f() {\n    // auditlint-ignore old: later\n    assert!(\n        old(1)\n    );\n}\n",
    );
    silences(
        "a.tsx",
        "const a = (\n  <p\n    title={old(1)}\n  >\n    text {old(2)}\n  </p>\n);\n",
        "// auditlint-ignore old: later\nconst a = (\n  <p\n    title={old(1)}\n  >\n    text {old(2)}\n  </p>\n);\n",
    );
    silences(
        "a.tsx",
        "f(() => { return <p>\n    text {old(2)}\n  </p>; });\n",
        "f(() => { return <p>\n    {/* auditlint-ignore old: later */}\n    text {old(2)}\n  </p>; });\n",
    );
    // The statement begins the line above the template.
    silences(
        "a.ts",
        "const a = `\n  ${old(1)}\n`;\n",
        "// auditlint-ignore old: later\nconst a = `\n  ${old(1)}\n`;\n",
    );
    silences(
        "a.ts",
        "if (b) c(`x ${\n  old(1)\n}`);\n",
        "if (b) c(`x ${\n  // auditlint-ignore old: later\n  old(1)\n}`);\n",
    );
}

#[test]
fn a_comment_does_not_part_another_tool_s_from_its_line() {
    silences(
        "a.ts",
        "// eslint-disable-next-line no-old\nold(1);\n",
        "// auditlint-ignore old: later\n// eslint-disable-next-line no-old\nold(1);\n",
    );
    for comment in [
        "// @ts-expect-error old",
        "// @ts-ignore",
        "// biome-ignore lint/suspicious/noOld: x",
        "// prettier-ignore",
        "// oxlint-disable-next-line no-old",
        "// deno-lint-ignore no-old",
        "/* istanbul ignore next */",
        "/* c8 ignore next */",
        "// v8 ignore next 2",
        "// NOSONAR",
        "// nosemgrep: old",
        "// codeql[js/old]",
        "// nosemgrep",
        "// nosec",
        "// nosec B602",
        "// nolint",
        "// noinspection JSOldCall",
        "// sourcery skip: no-old",
        "// sometool off: all",
        "// lgtm[js/old]",
        "// tslint:disable-next-line",
        "// Stryker disable next-line all",
        "/* @__PURE__ */",
        "// @ts-ignore\n// eslint-disable-next-line no-old",
        "// @ts-expect-error it says why\n// over two lines",
    ] {
        let code = format!("a();\n{comment}\nold(1);\n");
        silences("a.ts", &code, &code.replace("a();\n", "a();\n// auditlint-ignore old: later\n"));
    }
    // What is prose may stand above it.
    silences(
        "a.ts",
        "a();\n// Once a day.\nold(1);\n",
        "a();\n// Once a day.\n// auditlint-ignore old: later\nold(1);\n",
    );
    // What a comment says to a tool about the whole file comes first in it.
    silences("a.ts", "// @ts-check\nold(1);\n", "// @ts-check\n// auditlint-ignore old: later\nold(1);\n");
    silences(
        "a.tsx",
        "const a = (\n  <p\n    // @ts-expect-error old\n    b={old(1)}\n  />\n);\n",
        "// auditlint-ignore old: later\nconst a = (\n  <p\n    // @ts-expect-error old\n    b={old(1)}\n  />\n);\n",
    );
    silences(
        "a.tsx",
        "f(() => { return <p>\n    {/* eslint-disable-next-line no-old */}\n    <b c={old(2)} />\n  </p>; });\n",
        "f(() => { return <p>\n    {/* auditlint-ignore old: later */}\n    {/* eslint-disable-next-line no-old */}\n    <b c={old(2)} />\n  </p>; });\n",
    );
}

#[test]
fn a_comment_does_not_part_an_attribute_from_its_item() {
    for attributes in [
        "#[allow(clippy::old)]",
        "#[expect(clippy::old, reason = \"x\")]\n    // more",
        "#[cfg(a)]\n    #[rustfmt::skip]",
        "// SAFETY: x\n    #[allow(unsafe_code)]",
        "#[allow(a)]\n    // SAFETY: x",
    ] {
        let code = format!("fn f() {{\n    a();\n    {attributes}\n    let b = old(1);\n}}\n");
        let after = code.replace("a();\n", "a();\n    // auditlint-ignore old: later\n");
        silences("a.rs", &code, &after);
    }
    silences(
        "a.rs",
        "#[allow(a)]\n#[inline]\nconst A: u8 = old(1);\n",
        "// auditlint-ignore old: later\n#[allow(a)]\n#[inline]\nconst A: u8 = old(1);\n",
    );
    silences(
        "a.ts",
        "class A {\n  @memo()\n  // eslint-disable-next-line no-old\n  b = old(1);\n}\n",
        "class A {\n  // auditlint-ignore old: later\n  @memo()\n  // eslint-disable-next-line no-old\n  b = old(1);\n}\n",
    );
}

#[test]
fn many_comments_are_written_only_where_that_is_meant() {
    for (count, args, is_written) in
        [(50, &[][..], true), (51, &[][..], false), (51, &["--yes"][..], true), (60, &["--rule", "inner"][..], true)]
    {
        let code = "old(1);\n".repeat(count);
        let project = project(&[("a.ts", &code)]);
        let run = project.run(&[&["check", "--add-ignore", "--reason", "later"], args].concat());
        let is_changed = project.read("a.ts") != code;
        assert_eq!(is_changed, is_written && !args.contains(&"inner"), "{run:?}");
        assert_eq!(run.code == 2, !is_written, "{run:?}");
        if !is_written {
            assert!(run.err.contains("51 findings") && run.err.contains("baseline create"), "{run:?}");
        }
    }
}

#[test]
fn no_comment_is_written_into_a_string() {
    let code = "if (b) c(`\n  ${old(1)}\n`);\nold(2);\n";
    let project = project(&[("a.ts", code)]);
    let run = project.run(&["check", "--add-ignore", "--reason", "later"]);
    assert_eq!(project.read("a.ts"), code.replace("old(2)", "// auditlint-ignore old: later\nold(2)"));
    assert!(run.err.contains("a.ts:2") && run.err.contains("there is no place for a comment"), "{run:?}");
    assert_eq!(project.places(&[]), ["a.ts:2:5 old"]);
}

/// After `--add-ignore` nothing counts that is not left, and a second run has nothing to add. Gives what is left.
#[track_caller]
fn settles(project: &Project, paths: &[&str]) -> Vec<String> {
    let args = ["check", "--add-ignore", "--reason", "later */ --> now"];
    let run = project.run(&args);
    let texts: Vec<String> = paths.iter().map(|path| project.read(path)).collect();
    let left = project.places(&[]);
    assert_eq!(run.code, i32::from(!left.is_empty()), "{run:?}");
    let again = project.run(&args);
    assert_eq!(paths.iter().map(|path| project.read(path)).collect::<Vec<_>>(), texts, "{again:?}");
    assert_eq!((again.code, project.places(&[])), (run.code, left.clone()), "{again:?}");
    left
}

#[test]
fn an_added_comment_silences_wherever_the_finding_stands() {
    for (path, code) in [
        ("a.ts", "f(\n  1,\n  old(1),\n  { a: old(2), b: [\n    old(3),\n  ] },\n);\n"),
        ("a.ts", "const a = {\n  b: 1,\n  c: old(1),\n};\n"),
        ("a.ts", "@dec(old(1))\nclass A {\n  @dec(\n    old(2)\n  )\n  b = old(3);\n  @dec() c = old(4);\n}\n"),
        ("a.ts", "const a = `x\n  y`; old(1);\n"),
        ("a.ts", "/* a\n b */ old(1);\n"),
        ("a.ts", "/* a */ old(1); /* b */\n"),
        ("a.ts", "// @ts-expect-error no\nold(1);\n"),
        ("a.ts", "f();\n/**\n * Text.\n */\nold(1);\n"),
        ("a.ts", "#!/usr/bin/env node\nold(1);\n"),
        ("a.ts", "#!/usr/bin/env node\nold(1)"),
        ("a.ts", "\u{feff}old(1);\r\n"),
        ("a.ts", "\u{feff}// a\r\nold(1);"),
        ("a.ts", "switch (a) {\n  case old(1):\n    old(2);\n}\n"),
        ("a.ts", "if (old(1)) {\n} else if (old(2)) {\n  old(3);\n}\n"),
        ("a.ts", "const a = b\n  ? old(1)\n  : old(2);\nexport default old(3);\n"),
        ("a.ts", "a\n  .b(old(1))\n  .c(() => {\n    return old(2);\n  });\n"),
        (
            "a.tsx",
            "const a = <p\n  a={old(1)}\n  b={\n    old(2)\n  }\n>\n  {old(3)} text {old(4)}\n  <b>{old(5)}</b>\n</p>;\n",
        ),
        (
            "a.tsx",
            "const a = () => {\n  return (\n    <>\n      {b && (\n        <p>{old(1)}</p>\n      )}\n    </>\n  );\n};\n",
        ),
        (
            "a.rs",
            "#[derive(A)]\n/// Text.\n#[cfg(b)]\nfn f() -> u8 {\n    match old(1) {\n        1 => old(2),\n        _ => { old(3) }\n    }\n}\n",
        ),
        ("a.rs", "const A: u8 =\n    old(1);\nstatic B: [u8; 2] = [\n    old(2),\n    old(3),\n];\n"),
        ("a.rs", "fn f() {\n    println!(\"a\n b {}\", old(1));\n    vec![\n        old(2),\n    ];\n}\n"),
    ] {
        let project = project(&[(path, code)]);
        assert!(!project.places(&[]).is_empty(), "{code}");
        assert_eq!(settles(&project, &[path]), Vec::<String>::new(), "{}", project.read(path));
    }
}

#[test]
fn what_must_stand_first_stays_first() {
    let project = project(&[("a.ts", "// @ts-nocheck\nold(1);\n"), ("b.ts", "// first\n// @ts-nocheck\nf();\n")]);
    project.write("d.ts", b"// @ts-nocheck");
    project.write("auditlint.toml", b"packs = [\"strict-typescript\"]\nrule-dirs = [\"rules\"]\n");
    assert_eq!(settles(&project, &["a.ts", "b.ts", "d.ts"]), Vec::<String>::new());
    assert!(project.read("a.ts").starts_with("// @ts-nocheck\n// auditlint-ignore "), "{}", project.read("a.ts"));
    assert!(project.read("d.ts").starts_with("// @ts-nocheck\n// auditlint-ignore "));
}

#[test]
fn a_suppression_is_no_safety_comment_and_stays_off_one() {
    let code = "fn f() {\n    unsafe { g() };\n    // SAFETY: it is.\n    unsafe { old(1) };\n}\n";
    let project = project(&[("a.rs", code)]);
    project.write("auditlint.toml", b"packs = [\"strict-rust\"]\nrule-dirs = [\"rules\"]\n");
    let unsafe_blocks = |project: &Project| {
        let (_, json) = project.json(&["--verbose"]);
        let findings = json["findings"].as_array().unwrap().clone();
        findings.iter().filter(|finding| finding["rule"] == "unsafe-without-safety-comment").count()
    };
    assert_eq!(unsafe_blocks(&project), 1);
    assert_eq!(settles(&project, &["a.rs"]), Vec::<String>::new(), "{}", project.read("a.rs"));
    assert_eq!(unsafe_blocks(&project), 1, "it is silenced and not gone: {}", project.read("a.rs"));
    let block = "    // auditlint-ignore old: later */ --> now\n    // SAFETY: it is.\n    unsafe { old(1) };\n";
    assert!(project.read("a.rs").contains(block), "{}", project.read("a.rs"));
}

#[test]
fn findings_of_rules_over_several_files_get_comments_where_comments_can_stand() {
    let project = Project::new(&[
        ("auditlint.toml", "packs = [\"consistency\"]\n"),
        (".env.example", "A=1\n"),
        ("fact.ts", "Sentry.init({\n  a: 1,\n  release: process.env.GIT_SHA,\n});\n"),
        (
            "README.md",
            "---\ntitle: a\n---\n[x](./gone.md)\n\n| a | b |\n|---|---|\n| [x](./gone2.md) | b |\n\n- [x](./gone3.md)\n\n[y]: ./gone4.md\n",
        ),
        ("package.json", "{ \"scripts\": { \"a\": \"node scripts/gone.js\" } }\n"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          echo a\n          ./scripts/gone.sh\n      - run: bash scripts/gone2.sh\n",
        ),
    ]);
    let before = project.places(&[]);
    assert!(before.iter().any(|place| place.starts_with("package.json")), "{before:?}");
    assert!(before.iter().any(|place| place.starts_with(".github")), "{before:?}");
    assert_eq!(before.iter().filter(|place| place.starts_with("README.md")).count(), 4, "{before:?}");
    let run = project.run(&["check", "--add-ignore", "--reason", "later"]);
    let left = project.places(&[]);
    assert!(left.iter().all(|place| place.starts_with("package.json")), "{left:?} {run:?}");
    assert_eq!(run.code, 1, "{run:?}");
    let readme = project.read("README.md");
    assert!(readme.contains("| [x](./gone2.md) | b | <!-- auditlint-ignore missing-file-ref: later -->\n"), "{readme}");
    // The table that is proposed does what it says.
    let table = &run.err[run.err.find("\n[[ignore]]\n").expect("a table")..run.err.rfind("\n\n").unwrap()];
    project.write("auditlint.toml", format!("packs = [\"consistency\"]\n{table}\n").as_bytes());
    assert_eq!(project.places(&[]), Vec::<String>::new(), "{table}");
    let again = project.run(&["check", "--add-ignore", "--reason", "later"]);
    assert_eq!((again.code, project.read("README.md")), (0, readme), "{again:?}");
}
