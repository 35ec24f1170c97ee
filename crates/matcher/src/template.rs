//! Texts with `$A`, `$$$A` and names of transforms in them, and how code of several lines is indented when it is put
//! into one.
//!
//! The indentation of the captured code is taken off, that of the place in the template and that of the replaced node
//! are added. Indentation is counted in spaces.

use crate::bounded::Bounded;
use crate::variable::{continues_name, starts_name};

/// How far back a line's start is looked for. In longer lines nothing is indented.
const LOOK_BACK: usize = 512;

/// One piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TemplatePiece<'t> {
    Text(&'t str),
    /// A name after one or two `$` (`list` false), or after three.
    Name {
        name: &'t str,
        list: bool,
        written: &'t str,
        indent: usize,
    },
}

/// Takes a template apart.
pub(crate) fn pieces(template: &str) -> Vec<TemplatePiece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = template[at..].find('$') {
        let start = at + found;
        let after = template[start..].trim_start_matches('$');
        let dollars = (template.len() - start - after.len()).min(3);
        let rest = &template[start + dollars..];
        let length = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
        if length == 0 || !rest.starts_with(starts_name) {
            // In `$$$$A` the list begins at the second `$`.
            at = start + 1;
            continue;
        }
        pieces.push(TemplatePiece::Text(&template[from..start]));
        let end = start + dollars + length;
        pieces.push(TemplatePiece::Name {
            name: &rest[..length],
            list: dollars == 3,
            written: &template[start..end],
            indent: indent_before(template.as_bytes(), start),
        });
        (from, at) = (end, end);
    }
    pieces.push(TemplatePiece::Text(&template[from..]));
    pieces
}

/// How many spaces begin the line in which `offset` lies, if nothing but the line's start is needed to know.
pub(crate) fn indent_before(text: &[u8], offset: usize) -> usize {
    let before = &text[..offset.min(text.len())];
    let window = &before[before.len().saturating_sub(LOOK_BACK)..];
    let line = match memchr::memrchr(b'\n', window) {
        Some(newline) => &window[newline + 1..],
        None if window.len() == before.len() => window,
        None => return 0,
    };
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// Appends code that stands at an indentation of `from` spaces as it is at one of `to` spaces. The first line stays.
pub(crate) fn reindent(code: &[u8], from: usize, to: usize, made: &mut Bounded) {
    if from == to || memchr::memchr(b'\n', code).is_none() {
        return made.push(code);
    }
    let mut lines = code.split(|byte| *byte == b'\n');
    made.push(lines.next().unwrap_or_default());
    for line in lines {
        if made.is_over() {
            return;
        }
        made.push(b"\n");
        if to > from {
            // No place in a template or a source is known to be indented further.
            let spaces = [b' '; LOOK_BACK];
            made.push(&spaces[..(to - from).min(LOOK_BACK)]);
            made.push(line);
        } else {
            // A line that is indented less than the first one stays as it is.
            let removed = from - to;
            let spaces = line.iter().take_while(|byte| **byte == b' ').count();
            made.push(if spaces >= removed { &line[removed..] } else { line });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_templates_apart() {
        let show = |template: &str| -> Vec<String> {
            pieces(template)
                .into_iter()
                .map(|piece| match piece {
                    TemplatePiece::Text(text) => format!("'{text}'"),
                    TemplatePiece::Name { name, list, indent, .. } => {
                        format!("{name}{}@{indent}", if list { "[]" } else { "" })
                    }
                })
                .collect()
        };
        assert_eq!(show("a $A b"), ["'a '", "A@0", "' b'"]);
        assert_eq!(show("  $$$ARGS1,$$B"), ["'  '", "ARGS1[]@2", "','", "B@2", "''"]);
        assert_eq!(show("$$$$A"), ["'$'", "A[]@0", "''"]);
        assert_eq!(show("$5 $ $a $$$ $"), ["'$5 $ $a $$$ $'"]);
        assert_eq!(show("x\n    é$A"), ["'x\n    é'", "A@4", "''"]);
    }

    #[test]
    fn indents() {
        let reindented = |code, from, to| {
            let mut made = Bounded::new(100);
            reindent(code, from, to, &mut made);
            made.into_bytes()
        };
        assert_eq!(reindented(b"a\n  b\nc", 2, 0), b"a\nb\nc");
        assert_eq!(reindented(b"a\nb", 0, 2), b"a\n  b");
        assert_eq!(reindented(b"\xe9\n  \xff", 2, 0), b"\xe9\n\xff");
        assert_eq!(indent_before(b"  a\n    b", 8), 4);
        assert_eq!(indent_before(b"  ab", 3), 2);
        let long = [b' '; 600];
        assert_eq!(indent_before(&long, 600), 0);
    }
}
