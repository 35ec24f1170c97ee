//! Roles that the files and folders around a source give it: packages of others, what a bundler wrote, samples of a
//! codemod.

use auditlint_providers::PACKAGE_MANIFESTS;
use auditlint_source::{FilePath, Files};

/// Folders into which packages of others are copied.
const VENDORED: [&str; 4] = ["vendor", "vendored", "third_party", "third-party"];

/// The folder of a package that somebody else wrote and the project copied, where a file lies in one: `vendor/parser`.
pub(crate) fn vendored_package(files: &dyn Files, path: &FilePath) -> Option<FilePath> {
    let text = path.as_str();
    let mut at = 0;
    for part in text.split('/') {
        let end = at + part.len();
        if VENDORED.contains(&part) {
            let below = text.get(end + 1..)?;
            let scope = if below.starts_with('@') { 2 } else { 1 };
            let length: usize = below.split('/').take(scope).map(|part| part.len() + 1).sum();
            // A file of the folder itself belongs to no package.
            let name = below.get(..length.saturating_sub(1)).filter(|name| name.len() < below.len())?;
            let package = FilePath::new(&text[..end]).join(name);
            let is_package = PACKAGE_MANIFESTS.iter().any(|manifest| files.kind(&package.join(manifest)).is_some());
            return is_package.then_some(package);
        }
        at = end + 1;
    }
    None
}

/// The manifest of the package to whose tools a file belongs: one beside a folder `tools` above its sources.
pub(crate) fn manifest_beside_tools(files: &dyn Files, path: &FilePath) -> Option<FilePath> {
    let (folders, _) = path.as_str().rsplit_once('/')?;
    let mut at = 0;
    for part in folders.split('/') {
        if matches!(part, "src" | "lib") {
            return None;
        }
        if part == "tools" && at > 0 {
            let above = FilePath::new(&folders[..at - 1]);
            let mut manifests = PACKAGE_MANIFESTS.iter().map(|manifest| above.join(manifest));
            return manifests.find(|manifest| files.kind(manifest).is_some());
        }
        at += part.len() + 1;
    }
    None
}

/// Whether a file lies in a folder `dist` beside the sources of a package: what is committed there is what a bundler
/// wrote.
pub(crate) fn is_bundle_folder(path: &FilePath) -> bool {
    let folders = path.as_str().rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').take_while(|folder| !matches!(*folder, "src" | "lib" | "app")).any(|folder| folder == "dist")
}

/// Folders into which compilers write, and in which other projects keep sources.
const OUTPUTS: [&str; 3] = ["build", "out", "output"];
/// Extensions of what a compiler makes of a source, and those of the sources.
const COMPILED: [&str; 6] = [".js", ".mjs", ".cjs", ".jsx", ".d.ts", ".d.mts"];
const WRITTEN_BY_HAND: [&str; 7] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs"];

/// The source from which a committed file was compiled: `build/lib/a.js` is what a compiler made of `src/lib/a.ts` or of `lib/a.ts`.
pub(crate) fn source_of_compiled(files: &dyn Files, path: &FilePath) -> Option<FilePath> {
    let text = path.as_str();
    let mut at = 0;
    for part in text.split('/') {
        let end = at + part.len();
        if matches!(part, "src" | "lib" | "app") {
            return None;
        }
        if OUTPUTS.contains(&part) {
            let inner = text.get(end + 1..)?;
            let stem = COMPILED.iter().find_map(|extension| inner.strip_suffix(extension))?;
            let base = FilePath::new(text[..at].trim_end_matches('/'));
            // What builds a project may lie there as well, and have the name of a source by chance.
            let is_written =
                |ending: &str| files.kind(&FilePath::new(&format!("{}{stem}{ending}", &text[..end + 1]))).is_some();
            let is_shown = stem.contains('/') || is_written(".js.map") || (is_written(".d.ts") && is_written(".js"));
            if !is_shown {
                return None;
            }
            let mut sources = ["src/", ""]
                .into_iter()
                .flat_map(|folder| WRITTEN_BY_HAND.map(|extension| base.join(&format!("{folder}{stem}.{extension}"))));
            return sources.find(|source| files.kind(source).is_some());
        }
        at = end + 1;
    }
    None
}

/// Whether a file of Python lies in a package, so that others import it.
pub(crate) fn is_module_of_package(files: &dyn Files, path: &FilePath) -> bool {
    let folder = path.parent().unwrap_or_else(FilePath::root);
    files.kind(&folder.join("__init__.py")).is_some()
}

/// Whether a file is what a codemod is tried on, or what becomes of it: `a.input.ts` beside `a.output.ts`.
pub(crate) fn is_fixture_of_codemod(files: &dyn Files, path: &FilePath) -> bool {
    let name = path.name();
    let other = |own: &str, other: &str| {
        let (stem, extension) = name.split_once(own)?;
        let folder = path.parent().unwrap_or_else(FilePath::root);
        files.kind(&folder.join(&format!("{stem}{other}{extension}")))
    };
    other(".input.", ".output.").or_else(|| other(".output.", ".input.")).is_some()
}
