//! Rules over facts: which files are read for them, and what they find.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use auditlint_facts::{
    Facts, Must, ProjectScope, Provider, Raw, Source, SourceText, Sources, TASKS, providers, relations_of_tasks,
};
use auditlint_source::{FilePath, Files, LineIndex, Problem, ProblemKind, Span};
use auditlint_syntax::{Language, Parser};
use rayon::prelude::*;

use crate::Related;
use crate::catalogue::{Catalogue, Origin};
use crate::config::Config;
use crate::discovery::{Ignored, discover};
use crate::run::{Project, RunOptions};

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

/// Extracts and derives what `wanted` providers give for a whole project.
pub(crate) fn gather(
    files: &dyn Files,
    config: &Config,
    options: &RunOptions,
    every: &[FilePath],
    wanted: &[&'static dyn Provider],
    problems: &mut Vec<Problem>,
) -> Facts {
    let is_read = |path: &&FilePath| wanted.iter().any(|provider| provider.reads(path));
    let paths: Vec<&FilePath> = every.iter().filter(is_read).collect();
    let read = |parser: &mut Parser, path: &FilePath| -> (Vec<Option<Arc<Raw>>>, Option<Problem>) {
        // What cannot be read as a source is told where it is analysed; other files are told here.
        let tell = Language::of_path(path).is_none();
        let text = match files.read(path, config.max_file_size) {
            Ok(text) => text,
            Err(error) => {
                let problem = Problem::warning(ProblemKind::File, format!("the file cannot be read: {error}"));
                return (Vec::new(), tell.then(|| problem.in_file(path)));
            }
        };
        let source = Source::new(SourceText { path, text: &text }, parser);
        (wanted.iter().map(|provider| options.facts.raw_of(*provider, &source)).collect(), None)
    };
    let outcomes: Vec<_> = paths
        .par_iter()
        .map_init(Parser::default, |parser, path| {
            catch_unwind(AssertUnwindSafe(|| read(parser, path))).unwrap_or_else(|_| {
                *parser = Parser::default();
                let problem = Problem::error(ProblemKind::Bug, "auditlint failed on this file while it read facts");
                let help = "this is a bug in auditlint; please report it with the file, or exclude the file";
                (Vec::new(), Some(problem.in_file(path).help(help)))
            })
        })
        .collect();
    let mut raw: Vec<(&'static dyn Provider, Sources)> =
        wanted.iter().map(|provider| (*provider, Vec::new())).collect();
    for (path, (extracted, problem)) in paths.into_iter().zip(outcomes) {
        problems.extend(problem);
        for ((_, sources), found) in raw.iter_mut().zip(extracted) {
            sources.extend(found.map(|found| (path.clone(), found)));
        }
    }
    let ignored = RefCell::new(Ignored::new(files, &config.exclude, &options.below_repository));
    let known = ProjectScope::new(every, &|_| false);
    // Links are not followed, so that what lies behind them is no file of the project.
    let is_apart = |path: &FilePath| files.kind(path).is_some() && !known.has_file(path) && !known.has_folder(path);
    let ignores = |path: &FilePath| ignored.borrow_mut().ignores(path, false) || is_apart(path);
    Facts::derive(raw, &ProjectScope::new(every, &ignores))
}

/// The providers of some relations.
pub(crate) fn providers_of<'r>(relations: impl Iterator<Item = &'r str>) -> Vec<&'static dyn Provider> {
    let names: BTreeSet<&str> = relations.filter_map(|relation| relation.split('.').next()).collect();
    providers().iter().copied().filter(|provider| names.contains(provider.name())).collect()
}

/// The providers that the rules of a catalogue need.
pub(crate) fn facts_readers(catalogue: &Catalogue) -> Vec<&'static dyn Provider> {
    let checks = catalogue.set.rules().iter().filter_map(|compiled| compiled.rule.check());
    providers_of(checks.flat_map(auditlint_facts::Check::relations))
}

impl Project<'_> {
    /// Every file of the project, also where the run is about a part of it.
    pub(crate) fn every_file(&self) -> Vec<FilePath> {
        if self.discovered.files.is_empty() {
            return discover(self.files, &self.config.exclude, &self.options().below_repository).files;
        }
        self.discovered.files.clone()
    }

    /// The relations of a project, those of the providers that `relations` names.
    #[must_use]
    pub fn facts<'r>(&self, relations: impl Iterator<Item = &'r str>, problems: &mut Vec<Problem>) -> Facts {
        let names: Vec<&str> = relations.collect();
        let wanted = providers_of(names.iter().copied());
        let facts = match wanted.is_empty() {
            true => Facts::default(),
            false => gather(self.files, &self.config, self.options(), &self.every_file(), &wanted, problems),
        };
        match names.iter().any(|name| name.split('.').next() == Some(TASKS)) {
            true => facts.with(relations_of_tasks(&self.tasks)),
            false => facts,
        }
    }

    /// What the rules over facts find in the files that the run reports on. Where a rule can accuse nobody because a relation
    /// lacks rows, a problem says so.
    pub(crate) fn check_facts(&self, problems: &mut Vec<Problem>) -> FactMatches {
        let rules = self.catalogue.set.rules().iter().enumerate();
        let checks: Vec<_> = rules
            .filter_map(|(index, compiled)| Some((index as u32, &compiled.rule, compiled.rule.check()?)))
            .collect();
        let mut found = FactMatches::new();
        if checks.is_empty() {
            return found;
        }
        let facts = self.facts(checks.iter().flat_map(|(_, _, check)| check.relations()), problems);
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
            let offences = match check.run(&facts) {
                Ok(offences) => offences,
                Err(silence) => {
                    let message = format!("rule `{}` says nothing, because {}", rule.id, silence.message);
                    let problem = Problem::warning(ProblemKind::Unmatched, message).in_file(&silence.path);
                    let text = lines.text(&silence.path);
                    let help = format!(
                        "the relation `{}` may lack rows, and nobody is accused because of that",
                        silence.relation
                    );
                    problems.push(problem.at(silence.span, &text).help(help));
                    continue;
                }
            };
            let reach = self.catalogue.set.reach(index);
            for offence in offences {
                let message = offence.fill(&rule.message).into();
                // A relation without a row is at fault in no file: the finding stands at the rule that asks for one.
                let Some((path, span)) = offence.place else {
                    if in_scope(self.options(), &rule.place.0) {
                        let nowhere = FactMatch { rule: index, span: rule.place.1, message, related: Vec::new() };
                        found.entry(rule.place.0.clone()).or_default().push(nowhere);
                    }
                    continue;
                };
                if !reach.covers(&path, self.roles.of_path(&path).0) || !in_scope(self.options(), &path) {
                    continue;
                }
                let related = offence.related.iter().map(|(path, span, message)| lines.related(path, *span, message));
                let related = related.collect();
                found.entry(path).or_default().push(FactMatch { rule: index, span, message, related });
            }
        }
        found
    }
}

/// Whether a run reports on a file.
fn in_scope(options: &RunOptions, path: &FilePath) -> bool {
    options.paths.is_empty() || options.paths.iter().any(|named| named == path || path.is_under(named))
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
