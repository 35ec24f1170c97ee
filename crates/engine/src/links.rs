//! From a rule and a file to tasks.

use std::sync::Arc;

use auditlint_rules::Rule;
use auditlint_source::{FilePath, Problem, ProblemKind, Span};
use auditlint_tasks::{Lookup, Task, TaskSet};

use crate::FindingTask;
use crate::catalogue::Catalogue;
use crate::config::{Config, config_problem};
use crate::limits::MAX_TASKS;

/// For each rule of the set and each of its links the tasks that the link stands for.
pub(crate) struct Links {
    by_rule: Vec<Vec<Vec<FindingTask>>>,
    none: Arc<[FindingTask]>,
}

impl Links {
    /// Looks every link up; says which name no task that is known.
    pub(crate) fn resolve(
        catalogue: &Catalogue,
        tasks: &TaskSet,
        config: &Config,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut by_rule = Vec::new();
        for compiled in catalogue.set.rules() {
            let rule = &compiled.rule;
            let mut links = Vec::new();
            for link in &rule.tasks {
                let found = match tasks.lookup(&link.id) {
                    Lookup::One(task) => vec![finding_task(task)],
                    Lookup::ByFinding(found) => found.into_iter().map(finding_task).collect(),
                    Lookup::External(task) => vec![FindingTask {
                        id: task.id.as_str().to_owned(),
                        title: task.title.clone(),
                        status: task.status.map(auditlint_tasks::Status::name),
                        path: task.place.as_ref().map(|place| place.path.clone()),
                        line: task.place.as_ref().map(|place| place.line),
                    }],
                    Lookup::Ambiguous(candidates) => {
                        let ids: Vec<&str> = candidates.iter().map(|task| task.id.as_str()).collect();
                        let message = format!("the task id `{}` is ambiguous: it matches several tasks", link.id);
                        let problem = Problem::warning(ProblemKind::Link, message)
                            .help(format!("write one of them in full: {}", ids.join(", ")));
                        problems.push(place(rule, link.span, config, problem));
                        vec![unknown(&link.id)]
                    }
                    Lookup::Unknown { nearest } => {
                        // Without task sources there is nothing that could know it.
                        if !config.tasks.is_empty() {
                            let message = format!("rule `{}` names an unknown task: `{}`", rule.id.as_str(), link.id);
                            let problem = Problem::warning(ProblemKind::Link, message).help(match nearest {
                                Some(near) => format!("did you mean `{near}`?"),
                                None => "`auditlint tasks` lists the tasks that are known".to_owned(),
                            });
                            problems.push(place(rule, link.span, config, problem));
                        }
                        vec![unknown(&link.id)]
                    }
                };
                links.push(found);
            }
            let count: usize = links.iter().map(Vec::len).sum();
            if count > MAX_TASKS {
                let mut room = MAX_TASKS;
                for found in &mut links {
                    found.truncate(room);
                    room -= found.len();
                }
                let message =
                    format!("rule `{}` is linked to {count} tasks; its findings name the first {MAX_TASKS}", rule.id);
                let span = rule.tasks.first().map_or(rule.place.1, |link| link.span);
                problems.push(place(rule, span, config, Problem::warning(ProblemKind::Link, message)));
            }
            by_rule.push(links);
        }
        Self { by_rule, none: Arc::default() }
    }

    /// The tasks of a finding of `rule` (by index in the set) in `path`, each once.
    pub(crate) fn tasks(&self, index: usize, rule: &Rule, path: &FilePath) -> Arc<[FindingTask]> {
        if rule.tasks.is_empty() {
            return Arc::clone(&self.none);
        }
        let mut tasks: Vec<FindingTask> = Vec::new();
        for (link, found) in rule.tasks.iter().zip(&self.by_rule[index]) {
            if link.covers(path) {
                for task in found {
                    if tasks.iter().all(|known| known.id != task.id) {
                        tasks.push(task.clone());
                    }
                }
            }
        }
        tasks.into()
    }
}

/// Puts a problem where the link is written: in the configuration, which replaces links, or in the rule's file.
fn place(rule: &Rule, span: Span, config: &Config, problem: Problem) -> Problem {
    if config.of_rule(&rule.id).is_some_and(|settings| settings.value.tasks.is_some()) {
        return config_problem(config, span, problem);
    }
    problem.in_file(&rule.place.0).at(span, rule.text.as_bytes())
}

fn finding_task(task: &Task) -> FindingTask {
    FindingTask {
        id: task.id.as_str().to_owned(),
        title: (!task.title.is_empty()).then(|| task.title.clone()),
        status: task.status.map(auditlint_tasks::Status::name),
        path: Some(task.place.path.clone()),
        line: Some(task.place.line),
    }
}

fn unknown(id: &str) -> FindingTask {
    FindingTask { id: id.to_owned(), title: None, status: None, path: None, line: None }
}
