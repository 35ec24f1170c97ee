//! Which files of a project a word of a command means.

use std::collections::BTreeMap;

use auditlint_facts::folder::{above, below};
use auditlint_source::FilePath;
use auditlint_source::limits::MAX_GLOB;
use globset::GlobBuilder;
use rustc_hash::FxHashSet;

use super::node::RunNode;
use crate::conventions::is_in_scripts;
use crate::read::shell::{ANY, PROJECT, START};

/// Endings that a word may leave out, or have in place of those of the file.
const GUESSED: &[&str] = &["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".sh", ".py", "/index.js", "/index.ts"];

/// How many files a folder or a pattern stands for at most.
const MOST_FILES: usize = 500;

/// How many parts of a word may be paths.
const MOST_PARTS: usize = 16;

/// How often a pattern is held against a file at most: each is held against all of them.
const MOST_COMPARED: usize = 10_000_000;

/// What runs with folders as arguments and executes nothing in them.
const READERS: &[&str] = &[
    "cd",
    "pushd",
    "ls",
    "mkdir",
    "rm",
    "cp",
    "mv",
    "tar",
    "zip",
    "rsync",
    "chmod",
    "chown",
    "eslint",
    "prettier",
    "biome",
    "shellcheck",
    "ruff",
    "black",
    "tsc",
    "git",
    "du",
    "oxlint",
    "stylelint",
    "cspell",
    "codespell",
    "docker",
];

/// What a word stands for where it names more than a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    /// Nothing more: a linter looks at a folder, it does not run what lies there.
    Files,
    /// A folder means all below it.
    Folders,
    /// So does a pattern over folders.
    Everything,
}

impl Opens {
    pub(super) fn by(program: &str) -> Self {
        if READERS.contains(&program) { Self::Files } else { Self::Everything }
    }
}

/// The files that run something or are run.
pub(super) struct RunFiles<'p> {
    files: FxHashSet<&'p str>,
    sorted: Vec<&'p FilePath>,
    folders: FxHashSet<FilePath>,
    /// Folders and patterns that words mean, and the files that each stands for.
    groups: BTreeMap<String, Vec<&'p FilePath>>,
    compared: usize,
    /// Whether a word may mean more files than were looked for since somebody asked.
    is_cut: bool,
}

impl<'p> RunFiles<'p> {
    pub(super) fn new(mut sorted: Vec<&'p FilePath>) -> Self {
        sorted.sort_unstable();
        sorted.dedup();
        let files = sorted.iter().map(|path| path.as_str()).collect();
        let scripts = sorted.iter().filter(|path| is_in_scripts(path));
        let folders = scripts.filter_map(|path| path.parent()).filter(|folder| !folder.is_root()).collect();
        Self { files, sorted, folders, groups: BTreeMap::new(), compared: 0, is_cut: false }
    }

    /// The folders from which the words of a command may be meant: that in which it runs, or, where nobody can say, that of its
    /// file and those above it.
    pub(super) fn bases(folder: Option<&str>, own: &FilePath) -> Vec<FilePath> {
        match folder {
            Some(folder) if folder.starts_with(PROJECT) && !folder.contains(ANY) => {
                let folder = FilePath::new(folder.trim_start_matches(PROJECT));
                if folder.is_root() { vec![folder] } else { vec![folder, FilePath::root()] }
            }
            Some(folder) if folder.starts_with(START) && !folder.contains(ANY) => {
                let rest = folder.trim_start_matches(START).trim_start_matches('/');
                let below = above(own.clone()).filter(|_| !rest.is_empty()).map(|base| base.join(rest));
                below.chain(above(own.clone())).collect()
            }
            _ => above(own.clone()).collect(),
        }
    }

    /// The folders from which a word in code, or of a variable, may be meant. What begins with a dot is seen from the file.
    pub(super) fn bases_of_mention(word: &str, own: &FilePath, is_code: bool) -> Vec<FilePath> {
        if is_code && word.starts_with('.') { vec![own.clone()] } else { Self::bases(None, own) }
    }

    /// The files that a word means, and groups of them: a pattern, or a folder where the word stands for what is opened or run.
    pub(super) fn of(&mut self, word: &str, bases: &[FilePath], opens: Opens) -> Vec<RunNode> {
        let mut found = Vec::new();
        let parts = word.split(['=', ':', ',', '@']).filter(|part| part.chars().any(char::is_alphanumeric));
        for part in parts.chain((word.contains(':')).then_some(word)).take(MOST_PARTS) {
            let part = part.trim_matches(['"', '\'']);
            if part.len() < 2 || part.starts_with('-') || part.len() > 512 {
                continue;
            }
            let is_open = part.contains([ANY, '*', '?', '{', '[']);
            for path in candidates(part, bases) {
                if is_open && part.contains("**") && opens != Opens::Everything {
                    continue;
                }
                if is_open {
                    found.extend(self.matches(&path).then(|| RunNode::Group(path.into())));
                } else {
                    // A bare word is a subcommand far more often than a file without its ending.
                    let endings = if part.contains(['/', '.']) { GUESSED } else { &GUESSED[..1] };
                    found.extend(self.named(&path, endings, opens));
                }
            }
        }
        found
    }

    /// Whether a word that was asked for may mean more files than were looked for. Says so once.
    pub(super) fn take_cut(&mut self) -> bool {
        std::mem::take(&mut self.is_cut)
    }

    /// The file that the end of an absolute path means: `/app/scripts/check.sh` is `scripts/check.sh`.
    pub(super) fn ending(&self, word: &str) -> Option<RunNode> {
        let starts = word.match_indices('/').map(|(at, _)| &word[at + 1..]).take(MOST_PARTS);
        let path = starts.filter(|rest| rest.contains('/')).find(|rest| self.files.contains(rest))?;
        Some(RunNode::file(&FilePath::new(path)))
    }

    /// The folders and patterns that words meant, and their files.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&str, &[&'p FilePath])> {
        self.groups.iter().map(|(name, files)| (name.as_str(), files.as_slice()))
    }

    fn named(&mut self, path: &str, endings: &[&str], opens: Opens) -> Option<RunNode> {
        let mut guesses = endings.iter().map(|ending| format!("{path}{ending}"));
        let other = path.strip_suffix("js").map(|stem| format!("{stem}ts"));
        let file = guesses.find(|guess| self.files.contains(guess.as_str()));
        if let Some(file) = file.or(other.filter(|other| self.files.contains(other.as_str()))) {
            return Some(RunNode::file(&FilePath::new(&file)));
        }
        let folder = FilePath::new(path);
        if opens == Opens::Files || !self.folders.contains(&folder) {
            return None;
        }
        let name = format!("{folder}/");
        if !self.groups.contains_key(&name) {
            let below = below(&self.sorted, &folder);
            self.is_cut |= below.len() > MOST_FILES;
            let group = below.iter().take(MOST_FILES).copied().collect();
            self.groups.insert(name.clone(), group);
        }
        Some(RunNode::Group(name.into()))
    }

    /// Whether a pattern means any file.
    fn matches(&mut self, pattern: &str) -> bool {
        if let Some(known) = self.groups.get(pattern) {
            return !known.is_empty();
        }
        // Too little is said to mean anything.
        let said = pattern.chars().filter(|letter| letter.is_alphanumeric()).count();
        if said < 4 || pattern.len() > MAX_GLOB {
            return false;
        }
        if self.compared + self.sorted.len() > MOST_COMPARED {
            self.is_cut = true;
            return false;
        }
        self.compared += self.sorted.len();
        let glob = GlobBuilder::new(&pattern.replace(ANY, "*")).literal_separator(!pattern.contains(ANY)).build();
        let matcher = glob.ok().map(|glob| glob.compile_matcher());
        let files = self.sorted.iter().filter(|file| matcher.as_ref().is_some_and(|glob| glob.is_match(file.as_str())));
        let mut files: Vec<&FilePath> = files.take(MOST_FILES + 1).copied().collect();
        self.is_cut |= files.len() > MOST_FILES;
        files.truncate(MOST_FILES);
        let is_any = !files.is_empty();
        self.groups.insert(pattern.to_owned(), files);
        is_any
    }
}

fn candidates(part: &str, bases: &[FilePath]) -> Vec<String> {
    if let Some(rest) = part.strip_prefix(PROJECT) {
        return vec![FilePath::new(rest).as_str().to_owned()];
    }
    if part.starts_with(ANY) {
        return vec![FilePath::new(part).as_str().to_owned()];
    }
    let rest = part.trim_start_matches(START).trim_start_matches('/');
    let mut paths: Vec<String> = bases.iter().map(|base| base.join(rest).as_str().to_owned()).collect();
    // `python -m scripts.check`
    if !rest.contains('/') && rest.contains('.') {
        paths.push(rest.replace('.', "/"));
    }
    paths.retain(|path| !path.is_empty() && !path.starts_with(".."));
    paths.dedup();
    paths
}
