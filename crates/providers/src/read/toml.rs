//! TOML as projects hold it.

use auditlint_source::Span;
use auditlint_source::document::{DocumentNode, parse_toml};

/// The table that a text holds; where it is not valid TOML, the place of the first mistake.
pub(crate) fn document(text: &str) -> Result<DocumentNode, Span> {
    parse_toml(text).map_err(|errors| errors.first().map_or(Span::default(), |error| error.span))
}
