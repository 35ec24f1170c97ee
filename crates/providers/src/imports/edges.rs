//! Which files import which, for providers that read the imports of files in a way of their own.

use auditlint_facts::{ProjectScope, SourceFacts};
use auditlint_source::FilePath;

use super::fact::ModuleFact;
use super::project::SpecifierContext;
use super::resolve::Resolver;

/// An import that leads to a file of the project: the place of the importing file among the sources, the file.
pub(crate) struct ModuleEdge {
    pub(crate) from: usize,
    pub(crate) to: FilePath,
}

/// The imports that lead to files, in the order of the sources.
pub(crate) fn edges(sources: &[(FilePath, &SourceFacts<ModuleFact>)], scope: &ProjectScope<'_>) -> Vec<ModuleEdge> {
    let project = SpecifierContext::of(sources, scope);
    let resolver = Resolver::new(sources, &project, scope);
    let mut found = Vec::new();
    for (from, (path, said)) in sources.iter().enumerate() {
        let mut place = None;
        for said in &said.facts {
            let ModuleFact::Import { specifier, .. } = &said.fact else { continue };
            let place = place.get_or_insert_with(|| resolver.place(path));
            if let Some(file) = resolver.resolve(place, specifier).file() {
                found.push(ModuleEdge { from, to: resolver.files.path(file).clone() });
            }
        }
    }
    found
}

/// The files to which specifiers of some files lead.
pub(crate) fn files_of<'r>(
    sources: &'r [(FilePath, &SourceFacts<ModuleFact>)],
    wanted: &[(&FilePath, &'r str)],
    scope: &ProjectScope<'_>,
) -> Vec<Option<FilePath>> {
    let project = SpecifierContext::of(sources, scope);
    let resolver = Resolver::new(sources, &project, scope);
    let mut known = None;
    let mut found = Vec::with_capacity(wanted.len());
    for (path, specifier) in wanted {
        let (_, place) = match known.take() {
            Some((of, place)) if of == *path => known.insert((of, place)),
            _ => known.insert((*path, resolver.place(path))),
        };
        found.push(resolver.resolve(place, specifier).file().map(|file| resolver.files.path(file).clone()));
    }
    found
}

/// Whether a file decides where imports lead, and is cheap to read.
pub(crate) fn decides(path: &FilePath) -> bool {
    super::manifest::is_json(path)
}

/// What such a file says.
pub(crate) fn extract_manifest(source: &auditlint_facts::Source<'_, '_>) -> SourceFacts<ModuleFact> {
    let mut out = SourceFacts::default();
    super::manifest::extract(source, &mut out);
    out
}
