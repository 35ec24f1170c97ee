//! `plaintext-token-column`: a token in a column whose name does not say that it is encrypted.

mod column_definitions;
mod query_keys;
mod row_structs;
mod sql_text;

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Family, NodeId};

use super::token_names::SPELLINGS;
use super::view::View;

/// a column holds a token in plain text
///
/// ## Why
///
/// Whoever reads the database (a backup, a replica, a support query, an injection) can use such a token to act as its owner. It
/// also happens after the column was encrypted: code that still asks for the old column fails at the first request, because a
/// cast hid it from the type checker.
///
/// ## Instead
///
/// Store a ciphertext with the id of its key (`access_token_ciphertext`) and decrypt it where the token is used. If it is only
/// compared, store a hash.
///
/// ## Note
///
/// Found: names that end in a kind of token (`access_token`, `refreshToken`, `api_key`, `client_secret` and the like) as keys in
/// `select`, `where`, `data`, `create`, `update` and `columns` of a query, as text columns in Drizzle, Sequelize and TypeORM, as
/// text fields of Rust structs that derive a row trait from sqlx, diesel or sea-orm, and in the text of `sqlx` queries. Not found:
/// names that say that the value is encrypted or something else (`_ciphertext`, `_hash`, `_encrypted`, `_expires_at`, `has_`);
/// values that are encrypted on the spot (`seal(token)`); tokens in a response, a request or a type; objects that reach the query
/// through a variable.
///
/// ## Bad
///
/// ```ts
/// const account = await prisma.account.findFirst({
///   where: { user_id: user, provider },
///   select: { «access_token»: true, expires_at: true },
/// });
/// ```
///
/// ```ts
/// await tx.account.update({
///   where: { id },
///   data: { «refreshToken», «accessToken»: token, scope: null },
/// });
/// ```
///
/// ```js
/// const owner = await db.user.findMany({ where: { OR: [{ «apiKey»: key }, { keys: { some: { «api_key»: { equals: key } } } }] } });
/// ```
///
/// ```ts
/// export const accounts = pgTable("accounts", {
///   id: serial("id").primaryKey(),
///   «access»: text("access_token").notNull(),
///   «refreshToken»: varchar({ length: 255 }),
/// });
/// ```
///
/// ```ts
/// @Entity()
/// class Account {
///   @Column({ nullable: true })
///   «accessToken»: string | null;
/// }
/// ```
///
/// ```js
/// const Account = sequelize.define("account", {
///   «api_key»: DataTypes.STRING(64),
///   «client_secret»: { type: DataTypes.TEXT, allowNull: false },
/// });
/// ```
///
/// ```rust
/// #[derive(Debug, sqlx::FromRow)]
/// struct Account {
///     id: i64,
///     «access_token»: String,
///     pub «refresh_token»: Option<String>,
/// }
/// ```
///
/// ```rust
/// async fn token(pool: &PgPool, id: i64) -> sqlx::Result<String> {
///     sqlx::query_scalar!("SELECT «access_token» FROM account WHERE id = $1", id).fetch_one(pool).await
/// }
/// ```
///
/// ```ts
/// const accounts = prisma.account;
/// const query = { where: { id }, data: { «access_token»: token } };
/// await accounts.update(query);
/// ```
///
/// ```ts
/// import { pgTable, text as words } from "drizzle-orm/pg-core";
///
/// export const accounts = pgTable("accounts", { «accessToken»: words("access_token") });
/// ```
///
/// ## Good
///
/// ```ts
/// let query = { data: { access_token: token } };
/// query = seal(query);
/// await prisma.account.update(query);
/// ```
///
/// ```ts
/// const account = await prisma.account.findFirst({
///   where: { user_id: user, access_token_hash: hash },
///   select: { access_token_ciphertext: true, access_token_expires_at: true },
/// });
/// ```
///
/// ```ts
/// await prisma.account.update({
///   where: { id },
///   data: { access_token: null, refresh_token: keystore.seal(refreshToken), api_key: await encrypt(key) },
///   omit: { access_token: true },
/// });
/// ```
///
/// ```ts
/// interface TokenAnswer { access_token: string; refresh_token?: string }
/// const { access_token } = (await response.json()) as TokenAnswer;
/// const answer = { access_token: body.access_token, token_type: "bearer" };
/// await http.post(url, { data: { client_secret: secret, refresh_token: old } });
/// await fetch(url, { body: new URLSearchParams({ client_secret: secret, refresh_token: old }) });
/// ```
///
/// ```ts
/// const labels = { access_token: "Access token", api_key: "API key" };
/// const counts = await prisma.user.findMany({ select: { apiKey: { select: { id: true } }, api_key_count: true } });
/// ```
///
/// ```ts
/// export const accounts = pgTable("accounts", {
///   accessToken: text("access_token_ciphertext"),
///   apiKey: encryptedText("api_key"),
///   accessTokenExpires: timestamp("access_token_expires"),
/// });
/// ```
///
/// ```ts
/// class Account {
///   @Column({ name: "access_token_encrypted" })
///   accessToken: string;
///
///   @Column({ transformer: sealed })
///   apiKey: string;
///
///   refreshToken: string;
/// }
/// ```
///
/// ```rust
/// #[derive(sqlx::FromRow)]
/// struct Account {
///     access_token_ciphertext: Vec<u8>,
///     api_key: Encrypted<String>,
///     #[sqlx(rename = "refresh_token_hash")]
///     refresh_token: String,
/// }
///
/// #[derive(serde::Deserialize)]
/// struct TokenAnswer {
///     access_token: String,
/// }
/// ```
///
/// ```rust
/// async fn token(pool: &PgPool) -> sqlx::Result<Vec<u8>> {
///     let access_token = "access_token";
///     sqlx::query_scalar!("SELECT access_token_ciphertext FROM account -- not access_token").fetch_one(pool).await
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "plaintext-token-column",
    languages(TypeScript, Tsx, JavaScript, Rust),
    severity = "error",
    since = "0.1.0"
)]
pub(super) struct PlaintextTokenColumn;

impl NativeRule for PlaintextTokenColumn {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        const LITERALS: &[&[&str]] = &[SPELLINGS];
        LITERALS
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = View::new(analysis);
        let mut whole = |node| emit(NativeMatch::of(analysis, node));
        match view.language().family() {
            Family::Rust => {
                row_structs::find(view, &mut whole);
                sql_text::find(view, &mut |node, span| emit(NativeMatch { span, ..NativeMatch::of(analysis, node) }));
            }
            Family::Ecmascript => {
                query_keys::find(view, &mut whole);
                column_definitions::find(view, &mut whole);
            }
            Family::Shell => {}
        }
    }
}
