//! A file that a task names, with its place and what the task does with it.

use auditlint_source::Span;

use crate::TaskPlace;
use crate::file::{TaskFile, span_in};

/// A path or glob among [`Task::files`](crate::Task::files), as it stands in the task file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// The path or glob, relative to the root.
    pub path: String,
    /// Where it is written.
    pub place: TaskPlace,
    /// Whether the words around it say that the file goes, goes elsewhere or may not be needed (`src/old.ts (delete)`, `a.ts → b.ts`,
    /// `jest.config.ts (optional)`).
    pub may_be_absent: bool,
    /// Whether it stands in a list of the task's files, and is not named by the way in its title.
    pub is_listed: bool,
    /// Whether the words around it say that the task makes it (`src/store.ts (new)`).
    pub is_new: bool,
    /// Whether it is written as a path that begins outside of the project (`/etc/hosts`, `~/.npmrc`, `../other`).
    pub is_outside: bool,
}

/// What words say that a file is not there any more, by their beginnings.
const GOING: [&str; 25] = [
    "archiv",
    "consolidat",
    "convert",
    "decommission",
    "delet",
    "deprecat",
    "discard",
    "drop",
    "eliminat",
    "extract",
    "inlin",
    "merg",
    "migrat",
    "mov",
    "obsolet",
    "prun",
    "purg",
    "remov",
    "renam",
    "replac",
    "retir",
    "split",
    "supersed",
    "unif",
    "clean",
];

/// The place of each path that an entry of a list gives.
pub(crate) fn named_files(file: &TaskFile, span: Span, paths: &[String], is_listed: bool) -> Vec<NamedFile> {
    let written = file.slice(span);
    // A path may hold such a word itself: `src/old/merge.ts`.
    let beside = paths.iter().fold(written.to_owned(), |text, path| text.replace(path.as_str(), "x"));
    let may_be_absent = says_going(&beside) || leaves_open(&beside);
    let is_new = says_coming(&beside);
    let named = paths.iter().map(|path| {
        let found = written.find(path.as_str()).map(|at| (at, &written[at..at + path.len()]));
        let (before, span) = match found {
            Some((at, part)) => (&written[..at], span_in(&file.text, part)),
            None => ("", span),
        };
        NamedFile {
            path: path.clone(),
            place: file.place(span),
            may_be_absent,
            is_listed,
            is_new,
            is_outside: path.starts_with('~')
                || before.ends_with(['/', '~', '$', '}', '>', '%', '@', ':', '\\']) && !before.ends_with("./"),
        }
    });
    named.collect()
}

/// Whether a text says that something goes or goes elsewhere.
#[must_use]
pub fn says_going(text: &str) -> bool {
    let is_going = |word: &str| {
        let word = word.to_ascii_lowercase();
        GOING.iter().any(|stem| word.starts_with(stem)) || word == "rm" || word == "old"
    };
    text.contains('→') || text.contains("->") || text.split(|c: char| !c.is_alphabetic()).any(is_going)
}

/// Whether a text says that something is made.
fn says_coming(text: &str) -> bool {
    const WORDS: [&str; 9] = ["new", "create", "creates", "created", "creating", "add", "adds", "added", "introduce"];
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_')));
    words.any(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// Whether the words beside a path leave open whether there will be such a file.
fn leaves_open(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "or",
        "optional",
        "optionally",
        "if",
        "maybe",
        "perhaps",
        "possibly",
        "potentially",
        "eventually",
        "may",
        "might",
        "likely",
    ];
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '*')));
    words.any(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

impl NamedFile {
    /// Whether it is a path as it stands, and no pattern.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.path.contains(['*', '?', '{', '}'])
    }
}

#[cfg(test)]
mod tests {
    use super::{leaves_open, says_coming, says_going};

    #[test]
    fn words_that_say_that_a_file_goes() {
        for text in ["Delete src/old.ts", "src/a.ts (removed)", "`a.ts` → `b.ts`", "rename a.ts", "Replaces a.ts"] {
            assert!(says_going(text), "{text}");
        }
        for text in ["src/store.ts (new)", "Add src/a.ts", "", "src/cache.ts: keep entries in Redis"] {
            assert!(!says_going(text), "{text}");
        }
    }

    #[test]
    fn words_that_say_that_a_file_is_made() {
        for text in ["src/store.ts (new)", "create src/a.ts", "`src/a.ts` **NEW**", "Add src/a.ts"] {
            assert!(says_coming(text), "{text}");
        }
        for text in ["src/new/a.ts", "src/a.ts", "src/add.ts", "news.ts"] {
            assert!(!says_coming(text), "{text}");
        }
    }

    #[test]
    fn words_that_leave_a_file_open() {
        for text in
            [".tool.yaml (optional, if needed)", "a.workspace.ts (or b.config.ts)", "src/a.ts, possibly src/b.ts"]
        {
            assert!(leaves_open(text), "{text}");
        }
        for text in ["src/or/if.ts", "src/store.ts (new)", "lib/optional.ts"] {
            assert!(!leaves_open(text), "{text}");
        }
    }
}
