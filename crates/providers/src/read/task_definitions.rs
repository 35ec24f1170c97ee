//! Tasks that runners of tasks know besides the scripts of packages: keys of `turbo.json`, targets of nx.

use auditlint_source::FilePath;
use jsonc_parser::ast::Object;

use super::commands::task_name;
use super::json::{object_of, properties};

/// The tasks that a file defines.
#[derive(Debug, Default)]
pub(crate) struct TaskDefinitions {
    pub(crate) names: Vec<String>,
    /// Whether there may be any others: plugins make some, or the file is not understood.
    pub(crate) has_more: bool,
}

/// Whether a file defines tasks.
pub(crate) fn is_definition(path: &FilePath) -> bool {
    matches!(path.name(), "turbo.json" | "turbo.jsonc" | "project.json" | "nx.json")
}

/// The tasks of such a file.
pub(crate) fn of_file(text: &str) -> TaskDefinitions {
    let Ok(object) = object_of(text) else { return TaskDefinitions { names: Vec::new(), has_more: true } };
    let mut found = TaskDefinitions {
        names: Vec::new(),
        has_more: object.get_array("plugins").is_some_and(|plugins| !plugins.elements.is_empty()),
    };
    for key in ["tasks", "pipeline", "targets", "targetDefaults"] {
        take(&object, key, &mut found);
    }
    found
}

/// The targets of nx in a `package.json`.
pub(crate) fn of_package(text: &str) -> TaskDefinitions {
    let mut found = TaskDefinitions::default();
    if memchr::memmem::find(text.as_bytes(), b"\"nx\"").is_some()
        && let Ok(package) = object_of(text)
        && let Some(nx) = package.get_object("nx")
    {
        take(nx, "targets", &mut found);
    }
    found
}

fn take(object: &Object<'_>, key: &str, found: &mut TaskDefinitions) {
    found.names.extend(properties(object, key).map(|task| task_name(task.name.as_str()).to_owned()));
}
