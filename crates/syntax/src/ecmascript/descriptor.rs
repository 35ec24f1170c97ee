//! What TypeScript, TSX and JavaScript are.

use crate::descriptor::{Descriptor, Family, Vocabulary};

/// TypeScript.
pub(crate) static TYPESCRIPT: Descriptor = Descriptor {
    name: "TypeScript",
    extensions: &["ts", "mts", "cts"],
    family: Family::Ecmascript,
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    is_regrouped: true,
    is_masked: true,
    has_elements: false,
    has_islands: false,
    has_escapes: true,
    line_comment: "//",
    sigil: '$',
    separator: ".",
    kinds: &VOCABULARY,
};

/// TypeScript with JSX.
pub(crate) static TSX: Descriptor = Descriptor {
    name: "Tsx",
    extensions: &["tsx"],
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    has_elements: true,
    ..TYPESCRIPT
};

/// JavaScript, with JSX.
pub(crate) static JAVASCRIPT: Descriptor = Descriptor {
    name: "JavaScript",
    extensions: &["js", "mjs", "cjs", "jsx"],
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    is_regrouped: false,
    is_masked: false,
    has_elements: true,
    ..TYPESCRIPT
};

static VOCABULARY: Vocabulary = Vocabulary {
    statement_endings: &["_statement", "_declaration", "_definition", "_signature"],
    attributes: &["decorator"],
    blocks: &["statement_block", "class_body", "switch_body", "interface_body", "enum_body", "object_type"],
    items: &[
        "function_declaration",
        "generator_function_declaration",
        "method_definition",
        "class_declaration",
        "abstract_class_declaration",
        "interface_declaration",
        "enum_declaration",
        "type_alias_declaration",
        "internal_module",
        "module",
        "variable_declarator",
        "public_field_definition",
        "field_definition",
    ],
    texts: &["template_string", "string", "string_fragment", "template_literal_type", "comment", "regex"],
    names: &[
        "identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "member_expression",
        "nested_identifier",
        "subscript_expression",
        "pair_pattern",
        "import_specifier",
        "export_specifier",
        "namespace_import",
        "call_expression",
        "await_expression",
    ],
    wrappers: &[
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
        "instantiation_expression",
        "sequence_expression",
        "assignment_expression",
    ],
    paths: &["member_expression", "nested_identifier"],
    keywords: &[
        ("as_expression", "as"),
        ("await_expression", "await"),
        ("break_statement", "break"),
        ("catch_clause", "catch"),
        ("continue_statement", "continue"),
        ("debugger_statement", "debugger"),
        ("do_statement", "do"),
        ("enum_declaration", "enum"),
        ("export_statement", "export"),
        ("finally_clause", "finally"),
        ("for_in_statement", "for"),
        ("for_statement", "for"),
        ("if_statement", "if"),
        ("import_statement", "import"),
        ("interface_declaration", "interface"),
        ("new_expression", "new"),
        ("return_statement", "return"),
        ("satisfies_expression", "satisfies"),
        ("switch_statement", "switch"),
        ("throw_statement", "throw"),
        ("try_statement", "try"),
        ("while_statement", "while"),
        ("yield_expression", "yield"),
    ],
};
