//! A regular expression that the text of a column must match.

use std::sync::OnceLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// A regular expression, compiled where it is first asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TextPattern {
    text: String,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl TextPattern {
    /// The expression that a rule writes; the error says what is wrong with it.
    ///
    /// # Errors
    ///
    /// Where it is not a valid regular expression.
    pub fn new(text: String) -> Result<Self, String> {
        match Regex::new(&text) {
            Ok(regex) => Ok(Self { text, compiled: OnceLock::from(Some(regex)) }),
            Err(error) => Err(error.to_string().lines().last().unwrap_or_default().to_owned()),
        }
    }

    /// Whether a text matches.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        // It was valid when it was read.
        let regex = self.compiled.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl PartialEq for TextPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for TextPattern {}
