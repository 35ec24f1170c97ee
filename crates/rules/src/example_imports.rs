//! What the files of an example import from each other: they are a whole project.

use std::collections::BTreeMap;

use auditlint_facts::{DerivedFacts, SourceText, Value};
use auditlint_source::FilePath;
use auditlint_syntax::{Code, Parser};

use crate::{ImportEdge, Role, RuleSet, SourceExports, SourceImports, SourceInfo, Worker};

/// The relation that says where imports lead, and its columns.
const IMPORTS: &str = "import.import";
const SPECIFIER: &str = "specifier";
const FILE: &str = "file";

/// What each of some files imports from the others, by path, as far as a rule of the set asks for it.
pub(crate) fn imports_of_example(
    set: &RuleSet,
    files: &[SourceText<'_>],
    facts_of: &dyn Fn(&[SourceText<'_>]) -> DerivedFacts,
    parser: &mut Parser,
) -> BTreeMap<FilePath, SourceImports> {
    if files.len() < 2 || !set.asks_exports() {
        return BTreeMap::new();
    }
    let mut worker = Worker::default();
    let mut exports = |number: usize, imports: Option<&SourceImports>| -> SourceExports {
        let SourceText { path, text } = files[number];
        let Some(code) = Code::of(path, text) else { return SourceExports::default() };
        let source = SourceInfo { path, language: code.language(), role: Role::Source };
        let read = set.read_exports(source, code.text(), imports, parser, &mut worker);
        read.ok().flatten().unwrap_or_default()
    };
    let first: BTreeMap<usize, SourceExports> =
        (0..files.len()).map(|number| (number, exports(number, None))).collect();
    if !first.values().any(|exports| set.tells_exports(exports)) {
        return BTreeMap::new();
    }
    let facts = facts_of(files);
    let number = |path: &str| files.iter().position(|file| file.path.as_str() == path);
    let edges: Vec<ImportEdge> = facts.relation(IMPORTS).map_or_else(Vec::new, |relation| {
        let (Some(specifier), Some(file)) = (relation.info.column(SPECIFIER), relation.info.column(FILE)) else {
            return Vec::new();
        };
        let edge = |row: &auditlint_facts::Row| {
            let (from, to) = (number(row.path.as_str())?, number(row.values[file].text())?);
            let specifier = &row.values[specifier];
            (*specifier != Value::Absent).then(|| ImportEdge { from, specifier: specifier.text().into(), to })
        };
        relation.rows.iter().filter_map(edge).collect()
    });
    let followed = set.follow_exports(&first, &edges, &mut |asked| {
        asked.iter().map(|(number, imports)| exports(*number, Some(imports))).collect()
    });
    followed.imports.into_iter().map(|(number, imports)| (files[number].path.clone(), imports)).collect()
}
