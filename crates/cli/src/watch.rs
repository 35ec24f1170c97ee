//! `check --watch`: after each change only what it concerns is analysed again, and the screen is drawn anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CONFIG_NAME, Engine, Report, SGCONFIG_NAME, Snapshot};
use auditlint_source::{FilePath, Problem, ProblemKind};
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::args::CheckArgs;
use crate::check::{analyse, outputs, run_options};
use crate::context::CommandContext;
use crate::day::Day;
use crate::exit::Exit;
use crate::out;

/// How long it must be quiet before what changed is looked at: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(80);

/// How long a change waits at most, however much else changes.
const PATIENCE: Duration = Duration::from_millis(1_000);

/// Runs until somebody ends it.
pub(crate) fn run(args: &CheckArgs) -> Result<Exit> {
    let mut watch = Watch::new()?;
    let mut engine: Option<Engine> = None;
    let mut reads_configuration = true;
    loop {
        // The next look is one at what git tracks by then, too.
        let context = CommandContext::find_for(&args.project, &args.paths)?;
        let (outputs, day) = (outputs(args, &context)?, Day::of(args.as_of.as_deref(), &context)?);
        if outputs.has_file() {
            bail!("--watch writes to standard output alone: a file that it writes would be a change");
        }
        let read = context.config();
        let is_unread = read.as_ref().map_or(true, |(config, _)| config.is_unreadable);
        let told = match read {
            Ok((config, problems)) if config.is_unreadable => Report { problems, ..Report::default() },
            Ok((config, problems)) => {
                let files = context.files();
                let engine = match engine.take() {
                    Some(mut known) => {
                        if reads_configuration {
                            known.reload(files, config, problems);
                        }
                        engine.insert(known)
                    }
                    None => {
                        let options = run_options(args, &context)?;
                        engine.insert(Engine::load(files, config, options, problems).keeping())
                    }
                };
                let snapshot = engine.snapshot(files);
                watch.follow(&context, &snapshot);
                analyse(&snapshot, &day)
            }
            // A file may be half written, or gone for a moment.
            Err(error) => {
                let problem = Problem::error(ProblemKind::Config, format!("{error:#}"));
                Report { problems: vec![problem], ..Report::default() }
            }
        };
        watch.add(&context.root);
        out::clear_screen()?;
        outputs.write(&context, context.files(), &told, &mut out::unescaped_stdout())?;
        let changed = watch.wait()?;
        let rules = engine.as_ref().map(rule_folders).unwrap_or_default();
        // What could not be read stays to be read.
        reads_configuration = is_unread || changed.iter().any(|path| decides_rules(path, &context, &rules));
    }
}

/// The folders whose files decide about rules: those of the configurations' own rules, and files that configurations extend.
fn rule_folders(engine: &Engine) -> BTreeSet<FilePath> {
    let own = engine.projects.iter().flat_map(|config| config.rule_dirs.iter().map(|(_, dir)| dir.clone()));
    let read = engine.projects.iter().flat_map(|config| config.sources().cloned().collect::<Vec<_>>());
    let rules = engine.catalogue.set.rules().iter().chain(&engine.catalogue.off);
    let rules = rules.filter(|compiled| compiled.rule.pack.is_none()).map(|compiled| compiled.rule.place.0.clone());
    own.chain(read).chain(rules).collect()
}

/// Whether a change of a file may be one of what is configured.
fn decides_rules(path: &Path, context: &CommandContext, rules: &BTreeSet<FilePath>) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_named_so = name == CONFIG_NAME || name == SGCONFIG_NAME;
    let is_rule = || {
        let path = context.worktree.relative(path);
        path.is_some_and(|path| std::iter::successors(Some(path), FilePath::parent).any(|path| rules.contains(&path)))
    };
    is_named_so || is_rule()
}

/// What is looked at for changes: the folders in which the walk found files.
struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
}

impl Watch {
    fn new() -> Result<Self> {
        let (send, events) = channel();
        let watcher = notify::recommended_watcher(move |event| {
            // Nobody listens any more where the program ends.
            let _ = send.send(event);
        });
        let watcher = watcher.context("changes of files cannot be watched here")?;
        Ok(Self { watcher, events, folders: BTreeSet::new() })
    }

    /// Looks at the folders of a snapshot as well.
    fn follow(&mut self, context: &CommandContext, snapshot: &Snapshot<'_>) {
        let mut folders: BTreeSet<FilePath> = BTreeSet::new();
        for path in snapshot.discovered.files.iter().chain(snapshot.scope.iter().map(|source| &source.path)) {
            let above = std::iter::successors(path.parent(), FilePath::parent);
            folders.extend(above.take_while(|folder| !folders.contains(folder)).collect::<Vec<_>>());
        }
        for folder in folders {
            self.add(&context.root.join(folder.to_path()));
        }
    }

    fn add(&mut self, folder: &Path) {
        if !self.folders.contains(folder) && self.watcher.watch(folder, RecursiveMode::NonRecursive).is_ok() {
            self.folders.insert(folder.to_path_buf());
        }
    }

    /// Waits for a change, and then until it is quiet.
    fn wait(&mut self) -> Result<BTreeSet<PathBuf>> {
        let mut changed = BTreeSet::new();
        while changed.is_empty() {
            let event = self.events.recv().context("changes of files are not told any more")?;
            self.take(event, &mut changed);
        }
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            match self.events.recv_timeout(QUIET) {
                Ok(event) => self.take(event, &mut changed),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => break,
            }
            waited += QUIET;
        }
        Ok(changed)
    }

    fn take(&mut self, event: notify::Result<Event>, changed: &mut BTreeSet<PathBuf>) {
        // What could not be told may be anything.
        let Ok(event) = event else {
            changed.insert(PathBuf::from(CONFIG_NAME));
            return;
        };
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        for path in event.paths {
            // Git writes its own files whenever it is asked something.
            if path.components().any(|part| part.as_os_str() == ".git") {
                continue;
            }
            match event.kind {
                // What is put into a new folder is told by that folder.
                EventKind::Create(_) if path.is_dir() => self.add(&path),
                EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => drop(self.folders.remove(&path)),
                _ => {}
            }
            changed.insert(path);
        }
    }
}
