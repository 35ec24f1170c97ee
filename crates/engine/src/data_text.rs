//! Comments in files of data: those of languages that only facts are read from.

use auditlint_source::{LineIndex, Span};
use serde::{Deserialize, Serialize};

use crate::comments::Comments;
use crate::data_language::DataLanguage;
use crate::data_scan::{Scanned, scan_lines, scan_markup};

/// What is a comment in a file of data, and what is one piece over several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataText {
    pub(crate) comments: Comments,
    /// Texts over several lines, lines that go on in the next, blocks of code in documents: what stands in one of them stands
    /// in the line in which it begins, too. In their order.
    pieces: Vec<Span>,
    /// Where the text begins behind what must come first.
    pub(crate) head: u32,
    /// Where the first thing that is not a comment begins.
    pub(crate) first_content: u32,
}

impl DataText {
    pub(crate) fn read(language: DataLanguage, text: &[u8], lines: &LineIndex) -> Self {
        let Scanned { comments, pieces, head } = match language {
            DataLanguage::Markdown | DataLanguage::Mdx | DataLanguage::Markup => scan_markup(language, text),
            _ => scan_lines(language, text),
        };
        let mut first_content = head;
        for comment in comments.iter().filter(|comment| comment.start >= head) {
            if !text[first_content as usize..comment.start as usize].trim_ascii().is_empty() {
                break;
            }
            first_content = comment.end;
        }
        let rest = &text[first_content as usize..];
        first_content += (rest.len() - rest.trim_ascii_start().len()) as u32;
        let comments = Comments::new(comments.into_iter().map(|span| (span, span)), text, lines);
        Self { comments, pieces, head, first_content }
    }

    /// The piece over several lines in which an offset stands.
    pub(crate) fn piece(&self, offset: u32) -> Option<Span> {
        let index = self.pieces.partition_point(|piece| piece.start <= offset);
        let piece = *self.pieces.get(index.checked_sub(1)?)?;
        (offset < piece.end).then_some(piece)
    }

    /// The line in which what a span stands in begins.
    pub(crate) fn begin(&self, lines: &LineIndex, span: Span) -> Option<u32> {
        let begin = self.piece(span.start).map(|piece| lines.line(piece.start));
        begin.or_else(|| self.comments.around(span).map(|comment| comment.about))
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::FilePath;
    use proptest::prelude::*;

    use super::*;

    /// The comments of a file, and what is one piece over several lines.
    #[track_caller]
    fn check(path: &str, text: &str, comments: &[&str], pieces: &[&str]) {
        let (path, lines) = (FilePath::new(path), LineIndex::new(text.as_bytes()));
        let language = DataLanguage::of(&path, text.as_bytes()).unwrap();
        let data = DataText::read(language, text.as_bytes(), &lines);
        let of = |span: Span| String::from_utf8_lossy(span.of(text.as_bytes())).into_owned();
        assert_eq!(data.comments.iter().map(|comment| of(comment.span)).collect::<Vec<_>>(), comments, "{text}");
        assert_eq!(data.pieces.iter().map(|piece| of(*piece)).collect::<Vec<_>>(), pieces, "{text}");
    }

    #[test]
    fn comments_that_end_with_their_line() {
        check(
            "a.yml",
            "a: b # c\n# d\nurl: x#y\nb: 'z # w'\nc: [\"v # u\"]\nit's: 1 # e\n",
            &["# c", "# d", "# e"],
            &[],
        );
        check("a.yml", "a: 'b\n  # no\n  c' # yes\nd: 1\n", &["# yes"], &["a: 'b\n  # no\n  c' # yes"]);
        check(
            "a.yml",
            "- run: | # one\n    a # no\n    # two\n\n  b: 1 # three\nc: >-\n  d\n",
            &["# one", "# two", "# three"],
            &["- run: | # one\n    a # no\n    # two", "c: >-\n  d"],
        );
        check("a.toml", "a = \"# no\"# b\nc = '''\n# no\n''' # d\n", &["# b", "# d"], &["c = '''\n# no\n''' # d"]);
        check(
            "a.sh",
            "#!/bin/sh\na \"# no\" '# no' # b\necho $# x#y\na \\\n  b # c\n",
            &["# b", "# c"],
            &["a \\\n  b # c"],
        );
        check("a.sh", "cat <<-'E' # a\n# no\n\tE\n# b\n", &["# a", "# b"], &["cat <<-'E' # a\n# no\n\tE"]);
        check(".env.example", "# a\nA=it's # b\nB='x\n# no'\n", &["# a", "# b"], &["B='x\n# no'"]);
        check("Makefile", "a: b # c\n\td \\\n\te\n# f\n", &["# c", "# f"], &["\td \\\n\te"]);
        check("Dockerfile", "# a\nRUN b # no\n  # c\n", &["# a", "# c"], &[]);
        check(".gitmodules", "; a\n[b]\n# c\n", &["; a", "# c"], &[]);
        check(
            "a.sql",
            "a 'it''s -- no' -- b\n/* c /* d */ e */ f\n'g\n-- no'\n",
            &["-- b", "/* c /* d */ e */"],
            &["'g\n-- no'"],
        );
        check("a.prisma", "// a\nb String // c\nurl \"http://no\"\n", &["// a", "// c"], &[]);
        check("a.jsonc", "{ \"a\": \"// no\" } // b\n/* c */\n", &["// b", "/* c */"], &[]);
    }

    #[test]
    fn comments_of_documents() {
        check("a.md", "---\n# no\n---\n<!-- a\n b --> c `<!-- no -->`\n", &["<!-- a\n b -->"], &["---\n# no\n---"]);
        check("a.md", "- ```\n  <!-- no -->\n  ```\n<!-- a -->\n", &["<!-- a -->"], &["- ```\n  <!-- no -->\n  ```"]);
        check("a.md", "~~~\n<!-- no -->\n", &[], &["~~~\n<!-- no -->\n"]);
        check("a.md", "a <img\n  src=\"b\"\n> c\n\nd < e\n", &[], &["a <img\n  src=\"b\"\n> c"]);
        check("a.mdx", "{/* a */}\n`{/* no */}`\n", &["{/* a */}"], &[]);
        check("a.html", "<!-- a -->`<!-- b -->`\n", &["<!-- a -->", "<!-- b -->"], &[]);
    }

    #[test]
    fn what_does_not_end_begins_nothing() {
        check("a.toml", "a = \"\"\"\n# b\n", &["# b"], &[]);
        check("a.sql", "/* a\n-- b\n", &["-- b"], &[]);
        check("a.md", "<!-- a\n", &[], &[]);
        check("a.sh", "a <<E\n# b\n", &["# b"], &[]);
    }

    #[test]
    fn files_without_comments_are_known() {
        for path in ["package.json", "a.txt", "LICENSE", "a"] {
            assert_eq!(DataLanguage::of(&FilePath::new(path), b"{}"), None, "{path}");
        }
        assert_eq!(DataLanguage::of(&FilePath::new("scripts/a"), b"#!/bin/sh"), Some(DataLanguage::Shell));
    }

    const PATHS: [&str; 13] = [
        "a.yml",
        "a.toml",
        "a.sh",
        ".env",
        "Makefile",
        "Dockerfile",
        ".gitmodules",
        "a.sql",
        "a.prisma",
        "a.jsonc",
        "a.md",
        "a.mdx",
        "a.html",
    ];

    /// Quadratic work on these would take minutes.
    #[test]
    fn texts_that_never_end_what_they_begin() {
        for unit in [
            "\"", "'", "`", "<!--", "<a", "<", "{/*", "/*", "<<A\n", "\\\"", "\"\"\"", "'''", "a: |\n", "\\\n",
            "```\n", "- ", "#", "\n", "= '\\",
        ] {
            let text = unit.repeat(400_000 / unit.len());
            for path in PATHS {
                let language = DataLanguage::of(&FilePath::new(path), text.as_bytes()).unwrap();
                DataText::read(language, text.as_bytes(), &LineIndex::new(text.as_bytes()));
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([ab:#|>'\"`<!/*;=\\\\{}-]|\n|\r|  |---|```|<!--|-->|<<A|A\n){0,60}") {
            for path in PATHS {
                let language = DataLanguage::of(&FilePath::new(path), text.as_bytes()).unwrap();
                let data = DataText::read(language, text.as_bytes(), &LineIndex::new(text.as_bytes()));
                let mut end = 0;
                for comment in data.comments.iter() {
                    prop_assert!(comment.span.start >= end && comment.span.end as usize <= text.len());
                    end = comment.span.end;
                }
                prop_assert!(data.pieces.is_sorted_by_key(|piece| piece.start));
            }
        }
    }
}
