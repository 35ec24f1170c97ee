//! What a `Cargo.toml` says.

use auditlint_facts::{Raw, Value};
use auditlint_source::Span;
use auditlint_source::document::{Key, Node, Value as Toml, parse_toml};

use super::raw;

/// The tables of dependencies, with the kind of dependency and the older spelling.
const TABLES: [(&str, &str); 5] = [
    ("dependencies", "normal"),
    ("dev-dependencies", "dev"),
    ("dev_dependencies", "dev"),
    ("build-dependencies", "build"),
    ("build_dependencies", "build"),
];

/// The lists of targets, and the key of the package that says whether Cargo looks for more.
const TARGETS: [(&str, &str); 4] =
    [("bin", "autobins"), ("test", "autotests"), ("example", "autoexamples"), ("bench", "autobenches")];

/// The raw rows of a manifest.
pub(super) fn extract(text: &str, out: &mut Raw) {
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
        let name = Value::from(feature.name.as_str());
        let mut items = enables.as_list().unwrap_or_default().iter().filter_map(Node::as_text).peekable();
        if items.peek().is_none() {
            out.push(raw::FEATURE, feature.span, [name.clone(), Value::Absent]);
        }
        for item in items {
            out.push(raw::FEATURE, feature.span, [name.clone(), item.into()]);
        }
    }
    if let Some(found) = manifest.get("workspace") {
        workspace(found, out);
    }
}

fn entries(table: Option<&Node>) -> &[(Key, Node)] {
    table.and_then(Node::as_map).unwrap_or_default()
}

fn text_at<'n>(table: &'n Node, key: &str) -> Option<&'n str> {
    table.get(key).and_then(Node::as_text)
}

/// Whether a value is that of the workspace: `edition.workspace = true`.
fn is_inherited(node: &Node) -> bool {
    node.get("workspace").is_some_and(|flag| flag.value == Toml::Bool(true))
}

/// The package: its name, the edition (`workspace` where it is inherited), the name of its library, the workspace that it names; and
/// its targets, of which those without a path are looked for by their name.
fn package(manifest: &Node, package: &Node, out: &mut Raw) {
    let library = manifest.get("lib");
    let edition = match package.get("edition") {
        Some(edition) if is_inherited(edition) => Some("workspace"),
        Some(edition) => edition.as_text(),
        None => Some("2015"),
    };
    let place = package.get("name").map_or(package.span, |name| name.span);
    out.push(
        raw::PACKAGE,
        place,
        [
            text_at(package, "name").into(),
            edition.into(),
            library.and_then(|library| text_at(library, "name")).into(),
            text_at(package, "workspace").into(),
        ],
    );
    let mut target = |kind: &str, span: Span, path: Option<&str>, name: Option<&str>| {
        out.push(raw::TARGET, span, [kind.into(), path.into(), name.into()]);
    };
    target("lib", place, library.and_then(|library| text_at(library, "path")), None);
    match package.get("build") {
        Some(Node { value: Toml::Bool(false), .. }) => {}
        Some(Node { value: Toml::List(paths), .. }) => {
            for path in paths {
                target("build", path.span, path.as_text(), None);
            }
        }
        build => target("build", place, build.and_then(Node::as_text), None),
    }
    for (kind, automatic) in TARGETS {
        if package.get(automatic).is_none_or(|flag| flag.value != Toml::Bool(false)) {
            target(kind, place, None, None);
        }
        for listed in manifest.get(kind).and_then(Node::as_list).unwrap_or_default() {
            target(kind, listed.span, text_at(listed, "path"), text_at(listed, "name"));
        }
    }
}

fn dependencies(table: Option<&Node>, kind: &str, target: Option<&str>, out: &mut Raw) {
    for (key, dependency) in entries(table) {
        let is_optional = dependency.get("optional").is_some_and(|flag| flag.value == Toml::Bool(true));
        out.push(
            raw::DEPENDENCY,
            key.span,
            [
                key.name.as_str().into(),
                text_at(dependency, "package").into(),
                kind.into(),
                is_optional.into(),
                version(dependency),
                target.into(),
                text_at(dependency, "path").into(),
                is_inherited(dependency).into(),
            ],
        );
    }
}

/// `"1"`, or the version of a table.
fn version(dependency: &Node) -> Value {
    dependency.as_text().or_else(|| text_at(dependency, "version")).into()
}

fn workspace(workspace: &Node, out: &mut Raw) {
    let edition = workspace.get("package").and_then(|package| text_at(package, "edition"));
    out.push(raw::WORKSPACE, workspace.span, [edition.into()]);
    for (list, is_taken) in [("members", true), ("exclude", false)] {
        for glob in workspace.get(list).and_then(Node::as_list).unwrap_or_default() {
            out.push(raw::MEMBER, glob.span, [glob.as_text().into(), is_taken.into()]);
        }
    }
    for (key, dependency) in entries(workspace.get("dependencies")) {
        let (package, path) = (text_at(dependency, "package"), text_at(dependency, "path"));
        let values = [key.name.as_str().into(), package.into(), version(dependency), path.into()];
        out.push(raw::SHARED, key.span, values);
    }
}
