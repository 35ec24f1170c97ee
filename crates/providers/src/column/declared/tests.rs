//! Columns as each mapper declares them.

use crate::testing;

/// Shows what is declared in some files: mapper, table, column, type, whether it may be null, file and line.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let facts = testing::facts(files);
    let show = |row: &auditlint_facts::Row| {
        let shown = row.values.iter().take(5).map(|value| match value.to_string() {
            empty if empty.is_empty() => "-".to_owned(),
            text => text,
        });
        let shown: Vec<String> = shown.collect();
        let text = files.iter().find(|(path, _)| *path == row.path.as_str()).map_or("", |(_, text)| text);
        let line = text[..row.span.start as usize].matches('\n').count() + 1;
        format!("{} {}:{line}", shown.join(" "), row.path)
    };
    let rows = &facts.relation("column.declared").unwrap().rows;
    assert_eq!(rows.iter().map(show).collect::<Vec<_>>(), expected, "{files:?}");
}

#[test]
fn prisma() {
    let schema = "model Account {\n  id Int @id\n  accessToken String? @map(\"access_token\")\n  api_key_hash String\n\
        \x20 refresh_token Bytes\n  apiKey ApiKey\n  /// @encrypted\n  id_token String\n  tokens String[]\n  @@map(\"accounts\")\n}\n\
        model Session {\n  token String\n}\nmodel Word {\n  token String\n}\n";
    check(
        &[("schema.prisma", schema)],
        &[
            "prisma accounts access_token String true schema.prisma:3",
            "prisma accounts id_token String false schema.prisma:8",
            "prisma Session token String false schema.prisma:13",
        ],
    );
}

#[test]
fn sql() {
    let one = "CREATE TABLE accounts (\n  id int,\n  access_token text,\n  secret_key bytea,\n  api_key varchar(40) NOT NULL,\n  token int\n);\n\
        CREATE TABLE sessions (token uuid, PRIMARY KEY (token));";
    let two = "ALTER TABLE accounts RENAME COLUMN api_key TO api_key_hash;\nALTER TABLE accounts ALTER COLUMN access_token SET NOT NULL;\nDROP TABLE sessions;";
    check(
        &[("migrations/1_a.sql", one), ("migrations/2_b.sql", two)],
        &["sql accounts access_token text false migrations/1_a.sql:3"],
    );
    // A file that is not a migration stands for itself; what takes something back does not count.
    check(
        &[("db/init.sql", one), ("db/down.sql", one)],
        &[
            "sql accounts access_token text true db/init.sql:3",
            "sql accounts api_key varchar(40) false db/init.sql:5",
            "sql sessions token uuid false db/init.sql:8",
        ],
    );
}

#[test]
fn what_several_places_declare_is_one_column() {
    let schema = "model Account {\n  accessToken String @map(\"access_token\")\n  @@map(\"accounts\")\n}\n";
    let migration = "CREATE TABLE accounts (access_token text, refresh_token text);";
    check(
        &[("prisma/schema.prisma", schema), ("prisma/migrations/1_a/migration.sql", migration)],
        &["prisma accounts access_token String false prisma/schema.prisma:2"],
    );
    // The same for several databases, once for each package, for each schema.
    let copies = [("migrations/mysql/1_a.sql", migration), ("migrations/postgres/1_b.sql", migration)];
    check(
        &copies,
        &[
            "sql accounts access_token text true migrations/mysql/1_a.sql:1",
            "sql accounts refresh_token text true migrations/mysql/1_a.sql:1",
        ],
    );
    let table = "CREATE TABLE accounts (access_token text);";
    check(
        &[
            ("apps/a/package.json", "{}"),
            ("apps/a/prisma/schema.prisma", schema),
            ("apps/a/prisma/migrations/1_a/migration.sql", table),
            ("apps/b/package.json", "{}"),
            ("apps/b/migrations/1_a.sql", table),
        ],
        &[
            "prisma accounts access_token String false apps/a/prisma/schema.prisma:2",
            "sql accounts access_token text true apps/b/migrations/1_a.sql:1",
        ],
    );
    // A schema that stores bytes says what is there in the end.
    check(
        &[
            ("schema.prisma", "model Account {\n  access_token Bytes\n}"),
            ("migrations/1_a.sql", "CREATE TABLE account (access_token text);"),
        ],
        &[],
    );
}

#[test]
fn drizzle() {
    let code = "import { pgTable, text, varchar, integer, bytea } from 'drizzle-orm/pg-core';\n\
        export const accounts = pgTable('accounts', {\n  access: text('access_token').notNull(),\n  refreshToken: varchar({ length: 9 }),\n  \
        api_key: integer(),\n  privateKey: bytea(),\n  idTokenHash: text('id_token'),\n  ownKey: sealedText('api_secret'),\n});\n\
        export const keys = pgTable('api_keys', (t) => ({\n  key: t.text().notNull(),\n}));\n\
        const other = pgTable('words', { token: text() });";
    check(
        &[("schema.ts", code)],
        &[
            "drizzle accounts access_token text false schema.ts:3",
            "drizzle accounts refreshToken varchar true schema.ts:4",
            "drizzle accounts api_secret sealedText true schema.ts:8",
            "drizzle api_keys key text false schema.ts:11",
        ],
    );
}

#[test]
fn decorated_classes() {
    let code = "import { Column, Entity, PrimaryColumn } from 'typeorm';\n@Entity({ name: 'accounts' })\nexport class Account {\n\
        \x20 @Column({ nullable: true, name: 'access_token' })\n  accessToken: string | null;\n  @Column('bytea')\n  privateKey: Buffer;\n\
        \x20 @Column()\n  apiKey: number;\n  @Column({ type: 'varchar' })\n  apiSecret: Secret;\n  @Column({ transformer: encrypted })\n  idToken: string;\n  refreshToken: string;\n}\n\
        @Entity()\nclass Session {\n  @PrimaryColumn('text')\n  token: string;\n}";
    check(
        &[("a.ts", code)],
        &[
            "typeorm accounts access_token string | null true a.ts:5",
            "typeorm accounts apiSecret varchar - a.ts:11",
            "typeorm accounts idToken string - a.ts:13",
            "typeorm Session token text - a.ts:19",
        ],
    );
    let code = "import { Property, Entity } from '@mikro-orm/core';\n@Entity({ tableName: 'account' })\nexport class Account {\n  @Property({ fieldName: 'key_of_api', type: 'text' })\n  apiKey!: string;\n  @Property({ nullable: true })\n  accessToken?: string;\n}";
    check(&[("a.ts", code)], &["mikro-orm account accessToken string true a.ts:7"]);
    let code = "import { Prop, Schema } from '@nestjs/mongoose';\n@Schema({ collection: 'accounts' })\nexport class Account {\n  @Prop({ required: true })\n  accessToken: string;\n  @Prop()\n  accessTokenExpiresAt: Date;\n}";
    check(&[("a.ts", code)], &["mongoose accounts accessToken string - a.ts:5"]);
    // A component of a browser.
    check(
        &[("a.ts", "import { Prop } from 'vue-property-decorator';\nclass A {\n  @Prop() accessToken: string;\n}")],
        &[],
    );
    let code = "import { Column, DataType, Table } from 'sequelize-typescript';\n@Table({ tableName: 'partners' })\nclass Partner {\n  @Column(DataType.VIRTUAL)\n  accessToken: string;\n  @Column(DataType.TEXT)\n  refreshToken: string;\n  @Column(DataType.BLOB)\n  apiKey: Buffer;\n}";
    check(&[("a.ts", code)], &["sequelize partners refreshToken DataType.TEXT - a.ts:7"]);
}

#[test]
fn entities_without_classes() {
    let code = "import { EntitySchema } from 'typeorm';\nexport const Account = new EntitySchema({ name: 'account', tableName: 'accounts', columns: {\n  accessToken: { type: 'varchar', nullable: true },\n  api_key: { type: Buffer },\n  refresh: { type: String, name: 'refresh_token' },\n} });";
    check(
        &[("a.ts", code)],
        &["typeorm accounts accessToken varchar true a.ts:3", "typeorm accounts refresh_token String false a.ts:5"],
    );
}

#[test]
fn sequelize() {
    let code = "const { DataTypes, Model } = require('sequelize');\nclass Account extends Model {}\nAccount.init({\n  api_key: DataTypes.STRING(64),\n  secret: { type: DataTypes.TEXT, field: 'client_secret', allowNull: false },\n  accessToken: DataTypes.VIRTUAL,\n  private_key: DataTypes.BLOB('long'),\n}, { sequelize, tableName: 'accounts' });\n\
        const attributes = {\n  refreshToken: { type: DataTypes.STRING },\n};\nsequelize.define('Session', attributes);";
    check(
        &[("a.js", code)],
        &[
            "sequelize accounts api_key STRING - a.js:4",
            "sequelize accounts client_secret TEXT false a.js:5",
            "sequelize Session refreshToken STRING - a.js:10",
        ],
    );
}

#[test]
fn mongoose() {
    let code = "import { Schema, model } from 'mongoose';\nconst schema = new Schema({\n  accessToken: String,\n  apiKey: { type: Buffer },\n  oauth: { refreshToken: { type: String, required: true } },\n  sessions: [{ token: String }],\n  words: [{ token: String }],\n});\nexport const Account = model('Account', schema);";
    check(
        &[("a.ts", code)],
        &[
            "mongoose Account accessToken String true a.ts:3",
            "mongoose oauth refreshToken String false a.ts:5",
            "mongoose sessions token String true a.ts:6",
        ],
    );
}

#[test]
fn objection_and_kysely() {
    let code = "import { Model } from 'objection';\nexport class Account extends Model {\n  static get tableName() { return 'accounts'; }\n  static get jsonSchema() {\n    return { type: 'object', properties: {\n      accessToken: { type: 'string' },\n      apiKey: { type: 'integer' },\n    } };\n  }\n}";
    check(&[("a.ts", code)], &["objection accounts accessToken - - a.ts:6"]);
    let code = "import type { Generated } from 'kysely';\ninterface AccountTable {\n  id: Generated<number>;\n  access_token: string | null;\n  private_key: Buffer;\n}\nexport interface Database { accounts: AccountTable }";
    check(&[("a.ts", code)], &["kysely accounts access_token string | null true a.ts:4"]);
}

#[test]
fn migrations_in_code() {
    let knex = "exports.up = (knex) => knex.schema.createTable('accounts', (table) => {\n  table.string('access_token').notNullable();\n  table.text('api_key');\n  table.binary('private_key');\n}).alterTable('accounts', (t) => {\n  t.renameColumn('api_key', 'api_key_hash');\n});\nexports.down = (knex) => knex.schema.dropTable('accounts');";
    check(&[("migrations/1.js", knex)], &["knex accounts access_token string false migrations/1.js:2"]);
    let later = "exports.up = (knex) => knex.schema.dropTable('accounts');";
    check(&[("migrations/9.js", knex), ("migrations/10.js", later)], &[]);
    let kysely = "import type { Kysely } from 'kysely';\nexport async function up(db: Kysely<any>) {\n  await db.schema.createTable('account').addColumn('id', 'serial')\n    .addColumn('access_token', 'text', (c) => c.notNull()).execute();\n  await db.schema.alterTable('account').addColumn('api_key', 'text').execute();\n  await db.schema.alterTable('account').dropColumn('api_key').execute();\n}";
    check(&[("migrations/1.ts", kysely)], &["kysely account access_token text false migrations/1.ts:4"]);
    let sequelize = "module.exports = { up: async (queryInterface, Sequelize) => {\n  await queryInterface.createTable('accounts', {\n    access_token: { type: Sequelize.TEXT, allowNull: false },\n  });\n  await queryInterface.addColumn('accounts', 'apiKey', Sequelize.STRING);\n  await queryInterface.addColumn('accounts', 'idToken', { type: Sequelize.STRING });\n  await queryInterface.removeColumn('accounts', 'idToken');\n} };";
    check(
        &[("migrations/1.js", sequelize)],
        &[
            "sequelize accounts access_token TEXT false migrations/1.js:3",
            "sequelize accounts apiKey STRING true migrations/1.js:5",
        ],
    );
    let typeorm = "export class A implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n    await queryRunner.createTable(new Table({ name: 'account', columns: [\n      { name: 'access_token', type: 'text', isNullable: true },\n    ] }));\n    await queryRunner.addColumn('account', new TableColumn({ name: 'api_key', type: 'varchar' }));\n    await queryRunner.query(`ALTER TABLE \"account\" ADD \"refreshToken\" character varying`);\n  }\n  async down(queryRunner: QueryRunner) {\n    await queryRunner.dropTable('account');\n  }\n}";
    check(
        &[("src/migration/1.ts", typeorm)],
        &[
            "typeorm account access_token text true src/migration/1.ts:4",
            "typeorm account api_key varchar false src/migration/1.ts:6",
            "typeorm account refreshToken character varying true src/migration/1.ts:7",
        ],
    );
    let pg = "exports.up = (pgm) => {\n  pgm.createTable('accounts', { id: 'id', access_token: { type: 'text', notNull: true } });\n  pgm.addColumns('accounts', { api_key: 'text' });\n};";
    check(
        &[("migrations/1.js", pg)],
        &[
            "query accounts access_token text true migrations/1.js:2",
            "query accounts api_key text true migrations/1.js:3",
        ],
    );
}

#[test]
fn rust() {
    let code = "#[derive(sqlx::FromRow)]\nstruct Account {\n    access_token: String,\n    #[sqlx(rename = \"api_key_hash\")]\n    api_key: String,\n    private_key: Vec<u8>,\n    id_token: Encrypted<String>,\n    #[sqlx(skip)]\n    refresh_token: String,\n}";
    check(
        &[("a.rs", code)],
        &["sqlx Account access_token String false a.rs:3", "sqlx Account id_token Encrypted<String> false a.rs:7"],
    );
    let table = "diesel::table! {\n    /// people\n    #[sql_name = \"accounts\"]\n    account (id) {\n        id -> Int8,\n        #[sql_name = \"access_token\"]\n        access -> Nullable<Text>,\n        private_key -> Binary,\n    }\n}";
    let model = "#[derive(Queryable)]\n#[diesel(table_name = account)]\nstruct Account {\n    access_token: Option<SensitiveString>,\n}";
    check(
        &[("src/schema.rs", table), ("src/model.rs", model)],
        &["diesel accounts access_token Nullable<Text> true src/schema.rs:7"],
    );
    let entity = "#[derive(DeriveEntityModel)]\n#[sea_orm(table_name = \"password_reset_tokens\")]\npub struct Model {\n    pub token: String,\n}";
    check(&[("a.rs", entity)], &["sea-orm password_reset_tokens token String false a.rs:4"]);
    let migration = "use sea_orm_migration::prelude::*;\nimpl MigrationTrait for Migration {\n    async fn up(&self, manager: &SchemaManager) {\n        manager.create_table(Table::create().table(Account::Table)\n            .col(ColumnDef::new(Account::AccessToken).string().not_null())\n            .col(ColumnDef::new(Account::PrivateKey).binary())\n            .col(string_null(Account::ApiKey)));\n    }\n    async fn down(&self, manager: &SchemaManager) {\n        manager.alter_table(Table::alter().drop_column(Account::AccessToken));\n    }\n}";
    check(
        &[("migration/src/m1.rs", migration)],
        &[
            "sea-orm account access_token string false migration/src/m1.rs:5",
            "sea-orm account api_key string true migration/src/m1.rs:7",
        ],
    );
    let row = "impl<'r> FromRow<'r, SqliteRow> for Account {\n    fn from_row(row: &'r SqliteRow) -> sqlx::Result<Self> {\n        Ok(Self { access: row.try_get(\"access_token\")? })\n    }\n}";
    check(&[("a.rs", row)], &["sqlx Account access_token - - a.rs:3"]);
    let constant = "const SCHEMA: &str = \"CREATE TABLE IF NOT EXISTS account (id INTEGER, access_token TEXT)\";\nfn open() { rusqlite::Connection::open_in_memory(); }";
    check(&[("a.rs", constant)], &["sql account access_token TEXT true a.rs:1"]);
}

#[test]
fn tests_declare_nothing() {
    check(&[("tests/schema.prisma", "model Account {\n  access_token String\n}")], &[]);
}

#[test]
fn tables_of_kysely_named_by_constants() {
    let table = "import type { Selectable } from 'kysely'\nimport type { RefreshToken } from '@a/b'\nexport interface Used {\n  \
        refreshToken: RefreshToken\n  apiKey: Sealed\n  accessToken: EncryptedToken\n  idToken: ColumnType<number>\n}\n\
        export const tableName = 'used_token'\nexport type PartialDB = { [tableName]: Used }\n";
    let migration = "export async function up(db: Kysely<unknown>) {\n  await db.schema.createTable('used_token')\n    \
        .addColumn('refreshToken', 'varchar')\n    .execute()\n}\n";
    check(
        &[("db/schema/used.ts", table), ("db/migrations/001.ts", migration)],
        &[
            "kysely used_token refreshToken RefreshToken false db/schema/used.ts:4",
            "kysely used_token apiKey Sealed false db/schema/used.ts:5",
            "kysely used_token accessToken EncryptedToken false db/schema/used.ts:6",
        ],
    );
}

#[test]
fn the_schema_in_use_counts() {
    let columns = "export const session = pgTable('session', { token: text('token') });\n";
    let drizzle = "import { pgTable, text } from 'drizzle-orm/pg-core';\n";
    let generated = format!("{drizzle}{columns}");
    let own = format!("{drizzle}import {{ user }} from './user';\n{columns}");
    check(
        &[("auth-schema.ts", &generated), ("src/db/session.ts", &own)],
        &["drizzle session token text true src/db/session.ts:3"],
    );
    let client = format!("import {{ session }} from './db/live';\n{drizzle}{columns}");
    check(
        &[("src/auth-schema.ts", &generated), ("src/db/live.ts", &generated), ("src/index.ts", &client)],
        &["drizzle session token text true src/db/live.ts:2"],
    );
    // Where nothing tells them apart the first counts.
    check(&[("a.ts", &generated), ("b.ts", &generated)], &["drizzle session token text true a.ts:2"]);
}

#[test]
fn a_secret_beside_tokens() {
    let table = |name: &str, beside: &str| {
        format!(
            "import {{ pgTable, text }} from 'drizzle-orm/pg-core';\nexport const t = pgTable('{name}', {{\n  secret: text('secret'),\n  {beside}: text(),\n}});\n"
        )
    };
    check(
        &[("a.ts", &table("gitlab", "accessToken"))],
        &["drizzle gitlab secret text true a.ts:3", "drizzle gitlab accessToken text true a.ts:4"],
    );
    check(&[("a.ts", &table("gitlab", "applicationId"))], &[]);
    check(&[("a.ts", &table("gitlab", "accessTokenHash"))], &[]);
}

#[test]
fn a_column_that_the_schema_beside_its_migrations_no_longer_names_is_none() {
    let migration = ("db/migrations/1_init/migration.sql", "CREATE TABLE account (id INT, access_token TEXT);");
    let left = "sql account access_token TEXT true db/migrations/1_init/migration.sql:1";
    let schema = "model Account {\n  id Int @id\n  @@map(\"account\")\n}\n";
    check(&[("db/schema.prisma", schema), migration], &[]);
    // A schema of another database, and a table that no schema has.
    check(&[("other/schema.prisma", schema), migration], &[left]);
    check(&[("db/schema.prisma", "model Key {\n  id Int @id\n}\n"), migration], &[left]);
}

#[test]
fn mongodb() {
    let interface = "import type { Collection, Db } from 'mongodb';\ninterface Account {\n  _id: string;\n  accessToken: string;\n  apiKeyHash: string;\n}\n\
        export const accounts = (db: Db): Collection<Account> => db.collection<Account>('accounts');";
    check(&[("a.ts", interface)], &["mongodb accounts accessToken string false a.ts:4"]);
    let schema = "import { MongoClient } from 'mongodb';\nconst accountSchema = z.object({\n  refreshToken: z.string().optional(),\n});\n\
        type Account = z.infer<typeof accountSchema>;\nexport const accounts = (client: MongoClient) => client.db('x').collection<Account>('accounts');";
    check(&[("a.ts", schema)], &["mongodb accounts refreshToken z.string().optional() true a.ts:3"]);
    let keyed = "import { ObjectId } from 'mongodb';\nexport interface Session {\n  _id: ObjectId;\n  token: string;\n}\nexport interface Form {\n  accessToken: string;\n}";
    check(&[("a.ts", keyed)], &["mongodb Session token string false a.ts:4"]);
    let rust = "use mongodb::{Collection, Database};\npub struct Account {\n    pub access_token: Option<String>,\n    pub refresh_token: Sealed<String>,\n}\n\
        pub struct Form { pub access_token: String }\nfn accounts(db: &Database) -> Collection<Account> { db.collection(\"accounts\") }";
    check(
        &[("src/a.rs", rust)],
        &[
            "mongodb Account access_token Option<String> true src/a.rs:3",
            "mongodb Account refresh_token Sealed<String> false src/a.rs:4",
        ],
    );
}
