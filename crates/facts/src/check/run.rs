//! Holding rows against each other: one index per relation and columns, so that a check takes linear time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Condition, Judgement, Listed, Must, Offence, Order, Other, Reachability, See, Unjudged, fill};
use crate::{DerivedFacts, Gap, Hides, Relation, Row, Value};

impl Check {
    /// Judges the rows. A row with nothing in a column that must agree is not accused, and where the relation that it is held
    /// against has no row at all, none is: a project without a single row does not keep such things, it documents no variables,
    /// it has no schema. A row that a gap may have robbed of the one that would agree is left unjudged.
    #[must_use]
    pub fn run<'f>(&self, facts: &'f DerivedFacts) -> Judgement<'f> {
        let mut judgement = Judgement::default();
        let Some(each) = facts.relation(&self.each) else { return judgement };
        let given = indices(facts, &self.given);
        let spared = indices(facts, &self.spared);
        let rows = each.rows.iter().filter(|row| {
            holds(row, &self.filter)
                && given.iter().all(|index| index.holds_one_like(row))
                && !spared.iter().any(|index| index.holds_one_like(row))
        });
        let mut against: Vec<Gaps<'_>> = Vec::new();
        let offends: Vec<&Row> = match &self.must {
            Must::In(other) | Must::NotIn(other) => {
                let wanted = matches!(self.must, Must::In(_));
                let Some(relation) = facts.relation(&other.relation) else { return judgement };
                if relation.rows.is_empty() {
                    return judgement;
                }
                if wanted {
                    against.push(Gaps::of(relation, &other.on));
                }
                let index = Index::of(facts, relation, other);
                rows.filter(|row| index.key(row).is_some_and(|key| index.holds_at(&key, row) != wanted)).collect()
            }
            Must::Unique(columns) => {
                let mut seen = FxHashSet::default();
                rows.filter(|row| !seen.insert(columns.iter().map(|column| row.value(*column)).collect::<Vec<_>>()))
                    .collect()
            }
            Must::Reachable(reachability) => {
                let names = [&reachability.roots, &reachability.edges];
                against.extend(names.into_iter().filter_map(|name| Some(Gaps::of(facts.relation(name)?, &[]))));
                let Some(reached) = reachability.reached(facts) else { return judgement };
                let is_left = |row: &&Row| {
                    let value = row.value(reachability.at);
                    *value != Value::Absent && !reached.contains(&value)
                };
                rows.filter(is_left).collect()
            }
            Must::NonEmpty => {
                if rows.into_iter().next().is_none() {
                    match each.gaps.iter().find(|(_, gap)| gap.hides != Hides::Nothing) {
                        Some((source, gap)) => judgement.unjudged.push(Unjudged { place: None, source, gap }),
                        None => judgement.offences.push(Offence { severity: self.severity, ..Offence::default() }),
                    }
                }
                return judgement;
            }
            Must::Nothing => rows.collect(),
            Must::Every(listed) => {
                for value in listed.missing(rows) {
                    match each.gaps.iter().find(|(_, gap)| gap.hides != Hides::Nothing) {
                        Some((source, gap)) => judgement.unjudged.push(Unjudged { place: None, source, gap }),
                        None => {
                            let value = Value::Text(value.into());
                            let names = each.info.names().enumerate().filter(|(at, _)| listed.columns.contains(at));
                            let columns = names.map(|(_, name)| (name.to_owned(), value.clone())).collect();
                            let key = vec![value];
                            let severity = self.severity;
                            judgement.offences.push(Offence { columns, key, severity, ..Offence::default() });
                        }
                    }
                }
                return judgement;
            }
        };
        let spared = self.spared.iter().filter_map(|other| Some(Gaps::of(facts.relation(&other.relation)?, &other.on)));
        against.extend(spared);
        let nested = self.spared.iter().flat_map(|other| &other.given);
        against.extend(nested.filter_map(|other| Some(Gaps::of(facts.relation(&other.relation)?, &[]))));
        let seen =
            self.see.iter().filter_map(|see| Some((see, FirstRows::of(facts.relation(&see.other.relation)?, see))));
        let seen: Vec<_> = seen.collect();
        let key_columns: Vec<usize> = if self.once.is_empty() { each.info.key().collect() } else { self.once.clone() };
        let key = |row: &Row| {
            let values = key_columns.iter().map(|column| row.value(*column));
            values.filter(|value| !value.is_written(row.path.as_str())).map(Cow::into_owned).collect()
        };
        for row in offends {
            let place = Some((row.path.clone(), row.span));
            if let Some((source, gap)) = against.iter().find_map(|gaps| gaps.hiding(row)) {
                judgement.unjudged.push(Unjudged { place, source, gap });
                continue;
            }
            let columns: Vec<_> =
                each.info.names().enumerate().map(|(at, name)| (name.to_owned(), row.value(at).into_owned())).collect();
            let related = seen.iter().flat_map(|(see, shown)| {
                let others = shown.rows(row).iter().filter(|other| (&other.path, other.span) != (&row.path, row.span));
                others.map(|other| (other.path.clone(), other.span, fill(&see.message, &columns)))
            });
            let related = related.collect();
            let group = self.once.iter().map(|column| row.value(*column).into_owned());
            let group = (!self.once.is_empty()).then(|| group.collect());
            judgement.offences.push(Offence { place, columns, key: key(row), related, group, severity: self.severity });
        }
        judgement
    }
}

/// The gaps of a relation by what they may hide.
#[derive(Default)]
struct Gaps<'f> {
    /// One that may hide any row.
    any: Option<HiddenRows<'f>>,
    /// By the column of the row that is looked at, and its value.
    some: BTreeMap<usize, FxHashMap<&'f Value, HiddenRows<'f>>>,
}

/// A source that was not understood, and what of it.
type HiddenRows<'f> = (&'f FilePath, &'f Gap);

impl<'f> Gaps<'f> {
    /// `on` names the columns that agree, if any do.
    fn of(relation: &'f Relation, on: &[(usize, usize)]) -> Self {
        let mut gaps = Self::default();
        for (path, gap) in &relation.gaps {
            let hides = match &gap.hides {
                Hides::Any => None,
                Hides::Nothing => continue,
                Hides::Beside { column } => match relation.info.column(column) {
                    Some(column) if on.iter().any(|(_, of_other)| *of_other == column) => continue,
                    _ => None,
                },
                Hides::Rows { column, value } => relation.info.column(column).and_then(|column| {
                    let (of_each, _) = on.iter().find(|(_, of_other)| *of_other == column)?;
                    Some((*of_each, value))
                }),
            };
            match hides {
                None => gaps.any = gaps.any.or(Some((path, gap))),
                Some((column, value)) => {
                    gaps.some.entry(column).or_default().entry(value).or_insert((path, gap));
                }
            }
        }
        gaps
    }

    /// The one because of which the relation may lack a row that agrees.
    fn hiding(&self, row: &Row) -> Option<HiddenRows<'f>> {
        let by_value = || self.some.iter().find_map(|(column, hidden)| hidden.get(&*row.value(*column)));
        self.any.or_else(|| by_value().copied())
    }
}

impl Listed {
    /// The values that no row holds, in the order of the list. The time is that of the rows by the values, which are a list in a
    /// configuration.
    fn missing<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> Vec<&str> {
        let mut missing: Vec<&str> = self.values.iter().map(String::as_str).collect();
        for row in rows {
            if missing.is_empty() {
                break;
            }
            let values: Vec<_> = self.columns.iter().map(|column| row.value(*column)).collect();
            missing.retain(|wanted| !values.iter().any(|value| value.is_written(wanted)));
        }
        missing
    }
}

impl Reachability {
    /// Every value that the edges lead to, the roots included; `None` where there is no root.
    fn reached<'f>(&self, facts: &'f DerivedFacts) -> Option<FxHashSet<Cow<'f, Value>>> {
        let rows = |name: &str, filter| {
            let relation: Option<&'f Relation> = facts.relation(name);
            relation.into_iter().flat_map(|relation| &relation.rows).filter(move |row| holds(row, filter))
        };
        let mut edges: FxHashMap<Cow<'_, Value>, Vec<Cow<'_, Value>>> = FxHashMap::default();
        for row in rows(&self.edges, &self.edges_filter) {
            edges.entry(row.value(self.ends.0)).or_default().push(row.value(self.ends.1));
        }
        let mut open: Vec<Cow<'_, Value>> =
            rows(&self.roots, &self.roots_filter).map(|row| row.value(self.root)).collect();
        if open.is_empty() {
            return None;
        }
        let mut reached = FxHashSet::default();
        while let Some(value) = open.pop() {
            if *value != Value::Absent && !reached.contains(&value) {
                open.extend(edges.get(&value).into_iter().flatten().cloned());
                reached.insert(value);
            }
        }
        Some(reached)
    }
}

fn holds(row: &Row, filter: &[Condition]) -> bool {
    filter.iter().all(|condition| {
        let value = row.value(condition.column);
        if let Some(pattern) = &condition.pattern {
            return pattern.is_in(&value.to_string()) != condition.negated;
        }
        let fits = |text: &String| match (&*value, condition.below) {
            (Value::Number(number), true) => text.parse().is_ok_and(|limit: i64| *number < limit),
            // What is not a number is neither below nor above.
            (_, true) => condition.negated,
            (value, false) => value.is_written(text),
        };
        condition.values.iter().any(fits) != condition.negated
    })
}

/// One row of a relation for each combination of values in the columns that must agree: the first, or the one that stands furthest to
/// the side that is asked for.
struct Index<'f> {
    other: &'f Other,
    rows: FxHashMap<Vec<Cow<'f, Value>>, &'f Row>,
}

impl<'f> Index<'f> {
    fn of(facts: &'f DerivedFacts, relation: &'f Relation, other: &'f Other) -> Self {
        let given = indices(facts, &other.given);
        let mut rows: FxHashMap<_, &Row> = FxHashMap::default();
        let fits = |row: &&Row| holds(row, &other.filter) && given.iter().all(|index| index.holds_one_like(row));
        for row in relation.rows.iter().filter(fits) {
            if let Some(key) = present(row, other.on.iter().map(|(_, column)| *column)) {
                let known = rows.entry(key).or_insert(row);
                if other.order.is_some_and(|order| order.is_further(row, known)) {
                    *known = row;
                }
            }
        }
        Self { other, rows }
    }

    /// The values of a row that is looked at in the columns that must agree; `None` where one is absent.
    fn key<'r>(&self, row: &'r Row) -> Option<Vec<Cow<'r, Value>>> {
        present(row, self.other.on.iter().map(|(column, _)| *column))
    }

    /// Whether a row agrees with one that is looked at, which has these values.
    fn holds_at(&self, key: &[Cow<'_, Value>], row: &Row) -> bool {
        let found = self.rows.get(key);
        found.is_some_and(|found| self.other.order.is_none_or(|order| order.holds(row, found)))
    }

    fn holds_one_like(&self, row: &Row) -> bool {
        self.key(row).is_some_and(|key| self.holds_at(&key, row))
    }
}

impl Order {
    /// Whether the other row stands on the side that is asked for; what is not a number stands nowhere.
    fn holds(self, row: &Row, other: &Row) -> bool {
        self.compares(&row.value(self.columns.0), &other.value(self.columns.1))
    }

    /// Whether a row of the other relation stands further to that side than another one.
    fn is_further(self, row: &Row, than: &Row) -> bool {
        let (row, than) = (row.value(self.columns.1), than.value(self.columns.1));
        !matches!(*than, Value::Number(_)) || self.compares(&than, &row)
    }

    fn compares(self, from: &Value, to: &Value) -> bool {
        match (from, to) {
            (Value::Number(from), Value::Number(to)) if self.is_behind => to > from,
            (Value::Number(from), Value::Number(to)) => to < from,
            _ => false,
        }
    }
}

/// The first rows of a relation for each combination of values in the columns that must agree.
struct FirstRows<'f> {
    other: &'f Other,
    rows: FxHashMap<Vec<Cow<'f, Value>>, Vec<&'f Row>>,
}

impl<'f> FirstRows<'f> {
    fn of(relation: &'f Relation, see: &'f See) -> Self {
        let mut rows: FxHashMap<_, Vec<&Row>> = FxHashMap::default();
        for row in relation.rows.iter().filter(|row| holds(row, &see.other.filter)) {
            if let Some(key) = present(row, see.other.on.iter().map(|(_, column)| *column)) {
                let rows = rows.entry(key).or_default();
                match (see.other.order, rows.first()) {
                    // Whether it stands on the right side is asked of each row that is looked at.
                    (Some(order), Some(known)) if order.is_further(row, known) => rows[0] = row,
                    (Some(_), Some(_)) => {}
                    _ if rows.len() < see.most => rows.push(row),
                    _ => {}
                }
            }
        }
        Self { other: &see.other, rows }
    }

    fn rows(&self, row: &'f Row) -> &[&'f Row] {
        let key = present(row, self.other.on.iter().map(|(column, _)| *column));
        let found = key.and_then(|key| self.rows.get(&key)).map_or(&[][..], Vec::as_slice);
        let is_there = |order: Order| found.first().is_some_and(|first| order.holds(row, first));
        if self.other.order.is_none_or(is_there) { found } else { &[] }
    }
}

fn indices<'f>(facts: &'f DerivedFacts, others: &'f [Other]) -> Vec<Index<'f>> {
    others.iter().filter_map(|other| Some(Index::of(facts, facts.relation(&other.relation)?, other))).collect()
}

fn present(row: &Row, columns: impl Iterator<Item = usize>) -> Option<Vec<Cow<'_, Value>>> {
    let values: Vec<Cow<'_, Value>> = columns.map(|column| row.value(column)).collect();
    values.iter().all(|value| **value != Value::Absent).then_some(values)
}
