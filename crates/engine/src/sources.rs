//! The sources of a run: each is read, analysed and joined, and what goes wrong with one is a problem of that one.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use auditlint_rules::{RuleId, SourceImports, SourceInfo};
use auditlint_source::{ContentId, FilePath, Files, LineIndex, Problem, ProblemKind, ProblemLevel, ReadError};

use crate::Snapshot;
use crate::analyse::{AnalysisWorker, analyse_importing, analyse_selected, read_code, select};
use crate::clock::clock;
use crate::contents::Contents;
use crate::directives::{Directives, has_directive};
use crate::fact_matches::{FactMatch, FactMatches};
use crate::file_matches::{FileMatches, Unread};
use crate::join::{FileOutcome, JoinedFile, Joiner, ShownText, SourceDoubt};
use crate::kept_matches::{KeptMatches, Question};
use crate::match_store::{CodeForm, SourceKey};
use crate::turns::Turns;

/// What every source of a run is analysed with.
pub(crate) struct Analyser<'r> {
    pub snapshot: &'r Snapshot<'r>,
    pub files: &'r dyn Files,
    pub joiner: Joiner<'r>,
    /// What rules over facts found, by file.
    pub facts: &'r FactMatches,
    pub timed: bool,
    /// Whether what depends on the kind of a module waits until the kinds are known.
    pub waits: bool,
    /// Where large sources wait for others.
    pub turns: &'r Turns,
}

impl Analyser<'_> {
    /// What rules over facts found in a file that no other rule reads.
    pub(crate) fn data_file(&self, path: &FilePath, facts: &[FactMatch]) -> FileOutcome {
        // Whether it can be read was told where its facts were.
        let text = self.read(path).unwrap_or_default();
        let directives =
            has_directive(&text).then(|| Box::new(Directives::read_data(path, &text, &LineIndex::new(&text))));
        let found = FileMatches { directives, ..FileMatches::default() };
        let read = || Cow::Borrowed(&*text);
        let file = JoinedFile { path, level: ProblemLevel::Warning, text: ShownText::new(&read) };
        self.joiner.join(&file, found, facts)
    }

    /// Analyses one source. A panic becomes a problem that names the file.
    pub(crate) fn source(&self, worker: &mut AnalysisWorker, path: &FilePath, named: bool) -> FileOutcome {
        let begin = self.timed.then(clock);
        let level = if named { ProblemLevel::Error } else { ProblemLevel::Warning };
        let result = catch_unwind(AssertUnwindSafe(|| self.read_and_join(worker, path, level)));
        let mut outcome = result.unwrap_or_else(|panic| {
            // What the panic left half done must not reach the next source.
            *worker = AnalysisWorker::new(worker.timed);
            let words = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            let doubts = vec![SourceDoubt { rules: None, why: "was not analysed".to_owned() }];
            let problem = Problem::error(ProblemKind::Bug, format!("auditlint failed on this file: {words}"))
                .in_file(path)
                .help("this is a bug in auditlint; please report it with the file, or exclude the file");
            FileOutcome { problems: vec![problem], doubts, ..FileOutcome::default() }
        });
        outcome.costs = worker.take_costs();
        outcome.time = begin.map_or(Duration::ZERO, |begin| clock() - begin);
        // Kept until the last source is analysed.
        outcome.findings.shrink_to_fit();
        outcome.problems.shrink_to_fit();
        outcome
    }

    fn read_and_join(&self, worker: &mut AnalysisWorker, path: &FilePath, level: ProblemLevel) -> FileOutcome {
        let Some(form) = CodeForm::of_path(path) else { return FileOutcome::default() };
        let outcome = match KeptMatches::of(&self.snapshot.engine.store) {
            Some(kept) => self.kept_or_fresh(kept, worker, path, form, level),
            None => self.fresh(worker, path, level),
        };
        outcome.unwrap_or_else(|error| FileOutcome {
            problems: vec![unreadable(path, level, &error)],
            doubts: vec![SourceDoubt { rules: None, why: "cannot be read".to_owned() }],
            ..FileOutcome::default()
        })
    }

    fn fresh(
        &self,
        worker: &mut AnalysisWorker,
        path: &FilePath,
        level: ProblemLevel,
    ) -> Result<FileOutcome, ReadError> {
        let text = self.read(path)?;
        let _turn = self.turns.take(text.len() as u64);
        let role = self.snapshot.roles.of(path, &text);
        let imports = self.imports_of(path);
        let found = analyse_importing(&self.snapshot.catalogue().set, path, role, &text, imports, worker);
        Ok(self.join_source(path, level, &|| Cow::Borrowed(&text), found))
    }

    fn imports_of(&self, path: &FilePath) -> Option<&SourceImports> {
        self.joiner.imports.and_then(|imports| imports.of(path))
    }

    /// The same where results are kept.
    fn kept_or_fresh(
        &self,
        kept: KeptMatches<'_>,
        worker: &mut AnalysisWorker,
        path: &FilePath,
        form: CodeForm,
        level: ProblemLevel,
    ) -> Result<FileOutcome, ReadError> {
        let set = &self.snapshot.catalogue().set;
        let role = self.snapshot.roles.of_path(path);
        let scope = self.snapshot.engine.scope_of(path, &mut worker.rules.selection);
        let contents = Contents { files: self.files, kept: self.snapshot.engine.store.kept.as_deref() };
        let imports = self.imports_of(path);
        let digest = imports.map(SourceImports::digest);
        let limit = self.snapshot.config_of(path).max_file_size;
        let asked_of = |id: &ContentId| Question { source: SourceKey::of_id(id, form, role).importing(digest), scope };
        let by_id = contents.id(path).map(|id| asked_of(&id));
        let named = by_id.and_then(|asked| kept.of_scope(asked)).filter(|found| found.bytes <= limit);
        if let Some(found) = named {
            let read = || Cow::Owned(self.read(path).unwrap_or_default());
            return Ok(self.join_source(path, level, &read, found));
        }
        let (text, id) = contents.read(path, limit)?;
        let _turn = self.turns.take(text.len() as u64);
        let read = || Cow::Borrowed(&*text);
        let by_text = || Question { source: SourceKey::of_text(&text, form, role).importing(digest), scope };
        let asked = id.map_or_else(by_text, |id| asked_of(&id));
        if let Some(found) = kept.of_scope(asked) {
            return Ok(self.join_source(path, level, &read, found));
        }
        let role = role.with(&text);
        let code = match read_code(path, &text) {
            Ok(code) => code,
            Err(unread) => {
                let found = kept.insert(asked, None, FileMatches::unread(unread, role, &text));
                return Ok(self.join_source(path, level, &read, found));
            }
        };
        let source = SourceInfo { path, language: code.language(), role };
        let selection = &mut worker.rules.selection;
        select(set, source, &code, imports, selection);
        let selected = set.selected_identity(selection);
        let absent: Vec<RuleId> = selection.absent().iter().map(|rule| set.rule(*rule).id.clone()).collect();
        if let Some(found) = kept.of_selection(asked, selected, &absent) {
            return Ok(self.join_source(path, level, &read, found));
        }
        let found = kept.insert(asked, Some(selected), analyse_selected(set, source, &code, imports, worker));
        Ok(self.join_source(path, level, &read, found))
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        self.files.read(path, self.snapshot.config_of(path).max_file_size)
    }

    fn join_source<'t>(
        &self,
        path: &'t FilePath,
        level: ProblemLevel,
        read: &'t dyn Fn() -> Cow<'t, [u8]>,
        mut found: FileMatches,
    ) -> FileOutcome {
        let exports = found.exports.take();
        let outcome = self.join_found(path, level, read, found);
        FileOutcome { exports, ..outcome }
    }

    fn join_found<'t>(
        &self,
        path: &'t FilePath,
        level: ProblemLevel,
        read: &'t dyn Fn() -> Cow<'t, [u8]>,
        found: FileMatches,
    ) -> FileOutcome {
        let facts = self.facts.get(path).map_or(&[][..], Vec::as_slice);
        if found.unread == Some(Unread::NoCode) {
            // A page without scripts is data.
            let is_asked = self.facts.contains_key(path) || found.has_directive;
            let outcome = if is_asked { self.data_file(path, facts) } else { FileOutcome::default() };
            return FileOutcome { holds_no_code: true, ..outcome };
        }
        if self.waits && self.joiner.asks_kind(&found, path) {
            return FileOutcome { waiting: Some(Box::new(found)), ..FileOutcome::default() };
        }
        self.joiner.join(&JoinedFile { path, level, text: ShownText::new(read) }, found, facts)
    }

    /// Joins what waited for the kinds of modules.
    pub(crate) fn waited(&self, path: &FilePath, named: bool, found: FileMatches) -> FileOutcome {
        let level = if named { ProblemLevel::Error } else { ProblemLevel::Warning };
        let read = || Cow::Owned(self.read(path).unwrap_or_default());
        self.join_source(path, level, &read, found)
    }
}

fn unreadable(path: &FilePath, level: ProblemLevel, error: &ReadError) -> Problem {
    let help = match error {
        ReadError::TooLarge { .. } => "raise `max-file-size` in auditlint.toml, or exclude the file",
        ReadError::Denied => "give auditlint permission to read it, or exclude the file",
        _ => "exclude the file if it is not meant to be analysed",
    };
    Problem::new(ProblemKind::File, level, format!("the file cannot be read: {error}")).in_file(path).help(help)
}
