//! Packages of Rust, of which wasm-bindgen makes modules by their names.

use auditlint_facts::Source;
use auditlint_source::{FilePath, Span};

use super::fact::{Facts, ModuleFact};
use crate::read::cargo_toml::{self, CARGO_TOML};

/// Whether a file may describe one.
pub(super) fn is_manifest(path: &FilePath) -> bool {
    path.name() == CARGO_TOML
}

/// The names that a `Cargo.toml` gives, of the package and of what is built of it.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    // Of a manifest that is not valid TOML nothing is built.
    let Ok(manifest) = &*cargo_toml::of(source) else { return };
    let package = manifest.package.iter().flat_map(|(_, package)| [&package.name, &package.library]);
    for name in package.chain(manifest.targets.iter().map(|(_, target)| &target.name)).flatten() {
        out.say(Span::new(0, 0), ModuleFact::Crate(name.replace('-', "_").into()));
    }
}

/// The package whose module a path may be: `a` for `pkg/a.js` and `pkg/a_bg.wasm`.
pub(super) fn package_of(path: &FilePath) -> &str {
    let stem = path.name().split('.').next().unwrap_or_default();
    stem.strip_suffix("_bg").unwrap_or(stem)
}
