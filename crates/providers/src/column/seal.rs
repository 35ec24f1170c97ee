//! What seals columns that are declared or written elsewhere: extensions of clients, hooks of models.

use super::fact::Facts;
use super::view::View;

/// The facts of a source of code.
pub(super) fn in_code(_view: View<'_>, _out: &mut Facts) {}

/// What a name of a function, type or value holds, in lower case, that says that it seals what it is given.
const SEALING: &[&str] = &["encrypt", "cipher", "seal", "hash", "hmac", "digest", "scrypt", "bcrypt", "argon", "pbkdf"];

/// Whether a name says that something seals, or is sealed.
pub(super) fn says_sealed(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SEALING.iter().any(|word| name.contains(word))
}
