//! `var` as `const` or `let`: where the name is used inside of the block alone, behind its declaration, and declared once.

use auditlint_matcher::{Analysis, Edit};
use auditlint_names::BindingKind;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};
use super::{MAX_NODES, edit, introduced, is_module};

const LOOPS: &[&str] = &["for_statement", "for_in_statement", "while_statement", "do_statement"];

/// What may run code of functions that stand further down.
const CALLS: &[&str] = &["call_expression", "new_expression", "await_expression", "yield_expression"];

pub(super) fn edits(analysis: &Analysis<'_>, node: NodeId) -> Vec<Edit> {
    let view = RuleView::new(analysis);
    let fixed = if view.kind(node) == "variable_declaration" {
        declaration(view, analysis, node)
    } else {
        loop_variable(view, analysis, node)
    };
    fixed.into_iter().collect()
}

/// A declaration as it would be with `const` or `let`.
struct NewDeclaration<'a> {
    view: RuleView<'a>,
    analysis: &'a Analysis<'a>,
    /// The block, loop or file to which its names would belong.
    scope: NodeId,
    /// The first byte at which its names may be used.
    from: u32,
    /// Whether it runs again and again.
    is_repeated: bool,
}

fn declaration(view: RuleView<'_>, analysis: &Analysis<'_>, node: NodeId) -> Option<Edit> {
    let keyword = view.children(node).find(|child| view.kind(*child) == "var")?;
    let mut scope = view.parent(node)?;
    if view.kind(scope) == "export_statement" {
        scope = view.parent(scope)?;
    }
    match view.kind(scope) {
        "program" if is_module(view) => {}
        "statement_block" if !is_body_of_catch(view, scope) => {}
        "for_statement" if view.field(scope, "initializer") == Some(node) => {}
        _ => return None,
    }
    let is_repeated = is_in_loop(view, scope);
    let (mut is_fixed, mut all) = (true, Vec::new());
    for declarator in view.named(node).filter(|child| view.kind(*child) == "variable_declarator") {
        let value = view.field(declarator, "value");
        // Without a value a `let` is emptied each time around, a `var` is not.
        if value.is_none() && is_repeated {
            return None;
        }
        let introduced = introduced(view, analysis, view.field(declarator, "name")?)?;
        let names = analysis.names();
        is_fixed &= value.is_some()
            && introduced.iter().all(|name| names.binding_of(*name).is_some_and(|id| !names.is_reassigned(id)));
        all.extend(introduced.into_iter().map(|name| (name, view.span(declarator).end)));
    }
    if all.is_empty() {
        return None;
    }
    for (name, from) in all {
        let declared = NewDeclaration { view, analysis, scope, from, is_repeated };
        if !declared.stays(name) {
            return None;
        }
    }
    Some(edit(view.span(keyword), if is_fixed { "const" } else { "let" }))
}

fn loop_variable(view: RuleView<'_>, analysis: &Analysis<'_>, pattern: NodeId) -> Option<Edit> {
    let scope = view.parent(pattern).filter(|parent| view.kind(*parent) == "for_in_statement")?;
    let keyword = view.field(scope, "kind").filter(|keyword| view.text(*keyword) == "var")?;
    let from = view.span(view.field(scope, "body")?).start;
    let declared = NewDeclaration { view, analysis, scope, from, is_repeated: true };
    let introduced = introduced(view, analysis, pattern)?;
    if introduced.is_empty() || !introduced.iter().all(|name| declared.stays(*name)) {
        return None;
    }
    let names = analysis.names();
    // What the loop itself gives is not a second value of the name.
    let is_written = |name: &NodeId| {
        let id = names.binding_of(*name);
        id.is_none_or(|id| names.references(id).any(|used| !matches!(used.access, auditlint_names::Access::Read)))
    };
    Some(edit(view.span(keyword), if introduced.iter().any(is_written) { "let" } else { "const" }))
}

impl NewDeclaration<'_> {
    /// Whether every use of a name finds the same value where the name belongs to the block.
    fn stays(&self, name: NodeId) -> bool {
        let (view, names) = (self.view, self.analysis.names());
        let Some(id) = names.binding_of(name) else { return false };
        let binding = names.binding(id);
        if binding.kind != BindingKind::Var || binding.node != name || binding.redeclared || view.text(name) == "let" {
            return false;
        }
        let all = view.span(self.scope);
        let mut is_hoisted = false;
        for used in names.references(id) {
            let place = view.span(used.node);
            if place.start < self.from || !covers(all, place) {
                return false;
            }
            let Some(function) = self.function_around(used.node) else { continue };
            // Each turn of a loop has its own `let`, and functions keep the one that they saw.
            if self.is_repeated {
                return false;
            }
            is_hoisted |= view.is(function, &["function_declaration", "generator_function_declaration"]);
        }
        !is_hoisted || self.nothing_runs_before()
    }

    /// The outermost function between a place and the block.
    fn function_around(&self, place: NodeId) -> Option<NodeId> {
        let view = self.view;
        let around = std::iter::successors(view.parent(place), |at| view.parent(*at));
        around.take_while(|at| *at != self.scope).filter(|at| view.is(*at, FUNCTIONS)).last()
    }

    /// Whether nothing in front of the declaration can call a function that stands behind it.
    fn nothing_runs_before(&self) -> bool {
        let (view, tree) = (self.view, self.analysis.tree());
        let mut at = self.scope.0 + 1;
        for _ in 0..MAX_NODES {
            let node = NodeId(at);
            if at >= tree.subtree_end(self.scope) || view.span(node).start >= self.from {
                return true;
            }
            if view.is(node, CALLS) {
                return false;
            }
            at = if view.is(node, FUNCTIONS) { tree.subtree_end(node) } else { at + 1 };
        }
        false
    }
}

fn covers(all: Span, place: Span) -> bool {
    all.start <= place.start && place.end <= all.end
}

/// `catch (e) { var e }` declares two things, and `let` may not.
fn is_body_of_catch(view: RuleView<'_>, block: NodeId) -> bool {
    view.parent(block).is_some_and(|parent| view.kind(parent) == "catch_clause")
}

/// Whether a block belongs to a loop of its function, or is one.
fn is_in_loop(view: RuleView<'_>, scope: NodeId) -> bool {
    let around = std::iter::successors(Some(scope), |at| view.parent(*at));
    around
        .take_while(|at| !view.is(*at, FUNCTIONS))
        .any(|at| view.is(at, LOOPS) || view.kind(at) == "labeled_statement")
}
