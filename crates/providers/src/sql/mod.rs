//! SQL: the tables that migrations leave behind, and the literals that statements write.
//!
//! The reader is our own. The crate `sqlparser` 0.63 was tried on the 8 800 statements of seven public projects (documenso, formbricks, langfuse, lemmy,
//! playlist-manager, umami, uptime-kuma): with the dialect that suits each best it refuses 0.7 % to 7 %, among them every `DO` block, `ALTER CONSTRAINT`,
//! and tables in the dialect of another database; no file says which dialect it has, and a statement that is refused is lost as a whole. It is fast
//! (25 MB/s) and would add 6 MB to the binary. A fold needs little of DDL: names, types, nullability, lists of values. So a lexer that takes the
//! quoting of PostgreSQL, MySQL and SQLite alike splits the statements, the few that change tables are read by hand, and what they say beyond that
//! is passed over. Of the 3 800 columns that more than a thousand migrations of twelve public projects leave, all but one agree with the Prisma schema in
//! name and nullability, and that one was left on purpose.

mod allowed;
mod alter;
mod change;
mod checks;
mod code;
mod column;
mod databases;
mod ddl;
mod derive;
mod dialect;
mod dml;
mod fact;
mod fields;
mod flow;
mod fold;
mod handed;
mod layout;
mod left;
mod lexer;
mod model;
mod name;
mod reader;
mod relations;
mod statement;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::{Family, Language, languages_in, may_hold_code};
use rustc_hash::FxHashSet;

use self::dialect::Dialect;
use self::fact::{Facts, LiteralWrite, TableChange};
use self::lexer::{SqlLexer, SqlToken, SqlTokens};
use self::reader::SqlReader;
use self::relations::RELATIONS;
use self::statement::{SqlStatement, each_statement};
use crate::column::migration_in;
use crate::read::migration_lock::{LOCK, extract_lock};
use crate::words::Words;

/// Words with which a statement begins that writes or creates.
static WORDS: Words = Words::new(&["INSERT INTO", "insert into", "UPDATE ", "update ", "CREATE TABLE", "create table"]);
/// Those of them that are found nowhere else.
static STATEMENTS: Words = Words::new(&["INSERT INTO", "insert into", "CREATE TABLE", "create table"]);

/// What stands in code that changes tables or types, where its name says that it is a migration.
static CHANGES: Words = Words::new(&[
    "CREATE T",
    "create t",
    "ALTER T",
    "alter t",
    "DROP T",
    "drop t",
    "createT",
    "alterT",
    "dropT",
    "schema.table",
]);

/// What stands in files with models whose tables migrations make.
static MODELS: Words =
    Words::new(&["Model.Class", "@effect/sql", "makeRepository", "pgTable", "mysqlTable", "sqliteTable"]);
/// The same of what is looked at in projects with tables that list values, or with such models.
static MORE_MODELS: Words =
    Words::new(&[".object(", ".strictObject(", "epo(", "epository", "yield*", "constructor(", "INSERT", "UPDATE"]);

/// The provider.
pub(crate) struct Sql;

impl Provider for Sql {
    type Fact = SqlFact;

    fn name(&self) -> &str {
        "sql"
    }

    fn about(&self) -> &str {
        "Migrations for PostgreSQL, MySQL and SQLite, applied in their order: folders of Prisma, of diesel, of files whose names begin with a number or a date, and `schema.sql` and \
         `structure.sql`; migrations in TypeScript and JavaScript whose names begin so, with their SQL in templates (`@effect/sql`, drizzle) or with the builders of Kysely and Knex; what takes a migration back is left out. Read are tables, columns, nullability, defaults, enums, domains and `CHECK`s that list values; statements inside of \
         `DO` blocks count as if they were run. Tables of ClickHouse and of SQL Server are left out. A statement that may change a table and is not understood leaves a gap. \
         Literals that `INSERT` and `UPDATE` write are read from all files of SQL, from templates with the tag `sql`, `Prisma.sql`, `$queryRaw`, `$executeRaw`, and from strings that are handed to `query`, `execute`, `prepare` and their like in \
         TypeScript, JavaScript and Rust. Tables that code itself creates are a database of their own. Statements that are put together are not read."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        path.extension() == Some("sql") || path.name() == LOCK || languages_in(path).any(is_code)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
        !may_hold_code(path)
            || (layout::code_migration_of(path).is_some() && CHANGES.any_in(text))
            || (is_ecmascript(path) && MODELS.any_in(text))
            || (WORDS.any_in(text)
                && (STATEMENTS.any_in(text)
                    || (has("UPDATE ") && has("SET "))
                    || (has("update ") && has("set ") && (has("sql`") || has("Raw")))))
    }

    fn asks_for_more(&self, sources: &[(FilePath, &Facts)], _: &[String]) -> bool {
        let asks = |fact: &SqlFact| match fact {
            SqlFact::Field(_) | SqlFact::Type { .. } => true,
            SqlFact::Table { change: TableChange::Column(column), .. } => column.has_values(),
            SqlFact::Table { change, .. } => matches!(change, TableChange::Check(_)),
            _ => false,
        };
        sources.iter().any(|(_, said)| said.facts.iter().any(|said| asks(&said.fact)))
    }

    fn may_hold_more(&self, source: &Source<'_, '_>) -> bool {
        is_ecmascript(source.path)
            && Role::by_default(source.path) != Role::Test
            && MORE_MODELS.any_in(source.text().as_bytes())
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if may_hold_code(source.path) {
            if let Some(analysis) = source.analysis() {
                if is_ecmascript(source.path) {
                    model::extract(analysis, &mut out);
                    flow::extract(analysis, &mut out);
                }
                let migration = layout::code_migration_of(source.path).map(|_| migration_in(analysis));
                code::extract(analysis, migration.as_ref(), &mut out);
            }
        } else if source.path.name() == LOCK {
            extract_lock(source.text(), SqlFact::Lock, &mut out);
        } else {
            file(source.text(), source.path, &mut out);
        }
        forget_repeated(&mut out);
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources)
    }
}

fn is_ecmascript(path: &FilePath) -> bool {
    languages_in(path).any(Language::is_ecmascript)
}

fn is_code(language: Language) -> bool {
    match language.family() {
        Family::Ecmascript | Family::Rust => true,
        Family::Python | Family::Shell => false,
    }
}

/// The facts of a file of SQL.
fn file(text: &str, path: &FilePath, out: &mut Facts) {
    let is_migration = layout::migration_of(path).is_some();
    let mut known = None;
    for part in layout::up_parts(text) {
        each_statement(SqlLexer::new(text, part), &mut |found| match found {
            SqlStatement::Tokens(tokens) => {
                dml::statement(tokens, out);
                if is_migration {
                    ddl::statement(tokens, text, out);
                    known = known.or_else(|| dialect(tokens, text));
                }
            }
            SqlStatement::Cut(tokens) => {
                dml::statement(tokens, out);
                let is_data = ["INSERT", "REPLACE", "UPDATE"].iter().any(|word| SqlReader::new(tokens).is(&[word]));
                if is_migration && !is_data {
                    out.gap(tokens[0].1, "a statement of this migration is too long to be read, and may change tables");
                }
            }
            SqlStatement::Opaque(inside, span) if is_migration => {
                let inside = inside.to_ascii_uppercase();
                if ["ALTER TABLE", "CREATE TABLE", "DROP TABLE"].iter().any(|words| inside.contains(words)) {
                    out.gap(span, "a procedure of this migration is not understood, and may change tables");
                }
            }
            SqlStatement::Opaque(..) => {}
        });
    }
    if let Some(known) = known {
        out.say(Span::default(), SqlFact::Dialect(known));
    }
}

/// Which database a statement is for, where it shows that.
fn dialect(tokens: &SqlTokens<'_>, text: &str) -> Option<Dialect> {
    let shows = |(token, span): &(SqlToken<'_>, Span)| match token {
        SqlToken::Name(_) if text.as_bytes().get(span.start as usize) == Some(&b'`') => Some(Dialect::MySql),
        SqlToken::Word(word) if word.eq_ignore_ascii_case("AUTOINCREMENT") => Some(Dialect::Sqlite),
        SqlToken::Word(word) if word.eq_ignore_ascii_case("PRAGMA") => Some(Dialect::Sqlite),
        _ => None,
    };
    tokens.iter().find_map(shows)
}

/// Keeps the first of several writes of one value, and not more of them than a person looks through.
fn forget_repeated(out: &mut Facts) {
    const MOST: usize = 4096;
    let mut seen: FxHashSet<LiteralWrite> = FxHashSet::default();
    out.facts.retain(|said| match &said.fact {
        SqlFact::Write(write) => seen.len() < MOST && seen.insert((**write).clone()),
        _ => true,
    });
}

pub(crate) use self::change::{CodeChange, change, check_of_values, checks, dropped_type, enumeration};
pub(crate) use self::fact::SqlFact;
pub(crate) use self::left::{LeftColumn, changes, changes_in, columns, fold, is_migration};

#[cfg(test)]
mod tests;
