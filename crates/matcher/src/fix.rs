//! `fix`: what to write in the place of a match.

use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, DocumentValue, Table};
use serde::{Deserialize, Serialize};

use crate::Spanned;
use crate::clause::{Direction, RelationalClause, read_expansion, read_text};
use crate::op::{OpId, Stop};

/// One way to fix a match, as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FixDocument {
    pub(crate) template: Spanned<String>,
    /// A sibling before the match up to which the replaced text begins earlier.
    pub(crate) expand_start: Option<RelationalClause>,
    /// A sibling behind the match up to which the replaced text ends later.
    pub(crate) expand_end: Option<RelationalClause>,
    pub(crate) title: Option<String>,
    /// Why somebody has to look at what it wrote; `None` where it is safe.
    pub(crate) unsafe_because: Option<String>,
}

/// One way to fix a match, compiled. An expansion is the search itself, what it looks for, and how far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fix {
    pub(crate) template: String,
    pub(crate) expand_start: Option<(OpId, OpId, Stop)>,
    pub(crate) expand_end: Option<(OpId, OpId, Stop)>,
    pub(crate) title: Option<String>,
}

/// Reads `fix`: text, a table, or a list of tables with titles, of which the first is the one that is applied.
pub(crate) fn read(node: &DocumentNode, errors: &DocumentErrors) -> Vec<FixDocument> {
    match &node.value {
        DocumentValue::List(items) => {
            let fixes = items.iter().filter_map(|item| {
                let fix = read_table(item, errors)?;
                if fix.title.is_none() {
                    errors.borrow_mut().push(DocumentError::new(item.span, "each of several fixes needs a `title`"));
                }
                Some(fix)
            });
            fixes.collect()
        }
        DocumentValue::Map(_) => read_table(node, errors).into_iter().collect(),
        _ => {
            let fix = |template| FixDocument {
                template,
                expand_start: None,
                expand_end: None,
                title: None,
                unsafe_because: None,
            };
            read_text(node, errors).map(fix).into_iter().collect()
        }
    }
}

fn read_table(node: &DocumentNode, errors: &DocumentErrors) -> Option<FixDocument> {
    let mut table = Table::new(node, errors);
    let template = table.take("template").and_then(|node| read_text(node, errors));
    let mut expansion = |key, direction| table.take(key).and_then(|node| read_expansion(node, errors, direction));
    let expand_start = expansion("expandStart", Direction::Follows);
    let expand_end = expansion("expandEnd", Direction::Precedes);
    let title = table.take_text("title");
    let unsafe_because = table.take("unsafe").and_then(|node| {
        let text = read_text(node, errors)?;
        if text.value.trim().is_empty() {
            let error = DocumentError::new(node.span, "`unsafe` needs the reason why somebody has to look at the fix");
            errors
                .borrow_mut()
                .push(error.help("say what may be different afterwards: `unsafe: the call may have an effect`"));
        }
        Some(text.value)
    });
    if node.as_map().is_some() && node.get("template").is_none() {
        table.error(DocumentError::new(node.span, "a fix needs `template`: the text to write"));
    }
    table.finish_passable();
    Some(FixDocument { template: template?, expand_start, expand_end, title, unsafe_because })
}
