//! Kinds of databases.

use serde::{Deserialize, Serialize};

use super::name::Spelled;

/// How a database takes names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Dialect {
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
    /// As Prisma names it; `None` for others.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "postgresql" | "postgres" | "cockroachdb" => Some(Self::Postgres),
            "mysql" => Some(Self::MySql),
            "sqlite" => Some(Self::Sqlite),
            _ => None,
        }
    }

    /// A name as the database has it.
    pub(super) fn name(self, spelled: &Spelled) -> String {
        if spelled.is_quoted || self != Self::Postgres { spelled.text.to_string() } else { spelled.text.to_lowercase() }
    }

    /// What two spellings of one name share.
    pub(super) fn key(self, spelled: &Spelled) -> String {
        let name = self.name(spelled);
        if self == Self::Postgres { name } else { name.to_lowercase() }
    }
}
