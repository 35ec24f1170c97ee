//! `bare-except`: a handler that catches everything.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;

/// a bare `except` catches everything
///
/// ## Why
///
/// It catches `KeyboardInterrupt` and `SystemExit` too, so that the process cannot be stopped, and hides mistakes such as a
/// misspelt name as if they were the failure that was expected.
///
/// ## Instead
///
/// Name the exceptions that are expected, or write `except Exception` where anything may fail and log it.
///
/// ## Note
///
/// A handler that raises again at its own level (`raise` alone) lets everything through and is not reported. `except BaseException`
/// is a decision that somebody wrote down, and is not reported either.
///
/// ## Bad
///
/// ```python
/// try:
///     load()
/// «except»:
///     pass
/// ```
///
/// ```python
/// try:
///     load()
/// except ValueError:
///     pass
/// «except» :
///     log.exception("failed")
/// ```
///
/// ```python
/// try:
///     load()
/// «except»: # whatever happens
///     if closing:
///         raise
/// ```
///
/// ```python
/// try:
///     load()
/// «except»:
///     raise Failed()
/// ```
///
/// ## Good
///
/// ```python
/// try:
///     load()
/// except Exception:
///     log.exception("failed")
/// ```
///
/// ```python
/// try:
///     load()
/// except:
///     undo()
///     raise
/// ```
///
/// ```python
/// try:
///     load()
/// except BaseException as error:
///     log.error(error)
///
/// try:
///     load()
/// except* ValueError:
///     pass
/// ```
///
/// ```python
/// text = """
/// try:
///     load()
/// except:
///     pass
/// """
/// ```
#[derive(Rule)]
#[rule(
    id = "bare-except",
    languages(Python),
    severity = "warning",
    roles(source, script),
    url = "https://docs.python.org/3/tutorial/errors.html#handling-exceptions",
    since = "0.1.0"
)]
pub(super) struct BareExcept;

impl NativeRule for BareExcept {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], skim: &Skim) -> bool {
        memchr::memmem::find_iter(text, b"except").any(|at| {
            let behind = text[at + b"except".len()..].trim_ascii_start();
            behind.first().is_some_and(|next| matches!(next, b':' | b'\\')) && !skim.in_comment(at as u32)
        })
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["except_clause"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let raises_again = |block: NodeId| {
            view.named(block)
                .any(|statement| view.kind(statement) == "raise_statement" && view.named(statement).next().is_none())
        };
        let Some(word) = view.children(node).find(|child| view.kind(*child) == "except") else { return };
        let mut parts = view.named(node);
        // What it catches stands before the block.
        if parts.next().is_some_and(|block| view.kind(block) == "block" && !raises_again(block)) {
            emit(NativeMatch::of(analysis, word));
        }
    }
}
