//! What is not a regular file: what it may hold is held against nobody, and a file with several paths is accused once.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::project::Project;

type Files = &'static [(&'static str, &'static str)];

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = [\"consistency\"]\n");
const WORKFLOW: (&str, &str) = (
    ".github/workflows/ci.yml",
    "on: push\njobs:\n  a:\n    steps:\n      - run: npm test\n      - run: make -C k ci\n",
);
const SCRIPT: (&str, &str) = ("scripts/check-a.sh", "true\n");
const MANIFEST: (&str, &str) =
    ("package.json", r#"{"private": true, "scripts": {"test": "vitest"}, "devDependencies": {"vitest": "3"}}"#);

/// A project, the file without which somebody may be accused, and the rule that accuses without it, if one does.
const KINDS: &[(Files, (&str, &str), &str)] = &[
    (
        &[WORKFLOW, SCRIPT, MANIFEST],
        ("k/lefthook.yml", "pre-commit:\n  commands:\n    a: { run: sh scripts/check-a.sh }\n"),
        "script-never-run-by-ci",
    ),
    (
        &[WORKFLOW, SCRIPT, MANIFEST],
        (".github/workflows/b.yml", "on: push\njobs:\n  b:\n    steps:\n      - run: sh scripts/check-a.sh\n"),
        "script-never-run-by-ci",
    ),
    (&[WORKFLOW, SCRIPT, MANIFEST], ("k/Makefile", "ci:\n\tsh ../scripts/check-a.sh\n"), "script-never-run-by-ci"),
    (
        &[WORKFLOW, SCRIPT, MANIFEST],
        (".gitlab/b.yml", "b:\n  script: sh scripts/check-a.sh\n"),
        "script-never-run-by-ci",
    ),
    (&[WORKFLOW, SCRIPT, MANIFEST], (".husky/pre-push", "sh scripts/check-a.sh\n"), "script-never-run-by-ci"),
    (
        &[
            WORKFLOW,
            SCRIPT,
            MANIFEST,
            (".gitlab-ci.yml", "include:\n  - local: ci/b.gitlab-ci.yml\na:\n  script: npm test\n"),
        ],
        ("ci/b.gitlab-ci.yml", "b:\n  script: sh scripts/check-a.sh\n"),
        "",
    ),
    (
        &[WORKFLOW, SCRIPT, MANIFEST, ("k/Makefile", "ci:\n\tsh ../tools/all.sh\n")],
        ("tools/all.sh", "sh scripts/check-a.sh\n"),
        "script-never-run-by-ci",
    ),
    (
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"k\"]\n[package]\nname = \"r\"\n[dependencies]\nc = \"1\"\n"),
            ("src/lib.rs", "pub fn f() {}\n"),
            ("k/src/lib.rs", "use a::b;\n"),
        ],
        ("k/Cargo.toml", "[package]\nname = \"k\"\n[dependencies]\na = \"1\"\n"),
        "",
    ),
    (
        &[(".env.example", "B=1\n"), ("src/a.ts", "f(process.env.A);\n")],
        ("k/.env.sample", "A=1\n"),
        "env-var-undocumented",
    ),
    (
        &[MANIFEST, ("k/src/a.ts", "import 'a';\n")],
        ("k/package.json", r#"{"dependencies": {"a": "1"}}"#),
        "undeclared-import",
    ),
    (
        &[MANIFEST, ("k/src/a.ts", "import 'lib/b';\n"), ("k/other/b.ts", "f();\n")],
        ("k/tsconfig.json", r#"{"compilerOptions": {"paths": {"lib/*": ["./other/*"]}}}"#),
        "undeclared-import",
    ),
    (
        &[
            (
                "prisma/schema.prisma",
                "datasource db {\n  provider = \"postgresql\"\n}\nmodel User {\n  id Int @id\n  b Int\n}\n",
            ),
            ("prisma/migrations/1_a/migration.sql", "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL);\n"),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
        ],
        ("prisma/migrations/2_b/migration.sql", "ALTER TABLE \"User\" ADD COLUMN \"b\" INTEGER NOT NULL;\n"),
        "prisma-field-without-migration",
    ),
];

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts a link at a path.
fn link(project: &Project, target: impl AsRef<Path>, path: &str) {
    fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    symlink(target, project.path(path)).unwrap();
}

/// `rule path` of each finding, and what the problems say.
fn told(project: &Project, args: &[&str]) -> (Vec<String>, String) {
    let report = project.json(args).1;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap();
    let findings = findings.iter().map(|found| format!("{} {}", text(&found["rule"]), text(&found["path"])));
    (findings.collect(), report["problems"].to_string())
}

#[test]
fn what_is_no_regular_file_is_held_against_nobody() {
    for (files, (path, text), rule) in KINDS {
        let new = || {
            let project = Project::new(files);
            project.write(CONFIG.0, CONFIG.1.as_bytes());
            project
        };
        let accused = |project: &Project| {
            let (findings, problems) = told(project, &[]);
            (findings.iter().any(|found| found.starts_with(rule)), format!("{findings:?} {problems}"))
        };
        let project = new();
        let (is_accused, problems) = accused(&project);
        // Without some of them nobody knows enough to accuse.
        assert!(rule.is_empty() || is_accused, "{path}: nobody is accused without it: {problems}");
        project.write(path, text.as_bytes());
        assert!(!accused(&project).0, "{path}: it does not acquit");
        let outside = tempfile::tempdir().unwrap();
        let folder = path.rsplit_once('/').unwrap().0;
        for way in ["inside", "outside", "dangling", "pipe", "folder inside", "folder outside", "folder dangling"] {
            let project = new();
            match way {
                "inside" => {
                    project.write("stored/text", text.as_bytes());
                    link(&project, project.path("stored/text"), path);
                }
                "outside" => {
                    fs::write(outside.path().join("text"), text).unwrap();
                    link(&project, outside.path().join("text"), path);
                }
                "dangling" => link(&project, "nowhere", path),
                "pipe" => pipe(&project.path(path)),
                "folder inside" => {
                    // What the folder holds besides goes with it.
                    project.write(path, text.as_bytes());
                    fs::rename(project.path(folder), project.path("stored")).unwrap();
                    link(&project, project.path("stored"), folder);
                }
                // Where more lies in the folder, it cannot be a link to somewhere else.
                _ if project.path(folder).exists() || !(path.starts_with('.') || path.ends_with(".sql")) => continue,
                "folder outside" => link(&project, outside.path(), folder),
                _ => link(&project, "nowhere", folder),
            }
            let (is_accused, problems) = accused(&project);
            assert!(!is_accused, "{path}: {way}: {problems}");
            let is_said = problems.contains("cannot be read");
            assert_eq!(is_said, !way.contains("inside"), "{path}: {way}: {problems}");
        }
    }
}

#[test]
fn a_file_with_several_paths_is_accused_once() {
    // Files, links, what is found.
    let cases: &[(Files, Files, &[&str])] = &[
        (&[("AGENTS.md", "[a](./gone.md)\n")], &[("CLAUDE.md", "AGENTS.md")], &["missing-file-ref AGENTS.md"]),
        // From one of its places the document is there.
        (&[("AGENTS.md", "[a](./b.md)\n"), ("docs/b.md", "b\n")], &[("docs/a.md", "../AGENTS.md")], &[]),
        // Where it lies nobody reads it.
        (
            &[("stored/text", "[a](./gone.md)\n")],
            &[("a.md", "stored/text"), ("b.md", "stored/text")],
            &["missing-file-ref a.md"],
        ),
        // What is run by one path is run.
        (
            &[
                WORKFLOW,
                MANIFEST,
                ("k/Makefile", "ci:\n\tsh ../scripts/check-a.sh\n"),
                ("other/scripts/check-a.sh", "true\n"),
            ],
            &[("scripts/check-a.sh", "../other/scripts/check-a.sh")],
            &[],
        ),
        (
            &[WORKFLOW, MANIFEST, ("k/Makefile", "ci:\n\ttrue\n"), ("other/scripts/check-a.sh", "true\n")],
            &[("scripts/check-a.sh", "../other/scripts/check-a.sh")],
            &["script-never-run-by-ci other/scripts/check-a.sh"],
        ),
        // A folder inside of itself is not another folder.
        (&[("a/README.md", "[a](./gone.md)\n")], &[("a/b/c", "../..")], &["missing-file-ref a/README.md"]),
        // What is left out stays out.
        (
            &[
                ("auditlint.toml", "packs = [\"consistency\"]\nexclude = [\"/x.md\"]\n"),
                ("stored/text", "[a](./gone.md)\n"),
            ],
            &[("x.md", "stored/text")],
            &[],
        ),
    ];
    for (files, links, expected) in cases {
        let project = Project::new(&[CONFIG]);
        files.iter().for_each(|(path, text)| project.write(path, text.as_bytes()));
        links.iter().for_each(|(path, target)| link(&project, target, path));
        let (findings, problems) = told(&project, &[]);
        assert_eq!(findings, *expected, "{links:?}: {problems}");
    }
    // Who names the link or the file hears of it.
    let project = Project::new(&[CONFIG, ("stored/text", "[a](./gone.md)\n")]);
    link(&project, "stored/text", "a.md");
    for named in ["a.md", "stored/text", "stored"] {
        assert_eq!(told(&project, &[named]).0, ["missing-file-ref a.md"], "{named}");
    }
}

#[test]
fn a_doubt_is_no_wider_than_the_file() {
    // Other rules judge as before, and so does this one elsewhere.
    for target in ["nowhere", "/dev/null"] {
        let project = Project::new(&[CONFIG, ("README.md", "[a](./gone.md)\n"), ("src/a.ts", "f(process.env.A);\n")]);
        project.write(".env.example", b"B=1\n");
        for path in ["CLAUDE.md", "docs", "result", "LICENSE", "src/node_modules", ".#a.ts"] {
            link(&project, target, path);
        }
        let (findings, problems) = told(&project, &[]);
        assert_eq!(findings, ["missing-file-ref README.md", "env-var-undocumented src/a.ts"], "{problems}");
        assert_eq!(problems.matches("cannot be read").count(), 1, "{problems}");
    }
}

#[test]
fn sources_that_are_no_files_are_said() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a.ts"), "f();\n").unwrap();
    let project = Project::new(&[("d/a.ts", "f();\n"), ("e/a.ts", "f();\n")]);
    pipe(&project.path("d/pipe.ts"));
    pipe(&project.path("d/pipe"));
    link(&project, outside.path().join("a.ts"), "d/outside.ts");
    link(&project, "a.ts", "d/inside.ts");
    link(&project, "nowhere.ts", "d/dangling.ts");
    for (args, code, count) in [
        (&[][..], 0, 3),
        (&["d"], 0, 3),
        (&["--strict", "d"], 2, 3),
        (&["e"], 0, 0),
        (&["--strict", "e"], 0, 0),
        (&["d/pipe.ts"], 2, 1),
        (&["d/outside.ts"], 2, 1),
    ] {
        let (found, report) = project.json(args);
        let problems = report["problems"].as_array().unwrap();
        assert_eq!((found, problems.len()), (code, count), "{args:?}: {problems:?}");
    }
}

#[test]
fn files_that_decide_about_others_are_said_where_they_cannot_be_read() {
    for name in [".gitignore", ".ignore", ".auditlintignore", ".gitattributes", "d/.gitattributes", ".git/info/exclude"]
    {
        for way in ["pipe", "folder", "dangling", "outside"] {
            let project = Project::new(&[("a.ts", "f();\n"), ("d/a.ts", "f();\n")]);
            fs::create_dir_all(project.path(".git/info")).unwrap();
            match way {
                "pipe" => pipe(&project.path(name)),
                "folder" => fs::create_dir(project.path(name)).unwrap(),
                "dangling" => link(&project, "nowhere", name),
                _ => link(&project, "/dev/null", name),
            }
            let problems = told(&project, &[]).1;
            assert_eq!(problems.matches("cannot be read").count(), 1, "{name}: {way}: {problems}");
        }
    }
    // In a linked worktree there is no such folder, and nothing to say.
    let project = Project::new(&[("a.ts", "f();\n"), (".git", "gitdir: elsewhere\n")]);
    assert_eq!(told(&project, &[]).1, "[]");
}

#[test]
fn links_that_multiply_a_file_are_bounded() {
    let text = format!("{}\n", "word ".repeat(1 << 18));
    let project = Project::new(&[CONFIG, ("stored/text", &text)]);
    for i in 0..100 {
        link(&project, "../stored/text", &format!("k/{i}.md"));
    }
    let (_, problems) = told(&project, &[]);
    assert_eq!(problems.matches("links point to more than 64 MiB").count(), 49, "{problems}");
}

#[test]
fn task_files_at_links_are_read_once() {
    let config =
        "packs = [\"recommended\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n[rules.process-env]\ntasks = [\"T-1\"]\n";
    let task = "id: T-1\ntitle: a\nacceptance: [b]\n";
    // The target, and how many problems there are.
    for (target, count) in [("../stored/text", 0), ("other.yaml", 0), ("nowhere", 2), ("/dev/null", 2)] {
        let project =
            Project::new(&[("a.ts", "f(process.env.A);\n"), ("auditlint.toml", config), ("stored/text", task)]);
        project.write("tasks/more.yaml", b"id: T-2\ntitle: a\nacceptance: [b]\n");
        if target == "other.yaml" {
            project.write("tasks/other.yaml", task.as_bytes());
        }
        link(&project, target, "tasks/a.yaml");
        let (findings, problems) = told(&project, &[]);
        assert_eq!(findings, ["process-env a.ts"]);
        assert_eq!(problems.matches("\"message\"").count(), count, "{target}: {problems}");
    }
}
