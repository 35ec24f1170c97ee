//! Rules that a task names itself: `verify: [in-memory-store]`, `**Verify:** raw-fetch`, `(verify: raw-fetch)`.

use auditlint_source::Span;

use crate::TaskRule;
use crate::field_item::FieldItem;
use crate::fields::{TaskField, field};
use crate::file::TaskFile;
use crate::paths::split_list;
use crate::status::leading_sign;

/// The rules that an entry names. One that says more names none, such as a command, unless the ids come first and what they
/// are for behind a dash, a colon or in parentheses.
pub(crate) fn rules_in(file: &TaskFile, item: &FieldItem) -> Vec<TaskRule> {
    let Some((words, is_alone)) = words_of(&item.text) else { return Vec::new() };
    // Words are looked for one behind the other, so that one that begins like another has its own place.
    let written = file.slice(item.span);
    let mut from = 0;
    words
        .into_iter()
        .map(|word| {
            let at = written[from..].find(word).map(|at| from + at);
            let span = at.map_or(item.span, |at| {
                from = at + word.len();
                Span::new(item.span.start + at as u32, item.span.start + from as u32)
            });
            TaskRule { id: word.to_owned(), place: file.place(span), position: file.position(span), is_alone }
        })
        .collect()
}

/// Whether an entry that names no rule as such may still mean one: it is not a command.
pub(crate) fn is_prose(text: &str) -> bool {
    !text.split_whitespace().any(|word| word.len() > 1 && word.starts_with('-') || word.contains("auditlint"))
}

/// Takes what says which rules check it from a criterion or title: `(verify: rule-id, …)` at its end, `**Verify:** rule-id` in it.
/// Also says what stands there and names no rule.
pub(crate) fn split_rules<'t>(file: &TaskFile, item: &FieldItem, text: &'t str) -> SplitText<'t> {
    let whole = SplitText { said: text, ..SplitText::default() };
    let Some(label) = EndLabel::of(text) else { return whole };
    let span = match file.slice(item.span).rfind(label.list) {
        Some(at) => Span::new(item.span.start + at as u32, item.span.start + (at + label.list.len()) as u32),
        None => item.span,
    };
    let rules = rules_in(file, &FieldItem::new(span, label.list));
    match rules.is_empty() {
        true => SplitText { unread: Some(span), ..whole },
        false => SplitText { said: label.before, rules, unread: None },
    }
}

/// A text parted from the rules that it names.
#[derive(Default)]
pub(crate) struct SplitText<'t> {
    /// What is left of it.
    pub(crate) said: &'t str,
    pub(crate) rules: Vec<TaskRule>,
    /// What stands behind a label and names no rule.
    pub(crate) unread: Option<Span>,
}

/// A label behind the words of a text.
struct EndLabel<'t> {
    before: &'t str,
    list: &'t str,
}

impl<'t> EndLabel<'t> {
    fn of(text: &'t str) -> Option<Self> {
        const WORD: &str = "verif";
        let at = (0..text.len().checked_sub(WORD.len())? + 1)
            .rev()
            .find(|at| text.as_bytes()[*at..*at + WORD.len()].eq_ignore_ascii_case(WORD.as_bytes()))?;
        let (name, list) = text[at..].split_once(':')?;
        (field(name.trim_end_matches(['*', '_', ' '])) == Some(TaskField::Verify)).then_some(())?;
        let before = text[..at].trim_end_matches(['*', '_', '`']);
        let marks = &text[before.len()..at];
        let list = list.trim_end().trim_end_matches('.');
        let (before, list) = match before.as_bytes().last() {
            Some(b'(') => (&before[..before.len() - 1], list.trim_end_matches('*').strip_suffix(')')?),
            Some(b'[') => (&before[..before.len() - 1], list.trim_end_matches('*').strip_suffix(']')?),
            // `**Verify:** a`, `**Verify**: a`, and `verify: a` in code or emphasis.
            _ if !marks.is_empty() => (before, list.strip_suffix(marks).unwrap_or(list)),
            _ => return None,
        };
        let list = list.trim_start_matches(['*', '_']).trim();
        Some(Self { before: before.trim_end().trim_end_matches(['-', '–', '—']).trim_end(), list })
    }
}

/// The ids in a text, and whether nothing else stands there.
fn words_of(text: &str) -> Option<(Vec<&str>, bool)> {
    let text = text.trim();
    let text = text[leading_sign(text).map_or(0, |(_, length)| length)..].trim().trim_end_matches('.');
    let text = ["rules", "rule"]
        .iter()
        .find_map(|word| text.strip_prefix(word)?.strip_prefix([' ', ':']))
        .map_or(text, str::trim_start);
    let listed = |text| -> Option<Vec<&str>> {
        let words: Vec<&str> =
            parts(text).into_iter().map(|(part, is_sure)| word_of(part, is_sure)).collect::<Option<_>>()?;
        (!words.is_empty()).then_some(words)
    };
    if let Some(words) = listed(text) {
        return Some((words, true));
    }
    let end = [" - ", " – ", " — ", ": ", " ("].iter().filter_map(|sign| text.find(sign)).min()?;
    let words = listed(&text[..end])?;
    let is_sure = |word: &&str| word.contains(['-', '/']);
    words.iter().all(is_sure).then_some((words, false))
}

/// The parts of a list, each with whether it may be any word.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let inner =
        text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).filter(|inner| !inner.contains(['[', ']']));
    let inner = inner.or_else(|| text.strip_prefix('`')?.strip_suffix('`').filter(|inner| !inner.contains('`')));
    let breaks = |part| str::split(part, "<br>").flat_map(|part| part.split("<br/>"));
    let mut found = Vec::new();
    for part in split_list(inner.unwrap_or(text)).into_iter().flat_map(breaks) {
        let part = part.trim();
        let part = part.strip_prefix("and ").unwrap_or(part);
        let words = || part.split(" and ").flat_map(|part| part.split(" & ")).flat_map(|part| part.split(" + "));
        let is_one = words().nth(1).is_none();
        found.extend(words().map(|word| (word.trim(), is_one)));
    }
    found
}

/// The id that a part of a list is, without marks around it and without the address of a link. Between other words only one with
/// a `-` is certainly an id.
fn word_of(part: &str, is_sure: bool) -> Option<&str> {
    let part = part.trim_matches(['*', '_']);
    let linked = part.strip_prefix('[').and_then(|inner| inner.split_once(']'));
    let part = match linked {
        Some((word, target)) if target.starts_with(['(', '[']) && target.ends_with([')', ']']) => word,
        Some(_) => return None,
        None => part,
    };
    let word = part.trim_matches(['`', '"', '\'', '*']).trim();
    let is_marked = word.len() < part.len();
    (is_rule(word) && (is_sure || is_marked || word.contains(['-', '/']))).then_some(word)
}

fn is_rule(word: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '/');
    word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(inner) && !word.ends_with(['-', '_', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::FilePath;

    #[test]
    fn takes_ids_of_rules_and_leaves_commands() {
        for (text, expected) in [
            ("in-memory-store", &["in-memory-store"][..]),
            ("`raw-fetch`, `raw-fetch-2`", &["raw-fetch", "raw-fetch-2"]),
            ("make check-schema", &[]),
            ("npm run test, raw-fetch", &[]),
            ("tests/a.test.ts", &[]),
            ("TD-1", &[]),
            ("[no-gamma](../rules/r.yml)", &["no-gamma"]),
            ("[no-gamma](../rules/r.yml), [`b-2`][1]", &["no-gamma", "b-2"]),
            ("`a` and `b`", &["a", "b"]),
            ("no-a and no-b", &["no-a", "no-b"]),
            ("no-a, no-b, and `no-c`.", &["no-a", "no-b", "no-c"]),
            ("lint and tests", &[]),
            ("lint and no-a", &[]),
            ("no-beta - because it was there, once", &["no-beta"]),
            ("`no-beta`: the calls are gone", &["no-beta"]),
            ("no-beta (see above)", &["no-beta"]),
            ("make - builds all", &[]),
            ("run no-beta - by hand", &[]),
            ("[no-a, no-b]", &["no-a", "no-b"]),
            ("`no-a, no-b`", &["no-a", "no-b"]),
            ("rule `no-a`", &["no-a"]),
            ("[ ] no-a", &["no-a"]),
            ("no-a<br>no-b", &["no-a", "no-b"]),
            ("[see above]", &[]),
        ] {
            let file = TaskFile::new(&FilePath::new("a.md"), text.as_bytes().to_vec(), &mut Vec::new()).unwrap();
            let item = FieldItem::new(Span::new(0, text.len() as u32), text);
            let rules = rules_in(&file, &item);
            let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            assert_eq!(ids, expected, "{text}");
            assert!(rules.iter().all(|rule| file.slice(rule.place.span) == rule.id), "{rules:?}");
        }
    }

    #[test]
    fn parts_texts_from_the_rules_that_they_name() {
        for (text, said, expected) in [
            ("a (verify: no-a)", "a", &["no-a"][..]),
            ("a [verify: no-a, no-b].", "a", &["no-a", "no-b"]),
            ("a **Verify:** no-a", "a", &["no-a"]),
            ("a — **Verify**: `no-a`", "a", &["no-a"]),
            ("a `verify: no-a`", "a", &["no-a"]),
            ("a (**verify:** [no-a](../r.yml))", "a", &["no-a"]),
            ("a (verified by: no-a)", "a", &["no-a"]),
            ("a (verify later)", "a (verify later)", &[]),
            ("we verify: no-a", "we verify: no-a", &[]),
            ("a (verify: by hand)", "a (verify: by hand)", &[]),
            ("ä verif", "ä verif", &[]),
        ] {
            let file = TaskFile::new(&FilePath::new("a.md"), text.as_bytes().to_vec(), &mut Vec::new()).unwrap();
            let split = split_rules(&file, &FieldItem::new(Span::new(0, text.len() as u32), text), text);
            let ids: Vec<&str> = split.rules.iter().map(|rule| rule.id.as_str()).collect();
            assert_eq!((split.said, &ids[..]), (said, expected), "{text}");
            assert!(split.rules.iter().all(|rule| file.slice(rule.place.span) == rule.id), "{:?}", split.rules);
        }
    }
}
