//! Packages of Rust, of which wasm-bindgen makes modules by their names.

use auditlint_source::{FilePath, Span};

use super::fact::{Facts, ModuleFact};

/// Whether a file may describe one.
pub(super) fn is_manifest(path: &FilePath) -> bool {
    path.name() == "Cargo.toml"
}

/// The names that a `Cargo.toml` gives, of the package and of what is built of it.
pub(super) fn extract(text: &str, out: &mut Facts) {
    let value = |line: &str| Some(line.strip_prefix("name")?.trim_start().strip_prefix('=')?.trim().to_owned());
    for name in text.lines().filter_map(value) {
        let name = name.trim_matches(['"', '\'']).replace('-', "_");
        out.say(Span::new(0, 0), ModuleFact::Crate(name.into()));
    }
}

/// The package whose module a path may be: `a` for `pkg/a.js` and `pkg/a_bg.wasm`.
pub(super) fn package_of(path: &FilePath) -> &str {
    let stem = path.name().split('.').next().unwrap_or_default();
    stem.strip_suffix("_bg").unwrap_or(stem)
}
