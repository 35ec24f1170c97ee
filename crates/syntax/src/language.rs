//! The languages with a grammar: those whose trees rules match, and those that only facts are read from.

use std::sync::OnceLock;

use auditlint_source::FilePath;
use serde::{Deserialize, Serialize};

use crate::{FieldId, KindId};

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
    /// `.sh`, `.bash`, and commands in other files. No rule matches in it.
    Shell,
}

impl Language {
    /// Every language that rules match in.
    pub const ALL: [Self; 4] = [Self::TypeScript, Self::Tsx, Self::JavaScript, Self::Rust];

    /// How many languages have a grammar, for tables of parsers and grammars.
    pub(crate) const GRAMMARS: usize = Self::ALL.len() + 1;

    /// The name as it is written in rules and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TypeScript => "TypeScript",
            Self::Tsx => "Tsx",
            Self::JavaScript => "JavaScript",
            Self::Rust => "Rust",
            Self::Shell => "Shell",
        }
    }

    /// The file name extensions, without the dot.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::TypeScript => &["ts", "mts", "cts"],
            Self::Tsx => &["tsx"],
            Self::JavaScript => &["js", "mjs", "cjs", "jsx"],
            Self::Rust => &["rs"],
            Self::Shell => &["sh", "bash"],
        }
    }

    /// The language of a file, by its extension; only such that rules match in.
    #[must_use]
    pub fn of_path(path: &FilePath) -> Option<Self> {
        let extension = path.extension()?;
        Self::ALL.into_iter().find(|language| language.extensions().contains(&extension))
    }

    /// Position in tables: that in [`Language::ALL`], or behind it.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether it is TypeScript, TSX or JavaScript.
    #[must_use]
    pub fn is_ecmascript(self) -> bool {
        matches!(self, Self::TypeScript | Self::Tsx | Self::JavaScript)
    }

    /// The grammar.
    #[must_use]
    pub fn grammar(self) -> &'static tree_sitter::Language {
        static GRAMMARS: [OnceLock<tree_sitter::Language>; Language::GRAMMARS] =
            [const { OnceLock::new() }; Language::GRAMMARS];
        GRAMMARS[self.index()].get_or_init(|| match self {
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::Shell => tree_sitter_bash::LANGUAGE.into(),
        })
    }

    /// The id of a kind by name: the named kind if there is one, else the token with that text.
    #[must_use]
    pub fn kind(self, name: &str) -> Option<KindId> {
        if name == "ERROR" {
            return Some(KindId::ERROR);
        }
        let grammar = self.grammar();
        [true, false].into_iter().map(|named| grammar.id_for_node_kind(name, named)).find(|id| *id != 0).map(KindId)
    }

    /// The name of a kind; `None` for a number that the grammar does not have.
    #[must_use]
    pub fn kind_name(self, kind: KindId) -> Option<&'static str> {
        if kind == KindId::ERROR {
            return Some("ERROR");
        }
        self.grammar().node_kind_for_id(kind.0)
    }

    /// Whether a kind is a rule of the grammar, not a token like `+`.
    #[must_use]
    pub fn is_named_kind(self, kind: KindId) -> bool {
        self.grammar().node_kind_is_named(kind.0)
    }

    /// How many kinds the grammar numbers, for tables.
    #[must_use]
    pub fn kind_count(self) -> usize {
        self.grammar().node_kind_count()
    }

    /// The id of a field by name.
    #[must_use]
    pub fn field(self, name: &str) -> Option<FieldId> {
        let id = self.grammar().field_id_for_name(name)?;
        u8::try_from(id.get()).ok().and_then(std::num::NonZeroU8::new).map(FieldId)
    }

    /// The name of a field.
    #[must_use]
    pub fn field_name(self, field: FieldId) -> Option<&'static str> {
        self.grammar().field_name_for_id(u16::from(field.0.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_fit_a_byte() {
        for language in Language::ALL {
            assert!(language.grammar().field_count() < 256, "{language:?}");
        }
    }

    #[test]
    fn knows_extensions_and_kinds() {
        assert_eq!(Language::of_path(&FilePath::new("a/b.test.mts")), Some(Language::TypeScript));
        assert_eq!(Language::of_path(&FilePath::new("Makefile")), None);
        assert!(Language::Rust.kind("macro_invocation").is_some());
        assert!(Language::Rust.kind("no_such_kind").is_none());
        let kind = Language::Tsx.kind("jsx_element").unwrap();
        assert_eq!(Language::Tsx.kind_name(kind), Some("jsx_element"));
    }
}
