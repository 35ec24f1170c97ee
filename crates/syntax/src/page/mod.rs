//! The code of a file: the whole of it, or the scripts of a page.
//!
//! Pages (`.vue`, `.svelte`, `.astro`, `.html`) hold scripts among markup. Everything but the scripts is blanked, with the line
//! breaks kept, so that what is parsed has the length of the file and every place in it is true. All scripts of a page are one
//! module, as they are in Vue and Svelte. The expressions of templates are not scripts and are blanked too.

mod blank;
mod dialect;
mod kind;
mod tag;

use std::borrow::Cow;

use auditlint_source::{FilePath, Span};

use self::dialect::PageDialect;
pub use self::kind::Page;
use crate::Language;

/// The languages that the code of a file may be in, by its extension.
pub fn languages_in(path: &FilePath) -> impl Iterator<Item = Language> {
    let of_page = Page::of_path(path).map_or(&[][..], Page::languages);
    Language::of_path(path).into_iter().chain(of_page.iter().copied())
}

/// Whether a path is one of a file in which code may stand that rules match in.
#[must_use]
pub fn may_hold_code(path: &FilePath) -> bool {
    Language::of_path(path).is_some() || Page::of_path(path).is_some()
}

/// The code of one file, at the places where it stands there.
#[derive(Clone, Debug)]
pub struct Code<'t> {
    language: Language,
    file: &'t [u8],
    text: Cow<'t, [u8]>,
    not_understood: Vec<Span>,
    is_part: bool,
    markup: Markup,
}

/// What suppression comments need to know of the markup of a page.
#[derive(Clone, Debug, Default)]
struct Markup {
    comments: Vec<Span>,
    /// Where the opening tag of each script begins, and the first of its code that is not blank.
    scripts: Vec<(u32, u32)>,
}

impl<'t> Code<'t> {
    /// The code of a file; `None` where it is not a source, and where a page holds no script.
    #[must_use]
    pub fn of(path: &FilePath, text: &'t [u8]) -> Option<Self> {
        if let Some(language) = Language::of_path(path) {
            return Some(Self {
                language,
                file: text,
                text: Cow::Borrowed(text),
                not_understood: Vec::new(),
                is_part: false,
                markup: Markup::default(),
            });
        }
        let page = Page::of_path(path)?;
        let scripts = tag::scripts(page, text);
        if scripts.blocks.is_empty() && scripts.not_understood.is_empty() {
            return None;
        }
        let spans: Vec<Span> = scripts.blocks.iter().map(|(span, _)| *span).collect();
        let first = |span: Span| span.end - span.of(text).trim_ascii_start().len() as u32;
        let begins = scripts.tags.iter().zip(&spans).map(|(tag, span)| (*tag, first(*span))).collect();
        Some(Self {
            language: language_of(scripts.blocks.iter().map(|(_, dialect)| *dialect)),
            file: text,
            text: Cow::Owned(blank::blanked(text, &spans)),
            not_understood: scripts.not_understood,
            is_part: true,
            markup: Markup { comments: scripts.comments, scripts: begins },
        })
    }

    /// The language of all of it.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of the file.
    #[must_use]
    pub fn file(&self) -> &'t [u8] {
        self.file
    }

    /// The text of the file, blank where no code stands.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The same, without the rest.
    #[must_use]
    pub fn into_text(self) -> Cow<'t, [u8]> {
        self.text
    }

    /// Scripts that cannot be read: those that never end, and those in other languages.
    #[must_use]
    pub fn not_understood(&self) -> &[Span] {
        &self.not_understood
    }

    /// The comments of the markup of a page, in their order.
    #[must_use]
    pub fn markup_comments(&self) -> &[Span] {
        &self.markup.comments
    }

    /// Where the code of the script begins whose opening tag is the first from an offset on, and where that tag begins.
    #[must_use]
    pub fn script_from(&self, offset: u32) -> Option<(u32, u32)> {
        let scripts = &self.markup.scripts;
        scripts.get(scripts.partition_point(|(tag, _)| *tag < offset)).copied()
    }

    /// Whether there is more in the file, which may mention what the code declares.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.is_part
    }
}

/// One language for all scripts of a page. What is written in different ones is read in the one that has all of their syntax.
fn language_of(dialects: impl Iterator<Item = PageDialect>) -> Language {
    let (mut has_types, mut has_markup) = (false, false);
    for dialect in dialects {
        has_types |= matches!(dialect, PageDialect::TypeScript | PageDialect::Tsx);
        has_markup |= matches!(dialect, PageDialect::Tsx | PageDialect::Jsx);
    }
    match (has_types, has_markup) {
        (true, true) => Language::Tsx,
        (true, false) => Language::TypeScript,
        (false, _) => Language::JavaScript,
    }
}
