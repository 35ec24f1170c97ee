//! Tasks that stand in several places: what describes them, and what only lists them.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{Problem, ProblemKind};

use crate::DeclaredBy;
use crate::draft::TaskDraft;
use crate::id::fold;

/// Gives what lines of lists and tables say to the task that they name, where it stands elsewhere, and says which ids several
/// tasks have. `drafts` are in the order of their places, and so is what comes back.
pub(crate) fn merge(drafts: Vec<TaskDraft>, problems: &mut Vec<Problem>) -> Vec<TaskDraft> {
    let mut kept: Vec<Option<TaskDraft>> = Vec::with_capacity(drafts.len());
    let mut listed: Vec<TaskDraft> = Vec::new();
    let mut names = DraftNames::default();
    for draft in drafts {
        if draft.is_listed {
            listed.push(draft);
        } else {
            names.add(&draft, kept.len());
            kept.push(Some(draft));
        }
    }
    for mut draft in listed {
        let found = names.find(&draft).filter(|at| is_same(kept[*at].as_ref(), &draft));
        let Some(task) = found.and_then(|at| kept[at].as_mut()) else {
            names.add(&draft, kept.len());
            kept.push(Some(draft));
            continue;
        };
        for mut declaration in draft.task.declarations.drain(..) {
            declaration.by = DeclaredBy::Checklist;
            task.task.declarations.push(declaration);
        }
        let task = &mut task.task;
        task.priority = task.priority.take().or(draft.task.priority);
        task.owner = task.owner.take().or(draft.task.owner);
        task.phase = task.phase.take().or(draft.task.phase);
        if task.title.is_empty() {
            task.title = draft.task.title;
        }
    }
    let mut kept: Vec<TaskDraft> = kept.into_iter().flatten().collect();
    kept.sort_by(|a, b| a.task.place.cmp(&b.task.place));
    drop_taken_aliases(&mut kept);
    say_doubled(&kept, problems);
    kept
}

/// A further name of a task that is the id of another one stands for that one alone.
fn drop_taken_aliases(drafts: &mut [TaskDraft]) {
    let ids: BTreeSet<String> = drafts.iter().map(|draft| fold(draft.task.local_id())).collect();
    for draft in drafts {
        let own = fold(draft.task.local_id());
        draft.task.aliases.retain(|alias| {
            let alias = fold(alias);
            alias == own || !ids.contains(&alias)
        });
    }
}

/// Drafts by the names that stand for them.
#[derive(Default)]
struct DraftNames {
    ids: BTreeMap<String, usize>,
    /// Names of files that hold one task, and other short forms.
    aliases: BTreeMap<String, Option<usize>>,
}

impl DraftNames {
    fn add(&mut self, draft: &TaskDraft, at: usize) {
        self.ids.entry(fold(draft.task.id.as_str())).or_insert(at);
        for alias in &draft.task.aliases {
            // A number alone names nothing in a list.
            if alias.contains(|c: char| !c.is_ascii_digit()) {
                self.aliases.entry(fold(alias)).and_modify(|known| *known = None).or_insert(Some(at));
            }
        }
    }

    fn find(&self, draft: &TaskDraft) -> Option<usize> {
        let id = fold(draft.task.id.as_str());
        let exact = self.ids.get(&id).copied();
        exact.or_else(|| self.aliases.get(&id).copied().flatten())
    }
}

/// Whether a line of a list is about the task of that id: a described one always is, another line of a list where it says the same.
fn is_same(task: Option<&TaskDraft>, draft: &TaskDraft) -> bool {
    let Some(task) = task else { return false };
    let plain =
        |title: &str| title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (known, new) = (plain(&task.task.title), plain(&draft.task.title));
    !task.is_listed || known.is_empty() || new.is_empty() || known.starts_with(&new) || new.starts_with(&known)
}

/// Says which ids several tasks have, at each but the first.
fn say_doubled(drafts: &[TaskDraft], problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut said = 0;
    for (at, draft) in drafts.iter().enumerate() {
        let task = &draft.task;
        let known = *first.entry(task.id.as_str()).or_insert(at);
        if known == at {
            continue;
        }
        said += 1;
        if said > MAX_MISTAKES {
            continue;
        }
        let place = &drafts[known].task.place;
        let message = format!("the id `{}` stands for another task too, in {}:{}", task.id, place.path, place.line);
        let mut problem = Problem::warning(ProblemKind::Task, message)
            .in_file(&task.place.path)
            .help("give each task an id of its own, or set `prefix` in one of the `[[tasks]]` tables");
        problem.span = Some(task.place.span);
        problem.position = Some(draft.position);
        problems.push(problem);
    }
    if said > MAX_MISTAKES {
        let message = format!("{} more tasks have the id of another one", said - MAX_MISTAKES);
        problems.push(Problem::warning(ProblemKind::Task, message));
    }
}
