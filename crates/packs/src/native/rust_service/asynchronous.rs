//! Where code of Rust runs: in the task of a runtime or elsewhere, and where a chain of calls begins.

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// So many steps are followed through a chain of calls and the variables that hold parts of it.
const MOST_STEPS: usize = 64;

/// Code that stands deeper than this is taken to run elsewhere, so that a file of nested calls costs no more than its size.
const DEEPEST: usize = 1_000;

/// Methods of the standard library that call their closure at once, in the place where it stands.
const CALLS_AT_ONCE: &[&str] = &[
    "all",
    "and_then",
    "any",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "get_or_insert_with",
    "inspect",
    "inspect_err",
    "is_none_or",
    "is_some_and",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "ok_or_else",
    "or_else",
    "or_insert_with",
    "position",
    "retain",
    "sort_by_key",
    "take_while",
    "then",
    "try_fold",
    "try_for_each",
    "unwrap_or_else",
];

/// What starts the work of a closure on other threads, though its methods are called like those of an iterator.
const IN_PARALLEL: &[&str] = &["par_iter", "par_iter_mut", "into_par_iter", "par_bridge", "par_chunks"];

/// Whether the code at a place runs in a task: in an `async fn`, an `async` block or an `async` closure, with no closure
/// between that may run elsewhere. `main` and what `block_on` is given have a thread of their own; they count with `own_thread`.
pub(super) fn runs_in_a_task(view: RuleView<'_>, place: NodeId, own_thread: bool) -> bool {
    let mut at = place;
    for _ in 0..DEEPEST {
        let Some(around) = view.parent(at) else { return false };
        match view.kind(around) {
            "async_block" => return own_thread || !is_blocked_on(view, around),
            "closure_expression" if has_word(view, around, "async") => return true,
            "closure_expression" if !runs_where_it_stands(view, around) => return false,
            "function_item" => return is_async(view, around) && (own_thread || !is_main(view, around)),
            "const_item" | "static_item" => return false,
            _ => {}
        }
        at = around;
    }
    false
}

/// Whether a function is declared `async`.
pub(super) fn is_async(view: RuleView<'_>, function: NodeId) -> bool {
    let mut modifiers = view.children(function).filter(|child| view.kind(*child) == "function_modifiers");
    modifiers.any(|modifiers| has_word(view, modifiers, "async"))
}

/// Whether a node is code that runs at another time than what stands around it.
pub(super) fn is_apart(view: RuleView<'_>, node: NodeId) -> bool {
    view.is(node, &["async_block", "closure_expression", "function_item", "impl_item", "mod_item", "trait_item"])
}

/// What a call is to its method or function: the last word of what is called.
pub(super) fn called<'a>(view: RuleView<'a>, call: NodeId) -> Option<&'a str> {
    let mut function = view.field(call, "function")?;
    if view.kind(function) == "generic_function" {
        function = view.field(function, "function")?;
    }
    let name = match view.kind(function) {
        "field_expression" => view.field(function, "field")?,
        "scoped_identifier" => view.field(function, "name")?,
        "identifier" => function,
        _ => return None,
    };
    Some(view.text(name))
}

/// The value on which a method is called; `None` for a call of a function.
pub(super) fn receiver(view: RuleView<'_>, call: NodeId) -> Option<NodeId> {
    let mut function = view.field(call, "function")?;
    if view.kind(function) == "generic_function" {
        function = view.field(function, "function")?;
    }
    if view.kind(function) == "field_expression" { view.field(function, "value") } else { None }
}

/// The path of the function whose result a chain of methods begins with, followed through `?`, `await` and variables.
pub(super) fn beginning(view: RuleView<'_>, value: NodeId) -> Option<String> {
    let mut at = value;
    for _ in 0..MOST_STEPS {
        at = match view.kind(at) {
            "call_expression" => match receiver(view, at) {
                Some(before) => before,
                None => return view.path(view.field(at, "function")?),
            },
            "field_expression" | "reference_expression" => view.field(at, "value")?,
            "try_expression" | "await_expression" | "parenthesized_expression" => view.named(at).next()?,
            "identifier" => value_of(view, at)?,
            _ => return None,
        };
    }
    None
}

/// What `let` gives a variable that is one name.
pub(super) fn value_of(view: RuleView<'_>, name: NodeId) -> Option<NodeId> {
    let declared = view.declaration(name)?;
    let around = view.parent(declared)?;
    if view.kind(around) != "let_declaration" {
        return None;
    }
    view.field(around, "value")
}

/// Whether `.await` follows.
pub(super) fn is_awaited(view: RuleView<'_>, call: NodeId) -> bool {
    view.parent(call).is_some_and(|parent| view.kind(parent) == "await_expression")
}

/// Whether a node has a keyword among its children.
fn has_word(view: RuleView<'_>, node: NodeId, word: &str) -> bool {
    view.children(node).any(|child| view.kind(child) == word)
}

fn is_main(view: RuleView<'_>, function: NodeId) -> bool {
    view.field(function, "name").is_some_and(|name| view.text(name) == "main")
}

/// So many uses of the name of a closure are looked at.
const MOST_USES: usize = 64;

/// Whether a closure has a name, and all that is done with it is to call it beside where it stands, in no code that may run elsewhere.
fn is_only_called_here(view: RuleView<'_>, closure: NodeId) -> bool {
    let Some(bound) = view.parent(closure).filter(|bound| view.kind(*bound) == "let_declaration") else { return false };
    let pattern = view.field(bound, "pattern").filter(|name| view.kind(*name) == "identifier");
    let around = |place: NodeId| {
        let above = std::iter::successors(view.parent(place), |at| view.parent(*at)).take(DEEPEST);
        above.into_iter().find(|above| is_apart(view, *above))
    };
    let own = around(bound);
    let uses = pattern.and_then(|name| view.bound_uses(name)).unwrap_or_default();
    let is_called = |used: &NodeId| {
        let call = view.parent(*used).filter(|call| view.kind(*call) == "call_expression");
        call.is_some_and(|call| view.field(call, "function") == Some(*used)) && around(*used) == own
    };
    !uses.is_empty() && uses.len() <= MOST_USES && uses.iter().all(is_called)
}

fn call_around(view: RuleView<'_>, argument: NodeId) -> Option<NodeId> {
    let arguments = view.parent(argument).filter(|parent| view.kind(*parent) == "arguments")?;
    view.parent(arguments).filter(|parent| view.kind(*parent) == "call_expression")
}

fn is_blocked_on(view: RuleView<'_>, block: NodeId) -> bool {
    call_around(view, block).and_then(|call| called(view, call)) == Some("block_on")
}

fn runs_where_it_stands(view: RuleView<'_>, closure: NodeId) -> bool {
    let Some(call) = call_around(view, closure) else { return is_only_called_here(view, closure) };
    let Some(mut at) = receiver(view, call) else { return false };
    if !called(view, call).is_some_and(|method| CALLS_AT_ONCE.contains(&method)) {
        return false;
    }
    for _ in 0..MOST_STEPS {
        if view.kind(at) == "call_expression" && called(view, at).is_some_and(|name| IN_PARALLEL.contains(&name)) {
            return false;
        }
        let before = receiver(view, at).or_else(|| view.field(at, "value"));
        match before {
            Some(before) => at = before,
            None => return true,
        }
    }
    false
}
