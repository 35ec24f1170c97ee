//! `check --staged` and `check --since`: what a change brings.

use std::process::Stdio;

use crate::project::{Project, command};

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const RULE: (&str, &str) = (
    "rules/forbidden.yml",
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$ARGS)\n",
);

/// A repository with one commit.
fn repository(files: &[(&str, &str)]) -> Project {
    let mut all = vec![CONFIG, RULE];
    all.extend(files);
    let project = Project::new(&all);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "one"]);
    project
}

#[track_caller]
fn check_staged(project: &Project, expected: &[&str]) {
    assert_eq!(project.places(&["--staged"]), expected);
}

#[test]
fn what_is_staged_counts_and_not_what_is_checked_out() {
    let project = repository(&[("src/a.ts", "fine();\n"), ("src/old.ts", "forbidden();\n")]);
    check_staged(&project, &[]);
    project.write("src/a.ts", b"fine();\nforbidden(1);\n");
    check_staged(&project, &[]);
    project.git(&["add", "src/a.ts"]);
    project.write("src/a.ts", b"forbidden(2);\nforbidden(3);\nforbidden(1);\n");
    check_staged(&project, &["src/a.ts:2:1 forbidden"]);
    let run = project.run(&["check", "--staged"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("2 │ forbidden(1);"), "the staged text is quoted: {run:?}");
    assert!(run.out.ends_with("Partial run: what is staged.\n"), "{run:?}");
    // Put right in the folder only, it is still what would be committed.
    project.write("src/a.ts", b"fine();\n");
    check_staged(&project, &["src/a.ts:2:1 forbidden"]);
    // Paths narrow it.
    assert_eq!(project.places(&["--staged", "rules"]), [""; 0]);
}

/// Fixes what is staged; gives how the run ended and what it said.
#[track_caller]
fn check_fixed(project: &Project, args: &[&str], code: i32, said: &[&str]) {
    let run = project.run(&[&["check", "--staged"][..], args].concat());
    assert_eq!(run.code, code, "{run:?}");
    for said in said {
        assert!(run.out.contains(said), "`{said}` is not in {run:?}");
    }
}

#[test]
fn what_is_staged_is_fixed_where_the_worktree_has_the_same() {
    let rule = RULE.1.replace("message: no", "message: no\nfix: allowed($$$ARGS)");
    let project = repository(&[("src/a.ts", "fine();\n"), ("src/b.ts", "fine();\n"), ("src/c.ts", "forbidden();\n")]);
    project.write("rules/forbidden.yml", rule.as_bytes());
    project.write("src/a.ts", b"forbidden(1);\r\n");
    project.git(&["add", "."]);
    let to_stage = "look at what changed, then stage it: git add -- src/a.ts";
    check_fixed(
        &project,
        &["--fix"],
        0,
        &["a staged file was fixed in the worktree, and the fix is not staged", to_stage],
    );
    assert_eq!(project.read("src/a.ts"), "allowed(1);\r\n");
    // What was committed before is not what a commit is asked about.
    assert_eq!(project.read("src/c.ts"), "forbidden();\n");
    // Until it is staged, the commit has the finding.
    check_staged(&project, &["src/a.ts:1:1 forbidden"]);
    project.git(&["add", "."]);
    check_fixed(&project, &["--fix"], 0, &["No findings"]);
}

#[test]
fn a_fix_does_not_stage_what_was_left_out() {
    let rule = RULE.1.replace("message: no", "message: no\nfix: allowed($$$ARGS)");
    let project = repository(&[("src/a.ts", "fine();\n"), ("src/b.ts", "fine();\n"), ("src/gone.ts", "fine();\n")]);
    project.write("rules/forbidden.yml", rule.as_bytes());
    for file in ["src/a.ts", "src/b.ts", "src/gone.ts"] {
        project.write(file, b"forbidden(1);\n");
    }
    project.git(&["add", "."]);
    project.write("src/b.ts", b"forbidden(1);\nlater();\n");
    std::fs::remove_file(project.path("src/gone.ts")).unwrap();
    let said = "the worktree has other content than what is staged, so the file was not fixed";
    check_fixed(
        &project,
        &["--fix", "--format", "concise"],
        2,
        &[
            &format!("src/b.ts:1:1: error: {said}"),
            &format!("src/gone.ts:1:1: error: {said}"),
            "src/b.ts:1:1: error[forbidden]",
            "src/gone.ts:1:1: error[forbidden]",
        ],
    );
    assert_eq!(project.read("src/a.ts"), "allowed(1);\n");
    assert_eq!(project.read("src/b.ts"), "forbidden(1);\nlater();\n");
    assert!(!project.path("src/gone.ts").exists());
}

#[test]
fn staged_fixes_keep_to_paths() {
    let rule = RULE.1.replace("message: no", "message: no\nfix: allowed($$$ARGS)");
    let project = repository(&[("src/a.ts", "fine();\n"), ("lib/b.ts", "fine();\n")]);
    project.write("rules/forbidden.yml", rule.as_bytes());
    for file in ["src/a.ts", "lib/b.ts"] {
        project.write(file, b"forbidden(2);\n");
    }
    project.git(&["add", "."]);
    check_fixed(&project, &["--fix", "src"], 0, &["git add -- src/a.ts"]);
    assert_eq!(project.read("src/a.ts"), "allowed(2);\n");
    assert_eq!(project.read("lib/b.ts"), "forbidden(2);\n");
    // A fix brings a file to where nothing is left to fix, so it does not keep to lines.
    let run = project.run(&["check", "--staged", "--fix", "--changed-lines"]);
    assert!(run.code == 2 && run.err.contains("--fix fixes whole files"), "{run:?}");
}

#[test]
fn what_is_excluded_is_not_judged_because_it_is_staged() {
    let project = repository(&[]);
    project.write("auditlint.toml", b"packs = []\nrule-dirs = [\"rules\"]\nexclude = [\"/old/\"]\n");
    project.write("old/a.ts", b"forbidden();\n");
    project.write("src/a.ts", b"forbidden();\n");
    project.git(&["add", "."]);
    check_staged(&project, &["src/a.ts:1:1 forbidden"]);
    // Named by somebody, it is.
    assert_eq!(project.places(&["--staged", "old/a.ts"]), ["old/a.ts:1:1 forbidden"]);
}

#[test]
fn rules_and_configuration_are_those_that_are_staged() {
    let project = repository(&[("src/a.ts", "fine();\n")]);
    project.write("src/a.ts", b"forbidden();\nother();\n");
    project.git(&["add", "src/a.ts"]);
    project.write("rules/forbidden.yml", RULE.1.replace("forbidden($$$ARGS)", "other()").as_bytes());
    check_staged(&project, &["src/a.ts:1:1 forbidden"]);
    project.git(&["add", "rules"]);
    check_staged(&project, &["src/a.ts:2:1 forbidden"]);
    project.write("auditlint.toml", b"packs = []\n");
    check_staged(&project, &["src/a.ts:2:1 forbidden"]);
    project.git(&["rm", "--quiet", "--cached", "auditlint.toml"]);
    let run = project.run(&["check", "--staged"]);
    assert!(run.out.contains("the configuration is not staged, so the defaults hold"), "{run:?}");
}

#[test]
fn mistakes_of_a_commit_without_sources_are_said() {
    let project = repository(&[("src/a.ts", "fine();\n")]);
    project.write("auditlint.toml", b"pakcs = []\n");
    project.git(&["add", "auditlint.toml"]);
    let run = project.run(&["check", "--staged"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.contains("unknown key `pakcs`"), "{run:?}");
}

#[test]
fn all_kinds_of_entries() {
    let project =
        repository(&[("src/a.ts", "fine();\n"), ("src/gone.ts", "forbidden();\n"), ("src/move.ts", "f();\n")]);
    project.git(&["rm", "--quiet", "src/gone.ts"]);
    project.git(&["mv", "src/move.ts", "src/moved.ts"]);
    check_staged(&project, &[]);
    // Only announced, and so no part of the commit.
    project.write("src/later.ts", b"forbidden();\n");
    project.git(&["add", "--intent-to-add", "src/later.ts"]);
    check_staged(&project, &[]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    project.write("src/large.ts", pointer.as_bytes());
    project.git(&["add", "src/large.ts"]);
    let run = project.run(&["check", "--staged"]);
    assert!(run.out.contains("is kept by Git LFS"), "{run:?}");
    project.git(&["reset", "--quiet"]);
    // An object that is in nobody's way: a submodule.
    let head = "1234567890123456789012345678901234567890";
    project.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},sub")]);
    check_staged(&project, &[]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_index() {
    let project = repository(&[("src/a.ts", "fine();\n")]);
    std::os::unix::fs::symlink("a.ts", project.path("src/link.ts")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", project.path("src/out.ts")).unwrap();
    project.git(&["add", "src"]);
    check_staged(&project, &[]);
}

#[test]
fn an_index_that_is_not_merged_is_refused() {
    let project = repository(&[("src/a.ts", "fine();\n")]);
    project.git(&["checkout", "--quiet", "-b", "other"]);
    project.write("src/a.ts", b"b();\n");
    project.git(&["commit", "--quiet", "-am", "two"]);
    project.git(&["checkout", "--quiet", "main"]);
    project.write("src/a.ts", b"c();\n");
    project.git(&["commit", "--quiet", "-am", "three"]);
    let merge =
        std::process::Command::new("git").args(["merge", "--quiet", "other"]).current_dir(project.root()).output();
    assert!(!merge.unwrap().status.success());
    let run = project.run(&["check", "--staged"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("`src/a.ts` is not merged yet"), "{run:?}");
}

#[test]
fn the_first_commit_and_no_repository() {
    let project = Project::new(&[CONFIG, RULE, ("src/a.ts", "forbidden();\n")]);
    let run = project.run(&["check", "--staged"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("--staged needs a git repository"), "{run:?}");
    project.git(&["init", "--quiet"]);
    check_staged(&project, &[]);
    project.git(&["add", "."]);
    check_staged(&project, &["src/a.ts:1:1 forbidden"]);
}

#[test]
fn repositories_of_other_shapes() {
    for (init, config) in [
        (&["--object-format=sha256"][..], None),
        (&[], Some(("index.version", "4"))),
        (&[], Some(("core.splitIndex", "true"))),
    ] {
        let project = Project::new(&[CONFIG, RULE, ("src/a.ts", "fine();\n"), ("apps/web/b.ts", "fine();\n")]);
        project.git(&[&["init", "--quiet"], init].concat());
        if let Some((key, value)) = config {
            project.git(&["config", key, value]);
        }
        project.git(&["add", "."]);
        project.git(&["commit", "--quiet", "-m", "one"]);
        project.write("apps/web/b.ts", b"forbidden();\n");
        project.git(&["add", "."]);
        let run = project.run(&["check", "--staged", "--format", "concise"]);
        assert_eq!(run.out, "apps/web/b.ts:1:1: error[forbidden] no\n", "{init:?} {config:?}: {run:?}");
        // What came since a commit, and lines, in objects of other names.
        assert_eq!(project.places(&["--since", "HEAD", "--changed-lines"]), ["apps/web/b.ts:1:1 forbidden"]);
    }
}

/// What git tells a hook: the index of `commit -a` and of `commit PATH` is another one.
#[cfg(unix)]
#[test]
fn a_hook_sees_what_will_be_committed() {
    use std::os::unix::fs::PermissionsExt;
    let project = repository(&[("src/a.ts", "fine();\n"), ("src/b.ts", "fine();\n")]);
    let hook =
        format!("#!/bin/sh\nexec {} check --staged --format concise >hook.log 2>&1\n", env!("CARGO_BIN_EXE_auditlint"));
    project.write(".git/hooks/pre-commit", hook.as_bytes());
    std::fs::set_permissions(project.path(".git/hooks/pre-commit"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let commit = |args: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "two"]).args(args);
        git.current_dir(project.root()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    };
    project.write("src/a.ts", b"forbidden();\n");
    project.write("src/b.ts", b"better();\n");
    assert!(!commit(&["-a"]), "{}", project.read("hook.log"));
    assert!(project.read("hook.log").starts_with("src/a.ts:1:1: error[forbidden] no\n"));
    assert!(commit(&["src/b.ts"]), "only what is fine: {}", project.read("hook.log"));
    project.git(&["add", "src/a.ts"]);
    project.write("src/a.ts", b"fine();\n");
    assert!(!commit(&[]), "what is staged is refused though the file is fine");
}

#[test]
fn what_came_since_a_commit() {
    let project = repository(&[("src/a.ts", "forbidden(1);\n"), ("src/b.ts", "forbidden(1);\n")]);
    project.git(&["tag", "v1"]);
    // Moved down, renamed, and one more.
    project.write("src/a.ts", b"fine();\n\nforbidden(1);\nforbidden(2);\n");
    project.git(&["mv", "src/b.ts", "src/c.ts"]);
    project.git(&["commit", "--quiet", "-am", "two"]);
    assert_eq!(project.places(&["--since", "v1"]), ["src/a.ts:4:1 forbidden"]);
    assert_eq!(project.places(&["--since", "HEAD"]), [""; 0]);
    assert_eq!(project.places(&["--since", "HEAD~1"]), ["src/a.ts:4:1 forbidden"]);
    let run = project.run(&["check", "--since", "v1"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains(" · 2 known, 1 new\n"), "{run:?}");
    for (revision, part) in
        [("v2", "there is no commit `v2`"), ("HEAD^{tree}", "is not a commit"), ("", "there is no commit")]
    {
        let run = project.run(&["check", "--since", revision]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(part), "{run:?}");
    }
}

#[test]
fn a_shallow_clone_says_what_is_missing() {
    let project = repository(&[("src/a.ts", "fine();\n")]);
    project.write("src/a.ts", b"finer();\n");
    project.git(&["commit", "--quiet", "-am", "two"]);
    let address = format!("file://{}", project.root().display());
    let clone = Project::new(&[]);
    clone.git(&["clone", "--quiet", "--depth=1", &address, "clone"]);
    let run = command(&clone.path("clone"), &["check", "--since", "HEAD~1"]).output().unwrap();
    let err = String::from_utf8_lossy(&run.stderr);
    assert!(err.contains("the clone is shallow, and `git fetch --unshallow`"), "{err}");
}

#[test]
fn a_schema_that_changes_alone_shows_the_queries_that_it_breaks() {
    let schema = |field: &str| format!("model User {{\n  id   Int @id\n  {field} String\n}}\n");
    let query = "import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n\
                 export const all = () => prisma.user.findMany({ select: { name: true, gone: true } });\n";
    let project = Project::new(&[
        ("auditlint.toml", "packs = [\"consistency\"]\n"),
        ("package.json", "{ \"name\": \"a\", \"dependencies\": { \"@prisma/client\": \"5\" } }\n"),
        ("prisma/schema.prisma", &schema("name")),
        ("src/users.ts", query),
    ]);
    project.git(&["init", "--quiet"]);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "one"]);
    project.write("prisma/schema.prisma", schema("fullName").as_bytes());
    project.git(&["add", "."]);
    let places = project.places(&["--staged", "--rule", "prisma-unknown-field"]);
    assert_eq!(places, ["src/users.ts:3:59 prisma-unknown-field"], "`gone` was there before");
}

#[test]
fn what_a_staged_file_imports_is_followed() {
    let rule = "id: environment\nlanguage: TypeScript\nseverity: error\nmessage: no\n\
                rule: { kind: member_expression, has: { field: object, resolves-to: process.env } }\n";
    let env = "export const env = process.env;\n";
    let project =
        repository(&[("rules/env.yml", rule), ("src/env.ts", env), ("src/index.ts", "export * from './env';\n")]);
    let reading = "import { env } from './index';\nenv.A;\n";
    project.write("src/a.ts", reading.as_bytes());
    project.git(&["add", "src/a.ts"]);
    check_staged(&project, &["src/a.ts:2:1 environment"]);
    // What is checked out and not staged says nothing.
    project.write("src/env.ts", b"export const env = {};\n");
    check_staged(&project, &["src/a.ts:2:1 environment"]);
    project.git(&["add", "src/env.ts"]);
    project.git(&["commit", "--quiet", "-m", "two", "src/env.ts"]);
    check_staged(&project, &[]);
    // An editor's text is seen with the files around it.
    project.write("src/env.ts", env.as_bytes());
    let run = project.run_with_input(&["check", "--stdin-filename", "src/other.ts", "--format", "concise"], reading);
    assert!(run.out.contains("src/other.ts:2:1: error[environment]"), "{run:?}");
}

#[test]
fn only_lines_that_the_change_touched() {
    let project = repository(&[
        ("src/a.ts", "forbidden(\n  1,\n  2,\n);\nfine();\nforbidden(3);\n"),
        ("src/b.ts", "forbidden(1);\n"),
    ]);
    project.git(&["tag", "v1"]);
    project.write("src/a.ts", b"forbidden(\n  1,\n);\nfine();\nforbidden(3);\nforbidden(4);\n");
    project.git(&["mv", "src/b.ts", "src/c.ts"]);
    project.git(&["add", "."]);
    // An argument was taken out of the first call; the others are as they were, or their file has another name only.
    let strict = ["--staged", "--changed-lines"];
    assert_eq!(project.places(&strict), ["src/a.ts:1:1 forbidden", "src/a.ts:6:1 forbidden"]);
    let run = project.run(&["check", "--staged", "--changed-lines"]);
    let only = "Partial run: what is staged, lines that the change touched (2 findings on other lines are left out).\n";
    assert!(run.out.ends_with(only), "{run:?}");
    // By fingerprint the first call is another one too.
    assert_eq!(
        project.places(&["--since", "v1", "--changed-lines"]),
        ["src/a.ts:1:1 forbidden", "src/a.ts:6:1 forbidden"]
    );
    // Made anew in another place, it is new, and not on a line that came.
    project.git(&["commit", "--quiet", "-m", "two"]);
    project.write("src/a.ts", b"forbidden(3);\nfunction f() {\n}\n");
    project.git(&["commit", "--quiet", "-am", "three"]);
    project.write("src/a.ts", b"function f() {\nforbidden(3);\n}\n");
    assert_eq!(project.places(&["--since", "HEAD"]), ["src/a.ts:2:1 forbidden"]);
    let run = project.run(&["check", "--changed-lines"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("give --since REV or --staged with it"), "{run:?}");
}

#[test]
fn line_ends_are_no_change_and_a_first_commit_is_one() {
    let project = repository(&[("src/a.ts", "fine();\nforbidden(1);\n")]);
    project.write("src/a.ts", b"fine();\r\nforbidden(1);\r\nforbidden(2);\r\n");
    assert_eq!(project.places(&["--since", "HEAD", "--changed-lines"]), ["src/a.ts:3:1 forbidden"]);
    // Before the first commit every line is new.
    let project = Project::new(&[CONFIG, RULE, ("src/a.ts", "forbidden();\n")]);
    project.git(&["init", "--quiet"]);
    project.git(&["add", "."]);
    assert_eq!(project.places(&["--staged", "--changed-lines"]), ["src/a.ts:1:1 forbidden"]);
}

/// An index that shares most of its entries with another file, as git writes it after many changes: entries that are gone, replaced and new.
#[test]
fn a_split_index_is_read_as_a_whole() {
    let names: Vec<String> = (0..90).map(|number| format!("src/f{number:02}.ts")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "fine();\n")).collect();
    for version in ["2", "4"] {
        let project = repository(&files);
        project.git(&["update-index", "--index-version", version]);
        project.git(&["config", "splitIndex.maxPercentChange", "100"]);
        project.git(&["update-index", "--split-index"]);
        project.git(&["rm", "--quiet", "--cached", "src/f07.ts", "src/f64.ts"]);
        project.write("src/f30.ts", b"forbidden(30);\n");
        project.write("src/f88.ts", b"forbidden(88);\n");
        project.write("src/new.ts", b"forbidden(1);\n");
        project.git(&["add", "src/f30.ts", "src/f88.ts", "src/new.ts"]);
        let shared = std::fs::read_dir(project.path(".git")).unwrap().flatten();
        let shared = shared.filter(|entry| entry.file_name().to_string_lossy().starts_with("sharedindex.")).count();
        assert!(shared > 0, "git has split it");
        let expected = ["src/f30.ts:1:1 forbidden", "src/f88.ts:1:1 forbidden", "src/new.ts:1:1 forbidden"];
        assert_eq!(project.places(&["--staged"]), expected, "version {version}");
        // What git tracks is read though its ignore files cover it; what is tracked no more is not.
        project.write(".gitignore", b"src/\n");
        let run = project.run(&["check", "--show-files"]);
        let listed = run.out.lines().filter(|line| line.starts_with("src/")).count();
        assert_eq!(listed, 89, "version {version}: {run:?}");
        // The other part is gone.
        for entry in std::fs::read_dir(project.path(".git")).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("sharedindex.") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
        let run = project.run(&["check", "--staged"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains("`git update-index --no-split-index` joins them"), "{run:?}");
    }
}

/// A sparse checkout, with an index that holds folders in the place of their files: they are part of what will be committed.
#[test]
fn what_is_not_checked_out_is_part_of_the_commit() {
    let import = "import { gone } from '../../lib/src/b';\ngone();\n";
    let project = Project::new(&[
        ("auditlint.toml", "packs = [\"consistency\"]\nrule-dirs = [\"rules\"]\n"),
        RULE,
        ("package.json", "{ \"name\": \"a\" }\n"),
        ("apps/web/a.ts", "export const a = 1;\n"),
        ("lib/src/b.ts", "export const gone = () => 1;\n"),
        ("lib/deep/er/c.ts", "fine();\n"),
    ]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "one"]);
    project.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "apps/web", "rules"]);
    assert!(!project.path("lib/src/b.ts").exists(), "it is not checked out");
    project.write("apps/web/a.ts", import.as_bytes());
    project.git(&["add", "apps/web/a.ts"]);
    let rule = ["--staged", "--rule", "missing-named-export", "--rule", "unresolved-import", "--rule", "forbidden"];
    assert_eq!(project.places(&rule), [""; 0], "the file that is imported is part of the commit");
    project.write("apps/web/a.ts", import.replace("src/b", "src/d").as_bytes());
    project.git(&["add", "apps/web/a.ts"]);
    assert_eq!(project.places(&rule), ["apps/web/a.ts:1:22 unresolved-import"]);
}

/// A submodule is left out and said; that another commit of it is staged is nothing to check.
#[test]
fn submodules_are_left_out_and_said() {
    let library = repository(&[("src/lib.ts", "forbidden();\n")]);
    let project = repository(&[("src/a.ts", "fine();\n")]);
    let address = format!("file://{}", library.root().display());
    project.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &address, "vendored"]);
    project.write("src/a.ts", b"finer();\n");
    project.git(&["add", "."]);
    let run = project.run(&["check", "--staged", "--verbose"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("1 submodule"), "{run:?}");
}

/// Nothing of the folder is read: the same commits, with nothing checked out, and in a checkout of their own.
#[test]
fn the_index_gives_what_a_checkout_of_it_gives() {
    let rule = RULE.1.replace("language: TypeScript", "language: TypeScript\nfiles: [\"**/*.ts\"]");
    let project = Project::new(&[
        ("auditlint.toml", "packs = [\"recommended\", \"consistency\"]\nrule-dirs = [\"rules\"]\n"),
        ("rules/forbidden.yml", &rule),
        ("package.json", "{ \"name\": \"a\", \"scripts\": { \"test\": \"node scripts/run.mjs\" } }\n"),
        ("src/ä b.ts", "forbidden(1);\r\nconst x = process.env.X;\r\n"),
        ("src/mark.ts", "\u{feff}forbidden(2);\n"),
        (".gitignore", "ignored/\n"),
        ("lib/.gitignore", "*.gen.ts\n"),
        ("lib/a.gen.ts", "forbidden(3);\n"),
        ("lib/b.ts", "import { none } from './c';\nforbidden(none);\n"),
        ("lib/c.ts", "export const some = 1;\n"),
        ("ignored/d.ts", "forbidden(4);\n"),
        (".gitattributes", "lib/made.ts linguist-generated\n"),
        ("lib/made.ts", "forbidden(5);\n"),
    ]);
    project.git(&["init", "--quiet"]);
    project.git(&["add", "--all", "--force"]);
    let check = |round: u32| {
        let checkout = Project::new(&[]);
        let prefix = format!("--prefix={}/", checkout.root().display());
        project.git(&["checkout-index", "--all", &prefix]);
        checkout.git(&["init", "--quiet"]);
        checkout.git(&["add", "--all", "--force"]);
        let bare = Project::new(&[]);
        let mut copy = std::process::Command::new("cp");
        copy.args(["-r", ".git"]).arg(bare.root()).current_dir(project.root());
        assert!(copy.status().unwrap().success());
        let findings = |project: &Project, arg: &str| project.json(&[arg]).1["findings"].clone();
        let (staged, named) = (findings(&bare, "--staged"), findings(&checkout, "."));
        assert_eq!(staged, named, "round {round}");
        assert!(staged.as_array().unwrap().len() >= 4, "round {round}: {staged:#}");
    };
    check(1);
    project.git(&["mv", "lib/b.ts", "src/b.ts"]);
    project.git(&["rm", "--quiet", "--cached", "ignored/d.ts"]);
    project.write("src/ä b.ts", b"// nothing but this\nforbidden(1);\n");
    project.write("package.json", b"{ \"name\": \"a\", \"scripts\": { \"test\": \"node scripts/other.mjs\" } }\n");
    project.git(&["add", "src", "package.json"]);
    // What comes behind it in the folder is not staged.
    project.write("lib/c.ts", b"export const none = 1;\n");
    check(2);
}

/// What git notes of folders that did not change is taken at its word, and what did change is found in each of them.
#[test]
fn a_change_is_found_wherever_it_lies() {
    let names = ["a.ts", "a/x.ts", "a-b/x.ts", "a/b/x.ts", "a/b/c/x.ts", "a0/x.ts", "b/x.ts", "z.ts"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "fine();\n")).collect();
    for fresh in [true, false] {
        let project = repository(&files);
        for name in names {
            project.git(&["reset", "--quiet", "--hard"]);
            if fresh {
                // Without the notes, as another program may write an index.
                std::fs::remove_file(project.path(".git/index")).unwrap();
                project.git(&["reset", "--quiet"]);
            }
            project.write(name, b"forbidden();\n");
            project.git(&["add", name]);
            check_staged(&project, &[&format!("{name}:1:1 forbidden")]);
        }
        // All of one folder is gone, and a file stands in its place.
        project.git(&["reset", "--quiet", "--hard"]);
        project.git(&["rm", "-r", "--quiet", "a"]);
        project.write("a", b"");
        project.write("a.ts", b"forbidden();\n");
        project.git(&["add", "--all"]);
        check_staged(&project, &["a.ts:1:1 forbidden"]);
    }
}

/// A run on a part of a project reads what that part imports, step by step, and no other module.
#[test]
fn modules_that_nobody_of_the_change_imports_are_not_read() {
    let rule = "id: environment\nlanguage: TypeScript\nseverity: error\nmessage: no\n\
                rule: { kind: member_expression, has: { field: object, resolves-to: process.env } }\n";
    let project = repository(&[("rules/env.yml", rule), ("src/step.ts", "export * from './env0';\n")]);
    for number in 0..20 {
        project.write(&format!("src/env{number}.ts"), b"export const env = process.env;\n");
    }
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "two"]);
    for (text, expected, read) in [
        ("fine();\n", &[][..], 0),
        ("import { env } from './step';\nenv.A;\n", &["src/a.ts:2:1 environment"], 2),
        ("import { env } from './env3';\nimport './env4';\nenv.A;\n", &["src/a.ts:3:1 environment"], 2),
        ("import { env } from './gone';\nimport { b } from './b';\nenv.A;\n", &[], 0),
    ] {
        project.write("src/a.ts", text.as_bytes());
        project.git(&["add", "."]);
        check_staged(&project, expected);
        let run = project.run(&["check", "--staged", "--no-cache", "--timings"]);
        // Where nothing was counted, there is no such table.
        let figures = run.err.lines().skip_while(|line| !line.contains("files with exports read")).nth(1);
        let exports_read = figures.and_then(|line| line.split_whitespace().last()).unwrap_or("0");
        assert_eq!(exports_read, read.to_string(), "{text}: {run:?}");
        assert_eq!(project.places(&["src/a.ts"]), expected);
    }
}
