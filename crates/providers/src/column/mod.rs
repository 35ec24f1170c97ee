//! Columns that hold tokens: where they are declared, which queries write and read them, and what seals them.

mod declared;
mod derive;
mod fact;
mod flow;
mod gate;
mod names;
mod origin;
mod protection;
mod query;
mod read;
mod relations;
mod seal;
mod shipped;
mod value;
mod view;
mod written;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source};
use auditlint_source::FilePath;
use auditlint_syntax::{Family, Language, languages_in, may_hold_code};

pub(crate) use self::declared::{CodeMigration, migration_in};
use self::fact::{ColumnFact, Facts};
use self::names::TokenColumns;
use self::relations::RELATIONS;
use self::view::ColumnView;

/// Whether the name of a column, or of a field that holds the same, says that it holds a token, a secret or a password.
#[must_use]
pub fn is_secret_name(of: Option<&str>, name: &str) -> bool {
    TokenColumns::new(&[]).is_token(of, name)
}

/// The provider.
pub(crate) struct Columns;

impl Provider for Columns {
    type Fact = ColumnFact;

    fn name(&self) -> &str {
        "column"
    }

    fn about(&self) -> &str {
        "Columns whose names say that they hold a token, a secret or a password. Declarations are read from schemas of Prisma, SQL and migrations (whose changes are applied in their order, those of Knex, \
         Kysely, Sequelize, TypeORM, node-pg-migrate and sea-orm too), tables of Drizzle and diesel, models of SQLAlchemy, SQLModel and Django, classes and schemas of TypeORM, MikroORM, Sequelize, Mongoose and Objection, interfaces of Kysely, and \
         structs of Rust that take rows. What several of them say about one column of one database is one row. Writes and reads are keys of objects that reach a query, and texts of SQL; a value is followed \
         to where it comes from, through functions of other files too. Only files that can hold such a name beside a word of a mapper are read. Tests and generated files say nothing; nor do copies of a schema in folders of documentation, and, where Prisma finds a `schema.prisma`, schemas under other names that lie in no folder for schemas or databases."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        shipped::is_shipped(path) && (declared::is_schema(path) || languages_in(path).any(is_code))
    }

    fn may_hold_facts(&self, source: &Source<'_, '_>) -> bool {
        let names = TokenColumns::new(source.token_columns());
        !may_hold_code(source.path) || gate::may_ask(source.path, source.text().as_bytes(), names)
    }

    fn asks_for_more(&self, sources: &[(FilePath, &Facts)], token_columns: &[String]) -> bool {
        derive::has_candidate(sources, TokenColumns::new(token_columns))
    }

    fn may_hold_more(&self, source: &Source<'_, '_>) -> bool {
        gate::may_help(source.text().as_bytes(), TokenColumns::new(source.token_columns()))
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if may_hold_code(source.path) {
            if let Some(analysis) = source.analysis() {
                let view = ColumnView::new(analysis, TokenColumns::new(source.token_columns()));
                declared::in_code(view, &mut out);
                read::in_code(view, &mut out);
                written::in_code(view, &mut out);
                seal::in_code(view, &mut out);
                declared::imports(view, &mut out);
            }
        } else {
            declared::in_schema(source, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources, scope)
    }
}

fn is_code(language: Language) -> bool {
    match language.family() {
        Family::Ecmascript | Family::Rust | Family::Python => true,
        Family::Shell => false,
    }
}

#[cfg(test)]
mod tests;
