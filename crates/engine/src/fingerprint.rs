//! A name for a finding that survives moves and edits elsewhere.

use std::fmt;

use auditlint_facts::Value;
use auditlint_rules::RuleId;
use auditlint_syntax::{NodeId, Tree};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::enclosing::Enclosing;
use crate::formatted::{ends_bare_new, has_formatter, rewritten};

/// How many bytes of the tokens of a node take part. Nodes stand inside nodes, so the whole text of each would be read once
/// for each level.
const TEXT: usize = 1024;
/// How many bytes of one token are looked at for them; most of a long one may be white space.
const TOKEN: usize = 16 * TEXT;
/// How many nodes are looked at for them.
const NODES: usize = 2048;

/// A hash of rule, tokens up to the first block and enclosing named item; sixteen hex digits in output. Equal
/// findings of one file share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The fingerprint of a match: rule, tokens of the node up to its first block, name of the enclosing item. Neither path nor
/// line takes part, so moving code keeps it, and an edit inside a loop's body does not make a new finding. What a formatter
/// decides takes no part either: white space, quotation marks, semicolons, trailing commas, superfluous parentheses, quotation marks around
/// keys that need none, upper case in numbers; nor do comments.
#[must_use]
pub(crate) fn of_node(rule: &RuleId, enclosing: &Enclosing<'_>, text: &[u8], node: NodeId) -> Fingerprint {
    let tree = enclosing.tree();
    let mut hash = Xxh3::new();
    hash.update(rule.as_str().as_bytes());
    hash.update(&[0]);
    let span = tree.span(node);
    let block = enclosing.first_block(node).map(|block| tree.span(block).start);
    // A node that is itself a block (or starts with one) has only its inside to go by.
    let end = block.filter(|start| *start > span.start).unwrap_or(span.end);
    hash_tokens(tree, text, node, end, &mut TokenHash { hash: &mut hash, left: TEXT, has_comma: false });
    hash.update(&[0]);
    if let Some(name) = enclosing.item_name(node) {
        hash.update(tree.text(name, text));
    }
    Fingerprint(hash.digest())
}

/// Hashes the tokens of a node that begin before `end`, each between others of it. Text that the grammar gives no token to
/// counts as one.
fn hash_tokens(tree: &Tree, text: &[u8], node: NodeId, end: u32, tokens: &mut TokenHash<'_>) {
    let between = |from: u32, to: u32| text.get(from as usize..to.min(end) as usize).unwrap_or_default();
    let mut at = tree.span(node).start;
    let is_formatted = has_formatter(tree.language());
    for (count, id) in tree.subtree(node).enumerate() {
        let span = tree.span(id);
        if count == NODES || tokens.left == 0 {
            return;
        }
        if span.start >= end {
            break;
        }
        let is_comment = tree.node(id).is_extra();
        // Nodes stand in the order of the text, so what begins before it was seen inside a comment.
        if span.start < at || !(is_comment || tree.first_child(id).is_none()) {
            continue;
        }
        tokens.push(between(at, span.start));
        at = span.end;
        match is_formatted.then(|| rewritten(tree, id, text)).flatten() {
            _ if is_comment || is_layout(tree, id, text) => {}
            Some(other) => {
                other.tokens.iter().for_each(|token| tokens.push(token));
                at = other.end.max(at);
            }
            None => tokens.push(between(span.start, span.end)),
        }
        if is_formatted && !is_comment && ends_bare_new(tree, id) {
            tokens.push(b"(");
            tokens.push(b")");
        }
    }
    tokens.push(between(at, end));
}

/// Parentheses that a formatter may set or take away: those that only group, and those of an arrow function's parameters.
fn is_layout(tree: &Tree, token: NodeId, text: &[u8]) -> bool {
    if !matches!(tree.text(token, text), b"(" | b")") {
        return false;
    }
    let Some(parent) = tree.parent(token) else { return false };
    match tree.kind_name(parent) {
        "parenthesized_expression" => true,
        "formal_parameters" => tree.parent(parent).is_some_and(|of| tree.kind_name(of) == "arrow_function"),
        _ => false,
    }
}

/// The hash of a sequence of tokens.
struct TokenHash<'h> {
    hash: &'h mut Xxh3,
    /// How many bytes may still be added.
    left: usize,
    /// Whether a comma was left out that counts unless a bracket closes behind it.
    has_comma: bool,
}

impl TokenHash<'_> {
    /// Adds a token, or text between two. Runs of white space in it count as one blank, none at its ends.
    fn push(&mut self, token: &[u8]) {
        let token = token[..token.len().min(TOKEN)].trim_ascii();
        match token {
            b"" | b";" => return,
            b"," => {
                self.has_comma = true;
                return;
            }
            _ => {}
        }
        if std::mem::take(&mut self.has_comma) && !matches!(token, b")" | b"]" | b"}" | b">") {
            self.add(b",");
        }
        // The fields of a text are kept apart by what no text holds.
        self.add(&[0xff]);
        if token == b"'" {
            self.add(b"\"");
            return;
        }
        for (index, word) in token.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).enumerate() {
            if index > 0 {
                self.add(b" ");
            }
            self.add(word);
            if self.left == 0 {
                return;
            }
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        let taken = bytes.len().min(self.left);
        self.hash.update(&bytes[..taken]);
        self.left -= taken;
    }
}

/// The fingerprint of a finding about a whole file: rule and key.
#[must_use]
pub(crate) fn of_key(rule: &RuleId, key: &str) -> Fingerprint {
    let mut hash = Xxh3::new();
    hash.update(rule.as_str().as_bytes());
    hash.update(&[0]);
    hash.update(key.as_bytes());
    Fingerprint(hash.digest())
}

/// The fingerprint of a finding about a row: rule, relation, and what says which row it is. The message takes no part, so it can be reworded.
#[must_use]
pub(crate) fn of_row(rule: &RuleId, relation: &str, key: &[Value]) -> Fingerprint {
    let mut hash = Xxh3::new();
    hash.update(rule.as_str().as_bytes());
    hash.update(&[0]);
    hash.update(relation.as_bytes());
    for value in key {
        // No text holds it.
        hash.update(&[0xff]);
        hash.update(value.to_string().as_bytes());
    }
    Fingerprint(hash.digest())
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::{Language, Parser};
    use proptest::prelude::*;

    use super::*;

    /// Fingerprint of the first node of `kind`.
    fn fingerprint(code: &str, kind: &str) -> Fingerprint {
        fingerprint_in(Language::TypeScript, code, kind)
    }

    fn fingerprint_in(language: Language, code: &str, kind: &str) -> Fingerprint {
        let tree = Parser::default().parse(language, code.as_bytes()).unwrap();
        let kind = language.kind(kind).unwrap();
        let node = tree.subtree(tree.root()).find(|id| tree.kind(*id) == kind).unwrap();
        of_node(&RuleId::new("r"), &Enclosing::new(&tree), code.as_bytes(), node)
    }

    #[test]
    fn of_a_long_text_the_beginning_counts() {
        let text = |middle: &str, end: &str| format!("f({}{middle}{}{end});", "a, ".repeat(200), "b, ".repeat(300));
        let of = |code: &str| fingerprint(code, "call_expression");
        assert_eq!(of(&text("c, ", "d")), of(&text("c, ", "e")));
        assert_ne!(of(&text("c, ", "d")), of(&text("e, ", "d")));
        assert_eq!(of(&text("c, ", "d")), of(&text("c,\n      ", "d")));
    }

    #[test]
    fn survives_moves_layout_and_edits_inside_a_block() {
        let first = fingerprint("function f() { for (const a of b) { g(a); } }", "for_in_statement");
        let moved =
            fingerprint("x();\n\nfunction f() {\n  for (const a   of b) {\n    h(1, a);\n  }\n}", "for_in_statement");
        assert_eq!(first, moved);
        let other_item = fingerprint("function k() { for (const a of b) { g(a); } }", "for_in_statement");
        assert_ne!(first, other_item);
        let other_text = fingerprint("function f() { for (const a of c) { g(a); } }", "for_in_statement");
        assert_ne!(first, other_text);
    }

    /// What a formatter makes of code has the fingerprint of the code.
    #[test]
    fn survives_a_formatter() {
        for (language, kind, before, after) in [
            (Language::TypeScript, "call_expression", "f( 'a',b )", "f(\"a\", b);"),
            (
                Language::TypeScript,
                "call_expression",
                "f({a:1,b:[1,2]})",
                "f({\n  a: 1,\n  b: [\n    1,\n    2,\n  ],\n});",
            ),
            (Language::TypeScript, "call_expression", "f(a=>a.b)", "f((a) => a.b);"),
            (Language::TypeScript, "call_expression", "f((a+b),c)", "f(\n  a + b, // why\n  c,\n)"),
            (Language::TypeScript, "call_expression", "a.b().c()", "a\n  .b()\n  .c();"),
            (
                Language::TypeScript,
                "call_expression",
                "f({'a':1, \"b_2\": 'c', 'd'() {}})",
                "f({ a: 1, b_2: \"c\", d() {} });",
            ),
            (Language::JavaScript, "call_expression", "f(0XFF, 1E5, .5, 1.50, 0XAn)", "f(0xff, 1e5, 0.5, 1.5, 0xan);"),
            (Language::TypeScript, "call_expression", "f('it\\'s', \"say \\\"hi\\\"\")", "f(\"it's\", 'say \"hi\"');"),
            (Language::TypeScript, "call_expression", "f(new Date, new a.B)", "f(new Date(), new a.B());"),
            (Language::TypeScript, "type_alias_declaration", "type A = 'a' | 'b'", "type A =\n  | \"a\"\n  | \"b\";"),
            (
                Language::TypeScript,
                "interface_declaration",
                "interface A { 'a': string, b?: X }",
                "interface A {\n  a: string;\n  b?: X;\n}",
            ),
            (
                Language::TypeScript,
                "lexical_declaration",
                "const a : Map<string,X>=f()",
                "const a: Map<string, X> = f();",
            ),
            (
                Language::Tsx,
                "jsx_element",
                "<A b='c'>some   text {d}</A>",
                "(\n  <A b=\"c\">\n    some\n    text {d}\n  </A>\n);",
            ),
            (
                Language::Rust,
                "call_expression",
                "fn f() { g(a,b) }",
                "fn f() {\n    g(\n        a, // why\n        b,\n    );\n}",
            ),
            (
                Language::Rust,
                "macro_invocation",
                "fn f() { g!(a,b) }",
                "fn f() {\n    g!(\n        a,\n        b,\n    )\n}",
            ),
        ] {
            let of = |code: &str| fingerprint_in(language, code, kind);
            assert_eq!(of(before), of(after), "{before}");
        }
    }

    /// A formatter leaves this as it is, so a list of known findings from before knows it.
    #[test]
    fn what_a_formatter_leaves_keeps_its_fingerprint() {
        for (language, code, expected) in [
            (Language::TypeScript, "f({ a: 1, \"b-c\": [1.5, 0xff, 1.0], d() {} });", 0x1840_68a6_8bc1_1b5f),
            (Language::TypeScript, "f(\"it's\", 'say \"hi\"', \"a\\n\", `x`, new Date(), /a/);", 0xdfa0_8e1c_56b7_b540),
            (Language::Python, "f({'a': 1}, 0XFF, 'it\\'s')", 0xb940_13fd_e79b_7025),
            (Language::Rust, "fn g() { f(0xFF, 1E5, '\\'', \"a\\\"b\") }", 0x4f1c_6a71_3852_eb05),
        ] {
            let kind = if language == Language::Python { "call" } else { "call_expression" };
            assert_eq!(fingerprint_in(language, code, kind), Fingerprint(expected), "{code}");
        }
    }

    #[test]
    fn another_code_is_another_finding() {
        for (one, other) in [
            ("f(a, b)", "f(a)"),
            ("f(a, b)", "f(b, a)"),
            ("f(ab)", "f(a, b)"),
            ("f('a b')", "f('a', 'b')"),
            ("f(a.b)", "f(a, b)"),
            ("f(a)", "f('a')"),
            ("f([a])", "f([a, , b])"),
            ("f(`a ${b}`)", "f(`a ${c}`)"),
            ("f(`a ${b}`)", "f(`b ${b}`)"),
            ("f(/a/)", "f(/b/)"),
            ("f({a: 'b'})", "f({a: b})"),
            ("f({'a-b': 1})", "f({a: b, c: 1})"),
            ("f('\\n')", "f('n')"),
            ("f(0xff)", "f(0xfe)"),
            ("f(new A)", "f(A)"),
            ("f([a])", "f({a})"),
            ("f(['a'])", "f([a])"),
        ] {
            assert_ne!(fingerprint(one, "call_expression"), fingerprint(other, "call_expression"), "{one} {other}");
        }
    }

    #[test]
    fn of_many_nodes_without_text_the_first_count() {
        let code = format!("f({}a{})", "(".repeat(5_000), ")".repeat(5_000));
        let _ = fingerprint(&code, "call_expression");
    }

    fn blanks() -> impl Strategy<Value = String> {
        prop_oneof![Just(" "), Just("\n"), Just("\n\n    "), Just("\t"), Just(" /* c */ "), Just(" // c\n"), Just("")]
            .prop_map(str::to_owned)
    }

    proptest! {
        /// Code keeps its fingerprint wherever it stands in its item, however it is laid out, and whatever is written around it
        /// and into the block below it.
        #[test]
        fn survives_any_layout(
            gaps in prop::collection::vec(blanks(), 16),
            before in "(a\\(\\);\n){0,4}",
            body in "( b\\(1\\);){0,3}",
        ) {
            let tokens = ["if", "(", "f", "(", "x", ",", "[", "1", "]", ")", "&&", "y", ")"];
            let code: String = tokens.iter().zip(&gaps).flat_map(|(token, gap)| [*token, gap.as_str()]).collect();
            let plain = "function m() { if (f(x, [1]) && y) { z(); } }";
            let laid_out = format!("{before}function m() {{ {before}{code}{{{body}}} c(); }}");
            prop_assert_eq!(fingerprint(plain, "if_statement"), fingerprint(&laid_out, "if_statement"));
        }
    }
}
