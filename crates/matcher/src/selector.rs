//! `kind` as a selector in the manner of CSS: `call_expression > identifier`.
//!
//! ```text
//! list     = complex { "," complex }
//! complex  = compound { ( ">" | "+" | "~" | " " ) compound }
//! compound = [ kind ] { ":" pseudo }
//! pseudo   = "has(" [ ">" ] complex ")" | "not(" complex ")" | "is(" list ")"
//!          | ( "nth-child(" | "nth-last-child(" ) an+b [ "of" complex ] ")"
//! ```

use auditlint_source::Span;
use auditlint_source::document::DocumentError;

use crate::clause::{Clause, ClausePart, Direction, NthChild, NthFormula, RelationalClause, Spanned, StopBy};

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 32;

/// Whether `text` is the name of a kind and no selector.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(is_name_byte)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Reads a selector into the clause that it stands for.
pub(crate) fn parse(text: &Spanned<String>) -> Result<Clause, DocumentError> {
    let mut input = SelectorInput { rest: text.value.trim(), span: text.span, depth: 0 };
    let clause = input.list()?;
    if input.rest.is_empty() { Ok(clause) } else { Err(input.unexpected()) }
}

struct SelectorInput<'t> {
    rest: &'t str,
    span: Span,
    depth: usize,
}

impl<'t> SelectorInput<'t> {
    fn error(&self, message: &str) -> DocumentError {
        DocumentError::new(self.span, format!("invalid selector: {message}")).help(
            "write kinds joined by `>`, `+`, `~`, a space or `,`, with `:has()`, `:not()`, `:is()`, `:nth-child()`",
        )
    }

    fn unexpected(&self) -> DocumentError {
        match self.rest.chars().next() {
            None => self.error("it ends unexpectedly"),
            Some('.') => self.error("not supported yet: classes (`.name`)"),
            Some(c) => self.error(&format!("unexpected `{c}` in `{}`", self.rest)),
        }
    }

    fn clause(&self, parts: Vec<ClausePart>) -> Clause {
        Clause { span: self.span, parts }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: char) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn name(&mut self) -> Option<&'t str> {
        let end = self.rest.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        is_name(name).then(|| {
            self.rest = rest;
            name
        })
    }

    fn list(&mut self) -> Result<Clause, DocumentError> {
        let mut choices = vec![self.complex()?];
        loop {
            self.skip_blanks();
            if !self.eat(',') {
                break;
            }
            self.skip_blanks();
            // A comma may end the list.
            if self.rest.is_empty() {
                break;
            }
            choices.push(self.complex()?);
        }
        Ok(self.clause(vec![ClausePart::Any(choices)]))
    }

    fn complex(&mut self) -> Result<Clause, DocumentError> {
        let mut clause = self.compound()?;
        loop {
            let before = self.rest;
            self.skip_blanks();
            let blank = self.rest.len() < before.len();
            let (direction, stop_by) = match self.rest.chars().next() {
                Some('>') => (Direction::Inside, StopBy::Neighbor),
                Some('+') => (Direction::Follows, StopBy::Neighbor),
                Some('~') => (Direction::Follows, StopBy::End),
                Some(',' | ')') | None => return Ok(clause),
                Some(_) if blank => (Direction::Inside, StopBy::End),
                Some(_) => return Err(self.unexpected()),
            };
            if self.rest.starts_with(['>', '+', '~']) {
                self.rest = &self.rest[1..];
                self.skip_blanks();
            }
            let mut next = self.compound()?;
            next.parts.push(ClausePart::Relational(Box::new(RelationalClause {
                direction,
                clause,
                stop_by,
                field: None,
            })));
            clause = next;
        }
    }

    fn compound(&mut self) -> Result<Clause, DocumentError> {
        let mut parts = Vec::new();
        if let Some(name) = self.name() {
            parts.push(ClausePart::Kind(Spanned { span: self.span, value: name.to_owned() }));
        }
        while self.eat(':') {
            parts.push(self.pseudo()?);
        }
        if parts.is_empty() { Err(self.unexpected()) } else { Ok(self.clause(parts)) }
    }

    fn pseudo(&mut self) -> Result<ClausePart, DocumentError> {
        let Some(name) = self.name() else {
            return Err(self.unexpected());
        };
        if !self.eat('(') {
            return Err(self.error(&format!("`:{name}` needs `(…)`")));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("it is nested too deeply"));
        }
        self.skip_blanks();
        let part = match name {
            "has" => {
                let stop_by = if self.eat('>') { StopBy::Neighbor } else { StopBy::End };
                self.skip_blanks();
                let clause = self.complex()?;
                ClausePart::Relational(Box::new(RelationalClause {
                    direction: Direction::Has,
                    clause,
                    stop_by,
                    field: None,
                }))
            }
            "not" => ClausePart::Not(Box::new(self.complex()?)),
            "is" => {
                let ClausePart::Any(choices) = self.list()?.parts.remove(0) else { return Err(self.unexpected()) };
                ClausePart::Any(choices)
            }
            "nth-child" => ClausePart::NthChild(self.nth_child(false)?),
            "nth-last-child" => ClausePart::NthChild(self.nth_child(true)?),
            other => {
                let known = ["has", "not", "is", "nth-child", "nth-last-child"];
                return Err(DocumentError::unknown(self.span, "pseudo-class", other, &known));
            }
        };
        self.skip_blanks();
        if !self.eat(')') {
            return Err(self.unexpected());
        }
        self.depth -= 1;
        Ok(part)
    }

    fn nth_child(&mut self, reverse: bool) -> Result<NthChild, DocumentError> {
        let places = |c: char| c.is_ascii_digit() || matches!(c, 'n' | 'N' | '+' | '-' | ' ');
        let end = self.rest.find(|c| !places(c)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let places = NthFormula::parse(text).ok_or_else(|| self.error(&format!("`{text}` is not of the form An+B")))?;
        self.rest = rest;
        let mut of = None;
        if let Some(rest) = self.rest.strip_prefix("of ") {
            self.rest = rest;
            self.skip_blanks();
            of = Some(Box::new(self.complex()?));
        }
        Ok(NthChild { places, reverse, of })
    }
}
