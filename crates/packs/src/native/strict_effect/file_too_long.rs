//! `file-too-long`: a file with more lines than a reader keeps in mind.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;

/// the file is too long
///
/// ## Why
///
/// A long file holds several concepts, and nobody sees which of its parts depend on each other. A route of some hundred lines is
/// mostly business that no other route can use and no test can call without a server.
///
/// ## Instead
///
/// Move each concept to a module of its own: a route keeps what is about HTTP, a service gets the rest.
///
/// ## Note
///
/// Reported once, at the first line, where a file has more lines than the option `lines` says. All lines count, blank ones and comments
/// as well. Which of them are business, no program knows.
///
/// ## Bad
///
/// ```ts {lines: 2}
/// «»const one = 1;
/// const two = 2;
/// const three = 3;
/// ```
///
/// ## Good
///
/// ```ts
/// const one = 1;
/// const two = 2;
/// const three = 3;
/// ```
///
/// ```ts {lines: 2}
/// const one = 1;
/// const two = 2;
/// ```
#[derive(Rule)]
#[rule(
    id = "file-too-long",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(name = "lines", about = "How many lines a file may have.", at_least = 1, default = 300),
    since = "0.1.0"
)]
pub(super) struct FileTooLong;

/// The option that says how many lines are allowed.
const LINES: &str = "lines";

impl NativeRule for FileTooLong {
    fn may_match(&self, options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        lines_of(text) > options.number(LINES)
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let (lines, most) = (lines_of(analysis.text()), options.number(LINES));
        if lines <= most {
            return;
        }
        let view = RuleView::new(analysis);
        // A file of comments alone has no code that could be moved.
        let Some(first) = view.named(root).next() else { return };
        let message = format!("the file has {lines} lines; {most} are allowed");
        let at = Span { start: 0, end: 0 };
        emit(NativeMatch { message: Some(message), span: at, ..NativeMatch::of(analysis, first) });
    }
}

/// The lines of a text; what follows the last line break is one only if there is something.
fn lines_of(text: &[u8]) -> u64 {
    let breaks = memchr::memchr_iter(b'\n', text).count() as u64;
    breaks + u64::from(text.last().is_some_and(|last| *last != b'\n'))
}
