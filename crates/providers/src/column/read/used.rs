//! Tokens that are used as a query gave them: in a header, compared with what a request brought, handed to a client. Nothing opens
//! them on the way, so they are stored in plain text.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, Facts, Sealed, Used};
use super::super::query;
use super::super::seal::{says_opened, says_sealed};
use super::super::value::{FileValues, reads_rows, says_plain};
use super::super::view::ColumnView;
use super::super::written::table_of_row;

/// What stands before a token in a header.
const SCHEMES: &[&str] = &["bearer ", "basic ", "bot ", "token "];

/// Headers that hold a token and nothing else.
const HEADERS: &[&str] = &["authorization", "api-key", "private-token", "x-access-token", "x-api-key", "x-auth-token"];

/// Methods by which a client is given tokens.
const GIVING: &[&str] = &["setAccessToken", "setCredentials", "setRefreshToken", "setToken"];

/// Classes that do nothing with what they are given.
const HOLDERS: &[&str] =
    &["Array", "Date", "Error", "Headers", "Map", "Object", "Promise", "Proxy", "Set", "URL", "URLSearchParams"];

/// At most this many nodes above a value lead to the call that it is handed to.
const MOST_ABOVE: usize = 8;

/// The facts of a source.
pub(super) fn extract(values: &FileValues<'_>, out: &mut Facts) {
    let view = values.view;
    compared_in_queries(values, out);
    for member in view.nodes(&["member_expression"]) {
        let Some(name) = view.field(member, "property").map(|name| view.words(name)) else { continue };
        if !view.names.may_be_token(name) {
            continue;
        }
        if let Some(row) = view.field(member, "object").map(|row| view.unwrapped(row))
            && let Some(how) = used(values, member)
            && let Some(table) = is_row(view, row).then(|| table_of_row(view, row)).flatten()
        {
            let (table, column) = (Some(table.into()), name.into());
            let used = Used { table, column, how: how.into() };
            out.say(view.span(member), ColumnFact::Used(Box::new(used)));
        }
    }
}

/// `where: { token: request.query.token }`
fn compared_in_queries(values: &FileValues<'_>, out: &mut Facts) {
    let view = values.view;
    for key in query::keys(view, &|name| view.names.may_be_token(name)) {
        let value = view.unwrapped(key.value);
        let value = ["equals", "$eq"].iter().find_map(|operator| view.property(value, operator)).unwrap_or(value);
        let is_value = view
            .is(value, &["identifier", "member_expression", "shorthand_property_identifier", "subscript_expression"]);
        if key.is_written || !key.is_sure || !is_value {
            continue;
        }
        let brought = view.origins(value).into_iter().find(|from| is_of_request(view.shown(*from)));
        let is_open = || values.of(value).is_none_or(|value| value.own != Some(Sealed::Yes) && value.from.is_empty());
        if let Some(brought) = brought.filter(|_| is_open()) {
            let (table, column) = (key.table.map(Into::into), key.name.into());
            let how = format!("`{}` is compared with it in a query", view.shown(brought));
            out.say(view.span(key.key), ColumnFact::Used(Box::new(Used { table, column, how: how.into() })));
        }
    }
}

/// Whether a value comes out of a request, by how it is written: `req.query.token`.
pub(super) fn is_of_request(value: &str) -> bool {
    const BROUGHT: &[&str] =
        &["body", "cookies", "ctx", "headers", "params", "query", "req", "request", "searchParams"];
    let is_path = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$.?![]\"'-".contains(&byte));
    let mut words = value.split(|letter: char| !letter.is_alphanumeric());
    is_path && value.contains('.') && words.any(|word| BROUGHT.contains(&word))
}

/// Whether a value is what a query gave, as it is: a row of the result, or one of several.
fn is_row(view: ColumnView<'_>, row: NodeId) -> bool {
    view.origins(row)
        .into_iter()
        .any(|from| view.method(view.unwrapped(from)).is_some_and(|(_, name)| reads_rows(name)))
}

/// What a token is used for where it stands, by which it must be in plain text.
fn used(values: &FileValues<'_>, token: NodeId) -> Option<String> {
    let view = values.view;
    let above = view.parent(token)?;
    match view.kind(above) {
        "template_substitution" => in_header(view, above),
        "binary_expression" => compared(values, above, token),
        "pair" if view.field(above, "value") == Some(token) => {
            let key = view.key_text(view.field(above, "key")?);
            match HEADERS.contains(&key.to_ascii_lowercase().as_str()) {
                true => Some(format!("it is sent in the header `{key}`")),
                false => handed(view, above),
            }
        }
        "arguments" => handed(view, token),
        _ => None,
    }
}

/// `Bearer ${row.token}`
fn in_header(view: ColumnView<'_>, hole: NodeId) -> Option<String> {
    let template = view.parent(hole)?;
    let before = view.words(template).get(1..(view.span(hole).start - view.span(template).start) as usize)?;
    let scheme = SCHEMES.iter().find(|scheme| before.eq_ignore_ascii_case(scheme))?;
    Some(format!("it is sent in a header, behind `{}`", before.get(..scheme.len())?.trim_end()))
}

/// `row.token === given`
fn compared(values: &FileValues<'_>, comparison: NodeId, token: NodeId) -> Option<String> {
    let view = values.view;
    let operator = view.words(view.field(comparison, "operator")?);
    matches!(operator, "===" | "==" | "!==" | "!=").then_some(())?;
    let other =
        ["left", "right"].into_iter().filter_map(|side| view.field(comparison, side)).find(|it| *it != token)?;
    let value = values.of(other)?;
    let is_plain = value.own == Some(Sealed::No) || value.from.iter().any(|flow| flow.taken == Sealed::No);
    let is_text = view.is(other, &["string", "number"]);
    (is_plain && !is_text && value.own != Some(Sealed::Yes) && says_plain(view.shown(other)))
        .then(|| format!("it is compared with `{}`", view.shown(other)))
}

/// `new Client({ token: row.token })`, `client.setCredentials({ access_token: row.access_token })`
fn handed(view: ColumnView<'_>, part: NodeId) -> Option<String> {
    let mut at = part;
    for _ in 0..MOST_ABOVE {
        at = view.parent(at)?;
        match view.kind(at) {
            "object" | "pair" | "arguments" => {}
            "new_expression" => {
                let class = view.last_name(view.field(at, "constructor")?)?;
                let opens = says_opened(class) || says_sealed(class) || HOLDERS.contains(&class);
                return (!opens).then(|| format!("`{class}` is given it"));
            }
            "call_expression" => {
                let (_, method) = view.method(at)?;
                return GIVING.contains(&method).then(|| format!("`{method}` is given it"));
            }
            _ => return None,
        }
    }
    None
}
