//! Reading rule files: what is understood, and every mistake at its place.

use auditlint_facts::KnownRelations;
use auditlint_matcher::SharedUtils;
use auditlint_providers::known_relations;
use auditlint_rules::{
    CompiledRule, Count, Role, RoleSet, RuleBody, RuleDialect, RuleFile, RuleSet, Severity, read_rules, read_utils,
    read_utils_as,
};
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
    check("id: a\nlanguage: Rust\n", &["1:1 a rule needs one of `rule`, `require` and `check`"]);
    check(
        "id: a\nlanguage: Rust\nrule: {kind: block}\ncount: {min: 1}\n",
        &["4:8 `count` is only allowed with `require`"],
    );
    check(
        "id: a\nlanguage: Rust\nrequire: {kind: block}\ncount: {min: 3, max: 1}\n",
        &["4:8 `max` is less than `min`"],
    );
    check(
        "id: a\nlanguage: Rust\nrequire: {kind: block}\nrule: {kind: block}\n",
        &["1:1 a rule has only one of `rule`, `require` and `check`, but this one has `rule` and `require`"],
    );
    check("id: a b\nlanguage: Rust\nrule: {kind: block}\n", &["1:5 a suppression comment cannot name the rule `a b`"]);
    check("- a\n", &["1:1 expected a table, found a list"]);
    check("", &[]);
}

#[test]
fn rewriters_are_a_list() {
    check(
        "id: a\nlanguage: Rust\nrule: {kind: block}\nrewriters: 1\n",
        &["4:12 expected a list of rewriters, found a whole number"],
    );
    check("id: a\nlanguage: Rust\nrule: {kind: block}\nrewriters: []\n", &[]);
}

/// Holds the problems of a file that was written for ast-grep against `expected`, each `level line:column message`, and what is
/// left of its rules.
fn check_ast_grep(text: &str, rules: usize, expected: &[&str]) {
    let dialect = RuleDialect::AstGrep { custom_languages: vec!["mojo".to_owned()].into() };
    let file = RuleFile::parse_as(&path(), text, dialect.clone()).expect("it is YAML");
    let (found, mut problems) = file.rules(&known_relations(), RoleSet::ALL);
    let mut compiled = 0;
    for rule in found {
        match CompiledRule::of_dialect(rule, &Default::default(), &dialect) {
            Ok(rule) => {
                problems.extend(rule.doubts());
                compiled += 1;
            }
            Err(errors) => problems.extend(errors),
        }
    }
    problems.extend(file.skipped().problem());
    let shown: Vec<String> = problems
        .iter()
        .map(|problem| {
            let at = problem.position.map(|at| format!("{}:{} ", at.line, at.column)).unwrap_or_default();
            format!("{:?} {at}{}", problem.level, problem.message)
        })
        .collect();
    assert_eq!(shown, expected, "{text}");
    assert_eq!(compiled, rules, "{text}");
}

#[test]
fn passes_over_what_ast_grep_passes_over() {
    let rule = |rest: &str| format!("id: a\nlanguage: ts\n{rest}\n");
    let check = |rest: &str, rules: usize, expected: &[&str]| check_ast_grep(&rule(rest), rules, expected);
    check("rule: {kind: number}\nmark: 1", 1, &["Warning 4:1 unknown key `mark`"]);
    check("rule: {kind: number, has: {kind: string, stopby: end}}", 1, &["Warning 3:42 unknown key `stopby`"]);
    check("rule: {kind: number, nthChild: {position: 1, x: 1}}", 1, &["Warning 3:46 unknown key `x`"]);
    check("rule: {pattern: f($A)}\nfix: {template: a, x: 1}", 1, &["Warning 4:20 unknown key `x`"]);
    check("rule: {pattern: f($A)}\nlabels: {A: {style: primary, x: 1}}", 1, &["Warning 4:30 unknown key `x`"]);
    check("rule: {kind: number}\nfiles: [{glob: a, x: 1}]", 1, &["Warning 4:19 unknown key `x`"]);
    let transform = "transform: {B: {substring: {source: $A, x: 1}}}";
    check(&format!("rule: {{pattern: f($A)}}\n{transform}"), 1, &["Warning 4:41 unknown key `x`"]);
    check("rule: {pattern: f($A)}\nmessage: a $B $A $b $5", 1, &["Warning 4:10 unknown metavariable `B`"]);
    check("rule: {pattern: 'f($A'}", 0, &["Warning 3:17 the pattern does not parse as TypeScript near `f($A`"]);
    // What ast-grep refuses is an error here too.
    check("rule: {kind: number, x: 1}", 0, &["Error 3:22 unknown key `x`"]);
    check(
        "rule: {kind: number, has: {stopby: end}}",
        0,
        &["Warning 3:28 unknown key `stopby`", "Error 3:27 empty matcher: nothing says which nodes match"],
    );
    check("rule: {pattern: f($A)}\nfix: $B", 0, &["Error 4:6 unknown metavariable `B`"]);
    check("rule: {kind: nothing}", 0, &["Error 3:14 TypeScript has no kind `nothing`"]);
    check("rule: {pattern: {context: a, x: 1}}", 0, &["Error 3:30 unknown key `x`"]);
}

#[test]
fn a_language_may_have_a_matcher_of_its_own() {
    let head = "id: a\nlanguage: Rust\nrule: {kind: block}\nalso-in:\n";
    let read = |text: &str| {
        let (rules, problems) = read_rules(&FilePath::new("a.yml"), text, &KnownRelations::default());
        (rules.len(), problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>())
    };
    assert_eq!(read(&format!("{head}  Python: {{rule: {{kind: call}}}}\n")), (1, vec![]));
    assert_eq!(
        read(&format!("{head}  Rust: {{rule: {{kind: block}}}}\n")),
        (0, vec!["`Rust` is named twice".to_owned()])
    );
    assert_eq!(
        read(&format!("{head}  Pithon: {{rule: {{kind: call}}}}\n")),
        (0, vec!["unknown language `Pithon`".to_owned()])
    );
    assert_eq!(
        read(&format!("{head}  Python: {{rule: {{kind: call}}, x: 1}}\n")),
        (0, vec!["unknown key `x`".to_owned()])
    );
    let (rules, _) = read_rules(
        &FilePath::new("a.yml"),
        &format!("{head}  Python: {{rule: {{kind: macro_invocation}}}}\n"),
        &KnownRelations::default(),
    );
    let refused = CompiledRule::new(rules.into_iter().next().unwrap(), &SharedUtils::default()).unwrap_err();
    assert_eq!(refused[0].message, "Python has no kind `macro_invocation`");
}

#[test]
fn skips_what_is_for_other_languages() {
    let text = "id: a\nlanguage: rb\nrule: {kind: x}\n---\nid: b\nlanguage: Ruby\nrule: nonsense\n---\nid: c\nlanguage: mojo\nrule: {kind: x}\n---\nid: d\nlanguage: Rust\nrule: {kind: block}\n";
    check_ast_grep(
        text,
        1,
        &["Warning skipped 3 rules for languages that auditlint does not read: Ruby (2), mojo (1)"],
    );
    check_ast_grep("id: a\nlanguage: Rusty\nrule: {kind: block}\n", 0, &["Error 2:11 unknown language `Rusty`"]);
    // Of several languages the others stay.
    check_ast_grep(
        "id: a\nlanguage: [Go, Rust]\nrule: {kind: block}\n",
        1,
        &["Warning skipped 1 rule for languages that auditlint does not read: Go (1)"],
    );
    // A rule of one's own is skipped in the same way, and keeps every other mistake.
    let file = RuleFile::parse(&path(), "id: a\nlanguage: c++\nrule: {kind: block}\n").unwrap();
    assert!(!file.is_empty() && file.rules(&known_relations(), RoleSet::ALL).0.is_empty());
    assert_eq!(file.skipped().ids(), ["a"]);
    let (utils, skipped, problems) = read_utils_as(&path(), "id: u\nlanguage: kt\nrule: {kind: x}\n", RuleDialect::Own);
    assert!(utils.is_empty() && problems.is_empty() && !skipped.is_empty());
}

#[test]
fn reads_rules_over_facts() {
    check("id: a\nmessage: $MODEL\ncheck: {each: prisma.field, unique: [model, column]}\n", &[]);
    check(
        "id: a\nlanguage: Rust\ncheck: {each: prisma.field, unique: column}\n",
        &["2:11 a rule over facts cannot have a language"],
    );
    check(
        "id: a\nrule: {kind: block}\ncheck: {each: prisma.field, unique: column}\n",
        &["1:1 a rule has only one of `rule`, `require` and `check`, but this one has `rule` and `check`"],
    );
    check("id: a\ncheck: {each: prisma.field, unique: name}\n", &["2:37 unknown column of `prisma.field` `name`"]);
    check(
        "id: a\ncheck: {each: npm.script, unique: script}\nexamples: {bad: [{files: {a.json: '«a'}}]}\n",
        &["3:35 `«` has no matching `»` in this example"],
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
        &["5:9 `«` has no matching `»` in this example", "6:10 a good example cannot mark places"],
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
