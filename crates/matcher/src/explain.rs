//! Why a node matches, or why it does not: every test that was made, in order.

use auditlint_names::Target;
use auditlint_syntax::NodeId;

use crate::clause::Direction;
use crate::op::{Op, OpId};
use crate::pattern::NodeShape;
use crate::program::Program;
use crate::run::{Run, Traced};
use crate::{Analysis, Scratch};

/// How many tests of one node are told.
const MAX_TRACE: u64 = 100_000;

/// One line of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainStep {
    /// How deep the test stands inside of others, from 0.
    pub depth: u32,
    /// The node that was tested.
    pub node: NodeId,
    /// What was asked of it, or what was found out about it.
    pub what: String,
    /// Whether it holds; `None` for what is only said.
    pub holds: Option<bool>,
}

impl Program {
    /// Tries one node and tells every test that was made of it and of others on its behalf.
    #[must_use]
    pub fn explain_at(&self, analysis: &Analysis<'_>, node: NodeId) -> (bool, Vec<ExplainStep>) {
        let mut scratch = Scratch::default();
        let (matched, traced) = self.trace(analysis, node, &mut scratch);
        let is_whole = traced.len() < MAX_TRACE as usize;
        let mut steps = Vec::with_capacity(traced.len());
        for test in traced {
            let what = self.describe(test.op);
            steps.push(ExplainStep { depth: test.depth, node: test.node, what, holds: Some(test.holds) });
            if let Op::ResolvesTo { .. } = self.op(test.op) {
                self.explain_name(analysis, &test, &mut steps);
            }
        }
        if !is_whole {
            let what = "there are more tests than can be shown; this is where it stops".to_owned();
            steps.push(ExplainStep { depth: 0, node, what, holds: None });
        }
        (matched, steps)
    }

    /// Tries one node and keeps every test that was made.
    fn trace(&self, analysis: &Analysis<'_>, node: NodeId, scratch: &mut Scratch) -> (bool, Vec<Traced>) {
        let mut run = Run::new(self, analysis, scratch.captures(self));
        run.trace = Some(Vec::new());
        run.limit = MAX_TRACE;
        let matched = run.matches(node);
        let traced = run.trace.take().unwrap_or_default();
        scratch.finish();
        (matched, traced)
    }

    /// How a name was followed, and what it is.
    fn explain_name(&self, analysis: &Analysis<'_>, test: &Traced, steps: &mut Vec<ExplainStep>) {
        let depth = test.depth + 1;
        let mut said = |node: NodeId, what: &str| {
            steps.push(ExplainStep { depth, node, what: what.to_owned(), holds: None });
        };
        let (tree, text) = (analysis.tree(), analysis.text());
        // Names that know nothing yet: what is remembered is not told step by step.
        let names = analysis.unasked_names();
        let target = names.explain_across(tree, text, test.node, &mut said);
        let via = names.via().and_then(|via| names.imported()?.names().get(via as usize));
        if let Some((name, path)) = via.and_then(|name| Some((name, name.path.as_ref()?))) {
            let what = match (name.except.is_some(), name.names.as_slice()) {
                (true, _) => format!("`{}` passes on all that `{path}` exports", name.specifier),
                (_, []) => format!("`{}` exports `{path}` as a whole", name.specifier),
                (_, names) => format!("`{}` exports `{path}` as `{}`", name.specifier, names.join(".")),
            };
            said(test.node, &what);
        }
        let separator = self.language.descriptor().separator;
        let what = match (&target, target.path(text, separator)) {
            (_, Some(path)) => format!("so it is `{path}`"),
            (Target::Opaque, None) => "so it cannot be known what it is".to_owned(),
            (Target::Local(_), None) => "so it is something that this file creates".to_owned(),
            _ => "which is not a value".to_owned(),
        };
        steps.push(ExplainStep { depth, node: test.node, what, holds: None });
    }

    /// What an instruction asks, in words.
    fn describe(&self, op: OpId) -> String {
        let kind = |kind| self.language.kind_name(kind).unwrap_or("?");
        let so = |yes: bool, what: &str| if yes { what.to_owned() } else { format!("not {what}") };
        match *self.op(op) {
            Op::Kind(id) => format!("kind `{}`", kind(id)),
            Op::Pattern(pattern) => format!("pattern `{}`", self.pattern_text(pattern.root)),
            Op::Regex(regex) => format!("regex `{}`", self.regexes[regex as usize].text()),
            Op::NthChild { .. } => "nthChild".to_owned(),
            Op::Range(_) => "range".to_owned(),
            Op::All { .. } => "all of".to_owned(),
            Op::Any { .. } => "any of".to_owned(),
            Op::Not(_) => "not".to_owned(),
            Op::Relational { direction, field, .. } => {
                let word = match direction {
                    Direction::Inside => "inside",
                    Direction::Has => "has",
                    Direction::Precedes => "precedes",
                    Direction::Follows => "follows",
                };
                match field.and_then(|field| self.language.field_name(field)) {
                    Some(field) => format!("{word}, field `{field}`"),
                    None => word.to_owned(),
                }
            }
            Op::Call(_) => "matches a util".to_owned(),
            Op::ResolvesTo { paths, .. } => {
                let paths: Vec<String> = self.paths[paths as usize].iter().map(|path| format!("`{path}`")).collect();
                format!("resolves to {}", paths.join(" or "))
            }
            Op::From(_) => "comes from".to_owned(),
            Op::Reassigned(yes) => so(yes, "reassigned"),
            Op::Exported(yes) => so(yes, "exported"),
            Op::References(count) if count.max == u32::MAX => format!("at least {} references", count.min),
            Op::References(count) => format!("{} to {} references", count.min, count.max),
            Op::Option(test) => {
                let each = self.options[test as usize].conditions.iter().map(|condition| {
                    let values: Vec<&str> = condition.values.iter().map(|value| value.value.as_str()).collect();
                    format!("option `{}` is {}", condition.name.value, values.join(" or "))
                });
                each.collect::<Vec<_>>().join(" and ")
            }
        }
    }

    /// The code of a pattern, its leaves parted by blanks.
    fn pattern_text(&self, root: u32) -> String {
        let end = self.patterns.nodes[root as usize].end;
        let leaves = self.patterns.nodes[root as usize..end as usize].iter().filter_map(|node| match node.shape {
            NodeShape::Leaf { start, end, .. } => {
                Some(String::from_utf8_lossy(self.patterns.text(start, end)).into_owned())
            }
            NodeShape::One { slot, .. } => {
                let name = slot.and_then(|slot| self.patterns.ones.get(usize::from(slot)));
                Some(format!("${}", name.map_or("_", String::as_str)))
            }
            NodeShape::Many { slot } => {
                let name = slot.and_then(|slot| self.patterns.lists.get(usize::from(slot)));
                Some(format!("$$${}", name.map_or("", String::as_str)))
            }
            NodeShape::Inner => None,
        });
        leaves.collect::<Vec<_>>().join(" ")
    }
}
