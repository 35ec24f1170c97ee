//! The findings of a run as they come in from all threads, within a limit on all of them together.
//!
//! What is kept does not depend on which thread was faster: it is the findings of the first files, as many as fit.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::Finding;
use crate::limits::MAX_REPORT;

/// Findings by the place of their file in the run.
#[derive(Debug)]
pub(crate) struct Collected {
    limit: u64,
    state: Mutex<CollectedState>,
}

#[derive(Debug)]
struct CollectedState {
    by_file: BTreeMap<usize, (u64, Vec<Finding>)>,
    weight: u64,
    /// Files from this one on are left out: those before it do not leave room for it.
    end: usize,
    left_out: u64,
}

impl Default for Collected {
    fn default() -> Self {
        Self::of(MAX_REPORT)
    }
}

impl Collected {
    fn of(limit: u64) -> Self {
        let state = CollectedState { by_file: BTreeMap::new(), weight: 0, end: usize::MAX, left_out: 0 };
        Self { limit, state: Mutex::new(state) }
    }

    /// Takes the findings of a file.
    pub(crate) fn add(&self, file: usize, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let weight = findings.iter().map(weight).sum();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if file >= state.end {
            state.left_out += findings.len() as u64;
            return;
        }
        state.weight += weight;
        state.by_file.insert(file, (weight, findings));
        while state.weight > self.limit {
            let Some((last, (weight, findings))) = state.by_file.pop_last() else { break };
            state.weight -= weight;
            state.end = last;
            state.left_out += findings.len() as u64;
        }
    }

    /// Takes the findings of a file in place of those that it had before.
    pub(crate) fn replace(&self, file: usize, findings: Vec<Finding>) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((weight, _)) = state.by_file.remove(&file) {
                state.weight -= weight;
            }
        }
        self.add(file, findings);
    }

    /// The findings in the order of their files, and how many were left out.
    pub(crate) fn finish(self) -> (Vec<Finding>, u64) {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::with_capacity(state.by_file.values().map(|(_, findings)| findings.len()).sum());
        all.extend(state.by_file.into_values().flat_map(|(_, findings)| findings));
        (all, state.left_out)
    }
}

/// How many bytes a finding takes as it is written out, roughly. What it shares with others is written each time.
fn weight(finding: &Finding) -> u64 {
    let rule = &finding.rule;
    let prose = [&rule.why, &rule.instead, &rule.url].into_iter().flatten().map(String::len).sum::<usize>();
    let tasks = finding.tasks.iter().map(|task| 64 + task.id.len() + task.title.as_ref().map_or(0, String::len));
    let edits = finding.fix.iter().flatten().map(|edit| 64 + edit.text.len());
    let related = finding.related.iter().map(|related| 64 + related.message.len() + related.path.as_str().len());
    let parts = tasks.chain(edits).chain(related).sum::<usize>();
    let own =
        finding.message.len() + finding.path.as_str().len() + finding.reason.as_ref().map_or(0, |text| text.len());
    (size_of::<Finding>() + prose + parts + own) as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use auditlint_rules::{Confidence, RuleId, Severity};
    use auditlint_source::{FilePath, Position, Span};

    use super::*;
    use crate::{FindingState, RuleInfo, fingerprint};

    fn finding(message: &str) -> Finding {
        let id = RuleId::new("a");
        let info = RuleInfo {
            id: id.clone(),
            pack: None,
            confidence: Confidence::High,
            why: None,
            instead: None,
            note: None,
            url: None,
            cwe: Vec::new(),
            unsafe_fix: None,
        };
        Finding {
            rule: Arc::new(info),
            severity: Severity::Error,
            message: message.into(),
            path: FilePath::new("a.ts"),
            span: Span::default(),
            start: Position::of(b"", 0),
            end: Position::of(b"", 0),
            tasks: Arc::default(),
            fingerprint: fingerprint::of_key(&id, ""),
            state: FindingState::New,
            reason: None,
            fix: None,
            related: Box::default(),
        }
    }

    #[test]
    fn the_first_files_stay_in_whatever_order_they_come() {
        let sizes = [3_000, 1, 5_000, 2_000, 9_000, 1, 1];
        let one = weight(&finding(""));
        let limit = 10_500 + 4 * one;
        for step in 1..7 {
            for from in 0..7 {
                let kept = Collected::of(limit);
                (0..7).map(|index| (from + index * step) % 7).for_each(|file| {
                    kept.add(file, vec![finding(&"x".repeat(sizes[file]))]);
                });
                let (findings, left_out) = kept.finish();
                let lengths: Vec<usize> = findings.iter().map(|finding| finding.message.len()).collect();
                assert_eq!((lengths, left_out), (vec![3_000, 1, 5_000, 2_000], 3), "from {from} by {step}");
            }
        }
    }
}
