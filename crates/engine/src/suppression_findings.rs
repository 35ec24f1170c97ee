//! Findings about the suppression comments themselves.

use std::collections::HashSet;

use auditlint_rules::RuleId;
use auditlint_rules::limits::MAX_MATCHES;
use auditlint_source::Span;

use crate::builtin::Builtin;
use crate::catalogue::RuleOrigin;
use crate::date::Date;
use crate::directives::Directive;
use crate::join::{JoinedFile, Joiner};
use crate::suppress::Suppressions;
use crate::{Finding, FindingState, FindingTask, fingerprint};

/// What is wrong with a suppression. What it says is worked out where there is room for it.
struct SuppressionFault<'d> {
    builtin: Builtin,
    span: Span,
    about: About<'d>,
    task: Option<&'d str>,
}

enum About<'d> {
    Comment(&'d str),
    Day(Date),
    Rule(&'d RuleId),
    /// A comment for ast-grep that names no rule.
    EveryRule,
}

impl Joiner<'_> {
    /// Says what is wrong with the suppressions of a file, after all its findings were held against them. Gives how many such
    /// findings there was no room for.
    pub(crate) fn report_suppressions(
        &self,
        suppressions: &Suppressions<'_>,
        file: &JoinedFile<'_>,
        findings: &mut Vec<Finding>,
    ) -> u64 {
        let mut left_out = 0;
        let malformed = suppressions.directives.malformed.iter().map(|malformed| SuppressionFault {
            builtin: Builtin::Malformed,
            span: malformed.span,
            about: About::Comment(&malformed.message),
            task: None,
        });
        let all = suppressions.directives.all.iter().zip(&suppressions.used);
        let faults = all.flat_map(|(directive, used)| match directive.ast_grep {
            true => self.ast_grep_faults(directive, used),
            false => self.faults(suppressions, directive, used),
        });
        for fault in malformed.chain(faults) {
            if findings.len() as u64 >= 2 * MAX_MATCHES {
                left_out += 1;
            } else {
                findings.push(self.suppression_finding(&fault, file));
            }
        }
        left_out
    }

    /// What is wrong with one directive, of which `used` says for each rule whether it silenced something.
    fn faults<'d>(
        &self,
        suppressions: &Suppressions<'_>,
        directive: &'d Directive,
        used: &[bool],
    ) -> Vec<SuppressionFault<'d>> {
        let task = directive.task.as_deref();
        if let (true, Some(until)) = (directive.is_over(suppressions.today), directive.until) {
            let about = About::Day(until);
            return vec![SuppressionFault { builtin: Builtin::Expired, span: directive.span, about, task }];
        }
        let unused = directive.rules.iter().zip(used).filter(|(_, used)| !**used);
        let faults = unused.filter_map(|((span, id), _)| {
            let builtin = match self.catalogue.known.contains_key(id) {
                false => Builtin::Unknown,
                true if self.complete => Builtin::Unused,
                true => return None,
            };
            Some(SuppressionFault { builtin, span: *span, about: About::Rule(id), task })
        });
        faults.collect()
    }

    /// The same of one that is written for ast-grep. It speaks of the rules of an `sgconfig.yml` alone: where there is none, and
    /// of rules that did not come from one, another program may be the judge.
    fn ast_grep_faults<'d>(&self, directive: &'d Directive, used: &[bool]) -> Vec<SuppressionFault<'d>> {
        let set = &self.catalogue.set;
        let foreign = self.catalogue.origins.iter().zip(set.rules());
        let foreign = foreign.filter(|(origin, _)| **origin == RuleOrigin::AstGrep).map(|(_, rule)| &rule.rule.id);
        let foreign: HashSet<&RuleId> = foreign.collect();
        if !self.complete || foreign.is_empty() {
            return Vec::new();
        }
        let fault = |about| SuppressionFault { builtin: Builtin::Unused, span: directive.span, about, task: None };
        if directive.rules.is_empty() {
            return if used.contains(&true) { Vec::new() } else { vec![fault(About::EveryRule)] };
        }
        let unused = directive.rules.iter().zip(used).filter(|((_, id), used)| !**used && foreign.contains(id));
        unused.map(|((_, id), _)| fault(About::Rule(id))).collect()
    }

    /// Why a directive for this rule silences nothing.
    fn unused(&self, id: &RuleId) -> String {
        if Builtin::is_builtin(id.as_str()) {
            return format!("`{id}` cannot be suppressed; correct the comment instead");
        }
        match self.catalogue.known.get(id) {
            None => {
                let near = self.catalogue.nearest(id.as_str());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                format!("there is no rule `{id}`{near}")
            }
            Some(false) => format!("rule `{id}` is off, so this suppression does nothing"),
            Some(true) => format!("rule `{id}` finds nothing here, so this suppression does nothing"),
        }
    }

    fn suppression_finding(&self, fault: &SuppressionFault<'_>, file: &JoinedFile<'_>) -> Finding {
        let SuppressionFault { builtin, span, about, .. } = fault;
        let message = match about {
            About::Comment(message) => (*message).to_owned(),
            About::Day(until) => format!("the suppression expired on {until}; its findings count again"),
            About::Rule(id) => self.unused(id),
            About::EveryRule => {
                "no rule of the `sgconfig.yml` finds anything here, so this suppression does nothing".to_owned()
            }
        };
        let task = |id: &str| FindingTask { id: id.to_owned(), title: None, status: None, path: None, line: None };
        let text = String::from_utf8_lossy(span.of(file.text.bytes()));
        Finding {
            rule: builtin.info(),
            severity: builtin.severity(),
            message: message.into(),
            path: file.path.clone(),
            span: *span,
            start: file.text.position(span.start),
            end: file.text.position(span.end),
            tasks: fault.task.map(task).into_iter().collect(),
            fingerprint: fingerprint::of_key(&RuleId::new(builtin.id()), &text),
            state: FindingState::New,
            reason: None,
            fix: None,
            related: Box::default(),
        }
    }
}
