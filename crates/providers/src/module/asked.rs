//! The kinds of the modules on which something hangs, for a run that asks for no others.
//!
//! Where a module runs and what the process keeps of it is told from the texts of the whole project. Which parts of it are configuration
//! is told from its own tree, so that only the modules that are asked about are parsed.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{
    AnyProvider, Column, ProjectScope, Provider, Relation, RelationInfo, Source, column, detail, relation,
};
use auditlint_source::{FilePath, ModuleKind};
use auditlint_syntax::Code;

use super::fact::{Facts, KindFact};
use super::graph::ModuleGraph;
use super::{Modules, configurations, is_module, manifest, part, signed, signs, skim_of};

/// Columns as those of `module.kind`.
const COLUMNS: &[Column] = &[
    column("path", "the module"),
    column("kind", "its kind"),
    detail("evidence", "what says so"),
    detail("by", "the file that says so"),
    detail("first_line", "where the part of the module begins that it is about; nothing for all of it"),
    detail("last_line", "where that part ends"),
];

static OF_SIGNS: [RelationInfo; 1] =
    [relation("module-signs.kind", "What kind of code a module is by what is told without a parse.", COLUMNS)];

static OF_PARTS: [RelationInfo; 1] =
    [relation("module-parts.kind", "Which parts of a module are configuration.", COLUMNS)];

/// Which kinds of which modules are asked for.
pub struct AskedKinds {
    kinds: BTreeSet<ModuleKind>,
    parts: Parts,
}

impl AskedKinds {
    /// Asks for kinds, by module.
    #[must_use]
    pub fn new(asked: BTreeMap<FilePath, BTreeSet<ModuleKind>>) -> Self {
        let kinds = asked.values().flatten().copied().collect();
        let asks_parts = |(path, kinds): (FilePath, BTreeSet<ModuleKind>)| {
            kinds.contains(&ModuleKind::Configuration).then_some(path)
        };
        Self { kinds, parts: Parts { modules: asked.into_iter().filter_map(asks_parts).collect() } }
    }

    /// What finds them out: each gives relations, of which the first has the columns of `module.kind`.
    #[must_use]
    pub fn providers(&self) -> Vec<&dyn AnyProvider> {
        // Whether a part is a client hangs on who imports it.
        if self.kinds.contains(&ModuleKind::Client) {
            return vec![&Modules];
        }
        let asks_parts = !self.parts.modules.is_empty();
        let asks_signs = self.kinds.iter().any(|kind| *kind != ModuleKind::Configuration);
        let parts = asks_parts.then_some(&self.parts as &dyn AnyProvider);
        parts.into_iter().chain(asks_signs.then_some(&ModuleSigns as &dyn AnyProvider)).collect()
    }
}

/// What the texts of all files show.
struct ModuleSigns;

impl Provider for ModuleSigns {
    type Fact = KindFact;

    fn name(&self) -> &str {
        "module-signs"
    }

    fn about(&self) -> &str {
        "Where modules run, as far as texts tell."
    }

    fn relations(&self) -> &[RelationInfo] {
        &OF_SIGNS
    }

    fn reads(&self, path: &FilePath) -> bool {
        Provider::reads(&Modules, path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if manifest::is_manifest(source.path) {
            manifest::extract(source, &mut out);
        } else if let Some(code) = Code::of(source.path, source.text().as_bytes()) {
            signs(source, &code, &skim_of(&code), &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let (rows, gaps) = signed(sources, &ModuleGraph::of(sources, is_module, scope));
        vec![Relation { info: OF_SIGNS[0].clone(), rows, gaps }]
    }
}

/// Which parts of some modules are configuration.
struct Parts {
    modules: BTreeSet<FilePath>,
}

impl Provider for Parts {
    type Fact = KindFact;

    fn name(&self) -> &str {
        "module-parts"
    }

    fn about(&self) -> &str {
        "Which parts of modules are configuration."
    }

    fn relations(&self) -> &[RelationInfo] {
        &OF_PARTS
    }

    fn reads(&self, path: &FilePath) -> bool {
        Provider::reads(&Modules, path) && is_module(path) && self.modules.contains(path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if let Some(code) = Code::of(source.path, source.text().as_bytes()) {
            configurations(source, &code, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _: &ProjectScope<'_>) -> Vec<Relation> {
        let parts = sources.iter().flat_map(|(path, said)| said.facts.iter().filter_map(|said| part(path, said)));
        vec![Relation { info: OF_PARTS[0].clone(), rows: parts.collect(), gaps: Vec::new() }]
    }
}
