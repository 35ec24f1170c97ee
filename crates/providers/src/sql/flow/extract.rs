//! What a source says of the way of values.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_names::{BindingId, BindingKind};
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::expression::Expression;
use super::{CallTarget, FlowArgument, FlowFact, FlowName};
use crate::sql::fact::{Facts, SqlFact};
use crate::view::View;

/// How deep expressions are read, and how many functions of the file lie inside of each other in one.
const DEEPEST: usize = 24;
const DEEPEST_CALLS: usize = 3;
/// How many parts of one expression are read, and how many are kept.
const MOST_PARTS: usize = 512;
const MOST_KEPT: usize = 128;
/// How long a condition is, in bytes, in which names are looked up.
const LONGEST_CONDITION: u32 = 2_000;
/// How many branches of one function are looked at; one with more is taken for one that asks.
const MOST_BRANCHES: usize = 64;
/// How far up a call is looked at for conditions.
const HIGHEST: usize = 64;

/// What the parameters of a function that is read inside of another one are.
type Bound = FxHashMap<BindingId, Expression>;

/// Reads values of one source.
pub(crate) struct Extractor<'a> {
    code: View<'a>,
    /// The function whose parameters an expression names; the first that it meets.
    function: std::cell::Cell<Option<NodeId>>,
    left: std::cell::Cell<usize>,
    /// By function: whether it leaves early where a parameter is so.
    leaving: std::cell::RefCell<FxHashMap<NodeId, bool>>,
}

/// The facts of a source.
pub(crate) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let reader = Extractor::new(analysis);
    let code = reader.code;
    for node in (0..code.tree.main_end()).map(NodeId) {
        match code.kind(node) {
            "call_expression" => {
                reader.repository(node, out);
                reader.call(node, out);
            }
            "class_declaration" => {
                reader.class(node, out);
            }
            "variable_declarator" => {
                reader.constant(node, out);
            }
            "function_declaration" => {
                if let Some(name) = code.field(node, "name").filter(|_| reader.is_of_module(node)) {
                    reader.say_member("", code.words(name), reader.place(node), name, out);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Extractor<'a> {
    pub(crate) fn new(analysis: &'a Analysis<'a>) -> Self {
        Self {
            code: View::of(analysis),
            function: std::cell::Cell::new(None),
            left: std::cell::Cell::new(MOST_PARTS),
            leaving: std::cell::RefCell::default(),
        }
    }

    fn place(&self, node: NodeId) -> FlowName {
        FlowName::Here(self.code.tree.span(node).start)
    }

    fn is_of_module(&self, node: NodeId) -> bool {
        let above = self.code.tree.parent(node).map(|above| self.code.kind(above));
        matches!(above, Some("program" | "export_statement"))
    }

    fn say_member(&self, owner: &str, key: &str, of: FlowName, at: NodeId, out: &mut Facts) {
        let flow = FlowFact::Member { owner: owner.into(), key: key.into(), of };
        out.say(self.code.tree.span(at), SqlFact::Flow(Box::new(flow)));
    }

    /// A constant of the module: a function, or texts in whatever order.
    fn constant(&self, declarator: NodeId, out: &mut Facts) -> Option<()> {
        let code = self.code;
        let declaration = code.tree.parent(declarator)?;
        self.is_of_module(declaration).then_some(())?;
        let (name, value) = (code.field(declarator, "name")?, code.field(declarator, "value")?);
        (code.kind(name) == "identifier").then_some(())?;
        let value = code.unwrapped(value);
        match code.kind(value) {
            "arrow_function" | "function_expression" => {
                self.say_member("", code.words(name), self.place(value), name, out);
            }
            "call_expression" | "await_expression" => {
                self.say_member("", code.words(name), self.place(declarator), name, out);
            }
            "string" | "object" => {
                if code.kind(value) == "object" {
                    for (key, part) in self.members(value) {
                        self.say_member(code.words(name), &key, part, name, out);
                    }
                }
                let (read, _) = self.read(value);
                let is_plain = !read.has_parameter() && read.any(&|part| matches!(part, Expression::Text(_)));
                is_plain.then(|| {
                    let flow = FlowFact::Constant { name: code.words(name).into(), value: read };
                    out.say(code.tree.span(name), SqlFact::Flow(Box::new(flow)));
                })?;
            }
            _ => {}
        }
        Some(())
    }

    /// What the properties of an object are, as far as they have a name or are functions.
    fn members(&self, object: NodeId) -> Vec<(String, FlowName)> {
        let code = self.code;
        let member = |part: NodeId| {
            Some(match code.kind(part) {
                "shorthand_property_identifier" => (code.words(part).to_owned(), self.origin(part, 0)?),
                "pair" => {
                    let value = code.unwrapped(code.field(part, "value")?);
                    (code.key(code.field(part, "key")?).to_owned(), self.origin(value, 0)?)
                }
                "method_definition" => (code.words(code.field(part, "name")?).to_owned(), self.place(part)),
                _ => return None,
            })
        };
        code.named(object).filter_map(member).collect()
    }

    /// Where what an expression is comes from.
    fn origin(&self, node: NodeId, depth: usize) -> Option<FlowName> {
        let code = self.code;
        let node = code.unwrapped(node);
        (depth < DEEPEST_CALLS).then_some(())?;
        match code.kind(node) {
            "arrow_function" | "function_expression" => Some(self.place(node)),
            // `yield* makeUsers`, `await makeUsers()`
            "yield_expression" | "await_expression" => self.origin(code.named(node).next()?, depth + 1),
            "identifier" | "shorthand_property_identifier" => {
                let names = code.analysis.names();
                let id = names.binding_of(node).filter(|id| !names.is_reassigned(*id))?;
                let binding = names.binding(id);
                match binding.kind {
                    BindingKind::Import => Some(FlowName::Named(self.imported(binding.node).into())),
                    BindingKind::Function => {
                        let function = code.tree.parent(binding.node)?;
                        Some(self.place(function))
                    }
                    BindingKind::Const => {
                        let declarator = code
                            .tree
                            .ancestors(binding.node)
                            .take(4)
                            .find(|above| code.kind(*above) == "variable_declarator")?;
                        let value = code.unwrapped(code.field(declarator, "value")?);
                        match (code.kind(code.field(declarator, "name")?), code.kind(value)) {
                            ("array_pattern", _) => self.origin(self.element(declarator, binding.node)?, depth + 1),
                            ("identifier", "arrow_function" | "function_expression") => Some(self.place(value)),
                            ("identifier", "yield_expression" | "await_expression") => {
                                self.origin(value, depth + 1).or(Some(self.place(declarator)))
                            }
                            ("identifier", "call_expression") => Some(self.place(declarator)),
                            _ => None,
                        }
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The name under which a module exports what an import brings.
    fn imported(&self, name: NodeId) -> &'a str {
        let code = self.code;
        let specifier = code.tree.parent(name).filter(|above| code.kind(*above) == "import_specifier");
        specifier
            .and_then(|specifier| code.field(specifier, "name"))
            .map_or_else(|| code.words(name), |name| code.words(name))
    }

    /// The class that a type is about: `AuditService`, `typeof AuditService.Service`, `Database.Type`.
    fn type_name(&self, annotation: NodeId) -> Option<&'a str> {
        let written = self.code.words(self.code.named(annotation).next()?).trim();
        let written = written.strip_prefix("typeof ").map_or(written, str::trim);
        let (name, rest) = written.split_once('.').unwrap_or((written, "Service"));
        let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        (is_name && matches!(rest, "Service" | "Type" | "Shape")).then_some(name)
    }

    /// `Effect.map(Effect.all([A, B]), ([a, b]) => …)`
    fn element_of_callback(&self, pattern: NodeId, name: NodeId) -> Option<NodeId> {
        let code = self.code;
        let callback = code.tree.ancestors(pattern).take(3).find(|above| code.kind(*above) == "arrow_function")?;
        let call = code.tree.parent(code.tree.parent(callback)?)?;
        let all =
            code.arguments(call).next().filter(|first| *first != callback && code.kind(*first) == "call_expression")?;
        (code.last_name(code.field(all, "function")?)? == "all").then_some(())?;
        let list =
            code.arguments(all).next().map(|list| code.unwrapped(list)).filter(|list| code.kind(*list) == "array")?;
        let position = code.named(pattern).position(|part| part == name)?;
        code.named(list).nth(position).filter(|element| code.kind(*element) == "identifier")
    }

    /// The element of `Effect.all([…])` and its like that a name of an array pattern gets.
    fn element(&self, declarator: NodeId, name: NodeId) -> Option<NodeId> {
        let code = self.code;
        let pattern = code.field(declarator, "name")?;
        let position = code.named(pattern).position(|part| part == name)?;
        let mut value = code.unwrapped(code.field(declarator, "value")?);
        while matches!(code.kind(value), "yield_expression" | "await_expression") {
            value = code.unwrapped(code.named(value).next()?);
        }
        if code.kind(value) == "call_expression" {
            (code.last_name(code.field(value, "function")?)? == "all").then_some(())?;
            value = code.unwrapped(code.arguments(value).next()?);
        }
        // A hole in a pattern has no node, so the positions are not certain.
        (code.kind(value) == "array" && !code.words(pattern).replace(char::is_whitespace, "").contains(",,"))
            .then_some(())?;
        code.named(value).nth(position)
    }

    /// Methods of a class, and what the function that makes a service returns.
    fn class(&self, class: NodeId, out: &mut Facts) {
        let code = self.code;
        let Some(name) = code.field(class, "name") else { return };
        let owner = code.words(name);
        if let Some(body) = code.field(class, "body") {
            for method in code.named(body).filter(|part| code.kind(*part) == "method_definition") {
                if let Some(key) = code.field(method, "name") {
                    self.say_member(owner, code.words(key), self.place(method), key, out);
                }
            }
        }
        let heritage = code.named(class).find(|part| code.kind(*part) == "class_heritage");
        let Some(heritage) = heritage else { return };
        let end = code.tree.span(heritage).end;
        let inside =
            (heritage.0..code.tree.main_end()).map(NodeId).take_while(|node| code.tree.span(*node).start < end);
        for returned in inside.filter(|node| code.kind(*node) == "return_statement") {
            // What the outermost generator returns, no callback of it.
            let functions = code.tree.ancestors(returned).take_while(|above| *above != heritage);
            let functions = functions.filter(|above| {
                matches!(
                    code.kind(*above),
                    "arrow_function" | "function_expression" | "generator_function" | "method_definition"
                )
            });
            if functions.count() > 1 {
                continue;
            }
            let Some(object) = code.named(returned).next().map(|value| code.unwrapped(value)) else { continue };
            for (key, place) in self.members(object) {
                self.say_member(owner, &key, place, returned, out);
            }
        }
    }

    /// `repository(User, "users", …)`: what makes it, and the names that its methods get besides.
    fn repository(&self, call: NodeId, out: &mut Facts) -> Option<()> {
        let code = self.code;
        let mut arguments = code.arguments(call);
        let model = arguments.next().filter(|model| code.kind(*model) == "identifier")?;
        code.words(model).starts_with(|first: char| first.is_ascii_uppercase()).then_some(())?;
        let second = code.unwrapped(arguments.next()?);
        let table = match code.kind(second) {
            "object" => code
                .pairs(second)
                .find(|(key, _)| code.key(*key) == "tableName")
                .and_then(|(_, table)| code.string(table)),
            _ => code.string(second),
        }?;
        let declarators = code.tree.ancestors(call).filter(|above| code.kind(*above) == "variable_declarator");
        let around: Vec<NodeId> = declarators.take(3).collect();
        let made = *around.last()?;
        let mut aliases = Vec::new();
        if let [local, ..] = around[..]
            && local != made
        {
            // `return { ...repository, log: repository.insert }`
            let name = code.field(local, "name").map(|name| code.words(name))?;
            let (from, to) = (made.0, code.tree.span(made).end);
            let inside = (from..code.tree.main_end()).map(NodeId).take_while(|node| code.tree.span(*node).start < to);
            for pair in inside.filter(|node| code.kind(*node) == "pair") {
                let value = code.field(pair, "value")?;
                let of = code.field(value, "object").filter(|_| code.kind(value) == "member_expression");
                if of.is_some_and(|of| code.words(of) == name) {
                    aliases.push((code.key(code.field(pair, "key")?).into(), code.last_name(value)?.into()));
                }
            }
        }
        for place in [Some(made), around.first().copied().filter(|first| *first != made)].into_iter().flatten() {
            let made = code.tree.span(place).start;
            let flow = FlowFact::Repository { made, table: table.into(), aliases: aliases.clone() };
            out.say(code.tree.span(call), SqlFact::Flow(Box::new(flow)));
        }
        Some(())
    }

    /// A call that hands on texts, or what the function around it was handed.
    fn call(&self, call: NodeId, out: &mut Facts) -> Option<()> {
        let code = self.code;
        let target = self.target(code.unwrapped(code.field(call, "function")?))?;
        self.function.set(None);
        let start = code.tree.span(call).start;
        let mut arguments = Vec::new();
        for (position, argument) in code.arguments(call).enumerate().take(8) {
            let position = position as u8;
            let mut say = |property: Option<&str>, node: NodeId, value: Expression| {
                let span = code.tree.span(node);
                let at = (span.start as i32 - start as i32, span.end - span.start);
                arguments.push(FlowArgument { position, property: property.map(Into::into), at, value });
            };
            match self.object(argument) {
                Some(object) => {
                    for (key, value) in self.properties(object) {
                        self.left.set(MOST_PARTS);
                        let read = self.expression(value, &Bound::default(), 0, 0);
                        if is_useful(&read) {
                            say(Some(key), value, read);
                        }
                    }
                }
                None => {
                    self.left.set(MOST_PARTS);
                    let read = self.expression(argument, &Bound::default(), 0, 0);
                    if is_useful(&read) {
                        say(None, argument, read);
                    }
                }
            }
        }
        (!arguments.is_empty()).then_some(())?;
        let hangs = arguments.iter().any(|argument| argument.value.has_parameter());
        let function = self.function.get().filter(|_| hangs);
        if hangs && function.is_none_or(|function| self.is_asked(call, function)) {
            return None;
        }
        let function = function.map(|function| code.tree.span(function).start);
        let flow = FlowFact::Call { function, target, arguments };
        out.say(code.tree.span(call), SqlFact::Flow(Box::new(flow)));
        Some(())
    }

    /// The object literal that an argument is, itself or as a constant.
    fn object(&self, node: NodeId) -> Option<NodeId> {
        let code = self.code;
        let node = code.unwrapped(node);
        match code.kind(node) {
            "object" => Some(node),
            "identifier" => {
                self.initial(node).map(|value| code.unwrapped(value)).filter(|value| code.kind(*value) == "object")
            }
            _ => None,
        }
    }

    /// The properties of an object with their values, shorthand ones as well.
    fn properties(&self, object: NodeId) -> Vec<(&'a str, NodeId)> {
        let code = self.code;
        let property = |part: NodeId| match code.kind(part) {
            "pair" => Some((code.key(code.field(part, "key")?), code.field(part, "value")?)),
            "shorthand_property_identifier" => Some((code.words(part), part)),
            _ => None,
        };
        code.named(object).filter_map(property).collect()
    }

    /// The value of a constant that is named itself.
    fn initial(&self, name: NodeId) -> Option<NodeId> {
        let code = self.code;
        let names = code.analysis.names();
        let id = names.binding_of(name).filter(|id| !names.is_reassigned(*id))?;
        let binding = names.binding(id);
        let declarator = code.tree.parent(binding.node).filter(|above| code.kind(*above) == "variable_declarator")?;
        (binding.kind == BindingKind::Const && code.field(declarator, "name") == Some(binding.node))
            .then(|| code.field(declarator, "value"))?
    }

    /// What a callee is.
    fn target(&self, callee: NodeId) -> Option<CallTarget> {
        let code = self.code;
        let mut path: Vec<Arc<str>> = Vec::new();
        let mut at = callee;
        while code.kind(at) == "member_expression" {
            path.push(code.last_name(at)?.into());
            at = code.unwrapped(code.field(at, "object")?);
        }
        path.reverse();
        if code.kind(at) == "this" {
            // A field or a parameter of the constructor says by its type what it is.
            (!path.is_empty()).then_some(())?;
            let class = code.tree.ancestors(at).find(|above| code.kind(*above) == "class_declaration")?;
            if path.len() == 1 {
                let owner = code.words(code.field(class, "name")?);
                return Some(CallTarget { root: FlowName::Named(owner.into()), path });
            }
            let root = self.type_of_member(class, &path[0])?;
            path.remove(0);
            return Some(CallTarget { root: FlowName::Named(root.into()), path });
        }
        (code.kind(at) == "identifier").then_some(())?;
        let root = self.root(at, &mut path)?;
        Some(CallTarget { root, path })
    }

    fn root(&self, name: NodeId, path: &mut Vec<Arc<str>>) -> Option<FlowName> {
        let code = self.code;
        let names = code.analysis.names();
        let id = names.binding_of(name).filter(|id| !names.is_reassigned(*id))?;
        let binding = names.binding(id);
        match binding.kind {
            BindingKind::Class => Some(FlowName::Named(code.words(name).into())),
            BindingKind::Parameter => {
                // `(audit: AuditService) => audit.log("a")`
                let parameter = code.tree.parent(binding.node)?;
                (!path.is_empty()).then_some(())?;
                if code.kind(parameter) == "array_pattern" {
                    return self.named(self.element_of_callback(parameter, binding.node)?);
                }
                let of = code.field(parameter, "type")?;
                Some(FlowName::Named(self.type_name(of)?.into()))
            }
            BindingKind::Const => {
                let declarator = code
                    .tree
                    .ancestors(binding.node)
                    .take(4)
                    .find(|above| code.kind(*above) == "variable_declarator")?;
                let pattern = code.field(declarator, "name")?;
                let mut value = code.unwrapped(code.field(declarator, "value")?);
                if code.kind(pattern) == "array_pattern" {
                    value = code.unwrapped(self.element(declarator, binding.node)?);
                }
                while matches!(code.kind(value), "yield_expression" | "await_expression") {
                    value = code.unwrapped(code.named(value).next()?);
                }
                match code.kind(value) {
                    "identifier" if code.kind(pattern) == "object_pattern" => {
                        // `const { log } = yield* AuditService`
                        path.insert(0, code.words(binding.node).into());
                        self.named(value)
                    }
                    "identifier" => self.named(value),
                    "new_expression" => {
                        let class =
                            code.field(value, "constructor").filter(|class| code.kind(*class) == "identifier")?;
                        self.named(class)
                    }
                    _ => self.origin(name, 0),
                }
            }
            _ => self.origin(name, 0),
        }
    }

    /// A class or an import by its name.
    fn named(&self, name: NodeId) -> Option<FlowName> {
        let code = self.code;
        let names = code.analysis.names();
        let binding = names.binding(names.binding_of(name)?);
        match binding.kind {
            BindingKind::Import => Some(FlowName::Named(self.imported(binding.node).into())),
            BindingKind::Class => Some(FlowName::Named(code.words(name).into())),
            _ => self.origin(name, 0),
        }
    }

    fn type_of_member(&self, class: NodeId, member: &str) -> Option<&'a str> {
        let code = self.code;
        let body = code.field(class, "body")?;
        let constructor = code.named(body).filter(|part| code.kind(*part) == "method_definition");
        let parameters =
            constructor.filter_map(|method| code.field(method, "parameters")).flat_map(|list| code.named(list));
        let fields = code.named(body).filter(|part| code.kind(*part) == "public_field_definition");
        let named = |part: NodeId| {
            code.field(part, "pattern")
                .or_else(|| code.field(part, "name"))
                .is_some_and(|name| code.words(name) == member)
        };
        let of = parameters.chain(fields).find(|part| named(*part)).and_then(|part| code.field(part, "type"))?;
        self.type_name(of)
    }

    /// A value, and the function whose parameters it names.
    pub(crate) fn read(&self, node: NodeId) -> (Expression, Option<u32>) {
        self.function.set(None);
        self.left.set(MOST_PARTS);
        let read = self.expression(node, &Bound::default(), 0, 0);
        let function = self.function.get().filter(|_| read.has_parameter());
        (read, function.map(|function| self.code.tree.span(function).start))
    }

    /// The same of a value in a statement that a condition does not hold back.
    pub(crate) fn read_unasked(&self, node: NodeId) -> Option<(Expression, u32)> {
        self.function.set(None);
        self.left.set(MOST_PARTS);
        let read = self.expression(node, &Bound::default(), 0, 0);
        let function = self.function.get().filter(|_| read.has_parameter())?;
        (!self.is_asked(node, function)).then(|| (read, self.code.tree.span(function).start))
    }

    fn expression(&self, node: NodeId, bound: &Bound, depth: usize, calls: usize) -> Expression {
        let code = self.code;
        let node = code.unwrapped(node);
        let left = self.left.get();
        if depth > DEEPEST || left == 0 {
            return Expression::Unknown;
        }
        self.left.set(left - 1);
        let part = |node: NodeId| self.expression(node, bound, depth + 1, calls);
        let field = |name: &str| code.field(node, name).map_or(Expression::Unknown, part);
        match code.kind(node) {
            "string" => match code.string(node) {
                Some(text) if !text.contains('\\') => Expression::Text(text.into()),
                _ => Expression::Unknown,
            },
            "number" => code.words(node).parse().map_or(Expression::Unknown, Expression::Number),
            "unary_expression" if code.words(node).starts_with('-') => match field("argument") {
                Expression::Number(number) => Expression::Number(-number),
                _ => Expression::Unknown,
            },
            "template_string" => {
                let parts = code.named(node).map(|part_of| match code.kind(part_of) {
                    "string_fragment" => Expression::Text(code.words(part_of).into()),
                    "template_substitution" => code.named(part_of).next().map_or(Expression::Unknown, part),
                    _ => Expression::Unknown,
                });
                Expression::Template(parts.collect())
            }
            "identifier" | "shorthand_property_identifier" => self.name(node, bound, depth, calls),
            "member_expression" => {
                let key = code.last_name(node).unwrap_or_default();
                field("object").member(key)
            }
            "subscript_expression" => match (field("object"), field("index")) {
                (of, Expression::Text(key)) => of.member(&key),
                (Expression::Unknown, _) | (_, Expression::Unknown) => Expression::Unknown,
                (of, index) => Expression::Member(Box::new(of), Box::new(index)),
            },
            "array" => Expression::List(code.named(node).map(part).collect()),
            "object" => {
                let pairs = self.properties(node).into_iter();
                Expression::Object(pairs.map(|(key, value)| (key.into(), part(value))).collect())
            }
            "ternary_expression" => {
                let condition = field("condition");
                // Where nobody can work out the condition, either side is taken.
                let is_known = matches!(condition, Expression::Binary { .. } | Expression::Method { .. })
                    && !condition.any(&|part| matches!(part, Expression::Unknown | Expression::Imported(_)));
                let condition = if is_known { condition } else { Expression::Unknown };
                Expression::Choice(Box::new([condition, field("consequence"), field("alternative")]))
            }
            "binary_expression" => {
                let operator = code.field(node, "operator").map_or("", |operator| code.words(operator));
                let (left, right) = (Box::new(field("left")), Box::new(field("right")));
                Expression::Binary { operator: operator.into(), left, right }
            }
            "call_expression" => self.called(node, bound, depth, calls),
            _ => Expression::Unknown,
        }
    }

    fn name(&self, node: NodeId, bound: &Bound, depth: usize, calls: usize) -> Expression {
        let code = self.code;
        let names = code.analysis.names();
        let Some(id) = names.binding_of(node).filter(|id| !names.is_reassigned(*id)) else {
            return Expression::Unknown;
        };
        if let Some(known) = bound.get(&id) {
            return known.clone();
        }
        let binding = names.binding(id);
        match binding.kind {
            BindingKind::Import => Expression::Imported(self.imported(binding.node).into()),
            BindingKind::Parameter => self.parameter(binding.node).unwrap_or(Expression::Unknown),
            BindingKind::Const => {
                let declarator =
                    code.tree.ancestors(binding.node).take(6).find(|above| code.kind(*above) == "variable_declarator");
                let Some(declarator) = declarator else { return Expression::Unknown };
                let (Some(pattern), Some(value)) = (code.field(declarator, "name"), code.field(declarator, "value"))
                else {
                    return Expression::Unknown;
                };
                let value = || self.expression(value, bound, depth + 1, calls);
                match code.kind(pattern) {
                    "identifier" => value(),
                    "array_pattern" if !code.words(pattern).replace(char::is_whitespace, "").contains(",,") => {
                        let position = code.named(pattern).position(|part| part == binding.node);
                        let Some(position) = position else { return Expression::Unknown };
                        match value() {
                            Expression::Unknown => Expression::Unknown,
                            of => Expression::Member(Box::new(of), Box::new(Expression::Number(position as i64))),
                        }
                    }
                    "object_pattern" => {
                        let key = match code.tree.parent(binding.node) {
                            Some(pair) if code.kind(pair) == "pair_pattern" => code.field(pair, "key"),
                            Some(above) if above == pattern => Some(binding.node),
                            _ => None,
                        };
                        key.map_or(Expression::Unknown, |key| value().member(code.key(key)))
                    }
                    _ => Expression::Unknown,
                }
            }
            _ => Expression::Unknown,
        }
    }

    /// A parameter of a function that has a name, by its position.
    fn parameter(&self, name: NodeId) -> Option<Expression> {
        let code = self.code;
        let list = code
            .tree
            .ancestors(name)
            .take(5)
            .find(|above| matches!(code.kind(*above), "formal_parameters" | "arrow_function"))?;
        let function = if code.kind(list) == "arrow_function" { list } else { code.tree.parent(list)? };
        if self.function.get().is_some_and(|known| known != function) {
            return None;
        }
        let (position, parameter) = if list == function {
            (0, name)
        } else {
            let parts: Vec<NodeId> = code.named(list).collect();
            let position = parts
                .iter()
                .position(|part| *part == name || code.tree.ancestors(name).take(4).any(|above| above == *part))?;
            (position, parts[position])
        };
        let pattern = code.field(parameter, "pattern").unwrap_or(parameter);
        let property = match code.kind(pattern) {
            "identifier" => None,
            "object_pattern" => {
                let key = match code.tree.parent(name).filter(|above| *above != pattern) {
                    Some(pair) if code.kind(pair) == "pair_pattern" => code.field(pair, "key")?,
                    None => name,
                    Some(_) => return None,
                };
                Some(code.key(key).into())
            }
            _ => return None,
        };
        // A value that takes the place of one that is not given is another literal.
        (code.field(parameter, "value").is_none()).then_some(())?;
        self.function.set(Some(function));
        Some(Expression::Parameter { position: u8::try_from(position).ok()?, property })
    }

    fn called(&self, call: NodeId, bound: &Bound, depth: usize, calls: usize) -> Expression {
        let code = self.code;
        let Some(callee) = code.field(call, "function").map(|callee| code.unwrapped(callee)) else {
            return Expression::Unknown;
        };
        let part = |node: NodeId| self.expression(node, bound, depth + 1, calls);
        if code.kind(callee) == "member_expression" {
            let of = code.field(callee, "object").map_or(Expression::Unknown, part);
            if of == Expression::Unknown {
                return Expression::Unknown;
            }
            let name = code.last_name(callee).unwrap_or_default().into();
            return Expression::Method { of: Box::new(of), name, arguments: code.arguments(call).map(part).collect() };
        }
        let function =
            (code.kind(callee) == "identifier" && calls < DEEPEST_CALLS).then(|| self.function_of(callee)).flatten();
        let Some((function, result)) = function.and_then(|function| Some((function, self.result(function)?))) else {
            return Expression::Unknown;
        };
        let mut inner = bound.clone();
        let parameters: Vec<NodeId> = match code.field(function, "parameters") {
            Some(list) => {
                code.named(list).map(|parameter| code.field(parameter, "pattern").unwrap_or(parameter)).collect()
            }
            None => code.field(function, "parameter").into_iter().collect(),
        };
        let mut arguments = code.arguments(call);
        for parameter in parameters {
            let argument = arguments.next();
            if let Some(id) =
                code.analysis.names().binding_of(parameter).filter(|_| code.kind(parameter) == "identifier")
            {
                inner.insert(id, argument.map_or(Expression::Unknown, part));
            }
        }
        self.expression(result, &inner, depth + 1, calls + 1)
    }

    /// The function of the file that a name is.
    fn function_of(&self, name: NodeId) -> Option<NodeId> {
        let code = self.code;
        let names = code.analysis.names();
        let id = names.binding_of(name).filter(|id| !names.is_reassigned(*id))?;
        let binding = names.binding(id);
        match binding.kind {
            BindingKind::Function => {
                code.tree.parent(binding.node).filter(|function| code.kind(*function) == "function_declaration")
            }
            BindingKind::Const => {
                let value = code.unwrapped(self.initial(name)?);
                matches!(code.kind(value), "arrow_function" | "function_expression").then_some(value)
            }
            _ => None,
        }
    }

    /// What a function gives, where it has one way through it.
    fn result(&self, function: NodeId) -> Option<NodeId> {
        let code = self.code;
        (!code.words(function).starts_with("async")).then_some(())?;
        let body = code.unwrapped(code.field(function, "body")?);
        if code.kind(body) != "statement_block" {
            return Some(body);
        }
        let statements: Vec<NodeId> = code.named(body).collect();
        let (last, before) = statements.split_last()?;
        let is_plain = before.iter().all(|statement| code.kind(*statement) == "lexical_declaration");
        (is_plain && code.kind(*last) == "return_statement").then(|| code.named(*last).next())?
    }

    /// Whether something asks, between a function and a place in it, what the function was handed: the place may not be reached with each value.
    fn is_asked(&self, place: NodeId, function: NodeId) -> bool {
        let code = self.code;
        let hangs = |condition: NodeId| {
            let end = code.tree.span(condition).end;
            let inside =
                (condition.0..code.tree.main_end()).map(NodeId).take_while(|node| code.tree.span(*node).start < end);
            let known = (self.function.get(), self.left.get());
            self.left.set(MOST_PARTS);
            let mut names =
                inside.filter(|node| matches!(code.kind(*node), "identifier" | "shorthand_property_identifier"));
            // What is longer is taken for a condition on everything.
            let is_long = end.saturating_sub(code.tree.span(condition).start) > LONGEST_CONDITION;
            let hangs = is_long || names.any(|name| self.expression(name, &Bound::default(), 0, 0).has_parameter());
            self.function.set(known.0);
            self.left.set(known.1);
            hangs
        };
        let mut below = place;
        for above in code.tree.ancestors(place).take(HIGHEST) {
            let condition = match code.kind(above) {
                "if_statement" | "ternary_expression" | "while_statement" => {
                    code.field(above, "condition").filter(|condition| *condition != below)
                }
                "switch_statement" => code.field(above, "value"),
                "binary_expression" => code.field(above, "left").filter(|left| *left != below),
                // `Match.when("a", () => …)`: whatever is matched chooses.
                "call_expression" => {
                    let name =
                        code.field(above, "function").and_then(|callee| code.last_name(callee)).unwrap_or_default();
                    let chooses = name.starts_with("when")
                        || matches!(name, "orElse" | "match" | "tag" | "tags" | "not" | "filter");
                    let first = code.arguments(above).next();
                    if chooses && first != Some(below) { first } else { None }
                }
                _ => None,
            };
            if condition.is_some_and(hangs) {
                return true;
            }
            if above == function {
                break;
            }
            below = above;
        }
        // `if (name === "a") return;`
        if let Some(known) = self.leaving.borrow().get(&function) {
            return *known;
        }
        let end = code.tree.span(function).end;
        let inside =
            (function.0..code.tree.main_end()).map(NodeId).take_while(|node| code.tree.span(*node).start < end);
        let branches = inside.filter(|node| matches!(code.kind(*node), "if_statement" | "switch_statement"));
        let branches: Vec<NodeId> = branches.take(MOST_BRANCHES + 1).collect();
        let leaves = |node: &NodeId| {
            let text = code.words(*node);
            text.contains("return") || text.contains("throw")
        };
        let conditions = branches
            .iter()
            .filter(|node| leaves(node))
            .filter_map(|node| code.field(*node, "condition").or_else(|| code.field(*node, "value")));
        let is_left = branches.len() > MOST_BRANCHES || conditions.into_iter().any(hangs);
        self.leaving.borrow_mut().insert(function, is_left);
        is_left
    }
}

/// Whether what is handed over can be a text that somebody writes.
fn is_useful(value: &Expression) -> bool {
    let known = |part: &Expression| {
        matches!(part, Expression::Text(_) | Expression::Parameter { .. } | Expression::Imported(_))
    };
    value.size() <= MOST_KEPT
        && value.any(&known)
        && !matches!(value, Expression::Object(_) | Expression::List(_) | Expression::Unknown)
}
