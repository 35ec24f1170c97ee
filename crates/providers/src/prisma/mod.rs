//! Prisma: what the schema declares, and what calls of the client name.

mod calls;
mod client;
mod clients;
mod database;
mod fact;
mod models;
mod origin;
mod query;
mod schema;
mod storage;
mod written;

use auditlint_facts::{
    Gap, ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Language, languages_in, may_hold_code};

use self::calls::calls;
use self::clients::Clients;
use self::fact::{Facts, KeyName, PrismaFact};
use self::models::PrismaSchema;
use self::schema::is_schema;
use crate::read::migration_lock::{LOCK, extract_lock};

static RELATIONS: [RelationInfo; 9] = [
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
            detail("type", "its type, without `?` and `[]`"),
            detail("list", "whether it is a list"),
            detail("optional", "whether it may be null"),
            column("column", "its name in the database: that of `@map`, else its own"),
            detail("unique", "whether it alone identifies a row: `@id`, `@unique`"),
            detail(
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
        "prisma.unresolved",
        "A call of a Prisma client on a model that no schema declares.",
        &[
            column("model", "the model, as the call spells it"),
            column("method", "the method"),
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
            detail("call", "which call it is: a number that its fields share"),
            detail(
                "place",
                "which of the fields that the call asks for together it is; nothing inside of `OR` and `NOT`",
            ),
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
    relation(
        "prisma.index",
        "A field by which the database finds rows: the first of an index or of a compound key, one that is unique, and in MySQL one that holds the key of another row.",
        &[column("model", "the model"), column("field", "the field")],
    ),
];

/// The provider.
pub(crate) struct Prisma;

impl Provider for Prisma {
    type Fact = PrismaFact;

    fn name(&self) -> &str {
        "prisma"
    }

    fn about(&self) -> &str {
        "Schemas (`*.prisma`), read by a parser of our own, because Prisma's is not published and the published tree-sitter grammar gives up on valid schemas. \
         Calls of the client in TypeScript and JavaScript: the client may be named anything and come from anywhere; what its type, its class or the module that makes it says outweighs its name; a call counts where the schema has its model, \
         the method is one of Prisma's, and so are all keys of its argument. Queries are read from literals and from constants of the same file, nested through \
         relations. Raw SQL is not read. A line of a schema that is not understood, and an extension of a client that may add fields, leave a gap."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        is_schema(path) || path.name() == LOCK || languages_in(path).any(Language::is_ecmascript)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        !may_hold_code(path) || client::WORDS.any_in(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if is_schema(source.path) {
            schema::extract(source.text(), &mut out);
        } else if source.path.name() == LOCK {
            extract_lock(source.text(), PrismaFact::Lock, &mut out);
        } else if let Some(analysis) = source.analysis() {
            client::extract(analysis, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let schema = PrismaSchema::of(sources);
        let stored = database::Stored::of(sources, scope);
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        let clients = Clients::of(sources, &schema);
        let mut gaps = gaps_of(sources);
        // MySQL keeps an index of every foreign key.
        let is_mysql =
            |said: &PrismaFact| matches!(said, PrismaFact::Datasource(Some(provider)) if &**provider == "mysql");
        let keeps_indices = sources.iter().any(|(_, source)| source.facts.iter().any(|said| is_mysql(&said.fact)));
        let mut number = 0;
        for (path, source) in sources {
            let row = |span: Span, values: Vec<Value>| Row { path: path.clone(), span, values };
            for said in &source.facts {
                let (table, values) = match &said.fact {
                    PrismaFact::Block(block) => (0, stored.model(path, block)),
                    PrismaFact::Field(field) => {
                        let mut values = vec![
                            (&field.model).into(),
                            (&field.name).into(),
                            (&field.kind).into(),
                            field.is_list.into(),
                            field.is_optional.into(),
                            field.column().into(),
                            field.is_unique.into(),
                        ];
                        values.extend(stored.field(path, field));
                        (1, values)
                    }
                    PrismaFact::Unique { model, name, fields } => {
                        (2, vec![model.into(), name.into(), fields.join(",").as_str().into()])
                    }
                    PrismaFact::EnumValue { of, value, column } => {
                        (3, vec![of.into(), value.into(), column.as_ref().unwrap_or(value).into()])
                    }
                    PrismaFact::Index { model, field } => (8, vec![model.into(), field.into()]),
                    PrismaFact::Foreign { model, field } if keeps_indices => (8, vec![model.into(), field.into()]),
                    PrismaFact::Extends => {
                        let message = "an extension of the client may add fields".to_owned();
                        gaps.push((path.clone(), Gap::new(said.span, message)));
                        continue;
                    }
                    _ => continue,
                };
                tables[table].push(row(said.span, values));
            }
            for call in calls(source) {
                if !clients.may_be_of_prisma(&call) {
                    continue;
                }
                let (method, client) = (Value::from(&call.said.method), Value::from(&*call.said.client.to_string()));
                let model = match schema.models.get(&*call.said.model) {
                    Some(Some(model)) => model,
                    // Two models share the name.
                    Some(None) => continue,
                    None => {
                        if clients.is_client(path, &call) && !client::is_placeholder(&call.said.model) {
                            tables[5].push(row(call.span, vec![(&call.said.model).into(), method, client]));
                        }
                        continue;
                    }
                };
                tables[4].push(row(call.span, vec![model.as_str().into(), method.clone(), client]));
                number += 1;
                for ((span, key), place) in call.keys.iter().zip(0_i64..) {
                    let keys = call.keys_above(Some(key.number));
                    let is_apart =
                        |name: &&KeyName| matches!(name, KeyName::Key(word) if matches!(&**word, "OR" | "NOT"));
                    let is_together = keys.as_ref().is_some_and(|keys| !keys.iter().any(is_apart));
                    let place = if is_together { Value::Number(place) } else { Value::Absent };
                    let found = keys.and_then(|keys| query::field_of(&schema, model, &call.said.method, &keys));
                    if let Some(found) = found {
                        let values = vec![
                            found.model.into(),
                            found.field.into(),
                            found.clause.into(),
                            method.clone(),
                            Value::Number(number),
                            place,
                        ];
                        tables[6].push(row(*span, values));
                    }
                }
            }
        }
        tables[7] = written::written(sources, &schema, &stored, &clients);
        let mut tables = tables.into_iter();
        let relations = RELATIONS.iter().map(|info| {
            let rows = tables.next().unwrap_or_default();
            let declares =
                !matches!(&*info.name, "prisma.call" | "prisma.unresolved" | "prisma.use" | "prisma.written");
            Relation { info: info.clone(), rows, gaps: if declares { gaps.clone() } else { Vec::new() } }
        });
        relations.collect()
    }
}

pub(crate) use self::storage::schema_of;

#[cfg(test)]
mod tests;
