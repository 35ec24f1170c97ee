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

/// `expected` is `kind: text` of each call, macro and item in the islands of the rule of a macro.
fn check_body(rule: &str, expected: &[&str]) {
    let text = format!("macro_rules! m {{ {rule} }}");
    let tree = parse(&text);
    let kinds = ["call_expression", "macro_invocation", "function_item", "impl_item", "match_arm", "try_expression"];
    let inside = tree.islands().iter().flat_map(|root| tree.subtree(*root));
    let found: Vec<String> = inside
        .filter(|id| kinds.contains(&tree.kind_name(*id)))
        .map(|id| format!("{}: {}", tree.kind_name(id), String::from_utf8_lossy(tree.text(id, text.as_bytes()))))
        .collect();
    assert_eq!(found, expected, "{rule}");
    assert_eq!(tree.not_understood(), [], "{rule}");
}

#[test]
fn bodies_of_macros() {
    check_body("($a:expr) => { $a.unwrap() }", &["call_expression: $a.unwrap()"]);
    check_body(
        "($a:expr) => { $crate::run($a)? }",
        &["try_expression: $crate::run($a)?", "call_expression: $crate::run($a)"],
    );
    // Repetitions are read once, in macros inside too.
    check_body("($($a:ident),*) => { $( $a.run(1); )* }", &["call_expression: $a.run(1)"]);
    check_body(
        "($x:expr, $($a:ident),* $(,)?) => {{ f([$($a.b()),*]); println!(\"{}\", $x.c(), $($a.d()),*); }}",
        &[
            "call_expression: f([$($a.b()),*])",
            "call_expression: $a.b()",
            "macro_invocation: println!(\"{}\", $x.c(), $($a.d()),*)",
            "call_expression: $x.c()",
            "call_expression: $a.d()",
        ],
    );
    // What stands for a block, a visibility or a lifetime.
    check_body(
        "($v:vis, $l:lifetime, $b:block) => { $v fn f<$l>() { g(); $b } }",
        &["function_item: fn f<$l>() { g(); $b }", "call_expression: g()"],
    );
    check_body(
        "($($t:ty),*) => { $( impl X for $t { fn x() { y() } } )* }",
        &["impl_item: impl X for $t { fn x() { y() } }", "function_item: fn x() { y() }", "call_expression: y()"],
    );
    check_body(
        "($e:expr, $($p:pat => $r:expr),*) => { match $e { $( $p => $r.go(), )* } }",
        &["match_arm: $p => $r.go(),", "call_expression: $r.go()"],
    );
    // Each rule by itself; what is not code stays tokens.
    check_body(
        "() => { a() }; ($x:ty) => { +, => }; ($x:expr) => { b($x) }",
        &["call_expression: a()", "call_expression: b($x)"],
    );
    check_body("($n:ident) => { macro_rules! $n { ($d:expr) => { $d.unwrap() } } }", &[]);
}

#[test]
fn bodies_of_macros_are_left_where_only_arguments_are_asked_for() {
    let text = b"macro_rules! m { () => { a() } }\nfn f() { n!(b()); }";
    let mut parser = Parser::default();
    let mut tree = parser.parse(Language::Rust, text).unwrap();
    parser.parse_arguments(&mut tree, text, &mut |_| true);
    assert_eq!(tree.islands().len(), 1);
    parser.parse_islands(&mut tree, text, &mut |_| true);
    assert_eq!(tree.islands().len(), 2);
}

#[test]
fn bodies_of_macros_are_read_alike_in_two_calls() {
    // The rule in the first macro stands behind the body of the second one in the tree.
    let text = "macro_rules! a { ($n:ident) => { macro_rules! $n { ($d:block) => { $d } } } }
                macro_rules! b { ($x:expr, $y:block) => { m!($x.c()); n!({ $y }); } }";
    let mut parser = Parser::default();
    let mut tree = parser.parse(Language::Rust, text.as_bytes()).expect("within the step limit");
    parser.parse_islands(&mut tree, text.as_bytes(), &mut |span| {
        !matches!(text.as_bytes()[span.start as usize - 1], b'!')
    });
    let bodies = tree.islands().len();
    parser.parse_islands(&mut tree, text.as_bytes(), &mut |_| true);
    consistency::check(&tree, text.as_bytes());
    let shown = |tree: &Tree| {
        let below =
            tree.islands().iter().flat_map(|root| tree.subtree(*root)).map(|id| (tree.span(id), tree.kind_name(id)));
        let mut shown: Vec<_> = below.collect();
        shown.sort_unstable();
        shown
    };
    assert!(bodies > 0 && bodies < tree.islands().len());
    assert_eq!(shown(&tree), shown(&parse(text)));
}

#[test]
fn other_languages_are_left() {
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
