//! The path of a source, relative to the root of the run.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A path relative to the root of the run, with forward slashes on every platform, without a leading `./`.
/// The root itself is the empty path. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Normalises `path`: backslashes become slashes, `.` segments and doubled slashes vanish, `..` removes the
    /// segment before it (a `..` that would leave the root stays).
    #[must_use]
    pub fn new(path: &str) -> Self {
        let clean = !path.contains('\\') && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
        if clean || path.is_empty() {
            return Self(path.into());
        }
        let path = path.replace('\\', "/");
        let mut segments: Vec<&str> = Vec::new();
        for segment in path.split('/') {
            match segment {
                "" | "." => {}
                ".." if segments.last().is_some_and(|last| *last != "..") => {
                    segments.pop();
                }
                other => segments.push(other),
            }
        }
        Self(segments.join("/").into())
    }

    /// The root of the run.
    #[must_use]
    pub fn root() -> Self {
        Self("".into())
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The last segment.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The name without its last extension (`a.test.ts` → `a.test`).
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        }
    }

    /// The last extension, without the dot.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        let name = self.name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => Some(&name[dot + 1..]),
            _ => None,
        }
    }

    /// The folder that holds it; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(match self.0.rfind('/') {
            Some(slash) => Self(self.0[..slash].into()),
            None => Self::root(),
        })
    }

    /// This folder's entry `name` (which may hold several segments and `..`).
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        if self.is_root() { Self::new(name) } else { Self::new(&format!("{}/{name}", self.0)) }
    }

    /// Whether it is `folder` or lies below it.
    #[must_use]
    pub fn is_under(&self, folder: &Self) -> bool {
        folder.is_root()
            || self.0.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for FilePath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises() {
        for (given, expected) in [
            ("a/b.ts", "a/b.ts"),
            ("./a//b.ts", "a/b.ts"),
            ("a\\b.ts", "a/b.ts"),
            ("a/../b.ts", "b.ts"),
            ("../b.ts", "../b.ts"),
            (".", ""),
        ] {
            assert_eq!(FilePath::new(given).as_str(), expected, "{given}");
        }
    }

    #[test]
    fn takes_apart() {
        let path = FilePath::new("src/a.test.ts");
        assert_eq!((path.name(), path.stem(), path.extension()), ("a.test.ts", "a.test", Some("ts")));
        assert_eq!(path.parent(), Some(FilePath::new("src")));
        assert_eq!(FilePath::new(".env").extension(), None);
        assert!(path.is_under(&FilePath::new("src")) && !path.is_under(&FilePath::new("sr")));
    }
}
