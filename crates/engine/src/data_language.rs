//! Languages that only facts are read from, and how comments are written in them.

use auditlint_source::FilePath;

/// How comments are written in a file of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DataLanguage {
    Yaml,
    Toml,
    Shell,
    Dotenv,
    /// Make and just.
    Make,
    /// `#` at the start of a line: what builds containers, ignore files, lists.
    HashLines,
    /// `#` or `;` at the start of a line.
    Ini,
    Sql,
    Prisma,
    /// JSON with comments, and languages with comments as in C.
    Slashes,
    Markdown,
    /// Markdown in which HTML comments are an error.
    Mdx,
    Markup,
}

impl DataLanguage {
    /// The language of a file, by its name, and where that says nothing by its first line. `None` where no comment is known to
    /// be one: JSON, and what nobody knows.
    pub(crate) fn of(path: &FilePath, text: &[u8]) -> Option<Self> {
        let name = path.name();
        Some(match path.extension().unwrap_or_default() {
            _ if name.starts_with(".env") || name.ends_with(".env") || name.starts_with("env.") => Self::Dotenv,
            _ if name.starts_with("Dockerfile") || name.ends_with(".Dockerfile") => Self::HashLines,
            "yml" | "yaml" => Self::Yaml,
            "toml" => Self::Toml,
            "sh" | "bash" | "zsh" | "py" | "rb" => Self::Shell,
            "sql" => Self::Sql,
            "prisma" => Self::Prisma,
            "md" | "markdown" => Self::Markdown,
            "mdx" => Self::Mdx,
            "html" | "htm" | "xml" | "svg" | "vue" | "svelte" | "astro" => Self::Markup,
            "jsonc" | "json5" | "go" | "php" => Self::Slashes,
            "mk" => Self::Make,
            "ini" | "cfg" => Self::Ini,
            _ => match name {
                "Makefile" | "makefile" | "GNUmakefile" | "justfile" | "Justfile" | ".justfile" => Self::Make,
                ".gitmodules" | ".editorconfig" => Self::Ini,
                "CODEOWNERS" | ".gitignore" | ".gitattributes" | ".dockerignore" => Self::HashLines,
                "Jenkinsfile" => Self::Slashes,
                _ if text.starts_with(b"#!") => Self::Shell,
                _ if path.as_str().contains(".husky/") || path.as_str().contains(".githooks/") => Self::Shell,
                _ => return None,
            },
        })
    }

    /// A comment that says `body`, which is one line.
    pub(crate) fn comment(self, body: &str) -> String {
        match self {
            Self::Yaml | Self::Toml | Self::Shell | Self::Dotenv | Self::Make | Self::HashLines | Self::Ini => {
                format!("# {body}")
            }
            Self::Sql => format!("-- {body}"),
            Self::Prisma | Self::Slashes => format!("// {body}"),
            Self::Mdx => format!("{{/* {} */}}", body.replace("*/", "* /")),
            Self::Markdown | Self::Markup => {
                format!("<!-- {} -->", body.replace("-->", "-- >").replace("--!>", "-- !>"))
            }
        }
    }

    /// Whether a comment stands better behind a line than above it. In a document a line of its own ends a table or a list.
    pub(crate) fn prefers_behind(self) -> bool {
        matches!(self, Self::Markdown | Self::Mdx)
    }

    /// Whether a comment can stand behind something on a line.
    pub(crate) fn can_stand_behind(self) -> bool {
        !matches!(self, Self::HashLines | Self::Ini | Self::Make)
    }

    /// Whether blanks before a comment mean something.
    pub(crate) fn begins_lines(self) -> bool {
        matches!(self, Self::HashLines | Self::Make)
    }
}
