//! Environments of conda.

use auditlint_source::FilePath;
use auditlint_source::document::{DocumentNode, DocumentValue};

use super::super::super::fact::Facts;
use super::super::fact::PythonFact;
use super::name::name_of;
use super::say::say;
use crate::read::yaml;

/// Whether a file is named as an environment.
pub(super) fn is_named_so(path: &FilePath) -> bool {
    if path.as_str().starts_with('.') {
        return false;
    }
    let name = path.name();
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    stem.is_some_and(|stem| {
        let words = stem.split(|c: char| !c.is_ascii_alphanumeric());
        words.into_iter().any(|word| matches!(word, "environment" | "conda" | "env"))
    })
}

/// Says what an environment declares; other files of such a name have no list of dependencies.
pub(super) fn extract(text: &str, out: &mut Facts) {
    if !text.contains("dependencies:") {
        return;
    }
    let documents =
        yaml::documents(text, "this environment", |key| key == "dependencies", &mut |gap| out.push_gap(gap));
    for document in documents.unwrap_or_default() {
        let Some(list) = document.get("dependencies").and_then(DocumentNode::as_list) else { continue };
        let is_environment =
            list.iter().all(|item| matches!(item.value, DocumentValue::Text(_) | DocumentValue::Map(_)));
        if !is_environment || list.is_empty() {
            continue;
        }
        say(out, document.span, PythonFact::Manifest { name: None, python: None });
        for item in list {
            let wanted = item.as_text().map(|text| text.rsplit("::").next().unwrap_or(text));
            if let Some(name) = wanted.and_then(name_of).filter(|name| *name != "python") {
                say(out, item.span, PythonFact::Distribution(name.into()));
            }
            for wanted in item.get("pip").and_then(DocumentNode::as_list).unwrap_or_default() {
                let Some(text) = wanted.as_text() else { continue };
                match text.strip_prefix("-r ") {
                    Some(file) => say(out, wanted.span, PythonFact::Include(file.trim().into())),
                    None => {
                        if let Some(name) = name_of(text) {
                            say(out, wanted.span, PythonFact::Distribution(name.into()));
                        }
                    }
                }
            }
        }
    }
}
