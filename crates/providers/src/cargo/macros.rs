//! Macros of Rust code: which treat their tokens as code, and which may declare what nobody sees.

use auditlint_syntax::NodeId;

use super::attribute::State;
use super::code::{Island, Scan, is_lower};
use super::glob::{Sight, reach};
use super::path::child;

/// Macros that treat their tokens as the code that they are.
const KNOWN: [&str; 41] = [
    "anyhow",
    "assert",
    "assert_eq",
    "assert_matches",
    "assert_ne",
    "bail",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "debug_span",
    "ensure",
    "eprint",
    "eprintln",
    "error",
    "error_span",
    "format",
    "format_args",
    "info",
    "info_span",
    "join",
    "lazy_static",
    "matches",
    "panic",
    "pin",
    "print",
    "println",
    "select",
    "thread_local",
    "todo",
    "trace",
    "trace_span",
    "try_join",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "warn_span",
    "write",
    "writeln",
];

/// Macros among items that declare no modules and bring in no names.
const HARMLESS: [&str; 16] = [
    "assert_impl_all",
    "assert_not_impl_any",
    "assert_obj_safe",
    "bitflags",
    "compile_error",
    "const_assert",
    "const_assert_eq",
    "criterion_group",
    "criterion_main",
    "global_asm",
    "inventory::submit",
    "lazy_static",
    "pin_project",
    "proptest",
    "submit",
    "thread_local",
];

impl Scan<'_> {
    /// A macro may make modules and imports wherever it is called.
    pub(super) fn macro_definition(&mut self, node: NodeId) {
        let Some(name) = child(self.tree, node, self.fields.name) else { return };
        self.macros.insert(self.text(name));
        let declares = self.tree.subtree(node).any(|token| matches!(self.tree.kind_name(token), "mod" | "use"));
        if declares {
            self.declare_tokens(node);
        }
    }

    fn declare_tokens(&mut self, tokens: NodeId) {
        for token in self.tree.subtree(tokens).filter(|token| self.tree.kind_name(*token) == "identifier") {
            let name = self.text(token);
            let is_head = self.tree.next_sibling(token).is_some_and(|next| self.tree.kind_name(next) == "::");
            if is_lower(name) && !is_head {
                self.declared.insert(name);
            }
        }
    }

    pub(super) fn macro_invocation(&mut self, node: NodeId) {
        let Some(name) = self.tree.named_children(node).next() else { return };
        let Some(host) = self.tree.children(node).find(|part| self.tree.kind_name(*part) == "token_tree") else {
            return;
        };
        let name = self.text(name);
        let last = name.rsplit("::").next().unwrap_or_default().trim();
        let is_item = self.is_item(node);
        if is_item && !HARMLESS.contains(&last) && !KNOWN.contains(&last) {
            self.declare_tokens(host);
            // What an inner module is given is not seen outside of it, unless somebody takes all of its names.
            if self.is_in_module(node) && !self.own.contains(last) {
                self.globs.push((reach(self.tree, node), Sight::Foreign));
                self.leaks = true;
            } else {
                self.calls.insert(name);
            }
        }
        // In the body of a function a macro with braces may declare items: `table! { users { … } }`. At its end it is a value.
        let is_braced = self.tree.text(host, self.analysis.text()).starts_with(b"{");
        if is_braced && !HARMLESS.contains(&last) && !KNOWN.contains(&last) && self.is_statement(node) {
            self.globs.push((reach(self.tree, node), Sight::Foreign));
        }
        let mut state = self.state();
        if !KNOWN.contains(&last) {
            let doubtful = State { is_doubtful: true, ..State::default() };
            state = self.push_state(self.states[state].and(&doubtful));
        }
        let module = self.modules.last().map_or_else(|| self.island.module.clone(), |(_, folder)| folder.clone());
        let anchor = self.island.anchor.or(Some(node));
        self.hosts.insert(host, Island { state, anchor, module, is_item });
    }

    fn is_statement(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let Some(parent) = tree.parent(call) else { return false };
        match tree.kind_name(parent) {
            "block" => tree.next_sibling(call).is_some_and(|next| tree.kind_name(next) != "}"),
            kind => kind == "expression_statement",
        }
    }

    /// Whether an item stands in a module that the file writes out.
    fn is_in_module(&self, item: NodeId) -> bool {
        self.tree.kind_name(reach(self.tree, item)) == "declaration_list"
    }

    fn is_item(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let above = |node: Option<NodeId>| node.and_then(|node| tree.parent(node));
        let name = |node: Option<NodeId>| node.map_or("", |node| tree.kind_name(node));
        let mut parent = above(Some(call));
        if name(parent) == "expression_statement" {
            parent = above(parent);
        }
        match name(parent) {
            "source_file" => true,
            "declaration_list" => name(above(parent)) == "mod_item",
            "token_tree" => self.island.is_item,
            _ => false,
        }
    }
}
