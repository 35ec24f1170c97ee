//! What code of Python writes into columns: attributes of rows, and arguments of models and statements by their names.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, ColumnValue, Facts, Sealed, WrittenValue};
use super::super::seal::{says_opened, says_sealed};
use super::super::value::says_generated;
use super::super::view::ColumnView;

/// Methods whose arguments are columns of what they are called on.
const METHODS: &[&str] = &["create", "acreate", "update", "aupdate", "update_or_create", "get_or_create", "values"];

/// At most this many steps are taken from a name to where its value comes from.
const MOST_STEPS: usize = 8;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    for node in view.nodes(&["assignment", "keyword_argument"]) {
        let found = match view.kind(node) {
            "assignment" => of_row(view, node),
            _ => of_argument(view, node),
        };
        let Some((table, name, value)) = found else { continue };
        let column = view.words(name);
        if !view.names.may_be_token(column) || view.is(value, &["none"]) {
            continue;
        }
        let value = value_of(view, value);
        let written = WrittenValue {
            mapper: ColumnMapper::Some,
            table: Some(table.into()),
            column: column.into(),
            value,
            is_sure: false,
        };
        out.say(view.span(name), ColumnFact::Written(Box::new(written)));
    }
}

/// `account.access_token = …`
fn of_row(view: ColumnView<'_>, assignment: NodeId) -> Option<(&str, NodeId, NodeId)> {
    let left = view.field(assignment, "left").filter(|left| view.is(*left, &["attribute"]))?;
    let object = view.words(view.field(left, "object")?);
    let table = object.rsplit('.').next().filter(|table| !matches!(*table, "self" | "cls"))?;
    Some((table, view.field(left, "attribute")?, view.field(assignment, "right")?))
}

/// `Account(access_token=…)`, `Account.objects.create(…)`, `insert(Account).values(…)`
fn of_argument(view: ColumnView<'_>, argument: NodeId) -> Option<(&str, NodeId, NodeId)> {
    let call = view.parent(view.parent(argument)?).filter(|call| view.is(*call, &["call"]))?;
    let function = view.words(view.field(call, "function")?);
    let parts = || function.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty());
    let table = parts().find(|part| part.starts_with(char::is_uppercase))?;
    let is_model = parts().next_back() == Some(table);
    let is_method = || parts().next_back().is_some_and(|last| METHODS.contains(&last));
    (is_model || is_method()).then_some(())?;
    Some((table, view.field(argument, "name")?, view.field(argument, "value")?))
}

/// Whether a value is sealed, by what is called for it on the way from where it comes from.
fn value_of(view: ColumnView<'_>, value: NodeId) -> ColumnValue {
    let mut at = value;
    for _ in 0..MOST_STEPS {
        match view.kind(at) {
            "parenthesized_expression" | "await" => match view.named(at).next() {
                Some(inner) => at = inner,
                None => break,
            },
            "string" if view.words(at).len() > 2 => return ColumnValue::of(Sealed::No, "a text"),
            "call" => return of_call(view, at),
            "identifier" => {
                if says_sealed(view.words(at)) {
                    return ColumnValue::of(Sealed::Yes, view.words(at));
                }
                match view.origins(at).into_iter().find(|origin| *origin != at) {
                    Some(origin) => at = origin,
                    None => break,
                }
            }
            _ => break,
        }
    }
    let words = view.shown(at);
    match view.kind(at) {
        "attribute" | "subscript" if says_sealed(words) => ColumnValue::of(Sealed::Yes, words),
        "identifier" | "attribute" | "subscript" => ColumnValue::of(Sealed::Unknown, words).named(),
        _ => ColumnValue::of(Sealed::Unknown, words),
    }
}

fn of_call(view: ColumnView<'_>, call: NodeId) -> ColumnValue {
    let function = view.field(call, "function").map(|function| view.words(function)).unwrap_or_default();
    let parts = || function.split(|c: char| !c.is_alphanumeric() && c != '_');
    let last = parts().next_back().unwrap_or_default();
    if parts().any(|part| says_sealed(part) && !says_opened(part)) || matches!(last, "hexdigest" | "digest") {
        return ColumnValue::of(Sealed::Yes, function);
    }
    let is_random = says_generated(&format!("{last}("))
        || matches!(last, "token_urlsafe" | "token_hex" | "uuid4" | "get_random_string");
    // `data.get("access_token")`: what somebody sent.
    match (is_random, last) {
        (true, _) => ColumnValue::of(Sealed::No, function),
        (false, "get" | "pop" | "strip" | "decode" | "str") => ColumnValue::of(Sealed::Unknown, function).named(),
        _ => ColumnValue::of(Sealed::Unknown, function),
    }
}
