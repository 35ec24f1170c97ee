//! What fixes have written, so that no rule puts right again what it wrote itself.

use std::collections::{BTreeMap, HashMap};

use auditlint_rules::RuleId;
use auditlint_source::Span;

use crate::Finding;
use crate::fix::FixedText;

/// The stretches of a text that each rule has written, and the code in them that still waits for its own fix.
#[derive(Default)]
pub(crate) struct OwnOutput {
    /// By rule; sorted, and none reaches into the next.
    written: BTreeMap<RuleId, Vec<Span>>,
    /// How often code that a fix carried along is still to be put right by the same rule. Blanks do not count, since code is
    /// indented anew where it is carried.
    waiting: HashMap<(RuleId, Vec<u8>), usize>,
}

impl OwnOutput {
    /// Notes a round of fixes of `old`.
    pub(crate) fn note(&mut self, old: &[u8], fixed: &FixedText) {
        for spans in self.written.values_mut() {
            spans.iter_mut().for_each(|span| *span = fixed.moved_span(*span, false));
        }
        for (rule, span) in &fixed.covered {
            self.written.entry(rule.clone()).or_default().push(fixed.moved_span(*span, true));
        }
        for spans in self.written.values_mut() {
            *spans = merged(std::mem::take(spans));
        }
        self.waiting.clear();
        for (rule, span) in &fixed.waiting {
            *self.waiting.entry((rule.clone(), code_of(old, *span))).or_default() += 1;
        }
    }

    /// Leaves out what a rule finds in what it wrote itself, but for code that was there before and is still to be put right. Of
    /// findings with the same code the innermost are that code.
    pub(crate) fn take_out(&mut self, text: &[u8], findings: &mut Vec<Finding>) {
        let mut waiting = self.waiting.clone();
        let mut keeps = vec![true; findings.len()];
        let mut inside: Vec<usize> = (0..findings.len()).filter(|index| self.wrote(&findings[*index])).collect();
        inside.sort_by_key(|index| findings[*index].span.len());
        for index in inside {
            let finding = &findings[index];
            let left = waiting.get_mut(&(finding.rule.id.clone(), code_of(text, finding.span)));
            match left.filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => keeps[index] = false,
            }
        }
        let mut keeps = keeps.into_iter();
        findings.retain(|_| keeps.next().unwrap_or_default());
    }

    /// Whether the rule of a finding wrote all that the finding is about.
    fn wrote(&self, finding: &Finding) -> bool {
        let Some(written) = self.written.get(&finding.rule.id) else { return false };
        let before = &written[..written.partition_point(|span| span.start <= finding.span.start)];
        before.last().is_some_and(|span| finding.span.end <= span.end)
    }
}

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end || span.start == last.start => *last = last.union(span),
            _ => merged.push(span),
        }
    }
    merged
}

/// The bytes of some code without blanks.
fn code_of(text: &[u8], span: Span) -> Vec<u8> {
    span.of(text).iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_that_touch_stay_apart() {
        let spans = |pairs: &[(u32, u32)]| pairs.iter().map(|(start, end)| Span::new(*start, *end)).collect::<Vec<_>>();
        assert_eq!(merged(spans(&[(5, 7), (0, 3), (2, 4), (7, 9)])), spans(&[(0, 4), (5, 7), (7, 9)]));
    }
}
