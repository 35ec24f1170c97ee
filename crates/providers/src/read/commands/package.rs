//! Packages of npm, and what runs tasks in them.

use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;
use auditlint_syntax::Parser;
use jsonc_parser::ast::Value as Json;

use super::{Root, RootKind, Runs, yaml};
use crate::read::json::{object_of, properties, span_of};
use crate::read::shell::PROJECT;
use crate::read::workspaces;

pub(super) fn read(path: &FilePath, text: &str, parser: &mut Parser, runs: &mut Runs) {
    let object = match object_of(text) {
        Ok(object) => object,
        Err(error) => return runs.gap(error.span, "this `package.json` holds no object"),
    };
    runs.package = Some(object.get_string("name").map_or_else(String::new, |name| name.value.to_string()));
    runs.workspaces.extend(workspaces::workspaces_of_npm(&object).map(|(_, glob)| glob.to_owned()));
    let folder = folder_of(path);
    let base = if folder.is_root() { PROJECT.to_string() } else { format!("{PROJECT}/{folder}") };
    for script in properties(&object, "scripts") {
        let Some(command) = script.value.as_string_lit() else { continue };
        let (name, span) = (script.name.as_str(), span_of(&script.name));
        if !yaml::is_name(name, span, runs) {
            continue;
        }
        runs.scripts.push((span, name.to_owned(), command.value.to_string()));
        runs.line(&format!("#{name}"), &command.value, &base, span, parser);
    }
    for key in ["lint-staged", "simple-git-hooks", "husky", "gitHooks"] {
        let Some(property) = object.get(key) else { continue };
        let span = span_of(&property.name);
        let owner = format!("#{key}");
        let range = span_of(&property.value);
        runs.loose(&owner, span, text.get(range.start as usize..range.end as usize).unwrap_or_default());
        runs.roots.push(Root { owner, span, kind: RootKind::Hook });
    }
}

/// The tasks of a `turbo.json`: those that run before others.
pub(super) fn task_runner(text: &str, runs: &mut Runs) {
    let Ok(object) = object_of(text) else {
        return runs.gap(auditlint_source::Span::default(), "this file holds no object");
    };
    for task in properties(&object, "tasks").chain(properties(&object, "pipeline")) {
        let Json::Object(settings) = &task.value else { continue };
        for before in
            settings.get_array("dependsOn").into_iter().flat_map(|list| &list.elements).filter_map(Json::as_string_lit)
        {
            runs.tasks.push((task_name(task.name.as_str()).to_owned(), task_name(&before.value).to_owned()));
        }
    }
}

/// `^build`, `//#build` and `web#build` are tasks by the name `build`.
pub(crate) fn task_name(name: &str) -> &str {
    name.trim_start_matches('^').rsplit('#').next().unwrap_or_default()
}

pub(super) fn workspace(text: &str, runs: &mut Runs) {
    match workspaces::workspaces_of_pnpm(text) {
        Some(globs) => runs.workspaces.extend(globs.into_iter().map(|(_, glob)| glob)),
        None => runs.gap(auditlint_source::Span::default(), "this `pnpm-workspace.yaml` is no YAML"),
    }
}
