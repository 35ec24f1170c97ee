//! What kinds of code the modules are on which something hangs.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{DerivedFacts, Relation, provider_of};
use auditlint_providers::AskedKinds;
use auditlint_rules::{MODULE_KINDS, ModuleKind, ModuleKinds};
use auditlint_source::{FilePath, Problem};

use crate::snapshot::Snapshot;

/// The kinds that something hangs on, by module.
pub(crate) type KindsByModule = BTreeMap<FilePath, BTreeSet<ModuleKind>>;

impl Snapshot<'_> {
    /// What is known of the kinds of some modules. What it takes to know is told where it is asked for the first time.
    pub(crate) fn module_kinds(&self, asked: KindsByModule, problems: &mut Vec<Problem>) -> &ModuleKinds {
        self.modules.get_or_init(|| {
            let mut more = Vec::new();
            let kinds = self.find_kinds(asked, &mut more);
            // A file that several relations are read from is told once.
            more.retain(|problem| !problems.contains(problem));
            problems.extend(more);
            kinds
        })
    }

    fn find_kinds(&self, asked: KindsByModule, problems: &mut Vec<Problem>) -> ModuleKinds {
        // What rules over facts ask for was read for them.
        if self.catalogue().readers().iter().any(|reader| reader.name() == provider_of(MODULE_KINDS)) {
            let facts = self.facts(std::iter::once(MODULE_KINDS), problems);
            return ModuleKinds::of(facts.relation(MODULE_KINDS));
        }
        let asked = AskedKinds::new(asked);
        // One after the other, as what is kept of one does not depend on which files the other reads.
        let found: Vec<DerivedFacts> = asked
            .providers()
            .into_iter()
            .map(|provider| self.extract_and_derive(&[provider], problems).facts)
            .collect();
        let kinds = |facts: &DerivedFacts| facts.relations().next().cloned();
        let relations: Vec<Relation> = found.iter().filter_map(kinds).collect();
        ModuleKinds::of(&relations)
    }
}
