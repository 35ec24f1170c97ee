//! Rule files and configuration.

use auditlint_engine::Config;
use auditlint_matcher::SharedUtils;
use auditlint_providers::{facts_of, known_relations, providers};
use auditlint_rules::{CompiledRule, FileGlob, FileGlobs, RuleSet, SgConfig, read_rules, read_utils, run_examples};
use auditlint_source::document::{DocumentNode, DocumentValue, parse_toml, parse_yaml};
use auditlint_source::{FilePath, Span};
use auditlint_tasks::TaskGlob;

use super::hold;

/// A document's nodes lie in its text and in each other. Nodes behind an alias stand elsewhere, so only `TOML` nests.
fn nodes(root: &DocumentNode, text: &str) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        hold::cuts_no_character(node.span, text);
        match &node.value {
            DocumentValue::List(items) => open.extend(items),
            DocumentValue::Map(entries) => {
                for (key, value) in entries {
                    hold::cuts_no_character(key.span, text);
                    open.push(value);
                }
            }
            _ => {}
        }
    }
}

/// Any YAML: every node and every error lies in the text.
pub(super) fn yaml(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match parse_yaml(&text) {
        Ok(documents) => documents.iter().for_each(|document| nodes(document, &text)),
        Err(error) => hold::within(error.span, text.as_bytes()),
    }
}

/// Any TOML.
pub(super) fn toml(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match parse_toml(&text) {
        Ok(document) => nodes(&document, &text),
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| hold::within(error.span, text.as_bytes()));
        }
    }
}

/// A rule file: read, compiled for each language, every mistake at its place, twice the same.
pub(super) fn rule_yaml(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let path = FilePath::new("rules/a.yml");
    let (rules, problems) = read_rules(&path, &text, &known_relations());
    let (_, again) = read_rules(&path, &text, &known_relations());
    assert_eq!(problems, again);
    problems.iter().for_each(|problem| hold::problem_of(problem, text.as_bytes()));
    for rule in &rules {
        hold::within(rule.place.1, text.as_bytes());
    }
    let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
    problems.iter().for_each(|problem| hold::problem_of(problem, text.as_bytes()));
    for compiled in set.rules() {
        assert!(compiled.rule.document().is_none() || !compiled.rule.languages.is_empty());
    }
    let (_, problems) = read_utils(&path, &text);
    problems.iter().for_each(|problem| hold::problem_of(problem, text.as_bytes()));
}

/// A rule file whose examples are run: what they say stands in the file and is no bug of ours.
pub(super) fn rule_examples(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (rules, _) = read_rules(&FilePath::new("rules/a.yml"), &text, &known_relations());
    for rule in rules.into_iter().take(4) {
        let Ok(compiled) = CompiledRule::new(rule, &SharedUtils::default()) else { continue };
        for failure in run_examples(&compiled, &|sources| facts_of(sources, providers())) {
            hold::within(failure.place.1, text.as_bytes());
            assert!(!failure.message.starts_with("a bug in auditlint"), "{failure}");
        }
    }
}

/// `auditlint.toml`; written out and read again it is the same.
pub(super) fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let path = FilePath::new("auditlint.toml");
    let (config, problems) = Config::read(&path, &text);
    if problems.is_empty() {
        let written = config.to_toml();
        let (again, problems) = Config::read(&path, &written);
        assert_eq!(problems, [], "{written}");
        assert_eq!(again.to_toml(), written);
    }
    problems.iter().for_each(|problem| hold::problem_of(problem, text.as_bytes()));
    let spans = config.rule_dirs.iter().map(|(span, _)| *span);
    let spans = spans.chain(config.tasks.iter().map(|one| one.span));
    let spans = spans.chain(config.overrides.iter().map(|one| one.span));
    for span in spans.chain(config.ignores.iter().flat_map(|one| [one.span, one.rule.0])) {
        hold::within(span, text.as_bytes());
    }
    for ignore in &config.ignores {
        assert!(!ignore.reason.trim().is_empty());
    }
}

/// `sgconfig.yml`.
pub(super) fn sgconfig(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (config, problems) = SgConfig::read(&FilePath::new("sub/sgconfig.yml"), &text);
    problems.iter().for_each(|problem| hold::problem_of(problem, text.as_bytes()));
    for (span, _) in config.rule_dirs.iter().chain(&config.util_dirs) {
        hold::within(*span, text.as_bytes());
    }
}

/// Globs: one a line, each tried on all lines.
pub(super) fn globs(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.lines().take(8).collect();
    for pattern in &lines {
        let span = Span::default();
        if let Ok(glob) = FileGlob::new(pattern, span) {
            let set = FileGlobs::new([&glob]);
            for path in &lines {
                let path = FilePath::new(path);
                assert_eq!(set.is_match(&path), set.is_match(&path));
            }
        }
        if let Ok(glob) = TaskGlob::new(pattern, span) {
            assert!(lines.iter().all(|path| glob.is_match(path) == glob.is_match(path)));
        }
    }
}
