//! Suppression comments as they are written: what each says, and what stands in the lines that they are about.
//!
//! `auditlint-ignore RULE[, RULE] [(TASK)] [until YYYY-MM-DD]: reason` silences the named rules on its own line where code
//! stands before it, else on the next line that holds code; and in the whole statement that begins on that line, as far as no
//! other statement begins inside. `auditlint-ignore-file …` before any code silences them in the file. There is no form
//! without rule ids. `ast-grep-ignore` keeps its meaning for rules that come from an `sgconfig.yml`.

use std::collections::HashSet;

use auditlint_rules::RuleId;
use auditlint_source::{FilePath, LineIndex, Span};
use auditlint_syntax::{Code, NodeId, Tree, comment_body};
use serde::{Deserialize, Serialize};

use crate::comments::Comments;
use crate::data_language::DataLanguage;
use crate::data_text::DataText;
use crate::date::Date;
use crate::enclosing::{Enclosing, node_at};
use crate::limits::MAX_REASON;
use crate::stretches::{Stretches, first_on_line};

/// What stands in one suppression comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Directive {
    /// Bytes from the directive's word to its end.
    pub span: Span,
    /// The rules, each with its place; empty for the bare form of ast-grep.
    pub rules: Vec<(Span, RuleId)>,
    /// The task that will put it right.
    pub task: Option<String>,
    /// The day from which it no longer holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// The line it is about; `None` for the whole file.
    pub line: Option<u32>,
    /// Where that line holds an attribute or decorator: the line in which begins what it belongs to.
    pub item_line: Option<u32>,
    /// Whether it is written for ast-grep.
    pub ast_grep: bool,
}

/// A suppression comment that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Malformed {
    /// The offending bytes.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// The lines by which a directive silences a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anchor {
    /// The line of the finding.
    pub line: u32,
    /// The lines in which begin the statement or comment that the finding stands in, and the elements of several lines around
    /// it in that statement, as far as a directive is about them.
    pub around: Vec<u32>,
}

/// The suppression comments of one file, and what tells the anchor of a span without a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Directives {
    pub all: Vec<Directive>,
    pub malformed: Vec<Malformed>,
    surroundings: FindingContext,
}

/// What a finding may stand in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum FindingContext {
    Source { comments: Comments, statements: Stretches },
    Data(DataText),
}

impl Default for FindingContext {
    fn default() -> Self {
        Self::Source { comments: Comments::default(), statements: Stretches::default() }
    }
}

/// The word that a suppression comment begins with.
pub(crate) const LINE_MARKER: &str = "auditlint-ignore";
/// The word of one that speaks for the whole file.
pub(crate) const FILE_MARKER: &str = "auditlint-ignore-file";
/// The word of one that is written for ast-grep.
const AST_GREP_MARKER: &str = "ast-grep-ignore";
const FORM: &str = "write `auditlint-ignore RULE (TASK): reason`; the task is optional, the reason is not";

/// Whether a text may hold a suppression.
pub(crate) fn has_directive(text: &[u8]) -> bool {
    memchr::memmem::find(text, LINE_MARKER.as_bytes()).is_some()
}

impl Directives {
    /// Reads the comments of a tree. Only a comment that begins with the directive's word counts; prose that mentions it
    /// does not.
    pub(crate) fn read(tree: &Tree, code: &Code<'_>, lines: &LineIndex) -> Self {
        let text = code.text();
        let comments = Comments::of_code(tree, code, lines);
        let mut directives = Self::of_comments(&comments, first_code(tree), true, code.file(), lines);
        if !directives.is_empty() {
            for directive in &mut directives.all {
                directive.item_line = directive.line.and_then(|line| item_line(tree, line, text, lines));
                if directive.ast_grep {
                    directive.line =
                        directive.line.map(|line| statement_before(tree, directive.span, lines).unwrap_or(line));
                }
            }
            let lines_about = |directive: &Directive| directive.line.into_iter().chain(directive.item_line);
            let about: HashSet<u32> = directives.all.iter().flat_map(lines_about).collect();
            let statements = Stretches::of_tree(tree, text, lines, &about);
            directives.surroundings = FindingContext::Source { comments, statements };
        }
        directives
    }

    /// Reads the comments of a file of data in the same way; none where no comment is known to be one.
    pub(crate) fn read_data(path: &FilePath, text: &[u8], lines: &LineIndex) -> Self {
        let Some(language) = DataLanguage::of(path, text) else { return Self::default() };
        let data = DataText::read(language, text, lines);
        let directives = Self::of_comments(&data.comments, data.first_content, false, text, lines);
        Self { surroundings: FindingContext::Data(data), ..directives }
    }

    fn of_comments(comments: &Comments, first_code: u32, is_source: bool, text: &[u8], lines: &LineIndex) -> Self {
        let mut found = Self::default();
        let texts = comments.iter().flat_map(|comment| directive_texts(comment_body(comment.span, text), comment));
        for (body, comment) in texts {
            let span = comment.span;
            let at = (body.as_ptr() as usize - text.as_ptr() as usize) as u32;
            let directive = if body.starts_with(FILE_MARKER.as_bytes()) {
                read(body, at, FILE_MARKER.len()).and_then(|directive| {
                    if span.start > first_code {
                        let message = "`auditlint-ignore-file` must come before any code, at the top of the file";
                        return Err(Malformed { span: directive.span, message: message.to_owned() });
                    }
                    Ok(directive)
                })
            } else if body.starts_with(LINE_MARKER.as_bytes()) {
                read(body, at, LINE_MARKER.len()).map(|directive| Directive { line: Some(comment.about), ..directive })
            } else if is_source && body.starts_with(AST_GREP_MARKER.as_bytes()) {
                let Some(directive) = read_ast_grep(body, at) else { continue };
                // On the first line, with an empty line behind it, it speaks for the whole file.
                let whole = lines.line(span.start) == 1 && lines.span_of(text, 2).of(text).trim_ascii().is_empty();
                Ok(Directive { line: (!whole).then_some(comment.about), ..directive })
            } else {
                continue;
            };
            match directive {
                Ok(Directive { reason, span, .. }) if reason.len() > MAX_REASON => {
                    let message = format!("the reason has {} bytes, more than {MAX_REASON}", reason.len());
                    found.malformed.push(Malformed { span, message });
                }
                Ok(directive) => found.all.push(directive),
                Err(malformed) => found.malformed.push(malformed),
            }
        }
        found
    }

    /// Whether there is nothing to apply or report.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.malformed.is_empty()
    }

    /// The anchor of a match in the tree that the directives were read from.
    pub(crate) fn anchor_of_match(
        &self,
        enclosing: &Enclosing<'_>,
        lines: &LineIndex,
        node: Option<NodeId>,
        span: Span,
    ) -> Anchor {
        let line = lines.line(span.start);
        let alone = Anchor { line, around: Vec::new() };
        let FindingContext::Source { comments, statements } = &self.surroundings else { return alone };
        // A span without a node and without bytes is about the file.
        if self.is_empty() || (node.is_none() && span.is_empty()) {
            return alone;
        }
        if let Some(comment) = comments.around(span) {
            return Anchor { line, around: vec![comment.about] };
        }
        let tree = enclosing.tree();
        let statement = enclosing.statement(node.unwrap_or_else(|| node_at(tree, span)));
        let begin = statement.map_or(0, |statement| tree.span(statement).start);
        let elements = statements.elements(span).filter(|(element, _)| element.start > begin).map(|(_, line)| line);
        let around = statement.map(|statement| lines.line(tree.span(statement).start)).into_iter().chain(elements);
        Anchor { line, around: around.collect() }
    }

    /// The anchor of any span, as far as a directive may ask for it.
    pub(crate) fn anchor(&self, lines: &LineIndex, span: Span) -> Anchor {
        let line = lines.line(span.start);
        let around = match &self.surroundings {
            FindingContext::Data(data) => data.begin(lines, span).into_iter().collect(),
            FindingContext::Source { .. } if span.is_empty() => Vec::new(),
            FindingContext::Source { comments, statements } => match comments.around(span) {
                Some(comment) => vec![comment.about],
                None => {
                    let elements = statements.elements(span).map(|(_, line)| line);
                    statements.statement(span).into_iter().chain(elements).collect()
                }
            },
        };
        Anchor { line, around }
    }

    /// What they take of memory, roughly.
    pub(crate) fn weight(&self) -> usize {
        let texts = self.all.iter().map(|one| one.reason.len() + one.task.as_ref().map_or(0, String::len));
        let rules = self.all.iter().map(|one| size_of_val(&*one.rules));
        let messages = self.malformed.iter().map(|one| one.message.len());
        let own = size_of_val(&*self.all) + size_of_val(&*self.malformed);
        own + texts.chain(rules).chain(messages).sum::<usize>()
            + match &self.surroundings {
                FindingContext::Source { comments, statements } => comments.weight() + statements.weight(),
                FindingContext::Data(_) => 0,
            }
    }
}

impl Directive {
    /// Whether its day has come.
    pub(crate) fn is_over(&self, today: Option<Date>) -> bool {
        matches!((self.until, today), (Some(until), Some(today)) if today >= until)
    }
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

/// The texts in a comment that a directive's word begins: one at its start, and in a block one for each line that begins with
/// such a word, behind the star that may stand there. A text ends above an empty line. What stands in a block of code is an
/// example.
fn directive_texts<'t, T: Copy>(body: &'t [u8], of: T) -> impl Iterator<Item = (&'t [u8], T)> {
    let mut texts: Vec<(&'t [u8], T)> = Vec::new();
    let (mut start, mut open, mut is_code) = (0, None, false);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let content = line_content(line);
        is_code ^= content.starts_with(b"```");
        let begins = !is_code && [LINE_MARKER, AST_GREP_MARKER].iter().any(|word| content.starts_with(word.as_bytes()));
        if begins || content.is_empty() {
            texts.extend(open.take().map(|from: usize| (body[from..start].trim_ascii(), of)));
        }
        if begins {
            open = Some(content.as_ptr() as usize - body.as_ptr() as usize);
        }
        start += line.len();
    }
    texts.extend(open.map(|from| (body[from..].trim_ascii(), of)));
    texts.into_iter()
}

/// A line of a comment without the star before it.
fn line_content(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line[line.iter().take_while(|byte| **byte == b'*').count()..].trim_ascii_start()
}

/// A reason over several lines as one.
fn one_line(reason: &str) -> String {
    if !reason.contains('\n') {
        return reason.to_owned();
    }
    let lines: Vec<&str> = reason.lines().map(|line| line.trim().trim_start_matches('*').trim()).collect();
    lines.join(" ")
}

/// The line in which begins what an attribute or decorator on a line belongs to.
fn item_line(tree: &Tree, line: u32, text: &[u8], lines: &LineIndex) -> Option<u32> {
    let attributes = tree.language().descriptor().kinds.attributes;
    let first = first_on_line(tree, line, text, lines)?;
    let is_attribute = |node: NodeId| attributes.contains(&tree.kind_name(node));
    let attribute = std::iter::once(first).chain(tree.ancestors(first)).find(|node| is_attribute(*node))?;
    let mut below = std::iter::successors(tree.next_sibling(attribute), |node| tree.next_sibling(*node));
    let item = below.find(|node| !is_attribute(*node) && !tree.node(*node).is_extra())?;
    Some(lines.line(tree.span(item).start))
}

/// The line in which begins what ends before a comment on the line of the comment; so `ast-grep` reads one behind a statement.
fn statement_before(tree: &Tree, comment: Span, lines: &LineIndex) -> Option<u32> {
    let after = tree.comments().partition_point(|id| tree.span(*id).start <= comment.start);
    let comment = tree.comments()[after.checked_sub(1)?];
    let before = tree.span(tree.prev_sibling(comment)?);
    let last = lines.line(before.end.saturating_sub(1).max(before.start));
    (last == lines.line(tree.span(comment).start)).then(|| lines.line(before.start))
}

/// Reads what follows the word: `RULE[, RULE] [(TASK)] [until DATE]: reason`.
fn read(body: &[u8], at: u32, word: usize) -> Result<Directive, Malformed> {
    let whole = Span::new(at, at + body.len() as u32);
    let malformed = |span: Span, message: String| Malformed { span, message };
    let Ok(rest) = std::str::from_utf8(&body[word..]) else {
        return Err(malformed(whole, "the suppression is not UTF-8".to_owned()));
    };
    if !rest.is_empty() && !rest.starts_with([' ', '\t', ':']) {
        let marker = String::from_utf8_lossy(&body[..word]);
        return Err(malformed(whole, format!("missing space after `{marker}`; {FORM}")));
    }
    let Some((head, reason)) = split_head(rest) else {
        return Err(malformed(whole, format!("a suppression needs a reason; {FORM}")));
    };
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(malformed(whole, format!("a suppression needs a reason after the colon; {FORM}")));
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
            return Err(malformed(place(&head[open..]), format!("missing `)` after the task; {FORM}")));
        };
        if inside.trim().is_empty() {
            return Err(malformed(place(&head[open..]), format!("no task between the parentheses; {FORM}")));
        }
        task = Some(inside.trim().to_owned());
        head = head[..open].trim_end();
    }
    let mut rules = Vec::new();
    for id in head.split(',') {
        let id = id.trim();
        if id.is_empty() {
            return Err(malformed(whole, format!("a suppression must name the rules that it silences; {FORM}")));
        }
        if id.contains(char::is_whitespace) {
            return Err(malformed(
                place(id),
                format!("`{id}` is not a rule id; separate rule ids with commas; {FORM}"),
            ));
        }
        rules.push((place(id), RuleId::new(id)));
    }
    Ok(Directive {
        span: whole,
        rules,
        task,
        until,
        reason: one_line(reason),
        line: None,
        item_line: None,
        ast_grep: false,
    })
}

/// Parts the head from the reason at the first colon that stands outside the parentheses: the id of a task may hold one.
fn split_head(rest: &str) -> Option<(&str, &str)> {
    let colon = rest.find(':')?;
    let task = rest.find('(').filter(|open| *open < colon).and_then(|open| Some(open + rest[open..].find(')')?));
    let at = task.and_then(|close| Some(close + rest[close..].find(':')?)).unwrap_or(colon);
    Some((&rest[..at], &rest[at + 1..]))
}

/// Reads `ast-grep-ignore` or `ast-grep-ignore: id, id`.
fn read_ast_grep(body: &[u8], at: u32) -> Option<Directive> {
    let rest = std::str::from_utf8(&body[AST_GREP_MARKER.len()..]).ok()?;
    let span = Span::new(at, at + body.len() as u32);
    let rules = match rest.trim_start().strip_prefix(':') {
        Some(ids) => {
            ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(|id| (span, RuleId::new(id))).collect()
        }
        None => Vec::new(),
    };
    let reason = AST_GREP_MARKER.to_owned();
    Some(Directive { span, rules, task: None, until: None, reason, line: None, item_line: None, ast_grep: true })
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::{Language, Parser};

    use super::*;

    /// One line per directive or malformed comment.
    fn check(language: Language, code: &str, expected: &[&str]) {
        check_file(&format!("a.{}", language.extensions()[0]), code, expected);
    }

    #[track_caller]
    fn check_file(path: &str, code: &str, expected: &[&str]) {
        let whole = Code::of(&FilePath::new(path), code.as_bytes()).unwrap();
        let tree = Parser::default().parse(whole.language(), whole.text()).unwrap();
        let lines = LineIndex::new(code.as_bytes());
        let read = Directives::read(&tree, &whole, &lines);
        let mut found: Vec<String> = Vec::new();
        for directive in &read.all {
            let rules: Vec<&str> = directive
                .rules
                .iter()
                .map(|(span, rule)| {
                    assert!(directive.ast_grep || span.of(code.as_bytes()) == rule.as_str().as_bytes());
                    rule.as_str()
                })
                .collect();
            let mut line = directive.line.map_or("file".to_owned(), |line| line.to_string());
            line.extend(directive.item_line.map(|item| format!(" and {item}")));
            let task = directive.task.as_ref().map(|task| format!(" ({task})")).unwrap_or_default();
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
        let py = Language::Python;
        check(py, "def f():\n    g()  # auditlint-ignore a: why\n", &["2: a: why"]);
        check(py, "# auditlint-ignore a: why\n# b\ng(\n    1,\n)\n", &["3: a: why"]);
        check(py, "#!/usr/bin/env python\n# auditlint-ignore-file a: why\n\"\"\"b\"\"\"\n", &["file: a: why"]);
        check(
            py,
            "\"\"\"b\"\"\"\n# auditlint-ignore-file a: why\n",
            &["malformed: `auditlint-ignore-file` must come before any code, at the top of the file"],
        );
        check(py, "\"\"\"\n# auditlint-ignore a: no comment\n\"\"\"\nf()  # noqa: a\n", &[]);
        check(ts, "// we write auditlint-ignore a: like this\n", &[]);
        check(ts, "const a = '// auditlint-ignore a: no comment';\n", &[]);
        check(
            ts,
            "// ast-grep-ignore\nf();\n// ast-grep-ignore: a, b\ng();\n",
            &["2: : ast-grep-ignore", "4: a,b: ast-grep-ignore"],
        );
        check(ts, "// ast-grep-ignore: a\n\nf();\n", &["file: a: ast-grep-ignore"]);
        check(ts, "f(\n  a,\n); // ast-grep-ignore: a\n", &["1: a: ast-grep-ignore"]);
        check(ts, "f(\n  a, // ast-grep-ignore: a\n);\n", &["2: a: ast-grep-ignore"]);
    }

    #[test]
    fn reads_the_lines_of_a_block() {
        let ts = Language::TypeScript;
        check(ts, "/*\n * auditlint-ignore a: why\n */\nf();\n", &["4: a: why"]);
        check(
            ts,
            "/**\n * Prose.\n *\n * auditlint-ignore a: why\n *   it is so\n * auditlint-ignore b: too\n *\n * Prose.\n */\nf();\n",
            &["10: a: why it is so", "10: b: too"],
        );
        check(ts, "/*\n  auditlint-ignore-file a: why\n*/\nf();\n", &["file: a: why"]);
        check(ts, "/*\n * auditlint-ignore a\n */\nf();\n", &["malformed: a suppression needs a reason"]);
        check(
            ts,
            "/**\n * ```\n * auditlint-ignore a: an example\n * ```\n * in auditlint-ignore a: prose\n */\nf();\n",
            &[],
        );
    }

    #[test]
    fn comments_of_a_page_speak_for_its_scripts() {
        let why = "<!-- auditlint-ignore a: why -->\n";
        check_file("a.html", &format!("<p>\n{why}<script>\n\nf();\n</script>\n"), &["5: a: why"]);
        check_file("a.vue", &format!("{why}<script setup>f()</script>\n<b/>\n"), &["2: a: why"]);
        check_file("a.svelte", &format!("{why}{why}<script>\n// c\nf();\n</script>\n"), &["5: a: why", "5: a: why"]);
        check_file("a.astro", &format!("---\nf();\n---\n{why}<p/>\n"), &["5: a: why"]);
        check_file(
            "a.vue",
            &format!("<script>\nf(); // auditlint-ignore b: c\n</script>\n{why}<p/>"),
            &["2: b: c", "5: a: why"],
        );
        check_file("a.html", "<!-- auditlint-ignore-file a: why -->\n<script>f()</script>", &["file: a: why"]);
        check_file(
            "a.html",
            "<!-- auditlint-ignore a -->\n<script>f()</script>",
            &["malformed: a suppression needs a reason"],
        );
        check_file("a.html", "<script>const a = '<!-- auditlint-ignore a: no -->';</script>", &[]);
    }

    #[test]
    fn an_attribute_leads_to_its_item() {
        check(
            Language::Rust,
            "// auditlint-ignore a: why\n#[derive(A)]\n// b\n#[c]\nstruct D;\n",
            &["2 and 5: a: why"],
        );
        check(Language::Rust, "#[derive(A)]\n// auditlint-ignore a: why\n#[b]\nfn c() {}\n", &["3 and 4: a: why"]);
        check(Language::Rust, "// auditlint-ignore a: why\n#![b]\nfn c() {}\n", &["2: a: why"]);
        check(
            Language::TypeScript,
            "class A {\n  // auditlint-ignore a: why\n  @B()\n  c() {}\n}\n",
            &["3 and 4: a: why"],
        );
        check(Language::Python, "# auditlint-ignore a: why\n@b\n@c(1)\ndef d():\n    pass\n", &["2 and 4: a: why"]);
        check(Language::Python, "@b\n# auditlint-ignore a: why\n@c\nclass D: pass\n", &["3 and 4: a: why"]);
    }

    #[test]
    fn says_what_is_malformed() {
        let ts = Language::TypeScript;
        check(ts, "// auditlint-ignore\nf();", &["malformed: a suppression needs a reason"]);
        check(ts, "// auditlint-ignore a\nf();", &["malformed: a suppression needs a reason"]);
        check(ts, "// auditlint-ignore a:  \nf();", &["malformed: a suppression needs a reason after the colon"]);
        check(ts, "// auditlint-ignore: why\nf();", &["malformed: a suppression must name the rules that it silences"]);
        check(ts, "// auditlint-ignore a b: why\nf();", &["malformed: `a b` is not a rule id"]);
        check(ts, "// auditlint-ignore a (T: why\nf();", &["malformed: missing `)` after the task"]);
        check(ts, "// auditlint-ignore a until soon: why\nf();", &["malformed: `soon` is not a date"]);
        let long = format!("// auditlint-ignore a: {}\nf();", "x".repeat(1_025));
        check(ts, &long, &["malformed: the reason has 1025 bytes, more than 1024"]);
        check(
            ts,
            "f();\n// auditlint-ignore-file a: why\n",
            &["malformed: `auditlint-ignore-file` must come before any code, at the top of the file"],
        );
    }

    proptest::proptest! {
        #[test]
        fn any_comment_is_read_without_panic(tail in "[ a-z(),:0-9é-]{0,30}") {
            let code = format!("// auditlint-ignore{tail}\nf();\n");
            let tree = Parser::default().parse(Language::TypeScript, code.as_bytes()).unwrap();
            let whole = Code::of(&FilePath::new("a.ts"), code.as_bytes()).unwrap();
            let read = Directives::read(&tree, &whole, &LineIndex::new(code.as_bytes()));
            for directive in &read.all {
                proptest::prop_assert!(!directive.reason.is_empty() && !directive.rules.is_empty());
            }
        }
    }
}
