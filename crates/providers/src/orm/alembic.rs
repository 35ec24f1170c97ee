//! Migrations of Alembic, as far as they are spelled out.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::fact::{Facts, ModelTableChange, OrmFact, TableMapper};
use super::models::column;
use super::reader::{assigned, function_around, last_name, may_be_of_tables, text, texts};
use super::text_of_sql;
use crate::kinds::Kinds;
use crate::read::python::{called, keyword, positional, string};

static CALLS: Kinds = Kinds::new(&["call", "as_pattern"]);

/// Whether a file is a migration: it takes the operations of Alembic and says what it follows.
pub(super) fn is_migration(text: &str) -> bool {
    text.contains("alembic") && text.contains("down_revision") && text.contains("revision")
}

/// Says what a migration changes.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    revision(analysis, out);
    let kinds = CALLS.of(tree.language());
    // Names that stand for the batch of one table.
    let mut batches: FxHashMap<&str, Option<Arc<str>>> = FxHashMap::default();
    for node in (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        if tree.kind_name(node) == "as_pattern" {
            let mut parts = tree.named_children(node);
            let (Some(call), Some(name)) = (parts.next(), parts.next()) else { continue };
            if analysis.words(call).contains("batch_alter_table") {
                let table = positional(analysis, call).next().and_then(|table| text(analysis, table));
                batches.insert(analysis.words(name), table);
            }
            continue;
        }
        if function_around(analysis, node).starts_with("downgrade") {
            continue;
        }
        let Some(function) = tree.child_by_field_name(node, "function") else { continue };
        let Some((owner, method)) = analysis.words(function).rsplit_once('.') else { continue };
        let batch = batches.get(owner).cloned();
        let is_operation =
            || owner == "op" || called(analysis, node).is_some_and(|path| path.starts_with("alembic.op."));
        if batch.is_none() && method == "create" && owner.ends_with("__table__") {
            // `Model.__table__.create(bind)` creates the table of a class.
            out.say(tree.span(node), OrmFact::Change(ModelTableChange::Unknown("the table of a class".into())));
        } else if batch.is_none() && matches!(method, "execute" | "exec_driver_sql") {
            // `op`, its connection, or a session on it.
            if let Some(place) = positional(analysis, node).next() {
                execute(analysis, place, out);
            }
        } else if batch.is_some() || is_operation() {
            operation(analysis, node, method, batch, out);
        }
    }
}

/// Says which revision it is, and which it follows.
fn revision(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let (mut id, mut after, mut span) = (None, Vec::new(), Span::default());
    for found in tree.named_children(tree.root()).filter_map(|statement| assigned(tree, statement)) {
        let Some(value) = found.value else { continue };
        match analysis.words(found.name) {
            "revision" => (id, span) = (text(analysis, value), tree.span(found.name)),
            "down_revision" | "depends_on" => {
                let texts = tree.subtree(value).filter_map(|part| string(analysis, part)).map(Arc::from);
                after.extend(texts);
            }
            _ => {}
        }
    }
    let id = id.unwrap_or_else(|| "".into());
    out.say(span, OrmFact::Revision { mapper: TableMapper::SqlAlchemy, id, after });
}

fn operation(analysis: &Analysis<'_>, call: NodeId, method: &str, batch: Option<Option<Arc<str>>>, out: &mut Facts) {
    let tree = analysis.tree();
    let mut arguments = positional(analysis, call);
    let mut say = |place: NodeId, change| out.say(tree.span(place), OrmFact::Change(change));
    let mut next = |name: &str| arguments.next().or_else(|| keyword(analysis, call, name));
    match method {
        "create_table" => {
            let Some(place) = next("table_name") else { return };
            let Some(table) = text(analysis, place) else {
                return say(place, ModelTableChange::Unknown("a table whose name is worked out".into()));
            };
            say(place, ModelTableChange::Create(Arc::clone(&table)));
            let all = tree.child_by_field_name(call, "arguments");
            for part in all.into_iter().flat_map(|all| tree.named_children(all)).filter(|part| *part != place) {
                match column(analysis, part) {
                    Some(column) => say(part, ModelTableChange::Add { table: Arc::clone(&table), column }),
                    // A list of columns that stands elsewhere.
                    None if matches!(tree.kind_name(part), "list_splat" | "identifier") => {
                        say(part, ModelTableChange::Columns(Some(Arc::clone(&table))));
                    }
                    None => {}
                }
            }
        }
        "drop_table" => {
            let Some(place) = next("table_name") else { return };
            // What nobody can name has no model either, as a rule.
            if let Some(table) = text(analysis, place) {
                say(place, ModelTableChange::Drop(table));
            }
        }
        "rename_table" => {
            let (Some(from), Some(to)) = (next("old_table_name"), next("new_table_name")) else { return };
            match (text(analysis, from), text(analysis, to)) {
                (Some(from), Some(to_name)) => say(to, ModelTableChange::Rename { from, to: to_name }),
                _ => say(to, ModelTableChange::Unknown("a table that gets another name".into())),
            }
        }
        "add_column" | "drop_column" | "alter_column" => {
            let table = match batch {
                Some(table) => table,
                None => next("table_name").and_then(|table| text(analysis, table)),
            };
            let Some(place) = next("column_name") else { return };
            let name = if method == "add_column" { column(analysis, place) } else { text(analysis, place) };
            let renames = keyword(analysis, call, "new_column_name").is_some();
            let Some(table) = table else {
                return match (method, name) {
                    // What is added somewhere accuses nobody, and what keeps its name stays.
                    ("add_column", _) => {}
                    ("alter_column", _) if !renames => {}
                    (_, Some(name)) => say(place, ModelTableChange::RemoveSomewhere(name)),
                    (_, None) => say(place, ModelTableChange::Columns(None)),
                };
            };
            if method == "alter_column" && !renames {
                return;
            }
            let Some(name) = name else { return say(place, ModelTableChange::Columns(Some(table))) };
            match method {
                "add_column" => say(place, ModelTableChange::Add { table, column: name }),
                "drop_column" => say(place, ModelTableChange::Remove { table, column: name }),
                _ => {
                    let Some(to) = keyword(analysis, call, "new_column_name") else { return };
                    match text(analysis, to) {
                        Some(new) => say(to, ModelTableChange::RenameColumn { table, from: name, to: new }),
                        None => say(to, ModelTableChange::Columns(Some(table))),
                    }
                }
            }
        }
        // Recipes and extensions whose operations make views of objects that say what they are named.
        "create_view" | "replace_view" | "create_materialized_view" | "create_entity" | "replace_entity" => {
            let Some(place) = next("entity") else { return };
            let name = view_name(analysis, place);
            let change =
                name.map_or(ModelTableChange::Unknown("a view that is worked out".into()), ModelTableChange::Create);
            say(place, change);
        }
        _ => {}
    }
}

/// Says what a statement changes that is executed.
fn execute(analysis: &Analysis<'_>, place: NodeId, out: &mut Facts) {
    let tree = analysis.tree();
    let mut say = |change| out.say(tree.span(place), OrmFact::Change(change));
    let is_of_class = tree.kind_name(place) == "call"
        && tree.child_by_field_name(place, "function").is_some_and(|of| last_name(analysis, of) == "CreateTable");
    if is_of_class {
        return say(ModelTableChange::Unknown("the table of a class".into()));
    }
    for statements in texts(analysis, place) {
        match statements == text_of_sql::HOLE {
            true if may_be_of_tables(analysis, place) => {
                say(ModelTableChange::Unknown("a statement that is put together".into()));
            }
            true => {}
            false => text_of_sql::changes(&statements, &mut say),
        }
    }
}

/// The name of the view that an object describes: `ReplaceableObject("name", …)`, `PGView(signature="name", …)`.
fn view_name(analysis: &Analysis<'_>, place: NodeId) -> Option<Arc<str>> {
    let tree = analysis.tree();
    if let Some(name) = text(analysis, place) {
        return Some(name);
    }
    let mut made = match tree.kind_name(place) {
        "call" => vec![place],
        _ => analysis.names().origins(tree, analysis.text(), place),
    };
    made.retain(|made| tree.kind_name(*made) == "call");
    let [made] = made[..] else { return None };
    let name = keyword(analysis, made, "signature").or_else(|| keyword(analysis, made, "name"));
    text(analysis, name.or_else(|| positional(analysis, made).next())?)
}
