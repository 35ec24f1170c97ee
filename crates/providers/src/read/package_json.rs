//! `package.json`, for all who ask something of it: read once.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use auditlint_facts::Source;
use auditlint_source::Span;
use jsonc_parser::ast::{Object, ObjectProp, Value as Json};
use serde::{Deserialize, Serialize};

use super::alias::Alias;
use super::json::{NoObject, object_of, properties, span_of};
use super::transpiler;

/// A text, and where it stands.
pub(crate) type SpannedText = (Span, Arc<str>);

/// What a `package.json` says.
#[derive(Debug, Default)]
pub(crate) struct PackageJson {
    pub(crate) name: Option<SpannedText>,
    pub(crate) is_private: bool,
    /// Whether nobody else can install the package.
    pub(crate) is_unpublished: bool,
    /// Whether it puts files in the place of others.
    pub(crate) replaces: bool,
    /// Whether it names files for browsers.
    pub(crate) is_for_browsers: bool,
    /// Whether its files are modules.
    pub(crate) is_module: bool,
    /// The globs of the packages that it takes.
    pub(crate) workspaces: Vec<SpannedText>,
    pub(crate) dependencies: Vec<NpmDependency>,
    pub(crate) scripts: Vec<PackageScript>,
    /// Patterns of specifiers to which tools give a meaning.
    pub(crate) aliases: Vec<Alias>,
    /// The files that keys of `exports` name, those of `main` and its like, and programs.
    pub(crate) entries: Vec<EntryPoint>,
    /// The files that keys of `imports` name.
    pub(crate) own_imports: Vec<EntryPoint>,
    /// Hooks of git that tools keep there, each with its value as it is written.
    pub(crate) hooks: Vec<Hook>,
}

/// A package that it declares.
#[derive(Debug)]
pub(crate) struct NpmDependency {
    pub(crate) span: Span,
    pub(crate) package: Arc<str>,
    pub(crate) kind: NpmDependencyKind,
    pub(crate) version: Option<Arc<str>>,
}

/// Under which key a package is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NpmDependencyKind {
    Normal,
    Dev,
    Peer,
    Optional,
    /// Only named among those that a published package brings along.
    Bundled,
}

impl NpmDependencyKind {
    /// Those under which packages stand with their versions.
    const VERSIONED: [Self; 4] = [Self::Normal, Self::Dev, Self::Peer, Self::Optional];

    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Dev => "devDependencies",
            Self::Peer => "peerDependencies",
            Self::Optional => "optionalDependencies",
            Self::Bundled => "bundledDependencies",
        }
    }
}

/// A script with its command.
#[derive(Debug)]
pub(crate) struct PackageScript {
    pub(crate) span: Span,
    pub(crate) name: Arc<str>,
    pub(crate) command: Arc<str>,
}

/// A file that a key names.
#[derive(Debug)]
pub(crate) struct EntryPoint {
    pub(crate) span: Span,
    pub(crate) key: Arc<str>,
    pub(crate) target: Arc<str>,
}

/// What a tool does at a hook of git.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) span: Span,
    pub(crate) key: &'static str,
    pub(crate) value: Span,
}

/// What a source says that is a `package.json`.
pub(crate) fn of(source: &Source<'_, '_>) -> Rc<Result<PackageJson, NoObject>> {
    source.shared(|source| object_of(source.text()).map(|object| read(&object)))
}

fn read(object: &Object<'_>) -> PackageJson {
    let is_private = object.get_boolean("private").is_some_and(|flag| flag.value);
    // Without a version nothing is published, and `0.0.0` is written where nothing is meant to be.
    let version = object.get_string("version").map(|version| version.value.as_ref());
    let has_no_version = version.is_none_or(|version| version == "0.0.0") && object.get("publishConfig").is_none();
    // An extension is called by its editor.
    let is_extension = object.get_object("engines").is_some_and(|engines| engines.get("vscode").is_some());
    PackageJson {
        name: object.get_string("name").map(|name| (span_of(name), name.value.as_ref().into())),
        is_private,
        is_unpublished: !is_extension && (is_private || has_no_version),
        replaces: ["browser", "react-native"].iter().any(|key| object.get_object(key).is_some()),
        is_for_browsers: object.get("browser").is_some(),
        is_module: object.get_string("type").is_some_and(|kind| kind.value == "module"),
        workspaces: workspaces(object),
        dependencies: dependencies(object),
        scripts: properties(object, "scripts").filter_map(script).collect(),
        aliases: aliases(object),
        entries: entries(object),
        own_imports: object.get("imports").map(|imports| named(&imports.value, '#')).unwrap_or_default(),
        hooks: hooks(object),
    }
}

fn workspaces(object: &Object<'_>) -> Vec<SpannedText> {
    let workspaces = match object.get("workspaces").map(|property| &property.value) {
        Some(Json::Object(object)) => object.get_array("packages"),
        Some(Json::Array(array)) => Some(array),
        _ => None,
    };
    let globs = workspaces.into_iter().flat_map(|list| &list.elements).filter_map(Json::as_string_lit);
    globs.map(|glob| (span_of(glob), glob.value.as_ref().into())).collect()
}

fn dependencies(object: &Object<'_>) -> Vec<NpmDependency> {
    let of_kind = |kind: NpmDependencyKind| {
        properties(object, kind.key()).map(move |entry| NpmDependency {
            span: span_of(&entry.name),
            package: entry.name.as_str().into(),
            kind,
            version: entry.value.as_string_lit().map(|version| version.value.as_ref().into()),
        })
    };
    let mut found: Vec<NpmDependency> = NpmDependencyKind::VERSIONED.into_iter().flat_map(of_kind).collect();
    let known: BTreeSet<Arc<str>> = found.iter().map(|one| Arc::clone(&one.package)).collect();
    // Both spellings are in use.
    let lists =
        [NpmDependencyKind::Bundled.key(), "bundleDependencies"].into_iter().filter_map(|key| object.get_array(key));
    let names = lists.flat_map(|list| &list.elements).filter_map(Json::as_string_lit);
    let bundled = names.map(|name| NpmDependency {
        span: span_of(name),
        package: name.value.as_ref().into(),
        kind: NpmDependencyKind::Bundled,
        version: None,
    });
    found.extend(bundled.filter(|one| !known.contains(&one.package)));
    found
}

fn script(entry: &ObjectProp<'_>) -> Option<PackageScript> {
    let command = entry.value.as_string_lit()?.value.as_ref().into();
    Some(PackageScript { span: span_of(&entry.name), name: entry.name.as_str().into(), command })
}

fn aliases(object: &Object<'_>) -> Vec<Alias> {
    let mut aliases = Vec::new();
    let mut take = |object: &Object<'_>, key| {
        aliases.extend(properties(object, key).map(Alias::of));
    };
    take(object, "_moduleAliases");
    take(object, "alias");
    if let Some(jest) = object.get_object("jest") {
        take(jest, "moduleNameMapper");
    }
    if let Some(babel) = object.get_object("babel") {
        aliases.extend(transpiler::aliases(babel));
    }
    aliases
}

fn entries(object: &Object<'_>) -> Vec<EntryPoint> {
    let mut entries = object.get("exports").map(|exports| named(&exports.value, '.')).unwrap_or_default();
    for key in ["source", "types", "typings", "module", "main"] {
        let entry = object.get_string(key);
        entries.extend(entry.map(|main| EntryPoint {
            span: span_of(main),
            key: "main".into(),
            target: main.value.as_ref().into(),
        }));
    }
    // What builds the package is told where to begin.
    entries.extend(object.get_string("source").map(|source| EntryPoint {
        span: span_of(source),
        key: "source".into(),
        target: source.value.as_ref().into(),
    }));
    let bin = object.get("bin").map(|bin| &bin.value);
    let programs = bin.into_iter().chain(properties(object, "bin").map(|program| &program.value));
    entries.extend(programs.filter_map(Json::as_string_lit).map(|target| EntryPoint {
        span: span_of(target),
        key: "bin".into(),
        target: target.value.as_ref().into(),
    }));
    entries
}

/// The files that `exports` or `imports` names for each key, whatever the condition, in their order. Keys begin with `sign`; what
/// stands under no key belongs to the package itself.
fn named(value: &Json<'_>, sign: char) -> Vec<EntryPoint> {
    let mut entries = Vec::new();
    let mut left: Vec<(&str, &Json<'_>)> = vec![(".", value)];
    while let Some((key, value)) = left.pop() {
        match value {
            Json::StringLit(target) => {
                let (key, text) = (key.into(), target.value.as_ref().into());
                entries.push(EntryPoint { span: span_of(target), key, target: text });
            }
            // What is excluded is a key that leads nowhere.
            Json::NullKeyword(null) if key != "." => {
                entries.push(EntryPoint { span: span_of(null), key: key.into(), target: "".into() });
            }
            Json::Array(array) => left.extend(array.elements.iter().rev().map(|element| (key, element))),
            Json::Object(object) => left.extend(object.properties.iter().rev().map(|property| {
                let name = property.name.as_str();
                (if name.starts_with(sign) { name } else { key }, &property.value)
            })),
            _ => {}
        }
    }
    entries
}

fn hooks(object: &Object<'_>) -> Vec<Hook> {
    let hook = |key| {
        let entry = object.get(key)?;
        Some(Hook { span: span_of(&entry.name), key, value: span_of(&entry.value) })
    };
    ["lint-staged", "simple-git-hooks", "husky", "gitHooks"].into_iter().filter_map(hook).collect()
}
