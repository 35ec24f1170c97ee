//! Values of TypeScript and JavaScript.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use auditlint_names::{BindingKind, ExportPath};
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{ColumnValue, Sealed, ValueFlow};
use super::super::origin::{FUNCTIONS, NameOrigin, name_of, origin, returns};
use super::super::query;
use super::super::seal::{says_opened, says_sealed};
use super::super::view::ColumnView;
use super::fold::{Is, ValueLeaf, fold, is_digest_text};
use super::names;
use super::resealed::Resealed;

/// At most this many expressions are looked at for one value. One with more origins has none that is sure.
const MOST: usize = 96;

/// At most this many calls of one function are looked at.
const MOST_CALLS: usize = 16;

/// The values of one file.
pub(crate) struct FileValues<'a> {
    pub(crate) view: ColumnView<'a>,
    functions: OnceCell<FxHashMap<&'a str, NodeId>>,
    calls: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    resealed: OnceCell<Resealed<'a>>,
    /// What the functions that were asked return.
    returned: RefCell<FxHashMap<NodeId, Rc<[NodeId]>>>,
    /// Where those are called.
    called: RefCell<FxHashMap<NodeId, Rc<[NodeId]>>>,
}

/// An expression that is still to be looked at.
#[derive(Clone)]
struct ValueStep<'a> {
    node: NodeId,
    /// The keys that lead from it to the value, the next one last.
    keys: Vec<&'a str>,
    /// A name on the way that says that it is sealed.
    says: Option<&'a str>,
    is_part: bool,
}

/// Something that another file may know.
struct Elsewhere<'n> {
    function: &'n str,
    module: Option<String>,
    argument: Option<u32>,
    taken: Sealed,
}

/// A value that is followed.
struct ValueWalk<'a> {
    open: Vec<ValueStep<'a>>,
    seen: Vec<(NodeId, Vec<&'a str>)>,
    leaves: Vec<ValueLeaf<'a>>,
}

impl<'a> FileValues<'a> {
    pub(crate) fn new(view: ColumnView<'a>) -> Self {
        Self {
            view,
            functions: OnceCell::new(),
            calls: OnceCell::new(),
            resealed: OnceCell::new(),
            returned: RefCell::default(),
            called: RefCell::default(),
        }
    }

    /// Whether a value is sealed; `None` where it is not one, like `null`, or one that comes from where it goes.
    pub(crate) fn of(&self, value: NodeId) -> Option<ColumnValue> {
        self.part(value, &[])
    }

    /// The same of what keys lead to, the first one last.
    pub(super) fn part(&self, value: NodeId, keys: &[&'a str]) -> Option<ColumnValue> {
        let first = ValueStep { node: value, keys: keys.to_vec(), says: None, is_part: false };
        let mut walk = ValueWalk { open: vec![first], seen: Vec::new(), leaves: Vec::new() };
        let mut next = 0;
        while let Some(step) = walk.open.get(next).cloned() {
            next += 1;
            if next > MOST {
                walk.leaves.push(ValueLeaf {
                    is: Is::Sealed(Sealed::Unknown),
                    how: self.view.shown(value),
                    is_part: false,
                    is_named: false,
                });
                break;
            }
            let node = self.view.unwrapped(step.node);
            if !walk.seen.iter().any(|(seen, keys)| *seen == node && *keys == step.keys) {
                walk.seen.push((node, step.keys.clone()));
                self.step(ValueStep { node, ..step }, &mut walk);
            }
        }
        fold(walk.leaves)
    }

    /// The keys of an object that the same function sealed before it stands here, with their values.
    pub(super) fn resealed(&self, object: NodeId) -> impl Iterator<Item = (&'a str, NodeId)> + use<'_, 'a> {
        self.resealed.get_or_init(|| Resealed::of(self.view)).before(self.view, object)
    }

    fn step(&self, step: ValueStep<'a>, walk: &mut ValueWalk<'a>) {
        let view = self.view;
        let node = step.node;
        if let Some((key, before)) = step.keys.split_last()
            && view.is(node, &["identifier", "member_expression"])
            && let Some((_, value)) = self.resealed(node).find(|(sealed, _)| sealed == key)
        {
            return walk.go(&ValueStep { keys: before.to_vec(), ..step.clone() }, Some(value));
        }
        match view.kind(node) {
            "string" => walk.text(&step, view.string(node).unwrap_or_default()),
            "template_string" => {
                let mut holes = view.named(node).filter(|part| view.kind(*part) == "template_substitution").peekable();
                if holes.peek().is_none() {
                    walk.text(&step, view.words(node));
                }
                holes.filter_map(|hole| view.named(hole).next()).for_each(|hole| walk.part(&step, hole));
            }
            "binary_expression" => self.operator(&step, walk),
            "ternary_expression" => {
                walk.go(&step, view.field(node, "consequence"));
                walk.go(&step, view.field(node, "alternative"));
            }
            "assignment_expression" => walk.go(&step, view.field(node, "right")),
            "sequence_expression" | "yield_expression" => walk.go(&step, view.named(node).last()),
            "identifier" | "shorthand_property_identifier" => self.identifier(&step, walk),
            "member_expression" | "subscript_expression" => self.member(&step, walk),
            "call_expression" => self.call(&step, walk),
            "new_expression" => {
                let class = view.field(node, "constructor");
                let name = class.and_then(|class| view.last_name(class)).unwrap_or_default();
                match name {
                    "Date" => {}
                    _ if says_sealed(name) => walk.end(&step, Sealed::Yes, view.shown(node)),
                    "Uint8Array" | "String" | "Promise" => walk.go(&step, view.arguments(node).next()),
                    _ => walk.end(&step, Sealed::Unknown, view.shown(node)),
                }
            }
            "object" => self.object(step, walk),
            "array" => view.named(node).for_each(|element| walk.go(&step, Some(element))),
            "spread_element" => walk.go(&step, view.named(node).next()),
            "null" | "undefined" | "true" | "false" | "number" | "unary_expression" | "regex" | "void" => {}
            kind if FUNCTIONS.contains(&kind) => {}
            _ => walk.end(&step, Sealed::Unknown, view.shown(node)),
        }
    }

    fn operator(&self, step: &ValueStep<'a>, walk: &mut ValueWalk<'a>) {
        let view = self.view;
        let (left, right) = (view.field(step.node, "left"), view.field(step.node, "right"));
        match view.field(step.node, "operator").map(|operator| view.words(operator)) {
            Some("??" | "||") => {
                walk.go(step, left);
                walk.go(step, right);
            }
            Some("&&") => walk.go(step, right),
            Some("+") => left.into_iter().chain(right).for_each(|part| walk.part(step, part)),
            _ => {}
        }
    }

    /// A key of an object literal, or of what is spread into it.
    fn object(&self, mut step: ValueStep<'a>, walk: &mut ValueWalk<'a>) {
        let view = self.view;
        let whole = step.keys.is_empty();
        let key = step.keys.pop().unwrap_or("set");
        if let Some(value) = view.property(step.node, key) {
            return walk.go(&step, Some(value));
        }
        if whole {
            return walk.end(&step, Sealed::Unknown, view.shown(step.node));
        }
        step.keys.push(key);
        let spread = view.named(step.node).filter(|part| view.kind(*part) == "spread_element");
        spread.for_each(|part| walk.go(&step, Some(part)));
    }

    fn identifier(&self, step: &ValueStep<'a>, walk: &mut ValueWalk<'a>) {
        let view = self.view;
        let name = view.words(step.node);
        if name == "undefined" {
            return;
        }
        let step = step.named(name);
        let names = view.analysis.names();
        let Some(binding) = names.binding_of(step.node) else {
            let said = step.keys.first().copied().unwrap_or(name);
            return walk.end_by_name(&step, said, said);
        };
        let (declared, kind) = (names.binding(binding).node, names.binding(binding).kind);
        match kind {
            BindingKind::Function | BindingKind::Class | BindingKind::Enum | BindingKind::Namespace => {
                return walk.end(&step, Sealed::Unknown, view.shown(step.node));
            }
            BindingKind::Import | BindingKind::Catch => {
                return walk.end(&step, Sealed::Unknown, view.shown(step.node));
            }
            _ => {}
        }
        let mut keys = step.keys.clone();
        match origin(view, declared, &mut keys) {
            NameOrigin::Value(value) => walk.go(&ValueStep { keys, ..step.clone() }, Some(value)),
            NameOrigin::Parameter { function, argument } => {
                self.parameter(&ValueStep { keys, ..step.clone() }, function, argument, view.words(declared), walk);
            }
            NameOrigin::None => {}
        }
        for written in names.references(binding) {
            let assigned = view.parent(written.node).filter(|above| view.kind(*above) == "assignment_expression");
            if let Some(assigned) = assigned.filter(|above| view.field(*above, "left") == Some(written.node)) {
                walk.go(&step, view.field(assigned, "right"));
            }
        }
    }

    fn member(&self, step: &ValueStep<'a>, walk: &mut ValueWalk<'a>) {
        let view = self.view;
        let shown = view.shown(step.node);
        if shown.starts_with("process.env") || shown.starts_with("import.meta.env") {
            return walk.end(step, Sealed::No, shown);
        }
        let Some((object, name)) = view.member(step.node) else {
            return walk.go(step, view.field(step.node, "object"));
        };
        let step = step.named(name);
        if view.kind(object) == "this" {
            walk.end(&step, Sealed::Unknown, shown);
            if let Some(leaf) = walk.leaves.last_mut() {
                leaf.is_named = true;
            }
            return;
        }
        let mut keys = step.keys.clone();
        keys.push(name);
        walk.go(&ValueStep { keys, ..step }, Some(object));
    }

    fn call(&self, step: &ValueStep<'a>, walk: &mut ValueWalk<'a>) {
        let view = self.view;
        let shown = view.shown(step.node);
        let Some(callee) = view.field(step.node, "function").map(|callee| view.unwrapped(callee)) else { return };
        let member = view.member(callee);
        let name = match member {
            Some((_, name)) => name,
            None => view.last_name(callee).unwrap_or_default(),
        };
        let first = view.arguments(step.node).next();
        // A function of this file is known by what it does, unless its name says it.
        let is_named = says_sealed(name) && step.keys.is_empty();
        if let Some(function) = self.function(callee).filter(|_| !is_named) {
            let returned = self.returns(function);
            if !returned.is_empty() {
                let step = step.named(name);
                return returned.iter().for_each(|value| walk.go(&step, Some(*value)));
            }
        }
        if says_opened(name) {
            return walk.end(step, Sealed::No, shown);
        }
        let original = view.exported(callee);
        let module = original.as_ref().map_or("", |original| &original.module);
        let real = original.as_ref().and_then(ExportPath::last_name).filter(|real| *real != "default").unwrap_or(name);
        let seals = says_sealed(name) || says_sealed(real) || member.is_some_and(|(object, _)| self.is_sealer(object));
        if seals || (says_sealed(module) && !module.starts_with(['.', '@', '~', '#'])) {
            if self.is_digest_of_chance(step.node) {
                return walk.end(step, Sealed::No, shown);
            }
            // `{ token, hash } = hashed()`
            let is_plain = step.keys.first().is_some_and(|key| names::says_plain(key));
            return walk.end(step, if is_plain { Sealed::Unknown } else { Sealed::Yes }, shown);
        }
        if names::generates(real) || names::generates(name) || self.is_made_by_generator(callee) || self.signs(callee) {
            return walk.end(step, Sealed::No, shown);
        }
        if member.is_some_and(|(object, _)| view.words(object) == "Math") {
            // A number is one of chance, or none that matters.
            let calls = view.nodes_in(step.node, &["call_expression"]).take(MOST_CALLS);
            let mut names = calls.filter_map(|call| view.last_name(view.field(call, "function")?));
            if names.any(names::generates) {
                walk.end(step, Sealed::No, shown);
            }
            return;
        }
        let is_callback = first.is_some_and(|first| view.is(first, FUNCTIONS));
        if let Some((object, method)) = member {
            if names::iterates(method) && first.is_some_and(|first| !is_callback && says_sealed(view.shown(first))) {
                return walk.end(step, Sealed::Yes, shown);
            }
            if names::iterates(method) && is_callback {
                let callback = first.filter(|_| !matches!(method, "filter" | "find"));
                return match callback {
                    Some(callback) => self.returns(callback).iter().for_each(|value| walk.go(step, Some(*value))),
                    None => walk.go(step, Some(object)),
                };
            }
            if names::reads_rows(method) || names::gives_rows(method) && query::is_database(view.shown(object)) {
                return;
            }
            if names::passes_object(method) && !(method == "concat" && first.is_some()) {
                return walk.go(step, Some(object));
            }
        }
        if names::passes_argument(name) || names::passes_argument(real) {
            return match first {
                Some(list) if name == "concat" => {
                    view.nodes_in(list, &["array"])
                        .take(1)
                        .flat_map(|list| view.named(list))
                        .for_each(|part| walk.part(step, part));
                }
                Some(first) => walk.go(step, Some(first)),
                None => walk.end(step, Sealed::Unknown, shown),
            };
        }
        // What is given no token and gives one makes it, or has it from elsewhere.
        let is_given = view.arguments(step.node).any(|argument| names::says_plain(view.shown(argument)));
        let said = step.keys.first().copied().unwrap_or(real);
        let is_plain = names::says_plain(said) && (!step.keys.is_empty() || !is_given);
        let taken = if is_plain { Sealed::No } else { Sealed::Unknown };
        let module = (!module.is_empty()).then(|| module.to_owned());
        walk.elsewhere(step, Elsewhere { function: real, module, argument: None, taken }, shown);
    }

    /// Whether what is called is what a generator of random texts was made by: `customAlphabet(letters, 6)()`.
    fn is_made_by_generator(&self, callee: NodeId) -> bool {
        let view = self.view;
        let made = match view.kind(callee) {
            "call_expression" => Some(callee),
            "identifier" => {
                let from = view.origins(callee).last().map(|from| view.unwrapped(*from));
                from.filter(|from| view.kind(*from) == "call_expression")
            }
            _ => None,
        };
        let maker = made.and_then(|made| view.field(made, "function")).and_then(|maker| view.exported(maker));
        maker.is_some_and(|maker| names::makes_generators(&maker))
    }

    /// Whether a call signs a token, which whoever has it can use: `jwt.sign(…)`, `this.jwtService.signAsync(…)`.
    fn signs(&self, callee: NodeId) -> bool {
        let view = self.view;
        let is_jwt = |text: &str| text.to_ascii_lowercase().contains("jwt");
        match view.member(callee) {
            Some((object, "sign" | "signAsync")) => {
                is_jwt(view.last_name(object).unwrap_or_default())
                    || view.shown(object).starts_with("new SignJWT(")
                    || view.exported(object).is_some_and(|path| names::is_module_of_jwt(&path.module))
            }
            Some(_) => false,
            None => {
                view.exported(callee).is_some_and(|path| names::is_module_of_jwt(&path.module) && path.name == "sign")
            }
        }
    }

    /// Whether a quick digest is that of something random which nothing else knows: then the digest is the token.
    fn is_digest_of_chance(&self, whole: NodeId) -> bool {
        let view = self.view;
        // `md5(…).slice(0, 32)`
        let mut call = whole;
        while let Some((object, _)) = view.method(call).filter(|(_, method)| names::passes_object(method)) {
            call = view.unwrapped(object);
        }
        let name = view.field(call, "function").and_then(|callee| view.last_name(callee)).unwrap_or_default();
        let is_quick = name == "digest" || names::is_quick_digest(name);
        let mut inner = view.nodes_in(call, &["call_expression"]).take(MOST_CALLS).skip(1);
        let generates = |call: NodeId| {
            view.field(call, "function").and_then(|callee| view.last_name(callee)).is_some_and(names::generates)
        };
        let mut named = view.nodes_in(call, &["identifier", "property_identifier"]).take(MOST_CALLS);
        is_quick && inner.any(generates) && !named.any(|part| names::says_plain(view.words(part)))
    }

    /// Whether methods of an object seal: `bcrypt`, `cipher`, `this.encryption`, `createHash("sha256")`.
    fn is_sealer(&self, object: NodeId) -> bool {
        let view = self.view;
        match view.kind(object) {
            "call_expression" | "new_expression" => {
                let callee = view.field(object, "function").or_else(|| view.field(object, "constructor"));
                match callee.and_then(|callee| view.last_name(callee)) {
                    Some("update") => view.method(object).is_some_and(|(inner, _)| says_sealed(view.shown(inner))),
                    name => name.is_some_and(says_sealed),
                }
            }
            _ => view.last_name(object).is_some_and(says_sealed),
        }
    }

    /// A parameter is what the calls of its function hand it.
    fn parameter(
        &self,
        step: &ValueStep<'a>,
        function: NodeId,
        argument: u32,
        name: &'a str,
        walk: &mut ValueWalk<'a>,
    ) {
        let view = self.view;
        let holder = view.parent(function);
        if let Some(call) = holder.filter(|above| view.kind(*above) == "arguments").and_then(|above| view.parent(above))
            && let Some((object, method)) = view.method(call)
            && names::iterates(method)
            && argument == 0
        {
            return walk.go(step, Some(object));
        }
        let said = step.keys.first().copied().unwrap_or(name);
        let Some(named) = name_of(view, function) else { return walk.end_by_name(step, said, said) };
        let calls = self.calls_of(named);
        for call in calls.iter() {
            // One that leaves it out takes the default.
            walk.go(step, view.arguments(*call).nth(argument as usize));
        }
        let is_exported = match view.analysis.names().binding_of(named) {
            Some(binding) => view.analysis.names().binding(binding).exported,
            None => !view.words(function).starts_with("private"),
        };
        if is_exported || calls.is_empty() {
            let taken = if names::says_plain(said) { Sealed::No } else { Sealed::Unknown };
            let elsewhere = Elsewhere { function: view.key_text(named), module: None, argument: Some(argument), taken };
            walk.elsewhere(step, elsewhere, said);
        }
    }

    /// The expressions that a function returns.
    pub(super) fn returns(&self, function: NodeId) -> Rc<[NodeId]> {
        let known = self.returned.borrow().get(&function).cloned();
        known.unwrap_or_else(|| {
            let found: Rc<[NodeId]> = returns(self.view, function).into();
            self.returned.borrow_mut().insert(function, Rc::clone(&found));
            found
        })
    }

    /// The calls in this file of the function that an identifier names.
    fn calls_of(&self, named: NodeId) -> Rc<[NodeId]> {
        let known = self.called.borrow().get(&named).cloned();
        known.unwrap_or_else(|| {
            let found: Rc<[NodeId]> = self.find_calls(named).into();
            self.called.borrow_mut().insert(named, Rc::clone(&found));
            found
        })
    }

    fn find_calls(&self, named: NodeId) -> Vec<NodeId> {
        let view = self.view;
        let names = view.analysis.names();
        let is_call = |node: &NodeId| view.kind(*node) == "call_expression";
        if let Some(binding) = names.binding_of(named) {
            let uses = names.references(binding).map(|used| used.node);
            let calls = uses.filter_map(|used| {
                view.parent(used).filter(|call| is_call(call) && view.field(*call, "function") == Some(used))
            });
            return calls.take(MOST_CALLS).collect();
        }
        let calls = self.calls.get_or_init(|| {
            let mut calls: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
            for call in view.nodes(&["call_expression"]) {
                if let Some((_, name)) = view.method(call).filter(|(object, _)| view.kind(*object) == "this") {
                    calls.entry(name).or_default().push(call);
                }
            }
            calls
        });
        calls
            .get(view.key_text(named))
            .map(|calls| calls.iter().copied().take(MOST_CALLS).collect())
            .unwrap_or_default()
    }

    /// The function of this file that is called.
    pub(super) fn function(&self, callee: NodeId) -> Option<NodeId> {
        let view = self.view;
        if let Some((object, name)) = view.member(callee) {
            return (view.kind(object) == "this").then(|| self.method(name))?;
        }
        let names = view.analysis.names();
        let declared = names.binding(names.binding_of(callee)?).node;
        let holder = view.parent(declared)?;
        match view.kind(holder) {
            "variable_declarator" => {
                let value = view.unwrapped(view.field(holder, "value")?);
                let value = match view.kind(value) {
                    // `cache(async () => …)`
                    "call_expression" => view.arguments(value).next()?,
                    _ => value,
                };
                view.is(value, FUNCTIONS).then_some(value)
            }
            kind if FUNCTIONS.contains(&kind) && view.field(holder, "name") == Some(declared) => Some(holder),
            _ => None,
        }
    }

    fn method(&self, name: &str) -> Option<NodeId> {
        let view = self.view;
        let methods = self.functions.get_or_init(|| {
            let methods = view.nodes(&["method_definition", "arrow_function"]);
            methods.filter_map(|method| Some((view.key_text(name_of(view, method)?), method))).collect()
        });
        methods.get(name).copied()
    }
}

impl<'a> ValueStep<'a> {
    /// The same behind a name, which may say that it is sealed.
    fn named(&self, name: &'a str) -> Self {
        Self { says: self.says.or_else(|| says_sealed(name).then_some(name)), ..self.clone() }
    }
}

impl<'a> ValueWalk<'a> {
    fn go(&mut self, from: &ValueStep<'a>, node: Option<NodeId>) {
        self.open.extend(node.map(|node| ValueStep { node, ..from.clone() }));
    }

    fn part(&mut self, from: &ValueStep<'a>, node: NodeId) {
        self.open.push(ValueStep { node, is_part: true, ..from.clone() });
    }

    fn text(&mut self, step: &ValueStep<'a>, text: &'a str) {
        // A text without letters is a placeholder or separates parts.
        if text.chars().any(char::is_alphanumeric) && step.keys.is_empty() && !step.is_part {
            self.end(step, if is_digest_text(text) { Sealed::Yes } else { Sealed::No }, text);
        }
    }

    fn end(&mut self, step: &ValueStep<'a>, sealed: Sealed, how: &'a str) {
        let (sealed, how) = match step.says {
            Some(says) if sealed == Sealed::Unknown => (Sealed::Yes, says),
            _ => (sealed, how),
        };
        self.leaves.push(ValueLeaf { is: Is::Sealed(sealed), how, is_part: step.is_part, is_named: false });
    }

    /// A value of which only its name is known.
    fn end_by_name(&mut self, step: &ValueStep<'a>, name: &str, how: &'a str) {
        self.end(step, if names::says_plain(name) { Sealed::No } else { Sealed::Unknown }, how);
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.is_named = true;
        }
    }

    fn elsewhere(&mut self, step: &ValueStep<'a>, at: Elsewhere<'_>, how: &'a str) {
        if step.says.is_some() {
            return self.end(step, Sealed::Unknown, how);
        }
        let key = (!step.keys.is_empty()).then(|| step.keys.iter().rev().copied().collect::<Vec<_>>().join("."));
        let flow = ValueFlow {
            function: at.function.into(),
            module: at.module.map(Arc::from),
            argument: at.argument,
            key: key.map(Arc::from),
            taken: at.taken,
        };
        // What a function gives it may have sealed.
        let is_named = flow.argument.is_some();
        self.leaves.push(ValueLeaf { is: Is::Elsewhere(flow), how, is_part: step.is_part, is_named });
    }
}
