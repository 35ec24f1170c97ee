//! From facts to relations: what several places declare is one column, and what queries name finds its column.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::{above, folder_of};
use auditlint_facts::{Gap, ProjectScope, Relation, Row, SourceFacts, Value, gaps_of};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::may_hold_code;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{
    ColumnFact, ColumnMapper, DeclaredColumn, Facts, Holds, Read, Sealed, SealedColumn, Seals, Used, WrittenValue,
};
use super::flow::Flows;
use super::names::{TokenColumns, TokenNames, is_common, opens_nothing, plain, table_key};
use super::protection::Protection;
use super::relations::RELATIONS;
use super::seal::says_sealed;
use super::shipped::{is_shipped, shipped};
use super::value::says_generated;
use crate::conventions::PACKAGE_MANIFESTS;
use crate::fact_place::FactPlace;
use crate::sql::{self, LeftColumn, SqlFact};

/// At most this many columns of one name are looked at to see whether another declaration is about one of them.
const MOST_ALIKE: usize = 64;

/// At most this many letters of the end of a name tell which table is meant.
const SHORTEST_ENDING: usize = 5;

/// At most this many columns are held against what seals every column of a table, over all such seals.
const MOST_SEALED: usize = 1_000_000;

/// A column, with every place that declares, writes or reads it.
struct TokenColumn<'r> {
    /// What its rows share.
    key: String,
    declaration: Option<ColumnDeclaration>,
    /// As the first place names it.
    table: Option<String>,
    column: String,
    writes: Vec<ColumnWrite<'r>>,
    reads: Vec<(FactPlace<'r>, &'r Read)>,
    /// Where its tokens are used as they are stored, and for what.
    used: Vec<(FactPlace<'r>, &'r Used)>,
    /// What seals it, wherever that stands.
    seals: Vec<(Sealed, String, (FilePath, Span))>,
}

/// A value that is written into a column.
struct ColumnWrite<'r> {
    place: FactPlace<'r>,
    sealed: Sealed,
    how: String,
}

/// A place that declares a column.
struct ColumnDeclaration {
    mapper: ColumnMapper,
    table: String,
    /// Other names of the table.
    model: Option<String>,
    column: String,
    property: String,
    kind: String,
    holds: Holds,
    nullable: Option<bool>,
    seal: Option<SealedColumn>,
    path: FilePath,
    span: Span,
    rank: Rank,
}

/// How much a declaration says about what is there in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A schema or an entity.
    Entity,
    /// Migrations say how it came to be.
    Migration,
    /// What takes the rows of a query, whatever that asks.
    Row,
}

/// The relations of the provider.
pub(super) fn derive(sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let sources = shipped(sources, scope);
    let columns = ProjectColumns::of(&sources, scope);
    let [mut declared, mut written, mut read, mut sealed, mut used]: [Vec<Row>; RELATIONS.len()] = Default::default();
    let mut unknown = Vec::new();
    for column in columns.all.iter().filter(|column| column.holds_text()) {
        let (key, name) = (Value::from(column.key.as_str()), Value::from(column.column.as_str()));
        let table = Value::from(column.table.as_deref());
        let file = Value::from(column.declaration.as_ref().map(|declaration| declaration.path.as_str()));
        if let Some(declaration) = &column.declaration {
            let values = vec![
                declaration.mapper.name().into(),
                table.clone(),
                name.clone(),
                declaration.kind.as_str().into(),
                declaration.nullable.map_or(Value::Absent, Value::from),
                file.clone(),
                columns.protection.lacks(&column.column).is_some().into(),
                key.clone(),
            ];
            declared.push(Row { path: declaration.path.clone(), span: declaration.span, values });
        }
        let first = column.first();
        for ColumnWrite { place, sealed, how } in &column.writes {
            let is_first = first == Some(*place);
            let values = vec![
                table.clone(),
                name.clone(),
                sealed.name().into(),
                how.as_str().into(),
                file.clone(),
                is_first.into(),
                key.clone(),
                TokenNames.holds(column.table.as_deref(), &column.column).into(),
            ];
            written.push(Row { path: place.path.clone(), span: place.span, values });
        }
        for (place, _) in &column.reads {
            let values = vec![table.clone(), name.clone(), file.clone(), (first == Some(*place)).into(), key.clone()];
            read.push(Row { path: place.path.clone(), span: place.span, values });
        }
        for (place, one) in &column.used {
            let values = vec![table.clone(), name.clone(), (&*one.how).into(), file.clone(), key.clone()];
            used.push(Row { path: place.path.clone(), span: place.span, values });
        }
        match column.evidence() {
            ColumnEvidence::Sealed(how, (path, span)) => {
                let values = vec![table, name, file, how.as_str().into(), key];
                sealed.push(Row { path, span, values });
            }
            ColumnEvidence::Unknown((path, span)) => {
                let message = format!("whether `{}` is sealed is not known here", column.column);
                unknown.push((path, Gap::new(span, message).hiding("key", key)));
            }
            ColumnEvidence::Open => {}
        }
    }
    let rows = [declared, written, read, sealed, used];
    let gaps = [gaps_of(&sources), Vec::new(), Vec::new(), unknown, Vec::new()];
    let relations = RELATIONS.iter().zip(rows).zip(gaps);
    relations.map(|((info, rows), gaps)| Relation { info: info.clone(), rows, gaps }).collect()
}

/// Whether some source declares a column that holds tokens, or asks a database for one.
pub(super) fn has_candidate(sources: &[(FilePath, &Facts)], names: TokenColumns<'_>) -> bool {
    // A code is one of anything where no table says more.
    let may_be = |table: Option<&str>, column: &str| column != "code" || names.is_token(table, column);
    let is_candidate = |fact: &ColumnFact| match fact {
        ColumnFact::Declared(declared) => {
            let tables = [declared.table.as_deref(), declared.model.as_deref()];
            // The table of a model may be named elsewhere.
            tables.iter().any(|table| names.is_token(*table, &declared.column)) || declared.table.is_none()
        }
        ColumnFact::Written(written) => may_be(written.table.as_deref(), &written.column),
        ColumnFact::Read(read) => may_be(read.table.as_deref(), &read.column),
        ColumnFact::Change { change, .. } => change.named_column().is_some_and(|column| names.may_be_token(column)),
        _ => false,
    };
    let of_program = sources.iter().filter(|(path, _)| is_shipped(path));
    of_program.flat_map(|(_, source)| &source.facts).any(|said| is_candidate(&said.fact))
}

/// What is known about the values of a column.
enum ColumnEvidence {
    /// All are sealed, as that place says.
    Sealed(String, (FilePath, Span)),
    /// Nobody knows of that place.
    Unknown((FilePath, Span)),
    /// Some are not, or nothing says that they are.
    Open,
}

impl TokenColumn<'_> {
    /// The first place that asks for it or writes it.
    fn first(&self) -> Option<FactPlace<'_>> {
        let writes = self.writes.iter().map(|write| write.place);
        writes.chain(self.reads.iter().map(|(place, _)| *place)).min()
    }

    /// Whether it can hold a token, by what the first declaration says.
    fn holds_text(&self) -> bool {
        self.declaration.as_ref().is_none_or(|declaration| declaration.holds == Holds::Text)
    }

    fn evidence(&self) -> ColumnEvidence {
        let place = |at: FactPlace<'_>| (at.path.clone(), at.span);
        let yes = self.seals.iter().find(|(sealed, ..)| *sealed == Sealed::Yes);
        if let Some((_, how, place)) = yes {
            return ColumnEvidence::Sealed(how.clone(), place.clone());
        }
        // What may seal stands between every write and the database.
        if let Some((.., place)) = self.seals.iter().find(|(sealed, ..)| *sealed == Sealed::Unknown) {
            return ColumnEvidence::Unknown(place.clone());
        }
        if self.writes.iter().any(|write| write.sealed == Sealed::No) {
            return ColumnEvidence::Open;
        }
        // What nobody can follow into the column is known by what comes out of it.
        if !self.used.is_empty() && self.writes.iter().all(|write| write.sealed == Sealed::Unknown) {
            return ColumnEvidence::Open;
        }
        // By what people log in with is hashed nearly everywhere, by code that may stand elsewhere.
        if self.writes.is_empty() && TokenNames.is_login_password(self.table.as_deref(), &self.column) {
            let declared = self.declaration.as_ref().map(|declaration| (declaration.path.clone(), declaration.span));
            let used = self.first().map(place);
            return declared.or(used).map_or(ColumnEvidence::Open, ColumnEvidence::Unknown);
        }
        if let Some(write) = self.writes.iter().find(|write| write.sealed == Sealed::Unknown) {
            return ColumnEvidence::Unknown(place(write.place));
        }
        match self.writes.first() {
            Some(write) => ColumnEvidence::Sealed(write.how.clone(), place(write.place)),
            None => ColumnEvidence::Open,
        }
    }
}

/// The columns of a project.
struct ProjectColumns<'r> {
    scope: &'r ProjectScope<'r>,
    /// By package, table and column: what its own migrations make.
    migrated: FxHashSet<(FilePath, String, String)>,
    flows: Flows<'r>,
    protection: Protection<'r>,
    all: Vec<TokenColumn<'r>>,
    /// By a name of the table and one of the column: the columns that are declared.
    by_table: FxHashMap<(String, String), BTreeSet<usize>>,
    /// By a name of the column.
    by_column: FxHashMap<String, BTreeSet<usize>>,
    /// By a name of the column: all columns, also those that nothing declares.
    named: FxHashMap<String, BTreeSet<usize>>,
    /// How many columns may still be held against what seals every column of a table.
    left: usize,
    /// By table and column, as they are named where nothing declares them.
    undeclared: BTreeMap<(String, String), usize>,
}

impl<'r> ProjectColumns<'r> {
    fn of(sources: &'r [(FilePath, &'r Facts)], scope: &'r ProjectScope<'r>) -> Self {
        let mut columns = Self {
            scope,
            migrated: FxHashSet::default(),
            flows: Flows::of(sources),
            protection: Protection::of(sources, scope),
            all: Vec::new(),
            by_table: FxHashMap::default(),
            by_column: FxHashMap::default(),
            named: FxHashMap::default(),
            left: MOST_SEALED,
            undeclared: BTreeMap::new(),
        };
        let generated = columns.generated(sources);
        let mut declarations = declarations(sources, columns.names(), &generated);
        let modules = ProgramModules::of(sources);
        declarations.sort_by_cached_key(|one| (one.rank, !modules.uses(&one.path), one.path.clone(), one.span));
        let migrations = declarations.iter().filter(|declaration| declaration.rank == Rank::Migration);
        columns.migrated = migrations
            .map(|declaration| {
                let package = columns.package_of(&declaration.path);
                (package, table_key(&declaration.table), plain(&declaration.column))
            })
            .collect();
        for declaration in declarations {
            columns.declare(declaration);
        }
        for (path, source) in sources {
            for said in &source.facts {
                match &said.fact {
                    ColumnFact::Written(written) => columns.write(FactPlace { path, span: said.span }, written),
                    ColumnFact::Read(read) => columns.read(FactPlace { path, span: said.span }, read),
                    ColumnFact::Used(used) => columns.use_(FactPlace { path, span: said.span }, used),
                    _ => {}
                }
            }
        }
        // What seals comes last: it may be about a column that only queries name.
        for (path, source) in sources {
            for said in &source.facts {
                if let ColumnFact::Seals(seals) = &said.fact {
                    columns.seal(FactPlace { path, span: said.span }, seals);
                }
            }
        }
        columns
    }

    /// The tables and columns called `token` or `secret` into which the project writes something random that it makes: they hold
    /// tokens, whatever the table is named.
    fn generated(&self, sources: &'r [(FilePath, &'r Facts)]) -> FxHashSet<(String, String)> {
        let mut found = FxHashSet::default();
        for (path, source) in sources {
            for said in &source.facts {
                if let ColumnFact::Written(written) = &said.fact
                    && matches!(&*written.column, "token" | "secret")
                    && let Some(table) = written.table.as_deref().filter(|table| !opens_nothing(table))
                    && let (Sealed::No, how) = self.flows.sealed(path, &written.value)
                    && says_generated(&how)
                {
                    found.insert((table_key(table), plain(&written.column)));
                }
            }
        }
        found
    }

    fn declare(&mut self, declaration: ColumnDeclaration) {
        let column = plain(&declaration.column);
        let tables = [Some(&declaration.table), declaration.model.as_ref()];
        let tables: Vec<String> = tables.into_iter().flatten().map(|table| table_key(table)).collect();
        let known = tables.iter().find_map(|table| {
            let found = self.by_table.get(&(table.clone(), column.clone()))?;
            found.iter().copied().take(MOST_ALIKE).find(|at| self.is_same(*at, &declaration))
        });
        // The struct of a query may take rows of any table.
        let of_rows = self.by_column.get(&column).filter(|_| declaration.rank == Rank::Row);
        let known = known.or_else(|| of_rows?.first().copied());
        let at = known.unwrap_or_else(|| {
            let key = format!("{} {}.{}", declaration.path, declaration.table, declaration.column);
            self.all.push(TokenColumn {
                key,
                table: Some(declaration.table.clone()),
                column: declaration.column.clone(),
                declaration: None,
                writes: Vec::new(),
                reads: Vec::new(),
                used: Vec::new(),
                seals: Vec::new(),
            });
            self.all.len() - 1
        });
        for name in [column, plain(&declaration.property)] {
            for table in &tables {
                self.by_table.entry((table.clone(), name.clone())).or_default().insert(at);
            }
            self.named.entry(name.clone()).or_default().insert(at);
            self.by_column.entry(name).or_default().insert(at);
        }
        let seal = declaration.seal.clone();
        let place = declaration.path.clone();
        self.all[at].seals.extend(seal.map(|seal| {
            let (sealed, how) = self.flows.seals(&place, &seal.value);
            (sealed, how, (place, seal.span))
        }));
        self.all[at].declaration.get_or_insert(declaration);
    }

    fn names(&self) -> TokenColumns<'r> {
        TokenColumns::new(self.scope.token_columns())
    }

    /// Whether a declaration is about a column that is known.
    fn is_same(&self, at: usize, declaration: &ColumnDeclaration) -> bool {
        let Some(known) = &self.all[at].declaration else { return false };
        if known.path == declaration.path || declaration.rank == Rank::Row {
            return true;
        }
        let is_rust = |declaration: &ColumnDeclaration| declaration.path.extension() == Some("rs");
        let (own, other) = (self.package_of(&declaration.path), self.package_of(&known.path));
        let is_near = own.is_under(&other) || other.is_under(&own);
        if known.mapper != declaration.mapper {
            // The crates of one service share a database, and so do a schema and migrations that nothing else is about.
            let is_migrated = || {
                let name = (other.clone(), table_key(&known.table), plain(&known.column));
                declaration.rank == Rank::Migration && !self.migrated.contains(&name)
            };
            return is_near || is_rust(known) || is_rust(declaration) || is_migrated();
        }
        if is_of_other_dialect(&known.path, &declaration.path) {
            return true;
        }
        match declaration.mapper {
            // An entity, and the crate of migrations that makes its table.
            ColumnMapper::SeaOrm if own != other => {
                let is_of_migrations = |package: &FilePath| package.name().contains("migration");
                is_of_migrations(&own) != is_of_migrations(&other)
            }
            // Each schema, and each folder of migrations, is a database of its own.
            ColumnMapper::Prisma => false,
            ColumnMapper::Sql => {
                own == other && !(sql::is_migration(&known.path) && sql::is_migration(&declaration.path))
            }
            _ => own == other,
        }
    }

    /// The folder of the package that a file is part of.
    fn package_of(&self, path: &FilePath) -> FilePath {
        let is_package =
            |folder: &FilePath| PACKAGE_MANIFESTS.iter().any(|name| self.scope.has_file(&folder.join(name)));
        above(folder_of(path)).find(is_package).unwrap_or_else(FilePath::root)
    }

    /// The declared column that a name is about; `Err` where it is not one, with whether it may be one all the same.
    fn find(&self, table: Option<&str>, column: &str, is_sure: bool) -> Result<usize, bool> {
        let column = plain(column);
        if let Some(table) = table {
            let found = self.by_table.get(&(table_key(table), column.clone()));
            if let Some(at) = found.and_then(BTreeSet::first) {
                return Ok(*at);
            }
        }
        // A relation is named after the last words of what it leads to: `security` of `ShareSecurity`.
        let ending = table.map(table_key).filter(|key| key.len() >= SHORTEST_ENDING);
        let alike = ending.iter().flat_map(|key| {
            let known = self.by_column.get(&column).into_iter().flatten().take(MOST_ALIKE);
            known.filter(move |at| self.all[**at].table.as_deref().is_some_and(|of| table_key(of).ends_with(&**key)))
        });
        let alike: Vec<usize> = alike.copied().collect();
        if let [only] = alike.as_slice() {
            return Ok(*only);
        }
        match self.by_column.get(&column) {
            None => Err(false),
            Some(_) if table.is_some() && is_sure => Err(false),
            Some(found) => found.first().filter(|_| found.len() == 1).copied().ok_or(true),
        }
    }

    fn used(&mut self, path: &FilePath, table: Option<&str>, column: &str, mapper: ColumnMapper) -> Option<usize> {
        match self.find(table, column, mapper != ColumnMapper::Some) {
            Ok(at) => Some(at),
            Err(true) => None,
            // What a migration asks for was there when it ran.
            Err(false) if is_in_migrations(path) => None,
            Err(false) => {
                self.names().is_token(table, column).then_some(())?;
                let key = (table.map(table_key).unwrap_or_default(), plain(column));
                let next = self.all.len();
                self.named.entry(key.1.clone()).or_default().insert(*self.undeclared.get(&key).unwrap_or(&next));
                let at = *self.undeclared.entry(key).or_insert(next);
                if at == next {
                    self.all.push(TokenColumn {
                        key: format!("- {}.{column}", table.unwrap_or_default()),
                        declaration: None,
                        table: table.map(str::to_owned),
                        column: column.to_owned(),
                        writes: Vec::new(),
                        reads: Vec::new(),
                        used: Vec::new(),
                        seals: Vec::new(),
                    });
                }
                Some(at)
            }
        }
    }

    fn write(&mut self, place: FactPlace<'r>, written: &'r WrittenValue) {
        let (table, column) = (written.table.as_deref(), &*written.column);
        let (mut sealed, how) = self.flows.sealed(place.path, &written.value);
        let mut how = how.into_owned();
        if sealed == Sealed::Unknown
            && !TokenNames.is_login_password(table, column)
            && let Some(lacks) = self.protection.lacks(column)
            && self.flows.is_named(place.path, &written.value)
        {
            sealed = Sealed::No;
            how = format!("`{how}`, and {lacks}");
        }
        let at = match written.is_sure {
            // A query that does not say which table it is about may be about any that has such a column.
            true if sealed == Sealed::No && table.is_none() && self.is_of_another(place.path, column) => None,
            // A migration moves what the program wrote before.
            true if sealed == Sealed::Unknown && is_in_migrations(place.path) => None,
            true => self.used(place.path, table, column, written.mapper),
            // What only looks like a write says nothing where it does not say whether the value is sealed.
            false if sealed == Sealed::Unknown => None,
            false => table.and_then(|table| self.find(Some(table), column, true).ok()),
        };
        if let Some(at) = at {
            self.all[at].writes.push(ColumnWrite { place, sealed, how });
        }
    }

    /// Whether a column is declared, in other files alone, by a name that columns of many tables have.
    fn is_of_another(&self, path: &FilePath, column: &str) -> bool {
        let declared = self.by_column.get(&plain(column)).into_iter().flatten();
        let mut paths =
            declared.filter_map(|at| self.all[*at].declaration.as_ref()).map(|known| &known.path).peekable();
        is_common(column) && paths.peek().is_some() && paths.all(|known| known != path)
    }

    fn read(&mut self, place: FactPlace<'r>, read: &'r Read) {
        if let Some(at) = self.used(place.path, read.table.as_deref(), &read.column, read.mapper) {
            self.all[at].reads.push((place, read));
        }
    }

    fn use_(&mut self, place: FactPlace<'r>, used: &'r Used) {
        if let Ok(at) = self.find(used.table.as_deref(), &used.column, true) {
            self.all[at].used.push((place, used));
        }
    }

    fn seal(&mut self, FactPlace { path, span }: FactPlace<'r>, seals: &Seals) {
        let (sealed, how) = self.flows.seals(path, &seals.value);
        // Which columns of every table it seals stands where nobody looked.
        let is_every = seals.table.is_none() && seals.column.is_none() && !seals.is_local;
        let sealed = if is_every && sealed == Sealed::Yes { Sealed::Unknown } else { sealed };
        // What does not seal says nothing about other places.
        if sealed == Sealed::No {
            return;
        }
        let (table, column) = (seals.table.as_deref().map(table_key), seals.column.as_deref().map(plain));
        let is_meant = |token: &TokenColumn<'_>| {
            let (tables, columns) = match &token.declaration {
                Some(declared) if seals.is_local && declared.path != *path => return false,
                Some(declared) if seals.mapper.is_some_and(|mapper| mapper != declared.mapper) => return false,
                Some(declared) => (
                    [Some(&declared.table), declared.model.as_ref()],
                    [Some(&declared.column), Some(&declared.property)],
                ),
                None => ([token.table.as_ref(), None], [Some(&token.column), None]),
            };
            let is_one_of = |known: [Option<&String>; 2], name: &Option<String>, key: fn(&str) -> String| {
                name.as_ref().is_none_or(|name| known.into_iter().flatten().any(|known| key(known) == *name))
            };
            is_one_of(tables, &table, table_key) && is_one_of(columns, &column, plain)
        };
        let mut meant: Vec<usize> = match &column {
            Some(column) => self.named.get(column).into_iter().flatten().copied().collect(),
            None => (0..self.all.len().min(self.left)).collect(),
        };
        self.left = self.left.saturating_sub(if column.is_none() { meant.len() } else { 0 });
        let is_open = |token: &TokenColumn<'_>| token.writes.iter().any(|write| write.sealed == Sealed::No);
        meant.retain(|at| is_meant(&self.all[*at]));
        // A common name in a table that nothing declares is not that of another table.
        let is_elsewhere = seals.table.is_some() && seals.column.as_deref().is_some_and(is_common);
        if let (true, Some(column), false) = (meant.is_empty() && !is_elsewhere, &seals.column, seals.is_local) {
            meant.extend(self.find(seals.table.as_deref(), column, false).ok());
        }
        meant.retain(|at| !(seals.yields && is_open(&self.all[*at])));
        for at in meant {
            self.all[at].seals.push((sealed, how.clone(), (path.clone(), span)));
        }
    }
}

/// Which files belong to a program by their imports: a schema that a tool wrote beside the one in use is imported by nothing.
struct ProgramModules<'r> {
    /// The files that import others.
    importing: FxHashSet<&'r FilePath>,
    /// The last names of what is imported.
    imported: FxHashSet<&'r str>,
}

impl<'r> ProgramModules<'r> {
    fn of(sources: &'r [(FilePath, &'r Facts)]) -> Self {
        let mut modules = Self { importing: FxHashSet::default(), imported: FxHashSet::default() };
        for (path, source) in sources {
            for said in &source.facts {
                if let ColumnFact::Import(module) = &said.fact {
                    modules.importing.insert(path);
                    let last = module.rsplit('/').next().unwrap_or(module);
                    modules.imported.insert(last.split('.').next().unwrap_or(last));
                }
            }
        }
        modules
    }

    fn uses(&self, path: &FilePath) -> bool {
        let stem = path.name().split('.').next().unwrap_or_default();
        self.importing.contains(path) || self.imported.contains(stem)
    }
}

/// Every place that declares a column that may hold a token.
fn declarations(
    sources: &[(FilePath, &Facts)],
    token_names: TokenColumns<'_>,
    generated: &FxHashSet<(String, String)>,
) -> Vec<ColumnDeclaration> {
    let mut found = Vec::new();
    let mut aliases: FxHashMap<&str, &str> = FxHashMap::default();
    for said in sources.iter().flat_map(|(_, source)| &source.facts) {
        if let ColumnFact::Alias(alias) = &said.fact {
            aliases.insert(&alias.model, &alias.table);
        }
    }
    for (path, source) in sources {
        let mut bare = Vec::new();
        let first = found.len();
        for said in &source.facts {
            if let ColumnFact::Declared(declared) = &said.fact {
                match ColumnDeclaration::of(path, said.span, declared, &aliases, token_names) {
                    Some((declaration, true)) => found.push(declaration),
                    Some((declaration, false)) => bare.push(declaration),
                    None => {}
                }
            }
        }
        // A `secret` beside the tokens that it was exchanged for, a `token` beside the one that renews it.
        let beside: FxHashSet<(String, bool)> = found[first..]
            .iter()
            .map(|known: &ColumnDeclaration| (known.table.clone(), plain(&known.column) == "refreshtoken"))
            .collect();
        found.extend(bare.into_iter().filter(|one| {
            let is_out = token_names.configured_for(Some(&one.table), &one.column) == Some(false);
            let has = |renews: bool| beside.contains(&(one.table.clone(), renews));
            let stands_beside = match one.column.as_str() {
                "secret" => has(true) || has(false),
                "token" => has(true),
                _ => false,
            };
            let is_generated = || {
                let tables = [Some(&one.table), one.model.as_ref()].into_iter().flatten();
                tables.into_iter().any(|table| generated.contains(&(table_key(table), plain(&one.column))))
            };
            (stands_beside || is_generated()) && !is_out
        }));
    }
    let mappers: FxHashMap<&FilePath, ColumnMapper> = sources
        .iter()
        .filter_map(|(path, source)| {
            let first = source.facts.iter().find_map(|said| match &said.fact {
                ColumnFact::Change { mapper, .. } => Some(*mapper),
                _ => None,
            });
            Some((path, first?))
        })
        .collect();
    let mut whole: FxHashMap<&str, Vec<FilePath>> = FxHashMap::default();
    for (path, source) in sources {
        for said in &source.facts {
            if let ColumnFact::Whole(table) = &said.fact {
                whole.entry(table).or_default().extend(path.parent());
            }
        }
    }
    // What the schema beside the migrations no longer names is not a column of the program: a query that asks for it is wrong.
    let named: FxHashSet<(String, String)> =
        found.iter().map(|one: &ColumnDeclaration| (one.table.clone(), one.column.clone())).collect();
    let is_left_out = |left: &LeftColumn| {
        let is_beside = |folders: &Vec<FilePath>| folders.iter().any(|folder| left.path.is_under(folder));
        whole.get(&*left.table).is_some_and(is_beside)
            && !named.contains(&(left.table.to_string(), left.column.to_string()))
    };
    let left = migrated(sources).into_iter().filter(|left| token_names.is_token(Some(&left.table), &left.column));
    let left = left.filter(|left| !is_left_out(left));
    found.extend(left.map(|left| {
        let mapper = mappers.get(&left.path).copied().unwrap_or(ColumnMapper::Sql);
        ColumnDeclaration::of_migration(left, mapper)
    }));
    let sealing: FxHashSet<&str> = sources
        .iter()
        .flat_map(|(_, source)| &source.facts)
        .filter_map(|said| if let ColumnFact::SealingType(name) = &said.fact { Some(&**name) } else { None })
        .collect();
    // A type of the project seals where its file shows that.
    for declaration in found.iter_mut().filter(|declaration| declaration.path.extension() == Some("rs")) {
        let kind = declaration.kind.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let seals = kind.into_iter().any(|word| sealing.contains(word));
        match &mut declaration.seal {
            Some(seal) if seal.value.own != Some(Sealed::Unknown) => {}
            Some(seal) if seals => seal.value.own = Some(Sealed::Yes),
            seal => *seal = None,
        }
    }
    found
}

/// The columns that migrations leave.
fn migrated(sources: &[(FilePath, &Facts)]) -> Vec<LeftColumn> {
    let changes = sources.iter().map(|(path, source)| {
        let mut found = SourceFacts::<SqlFact>::default();
        for said in &source.facts {
            if let ColumnFact::Change { change, .. } = &said.fact {
                found.say(said.span, (**change).clone());
            }
        }
        (path.clone(), found)
    });
    let changes: Vec<(FilePath, SourceFacts<SqlFact>)> = changes.filter(|(_, found)| !found.facts.is_empty()).collect();
    let changes: Vec<(FilePath, &SourceFacts<SqlFact>)> =
        changes.iter().map(|(path, found)| (path.clone(), found)).collect();
    let (in_sql, in_code): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(path, _)| !may_hold_code(path));
    let mut found = sql::columns(&in_sql);
    let mut folders: BTreeMap<FilePath, Vec<(FilePath, &SourceFacts<SqlFact>)>> = BTreeMap::new();
    for (path, source) in in_code {
        folders.entry(migrations_of(&path)).or_default().push((path, source));
    }
    for mut files in folders.into_values() {
        files.sort_by_cached_key(|(path, _)| in_order(path));
        let changes =
            files.iter().flat_map(|(path, source)| source.facts.iter().map(move |said| (path, said.span, &said.fact)));
        found.extend(sql::fold(changes));
    }
    found
}

/// The folder of all migrations that one written as code belongs to.
fn migrations_of(path: &FilePath) -> FilePath {
    let own = folder_of(path);
    above(own.clone()).find(is_of_migrations).unwrap_or(own)
}

fn is_in_migrations(path: &FilePath) -> bool {
    above(folder_of(path)).any(|folder| is_of_migrations(&folder))
}

fn is_of_migrations(folder: &FilePath) -> bool {
    matches!(folder.name(), "migrations" | "migration")
}

/// A path such that numbers in it are in their order.
fn in_order(path: &FilePath) -> Vec<(u128, String)> {
    let mut parts = Vec::new();
    let mut rest = path.as_str();
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest[..digits].parse().unwrap_or(0);
        rest = &rest[digits..];
        let letters = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        parts.push((number, rest[..letters].to_owned()));
        rest = &rest[letters..];
    }
    parts
}

impl ColumnDeclaration {
    /// What a fact declares, with whether its name alone says that it holds tokens.
    fn of(
        path: &FilePath,
        span: Span,
        declared: &DeclaredColumn,
        aliases: &FxHashMap<&str, &str>,
        token_names: TokenColumns<'_>,
    ) -> Option<(Self, bool)> {
        let model = declared.model.as_deref();
        let table = declared.table.as_deref().or_else(|| aliases.get(model?).copied()).or(model)?;
        let names = [Some(table), model];
        let is_token = names.into_iter().flatten().any(|table| token_names.is_token(Some(table), &declared.column));
        (!says_sealed(&declared.property)).then_some(())?;
        let declaration = Self {
            mapper: declared.mapper,
            table: table.to_owned(),
            model: model.map(str::to_owned),
            column: declared.column.to_string(),
            property: declared.property.to_string(),
            kind: declared.kind.to_string(),
            holds: declared.holds,
            nullable: declared.nullable,
            seal: declared.seal.clone(),
            path: path.clone(),
            span,
            rank: match declared.mapper {
                ColumnMapper::Sqlx => Rank::Row,
                ColumnMapper::Diesel if declared.model.is_some() => Rank::Row,
                _ => Rank::Entity,
            },
        };
        Some((declaration, is_token))
    }

    fn of_migration(left: LeftColumn, mapper: ColumnMapper) -> Self {
        Self {
            mapper,
            holds: holds(&left.kind),
            table: left.table,
            model: None,
            property: left.column.clone(),
            column: left.column,
            kind: left.kind,
            nullable: left.nullable,
            seal: None,
            path: left.path,
            span: left.span,
            rank: Rank::Migration,
        }
    }
}

/// Whether two paths differ in which database they are for: `migrations/mysql/…` and `migrations/sqlite/…` say the same twice.
fn is_of_other_dialect(one: &FilePath, other: &FilePath) -> bool {
    const DIALECTS: &[&str] = &["cockroach", "maria", "mssql", "mysql", "pg", "postgres", "sqlite", "sqlserver"];
    let is_dialect = |part: &str| DIALECTS.iter().any(|dialect| part.to_ascii_lowercase().contains(dialect));
    let (one, other) = (one.as_str().split('/'), other.as_str().split('/'));
    let differing = one.zip(other).find(|(one, other)| one != other);
    differing.is_some_and(|(one, other)| is_dialect(one) && is_dialect(other))
}

/// What a column of a type of SQL holds.
fn holds(kind: &str) -> Holds {
    let kind = kind.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if is(&["bytea", "blob", "binary"]) {
        Holds::Bytes
    } else if kind.is_empty() || is(&["char", "text", "json", "uuid", "string", "clob"]) {
        Holds::Text
    } else {
        Holds::Other
    }
}
