//! Paths as they are seen from the working folder of whoever reads them.

use std::borrow::Cow;

use auditlint_source::FilePath;

/// Where the working folder lies, seen from the root of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingFolder {
    /// Where it lies below the root; the root itself where both are the same, or it lies elsewhere.
    below: FilePath,
    /// The root seen from the working folder, where that does not lie below it: `apps/web`, `../other`.
    root: Option<FilePath>,
}

impl WorkingFolder {
    /// A folder of the run.
    #[must_use]
    pub fn below(folder: FilePath) -> Self {
        Self { below: folder, root: None }
    }

    /// A folder from which the root is seen at this path.
    #[must_use]
    pub fn outside(root: FilePath) -> Self {
        Self { below: FilePath::root(), root: Some(root) }
    }

    /// A path of the run as it is seen from the working folder.
    #[must_use]
    pub fn sees<'p>(&self, path: &'p FilePath) -> Cow<'p, FilePath> {
        if let Some(root) = &self.root {
            return Cow::Owned(root.join(path.as_str()));
        }
        if self.below.is_root() {
            return Cow::Borrowed(path);
        }
        let mut from = names(&self.below).peekable();
        let mut to = names(path).peekable();
        while from.peek().is_some() && from.peek() == to.peek() {
            from.next();
            to.next();
        }
        let seen: Vec<&str> = from.map(|_| "..").chain(to).collect();
        Cow::Owned(FilePath::root().child(&seen.join("/")))
    }

    /// The root of the run as it is seen from the working folder: `.`, `../..`.
    #[must_use]
    pub fn root(&self) -> String {
        match self.sees(&FilePath::root()).as_str() {
            "" => ".".to_owned(),
            root => root.to_owned(),
        }
    }
}

fn names(path: &FilePath) -> impl Iterator<Item = &str> {
    path.as_str().split('/').filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_where_one_stands() {
        let below = |folder: &str| WorkingFolder::below(FilePath::new(folder));
        for (folder, path, seen) in [
            (below(""), "src/a.ts", "src/a.ts"),
            (below("src"), "src/a.ts", "a.ts"),
            (below("src/b"), "src/a.ts", "../a.ts"),
            (below("apps/web"), "apps/web-2/a.ts", "../web-2/a.ts"),
            (below("apps/web"), "auditlint.toml", "../../auditlint.toml"),
            (below("src"), "../a.ts", "../../a.ts"),
            (WorkingFolder::outside(FilePath::new("apps/web")), "src/a.ts", "apps/web/src/a.ts"),
            (WorkingFolder::outside(FilePath::new("../other")), "a.ts", "../other/a.ts"),
        ] {
            assert_eq!(folder.sees(&FilePath::new(path)).as_str(), seen, "{folder:?} {path}");
        }
        assert_eq!((below("").root(), below("apps/web").root()), (".".to_owned(), "../..".to_owned()));
    }
}
