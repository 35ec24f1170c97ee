//! Migrations of Django.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::FilePath;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::fact::{Facts, ModelTableChange, OrmFact, TableMapper};
use super::reader::text;
use crate::kinds::Kinds;
use crate::read::python::{keyword, positional};

static CALLS: Kinds = Kinds::new(&["call"]);

/// Whether a file is a migration.
pub(super) fn is_migration(path: &FilePath, text: &str) -> bool {
    let folder = path.parent().unwrap_or_default();
    folder.name() == "migrations" && text.contains("migrations.Migration")
}

/// Says what a migration changes: of models, by their names in small letters.
pub(super) fn extract(path: &FilePath, analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let id = path.stem().into();
    out.say(Span::default(), OrmFact::Revision { mapper: TableMapper::Django, id, after: Vec::new() });
    let kinds = CALLS.of(tree.language());
    let mut end = 0;
    for node in (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        let words = tree.child_by_field_name(node, "function").map(|function| analysis.words(function));
        let Some(operation) = words.and_then(|words| words.rsplit('.').next()) else { continue };
        if node.0 < end {
            continue;
        }
        if operation == "SeparateDatabaseAndState"
            && let Some(database) = keyword(analysis, node, "database_operations")
        {
            // What is done to the database alone leaves the models as they are.
            end = tree.subtree_end(database);
        }
        change(analysis, node, operation, out);
    }
}

fn change(analysis: &Analysis<'_>, call: NodeId, operation: &str, out: &mut Facts) {
    let tree = analysis.tree();
    let argument = |name: &str, at: usize| keyword(analysis, call, name).or_else(|| positional(analysis, call).nth(at));
    let model = |name: &str, at| {
        let place = argument(name, at)?;
        Some((place, text(analysis, place)?.to_lowercase().into()))
    };
    let field = |name: &str, at| {
        let place = argument(name, at)?;
        Some((place, text(analysis, place)?))
    };
    let mut say = |place: NodeId, change| out.say(tree.span(place), OrmFact::Change(change));
    match operation {
        "CreateModel" => {
            let Some((place, table)): Option<(_, Arc<str>)> = model("name", 0) else { return };
            say(place, ModelTableChange::Create(Arc::clone(&table)));
            let Some(fields) = argument("fields", 1) else { return };
            for pair in tree.named_children(fields).filter(|pair| tree.kind_name(*pair) == "tuple") {
                let name = tree.named_children(pair).next();
                if let Some((place, column)) = name.and_then(|name| Some((name, text(analysis, name)?))) {
                    say(place, ModelTableChange::Add { table: Arc::clone(&table), column });
                }
            }
        }
        "DeleteModel" => {
            if let Some((place, table)) = model("name", 0) {
                say(place, ModelTableChange::Drop(table));
            }
        }
        "RenameModel" => {
            if let (Some((_, from)), Some((place, to))) = (model("old_name", 0), model("new_name", 1)) {
                say(place, ModelTableChange::Rename { from, to });
            }
        }
        "AddField" => {
            if let (Some((_, table)), Some((place, column))) = (model("model_name", 0), field("name", 1)) {
                say(place, ModelTableChange::Add { table, column });
            }
        }
        "RemoveField" => {
            if let (Some((_, table)), Some((place, column))) = (model("model_name", 0), field("name", 1)) {
                say(place, ModelTableChange::Remove { table, column });
            }
        }
        "RenameField" => {
            let names = (model("model_name", 0), field("old_name", 1), field("new_name", 2));
            if let (Some((_, table)), Some((_, from)), Some((place, to))) = names {
                say(place, ModelTableChange::RenameColumn { table, from, to });
            }
        }
        _ => {}
    }
}
