//! A source that several providers read: parsed once, where one of them asks.

use std::cell::{OnceCell, RefCell, RefMut};

use auditlint_matcher::Analysis;
use auditlint_source::FilePath;
use auditlint_syntax::{Language, Parser};

use crate::commands::{self, FileKind, Runs};

/// A source to extract from.
#[derive(Clone, Copy, Debug)]
pub struct SourceText<'t> {
    /// Where it lies: its name and folders may say what it is.
    pub path: &'t FilePath,
    /// Its text.
    pub text: &'t [u8],
}

/// The same with what was found out about it.
pub struct Source<'t, 'p> {
    /// Where it lies: its name and folders may say what it is.
    pub path: &'t FilePath,
    /// Its text.
    pub text: &'t [u8],
    parser: RefCell<&'p mut Parser>,
    analysis: OnceCell<Option<Analysis<'t>>>,
    runs: OnceCell<Option<Runs>>,
    hash: OnceCell<u64>,
}

impl<'t, 'p> Source<'t, 'p> {
    /// A source, not yet parsed.
    #[must_use]
    pub fn new(source: SourceText<'t>, parser: &'p mut Parser) -> Self {
        let SourceText { path, text } = source;
        Self {
            path,
            text,
            parser: RefCell::new(parser),
            analysis: OnceCell::new(),
            runs: OnceCell::new(),
            hash: OnceCell::new(),
        }
    }

    /// The tree of a source in a language that rules match in, all islands parsed; `None` for other files, and where the parser
    /// gave up.
    pub fn analysis(&self) -> Option<&Analysis<'t>> {
        let parse = || {
            let mut parser = self.parser();
            let mut tree = parser.parse(Language::of_path(self.path)?, self.text).ok()?;
            parser.parse_islands(&mut tree, self.text, &mut |_| true);
            Some(Analysis::new(tree, self.text))
        };
        self.analysis.get_or_init(parse).as_ref()
    }

    /// Whether somebody asked for the tree and the parser gave up.
    pub(crate) fn is_given_up(&self) -> bool {
        Language::of_path(self.path).is_some() && self.analysis.get().is_some_and(Option::is_none)
    }

    /// A hash of its text.
    pub(crate) fn hash(&self) -> u64 {
        *self.hash.get_or_init(|| xxhash_rust::xxh3::xxh3_64(self.text))
    }

    /// What the source runs; `None` for files of other kinds.
    pub(crate) fn runs(&self) -> Option<&Runs> {
        self.runs.get_or_init(|| FileKind::of(self.path).map(|kind| commands::read(self, kind))).as_ref()
    }

    /// A parser for texts inside of the source.
    pub(crate) fn parser(&self) -> RefMut<'_, &'p mut Parser> {
        self.parser.borrow_mut()
    }
}
