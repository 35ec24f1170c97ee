//! Relations that were derived before: where nothing that they were derived from is another than then, they are not derived again.
//!
//! What a provider is given is known: the facts of its sources, and the settings. What it asks besides is noted while it derives: whether
//! it looked at the list of files at all, and of which paths it asked whether anybody can see what lies there.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use crate::extract::{derive_sorted, key_of};
use crate::scope::ScopeDigest;
use crate::{AnyFacts, AnyProvider, DerivedFacts, ProjectScope, Relation, Sources};

/// The relations of some states of a project, by provider.
#[derive(Debug)]
pub struct DerivedStore {
    /// The last ones that were asked for first.
    kept: Mutex<FxHashMap<u64, VecDeque<Arc<Derived>>>>,
    /// How many states of the project are looked at in turn.
    states: usize,
    derived: AtomicU64,
}

/// What a provider derived, and from what.
#[derive(Debug)]
struct Derived {
    version: u64,
    sources: Sources,
    settings: u128,
    /// A hash of all files, where the provider looked at them.
    files: Option<u128>,
    /// Whether nobody can see what lies at a path.
    answers: Vec<(FilePath, bool)>,
    relations: Vec<Arc<Relation>>,
}

impl DerivedStore {
    /// A store for some states of a project that are looked at in turn.
    #[must_use]
    pub fn of_states(states: usize) -> Self {
        Self { kept: Mutex::default(), states: states.max(1), derived: AtomicU64::new(0) }
    }

    /// How many times a provider derived its relations.
    #[must_use]
    pub fn derived(&self) -> u64 {
        self.derived.load(Ordering::Relaxed)
    }

    /// The relations of a provider from the facts of its sources.
    #[must_use]
    pub fn relations_of(
        &self,
        provider: &dyn AnyProvider,
        mut sources: Sources,
        scope: &ProjectScope<'_>,
    ) -> DerivedFacts {
        sources.sort_by(|a, b| a.0.cmp(&b.0));
        let key = key_of(provider);
        let known: Vec<Arc<Derived>> = self.kept().get(&key).into_iter().flatten().cloned().collect();
        let found = known.into_iter().find(|known| known.is_of(provider, &sources, scope));
        let derived = found.unwrap_or_else(|| {
            self.derived.fetch_add(1, Ordering::Relaxed);
            Arc::new(Derived::new(provider, sources, scope))
        });
        let mut kept = self.kept();
        let of_provider = kept.entry(key).or_default();
        of_provider.retain(|known| !Arc::ptr_eq(known, &derived));
        of_provider.push_front(Arc::clone(&derived));
        of_provider.truncate(self.states);
        DerivedFacts::of_relations(derived.relations.clone())
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, FxHashMap<u64, VecDeque<Arc<Derived>>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Derived {
    fn new(provider: &dyn AnyProvider, sources: Sources, scope: &ProjectScope<'_>) -> Self {
        let answers: Mutex<BTreeMap<FilePath, bool>> = Mutex::default();
        let asked = || answers.lock().unwrap_or_else(PoisonError::into_inner);
        let ignores = |path: &FilePath| {
            let known = asked().get(path).copied();
            known.unwrap_or_else(|| {
                let answer = scope.ignores(path);
                asked().insert(path.clone(), answer);
                answer
            })
        };
        let (relations, is_asked) = {
            let watched = scope.watched(&ignores);
            (derive_sorted(provider, &sources, &watched), watched.is_asked())
        };
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect();
        let ScopeDigest { files, settings } = scope.digest();
        let files = is_asked.then_some(files);
        Self { version: provider.version(), sources, settings, files, answers, relations }
    }

    /// Whether the provider would derive the same.
    fn is_of(&self, provider: &dyn AnyProvider, sources: &[(FilePath, AnyFacts)], scope: &ProjectScope<'_>) -> bool {
        let is_same = |((path, facts), (known_path, known)): (&(FilePath, AnyFacts), &(FilePath, AnyFacts))| {
            facts.is_same(known) && path == known_path
        };
        let digest = scope.digest();
        self.version == provider.version()
            && self.settings == digest.settings
            && self.files.is_none_or(|files| files == digest.files)
            && self.sources.len() == sources.len()
            && sources.iter().zip(&self.sources).all(is_same)
            && self.answers.iter().all(|(path, answer)| scope.ignores(path) == *answer)
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::Span;

    use super::*;
    use crate::{Provider, RelationInfo, Source, SourceFacts, SourceText, Value, extract_all};

    /// Reads what files hold, and asks of the project what `asks` says.
    struct Words {
        asks: fn(&ProjectScope<'_>) -> bool,
        relations: Vec<RelationInfo>,
    }

    impl Provider for Words {
        type Fact = Vec<Value>;

        fn name(&self) -> &str {
            "words"
        }

        fn about(&self) -> &str {
            ""
        }

        fn relations(&self) -> &[RelationInfo] {
            &self.relations
        }

        fn reads(&self, path: &FilePath) -> bool {
            path.extension() == Some("txt")
        }

        fn extract(&self, source: &Source<'_, '_>) -> SourceFacts<Vec<Value>> {
            let mut out = SourceFacts::default();
            out.say(Span::default(), vec![source.text().into()]);
            out
        }

        fn derive(&self, _: &[(FilePath, &SourceFacts<Vec<Value>>)], scope: &ProjectScope<'_>) -> Vec<Relation> {
            let row = crate::Row {
                path: FilePath::new("a.txt"),
                span: Span::default(),
                values: vec![Value::Flag((self.asks)(scope))],
            };
            vec![Relation { info: self.relations[0].clone(), rows: vec![row], gaps: Vec::new() }]
        }
    }

    fn words(asks: fn(&ProjectScope<'_>) -> bool) -> Words {
        let relations = vec![RelationInfo::own("words.word".to_owned(), String::new(), vec!["is".to_owned()])];
        Words { asks, relations }
    }

    fn extracted(provider: &Words, text: &str) -> Sources {
        let path = FilePath::new("a.txt");
        let sources = [SourceText { path: &path, text: text.as_bytes() }];
        extract_all(&sources, crate::Configured::default(), &[provider]).remove(0).1
    }

    fn paths(names: &[&str]) -> Vec<FilePath> {
        names.iter().map(|name| FilePath::new(name)).collect()
    }

    #[test]
    fn what_a_provider_asks_decides_what_it_depends_on() {
        let few = paths(&["a.txt"]);
        let many = paths(&["a.txt", "b"]);
        let nothing_hidden = |_: &FilePath| false;
        let b_hidden = |path: &FilePath| path.as_str() == "b";
        let c_hidden = |path: &FilePath| path.as_str() == "c";
        let first = || ProjectScope::new(&few, &nothing_hidden);
        let folder = [(FilePath::new("x"), "no".to_owned())];
        // What it asks, and whether another project gives other relations: more files, `b` hidden, `c` hidden, a folder not listed.
        for (asks, expected) in [
            ((|_| true) as fn(&ProjectScope<'_>) -> bool, [false, false, false, true]),
            (|scope| scope.has_file(&FilePath::new("b")), [true, false, false, true]),
            (|scope| scope.files().is_empty(), [true, false, false, true]),
            (|scope| scope.has_folder(&FilePath::new("b")), [true, false, false, true]),
            (|scope| scope.is_out_of_sight(&FilePath::new("b")), [false, true, false, true]),
        ] {
            let provider = words(asks);
            let sources = extracted(&provider, "a");
            let others = [
                ProjectScope::new(&many, &nothing_hidden),
                ProjectScope::new(&few, &b_hidden),
                ProjectScope::new(&few, &c_hidden),
                ProjectScope::new(&few, &nothing_hidden).lacking(&folder),
            ];
            let found = others.map(|other| {
                let store = DerivedStore::of_states(1);
                let before = store.relations_of(&provider, sources.clone(), &first());
                let kept = store.relations_of(&provider, sources.clone(), &first());
                assert_eq!(store.derived(), 1);
                let same = |one: &DerivedFacts, other: &DerivedFacts| format!("{one:?}") == format!("{other:?}");
                assert!(same(&before, &kept));
                let after = store.relations_of(&provider, sources.clone(), &other);
                let fresh = DerivedFacts::derive(vec![(&provider as &dyn AnyProvider, sources.clone())], &other);
                assert!(same(&after, &fresh), "{after:?} {fresh:?}");
                store.derived() == 2
            });
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn as_many_states_are_kept_as_are_looked_at_in_turn() {
        let files = paths(&["a.txt"]);
        let scope = ProjectScope::new(&files, &|_| false);
        let provider = words(|_| true);
        let contents = ["a", "b", "c"].map(|text| extracted(&provider, text));
        for (states, order, expected) in [
            (1, &[0, 0, 1, 1, 0][..], 3),
            (2, &[0, 1, 0, 1, 1, 0], 2),
            (2, &[0, 1, 2, 1, 0], 4),
            (3, &[0, 1, 2, 0, 1, 2], 3),
        ] {
            let store = DerivedStore::of_states(states);
            for at in order {
                let _ = store.relations_of(&provider, contents[*at].clone(), &scope);
            }
            assert_eq!(store.derived(), expected, "{states} {order:?}");
        }
        // The same text read again may be another one for all that the store knows.
        let store = DerivedStore::of_states(1);
        let _ = store.relations_of(&provider, extracted(&provider, "a"), &scope);
        let _ = store.relations_of(&provider, extracted(&provider, "a"), &scope);
        assert_eq!(store.derived(), 2);
    }
}
