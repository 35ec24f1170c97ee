//! The changes of tables that a text of SQL in a migration makes, as far as its first words say.

use std::sync::Arc;

use super::fact::ModelTableChange;

/// Whether an expression may define tables, from the words in it.
pub(super) fn may_define(words: &str) -> bool {
    let upper = words.to_ascii_uppercase();
    ["CREATE TABLE", "RENAME TO", "DROP TABLE"].iter().any(|start| upper.contains(start))
}

/// Says the changes of a text.
pub(super) fn changes(text: &str, say: &mut dyn FnMut(ModelTableChange)) {
    for statement in text.split(';') {
        let words: Vec<&str> = statement
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','))
            .filter(|word| !word.is_empty() && !word.starts_with("--"))
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
                let is_temporary = matches!(kind, "TEMP" | "TEMPORARY");
                let table = (0..upper.len()).find(|index| at(*index) == "TABLE").filter(|index| *index < 4);
                if let Some(table) = table.and_then(|table| name(skip(table + 1))).filter(|_| !is_temporary) {
                    say(ModelTableChange::Create(Arc::clone(&table)));
                    say(ModelTableChange::Columns(Some(table)));
                }
            }
            ("DROP", "TABLE") => {
                if let Some(table) = name(skip(2)) {
                    say(ModelTableChange::Drop(table));
                }
            }
            ("ALTER", "TABLE") => {
                let index = skip(2);
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
        ] {
            let mut found = Vec::new();
            changes(sql, &mut |change| found.push(format!("{change:?}")));
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    }
}
