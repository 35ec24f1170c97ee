//! Where a comment may stand that silences a finding.

use std::borrow::Cow;

use auditlint_source::{FilePath, LineIndex, Span};
use auditlint_syntax::{Code, NodeId, Parser, Tree, comment_body};

use crate::comments::Comments;
use crate::data_language::DataLanguage;
use crate::data_text::DataText;
use crate::directives::LINE_MARKER;
use crate::enclosing::{Enclosing, node_at};
use crate::stretches::first_on_line;

/// A place for a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CommentSite {
    /// The byte before which it is put: the start of a line, or the end of one.
    pub(crate) offset: u32,
    /// Behind what stands on a line.
    pub(crate) is_behind: bool,
    /// Whether it speaks for the whole file.
    pub(crate) is_for_file: bool,
    pub(crate) style: CommentStyle,
}

/// How a comment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CommentStyle {
    /// To the end of the line, with the sign of the language.
    Line(&'static str),
    /// `{/* … */}`, among the children of a JSX element.
    Markup,
    /// As in a file of data.
    Data(DataLanguage),
}

impl CommentStyle {
    pub(crate) fn comment(self, body: &str) -> String {
        match self {
            Self::Line(sign) => format!("{sign} {body}"),
            Self::Markup => DataLanguage::Mdx.comment(body),
            Self::Data(language) => language.comment(body),
        }
    }
}

impl CommentSite {
    /// The blanks at the start of the line above which it stands.
    pub(crate) fn indent(self, text: &[u8]) -> &[u8] {
        if matches!(self.style, CommentStyle::Data(language) if language.begins_lines()) {
            return b"";
        }
        let line = &text[self.offset as usize..];
        &line[..line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()]
    }
}

/// A file in which places are looked for.
pub(crate) struct CommentSites<'t> {
    text: Cow<'t, [u8]>,
    lines: LineIndex,
    kind: SiteKind,
}

enum SiteKind {
    Source {
        tree: Box<Tree>,
        comments: Comments,
    },
    Data {
        language: DataLanguage,
        data: DataText,
    },
    /// Nobody knows how a comment is written.
    Unknown,
}

impl<'t> CommentSites<'t> {
    pub(crate) fn read(path: &FilePath, text: &'t [u8]) -> Self {
        let lines = LineIndex::new(text);
        if let Some(code) = Code::of(path, text) {
            let kind = match Parser::default().parse(code.language(), code.text()) {
                Ok(tree) => {
                    let comments = Comments::of_tree(&tree, code.text(), &lines);
                    SiteKind::Source { tree: Box::new(tree), comments }
                }
                Err(_) => SiteKind::Unknown,
            };
            return Self { text: code.into_text(), lines, kind };
        }
        let kind = match DataLanguage::of(path, text) {
            // What applies migrations keeps their checksums, and refuses to go on where one was changed.
            Some(DataLanguage::Sql) => SiteKind::Unknown,
            Some(language) => SiteKind::Data { language, data: DataText::read(language, text, &lines) },
            None => SiteKind::Unknown,
        };
        Self { text: Cow::Borrowed(text), lines, kind }
    }

    /// What stands around the nodes of a source; kept while places are asked for.
    pub(crate) fn enclosing(&self) -> Option<Enclosing<'_>> {
        match &self.kind {
            SiteKind::Source { tree, .. } => Some(Enclosing::new(tree)),
            SiteKind::Data { .. } | SiteKind::Unknown => None,
        }
    }

    /// The places for a finding, the best first.
    pub(crate) fn of(&self, enclosing: Option<&Enclosing<'_>>, span: Span) -> Vec<CommentSite> {
        match &self.kind {
            SiteKind::Source { .. } | SiteKind::Data { .. } if span.is_empty() && span.start == 0 => self.for_file(),
            SiteKind::Source { comments, .. } => {
                enclosing.map(|enclosing| self.in_source(enclosing, comments, span)).unwrap_or_default()
            }
            SiteKind::Data { language, data } => self.in_data(*language, data, span),
            SiteKind::Unknown => Vec::new(),
        }
    }

    /// Where a comment for the whole file stands: at its top, behind what must come first.
    fn for_file(&self) -> Vec<CommentSite> {
        let (style, offset) = match &self.kind {
            SiteKind::Data { language, data } => (CommentStyle::Data(*language), self.head_of_data(data)),
            SiteKind::Source { tree, .. } => (line_style(tree), self.head()),
            SiteKind::Unknown => (CommentStyle::Line("//"), self.head()),
        };
        vec![CommentSite { offset, is_behind: false, is_for_file: true, style }]
    }

    /// The start of the first line before which something can be put.
    fn head(&self) -> u32 {
        let mark = self.mark();
        if self.text[mark as usize..].starts_with(b"#!") && !self.text[mark as usize..].starts_with(b"#![") {
            return self.start_below(1);
        }
        mark
    }

    fn head_of_data(&self, data: &DataText) -> u32 {
        match data.head {
            0 => 0,
            head if head == self.mark() => head,
            head => self.start_below(self.lines.line(head)),
        }
    }

    /// Where the text begins behind a byte order mark.
    fn mark(&self) -> u32 {
        LineIndex::start_of_text(&self.text) as u32
    }

    /// Where the line below begins; the end of the text where there is none.
    fn start_below(&self, line: u32) -> u32 {
        if line < self.lines.lines() { self.lines.start_of(line + 1) } else { self.text.len() as u32 }
    }

    fn above(&self, line: u32, style: CommentStyle) -> Option<CommentSite> {
        let offset = self.lines.start_of(line).max(self.mark());
        let has_interpreter = line == 1 && self.head() > offset;
        (!has_interpreter).then_some(CommentSite { offset, is_behind: false, is_for_file: false, style })
    }

    fn below(&self, line: u32, style: CommentStyle) -> CommentSite {
        CommentSite { offset: self.start_below(line), is_behind: false, is_for_file: false, style }
    }

    /// Behind what stands on a line; blanks at its end stay where they are.
    fn behind(&self, line: u32, style: CommentStyle) -> Option<CommentSite> {
        let span = self.lines.span_of(&self.text, line);
        let content = span.of(&self.text).trim_ascii_end();
        if content.is_empty() || content.ends_with(b"\\") {
            return None;
        }
        Some(CommentSite { offset: span.start + content.len() as u32, is_behind: true, is_for_file: false, style })
    }

    fn in_source(&self, enclosing: &Enclosing<'_>, comments: &Comments, span: Span) -> Vec<CommentSite> {
        let tree = enclosing.tree();
        let own = self.lines.line(span.start);
        if let Some(comment) = comments.around(span) {
            let first = self.lines.line(comment.span.start);
            let last = self.lines.line(comment.span.end.saturating_sub(1).max(comment.span.start));
            let above = self.above(first, self.style_at(tree, comment.span.start));
            // What must be the first comment of its file stays so.
            let places = if comment.about > last && first == self.lines.line(self.head()) {
                [Some(self.below(last, line_style(tree))), above]
            } else {
                [above, Some(self.below(last, line_style(tree)))]
            };
            return places.into_iter().flatten().collect();
        }
        let mut places = Vec::new();
        if let Some(statement) = enclosing.statement(node_at(tree, span)) {
            let line = self.lines.line(tree.span(statement).start);
            let start = self.lines.start_of(line).max(self.mark());
            if self.text[start as usize..(tree.span(statement).start.max(start)) as usize].trim_ascii().is_empty() {
                places.extend(self.above(self.over_bound(Some(tree), comments, line), line_style(tree)));
                places.extend(self.above(line, line_style(tree)));
            }
        }
        let start = self.lines.start_of(own);
        if !is_in_text(tree, start) {
            places.extend(self.above(self.over_bound(Some(tree), comments, own), self.style_at(tree, start)));
            places.extend(self.above(own, self.style_at(tree, start)));
        }
        let end = self.lines.span_of(&self.text, own).end;
        let is_free = !is_in_text(tree, end)
            && self.style_at(tree, end) == line_style(tree)
            && comments.around(Span::new(end.saturating_sub(1), end)).is_none();
        places.extend(self.behind(own, line_style(tree)).filter(|_| is_free));
        let mut seen = std::collections::BTreeSet::new();
        places.retain(|place| seen.insert(*place));
        places
    }

    /// The line above which a comment is put that would stand above `line`: attributes and decorators of what begins there,
    /// comments with which other tools are told something about the next line, and documentation stay next to it.
    fn over_bound(&self, tree: Option<&Tree>, comments: &Comments, line: u32) -> u32 {
        let mut best = line;
        for _ in 0..MOST_BOUND {
            let attribute = tree.and_then(|tree| self.attribute_above(tree, best));
            let over = attribute.unwrap_or_else(|| self.over_comments(comments, best));
            if over == best {
                break;
            }
            best = over;
        }
        best
    }

    /// The line of the attribute or decorator that belongs to what begins on a line.
    fn attribute_above(&self, tree: &Tree, line: u32) -> Option<u32> {
        let attributes = tree.language().descriptor().kinds.attributes;
        let first = first_on_line(tree, line, &self.text, &self.lines)?;
        let start = tree.span(first).start;
        let around = std::iter::once(first).chain(tree.ancestors(first));
        let mut begin_here = around.take_while(|node| tree.span(*node).start == start);
        begin_here.find_map(|node| {
            let above = std::iter::successors(tree.prev_sibling(node), |node| tree.prev_sibling(*node));
            let above = above.take(MOST_BOUND).find(|node| !tree.node(*node).is_extra())?;
            let above_line = self.lines.line(tree.span(above).start);
            (attributes.contains(&tree.kind_name(above)) && above_line < line).then_some(above_line)
        })
    }

    /// The same for the comments directly above a line.
    fn over_comments(&self, comments: &Comments, line: u32) -> u32 {
        let head = self.lines.line(self.head());
        let mut best = line;
        for comment in comments.above(line, &self.lines).take(MOST_BOUND) {
            let whole = comment.span.of(&self.text);
            let start = &whole[..whole.len().min(WORDS)];
            let body = comment_body(Span::new(0, start.len() as u32), start);
            let above = self.lines.line(comment.span.start);
            let is_bound = match bond(whole, &String::from_utf8_lossy(body)) {
                Bond::None => false,
                Bond::NextLine => true,
                // One about the whole file may have to stand first in it; one about the next line need not.
                Bond::Unsure => above != head,
            };
            if is_bound {
                best = above;
            }
        }
        best
    }

    /// How a comment is written before a byte.
    fn style_at(&self, tree: &Tree, at: u32) -> CommentStyle {
        match around(tree, at).map(|id| tree.kind_name(id)) {
            Some("jsx_element" | "jsx_fragment" | "jsx_text") => CommentStyle::Markup,
            _ => line_style(tree),
        }
    }

    fn in_data(&self, language: DataLanguage, data: &DataText, span: Span) -> Vec<CommentSite> {
        let style = CommentStyle::Data(language);
        let own = self.lines.line(span.start);
        if let Some(piece) = data.piece(span.start) {
            let line = self.lines.line(piece.start);
            let above = self.above(line, style).filter(|place| place.offset >= data.head);
            return above.into_iter().collect();
        }
        let over = self.over_bound(None, &data.comments, own);
        let above =
            self.above(over, style).filter(|place| place.offset >= data.head).or_else(|| self.above(own, style));
        let is_definition = {
            let line = self.lines.span_of(&self.text, own).of(&self.text).trim_ascii_start();
            line.starts_with(b"[") && memchr::memmem::find(line, b"]:").is_some()
        };
        let behind = self.behind(own, style).filter(|place| {
            language.can_stand_behind()
                && !is_definition
                && data.piece(place.offset).is_none()
                && data.comments.around(Span::new(place.offset.saturating_sub(1), place.offset)).is_none()
        });
        let places = if language.prefers_behind() { [behind, above] } else { [above, behind] };
        places.into_iter().flatten().collect()
    }
}

/// How many comments and attributes above a line are looked at, and how much of each: many findings may stand below one run of
/// comments.
const MOST_BOUND: usize = 64;
const WORDS: usize = 256;

/// What a comment has to do with the line below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bond {
    /// It is prose.
    None,
    /// It speaks of the next line to another tool.
    NextLine,
    /// It speaks to a tool, or is documentation.
    Unsure,
}

/// What a comment has to do with the line below it. Tools are addressed with a word that no language has: it holds a sign
/// (`eslint-disable-next-line`, `@ts-ignore`, `nosemgrep:`, `codeql[a]`), is in capitals (`NOSONAR`), or stands alone or before what is not a word of a
/// sentence either (`nosec B602`, `sourcery skip: all`). A remark that is taken for one is parted from nothing.
fn bond(whole: &[u8], body: &str) -> Bond {
    const NEXT_LINE: [&str; 10] =
        ["safety", "ignore", "next-line", "noqa", "expect-error", "nosec", "nosem", "nolint", "noinspection", "skip"];
    if whole.starts_with(b"/**") || whole.starts_with(b"///") {
        return Bond::Unsure;
    }
    let lower = body.to_lowercase();
    if lower.starts_with(LINE_MARKER) {
        return Bond::None;
    }
    if NEXT_LINE.iter().any(|word| lower.contains(word)) {
        return Bond::NextLine;
    }
    let mut words = body.split_whitespace();
    let word = words.next().unwrap_or_default().trim_end_matches([',', '.']);
    let is_word = word.chars().all(char::is_alphabetic);
    let is_shouted = word.len() > 3 && word.chars().all(char::is_uppercase);
    let is_small = word.chars().all(char::is_lowercase);
    if !word.is_empty() && (!is_word || is_shouted || is_small && is_told(words)) { Bond::Unsure } else { Bond::None }
}

/// Whether what follows the first word of a comment is what tools are told: nothing, names and numbers, or a setting.
fn is_told<'w>(words: impl Iterator<Item = &'w str>) -> bool {
    const MOST: usize = 3;
    let words: Vec<&str> = words.take(MOST + 1).collect();
    let is_setting = |word: &&str| word.ends_with(':') || word.contains(['=', '[']);
    let is_plain = |word: &&str| word.chars().all(|letter| letter.is_lowercase() || letter.is_ascii_punctuation());
    words.iter().take(2).any(is_setting) || words.len() <= MOST && !words.iter().any(is_plain)
}

/// A comment to the end of its line.
fn line_style(tree: &Tree) -> CommentStyle {
    CommentStyle::Line(tree.language().descriptor().line_comment)
}

/// The innermost node that a byte stands inside, having begun before it.
fn around(tree: &Tree, at: u32) -> Option<NodeId> {
    let node = node_at(tree, Span::new(at, at));
    std::iter::once(node).chain(tree.ancestors(node)).find(|id| {
        let span = tree.span(*id);
        span.start < at && at < span.end
    })
}

/// Whether a byte stands inside a string, a template or a comment, where a comment would be part of it.
fn is_in_text(tree: &Tree, at: u32) -> bool {
    let texts = tree.language().descriptor().kinds.texts;
    around(tree, at).is_some_and(|id| texts.contains(&tree.kind_name(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many places there are for a finding on the second line.
    fn check(path: &str, text: &str, expected: usize) {
        let places = CommentSites::read(&FilePath::new(path), text.as_bytes());
        let start = text.find('\n').unwrap() as u32 + 1;
        let found = places.of(places.enclosing().as_ref(), Span::new(start, start + 1));
        assert_eq!(found.len(), expected, "{path}: {found:?}");
    }

    #[test]
    fn what_tools_are_told_stays_at_its_line() {
        for (body, expected) in [
            ("nosemgrep", Bond::NextLine),
            ("nosec B602", Bond::NextLine),
            ("nolint", Bond::NextLine),
            ("noinspection SqlResolve", Bond::NextLine),
            ("sourcery skip: all", Bond::NextLine),
            ("@ts-expect-error", Bond::NextLine),
            ("sometool off: all", Bond::Unsure),
            ("sometool rule=12", Bond::Unsure),
            ("lgtm [js/xss]", Bond::Unsure),
            ("sometool X1 Y2", Bond::Unsure),
            ("sometool", Bond::Unsure),
            ("NOSONAR", Bond::Unsure),
            ("the queue is empty here", Bond::None),
            ("See above.", Bond::None),
            ("auditlint-ignore no-alert: x", Bond::None),
        ] {
            assert_eq!(bond(format!("// {body}").as_bytes(), body), expected, "{body}");
        }
    }

    #[test]
    fn what_must_not_change_gets_no_comment() {
        check("a.yml", "a: 1\nb: 2\n", 2);
        check("migrations/1_a/migration.sql", "CREATE TABLE a (b int);\nDROP TABLE a;\n", 0);
        check("a.json", "{\n}\n", 0);
    }
}
