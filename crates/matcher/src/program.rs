//! A compiled matcher.

use auditlint_source::document::DocumentError;
use auditlint_syntax::{KindId, Language, NodeId};
use serde::{Deserialize, Serialize};

use crate::{Analysis, Entry, Literals, Match, MatcherDocument, Scratch, SharedUtils};

/// A matcher compiled for one language.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    language: Language,
    kinds: Option<Vec<KindId>>,
    entries: Vec<Entry>,
    literals: Literals,
}

impl Program {
    /// Compiles a document for one language.
    ///
    /// # Errors
    /// Everything in the document that cannot be compiled for this language, each with its place.
    pub fn compile(
        document: &MatcherDocument,
        language: Language,
        shared: &SharedUtils,
    ) -> Result<Self, Vec<DocumentError>> {
        let _ = (document, shared);
        Ok(Self { language, kinds: None, entries: Vec::new(), literals: Literals::default() })
    }

    /// The language that it was compiled for.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Kinds of the nodes that can match, sorted; `None` where any node can.
    #[must_use]
    pub fn kinds(&self) -> Option<&[KindId]> {
        self.kinds.as_deref()
    }

    /// The same, refined by keys. Empty where `kinds` is `None` or empty.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What a file must contain for this to match in it.
    #[must_use]
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// Tries one node.
    pub fn match_at<'p>(&'p self, analysis: &Analysis<'_>, node: NodeId, scratch: &mut Scratch) -> Option<Match<'p>> {
        let _ = scratch;
        Some(Match::new(self, node, analysis))
    }
}
