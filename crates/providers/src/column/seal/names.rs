//! Names that say that something seals what it is given, or is sealed.

use crate::identifier::words;
use crate::words::Words;

/// How words begin that say so.
const SEALING: &[&str] = &[
    "encrypt", "encipher", "cipher", "seal", "hash", "hmac", "digest", "scrypt", "bcrypt", "argon2", "argon", "pbkdf",
    "hkdf", "blake2", "blake3", "keccak", "md5", "sha1", "sha2", "sha3", "sha5", "redact", "mask",
];

/// What stands in every name that says so: names are asked everywhere, and few of them do.
static SPELLED: Words = Words::new(&[
    "rypt", "RYPT", "ipher", "IPHER", "eal", "EAL", "ash", "ASH", "mac", "MAC", "igest", "IGEST", "rgon", "RGON",
    "kdf", "KDF", "lake", "LAKE", "eccak", "ECCAK", "md5", "Md5", "MD5", "sha", "Sha", "SHA", "edact", "EDACT", "ask",
    "ASK",
]);

/// Words that begin alike and say nothing of the kind.
const OTHERS: &[&str] = &["hashchange", "hashicorp", "hashid", "hashids", "hashmap", "hashset", "hashtag", "hashtags"];

/// Words for what something is sealed with, where the next word names a thing: `encryptionKey`, `hmac_secret`.
const WITH: &[&str] = &["encryption", "hashing", "hmac", "cipher"];

/// Such things.
const THINGS: &[&str] = &["key", "keys", "secret", "salt", "algorithm", "password", "passphrase", "token"];

/// How words begin that say that something is opened again.
const OPENING: &[&str] = &["decrypt", "decipher", "unseal", "unencrypt"];

/// Whether a name says that something seals, or is sealed.
pub(in super::super) fn says_sealed(name: &str) -> bool {
    if !SPELLED.any_in(name.as_bytes()) {
        return false;
    }
    let words = words(name);
    words.iter().enumerate().any(|(at, word)| {
        let is_with =
            WITH.contains(&word.as_str()) && words.get(at + 1).is_some_and(|next| THINGS.contains(&next.as_str()));
        SEALING.iter().any(|start| word.starts_with(start)) && !OTHERS.contains(&word.as_str()) && !is_with
    })
}

/// How words begin, and words, of what encrypts or decrypts, whatever it is used for.
const ENCRYPTING: &[&str] =
    &["encrypt", "encipher", "decrypt", "decipher", "unseal", "unencrypt", "cipher", "createcipher", "aes"];

/// Whether a name says that something encrypts or decrypts.
pub(super) fn encrypts(name: &str) -> bool {
    let words = words(name);
    words.iter().enumerate().any(|(at, word)| {
        let begins =
            ENCRYPTING.iter().any(|start| word.starts_with(start)) || matches!(word.as_str(), "seal" | "secretbox");
        // Let's Encrypt gives certificates; an encryption of a mail server is a setting.
        let is_lets = at > 0 && matches!(words[at - 1].as_str(), "lets" | "s") || word == "encryption";
        begins && !is_lets
    })
}

/// Whether a name says that something makes a digest: what is encrypted or hidden from a log is not one.
pub(super) fn digests(name: &str) -> bool {
    const OTHERWISE: &[&str] = &["encr", "cipher", "seal", "redact", "mask"];
    says_sealed(name) && !words(name).iter().any(|word| OTHERWISE.iter().any(|start| word.starts_with(start)))
}

/// Whether a name says that something opens what is sealed.
pub(in super::super) fn says_opened(name: &str) -> bool {
    SPELLED.any_in(name.as_bytes())
        && words(name).iter().any(|word| OPENING.iter().any(|start| word.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_seal_and_names_like_them() {
        for name in [
            "encrypt",
            "encryptToken",
            "hashToken",
            "sha256",
            "SHA256",
            "createHmac",
            "bcryptjs",
            "tokenHash",
            "argon2id",
            "sealData",
            "cipherText",
            "EncryptedColumn",
            "digest",
            "hashed_token",
            "hash(token)",
            "maskKey",
            "HASHED",
            "ENCRYPTED_TOKEN",
            "Blake3",
        ] {
            assert!(says_sealed(name), "{name}");
        }
        for name in [
            "decrypt",
            "decipherToken",
            "token",
            "encryptionKey",
            "hashtags",
            "hashids.encode",
            "crypto",
            "randomBytes",
        ] {
            assert!(!says_sealed(name), "{name}");
        }
        assert!(says_opened("decryptToken") && says_opened("unseal") && !says_opened("encrypt"));
    }
}
