//! What a source introduces and uses: bindings, references, and what stands at an identifier.

use auditlint_syntax::NodeId;

/// A binding, by its place in [`Names::bindings`](crate::Names::bindings).
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

/// The spaces of names: values, types, macros of Rust. Some bindings are in several.
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
    /// Whether it is declared more than once: `var a; var a`, a function and a namespace of one name.
    pub redeclared: bool,
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
