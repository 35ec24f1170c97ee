//! Checks: rules that hold the rows of one relation against another.

mod pattern;
mod read;
mod run;

use auditlint_matcher::{OptionCondition, Spanned};
use auditlint_source::{FilePath, Span};
use serde::{Deserialize, Serialize};

pub use self::pattern::TextPattern;
use crate::limits::MAX_MESSAGE;
use crate::{Gap, Severity, Value};

/// A check as it was read: names and values are valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The relation whose rows are looked at.
    pub each: String,
    /// What options of the rule must be for it to be made.
    pub options: Vec<OptionCondition>,
    /// Which of its rows.
    pub filter: Vec<Condition>,
    /// Of these only the rows that agree with a row of each of these relations.
    pub given: Vec<Other>,
    /// And not those that agree with a row of one of these.
    pub spared: Vec<Other>,
    /// What is asked of each.
    pub must: Must,
    /// Of rows that are the same in these columns the first is reported, and the others beside it. Without columns each is.
    pub once: Vec<usize>,
    /// What else to show.
    pub see: Vec<See>,
    /// How serious what it finds is, instead of what the rule says.
    pub severity: Option<Severity>,
}

/// What a column must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The position of the column.
    pub column: usize,
    /// One of these, as text; with `negated` none of these.
    pub values: Vec<String>,
    /// Whether the values are those that it must not hold.
    pub negated: bool,
    /// The option of the rule that gives the values.
    pub option: Option<Spanned<String>>,
    /// Whether the column must hold a number that is less than the value.
    pub below: bool,
    /// The expression that the text of the column must match; the values say nothing then.
    pub pattern: Option<TextPattern>,
}

/// What is asked of each row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Must {
    /// There is a row in another relation that agrees.
    In(Other),
    /// There is none.
    NotIn(Other),
    /// No row before it has the same values in these columns.
    Unique(Vec<usize>),
    /// Edges of another relation lead to it.
    Reachable(Reachability),
    /// There is one.
    NonEmpty,
    /// There is none.
    Nothing,
    /// Each value that an option of the rule lists is in a row.
    Every(Listed),
}

/// Values that an option of the rule lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The columns of which one must hold them: their positions.
    pub columns: Vec<usize>,
    /// The option.
    pub option: Spanned<String>,
    /// What it lists.
    pub values: Vec<String>,
}

/// Values that must be reached from roots over edges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reachability {
    /// The column whose value must be reached: its position.
    pub at: usize,
    /// The relation that holds the roots.
    pub roots: String,
    /// The column of a root.
    pub root: usize,
    /// Which of its rows are roots.
    pub roots_filter: Vec<Condition>,
    /// The relation that holds the edges.
    pub edges: String,
    /// The columns of an edge: where it begins, where it ends.
    pub ends: (usize, usize),
    /// Which of its rows are edges.
    pub edges_filter: Vec<Condition>,
}

/// Rows of another relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// The relation.
    pub relation: String,
    /// The columns that agree: their positions in the relation that is looked at, and in this one.
    pub on: Vec<(usize, usize)>,
    /// Which of its rows.
    pub filter: Vec<Condition>,
    /// Of these only the rows that themselves agree with a row of each of these relations.
    pub given: Vec<Other>,
    /// Of these only the rows that stand on one side of the row that is looked at.
    pub order: Option<Order>,
}

/// On which side of a row another one stands, by the numbers in a column of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The positions of the columns, in the relation that is looked at and in the other one.
    pub columns: (usize, usize),
    /// Whether the other row stands behind, so that its number is greater; else it stands before.
    pub is_behind: bool,
}

/// A row to be shown beside a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct See {
    /// Where it is found.
    pub other: Other,
    /// What it is, with `$COLUMN` of the row that is looked at.
    pub message: String,
    /// At most this many of them.
    pub most: usize,
}

/// A row that does not do what a check asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offence {
    /// The file and the bytes in it; nothing where a relation has no row, which happens in no file.
    pub place: Option<(FilePath, Span)>,
    /// The columns of the row with what they hold, for the message.
    pub columns: Vec<(String, Value)>,
    /// What says which row it is, whatever the message says of it and wherever its file lies.
    pub key: Vec<Value>,
    /// Other places with what they are.
    pub related: Vec<(FilePath, Span, String)>,
    /// What it has in common with the offences that are said together with it.
    pub group: Option<Vec<Value>>,
    /// How serious it is, where its check says so.
    pub severity: Option<Severity>,
}

/// What a check says.
#[derive(Debug, Default)]
pub struct Judgement<'f> {
    /// The rows that do not do what it asks, in the order of their places.
    pub offences: Vec<Offence>,
    /// The rows that it would accuse if nothing were missing elsewhere.
    pub unjudged: Vec<Unjudged<'f>>,
}

/// A row that nobody is accused of, because what it is held against may lack a row that would agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unjudged<'f> {
    /// The file and the bytes of the row; nothing where a relation has none.
    pub place: Option<(FilePath, Span)>,
    /// The source that was not understood.
    pub source: &'f FilePath,
    /// What of it.
    pub gap: &'f Gap,
}

impl Check {
    /// Its conditions on rows, of every relation that it reads.
    fn conditions_mut(&mut self) -> impl Iterator<Item = &mut Condition> {
        let (of_other, of_edges) = match &mut self.must {
            Must::In(other) | Must::NotIn(other) => (Some(other), None),
            Must::Reachable(reachability) => {
                (None, Some([&mut reachability.roots_filter, &mut reachability.edges_filter]))
            }
            Must::Unique(_) | Must::NonEmpty | Must::Nothing | Must::Every(_) => (None, None),
        };
        let seen = self.see.iter_mut().map(|see| &mut see.other);
        let others = self.given.iter_mut().chain(&mut self.spared).chain(of_other).chain(seen);
        let of_others = others.flat_map(|other| {
            let nested = other.given.iter_mut().map(|given| &mut given.filter);
            std::iter::once(&mut other.filter).chain(nested)
        });
        std::iter::once(&mut self.filter).chain(of_edges.into_iter().flatten()).chain(of_others).flatten()
    }

    /// The options of the rule that give values of its conditions.
    #[must_use]
    pub fn options_for_values(&self) -> Vec<Spanned<String>> {
        let listed = match &self.must {
            Must::Every(listed) => Some(listed.option.clone()),
            _ => None,
        };
        self.clone().conditions_mut().filter_map(|condition| condition.option.clone()).chain(listed).collect()
    }

    /// Takes the values of conditions from options of the rule.
    pub fn settle(&mut self, values: &dyn Fn(&str) -> Vec<String>) {
        for condition in self.conditions_mut() {
            if let Some(option) = &condition.option {
                condition.values = values(&option.value);
            }
        }
        if let Must::Every(listed) = &mut self.must {
            listed.values = values(&listed.option.value);
        }
    }
}

impl Offence {
    /// A text with `$COLUMN` replaced by what the row holds there.
    #[must_use]
    pub fn fill(&self, template: &str) -> String {
        fill(template, &self.columns)
    }

    /// Whether a message that [`Offence::fill`] made was cut.
    #[must_use]
    pub fn is_cut(message: &str) -> bool {
        message.len() > MAX_MESSAGE - CUT.len() && message.ends_with(CUT)
    }
}

fn fill(template: &str, columns: &[(String, Value)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$').filter(|_| text.len() <= MAX_MESSAGE) {
        text.push_str(&rest[..at]);
        let name = variable(&rest[at + 1..]);
        let column = columns.iter().find(|(column, _)| column.eq_ignore_ascii_case(name));
        match column.filter(|_| !name.is_empty()) {
            Some((_, value)) => text.push_str(&value.to_string()),
            None => text.push_str(&rest[at..=at + name.len()]),
        }
        rest = &rest[at + 1 + name.len()..];
    }
    text += rest;
    if text.len() > MAX_MESSAGE {
        let end = (0..=MAX_MESSAGE).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text += CUT;
    }
    text
}

/// Stands at the end of a message that was cut.
const CUT: &str = " […]";

/// The name that a text begins with: capital letters, digits and `_`, as of metavariables.
fn variable(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// The names behind `$` in a text.
pub(crate) fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').map(|(at, _)| variable(&text[at + 1..])).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
