//! A run: the sources of a snapshot, analysed in parallel, to a report.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auditlint_rules::RuleId;
use auditlint_source::{FilePath, Files, Problem, ProblemKind};
use rayon::prelude::*;

use crate::analyse::AnalysisWorker;
use crate::checks::CheckedFacts;
use crate::clock::PhaseClock;
use crate::collected::Collected;
use crate::date::Date;
use crate::fact_matches::FactMatches;
use crate::file_matches::FileMatches;
use crate::join::{FileOutcome, Joiner};
use crate::links::Links;
use crate::match_store::MatchStore;
use crate::scope::no_source;
use crate::snapshot::Snapshot;
use crate::sources::Analyser;
use crate::totals::Totals;
use crate::turns::Turns;
use crate::verdicts::{FactDoubts, ReviewedSource, RunReview};
use crate::{Finding, Report, Timings};

/// Answers which day `until` is compared with.
type Today<'t> = &'t (dyn Fn() -> Option<Date> + Sync);

impl Snapshot<'_> {
    /// Analyses the sources in scope. `today` answers which day `until` is compared with; `progress` is told how many sources
    /// are done.
    #[must_use]
    pub fn check(&self, today: Today<'_>, progress: &(dyn Fn(u64) + Sync)) -> Report {
        let phases = self.phases.clone().resume();
        let mut report = self.blank_report();
        let links = Links::resolve(self, &mut report.problems);
        let found = self.check_facts(&mut report.problems);
        self.report_with(report, &links, found, today, progress, phases)
    }

    /// Reports what rules over facts find. Of the sources in scope, only those are read in which they find something: what other rules
    /// would find in the others is not asked for.
    #[must_use]
    pub fn check_facts_alone(mut self, today: Today<'_>) -> Report {
        let phases = self.phases.clone().resume();
        let mut report = self.blank_report();
        let links = Links::resolve(&self, &mut report.problems);
        let checked = self.check_facts(&mut report.problems);
        self.scope.retain(|source| checked.matches.contains_key(&source.path));
        self.report_with(report, &links, checked, today, &|_| {}, phases)
    }

    /// Analyses the sources in scope, and adds what is known of them and what rules over facts found.
    fn report_with(
        &self,
        mut report: Report,
        links: &Links,
        CheckedFacts { matches: facts, doubts }: CheckedFacts,
        today: Today<'_>,
        progress: &(dyn Fn(u64) + Sync),
        mut phases: PhaseClock,
    ) -> Report {
        report.incomplete_rules = self.incomplete_rules(&doubts);
        phases.lap("facts");
        let turns = Turns::new();
        self.engine.store.matches.iter().for_each(MatchStore::begin);
        if let Some(kept) = self.engine.store.kept.as_ref().filter(|_| !self.options.is_partial()) {
            kept.begin_whole();
        }
        let mut analyser = self.analyser(self.files, links, &facts, today, &turns);
        let collected = Collected::default();
        let mut outcomes = self.analyse_sources(&analyser, &collected, progress);
        phases.lap("analyse");
        self.follow_imports(&mut analyser, &mut outcomes, &collected, &mut report.problems);
        phases.lap("follow imports");
        self.join_waiting(&mut analyser, &mut outcomes, &collected, &mut report.problems);
        let mut totals = Totals::new(self.catalogue().set.rules().len(), self.options.timings);
        self.imports.get().into_iter().for_each(|imports| totals.add_followed(&imports.counters));
        report.problems.reserve_exact(outcomes.iter().map(|outcome| outcome.problems.len()).sum());
        let holds_code = outcomes.iter().any(|outcome| !outcome.holds_no_code);
        let mut sources = Vec::with_capacity(outcomes.len());
        for (mut outcome, source) in outcomes.into_iter().zip(&self.scope) {
            sources.push(ReviewedSource::of(&mut outcome));
            totals.add_source(outcome, &source.path, &mut report);
        }
        self.join_data_files(&analyser, &collected, &mut totals, &mut report);
        take_findings(collected, &mut report);
        phases.lap("collect");
        self.hold_baselines(&mut report);
        phases.lap("baseline");
        totals.summarise(&mut report.summary);
        self.narrow(&mut report);
        if !report.partial {
            self.unmatched(&totals.used_ignores, &mut report.problems);
        }
        if !holds_code && !self.options.for_verdicts {
            self.say_no_source(&mut report.problems);
        }
        report.problems.retain(|problem| self.projects().concern(problem));
        report.settle();
        phases.lap("join");
        if !report.partial {
            self.judge(&RunReview { sources, facts: doubts, links }, today, &mut report);
            phases.lap("verdicts");
        }
        if self.options.timings {
            let timings = totals.timings(phases, &self.catalogue().set);
            let kept = self.engine.store.kept.as_ref().map(|kept| kept.counts());
            report.timings = Some(Timings { kept, ..timings });
        }
        report
    }

    /// The rules over facts that may have missed something.
    fn incomplete_rules(&self, doubts: &FactDoubts) -> BTreeSet<RuleId> {
        let set = &self.catalogue().set;
        doubts.doubted().map(|rule| set.rule(rule).id.clone()).collect()
    }

    /// What is known before any source is read.
    fn blank_report(&self) -> Report {
        let mut report = Report {
            problems: self.problems().to_vec(),
            projects: Arc::clone(self.projects().folders()),
            partial: self.options.is_partial(),
            only: self.options.limits(),
            only_tasks: self.options.tasks.clone(),
            has_tasks: !self.tasks.is_empty(),
            ..Report::default()
        };
        report.summary.skipped.clone_from(&self.discovered.skipped);
        report.summary.tracked_though_ignored = self.discovered.tracked.len() as u64;
        report.summary.rules = self.catalogue().set.rules().len() as u64;
        report
    }

    fn analyser<'r>(
        &'r self,
        files: &'r dyn Files,
        links: &'r Links,
        facts: &'r FactMatches,
        today: Today<'r>,
        turns: &'r Turns,
    ) -> Analyser<'r> {
        let complete = !self.options.is_partial();
        let modules = self.modules.get();
        let joiner = Joiner {
            projects: self.projects(),
            catalogue: self.catalogue(),
            links,
            today,
            modules,
            imports: None,
            complete,
        };
        let waits = modules.is_none();
        Analyser { snapshot: self, files, joiner, facts, timed: self.options.timings, waits, turns }
    }

    /// Follows what sources export to those that import it, and analyses these again.
    fn follow_imports<'s>(
        &'s self,
        analyser: &mut Analyser<'s>,
        outcomes: &mut [FileOutcome],
        collected: &Collected,
        problems: &mut Vec<Problem>,
    ) {
        if !self.catalogue().set.asks_exports() || self.scope.is_empty() {
            return;
        }
        let exports = self.scope.iter().zip(&mut *outcomes);
        let exports = exports.filter_map(|(source, outcome)| Some((source.path.clone(), *outcome.exports.take()?)));
        let exports = exports.collect();
        let imports = self.imports.get_or_init(|| self.follow_exports(exports, problems));
        analyser.joiner.imports = Some(imports);
        let analyser = &*analyser;
        let again: Vec<usize> =
            (0..self.scope.len()).filter(|index| imports.of(&self.scope[*index].path).is_some()).collect();
        let analysed: Vec<(usize, FileOutcome)> = again
            .into_par_iter()
            .map_init(
                || AnalysisWorker::new(self.options.timings),
                |worker, index| {
                    let source = &self.scope[index];
                    let mut outcome = analyser.source(worker, &source.path, source.named);
                    collected.replace(index, std::mem::take(&mut outcome.findings));
                    (index, outcome)
                },
            )
            .collect();
        for (index, outcome) in analysed {
            let before = std::mem::take(&mut outcomes[index]);
            let mut counters = before.counters;
            counters.add(&outcome.counters);
            let costs = if before.costs.is_empty() { outcome.costs } else { before.costs };
            let time = before.time + outcome.time;
            outcomes[index] = FileOutcome { counters, costs, time, ..outcome };
        }
    }

    /// Analyses the sources in parallel, in the order of the scope.
    fn analyse_sources(
        &self,
        analyser: &Analyser<'_>,
        collected: &Collected,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Vec<FileOutcome> {
        let done = AtomicU64::new(0);
        let sources = self.scope.par_iter().enumerate().map_init(
            || AnalysisWorker::new(self.options.timings),
            |worker, (index, source)| {
                let mut outcome = analyser.source(worker, &source.path, source.named);
                collected.add(index, std::mem::take(&mut outcome.findings));
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                outcome
            },
        );
        sources.collect()
    }

    /// Finds out what kinds of code the modules are, if something was found that depends on it, and joins that.
    fn join_waiting<'s>(
        &'s self,
        analyser: &mut Analyser<'s>,
        outcomes: &mut [FileOutcome],
        collected: &Collected,
        problems: &mut Vec<Problem>,
    ) {
        let waiting: Vec<(usize, Box<FileMatches>)> = outcomes
            .iter_mut()
            .enumerate()
            .filter_map(|(index, outcome)| Some((index, outcome.waiting.take()?)))
            .collect();
        if waiting.is_empty() {
            return;
        }
        let asked = |(index, found): &(usize, Box<FileMatches>)| {
            let path = &self.scope[*index].path;
            (path.clone(), analyser.joiner.asked_kinds(found, path))
        };
        let asked = waiting.iter().map(asked).collect();
        analyser.joiner.modules = Some(self.module_kinds(asked, problems));
        analyser.waits = false;
        let analyser = &*analyser;
        let joined: Vec<(usize, FileOutcome)> = waiting
            .into_par_iter()
            .map(|(index, found)| {
                let source = &self.scope[index];
                let mut outcome = analyser.waited(&source.path, source.named, *found);
                collected.add(index, std::mem::take(&mut outcome.findings));
                (index, outcome)
            })
            .collect();
        for (index, outcome) in joined {
            let before = std::mem::take(&mut outcomes[index]);
            let problems = before.problems.into_iter().chain(outcome.problems).collect();
            outcomes[index] = FileOutcome { problems, costs: before.costs, time: before.time, ..outcome };
        }
    }

    /// Joins what rules over facts found in files that are not sources.
    fn join_data_files(
        &self,
        analyser: &Analyser<'_>,
        collected: &Collected,
        totals: &mut Totals,
        report: &mut Report,
    ) {
        let is_source = |path: &FilePath| self.scope.binary_search_by(|source| source.path.cmp(path)).is_ok();
        let files = analyser.facts.iter().filter(|(path, _)| !is_source(path));
        for (index, (path, matches)) in files.enumerate() {
            let mut outcome = analyser.data_file(path, matches);
            collected.add(self.scope.len() + index, std::mem::take(&mut outcome.findings));
            totals.add_data_file(outcome, path, report);
        }
    }

    /// Says that there was nothing to check. Where a named path is at fault, that says it all.
    fn say_no_source(&self, problems: &mut Vec<Problem>) {
        let at_fault = problems.iter().any(|problem| problem.kind == ProblemKind::Usage);
        let looked_at = if self.options.paths.is_empty() { &self.discovered.files } else { &self.options.paths };
        if at_fault {
            return;
        }
        let readers = self.catalogue().readers();
        if !looked_at.iter().any(|path| readers.iter().any(|reader| reader.reads(path))) {
            problems.push(no_source(&self.options));
        }
    }

    /// The findings of one source after it was changed in `files`, without those of rules over several files.
    pub(crate) fn check_again(&self, files: &dyn Files, path: &FilePath, today: Today<'_>) -> Vec<Finding> {
        let links = Links::resolve(self, &mut Vec::new());
        let (facts, turns) = (FactMatches::new(), Turns::new());
        let mut analyser = self.analyser(files, &links, &facts, today, &turns);
        (analyser.joiner.complete, analyser.timed, analyser.waits) = (false, false, false);
        analyser.joiner.imports = self.imports.get();
        let mut findings = analyser.source(&mut AnalysisWorker::new(false), path, false).findings;
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        self.mark_known(&mut findings);
        let mut report = Report { findings, ..Report::default() };
        self.narrow(&mut report);
        report.settle();
        report.findings
    }
}

fn take_findings(collected: Collected, report: &mut Report) {
    let (findings, left_out) = collected.finish();
    report.findings = findings;
    if left_out > 0 {
        let message = format!("{left_out} findings in the last files were left out: there are too many");
        let help = "turn off the rule that finds the most, or check only part of the project";
        report.problems.push(Problem::error(ProblemKind::File, message).help(help));
    }
}
