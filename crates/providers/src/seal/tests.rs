//! Functions that encrypt, and who names them.

use crate::testing::facts;

const COLUMN: (&str, &str) = ("schema.prisma", "model A {\n  access_token_ciphertext String?\n}\n");

/// The functions that are found: name, whether they are used, whether there is a column.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, bool, &str)]) {
    let facts = facts(files);
    let rows = &facts.relation("seal.function").expect("the provider was asked").rows;
    let found: Vec<_> =
        rows.iter().map(|row| (row.values[0].text(), row.values[1].is_written("true"), row.values[3].text())).collect();
    assert_eq!(found, expected);
}

#[test]
fn functions_that_nobody_names() {
    let seal = ("seal.ts", "export function encryptToken(text: string) { return text; }\n");
    check(&[seal, COLUMN], &[("encryptToken", false, "access_token_ciphertext")]);
    check(&[seal], &[("encryptToken", false, "")]);
    check(
        &[seal, COLUMN, ("a.test.ts", "import { encryptToken } from './seal';\nencryptToken('a');")],
        &[("encryptToken", false, "access_token_ciphertext")],
    );
    check(
        &[seal, COLUMN, ("index.ts", "export { encryptToken } from './seal';\nexport * from './seal';")],
        &[("encryptToken", false, "access_token_ciphertext")],
    );
    check(
        &[seal, COLUMN, ("a.ts", "import { encryptToken } from './seal';\n")],
        &[("encryptToken", false, "access_token_ciphertext")],
    );
    check(
        &[("seal.ts", "const sealText = async (text) => text;\nexport { sealText };"), COLUMN],
        &[("sealText", false, "access_token_ciphertext")],
    );
}

#[test]
fn functions_that_somebody_names() {
    let seal = ("seal.ts", "export const encryptToken = (text: string) => text;\n");
    check(
        &[seal, COLUMN, ("a.ts", "import { encryptToken } from './seal';\nsave(encryptToken('a'));")],
        &[("encryptToken", true, "access_token_ciphertext")],
    );
    check(
        &[seal, COLUMN, ("a.ts", "import * as seal from './seal';\nsave(seal.encryptToken('a'));")],
        &[("encryptToken", true, "access_token_ciphertext")],
    );
    check(
        &[
            ("seal.ts", "function encrypt() {}\nexport const sealed = true;\nexport const encryption = () => 1;"),
            COLUMN,
        ],
        &[],
    );
    check(
        &[seal, COLUMN, ("a.ts", "// encryptToken(a)\nconst options = { encryptToken: true };")],
        &[("encryptToken", false, "access_token_ciphertext")],
    );
}

#[test]
fn columns() {
    for (path, text, expected) in [
        ("m/1_a.sql", "CREATE TABLE a (\n  id int,\n  \"token_ciphertext\" text NOT NULL\n);", "token_ciphertext"),
        ("m/1_a.sql", "ALTER TABLE a ADD COLUMN encrypted_secret bytea;", "encrypted_secret"),
        ("schema.ts", "const a = pgTable('a', { token: text('token_encrypted') });", "token_encrypted"),
        ("schema.prisma", "model A {\n  is_encrypted Boolean\n  encrypted_at String\n}", ""),
    ] {
        let facts = facts(&[(path, text)]);
        let rows = &facts.relation("seal.column").expect("the provider was asked").rows;
        assert_eq!(rows.first().map_or("", |row| row.values[0].text()), expected, "{text}");
    }
}
