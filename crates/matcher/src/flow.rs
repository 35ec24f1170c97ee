//! `from` beyond one source: the questions that a program asks of values which other modules export.
//!
//! The answer of another source can only be yes or no, so a question is one where its matcher knows no metavariable, and where some text
//! must stand in a source for the answer to be yes: else every module would have to be read.

use auditlint_syntax::NodeId;
use serde::{Deserialize, Serialize};

use crate::literal::AnyOfTexts;
use crate::op::{NameContext, Op, OpId};
use crate::program::Program;
use crate::run::Run;
use crate::{Analysis, Literal, Scratch};

/// How many steps one question may take.
const MOST_STEPS: u64 = 100_000;

/// A `from` that other sources can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FlowQuestion {
    /// The `from`.
    pub(crate) from: OpId,
    /// Its number among all `from` of the program, the same in every language.
    number: u32,
    /// What must stand in a source where a value matches.
    pub(crate) clauses: Vec<AnyOfTexts>,
}

/// The questions of a program whose `literals_of` tells what must stand where an instruction holds.
pub(crate) fn of(program: &Program, mut literals_of: impl FnMut(OpId) -> Vec<AnyOfTexts>) -> Vec<FlowQuestion> {
    let froms = program.ops.iter().enumerate().filter_map(|(index, op)| match *op {
        Op::From(op) => Some((OpId(index as u32), op)),
        _ => None,
    });
    let questions = froms.zip(0..).filter_map(|((from, op), number)| {
        let is_free = program.contexts.get(op.0 as usize) == Some(&NameContext::Free);
        let clauses = if is_free { literals_of(op) } else { Vec::new() };
        (!clauses.is_empty()).then_some(FlowQuestion { from, number, clauses })
    });
    questions.collect()
}

impl Program {
    /// Says by what its questions are known: the same for all programs of one rule.
    pub fn set_flow_key(&mut self, key: u64) {
        self.flow_key = key;
    }

    /// By the key of each question to other sources: what must stand in one of which the answer is yes.
    pub fn flow_questions(&self) -> impl Iterator<Item = (u64, &[Vec<Literal>])> {
        self.flows.iter().map(|flow| (self.key_of(flow), flow.clauses.as_slice()))
    }

    /// The questions that a value answers with yes.
    pub fn flow_answers(&self, analysis: &Analysis<'_>, value: NodeId, scratch: &mut Scratch) -> Vec<u64> {
        let mut answers = Vec::new();
        for flow in &self.flows {
            let mut run = Run::new(self, analysis, scratch.captures(self));
            run.limit = MOST_STEPS;
            if run.test(flow.from, value) && !run.exceeded {
                answers.push(self.key_of(flow));
            }
            scratch.finish();
        }
        answers
    }

    fn key_of(&self, flow: &FlowQuestion) -> u64 {
        self.flow_key.wrapping_add(u64::from(flow.number))
    }
}

impl Run<'_, '_> {
    /// Whether a value goes back to one of another source that answers a `from` with yes.
    pub(crate) fn comes_from_elsewhere(&mut self, from: OpId, origins: &[NodeId]) -> bool {
        let (tree, text, names) = (self.tree, self.analysis.text(), self.analysis.names());
        let question = self.program.flows.iter().find(|flow| flow.from == from);
        let (Some(question), Some(imported)) = (question, names.imported()) else { return false };
        let key = self.program.key_of(question);
        let before = names.steps();
        let found = origins.iter().find_map(|origin| {
            let callee = tree.child_by_field_name(*origin, "function");
            let entry = names.imported_at(tree, text, callee.unwrap_or(*origin))?;
            let name = &imported.names()[entry as usize];
            let answers = if callee.is_some() { &name.returns } else { &name.values };
            answers.contains(&key).then_some(entry)
        });
        self.steps += names.steps() - before;
        self.via.extend(found);
        found.is_some()
    }
}
