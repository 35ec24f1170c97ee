//! Going over the tokens of a statement.

use std::sync::Arc;

use auditlint_source::Span;

use super::lexer::{SqlToken, SqlTokens};
use super::name::{Name, Spelled};

/// Whether a token is a keyword, in whatever letters.
pub(super) fn is_keyword(token: SqlToken<'_>, word: &str) -> bool {
    matches!(token, SqlToken::Word(found) if found.eq_ignore_ascii_case(word))
}

/// A name; `None` for what is not one.
pub(super) fn name_of(token: SqlToken<'_>) -> Option<Spelled> {
    match token {
        SqlToken::Word(word) => Some(Spelled { text: word.into(), is_quoted: false }),
        SqlToken::Name(name) => {
            let text = name.replace("\"\"", "\"").replace("``", "`").into();
            Some(Spelled { text, is_quoted: true })
        }
        _ => None,
    }
}

/// A name with the schema that it stands in, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Qualified {
    pub(super) name: Arc<Name>,
    pub(super) span: Span,
}

#[derive(Clone, Copy)]
pub(super) struct SqlReader<'a, 't> {
    tokens: &'a SqlTokens<'t>,
}

impl<'a, 't> SqlReader<'a, 't> {
    pub(super) fn new(tokens: &'a SqlTokens<'t>) -> Self {
        Self { tokens }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a SqlTokens<'t> {
        self.tokens
    }

    pub(super) fn is_done(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn peek(&self) -> Option<SqlToken<'t>> {
        self.tokens.first().map(|(token, _)| *token)
    }

    pub(super) fn span(&self) -> Span {
        self.tokens.first().map(|(_, span)| *span).unwrap_or_default()
    }

    pub(super) fn bump(&mut self) -> Option<SqlToken<'t>> {
        let ((token, _), rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*token)
    }

    /// Goes on behind some tokens.
    pub(super) fn advance(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }

    /// Whether these keywords follow.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        self.tokens.len() >= words.len()
            && self.tokens.iter().zip(words).all(|((token, _), word)| is_keyword(*token, word))
    }

    /// Takes these keywords where they follow.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let is = self.is(words);
        if is {
            self.tokens = &self.tokens[words.len()..];
        }
        is
    }

    /// Takes one of these keywords.
    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(&[word]))
    }

    pub(super) fn eat_sign(&mut self, sign: u8) -> bool {
        let is = self.peek() == Some(SqlToken::Sign(sign));
        if is {
            self.bump();
        }
        is
    }

    pub(super) fn name(&mut self) -> Option<Spelled> {
        let name = name_of(self.peek()?)?;
        self.bump();
        Some(name)
    }

    /// `name`, `schema.name`, `database.schema.name`
    pub(super) fn qualified(&mut self) -> Option<Qualified> {
        let mut span = self.span();
        let (mut schema, mut name) = (None, self.name()?);
        while self.eat_sign(b'.') {
            span = self.span();
            schema = Some(name);
            name = self.name()?;
        }
        Some(Qualified { name: Arc::new(Name { schema, name }), span })
    }

    /// What stands between `(` and its `)`, where it follows.
    pub(super) fn group(&mut self) -> Option<&'a SqlTokens<'t>> {
        (self.peek() == Some(SqlToken::Sign(b'('))).then_some(())?;
        let end = group_end(self.tokens);
        let inside = &self.tokens[1..end];
        self.tokens = self.tokens.get(end + 1..).unwrap_or_default();
        Some(inside)
    }

    /// Takes a token, or a group as a whole.
    pub(super) fn skip(&mut self) {
        if self.group().is_none() {
            self.bump();
        }
    }
}

/// Where the `)` stands that closes the `(` at the beginning.
fn group_end(tokens: &SqlTokens<'_>) -> usize {
    let mut depth = 0_usize;
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            SqlToken::Sign(b'(') => depth += 1,
            SqlToken::Sign(b')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The parts between commas, or other separators, that stand in no group.
pub(super) fn parts<'a, 't>(
    tokens: &'a SqlTokens<'t>,
    is_between: impl Fn(SqlToken<'t>) -> bool,
) -> impl Iterator<Item = &'a SqlTokens<'t>> {
    let mut depth = 0_usize;
    tokens.split(move |(token, _)| {
        match token {
            SqlToken::Sign(b'(' | b'[') => depth += 1,
            SqlToken::Sign(b')' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && is_between(*token)
    })
}

/// The parts of a list.
pub(super) fn items<'a, 't>(tokens: &'a SqlTokens<'t>) -> impl Iterator<Item = &'a SqlTokens<'t>> {
    parts(tokens, |token| token == SqlToken::Sign(b','))
}
