//! Tasks as teams write them: a sample of each style, its near misses, and what is read of it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

mod shown;

use std::fmt::Write as _;

use auditlint_source::{FilePath, MemoryFiles};
use auditlint_tasks::{ItemIds, TaskSource, assign_ids, load, survey};
use shown::{check, check_source};

#[test]
fn items_with_ids_in_all_the_forms() {
    check(
        &[(
            "TODO.md",
            "\
# Security

## Phase 1: now

- [ ] **SEC-1** Move sessions out of `src/session.ts`
  - [x] a restart keeps everyone
  - [ ] two instances agree
- [x] `SEC-2` Encrypt tokens
- [ ] [SEC-3](https://x.y/SEC-3) Limit logins
- [ ] [SEC-4] Rotate keys
- [/] SEC-5: Check origins
  - **Files:** `src/cors.ts`
  - Owner: ann
  - depends on: SEC-4
- [ ] #13 Raw fetch
- [ ] Title at the end (#14)
- [ ] Another one [SEC-6]
- [x] CODX-P0-DB-311 — Author the migration
- ✅ P1-T2: Done with a sign
- [ ] ~~SEC-7 Dropped~~
",
        )],
        "
SEC-1 = Move sessions out of `src/session.ts` [todo] :5 Box([ ]) phase=Phase 1: now files=src/session.ts
  * a restart keeps everyone [done]
  * two instances agree [todo]
SEC-2 = Encrypt tokens [done] :8 Box([x]) phase=Phase 1: now
SEC-3 = Limit logins [todo] :9 Box([ ]) phase=Phase 1: now
SEC-4 = Rotate keys [todo] :10 Box([ ]) phase=Phase 1: now
SEC-5 = Check origins [in-progress] :11 Box([/]) owner=ann phase=Phase 1: now files=src/cors.ts after=SEC-4
#13 = Raw fetch [todo] :15 Box([ ]) phase=Phase 1: now
#14 = Title at the end [todo] :16 Box([ ]) phase=Phase 1: now
SEC-6 = Another one [todo] :17 Box([ ]) phase=Phase 1: now
CODX-P0-DB-311 = Author the migration [done] :18 Box([x]) phase=Phase 1: now
P1-T2 = Done with a sign [done] :19 Sign(✅) phase=Phase 1: now
SEC-7 = Dropped [wont-do] :20 Derived([ ]) phase=Phase 1: now
",
    );
}

#[test]
fn items_that_only_look_like_tasks() {
    check(
        &[(
            "TODO.md",
            "\
- [ ] SEC-1 The one task
- [ ] 3 more tests
- [ ] UTF-8 in names
- [ ] S3 bucket
- [ ] Context7 pattern: a
- [ ] Context7 pattern: b
- [ ] P2 later
- [ ] 24-hour clock
- [ ] 2025-10-01 meeting
- [ ] something without
- [ ] see the list (see SEC-9)
- [ ] part of the migration (SEC-8)
- [ ] rest of the migration (SEC-8)
- no box SEC-2

> - [ ] SEC-3 quoted

```
- [ ] SEC-4 code
```

<!-- - [ ] SEC-5 comment
- [ ] SEC-6 comment -->

Text:

    - [ ] SEC-7 indented
",
        )],
        "
SEC-1 = The one task [todo] :1 Box([ ])
? :2 3 more tests x1: a number is an id only where most entries of a file begin with one
? :3 UTF-8 in names x5: it carries no id
? :4 S3 bucket x1: its first word may be any word: no other entry has an id like it
? :5 Context7 pattern: a x2: `Context7` stands in 2 entries of this file, so it is the id of none
? :7 P2 later x1: `P2` is a priority, and no id
? :12 part of the migration (SEC-8) x2: `SEC-8` stands in 2 entries of this file, so it is the id of none
",
    );
}

#[test]
fn items_of_any_list_and_any_line_break() {
    check(
        &[(
            "TODO.md",
            "\u{feff}* [x] SEC-1 Star\r\n+ [ ] SEC-2 Plus\r\n1. [ ] SEC-3 Number\r\n   - a criterion\r\n\r\n2) [X] **SEC-4:** Colon\r\n- [ ] **UTF-8** names\r\n- [ ] `access_token_v2` column\r\n",
        )],
        "
SEC-1 = Star [done] :1 Box([x])
SEC-2 = Plus [todo] :2 Box([ ])
SEC-3 = Number [todo] :3 Box([ ])
  * a criterion []
SEC-4 = Colon [done] :6 Box([X])
? :7 **UTF-8** names x1: it carries no id
? :8 `access_token_v2` column x1: its first word may be any word: no other entry has an id like it
",
    );
}

#[test]
fn an_item_gives_the_status_of_a_task_that_stands_elsewhere() {
    check(
        &[
            ("plan/a.md", "## SEC-1 Sessions\n**Files:** `a.ts`\n\n## SEC-2 Tokens\n**Files:** `b.ts`\n"),
            ("plan/b.md", "- [x] **SEC-1** Sessions\n- [ ] SEC-3 Only here\n"),
            ("plan/c.md", "- [ ] SEC-3 Only here\n- [x] SEC-3 Said twice, and another one\n"),
        ],
        "
SEC-1 = Sessions [done] :1 Box([x]) files=a.ts
SEC-2 = Tokens [-] :4 files=b.ts
SEC-3 = Only here [todo] :2 Box([ ]) Box([ ])
SEC-3 = Said twice, and another one [done] :2 Box([x])
! :2 the id `SEC-3` stands for another task too, in plan/b.md:2
",
    );
}

#[test]
fn a_word_of_a_sentence_names_no_task_of_another_file() {
    check(
        &[
            ("t/3.yaml", "id: 3\ntitle: Three\nstatus: done\n"),
            ("t/index.yaml", "id: index\ntitle: Index\nstatus: done\n"),
            ("t/08x.yaml", "id: 08x_003_store\ntitle: Store\nstatus: done\n"),
            (
                "t/TODO.md",
                "- [ ] 3 more tests\n- [ ] index the docs\n- [ ] 08x retries\n- [x] 08x_003\n- [ ] 3: said\n",
            ),
        ],
        "
08x_003_store = Store [done] :1 Yaml(done) Box([x])
3 = Three [done] :1 Yaml(done) Box([ ])
index = Index [done] :1 Yaml(done)
? :1 3 more tests x1: `3` stands in 2 entries of this file, so it is the id of none
? :2 index the docs x1: it carries no id
? :3 08x retries x1: its first word may be any word: no other entry has an id like it
",
    );
}

#[test]
fn headings_with_ids_in_all_the_forms() {
    check(
        &[(
            "PLAN.md",
            "\
## #13 Raw fetch
One client.

## Encrypt tokens (#12)
- **Status:** in progress

## **SEC-1** Sessions
- [ ] a restart keeps everyone

### [SEC-2](https://x.y) Logins
**Owner:** ann

### [x] SEC-3 — Origins

### SEC-5: Hashes ✅

### Task 4: Limits
**Files:** `src/limits.ts`

## Title [SEC-9]
Nothing shows that this is a task.

## P2 now
## P2 later
## SHA-256 in short
## 1.2 Scope
",
        )],
        "
#13 = Raw fetch [-] :1
#12 = Encrypt tokens [in-progress] :4 Word(in progress)
SEC-1 = Sessions [-] :7
  * a restart keeps everyone [todo]
SEC-2 = Logins [-] :10 owner=ann
SEC-3 = Origins [done] :13 Box([x])
SEC-5 = Hashes [done] :15 Sign(✅)
PLAN:Task-4 = Limits [-] :17 files=src/limits.ts
SEC-9 = Title [-] :20
? :23 P2 now x2: `P2` stands in 2 entries of this file, so it is the id of none
",
    );
}

#[test]
fn headings_that_only_look_like_tasks() {
    check(
        &[
            (
                "docs/adr.md",
                "# ADR-001: Use Redis\n**Status:** Accepted\n## Context\na\n## Decision\nb\n# ADR-002: Use SQL\n**Decision**: x\n**Rationale**: y\n",
            ),
            ("CHANGELOG.md", "## [1.2.0] - 2025-01-01\n### Fix login (#12)\n### Fix logout (#13)\n"),
            ("docs/guide.md", "### Issue 1: Missing\nText\n### Issue 2: Double\nText\n### Context7 a\n**Status:** done\n### Context7 b\n**Status:** done\n"),
            ("docs/one.md", "## SEC-1 Alone\nText.\n"),
        ],
        "
? :2 Fix login (#12) x2: the file lists versions, where such a number refers to an issue
? :1 ADR-001: Use Redis x2: it is a record of a decision: `Decision` stands below it
? :1 Issue 1: Missing x2: no field of a task and no checklist follows
? :5 Context7 a x2: `Context7` stands in 2 entries of this file, so it is the id of none
? :1 SEC-1 Alone x1: no field of a task (`**Status:**`, `**Files:**`, …) follows, and no other heading has an id like it
! :2 no section or checklist line of this file is about a task: the file lists versions, where such a number refers to an issue (2 such entries)
! :1 no section or checklist line of this file is about a task: it is a record of a decision: `Decision` stands below it (2 such entries)
! :5 no section or checklist line of this file is about a task: `Context7` stands in 2 entries of this file, so it is the id of none (2 such entries)
! :1 no section or checklist line of this file is about a task: no field of a task (`**Status:**`, `**Files:**`, …) follows, and no other heading has an id like it
",
    );
}

#[test]
fn headings_equal_in_two_files_are_both_read() {
    check(
        &[
            ("a/plan.md", "## SEC-1 Sessions\n**Status:** todo\n"),
            ("b/plan.md", "## SEC-1 Sessions\n**Status:** done\n"),
        ],
        "
SEC-1 = Sessions [todo] :1 Word(todo)
SEC-1 = Sessions [done] :1 Word(done)
! :1 the id `SEC-1` stands for another task too, in a/plan.md:1
",
    );
}

#[test]
fn rows_of_tables() {
    check(
        &[(
            "PLAN.md",
            "\
| ID | Title | Status | Priority | Owner |
|----|-------|--------|:--------:|-------|
| SEC-1 | Sessions \\| tokens | **Done** | P0 | ann |
| [SEC-2](https://x.y) | Limits | ✅ | P1 | |
| SEC-3 | Keys | not yet | | |
| - | Nothing | todo | | |

| id | name | type |
|---|---|---|
| 1 | user_id | uuid |

```
| ID | Title | Status |
|---|---|---|
| SEC-9 | Code | todo |
```

## SEC-3 Keys
**Files:** `src/keys.ts`
",
        )],
        "
SEC-1 = Sessions \\| tokens [done] :3 TableCell(Done) priority=P0 owner=ann
SEC-2 = Limits [done] :4 TableCell(✅) priority=P1
SEC-3 = Keys [-] :18 files=src/keys.ts
? :6 - x1: this cell of the column of ids holds no id
? :10 1 x1: nothing in this table says how far its rows are, and its ids may be anything
! :5 unknown status `not yet`; the task counts as having no status
",
    );
}

#[test]
fn exports_of_trackers() {
    let jira = r#"{"issues": [{"id": "10001", "key": "SEC-1", "fields": {"summary": "Sessions",
  "status": {"name": "In Progress"}, "priority": {"name": "High"}, "assignee": {"displayName": "Ann B"},
  "labels": ["a"], "description": "long"}}]}"#;
    check(&[("jira.json", jira)], "SEC-1 = Sessions [in-progress] :1 Json(In Progress) priority=High owner=Ann B");
    let csv = "Summary,Issue key,Issue id,Status,Priority,Description\n\"Sessions, and tokens\",SEC-1,10001,\"To Do\",High,\"a\nb\"\nLimits,SEC-2,10002,Done,,\n";
    check(
        &[("jira.csv", csv)],
        "SEC-1 = Sessions, and tokens [todo] :2 CsvCell(To Do) priority=High\nSEC-2 = Limits [done] :4 CsvCell(Done)",
    );
    let github = r#"[{"number": 13, "title": "Raw fetch \ud83d\ude00", "state": "OPEN", "labels": [{"name": "bug"}],
 "assignees": [{"login": "ann"}], "milestone": {"title": "v2"}},
 {"number": 14, "title": "Done one", "state": "CLOSED", "assignees": [], "milestone": null, "stateReason": "COMPLETED"},
 {"number": 15, "title": "Other", "state": "CLOSED", "stateReason": "NOT_PLANNED"}]"#;
    check(
        &[("issues.json", github)],
        "#13 = Raw fetch \u{1F600} [todo] :1 Json(OPEN) owner=ann phase=v2\n#14 = Done one [done] :3 Json(CLOSED)\n#15 = Other [wont-do] :4 Json(CLOSED)",
    );
    let gitlab =
        r#"[{"id": 900, "iid": 7, "title": "Keys", "state": "opened", "assignee": {"name": "Ann", "username": "a"}}]"#;
    check(&[("gitlab.json", gitlab)], "#7 = Keys [todo] :1 Json(opened) owner=Ann");
    let linear = "ID,Team,Title,Status,Priority,Assignee\nENG-12,Core,Limits,Backlog,Urgent,ann@x.y\n";
    check(&[("linear.csv", linear)], "ENG-12 = Limits [todo] :2 CsvCell(Backlog) priority=Urgent owner=ann@x.y");
    let warrior = r#"[{"id": 1, "uuid": "2f3c1a7e-0000-4000-8000-000000000000", "description": "Keys", "status": "pending", "priority": "H"}]"#;
    check(&[("tasks.json", warrior)], "2f3c1a7e = Keys [todo] :1 Json(pending) priority=H");
    let yaml = "- key: SEC-1\n  summary: Sessions\n  fields:\n    status:\n      name: Done\n";
    check(&[("tracker.yaml", yaml)], "SEC-1 = Sessions [done] :1 Yaml(Done)");
    let keyed = "SEC-1:\n  title: Sessions\n  status: 'todo'\nSEC-2:\n  title: Keys\n";
    check(&[("plan.yaml", keyed)], "SEC-1 = Sessions [todo] :1 Yaml(todo)\nSEC-2 = Keys [-] :4");
}

#[test]
fn boxes_in_the_text_of_an_issue() {
    let github = r#"[{"number": 13, "title": "Sessions", "state": "OPEN",
  "body": "Sessions get lost.\r\n\r\n- [x] I have searched the issues\r\n- [ ] I am sure\r\n\r\n## Acceptance criteria\r\n\r\n- [x] a restart keeps \"everyone\"\r\n- [ ] two instances agree (verify: raw-fetch)\r\n\r\n```md\r\n- [ ] code\r\n```\r\n<!-- - [ ] comment -->\r\n> - [ ] quoted"},
 {"number": 14, "title": "None", "state": "OPEN", "body": null},
 {"number": 15, "title": "Empty", "state": "OPEN", "body": "see #13\n\n- no box"}]"#;
    check(
        &[("issues.json", github)],
        "#13 = Sessions [todo] :1 Json(OPEN)\n  * a restart keeps \"everyone\" [done]\n  * two instances agree [todo]\n#14 = None [todo] :3 Json(OPEN)\n#15 = Empty [todo] :4 Json(OPEN)",
    );
    let gitlab = r#"[{"iid": 7, "title": "Keys", "state": "opened", "description": "- [ ] Rotate\n- [x] Revoke\n  - [x] the old one\n\nRollout\n---\n- [ ] Tell all\n- no box\n\n## Tasks\n- [x] Log\n\n**Verify:** process-env"}]"#;
    check(
        &[("gitlab.json", gitlab)],
        "#7 = Keys [todo] :1 Json(opened)\n  * Rotate [todo]\n  * Revoke\n[x] the old one [done]\n  * Tell all [todo]\n  * Log [done]",
    );
    let linear =
        "ID,Title,Status,Description\nENG-1,Limits,Todo,\"Why: load\n\n- [ ] five, per \"\"user\"\"\n- [x] a test\"\n";
    check(
        &[("linear.csv", linear)],
        "ENG-1 = Limits [todo] :2 CsvCell(Todo)\n  * five, per \"user\" [todo]\n  * a test [done]",
    );
    let yaml = "id: A-1\ntitle: T\nacceptance: [one]\ndescription: |\n  - [ ] two\n";
    check(&[("a.yaml", yaml)], "A-1 = T [-] :1\n  * one []");
}

#[test]
fn boxes_of_issues_stand_where_they_are_written() {
    let text = r#"[{"number": 1, "title": "T", "body": "- [ ] a\n- [ ] a\n- [x] \u00e9 b\n- [ ] c"}]"#;
    let files = MemoryFiles::new([("issues.json", text)]);
    let source = TaskSource::of_files(&["*"]).unwrap();
    let (set, _) = load(&[source], &[FilePath::new("issues.json")], &files);
    let places: Vec<(&str, Option<&str>)> = set.tasks()[0]
        .acceptance
        .iter()
        .map(|criterion| {
            let of = |span: auditlint_source::Span| &text[span.start as usize..span.end as usize];
            (of(criterion.place.span), criterion.declaration.as_ref().map(|said| of(said.place.span)))
        })
        .collect();
    let first = text.find("[ ] a").unwrap() as u32;
    assert_eq!(set.tasks()[0].acceptance[0].place.span.start, first);
    assert!(set.tasks()[0].acceptance[1].place.span.start > first);
    assert_eq!(places, [("[ ] a", Some("[ ]")), ("[ ] a", Some("[ ]")), ("[x] ", Some("[x]")), ("[ ] c", Some("[ ]"))]);
}

#[test]
fn headings_with_a_line_below() {
    check(
        &[(
            "plan.md",
            "\
Plan
====

Phase 1
-------

SEC-1 Sessions
--------------
**Status:** done

### Acceptance criteria
- a restart keeps everyone

SEC-2: Keys
---
- Status: todo
---
Some text of SEC-3.
---

`SEC-4` Limits
==============
Acceptance criteria
-------------------
- [ ] five per user
",
        )],
        "
SEC-1 = Sessions [done] :7 Word(done)
  * a restart keeps everyone []
SEC-2 = Keys [todo] :14 Word(todo)
SEC-4 = Limits [-] :21
  * five per user [todo]
",
    );
}

#[test]
fn what_reports_number_is_no_task() {
    check(
        &[(
            "report.md",
            "\
### Issue #1: Broken login
**Problem:** the form is gone

### **Issue #2: Slow start**
**Status:** todo

### #3 Limits

| # | Tool | Status |
|---|------|--------|
| 1 | search | \u{2705} PASS |
| 2 | wander | \u{2705} PASS |

## T037-T040 Modules
## T041-T045 Functions
## web3-en site
## web3-cn site

### \u{2705} AC1: a restart keeps everyone
### \u{2705} AC2: two instances agree
",
        )],
        "
#2 = Slow start [todo] :4 Word(todo)
#3 = Limits [-] :7
? :11 1 x2: its id is a number, and no column of this table is called like a title
? :1 Issue #1: Broken login x1: no field of a task and no checklist follows
? :16 web3-en site x2: no field of a task follows, and its first word may be any word
? :19 AC1: a restart keeps everyone x2: acceptance criteria are counted within their story, so its number is not an id of a task
",
    );
}

#[test]
fn numbered_criteria_are_about_their_own_task() {
    let task = |id: &str, done: &str| {
        format!("---\nid: {id}\ntitle: T\nstatus: Done\n---\n## Acceptance Criteria\n- [{done}] #1 one\n")
    };
    let (first, second) = (task("task-1", " "), task("task-2", "x"));
    check(
        &[
            ("backlog/task-1.md", &first),
            ("backlog/task-2.md", &second),
            ("list.md", "## #1 Other\n- **Status:** done\n"),
        ],
        "
task-1 = T [done] :2 Yaml(Done)
  * one [todo]
task-2 = T [done] :2 Yaml(Done)
  * one [done]
#1 = Other [done] :1 Word(done)
",
    );
}

#[test]
fn a_file_in_a_title_stands_in_its_line() {
    for (path, text, line) in [
        ("specs/001-a/tasks.md", "# T\n\n- [x] **T001** [P] Write `src/a.ts`\n- [x] T002 Other\n", 3),
        ("todo.txt", "x SEC-1 Write src/a.ts +audit\nx SEC-2 Other\n", 1),
    ] {
        let files = MemoryFiles::new([(path, text)]);
        let (set, _) = load(&[TaskSource::of_files(&["**"]).unwrap()], &[FilePath::new(path)], &files);
        let places: Vec<u32> = set.tasks()[0].named_files.iter().map(|file| file.place.line).collect();
        assert_eq!(places, [line], "{path}");
    }
}

#[test]
fn front_matter_of_toml() {
    check(
        &[
            (
                "tasks/a.md",
                "+++\nid = \"SEC-1\"\ntitle = \"Sessions\"\nstatus = \"In Progress\"\nfiles = [\"a.ts\"]\ndepends_on = ['SEC-2']\n+++\n\n## Acceptance criteria\n- [x] one\n",
            ),
            ("tasks/b.md", "+++\nid = 'SEC-2'\ntitle = 'Keys'\ndone = true\n+++\n"),
            ("tasks/c.md", "+++\nid = SEC-3\n+++\n"),
        ],
        "
SEC-1 = Sessions [in-progress] :2 Toml(In Progress) files=a.ts after=SEC-2
  * one [done]
SEC-2 = Keys [done] :2 Flag(true)
! :2 this front matter is not valid TOML and was not read: string values must be quoted, expected literal string
! :1 no section or checklist line of this file is about a task
",
    );
    let mut source = TaskSource::of_files(&["**"]).unwrap();
    source.fields.id = Some("task.ref".to_owned());
    source.fields.status = Some("task.state".to_owned());
    let text = "---\ntitle: Sessions\ntask:\n  ref: A-1\n  state: done\n---\n";
    check_source(&[("t.md", text)], source.clone(), "A-1 = Sessions [done] :4 Yaml(done)");
    let text = "+++\ntitle = \"Sessions\"\n[task]\nref = \"A-1\"\nstate = \"done\"\n+++\n";
    check_source(&[("t.md", text)], source, "A-1 = Sessions [done] :4 Toml(done)");
}

#[test]
fn fields_under_any_key() {
    let mut source = TaskSource::of_files(&["**"]).unwrap();
    source.fields.id = Some("ref.code".to_owned());
    source.fields.title = Some("what".to_owned());
    source.fields.status = Some("progress.0.state".to_owned());
    source.fields.acceptance = Some("checks".to_owned());
    let text = "- ref: {code: A-1}\n  what: Sessions\n  progress.0.state: done\n  checks: [one, two]\n";
    check_source(&[("t.yaml", text)], source, "A-1 = Sessions [done] :1 Yaml(done)\n  * one []\n  * two []");
}

#[test]
fn a_task_under_its_id_may_hold_a_list_of_others() {
    let text = "SEC-1:\n  title: Sessions\n  status: todo\n  tasks:\n    - {title: Store}\nPHASE-1:\n  tasks:\n    - {id: A-1, title: Tokens}\n";
    check(&[("t.yaml", text)], "SEC-1 = Sessions [todo] :1 Yaml(todo)\nPHASE-1:A-1 = Tokens [-] :8");
}

#[test]
fn files_of_coding_agents() {
    let master = r#"{"master": {"tasks": [{"id": 1, "title": "Setup", "status": "done", "priority": "high", "dependencies": [],
 "subtasks": [{"id": 1, "title": "Install", "status": "pending", "dependencies": []}]},
 {"id": 2, "title": "Build", "status": "in-progress", "dependencies": [1]}], "metadata": {"version": "1"}},
 "spike": {"tasks": [{"id": 1, "title": "Try", "status": "cancelled"}, {"id": 2, "title": "Go", "dependencies": [1]}]},
 "core-phase-1": {"tasks": [{"id": 1, "title": "Carry"}], "metadata": {"taskCount": 1}}}"#;
    check(
        &[(".taskmaster/tasks/tasks.json", master)],
        "
1 = Setup [done] :1 Json(done) priority=high
  * Install [todo]
2 = Build [in-progress] :3 Json(in-progress) after=1
spike:1 = Try [wont-do] :4 Json(cancelled)
spike:2 = Go [-] :4 after=spike:1
core-phase-1:1 = Carry [-] :5
",
    );
    let spec = "## Phase 1: Setup\n- [X] T001 Create it\n- [ ] T002 [P] [US1] Model in src/models/user.ts\n";
    check(
        &[("specs/001-login/tasks.md", spec), ("specs/002-pay/tasks.md", "- [ ] T001 Other\n- [ ] T002 More\n")],
        "
001-login:T001 = Create it [done] :2 Box([X]) phase=Phase 1: Setup
001-login:T002 = Model in src/models/user.ts [todo] :3 Box([ ]) phase=Phase 1: Setup files=src/models/user.ts
002-pay:T001 = Other [todo] :1 Box([ ])
002-pay:T002 = More [todo] :2 Box([ ])
",
    );
    let kiro = "# Plan\n- [x] 1. Set up\n  - install\n  - _Requirements: 1.1_\n- [ ] 2. Build\n  - [ ] 2.1 Model\n    - with tests\n  - [-]* 2.2 Views\n";
    check(
        &[(".kiro/specs/login/tasks.md", kiro)],
        "
login:1 = Set up [done] :2 Box([x])
  * install []
login:2 = Build [todo] :5 Box([ ])
login:2.1 = Model [todo] :6 Box([ ])
  * with tests []
login:2.2 = Views [in-progress] :8 Box([-])
",
    );
    let backlog = "---\nid: task-7\ntitle: Sessions\nstatus: To Do\nassignee: ['@ann']\npriority: high\ndependencies: []\n---\n\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nText\n<!-- SECTION:DESCRIPTION:END -->\n\n## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [ ] #1 a restart keeps everyone\n- [x] #2 two instances agree\n<!-- AC:END -->\n";
    check(
        &[("backlog/tasks/task-7 - Sessions.md", backlog)],
        "
task-7 = Sessions [todo] :2 Yaml(To Do) priority=high owner=@ann
  * a restart keeps everyone [todo]
  * two instances agree [done]
",
    );
    let prd = "- [x] 1.0 Parent\n  - [x] 1.1 Child\n- [ ] 2.0 Next\n";
    check(
        &[("tasks/tasks-prd-login.md", prd)],
        "
prd-login:1.0 = Parent [done] :1 Box([x])
prd-login:1.1 = Child [done] :2 Box([x])
prd-login:2.0 = Next [todo] :3 Box([ ])
",
    );
}

#[test]
fn lines_of_todo_txt() {
    check(
        &[(
            "todo.txt",
            "(A) 2025-10-01 SEC-1 Sessions in src/session.ts +audit @web\nx 2025-10-03 2025-10-01 Keys id:SEC-2 dep:SEC-1\nbuy milk\n",
        )],
        "
SEC-1 = Sessions in src/session.ts [todo] :1 LineMark() priority=A phase=audit files=src/session.ts
SEC-2 = Keys [done] :2 LineMark(x ) after=SEC-1
? :3 buy milk x1: it carries no id
",
    );
}

#[test]
fn items_get_ids_from_their_headings() {
    let text = "# Plan\n## Web\n- [ ] Add rate limits to the login route now\r\n  - per user\n- [x] Other <!-- id: kept -->\n- [ ] Add rate limits to the login route again\n";
    let source = || TaskSource { ids: ItemIds::Heading, ..TaskSource::of_files(&["**"]).unwrap() };
    check_source(
        &[("PLAN.md", text)],
        source(),
        "
web/add-rate-limits-to-the-login = Add rate limits to the login route now [todo] :3 Box([ ])
  * per user []
kept = Other [done] :5 Box([x])
web/add-rate-limits-to-the-login-2 = Add rate limits to the login route again [todo] :6 Box([ ])
",
    );
    let paths = [FilePath::new("PLAN.md")];
    let memory = MemoryFiles::new([("PLAN.md", text)]);
    let mut written = text.to_owned();
    for id in assign_ids(&[source()], &paths, &memory).iter().rev() {
        written.insert_str(id.place.span.end as usize, &id.comment());
    }
    let expected = text
        .replace("route now", "route now <!-- id: web/add-rate-limits-to-the-login -->")
        .replace("route again", "route again <!-- id: web/add-rate-limits-to-the-login-2 -->");
    assert_eq!(written, expected);
    // The ids stay, whatever happens to headings and words.
    let moved = written.replace("## Web", "## API").replace("Add rate", "Set rate");
    check(
        &[("PLAN.md", &moved)],
        "
web/add-rate-limits-to-the-login = Set rate limits to the login route now [todo] :3 Box([ ])
  * per user []
kept = Other [done] :5 Box([x])
web/add-rate-limits-to-the-login-2 = Set rate limits to the login route again [todo] :6 Box([ ])
",
    );
    assert!(assign_ids(&[source()], &paths, &MemoryFiles::new([("PLAN.md", moved.as_str())])).is_empty());
}

#[test]
fn no_item_gets_an_id_that_is_taken() {
    let source = || TaskSource { ids: ItemIds::Heading, ..TaskSource::of_files(&["*.md"]).unwrap() };
    let api = || TaskSource { prefix: Some("api".to_owned()), ..TaskSource::of_files(&["api/*.yaml"]).unwrap() };
    let web = || TaskSource::of_files(&["web/*.yaml"]).unwrap();
    for (files, expected) in [
        // An id that is written further below.
        (vec![("a.md", "## W\n- [ ] one\n- [ ] other <!-- id: w/one -->\n")], vec!["w/one-2"]),
        (vec![("a.md", "## W\n- [ ] one <!-- id: W/one-2 -->\n- [ ] one\n- [ ] one\n")], vec!["w/one", "w/one-3"]),
        // One that is given to a text with a number at its end.
        (vec![("a.md", "## W\n- [ ] one\n- [ ] one 2\n- [ ] one\n")], vec!["w/one", "w/one-2", "w/one-3"]),
        // Another file.
        (vec![("a.md", "## W\n- [ ] one\n"), ("b.md", "## W\n- [ ] one\n")], vec!["w/one", "w/one-2"]),
        (vec![("a.md", "## W\n- [ ] one\n"), ("b.md", "- [ ] x <!-- id: w/one -->\n")], vec!["w/one-2"]),
        (vec![("a.md", "## W\n- [ ] one\n"), ("web/t.yaml", "- id: w/one\n  status: todo\n")], vec!["w/one-2"]),
        // A prefix makes it another id.
        (vec![("a.md", "## W\n- [ ] one\n"), ("api/t.yaml", "- id: w/one\n  status: todo\n")], vec!["w/one"]),
    ] {
        let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
        let assigned = assign_ids(&[source(), api(), web()], &paths, &MemoryFiles::new(files.iter().copied()));
        let ids: Vec<&str> = assigned.iter().map(|id| id.id.as_str()).collect();
        assert_eq!(ids, expected, "{files:?}");
    }
}

#[test]
fn items_that_say_the_same_get_ids_in_steps_that_grow_with_their_number() {
    let text = "- [ ] one\n".repeat(20_000);
    let files = MemoryFiles::new([("a.md", text.as_str())]);
    let source = TaskSource { ids: ItemIds::Heading, ..TaskSource::of_files(&["*.md"]).unwrap() };
    let assigned = assign_ids(&[source], &[FilePath::new("a.md")], &files);
    assert_eq!(assigned.last().map(|id| id.id.as_str()), Some("one-20000"));
}

/// What `init` proposes for some files, one line each.
#[track_caller]
fn check_survey(files: &[(&str, &str)], expected: &str) {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let found = survey(&paths, &MemoryFiles::new(files.iter().copied()));
    let mut out = String::new();
    for place in &found.places {
        writeln!(out, "{}: {}", place.glob, place.what).unwrap();
    }
    out.extend(found.without_id());
    assert_eq!(out.trim(), expected.trim(), "\n{out}");
}

#[test]
fn exports_are_known_by_what_they_hold() {
    check_survey(
        &[
            (
                "gh.json",
                "[{\"number\": 1, \"state\": \"OPEN\", \"title\": \"a\"}, {\"number\": 2, \"state\": \"CLOSED\", \"title\": \"b\"}]",
            ),
            ("export.csv", "Summary,Issue key,Status\na,PR-1,To Do\nb,PR-2,Done\n"),
            (
                "tw.json",
                "[{\"id\":1,\"description\":\"a\",\"status\":\"pending\",\"uuid\":\"0f6d0ed2-0000-4000-8000-000000000001\"},\n{\"id\":2,\"description\":\"b\",\"status\":\"completed\",\"uuid\":\"1f6d0ed2-0000-4000-8000-000000000002\"}]",
            ),
            (
                ".beads/db.jsonl",
                "{\"id\":\"bd-1\",\"title\":\"a\",\"status\":\"open\",\"priority\":1}\n{\"id\":\"bd-2\",\"title\":\"b\",\"status\":\"closed\",\"priority\":2}\n",
            ),
            // Data of a program, settings, and an export that a test is about.
            (
                "src/orders.json",
                "[{\"id\": 1, \"title\": \"a\", \"status\": \"done\"}, {\"id\": 2, \"title\": \"b\", \"status\": \"open\"}]",
            ),
            ("package.json", "{\"name\": \"a\", \"description\": \"b\"}"),
            ("people.csv", "id,name,status\n1,a,open\n2,b,done\n"),
            (
                "tests/gh.json",
                "[{\"number\": 1, \"state\": \"OPEN\", \"title\": \"a\"}, {\"number\": 2, \"state\": \"CLOSED\", \"title\": \"b\"}]",
            ),
            (
                "posts.json",
                "[{\"number\": 1, \"state\": \"published\", \"title\": \"a\"}, {\"number\": 2, \"state\": \"draft-2\", \"title\": \"b\"}]",
            ),
        ],
        "
.beads/db.jsonl: 2 tasks, such as `bd-1` in line 1: an object with an id
export.csv: 2 tasks, such as `PR-1` in line 2: a line with an id below a header
gh.json: 2 tasks, such as `#1` in line 1: an object with an id
tw.json: 2 tasks, such as `0f6d0ed2` in line 1: an object with an id
",
    );
}

#[test]
fn what_is_proposed_says_why() {
    check_survey(
        &[
            ("tasks/SEC-3.yaml", "id: SEC-3\ntitle: Sessions\nstatus: todo\n"),
            ("config/app.yaml", "id: app\nname: App\nport: 80\n"),
            ("PLAN.md", "## P1-T1: a\n**Files:** `a.ts`\n## P1-T2: b\n**Files:** `b.ts`\n"),
            ("docs/list.md", "- [ ] SEC-8 a\n- [ ] SEC-9 b\n- [ ] without\n"),
            ("docs/CHECKLIST.md", "- [x] P1-T1\n- [ ] P1-T2\n- ✅ SEC-3.yaml **NEW**\n"),
            (
                "docs/adr.md",
                "# ADR-001: a\n## Context\nx\n## Decision\nb\n# ADR-002: b\n## Context\nx\n## Decision\nb\n",
            ),
            ("docs/report.md", "#### ✅ Context7 a\n#### ✅ Context7 b\n## P2 a\n## P2 b\n"),
            ("specs/001-x/tasks.md", "- [ ] T001 a\n- [ ] T002 b\n"),
            (".specify/templates/tasks-template.md", "- [ ] T001 a\n- [ ] T002 b\n"),
            (
                ".taskmaster/tasks/tasks.json",
                "{\"master\": {\"tasks\": [{\"id\": 1, \"title\": \"a\", \"status\": \"done\"}]}}",
            ),
            ("package.json", "{\"name\": \"tasks\"}"),
        ],
        "
tasks/*.yaml: 1 YAML file that holds 1 task, such as `SEC-3`: an id, a title, and criteria, files or a status
.taskmaster/tasks/tasks.json: 1 task, such as `1` in line 1: an object with an id
PLAN.md: 2 tasks, such as `P1-T1` in line 1: fields of a task follow
specs/*/tasks.md: 2 tasks, such as `T001` in line 1: a checklist item with an id
docs/list.md: 2 tasks, such as `SEC-8` in line 1: a checklist item with an id
docs/CHECKLIST.md: a checklist that gives the status of 3 tasks
1 checklist item carries no id and is not a task (1 file, first docs/list.md:3); `ids = \"heading\"` gives them ids
",
    );
}
