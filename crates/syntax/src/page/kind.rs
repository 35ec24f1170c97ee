//! The kinds of pages.

use auditlint_source::FilePath;

use super::dialect::PageDialect;
use crate::Language;

/// A kind of file that holds scripts among other things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `.vue`
    Vue,
    /// `.svelte`
    Svelte,
    /// `.astro`
    Astro,
    /// `.html`, `.htm`
    Html,
}

impl Page {
    /// Every kind of page.
    pub const ALL: [Self; 4] = [Self::Vue, Self::Svelte, Self::Astro, Self::Html];

    /// The file name extensions, without the dot.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Vue => &["vue"],
            Self::Svelte => &["svelte"],
            Self::Astro => &["astro"],
            Self::Html => &["html", "htm"],
        }
    }

    /// The kind of a file, by its extension.
    #[must_use]
    pub fn of_path(path: &FilePath) -> Option<Self> {
        let extension = path.extension()?;
        Self::ALL.into_iter().find(|page| page.extensions().contains(&extension))
    }

    /// The languages that its scripts may have.
    #[must_use]
    pub fn languages(self) -> &'static [Language] {
        match self {
            Self::Vue | Self::Svelte | Self::Html => &[Language::TypeScript, Language::Tsx, Language::JavaScript],
            Self::Astro => &[Language::TypeScript],
        }
    }

    /// Whether `<script/>` is a whole element. In HTML the slash means nothing.
    pub(super) fn closes_itself(self) -> bool {
        match self {
            Self::Vue | Self::Svelte | Self::Astro => true,
            Self::Html => false,
        }
    }

    /// The language of a script that names none.
    pub(super) fn default_dialect(self) -> PageDialect {
        match self {
            Self::Vue | Self::Svelte | Self::Html => PageDialect::JavaScript,
            Self::Astro => PageDialect::TypeScript,
        }
    }
}
