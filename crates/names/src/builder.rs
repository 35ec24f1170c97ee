//! The pass that binds: scopes open and close in the order of the tree, and what they bind is found from every use inside.
//!
//! While the tree is walked, scopes, bindings and uses are only noted, because a name can be used before the line that
//! declares it. Then the notes are replayed with one stack of bindings per name, so each use is resolved in constant time,
//! however deep the scopes nest (the dynamic environments of compilers with one stack per identifier).

use auditlint_syntax::{Family, NodeId, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::binding::{Access, AccessStep, Binding, BindingId, BindingKind, BindingValue, Reference, Referent, Spaces};
use crate::symbols::{Symbol, Symbols};
use crate::table::{Names, SKIPPED, slot_of_binding, slot_of_reference};

const NONE: u32 = u32::MAX;

/// How names inside a scope can be found outside of what the file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeLeak {
    Nothing,
    /// A name that no scope inside has may come from somewhere else.
    Free,
    /// The same for values; what begins a path, and types, are what they seem.
    Values,
    /// What is bound outside cannot be seen from inside: a module.
    Outer,
    /// Every name may be another one than it seems: `with`, direct `eval`.
    All,
}

/// A scope.
pub(crate) struct Scope {
    pub(crate) hides: ScopeLeak,
    /// Whether a direct `eval` in it or below may read and write what it declares.
    seen_by_eval: bool,
    first: u32,
    parent: u32,
    var_scope: u32,
}

/// A declaration to be made.
#[derive(Clone, Copy)]
pub(crate) struct Declaration {
    pub(crate) kind: BindingKind,
    pub(crate) spaces: Spaces,
    pub(crate) value: BindingValue,
    pub(crate) default: Option<NodeId>,
    pub(crate) exported: bool,
}

enum Event {
    Enter(u32),
    Exit(u32),
    /// A binding that holds from here to the end of its scope.
    Bind(u32),
    Use(u32),
    /// A name in a text that is not understood as code.
    Mention(NodeId, Symbol),
}

struct OpenScope {
    scope: u32,
    end: u32,
    /// Bindings that begin to hold at `end`, as a range of `late`.
    late: Option<(u32, u32)>,
    class: Option<OpenClass>,
    /// How many events there were when it was opened.
    first_event: usize,
}

/// A class of Python that is open. What it binds cannot be seen from the scopes inside of it, so these are resolved when it is closed.
#[derive(Default)]
struct OpenClass {
    inside: Vec<Event>,
}

/// Notes taken on the way through a tree.
pub(crate) struct Builder<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) text: &'t [u8],
    pub(crate) symbols: Symbols<'t>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) bindings: Vec<Binding>,
    binding_symbols: Vec<Symbol>,
    pub(crate) steps: Vec<AccessStep>,
    references: Vec<Reference>,
    reference_notes: Vec<(Symbol, Spaces)>,
    events: Vec<Event>,
    slots: Vec<u32>,
    in_scope: FxHashMap<(u32, Symbol, usize), BindingId>,
    /// Bindings that a `cfg` may take away, while the code behind them stays.
    conditional: FxHashSet<BindingId>,
    /// Whether what is declared now may be used by a macro that nobody knows.
    pub(crate) declares_for_macro: bool,
    /// Further parts of `use` that bring in the name of a binding: of such, all but one are switched off by a `cfg`.
    alternatives: FxHashMap<BindingId, Vec<NodeId>>,
    /// References that are looked up in one scope alone.
    direct: Vec<(u32, u32)>,
    open: Vec<OpenScope>,
    late: Vec<u32>,
    steps_done: u64,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(tree: &'t Tree, text: &'t [u8]) -> Self {
        let mut builder = Self {
            tree,
            text,
            symbols: Symbols::default(),
            scopes: Vec::new(),
            bindings: Vec::new(),
            binding_symbols: Vec::new(),
            steps: Vec::new(),
            references: Vec::new(),
            reference_notes: Vec::new(),
            events: Vec::new(),
            slots: vec![0; tree.len() as usize],
            in_scope: FxHashMap::default(),
            conditional: FxHashSet::default(),
            declares_for_macro: false,
            alternatives: FxHashMap::default(),
            direct: Vec::new(),
            open: Vec::new(),
            late: Vec::new(),
            steps_done: 0,
        };
        builder.enter(u32::MAX, true);
        builder
    }

    /// Counts a step of work.
    pub(crate) fn step(&mut self) {
        self.steps_done += 1;
    }

    /// Closes the scopes that end before a node, and lets late bindings hold that begin there.
    pub(crate) fn arrive(&mut self, node: NodeId) {
        self.arrive_above(node, 0);
    }

    /// The same for the scopes that were opened since there were `floor` of them: an island is walked while those of its host
    /// are open.
    pub(crate) fn arrive_above(&mut self, node: NodeId, floor: usize) {
        while self.open.len() > floor && self.open.last().is_some_and(|open| open.end <= node.0) {
            self.close_last();
        }
    }

    /// How many scopes, and declarations that do not hold yet, are open.
    pub(crate) fn open_count(&self) -> usize {
        self.open.len()
    }

    /// Closes scopes until so many are open.
    pub(crate) fn close_down_to(&mut self, count: usize) {
        while self.open.len() > count {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match open.late {
            None => {
                self.events.push(Event::Exit(open.scope));
                if let Some(class) = open.class {
                    self.events.extend(class.inside);
                }
                if let Some(around) = self.open.last_mut().and_then(|around| around.class.as_mut()) {
                    around.inside.extend(self.events.drain(open.first_event..));
                }
            }
            Some((from, to)) => {
                self.events.extend(self.late[from as usize..to as usize].iter().map(|id| Event::Bind(*id)));
            }
        }
    }

    /// Opens a scope that ends before the node `end`.
    pub(crate) fn enter(&mut self, end: u32, takes_var: bool) -> u32 {
        let scope = self.scopes.len() as u32;
        let parent = self.open.last().map_or(NONE, |open| open.scope);
        let var_scope = if takes_var || parent == NONE { scope } else { self.scopes[parent as usize].var_scope };
        self.scopes.push(Scope { hides: ScopeLeak::Nothing, seen_by_eval: false, first: NONE, parent, var_scope });
        self.open.push(OpenScope { scope, end, late: None, class: None, first_event: self.events.len() });
        self.events.push(Event::Enter(scope));
        scope
    }

    /// Opens the scope of a class that scopes inside of it cannot see.
    pub(crate) fn enter_class(&mut self, end: u32) -> u32 {
        let scope = self.enter(end, true);
        if let Some(open) = self.open.last_mut() {
            open.class = Some(OpenClass::default());
        }
        scope
    }

    /// The innermost scope.
    pub(crate) fn scope(&self) -> u32 {
        self.open.last().map_or(0, |open| open.scope)
    }

    /// The scope around another one.
    pub(crate) fn parent_of(&self, scope: u32) -> Option<u32> {
        let parent = self.scopes[scope as usize].parent;
        (parent != NONE).then_some(parent)
    }

    /// Notes that a direct `eval` stands in the innermost scope.
    pub(crate) fn show_to_eval(&mut self) {
        let mut scope = self.scope();
        while scope != NONE && !std::mem::replace(&mut self.scopes[scope as usize].seen_by_eval, true) {
            scope = self.scopes[scope as usize].parent;
        }
    }

    /// What a direct `eval` sees is used, and what can be written may be another value behind it.
    fn written_by_eval(&mut self) {
        for id in 0..self.bindings.len() {
            let binding = &mut self.bindings[id];
            if self.scopes[binding.scope as usize].seen_by_eval {
                let is_fixed = matches!(
                    binding.kind,
                    BindingKind::Import
                        | BindingKind::Const
                        | BindingKind::Type
                        | BindingKind::TypeParameter
                        | BindingKind::This
                );
                binding.writes += u32::from(!is_fixed);
                let node = binding.node;
                self.mention_binding(id as u32, node);
            }
        }
    }

    /// The innermost scope to which `var` belongs; in Rust, that of the module.
    pub(crate) fn var_scope(&self) -> u32 {
        self.scopes[self.scope() as usize].var_scope
    }

    /// The module so many levels around the innermost one.
    pub(crate) fn module_above(&self, levels: usize) -> Option<u32> {
        (0..levels).try_fold(self.var_scope(), |module, _| {
            self.parent_of(module).map(|around| self.scopes[around as usize].var_scope)
        })
    }

    /// Notes that an identifier was dealt with and names nothing.
    pub(crate) fn skip(&mut self, node: NodeId) {
        self.slots[node.0 as usize] = SKIPPED;
    }

    /// The slot of a node, to be put back after another declaration at the same node.
    pub(crate) fn take_slot(&self, node: NodeId) -> u32 {
        self.slots[node.0 as usize]
    }

    pub(crate) fn put_slot(&mut self, node: NodeId, slot: u32) {
        self.slots[node.0 as usize] = slot;
    }

    /// Whether a scope is that of the file.
    pub(crate) fn is_outermost(&self, scope: u32) -> bool {
        scope == 0
    }

    /// Whether nothing was noted yet for an identifier.
    pub(crate) fn is_new(&self, node: NodeId) -> bool {
        self.slots[node.0 as usize] == 0
    }

    pub(crate) fn symbol_of(&mut self, node: NodeId) -> Symbol {
        self.symbols.symbol(self.tree.text(node, self.text))
    }

    /// The binding of a name in one scope.
    pub(crate) fn bound_in(&self, scope: u32, symbol: Symbol, spaces: Spaces) -> Option<BindingId> {
        spaces.indices().find_map(|space| self.in_scope.get(&(scope, symbol, space)).copied())
    }

    /// Declares the name that a node spells. A second declaration of a name in one scope is the same binding; where it brings
    /// another value, the binding counts as written.
    pub(crate) fn declare(
        &mut self,
        scope: u32,
        node: NodeId,
        steps: &[AccessStep],
        declaration: Declaration,
    ) -> BindingId {
        let symbol = self.symbol_of(node);
        self.declare_symbol(scope, symbol, node, steps, declaration)
    }

    pub(crate) fn declare_symbol(
        &mut self,
        scope: u32,
        symbol: Symbol,
        node: NodeId,
        steps: &[AccessStep],
        declaration: Declaration,
    ) -> BindingId {
        self.step();
        let mut declaration = declaration;
        // In Rust a name is declared once in a scope, and another of its name hides it.
        let makes_room = match self.tree.language().family() {
            Family::Rust => true,
            Family::Ecmascript | Family::Python | Family::Shell => false,
        };
        if makes_room {
            declaration.spaces = self.make_room(scope, symbol, declaration);
            if let (true, Some(id)) = (declaration.spaces.is_empty(), self.bound_in(scope, symbol, Spaces::ALL)) {
                self.slots[node.0 as usize] = slot_of_binding(id);
                return id;
            }
        }
        if let Some(id) = self.bound_in(scope, symbol, declaration.spaces) {
            let binding = &mut self.bindings[id.0 as usize];
            binding.exported |= declaration.exported;
            binding.redeclared = true;
            if let (BindingValue::Use(_), BindingValue::Use(other)) = (binding.value, declaration.value) {
                self.alternatives.entry(id).or_default().push(other);
                self.slots[node.0 as usize] = slot_of_binding(id);
                return id;
            }
            let merges = declaration.value == BindingValue::Own && binding.value == BindingValue::Own;
            let says_nothing = declaration.value == BindingValue::Unknown && declaration.kind == BindingKind::Var;
            binding.writes += u32::from(!merges && !says_nothing);
            let known = &self.in_scope;
            declaration.spaces = declaration.spaces.filter(|space| !known.contains_key(&(scope, symbol, space)));
            if merges {
                // A function and a namespace, a class and an interface: one thing in more spaces.
                binding.spaces = binding.spaces.with(declaration.spaces);
                for space in declaration.spaces.indices() {
                    self.in_scope.insert((scope, symbol, space), id);
                }
            }
            if merges || declaration.spaces.is_empty() {
                self.slots[node.0 as usize] = slot_of_binding(id);
                return id;
            }
        }
        let id = self.push_binding(scope, symbol, node, steps, declaration);
        for space in declaration.spaces.indices() {
            self.in_scope.insert((scope, symbol, space), id);
        }
        let first = &mut self.scopes[scope as usize].first;
        self.bindings[id.0 as usize].next = std::mem::replace(first, id.0);
        id
    }

    /// A `use` can bring in a name in any space; where an item has the same name, the `use` means the other spaces. Gives the
    /// spaces that are left for a declaration.
    fn make_room(&mut self, scope: u32, symbol: Symbol, declaration: Declaration) -> Spaces {
        let is_import = |builder: &Self, id: BindingId| builder.bindings[id.0 as usize].kind == BindingKind::Import;
        let mut left = declaration.spaces;
        for space in declaration.spaces.indices() {
            let Some(id) = self.in_scope.get(&(scope, symbol, space)).copied() else { continue };
            match (is_import(self, id), declaration.kind == BindingKind::Import) {
                (false, true) => left = left.filter(|other| other != space),
                (true, false) => {
                    self.in_scope.remove(&(scope, symbol, space));
                    let import = &mut self.bindings[id.0 as usize];
                    import.spaces = import.spaces.filter(|other| other != space);
                }
                _ => {}
            }
        }
        left
    }

    /// Declares a name that holds only behind the node that ends before `end`, to the end of the innermost scope.
    pub(crate) fn declare_late(&mut self, node: NodeId, steps: &[AccessStep], declaration: Declaration) -> BindingId {
        self.step();
        let symbol = self.symbol_of(node);
        let scope = self.scope();
        let id = self.push_binding(scope, symbol, node, steps, declaration);
        self.late.push(id.0);
        id
    }

    /// Notes that a `cfg` may take a declaration away.
    pub(crate) fn set_conditional(&mut self, id: BindingId) {
        self.conditional.insert(id);
    }

    /// Makes an identifier another place of a binding: the second `v` of `A(v) | B(v)`.
    pub(crate) fn share(&mut self, node: NodeId, id: BindingId) {
        self.slots[node.0 as usize] = slot_of_binding(id);
    }

    /// From here on `declare_late` notes bindings; `late_until` says where they begin to hold.
    pub(crate) fn late_mark(&self) -> u32 {
        self.late.len() as u32
    }

    /// The bindings that were declared late since the mark hold from the node `end` on.
    pub(crate) fn late_until(&mut self, mark: u32, end: u32) {
        let to = self.late.len() as u32;
        if mark < to {
            let scope = self.scope();
            let first_event = self.events.len();
            self.open.push(OpenScope { scope, end, late: Some((mark, to)), class: None, first_event });
        }
    }

    fn push_binding(
        &mut self,
        scope: u32,
        symbol: Symbol,
        node: NodeId,
        steps: &[AccessStep],
        declaration: Declaration,
    ) -> BindingId {
        let id = BindingId(self.bindings.len() as u32);
        let from = self.steps.len() as u32;
        self.steps.extend_from_slice(steps);
        let Declaration { kind, spaces, value, default, exported } = declaration;
        let steps = (from, self.steps.len() as u32);
        self.bindings.push(Binding {
            node,
            kind,
            exported,
            writes: 0,
            redeclared: false,
            scope,
            spaces,
            value,
            steps,
            default,
            next: NONE,
        });
        self.binding_symbols.push(symbol);
        if self.declares_for_macro {
            let index = self.push_reference(node, symbol, Access::Mention, spaces);
            self.references[index as usize].to = Referent::Binding(id);
        }
        if kind != BindingKind::This {
            self.slots[node.0 as usize] = slot_of_binding(id);
        }
        id
    }

    /// Notes a use of the name that a node spells.
    pub(crate) fn refer(&mut self, node: NodeId, access: Access, spaces: Spaces) -> u32 {
        let symbol = self.symbol_of(node);
        self.refer_symbol(node, symbol, access, spaces)
    }

    pub(crate) fn refer_symbol(&mut self, node: NodeId, symbol: Symbol, access: Access, spaces: Spaces) -> u32 {
        let index = self.push_reference(node, symbol, access, spaces);
        self.events.push(Event::Use(index));
        self.slots[node.0 as usize] = slot_of_reference(index);
        index
    }

    /// Notes a use of a name that is looked up in `scope` alone, not in those around it. The slot of the node stays as it is.
    pub(crate) fn refer_directly(&mut self, scope: u32, node: NodeId, spaces: Spaces) -> u32 {
        self.refer_directly_as(scope, node, Access::Read, spaces)
    }

    /// The same for another use than reading it.
    pub(crate) fn refer_directly_as(&mut self, scope: u32, node: NodeId, access: Access, spaces: Spaces) -> u32 {
        let symbol = self.symbol_of(node);
        let index = self.push_reference(node, symbol, access, spaces);
        self.direct.push((index, scope));
        index
    }

    /// Notes that a name is mentioned in a text that is not understood as code: whatever it is, it is used. The slot of the node
    /// stays as it is.
    pub(crate) fn mention(&mut self, node: NodeId, name: &'t [u8]) {
        let symbol = self.symbols.symbol(name);
        self.events.push(Event::Mention(node, symbol));
    }

    fn push_reference(&mut self, node: NodeId, symbol: Symbol, access: Access, spaces: Spaces) -> u32 {
        self.step();
        let index = self.references.len() as u32;
        self.references.push(Reference { node, access, to: Referent::Free });
        self.reference_notes.push((symbol, spaces));
        index
    }

    /// Resolves every use and gives what is known.
    pub(crate) fn finish(mut self) -> Names {
        while !self.open.is_empty() {
            self.close_last();
        }
        self.replay();
        for (index, scope) in std::mem::take(&mut self.direct) {
            let (symbol, spaces) = self.reference_notes[index as usize];
            let found = self.bound_in(scope, symbol, spaces);
            self.references[index as usize].to = found.map_or(Referent::Hidden, Referent::Binding);
        }
        for reference in &self.references {
            if let (Referent::Binding(id), Access::Write | Access::ReadWrite) = (reference.to, reference.access) {
                self.bindings[id.0 as usize].writes += 1;
            }
        }
        self.written_by_eval();
        let mut names = Names::new(self.bindings, self.steps, self.references, self.slots, self.steps_done);
        names.alternatives = self.alternatives;
        names
    }

    fn mention_binding(&mut self, id: u32, node: NodeId) {
        self.references.push(Reference { node, access: Access::Mention, to: Referent::Binding(BindingId(id)) });
    }

    fn replay(&mut self) {
        let mut tops = vec![[NONE; Spaces::COUNT]; self.symbols.len()];
        let mut shadowed: Vec<[u32; Spaces::COUNT]> = vec![[NONE; Spaces::COUNT]; self.bindings.len()];
        // Late bindings by scope, to be taken back when it closes; depth of each open scope; the innermost scopes that hide.
        let mut late: Vec<u32> = Vec::new();
        let mut late_marks: Vec<usize> = Vec::new();
        let mut depth_of = vec![0_u32; self.scopes.len()];
        let mut hiding: Vec<(u32, ScopeLeak)> = Vec::new();
        let mut all_hidden = 0_u32;
        let mut depth = 0_u32;
        for event in std::mem::take(&mut self.events) {
            self.steps_done += 1;
            match event {
                Event::Enter(scope) => {
                    depth += 1;
                    depth_of[scope as usize] = depth;
                    let kept = &self.scopes[scope as usize];
                    if kept.hides != ScopeLeak::Nothing {
                        hiding.push((scope, kept.hides));
                        all_hidden += u32::from(kept.hides == ScopeLeak::All);
                    }
                    late_marks.push(late.len());
                    let mut at = kept.first;
                    while at != NONE {
                        show(&mut tops, &mut shadowed, &self.bindings, &self.binding_symbols, at);
                        at = self.bindings[at as usize].next;
                    }
                }
                Event::Bind(id) => {
                    // Behind a declaration that a `cfg` may take away the one before it can be meant as well.
                    if self.conditional.contains(&BindingId(id)) {
                        let before = tops[self.binding_symbols[id as usize].0 as usize];
                        let value = Spaces::VALUE.indices().map(|space| before[space]).find(|before| *before != NONE);
                        if let Some(before) = value {
                            self.mention_binding(before, self.bindings[id as usize].node);
                        }
                    }
                    show(&mut tops, &mut shadowed, &self.bindings, &self.binding_symbols, id);
                    late.push(id);
                }
                Event::Exit(scope) => {
                    depth -= 1;
                    let mark = late_marks.pop().unwrap_or(0);
                    while late.len() > mark {
                        let Some(id) = late.pop() else { break };
                        hide(&mut tops, &shadowed, &self.bindings, &self.binding_symbols, id);
                    }
                    let mut at = self.scopes[scope as usize].first;
                    while at != NONE {
                        hide(&mut tops, &shadowed, &self.bindings, &self.binding_symbols, at);
                        at = self.bindings[at as usize].next;
                    }
                    if hiding.last().is_some_and(|(of, _)| *of == scope) {
                        let (_, hides) = hiding.pop().unwrap_or((0, ScopeLeak::Nothing));
                        all_hidden -= u32::from(hides == ScopeLeak::All);
                    }
                }
                Event::Mention(node, symbol) => {
                    let below = hiding.last().map_or(0, |(scope, _)| depth_of[*scope as usize]);
                    let mut known = [NONE; Spaces::COUNT];
                    for (space, top) in tops[symbol.0 as usize].into_iter().enumerate() {
                        let is_seen = top != NONE && depth_of[self.bindings[top as usize].scope as usize] >= below;
                        if is_seen && !known.contains(&top) {
                            known[space] = top;
                            self.mention_binding(top, node);
                        }
                    }
                }
                Event::Use(index) => {
                    let (symbol, spaces) = self.reference_notes[index as usize];
                    let found = spaces.indices().map(|space| tops[symbol.0 as usize][space]).find(|top| *top != NONE);
                    let (below, hides) = hiding
                        .last()
                        .map_or((0, ScopeLeak::Nothing), |(scope, hides)| (depth_of[*scope as usize], *hides));
                    let is_seen = |id: u32| {
                        let binding = &self.bindings[id as usize];
                        // No glob of a block brings in what is named like a variable of the function around it.
                        let is_variable = matches!(binding.kind, BindingKind::Parameter | BindingKind::Let);
                        depth_of[binding.scope as usize] >= below
                            || (is_variable && matches!(hides, ScopeLeak::Free | ScopeLeak::Values))
                    };
                    let seen = found.filter(|id| is_seen(*id)).map(|id| Referent::Binding(BindingId(id)));
                    self.references[index as usize].to = match (seen, hides) {
                        _ if all_hidden > 0 => Referent::Hidden,
                        (Some(seen), _) => seen,
                        (None, ScopeLeak::Values) if spaces == Spaces::TYPE => {
                            found.map_or(Referent::Free, |id| Referent::Binding(BindingId(id)))
                        }
                        (None, ScopeLeak::Free | ScopeLeak::Values | ScopeLeak::All) => Referent::Hidden,
                        (None, ScopeLeak::Outer | ScopeLeak::Nothing) => Referent::Free,
                    };
                    // What may be meant is used, whatever it turns out to be.
                    if let (Referent::Hidden, Some(found)) = (self.references[index as usize].to, found) {
                        self.mention_binding(found, self.references[index as usize].node);
                    }
                }
            }
        }
    }
}

/// Lets a binding hold.
fn show(
    tops: &mut [[u32; Spaces::COUNT]],
    shadowed: &mut [[u32; Spaces::COUNT]],
    bindings: &[Binding],
    symbols: &[Symbol],
    id: u32,
) {
    let top = &mut tops[symbols[id as usize].0 as usize];
    for space in bindings[id as usize].spaces.indices() {
        shadowed[id as usize][space] = std::mem::replace(&mut top[space], id);
    }
}

/// Takes back what [`show`] did.
fn hide(
    tops: &mut [[u32; Spaces::COUNT]],
    shadowed: &[[u32; Spaces::COUNT]],
    bindings: &[Binding],
    symbols: &[Symbol],
    id: u32,
) {
    let top = &mut tops[symbols[id as usize].0 as usize];
    for space in bindings[id as usize].spaces.indices() {
        top[space] = shadowed[id as usize][space];
    }
}
