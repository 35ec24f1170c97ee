//! What functions are given and what they give: what other files know by it.

use std::sync::Arc;

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnValue, Facts, Passed, Sealed};
use super::super::origin::{FUNCTIONS, name_of};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::ecmascript::FileValues;
use super::names;

/// Functions that everybody has, of which calls say nothing about those of the project.
const COMMON: &[&str] = &[
    "describe", "it", "test", "expect", "log", "push", "then", "catch", "require", "setState", "useState", "get", "t",
    "fetch", "eq", "and", "or", "find", "filter", "map", "forEach", "json", "send", "error", "warn", "info", "debug",
];

/// The facts of a source.
pub(in super::super) fn extract<'a>(values: &FileValues<'a>, out: &mut Facts) {
    let view = values.view;
    for function in view.nodes(FUNCTIONS) {
        if let Some(name) = name_of(view, function).filter(|name| is_reached(view, *name)) {
            given(values, function, name, out);
        }
    }
    for call in view.nodes(&["call_expression"]) {
        arguments(values, call, out);
    }
}

/// Whether other files can call what an identifier names.
fn is_reached(view: ColumnView<'_>, name: NodeId) -> bool {
    let names = view.analysis.names();
    names.binding_of(name).is_none_or(|binding| names.binding(binding).exported)
}

/// What a function gives: all of it, and the keys that may hold tokens.
fn given(values: &FileValues<'_>, function: NodeId, name: NodeId, out: &mut Facts) {
    let view = values.view;
    let said = view.key_text(name);
    let returned = values.returns(function);
    let mut keys: Vec<(&str, Option<ColumnValue>)> = Vec::new();
    let mut whole: Option<ColumnValue> = None;
    for value in returned.iter() {
        let value = view.unwrapped(*value);
        if view.kind(value) == "object" {
            for (key, value) in view.pairs(value) {
                let key = view.key_text(key);
                if names::says_plain(key) || says_sealed(key) {
                    keys.push((key, values.of(value)));
                }
            }
        } else if let Some(value) = values.of(value) {
            whole = Some(match whole {
                None => value,
                Some(known) => known.beside(value),
            });
        }
    }
    // A name that says what a function gives is worth knowing also where its body does not tell.
    let is_known = |value: &ColumnValue| value.own.is_some_and(|own| own != Sealed::Unknown) || names::says_plain(said);
    let whole = whole.filter(is_known).map(|value| (None, value));
    let keys = keys.into_iter().filter_map(|(key, value)| Some((Some(key), value?)));
    for (key, value) in whole.into_iter().chain(keys) {
        let passed = Passed { function: said.into(), argument: None, key: key.map(Arc::from), value };
        out.say(view.span(name), ColumnFact::Passed(Box::new(passed)));
    }
}

/// What a call of something that this file does not make is given.
fn arguments(values: &FileValues<'_>, call: NodeId, out: &mut Facts) {
    let view = values.view;
    let Some(callee) = view.field(call, "function").map(|callee| view.unwrapped(callee)) else { return };
    let Some(name) = view.last_name(callee) else { return };
    if COMMON.contains(&name) || says_sealed(name) || names::passes_argument(name) || names::generates(name) {
        return;
    }
    let mut arguments = view.arguments(call).enumerate().peekable();
    if arguments.peek().is_none() || values.function(callee).is_some() {
        return;
    }
    for (at, argument) in arguments {
        let argument = view.unwrapped(argument);
        let mut say = |key: Option<&str>, value: ColumnValue| {
            let (argument, key) = (Some(at as u32), key.map(Arc::from));
            let passed = Passed { function: name.into(), argument, key, value };
            out.say(view.span(callee), ColumnFact::Passed(Box::new(passed)));
        };
        if view.kind(argument) == "object" {
            for (key, value) in view.pairs(argument) {
                let key = view.key_text(key);
                if view.names.may_be_token(key)
                    && let Some(value) = values.of(value)
                {
                    say(Some(key), value);
                }
            }
            continue;
        }
        if view.is(argument, &["identifier", "member_expression"]) {
            for (key, value) in values.resealed(argument).filter(|(key, _)| view.names.may_be_token(key)) {
                if let Some(value) = values.of(value) {
                    say(Some(key), value);
                }
            }
        }
        if view.is(argument, &["identifier", "member_expression", "call_expression", "await_expression"])
            && (says_sealed(view.shown(argument))
                || names::says_plain(view.shown(argument))
                || view.field(argument, "function").and_then(|of| view.last_name(of)).is_some_and(names::generates))
            && let Some(value) = values.of(argument)
        {
            say(None, value);
        }
    }
}
