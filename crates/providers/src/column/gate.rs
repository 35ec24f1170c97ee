//! Which sources are worth a parse: those that may hold the name of a token column and ask a database; and what may seal or make
//! tokens, where a project has such columns.

use auditlint_source::FilePath;

use super::names::TokenColumns;
use crate::words::Words;

/// Words of which one stands in every source that declares a column, or asks a database by what only a mapper has.
static MAPPERS: Words = Words::new(&[
    ".findUnique",
    ".findFirst({",
    ".findFirstOrThrow",
    ".findAll({",
    ".findBy({",
    ".groupBy({",
    ".findMany",
    ".findOne",
    ".createMany",
    ".updateMany",
    ".deleteMany",
    ".deleteOne",
    ".upsert",
    ".insertOne",
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
    "Table(\"",
    "Table('",
    "Table(`",
    "add_column(",
    "alter_column(",
    "drop_column(",
    "rename_column(",
    "addColumn",
    "AddColumn",
    "queryRunner",
    "typeorm",
    "TypeORM",
    "sequelize",
    "Sequelize",
    "mongoose",
    "mongodb",
    "bson",
    "mikro-orm",
    "typegoose",
    "objection\"",
    "objection'",
    "static jsonSchema",
    "get jsonSchema",
    "sqlx",
    "diesel::",
    "#[diesel(",
    "extern crate diesel",
    "table_name",
    "table!",
    "sea_orm",
    "ActiveModel",
    "Insertable",
    "AsChangeset",
    "insert_into(",
    "DeriveEntityModel",
    "rusqlite",
    "FromRow)",
    "FromRow,",
    "FromRow for",
    "$extends",
    "$use(",
    "defineExtension",
    "$set",
    "sqlalchemy",
    "sqlmodel",
    "django.db",
    "models.Model",
    "db.Column",
    ".objects.",
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
    ".insertMany(",
    ".create<",
]);

/// What is in the names of databases, and of what stands for one of their tables.
static DATABASES: Words = Words::new(&[
    "risma",
    "epository",
    "Repo.",
    "repo.",
    "Model.",
    "models.",
    "createQueryBuilder",
    ".collection(",
    "Repo\n",
    "repo\n",
    "Model\n",
    "models\n",
]);

/// The same as whole words, with what stands behind them: the end of a line where each method stands on a line of its own.
static NAMED_DATABASES: Words = Words::new(&[
    "db\n",
    "db\r",
    "db?",
    "DB\n",
    "Db\n",
    "tx\n",
    "tx\r",
    "trx\n",
    "trx\r",
    "orm\n",
    "database\n",
    "database\r",
    "transaction\n",
    "em\n",
    "db.",
    "DB.",
    "Db.",
    "db)",
    "tx.",
    "trx.",
    "trx(",
    "trx)",
    "orm.",
    "database.",
    "transaction.",
    "em.",
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

/// Words of which one stands in a source that encrypts or decrypts anything, under whatever name.
static ENCRYPTING: Words = Words::new(&[
    "ncrypt",
    "ecrypt",
    "ecipher",
    ".seal(",
    "nseal",
    "-kms",
    "_kms",
    "sodium",
    "tweetnacl",
    "secretbox",
    "fernet",
    "vaultrs",
    "node-vault",
    "aead",
    "vault\"",
    "vault'",
    "-cloak",
    "/cloak",
]);

/// Words of which one stands in a source that makes digests by functions which are called after how they do it.
static DIGESTS: Words = Words::new(&["sha1(", "sha256", "sha384", "sha512", "md5", "blake2", "igest("]);

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

/// What a mapper shares with others: lists are grouped and found in, and prose tells somebody to update something. It is worth a look
/// where the project has columns that hold tokens.
static SHARED: Words = Words::new(&[
    ".findFirst",
    ".findAll",
    ".insertMany",
    ".findBy",
    ".groupBy",
    "Table(",
    "jsonSchema",
    "objection",
    "SELECT ",
    "SELECT\n",
    "select ",
    "INSERT INTO",
    "insert into",
    "UPDATE ",
    "update ",
    "DELETE FROM",
]);

/// What is in the names of databases, and of much else.
static LIKE_DATABASES: Words = Words::new(&[
    "db.",
    "db\n",
    "db\r",
    "db)",
    "tx.",
    "tx\n",
    "trx",
    "epo.",
    "Model",
    "models",
    "orm.",
    "atabase",
    "ransaction",
]);

/// Words with which a statement of SQL begins, and one that stands behind.
const STATEMENTS: &[(&str, &[u8])] = &[
    ("select", b"from"),
    ("insert", b"into"),
    ("update", b"set"),
    ("delete", b"from"),
    ("replace", b"into"),
    ("with", b"select"),
    ("create", b"table"),
    ("alter", b"table"),
];

/// The first so many letters of a literal show whether it is a statement.
const STATEMENT: usize = 4096;

/// So far behind the name of a database its method stands.
const CALL: usize = 96;

/// Whether a source may declare columns that hold tokens, or ask a database for them.
pub(super) fn may_ask(path: &FilePath, text: &[u8], names: TokenColumns<'_>) -> bool {
    names.may_stand_in(text) && asks(path, text, names)
}

/// Whether a source may say how values come to columns that other sources declare or ask for.
pub(super) fn may_help(text: &[u8], names: TokenColumns<'_>) -> bool {
    let is_like_a_query = || SHARED.any_in(text) || (METHODS.any_in(text) && LIKE_DATABASES.any_in(text));
    (MAKERS.any_in(text) && MADE.any_in(text))
        || ENCRYPTING.any_in(text)
        || DIGESTS.any_in(text)
        || SEALERS.any_in(text)
        || STORED.any_in(text)
        || MIGRATIONS.any_in(text)
        || (names.may_stand_in(text) && is_like_a_query())
}

fn asks(path: &FilePath, text: &[u8], names: TokenColumns<'_>) -> bool {
    let is_rust = path.extension() == Some("rs");
    // Rust has its queries from macros, derives and functions of its mappers.
    MAPPERS.any_in(text) || (!is_rust && calls_database(text)) || holds_statement(text, is_rust, names)
}

/// Whether a method of a database is called on what is named like one. Looks at [`CALL`] bytes for each such name.
fn calls_database(text: &[u8]) -> bool {
    METHODS.any_in(text)
        && (calls_one_of(text, DATABASES.all_in(text)) || calls_one_of(text, NAMED_DATABASES.all_whole_in(text)))
}

fn calls_one_of(text: &[u8], mut ends: impl Iterator<Item = usize>) -> bool {
    // The dot at the end of the name is the first of the method.
    ends.any(|end| METHODS.any_in(&text[end.saturating_sub(1)..text.len().min(end + CALL)]))
}

/// Whether a literal is a statement of SQL with the name of a token column. Looks at four times the length of the text at the most; what is
/// left then counts as one.
fn holds_statement(text: &[u8], is_rust: bool, names: TokenColumns<'_>) -> bool {
    let mut left = text.len().saturating_mul(4).max(STATEMENT);
    memchr::memchr3_iter(b'"', b'\'', b'`', text).any(|at| {
        let (mark, behind) = (text[at], text[at + 1..].trim_ascii_start());
        let begins = |(word, _): &&(&str, &[u8])| {
            behind.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word.as_bytes()))
                && behind.get(word.len()).is_some_and(u8::is_ascii_whitespace)
        };
        let Some((word, second)) = STATEMENTS.iter().find(begins) else { return false };
        let rest = &behind[word.len()..behind.len().min(word.len() + STATEMENT)];
        // Raw literals of Rust hold names in quotes.
        let end = if is_rust { None } else { memchr::memchr(mark, rest) };
        let rest = &rest[..end.unwrap_or(rest.len())];
        left = left.saturating_sub(rest.len());
        let mut words = rest.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        left == 0 || (words.any(|word| word.eq_ignore_ascii_case(second)) && names.may_stand_in(rest))
    })
}

#[cfg(test)]
mod tests;
