//! Finds the scripts of a page by its tags, as the standard of HTML splits them.

use auditlint_source::Span;
use memchr::memmem;

use super::dialect::{Content, PageDialect};
use super::kind::Page;

/// The scripts of one page.
#[derive(Debug, Default)]
pub(super) struct PageScripts {
    /// In their order: where the code stands, and what it is written in.
    pub(super) blocks: Vec<(Span, PageDialect)>,
    /// For each of them, where its opening tag begins.
    pub(super) tags: Vec<u32>,
    /// Those that cannot be read.
    pub(super) not_understood: Vec<Span>,
    /// Comments of the markup.
    pub(super) comments: Vec<Span>,
}

/// Elements whose content is text up to their own end, whatever it looks like.
const RAW: [&str; 4] = ["style", "textarea", "title", "xmp"];

/// Values of `type` of a script that is code.
const CODE_TYPES: [&str; 9] = [
    "",
    "module",
    "text/javascript",
    "application/javascript",
    "text/ecmascript",
    "application/ecmascript",
    "application/x-javascript",
    "text/babel",
    "text/jsx",
];

pub(super) fn scripts(page: Page, text: &[u8]) -> PageScripts {
    let mut scripts = PageScripts::default();
    let mut at = 0;
    if page == Page::Astro {
        at = front_matter(text, &mut scripts);
    }
    while let Some(found) = memchr::memchr(b'<', &text[at..]) {
        let start = at + found;
        let rest = &text[start..];
        if rest.starts_with(b"<!--") {
            let Some(end) = memmem::find(&rest[4..], b"-->") else { break };
            at = start + 4 + end + 3;
            scripts.comments.push(Span::new(start as u32, at as u32));
            continue;
        }
        let name = name(&rest[1..]);
        if name.is_empty() {
            at = start + 1;
            continue;
        }
        let is_script = name.eq_ignore_ascii_case(b"script");
        let Some(tag) = Tag::read(text, start + 1 + name.len(), is_script) else {
            if is_script {
                scripts.not_understood.push(Span::new(start as u32, text.len() as u32));
            }
            break;
        };
        at = tag.end;
        if tag.closes_itself && page.closes_itself() {
            continue;
        }
        if is_script {
            let Some(end) = end_of(text, tag.end, "script") else {
                if tag.content(page) != Content::Data {
                    scripts.not_understood.push(Span::new(start as u32, text.len() as u32));
                }
                break;
            };
            let span = Span::new(tag.end as u32, end as u32);
            match tag.content(page) {
                Content::Code(_) if span.of(text).trim_ascii().is_empty() => {}
                Content::Code(dialect) => {
                    scripts.blocks.push((span, dialect));
                    scripts.tags.push(start as u32);
                }
                Content::Foreign => scripts.not_understood.push(span),
                Content::Data => {}
            }
            at = end;
        } else if let Some(raw) = RAW.iter().find(|raw| name.eq_ignore_ascii_case(raw.as_bytes())) {
            let Some(end) = end_of(text, tag.end, raw) else { break };
            at = end;
        }
    }
    scripts
}

/// Reads what stands between the first two lines `---` of an Astro component, and gives where its markup begins.
fn front_matter(text: &[u8], scripts: &mut PageScripts) -> usize {
    const FENCE: &[u8] = b"---";
    let mark = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let blanks = text[mark..].len() - text[mark..].trim_ascii_start().len();
    let open = mark + blanks;
    if !text[open..].starts_with(FENCE) {
        return 0;
    }
    let start = open + FENCE.len();
    let mut line_starts = memchr::memchr_iter(b'\n', &text[start..]).map(|at| start + at + 1);
    let fence = |line: usize| {
        let blanks = text[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        text[line + blanks..].starts_with(FENCE).then_some(line + blanks)
    };
    match line_starts.find_map(fence) {
        Some(end) => {
            let span = Span::new(start as u32, end as u32);
            if !span.of(text).trim_ascii().is_empty() {
                scripts.blocks.push((span, PageDialect::TypeScript));
                scripts.tags.push(open as u32);
            }
            end + FENCE.len()
        }
        None => {
            scripts.not_understood.push(Span::new(open as u32, text.len() as u32));
            text.len()
        }
    }
}

/// The name of a tag, if one begins here.
fn name(rest: &[u8]) -> &[u8] {
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return &[];
    }
    let end = rest.iter().position(|byte| is_blank(*byte) || matches!(byte, b'/' | b'>')).unwrap_or(rest.len());
    &rest[..end]
}

/// Where the closing tag of an element whose content is raw text begins.
fn end_of(text: &[u8], from: usize, name: &str) -> Option<usize> {
    memmem::find_iter(&text[from..], b"</").map(|at| from + at).find(|at| {
        let rest = &text[at + 2..];
        rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_none_or(|byte| is_blank(*byte) || matches!(byte, b'/' | b'>'))
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// What of an opening tag matters.
struct Tag<'t> {
    /// Behind its `>`.
    end: usize,
    closes_itself: bool,
    /// The values of `lang` and `type`.
    lang: Option<&'t [u8]>,
    kind: Option<&'t [u8]>,
}

impl<'t> Tag<'t> {
    /// Reads a tag from behind its name on; `None` where it does not end.
    fn read(text: &'t [u8], mut at: usize, has_attributes: bool) -> Option<Self> {
        let mut tag = Self { end: 0, closes_itself: false, lang: None, kind: None };
        loop {
            match *text.get(at)? {
                b'>' => return Some(Self { end: at + 1, ..tag }),
                b'/' => {
                    tag.closes_itself = true;
                    at += 1;
                }
                byte if is_blank(byte) => at += 1,
                _ => {
                    tag.closes_itself = false;
                    let (name, value, end) = attribute(text, at)?;
                    if has_attributes && name.eq_ignore_ascii_case(b"lang") {
                        tag.lang.get_or_insert(value);
                    } else if has_attributes && name.eq_ignore_ascii_case(b"type") {
                        tag.kind.get_or_insert(value);
                    }
                    at = end;
                }
            }
        }
    }

    fn content(&self, page: Page) -> Content {
        let of_lang = |lang: &[u8]| match lang.to_ascii_lowercase().as_slice() {
            b"ts" | b"typescript" => Content::Code(PageDialect::TypeScript),
            b"tsx" => Content::Code(PageDialect::Tsx),
            b"js" | b"javascript" | b"" => Content::Code(PageDialect::JavaScript),
            b"jsx" => Content::Code(PageDialect::Jsx),
            _ => Content::Foreign,
        };
        let kind = self.kind.map(|kind| kind.trim_ascii().to_ascii_lowercase()).unwrap_or_default();
        let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
        match kind {
            b"text/typescript" | b"application/typescript" | b"ts" => Content::Code(PageDialect::TypeScript),
            b"text/tsx" => Content::Code(PageDialect::Tsx),
            b"text/jsx" | b"text/babel" => Content::Code(PageDialect::Jsx),
            kind if CODE_TYPES.iter().any(|known| known.as_bytes() == kind) => match self.lang {
                Some(lang) => of_lang(lang.trim_ascii()),
                None => Content::Code(page.default_dialect()),
            },
            _ => Content::Data,
        }
    }
}

/// An attribute: its name, its value, and where it ends. `None` where a quoted value does not end.
fn attribute(text: &[u8], start: usize) -> Option<(&[u8], &[u8], usize)> {
    let ends_name = |byte: &u8| is_blank(*byte) || matches!(byte, b'/' | b'>' | b'=');
    // A `=` at the start belongs to the name.
    let end = text[start + 1..].iter().position(ends_name).map_or(text.len(), |at| start + 1 + at);
    let name = &text[start..end];
    let skip = |from: usize| from + text[from..].iter().take_while(|byte| is_blank(**byte)).count();
    let sign = skip(end);
    if text.get(sign) != Some(&b'=') {
        return Some((name, &[], end));
    }
    let value = skip(sign + 1);
    match text.get(value) {
        Some(quote @ (b'"' | b'\'')) => {
            let length = memchr::memchr(*quote, &text[value + 1..])?;
            Some((name, &text[value + 1..value + 1 + length], value + length + 2))
        }
        _ => {
            let ends_value = |byte: &u8| is_blank(*byte) || *byte == b'>';
            let end = text[value..].iter().position(ends_value).map_or(text.len(), |at| value + at);
            Some((name, &text[value..end], end))
        }
    }
}
