//! The names under which task files say what is known about a task.

/// What a key of a YAML task, or a labelled line of a Markdown task, tells about the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Status,
    Priority,
    Owner,
    Files,
    Findings,
    Acceptance,
    DependsOn,
    Verify,
    Subtasks,
    /// Prose that says what the task is about.
    Text,
}

const NAMES: &[(&str, Field)] = &[
    ("status", Field::Status),
    ("state", Field::Status),
    ("priority", Field::Priority),
    ("owner", Field::Owner),
    ("owners", Field::Owner),
    ("assignee", Field::Owner),
    ("assigned to", Field::Owner),
    ("files", Field::Files),
    ("file", Field::Files),
    ("artifacts to touch", Field::Files),
    ("files to touch", Field::Files),
    ("files to change", Field::Files),
    ("affected files", Field::Files),
    ("findings", Field::Findings),
    ("finding", Field::Findings),
    ("audit findings", Field::Findings),
    ("acceptance", Field::Acceptance),
    ("acceptance criteria", Field::Acceptance),
    ("acceptance criterion", Field::Acceptance),
    ("definition of done", Field::Acceptance),
    ("done when", Field::Acceptance),
    ("depends on", Field::DependsOn),
    ("depends", Field::DependsOn),
    ("dependencies", Field::DependsOn),
    ("blocked by", Field::DependsOn),
    ("prerequisites", Field::DependsOn),
    ("verify", Field::Verify),
    ("verification", Field::Verify),
    ("subtasks", Field::Subtasks),
    ("overview", Field::Text),
    ("description", Field::Text),
    ("scope", Field::Text),
    ("summary", Field::Text),
    ("context", Field::Text),
    ("goal", Field::Text),
    ("rationale", Field::Text),
    ("why", Field::Text),
    ("steps", Field::Text),
    ("tasks", Field::Text),
    ("notes", Field::Text),
    ("constraints", Field::Text),
    ("tags", Field::Text),
];

/// The field of that name, whatever its case and whether `_`, `-` or a space stands between its words.
pub(crate) fn field(name: &str) -> Option<Field> {
    let name = name.trim();
    NAMES
        .iter()
        .find(|(known, _)| {
            known.len() == name.len()
                && known.bytes().zip(name.bytes()).all(|(known, byte)| {
                    let byte = if matches!(byte, b'_' | b'-') { b' ' } else { byte.to_ascii_lowercase() };
                    known == byte
                })
        })
        .map(|(_, field)| *field)
}

/// Whether a value says that there is nothing to say.
pub(crate) fn is_nothing(value: &str) -> bool {
    let value = value.trim().trim_end_matches('.').to_ascii_lowercase();
    matches!(value.as_str(), "" | "none" | "n/a" | "na" | "tbd" | "tba" | "-" | "–" | "—" | "null" | "~" | "unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_spellings() {
        assert_eq!(field("artifacts_to_touch"), Some(Field::Files));
        assert_eq!(field("Acceptance Criteria"), Some(Field::Acceptance));
        assert_eq!(field("depends-on"), Some(Field::DependsOn));
        assert_eq!(field("C1"), None);
    }
}
