//! Exit codes, colours, and which stream says what.

use crate::project::{Project, code_without_reader, command};

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const RULE: (&str, &str) = (
    "rules/all.yml",
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$)\n\
     ---\nid: doubtful\nlanguage: TypeScript\nseverity: warning\nmessage: hm\nrule:\n  pattern: doubtful($$$)\n",
);

fn project(files: &[(&str, &str)]) -> Project {
    let mut all = vec![CONFIG, RULE];
    all.extend(files);
    Project::new(&all)
}

#[test]
fn the_graver_reason_decides_the_exit_code() {
    let clean = [("a.ts", "fine();\n")];
    let error = [("a.ts", "forbidden();\n")];
    let warning = [("a.ts", "doubtful();\ndoubtful();\n")];
    let broken = [("a.ts", "forbidden();\nconst = ;\n"), ("b.ts", "\0\0")];
    for (files, args, expected) in [
        (&clean[..], &[][..], 0),
        (&error, &[], 1),
        (&error, &["--exit-zero"], 0),
        (&warning, &[], 0),
        (&warning, &["--max-warnings", "2"], 0),
        (&warning, &["--max-warnings", "1"], 1),
        (&warning, &["--max-warnings", "0", "--exit-zero"], 0),
        // A file found by walking that cannot be analysed is said, and fails a strict run.
        (&broken, &[], 1),
        (&broken, &["--exit-zero"], 0),
        (&broken, &["--strict"], 2),
        (&broken, &["--strict", "--exit-zero"], 2),
        // A file that was named must be analysed.
        (&broken, &["a.ts", "b.ts"], 2),
        (&clean, &["nowhere"], 2),
        (&clean, &["--rule", "forbiden"], 2),
        (&clean, &["--config", "nowhere.toml"], 2),
        (&clean, &["--format", "xml"], 2),
        (&clean, &["--add-ignore"], 2),
    ] {
        let run = project(files).run(&[&["check"], args].concat());
        assert_eq!(run.code, expected, "{args:?}: {run:?}");
    }
    let configured = project(&error);
    configured.write("auditlint.toml", b"pack = []\n");
    assert_eq!(configured.run(&["check", "--exit-zero"]).code, 2, "a configuration that cannot be read");
}

#[test]
fn colours_obey_the_environment() {
    let project = project(&[("a.ts", "forbidden();\n")]);
    for (args, variables, coloured) in [
        (&["check"][..], &[][..], false),
        (&["check"], &[("CLICOLOR_FORCE", "1")], true),
        (&["check"], &[("CLICOLOR_FORCE", "0")], false),
        (&["check"], &[("CLICOLOR", "1")], false),
        (&["check"], &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], true),
        (&["check"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["check"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
        (&["check", "--color", "always"], &[("NO_COLOR", "1")], true),
        (&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["check", "--format", "json"], &[("CLICOLOR_FORCE", "1")], false),
    ] {
        let run = project.run_with_variables(args, variables);
        assert_eq!(run.out.contains('\u{1b}'), coloured, "{args:?} {variables:?}: {run:?}");
        assert_eq!(run.code, 1);
    }
}

#[test]
fn what_is_for_programs_stays_apart_from_what_is_for_people() {
    let many: String = (0..300).map(|index| format!("f{index}();\n")).collect();
    let project = project(&[("a.ts", "forbidden();\nconst = ;\n"), ("many.ts", &many)]);
    for index in 0..300 {
        project.write(&format!("src/{index}.ts"), b"fine();\n");
    }
    for format in ["json", "jsonl", "github", "concise", "text"] {
        let run = project.run(&["check", "--format", format]);
        assert!(run.out.contains("forbidden"), "{format}: {run:?}");
        assert!(!run.err.contains("files"), "no progress where nobody looks: {format}: {run:?}");
    }
    let json = project.run(&["check", "--format", "json", "--timings", "--verbose"]);
    assert!(serde_json::from_str::<serde_json::Value>(&json.out).is_ok(), "{json:?}");
}

#[test]
fn the_exit_code_does_not_depend_on_who_reads() {
    let many = "forbidden();\n".repeat(3000);
    let findings = project(&[("a.ts", &many)]);
    let clean = project(&[("a.ts", "fine();\n")]);
    let broken = project(&[("a.ts", &many)]);
    broken.write("auditlint.toml", b"rule-dirs = [\"rules\"]\nnope = 1\n");
    let commands: [&[&str]; 26] = [
        &["check"],
        &["check", "--format", "text"],
        &["check", "--format", "concise"],
        &["check", "--format", "json"],
        &["check", "--format", "jsonl"],
        &["check", "--format", "github"],
        &["check", "--statistics", "--timings", "--verbose"],
        &["check", "--show-files"],
        &["check", "--print-config"],
        &["check", "--diff"],
        &["check", "--stdin-filename", "b.ts"],
        &["check", "--stdin-filename", "b.ts", "--fix"],
        &["check", "--strict", "nowhere.ts"],
        &["check", "--max-warnings", "0"],
        &["tasks"],
        &["tasks", "--json", "T-1"],
        &["facts"],
        &["facts", "repo.file"],
        &["rules", "list", "--all"],
        &["rules", "list", "--json"],
        &["rules", "show", "forbidden"],
        &["rules", "show", "forbidden", "--explain", "a.ts:1"],
        &["rules", "test", "--all"],
        &["init", "--stdout"],
        &["completions", "bash"],
        &["schema", "findings"],
    ];
    for project in [&findings, &clean, &broken] {
        for args in commands {
            let input = "forbidden();\n";
            let heard = match args.contains(&"--stdin-filename") {
                true => project.run_with_input(args, input),
                false => project.run(args),
            };
            let unheard = code_without_reader(project.root(), args, input);
            assert_eq!(unheard, heard.code, "{args:?}: {heard:?}");
        }
    }
    assert_eq!(code_without_reader(findings.root(), &["check"], ""), 1);
    assert_eq!(code_without_reader(broken.root(), &["check"], ""), 2);
    assert_eq!(code_without_reader(findings.root(), &["check", "--no-such-flag"], ""), 2);
    assert_eq!(code_without_reader(findings.root(), &["--help"], ""), 0);
}

#[test]
fn a_partial_run_says_so() {
    let project =
        project(&[("src/a.ts", "fine(); // auditlint-ignore forbidden: not any more\n"), ("b.ts", "fine();\n")]);
    for (args, only) in [
        (&["src"][..], Some("Partial run: src.")),
        (&["src", "b.ts", "--rule", "doubtful"], Some("Partial run: src, b.ts, rule doubtful.")),
        (&["--severity", "warning"], Some("Partial run: findings of severity warning or higher.")),
        (&[], None),
    ] {
        let run = project.run(&[&["check"], args].concat());
        assert_eq!(run.out.lines().find(|line| line.starts_with("Partial run: ")), only, "{run:?}");
        assert_eq!(run.out.contains("unused-suppression"), only.is_none(), "{run:?}");
    }
}

/// A reader that took the first bytes and goes away: neither a panic nor another exit code, in every format.
#[test]
fn a_reader_that_goes_away_in_the_middle_of_any_format() {
    use std::io::Read as _;
    let project = project(&[("a.ts", &"forbidden();\n".repeat(4000))]);
    let help = project.run(&["check", "--help"]).out;
    let from = help.split("--format <FORMAT>").nth(1).unwrap().split("--output-file").next().unwrap();
    let listed: Vec<&str> = from.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next()).collect();
    assert!(listed.len() >= 10, "{from}");
    for format in listed {
        let mut command = command(project.root(), &["check", "--max-findings", "100000", "--format", format]);
        let mut child = command.spawn().unwrap();
        let mut first = [0; 64];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{format}: {output:?}");
    }
}

/// Where a format takes fewer findings than there are, it holds those that weigh most, and the rest is said.
#[test]
fn thirty_thousand_findings_for_a_format_that_takes_five_thousand() {
    let project = project(&[("a.ts", &"forbidden();\n".repeat(30_000))]);
    let run = project.run(&["check", "--format", "sarif", "--sarif-profile", "github"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let log: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 5_000);
    assert!(run.err.contains("note: 25000 findings left out"), "{}", run.err);
}
