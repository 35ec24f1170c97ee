//! Qualified paths: what an expression is, whatever its spelling.

use std::fmt;
use std::sync::Arc;

use auditlint_source::Span;
use smallvec::SmallVec;

use crate::BindingId;
use crate::export_path::ExportPath;
use crate::symbols::plain;

/// One name of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// As it is spelled in the source.
    Source(Span),
    /// A name that the source does not spell.
    Known(&'static str),
    /// A name that another source spells.
    Imported(Arc<str>),
}

impl Segment {
    pub(crate) fn text<'s>(&'s self, source: &'s [u8]) -> &'s [u8] {
        match self {
            Self::Source(span) => plain(span.of(source)),
            Self::Known(name) => name.as_bytes(),
            Self::Imported(name) => name.as_bytes(),
        }
    }
}

/// The names of a path from its head on.
pub(crate) type Segments = SmallVec<[Segment; 6]>;

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A name that the file does not introduce, or a member of one.
    Global(Path),
    /// A module, or something that it exports.
    Export(Path),
    /// Something that the file makes itself.
    Local(BindingId),
    /// It could be anything: reassigned, computed, handed in.
    Opaque,
    /// The node names no value.
    Nothing,
}

/// A path of names. For [`Target::Export`] the first is the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub(crate) Segments);

impl Target {
    /// The path as it is written in rules: `process.env`, `node:fs#readFile`, `std::env::var`; `None` where there is none.
    #[must_use]
    pub fn path<'s>(&'s self, source: &'s [u8], separator: &'static str) -> Option<impl fmt::Display + use<'s>> {
        let (path, exported) = match self {
            Self::Global(path) => (path, false),
            Self::Export(path) => (path, true),
            Self::Local(_) | Self::Opaque | Self::Nothing => return None,
        };
        Some(ShownPath { path, exported, source, separator })
    }
}

impl Target {
    /// What a module exports, by its module and its names.
    #[must_use]
    pub fn exported(&self, source: &[u8]) -> Option<ExportPath> {
        let Self::Export(path) = self else { return None };
        let (module, names) = path.0.split_first()?;
        let mut name = String::new();
        for segment in names {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&String::from_utf8_lossy(segment.text(source)));
        }
        Some(ExportPath { module: String::from_utf8_lossy(module.text(source)).into_owned(), name })
    }

    /// The last name of the path; `None` where there is no path, or where another source spells it.
    #[must_use]
    pub fn last_name<'s>(&self, source: &'s [u8]) -> Option<&'s [u8]> {
        match self {
            Self::Global(path) | Self::Export(path) => match *path.0.last()? {
                Segment::Source(span) => Some(plain(span.of(source))),
                Segment::Known(name) => Some(name.as_bytes()),
                Segment::Imported(_) => None,
            },
            Self::Local(_) | Self::Opaque | Self::Nothing => None,
        }
    }
}

struct ShownPath<'s> {
    path: &'s Path,
    exported: bool,
    source: &'s [u8],
    separator: &'static str,
}

impl fmt::Display for ShownPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.path.0.iter().enumerate() {
            match index {
                0 => {}
                1 if self.exported => f.write_str("#")?,
                _ => f.write_str(self.separator)?,
            }
            f.write_str(&String::from_utf8_lossy(segment.text(self.source)))?;
        }
        if self.exported && self.path.0.len() == 1 {
            f.write_str("#")?;
        }
        Ok(())
    }
}
