//! Which migrations belong to a schema, and where its models and fields are stored.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::{above, folder_of, shown};
use auditlint_facts::{ProjectScope, Value};
use auditlint_source::FilePath;

use super::fact::{Block, BlockKind, Facts, Field, PrismaFact};
use super::schema::is_schema;

/// The types that one column holds.
const SCALARS: &[&str] =
    &["BigInt", "Boolean", "Bytes", "DateTime", "Decimal", "Float", "Int", "Json", "String", "Unsupported"];

/// The databases whose migrations are read. A database without a schema of tables, as MongoDB is, has none.
const DATABASES: &[&str] = &["cockroachdb", "mysql", "postgresql", "sqlite"];

pub(super) struct Stored<'r> {
    /// By schema file: the folder of its migrations.
    databases: BTreeMap<&'r FilePath, FilePath>,
    /// By schema file and model: what kind of block it is, and its table.
    tables: BTreeMap<(&'r FilePath, &'r str), (BlockKind, String)>,
    enums: BTreeSet<&'r str>,
    /// Enums by the schema file that declares them.
    own_enums: BTreeSet<(&'r FilePath, &'r str)>,
    /// Folders of migrations for MySQL, which takes texts in whatever letters.
    mysql: BTreeSet<FilePath>,
    /// Models, views and composite types.
    blocks: BTreeSet<&'r str>,
    /// By enum and value: the value in the database.
    values: BTreeMap<(&'r str, &'r str), &'r str>,
}

impl<'r> Stored<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'_>) -> Self {
        let mut stored = Self {
            databases: databases(sources, scope),
            tables: BTreeMap::new(),
            enums: BTreeSet::new(),
            own_enums: BTreeSet::new(),
            mysql: BTreeSet::new(),
            blocks: BTreeSet::new(),
            values: BTreeMap::new(),
        };
        for (path, source) in sources {
            for said in &source.facts {
                match &said.fact {
                    PrismaFact::Lock(Some(database)) if &**database == "mysql" => {
                        stored.mysql.insert(folder_of(path));
                    }
                    PrismaFact::Block(block) => {
                        stored.blocks.insert(&block.name);
                        let name = block.table.as_ref().unwrap_or(&block.name);
                        let table = match block.schema.as_deref().unwrap_or_default() {
                            "" | "public" | "dbo" => name.to_string(),
                            schema => format!("{schema}.{name}"),
                        };
                        stored.tables.insert((path, &block.name), (block.kind, table));
                    }
                    PrismaFact::EnumValue { of, value, column } => {
                        stored.enums.insert(of);
                        stored.own_enums.insert((path, of));
                        stored.values.insert((of, value), column.as_ref().unwrap_or(value));
                    }
                    _ => {}
                }
            }
        }
        stored
    }

    fn database(&self, path: &FilePath) -> Value {
        self.databases.get(path).map(shown).into()
    }

    /// The row of a model.
    pub(super) fn model(&self, path: &'r FilePath, block: &'r Block) -> Vec<Value> {
        let table = self.tables.get(&(path, &*block.name)).map(|(_, table)| table.as_str());
        vec![(&block.name).into(), block.kind.name().into(), table.into(), self.database(path)]
    }

    /// What the row of a field has besides what the schema says: scalar, table, database.
    pub(super) fn field(&self, path: &'r FilePath, field: &'r Field) -> [Value; 3] {
        let scalar = self.is_scalar(path, &field.kind).map_or(Value::Absent, Value::from);
        [scalar, self.table(path, &field.model).into(), self.database(path)]
    }

    /// Whether one column holds a field of a type; `None` where nobody can tell. The file's own type comes before one of
    /// another file, which may belong to another schema.
    fn is_scalar(&self, path: &'r FilePath, kind: &'r str) -> Option<bool> {
        if SCALARS.contains(&kind) || self.own_enums.contains(&(path, kind)) {
            return Some(true);
        }
        if self.tables.contains_key(&(path, kind)) {
            return Some(false);
        }
        match (self.enums.contains(kind), self.blocks.contains(kind)) {
            (is_enum, is_block) if is_enum != is_block => Some(is_enum),
            _ => None,
        }
    }

    /// The table of a model; nothing for views and composite types.
    pub(super) fn table(&self, path: &'r FilePath, model: &'r str) -> Option<&str> {
        let (kind, table) = self.tables.get(&(path, model))?;
        (*kind == BlockKind::Model).then_some(table)
    }

    /// The database into which a text of a type is written; nothing where it takes other spellings of the text.
    pub(super) fn compared(&self, path: &FilePath, kind: &str) -> Value {
        let takes_any = self.databases.get(path).is_some_and(|folder| self.mysql.contains(folder));
        if takes_any && !self.enums.contains(kind) { Value::Absent } else { self.database(path) }
    }

    /// Whether an enum has a value.
    pub(super) fn has_value(&self, name: &str, value: &str) -> bool {
        self.values.contains_key(&(name, value))
    }

    /// What the database gets where a value of a type is written.
    pub(super) fn value<'v>(&'v self, kind: &'v str, value: &'v str) -> &'v str {
        self.values.get(&(kind, value)).copied().unwrap_or(value)
    }
}

/// The migrations of each schema file. A folder of migrations to which several schemas may belong belongs to none.
fn databases<'r>(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'_>) -> BTreeMap<&'r FilePath, FilePath> {
    let mut locks: BTreeMap<FilePath, &str> = BTreeMap::new();
    let mut schemas: Vec<(&FilePath, &Facts)> = Vec::new();
    for (path, source) in sources {
        let lock = source.facts.iter().find_map(|said| match &said.fact {
            PrismaFact::Lock(database) => Some(database.as_deref().unwrap_or_default()),
            _ => None,
        });
        if let Some(lock) = lock {
            locks.insert(folder_of(path), lock);
        } else if is_schema(path) {
            schemas.push((path, source));
        }
    }
    let mut beside: BTreeMap<FilePath, Vec<&FilePath>> = BTreeMap::new();
    for folder in locks.keys() {
        beside.entry(folder_of(folder)).or_default().push(folder);
    }
    let mut below: BTreeMap<FilePath, Vec<&FilePath>> = BTreeMap::new();
    for folder in locks.keys() {
        below.entry(folder_of(&folder_of(folder))).or_default().push(folder);
    }
    let find = |schema: &FilePath, provider: Option<&str>| -> Option<FilePath> {
        let own = folder_of(schema);
        for folder in above(own.clone()) {
            let near = beside.get(&folder).or_else(|| below.get(&folder).filter(|_| folder == own));
            if let Some(near) = near {
                // A project may keep a schema and migrations for each kind of database.
                let is_meant = |folder: &&&FilePath| {
                    near.len() == 1 || provider.is_some_and(|provider| locks.get(**folder).copied() == Some(provider))
                };
                let mut meant = near.iter().filter(is_meant);
                return meant.next().filter(|_| meant.next().is_none()).map(|folder| (*folder).clone());
            }
            // Migrations of another package belong to its own schema.
            if scope.has_file(&folder.join("package.json")) {
                return None;
            }
        }
        None
    };
    let mut members: BTreeMap<FilePath, Vec<(&FilePath, &Facts)>> = BTreeMap::new();
    for (path, source) in schemas {
        if let Some(folder) = find(path, datasources(source).next()) {
            members.entry(folder).or_default().push((path, source));
        }
    }
    members.retain(|folder, files| {
        let providers: Vec<&str> = files.iter().flat_map(|(_, source)| datasources(source)).collect();
        let lock = locks.get(folder).copied().unwrap_or_default();
        matches!(providers.as_slice(), [provider] if plain(provider) == plain(lock) && DATABASES.contains(&plain(lock)))
    });
    members
        .into_iter()
        .flat_map(|(folder, files)| files.into_iter().map(move |(path, _)| (path, folder.clone())))
        .collect()
}

/// What the databases of a schema are.
fn datasources(source: &Facts) -> impl Iterator<Item = &str> {
    source.facts.iter().filter_map(|said| match &said.fact {
        PrismaFact::Datasource(provider) => Some(provider.as_deref().unwrap_or_default()),
        _ => None,
    })
}

/// The name of a database, which has two for one.
fn plain(provider: &str) -> &str {
    if provider == "postgres" { "postgresql" } else { provider }
}
