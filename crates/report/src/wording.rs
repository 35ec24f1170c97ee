//! Words that several formats for people share.

use std::borrow::Cow;

use auditlint_engine::Finding;
use auditlint_source::{Problem, ProblemKind, ProblemLevel};

use crate::RenderOptions;
use crate::plain::shown_name;

/// Whether a problem is written out in formats for people; the others are only counted.
pub(crate) fn is_listed(problem: &Problem, options: &RenderOptions) -> bool {
    let is_counted = problem.level == ProblemLevel::Note
        || (problem.kind == ProblemKind::Region && problem.level == ProblemLevel::Warning);
    options.verbose || !is_counted
}

/// The word for the level of a problem.
pub(crate) fn level_word(level: ProblemLevel, options: &RenderOptions) -> &'static str {
    match level {
        ProblemLevel::Error => "error",
        ProblemLevel::Warning if options.strict => "error",
        ProblemLevel::Warning => "warning",
        ProblemLevel::Note => "note",
    }
}

/// The rule's id. It comes from a rule file, which may hold anything.
pub(crate) fn rule_name(finding: &Finding) -> Cow<'_, str> {
    shown_name(finding.rule.id.as_str())
}
