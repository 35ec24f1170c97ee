//! The task that the top of a Markdown file holds: YAML between lines of `---`, or TOML between lines of `+++`.

use auditlint_source::Problem;
use auditlint_source::document::{DocumentNode, DocumentValue, parse_toml, parse_yaml};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::file::{TaskFile, lines_of};
use crate::rows::{self, RowReading, TaskRow};
use crate::{FieldPaths, StatusForm, lenient};

/// What a front matter is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FrontMatterSyntax {
    Yaml,
    Toml,
}

/// A front matter, and where it stands.
struct FrontMatter {
    language: FrontMatterSyntax,
    /// Its text, with a line break in place of each byte in front of it, so that offsets hold.
    text: String,
    /// Where it starts, and where the text of the page does.
    start: usize,
    body: usize,
}

/// Reads the task of a front matter, where it is one, and gives the offset behind it.
pub(crate) fn read(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    paths: &FieldPaths,
    drafts: &mut Vec<TaskDraft>,
    problems: &mut Vec<Problem>,
) -> usize {
    let Some(matter) = FrontMatter::of(file) else { return file.start() };
    let (documents, form) = match matter.language {
        FrontMatterSyntax::Yaml => match parse_yaml(&matter.text) {
            Ok(documents) => (documents, StatusForm::Yaml),
            Err(error) => {
                let documents = lenient::read(&matter.text, matter.start);
                // Most pages are not tasks, and what their front matter looks like is nobody's concern here.
                if documents.iter().any(|node| is_task(node, paths)) {
                    let message = format!("this is not valid YAML and was read line by line: {}", error.message);
                    problems.push(
                        file.warning(error.span, message)
                            .help("text that holds `: ` or starts with a backtick, `*` or `@` needs quotes around it"),
                    );
                }
                (documents, StatusForm::Yaml)
            }
        },
        FrontMatterSyntax::Toml => match parse_toml(&matter.text) {
            Ok(document) => (vec![document], StatusForm::Toml),
            Err(errors) => {
                problems.extend(errors.first().map(|error| {
                    let message = format!("this front matter is not valid TOML and was not read: {}", error.message);
                    file.warning(error.span, message)
                }));
                (Vec::new(), StatusForm::Toml)
            }
        },
    };
    let is_decision = |node: &DocumentNode| is_decision(node, &file.text[matter.body..]);
    for node in documents.iter().filter(|node| is_task(node, paths) && !is_decision(node)) {
        let reading = RowReading { paths, form, alone: true };
        drafts.extend(rows::draft(file, origin, &TaskRow::of(node), reading, problems).map(|mut draft| {
            draft.why = "front matter with an id or a status";
            draft
        }));
    }
    matter.body
}

/// Whether a front matter says of what task it is, or how far that is.
fn is_task(node: &DocumentNode, paths: &FieldPaths) -> bool {
    /// What Backlog.md calls its documents, which have ids like its tasks.
    const DOCUMENTS: [&str; 6] = ["readme", "guide", "specification", "other", "doc", "decision"];
    let has = |key: &str| node.get(key).is_some_and(|node| !matches!(node.value, DocumentValue::Null));
    let kind = node.get("type").and_then(DocumentNode::as_text).unwrap_or_default();
    if DOCUMENTS.contains(&kind) && !has("status") {
        return false;
    }
    let named = [&paths.id, &paths.status].into_iter().flatten();
    has("id") || has("status") || named.into_iter().any(|path| rows::at(node, path).is_some())
}

/// Whether a page is the record of a decision, as MADR, adr-tools and Backlog.md write them: what became of it is a status that no task has,
/// and a section says what was decided.
fn is_decision(node: &DocumentNode, body: &str) -> bool {
    const STATUSES: [&str; 5] = ["proposed", "accepted", "rejected", "deprecated", "superseded"];
    let status = node.get("status").and_then(DocumentNode::as_text).unwrap_or_default().to_ascii_lowercase();
    let has_section = || {
        let headings = body.lines().filter(|line| line.starts_with('#'));
        let mut titles = headings.map(|line| line.trim_matches(['#', ' ', '\r']).to_ascii_lowercase());
        titles.any(|title| matches!(title.as_str(), "decision" | "decision outcome" | "decisions"))
    };
    STATUSES.iter().any(|known| status.split([' ', ':', ',']).next() == Some(known)) && has_section()
}

impl FrontMatter {
    fn of(file: &TaskFile) -> Option<Self> {
        let mut lines = lines_of(&file.text, file.start(), file.text.len());
        let (_, first) = lines.next()?;
        let fence = first.trim_end();
        let language = match fence {
            "---" => FrontMatterSyntax::Yaml,
            "+++" => FrontMatterSyntax::Toml,
            _ => return None,
        };
        let mut start = None;
        let mut first = None;
        let end = lines.find_map(|(at, line)| {
            let line = line.trim_end();
            start.get_or_insert(at);
            if line == fence || language == FrontMatterSyntax::Yaml && line == "..." {
                return Some((at, at + line.len()));
            }
            // Tools that write front matter anew glue the text to its end.
            if line.strip_prefix(fence).is_some_and(|rest| rest.starts_with('#')) {
                return Some((at, at + fence.len()));
            }
            if first.is_none() && !line.is_empty() && !line.starts_with('#') {
                first = Some(line);
            }
            None
        });
        let ((end, body), start) = (end?, start?);
        // A page may begin with a rule, and have another one below.
        if language == FrontMatterSyntax::Yaml
            && first.is_some_and(|line| !line.contains(':') && !line.starts_with(['-', '{']))
        {
            return None;
        }
        let text = "\n".repeat(start) + &file.text[start..end];
        Some(Self { language, text, start, body })
    }
}

/// How far from the start of a text its front matter ends, for [`around`]: who asks about each of many tasks reads no more than this.
const LONGEST: usize = 64 << 10;

/// Whether a place in a text stands in its front matter, and whether that is TOML.
pub(crate) fn around(text: &[u8], at: usize) -> Option<bool> {
    let mark = if text.starts_with("\u{feff}".as_bytes()) { '\u{feff}'.len_utf8() } else { 0 };
    let head = &text[mark..text.len().min(mark + LONGEST)];
    let fence = head.get(..3).filter(|fence| matches!(*fence, b"---" | b"+++"))?;
    let mut start = mark;
    let end = head.split_inclusive(|byte| *byte == b'\n').find_map(|line| {
        let begins = start;
        start += line.len();
        (begins > mark && line.trim_ascii_end() == fence).then_some(begins)
    })?;
    (at < end).then_some(fence == b"+++")
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::{FilePath, Span};

    #[track_caller]
    fn check(text: &str, ids: &[&str], body: &str, messages: &[&str]) {
        let mut problems = Vec::new();
        let file = TaskFile::new(&FilePath::new("tasks/t.md"), text.as_bytes().to_vec(), &mut problems).unwrap();
        let mut drafts = Vec::new();
        let origin = TaskOrigin { source: 0, prefix: None };
        let at = read(&file, origin, &FieldPaths::default(), &mut drafts, &mut problems);
        assert_eq!(drafts.iter().map(|draft| draft.task.id.as_str()).collect::<Vec<_>>(), ids, "{text}");
        assert_eq!(&file.text[at..], body, "{text}");
        let found: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(found.len(), messages.len(), "{found:?}");
        assert!(found.iter().zip(messages).all(|(found, expected)| found.contains(expected)), "{found:?}");
        for draft in &drafts {
            let span: Span = draft.task.place.span;
            assert!(span.is_empty() || file.slice(span).contains(draft.task.id.as_str()), "{text}");
        }
    }

    #[test]
    fn both_languages_are_read() {
        check("---\nid: A-1\ntitle: T\n---\nbody", &["A-1"], "\nbody", &[]);
        check("---\nid: A-1\ntitle: T\n---## Text", &["A-1"], "## Text", &[]);
        check("\u{feff}---\r\nid: A-1\r\n---\r\nbody", &["A-1"], "\r\nbody", &[]);
        check("+++\nid = \"A-1\"\ntitle = 'T'\nstatus = \"done\"\n+++\nbody", &["A-1"], "\nbody", &[]);
        check("\u{feff}+++\r\n# note\r\nid = \"A-1\"\r\n+++\r\nbody", &["A-1"], "\r\nbody", &[]);
        check("+++\ntitle = \"T\"\nstatus = \"done\"\n+++\n", &["t"], "\n", &[]);
    }

    #[test]
    fn what_is_no_task_is_none() {
        check("---\ntitle: Page\ntags: [a]\n---\nbody", &[], "\nbody", &[]);
        check("+++\ntitle = \"Page\"\n+++\nbody", &[], "\nbody", &[]);
        for text in
            ["---\n\nWords\n\n---\nmore", "---\nid: A-1\nnever closed", "+++\nid = 1", "text\n---\nid: A-1\n---\n"]
        {
            check(text, &[], text, &[]);
        }
        check("---\n---\nbody", &[], "\nbody", &[]);
        check("---\nid: doc-1\ntitle: T\ntype: other\n---\nbody", &[], "\nbody", &[]);
        check("---\nid: A-1\ntitle: T\ntype: bug\n---\nbody", &["A-1"], "\nbody", &[]);
        for (status, text, ids) in [
            ("proposed", "## Context\n\n## Decision\n", &[][..]),
            ("Superseded by D-2", "# T\r\n## Decision Outcome\r\n", &[]),
            ("accepted", "## Steps\n", &["D-1"]),
            ("todo", "## Decision\n", &["D-1"]),
        ] {
            check(&format!("---\nid: D-1\nstatus: {status}\n---\n{text}"), ids, &format!("\n{text}"), &[]);
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        check("---\nid: A-1\ntitle: one: two\n---\n", &["A-1"], "\n", &["not valid YAML and was read line by line"]);
        check("---\ntitle: one: two\n---\n", &[], "\n", &[]);
        check("+++\nid = A-1\n+++\nbody", &[], "\nbody", &["not valid TOML and was not read"]);
    }
}
