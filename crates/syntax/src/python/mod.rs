//! Python: what it is, and its skim.

pub(crate) mod skim;

use crate::descriptor::{Descriptor, Family, Vocabulary};

/// Python.
pub(crate) static PYTHON: Descriptor = Descriptor {
    name: "Python",
    extensions: &["py", "pyi", "pyw"],
    family: Family::Python,
    grammar: || tree_sitter_python::LANGUAGE.into(),
    is_regrouped: false,
    is_masked: false,
    has_elements: false,
    has_islands: false,
    has_escapes: false,
    line_comment: "#",
    // Python has no identifiers with `$`.
    sigil: 'µ',
    separator: ".",
    kinds: &Vocabulary {
        statement_endings: &["_statement", "_definition"],
        attributes: &["decorator"],
        blocks: &["block"],
        items: &["function_definition", "class_definition"],
        texts: &["string", "string_content", "concatenated_string", "comment"],
        names: &["identifier", "attribute", "dotted_name", "aliased_import", "member_type"],
        wrappers: &["parenthesized_expression", "named_expression"],
        paths: &["attribute", "dotted_name"],
        keywords: &[
            ("assert_statement", "assert"),
            ("await", "await"),
            ("break_statement", "break"),
            ("class_definition", "class"),
            ("continue_statement", "continue"),
            ("delete_statement", "del"),
            ("elif_clause", "elif"),
            ("else_clause", "else"),
            ("except_clause", "except"),
            ("finally_clause", "finally"),
            ("future_import_statement", "from"),
            ("global_statement", "global"),
            ("if_clause", "if"),
            ("if_statement", "if"),
            ("import_from_statement", "from"),
            ("import_statement", "import"),
            ("lambda", "lambda"),
            ("match_statement", "match"),
            ("nonlocal_statement", "nonlocal"),
            ("pass_statement", "pass"),
            ("raise_statement", "raise"),
            ("return_statement", "return"),
            ("try_statement", "try"),
            ("while_statement", "while"),
            ("yield", "yield"),
        ],
    },
};
