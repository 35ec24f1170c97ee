//! Example files, compose files and workflows.

use auditlint_source::document::{DocumentNode, DocumentValue};
use auditlint_source::{FilePath, Span};

use super::fact::{EnvFact, Facts, Setter};
use super::platform::is_of_platform;
use super::{dollars::each_dollar, workflow};
use crate::read::yaml::documents;

/// Whether a file shows which variables there are: an example, or an `.env` file that is committed.
pub(super) fn is_example(path: &FilePath) -> bool {
    let name = path.name();
    name.starts_with(".env") || name.ends_with(".env") || matches!(name, "env.example" | "env.sample" | "env.template")
}

/// What kind of file sets variables.
pub(super) fn sets(path: &FilePath) -> Option<Setter> {
    let (name, is_yaml) = (path.name(), matches!(path.extension(), Some("yml" | "yaml")));
    match () {
        () if !is_yaml => None,
        () if name.starts_with("docker-compose") || name.starts_with("compose") => Some(Setter::Compose),
        () if path.as_str().contains(".github/workflows/") => Some(Setter::Workflow),
        () if name.starts_with("values") => Some(Setter::Helm),
        () => None,
    }
}

/// `NAME=value` line by line; a line that is commented out documents its variable as well. What stands inside of a quoted value over
/// several lines documents nothing.
pub(super) fn example(text: &str, out: &mut Facts) {
    let mut unclosed = String::new();
    let mut at = 0;
    let mut inside_until = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if start < inside_until {
            continue;
        }
        let inside = line.trim_start_matches(|c: char| c.is_whitespace() || c == '#');
        let is_comment = line.trim_start().starts_with('#');
        let inside = inside.strip_prefix("export ").unwrap_or(inside);
        let Some((name, value)) = inside.split_once('=') else { continue };
        let name = name.trim();
        let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_name || name.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        let begin = start + (line.len() - inside.len()) + (inside.len() - inside.trim_start().len());
        let span = Span::new(begin as u32, (begin + name.len()) as u32);
        out.say(span, EnvFact::Documented(name.into()));
        let value = value.trim_start();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\'' | '`') && !is_comment);
        if let Some(quote) = quote.filter(|quote| !unclosed.contains(*quote)) {
            let value_at = at - value.len() + 1;
            match closing(&text[value_at..], quote) {
                Some(end) => inside_until = value_at + end,
                // A lone apostrophe opens nothing, and none of its kind closes further down.
                None => unclosed.push(quote),
            }
        }
    }
}

/// Where a quoted value ends.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == quote as u8 && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

/// The keys of every `environment` and `env`.
pub(super) fn yaml(text: &str, by: Setter, out: &mut Facts) {
    // Of two variables of one name either one sets it.
    let mut gaps = Vec::new();
    let documents = documents(text, "the file", |_| false, &mut |gap| gaps.push(gap));
    gaps.into_iter().for_each(|gap| out.push_gap(gap));
    let Some(documents) = documents else { return };
    if by == Setter::Compose {
        interpolated(text, out);
    } else if by == Setter::Workflow {
        workflow::reads(text, &documents, out);
    }
    let mut open: Vec<&DocumentNode> = documents.iter().collect();
    while let Some(node) = open.pop() {
        match &node.value {
            DocumentValue::Map(entries) => {
                for (key, value) in entries {
                    let is_helm = by == Setter::Helm && matches!(key.name.as_str(), "extraEnv" | "extraEnvVars");
                    if is_helm || matches!(key.name.as_str(), "env" | "environment") {
                        variables(value, by, out);
                    }
                    open.push(value);
                }
            }
            DocumentValue::List(items) => open.extend(items),
            _ => {}
        }
    }
    out.facts.sort_by_key(|row| row.span);
}

/// Variables of whoever starts the containers: `${NAME}`, `${NAME:-default}`, `$NAME`; `$$` is a dollar.
fn interpolated(text: &str, out: &mut Facts) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = if line.trim_start().starts_with('#') { "" } else { line };
        let code = line.find(" #").map_or(line, |comment| &line[..comment]);
        each_dollar(code, |found| {
            let span = Span::new((start + found.start) as u32, (start + found.end) as u32);
            out.say(span, read_of(&code[found]));
        });
    }
}

fn read_of(name: &str) -> EnvFact {
    let is_given = is_of_platform(name) || matches!(name, "UID" | "GID") || name.starts_with("COMPOSE_");
    EnvFact::Read { name: name.into(), is_given }
}

fn variables(node: &DocumentNode, by: Setter, out: &mut Facts) {
    match &node.value {
        DocumentValue::Map(entries) => {
            for (key, _) in entries {
                out.say(key.span, EnvFact::Set { name: key.name.as_str().into(), by });
            }
        }
        DocumentValue::List(items) => {
            for item in items {
                // A list of containers in Kubernetes and Helm.
                if let Some(name) = item.get("name") {
                    let text = name.scalar().unwrap_or_default();
                    out.say(name.span, EnvFact::Set { name: text.into(), by });
                    continue;
                }
                let Some(text) = item.scalar() else { continue };
                let (name, value) = text.split_once('=').map_or((&*text, None), |(name, value)| (name, Some(value)));
                out.say(item.span, EnvFact::Set { name: name.into(), by });
                // Without a value it is that of whoever starts the containers.
                if by == Setter::Compose && value.is_none() && !name.contains('$') {
                    out.say(item.span, read_of(name));
                }
            }
        }
        _ => {}
    }
}
