//! What is taken for a secret. Tokens are put together here, so that none stands in this file.

use super::checksum::base62_of;
use crate::testing::facts;

/// The rows: kind, evidence, name, and what is shown.
fn rows(path: &str, text: &str) -> Vec<String> {
    let facts = facts(&[(path, text)]);
    let rows = &facts.relation("secret.literal").expect("the provider was asked").rows;
    let shown = rows.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    shown.collect()
}

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(rows(path, text), expected, "{text}");
}

/// Letters as a machine draws them.
const RANDOM: &str = "q8Zt3vLmW0xKcR7yBnD5sHfJ2pGa9E4uTiXoVb6NwYlQ1eMzCdSkArPjFgUh";
const HEX: &str = "9f86d081884c7d659a2feaa0c55ad0153b1c0e57d2f4a68b9f86d081884c7d65";

#[test]
fn checksums_must_be_right() {
    let body = &RANDOM[..30];
    for prefix in ["ghp_", "npm_", "ghs_"] {
        let right = format!("const t = \"{prefix}{body}{}\";", base62_of(body));
        assert!(rows("a.ts", &right)[0].contains("checksum"), "{prefix}");
        check("a.ts", &format!("const t = \"{prefix}{body}000000\";"), &[]);
        // A longer word is another thing.
        check("a.ts", &format!("const t = \"{prefix}{body}{}a\";", base62_of(body)), &[]);
    }
}

#[test]
fn formats() {
    let check = |text: String, expected: &[&str]| check("src/a.ts", &text, expected);
    check(format!("stripe('sk_live_{}')", &RANDOM[..24]), &["Stripe secret key, sk_live_…, format, "]);
    check(format!("stripe('sk_test_{}')", &RANDOM[..24]), &[]);
    check(format!("// glpat-{}", &RANDOM[..20]), &["GitLab personal access token, glpat-…, format, "]);
    check("KEY=AKIA".to_owned() + "Q3VXWE2KD7TBLMNP", &["AWS access key id, AKIAQ…, format, "]);
    check("KEY=AKIA".to_owned() + "IOSFODNN7EXAMPLE", &[]);
    check("AKIA".to_owned() + "ABCDEFGHIJKLMNOP", &[]);
    check(format!("dop_v1_{HEX}"), &["DigitalOcean token, dop_v1_9…, format, "]);
    check(format!("x-dop_v1_{HEX}"), &[]);
    check(format!("\"a\\ndop_v1_{HEX}\""), &["DigitalOcean token, dop_v1_9…, format, "]);
    check(format!("AIza{}", &RANDOM[..35]), &["Google API key, AIzaq8Zt…, format, "]);
    check(format!("{{ apiKey: 'AIza{}', authDomain: 'a.firebaseapp.com' }}", &RANDOM[..35]), &[]);
    check("SKaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(), &[]);
}

#[test]
fn tokens_that_say_what_they_are() {
    // {"alg":"HS256"}, {"sub":"42f7"}, {"role":"anon"}
    let (header, claims, anonymous) = ("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiI0MmY3In0", "eyJyb2xlIjoiYW5vbiJ9");
    let signature = &RANDOM[..43];
    check("a.ts", &format!("'{header}.{claims}.{signature}'"), &["JSON Web Token, eyJhbGci…, format, "]);
    check("a.ts", &format!("'{header}.{anonymous}.{signature}'"), &[]);
    // {"iat":1,"exp":61}
    check("a.ts", &format!("'{header}.eyJpYXQiOjEsImV4cCI6NjF9.{signature}'"), &[]);
    check("a.ts", &format!("'{header}.{claims}.'"), &[]);
    check("a.ts", &format!("'eyJub25lIjoxfQ.{claims}.{signature}'"), &[]);
    check("a.ts", &format!("'pk.{header}.{claims}'"), &[]);
}

#[test]
fn private_keys() {
    let key = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    // `MII` is how a sequence of DER begins.
    let body = format!("MIIB{}{}", RANDOM, &RANDOM[..20]);
    let expected = ["private key, -----BEGIN RSA PRIVATE KEY-----, format, "];
    check("key.pem", &key("RSA PRIVATE KEY", &body), &expected);
    check("a.ts", &key("RSA PRIVATE KEY", &body).replace('\n', "\\n"), &expected);
    check("key.pem", &key("RSA PRIVATE KEY", RANDOM), &[]);
    check("key.pem", &key("RSA PRIVATE KEY", "..."), &[]);
    check("key.pem", &key("PUBLIC KEY", &body), &[]);
    check("key.pem", &key("ENCRYPTED PRIVATE KEY", &body), &[]);
    check("key.pem", &key("RSA PRIVATE KEY", &format!("Proc-Type: 4,ENCRYPTED\n\n{body}")), &[]);
    check("a.ts", "if (text.includes('-----BEGIN PRIVATE KEY-----')) {}", &[]);
}

#[test]
fn passwords_in_addresses() {
    let found = ["password in an address, tq9…, format, "];
    check("a.ts", "connect('postgres://app:tq9Lw2Zr8xV4@db.shop.io/shop')", &found);
    check("a.ts", "smtps://app:tq9Lw2Zr8xV4@gmail.com", &found);
    for address in [
        "postgres://app:tq9Lw2Zr8xV4@localhost/shop",
        "postgres://app:tq9Lw2Zr8xV4@db:5432/shop",
        "postgres://app:${PASSWORD}@db.shop.io/shop",
        "postgres://app:password@db.shop.io/shop",
        "postgres://postgres:postgres@db.shop.io/shop",
        "https://user:tq9Lw2Zr8xV4@example.com",
        "https://shop.io/@scope:tq9Lw2Zr8xV4",
        "mailto:a@shop.io",
        "https://mailto:joan.young148@gmail.com",
        "http://mailto:tq9Lw2Zr8xV4@shop.io",
        "https://joan:tq9Lw2Zr8xV4@Outlook.com",
    ] {
        check("a.ts", address, &[]);
    }
}

#[test]
fn names_of_secrets() {
    let value = &RANDOM[..24];
    let found = |name: &str| format!("secret, {}…, context, {name}", &value[..6]);
    for (text, name) in [
        (format!("const clientSecret = \"{value}\";"), "clientSecret"),
        (format!("const token: string = '{value}';"), "token"),
        (format!("{{ \"api_key\": \"{value}\" }}"), "api_key"),
        (format!("JWT_SECRET={value}\n"), "JWT_SECRET"),
        (format!("  password: {value}\n"), "password"),
        (format!("env(\"API_TOKEN\", \"{value}\")"), "API_TOKEN"),
        (format!("process.env.SECRET ?? `{value}`"), "SECRET"),
    ] {
        check("src/a.yml", &text, &[&found(name)]);
    }
    for text in [
        format!("const csrfToken = \"{value}\";"),
        format!("const tokenUrl = \"{value}\";"),
        format!("const secretName = \"{value}\";"),
        format!("if (token == \"{value}\") {{}}"),
        "const token = \"refreshTokenOfTheUser\";".to_owned(),
        "const password = \"correct horse battery staple\";".to_owned(),
        "const secret = \"https://a.b/Cd3fGh1jK9\";".to_owned(),
        "const token = readTheTokenOf2Users(Q1w2E3r4);".to_owned(),
        "const token = \"123e4567-e89b-12d3-a456-426614174000\";".to_owned(),
        "API_KEY=your_api_key_1234567890Ab\n".to_owned(),
        format!("const secret = \"${{{value}}}\";"),
    ] {
        check("src/a.yml", &text, &[]);
    }
    check("src/a.yml", &format!("env:\n  NODE_ENV: test\n  JWT_SECRET: {value}\n"), &[]);
    check(".env", &format!("VITE_API_KEY={value}\n"), &[]);
    check(".env.test", &format!("API_KEY={value}\n"), &[]);
    check(".env.example", &format!("JWT_SECRET={value}\n"), &[]);
    check("docs/a.md", &format!("secret: \"{value}\""), &[]);
}
