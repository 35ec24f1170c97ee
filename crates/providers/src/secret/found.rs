//! A secret that was found in a text, by whichever way.

use auditlint_source::Span;

use super::fact::SecretFact;

/// How sure a reading is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SecretEvidence {
    Checksum,
    Format,
    Context,
}

/// A secret in a text.
pub(super) struct FoundSecret<'t> {
    pub(super) kind: &'static str,
    pub(super) span: Span,
    pub(super) evidence: SecretEvidence,
    pub(super) name: &'t str,
}

impl FoundSecret<'_> {
    pub(super) fn into_fact(self, text: &str) -> SecretFact {
        let evidence = match self.evidence {
            SecretEvidence::Checksum => "checksum",
            SecretEvidence::Format => "format",
            SecretEvidence::Context => "context",
        };
        let secret = text.get(self.span.start as usize..self.span.end as usize).unwrap_or_default();
        SecretFact {
            kind: self.kind.into(),
            shown: hidden(secret).into(),
            evidence: evidence.into(),
            name: self.name.into(),
        }
    }
}

/// A text with all but its beginning hidden: enough to find it, not to use it.
fn hidden(secret: &str) -> String {
    let first = secret.lines().next().unwrap_or_default();
    if let Some(label) = first.strip_prefix("-----").and_then(|rest| rest.split_once("-----")) {
        return format!("-----{}-----", label.0);
    }
    let most = (secret.len() / 4).min(8);
    let shown: String = first.chars().take(most).collect();
    format!("{shown}…")
}
