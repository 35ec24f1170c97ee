//! Where the sources are.

use std::path::PathBuf;
use std::process::Command;

/// Crates that this workspace builds with and that are full of macros.
const CRATES: [&str; 10] = [
    "clap_builder",
    "console",
    "insta",
    "jsonschema",
    "miette",
    "proptest",
    "regex-automata",
    "serde_json",
    "similar",
    "toml",
];

/// The folders in which cargo keeps [`CRATES`].
pub(crate) fn vendored() -> Vec<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--format-version",
        "1",
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let ours = packages.iter().filter(|package| CRATES.iter().any(|name| package["name"] == *name));
    let folders: Vec<PathBuf> = ours
        .map(|package| PathBuf::from(package["manifest_path"].as_str().expect("a path")).with_file_name(""))
        .collect();
    assert!(folders.len() >= CRATES.len(), "{folders:?}");
    folders
}

/// Every Rust file below `folders`, in order.
pub(crate) fn rust_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut open = folders.to_vec();
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
