//! The names under which task files say what is known about a task.

/// What a key of a YAML task, or a labelled line of a Markdown task, tells about the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TaskField {
    Id,
    Title,
    Status,
    Priority,
    Owner,
    /// The phase, milestone or sprint.
    Phase,
    Files,
    Findings,
    Acceptance,
    DependsOn,
    Verify,
    Subtasks,
    /// Prose that says what the task is about.
    Text,
}

impl TaskField {
    /// Its name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Owner => "owner",
            Self::Phase => "phase",
            Self::Files => "files",
            Self::Findings => "findings",
            Self::Acceptance => "acceptance",
            Self::DependsOn => "depends-on",
            Self::Verify => "verify",
            Self::Subtasks => "subtasks",
            Self::Text => "text",
        }
    }
}

const NAMES: &[(&str, TaskField)] = &[
    ("status", TaskField::Status),
    ("state", TaskField::Status),
    ("priority", TaskField::Priority),
    ("owner", TaskField::Owner),
    ("owners", TaskField::Owner),
    ("assignee", TaskField::Owner),
    ("assignees", TaskField::Owner),
    ("assigned to", TaskField::Owner),
    ("responsible", TaskField::Owner),
    ("phase", TaskField::Phase),
    ("milestone", TaskField::Phase),
    ("sprint", TaskField::Phase),
    ("iteration", TaskField::Phase),
    ("files", TaskField::Files),
    ("file", TaskField::Files),
    ("artifacts to touch", TaskField::Files),
    ("files to touch", TaskField::Files),
    ("files to change", TaskField::Files),
    ("affected files", TaskField::Files),
    ("modified files", TaskField::Files),
    ("paths", TaskField::Files),
    ("findings", TaskField::Findings),
    ("finding", TaskField::Findings),
    ("audit findings", TaskField::Findings),
    ("acceptance", TaskField::Acceptance),
    ("acceptance criteria", TaskField::Acceptance),
    ("acceptance criterion", TaskField::Acceptance),
    ("definition of done", TaskField::Acceptance),
    ("done when", TaskField::Acceptance),
    ("success criteria", TaskField::Acceptance),
    ("depends on", TaskField::DependsOn),
    ("depends", TaskField::DependsOn),
    ("dependencies", TaskField::DependsOn),
    ("blocked by", TaskField::DependsOn),
    ("prerequisites", TaskField::DependsOn),
    ("verify", TaskField::Verify),
    ("verification", TaskField::Verify),
    ("verified by", TaskField::Verify),
    ("subtasks", TaskField::Subtasks),
    ("overview", TaskField::Text),
    ("description", TaskField::Text),
    ("body", TaskField::Text),
    ("scope", TaskField::Text),
    ("summary", TaskField::Text),
    ("context", TaskField::Text),
    ("goal", TaskField::Text),
    ("rationale", TaskField::Text),
    ("why", TaskField::Text),
    ("steps", TaskField::Text),
    ("tasks", TaskField::Text),
    ("notes", TaskField::Text),
    ("constraints", TaskField::Text),
    ("tags", TaskField::Text),
    ("labels", TaskField::Text),
    ("details", TaskField::Text),
];

/// The field of that name, whatever its case and whether `_`, `-` or a space stands between its words.
pub(crate) fn field(name: &str) -> Option<TaskField> {
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

/// The field that a column of a table or a key of an export stands for: the names of fields, and those of ids and titles.
pub(crate) fn column(name: &str) -> Option<TaskField> {
    const IDS: &[&str] =
        &["id", "key", "task id", "issue key", "issue id", "ticket", "identifier", "ref", "#", "task #", "issue"];
    const TITLES: &[&str] = &["title", "summary", "name", "task", "item", "subject", "description", "what"];
    let folded: String =
        name.trim().chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c.to_ascii_lowercase() }).collect();
    if IDS.contains(&folded.as_str()) {
        return Some(TaskField::Id);
    }
    if TITLES.contains(&folded.as_str()) {
        return Some(TaskField::Title);
    }
    field(name)
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
        assert_eq!(field("artifacts_to_touch"), Some(TaskField::Files));
        assert_eq!(field("Acceptance Criteria"), Some(TaskField::Acceptance));
        assert_eq!(field("depends-on"), Some(TaskField::DependsOn));
        assert_eq!(field("C1"), None);
    }
}
