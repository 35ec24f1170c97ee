//! Several projects in one repository: runs at the root, inside of a project and on named paths, from wherever one stands.

use crate::project::{Project, Run, run_in};

const RULE: &str = "id: forbidden\nlanguage: TypeScript\nmessage: no\nseverity: error\nrule: {pattern: forbidden()}\n";
const CODE: &str = "forbidden();\n";

/// A pnpm workspace of three packages with two configurations.
fn workspace() -> Project {
    let project = Project::new(&[
        ("package.json", "{\"name\": \"all\", \"private\": true}"),
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - libs/*\n"),
        ("auditlint.toml", "packs = []\nrule-dirs = [\"lint\"]\n"),
        ("lint/r.yml", RULE),
        ("apps/web/package.json", "{\"name\": \"web\"}"),
        ("apps/web/auditlint.toml", "rules.forbidden = \"warning\"\nexclude = [\"/old/\"]\n"),
        ("apps/web/src/a.ts", CODE),
        ("apps/web/old/a.ts", CODE),
        ("apps/api/package.json", "{\"name\": \"api\"}"),
        ("apps/api/src/a.ts", CODE),
        ("libs/ui/package.json", "{\"name\": \"ui\"}"),
        ("libs/ui/src/a.ts", CODE),
    ]);
    project.git(&["init", "-q"]);
    project
}

/// What `check --format concise` prints in a folder, and how it ends.
#[track_caller]
fn check(project: &Project, folder: &str, args: &[&str], code: i32, expected: &[&str]) {
    let all: Vec<&str> = ["check", "--format", "concise"].into_iter().chain(args.iter().copied()).collect();
    let run = run_in(&project.path(folder), &all, None);
    assert_eq!(
        (run.code, run.out.lines().collect::<Vec<_>>()),
        (code, expected.to_vec()),
        "{folder} {args:?}: {run:?}"
    );
}

#[test]
fn a_project_that_lies_in_what_another_excludes_is_excluded_with_it() {
    let (api, sample) = ("apps/api/src/a.ts:1:1: error[forbidden] no", "samples/a/src/a.ts:1:1: error[forbidden] no");
    for own in ["root = true\npacks = []\nrule-dirs = [\"rules\"]\n", ""] {
        let project = workspace();
        project.write(
            "auditlint.toml",
            b"packs = []\nrule-dirs = [\"lint\"]\nexclude = [\"/samples/\", \"/libs/\", \"/apps/web/\"]\n",
        );
        project.write("samples/a/auditlint.toml", own.as_bytes());
        project.write("samples/a/rules/r.yml", RULE.as_bytes());
        project.write("samples/a/src/a.ts", CODE.as_bytes());
        let named = ["samples/a/src/a.ts", "apps/api/src/a.ts"];
        check(&project, "", &[], 1, &[api]);
        check(&project, "", &named, 1, &[api, sample]);
        // A hook names what is committed: it finds what a run over everything finds.
        check(&project, "", &[&["--force-exclude"], &named[..]].concat(), 1, &[api]);
        // What is wrong with its configuration concerns nobody there.
        project.write("samples/a/auditlint.toml", b"no-such-key = 1\n");
        let alone = ["check", "--format", "concise", "--force-exclude", "samples/a/auditlint.toml", named[0]];
        let run = run_in(&project.path(""), &alone, None);
        assert!(run.code == 0 && !run.err.contains("no-such-key"), "{run:?}");
    }
}

#[test]
fn each_file_is_judged_by_the_nearest_configuration_from_wherever_one_stands() {
    let project = workspace();
    let [api, ui, web] = ["apps/api/src/a.ts", "libs/ui/src/a.ts", "apps/web/src/a.ts"];
    let (error, warning) = (":1:1: error[forbidden] no", ":1:1: warning[forbidden] no");
    let all = [format!("{api}{error}"), format!("{web}{warning}"), format!("{ui}{error}")];
    check(&project, "", &[], 1, &all.each_ref().map(String::as_str));
    check(&project, "", &["apps/web"], 0, &[&all[1]]);
    check(&project, "", &["apps/web/src/a.ts"], 0, &[&all[1]]);
    // A folder that is left out and named all the same is still one of its project.
    check(&project, "", &["apps/web/old"], 0, &["apps/web/old/a.ts:1:1: warning[forbidden] no"]);
    check(&project, "", &["--force-exclude", "apps/web/old/a.ts", "apps/web/src/a.ts"], 0, &[&all[1]]);
    check(&project, "apps/web", &[], 0, &[&format!("src/a.ts{warning}")]);
    check(&project, "apps/web/src", &[], 0, &[&format!("a.ts{warning}")]);
    check(&project, "apps/web/src", &["../../api"], 1, &[&format!("../../api/src/a.ts{error}")]);
    check(
        &project,
        "apps/api",
        &[],
        1,
        &[&format!("src/a.ts{error}"), &format!("../web/src/a.ts{warning}"), &format!("../../libs/ui/src/a.ts{error}")],
    );
    let absolute = project.path(web);
    check(&project, "libs", &[absolute.to_str().unwrap()], 0, &[&format!("../{web}{warning}")]);
    check(&project, "", &["--isolated"], 0, &[]);
    // A configuration that is named holds for all.
    check(
        &project,
        "",
        &["--config", "auditlint.toml"],
        1,
        &[
            &format!("{api}{error}"),
            &format!("apps/web/old/a.ts{error}"),
            &format!("{web}{error}"),
            &format!("{ui}{error}"),
        ],
    );
}

#[test]
fn servers_and_scripts_read_paths_from_a_root() {
    let project = workspace();
    let from_below = |format: &str| run_in(&project.path("apps/web/src"), &["check", "--format", format], None).out;
    for format in ["github", "gitlab", "rdjson", "checkstyle", "sarif"] {
        assert!(from_below(format).contains("apps/web/src/a.ts"), "{format}: {}", from_below(format));
    }
    let json: serde_json::Value = serde_json::from_str(&from_below("json")).unwrap();
    assert_eq!((&json["root"], &json["findings"][0]["path"]), (&"../../..".into(), &"apps/web/src/a.ts".into()));
    assert_eq!(json["findings"][0]["project"], "apps/web");
    let json = project.json(&[]).1;
    assert_eq!((&json["root"], json["findings"][0].get("project")), (&".".into(), None));
}

#[test]
fn a_broken_configuration_fails_its_project() {
    let project = workspace();
    project.write("apps/web/auditlint.toml", b"packs = [\n");
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 2, "{run:?}");
    for words in ["apps/api/src/a.ts:1:1: error", "apps/web/auditlint.toml:1:1: error: 2 sources are not judged"] {
        assert!(run.out.contains(words), "{words:?} is not in {}", run.out);
    }
    assert!(!run.out.contains("apps/web/src/a.ts"), "{}", run.out);
    assert_eq!(project.run(&["check", "apps/web"]).code, 2);
    assert_eq!(run_in(&project.path("apps/web"), &["check"], None).code, 2);
    // Whoever asks about another project is not held up.
    check(&project, "", &["libs"], 1, &["libs/ui/src/a.ts:1:1: error[forbidden] no"]);
}

#[test]
fn the_search_ends_where_a_configuration_says_so() {
    let project = workspace();
    project.write("apps/web/auditlint.toml", b"root = true\npacks = []\n");
    check(&project, "apps/web", &[], 0, &[]);
    check(&project, "", &["apps/web"], 0, &[]);
    let json: serde_json::Value =
        serde_json::from_str(&run_in(&project.path("apps/web/src"), &["check", "--format", "json"], None).out).unwrap();
    assert_eq!(json["root"], "..");
    project.write("apps/web/auditlint.toml", b"root = true\nextends = \"../../auditlint.toml\"\n");
    check(&project, "apps/web", &["src"], 1, &["src/a.ts:1:1: error[forbidden] no"]);
    project.write("apps/web/auditlint.toml", b"extends = \"b.toml\"\n");
    project.write("apps/web/b.toml", b"extends = \"auditlint.toml\"\n");
    let run = project.run(&["check", "apps/web"]);
    assert!(run.code == 2 && run.out.contains("leads in a circle"), "{run:?}");
}

#[test]
fn a_configuration_says_what_it_comes_from() {
    let project = workspace();
    let printed = |folder: &str, args: &[&str]| -> Run {
        let all: Vec<&str> = ["check", "--print-config"].into_iter().chain(args.iter().copied()).collect();
        run_in(&project.path(folder), &all, None)
    };
    for (folder, args) in [("", &["apps/web/src/a.ts"][..]), ("apps/web", &[]), ("apps/web/src", &["a.ts"])] {
        let run = printed(folder, args);
        let head: Vec<&str> = run.out.lines().skip(1).take(2).collect();
        assert_eq!(head, ["# configuration: apps/web/auditlint.toml", "#   builds on auditlint.toml"], "{run:?}");
        assert!(run.out.contains("[rules.forbidden]\nseverity = \"warning\"\n"), "{run:?}");
    }
    assert!(!printed("", &["apps/api/src/a.ts"]).out.contains("warning"));
}

#[test]
fn a_path_outside_of_the_root_has_its_own_configuration_or_none() {
    let (here, there) = (workspace(), workspace());
    let path = there.path("apps/web/src/a.ts");
    let path = path.to_str().unwrap();
    let run = here.run(&["check", "--format", "concise", path]);
    assert_eq!((run.code, run.out.matches("warning[forbidden]").count()), (0, 1), "{run:?}");
    std::fs::remove_file(there.path("auditlint.toml")).unwrap();
    std::fs::remove_file(there.path("apps/web/auditlint.toml")).unwrap();
    let run = here.run(&["check", path]);
    assert!(run.code == 2 && run.err.contains("--isolated"), "{run:?}");
    let run = here.run(&["check", "--isolated", "--show-files", path]);
    assert!(run.code == 0 && run.out.trim_end().ends_with("apps/web/src/a.ts\tsource"), "{run:?}");
}

#[test]
fn baselines_are_written_for_each_project() {
    let project = workspace();
    project.write("apps/web/auditlint.toml", b"");
    let run = project.run(&["baseline", "create"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(project.read("apps/web/auditlint-baseline.tsv").contains("forbidden\tsrc/a.ts\t"));
    assert!(!project.read("auditlint-baseline.tsv").contains("apps/web"));
    assert_eq!((project.run(&["check"]).code, run_in(&project.path("apps/web"), &["check"], None).code), (0, 0));
    project.write("apps/web/src/a.ts", b"");
    let stale = project.run(&["check", "--frozen"]);
    assert!(stale.code == 1 && stale.out.contains("apps/web/auditlint-baseline.tsv"), "{stale:?}");
    assert_eq!(run_in(&project.path("apps/web"), &["baseline", "update"], None).code, 0);
    assert_eq!(project.run(&["check", "--frozen"]).code, 0);
}

#[test]
fn the_index_has_projects_too() {
    let project = workspace();
    project.git(&["add", "-A"]);
    project.write("apps/web/auditlint.toml", b"rules.forbidden = \"off\"\n");
    let run = project.run(&["check", "--staged", "--format", "concise"]);
    assert!(run.out.contains("apps/web/src/a.ts:1:1: warning[forbidden]"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_project_is_the_project() {
    let project = workspace();
    std::os::unix::fs::symlink(project.path("apps/web"), project.path("web")).unwrap();
    check(&project, "", &["web"], 0, &["apps/web/src/a.ts:1:1: warning[forbidden] no"]);
    check(&project, "", &["apps/api/../web/src/../src/a.ts"], 0, &["apps/web/src/a.ts:1:1: warning[forbidden] no"]);
    check(&project, "web", &[], 0, &["src/a.ts:1:1: warning[forbidden] no"]);
}

#[test]
fn a_watch_reports_again_after_each_change() {
    use std::io::{BufRead as _, BufReader};
    use std::time::{Duration, Instant};
    let project = workspace();
    let mut command = crate::project::command(project.root(), &["check", "--watch", "--format", "concise"]);
    let mut child = command.stdin(std::process::Stdio::null()).spawn().unwrap();
    let (send, lines) = std::sync::mpsc::channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
    let waits_for = |expected: &str| {
        let end = Instant::now() + Duration::from_secs(120);
        let mut seen = Vec::new();
        while let Ok(line) = lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line == expected {
                return Ok(());
            }
            seen.push(line);
        }
        Err(format!("{expected:?} is not in {seen:?}"))
    };
    let steps = || {
        waits_for("libs/ui/src/a.ts:1:1: error[forbidden] no")?;
        project.write("libs/ui/src/a.ts", b"\n\nforbidden();\n");
        waits_for("libs/ui/src/a.ts:3:1: error[forbidden] no")?;
        // A folder that was not there, and a configuration.
        project.write("libs/new/b.ts", CODE.as_bytes());
        waits_for("libs/new/b.ts:1:1: error[forbidden] no")?;
        project.write("libs/new/auditlint.toml", b"rules.forbidden = \"hint\"\n");
        waits_for("libs/new/b.ts:1:1: hint[forbidden] no")
    };
    let result = steps();
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    assert_eq!(result, Ok(()));
}

#[test]
fn a_first_configuration_says_what_was_seen() {
    let reads: String = (0..5).map(|at| format!("export function f{at}() {{ return process.env.V{at}; }}\n")).collect();
    let generated = "// @generated by a program\nexport const a = 1;\n";
    let many: String = (0..60).map(|at| format!("export const e{at} = process.env['W' + f{at}()];\n")).collect();
    let files = [("src/values.ts", reads.as_str()), ("src/client/a.ts", generated), ("src/client/b.ts", generated)];
    let project = Project::new(&files);
    let run = project.run(&["init"]);
    assert_eq!(run.code, 0, "{run:?}");
    let text = project.read("auditlint.toml");
    for words in ["[roles]\ngenerated = [\"src/client/**\"]", "[rules.process-env]", "ignores = [\"src/values.ts\"]"] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    assert!(!run.err.contains("baseline"), "{run:?}");
    assert_eq!(project.json(&[]).1["problems"], serde_json::json!([]), "{text}");
    assert_eq!(project.places(&[]), [""; 0]);
    project.write("src/many.ts", many.as_bytes());
    let run = project.run(&["init", "--force"]);
    assert!(run.err.contains("auditlint baseline create") && run.err.contains("What to do next"), "{run:?}");
}

/// Whoever stands in a folder is told where to look from there, in whatever a command prints for people.
#[test]
fn tables_messages_and_differences_are_written_from_where_one_stands() {
    let rule = RULE.replace("message: no", "message: no\nfix: allowed()");
    let project = Project::new(&[
        (
            "auditlint.toml",
            "packs = []\nrule-dirs = [\"lint\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n[rules.forbidden]\ntasks = [\"T-1\"]\n",
        ),
        ("lint/r.yml", &rule),
        ("src/app/a.ts", CODE),
        ("tasks/T-1.yaml", "id: T-1\ntitle: No forbidden calls\nstatus: done\n"),
        ("notes/T-9.yaml", "id: T-9\ntitle: Later\nstatus: todo\n"),
    ]);
    for (folder, args, code, part) in [
        ("src/app", &["tasks"][..], 0, " ../../tasks/T-1.yaml "),
        ("src/app", &["tasks", "next"], 0, " ../../tasks/T-1.yaml "),
        ("src/app", &["tasks", "verify", "T-1"], 1, "  a.ts:1:1 forbidden: no\n"),
        ("src/app", &["tasks", "show", "T-1"], 0, "  place      ../../tasks/T-1.yaml:1\n"),
        ("src/app", &["tasks", "reopen", "--diff"], 1, "--- a/../../tasks/T-1.yaml\n+++ b/../../tasks/T-1.yaml\n"),
        ("src", &["check", "--diff"], 1, "--- a/app/a.ts\n+++ b/app/a.ts\n"),
        ("", &["check", "--diff"], 1, "--- a/src/app/a.ts\n+++ b/src/app/a.ts\n"),
        ("notes", &["tasks", "import", "--from", "T-9.yaml"], 0, " T-9.yaml "),
        ("notes", &["baseline", "explain", "1"], 2, "there is no baseline ../auditlint-baseline.tsv;"),
        ("notes", &["baseline", "create"], 0, "Wrote ../auditlint-baseline.tsv: 1 finding "),
        ("notes", &["baseline", "create"], 2, "../auditlint-baseline.tsv already exists"),
        (
            "src/app",
            &["baseline", "explain", "2"],
            0,
            "../../auditlint-baseline.tsv:2: forbidden in a.ts\nThe finding is at a.ts:1:1.",
        ),
        ("src/app", &["baseline", "update"], 0, "../../auditlint-baseline.tsv: 1 known finding; nothing to change."),
        // What a program reads has paths from the root.
        ("src/app", &["tasks", "--format", "csv"], 0, ",tasks/T-1.yaml,"),
        ("src/app", &["tasks", "--format", "markdown"], 0, "| tasks/T-1.yaml |"),
    ] {
        let run = run_in(&project.path(folder), args, None);
        assert_eq!(run.code, code, "{folder} {args:?}: {run:?}");
        assert!(format!("{}{}", run.out, run.err).contains(part), "{part}: {folder} {args:?}: {run:?}");
    }
}

/// A configuration that is named holds in its folder, and whoever stands elsewhere is told so.
#[test]
fn a_configuration_in_another_folder_says_which_folder_is_checked() {
    let project = workspace();
    project.write("apps/web/auditlint.toml", b"packs = []\n");
    let said = "note: the root of this run is apps/web, the folder of --config; nothing outside of it is checked";
    for (folder, args, is_said) in [
        ("", &["--config", "apps/web/auditlint.toml"][..], true),
        ("apps/web", &["--config", "auditlint.toml"], false),
        // The folder that one stands in is checked, with others around it.
        ("apps", &["--config", "../auditlint.toml"], false),
        // Whoever names what is checked knows it.
        ("", &["--config", "apps/web/auditlint.toml", "apps/web/src"], false),
    ] {
        let all = [&["check", "--format", "concise"], args].concat();
        let run = run_in(&project.path(folder), &all, None);
        assert_eq!(run.err.contains(said), is_said, "{folder} {args:?}: {run:?}");
        assert!(run.code < 2, "{folder} {args:?}: {run:?}");
    }
}
