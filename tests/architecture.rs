//! The house rules that no compiler keeps (docs/src/architecture.md lists them).
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

#[path = "architecture/modules.rs"]
mod modules;
#[path = "architecture/names.rs"]
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The crates and what each may import of the others, all of it to its left in the flow of data.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("source", &[]),
    ("syntax", &["source"]),
    ("names", &["source", "syntax"]),
    ("matcher", &["source", "syntax", "names"]),
    ("macros", &[]),
    ("tasks", &["source", "macros"]),
    ("facts", &["source", "syntax", "matcher"]),
    ("providers", &["source", "syntax", "names", "matcher", "facts", "tasks"]),
    ("rules", &["source", "syntax", "names", "matcher", "facts"]),
    ("packs", &["source", "syntax", "names", "matcher", "facts", "providers", "macros", "rules"]),
    ("engine", &["source", "syntax", "matcher", "facts", "providers", "macros", "rules", "packs", "tasks"]),
    ("report", &["source", "rules", "tasks", "engine"]),
];

/// Crates that get everything handed in.
const PURE: [&str; 9] = ["source", "syntax", "names", "matcher", "facts", "providers", "rules", "packs", "tasks"];

/// The parts of the engine that may touch the outside: the worktree, and the clock for `--timings` and for what is kept.
const DOORS: [(&str, &[&str]); 9] = [
    ("crates/engine/src/worktree/cache_folder.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/cache_key.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/stamps.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/mod.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/hooks.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/index.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/replace.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/worktree/repository.rs", &["std::fs", "fs::"]),
    ("crates/engine/src/clock.rs", &["Instant::now", "SystemTime::now"]),
];

/// What reaches the file system, the environment, another program or the clock.
const OUTSIDE: [&str; 7] =
    ["std::fs", "fs::", "std::env", "env::var", "process::Command", "SystemTime::now", "Instant::now"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, relative to the root, with its text. Empty where there is no such folder.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).into_iter().flatten() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(root().join(&path)).unwrap();
                found.push((path.to_str().unwrap().to_owned(), text));
            }
        }
    }
    found
}

/// The text above the unit tests, without comments and strings.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    let without_strings = |line: &str| line.split('"').step_by(2).collect::<Vec<_>>().join("\"");
    text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |all, line| all + &without_strings(line) + "\n")
}

#[test]
fn imports_go_one_way() {
    let mut crates: Vec<String> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "cli")
        .collect();
    crates.sort();
    let mut known: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(crates, known, "a crate has no place in the flow of data");
    for (name, allowed) in MAY_IMPORT {
        let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        // What only the tests of a crate use may stand anywhere.
        let dependencies = dependencies.split("[dev-dependencies]").next().unwrap();
        for line in dependencies.lines().filter_map(|line| line.strip_prefix("auditlint-")) {
            let import = line.split(['.', ' ', '=']).next().unwrap();
            assert!(allowed.contains(&import), "{name} imports {import}, which is not before it");
        }
    }
}

#[test]
fn the_page_says_what_each_crate_may_import() {
    let page = fs::read_to_string(root().join("docs/src/architecture.md")).unwrap();
    let table = page.split("| crate | may import |\n|---|---|\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let row = |(name, imports): (&str, &[&str])| {
        let imports: Vec<String> = imports.iter().map(|import| format!("`{import}`")).collect();
        format!("| `{name}` | {} |", imports.join(", ")).replace("|  |", "| |")
    };
    assert_eq!(table.lines().collect::<Vec<_>>(), MAY_IMPORT.map(row), "the table of the architecture page");
}

#[test]
fn nothing_below_the_engine_reaches_outside() {
    let pure = PURE.iter().map(|name| format!("crates/{name}/src"));
    for folder in pure.chain(["crates/engine/src".to_owned(), "crates/report/src".to_owned()]) {
        let sources = sources(&folder);
        assert!(!sources.is_empty(), "{folder} is not where it was");
        for (path, text) in sources.into_iter().filter(|(path, _)| !path.ends_with("/tests.rs")) {
            let open = DOORS.iter().find(|(door, _)| *door == path).map_or(&[][..], |(_, words)| words);
            let code = code(&text);
            for word in OUTSIDE.iter().filter(|word| !open.contains(word)) {
                assert!(!code.contains(word), "{path}: `{word}` reaches outside; take it as an argument");
            }
        }
    }
}

#[test]
fn the_command_line_goes_through_the_door_too_and_starts_no_program() {
    // Where the root lies is asked before there is a door; a stream that was named is written by the worktree's module.
    let asked = ["std::fs::canonicalize", "std::fs::symlink_metadata"].map(|word| ("crates/cli/src/context.rs", word));
    for (path, text) in sources("crates/cli/src") {
        let mut code = code(&text);
        for (_, word) in asked.iter().filter(|(asker, _)| *asker == path) {
            assert!(code.contains(word), "{path} no longer uses `{word}`");
            code = code.replace(word, "");
        }
        for word in ["fs::", "File::", "process::Command", "Command::new", "tempfile"] {
            assert!(!code.contains(word), "{path}: `{word}` goes past `Worktree`");
        }
    }
    for (name, _) in MAY_IMPORT {
        for (path, text) in sources(&format!("crates/{name}/src")) {
            assert!(!code(&text).contains("process::Command"), "{path} starts a program");
        }
    }
}

/// Each format of a file is read in one place, for all providers.
#[test]
fn formats_are_read_in_one_place() {
    let (readers, configuration) = ("crates/providers/src/read/", "crates/providers/src/sample.rs");
    let others = sources("crates/providers/src")
        .into_iter()
        .filter(|(path, _)| !path.starts_with(readers) && path != configuration && !path.ends_with("/tests.rs"));
    for (path, text) in others {
        for word in ["jsonc_parser", "object_of", "parse_toml", "parse_yaml"] {
            assert!(!code(&text).contains(word), "{path}: `{word}` reads a format, which `providers::read` does");
        }
    }
}

#[test]
fn doors_are_still_needed() {
    for (path, words) in DOORS {
        let text = fs::read_to_string(root().join(path)).unwrap();
        for word in words {
            assert!(code(&text).contains(word), "{path} no longer uses `{word}`");
        }
    }
}

#[test]
fn only_report_and_the_command_line_know_formats() {
    for (name, _) in MAY_IMPORT.iter().filter(|(name, _)| *name != "report") {
        let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let dependencies =
            manifest.split("[dependencies]").nth(1).unwrap_or_default().split("[dev-dependencies]").next();
        assert!(!dependencies.unwrap().contains("miette"), "{name} imports miette");
    }
    for (path, text) in sources("crates/cli/src") {
        assert!(!text.contains("miette"), "{path} uses miette");
    }
}

#[test]
fn all_that_is_printed_is_escaped() {
    for (path, text) in sources("crates/cli/src") {
        let opens = ["io::stdout()", "io::stderr()"].into_iter().find(|stream| code(&text).contains(stream));
        let is_door = path == "crates/cli/src/out.rs";
        assert_eq!(opens.is_some(), is_door, "{path}: streams are opened in `out`, which lets nothing act");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for folder in ["crates", "tests", "benches", "examples"] {
        for (path, text) in sources(folder) {
            // Code that the compiler must refuse shows one thing each, under a name that says it.
            if !path.contains("/ui/") {
                assert!(text.starts_with("//!"), "{path} does not begin with `//!`");
            }
        }
    }
}

#[test]
fn no_crate_uses_unsafe_code() {
    for (name, _) in MAY_IMPORT {
        let text = fs::read_to_string(root().join("crates").join(name).join("src/lib.rs")).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{name} does not forbid unsafe code");
    }
}

/// The names behind each `crate::` of a text: those of modules, and those that the root of the crate re-exports.
fn imports(code: &str) -> Vec<String> {
    let first = |path: &str| path.trim().split([':', ' ']).next().unwrap_or_default().to_owned();
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with(is_of_word)) {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => names.extend(list.split('}').next().unwrap().split(',').map(first)),
            None => names.push(rest.chars().take_while(|letter| is_of_word(*letter)).collect()),
        }
    }
    names
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What the root of a crate re-exports, with the module that it comes from.
fn given_out(root: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for item in root.split(';').filter_map(|item| item.trim().strip_prefix("pub use ")) {
        if let Some((module, names)) = item.split_once("::") {
            let names = names.trim_matches(['{', '}', '\n', ' ']).split(',');
            all.extend(names.map(|name| (name.trim().to_owned(), module.to_owned())));
        }
    }
    all
}

/// By module of a crate, which modules it imports.
fn module_graph(name: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = format!("crates/{name}/src/");
    let sources = sources(&folder);
    let is_root = |path: &str| ["lib.rs", "main.rs"].contains(&&path[folder.len()..]);
    let (_, root) = sources.iter().find(|(path, _)| is_root(path)).unwrap();
    let given_out = given_out(&code(root));
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources.iter().filter(|(path, _)| !is_root(path)) {
        let module = path[folder.len()..].split(['/', '.']).next().unwrap().to_owned();
        let imported = imports(&code(text)).into_iter().map(|name| given_out.get(&name).cloned().unwrap_or(name));
        let imported: Vec<String> = imported.filter(|name| *name != module).collect();
        graph.entry(module).or_default().extend(imported);
    }
    graph
}

#[test]
fn nothing_in_the_engine_stands_on_a_run() {
    for (module, imports) in module_graph("engine") {
        assert!(!imports.contains("run"), "{module} imports `run`, which is the last to come");
    }
}
