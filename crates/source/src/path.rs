//! The path of a source, relative to the root of the run.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A path relative to the root of the run: names joined by forward slashes on every platform, without a leading `./`.
/// The root itself is the empty path. Cheap to clone.
///
/// A name is whatever the file system says it is. On Unix a backslash is an ordinary character of a name, and so is a
/// line break; a byte that is not UTF-8 is kept as a NUL character (which no name can hold) and two hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Reads a path as a person or a document writes it: `.` segments and doubled slashes vanish, `..` removes the segment
    /// before it (a `..` that would leave the root stays). On Windows backslashes part names, too.
    ///
    /// Names that a folder lists are put together with [`child`](Self::child), which takes nothing apart.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let has_backslash = cfg!(windows) && path.contains('\\');
        let clean = !has_backslash && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
        if clean || path.is_empty() {
            return Self(path.into());
        }
        let written;
        let path = if has_backslash {
            written = path.replace('\\', "/");
            written.as_str()
        } else {
            path
        };
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

    /// Reads a path of the operating system that is relative to the root.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        Self::new(&name_of(path.as_os_str()))
    }

    /// The path for the operating system, relative to the root.
    #[must_use]
    pub fn to_path(&self) -> PathBuf {
        PathBuf::from(os_name(&self.0))
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

    /// What stands at the written path `name`, which may hold several segments and `..`, seen from this folder.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        if self.is_root() { Self::new(name) } else { Self::new(&format!("{}/{name}", self.0)) }
    }

    /// The entry `name` of this folder, as [`Files::list`](crate::Files::list) gives it: a single segment, whatever its
    /// characters.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        if self.is_root() { Self(name.into()) } else { Self(format!("{}/{name}", self.0).into()) }
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

/// A name of the operating system as it stands in a [`FilePath`].
#[must_use]
pub fn name_of(name: &OsStr) -> String {
    name.to_str().map_or_else(|| escaped(name), str::to_owned)
}

#[cfg(unix)]
fn escaped(name: &OsStr) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    for chunk in name.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\0{byte:02x}");
        }
    }
    text
}

#[cfg(not(unix))]
fn escaped(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

#[cfg(unix)]
fn os_name(text: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    let mut parts = text.split('\0');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            // A NUL that stands for no byte names nothing that a file system holds.
            None => {
                bytes.push(0);
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_name(text: &str) -> OsString {
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises() {
        for (given, expected) in [
            ("a/b.ts", "a/b.ts"),
            ("./a//b.ts", "a/b.ts"),
            ("a/../b.ts", "b.ts"),
            ("../b.ts", "../b.ts"),
            (".", ""),
            #[cfg(windows)]
            ("a\\b.ts", "a/b.ts"),
            #[cfg(unix)]
            ("a\\..\\b.ts", "a\\..\\b.ts"),
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

    #[cfg(unix)]
    #[test]
    fn a_name_comes_back_as_it_was() {
        use std::os::unix::ffi::OsStrExt;
        for name in [&b"caf\xe9.ts"[..], b"\xff\xfe", b"a\nb\x1b.ts", b"..\\a", b"\xe9\\..\\b", b"\xc3\xa9.ts"] {
            let name = OsStr::from_bytes(name);
            let path = FilePath::new("src").child(&name_of(name));
            assert_eq!(path.to_path(), Path::new("src").join(name), "{path:?}");
            assert_eq!(path.parent(), Some(FilePath::new("src")), "{path:?}");
            assert_eq!(FilePath::from_path(&path.to_path()), path);
        }
    }
}
