//! Attributes of Rust code: when code is compiled, where a module lies, which crates they name.

use auditlint_syntax::{NodeId, Tree};

use super::path::{PATHS, PathFields, PathHead, head};

/// What is known about when some code is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    /// Whether that may be in tests only, so that the dependencies of tests are at hand.
    pub(super) is_test: bool,
    /// Whether nobody can say that it ever is.
    pub(super) is_doubtful: bool,
    /// The features that it names.
    pub(super) features: Vec<String>,
}

/// Features of deeper conditions are not told apart any more.
const MOST_FEATURES: usize = 16;

/// Options of the compiler that hold somewhere.
const OPTIONS: [&str; 14] = [
    "debug_assertions",
    "panic",
    "target_arch",
    "target_endian",
    "target_env",
    "target_family",
    "target_feature",
    "target_has_atomic",
    "target_os",
    "target_pointer_width",
    "target_vendor",
    "test",
    "unix",
    "windows",
];

/// Attributes of the compiler that change nothing about the names of a module.
const PLAIN: [&str; 15] = [
    "allow",
    "cfg",
    "cfg_attr",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "macro_use",
    "must_use",
    "no_implicit_prelude",
    "path",
    "rustfmt",
    "test",
    "warn",
];

/// Attributes that leave an item as the only one of its place: those of the compiler, and macros that are known to.
const KEEPS: [&str; 16] = [
    "async_trait",
    "auto_impl",
    "automatically_derived",
    "diagnostic",
    "enum_dispatch",
    "fundamental",
    "instrument",
    "link",
    "non_exhaustive",
    "on_unimplemented",
    "serde",
    "sealed",
    "trait_variant",
    "make",
    "typetag",
    "wasm_bindgen",
];

/// Derives that make nothing but implementations of the type that they stand at.
const ONLY_IMPLEMENT: [&str; 15] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Eq",
    "Error",
    "FromRow",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Parser",
    "Serialize",
    "Zeroize",
];

impl State {
    /// What holds under this state and another one.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut features = self.features.clone();
        features.extend(other.features.iter().filter(|feature| !self.features.contains(feature)).cloned());
        let is_long = features.len() > MOST_FEATURES;
        features.truncate(MOST_FEATURES);
        Self {
            is_test: self.is_test || other.is_test,
            is_doubtful: self.is_doubtful || other.is_doubtful || is_long,
            features,
        }
    }
}

/// What the attributes before an item say.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) state: State,
    /// `#[path = "…"]`
    pub(super) path: Option<String>,
    /// Whether a macro may have made something else of the item.
    pub(super) is_rewritten: bool,
    /// Whether a macro may have made more items beside it.
    pub(super) is_multiplied: bool,
    /// Whether a derive from elsewhere may have made a module named after the type.
    pub(super) is_derived: bool,
    /// The first names of paths, and whether each begins with `::`.
    pub(super) names: Vec<(NodeId, bool)>,
}

/// Reads attributes.
pub(super) struct AttributeReader<'t> {
    pub(super) tree: &'t Tree,
    pub(super) text: &'t [u8],
}

impl AttributeReader<'_> {
    fn text(&self, node: NodeId) -> &str {
        str::from_utf8(self.tree.text(node, self.text)).unwrap_or_default()
    }

    /// The path of an attribute.
    fn name(&self, item: NodeId) -> Option<NodeId> {
        let attribute = self.tree.named_children(item).find(|child| self.tree.kind_name(*child) == "attribute")?;
        self.tree.named_children(attribute).next()
    }

    /// Adds what an attribute says.
    pub(super) fn read(&self, item: NodeId, into: &mut Attributes) {
        let Some(name) = self.name(item) else { return };
        let last = self.text(name).rsplit("::").next().unwrap_or_default().trim();
        match last {
            "cfg" => into.state = into.state.and(&self.condition(item)),
            "path" => {
                let literal = self.tree.subtree(item).find(|node| self.tree.kind_name(*node) == "string_content");
                into.path = literal.map(|literal| self.text(literal).to_owned());
            }
            // The function is compiled in tests only: `#[test]`, `#[tokio::test]`, `#[rstest]`, `#[bench]`.
            _ if ["test", "bench", "proptest", "quickcheck", "rstest"].iter().any(|word| last.contains(word)) => {
                into.state.is_test = true;
            }
            "derive" => {
                into.is_derived |= self.derives_foreign(item);
                self.derived(item, &mut into.names);
            }
            _ => {}
        }
        // What stands behind an attribute of a macro may be for that macro to read: `#[case::name]`.
        if !into.is_rewritten {
            self.named(name, &mut into.names);
        }
        into.is_multiplied |= last != "derive" && !PLAIN.contains(&last) && !KEEPS.contains(&last);
        into.is_rewritten |= last != "derive" && !PLAIN.contains(&last);
    }

    /// Whether a derive among those of an attribute may make more than an implementation.
    fn derives_foreign(&self, item: NodeId) -> bool {
        let Some(tokens) = self.tree.subtree(item).find(|node| self.tree.kind_name(*node) == "token_tree") else {
            return false;
        };
        let mut names = self.tree.children(tokens).filter(|token| self.tree.kind_name(*token) == "identifier");
        names.any(|name| {
            let text = self.text(name);
            text.starts_with(|first: char| first.is_uppercase()) && !ONLY_IMPLEMENT.contains(&text)
        })
    }

    fn condition(&self, item: NodeId) -> State {
        let mut state = State { is_doubtful: true, ..State::default() };
        let mut is_feature = false;
        for node in self.tree.subtree(item).skip_while(|node| self.tree.kind_name(*node) != "token_tree") {
            match self.tree.kind_name(node) {
                "identifier" => {
                    let word = self.text(node);
                    is_feature = word == "feature";
                    match word {
                        "all" | "any" | "not" => continue,
                        "feature" => state.is_test = true,
                        "test" => state.is_test = true,
                        _ if OPTIONS.contains(&word) => {}
                        _ => return State { is_test: true, is_doubtful: true, ..State::default() },
                    }
                    state.is_doubtful = false;
                }
                "string_content" if is_feature && state.features.len() < MOST_FEATURES => {
                    state.features.push(self.text(node).to_owned());
                }
                _ => {}
            }
        }
        state
    }

    /// The first names of the paths in the arguments of `derive`, and whether each begins with `::`.
    fn derived(&self, item: NodeId, into: &mut Vec<(NodeId, bool)>) {
        let tree = self.tree;
        let Some(tokens) = tree.subtree(item).find(|node| tree.kind_name(*node) == "token_tree") else { return };
        // Whether a path begins here, and whether its colons have been passed.
        let (mut begins, mut is_global) = (false, false);
        let mut tokens = tree.children(tokens).filter(|token| !tree.node(*token).is_extra()).peekable();
        while let Some(token) = tokens.next() {
            match tree.kind_name(token) {
                "(" | "," => (begins, is_global) = (true, false),
                "::" if begins => is_global = true,
                "identifier" if begins => {
                    begins = false;
                    if tokens.peek().is_some_and(|next| tree.kind_name(*next) == "::") {
                        into.push((token, is_global));
                    }
                }
                _ => begins = false,
            }
        }
    }

    /// The first name of the path of an attribute, as above.
    fn named(&self, name: NodeId, into: &mut Vec<(NodeId, bool)>) {
        if !PATHS.of(self.tree.language()).contains(self.tree.kind(name)) {
            return;
        }
        match head(self.tree, &PathFields::of(self.tree), name) {
            PathHead::Name(node) => into.push((node, false)),
            PathHead::Crate(node) => into.push((node, true)),
            PathHead::Own => {}
        }
    }
}
