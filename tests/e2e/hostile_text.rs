//! Text of a repository reaches neither a terminal nor a CI runner as something that acts: every command and format on a
//! project with control characters and runner commands in all places that hold text.
#![cfg(unix)]

use serde_json::Value;

use crate::project::{Project, Run};

/// What acts: title and screen sequences, a bell, NUL, DEL, a C1 introducer, direction marks, what cannot be seen, other
/// line breaks, tags; and commands of runners, on a line of their own and within one.
const ACTS: &str = "\u{1b}]0;X\u{7}\u{1b}[2J\u{1}\u{7f}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}";
const COMMANDS: &str = "##[error]x ##vso[task.complete]x ##teamcity[x]";

/// Both, with line breaks after which a command begins.
fn text() -> String {
    format!("{ACTS}\r\n::add-mask::x\n  ::error::y\n{COMMANDS}\t.")
}

/// A text as a string of YAML.
fn quoted(text: &str) -> String {
    let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    // YAML knows no surrogates.
    format!("\"{}\"", escaped.replace("\\udb40\\udc41", "\\U000E0041"))
}

fn project() -> Project {
    let (text, fix) = (quoted(&text()), quoted(&format!("/* {} */ bar($A)", text())));
    let bare = ACTS.replace(['\u{2028}', '\u{7f}', '\u{9b}', '\u{1b}', '\u{7}', '\u{1}'], "");
    let config = format!(
        "packs = [\"recommended\", \"consistency\"]\nrule-dirs = [\"rules\"]\n\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n\n\
         [rules.calls]\ntasks = [\"T-1\"]\n\n[rules.\"a{bare}\\n::x::##vso[y]\"]\nseverity = \"error\"\n"
    );
    let rule = format!(
        "id: calls\nlanguage: TypeScript\nseverity: error\nmessage: {text}\nwhy: {text}\ninstead: {text}\nnote: {text}\n\
         url: {text}\nrule: {{pattern: foo($A)}}\nfix: {fix}\nexamples:\n  bad: [{text}]\n  good: [{text}]\n"
    );
    let quoting =
        "id: quoting\nlanguage: TypeScript\nmessage: \"`$A` is quoted\"\nrule: {pattern: bar($A)}\nfix: baz($A)\n";
    let relation =
        "relation: my.call\nabout: calls\nlanguage: TypeScript\nrule: {pattern: bar($A)}\ncolumns: {what: $A}\n";
    let task = format!("id: T-1\ntitle: {text}\nstatus: todo\npriority: {text}\nfiles: [{text}]\n");
    let source = format!(
        "foo(1); // {ACTS} {COMMANDS}\n::add-mask::x\nbar('{}'); // {COMMANDS}\n\
         bar(`\n::error::z\n{COMMANDS}`);\n// auditlint-ignore {ACTS}: {COMMANDS}\nfoo(2);\n",
        ACTS.replace('\u{2028}', "")
    );
    let project = Project::new(&[
        ("auditlint.toml", &config),
        ("rules/calls.yml", &rule),
        ("rules/quoting.yml", quoting),
        ("rules/relation.yml", relation),
        ("rules/broken.yml", &format!("id: {text}\nlanguage: {text}\n{text}: 1\nrule: {{kind: {text}}}\n")),
        ("tasks/T-1.yaml", &task),
        ("tasks/T-2.yaml", &format!("id: {text}\ntitle: a\n")),
        ("tasks/T-3.yaml", &format!("id: [{ACTS}\n::x::\n")),
        ("a.ts", &source),
        ("::stop-commands::x/a.ts", &source),
    ]);
    for name in ["::b::.ts", " ::c::.ts", "d\n::error::d.ts", "##vso[e].ts", "f##[g].ts"] {
        project.write(name, b"foo(1);\nbar(2);\n");
    }
    project.write(&format!("n{}.ts", ACTS.replace(['\0', '/'], "")), b"foo(1);\nconst = ;\n");
    project
}

/// Whether a character acts, apart from line breaks and tabs.
fn acts(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || invisible || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Asserts that nothing in what a command printed acts. GitHub's own commands may stand on standard output.
fn harmless(run: &Run, args: &[&str]) {
    for (stream, text) in [("output", &run.out), ("error", &run.err)] {
        // A difference keeps the line ends of Windows.
        let text = if args.contains(&"--diff") { &text.replace("\r\n", "\n") } else { text };
        let found = text.char_indices().find(|(_, c)| acts(*c));
        assert_eq!(found, None, "{args:?}: standard {stream}: {text}");
        for command in ["##[", "##vso[", "##teamcity["] {
            assert!(!text.contains(command), "{args:?}: {command} on standard {stream}: {text}");
        }
        let own = stream == "output" && args.contains(&"github");
        let begins = text.lines().find(|line| !own && line.trim_start().starts_with("::"));
        assert_eq!(begins, None, "{args:?}: a command on standard {stream}");
    }
}

#[test]
fn nothing_acts_in_any_command() {
    let project = project();
    let tagged = format!("x{ACTS}\n::add-mask::x\n{COMMANDS}");
    for args in [
        &["check"][..],
        &["check", "--verbose", "--statistics", "--timings"],
        &["check", "--format", "concise", "--verbose"],
        &["check", "--format", "jsonl"],
        &["check", "--format", "json", "--statistics"],
        &["check", "--format", "github"],
        &["check", "--isolated"],
        &["check", "--diff"],
        &["check", "--show-files"],
        &["check", "--print-config"],
        &["check", "--as-of", &tagged],
        &["check", "--rule", &tagged],
        &["check", "--task", &tagged],
        &["check", "--config", &tagged],
        &["check", &tagged],
        &["check", "--format", &tagged],
        &["check", "--stdin-filename", &tagged],
        &["check", &format!("--{tagged}")],
        &["check", "--color", &tagged],
        &["rules", "list", "--all"],
        &["rules", "list", "--json"],
        &["rules", "show", "calls"],
        &["rules", "show", &tagged],
        &["rules", "show", "quoting", "--explain", "a.ts:3"],
        &["rules", "show", "calls", "--explain", "::stop-commands::x/a.ts:1"],
        &["rules", "show", "calls", "--explain", "::stop-commands::x/a.ts:100"],
        &["rules", "show", "calls", "--explain", &tagged],
        &["rules", "test"],
        &["rules", "test", &tagged],
        &["rules", "new", &tagged],
        &["rules", "new", "x", "--language", &tagged],
        &["rules", "new", "y", "--task", &tagged],
        &["tasks"],
        &["tasks", "--json"],
        &["tasks", &tagged],
        &["facts"],
        &["facts", "repo.file"],
        &["facts", "my.call"],
        &["facts", "my.call", "--format", "tsv"],
        &["facts", "my.call", "--format", "json"],
        &["facts", "my.call", "--where", &format!("{tagged}=1")],
        &["facts", &tagged],
        &["init", "--stdout"],
        &["init", &tagged],
        &[&tagged],
    ] {
        let run = project.run(args);
        assert_ne!(run.code, 101, "{args:?}: {run:?}");
        assert!(run.out.len() + run.err.len() > 0, "{args:?} says nothing");
        harmless(&run, args);
        if args.contains(&"json") || args.contains(&"--json") {
            assert!(serde_json::from_str::<Value>(&run.out).is_ok(), "{args:?}: {run:?}");
        }
    }
}

#[test]
fn json_is_exact() {
    let (_, report) = project().json(&["--rule", "calls"]);
    let expected = text();
    let findings: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "calls").collect();
    assert!(!findings.is_empty(), "{report}");
    for finding in findings {
        assert_eq!(finding["message"], expected, "{finding}");
        assert_eq!(finding["tasks"][0]["title"], expected, "{finding}");
    }
}

#[test]
fn github_gets_one_command_for_each_finding_and_problem() {
    let project = project();
    for rule in ["calls", "quoting"] {
        let (_, report) = project.json(&["--rule", rule, "::stop-commands::x/a.ts", "::b::.ts"]);
        let new = report["findings"].as_array().unwrap().iter().filter(|finding| finding["state"] == "new").count();
        // Others are only counted.
        let told = |problem: &&Value| problem["level"] != "note" && problem["kind"] != "region";
        let problems = report["problems"].as_array().unwrap().iter().filter(told).count();
        let run = project.run(&["check", "--format", "github", "--rule", rule, "::stop-commands::x/a.ts", "::b::.ts"]);
        assert!(new >= 3 && problems >= 3, "{new} {problems} {report}");
        let kinds = ["::error ", "::warning ", "::notice "];
        assert!(run.out.lines().all(|line| kinds.iter().any(|kind| line.starts_with(kind))), "{run:?}");
        let more = run.out.lines().filter(|line| line.contains("Not shown: ")).count();
        assert_eq!(more, 0, "a smaller project would do: {run:?}");
        assert_eq!(run.out.lines().count(), new + problems, "{run:?}");
    }
}

#[test]
fn only_own_styles_colour() {
    let run = project().run(&["check", "--color", "always"]);
    let mut rest = run.out.as_str();
    let mut styles = 0;
    while let Some(at) = rest.find('\u{1b}') {
        let sequence = &rest[at + 1..];
        let end = sequence.find('m').unwrap();
        let numbers = &sequence[..end];
        assert!(
            numbers.starts_with('[') && numbers[1..].chars().all(|c| c.is_ascii_digit() || c == ';'),
            "{numbers:?}"
        );
        rest = &sequence[end + 1..];
        styles += 1;
    }
    assert!(styles > 10, "{run:?}");
    harmless(&Run { out: run.out.replace('\u{1b}', ""), ..run }, &["check"]);
}

#[test]
fn marks_stand_below_what_they_mark() {
    let project = Project::new(&[("a.ts", "/*\u{1b}[31m\u{202e}\u{e0041}##vso[*/ \tprocess.env.A;\n")]);
    let run = project.run(&["check", "--isolated"]);
    let lines: Vec<&str> = run.out.lines().collect();
    let code = lines.iter().position(|line| line.contains("process.env.A")).unwrap();
    let column = |line: &str, what: &str| line[..line.find(what).unwrap()].chars().count();
    assert_eq!(column(lines[code], "process.env"), column(lines[code + 1], "─"), "{}", run.out);
    assert!(lines[code].contains("/*\\u{1b}[31m\\u{202e}\\u{e0041}##vso\\[*/"), "{}", run.out);
}

#[test]
fn init_writes_a_configuration_that_can_be_read() {
    let title = quoted(&format!("Call fetch through the HTTP client {}", text()));
    let task = format!("id: T-1\ntitle: {title}\nfiles: [a.ts]\nacceptance: [fetch is called directly nowhere]\n");
    let other = "id: T-2\ntitle: Second\nacceptance: [it is gone]\n";
    let project = Project::new(&[("tasks/T-1.yaml", &task), ("tasks/T-2.yaml", other), ("a.ts", "fetch(a);\n")]);
    harmless(&project.run(&["init", "--stdout"]), &["init", "--stdout"]);
    assert_eq!(project.run(&["init"]).code, 0);
    let (code, report) = project.json(&[]);
    assert_eq!((code, &report["problems"]), (0, &serde_json::json!([])), "{}", project.read("auditlint.toml"));
    assert_eq!(report["findings"][0]["tasks"][0]["id"], "T-1", "{}", project.read("auditlint.toml"));
}
