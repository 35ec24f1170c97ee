//! The languages with a grammar: those whose trees rules match, and those that only facts are read from.

use serde::{Deserialize, Serialize};

/// A language with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// `.ts`, `.mts`, `.cts`
    TypeScript,
    /// `.tsx`
    Tsx,
    /// `.js`, `.mjs`, `.cjs`, `.jsx`
    JavaScript,
    /// `.rs`
    Rust,
    /// `.py`, `.pyi`, `.pyw`
    Python,
    /// `.sh`, `.bash`, and commands in other files. No rule matches in it.
    Shell,
}

impl Language {
    /// Every language that rules match in.
    pub const ALL: [Self; 5] = [Self::TypeScript, Self::Tsx, Self::JavaScript, Self::Rust, Self::Python];

    /// How many languages have a grammar, for tables of parsers and grammars.
    pub(crate) const GRAMMARS: usize = Self::ALL.len() + 1;

    /// Position in tables: that in [`Language::ALL`], or behind it.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}
