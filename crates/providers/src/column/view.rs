//! What queries and declarations of columns look like in a tree.

use std::ops::Deref;

use auditlint_matcher::Analysis;
use auditlint_names::ExportPath;
use auditlint_source::Span;
use auditlint_syntax::{KindId, NodeId};

use super::names::TokenColumns;

/// At most this many letters of an expression name a table or say what a value is.
const LONGEST: usize = 200;

/// A tree with its text. Kinds and fields are asked by name, which is slow: a walk asks for [`ColumnView::nodes`], and names of the
/// few that it gives.
#[derive(Clone, Copy)]
pub(super) struct ColumnView<'a> {
    shared: crate::view::View<'a>,
    /// Which columns hold tokens.
    pub(super) names: TokenColumns<'a>,
}

impl<'a> Deref for ColumnView<'a> {
    type Target = crate::view::View<'a>;

    fn deref(&self) -> &Self::Target {
        &self.shared
    }
}

impl<'a> ColumnView<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>, names: TokenColumns<'a>) -> Self {
        Self { shared: crate::view::View::of(analysis), names }
    }

    /// The text of the whole source; empty where it is not UTF-8.
    pub(super) fn source(self) -> &'a str {
        str::from_utf8(self.text).unwrap_or_default()
    }

    /// Whether a text stands anywhere in the source.
    pub(super) fn has(self, text: &str) -> bool {
        memchr::memmem::find(self.text, text.as_bytes()).is_some()
    }

    /// The nodes of some kinds in the order of the file, those of islands too.
    pub(super) fn nodes(self, kinds: &[&str]) -> impl Iterator<Item = NodeId> + use<'a> {
        let wanted = self.kinds(kinds);
        (0..self.tree.len()).map(NodeId).filter(move |id| wanted.contains(&self.tree.kind(*id)))
    }

    /// The same at or below a node.
    pub(super) fn nodes_in(self, top: NodeId, kinds: &[&str]) -> impl Iterator<Item = NodeId> + use<'a> {
        let wanted = self.kinds(kinds);
        self.tree.subtree(top).filter(move |id| wanted.contains(&self.tree.kind(*id)))
    }

    fn kinds(self, kinds: &[&str]) -> Vec<KindId> {
        kinds.iter().filter_map(|kind| self.tree.language().kind(kind)).collect()
    }

    pub(super) fn is(self, id: NodeId, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind(id))
    }

    pub(super) fn span(self, id: NodeId) -> Span {
        self.tree.span(id)
    }

    /// The text of an expression, cut where it is long.
    pub(super) fn shown(self, id: NodeId) -> &'a str {
        let text = self.words(id);
        let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST);
        &text[..end.unwrap_or(text.len())]
    }

    /// The beginning of the text of an item.
    pub(super) fn head(self, id: NodeId) -> &'a str {
        const LONGEST_HEAD: usize = 4_096;
        let text = self.words(id);
        let end = (0..=LONGEST_HEAD.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        &text[..end.unwrap_or(0)]
    }

    pub(super) fn parent(self, id: NodeId) -> Option<NodeId> {
        self.tree.parent(id)
    }

    pub(super) fn ancestors(self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        self.tree.ancestors(id)
    }

    pub(super) fn prev(self, id: NodeId) -> Option<NodeId> {
        self.tree.prev_sibling(id)
    }

    /// The object and the name of `object.name`, also of `object["name"]`.
    pub(super) fn member(self, id: NodeId) -> Option<(NodeId, &'a str)> {
        let id = self.unwrapped(id);
        let (object, name) = match self.kind(id) {
            "member_expression" => (self.field(id, "object")?, self.words(self.field(id, "property")?)),
            "subscript_expression" => (self.field(id, "object")?, self.string(self.field(id, "index")?)?),
            _ => return None,
        };
        Some((self.unwrapped(object), name))
    }

    /// The function of a call, where it is a member: what it is called on, and its name.
    pub(super) fn method(self, call: NodeId) -> Option<(NodeId, &'a str)> {
        self.is(call, &["call_expression"]).then(|| self.member(self.field(call, "function")?))?
    }

    /// The last name of an expression: `b` of `a.b` and of `b`.
    pub(super) fn last_name(self, id: NodeId) -> Option<&'a str> {
        let id = self.unwrapped(id);
        match self.kind(id) {
            "identifier" | "shorthand_property_identifier" | "property_identifier" | "type_identifier" => {
                Some(self.words(id))
            }
            "this" => None,
            _ => self.member(id).map(|(_, name)| name),
        }
    }

    /// The expressions that a value can come from, itself first.
    pub(super) fn origins(self, id: NodeId) -> Vec<NodeId> {
        self.analysis.names().origins(self.tree, self.text, id)
    }

    /// The uses of the name that a declaration introduces; none where it is written again.
    pub(super) fn uses(self, name: NodeId) -> Vec<NodeId> {
        let names = self.analysis.names();
        let id = names.binding_of(name).filter(|id| !names.is_reassigned(*id));
        id.into_iter().flat_map(|id| names.references(id)).map(|used| used.node).collect()
    }

    /// The name under which a module exports what an expression is; the last name of what is written where it is not an import.
    pub(super) fn exported_name(self, id: NodeId) -> String {
        let path = self.exported(id);
        let name = path.as_ref().and_then(ExportPath::last_name).filter(|name| *name != "default");
        name.or_else(|| self.last_name(id)).unwrap_or_default().to_owned()
    }

    /// The expression under parentheses, `as`, `satisfies`, `!` and `await`.
    pub(super) fn unwrapped(self, id: NodeId) -> NodeId {
        let mut at = id;
        loop {
            let inner = match self.kind(at) {
                "parenthesized_expression"
                | "as_expression"
                | "satisfies_expression"
                | "non_null_expression"
                | "await_expression" => self.named(at).next(),
                "type_assertion" => self.named(at).last(),
                _ => None,
            };
            match inner {
                Some(inner) => at = inner,
                None => return at,
            }
        }
    }

    /// The text of a key of an object, without quotes.
    pub(super) fn key_text(self, id: NodeId) -> &'a str {
        self.words(id).trim_matches(['"', '\'', '`'])
    }

    /// The keys and values of an object literal; the value of a shorthand is its name.
    pub(super) fn pairs(self, object: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + use<'a> {
        let parts = (self.kind(object) == "object").then(|| self.named(object)).into_iter().flatten();
        parts.filter_map(move |part| match self.kind(part) {
            "pair" => Some((self.field(part, "key")?, self.field(part, "value")?)),
            "shorthand_property_identifier" => Some((part, part)),
            _ => None,
        })
    }

    /// The value of a key in an object literal.
    pub(super) fn property(self, object: NodeId, key: &str) -> Option<NodeId> {
        self.pairs(object).find(|(name, _)| self.key_text(*name) == key).map(|(_, value)| self.unwrapped(value))
    }

    /// The same as a text.
    pub(super) fn text_property(self, object: NodeId, key: &str) -> Option<&'a str> {
        self.property(object, key).and_then(|value| self.string(value))
    }

    /// Of `a().b().c()` the call of `a`, and of `t.a().b()` that of `t.a`.
    pub(super) fn innermost_call(self, value: NodeId) -> Option<NodeId> {
        let mut call = Some(self.unwrapped(value)).filter(|call| self.kind(*call) == "call_expression")?;
        while let Some((object, _)) = self.method(call)
            && self.kind(object) == "call_expression"
        {
            call = object;
        }
        Some(call)
    }

    /// The last call of the chain that a call begins.
    pub(super) fn chain_above(self, call: NodeId) -> NodeId {
        let mut top = call;
        let is_chained =
            |above: &NodeId| self.is(*above, &["member_expression", "field_expression", "call_expression"]);
        while let Some(above) = self.parent(top).filter(is_chained) {
            top = above;
        }
        top
    }

    /// The texts of the attributes above an item of Rust, the nearest first.
    pub(super) fn attributes(self, item: NodeId) -> impl Iterator<Item = &'a str> + use<'a> {
        std::iter::successors(self.prev(item), move |before| self.prev(*before))
            .take_while(move |before| self.is(*before, &["attribute_item", "line_comment", "block_comment"]))
            .filter(move |before| self.kind(*before) == "attribute_item")
            .map(move |before| self.words(before))
    }
}
