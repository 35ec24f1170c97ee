//! Fields of classes under a decorator: TypeORM, MikroORM, sequelize-typescript, Mongoose in Nest, Typegoose.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnMapper, Facts, Holds, Sealed};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::{Column, holds_type};

/// Decorators that make a column of a field.
const COLUMNS: &[&str] = &["Column", "PrimaryColumn", "PrimaryKey", "Property", "Prop", "prop"];

/// Decorators that say which table a class is.
const TABLES: &[&str] = &["Entity", "Table", "Schema", "modelOptions"];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !["@Column", "@PrimaryColumn", "@PrimaryKey", "@Prop", "@prop"].iter().any(|decorator| view.has(decorator)) {
        return;
    }
    for field in view.nodes(&["public_field_definition", "field_definition"]) {
        if let Some(name) = view.field(field, "name").or_else(|| view.field(field, "property")) {
            column(view, field, name, out);
        }
    }
}

fn column(view: ColumnView<'_>, field: NodeId, name: NodeId, out: &mut Facts) -> Option<()> {
    let decorators = decorators(view, field);
    let (call, decorator) =
        decorators.iter().find_map(|(call, name)| Some((*call, COLUMNS.iter().find(|of| *of == name)?)))?;
    let function = view.field(call, "function").unwrap_or(call);
    let mapper = mapper(view, function, decorator)?;
    let class = view
        .ancestors(field)
        .find(|above| view.is(*above, &["class_declaration", "class", "abstract_class_declaration"]))?;
    let model = view.field(class, "name").map(|name| view.words(name));
    let mut arguments = view.arguments(call).map(|argument| view.unwrapped(argument));
    let first = view.is(call, &["call_expression"]).then(|| arguments.next()).flatten();
    // `@Column("text", { … })`, `@Property({ … })`
    let options =
        view.arguments(call).map(|argument| view.unwrapped(argument)).find(|argument| view.is(*argument, &["object"]));
    let option = |keys: &[&str]| options.and_then(|options| keys.iter().find_map(|key| view.property(options, key)));
    let written = option(&["type", "columnType"]).or(first.filter(|first| !view.is(*first, &["object"])));
    let kind = written.map(|kind| view.string(kind).unwrap_or_else(|| view.shown(kind)));
    let declared = view.field(field, "type").map(|kind| view.shown(kind).trim_start_matches([':', ' ']));
    let sealing = decorators.iter().find(|(_, name)| says_sealed(name));
    let transformer =
        option(&["transformer", "customType", "set"]).or(written.filter(|kind| says_sealed(view.shown(*kind))));
    let seal = match (sealing, transformer) {
        (Some((call, name)), _) => Some((Sealed::Yes, name.as_str(), *call)),
        (None, Some(value)) if says_sealed(view.words(value)) => Some((Sealed::Yes, view.shown(value), value)),
        (None, Some(value)) => Some((Sealed::Unknown, view.shown(value), value)),
        (None, None) => None,
    };
    let nullable = option(&["nullable", "allowNull"]).map(|value| view.words(value) == "true");
    Column {
        mapper,
        table: table(view, class),
        model,
        column: option(&["name", "fieldName", "field"]).and_then(|name| view.string(name)),
        property: view.key_text(name),
        kind: kind.or(declared).unwrap_or_default(),
        holds: if seal.is_some() { Holds::Text } else { holds(kind, declared) },
        nullable,
        seal,
    }
    .say(view, name, out);
    Some(())
}

/// The decorators of a field or class with their names, each as the call or the name that it is.
fn decorators(view: ColumnView<'_>, item: NodeId) -> Vec<(NodeId, String)> {
    // JavaScript and TypeScript differ in whether a decorator is part of the field or stands before it.
    let inside = view.named(item);
    let before = std::iter::successors(view.prev(item), move |before| view.prev(*before))
        .take_while(move |before| view.is(*before, &["decorator", "comment"]));
    let found = inside.chain(before).filter(|child| view.is(*child, &["decorator"]));
    found
        .filter_map(|decorator| view.named(decorator).next())
        .map(|call| (call, view.exported_name(view.field(call, "function").unwrap_or(call))))
        .collect()
}

/// Whose decorator it is, where that is one of a mapper: components of browsers have decorators of the same names.
fn mapper(view: ColumnView<'_>, function: NodeId, name: &str) -> Option<ColumnMapper> {
    const MODULES: &[(&str, ColumnMapper)] = &[
        ("sequelize", ColumnMapper::Sequelize),
        ("mikro-orm", ColumnMapper::MikroOrm),
        ("mongoose", ColumnMapper::Mongoose),
        ("typegoose", ColumnMapper::Mongoose),
        ("typeorm", ColumnMapper::TypeOrm),
    ];
    let path = view.exported(function);
    let of_module =
        |text: &dyn Fn(&str) -> bool| MODULES.iter().find(|(module, _)| text(module)).map(|(_, mapper)| *mapper);
    let own = path.and_then(|path| of_module(&|module| path.module.contains(module) || path.name.contains(module)));
    own.or_else(|| match name {
        "Column" | "PrimaryColumn" => of_module(&|module| view.has(module)).or(Some(ColumnMapper::TypeOrm)),
        _ => of_module(&|module| view.has(module)),
    })
}

/// The table of a class, where a decorator names it.
fn table(view: ColumnView<'_>, class: NodeId) -> Option<&str> {
    let exported = view.parent(class).filter(|above| view.is(*above, &["export_statement"]));
    let decorators =
        decorators(view, class).into_iter().chain(exported.into_iter().flat_map(|item| decorators(view, item)));
    let call = decorators.into_iter().find(|(_, name)| TABLES.contains(&name.as_str())).map(|(call, _)| call)?;
    let mut arguments = view.arguments(call).map(|argument| view.unwrapped(argument));
    let first = arguments.next()?;
    let named = |object: NodeId| {
        ["name", "tableName", "collection"].into_iter().find_map(|key| view.text_property(object, key))
    };
    view.string(first).or_else(|| named(first))
}

/// What a field holds: by the type of its column, else by its own.
fn holds(kind: Option<&str>, declared: Option<&str>) -> Holds {
    const TEXT: &[&str] = &["string", "String", "any", "unknown"];
    match (kind, declared) {
        (Some(kind), Some(declared)) if kind.contains("=>") => holds(None, Some(declared)),
        (Some(kind), _) => holds_type(kind),
        (None, Some(declared)) if declared.contains("Buffer") || declared.contains("Uint8Array") => Holds::Bytes,
        (None, Some(declared)) if TEXT.iter().any(|text| declared.contains(text)) => Holds::Text,
        (None, Some(_)) => Holds::Other,
        (None, None) => Holds::Text,
    }
}
