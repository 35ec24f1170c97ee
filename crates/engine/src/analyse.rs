//! One source: read, skip or parse, match, suppress.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use auditlint_rules::limits::MAX_MATCHES;
use auditlint_rules::{Counters, Role, Room, RuleCost, RuleId, RuleMatch, Severity, SourceInfo};
use auditlint_source::{FilePath, Files, LineIndex, NotText, Problem, ProblemKind, ProblemLevel, ReadError, Span};
use auditlint_syntax::{Code, Parser, may_hold_code};

use crate::builtin::Builtin;
use crate::catalogue::{Catalogue, Origin};
use crate::config::Config;
use crate::date::Date;
use crate::enclosing::Enclosing;
use crate::facts::{FactMatch, FactMatches};
use crate::limits::{MAX_NAMED_RULES, MAX_REGIONS};
use crate::links::Links;
use crate::roles::Roles;
use crate::suppress::Suppressions;
use crate::turns::Turns;
use crate::{ContentHash, Edit, Finding, FindingTask, Related, State, fingerprint};

/// What every source of a run is analysed with.
pub(crate) struct Analyser<'r> {
    pub files: &'r dyn Files,
    pub config: &'r Config,
    /// What of the configuration is about a rule.
    pub catalogue: &'r Catalogue,
    pub links: &'r Links,
    pub roles: &'r Roles,
    /// What rules over facts found, by file.
    pub facts: &'r FactMatches,
    /// The day that `until` is compared with, asked for only where it is needed.
    pub today: &'r (dyn Fn() -> Option<Date> + Sync),
    /// Whether the run is about the whole project, so that a suppression that silences nothing can be said to be unused.
    pub complete: bool,
    pub timed: bool,
    /// Where large sources wait for others.
    pub turns: &'r Turns,
}

/// What one thread keeps between sources.
pub(crate) struct Worker {
    parser: Parser,
    rules: auditlint_rules::Worker,
    matches: Vec<RuleMatch>,
    timed: bool,
}

impl Worker {
    /// A worker; `timed` measures what each rule costs.
    pub(crate) fn new(timed: bool) -> Self {
        let rules = if timed { auditlint_rules::Worker::timed(clock) } else { auditlint_rules::Worker::default() };
        Self { parser: Parser::default(), rules, matches: Vec::new(), timed }
    }
}

/// Time since the first call.
fn clock() -> Duration {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed()
}

/// What came of one source.
#[derive(Debug, Default)]
pub(crate) struct FileOutcome {
    pub findings: Vec<Finding>,
    pub problems: Vec<Problem>,
    pub parsed: bool,
    /// A page without scripts.
    pub holds_no_code: bool,
    /// Passed over because a program wrote it.
    pub generated: bool,
    pub bytes: u64,
    pub regions: u64,
    pub region_bytes: u64,
    pub counters: Counters,
    /// What each rule cost, by index; empty unless timed.
    pub costs: Vec<RuleCost>,
    pub time: Duration,
    /// Which `[[ignore]]` tables of the configuration silenced something.
    pub used_ignores: BTreeSet<usize>,
    /// What was analysed, where something was found in it.
    pub content: Option<ContentHash>,
    /// What is configured for the rules that found something.
    rules: HashMap<u32, RuleHere>,
    /// Findings that there was no room for.
    left_out: u64,
}

impl FileOutcome {
    /// Keeps what was analysed in mind, where something was found in it: what is written later must be made of the same text.
    fn note(&mut self, text: &[u8]) {
        self.content = (!self.findings.is_empty()).then(|| ContentHash::of(text));
    }
}

/// What is configured for one rule in one file.
#[derive(Clone, Debug)]
struct RuleHere {
    severity: Severity,
    /// The first `[[ignore]]` table that silences it.
    ignore: Option<usize>,
    tasks: Arc<[FindingTask]>,
}

impl Analyser<'_> {
    /// What rules over facts found in a file that no other rule reads.
    pub(crate) fn data_file(&self, path: &FilePath, matches: &[FactMatch]) -> FileOutcome {
        let mut outcome = FileOutcome::default();
        // Whether it can be read was told where its facts were.
        let text = self.files.read(path, self.config.max_file_size).unwrap_or_default();
        let lines = LineIndex::new(&text);
        let mut suppressions = match has_directive(&text) {
            true => Suppressions::read_data(path, &text, &lines),
            false => Suppressions::default(),
        };
        let today = self.day_for(&suppressions);
        for found in matches {
            let place = suppressions.place_in_data(&lines, found.span);
            let silence = |rule: &RuleId, foreign| {
                suppressions.silence(rule, foreign, place, today).map(|directive| directive.reason.clone())
            };
            self.fact_finding(found, path, (None, &text, &lines), silence, &mut outcome);
        }
        self.report_suppressions(&suppressions, path, (&text, &lines), today, &mut outcome);
        outcome.note(&text);
        outcome
    }

    /// The day that the dates of suppressions are compared with, where one has a date.
    fn day_for(&self, suppressions: &Suppressions) -> Option<Date> {
        let has_date = suppressions.directives.iter().any(|directive| directive.until.is_some());
        if has_date { (self.today)() } else { None }
    }

    fn fact_finding(
        &self,
        found: &FactMatch,
        path: &FilePath,
        at: (Option<&Enclosing<'_>>, &[u8], &LineIndex),
        silence: impl FnOnce(&RuleId, bool) -> Option<String>,
        outcome: &mut FileOutcome,
    ) {
        let message = Arc::clone(&found.message);
        let plain = RuleMatch {
            rule: found.rule,
            node: None,
            span: found.span,
            message,
            edits: Vec::new(),
            cannot_fix: None,
            labels: Vec::new(),
        };
        let before = outcome.findings.len();
        self.finding(plain, path, at, silence, outcome);
        for finding in &mut outcome.findings[before..] {
            finding.related = found.related.clone().into();
            // A row has no code of its own by which it could be known again.
            finding.fingerprint = fingerprint::of_key(&finding.rule.id, &finding.message);
        }
    }

    /// Analyses one source. A panic becomes a problem that names the file.
    pub(crate) fn run(&self, worker: &mut Worker, path: &FilePath, named: bool) -> FileOutcome {
        let begin = self.timed.then(Instant::now);
        let result = catch_unwind(AssertUnwindSafe(|| self.file(worker, path, named)));
        let mut outcome = result.unwrap_or_else(|panic| {
            // What the panic left half done must not reach the next source.
            *worker = Worker::new(worker.timed);
            let words = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            let problem = Problem::error(ProblemKind::Bug, format!("auditlint failed on this file: {words}"))
                .in_file(path)
                .help("this is a bug in auditlint; please report it with the file, or exclude the file");
            FileOutcome { problems: vec![problem], ..FileOutcome::default() }
        });
        outcome.time = begin.map_or(Duration::ZERO, |begin| begin.elapsed());
        // Kept until the last source is analysed.
        outcome.rules = HashMap::new();
        outcome.findings.shrink_to_fit();
        outcome.problems.shrink_to_fit();
        outcome
    }

    fn file(&self, worker: &mut Worker, path: &FilePath, named: bool) -> FileOutcome {
        let mut outcome = FileOutcome::default();
        if !may_hold_code(path) {
            return outcome;
        }
        let level = if named { ProblemLevel::Error } else { ProblemLevel::Warning };
        let text = match self.files.read(path, self.config.max_file_size) {
            Ok(text) => text,
            Err(error) => {
                outcome.problems.push(unreadable(path, level, &error));
                return outcome;
            }
        };
        outcome.bytes = text.len() as u64;
        let _turn = self.turns.take(outcome.bytes);
        if let Some(reason) = NotText::of(&text) {
            let (message, help) = match reason {
                NotText::Utf16 => (reason.to_string(), "save it as UTF-8, or exclude it"),
                NotText::Binary => {
                    ("the file is binary, not source text".to_owned(), "exclude it, or give it another extension")
                }
            };
            outcome.problems.push(Problem::new(ProblemKind::File, level, message).in_file(path).help(help));
            return outcome;
        }
        let role = self.roles.of(path, &text);
        outcome.generated = role == Role::Generated;
        let Some(code) = Code::of(path, &text) else {
            // A page without scripts is data.
            let found = self.facts.get(path).map(|found| self.data_file(path, found));
            return FileOutcome { holds_no_code: true, ..found.unwrap_or_default() };
        };
        let source = SourceInfo { path, language: code.language(), role };
        worker.matches.clear();
        let analysed =
            self.catalogue.set.analyse(source, code.text(), &mut worker.parser, &mut worker.rules, &mut worker.matches);
        #[cfg(debug_assertions)]
        self.hold_against_naive(worker, source, code.text());
        outcome.counters = std::mem::take(&mut worker.rules.counters);
        outcome.costs = std::mem::take(&mut worker.rules.costs);
        outcome.left_out = worker.rules.room.left_out();
        self.report_exceeded(&worker.rules.room, path, level, &mut outcome);
        let has_suppression = worker.rules.selection.has_suppression();
        let analysis = match analysed {
            Ok(Some(analysis)) => analysis,
            Ok(None) => {
                // Nothing can match; what remains are files that lack what a rule requires.
                let (facts, lines) = (self.facts.get(path), LineIndex::new(&text));
                for found in worker.matches.drain(..) {
                    self.finding(found, path, (None, &text, &lines), |_, _| None, &mut outcome);
                }
                for found in facts.into_iter().flatten() {
                    self.fact_finding(found, path, (None, &text, &lines), |_, _| None, &mut outcome);
                }
                outcome.note(&text);
                return outcome;
            }
            Err(gave_up) => {
                let message = format!("the parser gave up: the file {gave_up}");
                let problem = Problem::new(ProblemKind::File, level, message).in_file(path);
                outcome.problems.push(problem.help("exclude the file if it is not written by hand"));
                return outcome;
            }
        };
        outcome.parsed = true;
        let lines = LineIndex::new(&text);
        let tree = analysis.tree();
        let enclosing = Enclosing::new(tree);
        let mut suppressions =
            if has_suppression { Suppressions::read(tree, code.text(), &lines) } else { Suppressions::default() };
        let today = self.day_for(&suppressions);
        for found in worker.matches.drain(..) {
            let place = suppressions.place(&enclosing, &lines, found.node, found.span);
            let silence = |rule: &RuleId, foreign| {
                suppressions.silence(rule, foreign, place, today).map(|directive| directive.reason.clone())
            };
            self.finding(found, path, (Some(&enclosing), &text, &lines), silence, &mut outcome);
        }
        for found in self.facts.get(path).into_iter().flatten() {
            let place = suppressions.place(&enclosing, &lines, None, found.span);
            let silence = |rule: &RuleId, foreign| {
                suppressions.silence(rule, foreign, place, today).map(|directive| directive.reason.clone())
            };
            self.fact_finding(found, path, (Some(&enclosing), &text, &lines), silence, &mut outcome);
        }
        if !suppressions.is_empty() {
            self.report_suppressions(&suppressions, path, (&text, &lines), today, &mut outcome);
        }
        let regions = tree.not_understood().iter().chain(code.not_understood());
        self.regions(regions.copied(), &text, &lines, path, &mut outcome);
        self.report_left_out(path, level, &mut outcome);
        outcome.note(&text);
        outcome
    }

    /// Says of which rules something was too much for a source.
    fn report_exceeded(&self, room: &Room, path: &FilePath, level: ProblemLevel, outcome: &mut FileOutcome) {
        for (rule, exceeded) in room.exceeded().iter().take(MAX_NAMED_RULES) {
            let id = &self.catalogue.set.rule(*rule).id;
            let kib = auditlint_matcher::limits::MAX_TEXT >> 10;
            let told = [
                (
                    exceeded.steps,
                    format!(
                        "rule `{id}` gave up in this file: it takes more steps than allowed, and what it finds is not complete"
                    ),
                ),
                (
                    exceeded.texts.text,
                    format!("rule `{id}` made a message or label of more than {kib} KiB, which was cut"),
                ),
                (exceeded.texts.fix, format!("rule `{id}` made a fix of more than {kib} KiB, which was left out")),
            ];
            for (_, message) in told.into_iter().filter(|(is_so, _)| *is_so) {
                let problem = Problem::new(ProblemKind::File, level, message).in_file(path);
                outcome.problems.push(problem.help("make the rule simpler, or leave the file out of its `files`"));
            }
        }
        if let Some(more) = room.exceeded().len().checked_sub(MAX_NAMED_RULES).filter(|more| *more > 0) {
            let message = format!("{more} more rules ask too much of this file");
            outcome.problems.push(Problem::new(ProblemKind::File, level, message).in_file(path));
        }
    }

    /// Says how many findings there was no room for.
    fn report_left_out(&self, path: &FilePath, level: ProblemLevel, outcome: &mut FileOutcome) {
        if outcome.left_out > 0 {
            let message = format!("{} more findings in this file were counted and left out", outcome.left_out);
            let problem = Problem::new(ProblemKind::File, level, message).in_file(path);
            outcome.problems.push(problem.help("turn off the rule that finds most, or exclude the file"));
        }
    }

    /// In debug builds every test proves that prefilter and dispatch lose nothing: small sources are matched the plain way
    /// too. Large ones may meet the caps on islands in one way and not in the other.
    #[cfg(debug_assertions)]
    fn hold_against_naive(&self, worker: &mut Worker, source: SourceInfo<'_>, text: &[u8]) {
        const LARGEST: usize = 32 * 1024;
        if text.len() > LARGEST {
            return;
        }
        // What a rule that gave up would have found is not known.
        if worker.rules.room.exceeded().values().any(|exceeded| exceeded.steps) {
            return;
        }
        let difference = self.catalogue.set.difference_to_naive(source, text, &mut worker.parser, &worker.matches);
        assert!(difference.is_none(), "{}: {}", source.path, difference.unwrap_or_default());
    }

    fn finding(
        &self,
        found: RuleMatch,
        path: &FilePath,
        (enclosing, text, lines): (Option<&Enclosing<'_>>, &[u8], &LineIndex),
        silence: impl FnOnce(&RuleId, bool) -> Option<String>,
        outcome: &mut FileOutcome,
    ) {
        let index = found.rule as usize;
        let rule = self.catalogue.set.rule(found.rule);
        let here = outcome.rules.entry(found.rule).or_insert_with(|| self.rule_here(found.rule, path)).clone();
        let severity = here.severity;
        if severity == Severity::Off {
            return;
        }
        let mut reason: Option<Arc<str>> =
            silence(&rule.id, self.catalogue.origins[index] == Origin::AstGrep).map(Arc::from);
        if let Some(ignore) = here.ignore.filter(|_| reason.is_none()) {
            outcome.used_ignores.insert(ignore);
            reason = Some(Arc::clone(&self.config.ignores[ignore].reason));
        }
        if let Some(cannot) = found.cannot_fix {
            let message = format!("the fix of `{}` cannot be made: {cannot}", rule.id);
            let problem = Problem::warning(ProblemKind::File, message).in_file(path).at(found.span, text);
            outcome.problems.push(problem.help("change the code by hand, or save the file as UTF-8"));
        }
        let related = found
            .labels
            .into_iter()
            .map(|label| Related {
                path: path.clone(),
                span: label.span,
                start: lines.position(text, label.span.start),
                end: lines.position(text, label.span.end),
                message: label.message.unwrap_or_default(),
            })
            .collect();
        let fingerprint = match (enclosing, found.node) {
            (Some(enclosing), Some(node)) => fingerprint::of_node(&rule.id, enclosing, text, node),
            _ => fingerprint::of_key(&rule.id, ""),
        };
        outcome.findings.push(Finding {
            rule: Arc::clone(&self.catalogue.infos[index]),
            severity,
            message: found.message,
            path: path.clone(),
            span: found.span,
            start: lines.position(text, found.span.start),
            end: lines.position(text, found.span.end),
            tasks: here.tasks,
            fingerprint,
            state: if reason.is_some() { State::Suppressed } else { State::New },
            reason,
            fix: (!found.edits.is_empty())
                .then(|| found.edits.into_iter().map(|edit| Edit { span: edit.span, text: edit.text }).collect()),
            related,
        });
    }

    /// What is configured for a rule in a file: the severity of the last override that covers it, else what rule and
    /// configuration say; the first of its `[[ignore]]` tables that holds there; its tasks.
    fn rule_here(&self, index: u32, path: &FilePath) -> RuleHere {
        let rule = self.catalogue.set.rule(index);
        let is_over = |ignore: &usize| {
            let until = self.config.ignores[*ignore].until;
            until.is_some_and(|until| (self.today)().is_some_and(|today| today >= until))
        };
        RuleHere {
            severity: self.config.overridden(&rule.id, path).unwrap_or(rule.severity),
            ignore: self.config.ignored(&rule.id, path).into_iter().find(|ignore| !is_over(ignore)),
            tasks: self.links.tasks(index as usize, rule, path),
        }
    }

    fn report_suppressions(
        &self,
        suppressions: &Suppressions,
        path: &FilePath,
        (text, lines): (&[u8], &LineIndex),
        today: Option<Date>,
        outcome: &mut FileOutcome,
    ) {
        let mut report = |builtin: Builtin, span: Span, message: String, task: Option<&String>| {
            if outcome.findings.len() as u64 >= 2 * MAX_MATCHES {
                outcome.left_out += 1;
                return;
            }
            let tasks =
                task.map(|id| FindingTask { id: id.clone(), title: None, status: None, path: None, line: None });
            outcome.findings.push(Finding {
                rule: builtin.info(),
                severity: builtin.severity(),
                message: message.into(),
                path: path.clone(),
                span,
                start: lines.position(text, span.start),
                end: lines.position(text, span.end),
                tasks: tasks.into_iter().collect(),
                fingerprint: fingerprint::of_key(&RuleId::new(builtin.id()), &String::from_utf8_lossy(span.of(text))),
                state: State::New,
                reason: None,
                fix: None,
                related: Box::default(),
            });
        };
        for malformed in &suppressions.malformed {
            report(Builtin::Malformed, malformed.span, malformed.message.clone(), None);
        }
        for (directive, used) in suppressions.directives.iter().zip(&suppressions.used) {
            if directive.ast_grep {
                continue;
            }
            let task = directive.task.as_ref().map(|(_, task)| task);
            if let (true, Some(until)) = (directive.is_over(today), directive.until) {
                let message = format!("the suppression held until {until}; its findings count again");
                report(Builtin::Expired, directive.span, message, task);
                continue;
            }
            for ((span, id), used) in directive.rules.iter().zip(used) {
                if *used {
                    continue;
                }
                if Builtin::is_builtin(id.as_str()) {
                    let message = format!("`{}` cannot be suppressed; put the comment right instead", id.as_str());
                    report(Builtin::Unknown, *span, message, task);
                    continue;
                }
                match self.catalogue.known.get(id) {
                    None => {
                        let near = self.catalogue.nearest(id.as_str());
                        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                        let message = format!("there is no rule `{}`{near}", id.as_str());
                        report(Builtin::Unknown, *span, message, task);
                    }
                    Some(_) if !self.complete => {}
                    Some(false) => {
                        let message = format!("rule `{}` is off, so this suppression does nothing", id.as_str());
                        report(Builtin::Unused, *span, message, task);
                    }
                    Some(true) => {
                        let message =
                            format!("rule `{}` finds nothing here, so this suppression does nothing", id.as_str());
                        report(Builtin::Unused, *span, message, task);
                    }
                }
            }
        }
    }

    fn regions(
        &self,
        regions: impl Iterator<Item = Span>,
        text: &[u8],
        lines: &LineIndex,
        path: &FilePath,
        outcome: &mut FileOutcome,
    ) {
        for span in regions {
            outcome.regions += 1;
            outcome.region_bytes += u64::from(span.len());
            if outcome.regions > MAX_REGIONS {
                continue;
            }
            let line = lines.line(span.start);
            let problem =
                Problem::new(ProblemKind::Region, ProblemLevel::Note, format!("line {line} was not understood"));
            let mut problem = problem.in_file(path);
            problem.span = Some(span);
            problem.position = Some(lines.position(text, span.start));
            outcome.problems.push(problem);
        }
        if let Some(more) = outcome.regions.checked_sub(MAX_REGIONS).filter(|more| *more > 0) {
            let message = format!("{more} more parts of this file were not understood");
            outcome.problems.push(Problem::new(ProblemKind::Region, ProblemLevel::Note, message).in_file(path));
        }
    }
}

/// Whether a text may hold a suppression.
pub(crate) fn has_directive(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"auditlint-ignore").is_some()
}

fn unreadable(path: &FilePath, level: ProblemLevel, error: &ReadError) -> Problem {
    let help = match error {
        ReadError::TooLarge { .. } => "raise `max-file-size` in auditlint.toml, or exclude the file",
        ReadError::Denied => "give auditlint the right to read it, or exclude the file",
        _ => "exclude the file if it is not meant to be analysed",
    };
    Problem::new(ProblemKind::File, level, format!("the file cannot be read: {error}")).in_file(path).help(help)
}
