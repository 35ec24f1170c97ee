//! Columns that hold tokens: where they are declared, which queries write and read them, and what seals them.

mod declared;
mod derive;
mod fact;
mod flow;
mod names;
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

use self::fact::{ColumnFact, Facts};
use self::names::TokenNames;
use self::relations::RELATIONS;
use self::view::View;
use crate::words::Words;

/// Words of which one stands in every source that declares a column or asks a database.
static MAPPERS: Words = Words::new(&[
    ".aggregate",
    ".create",
    ".collection",
    ".find",
    ".groupBy",
    ".insert",
    ".save",
    ".table",
    ".update",
    ".upsert",
    "bulkCreate",
    "knex",
    "Knex",
    "kysely",
    "Kysely",
    "drizzle-orm",
    "Table(",
    "typeorm",
    "sequelize",
    "Sequelize",
    "mongoose",
    "mongodb",
    "mikro-orm",
    "objection",
    "sqlx",
    "diesel",
    "sea_orm",
    "DeriveEntityModel",
    "table!",
    "rusqlite",
    "postgres",
    "FromRow",
    "SELECT ",
    "INSERT INTO",
    "UPDATE ",
    "DELETE FROM",
    "CREATE TABLE",
    "ALTER TABLE",
    "$extends",
    "$use(",
    "defineExtension",
]);

/// Words of which one stands in a migration that takes away what another one made, whatever its columns are named.
static MIGRATIONS: Words = Words::new(&[".dropTable", ".renameTable", "DROP TABLE", "RENAME TO"]);

/// Words of which one stands in a source of Rust that says how a type is stored.
static STORED: Words = Words::new(&["ToSql<", "ToSql for", "Encode<", "for sea_orm::Value", "for Value {"]);

/// Words of which one stands in every source that makes what seals, whatever it is named.
static SEALERS: Words = Words::new(&[
    "createCipher",
    "createHash",
    "createHmac",
    "subtle.encrypt",
    "subtle.digest",
    "publicEncrypt",
    "bcrypt",
    "argon2",
    "scrypt",
    "pbkdf2",
    "libsodium",
    "CryptoJS",
]);

/// Words of which one stands in a source that seals a token or makes one, beside its name.
static MAKERS: Words = Words::new(&[
    "ncrypt(",
    "Encrypted",
    "encrypted",
    "encryptT",
    "encryptS",
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

/// The provider.
pub(crate) struct Columns;

impl Provider for Columns {
    type Fact = ColumnFact;

    fn name(&self) -> &str {
        "column"
    }

    fn about(&self) -> &str {
        "Columns whose names say that they hold tokens."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        declared::is_schema(path) || languages_in(path).any(is_code)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        !may_hold_code(path)
            || (TokenNames.may_stand_in(text) && (MAPPERS.any_in(text) || MAKERS.any_in(text)))
            || SEALERS.any_in(text)
            || MIGRATIONS.any_in(text)
            || STORED.any_in(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if may_hold_code(source.path) {
            if let Some(analysis) = source.analysis() {
                let view = View::new(analysis);
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

fn is_code(language: Language) -> bool {
    match language.family() {
        Family::Ecmascript | Family::Rust => true,
        Family::Shell => false,
    }
}

#[cfg(test)]
mod tests;
