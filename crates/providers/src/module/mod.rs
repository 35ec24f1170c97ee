//! What kind of code each module is: where it runs, and what it is there for.

mod asked;
mod client;
mod configuration;
mod fact;
mod filled;
mod filled_rust;
mod graph;
mod instances;
mod manifest;
mod packages;
mod python;
mod rust;
mod rust_text;
mod settings;
mod site;
mod states;
mod text;
mod told;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{
    Gap, ProjectScope, Provider, Relation, RelationInfo, Row, Said, Source, Value, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, ModuleKind, Span};
use auditlint_syntax::{Code, Family, Skim, may_hold_code};

pub use self::asked::AskedKinds;
pub use self::instances::KEEPING_DECORATORS;
pub use self::packages::kind_of_import;

use self::fact::{Facts, KindFact};
use self::graph::ModuleGraph;
use crate::http::{AddressBase, Reach};
use crate::package_folders::PackageFolders;

static RELATIONS: [RelationInfo; 3] = [
    relation(
        "module.kind",
        "What kind of code a module is. Each module has one row that says where it runs, and more for what it is there for.",
        &[
            column("path", "the module"),
            column(
                "kind",
                "where it runs: `browser`, `server`, `cli`, `library`, `worker`, `mobile`, `both` (in a browser and on a server) or `unknown`; what it is there for: `configuration` (it reads the environment for the rest), `client` (HTTP requests go through it), `singleton` (a class, a struct or a function that makes something, which holds a collection and of whose results the process keeps one), `filled` (an empty collection that other modules add entries to)",
            ),
            detail("evidence", "what says so"),
            detail("by", "the file that says so"),
            detail("first_line", "where the part of the module begins that it is about; nothing for all of it"),
            detail("last_line", "where that part ends"),
        ],
    ),
    relation(
        "module.client",
        "A part of a module that HTTP requests go through, once for each package that can use it: a function or class that is given the address and the options and hands on the answer, in a module that two or more others import, or a client that is built once and kept.",
        &[
            column("path", "the module"),
            column("scope", "the folder of the package that uses it"),
            detail("family", "`ecmascript` or `rust`"),
            detail("evidence", "what says so"),
        ],
    ),
    relation(
        "module.request",
        "A request that is made without such a client.",
        &[
            column("path", "the module"),
            column("scope", "the folder of its package"),
            detail("family", "`ecmascript` or `rust`"),
            column("function", "what is called: `fetch`, `axios.get`, `reqwest::get`"),
            detail(
                "client",
                "the module of the client that it goes past, as far as the address and where both run say; else nothing",
            ),
        ],
    ),
];

/// The provider.
pub(crate) struct Modules;

impl Provider for Modules {
    type Fact = KindFact;

    fn name(&self) -> &str {
        "module"
    }

    fn about(&self) -> &str {
        "Where a module of TypeScript, JavaScript, Rust or Python runs, by the strongest of: what it says itself (`\"use client\"`, its name), packages that it imports, what it uses (the DOM, JSX, modules of Node.js), \
         the modules that import it, tests aside, and its package (`package.json`, `tsconfig.json`, `Cargo.toml`, `wrangler.toml`); what only uses modules of Node.js in a package whose site Astro, Next.js, Docusaurus, Eleventy or VitePress builds before it is served is a tool (`cli`). Signs are read from the text without a parse. A module is configuration if it hands the environment to what checks it \
         (`schema.parse(process.env)`, `createEnv`, `cleanEnv`, `convict`, `ConfigModule.forRoot`), or if it is named after settings and does nothing but read them for others; a part of one, if it is an exported object of which two or more values are read, a function or a class named after settings, or in Rust \
         a function that builds them. A class is a singleton if an instance of it is made while a module loads, by a function that runs at the start, \
         or by the constructor of another singleton, or if a container of dependencies keeps it; a struct of Rust, if handlers ask for it as their state (`State<App>`), if it is that of a static, or if such a struct holds it, also behind a trait. \
         Of Python only configuration is told: a module that is named after settings and reads the environment, a class that is named so or extends `BaseSettings` of pydantic, a function that builds such a class, gives what is named so, or reads the variables that it is told to."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || manifest::is_manifest(path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if manifest::is_manifest(source.path) {
            manifest::extract(source, &mut out);
        } else if let Some(code) = Code::of(source.path, source.text().as_bytes()) {
            let skim = skim_of(&code);
            signs(source, &code, &skim, &mut out);
            clients(source, &code, &skim, &mut out);
            configurations(source, &code, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let graph = ModuleGraph::of(sources, is_module, scope);
        let (mut rows, untold) = signed(sources, &graph);
        let packages = PackageFolders::of(scope.files());
        let (mut clients, mut requests) = (Vec::new(), Vec::new());
        let mut reached = ReachedClients::default();
        for (path, said) in sources {
            let importers = graph.importers.get(path).map_or(&[][..], Vec::as_slice);
            let mut users = None;
            for said in &said.facts {
                let KindFact::Part { evidence, only_if_shared, client, .. } = &said.fact else { continue };
                if *only_if_shared && importers.len() < 2 {
                    continue;
                }
                rows.extend(part(path, said));
                let Some(reach) = client else { continue };
                let (area, scopes) = users.get_or_insert_with(|| {
                    let importers: Vec<&FilePath> = importers.iter().map(|importer| &sources[*importer].0).collect();
                    users_of(path, &importers, &packages)
                });
                for scope in scopes.iter() {
                    let shown = shown(scope).into();
                    let values = vec![path.as_str().into(), shown, family(path).into(), (&**evidence).into()];
                    clients.push(Row { path: path.clone(), span: said.span, values });
                    let client = Client { path, span: said.span, reach, area: area.clone() };
                    reached.add(scope.clone(), family(path), client);
                }
            }
        }
        let kind = |path: &FilePath| graph.places.get(path).map_or(ModuleKind::Unknown, |place| place.kind);
        let mut past: BTreeMap<&FilePath, BTreeSet<&FilePath>> = BTreeMap::new();
        let mut made = Vec::new();
        for (path, said) in sources {
            for said in &said.facts {
                let KindFact::Request { function, base } = &said.fact else { continue };
                let scope = packages.around(path);
                let can_use = |client: &Client<'_>| {
                    client.path != path && path.is_under(&client.area) && run_together(kind(client.path), kind(path))
                };
                let client = reached.client(&scope, family(path), base, &can_use);
                if let Some(client) = client {
                    past.entry(client).or_default().insert(path);
                }
                made.push((path, said.span, function, scope, client));
            }
        }
        // One that few use while most go past it is there for a purpose of its own.
        let is_common = |client: &&FilePath| {
            let users = graph.importers.get(*client).map_or(0, Vec::len);
            family(client) == "rust" || past.get(*client).is_none_or(|past| past.len() <= MOST_PAST * users)
        };
        for (path, span, function, scope, client) in made {
            let client = client.filter(is_common);
            let values = vec![
                path.as_str().into(),
                shown(&scope).into(),
                family(path).into(),
                (&**function).into(),
                client.map_or(Value::Absent, |client| client.as_str().into()),
            ];
            requests.push(Row { path: path.clone(), span, values });
        }
        let gaps = gaps_of(sources);
        let more = [untold, Vec::new(), reached.gaps];
        let tables = [rows, clients, requests].into_iter().zip(more).zip(&RELATIONS);
        tables
            .map(|((rows, more), info)| Relation { info: info.clone(), rows, gaps: [gaps.clone(), more].concat() })
            .collect()
    }
}

/// Whether a file that is read is one of code.
fn is_module(path: &FilePath) -> bool {
    !manifest::is_manifest(path)
}

/// A skim of what is told without a parse.
fn skim_of(code: &Code<'_>) -> Skim {
    match code.language().family() {
        Family::Ecmascript | Family::Rust => Skim::of(code.language(), code.text()),
        Family::Python | Family::Shell => Skim::default(),
    }
}

/// Says what a module shows without a parse.
fn signs(source: &Source<'_, '_>, code: &Code<'_>, skim: &Skim, out: &mut Facts) {
    match code.language().family() {
        Family::Rust => {
            rust::extract(code.text(), skim, out);
            states::extract(source.lines(), code.text(), skim, out);
        }
        Family::Ecmascript => {
            text::extract(source, code.language(), code.text(), skim, out);
            site::extract(source.path, source.text(), out);
        }
        Family::Python | Family::Shell => {}
    }
}

/// Says which parts of a module are clients, and which requests go past any.
fn clients(source: &Source<'_, '_>, code: &Code<'_>, skim: &Skim, out: &mut Facts) {
    match code.language().family() {
        Family::Rust => client::rust(source.lines(), code.text(), skim, out),
        Family::Ecmascript => {
            if let Some(analysis) = client::may_hold(code.text()).then(|| source.analysis()).flatten() {
                client::ecmascript(source, analysis, out);
            }
        }
        Family::Python | Family::Shell => {}
    }
}

/// Says which parts of a module are configuration.
fn configurations(source: &Source<'_, '_>, code: &Code<'_>, out: &mut Facts) {
    let family = code.language().family();
    let may_hold = match family {
        Family::Ecmascript | Family::Rust => configuration::may_hold(code.text()),
        Family::Python => python::may_hold(code.text()),
        Family::Shell => false,
    };
    let Some(analysis) = may_hold.then(|| source.analysis()).flatten() else { return };
    match family {
        Family::Ecmascript => configuration::extract(source, analysis, out),
        Family::Rust => settings::extract(source, analysis, out),
        Family::Python => python::extract(source, analysis, out),
        Family::Shell => {}
    }
}

/// What the signs of all files say of each module, and what of it nobody can tell.
fn signed(sources: &[(FilePath, &Facts)], graph: &ModuleGraph) -> (Vec<Row>, Vec<(FilePath, Gap)>) {
    let places = graph.places.iter().map(|(path, place)| {
        let values = vec![
            path.as_str().into(),
            place.kind.name().into(),
            place.evidence.as_str().into(),
            place.by.as_str().into(),
            Value::Absent,
            Value::Absent,
        ];
        let span = if place.by == *path { place.span } else { Span::default() };
        Row { path: path.clone(), span, values }
    });
    let mut rows: Vec<Row> = places.collect();
    let (singletons, untold) = instances::rows(sources, graph);
    rows.extend(singletons);
    rows.extend(states::rows(sources, graph));
    rows.extend(filled::rows(sources, graph));
    (rows, untold)
}

/// What a module says of a part of itself.
fn part(path: &FilePath, said: &Said<KindFact>) -> Option<Row> {
    let KindFact::Part { kind, lines, evidence, .. } = &said.fact else { return None };
    let line = |line: Option<u32>| line.map_or(Value::Absent, |line| Value::Number(line.into()));
    let values = vec![
        path.as_str().into(),
        kind.name().into(),
        (&**evidence).into(),
        path.as_str().into(),
        line(lines.map(|(first, _)| first)),
        line(lines.map(|(_, last)| last)),
    ];
    Some(Row { path: path.clone(), span: said.span, values })
}

/// How many modules go past a client for each that uses it, at most.
const MOST_PAST: usize = 3;

fn family(path: &FilePath) -> &'static str {
    if path.extension() == Some("rs") { "rust" } else { "ecmascript" }
}

/// The folder for whose code a client is there, and the packages that use it, its own first.
fn users_of(path: &FilePath, importers: &[&FilePath], packages: &PackageFolders) -> (FilePath, Vec<FilePath>) {
    let own = packages.around(path);
    // A client that is imported beside it alone is the one of its folder.
    let folder = folder_of(path);
    let is_outside = |importer: &&&FilePath| !importer.is_under(&folder);
    let is_shared = family(path) == "rust" || importers.iter().filter(is_outside).count() >= 2;
    let area = if is_shared { FilePath::root() } else { folder };
    // One import from elsewhere does not make it the client of a package.
    let mut users: BTreeMap<FilePath, usize> = BTreeMap::new();
    for importer in importers {
        *users.entry(packages.around(importer)).or_default() += 1;
    }
    users.retain(|scope, count| *count >= 2 && *scope != own);
    (area, std::iter::once(own).chain(users.into_keys()).collect())
}

/// How many clients of one package are asked for each request.
const MOST_CLIENTS: usize = 32;

/// The clients of packages, and what they reach.
#[derive(Default)]
struct ReachedClients<'r> {
    clients: BTreeMap<(FilePath, &'static str), Vec<Client<'r>>>,
    /// The packages with more clients than are asked.
    gaps: Vec<(FilePath, Gap)>,
}

struct Client<'r> {
    path: &'r FilePath,
    span: Span,
    reach: &'r Reach,
    /// The folder for whose code it is there.
    area: FilePath,
}

impl<'r> ReachedClients<'r> {
    fn add(&mut self, scope: FilePath, family: &'static str, client: Client<'r>) {
        let shown = shown(&scope).to_owned();
        let known = self.clients.entry((scope, family)).or_default();
        match known.len().cmp(&MOST_CLIENTS) {
            Ordering::Less => known.push(client),
            Ordering::Equal => {
                let message = format!(
                    "the package `{shown}` has more than {MOST_CLIENTS} clients, and requests are held against no more"
                );
                let gap = Gap::new(client.span, message).hiding("scope", shown.as_str().into());
                self.gaps.push((client.path.clone(), gap));
                // It is told once.
                known.push(client);
            }
            Ordering::Greater => {}
        }
    }

    /// The first client of a package that could make a request to such an address.
    fn client(
        &self,
        scope: &FilePath,
        family: &'static str,
        base: &AddressBase,
        can_use: &dyn Fn(&Client<'_>) -> bool,
    ) -> Option<&'r FilePath> {
        let clients = self.clients.get(&(scope.clone(), family))?;
        clients
            .iter()
            .take(MOST_CLIENTS)
            .find(|client| client.reach.covers(base) && can_use(client))
            .map(|client| client.path)
    }
}

/// Whether code of one kind can use what is written for another: nobody can where one runs in a browser and the other does not.
fn run_together(client: ModuleKind, user: ModuleKind) -> bool {
    use ModuleKind::{Browser, Cli, Mobile, Server, Worker};
    let is_of_people = |kind| matches!(kind, Browser | Mobile);
    let is_of_machines = |kind| matches!(kind, Server | Cli | Worker);
    !((is_of_people(client) && is_of_machines(user)) || (is_of_machines(client) && is_of_people(user)))
}

#[cfg(test)]
mod tests;
