//! Statements of a text, one after the other.

use auditlint_source::Span;

use super::lexer::{SqlLexer, SqlToken, SqlTokens};
use super::reader::is_keyword;
use crate::limits::MAX_STATEMENT;

/// A statement, or what stands in its place.
pub(super) enum SqlStatement<'a, 't> {
    Tokens(&'a SqlTokens<'t>),
    /// The beginning of a statement that is too long ([`MAX_STATEMENT`]).
    Cut(&'a SqlTokens<'t>),
    /// A part between two `DELIMITER`, which holds procedures.
    Opaque(&'t str, Span),
}

/// Hands each statement to `found`.
pub(super) fn each_statement<'t>(mut lexer: SqlLexer<'t, '_>, found: &mut dyn FnMut(SqlStatement<'_, 't>)) {
    let mut tokens: Vec<(SqlToken<'t>, Span)> = Vec::new();
    let mut blocks = Blocks::default();
    while let Some((token, span)) = lexer.next() {
        if tokens.is_empty() && is_keyword(token, "DELIMITER") {
            let (text, end) = (lexer.text(), lexer.end());
            let start = span.end as usize;
            let rest = &text.as_bytes()[start..end];
            let next = memchr::memmem::find(rest, b"DELIMITER").map_or(end, |at| start + at);
            let inside = text.get(start..next).unwrap_or_default();
            found(SqlStatement::Opaque(inside, span));
            let line = memchr::memchr(b'\n', &text.as_bytes()[next..end]).map_or(end, |at| next + at);
            lexer.jump(line);
            continue;
        }
        // What is left of a comment inside of a comment.
        if tokens.is_empty() && matches!(token, SqlToken::Sign(b'*' | b'/')) {
            continue;
        }
        if token != SqlToken::Sign(b';') {
            blocks.see(&tokens, token);
            keep(&mut tokens, (token, span));
            continue;
        }
        if blocks.depth > 0 {
            keep(&mut tokens, (token, span));
            continue;
        }
        found(statement(&tokens));
        if is_copied(&tokens) {
            let rest = &lexer.text().as_bytes()[lexer.at()..lexer.end()];
            let end = memchr::memmem::find(rest, b"\n\\.").map_or(lexer.end(), |at| lexer.at() + at + 3);
            lexer.jump(end);
        }
        tokens.clear();
        blocks = Blocks::default();
    }
    found(statement(&tokens));
}

/// Keeps one token more than a statement may have, by which it can be told that it is cut.
fn keep<'t>(tokens: &mut Vec<(SqlToken<'t>, Span)>, token: (SqlToken<'t>, Span)) {
    if tokens.len() <= MAX_STATEMENT {
        tokens.push(token);
    }
}

fn statement<'a, 't>(tokens: &'a SqlTokens<'t>) -> SqlStatement<'a, 't> {
    match tokens.split_at_checked(MAX_STATEMENT) {
        Some((tokens, more)) if !more.is_empty() => SqlStatement::Cut(tokens),
        _ => SqlStatement::Tokens(tokens),
    }
}

/// Whether rows follow the statement: `COPY t FROM stdin;`
fn is_copied(tokens: &SqlTokens<'_>) -> bool {
    tokens.first().is_some_and(|(token, _)| is_keyword(*token, "COPY"))
        && tokens.iter().any(|(token, _)| is_keyword(*token, "STDIN"))
}

/// The blocks of a trigger or a procedure, which hold `;`.
#[derive(Default)]
struct Blocks {
    depth: u32,
    /// Whether the statement may have some; nothing as long as nobody knows.
    may_have: Option<bool>,
    /// Whether the token before was `END`.
    after_end: bool,
}

impl Blocks {
    /// How many words say what is created: `CREATE OR REPLACE DEFINER = x@y TRIGGER`.
    const HEAD: usize = 12;

    fn see(&mut self, before: &SqlTokens<'_>, token: SqlToken<'_>) {
        if self.may_have == Some(false) {
            return;
        }
        let is = |word| is_keyword(token, word);
        match before.len() {
            0 => self.may_have = if is("CREATE") { None } else { Some(false) },
            count if self.may_have.is_none() => {
                if ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"].into_iter().any(is) {
                    self.may_have = Some(true);
                } else if count > Self::HEAD || ["TABLE", "INDEX", "TYPE", "VIEW"].into_iter().any(is) {
                    self.may_have = Some(false);
                }
            }
            _ => {}
        }
        if self.may_have != Some(true) {
            return;
        }
        let opened_by_end = std::mem::replace(&mut self.after_end, is("END"));
        if is("END") {
            self.depth = self.depth.saturating_sub(1);
        } else if is("BEGIN") || (is("CASE") && !opened_by_end) || (opened_by_end && is_inner_end(token)) {
            self.depth += 1;
        }
    }
}

/// `END IF` and their like end what was not counted.
fn is_inner_end(token: SqlToken<'_>) -> bool {
    ["IF", "LOOP", "WHILE", "REPEAT"].into_iter().any(|word| is_keyword(token, word))
}
