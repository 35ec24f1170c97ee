//! What the grammar of TypeScript groups wrongly comes out of the parser as the language means it.

mod consistency;

use auditlint_syntax::{Language, NodeId, Parser, Tree};

const OPERATORS: [&str; 22] = [
    "call_expression",
    "member_expression",
    "subscript_expression",
    "non_null_expression",
    "instantiation_expression",
    "as_expression",
    "satisfies_expression",
    "await_expression",
    "unary_expression",
    "type_assertion",
    "yield_expression",
    "arrow_function",
    "update_expression",
    "binary_expression",
    "assignment_expression",
    "ternary_expression",
    "readonly_type",
    "index_type_query",
    "conditional_type",
    "union_type",
    "intersection_type",
    "array_type",
];

fn parse(language: Language, code: &str) -> Tree {
    let tree = Parser::default().parse(language, code.as_bytes()).expect("within the limits");
    consistency::check(&tree, code.as_bytes());
    tree
}

/// The code with brackets around each operator and its operands.
fn bracketed(tree: &Tree, code: &str) -> String {
    let mut marks: Vec<(u32, i64, char)> = Vec::new();
    for id in (0..tree.len()).map(NodeId).filter(|id| OPERATORS.contains(&tree.kind_name(*id))) {
        let span = tree.span(id);
        marks.push((span.start, i64::from(id.0), '['));
        marks.push((span.end, -i64::from(id.0), ']'));
    }
    marks.sort_unstable_by_key(|(at, order, mark)| (*at, *mark == '[', *order));
    let mut out = String::new();
    let mut done = 0;
    for (at, _, mark) in marks {
        out.push_str(&code[done..at as usize]);
        out.push(mark);
        done = at as usize;
    }
    out + &code[done..]
}

/// Checks how `code` is grouped, given the same code with brackets.
fn check_in(languages: &[Language], cases: &[(&str, &str)]) {
    for language in languages {
        for (code, expected) in cases {
            let tree = parse(*language, code);
            assert_eq!(bracketed(&tree, code), *expected, "{language:?}");
            assert_eq!(tree.not_understood(), [], "{code}");
        }
    }
}

fn check(cases: &[(&str, &str)]) {
    check_in(&[Language::TypeScript, Language::Tsx], cases);
}

#[test]
fn type_arguments_belong_to_the_operand_beside_them() {
    check(&[
        ("await f<T>(x)", "[await [f<T>(x)]]"),
        ("await a.b<T>(x)", "[await [[a.b]<T>(x)]]"),
        ("await (f)<T>(x)", "[await [(f)<T>(x)]]"),
        ("await f<T>(x).then(y)", "[await [[[f<T>(x)].then](y)]]"),
        ("await f<T>(x).g<U>()", "[await [[[f<T>(x)].g]<U>()]]"),
        ("await f<T>", "[await [f<T>]]"),
        ("void f<T>(x)", "[void [f<T>(x)]]"),
        ("typeof f<T>(x)", "[typeof [f<T>(x)]]"),
        ("!f<T>(x)", "[![f<T>(x)]]"),
        ("-f<T>(x)", "[-[f<T>(x)]]"),
        ("!!f<T>(x)", "[![![f<T>(x)]]]"),
        ("!await f<T>(x)", "[![await [f<T>(x)]]]"),
        ("delete f<T>(x)", "[delete [f<T>(x)]]"),
        ("++f<T>(x).y", "[++[[f<T>(x)].y]]"),
        ("function* g() { yield f<T>(x) }", "function* g() { [yield [f<T>(x)]] }"),
        ("new f<T>(x)", "new f<T>(x)"),
        ("a + f<T>(x)", "[a + [f<T>(x)]]"),
        ("a && f<T>(x)", "[a && [f<T>(x)]]"),
        ("a && f<T>(x) === y", "[a && [[f<T>(x)] === y]]"),
        ("a + f<T>(x) * b", "[a + [[f<T>(x)] * b]]"),
        ("a * f<T>(x) + b", "[[a * [f<T>(x)]] + b]"),
        ("a ** f<T>(x) ** b", "[a ** [[f<T>(x)] ** b]]"),
        ("a + f<T>(1) + f<T>(2)", "[[a + [f<T>(1)]] + [f<T>(2)]]"),
        ("a ?? await f<T>(x) ? b : c", "[[a ?? [await [f<T>(x)]]] ? b : c]"),
        ("a = b && f<T>(x)", "[a = [b && [f<T>(x)]]]"),
        ("() => a || f<T>(x)", "[() => [a || [f<T>(x)]]]"),
        ("a + f<T>(b + g<U>(c))", "[a + [f<T>([b + [g<U>(c)]])]]"),
        ("await f<T>(x)[0]", "[await [[f<T>(x)][0]]]"),
        ("await /* c */ f<T>(x)", "[await /* c */ [f<T>(x)]]"),
        ("await f /* c */ <T>(x)", "[await [f /* c */ <T>(x)]]"),
    ]);
}

#[test]
fn not_null_belongs_to_the_operand_beside_it() {
    check(&[
        ("!a!.b", "[![[a!].b]]"),
        ("-a!", "[-[a!]]"),
        ("++a!", "[++[a!]]"),
        ("await a!.b()", "[await [[[a!].b]()]]"),
        ("typeof a[0]!.b", "[typeof [[[a[0]]!].b]]"),
        ("a === b!.c", "[a === [[b!].c]]"),
        ("a > 0 && !b[1]!.c", "[[a > 0] && [![[[b[1]]!].c]]]"),
        ("a + 2 < b && c! - d! === e", "[[[a + 2] < b] && [[[c!] - [d!]] === e]]"),
        ("a && b![c]", "[a && [[b!][c]]]"),
        ("a ? b : c! + d", "[a ? b : [[c!] + d]]"),
        ("a && (b && c!.d)", "[a && ([b && [[c!].d]])]"),
    ]);
}

#[test]
fn a_type_behind_an_expression_takes_what_binds_more_tightly() {
    check(&[
        ("await a() as T", "[[await [a()]] as T]"),
        ("a ?? b() as T", "[a ?? [[b()] as T]]"),
        ("a || b satisfies T", "[a || [b satisfies T]]"),
        ("a + b as T", "[[a + b] as T]"),
        ("a < b as T", "[[a < b] as T]"),
        ("a as T as U", "[[a as T] as U]"),
        ("(await f<T>(x)) as U", "[([await [f<T>(x)]]) as U]"),
    ]);
    check_in(&[Language::TypeScript], &[("<T>a!.b", "[<T>[[a!].b]]"), ("<T>f<U>(b) as V", "[[<T>[f<U>(b)]] as V]")]);
}

#[test]
fn a_name_with_dots_behind_as_is_one_type() {
    check(&[
        ("a as B.C.D", "[a as B.C.D]"),
        ("a && b satisfies B.C.D.E", "[a && [b satisfies [B.C].D.E]]"),
        ("a as B.C.D<E>", "[a as B.C.D<E>]"),
        ("await a as B.C.D<E>", "[[await a] as B.C.D<E>]"),
        ("a as B.C.D as E.F.G", "[[a as B.C.D] as E.F.G]"),
    ]);
    let nodes = |code: &str| {
        let tree = parse(Language::TypeScript, code);
        let name =
            |id: NodeId| tree.node(id).field().and_then(|field| tree.language().field_name(field)).unwrap_or("-");
        let named = (0..tree.len()).map(NodeId).filter(|id| tree.node(*id).is_named());
        let kinds = named.skip_while(|id| tree.kind_name(*id) != "as_expression").skip(2);
        kinds.map(|id| format!("{} {}", name(id), tree.kind_name(id))).collect::<Vec<_>>()
    };
    for ty in ["B.C.D", "B.C.D.E", "B.C.D<F>"] {
        // In brackets the grammar reads the same type rightly.
        let right = nodes(&format!("a as ({ty})"));
        assert_eq!(nodes(&format!("a as {ty}")), right[1..], "{ty}");
    }
}

#[test]
fn readonly_belongs_to_the_type_beside_it() {
    check(&[
        ("type A = readonly B[] | C", "type A = [[readonly [B[]]] | C]"),
        ("type A = readonly B[] extends C ? D : E", "type A = [[readonly [B[]]] extends C ? D : E]"),
        ("type A = { b: readonly C[] & D }", "type A = { b: [[readonly [C[]]] & D] }"),
    ]);
}

#[test]
fn a_template_is_given_to_the_tag_with_its_type_arguments() {
    check(&[
        ("a<T>`b`", "[a<T>`b`]"),
        ("await a<T>`b`", "[await [a<T>`b`]]"),
        ("c + a.b<T>`b ${d} e`.f(g)", "[c + [[[[a.b]<T>`b ${d} e`].f](g)]]"),
        ("() => a<T>`b`.c", "[() => [[a<T>`b`].c]]"),
        ("await a<{ b: c }>`d`.e", "[await [[a<{ b: c }>`d`].e]]"),
        ("a < b > c", "[[a < b] > c]"),
    ]);
}

#[test]
fn kinds_and_fields_are_those_of_a_right_tree() {
    let nodes = |code: &str| {
        let tree = parse(Language::TypeScript, code);
        let named = (0..tree.len()).map(NodeId).filter(|id| tree.node(*id).is_named() && tree.span(*id).start > 0);
        let field = |id: NodeId| tree.node(id).field().and_then(|field| tree.language().field_name(field));
        let of = |id: NodeId| format!("{} {}", field(id).unwrap_or("-"), tree.kind_name(id));
        named.map(of).collect::<Vec<_>>()
    };
    let await_nodes =
        ["- call_expression", "function identifier", "type_arguments type_arguments", "- type_identifier"];
    let arguments = ["arguments arguments", "- identifier"];
    assert_eq!(nodes("await f<T>(x)"), [&await_nodes[..], &arguments].concat());
    let operand = ["right member_expression", "object call_expression"];
    let end = ["property property_identifier"];
    assert_eq!(nodes("a && f<T>(x).b"), [&operand[..], &await_nodes[1..], &arguments, &end].concat());
    assert_eq!(
        nodes("!a!.b"),
        ["argument member_expression", "object non_null_expression", "- identifier", "property property_identifier"]
    );
    let template = ["arguments template_string", "- string_fragment"];
    assert_eq!(nodes("await f<T>`b`"), [&await_nodes[..], &template].concat());
    for code in ["x = a as B.C.D", "x = a as B.C.D<E>", "x = !a!", "x = a < b > `c`"] {
        assert!(nodes(code).iter().any(|node| node.starts_with("right ")), "{code}");
    }
}

#[test]
fn what_is_right_is_left_alone() {
    for code in
        ["await f(x)", "f<T>(x)", "a!.b", "a as T", "a < b", "a<T>", "!(a as T)", "(a && b)!", "(await f)<T>(x)"]
    {
        assert_eq!(parse(Language::TypeScript, code).regrouped(), 0, "{code}");
    }
    // What belongs together where something is not understood, nobody knows.
    assert_eq!(parse(Language::TypeScript, "function f() { let as = a.b.c }").regrouped(), 0);
    assert_eq!(parse(Language::JavaScript, "await f(x) && a < b > `c`").regrouped(), 0);
}

/// Work that grows with the square of the input would take minutes here.
#[test]
fn takes_a_step_for_each_operator() {
    let n = 40_000;
    let cases = [
        format!("{}f<T>(x)", "!".repeat(n)),
        format!("a{}", " + f<T>(x)".repeat(n)),
        format!("a{}", " && b!.c".repeat(n)),
        format!("!f{}", "<T>(x)".repeat(n)),
        format!("!f{}", "!.a".repeat(n)),
        format!("a = {}b", "!c<T>(d), ".repeat(n)),
        format!("{}a", "await f<T>(x) + ".repeat(n)),
        format!("x = [{}]", "a + b<T>`e`, ".repeat(n)),
    ];
    for code in cases {
        let tree = Parser::default().parse(Language::TypeScript, code.as_bytes()).expect("within the limits");
        assert!(tree.regrouped() > 0, "{}", &code[..20]);
    }
    let nested = format!("{}x{}", "!f<T>(".repeat(2_000), ")".repeat(2_000));
    assert_eq!(Parser::default().parse(Language::Tsx, nested.as_bytes()).map(|tree| tree.regrouped()), Ok(2_000));
}
