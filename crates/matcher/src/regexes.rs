//! Regular expressions of rules: checked when they are read, compiled when they are first asked, and bounded.

use std::convert::Infallible;
use std::sync::OnceLock;

use auditlint_source::document::DocumentError;
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{self, Class, Hir, HirKind, Visitor};
use serde::{Deserialize, Serialize};

use crate::Spanned;
use crate::limits::{MAX_REGEX, MAX_REGEX_CACHE, MAX_TEXT};

/// From what estimated size on an expression is compiled when it is read, to know that it stays within its limit. Half of
/// it, or the estimate might be too small.
const LARGE: u64 = MAX_REGEX as u64 / 4;

/// A regular expression that is compiled when it is first asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LazyRegex {
    text: String,
    /// An estimate of what it takes compiled, in bytes.
    weight: u32,
    /// How many bytes of a text are looked at, where only its beginning can match.
    reach: Option<usize>,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    /// The same as [`LazyRegex::new`], with an error at the place of the text.
    pub(crate) fn compile(text: &Spanned<String>) -> Result<Self, DocumentError> {
        Self::new(&text.value).map_err(|message| {
            let last = message.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it cannot be parsed");
            let message = last.strip_prefix("error: ").unwrap_or(last);
            DocumentError::new(text.span, format!("invalid regular expression: {message}"))
        })
    }

    /// Checks `text` without compiling it, unless it could become too large.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        if text.len() > MAX_TEXT {
            return Err(format!("it is {} bytes long, the limit is {MAX_TEXT}", text.len()));
        }
        let parsed = regex_syntax::parse(text).map_err(|error| error.to_string())?;
        let weight = weight(&parsed);
        let properties = parsed.properties();
        let at_start = properties.look_set_prefix().contains(hir::Look::Start);
        let reach = properties.maximum_len().filter(|_| at_start);
        drop(parsed);
        if weight > LARGE {
            // Not kept: whether there is room for it beside those of other rules is known later.
            build(text).map_err(|error| error.to_string())?;
        }
        // One that could be compiled is within its limit, whatever the estimate says.
        let weight = weight.min(MAX_REGEX as u64) as u32;
        Ok(Self { text: text.to_owned(), weight, reach, compiled: OnceLock::new() })
    }

    /// The expression as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many bytes of a text have to be looked at, at the most.
    pub(crate) fn cost(&self, text: &[u8]) -> u64 {
        self.reach.map_or(text.len(), |reach| reach.min(text.len())) as u64
    }

    /// What it takes compiled, in bytes, roughly.
    pub(crate) fn weight(&self) -> usize {
        self.weight as usize
    }

    /// The compiled expression. `None` cannot happen for one that `new` accepted, and would match nothing.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| build(&self.text).ok()).as_ref()
    }
}

fn build(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(MAX_REGEX).dfa_size_limit(MAX_REGEX_CACHE).build()
}

/// How large an expression becomes when its repetitions are written out, in bytes.
fn weight(parsed: &Hir) -> u64 {
    match hir::visit(parsed, Weigher::default()) {
        Ok(weight) => weight,
        Err(never) => match never {},
    }
}

/// What is known of parts whose whole is not known yet.
#[derive(Default)]
struct Weigher(Vec<u64>);

/// A state of the compiled expression, and an index into it.
const STATE: u64 = 40;
/// What a range of characters takes that are equally long in UTF-8: up to four ranges of bytes.
const RANGE: u64 = 128;
/// What one takes that holds characters of several lengths.
const WIDE_RANGE: u64 = 1_500;

impl Visitor for Weigher {
    type Output = u64;
    type Err = Infallible;

    fn finish(mut self) -> Result<u64, Infallible> {
        Ok(self.0.pop().unwrap_or(0))
    }

    fn visit_post(&mut self, hir: &Hir) -> Result<(), Infallible> {
        let mut parts = |count: usize| -> u64 {
            let from = self.0.len().saturating_sub(count);
            self.0.drain(from..).fold(0, u64::saturating_add)
        };
        let weight = match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => STATE,
            HirKind::Literal(literal) => literal.0.len() as u64 * STATE,
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.ranges().iter();
                let ranges = ranges.map(|range| match (range.start().len_utf8(), range.end().len_utf8()) {
                    (1, 1) => RANGE / 8,
                    (shortest, longest) if shortest == longest => RANGE,
                    _ => WIDE_RANGE,
                });
                ranges.sum::<u64>() + STATE
            }
            HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64 * 8 + STATE,
            HirKind::Repetition(repetition) => {
                let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
                parts(1).saturating_add(STATE).saturating_mul(u64::from(times))
            }
            HirKind::Capture(_) => parts(1).saturating_add(2 * STATE),
            HirKind::Concat(all) | HirKind::Alternation(all) => parts(all.len()).saturating_add(STATE),
        };
        self.0.push(weight);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_that_is_accepted_can_be_compiled() {
        for (text, accepted) in [
            ("a{2,30}", true),
            (r"^\w+\.\d{4}$", true),
            (&r"\w".repeat(2_000), false),
            (r"(?:\pL{50}){50}", false),
            ("(((((a{9}){9}){9}){9}){9}){9}", false),
            ("a{9999999}", false),
            (&"ab|".repeat(30_000), false),
            (&"(?:[^a]|b)".repeat(500), true),
        ] {
            match LazyRegex::new(text) {
                Ok(regex) => assert!(accepted && regex.get().is_some(), "{text}"),
                Err(error) => assert!(!accepted, "{text}: {error}"),
            }
        }
    }

    #[test]
    fn an_estimate_is_not_far_below_the_truth() {
        for text in [r"\w{10}", r"\pL+", "[a-zA-Z0-9_]{200}", &"é".repeat(900), r"(?i)straße\s*=\s*\d+", "(?s).{300}"]
        {
            let weight = weight(&regex_syntax::parse(text).unwrap());
            // The least limit within which it can be compiled, to a factor of two.
            let needs = (8..24)
                .map(|bits| 1_u64 << bits)
                .find(|limit| RegexBuilder::new(text).size_limit(*limit as usize).build().is_ok());
            assert!(needs.unwrap() <= weight.max(256) * 4, "{text}: {needs:?} against {weight}");
        }
    }
}
