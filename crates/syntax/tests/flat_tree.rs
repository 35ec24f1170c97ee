//! The flat tree holds what tree-sitter's tree holds, for any bytes.

mod consistency;

use auditlint_syntax::{Language, NodeId, Parser, Tree};
use proptest::prelude::*;

/// Compares a tree with tree-sitter's own, node by node.
fn check_same(language: Language, text: &[u8]) {
    let mut parser = Parser::default();
    let mut tree = parser.parse(language, text).expect("within the step limit");
    consistency::check(&tree, text);

    // Then it is the tree of another text, in which what the grammar lacks is masked.
    if tree.reparsed() > 0 {
        return;
    }

    let mut raw = tree_sitter::Parser::new();
    raw.set_language(language.grammar()).expect("the versions agree");
    let parsed = raw.parse(text, None).expect("nothing stops it");
    if tree.regrouped() > 0 {
        check_same_tokens(&tree, &parsed);
        return;
    }
    let mut cursor = parsed.walk();
    let mut open: Vec<u32> = Vec::new();
    let mut index = 0;
    'walk: loop {
        let node = cursor.node();
        let flat = tree.node(NodeId(index));
        assert_eq!(flat.kind.0, node.kind_id());
        assert_eq!(flat.span().start as usize..flat.span().end as usize, node.byte_range());
        assert_eq!(flat.field().map(|field| u16::from(field.0.get())), cursor.field_id().map(std::num::NonZero::get));
        assert_eq!((flat.is_named(), flat.is_missing()), (node.is_named(), node.is_missing()));
        assert_eq!(flat.is_extra(), node.is_extra() && !node.is_error(), "{}", node.kind());
        assert_eq!(tree.parent(NodeId(index)), open.last().copied().map(NodeId));
        let comments = tree.comments();
        let is_comment = node.is_extra() && node.is_named() && !node.is_error() && node.kind() != "line_continuation";
        assert_eq!(comments.contains(&NodeId(index)), is_comment);
        if cursor.goto_first_child() {
            open.push(index);
        } else {
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    break 'walk;
                }
                open.pop();
            }
        }
        index += 1;
    }
    assert_eq!(index + 1, tree.len());

    parser.parse_islands(&mut tree, text, &mut |_| true);
    consistency::check(&tree, text);
}

/// Compares the tokens of a tree in which expressions were grouped anew. A sign that the parser had put in is not kept.
fn check_same_tokens(tree: &Tree, parsed: &tree_sitter::Tree) {
    assert!(matches!(tree.language(), Language::TypeScript | Language::Tsx));
    let ids = || (0..tree.len()).map(NodeId);
    let is_token = |id: &NodeId| tree.first_child(*id).is_none() && !tree.node(*id).is_missing();
    let tokens: Vec<_> = ids().filter(is_token).map(|id| tree.span(id)).collect();
    let mut expected = Vec::new();
    let mut cursor = parsed.walk();
    'walk: loop {
        let node = cursor.node();
        if node.child_count() == 0 && !node.is_missing() {
            expected.push(auditlint_source::Span { start: node.start_byte() as u32, end: node.end_byte() as u32 });
        }
        if !cursor.goto_first_child() {
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    break 'walk;
                }
            }
        }
    }
    assert_eq!(tokens, expected);
}

fn any_language() -> impl Strategy<Value = Language> {
    proptest::sample::select(Language::ALL.to_vec())
}

/// Parts of programs that, put together at random, give errors, macros and comments of every kind.
fn any_program() -> impl Strategy<Value = String> {
    let parts = [
        "fn f() ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "m!",
        "json!",
        "matches!",
        "select!",
        "cfg_if!",
        "a",
        "b.c()",
        ".",
        ",",
        ";",
        "=",
        "=>",
        ":",
        "::",
        "|",
        "||",
        "let x = ",
        "if ",
        "else ",
        "match ",
        "\"s\"",
        "'a",
        "'c'",
        "1",
        "..",
        "?",
        "%",
        "#",
        "// c\n",
        "/* c */",
        "/// d\n",
        "\n",
        "\r\n",
        "é",
        "\0",
        "<",
        ">",
        "`${",
        "}`",
        "<a>",
        "</a>",
        "{/* c */}",
        "const ",
        "import x from 'y'",
        "class ",
        "&",
        "*",
        "->",
        "unsafe ",
        "$x",
        "def f(a=1): ",
        "\n    ",
        "\n\t",
        "# c\n",
        "\\\n",
        "f\"{a}\"",
        "\"\"\"",
        "lambda x: ",
        "_",
        "biased;",
        "move ",
        "return ",
        "\u{feff}",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_bytes(language in any_language(), bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_same(language, &bytes);
    }

    #[test]
    fn any_pieces(language in any_language(), text in any_program()) {
        check_same(language, text.as_bytes());
    }

    #[test]
    fn any_macro(text in any_program()) {
        check_same(Language::Rust, format!("fn f() {{ m!({text}); n! {{ {text} }} }}").as_bytes());
    }
}

#[test]
fn programs_of_every_language() {
    check_same(Language::TypeScript, b"// c\nconst a: number = f(<any>b) ?? `x${1}`; /* d */");
    check_same(Language::Tsx, b"const a = <div>{/* c */}<b x={1}/></div>;");
    check_same(Language::JavaScript, b"#!/usr/bin/env node\nfor (const a of b) {}\n");
    check_same(Language::Python, b"#!/usr/bin/env python\ndef f(a=1):\n\treturn f'{a!r:>{b}}' + \\\n  c # d\n");
    check_same(Language::Rust, b"/// d\nfn f() { m!(a, /* c */ n!(b)); } // e\n");
}
