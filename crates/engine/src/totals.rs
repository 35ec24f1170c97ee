//! The figures of a run, summed up over its files.

use std::collections::BTreeSet;
use std::time::Duration;

use auditlint_rules::{Counters, RuleCost, RuleSet};
use auditlint_source::{FilePath, Span};

use crate::clock::PhaseClock;
use crate::join::FileOutcome;
use crate::outcome::NameCounts;
use crate::{Report, Summary, Timings};

/// How many of the slowest rules and files are listed.
const LISTED: usize = 10;

/// What the outcomes of single files come to.
pub(crate) struct Totals {
    counters: Counters,
    costs: Vec<RuleCost>,
    /// How long each file took; empty unless timed.
    times: Vec<(FilePath, Duration)>,
    timed: bool,
    /// Which `[[ignore]]` tables of the configuration silenced something.
    pub(crate) used_ignores: BTreeSet<Span>,
}

impl Totals {
    pub(crate) fn new(rules: usize, timed: bool) -> Self {
        let costs = vec![RuleCost::default(); rules];
        Self { counters: Counters::default(), costs, times: Vec::new(), timed, used_ignores: BTreeSet::new() }
    }

    /// Adds what came of a source, apart from its findings.
    pub(crate) fn add_source(&mut self, outcome: FileOutcome, path: &FilePath, report: &mut Report) {
        count(&mut report.summary, &outcome);
        self.counters.add(&outcome.counters);
        for (sum, cost) in self.costs.iter_mut().zip(&outcome.costs) {
            sum.attempts += cost.attempts;
            sum.time += cost.time;
        }
        if self.timed {
            self.times.push((path.clone(), outcome.time));
        }
        self.add_data_file(outcome, path, report);
    }

    /// Adds what was read to follow names from source to source.
    pub(crate) fn add_followed(&mut self, counters: &Counters) {
        self.counters.add(counters);
    }

    /// Adds what came of a file that is not a source.
    pub(crate) fn add_data_file(&mut self, outcome: FileOutcome, path: &FilePath, report: &mut Report) {
        self.used_ignores.extend(outcome.used_ignores);
        report.contents.extend(outcome.content.map(|content| (path.clone(), content)));
        report.problems.extend(outcome.problems);
    }

    /// Writes the figures that need all files.
    pub(crate) fn summarise(&self, summary: &mut Summary) {
        summary.nodes_visited = self.counters.nodes_visited;
        summary.rule_attempts = self.counters.rule_attempts;
    }

    /// What took longest.
    pub(crate) fn timings(self, phases: PhaseClock, set: &RuleSet) -> Timings {
        let rules = set.rules().iter().zip(&self.costs);
        let mut rules: Vec<(String, Duration, u64)> =
            rules.map(|(compiled, cost)| (compiled.rule.id.to_string(), cost.time, cost.attempts)).collect();
        rules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        rules.truncate(LISTED);
        let mut files = self.times;
        files.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        files.truncate(LISTED);
        let Counters { files_bound, lookups, opaque_lookups: opaque, files_exporting: exporting, .. } = self.counters;
        Timings {
            phases: phases.phases,
            rules,
            files,
            names: NameCounts { files_bound, lookups, opaque, exporting },
            kept: None,
        }
    }
}

fn count(summary: &mut Summary, outcome: &FileOutcome) {
    if outcome.holds_no_code {
        return;
    }
    if outcome.generated {
        *summary.skipped.entry("generated").or_default() += 1;
    } else {
        summary.files += 1;
    }
    summary.files_parsed += u64::from(outcome.parsed);
    summary.bytes += outcome.bytes;
    summary.regions += outcome.regions;
    summary.regions_files += u64::from(outcome.regions > 0);
    summary.regions_bytes += outcome.region_bytes;
}
