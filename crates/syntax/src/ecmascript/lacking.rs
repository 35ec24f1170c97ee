//! Syntax of TypeScript that its grammar lacks, found without a tree.
//!
//! Only sources are looked at of which the parser did not understand everything, and what comes of it is taken only where it
//! understands more. So a place that looks like such syntax and is not one, as in a string or a comment, does no harm: its text
//! is read from the source, and a tree that is worse is dropped.

use auditlint_source::Span;
use memchr::memmem;

use crate::mask::{Mask, Masks, ParserReading, Quote};

/// How far the other end of something is looked for, in bytes: one that is never closed costs no more.
const FARTHEST: usize = 8192;

/// Words that follow a name in an expression, so that the name before them modifies nothing.
const OPERATORS: [&[u8]; 6] = [b"in", b"of", b"as", b"is", b"instanceof", b"satisfies"];

/// Words behind which a `<` does not begin a signature of its own.
const BEFORE_TYPES: [&[u8]; 12] = [
    b"extends",
    b"keyof",
    b"typeof",
    b"new",
    b"infer",
    b"is",
    b"readonly",
    b"in",
    b"as",
    b"satisfies",
    b"return",
    b"function",
];

/// Modifiers behind which the grammar does not expect `accessor`.
const MODIFIERS: [&[u8]; 8] =
    [b"public", b"private", b"protected", b"static", b"readonly", b"override", b"abstract", b"declare"];

/// Types that may also be the name of a namespace.
const PREDEFINED: [&[u8]; 9] =
    [b"string", b"number", b"boolean", b"symbol", b"object", b"unknown", b"any", b"never", b"void"];

/// The masks for a source, given the regions that were not understood.
pub(crate) fn masks(text: &[u8], regions: &[Span]) -> Masks {
    let finder = MaskFinder { text, regions };
    let mut masks = Vec::new();
    let words = TextWords { text, at: 0 };
    for word in words {
        match word.of(text) {
            b"in" | b"out" => masks.extend(finder.variance(word)),
            b"type" => masks.extend(finder.type_only(word)),
            b"defer" | b"source" => masks.extend(finder.import_phase(word)),
            b"accessor" => masks.extend(finder.accessor(word).or_else(|| finder.name(word))),
            b"import" => masks.extend(finder.import_type(word)),
            b"using" => masks.extend(finder.using(word).or_else(|| finder.name(word))),
            b"module" | b"abstract" | b"as" => masks.extend(finder.name(word)),
            b"global" => masks.extend(finder.global(word)),
            predefined if PREDEFINED.contains(&predefined) => masks.extend(finder.namespace(word)),
            _ => {}
        }
    }
    masks.extend(memchr::memchr_iter(b'<', text).filter_map(|at| finder.signature(at)));
    masks.extend(memmem::find_iter(text, b"?:").filter_map(|at| finder.optional_pattern(at)));
    masks.extend(memchr::memchr_iter(b'\\', text).filter_map(|at| finder.escape(at)));
    Masks::new(masks)
}

/// The words of a text, in strings and comments too.
struct TextWords<'t> {
    text: &'t [u8],
    at: usize,
}

impl Iterator for TextWords<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let start = self.at + self.text.get(self.at..)?.iter().position(|byte| is_of_word(*byte))?;
        self.at = word_end(self.text, start);
        Some(Span::new(start as u32, self.at as u32))
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

fn word_end(text: &[u8], start: usize) -> usize {
    text[start..].iter().position(|byte| !is_of_word(*byte)).map_or(text.len(), |length| start + length)
}

/// The word with which a text ends; empty where it ends with something else.
fn last_word(text: &[u8]) -> &[u8] {
    &text[text.iter().rposition(|byte| !is_of_word(*byte)).map_or(0, |last| last + 1)..]
}

/// The end of a text, no more than is looked at.
fn near(text: &[u8]) -> &[u8] {
    &text[text.len().saturating_sub(FARTHEST)..]
}

fn last_line(text: &[u8]) -> &[u8] {
    memchr::memrchr(b'\n', text).map_or(text, |end| &text[end + 1..])
}

struct MaskFinder<'t> {
    text: &'t [u8],
    /// What was not understood.
    regions: &'t [Span],
}

impl<'t> MaskFinder<'t> {
    /// Where the first sign from an offset on stands that is not blank.
    fn next(&self, from: usize) -> usize {
        let rest = &self.text[from.min(self.text.len())..];
        from + (rest.len() - rest.trim_ascii_start().len())
    }

    /// The word that begins at an offset; empty where none does.
    fn word_at(&self, start: usize) -> &'t [u8] {
        self.text.get(start..).map_or(&[], |_| &self.text[start..word_end(self.text, start)])
    }

    /// What stands before an offset, blanks left out.
    fn before(&self, at: usize) -> &'t [u8] {
        self.text[..at].trim_ascii_end()
    }

    /// The last word before an offset; empty where something else stands there.
    fn word_before(&self, at: usize) -> &'t [u8] {
        last_word(self.before(at))
    }

    fn mask(span: Span, reading: ParserReading) -> Option<Mask> {
        Some(Mask { span, reading })
    }

    /// `in` and `out` before a type parameter.
    fn variance(&self, word: Span) -> Option<Mask> {
        let (start, end) = (word.start as usize, word.end as usize);
        let next = self.next(end);
        let following = self.word_at(next);
        if next == end || following.is_empty() || following.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let is_in = word.of(self.text) == b"in";
        // `<out extends A>` and `f(out in b)` name something `out`.
        if !is_in && (following == b"extends" || OPERATORS.contains(&following)) {
            return None;
        }
        // `in out A`, `const in A`, `const out A`
        let begins = |at: usize| matches!(self.without_comments(at).last(), Some(b'<' | b','));
        let mut from = start;
        for modifier in [&b"in"[..], b"const"] {
            if self.word_before(from) == modifier {
                from = self.before(from).len() - modifier.len();
            }
        }
        if begins(from) { Self::mask(word, ParserReading::Blank) } else { None }
    }

    /// `export type * from`, `import type a = b.c`
    fn type_only(&self, word: Span) -> Option<Mask> {
        let next = self.next(word.end as usize);
        match self.word_before(word.start as usize) {
            b"export" if self.text.get(next) == Some(&b'*') => Self::mask(word, ParserReading::Keyword),
            b"import" => {
                let name = self.word_at(next);
                let sign = self.next(next + name.len());
                let value = self.next(sign + 1);
                let is_alias = !name.is_empty() && self.text.get(sign) == Some(&b'=') && value > sign + 1;
                // The grammar knows `import type a = require("b")`.
                if is_alias && self.word_at(value) != b"require" {
                    Self::mask(word, ParserReading::Keyword)
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// `import defer * as a from`, `import source a from`
    fn import_phase(&self, word: Span) -> Option<Mask> {
        if self.word_before(word.start as usize) != b"import" {
            return None;
        }
        let next = self.next(word.end as usize);
        let name = self.word_at(next);
        let is_phase = match word.of(self.text) {
            b"defer" => self.text.get(next) == Some(&b'*'),
            // `import source from "a"` imports something of that name.
            _ => !name.is_empty() && self.word_at(self.next(next + name.len())) == b"from",
        };
        if is_phase { Self::mask(word, ParserReading::Blank) } else { None }
    }

    /// `accessor` behind another modifier or a decorator.
    fn accessor(&self, word: Span) -> Option<Mask> {
        let next = self.next(word.end as usize);
        let is_modifier = next > word.end as usize
            && self.text.get(next).is_some_and(|byte| is_of_word(*byte) || matches!(byte, b'#' | b'"' | b'\'' | b'['));
        if !is_modifier {
            return None;
        }
        let has_modifier = || MODIFIERS.contains(&self.word_before(word.start as usize));
        // A decorator stands on the same line.
        let before = near(&self.text[..word.start as usize]);
        let has_decorator = || memchr::memrchr2(b'\n', b'@', before).is_some_and(|at| before[at] == b'@');
        if has_modifier() || has_decorator() { Self::mask(word, ParserReading::Blank) } else { None }
    }

    /// `import("a").b<c>`, `import("a")[]`: the grammar knows neither arguments nor arrays of what a type imports. What else it
    /// did not understand may lie at such a type, too.
    fn import_type(&self, word: Span) -> Option<Mask> {
        let (start, open) = (word.start as usize, word.end as usize);
        let quoted = open + 1;
        let sign = *self.text.get(quoted).filter(|_| self.text[open] == b'(')?;
        let quote = match sign {
            b'"' => Quote::Double,
            b'\'' => Quote::Single,
            _ => return None,
        };
        let rest = &self.text[quoted + 1..self.text.len().min(quoted + FARTHEST)];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\\') || *byte == sign)?;
        let end = quoted + 1 + length + 1;
        if self.text[end - 1] != sign || self.text.get(end) != Some(&b')') {
            return None;
        }
        let mut at = end + 1;
        loop {
            let dot = self.next(at);
            let name = self.next(dot + 1);
            let length = self.word_at(name).len();
            if self.text.get(dot) != Some(&b'.') || length == 0 {
                break;
            }
            at = name + length;
        }
        let span = Span::new(start as u32, end as u32 + 1);
        let is_lacking = matches!(self.text.get(self.next(at)), Some(b'<' | b'['));
        (is_lacking || self.is_near_region(span)).then_some(Mask {
            span,
            reading: ParserReading::Import { text: Span::new(quoted as u32, end as u32), quote },
        })
    }

    /// Whether a span lies in a region that was not understood, or on the line on which one begins.
    fn is_near_region(&self, span: Span) -> bool {
        let after = self.regions.partition_point(|region| region.end < span.start);
        let Some(region) = self.regions.get(after) else { return false };
        let line = last_line(near(&self.text[..region.start as usize]));
        region.start - line.len() as u32 <= span.end
    }

    /// Names that are keywords to the grammar, where it did not understand them.
    fn name(&self, word: Span) -> Option<Mask> {
        let next = self.text.get(self.next(word.end as usize));
        let is_name = match next {
            Some(b')' | b',' | b'.' | b'=' | b';' | b'}') => true,
            // `a as (b)` names nothing.
            Some(b'(' | b':' | b'?') => word.of(self.text) != b"as",
            _ => false,
        };
        if is_name && self.is_near_region(word) { Self::mask(word, ParserReading::Name) } else { None }
    }

    /// `string.parts`, where `string` is a namespace.
    fn namespace(&self, word: Span) -> Option<Mask> {
        let is_first = self.before(word.start as usize).last() != Some(&b'.');
        let is_namespace = is_first && self.text.get(word.end as usize) == Some(&b'.') && self.is_near_region(word);
        if is_namespace { Self::mask(word, ParserReading::Name) } else { None }
    }

    /// `for (using a of b)`, which declares as `const` does.
    fn using(&self, word: Span) -> Option<Mask> {
        let next = self.next(word.end as usize);
        let before = self.before(word.start as usize).strip_suffix(b"(")?;
        let is_loop = matches!(last_word(before.trim_ascii_end()), b"for" | b"await");
        let is_declared = next > word.end as usize && !matches!(self.word_at(next), b"" | b"of" | b"in");
        if is_loop && is_declared { Self::mask(word, ParserReading::Constant) } else { None }
    }

    /// `global { … }` in the declaration of a module.
    fn global(&self, word: Span) -> Option<Mask> {
        let is_block = self.text.get(self.next(word.end as usize)) == Some(&b'{');
        let begins = matches!(self.without_comments(word.start as usize).last(), Some(b'{' | b'}' | b';'));
        if is_block && begins && self.is_near_region(word) { Self::mask(word, ParserReading::Blank) } else { None }
    }

    /// `({ a }?: b) => c`
    fn optional_pattern(&self, at: usize) -> Option<Mask> {
        let span = Span::new(at as u32, at as u32 + 1);
        let is_pattern = matches!(self.before(at).last(), Some(b'}' | b']'));
        if is_pattern && self.is_near_region(span) { Self::mask(span, ParserReading::Blank) } else { None }
    }

    /// An escape in a template that is a type.
    fn escape(&self, at: usize) -> Option<Mask> {
        let span = Span::new(at as u32, at as u32 + 2);
        let is_sign = matches!(self.text.get(at + 1), Some(b'`' | b'$' | b'{'));
        if is_sign && self.is_near_region(span) { Self::mask(span, ParserReading::Blank) } else { None }
    }

    /// A signature with type parameters that begins a line, below a member that ends without `;`. The grammar takes both for one
    /// type, so a `;` is read in place of the blank before.
    fn signature(&self, at: usize) -> Option<Mask> {
        let blank = at.checked_sub(1).filter(|blank| self.text[*blank].is_ascii_whitespace())?;
        let blanks = &self.text[self.before(at).len()..at];
        let line = at - blanks.len() + memchr::memrchr(b'\n', blanks)?;
        let before = self.without_comments(line);
        let last = *before.last()?;
        let ends_type = is_of_word(last) || matches!(last, b']' | b')' | b'}' | b'>' | b'"' | b'\'' | b'`');
        if !ends_type || before.ends_with(b"=>") || BEFORE_TYPES.contains(&last_word(before)) {
            return None;
        }
        // A comment would take in a sign in place of the line break behind it.
        if blank == line && before.len() < near(self.before(line)).len() {
            return None;
        }
        // A name alone on its line may be the one of a method whose parameters begin below it.
        let member = last_line(before).trim_ascii_start();
        if member.iter().all(|byte| is_of_word(*byte)) || !self.is_parameters(at) {
            return None;
        }
        Self::mask(Span::new(blank as u32, blank as u32 + 1), ParserReading::Semicolon)
    }

    /// What stands before an offset, without blanks and comments at its end.
    fn without_comments(&self, at: usize) -> &'t [u8] {
        let mut before = near(self.before(at));
        loop {
            let start = if before.ends_with(b"*/") {
                memmem::rfind(&before[..before.len() - 2], b"/*")
            } else {
                let line = last_line(before);
                memmem::find(line, b"//").map(|start| before.len() - line.len() + start)
            };
            match start {
                Some(start) => before = before[..start].trim_ascii_end(),
                None => return before,
            }
        }
    }

    /// Whether type parameters begin at a `<`, with the parameters of a signature behind them.
    fn is_parameters(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        let rest = &self.text[at..self.text.len().min(at + FARTHEST)];
        for (index, byte) in rest.iter().enumerate() {
            match byte {
                b'<' | b'(' | b'[' | b'{' => depth += 1,
                b'>' if rest[index - 1] == b'=' => {}
                b'>' | b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return *byte == b'>' && self.text.get(self.next(at + index + 1)) == Some(&b'(');
                    }
                }
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_looked_at_in_parts() {
        // Looking back to the start of the line from each word would read a hundred gigabytes.
        let line = "accessor a ".repeat(130_000);
        assert!(masks(line.as_bytes(), &[]).is_empty());
    }
}
