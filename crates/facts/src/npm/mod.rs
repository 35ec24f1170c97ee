//! npm, pnpm and yarn: packages, workspaces, dependencies, scripts, and the scripts that scripts run.

mod calls;

use std::collections::BTreeMap;

use auditlint_source::document::{Value as Yaml, parse_yaml};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Parser;
use globset::{Glob, GlobSet, GlobSetBuilder};
use jsonc_parser::ast::{ObjectProp, Value as Json};

use self::calls::{Package, script_calls};
use crate::folder::{folder_of, shown};
use crate::json::{DEPENDENCY_KINDS, object_of, properties, span_of};
use crate::relation::{column, relation};
use crate::shell::{self, Command};
use crate::{ProjectScope, Provider, Raw, RawRow, Relation, RelationInfo, Row, Source, Value};

/// The raw relations.
mod raw {
    /// name, private
    pub(super) const PACKAGE: u8 = 0;
    /// glob
    pub(super) const WORKSPACE: u8 = 1;
    /// package, kind, version
    pub(super) const DEPENDENCY: u8 = 2;
    /// script, command
    pub(super) const SCRIPT: u8 = 3;
    /// calling script, script, kind of package, package, folder of the command, certain, may fail
    pub(super) const CALL: u8 = 4;
}

static RELATIONS: [RelationInfo; 4] = [
    relation(
        "npm.package",
        "A `package.json`.",
        &[
            column("directory", "its folder, `.` for the root"),
            column("name", "the name of the package"),
            column("private", "whether it is private"),
            column("workspace", "the folder of the workspace that it is a member of"),
        ],
    ),
    relation(
        "npm.dependency",
        "A dependency that a `package.json` declares.",
        &[
            column("directory", "the folder of the `package.json`"),
            column("package", "the package that it depends on"),
            column("kind", "`dependencies`, `devDependencies`, `peerDependencies` or `optionalDependencies`"),
            column("version", "the version that it asks for"),
        ],
    ),
    relation(
        "npm.script",
        "A script of a `package.json`.",
        &[
            column("directory", "the folder of the `package.json`"),
            column("script", "the name of the script"),
            column("command", "what it runs"),
        ],
    ),
    relation(
        "npm.script_call",
        "A script that a script runs.",
        &[
            column("directory", "the folder of the package whose script is run; nothing where nobody can say"),
            column("script", "the script that is run"),
            column("caller", "the script that runs it"),
            column("certain", "whether it can be nothing but a script: `yarn x` and `pnpm x` may be a program"),
            column("may_fail", "whether it stands under `if`, `||` or `!`"),
        ],
    ),
];

/// The provider.
pub(crate) struct Npm;

/// How deep commands may stand in the arguments of others: `concurrently "npm run x"`.
const DEEPEST: usize = 2;

impl Provider for Npm {
    fn name(&self) -> &str {
        "npm"
    }

    fn about(&self) -> &str {
        "`package.json` (read with jsonc-parser, which knows where every value stands) and `pnpm-workspace.yaml`. The commands of scripts are read with the tree-sitter grammar of \
         bash: `npm run`, `pnpm`, `yarn`, `bun run`, with their options for workspaces and folders, behind `cd`, `cross-env` and `npx`, inside of `concurrently` and `run-s`. What holds a \
         variable, several packages or a pattern is left open."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        matches!(path.name(), "package.json" | "pnpm-workspace.yaml")
    }

    fn extract(&self, source: &Source<'_, '_>) -> Raw {
        let mut out = Raw::default();
        let Ok(text) = str::from_utf8(source.text) else {
            out.gap(Span::default(), "the file is not UTF-8");
            return out;
        };
        if source.path.name() == "package.json" {
            package(text, &mut source.parser(), &mut out);
        } else {
            pnpm_workspace(text, &mut out);
        }
        out
    }

    fn derive(&self, raw: &[(FilePath, &Raw)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let packages = Packages::of(raw);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        for (path, source) in raw {
            let folder = folder_of(path);
            let directory = Value::from(shown(&folder));
            let mut push = |table: usize, row: &RawRow, values: Vec<Value>| {
                tables[table].push(Row { path: path.clone(), span: row.span, values });
            };
            for row in &source.rows {
                let values = &row.values;
                match row.relation {
                    raw::PACKAGE => {
                        let workspace = packages.workspace_of(&folder).map(|root| shown(root).to_owned());
                        let values =
                            vec![directory.clone(), values[0].clone(), values[1].clone(), workspace.as_deref().into()];
                        push(0, row, values);
                    }
                    raw::DEPENDENCY => push(1, row, [std::slice::from_ref(&directory), values].concat()),
                    raw::SCRIPT => push(2, row, [std::slice::from_ref(&directory), values].concat()),
                    raw::CALL => {
                        let target = packages.target(&folder, values).map(|target| shown(&target).to_owned());
                        let target = Value::from(target.as_deref());
                        push(
                            3,
                            row,
                            vec![target, values[1].clone(), values[0].clone(), values[5].clone(), values[6].clone()],
                        );
                    }
                    _ => {}
                }
            }
        }
        let gaps: Vec<_> = raw
            .iter()
            .flat_map(|(path, source)| {
                source.gaps.iter().map(|gap| match path.name() {
                    "package.json" => (path.clone(), gap.hiding("directory", shown(&folder_of(path)).into())),
                    _ => (path.clone(), gap.clone()),
                })
            })
            .collect();
        let mut tables = tables.into_iter();
        RELATIONS
            .iter()
            .map(|info| Relation { info: info.clone(), rows: tables.next().unwrap_or_default(), gaps: gaps.clone() })
            .collect()
    }
}

fn text_of<'a>(property: &'a ObjectProp<'_>) -> Option<&'a str> {
    property.value.as_string_lit().map(|text| text.value.as_ref())
}

fn package(text: &str, parser: &mut Parser, out: &mut Raw) {
    let object = match object_of(text) {
        Ok(object) => object,
        Err(error) if error.is_json => return out.gap(error.span, "this `package.json` holds no object"),
        Err(error) => return out.gap(error.span, "this `package.json` is no JSON"),
    };
    let name = object.get_string("name");
    let place = name.map_or(Span::new(0, 1), span_of);
    let is_private = object.get_boolean("private").is_some_and(|flag| flag.value);
    out.push(raw::PACKAGE, place, [name.map(|name| name.value.as_ref()).into(), is_private.into()]);
    let workspaces = match object.get("workspaces").map(|property| &property.value) {
        Some(Json::Object(object)) => object.get_array("packages"),
        Some(Json::Array(array)) => Some(array),
        _ => None,
    };
    for glob in workspaces.into_iter().flat_map(|list| &list.elements).filter_map(Json::as_string_lit) {
        out.push(raw::WORKSPACE, span_of(glob), [glob.value.as_ref().into()]);
    }
    for kind in DEPENDENCY_KINDS {
        for dependency in properties(&object, kind) {
            let version = Value::from(text_of(dependency));
            out.push(
                raw::DEPENDENCY,
                span_of(&dependency.name),
                [dependency.name.as_str().into(), kind.into(), version],
            );
        }
    }
    for script in properties(&object, "scripts") {
        let Some(command) = text_of(script) else { continue };
        let (name, span) = (script.name.as_str(), span_of(&script.name));
        out.push(raw::SCRIPT, span, [name.into(), command.into()]);
        // A command that is not understood calls nothing that could be missing.
        calls(name, span, command, "", 0, parser, out);
    }
}

/// Pushes the scripts that a command line runs in `folder`.
fn calls(caller: &str, span: Span, text: &str, folder: &str, depth: usize, parser: &mut Parser, out: &mut Raw) {
    for command in shell::commands(text, parser).unwrap_or_default() {
        let folder = command.folder.as_ref().map(|inner| join(folder, inner));
        for call in script_calls(&command) {
            let (kind, package) = match &call.package {
                Package::Here => ("here", ""),
                Package::Root => ("root", ""),
                Package::Named(name) => ("named", name.as_str()),
                Package::Folder(folder) => ("folder", folder.as_str()),
                Package::Unknown => ("unknown", ""),
            };
            out.push(
                raw::CALL,
                span,
                [
                    caller.into(),
                    call.script.as_str().into(),
                    kind.into(),
                    package.into(),
                    folder.as_deref().into(),
                    call.is_certain.into(),
                    command.may_fail.into(),
                ],
            );
        }
        if let (Some(folder), true) = (&folder, depth < DEEPEST && runs_commands(&command)) {
            for inner in command.words[1..].iter().flatten().filter(|word| word.contains(' ') || word.contains(':')) {
                let inner = inner.strip_prefix("npm:").map_or_else(|| inner.clone(), |name| format!("npm run {name}"));
                calls(caller, span, &inner, folder, depth + 1, parser, out);
            }
        }
    }
}

fn runs_commands(command: &Command) -> bool {
    matches!(command.program(), Some("concurrently"))
}

fn pnpm_workspace(text: &str, out: &mut Raw) {
    let Ok(documents) = parse_yaml(text) else {
        return out.gap(Span::default(), "this `pnpm-workspace.yaml` is no YAML");
    };
    let globs = documents.first().and_then(|document| document.get("packages"));
    if let Some(Yaml::List(items)) = globs.map(|globs| &globs.value) {
        for glob in items {
            if let Some(text) = glob.scalar() {
                out.push(raw::WORKSPACE, glob.span, [text.as_str().into()]);
            }
        }
    }
}

fn join(folder: &str, inner: &str) -> String {
    match (folder, inner) {
        ("", inner) => inner.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, inner) => format!("{folder}/{inner}"),
    }
}

/// The packages of a project.
struct Packages<'r> {
    /// By folder: the name.
    names: BTreeMap<FilePath, &'r str>,
    /// The roots of workspaces, with what they take and what they leave out.
    workspaces: Vec<(FilePath, GlobSet, GlobSet)>,
}

impl<'r> Packages<'r> {
    fn of(raw: &'r [(FilePath, &Raw)]) -> Self {
        let mut names = BTreeMap::new();
        let mut globs: BTreeMap<FilePath, Vec<&str>> = BTreeMap::new();
        for (path, source) in raw {
            for row in &source.rows {
                match row.relation {
                    raw::PACKAGE => {
                        names.insert(folder_of(path), row.values[0].text());
                    }
                    raw::WORKSPACE => globs.entry(folder_of(path)).or_default().push(row.values[0].text()),
                    _ => {}
                }
            }
        }
        let set = |root: &FilePath, globs: &mut dyn Iterator<Item = &str>| {
            let mut set = GlobSetBuilder::new();
            for glob in globs {
                let glob = glob.trim_start_matches("./").trim_end_matches('/');
                // What is no glob takes no package.
                if let Ok(glob) = Glob::new(&join(root.as_str(), glob)) {
                    set.add(glob);
                }
            }
            set.build().unwrap_or_default()
        };
        let workspaces = globs.into_iter().map(|(root, globs)| {
            let taken = set(&root, &mut globs.iter().copied().filter(|glob| !glob.starts_with('!')));
            let left = set(&root, &mut globs.iter().filter_map(|glob| glob.strip_prefix('!')));
            (root, taken, left)
        });
        Self { names, workspaces: workspaces.collect() }
    }

    /// The root of the workspace of which a package is a member; the root is one itself.
    fn workspace_of(&self, folder: &FilePath) -> Option<&FilePath> {
        let takes = |(root, taken, left): &&(FilePath, GlobSet, GlobSet)| {
            root == folder || (taken.is_match(folder.as_str()) && !left.is_match(folder.as_str()))
        };
        self.workspaces.iter().find(takes).map(|(root, _, _)| root)
    }

    /// The folder of the package whose script is called from a package's folder; `values` are those of a raw call.
    fn target(&self, from: &FilePath, values: &[Value]) -> Option<FilePath> {
        let Value::Text(inner) = &values[4] else { return None };
        let at = FilePath::new(&join(from.as_str(), inner));
        let (kind, package) = (values[2].text(), values[3].text());
        match kind {
            "here" => self.package_at(at),
            "folder" => self.package_at(FilePath::new(&join(at.as_str(), package))),
            "root" => self.workspace_of(&self.package_at(at)?).cloned(),
            "named" => {
                let near = self.package_at(at)?;
                let root = self.workspace_of(&near).cloned().unwrap_or(near);
                let folder = FilePath::new(&join(root.as_str(), package));
                if self.names.contains_key(&folder) {
                    return Some(folder);
                }
                let mut named = self.names.iter().filter(|(_, name)| {
                    **name == package || (!package.contains('/') && name.ends_with(&format!("/{package}")))
                });
                match (named.next(), named.next()) {
                    (Some((folder, _)), None) => Some(folder.clone()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The folder, if it has a `package.json`. That of a folder above it may be meant where it has none, but a build may
    /// just as well put one there.
    fn package_at(&self, folder: FilePath) -> Option<FilePath> {
        self.names.contains_key(&folder).then_some(folder)
    }
}

#[cfg(test)]
mod tests;
