//! `log-event-fields`: an event that is logged without fields which it must have.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_providers::{log_events, may_log};
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

/// this event is logged without a field that it must have
///
/// ## Why
///
/// Whoever searches the logs, counts events or is woken by them does so by their fields. An event without one of them falls out of the
/// search, and nobody notices what is not found.
///
/// ## Instead
///
/// Give the field with the event.
///
/// ## Note
///
/// The option `events` lists events with their fields: `api.request: component, status`; `*` stands for every event that another entry does not name. A call logs if the
/// last name of what is called says so (`logger.info`, `log_event`, `emit`, `track`). Fields are arguments with names, the keys of
/// `extra` and of dictionaries that are spelled out, and what `bind` adds. Not reported: calls that give fields in a way that
/// nobody can list (`**fields`, a dictionary with a name, a logger that is handed in and may have fields bound to it), and events whose name is put together.
///
/// ## Bad
///
/// ```python {events: ["api.request: component, status"]}
/// «log_event(logger, "api.request", status=200)»
/// log_event(logger, "api.other")
/// ```
///
/// ```python {events: ["worker.done: status", "*: component"]}
/// import logging
/// logger = logging.getLogger(__name__)
/// DONE = "worker.done"
/// «logger.info(DONE, extra={"job": 1})»
/// «logger.info("started")»
/// logger.info("stopped", extra={"component": "worker"})
/// ```
///
/// ## Good
///
/// ```python {events: ["api.request: component, status"]}
/// log_event(logger, "api.request", status=200, component="api")
/// log_event(logger, "api.request", **fields)
/// log.bind(component="api").info("api.request", status=200)
/// logger.info("api.request", extra={"component": "api", "status": 200})
/// def emit(log):
///     log.info("api.request")
/// ```
///
/// ```python
/// log_event(logger, "api.request")
/// ```
#[derive(Rule)]
#[rule(
    id = "log-event-fields",
    languages(Python),
    severity = "warning",
    roles(source, script),
    option(
        name = "events",
        about = "Events with the fields that they must have: `api.request: component, status`.",
        default()
    ),
    url = "https://docs.python.org/3/library/logging.html#logging.Logger.debug",
    since = "0.1.0"
)]
pub(super) struct LogEventFields;

impl NativeRule for LogEventFields {
    fn may_match(&self, options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        !options.texts("events").is_empty() && may_log(text)
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let listed = options.texts("events");
        let required: Vec<(&str, Vec<&str>)> = listed
            .iter()
            .filter_map(|entry| entry.split_once(':'))
            .map(|(event, fields)| (event.trim(), fields.split(',').map(str::trim).collect()))
            .collect();
        for event in log_events(analysis).into_iter().filter(|event| event.is_whole) {
            let named = |name: &str| required.iter().find(|(wanted, _)| *wanted == name);
            let Some((_, fields)) = named(event.name).or_else(|| named("*")) else { continue };
            if fields.iter().any(|field| !field.is_empty() && !event.fields.contains(field)) {
                emit(NativeMatch::of(analysis, event.node));
            }
        }
    }
}
