//! What an options object sets, also where it stands in a constant, is spread into another one, or is written to later.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// So many objects are spread into each other.
const DEEPEST: usize = 8;

/// What an options object gives one of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenSetting {
    /// Nothing: the key is nowhere.
    Missing,
    /// An expression.
    To(NodeId),
    /// Nobody can tell: it may come from a value that is computed, or it is written somewhere else.
    Unknown,
}

/// An object literal that options can be.
#[derive(Clone, Debug, Default)]
pub(super) struct OptionsLiteral<'a> {
    entries: BTreeMap<&'a str, GivenSetting>,
    /// Whether it takes in what nobody can read: a spread of something computed, a computed key.
    is_open: bool,
}

impl<'a> OptionsLiteral<'a> {
    /// Every object that an expression can be; `None` where it can be anything else.
    pub(super) fn all(view: RuleView<'a>, expression: NodeId) -> Option<Vec<Self>> {
        let leaves = leaves(view, expression);
        let written = written_later(view, expression);
        let read = |leaf: &NodeId| {
            let mut settings = (view.kind(*leaf) == "object").then(|| Self::of(view, *leaf))?;
            for key in &written {
                settings.entries.insert(key, GivenSetting::Unknown);
            }
            Some(settings)
        };
        leaves.iter().map(read).collect()
    }

    fn of(view: RuleView<'a>, object: NodeId) -> Self {
        let mut settings = Self::default();
        settings.take_in(view, object, 0);
        settings
    }

    fn take_in(&mut self, view: RuleView<'a>, object: NodeId, depth: usize) {
        // Behind the last of them stands the next object; what stands behind wins.
        let mut open = vec![(object, depth, view.named(object).collect::<Vec<_>>().into_iter())];
        while let Some((_, depth, entries)) = open.last_mut() {
            let depth = *depth;
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            match view.kind(entry) {
                "pair" => {
                    let (Some(key), Some(value)) = (view.field(entry, "key"), view.field(entry, "value")) else {
                        continue;
                    };
                    if view.kind(key) == "computed_property_name" {
                        self.open();
                    } else {
                        self.entries.insert(view.key_text(key), GivenSetting::To(value));
                    }
                }
                "shorthand_property_identifier" => {
                    self.entries.insert(view.text(entry), GivenSetting::To(entry));
                }
                "method_definition" => {
                    if let Some(name) = view.field(entry, "name") {
                        self.entries.insert(view.key_text(name), GivenSetting::To(entry));
                    }
                }
                "spread_element" => {
                    let spread: Vec<NodeId> = view.named(entry).flat_map(|spread| leaves(view, spread)).collect();
                    match spread[..] {
                        [only] if view.kind(only) == "object" && depth < DEEPEST => {
                            open.push((only, depth + 1, view.named(only).collect::<Vec<_>>().into_iter()));
                        }
                        _ => self.open(),
                    }
                }
                _ => {}
            }
        }
    }

    /// What is spread in may give every key another value.
    fn open(&mut self) {
        self.is_open = true;
        self.entries.values_mut().for_each(|setting| *setting = GivenSetting::Unknown);
    }

    /// What it gives a key.
    pub(super) fn get(&self, key: &str) -> GivenSetting {
        let missing = if self.is_open { GivenSetting::Unknown } else { GivenSetting::Missing };
        self.entries.get(key).copied().unwrap_or(missing)
    }
}

/// The expressions in which the value of an expression ends: those that come from nothing else that can be read.
pub(super) fn leaves(view: RuleView<'_>, expression: NodeId) -> Vec<NodeId> {
    let origins = view.origins(expression);
    origins.into_iter().filter(|origin| view.origins(*origin).len() == 1).collect()
}

/// The keys that are written to a name behind its declaration, at any depth: `options.cookie.secure = true` writes `cookie` and `secure`.
fn written_later<'a>(view: RuleView<'a>, expression: NodeId) -> BTreeSet<&'a str> {
    let mut keys = BTreeSet::new();
    let name = view.unwrapped(expression);
    if !view.is(name, &["identifier", "shorthand_property_identifier"]) {
        return keys;
    }
    let uses = view.declaration(name).and_then(|declaration| view.bound_uses(declaration)).unwrap_or_default();
    for used in uses {
        let (mut at, mut path) = (used, Vec::new());
        while let Some(around) = view.parent(at) {
            let is_object = view.field(around, "object") == Some(at) || view.kind(around) == "non_null_expression";
            let key = match view.kind(around) {
                "member_expression" => view.field(around, "property"),
                "subscript_expression" => view.field(around, "index"),
                "non_null_expression" => None,
                _ => break,
            };
            if !is_object {
                break;
            }
            path.extend(key.map(|key| view.key_text(key)));
            at = around;
        }
        let is_written = view.parent(at).is_some_and(|around| {
            view.is(around, &["assignment_expression", "augmented_assignment_expression"])
                && view.field(around, "left") == Some(at)
        });
        if is_written {
            keys.extend(path);
        }
    }
    keys
}

/// A value that stands in the code as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constant<'a> {
    True,
    False,
    /// `undefined` and `null`.
    Nothing,
    Text(&'a str),
    Number(&'a str),
}

/// What an expression is, if it is a constant wherever it comes from.
pub(super) fn constant<'a>(view: RuleView<'a>, expression: NodeId) -> Option<Constant<'a>> {
    match leaves(view, expression)[..] {
        [only] => literal(view, only),
        _ => None,
    }
}

/// The constant that a leaf is.
pub(super) fn literal<'a>(view: RuleView<'a>, leaf: NodeId) -> Option<Constant<'a>> {
    Some(match view.kind(leaf) {
        "true" => Constant::True,
        "false" => Constant::False,
        "null" | "undefined" => Constant::Nothing,
        "identifier" if view.text(leaf) == "undefined" => Constant::Nothing,
        "string" => Constant::Text(view.key_text(leaf)),
        "template_string" if view.named(leaf).all(|part| view.kind(part) == "string_fragment") => {
            Constant::Text(view.key_text(leaf))
        }
        "number" => Constant::Number(view.text(leaf)),
        "unary_expression" => match view.text(leaf) {
            "!0" => Constant::True,
            "!1" => Constant::False,
            _ => return None,
        },
        _ => return None,
    })
}
