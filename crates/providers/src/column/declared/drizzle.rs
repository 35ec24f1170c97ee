//! Tables of Drizzle: `pgTable("accounts", { accessToken: text("access_token") })`.

use auditlint_syntax::NodeId;

use super::super::fact::{Alias, ColumnFact, Declared, Facts, Holds, Mapper, Seal, Sealed};
use super::super::names::TokenNames;
use super::super::seal::says_sealed;
use super::super::view::View;

/// Builders of columns of text.
const TEXT: &[&str] = &[
    "text",
    "varchar",
    "char",
    "nvarchar",
    "tinytext",
    "mediumtext",
    "longtext",
    "string",
    "json",
    "jsonb",
    "uuid",
    "citext",
];
/// Builders of columns of bytes.
const BYTES: &[&str] = &["bytea", "blob", "binary", "varbinary"];

/// The facts of a source.
pub(super) fn extract(view: View<'_>, out: &mut Facts) {
    if !view.has("drizzle-orm") && !view.has("Table(") && !view.has(".table(") {
        return;
    }
    for call in view.nodes(&["call_expression"]) {
        if let Some((name, columns)) = table(view, call) {
            let model = view
                .parent(call)
                .filter(|above| view.is(*above, &["variable_declarator"]))
                .and_then(|above| view.field(above, "name"))
                .map(|name| view.text(name));
            if let Some(model) = model {
                let alias = Alias { model: model.into(), table: name.into() };
                out.say(view.span(call), ColumnFact::Alias(Box::new(alias)));
            }
            for (key, value) in view.pairs(columns) {
                column(view, name, model, key, value, out);
            }
        }
    }
}

/// The name and the columns of a table that a call makes.
fn table<'a>(view: View<'a>, call: NodeId) -> Option<(&'a str, NodeId)> {
    let function = view.last_name(view.field(call, "function")?)?;
    let is_table = function.ends_with("Table") || function == "table";
    is_table.then_some(())?;
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

fn column(view: View<'_>, table: &str, model: Option<&str>, key: NodeId, value: NodeId, out: &mut Facts) -> Option<()> {
    let builder = view.innermost_call(value)?;
    let kind = view.exported_name(view.field(builder, "function")?);
    let property = view.key_text(key);
    let first = view.arguments(builder).next().and_then(|first| view.string(first));
    let column = first.unwrap_or(property);
    (TokenNames.may_be_token(column) && !says_sealed(property)).then_some(())?;
    let holds = match kind.as_str() {
        kind if TEXT.contains(&kind) => Holds::Text,
        kind if BYTES.contains(&kind) => Holds::Bytes,
        kind if says_sealed(kind) => Holds::Text,
        _ => Holds::Other,
    };
    let seal = says_sealed(&kind).then(|| Seal {
        sealed: Sealed::Yes,
        how: format!("the type `{kind}`").into(),
        span: view.span(builder),
    });
    let nullable = !view.text(value).contains(".notNull(") && !view.text(value).contains(".primaryKey(");
    out.say(
        view.span(key),
        ColumnFact::Declared(Box::new(Declared {
            mapper: Mapper::Drizzle,
            table: Some(table.into()),
            model: model.map(Into::into),
            column: column.into(),
            property: property.into(),
            kind: kind.into(),
            holds,
            nullable: Some(nullable),
            seal,
        })),
    );
    Some(())
}
