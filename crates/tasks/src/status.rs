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
    ("selected for development", Status::Todo),
    ("unstarted", Status::Todo),
    ("triage", Status::Todo),
    ("waiting", Status::Todo),
    ("draft", Status::Todo),
    ("deferred", Status::Todo),
    ("opened", Status::Todo),
    ("reopened", Status::Todo),
    ("not done", Status::Todo),
    ("not fixed", Status::Todo),
    ("not yet started", Status::Todo),
    ("incomplete", Status::Todo),
    ("unresolved", Status::Todo),
    ("outstanding", Status::Todo),
    ("confirmed", Status::Todo),
    ("scheduled", Status::Todo),
    ("queued", Status::Todo),
    ("postponed", Status::Todo),
    ("ready for development", Status::Todo),
    ("ready for dev", Status::Todo),
    ("ready to start", Status::Todo),
    ("in progress", Status::InProgress),
    ("in review", Status::InProgress),
    ("review", Status::InProgress),
    ("in development", Status::InProgress),
    ("in testing", Status::InProgress),
    ("testing", Status::InProgress),
    ("started", Status::InProgress),
    ("doing", Status::InProgress),
    ("ongoing", Status::InProgress),
    ("active", Status::InProgress),
    ("wip", Status::InProgress),
    ("blocked", Status::InProgress),
    ("on hold", Status::InProgress),
    ("paused", Status::InProgress),
    ("stalled", Status::InProgress),
    ("underway", Status::InProgress),
    ("partial", Status::InProgress),
    ("partially done", Status::InProgress),
    ("partially complete", Status::InProgress),
    ("partially completed", Status::InProgress),
    ("partially implemented", Status::InProgress),
    ("partially fixed", Status::InProgress),
    ("in qa", Status::InProgress),
    ("qa", Status::InProgress),
    ("in test", Status::InProgress),
    ("code review", Status::InProgress),
    ("peer review", Status::InProgress),
    ("under review", Status::InProgress),
    ("in code review", Status::InProgress),
    ("pending review", Status::InProgress),
    ("awaiting review", Status::InProgress),
    ("waiting for review", Status::InProgress),
    ("needs review", Status::InProgress),
    ("ready for review", Status::InProgress),
    ("ready for code review", Status::InProgress),
    ("ready for qa", Status::InProgress),
    ("ready for test", Status::InProgress),
    ("ready for testing", Status::InProgress),
    ("ready for merge", Status::InProgress),
    ("ready to merge", Status::InProgress),
    ("ready for release", Status::InProgress),
    ("ready for deployment", Status::InProgress),
    ("ready to deploy", Status::InProgress),
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
    ("verified", Status::Done),
    ("delivered", Status::Done),
    ("deployed", Status::Done),
    ("released", Status::Done),
    ("remediated", Status::Done),
    ("mitigated", Status::Done),
    ("patched", Status::Done),
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
    ("deleted", Status::WontDo),
    ("duplicate", Status::WontDo),
    ("not planned", Status::WontDo),
    ("superseded", Status::WontDo),
    ("abandoned", Status::WontDo),
    ("invalid", Status::WontDo),
    ("false positive", Status::WontDo),
    ("cannot reproduce", Status::WontDo),
    ("out of scope", Status::WontDo),
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

/// The part of a value that names a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusToken<'v> {
    pub(crate) status: Status,
    /// The sign and the words, as they are written.
    pub(crate) written: &'v str,
}

impl<'v> StatusToken<'v> {
    /// The status that a value such as `done (2025-10-01)` or `✅ Done` names, if it certainly names one: a known word
    /// or sign that ends the value or is followed by punctuation.
    pub(crate) fn of(value: &'v str) -> Option<Self> {
        let value = value.trim().trim_start_matches(MARKS);
        let front = leading_sign(value);
        let signs = match front {
            Some((status, length)) if value[length..].trim_start_matches(MARKS).trim().is_empty() => {
                return Some(Self { status, written: &value[..length] });
            }
            Some((_, length)) => length,
            None => ornament(value),
        };
        let rest = value[signs..].trim_start();
        let rest = &rest[ornament(rest)..];
        let has_front = signs > 0;
        let end = rest.find(['(', ',', ';', '.', ':', '[', '|', '\u{2013}', '\u{2014}']).unwrap_or(rest.len());
        let words = rest[..end].split(" - ").next().unwrap_or_default();
        let words = words.trim();
        let closing = closing_sign(words);
        let bare = closing.map_or(words, |(_, at)| words[..at].trim_end());
        let mut words = words.trim_matches(MARKS);
        let bare = bare.trim_matches(MARKS);
        let (status, bare) = match of_folded(&folded(bare)) {
            Some(status) => (status, bare),
            None => of_beginning(bare)?,
        };
        match closing {
            // `Done ⏳` says two things.
            Some((said, _)) if said != status => return None,
            Some(_) => {}
            None => words = bare,
        }
        let behind = (words.as_ptr() as usize).saturating_sub(value.as_ptr() as usize) + words.len();
        let start = if has_front { 0 } else { behind - words.len() };
        Some(Self { status, written: &value[start..behind] })
    }
}

/// Marks that may stand around the words of a status.
const MARKS: [char; 5] = ['*', '`', '"', '\'', '_'];

fn folded(words: &str) -> String {
    words
        .chars()
        .filter(|c| !matches!(c, '\'' | '\u{2019}'))
        .map(|c| if matches!(c, '-' | '_') { ' ' } else { c.to_ascii_lowercase() })
        .collect()
}

fn of_folded(folded: &str) -> Option<Status> {
    WORDS.iter().find(|(word, _)| *word == folded).map(|(_, status)| *status).or_else(|| of_share(folded))
}

/// What a cell or value says that answers whether something is done: `yes`, `x`, `false`.
pub(crate) fn flag_of(value: &str) -> Option<Status> {
    const YES: [&str; 4] = ["yes", "true", "x", "y"];
    const NO: [&str; 3] = ["no", "false", "n"];
    let value = value.trim().trim_matches(MARKS);
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    if is(&YES) {
        Some(Status::Done)
    } else if is(&NO) {
        Some(Status::Todo)
    } else {
        None
    }
}

/// How many bytes at the start are signs that say nothing by themselves (`🔴 `, `🟢 `, `⚠️ `), with the space behind them.
pub(crate) fn ornament(text: &str) -> usize {
    let behind = text.trim_start_matches(|c| is_ornament(c) || matches!(c, '\u{200D}' | '\u{FE0F}' | ' '));
    if behind.is_empty() || !text.starts_with(is_ornament) {
        return 0;
    }
    text.len() - behind.len()
}

/// Pictures and geometric signs; no letter and no punctuation.
fn is_ornament(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !matches!(c, '\u{2010}'..='\u{203A}' | '«' | '»')
}

/// The status whose words a value begins with, and these words, where what follows takes nothing back: what something waits for
/// (`Blocked by SEC-26`), or when and where it was done (`done ✅ 2024-01-01`, `Fixed in #12`).
fn of_beginning(value: &str) -> Option<(Status, &str)> {
    /// No status has more words.
    const MOST: usize = 4;
    let ends = value.match_indices(' ').map(|(at, _)| at).take(MOST).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|at| {
        let (words, behind) = (value[..at].trim_end(), value[at..].trim_start());
        // A sign that says the same may stand between.
        let (said, bare) = match closing_sign(words) {
            Some((said, end)) => (Some(said), words[..end].trim_end().trim_end_matches(MARKS)),
            None => (None, words.trim_end_matches(MARKS)),
        };
        let status = of_folded(&folded(bare))?;
        let fits = is_reference(behind) || is_held(bare) && names_a_hindrance(behind);
        (fits && said.is_none_or(|said| said == status)).then_some((status, words.trim_end_matches(MARKS)))
    })
}

/// Whether a word says that something else must come first, or that it goes on: `Blocked`, `In progress`.
fn is_held(words: &str) -> bool {
    const WORDS: [&str; 11] = [
        "blocked",
        "waiting",
        "on hold",
        "paused",
        "stalled",
        "pending",
        "deferred",
        "postponed",
        "in progress",
        "in review",
        "ongoing",
    ];
    WORDS.contains(&folded(words).as_str())
}

/// `by SEC-26`, `on the review`, `until May`: what is not finished waits for something.
fn names_a_hindrance(behind: &str) -> bool {
    const WORDS: [&str; 7] = ["by", "on", "for", "until", "since", "because", "due"];
    let first = behind.split(' ').next().unwrap_or_default();
    WORDS.iter().any(|word| first.eq_ignore_ascii_case(word))
}

/// Dates, ids, versions and names of people, with the words that lead to them: `2024-01-01`, `in #12`, `in PR 4 on 2024-01-01`.
fn is_reference(behind: &str) -> bool {
    const WORDS: [&str; 11] = ["in", "on", "via", "since", "as", "of", "at", "pr", "mr", "commit", "version"];
    let mut has_number = false;
    let fits = behind.split_whitespace().all(|word| {
        let is_number = word.contains(|c: char| c.is_ascii_digit()) && !word.contains('%');
        has_number |= is_number;
        let is_sign = leading_sign(word).is_none() && word.starts_with(is_ornament);
        is_number || is_sign || word.starts_with('@') || WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
    });
    fits && has_number
}

/// The sign with which words end (`Complete** ✅`), and where it starts.
pub(crate) fn closing_sign(words: &str) -> Option<(Status, usize)> {
    let bare = words.trim_end_matches('\u{FE0F}');
    let signs = SIGNS.iter().filter(|(sign, _)| !sign.starts_with('['));
    signs
        .filter_map(|(sign, status)| bare.strip_suffix(sign).map(|front| (*status, front.len())))
        .find(|(_, at)| *at > 0)
}

/// The status that a share of the work says: `100% complete`, `40 %`.
fn of_share(folded: &str) -> Option<Status> {
    let (number, behind) = folded.split_once('%')?;
    if !matches!(behind.trim(), "" | "complete" | "completed" | "done") {
        return None;
    }
    match number.trim().parse::<u8>().ok()? {
        0 => Some(Status::Todo),
        100 => Some(Status::Done),
        1..=99 => Some(Status::InProgress),
        _ => None,
    }
}

impl Status {
    /// The status that a value names, if it certainly names one.
    pub(crate) fn of_words(value: &str) -> Option<Self> {
        StatusToken::of(value).map(|token| token.status)
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

/// The sign with which a heading ends (`Title ✅`, `Title ✅ DONE`), and the text in front of it. A box at the end is not one.
pub(crate) fn trailing_sign(text: &str) -> Option<(&str, StatusToken<'_>)> {
    let signs = SIGNS.iter().filter(|(sign, _)| !sign.starts_with('['));
    let at = signs.filter_map(|(sign, _)| text.rfind(sign)).max().filter(|at| *at > 0)?;
    let token = StatusToken::of(&text[at..])?;
    (token.written.len() == text[at..].trim_end().len()).then_some((text[..at].trim_end(), token))
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
    /// A line of a checklist or table that stands apart from the task: kept by hand, so it can be set back.
    Checklist,
    /// A marker file: it says that the task was finished once, and rarely goes when the task is reopened.
    Marker,
    /// The exported status file of a tracker: as old as the export.
    Tracker,
}

/// How a status is written where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusForm {
    /// A box: `[ ]`, `[x]`. The span covers the brackets.
    Box,
    /// A sign: `✅`, `☐`.
    Sign,
    /// A word in prose, with the sign in front of it where there is one: `**Status:** ✅ Done (today)`.
    Word,
    /// A value of YAML. The span covers no quotes.
    Yaml,
    /// A text of JSON. The span covers no quotes.
    Json,
    /// A text of TOML. The span covers no quotes.
    Toml,
    /// A cell of a Markdown table, without the spaces around it.
    TableCell,
    /// A cell of comma- or tab-separated lines. The span covers no quotes.
    CsvCell,
    /// The `x ` at the start of a line of todo.txt; the span is empty where the task is not done.
    LineMark,
    /// The extension of a file's name: the span is empty.
    FileName,
    /// Yes or no: `"done": true`, a cell with `x`.
    Flag,
    /// It cannot be changed where it stands: a date, a list of flags.
    Derived,
}

/// One place that says how far a task is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusDeclaration {
    /// What it says.
    pub status: Status,
    /// What kind of place says it.
    pub by: DeclaredBy,
    /// How it is written there.
    pub form: StatusForm,
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
            ("**100% Complete** \u{2705}", Some(Status::Done)),
            ("**Done** \u{2714}\u{FE0F}", Some(Status::Done)),
            ("**Done** \u{23F3}", None),
            ("40 %", Some(Status::InProgress)),
            ("0% done", Some(Status::Todo)),
            ("120%", None),
            ("100% of the tests", None),
            ("mostly complete", None),
            ("done by Friday", None),
            ("\u{1F534} Not started", Some(Status::Todo)),
            ("\u{1F7E1} In Progress", Some(Status::InProgress)),
            ("\u{1F7E2} Complete", Some(Status::Done)),
            ("\u{26A0}\u{FE0F} **Blocked**", Some(Status::InProgress)),
            ("\u{1F534}", None),
            ("\u{1F7E2} Healthy", None),
            ("Blocked by SEC-26", Some(Status::InProgress)),
            ("Waiting on the vendor", Some(Status::Todo)),
            ("In progress since May", Some(Status::InProgress)),
            ("Ready for Review", Some(Status::InProgress)),
            ("Ready for QA", Some(Status::InProgress)),
            ("ready for the future", None),
            ("done \u{2705} 2024-01-01", Some(Status::Done)),
            ("**Done** 2024-01-01", Some(Status::Done)),
            ("Fixed in PR #12", Some(Status::Done)),
            ("Completed on 2024-01-01 \u{1F389}", Some(Status::Done)),
            ("done \u{23F3} 2024-01-01", None),
            ("fixed in most places", None),
            ("done by 2024-01-01", None),
            ("done 50%", None),
            ("open questions 2", None),
            ("", None),
        ] {
            assert_eq!(Status::of_words(value), expected, "{value}");
        }
    }

    #[test]
    fn knows_what_of_a_value_says_it() {
        for (value, expected) in [
            (" **Done** (today)", "Done"),
            ("\u{2705} Done: at last", "\u{2705} Done"),
            ("[ ] todo", "[ ] todo"),
            ("**100% Complete** \u{2705}", "100% Complete** \u{2705}"),
            ("\u{2705}", "\u{2705}"),
            ("won't fix - too late", "won't fix"),
            ("\u{1F534} Not started", "\u{1F534} Not started"),
            ("\u{1F7E1} **In Progress** (ann)", "\u{1F7E1} **In Progress"),
            ("Blocked by SEC-26", "Blocked"),
            ("done \u{2705} 2024-01-01", "done \u{2705}"),
            ("**Done** 2024-01-01", "Done"),
        ] {
            assert_eq!(StatusToken::of(value).map(|token| token.written), Some(expected), "{value}");
        }
    }

    #[test]
    fn knows_the_sign_at_the_end() {
        for (text, expected) in [
            ("Title \u{2705}", Some(("Title", "\u{2705}"))),
            ("Title \u{2705} DONE", Some(("Title", "\u{2705} DONE"))),
            ("Title \u{2705} and more", None),
            ("\u{2705} Title", None),
            ("Title [x]", None),
        ] {
            let found = trailing_sign(text);
            assert_eq!(found.as_ref().map(|(title, token)| (*title, token.written)), expected, "{text}");
        }
    }

    #[test]
    fn tells_boxes_from_links() {
        assert_eq!(leading_sign("[x] a"), Some((Status::Done, 3)));
        assert_eq!(leading_sign("\u{2714}\u{FE0F} a"), Some((Status::Done, 6)));
        assert_eq!(leading_sign("[x](a.md)"), None);
    }
}
