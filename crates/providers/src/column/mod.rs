//! Columns that hold tokens: where they are declared, which queries write and read them, and what seals them.

mod declared;
mod derive;
mod fact;
mod flow;
mod names;
mod origin;
mod query;
mod read;
mod relations;
mod seal;
mod value;
mod view;
mod written;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source};
use auditlint_source::FilePath;
use auditlint_syntax::{Family, Language, languages_in, may_hold_code};

pub(crate) use self::declared::{CodeMigration, migration_in};
use self::fact::{ColumnFact, Facts};
use self::names::Names;
use self::relations::RELATIONS;
use self::view::View;
use crate::words::Words;

/// Words of which one stands in every source that declares a column, or asks a database by what only a mapper has.
static MAPPERS: Words = Words::new(&[
    ".findFirst",
    ".findUnique",
    ".findMany",
    ".findOne",
    ".findAll",
    ".findBy",
    ".createMany",
    ".updateMany",
    ".deleteMany",
    ".deleteOne",
    ".upsert",
    ".groupBy",
    ".insertOne",
    ".insertMany",
    ".updateOne",
    ".replaceOne",
    ".findByIdAndUpdate",
    ".bulkWrite",
    "bulkCreate",
    ".insertInto",
    ".updateTable",
    "knex",
    "Knex",
    "kysely",
    "drizzle-orm",
    "Table(",
    "_column(",
    "addColumn",
    "AddColumn",
    "queryRunner",
    "typeorm",
    "TypeORM",
    "sequelize",
    "Sequelize",
    "mongoose",
    "mongodb",
    "mikro-orm",
    "typegoose",
    "objection",
    "jsonSchema",
    "sqlx",
    "diesel",
    "table!",
    "sea_orm",
    "DeriveEntityModel",
    "rusqlite",
    "FromRow",
    "SELECT ",
    "SELECT\n",
    "select ",
    "INSERT INTO",
    "insert into",
    "UPDATE ",
    "update ",
    "DELETE FROM",
    "CREATE TABLE",
    "create table",
    "ALTER TABLE",
    "alter table",
    "$extends",
    "$use(",
    "defineExtension",
    "$set",
    "@Column",
    "@Prop",
    "EntitySchema",
]);

/// Methods that ask a database where they are called on one, and others where they are called on something else.
static METHODS: Words = Words::new(&[
    ".create(",
    ".update(",
    ".save(",
    ".insert(",
    ".set(",
    ".values(",
    ".find(",
    ".where(",
    ".delete(",
    ".count(",
    ".patch(",
    ".build(",
    ".merge(",
    ".aggregate(",
    ".create<",
]);

/// What is in the names of databases, and of what stands for one of their tables.
static DATABASES: Words = Words::new(&[
    "risma",
    "db.",
    "db)",
    "tx.",
    "trx",
    "epository",
    "epo.",
    "Model",
    "models",
    "createQueryBuilder",
    ".collection(",
    "orm.",
    "atabase",
    "ransaction",
]);

/// Words of which one stands in a migration that takes away what another one made, whatever its columns are named.
static MIGRATIONS: Words = Words::new(&[".dropTable", ".renameTable", "DROP TABLE", "RENAME TO"]);

/// Words of which one stands in a source of Rust that says how a type is stored.
static STORED: Words = Words::new(&["ToSql<", "ToSql for", "Encode<", "for sea_orm::Value", "for Value {"]);

/// Words of which one stands in every source that makes what seals, whatever it is named.
static SEALERS: Words = Words::new(&[
    "createCipher",
    "createHash",
    "ncrypt(",
    ".seal(",
    "createHmac",
    "subtle.encrypt",
    "subtle.digest",
    "publicEncrypt",
    "bcrypt",
    "argon2",
    "scrypt",
    "pbkdf2",
    "libsodium",
    "Sha256",
    "Sha512",
    "Hmac<",
    "aes_gcm",
    "Aes256Gcm",
    "hacha20",
    "blake3",
    "CryptoJS",
    "better-auth",
    "next-auth",
    "@auth/",
]);

/// Words of which one stands in a source that seals a token or makes one, beside its name.
static MAKERS: Words = Words::new(&[
    "ncrypt",
    "hash(",
    "hashT",
    "hashed",
    "Hash(",
    "HashT",
    "nanoid",
    "randomBytes",
    "randomUUID",
    "getRandomValues",
    "generateRandomString",
    "createId(",
    "Alphanumeric",
    "Sha256",
]);

/// What stands in the names of what is made so, in a column or before it gets there.
static MADE: Words = Words::new(&["oken", "ecret", "assword", "redential", "Key", "_key"]);

/// The provider.
pub(crate) struct Columns;

impl Provider for Columns {
    type Fact = ColumnFact;

    fn name(&self) -> &str {
        "column"
    }

    fn about(&self) -> &str {
        "Columns whose names say that they hold a token, a secret or a password. Declarations are read from schemas of Prisma, SQL and migrations (whose changes are applied in their order, those of Knex, \
         Kysely, Sequelize, TypeORM, node-pg-migrate and sea-orm too), tables of Drizzle and diesel, classes and schemas of TypeORM, MikroORM, Sequelize, Mongoose and Objection, interfaces of Kysely, and \
         structs of Rust that take rows. What several of them say about one column of one database is one row. Writes and reads are keys of objects that reach a query, and texts of SQL; a value is followed \
         to where it comes from, through functions of other files too. Only files that can hold such a name beside a word of a mapper are read. Tests and generated files say nothing."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        declared::is_schema(path) || languages_in(path).any(is_code)
    }

    fn may_hold_facts(&self, source: &Source<'_, '_>) -> bool {
        let (names, text) = (Names::new(source.token_columns()), source.text().as_bytes());
        !may_hold_code(source.path)
            || (names.may_stand_in(text) && asks(text))
            || (MAKERS.any_in(text) && MADE.any_in(text))
            || SEALERS.any_in(text)
            || MIGRATIONS.any_in(text)
            || STORED.any_in(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if may_hold_code(source.path) {
            if let Some(analysis) = source.analysis() {
                let view = View::new(analysis, Names::new(source.token_columns()));
                declared::in_code(view, &mut out);
                read::in_code(view, &mut out);
                written::in_code(view, &mut out);
                seal::in_code(view, &mut out);
            }
        } else {
            declared::in_schema(source, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources, scope)
    }
}

/// Whether a source may declare columns or ask a database.
fn asks(text: &[u8]) -> bool {
    MAPPERS.any_in(text) || (METHODS.any_in(text) && DATABASES.any_in(text))
}

fn is_code(language: Language) -> bool {
    match language.family() {
        Family::Ecmascript | Family::Rust => true,
        Family::Shell => false,
    }
}

#[cfg(test)]
mod tests;
