//! The crates that a file of Rust code names, and what may give another meaning to such a name.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_names::BindingKind;
use auditlint_syntax::{KindId, NodeId, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use super::attribute::{AttributeReader, Attributes, State};
use super::fact::{CargoFact, Facts, ModuleFile, Use, UseKind};
use super::glob::{Sight, reach, sights};
use super::path::{PathFields, child};
use crate::kinds::Kinds;

static KINDS: Kinds = Kinds::new(&[
    "attribute_item",
    "extern_crate_declaration",
    "inner_attribute_item",
    "macro_definition",
    "macro_invocation",
    "mod_item",
    "scoped_identifier",
    "scoped_type_identifier",
    "use_declaration",
    "visibility_modifier",
]);
/// What stands between attributes and their item.
static BETWEEN: Kinds = Kinds::new(&["attribute_item", "block_comment", "line_comment"]);
/// What holds attributes and their items side by side; elsewhere an attribute is a part of its item.
static LISTS: Kinds = Kinds::new(&["block", "declaration_list", "source_file", "token_tree"]);

/// Types that are names of the language.
const PRIMITIVES: [&str; 18] = [
    "_", "bool", "char", "f128", "f16", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
    "u32", "u64",
];
const MORE_PRIMITIVES: [&str; 2] = ["u8", "usize"];

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let mut scan = Scan {
        analysis,
        reader: AttributeReader { tree, text: analysis.text() },
        tree,
        fields: PathFields::of(tree),
        is_broken: is_broken(tree, tree.root()),
        states: vec![State::default()],
        frames: Vec::new(),
        modules: Vec::new(),
        hosts: FxHashMap::default(),
        island: Island { state: 0, anchor: None, module: String::new(), is_item: true },
        pending: None,
        globs: Vec::new(),
        uses: Vec::new(),
        declared: BTreeSet::new(),
        aliases: BTreeSet::new(),
        macros: BTreeSet::new(),
        calls: BTreeSet::new(),
        own: FxHashSet::default(),
        imported: FxHashSet::default(),
        multiplied: FxHashSet::default(),
        leaks: false,
        derived: FxHashSet::default(),
    };
    scan.bindings();
    scan.run(out);
    scan.finish(out);
}

/// Under what an island is read.
#[derive(Clone)]
pub(super) struct Island {
    pub(super) state: usize,
    /// The node of the main run in whose macro it stands.
    pub(super) anchor: Option<NodeId>,
    /// The modules around it.
    pub(super) module: String,
    /// Whether its macro stands among items.
    pub(super) is_item: bool,
}

/// A name that may be a crate.
pub(super) struct SeenName {
    pub(super) node: NodeId,
    pub(super) anchor: NodeId,
    pub(super) state: usize,
    pub(super) how: UseKind,
    /// What stands between it and a crate, but for the globs.
    pub(super) sight: Sight,
}

pub(super) struct Scan<'a> {
    pub(super) analysis: &'a Analysis<'a>,
    pub(super) tree: &'a Tree,
    pub(super) reader: AttributeReader<'a>,
    pub(super) fields: PathFields,
    /// Whether a part of the file was not understood, so that nothing in it is certain. Macros stand for themselves.
    pub(super) is_broken: bool,
    pub(super) states: Vec<State>,
    /// Where a state ends, and the state.
    pub(super) frames: Vec<(u32, usize)>,
    /// Where a module of the file ends, and the folder of its modules.
    pub(super) modules: Vec<(u32, String)>,
    pub(super) hosts: FxHashMap<NodeId, Island>,
    pub(super) island: Island,
    /// Attributes that wait for their item, and the node that holds both.
    pub(super) pending: Option<(Option<NodeId>, Attributes)>,
    pub(super) globs: Vec<(NodeId, Sight)>,
    pub(super) uses: Vec<SeenName>,
    pub(super) declared: BTreeSet<&'a str>,
    pub(super) aliases: BTreeSet<&'a str>,
    pub(super) macros: BTreeSet<&'a str>,
    pub(super) calls: BTreeSet<&'a str>,
    /// Names that the file gives to things of its own.
    pub(super) own: FxHashSet<&'a str>,
    pub(super) imported: FxHashSet<&'a str>,
    /// Functions beside which an attribute may have made a module of their name.
    multiplied: FxHashSet<&'a str>,
    /// Whether a module that the file writes out may hold names that nobody sees.
    pub(super) leaks: bool,
    /// Modules that derives may have made, by the names of their types.
    derived: FxHashSet<String>,
}

impl<'a> Scan<'a> {
    pub(super) fn text(&self, node: NodeId) -> &'a str {
        let text = str::from_utf8(self.tree.text(node, self.analysis.text())).unwrap_or_default();
        text.strip_prefix("r#").unwrap_or(text)
    }

    /// Notes the names of the file's own modules, types, functions and macros.
    fn bindings(&mut self) {
        for (_, binding) in self.analysis.names().bindings() {
            let name = self.text(binding.node);
            match binding.kind {
                BindingKind::Namespace | BindingKind::Class | BindingKind::Enum | BindingKind::Type => {
                    self.own.insert(name);
                    if is_lower(name) {
                        self.declared.insert(name);
                    }
                }
                BindingKind::Function | BindingKind::Macro | BindingKind::TypeParameter => {
                    self.own.insert(name);
                }
                BindingKind::Import => {
                    self.imported.insert(name);
                }
                _ => {}
            }
        }
    }

    fn run(&mut self, out: &mut Facts) {
        let tree = self.tree;
        let (kinds, between) = (KINDS.of(tree.language()), BETWEEN.of(tree.language()));
        let mut islands = tree.islands().iter().copied().peekable();
        let mut at = 0;
        while at < tree.len() {
            let node = NodeId(at);
            at += 1;
            if islands.next_if_eq(&node).is_some() {
                self.frames.clear();
                self.modules.clear();
                self.pending = None;
                let host = tree.parent(node).and_then(|host| self.hosts.remove(&host));
                self.island = host.unwrap_or_else(|| Island {
                    state: self.push_state(State { is_doubtful: true, ..State::default() }),
                    anchor: Some(tree.root()),
                    module: String::new(),
                    is_item: false,
                });
                if is_broken(tree, node) {
                    let doubtful = State { is_doubtful: true, ..State::default() };
                    self.island.state = self.push_state(self.states[self.island.state].and(&doubtful));
                }
                continue;
            }
            while self.frames.last().is_some_and(|(end, _)| *end <= node.0) {
                self.frames.pop();
            }
            while self.modules.last().is_some_and(|(end, _)| *end <= node.0) {
                self.modules.pop();
            }
            let kind = tree.kind(node);
            if between.contains(kind) {
                at = tree.subtree_end(node);
                if kinds.contains(kind) {
                    self.attribute(node);
                }
                continue;
            }
            let attributes = self.take_pending(node);
            if kind == KindId::ERROR {
                self.enter(node, &State { is_doubtful: true, ..State::default() });
            }
            if !kinds.contains(kind) {
                continue;
            }
            match tree.kind_name(node) {
                "visibility_modifier" => at = tree.subtree_end(node),
                "inner_attribute_item" => {
                    at = tree.subtree_end(node);
                    let mut own = Attributes::default();
                    self.reader.read(node, &mut own);
                    if let Some(parent) = tree.parent(node).filter(|_| own.state != State::default()) {
                        self.enter(parent, &own.state);
                    }
                }
                "use_declaration" => {
                    at = tree.subtree_end(node);
                    self.use_declaration(node, out);
                }
                "extern_crate_declaration" => self.extern_crate(node),
                "mod_item" => self.module(node, &attributes, out),
                "macro_definition" => {
                    at = tree.subtree_end(node);
                    self.macro_definition(node);
                }
                "macro_invocation" => self.macro_invocation(node),
                _ => self.path(node),
            }
        }
    }

    /// An attribute may make modules beside an item: of the name of a function, of any name beside a trait or a block of functions
    /// from elsewhere.
    fn multiplied(&mut self, item: NodeId) {
        match self.tree.kind_name(item) {
            "function_item" => {
                let name = child(self.tree, item, self.fields.name).map(|name| self.text(name));
                self.multiplied.extend(name);
            }
            "trait_item" | "foreign_mod_item" | "mod_item" => {
                self.globs.push((reach(self.tree, item), Sight::Foreign));
            }
            _ => {}
        }
    }

    /// A derive may make a module named after its type: `add_item` for `AddItem`.
    fn derived(&mut self, item: NodeId) {
        if matches!(self.tree.kind_name(item), "struct_item" | "enum_item" | "union_item")
            && let Some(name) = child(self.tree, item, self.fields.name)
        {
            self.derived.insert(snake_case(self.text(name)));
        }
    }

    /// Whether a name was not looked up in its scopes, and something in the file has it.
    pub(super) fn is_unresolved(&self, node: NodeId) -> bool {
        let name = self.text(node);
        self.analysis.names().reference_at(node).is_none() && (self.own.contains(name) || self.imported.contains(name))
    }

    pub(super) fn state(&self) -> usize {
        self.frames.last().map_or(self.island.state, |(_, state)| *state)
    }

    pub(super) fn push_state(&mut self, state: State) -> usize {
        if self.states.last() != Some(&state) {
            self.states.push(state);
        }
        self.states.len() - 1
    }

    /// A node holds under a further condition.
    fn enter(&mut self, node: NodeId, condition: &State) {
        let state = self.states[self.state()].and(condition);
        let state = self.push_state(state);
        // Inner attributes stand inside of what they are about; ranges stay nested.
        let end = self.frames.last().map_or(u32::MAX, |(end, _)| *end).min(self.tree.subtree_end(node));
        self.frames.push((end, state));
    }

    fn attribute(&mut self, item: NodeId) {
        let parent = self.tree.parent(item);
        let mut attributes = match self.pending.take() {
            Some((around, attributes)) if around == parent => attributes,
            _ => Attributes::default(),
        };
        self.reader.read(item, &mut attributes);
        self.pending = Some((parent, attributes));
    }

    /// What no scope knows: names in attributes are looked for in the whole file.
    fn name_in_attribute(&mut self, node: NodeId, is_crate: bool) {
        let name = self.text(node);
        let is_tool = matches!(name, "clippy" | "diagnostic" | "miri" | "rust_analyzer" | "rustdoc" | "rustfmt");
        if is_crate || !(is_tool || self.own.contains(name) || self.imported.contains(name)) {
            self.push_use(node, UseKind::Attribute, if is_crate { Sight::Crate } else { Sight::Clear });
        }
    }

    /// The attributes before a node.
    fn take_pending(&mut self, node: NodeId) -> Attributes {
        let Some((parent, attributes)) = self.pending.take() else { return Attributes::default() };
        if self.tree.parent(node) != parent {
            return Attributes::default();
        }
        let is_list = |parent: NodeId| LISTS.of(self.tree.language()).contains(self.tree.kind(parent));
        let is_beside = parent.is_some_and(is_list);
        if attributes.state != State::default() {
            self.enter(if is_beside { node } else { parent.unwrap_or(node) }, &attributes.state);
        }
        if attributes.is_multiplied && is_beside {
            self.multiplied(node);
        }
        if (attributes.is_derived || attributes.is_multiplied) && is_beside {
            self.derived(node);
        }
        // Attributes of fields and parameters belong to a macro around them.
        for (name, is_crate) in attributes.names.iter().filter(|_| is_beside) {
            self.name_in_attribute(*name, *is_crate);
        }
        attributes
    }

    pub(super) fn push_use(&mut self, node: NodeId, how: UseKind, sight: Sight) {
        let name = self.text(node);
        let is_known = PRIMITIVES.contains(&name) || MORE_PRIMITIVES.contains(&name);
        if is_lower(name) && !is_known && !matches!(name, "std" | "core" | "alloc" | "self" | "super" | "crate") {
            let anchor = self.island.anchor.unwrap_or(node);
            self.uses.push(SeenName { node, anchor, state: self.state(), how, sight });
        }
    }

    /// The head of a path, where no scope has its name.
    fn path(&mut self, node: NodeId) {
        let before = child(self.tree, node, self.fields.path);
        match before {
            Some(name) if self.tree.kind_name(name) == "identifier" => {
                if self.analysis.names().binding_of(name).is_none() && !self.is_unresolved(name) {
                    self.push_use(name, UseKind::Path, Sight::Clear);
                }
            }
            Some(_) => {}
            None => {
                if let Some(name) = child(self.tree, node, self.fields.name) {
                    self.push_use(name, UseKind::Path, Sight::Crate);
                }
            }
        }
    }

    fn module(&mut self, node: NodeId, attributes: &Attributes, out: &mut Facts) {
        let Some(name) = child(self.tree, node, self.fields.name) else { return };
        let name = self.text(name);
        let around = self.modules.last().map_or(self.island.module.as_str(), |(_, folder)| folder);
        let body = self.tree.named_children(node).find(|child| self.tree.kind_name(*child) == "declaration_list");
        if body.is_some() {
            let step = attributes.path.as_deref().unwrap_or(name);
            let folder = if around.is_empty() { step.to_owned() } else { format!("{around}/{step}") };
            // Nobody needs to follow modules that deep.
            let folder = if folder.len() > 1024 { "…".to_owned() } else { folder };
            self.modules.push((self.tree.subtree_end(node), folder));
            if attributes.is_rewritten {
                self.enter(node, &State { is_doubtful: true, ..State::default() });
            }
            return;
        }
        let state = &self.states[self.state()];
        let module = ModuleFile {
            name: name.into(),
            path: attributes.path.as_deref().map(Arc::from),
            around: around.into(),
            is_test: state.is_test,
            is_certain: !state.is_doubtful,
            features: features(state),
        };
        out.say(self.tree.span(node), CargoFact::Module(Box::new(module)));
    }

    fn finish(self, out: &mut Facts) {
        let places: Vec<(NodeId, NodeId)> = self.uses.iter().map(|found| (found.node, found.anchor)).collect();
        let sights = sights(self.tree, &self.globs, &places);
        let mut seen = FxHashSet::default();
        for (found, sight) in self.uses.iter().zip(sights) {
            let name = self.text(found.node);
            let sight = if found.sight == Sight::Crate { Sight::Crate } else { sight.max(found.sight) };
            let sight =
                if self.multiplied.contains(name) || self.derived.contains(name) { Sight::Foreign } else { sight };
            if !seen.insert((name, found.state, sight, found.how)) {
                continue;
            }
            let state = &self.states[found.state];
            let said = Use {
                name: name.into(),
                how: found.how,
                is_test: state.is_test,
                is_certain: !state.is_doubtful && !self.is_broken,
                features: features(state),
                sight,
            };
            out.say(self.tree.span(found.node), CargoFact::Use(Box::new(said)));
        }
        let start = self.tree.span(self.tree.root());
        if self.leaks {
            out.say(start, CargoFact::Leak);
        }
        let mut list = |names: BTreeSet<&str>, fact: fn(Vec<Arc<str>>) -> CargoFact| {
            if !names.is_empty() {
                out.say(start, fact(names.into_iter().map(Arc::from).collect()));
            }
        };
        list(self.declared, CargoFact::Declared);
        list(self.aliases, CargoFact::Aliases);
        list(self.macros, CargoFact::Macros);
        list(self.calls, CargoFact::Calls);
    }
}

/// The features that a state asks for. Names with a space in them stand for several.
fn features(state: &State) -> Vec<Arc<str>> {
    let names = state.features.iter().flat_map(|name| name.split(' '));
    names.filter(|name| !name.is_empty()).map(Arc::from).collect()
}

/// Whether a part of the file or of an island was not understood.
fn is_broken(tree: &Tree, root: NodeId) -> bool {
    tree.subtree(root).any(|node| tree.kind(node) == KindId::ERROR || tree.node(node).is_missing())
}

pub(super) fn is_lower(name: &str) -> bool {
    name.starts_with(|first: char| first.is_lowercase() || first == '_')
}

/// The name of a type as a module has it: `HttpServer` as `http_server`, `HTTPServer` likewise.
pub(super) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let ends_initials = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| before != '_' && (!before.is_uppercase() || ends_initials));
        if begins {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
