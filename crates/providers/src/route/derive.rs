//! Paths of endpoints behind the prefixes of everything that takes their router in.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::folder_of;
use auditlint_facts::{Gap, ProjectScope, Relation, Row, Value, gaps_of};
use auditlint_source::{FilePath, Role, Span};
use rustc_hash::FxHashMap;

use super::fact::{Facts, Framework, RouteFact, joined};
use super::files;
use super::relations::RELATIONS;

/// So many prefixes of one router are told apart, and so many routers lie inside of each other.
const MOST_PREFIXES: usize = 32;
const DEEPEST: usize = 16;
/// So many parts of a path stand for themselves.
const MOST_PARTS: usize = 12;

/// A router: its file, by number, and its name.
type Key<'r> = (usize, &'r str);

#[derive(Default)]
struct Routers<'r> {
    /// What each router puts before its paths, itself.
    prefixes: FxHashMap<Key<'r>, BTreeSet<&'r str>>,
    roots: BTreeSet<Key<'r>>,
    declared: Vec<(Key<'r>, Span, Framework)>,
    /// What takes each in, with the prefix.
    parents: FxHashMap<Key<'r>, Vec<(Key<'r>, &'r str)>>,
}

/// The relations of the provider.
pub(super) fn derive(sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let sources: Vec<(FilePath, &Facts)> =
        sources.iter().filter(|(path, _)| Role::by_default(path) != Role::Test).cloned().collect();
    let routers = Routers::of(&sources, scope);
    let (mut endpoints, mut endings) = (Vec::new(), Vec::new());
    for (number, (path, said)) in sources.iter().enumerate() {
        for said in &said.facts {
            let (method, framework, paths) = match &said.fact {
                RouteFact::Endpoint { of, framework, method, path } => {
                    let before = routers.before((number, of));
                    (method, *framework, before.iter().map(|before| joined(before, path)).collect::<Vec<_>>())
                }
                RouteFact::File { method } => (method, Framework::Next, vec![files::path_of(path)]),
                RouteFact::Router { .. } | RouteFact::Mount { .. } => continue,
            };
            for whole in paths.iter().map(|path| spelled(path)) {
                let row = |values| Row { path: path.clone(), span: said.span, values };
                let shown = if whole.is_empty() { "/" } else { &whole };
                let route = format!("{path} {method} {shown}");
                let absent = || Value::Absent;
                let mut values = vec![method.into(), shown.into(), framework.name().into(), route.as_str().into()];
                values.extend(std::iter::repeat_with(absent).take(7));
                values.extend([false.into(), path.as_str().into()]);
                endpoints.push(row(values));
                for ending in written(&whole) {
                    let endpoint = format!("{method} {ending}");
                    endings.push(row(vec![endpoint.as_str().into(), shown.into()]));
                }
            }
        }
    }
    let mut gaps = gaps_of(&sources);
    gaps.extend(routers.unmounted(&sources));
    let tables = [endpoints, endings, Vec::new(), Vec::new()].into_iter().zip(&RELATIONS);
    tables.map(|(rows, info)| Relation { info: info.clone(), rows, gaps: gaps.clone() }).collect()
}

/// A path with its parameters as `:name`, whatever the framework writes: `{id}`, `<id>`, `:id(\\d+)`, `:id?`.
fn spelled(path: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let braced = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        let name = braced.or_else(|| part.strip_prefix(':'));
        out.push('/');
        match name {
            Some(name) => {
                let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
                out.push(':');
                out += &name[..end];
            }
            None => out += part,
        }
    }
    out
}

/// How a list may write a path: the whole of it or its end, with parameters by name or as `*`.
fn written(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return vec!["/".to_owned()];
    }
    let starred = |part: &&str| if part.starts_with(':') { "*".to_owned() } else { (*part).to_owned() };
    let plain: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
    let stars: Vec<String> = parts.iter().map(starred).collect();
    let has_parameters = plain != stars;
    let spellings = std::iter::once(&plain).chain(has_parameters.then_some(&stars));
    let ends = spellings
        .flat_map(|parts| (0..parts.len().min(MOST_PARTS)).map(move |from| format!("/{}", parts[from..].join("/"))));
    ends.collect()
}

impl<'r> Routers<'r> {
    fn of(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'_>) -> Self {
        let mut routers = Self::default();
        let numbers: BTreeMap<&FilePath, usize> =
            sources.iter().enumerate().map(|(at, (path, _))| (path, at)).collect();
        // What only one file of the project names so.
        let mut named: FxHashMap<&str, Option<usize>> = FxHashMap::default();
        for (number, (_, said)) in sources.iter().enumerate() {
            for said in &said.facts {
                match &said.fact {
                    RouteFact::Router { name, framework, prefix, is_root } => {
                        let key = (number, &**name);
                        if !prefix.is_empty() {
                            routers.prefixes.entry(key).or_default().insert(prefix);
                        }
                        if *is_root {
                            routers.roots.insert(key);
                        }
                        routers.declared.push((key, said.span, *framework));
                        let known = named.entry(name).or_insert(Some(number));
                        *known = known.filter(|known| *known == number);
                    }
                    RouteFact::Endpoint { of, framework: Framework::Effect, .. } => {
                        let known = named.entry(of).or_insert(Some(number));
                        *known = known.filter(|known| *known == number);
                    }
                    _ => {}
                }
            }
        }
        for (number, (path, said)) in sources.iter().enumerate() {
            let own: BTreeSet<&str> = said.facts.iter().filter_map(|said| name_of(&said.fact)).collect();
            for said in &said.facts {
                let RouteFact::Mount { parent, child, specifier, prefix } = &said.fact else { continue };
                let parent = (number, &**parent);
                let children: Vec<Key<'r>> = if let Some(specifier) = specifier {
                    let file = imported(path, specifier, scope).and_then(|file| numbers.get(&file).copied());
                    let routers = file.into_iter().flat_map(|file| {
                        let names = sources[file].1.facts.iter().filter_map(|said| name_of(&said.fact));
                        names.map(move |name| (file, name)).collect::<BTreeSet<_>>()
                    });
                    routers.collect()
                } else if own.contains(&**child) {
                    vec![(number, &**child)]
                } else {
                    named.get(&**child).copied().flatten().map(|file| (file, &**child)).into_iter().collect()
                };
                for child in children.into_iter().filter(|child| *child != parent) {
                    routers.parents.entry(child).or_default().push((parent, prefix));
                }
            }
        }
        routers
    }

    /// What stands before the paths of a router: one text for each way in which it is taken in.
    fn before(&self, router: Key<'r>) -> Vec<String> {
        let (mut found, mut open) = (BTreeSet::new(), vec![(router, String::new(), 0)]);
        while let Some((at, behind, depth)) = open.pop() {
            let own: Vec<&str> = self.prefixes.get(&at).into_iter().flatten().copied().collect();
            let own = if own.is_empty() { vec![""] } else { own };
            for own in own {
                let path = joined(own, &behind);
                let parents = self.parents.get(&at).map_or(&[][..], Vec::as_slice);
                if parents.is_empty() || depth >= DEEPEST {
                    found.insert(path);
                    continue;
                }
                for (parent, prefix) in parents.iter().take(MOST_PREFIXES) {
                    open.push((*parent, joined(prefix, &path), depth + 1));
                }
            }
            if found.len() + open.len() > MOST_PREFIXES {
                break;
            }
        }
        if found.is_empty() {
            found.insert(String::new());
        }
        found.into_iter().collect()
    }

    /// Routers that nothing takes in: what stands before their paths is not known.
    fn unmounted(&self, sources: &[(FilePath, &Facts)]) -> Vec<(FilePath, Gap)> {
        let is_open = |((key, _, framework), ()): (&(Key<'_>, Span, Framework), ())| {
            *framework == Framework::Router && !self.roots.contains(key) && !self.parents.contains_key(key)
        };
        let open = self.declared.iter().filter(|declared| is_open((declared, ())));
        let gap = |(key, span, _): &(Key<'_>, Span, Framework)| {
            let message = "nobody sees where this router is mounted, so the beginning of its paths is not known";
            (sources[key.0].0.clone(), Gap::new(*span, message))
        };
        open.map(gap).collect()
    }
}

fn name_of(fact: &RouteFact) -> Option<&str> {
    match fact {
        RouteFact::Router { name, .. } => Some(name),
        RouteFact::Endpoint { of, .. } => Some(of),
        RouteFact::Mount { .. } | RouteFact::File { .. } => None,
    }
}

/// The file that a relative specifier leads to.
fn imported(path: &FilePath, specifier: &str, scope: &ProjectScope<'_>) -> Option<FilePath> {
    specifier.starts_with('.').then_some(())?;
    let stem = folder_of(path).join(specifier);
    let bare = stem.as_str();
    let bare = [".js", ".mjs", ".jsx"].into_iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
    let ends = ["", ".ts", ".tsx", ".js", ".mts", ".mjs", ".jsx", "/index.ts", "/index.js", "/index.tsx"];
    let candidates = ends.into_iter().map(|end| FilePath::new(&format!("{bare}{end}")));
    candidates.chain(std::iter::once(stem.clone())).find(|file| scope.has_file(file))
}
