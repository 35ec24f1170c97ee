//! Findings at dependencies whose tasks are both declared done: they stand only where the verdict on the one that comes before does not
//! prove it. They are found like those of every rule over facts, so that suppressions, ignores, severities and the baseline treat them
//! so, and withdrawn here.

use std::collections::HashMap;
use std::sync::Arc;

use auditlint_providers::CLAIMS;
use auditlint_rules::Rule;
use auditlint_source::{FilePath, Span};
use auditlint_tasks::Verdict;

use crate::Report;
use crate::snapshot::Snapshot;
use crate::verdict::TaskVerdict;

/// The option by which a rule asks for what nothing proves.
const UNPROVEN: &str = "unproven";

impl Snapshot<'_> {
    /// Withdraws what the verdicts refute, and says of the rest what is wrong.
    pub(super) fn judge_claims(&self, verdicts: &mut [TaskVerdict], report: &mut Report) {
        let set = &self.catalogue().set;
        let rules = set.rules().iter().zip(&self.catalogue().infos);
        let judging: HashMap<_, bool> = rules
            .filter(|(compiled, _)| compiled.rule.checks().iter().any(|check| check.each == CLAIMS))
            .map(|(compiled, info)| (Arc::as_ptr(info), wants_unproven(&compiled.rule)))
            .collect();
        if judging.is_empty() {
            return;
        }
        let by_id: HashMap<&str, (Verdict, u64)> =
            verdicts.iter().map(|one| (one.id.as_str(), (one.verdict, one.counts.left()))).collect();
        let mut claims: HashMap<(&FilePath, Span), (&str, Verdict, u64)> = HashMap::new();
        let tasks = self.tasks.tasks();
        for dependency in tasks.iter().flat_map(|task| &task.dependencies).filter(|dependency| dependency.is_entry) {
            let Some(on) = &dependency.on else { continue };
            let Some((verdict, left)) = by_id.get(on.as_str()).copied() else { continue };
            claims.insert((&dependency.place.path, dependency.place.span), (on.as_str(), verdict, left));
        }
        let mut kept = Vec::with_capacity(report.findings.len());
        let mut new = Vec::with_capacity(report.findings.len());
        for mut finding in std::mem::take(&mut report.findings) {
            let claim = judging
                .get(&Arc::as_ptr(&finding.rule))
                .and_then(|wants_unproven| Some((*wants_unproven, claims.get(&(&finding.path, finding.span))?)));
            if let Some((wants_unproven, (on, verdict, left))) = claim {
                let why = match verdict {
                    Verdict::Regressed => {
                        let (noun, verb) = if *left == 1 { ("finding", "is") } else { ("findings", "are") };
                        Some(format!("{left} {noun} of `{on}` {verb} left"))
                    }
                    Verdict::Unverified if wants_unproven => Some(format!("no rule checks `{on}`")),
                    Verdict::Vacuous if wants_unproven => Some(format!("nobody can tell whether `{on}` holds")),
                    Verdict::Unverified
                    | Verdict::Vacuous
                    | Verdict::Verified
                    | Verdict::Attested
                    | Verdict::Accepted => {
                        new.push(None);
                        continue;
                    }
                    // Declared open, which its own status says.
                    Verdict::Open | Verdict::ReadyToClose | Verdict::Untracked => None,
                };
                if let Some(why) = why {
                    // "… is not" is said of what is declared open.
                    let is_unproven = matches!(verdict, Verdict::Unverified | Verdict::Vacuous);
                    let word = if is_unproven && finding.message.ends_with(" not") { " verified" } else { "" };
                    finding.message = format!("{}{word}: {why}", finding.message).into();
                }
            }
            new.push(Some(kept.len()));
            kept.push(finding);
        }
        report.findings = kept;
        // The numbers of findings change where one before them goes.
        for verdict in verdicts {
            verdict.findings = verdict.findings.iter().filter_map(|number| new.get(*number).copied()?).collect();
        }
    }
}

fn wants_unproven(rule: &Rule) -> bool {
    rule.options.has(UNPROVEN, "report")
}
