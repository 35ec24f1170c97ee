//! Tokens of SQL, whatever database it is for.

use std::ops::Range;

use auditlint_source::Span;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlToken<'t> {
    /// A keyword, or a name without quotes.
    Word(&'t str),
    /// A name in `""`, ` `` ` or `[]`, without them; quotes in it are still doubled.
    Name(&'t str),
    /// A string, without its quotes; quotes in it are still doubled.
    Text(&'t str),
    Number(&'t str),
    /// What stands between `$tag$` and `$tag$`.
    Body(&'t str),
    /// What code puts into the statement.
    Hole,
    Sign(u8),
}

pub(super) type SqlTokens<'t> = [(SqlToken<'t>, Span)];

/// How a text holds SQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Quoting {
    /// It is SQL.
    #[default]
    Plain,
    /// It stands in a string of code, where quotes and ends of lines are written with `\`.
    Escaped,
}

pub(super) struct SqlLexer<'t, 'h> {
    text: &'t str,
    at: usize,
    end: usize,
    quoting: Quoting,
    /// Whether strings may escape quotes with `\`, as MySQL does, which quotes names with backticks.
    backslashes: bool,
    /// What code puts in, in the order of the text.
    holes: &'h [Span],
}

impl<'t, 'h> SqlLexer<'t, 'h> {
    /// Reads a part of a text.
    pub(super) fn new(text: &'t str, part: Range<usize>) -> Self {
        Self { text, at: part.start, end: part.end, quoting: Quoting::Plain, backslashes: false, holes: &[] }
    }

    /// The same inside of a literal of code.
    pub(super) fn in_code(text: &'t str, part: Range<usize>, quoting: Quoting, holes: &'h [Span]) -> Self {
        Self { text, at: part.start, end: part.end, quoting, backslashes: false, holes }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Where the next token is looked for.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Goes on elsewhere.
    pub(super) fn jump(&mut self, to: usize) {
        self.at = to.min(self.end);
    }

    fn byte(&self, at: usize) -> Option<u8> {
        (at < self.end).then(|| self.text.as_bytes()[at])
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.text.as_bytes()[from..self.end]).map_or(self.end, |end| from + end)
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.text.as_bytes()[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        before.is_none_or(|byte| *byte == b'\n')
    }

    /// Behind the quote that ends what begins at `start`, and where the inside ends.
    fn quoted(&self, start: usize, quote: u8, escapes: bool) -> (usize, usize) {
        let mut at = start;
        let mut holes = self.holes;
        loop {
            // What code puts in may hold quotes of its own.
            while let [hole, rest @ ..] = holes {
                if hole.start as usize > at {
                    break;
                }
                at = at.max(hole.end as usize);
                holes = rest;
            }
            let Some(byte) = self.byte(at) else { return (self.end, self.end) };
            at += 1;
            if byte == b'\\' && escapes {
                at += 1;
            } else if byte == quote {
                if self.byte(at) != Some(quote) {
                    return (at, at - 1);
                }
                at += 1;
            }
        }
    }

    /// `$tag$ … $tag$`
    fn body(&self, start: usize) -> Option<(SqlToken<'t>, usize)> {
        let mut open = start + 1;
        while self.byte(open).is_some_and(is_word) {
            open += 1;
        }
        if self.byte(open) != Some(b'$') || self.byte(start + 1).is_some_and(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let tag = self.slice(start, open + 1);
        let inside = memchr::memmem::find(self.slice(open + 1, self.end).as_bytes(), tag.as_bytes());
        let close = inside.map_or(self.end, |length| open + 1 + length);
        Some((SqlToken::Body(self.slice(open + 1, close)), (close + tag.len()).min(self.end)))
    }

    /// `[name]`, where it is not an array.
    fn bracketed(&self, start: usize) -> Option<(SqlToken<'t>, usize)> {
        let before = start.checked_sub(1).map(|before| self.text.as_bytes()[before]);
        if before.is_some_and(|byte| is_word(byte) || matches!(byte, b']' | b')' | b'"')) {
            return None;
        }
        let mut at = start + 1;
        if !self.byte(at).is_some_and(|byte| is_word(byte) && !byte.is_ascii_digit()) {
            return None;
        }
        while self.byte(at).is_some_and(|byte| is_word(byte) || byte == b' ') {
            at += 1;
        }
        (self.byte(at) == Some(b']')).then(|| (SqlToken::Name(self.slice(start + 1, at)), at + 1))
    }

    fn token(&mut self, start: usize, byte: u8) -> (SqlToken<'t>, usize) {
        match byte {
            b'\'' => {
                let is_escape =
                    self.text.as_bytes()[..start].last().is_some_and(|before| matches!(before, b'e' | b'E'));
                let (end, inside) = self.quoted(start + 1, b'\'', self.backslashes || is_escape);
                (SqlToken::Text(self.slice(start + 1, inside)), end)
            }
            b'"' | b'`' => {
                self.backslashes |= byte == b'`';
                // In MySQL this may be a string.
                let (end, inside) = self.quoted(start + 1, byte, byte == b'"' && self.backslashes);
                (SqlToken::Name(self.slice(start + 1, inside)), end)
            }
            // `\"name\"` in a string of code.
            b'\\' if self.quoting == Quoting::Escaped && self.byte(start + 1) == Some(b'"') => {
                let rest = self.slice(start + 2, self.end);
                let length = memchr::memmem::find(rest.as_bytes(), b"\\\"").unwrap_or(rest.len());
                (SqlToken::Name(&rest[..length]), (start + 4 + length).min(self.end))
            }
            b'[' => self.bracketed(start).unwrap_or((SqlToken::Sign(byte), start + 1)),
            b'$' => self.body(start).unwrap_or((SqlToken::Sign(byte), start + 1)),
            b'0'..=b'9' => {
                let mut end = start + 1;
                while self.byte(end).is_some_and(|byte| is_word(byte) || byte == b'.') {
                    end += 1;
                }
                (SqlToken::Number(self.slice(start, end)), end)
            }
            byte if is_word(byte) || byte == b'@' => {
                let mut end = start + 1;
                while self.byte(end).is_some_and(|byte| is_word(byte) || byte == b'$') {
                    end += 1;
                }
                (SqlToken::Word(self.slice(start, end)), end)
            }
            _ => (SqlToken::Sign(byte), start + 1),
        }
    }
}

impl<'t> Iterator for SqlLexer<'t, '_> {
    type Item = (SqlToken<'t>, Span);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let byte = self.byte(start)?;
            while let [hole, rest @ ..] = self.holes {
                if hole.start as usize >= start {
                    break;
                }
                self.holes = rest;
            }
            if let Some(hole) = self.holes.first().filter(|hole| hole.start as usize == start && !hole.is_empty()) {
                self.at = hole.end as usize;
                return Some((SqlToken::Hole, *hole));
            }
            match (byte, self.byte(start + 1)) {
                (b'-', Some(b'-')) => self.at = self.line_end(start),
                (b'#', _) if self.begins_line(start) => self.at = self.line_end(start),
                // What `psql` does itself.
                (b'\\', _) if self.quoting == Quoting::Plain && self.begins_line(start) => {
                    self.at = self.line_end(start);
                }
                (b'\\', Some(b'n' | b't' | b'r' | b'\n')) if self.quoting == Quoting::Escaped => self.at = start + 2,
                (b'/', Some(b'*')) => {
                    let end = memchr::memmem::find(&self.text.as_bytes()[start + 2..self.end], b"*/");
                    self.at = end.map_or(self.end, |end| start + 2 + end + 2);
                }
                (byte, _) if byte.is_ascii_whitespace() => self.at = start + 1,
                _ => {
                    let (token, end) = self.token(start, byte);
                    self.at = end.min(self.end).max(start + 1);
                    let is_filled = self.holes.first().is_some_and(|hole| (hole.start as usize) < self.at);
                    let token = if is_filled { SqlToken::Hole } else { token };
                    return Some((token, Span::new(start as u32, self.at as u32)));
                }
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
