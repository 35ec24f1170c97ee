//! Which formats a run is written in, and where each goes.

use std::env;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::Report;
use auditlint_report::{
    JunitBy, RenderOptions, ReportFormat, SarifProfile, job_summary, left_out, renderer, summary_text, write_problems,
    write_timings,
};
use auditlint_source::Files;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::args::ColorChoice;
use crate::context::CommandContext;
use crate::out;
use crate::pipe_writer::PipeWriter;

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
    format: ReportFormat,
    /// `None` for standard output.
    file: Option<PathBuf>,
}

/// Everything that a run is written to.
pub(crate) struct Outputs {
    outputs: Vec<Output>,
    options: RenderOptions,
    color: ColorChoice,
}

impl Outputs {
    /// What the arguments ask for, or else the environment.
    pub(crate) fn of(args: &OutputArgs, options: RenderOptions) -> Result<Self> {
        let mut outputs = args.outputs.clone();
        if outputs.is_empty() {
            let format = args.format.unwrap_or_else(|| format_of_environment(args.output_file.is_some()));
            outputs.push(Output { format, file: args.output_file.clone() });
        }
        if outputs.iter().filter(|output| output.file.is_none()).count() > 1 {
            bail!("only one format can go to standard output; give the others a file: `--output sarif=results.sarif`");
        }
        let options = RenderOptions {
            width: out::width(),
            sarif_profile: match args.sarif_profile {
                SarifProfileChoice::Github => SarifProfile::Github,
                SarifProfileChoice::Full => SarifProfile::Full,
            },
            junit_by: match args.junit_by {
                JunitByChoice::File => JunitBy::File,
                JunitByChoice::Task => JunitBy::Task,
            },
            ..options
        };
        Ok(Self { outputs, options, color: args.color })
    }

    /// Writes the report in every format, and on standard error what those on standard output do not carry.
    pub(crate) fn write<W: Write>(
        &self,
        context: &CommandContext,
        files: &dyn Files,
        report: &Report,
        out: &mut BufWriter<PipeWriter<W>>,
    ) -> Result<()> {
        let mut err = out::stderr();
        let plain = RenderOptions { color: false, ..self.options.clone() };
        for Output { format, file } in &self.outputs {
            let options = RenderOptions { color: out::color(self.color, file.is_some()), ..self.options.clone() };
            if let Some(path) = file {
                let mut bytes = Vec::new();
                renderer(*format, options).render(report, files, &mut bytes)?;
                context.worktree.write_output(path, &bytes).with_context(|| path.display().to_string())?;
            } else {
                renderer(*format, options).render(report, files, out)?;
                out.flush()?;
            }
            if let Some(sentence) = left_out(*format, report, &plain) {
                writeln!(err, "note: {sentence}")?;
            }
            if *format == ReportFormat::Github {
                self.append_job_summary(context, report)?;
            }
        }
        let carried = |carries: fn(ReportFormat) -> bool| self.outputs.iter().any(|output| carries(output.format));
        if !carried(ReportFormat::carries_problems) {
            write_problems(report, files, &plain, &mut err)?;
        }
        let is_on_stdout = self.outputs.iter().any(|output| output.file.is_none() && output.format.carries_summary());
        if !is_on_stdout && !out.get_ref().is_gone() {
            write!(err, "{}", summary_text(report, &plain))?;
        }
        if report.timings.is_some() {
            write_timings(report, &plain, &mut err)?;
        }
        Ok(())
    }

    /// Adds what GitHub shows on the page of the run, where a step of it runs.
    fn append_job_summary(&self, context: &CommandContext, report: &Report) -> Result<()> {
        let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from) else {
            return Ok(());
        };
        let summary = job_summary(report, &self.options);
        let written = context.worktree.append_output(&path, summary.as_bytes());
        written.with_context(|| format!("{} (GITHUB_STEP_SUMMARY)", path.display()))
    }
}

/// The format that fits where the program runs, unless somebody says otherwise.
fn format_of_environment(to_file: bool) -> ReportFormat {
    let is_github = !to_file && env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    if is_github { ReportFormat::Github } else { ReportFormat::Text }
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
