//! Which formats a run is written in, and where each goes.

use crate::project::Project;

fn project() -> Project {
    Project::new(&[
        ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n"),
        (
            "rules/all.yml",
            "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$)\n",
        ),
        ("src/a.ts", "forbidden();\n"),
    ])
}

#[test]
fn one_run_serves_several_readers() {
    let project = project();
    let run = project.run(&[
        "check",
        "--output",
        "sarif=out.sarif",
        "--output",
        "concise",
        "--output",
        "junit=out.xml",
        "--output",
        "gitlab=quality.json",
    ]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.out, "src/a.ts:1:1: error[forbidden] no\n");
    assert!(run.err.starts_with("1 error in 1 file"), "{run:?}");
    for (file, part) in [
        ("out.sarif", "\"ruleId\": \"forbidden\""),
        ("out.xml", "<testcase name=\"forbidden:1:1\""),
        ("quality.json", "\"check_name\": \"forbidden\""),
    ] {
        let text = project.read(file);
        assert!(text.contains(part), "{file}: {text}");
    }
}

#[test]
fn what_cannot_be_written_is_said() {
    let project = project();
    for (args, part) in [
        (&["--output", "text", "--output", "json"][..], "only one format can go to standard output"),
        (&["--output", "sarif="], "the name of the file is missing behind `=`"),
        (&["--output", "sarf=x"], "did you mean `sarif`?"),
        (&["--output", "json=x", "--format", "json"], "cannot be used with"),
        (&["--output", "json=nowhere/x"], "there is no folder"),
        (&["--format", "sarf"], "a similar value exists: 'sarif'"),
        (&["--severity", "eror"], "a similar value exists: 'error'"),
    ] {
        let run = project.run(&[&["check"], args].concat());
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains(part), "{args:?}: {run:?}");
    }
}

/// In any format, and in the other commands that write a file.
#[test]
fn a_file_in_a_folder_that_is_not_there() {
    let project = project();
    let help = project.run(&["check", "--help"]).out;
    let from = help.split("--format <FORMAT>").nth(1).unwrap().split("--output-file").next().unwrap();
    let formats = from.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next());
    let mut all: Vec<Vec<String>> =
        formats.map(|format| vec!["check".to_owned(), "--output".to_owned(), format!("{format}=nowhere/x")]).collect();
    assert!(all.len() >= 10, "{from}");
    all.push(["report", "--output-file", "nowhere/x"].map(str::to_owned).to_vec());
    for args in all {
        let run = project.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains("nowhere/x: there is no folder"), "{args:?}: {run:?}");
        assert!(!project.path("nowhere").exists());
    }
}

#[test]
fn a_step_of_github_gets_annotations_and_a_summary() {
    let project = project();
    project.write("summary.md", b"before\n");
    let summary = project.path("summary.md");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let run = project.run_with_variables(&["check"], &variables);
    assert!(run.out.starts_with("::error file=src/a.ts,line=1"), "{run:?}");
    let text = project.read("summary.md");
    assert!(text.starts_with("before\n## auditlint\n"), "added, not replaced: {text}");
    assert!(text.contains("| `forbidden` | error | 1 | 1 |"), "{text}");
    // Who says a format gets that one.
    let run = project.run_with_variables(&["check", "--format", "concise"], &variables);
    assert_eq!(run.out, "src/a.ts:1:1: error[forbidden] no\n");
    assert_eq!(project.read("summary.md"), text);
    let run = project.run_with_variables(&["check", "-o", "report.txt"], &variables);
    assert_eq!((run.out.as_str(), run.code), ("", 1));
    assert!(project.read("report.txt").contains("1 error in 1 file"));
}
