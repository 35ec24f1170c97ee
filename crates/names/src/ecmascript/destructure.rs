//! Patterns: the names that they introduce or write, and the parts of the value that these stand for.

use auditlint_syntax::NodeId;
use smallvec::SmallVec;

use super::bind::EcmascriptBinder;
use super::kinds::EcmascriptMeaning;
use super::purpose::Purpose;
use crate::binding::{Access, AccessStep, Spaces};
use crate::builder::Declaration;

/// Parts deeper inside of a value are not followed.
const DEEPEST: usize = 16;

type PatternSteps = SmallVec<[AccessStep; 4]>;

impl EcmascriptBinder<'_> {
    /// Deals with every name of a pattern, before the walk reaches them.
    pub(crate) fn pattern(&mut self, root: NodeId, purpose: Purpose) {
        let default = match purpose {
            Purpose::Declare { declaration, .. } => declaration.default,
            Purpose::Write => None,
        };
        let mut open: Vec<(NodeId, PatternSteps, Option<NodeId>)> = vec![(root, PatternSteps::new(), default)];
        let tree = self.builder.tree;
        let kinds = self.kinds;
        while let Some((node, steps, default)) = open.pop() {
            self.builder.step();
            match kinds.meaning(tree.kind(node)) {
                EcmascriptMeaning::Identifier | EcmascriptMeaning::ShorthandPattern => {
                    self.name(node, &steps, default, purpose);
                }
                EcmascriptMeaning::RestPattern => {
                    open.extend(tree.named_children(node).map(|child| (child, steps.clone(), None)));
                }
                EcmascriptMeaning::AssignmentPattern => {
                    let right = self.child(node, kinds.right);
                    open.extend(self.child(node, kinds.left).map(|left| (left, steps, right)));
                }
                EcmascriptMeaning::ArrayPattern => {
                    let unknown: PatternSteps = SmallVec::from_slice(&[AccessStep::Unknown]);
                    let from = open.len();
                    open.extend(tree.named_children(node).map(|child| (child, unknown.clone(), None)));
                    open[from..].reverse();
                }
                EcmascriptMeaning::ObjectPattern => {
                    let from = open.len();
                    for child in tree.named_children(node) {
                        let (key, value, default) = match kinds.meaning(tree.kind(child)) {
                            EcmascriptMeaning::ShorthandPattern => (Some(AccessStep::Named(child)), Some(child), None),
                            EcmascriptMeaning::ObjectAssignmentPattern => {
                                let left = self.child(child, kinds.left);
                                (left.map(AccessStep::Named), left, self.child(child, kinds.right))
                            }
                            EcmascriptMeaning::PairPattern => {
                                let key = self.child(child, kinds.key).map(|key| {
                                    if Some(tree.kind(key)) == kinds.computed {
                                        AccessStep::Computed(key)
                                    } else {
                                        AccessStep::Named(key)
                                    }
                                });
                                (key, self.child(child, kinds.value), None)
                            }
                            EcmascriptMeaning::RestPattern => {
                                open.push((child, steps.clone(), None));
                                continue;
                            }
                            _ => continue,
                        };
                        let mut below = steps.clone();
                        below.push(key.unwrap_or(AccessStep::Unknown));
                        if below.len() > DEEPEST {
                            below = SmallVec::from_slice(&[AccessStep::Unknown]);
                        }
                        open.extend(value.map(|value| (value, below, default)));
                    }
                    open[from..].reverse();
                }
                // A member that is written (`[a.b] = c`) is seen by the walk, as any expression.
                _ => {}
            }
        }
    }

    fn name(&mut self, node: NodeId, steps: &[AccessStep], default: Option<NodeId>, purpose: Purpose) {
        match purpose {
            Purpose::Declare { scope, declaration } => {
                self.declare(scope, node, steps, Declaration { default, ..declaration });
            }
            Purpose::Write => {
                self.builder.refer(node, Access::Write, Spaces::VALUE);
            }
        }
    }
}
