//! Colours of the text format.

use std::fmt;

use auditlint_rules::Severity;

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextStyle {
    Error,
    Warning,
    Advice,
    Help,
    Bold,
}

impl TextStyle {
    pub(crate) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info | Severity::Hint => Self::Advice,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Error => "31",
            Self::Warning => "33",
            Self::Advice | Self::Help => "36",
            Self::Bold => "1",
        }
    }

    /// `text` in this style, where `color` says so.
    pub(crate) fn paint<T: fmt::Display>(self, color: bool, text: T) -> Painted<T> {
        Painted { code: color.then(|| self.code()), text }
    }
}

/// Text with its style.
pub(crate) struct Painted<T> {
    code: Option<&'static str>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\u{1b}[{code}m{}\u{1b}[0m", self.text),
            None => self.text.fmt(f),
        }
    }
}
