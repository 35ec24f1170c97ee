//! Attributes of Sequelize: `sequelize.define("account", { … })`, `Account.init({ … }, { tableName })`.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{ColumnMapper, Facts, Sealed};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::change::is_change;
use super::data_types::{NAMESPACES, kind};
use super::{Column, holds_type};

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !NAMESPACES.iter().any(|name| view.has(name)) {
        return;
    }
    let mut owners = FxHashMap::default();
    for pair in view.nodes(&["pair"]) {
        attribute(view, pair, &mut owners, out);
    }
}

fn attribute<'a>(
    view: ColumnView<'a>,
    pair: NodeId,
    owners: &mut FxHashMap<NodeId, Option<AttributeOwner<'a>>>,
    out: &mut Facts,
) -> Option<()> {
    let (key, value) = (view.field(pair, "key")?, view.unwrapped(view.field(pair, "value")?));
    let kind = match view.kind(value) {
        "object" => kind(view, view.property(value, "type")?)?,
        _ => kind(view, value)?,
    };
    let attributes = view.parent(pair).filter(|above| view.is(*above, &["object"]))?;
    let owner = (*owners.entry(attributes).or_insert_with(|| AttributeOwner::of(view, attributes)))?;
    let set = view.named(value).find(|part| {
        let name = view.field(*part, "name").or_else(|| view.field(*part, "key"));
        name.is_some_and(|name| view.key_text(name) == "set")
    });
    // Getters and setters that seal make a column of ciphertext.
    let seal = match set {
        Some(set) if says_sealed(view.words(set)) => Some((Sealed::Yes, "a setter", set)),
        Some(set) => Some((Sealed::Unknown, "a setter", set)),
        None => None,
    };
    Column {
        mapper: ColumnMapper::Sequelize,
        table: owner.table,
        model: owner.model,
        column: view.text_property(value, "field"),
        property: view.key_text(key),
        kind,
        holds: holds_type(kind),
        nullable: view.property(value, "allowNull").map(|value| view.words(value) == "true"),
        seal,
    }
    .say(view, key, out);
    Some(())
}

/// Whose attributes an object holds.
#[derive(Clone, Copy, Default)]
struct AttributeOwner<'a> {
    table: Option<&'a str>,
    model: Option<&'a str>,
}

impl<'a> AttributeOwner<'a> {
    /// `None` where the object is part of a migration, which says so itself.
    fn of(view: ColumnView<'a>, attributes: NodeId) -> Option<Self> {
        let above = view.parent(attributes)?;
        if view.is(above, &["variable_declarator"]) {
            let name = view.field(above, "name");
            let uses = name.map(|name| view.uses(name)).unwrap_or_default();
            let used = uses.into_iter().find_map(|used| {
                Self::of_call(view, view.parent(used).filter(|above| view.is(*above, &["arguments"]))?)
            });
            return used.unwrap_or_else(|| Some(Self { table: None, model: name.map(|name| view.words(name)) }));
        }
        match view.kind(above) {
            "arguments" => Self::of_call(view, above).unwrap_or_else(|| Some(Self::default())),
            _ => None,
        }
    }

    /// The owner that a call names; the inner `None` where it is one of a migration.
    fn of_call(view: ColumnView<'a>, arguments: NodeId) -> Option<Option<Self>> {
        let call = view.parent(arguments)?;
        let (object, method) = view.method(call)?;
        if is_change(method) {
            return Some(None);
        }
        let options = view.named(arguments).filter(|argument| view.is(*argument, &["object"])).last();
        let option = |key: &str| options.and_then(|options| view.text_property(options, key));
        let model = match method {
            "define" => view.arguments(call).next().and_then(|first| view.string(first)),
            "init" => option("modelName").or_else(|| view.last_name(object)),
            _ => return None,
        };
        let model = model.or_else(|| {
            let class = view.ancestors(call).find(|above| view.is(*above, &["class_declaration", "class"]))?;
            Some(view.words(view.field(class, "name")?))
        });
        Some(Some(Self { table: option("tableName"), model }))
    }
}
