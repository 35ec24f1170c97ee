//! Ids as people write them into headings and list items.
//!
//! `SEC-1 Title`, `**SEC-1** Title`, `[SEC-1](url): Title`, `#13 Title`, `P1-T2: Title`, `Task 3: Title`, `Title (#12)`,
//! `Title [SEC-1]`. This module says what is written there and how much it looks like an id; whether it is the id of a task
//! depends on what stands around it (`evidence.rs`).

use crate::standards::{STANDARDS, is_standard};
use crate::status::ornament;

/// How much a written id looks like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IdShape {
    /// Upper-case words and a number with a separator: `SEC-1`, `P1-T2`, `CODX-P0-DB-311`.
    Key,
    /// The same with a word that standards and versions begin with: `WEB-1`, `H-1`; `UTF-8` too.
    Common,
    /// Other words and numbers with a separator: `08x_003_store`, `task-12`; `utf-8` too.
    Mixed,
    /// `#13`.
    Number,
    /// Letters and digits without a separator: `T001`, `C1`; `S3` too.
    Compact,
    /// Numbers only: `3`, `1.2`.
    Dotted,
    /// `Task 3`, `Story 1.2`.
    Counted,
    /// `Phase 1`.
    Phase,
}

/// How an id is set apart from the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IdMark {
    /// Words follow: `SEC-1 Title`.
    Bare,
    /// A sign follows: `SEC-1: Title`, `SEC-1 — Title`; or nothing.
    Separated,
    /// It is bold, code, in brackets or a link.
    Marked,
    /// It stands at the end, marked or in parentheses.
    Trailing,
    /// It stands among the words, as the last of them or behind `Task`: a sentence about another task may be like that.
    Mentioned,
    /// It stands in a comment that a reader does not see.
    Hidden,
}

/// An id in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenId<'t> {
    pub(crate) id: String,
    /// The id where it stands.
    pub(crate) written: &'t str,
    pub(crate) title: String,
    pub(crate) shape: IdShape,
    pub(crate) mark: IdMark,
    /// The priority that stands beside it: `[P1][SEC-84]`.
    pub(crate) priority: Option<&'t str>,
    /// Further ids behind it: `SEC-1, AB-2: Title`.
    pub(crate) also: Vec<String>,
}

/// The id of a heading or item, where it has one. Boxes and signs in front are not part of `text`.
pub(crate) fn written_id(text: &str) -> Option<WrittenId<'_>> {
    candidate(text).filter(|id| !is_standard(id.written))
}

/// The same, where it may be the name of a standard: `UTF-8`. Other ids of its family may show that it is not one.
pub(crate) fn candidate(text: &str) -> Option<WrittenId<'_>> {
    let leading = leading(text);
    let is_name = |id: &WrittenId<'_>| is_standard(id.written);
    hidden(text)
        .or_else(|| leading.clone().filter(|id| !is_name(id)))
        .or_else(|| trailing(text).filter(|id| !is_name(id)))
        .or(leading)
}

/// The same for a heading, which may have a number of its own in front: `1. SEC-2: Title`.
pub(crate) fn of_heading(text: &str) -> Option<WrittenId<'_>> {
    let found = candidate(text)?;
    if found.shape != IdShape::Dotted {
        return Some(found);
    }
    let behind = text.find(found.written).map(|at| &text[at + found.written.len()..])?;
    let behind = behind.trim_start_matches(['.', ')', ':', ' ', '\t', '-', '–', '—']);
    let inner = leading(behind)
        .filter(|id| matches!(id.shape, IdShape::Key | IdShape::Common | IdShape::Number) && id.mark != IdMark::Bare);
    Some(inner.unwrap_or(found))
}

/// Whether the id of a text is struck out with it: `~~SEC-7 Dropped~~`.
pub(crate) fn is_struck(text: &str, id: &WrittenId<'_>) -> bool {
    let inner = text.trim_start_matches(['*', '_', ' ']).strip_prefix("~~");
    inner.and_then(|inner| inner.split_once("~~")).is_some_and(|(struck, _)| struck.contains(id.written))
}

/// `<!-- id: some-slug -->`.
fn hidden(text: &str) -> Option<WrittenId<'_>> {
    let open = text.rfind("<!--")?;
    let (inner, _) = text[open + 4..].split_once("-->")?;
    let id = inner.trim().strip_prefix("id:")?.trim();
    let is_id = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#');
    if id.is_empty() || !id.chars().all(is_id) {
        return None;
    }
    Some(WrittenId {
        title: plain_title(&text[..open]),
        shape: IdShape::Key,
        ..WrittenId::of(id.to_owned(), id, IdMark::Hidden)
    })
}

impl<'t> WrittenId<'t> {
    fn of(id: String, written: &'t str, mark: IdMark) -> Self {
        Self { id, written, title: String::new(), shape: IdShape::Number, mark, priority: None, also: Vec::new() }
    }
}

fn leading(text: &str) -> Option<WrittenId<'_>> {
    let (begin, mut priority) = behind_tags(text);
    if let Some(found) = issue_link(begin) {
        return Some(WrittenId { priority, ..found });
    }
    let inner = begin.trim_start_matches(['*', '`', '[', '"', ' ', '_', '(', '\\']);
    let wrapper = &begin[..begin.len() - inner.len()];
    let (named, is_named) = match behind_noun(inner) {
        Some(named) => (named, true),
        None => (inner, false),
    };
    let own = named.trim_start_matches(['*', '`', '[', '_']);
    let (id, written, shape) = word(if is_named { own } else { inner })?;
    // `Issue #13` begins with a word.
    let end = (written.as_ptr() as usize).saturating_sub(inner.as_ptr() as usize) + written.len();
    let mut behind = &inner[end..];
    if (wrapper.contains('_') || named.starts_with('_'))
        && !behind.trim_start_matches('_').starts_with(char::is_alphanumeric)
    {
        behind = behind.trim_start_matches('_');
    }
    behind = behind.strip_prefix('\\').filter(|rest| rest.starts_with(']')).unwrap_or(behind);
    // `(SEC-7) Title`, but `(SEC-7 and others)`.
    if wrapper.contains('(') {
        behind = behind.trim_start_matches(['*', '`', ']']).strip_prefix(')')?;
    }
    // A path, an address or a word that goes on in another script is not an id.
    if behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '\'' | '(' | '_' | '=' | '%' | '+'))
    {
        return None;
    }
    let closed = behind.trim_start_matches(['*', '`', ']', '"']);
    let mut rest = closed;
    if behind.contains(']') && closed.starts_with('(') {
        rest = closed.split_once(')').map_or(closed, |(_, rest)| rest);
    } else if behind.starts_with(']')
        && let Some((reference, after)) = closed.strip_prefix('[').and_then(|inner| inner.split_once(']'))
    {
        // `[SEC-85][ref]`, `[SEC-84][P1]`.
        priority = priority.or_else(|| is_priority(reference).then_some(reference));
        rest = after;
    }
    let mut also = Vec::new();
    while let Some((next, after)) = next_id(rest) {
        also.push(next);
        rest = after;
    }
    let title = rest.trim_start_matches([':', '.', ' ', '\t', '-', '–', '—', '|', '*', '`', ']', ')', '~', '_']);
    let is_separated = title.trim().is_empty() || {
        let gap = &rest[..rest.len() - title.len()];
        gap.contains([':', '–', '—', '|', '.', ')']) || gap.trim() == "-"
    };
    let mark = match wrapper.trim() {
        // `Task SEC-17 needs tests` may speak of one.
        _ if is_named && !is_separated && own.len() == named.len() => IdMark::Mentioned,
        "" if own.len() < named.len() => IdMark::Marked,
        "" if is_separated => IdMark::Separated,
        "" => IdMark::Bare,
        _ => IdMark::Marked,
    };
    // What opened before the id closes behind the title: `**SEC-1 Title**`, `[SEC-1 Title](url)`.
    let is_link = wrapper.contains('[') && !behind.starts_with(['*', '`', ']', '"']);
    let title = match title.split_once("](").filter(|_| is_link) {
        Some((title, rest)) => format!("{title}{}", rest.split_once(')').map_or("", |(_, rest)| rest)),
        None => title.to_owned(),
    };
    Some(WrittenId { title: plain_title(&title), shape, priority, also, ..WrittenId::of(id, written, mark) })
}

/// What follows the signs, tags and anchors with which a text begins (`🔒 `, `[P1]`, `**P0** `, `<a id="x"></a>`), and the
/// priority among them.
fn behind_tags(text: &str) -> (&str, Option<&str>) {
    /// Longer ones are words of a title.
    const LONGEST: usize = 24;
    let mut priority = None;
    let mut rest = text.trim_start_matches([' ', '\t', '~']);
    loop {
        let ornament = ornament(rest);
        let next = if ornament > 0 {
            &rest[ornament..]
        } else if let Some((_, behind)) = html_tag(rest) {
            behind
        } else if let Some((tag, behind)) = rest.strip_prefix("**").and_then(|inner| inner.split_once("**"))
            && is_priority(tag.trim_matches(['[', ']', '(', ')', ':']))
        {
            priority = Some(tag.trim_matches(['[', ']', '(', ')', ':']));
            behind.trim_start_matches(':')
        } else if let Some((tag, behind)) = bracketed(rest)
            && (tag.len() <= LONGEST && !behind.starts_with(['(', ':']) || is_priority(tag))
            && (is_priority(tag) || word(tag).is_none() && !tag.trim().is_empty())
            && starts_with_id(behind)
        {
            priority = priority.or_else(|| is_priority(tag).then_some(tag));
            behind
        } else {
            return (rest, priority);
        };
        rest = next.trim_start_matches([' ', '\t', '~']);
    }
}

/// What stands in the brackets with which a text begins, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => ']',
        b'(' => ')',
        _ => return None,
    };
    text[1..].split_once(close)
}

/// Whether a key or number follows, set apart or not.
fn starts_with_id(text: &str) -> bool {
    let inner = text.trim_start_matches(['*', '`', '[', ' ', '_', '(']);
    word(inner).is_some_and(|(_, written, shape)| {
        matches!(shape, IdShape::Key | IdShape::Common | IdShape::Number) && !is_priority(written)
    })
}

/// The tag of HTML with which a text begins, and what follows. `<https://…>` is not one.
fn html_tag(text: &str) -> Option<(&str, &str)> {
    let (tag, behind) = text.strip_prefix('<')?.split_once('>')?;
    let name = tag.trim_start_matches('/');
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains("://") && !name.contains('@');
    is_tag.then_some((tag, behind))
}

/// `P0` to `P4`, and the words that stand for them.
pub(crate) fn is_priority(tag: &str) -> bool {
    const WORDS: [&str; 7] = ["critical", "blocker", "urgent", "high", "medium", "low", "major"];
    matches!(tag.as_bytes(), [b'P' | b'p', b'0'..=b'4']) || WORDS.iter().any(|word| word.eq_ignore_ascii_case(tag))
}

/// What follows a word that stands before ids: `Finding SEC-3`, `Milestone M1`, `Title: SEC-14`. Numbers with such a word are
/// [counted](IdShape::Counted).
fn behind_noun(text: &str) -> Option<&str> {
    const NOUNS: &[&str] = &[
        "action",
        "bug",
        "defect",
        "epic",
        "finding",
        "gap",
        "issue",
        "item",
        "milestone",
        "problem",
        "recommendation",
        "requirement",
        "risk",
        "story",
        "subtask",
        "task",
        "ticket",
        "todo",
        "vulnerability",
    ];
    const LABELS: &[&str] = &["id", "title", "name"];
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let (name, rest) = text.split_at(end);
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(name));
    let (rest, fits) = match rest.strip_prefix(':') {
        Some(rest) => (rest, is(NOUNS) || is(LABELS)),
        None => (rest, is(NOUNS)),
    };
    let rest = rest.strip_prefix(' ')?.trim_start();
    let begins = rest.trim_start_matches(['*', '`', '[', '_']).starts_with(|c: char| c.is_ascii_alphabetic());
    (begins && fits).then_some(rest)
}

/// A further id behind a `,`, `&`, `+` or `and`, and what follows it.
fn next_id(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let rest = text.strip_prefix([',', '&', '+']).or_else(|| text.strip_prefix("and "))?;
    let inner = rest.trim_start_matches([' ', '*', '`', '[']);
    let (id, written, shape) = word(inner)?;
    let behind = inner[written.len()..].trim_start_matches(['*', '`', ']']);
    let fits = matches!(shape, IdShape::Key | IdShape::Common | IdShape::Number) && !is_standard(written);
    let ends = behind.is_empty() || behind.starts_with([' ', ':', ',', '.', '&', '+']);
    (fits && ends && inner.starts_with(written)).then_some((id, behind))
}

/// The issue that a text begins with the address of, or with a link to.
fn issue_link(text: &str) -> Option<WrittenId<'_>> {
    let (title, address, rest) =
        if let Some((title, behind)) = text.strip_prefix('[').and_then(|inner| inner.split_once("](")) {
            let (address, rest) = behind.split_once(')')?;
            // A title that is an id itself says it better.
            if title.contains(['[', ']']) || word(title.trim_start_matches(['*', '`'])).is_some() {
                return None;
            }
            (title, address, rest)
        } else {
            let inner = text.trim_start_matches('<');
            let end = inner.find([' ', '\t', '>', ')', ',']).unwrap_or(inner.len());
            ("", &inner[..end], &inner[end..])
        };
    let (id, written, shape) = of_address(address)?;
    let rest = rest.trim_start_matches(['>', ':', ' ', '-', '–', '—']);
    let title = if title.is_empty() || rest.is_empty() { format!("{title}{rest}") } else { format!("{title} {rest}") };
    Some(WrittenId { title: plain_title(&title), shape, ..WrittenId::of(id, written, IdMark::Marked) })
}

/// The issue that an address stands for: `…/issues/12`, `…/browse/SEC-1`, `…/issue/ENG-12/title`. A pull request is a change, and
/// no task.
fn of_address(address: &str) -> Option<(String, &str, IdShape)> {
    const FOLDERS: [&str; 6] = ["issues", "issue", "browse", "work_items", "edit", "tickets"];
    let path = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').skip(1);
    parts.find(|part| FOLDERS.contains(part))?;
    let part = parts.next()?;
    if !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((format!("#{part}"), part, IdShape::Number));
    }
    (shape(part) == Some(IdShape::Key)).then(|| (part.to_owned(), part, IdShape::Key))
}

/// A title without comments, tags of HTML, and marks that have no partner.
fn plain_title(title: &str) -> String {
    let title = crate::prose::without_comments(title);
    let mut title = title.replace("~~", "").trim().trim_end_matches('~').trim_end().to_owned();
    while let Some(open) =
        title.rfind('<').filter(|at| html_tag(&title[*at..]).is_some_and(|(_, rest)| rest.is_empty()))
    {
        title.truncate(open);
        title.truncate(title.trim_end().len());
    }
    for mark in ["**", "`", "__"] {
        if title.matches(mark).count() % 2 == 1
            && let Some(at) = title.find(mark)
        {
            title.replace_range(at..at + mark.len(), "");
        }
    }
    title.trim().to_owned()
}

/// The id with which a text starts, as it is called and as it is written.
fn word(text: &str) -> Option<(String, &str, IdShape)> {
    if let Some(rest) = text.strip_prefix('#') {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let written = &text[..digits + 1];
        return (1..=9).contains(&digits).then(|| (written.to_owned(), written, IdShape::Number));
    }
    if let Some(counted) = counted(text) {
        return Some(counted);
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let written = text[..end].trim_end_matches(['.', '-', '_']);
    Some((written.to_owned(), written, shape(written)?))
}

/// `Task 3`, `Phase 1`, `Issue #13`.
fn counted(text: &str) -> Option<(String, &str, IdShape)> {
    const WORDS: &[&str] = &["task", "story", "ticket", "issue", "subtask"];
    let (name, rest) = text.split_once(' ')?;
    let is_phase = name.eq_ignore_ascii_case("phase") || name.eq_ignore_ascii_case("milestone");
    if !is_phase && !WORDS.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        return None;
    }
    if let Some(digits) = rest.strip_prefix('#') {
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let written = &text[name.len() + 1..name.len() + 2 + length];
        return (length > 0).then(|| (written.to_owned(), written, IdShape::Number));
    }
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let number = rest[..length].trim_end_matches('.');
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let written = &text[..name.len() + 1 + number.len()];
    let shape = if is_phase { IdShape::Phase } else { IdShape::Counted };
    Some((format!("{name}-{number}"), written, shape))
}

/// What a word looks like as an id; `None` where it is not one: no digit, a date, a version, `24-hour`.
pub(crate) fn shape(word: &str) -> Option<IdShape> {
    if !word.starts_with(|c: char| c.is_ascii_alphanumeric()) || !word.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // The name of a file.
    if word.rsplit_once('.').is_some_and(|(_, end)| end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return None;
    }
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if word.split(['.', '-', '_']).all(is_number) {
        return (!word.contains(['-', '_']) && word.len() <= 12).then_some(IdShape::Dotted);
    }
    let bare = word.strip_prefix(['v', 'V']).unwrap_or(word);
    if bare.contains('.') && bare.split(['-', '.']).take(2).all(is_number) {
        return None;
    }
    if !word.contains(['-', '_']) {
        return (!word.contains('.') || word.starts_with(|c: char| c.is_ascii_uppercase())).then_some(IdShape::Compact);
    }
    let first = word.split(['-', '_']).next().unwrap_or_default();
    if first.starts_with(|c: char| c.is_ascii_digit()) && !word.contains('_') {
        // `24-hour`, `2-factor`, `90-Day`; `08x-003` counts.
        let groups = word.split('-').filter(|part| part.contains(|c: char| c.is_ascii_digit())).count();
        return (groups > 1).then_some(IdShape::Mixed);
    }
    let is_upper = first.starts_with(|c: char| c.is_ascii_uppercase())
        && first.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_range(word) {
        return None;
    }
    let is_common = STANDARDS.iter().any(|(standard, _)| first.eq_ignore_ascii_case(standard));
    Some(match (is_upper, is_common) {
        (true, false) => IdShape::Key,
        (true, true) => IdShape::Common,
        (false, _) => IdShape::Mixed,
    })
}

/// From one number to a greater one of the same name: `T037-T040`, `SEC-1-SEC-4`; and lines of a file: `L10-20`.
fn is_range(word: &str) -> bool {
    let number = |part: &str| -> Option<(usize, u64)> {
        let name = part.trim_end_matches(|c: char| c.is_ascii_digit());
        Some((name.len(), part[name.len()..].parse().ok()?))
    };
    word.match_indices('-').any(|(at, _)| {
        let (first, last) = (&word[..at], &word[at + 1..]);
        let (Some((name, from)), Some((other, to))) = (number(first), number(last)) else { return false };
        let is_lines = first[..name].eq_ignore_ascii_case("l") && other == 0;
        name > 0 && from < to && (first[..name] == last[..other] || is_lines)
    })
}

/// `Title (#12)`, `Title [SEC-1]`, `Title ([#12](url))`, ``Title `SEC-1` ``, `Title — SEC-1`, `Title #12`.
fn trailing(text: &str) -> Option<WrittenId<'_>> {
    let whole = text;
    let text = text.split("<!--").next().unwrap_or_default().trim_end().trim_end_matches('~').trim_end();
    let marked = if text.ends_with([')', ']']) {
        split_brackets(text)
    } else if let Some((mark, inner)) = ["**", "`"].into_iter().find_map(|mark| Some((mark, text.strip_suffix(mark)?)))
    {
        inner.rsplit_once(mark)
    } else if let Some(at) = text.rfind(" #") {
        Some((&text[..at], &text[at + 1..]))
    } else {
        const SIGNS: [&str; 6] = [" — ", " – ", " - ", " | ", " … ", " ... "];
        SIGNS.into_iter().find_map(|sign| text.rsplit_once(sign))
    };
    let found = marked.and_then(|(title, inner)| at_end(title, inner, IdMark::Trailing));
    found.or_else(|| issue_at_end(text)).or_else(|| {
        let (title, last) = whole.trim_end().rsplit_once(' ')?;
        // `Close SEC-1` is about another task.
        let is_long = title.split_whitespace().count() > 1;
        at_end(title, last, IdMark::Mentioned).filter(|id| is_long && id.shape == IdShape::Key)
    })
}

/// `Title https://…/issues/12`, `Title ([text](https://…/issues/12))`.
fn issue_at_end(text: &str) -> Option<WrittenId<'_>> {
    let at = text.rfind("http")?;
    let address = text[at..].trim_end_matches([')', ']', '>']);
    if address.contains([' ', '(', ')']) {
        return None;
    }
    let (id, written, shape) = of_address(address)?;
    let before = &text[..at];
    let title = match before.strip_suffix("](").and_then(|before| before.rsplit_once('[')) {
        Some((title, _)) => title,
        None => before,
    };
    let title = title.trim().trim_end_matches(['<', '(', '[', ':', '-', '–', '—', '|', ' ']);
    (!title.is_empty() && !refers(title)).then(|| WrittenId {
        title: plain_title(title),
        shape,
        ..WrittenId::of(id, written, IdMark::Mentioned)
    })
}

fn at_end<'t>(title: &str, inner: &'t str, mark: IdMark) -> Option<WrittenId<'t>> {
    let inner = inner.trim();
    let (id, written, shape) = word(inner)?;
    let fits = matches!(shape, IdShape::Key | IdShape::Common | IdShape::Number | IdShape::Mixed);
    let title = title.trim().trim_end_matches([':', '-', '–', '—', '|', ' ', '(', '[', '…']);
    (fits && written.len() == inner.len() && !title.is_empty() && !refers(title)).then(|| WrittenId {
        title: plain_title(title),
        shape,
        ..WrittenId::of(id, written, mark)
    })
}

/// Whether the words in front of an id lead to another task: `depends on #12`, `see SEC-1`.
fn refers(before: &str) -> bool {
    const WORDS: [&str; 20] = [
        "see", "on", "by", "after", "of", "from", "fixes", "closes", "refs", "and", "to", "with", "in", "for", "like",
        "or", "than", "via", "under", "per",
    ];
    let last = before.split_whitespace().next_back().unwrap_or_default();
    WORDS.iter().any(|word| last.trim_matches(['(', '[', ':', ',']).eq_ignore_ascii_case(word))
}

/// What stands before and in the last brackets; of a link its text.
fn split_brackets(text: &str) -> Option<(&str, &str)> {
    let whole = text.strip_suffix(')').or_else(|| text.strip_suffix(']'))?;
    // `([#12](url))` and `[#12](url)`.
    let link = whole.strip_suffix(')').unwrap_or(whole);
    if let Some((before, url)) = link.rsplit_once("](")
        && !url.contains([' ', '(', ')'])
    {
        let open = before.rfind('[')?;
        return Some((before[..open].trim_end_matches('('), &before[open + 1..]));
    }
    let open = whole.rfind(['(', '['])?;
    let inner = whole[open + 1..].trim_matches(['`', '*']);
    // `[ ]` in front and links in the middle are not ids.
    (!inner.trim().is_empty()).then_some((&whole[..open], inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_ids_in_all_the_forms() {
        use IdMark::{Bare, Hidden, Marked, Separated, Trailing};
        use IdShape::{Compact, Counted, Dotted, Key, Mixed, Number, Phase};
        for (text, expected) in [
            ("SEC-1 Title", Some(("SEC-1", "Title", Key, Bare))),
            ("**SEC-1** Title", Some(("SEC-1", "Title", Key, Marked))),
            ("**SEC-1: Title** and more", Some(("SEC-1", "Title and more", Key, Marked))),
            ("`SEC-1` Title", Some(("SEC-1", "Title", Key, Marked))),
            ("[SEC-1] Title", Some(("SEC-1", "Title", Key, Marked))),
            ("[SEC-1](https://x.y/SEC-1): Title", Some(("SEC-1", "Title", Key, Marked))),
            ("[SEC-1 Title](https://x.y) more", Some(("SEC-1", "Title more", Key, Marked))),
            ("~~**SEC-1** Title~~", Some(("SEC-1", "Title", Key, Marked))),
            ("P1-T2: Title", Some(("P1-T2", "Title", Key, Separated))),
            ("CODX-P0-DB-311 — Write it", Some(("CODX-P0-DB-311", "Write it", Key, Separated))),
            ("#13 Raw fetch", Some(("#13", "Raw fetch", Number, Bare))),
            ("Issue #13: Raw fetch", Some(("#13", "Raw fetch", Number, Separated))),
            ("Title (#12)", Some(("#12", "Title", Number, Trailing))),
            ("Title ([#12](https://x.y/12))", Some(("#12", "Title", Number, Trailing))),
            ("Title [SEC-1]", Some(("SEC-1", "Title", Key, Trailing))),
            ("Title `SEC-1`", Some(("SEC-1", "Title", Key, Trailing))),
            ("Title — SEC-1", Some(("SEC-1", "Title", Key, Trailing))),
            ("Title #12", Some(("#12", "Title", Number, Trailing))),
            ("Title <!-- id: sec/add-limits -->", Some(("sec/add-limits", "Title", Key, Hidden))),
            ("T001 [P] Create it", Some(("T001", "[P] Create it", Compact, Bare))),
            ("1.2 Create it", Some(("1.2", "Create it", Dotted, Bare))),
            ("3. Create it", Some(("3", "Create it", Dotted, Separated))),
            ("Task 3: Create it", Some(("Task-3", "Create it", Counted, Separated))),
            ("Phase 1 — Correctness", Some(("Phase-1", "Correctness", Phase, Separated))),
            ("08x_003_store Do it", Some(("08x_003_store", "Do it", Mixed, Bare))),
            ("utf-8 in names", None),
            ("UTF-8 in names", None),
            ("SHA-256: digests", None),
            ("24-hour clock", None),
            ("90-Day Goals", None),
            ("2025-10-01 Meeting", None),
            ("v1.2.3 Release", None),
            ("1.2.3-rc1 Release", None),
            ("auth-flow Title", None),
            ("T037-T040: Modules", None),
            ("SEC-1-SEC-4 Sessions", None),
            ("L61-62", None),
            ("L10-L20: reads twice", None),
            ("P1-P0 Title", Some(("P1-P0", "Title", Key, Bare))),
            ("P1-2 Title", Some(("P1-2", "Title", Key, Bare))),
            ("T1-T1: Title", Some(("T1-T1", "Title", Key, Separated))),
            ("`08a_worker.yaml` **NEW**", None),
            ("SEC-1/2 both", None),
            ("see the list (see #12)", None),
            ("blocked by #12", None),
            ("depends on `SEC-1`", None),
            ("Use the new thing (maybe)", None),
            ("a@b.c1", None),
            ("__SEC-5__ Title", Some(("SEC-5", "Title", Key, Marked))),
            ("__SEC-5: Title__", Some(("SEC-5", "Title", Key, Marked))),
            ("\u{1F512} **SEC-2**: Title", Some(("SEC-2", "Title", Key, Marked))),
            ("\u{26A0}\u{FE0F} SEC-3 Title", Some(("SEC-3", "Title", Key, Bare))),
            ("\u{1F534} [SEC-4] Title", Some(("SEC-4", "Title", Key, Marked))),
            ("(SEC-7) Title", Some(("SEC-7", "Title", Key, Marked))),
            ("(#16) Title", Some(("#16", "Title", Number, Marked))),
            ("(SEC-7 and others) Title", None),
            ("[P1][SEC-84] Title", Some(("SEC-84", "Title", Key, Marked))),
            ("[SEC-84][P1] Title", Some(("SEC-84", "Title", Key, Marked))),
            ("[SEC-85][ref] Title", Some(("SEC-85", "Title", Key, Marked))),
            ("[Security] SEC-1: Title", Some(("SEC-1", "Title", Key, Separated))),
            ("**P0** SEC-42: Title", Some(("SEC-42", "Title", Key, Separated))),
            ("\\[SEC-1\\] Title", Some(("SEC-1", "Title", Key, Marked))),
            ("<a id=\"x\"></a>SEC-8 Title", Some(("SEC-8", "Title", Key, Bare))),
            ("Finding SEC-3: Title", Some(("SEC-3", "Title", Key, Separated))),
            ("Title: SEC-14", Some(("SEC-14", "", Key, Separated))),
            ("Task **SEC-17** Title", Some(("SEC-17", "Title", Key, Marked))),
            ("Task SEC-17 needs tests", Some(("SEC-17", "needs tests", Key, IdMark::Mentioned))),
            ("Milestone M1: Title", Some(("M1", "Title", Compact, Separated))),
            ("Milestone 1: Title", Some(("Milestone-1", "Title", Phase, Separated))),
            ("SEC-1, AB-2: two ids", Some(("SEC-1", "two ids", Key, Separated))),
            ("**SEC-1** ~~struck~~", Some(("SEC-1", "struck", Key, Marked))),
            ("Two words SEC-1", Some(("SEC-1", "Two words", Key, IdMark::Mentioned))),
            ("Close SEC-1", None),
            ("Wait for the end of SEC-1", None),
            ("Title … SEC-1", Some(("SEC-1", "Title", Key, Trailing))),
            ("https://github.com/o/r/issues/12 Title", Some(("#12", "Title", Number, Marked))),
            ("[Title](https://github.com/o/r/issues/12)", Some(("#12", "Title", Number, Marked))),
            ("<https://t.example/browse/SEC-12>: Title", Some(("SEC-12", "Title", Key, Marked))),
            ("Title https://linear.app/t/issue/ENG-12/title", Some(("ENG-12", "Title", Key, IdMark::Mentioned))),
            ("Title ([issue](https://github.com/o/r/issues/12))", Some(("#12", "Title", Number, IdMark::Mentioned))),
            ("https://github.com/o/r/pull/12 Title", None),
            ("see https://github.com/o/r/issues/12", None),
            ("WEB-1 Title", Some(("WEB-1", "Title", IdShape::Common, Bare))),
            ("H-1: Title", Some(("H-1", "Title", IdShape::Common, Separated))),
            ("H-264 video", None),
        ] {
            let found = written_id(text);
            let found = found.as_ref().map(|found| (found.id.as_str(), found.title.as_str(), found.shape, found.mark));
            assert_eq!(found, expected, "{text}");
        }
    }
}
