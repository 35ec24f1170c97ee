//! The globs of `files` and `ignores`.

use std::cell::RefCell;

use auditlint_source::Span;
use auditlint_source::document::{DocumentError, Node, Table, Value};
use globset::{Glob, GlobBuilder};
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_GLOB, MAX_GLOBS};

/// One glob over paths relative to the root of the run, valid by construction.
///
/// It means what it means to ast-grep: `*` and `**` cross folders, so `src/*.ts` covers `src/a/b.ts` too. A leading `./`
/// is dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileGlob {
    /// Bytes of the glob in its document.
    pub span: Span,
    /// The glob as it is written.
    pub pattern: String,
    /// Whether upper and lower case are the same.
    pub case_insensitive: bool,
}

impl FileGlob {
    /// A glob that minds case.
    ///
    /// # Errors
    /// Where `pattern` is not a glob.
    pub fn new(pattern: &str, span: Span) -> Result<Self, DocumentError> {
        Self { span, pattern: pattern.to_owned(), case_insensitive: false }.checked()
    }

    /// Reads a list of globs, each a text or `{glob, caseInsensitive}`. Mistakes go to `errors`.
    #[must_use]
    pub fn read_list(nodes: &[&Node], errors: &RefCell<Vec<DocumentError>>) -> Vec<Self> {
        if let Some(node) = nodes.get(MAX_GLOBS) {
            errors.borrow_mut().push(DocumentError::new(node.span, format!("a list has {MAX_GLOBS} globs at most")));
        }
        nodes.iter().take(MAX_GLOBS).filter_map(|node| Self::read(node, errors)).collect()
    }

    fn read(node: &Node, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let glob = match &node.value {
            Value::Text(pattern) => Self { span: node.span, pattern: pattern.clone(), case_insensitive: false },
            Value::Map(_) => {
                let mut table = Table::new(node, errors);
                let pattern = table.take_text("glob");
                let case_insensitive = table.take_bool("caseInsensitive").unwrap_or_default();
                if node.get("glob").is_none() {
                    table.error(DocumentError::new(node.span, "`glob` is missing").help("{ glob: \"src/**\" }"));
                }
                table.finish();
                Self { span: node.span, pattern: pattern?, case_insensitive }
            }
            _ => {
                errors.borrow_mut().push(DocumentError::expected("a glob", node));
                return None;
            }
        };
        glob.checked().map_err(|error| errors.borrow_mut().push(error)).ok()
    }

    fn checked(self) -> Result<Self, DocumentError> {
        if self.pattern.len() > MAX_GLOB {
            let message = format!("this glob has {} bytes, more than {MAX_GLOB}", self.pattern.len());
            return Err(DocumentError::new(self.span, message));
        }
        match self.build() {
            Ok(_) => Ok(self),
            Err(error) => Err(DocumentError::new(self.span, format!("this is not a glob: {}", error.kind()))),
        }
    }

    fn build(&self) -> Result<Glob, globset::Error> {
        let pattern = self.pattern.trim_start_matches("./");
        GlobBuilder::new(pattern).case_insensitive(self.case_insensitive).build()
    }

    /// The compiled glob.
    #[must_use]
    pub fn glob(&self) -> Glob {
        self.build().expect("a file glob is checked when it is made")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_what_it_means_to_ast_grep() {
        for (pattern, case_insensitive, path, covered) in [
            ("./src/*.ts", false, "src/a/b.ts", true),
            ("src/*.ts", false, "lib/a.ts", false),
            ("**/test*", false, "src/test.py", true),
            ("SRC/**", true, "src/a.ts", true),
            ("SRC/**", false, "src/a.ts", false),
        ] {
            let glob = FileGlob { span: Span::default(), pattern: pattern.into(), case_insensitive };
            assert_eq!(glob.glob().compile_matcher().is_match(path), covered, "{pattern} on {path}");
        }
        assert!(FileGlob::new("a[", Span::default()).is_err());
    }
}
