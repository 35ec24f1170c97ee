//! Finding comments in files of data: one pass over the bytes, which never fails. What is not sure to be a comment is not one.

use auditlint_source::{LineIndex, Span};

use crate::data_language::DataLanguage;

/// What was found in a text.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Comments with their delimiters, in order.
    pub(crate) comments: Vec<Span>,
    /// What is one piece over several lines, in order, none within another.
    pub(crate) pieces: Vec<Span>,
    /// Where the text begins behind what must stand at its very start: a byte order mark, the line that names the interpreter,
    /// the front matter of a document.
    pub(crate) head: u32,
}

/// A text between quotes.
struct QuotedText {
    open: &'static [u8],
    /// Whether a backslash takes the meaning from what follows it.
    escapes: bool,
    over_lines: bool,
}

const fn quote(open: &'static [u8], escapes: bool, over_lines: bool) -> QuotedText {
    QuotedText { open, escapes, over_lines }
}

/// The signs of a language.
struct Signs {
    /// What begins a comment that ends with its line.
    line: &'static [&'static [u8]],
    /// Whether only a blank or the start of a line may stand before it.
    after_blank: bool,
    /// Whether only blanks may stand before it on its line.
    begins_line: bool,
    /// Whether there are comments between `/*` and `*/`, which may hold each other.
    block: bool,
    /// The longest first.
    quotes: &'static [QuotedText],
    /// The bytes behind which, over blanks, a quote opens; anywhere where there are none.
    quotes_behind: &'static [u8],
    /// Whether a line that ends with a backslash goes on in the next.
    goes_on: bool,
    here_documents: bool,
    /// Whether `|` and `>` at the end of a line begin a text of all lines that are indented more.
    block_scalars: bool,
}

const NO_SIGNS: Signs = Signs {
    line: &[b"#"],
    after_blank: true,
    begins_line: false,
    block: false,
    quotes: &[],
    quotes_behind: &[],
    goes_on: false,
    here_documents: false,
    block_scalars: false,
};

fn signs(language: DataLanguage) -> Signs {
    const DOUBLE: QuotedText = quote(b"\"", true, true);
    const SINGLE: QuotedText = quote(b"'", false, true);
    const SHORT: QuotedText = quote(b"\"", true, false);
    const TOML: &[QuotedText] =
        &[quote(b"\"\"\"", true, true), quote(b"\'\'\'", false, true), SHORT, quote(b"'", false, false)];
    const CHARACTER: QuotedText = quote(b"'", true, false);
    const SQL: &[QuotedText] = &[SINGLE, quote(b"\"", false, true), quote(b"`", false, true)];
    match language {
        DataLanguage::Yaml => {
            Signs { quotes: &[DOUBLE, SINGLE], quotes_behind: b":-[{,?", block_scalars: true, ..NO_SIGNS }
        }
        DataLanguage::Toml => Signs { after_blank: false, quotes: TOML, ..NO_SIGNS },
        DataLanguage::Shell => Signs { quotes: &[DOUBLE, SINGLE], goes_on: true, here_documents: true, ..NO_SIGNS },
        DataLanguage::Dotenv => Signs { quotes: &[DOUBLE, SINGLE], quotes_behind: b"=", ..NO_SIGNS },
        DataLanguage::Make => Signs { goes_on: true, ..NO_SIGNS },
        DataLanguage::HashLines => Signs { begins_line: true, goes_on: true, ..NO_SIGNS },
        DataLanguage::Ini => Signs { line: &[b"#", b";"], begins_line: true, ..NO_SIGNS },
        DataLanguage::Sql => Signs { line: &[b"--"], after_blank: false, block: true, quotes: SQL, ..NO_SIGNS },
        DataLanguage::Prisma => Signs { line: &[b"//"], after_blank: false, quotes: &[SHORT], ..NO_SIGNS },
        DataLanguage::Slashes | DataLanguage::Markdown | DataLanguage::Mdx | DataLanguage::Markup => {
            Signs { line: &[b"//"], after_blank: false, block: true, quotes: &[SHORT, CHARACTER], ..NO_SIGNS }
        }
    }
}

/// Finds the comments of a language whose comments end with their lines.
pub(crate) fn scan_lines(language: DataLanguage, text: &[u8]) -> Scanned {
    let mut scan = DataScan {
        signs: signs(language),
        text,
        at: LineIndex::start_of_text(text),
        line: 0,
        known_end: 0,
        open_until: [0; KINDS],
        pending: Vec::new(),
        out: Scanned::default(),
    };
    if text[scan.at..].starts_with(b"#!") {
        scan.at = line_end(text, scan.at);
    }
    scan.out.head = scan.at as u32;
    scan.line = scan.at;
    while scan.at < text.len() {
        scan.step();
    }
    scan.out
}

/// Where the line ends in which `at` stands, before its line break.
fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |length| at + length)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

struct DataScan<'t> {
    signs: Signs,
    text: &'t [u8],
    at: usize,
    /// Where the present line begins.
    line: usize,
    /// Where the line ends that was asked about last.
    known_end: usize,
    /// For each quote, for block comments and for here-documents: up to where no end of such a one stands, so that it is not
    /// looked for again.
    open_until: [usize; KINDS],
    /// Words at which here-documents end that begin on the next line.
    pending: Vec<&'t [u8]>,
    out: Scanned,
}

const KINDS: usize = 6;
const BLOCK: usize = 4;
const HERE: usize = 5;

impl<'t> DataScan<'t> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        match rest[0] {
            b'\n' | b'\r' => self.end_line(),
            b'\\' if self.signs.goes_on => self.backslash(),
            _ => {
                if !(self.comment() || self.quoted() || self.here_document()) {
                    self.at += 1;
                }
            }
        }
    }

    /// A backslash before a line break joins two lines; before anything else it takes the meaning from it.
    fn backslash(&mut self) {
        let rest = &self.text[self.at + 1..];
        let broken =
            if rest.starts_with(b"\r\n") { 2 } else { usize::from(matches!(rest.first(), Some(b'\n' | b'\r'))) };
        if broken == 0 {
            self.at = (self.at + 2).min(self.text.len());
            return;
        }
        let next = self.at + 1 + broken;
        self.piece(self.line, line_end(self.text, next));
        self.at = next;
    }

    /// Notes a piece, as one with the last where they touch.
    fn piece(&mut self, start: usize, end: usize) {
        match self.out.pieces.last_mut() {
            Some(last) if last.end > start as u32 => last.end = last.end.max(end as u32),
            _ => self.out.pieces.push(Span::new(start as u32, end as u32)),
        }
    }

    fn end_line(&mut self) {
        let header = self.line;
        self.at += if self.text[self.at..].starts_with(b"\r\n") { 2 } else { 1 };
        let content_end = self.at;
        self.line = self.at;
        for word in std::mem::take(&mut self.pending) {
            self.here_body(header, word);
        }
        if self.signs.block_scalars {
            self.block_scalar(header, content_end);
        }
    }

    fn comment(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let before = &self.text[self.line..self.at];
        if self.signs.block && rest.starts_with(b"/*") && self.at >= self.open_until[BLOCK] {
            return self.block_comment();
        }
        if !self.signs.line.iter().any(|sign| rest.starts_with(sign)) {
            return false;
        }
        let is_allowed = match before.last() {
            None => true,
            Some(_) if self.signs.begins_line => before.iter().all(|byte| is_blank(*byte)),
            Some(last) => !self.signs.after_blank || is_blank(*last),
        };
        if is_allowed {
            let end = line_end(self.text, self.at);
            self.out.comments.push(Span::new(self.at as u32, end as u32));
            self.at = end;
        }
        is_allowed
    }

    fn block_comment(&mut self) -> bool {
        let (mut at, mut depth) = (self.at + 2, 1);
        while depth > 0 {
            let Some(found) = memchr::memchr2(b'/', b'*', &self.text[at..]) else {
                self.open_until[BLOCK] = self.text.len();
                return false;
            };
            at += found;
            match &self.text[at..(at + 2).min(self.text.len())] {
                b"/*" => (at, depth) = (at + 2, depth + 1),
                b"*/" => (at, depth) = (at + 2, depth - 1),
                _ => at += 1,
            }
        }
        self.out.comments.push(Span::new(self.at as u32, at as u32));
        self.go_to(at);
        true
    }

    /// Where the present line ends; a long line is looked through once.
    fn end_of_line(&mut self) -> usize {
        if self.known_end < self.at {
            self.known_end = line_end(self.text, self.at);
        }
        self.known_end
    }

    /// Goes on behind what may hold line breaks.
    fn go_to(&mut self, at: usize) {
        if let Some(last) = memchr::memrchr2(b'\n', b'\r', &self.text[self.at..at]) {
            self.line = self.at + last + 1;
        }
        self.at = at;
    }

    fn quoted(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let quotes = self.signs.quotes;
        let Some(index) = quotes.iter().position(|quote| rest.starts_with(quote.open)) else { return false };
        let quote = &quotes[index];
        if self.at < self.open_until[index] {
            return false;
        }
        let behind = self.text[self.line..self.at].trim_ascii_end().last();
        if !self.signs.quotes_behind.is_empty() && behind.is_some_and(|byte| !self.signs.quotes_behind.contains(byte)) {
            return false;
        }
        let limit = if quote.over_lines { self.text.len() } else { self.end_of_line() };
        let mut at = self.at + quote.open.len();
        let end = loop {
            let Some(found) = memchr::memchr2(quote.open[0], b'\\', self.text.get(at..limit).unwrap_or_default())
            else {
                break None;
            };
            at += found;
            if self.text[at..limit].starts_with(quote.open) {
                break Some(at + quote.open.len());
            }
            at += if self.text[at] == b'\\' && quote.escapes { 2 } else { 1 };
        };
        let Some(end) = end else {
            self.open_until[index] = limit;
            return false;
        };
        if memchr::memchr2(b'\n', b'\r', &self.text[self.at..end]).is_some() {
            self.piece(self.line, line_end(self.text, end));
        }
        self.go_to(end);
        true
    }

    /// `<<WORD`: from the next line on everything is text, up to a line that holds the word alone.
    fn here_document(&mut self) -> bool {
        let rest = &self.text[self.at..];
        if !self.signs.here_documents || !rest.starts_with(b"<<") || self.at < self.open_until[HERE] {
            return false;
        }
        let start =
            2 + rest[2..].iter().take_while(|byte| matches!(byte, b'-' | b'~' | b' ' | b'\'' | b'"' | b'\\')).count();
        let length = rest[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if length == 0 || rest[2] == b'<' {
            return false;
        }
        self.pending.push(&rest[start..start + length]);
        self.at += start + length;
        // The quote behind the word belongs to it.
        if matches!(self.text.get(self.at), Some(b'\'' | b'"')) {
            self.at += 1;
        }
        true
    }

    fn here_body(&mut self, header: usize, word: &[u8]) {
        let mut line = self.at;
        while line < self.text.len() {
            let end = line_end(self.text, line);
            if self.text[line..end].trim_ascii() == word {
                self.piece(header, end);
                (self.at, self.line) = (end, line);
                return;
            }
            line = end + if self.text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        }
        self.open_until[HERE] = self.text.len();
    }

    /// The lines of a block scalar, where the line from `header` to `end` begins one. In them a line that begins with `#` counts
    /// as a comment: it is one of the shell in which most of them are written.
    fn block_scalar(&mut self, header: usize, end: usize) {
        let mut content = &self.text[header..end];
        if let Some(comment) = self.out.comments.last().filter(|comment| comment.start as usize >= header) {
            content = &self.text[header..comment.start as usize];
        }
        let is_modifier = |byte: &&u8| matches!(byte, b'+' | b'-' | b'1'..=b'9');
        let content = content.trim_ascii_end();
        let content = &content[..content.len() - content.iter().rev().take_while(is_modifier).count().min(2)];
        let Some((b'|' | b'>', before)) = content.split_last() else { return };
        let is_value = matches!(before.trim_ascii_end().last(), None | Some(b':' | b'-' | b'?'));
        let has_tag =
            before.trim_ascii_end().rsplit(|byte| is_blank(*byte)).next().is_some_and(|word| word.starts_with(b"!"));
        if !(is_value || has_tag) || before.last().is_some_and(|byte| !is_blank(*byte)) {
            return;
        }
        let indent_of = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
        let outer = indent_of(&self.text[header..end]);
        let (mut line, mut body, mut inner) = (end, None, None);
        while line < self.text.len() {
            let end = line_end(self.text, line);
            let (content, indent) = (&self.text[line..end], indent_of(&self.text[line..end]));
            if !content.trim_ascii().is_empty() {
                if indent <= outer || indent < *inner.get_or_insert(indent) {
                    break;
                }
                if content[indent..].starts_with(b"#") {
                    self.out.comments.push(Span::new((line + indent) as u32, end as u32));
                }
                body = Some(end);
            }
            line = end + if self.text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        }
        if let Some(body) = body {
            self.piece(header, body);
            (self.at, self.line) = (body, body);
        }
    }
}

/// Finds the comments of documents: outside code between backticks and of fenced blocks.
pub(crate) fn scan_markup(language: DataLanguage, text: &[u8]) -> Scanned {
    let mut out = Scanned::default();
    let (open, close): (&[u8], &[u8]) = match language {
        DataLanguage::Mdx => (b"{/*", b"*/}"),
        _ => (b"<!--", b"-->"),
    };
    let has_code = language != DataLanguage::Markup;
    let mut at = LineIndex::start_of_text(text);
    if has_code && let Some(end) = front_matter(text, at) {
        out.pieces.push(Span::new(at as u32, end as u32));
        at = end;
    }
    out.head = at as u32;
    let (mut fence, mut is_line_start, mut is_unclosed): (Option<(u8, usize, usize)>, _, _) = (None, true, false);
    let (mut end, mut no_tag_before) = (0, 0);
    while at < text.len() {
        if end < at || is_line_start {
            end = line_end(text, at);
        }
        if is_line_start && has_code {
            let line = text[at..end].trim_ascii_start();
            match fence {
                Some((sign, length, start)) => {
                    if run(line, sign) >= length && line[run(line, sign)..].trim_ascii().is_empty() {
                        out.pieces.push(Span::new(start as u32, end as u32));
                        fence = None;
                    }
                    at = next_line(text, end);
                    continue;
                }
                None => {
                    let inside = behind_markers(line);
                    let sign = inside.first().copied().filter(|sign| matches!(sign, b'`' | b'~')).unwrap_or_default();
                    let length = run(inside, sign);
                    if length >= 3 && (sign == b'~' || !inside[length..].contains(&b'`')) {
                        fence = Some((sign, length, at));
                        at = next_line(text, end);
                        continue;
                    }
                }
            }
        }
        is_line_start = false;
        match memchr::memchr3(b'`', b'<', open[0], &text[at..end]) {
            None => (at, is_line_start) = (next_line(text, end), true),
            Some(found) if text[at + found] == b'`' && has_code => {
                at += found;
                let length = run(&text[at..end], b'`');
                at = closing(&text[at + length..end], length).map_or(at + length, |behind| at + length + behind);
            }
            Some(found) => {
                at += found;
                if is_unclosed || !text[at..].starts_with(open) {
                    let tag = if at < no_tag_before { Err(1) } else { tag_length(&text[at..]) };
                    no_tag_before = no_tag_before.max(at + tag.err().unwrap_or_default());
                    let last = at + tag.unwrap_or(1) - 1;
                    if last > end {
                        out.pieces.push(Span::new(line_start(text, at) as u32, line_end(text, last) as u32));
                    }
                    at = last + 1;
                } else if let Some(length) = memchr::memmem::find(&text[at..], close) {
                    out.comments.push(Span::new(at as u32, (at + length + close.len()) as u32));
                    at += length + close.len();
                } else {
                    is_unclosed = true;
                }
            }
        }
    }
    if let Some((_, _, start)) = fence {
        out.pieces.push(Span::new(start as u32, text.len() as u32));
    }
    out
}

/// The length of a tag, which may stand on several lines but hold none that is empty; or how far there is none.
fn tag_length(text: &[u8]) -> Result<usize, usize> {
    const LONGEST: usize = 4096;
    let is_tag = text[0] == b'<' && text.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/');
    let (mut quote, mut is_line_empty) = (None, false);
    for (at, &byte) in text.iter().enumerate().take(if is_tag { LONGEST } else { 0 }) {
        match (byte, quote) {
            (b'>', None) => return Ok(at + 1),
            (b'\n', _) if is_line_empty => return Err(at),
            (b'\n', _) => is_line_empty = true,
            (b'"' | b'\'', None) => (quote, is_line_empty) = (Some(byte), false),
            (_, Some(open)) if open == byte => quote = None,
            _ => is_line_empty &= byte.is_ascii_whitespace(),
        }
    }
    Err(if is_tag { text.len().min(LONGEST) } else { 1 })
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text[..at]).map_or(0, |before| before + 1)
}

fn next_line(text: &[u8], end: usize) -> usize {
    (end + if text[end..].starts_with(b"\r\n") { 2 } else { 1 }).min(text.len().max(end))
}

/// How many times a byte stands at the start.
fn run(text: &[u8], byte: u8) -> usize {
    text.iter().take_while(|found| **found == byte).count()
}

/// Where code between `length` backticks ends, behind them.
fn closing(text: &[u8], length: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'`', &text[at..]) {
        at += found;
        let ticks = run(&text[at..], b'`');
        at += ticks;
        if ticks == length {
            return Some(at);
        }
    }
    None
}

/// A line without the signs of quotations and list items at its start.
fn behind_markers(mut line: &[u8]) -> &[u8] {
    loop {
        let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let marker = match line.get(digits) {
            Some(b'>') if digits == 0 => 1,
            Some(b'-' | b'*' | b'+') if digits == 0 && line.get(1).is_some_and(|byte| is_blank(*byte)) => 2,
            Some(b'.' | b')') if digits > 0 && line.get(digits + 1).is_some_and(|byte| is_blank(*byte)) => digits + 2,
            _ => return line,
        };
        line = line[marker..].trim_ascii_start();
    }
}

/// Where the front matter of a document ends.
fn front_matter(text: &[u8], at: usize) -> Option<usize> {
    let mut end = line_end(text, at);
    let sign: &[u8] = match text[at..end].trim_ascii_end() {
        b"---" => b"---",
        b"+++" => b"+++",
        _ => return None,
    };
    while end < text.len() {
        let line = next_line(text, end);
        end = line_end(text, line);
        if text[line..end].trim_ascii_end() == sign {
            return Some(end);
        }
    }
    None
}
