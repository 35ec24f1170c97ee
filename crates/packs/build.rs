//! Reads the packs, refuses what is not a valid rule, and writes each pack with its compiled programs as one file, so that
//! auditlint parses no YAML and compiles no pattern of them when it starts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use auditlint_matcher::SharedUtils;
use auditlint_rules::{CompiledRule, read_rules};
use auditlint_source::FilePath;

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the crate is"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    let rules = manifest.join("../../rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut mistakes = String::new();
    let mut table = String::from("&[\n");
    for folder in entries(&rules).into_iter().filter(|path| path.is_dir()) {
        let pack = name(&folder);
        let compiled = read_pack(&pack, &folder, &mut mistakes);
        let bytes = postcard::to_stdvec(&compiled).expect("compiled rules can be written");
        let file = out.join(format!("{pack}.pack"));
        fs::write(&file, bytes).expect("the output folder can be written");
        let ids: Vec<&str> = compiled.iter().map(|compiled| compiled.rule.id.as_str()).collect();
        let _ = writeln!(table, "({pack:?}, &{ids:?}, include_bytes!({:?})),", file.display().to_string());
    }
    table.push(']');
    assert!(mistakes.is_empty(), "the shipped rules have mistakes:\n{mistakes}");
    fs::write(out.join("packs.rs"), table).expect("the output folder can be written");
}

fn read_pack(pack: &str, folder: &Path, mistakes: &mut String) -> Vec<CompiledRule> {
    let mut compiled = Vec::new();
    for file in entries(folder) {
        println!("cargo::rerun-if-changed={}", file.display());
        let path = FilePath::new(&format!("rules/{pack}/{}", name(&file)));
        let text = fs::read_to_string(&file).expect("a rule file is UTF-8");
        let (rules, mut problems) = read_rules(&path, &text);
        for mut rule in rules {
            rule.pack = Some(pack.to_owned());
            match CompiledRule::new(rule, &SharedUtils::default()) {
                Ok(rule) => compiled.push(rule),
                Err(errors) => problems.extend(errors),
            }
        }
        for problem in problems {
            let place = problem.position.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
            let help = problem.help.map(|help| format!(" ({help})")).unwrap_or_default();
            let _ = writeln!(mistakes, "{path}{place}: {}{help}", problem.message);
        }
    }
    compiled
}

/// What a folder holds, sorted, so that every build gives the same bytes.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = read.map(|entry| entry.expect("the folder can be listed").path()).collect();
    entries.sort();
    entries
}

fn name(path: &Path) -> String {
    path.file_name().expect("an entry has a name").to_string_lossy().into_owned()
}
