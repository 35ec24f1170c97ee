//! Checks over a small schema.

use std::cell::RefCell;

use auditlint_source::FilePath;
use auditlint_source::document::parse_yaml;

use super::*;
use crate::{Facts, SourceText};

fn read(text: &str) -> Result<Check, Vec<String>> {
    let node = parse_yaml(text).unwrap().remove(0);
    let errors = RefCell::default();
    let check = Check::read(&node, &errors);
    let errors = errors.into_inner();
    let told = errors.iter().map(|error| format!("{} ({})", error.message, error.help.as_deref().unwrap_or("no help")));
    if errors.is_empty() { Ok(check.unwrap()) } else { Err(told.collect()) }
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
";

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (path, check) = (FilePath::new("a.prisma"), read(text).unwrap());
    let facts = Facts::of(&[SourceText { path: &path, text: SCHEMA.as_bytes() }]);
    let found = check.run(&facts).unwrap();
    let show = |offence: &Offence| {
        let related: Vec<String> = offence
            .related
            .iter()
            .map(|(_, span, message)| format!(" [{message} {}]", &SCHEMA[span.start as usize..span.end as usize]))
            .collect();
        offence.fill("$MODEL.$FIELD") + &related.concat()
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
fn mistakes_are_told_at_their_place() {
    for (text, expected) in [
        (
            "{in: prisma.model, on: model}",
            "a check needs `each` (`each` names the relation whose rows are looked at; `auditlint facts` lists the relations)",
        ),
        ("{each: prisma.fild, unique: field}", "unknown relation `prisma.fild` (did you mean `prisma.field`? Valid: "),
        (
            "{each: prisma.field, unique: name}",
            "unknown column of `prisma.field` `name` (valid: model, field, type, list, optional, column, unique)",
        ),
        (
            "{each: prisma.field}",
            "a check needs one of `in`, `not-in` and `unique` (`in` asks for a row of another relation that agrees, `not-in` that there is none, `unique` that no two rows agree)",
        ),
        (
            "{each: prisma.field, in: prisma.model}",
            "`on` is missing (`on` lists the columns in which the two rows agree)",
        ),
        ("{each: prisma.field, unique: field, on: [model]}", "`on` belongs to `in` and `not-in` (no help)"),
        ("{each: prisma.field, unique: field, wher: {}}", "unknown key `wher` (did you mean `where`? Valid: "),
        (
            "{each: prisma.field, unique: field, see: {relation: prisma.model, on: model, message: $MODLE}}",
            "unknown column `MODLE` (did you mean `MODEL`? Valid: MODEL, FIELD, TYPE, LIST, OPTIONAL, COLUMN, UNIQUE)",
        ),
    ] {
        let errors = read(text).expect_err(text);
        assert!(errors.iter().any(|error| error.starts_with(expected)), "{text}: {errors:#?}");
    }
}

#[test]
fn messages_are_filled() {
    let columns = [("model", Value::from("User")), ("unique", Value::Flag(true))];
    for (template, expected) in [
        ("$MODEL is $UNIQUE", "User is true"),
        ("$MODELS $model $ $$MODEL", "$MODELS $model $ $User"),
        ("é $MODEL", "é User"),
    ] {
        assert_eq!(fill(template, &columns), expected);
    }
    assert_eq!(variables("$A_1 $b $MODEL.").collect::<Vec<_>>(), ["A_1", "MODEL"]);
}
