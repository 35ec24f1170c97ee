//! Task files of every shape, and what is read from them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::fmt::Write as _;

use auditlint_source::{FilePath, Files as _, MemoryFiles, Problem, ProblemLevel};
use auditlint_tasks::{Task, TaskFiles, TaskLookup, TaskRule, TaskSet, TaskSource, detect, load};
use proptest::prelude::*;

fn load_files(files: &[(&str, &[u8])], globs: &[&str]) -> (TaskSet, Vec<Problem>) {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let memory = MemoryFiles::new(files.iter().map(|(path, bytes)| (*path, *bytes)));
    let sources: Vec<TaskSource> = globs.iter().map(|glob| TaskSource::of_files(&[glob]).unwrap()).collect();
    load(&sources, &paths, &memory)
}

/// A task as one line per thing that is known about it.
fn shown(task: &Task, out: &mut String) {
    let status = task.status.map_or("-", |status| status.name());
    writeln!(out, "{} = {} [{status}] {}:{}", task.id, task.title, task.place.path, task.place.line).unwrap();
    for declaration in &task.declarations {
        let place = &declaration.place;
        writeln!(out, "  {:?} says {} at {}:{}", declaration.by, declaration.status, place.path, place.line).unwrap();
    }
    let list = |name: &str, items: &[String], out: &mut String| {
        if !items.is_empty() {
            writeln!(out, "  {name}: {}", items.join(" | ").replace('\n', "\\n")).unwrap();
        }
    };
    list("priority", task.priority.as_slice(), out);
    list("owner", task.owner.as_slice(), out);
    list("files", &task.files, out);
    list("findings", &task.findings, out);
    let depends: Vec<String> = task.depends_on.iter().map(ToString::to_string).collect();
    list("after", &depends, out);
    let criteria: Vec<String> = task.acceptance.iter().map(|criterion| criterion.text.clone()).collect();
    list("acceptance", &criteria, out);
    list("verify", &task.verify, out);
    let subtasks: Vec<String> = task.subtasks.iter().map(|part| format!("{} ({})", part.id, part.title)).collect();
    list("subtasks", &subtasks, out);
}

/// Tasks and problems of one set of files against what is expected.
#[track_caller]
fn check(files: &[(&str, &str)], globs: &[&str], expected: &str) {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let (set, problems) = load_files(&files, globs);
    let mut out = String::new();
    set.tasks().iter().for_each(|task| shown(task, &mut out));
    for problem in &problems {
        assert_eq!(problem.level, ProblemLevel::Warning);
        let path = problem.path.as_ref().map_or("-", FilePath::as_str);
        let line = problem.position.map_or(0, |position| position.line);
        writeln!(out, "! {path}:{line} {}", problem.message).unwrap();
    }
    assert_eq!(out.trim(), expected.trim(), "\n{out}");
}

const UNTIDY: &[(&str, &str)] = &[
    ("tasks/07_rename_tables.yaml", include_str!("untidy/tasks/07_rename_tables.yaml")),
    ("tasks/08_lock_table.yaml", include_str!("untidy/tasks/08_lock_table.yaml")),
    ("tasks/09_cut_logs.yaml", include_str!("untidy/tasks/09_cut_logs.yaml")),
    ("tasks/TODO.md", include_str!("untidy/tasks/TODO.md")),
    ("logs/run_07_rename_tables_1700000000.log.done", "ok\n"),
    ("logs/run_nothing_1700000001.log.done", "ok\n"),
];

#[test]
fn indented_code_is_no_checklist() {
    check(
        &[
            ("tasks/A-1.yaml", "id: A-1\ntitle: x\nstatus: done\n"),
            ("tasks/A-2.yaml", "id: A-2\ntitle: y\nstatus: done\n"),
            (
                "tasks/TODO.md",
                "Text:\n\n    - [ ] A-1 code\n\tmore\n\n# Head\n    - [ ] A-1 code\n\nText\n    - [x] A-1 no code\n\n- a\n\n    - [x] A-2 in an item\n\n          - [ ] A-2 code\n",
            ),
        ],
        &["tasks/*"],
        r#"
A-1 = x [done] tasks/A-1.yaml:1
  Task says done at tasks/A-1.yaml:3
  Checklist says done at tasks/TODO.md:10
A-2 = y [done] tasks/A-2.yaml:1
  Task says done at tasks/A-2.yaml:3
  Checklist says done at tasks/TODO.md:14
"#,
    );
}

#[test]
fn reads_untidy_files() {
    check(
        UNTIDY,
        &["tasks/*.yaml", "tasks/TODO.md", "logs/*.done"],
        r#"
07_rename_tables = Rename the tables that still carry the old prefix [done] tasks/07_rename_tables.yaml:1
  Task says done at tasks/07_rename_tables.yaml:3
  Checklist says done at tasks/TODO.md:4
  Marker says done at logs/run_07_rename_tables_1700000000.log.done:1
  priority: HIGH
  owner: data team
  files: db/schema.sql | db/migrations/**
  acceptance: No query names a table with the old prefix
  verify: make check-schema
08_lock_table = Worker: take the lock from the database [todo] tasks/08_lock_table.yaml:1
  Checklist says todo at tasks/TODO.md:7
  priority: CRITICAL
  files: worker/src/locks.ts | worker/src/main.ts | docs/[lang]/locks.md
  after: 07_rename_tables
  acceptance: `make test-locks` is green with two workers | Locks end by themselves: after a minute at most\n* also when the worker dies\n* also when the clock jumps | Quoted: and therefore valid
09_cut_logs = Cut long log lines [done] tasks/09_cut_logs.yaml:1
  Checklist says done at tasks/TODO.md:8
  files: src/log.ts
  acceptance: one: two: three | four
! tasks/08_lock_table.yaml:2 this is not valid YAML and was read line by line: mapping values are not allowed in this context
! tasks/09_cut_logs.yaml:4 this is not valid YAML and was read line by line: mapping values are not allowed in this context
! tasks/TODO.md:10 unknown task `10_never_written.yaml`
! logs/run_nothing_1700000001.log.done:0 the name of this marker file contains no known task id
"#,
    );
}

#[test]
fn reads_sections_with_bulleted_fields() {
    let plan = "\
# Plan
Intro with UTF-8 in it.

## TD-20250102-001 Restore the table
- **Status:** todo
- **Priority:** P0
- **Owner:** ann
- **Description:** The ORM names a table that is not there.
- **Acceptance Criteria:**
  - A migration makes it
    and takes it back.
  - Tests pass.
- **Dependencies:** None.
- **Subtasks:**
  - [ ] DB-311 — Write the migration.

## TD-20250102-002 Log leases
- **Status:** 🟡 MOSTLY COMPLETE
- **Dependencies:** TD-20250102-001 (shared migration), then TD-20250102-009.

## SHA-256 in short
Not a task.
";
    check(
        &[("plan.md", plan)],
        &["plan.md"],
        "
TD-20250102-001 = Restore the table [todo] plan.md:4
  Task says todo at plan.md:5
  priority: P0
  owner: ann
  acceptance: A migration makes it and takes it back. | Tests pass.
  subtasks: DB-311 (Write the migration.)
TD-20250102-002 = Log leases [-] plan.md:17
  after: TD-20250102-001
! plan.md:18 unknown status `🟡 MOSTLY COMPLETE`; the task counts as having no status
",
    );
}

#[test]
fn reads_sections_with_bold_labels() {
    let plan = "\
## PHASE 1: CRITICAL

### P1-T1: Schema
**Findings:** C1, C2, G9 (models)
**Files:** `db/0001.ts`, `db/models.ts` (new), websocket file
**Scope:**
- C1: Fix the column.
- Status: nullable is wrong.

### [x] P1-T2: Keys
**Files:** WebSocket file in `src/`

### P1-QA: Look at it all
**Scope:** Everything. Verify:
- no `if`

---

## PHASE DEPENDENCIES
None.
";
    check(
        &[("plan.md", plan)],
        &["plan.md"],
        "
P1-T1 = Schema [-] plan.md:3
  files: db/0001.ts | db/models.ts
  findings: C1 | C2 | G9
P1-T2 = Keys [done] plan.md:10
  Task says done at plan.md:10
  files: src/
P1-QA = Look at it all [-] plan.md:13
",
    );
}

#[test]
fn reads_phases_that_say_when_they_are_done() {
    let plan = "\
**Phase 0 — Baseline (same day)**
- Owners: Lead (all), QA.
- Tasks:
  - Look at the environment: versions.
- Acceptance criteria:
  - Builds pass.
  - Coverage: 65 %.

**Owners & Stakeholders**
- Lead: everything.
";
    check(
        &[("plan.md", plan)],
        &["plan.md"],
        "
Phase-0 = Baseline (same day) [-] plan.md:1
  owner: Lead (all), QA
  acceptance: Builds pass. | Coverage: 65 %.
",
    );
}

#[test]
fn reads_signs_behind_what_is_bold() {
    let plan = "\
**Phase 0 — Baseline (same day)** \u{2705}
- Acceptance criteria:
  - Builds pass.

**Phase 1 — Bugs \u{2705}**
- Acceptance criteria:
  - Routes answer.

**Phase 2 — Speed** and more \u{2705}
- Acceptance criteria:
  - It is fast.

**Builds pass:** \u{2705}
";
    check(
        &[("plan.md", plan)],
        &["plan.md"],
        "
Phase-0 = Baseline (same day) [done] plan.md:1
  Task says done at plan.md:1
  acceptance: Builds pass.
Phase-1 = Bugs [done] plan.md:5
  Task says done at plan.md:5
  acceptance: Routes answer. | It is fast.
",
    );
}

#[test]
fn reads_front_matter() {
    check(
        &[(
            "tasks/1.md",
            "---\nid: task-1\ntitle: One\nstatus: In Progress\nfiles: [a.ts]\n---\n## What\n- [x] text\n",
        )],
        &["tasks/"],
        "
task-1 = One [in-progress] tasks/1.md:2
  Task says in-progress at tasks/1.md:4
  files: a.ts
",
    );
}

#[test]
fn the_status_of_the_task_itself_holds_and_all_are_kept() {
    check(
        &[
            ("t/a1_x.yaml", "id: a1_x\nstatus: open\n"),
            ("t/b1_x.yaml", "id: b1_x\n"),
            ("t/list.md", "- [x] a1_x\n- [ ] b1\n"),
            ("t/b1_x.done", ""),
        ],
        &["t/*"],
        "
a1_x =  [todo] t/a1_x.yaml:1
  Task says todo at t/a1_x.yaml:2
  Checklist says done at t/list.md:1
b1_x =  [todo] t/b1_x.yaml:1
  Checklist says todo at t/list.md:2
  Marker says done at t/b1_x.done:1
",
    );
}

#[test]
fn says_what_it_cannot_read() {
    check(
        &[
            ("t/a.yaml", ""),
            ("t/b.yaml", "a\0b"),
            ("t/c.yaml", "- 1\n- 2\n"),
            ("t/d.md", "# Notes\n"),
            ("t/e.bin", "x"),
            ("t/f1.yaml", "id: f1\ndepends_on: [f2, f1]\nfindings: see the report\n"),
        ],
        &["t/*", "none/*.yaml"],
        "
f1 =  [-] t/f1.yaml:1
  after: f1
! t/a.yaml:0 this task file is empty
! t/b.yaml:0 this task file is binary and was not read
! t/c.yaml:1 this file contains no tasks
! t/e.bin:0 the name of this file does not tell how its tasks are written
! t/f1.yaml:3 no finding id recognised here
! -:0 no file matches `none/*.yaml`
! t/f1.yaml:2 depends on the unknown task `f2`
! t/d.md:1 no section or checklist line of this file is about a task
",
    );
}

#[test]
fn detects_where_tasks_are_kept() {
    let mut files: Vec<(&str, &str)> = UNTIDY.to_vec();
    files.push(("logs/run_08_lock_table_1700000002.log.done", "ok"));
    files.push((".github/ci.yml", "name: ci\non: push\n"));
    files.push((".github/cd.yml", "name: cd\nid: x\n"));
    files.push(("plan.md", "## TD-1 One\n- **Status:** todo\n## TD-2 Two\n- **Status:** todo\n"));
    files.push(("README.md", "- [x] 07_rename_tables\n"));
    let memory = MemoryFiles::new(files.iter().copied());
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let found: Vec<(String, usize, usize)> =
        detect(&paths, &memory).into_iter().map(|place| (place.glob, place.files, place.tasks)).collect();
    let expected = [("tasks/*.yaml", 3, 3), ("plan.md", 1, 2), ("tasks/TODO.md", 1, 3), ("logs/*.done", 3, 2)];
    let expected: Vec<(String, usize, usize)> =
        expected.iter().map(|(glob, files, tasks)| ((*glob).to_owned(), *files, *tasks)).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_proposed_for_odd_names_matches_them() {
    const PLAN: &str = "## TD-1 One\n- **Status:** todo\n## TD-2 Two\n- **Status:** todo\n";
    for folder in ["a[b]", "a[", "{x", "*", "a!b,c", "-"] {
        let path = format!("{folder}/plan.md");
        let memory = MemoryFiles::new([(&path, PLAN)]);
        let paths = [FilePath::new(&path)];
        let found = detect(&paths, &memory);
        assert_eq!(found.len(), 1, "{path}");
        let source = TaskSource::of_files(&[&found[0].glob]).unwrap();
        assert!(source.covers(&path), "{} for {path}", found[0].glob);
        let tasks = [("1", "id: T-1\ntitle: a\nstatus: todo\n"), ("2", "id: T-2\ntitle: b\nstatus: todo\n")];
        let tasks = tasks.map(|(name, text)| (format!("{folder}/{name}.yaml"), text));
        let memory = MemoryFiles::new(tasks.iter().map(|(path, text)| (path, text)));
        let paths: Vec<FilePath> = tasks.iter().map(|(path, _)| FilePath::new(path)).collect();
        let source = TaskSource::of_files(&[&detect(&paths, &memory)[0].glob]).unwrap();
        assert!(paths.iter().all(|path| source.covers(path.as_str())), "{folder}");
    }
}

#[test]
fn a_task_covers_its_files() {
    let (set, _) = load_files(
        &[("t.yaml", b"id: a1\nfiles:\n  - src/[id]/x.ts\n  - lib/\n  - test/*.ts\n  - sql/{a.sql, b.sql}\n")],
        &["t.yaml"],
    );
    let files = TaskFiles::new(&set.tasks()[0]);
    for (path, expected) in [
        ("src/[id]/x.ts", true),
        ("src/i/x.ts", false),
        ("lib/deep/y.ts", true),
        ("library/y.ts", false),
        ("test/a.ts", true),
        ("test/deep/a.ts", false),
        ("sql/b.sql", true),
    ] {
        assert_eq!(files.cover(&FilePath::new(path)), expected, "{path}");
    }
}

/// Any bytes, and pieces of task files in any order.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "id: a1\n",
        "title: x\n",
        "- ",
        "  ",
        "\n",
        "\r\n",
        "acceptance:\n",
        "files:",
        "[",
        "]",
        "{",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "## ",
        "### P1-T1: X\n",
        "**Files:** ",
        "**",
        "- [x] a1\n",
        "`",
        "(",
        ")",
        "---\n",
        "```\n",
        "<!--",
        "☐ ",
        "é",
        ",",
        ": ",
        "#L1",
        "&a ",
        "*a ",
        "\u{feff}",
        "Phase 1",
        "status: done\n",
        "#",
        "**Subtasks:**\n",
        "- [ ] **SEC-1** ",
        "[SEC-2](u) ",
        "é (#12)\n",
        "| ID | Title | Status |\n|---|---|---|\n| A-1 | ",
        " |",
        "<!-- id: é/x -->",
        "(verify: a-b)\n",
        "1.2 ",
        "x (A) ",
        "id:é-1 ",
        "id,title,status\n\"a\nb\",",
        ";",
        "\\u00e9",
        "{\"tasks\": [{\"id\": 1}]",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn reads_any_bytes(bytes in any_file(), extension in prop::sample::select(vec!["yaml", "json", "md", "done", "csv", "txt"])) {
        let name = format!("t/x_a1.{extension}");
        let files: Vec<(&str, &[u8])> = vec![(&name, &bytes), ("t/other.yaml", b"id: a1\n"), ("t/list.md", &bytes), ("t/todo.txt", &bytes), ("specs/é/tasks.md", &bytes)];
        let (set, problems) = load_files(&files, &["t/*", "specs/*/*"]);
        let memory = MemoryFiles::new(files.iter().copied());
        let read = |path: &FilePath| memory.read(path, u64::MAX).unwrap();
        for task in set.tasks() {
            for place in std::iter::once(&task.place).chain(task.declarations.iter().map(|found| &found.place)) {
                let bytes = read(&place.path);
                prop_assert!(place.span.start <= place.span.end && place.span.end as usize <= bytes.len());
                let line = auditlint_source::Position::of(&bytes, place.span.start).line;
                prop_assert_eq!(place.line, line);
            }
            let is_found = !matches!(set.lookup(task.id.as_str()), TaskLookup::Unknown { .. });
            prop_assert!(is_found, "{}", task.id);
            prop_assert!(!TaskFiles::new(task).cover(&FilePath::root()));
        }
        for problem in problems {
            if let (Some(path), Some(span)) = (problem.path, problem.span) {
                prop_assert!(span.end as usize <= read(&path).len());
            }
        }
        let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
        prop_assert!(detect(&paths, &memory).iter().all(|place| place.tasks > 0));
    }
}

/// Long files of one repeated piece, where a search for each piece over all others would not end.
#[test]
fn reads_long_files_in_one_go() {
    for (name, piece) in [
        ("t.yaml", "k%: ( ( (\n"),
        ("t.yaml", "- [( \"'\n"),
        ("t.md", "# a%-1\n"),
        ("t.md", "- [x] a1\n"),
        ("t.md", "## T-%\n- **Files:** a%.ts, ((\n"),
    ] {
        let text: String = (0..40_000).map(|at: u32| piece.replace('%', &at.to_string())).collect();
        let (set, problems) = load_files(&[(name, text.as_bytes()), ("a1-b.yaml", b"id: a1-b\n")], &["*"]);
        assert!(!set.is_empty() && problems.len() < 10, "{piece}: {}", problems.len());
    }
    let listed = format!("id: a1\nfiles: {}\n", "(a.ts, ".repeat(100_000));
    let (set, _) = load_files(&[("t.yaml", listed.as_bytes())], &["*"]);
    assert_eq!(set.tasks().len(), 1);
}

#[test]
fn tasks_and_their_mistakes_are_limited() {
    let file = |name: &str, count: usize| -> String { (0..count).map(|at| format!("- id: {name}-{at}\n")).collect() };
    let texts = ["A", "B", "C", "D"].map(|name| file(name, 20_000));
    let paths = ["t/a.yaml", "t/b.yaml", "t/c.yaml", "t/d.yaml"];
    let files: Vec<(&str, &[u8])> = paths.iter().zip(&texts).map(|(path, text)| (*path, text.as_bytes())).collect();
    let (set, problems) = load_files(&files, &["t/*.yaml"]);
    assert_eq!(set.tasks().len(), auditlint_tasks::limits::MAX_TASKS);
    assert!(problems.iter().any(|problem| problem.message.contains("1 files were not read")), "{problems:?}");

    let wrong = "- id: [x]\n".repeat(3_000);
    let (_, problems) = load_files(&[("t/a.yaml", wrong.as_bytes())], &["t/*.yaml"]);
    assert!(problems.len() <= 102, "{}", problems.len());
}

#[test]
fn a_task_names_the_rules_that_check_it() {
    let yaml = "id: A-1\ntitle: x\nverify:\n  - in-memory-store\n  - make test\nacceptance:\n  - plain\n  - text: sessions survive\n    verify: [in-memory-store, raw-fetch]\n  - said at the end (verify: process-env)\n";
    let plan = "## B-1 Title\n**Status:** done\n**Verify:** `raw-fetch`, in-memory-store\n**Acceptance:**\n- [x] One client\n  - **Verify:** raw-fetch\n- [ ] No map (verify: in-memory-store)\n- No colon (verify later)\n";
    let (set, problems) = load_files(&[("t.yaml", yaml.as_bytes()), ("p.md", plan.as_bytes())], &["*"]);
    assert!(problems.is_empty(), "{problems:?}");
    let mut out = String::new();
    for task in set.tasks() {
        let of = |rules: &[TaskRule], text: &str| {
            let slice = |rule: &TaskRule| &text[rule.place.span.start as usize..rule.place.span.end as usize];
            rules
                .iter()
                .map(|rule| format!("{}@{}={}", rule.id, rule.place.line, slice(rule)))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let text = if task.place.path.as_str() == "t.yaml" { yaml } else { plan };
        writeln!(out, "{}: {} | {}", task.id, of(&task.rules, text), task.verify.join(" | ")).unwrap();
        for criterion in &task.acceptance {
            let done = criterion.declaration.as_ref().map_or("-", |declaration| declaration.status.name());
            writeln!(out, "  {} [{done}] {}", criterion.text, of(&criterion.rules, text)).unwrap();
        }
    }
    assert_eq!(
        out.trim(),
        "B-1: raw-fetch@3=raw-fetch in-memory-store@3=in-memory-store | `raw-fetch`, in-memory-store
  One client [done] raw-fetch@6=raw-fetch
  No map [todo] in-memory-store@7=in-memory-store
  No colon (verify later) [-] 
A-1: in-memory-store@4=in-memory-store | in-memory-store | make test
  plain [-] 
  sessions survive [-] in-memory-store@9=in-memory-store raw-fetch@9=raw-fetch
  said at the end [-] process-env@10=process-env"
    );
}
