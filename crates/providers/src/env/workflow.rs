//! What a workflow reads: `${{ env.NAME }}` wherever it stands, `$NAME` in the commands of its steps.
//!
//! What the workflow itself sets is given, whether under `env`, by a command, or through the file of `GITHUB_ENV`. A step that
//! another project wrote may set anything, so behind one nobody can say that a variable comes from elsewhere.

use auditlint_source::Span;
use auditlint_source::document::{DocumentNode, DocumentValue};
use rustc_hash::FxHashSet;

use super::dollars::each_dollar;
use super::fact::{EnvFact, Facts};
use super::note::is_name;
use super::platform::is_of_platform;

/// Steps that set no variables for those behind them.
const QUIET: [&str; 6] = [
    "actions/cache@",
    "actions/checkout@",
    "actions/download-artifact@",
    "actions/setup-node@",
    "actions/upload-artifact@",
    "pnpm/action-setup@",
];

/// Variables of shells, and what the images of runners set.
const OF_RUNNERS: [&str; 24] = [
    "AGENT_",
    "ANDROID_",
    "BASH",
    "CHROME",
    "CONDA",
    "DOTNET_",
    "EDGE",
    "EUID",
    "GECKO",
    "GOROOT",
    "HOMEBREW_",
    "IFS",
    "IMAGE",
    "JAVA_HOME",
    "LINENO",
    "NVM_",
    "OLDPWD",
    "OPT",
    "PIPESTATUS",
    "PPID",
    "RANDOM",
    "REPLY",
    "SECONDS",
    "VCPKG_",
];

/// Says what a workflow reads.
pub(super) fn reads(text: &str, documents: &[DocumentNode], out: &mut Facts) {
    let mut found: Vec<Span> = Vec::new();
    // A file that a shell reads sets what it likes.
    let mut sets_anything =
        ["source ", "eval "].iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some());
    let mut open: Vec<&DocumentNode> = documents.iter().collect();
    while let Some(node) = open.pop() {
        match &node.value {
            DocumentValue::Map(entries) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        "run" if value.scalar().is_some() => in_commands(text, value.span, &mut found),
                        "uses" => {
                            let used = value.scalar().unwrap_or_default();
                            sets_anything |= !QUIET.iter().any(|quiet| used.starts_with(quiet));
                        }
                        _ => {}
                    }
                    open.push(value);
                }
            }
            DocumentValue::List(items) => open.extend(items),
            _ => {}
        }
    }
    in_expressions(text, &mut found);
    let given = given(text);
    found.sort_unstable();
    found.dedup();
    for span in found {
        let name = &text[span.start as usize..span.end as usize];
        if is_name(name.as_bytes()) {
            let is_of_runner = name == "UID" || OF_RUNNERS.iter().any(|start| name.starts_with(start));
            let is_given = sets_anything || is_of_runner || is_of_platform(name) || given.contains(name);
            out.say(span, EnvFact::Read { name: name.into(), is_given });
        }
    }
}

/// `$NAME` and `${NAME}` of a shell; between single quotes a dollar is a dollar.
fn in_commands(text: &str, span: Span, found: &mut Vec<Span>) {
    let mut at = span.start as usize;
    let commands = text.get(at..span.end as usize).unwrap_or_default();
    for line in commands.split_inclusive('\n') {
        let code = if line.trim_start().starts_with('#') { "" } else { line };
        each_dollar(code, |name| {
            let is_quoted = code[..name.start].matches('\'').count() % 2 == 1;
            if !is_quoted {
                found.push(Span::new((at + name.start) as u32, (at + name.end) as u32));
            }
        });
        at += line.len();
    }
}

/// `env.NAME` between `${{` and `}}`.
fn in_expressions(text: &str, found: &mut Vec<Span>) {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let mut at = 0;
    while let Some(start) = text[at..].find("${{").map(|start| at + start + "${{".len()) {
        let end = text[start..].find("}}").map_or(text.len(), |end| start + end);
        let mut from = start;
        while let Some(dot) = text[from..end].find("env.").map(|dot| from + dot) {
            from = dot + "env.".len();
            let length = text[from..end].find(|letter: char| !is_part(letter)).unwrap_or(end - from);
            if length > 0 && !text[start..dot].ends_with(is_part) {
                found.push(Span::new(from as u32, (from + length) as u32));
            }
        }
        at = end;
    }
}

/// The names that the workflow gives a value: `NAME: …`, `NAME=…`, `read NAME`, `for NAME in`.
fn given(text: &str) -> FxHashSet<&str> {
    let mut given = FxHashSet::default();
    let mut before = "";
    for word in text.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '(' | '{' | ';')) {
        let length = word.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(word.len());
        let (name, rest) = word.split_at(length);
        if rest.starts_with([':', '=']) || rest.starts_with("+=") || matches!(before, "read" | "-r" | "for" | "export")
        {
            given.insert(name);
        }
        if !word.is_empty() {
            before = word;
        }
    }
    given
}
