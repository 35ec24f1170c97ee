//! Kinds of databases.

use super::ddl::CLICKHOUSE;
use super::reader::QUOTED;

/// How a database takes names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Without quotes a name is in small letters.
    #[default]
    Postgres,
    /// A name is as it is written.
    MySql,
    Sqlite,
    /// Its tables are not folded.
    ClickHouse,
}

impl Dialect {
    /// As Prisma, or a raw row, names it; `None` for others.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "postgresql" | "postgres" | "cockroachdb" => Some(Self::Postgres),
            "mysql" => Some(Self::MySql),
            "sqlite" => Some(Self::Sqlite),
            CLICKHOUSE => Some(Self::ClickHouse),
            _ => None,
        }
    }

    /// A name of a raw row as the database has it.
    pub(super) fn name(self, spelled: &str) -> String {
        match (spelled.strip_prefix(QUOTED), self) {
            (Some(name), _) => name.to_owned(),
            (None, Self::Postgres) => spelled.to_lowercase(),
            (None, _) => spelled.to_owned(),
        }
    }

    /// What two spellings of one name share.
    pub(super) fn key(self, spelled: &str) -> String {
        let name = self.name(spelled);
        if self == Self::Postgres { name } else { name.to_lowercase() }
    }
}
