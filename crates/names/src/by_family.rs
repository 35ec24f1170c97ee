//! What goes by the family of a language: binding names, following them, and where a value comes from.

use auditlint_syntax::{Family, NodeId, Tree};

use crate::builder::Builder;
use crate::exported::ModuleExports;
use crate::{Names, Target, ecmascript, python, rust};

impl Names {
    /// Binds the names of a tree in one pass, in time that grows with its number of nodes.
    #[must_use]
    pub fn of(tree: &Tree, text: &[u8]) -> Self {
        match tree.language().family() {
            Family::Ecmascript => ecmascript::bind(tree, text),
            Family::Rust => rust::bind(tree, text),
            Family::Python => python::bind(tree, text),
            Family::Shell => Builder::new(tree, text).finish(),
        }
    }

    /// What an expression is, or the name that a part of an import, an export or a pattern stands for.
    #[must_use]
    pub fn target(&self, tree: &Tree, text: &[u8], node: NodeId) -> Target {
        self.explain(tree, text, node, &mut |_, _| {})
    }

    /// The same, telling each step on the way: a node and what is so about it.
    #[must_use]
    pub fn explain(&self, tree: &Tree, text: &[u8], node: NodeId, tell: &mut dyn FnMut(NodeId, &str)) -> Target {
        self.lookups.set(self.lookups.get() + 1);
        let target = match tree.language().family() {
            Family::Ecmascript => ecmascript::target(self, tree, text, node, tell),
            Family::Rust => rust::target(self, tree, text, node, tell),
            Family::Python => python::target(self, tree, text, node, tell),
            Family::Shell => Target::Opaque,
        };
        if matches!(target, Target::Opaque) {
            self.opaque.set(self.opaque.get() + 1);
        }
        target
    }

    /// What the module exports to others, whose languages have modules that are files.
    #[must_use]
    pub fn exports(&self, tree: &Tree, text: &[u8]) -> ModuleExports {
        match tree.language().family() {
            Family::Ecmascript => ecmascript::exports(self, tree, text),
            Family::Rust | Family::Python | Family::Shell => ModuleExports::default(),
        }
    }

    /// The same as [`Names::target`], following what is imported into the sources of the project that export it.
    #[must_use]
    pub fn target_across(&self, tree: &Tree, text: &[u8], node: NodeId) -> Target {
        self.explain_across(tree, text, node, &mut |_, _| {})
    }

    /// The same, telling each step on the way.
    #[must_use]
    pub fn explain_across(&self, tree: &Tree, text: &[u8], node: NodeId, tell: &mut dyn FnMut(NodeId, &str)) -> Target {
        self.across(|| self.explain(tree, text, node, tell))
    }

    /// Follows imports in the lookups of `work`.
    pub(crate) fn across<T>(&self, work: impl FnOnce() -> T) -> T {
        self.via.set(None);
        self.exact.set(None);
        self.is_across.set(true);
        let done = work();
        self.is_across.set(false);
        done
    }

    /// The expressions that the value of a node can come from, the node itself first: local constants, the branches of `?:`,
    /// `??`, `||`, `if` and `match`, the ends of blocks, what a local arrow function or closure returns that is called once.
    #[must_use]
    pub fn origins(&self, tree: &Tree, text: &[u8], node: NodeId) -> Vec<NodeId> {
        match tree.language().family() {
            Family::Ecmascript => ecmascript::origins(self, tree, text, node),
            Family::Rust => rust::origins(self, tree, node),
            Family::Python => python::origins(self, tree, text, node),
            Family::Shell => vec![node],
        }
    }
}
