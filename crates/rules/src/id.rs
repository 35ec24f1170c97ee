//! Rule ids.

use auditlint_source::document::{DocumentErrors, DocumentNode, DocumentValue, Setting, ValueShape, read_text};

auditlint_source::text_id! {
    /// The id of a rule. Cheap to clone.
    RuleId
}

impl Setting for RuleId {
    fn shape() -> ValueShape {
        ValueShape::Text { what: "the id of a rule", pattern: None, longest: None }
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        read_text(node, errors).map(Self::new)
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.as_str().to_owned())
    }
}

impl RuleId {
    /// Whether a suppression comment can name it: it holds no white space and none of `,`, `:`, `(`, `)`.
    #[must_use]
    pub fn fits_a_suppression(&self) -> bool {
        !self.0.is_empty() && !self.0.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '(' | ')'))
    }
}
