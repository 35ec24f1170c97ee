//! Members that are sealed where they stand, before the object goes on: `payload.data.token = encrypt(raw); save(payload.data)`.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::origin::FUNCTIONS;
use super::super::seal::says_sealed;
use super::super::view::ColumnView;

/// The assignments of one file that seal a member of an object.
#[derive(Default)]
pub(super) struct Resealed<'a> {
    /// By how the object is written.
    known: FxHashMap<&'a str, Vec<Assignment<'a>>>,
}

struct Assignment<'a> {
    /// The function that it stands in.
    function: Option<NodeId>,
    place: NodeId,
    key: &'a str,
    value: NodeId,
}

impl<'a> Resealed<'a> {
    pub(super) fn of(view: ColumnView<'a>) -> Self {
        let mut found = Self::default();
        for place in view.nodes(&["assignment_expression"]) {
            let member = view.field(place, "left").and_then(|left| view.member(left));
            let (Some((object, key)), Some(value)) = (member, view.field(place, "right")) else { continue };
            let callee = view.field(view.unwrapped(value), "function").and_then(|callee| view.last_name(callee));
            if view.kind(object) != "this" && callee.is_some_and(says_sealed) {
                let function = around(view, place);
                let assignment = Assignment { function, place, key, value };
                found.known.entry(view.words(object)).or_default().push(assignment);
            }
        }
        found
    }

    /// The keys of an object that were sealed in the same function before it is used at a place, with their values.
    pub(super) fn before(&self, view: ColumnView<'a>, object: NodeId) -> impl Iterator<Item = (&'a str, NodeId)> {
        let known = self.known.get(view.words(object)).map(Vec::as_slice).unwrap_or_default();
        let function = if known.is_empty() { None } else { around(view, object) };
        let is_before = move |one: &&Assignment<'a>| one.place < object && one.function == function;
        known.iter().filter(is_before).map(|one| (one.key, one.value))
    }
}

fn around(view: ColumnView<'_>, node: NodeId) -> Option<NodeId> {
    view.ancestors(node).find(|above| view.is(*above, FUNCTIONS))
}
