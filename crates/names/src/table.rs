//! What is known about the names of one source: scopes, bindings, references.

use std::cell::{Cell, RefCell};

use auditlint_syntax::{Family, NodeId, Tree};

use crate::Target;
use crate::ecmascript;
use crate::evaluate::Memo;

/// A binding, by its place in [`Names::bindings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub u32);

/// What introduced a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingKind {
    /// `import`, `use`
    Import,
    /// `const`, `using`, a Rust `const`
    Const,
    /// `let`
    Let,
    /// `var`
    Var,
    /// A function, by declaration or as the own name of an expression.
    Function,
    /// A class, a Rust struct, enum, union or trait.
    Class,
    /// A parameter, by itself or in a pattern.
    Parameter,
    /// The parameter of `catch`.
    Catch,
    /// A TypeScript enum, and its members inside of it.
    Enum,
    /// A namespace, a Rust module.
    Namespace,
    /// An interface or type alias.
    Type,
    /// A parameter of a type, `infer`, the key of a mapped type.
    TypeParameter,
    /// A Rust `static`.
    Static,
    /// A Rust macro.
    Macro,
    /// `this` of one function or class. No identifier names it.
    This,
}

/// The two worlds of names. Some bindings live in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spaces(u8);

impl Spaces {
    pub(crate) const VALUE: Self = Self(1);
    pub(crate) const TYPE: Self = Self(2);
    pub(crate) const BOTH: Self = Self(3);
    /// Macros of Rust.
    pub(crate) const MACRO: Self = Self(4);
    pub(crate) const ALL: Self = Self(7);

    /// The indices of the spaces, for tables of [`Spaces::COUNT`].
    pub(crate) fn indices(self) -> impl Iterator<Item = usize> {
        (0..Self::COUNT).filter(move |index| self.0 >> index & 1 == 1)
    }

    pub(crate) const COUNT: usize = 3;

    /// Those of the spaces for which `keep` holds.
    pub(crate) fn filter(self, keep: impl Fn(usize) -> bool) -> Self {
        Self(self.indices().filter(|index| keep(*index)).fold(0, |bits, index| bits | 1 << index))
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Where the value of a binding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingValue {
    /// It is a thing of its own: a function, a class, an enum.
    Own,
    /// Nobody knows: a parameter, an element of a list.
    Unknown,
    /// An expression, from which the steps lead on.
    Expression(NodeId),
    /// A module, from which the steps lead on; the node is the text that names it.
    Module(NodeId),
    /// A `use`: the node is the last name of the path.
    Use(NodeId),
    /// `this` inside a class: its index among the classes, and whether it is the class itself.
    Class { class: u32, is_static: bool },
}

/// A step from a value to a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessStep {
    /// The member that an identifier or string names.
    Named(NodeId),
    /// The member whose name an expression gives.
    Computed(NodeId),
    /// `default` of a module.
    Default,
    /// A part that cannot be followed.
    Unknown,
}

/// One name that a source introduces.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The identifier that introduces it first.
    pub node: NodeId,
    /// What introduced it.
    pub kind: BindingKind,
    /// Whether it is exported from the file: `export`, `pub`.
    pub exported: bool,
    /// How often it is written after its declaration.
    pub writes: u32,
    pub(crate) scope: u32,
    pub(crate) spaces: Spaces,
    pub(crate) value: BindingValue,
    /// Range in `Names::steps`.
    pub(crate) steps: (u32, u32),
    /// What it is where its value is `undefined`.
    pub(crate) default: Option<NodeId>,
    /// The next binding of the same scope.
    pub(crate) next: u32,
}

/// How a reference uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its value is read.
    Read,
    /// It is assigned.
    Write,
    /// It is read and assigned: `+=`, `++`.
    ReadWrite,
    /// It is named in a type.
    Type,
    /// It is named, or may be meant, where nobody can say how it is used: in the tokens of a macro, a format string, an attribute,
    /// inside of `with`. The node may be the whole text.
    Mention,
}

/// One use of a name.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The identifier.
    pub node: NodeId,
    /// How it is used.
    pub access: Access,
    pub(crate) to: Referent,
}

/// What a reference found in the scopes around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Referent {
    Binding(BindingId),
    /// No scope of the file has the name.
    Free,
    /// A name that could be found where nobody can look: inside `with`, `eval`, behind a glob.
    Hidden,
}

/// What stands at an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingSlot {
    Nothing,
    Binding(BindingId),
    Reference(u32),
}

/// A field of a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassField {
    pub(crate) value: Option<NodeId>,
    pub(crate) writes: u32,
}

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
    /// Binds the names of a tree in one pass, in time that grows with its number of nodes.
    #[must_use]
    pub fn of(tree: &Tree, text: &[u8]) -> Self {
        match tree.language().family() {
            Family::Ecmascript => ecmascript::bind(tree, text),
            Family::Rust => crate::rust::bind(tree, text),
            Family::Shell => crate::builder::Builder::new(tree, text).finish(),
        }
    }

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
        }
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

    /// The uses of a binding, in the order of the file.
    pub fn references(&self, id: BindingId) -> impl ExactSizeIterator<Item = &Reference> {
        let range = self.starts[id.0 as usize] as usize..self.starts[id.0 as usize + 1] as usize;
        self.by_binding[range].iter().map(|index| &self.references[*index as usize])
    }

    /// Every use of every name, also of those that the file does not introduce.
    #[must_use]
    pub fn all_references(&self) -> &[Reference] {
        &self.references
    }

    /// Whether a binding is written after its declaration.
    #[must_use]
    pub fn is_reassigned(&self, id: BindingId) -> bool {
        self.binding(id).writes > 0
    }

    /// What an expression is, or the name that a part of an import, an export or a pattern stands for.
    #[must_use]
    pub fn target(&self, tree: &Tree, text: &[u8], node: NodeId) -> Target {
        self.explain(tree, text, node, &mut |_, _| {})
    }

    /// The same, telling each step on the way: a node and what is so about it.
    #[must_use]
    pub fn explain(&self, tree: &Tree, text: &[u8], node: NodeId, tell: &mut dyn FnMut(NodeId, &str)) -> Target {
        self.lookups.set(self.lookups.get() + 1);
        let target = match tree.language().family() {
            Family::Ecmascript => ecmascript::target(self, tree, text, node, tell),
            Family::Rust => crate::rust::target(self, tree, text, node, tell),
            Family::Shell => Target::Opaque,
        };
        if matches!(target, Target::Opaque) {
            self.opaque.set(self.opaque.get() + 1);
        }
        target
    }

    /// The expressions that the value of a node can come from, the node itself first: local constants, the branches of `?:`,
    /// `??`, `||`, `if` and `match`, the ends of blocks, what a local arrow function or closure returns that is called once.
    #[must_use]
    pub fn origins(&self, tree: &Tree, text: &[u8], node: NodeId) -> Vec<NodeId> {
        match tree.language().family() {
            Family::Ecmascript => ecmascript::origins(self, tree, text, node),
            Family::Rust => crate::rust::origins(self, tree, node),
            Family::Shell => vec![node],
        }
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

    /// Whether there are fields of classes whose values are known: only through these a member can be a path that ends otherwise.
    #[must_use]
    pub fn has_fields(&self) -> bool {
        !self.fields.is_empty()
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
