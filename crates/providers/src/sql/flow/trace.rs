//! From what writes to a table back to the literals that arrive there.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_source::{FilePath, Role, Span};
use rustc_hash::FxHashMap;

use super::evaluate::{Value, values};
use super::expression::Expression;
use super::{Argument, Flow, Place, Target};
use crate::sql::fact::{Facts, HandedOver, How, SqlFact};
use crate::sql::name::{Name, Spelled};

/// How many calls lie between a literal and what writes it, how many calls of one function are gone through, and how many steps
/// are made in a project.
const DEEPEST: usize = 6;
const MOST_CALLERS: usize = 2_000;
const MOST_STEPS: usize = 200_000;

/// Methods of a repository that write what they are handed: its position, and how.
const WRITING: &[(&str, u8, How)] = &[
    ("create", 0, How::Insert),
    ("insert", 0, How::Insert),
    ("insertVoid", 0, How::Insert),
    ("merge", 0, How::Insert),
    ("put", 0, How::Insert),
    ("save", 0, How::Insert),
    ("set", 1, How::Update),
    ("update", 0, How::Update),
    ("updateVoid", 0, How::Update),
    ("upsert", 0, How::Insert),
];

/// A literal that reaches a column, and where it stands.
pub(crate) struct Arrived {
    pub(crate) path: FilePath,
    pub(crate) span: Span,
    pub(crate) table: Arc<Name>,
    pub(crate) column: Spelled,
    pub(crate) value: String,
    pub(crate) how: How,
    /// The way that it takes, and where it is written.
    pub(crate) through: String,
    pub(crate) sink: (FilePath, Span),
}

/// A function: its file, by number, and where it stands there.
type Function = (usize, u32);

struct Call<'r> {
    file: usize,
    span: Span,
    function: Option<u32>,
    target: &'r Target,
    arguments: &'r [Argument],
}

#[derive(Default)]
struct Project<'r> {
    calls: Vec<Call<'r>>,
    /// By function: the calls of it.
    callers: FxHashMap<Function, Vec<usize>>,
    /// By class, or nothing for the module itself, and name: what it is, in which files.
    members: FxHashMap<(&'r str, &'r str), Vec<(usize, &'r Place)>>,
    repositories: FxHashMap<Function, &'r Flow>,
    constants: FxHashMap<&'r str, Option<&'r Expression>>,
}

/// What a target turns out to be.
enum Resolved<'r> {
    Function(Function),
    /// A method of a repository.
    Method(&'r Flow, &'r str),
}

/// The literals that arrive at columns, whatever functions and modules lie between.
pub(crate) fn trace(sources: &[(FilePath, &Facts)]) -> (Vec<Arrived>, bool) {
    let project = Project::of(sources);
    let mut found = Vec::new();
    let mut steps = MOST_STEPS;
    for call in &project.calls {
        let Some(Resolved::Method(Flow::Repository { table, aliases, .. }, method)) =
            project.resolve(call.file, call.target)
        else {
            continue;
        };
        let method = aliases.iter().find(|(alias, _)| &**alias == method).map_or(method, |(_, method)| method);
        let Some((_, position, how)) = WRITING.iter().find(|(name, ..)| *name == method) else { continue };
        let table = Arc::new(Name { schema: None, name: spelled(table) });
        for argument in call.arguments.iter().filter(|argument| argument.position == *position) {
            let Some(property) = &argument.property else { continue };
            let sink =
                Sink { table: Arc::clone(&table), column: spelled(property), how: *how, through: shown(call.target) };
            let start =
                Start { file: call.file, function: call.function, value: &argument.value, at: place(call, argument) };
            project.follow(sources, &sink, &start, &mut steps, &mut found);
        }
    }
    for (file, (path, said)) in sources.iter().enumerate() {
        for said in said.facts.iter().filter(|_| Role::by_default(path) != Role::Test) {
            let SqlFact::Handed(handed) = &said.fact else { continue };
            let HandedOver { table, column, how, function, value } = &**handed;
            let sink =
                Sink { table: Arc::clone(table), column: column.clone(), how: *how, through: "a statement".to_owned() };
            let start = Start { file, function: Some(*function), value, at: said.span };
            project.follow(sources, &sink, &start, &mut steps, &mut found);
        }
    }
    (found, steps == 0)
}

struct Sink {
    table: Arc<Name>,
    column: Spelled,
    how: How,
    through: String,
}

/// What is written, and the function in which it stands.
struct Start<'r> {
    file: usize,
    function: Option<u32>,
    value: &'r Expression,
    at: Span,
}

fn spelled(text: &str) -> Spelled {
    Spelled { text: text.into(), is_quoted: false }
}

fn place(call: &Call<'_>, argument: &Argument) -> Span {
    let start = (i64::from(call.span.start) + i64::from(argument.at.0)).max(0) as u32;
    Span::new(start, start + argument.at.1)
}

fn shown(target: &Target) -> String {
    let root = match &target.root {
        Place::Named(name) => &**name,
        Place::Here(_) => "",
    };
    let names = std::iter::once(root).filter(|root| !root.is_empty()).chain(target.path.iter().map(|name| &**name));
    names.collect::<Vec<_>>().join(".")
}

impl<'r> Project<'r> {
    fn of(sources: &'r [(FilePath, &'r Facts)]) -> Self {
        let mut project = Self::default();
        for (file, (path, said)) in sources.iter().enumerate() {
            if Role::by_default(path) == Role::Test {
                continue;
            }
            for said in &said.facts {
                let SqlFact::Flow(flow) = &said.fact else { continue };
                match &**flow {
                    Flow::Member { owner, key, of } => {
                        project.members.entry((owner, key)).or_default().push((file, of))
                    }
                    Flow::Repository { made, .. } => {
                        project.repositories.insert((file, *made), flow);
                    }
                    Flow::Call { function, target, arguments } => {
                        project.calls.push(Call { file, span: said.span, function: *function, target, arguments });
                    }
                    Flow::Constant { name, value } => {
                        let known = project.constants.entry(name).or_insert(Some(value));
                        *known = known.filter(|known| *known == value);
                    }
                }
            }
        }
        let mut callers: FxHashMap<Function, Vec<usize>> = FxHashMap::default();
        for (at, call) in project.calls.iter().enumerate() {
            if let Some(Resolved::Function(function)) = project.resolve(call.file, call.target) {
                callers.entry(function).or_default().push(at);
            }
        }
        project.callers = callers;
        project
    }

    /// What a name of a class or of a module is, where only one file has it.
    fn member(&self, owner: &str, key: &str) -> Option<(usize, &'r Place)> {
        let mut found = self.members.get(&(owner, key))?.iter();
        let first = found.next()?;
        // Two returns of one service give the same.
        found.all(|other| other == first).then_some(*first)
    }

    fn resolve(&self, file: usize, target: &'r Target) -> Option<Resolved<'r>> {
        let (mut file, mut place, mut path) = (file, &target.root, &target.path[..]);
        for _ in 0..8 {
            match place {
                Place::Here(at) => {
                    if let Some(repository) = self.repositories.get(&(file, *at)) {
                        return match path {
                            [method] => Some(Resolved::Method(repository, method)),
                            _ => None,
                        };
                    }
                    return path.is_empty().then_some(Resolved::Function((file, *at)));
                }
                Place::Named(name) => {
                    let (owner, key, rest) = match path.split_first() {
                        Some((key, rest)) if self.members.contains_key(&(&**name, &**key)) => (&**name, &**key, rest),
                        _ => ("", &**name, path),
                    };
                    (file, place) = self.member(owner, key)?;
                    path = rest;
                }
            }
        }
        None
    }

    /// Goes back from a value to the calls that hand it over.
    fn follow(
        &self,
        sources: &[(FilePath, &Facts)],
        sink: &Sink,
        start: &Start<'r>,
        steps: &mut usize,
        found: &mut Vec<Arrived>,
    ) {
        let mut open: Vec<Vec<usize>> = vec![Vec::new()];
        while let Some(chain) = open.pop() {
            let Some(left) = steps.checked_sub(1) else { return };
            *steps = left;
            let needed = self.needed(start, &chain);
            if needed.is_empty() {
                self.arrive(sources, sink, start, &chain, found);
                continue;
            }
            let function = match chain.last() {
                Some(call) => self.calls[*call].function.map(|function| (self.calls[*call].file, function)),
                None => start.function.map(|function| (start.file, function)),
            };
            if chain.len() >= DEEPEST {
                continue;
            }
            let callers = function.and_then(|function| self.callers.get(&function)).into_iter().flatten();
            // A function that calls itself hands over what it was handed.
            let next = callers.take(MOST_CALLERS).filter(|call| !chain.contains(call));
            open.extend(next.map(|call| chain.iter().copied().chain(std::iter::once(*call)).collect()));
        }
    }

    /// The parameters of the function around the last call of a chain that decide the value.
    fn needed(&self, start: &Start<'r>, chain: &[usize]) -> BTreeSet<Parameter<'r>> {
        let mut needed = parameters(start.value);
        for call in chain {
            let arguments = self.calls[*call].arguments;
            let handed = needed.iter().filter_map(|parameter| handed(arguments, *parameter));
            needed = handed.flat_map(|argument| parameters(&argument.value)).collect();
        }
        needed
    }

    fn arrive(
        &self,
        sources: &[(FilePath, &Facts)],
        sink: &Sink,
        start: &Start<'r>,
        chain: &[usize],
        found: &mut Vec<Arrived>,
    ) {
        let Some(values) = self.values(start.value, chain) else { return };
        let (file, span) = match chain.split_last() {
            None => (start.file, start.at),
            Some((last, before)) => {
                let call = &self.calls[*last];
                let handed =
                    self.needed(start, before).into_iter().filter_map(|parameter| handed(call.arguments, parameter));
                let handed: Vec<&Argument> = handed.collect();
                // Of several that decide together none is the one.
                let [argument] = handed[..] else { return };
                (call.file, place(call, argument))
            }
        };
        let names = chain.iter().rev().map(|call| shown(self.calls[*call].target)).filter(|name| !name.is_empty());
        let through: Vec<String> = names.chain(std::iter::once(sink.through.clone())).collect();
        for value in values {
            let Value::Text(value) = value else { continue };
            found.push(Arrived {
                path: sources[file].0.clone(),
                span,
                table: Arc::clone(&sink.table),
                column: sink.column.clone(),
                value,
                how: sink.how,
                through: through.join(" → "),
                sink: (sources[start.file].0.clone(), start.at),
            });
        }
    }

    /// The values of an expression whose parameters the calls of a chain hand over. It goes down as deep as the chain.
    fn values(&self, value: &'r Expression, chain: &[usize]) -> Option<Vec<Value>> {
        values(value, &|leaf| match leaf {
            Expression::Parameter { position, property } => {
                let (call, rest) = chain.split_first()?;
                let argument = handed(self.calls[*call].arguments, (*position, property.as_deref()))?;
                self.values(&argument.value, rest)
            }
            Expression::Imported(name) => {
                let constant = self.constants.get(&**name).copied().flatten()?;
                values(constant, &|_| None)
            }
            _ => None,
        })
    }
}

/// A parameter: its position, and the property of it.
type Parameter<'r> = (u8, Option<&'r str>);

/// What a call hands over as a parameter.
fn handed<'r>(arguments: &'r [Argument], (position, property): Parameter<'_>) -> Option<&'r Argument> {
    arguments.iter().find(|argument| argument.position == position && argument.property.as_deref() == property)
}

/// The parameters on which a value hangs.
fn parameters(value: &Expression) -> BTreeSet<Parameter<'_>> {
    let (mut found, mut open) = (BTreeSet::new(), vec![value]);
    while let Some(at) = open.pop() {
        if let Expression::Parameter { position, property } = at {
            found.insert((*position, property.as_deref()));
        }
        open.extend(at.parts());
    }
    found
}
