//! Types of columns as Sequelize and what is written like it name them.

use auditlint_syntax::NodeId;

use super::super::view::ColumnView;

/// What types of Sequelize are members of.
pub(super) const NAMESPACES: &[&str] = &["DataTypes", "DataType", "Sequelize", "SequelizeLib"];

/// The name of a type: `STRING` of `DataTypes.STRING(64)`.
pub(super) fn kind<'a>(view: ColumnView<'a>, value: NodeId) -> Option<&'a str> {
    let value = view.unwrapped(value);
    let callee = if view.is(value, &["call_expression"]) { view.field(value, "function")? } else { value };
    let (namespace, name) = view.member(callee)?;
    match view.last_name(namespace) {
        Some(namespace) if NAMESPACES.contains(&namespace) => Some(name),
        // `DataTypes.STRING.BINARY`
        _ => kind(view, namespace_of(view, namespace)?),
    }
}

/// What a member is a member of, where that is one itself: a chain has two steps.
fn namespace_of(view: ColumnView<'_>, namespace: NodeId) -> Option<NodeId> {
    let (outer, _) = view.member(namespace)?;
    view.is(outer, &["identifier"]).then_some(namespace)
}
