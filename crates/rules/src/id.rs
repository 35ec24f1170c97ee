//! Rule ids.

auditlint_source::text_id! {
    /// The id of a rule. Cheap to clone.
    RuleId
}

impl RuleId {
    /// Whether a suppression comment can name it: it holds no white space and none of `,`, `:`, `(`, `)`.
    #[must_use]
    pub fn fits_a_suppression(&self) -> bool {
        !self.0.is_empty() && !self.0.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '(' | ')'))
    }
}
