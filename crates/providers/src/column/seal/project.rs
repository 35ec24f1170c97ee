//! What a project encrypts, decrypts and hashes at all. Where nothing does, a value that nobody can follow is stored as it is.

use std::collections::BTreeSet;

use auditlint_syntax::{Family, NodeId};

use super::super::fact::{ColumnFact, Facts, SealGuard};
use super::super::view::ColumnView;
use super::names::{digests, encrypts};
use crate::identifier::words;
use crate::words::Words;

/// What stands in every source that encrypts, decrypts or hashes.
static WORDS: Words = Words::new(&[
    "ncrypt",
    "NCRYPT",
    "ecrypt",
    "ECRYPT",
    "ncipher",
    "ecipher",
    "Cipher",
    "seal",
    "Seal",
    "kms",
    "KMS",
    "vault",
    "Vault",
    "sodium",
    "nacl",
    "cloak",
    "Fernet",
    "fernet",
    "ecretbox",
    "ecret_box",
    "aead",
    "hash",
    "Hash",
    "HASH",
    "hmac",
    "Hmac",
    "igest",
    "crypt",
    "rgon2",
    "kdf",
    "md5",
    "Md5",
    "MD5",
    "sha1",
    "sha2",
    "sha5",
    "Sha1",
    "Sha2",
    "Sha5",
    "SHA",
    "lake2",
    "lake3",
]);

/// What stands in a statement of SQL that encrypts or decrypts.
static SQL: Words = Words::new(&[
    "encrypt(",
    "ENCRYPT(",
    "decrypt(",
    "DECRYPT(",
    "pgsodium",
    "vault.",
    "encrypt_iv(",
    "sym_encrypt",
    "pub_encrypt",
    "DecryptBy",
    "EncryptBy",
    "ENCRYPTED WITH",
]);

/// Words of modules and crates whose functions encrypt under other names: services that keep keys, libraries.
const MODULES: &[&str] = &[
    "aead",
    "cloak",
    "fernet",
    "kms",
    "libsodium",
    "nacl",
    "secretbox",
    "sodium",
    "sodiumoxide",
    "tweetnacl",
    "vault",
    "vaultrs",
];

/// Words for what a token is, by which a digest shows what it is made of.
const SUBJECTS: &[&str] = &["token", "secret", "key", "code", "password", "credential", "ticket"];

/// Words for what digests are made of besides.
const OTHERS: &[&str] = &[
    "address", "agent", "asset", "avatar", "body", "buffer", "bytes", "cache", "chunk", "commit", "contents",
    "content", "email", "etag", "file", "html", "image", "ip", "json", "mail", "path", "payload", "query", "url",
    "user", "username",
];

/// At most this many letters of a call show what it is given.
const SHOWN: usize = 200;

/// The facts of a source of code: each kind once.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !WORDS.any_in(view.source().as_bytes()) {
        return;
    }
    let is_rust = view.tree.language().family() == Family::Rust;
    let mut encrypting = None;
    let mut hashed: BTreeSet<&'static str> = BTreeSet::new();
    // OpenPGP seals mails.
    let is_of_mails = view.has("openpgp");
    for call in view.nodes(&["call_expression", "new_expression", "decorator"]) {
        let Some(name) = callee(view, call) else { continue };
        let required = || view.arguments(call).next().and_then(|module| view.string(module)).is_some_and(is_library);
        if (encrypts(name) || name == "require" && required()) && !is_of_mails {
            encrypting.get_or_insert(call);
        } else if digests(name) {
            hashed.extend(subjects(view, call));
        }
    }
    for import in view.nodes(if is_rust { &["use_declaration"] } else { &["import_statement"] }) {
        let text = view.words(import);
        let module = view.field(import, "source").and_then(|source| view.string(source));
        let module = module.unwrap_or_default();
        let is_encrypting = if is_rust { names_library(text) } else { is_library(module) || encrypts(text) };
        if is_encrypting && !is_of_mails {
            encrypting.get_or_insert(import);
        }
    }
    if let Some(at) = encrypting {
        out.say(view.span(at), ColumnFact::Guards(SealGuard::Encrypts));
    }
    for subject in hashed {
        out.say(auditlint_source::Span::default(), ColumnFact::Guards(SealGuard::Hashes(subject.into())));
    }
}

/// Whether a package encrypts, by its name; a file of the project is read.
fn is_library(module: &str) -> bool {
    let is_own = module.starts_with('.');
    !is_own && (names_library(module) || words(module).iter().any(|part| part.starts_with("encrypt")))
}

pub(super) fn names_library(path: &str) -> bool {
    words(path).iter().any(|part| MODULES.contains(&part.as_str()))
}

/// Whether a file of SQL encrypts or decrypts.
pub(in super::super) fn encrypts_in_sql(text: &str) -> bool {
    SQL.any_in(text.as_bytes())
}

/// The last word of the name of a column that says what it holds, as digests name what they are made of.
pub(in super::super) fn subject_of(column: &str) -> Option<&'static str> {
    words(column).iter().rev().find_map(|word| subject(word))
}

fn subject(word: &str) -> Option<&'static str> {
    let is = |subject: &&&str| word.strip_prefix(**subject).is_some_and(|rest| matches!(rest, "" | "s"));
    let glued = |subject: &&&str| word.ends_with(**subject);
    let found = SUBJECTS.iter().find(is).or_else(|| SUBJECTS.iter().find(glued)).copied();
    found.or(match word {
        "pass" | "passwd" | "passphrase" | "pwd" => Some("password"),
        "jwt" | "jwk" => Some("key"),
        _ => None,
    })
}

fn callee<'a>(view: ColumnView<'a>, call: NodeId) -> Option<&'a str> {
    let called = match view.kind(call) {
        "decorator" => view.named(call).next()?,
        _ => view.field(call, "function").or_else(|| view.field(call, "constructor"))?,
    };
    if view.tree.language().family() == Family::Rust {
        let path = view.shown(called);
        let path = path.split("::<").next().unwrap_or(path);
        // `Aes256Gcm::new(key)`: the type says it.
        let parts = path.rsplit(['.', ':']).filter(|part| !part.is_empty()).take(2);
        return parts.into_iter().find(|part| encrypts(part) || digests(part));
    }
    view.last_name(called)
}

/// What a call makes a digest of; nothing said is anything.
fn subjects(view: ColumnView<'_>, call: NodeId) -> Vec<&'static str> {
    subjects_in(view.words(view.chain_above(call)))
}

/// The same of the text of a call.
pub(super) fn subjects_in(whole: &str) -> Vec<&'static str> {
    let end = whole.char_indices().map(|(at, _)| at).find(|at| *at >= SHOWN).unwrap_or(whole.len());
    let whole = &whole[..end];
    // What stands before is a key.
    let given = whole.split_once("update(").map_or(whole, |(_, given)| given);
    let found: Vec<&'static str> = words(given).iter().filter_map(|word| subject(word)).collect();
    if found.is_empty() && !words(given).iter().any(|word| OTHERS.contains(&word.as_str())) {
        return vec![""];
    }
    found
}
