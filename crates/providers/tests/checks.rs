//! Checks over a small schema.

use std::cell::RefCell;

use auditlint_facts::{Check, Offence, SourceText};
use auditlint_source::FilePath;
use auditlint_source::document::parse_yaml;

use auditlint_providers::{facts_of, known_relations, providers};

fn read(text: &str) -> Result<Check, Vec<String>> {
    let node = parse_yaml(text).expect("it is YAML").remove(0);
    let errors = RefCell::default();
    let check = Check::read(&node, &known_relations(), &errors);
    let errors = errors.into_inner();
    let told = errors.iter().map(|error| format!("{} ({})", error.message, error.help.as_deref().unwrap_or("no help")));
    if errors.is_empty() { Ok(check.expect("a check without errors is read")) } else { Err(told.collect()) }
}

const SCHEMA: &str = "
model User {
  id Int @id
  email String
  posts Post[]
}
model Post {
  id Int @id
  email String @map(\"mail\")
}
enum Role {
  A
}
";

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (path, check) = (FilePath::new("a.prisma"), read(text).expect("it is a check"));
    let facts = facts_of(&[SourceText { path: &path, text: SCHEMA.as_bytes() }], providers());
    let found = check.run(&facts).offences;
    let show = |offence: &Offence| {
        let related: Vec<String> = offence
            .related
            .iter()
            .map(|(_, span, message)| format!(" [{message} {}]", &SCHEMA[span.start as usize..span.end as usize]))
            .collect();
        match offence.place {
            Some(_) => offence.fill("$MODEL.$FIELD") + &related.concat(),
            None => "(nowhere)".to_owned(),
        }
    };
    assert_eq!(found.iter().map(show).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn rows_are_held_against_rows() {
    check(
        "{each: prisma.field, in: prisma.model, on: {type: model}}",
        &["User.id", "User.email", "Post.id", "Post.email"],
    );
    check("{each: prisma.field, where: {type: {not: [Int, String]}}, in: prisma.model, on: {type: model}}", &[]);
    check("{each: prisma.field, where: {list: true}, not-in: prisma.model, on: {type: model}}", &["User.posts"]);
    check(
        "{each: prisma.field, where: {list: true}, not-in: prisma.model, on: {type: model}, that: {model: User}}",
        &[],
    );
    check("{each: prisma.field, where: {type: Int}, unique: field}", &["Post.id"]);
    check(
        "{each: prisma.field, where: {field: [email], model: Post}, in: prisma.model, on: {column: model}, see: {relation: prisma.model, on: model, message: in $MODEL}}",
        &["Post.email [in Post Post]"],
    );
}

#[test]
fn rows_are_looked_at_where_others_are_there_or_not() {
    check("{each: prisma.field, none: true, where: {field: email}}", &["User.email", "Post.email"]);
    check("{each: prisma.field, none: true, if-in: {relation: prisma.model, on: {type: model}}}", &["User.posts"]);
    check(
        "{each: prisma.field, none: true, where: {model: User}, unless-in: {relation: prisma.model, on: {type: model}}}",
        &["User.id", "User.email"],
    );
    check(
        "{each: prisma.field, none: true, where: {field: {matches: '^(em|po)'}, list: {not: {matches: t}}}}",
        &["User.email", "Post.email"],
    );
    // Fields whose type is a model that has a field of that name, and one that has not.
    for (name, expected) in [("id", &[][..]), ("posts", &["User.posts"])] {
        check(
            &format!(
                "{{each: prisma.field, none: true, where: {{list: true}}, unless-in: {{relation: prisma.model, on: {{type: model}}, if-in: {{relation: prisma.field, on: model, that: {{field: {name}}}}}}}}}"
            ),
            expected,
        );
    }
    check(
        "{each: prisma.field, none: true, if-in: [{relation: prisma.model, on: model, that: {model: User}}, {relation: prisma.field, on: field, that: {model: Post}}]}",
        &["User.id", "User.email"],
    );
    check(
        "{each: prisma.field, in: prisma.model, on: {type: model}, unless-in: {relation: prisma.field, on: {field: field}, that: {model: Post}}}",
        &[],
    );
}

#[test]
fn rows_agree_in_their_files() {
    check("{each: prisma.field, where: {field: id, path: a.prisma}, none: true}", &["User.id", "Post.id"]);
    check("{each: prisma.field, where: {field: id}, in: prisma.model, on: path}", &[]);
    check("{each: prisma.field, where: {field: id}, not-in: prisma.model, on: [path, model]}", &["User.id", "Post.id"]);
    check("{each: prisma.field, where: {field: id}, unique: path}", &["Post.id"]);
    check("{each: prisma.model, none: true, if-in: {relation: prisma.call, on: path}}", &[]);
}

#[test]
fn a_relation_may_have_to_hold_rows() {
    check("{each: prisma.field, where: {field: email}, non-empty: true}", &[]);
    check("{each: prisma.field, where: {field: token}, non-empty: true}", &["(nowhere)"]);
    check("{each: prisma.unique, non-empty: true}", &["(nowhere)"]);
}

#[test]
fn listed_values_must_be_in_rows() {
    let schema = FilePath::new("a.prisma");
    let facts = facts_of(&[SourceText { path: &schema, text: SCHEMA.as_bytes() }], providers());
    let every = "{each: prisma.field, every: {field: {option: names}}}";
    let either = "{each: prisma.field, every: {field: {option: names}, column: {option: names}}}";
    let of_user = "{each: prisma.field, where: {model: User}, every: {column: {option: names}}}";
    for (text, names, missing) in [
        (every, &["id", "email"][..], &[][..]),
        (every, &["id", "mail", "token"], &["mail", "token"]),
        (either, &["mail", "token", "posts"], &["token"]),
        (of_user, &["email", "mail"], &["mail"]),
        (every, &[], &[]),
    ] {
        let mut check = read(text).unwrap();
        assert_eq!(check.options_for_values().iter().map(|option| option.value.as_str()).next(), Some("names"));
        check.settle(&|_| names.iter().map(|name| (*name).to_owned()).collect());
        let found = check.run(&facts).offences;
        let shown: Vec<String> = found.iter().map(|one| one.key.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(shown, missing, "{text} {names:?}");
        assert!(found.iter().all(|one| one.place.is_none()));
    }
}

#[test]
fn values_are_reached_over_edges() {
    // A field leads from its model to its type.
    let reachable = |root: &str, from: &str, to: &str| {
        format!(
            "{{each: prisma.model, reachable: {{from: {{relation: prisma.field, column: model, where: {{model: {root}}}}}, over: {{relation: prisma.field, from: {from}, to: {to}}}, at: model}}}}"
        )
    };
    check(&reachable("User", "model", "type"), &[]);
    check(&reachable("Post", "model", "type"), &["User.$FIELD"]);
    check(&reachable("Post", "type", "model"), &[]);
    check(&reachable("Nobody", "model", "type"), &[]);
}

#[test]
fn an_incomplete_relation_accuses_nobody() {
    let (schema, query) = (FilePath::new("a.prisma"), FilePath::new("a.ts"));
    let broken = format!("{SCHEMA}\nmodel Half {{\n  ???\n}}\n");
    let code = "db.user.findMany({ where: { x: 1 } }); db.half.findMany({ where: { y: 1 } });";
    let facts = facts_of(
        &[SourceText { path: &schema, text: broken.as_bytes() }, SourceText { path: &query, text: code.as_bytes() }],
        providers(),
    );
    // The gap lies in the model `Half`, so what another model lacks is known.
    for (text, accused, unjudged) in [
        ("{each: prisma.use, in: prisma.field, on: [model, field]}", 1, 1),
        ("{each: prisma.use, in: prisma.field, on: [field]}", 0, 2),
        ("{each: prisma.use, not-in: prisma.field, on: [model]}", 1, 0),
        ("{each: prisma.use, none: true, if-in: {relation: prisma.model, on: model}}", 2, 0),
        ("{each: prisma.use, none: true, unless-in: {relation: prisma.field, on: [model, field]}}", 1, 1),
        ("{each: prisma.unique, non-empty: true}", 0, 1),
        ("{each: prisma.use, unique: method}", 1, 0),
        (
            "{each: prisma.use, reachable: {from: {relation: prisma.use, column: model}, over: {relation: prisma.field, from: model, to: type}, at: field}}",
            0,
            2,
        ),
    ] {
        let judgement = read(text).unwrap().run(&facts);
        assert_eq!((judgement.offences.len(), judgement.unjudged.len()), (accused, unjudged), "{text}");
        for row in judgement.unjudged {
            assert_eq!(row.gap.message, "a line of the model `Half` is not understood");
        }
    }
}

#[test]
fn mistakes_are_told_at_their_place() {
    for (text, expected) in [
        (
            "{in: prisma.model, on: model}",
            "a check needs `each` (`each` names the relation whose rows are looked at; `auditlint facts` lists the relations)",
        ),
        ("{each: prisma.fild, unique: field}", "unknown relation `prisma.fild` (did you mean `prisma.field`? Valid: "),
        (
            "{each: prisma.field, unique: name}",
            "unknown column of `prisma.field` `name` (valid: model, field, type, list, optional, column, unique, scalar, table, database, path)",
        ),
        (
            "{each: prisma.field}",
            "a check needs one of `in`, `not-in`, `unique`, `reachable`, `non-empty`, `none`, `every` (`in` asks for a row of another relation that agrees, `not-in` that there is none, ",
        ),
        (
            "{each: prisma.field, in: prisma.model}",
            "`on` is missing (`on` lists the columns in which the two rows agree)",
        ),
        ("{each: prisma.field, unique: field, on: [model]}", "`on` belongs to `in` and `not-in` (no help)"),
        ("{each: prisma.field, none: true, on: [model]}", "`on` belongs to `in` and `not-in` (no help)"),
        (
            "{each: prisma.field, every: {field: id}}",
            "`every` takes its values from one option of the rule (write `every: ",
        ),
        (
            "{each: prisma.field, every: {field: {option: a}, type: {option: b}}}",
            "`every` takes its values from one option of the rule (",
        ),
        (
            "{each: prisma.field, every: {field: {not: {option: a}}}}",
            "`every` takes its values from one option of the rule (",
        ),
        (
            "{each: prisma.field, every: {fild: {option: a}}}",
            "unknown column of `prisma.field` `fild` (did you mean `field`?",
        ),
        (
            "{each: prisma.field, every: {field: {option: a}}, once: field}",
            "`once` is about rows, and this check reports that ",
        ),
        ("{each: prisma.field, none: maybe}", "expected true, found "),
        ("{each: prisma.field, none: true, if-in: {relation: prisma.model}}", "`on` is missing ("),
        (
            "{each: prisma.field, reachable: {at: modl}}",
            "unknown column of `prisma.field` `modl` (did you mean `model`?",
        ),
        (
            "{each: prisma.field, reachable: {at: model}}",
            "`from` is missing (`from` names the roots, `over` the edges, `at` the column that must be reached)",
        ),
        ("{each: prisma.field, unique: field, wher: {}}", "unknown key `wher` (did you mean `where`? Valid: "),
        (
            "{each: prisma.field, unique: field, see: {relation: prisma.model, on: model, message: $MODLE}}",
            "unknown column `MODLE` (did you mean `MODEL`? Valid: MODEL, FIELD, TYPE, LIST, OPTIONAL, COLUMN, UNIQUE, SCALAR, TABLE, DATABASE, PATH)",
        ),
    ] {
        let errors = read(text).expect_err(text);
        assert!(errors.iter().any(|error| error.starts_with(expected)), "{text}: {errors:#?}");
    }
}
