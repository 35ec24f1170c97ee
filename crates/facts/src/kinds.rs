//! Sets of kinds by name, made once per source, so that a walk compares numbers.

use auditlint_syntax::{KindId, Language};

/// Some kinds of a grammar.
pub(crate) struct KindSet(Vec<bool>);

impl KindSet {
    /// The kinds with these names; a grammar may give one name to several.
    pub(crate) fn of(language: Language, names: &[&str]) -> Self {
        let is_wanted = |kind: KindId| {
            language.is_named_kind(kind) && language.kind_name(kind).is_some_and(|name| names.contains(&name))
        };
        Self((0..language.kind_count() as u16).map(|kind| is_wanted(KindId(kind))).collect())
    }

    pub(crate) fn contains(&self, kind: KindId) -> bool {
        self.0.get(usize::from(kind.0)).copied().unwrap_or(false)
    }
}
