//! Putting findings right.

use std::collections::BTreeMap;

use auditlint_source::Span;
use auditlint_syntax::{Language, Parser};

use crate::{Edit, Finding, State};

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The new text.
    pub text: Vec<u8>,
    /// How many findings were put right.
    pub applied: usize,
    /// Findings whose edits collide with those of another: they come in the next round.
    pub deferred: usize,
}

/// Applies the fixes of the findings that count, in their order; a finding any of whose edits collides with what was already
/// taken is left for the next round. All findings are of the same file.
#[must_use]
pub fn apply<'f>(text: &[u8], findings: impl IntoIterator<Item = &'f Finding>) -> Fixed {
    let mut taken = Taken::default();
    let mut fixed = Fixed::default();
    for finding in findings {
        let (State::New, Some(edits)) = (finding.state, &finding.fix) else { continue };
        if taken.take(edits, text.len()) {
            fixed.applied += 1;
        } else {
            fixed.deferred += 1;
        }
    }
    let edits: Vec<&Edit> = taken.by_start.into_values().collect();
    fixed.text = splice(text, &edits);
    fixed
}

/// Edits none of which collide, by the byte at which they begin.
#[derive(Default)]
struct Taken<'e> {
    by_start: BTreeMap<u32, &'e Edit>,
}

impl<'e> Taken<'e> {
    /// Takes all edits of one finding or none of them.
    fn take(&mut self, edits: &'e [Edit], len: usize) -> bool {
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

fn splice(text: &[u8], edits: &[&Edit]) -> Vec<u8> {
    let mut new = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        new.extend_from_slice(&text[at..edit.span.start as usize]);
        new.extend_from_slice(edit.text.as_bytes());
        at = edit.span.end as usize;
    }
    new.extend_from_slice(&text[at..]);
    new
}

/// Whether `new` is no less understood than `old`: a fix must not break the file.
#[must_use]
pub fn keeps_syntax(language: Language, old: &[u8], new: &[u8]) -> bool {
    let mut parser = Parser::default();
    let mut broken = |text: &[u8]| parser.parse(language, text).map(|tree| tree.not_understood().len());
    match (broken(old), broken(new)) {
        (Ok(old), Ok(new)) => new <= old,
        (Err(_), _) => true,
        (Ok(_), Err(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use auditlint_rules::{RuleId, Severity};
    use auditlint_source::{FilePath, Position};
    use proptest::prelude::*;

    use super::*;
    use crate::{RuleInfo, fingerprint};

    /// A finding with these edits: start, end, new text.
    fn finding(edits: &[(u32, u32, &str)]) -> Finding {
        let id = RuleId::new("a");
        Finding {
            fingerprint: fingerprint::of_key(&id, ""),
            rule: Arc::new(RuleInfo { id, pack: None, why: None, instead: None, note: None, url: None }),
            severity: Severity::Error,
            message: "m".into(),
            path: FilePath::new("a.ts"),
            span: Span::default(),
            start: Position::of(b"", 0),
            end: Position::of(b"", 0),
            tasks: Arc::default(),
            state: State::New,
            reason: None,
            fix: Some(
                edits
                    .iter()
                    .map(|(start, end, text)| Edit { span: Span::new(*start, *end), text: (*text).to_owned() })
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
        // An insertion inside of what is replaced.
        check(&[&[(2, 6, "x")], &[(4, 4, "y")]], "01x6789", 1);
        check(&[&[(4, 4, "y")], &[(2, 6, "x")]], "0123y456789", 1);
        // All edits of a finding or none.
        check(&[&[(5, 6, "x")], &[(0, 1, "y"), (5, 7, "z")], &[(0, 1, "w")]], "w1234x6789", 2);
        // A fix that collides with itself, or reaches beyond the text, is no fix.
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
        let silenced = Finding { state: State::Suppressed, ..finding(&[(0, 1, "x")]) };
        let fixed = apply(b"01", [&silenced]);
        assert_eq!(fixed, Fixed { text: b"01".to_vec(), applied: 0, deferred: 0 });
    }

    #[test]
    fn a_fix_must_not_break_the_syntax() {
        let ts = Language::TypeScript;
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
