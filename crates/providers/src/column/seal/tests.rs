//! What seals columns: which of those that a project declares are sealed.

use crate::testing;

/// Holds the columns that are sealed, as `table.column`, and those of which nobody knows, against what is expected.
#[track_caller]
fn check(files: &[(&str, &str)], sealed: &[&str], unknown: usize) {
    let facts = testing::facts(files);
    let relation = facts.relation("column.sealed").unwrap();
    let show = |row: &auditlint_facts::Row| format!("{}.{}", row.values[0], row.values[1]);
    assert_eq!(relation.rows.iter().map(show).collect::<Vec<_>>(), sealed, "{files:?}");
    assert_eq!(relation.gaps.len(), unknown, "{files:?}");
}

const SCHEMA: &str = "model Account {\n  id Int @id\n  access_token String?\n  refresh_token String?\n}\nmodel User {\n  apiKey String\n}\n";

/// A client beside that schema, with a write of a token as it is.
#[track_caller]
fn client(code: &str, sealed: &[&str], unknown: usize) {
    let write = "prisma.account.update({ data: { access_token: token } });\n";
    check(&[("schema.prisma", SCHEMA), ("src/db.ts", code), ("src/write.ts", write)], sealed, unknown);
}

#[test]
fn extensions_of_a_client() {
    client(
        "export const prisma = new PrismaClient().$extends({ query: { account: { async update({ args, query }) {\n  args.data.access_token = encrypt(args.data.access_token);\n  return query(args);\n} } } });\n",
        &["Account.access_token"],
        0,
    );
    client(
        "const sealing = Prisma.defineExtension({ name: \"s\", query: { account: { $allOperations: ({ args, query }) => query(sealFields(args, [\"access_token\", \"refresh_token\"])) } } });\n",
        &["Account.access_token", "Account.refresh_token"],
        0,
    );
    // The configuration of the extension lists models and fields.
    client(
        "const FIELDS = { Account: [\"access_token\"], User: { apiKey: true } };\nfunction walk(args) { return encrypt(args); }\nexport const prisma = base.$extends({ query: { $allModels: { async $allOperations({ model, args, query }) {\n  return query(walk(args, FIELDS[model]));\n} } } });\n",
        &["Account.access_token", "User.apiKey"],
        0,
    );
    client(
        "const FIELDS = [{ model: \"Account\", field: \"access_token\" }];\nexport const prisma = base.$extends({ query: { $allModels: { $allOperations: ({ args, query }) => query(encryptAll(args, FIELDS)) } } });\n",
        &["Account.access_token"],
        0,
    );
    // Another file hands the extension to the client.
    let sealing = "export const sealing = { query: { account: { async create({ args, query }) {\n  args.data.access_token = encrypt(args.data.access_token);\n  return query(args);\n} } } };\n";
    let code = "import { sealing } from \"./sealing\";\nexport const prisma = new PrismaClient().$extends(sealing);\n";
    check(&[("schema.prisma", SCHEMA), ("src/db.ts", code), ("src/sealing.ts", sealing)], &["Account.access_token"], 0);
    // Which fields are sealed stands elsewhere: nobody is accused.
    client(
        "import { FIELDS } from \"./fields\";\nexport const prisma = base.$extends({ query: { $allModels: { $allOperations: ({ args, query }) => query(encryptAll(args, FIELDS)) } } });\nconst token = 1;\n",
        &[],
        3,
    );
    // A function makes what every model goes through, and a table of the file says which columns it seals.
    let made = "const ENCRYPTED = { account: [\"access_token\"], user: [\"apiKey\"] };\n\
        export const sealing = Prisma.defineExtension((client) => client.$extends({ query: buildQuery(ENCRYPTED) }));\n\
        function buildQuery(spec) {\n  return Object.fromEntries(Object.entries(spec).map(([model, fields]) => [model, {\n\
        \x20   async create({ args, query }) { encryptFields(args.data, fields); return query(args); } }]));\n}\n";
    client(made, &["Account.access_token", "User.apiKey"], 0);
    client(&made.replace("encryptFields", "log"), &[], 0);
    // Only the helper knows how.
    let helper = "export const keep = (text) => { const token = createHash(\"sha256\"); return token.update(text).digest(\"hex\"); };\n";
    let code = "import { keep } from \"./keep\";\nexport const prisma = base.$extends({ query: { account: { create({ args, query }) {\n  args.data.access_token = keep(args.data.access_token);\n  return query(args);\n} } } });\n";
    check(&[("schema.prisma", SCHEMA), ("src/db.ts", code), ("src/keep.ts", helper)], &["Account.access_token"], 0);
    client(
        "prisma.$use(async (params, next) => { if (params.model === \"Account\") params.args.data.access_token = encrypt(params.args.data.access_token); return next(params); });\n",
        &["Account.access_token"],
        0,
    );
    // One that measures seals nothing.
    client(
        "import { measure } from \"./measure\";\nexport const prisma = base.$extends({ query: { $allModels: { $allOperations: ({ args, query }) => measure(() => query(args)) } } });\nconst token = 1;\n",
        &[],
        0,
    );
    client(
        "export const prisma = base.$extends({ result: { account: { access_token: { compute: (a) => decrypt(a.access_token) } } } });\n",
        &[],
        0,
    );
}

#[test]
fn comments_of_prisma_field_encryption() {
    let schema = "model Account {\n  access_token String? /// @encrypted\n  refresh_token String?\n}\n";
    check(&[("schema.prisma", schema)], &["Account.access_token"], 0);
}

#[test]
fn hooks_of_models() {
    let mongoose = |hook: &str| {
        format!(
            "import mongoose from \"mongoose\";\nconst schema = new mongoose.Schema({{ accessToken: String, refreshToken: String }});\n{hook}\nexport const Account = mongoose.model(\"Account\", schema);\n"
        )
    };
    for (hook, sealed) in [
        (
            "schema.pre(\"save\", async function (next) { this.accessToken = encrypt(this.accessToken); next(); });",
            &["Account.accessToken"][..],
        ),
        ("schema.pre(\"save\", async function (next) { this.accessToken = this.accessToken.trim(); next(); });", &[]),
        ("schema.plugin(fieldEncryption, { fields: [\"accessToken\"], secret: \"s\" });", &["Account.accessToken"]),
        ("schema.plugin(paginate);", &[]),
        (
            "schema.plugin(encrypt, { secret: \"s\", excludeFromEncryption: [\"refreshToken\"] });",
            &["Account.accessToken"],
        ),
    ] {
        check(&[("src/account.ts", &mongoose(hook))], sealed, 0);
    }
    let objection = |hook: &str| {
        format!(
            "import {{ Model }} from \"objection\";\nexport class Account extends Model {{\n  static get tableName() {{ return \"accounts\"; }}\n  static get jsonSchema() {{ return {{ type: \"object\", properties: {{ accessToken: {{ type: \"string\" }} }} }}; }}\n  async $beforeInsert(context) {{ await {hook}; }}\n  async seal() {{ this.accessToken = await bcrypt.hash(this.accessToken, 12); }}\n}}\nfunction sealed(row) {{ row.accessToken = encrypt(row.accessToken); }}\n"
        )
    };
    // What a hook calls seals as the hook itself would.
    check(&[("src/account.ts", &objection("this.seal()"))], &["accounts.accessToken"], 0);
    check(&[("src/account.ts", &objection("this.check()"))], &[], 0);
    let named = "import mongoose from \"mongoose\";\nconst schema = new mongoose.Schema({ accessToken: String });\nfunction sealToken(next) { this.accessToken = encrypt(this.accessToken); next(); }\nschema.pre(\"save\", sealToken);\nexport const Account = mongoose.model(\"Account\", schema);\n";
    check(&[("src/account.ts", named)], &["Account.accessToken"], 0);
    check(&[("src/account.ts", &named.replace("schema.pre(\"save\", sealToken)", "sealToken()"))], &[], 0);
    let sequelize = |class: &str, after: &str| {
        format!(
            "import {{ DataTypes, Model }} from \"sequelize\";\nclass Account extends Model {{{class}}}\nAccount.init({{ accessToken: DataTypes.STRING, refreshToken: DataTypes.STRING }}, {{ sequelize{after}"
        )
    };
    for (class, after, sealed) in [
        (
            "",
            " });\nAccount.beforeCreate((account) => { account.accessToken = encrypt(account.accessToken); });\n",
            &["Account.accessToken"][..],
        ),
        (
            "",
            ", hooks: { beforeSave: async (account) => { account.accessToken = await bcrypt.hash(account.accessToken, 8); } } });\n",
            &["Account.accessToken"],
        ),
        ("", " });\nAccount.afterCreate((account) => { account.accessToken = encrypt(account.accessToken); });\n", &[]),
        (
            "\n  set accessToken(value) { this.setDataValue(\"accessToken\", encrypt(value)); }\n",
            " });\n",
            &["Account.accessToken"],
        ),
    ] {
        check(&[("src/account.ts", &sequelize(class, after))], sealed, 0);
    }
    let typeorm = |body: &str| {
        format!(
            "import {{ BeforeInsert, Column, Entity }} from \"typeorm\";\n@Entity()\nexport class Account {{\n  @Column()\n  accessToken: string;\n  @Column()\n  refreshToken: string;\n{body}\n}}\n"
        )
    };
    check(
        &[(
            "src/account.ts",
            &typeorm("  @BeforeInsert()\n  async seal() { this.accessToken = await hash(this.accessToken); }"),
        )],
        &["Account.accessToken"],
        0,
    );
    let subscriber = "import { EventSubscriber } from \"typeorm\";\n@EventSubscriber()\nexport class Sealing {\n  listenTo() { return Account; }\n  beforeInsert(event) { event.entity.accessToken = encrypt(event.entity.accessToken); }\n}\n";
    check(&[("src/account.ts", &typeorm("")), ("src/sealing.ts", subscriber)], &["Account.accessToken"], 0);
}

#[test]
fn what_stands_beside_a_column() {
    let entity = |decorator: &str, options: &str, imports: &str| {
        format!(
            "import {{ Column, Entity }} from \"typeorm\";\n{imports}\n@Entity()\nexport class Account {{\n  {decorator}\n  @Column({options})\n  accessToken: string;\n}}\n"
        )
    };
    let vault = "import { createCipheriv } from \"node:crypto\";\nexport const safe = { to: (text) => createCipheriv(a, b, c).update(text), from: open };\nexport class SafeType { convertToDatabaseValue(text) { return encrypt(text); } }\nexport function Safe(target, key) { define(target, key, { set: (text) => seal(text) }); }\nexport const keys = createHash;\n";
    let other = "export const trimmed = { to: (token) => token.trim(), from: (token) => token };\nexport function Trim(token) { return nanoid(token); }\n";
    for (decorator, options, imports, sealed, unknown) in [
        ("", "{ transformer: new EncryptionTransformer(key) }", "", 1, 0),
        ("", "{ transformer: safe }", "import { safe } from \"./vault\";", 1, 0),
        ("", "{ transformer: kept }", "import { safe as kept } from \"./vault\";", 1, 0),
        ("", "{ transformer: { to: (v) => encrypt(v), from: (v) => decrypt(v) } }", "", 1, 0),
        ("", "{ transformer: local }", "const local = { to: (v) => encrypt(v), from: (v) => decrypt(v) };", 1, 0),
        ("", "{ transformer: new SafeType() }", "import { SafeType } from \"./vault\";", 1, 0),
        ("", "{ transformer: elsewhere }", "import { elsewhere } from \"@acme/types\";", 0, 1),
        ("@Encrypted()", "", "", 1, 0),
        ("@Safe", "", "import { Safe } from \"./vault\";", 1, 0),
        ("@Trim", "", "import { Trim } from \"./other\";", 0, 0),
        ("@IsString()", "", "import { IsString } from \"class-validator\";", 0, 0),
        ("", "", "", 0, 0),
    ] {
        let entity = entity(decorator, options, imports);
        let sealed: &[&str] = if sealed == 1 { &["Account.accessToken"] } else { &[] };
        check(&[("src/account.ts", &entity), ("src/other.ts", other), ("src/vault.ts", vault)], sealed, unknown);
    }
}

#[test]
fn own_types_of_drizzle() {
    let schema = |import: &str, kind: &str| {
        format!(
            "import {{ customType, pgTable, text }} from \"drizzle-orm/pg-core\";\n{import}\nexport const accounts = pgTable(\"accounts\", {{ accessToken: {kind}(\"access_token\") }});\n"
        )
    };
    let own =
        "const safeText = customType({ dataType: () => \"text\", toDriver: (v) => encrypt(v), fromDriver: decrypt });";
    let plain = "const longText = customType({ dataType: () => \"text\" });";
    let types = "export const safeText = customType({ dataType: () => \"text\", toDriver: (v) => encrypt(v) });\nexport const longText = customType({ dataType: () => \"text\" });\n";
    for (import, kind, sealed, unknown) in [
        (own, "safeText", &["accounts.access_token"][..], 0),
        (plain, "longText", &[], 0),
        ("", "text", &[], 0),
        ("", "encryptedText", &["accounts.access_token"], 0),
        ("import { safeText } from \"./types\";", "safeText", &["accounts.access_token"], 0),
        ("import { longText } from \"./types\";", "longText", &[], 0),
        ("import { vaultText } from \"@acme/types\";", "vaultText", &[], 1),
    ] {
        check(&[("src/schema.ts", &schema(import, kind)), ("src/types.ts", types)], sealed, unknown);
    }
}

#[test]
fn comparisons_with_a_digest() {
    let schema = "model Session {\n  id Int\n  token String\n}\n";
    for (query, sealed) in [
        ("prisma.session.findFirst({ where: { token: hash(token) } });", &["Session.token"][..]),
        (
            "const digest = createHash(\"sha256\").update(token).digest(\"hex\");\nprisma.session.findFirst({ where: { token: digest } });",
            &["Session.token"],
        ),
        ("prisma.session.findFirst({ where: { token: { equals: sha256(token) } } });", &["Session.token"]),
        ("prisma.session.findFirst({ where: { token } });", &[]),
    ] {
        check(&[("schema.prisma", schema), ("src/a.ts", query)], sealed, 0);
    }
}

#[test]
fn libraries_that_fill_tables_of_their_own() {
    let schema = "model VerificationToken {\n  token String\n}\nmodel account {\n  accessToken String\n}\nmodel jwks {\n  privateKey String\n}\nmodel apikey {\n  key String\n}\n";
    for (code, sealed) in [
        ("import NextAuth from \"next-auth\";\nexport const auth = NextAuth({});\n", &["VerificationToken.token"][..]),
        ("import type { Session } from \"next-auth\";\n", &[]),
        ("import { betterAuth } from \"better-auth\";\nexport const auth = betterAuth({});\n", &[]),
        (
            "import { betterAuth } from \"better-auth\";\nexport const auth = betterAuth({ account: { encryptOAuthTokens: true } });\n",
            &["account.accessToken"],
        ),
        (
            "import { betterAuth } from \"better-auth\";\nexport const auth = betterAuth({ account: { encryptOAuthTokens: false } });\n",
            &[],
        ),
        ("import { jwt } from \"better-auth/plugins\";\nexport const plugins = [jwt()];\n", &["jwks.privateKey"]),
        ("import { apiKey } from \"@better-auth/api-key\";\nexport const plugins = [apiKey()];\n", &["apikey.key"]),
        (
            "import { apiKey } from \"@better-auth/api-key\";\nexport const plugins = [apiKey({ disableKeyHashing: true })];\n",
            &[],
        ),
        (
            "import { jwt } from \"better-auth/plugins\";\nexport const plugins = [jwt({ jwks: { disablePrivateKeyEncryption: true } })];\n",
            &[],
        ),
    ] {
        check(&[("schema.prisma", schema), ("src/auth.ts", code)], sealed, 0);
    }
}

#[test]
fn documents_that_are_sealed_as_a_whole() {
    let schema = "import { Schema } from \"mongoose\";\nexport const integration = new Schema({ name: String, credentials: { apiKey: String } });\n";
    for (write, sealed) in [
        ("integrationRepository.create({ credentials: encryptCredentials(given) });", &["credentials.apiKey"][..]),
        ("integrationRepository.create({ credentials: checkCredentials(given) });", &[]),
    ] {
        check(
            &[("src/integration.schema.ts", schema), ("src/write.ts", &format!("const apiKey = 1;\n{write}\n"))],
            sealed,
            0,
        );
    }
}

#[test]
fn what_a_library_fills_and_the_project_too() {
    let schema = "model VerificationToken {\n  token String\n}\n";
    let auth = "import NextAuth from \"next-auth\";\nexport const auth = NextAuth({});\n";
    for (write, sealed) in [
        ("prisma.verificationToken.create({ data: { token: randomBytes(32).toString(\"hex\") } });", &[][..]),
        ("prisma.verificationToken.create({ data: { token: hash(token) } });", &["VerificationToken.token"]),
        ("prisma.verificationToken.delete({ where: { token } });", &["VerificationToken.token"]),
    ] {
        check(&[("schema.prisma", schema), ("src/auth.ts", auth), ("src/mail.ts", write)], sealed, 0);
    }
}

#[test]
fn constructors_of_entities() {
    let entity = |body: &str| {
        format!(
            "import {{ Entity, Property }} from \"@mikro-orm/core\";\n@Entity()\nexport class User {{\n  @Property()\n  password: string;\n  @Property()\n  accessToken: string;\n  constructor(password: string, accessToken: string) {{\n    {body}\n  }}\n}}\n"
        )
    };
    let seed = "em.create(User, { password: \"snow\", accessToken: \"a\" });";
    for (body, sealed) in [
        ("this.password = crypto.createHmac(\"sha256\", password).digest(\"hex\");", &["User.password"][..]),
        ("this.password = password;", &[]),
    ] {
        check(&[("src/user.ts", &entity(body)), ("src/make.ts", seed)], sealed, 0);
    }
}

#[test]
fn methods_that_set_the_password_of_a_row() {
    let entity = |method: &str| {
        format!(
            "import {{ Column, Entity }} from \"typeorm\";\n@Entity()\nexport class User {{\n  @Column()\n  password: string;\n  {method}\n}}\n"
        )
    };
    let made = "const user = new User({ password: body.password });\nawait user.setPassword(body.password);\nawait repository.save(user);\n";
    for (method, sealed) in [
        ("async setPassword(given: string) { const kept = await bcrypt.hash(given, 12); this.password = kept; }", true),
        ("async setPassword(given: string) { this.password = given; }", false),
        ("settle(given: string) { this.password = hash(given); }", false),
        ("async setName(given: string) { other.password = await bcrypt.hash(given, 12); }", false),
    ] {
        let sealed: &[&str] = if sealed { &["User.password"] } else { &[] };
        check(&[("src/user.ts", &entity(method)), ("src/make.ts", made)], sealed, 0);
    }
}

#[test]
fn common_names_are_not_those_of_other_tables() {
    let schema = "import { Schema, model } from \"mongoose\";\nexport const Invite = model(\"Invite\", new Schema({ key: String }));\n";
    let write = "import { Invite } from \"./invite\";\nInvite.create({ key: nanoid() });\n";
    // A filter on some collection, and a write to it.
    for other in [
        "collection(NAME).updateOne({ key: hash(key) }, { $set: { used: true } });\n",
        "collection(NAME).insertOne({ key: randomBytes(8) });\n",
    ] {
        check(&[("src/invite.ts", schema), ("src/write.ts", write), ("src/other.ts", other)], &[], 0);
    }
    // What a library keeps in a table of its own that nothing declares.
    let schema = "import { pgTable, text } from \"drizzle-orm/pg-core\";\nexport const gitlab = pgTable(\"gitlab\", { secret: text(\"secret\"), accessToken: text(\"access_token\") });\n";
    let auth = "import { twoFactor } from \"better-auth/plugins\";\nexport const plugins = [twoFactor()];\n";
    check(&[("src/schema.ts", schema), ("src/auth.ts", auth)], &[], 0);
}
