//! Where imports lead that somebody found without their facts: names that are followed from source to source ask.

use std::collections::HashSet;

use auditlint_facts::{AnyFacts, AnyProvider, ProjectScope, Provider, Relation, RelationInfo, Source};
use auditlint_source::FilePath;
use auditlint_syntax::Language;

use super::fact::{Facts, ModuleFact};
use super::project::SpecifierContext;
use super::resolve::{ImportTarget, Resolver};
use super::{Imports, importmap, manifest, mentions};
use crate::read::build_config;

/// What reads what decides where imports lead: manifests, configurations of compilers, aliases of bundlers. It gives no relation.
#[must_use]
pub fn import_settings() -> &'static dyn AnyProvider {
    &ImportSettings
}

struct ImportSettings;

impl Provider for ImportSettings {
    type Fact = ModuleFact;

    fn name(&self) -> &str {
        "import-settings"
    }

    fn about(&self) -> &str {
        "What decides where imports lead. It gives no relation: `import` says what is imported."
    }

    fn relations(&self) -> &[RelationInfo] {
        &[]
    }

    fn reads(&self, path: &FilePath) -> bool {
        let is_code = || Language::of_path(path).is_some_and(Language::is_ecmascript);
        manifest::is_json(path) || importmap::is_pins(path) || (build_config::is_config(path) && is_code())
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        Provider::extract(&Imports, source)
    }

    fn derive(&self, _sources: &[(FilePath, &Facts)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        Vec::new()
    }
}

/// An import that leads to a file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLead {
    /// The place of the importing file among those that were reached.
    pub from: usize,
    /// The place of the specifier among those of the file.
    pub specifier: usize,
    /// The file that it leads to.
    pub to: FilePath,
}

/// What imports reach from some files on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReachedFiles {
    /// The files, those that were begun with first, each with its specifiers.
    pub files: Vec<(FilePath, Vec<Box<str>>)>,
    /// Where the specifiers lead, as far as nothing else can be meant.
    pub leads: Vec<ImportLead>,
}

/// Gives the specifiers of some files, in their order.
pub type ReadSpecifiers<'r> = &'r mut dyn FnMut(&[FilePath]) -> Vec<Vec<Box<str>>>;

/// Follows the imports of some files to the files that they lead to, and on from these, at most so many steps. `settings` are the
/// facts of [`import_settings`].
pub fn reached_from(
    begun_with: Vec<FilePath>,
    steps: u32,
    settings: &[(FilePath, AnyFacts)],
    scope: &ProjectScope<'_>,
    read: ReadSpecifiers<'_>,
) -> ReachedFiles {
    let typed = settings.iter().filter_map(|(path, facts)| Some((path.clone(), facts.typed::<ModuleFact>()?)));
    let sources: Vec<(FilePath, &Facts)> = typed.collect();
    let project = SpecifierContext::of(&sources, scope);
    let resolver = Resolver::new(&sources, &project, scope);
    let mut reached = ReachedFiles::default();
    let mut known: HashSet<FilePath> = begun_with.iter().cloned().collect();
    let mut next = begun_with;
    for step in 0..=steps {
        let specifiers = read(&next);
        let begin = reached.files.len();
        reached.files.extend(next.drain(..).zip(specifiers));
        for from in begin..reached.files.len() {
            let (path, specifiers) = &reached.files[from];
            let place = resolver.place(path);
            for (number, specifier) in specifiers.iter().enumerate() {
                let ImportTarget::File { file, is_said: true } = resolver.resolve(&place, specifier) else { continue };
                let to = resolver.files.path(file).clone();
                if step < steps && known.insert(to.clone()) {
                    next.push(to.clone());
                }
                reached.leads.push(ImportLead { from, specifier: number, to });
            }
        }
        if next.is_empty() {
            break;
        }
    }
    reached
}

/// What stands in quotes behind `from`, `import` and `require` in a text, each once. Nothing is parsed, so some may be no import.
#[must_use]
pub fn specifiers_in(text: &[u8]) -> Vec<Box<str>> {
    let mut found: Vec<Box<str>> = Vec::new();
    mentions::each_specifier(text, |_, specifier| found.push(specifier.into()));
    found.sort_unstable();
    found.dedup();
    found
}
