//! What a file takes from other modules.

use auditlint_syntax::NodeId;

use super::bind::PythonBinder;
use super::kinds::PythonMeaning;
use crate::binding::{BindingKind, BindingValue};

impl PythonBinder<'_> {
    /// Binds what an import brings in: of `import a.b` the name `a`, of `import a.b as c` and `from a import b as c` the name `c`.
    pub(super) fn import(&mut self, node: NodeId, meaning: PythonMeaning) {
        let tree = self.builder.tree;
        for part in tree.subtree(node).filter(|part| self.kinds.meaning(tree.kind(*part)) == PythonMeaning::Identifier)
        {
            self.builder.skip(part);
        }
        let module = self.child(node, self.kinds.module_name);
        for part in tree.named_children(node).filter(|part| Some(*part) != module) {
            let (name, value) = match self.meaning(part) {
                PythonMeaning::AliasedImport => (self.child(part, self.kinds.alias), part),
                PythonMeaning::DottedName => {
                    let first = tree.named_children(part).next();
                    (first, if meaning == PythonMeaning::Import { first.unwrap_or(part) } else { part })
                }
                PythonMeaning::Wildcard => {
                    self.star_import();
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = name {
                self.bind(name, BindingKind::Import, BindingValue::Use(value));
            }
        }
    }
}
