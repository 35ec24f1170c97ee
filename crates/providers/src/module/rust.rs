//! What the text of a module of Rust shows of where it runs.

use auditlint_source::{ModuleKind, Span};
use auditlint_syntax::Skim;
use memchr::memmem;

use super::fact::{Facts, KindFact, Weight};
use super::packages;

/// Says what a text shows: the crates that it names at the head of a path.
pub(super) fn extract(text: &[u8], skim: &Skim, out: &mut Facts) {
    let mut known = [false; ModuleKind::WORDS.len()];
    for at in memmem::find_iter(text, "::") {
        let start =
            text[..at].iter().rposition(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).map_or(0, |at| at + 1);
        let is_head = !text[..start].ends_with(b"::") && !text[..start].ends_with(b".");
        let Ok(name) = str::from_utf8(&text[start..at]) else { continue };
        let Some(kind) = packages::of_crate(name).filter(|_| is_head && !skim.in_comment(at as u32)) else { continue };
        if !std::mem::replace(&mut known[kind as usize], true) {
            let evidence = format!("it uses the crate `{name}`").into();
            out.say(Span::new(start as u32, at as u32), KindFact::Shows { kind, weight: Weight::Plain, evidence });
        }
    }
}
