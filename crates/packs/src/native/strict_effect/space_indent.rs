//! `space-indent`: lines that are indented with the other character.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::View;

/// lines are indented with spaces
///
/// ## Why
///
/// Two kinds of indentation in one project make every editor guess, and a change that only converts a file hides what else it
/// changes.
///
/// ## Instead
///
/// Let the formatter of the project write the indentation, and set its option (`indentStyle` of Biome, `useTabs` of Prettier).
///
/// ## Note
///
/// Reported once for a file, at the first such line, with how many there are. With `indent = "tabs"`, the default, these are lines that begin with a
/// space; spaces behind tabs align and are left alone. With `indent = "spaces"` they are lines with a tab in their indentation. What stands
/// inside of a template or goes on in a block comment or a string is not looked at. `biome.json`, `.editorconfig` and the options of Prettier are not read: set the option.
///
/// ## Bad
///
/// ```ts
/// function twice(value) {
/// «  »return value * 2;
/// }
/// ```
///
/// ```ts {indent: spaces}
/// function twice(value) {
/// «	»return value * 2;
/// }
/// ```
///
/// ## Good
///
/// ```ts
/// /**
///  * Twice the value.
///  */
/// function twice(value) {
/// 	const text = `
///   two spaces
/// `;
/// 	return value
/// 	  * 2;
/// }
///   
/// ```
///
/// ```ts {indent: spaces}
/// function twice(value) {
///   return value * 2;
/// }
/// ```
#[expect(clippy::tabs_in_doc_comments, reason = "tabs are what the examples are about")]
#[derive(Rule)]
#[rule(
    id = "space-indent",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(name = "indent", about = "What lines are to be indented with.", one_of("tabs", "spaces"), default = "tabs"),
    since = "0.1.0"
)]
pub(super) struct SpaceIndent;

/// What goes on over several lines and is indented by its own rules.
const OTHER_TEXT: &[&str] = &["template_string", "comment", "string", "html_comment"];

impl NativeRule for SpaceIndent {
    fn may_match(&self, options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        let wants_tabs = options.has("indent", "tabs");
        indents(text).any(|indent| is_wrong(&text[indent.start as usize..indent.end as usize], wants_tabs))
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let (view, text) = (View::new(analysis), analysis.text());
        let wants_tabs = options.has("indent", "tabs");
        let mut others = view.nodes(OTHER_TEXT).map(|node| view.span(node)).peekable();
        let mut first: Option<Span> = None;
        let mut lines = 0_u64;
        let mut covered = 0;
        for indent in indents(text) {
            // Nodes stand in the order in which they begin.
            while let Some(other) = others.next_if(|other| other.start < indent.start) {
                covered = covered.max(other.end);
            }
            if covered <= indent.start && is_wrong(&text[indent.start as usize..indent.end as usize], wants_tabs) {
                first.get_or_insert(indent);
                lines += 1;
            }
        }
        let Some(span) = first else { return };
        let with = if wants_tabs { "spaces" } else { "tabs" };
        let message = match lines {
            1 => format!("a line is indented with {with}"),
            lines => format!("{lines} lines are indented with {with}"),
        };
        let node = view.named(root).find(|child| view.span(*child).end > span.start).unwrap_or(root);
        emit(NativeMatch { message: Some(message), span, ..NativeMatch::of(analysis, node) });
    }
}

/// The white space at the beginning of each line that holds more than that.
fn indents(text: &[u8]) -> impl Iterator<Item = Span> + '_ {
    let begins = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
    begins.filter_map(move |start| {
        let length = text[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let end = start + length;
        let is_blank = text.get(end).is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
        (length > 0 && !is_blank).then_some(Span { start: start as u32, end: end as u32 })
    })
}

fn is_wrong(indent: &[u8], wants_tabs: bool) -> bool {
    if wants_tabs { indent.first() == Some(&b' ') } else { indent.contains(&b'\t') }
}
