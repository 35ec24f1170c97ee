//! Relations that rule files define.

use auditlint_facts::{AnyProvider, DerivedFacts, SourceText};
use auditlint_matcher::SharedUtils;
use auditlint_providers::known_relations;
use auditlint_rules::{MatchedRelation, RuleFile, read_rules};
use auditlint_source::FilePath;

fn read(text: &str) -> Result<MatchedRelation, Vec<String>> {
    let file = RuleFile::parse(&FilePath::new("r.yml"), text).expect("it is YAML");
    let (mut relations, problems) = file.relations(&SharedUtils::default(), &known_relations());
    let told = |problem: auditlint_source::Problem| {
        let help = problem.help.map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}{help}", problem.message)
    };
    if problems.is_empty() { Ok(relations.remove(0)) } else { Err(problems.into_iter().map(told).collect()) }
}

fn facts(relation: &MatchedRelation, files: &[(&str, &str)]) -> DerivedFacts {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let sources: Vec<SourceText<'_>> =
        paths.iter().zip(files).map(|(path, (_, text))| SourceText { path, text: text.as_bytes() }).collect();
    let providers: [&dyn AnyProvider; 1] = [relation];
    DerivedFacts::of(&sources, &providers)
}

#[track_caller]
fn check(text: &str, files: &[(&str, &str)], expected: &[&str]) {
    let relation = read(text).expect("it is a relation");
    let facts = facts(&relation, files);
    let rows = &facts.relation(&relation.info().name).expect("it was asked for").rows;
    let show = |row: &auditlint_facts::Row| {
        let values: Vec<String> = row.values.iter().map(ToString::to_string).collect();
        format!("{}:{} {}", row.path, row.span.start, values.join(" | "))
    };
    assert_eq!(rows.iter().map(show).collect::<Vec<_>>(), expected);
}

const ROUTES: &str = "
relation: router.handler
about: A handler that the router knows.
language: TypeScript
rule: { pattern: 'app.$METHOD($URL, $$$REST)' }
constraints: { METHOD: { regex: ^(get|post)$ } }
columns: { method: $METHOD, url: $URL, handler: $$$REST, key: '$METHOD $URL' }
ignores: ['**/*.test.ts']
";

#[test]
fn every_match_is_a_row() {
    check(
        ROUTES,
        &[
            ("a.ts", "app.get('/a', list); app.use(x, y);\napp.post(`/b`, guard, create); app.get(`/${x}`, f);"),
            ("a.test.ts", "app.get('/a', list);"),
            ("b.rs", "app.get(a, b)"),
            ("c.ts", "// app.get('/a', list)"),
        ],
        &[
            "a.ts:0 get | /a | list | get '/a'",
            "a.ts:36 post | /b | guard, create | post `/b`",
            "a.ts:67 get | `/${x}` | f | get `/${x}`",
        ],
    );
}

#[test]
fn a_list_names_columns_as_the_metavariables() {
    check(
        "relation: lock.taken\nlanguage: Rust\nrule: { pattern: '$MUTEX.lock()' }\ncolumns: [$MUTEX]\n",
        &[("a.rs", "fn f() { a.b.lock(); println!(\"{}\", c.lock()); }")],
        &["a.rs:9 a.b", "a.rs:36 c"],
    );
}

#[test]
fn code_that_is_not_understood_is_a_gap_where_a_row_may_stand() {
    let relation = read(ROUTES).unwrap();
    let gaps = |text: &str| facts(&relation, &[("a.ts", text)]).relation("router.handler").unwrap().gaps.len();
    assert_eq!(gaps("class { app.get('/a', b)"), 1);
    assert_eq!(gaps("app.get('/a', b);\nconst x = ;\n"), 0);
}

#[test]
fn mistakes_are_told() {
    let rest = "language: Rust\nrule: {pattern: $A.lock()}\n";
    for (text, expected) in [
        (
            format!("relation: locks\n{rest}columns: [$A]"),
            "`locks` is not a valid name for a relation (use two words of lower-case letters, digits and `_`, separated by a dot: `router.handler`)",
        ),
        (
            format!("relation: prisma.lock\n{rest}columns: [$A]"),
            "names that start with `prisma.` are reserved for built-in relations (use another word before the dot)",
        ),
        (
            format!("relation: task.lock\n{rest}columns: [$A]"),
            "names that start with `task.` are reserved for built-in relations (use another word before the dot)",
        ),
        (
            format!("relation: a.lock\n{rest}"),
            "a relation needs `columns` (`columns: { url: $URL }` fills the column `url` with the text of `$URL`)",
        ),
        (format!("relation: a.lock\n{rest}columns: {{a: $B}}"), "unknown metavariable `B`"),
        (format!("relation: a.lock\n{rest}columns: {{A: $A}}"), "`A` is not a valid name for a column"),
        (format!("relation: a.lock\n{rest}columns: []"), "expected a table or a list of columns"),
        (format!("relation: a.lock\n{rest}columns: [$A, $A]"), "duplicate column `a`"),
        (format!("relation: a.lock\n{rest}columns: {{a: [b]}}"), "expected a text with metavariables"),
        (
            format!("relation: a.lock\n{rest}columns: {{line: $A}}"),
            "`line` is not a valid name for a column (every row already has `path` and `line`, which say where it is)",
        ),
        (
            format!("relation: a.lock\n{rest}columns: [$A]\nfix: b"),
            "`fix` is for rules only, a relation cannot have it",
        ),
        (format!("relation: a.lock\n{rest}columns: [$A]\nabot: b"), "unknown key `abot` (did you mean `about`?"),
        ("relation: a.lock\ncolumns: [$A]\nlanguage: Rust".to_owned(), "no `rule`"),
    ] {
        let errors = read(&text).expect_err(&text);
        assert!(errors.iter().any(|error| error.starts_with(expected)), "{text}: {errors:#?}");
    }
}

#[test]
fn a_check_may_name_a_relation_of_its_file() {
    let text = format!(
        "{ROUTES}---\nid: twice\nmessage: $URL twice\ncheck:\n  each: router.handler\n  unique: [url]\n---\nid: typo\ncheck:\n  each: router.handlers\n  unique: [url]\n"
    );
    let (rules, problems) = read_rules(&FilePath::new("r.yml"), &text, &known_relations());
    assert_eq!(rules.len(), 1);
    let told: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["unknown relation `router.handlers`"]);
    assert!(problems[0].help.as_ref().unwrap().contains("did you mean `router.handler`?"));
}

#[test]
fn relations_of_one_file_have_rows_of_their_own() {
    let other = "relation: router.guard\nlanguage: TypeScript\nrule: { pattern: 'guard($ROLE, $NAME)' }\ncolumns: [$ROLE, $NAME]\n";
    let file = RuleFile::parse(&FilePath::new("r.yml"), &format!("{ROUTES}---\n{other}")).unwrap();
    let (relations, _) = file.relations(&SharedUtils::default(), &known_relations());
    let path = FilePath::new("a.ts");
    let providers: Vec<&dyn AnyProvider> = relations.iter().map(|relation| -> &dyn AnyProvider { relation }).collect();
    let text = b"app.get('/a', list); guard('admin', 'b');";
    let facts = DerivedFacts::of(&[SourceText { path: &path, text }], &providers);
    let columns =
        |name: &str| facts.relation(name).unwrap().rows.iter().map(|row| row.values.len()).collect::<Vec<_>>();
    assert_eq!((columns("router.handler"), columns("router.guard")), (vec![4], vec![2]));
}
