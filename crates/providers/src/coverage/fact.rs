//! What one file says about coverage.

use std::fmt;
use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_source::Span;
use serde::{Deserialize, Serialize};

/// A share of a hundred as it is written: `47.5`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Percent {
    /// What stands before the point: less than a minimum exactly where the whole is.
    pub(super) whole: u32,
    /// The point and the digits behind it; empty where there are none.
    fraction: Arc<str>,
}

impl Percent {
    /// All of it.
    pub(super) fn all() -> Self {
        Self { whole: 100, fraction: "".into() }
    }

    /// What a text begins with. Nothing for more than a hundred.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits = |text: &str| text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (whole, rest) = text.split_at(digits(text));
        let behind = rest.strip_prefix('.').map_or(0, digits);
        let fraction = if behind == 0 { "" } else { rest[..=behind].trim_end_matches('0').trim_end_matches('.') };
        let whole: u32 = whole.parse().ok()?;
        (whole < 100 || (whole == 100 && fraction.is_empty())).then(|| Self { whole, fraction: fraction.into() })
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.whole, self.fraction)
    }
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CoverageFact {
    /// A number for a tool.
    Number { tool: Tool, name: Arc<str>, percent: Percent },
    /// A key or flag that the tool does not know, with the one that is meant.
    Misspelt { tool: Tool, name: Arc<str>, meant: Arc<str> },
    /// Coverage is measured.
    Measured { tool: Tool },
    /// `check-coverage` is set.
    Checked { tool: Tool },
}

impl Fact for CoverageFact {}

/// The facts of one file.
pub(super) type Facts = SourceFacts<CoverageFact>;

/// What runs tests, or measures what they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Tool {
    Vitest,
    Jest,
    C8,
    Nyc,
}

impl Tool {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Vitest => "vitest",
            Self::Jest => "jest",
            Self::C8 => "c8",
            Self::Nyc => "nyc",
        }
    }

    /// Whether it only looks at numbers where `check-coverage` is set.
    pub(super) fn must_be_asked(self) -> bool {
        matches!(self, Self::C8 | Self::Nyc)
    }
}

/// The numbers that all of them know.
pub(super) const METRICS: [&str; 4] = ["lines", "branches", "functions", "statements"];

/// Whether a name is nearly another one: one letter is missing, one too many, or two stand in the wrong order.
pub(super) fn is_nearly(name: &str, meant: &str) -> bool {
    let (name, meant) = (name.to_ascii_lowercase(), meant.to_ascii_lowercase());
    if name == meant {
        return false;
    }
    let (shorter, longer) = if name.len() < meant.len() { (&name, &meant) } else { (&meant, &name) };
    let mut sorted = [name.clone().into_bytes(), meant.clone().into_bytes()];
    sorted.iter_mut().for_each(|letters| letters.sort_unstable());
    let is_swapped = sorted[0] == sorted[1];
    let lacks_one = longer.len() == shorter.len() + 1
        && (0..longer.len()).any(|at| {
            let mut letters = longer.as_bytes().to_vec();
            letters.remove(at);
            letters == shorter.as_bytes()
        });
    is_swapped || lacks_one
}

pub(super) fn span(from: usize, to: usize) -> Span {
    Span::new(from as u32, to as u32)
}
