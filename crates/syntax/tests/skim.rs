//! A skim against the tree of the same text: what it is certain of is so.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use auditlint_syntax::{Language, Parser, Skim, Tree};
use proptest::prelude::*;

/// `code` with `«comment»` marks and, under it, nothing: every comment is marked. `known` is the text at which certainty
/// ends, where it does.
#[track_caller]
fn check(language: Language, marked: &str, uncertain_from: Option<&str>) {
    let text = marked.replace(['«', '»'], "");
    let skim = Skim::of(language, text.as_bytes());
    let mut expected = Vec::new();
    let mut inside = false;
    for character in marked.chars() {
        match character {
            '«' | '»' => inside = character == '«',
            _ => expected.extend(std::iter::repeat_n(inside, character.len_utf8())),
        }
    }
    let known = uncertain_from.map_or(text.len(), |from| text.find(from).unwrap());
    assert_eq!(skim.known() as usize, known, "{marked}");
    let found: Vec<bool> = (0..known as u32).map(|byte| skim.in_comment(byte)).collect();
    assert_eq!(found, expected[..known], "{marked}");
}

#[test]
fn finds_comments() {
    use Language::{JavaScript, Python, Rust, Tsx, TypeScript};
    for (language, marked) in [
        (TypeScript, "a «// b»\nc «/* d\n */» e"),
        (TypeScript, "const a = '// no', b = \"/* no */\", c = `// ${d «/* yes */»} // no`;"),
        (TypeScript, "`${`${a}` «/* b */»}` «// c»"),
        (TypeScript, "const a = 'it\\'s // no'; «// yes»"),
        (TypeScript, "const a = /\\/\\/ ['\"`] [/*]/; «// yes»"),
        (TypeScript, "return /'/.test(a) «// b»"),
        (TypeScript, "const half = a / 2; «// '»"),
        (TypeScript, "const half = (a) / 2 / 3; «// '»"),
        (TypeScript, "const half = a«/* b */»/ 2; «// '»"),
        (TypeScript, "x.return / 2; «// '»"),
        (TypeScript, "const half = 5. / 2; «// '»"),
        (TypeScript, "5./i«// b»"),
        (TypeScript, "f(.../a'/.exec(b)) «// c»"),
        (TypeScript, "«#!/usr/bin/env node»\na"),
        (TypeScript, "«// a»\u{2028}b"),
        (TypeScript, "«// an — dash»\nb"),
        (TypeScript, "const f = <T>(a: T) => a; «// no JSX here»"),
        (Tsx, "const f = a < b; «// no element here»"),
        (JavaScript, "let a = b => c «/* d */»"),
        (Rust, "fn a() {} «// b»\n«/* c /* d */ e */» f"),
        (Rust, "let a = \"// no\"; let b = r#\"\" // no\"#; let c = br\"\\\"; «// yes»"),
        (Rust, "let c = '\"'; let d = '\\''; fn f<'a>(x: &'a str) {} «// '»"),
        (Rust, "let u = '\\u{1F600}'; let w = 'ß'; «// yes»"),
        (Rust, "«/// doc»\n#![allow(x)]"),
        (Rust, "«#!/usr/bin/env run»\nfn main() {}"),
        (Rust, "let barr\"text // no\""),
        (Python, "«#!/usr/bin/env python»\na = 1 «# b»\nc // 2"),
        (Python, "a = '# no', b = \"# no\", c = '\\'# no' «# yes»\n"),
        (Python, "a = \"\"\"# no\n\" \"\" # no\"\"\"; «# yes»"),
        (Python, "a = r'\\'; # no' «# yes»\nb = r'\\\\'; «# yes»"),
        (Python, "a = '\\\r\n# no' «# yes»"),
        (Python, "a = rb'#', Rb\"#\", u'#' «# yes»"),
        (Python, "a = f'{b[\"c\"]} # no {{ {d:#x} {e:#010b}' «# yes»"),
        (Python, "a = f\"\"\"{b} ' # no\n\"\"\" «# yes»"),
        (Python, "a = t'{b}' «# yes»\nof = 1"),
        (Python, "def f(a): «# (»\n\treturn [a] «# é»"),
    ] {
        check(language, marked, None);
    }
}

#[test]
fn says_where_certainty_ends() {
    use Language::{JavaScript, Python, Rust, Tsx, TypeScript};
    for (language, marked, from) in [
        (Tsx, "const a = 1; «// b»\nconst c = <p>it's // text</p>;", "<p>"),
        (JavaScript, "const c = a < b; const d = <br/>;", "< b"),
        (TypeScript, "a;\nconst b = 'open\nc // d", "'open"),
        (TypeScript, "a; if (b) /'/.test(c); // d", "/'/"),
        (TypeScript, "a; /* open", "/* open"),
        (TypeScript, "a; f(b] // c", "(b]"),
        (TypeScript, "a; ) // c", ") //"),
        (TypeScript, "a; `open ${b // c", "{b"),
        (TypeScript, "a; { b; { c } // d", "{ b"),
        (TypeScript, "a; x --> 0 // b", "--> 0"),
        (TypeScript, "a; \u{7f}/3// b", "/3//"),
        (TypeScript, "a; \u{7f}/\"/ // \" + b", "/\"/"),
        (TypeScript, "a =/b// 1; // '", "/ 1; //"),
        (Python, "a = f'{b['c']}' # d", "'{b['c"),
        (Python, "a = f\"\"\"{b # c '\n}\"\"\" # d", "\"\"\"{b"),
        (Python, "a = f'{b[\"{\"]}' # d", "'{b"),
        (Python, "a = 'open\nb = 'c' # d", "'open"),
        (Python, "a = 1f'{b}' # c", "'{b}"),
        (Python, "a = f(b] # c", "(b]"),
        (Rust, "a; \"open // b", "\"open"),
        (Rust, "a; { b } } // c", "} // c"),
    ] {
        check(language, marked, Some(from));
    }
}

#[test]
fn counts_brackets() {
    let text = "a { b ( c { d } e ) f } `${ g }` h";
    let skim = Skim::of(Language::TypeScript, text.as_bytes());
    for (letter, depth) in [("a ", 0), ("b", 1), ("c", 2), ("d", 2), ("e )", 2), ("f }", 1), ("g", 1), ("h", 0)] {
        assert_eq!(skim.depth(text.find(letter).unwrap() as u32), Some(depth), "{letter}");
    }
    assert_eq!(Skim::of(Language::TypeScript, b"a { b").depth(4), None);
}

#[test]
fn sees_escapes_in_code_only() {
    for (text, expected) in [
        ("\\u0066etch(a)", true),
        ("a('\\u0066')", false),
        ("a(`\\u0066`) // \\u0066", false),
        ("a('open\n'); \\u0066etch(b)", true),
    ] {
        assert_eq!(
            Skim::of(Language::TypeScript, text.as_bytes()).may_hold_escape(text.as_bytes()),
            expected,
            "{text}"
        );
    }
}

/// Pieces that lexers trip over.
fn pieces(language: Language) -> impl Strategy<Value = String> {
    let common = [
        "a ", "b", "1", " ", "\n", "\"s\"", "'c'", "\"", "'", "/", "//", "/*", "*/", "(", ")", "{", "}", "[", "]", ";",
        "=", "+", "<", ">", "!", ".",
    ];
    let own: &[&str] = match language {
        Language::Python => &[
            "f'",
            "f\"",
            "f\"\"\"",
            "#",
            "# c\n",
            "\"\"\"",
            "rb'",
            "\\",
            "{{",
            "}}",
            "{a}",
            "{a!r:>{b}}",
            ":#x",
            "\\\n",
            "def f(): ",
            "\n    ",
            "lambda: ",
            "\r\n",
        ],
        Language::Rust => &["r\"", "r#\"", "\"#", "b'x'", "'a ", "'\\''", "fn f()", "let x = ", "#", "m!", "///"],
        _ => &[
            "`",
            "${",
            "return ",
            "++",
            "--",
            "=>",
            "/x/",
            "/[/]/g",
            "\\",
            "if (a) ",
            "<p>",
            "</p>",
            "const x = ",
            "of ",
            "x: ",
        ],
    };
    let words: Vec<&'static str> =
        common.into_iter().chain(own.iter().map(|piece| -> &'static str { piece })).collect();
    proptest::collection::vec(proptest::sample::select(words), 0..24).prop_map(|words| words.concat())
}

fn tree(language: Language, text: &str) -> Tree {
    Parser::default().parse(language, text.as_bytes()).unwrap()
}

/// What the skim says of every token that the parser understood.
fn agrees(language: Language, text: &str) -> Result<(), TestCaseError> {
    let skim = Skim::of(language, text.as_bytes());
    let tree = tree(language, text);
    let clean = tree.not_understood().is_empty();
    for id in tree.subtree(tree.root()).filter(|id| tree.first_child(*id).is_none()) {
        let span = tree.span(id);
        if span.is_empty()
            || tree.not_understood().iter().any(|region| region.start <= span.start && span.end <= region.end)
        {
            continue;
        }
        let comment = tree.comments().iter().any(|comment| tree.is_within(id, *comment))
            || matches!(tree.kind_name(id), "hash_bang_line" | "shebang");
        if !comment && clean {
            prop_assert!(!skim.in_comment(span.start), "{language:?} {text:?}: {} at {span:?}", tree.kind_name(id));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_token_of_rust_is_taken_for_a_comment(text in pieces(Language::Rust)) {
        agrees(Language::Rust, &text)?;
    }

    #[test]
    fn no_token_of_python_is_taken_for_a_comment(text in pieces(Language::Python)) {
        agrees(Language::Python, &text)?;
    }

    #[test]
    fn no_token_of_typescript_is_taken_for_a_comment(text in pieces(Language::TypeScript)) {
        agrees(Language::TypeScript, &text)?;
    }

    #[test]
    fn no_token_of_tsx_is_taken_for_a_comment(text in pieces(Language::Tsx)) {
        agrees(Language::Tsx, &text)?;
    }
}
