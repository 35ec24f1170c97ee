//! Files that open tasks of one phase share.

use std::collections::BTreeMap;

use auditlint_facts::Row;
use auditlint_tasks::{NamedFile, Status, Task, TaskSet};

use super::super::packages;
use super::rows::{id_of, row_at};

pub(super) fn shared_files(set: &TaskSet) -> Vec<Row> {
    let tasks = set.tasks();
    let mut sharing: BTreeMap<(String, &str), Vec<(usize, &NamedFile)>> = BTreeMap::new();
    for (number, task) in tasks.iter().enumerate().filter(|(_, task)| is_open(task)) {
        let Some(phase) = task.phase.as_deref().map(|phase| phase.trim().to_lowercase()) else { continue };
        for file in task.named_files.iter().filter(|file| is_owned(file)) {
            let owners = sharing.entry((phase.clone(), file.path.as_str())).or_default();
            // A task that names a file twice, and one that stands twice, share it with nobody.
            if owners.last().is_none_or(|(last, _)| !is_same(&tasks[*last], task)) {
                owners.push((number, file));
            }
        }
    }
    let mut rows = Vec::new();
    for owners in sharing.into_values().filter(|owners| owners.len() > 1) {
        let mut groups = OwnerGroups::of(owners.iter().map(|(number, _)| *number));
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        owners.iter().for_each(|(number, _)| by_id.entry(tasks[*number].id.as_str()).or_default().push(*number));
        for (number, _) in &owners {
            let waits_for = tasks[*number].dependencies.iter().filter_map(|one| by_id.get(one.on.as_ref()?.as_str()));
            waits_for.flatten().for_each(|on| groups.join(*number, *on));
        }
        let first = &tasks[owners[0].0];
        let group = groups.of_task(owners[0].0);
        for (number, file) in &owners[1..] {
            if groups.of_task(*number) == group {
                continue;
            }
            let task = &tasks[*number];
            let phase = task.phase.as_deref().map(str::trim);
            rows.push(row_at(&file.place, vec![id_of(task), file.path.as_str().into(), phase.into(), id_of(first)]));
        }
    }
    rows.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    rows
}

/// Whether two entries are one task: two tasks may have one id by mistake.
fn is_same(one: &Task, other: &Task) -> bool {
    one.id == other.id && (std::ptr::eq(one, other) || one.title.trim().eq_ignore_ascii_case(other.title.trim()))
}

fn is_open(task: &Task) -> bool {
    matches!(task.status, Some(Status::Todo | Status::InProgress))
}

/// A manifest is written by every task that adds a package, and what a pattern covers is nobody's alone.
fn is_owned(file: &NamedFile) -> bool {
    file.is_plain() && !file.path.ends_with('/') && !file.is_outside && !packages::is_manifest_file(&file.path)
}

/// Owners of a file, of which those are together that wait for each other.
struct OwnerGroups {
    above: BTreeMap<usize, usize>,
}

impl OwnerGroups {
    fn of(tasks: impl Iterator<Item = usize>) -> Self {
        Self { above: tasks.map(|task| (task, task)).collect() }
    }

    fn of_task(&mut self, task: usize) -> usize {
        let mut at = task;
        while let Some(above) = self.above.get(&at).copied().filter(|above| *above != at) {
            // Halves the way for whoever asks next.
            let next = self.above.get(&above).copied().unwrap_or(above);
            self.above.insert(at, next);
            at = next;
        }
        at
    }

    /// Puts two tasks together, if both are owners.
    fn join(&mut self, one: usize, other: usize) {
        if self.above.contains_key(&other) {
            let (one, other) = (self.of_task(one), self.of_task(other));
            self.above.insert(one.max(other), one.min(other));
        }
    }
}
