//! Cycles of dependencies: of each strongly connected component a shortest way around.

use std::collections::VecDeque;

use auditlint_facts::Row;
use auditlint_tasks::{Components, TaskDependency, TaskSet};

use super::rows::{TaskNumbers, id_of, row_at};

/// At most this many tasks of a cycle are named in its text.
const MOST_NAMED: usize = 8;

/// An entry that names a task: the task's number, and the entry.
type DependencyEdge<'s> = (usize, &'s TaskDependency);

pub(super) fn cycles(set: &TaskSet) -> Vec<Row> {
    let tasks = set.tasks();
    let numbers = TaskNumbers::of(set);
    // A word in a sentence may name the task that waits for this one.
    let mut edges: Vec<Vec<DependencyEdge<'_>>> = vec![Vec::new(); tasks.len()];
    for task in tasks {
        // Who waits for an id waits for every task that has it.
        let Some(from) = numbers.get(task.id.as_str()) else { continue };
        let entries = task.dependencies.iter().filter(|dependency| dependency.is_entry);
        edges[from].extend(entries.filter_map(|entry| Some((numbers.get(entry.on.as_ref()?.as_str())?, entry))));
    }
    let components = Components::of(edges.len(), |task, at| edges[task].get(at).map(|(to, _)| *to));
    let mut rows = Vec::new();
    for first in components.firsts() {
        let Some(way) = around(&edges, &components, first) else { continue };
        let mut names: Vec<&str> = way.iter().take(MOST_NAMED).map(|(from, _)| tasks[*from].id.as_str()).collect();
        if way.len() > MOST_NAMED {
            names.push("…");
        }
        names.push(tasks[first].id.as_str());
        let text = names.join(" → ");
        rows.extend(way.iter().map(|(from, (to, entry))| {
            row_at(&entry.place, vec![id_of(&tasks[*from]), id_of(&tasks[*to]), text.as_str().into()])
        }));
    }
    rows
}

/// A shortest way from the first task of a component back to it; `None` where there is none. Each step is a task and the entry that
/// leads on. Only entries within the component are followed, so all ways together take linear time.
fn around<'s>(
    edges: &[Vec<DependencyEdge<'s>>],
    components: &Components,
    first: usize,
) -> Option<Vec<(usize, DependencyEdge<'s>)>> {
    let mut from: rustc_hash::FxHashMap<usize, (usize, DependencyEdge<'s>)> = rustc_hash::FxHashMap::default();
    let mut open = VecDeque::from([first]);
    while let Some(task) = open.pop_front() {
        for edge in edges[task].iter().copied().filter(|(to, _)| components.first_of(*to) == first) {
            if edge.0 == first {
                let mut way = vec![(task, edge)];
                let mut at = task;
                while at != first {
                    let step = *from.get(&at)?;
                    at = step.0;
                    way.push(step);
                }
                way.reverse();
                return Some(way);
            }
            from.entry(edge.0).or_insert_with(|| {
                open.push_back(edge.0);
                (task, edge)
            });
        }
    }
    None
}
