//! Options of rules: what the configuration sets reaches rules of every kind, and what it cannot set is said.

use auditlint_engine::{CONFIG_NAME, Config, Engine, RunOptions, config_schema};
use auditlint_packs::{Pack, packs};
use auditlint_rules::OptionValue;
use auditlint_source::{FilePath, MemoryFiles};
use serde_json::{Value, json};

const RULES: &str = r#"id: calls
language: TypeScript
message: a call
options:
  also: { about: Names that count too., one-of: [alert, confirm], default: [] }
  strict: { about: Whether every call counts., default: false }
rule:
  any:
    - pattern: old($A)
    - all: [{ option: { also: alert } }, { pattern: alert($A) }]
    - all: [{ option: { also: [confirm], strict: true } }, { pattern: confirm($A) }]
---
id: scripts
message: the script $SCRIPT
options:
  every: { about: Whether every script is named., default: false }
check:
  - option: { every: true }
    each: npm.script
    none: true
  - option: { every: false }
    each: npm.script
    where: { script: never }
    none: true
"#;

const SOURCE: &str = "old(1);\nalert(1);\nconfirm(1);\n";

fn run(config: &str, rules: &str) -> (Vec<String>, Vec<String>) {
    let text = format!("packs = []\nrule-dirs = ['lint']\n{config}");
    let files = MemoryFiles::new([
        (CONFIG_NAME, text.as_str()),
        ("lint/r.yml", rules),
        ("a.ts", SOURCE),
        ("package.json", "{\"scripts\":{\"x\":\"x\"}}\n"),
    ]);
    let (config, problems) = Config::read(&FilePath::new(CONFIG_NAME), &text);
    let engine = Engine::load(&files, config, RunOptions::default(), problems);
    let report = engine.snapshot(&files).check(&|| None, &|_| {});
    let found = report.findings.iter().map(|one| format!("{}:{} {}", one.path, one.start.line, one.rule.id.as_str()));
    let told = report.problems.iter().map(|problem| {
        let line = problem.position.map_or(0, |position| position.line);
        let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{line}: {}{help}", problem.message)
    });
    (found.collect(), told.collect())
}

#[track_caller]
fn check(config: &str, found: &[&str], problems: &[&str]) {
    let (findings, told) = run(config, RULES);
    assert_eq!(findings, found, "{config}");
    assert_eq!(told, problems, "{config}");
}

#[test]
fn options_decide_what_matchers_and_checks_look_for() {
    check("", &["a.ts:1 calls"], &[]);
    check("[rules.calls.options]\nalso = \"alert\"\n", &["a.ts:1 calls", "a.ts:2 calls"], &[]);
    check("[rules.calls]\noptions.also = [\"alert\", \"confirm\"]\n", &["a.ts:1 calls", "a.ts:2 calls"], &[]);
    check(
        "[rules.calls.options]\nalso = [\"alert\", \"confirm\"]\nstrict = true\n",
        &["a.ts:1 calls", "a.ts:2 calls", "a.ts:3 calls"],
        &[],
    );
    check("[rules.scripts.options]\nevery = true\n", &["a.ts:1 calls", "package.json:1 scripts"], &[]);
}

#[test]
fn what_cannot_be_set_is_said_with_its_place() {
    check(
        "[rules.calls.options]\nstrickt = true\n",
        &["a.ts:1 calls"],
        &["4: rule `calls`: unknown option `strickt` (did you mean `strict`? Valid: also, strict)"],
    );
    check(
        "[rules.calls.options]\nstrict = \"yes\"\nalso = [\"alrt\"]\n",
        &["a.ts:1 calls"],
        &[
            "4: rule `calls`: expected `true` or `false`, found text",
            "5: rule `calls`: unknown value of `also` `alrt` (did you mean `alert`? Valid: alert, confirm)",
        ],
    );
    check(
        "[rules.scripts.options]\nmost = 1.5\n",
        &["a.ts:1 calls"],
        &["4: expected true or false, a whole number, text or a list of texts, found a number"],
    );
    check(
        "[rules.scripts]\noptions = 1\n",
        &["a.ts:1 calls"],
        &["4: expected a table of options, found a whole number"],
    );
    check(
        "[rules.console-log.options]\nx = 1\n",
        &["a.ts:1 calls"],
        &["4: rule `console-log`: unknown option `x` (this rule has no options)"],
    );
}

/// A value of an option, and what is said of it.
#[track_caller]
fn check_shipped(rule: &str, written: &str, expected: &str) {
    let (_, told) = run(&format!("[rules.{rule}.options]\n{written}\n"), RULES);
    let [told] = told.as_slice() else { panic!("{rule}: {written}: {told:?}") };
    assert!(told.starts_with(&format!("4: rule `{rule}`: ")) && told.contains(expected), "{written}: {told}");
}

#[test]
fn bad_input_of_every_option_is_said_at_its_line() {
    for pack in
        packs().iter().filter(|pack| ["strict-effect", "production-readiness", "rust-service"].contains(&pack.name))
    {
        for rule in auditlint_packs::rules(&[pack.name]).into_iter().map(|compiled| compiled.rule) {
            let id = rule.id.as_str();
            for option in rule.options.iter() {
                let name = &option.name;
                let (wrong, expected) = match &option.default {
                    OptionValue::Boolean(_) => ("\"yes\"", "expected `true` or `false`, found text"),
                    OptionValue::Number(_) => ("\"many\"", "or more, found text"),
                    OptionValue::Text(_) => ("true", "found true or false"),
                    OptionValue::List(_) => ("true", "or a list of them, found true or false"),
                };
                check_shipped(id, &format!("{name} = {wrong}"), expected);
                if !option.one_of.is_empty() {
                    check_shipped(id, &format!("{name} = \"nothing-of-it\""), "unknown value");
                }
                if option.at_least > 0 {
                    let (least, below) = (option.at_least, option.at_least - 1);
                    check_shipped(id, &format!("{name} = {below}"), &format!("must be at least {least}"));
                }
                if let Some(form) = &option.form {
                    check_shipped(id, &format!("{name} = [\"a b\"]"), &format!("(write {})", form.form));
                }
            }
            if !rule.options.is_empty() {
                check_shipped(id, "nothing-like-it = 1", "unknown option `nothing-like-it`");
            }
        }
    }
}

#[test]
fn a_condition_on_an_option_that_there_is_not_is_a_mistake() {
    let rule = |more: &str| format!("id: a\nlanguage: TypeScript\nmessage: m\n{more}");
    let declared = "options: { deep: { about: d, default: true } }\n";
    for (more, expected) in [
        (
            "rule: { all: [{ option: { deep: true } }, { pattern: f() }] }".to_owned(),
            "4: unknown option `deep` (declare it under `options`)",
        ),
        (
            format!("{declared}rule: {{ all: [{{ option: {{ deep: 1 }} }}, {{ pattern: f() }}] }}"),
            "5: unknown value of `deep` `1` (valid: true, false)",
        ),
        (
            format!("{declared}rule: {{ all: [{{ option: {{ deap: true }} }}, {{ pattern: f() }}] }}"),
            "5: unknown option `deap` (did you mean `deep`? Valid: deep)",
        ),
        (
            format!("{declared}rule: {{ option: deep, pattern: f() }}"),
            "5: expected a table of options, found text (option: { name-of-the-option: value })",
        ),
    ] {
        let (_, told) = run("", &rule(&more));
        assert_eq!(told, [expected], "{more}");
    }
    let check = "id: a\nmessage: m\ncheck: { each: npm.script, option: { x: 1 }, none: true }\n";
    assert_eq!(run("", check).1, ["3: unknown option `x` (declare it under `options`)"]);
}

/// What was found with other options must not be taken for what these find.
#[test]
fn options_are_part_of_what_a_rule_is_known_by() {
    let sources = [("a.ts", SOURCE), ("lint/r.yml", RULES)];
    let config = |options: &str| format!("packs = []\nrule-dirs = ['lint']\n[rules.calls.options]\n{options}");
    let read = |text: &str| Config::read(&FilePath::new(CONFIG_NAME), text);
    let (first, second) = (config(""), config("also = 'alert'"));
    let files = |text: &str| MemoryFiles::new(sources.iter().copied().chain([(CONFIG_NAME, text)]));
    let (settings, problems) = read(&first);
    let mut engine = Engine::load(&files(&first), settings, RunOptions::default(), problems).keeping();
    let count = |engine: &Engine, text: &str| engine.snapshot(&files(text)).check(&|| None, &|_| {}).findings.len();
    assert_eq!((count(&engine, &first), count(&engine, &first)), (1, 1));
    let (settings, problems) = read(&second);
    engine.reload(&files(&second), settings, problems);
    assert_eq!(count(&engine, &second), 2);
}

#[test]
fn the_schema_knows_the_options_of_shipped_rules() {
    let schema = config_schema();
    let rules = &schema["properties"]["rules"];
    // A severity may stand in place of the table.
    let table = |rule: &Value| rule["anyOf"][0]["properties"]["options"].clone();
    assert!(table(&rules["additionalProperties"])["additionalProperties"].is_object());
    let shipped = packs().iter().flat_map(Pack::rules);
    for rule in shipped.map(|compiled| compiled.rule).filter(|rule| !rule.options.is_empty()) {
        let options = &table(&rules["properties"][rule.id.as_str()]);
        assert_eq!(options["additionalProperties"], false, "{}", rule.id);
        for option in rule.options.iter() {
            let expected = match &option.default {
                OptionValue::Boolean(flag) => json!(flag),
                OptionValue::Number(number) => json!(number),
                OptionValue::Text(text) => json!(text),
                OptionValue::List(texts) => json!(texts),
            };
            let described = &options["properties"][&option.name];
            assert_eq!((&described["default"], &described["description"]), (&expected, &json!(option.about)));
        }
    }
}
