//! `section-order`: sections of a file in another order than that of every file.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::separator::{SectionComment, marker_of, separators};

/// a section stands out of order
///
/// ## Why
///
/// Sections are there so that a reader knows where to look: types at the top, exports at the end. One file with another order, and the
/// reader searches again.
///
/// ## Instead
///
/// Move the section with what stands in it. Where code needs a value before it is declared, make it a function.
///
/// ## Note
///
/// Of the sections that the option `order` names, those are reported that have to be moved so that the others stand in that order; as few as
/// possible. A label is compared without regard to capitals and to an `S` at its end; of `AUTH: USER` the words before the `:` count. Other
/// labels are left alone. Whether what stands in a section belongs there, and the order of a file without separators, is not asked.
///
/// ## Bad
///
/// ```ts
/// // --- [ERRORS] ----------------------------------------------------------------
/// class Refused extends Data.TaggedError("Refused") {}
/// «// --- [SCHEMA] ----------------------------------------------------------------»
/// const Item = Schema.Struct({});
/// // --- [EXPORT] ----------------------------------------------------------------
/// export { Item, Refused };
/// ```
///
/// ```ts
/// «// --- [Exports] ---»
/// export { limit };
/// // --- [CONSTANTS] ---
/// const limit = 10;
/// // --- [FUNCTIONS] ---
/// const twice = () => limit * 2;
/// ```
///
/// ```ts {marker: "// ==== ", order: [one, two]}
/// // ==== Two ====
/// const two = 2;
/// «// ==== One ====»
/// const one = 1;
/// ```
///
/// ## Good
///
/// ```ts
/// // --- [TYPES] -----------------------------------------------------------------
/// type Name = Item["name"];
/// // --- [SCHEMA] ----------------------------------------------------------------
/// const Item = Schema.Struct({});
/// // --- [SCHEMA] ----------------------------------------------------------------
/// const Other = Schema.Struct({});
/// // --- [OWN_LABEL] -------------------------------------------------------------
/// const limit = 10;
/// // --- [SERVICE] ---------------------------------------------------------------
/// class Store {}
/// // --- [EXPORT] ----------------------------------------------------------------
/// export { Store };
/// ```
///
/// ```ts
/// const a = () => {
///   // --- [EXPORT] ---
///   return 1;
/// };
/// // --- [TYPES] ---
/// const text = "// --- [SCHEMA]";
/// ```
#[derive(Rule)]
#[rule(
    id = "section-order",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(name = "marker", about = "What a comment begins with that separates sections.", default = "// --- ["),
    option(
        name = "order",
        about = "The labels of the sections in their order.",
        default(
            "TYPES",
            "SCHEMA",
            "TABLES",
            "GROUPS",
            "CONSTANTS",
            "ERRORS",
            "SERVICES",
            "REPOSITORIES",
            "MIDDLEWARE",
            "FUNCTIONS",
            "LAYERS",
            "EXPORT"
        )
    ),
    since = "0.1.0"
)]
pub(super) struct SectionOrder;

/// Labels beyond these are not compared, so that a file costs no more than its separators times this number.
const MOST_LABELS: usize = 64;

impl NativeRule for SectionOrder {
    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let Some(marker) = marker_of(options) else { return };
        let order: Vec<String> = options.texts("order").iter().take(MOST_LABELS).map(|label| normal(label)).collect();
        let sections: Vec<(SectionComment<'_>, usize)> = separators(view, &marker)
            .into_iter()
            .filter_map(|separator| {
                let label = normal(separator.label);
                let rank = order.iter().position(|known| *known == label)?;
                Some((separator, rank))
            })
            .collect();
        let ranks: Vec<usize> = sections.iter().map(|(_, rank)| *rank).collect();
        let stays = in_order(&ranks, order.len());
        for (index, (separator, rank)) in sections.iter().enumerate().filter(|(index, _)| !stays[*index]) {
            // The nearest that it stands on the wrong side of, from the top for what moves up, from the end for what moves down.
            let kept = |other: &usize| stays[*other];
            let label = |other: usize| sections[other].0.label;
            let before = (0..index).filter(kept).find(|other| sections[*other].1 > *rank).map(label);
            let after =
                (index + 1..sections.len()).rev().filter(kept).find(|other| sections[*other].1 < *rank).map(label);
            let message = match (before, after) {
                (Some(before), _) => format!("the section `{}` belongs above `{before}`", separator.label),
                (None, Some(after)) => format!("the section `{}` belongs below `{after}`", separator.label),
                (None, None) => continue,
            };
            emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, separator.comment) });
        }
    }
}

/// A label as it is compared.
fn normal(label: &str) -> String {
    let label = label.split(':').next().unwrap_or(label).trim().to_ascii_uppercase();
    label.strip_suffix('S').map(str::to_owned).unwrap_or(label)
}

/// Which of some ranks may stay where they are: a longest run of them that does not fall.
fn in_order(ranks: &[usize], labels: usize) -> Vec<bool> {
    // Of each rank, the longest run that ends with it: how long, and where it ends.
    let mut longest: Vec<Option<(usize, usize)>> = vec![None; labels];
    let mut before: Vec<Option<usize>> = Vec::with_capacity(ranks.len());
    for (index, rank) in ranks.iter().enumerate() {
        let best = longest[..=*rank].iter().flatten().max_by_key(|(length, _)| *length).copied();
        before.push(best.map(|(_, end)| end));
        longest[*rank] = Some((best.map_or(1, |(length, _)| length + 1), index));
    }
    let mut stays = vec![false; ranks.len()];
    let mut at = longest.iter().flatten().max_by_key(|(length, _)| *length).map(|(_, end)| *end);
    while let Some(index) = at {
        stays[index] = true;
        at = before[index];
    }
    stays
}
