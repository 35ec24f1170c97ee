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
        let mut held =
            Held { line_of: vec![None; findings.len()], finding_of: vec![None; self.baseline.lines().len()] };
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
            for (old, new) in moved.pairs(&votes) {
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
            *self.by_old.entry(old).or_default().entry(new).or_default() += 1;
        }
    }

    /// The file that most of them say, of those that are asked about; none where two have as many.
    fn new_path(&self, old: &FilePath, among: &BTreeSet<&'m FilePath>) -> Option<&'m FilePath> {
        let votes = self.by_old.get(old)?.iter().filter(|(new, _)| among.contains(**new));
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
    fn pairs(&self, votes: &Votes<'m>) -> Vec<(&'m FilePath, &'m FilePath)> {
        if let Some(pair) = self.only() {
            return vec![pair];
        }
        let mut old: BTreeSet<&'m FilePath> = self.of_line.keys().copied().collect();
        let mut new: BTreeSet<&'m FilePath> = self.of_finding.keys().copied().collect();
        let mut pairs = Vec::new();
        for path in self.of_line.keys() {
            if let Some(found) = votes.new_path(path, &new) {
                old.remove(path);
                new.remove(found);
                pairs.push((*path, found));
            }
        }
        for names in (1..=NAMES).rev() {
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
