//! Where tasks are kept, as the configuration says.

use std::cell::RefCell;

use auditlint_macros::Setting;
use auditlint_source::document::{DocumentError, DocumentNode, DocumentValue, Setting, ValueShape, read_text};
use auditlint_source::limits::MAX_GLOB;
use auditlint_source::{FilePath, Span};
use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};

/// How the files of a [`TaskSource`] are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskFormat {
    /// By the name of each file: `.yaml` and `.yml` as YAML, `.json` as JSON, `.jsonl` as a table of JSON a line, `.toml` as TOML, `.csv` and `.tsv` as lines with a header,
    /// `todo.txt` and `done.txt` as lines of todo.txt, `.md` and other `.txt` as Markdown, anything whose last extension is a
    /// status (`.done`) as a marker.
    #[default]
    Auto,
    /// One task per file (or per document of a file), or a list of tasks.
    Yaml,
    /// One task, or a list of tasks, such as the export of a tracker.
    Json,
    /// A task a line below a header, with commas, semicolons or tabs between the cells.
    Csv,
    /// A task a line, as todo.txt has it.
    TodoTxt,
    /// Sections whose heading has an id.
    Markdown,
    /// Lines that give the status of tasks that stand elsewhere.
    Checklist,
    /// Files whose name holds the id of a task that stands elsewhere.
    Markers,
}

impl TaskFormat {
    /// Every format with the word that stands for it in the configuration.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("auto", Self::Auto),
        ("yaml", Self::Yaml),
        ("json", Self::Json),
        ("csv", Self::Csv),
        ("todo.txt", Self::TodoTxt),
        ("markdown", Self::Markdown),
        ("checklist", Self::Checklist),
        ("markers", Self::Markers),
    ];
}

auditlint_source::word_setting!(TaskFormat, "format");

/// Where the ids of checklist items come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ItemIds {
    /// An item is a task where it carries an id.
    #[default]
    Written,
    /// An item that carries none gets one from its heading and its first words.
    Heading,
}

impl ItemIds {
    /// Both with the words that stand for them in the configuration.
    pub const WORDS: [(&'static str, Self); 2] = [("written", Self::Written), ("heading", Self::Heading)];
}

auditlint_source::word_setting!(ItemIds, "kind of id");

/// Under which keys or columns the files of a source say what is known about a task: paths with dots between the keys.
#[derive(Clone, Debug, Default, Setting)]
#[setting(name = "a table of fields")]
pub struct FieldPaths {
    /// The id.
    ///
    /// ```toml
    /// id = "key"
    /// ```
    pub id: Option<String>,
    /// The title.
    ///
    /// ```toml
    /// title = "summary"
    /// ```
    pub title: Option<String>,
    /// The status.
    ///
    /// ```toml
    /// status = "fields.status.name"
    /// ```
    pub status: Option<String>,
    /// The priority.
    ///
    /// ```toml
    /// priority = "fields.priority.name"
    /// ```
    pub priority: Option<String>,
    /// Who does it.
    ///
    /// ```toml
    /// owner = "fields.assignee.displayName"
    /// ```
    pub owner: Option<String>,
    /// The phase, milestone or sprint.
    ///
    /// ```toml
    /// phase = "milestone.title"
    /// ```
    pub phase: Option<String>,
    /// The files that it touches.
    ///
    /// ```toml
    /// files = "paths"
    /// ```
    pub files: Option<String>,
    /// The audit's own ids of what it puts right.
    ///
    /// ```toml
    /// findings = "audit.ids"
    /// ```
    pub findings: Option<String>,
    /// What must hold for it to be done.
    ///
    /// ```toml
    /// acceptance = "checks"
    /// ```
    pub acceptance: Option<String>,
    /// The tasks that come before it.
    ///
    /// ```toml
    /// depends-on = "blockedBy"
    /// ```
    pub depends_on: Option<String>,
    /// The rules and commands that check it.
    ///
    /// ```toml
    /// verify = "rules"
    /// ```
    pub verify: Option<String>,
}

/// One `[[tasks]]` table of the configuration.
#[derive(Clone, Debug, Setting)]
#[setting(name = "a task source", one_of("files", "external"), needs(url = "external"))]
pub struct TaskSource {
    /// Bytes of the table in the configuration.
    #[setting(span)]
    pub span: Span,
    /// The task files. `**` crosses folders, `*` does not, so that a task folder does not take in what lies below it.
    ///
    /// ```toml
    /// files = ["tasks/*.yaml"]
    /// ```
    #[setting(default)]
    pub files: Vec<TaskGlob>,
    /// How the files are read. `auto` decides by the name of each file: `.yaml` and `.yml` as `yaml`, `.json` as `json`, `.csv` and
    /// `.tsv` as `csv`, `todo.txt` and `done.txt` as `todo.txt`, `.md` and other `.txt` as Markdown with its sections, checklists
    /// and tables, a name that ends in a status (`P1-T1.done`) as `markers`.
    ///
    /// ```toml
    /// format = "yaml"
    /// ```
    #[setting(default)]
    pub format: TaskFormat,
    /// The keys or columns under which the files say what is known about a task, where they have other names than usual. What
    /// trackers export is known without.
    ///
    /// ```toml
    /// fields = { id = "key", title = "summary", status = "fields.status.name" }
    /// ```
    #[setting(default)]
    pub fields: FieldPaths,
    /// Which items of checklists are tasks: with `written` those that carry an id, with `heading` also the others; they get an id
    /// from their heading and their first words, and `auditlint tasks assign-ids` writes it beside them.
    ///
    /// ```toml
    /// ids = "heading"
    /// ```
    #[setting(default)]
    pub ids: ItemIds,
    /// A prefix for every id of this source, with a colon: `api` makes `api:P1-T1`.
    ///
    /// ```toml
    /// prefix = "api"
    /// ```
    pub prefix: Option<String>,
    /// A regular expression for the ids of an external tracker. It must match the whole id.
    ///
    /// ```toml
    /// external = 'PROJ-\d+'
    /// ```
    pub external: Option<ExternalIds>,
    /// The address of such an id, with `{id}` in place of the id.
    ///
    /// ```toml
    /// url = "https://tracker.example/browse/{id}"
    /// ```
    pub url: Option<IdUrl>,
    /// A file in the repository that holds the tracker's exported statuses.
    ///
    /// ```toml
    /// status = "tasks/tracker.csv"
    /// ```
    pub status: Option<String>,
}

/// What ids of a tracker look like, as a whole.
#[derive(Clone, Debug)]
pub struct ExternalIds {
    written: String,
    whole: Regex,
}

impl ExternalIds {
    /// Compiles what matches an id.
    ///
    /// # Errors
    /// Where it is not a regular expression, or one that would explode.
    pub fn new(pattern: &str) -> Result<Self, regex::Error> {
        let whole = RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build()?;
        Ok(Self { written: pattern.to_owned(), whole })
    }

    /// Whether an id is one of them.
    #[must_use]
    pub fn is_match(&self, id: &str) -> bool {
        self.whole.is_match(id)
    }
}

impl Setting for ExternalIds {
    fn shape() -> ValueShape {
        ValueShape::Text { what: "a regular expression", pattern: None, longest: None }
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let read = Self::new(read_text(node, errors)?).map_err(|error| {
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
            DocumentError::new(node.span, format!("invalid regular expression: {last}"))
        });
        read.map_err(|error| errors.borrow_mut().push(error)).ok()
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.written.clone())
    }
}

/// The address of a task in a tracker, with `{id}` where its id goes.
#[derive(Clone, Debug)]
pub struct IdUrl(String);

impl IdUrl {
    /// The address of an id.
    #[must_use]
    pub fn of(&self, id: &str) -> String {
        self.0.replace("{id}", id)
    }
}

impl Setting for IdUrl {
    fn shape() -> ValueShape {
        ValueShape::Text { what: "an address with `{id}` in it", pattern: Some("\\{id\\}"), longest: None }
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let url = read_text(node, errors)?;
        if url.contains("{id}") {
            return Some(Self(url.to_owned()));
        }
        let error = DocumentError::new(node.span, "the address does not say where the id goes");
        let help = "write `{id}` in its place, for example \"https://tracker.example/browse/{id}\"";
        errors.borrow_mut().push(error.help(help));
        None
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.0.clone())
    }
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
            .map_err(|error| DocumentError::new(span, format!("invalid glob: {}", error.kind())))?
            .compile_matcher();
        let start = glob[..glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len())].to_owned();
        Ok(Self { pattern: pattern.to_owned(), span, start, matcher })
    }

    /// The same glob, written in a file of `folder` and so counted from there.
    #[must_use]
    pub fn below(glob: &Self, folder: &FilePath) -> Self {
        let mut folder = folder.clone();
        let mut pattern = glob.pattern.trim_start_matches("./");
        while let Some(rest) = pattern.strip_prefix("../") {
            folder = folder.parent().unwrap_or_else(|| FilePath::new(".."));
            pattern = rest.trim_start_matches("./");
        }
        let below = if folder.is_root() { pattern.to_owned() } else { format!("{}/{pattern}", Self::literal(&folder)) };
        Self::new(&below, glob.span).unwrap_or_else(|_| glob.clone())
    }

    /// A glob that matches this path alone.
    #[must_use]
    pub fn literal(path: &FilePath) -> String {
        globset::escape(path.as_str()).replace('\\', "[\\]")
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
            format: TaskFormat::Auto,
            fields: FieldPaths::default(),
            ids: ItemIds::Written,
            prefix: None,
            external: None,
            url: None,
            status: None,
        })
    }

    /// Whether one of its globs matches a path.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.files.iter().any(|glob| glob.is_match(path))
    }
}

impl Setting for TaskGlob {
    fn shape() -> ValueShape {
        ValueShape::Text { what: "a glob", pattern: None, longest: Some(MAX_GLOB) }
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let read = Self::new(read_text(node, errors)?, node.span);
        read.map_err(|error| errors.borrow_mut().push(error)).ok()
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.pattern.clone())
    }
}
