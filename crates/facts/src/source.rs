//! A source that several providers read: parsed once, where one of them asks.

use std::any::{Any, TypeId};
use std::cell::{OnceCell, RefCell, RefMut};
use std::rc::Rc;

use auditlint_matcher::Analysis;
use auditlint_source::{Decoded, FilePath, LineIndex};
use auditlint_syntax::{Code, Parser};

use crate::content::SourceHash;
use crate::limits::MINIFIED_FROM;

/// The bytes of a source to extract from.
#[derive(Clone, Copy, Debug)]
pub struct SourceText<'t> {
    /// Where it lies: its name and folders may say what it is.
    pub path: &'t FilePath,
    /// Its bytes.
    pub text: &'t [u8],
}

/// What the configuration says that decides which facts sources hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Configured<'c> {
    /// Names of columns that it adds to those that hold tokens, or takes out of them.
    pub token_columns: &'c [String],
    /// The files that count as documentation of the environment, sorted.
    pub env_documents: &'c [FilePath],
}

/// The same with what was found out about it.
pub struct Source<'t, 'p> {
    /// Where it lies: its name and folders may say what it is.
    pub path: &'t FilePath,
    pub(crate) decoded: &'t Decoded<'t>,
    code: Option<&'t Code<'t>>,
    parser: RefCell<&'p mut Parser>,
    analysis: OnceCell<Option<Analysis<'t>>>,
    shared: RefCell<Vec<(TypeId, Rc<dyn Any>)>>,
    content: OnceCell<SourceHash>,
    lines: OnceCell<LineIndex>,
    configured: Configured<'t>,
}

impl<'t, 'p> Source<'t, 'p> {
    /// A source, not yet parsed, with the code that is in its text.
    #[must_use]
    pub fn new(
        path: &'t FilePath,
        decoded: &'t Decoded<'t>,
        code: Option<&'t Code<'t>>,
        parser: &'p mut Parser,
    ) -> Self {
        Self {
            path,
            decoded,
            code,
            parser: RefCell::new(parser),
            analysis: OnceCell::new(),
            shared: RefCell::default(),
            content: OnceCell::new(),
            lines: OnceCell::new(),
            configured: Configured::default(),
        }
    }

    /// The same under a configuration.
    #[must_use]
    pub fn configured(self, configured: Configured<'t>) -> Self {
        Self { configured, ..self }
    }

    /// What the configuration says of names of columns that hold tokens.
    pub fn token_columns(&self) -> &'t [String] {
        self.configured.token_columns
    }

    /// Whether the configuration counts it as documentation of the environment.
    pub fn documents_environment(&self) -> bool {
        self.configured.env_documents.binary_search(self.path).is_ok()
    }

    /// Its text, without a byte order mark and with a `?` for each byte that is not UTF-8.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.decoded.text()
    }

    /// The lines of its text.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text().as_bytes()))
    }

    /// The tree of a source in a language that rules match in, all arguments of macros parsed; `None` for other files, for minified code, and where the
    /// parser gave up.
    pub fn analysis(&self) -> Option<&Analysis<'t>> {
        let parse = || {
            let code = self.code.filter(|code| !is_minified(code.text()))?;
            let text = code.text();
            let mut parser = self.parser();
            let mut tree = parser.parse(code.language(), text).ok()?;
            tree.join_page(code);
            parser.parse_arguments(&mut tree, text, &mut |_| true);
            Some(Analysis::new(tree, text))
        };
        self.analysis.get_or_init(parse).as_ref()
    }

    /// Why somebody who asked for the tree did not get it.
    pub(crate) fn is_given_up(&self) -> Option<&'static str> {
        let code = self.code.filter(|_| self.analysis.get().is_some_and(Option::is_none));
        code.map(|code| match is_minified(code.text()) {
            true => "the file is minified, so no facts are read from it",
            false => "the file takes more steps or memory to parse than allowed",
        })
    }

    /// A hash of its bytes.
    pub(crate) fn content(&self) -> SourceHash {
        *self.content.get_or_init(|| SourceHash::of_bytes(self.decoded.bytes()))
    }

    /// What several providers read of it, by its type: read where the first of them asks.
    pub fn shared<T: 'static>(&self, read: impl FnOnce(&Self) -> T) -> Rc<T> {
        let id = TypeId::of::<T>();
        let known = self.shared.borrow().iter().find(|(known, _)| *known == id).map(|(_, value)| Rc::clone(value));
        if let Some(value) = known.and_then(|value| value.downcast().ok()) {
            return value;
        }
        let value = Rc::new(read(self));
        self.shared.borrow_mut().push((id, Rc::clone(&value) as Rc<dyn Any>));
        value
    }

    /// A parser for texts inside of the source.
    pub fn parser(&self) -> RefMut<'_, &'p mut Parser> {
        self.parser.borrow_mut()
    }
}

/// Whether so much code is written by a minifier: what it says stands in sources elsewhere, and its tree takes many times its size.
fn is_minified(text: &[u8]) -> bool {
    crate::is_minified(text, MINIFIED_FROM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MINIFIED_LINE;

    #[test]
    fn long_lines_of_much_code_are_minified() {
        let line = |length: usize| format!("{}\n", "a".repeat(length - 1));
        for (text, expected) in [
            (line(MINIFIED_FROM), true),
            (line(MINIFIED_FROM - 1), false),
            (line(MINIFIED_LINE).repeat(MINIFIED_FROM / MINIFIED_LINE + 1), true),
            (line(MINIFIED_LINE - 1).repeat(MINIFIED_FROM / MINIFIED_LINE + 2), false),
            // A few long lines make no minified file.
            (line(MINIFIED_FROM) + &line(40).repeat(MINIFIED_FROM / 40), false),
            (String::new(), false),
        ] {
            assert_eq!(is_minified(text.as_bytes()), expected, "{} bytes", text.len());
        }
    }
}
