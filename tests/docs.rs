//! The book, the README and CONTRIBUTING tell the truth: every command in a `console` block is run, and what it prints is
//! compared with the block, byte for byte.
//!
//! A page has a folder of its own, which its comments fill:
//!
//! - `<!-- copy: fixtures/x -->` copies the contents of a folder of this repository into it;
//!   `<!-- copy: fixtures/x to y -->` puts them below `y`;
//! - `<!-- file: path -->` writes the code block that follows to `path`;
//! - `<!-- clear -->` empties the folder;
//! - `<!-- problems -->` says that the `console` block that follows shows a problem: something that auditlint has to say about its
//!   own input, such as an unknown key. Without it a block must show none, so that no page teaches a mistake by chance.
//!
//! In a `console` block a line with `$ ` is a command for `sh` with `auditlint` in its path; a last line
//! `[exit code N]` is there where it does not succeed. `cargo run --release --` stands for the program, as it does for a reader.
//!
//! `SNAPSHOTS=overwrite cargo test --test docs` writes what is printed into the pages.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Tag};

use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

#[test]
fn the_readme() {
    check(Path::new("README.md"));
}

#[test]
fn contributing() {
    check(Path::new("CONTRIBUTING.md"));
}

#[test]
fn the_book() {
    let pages = pages(Path::new("docs/src"));
    assert!(pages.len() > 15, "the book is not where it was");
    let failed: Vec<_> = pages.iter().filter(|page| std::panic::catch_unwind(|| check(page)).is_err()).collect();
    assert!(failed.is_empty(), "these pages differ from what the program prints: {failed:?}");
}

#[test]
fn the_summary_lists_every_page() {
    let summary = fs::read_to_string(root().join("docs/src/SUMMARY.md")).unwrap();
    for page in pages(Path::new("docs/src")) {
        let name = page.strip_prefix("docs/src").unwrap().to_str().unwrap();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name} is not in SUMMARY.md");
    }
}

/// Every code span of a page that is not a block.
fn code_spans(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let options = pulldown_cmark::Options::ENABLE_TABLES;
    let spans = pulldown_cmark::Parser::new_ext(&text, options).filter_map(|event| match event {
        Event::Code(span) => Some(span.to_string()),
        _ => None,
    });
    spans.collect()
}

#[test]
fn files_that_pages_for_contributors_name_are_there() {
    let is_path = |span: &&String| {
        let is_plain = span.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
        // `rules/PACK/` stands for any pack.
        let is_sample =
            span.split('/').any(|part| part.len() > 1 && part.chars().all(|letter| letter.is_ascii_uppercase()));
        is_plain && span.contains('/') && !is_sample
    };
    for page in ["CONTRIBUTING.md", "docs/src/architecture.md", "docs/src/reference/limits.md"] {
        let spans = code_spans(Path::new(page));
        let paths: Vec<&String> = spans.iter().filter(is_path).collect();
        assert!(paths.len() > 10, "{page}: {paths:?}");
        for path in paths {
            let is_there = root().join(path).exists() || root().join("crates").join(path).exists();
            assert!(is_there, "{page} names `{path}`, which is not there");
        }
    }
    // Pages for users name files of theirs, and the examples of rules have crates of their own.
    let mut pages = pages(Path::new("docs/src"));
    pages.retain(|page| !page.starts_with("docs/src/reference/rules"));
    pages.push("fixtures/README.md".into());
    for page in pages {
        for path in code_spans(&page).iter().filter(is_path) {
            let is_ours = path.starts_with("crates/") || path.starts_with("tests/") && path.ends_with(".rs");
            assert!(!is_ours || root().join(path).exists(), "{} names `{path}`, which is not there", page.display());
        }
    }
}

#[test]
fn every_crate_stands_in_the_layout() {
    let spans = code_spans(Path::new("CONTRIBUTING.md"));
    let layout = fs::read_to_string(root().join("docs/src/architecture.md")).unwrap();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(spans.contains(&format!("crates/{name}")), "CONTRIBUTING does not list `crates/{name}`");
        assert!(layout.contains(&format!("\n  {name}/")), "the layout of the architecture page has no `{name}`");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut pages = pages(Path::new("docs/src"));
    pages.extend(["README.md", "CONTRIBUTING.md"].map(PathBuf::from));
    for page in pages {
        let text = fs::read_to_string(root().join(&page)).unwrap();
        for event in pulldown_cmark::Parser::new(&text) {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else { continue };
            let path = dest_url.split('#').next().unwrap();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            assert!(
                root().join(page.parent().unwrap()).join(path).exists(),
                "{}: no such file: {path}",
                page.display()
            );
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file below a folder, sorted.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs a page and compares it with itself.
fn check(page: &Path) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let actual = run(page, &text);
    let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(Data::text(actual).raw(), expected);
}

/// The page with what its commands print now.
fn run(page: &Path, text: &str) -> String {
    let sandbox = tempfile::tempdir().unwrap();
    let folder = sandbox.path().join("project");
    fs::create_dir(&folder).unwrap();
    let mut out = String::new();
    let mut lines = text.lines().enumerate();
    let mut file = None;
    let mut shows_problems = false;
    while let Some((number, line)) = lines.next() {
        let place = format!("{}:{}", page.display(), number + 1);
        let _ = writeln!(out, "{line}");
        match line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            Some("clear") => {
                fs::remove_dir_all(&folder).unwrap();
                fs::create_dir(&folder).unwrap();
            }
            Some("problems") => shows_problems = true,
            Some(comment) if comment.starts_with("file: ") => file = Some(comment["file: ".len()..].to_owned()),
            Some(comment) if comment.starts_with("copy: ") => {
                let what = &comment["copy: ".len()..];
                let (from, to) = what.split_once(" to ").unwrap_or((what, "."));
                copy(&root().join(from), &folder.join(to), &place);
            }
            _ => {}
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        if let Some(path) = file.take() {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, block.iter().fold(String::new(), |text, line| text + line + "\n")).unwrap();
        }
        if language == "console" {
            let commands: Vec<_> = block.iter().filter_map(|line| line.strip_prefix("$ ")).collect();
            assert!(!commands.is_empty(), "{place}: a console block without a command");
            let from = out.len();
            for command in commands {
                let _ = writeln!(out, "$ {command}");
                out.push_str(&printed(command, &folder));
            }
            let problem = out[from..].lines().find(|line| is_problem(line));
            match (problem, std::mem::take(&mut shows_problems)) {
                (Some(problem), false) => panic!("{place}: the block shows a problem and does not say so: {problem}"),
                (None, true) => panic!("{place}: the block shows no problem, although `<!-- problems -->` says so"),
                _ => {}
            }
        } else {
            for line in block {
                let _ = writeln!(out, "{line}");
            }
        }
        out.push_str("```\n");
    }
    out
}

/// Whether a line of an output tells of a problem: it begins one, also behind its place, or counts some. A finding names its rule between its
/// level and the colon.
fn is_problem(line: &str) -> bool {
    let line = line.trim_start();
    let begins = |text: &str| {
        ["warning: ", "error: ", "auditlint: error", "auditlint: warning"].iter().any(|start| text.starts_with(start))
    };
    // `auditlint.toml:11:26: warning: …`, `auditlint.toml: warning: …`
    let behind_place = || {
        let (place, rest) = line.split_once(": ")?;
        (!place.contains(' ') && begins(rest)).then_some(())
    };
    let counts = || {
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.windows(2).any(
            |pair| matches!(pair, [number, "problem" | "problems"] if *number != "0" && number.parse::<u64>().is_ok()),
        )
    };
    begins(line) || behind_place().is_some() || counts()
}

#[test]
fn problems_are_told_from_findings() {
    for (line, expected) in [
        ("  warning: there are no sources to check", true),
        ("auditlint: error: there is no task `SEC-3`", true),
        ("  error in-memory-store: a store lives in the memory of a single process", false),
        ("src/session.ts:1:7: error[in-memory-store] a store", false),
        ("  help: an error: is no problem", false),
        ("auditlint.toml:11:26: warning: unknown key `a`", true),
        ("auditlint.toml: error: it cannot be read", true),
        ("a warning: of prose", false),
        ("2 errors, 21 problems in 3 files", true),
        ("1 problem", true),
        ("no problems, 0 problems", false),
        ("the 2 tasks have problems", false),
    ] {
        assert_eq!(is_problem(line), expected, "{line}");
    }
}

/// What a command prints on both streams, without blanks at the ends of lines, and its exit code where it is not 0.
fn printed(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_auditlint"));
    let path = std::env::join_paths(
        [program.parent().unwrap().to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .unwrap();
    let command = command.replace("cargo run --release -- ", "auditlint ");
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env("NO_COLOR", "1")
        // What a page shows of a commit must not change with the day, or with who runs this.
        .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Ann")))
        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "ann@example.com")))
        .env("GIT_AUTHOR_DATE", "2026-11-28T12:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-11-28T12:00:00Z")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("CI")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap();
    let mut text = String::new();
    for line in String::from_utf8(output.stdout).unwrap().trim_end().lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => {
            let _ = writeln!(text, "[exit code {code}]");
        }
        None => panic!("`{command}` was killed"),
    }
    text
}

fn copy(from: &Path, to: &Path, place: &str) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{place}: {}: {error}", from.display())) {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to, place);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
