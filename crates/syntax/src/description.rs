//! What is known of each language: which descriptor it has, and the words of its grammar. Families know their descriptors, and a
//! descriptor knows no language; only here do they come together.

use std::sync::OnceLock;

use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use crate::descriptor::{Descriptor, Family};
use crate::kind::{FieldId, KindId};
use crate::language::Language;
use crate::{ecmascript, python, rust, shell};

impl Language {
    /// All that is said of the language.
    #[must_use]
    pub fn descriptor(self) -> &'static Descriptor {
        match self {
            Self::TypeScript => &ecmascript::TYPESCRIPT,
            Self::Tsx => &ecmascript::TSX,
            Self::JavaScript => &ecmascript::JAVASCRIPT,
            Self::Rust => &rust::RUST,
            Self::Python => &python::PYTHON,
            Self::Shell => &shell::SHELL,
        }
    }

    /// What the language has in common with others.
    #[must_use]
    pub fn family(self) -> Family {
        self.descriptor().family
    }

    /// The name as it is written in rules and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.descriptor().name
    }

    /// The file name extensions, without the dot.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        self.descriptor().extensions
    }

    /// The language of a file, by its extension; only such that rules match in.
    #[must_use]
    pub fn of_path(path: &FilePath) -> Option<Self> {
        let extension = path.extension()?;
        Self::ALL.into_iter().find(|language| language.extensions().contains(&extension))
    }

    /// Whether it is TypeScript, TSX or JavaScript.
    #[must_use]
    pub fn is_ecmascript(self) -> bool {
        match self.family() {
            Family::Ecmascript => true,
            Family::Rust | Family::Python | Family::Shell => false,
        }
    }

    /// The grammar.
    #[must_use]
    pub fn grammar(self) -> &'static tree_sitter::Language {
        static GRAMMARS: [OnceLock<tree_sitter::Language>; Language::GRAMMARS] =
            [const { OnceLock::new() }; Language::GRAMMARS];
        GRAMMARS[self.index()].get_or_init(self.descriptor().grammar)
    }

    /// The id of a kind by name: the named kind if there is one, else the token with that text.
    #[must_use]
    pub fn kind(self, name: &str) -> Option<KindId> {
        if name == "ERROR" {
            return Some(KindId::ERROR);
        }
        *self.words().numbers.get(name)?.get_or_init(|| {
            let ids = [true, false].map(|named| self.grammar().id_for_node_kind(name, named));
            ids.into_iter().find(|id| *id != 0).map(KindId)
        })
    }

    /// The name of a kind; `None` for a number that the grammar does not have.
    #[must_use]
    pub fn kind_name(self, kind: KindId) -> Option<&'static str> {
        if kind == KindId::ERROR {
            return Some("ERROR");
        }
        self.words().kinds.get(usize::from(kind.0)).copied().flatten()
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
        self.words().fields.get(name).copied()
    }

    /// The words of the grammar. tree-sitter compares a name with one after the other, and measures each text anew.
    fn words(self) -> &'static GrammarNames {
        static WORDS: [OnceLock<GrammarNames>; Language::GRAMMARS] = [const { OnceLock::new() }; Language::GRAMMARS];
        WORDS[self.index()].get_or_init(|| {
            let grammar = self.grammar();
            let numbers = 1..=u8::try_from(grammar.field_count()).unwrap_or(u8::MAX);
            let fields = numbers.filter_map(|number| {
                let name = grammar.field_name_for_id(u16::from(number))?;
                Some((name, FieldId(std::num::NonZeroU8::new(number)?)))
            });
            let names = (1..self.kind_count() as u16).filter_map(|kind| grammar.node_kind_for_id(kind));
            GrammarNames {
                numbers: names.map(|name| (name, OnceLock::new())).collect(),
                kinds: (0..self.kind_count() as u16).map(|kind| grammar.node_kind_for_id(kind)).collect(),
                fields: fields.collect(),
            }
        })
    }

    /// The name of a field.
    #[must_use]
    pub fn field_name(self, field: FieldId) -> Option<&'static str> {
        self.grammar().field_name_for_id(u16::from(field.0.get()))
    }
}

/// Names of a grammar.
struct GrammarNames {
    /// By the number of a kind.
    kinds: Vec<Option<&'static str>>,
    /// By the name of a kind: the number that nodes of that name have, looked up where it is first asked for.
    numbers: FxHashMap<&'static str, OnceLock<Option<KindId>>>,
    fields: FxHashMap<&'static str, FieldId>,
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
    fn names_are_those_of_the_grammar() {
        for language in Language::ALL.into_iter().chain([Language::Shell]) {
            let grammar = language.grammar();
            for kind in 0..=language.kind_count() as u16 {
                assert_eq!(language.kind_name(KindId(kind)), grammar.node_kind_for_id(kind), "{language:?}");
                let Some(name) = grammar.node_kind_for_id(kind) else { continue };
                let ids = [true, false].map(|named| grammar.id_for_node_kind(name, named));
                let expected = ids.into_iter().find(|id| *id != 0).map(KindId);
                assert_eq!(language.kind(name), expected, "{language:?} {name}");
            }
            for field in 1..=grammar.field_count() as u16 {
                let name = grammar.field_name_for_id(field).unwrap();
                let id = language.field(name).map(|id| u16::from(id.0.get()));
                assert_eq!(id, grammar.field_id_for_name(name).map(std::num::NonZeroU16::get), "{language:?} {name}");
            }
            assert_eq!(language.field("no_such_field"), None);
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
