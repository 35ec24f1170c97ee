//! What a module gives to others: what `__all__` lists, or every name that begins with no underscore.

use auditlint_syntax::NodeId;

use super::bind::PythonBinder;
use super::kinds::PythonMeaning;
use crate::binding::BindingValue;
use crate::symbols::Symbol;

const ALL: &[u8] = b"__all__";

/// What `__all__` says.
enum Public<'t> {
    /// There is none.
    Unsaid,
    /// Nobody can say what it holds.
    Unknown,
    /// The strings of a list, with their places.
    Listed(Vec<(NodeId, &'t [u8])>),
}

impl<'t> PythonBinder<'t> {
    /// Notes which names of the module others may take, and that what `__all__` lists is used.
    pub(super) fn export(&mut self) {
        let public = self.public();
        let listed: Vec<Symbol> = match &public {
            Public::Listed(names) => names.iter().map(|(_, name)| self.builder.symbols.symbol(name)).collect(),
            Public::Unsaid | Public::Unknown => Vec::new(),
        };
        if let Public::Listed(names) = &public {
            for (node, name) in names {
                self.builder.mention(*node, name);
            }
        }
        let listed: rustc_hash::FxHashSet<Symbol> = listed.into_iter().collect();
        for index in 0..self.builder.bindings.len() {
            if self.builder.bindings[index].scope != 0 {
                continue;
            }
            let node = self.builder.bindings[index].node;
            let symbol = self.builder.symbol_of(node);
            let name = self.builder.tree.text(node, self.builder.text);
            self.builder.bindings[index].exported = match public {
                // A name with two underscores on both sides means something to Python.
                _ if name.starts_with(b"__") && name.ends_with(b"__") => true,
                Public::Unsaid => !name.starts_with(b"_"),
                Public::Unknown => true,
                Public::Listed(_) => listed.contains(&symbol),
            };
        }
    }

    fn public(&mut self) -> Public<'t> {
        if memchr::memmem::find(self.builder.text, ALL).is_none() {
            return Public::Unsaid;
        }
        let (tree, text) = (self.builder.tree, self.builder.text);
        let assigned =
            self.builder.bindings.iter().find(|binding| binding.scope == 0 && tree.text(binding.node, text) == ALL);
        let Some(binding) = assigned else { return Public::Unsaid };
        let BindingValue::Expression(value) = binding.value else { return Public::Unknown };
        // Every other mention of it may change it.
        let is_name = |node: &NodeId| self.meaning(*node) == PythonMeaning::Identifier && tree.text(*node, text) == ALL;
        if tree.subtree(tree.root()).filter(is_name).count() != 1 || self.meaning(value) != PythonMeaning::Sequence {
            return Public::Unknown;
        }
        let mut listed = Vec::new();
        for part in tree.named_children(value).filter(|part| !tree.node(*part).is_extra()) {
            match self.plain_string(part) {
                Some(name) => listed.push((part, name)),
                None => return Public::Unknown,
            }
        }
        Public::Listed(listed)
    }

    /// The text of a string without escapes and code.
    fn plain_string(&self, node: NodeId) -> Option<&'t [u8]> {
        super::follow::plain_string(self.builder.tree, node).map(|span| span.of(self.builder.text))
    }
}
