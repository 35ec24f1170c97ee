//! What a team says about how far a task is.

use std::fmt;

use serde::Serialize;

use crate::TaskPlace;

/// How far a task is, as declared. A task that declares nothing, or a word that nobody knows, has no status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not begun.
    Todo,
    /// Begun.
    InProgress,
    /// Said to be finished.
    Done,
    /// Decided against.
    WontDo,
    /// The risk is accepted as it is.
    Accepted,
}

impl Status {
    /// The status as it is written in JSON and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in-progress",
            Self::Done => "done",
            Self::WontDo => "wont-do",
            Self::Accepted => "accepted",
        }
    }
}

/// Words for a status, folded: lower case, `-` and `_` as spaces, no apostrophes.
const WORDS: &[(&str, Status)] = &[
    ("todo", Status::Todo),
    ("to do", Status::Todo),
    ("open", Status::Todo),
    ("new", Status::Todo),
    ("pending", Status::Todo),
    ("planned", Status::Todo),
    ("proposed", Status::Todo),
    ("backlog", Status::Todo),
    ("not started", Status::Todo),
    ("ready", Status::Todo),
    ("reopened", Status::Todo),
    ("in progress", Status::InProgress),
    ("in review", Status::InProgress),
    ("started", Status::InProgress),
    ("doing", Status::InProgress),
    ("ongoing", Status::InProgress),
    ("active", Status::InProgress),
    ("wip", Status::InProgress),
    ("blocked", Status::InProgress),
    ("on hold", Status::InProgress),
    ("done", Status::Done),
    ("complete", Status::Done),
    ("completed", Status::Done),
    ("closed", Status::Done),
    ("finished", Status::Done),
    ("fixed", Status::Done),
    ("resolved", Status::Done),
    ("implemented", Status::Done),
    ("merged", Status::Done),
    ("shipped", Status::Done),
    ("wont do", Status::WontDo),
    ("wont fix", Status::WontDo),
    ("wontdo", Status::WontDo),
    ("wontfix", Status::WontDo),
    ("will not do", Status::WontDo),
    ("cancelled", Status::WontDo),
    ("canceled", Status::WontDo),
    ("rejected", Status::WontDo),
    ("declined", Status::WontDo),
    ("dropped", Status::WontDo),
    ("obsolete", Status::WontDo),
    ("accepted", Status::Accepted),
    ("risk accepted", Status::Accepted),
    ("accepted risk", Status::Accepted),
];

/// Signs for a status. A cross is not among them: it means "failed" as often as "not done".
const SIGNS: &[(&str, Status)] = &[
    ("\u{2705}", Status::Done),
    ("\u{2611}", Status::Done),
    ("\u{2714}", Status::Done),
    ("\u{2713}", Status::Done),
    ("\u{2610}", Status::Todo),
    ("\u{2B1C}", Status::Todo),
    ("\u{1F532}", Status::Todo),
    ("\u{1F6A7}", Status::InProgress),
    ("\u{23F3}", Status::InProgress),
    ("\u{1F504}", Status::InProgress),
    ("[ ]", Status::Todo),
    ("[]", Status::Todo),
    ("[x]", Status::Done),
    ("[X]", Status::Done),
    ("[/]", Status::InProgress),
    ("[~]", Status::InProgress),
    ("[-]", Status::WontDo),
];

impl Status {
    /// The status that a value such as `done (2025-10-01)` or `✅ Done` names, if it certainly names one: a known word
    /// or sign that ends the value or is followed by punctuation.
    pub(crate) fn of_words(value: &str) -> Option<Self> {
        let mut value = value.trim();
        let sign = leading_sign(value);
        if let Some((_, length)) = sign {
            value = value[length..].trim_start();
            if value.is_empty() {
                return sign.map(|(status, _)| status);
            }
        }
        let end = value.find(['(', ',', ';', '.', ':', '[', '|', '\u{2013}', '\u{2014}']).unwrap_or(value.len());
        let words = value[..end].split(" - ").next().unwrap_or_default();
        let folded: String = words
            .trim()
            .trim_matches(['*', '`', '"', '\''])
            .chars()
            .filter(|c| !matches!(c, '\'' | '\u{2019}'))
            .map(|c| if matches!(c, '-' | '_') { ' ' } else { c.to_ascii_lowercase() })
            .collect();
        WORDS.iter().find(|(word, _)| *word == folded).map(|(_, status)| *status)
    }

    /// Every word that is known, for help texts.
    pub(crate) fn known_words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }
}

/// The status sign (`[x]`, `✅`, `☐`) with which `text` starts, and its length in bytes with a variation selector.
pub(crate) fn leading_sign(text: &str) -> Option<(Status, usize)> {
    let (sign, status) = SIGNS.iter().find(|(sign, _)| text.starts_with(sign))?;
    let mut length = sign.len();
    if text[length..].starts_with('\u{FE0F}') {
        length += '\u{FE0F}'.len_utf8();
    }
    // `[x](…)` and `[x]: …` are links.
    let is_link = sign.starts_with('[') && text[length..].starts_with(['(', ':', '[']);
    (!is_link).then_some((*status, length))
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a status was declared. Where several disagree the first of this order holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredBy {
    /// The task's own `status`: it stands beside the task and is changed with it.
    Task,
    /// A line of a checklist: kept by hand, so it can be set back.
    Checklist,
    /// A marker file: it says that the task was finished once, and rarely goes when the task is reopened.
    Marker,
    /// The exported status file of a tracker: as old as the export.
    Tracker,
}

/// One place that says how far a task is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusDeclaration {
    /// What it says.
    pub status: Status,
    /// What kind of place says it.
    pub by: DeclaredBy,
    /// The word, box or file name that says it. A marker file says it by its name: its place is the empty span at
    /// the start of the file.
    pub place: TaskPlace,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_that_are_certain() {
        for (value, expected) in [
            ("todo", Some(Status::Todo)),
            ("**Done**", Some(Status::Done)),
            ("In-Progress", Some(Status::InProgress)),
            ("won't fix: too late", Some(Status::WontDo)),
            ("\u{2705} Done (2025-10-01)", Some(Status::Done)),
            ("\u{2705}", Some(Status::Done)),
            ("done - see the pull request", Some(Status::Done)),
            ("risk_accepted", Some(Status::Accepted)),
            ("mostly complete", None),
            ("done by Friday", None),
            ("", None),
        ] {
            assert_eq!(Status::of_words(value), expected, "{value}");
        }
    }

    #[test]
    fn tells_boxes_from_links() {
        assert_eq!(leading_sign("[x] a"), Some((Status::Done, 3)));
        assert_eq!(leading_sign("\u{2714}\u{FE0F} a"), Some((Status::Done, 6)));
        assert_eq!(leading_sign("[x](a.md)"), None);
    }
}
