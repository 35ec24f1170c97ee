//! The keys that rules and relations share: `language`, `files`, `ignores`.

use auditlint_source::document::{DocumentError, DocumentNode, DocumentValue, Setting as _, Table};
use auditlint_syntax::Language;

use crate::{FileGlob, language};

pub(crate) fn take_languages(table: &mut Table<'_, '_>, node: &DocumentNode) -> Vec<Language> {
    let mut languages = Vec::new();
    let needs_language = node.get("check").is_none() && matches!(node.value, DocumentValue::Map(_));
    if node.get("language").is_none() && needs_language {
        let names: Vec<&str> = Language::ALL.iter().map(|language| language.name()).collect();
        let error = DocumentError::new(node.span, "`language` is missing");
        table.error(error.help(format!("one of {}, or a list of them", names.join(", "))));
    }
    if let (Some(language), Some(_)) = (node.get("language"), node.get("check")) {
        table.error(
            DocumentError::new(language.span, "a rule over facts cannot have a language").help("remove `language`"),
        );
    }
    for (span, name) in table.take_texts("language").unwrap_or_default() {
        match language::named(&name) {
            Some(found) => language::extend(&mut languages, found),
            // Said with the documents that are skipped.
            None if language::foreign(&name).is_some() => {}
            None => {
                let valid = language::NAMES.map(|(name, _)| name);
                table.error(DocumentError::unknown(span, "language", &name, &valid));
            }
        }
    }
    languages
}

pub(crate) fn take_globs(table: &mut Table<'_, '_>, key: &'static str) -> Vec<FileGlob> {
    let Some(node) = table.take(key) else { return Vec::new() };
    let nodes: Vec<&DocumentNode> = match &node.value {
        DocumentValue::List(items) if items.is_empty() => {
            table.error(
                DocumentError::new(node.span, format!("`{key}` is empty")).help("list a glob, or remove the key"),
            );
            return Vec::new();
        }
        DocumentValue::List(items) => items.iter().collect(),
        _ => vec![node],
    };
    FileGlob::read_list(&nodes, table.errors())
}
