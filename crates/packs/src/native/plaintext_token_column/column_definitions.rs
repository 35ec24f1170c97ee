//! Token columns in table definitions: Drizzle, Sequelize, TypeORM and what is written like them.

use auditlint_syntax::NodeId;

use super::super::sealed::Sealed;
use super::super::token_names::is_plaintext_token;
use super::super::view::View;

/// Functions of Drizzle that make a column of text.
const TEXT_COLUMNS: &[&str] =
    &["text", "varchar", "char", "nvarchar", "tinytext", "mediumtext", "longtext", "string", "json", "jsonb"];

/// Types of Sequelize that hold text.
const TEXT_TYPES: &[&str] = &["STRING", "TEXT", "CHAR", "CITEXT", "JSON", "JSONB"];

/// Decorators of a column in TypeORM, MikroORM and sequelize-typescript.
const COLUMN_DECORATORS: &[&str] = &["Column", "PrimaryColumn", "Property"];

/// Reports the columns of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId)) {
    let sealed = Sealed::new(view);
    for pair in view.nodes(&["pair"]) {
        if let (Some(key), Some(value)) = (view.field(pair, "key"), view.field(pair, "value")) {
            let name = view.key_text(key);
            let column =
                drizzle_column(view, pair, value, name).or_else(|| sequelize_column(view, value, name, &sealed));
            if column.is_some_and(is_plaintext_token) {
                emit(key);
            }
        }
    }
    for field in view.nodes(&["public_field_definition", "field_definition"]) {
        let name = view.field(field, "name").or_else(|| view.field(field, "property"));
        if let Some(name) = name
            && decorated_column(view, field, view.key_text(name), &sealed).is_some_and(is_plaintext_token)
        {
            emit(name);
        }
    }
}

/// `key: text("column").notNull()` in the columns of `pgTable(…)` and its kin.
fn drizzle_column<'a>(view: View<'a>, pair: NodeId, value: NodeId, key: &'a str) -> Option<&'a str> {
    let builder = innermost_call(view, value)?;
    let callee = view.field(builder, "function")?;
    let function = match view.kind(callee) {
        "member_expression" => view.text(view.field(callee, "property")?).to_owned(),
        _ => view.exported_name(callee),
    };
    if !TEXT_COLUMNS.contains(&function.as_str()) || !in_table_call(view, pair) {
        return None;
    }
    let first = view.field(builder, "arguments").and_then(|arguments| view.named(arguments).next());
    Some(first.filter(|first| view.kind(*first) == "string").map_or(key, |first| view.key_text(first)))
}

/// Of `a().b().c()` the call of `a`, and of `t.a().b()` that of `t.a`.
fn innermost_call(view: View<'_>, value: NodeId) -> Option<NodeId> {
    let mut call = Some(view.unwrapped(value)).filter(|call| view.kind(*call) == "call_expression")?;
    while let Some(inner) = view
        .field(call, "function")
        .filter(|callee| view.kind(*callee) == "member_expression")
        .and_then(|callee| view.field(callee, "object"))
        .filter(|object| view.kind(*object) == "call_expression")
    {
        call = inner;
    }
    Some(call)
}

fn in_table_call(view: View<'_>, pair: NodeId) -> bool {
    let mut inside = view
        .ancestors(pair)
        .skip_while(|above| view.is(*above, &["object", "parenthesized_expression", "arrow_function"]));
    let Some(arguments) = inside.next().filter(|above| view.kind(*above) == "arguments") else { return false };
    view.parent(arguments).and_then(|call| view.field(call, "function")).is_some_and(|callee| {
        let callee = view.text(callee);
        callee.ends_with("Table") || callee.ends_with(".table")
    })
}

/// `key: DataTypes.STRING`, `key: DataTypes.STRING(64)` and `key: { type: DataTypes.STRING }`.
fn sequelize_column<'a>(view: View<'a>, value: NodeId, key: &'a str, sealed: &Sealed<'a>) -> Option<&'a str> {
    let value = view.unwrapped(value);
    if view.kind(value) != "object" {
        return is_text_type(view, value).then_some(key);
    }
    let is_text = view.property(value, "type").is_some_and(|of| is_text_type(view, of));
    // Getters and setters that seal make a column of ciphertext.
    if !is_text || sealed.is_said_in(value) {
        return None;
    }
    Some(view.property(value, "field").map_or(key, |field| view.key_text(field)))
}

fn is_text_type(view: View<'_>, value: NodeId) -> bool {
    let value = match view.kind(value) {
        "call_expression" => match view.field(value, "function") {
            Some(callee) => callee,
            None => return false,
        },
        _ => value,
    };
    match view.text(value).rsplit_once('.') {
        Some((namespace, name)) => {
            TEXT_TYPES.contains(&name)
                && matches!(namespace, "DataTypes" | "DataType" | "Sequelize" | "Sequelize.DataTypes")
        }
        None => false,
    }
}

/// A field under `@Column(…)`.
fn decorated_column<'a>(view: View<'a>, field: NodeId, name: &'a str, sealed: &Sealed<'a>) -> Option<&'a str> {
    // JavaScript and TypeScript differ in whether a decorator is part of the field or stands before it.
    let inside = view.named(field);
    let before = std::iter::successors(view.prev(field), move |before| view.prev(*before))
        .take_while(move |before| view.kind(*before) == "decorator");
    let decorators: Vec<NodeId> = inside.chain(before).filter(|child| view.kind(*child) == "decorator").collect();
    let call = decorators.iter().filter_map(|decorator| view.named(*decorator).next()).find(|call| {
        let callee = view.field(*call, "function").unwrap_or(*call);
        COLUMN_DECORATORS.contains(&view.exported_name(callee).as_str())
    })?;
    let other_type = view.field(field, "type").is_some_and(|of| {
        !["string", "String", "any", "unknown"].iter().any(|allowed| view.text(of).contains(allowed))
    });
    if other_type || view.text(call).contains("transformer") || sealed.is_said_in(call) {
        return None;
    }
    let options = view
        .field(call, "arguments")
        .and_then(|arguments| view.named(arguments).find(|argument| view.kind(*argument) == "object"));
    let renamed = options
        .and_then(|options| ["name", "fieldName", "field"].into_iter().find_map(|key| view.property(options, key)));
    Some(renamed.map_or(name, |renamed| view.key_text(renamed)))
}
