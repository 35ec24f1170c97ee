//! A name for a finding that survives moves and edits elsewhere.

use std::fmt;

use auditlint_rules::RuleId;
use auditlint_syntax::NodeId;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::enclosing::Enclosing;

/// How much of the text of a node takes part, in bytes after white space was taken out. Nodes stand inside nodes, so the
/// whole text of each would be read once for each level.
const TEXT: usize = 1024;
/// The same before white space is taken out.
const RAW_TEXT: usize = 16 * TEXT;

/// A hash of rule, normalised text up to the first block and enclosing named item; sixteen hex digits in output. Equal
/// findings of one file share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The fingerprint of a match: rule, normalised text of the node up to its first block, name of the enclosing item.
/// Neither path nor line takes part, so moving code keeps it, and an edit inside a loop's body does not make a new finding.
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
    normalise(text.get(span.start as usize..end as usize).unwrap_or_default(), &mut hash);
    hash.update(&[0]);
    if let Some(name) = enclosing.item_name(node) {
        hash.update(tree.text(name, text));
    }
    Fingerprint(hash.digest())
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

/// Runs of white space count as one blank, none at the ends. What stands beyond [`TEXT`] takes no part.
fn normalise(text: &[u8], hash: &mut Xxh3) {
    let words = text[..text.len().min(RAW_TEXT)].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut left = TEXT;
    for (index, word) in words.enumerate() {
        if index > 0 {
            hash.update(b" ");
            left -= 1;
        }
        hash.update(&word[..word.len().min(left)]);
        left = left.saturating_sub(word.len());
        if left == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::{Language, Parser};

    use super::*;

    /// Fingerprint of the first node of `kind`.
    fn fingerprint(code: &str, kind: &str) -> Fingerprint {
        let tree = Parser::default().parse(Language::TypeScript, code.as_bytes()).unwrap();
        let kind = Language::TypeScript.kind(kind).unwrap();
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
}
