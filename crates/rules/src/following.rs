//! Names that are followed from source to source: what modules export, passed on to those that import them, in rounds.
//!
//! The first round knows what modules export by themselves. Each further one looks at the sources that import a module of which the last
//! one told something new, until there is nothing new: most projects need one, a cycle of `export *` ends by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_names::{ImportedName, ImportedNames, QualifiedPath};

use crate::limits::{MAX_EXPORT_NAMES, MAX_EXPORT_ROUNDS, MAX_MODULE_EXPORTS};
use crate::{ExportPlace, RuleSet, SourceExport, SourceExports, SourceImports};

/// An import that leads to a source of the project. Sources are numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportEdge {
    /// The source that imports.
    pub from: usize,
    /// What it imports, as it writes it.
    pub specifier: Arc<str>,
    /// The source that it leads to.
    pub to: usize,
}

/// A name that a module is known to export.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KnownExport {
    names: Vec<Arc<str>>,
    path: Option<QualifiedPath>,
    except: Option<Arc<[Arc<str>]>>,
    values: Vec<u64>,
    returns: Vec<u64>,
    place: ExportPlace,
}

/// What came of following the imports of a project.
#[derive(Debug, Default)]
pub struct Followed {
    /// By source: what it imports.
    pub imports: BTreeMap<usize, SourceImports>,
    /// Whether something was left out, because it would have taken too long.
    pub is_cut: bool,
}

/// Tells what sources export, given what they import.
pub type ReadExports<'r> = dyn FnMut(&[(usize, SourceImports)]) -> Vec<SourceExports> + 'r;

impl RuleSet {
    /// Follows what modules export to all that import it. `first` says what sources export by themselves; `read` is asked for those
    /// that import something.
    pub fn follow_exports(
        &self,
        first: &BTreeMap<usize, SourceExports>,
        edges: &[ImportEdge],
        read: &mut ReadExports<'_>,
    ) -> Followed {
        let mut by_target: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut by_source: BTreeMap<usize, Vec<&ImportEdge>> = BTreeMap::new();
        for edge in edges {
            by_target.entry(edge.to).or_default().insert(edge.from);
            by_source.entry(edge.from).or_default().push(edge);
        }
        by_source.values_mut().for_each(|edges| edges.sort_by(|a, b| (&a.specifier, a.to).cmp(&(&b.specifier, b.to))));
        let none = Vec::new();
        let edges_of = |source: usize| by_source.get(&source).unwrap_or(&none);
        let mut known: BTreeMap<usize, Vec<KnownExport>> = BTreeMap::new();
        let mut changed = Vec::new();
        let nothing = SourceImports::default();
        for (source, exports) in first {
            let exports = self.known(*source, exports, &nothing, edges_of(*source));
            if !exports.is_empty() {
                known.insert(*source, exports);
                changed.push(*source);
            }
        }
        let mut rounds = 0;
        while !changed.is_empty() && rounds < MAX_EXPORT_ROUNDS {
            rounds += 1;
            let importers: BTreeSet<usize> =
                changed.drain(..).filter_map(|module| by_target.get(&module)).flatten().copied().collect();
            let asked: Vec<(usize, SourceImports)> =
                importers.into_iter().map(|source| (source, imports_of(edges_of(source), &known))).collect();
            for ((source, imports), exports) in asked.iter().zip(read(&asked)) {
                let exports = self.known(*source, &exports, imports, edges_of(*source));
                let is_new = match known.get(source) {
                    Some(before) => *before != exports,
                    None => !exports.is_empty(),
                };
                if is_new {
                    known.insert(*source, exports);
                    changed.push(*source);
                }
            }
        }
        let importers = edges.iter().filter(|edge| known.contains_key(&edge.to)).map(|edge| edge.from);
        let importers: BTreeSet<usize> = importers.collect();
        let imports = importers.into_iter().map(|source| (source, imports_of(edges_of(source), &known)));
        Followed { imports: imports.collect(), is_cut: !changed.is_empty() }
    }

    /// What is known of a module, from what it says itself and what it imports.
    fn known(
        &self,
        source: usize,
        exports: &SourceExports,
        imports: &SourceImports,
        edges: &[&ImportEdge],
    ) -> Vec<KnownExport> {
        let mut known: Vec<KnownExport> = Vec::new();
        for export in &exports.names {
            let names = || export.name.iter().cloned();
            let module = export.path.as_ref().and_then(QualifiedPath::whole_module);
            let of_module = |module: &Arc<str>| imports.of_specifier(module).next().is_some();
            match module.filter(|module| of_module(module)) {
                // A namespace of a module of the project.
                Some(module) => known.extend(imports.of_specifier(module).map(|(imported, place)| KnownExport {
                    names: names().chain(imported.names.iter().cloned()).collect(),
                    ..known_of(imported, place)
                })),
                None => known.push(KnownExport {
                    names: names().collect(),
                    path: export.path.clone(),
                    except: None,
                    values: export.values.clone(),
                    returns: export.returns.clone(),
                    place: place_of(source, export, imports),
                }),
            }
        }
        if exports.is_common {
            let members = known.iter().map(|export| KnownExport {
                names: std::iter::once(Arc::from("default")).chain(export.names.iter().cloned()).collect(),
                ..export.clone()
            });
            let members: Vec<KnownExport> = members.collect();
            known.extend(members);
        }
        let is_own = |name: &Arc<str>| &**name == "default" || exports.own.contains(name);
        for star in &exports.stars {
            let passed = imports.of_specifier(star).filter(|(imported, _)| !imported.names.first().is_some_and(is_own));
            known.extend(passed.map(|(imported, place)| {
                let more = |except: &Arc<[Arc<str>]>| except.iter().chain(exports.own.iter()).cloned().collect();
                let except = imported.except.as_ref().map(more);
                KnownExport { except, ..known_of(imported, place) }
            }));
        }
        // Of several modules that are passed on as a whole, any may hold a name.
        match exports.stars.as_slice() {
            [only] => {
                let is_package = !only.starts_with('.') && !edges.iter().any(|edge| edge.specifier == *only);
                let position = exports.star.filter(|_| is_package && self.asks_for_module(only));
                known.extend(position.map(|position| KnownExport {
                    names: Vec::new(),
                    path: Some(QualifiedPath::of_module(only)),
                    except: Some(Arc::clone(&exports.own)),
                    values: Vec::new(),
                    returns: Vec::new(),
                    place: ExportPlace { source, position, what: format!("`{only}` is passed on here").into() },
                }));
            }
            _ => known.retain(|export| export.except.is_none()),
        }
        // Of a name that comes from two modules nobody can say which one is meant.
        let mut by_name: BTreeMap<Vec<Arc<str>>, (usize, bool)> = BTreeMap::new();
        for (place, export) in known.iter().enumerate() {
            let first = by_name.entry(export.names.clone()).or_insert((place, true));
            first.1 &= known[first.0].path == export.path && known[first.0].except == export.except;
        }
        let mut place = 0;
        known.retain(|export| {
            place += 1;
            export.names.len() <= MAX_EXPORT_NAMES && by_name.get(&export.names) == Some(&(place - 1, true))
        });
        known.truncate(MAX_MODULE_EXPORTS);
        known
    }
}

fn known_of(imported: &ImportedName, place: &ExportPlace) -> KnownExport {
    let ImportedName { names, path, except, values, returns, .. } = imported.clone();
    KnownExport { names, path, except, values, returns, place: place.clone() }
}

/// Where a name was bound first.
fn place_of(source: usize, export: &SourceExport, imports: &SourceImports) -> ExportPlace {
    if let Some(place) = export.via.and_then(|via| imports.place(via)) {
        return place.clone();
    }
    let name = export.name.as_deref().unwrap_or("module.exports");
    let name = if name == "default" { "the default export".to_owned() } else { format!("`{name}`") };
    let what = match &export.path {
        Some(path) => format!("{name} is `{path}`, exported here"),
        None => format!("{name} is exported here"),
    };
    ExportPlace { source, position: export.place, what: what.into() }
}

/// What a source imports, of what is known so far.
fn imports_of(edges: &[&ImportEdge], known: &BTreeMap<usize, Vec<KnownExport>>) -> SourceImports {
    let (mut names, mut places) = (Vec::new(), Vec::new());
    let mut before: Option<&str> = None;
    for edge in edges {
        // One specifier leads to one module.
        if before.replace(&edge.specifier) == Some(&*edge.specifier) {
            continue;
        }
        for export in known.get(&edge.to).into_iter().flatten() {
            names.push(ImportedName {
                specifier: Arc::clone(&edge.specifier),
                names: export.names.clone(),
                path: export.path.clone(),
                except: export.except.clone(),
                values: export.values.clone(),
                returns: export.returns.clone(),
            });
            places.push(export.place.clone());
        }
    }
    SourceImports::new(ImportedNames::new(names), places)
}
