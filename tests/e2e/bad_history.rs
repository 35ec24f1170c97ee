//! What is wrong with a repository where a change or the past is asked for: each is said in a sentence, with what to do.

use crate::project::{Project, Run, command, run_in};

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const RULE: (&str, &str) = (
    "rules/forbidden.yml",
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$ARGS)\n",
);

/// A repository with two commits.
fn repository() -> Project {
    let project = Project::new(&[CONFIG, RULE, ("src/a.ts", "fine();\n")]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "one"]);
    project.write("src/a.ts", b"forbidden();\n");
    project.git(&["commit", "--quiet", "-am", "two"]);
    project
}

/// What asks for a change or the past.
const COMMANDS: [&[&str]; 5] = [
    &["check", "--staged"],
    &["check", "--since", "HEAD~1"],
    &["history", "--since", "HEAD~1"],
    &["bisect", "T-1"],
    &["hook", "status"],
];

#[track_caller]
fn refuses(run: &Run, part: &str) {
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains(part), "{part}: {run:?}");
    assert!(!run.err.contains("panicked"), "{run:?}");
}

/// git is not run, so nothing depends on which one is installed, or on whether any is.
#[test]
fn a_machine_without_git() {
    let project = repository();
    for args in COMMANDS {
        let output = command(project.root(), args).env("PATH", "").output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        let expected = match args[0] {
            "check" => 1 - i32::from(args.contains(&"--staged")),
            "history" => 0,
            "bisect" => 2,
            _ => 1,
        };
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {err}");
        assert!(!err.contains("git: "), "{args:?}: {err}");
    }
}

#[test]
fn folders_without_a_repository_and_bare_ones() {
    let plain = Project::new(&[CONFIG, RULE]);
    let project = repository();
    let address = format!("file://{}", project.root().display());
    plain.git(&["clone", "--quiet", "--bare", &address, "bare.git"]);
    for args in COMMANDS {
        refuses(&plain.run(args), "needs a git repository with a worktree around");
        refuses(&run_in(&plain.path("bare.git"), args, None), "needs a git repository with a worktree around");
    }
}

#[test]
fn revisions_that_are_not_there_or_have_nothing_in_common() {
    let project = repository();
    for revision in ["v9", "", "HEAD~7", "refs/heads/none", "-x", "HEAD^{blob}", "\u{1b}[31m"] {
        refuses(&project.run(&["check", &format!("--since={revision}")]), "--since");
        refuses(&project.run(&["history", &format!("--since={revision}")]), "--since");
    }
    project.git(&["checkout", "--quiet", "--orphan", "other"]);
    project.git(&["commit", "--quiet", "-m", "alone"]);
    project.git(&["checkout", "--quiet", "main"]);
    refuses(&project.run(&["history", "--since", "other"]), "have no commit in common");
    // Two states can be compared whatever lies between them.
    let run = project.run(&["check", "--since", "other"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("1 known"), "{run:?}");
}

#[test]
fn a_repository_before_its_first_commit() {
    let project = Project::new(&[CONFIG, RULE]);
    project.git(&["init", "--quiet"]);
    refuses(&project.run(&["check", "--since", "HEAD"]), "there is no commit `HEAD`");
    refuses(&project.run(&["history", "--since", "HEAD"]), "there is no commit `HEAD`");
    refuses(&project.run(&["bisect", "T-1"]), "there is no commit `HEAD`");
}

/// What a later git has written is not read as if it were understood.
#[test]
fn a_repository_of_a_later_git() {
    let project = repository();
    project.write(".git/config", b"[core]\n\trepositoryformatversion = 9\n\tbare = false\n");
    for args in COMMANDS {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(!run.err.contains("panicked"), "{args:?}: {run:?}");
    }
}

/// Objects that are gone or damaged are said, wherever they are met.
#[test]
fn damaged_repositories() {
    let project = repository();
    let objects: Vec<std::path::PathBuf> = std::fs::read_dir(project.path(".git/objects"))
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().len() == 2)
        .flat_map(|entry| std::fs::read_dir(entry.path()).unwrap().flatten().map(|file| file.path()))
        .collect();
    assert!(objects.len() > 5);
    for object in &objects {
        let kept = std::fs::read(object).unwrap();
        for damage in [None, Some(&b"x"[..])] {
            // It may be gone already.
            let _ = std::fs::remove_file(object);
            if let Some(damage) = damage {
                std::fs::write(object, damage).unwrap();
            }
            for args in [COMMANDS[0], COMMANDS[1], COMMANDS[2]] {
                let run = project.run(args);
                assert!([0, 1, 2].contains(&run.code), "{object:?} {args:?}: {run:?}");
                assert!(!run.err.contains("panicked"), "{object:?} {args:?}: {run:?}");
            }
        }
        let _ = std::fs::remove_file(object);
        std::fs::write(object, kept).unwrap();
    }
    project.write(".git/index", b"DIRC\0\0\0\x02\xff\xff\xff\xff");
    refuses(&project.run(&["check", "--staged"]), "git's index cannot be read: it is damaged");
}

/// A blob that is not here, as in a partial clone, is a file that was not read, and not one without findings.
#[test]
fn files_that_a_partial_clone_does_not_hold() {
    let project = repository();
    project.git(&["config", "uploadpack.allowFilter", "true"]);
    let address = format!("file://{}", project.root().display());
    let clone = Project::new(&[]);
    clone.git(&["clone", "--quiet", "--filter=blob:none", &address, "clone"]);
    let run = run_in(&clone.path("clone"), &["history", "--since", "HEAD~1"], None);
    assert!(run.err.contains("src/a.ts: the file cannot be read"), "{run:?}");
    assert!(run.err.contains("in "), "{run:?}");
}
