//! Prisma: what the schema declares, and what calls of the client name.

mod client;
mod database;
mod query;
mod schema;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::{Gap, ProjectScope, Provider, Raw, RawFact, RawRow, Relation, RelationInfo, Row, Source, Value, column, gaps_of, relation};
use auditlint_source::FilePath;
use auditlint_syntax::Language;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::read::migration_lock::{LOCK, extract_lock};

/// The raw relations.
mod raw {
    /// model, kind, table, schema
    pub(super) const MODEL: u8 = 0;
    /// model, field, type, list, optional, column, unique
    pub(super) const FIELD: u8 = 1;
    /// model, name, fields between commas
    pub(super) const UNIQUE: u8 = 2;
    /// enum, value, name in the database
    pub(super) const ENUM_VALUE: u8 = 3;
    /// number in its file, model as the client names it, method, client
    pub(super) const CALL: u8 = 4;
    /// number of its call, path of keys
    pub(super) const KEY: u8 = 5;
    /// an extension of a client that may add fields
    pub(super) const EXTENDS: u8 = 6;
    /// number of its call, path of keys, text that is written, the enum that has it where one is named
    pub(super) const VALUE: u8 = 7;
    /// what the database of a schema is
    pub(super) const DATASOURCE: u8 = 8;
    /// the same of a folder of migrations
    pub(super) const LOCK: u8 = 9;
}

static RELATIONS: [RelationInfo; 7] = [
    relation(
        "prisma.model",
        "A model, view or composite type of a Prisma schema.",
        &[
            column("model", "its name"),
            column("kind", "`model`, `view` or `type`"),
            column(
                "table",
                "its name in the database: that of `@@map`, else its own, with that of `@@schema` where it is not `public`",
            ),
            column("database", "the folder of the migrations that belong to its schema; absent where there is none"),
        ],
    ),
    relation(
        "prisma.field",
        "A field of a model.",
        &[
            column("model", "the model"),
            column("field", "its name"),
            column("type", "its type, without `?` and `[]`"),
            column("list", "whether it is a list"),
            column("optional", "whether it may be null"),
            column("column", "its name in the database: that of `@map`, else its own"),
            column("unique", "whether it alone identifies a row: `@id`, `@unique`"),
            column(
                "scalar",
                "whether a column holds it: no relation, no composite type; absent where its type is unknown",
            ),
            column("table", "the table of the model; absent for views and composite types"),
            column("database", "the folder of the migrations that belong to the schema; absent where there is none"),
        ],
    ),
    relation(
        "prisma.unique",
        "A compound key of a model: `@@unique`, `@@id`.",
        &[
            column("model", "the model"),
            column("name", "the name under which queries know it"),
            column("fields", "its fields, between commas"),
        ],
    ),
    relation(
        "prisma.enum_value",
        "A value of an enum.",
        &[
            column("enum", "the enum"),
            column("value", "the value"),
            column("column", "the value in the database: that of `@map`, else its own"),
        ],
    ),
    relation(
        "prisma.call",
        "A call of the Prisma client, whatever the client is named.",
        &[
            column("model", "the model"),
            column("method", "the method: `findMany`, `create`, …"),
            column("client", "what the client is: a path such as `@app/db#prisma`, or as it is spelled"),
        ],
    ),
    relation(
        "prisma.use",
        "A field that a call of the Prisma client names, nested ones included.",
        &[
            column("model", "the model that the field would be one of"),
            column("field", "the name"),
            column("clause", "where it stands: `where`, `select`, `include`, `omit`, `data`, `orderBy`, `fields`"),
            column("method", "the method of the call"),
        ],
    ),
    relation(
        "prisma.written",
        "A literal text, or a value of an enum, that a call of the Prisma client writes into a field.",
        &[
            column(
                "database",
                "the folder of the migrations that belong to the schema; absent where there is none, and where MySQL takes other spellings",
            ),
            column("table", "the table of the model"),
            column("column", "the column of the field"),
            column("value", "the text as the database gets it: what `@map` makes of a value of an enum"),
            column("model", "the model"),
            column("field", "the field"),
        ],
    ),
];

/// The provider.
pub(crate) struct Prisma;

impl Provider for Prisma {
    type Fact = RawFact;

    fn name(&self) -> &str {
        "prisma"
    }

    fn about(&self) -> &str {
        "Schemas (`*.prisma`), read by a parser of our own, because Prisma's is not published and the published tree-sitter grammar gives up on valid schemas. \
         Calls of the client in TypeScript and JavaScript: the client may be named anything and come from anywhere; a call counts where the schema has its model, \
         the method is one of Prisma's, and so are all keys of its argument. Queries are read from literals and from constants of the same file, nested through \
         relations. Raw SQL is not read. A line of a schema that is not understood, and an extension of a client that may add fields, leave a gap."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        is_schema(path) || path.name() == LOCK || Language::of_path(path).is_some_and(Language::is_ecmascript)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        Language::of_path(path).is_none() || client::WORDS.any_in(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Raw {
        let mut out = Raw::default();
        if is_schema(source.path) {
            schema::extract(source.text(), &mut out);
        } else if source.path.name() == LOCK {
            extract_lock(source.text(), raw::LOCK, &mut out);
        } else if let Some(analysis) = source.analysis() {
            client::extract(analysis, &mut out);
        }
        out
    }

    fn derive(&self, raw: &[(FilePath, &Raw)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let schema = Schema::of(raw);
        let stored = database::Stored::of(raw, scope);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        let mut gaps = gaps_of(raw);
        for (path, source) in raw {
            let row = |row: &RawRow, values: Vec<Value>| Row { path: path.clone(), span: row.span, values };
            for found in &source.facts {
                let mut values = found.values.clone();
                // In the database a thing is named as in the schema unless that says otherwise.
                let mut name_of = |column: usize, own: usize| {
                    if values[column] == Value::Absent {
                        values[column] = values[own].clone();
                    }
                };
                let table = match found.relation {
                    raw::MODEL => {
                        values = stored.model(path, &found.values);
                        0
                    }
                    raw::FIELD => {
                        name_of(5, 1);
                        values.extend(stored.field(path, &found.values));
                        1
                    }
                    raw::UNIQUE => 2,
                    raw::ENUM_VALUE => {
                        name_of(2, 1);
                        3
                    }
                    raw::EXTENDS => {
                        let message = "an extension of the client may add fields".to_owned();
                        gaps.push((path.clone(), Gap::new(found.span, message)));
                        continue;
                    }
                    _ => continue,
                };
                tables[table].push(row(found, values));
            }
            for call in calls(source) {
                let Some(Some(model)) = schema.models.get(call.model) else { continue };
                if !call.is_of_prisma() {
                    continue;
                }
                let client = call.row.values[3].clone();
                tables[4].push(row(call.row, vec![model.as_str().into(), call.method.into(), client]));
                for key in &call.keys {
                    if let Some(found) = query::field_of(&schema, model, call.method, key.values[1].text()) {
                        let method = call.row.values[2].clone();
                        tables[5]
                            .push(row(key, vec![found.model.into(), found.field.into(), found.clause.into(), method]));
                    }
                }
            }
        }
        tables[6] = written::written(raw, &schema, &stored);
        let mut tables = tables.into_iter();
        let relations = RELATIONS.iter().map(|info| {
            let rows = tables.next().unwrap_or_default();
            let declares = !matches!(&*info.name, "prisma.call" | "prisma.use" | "prisma.written");
            Relation { info: info.clone(), rows, gaps: if declares { gaps.clone() } else { Vec::new() } }
        });
        relations.collect()
    }
}

fn is_schema(path: &FilePath) -> bool {
    path.extension() == Some("prisma")
}

/// What queries can name.
#[derive(Default)]
struct Schema<'r> {
    /// From the name that the client gives a model to its own; `None` where two models have the same.
    models: BTreeMap<String, Option<String>>,
    /// Their own names.
    names: FxHashSet<String>,
    /// By model and field: the types that some schema gives it. Two schemas may know a model of one name.
    fields: FxHashMap<(&'r str, &'r str), BTreeSet<&'r str>>,
    /// By model and name: the fields of its compound keys.
    uniques: FxHashMap<(&'r str, &'r str), BTreeSet<&'r str>>,
}

impl<'r> Schema<'r> {
    fn of(raw: &'r [(FilePath, &Raw)]) -> Self {
        let mut schema = Self::default();
        for row in raw.iter().flat_map(|(_, source)| &source.facts) {
            let text = |index: usize| row.values[index].text();
            match row.relation {
                raw::MODEL if text(1) != "type" => {
                    let mut letters = text(0).chars();
                    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
                    let known =
                        schema.models.entry(first + letters.as_str()).or_insert_with(|| Some(text(0).to_owned()));
                    if known.as_deref() != Some(text(0)) {
                        *known = None;
                    }
                }
                raw::FIELD => {
                    schema.fields.entry((text(0), text(1))).or_default().insert(text(2));
                }
                raw::UNIQUE => {
                    schema.uniques.entry((text(0), text(1))).or_default().extend(text(2).split(','));
                }
                _ => {}
            }
        }
        schema.names = schema.models.values().flatten().cloned().collect();
        schema
    }
}

struct Call<'r> {
    row: &'r RawRow,
    model: &'r str,
    method: &'r str,
    keys: Vec<&'r RawRow>,
    values: Vec<&'r RawRow>,
}

/// The calls of one source with the keys of their arguments.
fn calls(source: &Raw) -> Vec<Call<'_>> {
    let mut calls: Vec<Call<'_>> = Vec::new();
    for row in &source.facts {
        // The row of a call may be missing.
        let own = |call: &&mut Call<'_>| call.row.values[0] == row.values[0];
        match row.relation {
            raw::CALL => {
                let (model, method) = (row.values[1].text(), row.values[2].text());
                calls.push(Call { row, model, method, keys: Vec::new(), values: Vec::new() });
            }
            raw::KEY => calls.last_mut().filter(own).into_iter().for_each(|call| call.keys.push(row)),
            raw::VALUE => calls.last_mut().filter(own).into_iter().for_each(|call| call.values.push(row)),
            _ => {}
        }
    }
    calls
}

impl Call<'_> {
    /// Whether its argument has only keys that Prisma knows: what is built alike may have others.
    fn is_of_prisma(&self) -> bool {
        self.keys
            .iter()
            .filter_map(|key| key.values[1].text().split(client::SEPARATOR).next())
            .all(|key| query::ARGUMENTS.contains(&key))
    }
}

#[cfg(test)]
mod tests;
