//! What the sources of a project import from each other, as far as a rule asks for it: names are followed from file to file.
//!
//! Sources that export something are known from their analysis, in which the prefilter found them. Only where there is one, the imports
//! of the project are looked for, and the sources that import such a name are analysed again. A run on a part of the project reads what
//! that part reaches by its imports, and no other source.

use std::collections::{BTreeMap, HashMap};

use auditlint_providers::{ReachedFiles, import_settings, reached_from, specifiers_in};
use auditlint_rules::{Counters, ImportEdge, SourceExports, SourceImports};
use auditlint_source::{FilePath, Problem};
use auditlint_syntax::{Language, Page};
use rayon::prelude::*;

use crate::analyse::{AnalysisWorker, exports_of};
use crate::project_imports::ProjectImports;
use crate::snapshot::Snapshot;

/// Whether a file may import from others, or export to them.
fn has_modules(path: &FilePath) -> bool {
    Language::of_path(path).is_some_and(Language::is_ecmascript) || Page::of_path(path).is_some()
}

impl Snapshot<'_> {
    /// What a source of the scope imports from others that a rule asks for.
    #[must_use]
    pub fn imports_of(&self, path: &FilePath) -> Option<&SourceImports> {
        let set = &self.catalogue().set;
        if !set.asks_exports() {
            return None;
        }
        let imports = self.imports.get_or_init(|| {
            let paths: Vec<&FilePath> = self.scope.iter().map(|source| &source.path).collect();
            let own = self.read_sources(&paths, &|worker, path, text| exports_of(set, path, text, None, worker));
            let exports = paths.into_iter().zip(own).filter_map(|(path, exports)| Some((path.clone(), exports?)));
            let exports = exports.filter(|(_, exports)| set.tells_exports(exports)).collect();
            self.follow_exports(exports, &mut Vec::new())
        });
        imports.of(path)
    }

    /// Follows what sources export. `analysed` says what those in the scope of the run export by themselves.
    pub(crate) fn follow_exports(
        &self,
        mut analysed: BTreeMap<FilePath, SourceExports>,
        problems: &mut Vec<Problem>,
    ) -> ProjectImports {
        let every = self.every_file();
        // A text from standard input need not be a file yet.
        let in_scope = |path: &FilePath| self.scope.binary_search_by(|source| source.path.cmp(path)).is_ok();
        let begun_with: Vec<FilePath> =
            self.scope.iter().map(|source| &source.path).filter(|path| has_modules(path)).cloned().collect();
        let is_whole = every.files.iter().filter(|path| has_modules(path)).all(in_scope);
        if begun_with.is_empty() || (is_whole && analysed.is_empty()) {
            return ProjectImports::default();
        }
        let mut counters = Counters::default();
        // What is further away than this cannot be told to a source of the scope.
        let steps = auditlint_rules::limits::MAX_EXPORT_ROUNDS + 1;
        let set = &self.catalogue().set;
        let mut read = |paths: &[FilePath]| {
            let paths: Vec<&FilePath> = paths.iter().collect();
            let read = self.read_sources(&paths, &|worker, path, text| {
                if !has_modules(path) {
                    return Default::default();
                }
                let exports = (!in_scope(path)).then(|| exports_of(set, path, text, None, worker));
                (specifiers_in(text), exports, std::mem::take(&mut worker.rules.counters))
            });
            let read = paths.into_iter().zip(read).map(|(path, read)| {
                let Some((specifiers, exports, read)) = read else { return Vec::new() };
                counters.add(&read);
                if let Some(exports) = exports.filter(|exports| set.tells_exports(exports)) {
                    analysed.insert(path.clone(), exports);
                }
                specifiers
            });
            read.collect()
        };
        let reached = self.with_facts_of(import_settings(), problems, |settings, scope| {
            reached_from(begun_with, steps, settings, scope, &mut read)
        });
        if analysed.is_empty() {
            return ProjectImports { counters, ..ProjectImports::default() };
        }
        let mut sources: Vec<FilePath> = reached.files.iter().map(|(path, _)| path.clone()).collect();
        sources.sort_unstable();
        let edges = edges_between(&sources, &reached);
        let number = |path: &FilePath| sources.binary_search(path).ok();
        let first: BTreeMap<usize, SourceExports> =
            analysed.into_iter().filter_map(|(path, exports)| Some((number(&path)?, exports))).collect();
        let followed = set.follow_exports(&first, &edges, &mut |asked| {
            let paths: Vec<&FilePath> = asked.iter().map(|(source, _)| &sources[*source]).collect();
            let imports: HashMap<&FilePath, &SourceImports> =
                paths.iter().copied().zip(asked.iter().map(|(_, imports)| imports)).collect();
            let read = self.read_sources(&paths, &|worker, path, text| {
                let exports = exports_of(set, path, text, imports.get(path).copied(), worker);
                (exports, std::mem::take(&mut worker.rules.counters))
            });
            let read = read.into_iter().map(Option::unwrap_or_default);
            let (exports, read): (Vec<SourceExports>, Vec<Counters>) = read.unzip();
            read.iter().for_each(|read| counters.add(read));
            exports
        });
        if followed.is_cut {
            problems.push(cut());
        }
        let by_path = followed.imports.into_iter().map(|(source, imports)| (sources[source].clone(), imports));
        ProjectImports { by_path: by_path.collect(), sources, counters }
    }

    /// Reads sources in parallel, in their order; nothing where one cannot be read, which is told where it is analysed.
    fn read_sources<T: Send>(
        &self,
        paths: &[&FilePath],
        work: &(dyn Fn(&mut AnalysisWorker, &FilePath, &[u8]) -> T + Sync),
    ) -> Vec<Option<T>> {
        let read = paths.par_iter().map_init(
            || AnalysisWorker::new(false),
            |worker, path| {
                let limit = self.config_of(path).max_file_size;
                Some(work(worker, path, &self.files.read(path, limit).ok()?))
            },
        );
        read.collect()
    }
}

/// The imports that lead from one source to another. A source is a number.
fn edges_between(sources: &[FilePath], reached: &ReachedFiles) -> Vec<ImportEdge> {
    let number = |path: &FilePath| sources.binary_search(path).ok();
    let edges = reached.leads.iter().filter_map(|lead| {
        let (path, specifiers) = &reached.files[lead.from];
        Some(ImportEdge {
            from: number(path)?,
            specifier: (&*specifiers[lead.specifier]).into(),
            to: number(&lead.to)?,
        })
    });
    edges.collect()
}

fn cut() -> Problem {
    let rounds = auditlint_rules::limits::MAX_EXPORT_ROUNDS;
    let message = format!("a name is exported on through more than {rounds} modules, and was not followed any further");
    let help = "import it from where it is made; until then, `resolves-to` and `from` may miss uses of it";
    Problem::warning(auditlint_source::ProblemKind::File, message).help(help)
}
