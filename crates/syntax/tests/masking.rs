//! Syntax of TypeScript that the grammar lacks is understood, with every span and text that of the source.

mod consistency;

use auditlint_syntax::{Language, NodeId, Parser, Tree};

const TYPED: [Language; 2] = [Language::TypeScript, Language::Tsx];

fn parse(language: Language, code: &str) -> Tree {
    let tree = Parser::default().parse(language, code.as_bytes()).expect("within the limits");
    consistency::check(&tree, code.as_bytes());
    tree
}

/// Checks that all of a code is understood, and that nodes with this kind and text stand in its tree.
#[track_caller]
fn check(code: &str, nodes: &[(&str, &str)]) {
    for language in TYPED {
        let tree = parse(language, code);
        assert_eq!(tree.not_understood(), [], "{code}");
        assert_eq!(tree.reparsed(), 1, "{code}");
        for (kind, text) in nodes {
            let is_it = |id: NodeId| tree.kind_name(id) == *kind && tree.text(id, code.as_bytes()) == text.as_bytes();
            assert!((0..tree.len()).map(NodeId).any(is_it), "{language:?}: no {kind} `{text}` in {code}");
        }
    }
}

/// Checks how often a code is parsed again, and whether something in it stays not understood.
#[track_caller]
fn check_parses(code: &str, reparsed: u32, is_understood: bool) {
    let tree = parse(Language::TypeScript, code);
    assert_eq!((tree.reparsed(), tree.not_understood().is_empty()), (reparsed, is_understood), "{code}");
}

#[test]
fn variance() {
    let parameter = |text| ("type_parameter", text);
    check("class A<in T, out U, in out V> {}", &[parameter("T"), parameter("U"), parameter("V")]);
    check("interface A<out T extends B = C> {}", &[parameter("T extends B = C")]);
    check("type A<const in out T> = T;", &[parameter("const in out T")]);
    check("interface A<\n  // @ts-ignore\n  out T, // why\n  /* how */ in U\n> {}", &[parameter("T"), parameter("U")]);
}

#[test]
fn signatures_without_semicolons() {
    let signature = |text| ("call_signature", text);
    check(
        "interface A {\n  <T>(a: T): B\n  <U>(u: U): U\n}\n",
        &[signature("<T>(a: T): B"), signature("<U>(u: U): U")],
    );
    check(
        "type A = {\n  a: B // b\n\n  /** c */\n  // d\n  <T>(a: T): C<D>\n}\n",
        &[("property_signature", "a: B"), signature("<T>(a: T): C<D>")],
    );
    check("interface A {\r\n  (a: A): B\r\n<T>(a: T): B\r\n}\n", &[signature("<T>(a: T): B")]);
    check(
        "interface A {\n  <T>(a: T): B\n  <\n    U extends (a: B) => C,\n  >(u: U): U\n}\n",
        &[signature("<T>(a: T): B"), signature("<\n    U extends (a: B) => C,\n  >(u: U): U")],
    );
}

#[test]
fn no_sign_stands_in_the_tree_that_the_source_lacks() {
    let code = "interface A {\n  a: B\n  <T>(a: T): B\n}\n";
    let tree = parse(Language::TypeScript, code);
    assert!((0..tree.len()).map(NodeId).all(|id| tree.kind_name(id) != ";"));
}

#[test]
fn imports_in_types() {
    check(
        "declare const a: import(\"x\").A<import('y').B[]>;",
        &[
            ("generic_type", "import(\"x\").A<import('y').B[]>"),
            ("call_expression", "import(\"x\")"),
            ("import", "import"),
            ("string", "\"x\""),
            ("string_fragment", "x"),
            ("call_expression", "import('y')"),
            ("'", "'"),
            ("string_fragment", "y"),
        ],
    );
    check("type A = (import('a').B | import('a').B[]) | undefined;", &[("call_expression", "import('a')")]);
}

#[test]
fn modifiers_and_keywords() {
    check(
        "export type * from \"a\";\nexport type * as b from \"c\";",
        &[("type", "type"), ("export_statement", "export type * from \"a\";")],
    );
    check("import type A = B.C;", &[("import_alias", "import type A = B.C;"), ("type", "type")]);
    check("import defer * as a from \"a\";\nimport source b from \"b\";", &[("string", "\"a\""), ("identifier", "b")]);
    check("class A {\n  private static accessor a = 1;\n  @B accessor c = 2;\n}", &[("property_identifier", "c")]);
    check("for (using a of b) c(a);", &[("for_in_statement", "for (using a of b) c(a);"), ("identifier", "a")]);
    check("interface A { using(using: B): this; abstract?: boolean }", &[("identifier", "using")]);
    check("declare module 'a' {\n  global {\n    var b: C;\n  }\n}", &[("variable_declarator", "b: C")]);
    check("declare const f: ({ a }?: B) => C;", &[("object_pattern", "{ a }")]);
    check("type A<B extends string> = `a \\`${B}\\` c`;", &[("template_literal_type", "`a \\`${B}\\` c`")]);
}

#[test]
fn what_looks_alike_is_left() {
    // Nothing is parsed again where everything is understood.
    check_parses("f(out, in_); const s = '<in T>'; for (const out of b) {} a = b\n<T>(c);", 0, true);
    check_parses("await import('a').then<B>(c); class A { accessor b = 1; out: C; using = 1 }", 0, true);
    // And nothing is masked that is not such syntax.
    check_parses("const a = ;;) b(out of c, out in d);", 0, false);
    check_parses("class A {\n  m\n  <T>(a: T) {} ) }", 0, false);
}

#[test]
fn what_is_broken_stays_so_and_costs_two_more_parses_at_most() {
    check_parses("class A { m( }\nclass B<in in C> {\n  a: D\n  <E>(e: E): F\n", 2, false);
    check_parses("class A<in in in T> {", 1, false);
    for unit in [
        "a\n<",
        "*/\n<",
        "import(\"",
        "import(\"a\").",
        "<in ",
        "a: b\n  <T>(",
        "@ accessor a ",
        "\\`",
        "}?:",
        "string.",
    ] {
        let tree = parse(Language::TypeScript, &unit.repeat(4_000 / unit.len()));
        assert!(tree.reparsed() <= 2, "{unit}");
    }
}

#[test]
fn a_page_is_read_in_the_same_way() {
    let text = b"<script lang=\"ts\">\nexport interface A<out T> { a: T }\n</script>\n";
    let code = auditlint_syntax::Code::of(&auditlint_source::FilePath::new("a.vue"), text).expect("a script");
    let tree = Parser::default().parse(code.language(), code.text()).expect("within the limits");
    assert_eq!((tree.not_understood(), tree.reparsed()), (&[][..], 1));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(parts in proptest::collection::vec(0usize..20, 0..24)) {
        const PARTS: [&str; 20] = [
            "interface A<in out T> {", "}", "\n", " <T>(a: T): B", "a: B", "import(\"x\").A<B>", "export type * from 'a'",
            "accessor ", "@B ", "private ", "(", ")", "`\\``", "?:", "using ", "for (", "// c", "string.a", "global {", ";",
        ];
        let code: String = parts.into_iter().map(|part| PARTS[part]).collect();
        for language in TYPED {
            proptest::prop_assert!(parse(language, &code).reparsed() <= 2);
        }
    }
}
