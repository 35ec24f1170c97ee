//! Joining two lists that grew from one, as git merges two branches.

use std::collections::BTreeSet;

use super::list::Baseline;

/// What two sides make of a common ancestor: what both hold, and what one added. What one side took out stays out, whatever the
/// other did, so that nothing that was fixed comes back. The order of the sides does not matter, nor in which order more than
/// two are joined.
#[must_use]
pub fn merged(base: &Baseline, ours: &Baseline, theirs: &Baseline) -> Baseline {
    Baseline::new(
        joined(base.lines(), ours.lines(), theirs.lines()),
        joined(base.growth(), ours.growth(), theirs.growth()),
    )
}

fn joined<T: Clone + Ord>(base: &[T], ours: &[T], theirs: &[T]) -> Vec<T> {
    let set = |of: &[T]| -> BTreeSet<T> { of.iter().cloned().collect() };
    let (base, ours, theirs) = (set(base), set(ours), set(theirs));
    let in_all = |one: &&T| base.contains(*one) && theirs.contains(*one);
    let kept = ours.iter().filter(in_all);
    let added = ours.union(&theirs).filter(|one| !base.contains(*one));
    kept.chain(added).cloned().collect()
}

#[cfg(test)]
mod tests {
    use auditlint_rules::RuleId;
    use auditlint_source::FilePath;
    use proptest::prelude::*;

    use super::*;
    use crate::Fingerprint;
    use crate::baseline::{BaselineLine, GrowthNote};

    fn line(seed: u8) -> BaselineLine {
        BaselineLine {
            rule: RuleId::new(if seed.is_multiple_of(2) { "a" } else { "b" }),
            path: FilePath::new(if seed.is_multiple_of(3) { "x.ts" } else { "y.ts" }),
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

    fn lines(of: &Baseline) -> BTreeSet<BaselineLine> {
        of.lines().iter().cloned().collect()
    }

    proptest! {
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
