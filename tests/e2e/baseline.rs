//! The baseline from end to end.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::project::{Project, Run, command};

const RULES: &str = "\
id: old
language: [TypeScript, Rust]
severity: error
message: m
rule: {pattern: old($$$A)}
---
id: loose
language: TypeScript
severity: warning
message: n
rule: {pattern: loose($$$A)}
---
id: header
language: TypeScript
severity: error
message: h
files: ['src/**']
require: {pattern: use_header()}
";

const CONFIG: &str = "packs = []\nrule-dirs = [\"lint\"]\n";
const BASELINE: &str = "auditlint-baseline.tsv";

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new(&[("auditlint.toml", CONFIG), ("lint/rules.yml", RULES)]);
    for (path, text) in files {
        project.write(path, text.as_bytes());
    }
    project
}

/// A project whose findings all stand in its baseline.
fn adopted(files: &[(&str, &str)]) -> Project {
    let project = project(files);
    let run = project.run(&["baseline", "create"]);
    assert_eq!(run.code, 0, "{run:?}");
    project
}

/// How a full run ends, and how many findings are known, new and stale.
#[track_caller]
fn check(project: &Project, code: i32, counts: [u64; 3]) -> Run {
    let run = project.run(&["check"]);
    let (json_code, report) = project.json(&[]);
    let of = |state: &str| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.filter(|finding| finding["state"] == state).count() as u64
    };
    let stale = report["summary"]["stale"].as_u64().unwrap();
    assert_eq!([of("known"), of("new"), stale], counts, "{run:?}");
    assert_eq!((run.code, json_code), (code, code), "{run:?}");
    let [known, new, stale] = counts;
    let told = if stale > 0 {
        format!("{known} known, {new} new, {stale} stale")
    } else {
        format!("{known} known, {new} new")
    };
    assert!(run.out.contains(&told), "{run:?}");
    run
}

#[test]
fn what_is_known_is_no_failure_and_what_is_new_is() {
    let project = adopted(&[("a.ts", "old(1);\nold(2);\nloose(1);\n"), ("b.ts", "old(1);\n")]);
    assert_eq!(project.read(BASELINE).lines().count(), 1 + 4 + 1);
    let run = check(&project, 0, [4, 0, 0]);
    assert!(!run.out.contains("a.ts"), "{run:?}");
    assert!(project.run(&["check", "--show-known"]).out.contains("a.ts:2:1"));
    assert_eq!(project.run(&["check", "--no-baseline"]).code, 1);
    assert_eq!(project.run(&["check", "--isolated", "--rule", "raw-fetch"]).code, 0);

    project.write("b.ts", b"old(1);\nold(3);\n");
    let run = check(&project, 1, [4, 1, 0]);
    assert!(run.out.contains("b.ts:2:1") && !run.out.contains("a.ts"), "{run:?}");
    // A swap is seen, unlike in a list of counts.
    project.write("b.ts", b"old(3);\n");
    check(&project, 1, [3, 1, 1]);
}

#[test]
fn a_list_of_findings_only_shrinks() {
    let project = adopted(&[("a.ts", "old(1);\nold(2);\n")]);
    let before = project.read(BASELINE);
    assert_eq!(project.run(&["baseline", "create"]).code, 2, "it is there already");
    project.write("a.ts", b"old(2);\nold(3);\n");
    let run = project.run(&["baseline", "update"]);
    assert!(run.err.contains("1 taken out") && run.err.contains("1 new finding"), "{run:?}");
    assert_eq!(project.read(BASELINE).lines().count(), before.lines().count() - 1);
    check(&project, 1, [1, 1, 0]);

    assert_eq!(project.run(&["baseline", "update", "--grow"]).code, 2, "a reason is required");
    assert_eq!(project.run(&["baseline", "update", "--grow", "--reason", " "]).code, 2);
    let args = ["baseline", "update", "--grow", "--reason", "a  new\nrule", "--as-of", "2026-11-28"];
    assert_eq!(project.run(&args).code, 0);
    assert!(project.read(BASELINE).contains("# grown\t2026-11-28\t1\ta new rule\n"));
    check(&project, 0, [2, 0, 0]);
    // The note stays when the list shrinks.
    project.write("a.ts", b"old(3);\n");
    assert_eq!(project.run(&["baseline", "update"]).code, 0);
    assert!(project.read(BASELINE).contains("# grown"));
    let again = project.run(&["baseline", "update"]);
    assert!(again.err.contains("nothing to change"), "{again:?}");
}

#[test]
fn what_is_known_is_known_wherever_it_goes() {
    let code = "import a from 'a';\n\nfunction f() {\n  old(1, 'a');\n}\n\nfunction g() {\n  old(1);\n  for (const a of old(2)) {\n    b();\n  }\n}\n";
    for (path, changed) in [
        // Moved within the file.
        (
            "a.ts",
            "function g() {\n  old(1);\n  for (const a of old(2)) {\n    b();\n  }\n}\nx();\nfunction f() {\n  old(1, 'a');\n}\n",
        ),
        // Laid out anew.
        (
            "a.ts",
            "import a from \"a\";\nfunction f() {\n    old(\n        1,\n        \"a\",\n    );\n}\nfunction g() { old( 1 )\n  for (const a of old(2)) b(); }\n",
        ),
        // Changed inside of a block below.
        (
            "a.ts",
            "function f() {\n  old(1, 'a');\n}\nfunction g() {\n  old(1);\n  for (const a of old(2)) {\n    c();\n    if (d) {\n      b();\n    }\n  }\n}\n",
        ),
        // Renamed, and moved to another folder.
        ("b.ts", code),
        ("lib/deep/a.ts", code),
        // Renamed and changed.
        ("b.ts", "function f() {\n  old(1, \"a\");\n}\nfunction g() {\n  old(1);\n  x(old(2));\n}\n"),
    ] {
        let project = adopted(&[("a.ts", code), ("z.ts", "old(1);\n")]);
        fs::remove_file(project.path("a.ts")).unwrap();
        project.write(path, changed.as_bytes());
        check(&project, 0, [4, 0, 0]);
        let run = project.run(&["baseline", "update"]);
        assert!(run.err.contains("4 known findings") && !run.err.contains("taken"), "{run:?}");
        check(&project, 0, [4, 0, 0]);
        assert!(project.read(BASELINE).contains(&format!("old\t{path}\t")));
    }
}

#[test]
fn a_copy_is_new_and_so_is_a_file_that_was_known_before() {
    let project = adopted(&[("a.ts", "old(1);\n"), ("k.ts", "old(2);\n")]);
    project.write("b.ts", b"old(1);\n");
    check(&project, 1, [2, 1, 0]);
    fs::remove_file(project.path("b.ts")).unwrap();
    fs::remove_file(project.path("a.ts")).unwrap();
    project.write("k.ts", b"old(1);\nold(2);\n");
    check(&project, 1, [1, 1, 1]);
    // Two files may be the one that is gone.
    project.write("k.ts", b"old(2);\n");
    project.write("b.ts", b"old(1);\n");
    project.write("c.ts", b"old(1);\n");
    check(&project, 1, [1, 2, 1]);
}

#[test]
fn a_folder_that_is_renamed_takes_its_files_along() {
    let names = ["index.ts", "user/index.ts", "user/list.ts", "order/index.ts", "order/list.ts"];
    let files = |folder: &str| names.map(|name| (format!("{folder}/{name}"), "export const a = () => old(1);\n"));
    let old = files("src");
    let project = adopted(&old.each_ref().map(|(path, text)| (path.as_str(), *text)));
    check(&project, 0, [10, 0, 0]);
    fs::rename(project.path("src"), project.path("source")).unwrap();
    // What every file must hold is asked for below `src` only.
    check(&project, 0, [5, 0, 5]);
    fs::create_dir(project.path("src")).unwrap();
    fs::rename(project.path("source"), project.path("src/app")).unwrap();
    check(&project, 0, [10, 0, 0]);
    assert!(project.run(&["baseline", "update"]).err.contains("10 moved"));
}

#[test]
fn equal_findings_are_counted() {
    let project = adopted(&[("a.ts", "old(1);\nold(1);\n")]);
    project.write("a.ts", b"old(1);\nold(1);\nold(1);\n");
    let run = check(&project, 1, [2, 1, 0]);
    assert!(run.out.contains("a.ts:3:1"), "the one that was added below is new: {run:?}");
    project.write("a.ts", b"old(1);\n");
    check(&project, 0, [1, 0, 1]);
    // One that is suppressed needs no line.
    project.write("a.ts", b"// auditlint-ignore old: x\nold(1);\nold(1);\n");
    let run = check(&project, 0, [1, 0, 1]);
    assert!(run.out.contains("is suppressed now"), "{run:?}");
}

#[test]
fn a_stale_line_warns_and_fails_a_frozen_run() {
    let project = adopted(&[("a.ts", "old(1);\nold(2);\n"), ("b.ts", "old(1);\n")]);
    assert_eq!(project.run(&["check", "--frozen"]).code, 0);
    project.write("a.ts", b"old(2);\n");
    fs::remove_file(project.path("b.ts")).unwrap();
    let run = check(&project, 0, [1, 0, 2]);
    assert!(run.out.contains("stale line: this finding of `old` in `a.ts` is gone"), "{run:?}");
    assert!(run.out.contains("`b.ts` is gone"), "{run:?}");
    assert_eq!(project.run(&["check", "--frozen"]).code, 1);
    // A run on a part says nothing about lines, whatever it was limited to.
    for args in [&["a.ts"][..], &["."], &["--rule", "old"], &["--severity", "error"], &["--task", "old"]] {
        let (code, report) = project.json(&[args, &["--frozen"]].concat());
        assert_eq!(report["summary"]["stale"], 0, "{args:?}");
        assert!(!report.to_string().contains("stale line"), "{args:?}");
        assert_eq!(code, if args[0] == "--task" { 2 } else { 0 }, "{args:?}");
    }
    let run = project.run_with_input(&["check", "--frozen", "--stdin-filename", "a.ts"], "old(2);\n");
    assert!(run.code == 0 && run.out.contains("1 known, 0 new") && !run.out.contains("stale"), "{run:?}");
    assert_eq!(project.run(&["baseline", "prune"]).code, 0);
    assert_eq!(project.run(&["check", "--frozen"]).code, 0);
}

#[test]
fn many_stale_lines_are_told_of_in_few_words() {
    let code: String = (0..200).map(|n| format!("old({n});\n")).collect();
    let project = adopted(&[("a.ts", &code)]);
    project.write("a.ts", b"");
    let run = check(&project, 0, [0, 0, 200]);
    assert!(run.out.contains("180 more lines of the baseline are stale"), "{run:?}");
    assert!(run.out.lines().count() < 60, "{run:?}");
}

#[test]
fn only_what_was_looked_at_is_updated() {
    let project = adopted(&[("a.ts", "old(1);\nloose(1);\n"), ("lib/b.ts", "old(1);\nloose(1);\n")]);
    project.write("a.ts", b"");
    project.write("lib/b.ts", b"");
    let lines = |project: &Project| project.read(BASELINE).lines().count() - 2;
    assert_eq!(project.run(&["baseline", "update", "lib", "--rule", "old"]).code, 0);
    assert_eq!(lines(&project), 3);
    assert_eq!(project.run(&["baseline", "update", "--rule", "old"]).code, 0);
    assert_eq!(lines(&project), 2);
    assert_eq!(project.run(&["baseline", "update", "a.ts"]).code, 0);
    assert_eq!(lines(&project), 1);
    // A rule that is off was not looked for; `prune` takes its lines out.
    project.write("auditlint.toml", format!("{CONFIG}[rules.loose]\nseverity = \"off\"\n").as_bytes());
    let run = project.run(&["baseline", "update"]);
    assert!(run.err.contains("1 not looked at and kept"), "{run:?}");
    assert!(project.run(&["check"]).out.contains("rule `loose` is not on"));
    assert_eq!(project.run(&["baseline", "prune"]).code, 0);
    assert_eq!(lines(&project), 0);
}

#[test]
fn what_was_not_understood_is_not_taken_for_fixed() {
    let project = adopted(&[("a.ts", "old(1);\nold(2);\n"), ("b.ts", "old(1);\n")]);
    let before = project.read(BASELINE);
    // Half a file: the finding may stand in what is not understood.
    project.write("a.ts", b"old(1);\nconst = = (;\n");
    check(&project, 0, [2, 0, 0]);
    let run = project.run(&["baseline", "update"]);
    assert!(run.err.contains("1 not looked at and kept"), "{run:?}");
    project.write("a.ts", b"\xff\xfeo\0l\0d\0");
    assert_eq!(project.run(&["baseline", "update"]).code, 0);
    assert_eq!(project.read(BASELINE), before);
    // With a rule that nobody can read, nothing is written at all.
    project.write("a.ts", b"");
    project.write("lint/rules.yml", b"id: old\nrule: {patern: a}\n");
    for command in ["update", "prune"] {
        let run = project.run(&["baseline", command]);
        assert!(run.code == 2 && run.err.contains("was left as it is"), "{run:?}");
    }
    assert_eq!(project.read(BASELINE), before);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_with_a_line_and_stays_as_it_is() {
    let whole = adopted(&[("a.ts", "old(1);\nold(2);\n")]).read(BASELINE);
    let lines: Vec<&str> = whole.lines().collect();
    let [header, one, two, end] = lines[..] else { panic!("{whole}") };
    for (text, line, message) in [
        (format!("{header}\n<<<<<<< HEAD\n{one}\n=======\n{two}\n>>>>>>> b\n{end}\n"), 2, "merge conflict"),
        (whole.replace("version 1", "version 2"), 1, "version 2, and this auditlint reads version 1"),
        (format!("{header}\n{one}\n"), 2, "truncated"),
        (whole[..whole.len() / 2].to_owned(), 2, "truncated"),
        (String::new(), 1, "empty"),
        (format!("{header}\n{two}\n{one}\n{end}\n"), 3, "out of order"),
        (format!("{header}\n{one}\n{one}\n{two}\n{end}\n"), 3, "twice"),
        ("{\"findings\": []}\n".to_owned(), 1, "first line"),
    ] {
        let project = project(&[("a.ts", "old(1);\n"), (BASELINE, &text)]);
        let run = project.run(&["check", "--format", "concise"]);
        let place = format!("{BASELINE}:{line}:1: error: the baseline cannot be read");
        assert!(run.code == 2 && run.out.contains(&place) && run.out.contains(message), "{run:?}");
        for args in [
            &["baseline", "create"][..],
            &["baseline", "update"],
            &["baseline", "update", "--grow", "--reason", "x"],
            &["baseline", "prune"],
            &["baseline", "explain", "2"],
        ] {
            let run = project.run(args);
            assert_eq!(run.code, 2, "{args:?} {run:?}");
            assert!(args[1] == "create" || run.err.contains(message), "{args:?} {run:?}");
            assert_eq!(project.read(BASELINE), text, "{args:?}");
        }
        for side in 0..3 {
            if side == 0 && text.is_empty() {
                continue;
            }
            for name in ["base", "ours", "theirs"] {
                project.write(name, whole.as_bytes());
            }
            project.write(["base", "ours", "theirs"][side], text.as_bytes());
            let ours = project.read("ours");
            let run = project.run(&["baseline", "merge", "base", "ours", "theirs"]);
            assert!(run.code == 2 && run.err.contains(message), "{run:?}");
            assert_eq!(project.read("ours"), ours);
        }
    }
}

#[test]
fn the_configuration_may_keep_it_elsewhere() {
    let project = project(&[("a.ts", "old(1);\n")]);
    project.write("auditlint.toml", format!("baseline = \"lint/known.tsv\"\n{CONFIG}").as_bytes());
    let run = project.run(&["check"]);
    assert!(run.code == 1 && run.out.contains("there is no baseline `lint/known.tsv`"), "{run:?}");
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    check(&project, 0, [1, 0, 0]);
    assert!(project.read("lint/known.tsv").contains("old\ta.ts\t"));
    project.write("auditlint.toml", format!("baseline = \"../known.tsv\"\n{CONFIG}").as_bytes());
    assert_eq!(project.run(&["check"]).code, 2, "it stays inside the repository");
}

#[test]
fn a_line_is_explained() {
    let project = adopted(&[("a.ts", "old(1);\nold(1);\n"), ("b.ts", "old(2);\n")]);
    let run = project.run(&["baseline", "explain", "3"]);
    assert!(run.out.contains("old in a.ts, number 2 of 2 that are alike") && run.out.contains("a.ts:2:1"), "{run:?}");
    let line = project.read(BASELINE).lines().nth(3).unwrap().to_owned();
    fs::rename(project.path("b.ts"), project.path("c.ts")).unwrap();
    for asked in [line.clone(), format!("-{line}")] {
        let run = project.run(&["baseline", "explain", &asked]);
        assert!(run.out.contains("The file was renamed: the finding is at c.ts:1:1"), "{run:?}");
    }
    fs::remove_file(project.path("c.ts")).unwrap();
    assert!(project.run(&["baseline", "explain", &line]).out.contains("stale: its file is gone"));
    for wrong in ["1", "5", "99", "x", "old\ta.ts"] {
        assert_eq!(project.run(&["baseline", "explain", wrong]).code, 2, "{wrong}");
    }
}

#[test]
fn git_joins_two_branches() {
    let project = adopted(&[("a.ts", "old(1);\nold(2);\nold(3);\n"), ("b.ts", "old(1);\n")]);
    let driver = format!("{} baseline merge %O %A %B", env!("CARGO_BIN_EXE_auditlint"));
    project.git(&["init", "-q", "-b", "main", "."]);
    project.write(".gitattributes", b"auditlint-baseline.tsv merge=auditlint-baseline\n");
    project.git(&["config", "merge.auditlint-baseline.driver", &driver]);
    project.git(&["add", "-A"]);
    project.git(&["commit", "-qm", "start"]);
    project.git(&["checkout", "-qb", "fix"]);
    project.write("a.ts", b"old(1);\nold(3);\n");
    assert_eq!(project.run(&["baseline", "update"]).code, 0);
    project.git(&["commit", "-qam", "fix"]);
    project.git(&["checkout", "-q", "main"]);
    project.write("b.ts", b"old(1);\nold(7);\n");
    project.write("a.ts", b"x();\nold(1);\nold(2);\nold(3);\n");
    let grown = project.run(&["baseline", "update", "--grow", "--reason", "later"]);
    assert_eq!(grown.code, 0, "{grown:?}");
    project.git(&["commit", "-qam", "grow"]);
    project.git(&["merge", "-q", "--no-edit", "fix"]);
    check(&project, 0, [4, 0, 0]);
    assert_eq!(project.run(&["check", "--frozen"]).code, 0);
}

/// Whatever moment the process is killed at, the file is the old one or the new one.
#[test]
fn a_write_that_is_cut_off_leaves_a_whole_file() {
    let code: String = (0..400).map(|n| format!("old({n});\n")).collect();
    let project = adopted(&[("a.ts", &code)]);
    let old = project.read(BASELINE);
    project.write("a.ts", code.replace("old(7);\n", "").as_bytes());
    let args = ["baseline", "update"];
    let started = std::time::Instant::now();
    assert_eq!(project.run(&args).code, 0);
    let whole = started.elapsed();
    let new = project.read(BASELINE);
    assert_ne!(old, new);
    let mut seen = [0, 0];
    for round in 0..200_u32 {
        project.write(BASELINE, old.as_bytes());
        let mut child = command(project.root(), &args).spawn().unwrap();
        // Most of them near the end, where the file is written.
        std::thread::sleep(whole * (60 + round % 50) / 100 + Duration::from_micros(u64::from(round) * 3));
        let _ = child.kill();
        child.wait().unwrap();
        let now = project.read(BASELINE);
        assert!(now == old || now == new, "round {round}: {now}");
        seen[usize::from(now == new)] += 1;
    }
    // What the last one may have left behind is taken away by the next write.
    project.write(BASELINE, old.as_bytes());
    assert_eq!(project.run(&args).code, 0);
    let left: Vec<_> = fs::read_dir(project.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("auditlint-write")), "{left:?} {seen:?}");
}

#[test]
fn merging_needs_no_project() {
    let folder = tempfile::tempdir().unwrap();
    let text = |lines: &[&str]| {
        let lines: String = lines.iter().map(|rule| format!("{rule}\ta.ts\t0000000000000001\t1\n")).collect();
        format!("# auditlint baseline, version 1\n{lines}# end\n")
    };
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let merge = |from: &Path, names: [&str; 3]| {
        let run = Command::new(env!("CARGO_BIN_EXE_auditlint"))
            .args(["baseline", "merge"])
            .args(names)
            .current_dir(from)
            .output();
        run.unwrap().status.code()
    };
    write("base", &text(&["a", "b", "c"]));
    write("ours", &text(&["a", "c", "d"]));
    write("theirs", &text(&["a", "b", "e"]));
    assert_eq!(merge(folder.path(), ["base", "ours", "theirs"]), Some(0));
    let ours = || fs::read_to_string(folder.path().join("ours")).unwrap();
    assert_eq!(ours(), text(&["a", "d", "e"]));
    // Two branches that both began one have no ancestor.
    write("base", "");
    let absolute = ["base", "ours", "theirs"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    assert_eq!(merge(Path::new("/"), absolute.each_ref().map(String::as_str)), Some(0));
    assert_eq!(ours(), text(&["a", "b", "d", "e"]));
    assert_eq!(merge(folder.path(), ["base", "ours", "nothing"]), Some(2));
}

#[test]
fn each_command_takes_the_day_of_suppressions() {
    let project = project(&[("a.ts", "old(1); // auditlint-ignore old until 2026-03-01: soon\n")]);
    let run = |args: &[&str], day: &str| project.run(&[args, &["--as-of", day]].concat());
    let (before, after) = ("2026-02-28", "2026-03-01");
    let created = run(&["baseline", "create"], after);
    assert!(created.err.contains("1 finding of 1 rule in 1 file"), "{created:?}");
    let baseline = project.read(BASELINE);
    let line = baseline.lines().nth(1).unwrap();
    for (day, said) in [(after, "The finding is at a.ts:1:1."), (before, "the finding is suppressed now")] {
        let explained = run(&["baseline", "explain", line], day);
        assert!(explained.out.contains(said), "{day}: {explained:?}");
    }
    for (day, said) in [(after, "nothing to change"), (before, "1 taken out")] {
        let pruned = run(&["baseline", "prune"], day);
        assert!(pruned.err.contains(said), "{day}: {pruned:?}");
    }
}
