//! Hooks of models that seal a column before it is stored: Mongoose, Sequelize, TypeORM, MikroORM, Objection.

use std::collections::BTreeSet;

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{ColumnFact, ColumnValue, Facts, Sealed, Seals};
use super::super::origin::{FUNCTIONS, NameOrigin, name_of, origin};
use super::super::value::FileValues;
use super::super::view::ColumnView;
use super::says_sealed;

/// Functions of models that run before something is stored, and decorators of such.
const HOOKS: &[&str] = &[
    "pre",
    "addHook",
    "hook",
    "beforeBulkCreate",
    "beforeCreate",
    "beforeInsert",
    "beforeSave",
    "beforeUpdate",
    "beforeUpsert",
    "beforeValidate",
    "beforeFlush",
    "onFlush",
    "$beforeInsert",
    "$beforeUpdate",
    "BeforeBulkCreate",
    "BeforeCreate",
    "BeforeInsert",
    "BeforeSave",
    "BeforeUpdate",
    "BeforeUpsert",
    "BeforeValidate",
    // Rows are made by it, also those that a mapper is given as an object.
    "constructor",
];

/// Methods that set the column that their first argument names.
const SETTERS: &[&str] = &["setDataValue", "setAttribute"];

/// The facts of a source.
pub(super) fn extract(values: &FileValues<'_>, out: &mut Facts) {
    let view = values.view;
    if !HOOKS.iter().any(|hook| view.has(hook))
        && !view.has("this.password =")
        && !view.has(".plugin(")
        && !SETTERS.iter().any(|set| view.has(set))
    {
        return;
    }
    let called = called_by_hooks(view);
    for assigned in view.nodes(&["assignment_expression"]) {
        let member = view.field(assigned, "left").and_then(|left| view.member(left));
        if let (Some((object, column)), Some(value)) = (member, view.field(assigned, "right"))
            && view.names.may_be_token(column)
            && let Some(hook) = hook_around(view, assigned)
                .or_else(|| called_from(view, assigned, &called))
                .or_else(|| sets_password(view, assigned, object, column))
        {
            say(values, assigned, object, column, value, hook, out);
        }
    }
    for call in view.nodes(&["call_expression"]) {
        match view.method(call) {
            Some((object, "setDataValue" | "setAttribute")) => {
                let mut arguments = view.arguments(call);
                if let (Some(column), Some(value)) =
                    (arguments.next().and_then(|first| view.string(first)), arguments.next())
                    && view.names.may_be_token(column)
                    && let Some(setter) = setter_around(view, call)
                {
                    say(values, call, object, column, value, setter, out);
                }
            }
            Some((_, "plugin")) => plugin(view, call, out),
            _ => {}
        }
    }
}

fn say(
    values: &FileValues<'_>,
    at: NodeId,
    object: NodeId,
    column: &str,
    value: NodeId,
    hook: NodeId,
    out: &mut Facts,
) {
    let view = values.view;
    let Some(value) = values.of(value) else { return };
    if value.own != Some(Sealed::Yes) && value.from.is_empty() {
        return;
    }
    let model = model_of(view, object, hook);
    let seals = Seals {
        mapper: None,
        is_local: model.is_none(),
        yields: false,
        table: model.map(Into::into),
        column: Some(column.into()),
        value,
    };
    out.say(view.span(at), ColumnFact::Seals(Box::new(seals)));
}

/// The method by which a class sets the password of its row: `setPassword`.
fn sets_password(view: ColumnView<'_>, place: NodeId, object: NodeId, column: &str) -> Option<NodeId> {
    let is_own = view.kind(object) == "this" && column == "password";
    let method = view.ancestors(place).find(|above| view.kind(*above) == "method_definition").filter(|_| is_own)?;
    let name = view.key_text(view.field(method, "name")?);
    let rest = ["set", "change", "update", "hash"].iter().find_map(|start| name.strip_prefix(start))?;
    rest.starts_with(char::is_uppercase).then_some(method)
}

/// The hook that a place belongs to: a call, a key or a method.
fn hook_around(view: ColumnView<'_>, place: NodeId) -> Option<NodeId> {
    view.ancestors(place).find(|above| is_hook(view, *above))
}

fn is_hook(view: ColumnView<'_>, node: NodeId) -> bool {
    match view.kind(node) {
        "call_expression" => view.method(node).is_some_and(|(_, name)| HOOKS.contains(&name)),
        "pair" => view.field(node, "key").is_some_and(|key| HOOKS.contains(&view.key_text(key))),
        "method_definition" => {
            let own = view.field(node, "name").is_some_and(|name| HOOKS.contains(&view.key_text(name)));
            let before = std::iter::successors(view.prev(node), |before| view.prev(*before));
            let mut decorators = before.take_while(|before| view.is(*before, &["decorator", "comment"]));
            own || decorators
                .any(|decorator| HOOKS.iter().any(|hook| view.words(decorator).starts_with(&format!("@{hook}"))))
        }
        _ => false,
    }
}

/// The functions and methods of the file that hooks call or are made of, by name, each with its hook:
/// `$beforeInsert() { await this.generateHash(); }`, `User.beforeCreate(hashPassword)`.
fn called_by_hooks(view: ColumnView<'_>) -> FxHashMap<&str, NodeId> {
    let mut called = FxHashMap::default();
    // A hook in a hook is gone through with the outer one.
    let mut end = 0;
    for hook in view.nodes(&["call_expression", "pair", "method_definition"]).filter(|node| is_hook(view, *node)) {
        if view.span(hook).end <= end {
            continue;
        }
        end = view.span(hook).end;
        for name in view.nodes_in(hook, &["identifier", "property_identifier"]) {
            let Some(above) = view.parent(name) else { continue };
            let is_called = match view.kind(above) {
                "call_expression" => view.field(above, "function") == Some(name),
                "arguments" => true,
                "pair" => view.field(above, "value") == Some(name),
                "member_expression" => {
                    let is_of_row = view.field(above, "object").is_some_and(|of| view.kind(of) == "this");
                    let call = view.parent(above).filter(|call| view.kind(*call) == "call_expression");
                    is_of_row && call.is_some()
                }
                _ => false,
            };
            if is_called {
                called.entry(view.words(name)).or_insert(hook);
            }
        }
    }
    called
}

/// The hook by which the function around a place is called.
fn called_from(view: ColumnView<'_>, place: NodeId, called: &FxHashMap<&str, NodeId>) -> Option<NodeId> {
    let mut functions = view.ancestors(place).filter(|above| view.is(*above, FUNCTIONS));
    functions.find_map(|function| called.get(view.key_text(name_of(view, function)?)).copied())
}

/// The setter of a class or of the options of a column.
fn setter_around(view: ColumnView<'_>, place: NodeId) -> Option<NodeId> {
    view.ancestors(place).find(|above| {
        view.kind(*above) == "method_definition"
            && (view.words(*above).starts_with("set") || view.words(*above).contains("set "))
            || view.kind(*above) == "pair" && view.field(*above, "key").is_some_and(|key| view.key_text(key) == "set")
    })
}

/// The model of a hook: what it is called on, its class, what its class listens to; nothing where it stands beside the columns.
fn model_of<'a>(view: ColumnView<'a>, object: NodeId, hook: NodeId) -> Option<&'a str> {
    if let Some((owner, name)) = view.method(hook) {
        return (name.starts_with("before")).then(|| view.last_name(owner))?;
    }
    let class = view.ancestors(hook).find(|above| view.is(*above, &["class_declaration", "class"]));
    if let Some(class) = class {
        if let Some((_, listens)) = view.words(class).split_once("listenTo(") {
            let (_, listened) = listens.split_once("return ")?;
            return listened.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
        }
        let is_own = view.kind(object) == "this" || {
            let names = view.analysis.names();
            let declared = names.binding_of(object).map(|binding| names.binding(binding).node);
            declared.is_some_and(|name| matches!(origin(view, name, &mut Vec::new()), NameOrigin::Parameter { .. }))
        };
        return is_own.then(|| view.field(class, "name").map(|name| view.words(name)))?;
    }
    None
}

/// `schema.plugin(encryption, { fields: ["token"] })`
fn plugin(view: ColumnView<'_>, call: NodeId, out: &mut Facts) {
    let mut arguments = view.arguments(call);
    let Some(plugin) =
        arguments.next().filter(|plugin| says_sealed(view.shown(*plugin)) || says_sealed(&view.exported_name(*plugin)))
    else {
        return;
    };
    let value = ColumnValue::of(Sealed::Yes, view.shown(plugin));
    let listed = arguments.next().into_iter().flat_map(|options| view.nodes_in(options, &["array"]));
    let (mut sealed, mut left_out): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for list in listed {
        // `excludeFromEncryption: ["name"]`
        let key = view.parent(list).and_then(|pair| view.field(pair, "key")).map(|key| view.key_text(key));
        let names = view.named(list).filter_map(|name| view.string(name));
        match key.is_some_and(|key| key.starts_with("exclude")) {
            true => left_out.extend(names),
            false => sealed.extend(names),
        }
    }
    // Without a list it seals all that its schema holds.
    let columns: Vec<Option<&str>> = match (sealed.is_empty(), left_out.is_empty()) {
        (false, _) => sealed.into_iter().map(Some).collect(),
        (true, true) => vec![None],
        (true, false) => {
            let keys = view.nodes(&["property_identifier"]).map(|key| view.words(key));
            let keys: BTreeSet<&str> = keys.filter(|key| view.names.may_be_token(key)).collect();
            keys.into_iter().filter(|key| !left_out.contains(key)).map(Some).collect()
        }
    };
    for column in columns {
        let column = column.map(Into::into);
        let seals = Seals { mapper: None, is_local: true, yields: false, table: None, column, value: value.clone() };
        out.say(view.span(plugin), ColumnFact::Seals(Box::new(seals)));
    }
}
