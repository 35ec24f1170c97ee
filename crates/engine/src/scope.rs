//! Which sources a run reports on.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::ProjectScope;
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, ProblemLevel, ReadError};
use auditlint_syntax::{Language, Page, may_hold_code};

use crate::RunOptions;
use crate::apart::unread_sources;
use crate::discovery::{ATTRIBUTES_NAME, Discovered, Ignored, PatternFolder, discover, discover_below};
use crate::projects::{NestedProjects, Projects};
use crate::survey::needs_walk;

/// A source in the report scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedSource {
    /// Its path.
    pub path: FilePath,
    /// Whether it was named itself, not a folder around it.
    pub named: bool,
}

/// What a walk found, and the sources that are reported on.
pub(crate) struct DiscoveredScope {
    pub(crate) discovered: Discovered,
    pub(crate) sources: Vec<ScopedSource>,
}

/// The files that the run reads and the sources that it reports on. `feeds_facts` says of which other files rules read facts.
pub(crate) fn discover_scope(
    files: &dyn Files,
    projects: &Projects,
    walk: Option<Discovered>,
    options: &RunOptions,
    feeds_facts: &dyn Fn(&FilePath) -> bool,
    problems: &mut Vec<Problem>,
) -> DiscoveredScope {
    let mut discovered = match walk {
        Some(walk) => walk,
        None if projects.iter().any(|config| needs_walk(files, options, config)) => {
            discover(files, &NestedProjects::Known(projects), &options.below_repository)
        }
        None => Discovered::default(),
    };
    raise(&mut discovered, options);
    problems.append(&mut discovered.problems);
    let is_asked = |path: &FilePath| options.paths.is_empty() || options.paths.iter().any(|named| path.is_under(named));
    problems.extend(unread_sources(files, &discovered, is_asked));
    let is_source = |path: &FilePath| may_hold_code(path);
    if options.paths.is_empty() {
        let walked = discovered.files.iter().filter(|path| is_source(path));
        let scope = walked.map(|path| ScopedSource { path: path.clone(), named: false });
        let scope = judged(projects, scope, problems);
        return DiscoveredScope { discovered, sources: scope };
    }
    // By path, whether it was named itself.
    let mut scope: BTreeMap<FilePath, bool> = BTreeMap::new();
    let mut ignored = Ignored::new(files, projects, &options.below_repository);
    for path in &options.paths {
        match files.kind(path) {
            None => problems.push(
                Problem::error(ProblemKind::Usage, "there is no such file or folder")
                    .in_file(path)
                    .help("paths are relative to the working folder"),
            ),
            Some(EntryKind::Link) => problems.push(
                Problem::error(ProblemKind::Usage, ReadError::Outside.to_string())
                    .in_file(path)
                    .help("name the place that the link points to"),
            ),
            Some(EntryKind::Folder) => {
                let reason = ignored.reason(path, true).filter(|_| options.force_exclude);
                if let Some(reason) = reason {
                    *discovered.skipped.entry(reason).or_default() += 1;
                    continue;
                }
                let mut walked = ProjectScope::new(&discovered.files, &|_| false).below(path).peekable();
                if !path.is_root() && (walked.peek().is_none() || ignored.is_tracked_in_part(path)) {
                    // Named although it is ignored: look inside all the same.
                    let mut below = discover_below(files, path);
                    raise(&mut below, options);
                    problems.append(&mut below.problems);
                    problems.extend(unread_sources(files, &below, |_| true));
                    scope.extend(below.files.into_iter().filter(is_source).map(|file| (file, false)));
                    continue;
                }
                scope.extend(walked.filter(|file| is_source(file)).map(|file| (file.clone(), false)));
            }
            Some(_) if options.force_exclude && ignored.ignores(path, false) => {
                let reason = ignored.reason(path, false).unwrap_or("ignored");
                *discovered.skipped.entry(reason).or_default() += 1;
            }
            Some(EntryKind::Other) => {
                let problem = Problem::error(ProblemKind::Usage, "this is neither a file nor a folder").in_file(path);
                problems.push(problem.help("pipes, sockets and devices are not read"));
            }
            Some(_) if !is_source(path) && feeds_facts(path) => {}
            Some(_) if !is_source(path) => {
                let problem = Problem::warning(ProblemKind::Unmatched, "no rule reads this kind of file");
                let problem = problem.in_file(path);
                // Compilers tell languages by the case too, so it is not taken for one.
                problems.push(match written_small(path) {
                    Some(name) => problem.help(format!("capitals count in the end of a name: {name} would be read")),
                    None => problem,
                });
            }
            Some(_) => {
                scope.insert(path.clone(), true);
            }
        }
    }
    let scope = scope.into_iter().map(|(path, named)| ScopedSource { path, named });
    let scope = judged(projects, scope, problems);
    DiscoveredScope { discovered, sources: scope }
}

/// Leaves out the sources of projects whose configuration cannot be read, and says so: findings under the settings of nobody would be
/// read as those of the project.
fn judged(
    projects: &Projects,
    scope: impl Iterator<Item = ScopedSource>,
    problems: &mut Vec<Problem>,
) -> Vec<ScopedSource> {
    if projects.iter().all(|config| !config.is_unreadable) {
        return scope.collect();
    }
    let mut left_out: BTreeMap<&FilePath, u64> = BTreeMap::new();
    let mut kept = Vec::new();
    for source in scope {
        let config = projects.of(&source.path);
        match config.path.as_ref().filter(|_| config.is_unreadable) {
            Some(path) => *left_out.entry(path).or_default() += 1,
            None => kept.push(source),
        }
    }
    for (path, count) in left_out {
        let what = if count == 1 { "1 source is".to_owned() } else { format!("{count} sources are") };
        let message = format!("{what} not judged, because the configuration of the project cannot be read");
        problems.push(Problem::error(ProblemKind::Config, message).in_file(path));
    }
    kept
}

/// Makes errors of folders that a run was asked about and that could not be listed: it cannot be trusted where it saw a part only.
fn raise(discovered: &mut Discovered, options: &RunOptions) {
    let is_asked = |path: &FilePath| path.is_root() || options.paths.iter().any(|named| path.is_under(named));
    let asked: BTreeSet<&FilePath> =
        discovered.unread.iter().map(|(folder, _)| folder).filter(|folder| is_asked(folder)).collect();
    for problem in &mut discovered.problems {
        if problem.path.as_ref().is_some_and(|path| asked.contains(path)) {
            problem.level = ProblemLevel::Error;
        }
    }
}

/// The folders whose attributes count, from the root of the repository downwards.
pub(crate) fn attribute_folders(
    options: &RunOptions,
    discovered: &Discovered,
    scope: &[ScopedSource],
) -> Vec<PatternFolder> {
    let every = discovered.files.iter().chain(discovered.apart.iter().map(|(path, _)| path));
    let mut below: BTreeSet<FilePath> =
        every.filter(|path| path.name() == ATTRIBUTES_NAME).filter_map(FilePath::parent).collect();
    for source in scope.iter().filter(|source| source.named) {
        below.extend(std::iter::successors(source.path.parent(), FilePath::parent));
    }
    let mut folders = PatternFolder::above(&options.below_repository);
    folders.extend(below.into_iter().map(PatternFolder::below));
    folders
}

/// The name of a file with its end in small letters, where it would be a source then.
fn written_small(path: &FilePath) -> Option<String> {
    let (stem, end) = path.as_str().rsplit_once('.')?;
    let small = format!("{stem}.{}", end.to_ascii_lowercase());
    (small != path.as_str() && may_hold_code(&FilePath::new(&small))).then_some(small)
}

/// Says that nothing was checked, and what could be.
pub(crate) fn no_source(options: &RunOptions) -> Problem {
    let languages: BTreeMap<&str, ()> = Language::ALL
        .iter()
        .flat_map(|language| language.extensions())
        .chain(Page::ALL.iter().flat_map(|page| page.extensions()))
        .map(|extension| (*extension, ()))
        .collect();
    let extensions: Vec<&str> = languages.into_keys().collect();
    let message = if options.paths.is_empty() {
        "there are no sources to check"
    } else {
        "no sources to check among the named paths"
    };
    let problem = Problem::warning(ProblemKind::Unmatched, message);
    problem.help(format!("auditlint reads files that end in .{}", extensions.join(", .")))
}
