//! Documents that the configuration counts as documentation of the environment.

use auditlint_facts::folder::folder_of;
use auditlint_source::{FilePath, Span};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::fact::{EnvFact, Facts};
use super::note::is_name;
use crate::limits::MAX_DOCUMENT;

/// Whether the configuration can name a file as such a document.
pub(super) fn is_document(path: &FilePath) -> bool {
    matches!(path.extension(), Some("md" | "markdown" | "mdx")) || is_readme(path)
}

fn is_readme(path: &FilePath) -> bool {
    path.name().split('.').next().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"))
}

/// The folder whose code a document is about: a README is about its own, any other document about the whole project.
pub(super) fn about(path: &FilePath) -> FilePath {
    if is_readme(path) { folder_of(path) } else { FilePath::root() }
}

/// The variables that a document names: in code any word that can be one, elsewhere those with a `_`, so that no abbreviation of the
/// prose counts.
pub(super) fn extract(text: &str, out: &mut Facts) {
    if text.len() > MAX_DOCUMENT {
        let limit = MAX_DOCUMENT >> 20;
        let message = format!("the document is longer than {limit} MiB, so the variables that it names are not read");
        return out.gap(Span::default(), message);
    }
    let mut in_block = false;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let is_code = match event {
            Event::Start(Tag::CodeBlock(_)) => {
                in_block = true;
                continue;
            }
            Event::End(TagEnd::CodeBlock) => {
                in_block = false;
                continue;
            }
            Event::Text(_) => in_block,
            Event::Code(_) => true,
            Event::Html(_) | Event::InlineHtml(_) => false,
            _ => continue,
        };
        words(text, range.start, &text[range], is_code, out);
    }
}

fn words(text: &str, start: usize, part: &str, is_code: bool, out: &mut Facts) {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = 0;
    while let Some(at) = part[rest..].find(is_of_word).map(|at| rest + at) {
        let end = part[at..].find(|letter| !is_of_word(letter)).map_or(part.len(), |end| at + end);
        rest = end;
        let name = &part[at..end];
        // The parser gives `A_B` of the prose as one text, and cuts it where it could be emphasis.
        let is_whole = !text[..start + at].ends_with('_') && !text[start + end..].starts_with('_');
        if is_whole && is_name(name.as_bytes()) && (is_code || name.contains('_')) {
            let span = Span::new((start + at) as u32, (start + end) as u32);
            out.say(span, EnvFact::Documented(name.into()));
        }
    }
}
