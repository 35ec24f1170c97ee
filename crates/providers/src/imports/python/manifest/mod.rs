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
enum Kind {
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

fn kind_of(path: &FilePath) -> Option<Kind> {
    let name = path.name();
    Some(match name {
        "pyproject.toml" => Kind::Pyproject,
        "setup.cfg" => Kind::SetupCfg,
        "setup.py" => Kind::SetupPy,
        "Pipfile" => Kind::Pipfile,
        "pixi.toml" => Kind::Pixi,
        "top_level.txt" | "RECORD" if metadata::distribution_of(path).is_some() => Kind::Metadata,
        _ if requirements::is_named_so(path) => Kind::Requirements,
        _ if conda::is_named_so(path) => Kind::Conda,
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
        Some(Kind::Requirements) => requirements::extract(source.text(), out),
        Some(Kind::SetupCfg) => setup::cfg(source.text(), out),
        Some(Kind::SetupPy) => setup::py(source, out),
        Some(Kind::Conda) => conda::extract(source.text(), out),
        Some(Kind::Metadata) => metadata::extract(source.path, source.text(), out),
        Some(kind @ (Kind::Pyproject | Kind::Pipfile | Kind::Pixi)) => match toml::document(source.text()) {
            Ok(document) if kind == Kind::Pyproject => pyproject::extract(&document, out),
            Ok(document) if kind == Kind::Pixi => {
                pyproject::pixi(&document, out);
            }
            Ok(document) => pipfile::extract(&document, out),
            Err(span) => {
                let message =
                    format!("this `{}` is not valid TOML, so what it declares is not known", source.path.name());
                out.push_gap(Gap::new(span, message));
            }
        },
        None => {}
    }
}
