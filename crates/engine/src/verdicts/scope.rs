//! At which files each rule looked, for each of its links, and what it may have missed in them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use auditlint_facts::provider_of;
use auditlint_providers::TASKS;
use auditlint_rules::{Role, Rule, RuleCoverage, RuleLevel, SourceInfo};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, languages_in};
use auditlint_tasks::{Task, TaskFiles};

use super::bindings::{RuleBinding, RuleNumbers};
use super::doubts::{FactDoubts, ReviewedSource, RuleDoubts};
use crate::limits::MAX_DOUBTS;
use crate::links::Links;
use crate::snapshot::Snapshot;

/// What one rule looked at.
#[derive(Default)]
pub(super) struct RuleLook {
    /// Whether it looked at any file.
    any: bool,
    /// Of its links those that cover a file at which it looked.
    links: BTreeSet<usize>,
    /// Of the tasks that name it and list files those that list one at which it looked.
    tasks: BTreeSet<usize>,
    doubts: RuleDoubts,
    /// Why it looked at nothing, where that is known.
    nothing: Option<String>,
    /// How many files were looked at, those that the rule passes over among them.
    pub(super) steps: u64,
}

impl RuleLook {
    pub(super) fn has_looked(&self, binding: &RuleBinding) -> bool {
        match binding.links.is_empty() {
            true if binding.is_listing => self.tasks.contains(&binding.subject),
            true => self.any,
            false => binding.links.iter().any(|link| self.links.contains(link)),
        }
    }

    /// What is said where it looked at nothing.
    pub(super) fn why_nothing(&self, rule: &Rule, binding: &RuleBinding) -> String {
        match &self.nothing {
            Some(why) => why.clone(),
            None if !self.any => format!("rule `{}` looks at no file", rule.id),
            None if binding.is_listing => format!("rule `{}` looks at none of the files that the task lists", rule.id),
            None if binding.links.is_empty() => format!("rule `{}` looks at no file", rule.id),
            None => format!("rule `{}` looks at no file that its link to the task covers", rule.id),
        }
    }

    /// The first place of a binding's files at which the rule may have missed something, and how many more there are.
    pub(super) fn doubt(&self, rule: &Rule, binding: &RuleBinding, task: Option<&Task>) -> Option<(String, usize)> {
        let is_asked = binding.is_listing && !self.doubts.places.is_empty();
        let files = task.filter(|_| is_asked).map(TaskFiles::new);
        let covers = |path: &FilePath| match &files {
            Some(files) => files.cover(path),
            None => binding.links.is_empty() || binding.links.iter().any(|link| rule.tasks[*link].covers(path)),
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
    bindings: &[RuleBinding],
    sources: &[ReviewedSource],
    facts: &FactDoubts,
    task_links: &Links,
) -> BTreeMap<usize, RuleLook> {
    let numbers = RuleNumbers::of(snapshot);
    let mut asked: BTreeMap<usize, AskedRule> = BTreeMap::new();
    for binding in bindings {
        let asked = asked.entry(binding.rule).or_default();
        asked.links.extend(&binding.links);
        asked.tasks.extend(binding.is_listing.then_some(binding.subject));
    }
    let files = AskedFiles::of(snapshot, sources);
    let look = |(number, asked): (usize, AskedRule)| {
        let look = match numbers.index(number) {
            Some(index) => {
                Looking { snapshot, index, rule: numbers.rule(number), asked, task_links }.look(&files, facts)
            }
            None => RuleLook::default(),
        };
        (number, look)
    };
    asked.into_iter().map(look).collect()
}

/// The files that each rule is held against, with what many rules ask about them.
struct AskedFiles<'s> {
    sources: Vec<AskedSource<'s>>,
    /// The sources in which something may have been missed, by their numbers in `sources`.
    doubted: Vec<usize>,
    has_more_doubted: bool,
    /// The roles of other files, once a rule has asked for them.
    roles: RefCell<HashMap<&'s FilePath, Role>>,
}

struct AskedSource<'s> {
    path: &'s FilePath,
    review: &'s ReviewedSource,
    languages: Vec<Language>,
}

impl<'s> AskedFiles<'s> {
    fn of(snapshot: &'s Snapshot<'_>, reviews: &'s [ReviewedSource]) -> Self {
        let asked = |(path, review): (&'s FilePath, &'s ReviewedSource)| AskedSource {
            path,
            review,
            languages: languages_in(path).collect(),
        };
        let sources: Vec<AskedSource<'_>> =
            snapshot.scope.iter().map(|source| &source.path).zip(reviews).map(asked).collect();
        let mut doubted = (0..sources.len()).filter(|number| !sources[*number].review.doubts.is_empty());
        let first = doubted.by_ref().take(MAX_DOUBTS).collect();
        let has_more_doubted = doubted.next().is_some();
        Self { doubted: first, has_more_doubted, sources, roles: RefCell::default() }
    }

    fn role(&self, snapshot: &Snapshot<'_>, path: &'s FilePath) -> Role {
        *self.roles.borrow_mut().entry(path).or_insert_with(|| snapshot.roles.of_path(path).role)
    }
}

/// What is asked about one rule.
#[derive(Default)]
struct AskedRule {
    /// Its links to tasks.
    links: BTreeSet<usize>,
    /// The tasks that name it and list files.
    tasks: BTreeSet<usize>,
}

/// A rule whose files are looked up.
struct Looking<'s> {
    snapshot: &'s Snapshot<'s>,
    index: u32,
    rule: &'s Rule,
    asked: AskedRule,
    task_links: &'s Links,
}

impl<'s> Looking<'s> {
    fn look(&self, asked: &AskedFiles<'s>, facts: &FactDoubts) -> RuleLook {
        let reach = self.snapshot.catalogue().set.coverage(self.index);
        let mut look = RuleLook::default();
        if self.rule.checks().is_empty() {
            let looks_at = |number: usize| self.looks_at(&reach, &asked.sources[number]);
            let looked = (0..asked.sources.len()).map(|number| (asked.sources[number].path, looks_at(number)));
            self.follow(looked, &mut look);
            self.note_sources(&reach, asked, &mut look);
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
        let covers = |path| reach.covers(path, asked.role(self.snapshot, path)) && !self.is_off_in(path);
        let read = self.snapshot.discovered.files.iter().map(|path| (path, reads(path) && covers(path)));
        self.follow(read.chain(task_files.map(|path| (path, covers(path)))), &mut look);
        look
    }

    /// Goes through files, each with whether the rule looks at it, until every link and task is known to have one at which it does.
    fn follow<'p>(&self, files: impl Iterator<Item = (&'p FilePath, bool)>, look: &mut RuleLook) {
        let narrow = self.task_links.narrow(self.index);
        let mut covering = Vec::new();
        for (path, is_looked_at) in files {
            look.steps += 1;
            if !is_looked_at {
                continue;
            }
            look.any = true;
            if !self.asked.links.is_empty() {
                narrow.covering(self.rule, path, &mut covering);
                look.links.extend(covering.iter().filter(|link| self.asked.links.contains(link)));
            }
            if !self.asked.tasks.is_empty() {
                self.task_links.listing(self.index, path, &mut covering);
                look.tasks.extend(covering.iter().filter(|task| self.asked.tasks.contains(task)));
            }
            if look.links.len() >= self.asked.links.len() && look.tasks.len() >= self.asked.tasks.len() {
                break;
            }
        }
    }

    fn looks_at(&self, reach: &RuleCoverage<'_>, source: &AskedSource<'_>) -> bool {
        let AskedSource { path, review, languages } = source;
        let looks = |language: &Language| reach.looks_at(SourceInfo { path, language: *language, role: review.role });
        languages.iter().any(looks) && !self.is_off_in(path)
    }

    fn is_off_in(&self, path: &FilePath) -> bool {
        self.snapshot.config_of(path).overridden(&self.rule.id, path).unwrap_or(self.rule.level) == RuleLevel::Off
    }

    /// Notes in which sources the rule may have missed something.
    fn note_sources(&self, reach: &RuleCoverage<'_>, asked: &AskedFiles<'_>, look: &mut RuleLook) {
        for source in asked.doubted.iter().map(|number| &asked.sources[*number]) {
            let path = source.path;
            let concerns = |rules: &Option<Vec<u32>>| rules.as_ref().is_none_or(|rules| rules.contains(&self.index));
            let mut doubts = source.review.doubts.iter().filter(|doubt| concerns(&doubt.rules));
            if let Some(first) = doubts.next()
                && self.looks_at(reach, source)
            {
                look.doubts.add(path, format!("`{path}` {}", first.why));
            }
        }
        if asked.has_more_doubted {
            look.doubts.everywhere = Some(format!("more than {MAX_DOUBTS} files were not understood"));
        }
    }
}
