//! Tables of diesel: `table! { account (id) { access_token -> Text } }`.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, DeclaredColumn, Facts};
use super::super::view::ColumnView;
use super::holds_type;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !view.has("table!") {
        return;
    }
    for call in view.nodes(&["macro_invocation"]) {
        let name = view.field(call, "macro").map(|name| view.words(name));
        if matches!(name, Some("table" | "diesel::table"))
            && let Some(tokens) = view.named(call).find(|child| view.is(*child, &["token_tree"]))
        {
            table(view, tokens, out);
        }
    }
}

/// Goes over the words of a table: its name, then a column before each arrow.
fn table(view: ColumnView<'_>, tokens: NodeId, out: &mut Facts) {
    let text = view.words(tokens);
    let start = view.span(tokens).start;
    let mut words = RustTokens { text, at: 0 };
    let mut table = None;
    let mut renamed = None;
    let mut before: Option<(usize, &str)> = None;
    while let Some((at, word)) = words.next() {
        match word {
            "#" => {
                let attribute = text[at..].split(']').next().unwrap_or_default();
                if attribute.contains("sql_name") {
                    renamed = attribute.split('"').nth(1);
                }
                words.at = at + attribute.len();
            }
            // Behind its brackets the columns of the table follow.
            "{" | "(" => table = table.or(renamed.take()).or(before.map(|(_, name)| name)),
            "->" => {
                let Some(((at, property), table)) = before.zip(table) else { continue };
                let kind = text[words.at..].split([',', '}']).next().unwrap_or_default().trim();
                let column = renamed.take().unwrap_or(property);
                if !view.names.may_be_token(column) {
                    continue;
                }
                let span = Span::new(start + at as u32, start + (at + property.len()) as u32);
                let declared = DeclaredColumn {
                    mapper: ColumnMapper::Diesel,
                    table: Some(table.into()),
                    model: None,
                    column: column.into(),
                    property: property.into(),
                    kind: kind.into(),
                    holds: holds_type(kind),
                    nullable: Some(kind.contains("Nullable")),
                    seal: None,
                };
                out.say(span, ColumnFact::Declared(Box::new(declared)));
            }
            _ if word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') => before = Some((at, word)),
            _ => {}
        }
    }
}

/// Words and signs of a piece of Rust, comments left out.
struct RustTokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for RustTokens<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = &self.text[self.at..];
            let skipped = rest.len() - rest.trim_start().len();
            let rest = rest.trim_start();
            let start = self.at + skipped;
            if rest.starts_with("//") {
                self.at = start + rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            let first = rest.chars().next()?;
            let length = match first {
                _ if rest.starts_with("->") => 2,
                _ if first.is_alphanumeric() || first == '_' => {
                    rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
                }
                _ => first.len_utf8(),
            };
            self.at = start + length;
            return Some((start, &rest[..length]));
        }
    }
}
