//! From a rule and a file to tasks.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_rules::{Rule, RuleId};
use auditlint_source::{FilePath, Problem, ProblemKind, Span};
use auditlint_tasks::{Task, TaskFiles, TaskLookup, TaskSet};

use crate::FindingTask;
use crate::config::config_problem;
use crate::limits::MAX_TASKS;
use crate::narrow_links::NarrowLinks;
use crate::projects::Projects;
use crate::snapshot::Snapshot;
use crate::task_problems::{ambiguous_task, nearest_task, write_in_full};

/// For each rule of the set and each of its links the tasks that the link stands for.
pub(crate) struct Links {
    by_rule: Vec<Vec<Vec<FindingTask>>>,
    /// For each rule which links hold for which files.
    narrow: Vec<NarrowLinks>,
    /// For each rule the tasks that name it themselves and have no link of its own.
    by_task: Vec<NamingTasks>,
    /// Those of them for which rules count in their files only, by number.
    limited: BTreeMap<usize, FindingTask>,
    none: Arc<[FindingTask]>,
}

impl Links {
    /// Looks every link up; says which name no task that is known.
    pub(crate) fn resolve(snapshot: &Snapshot<'_>, problems: &mut Vec<Problem>) -> Self {
        let (catalogue, tasks, projects) = (snapshot.catalogue(), &snapshot.tasks, snapshot.projects());
        let mut by_rule = Vec::new();
        let mut known: BTreeMap<&str, LinkedTasks> = BTreeMap::new();
        let mut guesses_left = MOST_GUESSED;
        for compiled in catalogue.set.rules() {
            let rule = &compiled.rule;
            let mut links = Vec::new();
            let mut count = 0;
            for link in &rule.tasks {
                let found =
                    known.entry(&link.id).or_insert_with(|| LinkedTasks::of(&link.id, tasks, &mut guesses_left));
                count += found.count;
                links.push(found.tasks.clone());
                // Without task sources there is nothing that could know it.
                let fault = found.fault.as_ref().filter(|_| !snapshot.task_sources().is_empty());
                if let Some((fault, help)) = fault {
                    let message = match fault {
                        LinkFault::Ambiguous => ambiguous_task(&link.id),
                        LinkFault::Unknown => format!("rule `{}` names an unknown task: `{}`", rule.id, link.id),
                    };
                    let problem = Problem::warning(ProblemKind::Link, message).help(help.as_str());
                    problems.push(place(rule, link.span, projects, problem));
                }
            }
            if count > MAX_TASKS {
                let mut room = MAX_TASKS;
                for found in &mut links {
                    found.truncate(room);
                    room -= found.len();
                }
                let message =
                    format!("rule `{}` is linked to {count} tasks; its findings name the first {MAX_TASKS}", rule.id);
                let span = rule.tasks.first().map_or(rule.place.1, |link| link.span);
                problems.push(place(rule, span, projects, Problem::warning(ProblemKind::Link, message)));
            }
            by_rule.push(links);
        }
        let (by_task, limited) = named_by_tasks(snapshot, &by_rule);
        say_unknown(snapshot, problems);
        let narrow = catalogue.set.rules().iter().map(|compiled| NarrowLinks::of(&compiled.rule)).collect();
        Self { by_rule, narrow, by_task, limited, none: Arc::default() }
    }

    /// Which links of a rule (by its index in the set) hold for some files only.
    pub(crate) fn narrow(&self, index: u32) -> &NarrowLinks {
        &self.narrow[index as usize]
    }

    /// The numbers of the tasks that name a rule (by its index in the set) and list this file.
    pub(crate) fn listing(&self, index: u32, path: &FilePath, found: &mut Vec<usize>) {
        self.by_task[index as usize].files.covering(path, found);
    }

    /// The tasks of a finding of `rule` (by index in the set) in `path`, each once.
    pub(crate) fn tasks(&self, index: usize, rule: &Rule, path: &FilePath) -> Arc<[FindingTask]> {
        if rule.tasks.is_empty() && self.by_task[index].is_empty {
            return Arc::clone(&self.none);
        }
        let mut tasks: Vec<FindingTask> = Vec::new();
        let mut covering = Vec::new();
        self.narrow[index].covering(rule, path, &mut covering);
        let mut covering = covering.into_iter().peekable();
        for (at, link) in rule.tasks.iter().enumerate() {
            if link.files.is_empty() || covering.next_if_eq(&at).is_some() {
                for task in &self.by_rule[index][at] {
                    if tasks.iter().all(|known| known.id != task.id) {
                        tasks.push(task.clone());
                    }
                }
            }
        }
        let room = MAX_TASKS.saturating_sub(tasks.len());
        let mut listing = Vec::new();
        self.by_task[index].files.covering(path, &mut listing);
        let limited = listing.iter().filter_map(|number| Some((*number, self.limited.get(number)?)));
        let everywhere = self.by_task[index].everywhere.iter().map(|(number, task)| (*number, task));
        let mut named: Vec<(usize, &FindingTask)> = everywhere.chain(limited).collect();
        named.sort_by_key(|(number, _)| *number);
        tasks.extend(named.into_iter().take(room).map(|(_, task)| task.clone()));
        tasks.into()
    }
}

/// The tasks that name one rule themselves.
#[derive(Default)]
struct NamingTasks {
    is_empty: bool,
    /// Those for which it counts in all files.
    everywhere: Vec<(usize, FindingTask)>,
    /// The files of those that list some.
    files: TaskFiles,
}

/// The rules that tasks name themselves (`verify: [rule-id]`), as the tasks of each rule; and the tasks for which they
/// count in their files only.
fn named_by_tasks(
    snapshot: &Snapshot<'_>,
    by_rule: &[Vec<Vec<FindingTask>>],
) -> (Vec<NamingTasks>, BTreeMap<usize, FindingTask>) {
    let catalogue = snapshot.catalogue();
    let rules = catalogue.set.rules();
    let mut named: Vec<Vec<(usize, FindingTask)>> = vec![Vec::new(); rules.len()];
    let mut listing: Vec<Vec<usize>> = vec![Vec::new(); rules.len()];
    let mut limited_tasks = BTreeMap::new();
    let tasks = snapshot.tasks.tasks();
    for (number, task) in tasks.iter().enumerate().filter(|(_, task)| task.named_rules().next().is_some()) {
        let is_listing = task.listed_files().next().is_some();
        let is_limited = is_listing && snapshot.limits_rules(task);
        let all = task.named_rules().flat_map(|rule| catalogue.set.all_of(&RuleId::new(&rule.id)));
        for at in all.filter(|at| snapshot.may_check(task, catalogue.set.rule(**at))) {
            let (id, at) = (task.id.as_str(), *at as usize);
            let is_linked = by_rule[at].iter().flatten().any(|linked| linked.id == id);
            if is_linked {
                continue;
            }
            if is_listing && listing[at].last() != Some(&number) {
                listing[at].push(number);
            }
            if is_limited {
                limited_tasks.entry(number).or_insert_with(|| finding_task(task));
                continue;
            }
            let room = named[at].len() < MAX_TASKS;
            if room && named[at].last().is_none_or(|(last, _)| *last != number) {
                named[at].push((number, finding_task(task)));
            }
        }
    }
    let of_rule = |(everywhere, listing): (Vec<(usize, FindingTask)>, Vec<usize>)| NamingTasks {
        is_empty: everywhere.is_empty() && listing.is_empty(),
        everywhere,
        files: TaskFiles::of(listing.into_iter().map(|number| (number, &tasks[number]))),
    };
    (named.into_iter().zip(listing).map(of_rule).collect(), limited_tasks)
}

/// Says which tasks name a rule that is not there.
fn say_unknown(snapshot: &Snapshot<'_>, problems: &mut Vec<Problem>) {
    for (number, task) in snapshot.tasks.tasks().iter().enumerate() {
        for unknown in snapshot.unknown_rules().of_task(number) {
            let rule = &unknown.rule;
            let message = format!("task `{}` names an unknown rule: `{}`", task.id, rule.id);
            let mut problem = Problem::warning(ProblemKind::Link, message).in_file(&rule.place.path);
            problem.span = Some(rule.place.span);
            problem.position = Some(rule.position);
            problems.push(problem.help(match &unknown.near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`auditlint rules list --all` lists the rules that are known".to_owned(),
            }));
        }
        for unread in snapshot.unknown_rules().unread_of_task(number) {
            let (id, note) = (&unread.id, &unread.note);
            let message =
                format!("task `{}` names the rule `{id}` among other words, so it does not check the task", task.id);
            let mut problem = Problem::warning(ProblemKind::Link, message).in_file(&note.place.path);
            problem.span = Some(note.place.span);
            problem.position = Some(note.position);
            problems
                .push(problem.help(format!("write the ids of rules first, with commas between them: `{id} - why`")));
        }
    }
}

/// How many ids that nobody knows are compared with all that are known, to say which one may have been meant.
const MOST_GUESSED: usize = 20;

/// What the id of a link stands for.
struct LinkedTasks {
    /// The first of the tasks.
    tasks: Vec<FindingTask>,
    /// How many there are.
    count: usize,
    /// What is wrong with the id, and what may help.
    fault: Option<(LinkFault, String)>,
}

enum LinkFault {
    Ambiguous,
    Unknown,
}

impl LinkedTasks {
    fn of(id: &str, tasks: &TaskSet, guesses_left: &mut usize) -> Self {
        let one = |task: FindingTask| Self { tasks: vec![task], count: 1, fault: None };
        match tasks.find(id) {
            Some(TaskLookup::One(task)) => one(finding_task(task)),
            Some(TaskLookup::ByFinding(found)) => Self {
                tasks: found.iter().take(MAX_TASKS).map(|task| finding_task(task)).collect(),
                count: found.len(),
                fault: None,
            },
            Some(TaskLookup::External(task)) => one(FindingTask {
                id: task.id.as_str().to_owned(),
                title: task.title.clone(),
                status: task.status.map(auditlint_tasks::Status::name),
                path: task.place.as_ref().map(|place| place.path.clone()),
                line: task.place.as_ref().map(|place| place.line),
            }),
            Some(TaskLookup::Ambiguous(candidates)) => {
                Self { fault: Some((LinkFault::Ambiguous, write_in_full(&candidates))), ..one(unknown(id)) }
            }
            Some(TaskLookup::Unknown { .. }) | None => {
                let mut near = None;
                if *guesses_left > 0 {
                    *guesses_left -= 1;
                    if let TaskLookup::Unknown { nearest } = tasks.lookup(id) {
                        near = nearest;
                    }
                }
                let help = nearest_task(near);
                Self { fault: Some((LinkFault::Unknown, help)), ..one(unknown(id)) }
            }
        }
    }
}

/// Puts a problem where the link is written: in the configuration, which replaces links, or in the rule's file.
fn place(rule: &Rule, span: Span, projects: &Projects, problem: Problem) -> Problem {
    if let Some(config) = projects.linking(rule) {
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
