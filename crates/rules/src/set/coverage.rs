//! The files that one rule may report in, by path, role and language.

use auditlint_source::FilePath;

use super::SourceInfo;
use crate::{CompiledRule, FileGlobs, Role};

/// What `files`, `ignores`, `in` and `language` of a rule say, compiled to be asked about many files.
#[derive(Debug)]
pub struct RuleCoverage<'r> {
    compiled: &'r CompiledRule,
    /// `None` where the rule takes every file.
    files: Option<FileGlobs>,
    ignores: FileGlobs,
}

impl<'r> RuleCoverage<'r> {
    pub(crate) fn of(compiled: &'r CompiledRule) -> Self {
        let rule = &compiled.rule;
        let files = (!rule.files.is_empty()).then(|| FileGlobs::new(&rule.files));
        Self { compiled, files, ignores: FileGlobs::new(&rule.ignores) }
    }

    /// Whether the rule may report in a file of that path and role, in whatever language.
    #[must_use]
    pub fn covers(&self, path: &FilePath, role: Role) -> bool {
        self.compiled.rule.roles.contains(role)
            && self.compiled.rule.territory.covers(path)
            && self.files.as_ref().is_none_or(|files| files.covers(path))
            && !self.ignores.is_match(path)
    }

    /// Whether the rule looks at a source, whatever it holds.
    #[must_use]
    pub fn looks_at(&self, source: SourceInfo<'_>) -> bool {
        self.compiled.looks_at(source.language) && self.covers(source.path, source.role)
    }
}
