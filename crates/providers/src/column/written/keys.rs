//! Keys of objects that queries of TypeScript and JavaScript write.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, Facts, Sealed, Written};
use super::super::names::TokenNames;
use super::super::query;
use super::super::seal::says_sealed;
use super::super::view::View;

/// The facts of a source.
pub(super) fn extract(view: View<'_>, out: &mut Facts) {
    for key in query::keys(view, &|name| TokenNames.may_be_token(name)).into_iter().filter(|key| key.is_written) {
        let Some((sealed, how)) = sealed(view, view.unwrapped(key.value)) else { continue };
        let table = key.table.map(Into::into);
        let written = Written { mapper: key.mapper, table, column: key.name.into(), sealed, how: how.into() };
        out.say(view.span(key.key), ColumnFact::Written(Box::new(written)));
    }
}

/// Whether a value is sealed, and what says so; `None` where nothing is written.
fn sealed<'a>(view: View<'a>, value: NodeId) -> Option<(Sealed, &'a str)> {
    let how = view.shown(value);
    let sealed = match view.kind(value) {
        "false" | "true" | "null" | "undefined" => return None,
        "identifier" | "shorthand_property_identifier" if how == "undefined" => return None,
        "identifier" | "shorthand_property_identifier" | "member_expression" => match says_sealed(how) {
            true => Sealed::Yes,
            false => Sealed::No,
        },
        "call_expression" => match view.field(value, "function").is_some_and(|of| says_sealed(view.text(of))) {
            true => Sealed::Yes,
            false => Sealed::Unknown,
        },
        _ => Sealed::Unknown,
    };
    Some((sealed, how))
}
