//! `auditlint history` and `auditlint bisect`: past commits, from git's objects.

use serde_json::Value;

use crate::project::{Project, run_in};

const CONFIG: &str = "packs = []\nrule-dirs = [\"rules\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n";
const TASK: &str = "id: 08x_003\ntitle: Keep the keys elsewhere\nstatus: todo\nacceptance:\n  - no map\n";
const BAD: &[u8] = b"forbidden(1);\nforbidden(2);\n";
const FINE: &[u8] = b"fine();\n";

/// A repository without a commit, whose rule checks a task.
fn repository() -> Project {
    let rule = "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\ntasks: [08x_003]\nrule:\n  pattern: forbidden($$$ARGS)\n";
    let project = Project::new(&[("auditlint.toml", CONFIG), ("rules/forbidden.yml", rule)]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project
}

/// Writes a file and commits everything; gives the name of the commit.
fn commit(project: &Project, day: u32, message: &str, path: &str, text: &[u8]) -> String {
    project.write(path, text);
    project.git(&["add", "."]);
    project.git_at(&date(day), &["commit", "--quiet", "-m", message]);
    name(project)
}

fn date(day: u32) -> String {
    format!("2026-01-{day:02}T12:00:00Z")
}

fn name(project: &Project) -> String {
    let output = std::process::Command::new("git").args(["rev-parse", "HEAD"]).current_dir(project.root()).output();
    String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
}

fn merge(project: &Project, day: u32, branch: &str) -> String {
    project.git_at(&date(day), &["merge", "--quiet", "--no-ff", "-m", &format!("Merge {branch}"), branch]);
    name(project)
}

fn json(project: &Project, args: &[&str]) -> Value {
    let run = project.run(&[&["history", "--format", "json"], args].concat());
    assert_eq!(run.code, 0, "{run:?}");
    serde_json::from_str(&run.out).unwrap()
}

/// `kind commit merge` of every turn of the only task.
fn turns(timeline: &Value) -> Vec<(String, String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let turns = timeline["tasks"][0]["turns"].as_array().unwrap();
    let turn = |turn: &Value| (text(&turn["kind"]).unwrap(), text(&turn["commit"]).unwrap(), text(&turn["merge"]));
    turns.iter().map(turn).collect()
}

fn clean(commit: &str, merge: Option<&str>) -> (String, String, Option<String>) {
    ("clean".to_owned(), commit.to_owned(), merge.map(str::to_owned))
}

fn broken(commit: &str, merge: Option<&str>) -> (String, String, Option<String>) {
    ("broken".to_owned(), commit.to_owned(), merge.map(str::to_owned))
}

/// Cleaned on a branch, broken on another, both merged.
struct Story {
    project: Project,
    begin: String,
    fixed: String,
    merged_fix: String,
    broke: String,
    merged_break: String,
}

fn story() -> Story {
    let project = repository();
    commit(&project, 1, "Begin", "src/a.ts", BAD);
    let begin = commit(&project, 2, "Write the task", "tasks/08x_003.yaml", TASK.as_bytes());
    project.git(&["checkout", "--quiet", "-b", "fix"]);
    commit(&project, 3, "Prepare", "src/b.ts", FINE);
    let fixed = commit(&project, 4, "Keep the keys elsewhere", "src/a.ts", FINE);
    commit(&project, 5, "Add a page", "docs/a.md", b"a\n");
    project.git(&["checkout", "--quiet", "main"]);
    commit(&project, 5, "Add another page", "docs/b.md", b"b\n");
    let merged_fix = merge(&project, 6, "fix");
    project.git(&["tag", "v1"]);
    project.git(&["checkout", "--quiet", "-b", "break"]);
    let broke = commit(&project, 7, "Make it fast", "src/b.ts", b"forbidden(3);\n");
    project.git(&["checkout", "--quiet", "main"]);
    let merged_break = merge(&project, 8, "break");
    commit(&project, 9, "Add a third page", "docs/c.md", b"c\n");
    Story { project, begin, fixed, merged_fix, broke, merged_break }
}

#[test]
fn the_commits_inside_merges_are_named() {
    let Story { project, begin, fixed, merged_fix, broke, merged_break } = story();
    let expected = [clean(&fixed, Some(&merged_fix)), broken(&broke, Some(&merged_break))];
    let timeline = json(&project, &["--since", &begin]);
    assert_eq!(turns(&timeline), expected, "{timeline:#}");
    assert_eq!(timeline["tasks"][0]["findings"], serde_json::json!([2, 2, 0, 1, 1]));
    assert_eq!((timeline["line"].as_u64(), timeline["rules"].as_str()), (Some(5), Some("worktree")));
    assert_eq!(timeline["tasks"][0]["first_clean"], fixed.as_str());
    assert_eq!(timeline["tasks"][0]["broken_again"], broke.as_str());
    assert!(!timeline.to_string().contains("\"author\""), "nobody is named unless that was asked for");
    // With fewer commits the same ones are found, by halving.
    for sparse in [&["--every", "2"][..], &["--every", "100"], &["--tags"]] {
        let timeline = json(&project, &[&["--since", &begin], sparse].concat());
        let found = turns(&timeline);
        let expected = if sparse == ["--every", "100"] { &[][..] } else { &expected };
        assert_eq!(found, expected, "{sparse:?}: {timeline:#}");
    }
    let timeline = json(&project, &["--since", &begin, "--authors", "--until", "v1"]);
    let turn = &timeline["tasks"][0]["turns"][0];
    assert_eq!((turn["author"].as_str(), turn["time"].as_str()), (Some("t"), Some("2026-01-04T12:00:00+00:00")));
    assert_eq!(timeline["forecast"]["kind"], "done");
}

#[test]
fn the_text_says_it_in_words() {
    let Story { project, begin, fixed, merged_fix, .. } = story();
    let run = project.run(&["history", "--since", &begin]);
    assert_eq!(run.code, 0, "{run:?}");
    let short = |commit: &str| commit[..12].to_owned();
    for part in [
        "5 commits, from ",
        "The rules and the configuration are those of the worktree",
        "2 → 1",
        &format!(
            "08x_003 clean at {}: Keep the keys elsewhere (brought by the merge {})",
            short(&fixed),
            short(&merged_fix)
        ),
        "1 commit between them changed no figure.",
        "Forecast, if the findings of the tasks go on as they went: ",
    ] {
        assert!(run.out.contains(part), "{part}: {run:?}");
    }
    let csv = project.run(&["history", "--since", &begin, "--format", "csv"]).out;
    assert_eq!(csv.lines().next(), Some("commit,day,tags,task,title,state,findings"));
    assert!(csv.contains(&format!("{merged_fix},2026-01-06,v1,08x_003,Keep the keys elsewhere,clean,0")), "{csv}");
    let html = project.run(&["history", "--since", &begin, "--format", "html"]).out;
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains(&short(&fixed)), "{html}");
    let run = project.run(&["history", "--since", &begin, "--format", "html", "-o", "missing/page.html"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains("page.html"), "{run:?}");
}

#[test]
fn a_commit_of_a_branch_and_one_of_another_line() {
    let Story { project, fixed, merged_fix, broke, merged_break, .. } = story();
    let before = format!("{fixed}~1");
    // The line follows the branch: the fix is a step of it, and the merge brought nothing.
    let timeline = json(&project, &["--since", &before]);
    assert_eq!(turns(&timeline), [clean(&fixed, None), broken(&broke, Some(&merged_break))], "{timeline:#}");
    assert!(timeline["notes"][0].as_str().unwrap().contains("was made on a branch"), "{timeline:#}");
    assert_eq!(timeline["commits"][3]["commit"], merged_fix.as_str());
    // No ancestor: the history begins where they part.
    project.git(&["checkout", "--quiet", "-b", "side", &merged_fix]);
    let side = commit(&project, 9, "Aside", "src/c.ts", FINE);
    project.git(&["checkout", "--quiet", "main"]);
    let timeline = json(&project, &["--since", &side]);
    assert_eq!(timeline["commits"][0]["commit"], merged_fix.as_str());
    assert!(timeline["notes"][0].as_str().unwrap().contains("where they part"), "{timeline:#}");
    // Nothing in common.
    project.git(&["checkout", "--quiet", "--orphan", "other"]);
    let other = commit(&project, 9, "Alone", "src/d.ts", FINE);
    project.git(&["checkout", "--quiet", "main"]);
    let run = project.run(&["history", "--since", &other]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("have no commit in common"), "{run:?}");
}

#[test]
fn a_task_that_is_clean_since_it_is_known() {
    let project = repository();
    commit(&project, 1, "Begin", "src/a.ts", FINE);
    let written = commit(&project, 2, "Write the task", "tasks/08x_003.yaml", TASK.as_bytes());
    commit(&project, 3, "Add a page", "docs/a.md", b"a\n");
    let timeline = json(&project, &["--since", "HEAD~2"]);
    assert_eq!(turns(&timeline), [clean(&written, None)]);
    assert_eq!(timeline["tasks"][0]["turns"][0]["first_known"], true);
    assert_eq!(timeline["tasks"][0]["findings"], serde_json::json!([null, 0, 0]));
    let run = project.run(&["bisect", "08x_003"]);
    assert!(run.out.contains("is clean since it is known, from "), "{run:?}");
}

#[test]
fn the_rules_of_today_the_tasks_and_the_baseline_of_each_commit() {
    let project = repository();
    commit(&project, 1, "Begin", "src/a.ts", b"other();\n");
    commit(&project, 2, "Write the task", "tasks/08x_003.yaml", TASK.as_bytes());
    let last = commit(&project, 3, "Put it right", "src/a.ts", FINE);
    // The rule that was never committed measures all of them alike.
    let rule = project.read("rules/forbidden.yml").replace("forbidden($$$ARGS)", "other()");
    project.write("rules/forbidden.yml", rule.as_bytes());
    let timeline = json(&project, &["--since", "HEAD~2"]);
    assert_eq!(turns(&timeline), [clean(&last, None)], "{timeline:#}");
    // A configuration that cannot be read stops it.
    project.write("auditlint.toml", b"packs = [\n");
    let run = project.run(&["history", "--since", "HEAD~2"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("the configuration cannot be read"), "{run:?}");
}

#[test]
fn which_commit_it_was() {
    let Story { project, begin, fixed, merged_fix, broke, merged_break } = story();
    let answer = |args: &[&str]| -> Value {
        let run = project.run(&[&["bisect", "08x_003", "--format", "json"], args].concat());
        assert_eq!(run.code, 0, "{run:?}");
        serde_json::from_str(&run.out).unwrap()
    };
    let found = answer(&[]);
    assert_eq!((&found["turn"]["commit"], &found["turn"]["merge"]), (&broke.clone().into(), &merged_break.into()));
    assert_eq!((&found["findings_before"], &found["findings"]), (&0.into(), &1.into()));
    // The earlier turn, with the ends in whichever order.
    let found = answer(&["--bad", &begin, "--good", "v1"]);
    assert_eq!((&found["turn"]["commit"], &found["turn"]["merge"]), (&fixed.into(), &merged_fix.into()));
    assert_eq!((&found["kind"], &found["assumes_one_turn"]), (&"clean".into(), &true.into()));
    let found = answer(&["--good", "v1"]);
    assert_eq!(found["turn"]["commit"], broke.as_str());
    let run = project.run(&["bisect", "08x_003"]);
    assert!(
        run.out.contains(&format!("{} broke 08x_003 (Keep the keys elsewhere): Make it fast\n", &broke[..12])),
        "{run:?}"
    );
    for (args, part) in [
        (&["bisect", "08x_004"][..], "there is no task `08x_004`"),
        (&["bisect", "08x_003", "--good", "HEAD"], "--good: at HEAD the rules of `08x_003` find 1 place"),
        (&["bisect", "08x_003", "--good", "v1", "--bad", "v1"], "--bad: at v1 the rules of `08x_003` find nothing"),
        (&["bisect", "08x_003", "--bad", "HEAD"], "give --good too: at HEAD, which stands for it, "),
        (&["bisect", "08x_003", "--bad", "v7"], "there is no commit `v7`"),
        (&["bisect"], "<TASK>"),
        (&["history"], "--since <REV>"),
        (&["history", "--since", "v7"], "there is no commit `v7`"),
        (&["history", "--since", "HEAD^{tree}"], "is not a commit"),
        (&["history", "--since", "HEAD~2", "--task", "x"], "there is no task `x`"),
        (&["history", "--since", "HEAD~1", "--tags"], "has a tag"),
    ] {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains(part), "{args:?}: {run:?}");
    }
}

#[test]
fn clones_without_a_past_and_folders_without_a_repository() {
    let Story { project, begin, .. } = story();
    let address = format!("file://{}", project.root().display());
    let clone = Project::new(&[]);
    clone.git(&["clone", "--quiet", "--depth=2", &address, "clone"]);
    let folder = clone.path("clone");
    let run = run_in(&folder, &["history", "--since", &begin], None);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("the clone is shallow, and `git fetch --unshallow`"), "{run:?}");
    let run = run_in(&folder, &["history", "--since", "HEAD~1"], None);
    assert_eq!(run.code, 0, "what it holds is enough: {run:?}");
    let run = run_in(&folder, &["bisect", "08x_003"], None);
    assert!(run.out.contains("that the shallow clone holds"), "{run:?}");
    // A bare repository has no worktree whose rules could be taken.
    clone.git(&["clone", "--quiet", "--bare", &address, "bare"]);
    let run = run_in(&clone.path("bare"), &["history", "--since", &begin], None);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("needs a git repository with a worktree around"), "{run:?}");
    let empty = repository();
    let run = empty.run(&["history", "--since", "HEAD"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn the_schema_describes_what_is_written() {
    let Story { project, begin, .. } = story();
    let schema: Value = serde_json::from_str(&project.run(&["schema", "timeline"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for more in [&[][..], &["--authors"], &["--every", "3"]] {
        let timeline = json(&project, &[&["--since", &begin], more].concat());
        let mistakes: Vec<String> = validator.iter_errors(&timeline).map(|error| error.to_string()).collect();
        assert!(mistakes.is_empty(), "{mistakes:?}");
    }
}

/// A long line is gone through in pieces side by side, and says the same as one piece does.
#[test]
fn a_long_line_gives_the_same_in_pieces() {
    let project = repository();
    commit(&project, 1, "Write the task", "tasks/08x_003.yaml", TASK.as_bytes());
    for number in 0..36_u32 {
        let text = if number / 7 % 2 == 0 { "forbidden();\n" } else { "fine();\n" };
        commit(
            &project,
            1 + number / 2,
            &format!("Change {number}"),
            "src/a.ts",
            format!("// {number}\n{text}").as_bytes(),
        );
    }
    let of = |threads: &str| json(&project, &["--since", "HEAD~36", "--threads", threads]);
    let (one, two) = (of("1"), of("2"));
    assert_eq!(one, two);
    let counts: Vec<u64> =
        one["tasks"][0]["findings"].as_array().unwrap()[1..].iter().map(|n| n.as_u64().unwrap()).collect();
    let expected: Vec<u64> = (0..36).map(|number| 1 - number / 7 % 2).collect();
    assert_eq!(counts, expected);
    assert_eq!(turns(&one).len(), 5);
}
