//! Which line a comment is about.
//!
//! A comment behind code is about its own line. Any other is about the line of the first code behind it, over comments that
//! follow it without an empty line between: suppressions may stand above each other, and above or below other comments. What
//! is found in a comment counts as standing in the line that the comment is about, too.

use auditlint_source::{LineIndex, Span};
use auditlint_syntax::{Code, NodeId, Tree};
use serde::{Deserialize, Serialize};

/// The comments of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Comments {
    /// In the order of the file.
    all: Vec<Comment>,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Comment {
    /// Its bytes, delimiters among them.
    pub(crate) span: Span,
    /// The same with the braces that make it a comment among the children of a JSX element.
    outer: Span,
    /// Whether code stands before it on its line.
    is_behind_code: bool,
    /// The line that it is about.
    pub(crate) about: u32,
}

impl Comments {
    /// The comments of a tree.
    pub(crate) fn of_tree(tree: &Tree, text: &[u8], lines: &LineIndex) -> Self {
        let comment = |&comment: &NodeId| (tree.span(comment), tree.span(outermost(tree, comment)));
        Self::new(tree.comments().iter().map(comment), text, lines)
    }

    /// The comments of code, and those of the page that it stands in. One above a script is about the first code in it.
    pub(crate) fn of_code(tree: &Tree, code: &Code<'_>, lines: &LineIndex) -> Self {
        let own = Self::of_tree(tree, code.text(), lines);
        if code.markup_comments().is_empty() {
            return own;
        }
        let mut markup = Self::new(code.markup_comments().iter().map(|span| (*span, *span)), code.file(), lines);
        for comment in markup.all.iter_mut().filter(|comment| !comment.is_behind_code) {
            let script = code.script_from(comment.span.end);
            let Some((_, first)) = script.filter(|(tag, _)| lines.line(*tag) == comment.about) else { continue };
            let index = own.all.partition_point(|inner| inner.outer.start < first);
            let inner = own.all.get(index).filter(|inner| inner.outer.start == first);
            comment.about = inner.map_or_else(|| lines.line(first), |inner| inner.about);
        }
        markup.all.extend(own.all);
        markup.all.sort_by_key(|comment| comment.span);
        markup
    }

    /// Comments with their outer spans, in the order of the file.
    pub(crate) fn new(spans: impl Iterator<Item = (Span, Span)>, text: &[u8], lines: &LineIndex) -> Self {
        let mut all: Vec<Comment> = Vec::new();
        for (span, outer) in spans {
            let is_behind_code = is_behind_code(outer, all.last(), text, lines);
            all.push(Comment { span, outer, is_behind_code, about: 0 });
        }
        // From the last one upwards, so that each asks only the next one.
        let mut next: Option<Comment> = None;
        for comment in all.iter_mut().rev() {
            comment.about = about(comment, next, text, lines);
            next = Some(*comment);
        }
        Self { all }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Comment> {
        self.all.iter()
    }

    /// What they take of memory.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(&*self.all)
    }

    /// The comment in which a span stands.
    pub(crate) fn around(&self, span: Span) -> Option<&Comment> {
        let index = self.all.partition_point(|comment| comment.span.start <= span.start);
        let comment = self.all.get(index.checked_sub(1)?)?;
        (comment.span.contains(span) && !comment.span.is_empty()).then_some(comment)
    }

    /// The comments that stand directly above a line, the nearest first, each on lines of its own.
    pub(crate) fn above<'c>(&'c self, line: u32, lines: &'c LineIndex) -> impl Iterator<Item = &'c Comment> + 'c {
        let index = self.all.partition_point(|comment| comment.outer.start < lines.start_of(line));
        let mut below = line;
        self.all[..index].iter().rev().take_while(move |comment| {
            let is_next = lines.line(last_byte(comment.outer)) + 1 == below && !comment.is_behind_code;
            below = lines.line(comment.outer.start);
            is_next
        })
    }
}

/// `{/* … */}` is one comment to the person who wrote it.
fn outermost(tree: &Tree, comment: NodeId) -> NodeId {
    let parent = tree.parent(comment).filter(|parent| tree.kind_name(*parent) == "jsx_expression");
    parent.filter(|parent| tree.named_children(*parent).count() == 1).unwrap_or(comment)
}

fn last_byte(span: Span) -> u32 {
    span.end.saturating_sub(1).max(span.start)
}

/// Whether something else than comments stands before a comment on its line, where `last` is the comment before it.
fn is_behind_code(comment: Span, last: Option<&Comment>, text: &[u8], lines: &LineIndex) -> bool {
    let start = lines.start_of(lines.line(comment.start));
    let last = last.filter(|last| last.outer.end > start && last.outer.end <= comment.start);
    let from = last.map_or(start, |last| last.outer.end);
    let before = &text[from as usize..comment.start as usize];
    !before.trim_ascii().is_empty() || last.is_some_and(|last| last.outer.start >= start && last.is_behind_code)
}

/// The line that a comment is about, where `next` is the comment behind it.
fn about(comment: &Comment, next: Option<Comment>, text: &[u8], lines: &LineIndex) -> u32 {
    let Comment { outer: comment, is_behind_code, .. } = *comment;
    if is_behind_code {
        return lines.line(comment.start);
    }
    let last = lines.line(last_byte(comment));
    let first_on = |line: u32, from: usize| {
        let content = text.get(from..lines.span_of(text, line).end as usize).unwrap_or_default();
        let blanks = content.len() - content.trim_ascii_start().len();
        (blanks < content.len()).then_some((from + blanks) as u32)
    };
    let behind = first_on(last, comment.end as usize).map(|at| (last, at));
    let below = || first_on(last + 1, lines.start_of(last + 1) as usize).map(|at| (last + 1, at));
    let found = if last < lines.lines() { behind.or_else(below) } else { behind };
    match (found, next) {
        (Some((_, at)), Some(next)) if next.outer.start == at => next.about,
        (Some((line, _)), _) => line,
        (None, _) => last + 1,
    }
}
