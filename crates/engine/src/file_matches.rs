//! What rules find in one source, apart from what is configured: the same for the same text, language, role, rules and imports.

use std::sync::Arc;

use auditlint_rules::{Counters, ModuleKind, Role, RuleId, Severity, SourceExports};
use auditlint_source::{Position, Span};
use serde::{Deserialize, Serialize};

use crate::directives::{Anchor, Directives, has_directive};
use crate::{ContentHash, FileEdit, Fingerprint};

/// Everything that the text of a source and its tree are needed for. It can be kept, sent and read back, and turned into
/// findings later: with another configuration, other tasks, on another day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMatches {
    pub(crate) bytes: u64,
    pub(crate) role: Role,
    /// Why nothing was analysed.
    pub(crate) unread: Option<Unread>,
    pub(crate) parsed: bool,
    /// Whether a source without code holds something like a suppression comment.
    pub(crate) has_directive: bool,
    /// What was analysed, where something was found in it.
    pub(crate) content: Option<ContentHash>,
    /// The rules that the matches number.
    pub(crate) rules: Vec<RuleId>,
    pub(crate) matches: Vec<FileMatch>,
    /// `require` rules of which no text of theirs stands in the source.
    pub(crate) absent: Vec<RuleId>,
    /// The suppression comments, where there is one.
    pub(crate) directives: Option<Box<Directives>>,
    pub(crate) regions: Regions,
    /// The rules that may have missed something in these regions.
    pub(crate) in_doubt: Vec<RuleId>,
    pub(crate) exceeded: Vec<RuleExceeded>,
    /// What the source exports that a rule asks for.
    pub(crate) exports: Option<Box<SourceExports>>,
    /// Matches that there was no room for.
    pub(crate) left_out: u64,
    pub(crate) counters: Counters,
}

/// Why a text was not analysed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Unread {
    Utf16,
    Binary,
    /// It is a page without scripts.
    NoCode,
    /// The parser gave up, with the reason.
    GaveUp(String),
}

/// One place in a source where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMatch {
    /// Its number in [`FileMatches::rules`].
    pub(crate) rule: u32,
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) anchor: Anchor,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) message: Arc<str>,
    pub(crate) fix: Option<Box<[FileEdit]>>,
    /// Why there is no fix although the rule has one.
    pub(crate) cannot_fix: Option<String>,
    pub(crate) labels: Box<[LabelledSpan]>,
    /// How serious it is, where that differs from the rule.
    pub(crate) severity: Option<Severity>,
    /// What kinds of code the place must be besides, each of them.
    pub(crate) kinds: Box<[ModuleKind]>,
    /// The imported names that it goes back to.
    pub(crate) via: Box<[u32]>,
}

/// A place that explains a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LabelledSpan {
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) message: String,
}

/// What was not understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Regions {
    /// The first of them.
    pub(crate) told: Vec<(Span, Position)>,
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

/// What of a rule was too much for a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleExceeded {
    pub(crate) rule: RuleId,
    pub(crate) steps: bool,
    pub(crate) text: bool,
    pub(crate) fix: bool,
}

impl FileMatches {
    /// Of a source in which nothing was analysed.
    pub(crate) fn unread(unread: Unread, role: Role, text: &[u8]) -> Self {
        let has_directive = unread == Unread::NoCode && has_directive(text);
        Self { bytes: text.len() as u64, unread: Some(unread), role, has_directive, ..Self::default() }
    }

    /// Whether the source was analysed and written by a program.
    pub(crate) fn is_generated(&self) -> bool {
        self.role == Role::Generated && !matches!(self.unread, Some(Unread::Utf16 | Unread::Binary | Unread::NoCode))
    }

    /// What it takes of memory, roughly. Messages are counted although most are shared.
    pub(crate) fn weight(&self) -> usize {
        let texts = self.matches.iter().map(|found| {
            let edits = found.fix.iter().flatten().map(|edit| size_of::<FileEdit>() + edit.text.len());
            let labels = found.labels.iter().map(|label| size_of::<LabelledSpan>() + label.message.len());
            found.message.len() + edits.chain(labels).sum::<usize>()
        });
        let ids = size_of_val(&*self.rules) + size_of_val(&*self.absent) + size_of_val(&*self.in_doubt);
        let lists = ids + size_of_val(&*self.matches);
        let directives = self.directives.as_ref().map_or(0, |directives| size_of::<Directives>() + directives.weight());
        let exports = self.exports.as_ref().map_or(0, |exports| size_of::<SourceExports>() + exports.weight());
        size_of::<Self>() + exports + lists + size_of_val(&*self.regions.told) + directives + texts.sum::<usize>()
    }
}
