//! What metavariables are bound to during an attempt.
//!
//! Every change goes onto a trail, so that a failed branch is undone by rolling back to a mark: nothing that a branch
//! bound outlives its failure, and nothing is copied.

use auditlint_syntax::NodeId;

/// A run of siblings: flat indices from the first one to the end of the last one's subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Siblings {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Bindings by slot.
#[derive(Debug, Default)]
pub(crate) struct Captures {
    ones: Vec<Option<NodeId>>,
    lists: Vec<Option<Siblings>>,
    trail: Vec<Undo>,
}

/// A length of the trail to return to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CaptureMark(usize);

/// A binding that is out of sight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HiddenBinding {
    One(u16, NodeId),
    List(u16, Siblings),
}

#[derive(Debug)]
enum Undo {
    One(u16, Option<NodeId>),
    List(u16, Option<Siblings>),
}

impl Captures {
    /// Makes room for a program; all slots are unbound between attempts.
    pub(crate) fn reserve(&mut self, ones: usize, lists: usize) {
        if self.ones.len() < ones {
            self.ones.resize(ones, None);
        }
        if self.lists.len() < lists {
            self.lists.resize(lists, None);
        }
    }

    pub(crate) fn one(&self, slot: u16) -> Option<NodeId> {
        self.ones[usize::from(slot)]
    }

    pub(crate) fn list(&self, slot: u16) -> Option<Siblings> {
        self.lists[usize::from(slot)]
    }

    pub(crate) fn ones(&self, count: usize) -> &[Option<NodeId>] {
        &self.ones[..count]
    }

    pub(crate) fn lists(&self, count: usize) -> &[Option<Siblings>] {
        &self.lists[..count]
    }

    pub(crate) fn set_one(&mut self, slot: u16, node: Option<NodeId>) {
        let place = &mut self.ones[usize::from(slot)];
        self.trail.push(Undo::One(slot, *place));
        *place = node;
    }

    pub(crate) fn set_list(&mut self, slot: u16, list: Option<Siblings>) {
        let place = &mut self.lists[usize::from(slot)];
        self.trail.push(Undo::List(slot, *place));
        *place = list;
    }

    /// Unbinds everything, for a matcher that must not see what is bound so far.
    pub(crate) fn hide_all(&mut self) {
        for slot in 0..self.ones.len() {
            if self.ones[slot].is_some() {
                self.set_one(slot as u16, None);
            }
        }
        for slot in 0..self.lists.len() {
            if self.lists[slot].is_some() {
                self.set_list(slot as u16, None);
            }
        }
    }

    /// What was unbound between two marks: by [`Captures::hide_all`].
    pub(crate) fn hidden_between(&self, from: CaptureMark, to: CaptureMark) -> Vec<HiddenBinding> {
        let hidden = self.trail[from.0..to.0].iter().filter_map(|undo| match undo {
            Undo::One(slot, node) => Some(HiddenBinding::One(*slot, (*node)?)),
            Undo::List(slot, list) => Some(HiddenBinding::List(*slot, (*list)?)),
        });
        hidden.collect()
    }

    pub(crate) fn mark(&self) -> CaptureMark {
        CaptureMark(self.trail.len())
    }

    pub(crate) fn roll_back(&mut self, mark: CaptureMark) {
        while self.trail.len() > mark.0 {
            match self.trail.pop() {
                Some(Undo::One(slot, old)) => self.ones[usize::from(slot)] = old,
                Some(Undo::List(slot, old)) => self.lists[usize::from(slot)] = old,
                None => {}
            }
        }
    }

    /// Unbinds everything after an attempt.
    pub(crate) fn reset(&mut self) {
        self.roll_back(CaptureMark(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolls_back() {
        let mut captures = Captures::default();
        captures.reserve(2, 1);
        captures.set_one(0, Some(NodeId(1)));
        let mark = captures.mark();
        captures.set_one(0, Some(NodeId(2)));
        captures.set_one(1, Some(NodeId(3)));
        captures.set_list(0, Some(Siblings { start: 1, end: 2 }));
        captures.hide_all();
        assert_eq!((captures.one(0), captures.one(1), captures.list(0)), (None, None, None));
        captures.roll_back(mark);
        assert_eq!((captures.one(0), captures.one(1), captures.list(0)), (Some(NodeId(1)), None, None));
        captures.reset();
        assert_eq!(captures.one(0), None);
    }
}
