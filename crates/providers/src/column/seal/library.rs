//! Libraries that keep tokens in tables of their own, and seal some of them: what each does with which column, and which option
//! says otherwise.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnValue, Facts, Sealed, Seals};
use super::super::view::ColumnView;

/// A column that a library fills.
struct FilledColumn {
    /// How the module begins that sets the library up.
    module: &'static str,
    /// The function of it that does.
    function: &'static str,
    /// The names of the table, one for each version.
    tables: &'static [&'static str],
    columns: &'static [&'static str],
    /// An option with the value under which it is sealed, or is not.
    option: Option<(&'static str, Set)>,
}

/// What an option does to a column.
#[derive(Clone, Copy)]
enum Set {
    /// Sealed only where it is there with this value.
    Seals(&'static str),
    /// Sealed unless it is there with this value.
    Opens(&'static str),
}

const LIBRARIES: &[FilledColumn] = &[
    // Tokens of links by mail are hashed before the adapter gets them.
    FilledColumn {
        module: "next-auth",
        function: "",
        tables: &["VerificationToken", "verification_token"],
        columns: &["token"],
        option: None,
    },
    FilledColumn {
        module: "@auth/",
        function: "",
        tables: &["VerificationToken", "verification_token"],
        columns: &["token"],
        option: None,
    },
    FilledColumn {
        module: "better-auth",
        function: "jwt",
        tables: &["jwks"],
        columns: &["privateKey"],
        option: Some(("disablePrivateKeyEncryption", Set::Opens("true"))),
    },
    FilledColumn {
        module: "better-auth",
        function: "twoFactor",
        tables: &["twoFactor"],
        columns: &["secret", "backupCodes", "backup_codes"],
        option: None,
    },
    FilledColumn {
        module: "better-auth",
        function: "apiKey",
        tables: &["apikey", "apiKey"],
        columns: &["key"],
        option: Some(("disableKeyHashing", Set::Opens("true"))),
    },
    FilledColumn {
        module: "@better-auth/api-key",
        function: "apiKey",
        tables: &["apikey", "apiKey"],
        columns: &["key"],
        option: Some(("disableKeyHashing", Set::Opens("true"))),
    },
    FilledColumn {
        module: "better-auth",
        function: "betterAuth",
        tables: &["account"],
        columns: &["password"],
        option: None,
    },
    FilledColumn {
        module: "better-auth",
        function: "betterAuth",
        tables: &["account"],
        columns: &["accessToken", "refreshToken", "idToken", "access_token", "refresh_token", "id_token"],
        option: Some(("encryptOAuthTokens", Set::Seals("true"))),
    },
    FilledColumn {
        module: "@better-auth/scim",
        function: "scim",
        tables: &["scimProvider"],
        columns: &["scimToken"],
        option: Some(("storeSCIMToken", Set::Seals("\"hashed\""))),
    },
    FilledColumn {
        module: "@better-auth/scim",
        function: "scim",
        tables: &["scimProvider"],
        columns: &["scimToken"],
        option: Some(("storeSCIMToken", Set::Seals("\"encrypted\""))),
    },
    FilledColumn {
        module: "@better-auth/oauth-provider",
        function: "oauthProvider",
        tables: &["oauthAccessToken", "oauthRefreshToken"],
        columns: &["token"],
        option: None,
    },
    FilledColumn {
        module: "@better-auth/oauth-provider",
        function: "oauthProvider",
        tables: &["oauthClient"],
        columns: &["clientSecret"],
        option: Some(("storeClientSecret", Set::Opens("\"plain\""))),
    },
];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    for statement in view.nodes(&["import_statement"]) {
        let Some(module) = view.field(statement, "source").and_then(|source| view.string(source)) else { continue };
        if view.words(statement).starts_with("import type") {
            continue;
        }
        for filled in LIBRARIES.iter().filter(|filled| module.starts_with(filled.module)) {
            library(view, statement, filled, out);
        }
    }
}

fn library(view: ColumnView<'_>, statement: NodeId, filled: &FilledColumn, out: &mut Facts) {
    let mut imported = view.nodes_in(statement, &["identifier"]).filter(|name| {
        let is_called = || {
            view.uses(*name).iter().any(|used| view.parent(*used).is_some_and(|of| view.kind(of) == "call_expression"))
        };
        filled.function.is_empty() || view.words(*name) == filled.function && is_called()
    });
    let Some(name) = imported.next() else { return };
    let is_set = |key: &str, value: &str| {
        let mut pairs = view.nodes(&["pair"]);
        pairs.any(|pair| {
            let is_key = view.field(pair, "key").is_some_and(|of| view.key_text(of) == key);
            is_key && view.field(pair, "value").is_some_and(|of| view.words(of).replace('\'', "\"") == value)
        })
    };
    let is_sealed = match filled.option {
        None => true,
        Some((key, Set::Seals(value))) => is_set(key, value),
        Some((key, Set::Opens(value))) => !is_set(key, value),
    };
    if !is_sealed {
        return;
    }
    for table in filled.tables {
        for column in filled.columns {
            let value = ColumnValue::of(Sealed::Yes, format!("`{}` seals it", filled.module.trim_end_matches('/')));
            let (table, column) = (Some((*table).into()), Some((*column).into()));
            let seals = Seals { mapper: None, is_local: false, yields: true, table, column, value };
            out.say(view.span(name), ColumnFact::Seals(Box::new(seals)));
        }
    }
}
