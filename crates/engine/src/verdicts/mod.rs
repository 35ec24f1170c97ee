//! Verdicts: what a run on the whole project proves about each task.
//!
//! The findings of a run and the tasks meet at the links between rules and tasks. The findings are gone through once, so what
//! this takes grows with findings, tasks and links, not with their product. For each rule that is linked to a task the files are gone
//! through until each of its links is known to cover one at which the rule looks.

mod bindings;
mod claims;
mod counting;
mod doubts;
mod named_files;
mod reasons;
mod regressions;
mod scope;

use std::collections::{BTreeMap, BTreeSet};

use auditlint_rules::RuleId;
use auditlint_source::{Problem, ProblemKind, Span};
use auditlint_tasks::{ExternalTask, FindingCounts, Status, Task, TaskLookup, Verdict, VerdictBasis};

use self::bindings::{RuleBinding, RuleNumbers, Subjects, bindings};
use self::counting::{Counted, count};
pub(crate) use self::doubts::{FactDoubts, ReviewedSource};
use self::named_files::NamedFiles;
use self::scope::{RuleLook, looks};
use crate::Report;
use crate::config::config_problem;
use crate::date::Date;
use crate::limits::MAX_BINDINGS;
use crate::links::Links;
use crate::shown_texts::ShownTexts;
use crate::snapshot::Snapshot;
use crate::task_problems::{ambiguous_task, nearest_task, write_in_full};
use crate::verdict::{JudgedCriterion, LinkedRule, TaskAttestation, TaskVerdict};

/// What a run found out beside its findings.
pub(crate) struct RunReview<'r> {
    /// How each source of the scope was analysed.
    pub(crate) sources: Vec<ReviewedSource>,
    pub(crate) facts: FactDoubts,
    pub(crate) links: &'r Links,
}

/// The rules that check the tasks of the repository: the number of the task, the rule, and whether it is on. Nothing where there are
/// too many, which [`Snapshot::judge`] says.
pub(crate) fn rules_by_task(snapshot: &Snapshot<'_>) -> Vec<(usize, String, bool)> {
    let mut subjects = Subjects::of(snapshot);
    let numbers = RuleNumbers::of(snapshot);
    let bindings = bindings(snapshot, &mut subjects).unwrap_or_default();
    let of_tasks = bindings.iter().filter(|binding| binding.subject < subjects.tasks.len());
    let rule =
        |binding: &RuleBinding| (numbers.rule(binding.rule).id.to_string(), numbers.index(binding.rule).is_some());
    let mut found: Vec<(usize, String, bool)> =
        of_tasks.map(|binding| (binding.subject, rule(binding).0, rule(binding).1)).collect();
    found.dedup_by(|one, last| (one.0, &one.1) == (last.0, &last.1));
    found
}

impl Snapshot<'_> {
    /// Adds the verdicts to a settled report, and the findings that follow from them: the tasks that are declared done and are
    /// not.
    pub(crate) fn judge(&self, review: &RunReview<'_>, today: &dyn Fn() -> Option<Date>, report: &mut Report) {
        if self.tasks.is_empty() {
            report.verdicts = Some(Vec::new());
            return;
        }
        let mut subjects = Subjects::of(self);
        let Some(bindings) = bindings(self, &mut subjects) else {
            let message =
                format!("there are more than {MAX_BINDINGS} links between rules and tasks, so no verdict is given");
            report
                .problems
                .push(Problem::error(ProblemKind::Link, message).help("link fewer rules, or link them to fewer tasks"));
            report.settle();
            return;
        };
        let attested = self.attested(&mut subjects, today, &mut report.problems);
        let looks = looks(self, &bindings, &review.sources, &review.facts, review.links);
        let counted = count(self, &bindings, &report.findings, review.links);
        report.summary.verdict_steps = counted.steps + looks.values().map(|look| look.steps).sum::<u64>();
        let named_files = NamedFiles::of(self, &review.sources);
        let texts = ShownTexts::new(self.files, auditlint_tasks::SIZE_LIMIT);
        let mut judging = Judging { snapshot: self, looks, counted, attested, named_files, texts };
        let mut verdicts = Vec::with_capacity(subjects.len());
        let mut from = 0;
        let mut is_judged = Vec::with_capacity(subjects.len());
        for number in 0..subjects.len() {
            let end = from + bindings[from..].iter().take_while(|binding| binding.subject == number).count();
            verdicts.push(judging.judge(&subjects, number, from, &bindings[from..end]));
            is_judged.push(self.is_within(&subjects, number, &bindings[from..end]));
            from = end;
        }
        self.judge_claims(&mut verdicts, report);
        let mut is_judged = is_judged.into_iter();
        verdicts.retain(|_| is_judged.next().unwrap_or(true));
        self.say_missing_reasons(&verdicts, &mut report.problems);
        self.add_regressions(&mut verdicts, report);
        report.verdicts = Some(verdicts);
    }

    /// Whether the run gives a verdict on a task: one of the projects that it is about keeps it, or a rule of those alone checks it.
    fn is_within(&self, subjects: &Subjects<'_>, number: usize, bindings: &[RuleBinding]) -> bool {
        let within = &self.options.within;
        if within.is_root() {
            return true;
        }
        let rules = RuleNumbers::of(self);
        match subjects.tasks.get(number) {
            Some(task) => {
                self.engine.joined.task_folders.get(task.source).is_some_and(|folder| folder.is_under(within))
            }
            None => {
                let is_below = |binding: &RuleBinding| self.projects().are_below(rules.rule(binding.rule), within);
                !bindings.is_empty() && bindings.iter().all(is_below)
            }
        }
    }

    /// The attestations that hold, by what they are about. Says which are about no task, and which have expired.
    fn attested(
        &self,
        subjects: &mut Subjects<'_>,
        today: &dyn Fn() -> Option<Date>,
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<usize, TaskAttestation> {
        let mut holding = BTreeMap::new();
        let mut known: BTreeSet<Span> = BTreeSet::new();
        let all = self.projects().iter().flat_map(|config| config.attestations.iter().map(move |one| (config, one)));
        for (config, attestation) in all.filter(|(_, one)| known.insert(one.span)) {
            let id = attestation.task.as_str();
            let found = subjects.find(self, id);
            let problem = if found.is_empty() {
                let (why, help) = match self.tasks.lookup(id) {
                    TaskLookup::Ambiguous(several) => (ambiguous_task(id), write_in_full(&several)),
                    found => {
                        let nearest = if let TaskLookup::Unknown { nearest } = found { nearest } else { None };
                        (format!("there is no task `{id}`"), nearest_task(nearest))
                    }
                };
                Problem::warning(ProblemKind::Link, format!("this attests no task: {why}")).help(help)
            } else if today().is_some_and(|today| today >= attestation.until) {
                let message = format!("the attestation of `{id}` expired on {}", attestation.until);
                let help = format!("ask {} again and set a later `until`, or remove the table", &*attestation.by);
                Problem::warning(ProblemKind::Task, message).help(help)
            } else {
                for subject in found {
                    holding.entry(subject).or_insert_with(|| TaskAttestation {
                        by: attestation.by.text(),
                        until: attestation.until,
                        reason: attestation.reason.text(),
                    });
                }
                continue;
            };
            problems.push(config_problem(config, attestation.span, problem));
        }
        holding
    }
}

/// What verdicts are made of.
struct Judging<'s> {
    snapshot: &'s Snapshot<'s>,
    looks: BTreeMap<usize, RuleLook>,
    counted: Counted,
    attested: BTreeMap<usize, TaskAttestation>,
    named_files: NamedFiles<'s>,
    texts: ShownTexts<'s>,
}

impl Judging<'_> {
    /// The verdict on a task; `first` is the number of the first of its bindings.
    fn judge(&mut self, subjects: &Subjects<'_>, number: usize, first: usize, bindings: &[RuleBinding]) -> TaskVerdict {
        let mut verdict = match subjects.tasks.get(number) {
            Some(task) => of_task(task, number),
            None => of_external(&subjects.external[number - subjects.tasks.len()]),
        };
        verdict.attestation = self.attested.remove(&number);
        let rules = RuleNumbers::of(self.snapshot);
        for (at, binding) in bindings.iter().enumerate() {
            let rule = rules.rule(binding.rule);
            let counts = self.counted.counts[first + at];
            verdict.counts.new += counts.new;
            verdict.counts.known += counts.known;
            verdict.counts.suppressed += counts.suppressed;
            let linked = LinkedRule {
                id: rule.id.to_string(),
                by: binding.by,
                files: match subjects.tasks.get(number).filter(|_| binding.is_limited) {
                    Some(task) => task.files.clone(),
                    None => {
                        let globs = binding.links.iter().flat_map(|link| &rule.tasks[*link].files);
                        globs.map(|glob| glob.pattern.clone()).collect()
                    }
                },
                is_on: rules.index(binding.rule).is_some(),
                has_looked: self.looks.get(&binding.rule).is_some_and(|look| look.has_looked(binding)),
                counts,
            };
            // Projects may each configure a rule in their own way.
            match verdict.rules.last_mut().filter(|last| last.id == linked.id) {
                Some(last) => last.join(linked),
                None => verdict.rules.push(linked),
            }
        }
        verdict.findings = self.counted.findings(first..first + bindings.len());
        let task = subjects.tasks.get(number);
        if let Some(task) = task {
            self.judge_criteria(task, &mut verdict);
        }
        let doubts = match verdict.counts.left() {
            0 => self.doubts(task.map(|task| (number, task)), bindings, first),
            _ => Vec::new(),
        };
        let basis = VerdictBasis {
            status: verdict.status,
            rules: verdict.rules.len(),
            findings: verdict.counts,
            is_in_doubt: !doubts.is_empty(),
            is_attested: verdict.attestation.is_some(),
        };
        verdict.verdict = Verdict::of(&basis);
        if verdict.verdict == Verdict::Accepted {
            verdict.because = task.and_then(|task| reasons::because(task, &mut self.texts));
        }
        verdict.reasons = reasons::of(&verdict, task, doubts);
        if verdict.verdict != Verdict::Accepted {
            let outside = bindings.iter().enumerate().filter_map(|(at, binding)| self.outside(first + at, binding));
            verdict.reasons.extend(outside);
        }
        verdict
    }

    /// How many findings of a rule stand in files that its task does not list.
    fn elsewhere(&self, at: usize, binding: &RuleBinding) -> u64 {
        let index = RuleNumbers::of(self.snapshot).index(binding.rule).filter(|_| binding.is_limited);
        index.map_or(0, |index| self.counted.elsewhere(index, self.counted.counts[at]))
    }

    fn outside(&self, at: usize, binding: &RuleBinding) -> Option<String> {
        let rule = RuleNumbers::of(self.snapshot).rule(binding.rule);
        let (noun, verb) = match self.elsewhere(at, binding) {
            0 => return None,
            1 => ("1 finding".to_owned(), "is"),
            many => (format!("{many} findings"), "are"),
        };
        Some(format!("{noun} of `{}` {verb} in files that the task does not list", rule.id))
    }

    /// Why the rules of a task may have missed something; `first` is the number of the first of its bindings.
    fn doubts(&mut self, task: Option<(usize, &Task)>, bindings: &[RuleBinding], first: usize) -> Vec<String> {
        let rules = RuleNumbers::of(self.snapshot);
        let mut doubts = Vec::new();
        let has_looked =
            |binding: &RuleBinding| self.looks.get(&binding.rule).is_some_and(|look| look.has_looked(binding));
        let looked: BTreeSet<&RuleId> =
            bindings.iter().filter(|binding| has_looked(binding)).map(|binding| &rules.rule(binding.rule).id).collect();
        for (at, binding) in bindings.iter().enumerate() {
            let rule = rules.rule(binding.rule);
            if rules.index(binding.rule).is_none() {
                doubts.push(format!("rule `{}` is off", rule.id));
                continue;
            }
            let within = &self.snapshot.options.within;
            if !self.snapshot.projects().are_below(rule, within) {
                let doubt = format!("rule `{}` also looks outside of `{within}`, where this run did not", rule.id);
                if !doubts.contains(&doubt) {
                    doubts.push(doubt);
                }
            }
            let Some(look) = self.looks.get(&binding.rule) else { continue };
            if !look.has_looked(binding) {
                // In the files of another project it did.
                doubts.extend((!looked.contains(&rule.id)).then(|| look.why_nothing(rule, binding)));
            } else if self.elsewhere(first + at, binding) > 0
                && let Some(gone) = task.and_then(|(_, task)| self.snapshot.gone_files(task).next())
            {
                doubts.push(format!(
                    "`{}`, which the task lists, is not there, and rule `{}` finds something in other files, so the code may have moved",
                    gone.path,
                    rule.id
                ));
            } else if let Some((why, more)) = look.doubt(rule, binding, task.map(|(_, task)| task)) {
                let more = if more > 0 { format!(", and {more} more such places") } else { String::new() };
                doubts.push(format!("rule `{}` may have missed something: {why}{more}", rule.id));
            }
        }
        if let Some((number, task)) = task {
            doubts.extend(reasons::unknown_rules(number, self.snapshot));
            doubts.extend(self.named_files.doubts(task, bindings));
        }
        doubts
    }

    fn judge_criteria(&self, task: &Task, verdict: &mut TaskVerdict) {
        let counts: BTreeMap<&str, FindingCounts> =
            verdict.rules.iter().map(|rule| (rule.id.as_str(), rule.counts)).collect();
        let criteria: Vec<JudgedCriterion> = task
            .acceptance
            .iter()
            .map(|criterion| {
                let mut judged = JudgedCriterion {
                    text: criterion.text.clone(),
                    line: criterion.place.line,
                    status: criterion.declaration.as_ref().map(|declaration| declaration.status),
                    rules: Vec::new(),
                    counts: FindingCounts::default(),
                };
                for rule in &criterion.rules {
                    let Some(found) = counts.get(rule.id.as_str()).filter(|_| !judged.rules.contains(&rule.id)) else {
                        continue;
                    };
                    judged.rules.push(rule.id.clone());
                    judged.counts.new += found.new;
                    judged.counts.known += found.known;
                    judged.counts.suppressed += found.suppressed;
                }
                judged
            })
            .collect();
        let own = criteria.iter().filter(|criterion| !criterion.rules.is_empty()).count();
        let of_criteria = |rule: &&LinkedRule| criteria.iter().any(|criterion| criterion.rules.contains(&rule.id));
        let whole = verdict.rules.len() - verdict.rules.iter().filter(of_criteria).count();
        verdict.criteria_with_rule = (own + whole).min(criteria.len());
        verdict.criteria = criteria;
    }
}

fn blank(id: &str, title: &str, status: Option<Status>) -> TaskVerdict {
    TaskVerdict { id: id.to_owned(), title: title.to_owned(), status, ..TaskVerdict::default() }
}

fn of_task(task: &Task, number: usize) -> TaskVerdict {
    TaskVerdict {
        task: Some(number),
        priority: task.priority.clone(),
        owner: task.owner.clone(),
        phase: task.phase.clone(),
        place: Some(task.place.clone()),
        depends_on: task.depends_on.iter().map(|id| id.as_str().to_owned()).collect(),
        ..blank(task.id.as_str(), &task.title, task.status)
    }
}

fn of_external(task: &ExternalTask) -> TaskVerdict {
    TaskVerdict {
        place: task.place.clone(),
        url: task.url.clone(),
        ..blank(task.id.as_str(), task.title.as_deref().unwrap_or_default(), task.status)
    }
}
