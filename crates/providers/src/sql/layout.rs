//! Which files are migrations, of which database, and in which order they are applied.

use std::ops::Range;

use auditlint_facts::folder::{folder_of, shown};
use auditlint_source::FilePath;

/// Where a migration stands among the others of its database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MigrationOrder {
    /// The numbers that its name begins with; what has none comes after all that have.
    version: (bool, Vec<u128>),
    name: String,
}

/// A migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Migration {
    /// Its folder; of a schema in one file that file.
    pub(super) database: FilePath,
    pub(super) order: MigrationOrder,
}

/// Files that hold a whole schema.
const SCHEMAS: &[&str] = &["schema.sql", "structure.sql"];

/// What a file is a migration of; `None` for other files of SQL, and for what takes a migration back.
pub(super) fn migration_of(path: &FilePath) -> Option<Migration> {
    let name = path.name();
    if !name.ends_with(".sql") {
        return None;
    }
    let folder = folder_of(path);
    // `20240101_name/migration.sql`; Prisma takes any name, and the order of the letters.
    if name == "migration.sql" {
        let order = MigrationOrder { version: (true, Vec::new()), name: folder.name().to_owned() };
        return Some(Migration { database: folder_of(&folder), order });
    }
    // `2024-01-01-000000_name/up.sql`
    if name == "up.sql" && version(folder.name()).is_some() {
        return Some(Migration { database: folder_of(&folder), order: order(folder.name()) });
    }
    if SCHEMAS.contains(&name) {
        return Some(Migration { database: path.clone(), order: order(name) });
    }
    let is_back = ["down", "undo", "rollback"].into_iter().any(|word| {
        let stem = name.strip_suffix(".sql").and_then(|stem| stem.strip_suffix(word));
        stem.is_some_and(|stem| stem.is_empty() || stem.ends_with(['.', '_', '-']))
    });
    (version(name).is_some() && !is_back).then(|| Migration { database: folder, order: order(name) })
}

/// The same of a file of code whose name has a place among others: `migrations/0002_jobs.ts`.
pub(super) fn code_migration_of(path: &FilePath) -> Option<Migration> {
    let is_code = matches!(path.extension(), Some("ts" | "js" | "mts" | "mjs" | "cts" | "cjs"));
    let name = path.name();
    (is_code && version(name).is_some()).then(|| Migration { database: folder_of(path), order: order(name) })
}

/// The database as relations show it.
pub(super) fn name_of(database: &FilePath) -> &str {
    shown(database)
}

fn order(name: &str) -> MigrationOrder {
    let version = version(name);
    MigrationOrder { version: (version.is_none(), version.unwrap_or_default()), name: name.to_owned() }
}

/// The numbers of `0001_name`, `V1.2__name`, `V1_2__name`, `2024-01-01-000000_name`; `None` where the name begins with none.
fn version(name: &str) -> Option<Vec<u128>> {
    if let Some((head, _)) = name.strip_prefix(['V', 'v']).and_then(|stem| stem.split_once("__")) {
        return head.split(['.', '_']).map(|number| number.parse().ok()).collect();
    }
    let length = name.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '-')).unwrap_or(name.len());
    let head = &name[..length];
    // `001_x`, `001.x`: `1st` and `2fa` are words.
    let is_apart = head.ends_with(['.', '-']) || name[length..].starts_with('_');
    // A date with and without `-` is the same number.
    let head = head.replace('-', "");
    let numbers: Vec<u128> = head.split('.').filter_map(|number| number.parse().ok()).collect();
    (is_apart && head.starts_with(|first: char| first.is_ascii_digit())).then_some(numbers)
}

/// What takes a migration back, below such a line of its file.
const DOWN: &[&str] =
    &["migrate:down", "+goose Down", "+migrate Down", "Down Migration", "rambler down", "+micrate Down", "!Downs"];
/// What applies it.
const UP: &[&str] = &["migrate:up", "+goose Up", "+migrate Up", "Up Migration", "rambler up", "+micrate Up", "!Ups"];

/// The parts of a file that apply a migration.
pub(super) fn up_parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut at, mut start) = (0, Some(0));
    for line in text.split_inclusive('\n') {
        if let Some(comment) = line.trim().trim_start_matches("# ").strip_prefix("--") {
            let comment = comment.trim_start_matches(['-', ' ']);
            if DOWN.iter().any(|mark| comment.starts_with(mark)) {
                parts.extend(start.take().map(|start| start..at));
            } else if UP.iter().any(|mark| comment.starts_with(mark)) {
                start.get_or_insert(at);
            }
        }
        at += line.len();
    }
    parts.extend(start.map(|start| start..text.len()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_and_their_databases() {
        for (path, expected) in [
            ("db/prisma/migrations/20240101000000_init/migration.sql", Some("db/prisma/migrations")),
            ("prisma/migrations/0_init/migration.sql", Some("prisma/migrations")),
            ("migrations/2023-01-02-030405_users/up.sql", Some("migrations")),
            ("migrations/2023-01-02-030405_users/down.sql", None),
            ("migrations/20240101_users.sql", Some("migrations")),
            ("migrations/000001_users.up.sql", Some("migrations")),
            ("migrations/000001_users.down.sql", None),
            ("db/V1.2__users.sql", Some("db")),
            ("001_init.sql", Some(".")),
            ("db/structure.sql", Some("db/structure.sql")),
            ("db/seed.sql", None),
            ("db/2fa.sql", None),
            ("db/migrations/20240101_users.ts", None),
        ] {
            let found = migration_of(&FilePath::new(path));
            assert_eq!(found.as_ref().map(|found| name_of(&found.database)), expected, "{path}");
        }
    }

    #[test]
    fn migrations_are_in_the_order_of_their_numbers() {
        for expected in [
            ["V1.9__a.sql", "V1.10__b.sql", "V2__c.sql", "V10__d.sql"],
            ["V1_9__a.sql", "V1_10__b.sql", "V2__c.sql", "V10_1__d.sql"],
            ["2_a.sql", "10_b.sql", "20170102030405_c/up.sql", "2018-01-02-030405_d/up.sql"],
        ] {
            let mut names = expected;
            names.reverse();
            names.sort_by_key(|name| migration_of(&FilePath::new(name)).unwrap().order);
            assert_eq!(names, expected);
        }
    }

    #[test]
    fn what_takes_back_is_left_out() {
        let text = "-- migrate:up\na;\n-- migrate:down\nb;\n";
        let parts: Vec<&str> = up_parts(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(parts, ["-- migrate:up\na;\n"]);
        let text = "-- +goose Up\na;\n-- +goose Down\nb;\n-- +goose Up\nc;";
        let parts: Vec<&str> = up_parts(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(parts, ["-- +goose Up\na;\n", "-- +goose Up\nc;"]);
    }
}
