//! JUnit's XML, which every CI system reads: a case for each finding, or one for each task.
//!
//! Source: `junit-10.xsd` of Jenkins' xUnit plugin.

use std::collections::BTreeMap;
use std::io;

use auditlint_engine::{Finding, Report, TaskVerdict};
use auditlint_source::{FilePath, Files, Problem, ProblemLevel};
use auditlint_tasks::Verdict;

use crate::plain::count;
use crate::wording::level_word;
use crate::xml::XmlWriter;
use crate::{JunitBy, Render, RenderOptions};

pub(crate) struct Junit {
    options: RenderOptions,
}

impl Junit {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

/// One test case.
struct Case {
    name: String,
    class: String,
    file: Option<String>,
    line: Option<u32>,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Skipped(String),
    Failed {
        kind: &'static str,
        message: String,
        text: String,
    },
    /// The run itself went wrong.
    Error {
        message: String,
    },
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

impl Suite {
    fn count(&self, is_counted: impl Fn(&Outcome) -> bool) -> usize {
        self.cases.iter().filter(|case| is_counted(&case.outcome)).count()
    }

    fn failures(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed { .. }))
    }

    fn errors(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Error { .. }))
    }

    fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Skipped(_)))
    }
}

impl Render for Junit {
    fn render(&self, report: &Report, _files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let mut suites = match self.options.junit_by {
            JunitBy::File => self.by_file(report),
            JunitBy::Task => self.by_task(report),
        };
        suites.extend(self.problems(report));
        if suites.is_empty() {
            // Some systems take a file without a case for a run that did not happen.
            let name = "auditlint".to_owned();
            let case = self.nothing(report);
            suites.push(Suite { name, cases: vec![case] });
        }
        let mut xml = XmlWriter::new(out)?;
        let sum = |of: fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>().to_string();
        xml.open(
            "testsuites",
            &[
                ("name", "auditlint"),
                ("tests", &sum(|suite| suite.cases.len())),
                ("failures", &sum(Suite::failures)),
                ("errors", &sum(Suite::errors)),
            ],
        )?;
        for suite in &suites {
            suite.write(&mut xml)?;
        }
        xml.close("testsuites")?;
        xml.finish()
    }
}

impl Junit {
    fn by_file(&self, report: &Report) -> Vec<Suite> {
        let mut suites: BTreeMap<&FilePath, Vec<Case>> = BTreeMap::new();
        for finding in report.active() {
            suites.entry(&finding.path).or_default().push(self.finding(finding));
        }
        let suite = |(path, cases)| Suite { name: self.options.in_repository(path), cases };
        suites.into_iter().map(suite).collect()
    }

    fn finding(&self, finding: &Finding) -> Case {
        let path = self.options.in_repository(&finding.path);
        let (line, column) = (finding.start.line, finding.start.column);
        let mut text = format!("{path}:{line}:{column}: {}", finding.message);
        if let Some(instead) = &finding.rule.instead {
            text.push('\n');
            text.push_str(instead.trim());
        }
        for task in finding.tasks.iter() {
            let title = task.title.as_deref().unwrap_or_default();
            text.push_str(format!("\nTask {} {title}", task.id).trim_end());
        }
        for place in &finding.related {
            let (path, line) = (self.options.in_repository(&place.path), place.start.line);
            text.push_str(&format!("\n{path}:{line}: {}", place.message));
        }
        Case {
            name: format!("{}:{line}:{column}", finding.rule.id.as_str()),
            class: path.clone(),
            file: Some(path),
            line: Some(line),
            outcome: Outcome::Failed { kind: finding.severity.name(), message: finding.message.to_string(), text },
        }
    }

    /// What stands in a file that would be empty.
    fn nothing(&self, report: &Report) -> Case {
        let (name, outcome) = match (self.options.junit_by, &report.verdicts) {
            (JunitBy::File, _) => ("no findings", Outcome::Passed),
            (JunitBy::Task, Some(_)) => ("no tasks", Outcome::Passed),
            (JunitBy::Task, None) => {
                let why = "a run on a part of the project gives no verdicts";
                ("no verdicts", Outcome::Skipped(why.to_owned()))
            }
        };
        Case { name: name.to_owned(), class: "auditlint".to_owned(), file: None, line: None, outcome }
    }

    /// A run that gives no verdicts has no such suite: a task that was not judged is neither passed nor failed.
    fn by_task(&self, report: &Report) -> Vec<Suite> {
        let verdicts = report.verdicts.as_deref().unwrap_or_default();
        let mut suites: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
        for task in verdicts {
            let phase = task.phase.as_deref().filter(|phase| !phase.is_empty()).unwrap_or("tasks");
            suites.entry(phase).or_default().push(self.task(task, phase, report));
        }
        suites.into_iter().map(|(name, cases)| Suite { name: name.to_owned(), cases }).collect()
    }

    fn task(&self, task: &TaskVerdict, phase: &str, report: &Report) -> Case {
        let left = count(task.counts.left(), "finding");
        let mut reasons: Vec<String> = task.reasons.clone();
        let places = task.findings.iter().filter_map(|finding| report.findings.get(*finding));
        reasons.extend(places.take(MOST_PLACES).map(|finding| {
            let (path, start) = (self.options.in_repository(&finding.path), finding.start);
            format!("{path}:{}:{}: {} [{}]", start.line, start.column, finding.message, finding.rule.id.as_str())
        }));
        let verdict = task.verdict.name();
        Case {
            name: if task.title.is_empty() { task.id.clone() } else { format!("{} {}", task.id, task.title) },
            class: phase.to_owned(),
            file: task.place.as_ref().map(|place| self.options.in_repository(&place.path)),
            line: task.place.as_ref().map(|place| place.line),
            outcome: match task.verdict {
                Verdict::Verified | Verdict::ReadyToClose => Outcome::Passed,
                Verdict::Regressed => Outcome::Failed {
                    kind: verdict,
                    message: format!("declared done, and {left} left"),
                    text: reasons.join("\n"),
                },
                Verdict::Open => Outcome::Skipped(format!("open: {left} left")),
                Verdict::Vacuous | Verdict::Unverified | Verdict::Attested | Verdict::Untracked | Verdict::Accepted => {
                    let reason = task.reasons.first().map(|reason| format!(": {reason}")).unwrap_or_default();
                    Outcome::Skipped(format!("{verdict}{reason}"))
                }
            },
        }
    }

    /// What the run could not read or understand, where it ends the run.
    fn problems(&self, report: &Report) -> Option<Suite> {
        let is_error = |problem: &&Problem| {
            problem.level == ProblemLevel::Error || level_word(problem.level, &self.options) == "error"
        };
        let case = |problem: &Problem| {
            let file = problem.path.as_ref().map(|path| self.options.in_repository(path));
            Case {
                name: format!("{}: {}", problem.kind.name(), problem.message),
                class: file.clone().unwrap_or_else(|| "auditlint".to_owned()),
                file,
                line: problem.position.map(|position| position.line),
                outcome: Outcome::Error { message: problem.message.clone() },
            }
        };
        let cases: Vec<Case> = report.problems.iter().filter(is_error).map(case).collect();
        (!cases.is_empty()).then(|| Suite { name: "problems".to_owned(), cases })
    }
}

/// How many places of one task are listed.
const MOST_PLACES: usize = 20;

impl Case {
    fn write(&self, xml: &mut XmlWriter<'_>) -> io::Result<()> {
        let line = self.line.map(|line| line.to_string());
        let mut attributes = vec![("name", self.name.as_str()), ("classname", self.class.as_str())];
        attributes.extend(self.file.as_deref().map(|file| ("file", file)));
        attributes.extend(line.as_deref().map(|line| ("line", line)));
        if matches!(self.outcome, Outcome::Passed) {
            return xml.empty("testcase", &attributes);
        }
        xml.open("testcase", &attributes)?;
        match &self.outcome {
            Outcome::Passed => {}
            Outcome::Skipped(message) => xml.empty("skipped", &[("message", message)])?,
            Outcome::Failed { kind, message, text } => {
                xml.text("failure", &[("type", kind), ("message", message)], text)?;
            }
            Outcome::Error { message } => xml.text("error", &[("message", message)], message)?,
        }
        xml.close("testcase")
    }
}

impl Suite {
    fn write(&self, xml: &mut XmlWriter<'_>) -> io::Result<()> {
        xml.open(
            "testsuite",
            &[
                ("name", &self.name),
                ("tests", &self.cases.len().to_string()),
                ("failures", &self.failures().to_string()),
                ("errors", &self.errors().to_string()),
                ("skipped", &self.skipped().to_string()),
            ],
        )?;
        for case in &self.cases {
            case.write(xml)?;
        }
        xml.close("testsuite")
    }
}
