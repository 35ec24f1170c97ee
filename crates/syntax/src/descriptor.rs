//! What is different from language to language, in one place each.

/// Languages whose code is looked at in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// TypeScript, TSX, JavaScript.
    Ecmascript,
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// Shell, of which only facts are read.
    Shell,
}

/// All that is said of one language. Whoever adds one fills this in.
#[derive(Debug)]
pub struct Descriptor {
    /// The name as it is written in rules and output.
    pub name: &'static str,
    /// The file name extensions, without the dot. The first stands for all of them.
    pub extensions: &'static [&'static str],
    /// What it has in common with others.
    pub family: Family,
    /// The grammar.
    pub(crate) grammar: fn() -> tree_sitter::Language,
    /// Whether the grammar groups some expressions wrongly, which are then grouped anew.
    pub(crate) is_regrouped: bool,
    /// Whether the grammar lacks syntax of the language, which is then masked.
    pub(crate) is_masked: bool,
    /// Whether elements may stand among the code, between which text is not code.
    pub(crate) has_elements: bool,
    /// Whether arguments of macros are parsed by themselves (see [`Tree::islands`](crate::Tree::islands)).
    pub has_islands: bool,
    /// Whether an identifier may be spelled with escapes.
    pub has_escapes: bool,
    /// What begins a comment that ends with its line.
    pub line_comment: &'static str,
    /// What stands for `$` in a pattern: a letter, for the parser.
    pub sigil: char,
    /// What stands between the parts of a path.
    pub separator: &'static str,
    /// What its nodes are called.
    pub kinds: &'static Vocabulary,
}

/// The kinds of nodes of a family, by what they are to those who look at code.
#[derive(Debug)]
pub struct Vocabulary {
    /// How the kinds end that are statements, of which a suppression comment can stand above.
    pub statement_endings: &'static [&'static str],
    /// What stands before an item and says something of it: a comment above it is about the item, too.
    pub attributes: &'static [&'static str],
    /// Blocks: what stands inside is not part of the statement's own text.
    pub blocks: &'static [&'static str],
    /// Kinds with a `name` that people know a place by.
    pub items: &'static [&'static str],
    /// Strings, templates and comments: what stands inside of one is not code.
    pub texts: &'static [&'static str],
    /// Names: identifiers, paths, the parts of imports, exports and patterns that stand for one.
    pub names: &'static [&'static str],
    /// Nodes around a name that leave it what it is.
    pub wrappers: &'static [&'static str],
    /// Names that hold their last part as their last node.
    pub paths: &'static [&'static str],
    /// The keyword without which there is no node of a kind, sorted by kind. It comes first in the node, or the parser would
    /// not have begun it, so it is never one that the parser put in.
    pub keywords: &'static [(&'static str, &'static str)],
}
