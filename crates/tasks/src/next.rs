//! In which order the tasks that are left are best done.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::components::Components;

/// A task that is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemainingTask {
    /// The tasks of the same list that must be done before it, by their numbers.
    pub after: Vec<usize>,
    /// Its priority, as it is written.
    pub priority: Option<String>,
    /// How many places are left to put right; `None` where nothing tells.
    pub edits: Option<u64>,
}

/// How urgent a priority is, the most urgent first; what no one knows comes after what is normal.
#[must_use]
pub fn priority_rank(priority: Option<&str>) -> u32 {
    /// What a task without a priority has, and one of which nobody knows what it means.
    const UNKNOWN: u32 = 35;
    let Some(priority) = priority else { return UNKNOWN };
    let word: String =
        priority.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect::<String>().to_ascii_lowercase();
    let word = word.trim();
    let first = word.split(' ').next().unwrap_or_default();
    let number = first.strip_prefix('p').unwrap_or(first);
    if let Ok(level) = number.parse::<u32>() {
        return level.min(9) * 10;
    }
    match first {
        "blocker" | "critical" | "urgent" | "highest" | "showstopper" => 0,
        "a" | "high" | "major" | "important" => 10,
        "b" | "medium" | "normal" | "moderate" | "default" => 20,
        "c" | "low" | "minor" => 30,
        "d" | "lowest" | "trivial" | "optional" => 40,
        _ => UNKNOWN,
    }
}

/// The numbers of the tasks in the order in which to do them: what another one waits for comes first, then what is more urgent, then what
/// takes fewer edits, then what stands first. A task is as urgent as the most urgent one that waits for it, unless it waits in a circle. Where all that is left waits in or behind a circle, the circle is begun at the first of its
/// tasks in that order.
#[must_use]
pub fn next_order(tasks: &[RemainingTask]) -> Vec<usize> {
    let is_before = |number: usize, before: &usize| *before < tasks.len() && *before != number;
    let mut waiting = vec![0_usize; tasks.len()];
    let mut leads_to: Vec<Vec<usize>> = vec![Vec::new(); tasks.len()];
    for (number, task) in tasks.iter().enumerate() {
        for before in task.after.iter().copied().filter(|before| is_before(number, before)) {
            waiting[number] += 1;
            leads_to[before].push(number);
        }
    }
    let mut circles = Circles::of(&leads_to);
    let own: Vec<u32> = tasks.iter().map(|task| priority_rank(task.priority.as_deref())).collect();
    let urgency = urgencies(tasks, &own, &circles);
    let key = |number: usize| Reverse((urgency[number], own[number], tasks[number].edits.unwrap_or(u64::MAX), number));
    let mut ready: BinaryHeap<_> = (0..tasks.len()).filter(|number| waiting[*number] == 0).map(key).collect();
    let mut begun: BinaryHeap<_> = circles.free().map(key).collect();
    let mut is_done = vec![false; tasks.len()];
    let mut order = Vec::with_capacity(tasks.len());
    while let Some(Reverse((.., number))) = ready.pop().or_else(|| begun.pop()) {
        if std::mem::replace(&mut is_done[number], true) {
            continue;
        }
        order.push(number);
        for next in leads_to[number].iter().copied() {
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(key(next));
            }
            begun.extend(circles.let_go(number, next).iter().copied().map(key));
        }
    }
    order
}

/// How urgent each task is, with what waits for it.
fn urgencies(tasks: &[RemainingTask], own: &[u32], circles: &Circles) -> Vec<u32> {
    let mut urgency = own.to_vec();
    let mut by_urgency: Vec<usize> = (0..tasks.len()).collect();
    by_urgency.sort_by_key(|number| own[*number]);
    let mut is_known = vec![false; tasks.len()];
    let mut open = Vec::new();
    // The most urgent ones first, so that each task is met once, with the most urgent of those that wait for it.
    for most in by_urgency {
        open.push(most);
        while let Some(number) = open.pop() {
            if std::mem::replace(&mut is_known[number], true) {
                continue;
            }
            urgency[number] = own[most];
            let before = tasks[number].after.iter().copied();
            open.extend(before.filter(|before| *before < tasks.len() && !circles.is_in_one(*before)));
        }
    }
    urgency
}

/// The tasks that wait for each other.
struct Circles {
    components: Components,
    /// By the first task of each circle its tasks.
    members: Vec<Vec<usize>>,
    /// By the same how often it waits for a task outside.
    waiting: Vec<usize>,
}

impl Circles {
    fn of(leads_to: &[Vec<usize>]) -> Self {
        let components = Components::of(leads_to.len(), |task, at| leads_to[task].get(at).copied());
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); leads_to.len()];
        let mut waiting = vec![0; leads_to.len()];
        for (number, next) in leads_to.iter().enumerate() {
            let first = components.first_of(number);
            members[first].push(number);
            for outside in next.iter().map(|next| components.first_of(*next)).filter(|next| *next != first) {
                waiting[outside] += 1;
            }
        }
        Self { components, members, waiting }
    }

    fn is_in_one(&self, task: usize) -> bool {
        self.members[self.components.first_of(task)].len() > 1
    }

    /// The tasks of the circles that wait for nothing outside.
    fn free(&self) -> impl Iterator<Item = usize> {
        self.components.firsts().filter(|first| self.waiting[*first] == 0).flat_map(|first| self.members[first].clone())
    }

    /// The tasks of the circle of `next`, where that does not wait for anything outside any more once `done` is done.
    fn let_go(&mut self, done: usize, next: usize) -> &[usize] {
        let (from, to) = (self.components.first_of(done), self.components.first_of(next));
        if from == to {
            return &[];
        }
        self.waiting[to] -= 1;
        if self.waiting[to] == 0 { &self.members[to] } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tasks: &[(&[usize], Option<&str>, Option<u64>)], expected: &[usize]) {
        let tasks: Vec<RemainingTask> = tasks
            .iter()
            .map(|(after, priority, edits)| RemainingTask {
                after: after.to_vec(),
                priority: priority.map(str::to_owned),
                edits: *edits,
            })
            .collect();
        assert_eq!(next_order(&tasks), expected, "{tasks:?}");
    }

    #[test]
    fn dependencies_then_priority_then_edits() {
        check(&[], &[]);
        check(&[(&[], Some("P2"), Some(1)), (&[], Some("P1"), Some(9)), (&[], Some("P1"), Some(2))], &[2, 1, 0]);
        check(&[(&[1], Some("P0"), Some(1)), (&[], Some("P3"), Some(9))], &[1, 0]);
        check(&[(&[], None, None), (&[], None, Some(5)), (&[], Some("low"), None)], &[2, 1, 0]);
        check(&[(&[1], Some("P0"), None), (&[0], Some("P1"), None), (&[], Some("P2"), None)], &[2, 0, 1]);
        check(&[(&[0, 7], None, None), (&[0, 0], None, None)], &[0, 1]);
    }

    #[test]
    fn a_task_is_as_urgent_as_what_waits_for_it() {
        // The critical one waits for one of P3, which waits for one that says nothing.
        check(
            &[
                (&[1], Some("P0"), None),
                (&[2], Some("P3"), None),
                (&[], None, None),
                (&[], Some("P1"), Some(1)),
                (&[], Some("P2"), None),
            ],
            &[2, 1, 0, 3, 4],
        );
        // Of two that are equally urgent for others the own priority decides.
        check(
            &[(&[1, 2], Some("P0"), None), (&[], Some("P3"), None), (&[], Some("P2"), None), (&[], Some("P0"), None)],
            &[3, 2, 1, 0],
        );
        check(&[(&[1], Some("P3"), None), (&[], Some("P1"), None)], &[1, 0]);
    }

    #[test]
    fn what_waits_behind_a_circle_comes_after_it() {
        // The most urgent one waits for both of a circle, and another for that.
        check(
            &[
                (&[3], Some("P0"), None),
                (&[2], Some("P2"), None),
                (&[1], Some("P1"), None),
                (&[1, 2], Some("P0"), None),
                (&[], Some("P3"), None),
            ],
            &[4, 2, 1, 3, 0],
        );
        // A circle behind another one, and one that is free.
        check(
            &[
                (&[1, 2], Some("P0"), None),
                (&[0], Some("P0"), None),
                (&[3], Some("P2"), None),
                (&[2], Some("P3"), None),
                (&[5], Some("P1"), None),
                (&[4], Some("P1"), None),
            ],
            &[4, 5, 2, 3, 0, 1],
        );
    }

    #[test]
    fn words_of_priorities() {
        for (more, less) in [
            ("P0", "P1"),
            ("CRITICAL", "high"),
            ("High", "Medium"),
            ("medium (later)", "Low"),
            ("1", "2"),
            ("(A)", "(B)"),
            ("low", "lowest"),
        ] {
            assert!(priority_rank(Some(more)) < priority_rank(Some(less)), "{more} {less}");
        }
        assert!(priority_rank(Some("whenever")) == priority_rank(None));
    }
}
