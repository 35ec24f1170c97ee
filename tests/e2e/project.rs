//! What the end-to-end tests share: a project in a temporary folder and the real binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A project in a temporary folder.
pub(crate) struct Project {
    folder: TempDir,
}

/// What one call of the binary gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    /// Writes the files (path, content) into a new folder.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (path, content) in files {
            project.write(path, content.as_bytes());
        }
        project
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Runs the binary in the folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run_in(self.root(), args, None)
    }

    /// What the binary writes to standard output, byte for byte.
    pub(crate) fn bytes(&self, args: &[&str]) -> Vec<u8> {
        let mut command = command(self.root(), args);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command.output().unwrap().stdout
    }

    /// Runs the binary with something on standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Run {
        run_in(self.root(), args, Some(input))
    }

    /// Runs the binary with variables of the environment.
    pub(crate) fn run_with_variables(&self, args: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = command(self.root(), args);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        finish(command.spawn().unwrap())
    }

    /// Runs `check --format json` with more arguments.
    pub(crate) fn json(&self, args: &[&str]) -> (i32, Value) {
        let mut all = vec!["check", "--format", "json"];
        all.extend(args);
        let run = self.run(&all);
        let value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
        (run.code, value)
    }

    /// `path:line:column rule` of every finding that counts.
    pub(crate) fn places(&self, args: &[&str]) -> Vec<String> {
        places(&self.json(args).1)
    }

    /// Runs git in the folder.
    pub(crate) fn git(&self, args: &[&str]) {
        self.git_at("2026-01-01T12:00:00Z", args);
    }

    /// Runs git in the folder on a day.
    pub(crate) fn git_at(&self, date: &str, args: &[&str]) {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
            .args(args)
            .current_dir(self.root())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_COMMITTER_DATE", date)
            .env("GIT_AUTHOR_DATE", date)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// `path:line:column rule` of every finding that counts.
pub(crate) fn places(report: &Value) -> Vec<String> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["state"] == "new")
        .map(|finding| {
            let (start, rule) = (&finding["start"], finding["rule"].as_str().unwrap());
            format!("{}:{}:{} {rule}", finding["path"].as_str().unwrap(), start["line"], start["column"])
        })
        .collect()
}

/// Runs the binary in a folder.
pub(crate) fn run_in(folder: &Path, args: &[&str], input: Option<&str>) -> Run {
    let mut command = command(folder, args);
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().unwrap();
    if let Some(input) = input {
        use std::io::Write;
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    }
    finish(child)
}

/// How the binary ends where nobody reads what it writes, neither answers nor what is said beside them.
pub(crate) fn code_without_reader(folder: &Path, args: &[&str], input: &str) -> i32 {
    use std::io::Write;
    let mut command = command(folder, args);
    let (out, err) = (std::io::pipe().unwrap(), std::io::pipe().unwrap());
    command.stdin(Stdio::piped()).stdout(out.1).stderr(err.1);
    drop((out.0, err.0));
    let mut child = command.spawn().unwrap();
    // A program that does not read its input may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait().unwrap().code().unwrap_or(-1)
}

/// The binary, away from the environment's colours and width.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_auditlint"));
    command.args(args).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_WORK_TREE",
        "AUDITLINT_CACHE_DIR",
    ] {
        command.env_remove(variable);
    }
    // The key of whoever runs the tests is not asked for.
    command.env("AUDITLINT_CACHE_KEY", "tests");
    command
}

fn finish(child: Child) -> Run {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Run {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}
