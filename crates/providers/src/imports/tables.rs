//! The derived relations.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use auditlint_facts::folder::{above, below, folder_of, shown};
use auditlint_facts::{ProjectScope, Raw, RawRow, Relation, Row, Value};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::Language;
use rustc_hash::FxHashMap;

use super::files::{FileId, FileIndex};
use super::modules::{Modules, text_at};
use super::project::Project;
use super::resolve::{Place, Resolver, Target};
use super::usage::{Usage, is_convention};
use super::{RELATIONS, raw};

/// Positions in [`RELATIONS`].
mod table {
    pub(super) const IMPORT: usize = 0;
    pub(super) const AVAILABLE: usize = 1;
    pub(super) const NAME: usize = 2;
    pub(super) const EXPORT: usize = 3;
    pub(super) const MODULE: usize = 4;
    pub(super) const EDGE: usize = 5;
}

/// In how many packages below it a `package.json` may hide rows before it may hide any.
const MOST_HIDDEN: usize = 1_000;

/// One file with imports or exports.
struct File<'r> {
    path: &'r FilePath,
    /// Absent where it is no file of the project, such as a text from standard input.
    id: Option<FileId>,
    raw: &'r Raw,
    place: Rc<Place<'r>>,
    role: Role,
}

impl<'r> File<'r> {
    fn rows(&self, relation: u8) -> impl Iterator<Item = &'r RawRow> {
        self.raw.facts.iter().filter(move |row| row.relation == relation)
    }

    /// Whether a framework or a tool calls what it exports.
    fn is_convention(&self) -> bool {
        self.role != Role::Source || is_convention(self.path)
    }

    /// The folder that a text names: a path from the file, or from the package.
    fn folder(&self, text: &str) -> FilePath {
        match &self.place.directory {
            Some(package) if !text.starts_with('.') => package.join(text.trim_start_matches('/')),
            _ => folder_of(self.path).join(text),
        }
    }

    fn row(&self, span: Span, values: Vec<Value>) -> Row {
        Row { path: self.path.clone(), span, values }
    }
}

/// The relations, in the order of [`RELATIONS`].
pub(super) fn derive(raw: &[(FilePath, &Raw)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let project = Project::of(raw, scope);
    let resolver = Resolver::new(raw, &project, scope);
    let files = files(raw, &resolver, scope);
    let modules = modules(&files, &resolver);
    let usage = usage(&files, &resolver, &modules, scope);
    let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
    let values = PathValues::new(scope.files());
    let tested = Tested::new(&files, &resolver.files);
    for file in &files {
        imports(file, &resolver, &values, &mut tables);
        names(file, &resolver, &modules, &values, &mut tables[table::NAME]);
        let Some(id) = file.id else { continue };
        let is_code = Language::of_path(file.path).is_some();
        let convention = is_code && file.is_convention();
        for row in file.rows(raw::EXPORT) {
            let name = text_at(&row.values, 0);
            let is_used = convention || row.values[2] == Value::Flag(true);
            let used = if is_used { Some(true) } else { usage.uses((id, file.path), name, &file.place, &resolver) };
            let used = used.map_or(Value::Absent, Value::from);
            let row_values = vec![values.of(id), row.values[0].clone(), row.values[1].clone(), used];
            tables[table::EXPORT].push(file.row(row.span, row_values));
        }
        for row in file.rows(raw::CODE) {
            let row_values = vec![
                values.of(id),
                row.values[0].clone(),
                convention.into(),
                tested.accuses(file.path).into(),
                (usage.is_mentioned(file.path) || resolver.imports_by_itself(&file.place)).into(),
            ];
            tables[table::MODULE].push(file.row(row.span, row_values));
        }
    }
    let mut imported: BTreeMap<FilePath, BTreeSet<String>> = BTreeMap::new();
    for row in tables[table::IMPORT].iter().filter(|row| row.values[2] != Value::Absent) {
        let folder = FilePath::new(row.values[0].text());
        imported.entry(folder).or_default().insert(row.values[2].text().to_owned());
    }
    for (folder, names) in project.available(&imported) {
        let path = &project.packages[folder].path;
        let directory = Value::from(shown(folder));
        let row = |name: &String| Row {
            path: path.clone(),
            span: Span::new(0, 1),
            values: vec![directory.clone(), name.as_str().into()],
        };
        tables[table::AVAILABLE].extend(names.iter().map(row));
    }
    let folders: Vec<&FilePath> = project.packages.keys().collect();
    let all_gaps = || raw.iter().flat_map(|(path, source)| source.gaps.iter().map(move |gap| (path, gap)));
    // Where a file that uses modules was not read, anything may be used.
    let using = all_gaps().filter(|(path, _)| !super::manifest::is_json(path) && !super::importmap::is_pins(path));
    let using: Vec<_> = using.map(|(path, gap)| (path.clone(), gap.clone())).collect();
    // A dependency or an alias that was not read would accuse somebody.
    let declaring = raw.iter().filter(|(path, _)| !super::handlers::is_configuration(path));
    let gaps = declaring.flat_map(|(path, source)| source.gaps.iter().map(move |gap| (path, gap)));
    let gaps = gaps.flat_map(|(path, gap)| match path.name() {
        // It would declare what the packages below it may import as well.
        "package.json" => {
            let folder = folder_of(path);
            let below = below(&folders, &folder);
            if below.len() > MOST_HIDDEN {
                return vec![(path.clone(), gap.clone())];
            }
            let hidden = below.iter().copied().chain(std::iter::once(&folder));
            hidden.map(|package| (path.clone(), gap.hiding("directory", shown(package).into()))).collect()
        }
        _ => vec![(path.clone(), gap.clone())],
    });
    let mut gaps: Vec<_> = gaps.collect();
    let relation = |(at, rows): (usize, Vec<Row>)| {
        let gaps = match at {
            table::AVAILABLE => std::mem::take(&mut gaps),
            table::EXPORT | table::EDGE => using.clone(),
            _ => Vec::new(),
        };
        Relation { info: RELATIONS[at].clone(), rows, gaps }
    };
    tables.into_iter().enumerate().map(relation).collect()
}

fn files<'r>(raw: &'r [(FilePath, &'r Raw)], resolver: &Resolver<'r, '_>, scope: &ProjectScope<'_>) -> Vec<File<'r>> {
    let mut places: FxHashMap<FilePath, Rc<Place<'r>>> = FxHashMap::default();
    // Elsewhere text shows code to people.
    let is_run = |path: &FilePath| above(folder_of(path)).any(|folder| scope.has_folder(&folder.join(".vitepress")));
    let code = raw.iter().filter(|(path, _)| !super::manifest::is_json(path));
    let code = code.filter(|(path, _)| !super::mentions::is_page(path) || is_run(path));
    let file = |(path, raw): &'r (FilePath, &'r Raw)| {
        let place = places.entry(folder_of(path)).or_insert_with(|| resolver.place(path));
        let role = Role::by_default(path);
        File { path, id: resolver.files.id(path.as_str()), raw, place: Rc::clone(place), role }
    };
    code.map(file).collect()
}

fn modules<'r>(files: &[File<'r>], resolver: &Resolver<'r, '_>) -> Modules<'r> {
    let mut modules = Modules::default();
    for file in files.iter().filter(|file| Language::of_path(file.path).is_some()) {
        let Some(id) = file.id else { continue };
        let stars = file.rows(raw::STAR).map(|row| resolver.resolve(&file.place, text_at(&row.values, 0)));
        modules.add(id, file.raw, stars.collect(), &resolver.files);
    }
    for file in files {
        for row in file.rows(raw::ALIAS).filter(|row| row.values[1] == Value::Flag(false)) {
            if let Some(target) = resolver.resolve(&file.place, text_at(&row.values, 0)).file() {
                modules.open(target);
            }
        }
    }
    modules
}

fn usage<'r>(
    files: &[File<'r>],
    resolver: &Resolver<'r, '_>,
    modules: &Modules<'r>,
    scope: &ProjectScope<'_>,
) -> Usage<'r> {
    let mut usage = Usage::default();
    if !scope.unread().is_empty() {
        usage.unread();
    }
    for file in files {
        if !file.raw.gaps.is_empty() {
            usage.unread();
        }
        for row in &file.raw.facts {
            let text = text_at(&row.values, 0);
            match row.relation {
                raw::NAME => {
                    let target = resolver.resolve(&file.place, text);
                    usage.name(file.id, (text, target), text_at(&row.values, 1), modules);
                }
                raw::IMPORT | raw::STAR => {
                    if matches!(resolver.resolve(&file.place, text), Target::Unknown | Target::Missing) {
                        usage.loose(text);
                    }
                    // Redwood imports `src/services/**/*.ts`.
                    if let Some((folder, _)) = text.split_once('*') {
                        usage.folder(file.folder(folder.trim_end_matches('/')));
                    }
                }
                raw::MENTION => {
                    let target = resolver.resolve(&file.place, text);
                    usage.mention(target);
                    // Wasp writes `@src/a` for a file of its own.
                    let is_package = target == Target::Package && resolver.is_declared(&file.place, text);
                    if target.file().is_none() && !is_package {
                        usage.loose(text);
                    }
                }
                raw::LOOSE => usage.loose_name(text),
                raw::FOLDER => usage.folder(file.folder(text)),
                _ => {}
            }
        }
    }
    usage.finish(resolver, modules);
    usage
}

/// The paths of files as values, each made once.
struct PathValues<'p> {
    paths: &'p [FilePath],
    values: Vec<OnceCell<Value>>,
}

impl<'p> PathValues<'p> {
    fn new(paths: &'p [FilePath]) -> Self {
        Self { paths, values: vec![OnceCell::new(); paths.len()] }
    }

    fn of(&self, id: FileId) -> Value {
        self.values[id as usize].get_or_init(|| self.paths[id as usize].as_str().into()).clone()
    }
}

fn imports<'r>(
    file: &File<'r>,
    resolver: &Resolver<'r, '_>,
    values: &PathValues<'_>,
    tables: &mut [Vec<Row>; RELATIONS.len()],
) {
    let shown: Value = file.place.directory.as_ref().map(shown).into();
    let mut edge = |target: Target, span: Span, how: Value| {
        let (Some(from), Some(to)) = (file.id, target.file()) else { return };
        let is_test: Value = (file.role == Role::Test).into();
        // Which version of a file is meant depends on the platform.
        let others = resolver.files.for_platforms(to);
        for to in std::iter::once(to).chain(others.iter().copied()).filter(|to| *to != from) {
            let row = vec![values.of(from), values.of(to), how.clone(), is_test.clone()];
            tables[table::EDGE].push(file.row(span, row));
        }
    };
    for row in file.rows(raw::MENTION) {
        edge(resolver.resolve(&file.place, text_at(&row.values, 0)), row.span, "mention".into());
    }
    let mut rows = Vec::new();
    for row in file.rows(raw::IMPORT) {
        let specifier = text_at(&row.values, 0);
        let target = resolver.resolve(&file.place, specifier);
        edge(target, row.span, row.values[1].clone());
        let [specifier_value, how, optional] = [0, 1, 2].map(|at| row.values[at].clone());
        let package: Value = resolver.package(&file.place, specifier).into();
        let led = target.file().map_or(Value::Absent, |id| values.of(id));
        let row_values = vec![shown.clone(), specifier_value, package, how, optional, led, target.state().into()];
        rows.push(file.row(row.span, row_values));
    }
    tables[table::IMPORT].extend(rows);
}

fn names<'r>(
    file: &File<'r>,
    resolver: &Resolver<'r, '_>,
    modules: &Modules<'r>,
    values: &PathValues<'_>,
    table: &mut Vec<Row>,
) {
    for row in file.rows(raw::NAME) {
        let name = text_at(&row.values, 1);
        let how = row.values[2].text();
        let target = resolver.resolve(&file.place, text_at(&row.values, 0));
        let exists = match target {
            Target::File { file: id, is_said } if name != "*" && how != "require" => {
                let origin = modules.origin(id, name);
                match origin.modules.is_empty() {
                    false => Value::from(true),
                    true if origin.is_open || !is_said => Value::Absent,
                    true if name == "default" && resolver.wraps_default(file.path, id) => Value::Absent,
                    true => Value::from(false),
                }
            }
            _ => Value::Absent,
        };
        let led = target.file().map_or(Value::Absent, |id| values.of(id));
        let [specifier, name, how] = [0, 1, 2].map(|at| row.values[at].clone());
        table.push(file.row(row.span, vec![specifier, name, how, led, exists]));
    }
}

/// Which files have a test of their own: `src/b.test.ts` or `src/__tests__/b.ts` for `src/b.ts`.
struct Tested<'p> {
    /// By folder, whether they hold JSX, and name without extension.
    names: BTreeSet<(FilePath, bool, &'p str)>,
    /// By folder and whether they hold JSX: how many files have a test, and how many that decide something have none.
    counts: FxHashMap<(FilePath, bool), (u32, u32)>,
}

impl<'p> Tested<'p> {
    fn new(files: &[File<'_>], index: &FileIndex<'p>) -> Self {
        let is_test = |path: &&FilePath| {
            Language::of_path(path).is_some_and(Language::is_ecmascript) && Role::by_default(path) == Role::Test
        };
        let subject = |path: &'p FilePath| {
            let folder = folder_of(path);
            let is_apart = matches!(folder.name(), "__tests__" | "__test__" | "test" | "tests");
            let folder = if is_apart { folder_of(&folder) } else { folder };
            let stem = stem_of(path);
            let subject = index.of_module(&folder.join(stem))?;
            Some((folder, holds_jsx(index.path(subject)), stem))
        };
        let names: BTreeSet<_> = index.paths().iter().filter(is_test).filter_map(subject).collect();
        let mut tested = Self { names, counts: FxHashMap::default() };
        for (folder, jsx, _) in &tested.names {
            tested.counts.entry((folder.clone(), *jsx)).or_default().0 += 1;
        }
        let decides = |file: &&File<'_>| file.rows(raw::CODE).any(|row| row.values[0] == Value::Flag(true));
        for file in files.iter().filter(decides).filter(|file| !file.is_convention()) {
            if !tested.has(file.path) {
                tested.counts.entry((folder_of(file.path), holds_jsx(file.path))).or_default().1 += 1;
            }
        }
        tested
    }

    fn has(&self, path: &'p FilePath) -> bool {
        self.names.contains(&(folder_of(path), holds_jsx(path), stem_of(path)))
    }

    /// Whether a file has no test of its own in a folder where at least as many have one as have none.
    fn accuses(&self, path: &'p FilePath) -> bool {
        let (with, without) = self.counts.get(&(folder_of(path), holds_jsx(path))).copied().unwrap_or_default();
        with > 0 && with >= without && !self.has(path)
    }
}

/// Components are tested in other ways than what they stand on.
fn holds_jsx(path: &FilePath) -> bool {
    matches!(path.extension(), Some("tsx" | "jsx"))
}

fn stem_of(path: &FilePath) -> &str {
    path.name().split('.').next().unwrap_or_default()
}
