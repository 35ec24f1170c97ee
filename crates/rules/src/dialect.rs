//! For which program a rule document was written, and what of it is for languages that are not read here.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_source::document::{DocumentError, DocumentNode, DocumentValue};
use auditlint_source::{Problem, ProblemKind};

use crate::language;

/// For which program a rule document was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RuleDialect {
    /// For auditlint: every mistake is an error.
    #[default]
    Own,
    /// For ast-grep: what ast-grep passes over is a warning.
    AstGrep {
        /// Languages for which the project brings grammars of its own.
        custom_languages: Arc<[String]>,
    },
}

impl RuleDialect {
    /// Whether a document with this mistake can be used all the same.
    pub(crate) fn passes_over(&self, error: &DocumentError) -> bool {
        error.passable && matches!(self, Self::AstGrep { .. })
    }

    /// The name of a language that ast-grep, or the project, has a grammar for and auditlint has not.
    fn foreign<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        let custom = match self {
            Self::Own => None,
            Self::AstGrep { custom_languages } => custom_languages.iter().find(|known| *known == name),
        };
        // A grammar of the project may have the name of a language that is read here.
        if custom.is_some() && language::named(name).is_none() {
            return custom.map(String::as_str);
        }
        language::foreign(name)
    }
}

/// Rules and utils that are not used because nothing here reads their language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedDocuments {
    rules: usize,
    utils: usize,
    languages: BTreeMap<String, usize>,
    ids: Vec<String>,
}

impl SkippedDocuments {
    /// Takes out of a file the documents of which no language is read here, and counts them.
    pub(crate) fn take(&mut self, documents: &mut Vec<DocumentNode>, dialect: &RuleDialect, are_utils: bool) {
        documents.retain(|document| {
            let Some(language) = document.get("language") else { return true };
            let names = match &language.value {
                DocumentValue::List(items) => items.as_slice(),
                _ => std::slice::from_ref(language),
            };
            let foreign: Vec<&str> =
                names.iter().filter_map(|name| dialect.foreign(name.as_text().unwrap_or_default())).collect();
            let Some(first) = foreign.first() else { return true };
            *self.languages.entry((*first).to_owned()).or_default() += 1;
            let count = if are_utils { &mut self.utils } else { &mut self.rules };
            *count += 1;
            if foreign.len() < names.len() {
                return true;
            }
            let id = document.get("id").and_then(DocumentNode::as_text);
            self.ids.extend(id.filter(|_| !are_utils).map(str::to_owned));
            false
        });
    }

    /// Adds what was skipped elsewhere.
    pub fn add(&mut self, other: Self) {
        self.rules += other.rules;
        self.utils += other.utils;
        self.ids.extend(other.ids);
        for (language, count) in other.languages {
            *self.languages.entry(language).or_default() += count;
        }
    }

    /// Whether nothing was skipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules + self.utils == 0
    }

    /// The ids of the rules, which the configuration may name.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// What was skipped, in one line; `None` where nothing was.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        let count = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            _ => Some(format!("{count} {what}s")),
        };
        let skipped = [count(self.rules, "rule"), count(self.utils, "util")].into_iter().flatten();
        let skipped = skipped.collect::<Vec<_>>().join(" and ");
        let mut languages: Vec<(&String, &usize)> = self.languages.iter().collect();
        languages.sort_by_key(|(name, count)| (usize::MAX - **count, *name));
        let languages: Vec<String> = languages.into_iter().map(|(name, count)| format!("{name} ({count})")).collect();
        let message = format!("skipped {skipped} for languages that auditlint does not read: {}", languages.join(", "));
        (!self.is_empty()).then(|| Problem::warning(ProblemKind::Rule, message))
    }
}
