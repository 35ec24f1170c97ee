//! Ids as people write them into headings and list items.
//!
//! `SEC-1 Title`, `**SEC-1** Title`, `[SEC-1](url): Title`, `#13 Title`, `P1-T2: Title`, `Task 3: Title`, `Title (#12)`,
//! `Title [SEC-1]`. This module says what is written there and how much it looks like an id; whether it is the id of a task
//! depends on what stands around it (`evidence.rs`).

/// How much a written id looks like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IdShape {
    /// Upper-case words and a number with a separator: `SEC-1`, `P1-T2`, `CODX-P0-DB-311`.
    Key,
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
}

/// Words of standards and versions that have the shape of an id: nothing in a text tells `UTF-8` from `SEC-8`.
const STANDARDS: &[&str] = &[
    "UTF", "SHA", "AES", "RSA", "MD", "ISO", "IEC", "IEEE", "RFC", "HTTP", "TLS", "SSL", "ES", "PEP", "WCAG", "GPT",
    "BASE", "CRC", "ARM", "X86", "X", "OAUTH", "UUID", "EC", "CP", "PCI", "COVID", "H", "MP", "WEB", "SOC", "FIPS",
    "NIST",
];

/// The id of a heading or item, where it has one. Boxes and signs in front are not part of `text`.
pub(crate) fn written_id(text: &str) -> Option<WrittenId<'_>> {
    hidden(text).or_else(|| leading(text)).or_else(|| trailing(text))
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
        id: id.to_owned(),
        written: id,
        title: plain_title(&text[..open]),
        shape: IdShape::Key,
        mark: IdMark::Hidden,
    })
}

fn leading(text: &str) -> Option<WrittenId<'_>> {
    let begin = text.trim_start_matches([' ', '\t', '~']);
    let inner = begin.trim_start_matches(['*', '`', '[', '"', ' ']);
    let wrapper = &begin[..begin.len() - inner.len()];
    let (id, written, shape) = word(inner)?;
    // `Issue #13` begins with a word.
    let end = (written.as_ptr() as usize).saturating_sub(inner.as_ptr() as usize) + written.len();
    let behind = &inner[end..];
    // A path, an address or a word that goes on in another script is no id.
    if behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '\'' | '(' | '_' | '=' | '%' | '+'))
    {
        return None;
    }
    let closed = behind.trim_start_matches(['*', '`', ']', '"']);
    let link =
        if behind.contains(']') && closed.starts_with('(') { closed.find(')').map_or(0, |end| end + 1) } else { 0 };
    let rest = &closed[link..];
    let title = rest.trim_start_matches([':', '.', ' ', '\t', '-', '–', '—', '|', '*', '`', ']', ')']);
    let is_separated = title.trim().is_empty() || {
        let gap = &rest[..rest.len() - title.len()];
        gap.contains([':', '–', '—', '|', '.', ')']) || gap.trim() == "-"
    };
    let mark = match wrapper.trim() {
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
    Some(WrittenId { id, written, title: plain_title(&title), shape, mark })
}

/// A title without comments and without marks that have no partner.
fn plain_title(title: &str) -> String {
    let title = crate::prose::without_comments(title);
    let mut title = title.trim().trim_end_matches('~').trim_end().to_owned();
    for mark in ["**", "`"] {
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
    let is_phase = name.eq_ignore_ascii_case("phase");
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

/// What a word looks like as an id; `None` where it is none: no digit, a date, a version, `24-hour`.
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
    if STANDARDS.iter().any(|standard| first.eq_ignore_ascii_case(standard)) {
        return None;
    }
    Some(if is_upper { IdShape::Key } else { IdShape::Mixed })
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
    let text = text.split("<!--").next().unwrap_or_default().trim_end().trim_end_matches('~').trim_end();
    let (title, inner) = if text.ends_with([')', ']']) {
        split_brackets(text)?
    } else if let Some((mark, inner)) = ["**", "`"].into_iter().find_map(|mark| Some((mark, text.strip_suffix(mark)?)))
    {
        let (title, inner) = inner.rsplit_once(mark)?;
        (title, inner)
    } else if let Some(at) = text.rfind(" #") {
        (&text[..at], &text[at + 1..])
    } else {
        [" — ", " – ", " - ", " | "].into_iter().find_map(|sign| text.rsplit_once(sign))?
    };
    let inner = inner.trim();
    let (id, written, shape) = word(inner)?;
    let fits = matches!(shape, IdShape::Key | IdShape::Number | IdShape::Mixed);
    let title = title.trim().trim_end_matches([':', '-', '–', '—', '|', ' ', '(', '[']);
    // `depends on #12`, `see SEC-1` speak of another task.
    let before = title.split_whitespace().next_back().unwrap_or_default();
    let refers =
        ["see", "on", "by", "after", "of", "from", "fixes", "closes", "refs", "and", "to", "with", "in", "for", "like"]
            .iter()
            .any(|word| before.trim_matches(['(', '[', ':', ',']).eq_ignore_ascii_case(word));
    (fits && written.len() == inner.len() && !title.is_empty() && !refers).then(|| WrittenId {
        id,
        written,
        title: plain_title(title),
        shape,
        mark: IdMark::Trailing,
    })
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
    // `[ ]` in front and links in the middle are no ids.
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
        ] {
            let found = written_id(text);
            let found = found.as_ref().map(|found| (found.id.as_str(), found.title.as_str(), found.shape, found.mark));
            assert_eq!(found, expected, "{text}");
        }
    }
}
