//! Small projects, a few for each question that a rule must answer by more than the spelling of one place: the findings that must be
//! there stand beside the code, and nothing else may be found.
//!
//! A file holds several projects. `=== NAME | RULE, …` begins one and enables its rules, `--- PATH` begins a file of it, and `//~ RULE, …` at
//! the end of a line, in whatever language, stands for findings that begin there; it is not written into the file. `<BOM>` at the start of a
//! file stands for a byte order mark.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::project::Project;

/// What stands before the rules that are expected on a line.
const MARK: &str = "//~ ";

struct Case {
    name: &'static str,
    files: Vec<(&'static str, String)>,
    expected: BTreeSet<String>,
}

fn read(text: &'static str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut line_number = 0;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let (name, rules) = head.split_once(" | ").unwrap_or_else(|| panic!("`{line}` names no rules"));
            let rules: String = rules.split(',').map(|rule| format!("[rules.{}]\n", rule.trim())).collect();
            let files = vec![("auditlint.toml", format!("packs = []\n{rules}"))];
            cases.push(Case { name, files, expected: BTreeSet::new() });
            continue;
        }
        let case = cases.last_mut().unwrap_or_else(|| panic!("`{line}` stands before the first project"));
        if let Some(path) = line.strip_prefix("--- ") {
            // A configuration of its own replaces that of the rules.
            case.files.retain(|(known, _)| *known != path);
            case.files.push((path, String::new()));
            line_number = 0;
            continue;
        }
        line_number += 1;
        let (path, content) = case.files.last_mut().unwrap();
        let (code, rules) = line.split_once(MARK).map_or((line, None), |(code, rules)| (code, Some(rules)));
        for rule in rules.into_iter().flat_map(|rules| rules.split(',')) {
            case.expected.insert(format!("{path}:{line_number} {}", rule.trim()));
        }
        let code = if rules.is_some() { code.trim_end() } else { code };
        content.push_str(&code.replace("<BOM>", "\u{feff}"));
        content.push('\n');
    }
    cases
}

/// What is wrong with a project; nothing where it is as expected.
fn tried(case: &Case) -> Option<String> {
    let files: Vec<(&str, &str)> = case.files.iter().map(|(path, content)| (*path, &**content)).collect();
    let project = Project::new(&files);
    let (_, report) = project.json(&["--threads", "1"]);
    let findings = report["findings"].as_array().unwrap();
    let new = findings.iter().filter(|finding| finding["state"] == "new");
    let found: BTreeSet<String> = new
        .map(|finding| {
            let (path, rule) = (finding["path"].as_str().unwrap(), finding["rule"].as_str().unwrap());
            format!("{path}:{} {rule}", finding["start"]["line"])
        })
        .collect();
    (found != case.expected).then(|| {
        let missed: Vec<_> = case.expected.difference(&found).collect();
        let more: Vec<_> = found.difference(&case.expected).collect();
        format!("{}: missed {missed:?}, found besides {more:?}", case.name)
    })
}

#[track_caller]
fn check(text: &'static str) {
    let cases = read(text);
    let next = AtomicUsize::new(0);
    let wrong: Mutex<Vec<String>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(said) = tried(case) {
                        wrong.lock().unwrap().push(said);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn byte_order_marks() {
    check(include_str!("cases/byte_order_marks.txt"));
}

#[test]
fn continuous_integration() {
    check(include_str!("cases/continuous_integration.txt"));
}

#[test]
fn environment() {
    check(include_str!("cases/environment.txt"));
}

#[test]
fn imports() {
    check(include_str!("cases/imports.txt"));
}

#[test]
fn prisma() {
    check(include_str!("cases/prisma.txt"));
}

#[test]
fn requests() {
    check(include_str!("cases/requests.txt"));
}

#[test]
fn roles() {
    check(include_str!("cases/roles.txt"));
}

#[test]
fn rules() {
    check(include_str!("cases/rules.txt"));
}

#[test]
fn rust() {
    check(include_str!("cases/rust.txt"));
}

#[test]
fn scripts() {
    check(include_str!("cases/scripts.txt"));
}

#[test]
fn stores() {
    check(include_str!("cases/stores.txt"));
}

#[test]
fn style() {
    check(include_str!("cases/style.txt"));
}

#[test]
fn suppressions() {
    check(include_str!("cases/suppressions.txt"));
}

#[test]
fn tasks() {
    check(include_str!("cases/tasks.txt"));
}

#[test]
fn tokens() {
    check(include_str!("cases/tokens.txt"));
}
