//! Keys of objects that queries of TypeScript and JavaScript write.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashSet;

use super::super::fact::{ColumnFact, Facts, Sealed, Seals, WrittenValue};
use super::super::query;
use super::super::seal::says_sealed;
use super::super::value::FileValues;
use super::super::view::ColumnView;

/// The facts of a source, and the assignments that they stand at.
pub(super) fn extract(values: &FileValues<'_>, out: &mut Facts) -> FxHashSet<NodeId> {
    let view = values.view;
    let sealed = sealed_keys(view);
    let is_wanted = |name: &str| view.names.may_be_token(name) || sealed.contains(name);
    let parts = query::parts(view, &is_wanted);
    let assigned = parts.iter().map(|part| part.key).collect();
    let keys = query::keys(view, &is_wanted).into_iter().filter(|key| key.is_written);
    for key in keys.chain(parts) {
        let Some(value) = values.of(key.value) else { continue };
        if view.names.may_be_token(key.name) {
            let table = key.table.map(Into::into);
            let written =
                WrittenValue { mapper: key.mapper, table, column: key.name.into(), value, is_sure: key.is_sure };
            out.say(view.span(key.key), ColumnFact::Written(Box::new(written)));
        } else if value.own == Some(Sealed::Yes) {
            // `credentials: encryptCredentials(…)`: a document that is sealed as a whole.
            let seals = Seals {
                mapper: None,
                is_local: false,
                yields: false,
                table: Some(key.name.into()),
                column: None,
                value,
            };
            out.say(view.span(key.key), ColumnFact::Seals(Box::new(seals)));
        }
    }
    assigned
}

/// The keys of objects whose values are calls that say that they seal.
fn sealed_keys(view: ColumnView<'_>) -> FxHashSet<&str> {
    let pairs = view.nodes(&["pair"]).filter_map(|pair| view.field(pair, "key").zip(view.field(pair, "value")));
    let calls = pairs.filter_map(|(key, value)| {
        let call = view.unwrapped(value);
        let callee = view.field(call, "function").and_then(|callee| view.last_name(callee))?;
        says_sealed(callee).then(|| view.key_text(key))
    });
    calls.collect()
}
