//! SARIF 2.1.0, the format in which code scanning takes results.
//!
//! GitHub opens an alert for every result, also for one that is suppressed or known, and ignores fixes and task ids outside of
//! tags. So there are two profiles: `github` has what counts and what GitHub shows, `full` has everything.
//!
//! Sources: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" by OASIS, and "SARIF support for code
//! scanning" in GitHub's documentation with its limits.

mod model;
mod result;
mod rule;

use std::cell::RefCell;
use std::io;

use auditlint_engine::{Finding, Report};
use auditlint_source::{Files, Problem, ProblemLevel};
use serde::{Serialize, Serializer};

use self::model::{
    ArtifactLocation, Driver, Id, Invocation, Location, Message, Notification, PhysicalLocation, Region, Run, SarifLog,
    Tool,
};
use self::result::ResultWriter;
use self::rule::{RuleTable, TaskTable};
use crate::wording::level_word;
use crate::{Render, RenderOptions, SarifProfile, plain};

/// How many results of a run GitHub shows; it keeps the most severe ones.
pub(crate) const GITHUB_RESULTS: usize = 5_000;

pub(crate) struct Sarif {
    options: RenderOptions,
}

impl Sarif {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

/// The findings that a profile has, in the order in which they are written.
pub(crate) fn chosen(report: &Report, profile: SarifProfile) -> Vec<&Finding> {
    match profile {
        SarifProfile::Full => report.findings.iter().collect(),
        SarifProfile::Github => {
            let mut findings: Vec<&Finding> = report.active().collect();
            if findings.len() > GITHUB_RESULTS {
                // The sort is stable, so files stay in order within a severity.
                findings.sort_by_key(|finding| finding.severity);
                findings.truncate(GITHUB_RESULTS);
                findings.sort_by(|a, b| a.order().cmp(&b.order()));
            }
            findings
        }
    }
}

/// What is said about the findings that GitHub would not show; `None` where there are none.
pub(crate) fn left_out(report: &Report, profile: SarifProfile) -> Option<String> {
    let active = report.active().count();
    let more = active.checked_sub(GITHUB_RESULTS).filter(|more| *more > 0 && profile == SarifProfile::Github)?;
    Some(format!(
        "{} left out: GitHub shows {GITHUB_RESULTS} of a run, so the most severe are written; the profile `full` has all",
        plain::count(more as u64, "finding")
    ))
}

impl Render for Sarif {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let profile = self.options.sarif_profile;
        let findings = chosen(report, profile);
        let rules = RuleTable::of(&findings);
        let tasks = TaskTable::of(&findings);
        let mut notifications: Vec<Notification<'_>> =
            report.problems.iter().map(|problem| self.notification(problem)).collect();
        notifications.extend(left_out(report, profile).map(|text| Notification {
            descriptor: Id { id: "left-out" },
            level: "note",
            message: Message::new(text),
            locations: Vec::new(),
        }));
        let has_tasks = profile == SarifProfile::Full && !tasks.is_empty();
        // Behind the list of tasks, where there is one.
        let weaknesses = rules.taxonomy().filter(|_| profile == SarifProfile::Full);
        let place = weaknesses.is_some().then_some(u32::from(has_tasks));
        let results = Results {
            findings: &findings,
            writer: RefCell::new(ResultWriter::new(&self.options, files, &rules, &tasks, &findings)),
        };
        let log = SarifLog {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run {
                tool: Tool {
                    driver: Driver {
                        name: "auditlint",
                        semantic_version: env!("CARGO_PKG_VERSION"),
                        rules: rules.descriptors(place),
                        supported_taxonomies: has_tasks
                            .then(TaskTable::component)
                            .into_iter()
                            .chain(place.map(RuleTable::component))
                            .collect(),
                    },
                },
                invocations: [Invocation {
                    execution_successful: !report.problems.iter().any(|problem| problem.level == ProblemLevel::Error),
                    tool_execution_notifications: notifications,
                }],
                automation_details: Id { id: "auditlint/" },
                column_kind: "utf16CodeUnits",
                taxonomies: if has_tasks { tasks.taxonomies() } else { Vec::new() }
                    .into_iter()
                    .chain(weaknesses)
                    .collect(),
                results,
            }],
        };
        serde_json::to_writer_pretty(&mut *out, &log)?;
        writeln!(out)
    }
}

impl Sarif {
    fn notification<'r>(&self, problem: &'r Problem) -> Notification<'r> {
        let mut text = problem.message.clone();
        if let Some(help) = &problem.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        let location = problem.path.as_ref().map(|path| Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::of(&self.options, path),
                region: problem.position.map(|start| Region::of(start, start)),
            },
            message: None,
        });
        Notification {
            descriptor: Id { id: problem.kind.name() },
            level: level_word(problem.level, &self.options),
            message: Message::new(text),
            locations: location.into_iter().collect(),
        }
    }
}

/// The results, turned into JSON one at a time.
struct Results<'r> {
    findings: &'r [&'r Finding],
    writer: RefCell<ResultWriter<'r>>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut writer = self.writer.borrow_mut();
        serializer.collect_seq(self.findings.iter().map(|finding| writer.result(finding)))
    }
}
