//! Rules over facts: which files are read for them, and what they find.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auditlint_facts::limits::{MAX_FACTS, MAX_MESSAGE};
use auditlint_facts::{
    AnyFacts, AnyProvider, Facts, Gap, Must, Offence, ProjectScope, Relation, RequiredCommand, Source, Sources,
    provider_of,
};
use auditlint_providers::{TASKS, relations_of_tasks};
use auditlint_source::{Decoded, FilePath, Files, LineIndex, Problem, ProblemKind, Span};
use auditlint_syntax::{Language, Parser};
use rayon::prelude::*;

use crate::Related;
use crate::analyse::has_directive;
use crate::catalogue::{Catalogue, Origin};
use crate::config::Config;
use crate::discovery::{Discovered, Ignored, discover};
use crate::limits::MAX_FACT_MATCHES;
use crate::run::{Project, RunOptions};
use crate::turns::Turns;

/// A place that a rule over facts found.
pub(crate) struct FactMatch {
    /// Index of the rule in the set.
    pub(crate) rule: u32,
    pub(crate) span: Span,
    pub(crate) message: Arc<str>,
    pub(crate) related: Vec<Related>,
}

/// What rules over facts found, by file.
pub(crate) type FactMatches = BTreeMap<FilePath, Vec<FactMatch>>;

/// Extracts and derives what `wanted` providers give for a whole project; and the files of data that hold suppressions.
pub(crate) fn gather(
    files: &dyn Files,
    config: &Config,
    options: &RunOptions,
    (every, unread_folders): (&[FilePath], &[(FilePath, String)]),
    wanted: &[&dyn AnyProvider],
    problems: &mut Vec<Problem>,
) -> (Facts, Vec<FilePath>) {
    let is_read = |path: &&FilePath| wanted.iter().any(|provider| provider.reads(path));
    let paths: Vec<&FilePath> = every.iter().filter(is_read).collect();
    // A row that was not read may be the one that somebody is accused of lacking.
    let unread = |path: &FilePath, message: &str| -> Vec<Option<AnyFacts>> {
        let none = |provider: &&dyn AnyProvider| provider.none_because_of(Gap::new(Span::default(), message));
        wanted.iter().map(|provider| provider.reads(path).then(|| none(provider))).collect()
    };
    let turns = Turns::new();
    let (taken, limit) = (AtomicU64::new(0), MAX_FACTS);
    let read = |parser: &mut Parser, path: &FilePath| -> (Vec<Option<AnyFacts>>, bool, Option<Problem>) {
        let text = match files.read(path, config.max_file_size) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("the file cannot be read: {error}");
                // A source that cannot be read is told where it is analysed.
                let problem = Language::of_path(path)
                    .is_none()
                    .then(|| Problem::warning(ProblemKind::File, message.as_str()).in_file(path));
                return (unread(path, &message), false, problem);
            }
        };
        let _turn = turns.take(text.len() as u64);
        let decoded = Decoded::new(&text);
        let source = Source::new(path, &decoded, parser);
        let has_directive = Language::of_path(path).is_none() && has_directive(&text);
        let raw: Vec<Option<AnyFacts>> =
            wanted.iter().map(|provider| options.facts.facts_of(*provider, &source)).collect();
        let weight: u64 = raw.iter().flatten().map(AnyFacts::weight).sum();
        let is_full = taken.fetch_add(weight, Ordering::Relaxed) + weight > limit;
        if is_full {
            // What was read is given up as a whole below, so it does not matter which thread meets the limit.
            options.facts.retain(|_| false);
            return (vec![None; raw.len()], has_directive, None);
        }
        (raw, has_directive, None)
    };
    let outcomes: Vec<_> = paths
        .par_iter()
        .map_init(Parser::default, |parser, path| {
            catch_unwind(AssertUnwindSafe(|| read(parser, path))).unwrap_or_else(|_| {
                *parser = Parser::default();
                let problem = Problem::error(ProblemKind::Bug, "auditlint failed on this file while it read facts");
                let help = "this is a bug in auditlint; please report it with the file, or exclude the file";
                (unread(path, "auditlint failed on the file"), false, Some(problem.in_file(path).help(help)))
            })
        })
        .collect();
    let mut raw: Vec<(&dyn AnyProvider, Sources)> = wanted.iter().map(|provider| (*provider, Vec::new())).collect();
    let mut with_directives = Vec::new();
    for (path, (extracted, has_directive, problem)) in paths.into_iter().zip(outcomes) {
        problems.extend(problem);
        with_directives.extend(has_directive.then(|| path.clone()));
        for ((_, sources), found) in raw.iter_mut().zip(extracted) {
            sources.extend(found.map(|found| (path.clone(), found)));
        }
    }
    if taken.into_inner() > limit {
        let message = format!("the facts of the project take more than {} MiB", limit >> 20);
        let help = "exclude what holds most of them; rules over facts leave everything unjudged until then";
        problems.push(Problem::error(ProblemKind::File, message.as_str()).help(help));
        for (provider, sources) in &mut raw {
            let first = sources.first().map(|(path, _)| path.clone());
            sources.clear();
            let gap = Gap::new(Span::default(), message.as_str());
            sources.extend(first.map(|path| (path, provider.none_because_of(gap))));
        }
    }
    options.facts.retain(|path| every.binary_search(path).is_ok());
    let ignored = RefCell::new(Ignored::new(files, &config.exclude, &options.below_repository));
    let known = ProjectScope::new(every, &|_| false);
    // Links are not followed, so that what lies behind them is no file of the project.
    let is_apart = |path: &FilePath| files.kind(path).is_some() && !known.has_file(path) && !known.has_folder(path);
    let ignores = |path: &FilePath| ignored.borrow_mut().ignores(path, false) || is_apart(path);
    let required: Vec<RequiredCommand> = config.path.iter().flat_map(|path| required(path, config)).collect();
    let scope = ProjectScope::new(every, &ignores).requiring(&required).lacking(unread_folders);
    (Facts::derive(raw, &scope), with_directives)
}

/// The commands that the configuration asks of continuous integration.
fn required<'c>(path: &'c FilePath, config: &'c Config) -> impl Iterator<Item = RequiredCommand> + 'c {
    let commands = config.ci_commands.iter();
    commands.map(|(span, command)| RequiredCommand { path: path.clone(), span: *span, command: command.clone() })
}

/// The providers that the rules of a catalogue need.
pub(crate) fn facts_readers(catalogue: &Catalogue) -> Vec<&dyn AnyProvider> {
    let checks = catalogue.set.rules().iter().flat_map(|compiled| compiled.rule.checks());
    providers_of(catalogue, checks.flat_map(auditlint_facts::Check::relations))
}

/// The providers of some relations.
fn providers_of<'c, 'r>(
    catalogue: &'c Catalogue,
    relations: impl Iterator<Item = &'r str>,
) -> Vec<&'c dyn AnyProvider> {
    let names: BTreeSet<&str> = relations.map(provider_of).collect();
    catalogue.providers().filter(|provider| names.contains(provider.name())).collect()
}

impl Project<'_> {
    /// The walk over the whole project, also where the run is about a part of it.
    fn every_file(&self) -> Cow<'_, Discovered> {
        if self.discovered.files.is_empty() {
            return Cow::Owned(discover(self.files, &self.config.exclude, &self.options().below_repository));
        }
        Cow::Borrowed(&self.discovered)
    }

    /// The relations of a project, those of the providers that `relations` names.
    #[must_use]
    pub fn facts<'r>(&self, relations: impl Iterator<Item = &'r str>, problems: &mut Vec<Problem>) -> Facts {
        self.facts_and_directives(relations, problems).0
    }

    /// The same, with the files of data that hold suppressions.
    fn facts_and_directives<'r>(
        &self,
        relations: impl Iterator<Item = &'r str>,
        problems: &mut Vec<Problem>,
    ) -> (Facts, Vec<FilePath>) {
        let names: Vec<&str> = relations.collect();
        let wanted = providers_of(&self.catalogue, names.iter().copied());
        let (facts, with_directives) = match wanted.is_empty() {
            true => (Facts::default(), Vec::new()),
            false => {
                let every = self.every_file();
                let walked = (every.files.as_slice(), every.unread.as_slice());
                gather(self.files, &self.config, self.options(), walked, &wanted, problems)
            }
        };
        let facts = match names.iter().any(|name| provider_of(name) == TASKS) {
            true => facts.with(relations_of_tasks(&self.tasks)),
            false => facts,
        };
        (facts, with_directives)
    }

    /// What the rules over facts find in the files that the run reports on. Where a rule can accuse nobody because a relation
    /// lacks rows, a problem says so.
    pub(crate) fn check_facts(&self, problems: &mut Vec<Problem>) -> FactMatches {
        let rules = self.catalogue.set.rules().iter().enumerate();
        let checks: Vec<_> = rules
            .flat_map(|(index, compiled)| {
                compiled.rule.checks().iter().map(move |check| (index as u32, &compiled.rule, check))
            })
            .collect();
        let mut found = FactMatches::new();
        if checks.is_empty() {
            return found;
        }
        let relations = checks.iter().flat_map(|(_, _, check)| check.relations());
        let (facts, with_directives) = self.facts_and_directives(relations, problems);
        let scope = Scope::of(self.options());
        // What is wrong with a suppression is a finding also where nothing else is found.
        for path in with_directives.into_iter().filter(|path| scope.holds(path)) {
            found.entry(path).or_default();
        }
        let (mut count, mut left_out) = (0_u64, 0_u64);
        let mut gaps = Gaps::default();
        let mut lines = Lines { files: self.files, limit: self.config.max_file_size, known: BTreeMap::new() };
        for (index, rule, check) in checks {
            let is_own = self.catalogue.origins[index as usize] != Origin::Shipped;
            let asks_for_rows = matches!(check.must, Must::NonEmpty | Must::Nothing);
            if is_own
                && !asks_for_rows
                && !self.options().is_partial()
                && facts.relation(&check.each).is_none_or(|each| each.rows.is_empty())
            {
                let message = format!("rule `{}` looks at no row: the relation `{}` is empty", rule.id, check.each);
                let problem = Problem::warning(ProblemKind::Unmatched, message).in_file(&rule.place.0);
                let help = format!("`auditlint facts {}` shows the rows", check.each);
                problems.push(problem.at(rule.place.1, rule.text.as_bytes()).help(help));
            }
            let reach = self.catalogue.set.reach(index);
            let judgement = check.run(&facts);
            gaps.note(index, check.relations().filter_map(|name| facts.relation(name)));
            for row in &judgement.unjudged {
                let place = row.place.as_ref().map_or(&rule.place.0, |(path, _)| path);
                let covers = row.place.is_none() || reach.covers(place, self.roles.of_path(place).0);
                if covers && scope.holds(place) {
                    gaps.count(index, row.source, row.gap);
                }
            }
            let mut is_cut = false;
            for offence in judgement.offences {
                if count == MAX_FACT_MATCHES {
                    left_out += 1;
                    continue;
                }
                let message: Arc<str> = offence.fill(&rule.message).into();
                is_cut |= Offence::is_cut(&message);
                count += 1;
                // A relation without a row is at fault in no file: the finding stands at the rule that asks for one.
                let Some((path, span)) = offence.place else {
                    if scope.holds(&rule.place.0) {
                        let nowhere = FactMatch { rule: index, span: rule.place.1, message, related: Vec::new() };
                        found.entry(rule.place.0.clone()).or_default().push(nowhere);
                    }
                    continue;
                };
                if !reach.covers(&path, self.roles.of_path(&path).0) || !scope.holds(&path) {
                    continue;
                }
                let related = offence.related.iter().map(|(path, span, message)| lines.related(path, *span, message));
                let related = related.collect();
                found.entry(path).or_default().push(FactMatch { rule: index, span, message, related });
            }
            if is_cut {
                let message =
                    format!("rule `{}` made a message of more than {} KiB, which was cut", rule.id, MAX_MESSAGE >> 10);
                let problem = Problem::warning(ProblemKind::Rule, message).in_file(&rule.place.0);
                problems.push(problem.at(rule.place.1, rule.text.as_bytes()).help("make the message simpler"));
            }
        }
        if left_out > 0 {
            let message = format!("rules over facts find more than {MAX_FACT_MATCHES} places; {left_out} are left out");
            problems.push(Problem::error(ProblemKind::File, message).help("turn off the rule that finds most"));
        }
        for (path, FileGaps { shown: gap, places, rules }) in &gaps.files {
            // A run on a part of the project speaks of what that part hangs on.
            let unjudged: u64 = rules.values().sum();
            if unjudged == 0 && !scope.holds(path) {
                continue;
            }
            let id = |rule: &u32| format!("`{}`", self.catalogue.set.rule(*rule).id);
            let told = rules.iter().filter(|(_, count)| unjudged == 0 || **count > 0);
            let (text, names) = (lines.text(path), told.map(|(rule, _)| id(rule)).collect::<Vec<_>>().join(", "));
            let help = match unjudged {
                0 => format!("facts that {names} may need are missing; no finding hangs on them"),
                1 => format!("facts may be missing, so one place is left unjudged by {names}"),
                count => format!("facts may be missing, so {count} places are left unjudged by {names}"),
            };
            let help = match places.len() {
                0 | 1 => help,
                2 => format!("{help}; one more place of this file is not understood"),
                count => format!("{help}; {} more places of this file are not understood", count - 1),
            };
            let problem = Problem::warning(ProblemKind::Unmatched, gap.message.as_str()).in_file(path);
            problems.push(problem.at(gap.span, &text).help(help));
        }
        found
    }
}

/// What was not understood, by file.
#[derive(Default)]
struct Gaps<'f> {
    files: BTreeMap<&'f FilePath, FileGaps<'f>>,
}

/// What of one file was not understood.
struct FileGaps<'f> {
    /// The first of them, or the first on which a place hangs.
    shown: &'f Gap,
    places: BTreeSet<Span>,
    /// The rules that read the file, and how many places each leaves unjudged.
    rules: BTreeMap<u32, u64>,
}

impl<'f> Gaps<'f> {
    fn of(&mut self, source: &'f FilePath, gap: &'f Gap) -> &mut FileGaps<'f> {
        let fresh = || FileGaps { shown: gap, places: BTreeSet::new(), rules: BTreeMap::new() };
        let found = self.files.entry(source).or_insert_with(fresh);
        found.places.insert(gap.span);
        found
    }

    fn note(&mut self, rule: u32, relations: impl Iterator<Item = &'f Relation>) {
        for (source, gap) in relations.flat_map(|relation| &relation.gaps) {
            self.of(source, gap).rules.entry(rule).or_default();
        }
    }

    fn count(&mut self, rule: u32, source: &'f FilePath, gap: &'f Gap) {
        let found = self.of(source, gap);
        if found.rules.values().all(|count| *count == 0) {
            found.shown = gap;
        }
        *found.rules.entry(rule).or_default() += 1;
    }
}

/// On which files a run reports.
struct Scope<'o> {
    /// The files and folders that were named; nothing where the run is about the whole project.
    named: BTreeSet<&'o FilePath>,
}

impl<'o> Scope<'o> {
    fn of(options: &'o RunOptions) -> Self {
        Self { named: options.paths.iter().collect() }
    }

    fn holds(&self, path: &FilePath) -> bool {
        self.named.is_empty()
            || std::iter::successors(Some(path.clone()), FilePath::parent).any(|path| self.named.contains(&path))
    }
}

/// Texts of files, read when a place in them is shown.
struct Lines<'f> {
    files: &'f dyn Files,
    limit: u64,
    known: BTreeMap<FilePath, (Arc<Vec<u8>>, LineIndex)>,
}

impl Lines<'_> {
    fn of(&mut self, path: &FilePath) -> &(Arc<Vec<u8>>, LineIndex) {
        self.known.entry(path.clone()).or_insert_with(|| {
            let text = self.files.read(path, self.limit).unwrap_or_default();
            let lines = LineIndex::new(&text);
            (Arc::new(text), lines)
        })
    }

    fn text(&mut self, path: &FilePath) -> Arc<Vec<u8>> {
        Arc::clone(&self.of(path).0)
    }

    fn related(&mut self, path: &FilePath, span: Span, message: &str) -> Related {
        let (text, lines) = self.of(path);
        let (start, end) = (lines.position(text, span.start), lines.position(text, span.end));
        Related { path: path.clone(), span, start, end, message: message.to_owned() }
    }
}
