//! What is worth a parse, and what only looks like it.

use super::*;

/// Holds a text against what is read at first, and what is read where a project has columns that hold tokens.
#[track_caller]
fn check(path: &str, text: &str, asks: bool, helps: bool) {
    let (path, names) = (FilePath::new(path), TokenColumns::new(&[]));
    let found = (may_ask(&path, text.as_bytes(), names), may_help(text.as_bytes(), names));
    assert_eq!(found, (asks, helps), "{path}: {text}");
}

#[test]
fn what_asks_a_database() {
    check("a.ts", "prisma.account.update({ data: { access_token } })", true, false);
    check("a.ts", "await db.account.update({ data: { accessToken: token } })", true, true);
    check("a.ts", "await db\n    .insert(accounts)\n    .values({ accessToken: token })", true, true);
    check("a.ts", "await this.accountRepo\n    .save({ accessToken: token })", true, false);
    check("a.ts", "const q = `\n  update account set access_token = 1`", true, true);
    check("a.ts", "pgTable(\"account\", { accessToken: text() })", true, true);
    check("a.rs", "const Q: &str = \"\n    UPDATE account\n SET access_token = $1\";", true, true);
    check("a.rs", "account::ActiveModel { access_token: Set(token) }", true, false);
    check("a.js", "exports.down = (knex) => knex.schema.dropTable('x')", false, true);
}

#[test]
fn what_only_looks_like_it() {
    // Lists, channels, maps, prose.
    check("a.ts", "Array.findFirst(self, (one) => one.accessToken)", false, true);
    check("a.ts", "/**\n * update the access_token\n */", false, true);
    check("a.ts", "form.set(\"access_token\", transform.values(x))", false, true);
    check(
        "a.rs",
        "/// Insert into the map, and update the access_token\nmap.insert(token); tx.send(token)",
        false,
        true,
    );
    check("a.ts", "export const encrypt = (token) => seal(createHash(token))", false, true);
    check("a.ts", "db.account.update({ data: { name } })", false, false);
}
