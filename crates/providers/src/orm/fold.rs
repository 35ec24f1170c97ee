//! What migrations leave: their changes in the order in which they run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use super::fact::{Facts, ModelTableChange, OrmFact, TableMapper};
use crate::fact_place::FactPlace;

/// A table, as migrations leave it.
pub(super) struct Left<'r> {
    pub(super) place: FactPlace<'r>,
    /// Whether a migration creates it.
    pub(super) is_created: bool,
    /// Whether all its columns are known.
    pub(super) is_whole: bool,
    pub(super) columns: BTreeMap<Arc<str>, FactPlace<'r>>,
}

/// The tables of one database.
#[derive(Default)]
pub(super) struct Tables<'r> {
    pub(super) by_name: BTreeMap<Arc<str>, Left<'r>>,
    /// What nobody can list, with its place.
    pub(super) unknown: Vec<(FactPlace<'r>, String)>,
    /// Columns of any table change in a way that nobody can list.
    pub(super) are_columns_unknown: bool,
}

/// A file of migrations.
pub(super) type MigrationFile<'r> = (&'r FilePath, &'r Facts);

impl<'r> Tables<'r> {
    /// What the migrations of one database leave.
    pub(super) fn of(migrations: &[MigrationFile<'r>]) -> Self {
        let mut tables = Self::default();
        for (path, facts) in in_order(migrations) {
            for said in &facts.facts {
                if let OrmFact::Change(change) = &said.fact {
                    tables.apply(change, FactPlace { path, span: said.span });
                }
            }
        }
        tables
    }

    fn table(&mut self, name: &Arc<str>, place: FactPlace<'r>) -> &mut Left<'r> {
        self.by_name.entry(Arc::clone(name)).or_insert_with(|| Left {
            place,
            is_created: false,
            is_whole: true,
            columns: BTreeMap::new(),
        })
    }

    fn apply(&mut self, change: &ModelTableChange, place: FactPlace<'r>) {
        match change {
            ModelTableChange::Create(name) => self.table(name, place).is_created = true,
            ModelTableChange::Drop(name) => {
                self.by_name.remove(name);
            }
            ModelTableChange::Rename { from, to } => {
                let table = self.by_name.remove(from).unwrap_or(Left {
                    place,
                    is_created: false,
                    is_whole: true,
                    columns: BTreeMap::new(),
                });
                self.by_name.insert(Arc::clone(to), table);
            }
            ModelTableChange::Add { table, column } => {
                self.table(table, place).columns.insert(Arc::clone(column), place);
            }
            ModelTableChange::Remove { table, column } => {
                self.table(table, place).columns.remove(column);
            }
            ModelTableChange::RenameColumn { table, from, to } => {
                let columns = &mut self.table(table, place).columns;
                columns.remove(from);
                columns.insert(Arc::clone(to), place);
            }
            ModelTableChange::RemoveSomewhere(column) => {
                for table in self.by_name.values_mut() {
                    table.columns.remove(column);
                }
            }
            ModelTableChange::Columns(Some(table)) => self.table(table, place).is_whole = false,
            ModelTableChange::Columns(None) => self.are_columns_unknown = true,
            ModelTableChange::Unknown(what) => self.unknown.push((place, what.to_string())),
        }
    }
}

/// Migrations in the order in which they run: each behind those that it follows, else in the order of their paths.
fn in_order<'r>(migrations: &[MigrationFile<'r>]) -> Vec<MigrationFile<'r>> {
    let said = |facts: &'r Facts| {
        facts.facts.iter().find_map(|said| match &said.fact {
            OrmFact::Revision { mapper: TableMapper::SqlAlchemy, id, after } => Some((&**id, after)),
            _ => None,
        })
    };
    let by_id: FxHashMap<&str, usize> =
        migrations.iter().enumerate().filter_map(|(at, (_, facts))| Some((said(facts)?.0, at))).collect();
    let mut waiting = vec![0_usize; migrations.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); migrations.len()];
    for (at, (_, facts)) in migrations.iter().enumerate() {
        for before in said(facts).into_iter().flat_map(|(_, after)| after) {
            if let Some(before) = by_id.get(&**before).filter(|before| **before != at) {
                followers[*before].push(at);
                waiting[at] += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> = (0..migrations.len()).filter(|at| waiting[*at] == 0).collect();
    let mut order = Vec::with_capacity(migrations.len());
    while let Some(at) = ready.pop_first() {
        order.push(migrations[at]);
        for follower in &followers[at] {
            waiting[*follower] -= 1;
            if waiting[*follower] == 0 {
                ready.insert(*follower);
            }
        }
    }
    // Those that follow each other in a circle run in no order.
    order.extend((0..migrations.len()).filter(|at| waiting[*at] > 0).map(|at| migrations[at]));
    order
}
