//! Tasks that runners of tasks know besides the scripts of packages: keys of `turbo.json`, targets of nx.

use auditlint_facts::Source;
use auditlint_source::{FilePath, Span};
use jsonc_parser::ast::Object;

use super::fact::{Facts, NpmFact};
use crate::read::commands::task_name;
use crate::read::json::{object_of, properties};

/// Whether a file defines tasks.
pub(super) fn is_definition(path: &FilePath) -> bool {
    matches!(path.name(), "turbo.json" | "turbo.jsonc" | "project.json" | "nx.json")
}

/// The tasks of such a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let start = Span::default();
    let Ok(object) = object_of(source.text()) else {
        // What it defines is not known, so that any name may be a task.
        return out.say(start, NpmFact::MakesTasks);
    };
    for key in ["tasks", "pipeline", "targets", "targetDefaults"] {
        names(&object, key, out);
    }
    if object.get_array("plugins").is_some_and(|plugins| !plugins.elements.is_empty()) {
        out.say(start, NpmFact::MakesTasks);
    }
}

/// The targets of nx in a `package.json`.
pub(super) fn of_package(text: &str, out: &mut Facts) {
    if memchr::memmem::find(text.as_bytes(), b"\"nx\"").is_none() {
        return;
    }
    if let Ok(package) = object_of(text)
        && let Some(nx) = package.get_object("nx")
    {
        names(nx, "targets", out);
    }
}

fn names(object: &Object<'_>, key: &str, out: &mut Facts) {
    for task in properties(object, key) {
        out.say(Span::default(), NpmFact::Task(task_name(task.name.as_str()).into()));
    }
}
