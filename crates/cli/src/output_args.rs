//! The arguments that say how a run is written.

use std::path::PathBuf;

use auditlint_report::ReportFormat;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR or CLICOLOR=0 say otherwise; CLICOLOR_FORCE forces colour
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Arguments that say how a run is written.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OutputArgs {
    /// Output format of findings [default: text; `github` in a step of GitHub Actions]
    #[arg(long, value_name = "FORMAT", help_heading = "Output", hide_possible_values = false,
          value_parser = format_parser(), conflicts_with = "outputs")]
    pub(crate) format: Option<ReportFormat>,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output", conflicts_with = "outputs")]
    pub(crate) output_file: Option<PathBuf>,
    /// Write in this format to this file, or to standard output without one (repeatable)
    #[arg(long = "output", value_name = "FORMAT[=FILE]", help_heading = "Output", value_parser = parse_output)]
    pub(crate) outputs: Vec<Output>,
    /// How much `sarif` holds
    #[arg(long, value_name = "PROFILE", help_heading = "Output", default_value = "github")]
    pub(crate) sarif_profile: SarifProfileChoice,
    /// What the test cases of `junit` are
    #[arg(long, value_name = "WHAT", help_heading = "Output", default_value = "file")]
    pub(crate) junit_by: JunitByChoice,
    /// When to colour text
    #[arg(long, value_name = "WHEN", help_heading = "Output", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// How much a SARIF file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SarifProfileChoice {
    /// What counts, and what GitHub shows of it
    #[default]
    Github,
    /// Everything: known and suppressed findings, fixes, tasks
    Full,
}

/// What the test cases of a JUnit file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum JunitByChoice {
    /// Findings, in a suite for each file
    #[default]
    File,
    /// Tasks: verified ones pass, regressed ones fail, the others are skipped
    Task,
}

/// One format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: ReportFormat,
    /// `None` for standard output.
    pub(crate) file: Option<PathBuf>,
}

fn format_parser() -> impl TypedValueParser<Value = ReportFormat> {
    let values = ReportFormat::ALL.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(values).try_map(|word| ReportFormat::from_name(&word).ok_or("there is no such format"))
}

fn parse_output(argument: &str) -> Result<Output, String> {
    let (word, file) = match argument.split_once('=') {
        Some((_, "")) => return Err("the name of the file is missing behind `=`".to_owned()),
        Some((word, file)) => (word, Some(PathBuf::from(file))),
        None => (argument, None),
    };
    let format = ReportFormat::from_name(word).ok_or_else(|| {
        let names = ReportFormat::ALL.map(ReportFormat::name);
        let near = auditlint_source::nearest(word, names);
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        format!("there is no format `{word}`; {near}possible values: {}", names.join(", "))
    })?;
    Ok(Output { format, file })
}
