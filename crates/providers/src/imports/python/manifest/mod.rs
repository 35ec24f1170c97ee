//! Files that say which distributions a project of Python needs, and which modules they bring.

mod conda;
mod metadata;
mod name;
mod pipfile;
mod pyproject;
mod requirements;
mod say;
mod setup;

use auditlint_facts::{Gap, Source};
use auditlint_source::FilePath;

use super::super::fact::Facts;
use crate::read::toml;

pub(super) use self::name::name_of;

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ManifestKind {
    Requirements,
    Pyproject,
    SetupCfg,
    SetupPy,
    Pipfile,
    Pixi,
    Conda,
    /// What an installer wrote about a distribution.
    Metadata,
}

fn kind_of(path: &FilePath) -> Option<ManifestKind> {
    let name = path.name();
    Some(match name {
        "pyproject.toml" => ManifestKind::Pyproject,
        "setup.cfg" => ManifestKind::SetupCfg,
        "setup.py" => ManifestKind::SetupPy,
        "Pipfile" => ManifestKind::Pipfile,
        "pixi.toml" => ManifestKind::Pixi,
        "top_level.txt" | "RECORD" if metadata::distribution_of(path).is_some() => ManifestKind::Metadata,
        _ if requirements::is_named_so(path) => ManifestKind::Requirements,
        _ if conda::is_named_so(path) => ManifestKind::Conda,
        _ => return None,
    })
}

/// Whether a file may say what a project of Python needs.
pub(crate) fn is_manifest(path: &FilePath) -> bool {
    kind_of(path).is_some()
}

/// The folder for whose code a manifest is there: `requirements/base.txt` is one of the folder above.
pub(super) fn folder_of(path: &FilePath) -> FilePath {
    let folder = auditlint_facts::folder::folder_of(path);
    match requirements::is_named_so(path) && requirements::is_folder_of_them(folder.name()) {
        true => auditlint_facts::folder::folder_of(&folder),
        false => folder,
    }
}

/// Says what a manifest declares.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    match kind_of(source.path) {
        Some(ManifestKind::Requirements) => requirements::extract(source.text(), out),
        Some(ManifestKind::SetupCfg) => setup::cfg(source.text(), out),
        Some(ManifestKind::SetupPy) => setup::py(source, out),
        Some(ManifestKind::Conda) => conda::extract(source.text(), out),
        Some(ManifestKind::Metadata) => metadata::extract(source.path, source.text(), out),
        Some(kind @ (ManifestKind::Pyproject | ManifestKind::Pipfile | ManifestKind::Pixi)) => {
            match toml::document(source.text()) {
                Ok(document) if kind == ManifestKind::Pyproject => pyproject::extract(&document, out),
                Ok(document) if kind == ManifestKind::Pixi => {
                    pyproject::pixi(&document, out);
                }
                Ok(document) => pipfile::extract(&document, out),
                Err(span) => {
                    let message =
                        format!("this `{}` is not valid TOML, so what it declares is not known", source.path.name());
                    out.push_gap(Gap::new(span, message));
                }
            }
        }
        None => {}
    }
}
