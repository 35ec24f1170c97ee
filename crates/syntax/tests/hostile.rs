//! Sources that try to make the parser panic, hang or take all memory.

mod consistency;

use std::cell::Cell;

use auditlint_source::Span;
use auditlint_syntax::{GaveUp, Language, Meter, ParseLimits, Parser, Tree};

/// Parses with every island.
fn parse(parser: &mut Parser, language: Language, text: &[u8]) -> Tree {
    let mut tree = parser.parse(language, text).expect("within the step limit");
    parser.parse_islands(&mut tree, text, &mut |_| true);
    tree
}

fn check_all(text: &[u8]) {
    for language in Language::ALL {
        let tree = parse(&mut Parser::default(), language, text);
        consistency::check(&tree, text);
        assert_eq!(tree.span(tree.root()).end as usize, text.len(), "{language:?}");
    }
}

#[test]
fn odd_bytes() {
    check_all(b"");
    check_all(b"\0");
    check_all(b"let a = 1;\0let b = 2;\n");
    check_all(b"\xff\xfe\xc3(\xf0\x9f");
    check_all("let s = \"\u{10ffff}\";\n".as_bytes());
}

#[test]
fn a_byte_order_mark_counts_as_bytes() {
    for language in Language::ALL {
        let (kind, text) = match language {
            Language::Rust => ("let_declaration", "\u{feff}let a = 1;\r\nlet b = 2;\r\n"),
            Language::Python => ("assert_statement", "\u{feff}assert a1\r\nassert b2\r\n"),
            _ => ("lexical_declaration", "\u{feff}let a = 1;\r\nlet b = 2;\r\n"),
        };
        let text = text.as_bytes();
        let tree = parse(&mut Parser::default(), language, text);
        consistency::check(&tree, text);
        let found = tree.subtree(tree.root()).filter(|id| tree.kind_name(*id) == kind).map(|id| tree.span(id));
        // A statement of Python has no sign behind it.
        let spans = match language {
            Language::Python => [Span::new(3, 12), Span::new(14, 23)],
            _ => [Span::new(3, 13), Span::new(15, 25)],
        };
        assert_eq!(found.collect::<Vec<_>>(), spans, "{language:?}");
        assert_eq!(tree.not_understood(), [], "{language:?}");
    }
}

#[test]
fn deep_nesting() {
    let depth = 10_000;
    for [open, close] in [["(", ")"], ["[", "]"], ["{", "}"]] {
        let mut parser = Parser::default();
        let text = format!("{}a{}", open.repeat(depth), close.repeat(depth));
        for language in Language::ALL {
            let tree = parse(&mut parser, language, text.as_bytes());
            assert!(tree.len() as usize >= depth, "{language:?}");
            let innermost = tree.deepest_at(Span::new(depth as u32, depth as u32 + 1));
            assert!(tree.ancestors(innermost).count() >= depth, "{language:?} {open}");
        }
        let unclosed = parse(&mut parser, Language::TypeScript, open.repeat(depth).as_bytes());
        assert!(!unclosed.not_understood().is_empty(), "{open}");
    }
}

#[test]
fn macros_nested_beyond_the_limit_are_not_understood() {
    let depth = 1_000;
    let text = format!("fn f() {{ {}x.unwrap(){}; }}", "m!(".repeat(depth), ")".repeat(depth));
    let mut parser = Parser::new(ParseLimits { island_depth: 8, ..ParseLimits::default() });
    let tree = parse(&mut parser, Language::Rust, text.as_bytes());
    assert_eq!(tree.islands().len(), 8);
    let left = tree.span(*tree.islands().last().unwrap());
    assert_eq!(tree.not_understood(), [Span::new(left.start + 3, left.end - 1)]);
}

#[test]
fn islands_end_with_their_bytes() {
    let argument = "x, ".repeat(100);
    let text = format!("fn f() {{ {} }}", format!("m!({argument}); ").repeat(2_000));
    let mut parser = Parser::new(ParseLimits { island_bytes: 0, ..ParseLimits::default() });
    let tree = parse(&mut parser, Language::Rust, text.as_bytes());
    // Four times the source is enough for every macro that is not nested.
    assert_eq!(tree.islands().len(), 2_000);

    let nested = format!("fn f() {{ {}x{}; }}", "m!(".repeat(100), ")".repeat(100));
    let mut parser = Parser::new(ParseLimits { island_bytes: 0, island_depth: 1_000, ..ParseLimits::default() });
    let tree = parse(&mut parser, Language::Rust, nested.as_bytes());
    assert!(tree.islands().len() < 10, "{}", tree.islands().len());
    assert_eq!(tree.not_understood().len(), 1);
}

#[test]
fn a_source_at_the_step_limit_leaves_the_parser_usable() {
    let mut parser = Parser::new(ParseLimits { steps: 2, ..ParseLimits::default() });
    for language in Language::ALL {
        let long = "a = [1, 2, 3];\n".repeat(2_000);
        assert_eq!(parser.parse(language, long.as_bytes()).map(|tree| tree.len()), Err(GaveUp::Steps), "{language:?}");
        let tree = parser.parse(language, b"a = 1;").expect("a short source stays within two steps");
        assert_eq!(tree.not_understood(), [], "{language:?}");
        assert_eq!(tree.span(tree.root()), Span::new(0, 6));
    }
}

#[test]
fn a_line_of_a_megabyte() {
    let text = "f(a, 1);".repeat(131_072);
    for language in [Language::JavaScript, Language::Rust] {
        let source = if language == Language::Rust { format!("fn f() {{ m!({{{text}}}); }}") } else { text.clone() };
        let tree = parse(&mut Parser::default(), language, source.as_bytes());
        assert_eq!(tree.not_understood(), [], "{language:?}");
        assert!(tree.len() > 131_072 * 6);
    }
}

#[test]
fn one_string_of_a_megabyte() {
    let text = format!("let a = \"{}\";", "x".repeat(1 << 20));
    check_all(text.as_bytes());
}

#[test]
fn tokens_that_never_end_are_looked_for_within_a_limit() {
    for (language, open) in [(Language::Rust, "r#\""), (Language::TypeScript, "/* "), (Language::JavaScript, "/* ")] {
        let text = format!("f();{}", open.repeat(15_000));
        let mut parser = Parser::new(ParseLimits { read_bytes: 1 << 20, ..ParseLimits::default() });
        assert_eq!(parser.parse(language, text.as_bytes()).map(|tree| tree.len()), Err(GaveUp::Steps), "{open}");
        // The next source is parsed as if nothing had happened.
        assert_eq!(parser.parse(language, b"f();").unwrap().not_understood(), [], "{open}");
    }
    // Reading on to the end once for each part of a long text is no more than a text of that length may cost.
    let text = format!("const a = `{}`;", "${b} ".repeat(40_000));
    let mut parser = Parser::new(ParseLimits { read_bytes: 0, ..ParseLimits::default() });
    assert_eq!(parser.parse(Language::TypeScript, text.as_bytes()).unwrap().not_understood(), []);
}

#[test]
fn a_tree_that_is_too_large_for_its_source_is_refused() {
    let limits = ParseLimits { memory: 0, ..ParseLimits::default() };
    // Nothing but code of one byte makes so many nodes.
    for (code, refused) in [
        ("a;", true),
        ("[],", true),
        ("!", true),
        (
            "// Adds two numbers and gives the sum of both.\nexport function addition(left: number, right: number): number {\n  return left + right;\n}\n",
            false,
        ),
    ] {
        let text = code.repeat(300_000 / code.len());
        let tree = Parser::new(limits).parse(Language::TypeScript, text.as_bytes());
        assert_eq!(tree.as_ref().err(), refused.then_some(&GaveUp::Memory), "{code}");
        // Every source has the room that is not counted by its size.
        assert!(Parser::default().parse(Language::TypeScript, text.as_bytes()).is_ok(), "{code}");
    }
}

thread_local! {
    /// What a meter says next, in mebibytes, and how often it was asked.
    static HELD: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

#[test]
fn a_parse_that_holds_too_much_is_stopped() {
    let meter = Meter {
        start: || HELD.set((0, 0)),
        held: || {
            let (held, asked) = HELD.get();
            HELD.set((held + 1, asked + 1));
            held << 20
        },
        blocks: || 0,
        stop: || HELD.set((0, HELD.get().1)),
    };
    let text = "a + b ? c : ".repeat(20_000) + "d;\n";
    let limits = ParseLimits { memory: 50 << 20, ..ParseLimits::default() };
    let mut parser = Parser::new(limits).measured(meter);
    for language in Language::ALL {
        assert_eq!(parser.parse(language, text.as_bytes()).err(), Some(GaveUp::Memory), "{language:?}");
        assert_eq!(HELD.get(), (0, 52), "{language:?}");
    }
    // A small source is not measured, and the parser goes on.
    let tree = parser.parse(Language::TypeScript, b"a = 1;").expect("a small source");
    assert_eq!((tree.not_understood(), HELD.get().1), (&[][..], 52));
}

thread_local! {
    /// How many blocks a meter says were taken.
    static BLOCKS: Cell<u64> = const { Cell::new(0) };
}

#[test]
fn a_parse_that_takes_too_many_blocks_is_stopped() {
    // Each time it is asked, 1,000 more were taken.
    let blocks = || {
        BLOCKS.set(BLOCKS.get() + 1_000);
        BLOCKS.get()
    };
    let meter = Meter { start: || {}, held: || 0, blocks, stop: || {} };
    let mut parser = Parser::default().measured(meter);
    // Every 100 actions it is asked; a statement of 14 bytes takes some ten.
    for times in [2_000, 40_000] {
        let text = "a = [1, 2, 3];".repeat(times);
        for language in Language::ALL {
            assert_eq!(parser.parse(language, text.as_bytes()).err(), Some(GaveUp::Steps), "{language:?} {times}");
        }
    }
    assert!(parser.parse(Language::TypeScript, b"a = 1;").is_ok());
    let roomy = ParseLimits { blocks_per_byte: 1_000, ..ParseLimits::default() };
    assert!(
        Parser::new(roomy).measured(meter).parse(Language::Rust, "a = [1, 2, 3];".repeat(2_000).as_bytes()).is_ok()
    );
}

#[test]
fn steps_are_limited_by_the_size_of_the_source() {
    let limits = ParseLimits { bytes_per_step: 1_000, ..ParseLimits::default() };
    let text = "a = [1, 2, 3];\n".repeat(400_000);
    assert_eq!(Parser::new(limits).parse(Language::JavaScript, text.as_bytes()).err(), Some(GaveUp::Steps));
    assert!(Parser::new(limits).parse(Language::JavaScript, &text.as_bytes()[..15_000]).is_ok());
}

#[test]
fn islands_take_no_more_than_their_source_may() {
    let code = "a;".repeat(200_000);
    let text = format!("fn f() {{ m!({{{code}}}); }}");
    let limits = ParseLimits { memory: 20 << 20, memory_per_byte: 0, ..ParseLimits::default() };
    let mut parser = Parser::new(ParseLimits::default());
    let mut tree = parser.parse(Language::Rust, text.as_bytes()).expect("within the default limits");
    Parser::new(limits).parse_islands(&mut tree, text.as_bytes(), &mut |_| true);
    assert_eq!((tree.islands().len(), tree.not_understood().len()), (0, 1));
}
