//! The rules and tasks of the results, each written once.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_engine::{Finding, RuleInfo};
use auditlint_rules::{Confidence, Severity};

use super::model::{ComponentReference, Level, Message, Rule, RuleProperties, Taxon, TaxonReference, Taxonomy};
use crate::plain;

/// The name of the list of tasks.
const TASKS: &str = "tasks";
/// How many characters of a description GitHub takes.
const DESCRIPTION: usize = 1024;
/// How many tags of a rule GitHub takes.
const TAGS: usize = 20;

/// The word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

/// The rules that found something, in order of their ids.
pub(super) struct RuleTable<'a> {
    rules: BTreeMap<&'a str, Entry<'a>>,
}

struct Entry<'a> {
    info: &'a RuleInfo,
    /// The most severe one of its findings.
    severity: Severity,
    tasks: BTreeSet<&'a str>,
    index: usize,
}

impl<'a> RuleTable<'a> {
    pub(super) fn of(findings: &[&'a Finding]) -> Self {
        let mut rules: BTreeMap<&str, Entry<'_>> = BTreeMap::new();
        for finding in findings {
            let entry = rules.entry(finding.rule.id.as_str()).or_insert_with(|| Entry {
                info: &finding.rule,
                severity: finding.severity,
                tasks: BTreeSet::new(),
                index: 0,
            });
            // The most severe comes first.
            entry.severity = entry.severity.min(finding.severity);
            entry.tasks.extend(finding.tasks.iter().map(|task| task.id.as_str()));
        }
        for (index, entry) in rules.values_mut().enumerate() {
            entry.index = index;
        }
        Self { rules }
    }

    pub(super) fn index(&self, finding: &Finding) -> usize {
        self.rules.get(finding.rule.id.as_str()).map_or(0, |entry| entry.index)
    }

    pub(super) fn descriptors(&self) -> Vec<Rule<'a>> {
        self.rules.iter().map(|(id, entry)| entry.descriptor(id)).collect()
    }
}

impl<'a> Entry<'a> {
    fn descriptor(&self, id: &'a str) -> Rule<'a> {
        let why = self.info.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
        let described = why.map_or_else(|| id.replace('-', " "), str::to_owned);
        Rule {
            id,
            // A name that is the id over again says nothing.
            name: Some(pascal_case(id)).filter(|name| !name.eq_ignore_ascii_case(id)),
            short_description: Message::new(shortened(first_sentence(&described))),
            full_description: Message::new(shortened(&described)),
            help: self.help(&described),
            help_uri: self.info.url.as_deref().filter(|url| crate::audit::is_web_address(url)),
            default_configuration: Level { level: level(self.severity) },
            properties: RuleProperties {
                precision: match self.info.confidence {
                    Confidence::High => "very-high",
                    Confidence::Medium => "medium",
                },
                problem_severity: match self.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info | Severity::Hint => "recommendation",
                },
                security_severity: self.weakness().map(|_| match self.severity {
                    Severity::Error => "8.0",
                    Severity::Warning => "5.5",
                    Severity::Info | Severity::Hint => "3.0",
                }),
                tags: self.tags(),
            },
        }
    }

    fn help(&self, described: &str) -> Message {
        let parts = [Some(described), self.info.instead.as_deref(), self.info.note.as_deref()];
        let text = parts.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join("\n\n");
        let mut markdown = plain::lines(&text).into_owned();
        if !self.tasks.is_empty() {
            markdown.push_str("\n\n| Task |\n|---|\n");
            for task in &self.tasks {
                markdown.push_str(&format!("| `{}` |\n", plain::one_line(task).replace(['|', '`'], " ")));
            }
        }
        Message { text, markdown: Some(markdown) }
    }

    fn tags(&self) -> Vec<String> {
        let pack = self.info.pack.as_ref().map(|pack| format!("pack/{pack}"));
        let tasks = self.tasks.iter().map(|task| format!("task/{task}"));
        let weakness = self.weakness();
        let security = weakness.map(|_| "security".to_owned());
        let weakness = weakness.map(|number| format!("external/cwe/cwe-{number}"));
        pack.into_iter().chain(security).chain(weakness).chain(tasks).take(TAGS).collect()
    }

    /// The number of the weakness (CWE) that the page of the rule describes.
    fn weakness(&self) -> Option<u32> {
        let page = self.info.url.as_deref()?.strip_prefix("https://cwe.mitre.org/data/definitions/")?;
        page.strip_suffix(".html").unwrap_or(page).parse().ok()
    }
}

fn pascal_case(id: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    id.split(['-', '_', '/']).map(capital).collect()
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").or_else(|| text.find(".\n")).map_or(text, |end| &text[..=end])
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(DESCRIPTION - 1).chain(['…']).collect()
}

/// The tasks of the findings, in order of their ids.
pub(super) struct TaskTable<'a> {
    tasks: BTreeMap<&'a str, (Option<&'a str>, usize)>,
}

impl<'a> TaskTable<'a> {
    pub(super) fn of(findings: &[&'a Finding]) -> Self {
        let mut tasks = BTreeMap::new();
        for task in findings.iter().flat_map(|finding| finding.tasks.iter()) {
            tasks.entry(task.id.as_str()).or_insert((task.title.as_deref(), 0));
        }
        for (index, (_, at)) in tasks.values_mut().enumerate() {
            *at = index;
        }
        Self { tasks }
    }

    pub(super) fn component() -> ComponentReference {
        ComponentReference { name: TASKS, index: 0 }
    }

    pub(super) fn taxonomies(&self) -> Vec<Taxonomy<'a>> {
        let taxon = |(id, (title, _)): (&&'a str, &(Option<&'a str>, usize))| Taxon {
            id,
            short_description: title.filter(|title| !title.is_empty()).map(|title| Message::new(title.to_owned())),
        };
        let taxa: Vec<_> = self.tasks.iter().map(taxon).collect();
        if taxa.is_empty() { Vec::new() } else { vec![Taxonomy { name: TASKS, taxa }] }
    }

    pub(super) fn references(&self, finding: &'a Finding) -> Vec<TaxonReference<'a>> {
        let reference = |id: &'a str| {
            let (_, index) = self.tasks.get(id)?;
            Some(TaxonReference { id, index: *index, tool_component: Self::component() })
        };
        finding.tasks.iter().filter_map(|task| reference(task.id.as_str())).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}
