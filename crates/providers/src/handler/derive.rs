//! What functions do through what they call.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::folder_of;
use auditlint_facts::{ProjectScope, Relation, Row, SourceFacts, Value, gaps_of};
use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::does::Does;
use super::fact::{CalledName, Facts, Function, HandlerFact};
use super::relations::RELATIONS;
use super::{packages, requests};
use crate::imports::{ModuleFact, edges};

/// An export is looked for along at most this many imports: in the module, and in those that it passes on.
const STEPS: usize = 3;
/// A call of a method that nobody sees may mean at most this many functions.
const MOST_METHODS: usize = 3;
/// One call leads to at most this many functions.
const MOST_TARGETS: usize = 8;

/// A function, and the number of its file.
struct KnownFunction<'f> {
    file: usize,
    span: Span,
    function: &'f Function,
}

/// The relations of the provider.
pub(super) fn derive(sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let modules: Vec<(FilePath, SourceFacts<ModuleFact>)> =
        sources.iter().map(|(path, said)| (path.clone(), imports(said))).collect();
    let borrowed: Vec<_> = modules.iter().map(|(path, said)| (path.clone(), said)).collect();
    let mut imported: Vec<Vec<usize>> = vec![Vec::new(); sources.len()];
    for edge in edges(&borrowed, scope) {
        if let Ok(to) = sources.binary_search_by(|(known, _)| known.cmp(&edge.to)) {
            imported[edge.from].push(to);
        }
    }
    let project = FunctionIndex::of(sources, imported);
    let does = project.worked_out();
    let versions = ExpressVersions::of(sources);
    let (mut functions, mut asked, mut tested) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (number, known) in project.functions.iter().enumerate() {
        let path = &sources[known.file].0;
        let awaits = versions.awaits(path);
        for name in project.names(known, path) {
            functions.push(row(path, known.span, &name, Some(path), does[number], awaits, false));
        }
    }
    for (number, (path, said)) in sources.iter().enumerate() {
        for said in &said.facts {
            match &said.fact {
                HandlerFact::Takes { package, name } => {
                    let known = packages::of(package, name);
                    let function = if name.is_empty() { package.to_string() } else { format!("{package}#{name}") };
                    functions.push(row(
                        path,
                        said.span,
                        &function,
                        None,
                        known.unwrap_or_default(),
                        None,
                        known.is_none(),
                    ));
                }
                HandlerFact::Asks { method, path: asked_path } => {
                    let methods: &[&str] = match &**method {
                        "" => &["GET", "POST", "PUT", "PATCH", "DELETE", "ANY", "HEAD", "OPTIONS"],
                        own => &[own, "ANY"],
                    };
                    for spelling in requests::spellings(asked_path) {
                        asked.extend(methods.iter().map(|method| Row {
                            path: path.clone(),
                            span: said.span,
                            values: vec![format!("{method} {spelling}").as_str().into()],
                        }));
                    }
                }
                HandlerFact::Test => {
                    tested.extend(
                        project.imported[number].iter().map(|file| (sources[*file].0.clone(), number, said.span)),
                    );
                }
                HandlerFact::Module(_) | HandlerFact::Function(_) | HandlerFact::Exports { .. } => {}
            }
        }
    }
    let tested = tested.into_iter().map(|(file, test, span)| Row {
        path: sources[test].0.clone(),
        span,
        values: vec![file.as_str().into()],
    });
    let gaps = gaps_of(sources);
    let tables = [functions, asked, tested.collect()].into_iter().zip(&RELATIONS);
    tables.map(|(rows, info)| Relation { info: info.clone(), rows, gaps: gaps.clone() }).collect()
}

fn row(
    path: &FilePath,
    span: Span,
    function: &str,
    file: Option<&FilePath>,
    does: Does,
    awaits: Option<bool>,
    is_opaque: bool,
) -> Row {
    let flags = [
        does.authenticates(),
        does.denies(),
        does.authorizes(),
        does.has(Does::READS_BODY),
        does.has(Does::VALIDATES),
        does.has(Does::LIMITS),
        does.has(Does::LOGS_IN),
        does.has(Does::SAYS_NOT_FOUND) && !does.has(Does::GOES_ON),
        does.has(Does::CATCHES),
        does.has(Does::CALLS_A_PARAMETER),
        does.has(Does::MAY_REJECT),
        does.has(Does::HOLDS_FUNCTION),
        does.has(Does::REFUSES),
    ];
    let mut values = vec![function.into(), file.map_or(Value::Absent, |file| file.as_str().into())];
    values.extend(flags.map(Value::from));
    values.push(awaits.map_or(Value::Absent, Value::from));
    values.push(is_opaque.into());
    Row { path: path.clone(), span, values }
}

fn imports(said: &Facts) -> SourceFacts<ModuleFact> {
    let mut out = SourceFacts::default();
    for said in &said.facts {
        if let HandlerFact::Module(fact) = &said.fact {
            out.say(said.span, fact.clone());
        }
    }
    out
}

/// The functions of a project by their names.
struct FunctionIndex<'f> {
    functions: Vec<KnownFunction<'f>>,
    /// By file and name, the whole one and its last part.
    named: FxHashMap<(usize, &'f str), Vec<usize>>,
    /// By the last part of the name alone.
    methods: FxHashMap<&'f str, Vec<usize>>,
    /// What an export of a file is called inside of it.
    exports: FxHashMap<(usize, &'f str), Vec<&'f str>>,
    /// The exports of a file by that name.
    exported: FxHashMap<(usize, &'f str), Vec<&'f str>>,
    imported: Vec<Vec<usize>>,
}

impl<'f> FunctionIndex<'f> {
    fn of(sources: &'f [(FilePath, &'f Facts)], imported: Vec<Vec<usize>>) -> Self {
        let mut project = Self {
            functions: Vec::new(),
            named: FxHashMap::default(),
            methods: FxHashMap::default(),
            exports: FxHashMap::default(),
            exported: FxHashMap::default(),
            imported,
        };
        for (file, (_, said)) in sources.iter().enumerate() {
            for said in &said.facts {
                match &said.fact {
                    HandlerFact::Function(function) => {
                        let number = project.functions.len();
                        project.functions.push(KnownFunction { file, span: said.span, function });
                        if function.name.is_empty() {
                            continue;
                        }
                        project.named.entry((file, &function.name)).or_default().push(number);
                        let last = last_part(&function.name);
                        if last != &*function.name {
                            project.named.entry((file, last)).or_default().push(number);
                        }
                        project.methods.entry(last).or_default().push(number);
                    }
                    HandlerFact::Exports { name, local } => {
                        project.exports.entry((file, name)).or_default().push(local);
                        project.exported.entry((file, local)).or_default().push(name);
                    }
                    _ => {}
                }
            }
        }
        project
    }

    /// What each function does, with what those do that it calls. Signs are only added, so each function is looked at again at most once for
    /// each sign of what it calls.
    fn worked_out(&self) -> Vec<Does> {
        let mut does: Vec<Does> = self.functions.iter().map(|known| known.function.does).collect();
        let mut callers: Vec<Vec<usize>> = vec![Vec::new(); self.functions.len()];
        for (caller, known) in self.functions.iter().enumerate() {
            for called in &known.function.calls {
                for target in self.targets(known.file, called) {
                    callers[target].push(caller);
                }
            }
        }
        let mut open: Vec<usize> = (0..self.functions.len()).collect();
        while let Some(called) = open.pop() {
            let given = does[called].for_callers();
            for caller in &callers[called] {
                if !does[*caller].has(given) {
                    does[*caller].add(given);
                    open.push(*caller);
                }
            }
        }
        does
    }

    /// The functions that a call can mean.
    fn targets(&self, file: usize, called: &CalledName) -> Vec<usize> {
        match called {
            CalledName::Own(name) => self.in_file(file, name),
            CalledName::Imported(name) => {
                let (mut seen, mut edge) = (BTreeSet::from([file]), vec![file]);
                for _ in 0..STEPS {
                    let next = edge.iter().flat_map(|at| self.imported[*at].iter().copied());
                    edge = next.filter(|next| seen.insert(*next)).collect();
                    let mut found: Vec<usize> = edge.iter().flat_map(|at| self.in_file(*at, name)).collect();
                    if !found.is_empty() {
                        found.truncate(MOST_TARGETS);
                        return found;
                    }
                }
                Vec::new()
            }
            CalledName::Method(name) => {
                let found = self.methods.get(&**name).map(Vec::as_slice).unwrap_or_default();
                if found.len() <= MOST_METHODS { found.to_vec() } else { Vec::new() }
            }
        }
    }

    /// The functions of a file under a name, an export of it, or the last part of either.
    fn in_file(&self, file: usize, name: &str) -> Vec<usize> {
        let mut found = self.by_name(file, name).to_vec();
        if found.is_empty() {
            let locals = self.exports.get(&(file, name)).map(Vec::as_slice).unwrap_or_default();
            found.extend(locals.iter().flat_map(|local| self.by_name(file, local)));
        }
        if found.is_empty() {
            found.extend(self.by_name(file, last_part(name)));
        }
        found.truncate(MOST_TARGETS);
        found
    }

    fn by_name<'s>(&'s self, file: usize, name: &'s str) -> &'s [usize] {
        self.named.get(&(file, name)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names and places by which a function is known.
    fn names(&self, known: &KnownFunction<'_>, path: &FilePath) -> BTreeSet<String> {
        let function = known.function;
        let mut names =
            BTreeSet::from([format!("{path}:{}", function.lines.0), format!("{path}:{}", function.lines.1)]);
        if !function.name.is_empty() {
            names.insert(format!("{path}#{}", function.name));
        }
        // The export may be the object or class that holds it.
        let holder = function.name.find('.').map(|dot| function.name.split_at(dot));
        for (local, rest) in holder.into_iter().chain([(&*function.name, "")]) {
            let exports = self.exported.get(&(known.file, local)).map(Vec::as_slice).unwrap_or_default();
            names.extend(exports.iter().map(|export| format!("{path}#{export}{rest}")));
        }
        names
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Which Express each folder with a `package.json` has.
struct ExpressVersions {
    awaits: BTreeMap<FilePath, Option<bool>>,
}

impl ExpressVersions {
    fn of(sources: &[(FilePath, &Facts)]) -> Self {
        let mut awaits = BTreeMap::new();
        for (path, said) in sources.iter().filter(|(path, _)| path.name() == "package.json") {
            let dependencies = said.facts.iter().filter_map(|said| match &said.fact {
                HandlerFact::Module(ModuleFact::Dependency { package, version }) => {
                    Some((&**package, version.as_deref()))
                }
                _ => None,
            });
            let (mut of_express, mut patched) = (None, false);
            for (package, version) in dependencies {
                match package {
                    "express" => of_express = major(version.unwrap_or_default()),
                    "express-async-errors" => patched = true,
                    _ => {}
                }
            }
            if of_express.is_some() || patched {
                awaits.insert(folder_of(path), if patched { Some(true) } else { of_express.map(|major| major >= 5) });
            }
        }
        Self { awaits }
    }

    /// Whether the Express of a file waits for promises: that of the nearest folder that has one.
    fn awaits(&self, path: &FilePath) -> Option<bool> {
        let mut at = folder_of(path);
        loop {
            if let Some(known) = self.awaits.get(&at) {
                return *known;
            }
            if at.is_root() {
                return None;
            }
            at = folder_of(&at);
        }
    }
}

/// The first number of a version or range: 4 of `^4.18.2` and `~4`; nothing of `*` and `latest`.
fn major(version: &str) -> Option<u32> {
    let digits = version.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}
