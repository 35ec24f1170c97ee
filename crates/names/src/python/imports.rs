//! What a file takes from other modules.

use auditlint_source::Span;
use auditlint_syntax::{NodeId, Tree};

use super::bind::PythonBinder;
use super::kinds::{PythonKinds, PythonMeaning};
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

/// The names that lead to what a part of an import stands for, from the first module on; `None` where it is one of the package that the
/// file belongs to, or no part of an import.
pub(super) fn path(tree: &Tree, part: NodeId) -> Option<Vec<Span>> {
    let kinds = PythonKinds::get();
    let meaning = |node: NodeId| kinds.meaning(tree.kind(node));
    let named = |node: NodeId| tree.named_children(node).filter(|name| meaning(*name) == PythonMeaning::Identifier);
    // The first name of `import a.b` is bound, and stands for itself alone.
    if meaning(part) == PythonMeaning::Identifier {
        return Some(vec![tree.span(part)]);
    }
    let name = match meaning(part) {
        PythonMeaning::AliasedImport => tree.child_by_field(part, kinds.name?)?,
        _ => part,
    };
    let statement = tree.parent(part)?;
    let mut names = match meaning(statement) {
        PythonMeaning::Import => Vec::new(),
        PythonMeaning::ImportFuture => return None,
        PythonMeaning::ImportFrom => {
            let module = tree.child_by_field(statement, kinds.module_name?)?;
            if meaning(module) != PythonMeaning::DottedName || module == part {
                return None;
            }
            named(module).map(|name| tree.span(name)).collect()
        }
        _ => return None,
    };
    names.extend(named(name).map(|name| tree.span(name)));
    Some(names)
}
