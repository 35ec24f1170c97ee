//! Code that a rule carries to be tried on.
//!
//! In a bad example the text between `«` and `»` is a place that the rule must report; the marks are taken out before the
//! code is parsed, and pairs may be nested. A bad example without marks must have at least one place, wherever it is. No
//! language here gives the two signs a meaning, so outside strings and comments they cannot be code. An example of a rule over
//! facts is a small project: files by path, each with its marks.

use auditlint_source::document::{DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, Table};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};

use crate::language;
use crate::limits::MAX_EXAMPLE;

/// Opens an expected place.
const OPEN: char = '«';
/// Closes an expected place.
const CLOSE: char = '»';

/// The examples of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Examples {
    /// Code in which the rule finds something.
    pub bad: Vec<Example>,
    /// Code in which it reports nothing.
    pub good: Vec<Example>,
}

/// One example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The code, marks taken out.
    pub code: String,
    /// The marked places in `code`, in order.
    pub expected: Vec<Span>,
    /// Its language; the rule's first where the example says nothing.
    pub language: Option<Language>,
    /// Its path. A rule looks at an example with a path only if its files and ignores let it; without a path always.
    pub path: Option<FilePath>,
    /// Options of the rule that the example sets, as a configuration would.
    pub options: Vec<(DocumentKey, DocumentNode)>,
    /// The files of a small project, each with its path; then `code` is empty.
    pub files: Vec<Example>,
    /// Bytes of the example in the document of the rule.
    pub span: Span,
}

impl Example {
    /// Takes the marks out of `marked`.
    ///
    /// # Errors
    /// Where a mark has no partner; the place is `span`.
    pub fn parse(marked: &str, span: Span) -> Result<Self, DocumentError> {
        if marked.len() > MAX_EXAMPLE {
            let message = format!("the example is {} bytes long, the limit is {MAX_EXAMPLE}", marked.len());
            return Err(DocumentError::new(span, message));
        }
        let mut code = String::with_capacity(marked.len());
        let mut expected = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for c in marked.chars() {
            match c {
                OPEN => {
                    open.push(expected.len());
                    expected.push(Span::new(code.len() as u32, code.len() as u32));
                }
                CLOSE => match open.pop() {
                    Some(index) => expected[index].end = code.len() as u32,
                    None => return Err(unpaired(span, CLOSE, OPEN)),
                },
                c => code.push(c),
            }
        }
        if !open.is_empty() {
            return Err(unpaired(span, OPEN, CLOSE));
        }
        expected.sort();
        Ok(Self { code, expected, language: None, path: None, options: Vec::new(), files: Vec::new(), span })
    }

    /// The files of a small project, or the code by itself.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).filter(|example| example.files.is_empty()).chain(&self.files)
    }
}

fn unpaired(span: Span, mark: char, partner: char) -> DocumentError {
    DocumentError::new(span, format!("`{mark}` has no matching `{partner}` in this example"))
        .help("put « and » around each place that the rule must report")
}

impl Examples {
    /// Reads `{bad: […], good: […]}`. Mistakes go to `errors`.
    #[must_use]
    pub fn read(node: &DocumentNode, errors: &DocumentErrors) -> Self {
        let mut table = Table::new(node, errors);
        let mut read = |key| -> Vec<Example> {
            let nodes = table.take_list(key).unwrap_or_default();
            nodes.into_iter().filter_map(|node| read_example(node, errors)).collect()
        };
        let (bad, good) = (read("bad"), read("good"));
        for example in good.iter().flat_map(Example::parts).filter(|example| !example.expected.is_empty()) {
            let error = DocumentError::new(example.span, "a good example cannot mark places");
            table.error(error.help("remove « and », or move it to `bad`"));
        }
        table.finish();
        Self { bad, good }
    }
}

fn read_example(node: &DocumentNode, errors: &DocumentErrors) -> Option<Example> {
    let mut options = Vec::new();
    let (code, language, path) = match &node.value {
        DocumentValue::Map(_) => {
            let mut table = Table::new(node, errors);
            let files = table.take("files").map(|files| read_files(files, errors));
            let code = table.take_text("code");
            if let Some(node) = table.take("options") {
                match node.as_map() {
                    Some(entries) => options = entries.to_vec(),
                    None => table.error(DocumentError::expected("a table of options", node)),
                }
            }
            let language = read_language(&mut table);
            let path = table.take_text("path").map(|path| FilePath::new(&path));
            let message = match (node.get("code"), &files) {
                (None, None) => Some("`code` or `files` is missing"),
                (Some(_), Some(_)) => Some("an example has either `code` or `files`"),
                _ => None,
            };
            if let Some(message) = message {
                table.error(DocumentError::new(node.span, message));
            }
            table.finish();
            if let Some(files) = files {
                let (code, expected) = (String::new(), Vec::new());
                return Some(Example { code, expected, language: None, path: None, options, files, span: node.span });
            }
            (code?, language, path)
        }
        DocumentValue::List(_) | DocumentValue::Null => {
            errors.borrow_mut().push(DocumentError::expected("code, or {code, language, path}", node));
            return None;
        }
        _ => (node.scalar()?, None, None),
    };
    let example = Example::parse(&code, node.span).map_err(|error| errors.borrow_mut().push(error)).ok()?;
    let language = language.or_else(|| path.as_ref().and_then(Language::of_path));
    Some(Example { language, path, options, ..example })
}

/// `{path: code}`
fn read_files(node: &DocumentNode, errors: &DocumentErrors) -> Vec<Example> {
    let DocumentValue::Map(entries) = &node.value else {
        errors.borrow_mut().push(DocumentError::expected("a table of files", node));
        return Vec::new();
    };
    let files = entries.iter().filter_map(|(path, code)| {
        let Some(text) = code.scalar() else {
            errors.borrow_mut().push(DocumentError::expected("the text of a file", code));
            return None;
        };
        let path = FilePath::new(&path.name);
        let example = Example::parse(&text, code.span).map_err(|error| errors.borrow_mut().push(error)).ok()?;
        Some(Example { language: Language::of_path(&path), path: Some(path), ..example })
    });
    files.collect()
}

fn read_language(table: &mut Table<'_, '_>) -> Option<Language> {
    let node = table.take("language")?;
    let found = node.as_text().and_then(language::named);
    if found.is_none() {
        let valid = language::NAMES.map(|(name, _)| name);
        table.error(DocumentError::unknown(node.span, "language", &node.scalar().unwrap_or_default(), &valid));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_marks_out() {
        let spans = |marked| {
            let example = Example::parse(marked, Span::default()).unwrap();
            (example.code, example.expected.iter().map(|span| (span.start, span.end)).collect::<Vec<_>>())
        };
        assert_eq!(spans("a(«b»)"), ("a(b)".to_owned(), vec![(2, 3)]));
        assert_eq!(spans("«a(«b»)» «c»"), ("a(b) c".to_owned(), vec![(0, 4), (2, 3), (5, 6)]));
        assert_eq!(spans("é«»"), ("é".to_owned(), vec![(2, 2)]));
        assert!(Example::parse("«a", Span::default()).is_err());
        assert!(Example::parse("a»", Span::default()).is_err());
    }
}
