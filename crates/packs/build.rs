//! Brings the YAML rules under `rules/` of the workspace into the compact form that the crate embeds: one file per pack with
//! its rules compiled. A rule with a mistake fails the build with file, line and column. Writes, too, one test per rule, which
//! `tests/examples.rs` includes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use auditlint_matcher::SharedUtils;
use auditlint_providers::known_relations;
use auditlint_rules::{CompiledRule, read_rules, read_utils};
use auditlint_source::{FilePath, Problem, ProblemKind};

/// The folder of matchers that the rules share; every other folder is a pack.
const UTILS: &str = "utils";

fn main() -> ExitCode {
    // Asked for when it runs: the script may have been compiled in another checkout that shares the target folder.
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let rules = manifest.join("../../rules");
    tell(&format!("cargo::rerun-if-changed={}", rules.display()));
    match build(&rules) {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => {
            for problem in problems {
                tell(&format!("cargo::error={}", one_line(&problem)));
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            tell(&format!("cargo::error=cannot read {}: {error}", rules.display()));
            ExitCode::FAILURE
        }
    }
}

/// Talks to cargo, which listens on standard output.
fn tell(line: &str) {
    println!("{line}");
}

fn build(rules: &Path) -> io::Result<Vec<Problem>> {
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets no OUT_DIR"))?);
    let mut problems = Vec::new();
    let mut shared = SharedUtils::default();
    for (path, text) in yaml_files(&rules.join(UTILS), UTILS)? {
        let (utils, found) = read_utils(&path, &text);
        problems.extend(found);
        for util in utils {
            if !shared.insert(util.id.clone(), util.document) {
                problems.push(error(&path, format!("duplicate util `{}`", util.id)));
            }
        }
    }
    let mut tests = String::new();
    for pack in folders(rules)?.into_iter().filter(|name| name != UTILS) {
        let mut compiled = Vec::new();
        for (path, text) in yaml_files(&rules.join(&pack), &pack)? {
            let (found, mut wrong) = read_rules(&path, &text, &known_relations());
            for mut rule in found {
                if path.stem() != rule.id.as_str() {
                    wrong.push(error(&path, format!("the file of the rule `{}` must be named after it", rule.id)));
                }
                rule.pack = Some(pack.clone());
                match CompiledRule::new(rule, &shared) {
                    Ok(rule) => {
                        wrong.extend(rule.doubts());
                        let off = rule.off_in().iter();
                        wrong.extend(
                            off.map(|(language, why)| error(&path, format!("off in {}: {why}", language.name()))),
                        );
                        compiled.push(rule);
                    }
                    Err(mistakes) => wrong.extend(mistakes),
                }
            }
            problems.extend(wrong);
        }
        for rule in compiled.iter().map(|compiled| compiled.rule.id.as_str()) {
            let name = rule.replace('-', "_");
            tests.push_str(&format!("#[test]\nfn {name}() {{\n    check(\"{pack}\", \"{rule}\");\n}}\n\n"));
        }
        let bytes = postcard::to_stdvec(&compiled).map_err(io::Error::other)?;
        fs::write(target.join(format!("{pack}.pack")), bytes)?;
    }
    fs::write(target.join("examples.rs"), tests)?;
    Ok(problems)
}

fn error(path: &FilePath, message: String) -> Problem {
    Problem::error(ProblemKind::Rule, message).in_file(path)
}

fn one_line(problem: &Problem) -> String {
    let path = problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
    let place = problem.position.map(|position| format!(":{}:{}", position.line, position.column)).unwrap_or_default();
    let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{path}{place}: {}{help}", problem.message)
}

fn folders(of: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The rule files of a folder, by name, with their paths from the root of the workspace.
fn yaml_files(folder: &Path, name: &str) -> io::Result<Vec<(FilePath, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yml") {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((FilePath::new(&format!("rules/{name}/{file}")), fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
