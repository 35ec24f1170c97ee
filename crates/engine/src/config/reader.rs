//! From files of the configuration to what holds in a project: what it inherits, what it extends, and what it says itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, ReadError, Span};

use super::file::ConfigFile;
use super::inherit::Whose;
use super::{Config, Settings};
use crate::entries::{CONFIG_NAME, DANGLING};
use crate::limits::{CONFIG_FILE, MAX_CONFIG_BYTES, MAX_EXTENDS};

impl Config {
    /// Reads the text of an `auditlint.toml` at a path of `files`, and what it extends. What can be read is returned beside the
    /// problems, every one with its place.
    #[must_use]
    pub fn of_file(files: &dyn Files, path: &FilePath, text: &str) -> (Self, Vec<Problem>) {
        let reader = ConfigReader::new(files, &Self::default());
        let config = reader.of_text(path, text);
        (config, reader.into_problems())
    }

    /// The same for a file that is read as if it stood alone: what it extends is not looked up.
    #[must_use]
    pub fn read(path: &FilePath, text: &str) -> (Self, Vec<Problem>) {
        let reader = ConfigReader::alone();
        let config = reader.of_text(path, text);
        (config, reader.into_problems())
    }
}

/// Reads configurations. Threads that walk over folders share one.
pub(crate) struct ConfigReader<'f> {
    /// Where the files are that others extend; `None` where a file is read as if it stood alone.
    files: Option<&'f dyn Files>,
    state: Mutex<ReaderState>,
}

#[derive(Default)]
struct ReaderState {
    /// What was read, by path; nothing where it could not be.
    read: BTreeMap<FilePath, Option<Arc<ConfigFile>>>,
    /// Where the spans of the next file begin.
    next: u32,
    problems: Vec<Problem>,
}

/// What a project is configured from, while its files are gathered.
#[derive(Default)]
struct ConfigChain {
    settings: Settings,
    files: Vec<Arc<ConfigFile>>,
    is_unreadable: bool,
    /// The files that lead to the one that is read, for circles.
    open: Vec<FilePath>,
}

impl<'f> ConfigReader<'f> {
    /// A reader that knows what a configuration was read from.
    pub(crate) fn new(files: &'f dyn Files, known: &Config) -> Self {
        let next = known.files.iter().map(|file| file.end()).max().unwrap_or_default();
        let read = known.files.iter().map(|file| (file.path.clone(), Some(Arc::clone(file)))).collect();
        Self { files: Some(files), state: Mutex::new(ReaderState { read, next, problems: Vec::new() }) }
    }

    /// A reader that does not look up what a file extends.
    pub(crate) fn alone() -> Self {
        Self { files: None, state: Mutex::default() }
    }

    /// The configuration of a project in `folder`, which lies below that of `above`.
    pub(crate) fn nested(&self, folder: &FilePath, above: &Config) -> Config {
        let path = folder.child(CONFIG_NAME);
        let mut state = self.lock();
        let Some(own) = self.files.and_then(|files| state.file(files, &path, None)) else {
            return Config { path: Some(path), folder: folder.clone(), is_unreadable: true, ..above.clone() };
        };
        let is_on_its_own = own.said.root;
        let chain = match is_on_its_own {
            true => ConfigChain::default(),
            false => ConfigChain::below(above),
        };
        let inherits_unreadable = chain.is_unreadable;
        let mut config = self.complete(&mut state, chain, own, folder);
        config.is_on_its_own = is_on_its_own;
        if inherits_unreadable {
            let above = above.path.as_ref().map_or(CONFIG_NAME, |path| path.as_str());
            let message = format!("`{above}`, from which this configuration inherits, cannot be read");
            let help = "correct that file, or end the search here with `root = true`";
            state.problems.push(Problem::error(ProblemKind::Config, message).in_file(&path).help(help));
        }
        config
    }

    /// The configuration of a project whose own file has this text, and that inherits nothing.
    pub(crate) fn of_text(&self, path: &FilePath, text: &str) -> Config {
        let mut state = self.lock();
        let own = state.add(path, text);
        let folder = own.folder();
        let is_on_its_own = own.said.root;
        let config = self.complete(&mut state, ConfigChain::default(), own, &folder);
        Config { is_on_its_own, ..config }
    }

    /// What is wrong with what was read.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).problems
    }

    fn lock(&self) -> MutexGuard<'_, ReaderState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complete(
        &self,
        state: &mut ReaderState,
        mut chain: ConfigChain,
        own: Arc<ConfigFile>,
        folder: &FilePath,
    ) -> Config {
        chain.settings = chain.settings.without_baseline(folder);
        chain.open.push(own.path.clone());
        if let Some(files) = self.files {
            chain.extend(state, files, &own, folder);
        }
        chain.settings = chain.settings.with(&own, Whose::Own, folder);
        if self.files.is_none() {
            chain.settings.extends.clone_from(&own.said.extends);
        }
        chain.is_unreadable |= own.is_unreadable;
        chain.files.push(Arc::clone(&own));
        let ConfigChain { settings, files, is_unreadable, .. } = chain;
        let path = Some(own.path.clone());
        let mut config = Config { path, folder: folder.clone(), settings, files, is_unreadable, ..Config::default() };
        let errors = config.compile();
        let more = errors.len().saturating_sub(MAX_MISTAKES);
        state.problems.extend(errors.into_iter().take(MAX_MISTAKES).map(|error| config.mistake(error)));
        if more > 0 {
            let message = format!("{more} more mistakes in this file");
            state.problems.push(Problem::error(ProblemKind::Config, message).in_file(&own.path));
        }
        config
    }
}

impl ConfigChain {
    /// What a project below another begins with.
    fn below(above: &Config) -> Self {
        Self {
            settings: above.settings.inherited(),
            files: above.files.clone(),
            is_unreadable: above.is_unreadable,
            open: Vec::new(),
        }
    }

    /// Takes in the files that one extends, each with those that it extends itself, once.
    fn extend(&mut self, state: &mut ReaderState, files: &dyn Files, by: &ConfigFile, project: &FilePath) {
        for (span, written) in &by.said.extends {
            let path = by.folder().join(written.as_str());
            let path = if files.kind(&path) == Some(EntryKind::Folder) { path.child(CONFIG_NAME) } else { path };
            if self.open.contains(&path) {
                let names: Vec<&str> = self.open.iter().map(FilePath::as_str).collect();
                let message = format!("`extends` leads in a circle: {} → {path}", names.join(" → "));
                let problem = Problem::error(ProblemKind::Config, message).help("take one of them out");
                state.say(by, *span, problem);
                self.is_unreadable = true;
            } else if self.files.iter().any(|known| known.path == path) {
                // It counts already, where it stands first.
            } else if self.open.len() == MAX_EXTENDS {
                let message = format!("more than {MAX_EXTENDS} configurations extend each other one by one");
                state.say(by, *span, Problem::error(ProblemKind::Config, message));
                self.is_unreadable = true;
            } else if let Some(file) = state.file(files, &path, Some((by, *span))) {
                self.open.push(path);
                self.extend(state, files, &file, project);
                self.open.pop();
                let settings = std::mem::take(&mut self.settings);
                self.settings = settings.with(&file, Whose::Extended, project);
                self.is_unreadable |= file.is_unreadable;
                self.files.push(file);
            } else {
                self.is_unreadable = true;
            }
        }
    }
}

impl ReaderState {
    /// The file at a path; says once why it cannot be read, at the place that names it where there is one.
    fn file(
        &mut self,
        files: &dyn Files,
        path: &FilePath,
        named: Option<(&ConfigFile, Span)>,
    ) -> Option<Arc<ConfigFile>> {
        if let Some(known) = self.read.get(path) {
            let known = known.clone();
            if let (None, Some((by, span))) = (&known, named) {
                self.say(by, span, Problem::error(ProblemKind::Config, format!("`{path}` cannot be read")));
            }
            return known;
        }
        let text = files.read(path, CONFIG_FILE).map_err(|error| match error {
            ReadError::NotFound if named.is_some() => "there is no such file".to_owned(),
            ReadError::NotFound => DANGLING.to_owned(),
            error => error.to_string(),
        });
        let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
        let text = match text {
            Ok(text) if u64::from(self.next) + text.len() as u64 > MAX_CONFIG_BYTES => {
                Err(format!("all configurations of the run have more than {} MiB", MAX_CONFIG_BYTES >> 20))
            }
            text => text,
        };
        match text {
            Ok(text) => Some(self.add(path, &text)),
            Err(why) => {
                let message = match named {
                    Some(_) => format!("`{path}` cannot be read: {why}"),
                    None => format!("the configuration cannot be read: {why}"),
                };
                let problem = Problem::error(ProblemKind::Config, message);
                match named {
                    Some((by, span)) => {
                        let help = "paths of `extends` are relative to the file that they stand in, and stay inside the \
                                    repository";
                        self.say(by, span, problem.help(help));
                    }
                    None => self.problems.push(problem.in_file(path)),
                }
                self.read.insert(path.clone(), None);
                None
            }
        }
    }

    fn add(&mut self, path: &FilePath, text: &str) -> Arc<ConfigFile> {
        let (file, problems) = ConfigFile::read(path, text, self.next);
        let file = Arc::new(file);
        self.problems.extend(problems);
        self.next = file.end();
        self.read.insert(path.clone(), Some(Arc::clone(&file)));
        file
    }

    fn say(&mut self, by: &ConfigFile, span: Span, problem: Problem) {
        self.problems.push(match by.own(span) {
            Some(own) => by.place(own, problem),
            None => problem.in_file(&by.path),
        });
    }
}
