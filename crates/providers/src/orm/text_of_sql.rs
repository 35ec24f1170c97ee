//! The changes of tables that a text of SQL in a migration makes, as far as its first words say.

use std::sync::Arc;

use super::fact::ModelTableChange;

/// What stands in a text for a part that is worked out while the migration runs.
pub(super) const HOLE: &str = "{}";

/// So many words stand before the name of a view at most: `CREATE OR REPLACE ALGORITHM = MERGE DEFINER = a SQL SECURITY INVOKER VIEW`.
const BEFORE_A_VIEW: usize = 14;

/// What else a statement may create that names a table or a view.
const OTHERS: [&str; 9] =
    ["INDEX", "TRIGGER", "FUNCTION", "RULE", "POLICY", "PROCEDURE", "SEQUENCE", "TYPE", "STATISTICS"];

/// Whether an expression may define tables, from the words in it.
pub(super) fn may_define(words: &str) -> bool {
    let upper = words.to_ascii_uppercase();
    ["CREATE TABLE", "RENAME TO", "DROP TABLE", "CREATE VIEW", "REPLACE VIEW", "MATERIALIZED VIEW", "DROP VIEW"]
        .iter()
        .any(|start| upper.contains(start))
}

/// Says the changes of a text. A view counts as a table: a model reads it like one.
pub(super) fn changes(text: &str, say: &mut dyn FnMut(ModelTableChange)) {
    let mut say = |change: ModelTableChange| {
        let is_open = change.names().any(|name| name.contains(['{', '%']));
        say(if is_open { ModelTableChange::Unknown("a statement that is put together".into()) } else { change });
    };
    for statement in text.split(';') {
        let lines = statement.lines().map(|line| line.split("--").next().unwrap_or_default());
        let words: Vec<&str> = lines
            .flat_map(|line| line.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',')))
            .filter(|word| !word.is_empty())
            .collect();
        let upper: Vec<String> = words.iter().take(16).map(|word| word.to_ascii_uppercase()).collect();
        let at = |index: usize| upper.get(index).map(String::as_str).unwrap_or_default();
        let name = |index: usize| words.get(index).map(|word| plain(word));
        // `IF NOT EXISTS`, `IF EXISTS`, `ONLY` stand before the name.
        let skip = |mut index: usize| {
            while matches!(at(index), "IF" | "NOT" | "EXISTS" | "ONLY") {
                index += 1;
            }
            index
        };
        match (at(0), at(1)) {
            ("CREATE", kind) => {
                let is_temporary = ["TEMP", "TEMPORARY"].iter().any(|word| kind == *word || at(3) == *word);
                let table = (0..upper.len()).find(|index| at(*index) == "TABLE").filter(|index| *index < 4);
                let view = || {
                    let first = (0..upper.len()).find(|index| matches!(at(*index), "VIEW" | "AS" | "SELECT"));
                    let is_other = |index: &usize| (1..*index).any(|before| OTHERS.contains(&at(before)));
                    first.filter(|index| at(*index) == "VIEW" && *index < BEFORE_A_VIEW && !is_other(index))
                };
                let table = table.or_else(view).filter(|_| !is_temporary);
                if let Some(table) = table.and_then(|table| name(skip(table + 1))) {
                    say(ModelTableChange::Create(Arc::clone(&table)));
                    say(ModelTableChange::Columns(Some(table)));
                }
            }
            ("DROP", "TABLE" | "VIEW" | "MATERIALIZED") => {
                if let Some(table) = name(skip(if at(1) == "MATERIALIZED" { 3 } else { 2 })) {
                    say(ModelTableChange::Drop(table));
                }
            }
            ("ALTER", "TABLE" | "VIEW" | "MATERIALIZED") => {
                let index = skip(if at(1) == "MATERIALIZED" { 3 } else { 2 });
                let Some(table) = name(index) else { continue };
                match (at(index + 1), at(index + 2)) {
                    ("RENAME", "TO") => {
                        if let Some(to) = name(index + 3) {
                            say(ModelTableChange::Rename { from: table, to });
                        }
                    }
                    (
                        "ADD" | "DROP" | "RENAME",
                        "CONSTRAINT" | "PRIMARY" | "FOREIGN" | "INDEX" | "UNIQUE" | "CHECK",
                    ) => {}
                    ("ADD" | "DROP" | "RENAME" | "CHANGE", _) => say(ModelTableChange::Columns(Some(table))),
                    _ => {}
                }
            }
            // Which statement it is may be worked out as well.
            (first, _) if first.contains(HOLE) && may_define(statement) => {
                say(ModelTableChange::Unknown("a statement that is put together".into()));
            }
            _ => {}
        }
    }
}

/// The name of a table without quotes and schema.
fn plain(word: &str) -> Arc<str> {
    word.rsplit('.').next().unwrap_or(word).trim_matches(['"', '`', '[', ']', '\'']).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_statements_change() {
        for (sql, expected) in [
            ("CREATE TABLE IF NOT EXISTS public.\"users\" (id int)", "Create(\"users\") Columns(Some(\"users\"))"),
            (
                "create unlogged table a(b int); drop table if exists c",
                "Create(\"a\") Columns(Some(\"a\")) Drop(\"c\")",
            ),
            ("CREATE TEMP TABLE x (a int)", ""),
            ("ALTER TABLE a RENAME TO b", "Rename { from: \"a\", to: \"b\" }"),
            ("ALTER TABLE ONLY a ADD COLUMN c int", "Columns(Some(\"a\"))"),
            ("ALTER TABLE a ADD CONSTRAINT c UNIQUE (d)", ""),
            ("UPDATE a SET b = 1", ""),
            ("\n-- who\n  CREATE OR REPLACE VIEW public.a AS SELECT 1 FROM b", "Create(\"a\") Columns(Some(\"a\"))"),
            ("create materialized view if not exists a as select 1", "Create(\"a\") Columns(Some(\"a\"))"),
            (
                "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `a` (b) AS SELECT 1; DROP MATERIALIZED VIEW IF EXISTS c",
                "Create(\"a\") Columns(Some(\"a\")) Drop(\"c\")",
            ),
            ("CREATE RECURSIVE VIEW a (n) AS SELECT 1", "Create(\"a\") Columns(Some(\"a\"))"),
            ("ALTER VIEW a RENAME TO b", "Rename { from: \"a\", to: \"b\" }"),
            ("CREATE TEMPORARY VIEW a AS SELECT 1; CREATE OR REPLACE TEMP VIEW b AS SELECT 1", ""),
            ("CREATE FUNCTION a() RETURNS int AS $$ SELECT 1 FROM view $$", ""),
            ("CREATE INDEX a ON view (b)", ""),
            ("CREATE TABLE a AS SELECT {} FROM b", "Create(\"a\") Columns(Some(\"a\"))"),
            (
                "CREATE TABLE a_{} (b int)",
                "Unknown(\"a statement that is put together\") Unknown(\"a statement that is put together\")",
            ),
            ("{} a; UPDATE {} SET b = 1", ""),
            ("{} CREATE TABLE a (b int)", "Unknown(\"a statement that is put together\")"),
        ] {
            let mut found = Vec::new();
            changes(sql, &mut |change| found.push(format!("{change:?}")));
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    }
}
