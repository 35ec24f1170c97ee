//! Joining two lists that grew from one, as git merges two branches.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_rules::RuleId;
use auditlint_source::FilePath;

use super::line::BaselineLine;
use super::list::Baseline;
use crate::Fingerprint;

/// What two sides make of a common ancestor: what both hold, and what one added. What one side took out stays out, whatever the
/// other did, so that nothing that was fixed comes back; a line that stands at another path on one side is still that line. The order of
/// the sides does not matter, nor in which order more than two are joined, as far as it is certain which line became which.
#[must_use]
pub fn merged(base: &Baseline, ours: &Baseline, theirs: &Baseline) -> Baseline {
    let set = |of: &Baseline| -> BTreeSet<BaselineLine> { of.lines().iter().cloned().collect() };
    let ancestor = set(base);
    let sides = [set(ours), set(theirs)].map(|side| Side::of(&ancestor, side));
    let fates = ancestor.iter().filter_map(|line| sides[0].fate(line)?.join(sides[1].fate(line)?));
    let kept = fates.map(|fate| fate.line.clone());
    let added = sides.iter().flat_map(|side| side.added.iter().cloned());
    Baseline::new(kept.chain(added).collect(), joined(base.growth(), ours.growth(), theirs.growth()))
}

fn joined<T: Clone + Ord>(base: &[T], ours: &[T], theirs: &[T]) -> Vec<T> {
    let set = |of: &[T]| -> BTreeSet<T> { of.iter().cloned().collect() };
    let (base, ours, theirs) = (set(base), set(ours), set(theirs));
    let in_all = |one: &&T| base.contains(*one) && theirs.contains(*one);
    let kept = ours.iter().filter(in_all);
    let added = ours.union(&theirs).filter(|one| !base.contains(*one));
    kept.chain(added).cloned().collect()
}

/// What one side made of the ancestor.
struct Side {
    lines: BTreeSet<BaselineLine>,
    /// Lines of the ancestor that stand at another path.
    moved: BTreeMap<BaselineLine, BaselineLine>,
    /// Lines that the ancestor does not hold, at no path.
    added: BTreeSet<BaselineLine>,
}

/// Lines of one rule and fingerprint that one side took out, and that it added.
#[derive(Default)]
struct Changed<'l> {
    gone: Vec<&'l BaselineLine>,
    come: Vec<&'l BaselineLine>,
}

impl Side {
    fn of(ancestor: &BTreeSet<BaselineLine>, lines: BTreeSet<BaselineLine>) -> Self {
        let mut changed: BTreeMap<(&RuleId, Fingerprint), Changed<'_>> = BTreeMap::new();
        for line in ancestor.difference(&lines) {
            changed.entry((&line.rule, line.fingerprint)).or_default().gone.push(line);
        }
        for line in lines.difference(ancestor) {
            changed.entry((&line.rule, line.fingerprint)).or_default().come.push(line);
        }
        // Where one line went and one came, the file of one became that of the other, which says which of several lines belong together.
        let mut renamed: BTreeMap<&FilePath, &FilePath> = BTreeMap::new();
        for changed in changed.values() {
            if let ([gone], [come]) = (&changed.gone[..], &changed.come[..]) {
                renamed.entry(&gone.path).or_insert(&come.path);
            }
        }
        let mut moved = BTreeMap::new();
        for changed in changed.into_values() {
            let mut come: BTreeSet<&BaselineLine> = changed.come.into_iter().collect();
            let mut others = Vec::new();
            for gone in changed.gone {
                let same = |path: &&FilePath| BaselineLine { path: (*path).clone(), ..gone.clone() };
                match renamed.get(&gone.path).map(same).and_then(|line| come.take(&line)) {
                    Some(to) => {
                        moved.insert(gone.clone(), to.clone());
                    }
                    None => others.push(gone),
                }
            }
            let pairs = others.into_iter().zip(come).filter(|(gone, came)| gone.path != came.path);
            moved.extend(pairs.map(|(gone, came)| (gone.clone(), came.clone())));
        }
        let targets: BTreeSet<&BaselineLine> = moved.values().collect();
        let added = lines.difference(ancestor).filter(|line| !targets.contains(*line)).cloned().collect();
        Self { lines, moved, added }
    }

    /// What became of a line of the ancestor; `None` where it was taken out.
    fn fate<'s>(&'s self, line: &'s BaselineLine) -> Option<Fate<'s>> {
        match self.moved.get(line) {
            Some(line) => Some(Fate { line, is_moved: true }),
            None => self.lines.contains(line).then_some(Fate { line, is_moved: false }),
        }
    }
}

/// A line that a side kept, where it stands now.
struct Fate<'s> {
    line: &'s BaselineLine,
    is_moved: bool,
}

impl Fate<'_> {
    /// What both sides make of it: of two new paths the first, so that it does not stand there twice.
    fn join(self, other: Self) -> Option<Self> {
        Some(match (self.is_moved, other.is_moved) {
            (true, true) if self.line > other.line => other,
            (false, true) => other,
            _ => self,
        })
    }
}

#[cfg(test)]
mod tests {
    use auditlint_rules::RuleId;
    use auditlint_source::FilePath;
    use proptest::prelude::*;

    use super::*;
    use crate::Fingerprint;
    use crate::baseline::{BaselineLine, GrowthNote};

    /// A line; each fingerprint stands at one path, so that none of these can have moved.
    fn line(seed: u8) -> BaselineLine {
        BaselineLine {
            rule: RuleId::new(if seed.is_multiple_of(2) { "a" } else { "b" }),
            path: FilePath::new(if (seed / 4).is_multiple_of(3) { "x.ts" } else { "y.ts" }),
            fingerprint: Fingerprint(u64::from(seed / 4)),
            ordinal: u32::from(seed % 4) + 1,
        }
    }

    fn baselines() -> impl Strategy<Value = Baseline> {
        let lines = prop::collection::vec(0_u8..24, 0..16);
        (lines, prop::collection::vec(0_u32..4, 0..3)).prop_map(|(lines, notes)| {
            let note = |lines| GrowthNote { day: None, lines, reason: "r".into() };
            Baseline::new(lines.into_iter().map(line).collect(), notes.into_iter().map(note).collect())
        })
    }

    /// What a side does with a line of the ancestor: takes it out, keeps it, or has it at another path.
    type Doing = Option<u8>;

    const LINES: usize = 12;

    /// Lines of an ancestor that stand once each, three to a file.
    fn of_ancestor(number: usize) -> BaselineLine {
        BaselineLine { path: FilePath::new(&format!("f{}.ts", number / 3)), ..line((number * 4) as u8) }
    }

    fn doings() -> impl Strategy<Value = (Vec<Doing>, Vec<u8>)> {
        let doing = prop_oneof![2 => Just(None), 3 => Just(Some(0)), 3 => (1_u8..4).prop_map(Some)];
        (prop::collection::vec(doing, LINES), prop::collection::vec(0_u8..4, 0..3))
    }

    /// A line where a side has it, which took a way of its own.
    fn at(number: usize, path: u8) -> BaselineLine {
        let line = of_ancestor(number);
        match path {
            0 => line,
            path => BaselineLine { path: FilePath::new(&format!("moved{path}.ts")), ..line },
        }
    }

    fn side((doings, added): &(Vec<Doing>, Vec<u8>)) -> Baseline {
        let of_base = doings.iter().enumerate().filter_map(|(number, doing)| Some(at(number, (*doing)?)));
        let new = |seed: &u8| BaselineLine { fingerprint: Fingerprint(1_000 + u64::from(*seed)), ..line(*seed) };
        Baseline::new(of_base.chain(added.iter().map(new)).collect(), Vec::new())
    }

    fn ancestor() -> Baseline {
        Baseline::new((0..LINES).map(of_ancestor).collect(), Vec::new())
    }

    fn moved_file(path: &str, count: u32) -> Baseline {
        let line = |ordinal| BaselineLine { path: FilePath::new(path), ordinal, ..line(0) };
        Baseline::new((1..=count).map(line).collect(), Vec::new())
    }

    #[test]
    fn a_renamed_file_is_still_that_file() {
        let none = || Baseline::new(Vec::new(), Vec::new());
        for (ours, theirs, expected) in [
            (moved_file("y.ts", 1), none(), none()),
            (moved_file("y.ts", 1), moved_file("x.ts", 1), moved_file("y.ts", 1)),
            (moved_file("z.ts", 1), moved_file("y.ts", 1), moved_file("y.ts", 1)),
        ] {
            assert_eq!(merged(&moved_file("x.ts", 1), &ours, &theirs), expected);
            assert_eq!(merged(&moved_file("x.ts", 1), &theirs, &ours), expected);
        }
        // One of three equal findings is fixed on the other side, and its file renamed on this one.
        let merged = merged(&moved_file("x.ts", 3), &moved_file("y.ts", 3), &moved_file("x.ts", 2));
        assert_eq!(merged, moved_file("y.ts", 2));
    }

    #[test]
    fn what_went_with_its_file_says_where_equal_lines_went() {
        let at = |path: &str, fingerprint| BaselineLine {
            path: FilePath::new(path),
            fingerprint: Fingerprint(fingerprint),
            ..line(0)
        };
        let list = |lines: &[(&str, u64)]| {
            Baseline::new(lines.iter().map(|(path, fingerprint)| at(path, *fingerprint)).collect(), Vec::new())
        };
        // Both files have a line 7; their other lines show that they changed names crosswise.
        let base = list(&[("a.ts", 1), ("a.ts", 7), ("b.ts", 2), ("b.ts", 7)]);
        let ours = list(&[("z.ts", 1), ("z.ts", 7), ("y.ts", 2), ("y.ts", 7)]);
        let theirs = list(&[("a.ts", 1), ("b.ts", 2), ("b.ts", 7)]);
        assert_eq!(merged(&base, &ours, &theirs), list(&[("z.ts", 1), ("y.ts", 2), ("y.ts", 7)]));
    }

    fn lines(of: &Baseline) -> BTreeSet<BaselineLine> {
        of.lines().iter().cloned().collect()
    }

    proptest! {
        #[test]
        fn any_lists_may_change_places(seeds in prop::collection::vec(prop::collection::vec(0_u8..24, 0..16), 3)) {
            let list = |seeds: &Vec<u8>| {
                let path = |seed: u8| FilePath::new(["x.ts", "y.ts", "z.ts"][usize::from(seed % 3)]);
                let anywhere = |seed: &u8| BaselineLine { path: path(*seed), fingerprint: Fingerprint(u64::from(seed / 9)), ..line(*seed) };
                Baseline::new(seeds.iter().map(anywhere).collect(), Vec::new())
            };
            let (base, a, b) = (list(&seeds[0]), list(&seeds[1]), list(&seeds[2]));
            let merged = merged(&base, &a, &b);
            prop_assert_eq!(&super::merged(&base, &b, &a), &merged);
            prop_assert_eq!(super::merged(&base, &a, &base), a.clone());
            prop_assert_eq!(super::merged(&base, &a, &a), a.clone());
            let (merged, a, b) = (lines(&merged), lines(&a), lines(&b));
            prop_assert!(merged.iter().all(|one| a.contains(one) || b.contains(one)));
        }

        #[test]
        fn what_moved_on_one_side_does_not_come_back(a in doings(), b in doings()) {
            let (left, right) = (side(&a), side(&b));
            let merged = merged(&ancestor(), &left, &right);
            prop_assert_eq!(&super::merged(&ancestor(), &right, &left), &merged);
            let found = lines(&merged);
            for number in 0..LINES {
                let of_line = |one: &&BaselineLine| one.fingerprint == of_ancestor(number).fingerprint;
                let left: Vec<&BaselineLine> = found.iter().filter(of_line).collect();
                let expected = match (a.0[number], b.0[number]) {
                    (Some(0), Some(path)) | (Some(path), Some(0)) => Some(at(number, path)),
                    (Some(one), Some(other)) => Some(at(number, one.min(other))),
                    _ => None,
                };
                prop_assert_eq!(left, expected.iter().collect::<Vec<_>>());
            }
            let new = |of: &Baseline| lines(of).into_iter().filter(|one| one.fingerprint.0 >= 1_000).collect::<BTreeSet<_>>();
            prop_assert_eq!(new(&merged), new(&left).union(&new(&right)).cloned().collect::<BTreeSet<_>>());
        }

        #[test]
        fn three_sides_of_which_some_moved_lines_may_come_in_any_order(a in doings(), b in doings(), c in doings()) {
            let (a, b, c) = (side(&a), side(&b), side(&c));
            let left = merged(&ancestor(), &merged(&ancestor(), &a, &b), &c);
            let right = merged(&ancestor(), &a, &merged(&ancestor(), &b, &c));
            prop_assert_eq!(left, right);
            prop_assert_eq!(merged(&ancestor(), &a, &ancestor()), a.clone());
            prop_assert_eq!(merged(&ancestor(), &a, &a), a);
        }

        #[test]
        fn the_sides_may_change_places(base in baselines(), a in baselines(), b in baselines()) {
            prop_assert_eq!(merged(&base, &a, &b), merged(&base, &b, &a));
        }

        #[test]
        fn three_sides_may_come_in_any_order(
            base in baselines(), a in baselines(), b in baselines(), c in baselines()
        ) {
            let left = merged(&base, &merged(&base, &a, &b), &c);
            let right = merged(&base, &a, &merged(&base, &b, &c));
            prop_assert_eq!(left, right);
        }

        #[test]
        fn nothing_comes_back_and_nothing_is_lost(base in baselines(), a in baselines(), b in baselines()) {
            let merged = lines(&merged(&base, &a, &b));
            let (base, a, b) = (lines(&base), lines(&a), lines(&b));
            for one in &base {
                prop_assert_eq!(merged.contains(one), a.contains(one) && b.contains(one));
            }
            for one in a.union(&b).filter(|one| !base.contains(*one)) {
                prop_assert!(merged.contains(one));
            }
            prop_assert!(merged.iter().all(|one| a.contains(one) || b.contains(one)));
        }

        #[test]
        fn a_side_that_did_nothing_changes_nothing(base in baselines(), a in baselines()) {
            prop_assert_eq!(merged(&base, &a, &base), a.clone());
            prop_assert_eq!(merged(&base, &a, &a), a);
        }

        #[test]
        fn what_is_merged_is_read(base in baselines(), a in baselines(), b in baselines()) {
            let merged = merged(&base, &a, &b);
            prop_assert_eq!(Baseline::read(merged.to_text().as_bytes()).unwrap(), merged);
        }
    }
}
