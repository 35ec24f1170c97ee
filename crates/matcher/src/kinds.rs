//! Names of kinds in rules.

use auditlint_source::Span;
use auditlint_source::document::DocumentError;
use auditlint_source::nearest;
use auditlint_syntax::{KindId, Language};

/// The kind that a rule names: one that the grammar names, else a token.
pub(crate) fn named(language: Language, name: &str, span: Span) -> Result<KindId, DocumentError> {
    let grammar = language.grammar();
    let Some(kind) = language.kind(name) else {
        let error = DocumentError::new(span, format!("{} has no kind `{name}`", language.name()));
        let ids = 0..language.kind_count() as u16;
        let names = ids.filter(|id| grammar.node_kind_is_named(*id)).filter_map(|id| grammar.node_kind_for_id(id));
        return Err(match nearest(name, names) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        });
    };
    if kind != KindId::ERROR && grammar.node_kind_is_supertype(kind.0) {
        let kinds: Vec<String> = grammar
            .subtypes_for_supertype(kind.0)
            .iter()
            .filter_map(|id| grammar.node_kind_for_id(*id))
            .map(|name| format!("`{name}`"))
            .collect();
        return Err(DocumentError::new(span, format!("no node has the kind `{name}`: it is a group of kinds"))
            .help(format!("use one of its members: {}", kinds.join(", "))));
    }
    Ok(kind)
}
