//! The doc comment of a rule: message, sections, code blocks.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, ExprLit, Lit, Meta};

use crate::nearest::unknown;

const SECTIONS: [&str; 5] = ["Why", "Instead", "Note", "Bad", "Good"];

/// One line of a doc comment.
pub(crate) struct DocLine {
    pub(crate) text: String,
    span: Span,
}

/// A code block.
pub(crate) struct CodeBlock {
    pub(crate) code: String,
    pub(crate) language: String,
    pub(crate) path: String,
    /// Options that it sets, a table of YAML in braces; empty where it sets none.
    pub(crate) options: String,
}

/// What a doc comment says.
#[derive(Default)]
pub(crate) struct Doc {
    pub(crate) message: String,
    pub(crate) why: String,
    pub(crate) instead: String,
    pub(crate) note: String,
    pub(crate) bad: Vec<CodeBlock>,
    pub(crate) good: Vec<CodeBlock>,
}

impl Doc {
    /// Reads a doc comment; `place` is where a missing part is reported.
    pub(crate) fn read(attributes: &[Attribute], place: Span, errors: &mut Vec<Error>) -> Self {
        let lines = lines(attributes);
        let mut doc = Self::default();
        let mut section = "";
        let mut message_ended = false;
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            at += 1;
            let text = line.text.trim();
            if let Some(fence) = fence(text) {
                let (code, next) = code_block(&lines, at, fence.0, line.span, errors);
                at = next;
                doc.take_block(section, fence.1, code, line.span, errors);
            } else if let Some(title) = text.strip_prefix("## ") {
                let known = SECTIONS.iter().find(|known| **known == title.trim());
                if known.is_none() {
                    errors.push(Error::new(line.span, unknown("section", title.trim(), &SECTIONS)));
                }
                section = known.copied().unwrap_or("unknown");
            } else if section.is_empty() {
                message_ended |= text.is_empty() && !doc.message.is_empty();
                if !message_ended {
                    append(&mut doc.message, text);
                }
            } else {
                match section {
                    "Why" => append(&mut doc.why, text),
                    "Instead" => append(&mut doc.instead, text),
                    "Note" => append(&mut doc.note, text),
                    _ => {}
                }
            }
        }
        let missing = [
            (doc.message.is_empty(), "a rule needs a doc comment whose first paragraph says what is wrong"),
            (doc.why.is_empty(), "a rule needs a section `## Why` in its doc comment"),
            (doc.bad.is_empty(), "a rule needs a section `## Bad` with at least one code block"),
            (doc.good.is_empty(), "a rule needs a section `## Good` with at least one code block"),
        ];
        errors.extend(missing.into_iter().filter(|(missing, _)| *missing).map(|(_, text)| Error::new(place, text)));
        doc
    }

    fn take_block(&mut self, section: &str, info: &str, code: String, span: Span, errors: &mut Vec<Error>) {
        let (info, options) = info.split_at(info.find('{').unwrap_or(info.len()));
        let (language, path) = info.trim().split_once(' ').unwrap_or((info.trim(), ""));
        let (language, path) = (language.trim().to_owned(), path.trim().to_owned());
        let block = CodeBlock { code, language, path, options: options.trim().to_owned() };
        if let Err(message) = check_marks(&block.code, section == "Bad") {
            errors.push(Error::new(span, message));
        }
        match section {
            "Bad" => self.bad.push(block),
            "Good" => self.good.push(block),
            _ => errors.push(Error::new(span, "a code block must be in the section `## Bad` or `## Good`")),
        }
    }
}

/// The lines of all `#[doc = "…"]`, one leading space taken off.
pub(crate) fn lines(attributes: &[Attribute]) -> Vec<DocLine> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Meta::NameValue(meta) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { continue };
        lines.extend(
            text.value()
                .lines()
                .map(|line| DocLine { text: line.strip_prefix(' ').unwrap_or(line).to_owned(), span: text.span() }),
        );
        if text.value().is_empty() {
            lines.push(DocLine { text: String::new(), span: text.span() });
        }
    }
    lines
}

/// The fence that opens a code block and the words behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let end = line.find(|c| c != sign).unwrap_or(line.len());
    (end >= 3).then(|| (&line[..end], line[end..].trim()))
}

/// The code up to the closing fence and the index of the line behind it.
fn code_block(lines: &[DocLine], from: usize, open: &str, span: Span, errors: &mut Vec<Error>) -> (String, usize) {
    let closes = |line: &DocLine| {
        fence(line.text.trim()).is_some_and(|(fence, info)| fence.starts_with(open) && info.is_empty())
    };
    let end = lines[from..].iter().position(closes).map(|offset| from + offset);
    if end.is_none() {
        errors.push(Error::new(span, "this code block is not closed"));
    }
    let code = lines[from..end.unwrap_or(lines.len())].iter().map(|line| line.text.clone() + "\n").collect();
    (code, end.map_or(lines.len(), |end| end + 1))
}

fn append(paragraph: &mut String, text: &str) {
    if text.is_empty() {
        if !paragraph.is_empty() && !paragraph.ends_with('\n') {
            paragraph.push_str("\n\n");
        }
        return;
    }
    if !paragraph.is_empty() && !paragraph.ends_with('\n') {
        paragraph.push(' ');
    }
    paragraph.push_str(text);
}

fn check_marks(code: &str, bad: bool) -> Result<(), &'static str> {
    let mut open = 0_usize;
    for c in code.chars().filter(|c| matches!(c, '«' | '»')) {
        if !bad {
            return Err("only a bad example can mark places with « and »");
        }
        open = match c {
            '«' => open + 1,
            _ => open.checked_sub(1).ok_or("`»` has no matching `«` in this example")?,
        };
    }
    if open == 0 { Ok(()) } else { Err("`«` has no matching `»` in this example") }
}
