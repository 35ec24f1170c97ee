//! JUnit's XML, which every CI system reads: a case for each finding, or one for each task.
//!
//! Source: `junit-10.xsd` of Jenkins' xUnit plugin.

use std::collections::BTreeMap;
use std::io;

use auditlint_engine::{Finding, Report, TaskVerdict};
use auditlint_source::{FilePath, Files, Problem, ProblemLevel};
use auditlint_tasks::Verdict;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};

use crate::plain::{self, count};
use crate::wording::level_word;
use crate::{JunitBy, Render, RenderOptions};

pub(crate) struct Junit {
    options: RenderOptions,
}

impl Junit {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
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
            // Some systems read a file without a case as a run that did not happen.
            suites.push(suite("auditlint", [self.nothing(report)]));
        }
        let mut document = quick_junit::Report::new("auditlint");
        document.add_test_suites(suites);
        document.serialize(out).map_err(io::Error::other)
    }
}

/// Text that cannot leave its place; what XML forbids is shown as its escape, where [`XmlString`] would leave it out.
fn value(text: &str) -> XmlString {
    XmlString::new(plain::one_line(text))
}

fn lines(text: &str) -> XmlString {
    XmlString::new(plain::lines(text))
}

fn suite(name: &str, cases: impl IntoIterator<Item = TestCase>) -> TestSuite {
    let mut suite = TestSuite::new(value(name));
    suite.add_test_cases(cases);
    suite
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(value(name), status);
    case.set_classname(value(class));
    case
}

/// A case that says where it is.
fn placed(mut case: TestCase, file: Option<&str>, line: Option<u32>) -> TestCase {
    case.extra.extend(file.map(|file| ("file".into(), value(file))));
    case.extra.extend(line.map(|line| ("line".into(), line.to_string().into())));
    case
}

fn failed(kind: &str, message: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(value(kind)).set_message(value(message)).set_description(lines(text));
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(value(message));
    status
}

/// The run itself went wrong.
fn error(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(value(message)).set_description(lines(message));
    status
}

impl Junit {
    fn by_file(&self, report: &Report) -> Vec<TestSuite> {
        let mut suites: BTreeMap<&FilePath, Vec<TestCase>> = BTreeMap::new();
        for finding in report.active() {
            suites.entry(&finding.path).or_default().push(self.finding(finding));
        }
        suites.into_iter().map(|(path, cases)| suite(&self.options.in_repository(path), cases)).collect()
    }

    fn finding(&self, finding: &Finding) -> TestCase {
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
        let name = format!("{}:{line}:{column}", finding.rule.id.as_str());
        let status = failed(finding.severity.name(), &finding.message, &text);
        placed(case(&name, &path, status), Some(&path), Some(line))
    }

    /// What stands in a file that would be empty.
    fn nothing(&self, report: &Report) -> TestCase {
        let (name, status) = match (self.options.junit_by, &report.verdicts) {
            (JunitBy::File, _) => ("no findings", TestCaseStatus::success()),
            (JunitBy::Task, Some(_)) => ("no tasks", TestCaseStatus::success()),
            (JunitBy::Task, None) => {
                let why = "a run on a part of the project gives no verdicts";
                ("no verdicts", skipped(why))
            }
        };
        case(name, "auditlint", status)
    }

    /// A run that gives no verdicts has no such suite: a task that was not judged is neither passed nor failed.
    fn by_task(&self, report: &Report) -> Vec<TestSuite> {
        let verdicts = report.verdicts.as_deref().unwrap_or_default();
        let mut suites: BTreeMap<&str, Vec<TestCase>> = BTreeMap::new();
        for task in verdicts {
            let phase = task.phase.as_deref().filter(|phase| !phase.is_empty()).unwrap_or("tasks");
            suites.entry(phase).or_default().push(self.task(task, phase, report));
        }
        suites.into_iter().map(|(name, cases)| suite(name, cases)).collect()
    }

    fn task(&self, task: &TaskVerdict, phase: &str, report: &Report) -> TestCase {
        let left = count(task.counts.left(), "finding");
        let mut reasons: Vec<String> = task.reasons.clone();
        let places = task.findings.iter().filter_map(|finding| report.findings.get(*finding));
        reasons.extend(places.take(MOST_PLACES).map(|finding| {
            let (path, start) = (self.options.in_repository(&finding.path), finding.start);
            format!("{path}:{}:{}: {} [{}]", start.line, start.column, finding.message, finding.rule.id.as_str())
        }));
        let verdict = task.verdict.name();
        let status = match task.verdict {
            Verdict::Verified | Verdict::ReadyToClose => TestCaseStatus::success(),
            Verdict::Regressed => failed(verdict, &format!("declared done, and {left} left"), &reasons.join("\n")),
            Verdict::Open => skipped(&format!("open: {left} left")),
            Verdict::Vacuous | Verdict::Unverified | Verdict::Attested | Verdict::Untracked | Verdict::Accepted => {
                let reason = task.reasons.first().map(|reason| format!(": {reason}")).unwrap_or_default();
                skipped(&format!("{verdict}{reason}"))
            }
        };
        let name = format!("{} {}", task.id, task.title);
        let file = task.place.as_ref().map(|place| self.options.in_repository(&place.path));
        placed(case(name.trim_end(), phase, status), file.as_deref(), task.place.as_ref().map(|place| place.line))
    }

    /// What the run could not read or understand, where it ends the run.
    fn problems(&self, report: &Report) -> Option<TestSuite> {
        let is_error = |problem: &&Problem| {
            problem.level == ProblemLevel::Error || level_word(problem.level, &self.options) == "error"
        };
        let of = |problem: &Problem| {
            let file = problem.path.as_ref().map(|path| self.options.in_repository(path));
            let name = format!("{}: {}", problem.kind.name(), problem.message);
            let case = case(&name, file.as_deref().unwrap_or("auditlint"), error(&problem.message));
            placed(case, file.as_deref(), problem.position.map(|position| position.line))
        };
        let cases: Vec<TestCase> = report.problems.iter().filter(is_error).map(of).collect();
        (!cases.is_empty()).then(|| suite("problems", cases))
    }
}

/// How many places of one task are listed.
const MOST_PLACES: usize = 20;
