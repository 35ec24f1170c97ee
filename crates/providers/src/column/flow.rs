//! What values come to when all files are known: what a function of another file gives, and what its calls hand it.

use std::borrow::Cow;

use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use super::fact::{ColumnFact, ColumnValue, Facts, Passed, Sealed, ValueFlow};

/// At most this many functions are followed, one from the other.
const DEEPEST: usize = 6;

/// At most this many places that know something about one function are asked.
const MOST: usize = 24;

/// What functions of a project are given and give.
pub(super) struct Flows<'r> {
    /// By the name of the function.
    known: FxHashMap<&'r str, Vec<(&'r FilePath, &'r Passed)>>,
}

impl<'r> Flows<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)]) -> Self {
        let mut known: FxHashMap<&str, Vec<(&FilePath, &Passed)>> = FxHashMap::default();
        for (path, source) in sources {
            for said in &source.facts {
                if let ColumnFact::Passed(passed) = &said.fact {
                    known.entry(&passed.function).or_default().push((path, passed));
                }
            }
        }
        Self { known }
    }

    /// What something makes of values that it is in the way of, and what says so: one thing in it that seals is enough.
    pub(super) fn seals(&self, path: &FilePath, value: &ColumnValue) -> (Sealed, String) {
        let alone = value.from.iter().map(|flow| ColumnValue {
            from: vec![flow.clone()],
            own: None,
            how: value.how.clone(),
            is_named: false,
        });
        for part in alone.chain(value.own.map(|own| ColumnValue::of(own, value.how.clone()))) {
            if let (Sealed::Yes, how) = self.sealed(path, &part) {
                return (Sealed::Yes, how.into_owned());
            }
        }
        let (sealed, how) = self.sealed(path, value);
        (sealed, how.into_owned())
    }

    /// Whether a value of a file is sealed, and what says so.
    pub(super) fn sealed<'v>(&self, path: &FilePath, value: &'v ColumnValue) -> (Sealed, Cow<'v, str>) {
        let mut come = value.own;
        let mut how = Cow::Borrowed(&*value.how);
        // Each with how many functions it is away.
        let mut open: Vec<(Cow<'_, FilePath>, &ValueFlow, usize)> =
            value.from.iter().map(|flow| (Cow::Borrowed(path), flow, 0)).collect();
        let mut asked = 0;
        while let Some((from, flow, depth)) = open.pop() {
            asked += 1;
            let places = if depth < DEEPEST && asked <= MOST { self.places(&from, flow) } else { Vec::new() };
            if places.is_empty() {
                come = Some(flow.taken.or(come));
            }
            for (path, passed) in places {
                if let Some(own) = passed.value.own {
                    come = Some(own.or(come));
                    how = Cow::Owned(format!("{} of {}", passed.value.how, path.name()));
                }
                open.extend(passed.value.from.iter().map(|flow| (Cow::Owned(path.clone()), flow, depth + 1)));
            }
        }
        (come.unwrap_or_default(), how)
    }

    /// Whether all that is not known of a value is a name: a parameter, a field, also through the functions that it comes through.
    pub(super) fn is_named(&self, path: &FilePath, value: &ColumnValue) -> bool {
        let mut open: Vec<(&FilePath, &ColumnValue, usize)> = vec![(path, value, 0)];
        let mut asked = 0;
        while let Some((from, value, depth)) = open.pop() {
            asked += 1;
            if asked > MOST || depth >= DEEPEST {
                return false;
            }
            let is_known = value.from.is_empty() && value.own == Some(Sealed::No);
            if !(is_known || value.is_named || value.own.is_none()) {
                return false;
            }
            for flow in &value.from {
                let places = self.places(from, flow);
                // A function of which nothing is known may seal what it gives; a field of a struct is a name.
                let is_field = || flow.key.is_some() && flow.function.starts_with(char::is_uppercase);
                if places.is_empty() && flow.argument.is_none() && flow.taken == Sealed::Unknown && !is_field() {
                    return false;
                }
                if places.iter().any(|(_, passed)| passed.value.own == Some(Sealed::Yes)) {
                    return false;
                }
                open.extend(places.into_iter().map(|(path, passed)| (path, &passed.value, depth + 1)));
            }
        }
        true
    }

    /// What knows about the result of a function, or about what it is handed.
    fn places(&self, from: &FilePath, flow: &ValueFlow) -> Vec<(&'r FilePath, &'r Passed)> {
        let known = self.known.get(&*flow.function).map(Vec::as_slice).unwrap_or_default();
        let is_asked = |passed: &Passed| passed.argument == flow.argument && passed.key == flow.key;
        // Before the bound, so that of many functions of one name the one that is imported is among those that are asked.
        let leads = |path: &FilePath| match (flow.module.as_deref(), flow.argument) {
            (Some(module), None) => leads_to(from, module, path),
            _ => true,
        };
        known.iter().copied().filter(|(path, passed)| is_asked(passed) && leads(path)).take(MOST).collect()
    }
}

/// Whether a specifier can lead to a file. Of one that is not a path the last name decides: the file, or the folder of its index.
fn leads_to(from: &FilePath, specifier: &str, to: &FilePath) -> bool {
    let without = |path: &str| {
        let stem = path.rsplit_once('.').filter(|(_, extension)| !extension.contains('/'));
        let stem = stem.map_or(path, |(stem, _)| stem);
        stem.strip_suffix("/index").unwrap_or(stem).to_owned()
    };
    let target = without(to.as_str());
    if specifier.starts_with('.') {
        let path = from.parent().unwrap_or_else(FilePath::root).join(specifier);
        // What a folder hands on stands in a file below it.
        let is_below = || target.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
        return path.as_str() == target || without(path.as_str()) == target || is_below();
    }
    let last = specifier.trim_start_matches(['@', '~', '#', '$']).rsplit('/').next().unwrap_or(specifier);
    let last = last.split('.').next().unwrap_or(last);
    target.rsplit('/').next() == Some(last) || target.split('/').any(|folder| folder == last)
}
