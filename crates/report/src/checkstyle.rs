//! Checkstyle's XML, which many CI systems read.
//!
//! Source: the output of Checkstyle's `XMLLogger`.

use std::io;

use auditlint_engine::{Finding, Report};
use auditlint_rules::Severity;
use auditlint_source::{FilePath, Files};

use crate::xml::XmlWriter;
use crate::{Render, RenderOptions};

pub(crate) struct Checkstyle {
    options: RenderOptions,
}

impl Checkstyle {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Checkstyle {
    fn render(&self, report: &Report, _files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let mut xml = XmlWriter::new(out)?;
        // The version of the format, not of this program.
        xml.open("checkstyle", &[("version", "8.0")])?;
        let mut current: Option<&FilePath> = None;
        for finding in report.active() {
            if current != Some(&finding.path) {
                if current.replace(&finding.path).is_some() {
                    xml.close("file")?;
                }
                xml.open("file", &[("name", &self.options.in_repository(&finding.path))])?;
            }
            error(finding, &mut xml)?;
        }
        if current.is_some() {
            xml.close("file")?;
        }
        xml.close("checkstyle")?;
        xml.finish()
    }
}

fn error(finding: &Finding, xml: &mut XmlWriter<'_>) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "info",
    };
    let mut message = finding.message.to_string();
    for task in finding.tasks.iter() {
        message.push_str(&format!(" [{}]", task.id));
    }
    xml.empty(
        "error",
        &[
            ("line", &finding.start.line.to_string()),
            ("column", &finding.start.utf16_column.to_string()),
            ("severity", severity),
            ("message", &message),
            ("source", &format!("auditlint.{}", finding.rule.id.as_str())),
        ],
    )
}
