//! Reading rule files: what is understood, and every mistake at its place.

use auditlint_facts::KnownRelations;
use auditlint_providers::known_relations;
use auditlint_rules::{Count, Role, RoleSet, RuleBody, RuleFile, RuleSet, Severity, read_rules, read_utils};
use auditlint_source::{FilePath, Problem};
use auditlint_syntax::Language;

fn path() -> FilePath {
    FilePath::new("rules/a.yml")
}

fn lines(problems: &[Problem]) -> Vec<String> {
    let line = |problem: &Problem| {
        let at = problem.position.expect("the text is at hand");
        let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}:{} {}{help}", at.line, at.column, problem.message)
    };
    problems.iter().map(line).collect()
}

/// Holds the problems of a rule file against `expected`, each `line:column message`, of which the beginning must agree.
fn check(text: &str, expected: &[&str]) {
    let (rules, mut problems) = read_rules(&path(), text, &known_relations());
    problems.extend(RuleSet::compile(rules, &Default::default()).1);
    let found = lines(&problems);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\nexpected: {expected}");
    }
}

#[test]
fn reads_every_key() {
    let (rules, problems) = read_rules(
        &path(),
        r#"
id: all-keys
language: [ts, JavaScript]
severity: warning
message: do not call $F
note: n
why: w
instead: i
url: https://example.com
files: ["src/**", {glob: "LIB/**", caseInsensitive: true}]
ignores: ["**/*.gen.ts"]
in: [source, script]
tasks: [08x_003, {id: P3-T1, files: ["**/audit.ts"]}]
examples:
  bad: ["«f()»", {code: "«f()»", language: js, path: src/a.js}]
  good: ["f"]
metadata: {owner: me}
rule: {pattern: $F()}
---
id: needs-strict
language: Rust
require: {pattern: "use_it()"}
count: {min: 2, max: 3}
"#,
        &known_relations(),
    );
    assert_eq!(lines(&problems), Vec::<String>::new());
    let [all, strict] = rules.as_slice() else { panic!("two rules: {rules:?}") };
    assert_eq!(all.languages, [Language::TypeScript, Language::Tsx, Language::JavaScript]);
    assert_eq!((all.level, all.message.as_str()), (Severity::Warning.into(), "do not call $F"));
    assert_eq!(all.roles.iter().collect::<Vec<_>>(), [Role::Source, Role::Script]);
    assert_eq!((all.tasks[0].id.as_str(), all.tasks[1].id.as_str()), ("08x_003", "P3-T1"));
    assert!(all.tasks[0].covers(&FilePath::new("a.ts")) && !all.tasks[1].covers(&FilePath::new("a.ts")));
    assert!(all.tasks[1].covers(&FilePath::new("src/audit.ts")));
    assert_eq!((all.files.len(), all.ignores.len(), all.metadata.len()), (2, 1, 1));
    assert_eq!(all.examples.bad[1].language, Some(Language::JavaScript));
    assert_eq!((strict.message.as_str(), strict.level), ("needs-strict", Severity::Hint.into()));
    let RuleBody::Require { count, .. } = strict.body else { panic!("{strict:?}") };
    assert_eq!(count, Count { min: 2, max: Some(3) });
    assert_eq!(strict.roles.iter().collect::<Vec<_>>(), [Role::Source]);
}

#[test]
fn a_rule_of_ast_grep_looks_at_every_role() {
    let file = RuleFile::parse(&path(), "id: a\nlanguage: Rust\nrule: {kind: block}\n").unwrap();
    let (rules, _) = file.rules(&KnownRelations::default(), RoleSet::ALL);
    assert_eq!(rules[0].roles.iter().count(), Role::WORDS.len());
}

#[test]
fn reports_every_mistake_at_once() {
    check(
        "id: a\nlanguage: Rsut\nseverty: error\nseverity: eror\nrule: {kind: block}\nin: [tests]\nfiles: ['a[']\n",
        &[
            "2:11 unknown language `Rsut` (did you mean `Rust`?",
            "4:11 unknown severity `eror` (did you mean `error`? Valid: error, warning, info, hint, off)",
            "7:9 invalid glob",
            "6:6 unknown role `tests` (did you mean `test`?",
            "3:1 unknown key `severty` (did you mean `severity`? Valid: id, language, severity,",
        ],
    );
}

#[test]
fn says_what_is_missing_or_too_much() {
    check("rule: {kind: block}\n", &["1:1 a rule needs `id`", "1:1 `language` is missing"]);
    check("id: a\nlanguage: Rust\n", &["1:1 a rule needs `rule`, `require` or `check`"]);
    check("id: a\nlanguage: Rust\nrule: {kind: block}\ncount: {min: 1}\n", &["4:8 `count` belongs to `require`"]);
    check("id: a\nlanguage: Rust\nrequire: {kind: block}\ncount: {min: 3, max: 1}\n", &["4:8 `max` is below `min`"]);
    check(
        "id: a\nlanguage: Rust\nrequire: {kind: block}\nrule: {kind: block}\n",
        &["1:1 a rule has one of `rule`, `require` and `check`, this one has `rule` and `require`"],
    );
    check("id: a b\nlanguage: Rust\nrule: {kind: block}\n", &["1:5 no suppression comment can name the rule `a b`"]);
    check("- a\n", &["1:1 expected a table, found a list"]);
    check("", &[]);
}

#[test]
fn refuses_by_name_what_is_not_supported() {
    check("id: a\nlanguage: Rust\nrule: {kind: block}\nrewriters: []\n", &["4:1 not supported yet: `rewriters`"]);
}

#[test]
fn reads_rules_over_facts() {
    check("id: a\nmessage: $MODEL\ncheck: {each: prisma.field, unique: [model, column]}\n", &[]);
    check(
        "id: a\nlanguage: Rust\ncheck: {each: prisma.field, unique: column}\n",
        &["2:11 a rule over facts has no language"],
    );
    check(
        "id: a\nrule: {kind: block}\ncheck: {each: prisma.field, unique: column}\n",
        &["1:1 a rule has one of `rule`, `require` and `check`, this one has `rule` and `check`"],
    );
    check("id: a\ncheck: {each: prisma.field, unique: name}\n", &["2:37 unknown column of `prisma.field` `name`"]);
    check(
        "id: a\ncheck: {each: npm.script, unique: script}\nexamples: {bad: [{files: {a.json: '«a'}}]}\n",
        &["3:35 `«` has no `»` in this example"],
    );
    check(
        "id: a\ncheck: {each: npm.script, unique: script}\nexamples: {bad: [{files: {}, code: a}, {path: b}]}\n",
        &["3:18 an example has either `code` or `files`", "3:40 `code` or `files` is missing"],
    );
}

#[test]
fn a_mistake_in_one_document_spares_the_others() {
    let (rules, problems) = read_rules(
        &path(),
        "id: a\nlanguage: Rust\nrule: {kin: block}\n---\nid: b\nlanguage: Rust\nrule: {kind: block}\n",
        &known_relations(),
    );
    assert_eq!(rules.len(), 1);
    assert_eq!(problems.len(), 1, "{problems:?}");
    check("id: a\nid: b\n", &["2:1 "]);
}

#[test]
fn a_message_uses_only_what_is_defined() {
    let rule = |message: &str| format!("id: a\nlanguage: ts\nmessage: {message}\nrule: {{pattern: $A + $BB}}\n");
    check(&rule("costs $5, $A and $$$BB, $home"), &[]);
    check(&rule("see $AB"), &["3:10 unknown metavariable `AB`"]);
    check(
        "id: a\nlanguage: ts\nmessage: no $A\nrequire: {pattern: $A()}\n",
        &["3:10 `$A` has no value in the message of a `require` rule"],
    );
}

#[test]
fn marks_of_examples_come_in_pairs() {
    check(
        "id: a\nlanguage: ts\nrule: {kind: identifier}\nexamples:\n  bad: ['«a']\n  good: ['«a»']\n",
        &["5:9 `«` has no `»` in this example", "6:10 a good example has no expected place"],
    );
}

#[test]
fn two_rules_with_one_id_are_a_problem_that_names_both_places() {
    let text = "id: a\nlanguage: Rust\nrule: {kind: block}\n";
    let (mut rules, _) = read_rules(&path(), text, &known_relations());
    rules.extend(read_rules(&FilePath::new("rules/b.yml"), &format!("# b\n{text}"), &known_relations()).0);
    let (set, problems) = RuleSet::compile(rules, &Default::default());
    assert_eq!(set.rules().len(), 1);
    assert_eq!(problems[0].path, Some(FilePath::new("rules/b.yml")));
    assert!(lines(&problems)[0].starts_with("2:5 duplicate rule id `a`: here and in rules/a.yml:1"), "{problems:?}");
}

#[test]
fn reads_shared_utils() {
    let (utils, problems) = read_utils(&path(), "id: u\nlanguage: ts\nrule: {kind: identifier}\n");
    assert_eq!(lines(&problems), Vec::<String>::new());
    assert_eq!((utils[0].id.as_str(), utils[0].language), ("u", Some(Language::TypeScript)));
    let (_, problems) = read_utils(&path(), "id: u\nlanguage: ts\n");
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_rule_is_off_where_its_pattern_does_not_parse() {
    let (rules, problems) =
        read_rules(&path(), "id: a\nlanguage: [ts]\nrule: {pattern: <any>$A}\n", &known_relations());
    assert_eq!(lines(&problems), Vec::<String>::new());
    let (set, problems) = RuleSet::compile(rules, &Default::default());
    assert_eq!(lines(&problems), Vec::<String>::new());
    let rule = &set.rules()[0];
    assert!(rule.looks_at(Language::TypeScript) && !rule.looks_at(Language::Tsx));
    assert_eq!(rule.off_in()[0].0, Language::Tsx);
}
