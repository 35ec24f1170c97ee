//! Projects in memory: what a run proves about their tasks, and why.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use auditlint_engine::{CONFIG_NAME, Config, Date, Engine, Report, RunOptions};
use auditlint_source::{FilePath, Files, MemoryFiles};

/// A rule that finds `alert()`, and others.
const RULES: (&str, &str) = (
    "rules/r.yml",
    "id: no-alert\nlanguage: TypeScript\nmessage: an alert\nrule: { pattern: alert($$$) }\n---\n\
     id: no-b\nlanguage: TypeScript\nmessage: b\nrule: { pattern: beta($$$) }\n---\n\
     id: no-web\nlanguage: TypeScript\nmessage: web\nfiles: ['web/**']\nrule: { pattern: c($$$) }\n---\n\
     id: known-import\nmessage: '$PACKAGE is not there'\ncheck: { each: import.import, in: npm.dependency, on: [package] }\n",
);

fn run(files: &[(&str, &str)], options: RunOptions) -> Report {
    let files = MemoryFiles::new(files.iter().copied().chain([RULES]));
    let path = FilePath::new(CONFIG_NAME);
    let text = String::from_utf8(files.read(&path, 1 << 20).unwrap_or_default()).unwrap();
    let (config, problems) = Config::read(&path, &text);
    assert_eq!(problems, []);
    let engine = Engine::load(&files, config, options, problems);
    engine.snapshot(&files).check(&|| Date::parse("2026-06-01"), &|_| {})
}

const TASKS: &str = "rule-dirs = [\"rules\"]\npacks = []\n[[tasks]]\nfiles = \"t.yaml\"\n";

/// A project with this configuration behind the usual one, these tasks and these sources: each task as `id verdict`, and every text of
/// `reasons` in the reasons of the first.
#[track_caller]
fn check(config: &str, tasks: &str, sources: &[(&str, &str)], expected: &[&str], reasons: &[&str]) -> Report {
    let config = format!("{TASKS}{config}");
    let mut files = vec![(CONFIG_NAME, config.as_str()), ("t.yaml", tasks)];
    files.extend(sources);
    let report = run(&files, RunOptions::default());
    let verdicts = report.verdicts.as_ref().unwrap();
    let found: Vec<String> = verdicts.iter().map(|task| format!("{} {}", task.id, task.verdict)).collect();
    assert_eq!(found, expected, "{config}{tasks}{sources:?}: {:?} {:?}", verdicts[0].reasons, report.problems);
    for reason in reasons {
        let is_said = verdicts[0].reasons.iter().any(|said| said.contains(reason));
        assert!(is_said, "{reason}: {:?} {config}{tasks}", verdicts[0].reasons);
    }
    let findings = report.findings.len();
    assert!(verdicts.iter().flat_map(|task| &task.findings).all(|number| *number < findings));
    report
}

const LINK: &str = "[rules.no-alert]\ntasks = [\"A-1\"]\n";
const BAD: (&str, &str) = ("a.ts", "alert(1);\n");
const GOOD: (&str, &str) = ("a.ts", "f(1);\n");
const DONE: &str = "- id: A-1\n  status: done\n";
const TODO: &str = "- id: A-1\n  status: todo\n";

#[test]
fn each_row_of_the_table() {
    check(LINK, TODO, &[BAD], &["A-1 open"], &["1 finding of its rules is left"]);
    check(LINK, "- id: A-1\n", &[BAD], &["A-1 open"], &[]);
    check(LINK, TODO, &[GOOD], &["A-1 ready to close"], &["find nothing"]);
    check(LINK, TODO, &[("a.rs", "")], &["A-1 vacuous"], &["rule `no-alert` looks at no file"]);
    check(LINK, DONE, &[GOOD], &["A-1 verified"], &["its rules hold"]);
    let silenced = ("a.ts", "alert(1); // auditlint-ignore no-alert: later\n");
    check(LINK, DONE, &[silenced], &["A-1 verified"], &["1 finding is suppressed"]);
    check(LINK, DONE, &[BAD], &["A-1 regressed"], &["declared done, and 1 finding"]);
    check(LINK, DONE, &[], &["A-1 vacuous"], &["looks at no file"]);
    check("", DONE, &[BAD], &["A-1 unverified"], &["nothing checks it"]);
    check("", TODO, &[BAD], &["A-1 untracked"], &["nothing checks it"]);
    check(
        LINK,
        "- id: A-1\n  status: accepted # the page is internal\n",
        &[BAD],
        &["A-1 accepted"],
        &["the page is internal"],
    );
    check(LINK, "- id: A-1\n  status: wont-do\n", &[BAD], &["A-1 accepted"], &["no reason"]);
    check(LINK, "- id: A-1\n  status: whatever\n", &[BAD], &["A-1 open"], &[]);
}

#[test]
fn a_false_done_is_a_finding_at_its_word() {
    let report = check(LINK, DONE, &[BAD, ("b.ts", "alert(2);\n")], &["A-1 regressed"], &[]);
    let found: Vec<_> =
        report.findings.iter().map(|finding| (finding.rule.id.as_str(), finding.path.as_str())).collect();
    assert_eq!(found, [("no-alert", "a.ts"), ("no-alert", "b.ts"), ("task-regressed", "t.yaml")]);
    let finding = &report.findings[2];
    assert_eq!(&DONE[finding.span.start as usize..finding.span.end as usize], "done");
    assert_eq!((finding.start.line, finding.start.column), (2, 11));
    let related: Vec<&str> = finding.related.iter().map(|place| place.path.as_str()).collect();
    assert_eq!(related, ["a.ts", "b.ts"]);
    assert_eq!(finding.tasks[0].id, "A-1");
    assert_eq!(report.summary.errors, 1);
    // Numbers of findings stay right where one is put among them.
    let report = check(LINK, DONE, &[("z.ts", "alert(1);\n")], &["A-1 regressed"], &[]);
    let verdict = &report.verdicts.as_ref().unwrap()[0];
    let found: Vec<&str> = verdict.findings.iter().map(|number| report.findings[*number].path.as_str()).collect();
    assert_eq!(found, ["z.ts"]);
}

#[test]
fn links_count_where_they_say() {
    let narrow = "[rules.no-alert]\ntasks = [\"A-1\", { id = \"A-2\", files = [\"web/**\"] }]\n";
    let tasks = "- id: A-1\n- id: A-2\n";
    check(narrow, tasks, &[BAD, ("web/b.ts", "f();")], &["A-1 open", "A-2 ready to close"], &[]);
    check(narrow, tasks, &[GOOD, ("web/b.ts", "alert(2);")], &["A-1 open", "A-2 open"], &["1 finding"]);
    check(narrow, tasks, &[BAD], &["A-1 open", "A-2 vacuous"], &[]);
    let only = "[rules.no-alert]\ntasks = [{ id = \"A-1\", files = [\"web/**\"] }]\n";
    check(only, DONE, &[BAD, ("api/b.ts", "")], &["A-1 vacuous"], &["no file that its link to the task covers"]);
    // The audit's own id of a finding stands for the tasks that list it.
    let by_finding = "[rules.no-alert]\ntasks = [\"H3\"]\n";
    let listed = "- id: A-1\n  findings: [H3]\n- id: A-2\n  findings: [H3]\n- id: A-3\n";
    check(by_finding, listed, &[BAD], &["A-1 open", "A-2 open", "A-3 untracked"], &[]);
}

#[test]
fn a_task_names_rules_itself() {
    let own = "- id: A-1\n  verify: [no-alert, npm test]\n  files: [b.ts]\n";
    check("", own, &[BAD], &["A-1 open"], &["1 finding"]);
    let by_criterion = "- id: A-1\n  acceptance:\n    - no alert is left (verify: no-alert)\n    - it is fast\n    - no b is left (verify: no-b)\n";
    let report = check("", by_criterion, &[BAD, ("b.ts", "f();")], &["A-1 open"], &["2 of 3 acceptance criteria"]);
    let verdict = &report.verdicts.as_ref().unwrap()[0];
    let left: Vec<u64> = verdict.criteria.iter().map(|criterion| criterion.counts.left()).collect();
    assert_eq!(left, [1, 0, 0]);
    let whole = "- id: A-1\n  status: done\n  acceptance: [one, two, three, four, five]\n";
    check(LINK, whole, &[GOOD], &["A-1 verified"], &["1 of 5 acceptance criteria has a rule"]);
    // A link of the rule that holds for some files is more exact than the task.
    let narrow = "[rules.no-alert]\ntasks = [{ id = \"A-1\", files = [\"web/**\"] }]\n";
    check(narrow, own, &[BAD, ("web/b.ts", "f();")], &["A-1 ready to close"], &[]);
}

#[test]
fn what_nobody_can_tell_is_vacuous() {
    let of = |rule: &str| format!("[rules.{rule}]\ntasks = [\"A-1\"]\n");
    // No file.
    check(&of("no-web"), DONE, &[GOOD], &["A-1 vacuous"], &["rule `no-web` looks at no file"]);
    check(&of("no-web"), DONE, &[("web/a.ts", "f();")], &["A-1 verified"], &[]);
    // A region that was not understood, with the literal of the rule in it or without.
    let broken = "f(;\nfunction ( { alert(1 ?? \n";
    check(&of("no-alert"), DONE, &[("a.ts", broken)], &["A-1 vacuous"], &["may have missed something: `a.ts`"]);
    check(&of("no-b"), DONE, &[("a.ts", broken)], &["A-1 verified"], &[]);
    // The rule is off, everywhere or there.
    check(
        "[rules.no-alert]\nseverity = \"off\"\ntasks = [\"A-1\"]\n",
        DONE,
        &[BAD],
        &["A-1 vacuous"],
        &["rule `no-alert` is off"],
    );
    let off_there = format!("{LINK}[[overrides]]\nfiles = [\"a.ts\"]\nrules.no-alert.severity = \"off\"\n");
    check(&off_there, DONE, &[BAD], &["A-1 vacuous"], &["looks at no file"]);
    check(&off_there, DONE, &[BAD, ("b.ts", "")], &["A-1 verified"], &[]);
    let named = "- id: A-1\n  status: done\n  files: [a.ts]\n";
    check(&off_there, named, &[BAD, ("b.ts", "")], &["A-1 vacuous"], &["rule `no-alert` is off in `a.ts`"]);
    // The file is excluded.
    let excluded =
        [("a.ts", "alert(1);\n"), ("b.ts", "f();\n"), (".gitignore", "a.ts\nold/\n"), ("old/c.ts", "alert(2);")];
    check(LINK, named, &excluded, &["A-1 vacuous"], &["`a.ts`, which the task names, is excluded"]);
    check(LINK, DONE, &excluded, &["A-1 verified"], &[]);
    check(
        LINK,
        "- id: A-1\n  status: done\n  files: [old/]\n",
        &excluded,
        &["A-1 vacuous"],
        &["`old`, which the task names"],
    );
    check(LINK, "- id: A-1\n  status: done\n  files: [gone.ts]\n", &excluded, &["A-1 verified"], &[]);
    // A program wrote it.
    let generated = [("a.ts", "// @generated\nalert(1);\n"), ("b.ts", "f();\n")];
    check(LINK, named, &generated, &["A-1 vacuous"], &["written by a program"]);
    check(LINK, DONE, &generated, &["A-1 verified"], &[]);
    // It cannot be read.
    check(LINK, DONE, &[GOOD, ("b.ts", "alert(1)\0")], &["A-1 vacuous"], &["`b.ts` was not analysed"]);
    // Nothing to look at for a rule over facts, and something that it cannot judge.
    let import = "import { x } from 'left';\n";
    let manifest = ("package.json", "{\"dependencies\": {\"left\": \"1\"}}");
    check(&of("known-import"), DONE, &[GOOD], &["A-1 vacuous"], &["`import.import` has no rows"]);
    check(&of("known-import"), DONE, &[("a.ts", import), manifest], &["A-1 verified"], &[]);
    let other = ("package.json", "{\"dependencies\": {\"right\": \"1\"}}");
    check(&of("known-import"), DONE, &[("a.ts", import), other], &["A-1 regressed"], &[]);
    let torn = ("package.json", "{\"dependencies\": {\"left\"");
    check(&of("known-import"), DONE, &[("a.ts", import), torn], &["A-1 vacuous"], &["`package.json`"]);
    // A rule that is nearly called so.
    check(
        LINK,
        "- id: A-1\n  status: done\n  verify: [no-allert]\n",
        &[GOOD],
        &["A-1 vacuous"],
        &["`no-allert`, which is not a rule"],
    );
    check(LINK, "- id: A-1\n  status: done\n  verify: [end-to-end-tests]\n", &[GOOD], &["A-1 verified"], &[]);
    // One beside rules that are there, in the task or in one of its criteria.
    let named = |verify: &str| format!("- id: A-1\n  status: done\n  verify: [{verify}]\n");
    check(
        "",
        &named("no-alert, raw-queries"),
        &[GOOD],
        &["A-1 vacuous"],
        &["it names `raw-queries`, which is not a rule"],
    );
    check("", &named("no-alert, make, npm test, TD-12"), &[GOOD], &["A-1 verified"], &[]);
    // One that is off is known.
    check("", &named("no-alert, in-memory-store"), &[GOOD], &["A-1 vacuous"], &["rule `in-memory-store` is off"]);
    let criterion = format!("{}  acceptance: [no b is left (verify: no-alert)]\n", named("raw-queries"));
    check("", &criterion, &[GOOD], &["A-1 vacuous"], &["it names `raw-queries`, which is not a rule"]);
    check("", &named("raw-queries"), &[GOOD], &["A-1 unverified"], &["nothing checks it"]);
    check("", &named("no-alert, raw-queries"), &[BAD], &["A-1 regressed"], &[]);
}

#[test]
fn a_task_that_names_its_rules_is_about_the_files_that_it_lists() {
    let task = |files: &str| format!("- id: A-1\n  status: done\n  verify: [no-alert]\n  files: [{files}]\n");
    let other = ("src/ok.ts", "f(1);\n");
    let elsewhere = "1 finding of `no-alert` is in files that the task does not list";
    for (files, sources, verdict, reasons) in [
        ("src/ok.ts", &[BAD, other][..], "verified", &[elsewhere][..]),
        ("src/", &[BAD, other], "verified", &[elsewhere]),
        ("src/*.ts", &[GOOD, other], "verified", &[]),
        ("a.ts", &[BAD, other], "regressed", &[]),
        ("a.ts, src/ok.ts", &[BAD, other], "regressed", &[]),
        // A file that is not there, and one of a language at which the rule does not look.
        ("src/never.ts", &[BAD, other], "regressed", &["1 finding"]),
        ("src/never.ts", &[GOOD, other], "vacuous", &["looks at none of the files that the task lists"]),
        ("src/a.py", &[GOOD, ("src/a.py", "")], "vacuous", &["looks at none of the files that the task lists"]),
        ("src/a.py, a.ts", &[GOOD, ("src/a.py", "")], "verified", &[]),
        // One of its files is not there, and what it is about may stand elsewhere.
        ("src/old.ts, src/ok.ts", &[BAD, other], "regressed", &["1 finding"]),
        (
            "src/old.ts (delete), src/ok.ts",
            &[BAD, other],
            "vacuous",
            &["`src/old.ts`, which the task lists, is not there"],
        ),
        ("src/old.ts, src/ok.ts", &[GOOD, other], "verified", &[]),
        // Files that the task makes do not say where the fault stands.
        ("src/ok.ts (new)", &[BAD, other], "regressed", &[]),
        ("a.ts, src/http.ts (new)", &[BAD, other], "regressed", &[]),
        ("src/ok.ts, src/http.ts (new)", &[BAD, other], "verified", &[elsewhere]),
    ] {
        check("", &task(files), sources, &[&format!("A-1 {verdict}")], reasons);
    }
    // A link that the rule or the configuration has says itself for which files it holds.
    check(LINK, &task("src/ok.ts"), &[BAD, other], &["A-1 regressed"], &[]);
}

#[test]
fn words_that_are_no_rules_are_compared_with_all_rules_up_to_a_bound() {
    // Each with each would be a billion steps.
    let rules: String = (0..500)
        .map(|number| format!("id: rule-with-a-long-name-{number}\nlanguage: TypeScript\nmessage: m\nrule: {{ pattern: f({number}) }}\n---\n"))
        .collect();
    let tasks: String =
        (0..5_000).map(|number| format!("- id: A-{number}\n  verify: [zz-{number}, zz{number}]\n")).collect();
    let report =
        run(&[(CONFIG_NAME, TASKS), ("t.yaml", &tasks), ("rules/many.yml", &rules), GOOD], RunOptions::default());
    let unknown = report.problems.iter().filter(|problem| problem.message.contains("names an unknown rule"));
    assert_eq!(unknown.count(), 5_000);
}

#[test]
fn somebody_answers_for_a_task() {
    let attest = |until: &str| {
        format!("[[attest]]\ntask = \"A-1\"\nby = \"Ada\"\nuntil = \"{until}\"\nreason = \"seen in the log\"\n")
    };
    check(
        &attest("2026-06-02"),
        DONE,
        &[GOOD],
        &["A-1 attested"],
        &["Ada answers for it until 2026-06-02: seen in the log"],
    );
    let report = check(&attest("2026-06-01"), DONE, &[GOOD], &["A-1 unverified"], &[]);
    assert!(
        report.problems.iter().any(|problem| problem.message.contains("expired on 2026-06-01")),
        "{:?}",
        report.problems
    );
    check(&attest("2027-01-01"), TODO, &[GOOD], &["A-1 untracked"], &["once it is declared done"]);
    check(&format!("{LINK}{}", attest("2027-01-01")), DONE, &[BAD], &["A-1 regressed"], &["its rules decide"]);
    let unknown = attest("2027-01-01").replace("A-1", "A-11");
    let report = check(&unknown, DONE, &[GOOD], &["A-1 unverified"], &[]);
    assert!(report.problems.iter().any(|problem| problem.message.contains("attests no task")), "{:?}", report.problems);
}

#[test]
fn nobody_is_told_to_tick_a_box_of_what_is_left() {
    let config = "rule-dirs = [\"rules\"]\npacks = []\n[[tasks]]\nfiles = \"TODO.md\"\n[[tasks]]\nfiles = \"t/*\"\n\
                  [rules.no-alert]\ntasks = [\"A-1\"]\n[rules.todo-unchecked-but-done]\nseverity = \"warning\"\n";
    let advice = |source: &str| {
        let files = [
            (CONFIG_NAME, config),
            ("TODO.md", "- [ ] A-1\n"),
            ("t/A-1.yaml", "id: A-1\ntitle: T\n"),
            ("t/A-1.done", ""),
            ("a.ts", source),
        ];
        let report = run(&files, RunOptions::default());
        let found = report.findings.iter().find(|finding| finding.rule.id.as_str() == "todo-unchecked-but-done");
        let found = found.unwrap_or_else(|| panic!("{report:?}"));
        format!("{} {}", found.message, found.rule.instead.clone().unwrap_or_default())
    };
    assert!(
        advice("alert(1);\n").contains("1 finding of it is left, so it is open Leave this line open"),
        "{}",
        advice("alert(1);\n")
    );
    assert!(!advice("f(1);\n").contains("Leave this line open"));
}

#[test]
fn a_partial_run_gives_no_verdict() {
    let config = format!("{TASKS}{LINK}");
    let files = [(CONFIG_NAME, config.as_str()), ("t.yaml", DONE), BAD];
    for options in [
        RunOptions { paths: vec![FilePath::new("a.ts")], ..RunOptions::default() },
        RunOptions { tasks: vec!["A-1".to_owned()], ..RunOptions::default() },
        RunOptions { rules: vec!["no-alert".to_owned()], ..RunOptions::default() },
    ] {
        let report = run(&files, options);
        assert!(report.verdicts.is_none());
        assert!(report.findings.iter().all(|finding| finding.rule.id.as_str() != "task-regressed"));
    }
}

#[test]
fn tasks_of_trackers_are_judged_too() {
    let config = "rule-dirs = [\"rules\"]\npacks = []\n[[tasks]]\nexternal = 'P-\\d+'\nstatus = \"s.csv\"\n\
                  [rules.no-alert]\ntasks = [\"P-1\"]\n[rules.no-b]\ntasks = [\"P-9\"]\n";
    let files = [(CONFIG_NAME, config), ("s.csv", "id,status\nP-1,Done\nP-2,Done\n"), BAD];
    let report = run(&files, RunOptions::default());
    let verdicts = report.verdicts.unwrap();
    let found: Vec<String> = verdicts.iter().map(|task| format!("{} {}", task.id, task.verdict)).collect();
    assert_eq!(found, ["P-1 regressed", "P-2 unverified", "P-9 ready to close"]);
    let regressed = report.findings.iter().find(|finding| finding.rule.id.as_str() == "task-regressed").unwrap();
    assert_eq!((regressed.path.as_str(), regressed.start.line), ("s.csv", 2));
}

#[test]
fn each_rule_of_a_task_has_its_share_of_the_list() {
    let own = "- id: A-1\n  verify: [no-alert, no-b, no-web]\n";
    let (alerts, others) = ("alert(1);\n".repeat(1_500), "c(1);\n".repeat(700));
    let sources = [("a.ts", alerts.as_str()), ("web/b.ts", &others), ("web/c.ts", "beta(1);\n")];
    let report = check("", own, &sources, &["A-1 open"], &["2201 findings"]);
    let verdict = &report.verdicts.as_ref().unwrap()[0];
    assert!(verdict.findings.is_sorted());
    let listed = |rule: &str| {
        verdict.findings.iter().filter(|number| report.findings[**number].rule.id.as_str() == rule).count()
    };
    // A third each, and what is left of it to the first of the others.
    assert_eq!((listed("no-alert"), listed("no-web"), listed("no-b")), (333 + 333, 333, 1));
}

/// What verdicts on `count` tasks with ten findings each take.
fn steps(count: usize) -> u64 {
    let tasks: String = (0..count).map(|task| format!("- id: T-{task}\n  status: todo\n")).collect();
    let links: String = (0..count).map(|task| format!("{{ id = \"T-{task}\", files = [\"m{task}/**\"] }}, ")).collect();
    let config = format!("{TASKS}[rules.no-alert]\ntasks = [{links}\"T-0\"]\n");
    let sources: Vec<(String, String)> =
        (0..count).map(|task| (format!("m{task}/a.ts"), "alert(1);\n".repeat(10))).collect();
    let mut files = vec![(CONFIG_NAME, config.as_str()), ("t.yaml", tasks.as_str())];
    files.extend(sources.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let report = run(&files, RunOptions::default());
    let verdicts = report.verdicts.unwrap();
    assert_eq!(verdicts.len(), count);
    assert_eq!(verdicts[1].counts.new, 10);
    assert_eq!(verdicts[0].counts.new, 10 * count as u64);
    report.summary.verdict_steps
}

#[test]
fn files_that_a_rule_passes_over_are_steps_too() {
    let sources: Vec<(String, &str)> = (0..50).map(|file| (format!("m{file}.ts"), "f();\n")).collect();
    let sources: Vec<(&str, &str)> = sources.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let steps = |config: &str, verdict: &str| check(config, DONE, &sources, &[verdict], &[]).summary.verdict_steps;
    // One file is enough for a rule that looks at each.
    let (each, none) = (LINK, "[rules.no-web]\ntasks = [\"A-1\"]\n");
    assert_eq!((steps(each, "A-1 verified"), steps(none, "A-1 vacuous")), (2, 51));
}

#[test]
fn an_attestation_of_several_tasks_says_which_they_are() {
    let check_said = |id: &str, message: &str, help: &str| {
        let attest = format!("[[attest]]\ntask = \"{id}\"\nby = \"Ada\"\nuntil = \"2027-01-01\"\nreason = \"seen\"\n");
        let tasks = "- id: P1-a\n- id: P1-b\n";
        let report = check(&attest, tasks, &[GOOD], &["P1-a untracked", "P1-b untracked"], &[]);
        let said = report.problems.iter().find(|problem| problem.message.starts_with("this attests no task"));
        assert_eq!(said.map(|said| (&*said.message, said.help.as_deref())), Some((message, Some(help))));
    };
    let ambiguous = "this attests no task: the task id `P1` is ambiguous: it matches several tasks";
    check_said("P1", ambiguous, "write one of them in full: P1-a, P1-b");
    check_said("P1-c", "this attests no task: there is no task `P1-c`", "did you mean `P1-a`?");
}

#[test]
fn the_join_grows_with_tasks_and_findings_not_with_their_product() {
    let (small, large) = (steps(100), steps(400));
    assert!(large <= 4 * small + 100, "{small} {large}");
}
