//! Endpoints of `HttpApi` of Effect, behind the prefixes of the groups and the API that take them in.

use std::collections::BTreeSet;

use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::super::fact::{ApiFact, Facts, RouteFact, joined};

/// So many prefixes of one group are told apart, and so many lie inside of each other.
const MOST_PREFIXES: usize = 32;
const DEEPEST: usize = 16;

/// A group or API: its file, by number, and its name.
type Key<'r> = (usize, &'r str);

#[derive(Default)]
struct Groups<'r> {
    /// What each puts before its paths, itself.
    prefixes: FxHashMap<Key<'r>, BTreeSet<&'r str>>,
    /// What takes each in.
    parents: FxHashMap<Key<'r>, Vec<Key<'r>>>,
}

/// The endpoints: the number of the file, the place, method and path.
pub(super) fn endpoints<'r>(sources: &[(&FilePath, &'r Facts)]) -> Vec<(usize, Span, &'r str, String)> {
    let groups = Groups::of(sources);
    let mut found = Vec::new();
    for (number, (_, said)) in sources.iter().enumerate() {
        for said in &said.facts {
            if let RouteFact::Api(ApiFact::Endpoint { of, method, path }) = &said.fact {
                let before = groups.before((number, of));
                found.extend(before.iter().map(|before| (number, said.span, &**method, joined(before, path))));
            }
        }
    }
    found
}

impl<'r> Groups<'r> {
    fn of(sources: &[(&FilePath, &'r Facts)]) -> Self {
        let mut groups = Self::default();
        // What only one file of the project names so.
        let mut named: FxHashMap<&str, Option<usize>> = FxHashMap::default();
        let mut own: BTreeSet<Key<'r>> = BTreeSet::new();
        let facts =
            sources.iter().enumerate().flat_map(|(at, (_, said))| said.facts.iter().map(move |said| (at, said)));
        for (number, said) in facts.clone() {
            let RouteFact::Api(fact) = &said.fact else { continue };
            let name = match fact {
                ApiFact::Router { name, prefix } => {
                    if !prefix.is_empty() {
                        groups.prefixes.entry((number, name)).or_default().insert(prefix);
                    }
                    name
                }
                ApiFact::Endpoint { of, .. } => of,
                ApiFact::Mount { .. } => continue,
            };
            own.insert((number, name));
            let known = named.entry(name).or_insert(Some(number));
            *known = known.filter(|known| *known == number);
        }
        for (number, said) in facts {
            let RouteFact::Api(ApiFact::Mount { parent, child }) = &said.fact else { continue };
            let (parent, mut child) = ((number, &**parent), (number, &**child));
            if !own.contains(&child) {
                let Some(Some(file)) = named.get(child.1) else { continue };
                child.0 = *file;
            }
            if child != parent {
                groups.parents.entry(child).or_default().push(parent);
            }
        }
        groups
    }

    /// What stands before the paths of a group: one text for each way in which it is taken in.
    fn before(&self, group: Key<'r>) -> Vec<String> {
        let (mut found, mut open) = (BTreeSet::new(), vec![(group, String::new(), 0)]);
        while let Some((at, behind, depth)) = open.pop() {
            let own: Vec<&str> = self.prefixes.get(&at).into_iter().flatten().copied().collect();
            let own = if own.is_empty() { vec![""] } else { own };
            for own in own {
                let path = joined(own, &behind);
                let parents = self.parents.get(&at).map_or(&[][..], Vec::as_slice);
                if parents.is_empty() || depth >= DEEPEST {
                    found.insert(path);
                    continue;
                }
                open.extend(parents.iter().take(MOST_PREFIXES).map(|parent| (*parent, path.clone(), depth + 1)));
            }
            if found.len() + open.len() > MOST_PREFIXES {
                break;
            }
        }
        if found.is_empty() {
            found.insert(String::new());
        }
        found.into_iter().collect()
    }
}
