//! What configuration files say: found in the text, with the depth of braces.

use auditlint_source::FilePath;
use auditlint_syntax::Skim;

use super::fact::{CoverageFact, Facts, METRICS, Percent, Tool, is_nearly, span};

/// The tool that a file configures.
pub(super) fn tool_of(path: &FilePath) -> Option<Tool> {
    let name = path.name();
    let is_code = |start: &str| {
        name.starts_with(start)
            && name.split('.').next_back().is_some_and(|end| end.ends_with("ts") || end.ends_with("js"))
    };
    if is_code("vitest.") || is_code("vite.config.") {
        Some(Tool::Vitest)
    } else if is_code("jest.config.") || name == "jest.config.json" {
        Some(Tool::Jest)
    } else if name.starts_with(".c8rc") {
        Some(Tool::C8)
    } else if name.starts_with(".nycrc") || is_code("nyc.config.") {
        Some(Tool::Nyc)
    } else {
        None
    }
}

/// A key with its value.
struct KeyValue<'t> {
    name: &'t str,
    at: usize,
    /// Where the value begins.
    value: usize,
}

/// The keys of the object that begins with a brace, those of inner objects left out.
fn entries<'t>(text: &'t str, open: usize, skim: Option<&Skim>) -> Vec<KeyValue<'t>> {
    let bytes = text.as_bytes();
    let (mut found, mut depth, mut at) = (Vec::new(), 0_usize, open);
    while at < bytes.len() {
        if skim.is_some_and(|skim| skim.in_comment(at as u32)) {
            at += 1;
            continue;
        }
        match bytes[at] {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            quote @ (b'"' | b'\'' | b'`') => {
                let Some(end) = text[at + 1..].find(quote as char) else { break };
                let rest = text[at + end + 2..].trim_start();
                if depth == 1 && rest.starts_with(':') {
                    let value = text.len() - rest[1..].trim_start().len();
                    found.push(KeyValue { name: &text[at + 1..=at + end], at: at + 1, value });
                }
                at += end + 1;
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let end = text[at..].find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(1);
                let rest = text[at + end..].trim_start();
                if depth == 1 && rest.starts_with(':') && !rest.starts_with("::") {
                    let value = text.len() - rest[1..].trim_start().len();
                    found.push(KeyValue { name: &text[at..at + end], at, value });
                }
                at += end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The objects under keys that a test takes, wherever they stand in a text.
fn objects(text: &str, skim: Option<&Skim>, key: &str) -> Vec<usize> {
    let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut found = Vec::new();
    for (at, _) in text.match_indices(key) {
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        let is_key = !is_word(text[..at].chars().next_back()) && rest.starts_with(':');
        let value = rest.strip_prefix(':').unwrap_or_default().trim_start();
        if is_key && value.starts_with('{') && !skim.is_some_and(|skim| skim.in_comment(at as u32)) {
            found.push(text.len() - value.len());
        }
    }
    found
}

/// The number that a value spells; nothing for another value, and for a negative one, which counts lines.
fn percent(text: &str, value: usize) -> Option<Percent> {
    Percent::read(&text[value..])
}

fn numbers(text: &str, open: usize, tool: Tool, skim: Option<&Skim>, out: &mut Facts) {
    for KeyValue { name, at, value } in entries(text, open, skim) {
        let place = span(at, at + name.len());
        if METRICS.contains(&name) {
            if let Some(percent) = percent(text, value) {
                out.say(place, CoverageFact::Number { tool, name: name.into(), percent });
            }
        } else if let Some(meant) = METRICS.iter().find(|meant| is_nearly(name, meant)) {
            out.say(place, CoverageFact::Misspelt { tool, name: name.into(), meant: (*meant).into() });
        } else if name == "100" && text[value..].starts_with("true") {
            out.say(place, CoverageFact::Number { tool, name: "lines".into(), percent: Percent::all() });
        }
    }
}

pub(super) fn extract(text: &str, tool: Tool, skim: Option<&Skim>, out: &mut Facts) {
    match tool {
        Tool::Vitest => {
            for coverage in objects(text, skim, "coverage") {
                vitest(text, coverage, skim, out);
            }
        }
        Tool::Jest => jest(text, skim, out),
        Tool::C8 | Tool::Nyc => {
            if let Some(open) = text.find('{') {
                counter(text, open, tool, skim, out);
            }
        }
    }
}

/// `coverage: { thresholds: { lines: 80 } }`
fn vitest(text: &str, open: usize, skim: Option<&Skim>, out: &mut Facts) {
    let tool = Tool::Vitest;
    for KeyValue { name, at, value } in entries(text, open, skim) {
        let place = span(at, at + name.len());
        match name {
            "thresholds" if text[value..].starts_with('{') => {
                numbers(text, value, tool, skim, out);
                // Thresholds that are not spelled numbers are some nevertheless.
                if !out.facts.iter().any(|said| matches!(said.fact, CoverageFact::Number { .. })) {
                    out.say(place, CoverageFact::Number { tool, name: "thresholds".into(), percent: Percent::all() });
                }
            }
            "thresholds" => out.say(place, CoverageFact::Number { tool, name: name.into(), percent: Percent::all() }),
            "enabled" if text[value..].starts_with("true") => out.say(place, CoverageFact::Measured { tool }),
            _ if METRICS.contains(&name) && percent(text, value).is_some() => {
                let meant = format!("thresholds.{name}");
                out.say(place, CoverageFact::Misspelt { tool, name: name.into(), meant: meant.as_str().into() });
            }
            _ if is_nearly(name, "thresholds") => {
                out.say(place, CoverageFact::Misspelt { tool, name: name.into(), meant: "thresholds".into() });
            }
            _ => {}
        }
    }
}

/// `coverageThreshold: { global: { lines: 80 } }`
fn jest(text: &str, skim: Option<&Skim>, out: &mut Facts) {
    let tool = Tool::Jest;
    for open in objects(text, skim, "coverageThreshold") {
        for KeyValue { name, at, value } in entries(text, open, skim) {
            if name == "global" && text[value..].starts_with('{') {
                numbers(text, value, tool, skim, out);
            } else if METRICS.contains(&name) {
                let meant = format!("global.{name}");
                let fact = CoverageFact::Misspelt { tool, name: name.into(), meant: meant.as_str().into() };
                out.say(span(at, at + name.len()), fact);
            }
        }
    }
    for (at, _) in text.match_indices("overage") {
        let start = text[..at].trim_end_matches(char::is_alphanumeric).len();
        let end = at + text[at..].find(|letter: char| !letter.is_alphanumeric()).unwrap_or(0);
        let (name, rest) = (&text[start..end.max(start)], text[end..].trim_start_matches(['"', '\'']).trim_start());
        if skim.is_some_and(|skim| skim.in_comment(at as u32)) || !rest.starts_with(':') {
            continue;
        }
        let place = span(start, end);
        if is_nearly(name, "coverageThreshold") {
            out.say(place, CoverageFact::Misspelt { tool, name: name.into(), meant: "coverageThreshold".into() });
        } else if name == "collectCoverage" && rest[1..].trim_start().starts_with("true") {
            out.say(place, CoverageFact::Measured { tool });
        }
    }
}

/// `{ "check-coverage": true, "lines": 80 }`
fn counter(text: &str, open: usize, tool: Tool, skim: Option<&Skim>, out: &mut Facts) {
    numbers(text, open, tool, skim, out);
    for KeyValue { name, at, value } in entries(text, open, skim) {
        let place = span(at, at + name.len());
        if matches!(name, "check-coverage" | "checkCoverage") {
            if text[value..].starts_with("true") {
                out.say(place, CoverageFact::Checked { tool });
            }
        } else if is_nearly(name, "check-coverage") || is_nearly(name, "checkCoverage") {
            out.say(place, CoverageFact::Misspelt { tool, name: name.into(), meant: "check-coverage".into() });
        }
    }
}

/// The keys `jest`, `c8` and `nyc` of a `package.json`.
pub(super) fn of_package(text: &str, out: &mut Facts) {
    let Some(open) = text.find('{') else { return };
    for KeyValue { name, value, .. } in entries(text, open, None) {
        if !text[value..].starts_with('{') {
            continue;
        }
        match name {
            "jest" => jest(text, None, out),
            "c8" => counter(text, value, Tool::C8, None, out),
            "nyc" => counter(text, value, Tool::Nyc, None, out),
            _ => {}
        }
    }
}
