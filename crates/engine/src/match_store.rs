//! What rules found in sources, kept by content: a source that stayed the same needs no parse, wherever it stands.
//!
//! Two things lead to a result. Where the same rules look at the source as before, the content alone does, and the source need
//! not even be read if its content has a name. Where the rules are others, the prefilter tells which of them may match:
//! only if these are others too, the source is parsed again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auditlint_rules::RuleId;
use auditlint_source::{ContentId, FilePath};
use auditlint_syntax::{Language, Page};
use xxhash_rust::xxh3::Xxh3;

use crate::file_matches::FileMatches;
use crate::limits::MAX_KEPT_MATCHES;
use crate::roles::PathRole;

/// In which way the code of a file is found: by its language, or by the kind of page that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeForm(u8);

impl CodeForm {
    /// By the name of the file; `None` where it is not a source.
    pub(crate) fn of_path(path: &FilePath) -> Option<Self> {
        const PAGES: u8 = 0x80;
        let language = Language::of_path(path).map(|language| language.index() as u8);
        language.or_else(|| Page::of_path(path).map(|page| PAGES | page as u8)).map(Self)
    }
}

/// A hash of everything about a source that results depend on besides the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SourceKey(u128);

impl SourceKey {
    pub(crate) fn of_id(id: &ContentId, form: CodeForm, role: PathRole) -> Self {
        Self::of(b'i', id.0.as_bytes(), form, role)
    }

    pub(crate) fn of_text(text: &[u8], form: CodeForm, role: PathRole) -> Self {
        Self::of(b't', text, form, role)
    }

    pub(crate) fn bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// The same of a source that imports what others of the project export; `digest` says what.
    pub(crate) fn importing(self, digest: Option<u128>) -> Self {
        let Some(digest) = digest else { return self };
        let mut hash = Xxh3::new();
        hash.update(b"m");
        [self.0, digest].iter().for_each(|part| hash.update(&part.to_le_bytes()));
        Self(hash.digest128())
    }

    fn of(kind: u8, content: &[u8], form: CodeForm, role: PathRole) -> Self {
        let mut hash = Xxh3::new();
        let PathRole { role, is_final, may_be_minified } = role;
        hash.update(&[kind, form.0, role as u8, u8::from(is_final), u8::from(may_be_minified)]);
        hash.update(content);
        Self(hash.digest128())
    }
}

/// Results, within a limit on all of them together.
#[derive(Debug)]
pub(crate) struct MatchStore {
    limit: usize,
    /// How many states of the project are looked at in turn.
    states: u64,
    state: Mutex<StoreState>,
}

#[derive(Debug, Default)]
struct StoreState {
    /// By the rules that look at a source, see [`auditlint_rules::RuleSet::scope_of`].
    by_scope: HashMap<(SourceKey, u128), KeptFileMatches>,
    /// By the rules that may match in it, see [`auditlint_rules::RuleSet::selected_identity`].
    by_selection: HashMap<(SourceKey, u128), KeptFileMatches>,
    weight: usize,
    /// The number of the present run, and of the last one in which old results made room.
    run: u64,
    cleared: u64,
}

#[derive(Debug)]
struct KeptFileMatches {
    found: Arc<FileMatches>,
    weight: usize,
    /// The last run that asked for it.
    run: u64,
}

impl Default for MatchStore {
    fn default() -> Self {
        Self::of_states(1)
    }
}

impl MatchStore {
    /// A store for some states of a project that are looked at in turn.
    pub(crate) fn of_states(states: usize) -> Self {
        Self { limit: MAX_KEPT_MATCHES, states: states.max(1) as u64, state: Mutex::default() }
    }

    /// Begins a run: what it does not ask for makes room where there is none.
    pub(crate) fn begin(&self) {
        self.lock().run += 1;
    }

    /// What was found where the same rules looked at the same source.
    pub(crate) fn of_scope(&self, source: SourceKey, scope: u128) -> Option<Arc<FileMatches>> {
        let state = &mut *self.lock();
        let kept = state.by_scope.get_mut(&(source, scope))?;
        kept.run = state.run;
        Some(Arc::clone(&kept.found))
    }

    /// What was found where the same rules could match in the same source. `absent` are the `require` rules that cannot.
    pub(crate) fn of_selection(
        &self,
        source: SourceKey,
        scope: u128,
        selection: u128,
        absent: Vec<RuleId>,
    ) -> Option<Arc<FileMatches>> {
        let state = &mut *self.lock();
        let kept = state.by_selection.get_mut(&(source, selection))?;
        // Which matches there was no room for depends on the order of all rules.
        if kept.found.left_out > 0 {
            return None;
        }
        kept.run = state.run;
        let mut found = Arc::clone(&kept.found);
        if found.absent != absent {
            found = Arc::new(FileMatches { absent, ..FileMatches::clone(&found) });
        }
        state.keep(self, |state| &mut state.by_scope, (source, scope), &found);
        Some(found)
    }

    /// Keeps what was found, as far as there is room.
    pub(crate) fn insert(&self, source: SourceKey, scope: u128, selection: u128, found: &Arc<FileMatches>) {
        let mut state = self.lock();
        state.keep(self, |state| &mut state.by_selection, (source, selection), found);
        state.keep(self, |state| &mut state.by_scope, (source, scope), found);
    }

    /// Keeps what an earlier run of the program found.
    pub(crate) fn insert_of_scope(&self, source: SourceKey, scope: u128, found: &Arc<FileMatches>) {
        self.lock().keep(self, |state| &mut state.by_scope, (source, scope), found);
    }

    fn lock(&self) -> MutexGuard<'_, StoreState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreState {
    fn keep(
        &mut self,
        MatchStore { limit, states, .. }: &MatchStore,
        map: fn(&mut Self) -> &mut HashMap<(SourceKey, u128), KeptFileMatches>,
        key: (SourceKey, u128),
        found: &Arc<FileMatches>,
    ) {
        // Counted in both maps, although they mostly share it.
        let weight = size_of::<((SourceKey, u128), KeptFileMatches)>() + found.weight();
        if self.weight + weight > *limit && self.cleared != self.run {
            self.cleared = self.run;
            self.clear_old(*states);
        }
        if self.weight + weight > *limit {
            return;
        }
        let kept = KeptFileMatches { found: Arc::clone(found), weight, run: self.run };
        let before = map(self).insert(key, kept).map_or(0, |before| before.weight);
        self.weight = self.weight + weight - before;
    }

    /// Forgets what none of the last runs has asked for, of as many as there are states that are looked at in turn.
    fn clear_old(&mut self, states: u64) {
        let run = self.run;
        for map in [&mut self.by_scope, &mut self.by_selection] {
            map.retain(|_, kept| kept.run + states > run);
            map.shrink_to_fit();
        }
        self.weight = self.by_scope.values().chain(self.by_selection.values()).map(|kept| kept.weight).sum();
    }
}

#[cfg(test)]
mod tests {
    use auditlint_rules::Role;

    use super::*;

    const SOURCE: PathRole = PathRole { role: Role::Source, is_final: false, may_be_minified: false };

    fn form(path: &str) -> CodeForm {
        CodeForm::of_path(&FilePath::new(path)).unwrap()
    }

    fn key(number: u8) -> SourceKey {
        SourceKey::of_text(&[number], form("a.rs"), SOURCE)
    }

    #[test]
    fn what_is_asked_for_stays_within_the_limit() {
        let one = Arc::new(FileMatches::default());
        let weight = size_of::<((SourceKey, u128), KeptFileMatches)>() + one.weight();
        let store = MatchStore { limit: 2 * 3 * weight, ..MatchStore::default() };
        let kept = || (0..6).filter(|number| store.of_scope(key(*number), 1).is_some()).collect::<Vec<u8>>();
        store.begin();
        (0..6).for_each(|number| store.insert(key(number), 1, 2, &one));
        // The first ones stay: whoever comes round again finds them.
        assert_eq!(kept(), [0, 1, 2]);
        store.begin();
        assert!(store.of_scope(key(1), 1).is_some());
        (3..6).for_each(|number| store.insert(key(number), 1, 2, &one));
        assert_eq!(kept(), [1, 3, 4]);
        let state = store.lock();
        assert!(state.weight <= store.limit, "{state:?}");
    }

    #[test]
    fn a_source_is_known_by_all_that_matters() {
        let (rust, role) = (form("a.rs"), SOURCE);
        let keys = [
            SourceKey::of_text(b"a", rust, role),
            SourceKey::of_text(b"b", rust, role),
            SourceKey::of_text(b"a", form("a.tsx"), role),
            SourceKey::of_text(b"a", form("a.vue"), role),
            SourceKey::of_text(b"a", form("a.svelte"), role),
            SourceKey::of_text(b"a", rust, PathRole { role: Role::Test, ..SOURCE }),
            SourceKey::of_text(b"a", rust, PathRole { is_final: true, ..SOURCE }),
            SourceKey::of_text(b"a", rust, PathRole { may_be_minified: true, ..SOURCE }),
            SourceKey::of_id(&ContentId("a".to_owned()), rust, role),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{index}");
        }
    }
}
