//! Exit codes, colours, and which stream says what.

use crate::project::Project;

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
