//! Putting findings right.

use auditlint_syntax::{Language, Parser};

use crate::{Edit, Finding, State};

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The new text.
    pub text: Vec<u8>,
    /// How many findings were put right.
    pub applied: usize,
    /// Findings whose edits overlap those of another: they come in the next round.
    pub deferred: usize,
}

/// Applies the fixes of the findings that count, in their order; a finding any of whose edits overlaps what was already
/// taken is left for the next round. All findings are of the same file.
#[must_use]
pub fn apply<'f>(text: &[u8], findings: impl IntoIterator<Item = &'f Finding>) -> Fixed {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut fixed = Fixed::default();
    for finding in findings {
        let (State::New, Some(edits)) = (finding.state, &finding.fix) else { continue };
        let free = edits
            .iter()
            .all(|edit| edit.span.end as usize <= text.len() && taken.iter().all(|other| !collides(edit, other)));
        if free {
            taken.extend(edits);
            fixed.applied += 1;
        } else {
            fixed.deferred += 1;
        }
    }
    taken.sort_by_key(|edit| edit.span);
    fixed.text = splice(text, &taken);
    fixed
}

/// Two edits collide where they share a byte, or where both begin at the same place.
fn collides(a: &Edit, b: &Edit) -> bool {
    a.span.overlaps(b.span) || a.span.start == b.span.start
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
