//! The derived relations.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use auditlint_facts::folder::{above, below, folder_of, shown};
use auditlint_facts::{ProjectScope, Relation, Row, Value};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::Language;
use rustc_hash::{FxHashMap, FxHashSet};

use super::container;
use super::fact::{FactWords, Facts, ImportKind, ModuleFact};
use super::files::{FileId, FileIndex};
use super::modules::ModuleTable;
use super::project::SpecifierContext;
use super::python;
use super::relations::RELATIONS;
use super::resolve::{FolderScope, ImportTarget, Resolver};
use super::templates::is_in_templates;
use super::usage::{Usage, is_convention};
use crate::identifier::words;
use crate::read::build_config;

/// Positions in [`RELATIONS`].
mod table {
    pub(super) const IMPORT: usize = 0;
    pub(super) const AVAILABLE: usize = 1;
    pub(super) const NAME: usize = 2;
    pub(super) const EXPORT: usize = 3;
    pub(super) const MODULE: usize = 4;
    pub(super) const EDGE: usize = 5;
}

/// The value of the column `language` for TypeScript and JavaScript.
const LANGUAGE: &str = "ecmascript";

/// The manifest of their packages.
const PACKAGE_JSON: &str = "package.json";

/// In how many packages below it a `package.json` may hide rows before it may hide any.
const MOST_HIDDEN: usize = 1_000;

/// One file with imports or exports.
struct File<'r> {
    path: &'r FilePath,
    /// Absent where it is not a file of the project, such as a text from standard input.
    id: Option<FileId>,
    said: &'r Facts,
    place: Rc<FolderScope<'r>>,
    role: Role,
}

impl<'r> File<'r> {
    fn facts(&self) -> impl Iterator<Item = (Span, &'r ModuleFact)> + use<'r> {
        self.said.facts.iter().map(|said| (said.span, &said.fact))
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
pub(super) fn derive(all: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let is_of_python = |path: &FilePath| python::reads(path);
    let of_python: Vec<_> =
        all.iter().filter(|(path, _)| is_of_python(path)).map(|(path, facts)| (path, *facts)).collect();
    let others: Vec<(FilePath, &Facts)>;
    let sources = match of_python.is_empty() {
        true => all,
        false => {
            others = all.iter().filter(|(path, _)| !is_of_python(path)).cloned().collect();
            &others
        }
    };
    let of_python = python::derive(&of_python, scope);
    let project = SpecifierContext::of(sources, scope);
    let resolver = Resolver::new(sources, &project, scope);
    let files = files(sources, &resolver, scope);
    let modules = modules(&files, &resolver);
    let usage = usage(&files, &resolver, &modules, scope);
    let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
    let (values, words) = (PathValues::new(scope.files()), FactWords::new());
    let tested = Tested::new(&files, &resolver.files);
    let taken = taken_templates(&files, &resolver);
    let moved = container::moved(sources);
    for file in &files {
        imports(file, (&resolver, &taken, &moved), &values, &words, &mut tables);
        names(file, &resolver, &modules, &values, &words, &mut tables[table::NAME]);
        let Some(id) = file.id else { continue };
        let is_code = Language::of_path(file.path).is_some();
        let convention = is_code && file.is_convention();
        for (span, fact) in file.facts() {
            match fact {
                ModuleFact::Export { name, kind, is_used } => {
                    let used = match convention || *is_used {
                        true => Some(true),
                        false => usage.uses((id, file.path), name, &file.place, &resolver),
                    };
                    let used = used.map_or(Value::Absent, Value::from);
                    tables[table::EXPORT].push(file.row(
                        span,
                        vec![values.of(id), name.into(), words.kind(*kind), used, usage.is_tested(id, name).into()],
                    ));
                }
                ModuleFact::Code { decides } => {
                    let row_values = vec![
                        values.of(id),
                        (*decides).into(),
                        convention.into(),
                        tested.accuses(file.path).into(),
                        (usage.is_mentioned(file.path) || resolver.imports_by_itself(&file.place)).into(),
                    ];
                    tables[table::MODULE].push(file.row(span, row_values));
                }
                _ => {}
            }
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
            values: vec![directory.clone(), name.as_str().into(), LANGUAGE.into()],
        };
        tables[table::AVAILABLE].extend(names.iter().map(row));
    }
    let folders: Vec<&FilePath> = project.packages.keys().collect();
    let all_gaps = || sources.iter().flat_map(|(path, source)| source.gaps.iter().map(move |gap| (path, gap)));
    // Where a file that uses modules was not read, anything may be used.
    let using = all_gaps().filter(|(path, _)| !super::manifest::is_json(path) && !super::importmap::is_pins(path));
    let using: Vec<_> = using.map(|(path, gap)| (path.clone(), gap.clone())).collect();
    // A dependency or an alias that was not read would accuse somebody.
    let declaring = sources.iter().filter(|(path, _)| {
        // Code gives specifiers a meaning by `declare module` alone, which is read where the rest is not.
        let is_code = Language::of_path(path).is_some_and(Language::is_ecmascript)
            && !build_config::is_config(path)
            && !build_config::may_configure(path);
        !is_code && !super::handlers::is_configuration(path)
    });
    let gaps = declaring.flat_map(|(path, source)| source.gaps.iter().map(move |gap| (path, gap)));
    let gaps = gaps.flat_map(|(path, gap)| match path.name() {
        // It would declare what the packages below it may import as well.
        "package.json" => {
            let folder = folder_of(path);
            let below = below(&folders, &folder);
            if below.len() > MOST_HIDDEN {
                return vec![(path.clone(), gap.hiding("language", LANGUAGE.into()))];
            }
            let hidden = below.iter().copied().chain(std::iter::once(&folder));
            hidden.map(|package| (path.clone(), gap.hiding("directory", shown(package).into()))).collect()
        }
        _ => vec![(path.clone(), gap.hiding("language", LANGUAGE.into()))],
    });
    let mut gaps: Vec<_> = gaps.collect();
    gaps.extend(of_python.gaps);
    tables[table::IMPORT].extend(of_python.imports);
    tables[table::AVAILABLE].extend(of_python.available);
    tables[table::NAME].extend(of_python.names);
    tables[table::EDGE].extend(of_python.edges);
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

fn files<'r>(
    sources: &'r [(FilePath, &'r Facts)],
    resolver: &Resolver<'r, '_>,
    scope: &ProjectScope<'_>,
) -> Vec<File<'r>> {
    let mut places: FxHashMap<FilePath, Rc<FolderScope<'r>>> = FxHashMap::default();
    // Elsewhere text shows code to people.
    let is_run = |path: &FilePath| above(folder_of(path)).any(|folder| scope.has_folder(&folder.join(".vitepress")));
    let code = sources.iter().filter(|(path, _)| !super::manifest::is_json(path));
    let code = code.filter(|(path, _)| !super::mentions::is_page(path) || is_run(path));
    let file = |(path, said): &'r (FilePath, &'r Facts)| {
        let place = places.entry(folder_of(path)).or_insert_with(|| resolver.place(path));
        let role = Role::by_default(path);
        File { path, id: resolver.files.id(path.as_str()), said, place: Rc::clone(place), role }
    };
    code.map(file).collect()
}

fn modules<'r>(files: &[File<'r>], resolver: &Resolver<'r, '_>) -> ModuleTable<'r> {
    let mut modules = ModuleTable::default();
    for file in files.iter().filter(|file| Language::of_path(file.path).is_some()) {
        let Some(id) = file.id else { continue };
        let stars = file.facts().filter_map(|(_, fact)| match fact {
            ModuleFact::Star(specifier) => Some(resolver.resolve(&file.place, specifier)),
            _ => None,
        });
        modules.add(id, file.said, stars.collect(), &resolver.files);
    }
    for file in files {
        for (_, fact) in file.facts() {
            if let ModuleFact::Ambient(specifier) | ModuleFact::Augmented(specifier) = fact
                && let Some(target) = resolver.resolve(&file.place, specifier).file()
            {
                modules.open(target);
            }
        }
    }
    modules
}

fn usage<'r>(
    files: &[File<'r>],
    resolver: &Resolver<'r, '_>,
    modules: &ModuleTable<'r>,
    scope: &ProjectScope<'_>,
) -> Usage<'r> {
    let mut usage = Usage::default();
    if !scope.unread().is_empty() {
        usage.unread();
    }
    for file in files {
        if !file.said.gaps.is_empty() {
            usage.unread();
        }
        for (_, fact) in file.facts() {
            match fact {
                ModuleFact::Name { specifier, name, .. } => {
                    let target = resolver.resolve(&file.place, specifier);
                    // What tests take shows only that it is tested.
                    if file.role == Role::Test && !is_for_tests(name) {
                        usage.tested(target, name, modules);
                    } else {
                        usage.name(file.id, (specifier, target), name, modules);
                    }
                }
                ModuleFact::Import { specifier, .. } | ModuleFact::Star(specifier) => {
                    if matches!(
                        resolver.resolve(&file.place, specifier),
                        ImportTarget::Unknown | ImportTarget::Missing | ImportTarget::Hidden
                    ) {
                        usage.loose(specifier);
                    }
                    // Redwood imports `src/services/**/*.ts`.
                    if let Some((folder, _)) = specifier.split_once('*') {
                        usage.folder(file.folder(folder.trim_end_matches('/')));
                    }
                }
                ModuleFact::Mention(specifier) => {
                    let target = resolver.resolve(&file.place, specifier);
                    if file.role != Role::Test {
                        usage.mention(target);
                    }
                    // Wasp writes `@src/a` for a file of its own.
                    let is_package = target == ImportTarget::Package && resolver.is_declared(&file.place, specifier);
                    if target.file().is_none() && !is_package {
                        usage.loose(specifier);
                    }
                }
                ModuleFact::Loose(name) => usage.loose_name(name),
                ModuleFact::Folder(folder) => usage.folder(file.folder(folder)),
                _ => {}
            }
        }
    }
    usage.finish(resolver, modules);
    usage
}

/// The files of folders of templates that code outside of them imports, itself or through others: mails that a program sends are a part of it.
fn taken_templates<'r>(files: &[File<'r>], resolver: &Resolver<'r, '_>) -> FxHashSet<FileId> {
    let by_id: FxHashMap<FileId, &File<'r>> = files.iter().filter_map(|file| Some((file.id?, file))).collect();
    let led = |file: &File<'r>| -> Vec<FileId> {
        let imports = file.facts().filter_map(|(_, fact)| match fact {
            ModuleFact::Import { specifier, .. } => resolver.resolve(&file.place, specifier).file(),
            _ => None,
        });
        imports.filter(|id| is_in_templates(resolver.files.path(*id))).collect()
    };
    let has_templates = files.iter().any(|file| is_in_templates(file.path));
    let outside = files.iter().filter(|file| has_templates && !is_in_templates(file.path));
    let mut open: Vec<FileId> = outside.flat_map(led).collect();
    let mut taken = FxHashSet::default();
    while let Some(id) = open.pop() {
        if taken.insert(id) {
            open.extend(by_id.get(&id).into_iter().flat_map(|file| led(file)));
        }
    }
    taken
}

/// Whether a word of a name says that it is meant for tests: `resetForTests`, and not `fetchLatest`.
fn is_for_tests(name: &str) -> bool {
    const WORDS: [&str; 10] =
        ["test", "tests", "testing", "testutils", "mock", "mocks", "fixture", "fixtures", "stub", "stubs"];
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
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
    (resolver, taken, moved): (&Resolver<'r, '_>, &FxHashSet<FileId>, &FxHashSet<FilePath>),
    values: &PathValues<'_>,
    words: &FactWords,
    tables: &mut [Vec<Row>; RELATIONS.len()],
) {
    let is_moved = moved.contains(file.path);
    let is_elsewhere = is_in_templates(file.path) && file.id.is_none_or(|id| !taken.contains(&id));
    let shown: Value = file.place.directory.as_ref().map(shown).into();
    let mut edge = |target: ImportTarget, span: Span, how: Value| {
        let (Some(from), Some(to)) = (file.id, target.file()) else { return };
        let is_test: Value = (file.role == Role::Test).into();
        // Which version of a file is meant depends on the platform.
        let others = resolver.files.for_platforms(to);
        for to in std::iter::once(to).chain(others.iter().copied()).filter(|to| *to != from) {
            let row = vec![values.of(from), values.of(to), how.clone(), is_test.clone()];
            tables[table::EDGE].push(file.row(span, row));
        }
    };
    let mention = Value::from("mention");
    for (span, fact) in file.facts() {
        if let ModuleFact::Mention(specifier) = fact {
            edge(resolver.resolve(&file.place, specifier), span, mention.clone());
        }
    }
    let mut rows = Vec::new();
    for (span, fact) in file.facts() {
        let ModuleFact::Import { specifier, how, is_optional, is_run } = fact else { continue };
        let target = resolver.resolve(&file.place, specifier);
        let is_of_types = *how == ImportKind::Type;
        let how = words.how(*how);
        edge(target, span, how.clone());
        let package = resolver.package(&file.place, specifier);
        let types = package.filter(|_| !is_run).and_then(|package| resolver.types_of(&file.place, package));
        let package = types.as_deref().map_or_else(|| package.into(), Value::from);
        let led = target.file().map_or(Value::Absent, |id| values.of(id));
        let optional = (*is_optional).into();
        // What is filled in before the code is used decides where its imports lead.
        let is_template = specifier.contains("{{") || file.path.as_str().contains("{{");
        let state = match target {
            ImportTarget::Hidden if is_of_types => ImportTarget::Unknown,
            ImportTarget::Hidden | ImportTarget::Missing if is_template || is_moved => ImportTarget::Unknown,
            target => target,
        };
        let row_values = vec![
            shown.clone(),
            specifier.into(),
            package,
            how,
            optional,
            led,
            state.state().into(),
            LANGUAGE.into(),
            PACKAGE_JSON.into(),
            is_elsewhere.into(),
        ];
        rows.push(file.row(span, row_values));
    }
    tables[table::IMPORT].extend(rows);
}

fn names<'r>(
    file: &File<'r>,
    resolver: &Resolver<'r, '_>,
    modules: &ModuleTable<'r>,
    values: &PathValues<'_>,
    words: &FactWords,
    table: &mut Vec<Row>,
) {
    for (span, fact) in file.facts() {
        let ModuleFact::Name { specifier, name, how } = fact else { continue };
        let target = resolver.resolve(&file.place, specifier);
        let exists = match target {
            ImportTarget::File { file: id, is_said } if &**name != "*" && *how != ImportKind::Require => {
                let origin = modules.origin(id, name);
                match origin.modules.is_empty() {
                    false => Value::from(true),
                    true if origin.is_open || !is_said => Value::Absent,
                    true if &**name == "default" && resolver.wraps_default(file.path, id) => Value::Absent,
                    true => Value::from(false),
                }
            }
            _ => Value::Absent,
        };
        let led = target.file().map_or(Value::Absent, |id| values.of(id));
        table.push(file.row(span, vec![specifier.into(), name.into(), words.how(*how), led, exists]));
    }
}

/// Which files have a test of their own: `src/b.test.ts` or `src/__tests__/b.ts` for `src/b.ts`.
struct Tested<'p> {
    /// By their folder and kind, and name without extension.
    names: BTreeSet<(SourceGroup, &'p str)>,
    counts: FxHashMap<SourceGroup, TestCounts>,
}

/// The files of one folder that are tested in the same way: components are tested in other ways than what they stand on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SourceGroup {
    folder: FilePath,
    holds_jsx: bool,
}

impl SourceGroup {
    fn of(path: &FilePath) -> Self {
        Self::in_folder(folder_of(path), path)
    }

    /// As if a file lay in a folder.
    fn in_folder(folder: FilePath, path: &FilePath) -> Self {
        Self { folder, holds_jsx: matches!(path.extension(), Some("tsx" | "jsx")) }
    }
}

/// How many files have a test, and how many that decide something have none.
#[derive(Clone, Copy, Default)]
struct TestCounts {
    tested: u32,
    untested: u32,
}

impl<'p> Tested<'p> {
    fn new(files: &[File<'_>], index: &FileIndex<'p>) -> Self {
        // A story shows a component, and asserts nothing of what it decides.
        let is_story = |path: &FilePath| path.name().split('.').any(|part| matches!(part, "stories" | "story"));
        let is_test = |path: &&FilePath| {
            Language::of_path(path).is_some_and(Language::is_ecmascript)
                && Role::by_default(path) == Role::Test
                && !is_story(path)
        };
        let subject = |path: &'p FilePath| {
            let folder = folder_of(path);
            let is_apart = matches!(folder.name(), "__tests__" | "__test__" | "test" | "tests");
            let folder = if is_apart { folder_of(&folder) } else { folder };
            let stem = stem_of(path);
            let subject = index.of_module(&folder.join(stem))?;
            Some((SourceGroup::in_folder(folder, index.path(subject)), stem))
        };
        let names: BTreeSet<_> = index.paths().iter().filter(is_test).filter_map(subject).collect();
        let mut tested = Self { names, counts: FxHashMap::default() };
        for (group, _) in &tested.names {
            tested.counts.entry(group.clone()).or_default().tested += 1;
        }
        let decides = |file: &&File<'_>| file.facts().any(|(_, fact)| *fact == ModuleFact::Code { decides: true });
        for file in files.iter().filter(decides).filter(|file| !file.is_convention()) {
            if !tested.has(file.path) {
                tested.counts.entry(SourceGroup::of(file.path)).or_default().untested += 1;
            }
        }
        tested
    }

    fn has(&self, path: &'p FilePath) -> bool {
        self.names.contains(&(SourceGroup::of(path), stem_of(path)))
    }

    /// Whether a file has no test of its own in a folder where at least as many have one as have none.
    fn accuses(&self, path: &'p FilePath) -> bool {
        let counts = self.counts.get(&SourceGroup::of(path)).copied().unwrap_or_default();
        counts.tested > 0 && counts.tested >= counts.untested && !self.has(path)
    }
}

fn stem_of(path: &FilePath) -> &str {
    path.name().split('.').next().unwrap_or_default()
}
