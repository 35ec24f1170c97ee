//! npm, pnpm and yarn: packages, workspaces, dependencies, scripts, and the scripts that scripts run.

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{
    ProjectScope, Provider, Raw, RawFact, RawRow, Relation, RelationInfo, Row, Source, Value, column, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Parser;
use jsonc_parser::ast::ObjectProp;

use crate::read::json::{DEPENDENCY_KINDS, object_of, properties, span_of};
use crate::read::script_calls::{Package, plain_script_calls};
use crate::read::shell::{self, Command, Word};
use crate::read::workspaces::{self, Packages, join};

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
    type Fact = RawFact;

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
        let text = source.text();
        if source.path.name() == "package.json" {
            package(text, &mut source.parser(), &mut out);
        } else {
            pnpm_workspace(text, &mut out);
        }
        out
    }

    fn derive(&self, raw: &[(FilePath, &Raw)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let packages = packages_of(raw);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        for (path, source) in raw {
            let folder = folder_of(path);
            let directory = Value::from(shown(&folder));
            let mut push = |table: usize, row: &RawRow, values: Vec<Value>| {
                tables[table].push(Row { path: path.clone(), span: row.span, values });
            };
            for row in &source.facts {
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
                        let target = target(&packages, &folder, values).map(|target| shown(&target).to_owned());
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
        let gaps = gaps_of(raw).into_iter().map(|(path, gap)| match path.name() {
            "package.json" => (path.clone(), gap.hiding("directory", shown(&folder_of(&path)).into())),
            _ => (path, gap),
        });
        let gaps: Vec<_> = gaps.collect();
        let mut tables = tables.into_iter();
        RELATIONS
            .iter()
            .map(|info| Relation { info: info.clone(), rows: tables.next().unwrap_or_default(), gaps: gaps.clone() })
            .collect()
    }
}

fn packages_of<'r>(raw: &[(FilePath, &'r Raw)]) -> Packages<'r> {
    let mut packages = Packages::default();
    for (path, source) in raw {
        for row in &source.facts {
            match row.relation {
                raw::PACKAGE => packages.add(folder_of(path), row.values[0].text()),
                raw::WORKSPACE => packages.add_workspace(folder_of(path), row.values[0].text()),
                _ => {}
            }
        }
    }
    packages.finish()
}

/// The folder of the package whose script is called from a package's folder; `values` are those of a raw call.
fn target(packages: &Packages<'_>, from: &FilePath, values: &[Value]) -> Option<FilePath> {
    let Value::Text(inner) = &values[4] else { return None };
    let package = values[3].text().to_owned();
    let package = match values[2].text() {
        "here" => Package::Here,
        "folder" => Package::Folder(package),
        "root" => Package::Root,
        "named" => Package::Named(package),
        _ => Package::Unknown,
    };
    packages.target(FilePath::new(&join(from.as_str(), inner)), &package)
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
    for (span, glob) in workspaces::workspaces_of_npm(&object) {
        out.push(raw::WORKSPACE, span, [glob.into()]);
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
        for call in plain_script_calls(&command) {
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
            for inner in command.words[1..]
                .iter()
                .filter_map(Word::known)
                .filter(|word| word.contains(' ') || word.contains(':'))
            {
                let inner =
                    inner.strip_prefix("npm:").map_or_else(|| inner.to_owned(), |name| format!("npm run {name}"));
                calls(caller, span, &inner, folder, depth + 1, parser, out);
            }
        }
    }
}

fn runs_commands(command: &Command) -> bool {
    matches!(command.program(), Some("concurrently"))
}

fn pnpm_workspace(text: &str, out: &mut Raw) {
    match workspaces::workspaces_of_pnpm(text) {
        Some(globs) => globs.iter().for_each(|(span, glob)| out.push(raw::WORKSPACE, *span, [glob.as_str().into()])),
        None => out.gap(Span::default(), "this `pnpm-workspace.yaml` is no YAML"),
    }
}

#[cfg(test)]
mod tests;
