//! Writing suppression comments above findings.

use std::collections::BTreeMap;

use auditlint_source::LineIndex;
use auditlint_syntax::{Descent, Language, NodeId, Parser};

use crate::enclosing::Enclosing;
use crate::{Finding, State};

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddedIgnores {
    /// The new text.
    pub text: Vec<u8>,
    /// How many findings got a comment.
    pub added: usize,
    /// Where findings start for which no comment can stand: on a later line of a text.
    pub left: Vec<u32>,
}

/// Writes one comment per place above the statement that holds the findings, naming each rule once and the tasks of the
/// findings. Findings of the checks on suppressions themselves get none. All findings are of the same file.
#[must_use]
pub fn add_ignores<'f>(
    language: Language,
    text: &[u8],
    findings: impl IntoIterator<Item = &'f Finding>,
    reason: &str,
) -> AddedIgnores {
    let mut added = AddedIgnores { text: text.to_vec(), ..AddedIgnores::default() };
    let Ok(tree) = Parser::default().parse(language, text) else { return added };
    let lines = LineIndex::new(text);
    let enclosing = Enclosing::new(&tree);
    let mut descent = Descent::new(&tree);
    // By the line to write above: whether it stands among JSX children, and the rules with their tasks.
    let mut comments: BTreeMap<u32, (bool, BTreeMap<&str, Vec<&str>>)> = BTreeMap::new();
    for finding in findings {
        if finding.state != State::New || crate::builtin::Builtin::is_builtin(finding.rule.id.as_str()) {
            continue;
        }
        let path = descent.to(finding.span);
        let Some((line, in_markup)) = line_above(&enclosing, text, &lines, path, finding.start.line) else {
            added.left.push(finding.span.start);
            continue;
        };
        let tasks = finding.tasks.iter().map(|task| task.id.as_str());
        let entry = comments.entry(line).or_insert_with(|| (in_markup, BTreeMap::new()));
        entry.1.entry(finding.rule.id.as_str()).or_default().extend(tasks);
        added.added += 1;
    }
    let mut new = Vec::with_capacity(text.len());
    let mut at = 0;
    let newline = if memchr::memmem::find(text, b"\r\n").is_some() { "\r\n" } else { "\n" };
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    for (line, (in_markup, rules)) in comments {
        let start = lines.start_of(line) as usize;
        new.extend_from_slice(&text[at..start]);
        at = start;
        let content = lines.span_of(text, line).of(text);
        let indent = &content[..content.len() - content.trim_ascii_start().len()];
        for (rule, mut tasks) in rules {
            tasks.sort_unstable();
            tasks.dedup();
            let task = if tasks.is_empty() { String::new() } else { format!(" ({})", tasks.join(", ")) };
            let body = format!("auditlint-ignore {rule}{task}: {reason}");
            new.extend_from_slice(indent);
            let comment = if in_markup { format!("{{/* {body} */}}") } else { format!("// {body}") };
            new.extend_from_slice(comment.as_bytes());
            new.extend_from_slice(newline.as_bytes());
        }
    }
    new.extend_from_slice(&text[at..]);
    added.text = new;
    added
}

/// The line to write above, given the nodes from the root down to the finding: that of the innermost statement if the statement begins it, else that of the finding; and whether
/// that line stands among the children of a JSX element, where only `{/* … */}` is a comment. `None` where the line begins
/// inside a string or template.
fn line_above(
    enclosing: &Enclosing<'_>,
    text: &[u8],
    lines: &LineIndex,
    path: &[NodeId],
    own: u32,
) -> Option<(u32, bool)> {
    let tree = enclosing.tree();
    let (node, around) = path.split_last()?;
    if let Some(statement) = enclosing.statement(*node) {
        let start = tree.span(statement).start;
        let line = lines.line(start);
        if text[lines.start_of(line) as usize..start as usize].trim_ascii().is_empty() {
            return Some((line, false));
        }
    }
    let start = lines.start_of(own);
    let before = around.partition_point(|id| tree.span(*id).start < start);
    let holder = before.checked_sub(1).map(|index| tree.kind_name(around[index]));
    match holder {
        Some("jsx_element" | "jsx_fragment") => Some((own, true)),
        Some("template_string" | "string" | "string_literal" | "raw_string_literal" | "template_literal_type") => None,
        _ => Some((own, false)),
    }
}
