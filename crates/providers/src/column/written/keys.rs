//! Keys of objects that queries of TypeScript and JavaScript write.

use super::super::fact::{ColumnFact, Facts, Written};
use super::super::query;
use super::super::value::Values;

/// The facts of a source.
pub(super) fn extract(values: &Values<'_>, out: &mut Facts) {
    let view = values.view;
    for key in query::keys(view, &|name| view.names.may_be_token(name)).into_iter().filter(|key| key.is_written) {
        let Some(value) = values.of(key.value) else { continue };
        let table = key.table.map(Into::into);
        let written = Written { mapper: key.mapper, table, column: key.name.into(), value, is_sure: key.is_sure };
        out.say(view.span(key.key), ColumnFact::Written(Box::new(written)));
    }
}
