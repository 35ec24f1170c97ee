//! From what files show to the kind of each module: what it shows itself, what imports it, what its package is.

use std::collections::BTreeMap;

use auditlint_facts::folder::{above, folder_of};
use auditlint_facts::{ProjectScope, Said, SourceFacts};
use auditlint_source::{FilePath, ModuleKind, Role, Span};
use auditlint_syntax::{Family, Language};
use rustc_hash::FxHashMap;

use super::fact::{Facts, KindFact, Weight};
use super::site::VITEPRESS;
use crate::imports::{ModuleFact, edges};

/// Where a module runs, and why.
#[derive(Clone, Debug)]
pub(super) struct ModuleRuntime {
    pub(super) kind: ModuleKind,
    pub(super) evidence: String,
    /// The file that says it.
    pub(super) by: FilePath,
    pub(super) span: Span,
    /// Whether the module says it in so many words, for whoever bundles it.
    is_declared: bool,
}

/// The modules of a project with where they run.
pub(super) struct ModuleGraph {
    /// By module: where it runs.
    pub(super) places: BTreeMap<FilePath, ModuleRuntime>,
    /// By module: the modules of the project that import it, tests aside.
    pub(super) importers: FxHashMap<FilePath, Vec<usize>>,
}

/// Kinds that pass from a module to what it imports.
const PASSED: [ModuleKind; 6] = [
    ModuleKind::Browser,
    ModuleKind::Server,
    ModuleKind::Cli,
    ModuleKind::Worker,
    ModuleKind::Mobile,
    ModuleKind::Both,
];

/// What the manifest of a folder says.
enum FolderManifest<'f> {
    Is(ModuleKind, &'f str, &'f FilePath, Span),
    RendersOnServer,
    BuildsSite(&'f str, &'f FilePath, Span),
    Quiet,
}

impl ModuleGraph {
    pub(super) fn of(
        sources: &[(FilePath, &Facts)],
        is_module: impl Fn(&FilePath) -> bool,
        scope: &ProjectScope<'_>,
    ) -> Self {
        let manifests = manifests(sources);
        let mut places: Vec<Option<ModuleRuntime>> = Vec::with_capacity(sources.len());
        for (path, said) in sources {
            let renders = || nearest(&manifests, path).any(|said| matches!(said, FolderManifest::RendersOnServer));
            let place = is_module(path).then(|| own(path, said, &renders)).flatten();
            // What only uses modules of Node.js where a site is built before it is served builds it.
            let builds = |place: &ModuleRuntime| {
                let is_of_node =
                    place.kind == ModuleKind::Server && !place.is_declared && names_builtin(&place.evidence);
                is_of_node.then(|| site_built_around(&manifests, path)).flatten()
            };
            places.push(place.map(|place| builds(&place).unwrap_or(place)));
        }
        let numbers: FxHashMap<&FilePath, usize> =
            sources.iter().enumerate().map(|(number, (path, _))| (path, number)).collect();
        let modules: Vec<(FilePath, SourceFacts<ModuleFact>)> =
            sources.iter().map(|(path, said)| (path.clone(), imports(said))).collect();
        let borrowed: Vec<(FilePath, &SourceFacts<ModuleFact>)> =
            modules.iter().map(|(path, said)| (path.clone(), said)).collect();
        let mut imported: Vec<Vec<usize>> = vec![Vec::new(); sources.len()];
        let mut importers: FxHashMap<FilePath, Vec<usize>> = FxHashMap::default();
        let says_so = |said: &Facts| said.facts.iter().any(|said| matches!(said.fact, KindFact::OnlyTypes));
        let is_only_types: Vec<bool> = sources.iter().map(|(_, said)| says_so(said)).collect();
        for edge in edges(&borrowed, scope) {
            let Some(to) = numbers.get(&edge.to).copied().filter(|to| *to != edge.from) else { continue };
            // What a test imports runs where the test does.
            if Role::by_default(&sources[edge.from].0) != Role::Test && !is_only_types[edge.from] {
                imported[edge.from].push(to);
                let of = importers.entry(edge.to).or_default();
                if of.last() != Some(&edge.from) {
                    of.push(edge.from);
                }
            }
        }
        let bound = bound_to_server(&places, &imported);
        let anywhere = vec![false; sources.len()];
        let reached = spread(&places, &imported, sources, &bound);
        // What only a browser imports is the browser's, whatever else it needs.
        let unbound = spread(&places, &imported, sources, &anywhere);
        for (number, (path, _)) in sources.iter().enumerate().filter(|(_, (path, _))| is_module(path)) {
            if places[number].is_none() {
                let by_imports = reached[number].as_ref().or(unbound[number].as_ref());
                // No manifest that is read here is one of a package of Python.
                let is_python = Language::of_path(path).is_some_and(|language| language.family() == Family::Python);
                let by_package = || by_package(&manifests, path).filter(|_| !is_python);
                places[number] = by_imports.cloned().or_else(by_package);
            }
        }
        let unknown = |path: &FilePath| ModuleRuntime {
            kind: ModuleKind::Unknown,
            evidence: "nothing says where it runs".to_owned(),
            by: path.clone(),
            span: Span::default(),
            is_declared: false,
        };
        let known = sources.iter().zip(places).filter(|((path, _), _)| is_module(path));
        let places = known.map(|((path, _), place)| (path.clone(), place.unwrap_or_else(|| unknown(path)))).collect();
        Self { places, importers }
    }
}

/// The facts about imports among those of a file.
fn imports(said: &Facts) -> SourceFacts<ModuleFact> {
    let mut out = SourceFacts::default();
    // They were counted where they were said.
    out.facts.extend(said.facts.iter().filter_map(|said| match &said.fact {
        KindFact::Module(fact) => Some(Said { span: said.span, fact: fact.clone() }),
        _ => None,
    }));
    out
}

fn manifests<'f>(sources: &'f [(FilePath, &Facts)]) -> BTreeMap<FilePath, Vec<FolderManifest<'f>>> {
    let mut found: BTreeMap<FilePath, Vec<FolderManifest<'f>>> = BTreeMap::new();
    for (path, said) in sources {
        for said in &said.facts {
            let manifest = match &said.fact {
                KindFact::Package { kind, evidence } => FolderManifest::Is(*kind, evidence, path, said.span),
                KindFact::RendersOnServer => FolderManifest::RendersOnServer,
                KindFact::BuildsSite { evidence } => FolderManifest::BuildsSite(evidence, path, said.span),
                KindFact::Quiet => FolderManifest::Quiet,
                _ => continue,
            };
            let folder = folder_of(path);
            let is_inside = folder.name() == VITEPRESS;
            found.entry(folder.parent().filter(|_| is_inside).unwrap_or(folder)).or_default().push(manifest);
        }
    }
    found
}

/// What the nearest folder with a manifest says that says something.
fn nearest<'m, 'f>(
    manifests: &'m BTreeMap<FilePath, Vec<FolderManifest<'f>>>,
    path: &FilePath,
) -> impl Iterator<Item = &'m FolderManifest<'f>> + use<'m, 'f> {
    above(folder_of(path)).find_map(|folder| manifests.get(&folder)).into_iter().flatten()
}

/// The tool that builds the site of the package around a module, where one does.
fn site_built_around(
    manifests: &BTreeMap<FilePath, Vec<FolderManifest<'_>>>,
    path: &FilePath,
) -> Option<ModuleRuntime> {
    nearest(manifests, path).find_map(|said| match said {
        FolderManifest::BuildsSite(evidence, by, span) => Some(ModuleRuntime {
            kind: ModuleKind::Cli,
            evidence: (*evidence).to_owned(),
            by: (*by).clone(),
            span: *span,
            is_declared: false,
        }),
        _ => None,
    })
}

fn by_package(manifests: &BTreeMap<FilePath, Vec<FolderManifest<'_>>>, path: &FilePath) -> Option<ModuleRuntime> {
    nearest(manifests, path).find_map(|said| match said {
        FolderManifest::Is(kind, evidence, by, span) => Some(ModuleRuntime {
            kind: *kind,
            evidence: (*evidence).to_owned(),
            by: (*by).clone(),
            span: *span,
            is_declared: false,
        }),
        FolderManifest::RendersOnServer | FolderManifest::BuildsSite(..) | FolderManifest::Quiet => None,
    })
}

/// Where a module runs by what it shows itself.
fn own(path: &FilePath, said: &Facts, renders_on_server: &dyn Fn() -> bool) -> Option<ModuleRuntime> {
    let signs = || {
        said.facts.iter().filter_map(|said| match &said.fact {
            KindFact::Shows { kind, weight, evidence } => Some((*kind, *weight, evidence, said.span)),
            _ => None,
        })
    };
    let place = |(kind, weight, evidence, span): (ModuleKind, Weight, &std::sync::Arc<str>, Span)| ModuleRuntime {
        kind,
        evidence: evidence.to_string(),
        by: path.clone(),
        span,
        is_declared: weight == Weight::Declared,
    };
    if let Some(declared) = signs().find(|(_, weight, ..)| *weight == Weight::Declared) {
        return Some(place(declared));
    }
    let plain = |wanted: ModuleKind| signs().find(|(kind, weight, ..)| *kind == wanted && *weight == Weight::Plain);
    if let Some(mobile) = plain(ModuleKind::Mobile) {
        return Some(place(mobile));
    }
    let (server, browser) = (plain(ModuleKind::Server), plain(ModuleKind::Browser));
    if let (Some(server), Some(browser)) = (server, browser) {
        let evidence = format!("{}, and {}", browser.2, server.2);
        return Some(ModuleRuntime {
            kind: ModuleKind::Both,
            evidence,
            by: path.clone(),
            span: browser.3,
            is_declared: false,
        });
    }
    for wanted in [ModuleKind::Worker, ModuleKind::Cli] {
        // A tool that serves pages while it runs is a tool; what starts a server by its first line alone is not one.
        if let Some(found) =
            plain(wanted).filter(|_| server.is_none() || wanted == ModuleKind::Worker || is_tool(server))
        {
            return Some(place(found));
        }
    }
    if let Some(found) = server.or(browser) {
        return Some(place(found));
    }
    let light = signs().find(|(kind, weight, ..)| *kind == ModuleKind::Browser && *weight == Weight::Light)?;
    let place = place(light);
    if renders_on_server() {
        let evidence = format!("{}, and its package renders on a server too", place.evidence);
        return Some(ModuleRuntime { kind: ModuleKind::Both, evidence, ..place });
    }
    Some(place)
}

/// Whether what speaks for a server is a module of Node.js, which a command line tool uses as well.
fn is_tool(server: Option<(ModuleKind, Weight, &std::sync::Arc<str>, Span)>) -> bool {
    server.is_some_and(|(_, _, evidence, _)| names_builtin(evidence))
}

/// Whether evidence is the import of a module of Node.js.
fn names_builtin(evidence: &str) -> bool {
    auditlint_names::is_builtin_module(evidence.split('`').nth(1).unwrap_or_default())
}

/// Which modules that show nothing themselves need one that only a server can load: a page that renders on a server imports such
/// modules too, and its bundler leaves them out of what the browser gets. What a browser's module imports itself is not one of them,
/// and what a framework puts in the place of a call to the server can be imported anywhere.
fn bound_to_server(places: &[Option<ModuleRuntime>], imported: &[Vec<usize>]) -> Vec<bool> {
    let mut importers: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    let mut of_browser = vec![false; places.len()];
    for (from, to) in imported.iter().enumerate().flat_map(|(from, to)| to.iter().map(move |to| (from, *to))) {
        importers[to].push(from);
        of_browser[to] |= places[from].as_ref().is_some_and(|place| place.kind == ModuleKind::Browser);
    }
    let needs = |place: &ModuleRuntime| place.kind == ModuleKind::Server && !place.is_declared;
    let is_seed = |module: &usize| places[*module].as_ref().is_some_and(needs) && !of_browser[*module];
    let mut open: Vec<usize> = (0..places.len()).filter(is_seed).collect();
    let mut bound = vec![false; places.len()];
    while let Some(module) = open.pop() {
        for above in importers[module].iter().copied().filter(|above| places[*above].is_none() && !of_browser[*above]) {
            if !std::mem::replace(&mut bound[above], true) {
                open.push(above);
            }
        }
    }
    bound
}

/// Passes kinds along imports to the modules that show none themselves: each kind reaches a module at most once, and that of a
/// browser none that is bound to a server.
fn spread(
    places: &[Option<ModuleRuntime>],
    imported: &[Vec<usize>],
    sources: &[(FilePath, &Facts)],
    bound: &[bool],
) -> Vec<Option<ModuleRuntime>> {
    let mut from: Vec<[Option<usize>; PASSED.len()]> = vec![[None; PASSED.len()]; places.len()];
    let mut open: Vec<(usize, usize)> = Vec::new();
    let number = |kind: ModuleKind| PASSED.iter().position(|known| *known == kind);
    for (module, place) in places.iter().enumerate() {
        open.extend(place.as_ref().and_then(|place| number(place.kind)).map(|kind| (module, kind)));
    }
    while let Some((module, kind)) = open.pop() {
        for to in imported[module].iter().copied().filter(|to| places[*to].is_none()) {
            let passed = match PASSED[kind] {
                ModuleKind::Browser if bound[to] => continue,
                ModuleKind::Both if bound[to] => number(ModuleKind::Server).unwrap_or(kind),
                _ => kind,
            };
            if from[to][passed].is_none() {
                from[to][passed] = Some(module);
                open.push((to, passed));
            }
        }
    }
    let of = |kinds: &[Option<usize>; PASSED.len()]| {
        let by = |kind: ModuleKind| number(kind).and_then(|kind| kinds[kind]);
        let (browser, server) = (by(ModuleKind::Browser), by(ModuleKind::Server));
        let told = |kind, module: usize, evidence: String| {
            Some(ModuleRuntime {
                kind,
                evidence,
                by: sources[module].0.clone(),
                span: Span::default(),
                is_declared: false,
            })
        };
        let only = |module: usize| format!("{} imports it, which shows where it runs", sources[module].0);
        match (browser, server) {
            _ if let Some(module) = by(ModuleKind::Both) => {
                told(ModuleKind::Both, module, format!("{} imports it, which runs on both sides", sources[module].0))
            }
            (Some(browser), Some(server)) => {
                let evidence =
                    format!("{} of the browser and {} of a server import it", sources[browser].0, sources[server].0);
                told(ModuleKind::Both, browser, evidence)
            }
            // What runs on a server besides can be accused of what a server can.
            (None, Some(module)) => {
                let is_of_both = places[module].as_ref().is_some_and(|place| place.kind == ModuleKind::Both);
                let evidence = if is_of_both {
                    format!("{} imports it, and it needs what only a server can load", sources[module].0)
                } else {
                    format!("{} of a server imports it", sources[module].0)
                };
                told(ModuleKind::Server, module, evidence)
            }
            (Some(module), None) => told(ModuleKind::Browser, module, only(module)),
            (None, None) => [ModuleKind::Worker, ModuleKind::Mobile, ModuleKind::Cli]
                .into_iter()
                .find_map(|kind| by(kind).map(|module| (kind, module)))
                .and_then(|(kind, module)| told(kind, module, only(module))),
        }
    };
    from.iter().map(of).collect()
}
