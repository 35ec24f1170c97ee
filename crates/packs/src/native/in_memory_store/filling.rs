//! Collections that a function fills once: it leaves where they have entries, or where a flag is set that it sets.

use std::collections::HashSet;

use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};

/// What a function fills once.
pub(super) enum Filling<'a> {
    /// Whatever it fills: the module alone calls it, or it leaves where a flag is set that it sets.
    Everything,
    /// Collections of which it asks first whether they have entries.
    Asked(HashSet<&'a str>),
}

impl<'a> Filling<'a> {
    pub(super) fn of(view: RuleView<'a>, function: NodeId) -> Self {
        let Some(own) = view.field(function, "name") else { return Self::Asked(HashSet::new()) };
        let has_own_scope = view.is(function, &["function_declaration", "generator_function_declaration"]);
        if has_own_scope && !view.is_exported(own) {
            let uses = view.uses(own);
            if !uses.is_empty() && uses.iter().all(|used| is_call_of_module(view, *used)) {
                return Self::Everything;
            }
        }
        if view.kind(function) == "method_definition" && view.text(own) == "constructor" {
            return Self::Everything;
        }
        let Some(body) = view.field(function, "body") else { return Self::Asked(HashSet::new()) };
        let (mut asked, mut flags) = (HashSet::new(), HashSet::new());
        let guards = view
            .named(body)
            .filter(|statement| view.kind(*statement) == "if_statement")
            .filter_map(|statement| Some((view.field(statement, "condition")?, view.field(statement, "consequence")?)))
            .filter(|(_, then)| view.text(*then).trim_start_matches('{').trim_start().starts_with("return"));
        for (condition, _) in guards {
            let condition = view.text(condition).trim_start_matches('(').trim_end_matches(')').trim();
            asked.extend(filled(condition));
            if !condition.is_empty()
                && condition.chars().all(|letter| letter.is_alphanumeric() || "_$.".contains(letter))
            {
                flags.insert(condition);
            }
        }
        let sets_flag = !flags.is_empty()
            && view.nodes_in(body, &["assignment_expression"]).any(|set| {
                view.field(set, "left").is_some_and(|left| flags.contains(view.text(left)))
                    && view.field(set, "right").is_some_and(|right| view.text(right) == "true")
            });
        if sets_flag { Self::Everything } else { Self::Asked(asked) }
    }

    pub(super) fn is_once(&self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Asked(names) => names.contains(name),
        }
    }
}

/// The collection of which a condition says that it has entries: `cache.size`, `this.cache.length > 0`.
fn filled(condition: &str) -> Option<&str> {
    let size = condition.split(['>', '!']).next().unwrap_or_default().trim();
    let bound = condition.trim_start_matches(size).trim_start().trim_start_matches(['>', '!', '=']).trim();
    let (object, member) = size.rsplit_once('.')?;
    let has_entries = matches!(member, "size" | "length") && matches!(bound, "" | "0");
    has_entries.then(|| object.rsplit('.').next())?
}

/// Whether a name is called by the module itself, outside of functions.
fn is_call_of_module(view: RuleView<'_>, name: NodeId) -> bool {
    let called = view
        .parent(name)
        .filter(|call| view.kind(*call) == "call_expression" && view.field(*call, "function") == Some(name));
    let mut at = called;
    // Statement, declaration, `await`: what stands deeper is not looked for.
    for _ in 0..5 {
        match at.and_then(|node| view.parent(node)) {
            Some(above) if view.is(above, FUNCTIONS) => return false,
            Some(above) if above == view.root() => return true,
            above => at = above,
        }
    }
    false
}
