//! `auditlint hook`, with the git that is installed.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::project::{Project, Run, command};

const CONFIG: &str = "packs = []\nrule-dirs = [\"rules\"]\n";
const RULE: &str =
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$ARGS)\n";

fn repository() -> Project {
    let project = Project::new(&[("auditlint.toml", CONFIG), ("rules/forbidden.yml", RULE), ("src/a.ts", "fine();\n")]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "one"]);
    project
}

/// The search path with the binary in front.
fn search_path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_auditlint")).parent().unwrap();
    format!("{}:{}", binary.display(), std::env::var("PATH").unwrap())
}

fn hook(folder: &Path, verb: &str) -> Run {
    let output = command(folder, &["hook", verb])
        .env("PATH", search_path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("HOME", folder)
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Whether git takes a commit; the hooks find the binary.
fn commits(folder: &Path, args: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "two"]).args(args);
    git.current_dir(folder).env("PATH", search_path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    git.output().unwrap().status.success()
}

fn write_hook(project: &Project, path: &str, text: &str) {
    project.write(path, text.as_bytes());
    std::fs::set_permissions(project.path(path), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_commit_is_what_was_checked() {
    let project = repository();
    let run = hook(project.root(), "status");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("pre-commit: not installed; `auditlint hook install`"), "{run:?}");
    let run = hook(project.root(), "install");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(hook(project.root(), "install").out.contains("is installed already"));
    let run = hook(project.root(), "status");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("pre-commit: installed, current\nauditlint: "), "{run:?}");
    // Staged in part: what counts is what will be committed.
    project.write("src/a.ts", b"forbidden();\n");
    project.git(&["add", "src/a.ts"]);
    project.write("src/a.ts", b"fine();\n");
    assert!(!commits(project.root(), &[]), "what is staged is refused though the file is fine");
    project.git(&["add", "src/a.ts"]);
    project.write("src/b.ts", b"better();\n");
    project.git(&["add", "src/b.ts"]);
    project.write("src/b.ts", b"forbidden();\n");
    assert!(commits(project.root(), &[]), "what is staged is fine");
    assert!(!commits(project.root(), &["-a"]));
    project.write("src/a.ts", b"finer();\n");
    assert!(commits(project.root(), &["src/a.ts"]), "another index");
    let run = hook(project.root(), "uninstall");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(commits(project.root(), &["-a"]), "nothing checks any more");
    assert!(!project.path(".git/hooks/pre-commit").exists());
    assert!(hook(project.root(), "uninstall").out.starts_with("No hook of auditlint is installed"));
}

#[test]
fn a_hook_that_is_there_runs_first_and_comes_back() {
    let project = repository();
    let old = "#!/bin/sh\necho \"$0 $#\" >>ran\ntest ! -e refuse\n";
    write_hook(&project, ".git/hooks/pre-commit", old);
    let run = hook(project.root(), "install");
    assert!(run.out.contains("is kept as pre-commit.before-auditlint and runs first"), "{run:?}");
    project.write("src/a.ts", b"finer();\n");
    assert!(commits(project.root(), &["-a"]));
    assert_eq!(project.read("ran").lines().count(), 1);
    project.write("src/a.ts", b"forbidden();\n");
    assert!(!commits(project.root(), &["-a"]), "auditlint refuses");
    project.write("src/a.ts", b"finest();\n");
    project.write("refuse", b"");
    assert!(!commits(project.root(), &["-a"]), "the old hook refuses");
    // A second one would have to be kept too.
    write_hook(&project, ".git/hooks/pre-commit", "#!/bin/sh\n");
    let run = hook(project.root(), "install");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("holds both pre-commit and pre-commit.before-auditlint"), "{run:?}");
    std::fs::remove_file(project.path(".git/hooks/pre-commit")).unwrap();
    assert_eq!(hook(project.root(), "install").code, 0);
    let run = hook(project.root(), "uninstall");
    assert!(run.out.contains("is the one that was there before"), "{run:?}");
    assert_eq!(project.read(".git/hooks/pre-commit"), old);
    assert!(!project.path(".git/hooks/pre-commit.before-auditlint").exists());
}

#[test]
fn what_is_not_ours_stays_as_it_is() {
    for (text, code, part) in [
        ("#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n", 2, ".pre-commit-config.yaml"),
        ("#!/bin/sh\nif [ \"$LEFTHOOK\" = \"0\" ]; then exit 0; fi\n", 2, "lefthook.yml"),
        ("#!/bin/sh\nauditlint check --staged\n", 0, "calls auditlint already"),
    ] {
        let project = repository();
        write_hook(&project, ".git/hooks/pre-commit", text);
        let run = hook(project.root(), "install");
        assert_eq!(run.code, code, "{text}: {run:?}");
        assert!((run.out + &run.err).contains(part), "{text}");
        assert_eq!(project.read(".git/hooks/pre-commit"), text);
        hook(project.root(), "uninstall");
        assert_eq!(project.read(".git/hooks/pre-commit"), text);
    }
    // Changed by hand.
    let project = repository();
    hook(project.root(), "install");
    let edited = project.read(".git/hooks/pre-commit") + "npm test\n";
    project.write(".git/hooks/pre-commit", edited.as_bytes());
    for verb in ["install", "uninstall"] {
        let run = hook(project.root(), verb);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains("changed by hand since"), "{run:?}");
    }
    assert_eq!(project.read(".git/hooks/pre-commit"), edited);
    // git passes over what nobody may run.
    std::fs::set_permissions(project.path(".git/hooks/pre-commit"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = hook(project.root(), "status");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("not executable, so git passes it over"), "{run:?}");
}

#[test]
fn the_folder_that_git_looks_into() {
    // A folder of the team.
    let project = repository();
    project.git(&["config", "core.hooksPath", ".githooks"]);
    let run = hook(project.root(), "install");
    assert!(run.out.contains("`core.hooksPath` names this folder"), "{run:?}");
    project.write("src/a.ts", b"forbidden();\n");
    assert!(!commits(project.root(), &["-a"]), "it stands where git looks: {run:?}");
    assert!(project.path(".githooks/pre-commit").exists() && !project.path(".git/hooks/pre-commit").exists());
    // One that other repositories may share, as the user's configuration says.
    let project = repository();
    let shared = Project::new(&[]);
    project.write(".gitconfig", format!("[core]\n\thooksPath = {}\n", shared.root().display()).as_bytes());
    let run = command(project.root(), &["hook", "install"])
        .env("HOME", project.root())
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&run.stderr);
    assert!(err.contains("may run in other repositories too; nothing was written"), "{err}");
    assert!(std::fs::read_dir(shared.root()).unwrap().next().is_none());
    // husky's.
    let project = repository();
    project.git(&["config", "core.hooksPath", ".husky/_"]);
    let run = hook(project.root(), "install");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("Add the line `auditlint check --staged` to .husky/pre-commit"), "{run:?}");
}

#[test]
fn linked_worktrees_and_projects_in_a_folder() {
    let project = repository();
    project.git(&["worktree", "add", "--quiet", "-b", "other", "linked"]);
    let linked = project.path("linked");
    let run = hook(&linked, "install");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(project.path(".git/hooks/pre-commit").exists(), "hooks are those of the repository: {run:?}");
    std::fs::write(linked.join("src/a.ts"), "forbidden();\n").unwrap();
    assert!(!commits(&linked, &["-a"]));
    std::fs::write(linked.join("src/a.ts"), "finer();\n").unwrap();
    assert!(commits(&linked, &["-a"]));
    // A configuration below the root of the repository is named in the hook.
    let project = Project::new(&[
        ("apps/it's web/auditlint.toml", CONFIG),
        ("apps/it's web/rules/forbidden.yml", RULE),
        ("apps/it's web/src/a.ts", "forbidden();\n"),
    ]);
    project.git(&["init", "--quiet"]);
    assert_eq!(hook(&project.path("apps/it's web"), "install").code, 0);
    project.git(&["add", "."]);
    assert!(!commits(project.root(), &[]));
    project.write("apps/it's web/src/a.ts", b"fine();\n");
    project.git(&["add", "."]);
    assert!(commits(project.root(), &[]));
}

#[test]
fn without_a_repository_and_without_the_program() {
    let project = Project::new(&[("auditlint.toml", CONFIG)]);
    let run = hook(project.root(), "install");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("a hook needs a git repository with a worktree around"), "{run:?}");
    // Away from the search path, the hook refuses and says why; nothing is green because it was not looked at.
    let project = repository();
    hook(project.root(), "install");
    project.write("src/a.ts", b"finer();\n");
    let mut git = Command::new("git");
    git.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-am", "two"]);
    let output = git.current_dir(project.root()).env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(!output.status.success());
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("auditlint is not on the PATH, so what is staged was not checked."), "{err}");
}
