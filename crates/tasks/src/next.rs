//! In which order the tasks that are left are best done.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

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
/// takes fewer edits, then what stands first. Where tasks wait for each other in a circle, they come in that order at the end.
#[must_use]
pub fn next_order(tasks: &[RemainingTask]) -> Vec<usize> {
    let mut waiting = vec![0_usize; tasks.len()];
    let mut leads_to: Vec<Vec<usize>> = vec![Vec::new(); tasks.len()];
    for (number, task) in tasks.iter().enumerate() {
        for before in task.after.iter().copied().filter(|before| *before < tasks.len() && *before != number) {
            waiting[number] += 1;
            leads_to[before].push(number);
        }
    }
    let key = |number: usize| {
        let task = &tasks[number];
        Reverse((priority_rank(task.priority.as_deref()), task.edits.unwrap_or(u64::MAX), number))
    };
    let mut ready: BinaryHeap<_> = (0..tasks.len()).filter(|number| waiting[*number] == 0).map(key).collect();
    let mut order = Vec::with_capacity(tasks.len());
    while let Some(Reverse((.., number))) = ready.pop() {
        order.push(number);
        for next in &leads_to[number] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                ready.push(key(*next));
            }
        }
    }
    let mut circle: Vec<_> = (0..tasks.len()).filter(|number| waiting[*number] > 0).map(key).collect();
    circle.sort_by(|a, b| b.cmp(a));
    order.extend(circle.into_iter().map(|Reverse((.., number))| number));
    order
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
