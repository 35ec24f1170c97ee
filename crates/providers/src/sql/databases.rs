//! The databases of a project: their migrations are folded, and writes find the one that they are about.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::folder_of;
use auditlint_facts::{Gap, Row, Value};
use auditlint_source::FilePath;
use auditlint_syntax::Language;
use rustc_hash::FxHashSet;

use super::dialect::Dialect;
use super::fact::{Facts, LiteralWrite, SqlFact, WriteKind};
use super::flow::Arrived;
use super::fold::{FoldedDatabase, FoldedTable};
use super::layout::{Migration, code_migration_of, migration_of, name_of};
use super::name::{Name, Spelled};
use crate::read::migration_lock::LOCK;

/// How many values of columns are looked at: each of many columns may have a type with as many values.
pub(super) const MOST_ALLOWED: usize = 200_000;

/// The databases of a project.
pub(super) struct Databases<'r> {
    /// By name.
    pub(super) folded: BTreeMap<FilePath, FoldedDatabase>,
    /// What of their migrations was not understood.
    pub(super) gaps: Vec<(FilePath, &'r Gap)>,
    /// Files of code that are migrations.
    pub(super) code_migrations: FxHashSet<&'r FilePath>,
    /// How many values of columns may still be looked at.
    left: usize,
    /// By the name of a table in small letters: the databases that may have it.
    having: BTreeMap<String, Vec<FilePath>>,
    /// By database, table and column, all of MySQL: the values that are allowed, by their small letters.
    spellings: BTreeMap<(String, String, String), BTreeMap<String, String>>,
}

impl<'r> Databases<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)]) -> Self {
        let mut migrations: BTreeMap<FilePath, Vec<(Migration, &FilePath, &Facts)>> = BTreeMap::new();
        let mut locks: BTreeMap<FilePath, &str> = BTreeMap::new();
        let mut changed_by_code: Vec<(&FilePath, &Facts)> = Vec::new();
        let mut locked_gaps = Vec::new();
        let mut code_migrations: FxHashSet<&FilePath> = FxHashSet::default();
        for (path, source) in sources {
            if path.name() == LOCK {
                locked_gaps.extend(source.gaps.iter().map(|gap| (path.clone(), gap)));
            }
            let lock = source.facts.iter().find_map(|said| match &said.fact {
                SqlFact::Lock(database) => Some(database.as_deref().unwrap_or_default()),
                _ => None,
            });
            if let Some(lock) = lock {
                locks.insert(folder_of(path), lock);
            } else if let Some(migration) = migration_of(path) {
                migrations.entry(migration.database.clone()).or_default().push((migration, path, source));
            } else if let Some(migration) = code_migration_of(path).filter(|_| is_migration(source)) {
                code_migrations.insert(path);
                migrations.entry(migration.database.clone()).or_default().push((migration, path, source));
            } else if path.extension() != Some("sql") && changed_tables(source).next().is_some() {
                changed_by_code.push((path, source));
            }
        }
        let mut databases = Self {
            folded: BTreeMap::new(),
            gaps: locked_gaps,
            code_migrations,
            left: MOST_ALLOWED,
            having: BTreeMap::new(),
            spellings: BTreeMap::new(),
        };
        for (name, mut files) in migrations {
            let sources = files.iter().map(|(_, _, source)| *source);
            let Some(dialect) = dialect(locks.get(&name).copied(), sources) else { continue };
            files.sort_by(|a, b| a.0.order.cmp(&b.0.order));
            let mut database = FoldedDatabase::new(dialect);
            for (_, path, source) in files {
                databases.gaps.extend(source.gaps.iter().map(|gap| (path.clone(), gap)));
                source.facts.iter().for_each(|said| database.apply(&said.fact, said.span, path));
            }
            databases.folded.insert(name, database);
        }
        let mut touching: BTreeMap<String, BTreeSet<&FilePath>> = BTreeMap::new();
        for (path, source) in &changed_by_code {
            for table in changed_tables(source) {
                touching.entry(plain(table)).or_default().insert(path);
            }
        }
        for (path, source) in changed_by_code {
            let Some(dialect) = dialect(None, std::iter::once(source)) else { continue };
            let mut database = FoldedDatabase::new(dialect);
            source.facts.iter().for_each(|said| database.apply(&said.fact, said.span, path));
            // What several files change has an order that nobody knows.
            database.tables.retain(|(_, name), table| {
                table.complete && touching.get(&name.to_lowercase()).is_some_and(|files| files.len() == 1)
            });
            if !database.tables.is_empty() {
                databases.folded.insert(path.clone(), database);
            }
        }
        databases.look_up();
        databases
    }

    fn look_up(&mut self) {
        for (path, database) in &self.folded {
            for ((_, name), table) in &database.tables {
                self.having.entry(name.to_lowercase()).or_default().push(path.clone());
                if database.dialect != Dialect::MySql {
                    continue;
                }
                for (column, values) in database.allowed(table, &mut self.left).columns {
                    let spellings = values.iter().map(|(value, _)| (value.to_lowercase(), value.clone()));
                    let key = (name_of(path).to_owned(), table.name.clone(), column.name.clone());
                    self.spellings.insert(key, spellings.collect());
                }
            }
        }
    }

    /// The database that a statement in a file writes to: its own, else the only one that has the table. Tables that code creates
    /// count where no migrations do.
    fn written_to(&self, table: &Name, path: &FilePath) -> Option<(&FilePath, &FoldedDatabase)> {
        let has = |name: &FilePath| self.folded.get(name).is_some_and(|database| database.find(table).is_some());
        let of_code = || code_migration_of(path).filter(|_| self.code_migrations.contains(path));
        let own = migration_of(path).or_else(of_code).map(|migration| migration.database);
        if let Some(own) = own.or_else(|| has(path).then(|| path.clone())) {
            return self.folded.get_key_value(&own);
        }
        let having = || self.having.get(&plain(table)).into_iter().flatten().filter(|name| has(name));
        let only = |is_of_code: bool| {
            let mut names = having().filter(|name| Language::of_path(name).is_some() == is_of_code);
            (names.next(), names.next())
        };
        let name = match only(false) {
            (None, _) => only(true),
            found => found,
        };
        let (Some(name), None) = name else { return None };
        self.folded.get_key_value(name)
    }

    /// The table of a name, where only one database has it.
    pub(super) fn table(&self, name: &str) -> Option<(&FilePath, &FoldedDatabase, &FoldedTable)> {
        let text = name.rsplit('.').next().unwrap_or(name);
        let name = Name { schema: None, name: Spelled { text: text.into(), is_quoted: false } };
        let (path, database) = self.written_to(&name, &FilePath::root())?;
        Some((path, database, database.find(&name)?))
    }

    /// The row of a literal that arrives at a column, which code may write in other letters.
    pub(super) fn arrived(&self, arrived: Arrived) -> Option<(Row, Row)> {
        let Arrived { path, span, table, column, value, how, through, sink } = arrived;
        let (_, database) = self.written_to(&table, &path)?;
        let known = database.find(&table)?;
        let found = database.column_of_field(&column.text, known)?;
        let column = Spelled { text: found.into(), is_quoted: true };
        let write = LiteralWrite { table, column, value: value.into(), how, is_number: false };
        let values = self.written(&write, &path, "code")?;
        let mut handed = values[..4].to_vec();
        handed.push(through.as_str().into());
        Some((Row { path, span, values }, Row { path: sink.0, span: sink.1, values: handed }))
    }

    /// The row of a literal that is written.
    pub(super) fn written(&self, write: &LiteralWrite, path: &FilePath, from: &'static str) -> Option<Vec<Value>> {
        let found = self.written_to(&write.table, path);
        let dialect = found.map_or(Dialect::Postgres, |(_, database)| database.dialect);
        // MySQL takes numbers as places in the list.
        if dialect == Dialect::MySql && write.is_number {
            return None;
        }
        let known = found.and_then(|(_, database)| database.find(&write.table));
        let column_name = known
            .and_then(|table| table.columns.get(&dialect.key(&write.column)))
            .map_or_else(|| dialect.name(&write.column), |column| column.name.clone());
        let table = known.map_or_else(|| dialect.name(&write.table.name), |table| table.name.clone());
        let how = match write.how {
            WriteKind::Insert => "insert",
            WriteKind::Update => "update",
        };
        let mut values = vec![
            found.map(|(name, _)| name_of(name)).into(),
            table.as_str().into(),
            column_name.as_str().into(),
            (&write.value).into(),
            how.into(),
            from.into(),
        ];
        self.respell(&mut values);
        Some(values)
    }

    /// Takes a value as the list of its column spells it: MySQL takes values in whatever letters.
    fn respell(&self, values: &mut [Value]) {
        let [database, table, column, value, ..] = values else { return };
        let key = (database.text().to_owned(), table.text().to_owned(), column.text().to_owned());
        if let Some(known) = self.spellings.get(&key).and_then(|known| known.get(&value.text().to_lowercase())) {
            *value = known.as_str().into();
        }
    }
}

/// Whether a file changes tables or types, or may do so.
fn is_migration(source: &Facts) -> bool {
    let changes =
        |fact: &SqlFact| matches!(fact, SqlFact::Table { .. } | SqlFact::Type { .. } | SqlFact::DropSchema(_));
    !source.gaps.is_empty() || source.facts.iter().any(|said| changes(&said.fact))
}

fn changed_tables(source: &Facts) -> impl Iterator<Item = &Name> {
    source.facts.iter().filter_map(|said| said.changed_table())
}

/// The name of a table, without what tells its letters apart.
fn plain(table: &Name) -> String {
    table.name.text.trim_start_matches('"').to_lowercase()
}

/// For which database migrations are; `None` where their tables are not folded.
fn dialect<'r>(lock: Option<&str>, sources: impl Iterator<Item = &'r Facts>) -> Option<Dialect> {
    let shown: Vec<Dialect> = sources
        .flat_map(|source| &source.facts)
        .filter_map(|said| if let SqlFact::Dialect(dialect) = said.fact { Some(dialect) } else { None })
        .collect();
    let found = [Dialect::ClickHouse, Dialect::Sqlite, Dialect::MySql].into_iter().find(|one| shown.contains(one));
    let dialect = lock.map_or(Some(found.unwrap_or_default()), Dialect::of);
    dialect.filter(|dialect| *dialect != Dialect::ClickHouse)
}
