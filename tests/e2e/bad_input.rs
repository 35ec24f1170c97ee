//! Any bytes: a clear message that names file and place, the right exit code, and every other file still analysed.

use crate::project::{self, Project};

/// A file in which the rule below finds something, so that a test can see that the run went on.
const GOOD: (&str, &str) = ("src/good.ts", "forbidden();\n");
const RULE: (&str, &str) = (
    "rules/forbidden.yml",
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$)\n",
);
const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const FOUND: &str = "src/good.ts:1:1 forbidden";

fn project(more: &[(&str, &str)]) -> Project {
    let mut files = vec![GOOD, RULE, CONFIG];
    files.extend(more);
    Project::new(&files)
}

/// The run finds what is in the good file, ends with `code`, and names `words` in its problems.
#[track_caller]
fn goes_on(project: &Project, args: &[&str], code: i32, words: &[&str]) {
    let (found, report) = project.json(args);
    let places = project::places(&report);
    assert!(places.iter().any(|place| place == FOUND), "{places:?}");
    let problems = report["problems"].to_string();
    for word in words {
        assert!(problems.contains(word), "{word:?} is not in {problems}");
    }
    assert_eq!(found, code, "{problems}");
}

#[test]
fn a_path_that_does_not_exist() {
    let project = project(&[]);
    goes_on(&project, &["src/good.ts", "nowhere"], 2, &["nowhere", "no such file or folder"]);
}

#[test]
fn a_rule_file_with_three_mistakes() {
    let project = project(&[(
        "rules/bad.yml",
        "id: bad\nlanguage: TypeScript\nseverty: error\nrule:\n  any:\n    - patern: f()\n    - kind: call_expresion\n",
    )]);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 2, "{run:?}");
    for words in
        ["severty", "`severity`", "patern", "`pattern`", "call_expresion", "`call_expression`", "rules/bad.yml:3:1"]
    {
        assert!(run.out.contains(words), "{words:?} is not in {}", run.out);
    }
    goes_on(&project, &[], 2, &["severty"]);
}

#[test]
fn an_empty_file() {
    goes_on(&project(&[("src/empty.ts", "")]), &[], 1, &[]);
}

#[test]
fn a_file_over_the_limit() {
    let project = project(&[]);
    project.write("src/large.ts", "f();\n".repeat(10 << 20).as_bytes());
    goes_on(&project, &[], 1, &["src/large.ts", "52428800 bytes", "max-file-size"]);
    goes_on(&project, &["--strict"], 2, &["src/large.ts"]);
    goes_on(&project, &["src"], 1, &["src/large.ts"]);
    goes_on(&project, &["src/good.ts", "src/large.ts"], 2, &["src/large.ts"]);
}

#[test]
fn a_binary_file() {
    let project = project(&[]);
    project.write("src/binary.ts", &[0, 159, 146, 150, 0, 0, 0, 255, b'f', 0]);
    goes_on(&project, &[], 1, &["src/binary.ts", "binary"]);
}

#[test]
fn ten_thousand_nested_brackets() {
    let project = project(&[]);
    let nested = format!("forbidden();\nconst a = {}{};\n", "[".repeat(10_000), "]".repeat(10_000));
    project.write("src/nested.ts", nested.as_bytes());
    project.write("src/open.ts", "(".repeat(10_000).as_bytes());
    project.write("src/deep.rs", format!("fn f() {{ {}{} }}", "{".repeat(10_000), "}".repeat(10_000)).as_bytes());
    goes_on(&project, &[], 1, &[]);
    assert!(project.places(&[]).contains(&"src/nested.ts:1:1 forbidden".to_owned()));
}

#[test]
fn line_breaks_and_byte_order_marks() {
    let project = project(&[("src/crlf.ts", "a();\r\n  forbidden();\r\n"), ("src/bom.ts", "\u{feff}forbidden();\n")]);
    let places = project.places(&[]);
    assert!(places.contains(&"src/crlf.ts:2:3 forbidden".to_owned()), "{places:?}");
    assert!(places.contains(&"src/bom.ts:1:1 forbidden".to_owned()), "{places:?}");
}

#[test]
fn invalid_utf8() {
    let project = project(&[]);
    project.write("src/latin.ts", b"// caf\xe9\nconst s = '\xff\xfe';\nforbidden();\n");
    assert!(project.places(&[]).contains(&"src/latin.ts:3:1 forbidden".to_owned()));
    goes_on(&project, &[], 1, &[]);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    let project = project(&[("src/secret.ts", "forbidden();\n")]);
    fs::set_permissions(project.path("src/secret.ts"), Permissions::from_mode(0o000)).unwrap();
    if fs::read(project.path("src/secret.ts")).is_ok() {
        // Whoever may read everything meets the same message through a file that is not one.
        fs::remove_file(project.path("src/secret.ts")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(project.path("src/secret.ts")).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
        goes_on(&project, &[], 1, &[]);
        assert_eq!(project.json(&[]).1["summary"]["skipped"]["not a file"], 1);
        return;
    }
    goes_on(&project, &[], 1, &["src/secret.ts", "permission denied"]);
    goes_on(&project, &["src/good.ts", "src/secret.ts"], 2, &["src/secret.ts"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back() {
    let project = project(&[]);
    std::os::unix::fs::symlink("..", project.path("src/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere.ts", project.path("src/dangling.ts")).unwrap();
    goes_on(&project, &[], 1, &[]);
    assert_eq!(project.json(&[]).1["summary"]["skipped"]["link"], 2);
}

#[test]
fn a_yaml_alias_bomb() {
    let mut bomb = String::from("id: bomb\nlanguage: TypeScript\nmetadata:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (name, of) in [('b', 'a'), ('c', 'b'), ('d', 'c'), ('e', 'd'), ('f', 'e'), ('g', 'f'), ('h', 'g')] {
        bomb.push_str(&format!("  {name}: &{name} [{}]\n", vec![format!("*{of}"); 10].join(", ")));
    }
    goes_on(&project(&[("rules/bomb.yml", &bomb)]), &[], 2, &["rules/bomb.yml"]);
}

#[test]
fn a_regex_that_would_explode() {
    let rule = "id: r\nlanguage: TypeScript\nrule:\n  kind: identifier\n  regex: '(((a{1000}){1000}){1000})'\n";
    goes_on(&project(&[("rules/explode.yml", rule)]), &[], 2, &["rules/explode.yml"]);
    // A regex that makes backtracking engines run for ages is simply answered.
    let rule = "id: r\nlanguage: TypeScript\nseverity: error\nrule:\n  kind: string\n  regex: '^.(a+)+$'\n";
    let slow = project(&[("rules/slow.yml", rule)]);
    slow.write("src/slow.ts", format!("'{}'", "a".repeat(100_000)).as_bytes());
    goes_on(&slow, &[], 1, &[]);
}

#[test]
fn a_configuration_with_slips_of_the_pen() {
    let project = project(&[]);
    project.write("auditlint.toml", b"pack = []\nrule-dirs = [\"rules\"]\n[rules.forbiden]\nseverity = \"eror\"\n");
    let run = project.run(&[]);
    assert_eq!(run.code, 2, "{run:?}");
    for words in ["auditlint.toml:1:1", "`packs`", "`forbidden`", "`error`", "auditlint.toml:3:8"] {
        assert!(run.out.contains(words), "{words:?} is not in {}", run.out);
    }
}

#[test]
fn a_configuration_that_is_not_toml() {
    let project = project(&[]);
    project.write("auditlint.toml", b"packs = [\n");
    let run = project.run(&[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.contains("auditlint.toml:"), "{run:?}");
}

#[test]
fn regions_that_were_not_understood_are_counted() {
    let project = project(&[("src/broken.ts", "forbidden();\nconst = = ;\n")]);
    let (_, report) = project.json(&[]);
    assert_eq!(report["summary"]["not_understood"]["files"], 1);
    assert!(project::places(&report).contains(&"src/broken.ts:1:1 forbidden".to_owned()));
    let run = project.run(&[]);
    assert!(run.out.contains("Not understood: 1 region"), "{}", run.out);
}

#[test]
fn a_reader_that_goes_away() {
    use std::process::{Command, Stdio};
    let project = project(&[]);
    project.write("src/many.ts", "forbidden();\n".repeat(20_000).as_bytes());
    let mut child = Command::new(env!("CARGO_BIN_EXE_auditlint"))
        .args(["check", "--format", "concise"])
        .current_dir(project.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_ne!(output.status.code(), Some(101));
}

/// Whatever command reads the tasks says which files of them it could not read, and why.
#[test]
fn task_files_that_cannot_be_read_are_named_by_every_command() {
    let config = "packs = ['plan']\nrule-dirs = ['rules']\n[[tasks]]\nfiles = ['plan/*.md', 'none/*.yaml', 'plan/later', 'hidden/*.md']\n";
    let project = project(&[
        ("auditlint.toml", config),
        (".gitignore", "hidden\n"),
        ("hidden/a.md", "## SEC-9 Hidden\n- **Status:** todo\n"),
        ("plan/good.md", "## SEC-1 Title\n- **Status:** todo\n"),
        ("plan/empty.md", ""),
        ("plan/later/a.md", "x"),
    ]);
    project.git(&["init", "-q"]);
    project.write("plan/bytes.md", b"## SEC-2 T\xff\n- **Status:** todo\n");
    project.write("plan/wide.md", b"\xff\xfe#\0#\0");
    project.write("plan/large.md", &vec![b'x'; 5 << 20]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", project.path("plan/broken.md")).unwrap();
    let mut expected = vec![
        "no file matches `none/*.yaml`",
        "no file matches `plan/later`",
        "this is a folder",
        "no file matches `hidden/*.md`",
        "an ignore file or `exclude` leaves them out",
        "plan/bytes.md",
        "not UTF-8 and was read as `?`",
        "plan/wide.md",
        "is UTF-16 and was not read",
        "plan/large.md",
        "this task file cannot be read: is 5242880 bytes long",
        "plan/empty.md",
        "this task file is empty",
    ];
    if cfg!(unix) {
        expected.extend(["plan/broken.md", "the link is broken"]);
    }
    for args in [
        &["check"][..],
        &["check", "--format", "concise"],
        &["check", "--format", "json"],
        &["tasks"],
        &["tasks", "--format", "json"],
        &["tasks", "next"],
        &["tasks", "verify"],
        &["tasks", "show", "SEC-1"],
        &["tasks", "close"],
        &["report"],
        &["report", "--format", "html"],
        &["report", "--format", "csv"],
    ] {
        let run = project.run(args);
        // Lines are broken where a terminal is narrow, and marked in HTML.
        let said = format!("{}{}", run.out, run.err).replace("<code>", "`").replace("</code>", "`");
        let said: String = said.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        for words in &expected {
            assert!(said.contains(words), "{args:?} does not say {words:?}: {said}");
        }
        assert!(!said.contains("plan/empty.md:1:1: warning: this task file was not read"), "{args:?}: {said}");
    }
}
