//! References in documents.

use std::ops::Range;

use auditlint_source::{FilePath, Span};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use super::fact::{Facts, ReferenceKind, RepoFact};

pub(super) fn is_document(path: &FilePath) -> bool {
    matches!(path.extension(), Some("md" | "markdown" | "mdx"))
}

pub(super) fn extract(text: &str, out: &mut Facts) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let parser = Parser::new_ext(text, options);
    for (_, definition) in parser.reference_definitions().iter() {
        push(text, ReferenceKind::Definition, definition.span.clone(), &definition.dest, out);
    }
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, .. }) => {
                push(text, ReferenceKind::Link, range, &dest_url, out);
            }
            Event::Start(Tag::Image { link_type: LinkType::Inline, dest_url, .. }) => {
                push(text, ReferenceKind::Image, range, &dest_url, out);
            }
            Event::Html(html) | Event::InlineHtml(html) => attributes(text, &html, range, out),
            Event::Code(code) if is_path(&code) => push(text, ReferenceKind::Code, range, &code, out),
            _ => {}
        }
    }
    out.facts.sort_by_key(|row| row.span);
}

fn push(text: &str, kind: ReferenceKind, range: Range<usize>, target: &str, out: &mut Facts) {
    if !refers(target) {
        return;
    }
    let whole = text.get(range.clone()).unwrap_or_default();
    // Behind the words of a link, which may say the same.
    let from = whole.rfind("](").unwrap_or(0);
    let at = whole[from..].find(target).map(|offset| range.start + from + offset);
    let span = at.map_or(range.clone(), |at| at..at + target.len());
    let fact = RepoFact::Link { kind, target: target.into() };
    out.say(Span::new(span.start as u32, span.end as u32), fact);
}

/// Whether a target may be a file: no address, no anchor, no template.
fn refers(target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
    !target.is_empty()
        && !scheme
        && !target.starts_with(['#', '?', '~'])
        && !target.starts_with("//")
        && !target.contains(['<', '>', '{', '}', '$', '*', '|', '\\', '\n', ' ', '…', '[', ']', '@', ','])
        && !target.contains("...")
        && target.len() <= 512
}

/// Whether words between backticks look like the path of a file.
fn is_path(code: &str) -> bool {
    let Some((folder, name)) = code.rsplit_once('/') else { return false };
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !folder.is_empty()
        && refers(code)
        && (1..=5).contains(&extension.len())
        && extension.chars().all(char::is_alphanumeric)
        && code.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '/' | '.' | '-' | '_'))
}

/// `href="…"` and `src="…"`.
fn attributes(text: &str, html: &str, range: Range<usize>, out: &mut Facts) {
    let whole = text.get(range.clone()).filter(|whole| *whole == html).unwrap_or_default();
    for name in ["href=", "src="] {
        for (at, _) in whole.match_indices(name) {
            let is_name = whole[..at].ends_with(|before: char| before.is_whitespace());
            let rest = &whole[at + name.len()..];
            let Some(quote) = rest.chars().next().filter(|quote| is_name && matches!(quote, '"' | '\'')) else {
                continue;
            };
            let Some(length) = rest[1..].find(quote) else { continue };
            let target = &rest[1..=length];
            if refers(target) {
                let start = range.start + at + name.len() + 1;
                let fact = RepoFact::Link { kind: ReferenceKind::Html, target: target.into() };
                out.say(Span::new(start as u32, (start + length) as u32), fact);
            }
        }
    }
}
