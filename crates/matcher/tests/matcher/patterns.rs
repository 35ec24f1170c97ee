//! Patterns: metavariables, lists, strictness, contexts.

use crate::support::{check, check_error};
use auditlint_syntax::Language::{JavaScript, Rust, Tsx, TypeScript};

fn ts(pattern: &str, code: &str) {
    check(TypeScript, &format!("rule: {{pattern: '{}'}}", pattern.replace('\'', "''")), code);
}

fn rust(pattern: &str, code: &str) {
    check(Rust, &format!("rule: {{pattern: '{}'}}", pattern.replace('\'', "''")), code);
}

fn strict(strictness: &str, pattern: &str, code: &str) {
    let pattern = pattern.replace('\'', "''");
    check(TypeScript, &format!("rule: {{pattern: {{context: '{pattern}', strictness: {strictness}}}}}"), code);
}

#[test]
fn leaves_compare_by_text() {
    ts("foo", "«foo»; bar; «foo»(foobar, { foo: 1 })");
    ts("123", "«123»; 1234; '123'");
    ts("'a'", "«'a'»; \"a\"; 'b'");
    ts("foo()", "«foo()»; foo(1); «foo(/* c */)»; «foo ( )»");
}

#[test]
fn single_metavariables() {
    ts("foo($A)", "«foo(1)»; foo(); foo(1, 2); «foo(bar)»; «foo(«foo(2)»)»");
    ts("$A == $A", "«a == a»; a == b; «f(1) == f( 1 )»; «1 == 1»");
    ts("$_ == $_", "«a == a»; «a == b»");
    ts("$_A == $_A", "«a == b»");
    ts("$A + $B", "«a + b»; «a + a»; a - b");
    ts("f($A, $_)", "«f(a, b)»; f(a); f(a, b, c)");
    ts("let $A = 1", "«let a = 1;» const b = 1; let c = 2");
}

#[test]
fn lists() {
    ts("foo($$$)", "«foo()»; «foo(1)»; «foo(1, 2, 3)»; bar(1)");
    ts("foo($$$ARGS)", "«foo()»; «foo(1, 2)»");
    ts("foo($A, $$$B)", "foo(); foo(1); «foo(1, 2)»; «foo(1, 2, 3)»");
    ts("foo($$$A, $B)", "foo(); «foo(1)»; foo(1, 2); foo(1, 2, 3)");
    ts("foo($$$A, c, $$$B)", "foo(a, b); «foo(a, c, d)»; foo(a, c)");
    ts("{ $$$ }", "function f() «{}»; if (a) «{ b }»");
    ts("function $F($$$) { $$$ }", "«function f() {}»; «function g(a, b) { return a }»");
    ts("function $F($$$) { $$$; return $A }", "«function f() { 1; return 2 }»; function g() { return 2 }");
    ts("f($$$A) + g($$$A)", "«f(1, 2) + g(1, 2)»; f(1) + g(2); «f() + g()»; «f(1,2) + g(1 , 2)»");
    ts("class $C { $$$ }", "«class A {}»; «class B { a = 1; f() {} }»");
}

#[test]
fn a_failed_probe_binds_nothing() {
    ts("f($$$, g($A, $A))", "«f(g(1, 2), g(3, 3))»; f(g(1, 2))");
    ts("f($$$A, g($$$A))", "«f(1, g(1))»; «f(1, 2, g(1, 2))»; f(1, g(2))");
}

#[test]
fn strictness() {
    // Tokens and comments that only the code has are passed over.
    strict("smart", "foo(a, b)", "«foo(a, b)»; «foo(a, b,)»; «foo(/* c */ a, b)»; foo(a)");
    strict("smart", "import $A from 'a'", "«import x from 'a';»\n«import x from 'a'»\nimport x from \"a\"");
    strict("cst", "foo(a)", "«foo(a)»; foo(a,); foo(/* c */ a)");
    strict("ast", "foo(a)", "«foo(a)»; «foo(a,)»; foo(/* c */ a)");
    strict("relaxed", "foo(a)", "«foo(a)»; «foo(a,)»; «foo(/* c */ a)»; foo(b)");
    strict("signature", "foo(a)", "«foo(a)»; «foo(b)»; «bar(b)»; foo(1)");
    strict("template", "foo(a)", "«foo(a)»; foo(b)");
    strict("ast", "'a'", "«'a'»; «\"a\"»; 'b'");
    strict("smart", "function $A() {}", "«function a() {}»; «async function b() {}»; function* c() {}");
    strict("cst", "function $A() {}", "«function a() {}»; async function b() {}");
}

#[test]
fn contexts() {
    check(
        TypeScript,
        "rule: {pattern: {context: 'class A { $F = $V }', selector: public_field_definition}}",
        "class B { «a = 1»; b; f() { c = 2 } }",
    );
    check(JavaScript, "rule: {pattern: {context: '({ $K: $V })', selector: pair}}", "x = { «a: 1», b }");
    check(TypeScript, "rule: {pattern: {context: 'f($A)', selector: identifier}}", "«f»(1); g");
}

#[test]
fn a_metavariable_alone_matches_every_named_node() {
    ts("$A", "««f»«(«1»)»»");
    check(TypeScript, "rule: {pattern: {context: '$$A', strictness: smart}}", "««f»««(»«1»«)»»»");
}

#[test]
fn rust_patterns() {
    rust("$A.unwrap()", "fn f() { «a.unwrap()»; «b.c().unwrap()»; d.expect(1) }");
    rust("Some($A)", "fn f() { «Some(1)»; None }");
    rust("println!($$$)", "fn f() { «println!()»; «println!(\"{}\", a)»; print!() }");
    rust("fn $F($$$) -> $R { $$$ }", "«fn f() -> u8 { 1 }» fn g() {} «fn h(a: u8) -> A {}»");
    rust("let $A = $B;", "fn f() { «let a = 1;» let mut b = 2; }");
    rust("std::env::var($A)", "fn f() { «std::env::var(\"A\")»; env::var(\"A\") }");
    rust("\"$HOME/x\"", "fn f() { «\"$HOME/x\"»; \"µHOME/x\" }");
}

#[test]
fn jsx() {
    check(Tsx, "rule: {pattern: '<A b={$C} />'}", "const a = «<A b={1} />»; <A c={1} />");
}

#[test]
fn what_is_no_pattern() {
    let rule = |pattern: &str| format!("rule: {{pattern: '{pattern}'}}");
    check_error(
        TypeScript,
        &rule("a; b"),
        "'a; b'",
        "more than one node: `expression_statement`, `expression_statement`",
    );
    check_error(TypeScript, &rule("foo($$"), "'foo($$'", "does not parse as TypeScript near");
    check_error(TypeScript, &rule(""), "''", "empty");
    check_error(TypeScript, &rule("$$$A"), "'$$$A'", "any number of nodes");
    check_error(
        TypeScript,
        "rule: {pattern: {context: 'f()', selector: pair}}",
        "pair",
        "matches no node in the context | kinds in the context: `program`, `expression_statement`, `call_expression`",
    );
    check_error(TypeScript, "rule: {pattern: {context: 'f()', selector: pairs}}", "pairs", "did you mean `pair`?");
    check_error(TypeScript, "rule: {pattern: {context: 'f()', strictness: smrt}}", "smrt", "did you mean `smart`?");
    check_error(TypeScript, "rule: {pattern: {selector: pair}}", "{selector: pair}", "needs `context`");
    let deep = format!("rule: {{pattern: '{}1{}'}}", "f(".repeat(200), ")".repeat(200));
    let place = format!("'{}1{}'", "f(".repeat(200), ")".repeat(200));
    check_error(TypeScript, &deep, &place, "more than 100 levels");
}
