//! Many globs as one.

use auditlint_source::FilePath;
use globset::{GlobSet, GlobSetBuilder};

use crate::FileGlob;

/// How many bytes of globs are compiled together. The library refuses a set beyond some size.
const PORTION_BYTES: usize = 32 << 10;

/// A set of globs, compiled.
#[derive(Clone, Debug, Default)]
pub struct FileGlobs {
    /// Each with the number of its first glob.
    portions: Vec<(usize, GlobSet)>,
    /// The numbers of those that take files out, ascending.
    negated: Vec<usize>,
    count: usize,
}

impl FileGlobs {
    /// One set of many globs.
    #[must_use]
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g FileGlob>) -> Self {
        let mut all = Self::default();
        let (mut open, mut bytes, mut first, mut count) = (GlobSetBuilder::new(), 0, 0, 0);
        for glob in globs {
            if bytes + glob.pattern.len() > PORTION_BYTES && count > first {
                all.close(&mut open, first);
                (bytes, first) = (0, count);
            }
            open.add(glob.glob());
            all.negated.extend(glob.is_negated().then_some(count));
            bytes += glob.pattern.len();
            count += 1;
        }
        if count > first {
            all.close(&mut open, first);
        }
        all.count = count;
        all
    }

    fn close(&mut self, open: &mut GlobSetBuilder, first: usize) {
        let portion = std::mem::replace(open, GlobSetBuilder::new()).build().expect("valid globs make a valid set");
        self.portions.push((first, portion));
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.portions.is_empty()
    }

    /// Whether one of them covers a path, and none takes it out.
    #[must_use]
    pub fn is_match(&self, path: &FilePath) -> bool {
        if self.negated.is_empty() {
            return self.portions.iter().any(|(_, portion)| portion.is_match(path.as_str()));
        }
        let mut matched = Vec::new();
        self.matches_into(path, &mut matched);
        !matched.is_empty() && !matched.iter().any(|number| self.negated.binary_search(number).is_ok())
    }

    /// The same, where globs that only take out leave every other file in.
    #[must_use]
    pub fn covers(&self, path: &FilePath) -> bool {
        if self.negated.len() < self.count {
            return self.is_match(path);
        }
        !self.portions.iter().any(|(_, portion)| portion.is_match(path.as_str()))
    }

    /// The numbers of those that cover a path or take it out, ascending.
    pub fn matches_into(&self, path: &FilePath, into: &mut Vec<usize>) {
        match &self.portions[..] {
            [] => into.clear(),
            [(_, only)] => only.matches_into(path.as_str(), into),
            several => {
                into.clear();
                for (first, portion) in several {
                    into.extend(portion.matches(path.as_str()).into_iter().map(|number| first + number));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::Span;

    use super::*;

    #[test]
    fn negated_globs_take_out() {
        for (patterns, path, is_match, covers) in [
            (&["src/**", "!src/b.ts"][..], "src/a.ts", true, true),
            (&["src/**", "!src/b.ts"], "src/b.ts", false, false),
            (&["!src/b.ts", "src/**"], "src/b.ts", false, false),
            (&["!./src/b.ts", "./src/**"], "src/b.ts", false, false),
            (&["!**/*.test.ts"], "a.ts", false, true),
            (&["!**/*.test.ts"], "a.test.ts", false, false),
            (&["src/[!b].ts"], "src/a.ts", true, true),
        ] {
            let globs: Vec<FileGlob> =
                patterns.iter().map(|pattern| FileGlob::new(pattern, Span::default()).unwrap()).collect();
            let (set, path) = (FileGlobs::new(&globs), FilePath::new(path));
            assert_eq!((set.is_match(&path), set.covers(&path)), (is_match, covers), "{patterns:?} on {path}");
        }
    }

    #[test]
    fn portions_are_one_set() {
        let glob = |pattern: &str| FileGlob::new(pattern, Span::default()).unwrap();
        let mut globs: Vec<FileGlob> = (0..4_000).map(|number| glob(&format!("a{number}/**/[a-z]?*.ts"))).collect();
        globs.push(glob("**/b.ts"));
        globs.push(glob("a7/**"));
        let set = FileGlobs::new(&globs);
        assert!(set.portions.len() > 1);
        let mut numbers = Vec::new();
        for (path, expected) in
            [("a7/x/bcd.ts", &[7, 4_001][..]), ("a3999/b.ts", &[4_000]), ("a7/b.ts", &[4_000, 4_001]), ("c", &[])]
        {
            let path = FilePath::new(path);
            set.matches_into(&path, &mut numbers);
            assert_eq!((numbers.as_slice(), set.is_match(&path)), (expected, !expected.is_empty()), "{path}");
        }
        assert!(FileGlobs::new(&[]).is_empty());
    }
}
