//! What task files say, as relations, held against the files of the project and the rules that check tasks.

use std::sync::{Mutex, PoisonError};

use auditlint_facts::{ProjectScope, Relation};
use auditlint_providers::{
    TASK_RULES, UNCOVERED, claims_of_tasks, relations_of_tasks, rules_of_tasks, uncovered_findings,
};
use auditlint_source::FilePath;

use crate::discovery::Ignored;
use crate::snapshot::Snapshot;
use crate::verdicts::rules_by_task;

impl Snapshot<'_> {
    /// The relations of the tasks; those that take more than the tasks alone only where `names` has them.
    pub(crate) fn task_facts(&self, names: &[&str]) -> Vec<Relation> {
        let discovered = self.every_file();
        let ignored = Mutex::new(Ignored::new(self.files, self.projects(), &self.options.below_repository));
        let known = ProjectScope::new(&discovered.files, &|_| false);
        // What is there and no file of the project, such as what lies behind a link, is not missing.
        let ignores = |path: &FilePath| {
            let is_apart = || !known.has_folder(path) && self.files.kind(path).is_some();
            ignored.lock().unwrap_or_else(PoisonError::into_inner).ignores(path, false)
                || !known.has_file(path) && is_apart()
        };
        let scope = ProjectScope::new(&discovered.files, &ignores).lacking(&discovered.unread);
        let mut relations = relations_of_tasks(&self.tasks, &scope);
        if names.contains(&TASK_RULES) {
            let rules = rules_by_task(self);
            let rows = rules.iter().map(|(task, rule, is_on)| (*task, rule.as_str(), *is_on));
            relations.push(rules_of_tasks(&self.tasks, rows));
        }
        // Nothing but a run on the whole project gives verdicts.
        if !self.options.is_partial() {
            relations.push(claims_of_tasks(&self.tasks));
        }
        if names.contains(&UNCOVERED) {
            relations.push(self.uncovered(&discovered.files));
        }
        relations
    }

    /// The findings of audits that no task covers. The Markdown files of the project are read for it, where tasks name findings.
    fn uncovered(&self, files: &[FilePath]) -> Relation {
        let is_document = |path: &&FilePath| matches!(path.extension(), Some("md" | "markdown" | "mdx"));
        let has_findings = self.tasks.tasks().iter().any(|task| !task.findings.is_empty());
        let documents = files.iter().filter(is_document).filter(|_| has_findings);
        // A file that cannot be read, or is not text, defines nothing: nobody is accused because of it.
        let texts: Vec<(&FilePath, String)> = documents
            .filter_map(|path| {
                let bytes = self.files.read(path, auditlint_tasks::SIZE_LIMIT).ok()?;
                Some((path, String::from_utf8(bytes).ok()?))
            })
            .collect();
        uncovered_findings(&self.tasks, texts.iter().map(|(path, text)| (*path, text.as_str())))
    }
}
