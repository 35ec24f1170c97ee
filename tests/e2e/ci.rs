//! What the action for GitHub and the template for GitLab do: their steps are the scripts in `ci/`, which run here as they do there,
//! on a release that is made here.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{Project, Run};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const BINARY: &str = env!("CARGO_BIN_EXE_auditlint");

const STORE: &str =
    "const sessions = new Map<string, string>();\nexport const put = (id: string) => sessions.set(id, id);\n";
const CONFIG: &str = "[[tasks]]\nfiles = \"tasks/*.yaml\"\n\n[rules.in-memory-store]\ntasks = [\"T-7\"]\n";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A project with a task that is declared done and is not.
fn project() -> Project {
    let task = "id: T-7\ntitle: Keep sessions in Redis\nstatus: done\n";
    Project::new(&[("auditlint.toml", CONFIG), ("src/session.ts", STORE), ("tasks/T-7.yaml", task)])
}

/// Runs a script of `ci/` in a project, without anything that a CI has set around this test. Programs in the folder `bin` of the
/// project come first.
fn script(project: &Project, name: &str, variables: &[(&str, &str)]) -> Run {
    shell(project, &format!("sh '{}'", repository().join("ci").join(name).display()), variables)
}

fn shell(project: &Project, line: &str, variables: &[(&str, &str)]) -> Run {
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(project.root())
        .env_clear()
        .env("PATH", format!("{}:{path}", project.path("bin").display()))
        .env("HOME", project.root())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Puts a program into the folder `bin` of a project.
fn program(project: &Project, name: &str, text: &str) {
    let path = format!("bin/{name}");
    project.write(&path, text.as_bytes());
    fs::set_permissions(project.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
}

/// A release for this machine, below `releases`: a script in the place of the binary, since one with symbols takes long to pack.
fn release(project: &Project) -> PathBuf {
    program(project, "released", &format!("#!/bin/sh\nexec '{BINARY}' \"$@\"\n"));
    let kernel = shell(project, "uname -s", &[]).out;
    let machine = shell(project, "uname -m", &[]).out.trim().replace("arm64", "aarch64");
    let system = if kernel.trim() == "Darwin" { "apple-darwin" } else { "unknown-linux-gnu" };
    let line = format!("sh '{}/ci/package.sh' bin/released {machine}-{system} releases", repository().display());
    let packed = shell(project, &line, &[]);
    assert_eq!(packed.code, 0, "{packed:?}");
    project.path(&format!("releases/{VERSION}/auditlint-{VERSION}-{machine}-{system}.tar.gz"))
}

fn checksum_of(archive: &Path) -> PathBuf {
    PathBuf::from(format!("{}.sha256", archive.display()))
}

/// What an installation says and how it ends.
fn check_install(project: &Project, variables: &[(&str, &str)], code: i32, said: &str) {
    let mut all = vec![("AUDITLINT_VERSION", VERSION), ("AUDITLINT_RELEASES", "releases")];
    all.extend(variables);
    let run = script(project, "install.sh", &all);
    assert_eq!(run.code, code, "{run:?}");
    assert!(run.err.contains(said), "{said} is not in {run:?}");
    let binary = project.path(".auditlint/bin/auditlint");
    assert_eq!(binary.exists(), code == 0, "{run:?}");
    if code == 0 {
        assert_eq!(run.out.trim(), fs::canonicalize(&binary).unwrap().to_str().unwrap());
        let version = Command::new(binary).arg("--version").output().unwrap();
        assert_eq!(String::from_utf8(version.stdout).unwrap(), format!("auditlint {VERSION}\n"));
    }
}

#[test]
fn a_published_binary_is_installed_where_its_checksum_is_right() {
    let project = Project::new(&[]);
    let archive = release(&project);
    let path = project.path("path");
    check_install(&project, &[("GITHUB_PATH", path.to_str().unwrap())], 0, "");
    assert_eq!(
        fs::read_to_string(&path).unwrap().trim_end(),
        project.path(".auditlint/bin").canonicalize().unwrap().to_str().unwrap()
    );
    // It is there now, so nothing is asked for.
    fs::remove_dir_all(project.path("releases")).unwrap();
    check_install(&project, &[], 0, "");

    let project = Project::new(&[]);
    release(&project);
    let address = format!("file://{}/", project.path("releases").display());
    check_install(&project, &[("AUDITLINT_RELEASES", &address), ("AUDITLINT_VERSION", &format!("v{VERSION}"))], 0, "");

    // Whoever knows the sum from elsewhere needs no file beside the archive.
    let project = Project::new(&[]);
    let archive_here = release(&project);
    assert_eq!(archive.file_name(), archive_here.file_name());
    let sum = fs::read_to_string(checksum_of(&archive_here)).unwrap();
    fs::remove_file(checksum_of(&archive_here)).unwrap();
    check_install(&project, &[("AUDITLINT_CHECKSUM", sum.split(' ').next().unwrap())], 0, "");
}

#[test]
fn nothing_is_installed_that_nobody_vouches_for() {
    let altered = |change: &dyn Fn(&Path)| {
        let project = Project::new(&[]);
        change(&release(&project));
        project
    };
    let zeros = "0".repeat(64);
    let wrong = altered(&|archive| fs::write(checksum_of(archive), format!("{zeros}  x\n")).unwrap());
    check_install(&wrong, &[], 2, &format!("not {zeros}; nothing was installed"));
    let longer = altered(&|archive| {
        let mut bytes = fs::read(archive).unwrap();
        bytes.push(0);
        fs::write(archive, bytes).unwrap();
    });
    check_install(&longer, &[], 2, "nothing was installed");
    let bare = altered(&|archive| fs::remove_file(checksum_of(archive)).unwrap());
    check_install(&bare, &[], 2, "so nobody knows whether the archive is the right one");
    let pinned = altered(&|_| {});
    check_install(&pinned, &[("AUDITLINT_CHECKSUM", &zeros)], 2, "nothing was installed");
    check_install(&pinned, &[("AUDITLINT_RELEASES", "http://example.com")], 2, "use https");
    check_install(&pinned, &[("AUDITLINT_VERSION", "")], 2, "AUDITLINT_VERSION says which version");
}

#[test]
fn what_is_not_published_is_built_from_source() {
    let project = Project::new(&[("source/Cargo.toml", "")]);
    let cargo = format!(
        "#!/bin/sh\necho \"$@\" >cargo-was-asked\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\ncp '{BINARY}' \"$2/bin/auditlint\"\n"
    );
    program(&project, "cargo", &cargo);
    check_install(&project, &[("AUDITLINT_SOURCE", "source")], 0, "building from source");
    assert!(project.read("cargo-was-asked").starts_with("install --quiet --locked --path source --root "));
    for (releases, version, source, said) in [
        ("", VERSION, "nowhere", "nowhere holds no source to build"),
        ("", "9.9.9", "source", "another version than 9.9.9"),
    ] {
        let project = Project::new(&[("source/Cargo.toml", "")]);
        program(&project, "cargo", &cargo);
        let variables =
            [("AUDITLINT_RELEASES", releases), ("AUDITLINT_VERSION", version), ("AUDITLINT_SOURCE", source)];
        let run = script(&project, "install.sh", &variables);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(said), "{said} is not in {run:?}");
    }
}

#[test]
fn a_check_lets_later_steps_run_and_then_fails_the_job() {
    let project = project();
    let path = |name: &str| project.path(name).to_str().unwrap().to_owned();
    let (output, sarif, summary) = (path("output"), path("out.sarif"), path("summary"));
    let variables = [("AUDITLINT", BINARY), ("GITHUB_OUTPUT", &output), ("GITHUB_STEP_SUMMARY", &summary)];
    let of_sarif = [("AUDITLINT_SARIF", &*sarif), ("AUDITLINT_ARGS", "--frozen  src")];
    let run = script(&project, "check.sh", &[&variables[..], &of_sarif].concat());
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with("::error file=src/session.ts,line=1,"), "{run:?}");
    assert_eq!(project.read("output"), format!("exit-code=1\nsarif={sarif}\n"));
    assert!(project.read("out.sarif").contains("in-memory-store"));
    assert!(project.read("summary").contains("in-memory-store"));

    // What cannot be used is no success either, and there is no file to upload.
    fs::remove_file(project.path("output")).unwrap();
    fs::remove_file(project.path("out.sarif")).unwrap();
    let run = script(&project, "check.sh", &[&variables[..], &[("AUDITLINT_ARGS", "--no-such-flag")]].concat());
    assert_eq!((run.code, &*project.read("output")), (0, "exit-code=2\n"), "{run:?}");

    // Outside of GitHub the step ends as the check does.
    let of_gitlab = [("AUDITLINT", BINARY), ("AUDITLINT_OUTPUTS", "text gitlab=quality.json")];
    let run = script(&project, "check.sh", &of_gitlab);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(project.read("quality.json").contains("task-regressed"), "{run:?}");

    for (code, end) in [("0", 0), ("1", 1), ("2", 2), ("", 2), ("x", 2)] {
        assert_eq!(script(&project, "finish.sh", &[("AUDITLINT_EXIT_CODE", code)]).code, end, "{code}");
    }
}

/// What `gh` is asked for after it has listed comments with these ids, and what the step says.
fn commented(known: &str, project: &Project, variables: &[(&str, &str)]) -> (String, Run) {
    let gh = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >>asked\nfor word; do case $word in body=@*) cp \"${{word#body=@}}\" body ;; esac; done\n\
         case $* in *--jq*) printf '{known}' ;; *fails*) exit 1 ;; esac\n"
    );
    program(project, "gh", &gh);
    let _ = fs::remove_file(project.path("asked"));
    let all = [&[("AUDITLINT", BINARY), ("GITHUB_REPOSITORY", "a/b")][..], variables].concat();
    let run = script(project, "comment.sh", &all);
    (fs::read_to_string(project.path("asked")).unwrap_or_default(), run)
}

#[test]
fn a_pull_request_has_one_comment_with_the_tasks() {
    let project = project();
    let (asked, run) = commented("", &project, &[("PULL_REQUEST", "12")]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(asked.lines().nth(1).unwrap().starts_with("api --method POST repos/a/b/issues/12/comments --field body=@"));
    let body = project.read("body");
    assert!(body.starts_with("<!-- auditlint: tasks -->\n### Tasks of the audit\n\n| id | verdict |"), "{body}");
    assert!(body.contains("| T-7 | regressed | done | 1 |"), "{body}");

    let (asked, run) = commented("77\\n78\\n", &project, &[("PULL_REQUEST", "12")]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(asked.lines().nth(1).unwrap().starts_with("api --method PATCH repos/a/b/issues/comments/77 "), "{asked}");

    // Nothing to say, nowhere to say it, or not allowed to: none of these fails a job.
    for (known, variables, asks, said) in [
        ("", &[("PULL_REQUEST", "")][..], 0, ""),
        ("", &[("PULL_REQUEST", "12"), ("AUDITLINT_TASK_ARGS", "--verdict verified")], 0, "there is no task"),
        ("", &[("PULL_REQUEST", "fails")], 2, "no comment was written"),
    ] {
        let (asked, run) = commented(known, &project, variables);
        assert_eq!((run.code, asked.lines().count()), (0, asks), "{run:?}");
        assert!(run.err.contains(said), "{run:?}");
    }
}

#[test]
fn a_comment_is_no_longer_than_github_takes() {
    let project = project();
    for number in 0..400 {
        let task = format!("id: L-{number}\ntitle: {}\nstatus: todo\n", "long ".repeat(40));
        project.write(&format!("tasks/L-{number}.yaml"), task.as_bytes());
    }
    let (_, run) = commented("", &project, &[("PULL_REQUEST", "12")]);
    assert_eq!(run.code, 0, "{run:?}");
    let body = project.read("body");
    assert!(
        body.len() < 65_536 && body.ends_with("|\n\nMore do not fit into a comment; `auditlint tasks` lists all.\n")
    );
}

#[test]
fn the_template_for_gitlab_does_what_it_says() {
    let project = project();
    release(&project);
    // Where auditlint is published: the scripts, under the tag of the version.
    let published = Project::new(&[]);
    for entry in fs::read_dir(repository().join("ci")).unwrap() {
        let entry = entry.unwrap();
        published.write(&format!("ci/{}", entry.file_name().to_str().unwrap()), &fs::read(entry.path()).unwrap());
    }
    published.git(&["init", "--quiet"]);
    published.git(&["add", "--all"]);
    published.git(&["commit", "--quiet", "--message", "scripts"]);
    published.git(&["tag", &format!("v{VERSION}")]);

    let template = fs::read_to_string(repository().join("ci/gitlab.yml")).unwrap();
    let lines = |from: &str, to: &str| {
        let all: Vec<&str> = template.lines().collect();
        let begin = all.iter().position(|line| line.trim_end() == from).unwrap() + 1;
        let end = all[begin..].iter().position(|line| line.trim_end() == to).unwrap() + begin;
        all[begin..end].to_vec()
    };
    let script: Vec<&str> =
        lines("  script:", "  artifacts:").iter().map(|line| line.trim().strip_prefix("- ").unwrap()).collect();
    let variables = lines("  variables:", "  cache:");
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|line| line.trim().split_once(": ").map(|(name, value)| (name, value.trim_matches('"'))).unwrap())
        .collect();
    assert!(variables.contains(&("AUDITLINT_VERSION", VERSION)), "{variables:?}");
    let of_user = [("AUDITLINT_REPOSITORY", published.root().to_str().unwrap()), ("AUDITLINT_RELEASES", "releases")];
    let run = shell(&project, &format!("set -e\n{}", script.join("\n")), &[&variables[..], &of_user].concat());
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("error task-regressed"), "{run:?}");
    assert!(project.read("quality.json").contains("in-memory-store"));
    assert!(project.read("auditlint.xml").contains("T-7"));
}

/// What the action runs is what is tested here, and nothing of an input becomes part of a script.
#[test]
fn the_action_runs_these_scripts() {
    let action = fs::read_to_string(repository().join("action.yml")).unwrap();
    let mut scripts = Vec::new();
    let mut current = String::new();
    for line in action.lines().map(str::trim) {
        if let Some(run) = line.strip_prefix("run: ") {
            let name = run.strip_prefix("sh \"$GITHUB_ACTION_PATH/ci/").and_then(|run| run.strip_suffix('"'));
            let name = name.unwrap_or_else(|| panic!("`{run}` is not a script of ci/"));
            current = fs::read_to_string(repository().join("ci").join(name)).unwrap();
            scripts.push(name);
        }
        // Each variable that is given to a script is one that it or the program reads.
        if let Some((name, _)) = line.split_once(": ").filter(|(name, _)| name.starts_with("AUDITLINT_")) {
            assert!(current.contains(name) || name.starts_with("AUDITLINT_CACHE_"), "{name} is read by nothing");
        }
    }
    assert_eq!(scripts, ["install.sh", "check.sh", "comment.sh", "finish.sh"]);
    assert!(action.contains(&format!("default: \"{VERSION}\"")), "the action installs another version");
}
