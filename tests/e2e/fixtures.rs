//! Whole small projects with the expected findings beside the code.
//!
//! `//~ RULE [RULE]` at the end of a line stands for findings that begin on it. Where a comment would be read by a rule, the
//! expectation stands in `expected.txt` of the project as `path:line:rule`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project;

/// Findings by `path:line rule`, with their number.
type Places = BTreeMap<String, usize>;

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What an earlier run has kept.
        if path.ends_with(".auditlint") {
            continue;
        }
        if path.is_dir() {
            files_below(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn expected(project: &Path) -> Places {
    let mut places = Places::new();
    let mut files = Vec::new();
    files_below(project, &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let path = file.strip_prefix(project).unwrap().to_string_lossy().replace('\\', "/");
        if path == "expected.txt" {
            for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
                let (place, rule) = line.rsplit_once(':').unwrap_or_else(|| panic!("{path}: {line}"));
                *places.entry(format!("{place} {}", rule.trim())).or_default() += 1;
            }
            continue;
        }
        for (index, line) in text.lines().enumerate() {
            let Some((_, rules)) = line.split_once("//~ ") else { continue };
            for rule in rules.split([',', ' ']).filter(|rule| !rule.is_empty()) {
                *places.entry(format!("{path}:{} {}", index + 1, rule.trim())).or_default() += 1;
            }
        }
    }
    places
}

fn found(project: &Path) -> Places {
    let run = project::run_in(project, &["check", "--format", "json"], None);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let mut places = Places::new();
    for finding in report["findings"].as_array().unwrap() {
        if finding["state"] == "new" {
            let (path, rule) = (finding["path"].as_str().unwrap(), finding["rule"].as_str().unwrap());
            *places.entry(format!("{path}:{} {rule}", finding["start"]["line"])).or_default() += 1;
        }
    }
    places
}

fn check(name: &str) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let (expected, found) = (expected(&project), found(&project));
    assert!(!expected.is_empty(), "{name} expects nothing, so it shows nothing");
    let missing: Vec<_> = expected.iter().filter(|(place, count)| found.get(*place) != Some(count)).collect();
    let surplus: Vec<_> = found.iter().filter(|(place, count)| expected.get(*place) != Some(count)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{name}\nexpected: {missing:#?}\nfound: {surplus:#?}");
}

#[test]
fn every_fixture_has_its_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 2, "{names:?}");
    for name in names {
        check(&name);
    }
}
