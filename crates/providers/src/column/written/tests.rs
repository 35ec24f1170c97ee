//! What queries write: which table and column, and whether the value is sealed.

use crate::testing;

/// The rows of what some files write, as `table.column sealed`.
fn written(files: &[(&str, &str)]) -> Vec<String> {
    let facts = testing::facts(files);
    let rows = facts.relation("column.written").unwrap().rows.iter();
    let show = |row: &auditlint_facts::Row| {
        let [table, column, sealed] = [0, 1, 2].map(|at| row.values[at].to_string());
        format!("{}.{column} {sealed}", if table.is_empty() { "-" } else { &table })
    };
    rows.map(show).collect()
}

#[track_caller]
fn check(code: &str, expected: &[&str]) {
    assert_eq!(written(&[("src/a.ts", code)]), expected, "{code}");
}

#[track_caller]
fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(written(files), expected, "{files:?}");
}

/// Holds what is known of a value that is written against what is expected: `yes`, `no`, `unknown`, `-` where nothing is written.
#[track_caller]
fn value(expected: &str, values: &[(&str, &str)]) {
    for (before, value) in values {
        let code = format!(
            "import {{ randomBytes, createHash, createHmac, createCipheriv, randomUUID }} from \"node:crypto\";\n\
             import bcrypt from \"bcrypt\";\nimport {{ nanoid }} from \"nanoid\";\n{before}\n\
             prisma.account.update({{ data: {{ access_token: {value} }} }});\n"
        );
        let found = written(&[("src/a.ts", &code)]);
        let found = match found.as_slice() {
            [] => "-",
            [row] => row.trim_start_matches("account.access_token "),
            _ => "several",
        };
        assert_eq!(found, expected, "{before} {value}");
    }
}

#[test]
fn values_that_are_sealed() {
    value(
        "yes",
        &[
            ("", "md5(token)"),
            ("", "\"$2b$10$BFmibvOW7FtY0soAAwujoO\""),
            ("", "sha256(token + randomUUID())"),
            ("", "await bcrypt.hash(randomUUID(), 10)"),
            ("", "encrypt(randomBytes(32))"),
            ("", "encrypt(token)"),
            ("", "await bcrypt.hash(token, 10)"),
            ("", "createHash(\"sha256\").update(token).digest(\"hex\")"),
            ("", "createHmac(\"sha256\", key).update(token).digest().toString(\"hex\")"),
            ("const sealed = vault.seal(token);", "sealed"),
            ("const kept = hash(token);", "kept"),
            ("let kept = null; if (token) kept = hash(token);", "kept"),
            ("const kept = { token: hash(token) };", "kept.token"),
            ("const { token: kept } = { token: hash(token) };", "kept"),
            ("", "token ? encrypt(token) : null"),
            ("", "token && encrypt(token)"),
            ("", "`${iv}:${encrypt(token)}`"),
            ("", "iv + \":\" + encrypt(token)"),
            ("", "(await encrypt(token))!.toString()"),
            ("", "JSON.stringify(encrypt(token))"),
            ("", "Buffer.from(hash(token)).toString(\"base64\")"),
            ("", "encodeHexLowerCase(sha256(new TextEncoder().encode(token)))"),
            (
                "const cipher = createCipheriv(a, b, c);",
                "cipher.update(token, \"utf8\", \"hex\") + cipher.final(\"hex\")",
            ),
            ("", "account.encryptedToken"),
            ("import { seal as keep } from \"@acme/vault\";", "keep(token)"),
            ("const keep = (text: string) => bcrypt.hashSync(text, 10);", "keep(token)"),
            ("function keep(text: string) { if (!text) return null; return encrypt(text); }", "keep(token)"),
            (
                "async function keep(text: string) { const made = await bcrypt.hash(text, 10); return made; }",
                "await keep(token)",
            ),
            ("function make() { return { token, stored: hash(token) }; }", "make().stored"),
            ("function make() { return { token, stored: hash(token) }; } const { stored } = make();", "stored"),
            ("", "CryptoJS.AES.encrypt(token, key).toString()"),
            ("", "this.encryption.encrypt(token)"),
            ("", "{ set: encrypt(token) }"),
            ("", "tokens.map(hash).join(\",\")"),
            ("", "read(token).then((text) => hash(text))"),
            (
                "class Hasher { make(text: string) { return createHash(\"sha256\").update(text).digest(\"hex\"); } }",
                "this.make(token)",
            ),
        ],
    );
}

#[test]
fn values_in_plain_text() {
    value(
        "no",
        &[
            ("", "md5(randomUUID()).substr(0, 32)"),
            ("", "createHash(\"sha256\").update(randomBytes(32)).digest(\"hex\")"),
            ("", "nanoIdGen(16)"),
            ("", "\"abc123\""),
            ("", "randomBytes(32).toString(\"hex\")"),
            ("", "nanoid()"),
            ("", "crypto.randomUUID()"),
            ("", "`tok_${randomUUID()}`"),
            ("const token = randomBytes(32).toString(\"hex\");", "token"),
            ("const tokens = await oauth.getToken(code);", "tokens.access_token"),
            ("const { access_token } = await response.json();", "access_token"),
            ("function make() { return nanoid(); }", "make()"),
            ("", "req.body.token"),
            ("", "process.env.TOKEN"),
            ("", "decrypt(account.sealed)"),
            ("", "{ set: nanoid() }"),
            ("const digest = nanoid();", "digest"),
            ("const tokens = await google.validate(code);", "tokens.accessToken()"),
            ("", "await generateToken()"),
            ("", "`${Date.now()}-${Math.random()}`"),
            ("const min = Math.pow(10, 5);", "String(Math.floor(Math.random() * 9 * min) + min)"),
            ("import jwt from \"jsonwebtoken\";", "jwt.sign({ id }, secret)"),
            ("import { sign } from \"jsonwebtoken\";", "sign({ id }, secret)"),
            ("", "await this.jwtService.signAsync({ id })"),
            ("import { SignJWT } from \"jose\";", "await new SignJWT({ id }).setIssuedAt().sign(key)"),
            ("import { customAlphabet } from \"nanoid\";", "customAlphabet(\"abc\", 6)()"),
            ("import { init } from \"@paralleldrive/cuid2\";\nconst make = init({ length: 6 });", "make()"),
        ],
    );
}

#[test]
fn values_nobody_knows() {
    value(
        "unknown",
        &[
            ("import { prepare } from \"@acme/vault\";", "prepare(token)"),
            ("", "this.value"),
            ("", "prepareToken(token)"),
            ("", "on ? hash(token) : nanoid()"),
            ("", "make().part(7)"),
            ("import { sign } from \"node:crypto\";", "sign(null, data, key)"),
            ("import { init } from \"@acme/vault\";", "init({ length: 6 })()"),
        ],
    );
}

#[test]
fn values_that_are_none() {
    value(
        "-",
        &[
            ("", "null"),
            ("", "undefined"),
            ("", "\"\""),
            ("", "true"),
            ("const other = await prisma.account.findFirst({});", "other.access_token"),
            ("const { access_token } = await prisma.account.findFirst({});", "access_token"),
            ("const old = await prisma.account.delete({ where: { id } });", "old.access_token"),
        ],
    );
}

#[test]
fn parameters_are_what_calls_hand_over() {
    let keep = "export const keep = (token: string) => prisma.account.update({ data: { access_token: token } });\n";
    check(keep, &["account.access_token no"]);
    for (caller, expected) in [
        ("keep(hash(token));", "yes"),
        ("keep(nanoid());", "no"),
        ("keep(token);", "no"),
        ("keep(make());", "unknown"),
        ("keep(hash(token)); keep(nanoid());", "unknown"),
    ] {
        let expected = format!("account.access_token {expected}");
        let inside = format!("{keep}{caller}\n").replace("export const", "const");
        check(&inside, &[&expected]);
        if !caller.contains("make") {
            let other = format!("import {{ keep }} from \"./keep\";\n// prisma\n{caller}\n");
            check_files(&[("src/keep.ts", keep), ("src/other.ts", &other)], &[&expected]);
        }
    }
    let keep = "export class Accounts {\n  save({ token }: { token: string }) {\n    return prisma.account.update({ data: { access_token: token } });\n  }\n}\n";
    let other = "await this.accounts.save({ token: encrypt(token) });\n";
    check_files(&[("src/keep.ts", keep), ("src/other.ts", other)], &["account.access_token yes"]);
}

#[test]
fn functions_of_other_files() {
    let code = "import { protect } from \"./vault\";\nprisma.account.update({ data: { access_token: await protect(token) } });\n";
    for (vault, expected) in [
        (
            "export function protect(text: string) { const key = 1; return createHash(\"sha256\").update(text).digest(\"hex\"); }",
            "yes",
        ),
        ("export const protect = async (text: string) => (await bcrypt.hash(text, 10));", "yes"),
        ("export const protect = (token: string) => nanoid();", "no"),
        ("export const protect = (token: string) => elsewhere(token);", "unknown"),
    ] {
        let expected = format!("account.access_token {expected}");
        check_files(&[("src/a.ts", code), ("src/vault.ts", vault)], &[&expected]);
    }
}

#[test]
fn prisma_writes() {
    for query in [
        "prisma.account.create({ data: { access_token: hash(t) } });",
        "await this.prisma.account.update({ where: { id }, data: { access_token: hash(t) } });",
        "tx.account.createMany({ data: [{ access_token: hash(t) }] });",
        "prisma.user.update({ where: { id }, data: { account: { create: { access_token: hash(t) } } } });",
        "prisma.user.create({ data: { account: { connectOrCreate: { where: { id }, create: { access_token: hash(t) } } } } });",
        "const data = { access_token: hash(t) };\nprisma.account.updateMany({ where: { id }, data });",
    ] {
        check(query, &["account.access_token yes"]);
    }
    check(
        "prisma.account.upsert({ where: { id }, create: { access_token: nanoid() }, update: { access_token: hash(t) } });",
        &["account.access_token no", "account.access_token yes"],
    );
    check("prisma.account.findFirst({ where: { access_token: token }, select: { access_token: true } });", &[]);
}

#[test]
fn writes_of_builders() {
    for query in [
        "db.insert(accounts).values({ accessToken: hash(t) });",
        "db.insert(accounts).values([{ accessToken: hash(t) }]).returning();",
        "db.update(accounts).set({ accessToken: hash(t) }).where(eq(accounts.id, id));",
        "knex(\"accounts\").insert({ accessToken: hash(t) });",
        "await trx(\"accounts\").where({ id }).update({ accessToken: hash(t) });",
        "db.insertInto(\"accounts\").values({ accessToken: hash(t) }).execute();",
        "db.updateTable(\"accounts\").set({ accessToken: hash(t) }).execute();",
        "manager.createQueryBuilder().insert().into(\"accounts\").values({ accessToken: hash(t) }).execute();",
        "const toRow = (t: string) => ({ id: 1, accessToken: hash(t) });\nawait db.insert(accounts).values(toRow(t));",
        "async function toRow(t: string) {\n  return { id: 1, accessToken: hash(t) };\n}\nconst row = await toRow(t);\nawait db.insert(accounts).values(row);",
        "await db.insert(accounts).values(given.map((one) => ({ id: 1, accessToken: hash(one) })));",
        "const rows = given.map((one) => {\n  return { id: 1, accessToken: hash(one) };\n});\nawait db.insert(accounts).values(rows);",
        "db.insert(accounts).values({ ...(t ? { accessToken: hash(t) } : {}) });",
        "db.collection(\"accounts\").insertOne({ accessToken: hash(t) });",
        "db.collection(\"accounts\").updateOne({ _id: id }, { $set: { accessToken: hash(t) } });",
        "db.collection(\"accounts\").findOneAndUpdate({ _id }, { $set: { accessToken: hash(t) } }, { upsert: true });",
    ] {
        check(query, &["accounts.accessToken yes"]);
    }
    check(
        "db.insert(accounts).values({ accessToken: nanoid() }).onConflictDoUpdate({ target: accounts.id, set: { accessToken: hash(t) } });",
        &["accounts.accessToken no", "accounts.accessToken yes"],
    );
}

#[test]
fn writes_by_models_and_rows() {
    let entity = "import { Column, Entity } from \"typeorm\";\n@Entity()\nexport class Account {\n  @Column()\n  accessToken: string;\n}\n";
    for query in [
        "accountRepository.save({ accessToken: hash(t) });",
        "this.accountRepository.update(id, { accessToken: hash(t) });",
        "manager.save(Account, { accessToken: hash(t) });",
        "em.create(Account, { accessToken: hash(t) });",
        "await Account.create({ accessToken: hash(t) });",
        "await Account.upsert({ accessToken: hash(t) });",
        "await Account.bulkCreate([{ accessToken: hash(t) }]);",
        "await account.update({ accessToken: hash(t) });",
        "await Account.findByIdAndUpdate(id, { accessToken: hash(t) });",
        "await Account.findOneAndUpdate({ id }, { $set: { accessToken: hash(t) } });",
        "await Account.updateOne({ id }, { accessToken: hash(t) });",
        "await Account.findOrCreate({ where: { id }, defaults: { accessToken: hash(t) } });",
        "await Account.query().patch({ accessToken: hash(t) });",
        "const doc = new Account({ accessToken: hash(t) });\nawait doc.save();",
        "const doc = await Account.findOne({ id });\ndoc.accessToken = hash(t);\nawait doc.save();",
        "account.accessToken = hash(t);\nawait account.save();",
        "account.set(\"accessToken\", hash(t));\nawait account.save();",
        "const kept = await this.em.findOne(Account, id);\nkept.accessToken = hash(t);\nawait this.em.flush();\nthis.em.persist(kept);",
    ] {
        check_files(&[("src/account.ts", entity), ("src/b.ts", query)], &["Account.accessToken yes"]);
    }
    let repository = "export class AccountRepository extends Base {\n  keep(t: string) {\n    return this.update({ id: 1 }, { $set: { accessToken: this.hashToken(t) } });\n  }\n}\n";
    check_files(&[("src/account.ts", entity), ("src/b.ts", repository)], &["Account.accessToken yes"]);
    for filter in [
        "accountRepository.update({ accessToken: nanoid() }, { name });",
        "Account.update({ name }, { where: { accessToken: token } });",
        "accountRepository.update({ \"account.accessToken\": token }, { name });",
    ] {
        check_files(&[("src/account.ts", entity), ("src/b.ts", filter)], &[]);
    }
    for changes in [
        "Account.update({ accessToken: hash(t) }, { where: { id } });",
        "users.updateOne({ id }, { $set: { \"account.$.accessToken\": hash(t) } });",
    ] {
        check_files(&[("src/account.ts", entity), ("src/b.ts", changes)], &["Account.accessToken yes"]);
    }
    // What may be anything is a write of no table that nobody declares.
    for query in [
        "cookies.set({ accessToken: nanoid() });",
        "settings.accessToken = nanoid();\nawait settings.save();",
        "const client = new Client({ accessToken: nanoid() });\nawait other.save();",
        "store.update({ accessToken: nanoid() });",
    ] {
        check_files(&[("src/account.ts", entity), ("src/b.ts", query)], &[]);
    }
}

#[test]
fn rows_of_a_repository() {
    let entity = "import { Column, Entity } from \"typeorm\";\n@Entity()\nexport class Flow {\n  @Column()\n  webhookSecret: string;\n}\n";
    let write = "const repo = source.getRepository(Flow);\nconst flow = await repo.findOne({ where: { id } });\nflow.webhookSecret = await encryptData({ secret: made });\nawait repo.save(flow);\n";
    check_files(&[("src/flow.ts", entity), ("src/a.ts", write)], &["Flow.webhookSecret yes"]);
}

#[test]
fn rows_of_a_service_that_keeps_an_entity() {
    let entity = "import { Column, Entity } from \"typeorm\";\n@Entity()\nexport class RefreshToken {\n  @Column()\n  refreshToken: string;\n}\n";
    let service = |base: &str, members: &str| {
        format!(
            "import {{ BaseService }} from \"./base\";\nexport class TokenService extends {base} {{\n  {members}\n  \
             get(id: string) {{ return this.repository.findOneBy({{ id }}); }}\n}}\n"
        )
    };
    let issue = "async issue() { const refreshToken = randomUUID(); await this.create({ refreshToken }); }";
    let own = format!("async create(dto: New) {{ return super.create(seal(dto)); }}\n  {issue}");
    let (typed, mixed) = ("BaseService<RefreshToken>", "BaseService(RefreshToken, RefreshTokenDto)");
    let found = &["RefreshToken.refreshToken no"][..];
    for (base, members, expected) in
        [(typed, issue, found), (mixed, issue, found), (typed, &*own, &[]), ("Base", issue, &[])]
    {
        let service = service(base, members);
        check_files(&[("src/token.ts", entity), ("src/service.ts", &service)], expected);
    }
}

#[test]
fn what_the_sender_seals_by_an_assignment() {
    let keep = "export const keep = (id: number, data: Edit) => prisma.account.update({ where: { id }, data: { access_token: data.access_token } });";
    for (route, expected) in [
        (
            "const payload = Edit.parse(body);\npayload.data.access_token = encrypt(payload.data.access_token);\nawait keep(1, payload.data);",
            "yes",
        ),
        ("const raw = body.data;\nraw.access_token = hash(raw.access_token);\nawait keep(1, raw);", "yes"),
        // Sealed too late, and in another function.
        ("await keep(1, body.data);\nbody.data.access_token = encrypt(body.data.access_token);", "no"),
        (
            "later(() => { body.data.access_token = encrypt(body.data.access_token); });\nawait keep(1, body.data);",
            "no",
        ),
    ] {
        let route =
            format!("import {{ keep }} from \"./keep\";\nexport async function put(body: Body) {{\n{route}\n}}\n");
        let expected = format!("account.access_token {expected}");
        check_files(&[("src/keep.ts", keep), ("src/route.ts", &route)], &[&expected]);
    }
    check(
        "export function put(data: Edit) { data.access_token = encrypt(data.access_token); \
         return prisma.account.update({ where: { id }, data: { access_token: data.access_token } }); }",
        &["account.access_token yes"],
    );
}

#[test]
fn statements_in_code() {
    for (code, expected) in [
        ("pool.query(\"INSERT INTO accounts (id, access_token) VALUES ($1, $2)\", [id, hash(t)]);", "yes"),
        ("pool.query(\"INSERT INTO accounts (id, access_token) VALUES ($1, $2)\", [hash(t), nanoid()]);", "no"),
        ("pool.query(`UPDATE accounts SET access_token = $2 WHERE id = $1`, [id, prepare(t)]);", "unknown"),
        ("pool.query({ text: \"UPDATE accounts SET access_token = $1\", values: [hash(t)] });", "yes"),
        ("sql`UPDATE accounts SET access_token = ${encrypt(t)} WHERE id = ${id}`;", "yes"),
        ("sql`INSERT INTO accounts (id, access_token) VALUES (${id}, ${nanoid()})`;", "no"),
        ("db.prepare(\"INSERT INTO accounts (access_token) VALUES (?)\").run(hash(t));", "yes"),
        ("const insert = db.prepare(\"INSERT INTO accounts (access_token) VALUES (?)\");\ninsert.run(hash(t));", "yes"),
        (
            "sequelize.query(\"UPDATE accounts SET access_token = :token\", { replacements: { token: hash(t) } });",
            "yes",
        ),
        ("pool.query(\"INSERT INTO accounts (access_token) VALUES (crypt($1, gen_salt('bf')))\", [t]);", "yes"),
        ("pool.query(\"INSERT INTO accounts (access_token) VALUES (pgp_sym_encrypt($1, $2))\", [t, k]);", "yes"),
        ("pool.query(\"UPDATE accounts SET access_token = encode(digest($1, 'sha256'), 'hex')\", [t]);", "yes"),
        ("pool.query(\"INSERT INTO accounts (access_token) VALUES ('abc')\");", "no"),
        ("const Q = \"UPDATE accounts SET access_token = $1\";\npool.query(Q, [hash(t)]);", "yes"),
    ] {
        check(code, &[&format!("accounts.access_token {expected}")]);
    }
    check("pool.query(\"UPDATE accounts SET access_token = NULL WHERE id = $1\", [id]);", &[]);
    check("log(\"update the access_token and set it\");", &[]);
}

#[test]
fn writes_of_rust() {
    for (code, expected) in [
        (
            "use sea_orm::*;\nfn f(t: Option<String>) { account::ActiveModel { access_token: Set(t.map(|t| hash(&t))), ..Default::default() }; }",
            "yes",
        ),
        (
            "use sea_orm::*;\nfn f(t: Option<String>) { account::ActiveModel { access_token: Set(t.as_deref().map(encrypt)), ..Default::default() }; }",
            "yes",
        ),
        (
            "use sea_orm::*;\nfn f(t: &str) { let kept = if t.is_empty() { None } else { Some(encrypt(t)) }; account::ActiveModel { access_token: Set(kept), ..Default::default() }; }",
            "yes",
        ),
        (
            "fn f() { sqlx::query(\"INSERT INTO account (access_token) VALUES ($1)\").bind(hash_token(&t)).execute(p); }",
            "yes",
        ),
        (
            "fn f() { let t = Uuid::new_v4().to_string(); sqlx::query(\"UPDATE account SET access_token = $2 WHERE id = $1\").bind(id).bind(&t).execute(p); }",
            "no",
        ),
        ("fn f() { sqlx::query!(\"INSERT INTO account (id, access_token) VALUES ($1, $2)\", id, token_hash); }", "yes"),
        (
            "fn f() { let token = nanoid!(); let token = encrypt(token); sqlx::query!(\"INSERT INTO account (id, access_token) VALUES ($1, $2)\", id, token); }",
            "yes",
        ),
        ("fn f() { conn.execute(\"UPDATE account SET access_token = ?1\", params![encrypt(t)]); }", "yes"),
        (
            "fn f() { if let Some(Flow::Start { secret, .. }) = Flow::get(id) { sqlx::query!(\"UPDATE account SET access_token = $1\", secret); } }",
            "no",
        ),
        (
            "fn f() { let t = a.map(|r| Row { hash: r.hash }); sqlx::query!(\"UPDATE account SET access_token = $1\", t); }",
            "no",
        ),
        ("fn f() { conn.execute(\"UPDATE account SET access_token = ?1\", (seal(t),)); }", "yes"),
        ("fn f() { client.execute(\"UPDATE account SET access_token = $1\", &[&digest(t)]); }", "yes"),
        (
            "fn f() { conn.execute(\"UPDATE account SET access_token = :t\", named_params! { \":t\": token_hash }); }",
            "yes",
        ),
        (
            "use diesel::prelude::*;\nfn f() { diesel::insert_into(account::table).values((account::id.eq(1), account::access_token.eq(hash(t)))).execute(c); }",
            "yes",
        ),
        (
            "use diesel::prelude::*;\nfn f(token: &str) { diesel::update(account::table).set(account::access_token.eq(token)).execute(c); }",
            "no",
        ),
        (
            "use sea_orm::*;\nfn f() { account::ActiveModel { access_token: Set(encrypt(t)), ..Default::default() }.insert(db); }",
            "yes",
        ),
        (
            "use sea_orm::*;\nfn f(token: String) { account::ActiveModel { access_token: Set(Some(token.to_owned())), ..Default::default() }.insert(db); }",
            "no",
        ),
        (
            "use sea_orm::*;\nfn f() { let mut h = Sha256::new(); h.update(t); let digest = h.finalize(); account::ActiveModel { access_token: Set(hex::encode(digest)), ..Default::default() }.insert(db); }",
            "yes",
        ),
    ] {
        assert_eq!(written(&[("src/a.rs", code)]), [format!("account.access_token {expected}")], "{code}");
    }
    let crypto = "pub fn protect(text: &str) -> String { let mut hasher = Sha256::new(); hasher.update(text); format!(\"{:x}\", hasher.finalize()) }";
    let code = "fn f(t: &str) { sqlx::query(\"UPDATE account SET access_token = $1\").bind(crypto::protect(t)); }";
    assert_eq!(written(&[("src/a.rs", code), ("src/crypto.rs", crypto)]), ["account.access_token yes"]);
    let keep = "pub fn keep(token: &str) { sqlx::query(\"UPDATE account SET access_token = $1\").bind(token); }";
    let caller = "fn g(token: &str) { store::keep(&encrypt(token)); }";
    assert_eq!(written(&[("src/a.rs", keep), ("src/b.rs", caller)]), ["account.access_token yes"]);
    let schema = "diesel::table! { account (id) { id -> Integer, access_token -> Text, } }\n";
    for (code, expected) in [
        (
            "#[derive(Insertable)]\n#[diesel(table_name = account)]\nstruct Fresh { access_token: String }\nfn f() { let a = Fresh { access_token: hash(t) }; diesel::insert_into(account::table).values(&a); }",
            "yes",
        ),
        (
            "#[derive(AsChangeset)]\n#[diesel(table_name = account)]\nstruct Fresh { access_token: String }\nfn f(access_token: String) { let a = Fresh { access_token }; diesel::update(account::table).set(&a); }",
            "no",
        ),
    ] {
        let rows = written(&[("src/a.rs", code), ("src/schema.rs", schema)]);
        assert_eq!(rows, [format!("account.access_token {expected}")], "{code}");
    }
    let query = "use diesel::prelude::*;\nfn f() { account::table.filter(account::access_token.eq(token)).first(c); }";
    assert!(written(&[("src/a.rs", query)]).is_empty());
}

#[test]
fn what_the_sender_sealed() {
    let schema = "diesel::table! { organizations (id) { id -> Text, private_key -> Text, } }\ndiesel::table! { users (id) { id -> Text, private_key -> Text, } }\n";
    let write = |value: &str| {
        format!(
            "fn f() {{ let Some(mut org) = Organization::find(id) else {{ return }}; org.private_key = Some({value}); org.save(); }}\nfn g(mut user: User) {{ user.private_key = Some({value}); }}\n"
        )
    };
    check_files(
        &[("src/schema.rs", schema), ("src/a.rs", &write("data.encrypted_private_key"))],
        &["organizations.private_key yes", "users.private_key yes"],
    );
    check_files(&[("src/schema.rs", schema), ("src/a.rs", &write("data.encrypted_name"))], &[]);
}

#[test]
fn structs_that_a_function_is_handed() {
    let write = "pub async fn add(user: &NewUser) { sqlx::query(\"INSERT INTO users (password) VALUES ($1)\").bind(&user.password).execute(p).await; }\n";
    let keep = "pub async fn keep(s: &NewSession) { sqlx::query(\"INSERT INTO sessions (token) VALUES ($1)\").bind(&s.token).execute(p).await; }\n";
    for (files, expected) in [
        // What makes the struct says it.
        (
            vec![
                ("a/src/db.rs", write),
                (
                    "a/src/new.rs",
                    "fn f(r: Register) { let hashed = hash_secret(&r.password); let user = NewUser { password: hashed }; sqlx::query(\"\"); }",
                ),
            ],
            "users.password yes",
        ),
        (
            vec![
                ("a/src/db.rs", keep),
                ("a/src/new.rs", "fn f() { let s = NewSession { token: hash_token(&t) }; sqlx::query(\"\"); }"),
            ],
            "sessions.token yes",
        ),
        (
            vec![
                ("a/src/db.rs", keep),
                (
                    "a/src/new.rs",
                    "fn f() { let s = NewSession { token: Uuid::new_v4().to_string() }; sqlx::query(\"\"); }",
                ),
            ],
            "sessions.token no",
        ),
        // Another struct says nothing, and nothing is known of a password whose struct nobody makes.
        (
            vec![
                ("a/src/db.rs", keep),
                ("a/src/new.rs", "fn f() { let s = Other { token: hash_token(&t) }; sqlx::query(\"\"); }"),
            ],
            "sessions.token no",
        ),
        (vec![("a/src/db.rs", write)], "users.password unknown"),
    ] {
        check_files(&files, &[expected]);
    }
}

#[test]
fn what_nothing_in_a_project_can_seal() {
    let repository = "export class Accounts {\n  save(dto: Dto) { return prisma.account.update({ where: { id }, data: { access_token: dto.given, smtp_password: this.given } }); }\n}\n";
    let check = |expected: [&str; 2], other: (&str, &str)| {
        let [access, smtp] = expected;
        let rows = [format!("account.access_token {access}"), format!("account.smtp_password {smtp}")];
        check_files(&[("src/accounts.ts", repository), other], &[&rows[0], &rows[1]]);
    };
    check(["no", "no"], ("src/other.ts", "export const a = 1;"));
    // What is compared may be hashed by what makes digests of anything; a password that is used again may not.
    check(
        ["unknown", "no"],
        ("src/digest.ts", "export const digest = (value) => createHash(\"sha256\").update(value).digest(\"hex\");"),
    );
    check(["unknown", "no"], ("src/digest.ts", "export const seen = (user) => sha256(user.token);"));
    check(
        ["no", "no"],
        ("src/digest.ts", "export const etag = (body) => createHash(\"sha256\").update(body).digest(\"hex\");"),
    );
    check(
        ["no", "no"],
        ("src/digest.ts", "const signed = createHmac(\"sha256\", secret).update(req.rawBody).digest(\"hex\");"),
    );
    for (path, encrypts) in [
        ("src/crypto.ts", "export const read = (value) => decipher(value, key);"),
        ("src/crypto.ts", "export const read = (value) => createDecipheriv(\"aes-256-gcm\", key, iv).update(value);"),
        ("src/client.ts", "import { Client } from \"@aws-sdk/client-kms\"; export const client = new Client({});"),
        ("src/crypto.ts", "import { wrap } from \"libsodium-wrappers\"; export const seal = wrap;"),
        ("src/client.js", "const { wrap } = require(\"libsodium-wrappers\"); exports.wrap = wrap;"),
        ("src/lib.rs", "fn open(c: &Aes256Gcm, v: &[u8]) -> Vec<u8> { c.decrypt(nonce, v).unwrap() }"),
        ("db/seal.sql", "UPDATE account SET access_token = pgp_sym_encrypt(access_token, 'k');"),
        ("go.mod", "module a"),
    ] {
        check(["unknown", "unknown"], (path, encrypts));
    }
    // Certificates, mails and settings of a mail server.
    for other in [
        "import { LetsEncrypt } from \"acme\"; export const a = new LetsEncrypt();",
        "import * as openpgp from \"openpgp\"; export const send = (m) => openpgp.encrypt({ message: m, encryptionKeys });",
        "export const smtp = { encryption: smtpEncryption(mode) };",
    ] {
        check(["no", "no"], ("src/other.ts", other));
    }
}

#[test]
fn what_a_call_hides_is_not_known() {
    let store = "import { protect } from \"@acme/vault-of-ours\";\n";
    for (value, expected) in
        [("protect(dto.given)", "unknown"), ("dto.given", "no"), ("dto.given ?? protect(old)", "unknown")]
    {
        let code = format!(
            "{store}export const save = (dto) => prisma.account.update({{ where: {{ id }}, data: {{ access_token: {value} }} }});\n"
        );
        check(&code.replace("vault-of-ours", "protection"), &[&format!("account.access_token {expected}")]);
    }
    // By what people log in with is hashed where nobody looks.
    check(
        "export const save = (dto) => prisma.user.update({ where: { id }, data: { password: dto.given } });",
        &["user.password unknown"],
    );
}

#[test]
fn fields_of_self_are_what_its_struct_is_given() {
    let write = "impl User { async fn add(&self) { sqlx::query!(\"INSERT INTO users (password, api_key) VALUES ($1, $2)\", self.password, self.api_key); } }";
    let make = |password: &str, key: &str| {
        format!(
            "impl User {{ fn new(k: &str) -> Self {{ Self {{ password: {password}, api_key: {key} }} }} }} fn f() {{ sqlx::query(\"\"); }}"
        )
    };
    for (password, key, expected) in [
        ("hash(k)", "nanoid!()", ["users.password yes", "users.api_key no"]),
        ("Some(hashed_password)", "encrypt(k)", ["users.password yes", "users.api_key yes"]),
    ] {
        check_files(&[("src/user.rs", write), ("src/new.rs", &make(password, key))], &expected);
    }
}

#[test]
fn what_is_sealed_before_it_becomes_a_part_of_a_query() {
    let schema = "model User {\n  password String\n}\nmodel ShareSecurity {\n  password String?\n}\n";
    let code = "export async function create(share) {\n\
        \x20 share.security.password = await argon.hash(share.security.password);\n\
        \x20 return prisma.share.create({ data: { ...share, security: { create: share.security } } });\n}\n";
    check_files(&[("schema.prisma", schema), ("a.ts", code)], &["ShareSecurity.password yes"]);
}

#[test]
fn what_a_default_makes_is_plain() {
    let schema = "model ReverseShare {\n  token String @unique @default(uuid())\n}\nmodel Word {\n  token String @default(\"a\")\n}\n";
    check_files(&[("schema.prisma", schema)], &["ReverseShare.token no"]);
    let drizzle = "import { pgTableCreator, text, uuid } from \"drizzle-orm/pg-core\";\n\
        const table = pgTableCreator((name) => `app_${name}`);\n\
        export const sessions = table(\"session\", { token: text(\"token\").$defaultFn(() => nanoid()), sessionToken: uuid(\"session_token\").defaultRandom() });\n";
    check_files(&[("src/schema.ts", drizzle)], &["app_session.token no", "app_session.session_token no"]);
}

#[test]
fn a_token_beside_a_name_is_a_token() {
    let files = |body: &str| {
        format!(
            "import {{ generateSecureToken }} from \"./keys\";\nexport const make = (action) => {{\n  const secureToken = generateSecureToken();\n  const token = {body};\n  return prisma.emailToken.create({{ data: {{ token }} }});\n}};\n"
        )
    };
    let schema = "model EmailToken {\n  token String\n}\n";
    let keys = "export function generateSecureToken() { return randomBytes(32).toString(\"hex\"); }\nexport const encrypt = (text) => createCipheriv(\"a\", key, iv).update(text);\n";
    let check = |code: &str, expected: &str| {
        check_files(&[("schema.prisma", schema), ("src/keys.ts", keys), ("src/a.ts", code)], &[expected]);
    };
    check(&files("action ? secureToken : `${action}.${secureToken}`"), "EmailToken.token no");
    // What is beside an initialisation vector may be a ciphertext.
    check(&files("`${randomBytes(12)}.${action}`"), "EmailToken.token unknown");
}

#[test]
fn statements_with_numbered_parameters() {
    for code in [
        "db.query('UPDATE a SET \"x\"=$1, \"API_KEY\"=$2 where id=1', [req.body.x, req.body.API_KEY]);",
        "db.query('UPDATE a SET x=$1, API_KEY=$2', [req.body.x, req.body.API_KEY]);",
        "let q = 'UPDATE a SET x=$1, API_KEY=$2'; if (b) { q = other; } db.query(q, [x, req.body.API_KEY]);",
        "let q; if (b) { q = 'INSERT INTO a (x, API_KEY) VALUES ($1, $2)'; } db.query(q, [x, req.body.API_KEY]);",
        "db.query({ text: 'UPDATE a SET x=$1, API_KEY=$2', values: [x, req.body.API_KEY] });",
        "db.execute({ sql: `UPDATE a SET API_KEY=?`, args: [req.body.API_KEY] });",
        "const values = [x, req.body.API_KEY]; db.query('UPDATE a SET x=$1, API_KEY=$2', values);",
    ] {
        check(code, &["a.API_KEY no"]);
    }
    for code in [
        "db.query('UPDATE a SET x=$1, API_KEY=$2', [x, encrypt(req.body.API_KEY)]);",
        "let q = 'UPDATE a SET API_KEY=$1'; if (b) { q = other; } db.query(q, [encrypt(req.body.API_KEY)]);",
        "const values = [encrypt(req.body.API_KEY)]; db.query('UPDATE a SET API_KEY=$1', values);",
    ] {
        check(code, &["a.API_KEY yes"]);
    }
}

#[test]
fn objects_that_are_built_before_the_query() {
    for (code, expected) in [
        ("const u: Partial<A> = {}; u.apiKey = req.body.apiKey; db.update(a).set(u);", "a.apiKey no"),
        ("const u = { x: 1 }; u['apiKey'] = encrypt(req.body.apiKey); db.update(a).set(u);", "a.apiKey yes"),
        ("const data: any = {}; data.apiKey = req.body.apiKey; prisma.a.update({ where, data });", "a.apiKey no"),
        ("const u = {}; u.apiKey = req.body.apiKey; db.insert(a).values({ ...u, x });", "a.apiKey no"),
    ] {
        check(code, &[expected]);
    }
    // Compared, or handed to something else.
    check("const u = {}; u.apiKey = req.body.apiKey; prisma.a.findMany({ where: u });", &[]);
    check("const u = {}; u.apiKey = req.body.apiKey; send(u);", &[]);
}
