//! The relations of plans, and what a large plan costs.

use auditlint_facts::{DerivedFacts, SourceText};
use auditlint_source::FilePath;

use crate::facts_of;

fn facts(tasks: &str) -> DerivedFacts {
    let path = FilePath::new("tasks/plan.md");
    facts_of(&[SourceText { path: &path, text: tasks.as_bytes() }], &[])
}

/// The rows of a relation, their values with blanks between.
#[track_caller]
fn check(relation: &str, tasks: &str, expected: &[&str]) {
    let facts = facts(tasks);
    let rows = &facts.relation(relation).expect("it is one of the tasks").rows;
    let rows: Vec<String> =
        rows.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(rows, expected, "{tasks}");
}

/// Tasks with what each depends on and which file it names, all open and in one phase.
fn plan(tasks: &[(&str, &str, &str)]) -> String {
    let of_task = |(id, on, file): &(&str, &str, &str)| {
        format!("## {id} Task\n- **Status:** todo\n- **Phase:** One\n- **Depends on:** {on}\n- **Files:** `{file}`\n\n")
    };
    tasks.iter().map(of_task).collect()
}

#[test]
fn of_some_cycles_a_shortest_one() {
    let tasks = [("A-1", "A-2", "a"), ("A-2", "A-3, A-4", "a"), ("A-3", "A-4", "a"), ("A-4", "A-1", "a")];
    check(
        "task.cycle",
        &plan(&tasks),
        &["A-1 A-2 A-1 → A-2 → A-4 → A-1", "A-2 A-4 A-1 → A-2 → A-4 → A-1", "A-4 A-1 A-1 → A-2 → A-4 → A-1"],
    );
    check("task.cycle", &plan(&[("A-1", "A-2, A-3", "a"), ("A-2", "A-3", "a"), ("A-3", "none", "a")]), &[]);
}

#[test]
fn tasks_that_wait_for_each_other_share_nothing() {
    let tasks = [("A-1", "none", "src/a.ts"), ("A-2", "A-1", "src/a.ts"), ("A-3", "A-2", "src/a.ts")];
    check("task.shared-file", &plan(&tasks), &[]);
    let tasks = [("A-1", "none", "src/a.ts"), ("A-2", "A-1", "src/a.ts"), ("A-3", "none", "src/a.ts")];
    check("task.shared-file", &plan(&tasks), &["A-3 src/a.ts One A-1"]);
}

#[test]
fn two_tasks_of_one_id_hide_nothing() {
    let other = |id: &str, on: &str, file: &str| plan(&[(id, on, file)]).replace(" Task\n", " Another task\n");
    let cycle = format!("{}{}", plan(&[("A-1", "none", "a"), ("A-2", "A-1", "b")]), other("A-1", "A-2", "c"));
    check("task.cycle", &cycle, &["A-2 A-1 A-1 → A-2 → A-1", "A-1 A-2 A-1 → A-2 → A-1"]);
    let shared = format!("{}{}", plan(&[("A-1", "none", "src/a.ts")]), other("A-1", "none", "src/a.ts"));
    check("task.shared-file", &shared, &["A-1 src/a.ts One A-1"]);
    let twice = format!("{}{}", plan(&[("A-1", "none", "src/a.ts")]), plan(&[("A-1", "none", "src/a.ts")]));
    check("task.shared-file", &twice, &[]);
}

/// Work that grows with the square of the tasks, or recursion over them, does not end here.
#[test]
fn a_long_chain_and_a_crowd_on_one_file() {
    let mut tasks = String::new();
    for number in 1..=5_000 {
        let on = if number == 1 { 5_000 } else { number - 1 };
        tasks.push_str(&format!(
            "- [ ] A-{number} Task\n  - Phase: One\n  - Depends on: A-{on}\n  - Files: `src/a.ts`\n"
        ));
    }
    let facts = facts(&tasks);
    let rows = |name: &str| facts.relation(name).expect("it is one of the tasks").rows.len();
    assert_eq!(
        (rows("task.task"), rows("task.order"), rows("task.cycle"), rows("task.shared-file")),
        (5_000, 5_000, 5_000, 0)
    );
}

#[test]
fn many_files_of_an_absent_folder_are_said_and_not_judged() {
    let plan = |files: &[&str]| -> String {
        files.iter().enumerate().map(|(number, file)| format!("- [x] A-{number} Write `{file}`\n")).collect()
    };
    for (files, missing, gaps) in [
        (&["ios/a.swift", "ios/b.swift", "ios/c.swift", "ios/d.swift"][..], 4, 0),
        (&["ios/a.swift", "ios/b.swift", "ios/c.swift", "ios/d.swift", "ios/e.swift", "web/a.ts"], 1, 1),
        (&["ios/a.swift", "ios/a.swift", "ios/a.swift", "ios/a.swift", "ios/a.swift"], 5, 0),
        (&["tasks/a.md", "tasks/b.md", "tasks/c.md", "tasks/d.md", "tasks/e.md"], 5, 0),
        // One that is there shows that the folder is the one in which the repository lies.
        (&["shop/tasks/plan.md", "shop/b.ts", "shop/c.ts", "shop/d.ts", "shop/e.ts", "shop/f.ts"], 5, 0),
    ] {
        let facts = facts(&plan(files));
        let relation = facts.relation("task.missing-file").expect("it is one of the tasks");
        assert_eq!((relation.rows.len(), relation.gaps.len()), (missing, gaps), "{files:?}");
    }
}
