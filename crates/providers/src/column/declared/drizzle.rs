//! Tables of Drizzle: `pgTable("accounts", { accessToken: text("access_token") })`.

use std::borrow::Cow;

use auditlint_names::BindingKind;
use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, Facts, Sealed, TableAlias};
use super::super::seal::says_sealed;
use super::super::value::says_generated;
use super::super::view::ColumnView;
use super::{Column, holds_type, made_by_default};

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !view.has("Table(") && !view.has(".table(") && !view.has("createTable") && !view.has("TableCreator") {
        return;
    }
    for call in view.nodes(&["call_expression"]) {
        let Some((name, columns)) = table(view, call) else { continue };
        let name = prefixed(view, call, name);
        let name = &*name;
        let above = view.parent(call).filter(|above| view.is(*above, &["variable_declarator"]));
        let model = above.and_then(|above| view.field(above, "name")).map(|name| view.words(name));
        if let Some(model) = model {
            let alias = TableAlias { model: model.into(), table: name.into() };
            out.say(view.span(call), ColumnFact::Alias(Box::new(alias)));
        }
        for (key, value) in view.pairs(columns) {
            column(view, name, model, (key, value), out);
        }
    }
}

/// The name and the columns of a table that a call makes.
fn table<'a>(view: ColumnView<'a>, call: NodeId) -> Option<(&'a str, NodeId)> {
    const OTHER: &[&str] = &["createTable", "alterTable", "dropTable", "renameTable", "hasTable"];
    let function = view.last_name(view.field(call, "function")?)?;
    let is_table = (function.ends_with("Table") && !OTHER.contains(&function)) || function == "table";
    // `const createTable = pgTableCreator(…)` is how its templates name tables.
    let is_made = function == "createTable" && view.has("TableCreator");
    (is_table || is_made).then_some(())?;
    let mut arguments = view.arguments(call);
    let name = view.string(view.unwrapped(arguments.next()?))?;
    let columns = view.unwrapped(arguments.next()?);
    // `pgTable("a", (t) => ({ … }))`
    let columns = match view.kind(columns) {
        "arrow_function" => view.unwrapped(view.field(columns, "body")?),
        _ => columns,
    };
    view.is(columns, &["object"]).then_some((name, columns))
}

/// The name in the database of a table that is made by what `pgTableCreator((name) => `app_${name}`)` gave.
fn prefixed<'a>(view: ColumnView<'a>, call: NodeId, name: &'a str) -> Cow<'a, str> {
    let template = || {
        let made = *view.origins(view.field(call, "function")?).last()?;
        let maker = view.field(made, "function").and_then(|function| view.last_name(function))?;
        let by = view.arguments(made).next().filter(|_| maker.ends_with("TableCreator"))?;
        let body = view.unwrapped(view.field(by, "body")?);
        let parameter = view.field(by, "parameter").or_else(|| view.field(by, "parameters"))?;
        let parameter = view.nodes_in(parameter, &["identifier"]).next().map(|it| view.words(it))?;
        let text = view.words(body).strip_prefix('`')?.strip_suffix('`')?;
        let (before, after) = text.split_once(&format!("${{{parameter}}}"))?;
        (!before.contains("${") && !after.contains("${")).then(|| format!("{before}{name}{after}"))
    };
    template().map_or(Cow::Borrowed(name), Cow::Owned)
}

fn column(
    view: ColumnView<'_>,
    table: &str,
    model: Option<&str>,
    (key, value): (NodeId, NodeId),
    out: &mut Facts,
) -> Option<()> {
    let builder = view.innermost_call(value)?;
    let function = view.field(builder, "function")?;
    let kind = view.exported_name(function);
    let first = view.arguments(builder).next().and_then(|first| view.string(first));
    let chain = view.words(value);
    let is_sealed = says_sealed(&kind);
    Column {
        mapper: ColumnMapper::Drizzle,
        table: Some(table),
        model,
        column: first,
        property: view.key_text(key),
        kind: &kind,
        holds: if is_sealed { super::Holds::Text } else { holds_type(&kind) },
        nullable: Some(!chain.contains(".notNull(") && !chain.contains(".primaryKey(")),
        seal: match is_sealed {
            true => Some((Sealed::Yes, kind.as_str(), builder)),
            false => is_own(view, function).then_some((Sealed::Unknown, kind.as_str(), function)),
        },
    }
    .say(view, key, out);
    if chain.contains(".defaultRandom(") || chain.contains("$default") && says_generated(chain) {
        made_by_default(view, (ColumnMapper::Drizzle, table), view.key_text(key), (key, value), out);
    }
    Some(())
}

/// Whether a type of columns is one of the project, or of another package: `customType` makes such.
fn is_own(view: ColumnView<'_>, function: NodeId) -> bool {
    let names = view.analysis.names();
    let kind = names.binding_of(function).map(|binding| names.binding(binding).kind);
    match kind {
        Some(BindingKind::Import) => {
            !view.exported(function).is_some_and(|path| path.module.starts_with("drizzle-orm"))
        }
        Some(kind) => kind != BindingKind::Parameter,
        None => false,
    }
}
