//! Ids, statuses and links to rules in the forms in which people write them, and what looks like them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

mod shown;

use shown::check;

#[test]
fn ids_behind_signs_and_tags() {
    check(
        &[(
            "TODO.md",
            "\
- [ ] __SEC-5__ underlined
- [ ] \u{1F512} **SEC-2**: behind a lock
- [ ] \u{26A0}\u{FE0F} SEC-3 behind a sign
- [ ] \u{1F534} [SEC-4] in brackets
- [ ] (SEC-7) in parentheses
- [ ] [P1][SEC-84] behind its priority
- [ ] **P0** SEC-42: behind its priority in bold
- [ ] \\[SEC-1\\] escaped
- [ ] The last word SEC-9
- [ ] Test SEC-9
- [ ] [SEC-85][ref] with a reference
- [ ] SEC-6, AB-2: two ids
- [ ] https://github.com/o/r/issues/12 address in front
- [ ] [A link](https://github.com/o/r/issues/13)
- [ ] An address at the end https://github.com/o/r/issues/14
- [ ] ~~SEC-8 Dropped~~
- [x] ~~SEC-10 Done and struck out~~
- [ ] https://github.com/o/r/pull/15 a change
",
        )],
        "
SEC-5 = underlined [todo] :1 Box([ ])
SEC-2 = behind a lock [todo] :2 Box([ ])
SEC-3 = behind a sign [todo] :3 Box([ ])
SEC-4 = in brackets [todo] :4 Box([ ])
SEC-7 = in parentheses [todo] :5 Box([ ])
SEC-84 = behind its priority [todo] :6 Box([ ]) priority=P1
SEC-42 = behind its priority in bold [todo] :7 Box([ ]) priority=P0
SEC-1 = escaped [todo] :8 Box([ ])
SEC-9 = The last word [todo] :9 Box([ ])
SEC-85 = with a reference [todo] :11 Box([ ])
SEC-6 = two ids [todo] :12 Box([ ])
#12 = address in front [todo] :13 Box([ ])
#13 = A link [todo] :14 Box([ ])
#14 = An address at the end [todo] :15 Box([ ])
SEC-8 = Dropped [wont-do] :16 Derived([ ])
SEC-10 = Done and struck out [done] :17 Box([x])
? :10 Test SEC-9 x2: it carries no id
",
    );
}

#[test]
fn words_of_standards() {
    check(
        &[
            (
                "TODO.md",
                "\
- [ ] **WEB-1** a
- [ ] H-1: b
- [ ] [ES-4] c
- [ ] **UTF-8** names
- [ ] X-1 bare
- [ ] EC-1 first of two
- [ ] EC-2 second of two
- [ ] SHA-256: digests
",
            ),
            (
                "audit.md",
                "\
### C-1: Overflow
**Status:** todo

### H-1: Reentrancy
**Status:** todo

### M-1: Rounding
**Status:** done

### H-264 in short
",
            ),
            (
                "table.md",
                "\
| ID | Title | Status |
|----|-------|--------|
| MD-1 | a | todo |
| UTF-8 | b | done |
",
            ),
        ],
        "
WEB-1 = a [todo] :1 Box([ ])
ES-4 = c [todo] :3 Box([ ])
EC-1 = first of two [todo] :6 Box([ ])
EC-2 = second of two [todo] :7 Box([ ])
C-1 = Overflow [todo] :1 Word(todo)
H-1 = Reentrancy [todo] :4 Word(todo) Box([ ])
M-1 = Rounding [done] :7 Word(done)
MD-1 = a [todo] :3 TableCell(todo)
UTF-8 = b [done] :4 TableCell(done) Box([ ])
? :5 X-1 bare x1: `X-1` may be the name of a standard: write `X-1:` or `**X-1**` if it is an id
? :8 SHA-256: digests x1: it carries no id
",
    );
}

#[test]
fn headings_with_a_status_below() {
    check(
        &[(
            "PLAN.md",
            "\
# Plan
**Status:** in progress

### \u{1F534} SEC-1: behind a sign
**Status:** todo

### 1. SEC-2: behind a number
**Status:** todo

### Finding SEC-3: behind a word
**Status:** todo

### Issue SEC-12
**Status:** todo

### Task SEC-17 without a sign
**Status:** todo

### (SEC-7)
**Status:** todo

### __SEC-4__
**Status:** todo

### Title: SEC-14
**Status:** todo

### <a id=\"x\"></a>SEC-8
**Status:** todo

## Milestone M1: the first
**Status:** todo

## (#16) Foo
**Status:** todo

## Implement login flow
**Status:** todo
**Priority:** P1

### Acceptance criteria
- [ ] it logs in

## Background
**Owner:** ann

## Phase 2
**Status:** todo

## ~~SEC-18 Dropped~~
**Files:** `a.ts`

## SEC-19 With parts
**Files:** `a.ts`

### Step 1
**Status:** done

### Details
**Priority:** P2
",
        )],
        "
SEC-1 = behind a sign [todo] :4 Word(todo)
SEC-2 = behind a number [todo] :7 Word(todo)
SEC-3 = behind a word [todo] :10 Word(todo)
SEC-12 =  [todo] :13 Word(todo)
SEC-17 = without a sign [todo] :16 Word(todo)
SEC-7 =  [todo] :19 Word(todo)
SEC-4 =  [todo] :22 Word(todo)
SEC-14 =  [todo] :25 Word(todo)
SEC-8 =  [todo] :28 Word(todo)
M1 = the first [todo] :31 Word(todo)
#16 = Foo [todo] :34 Word(todo)
SEC-18 = Dropped [wont-do] :50 Derived(~~SEC-18 Dropped~~) files=a.ts
SEC-19 = With parts [-] :53 priority=P2 files=a.ts
? :37 Implement login flow x2: fields of a task follow, but the heading carries no id, as `## SEC-1 Title` does
? :47 Phase 2 x1: it is a phase that does not say when it is done
? :42 it logs in x1: it carries no id
",
    );
}

#[test]
fn tables_without_a_column_of_ids() {
    check(
        &[(
            "PLAN.md",
            "\
| Task | Description | Status |
|------|-------------|--------|
| T-1 | one | todo |
| T-2 | two | done |
| later | three | todo |

| Task | Status |
|------|--------|
| SEC-1 Do it | Done |
| **SEC-2**: Do that | Open |

| Finding | Severity | Status |
|---------|----------|--------|
| C1 | High | Fixed |
| C2 | Low | Open |

| Finding | Task | Status |
|---------|------|--------|
| A1 | FIX-1 | Open |
| A2 | FIX-2 | Open |

| Status | Task |
|--------|------|
| \u{1F534} Not started | W-1 a |
| \u{1F7E2} Complete | W-2 b |

| Key | Requirement | Done |
|-----|-------------|------|
| R-1 | one | yes |
| R-2 | two | |
| R-3 | three | \u{2705} |

| Task | Status |
|------|--------|
| Write the docs | Done |
| Tell the users | Open |

| Browser | Status |
|---------|--------|
| Firefox 120 | \u{2705} PASS |

| Feature | Status |
|---------|--------|
| HTTP-2 | Done |
| HTTP-3 | Open |
",
        )],
        "
T-1 = one [todo] :3 TableCell(todo)
T-2 = two [done] :4 TableCell(done)
SEC-1 = Do it [done] :9 TableCell(Done)
SEC-2 = Do that [todo] :10 TableCell(Open)
C1 =  [done] :14 TableCell(Fixed)
C2 =  [todo] :15 TableCell(Open)
FIX-1 =  [todo] :19 TableCell(Open)
FIX-2 =  [todo] :20 TableCell(Open)
W-1 = a [todo] :24 TableCell(🔴 Not started)
W-2 = b [done] :25 TableCell(🟢 Complete)
R-1 = one [done] :29 Flag(yes)
R-2 = two [-] :30
R-3 = three [done] :31 TableCell(✅)
? :5 later x1: no id stands in this row, while others of the table have one
? :35 Write the docs x2: its table says how far its rows are, and gives them no ids
",
    );
}

#[test]
fn more_tasks_in_a_file_that_is_one() {
    check(
        &[(
            "tasks/a.md",
            "---\nid: A-1\ntitle: T\nstatus: todo\n---\n## A-2 Other\n**Status:** done\n\n## Notes\ntext\n",
        )],
        "
A-1 = T [todo] :2 Yaml(todo)
? :6 A-2 Other x1: the file is the task of its front matter, and what stands below belongs to that task
",
    );
}

#[test]
fn lists_of_what_agents_and_tools_write() {
    check(
        &[(
            "todos.json",
            r#"{"todos": [{"id": "1", "content": "Move sessions\nout", "status": "completed"}, {"id": "2", "content": "Limit", "status": "in_progress"}]}"#,
        )],
        "
1 = Move sessions [done] :1 Json(completed)
2 = Limit [in-progress] :1 Json(in_progress)
",
    );
    check(
        &[(
            "issues.jsonl",
            "{\"id\":\"bd-1\",\"title\":\"One\",\"status\":\"open\"}\n\n{\"id\":\"bd-2\",\"title\":\"Two\",\"status\":\"closed\"}\n{\"id\":\n",
        )],
        "
bd-1 = One [todo] :1 Json(open)
bd-2 = Two [done] :3 Json(closed)
! :4 this line was not read: this is not valid JSON: Expected value after colon in object property
",
    );
    check(
        &[(
            "plan.toml",
            "[[tasks]]\nid = \"SEC-1\"\ntitle = \"One\"\nstatus = \"done\"\n\n[[tasks]]\nid = \"SEC-2\"\ntitle = \"Two\"\n",
        )],
        "
SEC-1 = One [done] :2 Toml(done)
SEC-2 = Two [-] :7
",
    );
}

#[test]
fn tasks_in_groups() {
    check(
        &[(
            "plan.yaml",
            "id: PLAN\ntitle: A plan\nphases:\n  - id: 1\n    name: Now\n    tasks:\n      - {id: SEC-1, title: One, status: done}\n  - name: Later\n    tasks: [{id: SEC-2, title: Two}]\n",
        )],
        "
SEC-1 = One [done] :7 Yaml(done) phase=Now
SEC-2 = Two [-] :9 phase=Later
",
    );
    check(
        &[(
            "plan.json",
            r#"{"milestones": [{"title": "M1", "issues": [{"number": 3, "title": "Three", "state": "open"}]}, {"title": "M2", "issues": []}]}"#,
        )],
        "#3 = Three [todo] :1 Json(open) phase=M1",
    );
    check(
        &[(
            "plan.json",
            r#"{"epics": [{"name": "E", "phases": [{"name": "P", "tasks": [{"id": "A-1", "title": "a", "phase": "own"}]}]}]}"#,
        )],
        "A-1 = a [-] :1 phase=own",
    );
    // A list of that name whose tables hold no tasks.
    check(&[("a.yaml", "id: SEC-1\ntitle: One\nphases: [{name: a}, {name: b}]\n")], "SEC-1 = One [-] :1");
}
