//! Relations of databases: what they are about, and their columns.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 6] = [
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
    relation(
        "sql.handed",
        "A call or statement that writes a literal which functions and methods hand on to it.",
        &[
            column("database", "the database that has the table"),
            column("table", "the table"),
            column("column", "the column"),
            column("value", "the literal, as it arrives"),
            detail("through", "the functions and methods on its way"),
        ],
    ),
    relation(
        "sql.field",
        "A field of a model in code whose column migrations leave: of `Model.Class` of `@effect/sql`, of an object of zod, of a table of Drizzle.",
        &[
            column("model", "the class or constant"),
            column("field", "its name; of Drizzle that of its column"),
            detail("mapper", "`effect`, `zod` or `drizzle`"),
            column("database", "the folder of the migrations"),
            column(
                "table",
                "the table that code names together with the model, else the one that has its name and most of its fields",
            ),
            column("column", "the column: of the name of the field, or of that in small letters with `_`"),
            detail("optional", "whether it may be null; absent where the schema does not show it"),
            detail("text", "whether it takes any text"),
        ],
    ),
];
