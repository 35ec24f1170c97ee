//! Variables that a schema names: what reads the environment as a whole reads each of its fields.

use std::collections::BTreeSet;

use auditlint_matcher::Analysis;
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::fact::Facts;
use super::note::{is_name, read};
use crate::kinds::Kinds;
use crate::view::View;

/// At most this many expressions are looked at for one schema.
const MOST: usize = 256;
/// What the names of functions that read through a schema hold.
const READERS: [&str; 9] = ["parse", "validate", "decode", "attempt", "assert", "cast", "env", "config", "convict"];

static CALLS: Kinds = Kinds::new(&["call_expression"]);

/// Notes the fields of every schema through which a source reads the environment.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let code = View::of(analysis);
    let kinds = CALLS.of(code.tree.language());
    let (mut seen, mut readers) = (BTreeSet::new(), FxHashMap::default());
    for call in (0..code.tree.len()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        fields(&code, call, &mut readers, &mut seen, out);
    }
}

/// What a function does with the environment, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EnvFunction {
    /// Nothing.
    None,
    /// `ConfigModule.forRoot`
    Module,
    /// It reads a schema.
    Schema,
}

impl EnvFunction {
    fn of(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        match lower == "forroot" {
            true => Self::Module,
            false if READERS.iter().any(|reader| lower.contains(reader)) => Self::Schema,
            false => Self::None,
        }
    }
}

/// `readers` is what the functions of the file are, by their names: each is looked at once.
fn fields<'a>(
    code: &View<'a>,
    call: NodeId,
    readers: &mut FxHashMap<&'a str, EnvFunction>,
    seen: &mut BTreeSet<NodeId>,
    out: &mut Facts,
) -> Option<()> {
    let function = code.unwrapped(code.field(call, "function")?);
    let mut open = Vec::new();
    let last = match code.kind(function) {
        // `decode(schema)(process.env)`
        "call_expression" => code.last_name(code.unwrapped(code.field(function, "function")?))?,
        _ => code.last_name(function)?,
    };
    let reader = *readers.entry(last).or_insert_with(|| EnvFunction::of(last));
    if reader == EnvFunction::Module {
        module_options(code, call, function, &mut open)?;
    } else if reader == EnvFunction::Schema {
        let arguments: Vec<NodeId> = code.arguments(call).map(|argument| code.unwrapped(argument)).collect();
        let holds = |object: &NodeId| {
            code.pairs(*object)
                .any(|(_, value)| code.is_environment(value) || code.variable(code.unwrapped(value)).is_some())
                || code.named(*object).any(|part| {
                    code.kind(part) == "spread_element"
                        && code.named(part).next().is_some_and(|spread| code.is_environment(spread))
                })
        };
        let reads = arguments
            .iter()
            .any(|argument| code.is_environment(*argument) || (code.kind(*argument) == "object" && holds(argument)));
        if !reads && last != "createEnv" {
            return convict(code, last, &arguments, out);
        }
        open.extend(code.field(function, "object"));
        open.extend(code.arguments(function).filter(|_| code.kind(function) == "call_expression"));
        open.extend(arguments.into_iter().filter(|argument| !code.is_environment(*argument)));
    }
    walk(code, open, seen, out);
    Some(())
}

/// `ConfigModule.forRoot({ validationSchema, validate })`
fn module_options(code: &View<'_>, call: NodeId, function: NodeId, open: &mut Vec<NodeId>) -> Option<()> {
    (code.last_name(code.field(function, "object")?)? == "ConfigModule").then_some(())?;
    let options = code.unwrapped(code.arguments(call).next()?);
    for (key, value) in code.pairs(options) {
        let value = code.unwrapped(value);
        match code.key(key) {
            "validationSchema" => open.push(value),
            // `schema.parse`, `(values) => schema.parse(values)`
            "validate" => {
                let body = code.field(value, "body").unwrap_or(value);
                let function = code.field(body, "function").unwrap_or(body);
                open.extend(code.field(function, "object"));
            }
            _ => {}
        }
    }
    Some(())
}

/// `convict({ port: { env: "PORT" } })`
fn convict(code: &View<'_>, function: &str, arguments: &[NodeId], out: &mut Facts) -> Option<()> {
    function.eq_ignore_ascii_case("convict").then_some(())?;
    let mut open: Vec<NodeId> = arguments.to_vec();
    let mut looked_at = 0;
    while let Some(object) = open.pop().filter(|_| looked_at < MOST) {
        looked_at += 1;
        for (key, value) in code.pairs(object) {
            match code.string(value) {
                Some(name) if code.key(key) == "env" => read(name, code.tree.span(value), out),
                _ => open.push(code.unwrapped(value)),
            }
        }
    }
    Some(())
}

/// Goes through the expressions that make a schema: chains of calls, what their arguments name, objects and what they spread.
fn walk(code: &View<'_>, mut open: Vec<NodeId>, seen: &mut BTreeSet<NodeId>, out: &mut Facts) {
    let mut looked_at = 0;
    while let Some(node) = open.pop().filter(|_| looked_at < MOST) {
        looked_at += 1;
        let node = code.unwrapped(node);
        if !seen.insert(node) {
            continue;
        }
        match code.kind(node) {
            "call_expression" => {
                let function = code.field(node, "function");
                open.extend(function.and_then(|function| code.field(function, "object")));
                open.extend(code.arguments(node));
            }
            "identifier" => {
                let origins = code.analysis.names().origins(code.tree, code.analysis.text(), node);
                open.extend(origins.into_iter().skip(1));
            }
            "object" => {
                let spread = code.named(node).filter(|part| code.kind(*part) == "spread_element");
                open.extend(spread.flat_map(|part| code.named(part)));
                for (key, value) in code.pairs(node) {
                    let value = code.unwrapped(value);
                    let is_schema =
                        matches!(code.kind(value), "call_expression" | "identifier" | "object" | "member_expression");
                    if !is_name(code.key(key).as_bytes()) {
                        open.push(value);
                    } else if is_schema && code.variable(value).is_none() {
                        read(code.key(key), code.tree.span(key), out);
                    }
                }
            }
            _ => {}
        }
    }
}
