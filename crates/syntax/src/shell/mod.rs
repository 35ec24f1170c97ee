//! Shell, of which only facts are read.

use crate::descriptor::{Descriptor, Family, Vocabulary};

/// Shell.
pub(crate) static SHELL: Descriptor = Descriptor {
    name: "Shell",
    extensions: &["sh", "bash"],
    family: Family::Shell,
    grammar: || tree_sitter_bash::LANGUAGE.into(),
    is_regrouped: false,
    is_masked: false,
    has_elements: false,
    has_islands: false,
    has_escapes: false,
    line_comment: "#",
    sigil: '$',
    separator: ".",
    kinds: &Vocabulary {
        statement_endings: &[],
        attributes: &[],
        blocks: &[],
        items: &[],
        texts: &[],
        names: &[],
        wrappers: &[],
        paths: &[],
        keywords: &[],
    },
};
