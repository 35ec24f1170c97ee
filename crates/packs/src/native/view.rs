//! A tree with its text, asked by the names of kinds and fields.

use std::cell::OnceCell;

use auditlint_matcher::Analysis;
use auditlint_names::Target;
use auditlint_source::Span;
pub(super) use auditlint_syntax::ECMASCRIPT_FUNCTIONS as FUNCTIONS;
use auditlint_syntax::{KindId, Language, NodeId, Tree};

/// A tree with its text. Kinds and fields are asked by name, which is slow beside [`KindId`]: walk the tree with
/// [`RuleView::nodes`], and ask names of the few nodes that it gives.
#[derive(Clone, Copy)]
pub(super) struct RuleView<'a> {
    analysis: &'a Analysis<'a>,
    tree: &'a Tree,
    text: &'a [u8],
}

impl<'a> RuleView<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>) -> Self {
        Self { analysis, tree: analysis.tree(), text: analysis.text() }
    }

    /// The global that an expression is, as a path: `Map`, `Object.create`.
    pub(super) fn global(self, id: NodeId) -> Option<String> {
        match self.analysis.target(id) {
            target @ Target::Global(_) => target.path(self.text, ".").map(|path| path.to_string()),
            _ => None,
        }
    }

    /// The path of what Rust code names, from the crate on.
    pub(super) fn path(self, id: NodeId) -> Option<String> {
        self.analysis.target(id).path(self.text, "::").map(|path| path.to_string())
    }

    /// What a module exports that an expression is, as a path: `express-session#MemoryStore`.
    pub(super) fn exported(self, id: NodeId) -> Option<String> {
        match self.analysis.target(id) {
            target @ Target::Export(_) => target.path(self.text, ".").map(|path| path.to_string()),
            _ => None,
        }
    }

    /// The identifier that introduces the name that stands somewhere.
    pub(super) fn declaration(self, name: NodeId) -> Option<NodeId> {
        let names = self.analysis.names();
        Some(names.binding(names.binding_of(name)?).node)
    }

    /// Whether the name that a declaration introduces is exported.
    pub(super) fn is_exported(self, name: NodeId) -> bool {
        let names = self.analysis.names();
        names.binding_of(name).is_some_and(|id| names.binding(id).exported)
    }

    /// The function of the file that a name stands for.
    pub(super) fn declared_function(self, name: NodeId) -> Option<NodeId> {
        let around = self.parent(self.declaration(name)?)?;
        match self.kind(around) {
            "function_declaration" => Some(around),
            "variable_declarator" => {
                self.field(around, "value").filter(|value| self.is(*value, &["arrow_function", "function_expression"]))
            }
            _ => None,
        }
    }

    /// Whether a function of TypeScript or JavaScript is `async`.
    pub(super) fn is_async(self, function: NodeId) -> bool {
        self.children(function).any(|child| self.kind(child) == "async")
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

    /// The uses of the name that a declaration introduces; `None` where it introduces none.
    pub(super) fn bound_uses(self, name: NodeId) -> Option<Vec<NodeId>> {
        let names = self.analysis.names();
        let id = names.binding_of(name)?;
        Some(names.references(id).map(|used| used.node).collect())
    }

    /// The own name of the type that an identifier of Rust names, whatever a `use` calls it; `None` for a type of the file.
    pub(super) fn type_name(self, id: NodeId) -> Option<&'a str> {
        match self.analysis.target(id) {
            Target::Local(_) => None,
            target => {
                Some(target.last_name(self.text).and_then(|name| str::from_utf8(name).ok()).unwrap_or(self.text(id)))
            }
        }
    }

    pub(super) fn language(self) -> Language {
        self.tree.language()
    }

    pub(super) fn root(self) -> NodeId {
        self.tree.root()
    }

    /// The nodes of some kinds, islands left out, in the order of the file. A kind that the language does not have gives none.
    pub(super) fn nodes(self, kinds: &[&str]) -> impl Iterator<Item = NodeId> + use<'a> {
        let end = self.tree.islands().first().map_or(self.tree.len(), |island| island.0);
        let wanted: Vec<KindId> = kinds.iter().filter_map(|kind| self.tree.language().kind(kind)).collect();
        (0..end).map(NodeId).filter(move |id| wanted.contains(&self.tree.kind(*id)))
    }

    /// The same with those of islands.
    pub(super) fn all_nodes(self, kinds: &[&str]) -> impl Iterator<Item = NodeId> + use<'a> {
        let wanted: Vec<KindId> = kinds.iter().filter_map(|kind| self.tree.language().kind(kind)).collect();
        (0..self.tree.len()).map(NodeId).filter(move |id| wanted.contains(&self.tree.kind(*id)))
    }

    /// The nodes of some kinds at or below a node.
    pub(super) fn nodes_in(self, top: NodeId, kinds: &[&str]) -> impl Iterator<Item = NodeId> + use<'a> {
        let wanted: Vec<KindId> = kinds.iter().filter_map(|kind| self.tree.language().kind(kind)).collect();
        self.tree.subtree(top).filter(move |id| wanted.contains(&self.tree.kind(*id)))
    }

    /// For each node the outermost of some kinds around it or it itself.
    pub(super) fn outermost(self, kinds: &[&str]) -> Vec<Option<NodeId>> {
        let wanted: Vec<KindId> = kinds.iter().filter_map(|kind| self.tree.language().kind(kind)).collect();
        let mut outermost: Vec<Option<NodeId>> = Vec::with_capacity(self.tree.len() as usize);
        for id in (0..self.tree.len()).map(NodeId) {
            // A parent stands before its children, a host before its island.
            let above = self.tree.parent(id).and_then(|parent| outermost[parent.0 as usize]);
            outermost.push(above.or_else(|| wanted.contains(&self.tree.kind(id)).then_some(id)));
        }
        outermost
    }

    pub(super) fn kind(self, id: NodeId) -> &'static str {
        self.tree.kind_name(id)
    }

    pub(super) fn is(self, id: NodeId, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind(id))
    }

    pub(super) fn span(self, id: NodeId) -> Span {
        self.tree.span(id)
    }

    /// The text of a node; empty where it is not UTF-8.
    pub(super) fn text(self, id: NodeId) -> &'a str {
        std::str::from_utf8(self.tree.text(id, self.text)).unwrap_or_default()
    }

    /// The text of the whole source; empty where it is not UTF-8.
    pub(super) fn source(self) -> &'a str {
        std::str::from_utf8(self.text).unwrap_or_default()
    }

    /// One past the last node at or below a node.
    pub(super) fn end(self, id: NodeId) -> u32 {
        self.tree.subtree_end(id)
    }

    pub(super) fn field(self, id: NodeId, field: &str) -> Option<NodeId> {
        self.tree.child_by_field(id, self.tree.language().field(field)?)
    }

    pub(super) fn is_within(self, id: NodeId, ancestor: NodeId) -> bool {
        self.tree.is_within(id, ancestor)
    }

    pub(super) fn parent(self, id: NodeId) -> Option<NodeId> {
        self.tree.parent(id)
    }

    pub(super) fn children(self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        self.tree.children(id)
    }

    /// Children that the grammar names, comments left out.
    pub(super) fn named(self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        self.tree.children(id).filter(move |child| {
            let node = self.tree.node(*child);
            node.is_named() && !node.is_extra()
        })
    }

    pub(super) fn prev(self, id: NodeId) -> Option<NodeId> {
        self.tree.prev_sibling(id)
    }

    /// The expression under parentheses, `as`, `satisfies`, `!` and `await`.
    pub(super) fn unwrapped(self, id: NodeId) -> NodeId {
        let mut at = id;
        while self.is(
            at,
            &[
                "parenthesized_expression",
                "as_expression",
                "satisfies_expression",
                "non_null_expression",
                "await_expression",
                "type_assertion",
            ],
        ) {
            let inner = if self.kind(at) == "type_assertion" { self.named(at).last() } else { self.named(at).next() };
            match inner {
                Some(inner) => at = inner,
                None => break,
            }
        }
        at
    }

    /// The text of a property key or string literal, without quotes.
    pub(super) fn key_text(self, id: NodeId) -> &'a str {
        self.text(id).trim_matches(['"', '\'', '`'])
    }

    /// Whether Rust code stands under `#[test]` or `#[cfg(test)]`; [`Tests`] for many places of a file.
    pub(super) fn is_in_rust_test(self, id: NodeId) -> bool {
        let mut around = std::iter::successors(Some(id), move |at| self.parent(*at));
        around.any(|at| {
            (self.is(at, ITEMS) && self.attributes(at).any(is_test_attribute))
                || (self.parent(at).is_none()
                    && self.children(at).any(|child| {
                        self.kind(child) == "inner_attribute_item"
                            && is_test_attribute(&self.text(child).replacen('!', "", 1))
                    }))
        })
    }

    /// The texts of the attributes above an item, the nearest first.
    pub(super) fn attributes(self, item: NodeId) -> impl Iterator<Item = &'a str> + use<'a> {
        std::iter::successors(self.prev(item), move |before| self.prev(*before))
            .take_while(move |before| self.is(*before, &["attribute_item", "line_comment", "block_comment"]))
            .filter(move |before| self.kind(*before) == "attribute_item")
            .map(move |before| self.text(before))
    }
}

/// Which places in Rust stand under `#[test]` or `#[cfg(test)]`, worked out when first asked for.
pub(super) struct Tests<'a> {
    view: RuleView<'a>,
    inside: OnceCell<Vec<bool>>,
}

impl<'a> Tests<'a> {
    pub(super) fn new(view: RuleView<'a>) -> Self {
        Self { view, inside: OnceCell::new() }
    }

    /// Whether a node stands under such an attribute, or is what it is about.
    pub(super) fn hold(&self, id: NodeId) -> bool {
        self.inside.get_or_init(|| self.work_out())[id.0 as usize]
    }

    fn work_out(&self) -> Vec<bool> {
        let (view, tree) = (self.view, self.view.tree);
        let items: Vec<KindId> = ITEMS.iter().filter_map(|kind| tree.language().kind(kind)).collect();
        let mut inside: Vec<bool> = Vec::with_capacity(tree.len() as usize);
        for id in (0..tree.len()).map(NodeId) {
            // A parent stands before its children, a host before its island.
            let above = tree.parent(id).is_some_and(|parent| inside[parent.0 as usize]);
            inside.push(above || (items.contains(&tree.kind(id)) && view.attributes(id).any(is_test_attribute)));
        }
        inside
    }
}

/// The items that an attribute makes tests of.
const ITEMS: &[&str] = &["mod_item", "function_item", "impl_item", "struct_item", "static_item", "macro_invocation"];

fn is_test_attribute(attribute: &str) -> bool {
    let inside = attribute.trim_start_matches("#[").trim_end_matches(']').trim();
    match inside.split_once('(') {
        Some((name, condition)) if name.trim() == "cfg" => {
            let condition = condition.trim_start_matches("all(").trim_start_matches("any(");
            condition.split(|c: char| !c.is_alphanumeric() && c != '_').next() == Some("test")
        }
        _ => {
            let path = inside.split('(').next().unwrap_or_default();
            matches!(path.trim().rsplit("::").next(), Some("test" | "rstest" | "bench" | "test_case"))
        }
    }
}
