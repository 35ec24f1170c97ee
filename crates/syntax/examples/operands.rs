//! Prints where expressions and their operands stand, to be compared with another parser (`tests/oracle`).
//!
//!     operands FOLDER < files
//!
//! `files` are paths below `FOLDER`, one a line. Prints one line a file (`file`, path, how many bytes were not understood), and
//! below it one for each expression: kind, its first and last byte, and those of the operand by which a wrong tree would show.

use std::io::{BufRead, BufWriter, Write};
use std::path::PathBuf;

use auditlint_source::FilePath;
use auditlint_syntax::{Language, NodeId, Parser, Tree};

/// Kind, name in the output, and the field of the operand; with an empty one, the first named child.
const OPERANDS: [(&str, &str, &str); 22] = [
    ("call_expression", "call", "function"),
    ("new_expression", "new", "constructor"),
    ("await_expression", "await", ""),
    ("yield_expression", "yield", ""),
    ("spread_element", "spread", ""),
    ("unary_expression", "unary", "argument"),
    ("update_expression", "update", "argument"),
    ("binary_expression", "binary", "right"),
    ("assignment_expression", "binary", "right"),
    ("augmented_assignment_expression", "binary", "right"),
    ("ternary_expression", "ternary", "condition"),
    ("member_expression", "member", "object"),
    ("subscript_expression", "subscript", "object"),
    ("as_expression", "as", ""),
    ("satisfies_expression", "as", ""),
    ("non_null_expression", "non-null", ""),
    ("instantiation_expression", "instantiation", ""),
    ("arrow_function", "arrow", "body"),
    ("variable_declarator", "declarator", "value"),
    ("array_type", "array type", ""),
    ("readonly_type", "readonly", ""),
    ("conditional_type", "conditional type", "left"),
];

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_default());
    let mut parser = Parser::default();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let Some(language) = Language::of_path(&FilePath::new(&path)) else { continue };
        let text = std::fs::read(folder.join(&path))?;
        let Ok(tree) = parser.parse(language, &text) else { continue };
        writeln!(out, "file\t{path}\t{}\t{}", tree.not_understood().len(), tree.not_understood_bytes())?;
        print_operands(&tree, &mut out)?;
    }
    out.flush()
}

/// What holds types: names with dots in it, and `import("a")`, are not expressions.
const TYPES: [&str; 6] = [
    "type_query",
    "type_annotation",
    "type_arguments",
    "type_alias_declaration",
    "interface_declaration",
    "nested_type_identifier",
];

fn print_operands(tree: &Tree, out: &mut impl Write) -> std::io::Result<()> {
    let mut type_end = 0;
    for id in (0..tree.len()).map(NodeId).filter(|id| tree.node(*id).is_named()) {
        let kind = tree.kind_name(id);
        let is_in_cast = tree.parent(id).is_some_and(|parent| {
            ["as_expression", "satisfies_expression"].contains(&tree.kind_name(parent)) && id.0 != parent.0 + 1
        });
        if TYPES.contains(&kind) || is_in_cast {
            type_end = tree.subtree_end(id).max(type_end);
        }
        let Some((_, name, field)) = OPERANDS.iter().find(|(known, ..)| *known == kind) else { continue };
        if id.0 < type_end && !kind.ends_with("_type") {
            continue;
        }
        let operand = if field.is_empty() {
            tree.named_children(id).find(|child| !tree.node(*child).is_extra())
        } else {
            tree.child_by_field_name(id, field)
        };
        let Some(operand) = operand else { continue };
        let whole = tree.span(id);
        let part = tree.span(operand);
        writeln!(out, "{name}\t{}\t{}\t{}\t{}", whole.start, whole.end, part.start, part.end)?;
    }
    Ok(())
}
