//! Cycles of dependencies: strongly connected components, found in one pass without recursion, and of each a shortest way around.

use std::collections::VecDeque;

use auditlint_facts::Row;
use auditlint_tasks::{TaskDependency, TaskSet};

use super::rows::{TaskNumbers, id_of, row_at};

/// So many tasks of a cycle are named in its text.
const MOST_NAMED: usize = 8;

/// An entry that names a task: the task's number, and the entry.
type Edge<'s> = (usize, &'s TaskDependency);

pub(super) fn cycles(set: &TaskSet) -> Vec<Row> {
    let tasks = set.tasks();
    let numbers = TaskNumbers::of(set);
    // A word in a sentence may name the task that waits for this one.
    let edges: Vec<Vec<Edge<'_>>> = tasks
        .iter()
        .map(|task| {
            let entries = task.dependencies.iter().filter(|dependency| dependency.is_entry);
            entries.filter_map(|entry| Some((numbers.get(entry.on.as_ref()?.as_str())?, entry))).collect()
        })
        .collect();
    let components = Components::of(&edges);
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

/// The strongly connected component of each task.
struct Components {
    /// By task, the smallest number in its component.
    first: Vec<usize>,
}

impl Components {
    /// The algorithm of Tarjan with a stack of its own.
    fn of(edges: &[Vec<Edge<'_>>]) -> Self {
        const UNSEEN: usize = usize::MAX;
        let count = edges.len();
        let mut first: Vec<usize> = (0..count).collect();
        let (mut order, mut low) = (vec![UNSEEN; count], vec![0; count]);
        let mut is_open = vec![false; count];
        let (mut open, mut path, mut next) = (Vec::new(), Vec::new(), 0);
        for root in 0..count {
            if order[root] != UNSEEN {
                continue;
            }
            path.push((root, 0));
            while let Some((task, at)) = path.last_mut() {
                let task = *task;
                if *at == 0 && order[task] == UNSEEN {
                    (order[task], low[task], is_open[task]) = (next, next, true);
                    next += 1;
                    open.push(task);
                }
                if let Some((to, _)) = edges[task].get(*at) {
                    *at += 1;
                    if order[*to] == UNSEEN {
                        path.push((*to, 0));
                    } else if is_open[*to] {
                        low[task] = low[task].min(order[*to]);
                    }
                    continue;
                }
                path.pop();
                if let Some((before, _)) = path.last() {
                    low[*before] = low[*before].min(low[task]);
                }
                if low[task] == order[task] {
                    let from = open.iter().rposition(|member| *member == task).unwrap_or(0);
                    let members = open.split_off(from);
                    let least = members.iter().copied().min().unwrap_or(task);
                    for member in members {
                        (first[member], is_open[member]) = (least, false);
                    }
                }
            }
        }
        Self { first }
    }

    /// The first task of each component, in their order.
    fn firsts(&self) -> impl Iterator<Item = usize> {
        self.first.iter().enumerate().filter(|(number, first)| number == *first).map(|(number, _)| number)
    }
}

/// A shortest way from the first task of a component back to it; `None` where there is none. Each step is a task and the entry that
/// leads on. Only entries within the component are followed, so all ways together take linear time.
fn around<'s>(edges: &[Vec<Edge<'s>>], components: &Components, first: usize) -> Option<Vec<(usize, Edge<'s>)>> {
    let mut from: rustc_hash::FxHashMap<usize, (usize, Edge<'s>)> = rustc_hash::FxHashMap::default();
    let mut open = VecDeque::from([first]);
    while let Some(task) = open.pop_front() {
        for edge in edges[task].iter().copied().filter(|(to, _)| components.first[*to] == first) {
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
