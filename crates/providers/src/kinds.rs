//! Sets of kinds by name, made once per language, so that a walk compares numbers.

use std::sync::OnceLock;

use auditlint_syntax::{KindId, Language};

/// Some kinds, by their names, in every language that rules match in.
pub(crate) struct Kinds {
    names: &'static [&'static str],
    sets: [OnceLock<KindSet>; Language::ALL.len()],
}

/// Some kinds of one grammar.
pub(crate) struct KindSet(Vec<bool>);

impl Kinds {
    /// The kinds with these names; a grammar may give one name to several.
    pub(crate) const fn new(names: &'static [&'static str]) -> Self {
        Self { names, sets: [const { OnceLock::new() }; Language::ALL.len()] }
    }

    pub(crate) fn of(&self, language: Language) -> &KindSet {
        self.sets[language.index()].get_or_init(|| {
            let is_wanted = |kind: KindId| {
                language.is_named_kind(kind) && language.kind_name(kind).is_some_and(|name| self.names.contains(&name))
            };
            KindSet((0..language.kind_count() as u16).map(|kind| is_wanted(KindId(kind))).collect())
        })
    }
}

impl KindSet {
    pub(crate) fn contains(&self, kind: KindId) -> bool {
        self.0.get(usize::from(kind.0)).copied().unwrap_or(false)
    }
}
