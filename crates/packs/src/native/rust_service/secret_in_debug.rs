//! `secret-in-debug`: a derive that shows a secret.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_providers::{identifier_words, is_secret_name};
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// a derive shows the secret in this field
///
/// ## Why
///
/// `{:?}` is what logs, panics, error reports and traces print, and `Serialize` is what answers and files are made of. One
/// `tracing::debug!(?config)` writes the secret to wherever logs are kept, and whoever may read logs can act as its owner.
///
/// ## Instead
///
/// Give the field a type that hides its value (`secrecy::SecretString`, or a struct of your own with its own `Debug`), write
/// `Debug` by hand, or leave the field out with `#[serde(skip_serializing)]`.
///
/// ## Note
///
/// Found: fields of text (`String`, `&str`, `Cow<str>`, also in `Option`, `Vec`, `Box` and `Arc`) in structs, and in variants of
/// enums, that derive `Debug` or `Serialize`, whose names say that they hold a token, a secret, a key, a password or a one-time code, also
/// through a struct of the same file that is a single such text and derives it too; the text of a struct without field names, and of such a variant of an enum, that is
/// itself named so (`ApiKey(String)`).
///
/// Not found: other types, which may hide what they hold; a `Debug` that is written by hand; fields that the derive leaves out or
/// writes in another way (`#[serde(skip)]`, `skip_serializing`, `serialize_with`, `#[debug(skip)]`, `#[redact]`); names that say that the value is
/// sealed or public (`password_hash`, `public_key`, `token_type`) or opens nothing (`next_page_token`); a `token` of a parser or of
/// a chain, by the other fields; of `Serialize` alone what is there to be sent or kept: a struct whose name says that it is a request,
/// a response, a form, claims, settings or credentials, unless it takes rows of a database. The option `serialize` reports these too, or none;
/// tests.
///
/// ## Bad
///
/// ```rust
/// #[derive(Clone, Debug)]
/// pub struct Settings {
///     pub url: String,
///     «pub client_secret: String»,
///     «access_token: Option<String>»,
/// }
/// ```
///
/// ```rust
/// #[derive(serde::Serialize, sqlx::FromRow)]
/// pub struct User {
///     pub id: i64,
///     «pub password: String»,
///     #[serde(skip_serializing_if = "Option::is_none")]
///     «pub totp_secret: Option<Box<str>>»,
/// }
/// ```
///
/// ```rust
/// #[derive(Debug)]
/// enum Login<'a> {
///     Password { name: &'a str, «password: &'a str» },
///     ApiKey { «api_key: Cow<'a, str>» },
/// }
/// ```
///
/// ```rust
/// #[derive(Debug, Deserialize)]
/// struct LoginRequest {
///     name: String,
///     #[serde(skip_serializing)]
///     «token: Arc<str>»,
/// }
/// ```
///
/// ```rust
/// #[derive(Debug, Clone, Serialize)]
/// pub struct SecretArg(pub «String»);
///
/// #[derive(Debug)]
/// struct Text(String);
///
/// #[derive(Debug)]
/// pub struct Args {
///     pub admin_password: SecretArg,
///     «uploader_password: Option<Text>»,
/// }
///
/// #[derive(Debug)]
/// enum Login {
///     ApiKey(«String»),
///     Password(«Box<str>»),
///     Name(String),
/// }
/// ```
///
/// ```rust
/// #[derive(Debug)]
/// struct VerifyData {
///     «otp: Option<String>»,
/// }
///
/// #[derive(Debug)]
/// struct EnableAuthenticatorData {
///     «key: String»,
///     user_id: String,
/// }
/// ```
///
/// ## Good
///
/// ```rust
/// #[derive(Clone)]
/// pub struct ApiKey(String);
///
/// #[derive(derive_more::Debug)]
/// pub struct SecretKey(#[debug(skip)] pub String);
///
/// #[derive(Debug)]
/// pub struct Token(String);
///
/// #[derive(Debug)]
/// pub struct PasswordHash(String);
///
/// #[derive(Debug)]
/// enum LoginError {
///     InvalidPassword(String),
/// }
///
/// #[derive(Debug)]
/// enum Form {
///     MissingApiKey(String),
///     Key(String),
/// }
///
/// #[derive(Debug)]
/// struct Entry {
///     key: String,
///     otp: bool,
///     secret: ApiKey,
/// }
/// ```
///
/// ```rust
/// #[derive(Clone, Debug)]
/// pub struct Settings {
///     pub url: String,
///     pub client_secret: SecretString,
///     pub password: Option<Secret<String>>,
///     pub password_hash: String,
///     pub token_type: String,
///     pub api_key_id: String,
///     pub max_tokens: Option<String>,
/// }
/// ```
///
/// ```rust
/// #[derive(Clone)]
/// pub struct Session {
///     token: String,
/// }
///
/// impl std::fmt::Debug for Session {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.debug_struct("Session").finish_non_exhaustive()
///     }
/// }
/// ```
///
/// ```rust
/// #[derive(Serialize)]
/// pub struct User {
///     pub name: String,
///     #[serde(skip)]
///     pub password: String,
///     #[serde(rename = "key", serialize_with = "mask")]
///     pub api_key: String,
/// }
/// ```
///
/// ```rust
/// #[derive(Serialize)]
/// pub struct LoginResponse {
///     pub access_token: String,
/// }
/// ```
///
/// ```rust
/// #[derive(Debug)]
/// pub struct Unexpected {
///     token: String,
///     line: usize,
/// }
///
/// #[derive(Debug, Serialize)]
/// pub struct Page {
///     rows: Vec<Row>,
///     next_page_token: Option<String>,
///     csrf_token: String,
/// }
/// ```
///
/// ```rust
/// #[derive(derive_more::Debug)]
/// pub struct Client {
///     #[debug(skip)]
///     api_key: String,
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "secret-in-debug",
    languages(Rust),
    severity = "warning",
    url = "https://cwe.mitre.org/data/definitions/532.html",
    option(
        name = "serialize",
        about = "Of which structs that derive `Serialize` alone fields count: those that are not there to be sent or kept, all, or none.",
        one_of("unless-sent", "all", "none"),
        default = "unless-sent"
    ),
    cwe(532, 200),
    since = "0.1.0"
)]
pub(super) struct SecretInDebug;

/// Types of text.
const TEXTS: &[&str] = &["String", "str", "CompactString", "SmolStr", "EcoString", "ArcStr", "FastStr", "ByteString"];

/// Types that show what they hold.
const TRANSPARENT: &[&str] = &["Option", "Vec", "Box", "Arc", "Rc", "Cow"];

/// Words in the name of a struct that is there to be sent or kept.
const SENT: &[&str] = &[
    "answer",
    "args",
    "arguments",
    "body",
    "claims",
    "command",
    "config",
    "configuration",
    "cookie",
    "credential",
    "credentials",
    "dto",
    "event",
    "export",
    "form",
    "input",
    "message",
    "opts",
    "options",
    "output",
    "param",
    "params",
    "payload",
    "profile",
    "query",
    "reply",
    "req",
    "request",
    "res",
    "resp",
    "response",
    "result",
    "secrets",
    "settings",
    "state",
];

/// Derives of what takes rows of a database.
const ROWS: &[&str] =
    &["FromRow", "Queryable", "QueryableByName", "Selectable", "DeriveEntityModel", "FromQueryResult"];

/// Fields beside which a `token` is a part of a text, or a coin.
const OTHER_TOKENS: &[&str] = &[
    "amount",
    "balance",
    "chain",
    "chain_id",
    "col",
    "column",
    "decimals",
    "kind",
    "lexeme",
    "line",
    "liquidity",
    "mint",
    "offset",
    "pos",
    "position",
    "price",
    "span",
    "start",
    "symbol",
];

impl NativeRule for SecretInDebug {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["Debug", "Serialize"], &["derive"]]
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let names_serde = view.source().contains("serde");
        let newtypes = Newtypes::of(view, names_serde, options);
        for item in view.nodes(&["struct_item", "enum_item"]) {
            let Some(shown) = ShownFields::of(view, item, names_serde, options) else { continue };
            let Some(name) = view.field(item, "name").map(|name| view.text(name)) else { continue };
            let is_enum = view.kind(item) == "enum_item";
            let fields: Vec<NodeId> = view.nodes_in(item, &["field_declaration"]).collect();
            let names: Vec<&str> =
                fields.iter().filter_map(|field| Some(view.text(view.field(*field, "name")?))).collect();
            let mut say = |field: NodeId, name: &str| {
                // Attributes stand before `pub`.
                let first =
                    view.prev(field).filter(|before| view.kind(*before) == "visibility_modifier").unwrap_or(field);
                if let Some(by) = shown.of_field(view, first).filter(|_| !view.is_in_rust_test(item)) {
                    let message = format!("`{by}` shows the secret in `{name}`");
                    emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, field) });
                }
            };
            for field in fields {
                let (Some(field_name), Some(field_type)) = (view.field(field, "name"), view.field(field, "type"))
                else {
                    continue;
                };
                let field_name = view.text(field_name).trim_start_matches("r#");
                let holds_text = || is_text(view, field_type, &|of| newtypes.show(of, &shown));
                if is_secret(name, field_name, &names, is_enum) && holds_text() {
                    say(field, field_name);
                }
            }
            for (text, own) in unnamed(view, item) {
                if is_text(view, text, &|_| false) && names_secret(own, is_enum.then_some(name)) {
                    say(text, own);
                }
            }
        }
    }
}

fn name_of<'a>(view: RuleView<'a>, item: NodeId) -> &'a str {
    view.field(item, "name").map(|name| view.text(name)).unwrap_or_default()
}

/// The only field of a struct without field names, and of each such variant of an enum, with what that is called.
fn unnamed<'a>(view: RuleView<'a>, item: NodeId) -> Vec<(NodeId, &'a str)> {
    let only = |of: NodeId| {
        let body = view.field(of, "body").filter(|body| view.kind(*body) == "ordered_field_declaration_list")?;
        let mut types = view.named(body).filter(|part| !view.is(*part, &["visibility_modifier", "attribute_item"]));
        let only = types.next().filter(|_| types.next().is_none())?;
        Some((only, name_of(view, of)))
    };
    match view.kind(item) {
        "enum_item" => view.nodes_in(item, &["enum_variant"]).filter_map(only).collect(),
        _ => only(item).into_iter().collect(),
    }
}

/// Structs of the file that are a single text, by their names.
struct Newtypes<'a> {
    known: Vec<(&'a str, ShownFields)>,
}

impl<'a> Newtypes<'a> {
    /// Those whose own names tell nothing: the others are reported themselves.
    fn of(view: RuleView<'a>, names_serde: bool, options: &RuleOptions) -> Self {
        let mut known = Vec::new();
        for item in view.nodes(&["struct_item"]) {
            let [(text, name)] = unnamed(view, item)[..] else { continue };
            if is_text(view, text, &|_| false)
                && !names_secret(name, None)
                && let Some(shown) = ShownFields::of(view, item, names_serde, options)
            {
                known.push((name, shown));
            }
        }
        Self { known }
    }

    /// Whether a type shows its text in the same way as what holds it.
    fn show(&self, name: &str, by: &ShownFields) -> bool {
        let shows = |own: &ShownFields| (by.debug && own.debug) || (by.serialize && own.serialize);
        self.known.iter().any(|(known, own)| *known == name && shows(own))
    }
}

/// Words behind the name of a secret that only say that a type or a variant is one for it.
const OF_TYPES: &[&str] = &["arg", "str", "string", "text", "value", "inner", "param", "input", "field", "buf"];

/// Words before it that make something else of it.
const OF_OTHERS: &[&str] = &[
    "bad",
    "duplicate",
    "empty",
    "expired",
    "forgot",
    "has",
    "incorrect",
    "invalid",
    "mismatched",
    "missing",
    "need",
    "needs",
    "no",
    "reset",
    "short",
    "unknown",
    "unsupported",
    "weak",
    "with",
    "without",
    "wrong",
];

/// Words in the name of an enum whose variants carry messages about things, or say which kind they are of.
const OF_KINDS: &[&str] =
    &["error", "err", "failure", "rejection", "kind", "type", "problem", "reason", "warning", "issue", "status"];

/// Whether the name of a type, or of a variant of an enum, says that the one text in it is a secret.
fn names_secret(name: &str, of: Option<&str>) -> bool {
    let mut words = identifier_words(name);
    let has = |words: &[String], known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if has(&words, OF_OTHERS) || of.is_some_and(|of| has(&identifier_words(of), OF_KINDS)) {
        return false;
    }
    while words.len() > 1 && words.last().is_some_and(|last| OF_TYPES.contains(&last.as_str())) {
        words.pop();
    }
    // A token may be one of a text, and the secret of an enum a kind.
    match words.as_slice() {
        [only] if only == "secret" => of.is_none(),
        [only] if only == "token" => false,
        words => is_secret_name(None, &words.join("_")),
    }
}

/// What shows the fields of an item.
struct ShownFields {
    debug: bool,
    serialize: bool,
}

impl ShownFields {
    fn of(view: RuleView<'_>, item: NodeId, names_serde: bool, options: &RuleOptions) -> Option<Self> {
        let mut derives: Vec<&str> = Vec::new();
        let mut is_converted = false;
        for attribute in view.attributes(item) {
            let inside = attribute.trim_start_matches("#[").trim_end_matches(']').trim();
            if let Some(list) = inside.strip_prefix("derive").and_then(|rest| rest.trim().strip_prefix('(')) {
                derives.extend(list.trim_end_matches(')').split(',').map(str::trim));
            }
            is_converted |= inside.starts_with("serde") && words_of(inside).any(|word| word == "into");
        }
        let has = |name: &str| derives.iter().any(|derive| derive.rsplit("::").next() == Some(name));
        let debug = has("Debug");
        let of_serde = has("Serialize") && !derives.contains(&"rkyv::Serialize") && names_serde;
        let serialize = !is_converted
            && of_serde
            && (options.has("serialize", "all")
                || (options.has("serialize", "unless-sent")
                    && (ROWS.iter().any(|row| has(row)) || !is_sent(view.text(view.field(item, "name")?)))));
        (debug || serialize).then_some(Self { debug, serialize })
    }

    /// What shows a field; `None` where nothing does.
    fn of_field(&self, view: RuleView<'_>, field: NodeId) -> Option<&'static str> {
        let (mut debug, mut serialize) = (self.debug, self.serialize);
        for attribute in view.attributes(field) {
            let inside = attribute.trim_start_matches("#[").trim();
            let has = |known: &[&str]| words_of(inside).any(|word| known.contains(&word));
            if inside.starts_with("serde") {
                serialize &= !has(&["skip", "skip_serializing", "serialize_with", "with"]);
            } else if ["debug", "derivative", "educe", "redact", "veil", "sensitive"]
                .iter()
                .any(|name| inside.starts_with(name))
            {
                debug = false;
            }
        }
        match (debug, serialize) {
            (true, _) => Some("Debug"),
            (false, true) => Some("Serialize"),
            (false, false) => None,
        }
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

fn is_sent(name: &str) -> bool {
    identifier_words(name).iter().any(|word| SENT.contains(&word.as_str()))
}

fn is_secret(of: &str, field: &str, beside: &[&str], is_enum: bool) -> bool {
    let words = identifier_words(of);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if has(&["encrypted", "hashed", "masked", "redacted", "sealed", "public"]) {
        return false;
    }
    match field {
        "token" | "secret" => {
            let is_part_of_text = has(&["parse", "parser", "lexer", "syntax", "tokenizer", "unexpected", "error"]);
            !is_enum && !is_part_of_text && !beside.iter().any(|other| OTHER_TOKENS.contains(other))
        }
        "key" => has(&["authenticator", "totp", "otp"]) || is_secret_name(Some(of), field),
        _ => ONE_TIME.contains(&field) || is_secret_name(Some(of), field),
    }
}

/// Names of codes by which somebody logs in once.
const ONE_TIME: &[&str] = &["otp", "totp", "otp_code", "totp_code", "mfa_code", "one_time_password", "passcode"];

/// Whether a type holds text that it shows; `shows` says it of others by their last names.
fn is_text(view: RuleView<'_>, field_type: NodeId, shows: &dyn Fn(&str) -> bool) -> bool {
    let mut at = field_type;
    loop {
        at = match view.kind(at) {
            "reference_type" => match view.field(at, "type") {
                Some(inner) => inner,
                None => return false,
            },
            "generic_type" => {
                let name = view.field(at, "type").map(|name| last_name(view.text(name))).unwrap_or_default();
                let held = view
                    .field(at, "type_arguments")
                    .and_then(|held| view.named(held).find(|held| view.kind(*held) != "lifetime"));
                match held {
                    Some(held) if TRANSPARENT.contains(&name) => held,
                    _ => return false,
                }
            }
            _ => {
                let name = last_name(view.text(at));
                return TEXTS.contains(&name) || shows(name);
            }
        };
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim()
}
