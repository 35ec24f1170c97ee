//! The findings that verdicts themselves lead to, at the places where task files say how far a task is.

use std::collections::HashMap;
use std::sync::Arc;

use auditlint_providers::STATUSES;
use auditlint_rules::RuleId;
use auditlint_source::{FilePath, Position, Problem, ProblemKind, Span};
use auditlint_tasks::{Status, TaskPlace, Verdict};

use crate::builtin::Builtin;
use crate::limits::MAX_RELATED;
use crate::shown_texts::ShownTexts;
use crate::snapshot::Snapshot;
use crate::verdict::TaskVerdict;
use crate::{Finding, FindingState, FindingTask, Related, Report, RuleInfo, fingerprint};

impl Snapshot<'_> {
    /// Says at the word for the status of each task that is declared done and is not what is left of it, and keeps other findings
    /// from saying that a task is done of which something is left.
    pub(super) fn add_regressions(&self, verdicts: &mut [TaskVerdict], report: &mut Report) {
        let mut texts = ShownTexts::new(self.files, auditlint_tasks::SIZE_LIMIT);
        let mut added = Vec::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.verdict == Verdict::Regressed) {
            added.extend(
                self.status_place(verdict).map(|place| regression(verdict, place, &report.findings, &mut texts)),
            );
        }
        let is_changed = self.correct_advice(verdicts, &mut report.findings);
        if added.is_empty() && !is_changed {
            report.settle();
            return;
        }
        // The numbers of findings change where one is put among them.
        let old: Vec<usize> = {
            let mut order: Vec<usize> = (0..report.findings.len() + added.len()).collect();
            let all: Vec<&Finding> = report.findings.iter().chain(&added).collect();
            order.sort_by(|a, b| all[*a].order().cmp(&all[*b].order()));
            order
        };
        let mut new = vec![0; old.len()];
        old.iter().enumerate().for_each(|(at, number)| new[*number] = at);
        for number in verdicts.iter_mut().flat_map(|verdict| &mut verdict.findings) {
            *number = new[*number];
        }
        report.findings.extend(added);
        report.settle();
    }

    /// Where the status that holds is declared.
    fn status_place(&self, verdict: &TaskVerdict) -> Option<TaskPlace> {
        let declared = verdict.task.and_then(|task| self.tasks.tasks().get(task)?.declarations.first());
        declared.map(|declaration| declaration.place.clone()).or_else(|| verdict.place.clone())
    }

    /// A rule over statuses says of a line that shows a task as open that the task is done elsewhere. Where findings of the task
    /// are left, the line is right.
    fn correct_advice(&self, verdicts: &[TaskVerdict], findings: &mut [Finding]) -> bool {
        let set = &self.catalogue().set;
        let rules = set.rules().iter().zip(&self.catalogue().infos);
        let about_statuses: Vec<&Arc<RuleInfo>> = rules
            .filter(|(compiled, _)| compiled.rule.checks().iter().any(|check| check.each == STATUSES))
            .map(|(_, info)| info)
            .collect();
        if about_statuses.is_empty() {
            return false;
        }
        let mut open: HashMap<(&FilePath, Span), &TaskVerdict> = HashMap::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.counts.left() > 0) {
            let declared = verdict.task.map_or(&[][..], |task| &self.tasks.tasks()[task].declarations);
            for declaration in declared.iter().filter(|one| matches!(one.status, Status::Todo | Status::InProgress)) {
                open.insert((&declaration.place.path, declaration.place.span), verdict);
            }
        }
        let mut is_changed = false;
        for finding in findings.iter_mut() {
            if !about_statuses.iter().any(|info| Arc::ptr_eq(info, &finding.rule)) {
                continue;
            }
            let Some(verdict) = open.get(&(&finding.path, finding.span)) else { continue };
            let left = verdict.counts.left();
            let instead = "Leave this line open, and reopen the task where it is marked as done.";
            finding.rule = Arc::new(RuleInfo { instead: Some(instead.to_owned()), ..(*finding.rule).clone() });
            let (noun, verb) = if left == 1 { ("finding", "is") } else { ("findings", "are") };
            finding.message = format!("{}; {left} {noun} of it {verb} left, so it is open", finding.message).into();
            is_changed = true;
        }
        is_changed
    }

    /// Says which tasks are accepted or will not be done without a reason.
    pub(super) fn say_missing_reasons(&self, verdicts: &[TaskVerdict], problems: &mut Vec<Problem>) {
        let mut texts = ShownTexts::new(self.files, auditlint_tasks::SIZE_LIMIT);
        let accepted = verdicts.iter().filter(|verdict| verdict.verdict == Verdict::Accepted);
        for verdict in accepted.filter(|verdict| verdict.because.is_none() && verdict.attestation.is_none()) {
            let Some(place) = self.status_place(verdict) else { continue };
            let what = match verdict.status {
                Some(Status::Accepted) => "is accepted as it is",
                _ => "will not be done",
            };
            let message = format!("task `{}` {what}, and no reason is given", verdict.id);
            let (start, _) = positions(&mut texts, &place);
            let problem = Problem::warning(ProblemKind::Task, message).in_file(&place.path).placed(place.span, start);
            problems
                .push(problem.help("write the reason behind the status, or an `[[attest]]` table into auditlint.toml"));
        }
    }
}

fn positions(texts: &mut ShownTexts<'_>, place: &TaskPlace) -> (Position, Position) {
    let (text, lines) = texts.of(&place.path);
    (lines.position(text, place.span.start), lines.position(text, place.span.end))
}

fn regression(verdict: &TaskVerdict, place: TaskPlace, findings: &[Finding], texts: &mut ShownTexts<'_>) -> Finding {
    let left = verdict.counts.left();
    let places = verdict.findings.iter().map(|number| &findings[*number]);
    let shown: Vec<&Finding> =
        places.filter(|finding| finding.state != FindingState::Suppressed).take(MAX_RELATED).collect();
    let more = left - (shown.len() as u64).min(left);
    let last = shown.len();
    let related = shown.into_iter().enumerate().map(|(at, finding)| Related {
        path: finding.path.clone(),
        span: finding.span,
        start: finding.start,
        end: finding.end,
        message: match more {
            more if more > 0 && at + 1 == last => {
                format!("{}: {} (and {more} more)", finding.rule.id.as_str(), finding.message)
            }
            _ => format!("{}: {}", finding.rule.id.as_str(), finding.message),
        },
    });
    let (start, end) = positions(texts, &place);
    let noun = if left == 1 { "finding" } else { "findings" };
    Finding {
        rule: Builtin::Regressed.info(),
        severity: Builtin::Regressed.severity(),
        message: format!(
            "`{}` is marked as done, but {left} {noun} of it {} left",
            verdict.id,
            if left == 1 { "is" } else { "are" }
        )
        .into(),
        related: related.collect(),
        span: place.span,
        start,
        end,
        tasks: Arc::from([FindingTask {
            id: verdict.id.clone(),
            title: (!verdict.title.is_empty()).then(|| verdict.title.clone()),
            status: verdict.status.map(Status::name),
            path: verdict.place.as_ref().map(|place| place.path.clone()),
            line: verdict.place.as_ref().map(|place| place.line),
        }]),
        fingerprint: fingerprint::of_key(&RuleId::new(Builtin::Regressed.id()), &verdict.id),
        path: place.path,
        state: FindingState::New,
        reason: None,
        fix: None,
    }
}
