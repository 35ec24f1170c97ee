//! Paths as rules write them: `process.env`, `node:fs#readFile`, `effect#Boolean.match`, `std::env::var`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::builtin_modules::{canonical, global_of_export, global_of_module};
use crate::{QualifiedPath, Target};

/// A path of a rule. `*` is one name, a trailing `**` any number of names, none as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathPattern {
    /// The module of an export.
    module: Option<String>,
    names: Vec<String>,
    /// Whether more names may follow.
    open: bool,
    /// Whether a module may have its last name without the others: the prelude of Rust.
    bare: bool,
    /// As it was written.
    written: Box<str>,
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathPatternError {
    /// There is no name in it.
    #[error("the path is empty")]
    Empty,
    /// Between two separators, or at an end, stands no name.
    #[error("the path has an empty segment")]
    MissingName,
    /// `**` stands before a name.
    #[error("`**` is only allowed at the end of a path")]
    OpenInside,
    /// It holds a character that no name has.
    #[error("`{0}` is not a valid name")]
    NoName(String),
}

impl PathPattern {
    /// Reads a path.
    ///
    /// # Errors
    /// Where the text is not a path; the message says what is wrong.
    pub fn parse(text: &str) -> Result<Self, PathPatternError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PathPatternError::Empty);
        }
        let (module, rest) = match text.split_once('#') {
            Some((module, rest)) => (Some(module), rest),
            None => (None, text),
        };
        if module.is_some_and(str::is_empty) {
            return Err(PathPatternError::MissingName);
        }
        let separator = if rest.contains("::") { "::" } else { "." };
        let mut names: Vec<String> = Vec::new();
        let mut open = false;
        for name in rest.split(separator).filter(|name| !(module.is_some() && rest.is_empty() && name.is_empty())) {
            if open {
                return Err(PathPatternError::OpenInside);
            }
            match name {
                "" => return Err(PathPatternError::MissingName),
                "**" => open = true,
                "*" => names.push(name.to_owned()),
                name if name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '#')) => {
                    names.push(name.to_owned());
                }
                name => return Err(PathPatternError::NoName(name.to_owned())),
            }
        }
        // The name that all of `core` and `alloc` has in targets.
        if separator == "::" && names.len() > 1 && matches!(names[0].as_str(), "core" | "alloc") {
            "std".clone_into(&mut names[0]);
        }
        let bare = separator == "::" && crate::rust::may_be_bare(&names);
        Ok(Self { module: module.map(str::to_owned), names, open, bare, written: text.into() }.canonical())
    }

    /// The path under the name that [`crate::Names::target`] gives it.
    fn canonical(mut self) -> Self {
        let Some(module) = self.module.take() else { return self };
        let module = canonical(module.as_bytes()).map_or(module, str::to_owned);
        if module.starts_with("node:") && self.names.first().is_some_and(|name| name == "default") {
            self.names.remove(0);
        }
        if let Some(global) = global_of_module(module.as_bytes()) {
            self.names.insert(0, global.to_owned());
            return self;
        }
        let global = self.names.first().and_then(|name| global_of_export(module.as_bytes(), name.as_bytes()));
        if let Some(global) = global {
            global.clone_into(&mut self.names[0]);
            return self;
        }
        self.module = Some(module);
        self
    }

    /// Whether a target is such a path.
    #[must_use]
    pub fn matches(&self, target: &Target, text: &[u8]) -> bool {
        let path = match (target, &self.module) {
            (Target::Global(path), None) => path.0.as_slice(),
            (Target::Export(path), Some(module)) if path.0[0].text(text) == module.as_bytes() => &path.0[1..],
            _ => return false,
        };
        let fits = if self.open { path.len() >= self.names.len() } else { path.len() == self.names.len() };
        fits && self.names.iter().zip(path).all(|(name, segment)| name == "*" || segment.text(text) == name.as_bytes())
    }

    /// Whether a path is one that matches, or leads to one through its members.
    #[must_use]
    pub fn is_led_to_by(&self, path: &QualifiedPath) -> bool {
        let is_module = path.module.as_deref() == self.module.as_deref();
        let is_begun = self.open || path.names.len() <= self.names.len();
        is_module && is_begun && self.names.iter().zip(&path.names).all(|(own, name)| own == "*" || **own == **name)
    }

    /// Whether what matches is exported by a module of that name.
    #[must_use]
    pub fn is_of_module(&self, module: &str) -> bool {
        let module = canonical(module.as_bytes()).unwrap_or(module);
        self.module.as_deref() == Some(module)
    }

    /// The first word of [`PathPattern::words`], which every path that leads to a match holds.
    #[must_use]
    pub fn head(&self) -> Option<&str> {
        let head = self.module.as_deref().or(self.names.first().map(String::as_str))?;
        let head = head.strip_prefix("node:").unwrap_or(head);
        (head != "*").then_some(head)
    }

    /// The last name, where every target that matches ends with it.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        self.names.last().filter(|name| !self.open && *name != "*").map(String::as_str)
    }

    /// Words that a file must spell, outside of comments, for anything in it to match: a name is resolved only through texts of the
    /// same file, so each name of the path stands in it, as an identifier or as the whole text of a string. The name of a module
    /// may stand with or without `node:`, `std` may be `core`, and of a path of the prelude only the last name need stand there.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let module = self.module.as_deref().map(|module| module.strip_prefix("node:").unwrap_or(module));
        let is_std = self.written.contains("::") && self.names.first().is_some_and(|name| name == "std");
        let skipped = if self.bare { self.names.len() - 1 } else { usize::from(is_std) };
        let names = self.names.iter().skip(skipped).map(String::as_str).filter(|name| *name != "*" && *name != "crate");
        module.into_iter().chain(names)
    }
}
