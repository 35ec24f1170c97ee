//! Holding rows against each other: one index per relation and columns, so that a check takes linear time.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Condition, Must, Offence, Other, Reachability, Silence, fill};
use crate::{Facts, Relation, Row, Value};

impl Check {
    /// The rows that do not do what is asked, in the order of their places. A row with nothing in a column that must agree is
    /// not accused, and where the relation that it is held against has no row at all, none is: a project without a single row
    /// does not keep such things, it documents no variables, it has no schema.
    ///
    /// # Errors
    /// [`Silence`] where rows may be missing whose absence would accuse somebody.
    pub fn run(&self, facts: &Facts) -> Result<Vec<Offence>, Silence> {
        let Some(each) = facts.relation(&self.each) else { return Ok(Vec::new()) };
        for relation in self.must_be_complete().filter_map(|name| facts.relation(name)) {
            if let Some((path, gap)) = relation.gaps.first() {
                let (path, message) = (path.clone(), gap.message.clone());
                return Err(Silence { relation: relation.info.name.to_owned(), path, span: gap.span, message });
            }
        }
        let given = indices(facts, &self.given);
        let spared = indices(facts, &self.spared);
        let rows = each.rows.iter().filter(|row| {
            holds(row, &self.filter)
                && given.iter().all(|index| index.holds_one_like(row))
                && !spared.iter().any(|index| index.holds_one_like(row))
        });
        let offends: Vec<&Row> = match &self.must {
            Must::In(other) | Must::NotIn(other) => {
                let wanted = matches!(self.must, Must::In(_));
                let Some(relation) = facts.relation(&other.relation) else { return Ok(Vec::new()) };
                if relation.rows.is_empty() {
                    return Ok(Vec::new());
                }
                let index = Index::of(relation, other);
                rows.filter(|row| index.key(row).is_some_and(|key| index.rows.contains_key(&key) != wanted)).collect()
            }
            Must::Unique(columns) => {
                let mut seen = FxHashSet::default();
                rows.filter(|row| !seen.insert(columns.iter().map(|column| &row.values[*column]).collect::<Vec<_>>()))
                    .collect()
            }
            Must::Reachable(reachability) => {
                let Some(reached) = reachability.reached(facts) else { return Ok(Vec::new()) };
                let is_left = |row: &&Row| {
                    let value = &row.values[reachability.at];
                    *value != Value::Absent && !reached.contains(value)
                };
                rows.filter(is_left).collect()
            }
            Must::NonEmpty => {
                let is_empty = rows.into_iter().next().is_none();
                let nowhere = || Offence { place: None, columns: Vec::new(), related: Vec::new() };
                return Ok(is_empty.then(nowhere).into_iter().collect());
            }
            Must::Nothing => rows.collect(),
        };
        let see = self.see.as_ref().and_then(|see| Some((see, facts.relation(&see.other.relation)?)));
        let seen = see.map(|(see, relation)| (see, Index::of(relation, &see.other)));
        let offences = offends.into_iter().map(|row| {
            let columns: Vec<_> = each.info.columns.iter().map(|column| column.name).zip(row.values.clone()).collect();
            let related = seen.iter().filter_map(|(see, index)| {
                let other = index.rows.get(&index.key(row)?)?;
                Some((other.path.clone(), other.span, fill(&see.message, &columns)))
            });
            let related = related.collect();
            Offence { place: Some((row.path.clone(), row.span)), columns, related }
        });
        Ok(offences.collect())
    }

    /// The relations in which a row that is not there would accuse somebody.
    fn must_be_complete(&self) -> impl Iterator<Item = &str> {
        let [first, second] = match &self.must {
            Must::In(other) => [Some(&other.relation), None],
            Must::Reachable(reachability) => [Some(&reachability.roots), Some(&reachability.edges)],
            Must::NonEmpty => [Some(&self.each), None],
            Must::NotIn(_) | Must::Unique(_) | Must::Nothing => [None, None],
        };
        let spared = self.spared.iter().map(|other| &other.relation);
        first.into_iter().chain(second).chain(spared).map(String::as_str)
    }
}

impl Reachability {
    /// Every value that the edges lead to, the roots included; `None` where there is no root.
    fn reached<'f>(&self, facts: &'f Facts) -> Option<FxHashSet<&'f Value>> {
        let rows = |name: &str, filter| {
            let relation: Option<&'f Relation> = facts.relation(name);
            relation.into_iter().flat_map(|relation| &relation.rows).filter(move |row| holds(row, filter))
        };
        let mut edges: FxHashMap<&Value, Vec<&Value>> = FxHashMap::default();
        for row in rows(&self.edges, &self.edges_filter) {
            edges.entry(&row.values[self.ends.0]).or_default().push(&row.values[self.ends.1]);
        }
        let mut open: Vec<&Value> = rows(&self.roots, &self.roots_filter).map(|row| &row.values[self.root]).collect();
        if open.is_empty() {
            return None;
        }
        let mut reached = FxHashSet::default();
        while let Some(value) = open.pop() {
            if *value != Value::Absent && reached.insert(value) {
                open.extend(edges.get(value).into_iter().flatten());
            }
        }
        Some(reached)
    }
}

fn holds(row: &Row, filter: &[Condition]) -> bool {
    filter.iter().all(|condition| {
        let value = &row.values[condition.column];
        condition.values.iter().any(|text| value.is_written(text)) != condition.negated
    })
}

/// The first row of a relation for each combination of values in the columns that must agree.
struct Index<'f> {
    other: &'f Other,
    rows: FxHashMap<Vec<&'f Value>, &'f Row>,
}

impl<'f> Index<'f> {
    fn of(relation: &'f Relation, other: &'f Other) -> Self {
        let mut rows = FxHashMap::default();
        for row in relation.rows.iter().filter(|row| holds(row, &other.filter)) {
            if let Some(key) = present(row, other.on.iter().map(|(_, column)| *column)) {
                rows.entry(key).or_insert(row);
            }
        }
        Self { other, rows }
    }

    /// The values of a row that is looked at in the columns that must agree; `None` where one is absent.
    fn key<'r>(&self, row: &'r Row) -> Option<Vec<&'r Value>> {
        present(row, self.other.on.iter().map(|(column, _)| *column))
    }

    fn holds_one_like(&self, row: &Row) -> bool {
        self.key(row).is_some_and(|key| self.rows.contains_key(&key))
    }
}

fn indices<'f>(facts: &'f Facts, others: &'f [Other]) -> Vec<Index<'f>> {
    others.iter().filter_map(|other| Some(Index::of(facts.relation(&other.relation)?, other))).collect()
}

fn present(row: &Row, columns: impl Iterator<Item = usize>) -> Option<Vec<&Value>> {
    let values: Vec<&Value> = columns.map(|column| &row.values[column]).collect();
    (!values.contains(&&Value::Absent)).then_some(values)
}
