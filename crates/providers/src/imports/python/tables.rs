//! The rows of Python in the relations of imports.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{Gap, ProjectScope, Row, Value};
use auditlint_source::{FilePath, Role, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::fact::{FactWords, Facts, ImportKind, ModuleFact};
use super::fact::PythonFact;
use super::lookup::{DottedTarget, Lookup};
use super::names::PythonModules;
use super::projects::{Available, PythonProjects, brought_by, named};
use super::stdlib::is_standard;
use super::{is_code, manifest};

/// The value of the column `language`.
const LANGUAGE: &str = "python";

/// The rows that Python adds.
#[derive(Default)]
pub(in super::super) struct PythonTables {
    pub(in super::super) imports: Vec<Row>,
    pub(in super::super) available: Vec<Row>,
    pub(in super::super) names: Vec<Row>,
    pub(in super::super) edges: Vec<Row>,
    /// What may hide rows of what is available.
    pub(in super::super) gaps: Vec<(FilePath, Gap)>,
}

/// One import, as the rows of a file have it.
struct Import<'r> {
    path: &'r FilePath,
    span: Span,
    module: &'r str,
    how: ImportKind,
    is_optional: bool,
    found: DottedTarget,
    /// What the file itself declares.
    own: Rc<FxHashSet<String>>,
}

/// The rows of all sources of Python.
pub(in super::super) fn derive(sources: &[(&FilePath, &Facts)], scope: &ProjectScope<'_>) -> PythonTables {
    let mut tables = PythonTables::default();
    if !sources.iter().any(|(path, _)| is_code(path)) {
        return tables;
    }
    let projects = PythonProjects::of(sources, scope);
    let mut lookup = Lookup::of(scope);
    for (path, facts) in sources {
        let folder = folder_of(path);
        for said in &facts.facts {
            match &said.fact {
                ModuleFact::Python(PythonFact::PathChange) => lookup.is_path_changed = true,
                ModuleFact::Python(PythonFact::Root(root)) => lookup.roots.push(folder.join(root)),
                ModuleFact::Python(PythonFact::Native) => {
                    lookup.native.insert(folder.clone());
                }
                ModuleFact::Python(PythonFact::Written(path)) => {
                    lookup.written.insert(folder.join(path));
                }
                _ => {}
            }
        }
    }
    let modules = PythonModules::of(sources);
    let mut imports = Vec::new();
    for (path, facts) in sources.iter().filter(|(path, _)| is_code(path)) {
        of_file(path, facts, &lookup, &modules, &mut imports, &mut tables.names);
    }
    rows(&imports, &projects, &mut tables);
    gaps(sources, &projects, &mut tables);
    tables
}

/// The imports of one file, and the names that they take.
fn of_file<'r>(
    path: &'r FilePath,
    facts: &'r Facts,
    lookup: &Lookup<'_>,
    modules: &PythonModules<'_>,
    imports: &mut Vec<Import<'r>>,
    names: &mut Vec<Row>,
) {
    let words = FactWords::new();
    let mut found: FxHashMap<&str, DottedTarget> = FxHashMap::default();
    // A script may say in a comment what it needs.
    let own = facts.facts.iter().filter_map(|said| match &said.fact {
        ModuleFact::Python(PythonFact::Distribution(name)) if !manifest::is_manifest(path) => Some(&**name),
        _ => None,
    });
    let own = Rc::new(brought_by(own));
    for said in &facts.facts {
        match &said.fact {
            ModuleFact::Python(PythonFact::Import { module, how, is_optional }) => {
                let found = found.entry(module).or_insert_with(|| lookup.resolve(path, module)).clone();
                let (how, is_optional) = (*how, *is_optional);
                imports.push(Import { path, span: said.span, module, how, is_optional, found, own: Rc::clone(&own) });
            }
            ModuleFact::Python(PythonFact::Name { module, name, how, is_optional }) => {
                let from = found.entry(module).or_insert_with(|| lookup.resolve(path, module));
                let (file, exists) = named_in(path, from, name, lookup, modules);
                // A module of a package that has no names of its own.
                if let Some(part) = part_of(from, name, lookup) {
                    let (how, is_optional) = (*how, *is_optional);
                    imports.push(Import {
                        path,
                        span: said.span,
                        module,
                        how,
                        is_optional,
                        found: part,
                        own: Rc::clone(&own),
                    });
                }
                let exists = exists.filter(|exists| *exists || !is_optional);
                let values = vec![
                    module.into(),
                    name.into(),
                    words.how(*how),
                    file.as_ref().map(FilePath::as_str).into(),
                    exists.map_or(Value::Absent, Value::from),
                ];
                names.push(Row { path: path.clone(), span: said.span, values });
            }
            _ => {}
        }
    }
}

/// The file in which a name is looked for, and whether it is there.
fn named_in(
    importer: &FilePath,
    from: &DottedTarget,
    name: &str,
    lookup: &Lookup<'_>,
    modules: &PythonModules<'_>,
) -> (Option<FilePath>, Option<bool>) {
    let DottedTarget::File { file, is_certain } = from else { return (None, None) };
    let exists = || {
        if name == "*" || file.extension() != Some("py") {
            return None;
        }
        let is_package = file.name() == "__init__.py";
        if is_package && lookup.has_part(&folder_of(file), name) {
            return Some(true);
        }
        if file == importer && modules.takes(file, name) {
            return is_certain.then_some(false);
        }
        let gives = modules.gives(file, name, lookup)?;
        (gives || *is_certain).then_some(gives)
    };
    (Some(file.clone()), exists())
}

/// The module of a package that a name stands for, where the package gives it.
fn part_of(from: &DottedTarget, name: &str, lookup: &Lookup<'_>) -> Option<DottedTarget> {
    let (folder, is_certain) = match from {
        DottedTarget::File { file, is_certain } if file.name() == "__init__.py" => (folder_of(file), *is_certain),
        DottedTarget::Folder { folder, is_certain } => (folder.clone(), *is_certain),
        _ => return None,
    };
    if name == "*" {
        return None;
    }
    match (lookup.below(&folder, name, is_certain), from) {
        (found @ (DottedTarget::File { .. } | DottedTarget::Folder { .. }), _) => Some(found),
        (found @ DottedTarget::Missing, DottedTarget::Folder { is_certain: true, .. }) => Some(found),
        _ => None,
    }
}

fn rows(imports: &[Import<'_>], projects: &PythonProjects<'_>, tables: &mut PythonTables) {
    let words = FactWords::new();
    let mut around: FxHashMap<FilePath, Option<&FilePath>> = FxHashMap::default();
    let mut places = Vec::new();
    let mut imported: BTreeMap<&FilePath, BTreeSet<String>> = BTreeMap::new();
    for import in imports {
        let folder = folder_of(import.path);
        let project = *around.entry(folder.clone()).or_insert_with(|| projects.around(&folder));
        let is_standard = || is_standard(top(import.module), projects.versions(project));
        if let (Some(project), DottedTarget::Foreign) = (project, &import.found)
            && !is_standard()
        {
            imported.entry(project).or_default().insert(top(import.module).to_owned());
        }
        places.push(project);
    }
    let available: BTreeMap<&FilePath, Available> =
        imported.iter().map(|(folder, imported)| (*folder, projects.available(folder, imported))).collect();
    for (folder, imported) in &imported {
        let project = projects.get(folder);
        let directory = Value::from(shown(folder));
        let row = |module: &str| Row {
            path: project.manifest.clone(),
            span: project.span,
            values: vec![directory.clone(), module.into(), LANGUAGE.into()],
        };
        // The installer is there, whatever is declared.
        tables.available.push(row("pip"));
        for module in imported {
            if available[folder].has(module) {
                tables.available.push(row(module));
            } else if let Some(distribution) = available[folder].may_bring(module) {
                let message = format!(
                    "which modules the distribution `{distribution}` brings is not known, and `{module}` may be one of them"
                );
                let gap = Gap::new(project.span, message).hiding("package", module.as_str().into());
                tables.gaps.push((project.manifest.clone(), gap));
            }
        }
    }
    // A project that is ready for a package not to be there needs none for those who check types.
    let is_ready = |import: &&Import<'_>| import.is_optional && import.how != ImportKind::Type;
    let ready: FxHashSet<(Option<&FilePath>, &str)> = imports
        .iter()
        .zip(&places)
        .filter(|(import, _)| is_ready(import))
        .map(|(import, folder)| (*folder, top(import.module)))
        .collect();
    let versions: BTreeMap<Option<&FilePath>, _> =
        places.iter().map(|folder| (*folder, projects.versions(*folder))).collect();
    for (import, folder) in imports.iter().zip(places) {
        let is_relative = import.module.starts_with('.');
        let module = top(import.module);
        let is_standard = !is_relative && is_standard(module, versions[&folder]);
        let is_foreign = import.found == DottedTarget::Foreign && !is_standard && module != "__main__";
        let has_types =
            || import.how == ImportKind::Type && folder.is_some_and(|folder| projects.has_types_of(folder, module));
        let is_of_script = || import.own.contains(&module.to_ascii_lowercase()) || import.own.contains(module);
        let package = (is_foreign && !has_types() && !is_of_script()).then_some(module);
        let (file, state) = match &import.found {
            _ if is_standard => (None, "package"),
            DottedTarget::File { file, .. } => (Some(file), "file"),
            DottedTarget::Folder { .. } => (None, "file"),
            // Something declared may have the name as well.
            DottedTarget::Missing if !is_relative && is_declared(folder, module, projects, &available) => {
                (None, "unknown")
            }
            DottedTarget::Missing => (None, "missing"),
            DottedTarget::Unknown => (None, "unknown"),
            DottedTarget::Foreign => (None, "package"),
        };
        let how = words.how(import.how);
        let manifest = folder.map(|folder| named(projects.get(folder), folder));
        let values = vec![
            folder.map(shown).into(),
            import.module.into(),
            package.into(),
            how.clone(),
            (import.is_optional || (import.how == ImportKind::Type && ready.contains(&(folder, module)))).into(),
            file.map(FilePath::as_str).into(),
            state.into(),
            LANGUAGE.into(),
            manifest.as_deref().into(),
            crate::imports::templates::is_in_templates(import.path).into(),
        ];
        let row = |values| Row { path: import.path.clone(), span: import.span, values };
        tables.imports.push(row(values));
        if let Some(file) = file.filter(|file| *file != import.path) {
            let is_test = Role::by_default(import.path) == Role::Test;
            tables.edges.push(row(vec![import.path.as_str().into(), file.as_str().into(), how, is_test.into()]));
        }
    }
}

/// Whether a distribution that a project declares brings a module.
fn is_declared(
    folder: Option<&FilePath>,
    module: &str,
    projects: &PythonProjects<'_>,
    available: &BTreeMap<&FilePath, Available>,
) -> bool {
    let Some(folder) = folder else { return false };
    let own = || projects.available(folder, &BTreeSet::new()).has_foreign(module);
    available.get(folder).map_or_else(own, |available| available.has_foreign(module))
}

/// What of the manifests was not understood may declare what is not found in them.
fn gaps(sources: &[(&FilePath, &Facts)], projects: &PythonProjects<'_>, tables: &mut PythonTables) {
    let hide = |folder: &FilePath, path: &FilePath, gap: &Gap, tables: &mut PythonTables| {
        for project in projects.below(folder) {
            tables.gaps.push((path.clone(), gap.hiding("directory", shown(project).into())));
        }
    };
    for (path, facts) in sources.iter().filter(|(path, _)| manifest::is_manifest(path)) {
        for gap in &facts.gaps {
            hide(&manifest::folder_of(path), path, gap, tables);
        }
    }
    for (folder, path, span, message) in &projects.unread {
        hide(folder, path, &Gap::new(*span, message.as_str()), tables);
    }
}

/// The first name of a module.
fn top(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}
