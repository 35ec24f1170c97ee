//! Columns that hold tokens: what is declared, written and read.

use crate::testing;

/// Shows the rows of a relation of some files: their columns but for the last, which rows share.
#[track_caller]
fn check(files: &[(&str, &str)], relation: &str, expected: &[&str]) {
    let facts = testing::facts(files);
    let rows = facts.relation(relation).unwrap().rows.iter();
    let show = |row: &auditlint_facts::Row| {
        let values = row.values.iter().take(row.values.len() - 1).map(|value| match value.to_string() {
            empty if empty.is_empty() => "-".to_owned(),
            text => text,
        });
        values.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows.map(show).collect::<Vec<_>>(), expected, "{files:?}");
}

#[test]
fn prisma_declares() {
    let schema = "model Account {\n  id Int @id\n  accessToken String? @map(\"access_token\")\n  api_key_hash String\n  refresh_token Bytes\n  apiKey ApiKey\n  /// @encrypted\n  id_token String\n  @@map(\"accounts\")\n}\nmodel Session {\n  token String\n}\nmodel Word {\n  token String\n}\n";
    check(
        &[("schema.prisma", schema)],
        "column.declared",
        &[
            "prisma accounts access_token String true schema.prisma",
            "prisma accounts id_token String false schema.prisma",
            "prisma Session token String false schema.prisma",
        ],
    );
}
