//! Lines by what they are indented with.

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::fact::{Facts, IndentFact};
use crate::kinds::Kinds;
use crate::read::indentation::Character;

/// What goes on over several lines and is indented by its own rules.
static OTHER_TEXT: Kinds = Kinds::new(&["template_string", "comment", "string", "html_comment"]);

/// The facts of a source: for each character the first line, and how many there are.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let (tree, text) = (analysis.tree(), analysis.text());
    let kinds = OTHER_TEXT.of(tree.language());
    let nodes = (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node)));
    let mut others = nodes.map(|node| tree.span(node)).peekable();
    let mut found: [Option<(Span, u32)>; 2] = [None, None];
    let mut covered = 0;
    for indent in indents(text) {
        // Nodes stand in the order in which they begin.
        while let Some(other) = others.next_if(|other| other.start < indent.start) {
            covered = covered.max(other.end);
        }
        if covered > indent.start {
            continue;
        }
        let letters = indent.of(text);
        let is_so = [letters.contains(&b'\t'), letters.first() == Some(&b' ')];
        for (found, _) in found.iter_mut().zip(is_so).filter(|(_, is_so)| *is_so) {
            found.get_or_insert((indent, 0)).1 += 1;
        }
    }
    for (character, found) in [Character::Tabs, Character::Spaces].into_iter().zip(found) {
        if let Some((span, count)) = found {
            out.say(span, IndentFact::Lines { character, count });
        }
    }
}

/// The white space at the beginning of each line that holds more than that.
pub(super) fn indents(text: &[u8]) -> impl Iterator<Item = Span> + '_ {
    let begins = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
    begins.filter_map(move |start| {
        let length = text[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let end = start + length;
        let is_blank = text.get(end).is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
        (length > 0 && !is_blank).then_some(Span { start: start as u32, end: end as u32 })
    })
}
