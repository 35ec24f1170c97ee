//! Where tasks are kept, as the configuration says.

use auditlint_source::Span;
use auditlint_source::document::{DocumentError, Table};
use auditlint_source::limits::MAX_GLOB;
use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};

/// How the files of a [`TaskSource`] are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// By the name of each file: `.yaml`, `.yml`, `.json` as YAML, `.md` and `.txt` as Markdown sections and
    /// checklists, anything whose last extension is a status (`.done`) as a marker.
    #[default]
    Auto,
    /// One task per file (or per document of a file).
    Yaml,
    /// Sections whose heading starts with an id.
    Markdown,
    /// Lines that give the status of tasks that stand elsewhere.
    Checklist,
    /// Files whose name holds the id of a task that stands elsewhere.
    Markers,
}

impl Format {
    /// Every format with the word that stands for it in the configuration.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("yaml", Self::Yaml),
        ("markdown", Self::Markdown),
        ("checklist", Self::Checklist),
        ("markers", Self::Markers),
    ];
}

/// One `[[tasks]]` table of the configuration.
#[derive(Clone, Debug)]
pub struct TaskSource {
    /// Bytes of the table in the configuration.
    pub span: Span,
    /// Globs of the task files, relative to the root; `**` crosses folders, `*` does not.
    pub files: Vec<TaskGlob>,
    /// How to read them.
    pub format: Format,
    /// Put before every id with a colon: `api` makes `api:P1-T1`.
    pub prefix: Option<String>,
    /// What ids of a tracker outside the repository look like, as a whole.
    pub external: Option<Regex>,
    /// The address of such an id, with `{id}` in its place.
    pub url: Option<String>,
    /// A file of the repository into which the tracker's statuses were exported.
    pub status: Option<String>,
}

/// A glob of a [`TaskSource`] as it is written and compiled.
#[derive(Clone, Debug)]
pub struct TaskGlob {
    /// As it is written.
    pub pattern: String,
    /// Where it is written.
    pub span: Span,
    /// What every path that it matches begins with.
    start: String,
    matcher: GlobMatcher,
}

impl TaskGlob {
    /// Compiles a glob: `./` in front is dropped, a trailing `/` means everything below that folder.
    ///
    /// # Errors
    /// Where the glob is malformed.
    pub fn new(pattern: &str, span: Span) -> Result<Self, DocumentError> {
        if pattern.len() > MAX_GLOB {
            return Err(DocumentError::new(span, format!("this glob is longer than {MAX_GLOB} bytes")));
        }
        let mut glob = pattern.strip_prefix("./").unwrap_or(pattern).to_owned();
        if glob.ends_with('/') {
            glob.push_str("**");
        }
        let matcher = GlobBuilder::new(&glob)
            .literal_separator(true)
            .build()
            .map_err(|error| DocumentError::new(span, format!("this is not a glob: {}", error.kind())))?
            .compile_matcher();
        let start = glob[..glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len())].to_owned();
        Ok(Self { pattern: pattern.to_owned(), span, start, matcher })
    }

    /// What every path that it matches begins with.
    pub(crate) fn start(&self) -> &str {
        &self.start
    }

    /// Whether it matches a path.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

impl TaskSource {
    /// Files read by their names, without prefix or tracker.
    ///
    /// # Errors
    /// Where a glob is malformed.
    pub fn of_files(patterns: &[&str]) -> Result<Self, DocumentError> {
        let files = patterns.iter().map(|pattern| TaskGlob::new(pattern, Span::default())).collect::<Result<_, _>>()?;
        Ok(Self {
            span: Span::default(),
            files,
            format: Format::Auto,
            prefix: None,
            external: None,
            url: None,
            status: None,
        })
    }

    /// Reads a `[[tasks]]` table; mistakes go to the table's errors, and the caller finishes the table.
    /// `None` where the table names neither files nor a tracker.
    pub fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let span = table.span();
        let given = table.take_texts("files");
        let format = table.take_word("format", &Format::WORDS).unwrap_or_default();
        let prefix = table.take_text("prefix");
        let external_node = table.take("external");
        let url_node = table.take("url");
        let status = table.take_text("status");
        let url = url_node.and_then(|node| match node.as_text() {
            Some(url) if url.contains("{id}") => Some(url.to_owned()),
            Some(_) => {
                table.error(
                    DocumentError::new(node.span, "the address does not say where the id goes")
                        .help("write `{id}` in its place, for example \"https://tracker.example/browse/{id}\""),
                );
                None
            }
            None => {
                table.error(DocumentError::expected("text", node));
                None
            }
        });
        let external = external_node.and_then(|node| {
            let Some(pattern) = node.as_text() else {
                table.error(DocumentError::expected("a regular expression", node));
                return None;
            };
            match whole(pattern) {
                Ok(regex) => Some(regex),
                Err(error) => {
                    let message = error.to_string();
                    let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
                    table.error(DocumentError::new(node.span, format!("this regular expression is wrong: {last}")));
                    None
                }
            }
        });
        if external_node.is_none() {
            for (key, at) in [("url", url_node.map(|node| node.span))] {
                if let Some(at) = at {
                    table.error(
                        DocumentError::new(at, format!("`{key}` belongs to ids of a tracker"))
                            .help("say what they look like: external = \"PROJ-\\\\d+\""),
                    );
                }
            }
        }
        let mut files = Vec::new();
        for (span, pattern) in given.iter().flatten() {
            match TaskGlob::new(pattern, *span) {
                Ok(glob) => files.push(glob),
                Err(error) => table.error(error),
            }
        }
        if given.is_none() && external_node.is_none() {
            table.error(DocumentError::new(span, "a task source needs `files` or `external`").help(
                "files = \"tasks/*.yaml\" for tasks of this repository, external = \"PROJ-\\\\d+\" for a tracker",
            ));
            return None;
        }
        Some(Self { span, files, format, prefix, external, url, status })
    }

    /// Whether one of its globs matches a path.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.files.iter().any(|glob| glob.is_match(path))
    }
}

/// A regex that must match the whole id. The size limit stops one that would explode.
fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build()
}
