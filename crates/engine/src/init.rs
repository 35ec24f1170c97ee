//! A first `auditlint.toml`: where the tasks are, and which rule belongs to which of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use auditlint_rules::Rule;
use auditlint_source::{FilePath, Files};
use auditlint_tasks::{Status, Task, TaskFiles};

use crate::config::print::{comment, key, text, texts};
use crate::init_seen::SeenProject;
use crate::{Report, Snapshot};

/// How many words of a rule a task must hold for the rule to be proposed for it.
const WORDS_NEEDED: usize = 2;

/// Writes a commented configuration for the repository that was looked at. `project` is loaded with the task sources that
/// [`auditlint_tasks::detect`] found, `report` is its run.
#[must_use]
pub fn propose(project: &Snapshot<'_>, report: &Report, files: &dyn Files) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# What auditlint checks here. The guide lists every key on its configuration page.");
    let _ = writeln!(out, "# Packs that are on. `auditlint rules list --all` shows every rule of every pack.");
    let strict: Vec<&str> =
        auditlint_packs::packs().iter().filter(|pack| !pack.default).map(|pack| pack.name).collect();
    let _ = writeln!(out, "packs = [\"recommended\"] # also: {}", strict.join(", "));
    let _ = writeln!(out, "\n# Folders with your own rules (`auditlint rules new ID` writes the first one).");
    let _ = writeln!(out, "# rule-dirs = [\"lint/rules\"]");
    let _ = writeln!(out, "\n# What to exclude, in .gitignore syntax; what git ignores is left out anyway.");
    let _ = writeln!(out, "# exclude = [\"vendor/\"]\n");
    let survey = auditlint_tasks::survey(&project.discovered.files, files);
    let detected = &survey.places;
    if detected.is_empty() {
        let _ = writeln!(out, "# Where tasks are kept. No task file was found; for example:");
        let _ = writeln!(out, "# [[tasks]]\n# files = \"tasks/*.yaml\"");
    } else {
        let _ = writeln!(out, "# Where tasks are kept. `auditlint tasks` lists what is read from there.");
        for found in detected {
            let _ = writeln!(out, "# {}", comment(&found.what));
            let _ = writeln!(out, "[[tasks]]\nfiles = {}", text(&found.glob));
            let format = auditlint_tasks::TaskFormat::WORDS.iter().find(|(_, format)| *format == found.format);
            if let Some((word, _)) = format.filter(|(_, format)| *format != auditlint_tasks::TaskFormat::Auto) {
                let _ = writeln!(out, "format = \"{word}\"");
            }
        }
    }
    if let Some(said) = survey.without_id() {
        let _ = writeln!(out, "# {}.", comment(&said));
    }
    let seen = SeenProject::of(project, report);
    seen.write_roles(&mut out);
    let proposals = proposals(project, report);
    if proposals.is_empty() {
        seen.write_ignores(|_| true, &mut out);
        let example = if seen.has_rules() { "" } else { "\n# [rules.process-env]" };
        let _ = writeln!(
            out,
            "\n# Which rule belongs to which task, in the table of the rule:{example}\n# tasks = [\"TASK-1\"]"
        );
        return out;
    }
    let _ =
        writeln!(out, "\n# Which rule belongs to which task, as the findings and the tasks' files and words suggest.");
    let _ = writeln!(out, "# Review it before you rely on it.");
    let mut written: BTreeSet<String> = BTreeSet::new();
    for (rule, tasks) in proposals {
        let _ = writeln!(out, "\n[rules.{}]", key(&rule));
        let links: Vec<String> = tasks.iter().map(Proposal::link).collect();
        for task in &tasks {
            let (id, title) = (comment(&task.id), comment(&task.title));
            let _ = writeln!(
                out,
                "# {id}: {title} ({} of {} findings in its files; it says {})",
                task.covered,
                task.all,
                said(&task.words)
            );
        }
        let _ = writeln!(out, "tasks = [{}]", links.join(", "));
        seen.write_ignores_of(&rule, &mut out);
        written.insert(rule);
    }
    seen.write_ignores(|rule| !written.contains(rule), &mut out);
    out
}

/// A task that a rule seems to belong to.
struct Proposal {
    id: String,
    title: String,
    /// How many findings of the rule stand in the files of the task.
    covered: usize,
    all: usize,
    /// Words that the task and the rule share.
    words: Vec<String>,
    /// The files of these findings.
    files: BTreeSet<FilePath>,
}

impl Proposal {
    /// The link as TOML: limited to the task's own files where the rule finds something elsewhere too.
    fn link(&self) -> String {
        if self.covered == self.all {
            return text(&self.id);
        }
        let files = texts(self.files.iter().map(|path| globset::escape(path.as_str())));
        format!("{{ id = {}, files = {files} }}", text(&self.id))
    }
}

/// The first words of a list, in quotes.
fn said(words: &[String]) -> String {
    const SHOWN: usize = 4;
    words.iter().take(SHOWN).map(|word| format!("\"{}\"", comment(word))).collect::<Vec<_>>().join(", ")
}

/// For each rule with findings the tasks whose files hold a finding and whose words hold words of the rule.
fn proposals(project: &Snapshot<'_>, report: &Report) -> BTreeMap<String, Vec<Proposal>> {
    let mut found = BTreeMap::new();
    let mut by_rule: BTreeMap<&str, Vec<&FilePath>> = BTreeMap::new();
    for finding in report.active() {
        by_rule.entry(finding.rule.id.as_str()).or_default().push(&finding.path);
    }
    for (id, paths) in by_rule {
        let Some(compiled) = project.catalogue().find(id) else { continue };
        let rule_words = words_of_rule(&compiled.rule);
        let mut proposals: Vec<(usize, Proposal)> = Vec::new();
        for task in project.tasks.tasks().iter().filter(|task| task.status != Some(Status::Done)) {
            let files = TaskFiles::new(task);
            let covered: Vec<&FilePath> = paths.iter().copied().filter(|path| files.cover(path)).collect();
            if covered.is_empty() {
                continue;
            }
            let task_words = words_of_task(task);
            let words: Vec<String> = rule_words.intersection(&task_words).map(|word| as_written(task, word)).collect();
            let shared = words.len();
            if shared < WORDS_NEEDED || !speaks_of(&task_words, &compiled.rule) {
                continue;
            }
            let proposal = Proposal {
                id: task.id.as_str().to_owned(),
                title: task.title.clone(),
                covered: covered.len(),
                all: paths.len(),
                words,
                files: covered.into_iter().cloned().collect(),
            };
            proposals.push((shared, proposal));
        }
        // The tasks that share most words, and only those: a word or two in common is often chance.
        let best = proposals.iter().map(|(shared, _)| *shared).max().unwrap_or(0);
        let best: Vec<Proposal> =
            proposals.into_iter().filter(|(shared, _)| *shared == best).map(|(_, proposal)| proposal).collect();
        if !best.is_empty() {
            found.insert(id.to_owned(), best);
        }
    }
    found
}

/// Whether words name what a rule finds: every telling word of its id, or all but one of three and more. The id is read as the
/// words are, so that each of its words can be among them.
fn speaks_of(task_words: &BTreeSet<String>, rule: &Rule) -> bool {
    const WEAK: &[&str] = &["raw", "read", "in"];
    let mut id = words(rule.id.as_str());
    id.retain(|word| !WEAK.contains(&word.as_str()));
    let named = id.intersection(task_words).count();
    named > 0 && named >= if id.len() > 2 { id.len() - 1 } else { id.len() }
}

fn words_of_rule(rule: &Rule) -> BTreeSet<String> {
    let mut words = words(rule.id.as_str());
    for text in [Some(&rule.message), rule.why.as_ref(), rule.instead.as_ref()].into_iter().flatten() {
        words.extend(self::words(text));
    }
    words
}

fn words_of_task(task: &Task) -> BTreeSet<String> {
    let mut found = words(&task.title);
    found.extend(words(&task.text));
    for criterion in &task.acceptance {
        found.extend(words(&criterion.text));
    }
    found
}

/// A word of a task as the task has it: `Redis` for `redi`.
fn as_written(task: &Task, word: &str) -> String {
    let criteria = task.acceptance.iter().map(|criterion| criterion.text.as_str());
    let mut texts = [task.title.as_str(), &task.text].into_iter().chain(criteria);
    let found = texts.find_map(|text| {
        text.split(|c: char| !c.is_alphanumeric()).find(|written| {
            let written = written.to_lowercase();
            written.strip_suffix('s').unwrap_or(&written) == word
        })
    });
    found.unwrap_or(word).to_owned()
}

/// Words of at least three letters that say something, lower case, the plural's `s` dropped.
fn words(text: &str) -> BTreeSet<String> {
    const COMMON: &[&str] = &[
        "that", "this", "with", "from", "when", "must", "have", "only", "file", "code", "into", "them", "each", "what",
        "which", "where", "should", "there", "their", "they", "will", "your", "been", "does", "every", "other", "same",
        "than", "then", "the", "and", "for", "are", "not", "but", "its", "one", "all", "any", "can", "has", "instead",
        "write", "read", "value", "name", "function", "module", "rule", "task", "test",
    ];
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3)
        .map(str::to_lowercase)
        .map(|word| word.strip_suffix('s').map_or_else(|| word.clone(), str::to_owned))
        .filter(|word| !COMMON.contains(&word.as_str()))
        .collect()
}
