//! `rewriters`: rules that are applied to the parts of what a metavariable is bound to, and whose fixes make a new text.

use std::cell::Cell;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::bounded::Bounded;
use crate::captures::{Captures, Siblings};
use crate::limits::{MAX_REWRITES, MAX_TEXT, REWRITE_STEPS};
use crate::matching::CannotCarry;
use crate::program::{Rewriter, contains};
use crate::run::Run;
use crate::{Analysis, Match};

/// What the rewriters of one match share.
pub(crate) struct Rewriting<'m> {
    rewriters: &'m [Rewriter],
    ones: &'m [Option<NodeId>],
    lists: &'m [Option<Siblings>],
    /// How deep rewriters have led to rewriters.
    depth: Cell<usize>,
    steps: Cell<u64>,
}

/// What rewriters made of a text.
pub(crate) struct Rewritten {
    pub(crate) text: Bounded,
    pub(crate) cannot: Option<CannotCarry>,
}

impl<'m> Rewriting<'m> {
    pub(crate) fn of(rewriters: &'m [Rewriter], ones: &'m [Option<NodeId>], lists: &'m [Option<Siblings>]) -> Self {
        Self { rewriters, ones, lists, depth: Cell::new(0), steps: Cell::new(0) }
    }

    /// How many tests of nodes the rewriters have taken so far.
    pub(crate) fn steps(&self) -> u64 {
        self.steps.get()
    }

    /// Rewrites the nodes of a run. At each node the first rewriter that matches counts, and what it replaces is not looked into.
    pub(crate) fn apply(
        &self,
        names: &[u32],
        join_by: Option<&str>,
        run: Siblings,
        span: Span,
        analysis: &Analysis<'_>,
    ) -> Rewritten {
        let code = span.of(analysis.text());
        let mut made = Rewritten { text: Bounded::new(MAX_TEXT.max(code.len())), cannot: None };
        if self.depth.get() == MAX_REWRITES {
            made.text.note_over();
            return made;
        }
        self.depth.set(self.depth.get() + 1);
        let mut done = span.start;
        let mut is_first = true;
        for node in (run.start..run.end).map(NodeId) {
            if analysis.tree().span(node).start < done {
                continue;
            }
            let Some(found) =
                names.iter().find_map(|name| self.matched(&self.rewriters[*name as usize], node, analysis))
            else {
                continue;
            };
            if self.steps.get() >= REWRITE_STEPS || made.text.is_over() {
                made.text.note_over();
                break;
            }
            let edit = match found.rewritten(analysis, self) {
                Ok(Some(edit)) => edit,
                Ok(None) => {
                    made.text.note_over();
                    break;
                }
                Err(cannot) => {
                    made.cannot = Some(cannot);
                    break;
                }
            };
            if edit.span.start < done {
                continue;
            }
            match join_by {
                None => made.text.push(Span::new(done, edit.span.start).of(analysis.text())),
                Some(joiner) if !is_first => made.text.push(joiner.as_bytes()),
                Some(_) => {}
            }
            made.text.push(&edit.text);
            (done, is_first) = (edit.span.end, false);
        }
        if join_by.is_none() && done < span.end {
            made.text.push(Span::new(done, span.end).of(analysis.text()));
        }
        self.depth.set(self.depth.get() - 1);
        made
    }

    fn matched(&self, rewriter: &'m Rewriter, node: NodeId, analysis: &Analysis<'_>) -> Option<Match<'m>> {
        let program = &rewriter.program;
        if program.kinds.as_ref().is_some_and(|kinds| !contains(kinds, analysis.tree().kind(node))) {
            return None;
        }
        let mut captures = Captures::default();
        captures.reserve(program.patterns.ones.len(), program.patterns.lists.len());
        for (theirs, ours) in &rewriter.ones {
            captures.set_one(*ours, self.ones[usize::from(*theirs)]);
        }
        for (theirs, ours) in &rewriter.lists {
            captures.set_list(*ours, self.lists[usize::from(*theirs)]);
        }
        let mut run = Run::new(program, analysis, &mut captures);
        run.limit = REWRITE_STEPS.saturating_sub(self.steps.get());
        let matched = run.matches(node).then(|| Match::new(program, node, &run));
        self.steps.set(self.steps.get() + run.steps);
        matched
    }
}
