//! `Cargo.toml`, for all who ask something of it: read once, as it is written. What a workspace hands down is marked as such.

use std::rc::Rc;
use std::sync::Arc;

use auditlint_facts::Source;
use auditlint_source::Span;
use auditlint_source::document::{DocumentKey, DocumentNode, DocumentValue as Toml, parse_toml};
use serde::{Deserialize, Serialize};

use super::package_json::SpannedText;

/// The name of such a file.
pub(crate) const CARGO_TOML: &str = "Cargo.toml";

/// What a `Cargo.toml` says.
#[derive(Debug, Default)]
pub(crate) struct CargoToml {
    pub(crate) package: Option<(Span, PackageSection)>,
    /// The table `lib`.
    pub(crate) library: Option<Span>,
    pub(crate) targets: Vec<(Span, CargoTarget)>,
    pub(crate) dependencies: Vec<(Span, DependencyEntry)>,
    pub(crate) features: Vec<Feature>,
    pub(crate) workspace: Option<WorkspaceSection>,
}

/// A feature, and what it enables.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) name: SpannedText,
    pub(crate) enables: Vec<Arc<str>>,
}

/// What a workspace says, and hands down.
#[derive(Debug)]
pub(crate) struct WorkspaceSection {
    pub(crate) span: Span,
    pub(crate) edition: Option<Arc<str>>,
    /// The globs of its members, and those of what is left out.
    pub(crate) members: Vec<Member>,
    pub(crate) dependencies: Vec<(Span, WorkspaceDependency)>,
}

/// A glob; nothing where it is not text.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) span: Span,
    pub(crate) glob: Option<Arc<str>>,
    pub(crate) is_taken: bool,
}

/// A package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PackageSection {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) edition: Edition,
    /// The name of its library, where it says one.
    pub(crate) library: Option<Arc<str>>,
    /// The path to the workspace that it names.
    pub(crate) workspace: Option<Arc<str>>,
}

/// The edition of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Edition {
    /// That of the workspace.
    Inherited,
    Of(Arc<str>),
    /// What is written is not one.
    Unknown,
}

/// A target, or with neither path nor name those that Cargo looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CargoTarget {
    pub(crate) kind: TargetKind,
    pub(crate) path: Option<Arc<str>>,
    pub(crate) name: Option<Arc<str>>,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TargetKind {
    Lib,
    Bin,
    Test,
    Example,
    Bench,
    Build,
}

/// A dependency as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DependencyEntry {
    pub(crate) name: Arc<str>,
    pub(crate) package: Option<Arc<str>>,
    pub(crate) kind: CargoDependencyKind,
    pub(crate) is_optional: bool,
    pub(crate) version: Option<Arc<str>>,
    pub(crate) target: Option<Arc<str>>,
    pub(crate) path: Option<Arc<str>>,
    /// Whether the workspace says what it is.
    pub(crate) is_inherited: bool,
}

/// The code that may name a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CargoDependencyKind {
    Normal,
    Dev,
    Build,
}

impl CargoDependencyKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Dev => "dev",
            Self::Build => "build",
        }
    }
}

/// A dependency of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkspaceDependency {
    pub(crate) name: Arc<str>,
    pub(crate) package: Option<Arc<str>>,
    pub(crate) version: Option<Arc<str>>,
    pub(crate) path: Option<Arc<str>>,
}

/// The tables of dependencies, with the kind of dependency and the older spelling.
const TABLES: [(&str, CargoDependencyKind); 5] = [
    ("dependencies", CargoDependencyKind::Normal),
    ("dev-dependencies", CargoDependencyKind::Dev),
    ("dev_dependencies", CargoDependencyKind::Dev),
    ("build-dependencies", CargoDependencyKind::Build),
    ("build_dependencies", CargoDependencyKind::Build),
];

/// The lists of targets, and the key of the package that says whether Cargo looks for more.
const TARGETS: [(&str, TargetKind, &str); 4] = [
    ("bin", TargetKind::Bin, "autobins"),
    ("test", TargetKind::Test, "autotests"),
    ("example", TargetKind::Example, "autoexamples"),
    ("bench", TargetKind::Bench, "autobenches"),
];

/// What a source says that is such a file; where it is not valid TOML, the place.
pub(crate) fn of(source: &Source<'_, '_>) -> Rc<Result<CargoToml, Span>> {
    source.shared(|source| match parse_toml(source.text()) {
        Ok(manifest) => Ok(read(&manifest)),
        Err(errors) => Err(errors.first().map_or(Span::default(), |error| error.span)),
    })
}

fn read(manifest: &DocumentNode) -> CargoToml {
    let mut read = CargoToml::default();
    if let Some(found) = manifest.get("package").or_else(|| manifest.get("project")) {
        package(manifest, found, &mut read);
    }
    for (table, kind) in TABLES {
        dependencies(manifest.get(table), kind, None, &mut read);
    }
    for (target, tables) in entries(manifest.get("target")) {
        for (table, kind) in TABLES {
            dependencies(tables.get(table), kind, Some(&target.name), &mut read);
        }
    }
    for (feature, enables) in entries(manifest.get("features")) {
        let items = enables.as_list().unwrap_or_default().iter().filter_map(DocumentNode::as_text);
        let name = (feature.span, feature.name.as_str().into());
        read.features.push(Feature { name, enables: items.map(Arc::from).collect() });
    }
    read.workspace = manifest.get("workspace").map(workspace);
    read
}

fn entries(table: Option<&DocumentNode>) -> &[(DocumentKey, DocumentNode)] {
    table.and_then(DocumentNode::as_map).unwrap_or_default()
}

fn text_at(table: &DocumentNode, key: &str) -> Option<Arc<str>> {
    table.get(key).and_then(DocumentNode::as_text).map(Arc::from)
}

/// Whether a value is that of the workspace: `edition.workspace = true`.
fn is_inherited(node: &DocumentNode) -> bool {
    node.get("workspace").is_some_and(|flag| flag.value == Toml::Bool(true))
}

/// The package and its targets, of which those without a path are looked for by their name.
fn package(manifest: &DocumentNode, package: &DocumentNode, read: &mut CargoToml) {
    let library = manifest.get("lib");
    read.library = library.map(|library| library.span);
    let edition = match package.get("edition") {
        Some(edition) if is_inherited(edition) => Edition::Inherited,
        Some(edition) => edition.as_text().map_or(Edition::Unknown, edition_of),
        None => Edition::Of("2015".into()),
    };
    let place = package.get("name").map_or(package.span, |name| name.span);
    let said = PackageSection {
        name: text_at(package, "name"),
        edition,
        library: library.and_then(|library| text_at(library, "name")),
        workspace: text_at(package, "workspace"),
    };
    read.package = Some((place, said));
    let mut target = |kind: TargetKind, span: Span, path: Option<Arc<str>>, name: Option<Arc<str>>| {
        read.targets.push((span, CargoTarget { kind, path, name }));
    };
    target(TargetKind::Lib, place, library.and_then(|library| text_at(library, "path")), None);
    match package.get("build") {
        Some(DocumentNode { value: Toml::Bool(false), .. }) => {}
        Some(DocumentNode { value: Toml::List(paths), .. }) => {
            for path in paths {
                target(TargetKind::Build, path.span, path.as_text().map(Arc::from), None);
            }
        }
        build => target(TargetKind::Build, place, build.and_then(DocumentNode::as_text).map(Arc::from), None),
    }
    for (list, kind, automatic) in TARGETS {
        if package.get(automatic).is_none_or(|flag| flag.value != Toml::Bool(false)) {
            target(kind, place, None, None);
        }
        for listed in manifest.get(list).and_then(DocumentNode::as_list).unwrap_or_default() {
            target(kind, listed.span, text_at(listed, "path"), text_at(listed, "name"));
        }
    }
}

/// `workspace` is not an edition, and stands for that of the workspace.
fn edition_of(text: &str) -> Edition {
    match text {
        "" => Edition::Unknown,
        "workspace" => Edition::Inherited,
        edition => Edition::Of(edition.into()),
    }
}

fn dependencies(table: Option<&DocumentNode>, kind: CargoDependencyKind, target: Option<&str>, read: &mut CargoToml) {
    for (key, dependency) in entries(table) {
        let is_optional = dependency.get("optional").is_some_and(|flag| flag.value == Toml::Bool(true));
        let said = DependencyEntry {
            name: key.name.as_str().into(),
            package: text_at(dependency, "package"),
            kind,
            is_optional,
            version: version(dependency),
            target: target.map(Arc::from),
            path: text_at(dependency, "path"),
            is_inherited: is_inherited(dependency),
        };
        read.dependencies.push((key.span, said));
    }
}

/// `"1"`, or the version of a table.
fn version(dependency: &DocumentNode) -> Option<Arc<str>> {
    dependency.as_text().map(Arc::from).or_else(|| text_at(dependency, "version"))
}

fn workspace(workspace: &DocumentNode) -> WorkspaceSection {
    let mut members = Vec::new();
    for (list, is_taken) in [("members", true), ("exclude", false)] {
        for glob in workspace.get(list).and_then(DocumentNode::as_list).unwrap_or_default() {
            members.push(Member { span: glob.span, glob: glob.as_text().map(Arc::from), is_taken });
        }
    }
    let shared = |(key, dependency): &(DocumentKey, DocumentNode)| {
        let (package, path) = (text_at(dependency, "package"), text_at(dependency, "path"));
        (key.span, WorkspaceDependency { name: key.name.as_str().into(), package, version: version(dependency), path })
    };
    WorkspaceSection {
        span: workspace.span,
        edition: workspace.get("package").and_then(|package| text_at(package, "edition")),
        members,
        dependencies: entries(workspace.get("dependencies")).iter().map(shared).collect(),
    }
}
