//! The rules and tasks of the results, each written once.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_engine::{Finding, RuleInfo};
use auditlint_rules::{Confidence, Severity};

use super::model::{
    ComponentReference, Level, Message, Relationship, Rule, RuleProperties, Taxon, TaxonReference, Taxonomy,
    WeaknessReference,
};
use crate::plain;

/// The name of the list of tasks.
const TASKS: &str = "tasks";
/// The name of the list of weaknesses.
const WEAKNESSES: &str = "CWE";
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

    /// What is said of each rule; `weaknesses` where the run lists them, the place of their list.
    pub(super) fn descriptors(&self, weaknesses: Option<u32>) -> Vec<Rule<'a>> {
        let numbers = self.weaknesses();
        let relationships = |entry: &Entry<'a>| {
            let weaknesses =
                weaknesses.into_iter().flat_map(|list| entry.weaknesses().map(move |number| (list, number)));
            let relationships = weaknesses.map(|(list, number)| Relationship {
                target: WeaknessReference {
                    id: number.to_string(),
                    index: numbers.range(..number).count(),
                    tool_component: Self::component(list),
                },
                kinds: ["superset"],
            });
            relationships.collect()
        };
        self.rules.iter().map(|(id, entry)| entry.descriptor(id, relationships(entry))).collect()
    }

    /// The weaknesses that the rules find.
    fn weaknesses(&self) -> BTreeSet<u32> {
        self.rules.values().flat_map(Entry::weaknesses).collect()
    }

    /// The list of weaknesses at its place among the lists.
    pub(super) fn component(index: u32) -> ComponentReference {
        ComponentReference { name: WEAKNESSES, index }
    }

    /// The same as a taxonomy; nothing where there are none.
    pub(super) fn taxonomy(&self) -> Option<Taxonomy<'a>> {
        let taxon = |number: u32| Taxon { id: number.to_string().into(), short_description: None };
        let taxa: Vec<_> = self.weaknesses().into_iter().map(taxon).collect();
        (!taxa.is_empty()).then_some(Taxonomy { name: WEAKNESSES, taxa })
    }
}

impl<'a> Entry<'a> {
    fn descriptor(&self, id: &'a str, relationships: Vec<Relationship>) -> Rule<'a> {
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
            relationships,
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
                security_severity: self.weaknesses().next().map(|_| match self.severity {
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
        let security = self.weaknesses().next().map(|_| "security".to_owned());
        let weaknesses = self.weaknesses().map(|number| format!("external/cwe/cwe-{number:03}"));
        pack.into_iter().chain(security).chain(weaknesses).chain(tasks).take(TAGS).collect()
    }

    /// The numbers of the weaknesses (CWE) that the rule says it finds, else of the one that its page describes.
    fn weaknesses(&self) -> impl Iterator<Item = u32> + use<'a> {
        let info = self.info;
        let of_page = || {
            let page = info.url.as_deref()?.strip_prefix("https://cwe.mitre.org/data/definitions/")?;
            page.strip_suffix(".html").unwrap_or(page).parse().ok()
        };
        let of_page = if info.cwe.is_empty() { of_page() } else { None };
        info.cwe.iter().copied().chain(of_page)
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
            id: (*id).into(),
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
