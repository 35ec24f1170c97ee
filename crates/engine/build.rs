//! Gives the program an id of its own: a hash of all that its results depend on. What another build has kept is not for this one, be
//! it of the same version.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What the results of a run are made by, from the root of the workspace.
const MADE_BY: [&str; 3] = ["Cargo.lock", "Cargo.toml", "rules"];

/// And the crates. What prints results takes no part.
const CRATES: [&str; 11] =
    ["source", "syntax", "names", "matcher", "facts", "providers", "rules", "macros", "packs", "tasks", "engine"];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = here.join("../..");
    let mut hash = blake3::Hasher::new();
    hash.update(env::var("CARGO_PKG_VERSION").unwrap_or_default().as_bytes());
    let crates =
        CRATES.iter().flat_map(|name| ["src", "build.rs", "Cargo.toml"].map(|part| format!("crates/{name}/{part}")));
    for part in MADE_BY.iter().map(|part| (*part).to_owned()).chain(crates) {
        let path = root.join(&part);
        // A path that is not there would have the script run at every build.
        if path.exists() {
            println!("cargo:rerun-if-changed={}", path.display());
            add(&path, &part, &mut hash)?;
        }
    }
    println!("cargo:rustc-env=AUDITLINT_BUILD={}", hash.finalize().to_hex());
    Ok(())
}

/// Adds a file, or each file below a folder, under its name from the root.
fn add(path: &Path, name: &str, hash: &mut blake3::Hasher) -> io::Result<()> {
    let mut waiting = vec![(path.to_path_buf(), name.to_owned())];
    let mut files = Vec::new();
    while let Some((path, name)) = waiting.pop() {
        if !path.is_dir() {
            files.push((name, path));
            continue;
        }
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            waiting.push((entry.path(), format!("{name}/{}", entry.file_name().to_string_lossy())));
        }
    }
    files.sort();
    for (name, path) in files {
        let bytes = fs::read(&path)?;
        for part in [name.as_bytes(), &bytes] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    Ok(())
}
