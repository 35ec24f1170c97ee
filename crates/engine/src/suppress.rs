//! Comments that silence findings.
//!
//! `auditlint-ignore RULE[, RULE] [(TASK)] [until YYYY-MM-DD]: reason` silences the named rules on its own line where code
//! stands before it, else on the next line that holds code; and in the whole statement that begins on that line, as far as no
//! other statement begins inside. `auditlint-ignore-file …` before any code silences them in the file. There is no form
//! without rule ids. `ast-grep-ignore` keeps its meaning for rules that come from an `sgconfig.yml`.

use std::collections::{HashMap, HashSet};

use auditlint_rules::RuleId;
use auditlint_source::{LineIndex, Span};
use auditlint_syntax::{NodeId, Tree};

use crate::date::Date;
use crate::enclosing::Enclosing;
use crate::limits::MAX_REASON;

/// What stands in one suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    /// Bytes from the directive's word to its end.
    pub span: Span,
    /// The rules, each with its place; empty for the bare form of ast-grep.
    pub rules: Vec<(Span, RuleId)>,
    /// The task that will put it right.
    pub task: Option<(Span, String)>,
    /// The day from which it no longer holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// The line it is about; `None` for the whole file.
    pub line: Option<u32>,
    /// Whether it is written for ast-grep.
    pub ast_grep: bool,
}

/// A suppression comment that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The offending bytes.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// The suppression comments of one file.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    pub directives: Vec<Directive>,
    pub malformed: Vec<Malformed>,
    /// For each directive and each of its rules whether it silenced something.
    pub used: Vec<Vec<bool>>,
    /// Those that name a rule.
    named: HashMap<RuleId, ByLine>,
    /// Those that are written for ast-grep and name no rule.
    bare: ByLine,
}

/// Directives by the line that they are about, `None` for the whole file.
type ByLine = HashMap<Option<u32>, Group>;

/// Directives that are about one line and name one rule: index, and the place of the rule among those that it names.
#[derive(Debug, Default)]
struct Group {
    own: Vec<(usize, usize)>,
    ast_grep: Vec<(usize, usize)>,
}

const WORD: &[u8] = b"auditlint-ignore";
const FILE_WORD: &[u8] = b"auditlint-ignore-file";
const AST_GREP_WORD: &[u8] = b"ast-grep-ignore";
const FORM: &str = "write `auditlint-ignore RULE (TASK): reason`; the task is optional, the reason is not";

impl Suppressions {
    /// Reads the comments of a tree. Only a comment that begins with the directive's word counts; prose that mentions it
    /// does not.
    pub(crate) fn read(tree: &Tree, text: &[u8], lines: &LineIndex) -> Self {
        let mut all = Self::default();
        let first_code = first_code(tree);
        let mut run = CommentRun::default();
        for &comment in tree.comments() {
            let span = tree.span(comment);
            let (body, at) = body(span, text);
            let directive = if body.starts_with(FILE_WORD) {
                read(body, at, FILE_WORD.len()).and_then(|directive| {
                    if span.start > first_code {
                        let message = "`auditlint-ignore-file` stands before any code, at the top of the file";
                        return Err(Malformed { span: directive.span, message: message.to_owned() });
                    }
                    Ok(directive)
                })
            } else if body.starts_with(WORD) {
                read(body, at, WORD.len()).map(|directive| Directive {
                    line: Some(target_line(tree, text, lines, comment, &mut run)),
                    ..directive
                })
            } else if body.starts_with(AST_GREP_WORD) {
                let (Some(directive), line) =
                    (read_ast_grep(body, at), target_line(tree, text, lines, comment, &mut run))
                else {
                    continue;
                };
                // On the first line, with an empty line behind it, it speaks for the whole file.
                let whole = lines.line(span.start) == 1 && lines.span_of(text, 2).of(text).trim_ascii().is_empty();
                Ok(Directive { line: (!whole).then_some(line), ..directive })
            } else {
                continue;
            };
            match directive {
                Ok(Directive { reason, span, .. }) if reason.len() > MAX_REASON => {
                    let message = format!("the reason has {} bytes, more than {MAX_REASON}", reason.len());
                    all.malformed.push(Malformed { span, message });
                }
                Ok(directive) => all.add(directive),
                Err(malformed) => all.malformed.push(malformed),
            }
        }
        all
    }

    /// Whether there is nothing to apply or report.
    pub(crate) fn is_empty(&self) -> bool {
        self.directives.is_empty() && self.malformed.is_empty()
    }

    fn add(&mut self, directive: Directive) {
        let index = self.directives.len();
        let mut named = HashSet::new();
        for (slot, (_, rule)) in directive.rules.iter().enumerate() {
            if named.insert(rule) {
                let by_line = self.named.entry(rule.clone()).or_default();
                by_line.entry(directive.line).or_default().of(directive.ast_grep).push((index, slot));
            }
        }
        if directive.rules.is_empty() && directive.ast_grep {
            self.bare.entry(directive.line).or_default().ast_grep.push((index, 0));
        }
        self.used.push(vec![false; directive.rules.len().max(1)]);
        self.directives.push(directive);
    }

    /// The first directive that silences `rule` at `place` (see [`place_of`]), if there is one; marks all that do as used.
    /// `foreign` says that the rule comes from an `sgconfig.yml`. A directive whose day has come silences nothing.
    pub(crate) fn silence(
        &mut self,
        rule: &RuleId,
        foreign: bool,
        place: (u32, Option<u32>),
        today: Option<Date>,
    ) -> Option<&Directive> {
        let Self { directives, used, named, bare, .. } = self;
        let mut first: Option<usize> = None;
        for by_line in named.get_mut(rule).into_iter().chain(foreign.then_some(bare)) {
            let statement = place.1.filter(|line| *line != place.0);
            for line in [Some(None), Some(Some(place.0)), statement.map(Some)].into_iter().flatten() {
                let Some(group) = by_line.get_mut(&line) else { continue };
                for list in std::iter::once(&mut group.own).chain(foreign.then_some(&mut group.ast_grep)) {
                    list.retain(|(index, _)| !directives[*index].is_over(today));
                    list.iter().for_each(|(index, slot)| used[*index][*slot] = true);
                    // Those that are marked need no second look, but for the one whose reason is given.
                    list.truncate(1);
                    first = [first, list.first().map(|(index, _)| *index)].into_iter().flatten().min();
                }
            }
        }
        first.map(|index| &self.directives[index])
    }
}

impl Group {
    fn of(&mut self, ast_grep: bool) -> &mut Vec<(usize, usize)> {
        if ast_grep { &mut self.ast_grep } else { &mut self.own }
    }
}

impl Directive {
    /// Whether its day has come.
    pub(crate) fn is_over(&self, today: Option<Date>) -> bool {
        matches!((self.until, today), (Some(until), Some(today)) if today >= until)
    }
}

/// The line of a match, and the line of the statement it stands in.
pub(crate) fn place_of(
    enclosing: &Enclosing<'_>,
    lines: &LineIndex,
    node: Option<NodeId>,
    span: Span,
) -> (u32, Option<u32>) {
    let statement = node.and_then(|node| enclosing.statement(node));
    (lines.line(span.start), statement.map(|statement| lines.line(enclosing.tree().span(statement).start)))
}

/// Where the first thing that is not a comment begins.
fn first_code(tree: &Tree) -> u32 {
    let root = tree.root();
    tree.children(root)
        .find(|child| {
            let node = tree.node(*child);
            !(node.is_extra() && node.is_named())
                && tree.kind_name(*child) != "hash_bang_line"
                && tree.kind_name(*child) != "inner_attribute_item"
        })
        .map_or(u32::MAX, |child| tree.span(child).start)
}

/// The text of a comment without its delimiters and without blanks around, and where it begins.
fn body(span: Span, text: &[u8]) -> (&[u8], u32) {
    let whole = span.of(text);
    let mut start = 0;
    let mut end = whole.len();
    if whole.starts_with(b"/*") {
        start = 2;
        if whole.ends_with(b"*/") && end >= 4 {
            end -= 2;
        }
    } else if whole.starts_with(b"//") {
        start = 2;
    }
    while start < end && matches!(whole[start], b'/' | b'*' | b'!') {
        start += 1;
    }
    while start < end && whole[start].is_ascii_whitespace() {
        start += 1;
    }
    while start < end && whole[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    (&whole[start..end], span.start + start as u32)
}

/// The line that a comment is about: its own where code stands before it, else the next that begins with something else
/// than a comment.
fn target_line(tree: &Tree, text: &[u8], lines: &LineIndex, comment: NodeId, run: &mut CommentRun) -> u32 {
    // `{/* … */}` is one comment to the person who wrote it.
    let outer = match tree.parent(comment) {
        Some(parent)
            if tree.kind_name(parent) == "jsx_expression" && tree.named_children(parent).take(2).count() == 1 =>
        {
            parent
        }
        _ => comment,
    };
    let span = tree.span(outer);
    let own = lines.line(span.start);
    let before = &text[lines.start_of(own) as usize..span.start as usize];
    if !before.trim_ascii().is_empty() {
        return own;
    }
    let mut line = lines.line(span.end.saturating_sub(1).max(span.start));
    let rest = &text[(span.end as usize).min(text.len())..lines.span_of(text, line).end.max(span.end) as usize];
    if !rest.trim_ascii().is_empty() {
        return line;
    }
    let first = line + 1;
    if !(run.first..run.end).contains(&first) {
        loop {
            line += 1;
            if line > lines.lines() {
                break;
            }
            let content = lines.span_of(text, line).of(text).trim_ascii();
            let is_comment = [&b"//"[..], b"/*", b"{/*"].iter().any(|opening| content.starts_with(opening));
            if !is_comment {
                break;
            }
        }
        *run = CommentRun { first, end: line };
    }
    if run.end > lines.lines() { own + 1 } else { run.end }
}

/// Lines that begin with a comment, as far as they follow each other: looked at once, however many comments they hold.
#[derive(Default)]
struct CommentRun {
    first: u32,
    /// The line behind the last of them.
    end: u32,
}

/// Reads what follows the word: `RULE[, RULE] [(TASK)] [until DATE]: reason`.
fn read(body: &[u8], at: u32, word: usize) -> Result<Directive, Malformed> {
    let whole = Span::new(at, at + body.len() as u32);
    let malformed = |span: Span, message: String| Malformed { span, message };
    let Ok(rest) = std::str::from_utf8(&body[word..]) else {
        return Err(malformed(whole, "the suppression is not UTF-8".to_owned()));
    };
    if !rest.is_empty() && !rest.starts_with([' ', '\t', ':']) {
        return Err(malformed(whole, format!("a blank is missing behind the directive; {FORM}")));
    }
    let Some((head, reason)) = rest.split_once(':') else {
        return Err(malformed(whole, format!("a suppression needs a reason; {FORM}")));
    };
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(malformed(whole, format!("a suppression needs a reason behind the colon; {FORM}")));
    }
    let place = |part: &str| {
        let start = at + (part.as_ptr() as usize - body.as_ptr() as usize) as u32;
        Span::new(start, start + part.len() as u32)
    };
    let mut head = head.trim();
    let mut until = None;
    if let Some((before, date)) = head.rsplit_once("until ").filter(|(before, _)| before.ends_with([' ', ')', '\t'])) {
        until = Some(Date::parse(date.trim()).ok_or_else(|| {
            malformed(place(date), format!("`{}` is not a date; write it as YYYY-MM-DD", date.trim()))
        })?);
        head = before.trim_end();
    }
    let mut task = None;
    if let Some(open) = head.find('(') {
        let Some(inside) = head[open + 1..].strip_suffix(')') else {
            return Err(malformed(place(&head[open..]), format!("the task is not closed by `)`; {FORM}")));
        };
        if inside.trim().is_empty() {
            return Err(malformed(place(&head[open..]), format!("the parentheses hold no task; {FORM}")));
        }
        task = Some((place(inside.trim()), inside.trim().to_owned()));
        head = head[..open].trim_end();
    }
    let mut rules = Vec::new();
    for id in head.split(',') {
        let id = id.trim();
        if id.is_empty() {
            return Err(malformed(whole, format!("a suppression names the rules that it silences; {FORM}")));
        }
        if id.contains(char::is_whitespace) {
            return Err(malformed(
                place(id),
                format!("`{id}` is not a rule id; rule ids are parted by commas; {FORM}"),
            ));
        }
        rules.push((place(id), RuleId::new(id)));
    }
    Ok(Directive { span: whole, rules, task, until, reason: reason.to_owned(), line: None, ast_grep: false })
}

/// Reads `ast-grep-ignore` or `ast-grep-ignore: id, id`.
fn read_ast_grep(body: &[u8], at: u32) -> Option<Directive> {
    let rest = std::str::from_utf8(&body[AST_GREP_WORD.len()..]).ok()?;
    let span = Span::new(at, at + body.len() as u32);
    let rules = match rest.trim_start().strip_prefix(':') {
        Some(ids) => {
            ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(|id| (span, RuleId::new(id))).collect()
        }
        None => Vec::new(),
    };
    let reason = "ast-grep-ignore".to_owned();
    Some(Directive { span, rules, task: None, until: None, reason, line: None, ast_grep: true })
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::{Language, Parser};

    use super::*;

    /// One line per directive or malformed comment.
    fn check(language: Language, code: &str, expected: &[&str]) {
        let tree = Parser::default().parse(language, code.as_bytes()).unwrap();
        let lines = LineIndex::new(code.as_bytes());
        let read = Suppressions::read(&tree, code.as_bytes(), &lines);
        let mut found: Vec<String> = Vec::new();
        for directive in &read.directives {
            let rules: Vec<&str> = directive
                .rules
                .iter()
                .map(|(span, rule)| {
                    assert!(directive.ast_grep || span.of(code.as_bytes()) == rule.as_str().as_bytes());
                    rule.as_str()
                })
                .collect();
            let line = directive.line.map_or("file".to_owned(), |line| line.to_string());
            let task = directive.task.as_ref().map(|(_, task)| format!(" ({task})")).unwrap_or_default();
            let until = directive.until.map(|until| format!(" until {until}")).unwrap_or_default();
            found.push(format!("{line}: {}{task}{until}: {}", rules.join(","), directive.reason));
        }
        found.extend(read.malformed.iter().map(|bad| format!("malformed: {}", bad.message.split(';').next().unwrap())));
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn reads_every_form() {
        let ts = Language::TypeScript;
        check(ts, "f(); // auditlint-ignore a: because\n", &["1: a: because"]);
        check(
            ts,
            "// auditlint-ignore a, b (08x_003): because: it is\n\nf();\n",
            &["2: a,b (08x_003): because: it is"],
        );
        check(ts, "// auditlint-ignore a: one\n// auditlint-ignore b: two\nf();\n", &["3: a: one", "3: b: two"]);
        check(ts, "\u{feff}// auditlint-ignore a: marked\nf();\n", &["2: a: marked"]);
        check(ts, "/* auditlint-ignore a until 2027-01-31: soon */\nf();\n", &["2: a until 2027-01-31: soon"]);
        check(
            ts,
            "/* auditlint-ignore a (T-1) until 2027-01-31: soon */ f();\n",
            &["1: a (T-1) until 2027-01-31: soon"],
        );
        check(ts, "// auditlint-ignore-file a: all of it\nf();\n", &["file: a: all of it"]);
        check(Language::Tsx, "const a = <p>\n  {/* auditlint-ignore a: shown */}\n  {b}\n</p>;\n", &["3: a: shown"]);
        check(
            Language::Rust,
            "fn f() {\n    g(); // auditlint-ignore unwrap: never none\n}\n",
            &["2: unwrap: never none"],
        );
        check(
            Language::Rust,
            "#![allow(x)]\n//! auditlint-ignore-file unwrap: a script\nfn f() {}\n",
            &["file: unwrap: a script"],
        );
        check(ts, "// we write auditlint-ignore a: like this\n", &[]);
        check(ts, "const a = '// auditlint-ignore a: no comment';\n", &[]);
        check(
            ts,
            "// ast-grep-ignore\nf();\n// ast-grep-ignore: a, b\ng();\n",
            &["2: : ast-grep-ignore", "4: a,b: ast-grep-ignore"],
        );
        check(ts, "// ast-grep-ignore: a\n\nf();\n", &["file: a: ast-grep-ignore"]);
    }

    #[test]
    fn says_what_is_malformed() {
        let ts = Language::TypeScript;
        check(ts, "// auditlint-ignore\nf();", &["malformed: a suppression needs a reason"]);
        check(ts, "// auditlint-ignore a\nf();", &["malformed: a suppression needs a reason"]);
        check(ts, "// auditlint-ignore a:  \nf();", &["malformed: a suppression needs a reason behind the colon"]);
        check(ts, "// auditlint-ignore: why\nf();", &["malformed: a suppression names the rules that it silences"]);
        check(ts, "// auditlint-ignore a b: why\nf();", &["malformed: `a b` is not a rule id"]);
        check(ts, "// auditlint-ignore a (T: why\nf();", &["malformed: the task is not closed by `)`"]);
        check(ts, "// auditlint-ignore a until soon: why\nf();", &["malformed: `soon` is not a date"]);
        let long = format!("// auditlint-ignore a: {}\nf();", "x".repeat(1_025));
        check(ts, &long, &["malformed: the reason has 1025 bytes, more than 1024"]);
        check(
            ts,
            "f();\n// auditlint-ignore-file a: why\n",
            &["malformed: `auditlint-ignore-file` stands before any code, at the top of the file"],
        );
    }

    proptest::proptest! {
        #[test]
        fn any_comment_is_read_without_panic(tail in "[ a-z(),:0-9é-]{0,30}") {
            let code = format!("// auditlint-ignore{tail}\nf();\n");
            let tree = Parser::default().parse(Language::TypeScript, code.as_bytes()).unwrap();
            let read = Suppressions::read(&tree, code.as_bytes(), &LineIndex::new(code.as_bytes()));
            for directive in &read.directives {
                proptest::prop_assert!(!directive.reason.is_empty() && !directive.rules.is_empty());
            }
        }
    }
}
