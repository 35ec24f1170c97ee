//! Fixing one source until nothing is left to fix.

use std::collections::BTreeSet;

use auditlint_rules::RuleId;
use auditlint_source::{FilePath, Position, Problem, ProblemKind};
use auditlint_syntax::may_hold_code;

use crate::fix::{FixLevel, apply_sound, order};
use crate::own_output::OwnOutput;
use crate::snapshot::Snapshot;
use crate::{Date, Finding, Overlay};

/// How often a source is fixed and looked at again: a fix may make room for another.
const ROUNDS: usize = 10;

/// How many fixes that break a source are named one by one.
const NAMED: usize = 20;

/// A source after its fixes.
#[derive(Clone, Debug, Default)]
pub struct FixedSource {
    /// The new text.
    pub text: Vec<u8>,
    /// How many findings were put right.
    pub applied: usize,
    /// Which were not, and why.
    pub problems: Vec<Problem>,
}

/// A place that is not fixed, by its rule and where it begins.
type UnfixedMatch = (RuleId, u32);

impl Snapshot<'_> {
    /// Applies the fixes of a level of the findings of one source round by round, each to what the last one left. `text` is what was
    /// analysed when the findings were made.
    #[must_use]
    pub fn fix(
        &self,
        path: &FilePath,
        text: &[u8],
        mut findings: Vec<Finding>,
        level: FixLevel,
        today: &(dyn Fn() -> Option<Date> + Sync),
    ) -> FixedSource {
        let mut source = FixedSource { text: text.to_vec(), ..FixedSource::default() };
        if !may_hold_code(path) {
            return source;
        }
        let mut blocked: BTreeSet<UnfixedMatch> = BTreeSet::new();
        let mut own = OwnOutput::default();
        for round in 0..ROUNDS {
            findings.retain(|finding| level.covers(finding) && !blocked.contains(&place(finding)));
            own.take_out(&source.text, &mut findings);
            findings.sort_by_key(order);
            let sound = apply_sound(path, &source.text, &findings);
            source.say(path, &sound.breaking, "would break the syntax of the file and was not applied");
            source.say(path, &sound.untried, "was not applied: too many fixes in this file break its syntax");
            blocked.extend(sound.breaking.iter().chain(&sound.untried).map(|finding| place(finding)));
            if sound.fixed.applied == 0 || sound.fixed.text == source.text {
                if !sound.breaking.is_empty() && sound.fixed.deferred > 0 {
                    // What collides with a fix that is out of the question has its turn.
                    continue;
                }
                break;
            }
            own.note(&source.text, &sound.fixed);
            let moved = |(rule, start): &UnfixedMatch| Some((rule.clone(), sound.fixed.moved(*start)?));
            blocked = blocked.iter().filter_map(moved).collect();
            source.applied += sound.fixed.applied;
            source.text = sound.fixed.text;
            if round + 1 == ROUNDS {
                let problem = Problem::warning(
                    ProblemKind::File,
                    format!("fixes still cause new findings after {ROUNDS} rounds"),
                );
                source.problems.push(problem.in_file(path).help("check the rules' fixes; run --fix again to continue"));
                break;
            }
            let overlay = Overlay::new(self.files, [(path.clone(), source.text.clone())]);
            findings = self.check_again(&overlay, path, today);
        }
        source
    }
}

fn place(finding: &Finding) -> UnfixedMatch {
    (finding.rule.id.clone(), finding.span.start)
}

impl FixedSource {
    fn say(&mut self, path: &FilePath, findings: &[&Finding], what: &str) {
        let problem = |message: String, start: Position| {
            let mut problem = Problem::warning(ProblemKind::File, message).in_file(path);
            problem.position = Some(start);
            problem.help("change the code by hand, and check the rule's `fix`")
        };
        for finding in findings.iter().take(NAMED) {
            let message = format!("the fix of `{}` at line {} {what}", finding.rule.id, finding.start.line);
            self.problems.push(problem(message, finding.start));
        }
        if let Some(next) = findings.get(NAMED) {
            let rules: BTreeSet<&str> = findings[NAMED..].iter().map(|finding| finding.rule.id.as_str()).collect();
            let rules = rules.into_iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
            let more = findings.len() - NAMED;
            let message = format!("each of {more} more fixes, of {rules} from line {} on, {what}", next.start.line);
            self.problems.push(problem(message, next.start));
        }
    }
}
