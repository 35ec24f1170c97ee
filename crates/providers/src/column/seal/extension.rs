//! Extensions and middleware of a Prisma client that seal what queries write.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, ColumnValue, Facts, Sealed, Seals};
use super::super::view::ColumnView;
use super::inside::{of_name, sealing_call};

/// Keys of an extension that stand for every model or every query.
const EVERY: &[&str] = &["$allModels", "$allOperations"];

/// What an extension seals is named in tables or lists with so many entries at the most.
const MOST: usize = 500;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    let is_named =
        ["$extends", "defineExtension", "$use", "$allModels", "$allOperations"].iter().any(|word| view.has(word));
    // An extension may be an object that another file hands to the client.
    let may_query = view.has("query:") && view.has("args");
    if !is_named && !may_query {
        return;
    }
    for pair in view.nodes(&["pair"]) {
        let Some((key, value)) = view.field(pair, "key").zip(view.field(pair, "value")) else { continue };
        if view.key_text(key) == "query" {
            let value = view.unwrapped(value);
            match view.kind(value) {
                "object" => query(view, value, out),
                // `query: buildQuery(ENCRYPTED)`: a function makes what every model goes through.
                "call_expression" | "identifier" if is_named => hook(view, None, value, out),
                _ => {}
            }
        }
    }
    for call in view.nodes(&["call_expression"]) {
        if let Some((_, "$use")) = view.method(call)
            && let Some(middleware) = view.arguments(call).next()
        {
            hook(view, None, middleware, out);
        }
    }
}

/// `query: { account: { update({ args, query }) { … } } }`
fn query(view: ColumnView<'_>, models: NodeId, out: &mut Facts) {
    for part in view.named(models) {
        match view.kind(part) {
            "pair" | "method_definition" => {
                let key = view.field(part, "key").or_else(|| view.field(part, "name"));
                let Some(key) = key.map(|key| view.key_text(key)) else { continue };
                let model = (!EVERY.contains(&key)).then_some(key);
                hook(view, model, part, out);
            }
            _ => {}
        }
    }
}

/// Code that queries go through, of one model or of every.
fn hook(view: ColumnView<'_>, model: Option<&str>, code: NodeId, out: &mut Facts) {
    let Some(value) = seals(view, code) else { return };
    let mut say = |at: NodeId, table: Option<&str>, column: Option<&str>, value: &ColumnValue| {
        let (table, column) = (table.map(Into::into), column.map(Into::into));
        let seals = Seals {
            mapper: Some(ColumnMapper::Prisma),
            is_local: false,
            yields: false,
            table,
            column,
            value: value.clone(),
        };
        out.say(view.span(at), ColumnFact::Seals(Box::new(seals)));
    };
    let columns: Vec<NodeId> = columns(view, code).collect();
    if !columns.is_empty() {
        return columns.into_iter().for_each(|column| say(column, model, Some(view.key_text(column)), &value));
    }
    if model.is_some() {
        return say(code, model, None, &value);
    }
    // What every model goes through knows by a table which columns are meant.
    let tables: Vec<NodeId> = all_columns(view).take(MOST).collect();
    match tables.as_slice() {
        [] => say(code, None, None, &value),
        listed => {
            for column in listed {
                say(*column, model_of(view, *column), Some(view.key_text(*column)), &value);
            }
        }
    }
}

/// Whether code seals: by a call, or by a function that it calls.
fn seals(view: ColumnView<'_>, code: NodeId) -> Option<ColumnValue> {
    if let Some(how) = sealing_call(view, code) {
        return Some(ColumnValue::of(Sealed::Yes, how));
    }
    let callees = view.nodes_in(code, &["call_expression"]).filter_map(|call| view.field(call, "function"));
    let called = callees.chain(view.nodes_in(code, &["identifier", "shorthand_property_identifier"]));
    let mut elsewhere: Option<ColumnValue> = None;
    for name in called.filter(|callee| view.is(*callee, &["identifier", "shorthand_property_identifier"])) {
        match of_name(view, name) {
            Some(value) if value.own == Some(Sealed::Yes) => return Some(value),
            Some(value) if !value.from.is_empty() => {
                elsewhere = Some(match elsewhere {
                    Some(known) if known.from.len() < 8 => known.beside(value),
                    Some(known) => known,
                    None => value,
                });
            }
            _ => {}
        }
    }
    // An extension that logs or counts calls functions of elsewhere too.
    elsewhere.map(|mut value| {
        value.from.iter_mut().filter(|flow| flow.taken == Sealed::Unknown).for_each(|flow| flow.taken = Sealed::No);
        value
    })
}

/// The names of token columns in code, each once for each place.
fn columns<'a>(view: ColumnView<'a>, code: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
    let names = view.nodes_in(code, &["property_identifier", "string", "shorthand_property_identifier"]);
    names.filter(move |name| view.names.may_be_token(view.key_text(*name)))
}

/// The names of token columns in tables and lists of the file.
fn all_columns<'a>(view: ColumnView<'a>) -> impl Iterator<Item = NodeId> + use<'a> {
    let names = view.nodes(&["property_identifier", "string"]);
    names.filter(move |name| {
        let is_listed = view.parent(*name).is_some_and(|above| view.is(above, &["pair", "array"]));
        is_listed && view.names.may_be_token(view.key_text(*name))
    })
}

/// The model below which a column is listed: `Account: ["access_token"]`, `Account: { access_token: true }`.
fn model_of(view: ColumnView<'_>, column: NodeId) -> Option<&str> {
    let own = view.parent(column).filter(|above| view.kind(*above) == "pair");
    let mut pairs = view.ancestors(column).filter(|above| view.kind(*above) == "pair" && Some(*above) != own);
    let key = pairs.find_map(|pair| {
        let key = view.key_text(view.field(pair, "key")?);
        (!matches!(key, "fields" | "columns" | "encrypt" | "encrypted")).then_some(key)
    });
    key.or_else(|| {
        // `{ model: "Account", field: "access_token" }`
        let object = view.parent(own?)?;
        view.text_property(object, "model")
    })
}
