//! A repository that is only looked at: nothing of it is run, nothing outside of it is read or written.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{Project, run_in};

/// A rule whose findings can be fixed.
const RULE: (&str, &str) = (
    "rules/r.yml",
    "id: old\nlanguage: TypeScript\nseverity: error\nmessage: 'found $A'\nrule: {pattern: old($A)}\nfix: new_($A)\n",
);

/// Runs git with the settings of nobody.
fn git(folder: &Path, args: &[&str], input: &str) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("HOME", folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// Every key of git's configuration that names a program, or makes git look for one.
const PROGRAMS: &[&str] = &[
    "alias.cat-file",
    "alias.log",
    "alias.show",
    "blame.markUnblamableLines",
    "browser.x.cmd",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.external",
    "diff.x.command",
    "diff.x.textconv",
    "difftool.x.cmd",
    "filter.x.clean",
    "filter.x.process",
    "filter.x.smudge",
    "gpg.openpgp.program",
    "gpg.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.ssh.program",
    "gpg.x509.program",
    "imap.tunnel",
    "interactive.diffFilter",
    "man.x.cmd",
    "merge.x.driver",
    "mergetool.x.cmd",
    "pager.log",
    "pager.show",
    "receive.procReceiveRefs",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sendemail.toCmd",
    "sequence.editor",
    "submodule.x.update",
    "tar.x.command",
    "trailer.x.command",
    "uploadpack.packObjectsHook",
    "web.browser",
];

const HOOKS: &[&str] =
    &["fsmonitor-watchman", "post-checkout", "post-index-change", "pre-auto-gc", "pre-commit", "reference-transaction"];

/// A repository whose own configuration, hooks, attributes and signature name a program, and `git` itself in front of the
/// search path: none leaves its mark, whatever auditlint is asked.
#[test]
fn no_program_is_started() {
    let project = Project::new(&[
        RULE,
        ("auditlint.toml", "packs = [\"recommended\", \"consistency\"]\nrule-dirs = [\"rules\"]\n"),
    ]);
    let root = project.root();
    // Every one of them leaves a mark beside the repository's files.
    let mark = root.join("MARK");
    let evil = root.join("evil.sh");
    executable(&evil, &format!("#!/bin/sh\necho \"$0 $@\" >> {}\n", mark.display()));
    project.write("a.ts", b"// auditlint-ignore old until 2099-01-01: later\nold(1);\nold(2);\n");
    project.write(".gitattributes", b"* filter=x diff=x merge=x\n");
    git(root, &["init", "--quiet", "-b", "main"], "");
    let bare = root.join("bare");
    git(root, &["init", "--quiet", "--bare", "-b", "main", "bare"], "");
    fs::copy(root.join("auditlint.toml"), bare.join("auditlint.toml")).unwrap();
    project
        .write("bare/a.ts", b"// auditlint-ignore process-env until 2099-01-01: x\nexport const a = process.env.X;\n");
    for folder in [root.to_path_buf(), bare.clone()] {
        let tree = git(&folder, &["mktree"], "");
        let commit = format!(
            "tree {tree}\nauthor a <a@b> 1700000000 +0000\ncommitter a <a@b> 1700000000 +0000\n\
             gpgsig -----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----\n\nmsg\n"
        );
        let id = git(&folder, &["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], &commit);
        git(&folder, &["update-ref", "refs/heads/main", &id], "");
        git(&folder, &["config", "log.showSignature", "true"], "");
        git(&folder, &["config", "protocol.ext.allow", "always"], "");
        git(&folder, &["config", "remote.origin.url", &format!("ext::{}", evil.display())], "");
        git(&folder, &["config", "remote.origin.promisor", "true"], "");
        for key in PROGRAMS {
            git(&folder, &["config", key, &evil.display().to_string()], "");
        }
        let own = if folder == bare { bare.clone() } else { folder.join(".git") };
        for hook in HOOKS {
            fs::create_dir_all(own.join("hooks")).unwrap();
            fs::copy(&evil, own.join("hooks").join(hook)).unwrap();
        }
    }
    let path = root.join("path");
    fs::create_dir(&path).unwrap();
    for program in ["git", "gpg", "less", "sh", "ssh", "gh", "delta"] {
        fs::copy(&evil, path.join(program)).unwrap();
    }
    let _ = fs::remove_file(&mark);
    // Anything that can be asked, what writes at the end.
    let asked: &[&[&str]] = &[
        &["check"],
        &["check", "--format", "github"],
        &["check", "--show-files"],
        &["check", "--print-config"],
        &["check", "--diff"],
        &["tasks"],
        &["facts", "repo.file"],
        &["rules", "list"],
        &["rules", "test"],
        &["rules", "show", "old", "--explain", "a.ts:2"],
        &["init", "--stdout"],
        &["check", "--fix"],
        &["check", "--add-ignore", "--reason", "later"],
    ];
    let search = format!("{}:{}", path.display(), std::env::var("PATH").unwrap_or_default());
    for args in asked {
        for folder in [root, &bare] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_auditlint"));
            let done =
                command.current_dir(folder).args(*args).env("PATH", &search).stdin(Stdio::null()).output().unwrap();
            assert!(done.status.code().is_some_and(|code| code <= 2), "{args:?}: {done:?}");
            assert!(!mark.exists(), "{args:?} in {}: {}", folder.display(), fs::read_to_string(&mark).unwrap());
        }
    }
}

/// The date that `until` is compared with is that of the commit of the repository around, in every form that git keeps it.
#[test]
fn the_date_of_the_commit_is_read_without_git() {
    let until = |day: &str| format!("// auditlint-ignore old until {day}: later\nold(1);\n");
    let make = |format: &str| {
        let project = Project::new(&[RULE, ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n")]);
        git(project.root(), &["init", "--quiet", "-b", "main", &format!("--object-format={format}")], "");
        let tree = git(project.root(), &["mktree"], "");
        // Half past eleven in the evening of the committer, the next day in UTC.
        let who = "a <a@b> 1760567400 -0330";
        let commit = format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nmsg\n");
        let id = git(project.root(), &["hash-object", "-t", "commit", "-w", "--stdin"], &commit);
        git(project.root(), &["update-ref", "refs/heads/main", &id], "");
        project
    };
    let silenced = |project: &Project, day: &str| {
        project.write("a.ts", until(day).as_bytes());
        let (_, report) = project.json(&[]);
        assert_eq!(report["problems"].as_array().map(Vec::len), Some(0), "{report}");
        report["summary"]["suppressed"] == 1
    };
    for format in ["sha1", "sha256"] {
        let project = make(format);
        let check = || {
            assert!(silenced(&project, "2025-10-16"), "{format}");
            assert!(!silenced(&project, "2025-10-15"), "{format}");
        };
        check();
        git(project.root(), &["pack-refs", "--all"], "");
        git(project.root(), &["repack", "-adq"], "");
        git(project.root(), &["prune-packed"], "");
        check();
        git(project.root(), &["checkout", "--quiet", "--detach"], "");
        check();
    }
    // A worktree of its own, and a clone that borrows its objects.
    let project = make("sha1");
    let beside = tempfile::tempdir().unwrap();
    let linked = beside.path().join("linked");
    git(project.root(), &["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()], "");
    let shared = beside.path().join("shared");
    git(project.root(), &["clone", "--quiet", "--shared", ".", shared.to_str().unwrap()], "");
    for folder in [linked, shared] {
        for (path, text) in [RULE, ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n")] {
            fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
            fs::write(folder.join(path), text).unwrap();
        }
        fs::write(folder.join("a.ts"), until("2025-10-15")).unwrap();
        let run = run_in(&folder, &["check", "--format", "concise"], None);
        assert!(run.out.contains("expired-suppression"), "{}: {run:?}", folder.display());
    }
}

#[test]
fn a_repository_that_cannot_be_read_is_said() {
    let code = "// auditlint-ignore old until 2001-01-01: later\nold(1);\n";
    let config = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
    for broken in ["HEAD is nothing", "a pipe", "an object that is missing"] {
        let project = Project::new(&[RULE, config, ("a.ts", code)]);
        git(project.root(), &["init", "--quiet", "-b", "main"], "");
        let head = project.path(".git/HEAD");
        match broken {
            "a pipe" => {
                fs::remove_file(&head).unwrap();
                assert!(Command::new("mkfifo").arg(&head).status().unwrap().success());
            }
            "HEAD is nothing" => fs::write(&head, "nothing").unwrap(),
            _ => fs::write(&head, "0123456789012345678901234567890123456789\n").unwrap(),
        }
        let run = project.run(&["check"]);
        assert!(run.out.contains("the date of the checked-out commit cannot be read"), "{broken}: {run:?}");
        assert!(run.out.contains("--as-of"), "{broken}: {run:?}");
        // Whoever gives the day needs no repository.
        let run = project.run(&["check", "--as-of", "2020-01-01"]);
        assert!(!run.out.contains("cannot be read") && run.out.contains("expired"), "{broken}: {run:?}");
    }
    // Wherever the files of a repository lead, a pipe is seen before it is opened.
    type Attack = fn(&Project);
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let moved: Attack = |project| {
        fs::rename(project.path(".git"), project.path("dotgit")).unwrap();
        fs::write(project.path(".git"), "gitdir: dotgit\n").unwrap();
        fs::remove_file(project.path("dotgit/config")).unwrap();
        assert!(Command::new("mkfifo").arg(project.path("dotgit/config")).status().unwrap().success());
    };
    let common: Attack = |project| fs::write(project.path(".git/commondir"), "../beside\n").unwrap();
    let refs: Attack = |project| {
        fs::remove_dir_all(project.path(".git/refs/heads")).unwrap();
        symlink("../../beside", project.path(".git/refs/heads")).unwrap();
    };
    let borrowed: Attack = |project| fs::write(project.path(".git/objects/info/alternates"), "../../beside\n").unwrap();
    for attack in [moved, common, refs, borrowed] {
        let project = Project::new(&[RULE, config, ("a.ts", code)]);
        git(project.root(), &["init", "--quiet", "-b", "main"], "");
        fs::create_dir(project.path("beside")).unwrap();
        for name in ["main", "config", "pack"] {
            pipe(&project.path("beside").join(name));
        }
        attack(&project);
        let problems = project.json(&[]).1["problems"].to_string();
        assert!(problems.contains("is not a regular file"), "{problems}");
    }
    // What a link in git's own folder leads to is not quoted.
    for (name, secret) in
        [("packed-refs", "token: SECRET\n"), ("commondir", "SECRET\n"), ("refs/heads/main", "ref: SECRET\n")]
    {
        let project = Project::new(&[RULE, config, ("a.ts", code), ("secret", secret)]);
        git(project.root(), &["init", "--quiet", "-b", "main"], "");
        symlink(project.path("secret"), project.path(".git").join(name)).unwrap();
        let run = project.run(&["check"]);
        assert!(run.out.contains("cannot be read") && !run.out.contains("SECRET"), "{name}: {run:?}");
    }
    // Before the first commit there is no date, and nothing to say.
    let project = Project::new(&[RULE, config, ("a.ts", code)]);
    git(project.root(), &["init", "--quiet"], "");
    assert_eq!(project.json(&[]).1["summary"]["suppressed"], 1);
}

#[test]
fn neither_configuration_nor_links_lead_outside() {
    let secret = "{\"token\": \"SECRET\"}\nid: SECRET\n";
    type Entries = &'static [(&'static str, &'static str)];
    // What it is, files, links.
    let attacks: &[(&str, Entries, Entries)] = &[
        ("status", &[("auditlint.toml", "[[tasks]]\nexternal = \"P-\\\\d+\"\nstatus = \"../home/secret\"\n")], &[]),
        ("rule-dirs", &[("auditlint.toml", "rule-dirs = [\"../home\"]\n")], &[]),
        ("ruleDirs", &[("auditlint.toml", ""), ("sgconfig.yml", "ruleDirs: [../home]\nutilDirs: [../home]\n")], &[]),
        (
            "rule file",
            &[("auditlint.toml", "rule-dirs = [\"rules\"]\n"), RULE],
            &[("rules/x.yml", "../../home/secret")],
        ),
        ("rule folder", &[("auditlint.toml", "rule-dirs = [\"linked\"]\n")], &[("linked", "../home")]),
        ("sgconfig", &[("auditlint.toml", "")], &[("sgconfig.yml", "../home/secret")]),
        ("auditlint.toml", &[], &[("auditlint.toml", "../home/secret")]),
        ("ignore file", &[("auditlint.toml", "")], &[(".gitignore", "../home/secret")]),
        ("attributes", &[("auditlint.toml", "")], &[(".gitattributes", "../home/secret")]),
        ("task files", &[("auditlint.toml", "[[tasks]]\nfiles = \"../home/*\"\n")], &[("tasks", "../home")]),
    ];
    for (what, files, links) in attacks {
        let place = tempfile::tempdir().unwrap();
        let (root, home) = (place.path().join("repo"), place.path().join("home"));
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join("secret"), secret).unwrap();
        fs::write(home.join("secret.yml"), secret).unwrap();
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("a.ts"), "f();\n").unwrap();
        for (path, text) in *files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for (link, target) in *links {
            symlink(target, root.join(link)).unwrap();
        }
        for args in [
            &["check"][..],
            &["check", "--format", "json"],
            &["tasks"],
            &["rules", "list", "--all"],
            &["init", "--stdout"],
        ] {
            let run = run_in(&root, args, None);
            assert!(!format!("{}{}", run.out, run.err).contains("SECRET"), "{what}: {args:?}: {run:?}");
        }
    }
}

#[test]
fn a_named_place_is_followed_and_a_link_to_the_outside_is_not() {
    let place = tempfile::tempdir().unwrap();
    let (root, home) = (place.path().join("repo"), place.path().join("home"));
    for (path, text) in [RULE, ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n"), ("src/a.ts", "old(1);\n")] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("x.ts"), "old(2);\n").unwrap();
    symlink("../home", root.join("d")).unwrap();
    symlink("../home/x.ts", root.join("x.ts")).unwrap();
    for named in ["d", "d/x.ts", "x.ts"] {
        let run = run_in(&root, &["check", "--fix", named], None);
        assert_eq!(run.code, 2, "{named}: {run:?}");
        assert!(run.out.contains("leads outside the repository"), "{named}: {run:?}");
    }
    assert_eq!(fs::read_to_string(home.join("x.ts")).unwrap(), "old(2);\n");
    // Who names a configuration through a link has named the folder that it leads to.
    symlink(&root, place.path().join("link")).unwrap();
    let run = run_in(place.path(), &["check", "--config", "link/auditlint.toml", "--format", "concise"], None);
    assert!(run.out.contains("src/a.ts:1:1"), "{run:?}");
}

#[test]
fn special_files_do_not_hang_a_run() {
    let names = [
        ".gitignore",
        ".ignore",
        ".auditlintignore",
        ".gitattributes",
        "sgconfig.yml",
        "auditlint.toml",
        "named.ts",
        "package.json",
        "tasks/a.yaml",
        "rules/r.yml",
        ".env",
        "tsconfig.json",
        "Cargo.toml",
        "schema.prisma",
        "a.sql",
        ".github/workflows/ci.yml",
        "Makefile",
        "run.sh",
        "README.md",
    ];
    for name in names {
        let project = Project::new(&[("a.ts", "import x from 'y';\n")]);
        if name != "auditlint.toml" {
            let config = "packs = [\"recommended\", \"consistency\"]\nrule-dirs = [\"rules\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n";
            project.write("auditlint.toml", config.as_bytes());
        }
        fs::create_dir_all(project.path("rules")).unwrap();
        fs::create_dir_all(project.path(name).parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(project.path(name)).status().unwrap().success());
        for args in [&["check"][..], &["check", name], &["tasks"], &["check", "--add-ignore", "--reason", "r"]] {
            let run = project.run(args);
            assert!((0..=2).contains(&run.code), "{name}: {run:?}");
        }
        assert!(fs::symlink_metadata(project.path(name)).is_ok_and(|meta| !meta.is_file()), "{name} was replaced");
    }
}

#[test]
fn a_configuration_that_is_no_file_is_said() {
    let attacks: [fn(&Path); 3] = [
        |path| symlink("nowhere", path).unwrap(),
        |path| fs::create_dir(path).unwrap(),
        |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
    ];
    for attack in attacks {
        let project = Project::new(&[("a.ts", "f();\n")]);
        attack(&project.path("auditlint.toml"));
        let run = project.run(&["check"]);
        assert!(run.code == 2 && run.err.contains("auditlint.toml cannot be read"), "{run:?}");
    }
}
