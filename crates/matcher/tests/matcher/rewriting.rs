//! `transform`, `fix`, `labels`, and messages.

use crate::support::{check_error, compile_with};
use auditlint_matcher::{Analysis, CannotCarry, Edit, Label, LabelStyle, Scratch, SharedUtils};
use auditlint_source::Span;
use auditlint_syntax::Language::TypeScript;
use auditlint_syntax::{NodeId, Parser};

struct Found {
    edits: Result<Vec<Edit>, CannotCarry>,
    message: String,
    labels: Vec<Label>,
    titles: Vec<Option<String>>,
}

/// The first match of a rule, with `message` filled in.
fn first(rule: &str, message: &str, code: &[u8]) -> Found {
    let program =
        compile_with(TypeScript, rule, &SharedUtils::default()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let tree = Parser::default().parse(TypeScript, code).expect("a tree");
    let analysis = Analysis::new(tree, code);
    let mut scratch = Scratch::default();
    let mut nodes = (0..analysis.tree().len()).map(NodeId);
    let found = nodes.find_map(|node| program.match_at(&analysis, node, &mut scratch)).expect("a match");
    Found {
        edits: found.edits(&analysis),
        message: found.interpolate(message, &analysis),
        labels: found.labels(&analysis),
        titles: found.fixes(&analysis).into_iter().map(|(title, _)| title.map(str::to_owned)).collect(),
    }
}

#[track_caller]
fn message(rule: &str, message: &str, code: &str, expected: &str) {
    assert_eq!(first(rule, message, code.as_bytes()).message, expected);
}

/// Checks the whole text after the fix of the first match.
#[track_caller]
fn fixed(rule: &str, code: &str, expected: &str) {
    fixed_bytes(rule, code.as_bytes(), Ok(expected.as_bytes()));
}

/// The same for any bytes, or the transform that cannot carry them.
#[track_caller]
fn fixed_bytes(rule: &str, code: &[u8], expected: Result<&[u8], &str>) {
    let edits = first(rule, "", code).edits;
    let fixed = edits.as_ref().map(|edits| {
        assert_eq!(edits.len(), 1);
        let (start, end) = (edits[0].span.start as usize, edits[0].span.end as usize);
        [&code[..start], &edits[0].text, &code[end..]].concat()
    });
    assert_eq!(fixed.as_deref().map_err(|cannot| cannot.transform.as_str()), expected, "{fixed:?}");
}

#[test]
fn a_fix_carries_bytes_that_are_not_utf_8() {
    let rule = |transform: &str, fix: &str| {
        format!("rule: {{pattern: 'f($A, $$$B)'}}\ntransform: {{X: {transform}}}\nfix: '{fix}'")
    };
    let replace = rule("\"replace($A, replace='a', by='b')\"", "g($X, $A, $$$B)");
    fixed_bytes(&replace, b"f('a\xe9', '\xff\xfe', 1)", Ok(b"g('b\xe9', 'a\xe9', '\xff\xfe', 1)"));
    fixed_bytes(&rule("'substring($A, startChar=1)'", "g($A)"), b"f('\xe9', 1)", Ok(b"g('\xe9')"));
    fixed_bytes(&rule("'substring($A, startChar=1)'", "g($X)"), b"f('\xe9', 1)", Err("X"));
    fixed_bytes(&rule("'convert($A, toCase=upperCase)'", "g($X)"), b"f('\xe9', 1)", Err("X"));
    fixed_bytes(&rule("'convert($A, toCase=upperCase)'", "g($X)"), "f('é', 1)".as_bytes(), Ok("g('É')".as_bytes()));
    // What one transform guessed, the next cannot know.
    let two = "rule: {pattern: 'f($A)'}\ntransform: {X: 'convert($A, toCase=upperCase)', Y: \"replace($X, replace='A', by='b')\"}\nfix: 'g($Y)'";
    fixed_bytes(two, b"f('\xe9')", Err("Y"));
    // Code of several lines is indented byte by byte.
    fixed_bytes(
        "rule: {pattern: 'f($A)'}\nfix: |-\n  g(\n    $A\n  )",
        b"f(h(\n  '\xe9'))",
        Ok(b"g(\n  h(\n    '\xe9')\n)"),
    );
}

#[track_caller]
fn transformed(transform: &str, code: &str, expected: &str) {
    let rule = format!("rule: {{pattern: 'f($A, $$$B)'}}\ntransform: {{X: {transform}}}");
    message(&rule, "$X", code, expected);
}

#[test]
fn messages() {
    let rule = "rule: {pattern: 'f($A, $$$B)'}";
    message(rule, "$A|$$$B|$C|$5|$a|$", "f(1, 2,  3)", "1|2,  3|$C|$5|$a|$");
    let rule = "rule: {any: [{pattern: 'f($A)'}, {pattern: 'g($B)'}]}";
    message(rule, "<$A$B>", "g(1)", "<1>");
}

#[test]
fn transforms() {
    transformed("{replace: {source: $A, replace: '^a(.*)', by: 'b$1'}}", "f(abc, 1)", "bbc");
    transformed("{substring: {source: $A, startChar: 1, endChar: -1}}", "f('aéb', 1)", "aéb");
    transformed("{substring: {source: $A, startChar: 9}}", "f(abc, 1)", "");
    transformed("{substring: {source: $A, startChar: -2}}", "f(abc, 1)", "bc");
    transformed("{convert: {source: $A, toCase: snakeCase}}", "f(fooBar, 1)", "foo_bar");
    transformed("{convert: {source: $A, toCase: camelCase, separatedBy: [dot]}}", "f(a.b, 1)", "aB");
    transformed("{replace: {source: $$$B, replace: ', *', by: ';'}}", "f(a, 1, 2,  3)", "1;2;3");
    transformed("\"replace($A, replace='a', by=x)\"", "f(aba, 1)", "xbx");
    transformed("\"substring($A, startChar=1, endChar=2)\"", "f(abc, 1)", "b");
    transformed("\"convert($A, toCase=camelCase, separatedBy=[underscore])\"", "f(a_b, 1)", "aB");
    let rule = "rule: {pattern: 'f($A)'}\ntransform: {Y: {convert: {source: $X, toCase: upperCase}}, X: {substring: {source: $A, startChar: 1}}}";
    message(rule, "$X $Y", "f(abc)", "bc BC");
}

#[test]
fn fixes() {
    fixed("rule: {pattern: 'f($A, $$$B)'}\nfix: 'g($$$B, $A)'", "f(1, 2, 3);", "g(2, 3, 1);");
    fixed("rule: {pattern: 'f($A)'}\nfix: ''", "f(1);", ";");
    let rule = "rule: {kind: pair, has: {pattern: a}}\nfix: {template: '', expandEnd: {regex: '^,$'}}";
    fixed(
        "rule: {kind: pair, has: {regex: ^a$}}\nfix: {template: '', expandEnd: {regex: '^,$'}}",
        "x = { a: 1, b: 2 }",
        "x = {  b: 2 }",
    );
    assert!(compile_with(TypeScript, rule, &SharedUtils::default()).is_ok());
    fixed(
        "rule: {kind: number, regex: '3'}\nfix: {template: x, expandStart: {kind: string, stopBy: end}}",
        "['a', 2, 3]",
        "[x]",
    );
    let rule = "rule: {pattern: 'f($A)'}\nfix: [{template: a, title: one}, {template: b, title: two}]";
    fixed(rule, "f(1)", "a");
    assert_eq!(first(rule, "", b"f(1)").titles, [Some("one".into()), Some("two".into())]);
}

#[test]
fn code_of_several_lines_keeps_its_shape() {
    let rule = "rule: {pattern: 'a($B)'}\nfix: |-\n  c(\n    $B\n  )";
    let code = "if (true) {\n  a(\n    1\n      + 2\n      + 3\n  )\n}\n";
    fixed(rule, code, "if (true) {\n  c(\n    1\n      + 2\n      + 3\n  )\n}\n");
    let code = "  a({\n    b: 1,\n  })";
    fixed("rule: {pattern: 'a($B)'}\nfix: 'c($B)'", code, "  c({\n    b: 1,\n  })");
}

#[test]
fn labels() {
    let rule =
        "rule: {pattern: 'f($A, $$$B)'}\nlabels: {A: {style: primary, message: 'this $A'}, B: {style: secondary}}";
    let found = first(rule, "", b"f(1, 2, 3)");
    assert_eq!(
        found.labels,
        [
            Label { span: Span::new(2, 3), style: LabelStyle::Primary, message: Some("this 1".into()) },
            Label { span: Span::new(5, 9), style: LabelStyle::Secondary, message: None },
        ]
    );
    let rule = "rule: {pattern: 'f($$$B)'}\nlabels: {B: {style: secondary}}";
    assert_eq!(first(rule, "", b"f()").labels, [], "an empty list has no place");
}

#[test]
fn mistakes() {
    let with = |rest: &str| format!("rule: {{pattern: 'f($ARG)'}}\n{rest}");
    for (rest, place, message) in [
        ("fix: g($ARGS)", "g($ARGS)", "unknown metavariable `ARGS` | did you mean `ARG`?"),
        ("fix: {templat: a, template: b}", "templat", "did you mean `template`?"),
        ("fix: {title: a}", "{title: a}", "needs `template`"),
        ("fix: [{template: a}]", "{template: a}", "needs a `title`"),
        ("labels: {ARGS: {style: primary}}", "ARGS", "did you mean `ARG`?"),
        ("labels: {ARG: {style: main}}", "main", "unknown style `main`"),
        ("labels: {ARG: {message: a}}", "{message: a}", "needs `style`"),
        ("transform: {X: {convert: {source: $ARGS, toCase: upperCase}}}", "$ARGS", "did you mean `ARG`?"),
        ("transform: {X: {convert: {source: ARG, toCase: upperCase}}}", "ARG", "`ARG` is not a metavariable"),
        ("transform: {X: {convert: {source: $ARG, toCase: uppercase}}}", "uppercase", "did you mean `upperCase`?"),
        ("transform: {X: {convert: {source: $ARG}}}", "{source: $ARG}", "needs `toCase`"),
        ("transform: {X: {rewrite: {source: $ARG}}}", "{source: $ARG}", "`rewrite` needs `rewriters`"),
        ("transform: {X: 'rewrite($ARG, rewriters=[a])'}", "'rewrite($ARG, rewriters=[a])'", "unknown rewriter `a`"),
        ("transform: {X: 'convert $ARG'}", "'convert $ARG'", "is not a valid transform"),
        ("transform: {X: {replace: {source: $ARG, replace: '(', by: ''}}}", "'('", "invalid regular expression"),
        ("transform: {ARG: {substring: {source: $ARG}}}", "ARG", "refers to itself"),
        ("transform: {x: {substring: {source: $ARG}}}", "x", "cannot be used after `$`"),
    ] {
        check_error(TypeScript, &with(rest), place, message);
    }
    let cycle = "transform: {X: {substring: {source: $Y}}, Y: {substring: {source: $X}}}";
    check_error(TypeScript, &with(cycle), "X", "refers to itself through `Y`");
}

#[test]
fn rewriters_make_new_text_of_the_parts() {
    let rule = |rewriters: &str, transform: &str| {
        format!("rule: {{pattern: 'f($$$A)'}}\nrewriters: [{rewriters}]\ntransform: {{X: {transform}}}")
    };
    let number = "{id: n, rule: {kind: number, pattern: $N}, fix: 'n($N)'}";
    let pair = "{id: p, rule: {pattern: '$K = $V'}, transform: {W: {rewrite: {source: $V, rewriters: [n, p]}}}, fix: '$K: $W'}";
    let check = |rewriters: &str, transform: &str, code: &str, expected: &str| {
        message(&rule(rewriters, transform), "$X", code, expected);
    };
    check(number, "{rewrite: {source: $$$A, rewriters: [n]}}", "f(1, g(2), x)", "n(1), g(n(2)), x");
    check(number, "{rewrite: {source: $$$A, rewriters: [n], joinBy: ' + '}}", "f(1, g(2), x)", "n(1) + n(2)");
    check(number, "\"rewrite($$$A, rewriters=[n], joinBy='; ')\"", "f(1, 2)", "n(1); n(2)");
    check(number, "{rewrite: {source: $$$A, rewriters: [n]}}", "f(x)", "x");
    check(number, "{rewrite: {source: $$$A, rewriters: [n]}}", "f()", "");
    let both = format!("{pair}, {number}");
    check(&both, "{rewrite: {source: $$$A, rewriters: [p]}}", "f(a = 1, b = c = 2, 3)", "a: n(1), b: c: n(2), 3");
    // At one node the first that is named counts.
    let other = "{id: m, rule: {kind: number}, fix: m}";
    check(&format!("{other}, {number}"), "{rewrite: {source: $$$A, rewriters: [n, m]}}", "f(1)", "n(1)");
}

#[test]
fn a_rewriter_knows_the_metavariables_of_its_rule() {
    let rule = "rule: {pattern: 'f($B, $C)'}\nrewriters: [{id: same, rule: {pattern: $B}, fix: '<$B>'}]\ntransform: {X: {rewrite: {source: $C, rewriters: [same]}}}\nfix: '$X'";
    fixed(rule, "f(a, g(a, b));", "g(<a>, b);");
}

#[test]
fn mistakes_in_rewriters() {
    let rule = |rest: &str| format!("rule: {{pattern: 'f($A)'}}\n{rest}");
    for (rest, place, expected) in [
        ("transform: {X: {rewrite: {source: $A, rewriters: [none]}}}", "none", "unknown rewriter `none`"),
        ("rewriters: [{id: r, rule: {kind: number}}]", "{id: r, rule: {kind: number}}", "a rewriter needs `fix`"),
        ("rewriters: [{id: r, rule: {kind: number}, fix: $Z}]", "$Z", "unknown metavariable `Z`"),
        ("rewriters: [{rule: {kind: number}, fix: x}]", "{rule: {kind: number}, fix: x}", "a rewriter needs `id`"),
    ] {
        check_error(TypeScript, &rule(rest), place, expected);
    }
}

#[test]
fn rewriters_that_lead_to_rewriters_end() {
    let rule = "rule: {pattern: 'f($A)'}\nrewriters: [{id: r, rule: {pattern: '[$I]'}, transform: {J: {rewrite: {source: $I, rewriters: [r]}}}, fix: '<$J>'}]\ntransform: {X: {rewrite: {source: $A, rewriters: [r]}}}\nfix: '$X'";
    fixed(rule, "f([[[1]]]);", "<<<1>>>;");
    let deep = format!("f({}1{});", "[".repeat(500), "]".repeat(500));
    assert_eq!(first(rule, "", deep.as_bytes()).edits, Ok(Vec::new()));
}
