//! What commands say: flags of the tools in scripts of packages, workflows and shell scripts.

use auditlint_source::FilePath;

use super::fact::{CoverageFact, Facts, METRICS, Percent, Tool, is_nearly, span};
use crate::conventions;

/// Flags of each tool that are about thresholds.
const FLAGS: &[(Tool, &[&str])] = &[
    (
        Tool::Vitest,
        &[
            "coverage",
            "coverage.enabled",
            "coverage.thresholds.lines",
            "coverage.thresholds.branches",
            "coverage.thresholds.functions",
            "coverage.thresholds.statements",
            "coverage.thresholds.100",
            "coverage.thresholds.perFile",
            "coverage.thresholds.autoUpdate",
        ],
    ),
    (Tool::Jest, &["coverage", "coverageThreshold", "coverage-threshold", "collectCoverage"]),
    (Tool::C8, &["check-coverage", "lines", "branches", "functions", "statements", "per-file", "100"]),
    (Tool::Nyc, &["check-coverage", "lines", "branches", "functions", "statements", "per-file"]),
];

/// Whether commands stand in a file.
pub(super) fn holds_commands(path: &FilePath) -> bool {
    let text = path.as_str();
    path.name() == "package.json"
        || matches!(path.extension(), Some("sh" | "bash"))
        || (matches!(path.extension(), Some("yml" | "yaml"))
            && (text.contains(".github/") || path.name().contains("-ci") || text.contains(".circleci/")))
}

pub(super) fn extract(text: &str, out: &mut Facts) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with(['#']) {
            // Each command has its own flags.
            let mut from = 0;
            for part in line.split(['&', ';', '|']) {
                command(part, start + from, out);
                from += part.len() + 1;
            }
        }
        start += line.len();
    }
}

/// The words of a command, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |letter: char| !letter.is_whitespace() && !matches!(letter, '"' | '\'' | ',' | '`');
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = at + rest.find(is_part)?;
        let end = first + text[first..].find(|letter| !is_part(letter)).unwrap_or(text.len() - first);
        at = end;
        Some((first, &text[first..end]))
    })
}

fn command(text: &str, offset: usize, out: &mut Facts) {
    let tool_of = |word: &str| match word.rsplit('/').next().unwrap_or(word).split('@').next() {
        Some("vitest") => Some(Tool::Vitest),
        Some("jest") => Some(Tool::Jest),
        Some("c8") => Some(Tool::C8),
        Some("nyc") => Some(Tool::Nyc),
        _ => None,
    };
    let words: Vec<(usize, &str)> = words(text).collect();
    let named = words.iter().enumerate().find_map(|(at, (_, word))| Some((at, tool_of(word)?)));
    let Some((first, tool)) = named.or_else(|| handed_on(&words)) else { return };
    // A dependency is not a command: `"vitest": "^1.0.0"`.
    let is_key =
        text[words[first].0 + words[first].1.len()..].trim_start_matches(['"', '\'']).trim_start().starts_with(':');
    if is_key {
        return;
    }
    let flags = FLAGS.iter().find(|(of, _)| *of == tool).map_or(&[][..], |(_, flags)| flags);
    let mut has_number = false;
    for (position, (at, word)) in words.iter().enumerate().skip(first + 1) {
        // What `c8` runs has flags of its own.
        if tool_of(word).is_some() || matches!(*word, "node" | "mocha" | "ava" | "tap") {
            break;
        }
        let Some(flag) = word.strip_prefix("--") else { continue };
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        let value = value.or_else(|| words.get(position + 1).map(|(_, next)| *next));
        let place = span(offset + at, offset + at + 2 + name.len());
        let metric = name.strip_prefix("coverage.thresholds.").filter(|_| tool == Tool::Vitest);
        let metric = metric.or_else(|| Some(name).filter(|_| tool.must_be_asked()));
        let metric = metric.filter(|metric| METRICS.contains(metric));
        let percent = value.and_then(Percent::read);
        if let (Some(metric), Some(percent)) = (metric, percent) {
            has_number = true;
            out.say(place, CoverageFact::Number { tool, name: metric.into(), percent });
        } else if name == "check-coverage" && tool.must_be_asked() {
            out.say(place, CoverageFact::Checked { tool });
        } else if flags.contains(&name) {
            let is_off = value == Some("false");
            let is_measuring = matches!(name, "coverage" | "coverage.enabled" | "collectCoverage");
            if is_measuring && !is_off {
                out.say(place, CoverageFact::Measured { tool });
            } else if !is_measuring {
                has_number = true;
            }
        } else if let Some(meant) = meant(name, tool, flags) {
            out.say(
                place,
                CoverageFact::Misspelt {
                    tool,
                    name: format!("--{name}").as_str().into(),
                    meant: format!("--{meant}").as_str().into(),
                },
            );
        }
    }
    if has_number && !tool.must_be_asked() {
        // Numbers that are handed over in another way stand for some.
        let (at, word) = words[first];
        if !out.facts.iter().any(|said| matches!(&said.fact, CoverageFact::Number { tool: of, .. } if *of == tool)) {
            let place = span(offset + at, offset + at + word.len());
            out.say(place, CoverageFact::Number { tool, name: "thresholds".into(), percent: Percent::all() });
        }
    }
}

/// The tool that a package script is handed flags for, and where what runs the script stands: `npm run test -- --coverage.enabled`. The
/// script may be one of another package, but only one of the tools has such flags.
fn handed_on(words: &[(usize, &str)]) -> Option<(usize, Tool)> {
    let runner = words.iter().position(|(_, word)| conventions::manages_packages(word))?;
    let tool = words[runner..].iter().find_map(|(_, word)| {
        let flag = word.strip_prefix("--")?;
        let is_of_jest = flag.starts_with("coverageThreshold") || flag.starts_with("coverage-threshold");
        if flag.starts_with("coverage.") { Some(Tool::Vitest) } else { is_of_jest.then_some(Tool::Jest) }
    })?;
    Some((runner, tool))
}

/// The flag that is meant by one which the tool does not know.
fn meant(name: &str, tool: Tool, flags: &[&'static str]) -> Option<String> {
    // `--coverage.threshold.lines`, `--coverage.lines`
    if tool == Tool::Vitest
        && let Some(rest) = name.strip_prefix("coverage.")
    {
        let metric = rest.rsplit('.').next().unwrap_or_default();
        let is_other = !rest.starts_with("thresholds.") && METRICS.contains(&metric);
        let parts = rest.split('.').count();
        if is_other && (parts == 1 || rest.split('.').next().is_some_and(|part| is_nearly(part, "thresholds"))) {
            return Some(format!("coverage.thresholds.{metric}"));
        }
    }
    flags.iter().find(|flag| flag.len() > 6 && is_nearly(name, flag)).map(|flag| (*flag).to_owned())
}
