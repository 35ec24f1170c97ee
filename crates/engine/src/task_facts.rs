//! What task files say, as relations, held against the files of the project and the rules that check tasks.

use std::cell::RefCell;

use auditlint_facts::{ProjectScope, Relation};
use auditlint_providers::{claims_of_tasks, relations_of_tasks, rules_of_tasks};
use auditlint_source::FilePath;

use crate::discovery::Ignored;
use crate::snapshot::Snapshot;
use crate::verdicts::rules_by_task;

impl Snapshot<'_> {
    /// The relations of the tasks.
    pub(crate) fn task_facts(&self) -> Vec<Relation> {
        let discovered = self.every_file();
        let ignored = RefCell::new(Ignored::new(self.files, &self.config().exclude, &self.options.below_repository));
        let known = ProjectScope::new(&discovered.files, &|_| false);
        // What is there and no file of the project, such as what lies behind a link, is not missing.
        let ignores = |path: &FilePath| {
            let is_apart = || !known.has_folder(path) && self.files.kind(path).is_some();
            ignored.borrow_mut().ignores(path, false) || !known.has_file(path) && is_apart()
        };
        let scope = ProjectScope::new(&discovered.files, &ignores).lacking(&discovered.unread);
        let mut relations = relations_of_tasks(&self.tasks, &scope);
        let rules = rules_by_task(self);
        relations
            .push(rules_of_tasks(&self.tasks, rules.iter().map(|(task, rule, is_on)| (*task, rule.as_str(), *is_on))));
        // Nothing but a run on the whole project gives verdicts.
        if !self.options.is_partial() {
            relations.push(claims_of_tasks(&self.tasks));
        }
        relations
    }
}
