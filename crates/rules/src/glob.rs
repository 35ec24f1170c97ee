//! The globs of `files` and `ignores`.

use auditlint_source::document::{
    DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, KeyShape, Setting, Table, TableShape,
    ValueShape, unplaced,
};
use auditlint_source::{FilePath, Span};
use globset::{Glob, GlobBuilder};
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_GLOB, MAX_GLOBS};

/// One glob over paths relative to the root of the run, valid by construction.
///
/// It means what it means to ast-grep: `*` and `**` cross folders, so `src/*.ts` covers `src/a/b.ts` too. A leading `./`
/// is dropped. A leading `!` takes what the rest covers out of what the other globs of the list cover, wherever it stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileGlob {
    /// Bytes of the glob in its document.
    pub span: Span,
    /// The glob as it is written.
    pub pattern: String,
    /// Whether case is ignored.
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

    fn read_one(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        let glob = match &node.value {
            DocumentValue::Text(pattern) => Self { span: node.span, pattern: pattern.clone(), case_insensitive: false },
            DocumentValue::Map(_) => {
                let mut table = Table::new(node, errors);
                let pattern = table.take("glob").and_then(|node| String::read(node, errors));
                let case_insensitive = table.take_bool("caseInsensitive").unwrap_or_default();
                if node.get("glob").is_none() {
                    table.error(DocumentError::new(node.span, "`glob` is missing").help("{ glob: \"src/**\" }"));
                }
                table.finish_passable();
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
            let message = format!("this glob is {} bytes long, the limit is {MAX_GLOB}", self.pattern.len());
            return Err(DocumentError::new(self.span, message));
        }
        match self.build() {
            Ok(_) => Ok(self),
            Err(error) => Err(DocumentError::new(self.span, format!("invalid glob: {}", error.kind()))),
        }
    }

    fn build(&self) -> Result<Glob, globset::Error> {
        let pattern = self.pattern.strip_prefix('!').unwrap_or(&self.pattern).trim_start_matches("./");
        GlobBuilder::new(pattern).case_insensitive(self.case_insensitive).build()
    }

    /// The same glob, written in a file of `folder` and so counted from there.
    #[must_use]
    pub fn below(&self, folder: &FilePath) -> Self {
        let (sign, mut pattern) = match self.pattern.strip_prefix('!') {
            Some(pattern) => ("!", pattern),
            None => ("", self.pattern.as_str()),
        };
        let mut folder = Some(folder.clone());
        while let Some(rest) = pattern.strip_prefix("./").or_else(|| pattern.strip_prefix("../")) {
            if pattern.starts_with("..") {
                folder = folder.and_then(|folder| folder.parent());
            }
            pattern = rest;
        }
        let pattern = match folder {
            // What leads out of the root covers none of its files.
            None => format!("{sign}../{pattern}"),
            Some(folder) if folder.is_root() => format!("{sign}{pattern}"),
            Some(folder) => format!("{sign}{}/{pattern}", escaped(&folder)),
        };
        Self { pattern, ..self.clone() }
    }

    /// Has globs count from the folder of the file that they are written in.
    pub fn count_from(globs: &mut [Self], folder: &FilePath) {
        if !folder.is_root() {
            globs.iter_mut().for_each(|glob| *glob = glob.below(folder));
        }
    }

    /// Whether it takes files out: `!**/*.test.ts`.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.pattern.starts_with('!')
    }

    /// The compiled glob, of a negated one what it takes out.
    #[must_use]
    pub fn glob(&self) -> Glob {
        self.build().expect("a file glob is checked when it is made")
    }
}

/// A glob that matches this path alone.
fn escaped(path: &FilePath) -> String {
    globset::escape(path.as_str()).replace('\\', "[\\]")
}

impl Setting for FileGlob {
    const MOST: usize = MAX_GLOBS;
    const SEVERAL: &'static str = "globs";

    fn shape() -> ValueShape {
        let glob = ValueShape::Text { what: "a glob", pattern: None, longest: Some(MAX_GLOB) };
        let keys = vec![
            KeyShape {
                name: "glob",
                about: "The glob.",
                example: "glob = \"src/**\"",
                shape: glob.clone(),
                required: true,
                default: DocumentValue::Null,
            },
            KeyShape {
                name: "caseInsensitive",
                about: "Whether case is ignored.",
                example: "caseInsensitive = true",
                shape: ValueShape::Boolean,
                required: false,
                default: DocumentValue::Bool(false),
            },
        ];
        let table = TableShape { name: "a glob", keys, one_of: &[], needs: &[], short: None };
        ValueShape::AnyOf(vec![glob, ValueShape::Table(Box::new(table))])
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        Self::read_one(node, errors)
    }

    fn value(&self) -> DocumentValue {
        let pattern = DocumentValue::Text(self.pattern.clone());
        if !self.case_insensitive {
            return pattern;
        }
        let keys = [("glob", pattern), ("caseInsensitive", DocumentValue::Bool(true))];
        DocumentValue::Map(
            keys.map(|(name, value)| (DocumentKey { span: Span::default(), name: name.to_owned() }, unplaced(value)))
                .into(),
        )
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

    #[test]
    fn counts_from_the_folder_that_it_is_written_in() {
        for (pattern, folder, path, covered) in [
            ("src/**", "apps/web", "apps/web/src/a.ts", true),
            ("src/**", "apps/web", "src/a.ts", false),
            ("**/*.ts", "apps/web", "apps/web/a.ts", true),
            ("**/*.ts", "apps/web", "apps/api/a.ts", false),
            ("*.ts", "app/[id]", "app/[id]/a/b.ts", true),
            ("*.ts", "app/[id]", "app/i/b.ts", false),
            ("./../api/*", "apps/web", "apps/api/b.ts", true),
            ("../../../x", "apps/web", "x", false),
            ("src/**", "", "src/a.ts", true),
        ] {
            let glob = FileGlob::new(pattern, Span::default()).unwrap().below(&FilePath::new(folder));
            assert_eq!(glob.glob().compile_matcher().is_match(path), covered, "{pattern} in {folder} on {path}");
        }
        let out = FileGlob::new("!src/**", Span::default()).unwrap().below(&FilePath::new("a"));
        assert_eq!((out.is_negated(), out.pattern.as_str()), (true, "!a/src/**"));
    }
}
