//! Cargo: packages, workspaces, dependencies, features, and the crates that Rust code names.

mod attribute;
mod code;
mod fact;
mod glob;
mod imports;
mod known;
mod macros;
mod manifest;
mod packages;
mod path;
mod targets;
mod uses;

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{
    ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;

use self::fact::{CargoFact, Facts};
use self::packages::CargoPackages;
use crate::read::cargo_toml::CARGO_TOML;

static RELATIONS: [RelationInfo; 5] = [
    relation(
        "cargo.package",
        "A `Cargo.toml` with a package.",
        &[
            column("directory", "its folder, `.` for the root"),
            column("name", "the name of the package"),
            column("crate", "the name by which Rust code calls its library"),
            detail("edition", "its edition; nothing where the workspace that gives it is not there"),
            detail("workspace", "the folder of the workspace that it is a member of"),
        ],
    ),
    relation(
        "cargo.dependency",
        "A dependency that a `Cargo.toml` declares.",
        &[
            column("directory", "the folder of the `Cargo.toml`"),
            column("name", "the name that it has there"),
            column("package", "the package that it is, which `package = \"…\"` may give"),
            column("kind", "`normal`, `dev` or `build`"),
            column("optional", "whether only a feature brings it in"),
            detail("version", "the version that it asks for"),
            column("target", "the platform that needs it: `cfg(unix)`"),
            column("path", "the folder of a package of the project"),
        ],
    ),
    relation(
        "cargo.feature",
        "What a feature of a package enables; a feature that enables nothing has a row too.",
        &[
            column("directory", "the folder of the `Cargo.toml`"),
            column("feature", "the feature"),
            column("enables", "another feature, `dep:x`, `x/y` or `x?/y`"),
        ],
    ),
    relation(
        "cargo.use",
        "A crate that a file of Rust code names, at the first place of its kind.",
        &[
            column("directory", "the folder of the package that the file belongs to"),
            column("crate", "the crate, with `_` as in code"),
            column(
                "kind",
                "which dependencies the code there may use: `normal`, `dev` (tests, examples, benches) or `build` (the build script)",
            ),
            column("how", "`extern crate`, `use`, `path` or `attribute`"),
            detail(
                "certain",
                "whether it is a crate and the code is compiled: nothing brings in other names, the file belongs to a target of edition 2018 or later",
            ),
        ],
    ),
    relation(
        "cargo.available",
        "A crate that code of a package may name.",
        &[
            column("directory", "the folder of the package"),
            column("crate", "the crate, with `_` as in code"),
            column("kind", "`normal`, `dev` or `build`, as of `cargo.use`"),
        ],
    ),
];

/// The provider.
pub(crate) struct Cargo;

impl Provider for Cargo {
    type Fact = CargoFact;

    fn name(&self) -> &str {
        "cargo"
    }

    fn about(&self) -> &str {
        "`Cargo.toml` (read with the crate toml, which is that of Cargo itself and knows where every value stands): packages, members, dependencies of all tables, also of `[target.…]` and \
         inherited from the workspace, features. Rust code: the heads of `use`, of paths, of attributes and of `derive`, and `extern crate`, wherever no scope of the file has the \
         name; arguments of macros where the macro is known to take them for code. Targets are found as Cargo does and followed by `mod`. A package of the registry may have a library of \
         another name (`xml-rs` is `xml`), which no manifest says: a crate is left open where a dependency that the code never names shares a word with it, unless `Cargo.lock` has a package of its name and the dependency is not called the same but for hyphens and `rs` or `rust` (`sha-1`). \
         Where a macro of another crate stands among the items of a file, any name may be one that it declares; but not one that `Cargo.lock` or a manifest of the project has, and of `include_proto!` not one that no `.proto` file of the project has."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        path.name() == CARGO_TOML || known::is_evidence(path) || Language::of_path(path) == Some(Language::Rust)
    }

    fn only_adds(&self, path: &FilePath) -> bool {
        known::is_lock(path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if known::is_evidence(source.path) {
            known::extract(source, &mut out);
        } else if source.path.name() != CARGO_TOML {
            if let Some(analysis) = source.analysis() {
                code::extract(analysis, &mut out);
            }
        } else {
            manifest::extract(source, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let folders = packages::folders(sources);
        let packages = CargoPackages::of(sources, &folders);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        for package in packages.all() {
            let directory = Value::from(shown(package.folder));
            let mut push = |table: usize, span: Span, values: Vec<Value>| {
                tables[table].push(Row { path: package.path.clone(), span, values });
            };
            let workspace = packages.workspace_of(package).map(shown);
            push(
                0,
                package.span,
                vec![
                    directory.clone(),
                    package.name.into(),
                    package.library.as_str().into(),
                    package.edition.into(),
                    workspace.into(),
                ],
            );
            for dependency in &package.dependencies {
                push(
                    1,
                    dependency.span,
                    vec![
                        directory.clone(),
                        dependency.name.into(),
                        dependency.package.into(),
                        dependency.kind.name().into(),
                        dependency.optional.into(),
                        dependency.version.into(),
                        dependency.target.into(),
                        dependency.folder.as_ref().map(shown).into(),
                    ],
                );
            }
            for (span, feature, enables) in &package.features {
                push(2, *span, vec![directory.clone(), (*feature).into(), (*enables).into()]);
            }
            for (name, kind, span) in packages.available(package) {
                push(4, span, vec![directory.clone(), name.as_str().into(), kind.into()]);
            }
        }
        tables[3] = uses::derive(sources, &packages, scope);
        let gaps = gaps_of(sources);
        // Which crates code may name is open only where there is code: templates and fixtures hold manifests that stand for no package.
        let holds_code = |folder: &FilePath| scope.below(folder).any(|file| file.extension() == Some("rs"));
        let of_code: Vec<_> = gaps.iter().filter(|(path, _)| holds_code(&folder_of(path))).cloned().collect();
        let relations = RELATIONS.iter().zip(tables).enumerate();
        relations
            .map(|(table, (info, rows))| {
                let gaps = if table < 3 { &gaps } else { &of_code };
                Relation { info: info.clone(), rows, gaps: gaps.clone() }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
