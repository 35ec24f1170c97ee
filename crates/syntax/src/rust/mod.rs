//! Rust: what it is, its skim, and the arguments of its macros.

pub(crate) mod island;
pub(crate) mod readable;
pub(crate) mod skim;

use crate::descriptor::{Descriptor, Family, Vocabulary};

/// Rust.
pub(crate) static RUST: Descriptor = Descriptor {
    name: "Rust",
    extensions: &["rs"],
    family: Family::Rust,
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    is_regrouped: false,
    is_masked: false,
    has_elements: false,
    has_islands: true,
    has_escapes: false,
    line_comment: "//",
    // Rust has no identifiers with `$`.
    sigil: 'µ',
    separator: "::",
    kinds: &Vocabulary {
        statement_endings: &["_statement", "_declaration", "_item", "_definition", "_signature"],
        attributes: &["attribute_item"],
        blocks: &["block", "declaration_list", "field_declaration_list", "enum_variant_list", "match_block"],
        items: &[
            "function_item",
            "function_signature_item",
            "struct_item",
            "enum_item",
            "union_item",
            "trait_item",
            "mod_item",
            "const_item",
            "static_item",
            "type_item",
            "macro_definition",
        ],
        texts: &["string_literal", "string_content", "raw_string_literal", "block_comment", "line_comment"],
        names: &["identifier", "scoped_identifier", "type_identifier", "scoped_type_identifier", "use_as_clause"],
        wrappers: &[
            "parenthesized_expression",
            "reference_expression",
            "generic_function",
            "generic_type",
            "generic_type_with_turbofish",
        ],
        paths: &["scoped_identifier", "scoped_type_identifier"],
        keywords: &[
            ("async_block", "async"),
            ("await_expression", "await"),
            ("const_item", "const"),
            ("enum_item", "enum"),
            ("for_expression", "for"),
            ("if_expression", "if"),
            ("impl_item", "impl"),
            ("loop_expression", "loop"),
            ("match_expression", "match"),
            ("static_item", "static"),
            ("struct_item", "struct"),
            ("trait_item", "trait"),
            ("unsafe_block", "unsafe"),
            ("use_declaration", "use"),
            ("while_expression", "while"),
        ],
    },
};
