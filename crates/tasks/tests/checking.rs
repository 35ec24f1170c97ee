//! Which rules a task says check it, wherever and however it says so, and what it says of its checking that names none.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::fmt::Write as _;

use auditlint_source::{FilePath, MemoryFiles};
use auditlint_tasks::{Task, TaskRule, TaskSource, load};

/// The tasks of a file against what is expected: id, title, status, rules; its criteria with theirs below; what names no rule.
#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    let memory = MemoryFiles::new([(path, text)]);
    let (set, problems) = load(&[TaskSource::of_files(&["**"]).unwrap()], &[FilePath::new(path)], &memory);
    assert!(problems.is_empty(), "{problems:?}");
    let mut out = String::new();
    let rules = |rules: &[TaskRule]| {
        let rule = |rule: &TaskRule| {
            assert_eq!(&text[rule.place.span.start as usize..rule.place.span.end as usize], rule.id);
            let remark = if rule.is_alone { "" } else { "?" };
            format!(" +{}{remark}:{}", rule.id, rule.place.line)
        };
        rules.iter().map(rule).collect::<String>()
    };
    for task in set.tasks() {
        let Task { id, title, status, .. } = task;
        writeln!(out, "{id} = {title} [{}]{}", status.map_or("-", |status| status.name()), rules(&task.rules)).unwrap();
        for criterion in &task.acceptance {
            writeln!(out, "  * {}{}", criterion.text, rules(&criterion.rules)).unwrap();
        }
        for note in &task.verify_notes {
            writeln!(out, "  ? {} :{}", note.text, note.place.line).unwrap();
        }
    }
    let trim = |text: &str| text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trim(&out), trim(expected), "\n{out}");
}

#[test]
fn a_criterion_names_its_rules_in_its_line_or_below_it() {
    check(
        "p.md",
        "\
## SEC-1 Title
**Status:** todo

- [ ] a **Verify:** no-a
- [ ] b
  **Verify:** no-b
- [ ] c
  - **Verify:** `no-c`
- [ ] d (verify: [no-d](rules/d.yml))
- [ ] e

  **Verify:** no-e
- [ ] f

## SEC-2 Title
- **Status:** todo
- **Acceptance:**
  - a
    **Verify:** no-a
  - b
    - Verify: no-b
  - c
- **Owner:** ann

## SEC-3 Title
**Acceptance:**
- a
  Verify: no-a
- b
**Verify:** no-c
- [ ] c
- [ ] d
",
        "
SEC-1 = Title [todo]
  * a +no-a:4
  * b +no-b:6
  * c +no-c:8
  * d +no-d:9
  * e +no-e:12
  * f
SEC-2 = Title [todo]
  * a +no-a:19
  * b +no-b:21
  * c
SEC-3 = Title [-] +no-c:30
  * a +no-a:28
  * b
  * c
  * d
",
    );
}

#[test]
fn an_item_names_its_rules() {
    check(
        "TODO.md",
        "\
- [ ] **SEC-1** One (verify: no-a)
- [ ] **SEC-2** Two **Verify:** no-a, no-b
  - [ ] x
    **Verify:** no-x
  - [ ] y
- [x] **SEC-3** Three
  Verify: no-c
  - [ ] z
- [ ] SEC-4: Four (verify later)
",
        "
SEC-1 = One [todo] +no-a:1
SEC-2 = Two [todo] +no-a:2 +no-b:2
  * x +no-x:4
  * y
SEC-3 = Three [done] +no-c:7
  * z
SEC-4 = Four (verify later) [todo]
",
    );
}

#[test]
fn fields_may_stand_in_a_table() {
    check(
        "p.md",
        "\
## SEC-1 One

| Field | Value |
|---|---|
| Status | Done |
| Verify | no-a, `no-b` |

## SEC-2 Two (verify: no-c)

| Status | In progress |
|--------|-------------|
| Owner  | ann         |

Words.

- [ ] a criterion

## SEC-3 Three

| Status | Priority | Verify |
|--------|----------|--------|
| todo   | P1       | no-d   |

## SEC-4 Four
- **Status:** todo

| Status | Count |
|--------|-------|
| done   | 3     |
| todo   | 4     |
",
        "
SEC-1 = One [done] +no-a:6 +no-b:6
SEC-2 = Two [in-progress] +no-c:8
  * a criterion
SEC-3 = Three [todo] +no-d:22
SEC-4 = Four [todo]
",
    );
}

#[test]
fn entries_with_more_than_ids() {
    check(
        "p.md",
        "\
## SEC-1 One
**Status:** todo
**Verify:**
- [no-a](../rules/a.yml)
- `no-b` and `no-c`
- no-d - the calls are gone
- [ ] no-e
- npm run test -- --all
- no-a must hold everywhere

## SEC-2 Two
**Status:** todo
**Verify:** look at no-a by hand
**Acceptance:**
- it works (verify: no-a in all files)
- **Verify:** no-z
",
        "
SEC-1 = One [todo] +no-a:4 +no-b:5 +no-c:5 +no-d?:6 +no-e:7
  ? no-a must hold everywhere :9
SEC-2 = Two [todo] +no-z:16
  * it works (verify: no-a in all files)
  ? look at no-a by hand :13
  ? no-a in all files :15
",
    );
}

#[test]
fn tables_of_yaml_name_rules() {
    check(
        "t.yaml",
        "\
- id: SEC-1
  title: One
  verify: [{rule: no-a}, no-b]
- id: SEC-2
  title: Two
  verify: {rules: [no-a, no-b]}
- id: SEC-3
  title: Three
  verify:
    - id: no-c
    - rule: no-d
      reason: it says so
  acceptance:
    - text: a
      verify: {rule: no-e}
",
        "
SEC-1 = One [-] +no-a:3 +no-b:3
SEC-2 = Two [-] +no-a:6 +no-b:6
SEC-3 = Three [-] +no-c:10 +no-d:11
  * a +no-e:15
",
    );
}
