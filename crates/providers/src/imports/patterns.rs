//! Patterns with one `*`, and what each leads to: `paths` of a compiler, `exports` and `imports` of a package. They are found by their
//! beginnings, so that asking costs the same however many there are.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

/// A set of patterns.
#[derive(Default)]
pub(super) struct Patterns<'r> {
    exact: FxHashMap<&'r str, Vec<&'r str>>,
    /// By what stands before the `*`.
    starts: FxHashMap<&'r str, PatternGroup<'r>>,
    /// The lengths of what stands before the `*`.
    lengths: BTreeSet<usize>,
}

/// Patterns that begin alike.
#[derive(Default)]
struct PatternGroup<'r> {
    /// By what stands behind the `*`: the pattern, where it came among the others, what it leads to.
    by_end: FxHashMap<&'r str, (usize, &'r str, Vec<&'r str>)>,
    lengths: BTreeSet<usize>,
}

/// A pattern that fits a text.
pub(super) struct Fit<'p, 'r, 's> {
    pub(super) pattern: &'r str,
    pub(super) targets: &'p [&'r str],
    /// What stands for the `*`.
    pub(super) star: &'s str,
}

impl<'r> Patterns<'r> {
    /// Patterns and their targets; a pattern may come several times.
    pub(super) fn of(entries: impl IntoIterator<Item = (&'r str, &'r str)>) -> Self {
        let mut patterns = Self::default();
        for (order, (pattern, target)) in entries.into_iter().enumerate() {
            match pattern.split_once('*') {
                None => patterns.exact.entry(pattern).or_default().push(target),
                Some((start, end)) => {
                    patterns.lengths.insert(start.len());
                    let ends = patterns.starts.entry(start).or_default();
                    ends.lengths.insert(end.len());
                    ends.by_end.entry(end).or_insert_with(|| (order, pattern, Vec::new())).2.push(target);
                }
            }
        }
        patterns
    }

    /// What a pattern without `*` leads to.
    pub(super) fn exactly(&self, text: &str) -> &[&'r str] {
        self.exact.get(text).map_or(&[], Vec::as_slice)
    }

    /// What stands before the `*` of each.
    pub(super) fn starts(&self) -> impl Iterator<Item = &'r str> {
        self.starts.keys().copied()
    }

    /// Those that have no `*`.
    pub(super) fn exacts(&self) -> impl Iterator<Item = &'r str> {
        self.exact.keys().copied()
    }

    /// The best that fit: the text itself, or those with the longest beginning, in their order.
    pub(super) fn best<'s>(&self, text: &'s str) -> Vec<Fit<'_, 'r, 's>> {
        if let Some((pattern, targets)) = self.exact.get_key_value(text) {
            return vec![Fit { pattern, targets, star: "" }];
        }
        for length in self.lengths.range(..=text.len()).rev() {
            let ends = text.get(..*length).and_then(|start| self.starts.get(start));
            let mut found = ends.map(|ends| ends.fitting(&text[*length..])).unwrap_or_default();
            if !found.is_empty() {
                found.sort_by_key(|(order, _)| *order);
                return found.into_iter().map(|(_, fit)| fit).collect();
            }
        }
        Vec::new()
    }
}

impl<'r> PatternGroup<'r> {
    fn fitting<'s>(&self, rest: &'s str) -> Vec<(usize, Fit<'_, 'r, 's>)> {
        let fit = |length: &usize| {
            let star = rest.get(..rest.len() - length)?;
            let (order, pattern, targets) = self.by_end.get(&rest[star.len()..])?;
            Some((*order, Fit { pattern, targets, star }))
        };
        self.lengths.range(..=rest.len()).filter_map(fit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_wins() {
        let patterns = Patterns::of([
            ("@/*", "src/*"),
            ("@/db/*", "db/*"),
            ("@/db/*.json", "data/*.json"),
            ("@/db/*", "db2/*"),
            ("@/db/é", "exact"),
            ("*", "any/*"),
        ]);
        for (text, expected) in [
            ("@/a", "@/* a src/*"),
            ("@/db/a", "@/db/* a db/*,db2/*"),
            ("@/db/a.json", "@/db/* a.json db/*,db2/*; @/db/*.json a data/*.json"),
            ("@/db/é", "@/db/é  exact"),
            ("é", "* é any/*"),
            ("", "*  any/*"),
        ] {
            let fits = patterns.best(text);
            let fits = fits.iter().map(|fit| format!("{} {} {}", fit.pattern, fit.star, fit.targets.join(",")));
            assert_eq!(fits.collect::<Vec<_>>().join("; "), expected, "{text}");
        }
    }
}
