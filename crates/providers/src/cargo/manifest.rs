//! What a `Cargo.toml` says.

use std::sync::Arc;

use auditlint_source::Span;
use auditlint_source::document::{Key, Node, Value as Toml, parse_toml};

use super::fact::{CargoFact, Dependency, DependencyKind, Edition, Facts, Package, Shared, Target, TargetKind};

/// The tables of dependencies, with the kind of dependency and the older spelling.
const TABLES: [(&str, DependencyKind); 5] = [
    ("dependencies", DependencyKind::Normal),
    ("dev-dependencies", DependencyKind::Dev),
    ("dev_dependencies", DependencyKind::Dev),
    ("build-dependencies", DependencyKind::Build),
    ("build_dependencies", DependencyKind::Build),
];

/// The lists of targets, and the key of the package that says whether Cargo looks for more.
const TARGETS: [(&str, TargetKind, &str); 4] = [
    ("bin", TargetKind::Bin, "autobins"),
    ("test", TargetKind::Test, "autotests"),
    ("example", TargetKind::Example, "autoexamples"),
    ("bench", TargetKind::Bench, "autobenches"),
];

/// The facts of a manifest.
pub(super) fn extract(text: &str, out: &mut Facts) {
    let manifest = match parse_toml(text) {
        Ok(manifest) => manifest,
        Err(errors) => {
            let span = errors.first().map_or(Span::default(), |error| error.span);
            return out.gap(span, "this `Cargo.toml` is no TOML");
        }
    };
    if let Some(found) = manifest.get("package").or_else(|| manifest.get("project")) {
        package(&manifest, found, out);
    }
    for (table, kind) in TABLES {
        dependencies(manifest.get(table), kind, None, out);
    }
    for (target, tables) in entries(manifest.get("target")) {
        for (table, kind) in TABLES {
            dependencies(tables.get(table), kind, Some(&target.name), out);
        }
    }
    for (feature, enables) in entries(manifest.get("features")) {
        let name: Arc<str> = feature.name.as_str().into();
        let mut items = enables.as_list().unwrap_or_default().iter().filter_map(Node::as_text).peekable();
        if items.peek().is_none() {
            out.say(feature.span, CargoFact::Feature { name: Arc::clone(&name), enables: None });
        }
        for item in items {
            out.say(feature.span, CargoFact::Feature { name: Arc::clone(&name), enables: Some(item.into()) });
        }
    }
    if let Some(found) = manifest.get("workspace") {
        workspace(found, out);
    }
}

fn entries(table: Option<&Node>) -> &[(Key, Node)] {
    table.and_then(Node::as_map).unwrap_or_default()
}

fn text_at(table: &Node, key: &str) -> Option<Arc<str>> {
    table.get(key).and_then(Node::as_text).map(Arc::from)
}

/// Whether a value is that of the workspace: `edition.workspace = true`.
fn is_inherited(node: &Node) -> bool {
    node.get("workspace").is_some_and(|flag| flag.value == Toml::Bool(true))
}

/// The package and its targets, of which those without a path are looked for by their name.
fn package(manifest: &Node, package: &Node, out: &mut Facts) {
    let library = manifest.get("lib");
    let edition = match package.get("edition") {
        Some(edition) if is_inherited(edition) => Edition::Inherited,
        Some(edition) => edition.as_text().map_or(Edition::Unknown, edition_of),
        None => Edition::Of("2015".into()),
    };
    let place = package.get("name").map_or(package.span, |name| name.span);
    let said = Package {
        name: text_at(package, "name"),
        edition,
        library: library.and_then(|library| text_at(library, "name")),
        workspace: text_at(package, "workspace"),
    };
    out.say(place, CargoFact::Package(Box::new(said)));
    let mut target = |kind: TargetKind, span: Span, path: Option<Arc<str>>, name: Option<Arc<str>>| {
        out.say(span, CargoFact::Target(Target { kind, path, name }));
    };
    target(TargetKind::Lib, place, library.and_then(|library| text_at(library, "path")), None);
    match package.get("build") {
        Some(Node { value: Toml::Bool(false), .. }) => {}
        Some(Node { value: Toml::List(paths), .. }) => {
            for path in paths {
                target(TargetKind::Build, path.span, path.as_text().map(Arc::from), None);
            }
        }
        build => target(TargetKind::Build, place, build.and_then(Node::as_text).map(Arc::from), None),
    }
    for (list, kind, automatic) in TARGETS {
        if package.get(automatic).is_none_or(|flag| flag.value != Toml::Bool(false)) {
            target(kind, place, None, None);
        }
        for listed in manifest.get(list).and_then(Node::as_list).unwrap_or_default() {
            target(kind, listed.span, text_at(listed, "path"), text_at(listed, "name"));
        }
    }
}

/// `workspace` is no edition, and stands for that of the workspace.
fn edition_of(text: &str) -> Edition {
    match text {
        "" => Edition::Unknown,
        "workspace" => Edition::Inherited,
        edition => Edition::Of(edition.into()),
    }
}

fn dependencies(table: Option<&Node>, kind: DependencyKind, target: Option<&str>, out: &mut Facts) {
    for (key, dependency) in entries(table) {
        let is_optional = dependency.get("optional").is_some_and(|flag| flag.value == Toml::Bool(true));
        let said = Dependency {
            name: key.name.as_str().into(),
            package: text_at(dependency, "package"),
            kind,
            is_optional,
            version: version(dependency),
            target: target.map(Arc::from),
            path: text_at(dependency, "path"),
            is_inherited: is_inherited(dependency),
        };
        out.say(key.span, CargoFact::Dependency(Box::new(said)));
    }
}

/// `"1"`, or the version of a table.
fn version(dependency: &Node) -> Option<Arc<str>> {
    dependency.as_text().map(Arc::from).or_else(|| text_at(dependency, "version"))
}

fn workspace(workspace: &Node, out: &mut Facts) {
    let edition = workspace.get("package").and_then(|package| text_at(package, "edition"));
    out.say(workspace.span, CargoFact::Workspace { edition });
    for (list, is_taken) in [("members", true), ("exclude", false)] {
        for glob in workspace.get(list).and_then(Node::as_list).unwrap_or_default() {
            out.say(glob.span, CargoFact::Member { glob: glob.as_text().map(Arc::from), is_taken });
        }
    }
    for (key, dependency) in entries(workspace.get("dependencies")) {
        let (package, path) = (text_at(dependency, "package"), text_at(dependency, "path"));
        let shared = Shared { name: key.name.as_str().into(), package, version: version(dependency), path };
        out.say(key.span, CargoFact::Shared(Box::new(shared)));
    }
}
