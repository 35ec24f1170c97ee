//! Changes of a database that code makes by calls, as statements of SQL would make them.

use std::sync::Arc;

use super::allowed::allowed;
use super::fact::{ColumnCheck, SqlColumn, SqlFact, TableChange, TableKind, Type, TypeChange};
use super::lexer::SqlLexer;
use super::name::{Name, Spelled};

/// What code changes in a table, names as they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CodeChange<'c> {
    /// `is_complete` where every column is said.
    CreateTable {
        is_complete: bool,
    },
    DropTable,
    RenameTable(&'c str),
    AddColumn {
        name: &'c str,
        kind: &'c str,
        is_nullable: bool,
    },
    DropColumn(&'c str),
    RenameColumn {
        from: &'c str,
        to: &'c str,
    },
    Nullable {
        column: &'c str,
        is_nullable: bool,
    },
    DropConstraint(&'c str),
}

fn spelled(text: &str) -> Spelled {
    Spelled { text: Arc::from(text), is_quoted: true }
}

fn named(name: &str) -> Name {
    match name.rsplit_once('.') {
        Some((schema, name)) => Name { schema: Some(spelled(schema)), name: spelled(name) },
        None => Name { schema: None, name: spelled(name) },
    }
}

/// A change of a table as a statement of SQL would make it.
pub(crate) fn change(table: &str, change: CodeChange<'_>) -> SqlFact {
    let change = match change {
        CodeChange::CreateTable { is_complete } => {
            TableChange::Create { kind: TableKind::Table, is_kept: false, is_complete }
        }
        CodeChange::DropTable => TableChange::Drop,
        CodeChange::RenameTable(to) => TableChange::Rename(spelled(to)),
        CodeChange::AddColumn { name, kind, is_nullable } => TableChange::Column(Box::new(SqlColumn {
            name: spelled(name),
            // The project may have created the type.
            kind: Type { shown: Arc::from(kind), name: Some(named(kind)) },
            values: Vec::new(),
            is_nullable,
            default: None,
            is_kept: false,
        })),
        CodeChange::DropColumn(name) => TableChange::DropColumn(spelled(name)),
        CodeChange::RenameColumn { from, to } => TableChange::RenameColumn { from: spelled(from), to: spelled(to) },
        CodeChange::Nullable { column, is_nullable } => TableChange::Nullable { column: spelled(column), is_nullable },
        CodeChange::DropConstraint(name) => TableChange::DropConstraint(spelled(name)),
    };
    SqlFact::Table { table: Arc::new(named(table)), change }
}

/// The lists of values in a condition: `status in ('a', 'b')`.
pub(crate) fn checks(table: &str, constraint: Option<&str>, condition: &str) -> Vec<SqlFact> {
    let tokens: Vec<_> = SqlLexer::new(condition, 0..condition.len()).collect();
    let check = |column: Spelled, values: Vec<Arc<str>>| {
        let check = ColumnCheck { constraint: constraint.map(spelled), column, values };
        SqlFact::Table { table: Arc::new(named(table)), change: TableChange::Check(Box::new(check)) }
    };
    let lists = allowed(&tokens).into_iter();
    lists.map(|list| check(list.column, list.values.iter().map(|value| Arc::from(value.as_str())).collect())).collect()
}

/// The same of values that a builder is given.
pub(crate) fn check_of_values(table: &str, column: &str, values: &[&str]) -> SqlFact {
    let values = values.iter().map(|value| Arc::from(*value)).collect();
    let check = ColumnCheck { constraint: None, column: spelled(column), values };
    SqlFact::Table { table: Arc::new(named(table)), change: TableChange::Check(Box::new(check)) }
}

/// An enum with its values.
pub(crate) fn enumeration(name: &str, values: &[&str]) -> Vec<SqlFact> {
    let say = |change| SqlFact::Type { name: Arc::new(named(name)), change };
    let values = values.iter().map(|value| say(TypeChange::Value(Arc::from(*value))));
    std::iter::once(say(TypeChange::Create)).chain(values).collect()
}

/// A type that is dropped.
pub(crate) fn dropped_type(name: &str) -> SqlFact {
    SqlFact::Type { name: Arc::new(named(name)), change: TypeChange::Drop { is_cascade: false } }
}
