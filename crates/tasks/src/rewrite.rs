//! The status of a task, changed where it is written: one token, and nothing else of the file.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, Span};
use memchr::{memchr, memrchr};

use crate::prose::list_marker;
use crate::setext::underline;
use crate::status::{closing_sign, leading_sign, ornament};
use crate::{Status, StatusDeclaration, StatusForm, Task, TaskPlace, UnknownStatus, front_matter};

/// One token to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEdit {
    /// The file.
    pub path: FilePath,
    /// The bytes to replace; an empty span where something is put in.
    pub span: Span,
    /// What to put there.
    pub text: String,
}

/// Why a status cannot be changed where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotRewrite {
    /// The name of a file says it.
    FileName(TaskPlace),
    /// It is not a word: a date, a flag, a list.
    Derived(TaskPlace),
    /// No place says it, and the form of the file does not tell where one would.
    Undeclared(TaskPlace),
    /// What stands there is a longer text, of which nobody knows what it says.
    Text(TaskPlace),
    /// The file holds something else there by now.
    Changed(TaskPlace),
}

/// The words and signs with which the task files of a project say `done` and `todo`, by file and form, so that a change is made in
/// the words of those who wrote the file.
#[derive(Debug, Default)]
pub struct StatusWords {
    known: BTreeMap<(FilePath, StatusForm, Status), BTreeMap<String, usize>>,
}

impl StatusWords {
    /// Learns from the declarations of all tasks; `text` gives the bytes of a file.
    pub fn learn<'t>(
        tasks: impl IntoIterator<Item = &'t Task>,
        mut text: impl FnMut(&FilePath) -> Option<Vec<u8>>,
    ) -> Self {
        let mut words = Self::default();
        let mut texts: BTreeMap<&FilePath, Vec<u8>> = BTreeMap::new();
        for declaration in tasks.into_iter().flat_map(|task| &task.declarations) {
            let StatusDeclaration { status, form, place, .. } = declaration;
            let text = texts.entry(&place.path).or_insert_with(|| text(&place.path).unwrap_or_default());
            if let Some(written) = written(text, place.span).filter(|written| !written.is_empty()) {
                let found = words.known.entry((place.path.clone(), *form, *status)).or_default();
                *found.entry(written.to_owned()).or_default() += 1;
            }
        }
        words
    }

    /// The word that is used most for a status in a file; of several the first in the alphabet.
    fn of(&self, path: &FilePath, form: StatusForm, status: Status, like: &str) -> Option<&str> {
        let found = self.known.get(&(path.clone(), form, status))?;
        let has_sign = |word: &str| leading_sign(word).is_some() || ornament(word) > 0;
        let is_alike = |word: &&String| has_sign(word) == has_sign(like);
        let best = found.keys().filter(is_alike).max_by_key(|word| (found[*word], std::cmp::Reverse(word.as_str())))?;
        Some(best)
    }
}

fn written(text: &[u8], span: Span) -> Option<&str> {
    std::str::from_utf8(text.get(span.start as usize..span.end as usize)?).ok()
}

/// The change that makes a declaration say `to`, which is `Done` or `Todo`. `text` is that of its file.
///
/// # Errors
/// Why it cannot be changed there.
pub fn rewrite(
    declaration: &StatusDeclaration,
    text: &[u8],
    to: Status,
    words: &StatusWords,
) -> Result<StatusEdit, CannotRewrite> {
    let place = &declaration.place;
    let old = written(text, place.span).ok_or_else(|| CannotRewrite::Changed(place.clone()))?;
    let edit = |span: Span, text: String| Ok(StatusEdit { path: place.path.clone(), span, text });
    match declaration.form {
        StatusForm::FileName => return Err(CannotRewrite::FileName(place.clone())),
        StatusForm::Derived => return Err(CannotRewrite::Derived(place.clone())),
        StatusForm::LineMark => {
            let is_done = old.starts_with("x ");
            return match to {
                Status::Done if !is_done => edit(place.span, "x ".to_owned()),
                Status::Done => edit(place.span, old.to_owned()),
                // The day of completion goes with the mark: the one that follows is then that of creation.
                _ => edit(
                    Span::new(place.span.start, place.span.end + completion_day(text, place.span.end)),
                    String::new(),
                ),
            };
        }
        StatusForm::Box
        | StatusForm::Sign
        | StatusForm::Word
        | StatusForm::Yaml
        | StatusForm::Json
        | StatusForm::Toml
        | StatusForm::TableCell
        | StatusForm::CsvCell
        | StatusForm::Flag => {}
    }
    if old.is_empty() {
        return Err(CannotRewrite::Changed(place.clone()));
    }
    if old.starts_with('[') && leading_sign(old).is_some_and(|(_, length)| length == old.len()) {
        return edit(place.span, if to == Status::Done { "[x]" } else { "[ ]" }.to_owned());
    }
    let known = words.of(&place.path, declaration.form, to, old).map(str::to_owned);
    if declaration.form == StatusForm::Flag {
        return edit(place.span, known.unwrap_or_else(|| answer(old, to)));
    }
    edit(place.span, known.unwrap_or_else(|| counterpart(old, to)))
}

/// The change that puts a status where a value stands that says none.
///
/// # Errors
/// Why it cannot be put there.
pub fn replace_unknown(
    unknown: &UnknownStatus,
    text: &[u8],
    to: Status,
    words: &StatusWords,
) -> Result<StatusEdit, CannotRewrite> {
    /// A longer text is a sentence, and no word in the place of one.
    const LONGEST: usize = 40;
    let UnknownStatus { place, form } = unknown;
    let span = place.span;
    let old = written(text, span).ok_or_else(|| CannotRewrite::Changed(place.clone()))?;
    let before = text.get(..span.start as usize).and_then(|text| text.last()).copied();
    let behind = text.get(span.end as usize).copied();
    if old.chars().count() > LONGEST || old.contains(['\n', '\r']) {
        return Err(CannotRewrite::Text(place.clone()));
    }
    let is_empty = matches!(old, "" | "~" | "\"\"" | "''") || old.eq_ignore_ascii_case("null");
    let known = words.of(&place.path, *form, to, if is_empty { "" } else { old }).map(str::to_owned);
    let word = known.unwrap_or_else(|| match (form, is_empty) {
        (StatusForm::Flag, _) => if to == Status::Done { "yes" } else { "no" }.to_owned(),
        (_, true) => if to == Status::Done { "done" } else { "todo" }.to_owned(),
        (_, false) => counterpart(old, to),
    });
    let is_quoted = matches!(before, Some(b'"' | b'\'')) && before == behind;
    let new = match form {
        StatusForm::FileName | StatusForm::Derived | StatusForm::LineMark => {
            return Err(CannotRewrite::Derived(place.clone()));
        }
        StatusForm::Json | StatusForm::Toml if !is_quoted => format!("\"{word}\""),
        _ if old.len() == 2 && is_empty => format!("{}{word}{}", &old[..1], &old[1..]),
        StatusForm::Yaml | StatusForm::Word | StatusForm::TableCell if old.is_empty() && !is_quoted => {
            let is_apart = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace());
            let (front, end) = (if is_apart(before) { "" } else { " " }, if is_apart(behind) { "" } else { " " });
            format!("{front}{word}{end}")
        }
        StatusForm::Flag if before == Some(b'|') => format!(" {word}{}", if behind == before { " " } else { "" }),
        _ => word,
    };
    Ok(StatusEdit { path: place.path.clone(), span, text: new })
}

/// How many bytes behind the mark of a line of todo.txt are its day of completion, where a second day follows.
fn completion_day(text: &[u8], from: u32) -> u32 {
    /// `2025-10-02 `.
    const LENGTH: usize = 11;
    let rest = text.get(from as usize..).unwrap_or_default();
    let is_day = |bytes: Option<&[u8]>| {
        bytes.is_some_and(|bytes| {
            let shape = b"0000-00-00 ";
            let fits = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
            bytes.len() == LENGTH && bytes.iter().zip(shape).all(fits)
        })
    };
    if is_day(rest.get(..LENGTH)) && is_day(rest.get(LENGTH..2 * LENGTH)) { LENGTH as u32 } else { 0 }
}

/// Words of trackers that stand against each other: for what is not done and for what is.
const PAIRS: [(&str, &str); 8] = [
    ("open", "closed"),
    ("opened", "closed"),
    ("reopened", "closed"),
    ("pending", "completed"),
    ("todo", "done"),
    ("to do", "done"),
    ("not started", "complete"),
    ("open", "resolved"),
];

/// Signs that stand against each other.
const SIGNS: [(&str, &str); 4] =
    [("\u{2610}", "\u{2611}"), ("\u{2B1C}", "\u{2705}"), ("\u{1F532}", "\u{2705}"), ("\u{2610}", "\u{2714}")];

/// Circles, which colour what a word says; a green one stands before what is done.
const CIRCLES: [char; 8] =
    ['\u{1F534}', '\u{1F7E0}', '\u{1F7E1}', '\u{1F535}', '\u{1F7E3}', '\u{1F7E4}', '\u{26AA}', '\u{26AB}'];

/// What says the contrary in the way of `old`: the same kind of sign, of word and of capitals.
fn counterpart(old: &str, to: Status) -> String {
    if let Some((_, at)) = closing_sign(old) {
        let front = old[..at].trim_end().trim_end_matches(['*', '_', '`']);
        return format!("{}{}{}", counterpart(front, to), &old[front.len()..at], counterpart(&old[at..], to));
    }
    let is_done = to == Status::Done;
    let (sign, word) = match leading_sign(old) {
        Some((_, length)) => (&old[..length], old[length..].trim_start()),
        None => (old[..ornament(old)].trim_end(), &old[ornament(old)..]),
    };
    let gap = &old[sign.len()..old.len() - word.len()];
    let plain = sign.trim_end_matches('\u{FE0F}');
    let new_sign = match SIGNS.iter().find(|(open, done)| plain == if is_done { *open } else { *done }) {
        Some((open, done)) => {
            if is_done {
                *done
            } else {
                *open
            }
        }
        None if sign.is_empty() => "",
        None if is_done && plain.chars().all(|c| CIRCLES.contains(&c)) => "\u{1F7E2}",
        None if plain == "\u{1F7E2}" => "\u{1F534}",
        None if plain.starts_with('[') => {
            if is_done {
                "[x]"
            } else {
                "[ ]"
            }
        }
        None => {
            if is_done {
                "\u{2705}"
            } else {
                "\u{2610}"
            }
        }
    };
    let folded = word.to_ascii_lowercase().replace(['-', '_'], " ");
    let pair = PAIRS.iter().find(|(open, done)| folded == if is_done { *open } else { *done });
    let new_word = match pair {
        Some((open, done)) => {
            if is_done {
                *done
            } else {
                *open
            }
        }
        None if word.is_empty() => "",
        None => {
            if is_done {
                "done"
            } else {
                "todo"
            }
        }
    };
    format!("{new_sign}{gap}{}", in_case_of(word, new_word))
}

/// The contrary answer in the way of `old`: `true` and `false`, `yes` and `no`, `x` and nothing.
fn answer(old: &str, to: Status) -> String {
    const PAIRS: [(&str, &str); 4] = [("false", "true"), ("no", "yes"), ("n", "y"), ("", "x")];
    let same = |word: &str| word.eq_ignore_ascii_case(old);
    let (no, yes) = PAIRS.into_iter().find(|(no, yes)| same(no) || same(yes)).unwrap_or(("no", "yes"));
    in_case_of(old, if to == Status::Done { yes } else { no })
}

/// A word in the capitals of another.
fn in_case_of(like: &str, word: &str) -> String {
    let letters = || like.chars().filter(|c| c.is_alphabetic());
    if letters().count() > 1 && letters().all(char::is_uppercase) {
        return word.to_ascii_uppercase();
    }
    if letters().next().is_some_and(char::is_uppercase) {
        let mut letters = word.chars();
        return letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    }
    word.to_owned()
}

/// The change that makes a task say how far it is where it says nothing yet: a key behind its `id`, a field below its heading.
///
/// # Errors
/// Where the form of its file does not tell where a status stands.
pub fn declare_status(task: &Task, text: &[u8], to: Status) -> Result<StatusEdit, CannotRewrite> {
    let place = &task.place;
    let cannot = || CannotRewrite::Undeclared(place.clone());
    let start = line_start(text, place.span.start as usize).ok_or_else(cannot)?;
    let end = memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length);
    let whole = std::str::from_utf8(&text[start..end]).map_err(|_| cannot())?;
    let line = whole.trim_end_matches('\r').trim_start_matches('\u{feff}');
    let word = if to == Status::Done { "done" } else { "todo" };
    let line_end = if whole.ends_with('\r') { "\r\n" } else { "\n" };
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let key = line[indent..].split([':', '=']).next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
    let is_key = matches!(key, "id" | "key");
    let is_yaml_file = matches!(place.path.extension(), Some("yaml" | "yml"));
    let matter = if is_yaml_file { None } else { front_matter::around(text, start) };
    let is_yaml = is_yaml_file || matter == Some(false);
    let heading = format!("{line_end}- **Status:** {word}");
    let below_start = text.len().min(end + 1);
    let below_end = memchr(b'\n', &text[below_start..]).map_or(text.len(), |length| below_start + length);
    let is_underlined = || {
        let below = std::str::from_utf8(&text[below_start..below_end]).unwrap_or_default();
        matter.is_none() && !is_yaml && underline(below).is_some() && list_marker(line).is_none()
    };
    let without_return = |start: usize, end: usize| end - usize::from(text[start..end].ends_with(b"\r"));
    let line_stop = without_return(start, end);
    let (end, insert) = match () {
        () if is_yaml && is_key => (line_stop, format!("{line_end}{}status: {word}", " ".repeat(indent))),
        () if matter == Some(true) && is_key => (line_stop, format!("{line_end}status = \"{word}\"")),
        () if line.starts_with('#') && !is_yaml => (line_stop, heading),
        () if is_underlined() => (without_return(below_start, below_end), heading),
        () => return Err(cannot()),
    };
    let end = end as u32;
    Ok(StatusEdit { path: place.path.clone(), span: Span::new(end, end), text: insert })
}

/// Where the line of a place begins; nothing where that is farther away than a task stands from the beginning of its line.
/// Of many tasks on one line, such as those of a minified file, each would else cost the whole line.
fn line_start(text: &[u8], at: usize) -> Option<usize> {
    const FARTHEST: usize = 4096;
    let from = at.saturating_sub(FARTHEST);
    match memrchr(b'\n', text.get(from..at)?) {
        Some(end) => Some(from + end + 1),
        None => (from == 0).then_some(0),
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::{Files, MemoryFiles};

    use super::*;
    use crate::{TaskSet, TaskSource, load};

    fn tasks(path: &str, text: &str) -> TaskSet {
        let files = MemoryFiles::new([(path, text)]);
        let source = TaskSource::of_files(&[path]).unwrap();
        load(&[source], &[FilePath::new(path)], &files as &dyn Files).0
    }

    /// The first task of `old`, said to be as far as `to`, gives `new`; and from there the way back gives what is read as before.
    #[track_caller]
    fn check(path: &str, old: &str, to: Status, new: &str) {
        let set = tasks(path, old);
        let task = &set.tasks()[0];
        let words = StatusWords::learn(set.tasks(), |_| Some(old.as_bytes().to_vec()));
        let edit = match (task.declarations.first(), &task.unknown_status) {
            (Some(declaration), _) => rewrite(declaration, old.as_bytes(), to, &words),
            (None, Some(unknown)) => replace_unknown(unknown, old.as_bytes(), to, &words),
            (None, None) => declare_status(task, old.as_bytes(), to),
        };
        let edit = edit.unwrap();
        let mut text = old.to_owned();
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        assert_eq!(text, new);
        let again = tasks(path, &text);
        assert_eq!(again.tasks()[0].status, Some(to), "{text}");
        assert_eq!(again.tasks().len(), set.tasks().len(), "{text}");
    }

    #[test]
    fn every_form_is_changed_at_its_token() {
        for (path, todo, done) in [
            (
                "a.yaml",
                "id: A-1\ntitle: T\nstatus: todo # now\r\nnotes: x\n",
                "id: A-1\ntitle: T\nstatus: done # now\r\nnotes: x\n",
            ),
            ("a.yaml", "id: A-1\nstatus: \"Open\"\n", "id: A-1\nstatus: \"Closed\"\n"),
            (
                "a.json",
                "[{\"id\":\"A-1\", \"title\": \"T\", \"status\":  \"to-do\"}]",
                "[{\"id\":\"A-1\", \"title\": \"T\", \"status\":  \"done\"}]",
            ),
            ("a.md", "## A-1 Title\n- **Status:** **TODO** (soon)\n", "## A-1 Title\n- **Status:** **DONE** (soon)\n"),
            ("a.md", "## A-1 Title\n**Status:** \u{2B1C} Todo\n", "## A-1 Title\n**Status:** \u{2705} Done\n"),
            ("a.md", "- [ ] **A-1** Title\n- [x] **A-2** Other\n", "- [x] **A-1** Title\n- [x] **A-2** Other\n"),
            ("a.md", "* [ ]  A-1 Title  \n", "* [x]  A-1 Title  \n"),
            (
                "a.md",
                "| ID | Title | Status |\n|---|---|---|\n| A-1 | T | Open |\n| A-2 | U | Shipped |\n",
                "| ID | Title | Status |\n|---|---|---|\n| A-1 | T | Shipped |\n| A-2 | U | Shipped |\n",
            ),
            ("a.csv", "id,title,status\nA-1,\"T, U\",In Progress\n", "id,title,status\nA-1,\"T, U\",Done\n"),
            ("todo.txt", "(A) A-1 Title +p\n", "x (A) A-1 Title +p\n"),
            (
                "a.md",
                "+++\r\nid = \"A-1\"\r\nstatus = 'To Do' # now\r\n+++\r\nx\n",
                "+++\r\nid = \"A-1\"\r\nstatus = 'Done' # now\r\n+++\r\nx\n",
            ),
            ("a.md", "A-1 Title\n---------\n- Status: open\n", "A-1 Title\n---------\n- Status: closed\n"),
        ] {
            check(path, todo, Status::Done, done);
        }
        for (path, done, todo) in [
            ("a.yaml", "id: A-1\nstatus: completed\n", "id: A-1\nstatus: pending\n"),
            ("a.yaml", "id: A-1\nstatus: 'DONE'\n", "id: A-1\nstatus: 'TODO'\n"),
            (
                "a.md",
                "## A-1 Title\n- **Status:** \u{2705} Done (2025-10-01)\n",
                "## A-1 Title\n- **Status:** \u{2B1C} Todo (2025-10-01)\n",
            ),
            (
                "a.md",
                "## A-1 Title\n- **Status:** **100% Complete** \u{2705}\n",
                "## A-1 Title\n- **Status:** **Todo** \u{2B1C}\n",
            ),
            ("a.md", "- [X] `A-1` Title\n", "- [ ] `A-1` Title\n"),
            ("todo.txt", "x 2025-10-02 2025-10-01 A-1 Title\n", "2025-10-01 A-1 Title\n"),
            ("todo.txt", "x 2025-10-01 A-1 Title\n", "2025-10-01 A-1 Title\n"),
        ] {
            check(path, done, Status::Todo, todo);
        }
    }

    #[test]
    fn a_status_is_put_in_where_there_is_none() {
        check("a.yaml", "id: A-1\ntitle: T\n", Status::Done, "id: A-1\nstatus: done\ntitle: T\n");
        check("a.yaml", "- id: A-1\r\n  title: T\r\n", Status::Done, "- id: A-1\r\n  status: done\r\n  title: T\r\n");
        check(
            "a.md",
            "## A-1 Title\n- **Priority:** P1\n",
            Status::Done,
            "## A-1 Title\n- **Status:** done\n- **Priority:** P1\n",
        );
        for (old, new) in [
            ("---\nid: A-1\ntitle: T\n---\nx\n", "---\nid: A-1\nstatus: done\ntitle: T\n---\nx\n"),
            ("+++\nid = \"A-1\"\n+++\nx\n", "+++\nid = \"A-1\"\nstatus = \"done\"\n+++\nx\n"),
            (
                "A-1 Title\r\n=========\r\n**Owner:** ann\r\n",
                "A-1 Title\r\n=========\r\n- **Status:** done\r\n**Owner:** ann\r\n",
            ),
        ] {
            check("a.md", old, Status::Done, new);
        }
    }

    #[test]
    fn a_status_takes_the_place_of_what_says_none() {
        for (path, old, new) in [
            ("a.yaml", "id: A-1\nstatus: frob\ntitle: T\n", "id: A-1\nstatus: done\ntitle: T\n"),
            ("a.yaml", "id: A-1\nstatus:\ntitle: T\n", "id: A-1\nstatus: done\ntitle: T\n"),
            ("a.yaml", "id: A-1\nstatus: ~ # soon\ntitle: T\n", "id: A-1\nstatus: done # soon\ntitle: T\n"),
            ("a.yaml", "id: A-1\nstatus: null\n", "id: A-1\nstatus: done\n"),
            ("a.yaml", "id: A-1\nstatus: \"\"\r\n", "id: A-1\nstatus: \"done\"\r\n"),
            ("a.yaml", "id: A-1\nstatus: ''\n", "id: A-1\nstatus: 'done'\n"),
            ("a.yaml", "- {id: A-1, status: , title: T}\n", "- {id: A-1, status: done , title: T}\n"),
            ("a.yaml", "id: A-1\nstatus: TBD\n", "id: A-1\nstatus: DONE\n"),
            ("a.yaml", "id: A-1\ndone: false\n", "id: A-1\ndone: true\n"),
            ("a.yaml", "\u{feff}id: A-1\ntitle: T\n", "\u{feff}id: A-1\nstatus: done\ntitle: T\n"),
            ("a.md", "---\nid: A-1\nstatus:\n---\nx\n", "---\nid: A-1\nstatus: done\n---\nx\n"),
            ("a.md", "---\nid: A-1\nstatus: frob\n---\nx\n", "---\nid: A-1\nstatus: done\n---\nx\n"),
            ("a.md", "+++\nid = \"A-1\"\nstatus = \"\"\n+++\n", "+++\nid = \"A-1\"\nstatus = \"done\"\n+++\n"),
            ("a.md", "+++\nid = \"A-1\"\ndone = false\n+++\n", "+++\nid = \"A-1\"\ndone = true\n+++\n"),
            (
                "a.md",
                "## A-1 T\n**Status:** Frob\n**Files:** `a.ts`\n",
                "## A-1 T\n**Status:** Done\n**Files:** `a.ts`\n",
            ),
            ("a.md", "## A-1 T\n**Status:**\n**Files:** `a.ts`\n", "## A-1 T\n**Status:** done\n**Files:** `a.ts`\n"),
            (
                "a.md",
                "## A-1 T\n- **Status:** TBD\n- **Owner:** ann\n",
                "## A-1 T\n- **Status:** DONE\n- **Owner:** ann\n",
            ),
            ("a.md", "## A-1 T\n**Status:** \u{1F534} Not started\n", "## A-1 T\n**Status:** \u{1F7E2} Complete\n"),
            (
                "a.md",
                "\u{feff}## A-1 T\n**Files:** `a.ts`\n",
                "\u{feff}## A-1 T\n- **Status:** done\n**Files:** `a.ts`\n",
            ),
            ("a.json", "[{\"id\":\"A-1\",\"status\":null}]", "[{\"id\":\"A-1\",\"status\":\"done\"}]"),
            ("a.json", "[{\"id\":\"A-1\",\"status\":\"\"}]", "[{\"id\":\"A-1\",\"status\":\"done\"}]"),
            ("a.json", "[{\"id\":\"A-1\",\"status\":\"frob\"}]", "[{\"id\":\"A-1\",\"status\":\"done\"}]"),
            ("a.json", "[{\"id\":\"A-1\",\"status\":7}]", "[{\"id\":\"A-1\",\"status\":\"done\"}]"),
            ("a.json", "[{\"id\":\"A-1\",\"done\":false}]", "[{\"id\":\"A-1\",\"done\":true}]"),
            ("a.csv", "id,title,status\nA-1,T,\nA-2,U,Shipped\n", "id,title,status\nA-1,T,Shipped\nA-2,U,Shipped\n"),
            ("a.csv", "id,title,done\nA-1,T,false\nA-2,U,true\n", "id,title,done\nA-1,T,true\nA-2,U,true\n"),
            ("a.csv", "id,title,Done\nA-1,T,\nA-2,U,x\n", "id,title,Done\nA-1,T,x\nA-2,U,x\n"),
            ("a.csv", "id,status,title\nA-1,frob,T\n", "id,status,title\nA-1,done,T\n"),
            ("a.csv", "id,status,title\nA-1,\"\",T\n", "id,status,title\nA-1,\"done\",T\n"),
            (
                "a.md",
                "| ID | Title | Status |\n|---|---|---|\n| A-1 | T | |\n| A-2 | U | Closed |\n",
                "| ID | Title | Status |\n|---|---|---|\n| A-1 | T | Closed |\n| A-2 | U | Closed |\n",
            ),
            (
                "a.md",
                "| ID | Status | Title |\n|---|---|---|\n| A-1 || T |\n",
                "| ID | Status | Title |\n|---|---|---|\n| A-1 | done | T |\n",
            ),
            (
                "a.md",
                "| ID | Status | Title |\n|---|---|---|\n| A-1 | frob | T |\n",
                "| ID | Status | Title |\n|---|---|---|\n| A-1 | done | T |\n",
            ),
            (
                "a.md",
                "| Key | Requirement | Done |\n|---|---|---|\n| A-1 | T | |\n| A-2 | U | x |\n",
                "| Key | Requirement | Done |\n|---|---|---|\n| A-1 | T | x |\n| A-2 | U | x |\n",
            ),
        ] {
            check(path, old, Status::Done, new);
        }
        let long = "## A-1 T\n**Status:** nobody knows, but somebody may look into it one day\n**Files:** `a.ts`\n";
        let set = tasks("a.md", &long.replace(',', ""));
        let unknown = set.tasks()[0].unknown_status.as_ref().unwrap();
        let result = replace_unknown(unknown, long.replace(',', "").as_bytes(), Status::Done, &StatusWords::default());
        assert!(matches!(result, Err(CannotRewrite::Text(_))), "{result:?}");
    }

    #[test]
    fn a_status_is_put_into_a_large_file_without_reading_all_of_it() {
        // Reading the file for each task, or its one long line, would read more than a terabyte.
        let line = "- id: A-1\n";
        let many = 200_000;
        let text = line.repeat(many);
        let set = tasks("a.yaml", line);
        let mut task = set.tasks()[0].clone();
        let first = task.place.span;
        let mut put_in = |text: &str| {
            let spans = (0..many).filter_map(|number| {
                let at = (number * line.len()) as u32;
                task.place.span = Span::new(first.start + at, first.end + at);
                Some(declare_status(&task, text.as_bytes(), Status::Done).ok()?.span.start as usize)
            });
            spans.collect::<Vec<usize>>()
        };
        let ends: Vec<usize> = (1..=many).map(|number| number * line.len() - 1).collect();
        assert!(put_in(&text) == ends);
        assert!(put_in(&text.replace('\n', ",")).len() < many);
    }

    #[test]
    fn what_cannot_be_changed_is_said() {
        let place = TaskPlace { path: FilePath::new("a.done"), span: Span::new(0, 0), line: 1 };
        let declaration = |form| StatusDeclaration {
            status: Status::Done,
            by: crate::DeclaredBy::Marker,
            form,
            place: place.clone(),
        };
        let words = StatusWords::default();
        let result = |form| rewrite(&declaration(form), b"", Status::Todo, &words);
        assert_eq!(result(StatusForm::FileName), Err(CannotRewrite::FileName(place.clone())));
        assert_eq!(result(StatusForm::Derived), Err(CannotRewrite::Derived(place.clone())));
        assert_eq!(result(StatusForm::Word), Err(CannotRewrite::Changed(place.clone())));
    }
}
