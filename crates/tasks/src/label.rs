//! Lines that begin with the name of a field: `**Status:** done`.

use crate::fields::{TaskField, field};

/// `**Name:** value`, `**Name**: value`, `Name: value`.
pub(crate) struct LabelledLine<'t> {
    pub(crate) field: Option<TaskField>,
    pub(crate) bold: bool,
    pub(crate) value: &'t str,
}

pub(crate) fn label(text: &str) -> Option<LabelledLine<'_>> {
    if let Some(inner) = text.strip_prefix("**").or_else(|| text.strip_prefix("__")) {
        let (name, rest) = inner.split_once(&text[..2])?;
        let (name, value) = match (name.strip_suffix(':'), rest.trim_start().strip_prefix(':')) {
            (Some(name), _) => (name, rest),
            (None, Some(value)) => (name, value),
            (None, None) => return None,
        };
        return Some(LabelledLine { field: field(name), bold: true, value: value.trim() });
    }
    let (name, value) = text.split_once(':')?;
    let field = field(name)?;
    Some(LabelledLine { field: Some(field), bold: false, value: value.trim() })
}
