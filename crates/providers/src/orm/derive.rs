//! From facts to relations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_facts::folder::{above, folder_of, shown};
use auditlint_facts::{Gap, ProjectScope, Relation, Row, Value, gaps_of};
use auditlint_source::FilePath;

use super::fact::{Facts, OrmFact, TableMapper};
use super::fold::{MigrationFile, Tables};
use super::{RELATIONS, tables};
use crate::fact_place::FactPlace;

/// Files that make a folder a project of Python.
const MANIFESTS: [&str; 5] = ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt"];

/// A database, and what its models are mapped with.
type ModelDatabase = (TableMapper, FilePath);

/// The relations of the provider.
pub(super) fn derive(sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let databases = ModelDatabases::of(scope);
    let (mut migrations, mut others): (BTreeMap<ModelDatabase, Vec<MigrationFile<'_>>>, Vec<_>) = Default::default();
    for (path, facts) in sources {
        match mapper_of(facts) {
            Some(mapper) => migrations.entry(databases.of_migration(mapper, path)).or_default().push((path, facts)),
            None => others.push((path, *facts)),
        }
    }
    let mut rows: [Vec<Row>; RELATIONS.len()] = Default::default();
    let mut unknown = Vec::new();
    for (database, migrations) in &migrations {
        let left = Tables::of(migrations);
        let name = Value::from(shown(&database.1));
        for (place, what) in &left.unknown {
            let gap = Gap::new(place.span, format!("this migration creates or renames {what}"));
            unknown.push((place.path.clone(), gap.hiding("database", name.clone())));
        }
        for (table, left_table) in &left.by_name {
            let FactPlace { path, span } = left_table.place;
            let values = vec![name.clone(), table.into(), left_table.is_created.into()];
            rows[2].push(Row { path: path.clone(), span, values });
            if !left_table.is_whole || left.are_columns_unknown {
                continue;
            }
            for (column, place) in &left_table.columns {
                let values = vec![name.clone(), table.into(), column.into()];
                rows[3].push(Row { path: place.path.clone(), span: place.span, values });
            }
        }
    }
    let mut whole: BTreeMap<(ModelDatabase, Arc<str>), bool> = BTreeMap::new();
    let mut mapped: Vec<_> = Vec::new();
    for table in tables::of(&others) {
        let database = databases.of_model(&table, &migrations);
        if let Some(database) = &database {
            *whole.entry((database.clone(), Arc::clone(&table.table))).or_insert(true) &= table.is_whole;
        }
        mapped.push((table, database));
    }
    for (table, database) in &mapped {
        let name: Value = database.as_ref().map(|(_, folder)| shown(folder)).into();
        let key = database.clone().map(|database| (database, Arc::clone(&table.table)));
        let is_whole = key.and_then(|key| whole.get(&key)).copied().unwrap_or(table.is_whole);
        let values =
            vec![name.clone(), (&table.table).into(), table.model.into(), table.mapper.name().into(), is_whole.into()];
        rows[0].push(Row { path: table.path.clone(), span: table.span, values });
        if *name.text() == *"" {
            continue;
        }
        let own = Arc::from("id");
        let implied = (table.mapper == TableMapper::Django).then_some(&own);
        let columns: BTreeSet<&Arc<str>> = table.columns.iter().chain(implied).collect();
        for column in columns {
            let values = vec![name.clone(), (&table.table).into(), column.into()];
            rows[1].push(Row { path: table.path.clone(), span: table.span, values });
        }
    }
    for (path, facts) in sources {
        for said in facts.facts.iter().filter(|said| matches!(said.fact, OrmFact::CreateAll)) {
            let folder = databases.project_of(path);
            let values = vec![shown(&folder).into(), mapper_of(facts).is_some().into()];
            rows[4].push(Row { path: path.clone(), span: said.span, values });
        }
    }
    let gaps = gaps_of(sources);
    let relations = rows.into_iter().zip(&RELATIONS).enumerate();
    relations
        .map(|(at, (rows, info))| {
            let more = if at == 2 { std::mem::take(&mut unknown) } else { Vec::new() };
            Relation { info: info.clone(), rows, gaps: [gaps.clone(), more].concat() }
        })
        .collect()
}

/// What a file of migrations belongs to; nothing where it is not one.
fn mapper_of(facts: &Facts) -> Option<TableMapper> {
    facts.facts.iter().find_map(|said| match &said.fact {
        OrmFact::Revision { mapper, .. } => Some(*mapper),
        _ => None,
    })
}

/// Where databases are.
struct ModelDatabases {
    projects: BTreeSet<FilePath>,
}

impl ModelDatabases {
    fn of(scope: &ProjectScope<'_>) -> Self {
        let manifests = scope.files().iter().filter(|path| MANIFESTS.contains(&path.name()));
        Self { projects: manifests.map(folder_of).collect() }
    }

    /// The folder of the project that a file belongs to.
    fn project_of(&self, path: &FilePath) -> FilePath {
        above(folder_of(path)).find(|folder| self.projects.contains(folder)).unwrap_or_else(FilePath::root)
    }

    fn of_migration(&self, mapper: TableMapper, path: &FilePath) -> ModelDatabase {
        match mapper {
            TableMapper::SqlAlchemy => (mapper, self.project_of(path)),
            // `application/migrations/0001_initial.py`
            TableMapper::Django => (mapper, folder_of(&folder_of(path))),
        }
    }

    /// The database of a model, if it has migrations.
    fn of_model(
        &self,
        table: &tables::MappedTable<'_>,
        migrations: &BTreeMap<ModelDatabase, Vec<MigrationFile<'_>>>,
    ) -> Option<ModelDatabase> {
        let has_migrations = |folder: FilePath| {
            let database = (table.mapper, folder);
            migrations.contains_key(&database).then_some(database)
        };
        match (table.mapper, table.label) {
            (TableMapper::SqlAlchemy, _) => has_migrations(self.project_of(table.path)),
            (TableMapper::Django, None) => above(folder_of(table.path)).find_map(has_migrations),
            (TableMapper::Django, Some(label)) => {
                let mut labelled = migrations
                    .keys()
                    .filter(|(mapper, folder)| *mapper == TableMapper::Django && folder.name() == label);
                labelled.next().cloned()
            }
        }
    }
}
