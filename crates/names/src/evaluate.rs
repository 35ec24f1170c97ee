//! What an expression is: from node to node, through the values of bindings, without recursion.
//!
//! The language says of one node what it leads to ([`Follow`]); this keeps the members that are still to be taken and the
//! bindings on the way, and remembers what every binding turned out to be.

use auditlint_syntax::{Family, NodeId, Tree};
use smallvec::smallvec;

use crate::binding::{AccessStep, BindingValue, ClassField};
use crate::builtin_modules::{GLOBAL_OBJECTS, global_of_export, global_of_module, is_builtin};
use crate::memo::{LookupBase, MemoState};
use crate::path::{Path, Segment, Segments};
use crate::{BindingId, Names, Target};

/// Paths with more names are not followed.
const LONGEST_PATH: usize = 32;
/// How many fields of classes one lookup goes through.
const FIELD_HOPS: u32 = 32;
/// How deep lookups may nest: a lookup of a callee inside the lookup of a call.
const NESTED: u32 = 16;

/// What one node leads to.
pub(crate) enum Follow {
    Node(NodeId),
    Binding(BindingId),
    Done(LookupBase),
}

impl Follow {
    pub(crate) const OPAQUE: Self = Self::Done(LookupBase::Target(Target::Opaque));
    pub(crate) const NOTHING: Self = Self::Done(LookupBase::Target(Target::Nothing));

    /// A path of one name.
    pub(crate) fn global(head: Segment) -> Self {
        Self::Done(LookupBase::Target(Target::Global(Path(smallvec![head]))))
    }

    /// A whole module.
    pub(crate) fn module(name: Segment) -> Self {
        Self::Done(LookupBase::Target(Target::Export(Path(smallvec![name]))))
    }
}

/// Members still to be taken, the last one first.
pub(crate) type Tail = Segments;

struct FollowFrame {
    binding: BindingId,
    tail: Tail,
    default: Option<NodeId>,
}

/// One lookup.
pub(crate) struct NameLookup<'n> {
    pub(crate) names: &'n Names,
    pub(crate) tree: &'n Tree,
    pub(crate) text: &'n [u8],
    pub(crate) tell: &'n mut dyn FnMut(NodeId, &str),
}

/// The part of a language.
pub(crate) trait FollowRules {
    /// What `node` leads to; members that it takes are pushed on `tail`.
    fn follow(lookup: &mut NameLookup<'_>, node: NodeId, tail: &mut Tail) -> Follow;
    /// The member that a computed key names, where it is constant.
    fn key(lookup: &mut NameLookup<'_>, node: NodeId) -> Option<Segment>;
    /// The module that a string names.
    fn module(lookup: &NameLookup<'_>, node: NodeId) -> Option<Segment>;
}

impl NameLookup<'_> {
    pub(crate) fn step(&self) {
        self.names.steps_done.set(self.names.steps_done.get() + 1);
    }

    /// What a node is. Lookups inside of lookups are bounded, those beyond are opaque.
    pub(crate) fn nested<L: FollowRules>(&mut self, node: NodeId) -> Target {
        if self.names.memo.borrow().nested >= NESTED {
            return Target::Opaque;
        }
        self.names.memo.borrow_mut().nested += 1;
        let target = self.evaluate::<L>(Follow::Node(node), Tail::new());
        self.names.memo.borrow_mut().nested -= 1;
        target
    }

    /// What `start` is with the members of `tail` taken.
    pub(crate) fn evaluate<L: FollowRules>(&mut self, start: Follow, tail: Tail) -> Target {
        let (mut at, mut tail) = (start, tail);
        let mut frames: Vec<FollowFrame> = Vec::new();
        let mut field_hops = 0;
        'follow: loop {
            self.step();
            let mut base = match at {
                Follow::Node(node) => {
                    at = L::follow(self, node, &mut tail);
                    if tail.len() > LONGEST_PATH {
                        at = Follow::OPAQUE;
                    }
                    continue;
                }
                Follow::Done(base) => base,
                Follow::Binding(id) => {
                    let known =
                        std::mem::replace(&mut self.names.memo.borrow_mut().values[id.0 as usize], MemoState::Running);
                    match known {
                        MemoState::Yes(base) => {
                            self.names.memo.borrow_mut().values[id.0 as usize] = MemoState::Yes(base.clone());
                            self.tell_binding(id, &base);
                            base
                        }
                        MemoState::Running => {
                            (self.tell)(self.names.binding(id).node, "is defined in terms of itself");
                            LookupBase::Target(Target::Opaque)
                        }
                        MemoState::No => {
                            let binding = self.names.binding(id);
                            let default = binding.default.filter(|_| binding.writes == 0);
                            frames.push(FollowFrame { binding: id, tail: std::mem::take(&mut tail), default });
                            at = self.value_of::<L>(id, &mut tail);
                            continue;
                        }
                    }
                }
            };
            loop {
                if let (LookupBase::This { class, is_static }, Some(member)) = (&base, tail.last().cloned()) {
                    field_hops += 1;
                    let field = self.field(*class, *is_static, member).filter(|_| field_hops <= FIELD_HOPS);
                    tail.pop();
                    at = match field {
                        Some(ClassField { value: Some(value), writes: 1 }) => {
                            (self.tell)(value, "is the value of the field");
                            Follow::Node(value)
                        }
                        _ => Follow::OPAQUE,
                    };
                    continue 'follow;
                }
                let found = self.append(base, &tail);
                tail.clear();
                let Some(frame) = frames.pop() else {
                    return match found {
                        LookupBase::Target(target) => self.canonical(target),
                        LookupBase::Value => Target::Nothing,
                        LookupBase::This { .. } => Target::Opaque,
                    };
                };
                let id = frame.binding;
                if let (LookupBase::Target(Target::Opaque | Target::Nothing), Some(default)) = (&found, frame.default) {
                    (self.tell)(default, "is the default value");
                    frames.push(FollowFrame { default: None, ..frame });
                    at = Follow::Node(default);
                    continue 'follow;
                }
                base = match found {
                    LookupBase::Value => LookupBase::Target(Target::Local(id)),
                    LookupBase::Target(Target::Nothing) => LookupBase::Target(Target::Opaque),
                    found => found,
                };
                self.names.memo.borrow_mut().values[id.0 as usize] = MemoState::Yes(base.clone());
                tail = frame.tail;
            }
        }
    }

    fn tell_binding(&mut self, id: BindingId, base: &LookupBase) {
        let what = match base {
            LookupBase::Target(Target::Opaque) => "can be anything",
            LookupBase::Target(Target::Local(_)) => "is created in this file",
            _ => "is declared here",
        };
        (self.tell)(self.names.binding(id).node, what);
    }

    /// Where the value of a binding comes from, and the steps to it.
    fn value_of<L: FollowRules>(&mut self, id: BindingId, tail: &mut Tail) -> Follow {
        let names = self.names;
        let binding = names.binding(id);
        if binding.writes > 0 {
            (self.tell)(binding.node, "is reassigned after its declaration, so it can be anything");
            return Follow::OPAQUE;
        }
        (self.tell)(binding.node, "is declared here");
        for step in names.steps[binding.steps.0 as usize..binding.steps.1 as usize].iter().rev() {
            let segment = match *step {
                AccessStep::Named(node) | AccessStep::Computed(node) => L::key(self, node),
                AccessStep::Default => Some(Segment::Known("default")),
                AccessStep::Unknown => None,
            };
            let Some(segment) = segment else {
                (self.tell)(binding.node, "is destructured in a way that cannot be followed");
                return Follow::OPAQUE;
            };
            tail.push(segment);
        }
        match binding.value {
            BindingValue::Own => Follow::Done(LookupBase::Value),
            BindingValue::Unknown => {
                (self.tell)(binding.node, "gets its value from elsewhere");
                Follow::OPAQUE
            }
            BindingValue::Use(node) if !self.alternatives_agree::<L>(id, node) => {
                (self.tell)(binding.node, "is imported by several `use` declarations that differ");
                Follow::OPAQUE
            }
            BindingValue::Expression(node) | BindingValue::Use(node) => Follow::Node(node),
            BindingValue::Module(node) => match L::module(self, node) {
                Some(module) => Follow::module(module),
                None => Follow::OPAQUE,
            },
            BindingValue::Class { class, is_static } => Follow::Done(LookupBase::This { class, is_static }),
        }
    }

    /// Whether every `use` that brings in a name means the same.
    fn alternatives_agree<L: FollowRules>(&mut self, id: BindingId, node: NodeId) -> bool {
        let Some(others) = self.names.alternatives.get(&id) else { return true };
        let Target::Global(path) = self.nested::<L>(node) else { return false };
        let text = self.text;
        others.iter().all(|other| match self.nested::<L>(*other) {
            Target::Global(other) => {
                let names = |path: &Path| path.0.iter().map(|name| name.text(text).to_vec()).collect::<Vec<_>>();
                names(&path) == names(&other)
            }
            _ => false,
        })
    }

    fn field(&self, class: u32, is_static: bool, member: Segment) -> Option<ClassField> {
        // Fields are few, and looked up where a rule asks for one.
        self.names.fields.get(&(class, is_static, member.text(self.text).to_vec())).copied()
    }

    /// Takes the members of `tail` from a base.
    fn append(&self, base: LookupBase, tail: &Tail) -> LookupBase {
        if tail.is_empty() || matches!(base, LookupBase::Target(Target::Nothing)) {
            return base;
        }
        let (LookupBase::Target(Target::Global(_)) | LookupBase::Target(Target::Export(_))) = base else {
            return LookupBase::Target(Target::Opaque);
        };
        let LookupBase::Target(mut target) = base else { return LookupBase::Target(Target::Opaque) };
        if let Target::Global(path) | Target::Export(path) = &mut target {
            path.0.extend(tail.iter().rev().cloned());
            if path.0.len() > LONGEST_PATH {
                return LookupBase::Target(Target::Opaque);
            }
        }
        self.shorten(&mut target);
        LookupBase::Target(target)
    }

    /// Takes out what says nothing: `globalThis` before one of its members, `default` of a module of Node.js.
    fn shorten(&self, target: &mut Target) {
        match target {
            Target::Global(path) if self.tree.language().is_ecmascript() => {
                let is_object = |segment: &Segment| {
                    GLOBAL_OBJECTS.iter().any(|object| object.as_bytes() == segment.text(self.text))
                };
                while path.0.len() > 1 && is_object(&path.0[0]) {
                    path.0.remove(0);
                }
            }
            Target::Export(path) => {
                let is_default = |path: &Path| path.0.len() > 1 && path.0[1].text(self.text) == b"default";
                while is_default(path) && is_builtin(path.0[0].text(self.text)) {
                    path.0.remove(1);
                }
            }
            _ => {}
        }
    }

    /// What a name that is imported from another source of the project is there.
    fn imported(&self, target: Target) -> Target {
        let (Some(imported), Target::Export(path)) = (&self.names.imported, &target) else { return target };
        if !self.names.is_across.get() {
            return target;
        }
        let is_outermost = self.names.memo.borrow().nested == 0;
        if is_outermost {
            self.names.exact.set(imported.exactly(path, self.text));
        }
        let Some((index, taken)) = imported.find(path, self.text) else { return target };
        if is_outermost {
            self.names.via.set(Some(index));
        }
        let Some(origin) = &imported.names()[index as usize].path else { return target };
        let rest = path.0[1 + taken..].iter().cloned();
        let names = Path(origin.segments().chain(rest).collect());
        if names.0.len() > LONGEST_PATH {
            return Target::Opaque;
        }
        let mut target = if origin.is_export() { Target::Export(names) } else { Target::Global(names) };
        self.shorten(&mut target);
        target
    }

    /// A module or export that is a global under its other name.
    fn canonical(&self, target: Target) -> Target {
        let mut path = match self.imported(target) {
            Target::Export(path) => path,
            Target::Global(mut path) if self.tree.language().family() == Family::Rust => {
                path.0[0] = standard_crate(path.0[0].clone(), self.text);
                return Target::Global(path);
            }
            Target::Global(mut path) if self.tree.language().family() == Family::Python => {
                let is_builtins = path.0[0].text(self.text) == b"builtins";
                if is_builtins && path.0.len() > 1 {
                    path.0.remove(0);
                }
                return Target::Global(path);
            }
            target => return target,
        };
        let module = path.0[0].text(self.text);
        if let Some(global) = global_of_module(module) {
            path.0[0] = Segment::Known(global);
            return Target::Global(path);
        }
        if let Some(global) = path.0.get(1).and_then(|export| global_of_export(module, export.text(self.text))) {
            path.0.remove(0);
            path.0[0] = Segment::Known(global);
            return Target::Global(path);
        }
        Target::Export(path)
    }
}

/// What `core` and `alloc` hold is in `std` at the same place.
fn standard_crate(head: Segment, text: &[u8]) -> Segment {
    if matches!(head.text(text), b"core" | b"alloc") { Segment::Known("std") } else { head }
}
