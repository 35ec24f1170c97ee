//! npm, pnpm and yarn: packages, workspaces, dependencies, scripts, and the scripts that scripts run.

mod fact;
mod scripts;

use std::sync::Arc;

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{
    ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Parser;
use rustc_hash::FxHashSet;

use self::fact::{Facts, NestedScript, NpmFact};
use self::scripts::{ScriptDoubt, ScriptNames};
use crate::read::commands::{self, CommandRun, FileKind, Runs};
use crate::read::package_json::{self, NpmDependency, PackageScript};
use crate::read::script_calls::{Certainty, ScriptCall, ScriptOwner, plain_script_calls};
use crate::read::shell::{self, ANY, Command, PROJECT, START, Word};
use crate::read::task_definitions::{self, TaskDefinitions};
use crate::read::task_runners::task_calls;
use crate::read::workspaces::{self, WorkspacePackages, join};

static RELATIONS: [RelationInfo; 4] = [
    relation(
        "npm.package",
        "A `package.json`.",
        &[
            column("directory", "its folder, `.` for the root"),
            column("name", "the name of the package"),
            detail("private", "whether it is private"),
            detail("workspace", "the folder of the workspace that it is a member of"),
        ],
    ),
    relation(
        "npm.dependency",
        "A dependency that a `package.json` declares.",
        &[
            column("directory", "the folder of the `package.json`"),
            column("package", "the package that it depends on"),
            column(
                "kind",
                "`dependencies`, `devDependencies`, `peerDependencies`, `optionalDependencies`, or `bundledDependencies` where it stands there alone",
            ),
            detail("version", "the version that it asks for"),
        ],
    ),
    relation(
        "npm.script",
        "A script of a `package.json`.",
        &[
            column("directory", "the folder of the `package.json`"),
            column("script", "the name of the script"),
            detail("command", "what it runs"),
        ],
    ),
    relation(
        "npm.script_call",
        "A script that a script, a job, a hook of git or a recipe runs.",
        &[
            column(
                "directory",
                "the folder of the package whose script is run; nothing where nobody can say. Where several packages are asked, one that has the script, or the root where none has",
            ),
            column("script", "the script that is run"),
            column("caller", "the script, job or recipe that runs it; the name of the file for a hook"),
            detail(
                "certain",
                "whether it can be nothing but a script: `yarn x` and `pnpm x` may be a program, unless `x` holds a `:`, differs from a script by its signs alone, is one of another package, or says what is done (`build`, `type-check`)",
            ),
            detail("may_fail", "whether it stands under `if`, `||` or `!`"),
            detail(
                "doubt",
                "what it may be where that is not certain: a `program`, one that a dependency or a command shows to be there (`shown`), or something that the package manager does by itself (`builtin`)",
            ),
        ],
    ),
];

/// The provider.
pub(crate) struct Npm;

/// How deep commands may stand in the arguments of others: `concurrently "npm run x"`.
const DEEPEST: usize = 2;

impl Provider for Npm {
    type Fact = NpmFact;

    fn name(&self) -> &str {
        "npm"
    }

    fn about(&self) -> &str {
        "`package.json` (read with jsonc-parser, which knows where every value stands) and `pnpm-workspace.yaml`. The commands of scripts are read with the tree-sitter grammar of \
         bash: `npm run`, `pnpm`, `yarn`, `bun run`, `turbo run`, `nx run`, `lerna run`, with their options for workspaces and folders, behind `cd`, `cross-env` and `npx`, inside of `concurrently` and `run-s`. What holds a \
         variable or a pattern is left open, and so is what a runner of tasks defines besides (`turbo.json`, `project.json`, plugins of nx). So are the commands of workflows, pipelines, actions of the project, hooks of git and recipes of `make` and `just`, where their folder is known and holds the files of the project."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        matches!(path.name(), "package.json" | "pnpm-workspace.yaml")
            || task_definitions::is_definition(path)
            || FileKind::of(path).is_some_and(calls_scripts)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if source.path.name() == "package.json" {
            package(source, &mut out);
        } else if source.path.name() == "pnpm-workspace.yaml" {
            pnpm_workspace(source.text(), &mut out);
        } else if task_definitions::is_definition(source.path) {
            tasks(task_definitions::of_file(source.text()), &mut out);
        } else if let Some(runs) = commands::runs_of(source) {
            calls_of_pipeline(source.path, &runs, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let packages = packages_of(sources);
        let scripts = ScriptNames::of(sources);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        for (path, source) in sources {
            let folder = folder_of(path);
            let directory = Value::from(shown(&folder));
            let mut push = |table: usize, span: Span, directory: Value, more: Vec<Value>| {
                let values = std::iter::once(directory).chain(more).collect();
                tables[table].push(Row { path: path.clone(), span, values });
            };
            for said in &source.facts {
                let (table, values) = match &said.fact {
                    NpmFact::Workspace(_) | NpmFact::Task(_) | NpmFact::MakesTasks => continue,
                    NpmFact::Package { name, is_private } => {
                        let workspace = packages.workspace_of(&folder).map(shown);
                        (0, vec![name.as_ref().into(), (*is_private).into(), workspace.into()])
                    }
                    NpmFact::Dependency { package, kind, version } => {
                        (1, vec![package.into(), kind.key().into(), version.as_ref().into()])
                    }
                    NpmFact::Script { name, command } => (2, vec![name.into(), command.into()]),
                    NpmFact::Call(call) => {
                        let target = target(&packages, &scripts, &folder, call);
                        let own = vec![(&call.script).into(), (&call.caller).into()];
                        let doubt = scripts.doubt(call, target.as_ref());
                        let doubt_name = doubt.map(ScriptDoubt::name).into();
                        let values = [own, vec![doubt.is_none().into(), call.may_fail.into(), doubt_name]].concat();
                        push(3, said.span, target.as_ref().map(shown).into(), values);
                        continue;
                    }
                };
                push(table, said.span, directory.clone(), values);
            }
        }
        let is_own = |path: &FilePath| matches!(path.name(), "package.json" | "pnpm-workspace.yaml");
        let gaps = gaps_of(sources).into_iter().filter(|(path, _)| is_own(path)).map(|(path, gap)| match path.name() {
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

fn packages_of<'r>(sources: &[(FilePath, &'r Facts)]) -> WorkspacePackages<'r> {
    let mut packages = WorkspacePackages::default();
    for (path, source) in sources {
        for said in &source.facts {
            match &said.fact {
                NpmFact::Package { name, .. } => packages.add(folder_of(path), name.as_deref().unwrap_or_default()),
                NpmFact::Workspace(glob) => packages.add_workspace(folder_of(path), glob),
                _ => {}
            }
        }
    }
    packages.finish()
}

/// The folder of the package whose script is called from a package's folder.
fn target(
    packages: &WorkspacePackages<'_>,
    scripts: &ScriptNames<'_>,
    from: &FilePath,
    call: &NestedScript,
) -> Option<FilePath> {
    let from = if call.is_from_root { "" } else { from.as_str() };
    let at = FilePath::new(&join(from, call.folder.as_ref()?));
    if call.certainty == Certainty::OrTask && scripts.may_be_task(&call.script) {
        return None;
    }
    match &call.package {
        ScriptOwner::Several if !scripts.are_known(call.certainty) => None,
        ScriptOwner::Several => scripts.package_with(&call.script).cloned().or_else(|| packages.root_around(at)),
        package => packages.target(at, package),
    }
}

fn package(source: &Source<'_, '_>, out: &mut Facts) {
    let read = package_json::of(source);
    let read = match &*read {
        Ok(read) => read,
        Err(error) if error.is_json => return out.gap(error.span, "this `package.json` holds no object"),
        Err(error) => return out.gap(error.span, "this `package.json` is not valid JSON"),
    };
    let place = read.name.as_ref().map_or(Span::new(0, 1), |(span, _)| *span);
    let name = read.name.as_ref().map(|(_, name)| Arc::clone(name));
    out.say(place, NpmFact::Package { name, is_private: read.is_private });
    for (span, glob) in &read.workspaces {
        out.say(*span, NpmFact::Workspace(Arc::clone(glob)));
    }
    for NpmDependency { span, package, kind, version } in &read.dependencies {
        let (package, version) = (Arc::clone(package), version.clone());
        out.say(*span, NpmFact::Dependency { package, kind: *kind, version });
    }
    tasks(task_definitions::of_package(source.text()), out);
    for PackageScript { span, name, command } in &read.scripts {
        out.say(*span, NpmFact::Script { name: Arc::clone(name), command: Arc::clone(command) });
        // A command that is not understood calls nothing that could be missing.
        calls((name, *span), command, "", 0, &mut source.parser(), out);
    }
}

fn tasks(defined: TaskDefinitions, out: &mut Facts) {
    defined.names.into_iter().for_each(|name| out.say(Span::default(), NpmFact::Task(name.into())));
    if defined.has_more {
        out.say(Span::default(), NpmFact::MakesTasks);
    }
}

/// Says the scripts that a command line runs in `folder`.
fn calls(
    (caller, span): (&Arc<str>, Span),
    text: &str,
    folder: &str,
    depth: usize,
    parser: &mut Parser,
    out: &mut Facts,
) {
    for command in shell::commands(text, parser).unwrap_or_default() {
        let folder = command.folder.as_ref().map(|inner| join(folder, inner));
        for call in script_calls(&command) {
            let call = NestedScript {
                caller: Arc::clone(caller),
                script: call.script.into(),
                package: call.package,
                folder: folder.as_deref().map(Arc::from),
                is_from_root: false,
                certainty: call.certainty,
                may_fail: command.may_fail,
            };
            out.say(span, NpmFact::Call(Box::new(call)));
        }
        if let (Some(folder), true) = (&folder, depth < DEEPEST && runs_commands(&command)) {
            for inner in command.words[1..]
                .iter()
                .filter_map(Word::known)
                .filter(|word| word.contains(' ') || word.contains(':'))
            {
                let inner =
                    inner.strip_prefix("npm:").map_or_else(|| inner.to_owned(), |name| format!("npm run {name}"));
                calls((caller, span), &inner, folder, depth + 1, parser, out);
            }
        }
    }
}

/// The scripts that a command runs by itself or by a runner of tasks.
fn script_calls(command: &Command) -> impl Iterator<Item = ScriptCall> {
    let tasks = task_calls(command).into_iter().filter(ScriptCall::is_plain);
    plain_script_calls(command).into_iter().chain(tasks)
}

/// Whether commands of such files run in a checkout of the project, so that the scripts which they name are those of its packages.
fn calls_scripts(kind: FileKind) -> bool {
    use FileKind::{Action, Gitlab, Hook, Just, Make, Pipeline, Workflow};
    matches!(kind, Workflow | Action | Gitlab | Pipeline | Hook | Make | Just)
}

/// Says the scripts that jobs run. Where files of another project may lie in the folder, or the folder is not known, nothing is said.
fn calls_of_pipeline(path: &FilePath, runs: &Runs, out: &mut Facts) {
    let kind = FileKind::of(path);
    // What another repository may use runs there.
    let is_for_others = kind == Some(FileKind::Action) && !path.as_str().starts_with('.');
    let changes_scripts = |run: &&CommandRun| {
        let words: Vec<&str> = run.command.words.iter().take(3).map(|word| word.text.as_str()).collect();
        matches!(words[..], ["npm" | "pnpm" | "yarn" | "bun", "pkg" | "init" | "create", ..])
    };
    let opaque: FxHashSet<&str> = runs.opaque.iter().map(String::as_str).collect();
    let changed: FxHashSet<&str> = runs.commands.iter().filter(changes_scripts).map(|run| run.owner.as_str()).collect();
    // A hook of git and a recipe of make run where they stand.
    let own = folder_of(path);
    for run in &runs.commands {
        let is_open = opaque.contains(run.owner.as_str()) || changed.contains(run.owner.as_str());
        if is_for_others || is_open || !run.is_read {
            continue;
        }
        let folder = run.command.folder.as_deref().and_then(|folder| {
            let inner = match (folder.strip_prefix(PROJECT), kind) {
                (Some(inner), _) => inner.to_owned(),
                (None, Some(FileKind::Hook)) => folder.strip_prefix(START)?.to_owned(),
                (None, _) => join(own.as_str(), folder.strip_prefix(START)?.trim_start_matches('/')),
            };
            (!inner.contains([ANY, START])).then(|| inner.trim_start_matches('/').to_owned())
        });
        let Some(folder) = folder else { continue };
        let caller: Arc<str> =
            if run.owner.is_empty() { path.name().into() } else { run.owner.trim_start_matches('#').into() };
        for call in script_calls(&run.command) {
            let call = NestedScript {
                caller: Arc::clone(&caller),
                script: call.script.into(),
                package: call.package,
                folder: Some(folder.as_str().into()),
                is_from_root: true,
                certainty: call.certainty,
                may_fail: run.command.may_fail,
            };
            out.say(run.span, NpmFact::Call(Box::new(call)));
        }
    }
}

fn runs_commands(command: &Command) -> bool {
    matches!(command.program(), Some("concurrently"))
}

fn pnpm_workspace(text: &str, out: &mut Facts) {
    let globs = workspaces::workspaces_of_pnpm(text, &mut |gap| out.push_gap(gap));
    globs.into_iter().for_each(|(span, glob)| out.say(span, NpmFact::Workspace(glob.into())));
}

#[cfg(test)]
mod tests;
