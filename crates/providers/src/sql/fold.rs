//! What migrations leave behind when they are applied one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::checks::{Checks, SqlPlace, ValueList};
use super::dialect::Dialect;
use super::fact::{self, SqlFact, TableChange, TableKind, TypeChange};
use super::name::{Name, Spelled};
use crate::identifier::words;

/// Columns that `LIKE` and `INHERITS` copy, of a whole database; what would be more is left out.
const MOST_COPIED: usize = 100_000;

/// Schemas that need not be written.
const DEFAULTS: &[&str] = &["public", "dbo", "main"];

/// A table or a type: its schema, empty for the one that need not be written, and its name.
type TableKey = (String, String);

pub(super) struct FoldedColumn {
    id: u32,
    pub(super) name: String,
    /// Where it was created, renamed or changed last.
    pub(super) place: SqlPlace,
    /// Where it got its name.
    pub(super) named: SqlPlace,
    pub(super) shown: String,
    kind: Option<usize>,
    /// Nothing where nobody knows.
    pub(super) nullable: Option<bool>,
    pub(super) default: Option<Arc<str>>,
    own_values: Vec<(String, SqlPlace)>,
}

pub(super) struct FoldedTable {
    pub(super) name: String,
    pub(super) place: SqlPlace,
    pub(super) kind: TableKind,
    /// Whether its columns are all known.
    pub(super) complete: bool,
    pub(super) columns: BTreeMap<String, FoldedColumn>,
    checks: Checks,
}

#[derive(Default)]
struct FoldedType {
    values: Vec<(String, SqlPlace)>,
    /// By value: where it stands among them.
    places: FxHashMap<String, Vec<usize>>,
    /// Dropped together with the columns that have it.
    is_gone: bool,
}

impl FoldedType {
    fn add(&mut self, value: &str, place: SqlPlace) {
        self.places.entry(value.to_owned()).or_default().push(self.values.len());
        self.values.push((value.to_owned(), place));
    }

    fn rename(&mut self, from: &str, to: &str, place: &SqlPlace) {
        let places = self.places.remove(from).unwrap_or_default();
        for at in &places {
            self.values[*at] = (to.to_owned(), place.clone());
        }
        self.places.entry(to.to_owned()).or_default().extend(places);
    }
}

/// Values that columns of a table may have.
pub(super) struct AllowedColumns<'a> {
    pub(super) columns: Vec<(&'a FoldedColumn, Vec<&'a (String, SqlPlace)>)>,
    /// Whether there are more columns with values than were looked at.
    pub(super) is_cut: bool,
}

/// A database while migrations are applied.
pub(super) struct FoldedDatabase {
    pub(super) dialect: Dialect,
    pub(super) tables: BTreeMap<TableKey, FoldedTable>,
    kinds: Vec<FoldedType>,
    kind_names: BTreeMap<TableKey, usize>,
    next: u32,
    copied: usize,
    /// Whether `CREATE TABLE IF NOT EXISTS` found the table there, so that the rest of the statement changes nothing.
    is_kept: bool,
}

impl FoldedDatabase {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            tables: BTreeMap::new(),
            kinds: Vec::new(),
            kind_names: BTreeMap::new(),
            next: 0,
            copied: 0,
            is_kept: false,
        }
    }

    fn key(&self, name: &Name) -> TableKey {
        (self.schema_key(name.schema.as_ref()), self.dialect.key(&name.name))
    }

    fn schema_key(&self, schema: Option<&Spelled>) -> String {
        let schema = schema.map(|schema| self.dialect.key(schema)).unwrap_or_default();
        if DEFAULTS.contains(&schema.as_str()) { String::new() } else { schema }
    }

    /// The table that a change is about: one that is written with a schema may have been created without it.
    fn table_key(&self, table: &Name) -> TableKey {
        let key = self.key(table);
        let plain = (String::new(), key.1.clone());
        if !self.tables.contains_key(&key) && self.tables.contains_key(&plain) { plain } else { key }
    }

    fn kind_of(&self, name: &Name) -> Option<usize> {
        let key = self.key(name);
        let plain = (String::new(), key.1.clone());
        self.kind_names.get(&key).or_else(|| self.kind_names.get(&plain)).copied()
    }

    /// The table that a change is about. One that no migration created comes from elsewhere, and has columns that nobody knows.
    fn table(&mut self, table: &Name, place: &SqlPlace) -> &mut FoldedTable {
        let key = self.table_key(table);
        let shown = self.shown(table);
        self.tables.entry(key).or_insert_with(|| FoldedTable {
            name: shown,
            place: place.clone(),
            kind: TableKind::Elsewhere,
            complete: false,
            columns: BTreeMap::new(),
            checks: Checks::default(),
        })
    }

    /// A table as relations name it: with its schema, where that has to be written.
    fn shown(&self, table: &Name) -> String {
        self.shown_in(&self.schema_key(table.schema.as_ref()), &table.name)
    }

    fn shown_in(&self, schema: &str, name: &Spelled) -> String {
        let name = self.dialect.name(name);
        if schema.is_empty() { name } else { format!("{schema}.{name}") }
    }

    fn column(&mut self, table: &Name, column: &Spelled, place: &SqlPlace) -> Option<&mut FoldedColumn> {
        let key = self.dialect.key(column);
        self.table(table, place).columns.get_mut(&key)
    }

    /// Applies a change.
    pub(super) fn apply(&mut self, fact: &SqlFact, span: Span, path: &FilePath) {
        if self.is_kept {
            self.is_kept = *fact != SqlFact::Created;
            return;
        }
        match fact {
            SqlFact::Table { table, change } => {
                self.apply_to_table(table, change, &SqlPlace { path: path.clone(), span });
            }
            SqlFact::Type { name, change } => self.apply_to_kind(name, change, &SqlPlace { path: path.clone(), span }),
            SqlFact::DropSchema(schema) => {
                let schema = self.schema_key(Some(schema));
                let from = (schema.clone(), String::new());
                let gone: Vec<TableKey> = self
                    .tables
                    .range(from..)
                    .take_while(|(key, _)| key.0 == schema)
                    .map(|(key, _)| key.clone())
                    .collect();
                for key in gone {
                    self.tables.remove(&key);
                }
            }
            SqlFact::Created
            | SqlFact::Dialect(_)
            | SqlFact::Lock(_)
            | SqlFact::Write(_)
            | SqlFact::Field(_)
            | SqlFact::Flow(_)
            | SqlFact::Handed(_)
            | SqlFact::ModelTable { .. } => {}
        }
    }

    fn apply_to_table(&mut self, table: &Name, change: &TableChange, place: &SqlPlace) {
        match change {
            TableChange::Create { kind, is_kept, is_complete } => {
                let key = self.key(table);
                self.is_kept = *is_kept && self.tables.contains_key(&key);
                if self.is_kept {
                    return;
                }
                let created = FoldedTable {
                    name: self.shown(table),
                    place: place.clone(),
                    kind: *kind,
                    complete: *is_complete,
                    columns: BTreeMap::new(),
                    checks: Checks::default(),
                };
                self.tables.insert(key, created);
            }
            TableChange::Column(column) => {
                self.add_column(table, column, place);
                if !column.values.is_empty()
                    && let Some(known) = self.column(table, &column.name, place)
                {
                    known.own_values.extend(column.values.iter().map(|value| (value.to_string(), place.clone())));
                }
            }
            TableChange::Like(other) => self.copy_columns(table, other, place),
            TableChange::DropColumn(column) => {
                let key = self.dialect.key(column);
                self.table(table, place).columns.remove(&key);
            }
            TableChange::RenameColumn { from, to } => {
                let name = self.dialect.name(to);
                let (from, to) = (self.dialect.key(from), self.dialect.key(to));
                let columns = &mut self.table(table, place).columns;
                // What asks first whether the column is there renames nothing where it is not.
                if let Some(mut column) = columns.remove(&from) {
                    column.name = name;
                    column.place = place.clone();
                    column.named = place.clone();
                    columns.insert(to, column);
                }
            }
            TableChange::Nullable { column, is_nullable } => {
                let column = self.column(table, column, place);
                if let Some(column) = column.filter(|column| column.nullable != Some(*is_nullable)) {
                    column.nullable = Some(*is_nullable);
                    column.place = place.clone();
                }
            }
            TableChange::Default { column, default } => {
                if let Some(column) = self.column(table, column, place) {
                    column.default.clone_from(default);
                }
            }
            TableChange::Type { column, kind } => {
                let known = kind.name.as_ref().and_then(|name| self.kind_of(name));
                if let Some(column) = self.column(table, column, place) {
                    column.shown = kind.shown.to_string();
                    column.kind = known;
                }
            }
            TableChange::Rename(to) => {
                let from = self.table_key(table);
                let to_key = (from.0.clone(), self.dialect.key(to));
                self.move_table(&from, to_key, to);
            }
            TableChange::SetSchema(schema) => {
                let from = self.table_key(table);
                let to_key = (self.schema_key(Some(schema)), self.dialect.key(&table.name));
                self.move_table(&from, to_key, &table.name);
            }
            TableChange::Drop => {
                let key = self.table_key(table);
                self.tables.remove(&key);
            }
            TableChange::Check(check) => self.add_check(table, check, place),
            TableChange::DropConstraint(name) => {
                let name = self.dialect.key(name);
                self.table(table, place).checks.remove(&name);
            }
            TableChange::RenameConstraint { from, to } => {
                let (from, to) = (self.dialect.key(from), self.dialect.key(to));
                self.table(table, place).checks.rename(&from, to);
            }
        }
    }

    fn apply_to_kind(&mut self, name: &Name, change: &TypeChange, place: &SqlPlace) {
        let key = self.key(name);
        if *change == TypeChange::Create {
            self.kinds.push(FoldedType::default());
            self.kind_names.insert(key, self.kinds.len() - 1);
            return;
        }
        let Some(kind) = self.kind_of(name) else { return };
        match change {
            TypeChange::Create => {}
            TypeChange::Value(value) => self.kinds[kind].add(value, place.clone()),
            TypeChange::RenameValue { from, to } => self.kinds[kind].rename(from, to, place),
            TypeChange::Rename(to) => {
                self.kind_names.remove(&key);
                self.kind_names.insert((key.0, self.dialect.key(to)), kind);
            }
            TypeChange::ForgetValues => {
                self.kinds[kind].values.clear();
                self.kinds[kind].places.clear();
            }
            TypeChange::Drop { is_cascade } => {
                self.kind_names.remove(&key);
                self.kinds[kind].is_gone = *is_cascade;
            }
        }
    }

    fn add_column(&mut self, table: &Name, column: &fact::SqlColumn, place: &SqlPlace) {
        let (key, column_key) = (self.table_key(table), self.dialect.key(&column.name));
        let exists = self.tables.get(&key).is_some_and(|table| table.columns.contains_key(&column_key));
        if column.is_kept && exists {
            return;
        }
        self.next += 1;
        let added = FoldedColumn {
            id: self.next,
            name: self.dialect.name(&column.name),
            place: place.clone(),
            named: place.clone(),
            shown: column.kind.shown.to_string(),
            kind: column.kind.name.as_ref().and_then(|name| self.kind_of(name)),
            nullable: Some(column.is_nullable),
            default: column.default.clone(),
            own_values: Vec::new(),
        };
        self.table(table, place).columns.insert(column_key, added);
    }

    /// `LIKE`, `INHERITS`, `PARTITION OF`
    fn copy_columns(&mut self, table: &Name, from: &Name, place: &SqlPlace) {
        let from = self.key(from);
        let size =
            |table: &FoldedTable| table.columns.values().map(|column| 1 + column.own_values.len()).sum::<usize>();
        let Some(other) = self.tables.get(&from).filter(|other| self.copied + size(other) <= MOST_COPIED) else {
            self.table(table, place).complete = false;
            return;
        };
        self.copied += size(other);
        let mut id = self.next;
        let copies: Vec<(String, FoldedColumn)> = other
            .columns
            .iter()
            .map(|(key, column)| {
                id += 1;
                let copy = FoldedColumn {
                    id,
                    name: column.name.clone(),
                    place: place.clone(),
                    named: place.clone(),
                    shown: column.shown.clone(),
                    kind: column.kind,
                    nullable: column.nullable,
                    default: column.default.clone(),
                    own_values: column.own_values.clone(),
                };
                (key.clone(), copy)
            })
            .collect();
        let is_complete = other.complete;
        self.next = id;
        let table = self.table(table, place);
        table.complete &= is_complete;
        table.columns.extend(copies);
    }

    fn move_table(&mut self, from: &TableKey, to: TableKey, name: &Spelled) {
        let Some(mut table) = self.tables.remove(from) else { return };
        table.name = self.shown_in(&to.0, name);
        self.tables.insert(to, table);
    }

    fn add_check(&mut self, table: &Name, check: &fact::ColumnCheck, place: &SqlPlace) {
        let key = self.table_key(table);
        let column = self.dialect.key(&check.column);
        // As PostgreSQL names it.
        let unnamed = format!("{}_{column}_check", key.1);
        let given = check.constraint.as_ref().map(|name| self.dialect.key(name));
        let table = self.table(table, place);
        let Some(column) = table.columns.get(&column).map(|column| column.id) else { return };
        let values = check.values.iter().map(|value| (value.to_string(), place.clone())).collect();
        let check = ValueList { column, values };
        match given {
            Some(name) => table.checks.add(name, check),
            None => table.checks.add_unnamed(unnamed, check),
        }
    }

    /// The table that a statement names.
    pub(super) fn find(&self, table: &Name) -> Option<&FoldedTable> {
        self.tables.get(&self.key(table))
    }

    /// The columns of a table that are there in the end.
    pub(super) fn columns<'a>(&'a self, table: &'a FoldedTable) -> impl Iterator<Item = &'a FoldedColumn> {
        table.columns.values().filter(|column| !column.kind.is_some_and(|kind| self.kinds[kind].is_gone))
    }

    /// The column of a table that a field of code is: of its own name, or of that in small letters with `_`.
    pub(super) fn column_of_field<'t>(&self, field: &str, table: &'t FoldedTable) -> Option<&'t str> {
        let find = |name: &str| {
            let key = if self.dialect == Dialect::Postgres { name.to_owned() } else { name.to_lowercase() };
            table.columns.get(&key).map(|column| column.name.as_str())
        };
        find(field).or_else(|| find(&words(field).join("_")))
    }

    /// The values that columns of a table may have, where something lists them: those that every list has. `left` is how many values
    /// may be looked at.
    pub(super) fn allowed<'a>(&'a self, table: &'a FoldedTable, left: &mut usize) -> AllowedColumns<'a> {
        let mut checks: BTreeMap<u32, Vec<&ValueList>> = BTreeMap::new();
        for check in table.checks.all().filter(|check| !check.values.is_empty()) {
            checks.entry(check.column).or_default().push(check);
        }
        let mut allowed = AllowedColumns { columns: Vec::new(), is_cut: false };
        for column in self.columns(table) {
            let kind = column.kind.map(|kind| &self.kinds[kind].values);
            let listed = checks.get(&column.id).into_iter().flatten().map(|check| &check.values);
            let lists = kind.into_iter().chain([&column.own_values]).chain(listed).filter(|list| !list.is_empty());
            let Some(rest) = left.checked_sub(lists.clone().map(Vec::len).sum()) else {
                allowed.is_cut = true;
                continue;
            };
            *left = rest;
            let mut lists = lists;
            let Some(first) = lists.next() else { continue };
            let others: Vec<std::collections::BTreeSet<&str>> =
                lists.map(|list| list.iter().map(|(value, _)| value.as_str()).collect()).collect();
            let values = first.iter().filter(|(value, _)| others.iter().all(|other| other.contains(value.as_str())));
            allowed.columns.push((column, values.collect()));
        }
        allowed
    }
}
