//! What rules found in one file, joined with what is configured, with tasks, facts and the day: its findings.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use auditlint_rules::{
    Counters, KindOfModule, ModuleKind, ModuleKinds, Role, RuleCost, RuleId, RuleLevel, Severity, SourceExports,
};
use auditlint_source::{FilePath, LineIndex, NotText, Position, Problem, ProblemKind, ProblemLevel, Span};

use crate::catalogue::{Catalogue, RuleOrigin};
use crate::date::Date;
use crate::directives::{Anchor, Directives};
use crate::fact_matches::FactMatch;
use crate::file_matches::{FileMatch, FileMatches, Regions, RuleExceeded, Unread};
use crate::limits::{MAX_NAMED_RULES, MAX_REGIONS};
use crate::links::Links;
use crate::project_imports::ProjectImports;
use crate::projects::Projects;
use crate::suppress::Suppressions;
use crate::{ContentHash, FileEdit, Finding, FindingState, FindingTask, Fingerprint, Related, fingerprint};

/// What the files of a run are joined with.
pub(crate) struct Joiner<'r> {
    pub projects: &'r Projects,
    /// What of the configuration is about a rule.
    pub catalogue: &'r Catalogue,
    pub links: &'r Links,
    /// The day that `until` is compared with, asked for only where it is needed.
    pub today: &'r (dyn Fn() -> Option<Date> + Sync),
    /// What kinds of code the modules are, where some rule asks; nothing before they are known.
    pub modules: Option<&'r ModuleKinds>,
    /// What the sources of the project import from each other, where that is known and a rule asks for it.
    pub imports: Option<&'r ProjectImports>,
    /// Whether the run is about the whole project, so that a suppression that silences nothing can be said to be unused.
    pub complete: bool,
}

/// A file that is joined.
pub(crate) struct JoinedFile<'f> {
    pub path: &'f FilePath,
    /// The level of the problem where it could not be analysed.
    pub level: ProblemLevel,
    pub text: ShownText<'f>,
}

/// The text of a file, of which most findings need nothing: it is asked for where one does.
pub(crate) struct ShownText<'t> {
    read: &'t dyn Fn() -> Cow<'t, [u8]>,
    known: OnceCell<(Cow<'t, [u8]>, LineIndex)>,
}

impl<'t> ShownText<'t> {
    pub(crate) fn new(read: &'t dyn Fn() -> Cow<'t, [u8]>) -> Self {
        Self { read, known: OnceCell::new() }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.known().0
    }

    pub(crate) fn lines(&self) -> &LineIndex {
        &self.known().1
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        self.lines().position(self.bytes(), offset)
    }

    fn known(&self) -> &(Cow<'t, [u8]>, LineIndex) {
        self.known.get_or_init(|| {
            let text = (self.read)();
            let lines = LineIndex::new(&text);
            (text, lines)
        })
    }
}

/// What came of one file.
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
    pub used_ignores: BTreeSet<Span>,
    /// What was analysed, where something was found in it.
    pub content: Option<ContentHash>,
    /// What the source exports that a rule asks for.
    pub exports: Option<Box<SourceExports>>,
    /// What was found and waits for the kinds of all modules.
    pub waiting: Option<Box<FileMatches>>,
    pub role: Role,
    /// What may have been missed in it.
    pub doubts: Vec<SourceDoubt>,
}

/// What a rule may have missed in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceDoubt {
    /// The rules, by index; `None` for every rule that looks at the source.
    pub rules: Option<Vec<u32>>,
    /// Why, as the end of a sentence that begins with the name of the file.
    pub why: String,
}

/// What may become a finding, wherever it comes from.
struct FindingCandidate {
    /// Index of the rule in the set.
    rule: u32,
    start: Position,
    end: Position,
    anchor: Anchor,
    fingerprint: Fingerprint,
    message: Arc<str>,
    fix: Option<Box<[FileEdit]>>,
    cannot_fix: Option<String>,
    related: Box<[Related]>,
    /// How serious it is, where what found it says so.
    severity: Option<Severity>,
    /// What kinds of code its place must be besides, each of them.
    kinds: Box<[ModuleKind]>,
}

/// What is configured for one rule in one file.
struct RuleHere {
    level: RuleLevel,
    /// Whether the configuration says how serious its findings are.
    is_configured: bool,
    /// The first `[[ignore]]` table that silences it.
    ignore: Option<usize>,
    tasks: Arc<[FindingTask]>,
}

impl Joiner<'_> {
    /// The findings of one file: of what rules found in it, and of what rules over facts did.
    pub(crate) fn join(&self, file: &JoinedFile<'_>, found: FileMatches, facts: &[FactMatch]) -> FileOutcome {
        let mut outcome = FileOutcome {
            generated: found.is_generated(),
            parsed: found.parsed,
            bytes: found.bytes,
            regions: found.regions.count,
            region_bytes: found.regions.bytes,
            counters: found.counters,
            role: found.role,
            ..FileOutcome::default()
        };
        outcome.doubts = self.doubts(&found, file.path);
        file.say_exceeded(&found.exceeded, &mut outcome.problems);
        if let Some(unread) = &found.unread {
            outcome.problems.extend(file.unread(unread));
            return outcome;
        }
        let none = Directives::default();
        let directives = found.directives.as_deref().unwrap_or(&none);
        let mut suppressions = Suppressions::new(directives, self.today);
        let set = &self.catalogue.set;
        let index: Vec<Option<u32>> = found.rules.iter().map(|id| set.index_for(id, file.path)).collect();
        let absent = found.absent.iter();
        let absent = absent.filter_map(|id| self.in_module(self.absent(set.index_for(id, file.path)?), file));
        let matches = found.matches.into_iter();
        let matches = matches.filter_map(|found| {
            let rule = index[found.rule as usize]?;
            self.in_module(self.of_match(rule, file.path, found), file)
        });
        let facts = facts.iter().map(|found| self.of_fact(found, file, directives));
        let mut here = HashMap::new();
        for candidate in absent.chain(matches).chain(facts) {
            self.finding(candidate, file.path, &mut here, &mut suppressions, &mut outcome);
        }
        let mut left_out = found.left_out;
        if !directives.is_empty() {
            left_out += self.report_suppressions(&suppressions, file, &mut outcome.findings);
        }
        file.say_regions(&found.regions, &mut outcome.problems);
        file.say_left_out(left_out, &mut outcome.problems);
        // What is written later must be made of the same text.
        if !outcome.findings.is_empty() {
            outcome.content = found.content.or_else(|| Some(ContentHash::of(file.text.bytes())));
        }
        outcome
    }

    /// What rules may have missed.
    fn doubts(&self, found: &FileMatches, path: &FilePath) -> Vec<SourceDoubt> {
        let whole = |why: &str| SourceDoubt { rules: None, why: why.to_owned() };
        let indices = |ids: &mut dyn Iterator<Item = &RuleId>| {
            ids.filter_map(|id| self.catalogue.set.index_for(id, path)).collect::<Vec<_>>()
        };
        let mut doubts = Vec::new();
        doubts.extend(found.unread.as_ref().filter(|why| **why != Unread::NoCode).map(|_| whole("was not analysed")));
        if found.left_out > 0 {
            doubts.push(whole("has more findings than are kept"));
        }
        if !found.in_doubt.is_empty() {
            let line = found.regions.told.first().map(|(_, start)| format!("line {}", start.line)).unwrap_or_default();
            let rules = Some(indices(&mut found.in_doubt.iter()));
            doubts.push(SourceDoubt { rules, why: format!("was not understood in every part ({line})") });
        }
        if found.exceeded.iter().any(|exceeded| exceeded.steps) {
            let gave_up = &mut found.exceeded.iter().filter(|exceeded| exceeded.steps).map(|exceeded| &exceeded.rule);
            doubts.push(SourceDoubt { rules: Some(indices(gave_up)), why: "took more steps than allowed".to_owned() });
        }
        doubts
    }

    /// A file that lacks what a rule requires.
    fn absent(&self, rule: u32) -> FindingCandidate {
        let start = Position::of(b"", 0);
        FindingCandidate {
            rule,
            start,
            end: start,
            anchor: Anchor { line: start.line, around: Vec::new() },
            fingerprint: fingerprint::of_key(&self.catalogue.set.rule(rule).id, ""),
            message: self.catalogue.set.message(rule),
            fix: None,
            cannot_fix: None,
            related: Box::default(),
            severity: None,
            kinds: Box::default(),
        }
    }

    /// Whether the answer of a rule depends on what kind of code its module is.
    fn asks_module(&self, rule: u32) -> bool {
        let rule = self.catalogue.set.rule(rule);
        !rule.modules.is_empty(&rule.options)
    }

    /// Whether something was found in a file that depends on its kind.
    pub(crate) fn asks_kind(&self, found: &FileMatches, path: &FilePath) -> bool {
        found.matches.iter().any(|found| !found.kinds.is_empty())
            || self.rules_in(found, path).any(|rule| self.asks_module(rule))
    }

    /// The kinds on which hangs what was found in a file.
    pub(crate) fn asked_kinds(&self, found: &FileMatches, path: &FilePath) -> BTreeSet<ModuleKind> {
        let of_rule = |rule| {
            let rule = self.catalogue.set.rule(rule);
            rule.modules.asked(&rule.options)
        };
        let of_matches = found.matches.iter().flat_map(|found| found.kinds.iter().copied());
        self.rules_in(found, path).flat_map(of_rule).chain(of_matches).collect()
    }

    /// The rules of the project of a file that found something in it.
    fn rules_in<'f>(&'f self, found: &'f FileMatches, path: &'f FilePath) -> impl Iterator<Item = u32> + 'f {
        let by_match = !found.matches.is_empty();
        let rules = found.rules.iter().filter(move |_| by_match).chain(&found.absent);
        rules.filter_map(|id| self.catalogue.set.index_for(id, path))
    }

    /// Leaves what stands in a module that its rule looks in, with what says that it is one.
    fn in_module(&self, found: FindingCandidate, file: &JoinedFile<'_>) -> Option<FindingCandidate> {
        if !self.asks_module(found.rule) && found.kinds.is_empty() {
            return Some(found);
        }
        let rule = self.catalogue.set.rule(found.rule);
        let module = self.modules.map_or(&[][..], |modules| modules.of_module(file.path));
        let by_rule = rule.modules.judge(&rule.options, module, found.start.line)?;
        let by_match = KindOfModule::of_each(module, &found.kinds, found.start.line)?;
        let said = by_rule.into_iter().chain(by_match).map(|kind| {
            let is_here = kind.by == *file.path;
            let span = if is_here { kind.span } else { Span::default() };
            let position = |offset: u32| if is_here { file.text.position(offset) } else { Position::of(b"", 0) };
            let message = format!("this is {} code: {}", kind.kind, kind.evidence);
            let (start, end) = (position(span.start), position(span.end));
            Related { path: kind.by.clone(), span, start, end, message }
        });
        let related = found.related.into_iter().chain(said).collect();
        Some(FindingCandidate { related, ..found })
    }

    fn of_match(&self, rule: u32, path: &FilePath, found: FileMatch) -> FindingCandidate {
        let exported = found.via.iter().filter_map(|via| self.imports?.related(path, *via));
        let exported: Vec<Related> = exported.collect();
        let related = found.labels.into_iter().map(|label| Related {
            path: path.clone(),
            span: Span::new(label.start.byte, label.end.byte),
            start: label.start,
            end: label.end,
            message: label.message,
        });
        FindingCandidate {
            rule,
            start: found.start,
            end: found.end,
            anchor: found.anchor,
            fingerprint: found.fingerprint,
            message: found.message,
            fix: found.fix,
            cannot_fix: found.cannot_fix,
            related: related.chain(exported).collect(),
            severity: found.severity,
            kinds: found.kinds,
        }
    }

    fn of_fact(&self, found: &FactMatch, file: &JoinedFile<'_>, directives: &Directives) -> FindingCandidate {
        FindingCandidate {
            rule: found.rule,
            start: file.text.position(found.span.start),
            end: file.text.position(found.span.end),
            anchor: directives.anchor(file.text.lines(), found.span),
            fingerprint: found.fingerprint,
            message: Arc::clone(&found.message),
            fix: None,
            cannot_fix: None,
            related: found.related.clone().into(),
            severity: found.severity,
            kinds: Box::default(),
        }
    }

    fn finding(
        &self,
        found: FindingCandidate,
        path: &FilePath,
        here: &mut HashMap<u32, RuleHere>,
        suppressions: &mut Suppressions<'_>,
        outcome: &mut FileOutcome,
    ) {
        let index = found.rule as usize;
        let id = &self.catalogue.set.rule(found.rule).id;
        let here = here.entry(found.rule).or_insert_with(|| self.rule_here(found.rule, path));
        let Some(severity) = here.level.severity() else { return };
        let severity = found.severity.filter(|_| !here.is_configured).unwrap_or(severity);
        let is_foreign = self.catalogue.origins[index] == RuleOrigin::AstGrep;
        let silenced = suppressions.silence(id, is_foreign, &found.anchor);
        let mut reason: Option<Arc<str>> = silenced.map(|directive| directive.reason.as_str().into());
        if let Some(ignore) = here.ignore.filter(|_| reason.is_none()) {
            let ignore = &self.projects.of(path).ignores[ignore];
            outcome.used_ignores.insert(ignore.span);
            reason = Some(ignore.reason.text());
        }
        let span = Span::new(found.start.byte, found.end.byte);
        if let Some(cannot) = found.cannot_fix {
            let message = format!("the fix of `{id}` cannot be made: {cannot}");
            let problem = Problem::warning(ProblemKind::File, message).in_file(path).placed(span, found.start);
            outcome.problems.push(problem.help("change the code by hand, or save the file as UTF-8"));
        }
        outcome.findings.push(Finding {
            rule: Arc::clone(&self.catalogue.infos[index]),
            severity,
            message: found.message,
            path: path.clone(),
            span,
            start: found.start,
            end: found.end,
            tasks: Arc::clone(&here.tasks),
            fingerprint: found.fingerprint,
            state: if reason.is_some() { FindingState::Suppressed } else { FindingState::New },
            reason,
            fix: found.fix,
            related: found.related,
        });
    }

    /// What is configured for a rule in a file: the severity of the last override that covers it, else what rule and
    /// configuration say; the first of its `[[ignore]]` tables that holds there; its tasks.
    fn rule_here(&self, index: u32, path: &FilePath) -> RuleHere {
        let rule = self.catalogue.set.rule(index);
        let config = self.projects.of(path);
        let is_over = |ignore: &usize| {
            let until = config.ignores[*ignore].until;
            until.is_some_and(|until| (self.today)().is_some_and(|today| today >= until))
        };
        let overridden = config.overridden(&rule.id, path);
        let is_configured =
            overridden.is_some() || config.of_rule(&rule.id).is_some_and(|table| table.value.severity.is_some());
        RuleHere {
            level: overridden.unwrap_or(rule.level),
            is_configured,
            ignore: config.ignored(&rule.id, path).into_iter().find(|ignore| !is_over(ignore)),
            tasks: self.links.tasks(index as usize, rule, path),
        }
    }
}

impl JoinedFile<'_> {
    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(ProblemKind::File, self.level, message).in_file(self.path)
    }

    /// Says why the file was not analysed, where something is wrong with it.
    fn unread(&self, unread: &Unread) -> Option<Problem> {
        Some(match unread {
            Unread::NoCode => return None,
            Unread::Utf16 => self.problem(NotText::Utf16.to_string()).help("save it as UTF-8, or exclude it"),
            Unread::Binary => {
                self.problem("the file is binary, not source text").help("exclude it, or give it another extension")
            }
            Unread::GaveUp(why) => self
                .problem(format!("the parser gave up: the file {why}"))
                .help("exclude the file if it is not written by hand"),
        })
    }

    /// Says of which rules something was too much for the file.
    fn say_exceeded(&self, exceeded: &[RuleExceeded], problems: &mut Vec<Problem>) {
        for RuleExceeded { rule, steps, text, fix } in exceeded.iter().take(MAX_NAMED_RULES) {
            let kib = auditlint_matcher::limits::MAX_TEXT >> 10;
            let told = [
                (
                    steps,
                    format!(
                        "rule `{rule}` gave up on this file: it took more steps than allowed, so its findings are incomplete"
                    ),
                ),
                (
                    text,
                    format!("rule `{rule}` produced a message or label of more than {kib} KiB, which was truncated"),
                ),
                (fix, format!("rule `{rule}` produced a fix of more than {kib} KiB, which was left out")),
            ];
            for (_, message) in told.into_iter().filter(|(is_so, _)| **is_so) {
                let help = "simplify the rule, or add the file to its `ignores`";
                problems.push(self.problem(message).help(help));
            }
        }
        if let Some(more) = exceeded.len().checked_sub(MAX_NAMED_RULES).filter(|more| *more > 0) {
            problems.push(self.problem(format!("{more} more rules exceeded a limit in this file")));
        }
    }

    /// Says how many findings there was no room for.
    fn say_left_out(&self, left_out: u64, problems: &mut Vec<Problem>) {
        if left_out > 0 {
            let problem = self.problem(format!("{left_out} more findings in this file were counted and left out"));
            problems.push(problem.help("turn off the rule that finds the most, or exclude the file"));
        }
    }

    fn say_regions(&self, regions: &Regions, problems: &mut Vec<Problem>) {
        let note = |message: String| Problem::new(ProblemKind::Region, ProblemLevel::Note, message).in_file(self.path);
        problems.extend(
            regions
                .told
                .iter()
                .map(|(span, start)| note(format!("line {} was not understood", start.line)).placed(*span, *start)),
        );
        if let Some(more) = regions.count.checked_sub(MAX_REGIONS).filter(|more| *more > 0) {
            problems.push(note(format!("{more} more parts of this file were not understood")));
        }
    }
}
