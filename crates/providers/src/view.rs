//! A source in TypeScript or JavaScript as providers look at it: its tree, asked by the names of kinds and fields.

use auditlint_matcher::Analysis;
use auditlint_names::ExportPath;
use auditlint_syntax::{NodeId, Tree};

/// A tree with its text and what its names stand for.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) analysis: &'a Analysis<'a>,
    pub(crate) tree: &'a Tree,
    pub(crate) text: &'a [u8],
}

impl<'a> View<'a> {
    pub(crate) fn of(analysis: &'a Analysis<'a>) -> Self {
        Self { analysis, tree: analysis.tree(), text: analysis.text() }
    }

    pub(crate) fn kind(self, node: NodeId) -> &'static str {
        self.tree.kind_name(node)
    }

    pub(crate) fn field(self, node: NodeId, name: &str) -> Option<NodeId> {
        self.tree.child_by_field_name(node, name)
    }

    pub(crate) fn words(self, node: NodeId) -> &'a str {
        str::from_utf8(self.tree.text(node, self.text)).unwrap_or_default()
    }

    pub(crate) fn named(self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        let tree = self.tree;
        tree.named_children(node).filter(move |child| !tree.node(*child).is_extra())
    }

    /// The expression under parentheses, `as`, `satisfies` and `!`.
    pub(crate) fn unwrapped(self, node: NodeId) -> NodeId {
        let mut at = node;
        loop {
            let inner = match self.kind(at) {
                "parenthesized_expression" | "as_expression" | "satisfies_expression" | "non_null_expression" => {
                    self.named(at).next()
                }
                "type_assertion" => self.named(at).last(),
                _ => None,
            };
            match inner {
                Some(inner) => at = inner,
                None => return at,
            }
        }
    }

    /// The text of a string without its quotes.
    pub(crate) fn string(self, node: NodeId) -> Option<&'a str> {
        let is_plain = matches!(self.kind(node), "string")
            || (self.kind(node) == "template_string"
                && self.named(node).all(|part| self.kind(part) == "string_fragment"));
        let text = self.words(node);
        is_plain.then(|| text.get(1..text.len().saturating_sub(1)))?
    }

    /// The name behind the last dot or in the last brackets of an expression.
    pub(crate) fn last_name(self, node: NodeId) -> Option<&'a str> {
        match self.kind(node) {
            "member_expression" => self.field(node, "property").map(|name| self.words(name)),
            "subscript_expression" => self.field(node, "index").and_then(|index| self.string(index)),
            "identifier" => Some(self.words(node)),
            _ => None,
        }
    }

    /// The path of a global or of an export.
    pub(crate) fn path(self, node: NodeId) -> Option<String> {
        self.analysis.target(node).path(self.text, ".").map(|path| path.to_string())
    }

    /// What a module exports that an expression is.
    pub(crate) fn exported(self, node: NodeId) -> Option<ExportPath> {
        self.analysis.target(node).exported(self.text)
    }

    /// The same, and a global as if it were a module of its name: `express` where a bundler gives it.
    pub(crate) fn exported_or_global(self, node: NodeId) -> Option<ExportPath> {
        let target = self.analysis.target(node);
        let global = || Some(ExportPath { module: target.path(self.text, ".")?.to_string(), name: String::new() });
        target.exported(self.text).or_else(global)
    }

    /// The arguments of a call.
    pub(crate) fn arguments(self, call: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        self.field(call, "arguments").into_iter().flat_map(move |arguments| self.named(arguments))
    }

    /// The pairs of an object literal by their keys.
    pub(crate) fn pairs(self, object: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + use<'a> {
        let pairs = (self.kind(object) == "object").then(|| self.named(object)).into_iter().flatten();
        pairs
            .filter(move |pair| self.kind(*pair) == "pair")
            .filter_map(move |pair| Some((self.field(pair, "key")?, self.field(pair, "value")?)))
    }

    pub(crate) fn key(self, key: NodeId) -> &'a str {
        self.string(key).unwrap_or_else(|| self.words(key))
    }
}
