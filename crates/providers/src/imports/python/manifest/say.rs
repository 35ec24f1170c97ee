//! How what a manifest says becomes facts, and how its tables are asked.

use auditlint_source::Span;
use auditlint_source::document::{Node, Value};

use super::super::super::fact::{Facts, ModuleFact};
use super::super::fact::PythonFact;
use super::name::name_of;

pub(super) fn say(out: &mut Facts, span: Span, fact: PythonFact) {
    out.say(span, ModuleFact::Python(fact));
}

/// Says each requirement of a list of texts.
pub(super) fn say_list(list: &Node, out: &mut Facts) {
    for item in list.as_list().unwrap_or_default() {
        if let Some(name) = item.as_text().and_then(name_of) {
            say(out, item.span, PythonFact::Distribution(name.into()));
        }
    }
}

/// Says each key of a table of requirements, with what is not a requirement left out.
pub(super) fn say_keys(table: &Node, out: &mut Facts) {
    for (key, _) in table.as_map().unwrap_or_default() {
        if key.name != "python" {
            say(out, key.span, PythonFact::Distribution(key.name.as_str().into()));
        }
    }
}

/// A value behind some keys.
pub(super) fn at<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().try_fold(node, |node, key| node.get(key))
}

/// The texts of a text or a list of texts.
pub(super) fn texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Text(text) => vec![text],
        _ => node.as_list().unwrap_or_default().iter().filter_map(Node::as_text).collect(),
    }
}
