//! Names of functions that make values in plain text, hand them through, or take them out of a database.

use auditlint_names::ExportPath;

use super::super::seal::says_sealed;
use crate::identifier::words;
use crate::words::Words;

/// What stands in every name that says that a token is held.
static SPELLED: Words = Words::new(&[
    "oken",
    "OKEN",
    "ecret",
    "ECRET",
    "ey",
    "EY",
    "ass",
    "ASS",
    "wd",
    "WD",
    "jwt",
    "Jwt",
    "JWT",
    "redential",
    "REDENTIAL",
    "laintext",
    "PLAINTEXT",
    "at",
    "AT",
    "earer",
    "EARER",
]);

/// Functions whose results are random, or readable by whoever has them.
const GENERATORS: &[&str] = &[
    "createId",
    "cryptoRandomString",
    "cuid",
    "cuid2",
    "generateRandomString",
    "getRandomValues",
    "now",
    "random",
    "nanoId",
    "nanoIdGen",
    "nanoid",
    "randomBytes",
    "randomInt",
    "randomString",
    "randomUUID",
    "typeid",
    "ulid",
    "uuid",
    "uuidv4",
    "uuidv7",
    "v4",
    "v7",
    "thread_rng",
    "new_v4",
    "now_v7",
    "sample_string",
    "shortid",
    "prompt",
];

/// Methods that give what they are called on, or its elements, in another form.
const THROUGH_METHODS: &[&str] = &[
    "at",
    "catch",
    "concat",
    "copied",
    "cloned",
    "clone",
    "expose_secret",
    "filter",
    "finally",
    "flat",
    "ok",
    "ok_or",
    "ok_or_else",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "expect",
    "as_ref",
    "as_str",
    "as_deref",
    "as_bytes",
    "as_slice",
    "borrow",
    "to_owned",
    "to_string",
    "to_vec",
    "into",
    "into_bytes",
    "into_inner",
    "into_boxed_str",
    "into_owned",
    "iter",
    "into_iter",
    "collect",
    "as_mut",
    "join",
    "json",
    "normalize",
    "padEnd",
    "padStart",
    "parseBody",
    "pop",
    "repeat",
    "replace",
    "replaceAll",
    "reverse",
    "shift",
    "slice",
    "split",
    "substr",
    "substring",
    "text",
    "toBase64",
    "toHex",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "toWellFormed",
    "trim",
    "trimEnd",
    "trimStart",
    "valueOf",
    "values",
    "buffer",
    "to_lowercase",
    "to_uppercase",
    "to_vec",
    "into_string",
    "lean",
    "toObject",
    "toJSON",
    "inner",
    "get_ref",
];

/// Functions that give their first argument in another form.
const THROUGH_FUNCTIONS: &[&str] = &[
    "String",
    "atob",
    "btoa",
    "decodeURIComponent",
    "encodeURIComponent",
    "structuredClone",
    "from",
    "parse",
    "safeParse",
    "parseAsync",
    "stringify",
    "resolve",
    "validate",
    "concat",
    "fromCharCode",
    "from_utf8",
    "from_utf8_lossy",
    "from_utf8_unchecked",
    "all",
    "of",
    "Some",
    "Ok",
    "Set",
    "ActiveValue",
    "Box",
    "Cow",
    "Arc",
    "cloneDeep",
    "pick",
    "omit",
    "escape",
    "trim",
];

/// Names with which functions that give their first argument in another form begin.
const THROUGH_STARTS: &[&str] = &["encodeBase", "encodeHex", "toBase", "toHex", "base64", "bytesTo", "hexEncode"];

/// Methods of lists and promises that hand what they are called on to a function, and which parameter gets it.
const ITERATORS: &[&str] = &[
    "every",
    "filter",
    "find",
    "flatMap",
    "forEach",
    "map",
    "mapSeries",
    "some",
    "then",
    "tap",
    "and_then",
    "for_each",
];

/// Methods that take rows out of a database, besides those whose names begin with `find`.
const READERS: &[&str] = &[
    "aggregate",
    "executeTakeFirst",
    "executeTakeFirstOrThrow",
    "fetch_all",
    "fetch_one",
    "fetch_optional",
    "first",
    "getMany",
    "getOne",
    "get_result",
    "get_results",
    "load",
    "query",
    "query_row",
    "returning",
    "select",
    "selectFrom",
    "$queryRaw",
    "$queryRawUnsafe",
];

/// Methods of databases that give the row that they change.
const CHANGES: &[&str] = &["create", "delete", "update", "upsert", "save", "insert"];

/// Words of names of what a person could use as it is.
const PLAIN: &[&str] = &[
    "token",
    "tokens",
    "secret",
    "secrets",
    "key",
    "keypair",
    "password",
    "passphrase",
    "apikey",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "jwt",
    "credential",
    "credentials",
    "plaintext",
    "pwd",
    "pass",
    "pat",
    "bearer",
];

pub(crate) fn generates(function: &str) -> bool {
    GENERATORS.contains(&function)
}

/// Whether a text of code calls something that generates.
pub(crate) fn says_generated(code: &str) -> bool {
    code.match_indices('(').any(|(at, _)| {
        let before = &code[..at];
        let name = before.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
        name.is_some_and(|name| (generates(name) && name != "now") || says_generates(name))
    })
}

/// Whether a function is named as one that makes a token: `genVoiceToken`, `gen_keypair`.
pub(super) fn says_generates(function: &str) -> bool {
    matches!(words(function).first().map(String::as_str), Some("gen" | "generate" | "random")) && says_plain(function)
}

/// Whether what a module exports makes functions that generate: `nanoid#customAlphabet`.
pub(super) fn makes_generators(exported: &ExportPath) -> bool {
    let is_of_ids = exported.module.contains("nanoid") || exported.module.contains("cuid");
    is_of_ids && matches!(&*exported.name, "customAlphabet" | "customRandom" | "init")
}

/// Whether a module signs tokens.
pub(super) fn is_module_of_jwt(module: &str) -> bool {
    ["jsonwebtoken", "jose", "fast-jwt", "paseto", "jws"].contains(&module) || module.contains("jwt")
}

/// Whether a function makes a digest that says nothing about passwords: who hashes those slowly hides something.
pub(super) fn is_quick_digest(function: &str) -> bool {
    let name = function.to_ascii_lowercase();
    let is_sha = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_digit()) || rest.is_empty();
    name.starts_with("md5") || name.strip_prefix("sha").is_some_and(is_sha)
}

pub(super) fn passes_object(method: &str) -> bool {
    THROUGH_METHODS.contains(&method)
}

pub(super) fn passes_argument(function: &str) -> bool {
    THROUGH_FUNCTIONS.contains(&function) || THROUGH_STARTS.iter().any(|start| function.starts_with(start))
}

pub(super) fn iterates(method: &str) -> bool {
    ITERATORS.contains(&method)
}

/// Whether what a method gives was in a database before.
pub(crate) fn reads_rows(method: &str) -> bool {
    method.starts_with("find") || READERS.contains(&method)
}

/// Whether a method of a database gives a row.
pub(super) fn gives_rows(method: &str) -> bool {
    CHANGES.contains(&method)
}

/// Whether a name says that it holds a token in plain text.
pub(crate) fn says_plain(name: &str) -> bool {
    SPELLED.any_in(name.as_bytes())
        && !says_sealed(name)
        && words(name).iter().any(|word| PLAIN.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_spelled() {
        for word in PLAIN {
            let capital: String =
                word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
            for name in [(*word).to_owned(), word.to_uppercase(), format!("my{capital}")] {
                assert!(says_plain(&name), "{name}");
            }
        }
        assert!(!says_plain("tokenHash") && !says_plain("monkeys") && !says_plain("value"));
    }
}
