//! What code of Python encrypts, decrypts and hashes at all.

use std::collections::BTreeSet;

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, Facts, SealGuard};
use super::super::view::ColumnView;
use super::names::{digests, encrypts, says_sealed};
use super::project::{names_library, subjects_in};

/// The facts of a source: each kind once.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    let mut encrypting: Option<NodeId> = None;
    let mut hashed: BTreeSet<&'static str> = BTreeSet::new();
    for node in view.nodes(&["call", "import_statement", "import_from_statement"]) {
        if view.kind(node) != "call" {
            let words = view.words(node);
            let is_library = names_library(words) || words.contains("cryptography") || words.contains("Crypto.Cipher");
            if is_library || words.split(['.', ' ', ',']).any(|word| encrypts(word) && says_sealed(word)) {
                encrypting.get_or_insert(node);
            }
            continue;
        }
        let Some(function) = view.field(node, "function") else { continue };
        let words = view.words(function);
        let last = words.rsplit('.').next().unwrap_or_default();
        if encrypts(last) {
            encrypting.get_or_insert(node);
        } else if digests(last) || words.starts_with("hashlib.") || words.starts_with("bcrypt.") {
            hashed.extend(subjects_in(view.shown(node)));
        }
    }
    if let Some(at) = encrypting {
        out.say(view.span(at), ColumnFact::Guards(SealGuard::Encrypts));
    }
    for subject in hashed {
        out.say(auditlint_source::Span::default(), ColumnFact::Guards(SealGuard::Hashes(subject.into())));
    }
}
