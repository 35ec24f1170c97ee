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
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// The Reviewdog Diagnostic Format.
    Rdjson,
    /// Checkstyle's XML.
    Checkstyle,
}

impl ReportFormat {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Concise,
        Self::Json,
        Self::Jsonl,
        Self::Github,
        Self::Sarif,
        Self::Gitlab,
        Self::Junit,
        Self::Rdjson,
        Self::Checkstyle,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Rdjson => "rdjson",
            Self::Checkstyle => "checkstyle",
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
            Self::Sarif => "SARIF 2.1.0 for code scanning (`--sarif-profile`)",
            Self::Gitlab => "A code quality report for GitLab",
            Self::Junit => "JUnit XML: findings by file, or tasks (`--junit-by`)",
            Self::Rdjson => "The format of reviewdog",
            Self::Checkstyle => "Checkstyle XML",
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
        !matches!(self, Self::Jsonl | Self::Gitlab | Self::Rdjson | Self::Checkstyle | Self::Junit)
    }

    /// Whether its output says how many findings and files there were; otherwise that belongs on standard error.
    #[must_use]
    pub fn carries_summary(self) -> bool {
        matches!(self, Self::Text | Self::Json)
    }
}

/// What a format leaves out although it counts, as one sentence; `None` where it has everything.
#[must_use]
pub fn left_out(format: ReportFormat, report: &Report, options: &RenderOptions) -> Option<String> {
    match format {
        ReportFormat::Sarif => crate::sarif::left_out(report, options.sarif_profile),
        _ => None,
    }
}

/// The renderer of a format. What it writes went through an [`EscapeWriter`].
#[must_use]
pub fn renderer(format: ReportFormat, options: RenderOptions) -> Box<dyn Render> {
    let passing = match format {
        ReportFormat::Text => Passing::of_color(options.color),
        ReportFormat::Concise | ReportFormat::Junit | ReportFormat::Checkstyle => Passing::Nothing,
        ReportFormat::Json
        | ReportFormat::Jsonl
        | ReportFormat::Sarif
        | ReportFormat::Gitlab
        | ReportFormat::Rdjson => Passing::Json,
        ReportFormat::Github => Passing::GithubCommands,
    };
    let format: Box<dyn Render> = match format {
        ReportFormat::Text => Box::new(crate::text::Text::new(options)),
        ReportFormat::Concise => Box::new(crate::concise::Concise::new(options)),
        ReportFormat::Json => Box::new(crate::json::Json::new(options)),
        ReportFormat::Jsonl => Box::new(crate::json::JsonLines),
        ReportFormat::Github => Box::new(crate::github::Github::new(options)),
        ReportFormat::Sarif => Box::new(crate::sarif::Sarif::new(options)),
        ReportFormat::Gitlab => Box::new(crate::gitlab::Gitlab::new(options)),
        ReportFormat::Junit => Box::new(crate::junit::Junit::new(options)),
        ReportFormat::Rdjson => Box::new(crate::rdjson::Rdjson::new(options)),
        ReportFormat::Checkstyle => Box::new(crate::checkstyle::Checkstyle::new(options)),
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
