//! What the walk leaves out against what git itself leaves out.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::path::Path;
use std::process::Command;

use auditlint_engine::{Config, Engine, RunOptions, Worktree};

const PATHS: &[&str] = &[
    "a.ts",
    "b.log",
    "dist/x.ts",
    "src/a.ts",
    "src/a.test.ts",
    "src/dist/x.ts",
    "src/deep/er/y.ts",
    "src/deep/er/z.log",
    "src/[id]/page.ts",
    "src/sp ace.ts",
    "src/über.ts",
    "src/#hash.ts",
    "src/!bang.ts",
    "web/build/out.ts",
    "web/build/keep/in.ts",
    "web/A.TS",
];

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    // Ignore files of whoever runs the test are none of its business.
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env("XDG_CONFIG_HOME", folder);
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Writes ignore files into a fresh repository and compares both lists.
#[track_caller]
fn check(ignore_files: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "--quiet"]);
    for (path, text) in PATHS.iter().map(|path| (*path, "")).chain(ignore_files.iter().copied()) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let listed = git(root, &["ls-files", "-z", "--others", "--exclude-standard"]);
    let mut expected: Vec<&str> = listed.split_terminator('\0').collect();
    expected.sort_unstable();
    let worktree = Worktree::open(root, None).unwrap();
    let engine = Engine::load(&worktree, Config::default(), RunOptions::default(), Vec::new());
    let project = engine.snapshot(&worktree);
    let found: Vec<&str> = project.discovered.files.iter().map(auditlint_source::FilePath::as_str).collect();
    assert_eq!(project.problems(), []);
    assert_eq!(found, expected, "{ignore_files:?}");
}

#[test]
fn the_walk_agrees_with_git() {
    for patterns in [
        "",
        "*.log",
        "dist",
        "dist/",
        "/dist/",
        "src/dist",
        "**/dist",
        "src/**/y.ts",
        "src/**",
        "src/*",
        "src/*\n!src/a.ts",
        "src/deep/\n!src/deep/er/y.ts",
        "*\n!*/\n!*.ts",
        "*.ts\n!a.ts",
        "web/build/*\n!web/build/keep/",
        "src/[id]/",
        "src/\\[id\\]/",
        "src/a?test.ts",
        "sp ace.ts",
        "*.log   \ndist/\\ ",
        "\\#hash.ts\n\\!bang.ts",
        "#hash.ts\n!bang.ts",
        "über.ts",
        "*.TS",
        "a.ts/",
        "\u{feff}*.log\r\ndist/\r\n",
        "**",
        "/**/er/",
        "src/deep/**/z.log",
        "!dist\ndist\n!dist",
        "x[\n*.log",
    ] {
        check(&[(".gitignore", patterns)]);
    }
    check(&[
        (".gitignore", "*.log\ndist/"),
        ("src/.gitignore", "!dist/\n/a.ts\ndeep/er"),
        ("web/.gitignore", "*\n!A.TS"),
    ]);
    check(&[(".gitignore", "src"), ("src/.gitignore", "!a.ts")]);
    check(&[(".git/info/exclude", "*.log\n/dist"), (".gitignore", "!b.log")]);
}
