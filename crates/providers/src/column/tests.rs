//! What several relations of columns say together.

use crate::testing;

/// Shows the rows of a relation of some files: their columns but for the last, which rows share.
#[track_caller]
fn check(files: &[(&str, &str)], relation: &str, expected: &[&str]) {
    let facts = testing::facts(files);
    let rows = facts.relation(relation).unwrap().rows.iter();
    let show = |row: &auditlint_facts::Row| {
        let values = row.values.iter().take(row.values.len() - 1).map(|value| match value.to_string() {
            empty if empty.is_empty() => "-".to_owned(),
            text => text,
        });
        values.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows.map(show).collect::<Vec<_>>(), expected, "{files:?}");
}

const SCHEMA: (&str, &str) = ("schema.prisma", "model Account {\n  access_token String\n}\n");

#[test]
fn what_is_read_finds_its_column() {
    let code = "prisma.account.findFirst({ where: { id, access_token: token }, select: { access_token: true, id_token: true } });\n\
        prisma.user.findMany({ select: { accounts: { select: { access_token: true } } }, where: { access_token: null } });";
    check(
        &[SCHEMA, ("a.ts", code)],
        "column.read",
        &[
            "Account access_token schema.prisma true",
            "Account access_token schema.prisma false",
            "account id_token - true",
            "Account access_token schema.prisma false",
        ],
    );
}

#[test]
fn documents_in_documents() {
    let schema = "const schema = new mongoose.Schema({ invite: { token: String }, keys: [{ api_key: String }] });";
    let code = "members.findOne({ 'invite.token': token }); members.findOne({ where: { 'keys.0.api_key': key } });";
    check(
        &[("schema.ts", schema), ("a.ts", code)],
        "column.read",
        &["invite token schema.ts true", "keys api_key schema.ts true"],
    );
}

#[test]
fn a_server_of_mocks_asks_no_database() {
    let code = "import { http } from 'msw'; db.user.update({ where: { id }, data: { apiKey: 'a' } });";
    check(&[("a.ts", code)], "column.written", &[]);
}

#[test]
fn what_sql_reads() {
    let code = "const READ: &str = \"SELECT a.access_token, 'api_key' AS api_key FROM account a WHERE id_token = $1 -- refresh_token\";\n\
        fn f() { sqlx::query(\"SELECT count(access_token) FROM account\"); log(\"select an access_token\"); }";
    check(&[("a.rs", code)], "column.read", &["account access_token - true", "account id_token - true"]);
    let code = "db.query(`SELECT token FROM sessions WHERE token = ${token}`); sql`SELECT token FROM words`;";
    check(&[("a.ts", code)], "column.read", &["sessions token - true"]);
}

#[test]
fn tokens_beside_the_one_that_renews_them() {
    let schema = "model Integration {\n  token String\n  refreshToken String\n}\nmodel Word {\n  token String\n  wordToken Bytes\n}\n";
    check(
        &[("schema.prisma", schema)],
        "column.declared",
        &[
            "prisma Integration token String false schema.prisma true",
            "prisma Integration refreshToken String false schema.prisma true",
        ],
    );
}

#[test]
fn passwords_of_people_are_left_unjudged() {
    let schema = "model User {\n  password String\n}\nmodel Server {\n  password String\n  smtp_password String\n}\n";
    let facts = testing::facts(&[("schema.prisma", schema)]);
    let sealed = facts.relation("column.sealed").unwrap();
    let unknown: Vec<String> = sealed.gaps.iter().map(|(_, gap)| gap.message.clone()).collect();
    assert_eq!((facts.relation("column.declared").unwrap().rows.len(), unknown.len()), (3, 1), "{unknown:?}");
}

#[test]
fn the_configuration_names_columns() {
    let schema = "model Device {\n  pin String\n  api_key String\n}\nmodel Link {\n  access_token String\n}\n";
    let config = "[facts]\ntoken-columns = [\"devices.pin\", \"!api_key\"]\n";
    check(
        &[("auditlint.toml", config), ("schema.prisma", schema)],
        "column.declared",
        &[
            "prisma Device pin String false schema.prisma false",
            "prisma Link access_token String false schema.prisma true",
        ],
    );
}

#[test]
fn what_is_made_at_random_is_a_token_in_any_table() {
    let schema = "model VoiceState {\n  token String\n}\nmodel Word {\n  token String\n}\nmodel PushTarget {\n  token String\n}\n";
    let code = "import { randomBytes } from \"node:crypto\";\n\
        prisma.voiceState.create({ data: { token: randomBytes(24).toString(\"hex\") } });\n\
        prisma.word.create({ data: { token: text } });\n\
        prisma.pushTarget.create({ data: { token: randomBytes(24).toString(\"hex\") } });\n";
    check(
        &[("schema.prisma", schema), ("a.ts", code)],
        "column.declared",
        &["prisma VoiceState token String false schema.prisma true"],
    );
}

#[test]
fn what_is_used_as_it_is_stored() {
    let schema = "model Account {\n  accessToken String\n}\nmodel Session {\n  token String\n}\n";
    let row = "const account = await prisma.account.findUnique({ where: { id } });\n";
    let encrypts = "export const encrypt = (text) => createCipheriv(\"a\", key, iv).update(text);\n";
    for (code, expected) in [
        (
            "fetch(url, { headers: { Authorization: `Bearer ${account.accessToken}` } });",
            "Account accessToken it is sent in a header, behind `Bearer`",
        ),
        (
            "fetch(url, { headers: { \"X-Api-Key\": account.accessToken } });",
            "Account accessToken it is sent in the header `X-Api-Key`",
        ),
        (
            "const client = new Client({ auth: { token: account.accessToken } });",
            "Account accessToken `Client` is given it",
        ),
        (
            "client.setCredentials({ access_token: account.accessToken });",
            "Account accessToken `setCredentials` is given it",
        ),
        (
            "if (account.accessToken !== request.headers.token) throw new Error();",
            "Account accessToken it is compared with `request.headers.token`",
        ),
        (
            "prisma.session.findFirst({ where: { token: request.query.token } });",
            "Session token `request.query.token` is compared with it in a query",
        ),
        // What opens it stands between; it says nothing; it is a digest that is compared; a text of the program.
        ("fetch(url, { headers: { Authorization: `Bearer ${decrypt(account.accessToken)}` } });", ""),
        ("const map = new Map([[account.accessToken, 1]]);", ""),
        ("const client = new TokenDecryptor(account.accessToken);", ""),
        ("if (account.accessToken !== sha256(request.headers.token)) throw new Error();", ""),
        ("if (account.accessToken === \"\") return;", ""),
        ("prisma.session.findFirst({ where: { token: hash(request.query.token) } });", ""),
        ("prisma.session.findFirst({ where: { token: given } });", ""),
    ] {
        let code = format!("import {{ sha256 }} from \"./hash\";\n{row}{code}\n");
        let files = [("schema.prisma", schema), ("src/a.ts", code.as_str()), ("src/seal.ts", encrypts)];
        let facts = testing::facts(&files);
        let rows = facts.relation("column.used").unwrap().rows.iter();
        let shown: Vec<String> =
            rows.map(|row| format!("{} {} {}", row.values[0], row.values[1], row.values[2])).collect();
        let expected: Vec<&str> = if expected.is_empty() { Vec::new() } else { vec![expected] };
        assert_eq!(shown, expected, "{code}");
    }
    // What comes from elsewhere may have been opened there.
    let code = "export const send = (account) => fetch(url, { headers: { Authorization: `Bearer ${account.accessToken}` } });\n";
    let facts = testing::facts(&[("schema.prisma", schema), ("src/a.ts", code)]);
    assert!(facts.relation("column.used").unwrap().rows.is_empty());
}

#[test]
fn a_use_decides_where_no_write_can_be_followed() {
    let schema = "model Account {\n  accessToken String\n}\n";
    let code = |used: &str| {
        format!(
            "import {{ prepare }} from \"./prepare\";\nconst account = await prisma.account.findUnique({{ where: {{ id }} }});\n{used};\nprisma.account.update({{ where: {{ id }}, data: {{ accessToken: prepare(text) }} }});\n"
        )
    };
    let encrypts = "export const encrypt = (text) => createCipheriv(\"a\", key, iv).update(text);\n";
    for (used, unknown) in [("log(account)", 1), ("connect(`Bearer ${account.accessToken}`)", 0)] {
        let code = code(used);
        let facts = testing::facts(&[("schema.prisma", schema), ("src/a.ts", &code), ("src/seal.ts", encrypts)]);
        assert_eq!(facts.relation("column.sealed").unwrap().gaps.len(), unknown, "{used}");
    }
}

#[test]
fn what_sql_compares() {
    let query = |value: &str, text: &str| {
        format!(
            "import {{ createHash }} from 'node:crypto';\nconst of = (pool, token) => pool.query(\"{text}\", [1, {value}]);"
        )
    };
    let plain = query("token", "SELECT user_id FROM sessions WHERE id = $1 AND token = $2");
    check(&[("a.ts", &plain)], "column.read", &["sessions token - true"]);
    let hashed = "createHash('sha256').update(token).digest('hex')";
    for text in [
        "SELECT user_id FROM sessions WHERE id = $1 AND token = $2",
        "SELECT user_id FROM sessions WHERE id = ? AND token = ?",
        "SELECT user_id FROM sessions WHERE id = ? AND sessions.token=?2",
    ] {
        check(&[("a.ts", &query(hashed, text))], "column.read", &[]);
    }
    // The name of a table is not one of a column, whatever schema it stands in.
    check(&[("a.ts", &query("token", "DELETE FROM iam.token WHERE expired_at < $1"))], "column.read", &[]);
    check(
        &[("a.ts", &query("token", "SELECT s.token AS token FROM auth.session AS s WHERE s.id = $1"))],
        "column.read",
        &["session token - true"],
    );
}

#[test]
fn members_of_enumerations_are_no_columns() {
    let code = "db.query(`SELECT id FROM grants WHERE kind = ${Kind.AccessToken} AND note = ${account.accessToken}`);";
    check(&[("a.ts", code)], "column.read", &["grants accessToken - true"]);
}

#[test]
fn copies_and_schemas_that_are_data_declare_nothing() {
    let account = "model Account {\n  access_token String\n}\n";
    let shop = "model Shop {\n  api_key String\n}\n";
    let own = "prisma Account access_token String false a/prisma/schema.prisma true";
    let package = ("a/package.json", "{}");
    check(
        &[package, ("a/prisma/schema.prisma", account), ("docs/reference/full.prisma", account)],
        "column.declared",
        &[own],
    );
    // What the documentation alone has says what there is.
    check(
        &[package, ("a/prisma/schema.prisma", account), ("docs/shop.prisma", shop)],
        "column.declared",
        &[own, "prisma Shop api_key String false docs/shop.prisma true"],
    );
    check(
        &[package, ("a/prisma/schema.prisma", account), ("a/src/predefined/shop.prisma", shop)],
        "column.declared",
        &[own],
    );
    check(
        &[package, ("a/prisma/schema.prisma", account), ("a/prisma/shop.prisma", shop)],
        "column.declared",
        &[own, "prisma Shop api_key String false a/prisma/shop.prisma true"],
    );
    check(
        &[package, ("b/prisma/schema.prisma", account), ("a/src/predefined/shop.prisma", shop)],
        "column.declared",
        &["prisma Account access_token String false b/prisma/schema.prisma true"],
    );
    check(
        &[package, ("a/src/shop.prisma", shop)],
        "column.declared",
        &["prisma Shop api_key String false a/src/shop.prisma true"],
    );
}
