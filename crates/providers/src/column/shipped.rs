//! Which declarations are about the program itself: not those of tests, of copies in its documentation, and of schemas that are its data.

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::folder_of;
use auditlint_source::{FilePath, Role};
use rustc_hash::FxHashSet;

use super::fact::{ColumnFact, Facts};
use super::names::{plain, table_key};
use crate::package_folders::PackageFolders;

/// Folders of documentation.
const DOCUMENTATION: [&str; 3] = ["doc", "docs", "documentation"];

/// Whether what a file says is about the program itself, by its path alone.
pub(super) fn is_shipped(path: &FilePath) -> bool {
    matches!(Role::by_default(path), Role::Source | Role::Config)
}

/// The sources that are about the program itself.
pub(super) fn shipped<'f>(sources: &[(FilePath, &'f Facts)], scope: &ProjectScope<'_>) -> Vec<(FilePath, &'f Facts)> {
    let mut found: Vec<(FilePath, &Facts)> =
        sources.iter().filter(|(path, _)| is_shipped(path)).map(|(path, facts)| (path.clone(), *facts)).collect();
    if found.iter().any(|(path, _)| is_found(path)) {
        let packages = PackageFolders::of(scope.files());
        found.retain(|(path, _)| !is_of_prisma(path) || may_be_copy(path) || !is_data(path, &packages));
    }
    if found.iter().any(|(path, _)| may_be_copy(path)) {
        let originals = found.iter().filter(|(path, _)| !may_be_copy(path));
        let known: FxHashSet<(String, String)> = originals.flat_map(|(_, facts)| columns(facts)).collect();
        found.retain(|(path, facts)| !(may_be_copy(path) && is_copy(facts, &known)));
    }
    found
}

fn is_of_prisma(path: &FilePath) -> bool {
    path.extension() == Some("prisma")
}

/// Whether a schema lies in the documentation.
fn may_be_copy(path: &FilePath) -> bool {
    matches!(path.extension(), Some("prisma" | "sql"))
        && folder_of(path).as_str().split('/').any(|folder| DOCUMENTATION.contains(&folder))
}

/// Whether most of what a schema declares is declared outside of the documentation.
fn is_copy(facts: &Facts, known: &FxHashSet<(String, String)>) -> bool {
    let (mut all, mut twice) = (0_usize, 0_usize);
    for column in columns(facts) {
        all += 1;
        twice += usize::from(known.contains(&column));
    }
    twice > all / 2
}

/// The tables and columns that a file declares.
fn columns(facts: &Facts) -> impl Iterator<Item = (String, String)> {
    facts.facts.iter().filter_map(|said| match &said.fact {
        ColumnFact::Declared(declared) => {
            let table = declared.table.as_deref().or(declared.model.as_deref())?;
            Some((table_key(table), plain(&declared.column)))
        }
        _ => None,
    })
}

/// Folders in which a project has schemas of databases under names of their own.
const OF_DATABASES: [&str; 7] = ["prisma", "schema", "schemas", "db", "database", "databases", "models"];

/// The schemas that Prisma finds by itself.
fn is_found(path: &FilePath) -> bool {
    path.name() == "schema.prisma"
}

/// Whether Prisma finds other schemas in the project, and not this one: by its name, and by where it lies. Such a file is one that the
/// program works with, like the text of any other.
fn is_data(path: &FilePath, packages: &PackageFolders) -> bool {
    let folder = folder_of(path);
    !is_found(path)
        && !folder.as_str().split('/').any(|folder| OF_DATABASES.contains(&folder))
        && folder != packages.around(path)
}
