//! The programs of files, and where their imports lead.

use auditlint_facts::folder::folder_of;
use auditlint_facts::{ProjectScope, SourceFacts};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::Language;
use rustc_hash::FxHashMap;

use super::super::fact::{Body, Class, Facts, Global, Made, Part, RouteFact, RouteValue, Site, Step};
use super::super::{python, rust};
use crate::imports::{ModuleFact, files_of};

/// What a file does with routers.
pub(super) struct RouteProgram<'r> {
    pub(super) path: &'r FilePath,
    pub(super) facts: &'r Facts,
    pub(super) bodies: Vec<(Span, &'r Body)>,
    pub(super) steps: Vec<Vec<(Span, &'r Step)>>,
    pub(super) sites: Vec<&'r Site>,
    /// By body: the sites in it.
    pub(super) sites_in: FxHashMap<u32, Vec<u32>>,
    pub(super) classes: Vec<&'r Class>,
    pub(super) exports: FxHashMap<&'r str, &'r RouteValue>,
    pub(super) stars: Vec<&'r str>,
}

/// So many modules of one name are told apart.
const MOST_MODULES: usize = 64;

/// Where an import leads.
#[derive(Clone, Debug)]
pub(super) enum Lead {
    /// To a program.
    Program(usize),
    /// To a file of the project that says nothing of routes.
    File(FilePath),
}

pub(super) struct Programs<'r> {
    pub(super) all: Vec<RouteProgram<'r>>,
    pub(super) leads: FxHashMap<(usize, &'r str), Lead>,
    /// By the path of a module of Python with dots: the programs that have it.
    modules: FxHashMap<String, Vec<usize>>,
}

impl<'r> Programs<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'_>) -> Self {
        let is_code = |path: &FilePath| Role::by_default(path) != Role::Test && Language::of_path(path).is_some();
        let said = sources.iter().filter(|(path, _)| is_code(path));
        let all: Vec<RouteProgram<'r>> = said.map(|(path, facts)| RouteProgram::of(path, facts)).collect();
        let leads = leads(sources, &all, scope);
        let mut modules: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (number, program) in all.iter().enumerate() {
            // Each end of its path may be where its package begins.
            let Some(stem) = program.path.as_str().strip_suffix(".py") else { continue };
            let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
            for (at, _) in stem.match_indices('/').take(8).chain([(usize::MAX, "")]) {
                let end = if at == usize::MAX { stem } else { &stem[at + 1..] };
                modules.entry(end.replace('/', ".")).or_default().push(number);
            }
        }
        Self { all, leads, modules }
    }

    /// The program of a module that a text names: the nearest to the file that names it.
    pub(super) fn module(&self, file: usize, name: &str) -> Option<usize> {
        let from = self.all[file].path.as_str();
        let shared = |to: &&usize| {
            let to = self.all[**to].path.as_str();
            from.split('/').zip(to.split('/')).take_while(|(one, other)| one == other).count()
        };
        self.modules.get(name)?.iter().take(MOST_MODULES).max_by_key(shared).copied()
    }

    /// The files whose patterns are those of an application, as settings of Django say.
    pub(super) fn roots(&self) -> Vec<usize> {
        let named = self.all.iter().enumerate().flat_map(|(file, program)| {
            program.facts.facts.iter().filter_map(move |said| match &said.fact {
                RouteFact::Global(Global::Root(module)) => Some((file, module)),
                _ => None,
            })
        });
        named.filter_map(|(file, module)| self.module(file, module)).collect()
    }

    pub(super) fn is_python(&self, file: usize) -> bool {
        Language::of_path(self.all[file].path) == Some(Language::Python)
    }

    /// The programs in the order in which they run: what one imports runs before it.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); self.all.len()];
        let found = self.leads.iter().filter_map(|((from, _), lead)| match lead {
            Lead::Program(to) => Some((*from, *to)),
            Lead::File(_) => None,
        });
        // They are sorted below, so their order here does not show.
        found.for_each(|(from, to)| needs[from].push(to));
        needs.iter_mut().for_each(|needs| needs.sort_unstable());
        let (mut order, mut state) = (Vec::with_capacity(self.all.len()), vec![false; self.all.len()]);
        for start in 0..self.all.len() {
            let mut open = vec![(start, 0)];
            if std::mem::replace(&mut state[start], true) {
                continue;
            }
            while let Some((at, next)) = open.last_mut() {
                match needs[*at].get(*next) {
                    Some(to) => {
                        *next += 1;
                        if !std::mem::replace(&mut state[*to], true) {
                            open.push((*to, 0));
                        }
                    }
                    None => {
                        order.push(*at);
                        open.pop();
                    }
                }
            }
        }
        order
    }
}

impl<'r> RouteProgram<'r> {
    fn of(path: &'r FilePath, facts: &'r Facts) -> Self {
        let mut program = Self {
            path,
            facts,
            bodies: Vec::new(),
            steps: Vec::new(),
            sites: Vec::new(),
            sites_in: FxHashMap::default(),
            classes: Vec::new(),
            exports: FxHashMap::default(),
            stars: Vec::new(),
        };
        for said in &facts.facts {
            match &said.fact {
                RouteFact::Body(body) => program.bodies.push((said.span, body)),
                RouteFact::Site(site) => {
                    program.sites_in.entry(site.body).or_default().push(program.sites.len() as u32);
                    program.sites.push(site);
                }
                RouteFact::Class(class) => program.classes.push(class),
                RouteFact::Step { body, step } => {
                    let at = *body as usize;
                    if program.steps.len() <= at {
                        program.steps.resize(at + 1, Vec::new());
                    }
                    program.steps[at].push((said.span, step));
                }
                RouteFact::Export { name, value } => {
                    program.exports.insert(name, value);
                }
                RouteFact::Star(module) => program.stars.push(module),
                _ => {}
            }
        }
        program
    }

    pub(super) fn steps(&self, body: u32) -> &[(Span, &'r Step)] {
        self.steps.get(body as usize).map_or(&[], Vec::as_slice)
    }
}

/// Where the imports of programs lead.
fn leads<'r>(
    sources: &'r [(FilePath, &'r Facts)],
    all: &[RouteProgram<'r>],
    scope: &ProjectScope<'_>,
) -> FxHashMap<(usize, &'r str), Lead> {
    let numbers: FxHashMap<&FilePath, usize> = all.iter().enumerate().map(|(at, program)| (program.path, at)).collect();
    let mut found = FxHashMap::default();
    let mut wanted: Vec<(usize, &'r str)> = Vec::new();
    for (number, program) in all.iter().enumerate() {
        let mut modules = Vec::new();
        for said in &program.facts.facts {
            modules_of(&said.fact, &mut modules);
        }
        modules.sort_unstable();
        modules.dedup();
        wanted.extend(modules.into_iter().map(|module| (number, module)));
    }
    let mut say = |from: usize, module: &'r str, file: Option<FilePath>| {
        if let Some(file) = file {
            let lead = numbers.get(&file).map_or_else(|| Lead::File(file.clone()), |number| Lead::Program(*number));
            found.insert((from, module), lead);
        }
    };
    let is = |at: usize, is: fn(Language) -> bool| Language::of_path(all[at].path).is_some_and(is);
    let scripts: Vec<_> = wanted.iter().copied().filter(|(at, _)| is(*at, Language::is_ecmascript)).collect();
    if !scripts.is_empty() {
        let modules: Vec<(FilePath, SourceFacts<ModuleFact>)> =
            sources.iter().map(|(path, said)| (path.clone(), manifests(said))).collect();
        let borrowed: Vec<_> = modules.iter().map(|(path, said)| (path.clone(), said)).collect();
        // The texts must live as long as the sources that are resolved against.
        let asked: Vec<(&FilePath, &str)> = scripts.iter().map(|(at, module)| (all[*at].path, *module)).collect();
        for ((from, module), file) in scripts.iter().zip(files_of(&borrowed, &asked, scope)) {
            say(*from, module, file);
        }
    }
    let crates = crates(sources);
    for (from, module) in wanted {
        let path = all[from].path;
        match Language::of_path(path) {
            Some(Language::Python) => say(from, module, python::module_file(path, module, scope)),
            Some(Language::Rust) => say(from, module, rust::module_file(path, module, scope, &crates)),
            _ => {}
        }
    }
    found
}

/// The folders of the packages of Rust by their names; nothing where several have one.
fn crates(sources: &[(FilePath, &Facts)]) -> FxHashMap<String, Option<FilePath>> {
    let mut found: FxHashMap<String, Option<FilePath>> = FxHashMap::default();
    for (path, facts) in sources {
        for said in &facts.facts {
            if let RouteFact::Crate(name) = &said.fact {
                let folder = Some(folder_of(path));
                found.entry(name.to_string()).and_modify(|known| *known = None).or_insert(folder);
            }
        }
    }
    found
}

fn manifests(said: &Facts) -> SourceFacts<ModuleFact> {
    let mut out = SourceFacts::default();
    for said in &said.facts {
        if let RouteFact::Module(fact) = &said.fact {
            out.say(said.span, fact.clone());
        }
    }
    out
}

/// The modules that a fact names. Values lie inside of each other as deep as a reader follows them.
fn modules_of<'r>(fact: &'r RouteFact, out: &mut Vec<&'r str>) {
    let parts_of = |parts: &'r [Part]| parts.iter().map(|part| &part.value);
    let mut open: Vec<&'r RouteValue> = Vec::new();
    match fact {
        RouteFact::Body(body) => {
            open.extend(&body.returns);
            open.extend(parts_of(&body.around));
        }
        RouteFact::Site(site) => match &site.made {
            Made::Router { prefix, .. } => open.push(prefix),
            Made::Part { of, at, .. } => open.extend([of, at]),
            Made::Call { callee, arguments, .. } => {
                open.push(callee);
                open.extend(parts_of(arguments));
            }
        },
        RouteFact::Class(class) => {
            open.extend(class.members.iter().map(|(_, value)| value));
            open.extend(parts_of(&class.around));
        }
        RouteFact::Step { step, .. } => match step {
            Step::Use { on, parts, .. } => {
                open.push(on);
                open.extend(parts_of(parts));
            }
            Step::Route { on, method, parts } => {
                open.extend([on, method]);
                open.extend(parts_of(parts));
            }
            Step::Mount { on, at, child, parts } => {
                open.extend([on, at, &child.value]);
                open.extend(parts_of(parts));
            }
            Step::Prefix { on, at } => open.extend([on, at]),
            Step::Param { on, name, parts } => {
                open.extend([on, name]);
                open.extend(parts_of(parts));
            }
            Step::Each { list, .. } => open.push(list),
            Step::Table { on, list } => open.extend([on, list]),
            Step::Views { on, parts } => {
                open.push(on);
                open.extend(parts_of(parts));
            }
            Step::Call(_) => {}
        },
        RouteFact::Export { value, .. } => open.push(value),
        RouteFact::Star(module) | RouteFact::Needs(module) => out.push(module),
        RouteFact::Declared(declared) => {
            open.extend(&declared.paths);
            open.extend(parts_of(&declared.parts));
            open.push(&declared.handler.value);
        }
        RouteFact::Shared(shared) => {
            open.push(&shared.base);
            for (.., declared) in &shared.endpoints {
                open.extend(&declared.paths);
                open.extend(parts_of(&declared.parts));
            }
        }
        RouteFact::Extends(extends) => {
            open.push(&extends.base);
            open.extend(&extends.prefixes);
            open.extend(parts_of(&extends.parts));
        }
        RouteFact::Global(global) => match global {
            Global::Prefix { at, .. } => open.push(at),
            Global::Runs(part) => open.push(&part.value),
            Global::Matches { patterns, except, parts } => {
                open.extend(patterns);
                open.extend(except);
                open.extend(parts_of(parts));
            }
            Global::Versions { .. } | Global::Root(_) => {}
        },
        RouteFact::Module(_) | RouteFact::Crate(_) | RouteFact::Api(_) => {}
    }
    while let Some(value) = open.pop() {
        match value {
            RouteValue::Import { module, .. } => out.push(module),
            RouteValue::Member(of, _) => open.push(of),
            RouteValue::Object(members) => open.extend(members.iter().map(|(_, value)| value)),
            RouteValue::List(parts) => open.extend(parts_of(parts)),
            RouteValue::Joined(parts) => open.extend(parts.iter().map(|(value, _)| value)),
            RouteValue::Either(values) => open.extend(values),
            RouteValue::Unknown
            | RouteValue::Site(_)
            | RouteValue::Parameter { .. }
            | RouteValue::Here { .. }
            | RouteValue::Body(_)
            | RouteValue::Class(_)
            | RouteValue::Text(_) => {}
        }
    }
}
