//! Which columns hold tokens, by their names and those of their tables.
//!
//! A name says it by how it ends: `spotify_access_token` is one, `access_token_hash` and `access_token_count` are something
//! else. What only some tables mean by it (`token`, `key`) is one in those tables alone.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::identifier::words;
use crate::words::Words;

/// A kind of token by the last words of its name.
struct Ending {
    words: &'static [&'static str],
    /// A column that ends so.
    #[cfg_attr(not(test), expect(dead_code, reason = "it documents the ending, and a test tries it"))]
    example: &'static str,
}

const fn ending(words: &'static [&'static str], example: &'static str) -> Ending {
    Ending { words, example }
}

/// Names that say in every table that a column holds a token, whatever else stands before them.
const ENDINGS: &[Ending] = &[
    ending(&["access", "token"], "spotify_access_token"),
    ending(&["accesstoken"], "accesstoken"),
    ending(&["access", "code"], "access_code"),
    ending(&["account", "credentials"], "acme_account_credentials"),
    ending(&["activation", "token"], "activation_token"),
    ending(&["api", "key"], "api_key"),
    ending(&["apikey"], "apikey"),
    ending(&["api", "credentials"], "api_credentials"),
    ending(&["api", "secret"], "api_secret"),
    ending(&["api", "token"], "apiToken"),
    ending(&["apitoken"], "apitoken"),
    ending(&["app", "password"], "app_password"),
    ending(&["app", "secret"], "app_secret"),
    ending(&["auth", "token"], "authToken"),
    ending(&["authtoken"], "authtoken"),
    ending(&["authorization", "code"], "oauth_authorization_code"),
    ending(&["backup", "code"], "mfa_backup_code"),
    ending(&["backup", "codes"], "backupCodes"),
    ending(&["backup", "token"], "backup_token"),
    ending(&["bearer", "token"], "bearer_token"),
    ending(&["bot", "token"], "telegram_bot_token"),
    ending(&["cert", "key"], "http_cert_key_pem"),
    ending(&["certificate", "key"], "certificate_key"),
    ending(&["client", "secret"], "oauth_client_secret"),
    ending(&["clientsecret"], "clientsecret"),
    ending(&["confirm", "token"], "confirm_token"),
    ending(&["confirmation", "token"], "confirmation_token"),
    ending(&["consumer", "secret"], "consumer_secret"),
    ending(&["encryption", "key"], "payload_encryption_key"),
    ending(&["hmac", "key"], "hmacKey"),
    ending(&["id", "token"], "id_token"),
    ending(&["idtoken"], "idtoken"),
    ending(&["invitation", "token"], "invitation_token"),
    ending(&["invite", "token"], "invite_token"),
    ending(&["jwt", "secret"], "jwt_secret"),
    ending(&["login", "token"], "login_token"),
    ending(&["magic", "link", "token"], "magic_link_token"),
    ending(&["mfa", "secret"], "mfa_secret"),
    ending(&["oauth", "token"], "oauth_token"),
    ending(&["otp", "secret"], "otp_secret"),
    ending(&["otp", "code"], "otp_code"),
    ending(&["passphrase"], "key_passphrase"),
    ending(&["passwd"], "smtp_passwd"),
    ending(&["password"], "smtp_password"),
    ending(&["preshared", "key"], "preshared_key"),
    ending(&["priv", "key"], "wg_priv_key"),
    ending(&["private", "jwk"], "okta_private_jwk"),
    ending(&["private", "key"], "ssh_private_key"),
    ending(&["privatekey"], "privatekey"),
    ending(&["privkey"], "node_privkey"),
    ending(&["prvkey"], "prvkey"),
    ending(&["recovery", "code"], "recoveryCode"),
    ending(&["recovery", "codes"], "recovery_codes"),
    ending(&["recovery", "token"], "recovery_token"),
    ending(&["refresh", "token"], "refreshToken"),
    ending(&["refreshtoken"], "refreshtoken"),
    ending(&["remember", "token"], "remember_token"),
    ending(&["reset", "code"], "reset_code"),
    ending(&["reset", "token"], "password_reset_token"),
    ending(&["secret", "access", "key"], "aws_secret_access_key"),
    ending(&["secret", "key"], "secretKey"),
    ending(&["secret", "token"], "secret_token"),
    ending(&["secretkey"], "secretkey"),
    ending(&["service", "account", "key"], "google_service_account_key"),
    ending(&["session", "token"], "sessionToken"),
    ending(&["sessiontoken"], "sessiontoken"),
    ending(&["shared", "key"], "pre_shared_key"),
    ending(&["shared", "secret"], "shared_secret"),
    ending(&["signing", "key"], "slackSigningKey"),
    ending(&["signing", "secret"], "signing_secret"),
    ending(&["tls", "key"], "tls_key_pem"),
    ending(&["token", "secret"], "access_token_secret"),
    ending(&["totp", "recover"], "totp_recover"),
    ending(&["totp", "secret"], "totp_secret"),
    ending(&["two", "factor", "remember"], "two_factor_remember"),
    ending(&["two", "factor", "secret"], "twoFactorSecret"),
    ending(&["twofactor", "remember"], "twofactor_remember"),
    ending(&["verification", "token"], "email_verification_token"),
    ending(&["verify", "token"], "verify_token"),
    ending(&["webhook", "secret"], "webhookSecret"),
    ending(&["webhook", "token"], "webhook_token"),
];

/// The last words of names of what a program uses again, as it was given to it: it can be encrypted, and not hashed.
const USED_AGAIN: &[&[&str]] = &[
    &["account", "credentials"],
    &["api", "credentials"],
    &["bind", "password"],
    &["bot", "token"],
    &["cert", "key"],
    &["certificate", "key"],
    &["consumer", "secret"],
    &["database", "password"],
    &["db", "password"],
    &["encryption", "key"],
    &["hmac", "key"],
    &["hmac", "secret"],
    &["imap", "password"],
    &["mail", "password"],
    &["mfa", "secret"],
    &["otp", "secret"],
    &["passphrase"],
    &["preshared", "key"],
    &["priv", "key"],
    &["private", "jwk"],
    &["private", "key"],
    &["privatekey"],
    &["privkey"],
    &["prvkey"],
    &["secret", "access", "key"],
    &["service", "account", "key"],
    &["shared", "key"],
    &["shared", "secret"],
    &["signing", "key"],
    &["signing", "secret"],
    &["smtp", "password"],
    &["tls", "key"],
    &["totp", "secret"],
    &["two", "factor", "secret"],
    &["webhook", "secret"],
];

/// Whether a column holds what its program uses again as it is, and not what it only compares.
pub(super) fn is_used_again(column: &str) -> bool {
    let words = words(column);
    USED_AGAIN.iter().any(|ending| ends_in(&words, ending) || ends_in(without_form(&words), ending))
}

/// The words of a name without the last one, where that says how something is written down.
fn without_form(words: &[String]) -> &[String] {
    match words {
        [before @ .., last] if WRITTEN_AS.contains(&last.as_str()) => before,
        _ => words,
    }
}

/// What says it behind a word for whose it is or what it opens, unless that word says that it opens nothing: [`OPENING_NOTHING`].
const QUALIFIED: &[Ending] = &[
    ending(&["token"], "subscription_token"),
    ending(&["token", "value"], "edge_token_value"),
    ending(&["token", "data"], "oauth_token_data"),
    ending(&["secret"], "userSecret"),
    ending(&["secret", "value"], "webhook_secret_value"),
];

/// The last words of names of tokens that only say whose something is.
const MARKS: &[&[&str]] = &[&["app", "account", "token"]];

/// Words of names of tokens that open nothing: what addresses a device, goes through pages, counts the words of a text or the coins of
/// a chain, is made for one form, or names a version.
const OPENING_NOTHING: &[&str] = &[
    "apns",
    "base",
    "cached",
    "cancel",
    "cancellation",
    "captcha",
    "change",
    "collateral",
    "completion",
    "concurrency",
    "continuation",
    "cursor",
    "deposit",
    "design",
    "device",
    "end",
    "eos",
    "erc20",
    "erc721",
    "expo",
    "fcm",
    "fee",
    "fencing",
    "first",
    "fungible",
    "gas",
    "governance",
    "hcaptcha",
    "idempotency",
    "input",
    "jti",
    "last",
    "lock",
    "lp",
    "mint",
    "native",
    "next",
    "nft",
    "output",
    "page",
    "pagination",
    "pay",
    "per",
    "pool",
    "position",
    "prev",
    "previous",
    "prompt",
    "purchase",
    "push",
    "quote",
    "reasoning",
    "recaptcha",
    "resume",
    "reward",
    "staking",
    "start",
    "stop",
    "swap",
    "sync",
    "syntax",
    "theme",
    "total",
    "turnstile",
    "underlying",
    "version",
    "word",
];

/// Words for how a key is written down, which change nothing behind its name: `private_key_pem`.
const WRITTEN_AS: &[&str] = &["b64", "base64", "der", "hex", "jwk", "pem"];

/// Names that say it in some tables alone, each with those tables.
const BARE: &[Bare] = &[
    Bare { word: "token", tables: &[TABLES, HOOKS, USERS] },
    Bare { word: "secret", tables: &[TABLES, HOOKS, CLIENTS] },
    Bare { word: "key", tables: &[TABLES] },
    Bare { word: "code", tables: &[CODES] },
    Bare { word: "pass", tables: &[MAILBOXES] },
];

/// A name that says it in some tables alone.
struct Bare {
    word: &'static str,
    /// Lists of the last words of their names.
    tables: &'static [&'static [&'static [&'static str]]],
}

/// What may stand behind such a name and changes nothing: `token_value`.
const VALUES: &[&str] = &["value", "data"];

/// The last words of the names of tables of what other programs are called by, or may call.
const HOOKS: &[&[&str]] = &[&["webhook"], &["hook"], &["bot"]];

/// The last words of the names of tables whose token lets a person or a program in.
const USERS: &[&[&str]] = &[&["client", "secret"], &["application", "secret"], &["o", "auth"], &["user"]];

/// The last words of the names of tables of programs and services that have a secret of their own.
const CLIENTS: &[&[&str]] = &[
    &["app"],
    &["application"],
    &["client"],
    &["discord"],
    &["integration"],
    &["provider"],
    &["slack"],
    &["subscription"],
    &["telegram"],
    &["totp"],
    &["two", "factor"],
    &["twofactor"],
];

/// The last words of the names of tables whose codes let somebody in.
const CODES: &[&[&str]] = &[
    &["auth", "code"],
    &["auth", "token"],
    &["authcode"],
    &["authorization", "code"],
    &["authorization", "request"],
    &["backup", "code"],
    &["confirmation"],
    &["device", "code"],
    &["email", "verification"],
    &["forgot", "password"],
    &["link", "token"],
    &["login", "code"],
    &["login", "token"],
    &["magic", "link"],
    &["mfa", "code"],
    &["one", "time", "password"],
    &["otp"],
    &["otp", "code"],
    &["password", "reset"],
    &["recovery", "code"],
    &["reset", "code"],
    &["reset", "token"],
    &["scratch", "code"],
    &["verification", "code"],
    &["verification", "token"],
];

/// The last words of the names of tables of what a program logs in to by a password.
const MAILBOXES: &[&[&str]] = &[&["email"], &["imap"], &["mail"], &["mailbox"], &["mailer"], &["proxy"], &["smtp"]];

/// The last words of the names of tables whose tokens, secrets and keys let somebody in, in the singular.
const TABLES: &[&[&str]] = &[
    &["account"],
    &["activation"],
    &["api", "key"],
    &["apikey"],
    &["auth", "request"],
    &["confirmation"],
    &["credential"],
    &["forgot"],
    &["forgot", "password"],
    &["invitation"],
    &["invite"],
    &["magic", "link"],
    &["oauth"],
    &["password", "recovery"],
    &["refresh"],
    &["registration"],
    &["reset"],
    &["reset", "password"],
    &["session"],
    &["sign", "up"],
    &["signup"],
    &["token"],
    &["verification"],
];

/// Such words behind which another may stand without a mark between.
const GLUED: &[&str] = &["token", "authcode"];

/// How words begin in the names of tables whose tokens open nothing: they address a device.
const OTHER_TABLES: &[&str] = &["csrf", "device", "fcm", "push", "xsrf"];

/// The last words of the names of tables of people.
const PEOPLE: &[&str] = &[
    "account",
    "admin",
    "administrator",
    "auth",
    "credential",
    "customer",
    "employee",
    "identity",
    "login",
    "member",
    "person",
    "profile",
    "staff",
    "user",
];

/// Words behind the name of a thing that say that a table holds such things.
const OF_TABLES: &[&str] = &["class", "doc", "document", "entity", "model", "record", "request", "schema", "table"];

/// Words that say that a column does not hold the token itself, or not as it is.
const OTHERWISE: &[&str] = &[
    "cipher",
    "ciphertext",
    "count",
    "csrf",
    "digest",
    "display",
    "enc",
    "encrypt",
    "encrypted",
    "has",
    "hash",
    "hashed",
    "hide",
    "include",
    "is",
    "masked",
    "max",
    "needs",
    "no",
    "num",
    "obfuscated",
    "public",
    "redacted",
    "requires",
    "sealed",
    "show",
    "supports",
    "truncated",
    "use",
    "uses",
    "with",
    "without",
    "wrapped",
    "xsrf",
];

/// How names are written that say it in some tables alone, as a column or as a key, and passwords, which everybody has.
const SPELLED: &[&str] = &[
    "\"code\"",
    "'code'",
    "`code`",
    "[code]",
    "code: text",
    "code: varchar",
    "code: string",
    "code: String",
    "code: {",
    "code!:",
    "code ->",
    "code,",
    "code =",
    "\"pass\"",
    "'pass'",
    "`pass`",
    "pass: text",
    "pass: varchar",
    "pass: string",
    "pass: String",
    "pass: {",
    "pass!:",
    "pass ->",
    "\"token\"",
    "'token'",
    "`token`",
    "[token]",
    "token:",
    "token?:",
    "token!:",
    "token ->",
    "token,",
    "token)",
    "token =",
    " token ",
    "\"secret\"",
    "'secret'",
    "`secret`",
    "[secret]",
    "secret:",
    "secret?:",
    "secret!:",
    "secret ->",
    "secret,",
    " secret ",
    "\"key\"",
    "'key'",
    "`key`",
    "[key]",
    "key: text",
    "key: varchar",
    "key: string",
    "key: String",
    "key: {",
    "key!:",
    "key ->",
    " key ",
    "assword\"",
    "assword'",
    "assword`",
    "assword]",
    "assword:",
    "assword?:",
    "assword!:",
    "assword ->",
    "assword,",
    "assword)",
    "assword =",
    "assword ",
    "assphrase",
    "ASSWORD",
];

/// One of these stands in each of the [`spellings`]: few enough to be looked for in a fraction of the time.
static STEMS: Words = Words::new(&[
    "oken",
    "OKEN",
    "ecret",
    "ECRET",
    "key",
    "Key",
    "KEY",
    "assword",
    "ASSWORD",
    "assphrase",
    "asswd",
    "ASSWD",
    "\"pass\"",
    "'pass'",
    "`pass`",
    "pass: ",
    "pass!:",
    "pass ->",
    "redential",
    "REDENTIAL",
    "jwk",
    "Jwk",
    "JWK",
    "code",
    "Code",
    "CODE",
    "ecover",
    "emember",
    "EMEMBER",
    "ECOVER",
]);

/// No spelling is longer, in bytes.
const LONGEST: usize = 48;

/// Whether one of the [`spellings`] stands in a text. Only what lies around a stem is looked at.
fn is_spelled_in(text: &[u8]) -> bool {
    let mut seen = 0_usize;
    STEMS.all_in(text).any(|end| {
        let from = end.max(seen).saturating_sub(LONGEST);
        seen = text.len().min(end + LONGEST);
        spellings().is_match(&text[from..seen])
    })
}

/// What stands in every text that holds such a name: each ending in the ways in which names are written.
fn spellings() -> &'static AhoCorasick {
    static SPELLINGS: OnceLock<AhoCorasick> = OnceLock::new();
    SPELLINGS.get_or_init(|| AhoCorasick::new(spelled()).expect("some hundred short texts make an automaton"))
}

fn spelled() -> Vec<String> {
    let mut spelled: Vec<String> = SPELLED.iter().map(|text| (*text).to_owned()).collect();
    for ending in ENDINGS.iter().filter(|ending| !matches!(ending.words, ["password" | "passphrase"])) {
        let snake = ending.words.join("_");
        let (first, rest) = ending.words.split_first().unwrap_or((&"", &[]));
        let rest: String = rest.iter().map(|word| capitalised(word)).collect();
        // Of the first word the first letter may be a capital one.
        spelled.extend([snake.to_uppercase(), format!("{}{rest}", &first[1..]), snake]);
    }
    for ending in QUALIFIED {
        let camel: String = ending.words.iter().map(|word| capitalised(word)).collect();
        let snake = format!("_{}", ending.words.join("_"));
        spelled.extend([snake.to_uppercase(), camel, snake]);
    }
    spelled
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The names of token columns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TokenNames;

impl TokenNames {
    /// Whether a text can hold such a name at all.
    pub(super) fn may_stand_in(self, text: &[u8]) -> bool {
        is_spelled_in(text)
    }

    /// Whether a column of that name holds tokens in some table.
    pub(super) fn may_be_token(self, column: &str) -> bool {
        let words = words(column);
        is_token_anywhere(&words) || bare(&words).is_some()
    }

    /// Whether a column holds that by which people log in: a hash, unless somebody made a mistake.
    pub(super) fn is_login_password(self, table: Option<&str>, column: &str) -> bool {
        let is_password =
            matches!(words(column).as_slice(), [only] if matches!(only.as_str(), "password" | "passwd" | "pass"));
        let last = table.and_then(|table| words_of_table(table).pop());
        is_password && last.is_none_or(|last| PEOPLE.contains(&last.as_str()))
    }

    /// What a column of tokens holds: `login`, `public` or `secret`.
    pub(super) fn holds(self, table: Option<&str>, column: &str) -> &'static str {
        let words = words(column);
        let is_public = words.iter().any(|word| matches!(word.as_str(), "pk" | "public" | "publishable"));
        match (self.is_login_password(table, column), is_public) {
            (true, _) => "login",
            (false, true) => "public",
            (false, false) => "secret",
        }
    }

    /// Whether a column holds tokens; a table of which nothing is known has no name.
    pub(super) fn is_token(self, table: Option<&str>, column: &str) -> bool {
        let words = words(column);
        let in_some_tables = || bare(&words).zip(table).is_some_and(|(bare, table)| bare.is_token_of(table));
        (is_token_anywhere(&words) || in_some_tables()) && !is_published(table, &words)
    }
}

/// The names of token columns with what the configuration says of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenColumns<'c> {
    /// Each a column, or a table and a column with a dot between; behind `!` one that holds no tokens.
    configured: &'c [String],
}

impl<'c> TokenColumns<'c> {
    pub(super) fn new(configured: &'c [String]) -> Self {
        Self { configured }
    }

    /// Whether a text can hold such a name at all.
    pub(super) fn may_stand_in(self, text: &[u8]) -> bool {
        TokenNames.may_stand_in(text)
            || self.added().any(|(_, column)| {
                let words = words(column);
                let camel: String = words.iter().skip(1).map(|word| capitalised(word)).collect();
                let spelled =
                    [column.to_owned(), words.join("_"), words.first().map_or("", |word| word).to_owned() + &camel];
                spelled.iter().any(|name| memchr::memmem::find(text, name.as_bytes()).is_some())
            })
    }

    /// Whether a column of that name holds tokens in some table.
    pub(super) fn may_be_token(self, column: &str) -> bool {
        TokenNames.may_be_token(column) || self.added().any(|(_, added)| plain(added) == plain(column))
    }

    /// Whether a column holds tokens; a table of which nothing is known has no name.
    pub(super) fn is_token(self, table: Option<&str>, column: &str) -> bool {
        self.configured_for(table, column).unwrap_or_else(|| TokenNames.is_token(table, column))
    }

    /// What the configuration says of a column: whether it holds tokens; nothing where it does not name it.
    pub(super) fn configured_for(self, table: Option<&str>, column: &str) -> Option<bool> {
        let fits = |entry: &&String| {
            let (of, name) = parts(entry.trim_start_matches('!'));
            plain(name) == plain(column)
                && of.is_none_or(|of| table.is_some_and(|table| table_key(table) == table_key(of)))
        };
        self.configured.iter().rev().find(fits).map(|entry| !entry.starts_with('!'))
    }

    /// What the configuration adds: tables and columns.
    fn added(self) -> impl Iterator<Item = (Option<&'c str>, &'c str)> {
        self.configured.iter().filter(|entry| !entry.starts_with('!')).map(|entry| parts(entry))
    }
}

/// A table, where one is named, and a column.
fn parts(entry: &str) -> (Option<&str>, &str) {
    match entry.rsplit_once('.') {
        Some((table, column)) => (Some(table), column),
        None => (None, entry),
    }
}

/// What the spellings of one name share: `accessToken`, `access_token`.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the names of one table share: that of a model, of a table, of what holds its rows.
pub(super) fn table_key(name: &str) -> String {
    const AROUND: &[&str] = &["collection", "dao", "entity", "model", "repo", "repository", "schema", "table"];
    let name = name.rsplit('.').next().unwrap_or(name);
    let mut words = words(name);
    while words.len() > 1 && words.last().is_some_and(|last| AROUND.contains(&last.as_str())) {
        words.pop();
    }
    let last = words.pop().unwrap_or_default();
    words.concat() + singular(&last)
}

/// The words of the name of a table, the last in the singular, without what only says that it is one.
fn words_of_table(table: &str) -> Vec<String> {
    let mut words = words(table);
    while words.len() > 1 && words.last().is_some_and(|last| OF_TABLES.contains(&singular(last))) {
        words.pop();
    }
    if let Some(last) = words.last_mut() {
        *last = singular(last).to_owned();
    }
    words
}

/// What a name is that says it in some tables alone.
fn bare(words: &[String]) -> Option<&'static Bare> {
    let name = match words {
        [only] => only,
        [name, value] if VALUES.contains(&value.as_str()) => name,
        _ => return None,
    };
    BARE.iter().find(|bare| bare.word == name)
}

/// Whether the tokens of a table open nothing, by its name.
pub(super) fn opens_nothing(table: &str) -> bool {
    let is_other = |word: &String| OTHER_TABLES.iter().any(|other| word.starts_with(other));
    words_of_table(table).iter().any(|word| is_other(word) || OPENING_NOTHING.contains(&word.as_str()))
}

/// Whether many tables have a column of that name, each for something of its own.
pub(super) fn is_common(column: &str) -> bool {
    bare(&words(column)).is_some()
}

fn is_token_anywhere(words: &[String]) -> bool {
    let is_qualified = || {
        let ends = |ending: &Ending| words.len() > ending.words.len() && ends_in(words, ending.words);
        QUALIFIED.iter().any(ends) && !words.iter().any(|word| OPENING_NOTHING.contains(&word.as_str()))
    };
    let says = |ending: &Ending| ends_in(words, ending.words) || ends_in(without_form(words), ending.words);
    (ENDINGS.iter().any(says) || is_qualified())
        && !is_identifier(words)
        && !words.iter().any(|word| OTHERWISE.contains(&word.as_str()))
        && !MARKS.iter().any(|ending| ends_in(words, ending))
}

/// Whether a name is that of what a token is found by: `id_api_key`, `fk_access_token`, but not `id_token`, which is one of OpenID.
fn is_identifier(words: &[String]) -> bool {
    matches!(words, [first, of, ..] if matches!(first.as_str(), "id" | "uuid" | "guid" | "fk") && of != "token")
}

/// Words of the names of what the owner of a domain puts into its public records.
const OF_RECORDS: &[&str] = &["domain", "domains", "dns", "hostname", "hostnames", "txt"];
/// The other words of the names of such columns.
const OF_PROOFS: &[&str] =
    &["acme", "challenge", "code", "ownership", "proof", "record", "token", "verification", "verify"];

/// Whether a token only proves who owns a domain: it stands in the public records of that.
fn is_published(table: Option<&str>, column: &[String]) -> bool {
    let is_of_record = |word: &String| OF_RECORDS.contains(&word.as_str());
    let is_about = column.iter().any(is_of_record) || table.is_some_and(|table| words(table).iter().any(is_of_record));
    // Another word, as in `dns_api_token`, opens something else.
    let proves = |word: &String| is_of_record(word) || OF_PROOFS.contains(&word.as_str());
    let is_said = column.len() > 1
        || table.is_some_and(|table| words(table).iter().any(|word| OF_PROOFS.contains(&singular(word))));
    is_about && is_said && column.iter().all(proves)
}

fn ends_in(words: &[String], ending: &[&str]) -> bool {
    words.len().checked_sub(ending.len()).is_some_and(|start| words[start..].iter().eq(ending))
}

impl Bare {
    /// Whether a column of that name holds tokens in a table.
    fn is_token_of(&self, table: &str) -> bool {
        let words = words_of_table(table);
        let ends = |table: &&[&str]| {
            let is_glued = match (words.last(), *table) {
                // `refreshtoken`, `openidclientauthcode`
                (Some(last), [only]) => GLUED.contains(only) && last.ends_with(only),
                _ => false,
            };
            is_glued || ends_in(&words, table)
        };
        let is_other = |word: &String| OTHER_TABLES.iter().any(|other| word.starts_with(other));
        // A code of a device is what it asks for a token with.
        self.tables.iter().copied().flatten().any(ends) && (self.word == "code" || !words.iter().any(is_other))
    }
}

/// The singular of a word, as far as the names of tables need it.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

#[cfg(test)]
mod tests;
