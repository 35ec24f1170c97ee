//! What holds for every span, position and problem, wherever it comes from.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, LineIndex, Position, Problem, ProblemKind, Span};

/// A span lies in its text.
#[track_caller]
pub(super) fn within(span: Span, text: &[u8]) {
    assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?} of {} bytes", text.len());
}

/// A span lies in its text and cuts no character.
#[track_caller]
pub(super) fn cuts_no_character(span: Span, text: &str) {
    within(span, text.as_bytes());
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} cuts a character");
}

/// A position is the one of that byte.
#[track_caller]
pub(super) fn position(position: Position, byte: u32, lines: &LineIndex, text: &[u8]) {
    assert_eq!(position, lines.position(text, byte));
}

/// A problem of one text stands in it and says something.
#[track_caller]
pub(super) fn problem_of(problem: &Problem, text: &[u8]) {
    assert_ne!(problem.kind, ProblemKind::Bug, "{problem:?}");
    assert!(!problem.message.trim().is_empty(), "{problem:?}");
    if let Some(span) = problem.span {
        within(span, text);
        let expected = problem.position.map(|_| Position::of(text, span.start));
        assert_eq!(problem.position, expected, "{problem:?}");
    }
}

/// The same for problems of several files.
#[track_caller]
pub(super) fn problems_of(problems: &[Problem], files: &BTreeMap<FilePath, &[u8]>) {
    for problem in problems {
        let text = problem.path.as_ref().and_then(|path| files.get(path));
        match text {
            Some(text) => problem_of(problem, text),
            None => assert_ne!(problem.kind, ProblemKind::Bug, "{problem:?}"),
        }
    }
}
