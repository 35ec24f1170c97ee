//! The text of a pattern, brought into flat form.

use auditlint_source::document::DocumentError;
use auditlint_syntax::{KindId, Language, NodeId, Parser, Tree};
use serde::{Deserialize, Serialize};

use crate::clause::{PatternText, Strictness};
use crate::limits::{MAX_NAMES, MAX_PATTERN};
use crate::variable::{self, Variable};

/// How deep a pattern may nest; matching recurses over patterns (never over code).
const MAX_DEPTH: usize = 100;

/// A compiled pattern: its nodes stand in pre-order in [`crate::program::Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pattern {
    /// Index of its first node.
    pub(crate) root: u32,
    pub(crate) strictness: Strictness,
    /// The kind that a selector chose; a metavariable under a selector matches this kind only.
    pub(crate) selected: Option<KindId>,
}

/// One node of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PatternNode {
    pub(crate) shape: NodeShape,
    pub(crate) kind: KindId,
    /// Index of the next node that does not stand below this one.
    pub(crate) end: u32,
}

/// What a pattern says about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NodeShape {
    /// Any node, or any node that the grammar names.
    One { slot: Option<u16>, named: bool },
    /// Any number of siblings.
    Many { slot: Option<u16> },
    /// A node without children; its text is a range of [`PatternStore::texts`].
    Leaf { named: bool, start: u32, end: u32 },
    /// A node with children.
    Inner,
}

/// Where compiled patterns of one program live.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct PatternStore {
    pub(crate) nodes: Vec<PatternNode>,
    pub(crate) texts: Vec<u8>,
    /// Names of `$A`, by slot.
    pub(crate) ones: Vec<String>,
    /// Names of `$$$A`, by slot.
    pub(crate) lists: Vec<String>,
}

impl PatternStore {
    /// The text of a leaf.
    pub(crate) fn text(&self, start: u32, end: u32) -> &[u8] {
        &self.texts[start as usize..end as usize]
    }

    /// The slot of `$name`.
    pub(crate) fn one(&mut self, name: &str) -> u16 {
        slot(&mut self.ones, name)
    }

    /// The slot of `$$$name`.
    pub(crate) fn list(&mut self, name: &str) -> u16 {
        slot(&mut self.lists, name)
    }

    /// Compiles the text of a pattern, which stands in a call of a util where `call` is its number.
    pub(crate) fn compile(
        &mut self,
        pattern: &PatternText,
        language: Language,
        call: Option<usize>,
        parser: &mut Parser,
    ) -> Result<Pattern, DocumentError> {
        let code = &pattern.code;
        let error = |message: String| DocumentError::new(code.span, message);
        if code.value.len() > MAX_PATTERN {
            return Err(error(format!("the pattern is {} bytes long, the limit is {MAX_PATTERN}", code.value.len())));
        }
        let text = variable::with_sigil(&code.value, language);
        let tree = parser
            .parse(language, text.as_bytes())
            .map_err(|stopped| error(format!("the pattern cannot be parsed: it {stopped}")))?;
        let (root, selected) = match &pattern.selector {
            None => (whole(&tree, &text, code.span)?, None),
            Some(selector) => {
                let kind = crate::kinds::named(language, &selector.value, selector.span)?;
                let found = tree.subtree(tree.root()).find(|node| tree.kind(*node) == kind);
                let root = found.ok_or_else(|| {
                    let message = format!("the selector `{}` matches no node in the context", selector.value);
                    let kinds = kinds_in(&tree);
                    DocumentError::new(selector.span, message).help(format!("kinds in the context: {kinds}"))
                })?;
                (root, Some(kind))
            }
        };
        if let Some(broken) = tree.subtree(root).find(|node| is_broken(&tree, &text, *node)) {
            return Err(does_not_parse(&tree, &text, broken, code.span));
        }
        let first = self.nodes.len();
        let root = self.flatten(&tree, &text, root, call, code.value.contains('µ')).ok_or_else(|| {
            self.nodes.truncate(first);
            error(format!("the pattern is nested more than {MAX_DEPTH} levels deep"))
        })?;
        if self.ones.len().max(self.lists.len()) > MAX_NAMES {
            return Err(crate::mistakes::too_many_names(code.span));
        }
        if matches!(self.nodes[root as usize].shape, NodeShape::Many { .. }) {
            return Err(error(format!(
                "`{}` on its own stands for any number of nodes, but a pattern must be a single node",
                code.value
            ))
            .help("use `$A`, or wrap it: `f($$$A)`"));
        }
        Ok(Pattern { root, strictness: pattern.strictness, selected })
    }

    /// Appends `root` and what is below it; `None` where it is nested too deeply.
    fn flatten(
        &mut self,
        tree: &Tree,
        text: &str,
        root: NodeId,
        call: Option<usize>,
        holds_sigil: bool,
    ) -> Option<u32> {
        let language = tree.language();
        let sigil = variable::sigil(language);
        let first = self.nodes.len() as u32;
        // Inner nodes that are not complete: where they end in the tree, and their index here.
        let mut open: Vec<(u32, usize)> = Vec::new();
        let mut at = root.0;
        let end = tree.subtree_end(root);
        while at < end {
            while open.last().is_some_and(|(until, _)| *until <= at) {
                self.close(open.pop());
            }
            let id = NodeId(at);
            let node = tree.node(id);
            at = tree.subtree_end(id);
            if node.is_missing() && id != root {
                continue;
            }
            let code = text.get(node.span().start as usize..node.span().end as usize).unwrap_or_default();
            let shape = match variable::parse(code, sigil) {
                Some(Variable::One { name, named }) => {
                    NodeShape::One { slot: name.map(|name| slot(&mut self.ones, &own_name(name, call))), named }
                }
                Some(Variable::Many { name }) => {
                    NodeShape::Many { slot: name.map(|name| slot(&mut self.lists, &own_name(name, call))) }
                }
                None if tree.first_child(id).is_none() => {
                    let start = self.texts.len() as u32;
                    if sigil == '$' || holds_sigil {
                        self.texts.extend_from_slice(code.as_bytes());
                    } else {
                        self.texts.extend_from_slice(code.replace(sigil, "$").as_bytes());
                    }
                    NodeShape::Leaf { named: node.is_named(), start, end: self.texts.len() as u32 }
                }
                None => {
                    open.push((at, self.nodes.len()));
                    if open.len() > MAX_DEPTH {
                        return None;
                    }
                    at = id.0 + 1;
                    NodeShape::Inner
                }
            };
            let next = self.nodes.len() as u32 + 1;
            self.nodes.push(PatternNode { shape, kind: node.kind, end: next });
        }
        while !open.is_empty() {
            self.close(open.pop());
        }
        Some(first)
    }

    fn close(&mut self, inner: Option<(u32, usize)>) {
        if let Some((_, index)) = inner {
            self.nodes[index].end = self.nodes.len() as u32;
        }
    }
}

/// The name under which a metavariable has its slot. No metavariable that is written has a `@` in it.
pub(crate) fn own_name(name: &str, call: Option<usize>) -> String {
    call.map_or_else(|| name.to_owned(), |call| format!("{name}@{call}"))
}

/// Whether a slot has its name by [`own_name`] for that call.
pub(crate) fn is_own(name: &str, call: usize) -> bool {
    name.rsplit_once('@').is_some_and(|(_, number)| number.parse() == Ok(call))
}

fn slot(names: &mut Vec<String>, name: &str) -> u16 {
    let known = names.iter().position(|known| known == name);
    let index = known.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    u16::try_from(index)
        .expect("the number of names is checked after each pattern, and one pattern is too small for 65,536")
}

/// The one node that a pattern without a selector is: the root, unwrapped as long as it holds a single node.
fn whole(tree: &Tree, text: &str, span: auditlint_source::Span) -> Result<NodeId, DocumentError> {
    let mut node = tree.root();
    if tree.first_child(node).is_none() {
        return Err(DocumentError::new(span, "the pattern is empty").help("write the code to search for"));
    }
    let single = |node| single_child(tree, node);
    if single(node).is_none() {
        let wrap = "a pattern must be a single node; wrap it: `pattern: {context: …, selector: …}`";
        if let Some(broken) = tree.subtree(node).find(|node| tree.kind(*node) == KindId::ERROR) {
            return Err(does_not_parse(tree, text, broken, span).help(wrap));
        }
        let parts: Vec<String> = tree.children(node).map(|child| format!("`{}`", tree.kind_name(child))).collect();
        let message = format!("the pattern is more than one node: {}", parts.join(", "));
        return Err(DocumentError::new(span, message).help(wrap));
    }
    while let Some(child) = single(node) {
        node = child;
    }
    Ok(node)
}

/// The only child of a node; a second one that the parser put in does not count.
fn single_child(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let mut children = tree.children(node);
    let first = children.next()?;
    let second = children.next();
    let alone = second.is_none_or(|second| tree.node(second).is_missing() || tree.kind_name(second).is_empty());
    (alone && children.next().is_none()).then_some(first)
}

/// Whether a part of a pattern was not understood. A metavariable in a place where the grammar takes no expression, as behind the
/// last argument in `f($A $$$)`, is understood all the same.
fn is_broken(tree: &Tree, text: &str, node: NodeId) -> bool {
    let is_variable = || {
        let code = text.get(tree.span(node).start as usize..tree.span(node).end as usize).unwrap_or_default();
        variable::parse(code, variable::sigil(tree.language())).is_some()
    };
    tree.kind(node) == KindId::ERROR && !is_variable()
}

fn does_not_parse(tree: &Tree, text: &str, broken: NodeId, span: auditlint_source::Span) -> DocumentError {
    let near = near(tree, text, broken);
    let error =
        DocumentError::new(span, format!("the pattern does not parse as {} near `{near}`", tree.language().name()));
    let error =
        error.help("if it is part of something larger, provide the context: `pattern: {context: …, selector: …}`");
    DocumentError { passable: true, ..error }
}

fn near(tree: &Tree, text: &str, node: NodeId) -> String {
    let code = String::from_utf8_lossy(tree.text(node, text.as_bytes())).replace(variable::sigil(tree.language()), "$");
    code.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect()
}

fn kinds_in(tree: &Tree) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for node in tree.subtree(tree.root()).filter(|node| tree.node(*node).is_named()) {
        let name = format!("`{}`", tree.kind_name(node));
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    kinds.join(", ")
}
