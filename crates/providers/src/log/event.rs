//! Calls that log an event, with the fields that they give.

use std::collections::BTreeSet;

use auditlint_matcher::Analysis;
use auditlint_syntax::NodeId;

use crate::identifier::words;
use crate::kinds::Kinds;
use crate::read::python::{keyword, keywords, positional, string};
use crate::words::Words;

static CALLS: Kinds = Kinds::new(&["call"]);

/// What stands in every file that logs.
static WORDS: Words = Words::new(&[
    "log", "Log", "emit", "Emit", "event", "Event", "track", "record", "audit", "notify", "publish", "capture",
]);

/// Methods of loggers.
const METHODS: [&str; 14] = [
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "critical",
    "exception",
    "log",
    "msg",
    "fatal",
    "trace",
    "success",
    "notice",
    "failure",
];

/// Words of functions that log or hand on an event.
const VERBS: [&str; 9] = ["log", "emit", "event", "track", "record", "audit", "notify", "publish", "capture"];

/// Arguments with names that are none of the event.
const NO_FIELDS: [&str; 6] = ["extra", "exc_info", "stack_info", "stacklevel", "event", "msg"];

/// How many calls of `bind` are looked at in one chain.
const MOST_BINDS: usize = 16;

/// A call that logs an event.
#[derive(Debug)]
pub struct LogEvent<'s> {
    /// The call.
    pub node: NodeId,
    /// The name of the event.
    pub name: &'s str,
    /// The fields beside it.
    pub fields: BTreeSet<&'s str>,
    /// Whether these are all fields that the call gives.
    pub is_whole: bool,
}

/// Whether a text may hold such a call.
#[must_use]
pub fn may_log(text: &[u8]) -> bool {
    WORDS.any_in(text)
}

/// The events that a source of Python logs, in the order of the file.
#[must_use]
pub fn log_events<'s>(analysis: &Analysis<'s>) -> Vec<LogEvent<'s>> {
    let tree = analysis.tree();
    let kinds = CALLS.of(tree.language());
    let calls = (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node)));
    calls.filter_map(|call| event(analysis, call)).collect()
}

fn event<'s>(analysis: &Analysis<'s>, call: NodeId) -> Option<LogEvent<'s>> {
    let tree = analysis.tree();
    let function = tree.child_by_field_name(call, "function")?;
    let last = match tree.kind_name(function) {
        "attribute" => analysis.words(tree.child_by_field_name(function, "attribute")?),
        "identifier" => analysis.words(function),
        _ => return None,
    };
    let is_method = tree.kind_name(function) == "attribute" && METHODS.contains(&last);
    if !is_method && !words(last).iter().any(|word| VERBS.contains(&word.as_str())) {
        return None;
    }
    let mut found = LogEvent { node: call, name: "", fields: BTreeSet::new(), is_whole: true };
    let mut named = None;
    if let Some(extra) = keyword(analysis, call, "extra") {
        found.dictionary(analysis, extra, &mut named);
    }
    // A message says what the event is where nothing else does.
    let by_keyword = keyword(analysis, call, "event").and_then(|value| text(analysis, value));
    let by_place = || positional(analysis, call).take(2).find_map(|argument| text(analysis, argument));
    found.name = named.or(by_keyword).or_else(by_place)?;
    for (key, _) in keywords(analysis, call).filter(|(key, _)| !NO_FIELDS.contains(key)) {
        found.fields.insert(key);
    }
    let arguments = tree.child_by_field_name(call, "arguments")?;
    for part in tree.named_children(arguments) {
        match tree.kind_name(part) {
            "dictionary_splat" => match tree.named_children(part).next() {
                Some(given) => found.dictionary(analysis, given, &mut None),
                None => found.is_whole = false,
            },
            "list_splat" => found.is_whole = false,
            // `emit(logger, "event", payload)`
            "dictionary" => found.dictionary(analysis, part, &mut None),
            _ => {}
        }
    }
    // What a function of the project is handed beside the name may hold fields.
    let is_other =
        |argument: NodeId| !is_method && text(analysis, argument).is_none() && tree.kind_name(argument) != "dictionary";
    let others = positional(analysis, call).skip(1).filter(|argument| is_other(*argument));
    let others: Vec<NodeId> = others.collect();
    for argument in others {
        found.dictionary(analysis, argument, &mut None);
    }
    found.bound(analysis, function);
    Some(found)
}

impl<'s> LogEvent<'s> {
    /// Takes the keys of a dictionary, where it is spelled out and nothing changes it.
    fn dictionary(&mut self, analysis: &Analysis<'s>, node: NodeId, event: &mut Option<&'s str>) {
        let tree = analysis.tree();
        let origins = analysis.names().origins(tree, analysis.text(), node);
        let spelled = origins.into_iter().find(|origin| tree.kind_name(*origin) == "dictionary");
        // A name for a dictionary may gain keys on its way.
        let Some(spelled) = spelled else {
            self.is_whole = false;
            return;
        };
        self.is_whole &= spelled == node;
        for pair in tree.named_children(spelled).filter(|pair| !tree.node(*pair).is_extra()) {
            let key = tree.child_by_field_name(pair, "key").and_then(|key| text(analysis, key));
            match key {
                Some("event") => {
                    *event = tree.child_by_field_name(pair, "value").and_then(|value| text(analysis, value));
                }
                Some(key) => {
                    self.fields.insert(key);
                }
                None => self.is_whole = false,
            }
        }
    }

    /// Takes what `bind` added to the logger.
    fn bound(&mut self, analysis: &Analysis<'s>, function: NodeId) {
        let tree = analysis.tree();
        let mut at = tree.child_by_field_name(function, "object");
        for _ in 0..MOST_BINDS {
            let Some(object) = at else { return };
            let origins = analysis.names().origins(tree, analysis.text(), object);
            let made = origins.into_iter().find(|origin| tree.kind_name(*origin) == "call");
            let Some(made) = made else {
                // A logger that somebody hands in may hold fields.
                let is_named = tree.kind_name(object) == "identifier" && analysis.names().binding_of(object).is_some();
                let is_parameter = is_named && matches!(analysis.target(object), auditlint_names::Target::Opaque);
                self.is_whole &= !is_parameter && tree.kind_name(object) != "attribute";
                return;
            };
            let function = tree.child_by_field_name(made, "function");
            let is_bind = function.is_some_and(|function| {
                let words = analysis.words(function);
                [".bind", ".new", ".opt", ".contextualize"].iter().any(|end| words.ends_with(end))
            });
            if !is_bind {
                return;
            }
            self.fields.extend(keywords(analysis, made).map(|(key, _)| key));
            at = function.and_then(|function| tree.child_by_field_name(function, "object"));
        }
    }
}

/// The text that an expression is: a string, or a name for one.
fn text<'s>(analysis: &Analysis<'s>, node: NodeId) -> Option<&'s str> {
    if let Some(text) = string(analysis, node) {
        return Some(text);
    }
    let tree = analysis.tree();
    if tree.kind_name(node) != "identifier" {
        return None;
    }
    let mut origins =
        analysis.names().origins(tree, analysis.text(), node).into_iter().filter(|origin| *origin != node);
    let first = origins.next().and_then(|origin| string(analysis, origin))?;
    origins.next().is_none().then_some(first)
}
