//! Relations of token columns: what they are about, and their columns.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 5] = [
    relation(
        "column.declared",
        "A column that can hold a token, by its name, at its first declaration. What several places declare is one column.",
        &[
            column("mapper", "what declares it: `prisma`, `sql`, `drizzle`, `typeorm`, …"),
            column("table", "its table, as the database names it"),
            column("column", "its name in the database"),
            detail("type", "its type, as it is written"),
            detail("nullable", "whether it may be null; absent where nobody knows"),
            column("path", "the file that declares it"),
            detail(
                "unprotected",
                "whether nothing in the project encrypts, or hashes such a value, so that nothing can seal it",
            ),
            detail("key", "what the rows of one column share: the file that declares it, table and column"),
        ],
    ),
    relation(
        "column.written",
        "A value that a query writes into such a column.",
        &[
            column("table", "the table; as it is named there where nothing declares it, absent where nobody knows"),
            column("column", "the column"),
            detail("sealed", "whether the value is encrypted or hashed: `yes`, `no`, `unknown`"),
            detail("how", "what says so"),
            detail("declared", "the file that declares the column; absent where none does"),
            detail("first", "whether it is the first place that asks for this column or writes it"),
            detail("key", "what the rows of one column share: the file that declares it, table and column"),
        ],
    ),
    relation(
        "column.read",
        "A query that asks for such a column, or compares it.",
        &[
            column("table", "the table; as it is named there where nothing declares it, absent where nobody knows"),
            column("column", "the column"),
            detail("declared", "the file that declares the column; absent where none does"),
            detail("first", "whether it is the first place that asks for this column or writes it"),
            detail("key", "what the rows of one column share: the file that declares it, table and column"),
        ],
    ),
    relation(
        "column.sealed",
        "A token column whose values are all encrypted or hashed, at the place that says so.",
        &[
            column("table", "the table"),
            column("column", "the column"),
            detail("declared", "the file that declares the column; absent where none does"),
            detail("how", "what seals them"),
            detail("key", "what the rows of one column share: the file that declares it, table and column"),
        ],
    ),
    relation(
        "column.used",
        "A token of such a column that is used as a query gave it, or that a request may bring as it is stored: it is stored in plain text.",
        &[
            column("table", "the table"),
            column("column", "the column"),
            column("how", "what is done with it"),
            detail("declared", "the file that declares the column; absent where none does"),
            detail("key", "what the rows of one column share: the file that declares it, table and column"),
        ],
    ),
];
