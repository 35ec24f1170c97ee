//! The facts of a project: which files are read for them, and what is derived.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use auditlint_facts::limits::MAX_FACTS;
use auditlint_facts::{
    AnyFacts, AnyProvider, Configured, DerivedFacts, Gap, ProjectScope, RequiredCommand, Source, SourceNotes, Sources,
    Stage, kept_facts, provider_of,
};
use auditlint_providers::TASKS;
use auditlint_rules::{FileGlobs, MODULE_KINDS, ModuleKinds};
use auditlint_source::{ContentId, Decoded, FilePath, Files, Problem, ProblemKind, Span};
use auditlint_syntax::{Code, Parser, may_hold_code};
use rayon::prelude::*;

use crate::apart::{Linked, problem_of};
use crate::contents::Contents;
use crate::directives::has_directive;
use crate::discovery::{Discovered, Ignored, discover};
use crate::kept::{Kept, KeptKey, KeptKind};
use crate::kept_relations::{DerivedFrom, KnownSource, ProviderAnswers};
use crate::projects::NestedProjects;
use crate::snapshot::Snapshot;
use crate::store::FileStore;
use crate::turns::Turns;

/// The relations of a project.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) facts: DerivedFacts,
    /// The files of data that hold suppressions.
    pub(crate) with_directives: Vec<FilePath>,
    /// What was read under several paths.
    pub(crate) linked: Linked,
}

/// What the providers find in one file.
struct FileFacts {
    /// By provider.
    facts: Vec<Option<AnyFacts>>,
    /// Whether it is a file of data with a suppression.
    has_directive: bool,
    problem: Option<Problem>,
}

/// What the providers find in the files of a project.
struct Extracted<'w> {
    facts: Vec<(&'w dyn AnyProvider, Sources)>,
    /// The files of data that hold suppressions.
    with_directives: Vec<FilePath>,
}

/// What the files of a snapshot are read with.
struct Extraction<'s> {
    snapshot: &'s Snapshot<'s>,
    wanted: &'s [&'s dyn AnyProvider],
    stage: Stage,
    /// What counts as documentation of the environment, sorted.
    env_documents: &'s [FilePath],
    turns: Turns,
    /// What the facts weigh so far.
    taken: AtomicU64,
}

/// What nobody knows of the project: what is ignored, and what lies behind a link and is not read there.
struct Unseen<'s> {
    files: &'s dyn Files,
    known: ProjectScope<'s>,
    discovered: &'s Discovered,
    ignored: Mutex<Ignored<'s>>,
}

impl<'s> Unseen<'s> {
    fn new(files: &'s dyn Files, every: &'s [FilePath], discovered: &'s Discovered, ignored: Ignored<'s>) -> Self {
        Self { files, known: ProjectScope::new(every, &|_| false), discovered, ignored: Mutex::new(ignored) }
    }

    fn covers(&self, path: &FilePath) -> bool {
        let is_ignored = self.ignored.lock().unwrap_or_else(PoisonError::into_inner).ignores(path, false);
        let is_there = || self.files.kind(path).is_some() || self.discovered.is_at_or_below_apart(path);
        is_ignored || (!self.known.has_file(path) && !self.known.has_folder(path) && is_there())
    }
}

impl Snapshot<'_> {
    /// The walk over the whole project, also where the run is about a part of it.
    pub(crate) fn every_file(&self) -> Cow<'_, Discovered> {
        if self.discovered.files.is_empty() {
            let projects = NestedProjects::Known(self.projects());
            return Cow::Owned(discover(self.files, &projects, &self.options.below_repository));
        }
        Cow::Borrowed(&self.discovered)
    }

    /// The relations of a project, those of the providers that `relations` names.
    #[must_use]
    pub fn facts<'r>(&self, relations: impl Iterator<Item = &'r str>, problems: &mut Vec<Problem>) -> DerivedFacts {
        self.gather(relations, problems).facts
    }

    /// The same, with what else was seen on the way.
    pub(crate) fn gather<'r>(&self, relations: impl Iterator<Item = &'r str>, problems: &mut Vec<Problem>) -> Gathered {
        let names: Vec<&str> = relations.collect();
        let wanted: Vec<&dyn AnyProvider> = self.catalogue().providers_of(names.iter().copied()).collect();
        let mut gathered = match wanted.is_empty() {
            true => Gathered::default(),
            false => self.extract_and_derive(&wanted, problems),
        };
        if names.iter().any(|name| provider_of(name) == TASKS) {
            gathered.facts = gathered.facts.with(self.task_facts(&names));
        }
        gathered
    }

    /// The same, and the kinds of modules with it, where states of a project are looked at in turn: of so many some hang on the kinds, and
    /// to go through all files once costs less than to do so twice. `None` where it might not be the same for those that are asked for.
    pub(crate) fn gather_with_kinds(&self, asked: &[&str]) -> Option<Gathered> {
        let catalogue = self.catalogue();
        let asks_kinds =
            || catalogue.set.rules().iter().any(|compiled| !compiled.rule.modules.is_empty(&compiled.rule.options));
        let is_worth_it = self.engine.store.outlives_a_run() && !self.options.is_partial() && asks_kinds();
        // A link may be read for one of the relations alone.
        if !is_worth_it || !self.every_file().apart.is_empty() {
            return None;
        }
        let mut problems = Vec::new();
        let mut gathered = self.gather(asked.iter().copied().chain(std::iter::once(MODULE_KINDS)), &mut problems);
        let kinds = gathered.facts.relation(MODULE_KINDS).filter(|_| problems.is_empty())?;
        self.modules.get_or_init(|| ModuleKinds::of([kinds]));
        // Suppressions count in files that checks read.
        let providers: Vec<&dyn AnyProvider> = catalogue.providers_of(asked.iter().copied()).collect();
        gathered.with_directives.retain(|path| providers.iter().any(|provider| provider.reads(path)));
        Some(gathered)
    }

    /// Extracts and derives what providers give for the whole project.
    pub(crate) fn extract_and_derive(&self, wanted: &[&dyn AnyProvider], problems: &mut Vec<Problem>) -> Gathered {
        let discovered = self.every_file();
        let settings = &self.engine.joined.facts;
        let mut ignored = Ignored::new(self.files, self.projects(), &self.options.below_repository);
        let linked = Linked::of(self.files, &discovered, wanted, &mut ignored, self.config().max_file_size);
        let mut every = Cow::Borrowed(&discovered.files);
        if linked.paths().next().is_some() {
            every.to_mut().extend(linked.paths().cloned());
            every.to_mut().sort_unstable();
        }
        let is_read = |path: &&FilePath| wanted.iter().any(|provider| provider.reads(path));
        let paths: Vec<&FilePath> = every.iter().filter(is_read).collect();
        let documents = FileGlobs::new(&settings.env_documents);
        let env_documents: Vec<FilePath> = match documents.is_empty() {
            true => Vec::new(),
            false => every.iter().filter(|path| documents.is_match(path)).cloned().collect(),
        };
        for place in linked.unread() {
            // A source that is not one is reported where sources are analysed.
            problems.extend((!may_hold_code(&place.path)).then(|| problem_of(&place.path, &place.message)));
        }
        let required: Vec<RequiredCommand> = self.required_commands();
        let unseen = Unseen::new(self.files, &every, &discovered, ignored);
        let ignores = |path: &FilePath| unseen.covers(path);
        let derived_from = || {
            Some(DerivedFrom {
                wanted,
                sources: self.known_sources(&paths)?,
                every: &every,
                env_documents: &env_documents,
                token_columns: &settings.token_columns,
                required: &required,
                unread: &discovered.unread,
                linked: linked.described(),
            })
        };
        let project = self.engine.store.kept.as_deref();
        let kept = project.and_then(|project| derived_from()?.kept(project, ignores));
        if let Some((facts, with_directives)) = kept {
            return Gathered { facts, with_directives, linked };
        }
        let told = problems.len();
        let Extracted { facts, with_directives } =
            self.extract(wanted, &paths, &env_documents, &linked, &every, problems);
        self.engine.store.facts.retain(|path| every.binary_search(path).is_ok());
        let answers = ProviderAnswers::default();
        let facts = {
            let asked = |path: &FilePath| answers.note(path, || ignores(path));
            let scope = ProjectScope::new(&every, &asked).requiring(&required).lacking(&discovered.unread);
            let configured = Configured { token_columns: &settings.token_columns, env_documents: &env_documents };
            let scope = scope.configured(configured);
            let derived = facts.into_par_iter().map(|(provider, sources)| match &self.engine.store.derived {
                Some(store) => store.relations_of(provider, sources, &scope),
                None => DerivedFacts::derive(vec![(provider, sources)], &scope),
            });
            DerivedFacts::joined(derived.collect::<Vec<_>>())
        };
        // What was said of a file has to be said again.
        if let Some(project) = project.filter(|_| problems.len() == told)
            && let Some(from) = derived_from()
        {
            from.keep(project, answers, &facts, &with_directives);
        }
        Gathered { facts, with_directives, linked }
    }

    /// Files with what each of them holds; `None` where that is not known of all without reading them.
    fn known_sources<'p>(&self, paths: &[&'p FilePath]) -> Option<Vec<KnownSource<'p>>> {
        let contents = Contents { files: self.files, kept: self.engine.store.kept.as_deref() };
        let known = |path: &&'p FilePath| {
            let limit = self.config_of(path).max_file_size;
            Some(KnownSource { path, content: contents.id(path)?, limit })
        };
        paths.par_iter().map(known).collect()
    }

    /// What the providers find in the files of the project, and the files of data that hold suppressions.
    fn extract<'w>(
        &self,
        wanted: &[&'w dyn AnyProvider],
        paths: &[&FilePath],
        env_documents: &[FilePath],
        linked: &Linked,
        every: &[FilePath],
        problems: &mut Vec<Problem>,
    ) -> Extracted<'w> {
        let (turns, taken) = (Turns::new(), AtomicU64::new(0));
        let extraction = Extraction { snapshot: self, wanted, stage: Stage::First, env_documents, turns, taken };
        let found = paths.par_iter().map_init(Parser::default, |parser, path| extraction.read_or_say(parser, path));
        let found: Vec<FileFacts> = found.collect();
        let mut facts: Vec<(&dyn AnyProvider, Sources)> =
            wanted.iter().map(|provider| (*provider, Vec::new())).collect();
        let mut with_directives = Vec::new();
        for (path, file) in paths.iter().zip(found) {
            problems.extend(file.problem);
            // What a file with several paths says to auditlint is looked at once.
            let is_elsewhere = linked.target(path).is_some_and(|target| wanted.iter().any(|one| one.reads(target)));
            with_directives.extend((file.has_directive && !is_elsewhere).then(|| (*path).clone()));
            for ((_, sources), found) in facts.iter_mut().zip(file.facts) {
                sources.extend(found.map(|found| ((*path).clone(), found)));
            }
        }
        for place in linked.unread() {
            for (provider, sources) in &mut facts {
                let missing =
                    |path| (path, provider.none_because_of(Gap::new(Span::default(), place.message.as_str())));
                sources.extend(place.missed_by(*provider).map(missing));
            }
        }
        let taken = self.read_more(extraction, &mut facts, every, problems);
        if taken > MAX_FACTS {
            problems.push(give_up(&mut facts));
        }
        Extracted { facts, with_directives }
    }

    /// Reads what providers passed over and ask for after all, because of what they found. Gives what all facts weigh then.
    fn read_more(
        &self,
        first: Extraction<'_>,
        facts: &mut [(&dyn AnyProvider, Sources)],
        every: &[FilePath],
        problems: &mut Vec<Problem>,
    ) -> u64 {
        let mut taken = first.taken.into_inner();
        for (provider, sources) in facts {
            if taken > MAX_FACTS || !provider.asks_for_more(sources, &self.engine.joined.facts.token_columns) {
                continue;
            }
            let known: BTreeSet<&FilePath> = sources.iter().map(|(path, _)| path).collect();
            let is_passed_over = |path: &&FilePath| provider.reads(path) && !known.contains(*path);
            let paths: Vec<&FilePath> = every.iter().filter(is_passed_over).collect();
            let wanted = [*provider];
            let (turns, taken_before) = (Turns::new(), AtomicU64::new(taken));
            let (stage, env_documents) = (Stage::Second, first.env_documents);
            let more = Extraction { snapshot: self, wanted: &wanted, stage, env_documents, turns, taken: taken_before };
            let found = paths.par_iter().map_init(Parser::default, |parser, path| more.read_or_say(parser, path));
            let found: Vec<FileFacts> = found.collect();
            for (path, file) in paths.into_iter().zip(found) {
                problems.extend(file.problem);
                sources.extend(file.facts.into_iter().flatten().map(|found| (path.clone(), found)));
            }
            taken = more.taken.into_inner();
        }
        taken
    }
    /// Works something out from the facts of one provider that gives no relation.
    pub(crate) fn with_facts_of<T>(
        &self,
        provider: &dyn AnyProvider,
        problems: &mut Vec<Problem>,
        work: impl FnOnce(&Sources, &ProjectScope<'_>) -> T,
    ) -> T {
        let discovered = self.every_file();
        let wanted = [provider];
        let paths: Vec<&FilePath> = discovered.files.iter().filter(|path| provider.reads(path)).collect();
        let (turns, taken, stage) = (Turns::new(), AtomicU64::new(0), Stage::First);
        let extraction = Extraction { snapshot: self, wanted: &wanted, stage, env_documents: &[], turns, taken };
        let found = paths.par_iter().map_init(Parser::default, |parser, path| extraction.read_or_say(parser, path));
        let found: Vec<FileFacts> = found.collect();
        let mut sources = Sources::new();
        for (path, file) in paths.into_iter().zip(found) {
            // What another rule over facts reads as well was told there.
            problems.extend(file.problem.filter(|problem| !problems.contains(problem)));
            sources.extend(file.facts.into_iter().flatten().map(|found| (path.clone(), found)));
        }
        let ignored = Ignored::new(self.files, self.projects(), &self.options.below_repository);
        let unseen = Unseen::new(self.files, &discovered.files, &discovered, ignored);
        let ignores = |path: &FilePath| unseen.covers(path);
        work(&sources, &ProjectScope::new(&discovered.files, &ignores).lacking(&discovered.unread))
    }
}

impl Snapshot<'_> {
    /// The commands that configurations ask of continuous integration.
    fn required_commands(&self) -> Vec<RequiredCommand> {
        let place = |span: Span| self.projects().iter().find_map(|config| config.place(span));
        let commands = self.engine.joined.facts.ci_commands.iter();
        let required = commands.filter_map(|(span, command)| {
            let (path, span) = place(*span)?;
            Some(RequiredCommand { path: path.clone(), span, command: command.clone() })
        });
        required.collect()
    }
}

impl Extraction<'_> {
    /// What a file gives. A panic becomes a problem that names the file.
    fn read_or_say(&self, parser: &mut Parser, path: &FilePath) -> FileFacts {
        catch_unwind(AssertUnwindSafe(|| self.read(parser, path))).unwrap_or_else(|_| {
            *parser = Parser::default();
            let problem = Problem::error(ProblemKind::Bug, "auditlint failed while reading facts from this file");
            let help = "this is a bug in auditlint; please report it with the file, or exclude the file";
            self.unread(path, "auditlint failed on the file", Some(problem.in_file(path).help(help)))
        })
    }

    fn read(&self, parser: &mut Parser, path: &FilePath) -> FileFacts {
        let is_source = may_hold_code(path);
        let FileStore { facts: store, kept: project, .. } = &*self.snapshot.engine.store;
        let contents = Contents { files: self.snapshot.files, kept: project.as_deref() };
        let limit = self.snapshot.config_of(path).max_file_size;
        let known = contents.id(path).and_then(|id| self.kept_of(path, &id));
        if let Some((facts, notes)) = known.filter(|(_, notes)| notes.bytes <= limit) {
            return self.weighed(facts, notes);
        }
        let (text, id) = match contents.read(path, limit) {
            Ok(read) => read,
            Err(error) => {
                let message = format!("the file cannot be read: {error}");
                // A source that cannot be read is told where it is analysed.
                let problem = Problem::warning(ProblemKind::File, message.as_str()).in_file(path);
                return self.unread(path, &message, (!is_source).then_some(problem));
            }
        };
        if let Some((facts, notes)) = project.as_ref().and_then(|_| self.kept_of(path, id.as_ref()?)) {
            return self.weighed(facts, notes);
        }
        let _turn = self.turns.take(text.len() as u64);
        let decoded = Decoded::new(&text);
        let code = Code::of(path, decoded.text().as_bytes());
        let source = Source::new(path, &decoded, code.as_ref(), parser);
        let token_columns = &self.snapshot.engine.joined.facts.token_columns;
        let source = source.configured(Configured { token_columns, env_documents: self.env_documents });
        let key = project.as_ref().zip(id.as_ref()).map(|(project, id)| self.key(project, path, id));
        let before =
            project.as_ref().zip(key).and_then(|(project, key)| project.get(key, |entry| Some(entry.to_vec())));
        if let (Some(id), Some(before)) = (&id, &before) {
            store.restore(path, id, before, self.wanted, self.stage);
        }
        let facts = self.wanted.iter().map(|provider| store.facts_of(*provider, &source, id.as_ref(), self.stage));
        let facts = facts.collect();
        let notes = SourceNotes { bytes: text.len() as u64, has_directive: !is_source && has_directive(&text) };
        if let Some(id) = &id {
            store.note(path, id, notes);
        }
        if let (Some(project), Some(id), Some(key)) = (project, &id, key) {
            let entry = store.entry_of(path, id, before.as_deref());
            entry.into_iter().for_each(|entry| project.put(key, entry.into()));
            project.count_analysed(text.len());
        }
        self.weighed(facts, notes)
    }

    /// What the providers found in the same content before, in this run or in another one.
    fn kept_of(&self, path: &FilePath, id: &ContentId) -> Option<(Vec<Option<AnyFacts>>, SourceNotes)> {
        let FileStore { facts: store, kept: project, .. } = &*self.snapshot.engine.store;
        let known = || store.kept_of(path, id, self.wanted, self.stage);
        known().or_else(|| {
            let project = project.as_deref()?;
            let key = self.key(project, path, id);
            let found = match self.snapshot.engine.store.outlives_a_run() {
                // The next snapshot finds it in memory.
                true => {
                    project.get(key, |entry| {
                        store.restore(path, id, entry, self.wanted, self.stage);
                        Some(())
                    })?;
                    known()?
                }
                false => project.get(key, |entry| kept_facts(entry, path, self.wanted, self.stage))?,
            };
            project.count_kept();
            Some(found)
        })
    }

    /// The key of all that is kept of a file: facts depend on its content, on its path, and on what the configuration says of it.
    fn key(&self, project: &Kept, path: &FilePath, id: &ContentId) -> KeptKey {
        let documents_environment = self.env_documents.binary_search(path).is_ok();
        let mut parts = vec![id.0.as_bytes(), path.as_str().as_bytes(), if documents_environment { b"d" } else { b"" }];
        parts.extend(self.snapshot.engine.joined.facts.token_columns.iter().map(String::as_bytes));
        project.key(KeptKind::Facts, &parts)
    }

    /// Facts, or nothing where they are too many with those of other files.
    fn weighed(&self, mut facts: Vec<Option<AnyFacts>>, notes: SourceNotes) -> FileFacts {
        let weight: u64 = facts.iter().flatten().map(AnyFacts::weight).sum();
        if self.taken.fetch_add(weight, Ordering::Relaxed) + weight > MAX_FACTS {
            // What was read is given up as a whole in the end, so it does not matter which thread meets the limit.
            self.snapshot.engine.store.facts.clear();
            facts.fill(None);
        }
        FileFacts { facts, has_directive: notes.has_directive, problem: None }
    }

    /// A row that was not read may be the one that somebody is accused of lacking.
    fn unread(&self, path: &FilePath, message: &str, problem: Option<Problem>) -> FileFacts {
        let none = |provider: &&dyn AnyProvider| provider.none_because_of(Gap::new(Span::default(), message));
        let may_hide = |provider: &&dyn AnyProvider| provider.reads(path) && !provider.only_adds(path);
        let facts = self.wanted.iter().map(|provider| may_hide(provider).then(|| none(provider))).collect();
        let is_missed = self.wanted.iter().any(may_hide);
        FileFacts { facts, has_directive: false, problem: problem.filter(|_| is_missed) }
    }
}

/// Leaves everything unjudged, because there are too many facts.
fn give_up(facts: &mut [(&dyn AnyProvider, Sources)]) -> Problem {
    let message = format!("the project's facts take more than {} MiB", MAX_FACTS >> 20);
    for (provider, sources) in facts {
        let first = sources.first().map(|(path, _)| path.clone());
        sources.clear();
        let gap = Gap::new(Span::default(), message.as_str());
        sources.extend(first.map(|path| (path, provider.none_because_of(gap))));
    }
    let help = "exclude the files that hold most of them; until then, rules over facts judge nothing";
    Problem::error(ProblemKind::File, message.as_str()).help(help)
}
