//! How the arguments of macros are understood.

mod consistency;

use auditlint_syntax::{Language, Parser, Tree};

fn parse(text: &str) -> Tree {
    let mut parser = Parser::default();
    let mut tree = parser.parse(Language::Rust, text.as_bytes()).expect("within the step limit");
    parser.parse_islands(&mut tree, text.as_bytes(), &mut |_| true);
    consistency::check(&tree, text.as_bytes());
    tree
}

/// `statement` stands in a function; `expected` is `kind: text` of each named node directly below each island's root.
fn check(statement: &str, expected: &[&str]) {
    let text = format!("fn f() {{ {statement}; }}");
    let tree = parse(&text);
    let below = tree.islands().iter().flat_map(|root| tree.named_children(*root));
    let found: Vec<String> = below
        .map(|id| format!("{}: {}", tree.kind_name(id), String::from_utf8_lossy(tree.text(id, text.as_bytes()))))
        .collect();
    assert_eq!(found, expected, "{statement}");
    assert_eq!(tree.not_understood(), [], "{statement}");
}

#[test]
fn expressions() {
    check("m!(a.unwrap(), b?)", &["call_expression: a.unwrap()", "try_expression: b?"]);
    check("m![a; n]", &["identifier: a", "identifier: n"]);
    check("vec![1, 2,]", &["integer_literal: 1", "integer_literal: 2"]);
    check("m!(|a, b: B| a + b)", &["closure_expression: |a, b: B| a + b"]);
    check("m!()", &[]);
    check("m!{}", &[]);
    check("str![a]", &["identifier: a"]);
    check("m!(str![a])", &["macro_invocation: str![a]", "identifier: a"]);
}

#[test]
fn names_of_arguments_are_no_expressions() {
    check("format!(\"{x}\", x = a.b())", &["string_literal: \"{x}\"", "call_expression: a.b()"]);
    check(
        "info!(target: \"t\", %error, id = ?user.id, \"m {}\", x)",
        &[
            "string_literal: \"t\"",
            "identifier: error",
            "field_expression: user.id",
            "string_literal: \"m {}\"",
            "identifier: x",
        ],
    );
    check("info!(user.id = id)", &["field_expression: user.id", "identifier: id"]);
    check("m!(self.a = b)", &["assignment_expression: self.a = b"]);
}

#[test]
fn statements_and_items() {
    check("m! { let a = b; a.c() }", &["let_declaration: let a = b;", "call_expression: a.c()"]);
    check("m! { pub fn g() {} }", &["function_item: pub fn g() {}"]);
    check("thread_local! { static A: B = c(); }", &["static_item: static A: B = c();"]);
    check("lazy_static! { static ref A: B = c(); }", &["static_item: static ref A: B = c();"]);
    check(
        "cfg_if! { if #[cfg(a)] { b() } else if #[cfg(c)] { d() } else { e() } }",
        &["expression_statement: { b() }", "expression_statement: { d() }", "expression_statement: { e() }"],
    );
}

#[test]
fn patterns_and_arms() {
    check("matches!(a.b(), Some(c) if c > 1)", &["call_expression: a.b()", "match_pattern: Some(c) if c > 1"]);
    check("matches!(a, B | C,)", &["identifier: a", "match_pattern: B | C"]);
    check("m! { Some(a) => b(), _ => c }", &["match_arm: Some(a) => b(),", "match_arm: _ => c"]);
    check(
        "m! { f() + 1 => b(), c => d }",
        &["binary_expression: f() + 1", "call_expression: b()", "identifier: c", "identifier: d"],
    );
}

#[test]
fn select() {
    check(
        "select! { biased; a = b.c() => { d } Some(e) = g, if h() => if i { j } else { k }, else => l() }",
        &[
            "match_arm: a = b.c() => { d }",
            "match_arm: Some(e) = g, if h() => if i { j } else { k },",
            "call_expression: l()",
        ],
    );
}

#[test]
fn json() {
    check(
        "json!({\"a\": b.unwrap(), \"c\": [{d: 1}], (e): null,})",
        &[
            "string_literal: \"a\"",
            "call_expression: b.unwrap()",
            "string_literal: \"c\"",
            "array_expression: [{d: 1}]",
            "parenthesized_expression: (e)",
            "identifier: null",
        ],
    );
    check("m!(A { b: c })", &["struct_expression: A { b: c }"]);
}

#[test]
fn macros_in_macros() {
    check("m!(n!(a.b()))", &["macro_invocation: n!(a.b())", "call_expression: a.b()"]);
    let text = "fn f() { m!(n!(a)); }";
    let tree = parse(text);
    let [outer, inner] = tree.islands() else { panic!("{:?}", tree.islands()) };
    let kinds: Vec<_> = tree.ancestors(*inner).map(|id| (tree.kind_name(id), tree.is_island_node(id))).collect();
    let expected = [
        ("token_tree", true),
        ("macro_invocation", true),
        ("token_tree", true),
        ("token_tree", false),
        ("macro_invocation", false),
        ("expression_statement", false),
        ("block", false),
        ("function_item", false),
        ("source_file", false),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(tree.island_of(tree.host(*inner).unwrap()), Some(*outer));
}

#[test]
fn only_what_is_wanted() {
    let text = b"fn f() { m!(a); m!(b); }";
    let mut parser = Parser::default();
    let mut tree = parser.parse(Language::Rust, text).unwrap();
    let mut asked = Vec::new();
    parser.parse_islands(&mut tree, text, &mut |span| {
        asked.push(String::from_utf8_lossy(span.of(text)).into_owned());
        span.of(text) == b"(b)"
    });
    assert_eq!(asked, ["(a)", "(b)"]);
    assert_eq!(tree.islands().len(), 1);
    parser.parse_islands(&mut tree, text, &mut |_| true);
    assert_eq!(tree.islands().len(), 2, "the second time adds only what was not there");
}

#[test]
fn definitions_of_macros_and_other_languages_are_left() {
    let tree = parse("macro_rules! m { ($a:expr) => { $a.unwrap() } }");
    assert_eq!((tree.islands().len(), tree.not_understood()), (0, [].as_slice()));
    let text = b"m!(a)";
    let mut parser = Parser::default();
    let mut tree = parser.parse(Language::TypeScript, text).unwrap();
    parser.parse_islands(&mut tree, text, &mut |_| panic!("not asked"));
}

#[test]
fn a_language_of_its_own_is_not_understood() {
    let text = "fn f() { html! { <p class=\"a\">{ b }</p> <br/> } }";
    let tree = parse(text);
    assert_eq!(tree.islands(), []);
    let regions: Vec<_> = tree.not_understood().iter().map(|span| span.of(text.as_bytes())).collect();
    assert_eq!(regions, [b"{ <p class=\"a\">{ b }</p> <br/> }"]);
}

#[test]
fn comments_are_listed_once() {
    let text = "fn f() { m!(a, // b\n n!(/* c */ d)); }";
    let tree = parse(text);
    assert_eq!(tree.islands().len(), 2);
    let comments: Vec<_> = tree.comments().iter().map(|id| tree.text(*id, text.as_bytes())).collect();
    assert_eq!(comments, [b"// b".as_slice(), b"/* c */"]);
}
