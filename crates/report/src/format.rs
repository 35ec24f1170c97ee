//! The output formats by name.

use std::io::{self, Write as _};

use auditlint_engine::Report;
use auditlint_source::Files;

use crate::{EscapeWriter, Passing, Render, RenderOptions};

/// An output format of `check`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportFormat {
    /// For people: code frames, why, help, a summary.
    #[default]
    Text,
    /// One line per finding and problem, `path:line:column: severity[rule] message [task]`.
    Concise,
    /// One JSON object with everything; its schema is [`findings_schema`](crate::findings_schema).
    Json,
    /// One JSON object per finding and line.
    Jsonl,
    /// Workflow commands that GitHub shows as annotations.
    Github,
}

impl ReportFormat {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Concise, Self::Json, Self::Jsonl, Self::Github];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Github => "github",
        }
    }

    /// One line for help.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Text => "Code frames with why and what to do, for people",
            Self::Concise => "One line per finding, for editors and grep",
            Self::Json => "One object with findings, problems and summary (`auditlint schema findings`)",
            Self::Jsonl => "One finding per line, as in `json`",
            Self::Github => "Annotations for GitHub Actions",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether its output holds the problems of a run; otherwise they belong on standard error.
    #[must_use]
    pub fn carries_problems(self) -> bool {
        self != Self::Jsonl
    }

    /// Whether its output says how many findings and files there were; otherwise that belongs on standard error.
    #[must_use]
    pub fn carries_summary(self) -> bool {
        matches!(self, Self::Text | Self::Json)
    }
}

/// The renderer of a format. What it writes went through an [`EscapeWriter`].
#[must_use]
pub fn renderer(format: ReportFormat, options: RenderOptions) -> Box<dyn Render> {
    let passing = match format {
        ReportFormat::Text => Passing::of_color(options.color),
        ReportFormat::Concise => Passing::Nothing,
        ReportFormat::Json | ReportFormat::Jsonl => Passing::Json,
        ReportFormat::Github => Passing::GithubCommands,
    };
    let format: Box<dyn Render> = match format {
        ReportFormat::Text => Box::new(crate::text::Text::new(options)),
        ReportFormat::Concise => Box::new(crate::concise::Concise::new(options)),
        ReportFormat::Json => Box::new(crate::json::Json::new(options)),
        ReportFormat::Jsonl => Box::new(crate::json::JsonLines),
        ReportFormat::Github => Box::new(crate::github::Github::new(options)),
    };
    Box::new(Escaping { format, passing })
}

/// A format whose output cannot act.
struct Escaping {
    format: Box<dyn Render>,
    passing: Passing,
}

impl Render for Escaping {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = EscapeWriter::new(out, self.passing);
        self.format.render(report, files, &mut out)?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for format in ReportFormat::ALL {
            assert_eq!(ReportFormat::from_name(format.name()), Some(format));
        }
        assert_eq!(ReportFormat::from_name("xml"), None);
    }
}
