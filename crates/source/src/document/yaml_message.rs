//! What is said about YAML that cannot be read, in words of people who write YAML.

use serde_saphyr::Error;

use crate::limits::{MAX_YAML_ANCHORS, MAX_YAML_DEPTH, MAX_YAML_NODES};

/// The first line of what the parser finds wrong, without its place, which is ours to print.
pub(super) fn message(error: &Error) -> String {
    let mut inner = error;
    while let Error::AliasError { error, .. } | Error::WithSnippet { error, .. } = inner {
        inner = error;
    }
    match inner {
        Error::Budget { .. } => format!(
            "this YAML is too large: the limit is {MAX_YAML_NODES} values, {MAX_YAML_DEPTH} nesting levels and {MAX_YAML_ANCHORS} anchors"
        ),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("duplicate key `{key}`"),
        Error::DuplicateMappingKey { key: None, .. } => "duplicate key".to_owned(),
        Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => "aliases stand for more than is read".to_owned(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => "this anchor holds an alias of itself".to_owned(),
        _ => {
            let location = error.location();
            let message = error.to_string();
            let message = message.lines().next().unwrap_or_default().trim();
            let place = location.map(|at| format!(" at line {}, column {}", at.line(), at.column()));
            place.and_then(|place| message.strip_suffix(&place)).unwrap_or(message).to_owned()
        }
    }
}
