//! Imports of TypeScript and JavaScript, and the packages that they may name.

mod code;
mod specifier;

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;
use jsonc_parser::ast::Value as Json;

use self::specifier::{Alias, package_of, typed_package};
use crate::folder::{above, folder_of, shown};
use crate::json::{DEPENDENCY_KINDS, object_of, properties, span_of};
use crate::relation::{column, relation};
use crate::{ProjectScope, Provider, Raw, Relation, RelationInfo, Row, Source, Value};

/// The raw relations.
mod raw {
    /// specifier, how, optional
    pub(super) const IMPORT: u8 = 0;
    /// a pattern of specifiers that do not name a package, whether it is one of a bundler's or test runner's configuration
    pub(super) const ALIAS: u8 = 1;
    /// a folder in which specifiers are looked up
    pub(super) const BASE: u8 = 2;
    /// name of a package.json
    pub(super) const PACKAGE: u8 = 3;
    /// a package that a package.json declares
    pub(super) const DEPENDENCY: u8 = 4;
}

static RELATIONS: [RelationInfo; 2] = [
    relation(
        "import.import",
        "An import of TypeScript or JavaScript.",
        &[
            column("directory", "the folder of the nearest `package.json`"),
            column("specifier", "what is imported, as it is written"),
            column("package", "the npm package that it names; nothing for paths, modules of Node.js and aliases"),
            column("how", "`import` (also `export … from`), `type`, `require` or `dynamic`"),
            column("optional", "whether the code is ready for it not to be there: inside of `try`, before `.catch`"),
        ],
    ),
    relation(
        "import.available",
        "A package that code below a `package.json` may import.",
        &[
            column("directory", "the folder of the `package.json`"),
            column(
                "package",
                "a dependency of any kind of it or of a `package.json` above it, the package itself, or one whose types are a dependency",
            ),
        ],
    ),
];

/// The provider.
pub(crate) struct Imports;

impl Provider for Imports {
    fn name(&self) -> &str {
        "import"
    }

    fn about(&self) -> &str {
        "`import`, `export … from`, `import()`, `require()` with a text, and `import(\"x\")` in types. A specifier names a package unless it is a path, a module of Node.js, or an alias: of `paths` and \
         `baseUrl` in any `tsconfig*.json` or `jsconfig.json`, of `declare module`, of a `deno.json`, of `moduleNameMapper`, or any key of an object in a `*.config.*` file, where bundlers and test runners \
         keep theirs."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        is_json(path) || Language::of_path(path).is_some_and(Language::is_ecmascript)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        is_json(path) || is_config(path) || has(b"import") || has(b"require") || has(b"export") || has(b"declare")
    }

    fn extract(&self, source: &Source<'_, '_>) -> Raw {
        let mut out = Raw::default();
        if !is_json(source.path) {
            if let Some(analysis) = source.analysis() {
                code::extract(analysis, is_config(source.path), &mut out);
            }
            return out;
        }
        let object = match str::from_utf8(source.text).map(object_of) {
            Ok(Ok(object)) => object,
            // A `tsconfig.json` of comments alone says nothing.
            Ok(Err(error)) if error.is_json && source.path.name() != "package.json" => return out,
            other => {
                let span = other.ok().and_then(Result::err).map_or(Span::default(), |error| error.span);
                out.gap(span, format!("`{}` is no JSON", source.path.name()));
                return out;
            }
        };
        if source.path.name() == "package.json" {
            let name = object.get_string("name").map(|name| name.value.as_ref());
            out.push(raw::PACKAGE, Span::new(0, 1), [name.into()]);
            for kind in DEPENDENCY_KINDS {
                for dependency in properties(&object, kind) {
                    out.push(raw::DEPENDENCY, span_of(&dependency.name), [dependency.name.as_str().into()]);
                }
            }
            for key in ["_moduleAliases", "alias"] {
                aliases(properties(&object, key), true, &mut out);
            }
            if let Some(jest) = object.get_object("jest") {
                aliases(properties(jest, "moduleNameMapper"), true, &mut out);
            }
            return out;
        }
        aliases(properties(&object, "imports"), true, &mut out);
        if let Some(options) = object.get_object("compilerOptions") {
            aliases(properties(options, "paths"), false, &mut out);
            if let Some(Json::StringLit(base)) = options.get("baseUrl").map(|property| &property.value) {
                out.push(raw::BASE, span_of(base), [base.value.as_ref().into()]);
            }
        }
        out
    }

    fn derive(&self, raw: &[(FilePath, &Raw)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let project = Project::of(raw);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        for (path, source) in raw {
            for row in source.rows.iter().filter(|row| row.relation == raw::IMPORT) {
                let specifier = row.values[0].text();
                let directory = project.package_above(path);
                let is_own = directory.is_some_and(|(folder, _)| project.is_folder_of(folder, specifier));
                let package = package_of(specifier).filter(|_| !is_own && !project.is_alias(specifier));
                let values = vec![
                    directory.map(|(folder, _)| shown(folder)).into(),
                    specifier.into(),
                    package.into(),
                    row.values[1].clone(),
                    row.values[2].clone(),
                ];
                tables[0].push(Row { path: path.clone(), span: row.span, values });
            }
        }
        for (folder, package) in &project.packages {
            for name in project.available(folder) {
                let values = vec![shown(folder).into(), name.as_str().into()];
                tables[1].push(Row { path: package.path.clone(), span: Span::new(0, 1), values });
            }
        }
        // Imports that were not read accuse nobody; a dependency or an alias that was not read would.
        let gaps = raw.iter().flat_map(|(path, source)| source.gaps.iter().map(move |gap| (path, gap)));
        let gaps = gaps.flat_map(|(path, gap)| match path.name() {
            // It would declare what the packages below it may import as well.
            "package.json" => {
                let folder = folder_of(path);
                let below = project.packages.keys().filter(|package| package.is_under(&folder) && **package != folder);
                let hidden = below.chain(std::iter::once(&folder));
                hidden.map(|package| (path.clone(), gap.hiding("directory", shown(package).into()))).collect()
            }
            _ => vec![(path.clone(), gap.clone())],
        });
        let gaps = gaps.collect();
        let [imports, available] = tables;
        vec![
            Relation { info: RELATIONS[0].clone(), rows: imports, gaps: Vec::new() },
            Relation { info: RELATIONS[1].clone(), rows: available, gaps },
        ]
    }
}

fn is_json(path: &FilePath) -> bool {
    let name = path.name();
    matches!(name, "package.json" | "jsconfig.json" | "deno.json" | "deno.jsonc" | "import_map.json")
        || (name.starts_with("tsconfig") && name.ends_with(".json"))
}

/// Whether a file may configure a bundler or a test runner.
fn is_config(path: &FilePath) -> bool {
    let names = [".config.", "webpack", "babel", "alias"];
    names.iter().any(|part| path.name().contains(part)) || path.as_str().contains(".storybook/")
}

fn aliases<'a>(entries: impl Iterator<Item = &'a jsonc_parser::ast::ObjectProp<'a>>, configures: bool, out: &mut Raw) {
    for entry in entries {
        out.push(raw::ALIAS, span_of(&entry.name), [entry.name.as_str().into(), configures.into()]);
    }
}

struct Package<'r> {
    path: FilePath,
    name: &'r str,
    dependencies: BTreeSet<&'r str>,
}

/// What decides what a specifier names.
struct Project<'r> {
    packages: BTreeMap<FilePath, Package<'r>>,
    aliases: BTreeSet<Alias>,
    /// First names of paths that a specifier may begin with because of a `baseUrl`.
    bases: BTreeSet<String>,
    /// Whether there is a `baseUrl`.
    has_base: bool,
    /// The names that a specifier may begin with because of a bundler's `modules`: what lies in a folder, without extension.
    names: BTreeMap<FilePath, BTreeSet<&'r str>>,
}

impl<'r> Project<'r> {
    fn of(raw: &'r [(FilePath, &Raw)]) -> Self {
        let mut project = Self {
            packages: BTreeMap::new(),
            aliases: BTreeSet::new(),
            bases: BTreeSet::new(),
            has_base: false,
            names: BTreeMap::new(),
        };
        let mut bases: BTreeSet<FilePath> = BTreeSet::new();
        for (path, source) in raw {
            for row in &source.rows {
                let text = row.values.first().map_or("", Value::text);
                let folder = || folder_of(path);
                match row.relation {
                    raw::ALIAS if row.values[1] == Value::Flag(true) => {
                        project.aliases.extend(Alias::of_configuration(text));
                    }
                    raw::ALIAS => {
                        project.aliases.insert(Alias::of_pattern(text));
                    }
                    raw::BASE => {
                        bases.insert(FilePath::new(&format!("{}/{text}", folder().as_str())));
                    }
                    raw::PACKAGE => {
                        let package = Package { path: path.clone(), name: text, dependencies: BTreeSet::new() };
                        project.packages.insert(folder(), package);
                    }
                    raw::DEPENDENCY => {
                        if text == "@docusaurus/core" {
                            let given =
                                ["@docusaurus", "@generated", "@site", "@theme", "@theme-init", "@theme-original"];
                            project.aliases.extend(given.into_iter().filter_map(Alias::of_configuration));
                        }
                        if let Some(package) = project.packages.get_mut(&folder()) {
                            package.dependencies.insert(text);
                        }
                    }
                    _ => {}
                }
            }
        }
        project.has_base = !bases.is_empty();
        for base in &bases {
            let below = raw.iter().filter_map(|(path, _)| below(path, base)?.split('/').next().map(str::to_owned));
            // A specifier has no extension.
            project.bases.extend(below.map(|name| name.split('.').next().unwrap_or_default().to_owned()));
        }
        project.names = names_in_packages(raw, project.packages.keys());
        project
    }

    /// Whether a specifier begins with the name of something in a package, in its `src` or its `app`: bundlers and test runners can
    /// be told to look there.
    fn is_folder_of(&self, package: &FilePath, specifier: &str) -> bool {
        let first = specifier.split('/').next().unwrap_or_default();
        let has = |inner| self.names.get(&join(package, inner)).is_some_and(|names| names.contains(first));
        INNER.into_iter().any(has)
    }

    fn package_above(&self, path: &FilePath) -> Option<(&FilePath, &Package<'r>)> {
        above(folder_of(path)).find_map(|folder| self.packages.get_key_value(&folder))
    }

    fn is_alias(&self, specifier: &str) -> bool {
        let first = specifier.split('/').next().unwrap_or_default();
        // A `baseUrl` may hold what is no code, or is made by a build.
        let is_below_base = self.has_base && !specifier.starts_with('@') && specifier.contains('/');
        is_below_base || self.bases.contains(first) || self.aliases.iter().any(|alias| alias.covers(specifier))
    }

    fn available(&self, folder: &FilePath) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let own = self.packages.get(folder).map(|package| package.name);
        names.extend(own.filter(|name| !name.is_empty()).map(str::to_owned));
        for package in above(folder.clone()).filter_map(|folder| self.packages.get(&folder)) {
            for dependency in &package.dependencies {
                names.insert((*dependency).to_owned());
                names.extend(typed_package(dependency));
                if *dependency == "next" {
                    // Next.js resolves these itself.
                    names.extend(["client-only", "server-only"].map(str::to_owned));
                }
            }
        }
        names
    }
}

/// Folders of a package in which bundlers and test runners are often told to look.
const INNER: [&str; 3] = ["", "src", "app"];

/// The names of what lies in each package and its inner folders, without extensions.
fn names_in_packages<'r, 'p>(
    raw: &'r [(FilePath, &Raw)],
    packages: impl Iterator<Item = &'p FilePath>,
) -> BTreeMap<FilePath, BTreeSet<&'r str>> {
    let mut names: BTreeMap<FilePath, BTreeSet<&'r str>> = BTreeMap::new();
    names.extend(packages.flat_map(|package| INNER.map(|inner| (join(package, inner), BTreeSet::new()))));
    for (path, _) in raw {
        for folder in above(folder_of(path)) {
            if let (Some(names), Some(inside)) = (names.get_mut(&folder), below(path, &folder)) {
                let name = inside.split('/').next().unwrap_or_default();
                names.insert(name.split('.').next().unwrap_or_default());
            }
        }
    }
    names
}

fn join(folder: &FilePath, inner: &str) -> FilePath {
    FilePath::new(&format!("{}/{inner}", folder.as_str()))
}

/// The path below a folder.
fn below<'p>(path: &'p FilePath, folder: &FilePath) -> Option<&'p str> {
    if folder.is_root() {
        return Some(path.as_str());
    }
    path.as_str().strip_prefix(folder.as_str())?.strip_prefix('/')
}

#[cfg(test)]
mod tests;
