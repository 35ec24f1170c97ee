//! Classes and tables: what SQLAlchemy, SQLModel and Django map.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::fact::{Facts, MappedClass, OrmFact, TableMapper, TableNaming};
use super::reader::{assigned, last_name, statements, text};
use crate::kinds::Kinds;
use crate::read::python::{called, keyword, keywords, path, positional, string};

static SEEN: Kinds = Kinds::new(&["class_definition", "call"]);

/// Words of a file that says its classes are those of Django.
const DJANGO: [&str; 3] = ["django.db", "django.contrib.gis", "models.Model"];

/// Says which tables a file maps.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let kinds = SEEN.of(tree.language());
    let Ok(source) = str::from_utf8(analysis.text()) else { return };
    let mapper = match DJANGO.iter().any(|word| source.contains(word)) {
        true => TableMapper::Django,
        false => TableMapper::SqlAlchemy,
    };
    for node in (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        match tree.kind_name(node) {
            "class_definition" => {
                if let Some((span, class)) = class(analysis, node, mapper) {
                    out.say(span, OrmFact::Class(Box::new(class)));
                }
            }
            _ => call(analysis, node, out),
        }
    }
}

/// Says where a migration creates the tables of all models.
pub(super) fn create_all(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let kinds = SEEN.of(tree.language());
    let calls = (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node)));
    for call in calls.filter(|node| tree.kind_name(*node) == "call" && creates_all(analysis, *node)) {
        out.say(tree.span(call), OrmFact::CreateAll);
    }
}

/// Whether a call creates the tables of all models, or hands on what does: `conn.run_sync(Base.metadata.create_all)`.
fn creates_all(analysis: &Analysis<'_>, call: NodeId) -> bool {
    let tree = analysis.tree();
    let ends = |node: NodeId, end: &str| analysis.words(node).ends_with(end);
    // `create_all(bind, tables=[…])` creates those that are spelled out; of any others nobody knows which they are.
    let is_of_some =
        || keyword(analysis, call, "tables").is_some_and(|tables| matches!(tree.kind_name(tables), "list" | "tuple"));
    let is_called = tree.child_by_field_name(call, "function").is_some_and(|function| ends(function, "create_all"));
    (is_called && !is_of_some()) || positional(analysis, call).any(|argument| ends(argument, "metadata.create_all"))
}

fn class(analysis: &Analysis<'_>, node: NodeId, mapper: TableMapper) -> Option<(Span, MappedClass)> {
    let tree = analysis.tree();
    let name = tree.child_by_field_name(node, "name")?;
    let supers = tree.child_by_field_name(node, "superclasses");
    let parts = || supers.into_iter().flat_map(|supers| tree.named_children(supers));
    let mut bases = Vec::new();
    let (mut table, mut is_abstract, mut label) = (TableNaming::Unsaid, false, None);
    for part in parts().filter(|part| !tree.node(*part).is_extra()) {
        if tree.kind_name(part) != "keyword_argument" {
            bases.push(Arc::from(last_name(analysis, part)));
            continue;
        }
        let field = |field| tree.child_by_field_name(part, field).map(|node| analysis.words(node));
        if (field("name"), field("value")) == (Some("table"), Some("True")) {
            table = TableNaming::ByClass;
        }
    }
    let mut attributes: Vec<Arc<str>> = Vec::new();
    for statement in statements(tree, node) {
        if let Some(found) = assigned(tree, statement) {
            let words = analysis.words(found.name);
            match words {
                "__tablename__" => {
                    table = found
                        .value
                        .and_then(|value| text(analysis, value))
                        .map_or(TableNaming::Unknown, TableNaming::As);
                }
                "__table__" | "__table_cls__" => table = TableNaming::Unknown,
                // By the recipe of Alembic such a table is a view, which something else makes.
                "__table_args__" => {
                    is_abstract |= found.value.is_some_and(|value| analysis.words(value).contains("is_view"));
                }
                "__abstract__" => is_abstract = found.value.is_some_and(|value| analysis.words(value) == "True"),
                _ => {}
            }
            attributes.push(words.into());
            // `Column("name", …)` names the column otherwise than the class does.
            let inner = found.value.filter(|value| tree.kind_name(*value) == "call");
            let named = inner.into_iter().flat_map(|call| {
                [
                    positional(analysis, call).next(),
                    keyword(analysis, call, "name"),
                    keyword(analysis, call, "db_column"),
                ]
            });
            attributes.extend(named.flatten().filter_map(|node| string(analysis, node)).map(Arc::from));
            continue;
        }
        let inner = match tree.kind_name(statement) {
            "decorated_definition" => tree.child_by_field_name(statement, "definition"),
            "function_definition" | "class_definition" => Some(statement),
            _ => None,
        };
        let Some(inner) = inner else { continue };
        let name = tree.child_by_field_name(inner, "name").map(|name| analysis.words(name)).unwrap_or_default();
        match name {
            // A rule of the project names the table.
            "__tablename__" => table = TableNaming::Unknown,
            "Meta" => meta(analysis, inner, &mut table, &mut is_abstract, &mut label),
            _ => {}
        }
        attributes.push(name.into());
    }
    // Nothing is asked of a class that extends nothing.
    if bases.is_empty() && table == TableNaming::Unsaid && attributes.is_empty() {
        return None;
    }
    let class = MappedClass { mapper, name: analysis.words(name).into(), bases, table, is_abstract, attributes, label };
    Some((tree.span(name), class))
}

/// What the class `Meta` of a model of Django says.
fn meta(
    analysis: &Analysis<'_>,
    node: NodeId,
    table: &mut TableNaming,
    is_abstract: &mut bool,
    label: &mut Option<Arc<str>>,
) {
    let tree = analysis.tree();
    for found in statements(tree, node).filter_map(|statement| assigned(tree, statement)) {
        let words = found.value.map(|value| analysis.words(value));
        match (analysis.words(found.name), words) {
            ("abstract" | "proxy", Some("True")) | ("managed", Some("False")) => *is_abstract = true,
            ("db_table", _) => *table = TableNaming::Unsaid,
            ("app_label", _) => *label = found.value.and_then(|value| text(analysis, value)),
            _ => {}
        }
    }
}

/// `Table("name", metadata, Column(…), …)`, and calls that create the tables of all models.
fn call(analysis: &Analysis<'_>, node: NodeId, out: &mut Facts) {
    let tree = analysis.tree();
    let Some(function) = tree.child_by_field_name(node, "function") else { return };
    let words = analysis.words(function);
    if creates_all(analysis, node) {
        out.say(tree.span(node), OrmFact::CreateAll);
        return;
    }
    if !words.ends_with("Table") {
        return;
    }
    let known = called(analysis, node);
    let is_table = known.as_deref().is_some_and(|path| path.starts_with("sqlalchemy"))
        || matches!(words, "db.Table" | "sa.Table" | "sqla.Table");
    let mut arguments = positional(analysis, node);
    let name = arguments.next().filter(|_| is_table);
    let Some((place, name)) = name.and_then(|place| Some((place, text(analysis, place)?))) else { return };
    if keywords(analysis, node).any(|(key, _)| matches!(key, "autoload" | "autoload_with")) {
        return;
    }
    let mut columns = Vec::new();
    let mut is_whole = true;
    for argument in arguments.skip(1) {
        match column(analysis, argument) {
            Some(name) => columns.push(name),
            None => is_whole &= tree.kind_name(argument) == "call",
        }
    }
    let has_splat = tree
        .child_by_field_name(node, "arguments")
        .is_some_and(|all| tree.named_children(all).any(|part| tree.kind_name(part) == "list_splat"));
    out.say(tree.span(place), OrmFact::Table { name, columns, is_whole: is_whole && !has_splat });
}

/// The name of a column that an expression describes.
pub(super) fn column(analysis: &Analysis<'_>, node: NodeId) -> Option<Arc<str>> {
    let tree = analysis.tree();
    if tree.kind_name(node) != "call" {
        return None;
    }
    let function = tree.child_by_field_name(node, "function")?;
    let is_column = last_name(analysis, function) == "Column"
        || path(analysis, function).is_some_and(|path| path.ends_with(".Column"));
    let name = positional(analysis, node).next().or_else(|| keyword(analysis, node, "name"));
    name.filter(|_| is_column).and_then(|name| text(analysis, name))
}
