//! Relations of databases: what they are about, and their columns.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 4] = [
    relation(
        "sql.table",
        "A table or view that migrations leave in a database.",
        &[
            column(
                "database",
                "the folder of its migrations; of a schema in one file, and of tables that code creates, that file",
            ),
            column("table", "its name, with its schema where that is not `public`, `dbo` or `main`"),
            column(
                "kind",
                "`table`, `view`, `partition`, `foreign`, `virtual`, or `elsewhere` where migrations change it and none creates it",
            ),
            detail("complete", "whether all its columns are known"),
        ],
    ),
    relation(
        "sql.column",
        "A column that migrations leave in a table, where the last of them created, renamed or changed it.",
        &[
            column("database", "the folder of the migrations"),
            column("table", "the table"),
            column("column", "its name"),
            detail("type", "its type, as it is written"),
            detail("nullable", "whether it may be null"),
            detail("default", "its default, as it is written; absent where it has none"),
        ],
    ),
    relation(
        "sql.allowed",
        "A value that an enum, a `CHECK` with a list or a domain allows in a column.",
        &[
            column("database", "the folder of the migrations"),
            column("table", "the table"),
            column("column", "the column"),
            column("value", "the value"),
        ],
    ),
    relation(
        "sql.written",
        "A literal that a statement writes into a column.",
        &[
            column("database", "the database that has the table; absent where none or several have it"),
            column("table", "the table"),
            column("column", "the column"),
            column("value", "the literal, without quotes"),
            column("how", "`insert` or `update`"),
            column("from", "`migration`, `file` or `code`"),
        ],
    ),
];
