//! From what writes to a table back to the literals that arrive there.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_source::{FilePath, Role, Span};
use rustc_hash::FxHashMap;

use super::evaluate::{FlowValue, values};
use super::expression::Expression;
use super::{CallTarget, FlowArgument, FlowFact, FlowName};
use crate::sql::fact::{Facts, HandedOver, SqlFact, WriteKind};
use crate::sql::name::{Name, Spelled};

/// How many calls lie between a literal and what writes it, how many calls of one function are gone through, and how many steps
/// are made in a project.
const DEEPEST: usize = 6;
const MOST_CALLERS: usize = 2_000;
const MOST_STEPS: usize = 200_000;

/// Methods of a repository that write what they are handed: its position, and how.
const WRITING: &[(&str, u8, WriteKind)] = &[
    ("create", 0, WriteKind::Insert),
    ("insert", 0, WriteKind::Insert),
    ("insertVoid", 0, WriteKind::Insert),
    ("merge", 0, WriteKind::Insert),
    ("put", 0, WriteKind::Insert),
    ("save", 0, WriteKind::Insert),
    ("set", 1, WriteKind::Update),
    ("update", 0, WriteKind::Update),
    ("updateVoid", 0, WriteKind::Update),
    ("upsert", 0, WriteKind::Insert),
];

/// A literal that reaches a column, and where it stands.
pub(crate) struct Arrived {
    pub(crate) path: FilePath,
    pub(crate) span: Span,
    pub(crate) table: Arc<Name>,
    pub(crate) column: Spelled,
    pub(crate) value: String,
    pub(crate) how: WriteKind,
    /// The way that it takes, and where it is written.
    pub(crate) through: String,
    pub(crate) sink: (FilePath, Span),
}

/// A function: its file, by number, and where it stands there.
type FunctionPlace = (usize, u32);

struct FlowCall<'r> {
    file: usize,
    span: Span,
    function: Option<u32>,
    target: &'r CallTarget,
    arguments: &'r [FlowArgument],
}

#[derive(Default)]
struct ProjectFlows<'r> {
    calls: Vec<FlowCall<'r>>,
    /// By function: the calls of it.
    callers: FxHashMap<FunctionPlace, Vec<usize>>,
    /// By class, or nothing for the module itself, and name: what it is, in which files.
    members: FxHashMap<(&'r str, &'r str), Vec<(usize, &'r FlowName)>>,
    repositories: FxHashMap<FunctionPlace, &'r FlowFact>,
    constants: FxHashMap<&'r str, Option<&'r Expression>>,
}

/// What a target turns out to be.
enum ResolvedTarget<'r> {
    Function(FunctionPlace),
    /// A method of a repository.
    Method(&'r FlowFact, &'r str),
}

/// The literals that arrive at columns, whatever functions and modules lie between.
pub(crate) fn trace(sources: &[(FilePath, &Facts)]) -> (Vec<Arrived>, bool) {
    let project = ProjectFlows::of(sources);
    let mut found = Vec::new();
    let mut steps = MOST_STEPS;
    for call in &project.calls {
        let Some(ResolvedTarget::Method(FlowFact::Repository { table, aliases, .. }, method)) =
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
            let start = TraceStart {
                file: call.file,
                function: call.function,
                value: &argument.value,
                at: place(call, argument),
            };
            project.follow(sources, &sink, &start, &mut steps, &mut found);
        }
    }
    for (file, (path, said)) in sources.iter().enumerate() {
        for said in said.facts.iter().filter(|_| Role::by_default(path) != Role::Test) {
            let SqlFact::Handed(handed) = &said.fact else { continue };
            let HandedOver { table, column, how, function, value } = &**handed;
            let sink =
                Sink { table: Arc::clone(table), column: column.clone(), how: *how, through: "a statement".to_owned() };
            let start = TraceStart { file, function: Some(*function), value, at: said.span };
            project.follow(sources, &sink, &start, &mut steps, &mut found);
        }
    }
    (found, steps == 0)
}

struct Sink {
    table: Arc<Name>,
    column: Spelled,
    how: WriteKind,
    through: String,
}

/// What is written, and the function in which it stands.
struct TraceStart<'r> {
    file: usize,
    function: Option<u32>,
    value: &'r Expression,
    at: Span,
}

fn spelled(text: &str) -> Spelled {
    Spelled { text: text.into(), is_quoted: false }
}

fn place(call: &FlowCall<'_>, argument: &FlowArgument) -> Span {
    let start = (i64::from(call.span.start) + i64::from(argument.at.0)).max(0) as u32;
    Span::new(start, start + argument.at.1)
}

fn shown(target: &CallTarget) -> String {
    let root = match &target.root {
        FlowName::Named(name) => &**name,
        FlowName::Here(_) => "",
    };
    let names = std::iter::once(root).filter(|root| !root.is_empty()).chain(target.path.iter().map(|name| &**name));
    names.collect::<Vec<_>>().join(".")
}

impl<'r> ProjectFlows<'r> {
    fn of(sources: &'r [(FilePath, &'r Facts)]) -> Self {
        let mut project = Self::default();
        for (file, (path, said)) in sources.iter().enumerate() {
            if Role::by_default(path) == Role::Test {
                continue;
            }
            for said in &said.facts {
                let SqlFact::Flow(flow) = &said.fact else { continue };
                match &**flow {
                    FlowFact::Member { owner, key, of } => {
                        project.members.entry((owner, key)).or_default().push((file, of));
                    }
                    FlowFact::Repository { made, .. } => {
                        project.repositories.insert((file, *made), flow);
                    }
                    FlowFact::Call { function, target, arguments } => {
                        project.calls.push(FlowCall { file, span: said.span, function: *function, target, arguments });
                    }
                    FlowFact::Constant { name, value } => {
                        let known = project.constants.entry(name).or_insert(Some(value));
                        *known = known.filter(|known| *known == value);
                    }
                }
            }
        }
        let mut callers: FxHashMap<FunctionPlace, Vec<usize>> = FxHashMap::default();
        for (at, call) in project.calls.iter().enumerate() {
            if let Some(ResolvedTarget::Function(function)) = project.resolve(call.file, call.target) {
                callers.entry(function).or_default().push(at);
            }
        }
        project.callers = callers;
        project
    }

    /// What a name of a class or of a module is, where only one file has it.
    fn member(&self, owner: &str, key: &str) -> Option<(usize, &'r FlowName)> {
        let mut found = self.members.get(&(owner, key))?.iter();
        let first = found.next()?;
        // Two returns of one service give the same.
        found.all(|other| other == first).then_some(*first)
    }

    fn resolve(&self, file: usize, target: &'r CallTarget) -> Option<ResolvedTarget<'r>> {
        let (mut file, mut place, mut path) = (file, &target.root, &target.path[..]);
        for _ in 0..8 {
            match place {
                FlowName::Here(at) => {
                    if let Some(repository) = self.repositories.get(&(file, *at)) {
                        return match path {
                            [method] => Some(ResolvedTarget::Method(repository, method)),
                            _ => None,
                        };
                    }
                    return path.is_empty().then_some(ResolvedTarget::Function((file, *at)));
                }
                FlowName::Named(name) => {
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
        start: &TraceStart<'r>,
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
    fn needed(&self, start: &TraceStart<'r>, chain: &[usize]) -> BTreeSet<Parameter<'r>> {
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
        start: &TraceStart<'r>,
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
                let handed: Vec<&FlowArgument> = handed.collect();
                // Of several that decide together none is the one.
                let [argument] = handed[..] else { return };
                (call.file, place(call, argument))
            }
        };
        let names = chain.iter().rev().map(|call| shown(self.calls[*call].target)).filter(|name| !name.is_empty());
        let through: Vec<String> = names.chain(std::iter::once(sink.through.clone())).collect();
        for value in values {
            let FlowValue::Text(value) = value else { continue };
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
    fn values(&self, value: &'r Expression, chain: &[usize]) -> Option<Vec<FlowValue>> {
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
fn handed<'r>(arguments: &'r [FlowArgument], (position, property): Parameter<'_>) -> Option<&'r FlowArgument> {
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
