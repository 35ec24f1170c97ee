//! Holding rows against each other: one index per relation and columns, so that a check takes linear time.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Condition, Must, Offence, Other, Silence, fill};
use crate::{Facts, Relation, Row, Value};

impl Check {
    /// The rows that do not do what is asked, in the order of their places. A row with nothing in a column that must agree is
    /// not accused.
    ///
    /// # Errors
    /// [`Silence`] where rows may be missing whose absence would accuse somebody.
    pub fn run(&self, facts: &Facts) -> Result<Vec<Offence>, Silence> {
        let Some(each) = facts.relation(&self.each) else { return Ok(Vec::new()) };
        let rows = each.rows.iter().filter(|row| holds(row, &self.filter));
        let offends: Vec<&Row> = match &self.must {
            Must::In(other) => {
                let Some(relation) = facts.relation(&other.relation) else { return Ok(Vec::new()) };
                if let Some((path, gap)) = relation.gaps.first() {
                    let (path, message) = (path.clone(), gap.message.clone());
                    return Err(Silence { relation: other.relation.clone(), path, span: gap.span, message });
                }
                // A project without a single row does not keep such things: it documents no variables, it has no schema.
                if relation.rows.is_empty() {
                    return Ok(Vec::new());
                }
                let index = index(relation, other);
                rows.filter(|row| key(row, other, true).is_some_and(|key| !index.contains_key(&key))).collect()
            }
            Must::NotIn(other) => {
                let Some(relation) = facts.relation(&other.relation) else { return Ok(Vec::new()) };
                let index = index(relation, other);
                rows.filter(|row| key(row, other, true).is_some_and(|key| index.contains_key(&key))).collect()
            }
            Must::Unique(columns) => {
                let mut seen = FxHashSet::default();
                rows.filter(|row| !seen.insert(columns.iter().map(|column| &row.values[*column]).collect::<Vec<_>>()))
                    .collect()
            }
        };
        let see = self.see.as_ref().and_then(|see| Some((see, facts.relation(&see.other.relation)?)));
        let seen = see.map(|(see, relation)| (see, index(relation, &see.other)));
        let offences = offends.into_iter().map(|row| {
            let columns: Vec<_> = each.info.columns.iter().map(|column| column.name).zip(row.values.clone()).collect();
            let related = seen.iter().filter_map(|(see, index)| {
                let other = index.get(&key(row, &see.other, true)?)?;
                Some((other.path.clone(), other.span, fill(&see.message, &columns)))
            });
            let related = related.collect();
            Offence { path: row.path.clone(), span: row.span, columns, related }
        });
        Ok(offences.collect())
    }
}

fn holds(row: &Row, filter: &[Condition]) -> bool {
    filter.iter().all(|condition| {
        let value = row.values[condition.column].to_string();
        condition.values.contains(&value) != condition.negated
    })
}

/// The first row of a relation for each combination of values in the columns that must agree.
fn index<'r>(relation: &'r Relation, other: &Other) -> FxHashMap<Vec<&'r Value>, &'r Row> {
    let mut index = FxHashMap::default();
    for row in relation.rows.iter().filter(|row| holds(row, &other.filter)) {
        if let Some(key) = key(row, other, false) {
            index.entry(key).or_insert(row);
        }
    }
    index
}

/// The values in the columns that must agree; `None` where one is absent.
fn key<'r>(row: &'r Row, other: &Other, left: bool) -> Option<Vec<&'r Value>> {
    let columns = other.on.iter().map(|(of_each, of_other)| if left { *of_each } else { *of_other });
    let values: Vec<&Value> = columns.map(|column| &row.values[column]).collect();
    (!values.contains(&&Value::Absent)).then_some(values)
}
