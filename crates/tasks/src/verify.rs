//! Rules that a task names itself: `verify: [in-memory-store]`, `**Verify:** raw-fetch`, `(verify: raw-fetch)`.

use auditlint_source::Span;

use crate::TaskRule;
use crate::field_item::FieldItem;
use crate::file::TaskFile;
use crate::paths::split_list;

/// The words of an entry that have the shape of a rule's id. An entry that says more, such as a command, names none.
pub(crate) fn rules_in(file: &TaskFile, item: &FieldItem) -> Vec<TaskRule> {
    let words: Vec<&str> = split_list(item.text.trim().trim_end_matches('.')).into_iter().map(bare).collect();
    if words.is_empty() || !words.iter().all(|word| is_rule(word)) {
        return Vec::new();
    }
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
            TaskRule { id: word.to_owned(), place: file.place(span), position: file.position(span) }
        })
        .collect()
}

/// Takes `(verify: rule-id, …)` from the end of a criterion.
pub(crate) fn split_rules<'t>(file: &TaskFile, item: &FieldItem, text: &'t str) -> (&'t str, Vec<TaskRule>) {
    let whole = (text, Vec::new());
    let Some(inner) = text.strip_suffix(')').or_else(|| text.strip_suffix(']')) else { return whole };
    let Some(open) = inner.rfind(['(', '[']) else { return whole };
    let Some((label, list)) = inner[open + 1..].split_once(':') else { return whole };
    if !label.trim().trim_matches('*').eq_ignore_ascii_case("verify") {
        return whole;
    }
    let span = match file.slice(item.span).rfind(list) {
        Some(at) => Span::new(item.span.start + at as u32, item.span.start + (at + list.len()) as u32),
        None => item.span,
    };
    let rules = rules_in(file, &FieldItem::new(span, list.trim_matches('*')));
    if rules.is_empty() { whole } else { (text[..open].trim_end(), rules) }
}

fn bare(word: &str) -> &str {
    word.trim().trim_matches(['`', '"', '\'', '*'])
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
        ] {
            let file = TaskFile::new(&FilePath::new("a.md"), text.as_bytes().to_vec(), &mut Vec::new()).unwrap();
            let item = FieldItem::new(Span::new(0, text.len() as u32), text);
            let rules = rules_in(&file, &item);
            let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            assert_eq!(ids, expected, "{text}");
            assert!(rules.iter().all(|rule| file.slice(rule.place.span) == rule.id), "{rules:?}");
        }
    }
}
