//! Events that code of Python logs by a name.

mod event;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use auditlint_facts::{
    Fact, ProjectScope, Provider, Relation, RelationInfo, Row, Source, SourceFacts, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};

pub use self::event::{LogEvent, log_events, may_log};

static RELATIONS: [RelationInfo; 1] = [relation(
    "log.event",
    "An event that code of Python logs under a constant name, tests aside.",
    &[
        column("event", "its name"),
        detail("fields", "the fields beside it, sorted, between commas"),
        detail("whole", "whether these are all fields that the call gives"),
    ],
)];

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EventFact {
    name: Arc<str>,
    fields: Arc<str>,
    is_whole: bool,
}

impl Fact for EventFact {}

/// The provider.
pub(crate) struct Logs;

impl Provider for Logs {
    type Fact = EventFact;

    fn name(&self) -> &str {
        "log"
    }

    fn about(&self) -> &str {
        "Calls that log, by the last name of what is called (`info`, `log_event`, `emit_event`, `track`), with the event that they name: their first or second argument, `event=…`, or `\"event\"` in `extra`; \
         a constant of the file counts as its text. The fields are the arguments with names, the keys of `extra` and of dictionaries that are spelled out, and what `bind` added in the same expression or \
         where the logger was made. A name that is put together is not a known event."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        Language::of_path(path) == Some(Language::Python)
            && path.extension() != Some("pyi")
            && Role::by_default(path) != Role::Test
    }

    fn may_hold(&self, _path: &FilePath, text: &[u8]) -> bool {
        may_log(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> SourceFacts<EventFact> {
        let mut out = SourceFacts::default();
        let Some(analysis) = source.analysis() else { return out };
        for LogEvent { node, name, fields, is_whole } in log_events(analysis) {
            let fields = fields.into_iter().collect::<Vec<_>>().join(", ").into();
            out.say(analysis.tree().span(node), EventFact { name: name.into(), fields, is_whole });
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &SourceFacts<EventFact>)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let facts = sources.iter().flat_map(|(path, source)| source.facts.iter().map(move |said| (path, said)));
        let rows = facts.map(|(path, said)| {
            let values = vec![(&said.name).into(), (&said.fields).into(), said.is_whole.into()];
            Row { path: path.clone(), span: said.span, values }
        });
        vec![Relation { info: RELATIONS[0].clone(), rows: rows.collect(), gaps: gaps_of(sources) }]
    }
}
