//! Bad input: binding takes time that grows with the number of nodes, counted in steps, and never fails.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use auditlint_names::{Access, Names, Target};
use auditlint_syntax::{Language, NodeId, Parser, Tree};
use proptest::prelude::*;

fn bound(language: Language, text: &[u8]) -> (Tree, Names) {
    let mut parser = Parser::default();
    let mut tree = parser.parse(language, text).unwrap();
    parser.parse_islands(&mut tree, text, &mut |_| true);
    let names = Names::of(&tree, text);
    (tree, names)
}

/// Binds and looks every node up; the steps may be at most `each` per node.
#[track_caller]
fn check(text: &str, each: u64) -> Names {
    check_in(Language::TypeScript, text, each)
}

#[track_caller]
fn check_in(language: Language, text: &str, each: u64) -> Names {
    let (tree, names) = bound(language, text.as_bytes());
    for node in 0..tree.len() {
        let _ = names.target(&tree, text.as_bytes(), NodeId(node));
    }
    let most = u64::from(tree.len()) * each;
    assert!(names.steps() <= most, "{} steps for {} nodes", names.steps(), tree.len());
    names
}

#[test]
fn ten_thousand_scopes() {
    let nested = |open: &str, close: &str| format!("{}fetch(u);{}", open.repeat(10_000), close.repeat(10_000));
    check(&nested("{ const a = fetch; ", "}"), 12);
    check(&nested("{ var a = fetch; ", "}"), 12);
    check(&nested("function f(a) { a; ", "}"), 12);
    check(&nested("(a = fetch) => (", ")"), 12);
    check(&nested("class A { m() { this.a = fetch; ", "} }"), 12);
    check(&format!("const {}a{} = process;", "{ a: ".repeat(3_000), "}".repeat(3_000)), 80);
}

#[test]
fn ten_thousand_scopes_of_rust() {
    let nested =
        |open: &str, close: &str| format!("fn f() {{ {}var();{} }}", open.repeat(10_000), close.repeat(10_000));
    check_in(Language::Rust, &nested("{ let a = var; ", "}"), 12);
    check_in(Language::Rust, &nested("if let Some(a) = a { ", "}"), 12);
    check_in(Language::Rust, &format!("{}{}", "mod m { use super::*; fn f() {} ".repeat(5_000), "}".repeat(5_000)), 12);
    let many: String = (0..50_000).map(|index| format!("let a{index} = std::env::var;")).collect();
    check_in(Language::Rust, &format!("fn f() {{ {many} }}"), 12);
    let chain: String = (1..50_000).map(|index| format!("let a{index} = a{};", index - 1)).collect();
    check_in(Language::Rust, &format!("fn f() {{ let a0 = std::env::var; {chain} }}"), 12);
    check_in(Language::Rust, &format!("use a::{}b{};", "{c::".repeat(300), "}".repeat(300)), 40);
    let uses: String = (0..20_000).map(|index| format!("use a{index}::b{index};")).collect();
    check_in(Language::Rust, &uses, 12);
}

#[test]
fn ten_thousand_scopes_of_python() {
    let nested = |open: &str, close: &str| format!("{}a{}", open.repeat(3_000), close.repeat(3_000));
    check_in(Language::Python, &nested("lambda a: (a, ", ")"), 12);
    check_in(Language::Python, &nested("[b for b in ", "]"), 12);
    check_in(Language::Python, &nested("[", " for a in a]"), 12);
    check_in(Language::Python, &nested("[(a := a, ", ") for b in a]"), 12);
    let globals = format!("def f():\n  global a\n  {}", nested("[", " for b in a]"));
    check_in(Language::Python, &globals, 12);
    let classes: String = (0..300).map(|depth| format!("{}class A:\n", " ".repeat(depth))).collect();
    check_in(Language::Python, &format!("{classes}{}def f(): a\n", " ".repeat(300)), 12);
    let methods: String = (0..10_000).map(|index| format!("    def m{index}(self): m{index}\n")).collect();
    check_in(Language::Python, &format!("class A:\n{methods}"), 12);
    let imports: String = (0..10_000).map(|index| format!("import a.b{index}\n")).collect();
    check_in(Language::Python, &format!("{imports}a.c"), 12);
    let chain: String = (1..10_000).map(|index| format!("a{index} = a{}\n", index - 1)).collect();
    check_in(Language::Python, &format!("a0 = print\n{chain}"), 12);
    let chained: String = (0..10_000).map(|index| format!("a{index} = ")).collect();
    check_in(Language::Python, &format!("{chained}1"), 12);
}

#[test]
fn a_hundred_thousand_bindings() {
    let many: String = (0..100_000).map(|index| format!("const a{index} = process;")).collect();
    let names = check(&many, 12);
    assert_eq!(names.bindings().count(), 100_000);
    let one: String = (0..100_000).map(|_| "var a = fetch;").collect();
    assert_eq!(check(&one, 12).bindings().count(), 1);
}

#[test]
fn chains_and_cycles_of_aliases() {
    let chain: String = (1..100_000).map(|index| format!("const a{index} = a{};", index - 1)).collect();
    let text = format!("const a0 = process;{chain}a99999.env");
    let (tree, names) = bound(Language::TypeScript, text.as_bytes());
    let last = NodeId(tree.len() - 1);
    let member = tree.ancestors(last).find(|node| tree.kind_name(*node) == "member_expression").unwrap();
    let found = names.target(&tree, text.as_bytes(), member);
    assert_eq!(found.path(text.as_bytes(), ".").unwrap().to_string(), "process.env");
    check(&text, 12);
    let cycle: String = (0..1_000).map(|index| format!("const a{index} = a{};", (index + 1) % 1_000)).collect();
    check(&cycle, 12);
    // Each member of the chain would make the path longer.
    let longer: String = (1..10_000).map(|index| format!("const a{index} = a{}.b;", index - 1)).collect();
    check(&format!("const a0 = process;{longer}"), 12);
    let required: String = (1..10_000).map(|index| format!("const a{index} = a{}('x');", index - 1)).collect();
    check(&format!("const a0 = require;{required}"), 40);
    let fields: String = (1..5_000).map(|index| format!("f{index} = this.f{};", index - 1)).collect();
    check(&format!("class A {{ f0 = fetch; {fields} }}"), 80);
}

#[test]
fn what_was_understood_is_bound() {
    let text = "const p = process; ] } ) let = = ; p.env; const { = 1; function (";
    let (tree, names) = bound(Language::TypeScript, text.as_bytes());
    let env = (0..tree.len()).map(NodeId).find(|node| tree.text(*node, text.as_bytes()) == b"p.env").unwrap();
    assert!(matches!(names.target(&tree, text.as_bytes(), env), Target::Global(_) | Target::Nothing));
}

proptest! {
    #[test]
    fn any_text_is_bound(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        let text = pieces.concat();
        for language in Language::ALL {
            let (tree, names) = bound(language, text.as_bytes());
            for node in (0..tree.len()).map(NodeId) {
                let _ = names.target(&tree, text.as_bytes(), node);
                let _ = names.origins(&tree, text.as_bytes(), node);
                if let Some(id) = names.binding_at(&tree, node) {
                    let mut used = names.references(id).filter(|used| used.access != Access::Mention);
                    prop_assert!(used.all(|used| names.binding_of(used.node) == Some(id)));
                }
            }
        }
    }
}

const PIECES: &[&str] = &[
    "const ",
    "let ",
    "var ",
    "a",
    "b",
    " = ",
    "{ ",
    "} ",
    "( ",
    ") ",
    "[",
    "]",
    ", ",
    "; ",
    "function ",
    "class ",
    "=> ",
    "this",
    ".",
    "import ",
    "export ",
    "from ",
    "'process'",
    "process",
    "env",
    "as ",
    "type ",
    "interface ",
    "enum ",
    "namespace ",
    "declare ",
    "global ",
    "...",
    "?.",
    "with (a) ",
    "eval(b)",
    "for (",
    "of ",
    "in ",
    "catch ",
    "try ",
    "switch (a) ",
    "case 1: ",
    "<",
    ">",
    "`${",
    "}`",
    "static ",
    "new ",
    "await ",
    "require(",
    "default ",
    "\n",
    ": ",
    "?",
    "#a",
    "@a ",
    "use ",
    "mod a ",
    "fn ",
    "a::",
    "self::",
    "super::",
    "::*",
    "a!(",
    "quote!{",
    "macro_rules! a ",
    "#[cfg(a)] ",
    "#[a(b = \"a::b\")] ",
    "\"{a:b$}\"",
    "r#a",
    "|",
    "match a ",
    "def f(a=b): ",
    "class A(b): ",
    "lambda a: ",
    "for a in b ",
    "global a\n",
    "nonlocal a\n",
    "\n    ",
    "del a\n",
    "except b as a: ",
    "(a := b)",
    "import a.b as c\n",
    "from . import *\n",
    "__all__ = ['a']\n",
    "case a: ",
    "if let ",
    "é",
    "\0",
];
