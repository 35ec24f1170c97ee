//! What rules find, counted for each task: one pass over the findings.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use auditlint_source::FilePath;
use auditlint_tasks::FindingCounts;

use super::bindings::{RuleBinding, RuleNumbers};
use crate::limits::MAX_TASK_FINDINGS;
use crate::links::Links;
use crate::snapshot::Snapshot;
use crate::{Finding, FindingState, RuleInfo};

/// What each binding has.
pub(super) struct Counted {
    /// By binding.
    pub(super) counts: Vec<FindingCounts>,
    /// By binding: its own findings where it holds for some files, else those of its rule.
    lists: Vec<FindingList>,
    /// The findings of rules that a task has in all files, by index in the set.
    whole: BTreeMap<u32, Vec<usize>>,
    /// What each rule finds, by index in the set.
    totals: BTreeMap<u32, FindingCounts>,
    /// How many links and findings were looked at.
    pub(super) steps: u64,
}

enum FindingList {
    OfRule(u32),
    Own(Vec<usize>),
}

impl Counted {
    /// How many findings of a rule count for other files than those of a binding that has `own`.
    pub(super) fn elsewhere(&self, index: u32, own: FindingCounts) -> u64 {
        self.totals.get(&index).map_or(0, |total| total.left().saturating_sub(own.left()))
    }

    /// The first findings of some bindings, in the order of the report, each once. Each binding has its share of the room, so that
    /// one rule with many findings does not hide what another finds; what is left of the room goes to the first of the others.
    pub(super) fn findings(&self, bindings: Range<usize>) -> Vec<usize> {
        let lists = self.lists[bindings].iter().map(|list| match list {
            FindingList::OfRule(rule) => self.whole.get(rule).map_or(&[][..], Vec::as_slice),
            FindingList::Own(list) => list,
        });
        let lists: Vec<&[usize]> = lists.filter(|list| !list.is_empty()).collect();
        let share = (MAX_TASK_FINDINGS / lists.len().max(1)).max(1);
        let mut found: Vec<usize> = lists.iter().flat_map(|list| list.iter().take(share)).copied().collect();
        found.truncate(MAX_TASK_FINDINGS);
        let room = MAX_TASK_FINDINGS - found.len();
        let mut others: Vec<usize> =
            lists.iter().flat_map(|list| list.iter().skip(share).take(room)).copied().collect();
        others.sort_unstable();
        found.extend(others.into_iter().take(room));
        found.sort_unstable();
        found
    }
}

/// The bindings of one rule.
#[derive(Default)]
struct OfRule {
    /// Those that hold in all files.
    whole: Vec<usize>,
    /// By link those that hold for some files.
    narrow: HashMap<usize, Vec<usize>>,
    /// By task those that hold for its files.
    limited: HashMap<usize, usize>,
    total: FindingCounts,
    findings: Vec<usize>,
}

/// Counts findings, which are in the order of the report, for bindings.
pub(super) fn count(snapshot: &Snapshot<'_>, bindings: &[RuleBinding], findings: &[Finding], links: &Links) -> Counted {
    let numbers = RuleNumbers::of(snapshot);
    let mut rules: BTreeMap<u32, OfRule> = BTreeMap::new();
    for (at, binding) in bindings.iter().enumerate() {
        let Some(index) = numbers.index(binding.rule) else { continue };
        let of_rule = rules.entry(index).or_default();
        if binding.is_limited {
            of_rule.limited.insert(binding.subject, at);
        } else if binding.links.is_empty() {
            of_rule.whole.push(at);
        }
        for link in &binding.links {
            of_rule.narrow.entry(*link).or_default().push(at);
        }
    }
    // The findings of a rule share what they say about it.
    let infos = &snapshot.catalogue().infos;
    let by_info: HashMap<*const RuleInfo, u32> =
        rules.keys().map(|rule| (Arc::as_ptr(&infos[*rule as usize]), *rule)).collect();
    for (number, finding) in findings.iter().enumerate() {
        if let Some(of_rule) = by_info.get(&Arc::as_ptr(&finding.rule)).and_then(|rule| rules.get_mut(rule)) {
            add(&mut of_rule.total, finding);
            of_rule.findings.push(number);
        }
    }
    let mut steps = (bindings.len() + findings.len()) as u64;
    let mut counts = vec![FindingCounts::default(); bindings.len()];
    let mut lists: Vec<FindingList> = bindings.iter().map(|_| FindingList::Own(Vec::new())).collect();
    let mut whole = BTreeMap::new();
    let mut totals = BTreeMap::new();
    for (index, of_rule) in rules {
        totals.insert(index, of_rule.total);
        if !of_rule.narrow.is_empty() || !of_rule.limited.is_empty() {
            steps += count_narrow(snapshot, links, index, &of_rule, findings, &mut counts, &mut lists);
        }
        for at in of_rule.whole {
            counts[at] = of_rule.total;
            lists[at] = FindingList::OfRule(index);
        }
        whole.insert(index, of_rule.findings);
    }
    Counted { counts, lists, whole, totals, steps }
}

/// Counts for the bindings that hold for some files only: the files of the findings are looked up once each. Says in how many steps.
fn count_narrow(
    snapshot: &Snapshot<'_>,
    links: &Links,
    index: u32,
    of_rule: &OfRule,
    findings: &[Finding],
    counts: &mut [FindingCounts],
    lists: &mut [FindingList],
) -> u64 {
    let rule = snapshot.catalogue().set.rule(index);
    let narrow = links.narrow(index);
    let (mut covering, mut here): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut last: Option<&FilePath> = None;
    let mut steps = 0;
    for number in &of_rule.findings {
        let finding = &findings[*number];
        if last != Some(&finding.path) {
            last = Some(&finding.path);
            narrow.covering(rule, &finding.path, &mut covering);
            here.clear();
            here.extend(covering.iter().filter_map(|link| of_rule.narrow.get(link)).flatten());
            links.listing(index, &finding.path, &mut covering);
            here.extend(covering.iter().filter_map(|task| of_rule.limited.get(task)));
            here.sort_unstable();
            here.dedup();
        }
        steps += 1 + here.len() as u64;
        for at in &here {
            add(&mut counts[*at], finding);
            if let FindingList::Own(list) = &mut lists[*at]
                && list.len() < MAX_TASK_FINDINGS
            {
                list.push(*number);
            }
        }
    }
    steps
}

fn add(counts: &mut FindingCounts, finding: &Finding) {
    match finding.state {
        FindingState::New => counts.new += 1,
        FindingState::Known => counts.known += 1,
        FindingState::Suppressed => counts.suppressed += 1,
    }
}
