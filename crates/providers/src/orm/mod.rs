//! Tables of Python's mappers: what models map, and what migrations of Alembic and Django leave.

mod alembic;
mod derive;
mod django;
mod fact;
mod fold;
mod models;
mod reader;
mod tables;
#[cfg(test)]
mod tests;
mod text_of_sql;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source, column, detail, relation};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::Language;

use self::fact::{Facts, OrmFact};
use crate::words::Words;

pub(super) static RELATIONS: [RelationInfo; 5] = [
    relation(
        "orm.table",
        "A table that a class or `Table(…)` of Python maps.",
        &[
            column(
                "database",
                "the folder of the project whose migrations may make it, of Django that of the application; absent where none has migrations",
            ),
            column("table", "its name, of Django that of the model in small letters"),
            detail("model", "the class; nothing where none maps it"),
            detail("mapper", "`sqlalchemy` (also SQLModel) or `django`"),
            detail("whole", "whether all its columns are known"),
        ],
    ),
    relation(
        "orm.column",
        "A column that a table of a model has, by its own name or by that of the attribute.",
        &[column("database", "as of `orm.table`"), column("table", "the table"), column("column", "the column")],
    ),
    relation(
        "orm.migrated-table",
        "A table that migrations leave.",
        &[
            column("database", "as of `orm.table`"),
            column("table", "the table"),
            detail("created", "whether a migration creates it; else they change it alone"),
        ],
    ),
    relation(
        "orm.migrated-column",
        "A column that migrations leave in a table, where the last of them added or renamed it.",
        &[column("database", "as of `orm.table`"), column("table", "the table"), column("column", "the column")],
    ),
    relation(
        "orm.create-all",
        "A place that creates the tables of all models (`Base.metadata.create_all`), tests aside.",
        &[column("database", "as of `orm.table`"), detail("migration", "whether it stands in a migration")],
    ),
];

/// Words of which one stands in every file that says something.
static WORDS: Words = Words::new(&[
    "sqlalchemy",
    "sqlmodel",
    "__tablename__",
    "create_all",
    "django.db",
    "alembic",
    "db.Model",
    "models.Model",
    "contrib.gis",
]);

/// The provider.
pub(crate) struct Orm;

impl Provider for Orm {
    type Fact = OrmFact;

    fn name(&self) -> &str {
        "orm"
    }

    fn about(&self) -> &str {
        "Classes of SQLAlchemy (`__tablename__`, Flask-SQLAlchemy's `db.Model`), SQLModel and Django, and `Table(…)`, with the columns that they, their mixins and their subclasses have. Migrations of \
         Alembic in the order of their revisions (`create_table`, `add_column`, `drop_column`, `alter_column`, `rename_table`, `drop_table`, `batch_alter_table`, and the statements of `execute`, also of a connection, that \
         define tables and views) and those of Django. Names may be constants of the file. What a migration works out while it runs is not known: of a table then its columns, of all tables what they are called. \
         A class that extends one which no file of the project defines may have more columns."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        Language::of_path(path) == Some(Language::Python)
            && path.extension() == Some("py")
            && Role::by_default(path) != Role::Test
    }

    fn may_hold(&self, _path: &FilePath, text: &[u8]) -> bool {
        WORDS.any_in(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        let Some(analysis) = source.analysis() else { return out };
        if django::is_migration(source.path, source.text()) {
            django::extract(source.path, analysis, &mut out);
        } else if alembic::is_migration(source.text()) {
            alembic::extract(analysis, &mut out);
            models::create_all(analysis, &mut out);
        } else {
            models::extract(analysis, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources, scope)
    }
}
