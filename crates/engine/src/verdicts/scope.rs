//! At which files each rule looked, for each of its links, and what it may have missed in them.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::provider_of;
use auditlint_providers::TASKS;
use auditlint_rules::{FileGlob, FileGlobs, Role, Rule, RuleCoverage, RuleLevel, SourceInfo};
use auditlint_source::FilePath;
use auditlint_syntax::languages_in;

use super::bindings::{Binding, RuleNumbers};
use super::doubts::{FactDoubts, ReviewedSource, RuleDoubts};
use crate::limits::MAX_DOUBTS;
use crate::snapshot::Snapshot;

/// The links of one rule that hold for some files only, as one set of globs.
pub(super) struct NarrowLinks {
    globs: FileGlobs,
    /// The link of each glob.
    owners: Vec<usize>,
    /// Links whose globs only take files out.
    open: Vec<usize>,
}

impl NarrowLinks {
    pub(super) fn of(rule: &Rule) -> Self {
        let narrow = || rule.tasks.iter().enumerate().filter(|(_, link)| !link.files.is_empty());
        let each = || narrow().flat_map(|(number, link)| link.files.iter().map(move |glob| (number, glob)));
        Self {
            globs: FileGlobs::new(each().map(|(_, glob)| glob)),
            owners: each().map(|(number, _)| number).collect(),
            open: narrow().filter(|(_, link)| link.files.iter().all(FileGlob::is_negated)).map(|(at, _)| at).collect(),
        }
    }

    /// The links that cover a file, each once.
    pub(super) fn covering(&self, rule: &Rule, path: &FilePath, found: &mut Vec<usize>) {
        found.clear();
        if self.owners.is_empty() {
            return;
        }
        let mut matched = Vec::new();
        self.globs.matches_into(path, &mut matched);
        found.extend(matched.into_iter().map(|glob| self.owners[glob]).chain(self.open.iter().copied()));
        found.sort_unstable();
        found.dedup();
        found.retain(|link| rule.tasks[*link].covers(path));
    }
}

/// What one rule looked at.
#[derive(Default)]
pub(super) struct RuleLook {
    /// Whether it looked at any file.
    any: bool,
    /// Of its links those that cover a file at which it looked.
    links: BTreeSet<usize>,
    doubts: RuleDoubts,
    /// Why it looked at nothing, where that is known.
    nothing: Option<String>,
    /// How many files were looked at.
    pub(super) steps: u64,
}

impl RuleLook {
    pub(super) fn has_looked(&self, binding: &Binding) -> bool {
        match binding.links.is_empty() {
            true => self.any,
            false => binding.links.iter().any(|link| self.links.contains(link)),
        }
    }

    /// What is said where it looked at nothing.
    pub(super) fn why_nothing(&self, rule: &Rule, binding: &Binding) -> String {
        match &self.nothing {
            Some(why) => why.clone(),
            None if binding.links.is_empty() || !self.any => format!("rule `{}` looks at no file", rule.id),
            None => format!("rule `{}` looks at no file that its link to the task covers", rule.id),
        }
    }

    /// The first place of a binding's files at which the rule may have missed something, and how many more there are.
    pub(super) fn doubt(&self, rule: &Rule, binding: &Binding) -> Option<(String, usize)> {
        let covers = |path: &FilePath| {
            binding.links.is_empty() || binding.links.iter().any(|link| rule.tasks[*link].covers(path))
        };
        let mut places = self.doubts.places.iter().filter(|(path, _)| covers(path)).map(|(_, why)| why);
        match (places.next(), &self.doubts.everywhere) {
            (Some(first), _) => Some((first.clone(), places.count())),
            (None, everywhere) => everywhere.clone().map(|why| (why, 0)),
        }
    }
}

/// What the rules of bindings looked at, by their numbers.
pub(super) fn looks(
    snapshot: &Snapshot<'_>,
    bindings: &[Binding],
    sources: &[ReviewedSource],
    facts: &FactDoubts,
) -> BTreeMap<usize, RuleLook> {
    let numbers = RuleNumbers::of(snapshot);
    let mut asked: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for binding in bindings {
        asked.entry(binding.rule).or_default().extend(&binding.links);
    }
    let doubted = Doubted::of(snapshot, sources);
    let look = |(number, links): (usize, BTreeSet<usize>)| {
        let look = match numbers.index(number) {
            Some(index) => {
                Looking { snapshot, index, rule: numbers.rule(number), links }.look(&doubted, sources, facts)
            }
            None => RuleLook::default(),
        };
        (number, look)
    };
    asked.into_iter().map(look).collect()
}

/// The sources in which something may have been missed.
struct Doubted<'s> {
    sources: Vec<(&'s FilePath, &'s ReviewedSource)>,
    has_more: bool,
}

impl<'s> Doubted<'s> {
    fn of(snapshot: &'s Snapshot<'_>, sources: &'s [ReviewedSource]) -> Self {
        let all = snapshot.scope.iter().map(|source| &source.path).zip(sources);
        let mut doubted = all.filter(|(_, source)| !source.doubts.is_empty());
        let first = doubted.by_ref().take(MAX_DOUBTS).collect();
        Self { sources: first, has_more: doubted.next().is_some() }
    }
}

/// A rule whose files are looked up.
struct Looking<'s> {
    snapshot: &'s Snapshot<'s>,
    index: u32,
    rule: &'s Rule,
    /// The links that it is asked about.
    links: BTreeSet<usize>,
}

impl Looking<'_> {
    fn look(&self, doubted: &Doubted<'_>, sources: &[ReviewedSource], facts: &FactDoubts) -> RuleLook {
        let reach = self.snapshot.catalogue().set.coverage(self.index);
        let mut look = RuleLook::default();
        if self.rule.checks().is_empty() {
            let paths = self.snapshot.scope.iter().map(|source| &source.path);
            let looked = paths.zip(sources).filter(|(path, source)| self.looks_at(&reach, path, source.role));
            self.follow(looked.map(|(path, _)| path), &mut look);
            self.note_sources(&reach, doubted, &mut look);
            return look;
        }
        let relations: BTreeSet<&str> = self.rule.checks().iter().map(|check| check.each.as_str()).collect();
        match facts.of(self.index) {
            Some(found) if found.has_rows => look.doubts = found.doubts.clone(),
            _ => {
                let names: Vec<String> = relations.iter().map(|name| format!("`{name}`")).collect();
                let why = format!("rule `{}` has nothing to look at: {} has no rows", self.rule.id, names.join(", "));
                look.nothing = Some(why);
                return look;
            }
        }
        let providers: Vec<_> = self.snapshot.catalogue().providers_of(relations.iter().copied()).collect();
        let reads = |path: &FilePath| providers.iter().any(|provider| provider.reads(path));
        let is_about_tasks = relations.iter().any(|name| provider_of(name) == TASKS);
        let task_files = self.snapshot.tasks.tasks().iter().filter(|_| is_about_tasks).map(|task| &task.place.path);
        let files = self.snapshot.discovered.files.iter().filter(|path| reads(path)).chain(task_files);
        let covered =
            files.filter(|path| reach.covers(path, self.snapshot.roles.of_path(path).role) && !self.is_off_in(path));
        self.follow(covered, &mut look);
        look
    }

    /// Goes through the files at which the rule looks until every link is known to have one.
    fn follow<'p>(&self, files: impl Iterator<Item = &'p FilePath>, look: &mut RuleLook) {
        let narrow = NarrowLinks::of(self.rule);
        let mut covering = Vec::new();
        for path in files {
            look.steps += 1;
            look.any = true;
            if !self.links.is_empty() {
                narrow.covering(self.rule, path, &mut covering);
                look.links.extend(covering.iter().filter(|link| self.links.contains(link)));
            }
            if look.links.len() >= self.links.len() {
                break;
            }
        }
    }

    fn looks_at(&self, reach: &RuleCoverage<'_>, path: &FilePath, role: Role) -> bool {
        languages_in(path).any(|language| reach.looks_at(SourceInfo { path, language, role })) && !self.is_off_in(path)
    }

    fn is_off_in(&self, path: &FilePath) -> bool {
        self.snapshot.config().overridden(&self.rule.id, path).unwrap_or(self.rule.level) == RuleLevel::Off
    }

    /// Notes in which sources the rule may have missed something.
    fn note_sources(&self, reach: &RuleCoverage<'_>, doubted: &Doubted<'_>, look: &mut RuleLook) {
        for (path, source) in &doubted.sources {
            let concerns = |rules: &Option<Vec<u32>>| rules.as_ref().is_none_or(|rules| rules.contains(&self.index));
            let mut doubts = source.doubts.iter().filter(|doubt| concerns(&doubt.rules));
            if let Some(first) = doubts.next()
                && self.looks_at(reach, path, source.role)
            {
                look.doubts.add(path, format!("`{path}` {}", first.why));
            }
        }
        if doubted.has_more {
            look.doubts.everywhere = Some(format!("more than {MAX_DOUBTS} files were not understood"));
        }
    }
}
