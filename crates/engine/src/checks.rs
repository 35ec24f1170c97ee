//! Rules over facts: what they find, and what they leave unjudged.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use auditlint_facts::limits::MAX_MESSAGE;
use auditlint_facts::{Check, DerivedFacts, Gap, Hides, Judgement, Must, Offence, Relation, Value};
use auditlint_rules::{Rule, RuleCoverage};
use auditlint_source::{FilePath, Problem, ProblemKind, ProblemLevel, Role, Span};
use auditlint_syntax::may_hold_code;

use crate::Related;
use crate::apart::Linked;
use crate::catalogue::RuleOrigin;
use crate::fact_matches::{FactMatch, FactMatches};
use crate::fingerprint;
use crate::limits::{MAX_FACT_MATCHES, MAX_RELATED};
use crate::shown_texts::ShownTexts;
use crate::snapshot::Snapshot;
use crate::verdicts::FactDoubts;

/// A check with the rule that it is part of.
#[derive(Clone, Copy)]
struct RuleCheck<'c> {
    /// Index of the rule in the set.
    index: u32,
    rule: &'c Rule,
    check: &'c Check,
}

/// All checks of a run, and what they have found so far.
struct CheckRun<'s, 'f> {
    snapshot: &'s Snapshot<'s>,
    scope: ReportScope<'s>,
    lines: ShownTexts<'s>,
    found: FactMatches,
    earlier: EarlierChecks,
    count: u64,
    left_out: u64,
    gaps: GapReport<'f>,
    doubts: FactDoubts,
}

/// What one rule found so far. Where two checks, or two rows, say the same of one place, one thing is wrong there, not two.
#[derive(Default)]
struct EarlierChecks {
    rule: u32,
    found: HashSet<(FilePath, Span, Arc<str>)>,
}

impl EarlierChecks {
    fn begin(&mut self, rule: u32) {
        if self.rule != rule {
            self.rule = rule;
            self.found.clear();
        }
    }
}

/// What the rules over facts found.
#[derive(Default)]
pub(crate) struct CheckedFacts {
    pub(crate) matches: FactMatches,
    pub(crate) doubts: FactDoubts,
}

impl Snapshot<'_> {
    /// What the rules over facts find in the files that the run reports on. Where a rule can accuse nobody because a relation
    /// lacks rows, a problem says so.
    pub(crate) fn check_facts(&self, problems: &mut Vec<Problem>) -> CheckedFacts {
        let rules = self.catalogue().set.rules().iter().zip(0_u32..);
        let checks: Vec<RuleCheck<'_>> = rules
            .flat_map(|(compiled, index)| {
                let rule = &compiled.rule;
                rule.checks_in_force().map(move |check| RuleCheck { index, rule, check })
            })
            .collect();
        if checks.is_empty() {
            return CheckedFacts::default();
        }
        let asked: Vec<&str> = checks.iter().flat_map(|one| one.check.relations()).collect();
        let gathered = self.gather_with_kinds(&asked).unwrap_or_else(|| self.gather(asked.iter().copied(), problems));
        let (facts, linked) = (&gathered.facts, &gathered.linked);
        let mut run = CheckRun::new(self, linked);
        run.note_directives(gathered.with_directives);
        for one in checks {
            self.say_no_row(one, facts, problems);
            let judgement = one.check.run(facts);
            let reach = self.catalogue().set.coverage(one.index);
            run.note_gaps(one, facts, &judgement, &reach);
            run.note_doubts(one, facts, &judgement);
            let offences = linked.agreed(judgement.offences, facts.relation(&one.check.each));
            run.take_offences(one, offences, &reach, problems);
        }
        run.say_left_out(problems);
        run.say_gaps(problems);
        CheckedFacts { matches: run.found, doubts: run.doubts }
    }

    /// Says that a rule of the repository's own looks at nothing.
    fn say_no_row(
        &self,
        RuleCheck { index, rule, check }: RuleCheck<'_>,
        facts: &DerivedFacts,
        problems: &mut Vec<Problem>,
    ) {
        let is_own = self.catalogue().origins[index as usize] != RuleOrigin::Shipped;
        let asks_for_rows = matches!(check.must, Must::NonEmpty | Must::Nothing | Must::Every(_));
        if is_own
            && !asks_for_rows
            && !self.options.is_partial()
            && self.projects().are_below(rule, &self.options.within)
            && facts.relation(&check.each).is_none_or(|each| each.rows.is_empty())
        {
            let message = format!("rule `{}` checks no rows: the relation `{}` is empty", rule.id, check.each);
            let problem = Problem::warning(ProblemKind::Unmatched, message).in_file(&rule.place.0);
            let help = format!("`auditlint facts {}` shows the rows", check.each);
            problems.push(problem.at(rule.place.1, rule.text.as_bytes()).help(help));
        }
    }
}

impl<'s, 'f> CheckRun<'s, 'f> {
    fn new(snapshot: &'s Snapshot<'s>, linked: &'s Linked) -> Self {
        let limit = snapshot.config().max_file_size;
        Self {
            snapshot,
            scope: ReportScope { named: snapshot.options.paths.iter().collect(), linked },
            lines: ShownTexts::new(snapshot.files, limit),
            found: FactMatches::new(),
            earlier: EarlierChecks::default(),
            count: 0,
            left_out: 0,
            gaps: GapReport::default(),
            doubts: FactDoubts::default(),
        }
    }

    /// What is wrong with a suppression is a finding also where nothing else is found.
    fn note_directives(&mut self, with_directives: Vec<FilePath>) {
        for path in with_directives.into_iter().filter(|path| self.scope.holds(path)) {
            self.found.entry(path).or_default();
        }
    }

    /// The role of a file in which something was found: what stands in it may say more than its path.
    fn role(&mut self, path: &FilePath) -> Role {
        let by_path = self.snapshot.roles.of_path(path);
        if by_path.is_final || !may_hold_code(path) { by_path.role } else { by_path.with(&self.lines.text(path)) }
    }

    fn note_gaps(
        &mut self,
        RuleCheck { index, rule, check }: RuleCheck<'_>,
        facts: &'f DerivedFacts,
        judgement: &Judgement<'f>,
        reach: &RuleCoverage<'_>,
    ) {
        self.gaps.note(index, check.relations().filter_map(|name| facts.relation(name)));
        for row in &judgement.unjudged {
            let place = row.place.as_ref().map_or(&rule.place.0, |(path, _)| path);
            // By the path alone: nobody reads files for rows that are only counted.
            let covers = row.place.is_none() || reach.covers(place, self.snapshot.roles.of_path(place).role);
            if covers && self.scope.holds(place) {
                self.gaps.count(index, row.source, row.gap);
            }
        }
    }

    /// Notes what a verdict on the tasks of a rule must know: whether there was a row to look at, and which rows may be missing.
    fn note_doubts(
        &mut self,
        RuleCheck { index, check, .. }: RuleCheck<'_>,
        facts: &DerivedFacts,
        judgement: &Judgement<'_>,
    ) {
        let each = facts.relation(&check.each);
        let asks_for_rows = matches!(check.must, Must::NonEmpty | Must::Nothing | Must::Every(_));
        self.doubts.note_rows(index, asks_for_rows || each.is_some_and(|each| !each.rows.is_empty()));
        for row in &judgement.unjudged {
            let place = row.place.as_ref().map_or(row.source, |(path, _)| path);
            self.doubts.add(index, place, &row.gap.message);
        }
        for relation in check.relations().filter_map(|name| facts.relation(name)) {
            let gaps = relation.gaps.iter().filter(|(_, gap)| gap.hides != Hides::Nothing);
            for (source, gap) in gaps {
                // What another relation lacks may concern a row in any file.
                if relation.info.name == check.each {
                    self.doubts.add(index, source, &gap.message);
                } else {
                    self.doubts.add_everywhere(index, &format!("`{source}`: {}", gap.message));
                }
            }
        }
    }

    fn take_offences(
        &mut self,
        RuleCheck { index, rule, check }: RuleCheck<'_>,
        offences: Vec<Offence>,
        reach: &RuleCoverage<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let mut is_cut = false;
        let mut groups = OffenceGroups::default();
        self.earlier.begin(index);
        for offence in offences {
            if let Some((path, span)) = &offence.place {
                let covers = self.scope.holds(path) && reach.covers(path, self.role(path));
                if !covers || groups.joins(&offence.group, path, *span) {
                    continue;
                }
            }
            if self.count == MAX_FACT_MATCHES {
                self.left_out += 1;
                self.doubts.add_everywhere(index, "more places are found than are kept");
                continue;
            }
            let message: Arc<str> = offence.fill(&rule.message).into();
            if offence.group.is_none()
                && let Some((path, span)) = &offence.place
                && !self.earlier.found.insert((path.clone(), *span, message.clone()))
            {
                continue;
            }
            is_cut |= Offence::is_cut(&message);
            self.count += 1;
            let fingerprint = fingerprint::of_row(&rule.id, &check.each, &offence.key);
            let severity = offence.severity;
            // What is missing is at fault in no file: the finding stands at the option that lists it, or at the rule.
            let Some((path, span)) = offence.place else {
                let listed = match &check.must {
                    Must::Every(listed) => self.place_of_value(rule, &listed.option.value, &offence.key),
                    _ => None,
                };
                let (path, span) = listed.unwrap_or_else(|| rule.place.clone());
                if self.scope.holds(&path) {
                    let nowhere = FactMatch { rule: index, span, message, fingerprint, related: Vec::new(), severity };
                    self.found.entry(path).or_default().push(nowhere);
                }
                continue;
            };
            let related =
                offence.related.iter().map(|(path, span, message)| self.lines.related(path, *span, message)).collect();
            let found = self.found.entry(path.clone()).or_default();
            groups.open(offence.group, path, found.len());
            found.push(FactMatch { rule: index, span, message, fingerprint, related, severity });
        }
        self.relate(groups);
        if is_cut {
            let message = format!(
                "rule `{}` produced a message of more than {} KiB, which was truncated",
                rule.id,
                MAX_MESSAGE >> 10
            );
            let problem = Problem::warning(ProblemKind::Rule, message).in_file(&rule.place.0);
            problems.push(problem.at(rule.place.1, rule.text.as_bytes()).help("shorten the message"));
        }
    }

    /// Where the configuration lists a value of an option.
    fn place_of_value(&self, rule: &Rule, option: &str, key: &[Value]) -> Option<(FilePath, Span)> {
        let config = self.snapshot.projects().first_of(rule)?;
        let options = &config.of_rule(&rule.id)?.value.options;
        let (_, node) = options.iter().find(|(name, _)| name.name == option)?;
        let mut items = node.as_list().unwrap_or(std::slice::from_ref(node)).iter();
        let item =
            items.find(|item| item.scalar().is_some_and(|text| key.iter().any(|value| value.is_written(&text))))?;
        let (path, span) = config.place(item.span)?;
        Some((path.clone(), span))
    }

    /// Shows the other places of each group beside its first.
    fn relate(&mut self, groups: OffenceGroups) {
        for group in groups.groups.into_values() {
            let shown = group.others.len();
            let mut related: Vec<Related> = Vec::with_capacity(shown);
            for (index, (path, span)) in group.others.iter().enumerate() {
                let message = match group.more {
                    0 => "also here".to_owned(),
                    more if index + 1 == shown => format!("also here, and at {more} more {}", places(more)),
                    _ => "also here".to_owned(),
                };
                related.push(self.lines.related(path, *span, &message));
            }
            if let Some(first) = self.found.get_mut(&group.path).and_then(|found| found.get_mut(group.index)) {
                first.related.extend(related);
            }
        }
    }

    fn say_left_out(&self, problems: &mut Vec<Problem>) {
        let left_out = self.left_out;
        if left_out > 0 {
            let message =
                format!("rules over facts find more than {MAX_FACT_MATCHES} places; {left_out} were left out");
            problems.push(Problem::error(ProblemKind::File, message).help("turn off the rule that finds the most"));
        }
    }

    /// Says each gap once, with the rules that read its file and what they leave unjudged.
    fn say_gaps(&mut self, problems: &mut Vec<Problem>) {
        let failed: BTreeSet<FilePath> = problems
            .iter()
            .filter(|problem| problem.level == ProblemLevel::Error)
            .filter_map(|one| one.path.clone())
            .collect();
        for (path, FileGaps { shown: gap, places, rules }) in &self.gaps.files {
            // A run on a part of the project speaks of what that part depends on.
            let unjudged: u64 = rules.values().sum();
            if unjudged == 0 && (!self.scope.holds(path) || failed.contains(path)) {
                continue;
            }
            let id = |rule: &u32| format!("`{}`", self.snapshot.catalogue().set.rule(*rule).id);
            let told = rules.iter().filter(|(_, count)| unjudged == 0 || **count > 0);
            let (text, names) = (self.lines.text(path), told.map(|(rule, _)| id(rule)).collect::<Vec<_>>().join(", "));
            let help = match unjudged {
                0 if gap.hides == Hides::Nothing => {
                    format!("this leaves nothing unjudged for {names}; write the key once")
                }
                0 => format!("facts that {names} may need are missing; no finding depends on them"),
                1 => format!("facts may be missing, so one place was not judged by {names}"),
                count => format!("facts may be missing, so {count} places were not judged by {names}"),
            };
            let help = match places.len() {
                0 | 1 => help,
                2 => format!("{help}; one more place in this file was not understood"),
                count => format!("{help}; {} more places in this file were not understood", count - 1),
            };
            let problem = Problem::warning(ProblemKind::Unmatched, gap.message.as_str()).in_file(path);
            problems.push(problem.at(gap.span, &text).help(help));
        }
    }
}

fn places(count: u64) -> &'static str {
    if count == 1 { "place" } else { "places" }
}

/// The offences of one check that are said together.
#[derive(Default)]
struct OffenceGroups {
    groups: BTreeMap<Vec<Value>, OffenceGroup>,
}

/// A finding and what is said beside it.
struct OffenceGroup {
    /// Where the finding stands, and its index there.
    path: FilePath,
    index: usize,
    others: Vec<(FilePath, Span)>,
    /// How many places are not shown.
    more: u64,
}

impl OffenceGroups {
    /// Whether a group has its finding already; the place is noted then.
    fn joins(&mut self, group: &Option<Vec<Value>>, path: &FilePath, span: Span) -> bool {
        let Some(found) = group.as_ref().and_then(|group| self.groups.get_mut(group)) else { return false };
        if found.others.len() < MAX_RELATED {
            found.others.push((path.clone(), span));
        } else {
            found.more += 1;
        }
        true
    }

    /// Notes that the finding of a group was reported.
    fn open(&mut self, group: Option<Vec<Value>>, path: FilePath, index: usize) {
        if let Some(group) = group {
            self.groups.insert(group, OffenceGroup { path, index, others: Vec::new(), more: 0 });
        }
    }
}

/// What was not understood, by file.
#[derive(Default)]
struct GapReport<'f> {
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

impl<'f> GapReport<'f> {
    fn of(&mut self, source: &'f FilePath, gap: &'f Gap) -> &mut FileGaps<'f> {
        let fresh = || FileGaps { shown: gap, places: BTreeSet::new(), rules: BTreeMap::new() };
        let found = self.files.entry(source).or_insert_with(fresh);
        found.places.insert(gap.span);
        found
    }

    fn note(&mut self, rule: u32, relations: impl Iterator<Item = &'f Relation>) {
        for (source, gap) in relations.flat_map(|relation| &relation.gaps) {
            let found = self.of(source, gap);
            if found.shown.hides == Hides::Nothing {
                found.shown = gap;
            }
            found.rules.entry(rule).or_default();
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
struct ReportScope<'o> {
    /// The files and folders that were named; nothing where the run is about the whole project.
    named: BTreeSet<&'o FilePath>,
    /// A file that is read under the path of a link is named by its own.
    linked: &'o Linked,
}

impl ReportScope<'_> {
    fn holds(&self, path: &FilePath) -> bool {
        let is_named = |path: &FilePath| {
            std::iter::successors(Some(path.clone()), FilePath::parent).any(|path| self.named.contains(&path))
        };
        self.named.is_empty() || is_named(path) || self.linked.target(path).is_some_and(is_named)
    }
}
