//! Findings of an audit that no task covers.
//!
//! A document is an audit of this plan where tasks name findings that it defines; which documents these are, no name says.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{Relation, Row};
use auditlint_source::{FilePath, Span};
use auditlint_tasks::TaskSet;

use super::rows::{RELATIONS, relation_with};

/// So many of the findings of a document must be covered before the rest of it counts, unless nothing else defines the one that is.
const LEAST_COVERED: usize = 2;

/// The findings of audits that no task covers: `documents` are the Markdown files of the project.
pub fn uncovered_findings<'d>(set: &TaskSet, documents: impl Iterator<Item = (&'d FilePath, &'d str)>) -> Relation {
    let mut rows = Vec::new();
    let named: BTreeSet<String> =
        set.tasks().iter().flat_map(|task| &task.findings).map(|finding| finding.to_ascii_uppercase()).collect();
    if !named.is_empty() {
        let mentioned = mentioned(set);
        let is_named = |id: &&&str| named.contains(&id.to_ascii_uppercase());
        let defining = documents.map(|(path, text)| (path, definitions(text)));
        let defining: Vec<_> = defining.filter(|(_, defined)| defined.keys().any(|id| is_named(&id))).collect();
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for id in defining.iter().flat_map(|(_, defined)| defined.keys()) {
            *times.entry(id.to_ascii_uppercase()).or_default() += 1;
        }
        // Tasks that name one which no document defines may speak of an audit that is not here.
        let are_all_here = named.iter().all(|id| times.contains_key(id));
        for (path, defined) in &defining {
            let path: &FilePath = path;
            let covered: Vec<&&str> = defined.keys().filter(is_named).collect();
            let is_only_here = |id: &&&str| times.get(&id.to_ascii_uppercase()) == Some(&1);
            let is_certain = are_all_here && covered.iter().all(is_only_here);
            if covered.len() < LEAST_COVERED && !is_certain {
                continue;
            }
            let families: BTreeSet<&str> = covered.into_iter().map(|id| family(id)).collect();
            for (id, found) in defined.iter().filter(|(id, _)| families.contains(family(id))) {
                let is_known = set.knows(id) || mentioned.contains(*id);
                if !is_known && !found.is_settled {
                    rows.push(Row { path: path.clone(), span: found.span, values: vec![(*id).into()] });
                }
            }
        }
        rows.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    }
    relation_with(&RELATIONS[8], rows)
}

/// Every word with a digit that a task says: whoever names a finding in prose covers it, as far as anybody can tell.
fn mentioned(set: &TaskSet) -> BTreeSet<&str> {
    let texts = set.tasks().iter().flat_map(|task| {
        let criteria = task.acceptance.iter().map(|criterion| criterion.text.as_str());
        let parts = task.subtasks.iter().map(|part| part.title.as_str());
        [task.title.as_str(), task.text.as_str()].into_iter().chain(criteria).chain(parts)
    });
    let words = texts.flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))));
    words.filter(|word| word.contains(|c: char| c.is_ascii_digit())).collect()
}

/// Where a document defines a finding.
struct Definition {
    span: Span,
    /// Whether any place of the document says that nothing is left of it.
    is_settled: bool,
}

/// The ids that a document defines: what headings, items in bold and rows of tables begin with.
fn definitions(text: &str) -> BTreeMap<&str, Definition> {
    let mut found: BTreeMap<&str, Definition> = BTreeMap::new();
    let (mut fence, mut is_comment) = (None, false);
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        let content = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| content.starts_with(mark));
        if fence.is_some() || mark.is_some() {
            fence = match fence {
                Some(open) if mark == Some(open) => None,
                None => mark,
                open => open,
            };
            continue;
        }
        let was_comment = is_comment;
        if let Some(open) = content.rfind("<!--") {
            is_comment = !content[open..].contains("-->");
        } else if content.contains("-->") {
            is_comment = false;
        }
        if was_comment || is_comment {
            continue;
        }
        let is_underlined = lines.peek().is_some_and(|next| is_underline(next.trim_end()));
        let Some(id) = defined(content, is_underlined) else { continue };
        let offset = start + (id.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
        let span = Span::new(offset as u32, (offset + id.len()) as u32);
        let definition = found.entry(id).or_insert(Definition { span, is_settled: false });
        definition.is_settled |= says_settled(content);
    }
    found
}

/// Whether a line makes a heading of the one above it.
fn is_underline(line: &str) -> bool {
    line.len() > 1 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// The id that a line defines.
fn defined(content: &str, is_underlined: bool) -> Option<&str> {
    let heading = content.trim_start_matches('#');
    let is_heading = heading.len() < content.len() && heading.starts_with(' ');
    let cell = content.strip_prefix('|');
    let item = content.strip_prefix("- ").or_else(|| content.strip_prefix("* ")).unwrap_or(content).trim_start();
    let rest = match cell {
        Some(cell) => cell,
        None if is_heading => heading,
        None if item.starts_with("**") => item,
        None if is_underlined && !content.starts_with(['-', '*', '>']) && !content.ends_with(['.', ':']) => content,
        None => return None,
    };
    let rest =
        rest.trim_start().trim_start_matches(['*', '`', '[', '~', '❌', '🔴', '🟠', '🟡', '🟢', '⚠', '\u{fe0f}', ' ']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
    let id = &rest[..end];
    let behind = rest[end..].trim_start_matches(['*', '`', ']', '~']);
    let ends = match cell {
        Some(_) => behind.trim_start().starts_with('|'),
        None => {
            behind.is_empty()
                || behind.starts_with([':', '.', ')'])
                || behind.starts_with(" -")
                || behind.starts_with(" –")
                || behind.starts_with(" —")
                || behind.starts_with(' ')
        }
    };
    let letters = id.starts_with(|c: char| c.is_ascii_uppercase()) && id.ends_with(|c: char| c.is_ascii_digit());
    (ends && letters).then_some(id)
}

/// What stands before the last number of an id.
fn family(id: &str) -> &str {
    id.trim_end_matches(|c: char| c.is_ascii_digit())
}

fn says_settled(content: &str) -> bool {
    const WORDS: [&str; 11] = [
        "accepted",
        "closed",
        "done",
        "duplicate",
        "fixed",
        "invalid",
        "mitigated",
        "positive",
        "resolved",
        "wontfix",
        "withdrawn",
    ];
    content.contains(['✅', '✔', '☑']) || content.contains("~~") || content.contains("[x]") || {
        let mut words = content.split(|c: char| !c.is_alphabetic());
        words.any(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::{defined, definitions};

    #[test]
    fn lines_that_define_a_finding() {
        for (line, expected) in [
            ("### C1 — Tokens in plain text", Some("C1")),
            ("## 🔴 SEC-014: No limit", Some("SEC-014")),
            ("| H3 | Sessions in memory | high |", Some("H3")),
            ("- **H10** (jobs side) no retry", Some("H10")),
            ("- H3 is covered by A-1", None),
            ("see C1", None),
            ("## Chapter 1", None),
            ("| C1 and C2 | both |", None),
            ("## Node20support", None),
        ] {
            assert_eq!(defined(line, false), expected, "{line}");
        }
    }

    #[test]
    fn a_line_below_makes_a_heading() {
        let text =
            "C1 Tokens\n=========\nC2 Limits\r\n---\r\nC3 is said of C1.\n---\n- C4 x\n---\nC5 y\n\n---\nC6 z\n-|-\n";
        assert_eq!(definitions(text).into_keys().collect::<Vec<_>>(), ["C1", "C2"]);
    }

    #[test]
    fn code_and_comments_define_nothing() {
        let text =
            "# Audit\n```\n## C1\n```\n<!--\n## C2\n-->\n## C3 A\n~~~md\n## C4\n```\n~~~\n## C5 B\n<!-- ## C6 -->\n";
        assert_eq!(definitions(text).into_keys().collect::<Vec<_>>(), ["C3", "C5"]);
    }
}
