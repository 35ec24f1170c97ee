//! One file of the configuration, as it was read.

use std::cell::RefCell;

use auditlint_source::document::{DocumentError, DocumentNode, DocumentValue, Setting as _, parse_toml};
use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{FilePath, LineIndex, Problem, ProblemKind, Span};

use super::Settings;

/// A file of the configuration. Its spans count from `base`, so that a span tells in which of several files it lies.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    pub(crate) path: FilePath,
    text: String,
    lines: LineIndex,
    base: u32,
    /// What it says, its paths and globs as they are written.
    pub(crate) said: Settings,
    /// Whether it says which packs are on.
    pub(crate) has_packs: bool,
    /// Whether it says how large a source may be.
    pub(crate) has_max_file_size: bool,
    /// Whether it is not valid TOML, so that nobody knows what it says.
    pub(crate) is_unreadable: bool,
}

impl ConfigFile {
    /// Reads a file whose spans count from `base`, with every mistake in it.
    pub(crate) fn read(path: &FilePath, text: &str, base: u32) -> (Self, Vec<Problem>) {
        let errors = RefCell::new(Vec::new());
        let mut file = Self {
            path: path.clone(),
            text: text.to_owned(),
            lines: LineIndex::new(text.as_bytes()),
            base,
            said: Settings::default(),
            has_packs: false,
            has_max_file_size: false,
            is_unreadable: false,
        };
        match parse_toml(text) {
            Ok(mut node) => {
                shift(&mut node, base);
                file.has_packs = node.get("packs").is_some();
                file.has_max_file_size = node.get("max-file-size").is_some();
                file.said = Settings::read(&node, &errors).unwrap_or_default();
            }
            Err(found) => {
                file.is_unreadable = true;
                let shifted = |error: DocumentError| DocumentError { span: shifted(error.span, base), ..error };
                errors.borrow_mut().extend(found.into_iter().map(shifted));
            }
        }
        let errors = errors.into_inner();
        let more = errors.len().saturating_sub(MAX_MISTAKES);
        let mut problems: Vec<Problem> =
            errors.into_iter().take(MAX_MISTAKES).map(|error| file.mistake(error)).collect();
        if more > 0 {
            let message = format!("{more} more mistakes in this file");
            problems.push(Problem::error(ProblemKind::Config, message).in_file(path));
        }
        (file, problems)
    }

    /// The folder that it lies in.
    pub(crate) fn folder(&self) -> FilePath {
        self.path.parent().unwrap_or_else(FilePath::root)
    }

    /// Where the spans of a file may begin that is read after this one.
    pub(crate) fn end(&self) -> u32 {
        self.base.saturating_add(self.text.len() as u32).saturating_add(1)
    }

    /// A span of the file itself; `None` where it lies in another file.
    pub(crate) fn own(&self, span: Span) -> Option<Span> {
        let start = span.start.checked_sub(self.base).filter(|start| *start as usize <= self.text.len())?;
        Some(Span::new(start, start + span.len()))
    }

    /// A problem at a span of the file itself.
    pub(crate) fn place(&self, own: Span, problem: Problem) -> Problem {
        let position = self.lines.position(self.text.as_bytes(), own.start);
        problem.in_file(&self.path).placed(own, position)
    }

    /// A mistake in it.
    pub(crate) fn mistake(&self, error: DocumentError) -> Problem {
        let problem = Problem::error(ProblemKind::Config, error.message);
        let problem = match error.help {
            Some(help) => problem.help(help),
            None => problem,
        };
        match self.own(error.span) {
            Some(own) => self.place(own, problem),
            None => problem.in_file(&self.path),
        }
    }
}

fn shifted(span: Span, by: u32) -> Span {
    Span::new(span.start.saturating_add(by), span.end.saturating_add(by))
}

/// Moves every span of a document.
fn shift(node: &mut DocumentNode, by: u32) {
    if by == 0 {
        return;
    }
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        node.span = shifted(node.span, by);
        match &mut node.value {
            DocumentValue::List(items) => open.extend(items),
            DocumentValue::Map(entries) => {
                for (key, value) in entries {
                    key.span = shifted(key.span, by);
                    open.push(value);
                }
            }
            _ => {}
        }
    }
}
