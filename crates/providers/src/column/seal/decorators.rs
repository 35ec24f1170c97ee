//! Decorators of a project beside a column, which say by what they do whether they seal it.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, Facts, Sealed, Seals};
use super::super::view::ColumnView;
use super::inside::of_name;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    for decorator in view.nodes(&["decorator"]) {
        if let Some(seals) = column(view, decorator) {
            out.say(view.span(decorator), ColumnFact::Seals(Box::new(seals)));
        }
    }
}

fn column(view: ColumnView<'_>, decorator: NodeId) -> Option<Seals> {
    let called = view.named(decorator).next()?;
    let called = view.field(called, "function").unwrap_or(called);
    let field = match view.parent(decorator).filter(|above| is_field(view, *above)) {
        Some(field) => field,
        None => std::iter::successors(view.tree.next_sibling(decorator), |next| view.tree.next_sibling(*next))
            .find(|next| !view.is(*next, &["decorator", "comment"]))
            .filter(|next| is_field(view, *next))?,
    };
    let name = view.key_text(view.field(field, "name").or_else(|| view.field(field, "property"))?);
    view.names.may_be_token(name).then_some(())?;
    let mut value = of_name(view, called)?;
    // Packages that validate and describe have decorators too.
    value.from.iter_mut().filter(|flow| flow.taken == Sealed::Unknown).for_each(|flow| flow.taken = Sealed::No);
    let class = view
        .ancestors(field)
        .find(|above| view.is(*above, &["class_declaration", "abstract_class_declaration", "class"]))?;
    let model = view.field(class, "name").map(|name| view.words(name).into());
    Some(Seals { mapper: None, is_local: true, yields: false, table: model, column: Some(name.into()), value })
}

fn is_field(view: ColumnView<'_>, node: NodeId) -> bool {
    view.is(node, &["public_field_definition", "field_definition"])
}
