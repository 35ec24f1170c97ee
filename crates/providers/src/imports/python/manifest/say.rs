//! How what a manifest says becomes facts, and how its tables are asked.

use auditlint_source::Span;
use auditlint_source::document::{DocumentNode, DocumentValue};

use super::super::super::fact::{Facts, ModuleFact};
use super::super::fact::PythonFact;
use super::name::name_of;

pub(super) fn say(out: &mut Facts, span: Span, fact: PythonFact) {
    out.say(span, ModuleFact::Python(fact));
}

/// Says each requirement of a list of texts.
pub(super) fn say_list(list: &DocumentNode, out: &mut Facts) {
    for item in list.as_list().unwrap_or_default() {
        if let Some(name) = item.as_text().and_then(name_of) {
            say(out, item.span, PythonFact::Distribution(name.into()));
        }
    }
}

/// Says each key of a table of requirements, with what is not a requirement left out.
pub(super) fn say_keys(table: &DocumentNode, out: &mut Facts) {
    for (key, _) in table.as_map().unwrap_or_default() {
        if key.name != "python" {
            say(out, key.span, PythonFact::Distribution(key.name.as_str().into()));
        }
    }
}

/// A value behind some keys.
pub(super) fn at<'n>(node: &'n DocumentNode, keys: &[&str]) -> Option<&'n DocumentNode> {
    keys.iter().try_fold(node, |node, key| node.get(key))
}

/// The texts of a text or a list of texts.
pub(super) fn texts(node: &DocumentNode) -> Vec<&str> {
    match &node.value {
        DocumentValue::Text(text) => vec![text],
        _ => node.as_list().unwrap_or_default().iter().filter_map(DocumentNode::as_text).collect(),
    }
}
