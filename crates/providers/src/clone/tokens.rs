//! The tokens of a source, read without a parse.

use auditlint_source::Span;
use auditlint_syntax::Skim;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The bit that says of a token that it is a word which may be another one: no keyword.
pub(super) const NAME: u32 = 1 << 31;
/// What stands for an import: nothing is the same as it.
pub(super) const BREAK: u32 = 0;

/// The tokens of one source: for each its hash, where it begins and how long it is, and which of them begin a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    pub(super) hashes: Vec<u32>,
    pub(super) starts: Vec<u32>,
    pub(super) lengths: Vec<u8>,
    /// Positions of tokens before which a line ends.
    pub(super) lines: Vec<u32>,
}

/// Words that mean the same wherever they stand, in one language or the other.
const KEYWORDS: &[&str] = &[
    "abstract",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "crate",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "dyn",
    "else",
    "enum",
    "export",
    "extends",
    "extern",
    "false",
    "finally",
    "fn",
    "for",
    "function",
    "get",
    "if",
    "impl",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "keyof",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "private",
    "protected",
    "pub",
    "public",
    "readonly",
    "ref",
    "return",
    "self",
    "set",
    "static",
    "string",
    "struct",
    "super",
    "switch",
    "this",
    "throw",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unsafe",
    "use",
    "var",
    "void",
    "where",
    "while",
    "with",
    "yield",
];

impl Tokens {
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// What its lists take of memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        self.hashes.len() * 9 + self.lines.len() * 4
    }

    /// The tokens of a text.
    pub(crate) fn of(text: &[u8], skim: &Skim, is_rust: bool) -> Self {
        let mut reader = TokenReader { text, skim, at: 0, is_rust };
        let mut tokens = Self::default();
        let mut last_line = 0;
        while let Some((span, is_name)) = reader.next(&mut last_line, &mut tokens) {
            let word = span.of(text);
            if let Some(end) = reader.skipped(word, span, &tokens) {
                reader.at = end;
                if tokens.hashes.last() != Some(&BREAK) {
                    tokens.push(BREAK, span);
                }
                continue;
            }
            let hash = (xxh3_64(word) as u32 & !NAME).max(1);
            tokens.push(if is_name { hash | NAME } else { hash }, span);
        }
        tokens
    }

    fn push(&mut self, hash: u32, span: Span) {
        self.hashes.push(hash);
        self.starts.push(span.start);
        self.lengths.push(u8::try_from(span.end - span.start).unwrap_or(u8::MAX));
    }
}

struct TokenReader<'t> {
    text: &'t [u8],
    skim: &'t Skim,
    at: usize,
    is_rust: bool,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

impl TokenReader<'_> {
    /// The next token, and whether it is a name. Notes where a line ends before it.
    fn next(&mut self, last_line: &mut usize, tokens: &mut Tokens) -> Option<(Span, bool)> {
        let mut ends_line = tokens.hashes.is_empty();
        loop {
            let byte = *self.text.get(self.at)?;
            ends_line |= byte == b'\n';
            if !byte.is_ascii_whitespace() && !self.skim.in_comment(self.at as u32) {
                break;
            }
            self.at += 1;
        }
        if ends_line && *last_line <= tokens.hashes.len() {
            tokens.lines.push(tokens.hashes.len() as u32);
            *last_line = tokens.hashes.len() + 1;
        }
        let start = self.at;
        let first = self.text[start];
        let rest = &self.text[start..];
        let length = match first {
            b'"' | b'\'' | b'`' => self.string(first),
            _ if is_word(first) => rest.iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        self.at += length;
        let word = &self.text[start..self.at];
        let is_name = is_word(first)
            && !first.is_ascii_digit()
            && str::from_utf8(word).is_ok_and(|word| KEYWORDS.binary_search(&word).is_err());
        Some((Span::new(start as u32, self.at as u32), is_name))
    }

    /// How long a string is. One in simple quotes ends with its line; a lifetime of Rust is a sign and a word.
    fn string(&self, quote: u8) -> usize {
        let rest = &self.text[self.at..];
        if self.is_rust && quote == b'\'' {
            let is_letter = rest.get(2) == Some(&b'\'') || rest.get(1) == Some(&b'\\');
            if !is_letter {
                return 1;
            }
        }
        let goes_on = quote == b'`' || (self.is_rust && quote == b'"');
        let mut at = 1;
        while let Some(byte) = rest.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' if !goes_on => return at,
                byte if *byte == quote => return at + 1,
                _ => {}
            }
            at += 1;
        }
        rest.len()
    }

    /// Where an item of Rust ends that is there for tests alone, by the attribute that begins before `at`; nothing where
    /// there is no such attribute.
    fn test_item(&self, at: usize) -> Option<usize> {
        const LONGEST: usize = 256;
        let rest = &self.text[at..];
        let (is_inner, rest) = rest.strip_prefix(b"!").map_or((false, rest), |rest| (true, rest));
        let rest = rest.strip_prefix(b"[")?;
        let end = memchr::memchr(b']', &rest[..rest.len().min(LONGEST)])?;
        if !is_test_attribute(&rest[..end]) {
            return None;
        }
        if is_inner {
            return Some(self.text.len());
        }
        let mut reader =
            TokenReader { text: self.text, skim: self.skim, at: self.text.len() - rest.len() + end + 1, ..*self };
        let (mut depth, mut last_line, mut tokens) = (0_u32, 0, Tokens::default());
        while let Some((span, _)) = reader.next(&mut last_line, &mut tokens) {
            match self.text[span.start as usize] {
                b'(' | b'[' | b'{' => depth += 1,
                // The block around the attribute ends, or what it stands at is a field.
                b')' | b']' | b'}' if depth == 0 => return Some(span.start as usize),
                b';' | b',' if depth == 0 => return Some(reader.at),
                b'}' if depth == 1 => return Some(reader.at),
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
        }
        Some(reader.at)
    }

    /// Where an import, an export of what another module has, or a test of Rust ends; nothing where a word begins none.
    fn skipped(&self, word: &[u8], span: Span, tokens: &Tokens) -> Option<usize> {
        if word == b"#" && self.is_rust {
            return self.test_item(span.end as usize);
        }
        let begins_line = tokens.lines.last() == Some(&(tokens.hashes.len() as u32));
        if !begins_line || !matches!(word, b"import" | b"export" | b"use" | b"pub") {
            return None;
        }
        let rest = &self.text[span.end as usize..];
        let rest = &rest[..rest.len().min(16 << 10)];
        if self.is_rust {
            let is_use = word == b"use" || (word == b"pub" && rest.trim_ascii_start().starts_with(b"use "));
            return is_use.then(|| memchr::memchr(b';', rest)).flatten().map(|end| span.end as usize + end + 1);
        }
        let behind = rest.trim_ascii_start();
        // `import("./a")` and `import.meta` are expressions.
        let is_list = match word {
            b"import" => !behind.starts_with(b"(") && !behind.starts_with(b"."),
            b"export" => behind.starts_with(b"{") || behind.starts_with(b"*") || behind.starts_with(b"type {"),
            _ => false,
        };
        if !is_list {
            return None;
        }
        let end = match memchr::memchr(b'}', behind) {
            // What stands before the name of the module has no other string.
            Some(end)
                if behind.starts_with(b"{")
                    || behind.starts_with(b"type {")
                    || memchr::memchr2(b'"', b'\'', &behind[..end]).is_none() =>
            {
                end
            }
            _ => 0,
        };
        let from = span.end as usize + (rest.len() - behind.len()) + end;
        let line = memchr::memchr(b'\n', &self.text[from..]).map_or(self.text.len(), |end| from + end);
        Some(line)
    }
}

/// Whether an attribute makes what follows a test, or has it compiled for tests alone.
fn is_test_attribute(inside: &[u8]) -> bool {
    let text = String::from_utf8_lossy(inside);
    let text = text.trim();
    match text.split_once('(') {
        Some((name, condition)) if name.trim() == "cfg" => {
            let condition = condition.trim_start().trim_start_matches("all(").trim_start();
            condition.split(|c: char| !c.is_alphanumeric() && c != '_').next() == Some("test")
        }
        named => {
            let path = named.map_or(text, |(name, _)| name);
            let name = path.trim().rsplit("::").next().unwrap_or_default();
            matches!(name, "test" | "rstest" | "bench" | "test_case") || name.ends_with("_test")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_of_tests() {
        for (attribute, expected) in [
            ("cfg(test)", true),
            ("cfg(all(test, unix))", true),
            ("test", true),
            ("tokio::test(flavor = \"multi_thread\")", true),
            ("wasm_bindgen_test", true),
            ("cfg(not(test))", false),
            ("cfg(any(test, feature = \"mock\"))", false),
            ("derive(Debug)", false),
            ("cfg_attr(test, derive(Debug))", false),
        ] {
            assert_eq!(is_test_attribute(attribute.as_bytes()), expected, "{attribute}");
        }
    }

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }
}
