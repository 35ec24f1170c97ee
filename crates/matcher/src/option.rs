//! `option`: conditions on the options of a rule, which hold or do not for a whole run.

use auditlint_source::document::{DocumentError, DocumentErrors, Node};
use serde::{Deserialize, Serialize};

use crate::Spanned;
use crate::clause::read_text;

/// What an option of the rule must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionCondition {
    /// The name of the option.
    pub name: Spanned<String>,
    /// One of these, as written; of a list one of its items.
    pub values: Vec<Spanned<String>>,
}

impl OptionCondition {
    /// Reads `{name: value}` or `{name: [value, value]}`; of several names each must hold. Mistakes go to `errors`.
    #[must_use]
    pub fn read_all(node: &Node, errors: &DocumentErrors) -> Vec<Self> {
        let Some(entries) = node.as_map().filter(|entries| !entries.is_empty()) else {
            let error = DocumentError::expected("a table of options", node);
            errors.borrow_mut().push(error.help("option: { name-of-the-option: value }"));
            return Vec::new();
        };
        let of_entry = |(key, node): &(_, Node)| {
            let key: &auditlint_source::document::Key = key;
            let items = node.as_list().unwrap_or(std::slice::from_ref(node));
            let values: Vec<_> = items.iter().filter_map(|item| read_text(item, errors)).collect();
            if items.is_empty() {
                errors.borrow_mut().push(DocumentError::new(node.span, "no value is listed, so this never holds"));
            }
            let name = Spanned { span: key.span, value: key.name.clone() };
            (!values.is_empty()).then_some(Self { name, values })
        };
        entries.iter().filter_map(of_entry).collect()
    }
}

/// Conditions of a program, and whether they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OptionTest {
    pub(crate) conditions: Vec<OptionCondition>,
    pub(crate) holds: bool,
}
