//! What may be a store in TypeScript and JavaScript: collections that outlive a request.

use std::cell::OnceCell;
use std::collections::HashSet;

use auditlint_providers::{KEEPING_DECORATORS, identifier_words as words, is_bound_name};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::{FUNCTIONS, RuleView};
use super::declared::{MADE, may_be_kept, may_hold, may_make};
use super::names::{is_cache, is_generic, is_neutral, is_store, is_waiting, keeps_store, may_be_store, says_memory};
use super::values::{BoundTypes, is_of_data, is_of_program, key_and_value};

/// Packages whose default export, or classes, are collections with a bound.
const COLLECTIONS: &[&str] =
    &["lru-cache", "node-cache", "quick-lru", "@isaacs/ttlcache", "ttl-cache", "tiny-lru", "mnemonist", "flru"];

/// A map with more methods, which bots keep what they like in.
const OF_BOTS: &[&str] = &["discord.js#Collection", "@discordjs/collection#Collection"];

/// A collection that lives as long as the process.
pub(super) struct Candidate<'a> {
    pub(super) place: NodeId,
    /// The expression that makes the collection.
    pub(super) value: NodeId,
    pub(super) name: &'a str,
    pub(super) name_node: Option<NodeId>,
    pub(super) keeper: Keeper<'a>,
    pub(super) shape: StoreShape,
    /// Whether its name tells that it is a store; otherwise the function that writes to it must.
    pub(super) named: bool,
    /// Whether its name tells nothing, so that everything else must.
    pub(super) neutral: bool,
    /// Whether a library made it, as a cache.
    pub(super) is_bounded: bool,
    /// Whether its class says that it is a store.
    pub(super) of_store: bool,
    /// Whether its class, or the function that makes it, is known to be kept only by what other modules say.
    pub(super) kept_elsewhere: bool,
    /// Whether its name tells no more than that it is a cache.
    pub(super) is_cache: bool,
    /// The object that it is a member of, as it is written: `caches` of `const caches = { users: new Map() }`.
    pub(super) within: Option<&'a str>,
    /// Its type, as far as it is written.
    pub(super) type_text: &'a str,
    /// Whether what it holds is bound to its process.
    pub(super) holds_bound: bool,
}

/// What keeps a collection.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Keeper<'a> {
    Module,
    /// A static field, by its class.
    Class(&'a str),
    /// The one instance of a class.
    Instance(&'a str),
    /// The functions that a function of the module hands out.
    Closure(NodeId),
    /// An object of the module, by itself.
    Object(NodeId),
    /// The global object, by the path of its member.
    Global(String),
}

/// How a collection is kept, by which it is written to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum StoreShape {
    /// `new Map()`, `new Set()`
    Collection,
    /// `new WeakMap()`: what it holds goes with its keys, so a cache of that kind is not a store.
    Weak,
    /// `{}`
    Object,
    /// `[]`
    Array,
}

impl StoreShape {
    /// Collections of both kinds are written to alike.
    pub(super) fn written(self) -> Self {
        if self == Self::Weak { Self::Collection } else { self }
    }
}

/// The collections of a file that may be stores by their names.
pub(super) fn candidates<'a>(view: RuleView<'a>, types: &BoundTypes<'a>) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    let kept = kept_classes(view);
    for statement in view.named(view.root()) {
        let declared = match view.kind(statement) {
            "export_statement" => {
                match view.field(statement, "declaration").or_else(|| view.field(statement, "value")) {
                    Some(declaration) => declaration,
                    None => continue,
                }
            }
            _ => statement,
        };
        match view.kind(declared) {
            "lexical_declaration" | "variable_declaration" => {
                for declarator in view.named(declared) {
                    let (Some(name), Some(value)) = (view.field(declarator, "name"), view.field(declarator, "value"))
                    else {
                        continue;
                    };
                    if view.is(value, FUNCTIONS) {
                        closure(view, view.text(name), value, &mut found);
                        constructor(view, view.text(name), value, &kept, &mut found);
                    } else if view.is(value, &["class"]) {
                        fields(view, value, view.text(name), &kept, &mut found);
                    } else if view.kind(name) == "identifier" {
                        let annotation = view.field(declarator, "type");
                        add(view, &mut found, declarator, name, value, annotation, Keeper::Module);
                        members(view, &mut found, view.text(name), value, &Keeper::Class(view.text(name)));
                        own_members(view, &mut found, value);
                    }
                }
            }
            "class_declaration" | "abstract_class_declaration" | "class" => {
                let name = view.field(declared, "name").map(|name| view.text(name)).unwrap_or_default();
                fields(view, declared, name, &kept, &mut found);
            }
            "function_declaration" => {
                let name = view.field(declared, "name").map(|name| view.text(name)).unwrap_or_default();
                closure(view, name, declared, &mut found);
                constructor(view, name, declared, &kept, &mut found);
            }
            "expression_statement" => {
                of_global(view, declared, &mut found);
                of_object(view, declared, &mut found);
                // `module.exports = { sessions: {}, … }`
                let assigned = view.named(declared).next().filter(|it| view.kind(*it) == "assignment_expression");
                if let Some(value) = assigned.and_then(|it| view.field(it, "right")) {
                    own_members(view, &mut found, value);
                    if view.kind(value) == "class" {
                        let name = view.field(value, "name").map(|name| view.text(name)).unwrap_or_default();
                        fields(view, value, name, &kept, &mut found);
                    }
                }
            }
            "object" => own_members(view, &mut found, declared),
            "if_statement" => {
                let Some(then) = view.field(declared, "consequence") else { continue };
                for inner in view.named(then).chain([then]).filter(|inner| view.kind(*inner) == "expression_statement")
                {
                    of_global(view, inner, &mut found);
                }
            }
            _ => {}
        }
    }
    let foreign: OnceCell<HashSet<&str>> = OnceCell::new();
    // What others made to be used is seldom data.
    let holds_foreign = |type_text: &str| {
        let mut names = type_text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        names.any(|name| !is_of_data(name) && foreign.get_or_init(|| of_packages(view)).contains(name))
    };
    for candidate in &mut found {
        let class = match &candidate.keeper {
            Keeper::Class(class) | Keeper::Instance(class) => Some(*class),
            Keeper::Module | Keeper::Global(_) | Keeper::Closure(_) | Keeper::Object(_) => None,
        };
        let by_class = class.filter(|class| is_store(class)).filter(|_| match candidate.keeper {
            // A limiter, a cache or a store is one by its class, whatever its field is called.
            Keeper::Instance(_) => is_generic(candidate.name),
            _ => may_be_store(candidate.name),
        });
        // `InMemoryQueue` is one whatever its fields are called.
        let by_memory = class.is_some_and(says_memory) && may_be_store(candidate.name);
        candidate.named |= is_store(candidate.name) || by_class.is_some() || by_memory;
        let outer = candidate.within.and_then(|within| within.rsplit('.').next());
        let by_outer = outer.filter(|outer| is_store(outer) && may_be_store(candidate.name));
        candidate.named |= by_outer.is_some();
        candidate.of_store = class.is_some_and(is_store);
        let may_be_neutral = !matches!(candidate.keeper, Keeper::Global(_))
            && (candidate.shape == StoreShape::Collection || !matches!(candidate.keeper, Keeper::Closure(_)))
            && match candidate.shape {
                StoreShape::Collection => true,
                StoreShape::Object => {
                    let has_keys = ["Record<string,", "Record<number,", "]:"];
                    // JavaScript has no types that could tell.
                    (view.language() == Language::JavaScript
                        && matches!(candidate.keeper, Keeper::Module | Keeper::Instance(_) | Keeper::Class(_)))
                        || has_keys.iter().any(|open| candidate.type_text.contains(open))
                }
                StoreShape::Array => {
                    candidate.type_text.trim_end().ends_with("[]") || candidate.type_text.contains("Array<")
                }
                StoreShape::Weak => false,
            };
        let tells_nothing = may_be_neutral && !candidate.named;
        // What waits in a list until somebody takes it is a queue, and not only under way.
        let waits = candidate.shape == StoreShape::Array && is_waiting(candidate.name);
        candidate.neutral = tells_nothing
            && (is_neutral(candidate.name) || is_generic(candidate.name) || waits)
            && !holds_foreign(candidate.type_text)
            && !key_and_value(candidate.type_text).0.is_some_and(is_of_program);
        candidate.is_cache = if is_store(candidate.name) {
            is_cache(candidate.name)
        } else {
            by_class.or(by_outer).is_some_and(is_cache)
        };
        candidate.holds_bound = types.hold(key_and_value(candidate.type_text).1)
            || (candidate.is_cache && words(candidate.name).iter().any(|word| is_bound_name(word)));
    }
    found.retain(|candidate| {
        let weak_cache = candidate.shape == StoreShape::Weak && candidate.name.to_ascii_lowercase().contains("cache");
        (candidate.named || candidate.neutral || is_generic(candidate.name)) && !weak_cache
    });
    retain_outermost(view, &mut found);
    found
}

/// Where the parser was led astray by what it does not understand, a local may look like a binding of the module.
fn retain_outermost(view: RuleView<'_>, found: &mut Vec<Candidate<'_>>) {
    if found.is_empty() {
        return;
    }
    let skim = Skim::of(view.language(), view.source().as_bytes());
    found.retain(|candidate| {
        if matches!(candidate.keeper, Keeper::Object(_)) {
            return true;
        }
        let span = view.span(candidate.place);
        let text = view.source().as_bytes();
        let declaration = span.of(text);
        let mut made = MADE.iter().flat_map(|made| memchr::memmem::find_iter(declaration, *made)).peekable();
        if made.peek().is_none() {
            let value = view.unwrapped(candidate.value);
            return view.field(value, "constructor").is_some_and(|class| view.exported(class).is_some());
        }
        let may_be_deeper = match candidate.keeper {
            // What may be there already is put into parentheses.
            Keeper::Module => {
                let made = ["binary_expression", "assignment_expression", "augmented_assignment_expression"];
                view.is(view.unwrapped(candidate.value), &made) && may_be_kept(text)
            }
            Keeper::Class(_) => true,
            Keeper::Instance(_) | Keeper::Global(_) | Keeper::Closure(_) | Keeper::Object(_) => return true,
        };
        made.map(|at| span.start as usize + at).any(|at| may_hold(text, &skim, at, may_be_deeper))
    });
}

fn add<'a>(
    view: RuleView<'a>,
    found: &mut Vec<Candidate<'a>>,
    place: NodeId,
    name: NodeId,
    value: NodeId,
    annotation: Option<NodeId>,
    keeper: Keeper<'a>,
) {
    let Some((shape, made)) = shape_of(view, value) else { return };
    let written = annotation.or_else(|| view.field(made, "type_arguments")).or_else(|| cast_type(view, value));
    found.push(Candidate {
        place,
        value,
        name: view.key_text(name).trim_start_matches('#'),
        name_node: matches!(keeper, Keeper::Module).then_some(name),
        keeper,
        shape,
        named: false,
        neutral: false,
        is_bounded: view
            .field(made, "constructor")
            .is_some_and(|class| view.exported(class).is_some_and(|path| !OF_BOTS.contains(&path.as_str()))),
        of_store: false,
        kept_elsewhere: false,
        is_cache: false,
        within: None,
        type_text: written.map(|written| view.text(written)).unwrap_or_default(),
        holds_bound: false,
    });
}

/// The collections that are members of an object.
fn members<'a>(view: RuleView<'a>, found: &mut Vec<Candidate<'a>>, owner: &'a str, value: NodeId, keeper: &Keeper<'a>) {
    let from = found.len();
    for pair in view.named(view.unwrapped(value)).filter(|part| view.kind(*part) == "pair") {
        if let (Some(key), Some(made)) = (view.field(pair, "key"), view.field(pair, "value"))
            && view.kind(view.unwrapped(made)) == "new_expression"
        {
            add(view, found, pair, key, made, None, keeper.clone());
        }
    }
    found[from..].iter_mut().for_each(|member| member.within = Some(owner));
}

/// The members of an object of the module that its methods write to as their own: `{ sessions: {}, login() { this.sessions[…] = … } }`.
fn own_members<'a>(view: RuleView<'a>, found: &mut Vec<Candidate<'a>>, value: NodeId) {
    let object = view.unwrapped(value);
    if view.kind(object) != "object" || !view.named(object).any(|part| is_method(view, part)) {
        return;
    }
    for pair in view.named(object).filter(|part| view.kind(*part) == "pair") {
        if let (Some(key), Some(made)) = (view.field(pair, "key"), view.field(pair, "value")) {
            add(view, found, pair, key, made, None, Keeper::Object(object));
        }
    }
}

/// Whether a part of an object is a function that has the object as its `this`.
fn is_method(view: RuleView<'_>, part: NodeId) -> bool {
    view.kind(part) == "method_definition"
        || view.field(part, "value").is_some_and(|value| view.is(value, &["function_expression", "function"]))
}

/// What the module imports from packages.
fn of_packages<'a>(view: RuleView<'a>) -> HashSet<&'a str> {
    let imports = view.named(view.root()).filter(|statement| view.kind(*statement) == "import_statement");
    let is_of_package = |statement: &NodeId| {
        let module = view.field(*statement, "source").map(|source| view.key_text(source)).unwrap_or_default();
        // `@entities` is not a name of a package: `@scope/name` is.
        let is_scoped = module.starts_with('@') && module.contains('/') && !module.starts_with("@/");
        (!module.starts_with(['.', '~', '#', '/', '$', '@']) || is_scoped) && module != "@prisma/client"
    };
    let imports = imports.filter(is_of_package);
    imports.flat_map(|statement| view.nodes_in(statement, &["identifier"])).map(|name| view.text(name)).collect()
}

/// The type of `value as T`.
fn cast_type(view: RuleView<'_>, value: NodeId) -> Option<NodeId> {
    view.is(value, &["as_expression", "satisfies_expression"]).then(|| view.named(value).last()).flatten()
}

/// The classes of which the module makes one instance and keeps it, or a container does.
fn kept_classes<'a>(view: RuleView<'a>) -> Vec<&'a str> {
    let mut kept = Vec::new();
    // One of two may be what is kept: `url ? new Redis(url) : new MemoryRedis()`.
    let made = |value: NodeId| {
        let value = view.unwrapped(value);
        let is_choice = view.is(value, &["ternary_expression", "binary_expression"]);
        let sides = ["consequence", "alternative", "right"].into_iter().filter(move |_| is_choice);
        let sides = sides.filter_map(move |side| view.field(value, side));
        std::iter::once(value).chain(sides).filter_map(move |value| {
            let value = view.unwrapped(value);
            let class = view.field(value, "constructor").filter(|_| view.kind(value) == "new_expression");
            class.map(|class| view.text(class))
        })
    };
    for statement in view.named(view.root()) {
        let declared = view.field(statement, "declaration").or_else(|| view.field(statement, "value"));
        let declared = declared.unwrap_or(statement);
        match view.kind(declared) {
            "new_expression" => kept.extend(made(declared)),
            "lexical_declaration" | "variable_declaration" => {
                let values = view.named(declared).filter_map(|declarator| view.field(declarator, "value"));
                kept.extend(values.flat_map(made));
            }
            "expression_statement" => {
                let assigned = view.named(declared).next().filter(|it| view.kind(*it) == "assignment_expression");
                if let Some(value) = assigned.and_then(|it| view.field(it, "right")) {
                    kept.extend(made(value));
                }
            }
            "class_declaration" | "abstract_class_declaration" => {
                let name = view.field(declared, "name").map(|name| view.text(name)).unwrap_or_default();
                let decorators = view.named(statement).chain(view.named(declared));
                let decorators = decorators.filter(|child| view.kind(*child) == "decorator").map(|it| view.text(it));
                let mut decorators = decorators.filter(|text| {
                    KEEPING_DECORATORS.iter().any(|known| {
                        text.strip_prefix(known).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
                    })
                });
                // One for each request, or for each that asks.
                if decorators.next().is_some_and(|text| !text.contains("REQUEST") && !text.contains("TRANSIENT")) {
                    kept.push(name);
                }
            }
            _ => {}
        }
    }
    kept
}

/// The collections of a function that makes something: they last as long as what it hands out.
fn closure<'a>(view: RuleView<'a>, name: &str, function: NodeId, found: &mut Vec<Candidate<'a>>) {
    let Some(body) = view.field(function, "body") else { return };
    let hands_out = || {
        view.named(body).filter(|statement| view.kind(*statement) == "return_statement").any(|statement| {
            let value = view.named(statement).next();
            value.is_some_and(|value| {
                view.kind(value) == "object" || view.origins(value).into_iter().any(|origin| view.is(origin, FUNCTIONS))
            })
        })
    };
    if !may_make(name) && !hands_out() {
        return;
    }
    let from = found.len();
    for statement in view.named(body).filter(|statement| view.kind(*statement) == "lexical_declaration") {
        for declarator in view.named(statement) {
            let (Some(name), Some(value)) = (view.field(declarator, "name"), view.field(declarator, "value")) else {
                continue;
            };
            if view.kind(name) == "identifier" {
                add(view, found, declarator, name, value, view.field(declarator, "type"), Keeper::Closure(function));
            }
        }
    }
    for candidate in &mut found[from..] {
        candidate.kept_elsewhere = true;
        candidate.named = (keeps_store(name) || is_store(name)) && is_generic(candidate.name);
    }
}

/// The members of a function that `new` is for: `function Store() { this.entries = {}; }`.
fn constructor<'a>(view: RuleView<'a>, name: &'a str, function: NodeId, kept: &[&str], found: &mut Vec<Candidate<'a>>) {
    let is_one = name.starts_with(char::is_uppercase) && view.kind(function) != "arrow_function";
    if let Some(body) = view.field(function, "body").filter(|_| is_one) {
        let from = found.len();
        assigned_members(view, body, name, found);
        for candidate in &mut found[from..] {
            candidate.kept_elsewhere = !kept.contains(&name);
        }
    }
}

/// What the statements of a constructor give its instance: `this.entries = new Map()`.
fn assigned_members<'a>(view: RuleView<'a>, body: NodeId, class: &'a str, found: &mut Vec<Candidate<'a>>) {
    for statement in view.named(body).filter(|statement| view.kind(*statement) == "expression_statement") {
        let Some(assigned) = view.named(statement).next() else { continue };
        let left = view.field(assigned, "left").filter(|left| view.kind(*left) == "member_expression");
        let (Some(left), Some(value)) = (left, view.field(assigned, "right")) else { continue };
        if let (Some(object), Some(field)) = (view.field(left, "object"), view.field(left, "property"))
            && view.kind(object) == "this"
        {
            let annotation = declared_type(view, body, view.text(field));
            add(view, found, assigned, field, value, annotation, Keeper::Instance(class));
            members(view, found, view.text(left), value, &Keeper::Instance(class));
        }
    }
}

/// The type with which the class around the body of a constructor declares a field: `private buffer: Entry[];`.
fn declared_type(view: RuleView<'_>, body: NodeId, field: &str) -> Option<NodeId> {
    let class_body = view.parent(view.parent(body)?).filter(|above| view.kind(*above) == "class_body")?;
    let mut fields = view.named(class_body).filter(|member| view.kind(*member) == "public_field_definition");
    let declared = fields.find(|member| view.field(*member, "name").is_some_and(|name| view.text(name) == field))?;
    view.field(declared, "type")
}

/// Static fields, and those of the one instance of a class.
fn fields<'a>(view: RuleView<'a>, class: NodeId, name: &'a str, kept: &[&str], found: &mut Vec<Candidate<'a>>) {
    let Some(body) = view.field(class, "body").filter(|_| !name.is_empty()) else { return };
    let class = name;
    let is_kept = kept.contains(&class);
    let from = found.len();
    for member in view.named(body) {
        match view.kind(member) {
            "public_field_definition" | "field_definition" => {
                let field = view.field(member, "name").or_else(|| view.field(member, "property"));
                let (Some(field), Some(value)) = (field, view.field(member, "value")) else { continue };
                let is_static = view.children(member).any(|child| view.kind(child) == "static");
                let keeper = if is_static { Keeper::Class(class) } else { Keeper::Instance(class) };
                add(view, found, member, field, value, view.field(member, "type"), keeper);
            }
            "method_definition" if view.field(member, "name").is_some_and(|it| view.text(it) == "constructor") => {
                if let Some(body) = view.field(member, "body") {
                    assigned_members(view, body, class, found);
                }
            }
            _ => {}
        }
    }
    for candidate in &mut found[from..] {
        candidate.kept_elsewhere = !is_kept && matches!(candidate.keeper, Keeper::Instance(_));
    }
}

/// `client.sessions = new Map()`, where the module has `client`.
fn of_object<'a>(view: RuleView<'a>, statement: NodeId, found: &mut Vec<Candidate<'a>>) {
    let Some(assigned) = view.named(statement).next() else { return };
    let left = view.field(assigned, "left").filter(|left| view.kind(*left) == "member_expression");
    let (Some(left), Some(value)) = (left, view.field(assigned, "right")) else { return };
    if let (Some(object), Some(field)) = (view.field(left, "object"), view.field(left, "property"))
        && is_path(view, object)
        && !matches!(view.text(object), "module" | "exports")
        && view.global(left).is_none()
    {
        add(view, found, assigned, field, value, None, Keeper::Class(view.text(object)));
    }
}

/// `client`, `app.locals`
fn is_path(view: RuleView<'_>, object: NodeId) -> bool {
    match view.kind(object) {
        "identifier" => true,
        "member_expression" => view.field(object, "object").is_some_and(|of| view.kind(of) == "identifier"),
        _ => false,
    }
}

/// The name of a type, written as that of a value.
pub(super) fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// `globalThis.sessions ??= new Map()`
fn of_global<'a>(view: RuleView<'a>, statement: NodeId, found: &mut Vec<Candidate<'a>>) {
    let Some(assigned) = view.named(statement).next() else { return };
    if !view.is(assigned, &["assignment_expression", "augmented_assignment_expression"]) {
        return;
    }
    let (Some(left), Some(value)) = (view.field(assigned, "left"), view.field(assigned, "right")) else { return };
    let left = view.unwrapped(left);
    let Some(name) = view.field(left, "property").or_else(|| view.field(left, "index")) else { return };
    if let Some(path) = view.global(left)
        && !path.contains('.')
    {
        add(view, found, assigned, name, value, None, Keeper::Global(path));
    }
}

/// How a value is kept, and the expression that makes it.
fn shape_of(view: RuleView<'_>, value: NodeId) -> Option<(StoreShape, NodeId)> {
    let mut value = view.unwrapped(value);
    // `globalThis.sessions ??= new Map()`, `globalThis.sessions ?? new Map()`
    while view.is(value, &["assignment_expression", "augmented_assignment_expression", "binary_expression"])
        && view.field(value, "operator").is_none_or(|it| matches!(view.text(it), "??=" | "||=" | "??" | "||"))
    {
        value = view.unwrapped(view.field(value, "right")?);
    }
    let is_empty = || view.named(value).next().is_none();
    let shape = match view.kind(value) {
        "new_expression" => {
            let class = view.field(value, "constructor")?;
            match view.global(class).as_deref() {
                Some("Map" | "Set") => StoreShape::Collection,
                Some("WeakMap" | "WeakSet") => StoreShape::Weak,
                Some("Array") => StoreShape::Array,
                Some(_) => return None,
                None => {
                    let path = view.exported(class)?;
                    if OF_BOTS.contains(&path.as_str()) {
                        return Some((StoreShape::Collection, value));
                    }
                    let package = path.split_once('#').map_or(path.as_str(), |(package, _)| package);
                    COLLECTIONS.contains(&package).then_some(StoreShape::Collection)?
                }
            }
        }
        "object" if is_empty() => StoreShape::Object,
        "array" if is_empty() => StoreShape::Array,
        "call_expression" => {
            let null = view.named(view.field(value, "arguments")?).next()?;
            (view.text(null) == "null" && view.global(view.field(value, "function")?)? == "Object.create")
                .then_some(StoreShape::Object)?
        }
        _ => return None,
    };
    Some((shape, value))
}
