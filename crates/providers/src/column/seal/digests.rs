//! Comparisons with a digest, which show that the column holds one.

use super::super::fact::{ColumnFact, Facts, Sealed, Seals};
use super::super::query;
use super::super::value::FileValues;

/// The facts of a source.
pub(super) fn extract(values: &FileValues<'_>, out: &mut Facts) {
    let view = values.view;
    for key in query::keys(view, &|name| view.names.may_be_token(name)).into_iter().filter(|key| !key.is_written) {
        let value = view.unwrapped(key.value);
        // `{ equals: hash(token) }`
        let value = ["equals", "$eq"].iter().find_map(|operator| view.property(value, operator)).unwrap_or(value);
        if view.kind(value) == "object" {
            continue;
        }
        if let Some(value) = values.of(value).filter(|value| value.from.is_empty() && value.own == Some(Sealed::Yes)) {
            let (table, column) = (key.table.map(Into::into), Some(key.name.into()));
            // A query of which nobody knows the table shows it only where nothing says otherwise.
            let yields = key.table.is_none();
            let seals = Seals { mapper: None, is_local: false, yields, table, column, value };
            out.say(view.span(key.key), ColumnFact::Seals(Box::new(seals)));
        }
    }
}
