//! What migrations leave behind when they are applied one after the other.

use std::collections::BTreeMap;

use auditlint_facts::{RawRow, Value};
use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::checks::{Check, Checks};
use super::dialect::Dialect;
use super::raw;

/// A place: the file and the bytes in it.
pub(super) type Place = (FilePath, Span);

/// Columns that `LIKE` and `INHERITS` copy, of a whole database; what would be more is left out.
const MOST_COPIED: usize = 100_000;

/// Schemas that need not be written.
const DEFAULTS: &[&str] = &["public", "dbo", "main"];

/// A table or a type: its schema, empty for the one that need not be written, and its name.
type Key = (String, String);

pub(super) struct Column {
    id: u32,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) shown: String,
    kind: Option<usize>,
    /// Nothing where nobody knows.
    pub(super) nullable: Option<bool>,
    pub(super) default: Value,
    own_values: Vec<(String, Place)>,
}

pub(super) struct Table {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) kind: String,
    /// Whether its columns are all known.
    pub(super) complete: bool,
    pub(super) columns: BTreeMap<String, Column>,
    checks: Checks,
}

#[derive(Default)]
struct Kind {
    values: Vec<(String, Place)>,
    /// By value: where it stands among them.
    places: FxHashMap<String, Vec<usize>>,
    /// Dropped together with the columns that have it.
    is_gone: bool,
}

impl Kind {
    fn add(&mut self, value: &str, place: Place) {
        self.places.entry(value.to_owned()).or_default().push(self.values.len());
        self.values.push((value.to_owned(), place));
    }

    fn rename(&mut self, from: &str, to: &str, place: &dyn Fn() -> Place) {
        let places = self.places.remove(from).unwrap_or_default();
        for at in &places {
            self.values[*at] = (to.to_owned(), place());
        }
        self.places.entry(to.to_owned()).or_default().extend(places);
    }
}

/// Values that columns of a table may have.
pub(super) struct Allowed<'a> {
    pub(super) columns: Vec<(&'a Column, Vec<&'a (String, Place)>)>,
    /// Whether there are more columns with values than were looked at.
    pub(super) is_cut: bool,
}

/// A database while migrations are applied.
pub(super) struct Database {
    pub(super) dialect: Dialect,
    pub(super) tables: BTreeMap<Key, Table>,
    kinds: Vec<Kind>,
    kind_names: BTreeMap<Key, usize>,
    next: u32,
    copied: usize,
    /// Whether `CREATE TABLE IF NOT EXISTS` found the table there, so that the rest of the statement changes nothing.
    is_kept: bool,
    /// The check whose values follow.
    open: Option<(Key, String)>,
}

impl Database {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            tables: BTreeMap::new(),
            kinds: Vec::new(),
            kind_names: BTreeMap::new(),
            next: 0,
            copied: 0,
            is_kept: false,
            open: None,
        }
    }

    fn key(&self, schema: &Value, name: &Value) -> Key {
        (self.schema_key(schema), self.dialect.key(name.text()))
    }

    fn schema_key(&self, schema: &Value) -> String {
        let schema = self.dialect.key(schema.text());
        if DEFAULTS.contains(&schema.as_str()) { String::new() } else { schema }
    }

    /// The table that a change is about: one that is written with a schema may have been created without it.
    fn table_key(&self, row: &RawRow) -> Key {
        let key = self.key(&row.values[0], &row.values[1]);
        let plain = (String::new(), key.1.clone());
        if !self.tables.contains_key(&key) && self.tables.contains_key(&plain) { plain } else { key }
    }

    fn kind_of(&self, schema: &Value, name: &Value) -> Option<usize> {
        let key = self.key(schema, name);
        let plain = (String::new(), key.1.clone());
        self.kind_names.get(&key).or_else(|| self.kind_names.get(&plain)).copied()
    }

    /// The table that a change is about. One that no migration created comes from elsewhere, and has columns that nobody knows.
    fn table(&mut self, row: &RawRow, path: &FilePath) -> &mut Table {
        let key = self.table_key(row);
        let shown = self.shown(row);
        self.tables.entry(key).or_insert_with(|| Table {
            name: shown,
            place: (path.clone(), row.span),
            kind: "elsewhere".to_owned(),
            complete: false,
            columns: BTreeMap::new(),
            checks: Checks::default(),
        })
    }

    /// A table as relations name it: with its schema, where that has to be written.
    fn shown(&self, row: &RawRow) -> String {
        let (schema, _) = self.key(&row.values[0], &row.values[1]);
        self.shown_in(&schema, row.values[1].text())
    }

    fn shown_in(&self, schema: &str, name: &str) -> String {
        let name = self.dialect.name(name);
        if schema.is_empty() { name } else { format!("{schema}.{name}") }
    }

    fn column(&mut self, row: &RawRow, path: &FilePath) -> Option<&mut Column> {
        let key = self.dialect.key(row.values[2].text());
        self.table(row, path).columns.get_mut(&key)
    }

    /// Applies a change.
    pub(super) fn apply(&mut self, row: &RawRow, path: &FilePath) {
        let place = || (path.clone(), row.span);
        let value = |at: usize| row.values.get(at).cloned().unwrap_or_default();
        let flag = |at: usize| value(at) == Value::Flag(true);
        if self.is_kept {
            self.is_kept = row.relation != raw::CREATED;
            return;
        }
        match row.relation {
            raw::CREATE_TABLE => {
                let key = self.key(&row.values[0], &row.values[1]);
                self.is_kept = flag(3) && self.tables.contains_key(&key);
                if self.is_kept {
                    return;
                }
                let table = Table {
                    name: self.shown(row),
                    place: place(),
                    kind: value(2).text().to_owned(),
                    complete: flag(4),
                    columns: BTreeMap::new(),
                    checks: Checks::default(),
                };
                self.tables.insert(key, table);
            }
            raw::COLUMN => self.add_column(row, place()),
            raw::COLUMN_VALUE => {
                if let Some(column) = self.column(row, path) {
                    column.own_values.push((value(3).text().to_owned(), place()));
                }
            }
            raw::LIKE => self.copy_columns(row, path),
            raw::DROP_COLUMN => {
                let key = self.dialect.key(row.values[2].text());
                self.table(row, path).columns.remove(&key);
            }
            raw::RENAME_COLUMN => {
                let (from, to) = (self.dialect.key(row.values[2].text()), self.dialect.key(row.values[3].text()));
                let name = self.dialect.name(row.values[3].text());
                let columns = &mut self.table(row, path).columns;
                // What asks first whether the column is there renames nothing where it is not.
                if let Some(mut column) = columns.remove(&from) {
                    column.name = name;
                    column.place = place();
                    columns.insert(to, column);
                }
            }
            raw::NULLABLE => {
                let column = self.column(row, path).filter(|column| column.nullable != Some(flag(3)));
                if let Some(column) = column {
                    column.nullable = Some(flag(3));
                    column.place = place();
                }
            }
            raw::DEFAULT => {
                if let Some(column) = self.column(row, path) {
                    column.default = value(3);
                }
            }
            raw::TYPE => {
                let kind = self.kind_of(&row.values[4], &row.values[5]);
                if let Some(column) = self.column(row, path) {
                    column.shown = value(3).text().to_owned();
                    column.kind = kind;
                }
            }
            raw::RENAME_TABLE => self.move_table(row, None),
            raw::SET_SCHEMA => self.move_table(row, Some(&row.values[2])),
            raw::DROP_TABLE => {
                let key = self.table_key(row);
                self.tables.remove(&key);
            }
            raw::DROP_SCHEMA => {
                let schema = self.schema_key(&row.values[1]);
                let from = (schema.clone(), String::new());
                let gone: Vec<Key> = self
                    .tables
                    .range(from..)
                    .take_while(|(key, _)| key.0 == schema)
                    .map(|(key, _)| key.clone())
                    .collect();
                for key in gone {
                    self.tables.remove(&key);
                }
            }
            raw::CHECK => self.add_check(row, path),
            raw::CHECK_VALUE => {
                let check =
                    self.open.as_ref().and_then(|(table, name)| self.tables.get_mut(table)?.checks.get_mut(name));
                if let Some(check) = check {
                    check.values.push((value(0).text().to_owned(), place()));
                }
            }
            raw::DROP_CONSTRAINT => {
                let name = self.dialect.key(row.values[2].text());
                self.table(row, path).checks.remove(&name);
            }
            raw::RENAME_CONSTRAINT => {
                let (from, to) = (self.dialect.key(row.values[2].text()), self.dialect.key(row.values[3].text()));
                self.table(row, path).checks.rename(&from, to);
            }
            _ => self.apply_to_kind(row, &place),
        }
    }

    fn apply_to_kind(&mut self, row: &RawRow, place: &dyn Fn() -> Place) {
        let (Some(schema), Some(name)) = (row.values.first(), row.values.get(1)) else { return };
        let key = self.key(schema, name);
        let text = |at: usize| row.values.get(at).map(Value::text).unwrap_or_default();
        match row.relation {
            raw::CREATE_TYPE => {
                self.kinds.push(Kind::default());
                self.kind_names.insert(key, self.kinds.len() - 1);
            }
            raw::TYPE_VALUE => {
                if let Some(kind) = self.kind_of(schema, name) {
                    self.kinds[kind].add(text(2), place());
                }
            }
            raw::RENAME_VALUE => {
                if let Some(kind) = self.kind_of(schema, name) {
                    self.kinds[kind].rename(text(2), text(3), place);
                }
            }
            raw::RENAME_TYPE => {
                if let Some(kind) = self.kind_of(schema, name) {
                    self.kind_names.remove(&key);
                    self.kind_names.insert((key.0, self.dialect.key(text(2))), kind);
                }
            }
            raw::FORGET_VALUES => {
                if let Some(kind) = self.kind_of(schema, name) {
                    self.kinds[kind].values.clear();
                    self.kinds[kind].places.clear();
                }
            }
            raw::DROP_TYPE => {
                if let Some(kind) = self.kind_of(schema, name) {
                    self.kind_names.remove(&key);
                    self.kinds[kind].is_gone = row.values.get(2) == Some(&Value::Flag(true));
                }
            }
            _ => {}
        }
    }

    fn add_column(&mut self, row: &RawRow, place: Place) {
        let (table, column) = (self.table_key(row), self.dialect.key(row.values[2].text()));
        let is_kept = row.values.get(8) == Some(&Value::Flag(true));
        let exists = self.tables.get(&table).is_some_and(|table| table.columns.contains_key(&column));
        if is_kept && exists {
            return;
        }
        self.next += 1;
        let added = Column {
            id: self.next,
            name: self.dialect.name(row.values[2].text()),
            place: place.clone(),
            shown: row.values[3].text().to_owned(),
            kind: self.kind_of(&row.values[4], &row.values[5]),
            nullable: Some(row.values[6] == Value::Flag(true)),
            default: row.values[7].clone(),
            own_values: Vec::new(),
        };
        self.table(row, &place.0).columns.insert(column, added);
    }

    /// `LIKE`, `INHERITS`, `PARTITION OF`
    fn copy_columns(&mut self, row: &RawRow, path: &FilePath) {
        let from = self.key(&row.values[2], &row.values[3]);
        let size = |table: &Table| table.columns.values().map(|column| 1 + column.own_values.len()).sum::<usize>();
        let Some(other) = self.tables.get(&from).filter(|other| self.copied + size(other) <= MOST_COPIED) else {
            self.table(row, path).complete = false;
            return;
        };
        self.copied += size(other);
        let mut id = self.next;
        let copies: Vec<(String, Column)> = other
            .columns
            .iter()
            .map(|(key, column)| {
                id += 1;
                let copy = Column {
                    id,
                    name: column.name.clone(),
                    place: (path.clone(), row.span),
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
        let table = self.table(row, path);
        table.complete &= is_complete;
        table.columns.extend(copies);
    }

    fn move_table(&mut self, row: &RawRow, schema: Option<&Value>) {
        let from = self.table_key(row);
        let Some(mut table) = self.tables.remove(&from) else { return };
        let (to, name) = match schema {
            Some(schema) => (self.key(schema, &row.values[1]), &row.values[1]),
            None => ((from.0.clone(), self.dialect.key(row.values[2].text())), &row.values[2]),
        };
        table.name = self.shown_in(&to.0, name.text());
        self.tables.insert(to, table);
    }

    fn add_check(&mut self, row: &RawRow, path: &FilePath) {
        let key = self.table_key(row);
        self.open = None;
        let column = self.dialect.key(row.values[3].text());
        // As PostgreSQL names it.
        let unnamed = format!("{}_{column}_check", key.1);
        let given = (row.values[2] != Value::Absent).then(|| self.dialect.key(row.values[2].text()));
        let table = self.table(row, path);
        let Some(column) = table.columns.get(&column).map(|column| column.id) else { return };
        let check = Check { column, values: Vec::new() };
        let name = match given {
            Some(name) => {
                table.checks.add(name.clone(), check);
                name
            }
            None => table.checks.add_unnamed(unnamed, check),
        };
        self.open = Some((key, name));
    }

    /// The table that a statement names; `values` begin with its schema and its name.
    pub(super) fn find(&self, values: &[Value]) -> Option<&Table> {
        self.tables.get(&self.key(&values[0], &values[1]))
    }

    /// The columns of a table that are there in the end.
    pub(super) fn columns<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Column> {
        table.columns.values().filter(|column| !column.kind.is_some_and(|kind| self.kinds[kind].is_gone))
    }

    /// The values that columns of a table may have, where something lists them: those that every list has. `left` is how many values
    /// may be looked at.
    pub(super) fn allowed<'a>(&'a self, table: &'a Table, left: &mut usize) -> Allowed<'a> {
        let mut checks: BTreeMap<u32, Vec<&Check>> = BTreeMap::new();
        for check in table.checks.all().filter(|check| !check.values.is_empty()) {
            checks.entry(check.column).or_default().push(check);
        }
        let mut allowed = Allowed { columns: Vec::new(), is_cut: false };
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
