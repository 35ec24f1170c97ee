//! Which column of which table each field of a model in code is.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{Row, Value};
use auditlint_source::{FilePath, Role};

use super::databases::Databases;
use super::fact::{Facts, ModelField, ModelMapper, SqlFact};
use super::fold::{FoldedDatabase, FoldedTable};
use super::layout::name_of;
use crate::identifier::words;

/// Of the fields of a model that nothing ties to a table but its name, so many of four must be columns there.
const SHARE: usize = 3;
/// A model with fewer fields says nothing by them.
const LEAST: usize = 3;

/// What a model says: its fields with their places.
type Model<'r> = Vec<(&'r FilePath, auditlint_source::Span, &'r ModelField)>;

/// The rows of `sql.field`.
pub(super) fn rows(sources: &[(FilePath, &Facts)], databases: &Databases<'_>) -> Vec<Row> {
    let mut models: BTreeMap<(&str, &FilePath), Model<'_>> = BTreeMap::new();
    let mut linked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, said) in sources.iter().filter(|(path, _)| Role::by_default(path) != Role::Test) {
        for said in &said.facts {
            match &said.fact {
                SqlFact::Field(field) => models.entry((&field.model, path)).or_default().push((path, said.span, field)),
                SqlFact::ModelTable { model, table } => {
                    linked.entry(model).or_default().insert(table);
                }
                _ => {}
            }
        }
    }
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in models.keys() {
        *files.entry(name).or_default() += 1;
    }
    let mut rows = Vec::new();
    for ((name, _), fields) in &models {
        // Two models of one name cannot be told apart where somebody names them.
        let links = linked.get(name).filter(|_| files.get(name) == Some(&1));
        let by_link = |table: &&str| databases.table(table);
        let found = match links {
            Some(tables) => {
                let mut known = tables.iter().filter_map(by_link);
                known.next().filter(|_| known.next().is_none())
            }
            None => tables_by_name(name)
                .iter()
                .find_map(|table| databases.table(table))
                .filter(|(_, database, table)| has_fields(fields, database, table)),
        };
        let Some((database, of, table)) = found else { continue };
        for (path, span, field) in fields {
            let Some(column) = of.column_of_field(&field.name, table) else { continue };
            let values = vec![
                field.model.as_ref().into(),
                field.name.as_ref().into(),
                field.mapper.name().into(),
                name_of(database).into(),
                table.name.as_str().into(),
                column.into(),
                field.optional.map_or(Value::Absent, Value::from),
                field.is_text.into(),
            ];
            rows.push(Row { path: (*path).clone(), span: *span, values });
        }
    }
    rows
}

fn has_fields(fields: &Model<'_>, database: &FoldedDatabase, table: &FoldedTable) -> bool {
    let known = fields.iter().filter(|(_, _, field)| database.column_of_field(&field.name, table).is_some()).count();
    known >= LEAST
        && known * 4 >= fields.len() * SHARE
        && fields.iter().all(|(_, _, field)| field.mapper != ModelMapper::Drizzle)
}

/// Words that say which form of a model it is.
const FORMS: &[&str] = &[
    "schema", "model", "row", "insert", "select", "create", "new", "update", "entity", "table", "record", "db", "base",
];

/// The names that the table of a model may have.
fn tables_by_name(model: &str) -> Vec<String> {
    let parts: Vec<String> = words(model).into_iter().filter(|word| !FORMS.contains(&word.as_str())).collect();
    let Some(last) = parts.last() else { return Vec::new() };
    let plural = match last.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ if last.ends_with(['s', 'x']) || last.ends_with("ch") => format!("{last}es"),
        _ => format!("{last}s"),
    };
    let before = parts[..parts.len() - 1].join("_");
    let named = |word: &str| if before.is_empty() { word.to_owned() } else { format!("{before}_{word}") };
    vec![named(&plural), named(last)]
}
