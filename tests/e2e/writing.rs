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
    assert_eq!(project.read("a.ts"), "bad(1);\nold(2);\n");
    assert!(run.out.contains("would break the syntax"), "{run:?}");
    assert!(run.out.contains("bad"), "{run:?}");
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
fn no_comment_is_written_into_a_string() {
    let code = "if (b) c(`\n  ${old(1)}\n`);\nold(2);\n";
    let project = project(&[("a.ts", code)]);
    let run = project.run(&["check", "--add-ignore", "--reason", "later"]);
    assert_eq!(project.read("a.ts"), code.replace("old(2)", "// auditlint-ignore old: later\nold(2)"));
    assert!(run.err.contains("a.ts:2") && run.err.contains("no comment can stand"), "{run:?}");
    assert_eq!(project.places(&[]), ["a.ts:2:5 old"]);
}
