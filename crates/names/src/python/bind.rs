//! One walk over the tree: scopes, what they bind, uses.
//!
//! What Python evaluates outside of a scope is walked before the scope opens: decorators, defaults and bases stand before the body anyway,
//! and the first iterable of a comprehension is walked ahead of the rest.

use auditlint_syntax::{FieldId, NodeId, Tree};
use rustc_hash::FxHashMap;

use super::kinds::{PythonKinds, PythonMeaning};
use crate::binding::{Access, BindingKind, BindingValue, Spaces};
use crate::builder::{Builder, Declaration, ScopeLeak};
use crate::symbols::Symbol;
use crate::table::{Names, slot_of_reference};

/// What opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScopeKind {
    Function,
    Class,
    Comprehension,
    TypeParameters,
}

/// Where a name of a function stands by `global` and `nonlocal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outer {
    Global,
    Nonlocal,
}

/// A run of nodes that is being walked.
struct PythonBindWalk {
    next: u32,
    end: u32,
    floor: usize,
    /// Where the run is the first iterable of a comprehension, that comprehension.
    ahead_of: Option<NodeId>,
}

/// Binds the names of a tree.
pub(crate) fn bind(tree: &Tree, text: &[u8]) -> Names {
    let mut binder = PythonBinder {
        builder: Builder::new(tree, text),
        kinds: PythonKinds::get(),
        around: vec![0],
        bodies: Vec::new(),
        walked: Vec::new(),
        outer: FxHashMap::default(),
        global_uses: Vec::new(),
        annotation_end: 0,
    };
    let mut walks = vec![PythonBindWalk { next: 0, end: tree.main_end(), floor: 0, ahead_of: None }];
    while let Some(walk) = walks.last_mut() {
        let node = NodeId(walk.next);
        if walk.next >= walk.end {
            binder.builder.close_down_to(walk.floor.max(1));
            if let Some(PythonBindWalk { ahead_of: Some(comprehension), end, .. }) = walks.pop() {
                binder.enter(tree.subtree_end(comprehension), ScopeKind::Comprehension);
                binder
                    .walked
                    .extend(binder.first_iterable(comprehension).filter(|first| tree.subtree_end(*first) == end));
            }
            continue;
        }
        if binder.walked.last() == Some(&node) {
            binder.walked.pop();
            walk.next = tree.subtree_end(node);
            continue;
        }
        walk.next += 1;
        binder.builder.arrive_above(node, walk.floor);
        binder.builder.step();
        if binder.bodies.last().is_some_and(|(body, _)| *body == node) {
            binder.open_body();
        }
        match binder.kinds.meaning(tree.kind(node)) {
            PythonMeaning::Plain => {}
            meaning @ (PythonMeaning::Import | PythonMeaning::ImportFrom | PythonMeaning::ImportFuture) => {
                walk.next = tree.subtree_end(node);
                binder.import(node, meaning);
            }
            PythonMeaning::Comprehension => match binder.first_iterable(node) {
                Some(first) => {
                    let floor = binder.builder.open_count();
                    let end = tree.subtree_end(first);
                    walks.push(PythonBindWalk { next: first.0, end, floor, ahead_of: Some(node) });
                }
                None => binder.enter(tree.subtree_end(node), ScopeKind::Comprehension),
            },
            meaning => binder.visit(node, meaning),
        }
    }
    binder.finish()
}

/// The walk.
pub(crate) struct PythonBinder<'t> {
    pub(crate) builder: Builder<'t>,
    pub(crate) kinds: &'static PythonKinds,
    /// By the index of a scope: the innermost one at or around it that is not one of a comprehension.
    around: Vec<u32>,
    /// Bodies that are still to come, with what they are the body of; the next one last.
    bodies: Vec<(NodeId, NodeId)>,
    /// What was walked ahead and is left out where it stands; the next one last.
    walked: Vec<NodeId>,
    /// By scope and name.
    outer: FxHashMap<(u32, Symbol), Outer>,
    /// Assignments of names that functions declare `global`.
    global_uses: Vec<(NodeId, Access)>,
    /// Before this node, names stand in an annotation.
    annotation_end: u32,
}

impl<'t> PythonBinder<'t> {
    pub(crate) fn child(&self, node: NodeId, field: Option<FieldId>) -> Option<NodeId> {
        self.builder.tree.child_by_field(node, field?)
    }

    pub(crate) fn meaning(&self, node: NodeId) -> PythonMeaning {
        self.kinds.meaning(self.builder.tree.kind(node))
    }

    fn parent_meaning(&self, node: NodeId) -> PythonMeaning {
        self.builder.tree.parent(node).map_or(PythonMeaning::Plain, |parent| self.meaning(parent))
    }

    fn enter(&mut self, end: u32, kind: ScopeKind) {
        match kind {
            ScopeKind::Class => self.builder.enter_class(end),
            _ => self.builder.enter(end, true),
        };
        let scope = self.builder.scope();
        let own = match kind {
            ScopeKind::Comprehension => self.around_comprehensions(self.builder.parent_of(scope).unwrap_or(0)),
            _ => scope,
        };
        self.around.push(own);
    }

    /// What the first `for` of a comprehension goes over, which is evaluated outside.
    fn first_iterable(&self, comprehension: NodeId) -> Option<NodeId> {
        let tree = self.builder.tree;
        let clause = tree.named_children(comprehension).find(|part| self.meaning(*part) == PythonMeaning::ForInClause);
        self.child(clause?, self.kinds.right)
    }

    /// Opens the scope of the body that is reached now, and declares the parameters in it.
    fn open_body(&mut self) {
        let Some((_, owner)) = self.bodies.pop() else { return };
        let end = self.builder.tree.subtree_end(owner);
        if self.meaning(owner) == PythonMeaning::Class {
            return self.enter(end, ScopeKind::Class);
        }
        self.enter(end, ScopeKind::Function);
        let scope = self.builder.scope();
        for name in self.parameters(owner) {
            let declaration = Declaration { kind: BindingKind::Parameter, ..UNKNOWN };
            self.builder.declare(scope, name, &[], declaration);
        }
    }

    /// The names of the parameters of a function or lambda.
    fn parameters(&self, owner: NodeId) -> Vec<NodeId> {
        let tree = self.builder.tree;
        let mut names = Vec::new();
        let Some(list) = self.child(owner, self.kinds.parameters) else { return names };
        for parameter in tree.named_children(list) {
            match self.meaning(parameter) {
                PythonMeaning::Identifier => names.push(parameter),
                PythonMeaning::Targets => self.names_in(parameter, &mut names),
                _ => {
                    // The name, or what stands before an annotation: `a`, `*a`, `**a`.
                    let name = self.child(parameter, self.kinds.name);
                    if let Some(name) = name.or_else(|| self.before_annotation(parameter)) {
                        self.names_in(name, &mut names);
                    }
                }
            }
        }
        names
    }

    fn before_annotation(&self, parameter: NodeId) -> Option<NodeId> {
        let first = self.builder.tree.named_children(parameter).next()?;
        (self.meaning(first) != PythonMeaning::Type).then_some(first)
    }

    /// The names that targets bind: not those of which a member or an element is assigned.
    fn names_in(&self, targets: NodeId, names: &mut Vec<NodeId>) {
        let tree = self.builder.tree;
        let (mut at, end) = (targets.0, tree.subtree_end(targets));
        while at < end {
            let node = NodeId(at);
            at = match self.meaning(node) {
                PythonMeaning::Identifier => {
                    names.push(node);
                    at + 1
                }
                PythonMeaning::Targets
                | PythonMeaning::Sequence
                | PythonMeaning::Parenthesized
                | PythonMeaning::AsPatternTarget => at + 1,
                _ => tree.subtree_end(node),
            };
        }
    }

    fn visit(&mut self, node: NodeId, meaning: PythonMeaning) {
        let kinds = self.kinds;
        let tree = self.builder.tree;
        match meaning {
            PythonMeaning::Identifier => self.identifier(node),
            PythonMeaning::Attribute => {
                if let Some(member) = self.child(node, kinds.attribute) {
                    self.builder.skip(member);
                }
            }
            PythonMeaning::KeywordArgument => {
                if let Some(name) = self.child(node, kinds.name) {
                    self.builder.skip(name);
                }
            }
            PythonMeaning::MemberType => {
                if let Some(member) = tree.children_back(node).find(|part| tree.node(*part).is_named()) {
                    self.builder.skip(member);
                }
            }
            PythonMeaning::Type => self.annotation_end = self.annotation_end.max(tree.subtree_end(node)),
            PythonMeaning::String if node.0 < self.annotation_end => self.mention_in_annotation(node),
            PythonMeaning::Function | PythonMeaning::Class | PythonMeaning::Lambda => self.definition(node, meaning),
            PythonMeaning::TypeAlias => self.type_alias(node),
            PythonMeaning::Assignment => self.assignment(node),
            PythonMeaning::AugmentedAssignment => {
                let left = self.child(node, kinds.left);
                if let Some(name) = left.filter(|left| self.meaning(*left) == PythonMeaning::Identifier) {
                    self.augment(name);
                }
            }
            PythonMeaning::NamedExpression => {
                let Some(name) = self.child(node, kinds.name) else { return };
                let inner = self.builder.scope();
                let scope = self.around_comprehensions(inner);
                let value = match self.child(node, kinds.value) {
                    Some(value) if scope == inner => BindingValue::Expression(value),
                    _ => BindingValue::Unknown,
                };
                self.bind_in(scope, name, BindingKind::Let, value);
            }
            PythonMeaning::For | PythonMeaning::ForInClause => {
                if let Some(left) = self.child(node, kinds.left) {
                    self.bind_targets(left, BindingKind::Let);
                }
            }
            PythonMeaning::Delete => {
                for target in tree.named_children(node) {
                    match self.meaning(target) {
                        PythonMeaning::Identifier
                        | PythonMeaning::Sequence
                        | PythonMeaning::Parenthesized
                        | PythonMeaning::Targets => self.bind_targets(target, BindingKind::Let),
                        _ => {}
                    }
                }
            }
            PythonMeaning::Global | PythonMeaning::Nonlocal => {
                let outer = if meaning == PythonMeaning::Global { Outer::Global } else { Outer::Nonlocal };
                let scope = self.builder.scope();
                for name in tree
                    .named_children(node)
                    .filter(|name| kinds.meaning(tree.kind(*name)) == PythonMeaning::Identifier)
                {
                    let symbol = self.builder.symbol_of(name);
                    self.outer.insert((scope, symbol), outer);
                    self.builder.skip(name);
                }
            }
            PythonMeaning::AsPatternTarget => {
                let is_error =
                    tree.ancestors(node).nth(1).is_some_and(|owner| self.meaning(owner) == PythonMeaning::Except);
                self.bind_targets(node, if is_error { BindingKind::Catch } else { BindingKind::Let });
            }
            PythonMeaning::AsPattern => {
                // In a pattern of `match` no target stands around the name.
                let last = tree.children_back(node).find(|part| tree.node(*part).is_named());
                if let Some(name) = last.filter(|last| {
                    self.meaning(*last) == PythonMeaning::Identifier
                        && matches!(self.parent_meaning(node), PythonMeaning::CasePattern)
                }) {
                    self.bind(name, BindingKind::Let, BindingValue::Unknown);
                }
            }
            PythonMeaning::SplatPattern => {
                let name = tree.named_children(node).next();
                if let Some(name) = name.filter(|name| tree.text(*name, self.builder.text) != b"_") {
                    self.bind(name, BindingKind::Let, BindingValue::Unknown);
                }
            }
            PythonMeaning::KeywordPattern => {
                let name = tree.named_children(node).next();
                if let Some(name) = name.filter(|name| self.meaning(*name) == PythonMeaning::Identifier) {
                    self.builder.skip(name);
                }
            }
            PythonMeaning::DottedName => self.dotted_name(node),
            PythonMeaning::Call => self.call(node),
            _ => {}
        }
    }

    /// Only the first name of a dotted one is looked up. One that stands alone in a pattern takes what it meets.
    fn dotted_name(&mut self, node: NodeId) {
        let mut names = self.builder.tree.named_children(node);
        let (Some(first), second) = (names.next(), names.next()) else { return };
        let takes = matches!(
            self.parent_meaning(node),
            PythonMeaning::CasePattern | PythonMeaning::KeywordPattern | PythonMeaning::Plain
        );
        if second.is_none() && takes && self.is_in_pattern(node) {
            return match self.builder.tree.text(first, self.builder.text) {
                b"_" => self.builder.skip(first),
                _ => self.bind(first, BindingKind::Let, BindingValue::Unknown),
            };
        }
        second.into_iter().chain(names).for_each(|name| self.builder.skip(name));
    }

    fn is_in_pattern(&self, node: NodeId) -> bool {
        let kind = self.builder.tree.parent(node).map(|parent| self.builder.tree.kind_name(parent));
        kind.is_some_and(|kind| kind.ends_with("_pattern"))
    }

    fn identifier(&mut self, node: NodeId) {
        if !self.builder.is_new(node) {
            return;
        }
        let access = if node.0 < self.annotation_end { Access::Type } else { Access::Read };
        if !self.outer.is_empty() {
            let symbol = self.builder.symbol_of(node);
            let scope = self.around_comprehensions(self.builder.scope());
            if self.outer.get(&(scope, symbol)) == Some(&Outer::Global) {
                return self.refer_to_global(node, access);
            }
        }
        self.builder.refer(node, access, Spaces::VALUE);
    }

    fn refer_to_global(&mut self, node: NodeId, access: Access) {
        let index = self.builder.refer_directly_as(0, node, access, Spaces::VALUE);
        self.builder.put_slot(node, slot_of_reference(index));
    }

    /// The innermost scope at or around one that is not one of a comprehension.
    fn around_comprehensions(&self, scope: u32) -> u32 {
        self.around.get(scope as usize).copied().unwrap_or(scope)
    }

    /// Binds a name in the innermost scope.
    pub(crate) fn bind(&mut self, name: NodeId, kind: BindingKind, value: BindingValue) {
        let scope = self.builder.scope();
        self.bind_in(scope, name, kind, value);
    }

    /// Binds a name in a scope: the first time it is declared there, then it is assigned; one of an outer scope is assigned.
    fn bind_in(&mut self, scope: u32, name: NodeId, kind: BindingKind, value: BindingValue) {
        let symbol = self.builder.symbol_of(name);
        match self.outer.get(&(scope, symbol)) {
            Some(Outer::Global) if scope != 0 => {
                self.builder.skip(name);
                self.global_uses.push((name, Access::Write));
                return;
            }
            Some(Outer::Nonlocal) => {
                self.builder.refer(name, Access::Write, Spaces::VALUE);
                return;
            }
            _ => {}
        }
        let is_thing = matches!(kind, BindingKind::Import | BindingKind::Function | BindingKind::Class);
        let says_nothing = kind == BindingKind::Var;
        match self.builder.bound_in(scope, symbol, Spaces::VALUE) {
            Some(id) if says_nothing => self.builder.share(name, id),
            // What was only annotated so far gets its value here.
            Some(id) if !is_thing && self.builder.bindings[id.0 as usize].kind == BindingKind::Var => {
                let binding = &mut self.builder.bindings[id.0 as usize];
                binding.kind = kind;
                binding.value = value;
                self.builder.share(name, id);
            }
            Some(_) if !is_thing => {
                self.builder.refer(name, Access::Write, Spaces::VALUE);
            }
            _ => {
                let declaration = Declaration { kind, value, ..UNKNOWN };
                self.builder.declare(scope, name, &[], declaration);
            }
        }
    }

    /// Binds the names among targets to what nobody knows.
    fn bind_targets(&mut self, targets: NodeId, kind: BindingKind) {
        let mut names = Vec::new();
        self.names_in(targets, &mut names);
        for name in names {
            self.bind(name, kind, BindingValue::Unknown);
        }
    }

    fn assignment(&mut self, node: NodeId) {
        if self.parent_meaning(node) == PythonMeaning::Assignment {
            return;
        }
        // `a = b = c`: all of them get the last value.
        let mut lefts = Vec::new();
        let mut right = Some(node);
        while let Some(assignment) = right.filter(|right| self.meaning(*right) == PythonMeaning::Assignment) {
            lefts.extend(self.child(assignment, self.kinds.left));
            right = self.child(assignment, self.kinds.right);
        }
        for left in lefts {
            self.assign(left, right);
        }
    }

    fn assign(&mut self, left: NodeId, right: Option<NodeId>) {
        match (self.meaning(left), right) {
            (PythonMeaning::Identifier, Some(right)) => {
                self.bind(left, BindingKind::Let, BindingValue::Expression(right));
            }
            // An annotation alone: the name is one of this scope.
            (PythonMeaning::Identifier, None) => self.bind(left, BindingKind::Var, BindingValue::Unknown),
            (PythonMeaning::Targets, Some(right)) => self.unpack(left, right),
            _ => self.bind_targets(left, BindingKind::Let),
        }
    }

    /// `a, b = c, d`: each name gets its own value where both sides are spelled out.
    fn unpack(&mut self, left: NodeId, right: NodeId) {
        let tree = self.builder.tree;
        let parts = |node: NodeId| tree.named_children(node).filter(|part| !tree.node(*part).is_extra());
        let is_splat = |part: NodeId| matches!(tree.kind_name(part), "list_splat_pattern" | "list_splat");
        let is_spelled = self.meaning(right) == PythonMeaning::Sequence
            && self.meaning(left) == PythonMeaning::Targets
            && parts(left).count() == parts(right).count()
            && !parts(left).chain(parts(right)).any(is_splat);
        if !is_spelled {
            return self.bind_targets(left, BindingKind::Let);
        }
        let pairs: Vec<(NodeId, NodeId)> = parts(left).zip(parts(right)).collect();
        for (target, value) in pairs {
            match self.meaning(target) {
                PythonMeaning::Identifier => self.bind(target, BindingKind::Let, BindingValue::Expression(value)),
                _ => self.bind_targets(target, BindingKind::Let),
            }
        }
    }

    /// `a += 1` reads and assigns a name of this scope.
    fn augment(&mut self, name: NodeId) {
        let scope = self.builder.scope();
        let symbol = self.builder.symbol_of(name);
        match self.outer.get(&(scope, symbol)) {
            Some(Outer::Global) if scope != 0 => {
                self.builder.skip(name);
                self.global_uses.push((name, Access::ReadWrite));
                return;
            }
            Some(Outer::Nonlocal) => {}
            _ if self.builder.bound_in(scope, symbol, Spaces::VALUE).is_none() => {
                self.builder.declare(scope, name, &[], UNKNOWN);
            }
            _ => {}
        }
        self.builder.refer(name, Access::ReadWrite, Spaces::VALUE);
    }

    /// A function, class or lambda: its name outside, its body as a scope.
    fn definition(&mut self, node: NodeId, meaning: PythonMeaning) {
        if let Some(name) = self.child(node, self.kinds.name) {
            let kind = if meaning == PythonMeaning::Class { BindingKind::Class } else { BindingKind::Function };
            self.bind(name, kind, BindingValue::Own);
        }
        if let Some(list) = self.child(node, self.kinds.type_parameters) {
            self.type_parameters(list, self.builder.tree.subtree_end(node));
        }
        if meaning != PythonMeaning::Class {
            for name in self.parameters(node) {
                self.builder.skip(name);
            }
        }
        if let Some(body) = self.child(node, self.kinds.body) {
            self.bodies.push((body, node));
        }
    }

    /// Opens the scope of type parameters and declares them.
    fn type_parameters(&mut self, list: NodeId, end: u32) {
        let tree = self.builder.tree;
        self.enter(end, ScopeKind::TypeParameters);
        let scope = self.builder.scope();
        for parameter in tree.named_children(list) {
            let name = tree.subtree(parameter).find(|part| self.meaning(*part) == PythonMeaning::Identifier);
            if let Some(name) = name {
                let declaration = Declaration { kind: BindingKind::TypeParameter, value: BindingValue::Own, ..UNKNOWN };
                self.builder.declare(scope, name, &[], declaration);
            }
        }
    }

    fn type_alias(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let Some(left) = self.child(node, self.kinds.left) else { return };
        let Some(name) = tree.subtree(left).find(|part| self.meaning(*part) == PythonMeaning::Identifier) else {
            return;
        };
        self.bind(name, BindingKind::Type, BindingValue::Own);
        let generic = tree.subtree(left).find(|part| self.meaning(*part) == PythonMeaning::GenericType);
        if let Some(list) = generic.and_then(|generic| tree.named_children(generic).nth(1)) {
            self.type_parameters(list, tree.subtree_end(node));
        }
    }

    /// What a string in an annotation says is used: `a: "List[B]"`.
    fn mention_in_annotation(&mut self, node: NodeId) {
        let Some(span) = super::strings::plain_string(self.builder.tree, node) else { return };
        let text = span.of(self.builder.text);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        for word in
            text.split(|byte| !is_name(byte)).filter(|word| word.first().is_some_and(|byte| !byte.is_ascii_digit()))
        {
            self.builder.mention(node, word);
        }
    }

    /// What a call of `exec` or `eval` sees can be another thing behind it.
    fn call(&mut self, node: NodeId) {
        let Some(callee) = self.child(node, self.kinds.function) else { return };
        if matches!(self.builder.tree.text(callee, self.builder.text), b"exec" | b"eval") {
            self.builder.show_to_eval();
        }
    }

    /// Hides what a star import may bring in.
    pub(crate) fn star_import(&mut self) {
        let scope = self.builder.scope();
        self.builder.scopes[scope as usize].hides = ScopeLeak::Free;
    }

    /// Resolves what waits for the whole file: assignments of globals, and what the file gives to others.
    fn finish(mut self) -> Names {
        for (name, access) in std::mem::take(&mut self.global_uses) {
            let symbol = self.builder.symbol_of(name);
            if self.builder.bound_in(0, symbol, Spaces::VALUE).is_none() {
                self.builder.declare(0, name, &[], UNKNOWN);
            }
            self.refer_to_global(name, access);
        }
        self.export();
        self.builder.finish()
    }
}

/// A name whose value nobody knows.
pub(super) const UNKNOWN: Declaration = Declaration {
    kind: BindingKind::Let,
    spaces: Spaces::VALUE,
    value: BindingValue::Unknown,
    default: None,
    exported: false,
};
