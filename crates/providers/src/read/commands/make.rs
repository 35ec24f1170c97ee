//! Recipes of `make` and `just`.

use auditlint_source::Span;
use auditlint_syntax::Parser;

use super::runs::ScalarCursor;
use super::yaml::{self, LONGEST_VALUE, most_grown};
use super::{FileKind, RunLink, RunLinkKind, Runs};
use crate::read::shell::{ANY, START, Variables, WordContext};

/// How many targets one line or recipe is read for.
const MOST_TARGETS: usize = 64;

pub(super) fn read(text: &str, kind: FileKind, parser: &mut Parser, runs: &mut Runs) {
    let is_just = kind == FileKind::Just;
    let mut setting = WordContext::default();
    let mut owner: Option<String> = None;
    let mut is_first = true;
    let mut at = 0;
    // A line that goes on in the next.
    let mut pending = String::new();
    let mut pending_at = 0;
    // Where a recipe that a shell runs as one script begins: what one line does to the folder counts for the next.
    let mut script: Option<(usize, String)> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let span = Span::new(start as u32, (start + line.trim_end().len()) as u32);
        let is_recipe = line.starts_with('\t') || (is_just && line.starts_with(' '));
        if script.is_some() && (is_recipe || line.trim().is_empty()) {
            continue;
        }
        if let (Some((from, owner)), false) = (script.take(), is_recipe) {
            whole(text, from..start, &owner, &setting.variables, parser, runs);
        }
        if is_recipe {
            let Some(owner) = &owner else { continue };
            if is_just && pending.is_empty() && is_shell(line.trim()) {
                script = Some((start + line.len() - line.trim_start().len(), owner.clone()));
                continue;
            }
            if pending.is_empty() {
                pending_at = start + line.len() - line.trim_start().len();
            }
            pending.push_str(line.trim_start());
            if line.trim_end().ends_with('\\') && pending.len() < 1 << 16 {
                continue;
            }
            let command = recipe(&pending, is_just, &setting.variables);
            let whole = Span::new(pending_at as u32, span.end.max(pending_at as u32));
            runs.text(
                owner,
                &command,
                &START.to_string(),
                &mut ScalarCursor::new(text, whole),
                &WordContext::default(),
                parser,
            );
            pending.clear();
            continue;
        }
        pending.clear();
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, target)) = module(line).filter(|_| is_just) {
            let link =
                RunLink { owner: format!("#{name}"), span, target: target.to_owned(), kind: RunLinkKind::Module };
            runs.links.push(link);
            owner = None;
            continue;
        }
        if let Some((name, value)) = assignment(line) {
            if !value.contains(['$', '`']) && value.len() < LONGEST_VALUE {
                setting.variables.insert(name.to_owned(), value.trim_matches(['"', '\'']).to_owned());
            }
            owner = None;
            continue;
        }
        owner = None;
        let Some((names, before)) = line.split_once(':') else { continue };
        let names: Vec<&str> = names.split_whitespace().take(if is_just { 1 } else { MOST_TARGETS }).collect();
        let Some(name) = names.first().map(|name| name.trim_start_matches('@')) else { continue };
        // `test-%` makes what fits.
        let own = format!("#{}", name.replacen('%', &ANY.to_string(), 1));
        if name == ".PHONY" || name.contains('$') || !yaml::is_name(name, span, runs) {
            continue;
        }
        let mut link = |owner: &str, target: String, kind| {
            runs.links.push(RunLink { owner: owner.to_owned(), span, target, kind });
        };
        if is_first && !name.starts_with('.') && !name.contains('%') {
            link("", own.clone(), RunLinkKind::Default);
            is_first = false;
        }
        for other in &names[1..] {
            link(&format!("#{other}"), own.clone(), RunLinkKind::Target);
        }
        let needed = before.split([';', '#']).next().unwrap_or_default();
        for needed in needed.split_whitespace().filter(|word| !word.contains(['$', '=', '|'])).take(MOST_TARGETS) {
            let needed = needed.trim_matches(['(', ')']).replacen('%', &ANY.to_string(), 1);
            link(&own, format!("#{needed}"), RunLinkKind::Before);
        }
        owner = Some(own);
    }
    if let Some((from, owner)) = script {
        whole(text, from..text.len(), &owner, &setting.variables, parser, runs);
    }
}

/// The name of a module of `just`, and the file or folder that has its recipes: `mod web 'apps/web'`, `mod web`.
fn module(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("mod").map(|rest| rest.strip_prefix('?').unwrap_or(rest))?;
    let rest = rest.strip_prefix([' ', '\t'])?.split(" #").next().unwrap_or_default().trim();
    let (name, target) = rest.split_once(char::is_whitespace).unwrap_or((rest, rest));
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let target = target.trim().trim_matches(['"', '\'']);
    (is_name && !target.contains(['{', ':', '('])).then_some((name, target))
}

/// Whether the first line of a recipe of `just` names a shell that runs all of it.
fn is_shell(line: &str) -> bool {
    let Some(program) = line.strip_prefix("#!") else { return false };
    let words = program.split_whitespace().filter(|word| !word.starts_with('-'));
    let mut names = words.map(|word| word.rsplit('/').next().unwrap_or(word)).filter(|name| *name != "env");
    names.next().is_some_and(|name| matches!(name, "sh" | "bash" | "zsh" | "dash" | "ksh"))
}

/// Reads a recipe that is one script.
fn whole(
    text: &str,
    range: std::ops::Range<usize>,
    owner: &str,
    variables: &Variables,
    parser: &mut Parser,
    runs: &mut Runs,
) {
    let body = text[range.clone()].trim_end();
    let span = Span::new(range.start as u32, (range.start + body.len()) as u32);
    let lines = body.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    let script = recipe(&lines, true, variables);
    runs.text(owner, &script, &START.to_string(), &mut ScalarCursor::new(text, span), &WordContext::default(), parser);
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches([':', '?', '+', '!']).trim();
    let name = name.strip_prefix("export ").unwrap_or(name);
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    is_name.then_some((name, value.trim()))
}

/// The command that a line of a recipe hands to the shell.
fn recipe(line: &str, is_just: bool, variables: &Variables) -> String {
    let line = line.trim_start_matches(['@', '-', '+']);
    let (open, close) = if is_just { ("{{", "}}") } else { ("$(", ")") };
    let mut command = String::with_capacity(line.len());
    let most = most_grown(line);
    let mut rest = line;
    while let Some(begin) = rest.find(open) {
        let Some(length) = rest[begin..].find(close) else { break };
        command.push_str(&rest[..begin]);
        let name = rest[begin + open.len()..begin + length].trim();
        match (name, variables.get(name)) {
            ("MAKE", _) => command.push_str("make"),
            ("CURDIR", _) => command.push('.'),
            (_, Some(value)) if command.len() < most => command.push_str(value),
            _ => command.push(ANY),
        }
        rest = &rest[begin + length + close.len()..];
    }
    command.push_str(rest);
    // What `%` stands for in a pattern.
    if is_just { command } else { command.replace("$*", &ANY.to_string()).replace("$$", "$") }
}
