//! One walk over the tree, into the islands where their hosts stand: scopes, declarations, uses.

use auditlint_syntax::{FieldId, NodeId, Tree};
use rustc_hash::FxHashMap;

use super::kinds::{RustKinds, RustMeaning};
use super::use_tree;
use crate::binding::{Access, BindingKind, BindingValue, Spaces};
use crate::builder::{Builder, Declaration, ScopeLeak};
use crate::table::{Names, slot_of_reference};

/// A run of nodes that is being walked: the main one, or an island.
struct RustBindWalk {
    next: u32,
    end: u32,
    floor: usize,
    /// Whether nobody knows what the macro makes of what its tokens declare.
    is_foreign: bool,
}

/// Binds the names of a tree.
pub(crate) fn bind(tree: &Tree, text: &[u8]) -> Names {
    let islands: FxHashMap<NodeId, NodeId> =
        tree.islands().iter().filter_map(|root| tree.parent(*root).map(|host| (host, *root))).collect();
    let mut binder =
        RustBinder { builder: Builder::new(tree, text), kinds: RustKinds::get(), own_uses: FxHashMap::default() };
    let mut walks = vec![RustBindWalk { next: 0, end: tree.main_end(), floor: 0, is_foreign: false }];
    while let Some(walk) = walks.last_mut() {
        if walk.next >= walk.end {
            binder.builder.close_down_to(walk.floor.max(1));
            walks.pop();
            continue;
        }
        let node = NodeId(walk.next);
        walk.next += 1;
        binder.builder.arrive_above(node, walk.floor);
        binder.builder.step();
        binder.builder.declares_for_macro = walk.is_foreign;
        let meaning = binder.kinds.meaning(tree.kind(node));
        match meaning {
            RustMeaning::Plain => {}
            RustMeaning::TokenTree => {
                walk.next = tree.subtree_end(node);
                match islands.get(&node).filter(|_| !binder.is_template(node)) {
                    Some(root) => {
                        // What the macro was given stands where its tokens do. Its own braces and semicolons open no scope of the host.
                        let floor = binder.builder.open_count();
                        if !binder.holds_items(node) {
                            binder.builder.enter(tree.subtree_end(*root), false);
                        }
                        let is_foreign = walk.is_foreign || !binder.is_known_macro(node);
                        walks.push(RustBindWalk { next: root.0 + 1, end: tree.subtree_end(*root), floor, is_foreign });
                    }
                    None => binder.mention_tokens(node),
                }
            }
            RustMeaning::NoNames | RustMeaning::Use | RustMeaning::Attribute => {
                walk.next = tree.subtree_end(node);
                match meaning {
                    RustMeaning::Use => binder.use_declaration(node),
                    RustMeaning::Attribute => binder.mention_in_attribute(node),
                    _ => {}
                }
            }
            RustMeaning::Text => {
                walk.next = tree.subtree_end(node);
                if walks.len() > 1 {
                    binder.mention_in_format(node);
                }
            }
            meaning => binder.visit(node, meaning),
        }
    }
    let mut names = binder.builder.finish();
    names.own_uses = binder.own_uses;
    names
}

/// The walk.
pub(crate) struct RustBinder<'t> {
    pub(crate) builder: Builder<'t>,
    pub(crate) kinds: &'static RustKinds,
    /// What the first name behind `self::` or `super::` in a part of a `use` refers to, as an index of a reference.
    own_uses: FxHashMap<NodeId, u32>,
}

impl RustBinder<'_> {
    pub(crate) fn child(&self, node: NodeId, field: Option<FieldId>) -> Option<NodeId> {
        self.builder.tree.child_by_field(node, field?)
    }

    pub(crate) fn meaning(&self, node: NodeId) -> RustMeaning {
        self.kinds.meaning(self.builder.tree.kind(node))
    }

    /// Whether a macro stands among the items of a module, so that what its tokens declare is declared there: `cfg_unix! { use a::b; }`.
    fn holds_items(&self, tokens: NodeId) -> bool {
        let tree = self.builder.tree;
        let mut around = tree.ancestors(tokens).skip(1);
        let place = around.next();
        let owner = around.next();
        place.is_some_and(|place| match tree.kind_name(place) {
            "source_file" => true,
            "declaration_list" => owner.is_some_and(|owner| self.meaning(owner) == RustMeaning::Module),
            _ => false,
        })
    }

    fn is_public(&self, node: NodeId) -> bool {
        let tree = self.builder.tree;
        tree.children(node).any(|child| tree.kind_name(child) == "visibility_modifier")
    }

    fn enter(&mut self, node: NodeId) -> u32 {
        let end = self.builder.tree.subtree_end(node);
        self.builder.enter(end, false)
    }

    /// Declares an item by its name; one of an `impl` or a trait is reached through its type only.
    fn item(&mut self, node: NodeId, kind: BindingKind, spaces: Spaces, value: BindingValue) {
        let Some(name) = self.child(node, self.kinds.name) else { return };
        let tree = self.builder.tree;
        let owner = tree.parent(node).and_then(|list| tree.parent(list)).map(|owner| self.meaning(owner));
        let in_list = tree.parent(node).is_some_and(|list| tree.kind_name(list) == "declaration_list");
        if in_list && matches!(owner, Some(RustMeaning::Impl | RustMeaning::Trait)) {
            return self.builder.skip(name);
        }
        let exported = self.is_public(node);
        let scope = self.builder.scope();
        self.builder.declare(scope, name, &[], Declaration { kind, spaces, value, default: None, exported });
    }

    fn visit(&mut self, node: NodeId, meaning: RustMeaning) {
        let kinds = self.kinds;
        match meaning {
            RustMeaning::Identifier => self.identifier(node),
            RustMeaning::TypeIdentifier if self.builder.is_new(node) => {
                let tree = self.builder.tree;
                // The last name of a path, and the name of an associated type: `Iterator<Item = u8>`.
                let is_last = tree.parent(node).is_some_and(|parent| {
                    matches!(self.meaning(parent), RustMeaning::Path | RustMeaning::TypeBinding)
                        && self.child(parent, kinds.name) == Some(node)
                });
                if !is_last && tree.text(node, self.builder.text) != b"Self" {
                    self.builder.refer(node, Access::Type, Spaces::TYPE);
                }
            }
            RustMeaning::Path => self.path(node),
            RustMeaning::ExternCrate => self.extern_crate(node),
            RustMeaning::Function => {
                self.item(node, BindingKind::Function, Spaces::VALUE, BindingValue::Own);
                self.enter(node);
            }
            RustMeaning::Const => {
                let value = self.child(node, kinds.value).map_or(BindingValue::Own, BindingValue::Expression);
                self.item(node, BindingKind::Const, Spaces::VALUE, value);
            }
            RustMeaning::Static => self.item(node, BindingKind::Static, Spaces::VALUE, BindingValue::Own),
            RustMeaning::TypeItem => {
                self.item(node, BindingKind::Type, Spaces::TYPE, BindingValue::Own);
                self.enter(node);
            }
            RustMeaning::Struct => {
                self.item(node, BindingKind::Class, Spaces::BOTH, BindingValue::Own);
                self.enter(node);
            }
            RustMeaning::Trait => {
                self.item(node, BindingKind::Class, Spaces::TYPE, BindingValue::Own);
                self.enter(node);
            }
            RustMeaning::Impl => {
                self.enter(node);
            }
            RustMeaning::Module => {
                self.item(node, BindingKind::Namespace, Spaces::TYPE, BindingValue::Own);
                let sees_outside = use_tree::takes_all_of_super(self.builder.tree, kinds, node);
                let scope = self.builder.enter(self.builder.tree.subtree_end(node), true);
                if !sees_outside {
                    self.builder.scopes[scope as usize].hides = ScopeLeak::Outer;
                }
            }
            RustMeaning::MacroDefinition => self.item(node, BindingKind::Macro, Spaces::MACRO, BindingValue::Own),
            RustMeaning::MacroInvocation => {
                if let Some(name) = self.child(node, kinds.macro_name)
                    && self.meaning(name) == RustMeaning::Identifier
                {
                    self.builder.refer(name, Access::Read, Spaces::MACRO);
                }
            }
            RustMeaning::TypeParameter | RustMeaning::ConstParameter => {
                let spaces = if meaning == RustMeaning::TypeParameter { Spaces::TYPE } else { Spaces::VALUE };
                self.item(node, BindingKind::TypeParameter, spaces, BindingValue::Own);
            }
            RustMeaning::Parameter => {
                let tree = self.builder.tree;
                let pattern = self.child(node, kinds.pattern);
                match tree.ancestors(node).nth(1).map(|owner| self.meaning(owner)) {
                    // `fn(name: T)` as a type: the name is for readers.
                    Some(RustMeaning::FunctionType) => pattern.into_iter().for_each(|name| self.builder.skip(name)),
                    _ => self.bind_pattern(pattern, BindingKind::Parameter),
                }
            }
            RustMeaning::Closure | RustMeaning::Block | RustMeaning::MatchArm | RustMeaning::Conditional => {
                self.enter(node);
            }
            RustMeaning::ClosureParameters => {
                let tree = self.builder.tree;
                for child in
                    tree.named_children(node).filter(|child| kinds.meaning(tree.kind(*child)) != RustMeaning::Parameter)
                {
                    self.bind_pattern(Some(child), BindingKind::Parameter);
                }
            }
            RustMeaning::MatchPattern => {
                let tree = self.builder.tree;
                // In `matches!` it stands alone.
                if tree.parent(node).is_none_or(|arm| self.meaning(arm) != RustMeaning::MatchArm) {
                    self.enter(node);
                }
                let guard = self.child(node, kinds.condition);
                let parts = tree.named_children(node).filter(|child| Some(*child) != guard);
                for part in parts {
                    self.bind_pattern(Some(part), BindingKind::Let);
                }
            }
            RustMeaning::For => {
                self.enter(node);
                if let (Some(pattern), Some(body)) = (self.child(node, kinds.pattern), self.child(node, kinds.body)) {
                    let mark = self.builder.late_mark();
                    self.late_pattern(pattern, BindingValue::Unknown, false);
                    self.builder.late_until(mark, body.0);
                }
            }
            RustMeaning::Let | RustMeaning::LetCondition => self.let_binding(node),
            RustMeaning::Assignment => self.writes(self.child(node, kinds.left), Access::Write),
            RustMeaning::CompoundAssignment => self.writes(self.child(node, kinds.left), Access::ReadWrite),
            RustMeaning::EnumVariant => {
                if let Some(name) = self.child(node, kinds.name) {
                    self.builder.skip(name);
                }
            }
            _ => {}
        }
    }

    fn identifier(&mut self, node: NodeId) {
        if self.builder.is_new(node) && self.builder.tree.text(node, self.builder.text) != b"Self" {
            self.builder.refer(node, Access::Read, Spaces::VALUE);
        }
    }

    /// Only the first name of a path is looked up; the others are found in what it is. The first name behind `self::` and
    /// `super::` is one of that module.
    fn path(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let head = self.child(node, self.kinds.path);
        if let Some(name) =
            self.child(node, self.kinds.name).filter(|name| self.meaning(*name) != RustMeaning::SuperWord)
        {
            let levels = head.and_then(|head| use_tree::levels_up(tree, self.kinds, head));
            let is_last = tree.parent(node).is_none_or(|parent| self.child(parent, self.kinds.path) != Some(node));
            let module = levels.and_then(|levels| self.builder.module_above(levels));
            match module {
                Some(module) => {
                    let spaces = if is_last { Spaces::ALL } else { Spaces::TYPE };
                    let index = self.builder.refer_directly(module, name, spaces);
                    self.builder.put_slot(name, slot_of_reference(index));
                }
                None => self.builder.skip(name),
            }
        }
        if let Some(head) = head
            && self.meaning(head) == RustMeaning::Identifier
            && tree.text(head, self.builder.text) != b"Self"
        {
            self.builder.refer(head, Access::Read, Spaces::TYPE);
        }
    }

    fn extern_crate(&mut self, node: NodeId) {
        let (name, alias) = (self.child(node, self.kinds.name), self.child(node, self.kinds.alias));
        let Some(name) = name else { return };
        if alias.is_some() {
            self.builder.skip(name);
        }
        let declaration = Declaration {
            kind: BindingKind::Import,
            spaces: Spaces::ALL,
            value: BindingValue::Use(name),
            default: None,
            exported: self.is_public(node),
        };
        let scope = self.builder.scope();
        self.builder.declare(scope, alias.unwrap_or(name), &[], declaration);
    }

    fn use_declaration(&mut self, node: NodeId) {
        let exported = self.is_public(node);
        let scope = self.builder.scope();
        let found = use_tree::read(self.builder.tree, self.kinds, self.builder.text, node);
        for leaf in &found.leaves {
            match (leaf.start, leaf.first) {
                (use_tree::PathStart::Name(head), _) if head != leaf.slot => self.head_of_use(head),
                (use_tree::PathStart::Own(levels), Some(first)) => {
                    if let Some(module) = self.builder.module_above(levels) {
                        let spaces = if first == leaf.slot { Spaces::ALL } else { Spaces::TYPE };
                        let index = self.builder.refer_directly(module, first, spaces);
                        self.own_uses.insert(leaf.node, index);
                    }
                }
                _ => {}
            }
        }
        for head in found.glob_heads {
            self.head_of_use(head);
        }
        for leaf in found.leaves {
            let symbol = self.builder.symbol_of(leaf.name);
            let declaration = Declaration {
                kind: BindingKind::Import,
                spaces: Spaces::ALL,
                value: BindingValue::Use(leaf.node),
                default: None,
                exported,
            };
            self.builder.declare_symbol(scope, symbol, leaf.slot, &[], declaration);
        }
        let tree = self.builder.tree;
        let module = tree.parent(node).and_then(|body| tree.parent(body));
        if module.is_some_and(|module| {
            self.meaning(module) == RustMeaning::Module && use_tree::takes_all_of_super(tree, self.kinds, module)
        }) && found.glob == Some(use_tree::Glob::Super)
        {
            // The names of the module around this one are in sight already.
            return;
        }
        let hides = &mut self.builder.scopes[scope as usize].hides;
        match found.glob {
            Some(use_tree::Glob::Own | use_tree::Glob::Super) => *hides = ScopeLeak::Free,
            Some(use_tree::Glob::Foreign) if *hides != ScopeLeak::Free => *hides = ScopeLeak::Values,
            _ => {}
        }
    }

    /// The first name of a path in a `use`, which several of its parts may share.
    fn head_of_use(&mut self, head: NodeId) {
        if self.builder.is_new(head) {
            self.builder.refer(head, Access::Read, Spaces::TYPE);
        }
    }

    /// `let`, alone or in a condition: what it binds holds behind it.
    fn let_binding(&mut self, node: NodeId) {
        let Some(pattern) = self.child(node, self.kinds.pattern) else { return };
        let tree = self.builder.tree;
        let is_mutable = tree.children(node).any(|child| tree.kind_name(child) == "mutable_specifier");
        let is_conditional = self.is_conditional(node);
        let value = match self.child(node, self.kinds.value) {
            Some(value) if self.meaning(pattern) == RustMeaning::Identifier && !is_mutable && !is_conditional => {
                BindingValue::Expression(value)
            }
            _ => BindingValue::Unknown,
        };
        let mark = self.builder.late_mark();
        self.late_pattern(pattern, value, is_conditional);
        let end = tree.subtree_end(node);
        self.builder.late_until(mark, end);
    }

    /// Whether a `cfg` stands before a statement.
    fn is_conditional(&self, statement: NodeId) -> bool {
        let tree = self.builder.tree;
        let before = std::iter::successors(tree.prev_sibling(statement), |node| tree.prev_sibling(*node));
        before.take_while(|node| self.meaning(*node) == RustMeaning::Attribute).any(|attribute| self.is_cfg(attribute))
    }

    fn writes(&mut self, target: Option<NodeId>, access: Access) {
        let Some(target) = target else { return };
        let (tree, kinds) = (self.builder.tree, self.kinds);
        match self.meaning(target) {
            RustMeaning::Identifier => {
                self.builder.refer(target, access, Spaces::VALUE);
            }
            // `(a, b) = pair`
            RustMeaning::Made => {
                for part in tree
                    .named_children(target)
                    .filter(|part| kinds.meaning(tree.kind(*part)) == RustMeaning::Identifier)
                {
                    self.builder.refer(part, access, Spaces::VALUE);
                }
            }
            _ => {}
        }
    }
}
