//! Values that go back to another source of the project.

use auditlint_syntax::NodeId;

use super::Run;
use crate::op::OpId;

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
