//! Which formats a run is written in, and where each goes.

use std::io::{BufWriter, Write};

use anyhow::{Context as _, Result, bail};
use auditlint_engine::Report;
use auditlint_report::{
    JunitBy, RenderOptions, ReportFormat, SarifProfile, job_summary, left_out, renderer, summary_text, write_problems,
    write_timings,
};
use auditlint_source::Files;

use crate::context::CommandContext;
use crate::output_args::{ColorChoice, JunitByChoice, Output, OutputArgs, SarifProfileChoice};
use crate::pipe_writer::PipeWriter;
use crate::{environment, out};

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

    /// Whether one of them is a file.
    pub(crate) fn has_file(&self) -> bool {
        self.outputs.iter().any(|output| output.file.is_some())
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
        let Some(path) = environment::job_summary_file() else { return Ok(()) };
        let summary = job_summary(report, &self.options);
        let written = context.worktree.append_output(&path, summary.as_bytes());
        written.with_context(|| format!("{} (GITHUB_STEP_SUMMARY)", path.display()))
    }
}

/// The format that fits where the program runs, unless somebody says otherwise.
fn format_of_environment(to_file: bool) -> ReportFormat {
    if !to_file && environment::is_github_step() { ReportFormat::Github } else { ReportFormat::Text }
}
