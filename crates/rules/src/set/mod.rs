//! All rules of a run, compiled once.

mod coverage;
mod doubt;
mod exports;
mod identity;
mod select;
mod worker;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use auditlint_matcher::{Analysis, Excess, Literal, Match, Memory, SharedUtils};
use auditlint_source::document::DocumentError;
use auditlint_source::{FilePath, Position, Problem, Span};
use auditlint_syntax::{GaveUp, KindId, Language, NodeId, Page, Parser, Skim, Tree};

use crate::automaton::{Automaton, Clauses, Interner};
use crate::dispatch::Dispatch;
use crate::export_questions::ExportQuestions;
use crate::limits::{MAX_ALL_GLOBS, MAX_REQUIRED, MAX_RULES_WEIGHT};
use crate::{
    CompiledRule, FileGlob, FileGlobs, ProjectFolders, Role, Rule, RuleBody, RuleId, RuleMatch, SourceImports,
    Territory,
};

pub use coverage::RuleCoverage;
pub use identity::RuleIdentity;
pub use select::{Selection, SourceInfo};
pub use worker::{Counters, RuleCost, Worker};

/// Rules compiled together. Shared by all threads; nothing in it changes during a run.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) rules: Vec<CompiledRule>,
    /// The rules with one id, which hold in different projects.
    by_id: HashMap<RuleId, Vec<u32>>,
    /// The folders of the projects of the run.
    pub(crate) folders: Arc<ProjectFolders>,
    pub(crate) scopes: Vec<RuleScope>,
    /// The messages of the rules, to be shared by their matches.
    messages: Vec<Arc<str>>,
    pub(crate) automaton: Automaton,
    dispatch: [Dispatch; Language::ALL.len()],
    /// Rules by language and role.
    pub(crate) candidates: [[Vec<u32>; Role::WORDS.len()]; Language::ALL.len()],
    pub(crate) files: OwnedGlobs,
    pub(crate) ignores: OwnedGlobs,
    /// What rules ask of the exports of other sources.
    pub(crate) exports: ExportQuestions,
    /// Worked out where results are kept.
    pub(crate) identities: OnceLock<Vec<RuleIdentity>>,
    pub(crate) identity: OnceLock<u128>,
}

/// The globs of all rules with the rules that they belong to.
#[derive(Debug)]
pub(crate) struct OwnedGlobs {
    pub(crate) set: FileGlobs,
    /// Of each glob.
    pub(crate) owners: Vec<GlobOwner>,
    /// Rules whose globs only take files out, which leaves them all others.
    pub(crate) open: Vec<u32>,
}

/// Whose a glob is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GlobOwner {
    pub(crate) rule: u32,
    pub(crate) takes_out: bool,
}

impl OwnedGlobs {
    fn of(rules: &[CompiledRule], globs: fn(&Rule) -> &[FileGlob], opens: bool) -> Self {
        let each = || (0..).zip(rules).map(|(index, compiled)| (index, globs(&compiled.rule)));
        let only_out = |globs: &[FileGlob]| !globs.is_empty() && globs.iter().all(FileGlob::is_negated);
        Self {
            set: FileGlobs::new(each().flat_map(|(_, globs)| globs)),
            owners: each()
                .flat_map(|(rule, globs)| {
                    globs.iter().map(move |glob| GlobOwner { rule, takes_out: glob.is_negated() })
                })
                .collect(),
            open: each().filter(|(_, globs)| opens && only_out(globs)).map(|(rule, _)| rule).collect(),
        }
    }
}

/// What decides whether a rule may match in a source.
#[derive(Debug, Default)]
pub(crate) struct RuleScope {
    pub(crate) has_files: bool,
    /// Whether a source without a match is in order.
    pub(crate) allows_none: bool,
    /// By language.
    pub(crate) clauses: [Clauses; Language::ALL.len()],
    /// Whether a skim of a text may tell that the rule finds nothing in it, though its literals are there; by language.
    pub(crate) skim_tells: [bool; Language::ALL.len()],
    pub(crate) islands: IslandMode,
}

/// In which islands a rule may match.
#[derive(Debug, Default)]
pub(crate) enum IslandMode {
    #[default]
    None,
    /// In those that hold one of these literals.
    Holding(Vec<u32>),
    All,
}

impl RuleSet {
    /// Compiles rules and makes a set of those that compile. The problems say what is wrong with the others.
    #[must_use]
    pub fn compile(rules: Vec<Rule>, utils: &SharedUtils) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut compiled = Vec::with_capacity(rules.len());
        for rule in rules {
            match CompiledRule::new(rule, utils) {
                Ok(rule) => {
                    problems.extend(rule.doubts());
                    compiled.push(rule);
                }
                Err(errors) => problems.extend(errors),
            }
        }
        let (set, more) = Self::new(compiled);
        problems.extend(more);
        (set, problems)
    }

    /// Makes a set of compiled rules. Of two rules with one id that hold in one project the first stays, and a problem names both
    /// places.
    #[must_use]
    pub fn new(rules: Vec<CompiledRule>) -> (Self, Vec<Problem>) {
        let (rules, mut problems) = without_duplicates(rules);
        let rules = within_limits(rules, &mut problems);
        let mut literals = Interner::new();
        let mut dispatch = Language::ALL.map(Dispatch::new);
        let mut candidates: [[Vec<u32>; Role::WORDS.len()]; Language::ALL.len()] = Default::default();
        let mut scopes = Vec::with_capacity(rules.len());
        for (index, compiled) in rules.iter().enumerate() {
            let index = index as u32;
            let rule = &compiled.rule;
            let allows_none = match &rule.body {
                RuleBody::Require { count, .. } => count.allows(0),
                RuleBody::Match(_) | RuleBody::Check(_) | RuleBody::Native(_) => true,
            };
            let mut scope = RuleScope { has_files: !rule.files.is_empty(), allows_none, ..RuleScope::default() };
            for language in Language::ALL.into_iter().filter(|language| compiled.looks_at(*language)) {
                register(compiled, index, language, &mut dispatch[language.index()]);
                scope.clauses[language.index()] = clauses(compiled, language, &mut literals);
                if language.descriptor().has_islands {
                    scope.islands = islands(compiled, &mut literals);
                }
                for role in rule.roles.iter() {
                    candidates[language.index()][role as usize].push(index);
                }
            }
            scopes.push(scope);
        }
        let mut exports = ExportQuestions::of(&rules, &mut literals);
        let automaton = literals.finish();
        exports.number(automaton.literals());
        for (scope, compiled) in scopes.iter_mut().zip(&rules) {
            let native = matches!(compiled.rule.body, RuleBody::Native(_));
            scope.skim_tells =
                std::array::from_fn(|language| native || automaton.any_in_code(&scope.clauses[language]));
        }
        let set = Self {
            files: OwnedGlobs::of(&rules, |rule| &rule.files, true),
            ignores: OwnedGlobs::of(&rules, |rule| &rule.ignores, false),
            automaton,
            exports,
            dispatch,
            candidates,
            scopes,
            folders: folders_of(&rules),
            by_id: by_id(&rules),
            identities: OnceLock::new(),
            identity: OnceLock::new(),
            messages: rules.iter().map(|compiled| compiled.rule.message.as_str().into()).collect(),
            rules,
        };
        (set, problems)
    }

    /// The rules, in the order of their indices.
    #[must_use]
    pub fn rules(&self) -> &[CompiledRule] {
        &self.rules
    }

    /// The rule with that index.
    #[must_use]
    pub fn rule(&self, index: u32) -> &Rule {
        &self.rules[index as usize].rule
    }

    /// The message of the rule with that index as it is written.
    #[must_use]
    pub fn message(&self, index: u32) -> Arc<str> {
        Arc::clone(&self.messages[index as usize])
    }

    /// The index of a rule; the first of several that hold in different projects.
    #[must_use]
    pub fn index_of(&self, id: &RuleId) -> Option<u32> {
        self.all_of(id).first().copied()
    }

    /// The index of a rule as it holds for a file.
    #[must_use]
    pub fn index_for(&self, id: &RuleId, path: &FilePath) -> Option<u32> {
        let all = self.all_of(id);
        match all {
            [only] if self.folders.is_empty() => Some(*only),
            _ => {
                let project = self.folders.of(path);
                all.iter().copied().find(|index| self.rule(*index).territory.holds(project))
            }
        }
    }

    /// The indices of all rules with that id: they hold in different projects.
    #[must_use]
    pub fn all_of(&self, id: &RuleId) -> &[u32] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// The files that a rule may report in. Its globs are compiled here: ask once for a rule.
    #[must_use]
    pub fn coverage(&self, index: u32) -> RuleCoverage<'_> {
        RuleCoverage::of(&self.rules[index as usize])
    }

    /// The whole way of one source: select, parse if a rule may match or a suppression comment is there, parse the islands
    /// that are worth it, match. Gives the analysis where the source was parsed.
    ///
    /// # Errors
    /// [`GaveUp`] where the parse took more steps or memory than allowed.
    pub fn analyse<'t>(
        &self,
        source: SourceInfo<'_>,
        text: &'t [u8],
        parser: &mut Parser,
        worker: &mut Worker,
        sink: &mut Vec<RuleMatch>,
    ) -> Result<Option<Analysis<'t>>, GaveUp> {
        self.select(source, text, &mut worker.selection);
        self.analyse_selected(source, text, parser, worker, sink)
    }

    /// The same for a source whose rules are selected in `worker.selection`.
    ///
    /// # Errors
    /// [`GaveUp`] where the parse took more steps or memory than allowed.
    pub fn analyse_selected<'t>(
        &self,
        source: SourceInfo<'_>,
        text: &'t [u8],
        parser: &mut Parser,
        worker: &mut Worker,
        sink: &mut Vec<RuleMatch>,
    ) -> Result<Option<Analysis<'t>>, GaveUp> {
        worker.counters.files += 1;
        worker.room.begin();
        let needs_tree = worker.selection.has_suppression() || worker.selection.may_export();
        if worker.selection.is_empty() && !needs_tree {
            self.report_absent(&worker.selection, sink);
            return Ok(None);
        }
        let mut tree = parser.parse(source.language, text)?;
        tree.set_part(Page::of_path(source.path).is_some());
        worker.counters.files_parsed += 1;
        self.parse_islands(&worker.selection, &mut tree, text, parser);
        let analysis = Analysis::new(tree, text).importing(worker.selection.imported());
        self.run(&analysis, worker, sink);
        Ok(Some(analysis))
    }

    /// Parses the islands of a tree in which a selected rule may match.
    pub fn parse_islands(&self, selection: &Selection, tree: &mut Tree, text: &[u8], parser: &mut Parser) {
        if tree.language().descriptor().has_islands && !selection.is_empty() {
            parser.parse_islands(tree, text, &mut |span| selection.wants(span));
        }
    }

    /// Reports the `require` rules of a selection of which nothing can match.
    pub fn report_absent(&self, selection: &Selection, sink: &mut Vec<RuleMatch>) {
        sink.extend(selection.absent.iter().map(|rule| self.file_match(*rule, None)));
    }

    /// Tries the rules of `worker.selection` on the nodes of a source, and reports absences.
    pub fn run(&self, analysis: &Analysis<'_>, worker: &mut Worker, sink: &mut Vec<RuleMatch>) {
        let from = sink.len();
        self.report_absent(&worker.selection, sink);
        worker.required.clear();
        worker.room.begin();
        worker.memories.resize_with(self.rules.len(), Memory::default);
        worker.memories.iter_mut().for_each(Memory::clear);
        worker.tried.clear();
        worker.tried.resize(self.rules.len(), 0);
        if worker.clock.is_some() {
            worker.costs.resize(self.rules.len(), Default::default());
        }
        if worker.selection.is_empty() {
            return;
        }
        let tree = analysis.tree();
        let dispatch = &self.dispatch[tree.language().index()];
        for rule in dispatch.whole.iter().copied() {
            self.attempt(rule, analysis, tree.root(), worker, sink);
        }
        for node in (0..tree.len()).map(NodeId) {
            dispatch.at(analysis, node, tree.kind(node), |rule| {
                if worker.selection.rules.contains(rule) && worker.tried[rule as usize] != node.0 + 1 {
                    worker.tried[rule as usize] = node.0 + 1;
                    self.attempt(rule, analysis, node, worker, sink);
                }
            });
        }
        worker.counters.nodes_visited += u64::from(tree.len());
        if let Some(names) = analysis.known_names() {
            let (lookups, opaque) = names.lookups();
            worker.counters.files_bound += 1;
            worker.counters.lookups += lookups;
            worker.counters.opaque_lookups += opaque;
        }
        worker.counters.steps += worker.memories.iter().map(Memory::steps).sum::<u64>();
        let Worker { selection, memories, required, room, .. } = worker;
        for (rule, _) in (0..).zip(memories.iter()).filter(|(_, memory)| memory.is_exhausted()) {
            room.give_up(rule);
        }
        // How often a rule that gave up would have matched is not known.
        let asked =
            (0..self.rules.len() as u32).filter(|rule| selection.rules.contains(*rule) && !room.is_given_up(*rule));
        self.settle(asked, analysis, required, sink, from);
    }

    /// What the rule with that index matches at a node, after [`RuleSet::run`] went over the same source.
    pub(crate) fn match_again<'r>(
        &'r self,
        index: u32,
        analysis: &Analysis<'_>,
        node: NodeId,
        worker: &mut Worker,
    ) -> Option<Match<'r>> {
        let program = self.rules[index as usize].program(analysis.tree().language())?;
        let memory = worker.memories.get_mut(index as usize)?;
        program.match_next(analysis, node, &mut worker.scratch, memory)
    }

    fn attempt(
        &self,
        index: u32,
        analysis: &Analysis<'_>,
        node: NodeId,
        worker: &mut Worker,
        sink: &mut Vec<RuleMatch>,
    ) {
        if !worker.selection.rules.contains(index) {
            return;
        }
        worker.counters.rule_attempts += 1;
        let start = worker.clock.map(|clock| clock());
        self.try_at(index, analysis, node, worker, sink);
        if let (Some(clock), Some(start)) = (worker.clock, start) {
            let cost = &mut worker.costs[index as usize];
            cost.attempts += 1;
            cost.time += clock().saturating_sub(start);
        }
    }

    fn try_at(
        &self,
        index: u32,
        analysis: &Analysis<'_>,
        node: NodeId,
        worker: &mut Worker,
        sink: &mut Vec<RuleMatch>,
    ) {
        let compiled = &self.rules[index as usize];
        let rule = &compiled.rule;
        if let RuleBody::Native(native) = &rule.body {
            native.check(&rule.options, analysis, node, &mut |found| {
                if !worker.room.takes() {
                    return;
                }
                let found = RuleMatch {
                    rule: index,
                    node: Some(found.node),
                    span: found.span,
                    message: found.message.map_or_else(|| Arc::clone(&self.messages[index as usize]), Arc::from),
                    edits: found.edits,
                    cannot_fix: None,
                    labels: found.labels,
                    severity: found.severity,
                    kinds: found.kinds,
                    via: Box::default(),
                };
                worker.room.add(&found, text_of(&found), Excess::default());
                sink.push(found);
            });
            return;
        }
        let Some(program) = compiled.program(analysis.tree().language()) else { return };
        let Worker { scratch, memories, .. } = worker;
        let mut memory = memories.get_mut(index as usize);
        let found = match &mut memory {
            Some(memory) => program.match_next(analysis, node, scratch, memory),
            None => program.match_at(analysis, node, scratch),
        };
        let Some(found) = found else { return };
        if rule.is_about_files() {
            if worker.required.len() >= MAX_REQUIRED {
                return worker.room.give_up(index);
            }
            worker.required.push((index, node, found.span));
            return;
        }
        if !worker.room.takes() {
            return;
        }
        let message = if rule.message.contains('$') {
            found.interpolate(&rule.message, analysis).into()
        } else {
            Arc::clone(&self.messages[index as usize])
        };
        let edits = memory.map_or_else(|| found.edits(analysis), |memory| found.edits_next(analysis, memory));
        let (edits, cannot_fix) = match edits {
            Ok(edits) => (edits, None),
            Err(cannot) => (Vec::new(), Some(cannot)),
        };
        let edits = match rule.fix {
            Some(fix) if edits.is_empty() => fix(analysis, node),
            _ => edits,
        };
        let labels = found.labels(analysis);
        let one = RuleMatch {
            rule: index,
            node: Some(node),
            span: found.span,
            message,
            edits,
            cannot_fix,
            labels,
            severity: None,
            kinds: &[],
            via: found.via().into(),
        };
        worker.room.add(&one, found.written(), found.excess());
        sink.push(one);
    }

    /// Counts what islands and their hosts both gave once, and holds the counts of `require` rules against their limits.
    fn settle(
        &self,
        asked: impl Iterator<Item = u32>,
        analysis: &Analysis<'_>,
        required: &mut Vec<(u32, NodeId, Span)>,
        sink: &mut Vec<RuleMatch>,
        from: usize,
    ) {
        if let Some(first) = analysis.tree().islands().first() {
            // Matches come in the order of nodes, so the host's come first.
            let mut seen = BTreeSet::new();
            let mut fresh = |rule, node: Option<NodeId>, span| {
                let in_island = node.is_some_and(|node| node >= *first);
                seen.insert((rule, span)) || !in_island
            };
            let mut at = 0;
            sink.retain(|found| {
                at += 1;
                at <= from || fresh(found.rule, found.node, found.span)
            });
            required.retain(|(rule, node, span)| fresh(*rule, Some(*node), *span));
        }
        for rule in asked {
            let RuleBody::Require { count, .. } = &self.rule(rule).body else { continue };
            let mut places = required.iter().filter(|(of, _, _)| *of == rule);
            let found = places.clone().count() as u32;
            if count.allows(found) {
                continue;
            }
            // Too many: the first that is one too many is the place.
            let surplus = count.max.filter(|max| found > *max).and_then(|max| places.nth(max as usize));
            sink.push(self.file_match(rule, surplus.map(|(_, node, span)| (*node, *span))));
        }
        sink[from..].sort_by(|a, b| a.order().cmp(&b.order()));
    }

    fn file_match(&self, rule: u32, place: Option<(NodeId, Span)>) -> RuleMatch {
        RuleMatch {
            rule,
            node: place.map(|(node, _)| node),
            span: place.map(|(_, span)| span).unwrap_or_default(),
            message: Arc::clone(&self.messages[rule as usize]),
            edits: Vec::new(),
            cannot_fix: None,
            labels: Vec::new(),
            severity: None,
            kinds: &[],
            via: Box::default(),
        }
    }

    /// Holds the matches of [`RuleSet::analyse`] against those of [`RuleSet::analyse_naively`]; `None` where they agree, else
    /// what only one of them found. Nodes are not compared, because islands that were not worth parsing shift their numbers.
    #[must_use]
    pub fn difference_to_naive(
        &self,
        source: SourceInfo<'_>,
        text: &[u8],
        parser: &mut Parser,
        found: &[RuleMatch],
    ) -> Option<String> {
        self.difference_to_naive_of_importing(source, text, None, parser, found)
    }

    /// The same for a source that imports what others export.
    #[must_use]
    pub fn difference_to_naive_of_importing(
        &self,
        source: SourceInfo<'_>,
        text: &[u8],
        imports: Option<&SourceImports>,
        parser: &mut Parser,
        found: &[RuleMatch],
    ) -> Option<String> {
        // Beyond a limit it depends on the order which matches are left out.
        let (mut naive, _) = self.naive(source, text, imports, parser).ok().filter(|(_, complete)| *complete)?;
        // Where the parser was led astray, it may read words of a comment as code.
        let skim = Skim::of(source.language, text);
        naive.retain(|one| !skim.in_comment(one.span.start) || found.iter().any(|other| other.span == one.span));
        let numberless = |matches: &[RuleMatch]| -> Vec<RuleMatch> {
            matches.iter().map(|found| RuleMatch { node: None, ..found.clone() }).collect()
        };
        let (found, naive) = (numberless(found), numberless(&naive));
        if found == naive {
            return None;
        }
        let only = |these: &[RuleMatch], those: &[RuleMatch]| -> Vec<String> {
            let missing = these.iter().filter(|one| !those.contains(one));
            missing.map(|one| format!("{} at {:?}", self.rule(one.rule).id, one.span)).collect()
        };
        Some(format!(
            "with the prefilter only: {:?}, without it only: {:?}, {} and {} matches",
            only(&found, &naive),
            only(&naive, &found),
            found.len(),
            naive.len()
        ))
    }

    /// The slow and plain way to the same matches: every rule that path, language and role allow, on every node, every
    /// island parsed. Tests and debug builds hold [`RuleSet::analyse`] against it.
    ///
    /// # Errors
    /// [`GaveUp`] where the parse took more steps or memory than allowed.
    pub fn analyse_naively(
        &self,
        source: SourceInfo<'_>,
        text: &[u8],
        parser: &mut Parser,
    ) -> Result<Vec<RuleMatch>, GaveUp> {
        self.naive(source, text, None, parser).map(|(matches, _)| matches)
    }

    /// The same, and whether it stayed within all limits.
    fn naive(
        &self,
        source: SourceInfo<'_>,
        text: &[u8],
        imports: Option<&SourceImports>,
        parser: &mut Parser,
    ) -> Result<(Vec<RuleMatch>, bool), GaveUp> {
        let mut tree = parser.parse(source.language, text)?;
        tree.set_part(Page::of_path(source.path).is_some());
        if source.language.descriptor().has_islands {
            parser.parse_islands(&mut tree, text, &mut |_| true);
        }
        let analysis = Analysis::new(tree, text).importing(imports.map(|imports| &imports.names));
        let tree = analysis.tree();
        let asked: Vec<u32> =
            (0..self.rules.len() as u32).filter(|rule| self.coverage(*rule).looks_at(source)).collect();
        let mut worker = Worker::default();
        worker.room.begin();
        let mut sink = Vec::new();
        for rule in &asked {
            let native = match &self.rule(*rule).body {
                RuleBody::Native(native) => Some(native),
                RuleBody::Match(_) | RuleBody::Require { .. } | RuleBody::Check(_) => None,
            };
            if native.is_some_and(|native| native.kinds().is_empty()) {
                self.try_at(*rule, &analysis, tree.root(), &mut worker, &mut sink);
                continue;
            }
            for node in (0..tree.len()).map(NodeId) {
                if native.is_none_or(|native| native.kinds().contains(&tree.kind_name(node))) {
                    self.try_at(*rule, &analysis, node, &mut worker, &mut sink);
                }
            }
        }
        self.settle(asked.into_iter(), &analysis, &mut worker.required, &mut sink, 0);
        let complete = worker.room.left_out() == 0 && worker.room.exceeded().values().all(|exceeded| !exceeded.steps);
        Ok((sink, complete))
    }
}

/// How much text a match holds.
fn text_of(found: &RuleMatch) -> u64 {
    let edits = found.edits.iter().map(|edit| edit.text.len());
    let labels = found.labels.iter().filter_map(|label| Some(label.message.as_ref()?.len()));
    (found.message.len() + edits.chain(labels).sum::<usize>()) as u64
}

fn register(compiled: &CompiledRule, index: u32, language: Language, dispatch: &mut Dispatch) {
    match (&compiled.rule.body, compiled.program(language)) {
        (RuleBody::Native(native), _) if native.kinds().is_empty() => dispatch.whole.push(index),
        (RuleBody::Native(native), _) => {
            // A grammar may give one name to several kinds.
            let kinds = (0..language.kind_count() as u16).map(KindId).chain([KindId::ERROR]);
            for kind in
                kinds.filter(|kind| language.kind_name(*kind).is_some_and(|name| native.kinds().contains(&name)))
            {
                dispatch.add_kind(index, kind);
            }
        }
        (_, Some(program)) => dispatch.add(index, program),
        (_, None) => {}
    }
}

/// What a source must hold for a rule to match in it.
fn clauses(compiled: &CompiledRule, language: Language, literals: &mut Interner) -> Clauses {
    match (&compiled.rule.body, compiled.program(language)) {
        (RuleBody::Native(native), _) => {
            native.literals(&compiled.rule.options).iter().map(|group| native_clause(group, literals)).collect()
        }
        (_, Some(program)) => {
            let groups = program.literals().clauses().iter();
            groups.map(|group| group.iter().map(|literal| literals.number(literal.clone())).collect()).collect()
        }
        (_, None) => Clauses::new(),
    }
}

fn native_clause(group: &[&str], literals: &mut Interner) -> Vec<u32> {
    group.iter().map(|text| literals.number(Literal::in_code(text.as_bytes()))).collect()
}

/// What an island must hold for a rule to match in it.
fn islands(compiled: &CompiledRule, literals: &mut Interner) -> IslandMode {
    let holding = match (&compiled.rule.body, compiled.program(Language::Rust)) {
        // A rule that is called with the root alone looks at the tree of the file.
        (RuleBody::Native(native), _) if native.kinds().is_empty() => return IslandMode::None,
        (RuleBody::Native(native), _) => native
            .literals(&compiled.rule.options)
            .first()
            .map(|group| native_clause(group, literals))
            .unwrap_or_default(),
        (_, Some(program)) => {
            program.literals().inner().iter().map(|literal| literals.number(literal.clone())).collect()
        }
        (_, None) => return IslandMode::None,
    };
    if holding.is_empty() { IslandMode::All } else { IslandMode::Holding(holding) }
}

fn without_duplicates(rules: Vec<CompiledRule>) -> (Vec<CompiledRule>, Vec<Problem>) {
    let mut places: BTreeMap<RuleId, Vec<usize>> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut kept: Vec<CompiledRule> = Vec::with_capacity(rules.len());
    for compiled in rules {
        let rule = &compiled.rule;
        let known = places.entry(rule.id.clone()).or_default();
        match known.iter().find(|known| kept[**known].rule.territory.meets(&rule.territory)) {
            Some(first) => {
                let place = place_name(&kept[*first].rule);
                let message = format!("duplicate rule id `{}`: here and in {place}", rule.id);
                let error = DocumentError::new(rule.place.1, message);
                problems.push(rule.problem(error.help("give one of them another id")));
            }
            None => {
                known.push(kept.len());
                kept.push(compiled);
            }
        }
    }
    (kept, problems)
}

/// The rules with each id.
fn by_id(rules: &[CompiledRule]) -> HashMap<RuleId, Vec<u32>> {
    let mut by_id: HashMap<RuleId, Vec<u32>> = HashMap::with_capacity(rules.len());
    for (compiled, index) in rules.iter().zip(0..) {
        by_id.entry(compiled.rule.id.clone()).or_default().push(index);
    }
    by_id
}

/// The folders of the projects that the territories of rules speak of.
fn folders_of(rules: &[CompiledRule]) -> Arc<ProjectFolders> {
    let folders = rules.iter().find_map(|compiled| match &compiled.rule.territory {
        Territory::Projects { folders, .. } => Some(Arc::clone(folders)),
        Territory::Everywhere => None,
    });
    folders.unwrap_or_default()
}

/// Leaves out rules that are too large together with those before them.
fn within_limits(rules: Vec<CompiledRule>, problems: &mut Vec<Problem>) -> Vec<CompiledRule> {
    let (mut weight, mut globs) = (0, 0);
    let mut kept = Vec::with_capacity(rules.len());
    for compiled in rules {
        let rule = &compiled.rule;
        let own_globs = rule.files.iter().chain(&rule.ignores).map(|glob| glob.pattern.len()).sum::<usize>();
        let what = if weight + compiled.weight() > MAX_RULES_WEIGHT {
            format!("their patterns and regular expressions exceed {} MiB", MAX_RULES_WEIGHT >> 20)
        } else if globs + own_globs > MAX_ALL_GLOBS {
            format!("their globs exceed {} KiB", MAX_ALL_GLOBS >> 10)
        } else {
            weight += compiled.weight();
            globs += own_globs;
            kept.push(compiled);
            continue;
        };
        let message = format!("the rule `{}` is not used: together, the rules are too large: {what}", rule.id);
        problems.push(rule.problem(DocumentError::new(rule.place.1, message).help("turn off rules, or shorten them")));
    }
    kept
}

/// `file:line` of a rule, or its pack.
fn place_name(rule: &Rule) -> String {
    let (path, span) = &rule.place;
    match &rule.pack {
        Some(pack) => format!("the pack `{pack}`"),
        None if rule.text.is_empty() => path.to_string(),
        None => format!("{path}:{}", Position::of(rule.text.as_bytes(), span.start).line),
    }
}
