//! Holding findings against the lines of a baseline: which finding is known, and which line has none.
//!
//! Findings and lines that share rule, file and fingerprint are put together in order, the first with the first. They stand for
//! the same code, so it does not matter which is which; what is left over is new, or stale.
//!
//! Then lines whose file is gone are put together with findings in files that the baseline does not know: a file that was
//! renamed or moved. Where several files may be the one that a file was, that is decided by the other findings that only two
//! of them share, and by the names; where nothing decides it, the findings are new.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use auditlint_rules::RuleId;
use auditlint_source::FilePath;

use super::list::Baseline;
use crate::{Finding, FindingState, Fingerprint};

/// How many names of a path, from its end, may tell which file it was.
const NAMES: usize = 8;
/// To how many files the findings of one file may point.
const MOST_VOTED: usize = 16;

/// A baseline that findings can be held against, any number of times.
#[derive(Debug)]
pub struct KnownFindings {
    baseline: Baseline,
    /// The lines of each file.
    by_path: HashMap<FilePath, Vec<usize>>,
    /// The lines of each fingerprint, asked for only where something has moved or is new.
    by_fingerprint: OnceLock<HashMap<(RuleId, Fingerprint), Vec<usize>>>,
}

/// What is put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// For each finding the index of its line.
    pub line_of: Vec<Option<usize>>,
    /// For each line the index of its finding.
    pub finding_of: Vec<Option<usize>>,
    /// How many findings, lines and files were looked at for that.
    pub(crate) steps: u64,
}

impl Held {
    fn join(&mut self, line: usize, finding: usize) {
        self.line_of[finding] = Some(line);
        self.finding_of[line] = Some(finding);
    }
}

/// What is known of a project besides its findings.
pub(crate) struct ProjectState<'p> {
    /// Whether no file stands at a path any more.
    pub is_gone: &'p dyn Fn(&FilePath) -> bool,
    /// Whether a rule says what many places have in common at the first of them, so that the file may change.
    pub is_said_once: &'p dyn Fn(&RuleId) -> bool,
}

impl KnownFindings {
    /// A baseline with its lines by file.
    #[must_use]
    pub fn new(baseline: Baseline) -> Self {
        let mut by_path: HashMap<FilePath, Vec<usize>> = HashMap::new();
        for (index, line) in baseline.lines().iter().enumerate() {
            match by_path.get_mut(&line.path) {
                Some(lines) => lines.push(index),
                None => drop(by_path.insert(line.path.clone(), vec![index])),
            }
        }
        Self { baseline, by_path, by_fingerprint: OnceLock::new() }
    }

    /// The baseline itself.
    #[must_use]
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Puts findings, which are in their order, and lines together. What is suppressed needs no line.
    pub(crate) fn hold(&self, findings: &[Finding], project: &ProjectState<'_>) -> Held {
        let mut held = Held {
            line_of: vec![None; findings.len()],
            finding_of: vec![None; self.baseline.lines().len()],
            steps: findings.len() as u64,
        };
        let mut left = Vec::new();
        let mut start = 0;
        for file in findings.chunk_by(|a, b| a.path == b.path) {
            let counting =
                (start..start + file.len()).filter(|index| findings[*index].state != FindingState::Suppressed);
            start += file.len();
            match self.by_path.get(&file[0].path) {
                Some(lines) => self.hold_file(lines, counting.collect(), findings, &mut held, &mut left),
                None => left.extend(counting),
            }
        }
        self.hold_moved(findings, &left, project, &mut held);
        held
    }

    /// The findings of one file with the lines of that file.
    fn hold_file(
        &self,
        lines: &[usize],
        mut counting: Vec<usize>,
        findings: &[Finding],
        held: &mut Held,
        left: &mut Vec<usize>,
    ) {
        let line_key = |index: &usize| {
            let line = &self.baseline.lines()[*index];
            (&line.rule, line.fingerprint, line.ordinal)
        };
        held.steps += (lines.len() + counting.len()) as u64;
        let mut lines = lines.to_vec();
        lines.sort_unstable_by(|a, b| line_key(a).cmp(&line_key(b)));
        let key = |index: &usize| (&findings[*index].rule.id, findings[*index].fingerprint, *index);
        counting.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        let mut lines = lines.into_iter().peekable();
        for finding in counting {
            let (rule, fingerprint, _) = key(&finding);
            let same = |line: &usize| {
                let (of_rule, of, _) = line_key(line);
                (of_rule, of).cmp(&(rule, fingerprint))
            };
            while lines.next_if(|line| same(line).is_lt()).is_some() {}
            match lines.next_if(|line| same(line).is_eq()) {
                Some(line) => held.join(line, finding),
                None => left.push(finding),
            }
        }
    }

    /// Findings whose line stands under another path.
    fn hold_moved(&self, findings: &[Finding], left: &[usize], project: &ProjectState<'_>, held: &mut Held) {
        let mut groups: BTreeMap<(&RuleId, Fingerprint), Vec<usize>> = BTreeMap::new();
        for index in left {
            let finding = &findings[*index];
            let rule = &finding.rule.id;
            if !self.by_path.contains_key(&finding.path) || (project.is_said_once)(rule) {
                groups.entry((rule, finding.fingerprint)).or_default().push(*index);
            }
        }
        if groups.is_empty() {
            return;
        }
        let by_fingerprint = self.by_fingerprint.get_or_init(|| {
            let mut by: HashMap<_, Vec<usize>> = HashMap::new();
            for (index, line) in self.baseline.lines().iter().enumerate() {
                by.entry((line.rule.clone(), line.fingerprint)).or_default().push(index);
            }
            by
        });
        let mut gone: BTreeMap<&FilePath, bool> = BTreeMap::new();
        let mut moves = Vec::new();
        for ((rule, fingerprint), found) in groups {
            let Some(lines) = by_fingerprint.get(&(rule.clone(), fingerprint)) else { continue };
            held.steps += (lines.len() + found.len()) as u64;
            let free = lines.iter().copied().filter(|line| held.finding_of[*line].is_none());
            if (project.is_said_once)(rule) {
                let pairs: Vec<_> = free.zip(found).collect();
                pairs.into_iter().for_each(|(line, finding)| held.join(line, finding));
                continue;
            }
            let mut of_line: BTreeMap<&FilePath, Vec<usize>> = BTreeMap::new();
            for line in free {
                let path = &self.baseline.lines()[line].path;
                if *gone.entry(path).or_insert_with(|| (project.is_gone)(path)) {
                    of_line.entry(path).or_default().push(line);
                }
            }
            let mut of_finding: BTreeMap<&FilePath, Vec<usize>> = BTreeMap::new();
            for finding in found {
                of_finding.entry(&findings[finding].path).or_default().push(finding);
            }
            if !of_line.is_empty() {
                moves.push(Moved { of_line, of_finding });
            }
        }
        let mut votes = Votes::default();
        for moved in &moves {
            votes.count(moved);
        }
        for moved in moves {
            for (old, new) in moved.pairs(&votes, &mut held.steps) {
                for (line, finding) in moved.of_line[old].iter().zip(&moved.of_finding[new]) {
                    held.join(*line, *finding);
                }
            }
        }
    }
}

/// Lines in files that are gone and findings in new files that share rule and fingerprint, by file.
struct Moved<'m> {
    of_line: BTreeMap<&'m FilePath, Vec<usize>>,
    of_finding: BTreeMap<&'m FilePath, Vec<usize>>,
}

/// How many fingerprints say that one file was another: those that no third file has.
#[derive(Default)]
struct Votes<'m> {
    by_old: BTreeMap<&'m FilePath, BTreeMap<&'m FilePath, usize>>,
}

impl<'m> Votes<'m> {
    fn count(&mut self, moved: &Moved<'m>) {
        if let Some((old, new)) = moved.only() {
            let voted = self.by_old.entry(old).or_default();
            if voted.len() < MOST_VOTED || voted.contains_key(new) {
                *voted.entry(new).or_default() += 1;
            }
        }
    }

    /// The file that most of them say, of those that are asked about; none where two have as many.
    fn new_path(&self, old: &FilePath, among: &BTreeSet<&'m FilePath>, steps: &mut u64) -> Option<&'m FilePath> {
        let votes = self.by_old.get(old)?;
        *steps += votes.len() as u64;
        let votes = votes.iter().filter(|(new, _)| among.contains(**new));
        let most = votes.clone().map(|(_, count)| *count).max()?;
        let mut best = votes.filter(|(_, count)| **count == most).map(|(new, _)| *new);
        best.next().filter(|_| best.next().is_none())
    }
}

impl<'m> Moved<'m> {
    /// The only file that is gone and the only new one.
    fn only(&self) -> Option<(&'m FilePath, &'m FilePath)> {
        let is_one = self.of_line.len() == 1 && self.of_finding.len() == 1;
        is_one.then(|| Some((*self.of_line.keys().next()?, *self.of_finding.keys().next()?)))?
    }

    /// Which file was which.
    fn pairs(&self, votes: &Votes<'m>, steps: &mut u64) -> Vec<(&'m FilePath, &'m FilePath)> {
        if let Some(pair) = self.only() {
            return vec![pair];
        }
        let mut old: BTreeSet<&'m FilePath> = self.of_line.keys().copied().collect();
        let mut new: BTreeSet<&'m FilePath> = self.of_finding.keys().copied().collect();
        let mut pairs = Vec::new();
        for path in self.of_line.keys() {
            if let Some(found) = votes.new_path(path, &new, steps) {
                old.remove(path);
                new.remove(found);
                pairs.push((*path, found));
            }
        }
        for names in (1..=NAMES).rev() {
            *steps += (old.len() + new.len()) as u64;
            let by_end = |paths: &BTreeSet<&'m FilePath>| {
                let mut by: BTreeMap<&'m str, Vec<&'m FilePath>> = BTreeMap::new();
                for path in paths {
                    by.entry(last_names(path, names)).or_default().push(path);
                }
                by
            };
            let ends = by_end(&new);
            for (end, of_old) in by_end(&old) {
                if let ([of_old], Some([of_new])) = (&of_old[..], ends.get(end).map(Vec::as_slice)) {
                    old.remove(of_old);
                    new.remove(of_new);
                    pairs.push((*of_old, *of_new));
                }
            }
        }
        pairs
    }
}

/// The last names of a path; the whole path where it has no more.
fn last_names(path: &FilePath, names: usize) -> &str {
    let path = path.as_str();
    path.rmatch_indices('/').nth(names - 1).map_or(path, |(at, _)| &path[at + 1..])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use auditlint_rules::{Confidence, Severity};
    use auditlint_source::{Position, Span};
    use proptest::prelude::*;

    use super::*;
    use crate::RuleInfo;
    use crate::baseline::{BaselineLine, GrowthNote, first_baseline, revise};

    /// A finding as `path rule fingerprint`, where `~` behind it says that it is suppressed.
    fn finding(written: &str, at: u32) -> Finding {
        let [path, rule, code] = written.trim_end_matches('~').split(' ').collect::<Vec<_>>()[..] else {
            panic!("{written}")
        };
        let info = RuleInfo {
            id: RuleId::new(rule),
            pack: None,
            confidence: Confidence::High,
            why: None,
            instead: None,
            note: None,
            url: None,
            unsafe_fix: None,
        };
        Finding {
            rule: Arc::new(info),
            severity: Severity::Error,
            message: "m".into(),
            path: FilePath::new(path),
            span: Span::new(at, at + 1),
            start: Position::of(b"", 0),
            end: Position::of(b"", 0),
            tasks: Arc::default(),
            fingerprint: Fingerprint(code.parse().unwrap()),
            state: if written.ends_with('~') { FindingState::Suppressed } else { FindingState::New },
            reason: None,
            fix: None,
            related: Box::default(),
        }
    }

    fn findings(written: &[&str]) -> Vec<Finding> {
        let mut findings: Vec<Finding> = written.iter().zip(0..).map(|(written, at)| finding(written, at)).collect();
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        findings
    }

    fn held(known: &KnownFindings, findings: &[Finding]) -> Held {
        let here: BTreeSet<&FilePath> = findings.iter().map(|finding| &finding.path).collect();
        let is_gone = |path: &FilePath| !here.contains(path) && !path.as_str().starts_with("here/");
        let is_said_once = |rule: &RuleId| rule.as_str() == "once";
        known.hold(findings, &ProjectState { is_gone: &is_gone, is_said_once: &is_said_once })
    }

    /// How many findings are known, and which are new and which lines stale, as `path rule fingerprint`.
    #[track_caller]
    fn check(before: &[&str], after: &[&str], known: usize, new: &[&str], stale: &[&str]) {
        let baseline = first_baseline(&findings(before), &|_| true).baseline;
        let held_against = KnownFindings::new(baseline);
        let after = findings(after);
        let held = held(&held_against, &after);
        let found_new = after
            .iter()
            .zip(&held.line_of)
            .filter(|(finding, line)| line.is_none() && finding.state != FindingState::Suppressed);
        let mut found_new: Vec<String> =
            found_new.map(|(one, _)| format!("{} {} {}", one.path, one.rule.id, one.fingerprint.0)).collect();
        let lines = held_against.baseline().lines().iter().zip(&held.finding_of);
        let mut found_stale: Vec<String> = lines
            .filter(|(_, finding)| finding.is_none())
            .map(|(line, _)| format!("{} {} {}", line.path, line.rule, line.fingerprint.0))
            .collect();
        found_new.sort();
        found_stale.sort();
        let found_known = held.line_of.iter().flatten().count();
        assert_eq!(
            (found_known, found_new.join(", "), found_stale.join(", ")),
            (known, new.join(", "), stale.join(", "))
        );
    }

    #[test]
    fn in_one_file_equal_findings_are_counted() {
        check(&["a r 1", "a r 1"], &["a r 1", "a r 1"], 2, &[], &[]);
        check(&["a r 1", "a r 1"], &["a r 1", "a r 1", "a r 1"], 2, &["a r 1"], &[]);
        check(&["a r 1", "a r 1"], &["a r 1"], 1, &[], &["a r 1"]);
        check(&["a r 1", "a r 2"], &["a r 2", "a r 3"], 1, &["a r 3"], &["a r 1"]);
        check(&["a r 1", "a s 1"], &["a s 1"], 1, &[], &["a r 1"]);
        check(&["a r 1", "a r 1"], &["a r 1~", "a r 1"], 1, &[], &["a r 1"]);
    }

    #[test]
    fn a_file_that_is_gone_may_be_another_one_now() {
        check(&["a r 1", "a r 1", "a r 2"], &["b r 1", "b r 1", "b r 2"], 3, &[], &[]);
        check(&["a r 1"], &["b r 1", "b r 1"], 1, &["b r 1"], &[]);
        // It is still there, or the other was there before.
        check(&["here/a r 1"], &["b r 1"], 0, &["b r 1"], &["here/a r 1"]);
        check(&["a r 1", "b r 2"], &["b r 1", "b r 2"], 1, &["b r 1"], &["a r 1"]);
        // Nobody knows which of two it is.
        check(&["a r 1"], &["b r 1", "c r 1"], 0, &["b r 1", "c r 1"], &["a r 1"]);
        check(&["a r 1", "b r 1"], &["c r 1"], 0, &["c r 1"], &["a r 1", "b r 1"]);
        // The names tell, the longest end first.
        check(&["x/a r 1", "x/b r 1"], &["y/a r 1", "y/b r 1"], 2, &[], &[]);
        check(&["x/p/i r 1", "x/q/i r 1"], &["y/p/i r 1", "y/q/i r 1", "y/i r 1"], 2, &["y/i r 1"], &[]);
        // Other findings tell.
        check(&["a r 1", "a r 7", "b r 1", "b r 8"], &["c r 1", "c r 7", "d r 1", "d r 8"], 4, &[], &[]);
        check(&["a r 1", "a r 7"], &["c r 1", "c r 7", "d r 1"], 2, &["d r 1"], &[]);
    }

    #[test]
    fn what_is_said_once_may_be_said_elsewhere() {
        check(&["here/a once 1"], &["b once 1"], 1, &[], &[]);
        check(&["here/a once 1", "b r 2"], &["b once 1", "b r 2"], 2, &[], &[]);
        check(&["here/a once 1"], &["b once 2"], 0, &["b once 2"], &["here/a once 1"]);
    }

    fn some_findings() -> impl Strategy<Value = Vec<String>> {
        let one = (0_usize..4, 0_usize..2, 0..3, 0..6).prop_map(|(path, rule, code, state)| {
            let path = ["a", "b", "here/c", "x/a"][path];
            format!("{path} {} {code}{}", ["r", "once"][rule], if state == 0 { "~" } else { "" })
        });
        prop::collection::vec(one, 0..24)
    }

    fn read(written: &[String]) -> Vec<Finding> {
        findings(&written.iter().map(String::as_str).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn findings_and_lines_are_put_together_one_by_one(before in some_findings(), after in some_findings()) {
            let known = KnownFindings::new(first_baseline(&read(&before), &|_| true).baseline);
            let after = read(&after);
            let held = held(&known, &after);
            for (finding, line) in held.line_of.iter().enumerate().filter_map(|(finding, line)| Some((finding, (*line)?))) {
                prop_assert_eq!(held.finding_of[line], Some(finding));
                let (finding, line) = (&after[finding], &known.baseline().lines()[line]);
                prop_assert_eq!((&finding.rule.id, finding.fingerprint), (&line.rule, line.fingerprint));
                prop_assert_ne!(finding.state, FindingState::Suppressed);
            }
            prop_assert_eq!(held.line_of.iter().flatten().count(), held.finding_of.iter().flatten().count());
        }

        #[test]
        fn a_first_list_knows_everything(written in some_findings()) {
            let all = read(&written);
            let known = KnownFindings::new(first_baseline(&all, &|_| true).baseline);
            let held = held(&known, &all);
            prop_assert!(held.finding_of.iter().all(Option::is_some));
            let counting = all.iter().filter(|finding| finding.state != FindingState::Suppressed);
            prop_assert_eq!(counting.count(), held.finding_of.len());
        }

        #[test]
        fn a_list_grows_only_where_it_is_told_to(before in some_findings(), after in some_findings()) {
            let known = KnownFindings::new(first_baseline(&read(&before), &|_| true).baseline);
            let after = read(&after);
            let joined = held(&known, &after);
            let shrunk = revise(known.baseline(), &after, &joined, &|_| false, None, &|_| true);
            prop_assert!(shrunk.baseline.lines().len() <= known.baseline().lines().len());
            let counts = shrunk.counts;
            prop_assert_eq!(shrunk.baseline.lines().len(), counts.kept + counts.moved);
            // What it knows, it knows again, and there is nothing left to take out.
            let again = KnownFindings::new(shrunk.baseline.clone());
            let joined_again = held(&again, &after);
            prop_assert!(joined_again.finding_of.iter().all(Option::is_some));
            let note = |lines| GrowthNote { day: None, lines, reason: "r".into() };
            let grown = revise(known.baseline(), &after, &joined, &|_| false, Some(&note), &|_| true);
            let counting = after.iter().filter(|finding| finding.state != FindingState::Suppressed).count();
            prop_assert_eq!(grown.baseline.lines().len(), counting);
            prop_assert_eq!(grown.baseline.growth().len(), usize::from(grown.counts.added > 0));
            // A run on a part leaves lines of the others alone.
            let kept = revise(known.baseline(), &after, &joined, &|line: &BaselineLine| line.rule.as_str() == "r", None, &|_| true);
            let of_rule = |lines: &[BaselineLine]| lines.iter().filter(|line| line.rule.as_str() == "r").count();
            prop_assert_eq!(of_rule(kept.baseline.lines()), of_rule(known.baseline().lines()));
        }
    }
}
