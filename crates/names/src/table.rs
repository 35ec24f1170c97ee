//! What is known about the names of one source: scopes, bindings, references.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use auditlint_syntax::{NodeId, Tree};

use crate::imported::ImportedNames;

use crate::binding::{AccessStep, Binding, BindingId, BindingKind, BindingSlot, ClassField, Reference, Referent};
use crate::memo::Memo;

/// What the identifiers of one source refer to. Made in one pass over its tree, see [`Names::of`].
#[derive(Debug)]
pub struct Names {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) steps: Vec<AccessStep>,
    pub(crate) references: Vec<Reference>,
    /// One word for each node: what stands there.
    pub(crate) slots: Vec<u32>,
    /// Indices of references, sorted by binding; `starts[binding]..starts[binding + 1]` are those of one.
    by_binding: Vec<u32>,
    starts: Vec<u32>,
    /// Fields by class and name; see `Value::Class`.
    pub(crate) fields: rustc_hash::FxHashMap<(u32, bool, Vec<u8>), ClassField>,
    /// Further parts of Rust `use` that bring in the name of a binding.
    pub(crate) alternatives: rustc_hash::FxHashMap<BindingId, Vec<NodeId>>,
    /// By a part of a Rust `use`: the reference that the first name behind `self::` or `super::` is.
    pub(crate) own_uses: rustc_hash::FxHashMap<NodeId, u32>,
    pub(crate) memo: RefCell<Memo>,
    /// Work done so far.
    pub(crate) steps_done: Cell<u64>,
    /// Lookups, and how many of them ended where nobody can look.
    pub(crate) lookups: Cell<u64>,
    pub(crate) opaque: Cell<u64>,
    /// What is known of the modules that the source imports.
    pub(crate) imported: Option<Arc<ImportedNames>>,
    /// The entry of `imported` that the last lookup went through.
    pub(crate) via: Cell<Option<u32>>,
    /// The entry of `imported` that the last lookup came to and that is exactly what it looked for.
    pub(crate) exact: Cell<Option<u32>>,
    /// Whether the present lookup follows imports into other sources.
    pub(crate) is_across: Cell<bool>,
}

const BINDING: u32 = 1 << 31;
/// The slot of an identifier that names nothing. No file has so many bindings.
pub(crate) const SKIPPED: u32 = u32::MAX;

pub(crate) fn slot_of_binding(id: BindingId) -> u32 {
    id.0 | BINDING
}

pub(crate) fn slot_of_reference(index: u32) -> u32 {
    index + 1
}

pub(crate) fn read_slot(slot: u32) -> BindingSlot {
    match slot {
        0 | SKIPPED => BindingSlot::Nothing,
        slot if slot & BINDING != 0 => BindingSlot::Binding(BindingId(slot & !BINDING)),
        slot => BindingSlot::Reference(slot - 1),
    }
}

impl Names {
    pub(crate) fn new(
        bindings: Vec<Binding>,
        steps: Vec<AccessStep>,
        references: Vec<Reference>,
        slots: Vec<u32>,
        steps_done: u64,
    ) -> Self {
        let mut starts = vec![0_u32; bindings.len() + 1];
        for reference in &references {
            if let Referent::Binding(id) = reference.to {
                starts[id.0 as usize + 1] += 1;
            }
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut by_binding = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for (index, reference) in references.iter().enumerate() {
            if let Referent::Binding(id) = reference.to {
                let place = &mut next[id.0 as usize];
                by_binding[*place as usize] = index as u32;
                *place += 1;
            }
        }
        // What was mentioned in passing is noted last.
        for range in starts.windows(2) {
            by_binding[range[0] as usize..range[1] as usize].sort_by_key(|index| references[*index as usize].node);
        }
        let memo = RefCell::new(Memo::new(bindings.len()));
        Self {
            bindings,
            steps,
            references,
            slots,
            by_binding,
            starts,
            fields: rustc_hash::FxHashMap::default(),
            alternatives: rustc_hash::FxHashMap::default(),
            own_uses: rustc_hash::FxHashMap::default(),
            memo,
            steps_done: Cell::new(steps_done),
            lookups: Cell::new(0),
            opaque: Cell::new(0),
            imported: None,
            via: Cell::new(None),
            exact: Cell::new(None),
            is_across: Cell::new(false),
        }
    }

    /// The same in a source that imports what other sources of the project export.
    #[must_use]
    pub fn importing(mut self, imported: Option<Arc<ImportedNames>>) -> Self {
        self.imported = imported;
        self
    }

    /// What is known of the modules that the source imports.
    #[must_use]
    pub fn imported(&self) -> Option<&Arc<ImportedNames>> {
        self.imported.as_ref()
    }

    /// The imported name that the last lookup across sources went through, by its place in [`Names::imported`].
    #[must_use]
    pub fn via(&self) -> Option<u32> {
        self.via.get()
    }

    pub(crate) fn slot(&self, node: NodeId) -> BindingSlot {
        self.slots.get(node.0 as usize).map_or(BindingSlot::Nothing, |slot| read_slot(*slot))
    }

    /// Every binding but those of `this`, in the order of the file.
    pub fn bindings(&self) -> impl Iterator<Item = (BindingId, &Binding)> {
        let all = self.bindings.iter().enumerate().map(|(index, binding)| (BindingId(index as u32), binding));
        all.filter(|(_, binding)| binding.kind != BindingKind::This)
    }

    /// A binding.
    #[must_use]
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.0 as usize]
    }

    /// Whether an identifier was read as code. Names in the tokens of a template were not.
    pub(crate) fn is_code(&self, node: NodeId) -> bool {
        self.slots.get(node.0 as usize).is_some_and(|slot| *slot != 0)
    }

    /// The binding that an identifier introduces or uses.
    #[must_use]
    pub fn binding_of(&self, node: NodeId) -> Option<BindingId> {
        match self.slot(node) {
            BindingSlot::Binding(id) => Some(id),
            BindingSlot::Reference(index) => match self.references[index as usize].to {
                Referent::Binding(id) => Some(id),
                Referent::Free | Referent::Hidden => None,
            },
            BindingSlot::Nothing => None,
        }
    }

    /// How an identifier uses its name; `None` where it introduces it or names nothing.
    #[must_use]
    pub fn reference_at(&self, node: NodeId) -> Option<&Reference> {
        match self.slot(node) {
            BindingSlot::Reference(index) => Some(&self.references[index as usize]),
            BindingSlot::Binding(_) | BindingSlot::Nothing => None,
        }
    }

    /// Whether an identifier uses a name that could be found where nobody can look, as behind a star import.
    #[must_use]
    pub fn is_hidden(&self, node: NodeId) -> bool {
        self.reference_at(node).is_some_and(|reference| reference.to == Referent::Hidden)
    }

    /// The uses of a binding, in the order of the file.
    pub fn references(&self, id: BindingId) -> impl ExactSizeIterator<Item = &Reference> {
        let range = self.starts[id.0 as usize] as usize..self.starts[id.0 as usize + 1] as usize;
        self.by_binding[range].iter().map(|index| &self.references[*index as usize])
    }

    /// Whether a binding is one of the file itself, and of no function, class or block in it.
    #[must_use]
    pub fn is_of_module(&self, id: BindingId) -> bool {
        self.binding(id).scope == 0
    }

    /// Whether a binding is written after its declaration.
    #[must_use]
    pub fn is_reassigned(&self, id: BindingId) -> bool {
        self.binding(id).writes > 0
    }

    /// The binding that a node is about: an identifier, or a declaration with a name.
    #[must_use]
    pub fn binding_at(&self, tree: &Tree, node: NodeId) -> Option<BindingId> {
        self.binding_of(node).or_else(|| {
            let name = tree.language().field("name").and_then(|field| tree.child_by_field(node, field))?;
            match self.slot(name) {
                BindingSlot::Binding(id) => Some(id),
                BindingSlot::Reference(_) | BindingSlot::Nothing => None,
            }
        })
    }

    /// The imported name that an expression is, by its place in [`Names::imported`].
    #[must_use]
    pub fn imported_at(&self, tree: &Tree, text: &[u8], node: NodeId) -> Option<u32> {
        self.imported.as_ref()?;
        let _target = self.target_across(tree, text, node);
        self.exact.get()
    }

    /// Whether a member can be a path that ends otherwise: there are fields of classes whose values are known, or modules of the
    /// project give a name of their own to what they export.
    #[must_use]
    pub fn renames_members(&self) -> bool {
        !self.fields.is_empty() || self.imported.is_some()
    }

    /// How much work was done so far, in steps: nodes seen, bindings and references resolved, expressions followed.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps_done.get()
    }

    /// How many lookups were made, and how many of them ended where nobody can look.
    #[must_use]
    pub fn lookups(&self) -> (u64, u64) {
        (self.lookups.get(), self.opaque.get())
    }
}
