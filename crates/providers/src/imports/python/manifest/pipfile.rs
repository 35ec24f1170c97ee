//! `Pipfile`.

use auditlint_source::document::DocumentNode;

use super::super::super::fact::Facts;
use super::super::fact::PythonFact;
use super::say::{at, say, say_keys};

/// Tables of a `Pipfile` that hold no packages.
const OTHERS: [&str; 5] = ["source", "requires", "scripts", "pipenv", "build-system"];

/// Says what a `Pipfile` declares; each other table of it is a category of packages.
pub(super) fn extract(document: &DocumentNode, out: &mut Facts) {
    let python = at(document, &["requires", "python_version"]).and_then(DocumentNode::scalar);
    let python = python.map(|version| format!("=={version}").as_str().into());
    say(out, document.span, PythonFact::Manifest { name: None, python });
    for (key, table) in document.as_map().unwrap_or_default() {
        if !OTHERS.contains(&key.name.as_str()) {
            say_keys(table, out);
        }
    }
}
