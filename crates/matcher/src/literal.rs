//! A literal: a text that a file must contain for a program to match in it.

use serde::{Deserialize, Serialize};

/// One OR: at least one of these must stand in the file.
pub(crate) type AnyOfTexts = Vec<Literal>;

/// A text that must stand in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Literal {
    /// The bytes.
    pub text: Box<[u8]>,
    /// Whether it stands there as a whole word, so that `fetch` is not found in `prefetch`.
    pub whole: bool,
    /// Whether it stands in code or in a string: what a comment says does not count.
    pub code: bool,
}

impl Literal {
    /// A text that may stand anywhere, also inside a word and in a comment.
    #[must_use]
    pub fn anywhere(text: &[u8]) -> Self {
        Self { text: text.into(), whole: false, code: false }
    }

    /// A text that may stand anywhere but in a comment.
    #[must_use]
    pub fn in_code(text: &[u8]) -> Self {
        Self { text: text.into(), whole: false, code: true }
    }

    /// An identifier or a keyword.
    pub(crate) fn word(text: &[u8]) -> Self {
        Self { text: text.into(), whole: true, code: true }
    }

    /// Whether an occurrence in `text` that begins at `start` counts. A byte beyond ASCII may be white space, and a digit
    /// may end a number right before an identifier, so only a letter, `_` or `$` before it makes it a part of a word.
    #[must_use]
    pub fn fits(&self, text: &[u8], start: usize) -> bool {
        let before = start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
        let after = text.get(start + self.text.len()).copied().unwrap_or(b' ');
        let letter = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
        !(self.whole && (letter(before) || letter(after) || after.is_ascii_digit()))
    }

    /// Whether `text` holds it.
    #[must_use]
    pub fn stands_in(&self, text: &[u8]) -> bool {
        memchr::memmem::find_iter(text, &self.text).any(|start| self.fits(text, start))
    }
}

/// An AND of ORs: of every clause at least one literal must stand in the file. Without a clause any file may match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Literals {
    pub(crate) clauses: Vec<AnyOfTexts>,
    pub(crate) inner: AnyOfTexts,
}

impl Literals {
    /// The clauses.
    #[must_use]
    pub fn clauses(&self) -> &[Vec<Literal>] {
        &self.clauses
    }

    /// The clause that must hold in an island for a match to lie there: what `inside` asks for may stand around it. Empty
    /// where any island may hold a match.
    #[must_use]
    pub fn inner(&self) -> &[Literal] {
        &self.inner
    }

    /// Whether nothing is required.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }
}
