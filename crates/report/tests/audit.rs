//! The report of an audit in every format, of projects in memory.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

mod markup;

use std::collections::BTreeMap;

use auditlint_engine::{CONFIG_NAME, Config, Date, Engine, RuleTests, RunOptions};
use auditlint_report::{
    AuditFormat, AuditInput, AuditReport, History, HistoryLine, PlaceUrl, audit_schema, history_schema,
};
use auditlint_source::{FilePath, Files, MemoryFiles, Problem};

/// Rules that find `alert()` and others.
const RULES: &str = "\
id: no-alert
language: TypeScript
severity: error
message: '`$A` is shown in a dialog'
why: A dialog stops the page.
instead: Show it in the page.
rule: { pattern: alert($A) }
examples: { bad: ['«alert(1)»;'], good: ['show(1);'] }
---
id: no-beta
language: TypeScript
severity: warning
message: beta
rule: { pattern: beta($$$) }
---
id: no-gamma
language: TypeScript
severity: hint
message: gamma
rule: { pattern: gamma($$$) }
examples: { bad: ['delta();'] }
";

const CONFIG: &str = "\
rule-dirs = ['rules']
packs = []
[[tasks]]
files = 'plan/*.yaml'
[rules.no-beta]
tasks = ['SEC-2', 'C9']
";

const TASKS: &str = "\
- id: SEC-1
  title: No dialogs
  status: done
  priority: P0
  owner: Ada
  phase: First
  findings: [C1, H10]
  acceptance:
    - 'nothing stops the page'
    - 'errors stand in the page'
  verify: [no-alert]
- id: SEC-2
  title: Leave `beta` behind
  status: in progress
  priority: P1
  phase: First
  depends_on: [SEC-1]
- id: SEC-3
  title: Rotate the key
  status: done
  owner: Grace
  phase: Second
- id: SEC-4
  title: No gamma
  status: done
  verify: [no-gamma]
";

fn report(files: &[(&str, &str)], pattern: &str) -> AuditReport {
    let files = MemoryFiles::new(files.iter().copied());
    let path = FilePath::new(CONFIG_NAME);
    let text = String::from_utf8(files.read(&path, 1 << 20).unwrap()).unwrap();
    let (config, problems) = Config::read(&path, &text);
    assert_eq!(problems, []);
    let options = RunOptions { for_verdicts: true, ..RunOptions::default() };
    let engine = Engine::load(&files, config, options, problems);
    let snapshot = engine.snapshot(&files);
    let day = Date::parse("2026-06-01");
    let run = snapshot.check(&|| day, &|_| {});
    let linked = run.verdicts.iter().flatten().flat_map(|task| &task.rules);
    let tests: BTreeMap<String, RuleTests> =
        linked.filter_map(|rule| Some((rule.id.clone(), snapshot.catalogue().test(&rule.id)?))).collect();
    AuditReport::of(AuditInput {
        snapshot: &snapshot,
        report: &run,
        tests: &tests,
        title: "Audit of acme/shop".to_owned(),
        commit: Some("0123456789abcdef".to_owned()),
        day,
        urls: Some(PlaceUrl::parse(pattern, &FilePath::root(), Some("0123456789abcdef")).unwrap()),
    })
}

const PATTERN: &str = "https://example.org/{commit}/{path}#L{line}";

fn findings() -> AuditReport {
    let code = "f();\nalert('a');\ng();\nbeta();\n// auditlint-ignore no-alert: the test needs it\nalert('b');\n";
    let files = [
        (CONFIG_NAME, CONFIG),
        ("rules/own.yml", RULES),
        ("plan/tasks.yaml", TASKS),
        ("src/a.ts", code),
        ("src/b.ts", "gamma(1);\n"),
    ];
    report(&files, PATTERN)
}

fn clean() -> AuditReport {
    let files =
        [(CONFIG_NAME, "rule-dirs = ['rules']\npacks = []\n"), ("rules/own.yml", RULES), ("src/a.ts", "f();\n")];
    report(&files, PATTERN)
}

/// Everything that a project names holds signs that mean something to a format.
fn hostile() -> AuditReport {
    let config = CONFIG.replace("C9", "C9</code><script>alert(9)</script>");
    let rules = RULES.replace("'`$A` is shown in a dialog'", "'<b>$A</b> | ```x [y](javascript:z) *w*'").replace(
        "why: A dialog stops the page.",
        "why: \"</p><img src=x onerror=alert(1)>\\n# why\\n::error ::x\\u001b[31m\"",
    );
    let tasks = r##"
- id: SEC-1
  title: "</h4><script>alert('t')</script> \"><img src=x onerror=y> | `a` ``b` [c](javascript:d) <!-- \u202e e"
  status: done
  priority: "=HYPERLINK(\"x\")"
  owner: "\" onmouseover=\"alert(1)"
  phase: "# P | <i>\n## Q"
  findings: ["=1+1", "C1'\"<"]
  acceptance: ["]]>--><script>c</script>", "- [ ] x\n\n# y"]
  verify: [no-alert]
"##;
    let code = "</span></pre><script>alert(\"x\")</script>\n```\nalert('</mark>```|\u{202e}');\n";
    let code = format!("/*\n{code}*/ alert('</mark>```|\u{202e}\u{1b}[2J');\n");
    let path = "src/<svg onload=x> \"&' | `q` [r](s).ts";
    let files = [(CONFIG_NAME, config.as_str()), ("rules/own.yml", &rules), ("plan/tasks.yaml", tasks), (path, &code)];
    report(&files, "https://example.org/?a=1&b={path}'\"#<L{line}>")
}

/// A state in the words of a history: a task with so many findings left, and as many verdicts.
fn state(date: &str, commit: &str, left: u64, task: &str) -> String {
    let task = serde_json::Value::from(task);
    format!(
        r#"{{"schema":1,"date":"{date}","commit":{commit},"findings":{{"new":{left},"known":2,"suppressed":1}},"verdicts":{{"open":3,"verified":1,"regressed":{left}}},"tasks":{{{task}:{{"verdict":"open","left":{left}}}}},"later":0}}"#
    )
}

/// Days out of order, several states of one day, one behind that of the report, and a task with a name that is markup.
fn went() -> AuditReport {
    let hostile = "</text><script>alert(1)</script> | `x` \"'\u{202e}\n# y";
    let lines = [
        state("2026-05-20", "\"abc\"", 9, hostile),
        state("2026-05-01", "null", 40, "SEC-1"),
        state("2026-05-20", "\"0123456789abcdef0123456789abcdef01234567\"", 7, hostile),
        state("2026-07-01", "null", 1, "SEC-1"),
    ];
    let mut report = findings();
    let mut problems = Vec::new();
    report.draw(&History::read(lines.join("\n").into_bytes(), None, &mut problems));
    assert_eq!(problems, []);
    report
}

fn kinds() -> [(&'static str, AuditReport); 4] {
    [("findings", findings()), ("clean", clean()), ("hostile", hostile()), ("history", went())]
}

fn written(report: &AuditReport, format: AuditFormat) -> String {
    let mut out = Vec::new();
    report.write(format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_format_on_every_kind() {
    for (kind, report) in kinds() {
        for (name, format) in
            [("markdown", AuditFormat::Markdown), ("json", AuditFormat::Json), ("csv", AuditFormat::Csv)]
        {
            insta::assert_snapshot!(format!("report_{name}_{kind}"), written(&report, format));
        }
        // Style and script are the same on every page.
        let page = written(&report, AuditFormat::Html);
        let body = &page[page.find("<body>").unwrap()..page.rfind("<script>").unwrap()];
        insta::assert_snapshot!(format!("report_html_{kind}"), body);
    }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    for format in [AuditFormat::Html, AuditFormat::Markdown, AuditFormat::Json, AuditFormat::Csv] {
        assert_eq!(written(&findings(), format), written(&findings(), format));
    }
}

#[test]
fn what_a_task_has_is_counted_whole() {
    let tasks = "- id: SEC-1\n  verify: [no-alert, no-gamma]\n";
    let code = format!("{}gamma(1);\n", "alert(1);\n".repeat(1_500));
    let config = "rule-dirs = ['rules']\npacks = []\n[[tasks]]\nfiles = 'plan/*.yaml'\n";
    let files = [(CONFIG_NAME, config), ("rules/own.yml", RULES), ("plan/tasks.yaml", tasks), ("src/a.ts", &code)];
    let report = report(&files, PATTERN);
    let (markdown, html) = (written(&report, AuditFormat::Markdown), written(&report, AuditFormat::Html));
    for (text, parts) in [
        (&markdown, ["`no-alert`: 1500 left", "and 1450 more", "`no-gamma`: 1 left"]),
        (&html, ["<code>no-alert</code>: 1500 left", "and 1450 more", "<code>no-gamma</code>: 1 left"]),
    ] {
        parts.iter().for_each(|part| assert!(text.contains(part), "{part}"));
    }
}

#[test]
fn the_json_keeps_to_its_schema() {
    let validator = jsonschema::validator_for(&audit_schema()).unwrap();
    for (kind, report) in kinds() {
        let json: serde_json::Value = serde_json::from_str(&written(&report, AuditFormat::Json)).unwrap();
        let mistakes: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(mistakes.is_empty(), "{kind}: {mistakes:?}");
    }
}

#[test]
fn a_page_is_sound_whatever_the_project_says() {
    for (kind, report) in kinds() {
        let page = written(&report, AuditFormat::Html);
        if let Err(mistake) = markup::check(&page) {
            panic!("{kind}: {mistake}\n{page}");
        }
        assert_eq!(page.matches("<script").count(), 1, "{kind}");
    }
}

#[test]
fn a_document_holds_no_markup_of_the_project() {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    for (kind, report) in kinds() {
        let document = written(&report, AuditFormat::Markdown);
        let (mut headings, mut columns) = (0, 0);
        for event in Parser::new_ext(&document, Options::ENABLE_TABLES) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("{kind}: {html}"),
                Event::Start(Tag::Heading { .. }) => headings += 1,
                Event::Start(Tag::Image { .. } | Tag::Strikethrough | Tag::Emphasis) => panic!("{kind}: {document}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert!(dest_url.starts_with("https://example.org/"), "{kind}: {dest_url}");
                }
                Event::Start(Tag::Table(heads)) => columns = heads.len(),
                Event::Start(Tag::TableRow) => assert!(columns > 0),
                _ => {}
            }
        }
        let expected = match kind {
            // Phases, tasks, and the list of findings of the audit.
            "findings" => 11 + 3 + 4 + 1,
            "history" => 11 + 3 + 4 + 1 + 1,
            "hostile" => 11 + 1 + 1,
            _ => 11,
        };
        assert_eq!(headings, expected, "{kind}: {document}");
    }
}

#[test]
fn a_table_holds_no_formula() {
    for line in written(&hostile(), AuditFormat::Csv).lines() {
        let is_formula = |cell: &str| cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']);
        assert!(!line.split(',').any(is_formula), "{line}");
    }
}

/// What a history says that holds one line between two that are right.
#[track_caller]
fn check_line(line: &[u8], expected: &str) {
    let (first, last) = (state("2026-05-01", "null", 4, "A-1"), state("2026-05-02", "null", 3, "A-1"));
    let bytes = [first.as_bytes(), b"\r\n", line, b"\r\n\r\n", last.as_bytes()].concat();
    let path = FilePath::new("audit.jsonl");
    let mut problems: Vec<Problem> = Vec::new();
    let history = History::read(bytes.clone(), Some(&path), &mut problems);
    let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(said.len() == 1 && said[0].contains(expected), "{said:?}");
    assert!(said[0].starts_with("line 2 of the history was left out: "), "{said:?}");
    assert_eq!(problems[0].position.map(|at| at.line), Some(2));
    assert_eq!(problems[0].path.as_ref(), Some(&path));
    let mut report = findings();
    report.draw(&history);
    assert!(written(&report, AuditFormat::Markdown).contains("From 2026-05-01 to 2026-06-01: findings left 6 →"));
    // What is not understood is kept.
    let line = HistoryLine::of(&report).unwrap();
    assert!(history.with(&line).starts_with(&bytes));
}

#[test]
fn what_is_no_state_is_left_out_and_said() {
    for (line, expected) in [
        (&b"{"[..], "is not a line of a history"),
        (b"[]", "is not a line of a history"),
        (b"{\"schema\": 1}", "is not a line of a history"),
        (b"{\"schema\": 2, \"date\": 7}", "of version 2, and only version 1 is known"),
        (b"\xff\xfe", "not UTF-8"),
        (b"<<<<<<< ours", "the marker of a conflict"),
        (state("2026-02-30", "null", 1, "A").as_bytes(), "`2026-02-30` is not a day of the calendar"),
        (state("2026-05-01", "\"<b>\"", 1, "A").as_bytes(), "`<b>` is not the name of a commit"),
        (state("2026-05-01", "null", 1, "A").replace("verified", "proven").as_bytes(), "`proven` is not a verdict"),
        (state("2026-05-01", "null", 1, "A").replace(":2,", ":-2,").as_bytes(), "is not a line of a history"),
        (state("2026-05-01", "null", 1, "A").replace(":2,", ":1e99,").as_bytes(), "is not a line of a history"),
    ] {
        check_line(line, expected);
    }
}

#[test]
fn many_mistakes_are_not_repeated() {
    let mut problems = Vec::new();
    History::read("x\n".repeat(10_000).into_bytes(), None, &mut problems);
    assert!(problems.len() < 200, "{}", problems.len());
    assert!(problems[problems.len() - 1].message.contains("more lines of the history were left out"));
}

#[test]
fn a_state_is_written_once() {
    let report = findings();
    let line = HistoryLine::of(&report).unwrap();
    let read = |bytes: Vec<u8>| History::read(bytes, None, &mut Vec::new());
    let once = read(Vec::new()).with(&line);
    let validator = jsonschema::validator_for(&history_schema()).unwrap();
    assert!(validator.is_valid(&serde_json::from_slice(&once).unwrap()));
    assert_eq!(read(once.clone()).with(&line), once);
    // A line of the same state gives way to the new one; all others stay as they are, also where the last one has no end.
    let old = state("2026-06-01", "\"0123456789abcdef\"", 90, "SEC-1");
    let other = state("2026-06-01", "\"fedcba\"", 90, "SEC-1");
    let text = String::from_utf8(once).unwrap();
    let with = |bytes: String| String::from_utf8(read(bytes.into_bytes()).with(&line)).unwrap();
    assert_eq!(with(format!("\u{feff}{old}\r\n{other}")), format!("\u{feff}{}\r\n{other}", text.trim_end()));
    assert_eq!(with(other.clone()), format!("{other}\n{text}"));
    let mut report = report;
    report.draw(&read(format!("{old}\n{other}\n").into_bytes()));
    let markdown = written(&report, AuditFormat::Markdown);
    assert!(markdown.contains("The history has one state, of 2026-06-01: 3 findings left"), "{markdown}");
}

#[test]
fn greatest_figures_are_drawn() {
    let most = state("2026-05-01", "null", u64::MAX, "SEC-1");
    let mut report = findings();
    report.draw(&History::read(most.into_bytes(), None, &mut Vec::new()));
    let page = written(&report, AuditFormat::Html);
    assert!(page.contains("<polyline points=\"64,"), "{page}");
    assert_eq!(markup::check(&page), Ok(()));
}
