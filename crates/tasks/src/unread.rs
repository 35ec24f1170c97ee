//! What looks like a task and is not read as one.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::Span;
use auditlint_source::limits::MAX_MISTAKES;

use crate::TaskPlace;
use crate::file::{TaskFile, span_in};

/// An entry of a task file that looks like a task and was left out, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadTask {
    /// Where it stands; of several the first.
    pub place: TaskPlace,
    /// The entry, as it is written; of several the first.
    pub text: String,
    /// Why it is not a task here.
    pub reason: String,
    /// How many entries of the file this is about.
    pub count: usize,
    /// The lines of all of them.
    pub lines: Vec<u32>,
}

impl UnreadTask {
    /// The lines, with those that follow each other as one: `3, 5-9, 12`; after `most` of such pieces how many lines are left out.
    #[must_use]
    pub fn line_list(&self, most: usize) -> String {
        let mut pieces: Vec<(u32, u32)> = Vec::new();
        for line in self.lines.iter().copied() {
            match pieces.last_mut() {
                Some((_, last)) if *last == line || *last + 1 == line => *last = line,
                _ => pieces.push((line, line)),
            }
        }
        let shown = pieces.iter().take(most);
        let mut list: Vec<String> = shown
            .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
            .collect();
        let left: u32 = pieces.iter().skip(most).map(|(first, last)| last - first + 1).sum();
        if left > 0 {
            list.push(format!("and {left} more"));
        }
        list.join(", ")
    }
}

/// What was left out of one file.
#[derive(Default)]
pub(crate) struct UnreadParts {
    entries: Vec<LeftOut>,
    reasons: Vec<String>,
    by_reason: BTreeMap<String, usize>,
}

struct LeftOut {
    /// The box or heading.
    at: Span,
    text: Span,
    reason: usize,
}

impl UnreadParts {
    pub(crate) fn push(&mut self, file: &TaskFile, at: Span, text: &str, reason: &str) {
        let known = self.by_reason.get(reason).copied();
        let reason = known.unwrap_or_else(|| {
            self.reasons.push(reason.to_owned());
            self.by_reason.insert(reason.to_owned(), self.reasons.len() - 1);
            self.reasons.len() - 1
        });
        self.entries.push(LeftOut { at, text: span_in(&file.text, text), reason });
    }

    /// One for each reason, in the order of the file; without those whose box gave a task its status.
    pub(crate) fn list(&self, file: &TaskFile, used: &BTreeSet<u32>) -> Vec<UnreadTask> {
        /// Longer entries are not repeated in full.
        const SHOWN: usize = 80;
        let mut list: Vec<UnreadTask> = Vec::new();
        let mut of_reason: Vec<Option<usize>> = vec![None; self.reasons.len()];
        for entry in self.entries.iter().filter(|entry| !used.contains(&entry.at.start)) {
            match of_reason[entry.reason] {
                Some(at) => {
                    list[at].count += 1;
                    list[at].lines.push(file.place(entry.at).line);
                }
                None if list.len() < MAX_MISTAKES => {
                    of_reason[entry.reason] = Some(list.len());
                    let text = file.slice(entry.text).chars().take(SHOWN).collect();
                    let reason = self.reasons[entry.reason].clone();
                    let place = file.place(entry.at);
                    list.push(UnreadTask { lines: vec![place.line], place, text, reason, count: 1 });
                }
                None => {}
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::FilePath;

    #[test]
    fn lists_lines() {
        for (lines, most, expected) in [
            (&[3][..], 9, "3"),
            (&[3, 5, 6, 7, 9], 9, "3, 5-7, 9"),
            (&[3, 3, 4], 9, "3-4"),
            (&[1, 3, 5, 6], 2, "1, 3, and 2 more"),
        ] {
            let place = TaskPlace { path: FilePath::new("a.md"), span: Span::default(), line: lines[0] };
            let (text, reason, count, lines) = (String::new(), String::new(), lines.len(), lines.to_vec());
            assert_eq!(UnreadTask { place, text, reason, count, lines }.line_list(most), expected);
        }
    }
}
