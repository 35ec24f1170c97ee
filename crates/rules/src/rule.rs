//! A rule: what to look for, why, where, and the tasks it belongs to.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use auditlint_facts::Check;
use auditlint_matcher::MatcherDocument;
use auditlint_source::document::{DocumentError, DocumentKey, DocumentNode};
use auditlint_source::{FilePath, Problem, ProblemKind, Span};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};

use crate::{
    Confidence, Examples, FileGlob, ModuleConditions, NativeFix, NativeRule, RoleSet, RuleId, RuleLevel, RuleOptions,
    TaskLink, Territory,
};

/// A rule as it was read. The configuration may change severity, files, ignores, roles and tasks before the rule is
/// made part of a [`crate::RuleSet`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Its id, unique in a set.
    pub id: RuleId,
    /// The pack that it ships in; `None` for a rule of the repository itself.
    pub pack: Option<String>,
    /// The languages that it checks; its patterns must parse in the first. None for a rule over facts.
    pub languages: Vec<Language>,
    /// Whether it is on, and how serious its findings are. A set runs every rule that it is given: leave out what is off.
    pub level: RuleLevel,
    /// How sure it is of what it reports.
    pub confidence: Confidence,
    /// What of it a project may set.
    pub options: RuleOptions,
    /// What is wrong, with metavariables; the id where the document has no message.
    pub message: String,
    /// Bytes of the message in the document.
    pub message_span: Span,
    /// A longer remark.
    pub note: Option<String>,
    /// Why the rule is there, one paragraph.
    pub why: Option<String>,
    /// What to write instead.
    pub instead: Option<String>,
    /// Where to read more.
    pub url: Option<String>,
    /// The weaknesses that it finds, by their numbers in the list of CWE, the closest first.
    pub cwe: Vec<u32>,
    /// The release of auditlint since which it ships.
    pub since: Option<String>,
    /// The files that it checks; empty for all.
    pub files: Vec<FileGlob>,
    /// The files that it does not check.
    pub ignores: Vec<FileGlob>,
    /// The roles of the files that it looks at.
    pub roles: RoleSet,
    /// The kinds of modules that it looks in.
    pub modules: ModuleConditions,
    /// The tasks that it belongs to.
    pub tasks: Vec<TaskLink>,
    /// Code that it is tested on.
    pub examples: Examples,
    /// Anything the author wants to keep; not read.
    pub metadata: Vec<(DocumentKey, DocumentNode)>,
    /// The file that it stands in and the bytes of its document there.
    pub place: (FilePath, Span),
    /// What to look for.
    pub body: RuleBody,
    /// What to look for in languages that have a matcher of their own.
    pub variants: Vec<(Language, MatcherDocument)>,
    /// How a match is put right, where no template says it.
    #[serde(skip)]
    pub fix: Option<NativeFix>,
    /// The text of that file, for the lines of problems; empty in a rule of a pack.
    #[serde(skip)]
    pub text: Arc<str>,
    /// The projects of the run in which it holds.
    #[serde(skip)]
    pub territory: Territory,
}

/// What a rule looks for.
#[derive(Clone, Serialize, Deserialize)]
pub enum RuleBody {
    /// `rule:` every node that matches is a place.
    Match(MatcherDocument),
    /// `require:` a file in which too few or too many nodes match is a place.
    Require {
        /// What to count.
        document: MatcherDocument,
        /// How many there must be.
        count: Count,
    },
    /// `check:` every row of a relation that does not agree with another relation is a place, by any of these checks.
    Check(Vec<Check>),
    /// Written in Rust.
    #[serde(skip)]
    Native(&'static dyn NativeRule),
}

/// How many matches a file must have, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Minimum.
    pub min: u32,
    /// Maximum; `None` for no limit.
    pub max: Option<u32>,
}

impl Default for Count {
    fn default() -> Self {
        Self { min: 1, max: None }
    }
}

impl Count {
    /// Whether `count` is allowed.
    #[must_use]
    pub fn allows(self, count: u32) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }
}

impl Rule {
    /// The checks of a rule over facts; none of another rule.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        match &self.body {
            RuleBody::Check(checks) => checks,
            RuleBody::Match(_) | RuleBody::Require { .. } | RuleBody::Native(_) => &[],
        }
    }

    /// The checks of which the options of the rule let all conditions hold.
    pub fn checks_in_force(&self) -> impl Iterator<Item = &Check> {
        self.checks().iter().filter(|check| check.options.iter().all(|condition| self.options.holds(condition)))
    }

    /// Has its globs count from a folder.
    pub(crate) fn count_from(&mut self, folder: &FilePath) {
        FileGlob::count_from(&mut self.files, folder);
        FileGlob::count_from(&mut self.ignores, folder);
        TaskLink::count_from(&mut self.tasks, folder);
    }

    /// The relations that its checks read.
    #[must_use]
    pub fn relations(&self) -> BTreeSet<&str> {
        self.checks().iter().flat_map(Check::relations).collect()
    }

    /// What its fix is, in words for people; `None` where it has none.
    #[must_use]
    pub fn fix_in_words(&self) -> Option<String> {
        match (self.unsafe_fix(), self.fix) {
            (Some(because), _) => Some(format!("unsafe: {because}")),
            (None, Some(_)) => Some("safe, where it is certain".to_owned()),
            (None, None) => self.document()?.has_fix().then(|| "safe".to_owned()),
        }
    }

    /// Why somebody has to look at what its fix wrote; `None` where the fix is safe, or there is none.
    #[must_use]
    pub fn unsafe_fix(&self) -> Option<&str> {
        self.document()?.unsafe_fix()
    }

    /// The matcher document for a language; `None` for a rule over facts or written in Rust.
    #[must_use]
    pub fn document_for(&self, language: Language) -> Option<&MatcherDocument> {
        let own = self.variants.iter().find(|(of, _)| *of == language).map(|(_, document)| document);
        own.or_else(|| self.document())
    }

    /// The matcher document; `None` for a rule over facts or written in Rust.
    #[must_use]
    pub fn document(&self) -> Option<&MatcherDocument> {
        match &self.body {
            RuleBody::Match(document) | RuleBody::Require { document, .. } => Some(document),
            RuleBody::Check(_) | RuleBody::Native(_) => None,
        }
    }

    /// Whether it is a rule over whole files (`require`).
    #[must_use]
    pub fn is_about_files(&self) -> bool {
        matches!(self.body, RuleBody::Require { .. })
    }

    /// A problem at a place in the rule's document.
    #[must_use]
    pub fn problem(&self, error: DocumentError) -> Problem {
        let without_text = self.text.is_empty();
        let mut problem = problem(&self.place.0, &self.text, error);
        if without_text {
            problem.position = None;
        }
        problem
    }
}

/// A mistake in a rule file as a problem.
pub(crate) fn problem(path: &FilePath, text: &str, error: DocumentError) -> Problem {
    let problem = Problem::error(ProblemKind::Rule, error.message).in_file(path).at(error.span, text.as_bytes());
    match error.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

impl fmt::Debug for RuleBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match(document) => f.debug_tuple("Match").field(document).finish(),
            Self::Require { document, count } => {
                f.debug_struct("Require").field("document", document).field("count", count).finish()
            }
            Self::Check(checks) => f.debug_tuple("Check").field(checks).finish(),
            Self::Native(rule) => f.debug_tuple("Native").field(&rule.meta().id).finish(),
        }
    }
}
