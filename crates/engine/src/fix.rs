//! Putting findings right: edits that go together, and those of them that leave the source as well understood as it was.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use auditlint_rules::RuleId;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Code, Parser};

use crate::{FileEdit, Finding, FindingState};

/// How many bytes may be parsed to find out which of the fixes of a source break it, and how often a large source is parsed at
/// least. Fixes that break it are few, and found in about as many steps as the number of fixes has bits.
const TRIAL_BYTES: usize = 32 << 20;
const TRIALS: usize = 16;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FixLevel {
    /// Those after which the code does what it did.
    #[default]
    Safe,
    /// Those too after which somebody has to look.
    Unsafe,
}

impl FixLevel {
    /// Whether the finding has a fix of this level.
    #[must_use]
    pub fn covers(self, finding: &Finding) -> bool {
        finding.fix.is_some() && (self == Self::Unsafe || finding.rule.unsafe_fix.is_none())
    }
}

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixedText {
    /// The new text.
    pub text: Vec<u8>,
    /// How many findings were put right.
    pub applied: usize,
    /// Findings whose edits collide with those of another: they come in the next round.
    pub deferred: usize,
    /// What was replaced, in order, and by how many bytes.
    pub(crate) replaced: Vec<(Span, usize)>,
    /// By how many bytes the text has grown up to the end of each of these.
    grown: Vec<i64>,
    /// The rules of the findings that were put right, and all that each finding and its edits cover of the old text.
    pub(crate) covered: Vec<(RuleId, Span)>,
    /// The rules and places of the findings that come in the next round.
    pub(crate) waiting: Vec<(RuleId, Span)>,
}

/// Applies the fixes of the findings that count, in their order; a finding any of whose edits collides with what was already
/// taken is left for the next round. All findings are of the same file.
#[must_use]
pub fn apply<'f>(text: &[u8], findings: impl IntoIterator<Item = &'f Finding>) -> FixedText {
    let mut taken = TakenEdits::default();
    let mut fixed = FixedText::default();
    for finding in findings {
        let (FindingState::New, Some(edits)) = (finding.state, &finding.fix) else { continue };
        let rule = finding.rule.id.clone();
        if taken.take(edits, text.len()) {
            fixed.applied += 1;
            fixed.covered.push((rule, edits.iter().fold(finding.span, |all, edit| all.union(edit.span))));
        } else {
            fixed.deferred += 1;
            fixed.waiting.push((rule, finding.span));
        }
    }
    let edits: Vec<&FileEdit> = taken.by_start.into_values().collect();
    fixed.text = splice(text, &edits);
    fixed.replaced = edits.iter().map(|edit| (edit.span, edit.text.len())).collect();
    let growth = |(span, length): &(Span, usize)| *length as i64 - i64::from(span.len());
    fixed.grown = fixed
        .replaced
        .iter()
        .scan(0, |grown, edit| {
            *grown += growth(edit);
            Some(*grown)
        })
        .collect();
    fixed
}

/// The order in which fixes are taken: by where they begin, and of those that begin at one place the one that reaches furthest first,
/// since what it carries along comes in the next round.
pub(crate) fn order(finding: &Finding) -> (u32, Reverse<u32>) {
    let edits = finding.fix.iter().flatten().map(|edit| edit.span);
    let all = edits.reduce(Span::union).unwrap_or(finding.span);
    (all.start, Reverse(all.end))
}

impl FixedText {
    /// Where a byte of the old text stands in the new one; `None` where it was replaced.
    pub(crate) fn moved(&self, offset: u32) -> Option<u32> {
        let before = &self.replaced[..self.replaced.partition_point(|(span, _)| span.end <= offset)];
        let after = self.replaced.get(before.len());
        if after.is_some_and(|(span, _)| span.start <= offset) {
            return None;
        }
        u32::try_from(i64::from(offset) + self.grown_by(before.len())).ok()
    }

    /// Where a stretch of the old text stands in the new one: with all of each replacement that reaches into it, and with what was
    /// put in at its ends where it is a stretch that was put right itself.
    pub(crate) fn moved_span(&self, span: Span, is_fixed: bool) -> Span {
        let inserted_at = |edit: Span, at: u32| is_fixed && edit.is_empty() && edit.start == at;
        let before =
            self.replaced.partition_point(|(edit, _)| edit.end <= span.start && !inserted_at(*edit, span.start));
        let until = self.replaced.partition_point(|(edit, _)| edit.start < span.end || inserted_at(*edit, span.end));
        let place = |offset: u32, grown: i64| u32::try_from(i64::from(offset) + grown).unwrap_or(offset);
        let start = match self.replaced.get(before).filter(|(edit, _)| edit.start <= span.start) {
            Some((edit, _)) => place(edit.start, self.grown_by(before)),
            None => place(span.start, self.grown_by(before)),
        };
        let last = self.replaced[..until].last().filter(|(edit, _)| edit.end >= span.end);
        let end = place(last.map_or(span.end, |(edit, _)| edit.end), self.grown_by(until));
        Span::new(start, end.max(start))
    }

    /// By how many bytes the text has grown after so many replacements.
    fn grown_by(&self, replacements: usize) -> i64 {
        replacements.checked_sub(1).and_then(|last| self.grown.get(last)).copied().unwrap_or_default()
    }
}

/// The fixes that go together without breaking the source, and those that do not.
pub(crate) struct Sound<'f> {
    pub(crate) fixed: FixedText,
    /// Each of these would break the syntax, alone or with those before it.
    pub(crate) breaking: Vec<&'f Finding>,
    /// It took too long to find out about these.
    pub(crate) untried: Vec<&'f Finding>,
}

/// Applies the fixes of the findings that count, as [`apply`] does, without those after which the source would be less
/// understood than it is: each of them blocks itself alone.
pub(crate) fn apply_sound<'f>(path: &FilePath, text: &[u8], findings: &'f [Finding]) -> Sound<'f> {
    let fixed = apply(text, findings);
    let mut sound = Sound { fixed, breaking: Vec::new(), untried: Vec::new() };
    if sound.fixed.applied == 0 {
        return sound;
    }
    let mut syntax = Syntax::of(path, text);
    if syntax.is_kept_by(&sound.fixed.text) {
        return sound;
    }
    let mut taken = TakenEdits::default();
    let mut together: Vec<&Finding> = findings.iter().filter(|finding| finding.state == FindingState::New).collect();
    together.retain(|finding| finding.fix.as_ref().is_some_and(|edits| taken.take(edits, text.len())));
    let mut trials = (TRIAL_BYTES / text.len().max(1)).max(TRIALS);
    let mut good: Vec<&Finding> = Vec::with_capacity(together.len());
    // Halves that are still to be looked at, the first on top; all of them together are known to break the source.
    let mut parts: Vec<&[&Finding]> = vec![&together];
    while let Some(part) = parts.pop() {
        if part.len() < together.len() || part.len() == 1 {
            if trials == 0 {
                sound.untried.extend(part);
                continue;
            }
            trials -= 1;
            let trial = apply(text, good.iter().copied().chain(part.iter().copied()));
            if syntax.is_kept_by(&trial.text) {
                good.extend(part);
                continue;
            }
        }
        if let [one] = part {
            sound.breaking.push(one);
        } else {
            let (first, second) = part.split_at(part.len() / 2);
            parts.extend([second, first]);
        }
    }
    let (deferred, waiting) = (sound.fixed.deferred, sound.fixed.waiting);
    sound.fixed = FixedText { deferred, waiting, ..apply(text, good) };
    sound
}

/// How much of a source is not understood.
struct Syntax<'p> {
    path: &'p FilePath,
    parser: Parser,
    /// `None` where it is not parsed at all.
    broken: Option<usize>,
}

impl<'p> Syntax<'p> {
    fn of(path: &'p FilePath, text: &[u8]) -> Self {
        let mut syntax = Self { path, parser: Parser::default(), broken: None };
        syntax.broken = syntax.regions(text);
        syntax
    }

    /// How many parts of a text are not understood.
    fn regions(&mut self, text: &[u8]) -> Option<usize> {
        let code = Code::of(self.path, text)?;
        let tree = self.parser.parse(code.language(), code.text()).ok()?;
        Some(tree.not_understood().len() + code.not_understood().len())
    }

    /// Whether `new` is no less understood: a fix must not break the file.
    fn is_kept_by(&mut self, new: &[u8]) -> bool {
        let Some(old) = self.broken else { return true };
        self.regions(new).is_some_and(|new| new <= old)
    }
}

/// Edits none of which collide, by the byte at which they begin.
#[derive(Default)]
struct TakenEdits<'e> {
    by_start: BTreeMap<u32, &'e FileEdit>,
}

impl<'e> TakenEdits<'e> {
    /// Takes all edits of one finding or none of them.
    fn take(&mut self, edits: &'e [FileEdit], len: usize) -> bool {
        for (index, edit) in edits.iter().enumerate() {
            if edit.span.end as usize > len || self.collides(edit.span) {
                for taken in &edits[..index] {
                    self.by_start.remove(&taken.span.start);
                }
                return false;
            }
            self.by_start.insert(edit.span.start, edit);
        }
        true
    }

    /// Whether a taken edit shares a byte with `span`, stands around it, or begins at the same place: two edits that begin
    /// at one place have no order.
    fn collides(&self, span: Span) -> bool {
        let before = self.by_start.range(..=span.start).next_back();
        let after = self.by_start.range(span.start..).next();
        before.is_some_and(|(start, edit)| *start == span.start || edit.span.end > span.start)
            || after.is_some_and(|(start, _)| *start < span.end)
    }
}

fn splice(text: &[u8], edits: &[&FileEdit]) -> Vec<u8> {
    let mut new = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        new.extend_from_slice(&text[at..edit.span.start as usize]);
        new.extend_from_slice(&edit.text);
        at = edit.span.end as usize;
    }
    new.extend_from_slice(&text[at..]);
    new
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use auditlint_rules::{Confidence, Severity};
    use auditlint_source::{FilePath, Position};
    use proptest::prelude::*;

    use super::*;
    use crate::{RuleInfo, fingerprint};

    /// A finding with these edits: start, end, new text.
    fn finding(edits: &[(u32, u32, &str)]) -> Finding {
        let id = RuleId::new("a");
        Finding {
            fingerprint: fingerprint::of_key(&id, ""),
            rule: Arc::new(RuleInfo {
                id,
                pack: None,
                confidence: Confidence::High,
                why: None,
                instead: None,
                note: None,
                url: None,
                cwe: Vec::new(),
                unsafe_fix: None,
            }),
            severity: Severity::Error,
            message: "m".into(),
            path: FilePath::new("a.ts"),
            span: Span::default(),
            start: Position::of(b"", 0),
            end: Position::of(b"", 0),
            tasks: Arc::default(),
            state: FindingState::New,
            reason: None,
            fix: Some(
                edits
                    .iter()
                    .map(|(start, end, text)| FileEdit { span: Span::new(*start, *end), text: (*text).into() })
                    .collect(),
            ),
            related: Box::default(),
        }
    }

    fn check(findings: &[&[(u32, u32, &str)]], text: &str, applied: usize) {
        let findings: Vec<Finding> = findings.iter().map(|edits| finding(edits)).collect();
        let fixed = apply(b"0123456789", &findings);
        assert_eq!(String::from_utf8_lossy(&fixed.text), text);
        assert_eq!((fixed.applied, fixed.deferred), (applied, findings.len() - applied), "{text}");
    }

    #[test]
    fn the_first_of_colliding_fixes_is_applied() {
        check(&[], "0123456789", 0);
        check(&[&[(2, 4, "x")], &[(3, 5, "y")]], "01x456789", 1);
        check(&[&[(3, 5, "y")], &[(2, 4, "x")]], "012y56789", 1);
        check(&[&[(2, 8, "x")], &[(4, 5, "y")]], "01x89", 1);
        check(&[&[(4, 5, "y")], &[(2, 8, "x")]], "0123y56789", 1);
        // Equal edits, and insertions at one place, have no order.
        check(&[&[(2, 4, "x")], &[(2, 4, "x")]], "01x456789", 1);
        check(&[&[(3, 3, "x")], &[(3, 3, "y")]], "012x3456789", 1);
        check(&[&[(3, 3, "x")], &[(3, 5, "y")]], "012x3456789", 1);
        // An insertion inside what is replaced.
        check(&[&[(2, 6, "x")], &[(4, 4, "y")]], "01x6789", 1);
        check(&[&[(4, 4, "y")], &[(2, 6, "x")]], "0123y456789", 1);
        // All edits of a finding or none.
        check(&[&[(5, 6, "x")], &[(0, 1, "y"), (5, 7, "z")], &[(0, 1, "w")]], "w1234x6789", 2);
        // A fix that collides with itself, or reaches beyond the text, is not a fix.
        check(&[&[(2, 4, "x"), (3, 5, "y")]], "0123456789", 0);
        check(&[&[(0, 1, "y"), (9, 11, "x")]], "0123456789", 0);
    }

    #[test]
    fn neighbours_do_not_collide() {
        check(&[&[(4, 6, "b")], &[(2, 4, "a")], &[(6, 6, "c")]], "01abc6789", 3);
        check(&[&[(0, 0, "a")], &[(10, 10, "b")]], "a0123456789b", 2);
        check(&[&[(4, 6, "b"), (0, 2, "")]], "23b6789", 1);
    }

    #[test]
    fn silenced_findings_stay() {
        let silenced = Finding { state: FindingState::Suppressed, ..finding(&[(0, 1, "x")]) };
        let fixed = apply(b"01", [&silenced]);
        assert_eq!(fixed, FixedText { text: b"01".to_vec(), ..FixedText::default() });
    }

    #[test]
    fn bytes_move_with_what_is_replaced_before_them() {
        let fixed = apply(b"0123456789", &[finding(&[(2, 4, "x"), (6, 6, "abc")])]);
        assert_eq!(String::from_utf8_lossy(&fixed.text), "01x45abc6789");
        for (old, new) in [(0, Some(0)), (1, Some(1)), (2, None), (3, None), (4, Some(3)), (5, Some(4)), (7, Some(9))] {
            assert_eq!(fixed.moved(old), new, "{old}");
        }
    }

    #[test]
    fn stretches_move_with_what_is_replaced_around_them() {
        let fixed = apply(b"0123456789", &[finding(&[(2, 4, "x"), (6, 6, "abc")])]);
        let moved = |start, end, is_fixed| {
            let span = fixed.moved_span(Span::new(start, end), is_fixed);
            (span.start, span.end)
        };
        for (start, end, expected) in [
            (0, 2, (0, 2)),
            (0, 10, (0, 12)),
            (2, 4, (2, 3)),
            // A replacement that reaches in belongs to it, an insertion at its end only where it was put right itself.
            (3, 5, (2, 4)),
            (1, 3, (1, 3)),
            (4, 6, (3, 5)),
            (6, 8, (8, 10)),
            (7, 8, (9, 10)),
        ] {
            assert_eq!(moved(start, end, false), expected, "{start}..{end}");
        }
        assert_eq!((moved(4, 6, true), moved(6, 8, true)), ((3, 8), (5, 10)));
    }

    /// The text after the fixes that do not break it, and where those begin that do.
    fn check_sound(text: &str, findings: &[&[(u32, u32, &str)]], expected: &str, breaking: &[u32]) {
        let mut findings: Vec<Finding> = findings.iter().map(|edits| finding(edits)).collect();
        for finding in &mut findings {
            finding.span = finding.fix.as_ref().unwrap()[0].span;
        }
        let sound = apply_sound(&FilePath::new("a.ts"), text.as_bytes(), &findings);
        assert_eq!(String::from_utf8_lossy(&sound.fixed.text), expected);
        assert_eq!(sound.breaking.iter().map(|finding| finding.span.start).collect::<Vec<_>>(), breaking, "{expected}");
        assert_eq!(sound.untried.len(), 0);
    }

    #[test]
    fn a_fix_that_breaks_the_source_blocks_itself_alone() {
        check_sound("a();b();c();", &[&[(0, 1, "x")], &[(4, 5, "y(")], &[(8, 9, "z")]], "x();b();z();", &[4]);
        check_sound("a();b();c();", &[&[(0, 1, "x(")], &[(4, 5, "y(")], &[(8, 9, "z(")]], "a();b();c();", &[0, 4, 8]);
        check_sound("a();", &[&[(0, 1, "x(")]], "a();", &[0]);
        check_sound("a();b();", &[&[(0, 1, "x")], &[(4, 5, "y")]], "x();y();", &[]);
        // Two that break it alone and mend each other are not told from two that break it.
        check_sound("a();b();", &[&[(0, 3, "x(")], &[(4, 7, ")")]], "a();b();", &[0, 4]);
    }

    #[test]
    fn one_breaking_fix_among_many_is_found() {
        let text = "a();".repeat(4000);
        let edits: Vec<[(u32, u32, &str); 1]> =
            (0..4000).map(|index| [(index * 4, index * 4 + 1, if index == 2777 { "x(" } else { "x" })]).collect();
        let findings: Vec<&[(u32, u32, &str)]> = edits.iter().map(|edits| &edits[..]).collect();
        let expected = format!("{}a();{}", "x();".repeat(2777), "x();".repeat(1222));
        check_sound(&text, &findings, &expected, &[2777 * 4]);
    }

    #[test]
    fn a_fix_must_not_break_the_syntax() {
        let ts = "a.ts";
        let keeps_syntax = |path: &str, old: &[u8], new: &[u8]| Syntax::of(&FilePath::new(path), old).is_kept_by(new);
        assert!(keeps_syntax(ts, b"f();", b"g();"));
        assert!(!keeps_syntax(ts, b"f();", b"g(;"));
        assert!(keeps_syntax(ts, b"f(;", b"g(;"));
    }

    proptest! {
        /// Parts of a text, some of them replaced, in any order of findings.
        #[test]
        fn edits_that_do_not_collide_do_what_a_naive_replace_does(
            parts in proptest::collection::vec(("[a-z]{1,4}", proptest::option::of("[A-Z]{0,3}")), 0..12),
            turn in 0usize..12,
        ) {
            let (mut old, mut new, mut findings) = (String::new(), String::new(), Vec::new());
            for (text, replacement) in &parts {
                let start = old.len() as u32;
                old.push_str(text);
                new.push_str(replacement.as_ref().unwrap_or(text));
                if let Some(replacement) = replacement {
                    findings.push(finding(&[(start, old.len() as u32, replacement)]));
                }
            }
            let len = findings.len();
            findings.rotate_left(turn.min(len));
            let fixed = apply(old.as_bytes(), &findings);
            prop_assert_eq!(String::from_utf8(fixed.text).unwrap(), new);
            prop_assert_eq!(fixed.applied, len);
        }
    }
}
