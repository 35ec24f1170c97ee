//! Facts of a few sources at once, for examples of rules and for tests.

use std::collections::BTreeMap;

use auditlint_facts::{AnyProvider, Configured, DerivedFacts, ProjectScope, RequiredCommand, SourceText, extract_all};
use auditlint_source::document::parse_toml;
use auditlint_source::{Decoded, FilePath, MemoryFiles, Span};
use auditlint_tasks::{TaskSet, TaskSource};

use crate::{claims_of_tasks, relations_of_tasks, rules_of_tasks, uncovered_findings};

/// Reads and derives everything that some providers give of a few sources. Tasks are read from the folder `tasks`, the table `[facts]`
/// and the levels of rules from `auditlint.toml`.
#[must_use]
pub fn facts_of(sources: &[SourceText<'_>], providers: &[&dyn AnyProvider]) -> DerivedFacts {
    let mut paths: Vec<FilePath> = sources.iter().map(|source| source.path.clone()).collect();
    paths.sort();
    let required = required_of(sources);
    let token_columns: Vec<String> = listed(sources, "token-columns").into_iter().map(|(_, text)| text).collect();
    let env_documents = matching(&paths, &listed(sources, "env-documents"));
    let configured = Configured { token_columns: &token_columns, env_documents: &env_documents };
    let scope = ProjectScope::new(&paths, &|_| false).requiring(&required).configured(configured);
    let tasks = tasks_of(sources);
    let levels = levels_in(sources);
    let named = tasks.tasks().iter().enumerate().flat_map(|(number, task)| {
        let rules = task.named_rules().map(|rule| rule.id.as_str());
        rules.filter_map(|rule| levels.get(rule).map(|is_on| (number, rule, *is_on))).collect::<Vec<_>>()
    });
    let mut relations = relations_of_tasks(&tasks, &scope);
    relations.push(rules_of_tasks(&tasks, named));
    // An example has no verdicts, so nothing waits for them.
    relations.push(claims_of_tasks(&TaskSet::default()));
    let documents: Vec<_> = sources
        .iter()
        .filter(|source| source.path.extension() == Some("md"))
        .filter_map(|source| Some((source.path, std::str::from_utf8(source.text).ok()?)))
        .collect();
    relations.push(uncovered_findings(&tasks, documents.into_iter()));
    DerivedFacts::derive(extract_all(sources, configured, providers), &scope).with(relations)
}

/// The paths that one of some globs matches.
fn matching(paths: &[FilePath], globs: &[(Span, String)]) -> Vec<FilePath> {
    let globs: Vec<_> =
        globs.iter().filter_map(|(_, glob)| Some(globset::Glob::new(glob).ok()?.compile_matcher())).collect();
    paths.iter().filter(|path| globs.iter().any(|glob| glob.is_match(path.as_str()))).cloned().collect()
}

fn required_of(sources: &[SourceText<'_>]) -> Vec<RequiredCommand> {
    let path = FilePath::new("auditlint.toml");
    let commands = listed(sources, "ci-commands").into_iter();
    commands.map(|(span, command)| RequiredCommand { path: path.clone(), span, command }).collect()
}

/// The texts of a list in the `[facts]` table of `auditlint.toml`.
fn listed(sources: &[SourceText<'_>], key: &str) -> Vec<(Span, String)> {
    let source = sources.iter().find(|source| source.path.as_str() == "auditlint.toml");
    let table = source.and_then(|source| parse_toml(Decoded::new(source.text).text()).ok());
    let items = table.as_ref().and_then(|table| table.get("facts")?.get(key)?.as_list());
    items.unwrap_or_default().iter().filter_map(|node| Some((node.span, node.scalar()?))).collect()
}

/// The rules that `auditlint.toml` gives a level, and whether each is on.
fn levels_in(sources: &[SourceText<'_>]) -> BTreeMap<String, bool> {
    let source = sources.iter().find(|source| source.path.as_str() == "auditlint.toml");
    let document = source.and_then(|source| parse_toml(Decoded::new(source.text).text()).ok());
    let rules = document.as_ref().and_then(|document| document.get("rules")?.as_map());
    let rules = rules.unwrap_or_default().iter();
    rules.map(|(key, node)| (key.name.clone(), node.scalar().is_none_or(|level| level != "off"))).collect()
}

fn tasks_of(sources: &[SourceText<'_>]) -> TaskSet {
    let files = MemoryFiles::new(sources.iter().map(|source| (source.path.as_str(), source.text)));
    let paths: Vec<FilePath> = sources.iter().map(|source| source.path.clone()).collect();
    let folder = TaskSource::of_files(&["tasks/**"]).expect("it is a glob");
    auditlint_tasks::load(&[folder], &paths, &files).0
}
