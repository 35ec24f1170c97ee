//! Packages of npm, and what runs tasks in them.

use auditlint_facts::Source;
use auditlint_facts::folder::folder_of;
use auditlint_source::Span;
use jsonc_parser::ast::Value as Json;

use super::{Root, RootKind, Runs, yaml};
use crate::read::json::{object_of, properties};
use crate::read::package_json::{self, Hook, PackageScript};
use crate::read::shell::PROJECT;
use crate::read::workspaces;

pub(super) fn read(source: &Source<'_, '_>, runs: &mut Runs) {
    let read = package_json::of(source);
    let package = match &*read {
        Ok(package) => package,
        Err(error) => return runs.gap(error.span, "this `package.json` holds no object"),
    };
    let parser = &mut **source.parser();
    runs.package = Some(package.name.as_ref().map_or_else(String::new, |(_, name)| name.to_string()));
    runs.workspaces.extend(package.workspaces.iter().map(|(_, glob)| glob.to_string()));
    let folder = folder_of(source.path);
    let base = if folder.is_root() { PROJECT.to_string() } else { format!("{PROJECT}/{folder}") };
    for PackageScript { span, name, command } in &package.scripts {
        if !yaml::is_name(name, *span, runs) {
            continue;
        }
        runs.scripts.push((*span, name.to_string(), command.to_string()));
        runs.line(&format!("#{name}"), command, &base, *span, parser);
    }
    for Hook { span, key, value } in &package.hooks {
        let owner = format!("#{key}");
        let text = source.text().get(value.start as usize..value.end as usize).unwrap_or_default();
        runs.loose(&owner, *span, text);
        runs.roots.push(Root { owner, span: *span, kind: RootKind::Hook });
    }
}

/// The tasks of a `turbo.json` or a `project.json`: those that run before others, and what a target of nx runs. In which folder
/// its commands run is left open.
pub(super) fn task_runner(text: &str, runs: &mut Runs) {
    let Ok(object) = object_of(text) else {
        return runs.gap(Span::default(), "this file holds no object");
    };
    for task in ["tasks", "pipeline", "targets"].into_iter().flat_map(|key| properties(&object, key)) {
        let Json::Object(settings) = &task.value else { continue };
        let name = task_name(task.name.as_str());
        for before in settings.get_array("dependsOn").into_iter().flat_map(|list| &list.elements) {
            let before = match before {
                Json::Object(before) => before.get_string("target"),
                before => before.as_string_lit(),
            };
            if let Some(before) = before {
                runs.tasks.push((name.to_owned(), task_name(&before.value).to_owned()));
            }
        }
        let options = settings.get_object("options");
        let alone = [Some(settings), options].into_iter().flatten().filter_map(|holder| holder.get_string("command"));
        let listed =
            options.and_then(|options| options.get_array("commands")).into_iter().flat_map(|list| &list.elements);
        let listed = listed.filter_map(|command| match command {
            Json::Object(command) => command.get_string("command"),
            command => command.as_string_lit(),
        });
        for command in alone.chain(listed) {
            let span = Span::new(command.range.start as u32, command.range.end as u32);
            runs.loose(&format!("#{name}"), span, &command.value);
        }
    }
}

/// `^build`, `//#build` and `web#build` are tasks by the name `build`.
pub(crate) fn task_name(name: &str) -> &str {
    name.trim_start_matches('^').rsplit('#').next().unwrap_or_default()
}

pub(super) fn workspace(text: &str, runs: &mut Runs) {
    let globs = workspaces::workspaces_of_pnpm(text, &mut |gap| runs.gaps.push(gap));
    runs.workspaces.extend(globs.into_iter().map(|(_, glob)| glob));
}
