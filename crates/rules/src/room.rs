//! What the matches in one source may take, and what was too much.

use std::collections::BTreeMap;

use auditlint_matcher::Excess;

use crate::RuleMatch;
use crate::limits::{MAX_MATCH_BYTES, MAX_MATCHES};

/// What of a rule was too much for one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exceeded {
    /// A message or a label was cut, or a fix was left out.
    pub texts: Excess,
    /// The rule was given up: it made more tests, or counted more places, than it may.
    pub steps: bool,
}

/// Room for the matches of one source.
#[derive(Debug, Default)]
pub struct Room {
    found: u64,
    bytes: u64,
    left_out: u64,
    exceeded: BTreeMap<u32, Exceeded>,
}

impl Room {
    /// Makes room for the next source.
    pub(crate) fn begin(&mut self) {
        (self.found, self.bytes, self.left_out) = (0, 0, 0);
        self.exceeded.clear();
    }

    /// Whether another match fits. One that does not is counted.
    pub(crate) fn takes(&mut self) -> bool {
        let takes = self.found < MAX_MATCHES && self.bytes < MAX_MATCH_BYTES;
        self.left_out += u64::from(!takes);
        takes
    }

    /// Notes a match, and what its texts have cost to make.
    pub(crate) fn add(&mut self, found: &RuleMatch, written: u64, excess: Excess) {
        self.found += 1;
        self.bytes += written;
        if excess != Excess::default() {
            let texts = &mut self.exceeded.entry(found.rule).or_default().texts;
            texts.text |= excess.text;
            texts.fix |= excess.fix;
        }
    }

    /// Notes that a rule is given up for this source.
    pub(crate) fn give_up(&mut self, rule: u32) {
        self.exceeded.entry(rule).or_default().steps = true;
    }

    /// Whether a rule was given up.
    pub(crate) fn is_given_up(&self, rule: u32) -> bool {
        self.exceeded.get(&rule).is_some_and(|exceeded| exceeded.steps)
    }

    /// How many matches there were no room for.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The rules of which something was too much, by index.
    #[must_use]
    pub fn exceeded(&self) -> &BTreeMap<u32, Exceeded> {
        &self.exceeded
    }
}
