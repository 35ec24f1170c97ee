//! What the scripts of a page are written in.

/// What one script is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageDialect {
    TypeScript,
    Tsx,
    JavaScript,
    Jsx,
}

/// What a `<script>` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Code(PageDialect),
    /// JSON, a template, another language that is not a script of ours to read.
    Data,
    /// A script in a language without a grammar here.
    Foreign,
}
